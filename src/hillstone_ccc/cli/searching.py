"""The options by which commands search for calls."""

import functools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import attrs
import click
from click.core import ParameterSource

from hillstone_ccc import CallRecord, CallRecordQuery, Client, ContactType, Disposition, Results
from hillstone_ccc.cli.options import Command, moment, span

_OPTIONS: dict[str, Callable[[Command], Command]] = {
    "last": click.option("--last", type=span, metavar="SPAN", help="Calls of the last 7d, 12h or 30m."),
    "today": click.option("--today", is_flag=True, help="Calls since midnight; what is meant if no time is given."),
    "start": click.option(
        "--from", "start", type=moment, metavar="TIME", help="Calls from this time on: ISO 8601 or Unix milliseconds."
    ),
    "end": click.option("--until", "end", type=moment, metavar="TIME", help="Calls before this time; now if left out."),
    "agent_names": click.option(
        "--agent", "agent_names", multiple=True, metavar="NAME", help="Agent's display name. Repeatable."
    ),
    "agent_ids": click.option("--agent-id", "agent_ids", multiple=True, metavar="ID", help="Agent's id. Repeatable."),
    "skill_group_names": click.option(
        "--skill-group", "skill_group_names", multiple=True, metavar="NAME", help="Skill group. Repeatable."
    ),
    "number": click.option(
        "--number", metavar="NUMBER", help="Part of the number on either side; * is one unknown digit."
    ),
    "calling_number": click.option(
        "--calling-number", metavar="NUMBER", help="The caller's number; * is one unknown digit."
    ),
    "called_number": click.option(
        "--called-number", metavar="NUMBER", help="The callee's number; * is one unknown digit."
    ),
    "contact_types": click.option(
        "--type",
        "contact_types",
        type=click.Choice([one.value for one in ContactType], case_sensitive=False),
        multiple=True,
        metavar="WORD",
        help="Inbound, Outbound, … Repeatable.",
    ),
    "dispositions": click.option(
        "--disposition",
        "dispositions",
        type=click.Choice([one.value for one in Disposition], case_sensitive=False),
        multiple=True,
        metavar="WORD",
        help="How the call ended: Success, AbandonedInQueue, … Repeatable.",
    ),
    "order": click.option(
        "--order", type=click.Choice(["desc", "asc"]), default="desc", help="Newest or oldest first."
    ),
    "limit": click.option("--limit", type=click.IntRange(min=1), help="So many at most."),
}


@attrs.frozen(kw_only=True)
class Search:
    """The calls that a command line means.

    Attributes:
        options: Which of the options are on the command line, such as `--last`.
        limit: How many calls at most; None for all.
        criteria: What they say, by the names of the arguments.
    """

    options: tuple[str, ...]
    limit: int | None
    criteria: dict[str, Any]

    def calls(self, ccc: Client) -> Results[CallRecord]:
        """The calls, so many at most."""
        every = self.every(ccc)
        return every if self.limit is None else every.limit(self.limit)

    def every(self, ccc: Client) -> Results[CallRecord]:
        """The calls without the limit; today's, if no time is given.

        Raises:
            UsageError: The options contradict each other.
        """
        return ccc.call_records.search(_query(**self.criteria))


def search_options(command: Command) -> Command:
    """Gives a command the options of a search, and what they say as its argument `search`."""

    @functools.wraps(command)
    def run(**given: Any) -> None:
        criteria = {name: given.pop(name) for name in _OPTIONS}
        limit = criteria.pop("limit")
        command(search=Search(options=_on_command_line(), limit=limit, criteria=criteria), **given)

    wrapped: Command = run
    for option in reversed(_OPTIONS.values()):
        wrapped = option(wrapped)
    return wrapped


def _on_command_line() -> tuple[str, ...]:
    ctx = click.get_current_context()
    return tuple(
        parameter.opts[0]
        for parameter in ctx.command.params
        if parameter.name in _OPTIONS and ctx.get_parameter_source(parameter.name) is ParameterSource.COMMANDLINE
    )


def _query(
    *, last: timedelta | None, today: bool, start: str | int | None, end: Any, **criteria: Any
) -> CallRecordQuery:
    begins = {"--last": last, "--today": "today" if today else None, "--from": start}
    given: dict[str, Any] = {option: value for option, value in begins.items() if value is not None}
    if len(given) > 1:
        raise click.UsageError(f"{' and '.join(given)} say when to begin: give one of them.")
    if end is not None and not given:
        raise click.UsageError("--until needs --from, --last or --today.")
    wanted: dict[str, Any] = {name: None if value == () else value for name, value in criteria.items()}
    return CallRecordQuery(start=next(iter(given.values()), None), end=end, **wanted)

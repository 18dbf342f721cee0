"""`hillstone-ccc records`: search call records."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import click

from hillstone_ccc import CallRecord, CallRecordQuery, Client, ContactType, Disposition
from hillstone_ccc.cli.data import write_csv, write_json
from hillstone_ccc.cli.options import (
    Format,
    format_option,
    moment,
    show_numbers_option,
    span,
    verbose_option,
    with_client,
)
from hillstone_ccc.cli.table import Column, ShowNumber, answer, clock, number_shown, say, say_table, talked

_ROWS_OF_A_TABLE = 20
_WITH_YEAR, _WITHOUT_YEAR = "%Y-%m-%d %H:%M:%S", "%m-%d %H:%M:%S"


@click.command()
@click.option("--last", type=span, metavar="SPAN", help="Calls of the last 7d, 12h or 30m.")
@click.option("--today", is_flag=True, help="Calls since midnight; what is meant if no time is given.")
@click.option(
    "--from", "start", type=moment, metavar="TIME", help="Calls from this time on: ISO 8601 or Unix milliseconds."
)
@click.option("--until", "end", type=moment, metavar="TIME", help="Calls before this time; now if left out.")
@click.option("--agent", "agent_names", multiple=True, metavar="NAME", help="Agent's display name. Repeatable.")
@click.option("--agent-id", "agent_ids", multiple=True, metavar="ID", help="Agent's id. Repeatable.")
@click.option("--skill-group", "skill_group_names", multiple=True, metavar="NAME", help="Skill group. Repeatable.")
@click.option("--number", metavar="NUMBER", help="Part of the number on either side; * is one unknown digit.")
@click.option("--calling-number", metavar="NUMBER", help="The caller's number; * is one unknown digit.")
@click.option("--called-number", metavar="NUMBER", help="The callee's number; * is one unknown digit.")
@click.option(
    "--type",
    "contact_types",
    type=click.Choice([one.value for one in ContactType], case_sensitive=False),
    multiple=True,
    metavar="WORD",
    help="Inbound, Outbound, … Repeatable.",
)
@click.option(
    "--disposition",
    "dispositions",
    type=click.Choice([one.value for one in Disposition], case_sensitive=False),
    multiple=True,
    metavar="WORD",
    help="How the call ended: Success, AbandonedInQueue, … Repeatable.",
)
@click.option("--order", type=click.Choice(["desc", "asc"]), default="desc", help="Newest or oldest first.")
@click.option("--limit", type=click.IntRange(min=1), help=f"So many at most; {_ROWS_OF_A_TABLE} in a table, else all.")
@click.option("--count", is_flag=True, help="Only say how many there are.")
@format_option
@show_numbers_option
@verbose_option
@with_client
def records(ccc: Client, *, form: Format, limit: int | None, count: bool, show_numbers: bool, **criteria: Any) -> None:
    """Search call records; today's, if no time is given."""
    every = ccc.call_records.search(_query(**criteria))
    calls = every if limit is None else every.limit(limit)
    if count:
        click.echo(calls.count())
    elif form == "json":
        write_json(calls)
    elif form == "csv":
        write_csv(calls, CallRecord)
    else:
        most = limit or _ROWS_OF_A_TABLE
        rows = every.limit(most).to_list()
        total = every.count() if len(rows) == most else len(rows)
        _say_records(rows, total, show_numbers=show_numbers)


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


def _say_records(rows: list[CallRecord], total: int, *, show_numbers: bool) -> None:
    if not rows:
        say("No calls.")
        return
    say_table([Column("Call", lambda call: call.contact_id), *call_columns(rows, number_shown(show_numbers))], rows)
    zone = next((f", times of {row.start_time.tzinfo}" for row in rows if row.start_time), "")
    say()
    say(f"{len(rows):,} of {total:,} calls{zone}.", style="dim")
    if len(rows) < total:
        say("More: --limit N, or --format csv for all.", style="dim")


def call_columns(rows: Sequence[CallRecord], number: ShowNumber) -> list[Column[CallRecord]]:
    """Columns that tell calls apart, but for their ids."""
    form = _time_form(rows)
    return [
        Column("Time", lambda call: clock(call.start_time, form)),
        Column("Type", lambda call: call.contact_type or "", rank=4),
        Column("From", lambda call: number(call.calling_number), rank=1),
        Column("To", lambda call: number(call.called_number), rank=1),
        Column("Agent", lambda call: ", ".join(call.agent_names)),
        Column("Outcome", lambda call: call.contact_disposition or ""),
        Column("Talk", lambda call: talked(call.talk_time), right=True, rank=2),
        Column("Rec.", lambda call: answer(call.recording_ready), rank=3),
    ]


def _time_form(rows: Sequence[CallRecord]) -> str:
    """Without the year where it is this one."""
    times = [row.start_time for row in rows if row.start_time]
    this_year = all(time.year == datetime.now(time.tzinfo).year for time in times)
    return _WITHOUT_YEAR if this_year else _WITH_YEAR

"""`hillstone-ccc doctor`: what is wrong between this machine and the call center."""

import json
import platform
from typing import Any, Literal

import click
from click.exceptions import Exit
from rich.table import Table
from rich.text import Text

from hillstone_ccc._version import __version__
from hillstone_ccc.cli.failure import FAILED, printable
from hillstone_ccc.cli.options import verbose_option, with_settings
from hillstone_ccc.cli.table import say
from hillstone_ccc.doctor import Check, Diagnosis, Outcome, examine

_STYLES = {Outcome.OK: "green", Outcome.WARNED: "yellow", Outcome.FAILED: "bold red", Outcome.SKIPPED: "dim"}
_OUTCOME, _NAME = 7, 30  # widths of the longest


@click.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="table is for people; json for a ticket.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(0, 600, min_open=True),
    metavar="SECONDS",
    help="How long to wait for an answer; 10 if left out, and 5 for a connection.",
)
@verbose_option
@with_settings
def doctor(settings: dict[str, str], *, form: Literal["table", "json"], timeout: float | None) -> None:
    """Find out what is wrong: keys, clock, network, endpoint, instance, permissions, one by one, with remedies.

    Nothing is changed, and no secret shown: neither key, nor token, nor link. The exit code is 1 if a check failed.
    """
    given: dict[str, Any] = {**settings, **({} if timeout is None else {"timeout": timeout})}
    if form == "json":
        diagnosis = examine(**given)
        about = {"hillstone_ccc": __version__, "python": platform.python_version(), "system": platform.system()}
        click.echo(json.dumps({**about, **diagnosis.as_json()}, ensure_ascii=False, indent=2))
    else:
        diagnosis = examine(each=_say_check, **given)
        _say_end(diagnosis)
    if not diagnosis.healthy:
        raise Exit(FAILED)


def _say_check(check: Check) -> None:
    """What was seen, and below it what to do; what waits for another check is told at the end."""
    if check.waits_for:
        return
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(width=_OUTCOME)
    table.add_column(width=_NAME)
    table.add_column(overflow="fold")
    skipped = "dim" if check.outcome is Outcome.SKIPPED else ""
    outcome = Text(str(check.outcome), style=_STYLES[check.outcome])
    table.add_row(outcome, Text(check.name, style=skipped or "bold"), Text(printable(check.seen), style=skipped))
    if check.remedy:
        table.add_row("", "", Text(f"→ {printable(check.remedy)}"))
    say(table)


def _say_end(diagnosis: Diagnosis) -> None:
    waiting = ", ".join(check.name for check in diagnosis.checks if check.waits_for)
    say()
    if waiting:
        say(Text(f"Not looked at before that is mended: {waiting}.", style="dim"))
    if diagnosis.healthy:
        say("All is well.", style="green")
    else:
        first, *others = (check.name for check in diagnosis.failed)
        then = f"; then: {', '.join(others)}" if others else ""
        say(f"Mend first: {first}{then}.", style="bold red")

"""`hillstone-ccc doctor`: what is wrong between this machine and the call center."""

import json
import platform
from typing import Any, Literal

import click
from click.exceptions import Exit
from rich.text import Text

from hillstone_ccc._version import __version__
from hillstone_ccc.cli.failure import FAILED, printable
from hillstone_ccc.cli.options import verbose_option, with_settings
from hillstone_ccc.cli.table import say
from hillstone_ccc.doctor import Check, Diagnosis, Outcome, examine

_STYLES = {Outcome.OK: "green", Outcome.WARNED: "yellow", Outcome.FAILED: "bold red", Outcome.SKIPPED: "dim"}
_WIDTH = 30  # of the longest names
_INDENT = 9


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
    """One line, and the remedy on another."""
    line = Text(f"{check.outcome:<{_INDENT}}", style=_STYLES[check.outcome], end="")
    line.append(f"{check.name:<{_WIDTH}} ", style="bold")
    line.append(printable(check.seen), style="dim" if check.outcome is Outcome.SKIPPED else "default")
    say(line)
    if check.remedy:
        say(f"{'':<{_INDENT}}→ {printable(check.remedy)}")


def _say_end(diagnosis: Diagnosis) -> None:
    say()
    if diagnosis.healthy:
        say("All is well.", style="green")
    else:
        first, *others = (check.name for check in diagnosis.failed)
        then = f"; then: {', '.join(others)}" if others else ""
        say(f"Mend first: {first}{then}.", style="bold red")

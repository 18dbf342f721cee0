"""`hillstone-ccc records`: search call records."""

from collections.abc import Sequence
from datetime import datetime

import click
from click.core import ParameterSource

from hillstone_ccc import CallRecord, Client
from hillstone_ccc.cli.data import write_csv, write_json
from hillstone_ccc.cli.exporting import export_shown
from hillstone_ccc.cli.options import Format, format_option, show_numbers_option, verbose_option, with_client
from hillstone_ccc.cli.searching import Search, search_options
from hillstone_ccc.cli.table import Column, ShowNumber, answer, clock, number_shown, say, say_table, talked

_ROWS_OF_A_TABLE = 20
_WITH_YEAR, _WITHOUT_YEAR = "%Y-%m-%d %H:%M:%S", "%m-%d %H:%M:%S"


@click.command()
@search_options
@click.option("--count", is_flag=True, help="Only say how many there are.")
@click.option(
    "--to",
    "path",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Write them to a file.csv (for Excel), file.jsonl or file.parquet, with whole phone numbers.",
)
@format_option
@show_numbers_option
@verbose_option
@with_client
@click.pass_context
def records(
    ctx: click.Context,
    ccc: Client,
    *,
    search: Search,
    form: Format,
    count: bool,
    show_numbers: bool,
    path: str | None,
) -> None:
    """Search call records; today's, if no time is given. A table shows 20, unless --limit says otherwise."""
    calls = search.calls(ccc)
    if path is not None:
        _check_goes_with_a_file(ctx)
        export_shown(calls, path)
    elif count:
        click.echo(calls.count())
    elif form == "json":
        write_json(calls)
    elif form == "csv":
        write_csv(calls, CallRecord)
    else:
        every, most = search.every(ccc), search.limit or _ROWS_OF_A_TABLE
        rows = every.limit(most).to_list()
        total = every.count() if len(rows) == most else len(rows)
        _say_records(rows, total, show_numbers=show_numbers)


def _check_goes_with_a_file(ctx: click.Context) -> None:
    """Refuses options that would say nothing."""
    for name, option in (("form", "--format"), ("count", "--count"), ("show_numbers", "--show-numbers")):
        if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise click.UsageError(f"--to and {option} do not go together: the file's name tells what it is.")


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

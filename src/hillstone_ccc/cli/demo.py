"""`hillstone-ccc demo`: everything once, on the sandbox, through the real client; or the sandbox as a page."""

import os
import sys

import click
import httpx
from click.core import ParameterSource

from hillstone_ccc import CallRecord, CallRecordQuery, Client
from hillstone_ccc.cli.agents import say_agents
from hillstone_ccc.cli.browser import begin_to_open, browser_with_window
from hillstone_ccc.cli.options import to_option, verbose_option
from hillstone_ccc.cli.record import say_detail
from hillstone_ccc.cli.records import call_columns
from hillstone_ccc.cli.sandbox import sandbox_module, seed_option
from hillstone_ccc.cli.serve import made_up_center, run_until_ended, server_module
from hillstone_ccc.cli.table import number_shown, say, say_table, size, talked

_ROWS = 10
_DAYS = 7
_SURNAME = "张"


@click.command()
@click.option(
    "--records",
    type=click.IntRange(0, 10_000_000),
    default=5_000,  # over 30 days: the last 7 lie far below the 10,000 rows that the upstream lists
    show_default=True,
    help="How many calls are made up.",
)
@seed_option
@to_option
@click.option("--serve", is_flag=True, help="Show the calls as a page in the browser instead, until Ctrl-C.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    show_default=True,
    help="Where --serve answers; 0 takes a free one.",
)
@click.option("--no-browser", is_flag=True, help="Let --serve print the page's link and open nothing.")
@verbose_option
@click.pass_context
def demo(
    ctx: click.Context, *, records: int, seed: int, directory: str, serve: bool, port: int, no_browser: bool
) -> None:
    """Start the sandbox, and search it for calls, one call's events, agents and a recording.

    With --serve it is served by the REST contract, on this machine alone, with a page of call records.
    """
    _check_meant(ctx, serve=serve)
    if serve:
        _serve(records, seed, port, opens=not no_browser)
    else:
        _show(records, seed, directory)


def _check_meant(ctx: click.Context, *, serve: bool) -> None:
    """Refuses options that would say nothing."""
    given = {name for name in ctx.params if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE}
    if serve and "directory" in given:
        raise click.UsageError("--to goes without --serve: a page downloads nothing by itself.")
    for name, option in (("port", "--port"), ("no_browser", "--no-browser")):
        if not serve and name in given:
            raise click.UsageError(f"{option} goes with --serve: nothing is served without it.")


def _serve(records: int, seed: int, port: int, *, opens: bool) -> None:
    module = server_module("hillstone_ccc.server.serving")
    with made_up_center(records, seed) as made_up:
        serving = module.serving(None, {"port": port, **made_up})
        run_until_ended(serving, lambda address: _announce(f"{address}/?token={serving.link.once}", opens=opens))


def _announce(link: str, *, opens: bool) -> None:
    """Prints the link, and opens it if somebody sits before a screen."""
    browser = browser_with_window() if opens and sys.stdout.isatty() else None
    how = "In a browser" if browser is None else "In your browser, which opens"
    click.echo(f"The page of a made-up call center's call records. {how} (works once):\n\n  {link}\n\nCtrl-C ends it.")
    if browser is not None:
        # Other users of the machine may see the link in the list of processes. What it opens is made up.
        begin_to_open(browser, link)


def _show(records: int, seed: int, directory: str) -> None:
    os.environ["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "true"  # no key is looked for outside
    with (
        sandbox_module().Sandbox(records=records, seed=seed) as box,
        httpx.Client(trust_env=False, timeout=30) as http,  # no proxy leads to this machine's loopback
        Client(
            instance_id=box.instance_id,
            endpoint=box.endpoint,
            access_key_id=box.access_key_id,
            access_key_secret=box.access_key_secret,
            http_client=http,
        ) as ccc,
    ):
        say(f"The sandbox, a made-up call center, answers on {box.endpoint}", style="dim")
        recorded = _show_calls(ccc)
        if recorded is not None:
            _heading(f'detail = ccc.call_records.get("{recorded.contact_id}")')
            say_detail(ccc.call_records.get(recorded.contact_id), number_shown(whole=False))
        _heading(f'agents = ccc.agents.search("{_SURNAME}")')
        say_agents(ccc.agents.search(_SURNAME).to_list(), number_shown(whole=False))
        if recorded is not None:
            _show_download(ccc, recorded, directory)


def _heading(code: str) -> None:
    """What a program would say to get what follows."""
    say()
    say(f">>> {code}", style="bold cyan")


def _show_calls(ccc: Client) -> CallRecord | None:
    """Shows the newest calls, and gives the newest one that was recorded."""
    _heading(f"calls = ccc.call_records.search(CallRecordQuery.last(days={_DAYS}))")
    calls = ccc.call_records.search(CallRecordQuery.last(days=_DAYS))
    newest = calls.limit(_ROWS).to_list()
    say_table(call_columns(newest, number_shown(whole=False)), newest)
    _heading("calls.count()")
    say(f"{calls.count():,}")
    return next((call for call in calls if call.recording_ready), None)


def _show_download(ccc: Client, call: CallRecord, directory: str) -> None:
    _heading(f'ccc.recordings.get("{call.contact_id}").download("{directory}/")')
    recording = ccc.recordings.get(call.contact_id)
    path = recording.download(os.path.join(directory, ""))  # noqa: PTH118 - its end tells a directory
    say(f"{path}  ({size(path.stat().st_size)}, {talked(recording.duration)})")

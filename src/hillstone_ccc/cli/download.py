"""`hillstone-ccc download`: save recordings, a few or very many."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import attrs
import click

from hillstone_ccc import CCCError, Client, DownloadProgress, DownloadReport, DownloadResult, InvalidQueryError
from hillstone_ccc._core.file_names import STANDARD_LAYOUT
from hillstone_ccc._core.layout import Layout
from hillstone_ccc._core.links import Track
from hillstone_ccc.cli.data import CsvRows, JsonRows, Rows
from hillstone_ccc.cli.failure import Failed, printable, reason
from hillstone_ccc.cli.options import Format, format_option, rate, to_option, verbose, verbose_option, with_client
from hillstone_ccc.cli.progress import Pace, Screen, ended_of, screen
from hillstone_ccc.cli.searching import Search, search_options
from hillstone_ccc.cli.table import Column, say_table, size, talked

_FLAT = "{file_name}"
_INTERRUPTED = "Interrupted. The same command goes on from here: what is there is kept."
_INTERRUPTED_AGAIN = "Interrupted. Without --again the same command keeps what is there; with it, all is fetched anew."


@attrs.frozen(kw_only=True)
class Row:
    """What became of one recording.

    Attributes:
        contact_id: The call.
        track: Which of its recordings.
        outcome: `done`, `kept`, `missing` or `failed`.
        path: Where the file is, with the directory; None if it is not there.
        bytes: Its size.
        crc64: Its checksum; text, since it has more digits than many a reader of JSON takes.
        duration: Seconds, if the upstream told (mono track only).
        error: Why it could not be had.
    """

    contact_id: str
    track: str
    outcome: str
    path: str | None
    bytes: int | None
    crc64: str | None
    duration: int | None
    error: str | None


def _layout(text: str) -> str:
    """A template for names, checked."""
    try:
        return Layout(text).template
    except InvalidQueryError as error:
        raise click.BadParameter(reason(error)) from error


@click.command()
@click.argument("contact_ids", metavar="[CONTACT_ID]...", nargs=-1)
@search_options
@to_option
@click.option(
    "--track",
    type=click.Choice(["mono", "multi_channel", "voicemail", "early_media"]),
    default="mono",
    show_default=True,
    help="Which of the calls' recordings.",
)
@click.option(
    "--layout",
    type=_layout,
    metavar="TEMPLATE",
    help=f"The files' names below DIR; {STANDARD_LAYOUT} for a search and {_FLAT} for contact ids, if left out.",
)
@click.option("--concurrency", type=click.IntRange(min=1), metavar="N", help="So many at once; 8, if left out.")
@click.option("--limit-rate", type=rate, metavar="RATE", help="Bytes a second of all together: 500k, 2M.")
@click.option(
    "--manifest",
    type=click.Choice(["jsonl", "parquet", "none"]),
    default="jsonl",
    show_default=True,
    help="The list of the files in DIR; parquet needs the extra arrow.",
)
@click.option("--again", is_flag=True, help="Fetch anew what is there already.")
@format_option
@verbose_option
@with_client
def download(
    ccc: Client,
    *,
    contact_ids: tuple[str, ...],
    search: Search,
    directory: str,
    track: Track,
    layout: str | None,
    concurrency: int | None,
    limit_rate: float | None,
    manifest: Literal["jsonl", "parquet", "none"],
    again: bool,
    form: Format,
) -> None:
    """Save the recordings of calls: of those with the ids given, or of those that a search finds.

    Each file is there whole or not at all. To go on where it was ended, however that was, run it again.
    """
    wanted = tuple(dict.fromkeys(contact_ids))
    if wanted and search.options:
        raise click.UsageError(f"Contact ids and {', '.join(search.options)} both say which calls: give one of them.")
    if not wanted and not search.options:
        raise click.UsageError("Say which calls: contact ids, or a search such as --last 7d, or --today.")
    rows, pace, kind = _rows(form, wanted), Pace(), None if manifest == "none" else manifest
    try:
        with screen(pace, bar=_leaves_room_for_a_bar(form)) as shown:
            report = ccc.recordings.download_all(
                wanted or search.calls(ccc),
                directory,
                track=track,
                concurrency=concurrency,
                layout=layout or (_FLAT if wanted else STANDARD_LAYOUT),
                on_progress=_Teller(shown, rows, directory, names_missing=bool(wanted)),
                skip_existing=not again,
                max_bytes_per_second=limit_rate,
                manifest=kind,
            )
    except KeyboardInterrupt:
        _say_summary(pace.so_far(), directory, kind)
        click.echo(_INTERRUPTED_AGAIN if again else _INTERRUPTED, err=True)
        raise
    except CCCError:
        so_far = pace.so_far()
        if ended_of(so_far):
            _say_summary(so_far, directory, kind)
        raise
    rows.end()
    _say_summary(report, directory, kind)
    lost = report.failed + (report.missing if wanted else 0)
    if lost:
        raise Failed(f"{lost:,} of {ended_of(report):,} recordings could not be had.")


@attrs.frozen
class _Teller:
    """Tells what becomes of recordings: a row for each, and on standard error why one is not there."""

    screen: Screen
    rows: Rows
    directory: str
    names_missing: bool = attrs.field(kw_only=True)

    def __call__(self, progress: DownloadProgress) -> None:
        self.screen.show(progress)
        result = progress.latest
        if result is None:
            return
        row = _row(result, self.directory)
        if row.outcome == "failed" or (row.outcome == "missing" and self.names_missing):
            self.screen.say(f"error: {printable(row.contact_id)}: {row.error}")
        self.rows.add(row)
        sys.stdout.flush()  # the next one may be long in coming


def _row(result: DownloadResult, directory: str) -> Row:
    return Row(
        contact_id=result.contact_id,
        track=result.track,
        outcome=result.outcome,
        path=None if result.path is None else str(Path(directory, result.path)),
        bytes=result.bytes,
        crc64=None if result.crc64 is None else str(result.crc64),
        duration=result.duration,
        error=None if result.error is None else reason(result.error),
    )


def _rows(form: Format, wanted: tuple[str, ...]) -> Rows:
    if form == "json":
        return JsonRows()
    return CsvRows(Row) if form == "csv" else _TableRows({contact_id: place for place, contact_id in enumerate(wanted)})


@attrs.frozen
class _TableRows:
    """A table of the files of these calls, in their order; of a search's files, which may be a million, none."""

    _place: Mapping[str, int]
    _there: list[Row] = attrs.field(factory=list[Row], init=False)

    def add(self, row: Row) -> None:
        if self._place and row.path is not None:
            self._there.append(row)

    def end(self) -> None:
        if self._there:
            say_table(_COLUMNS, sorted(self._there, key=lambda row: self._place[row.contact_id]))


def _leaves_room_for_a_bar(form: Format) -> bool:
    """Whether nothing else is written to a terminal meanwhile."""
    return not verbose() and (form == "table" or not sys.stdout.isatty())


def _say_summary(told: DownloadReport | DownloadProgress, directory: str, manifest: str | None) -> None:
    counts = (
        f"{told.done:,} saved",
        f"{told.kept:,} kept" if told.kept else "",
        f"{told.missing:,} without a recording" if told.missing else "",
        f"{told.failed:,} failed" if told.failed else "",
    )
    took = talked(round(told.seconds))
    click.echo(f"{', '.join(one for one in counts if one)}; {size(told.bytes)} in {took}.", err=True)
    lists = f": manifest.{manifest} lists the files, not-saved.jsonl the rest" if manifest else ""
    click.echo(f"In {printable(directory)}{lists}.", err=True)


_COLUMNS: tuple[Column[Row], ...] = (
    Column("Call", lambda row: row.contact_id, rank=1),
    Column("File", lambda row: row.path or ""),
    Column("Size", lambda row: size(row.bytes), right=True),
    Column("Length", lambda row: talked(row.duration), right=True),
)

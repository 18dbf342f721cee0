"""`hillstone-ccc download`: save recordings."""

import os
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import TypeAlias

import attrs
import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from hillstone_ccc import CCCError, Client, ConfigurationError
from hillstone_ccc._core.links import Track
from hillstone_ccc.cli.data import write_csv, write_json
from hillstone_ccc.cli.failure import Failed, printable, reason
from hillstone_ccc.cli.options import Format, format_option, to_option, verbose_option, with_client
from hillstone_ccc.cli.table import Column, say_table, talked

OnProgress: TypeAlias = "Callable[[int, int | None], None]"


@attrs.frozen(kw_only=True)
class Saved:
    """What became of one recording.

    Attributes:
        contact_id: The call.
        track: Which of its recordings.
        path: Where the file is; None if it could not be had.
        bytes: Its size.
        duration: Seconds, if the upstream told (mono track only).
        error: Why it could not be had.
    """

    contact_id: str
    track: Track
    path: str | None = None
    bytes: int | None = None
    duration: int | None = None
    error: str | None = None


@click.command()
@click.argument("contact_ids", metavar="CONTACT_ID...", nargs=-1, required=True)
@to_option
@click.option(
    "--track",
    type=click.Choice(["mono", "multi_channel", "voicemail", "early_media"]),
    default="mono",
    show_default=True,
    help="Which of the call's recordings.",
)
@format_option
@verbose_option
@with_client
def download(ccc: Client, *, contact_ids: tuple[str, ...], directory: str, track: Track, form: Format) -> None:
    """Save the recordings of calls. Each file is there whole or not at all."""
    wanted = tuple(dict.fromkeys(contact_ids))
    lost: list[Saved] = []
    results = _saved(ccc, wanted, directory, track, lost.append)
    if form == "json":
        write_json(results)
    elif form == "csv":
        write_csv(results, Saved)
    else:
        there = [one for one in results if one.path]
        if there:
            say_table(_COLUMNS, there)
    if lost:
        raise Failed(f"{len(lost)} of {len(wanted)} recordings could not be had.")


def _saved(
    ccc: Client, contact_ids: tuple[str, ...], directory: str, track: Track, on_loss: Callable[[Saved], None]
) -> Iterator[Saved]:
    for contact_id in contact_ids:
        try:
            yield save(ccc, contact_id, directory, track)
        except ConfigurationError:
            raise  # the next one would fare no better
        except CCCError as error:
            result = Saved(contact_id=contact_id, track=track, error=reason(error))
            click.echo(f"error: {printable(contact_id)}: {result.error}", err=True)
            on_loss(result)
            yield result


def save(ccc: Client, contact_id: str, directory: str, track: Track = "mono") -> Saved:
    """Saves one recording, with a progress bar on standard error if that is a terminal.

    Raises:
        CCCError: It could not be had.
    """
    recording = ccc.recordings.get(contact_id, track)
    with _bar(recording.file_name) as on_progress:
        path = recording.download(os.path.join(directory, ""), on_progress=on_progress)  # noqa: PTH118 - its end tells a directory
    return Saved(
        contact_id=contact_id,
        track=track,
        path=str(path),
        bytes=path.stat().st_size,
        duration=recording.duration,
    )


@contextmanager
def _bar(name: str) -> Generator[OnProgress, None, None]:
    screen = Console(file=sys.stderr, markup=False, emoji=False, highlight=False)
    if not screen.is_terminal:
        yield lambda _so_far, _in_all: None
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn())
    with Progress(*columns, console=screen) as progress:
        task = progress.add_task(printable(name), total=None)
        yield lambda so_far, in_all: progress.update(task, completed=so_far, total=in_all)


def size(count: int | None) -> str:
    """Bytes for people."""
    return "" if count is None else f"{count / 1000:,.1f} kB"


_COLUMNS: tuple[Column[Saved], ...] = (
    Column("Call", lambda one: one.contact_id, rank=1),
    Column("File", lambda one: one.path or ""),
    Column("Size", lambda one: size(one.bytes), right=True),
    Column("Length", lambda one: talked(one.duration), right=True),
)

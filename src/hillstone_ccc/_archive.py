"""A directory of recordings: who has which name, what is there already, and the lists of all that."""

from __future__ import annotations

import hashlib
import itertools
import os
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import _manifest
from ._core.batch import DownloadResult
from ._core.errors import InvalidQueryError, RecordingNotSavedError
from ._core.file_names import safe_word
from ._core.links import Track
from ._core.saving import Place, Saved
from ._file import PartialFile
from ._journal import NAME, Journal

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self


_LONGEST_ID = 40
"""Signs of an id that are put into a name as they are."""

_LONGEST_MARKED = 180
"""Bytes of a name with a mark."""


class Archive:
    """Where the recordings of many calls go: a desk, as the core calls it.

    Args:
        directory: Made if it is not there.
        manifest: The list of what is there: ``jsonl``, ``parquet`` or None.

    Raises:
        RecordingNotSavedError: It cannot be made or written.
    """

    def __init__(self, directory: str | os.PathLike[str], manifest: str | None) -> None:
        if "\0" in str(directory):
            raise InvalidQueryError("directory: no path holds a NUL.")
        self._directory = Path(directory)
        self._kind = manifest
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RecordingNotSavedError(
                f"{str(directory)!r} cannot be made: {error.strerror}.", advice="Name a directory.", lasting=True
            ) from error
        self._journal = Journal(self._directory)
        self._open: dict[str, PartialFile] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            if self._kind is not None:
                _manifest.write(self._directory, self, self._kind)
        finally:
            self._journal.close()

    def known(self, contact_id: str, track: Track) -> tuple[str, int, int | None] | None:
        """Path, size and checksum of a recording that the journal says is there, if a file of that size is."""
        entry = self._journal.entry(contact_id, track)
        if entry is None or entry.size is None:
            return None
        try:
            there = (self._directory / entry.path).stat().st_size == entry.size
        except OSError:
            there = False
        return (entry.path, entry.size, entry.crc64) if there else None

    def place(self, contact_id: str, track: Track, parts: tuple[str, ...]) -> tuple[str, Place]:
        """The path that the recording has or gets, nobody else's, and the file to be."""
        path = self._journal.claim(contact_id, track, _paths(parts, contact_id, track))
        file = self._open[contact_id] = PartialFile(self._directory.joinpath(*path.split("/")))
        return path, file

    def file(self, contact_id: str, track: Track, saved: Saved, call: dict[str, Any]) -> None:
        """The recording is there: says so in the journal."""
        self._journal.add(contact_id, track, _now(), saved.stored, call)

    def miss(self, result: DownloadResult) -> None:
        """The recording is not there: says so in the journal."""
        self._journal.miss(result, _now())

    def files(self) -> Iterator[dict[str, Any]]:
        """Every recording that is there: a file that somebody has removed is not."""
        return (row for row in self._journal.files() if (self._directory / row["path"]).is_file())

    def problems(self) -> Iterator[dict[str, Any]]:
        """Every recording that was asked for and is not there."""
        return self._journal.problems()

    def leave(self, contact_id: str) -> None:
        """Nobody is at this call's recording any more."""
        file = self._open.pop(contact_id, None)
        if file is not None:
            file.leave()


def _paths(parts: tuple[str, ...], contact_id: str, track: str) -> Iterator[str]:
    """The path that is meant, and further ones should it be somebody else's: the call's id tells them apart."""
    *folders, name = parts
    reserved = parts[0].casefold() in (NAME, *_manifest.NAMES)
    if reserved and folders:
        folders[0] = f"_{folders[0]}"
    if folders or not reserved:
        yield "/".join((*folders, name))
    stem, dot, suffix = name.rpartition(".")
    if not stem:
        stem, dot, suffix = name, "", ""
    call = contact_id if len(contact_id) <= _LONGEST_ID else _digest(contact_id)
    for number in itertools.count(1):  # pragma: no branch - there is always another one
        end = f" ({call}){dot}{suffix}" if number == 1 else f" ({call} {track} {number}){dot}{suffix}"
        short = stem.encode()[: max(0, _LONGEST_MARKED - len(end.encode()))].decode(errors="ignore")
        yield "/".join((*folders, safe_word(f"{short}{end}")))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")

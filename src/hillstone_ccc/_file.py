"""A file that is there whole or not at all: the sink of a download."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import IO, TypeAlias

from ._core.errors import InvalidQueryError, RecordingDamagedError
from ._core.message import Response

_LENGTH = re.compile(r"[0-9]{1,18}")

Progress: TypeAlias = Callable[[int, "int | None"], None]
"""Told after each piece: bytes so far, and bytes in all if the object store announced them."""


class PartialFile:
    """Written beside the target under another name, and renamed when whole.

    Args:
        target: The final name.
        on_progress: Told after each piece.
    """

    def __init__(self, target: Path, on_progress: Progress | None = None) -> None:
        self.target = target
        self._partial = target.with_name(f".{target.name}.{os.urandom(4).hex()}.part")
        self._progress = on_progress
        self._file: IO[bytes] | None = None
        self._written = 0
        self._announced: int | None = None

    def begin(self, response: Response) -> None:
        """A body follows: starts anew, whatever came before."""
        self.discard()
        told = response.headers.get("content-length", "")
        self._announced = int(told) if _LENGTH.fullmatch(told) else None
        self._written = 0
        self.target.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._partial.open("wb")

    def write(self, chunk: bytes) -> None:
        """The next bytes."""
        if self._file is not None:
            self._file.write(chunk)
            self._written += len(chunk)
            if self._progress is not None:
                self._progress(self._written, self._announced)

    def end(self) -> None:
        """Checks the length, and gives the file its name.

        Raises:
            RecordingDamagedError: Fewer or more bytes came than were announced; nothing is kept.
        """
        if self._file is None:
            return
        if self._announced is not None and self._written != self._announced:
            told = f"{self._written} bytes came and {self._announced} were announced."
            self.discard()
            raise RecordingDamagedError(told)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._partial.replace(self.target)
        self._file = None  # not sooner: what cannot be renamed is discarded

    def discard(self) -> None:
        """Leaves nothing behind."""
        if self._file is not None:
            self._file.close()
            self._file = None
            self._partial.unlink(missing_ok=True)


def target_of(where: str | os.PathLike[str], file_name: str) -> Path:
    """Where a file goes: into a directory under its own name, or under the name given; through a link, if it is one.

    Raises:
        InvalidQueryError: There is something that is no file and must not be replaced, such as a device or a pipe.
    """
    if "\0" in str(where):
        raise InvalidQueryError("where: no path holds a NUL.")
    path = Path(where)
    is_directory = path.is_dir() or str(where).endswith(("/", os.sep))
    target = path / file_name if is_directory else path
    if target.is_symlink():
        target = target.resolve()
    if target.exists() and not target.is_file():
        raise InvalidQueryError(f"where: {str(target)!r} is there and is no regular file.")
    return target

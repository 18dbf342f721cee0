"""Rows in a file that is there whole or not at all, and read back from it."""

from __future__ import annotations

import csv
import os
import secrets
import stat
import threading
from collections.abc import Awaitable, Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar, overload

from ._core.columns import columns
from ._core.errors import DecodeError, InvalidQueryError
from ._core.public import public
from ._core.records import CallRecord
from ._core.redact import for_people
from ._export_files import FORMATS, ExportFile, Format

if TYPE_CHECKING:
    from ._async_results import AsyncResults
    from ._results import Results

T = TypeVar("T")
ExportFormat: TypeAlias = Literal["csv", "jsonl", "parquet"]
_LONGEST_NAME = 255 - len("..12345678.part")  # bytes, on every system
ExportProgress: TypeAlias = Callable[[int, "int | None"], None]
"""Told after some rows: rows so far, and rows in all as far as the walk has been promised them."""


@overload
def export(
    results: Results[Any],
    path: str | os.PathLike[str],
    *,
    format: ExportFormat | None = None,
    on_progress: ExportProgress | None = None,
) -> Path: ...
@overload
def export(
    results: AsyncResults[Any],
    path: str | os.PathLike[str],
    *,
    format: ExportFormat | None = None,
    on_progress: ExportProgress | None = None,
) -> Awaitable[Path]: ...
@public
def export(
    results: Results[Any] | AsyncResults[Any],
    path: str | os.PathLike[str],
    *,
    format: ExportFormat | None = None,  # noqa: A002 - what it is called everywhere
    on_progress: ExportProgress | None = None,
) -> Path | Awaitable[Path]:
    """Writes the rows of a search to a file; see :meth:`Results.export`. Of asynchronous results it is awaited."""
    return results.export(path, format=format, on_progress=on_progress)


@overload
def read_export(
    path: str | os.PathLike[str],
    model: None = None,
    *,
    format: ExportFormat | None = None,
    timezone: str | tzinfo = "Asia/Shanghai",
) -> Iterator[CallRecord]: ...
@overload
def read_export(
    path: str | os.PathLike[str],
    model: type[T],
    *,
    format: ExportFormat | None = None,
    timezone: str | tzinfo = "Asia/Shanghai",
) -> Iterator[T]: ...
@public
def read_export(
    path: str | os.PathLike[str],
    model: type[Any] | None = None,
    *,
    format: ExportFormat | None = None,  # noqa: A002 - what it is called everywhere
    timezone: str | tzinfo = "Asia/Shanghai",
) -> Iterator[Any]:
    """The records that were exported to a file, one after another, equal to those of the search.

    Args:
        path: The file.
        model: What its rows are: :class:`CallRecord` if left out, :class:`Agent` or :class:`SkillGroup`.
        format: The file's kind, where its name does not tell.
        timezone: The zone in which times are told.

    Raises:
        InvalidQueryError: Its kind is not told.
        UnsupportedError: The extra that reads such files is missing.
        DecodeError: It is no such file; the error names the row. Raised when that row is come to.
        OSError: It cannot be read.
    """
    from ._settings import as_zone  # noqa: PLC0415 - for who reads one

    where = Path(path)
    kind = the_format(where, format)
    return _restored(where, kind, model or CallRecord, as_zone(timezone))


def _restored(path: Path, kind: Format, model: type[T], zone: tzinfo) -> Iterator[T]:
    from ._core.restored import restored  # noqa: PLC0415 - brings cattrs along

    rows = kind.rows(path, {column.name: column for column in columns(model)})
    number = 1
    while True:
        try:
            row = next(rows, None)
            record = None if row is None else restored(model, row, zone)
        except (ValueError, TypeError, KeyError, RecursionError, csv.Error) as error:
            raise DecodeError(
                f"{path.name}: row {number:,} is no {model.__name__} as it is exported here: {for_people(str(error))}",
                advice="Only files that were exported here, and not changed since, can be read back.",
            ) from error
        if record is None:
            return
        yield record
        number += 1


def the_format(path: Path, told: object) -> Format:
    """The kind of a file, by what is told or else by its name; what it needs is there.

    Raises:
        InvalidQueryError: It is none.
        UnsupportedError: What it needs is missing.
    """
    if told is None:
        found = next((one for one in FORMATS.values() if path.name.lower().endswith(one.suffixes)), None)
        if found is None:
            endings = ", ".join(suffix for one in FORMATS.values() for suffix in one.suffixes)
            raise InvalidQueryError(
                f"path: {path.name!r} does not tell the file's kind. Let it end with one of {endings}, or give format."
            )
    elif isinstance(told, str) and told in FORMATS:
        found = FORMATS[told]
    else:
        raise InvalidQueryError(f"format must be one of {', '.join(map(repr, FORMATS))}, not {told!r}.")
    found.check()
    return found


class Export:
    """Writes rows beside the target, which gets its place when they are whole.

    Args:
        path: The target; a file that is there is written over in one step.
        model: What the rows are.
        zone: The zone of times.
        told: The kind of file, if told.
        on_progress: Told after some rows.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        model: type[Any],
        zone: tzinfo,
        told: object,
        on_progress: ExportProgress | None,
    ) -> None:
        self.target = Path(path)
        self._format = the_format(self.target, told)
        self._real = Path(os.path.realpath(path))  # a link stays one, and leads to the new file
        if self._real.exists() and not self._real.is_file():
            kind = "a directory" if self._real.is_dir() else "no plain file"
            raise InvalidQueryError(f"path: {str(self.target)!r} is {kind}; name a file that can be replaced.")
        self._model = model
        self._zone = zone
        self._progress = on_progress
        self._beside: Path | None = None
        self._file: ExportFile | None = None
        self._written = 0
        self._left = False
        self._using = threading.Lock()  # an asynchronous export that is given up leaves while a thread is at work

    def begin(self) -> None:
        """Makes the file beside the target, so that what cannot be written is found out before anything is sent."""
        with self._using, _named(self.target):
            if self._left:
                return
            name = self._real.name.encode(errors="ignore")[:_LONGEST_NAME].decode(errors="ignore")
            beside = self._real.with_name(f".{name}.{secrets.token_hex(4)}.part")
            self._beside = beside  # before it is there: whoever is interrupted in between removes it all the same
            beside.touch(exist_ok=False)
            if self._real.exists():  # whoever could not read it cannot read the new one either
                beside.chmod(stat.S_IMODE(self._real.stat().st_mode))
            self._file = self._format.file(beside, self._model, self._zone)

    def write(self, rows: Sequence[Any], promised: int | None) -> None:
        """More rows.

        Args:
            rows: The rows.
            promised: Rows in all, if known.
        """
        with self._using, _named(self.target):
            if self._file is None:
                return
            self._file.add(rows)
            self._written += len(rows)
        if self._progress is not None:
            self._progress(self._written, promised)

    def settle(self) -> Path:
        """All is written: the file gets its name, once it is safe on the disk."""
        with self._using, _named(self.target):
            if self._file is not None and self._beside is not None:
                self._file.close()
                with self._beside.open("rb+") as file:
                    os.fsync(file.fileno())
                self._beside.replace(self._real)
                self._beside = None
        return self.target

    def leave(self) -> None:
        """Whatever came of it: nothing is left beside the target."""
        with self._using:
            self._left = True
            file, beside, self._file, self._beside = self._file, self._beside, None, None
            if file is not None:
                with suppress(OSError):  # a full disk has been told of already
                    file.close()
            if beside is not None:
                beside.unlink(missing_ok=True)


@contextmanager
def _named(target: Path) -> Generator[None, None, None]:
    """Lets what the system says be said of the file that was asked for, not of the one beside it."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(target)) from error

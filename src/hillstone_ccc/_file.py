"""A file that is there whole or not at all: where a recording is gathered until it has its name."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, TypeAlias

from ._core.body import crc64
from ._core.errors import InvalidQueryError, RecordingNotSavedError
from ._core.saving import Found
from ._core.store import Stored
from ._lock import claim, open_plainly

_BLOCK = 1024 * 1024
_FLUSHED = 8 * 1024 * 1024
_LONGEST_PARTIAL = 255 - len("..12345678.part")
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})

Progress: TypeAlias = Callable[[int, "int | None"], None]
"""Told after each piece: bytes so far, and bytes in all if the object store announced them."""


class PartialFile:
    """Gathered beside the target under a hidden name, and renamed when whole.

    ``.NAME.part`` holds the bytes; ``.NAME.part.json`` tells of which object they are, and is locked by whoever is
    writing. What a program that was killed has left behind is gone on with. Who finds another at work gathers the
    bytes under a name of its own; the last one to end gives the file its name.

    Args:
        target: The final name.
        on_progress: Told after each piece.
    """

    def __init__(self, target: Path, on_progress: Progress | None = None) -> None:
        self.target = target
        self._partial, self._notes = _names(target)
        self._progress = on_progress
        self._lock: int | None = None
        self._file: IO[bytes] | None = None
        self._at = 0
        self._flushed = 0
        self._stored = Stored()
        self._notes_tell: Stored | None = None
        self._left = False
        self._using = threading.RLock()  # an asynchronous download that is given up leaves while a thread is at work

    def look(self) -> Found:
        """What is there: the file under its name, and bytes of an earlier attempt."""
        with self._using, _told(self.target):
            there = _sum(Path(os.path.realpath(self.target)))
            file = None if there is None else Stored(there[1], None, there[0])
            self._lock = claim(self._notes, make=False)
            stored = None if self._lock is None else _noted(self._lock)
            partial = None if stored is None else _sum(self._partial)
            if stored is None or partial is None or (stored.length is not None and partial[1] > stored.length):
                return Found(file)
            self._stored = self._notes_tell = stored
            self._at = partial[1]
            return Found(file, at=partial[1], crc=partial[0], stored=stored)

    def start(self, at: int, stored: Stored) -> None:
        """What follows is the object from this byte on.

        Raises:
            RecordingNotSavedError: The directory cannot be written, or has no room for it.
        """
        with self._using, _told(self.target):
            file = self._file if self._file is not None else self._open(keep=at > 0)
            if os.fstat(file.fileno()).st_size < at:
                raise self._meddled()
            file.truncate(at)  # before the notes: bytes of another object must never stand beside them
            if stored != self._notes_tell:
                self._note(stored)
            file.seek(at)
            self._stored = stored
            self._at = self._flushed = at
            self._check_room(stored)

    def write(self, chunk: bytes) -> None:
        """The next bytes: on their way to the disk at once, so that no crash of the program loses them."""
        file = self._file
        if file is None:
            return
        try:
            written = file.write(chunk)
            while written < len(chunk):  # a disk that is nearly full takes a part
                written += file.write(memoryview(chunk)[written:])
        except OSError as error:
            raise _refused(self.target, error) from error
        self._at += written
        if self._at - self._flushed >= _FLUSHED:
            self._flush(file)
        if self._progress is not None:
            self._progress(self._at, self._stored.length)

    def settle(self) -> None:
        """All bytes have come: the file gets its name, once it is safe on the disk."""
        with self._using, _told(self.target):
            file = self._file if self._file is not None else self._open(keep=True)  # every byte was there
            if os.fstat(file.fileno()).st_size != self._at:
                raise self._meddled()
            os.fsync(file.fileno())
            file.close()
            self._partial.replace(self.target)
            self._file = None  # not sooner: what cannot be renamed is still there to be left
            _sync_directory(self.target.parent)
            self._let_go(forget=True)

    def tidy(self) -> None:
        """What was gathered is worth nothing, now or by an earlier attempt: it is removed."""
        with self._using, _told(self.target):
            self._drop(keep=False)

    def leave(self) -> None:
        """Stops here, for good. Bytes that can be gone on with later stay, hidden; nothing else does."""
        with self._using:
            self._left = True
            self._drop(keep=self._lock is not None and self._at > 0 and self._stored.etag is not None)

    def _drop(self, *, keep: bool) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.close()
        if not keep and (file is not None or self._lock is not None):
            with suppress(OSError):  # it is hidden, and no trouble to who hears of another one
                self._partial.unlink(missing_ok=True)
        if self._lock is not None:
            self._let_go(forget=not self._partial.exists())

    def _open(self, *, keep: bool) -> IO[bytes]:
        if self._left:
            raise RecordingNotSavedError(f"{str(self.target)!r} was given up.")
        self.target.parent.mkdir(parents=True, exist_ok=True)
        if self._lock is None:
            self._lock = claim(self._notes, make=True)
        if self._lock is None:  # somebody else is at it
            self._partial = self._partial.with_name(f"{self._partial.stem}.{os.urandom(4).hex()}.part")
        self._file = open(self._partial, "r+b" if keep else "w+b", buffering=0, opener=open_plainly)  # noqa: SIM115 - Path.open takes no opener
        return self._file

    def _note(self, stored: Stored) -> None:
        self._notes_tell = stored
        if self._lock is None:
            return
        told = {"etag": stored.etag, "length": stored.length, "crc64": stored.crc64}
        os.ftruncate(self._lock, 0)
        os.lseek(self._lock, 0, os.SEEK_SET)
        os.write(self._lock, json.dumps(told).encode())

    def _meddled(self) -> RecordingNotSavedError:
        return RecordingNotSavedError(
            f"{str(self._partial)!r} was changed by somebody else while it was gathered.", advice="Try again."
        )

    def _check_room(self, stored: Stored) -> None:
        free, to_come = shutil.disk_usage(self.target.parent).free, (stored.length or 0) - self._at
        if to_come > free:
            raise RecordingNotSavedError(
                f"{str(self.target.parent)!r} has no room: {to_come:,} bytes are to come and {free:,} are free.",
                advice="Make room, or save it elsewhere; what came so far is gone on with.",
                lasting=True,
            )

    def _flush(self, file: IO[bytes]) -> None:
        """Starts the writing to the disk, so that the end need not wait for all of it."""
        if hasattr(os, "posix_fadvise"):  # pragma: no branch - Linux has it
            os.posix_fadvise(file.fileno(), self._flushed, self._at - self._flushed, os.POSIX_FADV_DONTNEED)
        self._flushed = self._at

    def _let_go(self, *, forget: bool) -> None:
        """Lets others have the partial file, and removes the notes if there is nothing to tell any more."""
        lock, self._lock = self._lock, None
        if lock is None:  # another one's
            return
        if forget and sys.platform != "win32":  # while it is ours, so that nobody else's are removed
            self._forget()
        os.close(lock)
        if forget and sys.platform == "win32":  # pragma: no cover - an open file cannot be removed there
            self._forget()

    def _forget(self) -> None:
        with suppress(OSError):  # notes of nothing do no harm
            self._notes.unlink(missing_ok=True)


def _names(target: Path) -> tuple[Path, Path]:
    """Where the bytes are gathered, and what tells of which object they are."""
    name = target.name
    if len(os.fsencode(name)) > _LONGEST_PARTIAL:
        name = f"{name[:50]}~{hashlib.sha256(os.fsencode(name)).hexdigest()[:16]}"
    return target.with_name(f".{name}.part"), target.with_name(f".{name}.part.json")


def _sum(path: Path) -> tuple[int, int] | None:
    """Checksum and length of a file; None if there is none."""
    crc, length = 0, 0
    try:
        with open(path, "rb", buffering=0, opener=open_plainly) as file:
            while block := file.read(_BLOCK):
                crc, length = crc64(block, crc), length + len(block)
    except FileNotFoundError:
        return None
    return crc, length


def _noted(notes: int) -> Stored | None:
    """The object that the notes tell of; None if they are not whole."""
    try:
        told: Any = json.loads(os.read(notes, 4096))
        length, etag, crc = told["length"], told["etag"], told["crc64"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    if not isinstance(etag, str) or not all(one is None or type(one) is int for one in (length, crc)):
        return None
    return Stored(length, etag, crc)


def _sync_directory(directory: Path) -> None:
    """Makes a renaming last, where directories can be opened and it is for us to say."""
    with suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def _told(target: Path) -> Generator[None, None, None]:
    """What the file system refuses, as an error that names the file and says what to do."""
    try:
        yield
    except OSError as error:
        raise _refused(target, error) from error


def _refused(target: Path, error: OSError) -> RecordingNotSavedError:
    return RecordingNotSavedError(
        f"{str(error.filename or target)!r} cannot be written: {error.strerror or error}.",
        advice="Check its permissions, the room there and the name.",
        lasting=error.errno in _NO_ROOM,
    )


def target_of(where: str | os.PathLike[str], file_name: str) -> Path:
    """Where a file goes: into a directory under its own name, or under the name given.

    A link is followed where it was given by name; one that bears the recording's own name is replaced.

    Raises:
        InvalidQueryError: There is something that is no file and must not be replaced, such as a device or a pipe.
    """
    if "\0" in str(where):
        raise InvalidQueryError("where: no path holds a NUL.")
    path = Path(where)
    with _told(path):
        is_directory = path.is_dir() or str(where).endswith(("/", os.sep))
        target = path / file_name if is_directory else path
        if target.is_symlink() and not is_directory:
            target = _led_to(target)
        if target.exists() and not target.is_file():
            raise InvalidQueryError(f"where: {str(target)!r} is there and is no regular file.")
        return target


def _led_to(link: Path) -> Path:
    try:
        return link.resolve()
    except RuntimeError as error:  # what Python says of a link that leads to itself, before 3.13
        raise InvalidQueryError(f"where: the link {str(link)!r} leads to itself.") from error

"""A lock on a file that the system takes back when its holder ends, however it ends."""

from __future__ import annotations

import errno
import os
import stat
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform == "win32":  # pragma: no cover - the other branch is the one under test
    import msvcrt

    _BEHIND_ANY_DATA = 1 << 40

    def _try_lock(descriptor: int) -> None:
        os.lseek(descriptor, _BEHIND_ANY_DATA, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)
else:
    import fcntl

    def _try_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


# A hidden name can be guessed: what somebody put there, to lead elsewhere or to wait for ever, is not followed.
FLAGS = getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_LOOK_AGAIN_SECONDS = 0.05
_PATIENCE_SECONDS = 300.0


def open_plainly(path: str, flags: int) -> int:
    """Opens a regular file, and nothing else: an opener, as `open` takes one.

    Raises:
        OSError: It is a link, a pipe or another thing, or cannot be opened.
    """
    descriptor = os.open(path, flags | FLAGS, 0o666)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "It is no regular file", str(path))
    return descriptor


def claim(path: Path, *, make: bool) -> int | None:
    """Opens a file for this holder alone; gives its descriptor, whose closing lets go of it.

    Args:
        path: The file.
        make: Whether to make it if it is not there.

    Returns:
        None if somebody else has it, or if it is not there and is not to be made.

    Raises:
        OSError: It cannot be opened.
    """
    while True:
        try:
            descriptor = open_plainly(str(path), os.O_RDWR | (os.O_CREAT if make else 0))
        except FileNotFoundError:
            if make:
                raise
            return None
        try:
            _try_lock(descriptor)
            if _is_at(descriptor, path):
                return descriptor
        except OSError:
            os.close(descriptor)
            return None
        os.close(descriptor)  # its last holder removed it between the two: what is locked has no name any more


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        there = path.stat()
    except FileNotFoundError:
        return False
    return os.path.samestat(os.fstat(descriptor), there)


@contextmanager
def alone(path: Path) -> Generator[None, None, None]:
    """Holds a lock, of which nothing is left; waits for whoever has it, but not for ever.

    Where a file system has no locks nobody ever gets one.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while (descriptor := claim(path, make=True)) is None and time.monotonic() < deadline:
        time.sleep(_LOOK_AGAIN_SECONDS)
    try:
        yield
    finally:
        if descriptor is not None:
            if sys.platform != "win32":  # pragma: no branch - while it is ours, so that nobody else's is removed
                with suppress(OSError):
                    path.unlink(missing_ok=True)
            os.close(descriptor)

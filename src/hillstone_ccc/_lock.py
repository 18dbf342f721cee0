"""A lock on a file that the system takes back when its holder ends, however it ends."""

from __future__ import annotations

import os
import sys
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


_BINARY = getattr(os, "O_BINARY", 0)


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
            descriptor = os.open(path, os.O_RDWR | _BINARY | (os.O_CREAT if make else 0), 0o666)
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

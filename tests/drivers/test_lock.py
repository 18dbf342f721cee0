"""A lock is one holder's, and goes with it."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from hillstone_ccc._lock import alone, claim

Running = Callable[..., "subprocess.Popen[str]"]
PATIENCE = 60  # seconds after which a test that waits for another process has failed

HOLDER = """
import sys
from pathlib import Path
from hillstone_ccc._lock import claim

print(claim(Path(sys.argv[1]), make=True) is not None, flush=True)
sys.stdin.read()
"""

# Takes the lock again and again and removes the file each time, as whoever holds it may; while it is held, nobody else
# may hold it, so that the mark is nobody's.
CONTENDER = """
import os, sys
from pathlib import Path
from hillstone_ccc._lock import claim

path, mark = Path(sys.argv[1]), Path(sys.argv[1] + ".held")
print("ready", flush=True)
sys.stdin.readline()
held = 0
while held < 300:
    lock = claim(path, make=True)
    if lock is None:
        continue
    os.close(os.open(mark, os.O_CREAT | os.O_EXCL))
    held += 1
    mark.unlink()
    path.unlink()
    os.close(lock)
print(held)
"""


@pytest.fixture
def running() -> Iterator[Running]:
    """Starts programs of ours, ``running(program, argument, …)``, which end with the test at the latest."""
    with ExitStack() as stack:

        def start(program: str, *told: object) -> subprocess.Popen[str]:
            command = [sys.executable, "-c", program, *map(str, told)]
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            stack.enter_context(process)
            stack.callback(process.kill)
            return process

        yield start


def _open_files() -> list[str]:
    return sorted(path.name for path in Path("/dev/fd").iterdir())


def test_a_lock_is_one_holders(tmp_path: Path) -> None:
    """Whoever comes second gets nothing, until the first lets go."""
    path = tmp_path / "notes"
    lock = claim(path, make=True)
    assert lock is not None
    before = _open_files()
    assert None is claim(path, make=True)
    assert None is claim(path, make=False)
    assert before == _open_files()
    os.close(lock)
    again = claim(path, make=False)
    assert again is not None
    os.close(again)


def test_what_is_not_there_is_made_only_if_asked_for(tmp_path: Path) -> None:
    """Who only looks leaves nothing behind."""
    path = tmp_path / "notes"
    assert None is claim(path, make=False)
    assert [] == list(tmp_path.iterdir())
    lock = claim(path, make=True)
    assert lock is not None
    os.close(lock)
    assert [path] == list(tmp_path.iterdir())


def test_what_the_file_holds_is_read_and_written_through_the_lock(tmp_path: Path) -> None:
    """Claiming changes nothing in it, and begins at its first byte."""
    path = tmp_path / "notes"
    path.write_bytes(b"told")
    lock = claim(path, make=True)
    assert lock is not None
    assert b"told" == os.read(lock, 10)
    assert 1 == os.write(lock, b"!")
    os.close(lock)
    assert b"told!" == path.read_bytes()


def test_what_cannot_be_opened_is_said(tmp_path: Path) -> None:
    """A directory is no lock, and a file needs one to be in."""
    with pytest.raises(IsADirectoryError):
        claim(tmp_path, make=True)
    with pytest.raises(FileNotFoundError):
        claim(tmp_path / "none" / "notes", make=True)
    assert None is claim(tmp_path / "none" / "notes", make=False)


def test_what_was_planted_is_no_lock(tmp_path: Path) -> None:
    """A pipe is not waited at, and a link is not followed, whether it leads somewhere or not; nothing stays open."""
    before = _open_files()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="It is no regular file") as caught:
        claim(tmp_path / "pipe", make=True)
    assert (errno.EINVAL, str(tmp_path / "pipe")) == (caught.value.errno, caught.value.filename)
    (tmp_path / "real").write_bytes(b"stays")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "dangling").symlink_to(tmp_path / "none")
    for name in ("link", "dangling"):
        with pytest.raises(OSError, match=name) as caught:
            claim(tmp_path / name, make=True)
        assert errno.ELOOP == caught.value.errno
    assert b"stays" == (tmp_path / "real").read_bytes()
    assert not (tmp_path / "none").exists()
    assert before == _open_files()


def test_a_lock_goes_with_a_killed_holder(tmp_path: Path, running: Running) -> None:
    """The system takes it back from a process that SIGKILL ended."""
    path = tmp_path / "notes"
    holder = running(HOLDER, path)
    assert holder.stdout is not None
    assert "True\n" == holder.stdout.readline()
    assert None is claim(path, make=True)
    holder.kill()
    assert -9 == holder.wait(PATIENCE)
    lock = claim(path, make=False)
    assert lock is not None
    os.close(lock)


def _gone(path: Path) -> None:
    path.unlink()


def _made_anew(path: Path) -> None:
    path.rename(path.with_name("old"))  # so that its inode is not given away again
    path.touch()


@pytest.mark.parametrize("change", [_gone, _made_anew])
def test_a_file_that_is_removed_before_it_is_locked_is_no_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None]
) -> None:
    """The last holder may remove the file between the opening and the locking: the one under the name is locked."""
    path = tmp_path / "notes"
    path.touch()
    locking, changes = fcntl.flock, [change]

    def lock_later(descriptor: int, operation: int) -> None:
        if changes:
            changes.pop()(path)
        locking(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", lock_later)
    lock = claim(path, make=True)
    assert [] == changes
    assert lock is not None
    assert os.path.samestat(os.fstat(lock), path.stat())
    assert None is claim(path, make=True)
    os.close(lock)


def test_a_file_that_is_removed_before_it_is_locked_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who would not make it gets nothing then, and nothing stays open."""
    path = tmp_path / "notes"
    path.touch()
    before, locking = _open_files(), fcntl.flock

    def lock_later(descriptor: int, operation: int) -> None:
        path.unlink()
        locking(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", lock_later)
    assert None is claim(path, make=False)
    assert before == _open_files()
    assert [] == list(tmp_path.iterdir())


def test_processes_that_remove_what_they_hold_never_hold_it_together(tmp_path: Path, running: Running) -> None:
    """However often the file comes and goes, one of them has it at a time."""
    contenders = [running(CONTENDER, tmp_path / "notes") for _ in range(3)]
    for contender in contenders:
        assert contender.stdout is not None
        assert "ready\n" == contender.stdout.readline()
    for contender in contenders:
        assert contender.stdin is not None
        contender.stdin.write("\n")
        contender.stdin.flush()
    assert ["300\n"] * 3 == [contender.communicate(timeout=PATIENCE)[0] for contender in contenders]
    assert [] == list(tmp_path.iterdir())


def test_who_is_alone_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One after the other, whatever happens to the first, and nothing of the lock is left."""
    path, order = tmp_path / "lock", []

    waits = threading.Event()
    monkeypatch.setattr(time, "sleep", lambda _seconds: waits.set())

    def second() -> None:
        with alone(path):
            order.append("second")

    thread = threading.Thread(target=second)
    with pytest.raises(ZeroDivisionError), alone(path):  # noqa: PT012 - what is alone is a block
        thread.start()
        assert waits.wait(PATIENCE)
        assert None is claim(path, make=True)
        order.append("first")
        raise ZeroDivisionError
    thread.join(PATIENCE)
    assert ["first", "second"] == order
    assert [] == list(tmp_path.iterdir())


def test_where_there_are_no_locks_nobody_waits_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while it is gone on without one."""
    monkeypatch.setattr("hillstone_ccc._lock._try_lock", _refuse)
    monkeypatch.setattr("hillstone_ccc._lock._PATIENCE_SECONDS", 0.1)
    with alone(tmp_path / "lock"):
        assert claim(tmp_path / "lock", make=True) is None


def _refuse(_descriptor: int) -> None:
    raise OSError(errno.ENOLCK, "No locks available")

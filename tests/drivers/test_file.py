"""A file is there whole, under its name, or not at all; what came of it before is gone on with."""

from __future__ import annotations

import errno
import io
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import attrs
import pytest

from hillstone_ccc import CCCError, InvalidQueryError, RecordingNotSavedError, _file
from hillstone_ccc._core.body import crc64
from hillstone_ccc._core.saving import Found
from hillstone_ccc._core.store import Stored
from hillstone_ccc._file import _FLUSHED, PartialFile, target_of

BODY = b"123456789"
CRC = 0x995DC9BBDF1939FA  # the check value that catalogues of checksums give for those bytes
OBJECT = Stored(9, '"E-1"', CRC)
HIDDEN = [".a.wav.part", ".a.wav.part.json"]
Running = Callable[..., "subprocess.Popen[str]"]
PATIENCE = 60  # seconds after which a test that waits for another process or thread has failed

# Does as it is told, line by line, and says so; with "die" it kills itself at the n-th syncing of a file.
OTHER = """
import json, os, signal, sys
from pathlib import Path
from hillstone_ccc._core.store import Stored
from hillstone_ccc._file import PartialFile

def die(number, sync=os.fsync):
    def counted(descriptor):
        counted.left -= 1
        if not counted.left:
            os.kill(os.getpid(), signal.SIGKILL)
        sync(descriptor)
    counted.left = number
    os.fsync = counted

file = PartialFile(Path(sys.argv[1]))
for line in sys.stdin:
    do, *told = json.loads(line)
    if do == "die":
        die(*told)
    elif do == "start":
        file.start(told[0], Stored(*told[1]))
    elif do == "write":
        file.write(told[0].encode())
    else:
        getattr(file, do)()
    print("done", flush=True)
"""

# Writes numbers, and says each once it is written, until it is killed.
ENDLESS = """
import itertools, sys
from pathlib import Path
from hillstone_ccc._core.store import Stored
from hillstone_ccc._file import PartialFile

file = PartialFile(Path(sys.argv[1]))
file.look()
file.start(0, Stored(10**9, '"E-1"', None))
for number in itertools.count():
    file.write(b"%07d\\n" % number)
    print(number, flush=True)
"""

# Saves its own body under the name again and again, in small pieces, as fast as it can.
RIVAL = """
import sys
from pathlib import Path
from hillstone_ccc._core.body import crc64
from hillstone_ccc._core.store import Stored
from hillstone_ccc._file import PartialFile

body = sys.argv[2].encode() * 5000
stored = Stored(len(body), f'"{sys.argv[2]}"', crc64(body))
print("ready", flush=True)
sys.stdin.readline()
for _ in range(40):
    file = PartialFile(Path(sys.argv[1]))
    at = file.look().at
    assert at == 0, at
    file.start(0, stored)
    for first in range(0, len(body), 500):
        file.write(body[first : first + 500])
    file.settle()
    file.leave()
print("done")
"""

# Meets the largest size that a file may have here, in the middle of a piece.
LIMITED = """
import resource, sys
from pathlib import Path
from hillstone_ccc import RecordingNotSavedError
from hillstone_ccc._core.store import Stored
from hillstone_ccc._file import PartialFile

soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
file = PartialFile(Path(sys.argv[1]))
file.look()
file.start(0, Stored(1200, '"E-1"', None))
file.write(b"a" * 600)
try:
    file.write(b"b" * 600)
except RecordingNotSavedError as error:
    print(error.lasting, error.message)
file.leave()
resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
"""

# Looks at a file in a directory in which it may remove nothing, and gives up; the lock is not kept.
LEAVING = """
import os, sys
from pathlib import Path
from hillstone_ccc._file import PartialFile
from hillstone_ccc._lock import claim
import fastcrc.crc64  # now: whoever is nobody may not be able to read where the clone lies

if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
path = Path(sys.argv[1])
file = PartialFile(path)
print(file.look())
file.leave()
assert claim(path.with_name(f".{path.name}.part.json"), make=False) is not None
print("left")
"""

# Tries to save into a directory without the rights of whoever owns everything.
UNPRIVILEGED = """
import os, sys
from pathlib import Path
from hillstone_ccc import RecordingNotSavedError
from hillstone_ccc._core.store import Stored
from hillstone_ccc._file import PartialFile

if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
file = PartialFile(Path(sys.argv[1]))
print(file.look())
try:
    file.start(0, Stored(9))
except RecordingNotSavedError as error:
    print(error.lasting, error.message)
file.leave()
"""


@attrs.define
class Other:
    """A process of its own that saves a file as it is told."""

    process: subprocess.Popen[str]

    def tell(self, do: str, *told: Any) -> str:
        """What comes of it: ``done``, or nothing if that was its end."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([do, *told]) + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def kill(self) -> None:
        """Ends it in the hardest way there is."""
        self.process.kill()
        assert -9 == self.process.wait(PATIENCE)


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


def _printed(program: str, *told: object) -> str:
    """What a program says that could not write down which lines it ran."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    command = [sys.executable, "-c", program, *map(str, told)]
    run = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True, timeout=PATIENCE)
    return run.stdout


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """The final name, in a directory of its own."""
    return tmp_path / "a.wav"


@pytest.fixture
def other(target: Path, running: Running) -> Other:
    """Another process that is to save the same file, and has got as far as looking."""
    other = Other(running(OTHER, target))
    assert "done" == other.tell("look")
    return other


def _listing(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def _begun(target: Path, *chunks: bytes, at: int = 0, stored: Stored = OBJECT) -> PartialFile:
    file = PartialFile(target)
    file.look()
    file.start(at, stored)
    for chunk in chunks:
        file.write(chunk)
    return file


def _left(target: Path, *chunks: bytes, stored: Stored = OBJECT) -> None:
    _begun(target, *chunks, stored=stored).leave()


def _looked(target: Path) -> Found:
    file = PartialFile(target)
    found = file.look()
    file.leave()
    return found


@pytest.mark.parametrize("stored", [OBJECT, Stored(9), Stored()])
def test_a_whole_body_gets_its_name(target: Path, stored: Stored) -> None:
    """Whatever was told of it, it is there and nothing beside it."""
    file = _begun(target, b"1234", b"", b"56789", stored=stored)
    file.settle()
    file.leave()
    assert BODY == target.read_bytes()
    assert ["a.wav"] == _listing(target.parent)


def test_an_empty_body_is_an_empty_file(target: Path) -> None:
    """Nothing was announced as nothing, and came."""
    _begun(target, stored=Stored(0)).settle()
    assert b"" == target.read_bytes()
    assert ["a.wav"] == _listing(target.parent)


def test_nothing_stands_under_the_name_before_the_end(target: Path) -> None:
    """The bytes gather beside it, hidden, and the notes tell of which object they are."""
    file = _begun(target, b"1234")
    assert HIDDEN == _listing(target.parent)
    assert b"1234" == (target.parent / HIDDEN[0]).read_bytes()
    assert {"etag": '"E-1"', "length": 9, "crc64": CRC} == json.loads((target.parent / HIDDEN[1]).read_bytes())
    file.leave()


def test_what_is_there_is_told(target: Path) -> None:
    """Nothing, or the file under its name by length and checksum."""
    assert Found() == _looked(target)
    target.write_bytes(BODY)
    assert Found(Stored(9, None, CRC)) == _looked(target)
    target.write_bytes(bytes(3 * 1024 * 1024 + 1))
    assert Found(Stored(3 * 1024 * 1024 + 1, None, crc64(bytes(3 * 1024 * 1024 + 1)))) == _looked(target)


def test_looking_leaves_nothing(target: Path) -> None:
    """Not a directory, not a note."""
    _looked(target.parent / "one" / "two" / "a.wav")
    assert [] == _listing(target.parent)


def test_directories_are_made(target: Path) -> None:
    """Once there is something to put into them, however deep they are."""
    deep = target.parent / "one" / "two" / "a.wav"
    _begun(deep, BODY).settle()
    assert BODY == deep.read_bytes()


def test_an_older_file_stays_until_the_new_one_is_whole(target: Path) -> None:
    """It is replaced in one step, or not at all."""
    target.write_bytes(b"old")
    file = _begun(target, BODY)
    assert b"old" == target.read_bytes()
    file.leave()
    assert b"old" == target.read_bytes()
    file = _begun(target, at=9)
    file.settle()
    assert BODY == target.read_bytes()
    assert ["a.wav"] == _listing(target.parent)


def test_a_second_beginning_starts_anew(target: Path) -> None:
    """What a broken attempt left is not part of the next, nor are its notes."""
    file = _begun(target, b"a longer body than the next")
    file.start(0, attrs.evolve(OBJECT, etag='"E-2"'))
    assert '"E-2"' == json.loads((target.parent / HIDDEN[1]).read_bytes())["etag"]
    file.write(BODY)
    file.settle()
    assert BODY == target.read_bytes()


def test_it_goes_on_where_it_is_told(target: Path) -> None:
    """Bytes behind that count no more."""
    file = _begun(target, b"1234xyz and more")
    file.start(4, OBJECT)
    assert b"1234" == (target.parent / HIDDEN[0]).read_bytes()
    file.write(b"56789")
    file.settle()
    assert BODY == target.read_bytes()


def test_what_was_left_is_gone_on_with(target: Path) -> None:
    """The next attempt finds how many bytes there are, their checksum, and the object they are of."""
    _left(target, b"12", b"34")
    assert HIDDEN == _listing(target.parent)
    file = PartialFile(target)
    assert Found(at=4, crc=crc64(b"1234"), stored=OBJECT) == file.look()
    file.start(4, OBJECT)
    file.write(b"56789")
    file.settle()
    assert BODY == target.read_bytes()
    assert ["a.wav"] == _listing(target.parent)


def test_what_was_left_stays_when_it_was_only_looked_at(target: Path) -> None:
    """Giving up before the first byte loses nothing."""
    _left(target, b"1234")
    assert _looked(target) == _looked(target)
    assert Found(at=4, crc=crc64(b"1234"), stored=OBJECT) == _looked(target)


def test_what_was_left_whole_only_needs_its_name(target: Path) -> None:
    """No byte has to come then."""
    _left(target, BODY)
    file = PartialFile(target)
    assert Found(at=9, crc=CRC, stored=OBJECT) == file.look()
    file.settle()
    assert BODY == target.read_bytes()
    assert ["a.wav"] == _listing(target.parent)


@pytest.mark.parametrize(
    ("stored", "chunks"),
    [
        (OBJECT, []),
        (Stored(9, None, CRC), [b"1234"]),  # without an ETag nobody can ask for the rest of this very object
        (Stored(), [b"1234"]),
    ],
)
def test_what_cannot_be_gone_on_with_is_removed(target: Path, stored: Stored, chunks: list[bytes]) -> None:
    """No bytes, or bytes of nobody knows which object: nothing hidden is left."""
    _left(target, *chunks, stored=stored)
    assert [] == _listing(target.parent)


def test_the_notes_may_tell_no_length_and_no_checksum(target: Path) -> None:
    """The ETag alone is enough to go on."""
    _left(target, b"1234", stored=Stored(None, '"E-1"', None))
    assert Found(at=4, crc=crc64(b"1234"), stored=Stored(None, '"E-1"', None)) == _looked(target)


@pytest.mark.parametrize(
    "notes",
    [
        None,
        "",
        "{",
        '{"etag": "\\"E-1\\"", "length": 9, "crc',
        "null",
        "[]",
        "9",
        '"text"',
        "{}",
        '{"etag": "\\"E-1\\"", "length": 9}',
        '{"etag": null, "length": 9, "crc64": 1}',
        '{"etag": 1, "length": 9, "crc64": 1}',
        '{"etag": "\\"E-1\\"", "length": "9", "crc64": 1}',
        '{"etag": "\\"E-1\\"", "length": 9.0, "crc64": 1}',
        '{"etag": "\\"E-1\\"", "length": true, "crc64": 1}',
        '{"etag": "\\"E-1\\"", "length": 9, "crc64": "1"}',
        "\udcff\udcfe{}",
        "[" * 4096,
        '{"etag": "\\"E-1\\"", "length": 3, "crc64": 1}',  # of an object shorter than what is there
    ],
)
def test_without_sound_notes_it_begins_anew(target: Path, notes: str | None) -> None:
    """Torn, strange or absent notes make nothing of the bytes that are there; the file gets whole all the same."""
    (target.parent / HIDDEN[0]).write_bytes(b"xxxx")
    if notes is not None:
        (target.parent / HIDDEN[1]).write_bytes(os.fsencode(notes))
    file = PartialFile(target)
    assert Found() == file.look()
    file.start(0, OBJECT)
    assert b"" == (target.parent / HIDDEN[0]).read_bytes()
    file.write(BODY)
    file.settle()
    assert BODY == target.read_bytes()
    assert ["a.wav"] == _listing(target.parent)


@pytest.mark.parametrize("notes", ["", '{"etag": "\\"E-1\\"", "length": 3, "crc64": 1}'])
def test_what_nobody_can_go_on_with_does_not_stay(target: Path, notes: str) -> None:
    """Whoever finds such bytes and gives up takes them away."""
    (target.parent / HIDDEN[0]).write_bytes(b"xxxx")
    (target.parent / HIDDEN[1]).write_text(notes)
    assert Found() == _looked(target)
    assert [] == _listing(target.parent)


def test_notes_of_a_longer_object_are_gone_on_with(target: Path) -> None:
    """As many bytes as there may be: up to the length that they tell."""
    _left(target, BODY, stored=attrs.evolve(OBJECT, length=10))
    assert 9 == _looked(target).at
    _left(target, BODY, stored=attrs.evolve(OBJECT, length=9))
    assert 9 == _looked(target).at


def test_bytes_never_stand_beside_notes_of_another_object(target: Path) -> None:
    """Also where nothing is told of the new one: what an earlier object's notes told is gone before its bytes come."""
    _left(target, b"1234")
    (target.parent / HIDDEN[0]).unlink()
    file = _begun(target, b"xyz", stored=Stored())
    notes = (target.parent / HIDDEN[1]).read_text()
    assert "E-1" not in notes
    file.leave()
    assert [] == _listing(target.parent)


@pytest.mark.parametrize("written", [b"1234", BODY])
def test_bytes_that_vanished_are_not_made_up(target: Path, written: bytes) -> None:
    """Somebody removed what was to be gone on with: nothing that was not written gets the name."""
    _left(target, written)
    file = PartialFile(target)
    at = file.look().at
    (target.parent / HIDDEN[0]).unlink()
    with pytest.raises(RecordingNotSavedError):  # noqa: PT012 - whichever of them notices
        if at < len(BODY):
            file.start(at, OBJECT)
            file.write(BODY[at:])
        file.settle()
    file.leave()
    assert [] == _listing(target.parent)


@pytest.mark.parametrize("there", [b"123", b"123456789x"])
def test_bytes_that_others_change_get_no_name(target: Path, there: bytes) -> None:
    """Fewer or more than were gathered: somebody else was at them."""
    file = _begun(target, BODY)
    (target.parent / HIDDEN[0]).write_bytes(there)
    with pytest.raises(RecordingNotSavedError, match=r"'.*\.a\.wav\.part' was changed by somebody else") as caught:
        file.settle()
    assert caught.value.lasting is False
    assert caught.value.advice is not None
    file.leave()
    assert HIDDEN == _listing(target.parent)


def test_bytes_that_others_take_away_are_not_gone_on_with(target: Path) -> None:
    """What is written next would stand behind a hole."""
    _left(target, b"1234")
    file = PartialFile(target)
    at = file.look().at
    (target.parent / HIDDEN[0]).write_bytes(b"123")
    with pytest.raises(RecordingNotSavedError, match="was changed by somebody else"):
        file.start(at, OBJECT)
    file.leave()
    assert 3 == _looked(target).at


def test_what_was_given_up_gets_no_name(target: Path) -> None:
    """Whoever is late with the last step finds nothing to name."""
    file = _begun(target, BODY, stored=Stored(9))
    file.leave()
    steps: list[Callable[[], None]] = [lambda: file.start(0, OBJECT), file.settle]
    for step in steps:
        with pytest.raises(RecordingNotSavedError, match=r"a\.wav' was given up") as caught:
            step()
        assert caught.value.lasting is False
    file.leave()
    assert [] == _listing(target.parent)


def test_who_never_began_has_nothing_to_name(target: Path) -> None:
    """No byte has come, so there is no file."""
    file = PartialFile(target)
    file.look()
    with pytest.raises(RecordingNotSavedError):
        file.settle()
    file.leave()
    assert [] == _listing(target.parent)


def test_after_leaving_nothing_more_is_written(target: Path) -> None:
    """A piece that comes late is passed over, and leaving twice does no harm."""
    told: list[int] = []
    file = PartialFile(target, lambda at, _: told.append(at))
    file.write(b"too early")
    file.look()
    file.start(0, OBJECT)
    file.write(b"1234")
    file.leave()
    file.write(b"5678")
    file.leave()
    assert [4] == told
    assert b"1234" == (target.parent / HIDDEN[0]).read_bytes()


def test_the_file_that_was_meant_is_tidied_up(target: Path) -> None:
    """What earlier attempts left is gone, and the file is as it was."""
    target.write_bytes(b"meant")
    _left(target, b"1234")
    file = PartialFile(target)
    file.look()
    file.tidy()
    assert ["a.wav"] == _listing(target.parent)
    file.tidy()
    assert b"meant" == target.read_bytes()
    assert Found(Stored(5, None, crc64(b"meant"))) == _looked(target)


def test_what_has_come_is_worth_nothing_when_it_is_tidied_up(target: Path, other: Other) -> None:
    """Neither the bytes that are being gathered stay, nor those beside somebody else's; that one goes on."""
    file = _begun(target, b"1234")
    file.tidy()
    assert [] == _listing(target.parent)
    other.tell("start", 0, attrs.astuple(OBJECT))
    file = _begun(target, b"1234")
    assert 3 == len(_listing(target.parent))
    file.tidy()
    file.write(b"late")
    file.leave()
    assert HIDDEN == _listing(target.parent)
    other.tell("write", BODY.decode())
    assert "done" == other.tell("settle")
    assert BODY == target.read_bytes()


def test_a_killed_process_loses_nothing(target: Path, other: Other) -> None:
    """What it had written is there, with its notes, and the lock went with it."""
    other.tell("start", 0, attrs.astuple(OBJECT))
    other.tell("write", "12")
    other.tell("write", "34")
    assert Found() == _looked(target)
    other.kill()
    file = PartialFile(target)
    assert Found(at=4, crc=crc64(b"1234"), stored=OBJECT) == file.look()
    file.start(4, OBJECT)
    file.write(b"56789")
    file.settle()
    assert BODY == target.read_bytes()
    assert ["a.wav"] == _listing(target.parent)


def test_a_process_killed_at_any_moment_leaves_a_beginning(target: Path, running: Running) -> None:
    """However far it got, the bytes that are there are the object's first ones."""
    process = running(ENDLESS, target)
    assert process.stdout is not None
    said = list(itertools.islice(process.stdout, 2000))
    process.kill()
    assert -9 == process.wait(PATIENCE)
    found = _looked(target)
    expected = b"".join(b"%07d\n" % number for number in range(found.at // 8 + 1))[: found.at]
    assert expected == (target.parent / HIDDEN[0]).read_bytes()
    assert found == Found(at=found.at, crc=crc64(expected), stored=Stored(10**9, '"E-1"', None))
    assert 8 * len(said) <= found.at


def test_a_process_killed_before_the_renaming_leaves_all_bytes(target: Path, other: Other) -> None:
    """The file has no name yet; the next attempt has only to give it."""
    other.tell("start", 0, attrs.astuple(OBJECT))
    other.tell("write", BODY.decode())
    other.tell("die", 1)
    assert "" == other.tell("settle")
    assert HIDDEN == _listing(target.parent)
    file = PartialFile(target)
    assert Found(at=9, crc=CRC, stored=OBJECT) == file.look()
    file.settle()
    assert BODY == target.read_bytes()
    assert ["a.wav"] == _listing(target.parent)


def test_a_process_killed_after_the_renaming_leaves_the_file(target: Path, other: Other) -> None:
    """Only the notes are left, which mean nothing any more and go with the next attempt."""
    other.tell("start", 0, attrs.astuple(OBJECT))
    other.tell("write", BODY.decode())
    other.tell("die", 2)
    assert "" == other.tell("settle")
    assert [HIDDEN[1], "a.wav"] == _listing(target.parent)
    file = PartialFile(target)
    assert Found(Stored(9, None, CRC)) == file.look()
    file.tidy()
    assert ["a.wav"] == _listing(target.parent)


@pytest.mark.parametrize("last", ["here", "there"])
def test_two_processes_at_one_file_do_not_mix(target: Path, other: Other, last: str) -> None:
    """Each gathers bytes of its own; the last one to end gives the file its name."""
    assert "done" == other.tell("start", 0, attrs.astuple(OBJECT))
    other.tell("write", "12345")
    file = _begun(target, b"abcde", stored=Stored(9, '"E-2"', None))
    other.tell("write", "6789")
    file.write(b"fghi")
    assert 3 == len(_listing(target.parent))
    ends = [lambda: other.tell("settle"), file.settle]
    for end in ends if last == "here" else reversed(ends):
        end()
    other.tell("leave")
    file.leave()
    assert (b"abcdefghi" if last == "here" else BODY) == target.read_bytes()
    assert ["a.wav"] == _listing(target.parent)


def test_who_comes_second_takes_nothing_from_the_first(target: Path, other: Other) -> None:
    """Neither giving up nor tidying up touches what somebody else is gathering."""
    other.tell("start", 0, attrs.astuple(OBJECT))
    other.tell("write", "12345")
    assert Found() == _looked(target)
    second = _begun(target, b"abcde")
    assert 3 == len(_listing(target.parent))
    second.leave()
    third = PartialFile(target)
    third.look()
    third.tidy()
    assert HIDDEN == _listing(target.parent)
    other.tell("write", "6789")
    assert "done" == other.tell("settle")
    assert BODY == target.read_bytes()
    assert ["a.wav"] == _listing(target.parent)


def test_who_is_done_takes_nothing_from_who_is_next(target: Path, other: Other) -> None:
    """Leaving comes after the file has its name: what is hidden then is somebody else's."""
    file = _begun(target, BODY)
    file.settle()
    other.tell("start", 0, attrs.astuple(OBJECT))
    assert [*HIDDEN, "a.wav"] == _listing(target.parent)
    file.leave()
    assert [*HIDDEN, "a.wav"] == _listing(target.parent)


def test_who_was_second_goes_on_with_what_a_killed_first_has_left(target: Path, other: Other) -> None:
    """The place is free again, though the file under the name is another one."""
    other.tell("start", 0, attrs.astuple(OBJECT))
    other.tell("write", "12345")
    second = _begun(target, b"abc", stored=Stored(3))
    other.kill()
    second.settle()
    assert Found(Stored(3, None, crc64(b"abc")), at=5, crc=crc64(b"12345"), stored=OBJECT) == _looked(target)


def test_processes_that_race_for_one_file_all_end(target: Path, running: Running) -> None:
    """The file is one of theirs, whole, and nothing is left beside it."""
    words = ["first!", "second", "third."]
    rivals = [running(RIVAL, target, word) for word in words]
    for rival in rivals:
        assert rival.stdout is not None
        assert "ready\n" == rival.stdout.readline()
    assert ["done\n"] * 3 == [rival.communicate("\n", PATIENCE)[0] for rival in rivals]
    assert target.read_text() in [word * 5000 for word in words]
    assert ["a.wav"] == _listing(target.parent)


def test_progress_is_told_after_each_piece(target: Path) -> None:
    """Bytes so far and in all; None where nothing was announced."""
    told: list[tuple[int, int | None]] = []
    for stored in (OBJECT, Stored()):
        file = PartialFile(target, lambda *both: told.append(both))
        file.look()
        file.start(0, stored)
        file.write(b"1234")
        file.write(b"56789")
        file.settle()
    assert [(4, 9), (9, 9), (4, None), (9, None)] == told


def test_progress_counts_what_was_there(target: Path) -> None:
    """Going on, the first piece tells of the bytes before it as well."""
    _left(target, b"1234")
    told: list[tuple[int, int | None]] = []
    file = PartialFile(target, lambda *both: told.append(both))
    file.start(file.look().at, OBJECT)
    file.write(b"567")
    file.write(b"89")
    assert [(7, 9), (9, 9)] == told
    file.leave()


@pytest.mark.skipif(not hasattr(os, "posix_fadvise"), reason="this system takes no such advice")
def test_a_large_body_is_on_its_way_to_the_disk_while_it_comes(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stretch by stretch, each from where the last stretch ended, so that the end need not wait for all of it."""
    told: list[tuple[int, int, int]] = []
    advise = os.posix_fadvise

    def heard(descriptor: int, *stretch: int) -> None:
        told.append((stretch[0], stretch[1], stretch[2]))
        advise(descriptor, *stretch)

    monkeypatch.setattr(os, "posix_fadvise", heard)
    piece = bytes(_FLUSHED // 2)
    file = _begun(target, b"123", piece, piece, piece, piece, b"456", stored=Stored())
    file.settle()
    once = 3 + _FLUSHED
    dont_need = os.POSIX_FADV_DONTNEED
    assert [(0, once, dont_need), (once, _FLUSHED, dont_need)] == told
    assert b"123" + 4 * piece + b"456" == target.read_bytes()


def test_the_bytes_are_on_the_disk_before_they_have_their_name(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """First the file, then its name in the directory."""
    synced: list[tuple[int, bool]] = []
    monkeypatch.setattr(os, "fsync", lambda file: synced.append((os.fstat(file).st_ino, target.exists())))
    _begun(target, BODY).settle()
    assert [(target.stat().st_ino, False), (target.parent.stat().st_ino, True)] == synced


def test_a_directory_that_cannot_be_synced_is_no_failure(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some file systems refuse that; the file is there all the same, and nothing stays open."""
    before = _listing(Path("/dev/fd"))

    def refused(descriptor: int, sync: Any = os.fsync) -> None:
        if os.path.samestat(os.fstat(descriptor), target.parent.stat()):
            raise OSError(errno.EINVAL, "Invalid argument")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", refused)
    _begun(target, BODY).settle()
    assert BODY == target.read_bytes()
    assert ["a.wav"] == _listing(target.parent)
    assert before == _listing(Path("/dev/fd"))


@pytest.mark.parametrize("step", ["look", "start", "settle", "tidy", "leave"])
def test_leaving_waits_for_what_a_thread_is_doing(target: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """While it works at the files, nobody else gets at them."""
    _left(target, b"1234")
    file = PartialFile(target)
    steps: dict[str, Callable[[], object]] = {
        "look": file.look,
        "start": lambda: file.start(0, Stored(4)),
        "settle": file.settle,
        "tidy": file.tidy,
        "leave": file.leave,
    }
    before = {"look": [], "start": ["look"], "settle": ["look"], "tidy": ["look"], "leave": ["look", "start"]}
    for earlier in before[step]:
        steps[earlier]()
    free: list[bool] = []

    def watched(call: Callable[..., Any]) -> Callable[..., Any]:
        def look_around(*told: Any, **more: Any) -> Any:
            thread = threading.Thread(target=lambda: free.append(file._using.acquire(blocking=False)))
            thread.start()
            thread.join(PATIENCE)
            return call(*told, **more)

        return look_around

    owner, name = {"look": (os, "open"), "start": (shutil, "disk_usage"), "settle": (os, "fsync")}.get(
        step, (Path, "unlink")
    )
    with monkeypatch.context() as patched:
        patched.setattr(owner, name, watched(getattr(owner, name)))
        steps[step]()
    assert {False} == set(free)
    file.leave()


def test_the_notes_are_written_once(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Part after part is of the same object: what is written while nothing changes could be torn."""
    written: list[int] = []

    def counted(descriptor: int, length: int, truncate: Callable[[int, int], None] = os.ftruncate) -> None:
        written.append(descriptor)
        truncate(descriptor, length)

    file = _begun(target, b"1234")
    monkeypatch.setattr(os, "ftruncate", counted)
    file.start(4, OBJECT)
    file.leave()
    _begun(target, b"56", at=4).leave()
    assert [] == written
    assert 6 == _looked(target).at


class Slow(io.FileIO):
    """A file of which each write takes three bytes at most, as the system may."""

    def write(self, data: Any) -> int:
        return super().write(bytes(data[:3]))


def test_a_write_that_takes_less_is_gone_on_with(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every byte of the piece gets written, in order."""
    told: list[int] = []
    file = PartialFile(target, lambda at, _: told.append(at))
    file.look()
    with monkeypatch.context() as patched:
        patched.setattr(_file, "open", lambda path, mode, **_: Slow(path, mode), raising=False)
        file.start(0, OBJECT)
    file.write(b"12345678")
    file.write(b"9")
    file.settle()
    assert [8, 9] == told
    assert BODY == target.read_bytes()


class Full(io.FileIO):
    """A file of which the disk takes five bytes and no more."""

    def write(self, data: Any) -> int:
        room = 5 - self.tell()
        if not room:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(bytes(data[:room]))


def test_a_disk_that_gets_full_keeps_what_was_written(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every other file would meet the same; what came is gone on with once there is room."""
    told: list[int] = []
    file = PartialFile(target, lambda at, _: told.append(at))
    file.look()
    with monkeypatch.context() as patched:
        patched.setattr(_file, "open", lambda path, mode, **_: Full(path, mode), raising=False)
        file.start(0, OBJECT)
    file.write(b"1234")
    with pytest.raises(RecordingNotSavedError, match="No space left on device") as caught:
        file.write(b"56789")
    assert caught.value.lasting is True
    assert [4] == told
    file.leave()
    assert Found(at=5, crc=crc64(b"12345"), stored=OBJECT) == _looked(target)


def test_a_file_that_grows_too_large_keeps_what_was_written(target: Path) -> None:
    """The system refuses the middle of a piece, by name; what came is gone on with."""
    told = _printed(LIMITED, target)
    assert f"False {str(target)!r} cannot be written: File too large.\n" == told
    assert Found(at=1000, crc=crc64(b"a" * 600 + b"b" * 400), stored=Stored(1200, '"E-1"', None)) == _looked(target)


@pytest.mark.parametrize(
    ("number", "lasting"),
    [(errno.ENOSPC, True), (errno.EDQUOT, True), (errno.EROFS, True), (errno.EIO, False), (errno.EACCES, False)],
)
def test_a_full_disk_is_every_files_trouble(
    target: Path, monkeypatch: pytest.MonkeyPatch, number: int, lasting: bool
) -> None:
    """No room and no right to write at all last; anything else may be this file's own."""

    def refused(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refused)
    file = _begun(target, BODY)
    with pytest.raises(RecordingNotSavedError) as caught:
        file.settle()
    assert lasting is caught.value.lasting
    assert f"{str(target)!r} cannot be written: {os.strerror(number)}." == caught.value.message
    assert caught.value.advice is not None
    file.leave()
    assert HIDDEN == _listing(target.parent)


def test_an_error_without_words_is_told_by_itself(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not every error of the system comes with a number."""

    def refused(_descriptor: int) -> None:
        raise OSError("gone")

    monkeypatch.setattr(os, "fsync", refused)
    file = _begun(target, BODY)
    with pytest.raises(RecordingNotSavedError, match=r"cannot be written: gone\.") as caught:
        file.settle()
    assert caught.value.lasting is False
    file.leave()


def _free(monkeypatch: pytest.MonkeyPatch, count: int) -> list[object]:
    asked: list[object] = []

    def told(path: object) -> SimpleNamespace:
        asked.append(path)
        return SimpleNamespace(free=count)

    monkeypatch.setattr(shutil, "disk_usage", told)
    return asked


def test_where_there_is_no_room_nothing_is_fetched(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names both numbers; the trouble lasts."""
    asked = _free(monkeypatch, 1_499)
    file = PartialFile(target)
    file.look()
    with pytest.raises(RecordingNotSavedError) as caught:
        file.start(0, attrs.evolve(OBJECT, length=1_500))
    assert [target.parent] == asked
    assert f"{str(target.parent)!r} has no room: 1,500 bytes are to come and 1,499 are free." == caught.value.message
    assert caught.value.lasting is True
    assert caught.value.advice is not None
    file.leave()
    assert [] == _listing(target.parent)


def test_only_what_is_to_come_needs_room(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is there already is kept, also where the rest has no room."""
    _left(target, b"1234")
    _free(monkeypatch, 4)
    file = PartialFile(target)
    file.look()
    with pytest.raises(RecordingNotSavedError, match="5 bytes are to come and 4 are free"):
        file.start(4, OBJECT)
    file.leave()
    assert 4 == _looked(target).at
    _free(monkeypatch, 5)
    _begun(target, b"56789", at=4).settle()
    assert BODY == target.read_bytes()


def test_an_unknown_length_needs_no_known_room(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is written as far as it goes."""
    _free(monkeypatch, 0)
    _begun(target, BODY, stored=Stored()).settle()
    assert BODY == target.read_bytes()


def test_a_file_in_a_directorys_place_is_said(target: Path) -> None:
    """Nothing can be saved below it, and it stays."""
    target.write_bytes(b"no directory")
    below = PartialFile(target / "b.wav")
    with pytest.raises(RecordingNotSavedError, match=re.escape(str(target))) as caught:
        below.look()
    assert caught.value.lasting is False
    with pytest.raises(RecordingNotSavedError, match="File exists"):
        below.start(0, OBJECT)
    below.leave()
    assert b"no directory" == target.read_bytes()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="this system has no such directory")
def test_a_directory_that_cannot_be_made_is_said() -> None:
    """The system's own directories take no files of ours, whoever asks."""
    file = PartialFile(Path("/proc/hillstone-ccc/a.wav"))
    assert Found() == file.look()
    with pytest.raises(RecordingNotSavedError, match="'/proc/hillstone-ccc' cannot be written"):
        file.start(0, OBJECT)
    file.leave()


@pytest.fixture
def nobodys() -> Iterator[Path]:
    """A directory that everybody may read and nobody may write."""
    directory = Path(tempfile.mkdtemp())
    directory.chmod(0o555)
    yield directory
    directory.chmod(0o755)
    shutil.rmtree(directory)


def test_a_directory_that_is_not_ours_to_write_is_said(nobodys: Path) -> None:
    """Looking is allowed; the message names what could not be made. Root lays its rights down first."""
    notes = nobodys / HIDDEN[1]
    told = _printed(UNPRIVILEGED, nobodys / "a.wav")
    assert f"{Found()}\nFalse {str(notes)!r} cannot be written: Permission denied.\n" == told
    assert [] == _listing(nobodys)


def test_what_cannot_be_removed_is_no_trouble_to_who_leaves(nobodys: Path) -> None:
    """Notes of a file that has its name long since, where nothing may be removed: leaving goes well."""
    nobodys.chmod(0o755)
    (nobodys / "a.wav").write_bytes(BODY)
    (nobodys / HIDDEN[1]).touch()
    (nobodys / HIDDEN[1]).chmod(0o666)
    nobodys.chmod(0o555)
    assert f"{Found(Stored(9, None, CRC))}\nleft\n" == _printed(LEAVING, nobodys / "a.wav")
    assert [HIDDEN[1], "a.wav"] == _listing(nobodys)


def test_a_directory_in_the_files_place_is_said(target: Path) -> None:
    """It is not looked into, and stays."""
    target.mkdir()
    file = PartialFile(target)
    with pytest.raises(RecordingNotSavedError, match="no regular file"):
        file.look()
    file.leave()
    assert ["a.wav"] == _listing(target.parent)


def test_what_cannot_be_renamed_is_gone_on_with(target: Path) -> None:
    """A directory took the name meanwhile: all bytes stay until it is gone."""
    file = _begun(target, BODY)
    target.mkdir()
    with pytest.raises(RecordingNotSavedError, match="Is a directory"):
        file.settle()
    file.leave()
    assert [*HIDDEN, "a.wav"] == _listing(target.parent)
    target.rmdir()
    file = PartialFile(target)
    assert 9 == file.look().at
    file.settle()
    assert BODY == target.read_bytes()


def test_what_cannot_be_renamed_and_not_be_gone_on_with_is_removed(target: Path) -> None:
    """Without an ETag there is nothing to keep."""
    file = _begun(target, BODY, stored=Stored())
    target.mkdir()
    with pytest.raises(RecordingNotSavedError):
        file.settle()
    file.leave()
    assert ["a.wav"] == _listing(target.parent)


@pytest.mark.parametrize("name", ["x" * 244, "x" * 245, "x" * 255, "录" * 85, "x" * 49 + "录" * 68])
def test_the_longest_names_can_be_written(tmp_path: Path, name: str) -> None:
    """The hidden names beside them are shortened where they would be too long."""
    target = tmp_path / name
    _left(target, b"1234")
    assert 2 == len(_listing(tmp_path))
    _begun(target, b"56789", at=4).settle()
    assert BODY == target.read_bytes()
    assert [name] == _listing(tmp_path)


@pytest.mark.parametrize("length", [240, 241, 244, 245, 255])
def test_the_longest_names_can_be_written_by_two_at_once(tmp_path: Path, length: int) -> None:
    """A name of one's own beside the hidden one is no longer than a name may be."""
    target = tmp_path / ("x" * length)
    first = _begun(target, b"abc", stored=Stored(3))
    try:
        second = _begun(target, BODY)
        first.settle()
        second.settle()
    finally:
        first.leave()
    assert BODY == target.read_bytes()
    assert 1 == len(_listing(tmp_path))


def test_long_names_that_begin_alike_do_not_mix(tmp_path: Path) -> None:
    """What tells them apart is in their hidden names as well."""
    first, second = (tmp_path / ("x" * 250 + end) for end in "ab")
    _left(first, b"1234")
    assert Found() == _looked(second)
    assert 4 == _looked(first).at


@pytest.mark.parametrize("where", ["x" * 300, "录" * 86, "x" * 300 + "/a.wav"])
def test_a_name_that_is_too_long_is_said(tmp_path: Path, where: str) -> None:
    """No file system takes it, and leaving is no trouble of its own."""
    file = PartialFile(tmp_path / where)
    with pytest.raises(RecordingNotSavedError, match="File name too long") as caught:
        file.look()
    file.leave()
    assert caught.value.lasting is False
    assert [] == _listing(tmp_path)


def test_a_name_that_is_too_long_is_said_wherever_it_is_noticed(tmp_path: Path) -> None:
    """Whether it could be a directory is asked first, and is no trouble of its own."""
    with pytest.raises(RecordingNotSavedError):
        PartialFile(target_of(tmp_path / ("x" * 300), "a.wav")).look()


def test_where_a_file_goes(tmp_path: Path) -> None:
    """Into a directory under its own name, or under the name that is given."""
    assert tmp_path / "a.wav" == target_of(tmp_path, "a.wav")
    assert tmp_path / "a.wav" == target_of(str(tmp_path), "a.wav")
    assert tmp_path / "new" / "a.wav" == target_of(f"{tmp_path}/new/", "a.wav")
    assert tmp_path / "new" / "a.wav" == target_of(f"{tmp_path}{os.sep}new{os.sep}", "a.wav")
    assert tmp_path / "b.wav" == target_of(tmp_path / "b.wav", "a.wav")
    assert Path("b.wav") == target_of("b.wav", "a.wav")
    (tmp_path / "b.wav").touch()
    assert tmp_path / "b.wav" == target_of(tmp_path / "b.wav", "a.wav")


def test_what_is_no_file_is_never_replaced(tmp_path: Path) -> None:
    """A pipe stays a pipe, and so would a device; a directory is one to save into."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    (tmp_path / "a.wav").mkdir()
    for where in (pipe, tmp_path):
        with pytest.raises(InvalidQueryError, match="no regular file"):
            target_of(where, "a.wav")
    assert pipe.is_fifo()
    with pytest.raises(InvalidQueryError, match="no path holds a NUL"):
        target_of("a\0b", "a.wav")


def test_a_link_that_is_named_is_followed(tmp_path: Path) -> None:
    """What it points to is written, and the link stays, whether it is the file or its directory."""
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert tmp_path / "real" == target_of(tmp_path / "link", "a.wav")
    (tmp_path / "real").mkdir()
    assert tmp_path / "link" / "c.wav" == target_of(tmp_path / "link", "c.wav")


def test_a_link_that_bears_the_recordings_name_is_replaced(tmp_path: Path) -> None:
    """The upstream's name does not decide which file of ours is written."""
    precious = tmp_path / "precious"
    precious.write_bytes(b"mine")
    (tmp_path / "to").mkdir()
    (tmp_path / "to" / "a.wav").symlink_to(precious)
    target = target_of(tmp_path / "to", "a.wav")
    file = _begun(target, BODY)
    file.settle()
    assert (b"mine", BODY, False) == (precious.read_bytes(), target.read_bytes(), target.is_symlink())


@pytest.mark.parametrize("hidden", HIDDEN)
def test_what_was_planted_under_a_hidden_name_is_not_followed(target: Path, hidden: str) -> None:
    """Neither a link, through which another file would be written, nor a pipe, for which one waits for ever."""
    victim = target.parent / "victim"
    victim.write_bytes(b"mine")
    if hidden == HIDDEN[0]:
        (target.parent / HIDDEN[1]).write_text("{}")
    planted = target.parent / hidden
    for what in ("link", "pipe"):
        if what == "link":
            planted.symlink_to(victim)
        else:
            os.mkfifo(planted)
        file = PartialFile(target)
        with pytest.raises(RecordingNotSavedError):  # noqa: PT012 - whichever of them notices
            file.look()
            file.start(0, OBJECT)
        file.leave()
        planted.unlink(missing_ok=True)
        if hidden == HIDDEN[0]:
            (target.parent / HIDDEN[1]).write_text("{}")
    assert b"mine" == victim.read_bytes()
    assert not target.exists()


def test_a_link_to_itself_leads_nowhere(tmp_path: Path) -> None:
    """It is said, as everything that cannot be written is."""
    (tmp_path / "link").symlink_to(tmp_path / "link")
    with pytest.raises(CCCError):
        PartialFile(target_of(tmp_path / "link", "a.wav")).look()

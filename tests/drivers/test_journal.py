"""What is known of the recordings in a directory outlives whoever wrote it, and many may write at once."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from hillstone_ccc import CCCError, RecordingNotReadyError, RecordingNotSavedError, ServerError, _journal
from hillstone_ccc._core.batch import DownloadResult
from hillstone_ccc._core.store import Stored
from hillstone_ccc._journal import NAME, Entry, Journal

AT = "2026-01-02T03:04:05+00:00"
CRC = 2**64 - 1
Running = Callable[..., "subprocess.Popen[str]"]
PATIENCE = 120  # seconds after which a test that waits for another process or thread has failed

# Adds recordings until it is killed, and says each once it is added.
ENDLESS = """
import itertools, sys
from pathlib import Path
from hillstone_ccc._core.store import Stored
from hillstone_ccc._journal import Journal

journal = Journal(Path(sys.argv[1]))
for number in itertools.count(1):
    journal.claim(f"job-{number}", "mono", iter([f"{number:09}.wav"]))
    journal.add(f"job-{number}", "mono", "now", Stored(number, f'"{number}"', number), {"number": number})
    print(number, flush=True)
"""

# Claims paths for recordings of its own, all of which others want too, and for some that others also claim.
CLAIMANT = """
import json, sys
from pathlib import Path
from hillstone_ccc._journal import Journal

name, count = sys.argv[2], 150
print("ready", flush=True)
sys.stdin.readline()
journal = Journal(Path(sys.argv[1]))
told = []
for number in range(count):
    wanted = f"{number}.WAV" if name == "a" else f"{number}.wav"
    told.append(journal.claim(f"{name}-{number}", "mono", iter([wanted, f"{number} ({name}).wav"])))
shared = [journal.claim(f"shared-{number}", "mono", iter([f"of {name} {number}"])) for number in range(count)]
journal.close()
print(json.dumps([told, shared]))
"""

OPENER = """
import sys
from pathlib import Path
from hillstone_ccc import RecordingNotSavedError
from hillstone_ccc._journal import Journal

for line in sys.stdin:
    try:
        journal = Journal(Path(line.strip()))
        journal.claim(sys.argv[1], "mono", iter([sys.argv[1]]))
        journal.close()
    except RecordingNotSavedError as error:
        print(error, flush=True)
    else:
        print("done", flush=True)
"""

UNPRIVILEGED = """
import os, sys
from pathlib import Path
from hillstone_ccc import RecordingNotSavedError
from hillstone_ccc._journal import Journal

if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    Journal(Path(sys.argv[1]))
except RecordingNotSavedError as error:
    print(error.lasting, error.message)
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


def _tell(process: subprocess.Popen[str], line: object = "") -> None:
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def _said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _open_files() -> list[str]:
    return sorted(path.name for path in Path("/dev/fd").iterdir())


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """An empty one."""
    with closing(Journal(tmp_path)) as journal:
        yield journal


def _claim(journal: Journal, contact_id: str, *paths: str, track: str = "mono") -> str:
    return journal.claim(contact_id, track, iter(paths))


def _added(journal: Journal, contact_id: str, path: str, stored: Stored = Stored(9), **call: Any) -> None:  # noqa: B008
    _claim(journal, contact_id, path)
    journal.add(contact_id, "mono", AT, stored, call)


def _missed(contact_id: str, error: CCCError | None, outcome: Any = "failed", track: Any = "mono") -> DownloadResult:
    return DownloadResult(contact_id=contact_id, track=track, outcome=outcome, error=error)


def test_nothing_is_known_of_what_nobody_has_asked_for(journal: Journal) -> None:
    """An empty journal has no entry, no file and no problem."""
    assert None is journal.entry("job-1", "mono")
    assert [] == list(journal.files())
    assert [] == list(journal.problems())


def test_a_path_is_known_before_the_recording_is_there(journal: Journal) -> None:
    """It is no file yet: it has no size."""
    assert "2026/a.wav" == _claim(journal, "job-1", "2026/a.wav")
    assert Entry("2026/a.wav", None, None) == journal.entry("job-1", "mono")
    assert None is journal.entry("job-1", "voicemail")
    assert None is journal.entry("job-2", "mono")
    assert [] == list(journal.files())


@pytest.mark.parametrize("crc64", [0, 1, 2**63 - 1, 2**63, CRC, None])
def test_a_recording_that_is_there_is_known(journal: Journal, crc64: int | None) -> None:
    """Path, size and checksum, however large that is."""
    _claim(journal, "job-1", "a.wav")
    _claim(journal, "job-1", "b.wav", track="voicemail")
    journal.add("job-1", "mono", AT, Stored(10**17, '"E-1"', crc64), {"agent_names": ["张三"], "talk_time": 3})
    assert Entry("a.wav", 10**17, crc64) == journal.entry("job-1", "mono")
    assert Entry("b.wav", None, None) == journal.entry("job-1", "voicemail")
    row = {
        "contact_id": "job-1",
        "track": "mono",
        "path": "a.wav",
        "size": 10**17,
        "crc64": None if crc64 is None else str(crc64),
        "etag": '"E-1"',
        "saved_at": AT,
        "call": {"agent_names": ["张三"], "talk_time": 3},
    }
    assert [row] == list(journal.files())


def test_a_recording_that_comes_again_replaces_what_was_known(journal: Journal) -> None:
    """There is one entry for it."""
    _added(journal, "job-1", "a.wav", Stored(1, '"E-1"', 1), old=True)
    _added(journal, "job-1", "b.wav", Stored(2, None, None), new=True)
    ((path, size, crc, etag, call),) = [
        (row["path"], row["size"], row["crc64"], row["etag"], row["call"]) for row in journal.files()
    ]
    assert ("a.wav", 2, None, None, {"new": True}) == (path, size, crc, etag, call)


def test_files_come_by_path(journal: Journal) -> None:
    """Whatever their case, and in whatever order they were added."""
    for number, path in enumerate(["c.wav", "B.wav", "b/a.wav", "a.wav"]):
        _added(journal, f"job-{number}", path)
    assert ["a.wav", "B.wav", "b/a.wav", "c.wav"] == [row["path"] for row in journal.files()]


@pytest.mark.parametrize(
    "taken",
    [
        ("a.wav", "A.WAV"),
        ("2026/é.wav", "2026/e\u0301.wav"),  # one letter, or a letter and its accent
        ("É.wav", "e\u0301.wav"),
        ("STRASSE.wav", "straße.wav"),
        ("ſ.wav", "S.wav"),
        ("\u1e9b\u0323.wav", "\u1e61\u0323.wav"),  # in another order once they are small letters
        ("Å.wav", "\u212b.wav"),  # the letter, or the unit
    ],
)
def test_paths_that_some_file_system_takes_for_one_are_one(journal: Journal, taken: tuple[str, str]) -> None:
    """Case and spelling of accents tell no two recordings apart: the second gets another path."""
    assert taken[0] == _claim(journal, "job-1", taken[0])
    assert "other.wav" == _claim(journal, "job-2", taken[1], "other.wav")
    assert "third.wav" == _claim(journal, "job-1", taken[1], "third.wav", track="voicemail")


def test_paths_that_differ_are_two(journal: Journal) -> None:
    """Letters that only look alike are letters of their own."""
    assert "a.wav" == _claim(journal, "job-1", "a.wav", "x")
    assert "а.wav" == _claim(journal, "job-2", "а.wav", "x")
    assert "á.wav" == _claim(journal, "job-3", "á.wav", "x")
    assert "b/a.wav" == _claim(journal, "job-4", "b/a.wav", "x")


def test_a_recording_keeps_its_path(journal: Journal) -> None:
    """Whatever it is to be called later, and though its first name becomes another's no more; tracks are apart."""
    assert "a.wav" == _claim(journal, "job-1", "a.wav")
    assert "a.wav" == _claim(journal, "job-1", "b.wav")
    assert "b.wav" == _claim(journal, "job-1", "a.wav", "b.wav", track="voicemail")
    assert "c.wav" == _claim(journal, "job-2", "a.wav", "b.wav", "c.wav", "d.wav")


def test_what_was_written_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    """Nothing depends on who is at it."""
    with closing(Journal(tmp_path)) as first:
        _added(first, "job-1", "a.wav", Stored(9, None, CRC))
    with closing(Journal(tmp_path)) as second:
        assert Entry("a.wav", 9, CRC) == second.entry("job-1", "mono")
        assert "a.wav" == _claim(second, "job-1", "b.wav")
    assert [NAME] == [path.name for path in tmp_path.iterdir()]


def test_what_is_not_there_is_known_with_its_reason(journal: Journal) -> None:
    """By call, then track; whether it can still come is true, false or unknown."""
    journal.miss(_missed("job-3", ServerError("it failed", code="E", http_status=500)), AT)
    journal.miss(_missed("job-2", RecordingNotReadyError("none yet", can_still_come=True), "missing"), AT)
    journal.miss(_missed("job-2", RecordingNotReadyError("none", can_still_come=False), "missing", "early_media"), AT)
    journal.miss(_missed("job-1", RecordingNotReadyError("none"), "missing"), AT)
    names = ("contact_id", "track", "outcome", "error", "message", "can_still_come", "at")
    expected = [
        ("job-1", "mono", "missing", "RecordingNotReadyError", "none", None, AT),
        ("job-2", "early_media", "missing", "RecordingNotReadyError", "none", False, AT),
        ("job-2", "mono", "missing", "RecordingNotReadyError", "none yet", True, AT),
        ("job-3", "mono", "failed", "ServerError", "E (HTTP 500): it failed", None, AT),
    ]
    problems = list(journal.problems())
    assert [dict(zip(names, row, strict=True)) for row in expected] == problems
    assert [None, False, True, None] == [problem["can_still_come"] for problem in problems]
    assert all(type(problem["can_still_come"]) in (bool, type(None)) for problem in problems)


def test_a_newer_reason_replaces_the_older(journal: Journal) -> None:
    """One for each recording."""
    journal.miss(_missed("job-1", RecordingNotReadyError("none yet", can_still_come=True), "missing"), "then")
    journal.miss(_missed("job-1", ServerError("it failed")), "now")
    ((message, at, can),) = [(row["message"], row["at"], row["can_still_come"]) for row in journal.problems()]
    assert ("it failed", "now", None) == (message, at, can)


def test_a_recording_that_comes_after_all_is_no_problem_any_more(journal: Journal) -> None:
    """The problems of the call's other tracks and of other calls stay."""
    journal.miss(_missed("job-1", ServerError("it failed")), AT)
    journal.miss(_missed("job-1", ServerError("it failed"), track="voicemail"), AT)
    journal.miss(_missed("job-2", ServerError("it failed")), AT)
    _added(journal, "job-1", "a.wav")
    assert [("job-1", "voicemail"), ("job-2", "mono")] == [
        (row["contact_id"], row["track"]) for row in journal.problems()
    ]


def test_what_is_being_read_holds_nobody_up(tmp_path: Path, journal: Journal) -> None:
    """Who reads sees what was there when the reading began, and others write meanwhile."""
    for number in range(3):
        _added(journal, f"job-{number}", f"{number}.wav")
    reading = journal.files()
    assert "0.wav" == next(reading)["path"]
    _added(journal, "job-9", "9.wav")
    with closing(Journal(tmp_path)) as second:
        _added(second, "job-8", "8.wav")
    assert ["1.wav", "2.wav"] == [row["path"] for row in reading]
    assert ["0.wav", "1.wav", "2.wav", "8.wav", "9.wav"] == [row["path"] for row in journal.files()]


def test_threads_that_claim_at_once_never_share_a_path(journal: Journal) -> None:
    """Whoever is second gets the next one, and nobody waits for ever."""
    start, told = threading.Barrier(4), list[str]()
    interval = sys.getswitchinterval()

    def claim(name: int) -> None:
        start.wait(PATIENCE)
        for number in range(50):
            told.append(_claim(journal, f"{name}-{number}", *(f"{number} {other}" for other in range(4))))
            journal.add(f"{name}-{number}", "mono", AT, Stored(9), {})

    threads = [threading.Thread(target=claim, args=(name,), daemon=True) for name in range(4)]
    sys.setswitchinterval(1e-6)  # so that they get in each other's way wherever they can
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
    finally:
        sys.setswitchinterval(interval)
    everyone = sorted(f"{number} {other}" for number in range(50) for other in range(4))
    assert everyone == sorted(told)
    assert everyone == [row["path"] for row in journal.files()]


def test_processes_that_claim_at_once_never_share_a_path(tmp_path: Path, running: Running) -> None:
    """One of them gets the name that both want, and of one recording both are told one path."""
    claimants = [running(CLAIMANT, tmp_path, name) for name in "ab"]
    assert ["ready", "ready"] == [_said(claimant) for claimant in claimants]
    for claimant in claimants:
        _tell(claimant)
    (one, one_shared), (two, two_shared) = [
        json.loads(claimant.communicate(timeout=PATIENCE)[0]) for claimant in claimants
    ]
    for number in range(150):
        got = (one[number], two[number])
        assert got in ((f"{number}.WAV", f"{number} (b).wav"), (f"{number} (a).wav", f"{number}.wav"))
    assert one_shared == two_shared


def test_processes_that_open_it_at_once_all_may(tmp_path: Path, running: Running) -> None:
    """Also where there was none: whoever is later waits for who makes it."""
    openers = [running(OPENER, name) for name in "abcdef"]
    directories = [tmp_path / str(number) for number in range(20)]
    for directory in directories:
        directory.mkdir()
        for opener in openers:
            _tell(opener, directory)
        assert ["done"] * 6 == [_said(opener) for opener in openers]


def test_who_opens_it_waits_for_who_is_making_it(tmp_path: Path) -> None:
    """A write that is under way in a journal that is still empty is no failure."""
    with closing(sqlite3.connect(tmp_path / NAME, isolation_level=None, check_same_thread=False)) as maker:
        maker.execute("BEGIN IMMEDIATE")
        made = threading.Timer(0.05, maker.execute, ["COMMIT"])  # the system tells nobody who waits for a lock
        made.start()
        try:
            with closing(Journal(tmp_path)) as journal:
                _added(journal, "job-1", "a.wav")
        finally:
            made.join(PATIENCE)


@pytest.mark.parametrize("path", ["../a.wav", "/a.wav", "a//b.wav", "a/../b.wav", "", ".", "a\\b.wav", "a\0.wav"])
def test_a_path_that_leads_elsewhere_is_not_believed(journal: Journal, path: str) -> None:
    """Who changed the journal does not decide where files go, or which are looked for."""
    _added(journal, "job-1", "a.wav")
    journal._base.execute("UPDATE recordings SET path = ?", (path,))
    for use in (
        lambda: journal.entry("job-1", "mono"),
        lambda: journal.claim("job-1", "mono", iter(["b.wav"])),
        lambda: list(journal.files()),
    ):
        with pytest.raises(RecordingNotSavedError, match="is no path of a recording"):
            use()


def test_fields_that_are_no_json_are_said(journal: Journal) -> None:
    """As damage of the journal."""
    _added(journal, "job-1", "a.wav")
    journal._base.execute("UPDATE recordings SET call = 'notjson'")
    with pytest.raises(RecordingNotSavedError, match="cannot be used"):
        list(journal.files())


def test_who_makes_it_for_too_long_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What others hold for longer than anybody needs is said, and nothing stays open."""
    monkeypatch.setattr(_journal, "_BUSY_SECONDS", 0)
    before = _open_files()
    with closing(sqlite3.connect(tmp_path / NAME, isolation_level=None)) as maker:
        maker.execute("BEGIN IMMEDIATE")
        with pytest.raises(RecordingNotSavedError, match="database is locked"):
            Journal(tmp_path)
        maker.execute("ROLLBACK")
    assert before == _open_files()


def test_a_killed_process_leaves_whole_entries(tmp_path: Path, running: Running) -> None:
    """Every one that it had added is there, and none in part."""
    process = running(ENDLESS, tmp_path)
    assert process.stdout is not None
    added = list(islice(process.stdout, 300))
    process.kill()
    assert -9 == process.wait(PATIENCE)
    with closing(Journal(tmp_path)) as journal:
        rows = list(journal.files())
        assert len(added) <= len(rows)
        for number, row in enumerate(rows, 1):
            expected = {
                "contact_id": f"job-{number}",
                "track": "mono",
                "path": f"{number:09}.wav",
                "size": number,
                "crc64": str(number),
                "etag": f'"{number}"',
                "saved_at": "now",
                "call": {"number": number},
            }
            assert expected == row
        _added(journal, "job-0", "0.wav")
        assert len(rows) + 1 == len(list(journal.files()))


@pytest.mark.parametrize("there", [b"no database at all " * 100, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_damaged_journal_is_said(tmp_path: Path, there: bytes) -> None:
    """It names the file and what to do; nothing is written over it."""
    (tmp_path / NAME).write_bytes(there)
    with pytest.raises(RecordingNotSavedError, match="cannot be used: ") as caught:
        Journal(tmp_path)
    assert repr(str(tmp_path / NAME)) in caught.value.message
    assert caught.value.advice is not None
    assert "remove it" in caught.value.advice
    assert caught.value.lasting is True
    assert there == (tmp_path / NAME).read_bytes()


def test_a_journal_that_is_damaged_later_is_said(tmp_path: Path) -> None:
    """Whatever is asked of it then."""
    with closing(Journal(tmp_path)):
        pass
    with closing(Journal(tmp_path)) as journal:
        with closing(sqlite3.connect(tmp_path / NAME)) as base:
            base.execute("DROP TABLE recordings")
            base.execute("DROP TABLE problems")
        for ask in (
            lambda: journal.entry("job-1", "mono"),
            lambda: _claim(journal, "job-1", "a.wav"),
            lambda: journal.add("job-1", "mono", AT, Stored(9), {}),
            lambda: journal.miss(_missed("job-1", None), AT),
            lambda: list(journal.files()),
            lambda: list(journal.problems()),
        ):
            with pytest.raises(RecordingNotSavedError, match="no such table") as caught:
                ask()
            assert caught.value.lasting is True


def test_what_cannot_be_added_whole_is_not_added(tmp_path: Path, journal: Journal) -> None:
    """The entry is as it was before, and the journal goes on."""
    _claim(journal, "job-1", "a.wav")
    with closing(sqlite3.connect(tmp_path / NAME)) as base:
        base.execute("ALTER TABLE problems RENAME TO elsewhere")
    with pytest.raises(RecordingNotSavedError):
        journal.add("job-1", "mono", AT, Stored(9), {})
    assert Entry("a.wav", None, None) == journal.entry("job-1", "mono")
    with closing(sqlite3.connect(tmp_path / NAME)) as base:
        base.execute("ALTER TABLE elsewhere RENAME TO problems")
    journal.add("job-1", "mono", AT, Stored(9), {})
    assert Entry("a.wav", 9, None) == journal.entry("job-1", "mono")


def test_a_journal_of_a_newer_version_is_not_touched(tmp_path: Path) -> None:
    """What that version keeps in it, this one cannot know."""
    with closing(sqlite3.connect(tmp_path / NAME)) as base:
        base.execute("PRAGMA user_version=2")
    before = _open_files()
    with pytest.raises(RecordingNotSavedError, match="was written by a newer hillstone_ccc") as caught:
        Journal(tmp_path)
    assert caught.value.lasting is True
    assert before == _open_files()
    with closing(sqlite3.connect(tmp_path / NAME)) as base:
        assert [(2,)] == base.execute("PRAGMA user_version").fetchall()
        assert [] == base.execute("SELECT name FROM sqlite_master").fetchall()


def test_a_journal_tells_its_version(tmp_path: Path, journal: Journal) -> None:
    """So that a later one knows what it finds."""
    with closing(sqlite3.connect(tmp_path / NAME)) as base:
        assert [(1,)] == base.execute("PRAGMA user_version").fetchall()


def test_not_every_entry_waits_for_the_disk(tmp_path: Path, journal: Journal) -> None:
    """It is written beside the file first, and synced now and then: after a power cut files are looked at again."""
    with closing(sqlite3.connect(tmp_path / NAME)) as base:
        assert [("wal",)] == base.execute("PRAGMA journal_mode").fetchall()
    assert [(1,)] == journal._base.execute("PRAGMA synchronous").fetchall()


def test_a_directory_that_is_not_there_is_said(tmp_path: Path) -> None:
    """A journal makes itself, and nothing round it."""
    with pytest.raises(RecordingNotSavedError, match="unable to open database file") as caught:
        Journal(tmp_path / "none")
    assert caught.value.lasting is True
    assert [] == list(tmp_path.iterdir())


def test_a_directory_that_is_not_ours_to_write_is_said() -> None:
    """Root lays its rights down first."""
    directory = Path(tempfile.mkdtemp())
    try:
        directory.chmod(0o555)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
        told = subprocess.run(
            [sys.executable, "-c", UNPRIVILEGED, str(directory)],
            env=environment,  # it could not write down which lines it ran
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=PATIENCE,
        ).stdout
        path = str(directory / NAME)
        assert f"True The journal {path!r} cannot be used: unable to open database file.\n" == told
        assert [] == list(directory.iterdir())
    finally:
        directory.chmod(0o755)
        shutil.rmtree(directory)


def test_what_is_closed_is_said(tmp_path: Path) -> None:
    """A journal that is no longer in use answers nothing."""
    journal = Journal(tmp_path)
    journal.close()
    journal.close()
    with pytest.raises(RecordingNotSavedError, match="closed database"):
        journal.entry("job-1", "mono")

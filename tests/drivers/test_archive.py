"""A directory of recordings: each has a path of its own below it, and the lists tell of all."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta, timezone
from itertools import islice
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hillstone_ccc import CallRecord, InvalidQueryError, RecordingNotSavedError, ServerError
from hillstone_ccc._archive import Archive, _paths
from hillstone_ccc._core.batch import DownloadResult
from hillstone_ccc._core.body import crc64
from hillstone_ccc._core.file_names import STANDARD_LAYOUT
from hillstone_ccc._core.layout import Layout
from hillstone_ccc._core.links import RecordingLink
from hillstone_ccc._core.saving import Found, Saved
from hillstone_ccc._core.source import Source
from hillstone_ccc._core.store import Stored
from hillstone_ccc._journal import NAME

# Adds recordings of its own to the directory, and writes the lists each time.
ANOTHER = """
import sys
from pathlib import Path
from hillstone_ccc._archive import Archive
from hillstone_ccc._core.saving import Saved
from hillstone_ccc._core.store import Stored

print("ready", flush=True)
sys.stdin.readline()
for number in range(10):
    with Archive(sys.argv[1], "jsonl") as archive:
        contact_id = f"{sys.argv[2]}-{number}"
        archive.place(contact_id, "mono", (contact_id,))
        Path(sys.argv[1], contact_id).touch()
        archive.file(contact_id, "mono", Saved(Stored(number)), {})
print("done")
"""
PATIENCE = 120  # seconds after which a test that waits for another process has failed

BODY = b"123456789"
OBJECT = Stored(9, '"E-1"', crc64(BODY))
LISTS = ("manifest.jsonl", "not-saved.jsonl")
RESERVED = (*LISTS, "manifest.parquet", NAME)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """One that writes no lists."""
    with Archive(tmp_path, None) as archive:
        yield archive


def _path(archive: Archive, contact_id: str, *parts: str, track: Any = "mono") -> str:
    path, _ = archive.place(contact_id, track, parts)
    archive.leave(contact_id)
    return path


def _saved(archive: Archive, contact_id: str, *parts: str, stored: Stored = OBJECT) -> str:
    path, place = archive.place(contact_id, "mono", parts)
    place.look()
    place.start(0, stored)
    place.write(BODY)
    place.settle()
    archive.file(contact_id, "mono", Saved(stored), {"talk_time": 3})
    archive.leave(contact_id)
    return path


def _missed(contact_id: str) -> DownloadResult:
    return DownloadResult(contact_id=contact_id, track="mono", outcome="failed", error=ServerError("it failed"))


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]


def _listing(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def _visible(directory: Path) -> list[str]:
    return [name for name in _listing(directory) if not name.startswith(".")]


def test_a_directory_is_made(tmp_path: Path) -> None:
    """However deep it is, and whether it is named by text or by path."""
    with Archive(tmp_path / "one" / "two", None):
        assert (tmp_path / "one" / "two").is_dir()
    with Archive(str(tmp_path / "three"), None), Archive(tmp_path / "three", None):
        assert (tmp_path / "three").is_dir()


def test_what_is_no_directory_is_said(tmp_path: Path) -> None:
    """A file stays a file, and no path holds a NUL."""
    (tmp_path / "file").write_bytes(b"stays")
    with pytest.raises(RecordingNotSavedError, match="cannot be made: File exists") as caught:
        Archive(tmp_path / "file", None)
    assert repr(str(tmp_path / "file")) in caught.value.message
    assert caught.value.lasting is True
    assert caught.value.advice is not None
    with pytest.raises(RecordingNotSavedError, match="Not a directory"):
        Archive(tmp_path / "file" / "below", None)
    with pytest.raises(InvalidQueryError, match="directory: no path holds a NUL"):
        Archive("a\0b", None)
    assert b"stays" == (tmp_path / "file").read_bytes()


def test_a_recording_gets_the_path_that_is_meant(tmp_path: Path, archive: Archive) -> None:
    """Its file is there once it is whole, folders included."""
    path, place = archive.place("job-1", "mono", ("2026", "张三", "a.wav"))
    assert "2026/张三/a.wav" == path
    assert Found() == place.look()
    assert [] == _visible(tmp_path)
    assert path == _saved(archive, "job-1", "2026", "张三", "a.wav")
    assert BODY == (tmp_path / "2026" / "张三" / "a.wav").read_bytes()


def test_what_is_there_is_known(tmp_path: Path, archive: Archive) -> None:
    """Path, size and checksum; of that track alone."""
    assert None is archive.known("job-1", "mono")
    _saved(archive, "job-1", "2026", "a.wav")
    assert ("2026/a.wav", 9, OBJECT.crc64) == archive.known("job-1", "mono")
    assert None is archive.known("job-1", "voicemail")
    assert None is archive.known("job-2", "mono")
    with Archive(tmp_path, None) as another:
        assert ("2026/a.wav", 9, OBJECT.crc64) == another.known("job-1", "mono")


def test_what_is_not_there_as_it_was_is_not_known(tmp_path: Path, archive: Archive) -> None:
    """A path alone is no file; nor is a file that was removed, or that has another size."""
    _path(archive, "job-1", "a.wav")
    (tmp_path / "a.wav").write_bytes(BODY)
    assert None is archive.known("job-1", "mono")
    _saved(archive, "job-1", "a.wav")
    (tmp_path / "a.wav").write_bytes(BODY[1:])
    assert None is archive.known("job-1", "mono")
    (tmp_path / "a.wav").unlink()
    assert None is archive.known("job-1", "mono")
    (tmp_path / "a.wav").write_bytes(BODY)
    assert ("a.wav", 9, OBJECT.crc64) == archive.known("job-1", "mono")


def test_a_name_that_is_taken_is_told_apart_by_the_call(archive: Archive) -> None:
    """By its id; and by its track and a number where that name is taken as well."""
    assert "2026/a.b.wav" == _path(archive, "job-1", "2026", "a.b.wav")
    assert "2026/A.B (job-2).wav" == _path(archive, "job-2", "2026", "A.B.wav")
    assert "2026/A.B (job-2 voicemail 2).wav" == _path(archive, "job-2", "2026", "A.B.wav", track="voicemail")
    assert "2026/a.b (job-3).wav" == _path(archive, "job-4", "2026", "a.b (job-3).wav")
    assert "2026/a.b (job-3 mono 2).wav" == _path(archive, "job-3", "2026", "a.b.wav")
    assert "2026/a.b.wav" == _path(archive, "job-1", "2026", "a.b.wav")
    assert "a.b.wav" == _path(archive, "job-5", "a.b.wav")


@pytest.mark.parametrize(
    ("name", "second"),
    [("a", "a (job-2)"), (".wav", ".wav (job-2)"), ("a.b.", "a.b (job-2)"), ("录音.mkv", "录音 (job-2).mkv")],
)
def test_the_mark_stands_before_the_suffix(name: str, second: str) -> None:
    """If there is one."""
    assert [name, second.lstrip(".")] == list(islice(_paths((name,), "job-2", "mono"), 2))


@pytest.mark.parametrize("name", ["x" * 196 + ".wav", "录" * 65 + ".wav", "x" * 100 + "." + "y" * 99])
def test_a_long_name_makes_room_for_the_mark(name: str) -> None:
    """The whole is no longer than a name may be, and whole characters are left out."""
    first, second, third = islice(_paths(("2026", name), "job-2", "mono"), 3)
    assert f"2026/{name}" == first
    suffix = name.rpartition(".")[2]
    for path, mark in ((second, " (job-2)"), (third, " (job-2 mono 2)")):
        short = path.removeprefix("2026/")
        assert 175 <= len(short.encode()) <= 180
        assert short.endswith(f"{mark}.{suffix}")
        assert name.startswith(short.removesuffix(f"{mark}.{suffix}"))


ids = st.text(min_size=1, max_size=40) | st.text("aA/.:\\ \0é\u0301", min_size=1, max_size=4)
names = st.text(max_size=60) | st.sampled_from(["a", "A.", "a.wav", "A.WAV", "../a", "..", ".", "manifest.jsonl", NAME])


@given(st.text(min_size=1, max_size=300) | st.just("x" * 300), names.filter(bool), st.integers(2, 12))
@example("x" * 181, "a.wav", 12)
@example("录" * 100, "a.wav", 12)
def test_there_is_always_another_path(contact_id: str, name: str, count: int) -> None:
    """Whatever the id, and however long: no path is proposed twice, or the search for a free one would not end."""
    paths = list(islice(_paths((name,), contact_id, "mono"), count))
    assert len(paths) == len(set(paths))


def _one(path: str) -> str:
    """What a file system makes of it that knows neither case nor the spelling of accents."""
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", path).casefold())


@given(
    st.lists(st.tuples(ids, names, names), min_size=1, max_size=8, unique_by=lambda call: call[0]),
    st.sampled_from([STANDARD_LAYOUT, "{file_name}", "{agent}/{file_name}", "{agent}", "a{suffix}", "{contact_id}"]),
)
@example([("1", "manifest.jsonl", ""), ("2", "MANIFEST.JSONL", "")], "{file_name}")
@example([("..", "..", ".."), ("../..", "../..", "../.."), ("/", "/", "/")], "{agent}/{file_name}")
@example([("1", "x", "manifest.jsonl"), ("2", "x", "Not-Saved.jsonl")], "{agent}/{file_name}")
def test_every_path_is_below_the_directory_and_one_recordings_own(
    calls: list[tuple[str, str, str]], template: str
) -> None:
    """Whatever the upstream calls a call, its file and its agent."""
    layout, paths = Layout(template), list[str]()
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory).resolve()
        with Archive(root, None) as archive:
            for contact_id, file_name, agent in calls:
                source = Source(contact_id, "mono", RecordingLink(file_name=file_name), None)
                call = CallRecord(contact_id, agent_names=(agent,))
                path = _path(archive, contact_id, *layout.path(source, call))
                assert path == _path(archive, contact_id, *layout.path(source, call))
                paths.append(path)
        for path in paths:
            there = (root / path).resolve()
            assert root in there.parents
            assert path == there.relative_to(root).as_posix()
            assert all(0 < len(part.encode()) <= 200 and part[0] != "." for part in path.split("/"))
            assert path.split("/")[0].casefold() not in RESERVED
    assert len(paths) == len({_one(path) for path in paths})


@pytest.mark.parametrize("name", [*RESERVED, "Manifest.JSONL", "NOT-SAVED.jsonl"])
def test_the_names_of_the_lists_are_nobodys(archive: Archive, name: str) -> None:
    """At the top of the directory, in whatever case; further down they mean nothing."""
    stem, _, suffix = name.rpartition(".")
    assert f"{stem} (job-1).{suffix}".removeprefix(".") == _path(archive, "job-1", name)
    assert f"2026/{name}" == _path(archive, "job-2", "2026", name)


def test_a_long_id_is_told_by_its_digest(archive: Archive) -> None:
    """Sixteen digits in its place, of which no two ids have the same."""
    first, second, third = (_path(archive, "x" * 200 + end, "a.wav") for end in "abc")
    assert "a.wav" == first
    assert re.fullmatch(r"a \([0-9a-f]{16}\)\.wav", second)
    assert re.fullmatch(r"a \([0-9a-f]{16}\)\.wav", third)
    assert second != third


def test_a_folder_that_is_called_as_a_list_is_told_apart(archive: Archive) -> None:
    """By a mark before its name; the file keeps its own."""
    assert "_Manifest.jsonl/a.wav" == _path(archive, "job-1", "Manifest.jsonl", "a.wav")


def test_no_folder_takes_the_place_of_a_list(tmp_path: Path) -> None:
    """An agent may be called as the list is: the list is written all the same."""
    with Archive(tmp_path, "jsonl") as archive:
        for number, name in enumerate(RESERVED):
            _saved(archive, f"job-{number}", name, "a.wav")
    assert 4 == len(_rows(tmp_path / "manifest.jsonl"))


def test_leaving_lets_others_have_the_file(tmp_path: Path, archive: Archive) -> None:
    """What came is there for whoever is next; leaving what nobody is at does nothing."""
    _, place = archive.place("job-1", "mono", ("a.wav",))
    place.look()
    place.start(0, OBJECT)
    place.write(BODY[:4])
    with Archive(tmp_path, None) as another:
        assert Found() == another.place("job-1", "mono", ("a.wav",))[1].look()
        archive.leave("job-2")
        archive.leave("job-1")
        archive.leave("job-1")
        place = another.place("job-1", "mono", ("a.wav",))[1]
        assert Found(at=4, crc=crc64(BODY[:4]), stored=OBJECT) == place.look()
        another.leave("job-1")


def test_the_lists_are_written_in_the_end(tmp_path: Path) -> None:
    """What is there with its call, and what is not with its reason."""
    began = datetime.now(timezone.utc).replace(microsecond=0)
    with Archive(tmp_path, "jsonl") as archive:
        _saved(archive, "job-1", "a.wav")
        archive.miss(_missed("job-1"))
        archive.miss(_missed("job-2"))
        assert ["a.wav"] == _visible(tmp_path)
        archive.file("job-1", "mono", Saved(OBJECT, kept=True), {"talk_time": 3})
    assert sorted(["a.wav", *LISTS]) == _visible(tmp_path)
    (row,) = _rows(tmp_path / "manifest.jsonl")
    saved_at = datetime.fromisoformat(row.pop("saved_at"))
    assert timedelta(0) == saved_at.utcoffset()
    assert began <= saved_at <= datetime.now(timezone.utc)
    assert 0 == saved_at.microsecond
    expected = {"contact_id": "job-1", "track": "mono", "path": "a.wav", "size": 9, "crc64": str(OBJECT.crc64)}
    assert {**expected, "etag": '"E-1"', "call": {"talk_time": 3}} == row
    (row,) = _rows(tmp_path / "not-saved.jsonl")
    assert timedelta(0) == datetime.fromisoformat(row.pop("at")).utcoffset()
    expected = {"contact_id": "job-2", "track": "mono", "outcome": "failed", "error": "ServerError"}
    assert {**expected, "message": "it failed", "can_still_come": None} == row


def test_the_lists_are_written_after_an_error_too(tmp_path: Path) -> None:
    """What was saved before is told, and the error goes its way."""
    with pytest.raises(KeyboardInterrupt), Archive(tmp_path, "jsonl") as archive:  # noqa: PT012
        _saved(archive, "job-1", "a.wav")
        raise KeyboardInterrupt
    assert ["job-1"] == [row["contact_id"] for row in _rows(tmp_path / "manifest.jsonl")]
    assert [] == _rows(tmp_path / "not-saved.jsonl")


def test_a_file_that_somebody_has_removed_is_not_listed(tmp_path: Path) -> None:
    """Nor is one in the place of which something else is."""
    with Archive(tmp_path, "jsonl") as archive:
        for number in range(3):
            _saved(archive, f"job-{number}", f"{number}.wav")
        (tmp_path / "0.wav").unlink()
        (tmp_path / "1.wav").unlink()
        (tmp_path / "1.wav").mkdir()
    assert ["2.wav"] == [row["path"] for row in _rows(tmp_path / "manifest.jsonl")]


def test_lists_that_nobody_wants_are_not_written(tmp_path: Path) -> None:
    """The journal is enough then, and it is tidy when it is closed."""
    with Archive(tmp_path, None) as archive:
        _saved(archive, "job-1", "a.wav")
        archive.miss(_missed("job-2"))
    assert [NAME, "a.wav"] == _listing(tmp_path)


def test_lists_that_cannot_be_written_are_said(tmp_path: Path) -> None:
    """A directory is in one's place: the journal is closed all the same."""
    (tmp_path / "not-saved.jsonl").mkdir()
    archive = Archive(tmp_path, "jsonl")
    with pytest.raises(RecordingNotSavedError, match=r"not-saved\.jsonl"), archive:
        pass
    with pytest.raises(RecordingNotSavedError, match="closed"):
        archive.known("job-1", "mono")
    assert [NAME, "not-saved.jsonl"] == _listing(tmp_path)


def test_what_a_later_archive_saves_is_added(tmp_path: Path) -> None:
    """The lists tell of everything that is in the directory, whoever saved it."""
    for number in (2, 1):
        with Archive(tmp_path, "jsonl") as archive:
            _saved(archive, f"job-{number}", f"{number}.wav", stored=attrs.evolve(OBJECT, etag=None))
    assert ["1.wav", "2.wav"] == [row["path"] for row in _rows(tmp_path / "manifest.jsonl")]


def test_processes_that_write_the_lists_at_once_do_not_mix(tmp_path: Path) -> None:
    """All come to their end, and the last one's lists tell of everything."""
    with ExitStack() as stack:
        others = []
        for name in "abc":
            command = [sys.executable, "-c", ANOTHER, str(tmp_path), name]
            other = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            others.append(stack.enter_context(other))
            stack.callback(other.kill)
        for other in others:
            assert other.stdout is not None
            assert "ready\n" == other.stdout.readline()
        for other in others:
            assert other.stdin is not None
            other.stdin.write("\n")
            other.stdin.flush()
        assert ["done\n"] * 3 == [other.communicate(timeout=PATIENCE)[0] for other in others]
    everything = [f"{name}-{number}" for name in "abc" for number in range(10)]
    assert everything == [row["path"] for row in _rows(tmp_path / "manifest.jsonl")]
    assert sorted([NAME, *LISTS, *everything]) == _listing(tmp_path)

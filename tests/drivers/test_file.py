"""A file is there whole, under its name, or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hillstone_ccc import InvalidQueryError, RecordingDamagedError
from hillstone_ccc._core.message import Response
from hillstone_ccc._file import PartialFile, target_of


def _response(length: str | None = None) -> Response:
    return Response(200, {} if length is None else {"content-length": length}, b"")


def _save(sink: PartialFile, *chunks: bytes, length: str | None = None) -> None:
    sink.begin(_response(length))
    for chunk in chunks:
        sink.write(chunk)
    sink.end()


def _listing(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


@pytest.mark.parametrize("length", ["6", None, "six", "", "9" * 5000, "٦"])
def test_a_whole_body_gets_its_name(tmp_path: Path, length: str | None) -> None:
    """What was announced came, or nothing that is a length was announced."""
    told = "6" if length == "6" else length
    sink = PartialFile(tmp_path / "a.wav")
    _save(sink, b"abc", b"def", length=told)
    assert b"abcdef" == (tmp_path / "a.wav").read_bytes()
    assert ["a.wav"] == _listing(tmp_path)


@pytest.mark.parametrize("length", ["5", "7", "0"])
def test_a_body_of_another_length_leaves_nothing(tmp_path: Path, length: str) -> None:
    """Too short or too long, it is damaged, and says by how much."""
    sink = PartialFile(tmp_path / "a.wav")
    with pytest.raises(RecordingDamagedError, match=f"6 bytes came and {length} were announced"):
        _save(sink, b"abc", b"def", length=length)
    assert [] == _listing(tmp_path)


def test_an_empty_body_is_an_empty_file(tmp_path: Path) -> None:
    """Nothing was announced as nothing, and came."""
    _save(PartialFile(tmp_path / "a.wav"), length="0")
    assert b"" == (tmp_path / "a.wav").read_bytes()


def test_nothing_stands_under_the_name_before_the_end(tmp_path: Path) -> None:
    """The bytes gather beside it, hidden, and are gone when they are discarded."""
    sink = PartialFile(tmp_path / "a.wav")
    sink.begin(_response("6"))
    sink.write(b"abc")
    (partial,) = _listing(tmp_path)
    assert partial.startswith(".a.wav.")
    assert partial.endswith(".part")
    sink.discard()
    assert [] == _listing(tmp_path)
    sink.discard()


def test_an_older_file_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    """It is replaced in one step, or not at all."""
    target = tmp_path / "a.wav"
    target.write_bytes(b"old")
    with pytest.raises(RecordingDamagedError):
        _save(PartialFile(target), b"abc", length="6")
    assert b"old" == target.read_bytes()
    _save(PartialFile(target), b"abcdef", length="6")
    assert b"abcdef" == target.read_bytes()
    assert ["a.wav"] == _listing(tmp_path)


def test_a_second_beginning_starts_anew(tmp_path: Path) -> None:
    """What a broken attempt left is not part of the next."""
    sink = PartialFile(tmp_path / "a.wav")
    sink.begin(_response("6"))
    sink.write(b"abc")
    _save(sink, b"abcdef", length="6")
    assert b"abcdef" == (tmp_path / "a.wav").read_bytes()


def test_two_downloads_of_one_name_do_not_mix(tmp_path: Path) -> None:
    """Each has a partial file of its own; the last one to end wins."""
    first, second = PartialFile(tmp_path / "a.wav"), PartialFile(tmp_path / "a.wav")
    first.begin(_response())
    second.begin(_response())
    first.write(b"first")
    second.write(b"second")
    second.end()
    first.end()
    assert b"first" == (tmp_path / "a.wav").read_bytes()


def test_directories_are_made(tmp_path: Path) -> None:
    """But not before there is something to put into them."""
    sink = PartialFile(tmp_path / "one" / "two" / "a.wav")
    assert [] == _listing(tmp_path)
    _save(sink, b"abc")
    assert ["a.wav"] == _listing(tmp_path / "one" / "two")


def test_progress_is_told_after_each_piece(tmp_path: Path) -> None:
    """Bytes so far and in all; None where nothing was announced."""
    told: list[tuple[int, int | None]] = []
    _save(PartialFile(tmp_path / "a.wav", lambda *both: told.append(both)), b"abc", b"def", length="6")
    _save(PartialFile(tmp_path / "b.wav", lambda *both: told.append(both)), b"abc")
    assert [(3, 6), (6, 6), (3, None)] == told


def test_a_name_that_is_taken_by_a_directory_leaves_nothing(tmp_path: Path) -> None:
    """What cannot be renamed is discarded."""
    target = tmp_path / "a.wav"
    target.mkdir()
    sink = PartialFile(target)
    with pytest.raises(OSError, match=r"a\.wav"):
        _save(sink, b"abc")
    sink.discard()
    assert ["a.wav"] == _listing(tmp_path)


def test_what_never_began_does_nothing(tmp_path: Path) -> None:
    """A refused fetch has no body."""
    sink = PartialFile(tmp_path / "a.wav")
    sink.write(b"abc")
    sink.end()
    sink.discard()
    assert [] == _listing(tmp_path)


def test_where_a_file_goes(tmp_path: Path) -> None:
    """Into a directory under its own name, or under the name that is given."""
    assert tmp_path / "a.wav" == target_of(tmp_path, "a.wav")
    assert tmp_path / "a.wav" == target_of(str(tmp_path), "a.wav")
    assert tmp_path / "new" / "a.wav" == target_of(f"{tmp_path}/new/", "a.wav")
    assert tmp_path / "new" / "a.wav" == target_of(f"{tmp_path}{os.sep}new{os.sep}", "a.wav")
    assert tmp_path / "b.wav" == target_of(tmp_path / "b.wav", "a.wav")


def test_what_is_no_file_is_never_replaced(tmp_path: Path) -> None:
    """A pipe stays a pipe, and so would a device; a directory is one to save into."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(InvalidQueryError, match="no regular file"):
        target_of(pipe, "a.wav")
    assert pipe.is_fifo()
    with pytest.raises(InvalidQueryError, match="no path holds a NUL"):
        target_of("a\0b", "a.wav")


def test_a_link_is_followed(tmp_path: Path) -> None:
    """What a link points to is written, and the link stays."""
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert tmp_path / "real" == target_of(tmp_path / "link", "a.wav")

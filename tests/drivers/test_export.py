"""Rows in files: whole or not there, and read back, with either driver."""

from __future__ import annotations

import asyncio
import csv
import errno
import io
import json
import os
import sys
from collections.abc import Callable
from datetime import timedelta, timezone
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from pyarrow import parquet

from hillstone_ccc import (
    Agent,
    AsyncClient,
    CallRecord,
    DecodeError,
    InvalidQueryError,
    ServerError,
    SkillGroup,
    UnsupportedError,
    export,
    read_export,
)
from hillstone_ccc._core.columns import columns
from hillstone_ccc._export import Export
from hillstone_ccc._frames import schema
from hillstone_ccc.sandbox import Fault, Faults, Sandbox
from hillstone_ccc.testing.clock import SimulatedClock

FILES = ["calls.csv", "calls.jsonl", "calls.parquet"]
NAMES = [column.name for column in columns(CallRecord)]


@pytest.fixture
def box(clock: SimulatedClock) -> Sandbox:
    """A sandbox of 150 calls of the last days."""
    return Sandbox(records=150, seed=7, clock=clock.wall)


def _all(ccc: Any, **criteria: Any) -> Any:
    return ccc.call_records.search(start=timedelta(days=40), **criteria)


@pytest.mark.parametrize("name", FILES)
def test_what_is_exported_is_read_back(want: Callable[..., Any], tmp_path: Path, name: str) -> None:
    """Equal, in each format, and nothing else is left in the directory."""
    path = want(lambda ccc: export(_all(ccc), tmp_path / name))
    assert tmp_path / name == path
    rows = want(lambda ccc: _all(ccc).to_list())
    read = list(read_export(path))
    assert rows == read
    assert rows[0].start_time.tzinfo == read[0].start_time.tzinfo  # type: ignore[union-attr]
    assert [name] == [one.name for one in tmp_path.iterdir()]


@pytest.mark.parametrize("name", FILES)
def test_agents_and_skill_groups_too(want: Callable[..., Any], tmp_path: Path, name: str) -> None:
    """Whoever reads them says what they are."""
    want(lambda ccc: ccc.agents.search().export(tmp_path / name))
    assert want(lambda ccc: ccc.agents.search().to_list()) == list(read_export(tmp_path / name, Agent))
    want(lambda ccc: ccc.skill_groups.search().export(tmp_path / name))
    assert want(lambda ccc: ccc.skill_groups.search().to_list()) == list(read_export(tmp_path / name, SkillGroup))


@pytest.mark.parametrize("name", FILES)
def test_an_empty_search_has_every_column(want: Callable[..., Any], tmp_path: Path, name: str) -> None:
    """Its file says what it would hold, but for lines of JSON, which say nothing."""
    path = want(lambda ccc: export(_all(ccc, contact_ids=["job-0"]), tmp_path / name))
    assert [] == list(read_export(path))
    if name.endswith("csv"):
        assert [NAMES] == list(csv.reader([path.read_text("utf-8-sig")]))
    elif name.endswith("parquet"):
        assert NAMES == parquet.read_schema(path).names


def test_a_spreadsheet_reads_csv_as_utf_8(want: Callable[..., Any], tmp_path: Path) -> None:
    """By its mark; lines end as RFC 4180 has it, and a number with a zero in front stays text."""
    path = want(lambda ccc: export(_all(ccc), tmp_path / "calls.csv"))
    written = path.read_bytes()
    assert written.startswith(b"\xef\xbb\xbfcontact_id,")
    assert 151 == written.count(b"\r\n") == written.count(b"\n")
    rows = list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"), newline="")))
    assert {"\t0"} == {row["called_number"][:2] for row in rows if row["contact_type"] == "Inbound"}


def test_lines_of_json(want: Callable[..., Any], tmp_path: Path) -> None:
    """One object a line, every field, Chinese text as it is."""
    path = want(lambda ccc: export(_all(ccc), tmp_path / "calls.ndjson"))
    lines = path.read_text("utf-8").splitlines()
    assert (150, NAMES) == (len(lines), list(json.loads(lines[0])))
    assert "张三" in "".join(lines)


def test_parquet_has_the_schema_of_frames(want: Callable[..., Any], tmp_path: Path) -> None:
    """Whatever reads such files sees zones, words and units."""
    path = want(lambda ccc: export(_all(ccc), tmp_path / "calls.pq", format="parquet"))
    table = parquet.read_table(path)
    assert want(lambda ccc: _all(ccc).to_arrow()).equals(table.unify_dictionaries())
    assert schema(CallRecord, timezone.utc).field("talk_time").metadata == table.schema.field("talk_time").metadata


def test_times_are_told_in_the_zone_asked_for(want: Callable[..., Any], tmp_path: Path) -> None:
    """The moments are the same."""
    path = want(lambda ccc: export(_all(ccc), tmp_path / "calls.parquet"))
    here, there = next(read_export(path)), next(read_export(path, timezone="UTC"))
    assert here == there
    assert there.start_time is not None
    assert "+00:00" == there.start_time.isoformat()[-6:]


def test_how_far_it_is(want: Callable[..., Any], tmp_path: Path) -> None:
    """Rows so far and rows in all, the last time all of them."""
    told: list[tuple[int, int | None]] = []
    want(lambda ccc: export(_all(ccc), tmp_path / "calls.csv", on_progress=lambda *far: told.append(far)))
    assert (150, 150) == told[-1]


def test_a_file_that_is_there_is_replaced(want: Callable[..., Any], tmp_path: Path) -> None:
    """In one step, when the new one is whole."""
    path = tmp_path / "calls.csv"
    path.write_text("old")
    want(lambda ccc: export(_all(ccc), path))
    assert 150 == len(list(read_export(path)))


@pytest.mark.parametrize("name", FILES)
def test_what_fails_leaves_what_was_there(want: Callable[..., Any], box: Sandbox, tmp_path: Path, name: str) -> None:
    """And nothing beside it."""
    (tmp_path / name).write_text("old")
    box.faults = Faults(every=1, kinds=(Fault.SERVER_ERROR,))
    with pytest.raises(ServerError):
        want(lambda ccc: export(_all(ccc), tmp_path / name))
    assert "old" == (tmp_path / name).read_text()
    assert [name] == [one.name for one in tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("name", "form", "error", "words"),
    [
        ("calls", None, InvalidQueryError, "path"),
        ("calls.xlsx", None, InvalidQueryError, "xlsx"),
        ("calls.csv", "excel", InvalidQueryError, "format"),
        ("calls.csv", 1, InvalidQueryError, "format"),
        (".", "csv", InvalidQueryError, "directory"),
        ("nowhere/calls.csv", None, FileNotFoundError, r"nowhere/calls\.csv'$"),
        ("pipe.csv", None, InvalidQueryError, "plain file"),
    ],
)
def test_where_nothing_can_be_written(
    want: Callable[..., Any], box: Sandbox, tmp_path: Path, name: str, form: Any, error: type[Exception], words: str
) -> None:
    """It is found out before anything is sent."""
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(error, match=words):
        want(lambda ccc: export(_all(ccc), tmp_path / name, format=form))
    assert 0 == len(box.requests)


def test_parquet_needs_its_extra(want: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which is named, whether it is written or read; CSV needs none."""
    want(lambda ccc: export(_all(ccc), tmp_path / "calls.parquet"))
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UnsupportedError, match=r"hillstone-ccc\[arrow\]"):
        want(lambda ccc: export(_all(ccc), tmp_path / "calls.parquet"))
    with pytest.raises(UnsupportedError, match=r"hillstone-ccc\[arrow\]"):
        read_export(tmp_path / "calls.parquet")
    want(lambda ccc: export(_all(ccc), tmp_path / "calls.csv"))


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("a.csv", "\ufeffcontact_id,talk_time\r\njob-1,1\r\njob-2,x\r\n"),
        ("b.csv", "contact_id,talk_time\r\njob-1,1\r\njob-2\r\n"),
        ("c.csv", "contact_id,talk_time\r\njob-1,1\r\njob-2,1,1\r\n"),
        ("d.csv", 'contact_id,talk_time\r\njob-1,1\r\njob-2,"1\r\n'),
        ("e.jsonl", '{"contact_id": "job-1"}\n{"contact_id": 2}\n'),
        ("f.jsonl", '{"contact_id": "job-1"}\n{\n'),
        ("g.jsonl", '{"contact_id": "job-1"}\n{"contact_id": "job-2", "new": 1}\n'),
        ("h.jsonl", '{"contact_id": "job-1"}\nnull\n{"contact_id": "job-3"}\n'),
        ("i.jsonl", '{"contact_id": "job-1"}\n[]\n'),
        ("j.jsonl", '{"contact_id": "job-1"}\n' + "[" * 100_000),
        ("k.jsonl", '{"contact_id": "job-1"}\n{}\n'),
    ],
)
def test_what_was_changed_since_is_refused(tmp_path: Path, name: str, written: str) -> None:
    """At the row that is none, whose values are not told; those before are handed out."""
    (tmp_path / name).write_text(written, encoding="utf-8", newline="")
    rows = read_export(tmp_path / name)
    assert "job-1" == next(rows).contact_id
    with pytest.raises(DecodeError, match=f"{name}: row 2 is no CallRecord"):
        next(rows)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("a.csv", "contact_id,new\r\njob-1,1\r\n"),
        ("b.csv", ""),
        ("c.csv", "\ufeff"),
        ("d.parquet", "nothing of that kind"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, name: str, written: str) -> None:
    """One with other columns, or of another kind."""
    (tmp_path / name).write_text(written, encoding="utf-8", newline="")
    with pytest.raises(DecodeError, match=name):
        list(read_export(tmp_path / name))


def test_a_call_given_up_midway_leaves_nothing(box: Sandbox, tmp_path: Path) -> None:
    """Although a thread was at work when the task was cancelled: its file is closed after it, and removed."""
    begun = Event()

    async def given_up() -> None:
        async with AsyncClient(
            instance_id=box.instance_id,
            endpoint=box.endpoint,
            access_key_id=box.access_key_id,
            access_key_secret=box.access_key_secret,
        ) as ccc:

            def wait(_rows: int, _promised: int | None) -> None:
                loop.call_soon_threadsafe(task.cancel)
                begun.wait(10)

            loop = asyncio.get_running_loop()
            task = asyncio.create_task(_all(ccc).export(tmp_path / "calls.parquet", on_progress=wait))
            with pytest.raises(asyncio.CancelledError):
                await task
            begun.set()

    with box:
        asyncio.run(given_up())
    assert [] == list(tmp_path.iterdir())


def test_what_was_left_begins_no_more(tmp_path: Path) -> None:
    """A thread that comes too late makes no file, and writes into none."""
    left = Export(tmp_path / "calls.csv", CallRecord, timezone.utc, None, None)
    left.leave()
    left.begin()
    left.write([CallRecord("job-1")], 1)
    left.settle()
    assert [] == list(tmp_path.iterdir())


def test_who_may_read_it_stays_as_it_was(want: Callable[..., Any], tmp_path: Path) -> None:
    """A file that is replaced keeps its mode; a link stays a link, and leads to the new file."""
    kept, link = tmp_path / "kept.csv", tmp_path / "link.csv"
    kept.write_text("old")
    kept.chmod(0o600)
    link.symlink_to(kept)
    assert link == want(lambda ccc: export(_all(ccc), link))
    assert link.is_symlink()
    assert 0o600 == kept.stat().st_mode & 0o777
    assert 150 == len(list(read_export(kept)))


def test_a_name_as_long_as_names_may_be(want: Callable[..., Any], tmp_path: Path) -> None:
    """The one beside it is cut, between two signs."""
    name = f"{'通' * 83}ab.csv"
    assert 255 == len(name.encode())
    assert [name] == [want(lambda ccc: export(_all(ccc), tmp_path / name)).name]


def no_room(*_: object) -> None:
    """As a full disk has it."""
    raise OSError(errno.ENOSPC, "No space left on device")


def closed_without_room(file: Any) -> None:
    """As a full disk has it of what was not written yet."""
    file._file.close()
    no_room()


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the error names the file that was asked for."""
    monkeypatch.setattr("hillstone_ccc._export_files.CsvFile.add", no_room)
    left = Export(tmp_path / "calls.csv", CallRecord, timezone.utc, None, None)
    left.begin()
    with pytest.raises(OSError, match=r"No space left on device.*calls\.csv'$"):
        left.write([CallRecord("job-1")], 1)
    monkeypatch.setattr("hillstone_ccc._export_files.CsvFile.close", closed_without_room)
    left.leave()
    assert [] == list(tmp_path.iterdir())


def test_many_different_values(tmp_path: Path) -> None:
    """What has been written out is forgotten before it takes much memory."""
    told = [CallRecord(f"job-{number}") for number in range(25_000)]
    file = Export(tmp_path / "calls.csv", CallRecord, timezone.utc, None, None)
    file.begin()
    for start in range(0, len(told), 8_000):
        file.write(told[start : start + 8_000], None)
    assert told == list(read_export(file.settle()))

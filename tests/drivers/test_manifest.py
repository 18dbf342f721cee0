"""The lists in a directory of recordings: JSON lines and Parquet, each written in one step."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import attrs
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from hillstone_ccc import (
    AnalyticsReport,
    CallRecord,
    ContactType,
    InvalidQueryError,
    RecordingNotReadyError,
    RecordingNotSavedError,
    UnsupportedError,
)
from hillstone_ccc._core.batch import DownloadResult
from hillstone_ccc._core.plain import as_json
from hillstone_ccc._core.store import Stored
from hillstone_ccc._journal import NAME, Journal
from hillstone_ccc._manifest import check, write

AT = "2026-01-02T03:04:05+00:00"
CHINA = timezone(timedelta(hours=8))
START = datetime(2026, 1, 2, 11, 4, 5, 678000, tzinfo=CHINA)
CALL = CallRecord(
    "job-1",
    contact_type=ContactType.INBOUND,
    calling_number="1380000xxxx",
    start_time=START,
    talk_time=2**40,
    recording_ready=True,
    agent_ids=("a@ccc-demo", "b@ccc-demo"),
    agent_names=("张三", 'O\'Neil, "Bo"\n'),
    analytics_report=AnalyticsReport(extra={"深": [1, None]}),
    extra={"Neu": {"a": [1.5, "ü\u2028"]}},
)
JSONL, PARQUET, NOT_SAVED = "manifest.jsonl", "manifest.parquet", "not-saved.jsonl"


@attrs.frozen
class Told:
    """Rows for the lists, of which the reading may end in an error.

    Attributes:
        there: What is there.
        missing: What is not.
        error: What comes after the last row of what is there.
    """

    there: list[dict[str, Any]] = attrs.field(factory=list)
    missing: list[dict[str, Any]] = attrs.field(factory=list)
    error: BaseException | None = None

    def files(self) -> Iterator[dict[str, Any]]:
        yield from (dict(row) for row in self.there)
        if self.error is not None:
            raise self.error

    def problems(self) -> Iterator[dict[str, Any]]:
        yield from self.missing


def _row(number: int = 1, **call: Any) -> dict[str, Any]:
    row = {"contact_id": f"job-{number}", "track": "mono", "path": f"{number}.wav", "size": number}
    return {**row, "crc64": None, "etag": None, "saved_at": AT, "call": call}


def _lines(path: Path) -> list[dict[str, Any]]:
    *lines, end = path.read_bytes().split(b"\n")
    assert b"" == end
    return [json.loads(line) for line in lines]


def _listing(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def _table(path: Path) -> Any:
    return parquet.read_table(path)


def _written(directory: Path, kind: str, *rows: dict[str, Any]) -> Path:
    write(directory, Told(list(rows)), kind)
    return directory / f"manifest.{kind}"


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """A journal with two recordings, one of them with its call, and two problems."""
    with closing(Journal(tmp_path)) as journal:
        for number, call in ((1, {}), (2, as_json(CALL))):
            journal.claim(f"job-{number}", "mono", iter([f"{number}.wav"]))
            journal.add(f"job-{number}", "mono", AT, Stored(10**17, '"E-1"', 2**64 - number), call)
        for contact_id in ("job-3", "录音"):
            error = RecordingNotReadyError("none yet", can_still_come=True)
            journal.miss(DownloadResult(contact_id=contact_id, track="mono", outcome="missing", error=error), AT)
        yield journal


def test_json_lines_tell_what_the_journal_tells(tmp_path: Path, journal: Journal) -> None:
    """Both lists, a row a line, in the same order, as readable text."""
    write(tmp_path, journal, "jsonl")
    assert list(journal.files()) == _lines(tmp_path / JSONL)
    assert list(journal.problems()) == _lines(tmp_path / NOT_SAVED)
    assert 2 == len(_lines(tmp_path / JSONL))
    assert "张三" in (tmp_path / JSONL).read_text(encoding="utf-8")
    assert "录音" in (tmp_path / NOT_SAVED).read_text(encoding="utf-8")
    assert not (tmp_path / PARQUET).exists()


@pytest.mark.parametrize(("kind", "other"), [("jsonl", PARQUET), ("parquet", JSONL)])
def test_a_list_of_another_kind_goes(tmp_path: Path, journal: Journal, kind: str, other: str) -> None:
    """It would go on telling what was; other files stay."""
    (tmp_path / other).write_bytes(b"what was")
    (tmp_path / "manifest.txt").write_bytes(b"a user's own")
    write(tmp_path, journal, kind)
    assert sorted([f"manifest.{kind}", "manifest.txt", NOT_SAVED]) == [
        name for name in _listing(tmp_path) if not name.startswith(NAME)
    ]


def test_parquet_tells_the_problems_as_json_lines(tmp_path: Path, journal: Journal) -> None:
    """They are another list, which anything reads."""
    write(tmp_path, journal, "parquet")
    assert list(journal.problems()) == _lines(tmp_path / NOT_SAVED)
    assert sorted([PARQUET, NOT_SAVED]) == sorted(
        path.name for path in tmp_path.iterdir() if not path.name.startswith(NAME)
    )


def test_parquet_tells_of_files_and_calls_in_types(tmp_path: Path, journal: Journal) -> None:
    """Times are moments, checksums unsigned, several names a list; what has a structure is JSON."""
    write(tmp_path, journal, "parquet")
    bare, row = _table(tmp_path / PARQUET).to_pylist()
    told = {
        "contact_id": "job-1",
        "track": "mono",
        "path": "1.wav",
        "size": 10**17,
        "crc64": 2**64 - 1,
        "etag": '"E-1"',
        "saved_at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc),
    }
    assert told == {name: value for name, value in bare.items() if value is not None}
    told |= {"contact_id": "job-2", "path": "2.wav", "crc64": 2**64 - 2}
    told |= {
        "contact_type": "Inbound",
        "calling_number": "1380000xxxx",
        "start_time": START,
        "talk_time": 2**40,
        "recording_ready": True,
        "agent_ids": ["a@ccc-demo", "b@ccc-demo"],
        "agent_names": ["张三", 'O\'Neil, "Bo"\n'],
    }
    assert {"Neu": {"a": [1.5, "ü\u2028"]}} == json.loads(row.pop("extra"))
    report = row.pop("analytics_report")
    assert {"深": [1, None]} == json.loads(report)["extra"]
    assert "深" in report
    assert told == {name: value for name, value in row.items() if value not in (None, [])}
    assert timedelta(0) == row["start_time"].utcoffset()


MOMENTS = ("start_time", "established_time", "release_time")
FLAGS = ("recording_ready", "satisfaction_survey_offered", "analytics_report_ready")
SEVERAL = (
    "agent_ids",
    "agent_names",
    "skill_group_ids",
    "skill_group_names",
    "call_ids",
    "off_site_agent_ids",
    "offsite_agent_originator_numbers",
    "offsite_agent_destination_numbers",
)
NUMBERS = (
    *("call_duration", "dialing_time", "ivr_time", "queue_time", "ring_time", "wait_time", "talk_time", "held_time"),
    *("recording_duration", "satisfaction_index", "transfer_count", "first_response_time"),
    *("messages_sent", "messages_sent_by_agent", "messages_sent_by_customer"),
)


def test_the_columns_are_always_the_same(tmp_path: Path) -> None:
    """Seven of the file, then a call record's own; whatever the rows hold, and without any."""
    of_file = {
        "contact_id": pa.string(),
        "track": pa.string(),
        "path": pa.string(),
        "size": pa.int64(),
        "crc64": pa.uint64(),
        "etag": pa.string(),
        "saved_at": pa.timestamp("s", tz="UTC"),
    }
    of_call = {field.name: pa.string() for field in attrs.fields(CallRecord) if field.name != "contact_id"}
    of_call |= dict.fromkeys(MOMENTS, pa.timestamp("ms", tz="UTC"))
    of_call |= dict.fromkeys(FLAGS, pa.bool_())
    of_call |= dict.fromkeys(NUMBERS, pa.int64())
    of_call |= dict.fromkeys(SEVERAL, pa.list_(pa.string()))
    empty = _table(_written(tmp_path, "parquet"))
    # Seconds are not among Parquet's units.
    stored = {**of_file, "saved_at": pa.timestamp("ms", tz="UTC"), **of_call}
    assert list(stored.items()) == [(field.name, field.type) for field in empty.schema.remove_metadata()]
    assert 0 == empty.num_rows
    full = _table(_written(tmp_path, "parquet", _row(1, **as_json(CALL)), _row(2, talk_time=None, unknown=[1])))
    assert empty.schema == full.schema


@pytest.mark.parametrize("count", [999, 1000, 1001, 2500])
def test_many_rows_are_written_by_thousands(tmp_path: Path, count: int) -> None:
    """Every one, in order, and not all of them in memory at once."""
    path = _written(tmp_path, "parquet", *(_row(number) for number in range(count)))
    assert list(range(count)) == _table(path)["size"].to_pylist()
    groups = parquet.ParquetFile(path).metadata
    sizes = [groups.row_group(number).num_rows for number in range(groups.num_row_groups)]
    assert [1000] * (count // 1000) + [count % 1000] * (count % 1000 > 0) == sizes


def _moment(milliseconds: int) -> str:
    return str(as_json(datetime(1970, 1, 1, tzinfo=CHINA) + timedelta(milliseconds=milliseconds)))


texts = st.text(max_size=8)
calls = st.fixed_dictionaries(
    {},
    optional={
        "caller_location": texts,
        "agent_names": st.lists(texts, max_size=3),
        "talk_time": st.integers(-(2**63), 2**63 - 1),
        "recording_ready": st.booleans(),
        "summary_index": st.dictionaries(texts, texts | st.integers() | st.none(), max_size=2),
        "start_time": st.integers(-62_135_000_000_000, 253_402_000_000_000).map(_moment),
    },
)


@given(st.lists(st.tuples(calls, st.none() | st.integers(0, 2**64 - 1)), max_size=5))
def test_both_kinds_tell_the_same(tmp_path: Path, told: list[tuple[dict[str, Any], int | None]]) -> None:
    """Whatever a call holds, each list gives it back."""
    rows = [
        {**_row(number, **call), "crc64": None if crc is None else str(crc)} for number, (call, crc) in enumerate(told)
    ]
    assert rows == _lines(_written(tmp_path, "jsonl", *rows))
    for row, (call, crc), got in zip(rows, told, _table(_written(tmp_path, "parquet", *rows)).to_pylist(), strict=True):
        assert (row["contact_id"], row["path"], crc) == (got["contact_id"], got["path"], got["crc64"])
        for name, value in call.items():
            if name == "summary_index":
                assert value == json.loads(got[name])
            elif name == "start_time":
                assert datetime.fromisoformat(value) == got[name]
            else:
                assert value == got[name]


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_an_error_midway_leaves_the_old_list(tmp_path: Path, kind: str) -> None:
    """And nothing beside it; the error goes its way."""
    path = _written(tmp_path, kind, _row(1))
    old = path.read_bytes()
    with pytest.raises(ZeroDivisionError):
        write(tmp_path, Told([_row(2)], error=ZeroDivisionError()), kind)
    assert old == path.read_bytes()
    assert sorted([path.name, NOT_SAVED]) == _listing(tmp_path)


def test_a_list_is_replaced_in_one_step(tmp_path: Path) -> None:
    """Until the last row is written, the old one stands there whole."""
    old = _written(tmp_path, "jsonl", _row(1)).read_bytes()

    class Watching(Told):
        def files(self) -> Iterator[dict[str, Any]]:
            yield _row(2)
            assert old == (tmp_path / JSONL).read_bytes()
            yield _row(3)

    write(tmp_path, Watching(), "jsonl")
    assert ["job-2", "job-3"] == [row["contact_id"] for row in _lines(tmp_path / JSONL)]


def test_the_rows_are_on_the_disk_before_they_replace_the_old_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a power cut leaves is one list or the other."""
    synced: list[tuple[int, bool]] = []
    monkeypatch.setattr(
        os, "fsync", lambda file: synced.append((os.fstat(file).st_size, (tmp_path / NOT_SAVED).exists()))
    )
    path = _written(tmp_path, "jsonl", _row(1))
    assert [(0, False), (path.stat().st_size, True)] == synced


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_what_was_left_halfway_is_written_over(tmp_path: Path, kind: str) -> None:
    """A list of which the writing was killed leaves nothing for ever."""
    parts = [tmp_path / f".{name}.part" for name in (f"manifest.{kind}", NOT_SAVED)]
    for part in parts:
        part.write_bytes(b"x" * 100_000)
    path = _written(tmp_path, kind, _row(1))
    assert 1 == len(_lines(path) if kind == "jsonl" else _table(path))
    assert [] == _lines(tmp_path / NOT_SAVED)
    assert sorted([path.name, NOT_SAVED]) == _listing(tmp_path)


def test_half_a_character_does_no_harm(tmp_path: Path) -> None:
    """No file holds a lone surrogate; the rest of the row is told."""
    assert "a?b" == _lines(_written(tmp_path, "jsonl", _row(1, extra="a\ud800b")))[0]["call"]["extra"]


@pytest.mark.parametrize(("kind", "name"), [("jsonl", JSONL), ("parquet", PARQUET), ("jsonl", NOT_SAVED)])
def test_a_list_that_cannot_be_written_is_said(tmp_path: Path, kind: str, name: str) -> None:
    """A directory is in its place: the error names it, and nothing is left beside it."""
    (tmp_path / name).mkdir()
    with pytest.raises(RecordingNotSavedError, match=f"{name}.*cannot be written: Is a directory") as caught:
        _written(tmp_path, kind)
    assert caught.value.lasting is True
    assert caught.value.advice is not None
    assert [] == [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_an_error_without_a_file_names_the_directory(tmp_path: Path) -> None:
    """Whatever the system says, or does not say, is told with where it happened."""
    with pytest.raises(RecordingNotSavedError) as caught:
        write(tmp_path, Told(error=OSError("gone")), "jsonl")
    assert f"{str(tmp_path)!r} cannot be written: gone." == caught.value.message


@pytest.mark.parametrize("kind", [None, "jsonl", "parquet"])
def test_kinds_that_there_are_may_be_asked_for(kind: str | None) -> None:
    """Nothing is wrong with them."""
    check(kind)


@pytest.mark.parametrize("kind", ["csv", "", "JSONL", 1, True, ["jsonl"], {"jsonl": 1}])
def test_another_kind_is_said_at_once(kind: object) -> None:
    """The error names those that there are."""
    with pytest.raises(InvalidQueryError) as caught:
        check(kind)
    assert f"manifest must be one of 'jsonl', 'parquet' or None, not {kind!r}." == caught.value.message


@pytest.mark.parametrize("module", ["pyarrow", "pyarrow.parquet"])
def test_parquet_without_pyarrow_says_what_to_install(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    """It is an extra; JSON lines do without."""
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.delattr(pa, "parquet", raising=False)
    with pytest.raises(UnsupportedError, match="needs the extra 'arrow'") as caught:
        check("parquet")
    assert "pip install 'hillstone-ccc[arrow]'" == caught.value.advice
    check("jsonl")


def test_a_number_that_no_column_holds_is_said(tmp_path: Path) -> None:
    """The directory is named, and nothing is left beside the list."""
    with pytest.raises(RecordingNotSavedError, match="cannot be written"):
        _written(tmp_path, "parquet", _row(talk_time=2**63))
    assert [NOT_SAVED] == _listing(tmp_path)

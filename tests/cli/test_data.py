"""Rows as JSON and CSV."""

import csv
import io
import json
from datetime import datetime, timedelta, timezone
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc import CallRecord, ContactType, SummaryIndex
from hillstone_ccc._core.cells import as_cell
from hillstone_ccc._core.plain import as_json
from hillstone_ccc.cli.data import write_csv, write_json

BEIJING = timezone(timedelta(hours=8))
RECORD = CallRecord(
    "job-1",
    contact_type=ContactType.INBOUND,
    start_time=datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=BEIJING),
    agent_names=("张三", "李娜"),
    recording_ready=False,
    talk_time=0,
    summary_index=SummaryIndex("退款"),
    extra={"New": [1, None]},
)


@attrs.frozen
class _Noted:
    note: Any


def test_json_has_only_json_types() -> None:
    """Words are text, times ISO 8601 with their offset, tuples lists, models objects."""
    row = as_json(RECORD)
    assert {
        "contact_id": "job-1",
        "contact_type": "Inbound",
        "start_time": "2026-01-02T03:04:05.678+08:00",
        "agent_names": ["张三", "李娜"],
        "agent_ids": [],
        "recording_ready": False,
        "talk_time": 0,
        "queue_time": None,
        "summary_index": {"keywords": "退款", "extra": {}},
        "extra": {"New": [1, None]},
    }.items() <= row.items()
    assert row == json.loads(json.dumps(row))


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        ((), ""),
        ({}, ""),
        (0, "0"),
        (-1, "-1"),
        (False, "false"),
        (268653260993465003, "268653260993465003"),
        (ContactType("Telepathy"), "Telepathy"),
        (("张三", "李娜"), "张三;李娜"),
        (("=1",), "'=1"),
        ("+8613800000001", "'+8613800000001"),
        ("-", "'-"),
        ("@SUM(A1)", "'@SUM(A1)"),
        (SummaryIndex("退款"), '{"keywords": "退款", "extra": {}}'),
        (RECORD.start_time, "2026-01-02T03:04:05.678+08:00"),
    ],
)
def test_cells(value: object, cell: str) -> None:
    """Each kind of value has one text."""
    assert cell == as_cell(value)


@given(st.text(), st.lists(st.text(), min_size=1))
def test_no_text_becomes_a_formula(text: str, several: list[str]) -> None:
    """A spreadsheet takes no cell that holds text for a formula, and the text is there whole."""
    joined = json.dumps(several, ensure_ascii=False), ";".join(several)
    for cell, whole in ((as_cell(text), (text,)), (as_cell(tuple(several)), joined)):
        told = {one.replace("\0", "\ufffd") for one in whole}
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
        assert cell in told | {f"'{one}" for one in told}


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=5))
def test_csv_reads_back(notes: list[str]) -> None:
    """Line ends, quotes and commas in a text do not break its row."""
    written = _written(write_csv, [_Noted(note) for note in notes], _Noted)
    header, *rows = csv.reader(io.StringIO(written, newline=""))
    assert ["note"] == header
    # A row of one blank cell reads as "" too: the writer quotes it.
    assert [[as_cell(note)] for note in notes] == rows


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=5))
def test_json_reads_back(notes: list[str]) -> None:
    """Whatever the texts are, the list is JSON."""
    assert [{"note": note} for note in notes] == json.loads(_written(write_json, [_Noted(note) for note in notes]))


@pytest.mark.parametrize("write", [write_json, lambda rows: write_csv(rows, _Noted)])
def test_nothing_is_written_before_the_first_row_is_there(write: Any) -> None:
    """A search that fails at once leaves no half of a document."""
    with pytest.raises(ZeroDivisionError):
        _written(write, (_Noted(1 // 0) for _ in range(1)))


def test_a_sign_that_has_no_utf8_is_replaced() -> None:
    """Half a surrogate pair, as an argument may hold, becomes a question mark."""
    assert '[\n{"note": "?"}\n]\n' == _written(write_json, [_Noted("\udc80")])
    assert "note\n?\n" == _written(write_csv, [_Noted("\udc80")], _Noted)


def _written(write: Any, *arguments: Any) -> str:
    """What a function writes to standard output; nothing must have been written where it fails."""
    buffer = io.BytesIO()
    stream = io.TextIOWrapper(buffer, encoding="ascii")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", stream)
        try:
            write(*arguments)
        except BaseException:
            assert b"" == buffer.getvalue()
            raise
    return buffer.getvalue().decode()

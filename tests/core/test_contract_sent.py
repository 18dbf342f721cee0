"""Rows that go over as they were sent are the ones that reading and writing every field would give."""

import copy
import json
from datetime import timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc._core import contract_sent
from hillstone_ccc._core.contract_rows import record_row
from hillstone_ccc._core.errors import DecodeError
from hillstone_ccc._core.fields import on_the_wire
from hillstone_ccc._core.message import Response
from hillstone_ccc._core.openapi import OpenAPI
from hillstone_ccc._core.operation import LIST_CALL_DETAIL_RECORDS_V2
from hillstone_ccc._core.records import CallRecord

API = OpenAPI("ccc-demo", timezone.utc)
NAMES = sorted("".join(part.capitalize() for part in field.name.split("_")) for field in on_the_wire(CallRecord))
WORDS = [
    "Inbound",
    "INBOUND",
    "AbandonedInQueue",
    "200 - Okay",
    "486:USER_BUSY",
    " agent ",
    "IVR",
    "new Word",
    "a,b",
    ",",
]
VALUES = st.one_of(
    st.none(),
    st.sampled_from(WORDS),
    st.text(max_size=8),
    st.integers(-10, 10**13),
    st.integers(0, 10**13).map(str),
    st.booleans(),
    st.sampled_from([0, 1, "", "true", "0", 1.0, -0.0]),
)


def decoded(*rows: dict[str, Any]) -> list[CallRecord]:
    """Records of rows as the upstream sends them."""
    data = {"TotalCount": len(rows), "List": list(rows)}
    body = json.dumps({"Code": "OK", "Data": data}).encode()
    return list(API.decode(LIST_CALL_DETAIL_RECORDS_V2, Response(200, {}, body)).rows)


def strictly(row: dict[str, Any]) -> list[Any]:
    """Keys in their order, and types: true is not 1."""
    return [(key, type(value), value) for key, value in row.items()]


@given(st.lists(st.dictionaries(st.sampled_from([*NAMES, "Unknown"]), VALUES), min_size=1, max_size=4))
def test_the_same_either_way(rows: list[dict[str, Any]]) -> None:
    """A copy holds fields that were read; the record itself has its row as sent. Both are written the same."""
    try:
        records = decoded(*({"ContactId": f"job-{place}", **row} for place, row in enumerate(rows)))
    except DecodeError:
        return  # no record comes of such a row
    for record in records:
        assert strictly(record_row(copy.copy(record))) == strictly(record_row(record))


@given(st.dictionaries(st.sampled_from(NAMES), VALUES), st.sets(st.sampled_from(NAMES)))
def test_whatever_was_read_before(row: dict[str, Any], read: set[str]) -> None:
    """That a field was looked at changes nothing."""
    try:
        one, other = decoded({"ContactId": "job-1", **row}, {"ContactId": "job-1", **row})
    except DecodeError:
        return
    for field in on_the_wire(CallRecord):
        if "".join(part.capitalize() for part in field.name.split("_")) in read:
            getattr(one, field.name)
    assert strictly(record_row(other)) == strictly(record_row(one))


def test_a_time_of_0_is_none() -> None:
    """The upstream's forms of "never" are null, absent, blank and 0; on the contract it is null."""
    for never in (0, None, "", "0"):
        (record,) = decoded({"ContactId": "job-1", "EstablishedTime": never, "TalkTime": 0, "StartTime": 1})
        row = record_row(record)
        assert (None, 0, 1) == (row["established_time"], row["talk_time"], row["start_time"])


def test_words_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is remembered is bounded, and what was forgotten is found again."""
    monkeypatch.setattr(contract_sent, "_MOST_WORDS", 3)
    for number in range(20):
        record, alike = decoded(
            {"ContactId": "job-1", "ReleaseReason": f"{number} - Okay", f"Extra{number % 5}": 1},
            {"ContactId": "job-1", "ReleaseReason": "1 - Okay"},
        )
        assert f"{number} - _okay" == record_row(record)["release_reason"]
        assert "1 - _okay" == record_row(alike)["release_reason"]

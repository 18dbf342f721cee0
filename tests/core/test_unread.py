"""Records that read a field when it is first looked at."""

from __future__ import annotations

import copy
import pickle
from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc._core.convert import make_converter
from hillstone_ccc._core.records import CallRecord
from hillstone_ccc._core.unread import as_sent, milliseconds
from hillstone_ccc._core.vocabulary import Disposition

ZONE = ZoneInfo("Asia/Shanghai")
STARTED = 1_767_323_045_123
ROW: dict[str, Any] = {
    "ContactId": "job-000000000000000001",
    "ContactDisposition": "Success",
    "StartTime": STARTED,
    "EstablishedTime": None,
    "CallDuration": "55",
    "AgentIds": "alpha@ccc-demo",
    "AgentNames": "演示,坐席",
    "RecordingReady": True,
    "Novelty": 7,
}


def read(row: Any) -> CallRecord:
    """A record of a row."""
    record: CallRecord = make_converter("upstream", ZONE).structure(row, CallRecord)
    return record


def looked_at(record: CallRecord) -> set[str]:
    """The fields that were read."""
    return {name for name in vars(record) if not name.startswith("_")}


def test_a_field_is_read_when_it_is_looked_at() -> None:
    """And once: the second look gives the same object."""
    record = read(ROW)
    assert set() == looked_at(record)
    assert datetime(2026, 1, 2, 11, 4, 5, 123_000, ZONE) == record.start_time
    assert record.start_time is record.start_time
    assert {"start_time"} == looked_at(record)
    assert (55, None, True, Disposition.SUCCESS) == (
        record.call_duration,
        record.established_time,
        record.recording_ready,
        record.contact_disposition,
    )
    assert (None, (), {"Novelty": 7}) == (record.talk_time, record.call_ids, record.extra)
    assert ("演示,坐席",) == record.agent_names


def test_a_record_that_was_read_equals_one_that_was_made() -> None:
    """Equality, hash and repr look at everything."""
    made = CallRecord(
        "job-000000000000000001",
        contact_disposition=Disposition.SUCCESS,
        start_time=datetime(2026, 1, 2, 11, 4, 5, 123_000, ZONE),
        call_duration=55,
        agent_ids=("alpha@ccc-demo",),
        agent_names=("演示,坐席",),
        recording_ready=True,
        extra={"Novelty": 7},
    )
    assert made == read(ROW)
    assert hash(made) == hash(read(ROW))
    assert repr(made) == repr(read(ROW))
    assert attrs.asdict(made) == attrs.asdict(read(ROW))
    assert attrs.evolve(made, call_duration=1) == attrs.evolve(read(ROW), call_duration=1)


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda record: pickle.loads(pickle.dumps(record))])
def test_a_copy_has_everything(again: Any) -> None:
    """Copies and pickles hold the fields, not the row."""
    copied = again(read(ROW))
    assert read(ROW) == copied
    assert as_sent(copied) is None
    assert "start_time" in vars(copied)


@pytest.mark.parametrize("record", [read(ROW), CallRecord("job-1")])
def test_what_is_no_field_is_no_attribute(record: Any) -> None:
    """As of any object."""
    with pytest.raises(AttributeError, match="'CallRecord' object has no attribute 'ContactId'"):
        _ = record.ContactId
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        record.start_time = None


def test_a_class_has_no_fields() -> None:
    """A field is a record's; of the class it is no attribute, as of any attrs class."""
    with pytest.raises(AttributeError, match="type object 'CallRecord' has no attribute 'start_time'"):
        _ = CallRecord.start_time
    assert not hasattr(CallRecord, "talk_time")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"StartTime": 10**18}, "StartTime: a time beyond the years 1 to 9999"),
        ({"EstablishedTime": -(10**18)}, "EstablishedTime: a time beyond the years 1 to 9999"),
        ({"StartTime": "soon"}, "StartTime: a whole number was expected"),
        ({"CallDuration": "a while"}, "CallDuration: a whole number was expected"),
        ({"CallDuration": "５５a"}, "CallDuration: a whole number was expected"),
        ({"TalkTime": [1]}, "TalkTime: a whole number was expected, not list"),
        ({"AgentIds": {}}, "AgentIds: text was expected, not dict"),
        ({"RecordingReady": "perhaps"}, "RecordingReady: true or false was expected"),
        ({"AnalyticsReport": {"Emotion": {"Confidence": "high"}}}, "AnalyticsReport.Emotion.Confidence: "),
        ({"ContactId": None}, "ContactId: it is missing"),
    ],
)
def test_what_cannot_be_read_is_told_at_once(changes: dict[str, Any], message: str) -> None:
    """When the page is read, not when the field is looked at; also in a row like one that could be read."""
    read(ROW)
    with pytest.raises(ValueError, match=message):
        read({**ROW, **changes})


def test_a_row_without_an_id() -> None:
    """It is no record."""
    with pytest.raises(ValueError, match="ContactId: it is missing"):
        read({"StartTime": STARTED})
    with pytest.raises(ValueError, match="ContactId: it is missing"):
        read({})


@given(
    st.dictionaries(
        st.sampled_from(["StartTime", "CallDuration", "AgentIds", "RecordingReady", "ContactType", "TalkTime", "New"]),
        st.one_of(
            st.none(), st.integers(-(10**20), 10**20), st.text(max_size=5), st.booleans(), st.floats(), st.just([])
        ),
    )
)
def test_a_row_is_read_whole_or_refused(row: dict[str, Any]) -> None:
    """What was accepted can be looked at, every field of it."""
    try:
        record = read({"ContactId": "job-1", **row})
    except ValueError:
        return
    for field in attrs.fields(CallRecord):
        getattr(record, field.name)
    assert {field.name for field in attrs.fields(CallRecord)} == looked_at(record)


def test_a_time_in_milliseconds() -> None:
    """The same whether it was looked at, sent as text, made by hand, or not there."""
    record = read(ROW)
    assert STARTED == milliseconds(record, "start_time")
    assert "start_time" not in looked_at(record)
    assert record.start_time
    assert STARTED == milliseconds(record, "start_time")
    assert STARTED == milliseconds(read({**ROW, "StartTime": str(STARTED)}), "start_time")
    in_utc = datetime.fromtimestamp(0, timezone.utc) + timedelta(milliseconds=STARTED)
    assert STARTED == milliseconds(CallRecord("job-1", start_time=in_utc), "start_time")
    for empty in (None, 0, ""):
        assert milliseconds(read({**ROW, "StartTime": empty}), "start_time") is None
    assert milliseconds(read({"ContactId": "job-1"}), "start_time") is None


def test_names_that_are_not_known_are_extra() -> None:
    """Whatever is there under them, also nothing; rows that have others each time are read all the same."""
    for number in range(5):
        for value in (number, str(number), None):
            record = read({"ContactId": "job-1", "TalkTime": value, f"New{number}": value, "Same": [1]})
            assert (None if value is None else number) == record.talk_time
            assert {f"New{number}": value, "Same": [1]} == record.extra

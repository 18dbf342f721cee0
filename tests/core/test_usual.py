"""Pages that are as usual: decoded in one go, and just as any other page is."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc._core import unread
from hillstone_ccc._core.convert import Converter, _make
from hillstone_ccc._core.errors import DecodeError, PermissionDeniedError
from hillstone_ccc._core.message import Response
from hillstone_ccc._core.moments import to_milliseconds
from hillstone_ccc._core.openapi import OpenAPI
from hillstone_ccc._core.operation import LIST_CALL_DETAIL_RECORDS_V2
from hillstone_ccc._core.records import AnalyticsReport, CallRecord, Emotion, SummaryIndex, TodoList
from hillstone_ccc._core.unread import all_milliseconds, as_sent, texts
from hillstone_ccc._core.usual import UsualPages

ZONE = ZoneInfo("Asia/Shanghai")
ROW: dict[str, Any] = {
    "ContactId": "job-000000000000000001",
    "ContactDisposition": "Success",
    "StartTime": 1_767_323_045_123,
    "CallDuration": "55",
    "AgentIds": "alpha@ccc-demo",
    "AgentNames": "演示,坐席",
    "RecordingReady": True,
    "SatisfactionIndex": None,
    "AnalyticsReport": {"Emotion": {"Confidence": 87}, "TodoList": {"Tasks": ["回访", 1, None], "Success": True}},
    "SummaryIndex": {},
}
ANALYTICS = AnalyticsReport(emotion=Emotion(confidence=87), todo_list=TodoList(["回访", "1", ""], success=True))


@pytest.fixture
def converter() -> Converter:
    """One of the test's own, since it learns."""
    return _make("upstream", ZONE)


def pages_of(converter: Converter) -> UsualPages:
    """What decodes the upstream's pages of calls."""
    return UsualPages(
        converter.readers[CallRecord], "Data", "List", beside=("Code",), beside_rows=("TotalCount", "PageSize")
    )


def body(*rows: Any, **page: Any) -> bytes:
    """An answer with a page of these rows."""
    return orjson.dumps({"RequestId": "r", "Code": "OK", "Data": {"TotalCount": 7, "List": list(rows), **page}})


def usual(converter: Converter, *rows: Any) -> list[CallRecord] | None:
    """The records of a page if it is as usual."""
    answer = pages_of(converter).decode(body(*rows))
    return None if answer is None else converter.structure(answer["Data"]["List"], list[CallRecord])


def test_a_usual_page(converter: Converter) -> None:
    """It is told as any JSON is, but for its rows; what was not asked for is left out, what is not there is None."""
    answer = pages_of(converter).decode(body(ROW, PageNumber=3))
    assert answer is not None
    rows = answer["Data"].pop("List")
    assert {"Code": "OK", "Data": {"TotalCount": 7, "PageSize": None}} == answer
    (record,) = converter.structure(rows, list[CallRecord])
    assert converter.structure(ROW, CallRecord) == record
    assert (55, ("演示,坐席",), datetime(2026, 1, 2, 11, 4, 5, 123_000, ZONE)) == (
        record.call_duration,
        record.agent_names,
        record.start_time,
    )
    assert (ANALYTICS, None, {}) == (record.analytics_report, record.summary_index, record.extra)
    assert as_sent(record) is rows[0]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"TalkTime": "11"}, 11),
        ({"TalkTime": 11.0}, 11),
        ({"TalkTime": True}, None),
        ({"TalkTime": [1]}, None),
        ({"StartTime": 10**18}, None),
        ({"StartTime": "1767323045123"}, datetime(2026, 1, 2, 11, 4, 5, 123_000, ZONE)),
        ({"CallDuration": " 55 "}, 55),
        ({"CallDuration": "soon"}, None),
        ({"CallDuration": "5" * 31}, None),
        ({"CallDuration": "５"}, None),
        ({"RecordingReady": "true"}, True),
        ({"RecordingReady": "perhaps"}, None),
        ({"ContactType": 7}, "7"),
        ({"AgentIds": {}}, None),
        ({"ContactId": ""}, None),
        ({"ContactId": 8}, "8"),
        ({"SummaryIndex": []}, None),
        ({"SummaryIndex": {"Keywords": ["x"]}}, None),
        ({"AnalyticsReport": {"Emotion": {"Confidence": "87"}}}, AnalyticsReport(Emotion(confidence=87))),
        ({"AnalyticsReport": {"Emotion": {"Confidence": "high"}}}, None),
    ],
)
def test_what_is_unusual_is_read_or_refused_as_ever(converter: Converter, changes: dict[str, Any], field: Any) -> None:
    """One such value is enough; None stands for values that cannot be read, and for what is nothing."""
    row = ROW | changes
    assert usual(converter, ROW, row) is None
    upstream = OpenAPI("ccc-demo", ZONE)
    response = Response(200, {}, body(ROW, row))
    (name,) = changes
    attribute = next(one.attribute for one in converter.readers[CallRecord]._columns if one.name == name)
    if name == "SummaryIndex" and changes[name] == []:
        assert getattr(upstream.decode(LIST_CALL_DETAIL_RECORDS_V2, response).rows[1], attribute) is None
    elif field is None:
        with pytest.raises(DecodeError, match=rf"Data.List\[1\].{name}"):
            upstream.decode(LIST_CALL_DETAIL_RECORDS_V2, response)
    else:
        assert field == getattr(upstream.decode(LIST_CALL_DETAIL_RECORDS_V2, response).rows[1], attribute)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"[]",
        b'{"Data":null}',
        b'{"Code":"OK","Data":{"List":null}}',
        b'{"Code":"OK","Data":{"List":{}}}',
        b'{"Code":"OK","Data":{"List":[null]}}',
        b'{"Code":"OK","Data":{"List":[{"ContactId":"\xff"}]}}',
        b'{"Code":"OK","Data":{"List":[{"ContactId":"\\ud800"}]}}',
        b'{"Code":' + b"[" * 100_000 + b"]" * 100_000 + b',"Data":{"List":[]}}',
        b'{"Code":"OK","Data":{"List":[]}} more',
    ],
)
def test_what_is_no_page_is_not_usual(converter: Converter, answer: bytes) -> None:
    """It is left to who tells what is wrong with it."""
    assert pages_of(converter).decode(answer) is None


def test_what_is_learned_is_usual_from_then_on(converter: Converter) -> None:
    """Names that are not known make a page unusual once, and are extra ever after, also those that are not there."""
    new = ROW | {"Novelty": {"a": [1]}, "Nothing": None, "AnalyticsReport": {"Mood": 1, "Emotion": {"Depth": 2}}}
    read = converter.structure([new, ROW], list[CallRecord])
    assert usual(converter, {**new, "Unheard": 1}) is None
    again = usual(converter, new, ROW)
    assert read == again
    assert again is not None
    assert ({"Novelty": {"a": [1]}, "Nothing": None}, {}) == (again[0].extra, again[1].extra)
    assert AnalyticsReport(Emotion(extra={"Depth": 2}), extra={"Mood": 1}) == again[0].analytics_report
    assert ANALYTICS == again[1].analytics_report


def test_what_can_be_learned_is_bounded(converter: Converter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that have other names each time, or names that are none, stay unusual and are read all the same."""
    monkeypatch.setattr(unread, "_MOST_UNKNOWN", 2)
    for name in ("A", "B", "C", 'quote"', "back\\slash", "line\n"):
        (record,) = converter.structure([ROW | {name: 1}], list[CallRecord])
        assert {name: 1} == record.extra
    assert usual(converter, ROW | {"A": 1, "B": 2}) is not None
    for name in ("C", 'quote"', "back\\slash", "line\n"):
        assert usual(converter, ROW | {name: 1}) is None


def test_names_that_need_escapes_are_not_learned(converter: Converter) -> None:
    """They can be no names of usual rows, and are read all the same."""
    for name in ('quote"', "back\\slash", "line\n"):
        for _ in range(2):
            (record,) = converter.structure([ROW | {name: 1}], list[CallRecord])
            assert {name: 1} == record.extra
        assert usual(converter, ROW | {name: 1}) is None


def test_a_refusal_beside_rows_is_told_whole() -> None:
    """A page as usual whose code says no is no page: everything that the refusal tells is read."""
    answer = orjson.loads(body(ROW)) | {
        "Code": "NoPermission",
        "Message": "User not authorized.",
        "AccessDeniedDetail": {"NoPermissionType": "ImplicitDeny"},
    }
    with pytest.raises(PermissionDeniedError) as raised:
        OpenAPI("ccc-demo", ZONE).decode(LIST_CALL_DETAIL_RECORDS_V2, Response(200, {}, orjson.dumps(answer)))
    assert {"NoPermissionType": "ImplicitDeny"} == raised.value.details
    assert ("NoPermission", "r") == (raised.value.code, raised.value.request_id)


def test_what_a_walk_looks_at(converter: Converter) -> None:
    """Ids and times of many records at once are those of each, whatever form some of them came in."""
    for changes in ({}, {"ContactId": 8}, {"StartTime": None}, {"StartTime": 0}, {"StartTime": "1767323045000"}):
        records = converter.structure([ROW, ROW | changes], list[CallRecord])
        assert [record.contact_id for record in records] == texts(records, "contact_id")
        moments = [None if record.start_time is None else to_milliseconds(record.start_time) for record in records]
        fresh = converter.structure([ROW, ROW | changes], list[CallRecord])
        assert moments == all_milliseconds(fresh, "start_time")
        assert [*moments, None] == all_milliseconds([*fresh, CallRecord("job-1")], "start_time")
    assert [] == all_milliseconds([], "start_time")


def test_numbers_that_come_as_text_are_usual_from_then_on(converter: Converter) -> None:
    """As in the documents of 2021; each is still looked at, and what is none makes the page unusual."""
    quoted = ROW | {"StartTime": "1767323045123", "TalkTime": "11", "RecordingReady": "true", "SatisfactionIndex": ""}
    assert usual(converter, quoted) is None
    read = converter.structure([quoted], list[CallRecord])
    again = usual(converter, quoted, ROW)
    assert again is not None
    assert [*read, *converter.structure([ROW], list[CallRecord])] == again
    assert (11, True, None) == (again[0].talk_time, again[0].recording_ready, again[0].satisfaction_index)
    for name in ("StartTime", "TalkTime", "RecordingReady", "CallDuration"):
        assert usual(converter, ROW | {name: "soon"}) is None
    assert usual(converter, ROW | {"ContactId": ""}) is None


def test_long_numbers_are_exact_either_way(converter: Converter) -> None:
    """Beyond 64 bits too, in fields and in what is not known."""
    long = ROW | {"TalkTime": 2**64 + 1, "CallingNumber": 2**70 + 1, "New": 2**65 + 1}
    body_of = body(ROW).replace(
        b'"StartTime"', b'"TalkTime":%d,"CallingNumber":%d,"New":%d,"StartTime"' % (2**64 + 1, 2**70 + 1, 2**65 + 1)
    )
    upstream = OpenAPI("ccc-demo", ZONE)
    for _ in range(2):
        (record,) = upstream.decode(LIST_CALL_DETAIL_RECORDS_V2, Response(200, {}, body_of)).rows
        assert (2**64 + 1, str(2**70 + 1), {"New": 2**65 + 1}) == (
            record.talk_time,
            record.calling_number,
            record.extra,
        )
    assert converter.structure(long, CallRecord) == record


def test_threads_that_learn_at_once() -> None:
    """Each page has names of its own, and every thread makes classes and decoders of them: nothing gets mixed up."""
    converter = _make("upstream", ZONE)
    pages = pages_of(converter)
    begin = threading.Barrier(8)

    def read(thread: int) -> list[dict[str, Any]]:
        begin.wait()
        told: list[dict[str, Any]] = []
        for page in range(8):
            row = ROW | {f"New{thread}of{page}": [thread, page], "AnalyticsReport": {f"Depth{thread}": page}}
            answer = pages.decode(body(row)) or orjson.loads(body(row))
            (record,) = converter.structure(answer["Data"]["List"], list[CallRecord])
            told.append({**record.extra, **(record.analytics_report or AnalyticsReport()).extra})
        return told

    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(read, range(8)))
    assert [
        [{f"New{thread}of{page}": [thread, page], f"Depth{thread}": page} for page in range(8)] for thread in range(8)
    ] == told
    every = {f"New{thread}of{page}": None for thread in range(8) for page in range(8)}
    assert usual(converter, ROW | every) is not None


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**15), 10**15),
    st.floats(allow_nan=False, allow_infinity=False, width=16),
    st.text(st.characters(codec="utf-8"), max_size=4),
    st.from_regex(r"[0-9]{1,3}", fullmatch=True),
    st.just([]),
    st.just({}),
    st.just({"Emotion": {"Confidence": 1, "Remark": None}, "Other": "x"}),
    st.just({"Keywords": "a,b"}),
)
FIELDS = (
    "ContactId StartTime CallDuration TalkTime AgentIds AgentNames RecordingReady ContactType SatisfactionIndex "
    "CallerLocation ReleaseReason AnalyticsReport SummaryIndex New Newer"
)
ROWS = st.dictionaries(
    st.sampled_from(FIELDS.split()),
    VALUES,
)


@given(st.lists(ROWS.map(lambda row: {"ContactId": "job-1"} | row), max_size=3), st.booleans())
def test_usual_or_not_a_page_comes_to_the_same(rows: list[dict[str, Any]], learned: bool) -> None:
    """Every field of every record is equal; what cannot be read is never usual."""
    converter = _make("upstream", timezone(timedelta(hours=8)))
    if learned:
        converter.readers[CallRecord].learn([{"New": 1, "AnalyticsReport": {"Other": 1}}])
    quick = usual(converter, *rows)
    try:
        slow = converter.structure(rows, list[CallRecord])
    except ValueError:
        assert quick is None
        return
    if quick is not None:
        assert [attrs.asdict(record) for record in slow] == [attrs.asdict(record) for record in quick]
        assert slow == quick


def test_summaries_are_read_when_they_are_looked_at(converter: Converter) -> None:
    """An object within a row becomes one of its class then, and once."""
    rows = usual(converter, ROW | {"SummaryIndex": {"Keywords": "订单"}})
    assert rows is not None
    assert "summary_index" not in vars(rows[0])
    assert SummaryIndex("订单") == rows[0].summary_index
    assert rows[0].summary_index is rows[0].summary_index

"""A call's details as a row of the contract, and read back."""

import copy
from collections import Counter
from dataclasses import fields
from datetime import datetime, timedelta, timezone, tzinfo
from inspect import cleandoc
from typing import Any, get_type_hints

import attrs
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hillstone_ccc._core.contract_details import read_detail
from hillstone_ccc._core.contract_rows import (
    CallDetailRow,
    CallRecordRow,
    EventRow,
    TransferRow,
    detail_row,
    masked,
    record_row,
)
from hillstone_ccc._core.convert import make_converter
from hillstone_ccc._core.details import CallDetail, MissingPart, Transfer
from hillstone_ccc._core.events import AgentEvents, CustomerEvents, Event, IvrEvents, QueueEvents
from hillstone_ccc._core.journey import join
from hillstone_ccc._core.openapi import OpenAPI
from hillstone_ccc._core.operation import GET_CALL_DETAIL_RECORD, LIST_CALL_DETAIL_RECORDS_V2
from hillstone_ccc._core.records import CallRecord
from hillstone_ccc._core.redact import mask_number
from hillstone_ccc._core.vocabulary import Disposition, EventName, MediaType

from .driving import answer, listed
from .expected import ZONE, example_data
from .strategies import moments, of, texts, zones
from .test_contract_rows import is_of, on_the_contract

UPSTREAM = OpenAPI("ccc-demo", ZONE)
NOON = datetime(2026, 1, 2, 12, tzinfo=timezone.utc)
NUMBER = "13800000001"
NO_EVENTS = MissingPart("GetCallDetailRecord", "PermissionDeniedError", "it may not be seen.")
NO_RECORD = MissingPart("ListCallDetailRecordsV2", "NotFoundError", "it is not listed yet.")

fewer = settings(max_examples=settings().max_examples // 3)  # a call's details are large, and take long to draw


def read(row: Any, zone: tzinfo = ZONE) -> CallDetail | None:
    """What the client reads of a row that was sent as JSON."""
    return read_detail(make_converter("contract", zone), zone, orjson.loads(orjson.dumps(row)))


def there_and_back(detail: CallDetail, zone: tzinfo = ZONE) -> CallDetail:
    """Details that were written and read again."""
    back = read(detail_row(detail), zone)
    assert back is not None
    return back


def the_documented_call() -> CallDetail:
    """The documented answers of both actions, joined: a blind transfer to an agent who works off site."""
    detail = UPSTREAM.decode(GET_CALL_DETAIL_RECORD, answer(example_data("GetCallDetailRecord")))
    rows = UPSTREAM.decode(LIST_CALL_DETAIL_RECORDS_V2, listed(example_data("ListCallDetailRecordsV2")["List"], 1)).rows
    return join(detail, rows[0])


# --- a real call --------------------------------------------------------------------------------------------


def test_the_documented_call() -> None:
    """Its row is the list's, and tells off-site work, the transfer and what happened besides."""
    detail = the_documented_call()
    assert detail.record is not None
    row = detail_row(detail)
    assert is_of(row, CallDetailRow)
    assert record_row(detail.record).items() <= row.items()
    assert ("AUDIO", 0, None, True, "02100000001", "13800000009", []) == tuple(
        row[name]
        for name in (
            "media_type",
            "held_time",
            "satisfaction_index",
            "off_site",
            "transfer_caller",
            "transfer_called",
            "missing",
        )
    )
    assert [
        {
            "time": 1767323080000,
            "kind": "blind",
            "from_agent_id": "alpha@ccc-demo",
            "from_agent_name": "演示坐席甲",
            "to_kind": "agent",
            "to_agent_id": "beta@ccc-demo",
            "to_agent_name": "演示坐席乙",
            "to_skill_group_id": "",
            "to_skill_group_name": "",
            "to_number": "",
            "completed": True,
        }
    ] == row["transfers"]
    first = {"event_time": 1767323045000, "duration": None}
    flow = {"party": "ivr", "party_id": "00000000-0000-0000-0000-0000000000f1", "party_name": ""}
    customer = {"party": "customer", "party_id": "13800000001", "party_name": ""}
    beta = {"party": "agent", "party_id": "beta@ccc-demo", "party_name": "演示坐席乙"}
    assert [{"event": "Established"} | customer | first, {"event": "Route2IVR"} | flow | first] == row["events"][:2]
    assert {"event": "Released", "event_time": 1767323100000, "duration": 0} | beta in row["events"][-2:]


def test_the_documented_call_goes_there_and_back() -> None:
    """Its time line, transfer, numbers and row come out as they went in, at the same moments."""
    detail = the_documented_call()
    back = there_and_back(detail)
    assert detail.events == back.events
    assert (detail.off_site, detail.transfer_caller, detail.transfer_called) == (
        back.off_site,
        back.transfer_caller,
        back.transfer_called,
    )
    assert [attrs.evolve(one, evidence=()) for one in detail.transfers or ()] == list(back.transfers or ())
    assert on_the_contract(detail.record, CallRecordRow) == on_the_contract(back.record, CallRecordRow)
    assert MediaType.AUDIO is back.record.media_type if back.record else None
    assert detail_row(detail) == detail_row(back)


# --- any call -----------------------------------------------------------------------------------------------


def transfers(zone: tzinfo) -> st.SearchStrategy[tuple[Transfer, ...] | None]:
    """Transfers of any kind, of which anything may be unknown; or nobody knows whether there were any."""
    told = st.none() | texts
    transfer = st.builds(
        Transfer,
        time=st.none() | moments(zone),
        kind=st.sampled_from([None, "blind", "consulted"]),
        from_agent_id=told,
        from_agent_name=told,
        to_kind=st.sampled_from([None, "agent", "skill_group", "ivr", "outside"]),
        to_agent_id=told,
        to_agent_name=told,
        to_skill_group_id=told,
        to_skill_group_name=told,
        to_number=told,
        completed=st.sampled_from([None, True, False]),
    )
    return st.none() | st.lists(transfer, max_size=2).map(tuple)


@st.composite
def details(draw: st.DrawFn, zone: tzinfo, *lacking: MissingPart | None) -> CallDetail:
    """Details as they come of both of the upstream's answers, or of the one that could be had."""
    missing = draw(st.sampled_from(lacking or (None, NO_EVENTS, NO_RECORD)))
    told: dict[str, Any] = {
        "off_site": draw(st.sampled_from([None, True, False])),
        "transfer_caller": draw(st.none() | texts),
        "transfer_called": draw(st.none() | texts),
        "transfers": draw(transfers(zone)),
    }
    joined = join(
        None if missing is NO_EVENTS else draw(of(CallDetail, zone)),
        None if missing is NO_RECORD else draw(of(CallRecord, zone)),
        [missing] if missing else [],
    )
    return attrs.evolve(joined, **told)


@fewer
@given(st.data(), zones)
def test_any_call_goes_there_and_back(data: st.DataObject, zone: tzinfo) -> None:
    """Every key is there, of its type; what the contract tells of a call is the same after it was read again."""
    detail = data.draw(details(zone))
    row = detail_row(detail)
    assert is_of(row, CallDetailRow)
    back = there_and_back(detail, zone)
    assert (detail.off_site, detail.transfer_caller, detail.transfer_called) == (
        back.off_site,
        back.transfer_caller,
        back.transfer_called,
    )
    assert detail.transfers == back.transfers
    assert Counter(detail.events) == Counter(back.events)
    assert [event.time for event in detail.events] == [event.time for event in back.events]
    assert [one.action for one in detail.missing] == [one.action for one in back.missing]
    assert (detail.record is None) == (back.record is None)
    assert {} == back.extra
    # Of one millisecond, events of two ends may change places once.
    assert {**row, "events": None} == {**detail_row(back), "events": None}


@fewer
@given(st.data(), zones)
def test_the_row_of_the_list_is_in_any_calls_details(data: st.DataObject, zone: tzinfo) -> None:
    """What both of the upstream's answers tell is told as in the list, and read back as it is there."""
    detail = data.draw(details(zone, None, NO_EVENTS))
    assert detail.record is not None
    listed_row, row = record_row(detail.record), detail_row(detail)
    assert listed_row == {name: row[name] for name in listed_row}
    back = there_and_back(detail, zone).record
    assert on_the_contract(detail.record, CallRecordRow) == on_the_contract(back, CallRecordRow)
    assert back is not None
    assert (detail.record.media_type, detail.record.held_time or 0) == (back.media_type, back.held_time)
    assert (detail.record.satisfaction_index or detail.satisfaction_index) == back.satisfaction_index


def test_details_without_a_row_tell_what_they_have() -> None:
    """Where the list's row could not be had, GetCallDetailRecord's own values stand in the row."""
    detail = join(CallDetail("job-1", release_reason="200 - OK", satisfaction_index=3), None, [NO_RECORD])
    row = detail_row(detail)
    assert ("200 - _o_k", 3, "", 0, None) == (
        row["release_reason"],
        row["satisfaction_index"],
        row["media_type"],
        row["talk_time"],
        row["off_site"],
    )
    assert ["record"] == row["missing"]
    back = there_and_back(detail)
    assert ("200 - OK", 3, None) == (back.release_reason, back.satisfaction_index, back.record)


@pytest.mark.parametrize(("missing", "part"), [(NO_EVENTS, "events"), (NO_RECORD, "record")])
def test_what_is_missing_is_named_and_not_why(missing: MissingPart, part: str) -> None:
    """The row says what could not be had; of the upstream's own words nothing is told."""
    record = None if missing is NO_RECORD else CallRecord("job-1", contact_disposition=Disposition.SUCCESS)
    detail = join(None if record else CallDetail("job-1"), record, [missing])
    assert [part] == detail_row(detail)["missing"]
    assert missing.message not in orjson.dumps(detail_row(detail)).decode()
    back = there_and_back(detail)
    assert (MissingPart(missing.action, "CCCError", f"{part} could not be had."),) == back.missing


@pytest.mark.parametrize("told", [None, ()])
def test_no_transfers_and_nobody_knows(told: tuple[Transfer, ...] | None) -> None:
    """That there were none is another thing than that it is not told."""
    detail = attrs.evolve(CallDetail("job-1"), transfers=told)
    assert (None if told is None else []) == detail_row(detail)["transfers"]
    assert told == there_and_back(detail).transfers


def test_events_of_one_end_are_one_entry() -> None:
    """The row holds one time line: an agent's two legs come back as one entry, each end in its own list."""
    agent = [
        AgentEvents("a@x", "A", "sg@x", (Event(EventName.RINGING, NOON + timedelta(seconds=second), second),))
        for second in (1, 5)
    ]
    detail = CallDetail(
        "job-1",
        agent_events=tuple(agent),
        customer_events=(CustomerEvents(NUMBER, (Event(EventName("Dancing"), NOON),)),),
        queue_events=(QueueEvents("sg@x", "SG", None, "flow", (Event(EventName.ENQUEUE, None),)),),
        ivr_events=(IvrEvents("flow", None, (Event(None, NOON),)),),
    )
    back = there_and_back(detail)
    told = tuple(event for entry in agent for event in entry.events)
    assert (AgentEvents("a@x", "A", None, told),) == back.agent_events
    assert detail.customer_events == back.customer_events
    assert (QueueEvents("sg@x", "SG", None, None, (Event(EventName.ENQUEUE, None),)),) == back.queue_events
    assert detail.ivr_events == back.ivr_events


def test_events_without_anybody() -> None:
    """An event of which nothing is told but at whose end it was is kept."""
    detail = CallDetail("job-1", agent_events=(AgentEvents(events=(Event(),)),))
    assert {"event": "", "event_time": None, "party": "agent", "party_id": "", "party_name": "", "duration": None} == (
        detail_row(detail)["events"][0]
    )
    assert detail.agent_events == there_and_back(detail).agent_events


# --- reading what others wrote ------------------------------------------------------------------------------


def test_no_details() -> None:
    """Null is no call."""
    assert read(None) is None


def test_unknown_keys_are_kept() -> None:
    """What a newer server tells is in ``extra``, as sent."""
    back = read(detail_row(CallDetail("job-1")) | {"new": [1]})
    assert {"new": [1]} == (back.extra if back else None)


def test_keys_that_are_not_there() -> None:
    """A row that tells little is read as far as it goes."""
    expected = CallDetail("job-1", record=CallRecord("job-1"))
    assert expected == read({"contact_id": "job-1"})
    back = read({"contact_id": "job-1", "events": [{"party": "queue"}], "transfers": [{}]})
    assert back is not None
    assert ((QueueEvents(events=(Event(),)),), (Transfer(),)) == (back.queue_events, back.transfers)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"contact_id": None}, "contact_id: it is missing"),
    ({"start_time": NUMBER + "x"}, "start_time: a whole number was expected"),
    ({"held_time": "long"}, "held_time: a whole number was expected"),
    ({"off_site": NUMBER}, "off_site: true or false was expected"),
    ({"transfer_caller": [NUMBER]}, "transfer_caller: text was expected, not list"),
    ({"transfer_called": {NUMBER: 1}}, "transfer_called: text was expected, not dict"),
    ({"transfers": {NUMBER: 1}}, "transfers: a list was expected, not dict"),
    ({"transfers": [{}, NUMBER]}, r"transfers\[1\]: an object was expected, not str"),
    ({"transfers": [{"time": NUMBER + "x"}]}, r"transfers\[0\]\.time: a whole number was expected"),
    ({"transfers": [{"completed": 5}]}, r"transfers\[0\]\.completed: true or false was expected"),
    ({"transfers": [{"to_number": [NUMBER]}]}, r"transfers\[0\]\.to_number: text was expected, not list"),
    ({"events": NUMBER}, "events: a list was expected, not str"),
    ({"events": [NUMBER]}, r"events\[0\]: an object was expected, not str"),
    ({"events": [{"party": NUMBER}]}, r"events\[0\]\.party: none of ivr, queue, agent, customer"),
    ({"events": [{}]}, r"events\[0\]\.party: none of ivr, queue, agent, customer"),
    ({"events": [{"party": ["agent"]}]}, r"events\[0\]\.party: text was expected, not list"),
    ({"events": [{"party": "agent", "event": [NUMBER]}]}, r"events\[0\]\.event: text was expected, not list"),
    ({"events": [{"party": "agent", "event_time": 10**17}]}, r"events\[0\]\.event_time: a time beyond"),
    ({"events": [{"party": "agent", "duration": "long"}]}, r"events\[0\]\.duration: a whole number was expected"),
    ({"missing": 5}, "missing: a list was expected, not int"),
    ({"missing": "record"}, "missing: a list was expected, not str"),
]


@pytest.mark.parametrize(("told", "message"), WRONG, ids=[message for _, message in WRONG])
def test_an_error_says_where_and_never_what(told: dict[str, Any], message: str) -> None:
    """What is no row of details is an error with the path to it, without the value: it may be a person's."""
    with pytest.raises((TypeError, ValueError), match=f"^{message}") as caught:
        read(detail_row(CallDetail("job-1")) | told)
    assert NUMBER not in str(caught.value)


@pytest.mark.parametrize("told", [[], "x", 5, True])
def test_details_are_an_object(told: object) -> None:
    """Anything else is none."""
    with pytest.raises(TypeError, match=r"^CallDetail: an object was expected, not "):
        read(told)


# --- masking ------------------------------------------------------------------------------------------------

A_NUMBER = {"calling_number", "called_number", "broker", "additional_broker", "transfer_caller", "transfer_called"}


def test_masked_details_tell_no_number() -> None:
    """With a number wherever one can stand, the masked row has none of them whole."""
    numbers: dict[str, Any] = dict.fromkeys(("calling_number", "called_number", "broker", "additional_broker"), NUMBER)
    detail = CallDetail(
        "job-1",
        record=CallRecord("job-1", **numbers),
        customer_events=(CustomerEvents(NUMBER, (Event(), Event())),),
        transfer_caller=NUMBER,
        transfer_called=NUMBER,
        transfers=(Transfer(to_number=NUMBER), Transfer()),
    )
    row = detail_row(detail)
    assert 9 == orjson.dumps(row).count(NUMBER.encode())
    hidden = orjson.dumps(masked(row))
    assert (0, 9) == (hidden.count(NUMBER.encode()), hidden.count(b"138****0001"))
    assert hidden == orjson.dumps(row).replace(NUMBER.encode(), b"138****0001")


@fewer
@given(st.data())
def test_masking_changes_nothing_else(data: st.DataObject) -> None:
    """Numbers of the row, of its transfers and of customers' events are masked, and all the rest is as it was."""
    row = detail_row(data.draw(details(timezone.utc)))
    before = copy.deepcopy(row)
    after = masked(row)
    assert before == row  # others may hold it
    assert is_of(after, CallDetailRow)
    assert {name for name in row if row[name] != after[name]} <= A_NUMBER | {"transfers", "events"}
    assert {name: mask_number(row[name]) for name in A_NUMBER} == {name: after[name] for name in A_NUMBER}
    for one, shown in zip(row["transfers"] or (), after["transfers"] or (), strict=True):
        assert one | {"to_number": mask_number(one["to_number"])} == shown
    for one, shown in zip(row["events"], after["events"], strict=True):
        theirs = one["party"] == "customer"
        assert (one | {"party_id": mask_number(one["party_id"])} if theirs else one) == shown


def test_every_key_is_told() -> None:
    """Each key of the rows is explained, so that the server's description says what it is."""
    for kind in (CallRecordRow, CallDetailRow, TransferRow, EventRow):
        told = cleandoc(kind.__doc__ or "")  # which from Python 3.13 on has lost its indentation already
        assert all(f"\n    {name}: " in told for name in vars(kind).get("__annotations__", {}))
    assert [field.name for field in fields(CallRecordRow)] == [field.name for field in fields(CallDetailRow)][:31]
    assert get_type_hints(CallRecordRow).items() <= get_type_hints(CallDetailRow).items()

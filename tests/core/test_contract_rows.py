"""The contract's rows: the example to the letter, and of any record every key, of its type, in its order."""

import copy
from dataclasses import fields, is_dataclass
from datetime import timezone, tzinfo
from typing import Any, get_args, get_origin, get_type_hints

import attrs
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc._core.agents import Agent, SkillLevel
from hillstone_ccc._core.contract import LIST_CALL_RECORDS, Contract
from hillstone_ccc._core.contract_rows import (
    AgentRow,
    CallRecordRow,
    RecordingRow,
    agent_row,
    masked,
    record_row,
)
from hillstone_ccc._core.errors import DecodeError
from hillstone_ccc._core.message import Request, Response
from hillstone_ccc._core.openapi import OpenAPI
from hillstone_ccc._core.operation import LIST_CALL_DETAIL_RECORDS_V2, LIST_USERS, Operation
from hillstone_ccc._core.records import CallRecord
from hillstone_ccc._core.redact import mask_number
from hillstone_ccc._core.vocabulary import Disposition, ReleaseInitiator

from .driving import listed
from .expected import ZONE, example
from .strategies import of, texts, zones

EXAMPLES = orjson.loads(example("contract"))
"""The contract's three examples, to the letter."""

UPSTREAM = OpenAPI("hillstone", ZONE)
REWRITTEN = {"contact_type", "contact_disposition", "release_reason"}

CALL = {
    "ContactId": "job-00000000-0000-4000-8000-000000000001",
    "InstanceId": "hillstone",
    "MediaType": "AUDIO",
    "ContactType": "INBOUND",
    "ContactDisposition": "Success",
    "CallingNumber": "13800000001",
    "CalledNumber": "051200000584",
    "CallerLocation": "河北省-石家庄",
    "CalleeLocation": "江苏省-苏州",
    "StartTime": 1686040987223,
    "EstablishedTime": 1686040987223,
    "ReleaseTime": 1686041277826,
    "CallDuration": "291",
    "DialingTime": 0,
    "IvrTime": 10,
    "QueueTime": 6,
    "RingTime": 6,
    "WaitTime": 6,
    "TalkTime": 276,
    "HeldTime": 0,
    "RecordingReady": True,
    "RecordingDuration": 275,
    "AgentIds": "agent01@hillstone",
    "AgentNames": "张三",
    "SkillGroupIds": "techsupport@hillstone",
    "SkillGroupNames": "技术支持",
    "ReleaseInitiator": "agent",
    "ReleaseReason": "200 - Okay",
    "SatisfactionSurveyOffered": False,
    "NewHere": {"a": 1},
}
USER = {
    "UserId": "agent02@hillstone",
    "LoginName": "",
    "DisplayName": "李四",
    "DisplayId": "3386",
    "Email": "",
    "Mobile": "13800000002",
    "Extension": "80160001",
    "DeviceId": "IPPhone",
    "DeviceExt": "80410001",
    "DeviceState": "ONLINE",
    "WorkMode": "ON_SITE",
    "RoleId": "Agent@hillstone",
    "RoleName": "Agent",
    "RamId": 296139145002760001,
    "Primary": False,
    "PrimaryAccount": False,
    "SkillLevelList": [
        {"SkillGroupId": "salesconsult@hillstone", "SkillGroupName": "产品咨询", "SkillLevel": 6, "New": 1}
    ],
    "PersonalOutboundNumberList": [{"Number": "02100000001"}],
}


def upstream(operation: Operation[Any], row: dict[str, Any]) -> Any:
    """What a row of the upstream's is read as."""
    return UPSTREAM.decode(operation, listed([row], 1)).rows[0]


def there_and_back(row: Any, operation: Operation[Any], zone: tzinfo) -> Any:
    """What the client reads of a row that was sent as JSON."""
    body = orjson.dumps({"code": 0, "message": "", "data": {"page": 1, "size": 1, "total": 1, "list": [row]}})
    return Contract(zone).decode(operation, Response(200, {}, body), Request("-")).rows[0]


def is_of(value: Any, kind: Any) -> bool:
    """Whether a value is what a row's class says; of an object: exactly its keys, in their order."""
    if is_dataclass(kind):
        names = [field.name for field in fields(kind)]
        hints = get_type_hints(kind)
        return type(value) is dict and names == list(value) and all(is_of(value[one], hints[one]) for one in names)
    if get_origin(kind) is list:
        return type(value) is list and all(is_of(one, get_args(kind)[0]) for one in value)
    return any(is_of(value, one) for one in get_args(kind)) if get_args(kind) else type(value) is kind


# --- the example --------------------------------------------------------------------------------------------


def test_the_example_of_a_call() -> None:
    """The upstream's row of the contract's example becomes the example: keys, order, types and values."""
    expected = EXAMPLES["call_record"]["data"]["list"][0]
    row = record_row(upstream(LIST_CALL_DETAIL_RECORDS_V2, CALL))
    assert list(expected.items()) == list(row.items())
    assert orjson.dumps(expected) == orjson.dumps(row)


def test_the_example_of_an_agent() -> None:
    """The same for an agent, with a RAM id that no float holds, and without what the contract does not tell."""
    expected = EXAMPLES["agent"]["data"]["list"][0]
    row = agent_row(upstream(LIST_USERS, USER))
    assert list(expected.items()) == list(row.items())
    assert orjson.dumps(expected) == orjson.dumps(row)


def test_the_examples_have_the_rows_keys() -> None:
    """The classes that describe the rows, of which the server's description is made, have the examples' keys."""
    rows = (
        (CallRecordRow, EXAMPLES["call_record"]["data"]["list"][0]),
        (AgentRow, EXAMPLES["agent"]["data"]["list"][0]),
        (RecordingRow, EXAMPLES["mono_recording"]["data"]),
    )
    for kind, row in rows:
        assert is_of(row, kind)


def test_the_examples_are_read() -> None:
    """The client reads the contract's own examples as what the upstream's rows are read as."""
    call = there_and_back(EXAMPLES["call_record"]["data"]["list"][0], LIST_CALL_RECORDS, ZONE)
    theirs = upstream(LIST_CALL_DETAIL_RECORDS_V2, CALL)
    names = [field.name for field in fields(CallRecordRow)]
    assert [getattr(theirs, name) for name in names] == [getattr(call, name) for name in names]
    agent = there_and_back(EXAMPLES["agent"]["data"]["list"][0], LIST_USERS, ZONE)
    theirs = upstream(LIST_USERS, USER)
    level = SkillLevel("salesconsult@hillstone", "产品咨询", 6)
    assert attrs.evolve(theirs, primary=None, skill_levels=(level,), outbound_numbers=()) == agent


# --- any record ---------------------------------------------------------------------------------------------


@given(of(CallRecord, timezone.utc))
def test_every_key_of_any_call(record: CallRecord) -> None:
    """Whatever a record holds or lacks, its row has every key, in the example's order, each of its type."""
    assert is_of(record_row(record), CallRecordRow)
    assert list(EXAMPLES["call_record"]["data"]["list"][0]) == list(record_row(record))


@given(of(Agent, timezone.utc))
def test_every_key_of_any_agent(agent: Agent) -> None:
    """The same for agents, down to their skill groups."""
    assert is_of(agent_row(agent), AgentRow)
    assert list(EXAMPLES["agent"]["data"]["list"][0]) == list(agent_row(agent))


def test_what_is_missing() -> None:
    """A missing text is empty, a missing time null, a missing duration 0, a missing flag false."""
    stands_for: dict[Any, Any] = {str: "", int: 0, bool: False, int | None: None}
    hints = get_type_hints(CallRecordRow)
    expected = {name: stands_for[hints[name]] for name in hints} | {"contact_id": "job-1"}
    assert expected == record_row(CallRecord("job-1"))
    hints = get_type_hints(AgentRow)
    expected = {name: stands_for.get(hints[name], []) for name in hints} | {"user_id": "a"}
    assert expected == agent_row(Agent("a"))
    assert [{"skill_level": 0, "skill_group_name": "", "skill_group_id": ""}] == agent_row(
        Agent("a", skill_levels=(SkillLevel(),))
    )["skill_level_list"]


@pytest.mark.parametrize("nothing", [None, "", 0])
def test_a_call_that_was_never_established(nothing: object) -> None:
    """In whatever form the upstream says that a time is missing, it is null."""
    row = record_row(upstream(LIST_CALL_DETAIL_RECORDS_V2, CALL | {"EstablishedTime": nothing}))
    assert row["established_time"] is None


@pytest.mark.parametrize("told", [1686040987223, "1686040987223", 1686040987223.0])
def test_a_time_is_unix_milliseconds(told: object) -> None:
    """A time is whole milliseconds, in whatever form it came, looked at before or not."""
    for look in (False, True):
        record = upstream(LIST_CALL_DETAIL_RECORDS_V2, CALL | {"StartTime": told})
        assert not look or record.start_time is not None
        assert (1686040987223, int) == (record_row(record)["start_time"], type(record_row(record)["start_time"]))


@given(of(CallRecord, timezone.utc))
def test_only_three_fields_are_rewritten(record: CallRecord) -> None:
    """Ids, names, numbers and every other text are the record's own; three fields hold no ASCII capital."""
    row = record_row(record)
    for name, value in row.items():
        told = getattr(record, name)
        if name in REWRITTEN:
            assert not any(sign.isascii() and sign.isupper() for sign in value)
        elif isinstance(value, str):
            assert (",".join(told) if isinstance(told, tuple) else str(told or "")) == value


def test_the_rule_of_three_fields() -> None:
    """Every ASCII capital, and nothing else, becomes ``_`` and its small letter there."""
    record = CallRecord(
        "Job-ABC",
        contact_disposition=Disposition("QueuingÄnderungX"),
        release_reason="200 - OK",
        release_initiator=ReleaseInitiator("Agent Smith"),
        agent_names=("Ann",),
    )
    row = record_row(record)
    assert ("_queuingÄnderung_x", "200 - _o_k") == (row["contact_disposition"], row["release_reason"])
    assert ("Job-ABC", "Agent Smith", "Ann") == (row["contact_id"], row["release_initiator"], row["agent_names"])
    assert (
        "_abandoned_in_queue"
        == record_row(CallRecord("j", contact_disposition=Disposition.ABANDONED_IN_QUEUE))["contact_disposition"]
    )


def on_the_contract(record: Any, row: Any) -> dict[str, Any]:
    """A model's values of a row's keys; 0 and nothing cannot be told apart in a duration, nor false in a flag."""
    missing: dict[Any, Any] = {int: 0, bool: False}
    kinds = get_type_hints(row)
    told = {name: getattr(record, name) for name in kinds if hasattr(record, name)}
    return {name: missing.get(kinds[name]) if value is None else value for name, value in told.items()}


@given(st.data(), zones)
def test_a_call_goes_there_and_back(data: st.DataObject, zone: tzinfo) -> None:
    """A record written and read again is the same in all that the contract tells, in any zone."""
    record = data.draw(of(CallRecord, zone))
    back = there_and_back(record_row(record), LIST_CALL_RECORDS, zone)
    assert on_the_contract(record, CallRecordRow) == on_the_contract(back, CallRecordRow)
    assert {} == back.extra
    assert record_row(record) == record_row(back)


@given(of(Agent, timezone.utc))
def test_an_agent_goes_there_and_back(agent: Agent) -> None:
    """The same for agents: ids of 18 digits are exact, skill groups and levels are all there."""
    back = there_and_back(agent_row(agent), LIST_USERS, timezone.utc)
    assert on_the_contract(agent, AgentRow) == on_the_contract(back, AgentRow)
    assert agent.ram_id == back.ram_id
    levels = [attrs.evolve(one, extra={}, skill_level=one.skill_level or 0) for one in agent.skill_levels]
    assert levels == list(back.skill_levels)
    assert agent_row(agent) == agent_row(back)


FORMS = (
    st.sampled_from(
        ["", " ", "0", "1", " 12 ", "-3", "true", "False", "Inbound", "INBOUND", "PRIVACY_DIAL", "_inbound"]
    )
    | st.sampled_from(["agent ", "AbandonedInIVR", "200 - Okay", " 上海市-上海", "a,b", ",", "1686040987223", "X_yZ"])
    | st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.integers(10**12, 10**13)
    | st.integers(-3, 3).map(float)
    | texts
)
"""What an upstream may send for something, in any form in which it can be read."""


def is_readable(name: str, value: object) -> bool:
    """Whether an upstream may send that as that."""
    try:
        upstream(LIST_CALL_DETAIL_RECORDS_V2, {"ContactId": "job-1", name: value})
    except DecodeError:
        return False
    return True


@given(st.dictionaries(st.sampled_from(sorted(CALL)), FORMS), st.sets(st.sampled_from(sorted(CALL))))
def test_a_row_does_not_tell_how_it_came(sent: dict[str, Any], absent: set[str]) -> None:
    """Of a record that was read off an answer, looked at or not, the row is the same as of one made by hand."""
    told = {name: value for name, value in sent.items() if is_readable(name, value)}
    row = {name: value for name, value in (CALL | told).items() if name not in absent or name == "ContactId"}
    record = upstream(LIST_CALL_DETAIL_RECORDS_V2, row)
    by_hand = copy.copy(upstream(LIST_CALL_DETAIL_RECORDS_V2, row))  # every field of a copy is read
    assert list(record_row(by_hand).items()) == list(record_row(record).items())
    assert is_of(record_row(record), CallRecordRow)
    assert record == by_hand  # now every field was looked at
    assert record_row(by_hand) == record_row(record)


def test_words_keep_no_underscore_of_their_own() -> None:
    """Known limit: of ``_a`` the rule cannot tell whether it was ``A``; the upstream has no such word."""
    back = there_and_back(record_row(CallRecord("j", release_reason="user_busy")), LIST_CALL_RECORDS, ZONE)
    assert "userBusy" == back.release_reason


# --- masking ------------------------------------------------------------------------------------------------


def changed(row: dict[str, Any]) -> set[str]:
    """Keys of which masking makes something else; the row itself stays as it is, since others may hold it."""
    before = copy.deepcopy(row)
    after = masked(row)
    assert before == row
    assert list(before) == list(after)
    return {name for name in row if row[name] != after[name]}


@given(of(CallRecord, timezone.utc))
def test_masking_a_call(record: CallRecord) -> None:
    """The four numbers of a call are masked, and nothing else."""
    row = record_row(record)
    assert changed(row) <= {"calling_number", "called_number", "broker", "additional_broker"}
    for name in ("calling_number", "called_number", "broker", "additional_broker"):
        assert (mask_number(row[name]) or "") == masked(row)[name]


@given(of(Agent, timezone.utc))
def test_masking_an_agent(agent: Agent) -> None:
    """An agent's own number is masked; extensions within the company are not."""
    row = agent_row(agent)
    assert changed(row) <= {"mobile"}
    assert (mask_number(row["mobile"]) or "") == masked(row)["mobile"]


def test_a_masked_example() -> None:
    """Masked, the examples tell no number and all the rest."""
    call, agent = (EXAMPLES[name]["data"]["list"][0] for name in ("call_record", "agent"))
    assert call | {"calling_number": "138****0001", "called_number": "051*****0584"} == masked(call)
    assert agent | {"mobile": "138****0002"} == masked(agent)

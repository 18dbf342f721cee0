"""The OpenAPI spelling: documented answers, and everything that is none."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc._core.agents import Agent, OutboundNumber, SkillGroup, SkillLevel
from hillstone_ccc._core.details import AgentEvents, CallDetail, CustomerEvents, Event, IvrEvents, QueueEvents
from hillstone_ccc._core.errors import APIError, CCCError, DecodeError, UnsupportedError
from hillstone_ccc._core.links import HoldSegment, RecordingLink, RecordingPart, RestoreState
from hillstone_ccc._core.message import Response
from hillstone_ccc._core.openapi import OpenAPI
from hillstone_ccc._core.operation import (
    GET_CALL_DETAIL_RECORD,
    GET_MULTI_CHANNEL_RECORDING,
    LIST_CALL_DETAIL_RECORDS,
    LIST_USERS,
    OPERATIONS,
    Listed,
    Operation,
)
from hillstone_ccc._core.records import CallRecord
from hillstone_ccc._core.vocabulary import (
    ContactType,
    DeviceState,
    Disposition,
    EventName,
    FlowType,
    MediaType,
    NumberUsage,
    QueueType,
    ReleaseInitiator,
    RestoreStatus,
    RoleName,
    SatisfactionChannel,
    WorkMode,
)

from .conftest import example, example_data
from .driving import answer

ZONE = ZoneInfo("Asia/Shanghai")
API = OpenAPI("ccc-demo", ZONE)
BUCKET = "https://example-bucket.oss-cn-shanghai.aliyuncs.com/ccc-demo"
FLOW = "00000000-0000-0000-0000-0000000000f1"


def at(second: int, minute: int = 4) -> datetime:
    """A moment of the documented call."""
    return datetime(2026, 1, 2, 11, minute, second, tzinfo=ZONE)


COMMON: dict[str, Any] = {
    "instance_id": "ccc-demo",
    "contact_type": ContactType.INBOUND,
    "contact_disposition": Disposition.SUCCESS,
    "calling_number": "13800000001",
    "called_number": "02100000001",
    "caller_location": "演示省-演示市",
    "callee_location": "上海市-上海",
    "start_time": at(5),
    "established_time": at(20),
    "release_time": at(0, 5),
    "call_duration": 55,
    "recording_ready": True,
    "skill_group_ids": ("sg-one@ccc-demo",),
    "skill_group_names": ("演示技能组",),
    "release_initiator": ReleaseInitiator.CUSTOMER,
}
PHASES: dict[str, Any] = {
    "dialing_time": 0,
    "ivr_time": 8,
    "queue_time": 4,
    "ring_time": 3,
    "wait_time": 7,
    "talk_time": 40,
    "held_time": 0,
}
BOTH: dict[str, Any] = {"agent_ids": ("alpha@ccc-demo", "beta@ccc-demo"), "agent_names": ("演示坐席甲", "演示坐席乙")}


def events(*told: tuple[EventName, datetime, int | None]) -> tuple[Event, ...]:
    """Events by name, time and duration."""
    return tuple(Event(name, time, duration) for name, time, duration in told)


EXPECTED: dict[str, Any] = {
    "ListCallDetailRecords": Listed(
        [
            CallRecord(
                "job-000000000000000001",
                **COMMON,
                **PHASES,
                recording_duration=40,
                agent_ids=("alpha@ccc-demo",),
                agent_names=("演示坐席甲",),
                release_reason="200:OK",
                satisfaction_survey_offered=True,
                satisfaction_survey_channel=SatisfactionChannel.IVR,
                satisfaction_index=1,
                satisfaction_description="满意",
                call_ids=("sip-leg-000001", "sip-leg-000002"),
            )
        ],
        1,
    ),
    "ListCallDetailRecordsV2": Listed(
        [
            CallRecord(
                "job-000000000000000002",
                **COMMON,
                **PHASES,
                **BOTH,
                media_type=MediaType.AUDIO,
                recording_duration=40,
                off_site_agent_ids=("beta@ccc-demo",),
                offsite_agent_originator_numbers=("02100000001",),
                offsite_agent_destination_numbers=("13800000009",),
                transfer_count=1,
                release_reason="200:OK",
                satisfaction_survey_offered=False,
                analytics_report_ready=False,
            )
        ],
        1,
    ),
    "GetCallDetailRecord": CallDetail(
        "job-000000000000000002",
        **COMMON,
        **BOTH,
        release_reason="200 - OK",
        satisfaction_survey_offered=False,
        agent_events=(
            AgentEvents(
                "alpha@ccc-demo",
                "演示坐席甲",
                "sg-one@ccc-demo",
                events(
                    (EventName.RINGING, at(17), 3),
                    (EventName.ESTABLISHED, at(20), 20),
                    (EventName.BLIND_TRANSFER, at(40), 0),
                    (EventName.RELEASED, at(40), 0),
                ),
            ),
            AgentEvents(
                "beta@ccc-demo",
                "演示坐席乙",
                "sg-one@ccc-demo",
                events(
                    (EventName.RINGING, at(40), 5),
                    (EventName.ESTABLISHED, at(45), 15),
                    (EventName.RELEASED, at(0, 5), 0),
                ),
            ),
        ),
        customer_events=(
            CustomerEvents(
                "13800000001", events((EventName.ESTABLISHED, at(5), None), (EventName.RELEASED, at(0, 5), None))
            ),
        ),
        queue_events=(
            QueueEvents(
                "sg-one@ccc-demo",
                "演示技能组",
                QueueType.SKILL_GROUP,
                FLOW,
                events((EventName.ENQUEUE, at(13), None), (EventName.ASSIGN_AGENT, at(17), None)),
            ),
        ),
        ivr_events=(IvrEvents(FLOW, FlowType.MAIN_FLOW, events((EventName.ROUTE_TO_IVR, at(5), None))),),
    ),
    "ListUsers": Listed(
        [
            Agent(
                "alpha@ccc-demo",
                login_name="alpha",
                display_name="演示坐席甲",
                display_id="1001",
                email="alpha@example.com",
                mobile="13800000008",
                extension="80000001",
                device_id="ACC-DEMO-0.0.0-0001",
                device_ext="80000002",
                device_state=DeviceState.OFFLINE,
                work_mode=WorkMode.ON_SITE,
                role_id="Agent@ccc-demo",
                role_name=RoleName.AGENT,
                ram_id=200000000000000001,
                primary=False,
                primary_account=False,
                skill_levels=(SkillLevel("sg-one@ccc-demo", "sg-one", 5),),
                outbound_numbers=(OutboundNumber("02100000003", "上海", "上海", NumberUsage.BIDIRECTION, active=True),),
            )
        ],
        1,
    ),
    "GetUser": Agent(
        "beta@ccc-demo",
        instance_id="ccc-demo",
        login_name="beta",
        display_name="演示坐席乙",
        display_id="1002",
        nickname="小乙",
        avatar_url="https://example.com/beta.png",
        email="beta@example.com",
        mobile="13800000009",
        extension="80000003",
        device_id="ACC-DEMO-0.0.0-0002",
        device_state=DeviceState.UNREGISTERED,
        work_mode=WorkMode.OFF_SITE,
        role_id="Agent@ccc-demo",
        role_name=RoleName.AGENT,
    ),
    "ListSkillGroups": Listed(
        [SkillGroup("sg-one@ccc-demo", "sg-one", "演示技能组", "演示用", "ccc-demo", MediaType.AUDIO, 1, 2)], 1
    ),
    "GetMonoRecording": RecordingLink(
        f"{BUCKET}/2026/01/job-000000000000000001.wav?Expires=1767323045&OSSAccessKeyId=example-id"
        "&Signature=VssNN8aVYK0EBDiLMcseth1SJLo%3D",
        "job-000000000000000001.wav",
        40,
    ),
    "ListMonoRecordings": [
        RecordingPart(
            "job-000000000000000002",
            "alpha@ccc-demo",
            "演示坐席甲",
            "sg-one@ccc-demo",
            200000000000000001,
            None,
            at(20),
            20,
            (),
            "job-000000000000000002-00000000-0000-0000-0000-0000000000c1-1767323060000.wav",
            f"{BUCKET}/job-000000000000000002-00000000-0000-0000-0000-0000000000c1-1767323060000.wav"
            "?Expires=1767409460&OSSAccessKeyId=example-id&Signature=example",
        )
    ],
    "ListMultiChannelRecordings": [
        RecordingPart(
            "job-000000000000000002",
            "beta@ccc-demo",
            "演示坐席乙",
            "sg-one@ccc-demo",
            200000000000000002,
            "ch-user-80000003-80000001-1767323080000-job-000000000000000002",
            at(45),
            15,
            (HoldSegment(at(50), at(53)),),
            "job-000000000000000002-00000000-0000-0000-0000-0000000000c2-1767323085000.mkv",
            f"{BUCKET}/job-000000000000000002-00000000-0000-0000-0000-0000000000c2-1767323085000.mkv"
            "?Expires=1767409460&OSSAccessKeyId=example-id&Signature=example",
        )
    ],
    "RestoreArchivedRecordings": [RestoreState("job-000000000000000006", True, RestoreStatus.PROGRESSING, "Archive")],
}
for _action, _name in (
    ("GetMultiChannelRecording", "job-000000000000000002.mkv"),
    ("GetVoicemailRecording", "voicemail.job-000000000000000004.wav"),
    ("GetEarlyMediaRecording", "job-000000000000000005-earlyMedia.wav"),
):
    EXPECTED[_action] = RecordingLink(
        f"{BUCKET}/2026/01/{_name}?Expires=1767409460&OSSAccessKeyId=example-id&Signature=example", _name
    )

actions = pytest.mark.parametrize("action", OPERATIONS)
some_operation = st.sampled_from(list(OPERATIONS.values()))


def decode(operation: Operation[Any], body: bytes, status: int = 200) -> Any:
    """What an answer holds."""
    return API.decode(operation, Response(status, {}, body))


@actions
def test_documented_answers(action: str) -> None:
    """The documented example of every action gives exactly these values."""
    assert EXPECTED[action] == decode(OPERATIONS[action], example(action))


def test_the_thin_rows_of_recent_calls() -> None:
    """Rows of ListRecentCallDetailRecords are call records with less in them; what is only theirs is in ``extra``."""
    row = decode(LIST_CALL_DETAIL_RECORDS, example("ListRecentCallDetailRecords")).rows[0]
    assert (16, {"Duration": 16}, None) == (row.call_duration, row.extra, row.talk_time)


@actions
def test_every_scalar_may_be_quoted(action: str) -> None:
    """The 2021 samples quote every number and flag: the same values come out."""
    quoted = re.sub(rb": (\d+|true|false)(?=[,\s}])", rb': "\1"', example(action))
    assert quoted != example(action)
    assert EXPECTED[action] == decode(OPERATIONS[action], quoted)


@actions
def test_nothing_at_all(action: str) -> None:
    """Absent, null and empty data is nothing: no object, no rows; a page without a page is an error."""
    operation = OPERATIONS[action]
    for body in (
        b'{"Code":"OK"}',
        b'{"Code":"OK","Data":null}',
        b'{"Code":"OK","Data":""}',
        b'{"Code":"OK","Data":[]}',
    ):
        if operation.shape == "page":
            with pytest.raises(DecodeError, match="Data: a page was expected"):
                decode(operation, body)
        else:
            assert ([] if operation.shape == "objects" else None) == decode(operation, body)


@pytest.mark.parametrize(
    "data", [{}, {"ContactId": ""}, {"ContactId": None, "StartTime": 0, "AgentEvents": []}, [{}], 0]
)
def test_an_object_with_nothing_in_it_is_none(data: object) -> None:
    """However an unknown call is answered with an empty object, there is none."""
    assert API.decode(GET_CALL_DETAIL_RECORD, answer(data)) is None


def test_an_object_in_a_list() -> None:
    """One sample wraps the link in a list."""
    data = example_data("GetMultiChannelRecording")
    assert EXPECTED["GetMultiChannelRecording"] == API.decode(GET_MULTI_CHANNEL_RECORDING, answer([data]))


@pytest.mark.parametrize(
    ("told", "total"), [(5, 5), ("5", 5), (0, 0), (None, None), ("", None), ("9" * 40, 10**18 - 1)]
)
def test_totals(told: object, total: int | None) -> None:
    """A total is a number, quoted or not, or none."""
    assert Listed([], total) == API.decode(LIST_USERS, answer({"TotalCount": told, "List": None}))
    assert Listed([], None) == API.decode(LIST_USERS, answer({"List": ""}))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"TotalCount": "many"}, "Data.TotalCount: a number of rows was expected."),
        ({"TotalCount": -1}, "Data.TotalCount: a number of rows was expected."),
        ({"TotalCount": True}, "Data.TotalCount: a number of rows was expected."),
        ({"List": {}}, "Data.List: a list was expected, not dict."),
        ({"List": [{"UserId": "a"}, {"UserId": "b", "RamId": "x"}]}, "Data.List[1].RamId: a whole number was expected"),
        ({"List": [{"UserId": "a", "SkillLevelList": [5]}]}, "Data.List[0].SkillLevelList: SkillLevel: an object was"),
        ({"List": ["x"]}, "Data.List[0].Agent: an object was expected, not str."),
        ([], "Data: a page was expected, not list."),
    ],
)
def test_errors_say_where(data: object, message: str) -> None:
    """An answer of the wrong shape is a DecodeError with the path to it, worth no repeat."""
    with pytest.raises(DecodeError) as caught:
        API.decode(LIST_USERS, answer(data))
    assert caught.value.message.startswith(message)
    assert ("ListUsers", 200, False) == (caught.value.action, caught.value.http_status, caught.value.garbled)


@pytest.mark.parametrize(
    ("data", "message"), [(5, "Data.CallDetail: an object"), ({"StartTime": "x"}, "Data.ContactId: it")]
)
def test_errors_of_an_object_say_where(data: object, message: str) -> None:
    """The same for an answer that is one object."""
    with pytest.raises(DecodeError, match=message):
        API.decode(GET_CALL_DETAIL_RECORD, answer(data))


@pytest.mark.parametrize("body", [b"", b"<html>", b"{", b"[]", b"null", b"5", b"{}", b'{"RequestId":"x"}', b"\xff"])
def test_an_unreadable_answer_is_worth_a_repeat(body: bytes) -> None:
    """No JSON, no object, no envelope in an HTTP 200: cut or damaged on the way."""
    with pytest.raises(DecodeError) as caught:
        API.decode(LIST_USERS, Response(200, {"x-acs-request-id": "REQ-9"}, body))
    assert (True, "REQ-9") == (caught.value.garbled, caught.value.request_id)


# --- truncated, random and hostile bodies -------------------------------------------------------------------


def survives(operation: Operation[Any], body: bytes, status: int = 200, hidden: str = "\0") -> bool:
    """Decodes a body; True if it was accepted. Nothing but a CCCError may come out, without what is to be hidden."""
    try:
        decode(operation, body, status)
    except CCCError as error:
        told = str(error)
    else:
        return True
    assert hidden not in told
    return False


@actions
def test_a_body_cut_at_any_byte(action: str) -> None:
    """However much of a documented answer arrives, it is the whole or an error, with any status."""
    body = example(action).rstrip()
    for status in (200, 400, 503):
        cut = [length for length in range(len(body)) if survives(OPERATIONS[action], body[:length], status)]
        assert [] == cut
    assert survives(OPERATIONS[action], body)


statuses = st.sampled_from([200, 200, 200, 400, 403, 404, 429, 500, 502, 503])


@given(some_operation, st.binary(max_size=200), statuses)
def test_random_bytes(operation: Operation[Any], body: bytes, status: int) -> None:
    """Bytes of any kind are an error of ours, or an answer."""
    survives(operation, body, status)


hostile_scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**40), 10**40)
    | st.sampled_from([10**18, 2**63, 2**64, 1e308, -1e308, 0.5, -0.0])
    | st.text(st.characters(exclude_categories=("Cs",)), max_size=10)
    | st.sampled_from(["NaN", "Infinity", "1e5", "１２", "²", "0x10", "9" * 5000, "OK", "\0", "true", "-", "+", " "])
)
hostile = st.recursive(
    hostile_scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["Code", "Data", "List", "TotalCount", "ContactId", "X", ""]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


def dumped(value: Any) -> bytes:
    """JSON, also of numbers that orjson does not write."""
    import json  # noqa: PLC0415

    return json.dumps(value).encode()


@given(some_operation, st.dictionaries(st.sampled_from(["Code", "Data", "Message", "RequestId", "HttpStatusCode",
                                                        "AccessDeniedDetail", "Recommend", "code"]), hostile), statuses)  # fmt: skip
def test_random_envelopes(operation: Operation[Any], envelope: dict[str, Any], status: int) -> None:
    """JSON of any shape in the envelope's fields."""
    survives(operation, dumped(envelope), status)


@given(some_operation, hostile, statuses)
def test_random_data(operation: Operation[Any], data: Any, status: int) -> None:
    """JSON of any shape where the payload belongs."""
    survives(operation, dumped({"Code": "OK", "Data": data}), status)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path to every value inside a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(below for key, one in inner for below in places(one, (*path, key)))]


def changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """The JSON value with another one at a path."""
    if not path:
        return new
    copied = dict(value) if isinstance(value, dict) else list(value)
    copied[path[0]] = changed(value[path[0]], path[1:], new)
    return copied


@actions
@given(st.data())
def test_a_wrong_value_in_any_place(action: str, data: st.DataObject) -> None:
    """A documented answer with anything else in one of its places."""
    body = orjson.loads(example(action))
    path = data.draw(st.sampled_from(places(body)))
    survives(OPERATIONS[action], dumped(changed(body, path, data.draw(hostile))))


SECRET = "example-value-of-a-person"


@actions
@pytest.mark.parametrize("make", [str, lambda text: [text], lambda text: {text: text}, lambda text: [[[text]] * 3]])
def test_no_error_repeats_a_value(action: str, make: Callable[[str], Any]) -> None:
    """With a person's data in every place of an answer in turn, no error's text holds it."""
    body = orjson.loads(example(action))
    refused = 0
    for path in places(body["Data"], ("Data",)):
        refused += not survives(OPERATIONS[action], dumped(changed(body, path, make(SECRET))), hidden=SECRET)
    assert refused


@actions
def test_large_and_deep_bodies(action: str) -> None:
    """A hundred thousand wrong things and a thousand levels are refused, not fallen over."""
    operation = OPERATIONS[action]
    deep = b"[" * 900 + b"]" * 900
    for data in (b"[" + b"1," * 100_000 + b"1]", deep, b"[" * 100_000, b'{"List":%b}' % deep, b'{"List":[%b]}' % deep,
                 b'{"List":[{"ContactId":"x","UserId":"x","SkillGroupId":"x","New":%b}]}' % deep,
                 b'{"List":[{"UserId":"x","PrimaryAccount":%b}]}' % deep):  # fmt: skip
        survives(operation, b'{"Code":"OK","Data":%b}' % data)
    survives(operation, b'{"Code":"OK","Data":{"\\ud800":"\\udfff","FileName":"\\ud800"}}')
    survives(operation, b'{"Code":"OK","Data":{"ContactId":NaN,"StartTime":Infinity}}')
    survives(operation, b'{"Code":"OK","Data":{"ContactId":"x","StartTime":1e999}}')


# --- requests -----------------------------------------------------------------------------------------------


def test_a_request() -> None:
    """The instance comes first, what is None is left out, and the action is named in the headers."""
    request = API.encode(LIST_USERS, {"page": 2, "size": 100, "name_pattern": None})
    assert (("InstanceId", "ccc-demo"), ("PageNumber", "2"), ("PageSize", "100")) == request.query
    assert ("POST", "/", "ListUsers", True) == (request.method, request.path, request.action, request.signed)
    assert ("ListUsers", "2020-07-01") == (request.headers["x-acs-action"], request.headers["x-acs-version"])


def test_an_argument_that_an_action_does_not_take() -> None:
    """It is refused, since the upstream would ignore it and widen the answer."""
    with pytest.raises(UnsupportedError, match=r"ListUsers has no parameter for calling_number\.") as caught:
        API.encode(LIST_USERS, {"calling_number": "1"})
    assert "ListUsers" == caught.value.action


def test_a_refusal_with_any_status() -> None:
    """Another status than 200 or another code than OK is the upstream's no."""
    for response in (Response(200, {}, b'{"Code":"NotExists.UserId"}'), Response(404, {}, b'{"Code":"OK","Data":{}}')):
        with pytest.raises(APIError):
            API.decode(LIST_USERS, response)

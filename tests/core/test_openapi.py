"""The OpenAPI spelling: documented answers, and everything that is none."""

import re
from datetime import timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import strategies as st

from hillstone_ccc._core.errors import APIError, DecodeError, InvalidQueryError, UnsupportedError
from hillstone_ccc._core.message import Response
from hillstone_ccc._core.openapi import OpenAPI
from hillstone_ccc._core.operation import (
    GET_CALL_DETAIL_RECORD,
    GET_MULTI_CHANNEL_RECORDING,
    LIST_CALL_DETAIL_RECORDS,
    LIST_CALL_DETAIL_RECORDS_V2,
    LIST_USERS,
    OPERATIONS,
    Listed,
    Operation,
)

from .driving import answer
from .expected import EXPECTED, example, example_data

ZONE = ZoneInfo("Asia/Shanghai")
API = OpenAPI("ccc-demo", ZONE)


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


@pytest.mark.parametrize("arguments", [{"agent_id": "\ud800"}, {"contact_ids": ["job-1", "\udfff"]}])
def test_half_a_character_is_no_text(arguments: dict[str, Any]) -> None:
    """A lone surrogate is refused by the argument's name before anything is sent."""
    with pytest.raises(InvalidQueryError, match=f"{next(iter(arguments))} holds half a character"):
        OpenAPI("ccc-demo", timezone.utc).encode(LIST_CALL_DETAIL_RECORDS_V2, arguments)


def test_more_than_one_request_can_hold_is_refused() -> None:
    """The parameter that is too long is named; what just fits is not refused."""
    upstream = OpenAPI("ccc-demo", timezone.utc)
    ids = [f"job-{number:018}" for number in range(2_000)]
    assert 60_000 > len(upstream.encode(LIST_CALL_DETAIL_RECORDS_V2, {"contact_ids": ids[:1_500]}).target)
    with pytest.raises(InvalidQueryError, match="ContactIdList holds too much for one request") as caught:
        upstream.encode(LIST_CALL_DETAIL_RECORDS_V2, {"contact_ids": [*ids, *ids]})
    assert "Ask for fewer at a time." == caught.value.advice

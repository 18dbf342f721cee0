"""The REST contract's spelling of the operations: what is asked, what is refused, and every answer there can be."""

import json
from collections.abc import Callable, Mapping
from datetime import timezone
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc import contract
from hillstone_ccc._core.contract import LIST_CALL_RECORDS, PATHS, Contract
from hillstone_ccc._core.contract_codes import REFUSALS
from hillstone_ccc._core.contract_parameters import CALL_RECORDS, KNOWN_ONLY, PARAMETERS, ROOT
from hillstone_ccc._core.contract_rows import detail_row, record_row
from hillstone_ccc._core.details import CallDetail
from hillstone_ccc._core.errors import (
    AgentNotFoundError,
    APIError,
    AuthenticationError,
    CCCError,
    DecodeError,
    InvalidQueryError,
    NotFoundError,
    PermissionDeniedError,
    ServerError,
    SkillGroupNotFoundError,
    ThrottledError,
    UnsupportedError,
)
from hillstone_ccc._core.events import AgentEvents, Event
from hillstone_ccc._core.flow import Session, call
from hillstone_ccc._core.links import RecordingLink
from hillstone_ccc._core.message import Request, Response
from hillstone_ccc._core.moments import from_milliseconds
from hillstone_ccc._core.operation import (
    GET_CALL_DETAIL_RECORD,
    GET_MONO_RECORDING,
    LIST_USERS,
    OPERATIONS,
    Listed,
    Operation,
)
from hillstone_ccc._core.query import LATEST, CallRecordQuery
from hillstone_ccc._core.records import CallRecord
from hillstone_ccc._core.retry import Pace, RetryPolicy
from hillstone_ccc._core.vocabulary import ContactType, Disposition

from .driving import drive
from .expected import ZONE, example
from .strategies import criteria
from .test_contract_rows import EXAMPLES
from .test_hostile_bodies import changed, dumped, hostile, places

CONTRACT = Contract(ZONE)
SESSION = Session(CONTRACT, RetryPolicy(), Pace())
TRUSTED = dict([KNOWN_ONLY])
NOTHING_ASKED = Request("-")
READS_RANGES = Response(400, {}, b"{}")
PAGE: dict[str, Any] = {"page": 1, "size": 100}
CALL_ID = "job-00000000-0000-4000-8000-000000000001"
NUMBER = "13800000001"

SPOKEN: dict[str, Operation[Any]] = {
    one.action: one for one in (LIST_CALL_RECORDS, LIST_USERS, GET_MONO_RECORDING, GET_CALL_DETAIL_RECORD)
}
"""The operations that the contract can carry."""

DETAIL = detail_row(
    CallDetail(
        CALL_ID,
        record=CallRecord(CALL_ID),
        agent_events=(AgentEvents("agent01@hillstone", "张三", None, (Event(),)),),
        transfers=(),
    )
)
ANSWERS: dict[str, Any] = {
    LIST_CALL_RECORDS.action: EXAMPLES["call_record"],
    LIST_USERS.action: EXAMPLES["agent"],
    GET_MONO_RECORDING.action: EXAMPLES["mono_recording"],
    GET_CALL_DETAIL_RECORD.action: {"code": 0, "message": "", "data": DETAIL},
}
"""A good answer to each."""

spoken = pytest.mark.parametrize("action", SPOKEN)
statuses = st.sampled_from([200, 200, 200, 204, 302, 400, 401, 403, 404, 422, 429, 500, 502, 503, 504])


def asked(operation: Operation[Any] = LIST_CALL_RECORDS, **arguments: Any) -> Request:
    """The request for an operation."""
    return CONTRACT.encode(operation, arguments)


def parameters(**arguments: Any) -> dict[str, str]:
    """The parameters that a listing of calls is asked with, but for page and size."""
    told = dict(asked(**arguments, **PAGE).query)
    assert ("1", "100") == (told.pop("page"), told.pop("size"))
    return told


def said(data: Any = None, *, status: int = 200, headers: Mapping[str, str] = TRUSTED, **envelope: Any) -> Response:
    """An answer of the server."""
    return Response(status, headers, orjson.dumps({"code": 0, "message": "", "data": data} | envelope))


def page(*rows: Any, total: int | None = None) -> dict[str, Any]:
    """A page of rows."""
    return {"page": 1, "size": 100, "total": len(rows) if total is None else total, "list": list(rows)}


def no(code: Any, status: int = 400, message: Any = "", **headers: str) -> CCCError:
    """The error for an answer that says no; an underscore in a header's name is a dash."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    with pytest.raises(CCCError) as caught:
        CONTRACT.decode(LIST_USERS, said(status=status, headers=told, code=code, message=message), NOTHING_ASKED)
    return caught.value


def test_what_a_host_registers() -> None:
    """The permission is the contract's, a menu entry with the front-end's link; every name that is told is there."""
    expected = {"permission": "support.call_record:list", "type": 2, "link": "/support/call_record"}
    assert expected == contract.MANIFEST
    assert all(hasattr(contract, name) for name in contract.__all__)
    assert dict(REFUSALS) == contract.REFUSALS


# --- what is asked ------------------------------------------------------------------------------------------


def test_a_request() -> None:
    """A GET with everything in its query, signed by nobody; what is None is left out."""
    request = asked(LIST_USERS, page=2, size=50, name_pattern="张", skill_group_id=None)
    assert ("GET", "/api/support/aliyun_ccc/agent", False) == (request.method, request.path, request.signed)
    assert (("page", "2"), ("size", "50"), ("name_pattern", "张")) == request.query
    assert {"accept": "application/json"} == request.headers
    assert "/api/support/aliyun_ccc/agent?page=2&size=50&name_pattern=%E5%BC%A0" == request.target


def test_the_contracts_own_example_of_a_request() -> None:
    """Numbers with unknown digits and names go out as they are: the server looks them up."""
    request = asked(**PAGE, agent_names=("张三", "李四"), calling_number="07353988****", called_number="1320523****")
    assert ROOT + "/call_record" == request.path
    assert (
        ("page", "1"),
        ("size", "100"),
        ("agent_names", "张三,李四"),
        ("calling_number", "07353988****"),
        ("called_number", "1320523****"),
    ) == request.query


@pytest.mark.parametrize(
    ("argument", "value", "parameter", "text"),
    [
        ("start", 1686040987223, "start_time", "1686040987223"),
        ("end", LATEST, "end_time", str(LATEST)),
        ("order", "ASC", "order", "asc"),
        ("number", "0735****001", "number", "0735****001"),
        ("agent_ids", ("a@x", "b@x"), "agent_ids", "a@x,b@x"),
        ("contact_ids", ["job-1", "job-2"], "contact_ids", "job-1,job-2"),
        ("contact_types", (ContactType.BACK2BACK, ContactType.PRIVACY_DIAL), "contact_types", "Back2Back,PrivacyDial"),
        ("dispositions", (Disposition.ABANDONED_IN_IVR,), "dispositions", "AbandonedInIVR"),
        ("satisfactions", (">2", "-1"), "satisfactions", ">2,-1"),
        ("skill_group_names", ("技术，支持",), "skill_group_names", "技术，支持"),
    ],
)
def test_arguments_become_parameters(argument: str, value: Any, parameter: str, text: str) -> None:
    """Each has its name on the wire; words are the upstream's own."""
    assert {parameter: text} == parameters(**{argument: value})


@pytest.mark.parametrize("order", ["desc", "DESC"])
def test_newest_first_is_not_asked_for(order: str) -> None:
    """It is what every server of the contract gives, also one that knows no order."""
    assert {} == parameters(order=order)


@given(criteria(), st.integers(0, LATEST), st.integers(0, LATEST))
def test_any_query_arrives(told: dict[str, Any], one: int, other: int) -> None:
    """What a client asks the server reads as the very query that was meant, or the client says that it cannot ask."""
    start, end = sorted((one, other))
    query = CallRecordQuery(**told)
    (listing,) = drive(CONTRACT.narrowed(SESSION, query), [READS_RANGES]).value
    assert (LIST_CALL_RECORDS, None) == (listing.operation, listing.keep)
    arguments = {**listing.arguments, "start": start, "end": end, "order": query.order.upper()}
    values = [text for told in listing.arguments.values() if isinstance(told, tuple) for text in told]
    if any("," in text for text in values) or any("，" in name for name in query.agent_names or ()):
        with pytest.raises(UnsupportedError, match="cannot be sent: one of its values holds a comma"):
            asked(**arguments, **PAGE)
        return
    request = asked(**arguments, **PAGE)
    sent = parse_qsl(urlsplit(request.target).query, keep_blank_values=True, strict_parsing=True)
    assert list(request.query) == sent
    known = {one.name: one for one in PARAMETERS[CALL_RECORDS]}
    read = {known[name].argument: known[name].read(text) for name, text in sent if name not in PAGE}
    assert query.evolve(start=start, end=end) == CallRecordQuery(**read)


def test_a_listing_for_all() -> None:
    """A query without filters is one listing without arguments, for which nothing needs to be looked up."""
    driven = drive(CONTRACT.narrowed(SESSION, CallRecordQuery.last(days=7)), [READS_RANGES])
    assert [{}] == [one.arguments for one in driven.value]
    assert [(("start_time", "?"),)] == [request.query for request in driven.requests]
    assert CONTRACT.whole_details


def test_a_server_that_does_not_read_ranges() -> None:
    """It would list today's calls whatever is asked, and they would pass for all: nothing is asked of it."""
    driven = drive(CONTRACT.narrowed(SESSION, CallRecordQuery.last(days=7)), [Response(200, {}, b"{}")])
    assert isinstance(driven.error, UnsupportedError)
    assert "does not know start_time and end_time" in str(driven.error)


def test_a_server_that_does_not_say_whether_it_reads_ranges() -> None:
    """Why it does not is told, as of any other request."""
    driven = drive(CONTRACT.narrowed(SESSION, CallRecordQuery.last(days=7)), [Response(403, {}, b"{}")])
    assert isinstance(driven.error, PermissionDeniedError)


@pytest.mark.parametrize(("name", "told"), [("page", 1), ("size", 50), ("page", "2"), ("size", None)])
def test_a_page_that_was_not_asked_for(name: str, told: object) -> None:
    """A server that answers with another page, or a shorter one, would have rows passed off as others."""
    listed = {"page": 2, "size": 100, "total": 250, "list": [], name: told}
    with pytest.raises(DecodeError, match=f"data.{name}: it is another than was asked for"):
        CONTRACT.decode(LIST_USERS, said(listed), asked(LIST_USERS, page=2, size=100))


@pytest.mark.parametrize("action", sorted(set(OPERATIONS) - set(PATHS)))
def test_operations_that_the_contract_has_not(action: str) -> None:
    """Skill groups, agents by id, other tracks, parts and thawing need a key of one's own."""
    with pytest.raises(UnsupportedError, match=f"{action} is not part of the REST contract") as caught:
        CONTRACT.encode(OPERATIONS[action], {"contact_id": "job-1"})
    assert (action, "Use a client with a key of its own for that.") == (caught.value.action, caught.value.advice)


@pytest.mark.parametrize(
    ("operation", "argument", "value"),
    [
        (GET_MONO_RECORDING, "expire_seconds", 60),
        (GET_CALL_DETAIL_RECORD, "instance_id", "ccc-demo"),
        (LIST_USERS, "calling_number", NUMBER),
        (LIST_CALL_RECORDS, "agent_id", "a@x"),
        (LIST_CALL_RECORDS, "number_part", NUMBER),
    ],
)
def test_arguments_that_a_path_does_not_take(operation: Operation[Any], argument: str, value: object) -> None:
    """They are refused by name, since a server may ignore them and widen the answer."""
    with pytest.raises(UnsupportedError, match=rf"The REST contract has no parameter for {argument}\.") as caught:
        CONTRACT.encode(operation, ({"contact_id": "job-1"} if operation.shape == "object" else {}) | {argument: value})
    assert operation.action == caught.value.action


@pytest.mark.parametrize(
    ("argument", "values"),
    [
        ("agent_names", ("王五", "张三,李四")),
        ("agent_names", ("张三，李四",)),
        ("agent_ids", ("a,b",)),
        ("skill_group_names", ("技术,支持",)),
    ],
)
def test_values_that_hold_a_comma_are_refused(argument: str, values: tuple[str, ...]) -> None:
    """They would be read as two; the message names the argument."""
    with pytest.raises(UnsupportedError, match=f"^call_record: {argument} cannot be sent: one of its values holds"):
        CONTRACT.encode(LIST_CALL_RECORDS, {argument: values})


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        (LIST_USERS, {"name_pattern": "\ud800"}),
        (LIST_CALL_RECORDS, {"agent_names": ["张三", "\udfff"]}),
        (LIST_CALL_RECORDS, {"contact_ids": ["\ud83d"]}),
        (GET_MONO_RECORDING, {"contact_id": "job-\ud800"}),
        (GET_CALL_DETAIL_RECORD, {"contact_id": "job-\ud800"}),
    ],
)
def test_half_a_character_is_no_text(operation: Operation[Any], arguments: dict[str, Any]) -> None:
    """A lone surrogate is refused by the argument's name, in a query and in a path."""
    with pytest.raises(InvalidQueryError, match=f"^{next(iter(arguments))} holds half a character"):
        CONTRACT.encode(operation, arguments)


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_any_id_is_one_part_of_a_path(contact_id: str) -> None:
    """Whatever signs an id holds, it stays one part of the path, and leads nowhere else."""
    if contact_id in (".", "..", "mono_recording"):
        return
    request = asked(GET_CALL_DETAIL_RECORD, contact_id=contact_id)
    parts = urlsplit("https://example.com" + request.target)
    assert (5, "", "") == (parts.path.count("/"), parts.query, parts.fragment)
    assert contact_id == unquote(parts.path.rpartition("/")[2])
    assert () == request.query


@pytest.mark.parametrize("contact_id", ["", ".", "..", "mono_recording"])
def test_an_id_that_would_lead_elsewhere(contact_id: str) -> None:
    """What every layer on the way would read as another path is not sent."""
    with pytest.raises(UnsupportedError, match="cannot carry that contact_id"):
        asked(GET_CALL_DETAIL_RECORD, contact_id=contact_id)


def test_an_id_in_a_query() -> None:
    """A recording is asked for by a parameter, which takes every id."""
    request = asked(GET_MONO_RECORDING, contact_id="../a b&c")
    assert (ROOT + "/call_record/mono_recording?contact_id=..%2Fa%20b%26c") == request.target


# --- good answers -------------------------------------------------------------------------------------------


@spoken
def test_good_answers_are_read(action: str) -> None:
    """Each path's answer is what the operation gives."""
    operation = SPOKEN[action]
    found = CONTRACT.decode(operation, said(**ANSWERS[action]), NOTHING_ASKED)
    if operation.shape == "page":
        assert (1, 1, operation.model) == (found.total, len(found.rows), type(found.rows[0]))
    else:
        assert operation.model is type(found)


def test_a_recordings_link() -> None:
    """The link and the name are as they were sent; how long it is the contract does not tell."""
    data = EXAMPLES["mono_recording"]["data"]
    expected = RecordingLink(file_url=data["file_url"], file_name=f"{CALL_ID}.mp3")
    assert expected == CONTRACT.decode(GET_MONO_RECORDING, said(data), NOTHING_ASKED)


def test_times_are_in_the_clients_zone() -> None:
    """A row's times are aware, in the zone of the client that reads it."""
    row = record_row(CallRecord("job-1", start_time=from_milliseconds(1686040987223, timezone.utc)))
    (record,) = CONTRACT.decode(LIST_CALL_RECORDS, said(page(row)), NOTHING_ASKED).rows
    assert "2023-06-06T16:43:07.223000+08:00" == (record.start_time.isoformat() if record.start_time else "")


def test_a_total_is_told_on_every_page() -> None:
    """A page behind the last is empty, and its total the real one."""
    assert Listed([], 7) == CONTRACT.decode(LIST_USERS, said(page(total=7)), NOTHING_ASKED)


def test_no_call_of_that_id() -> None:
    """Null where details belong is none."""
    assert CONTRACT.decode(GET_CALL_DETAIL_RECORD, said(None), NOTHING_ASKED) is None


# --- nobody of that name ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message", "kind", "name"),
    [
        ({"agent_names": ["张三"]}, "No agent is named '张三'.", AgentNotFoundError, "张三"),
        ({"agent_names": ["李四", "张三"]}, "没有叫张三的坐席", AgentNotFoundError, "张三"),
        ({"agent_names": ["张三", "张三丰"]}, "No agent is named '张三丰'.", AgentNotFoundError, "张三丰"),
        ({"agent_names": ["张三", "李四"]}, "Nobody.", AgentNotFoundError, "张三,李四"),
        ({"skill_group_names": ["销售"]}, "No skill group is named '销售'.", SkillGroupNotFoundError, "销售"),
        (
            {"agent_names": ["张三"], "skill_group_names": ["销售"]},
            "No skill group is named '销售'.",
            SkillGroupNotFoundError,
            "销售",
        ),
        (
            {"agent_names": ["张三"], "skill_group_names": ["销售"]},
            "No agent is named '张三'.",
            AgentNotFoundError,
            "张三",
        ),
    ],
)
def test_an_empty_page_that_says_who_is_not_there(
    arguments: dict[str, Any], message: str, kind: type[AgentNotFoundError], name: str
) -> None:
    """It is the error that a client with a key of its own raises, with the name; also if one is part of another."""
    with pytest.raises(kind) as caught:
        CONTRACT.decode(LIST_CALL_RECORDS, said(page(), message=message), asked(**PAGE, **arguments))
    assert (kind, message, name, "call_record") == (
        type(caught.value),
        caught.value.message,
        caught.value.name,
        caught.value.action,
    )


@pytest.mark.parametrize("message", ["", None, 0, 5, ["张三"]])
def test_an_empty_page_that_says_nothing(message: object) -> None:
    """There are just no calls."""
    response = said(page(), message=message)
    assert Listed([], 0) == CONTRACT.decode(LIST_CALL_RECORDS, response, asked(agent_names=["张三"], **PAGE))


def test_a_message_beside_rows_or_where_nobody_was_named() -> None:
    """Nobody is missing then, whatever a server finds worth saying."""
    row = record_row(CallRecord("job-1"))
    told = [
        (said(page(row), message="ok 张三"), asked(agent_names=["张三"], **PAGE)),
        (said(page(total=7), message="ok 张三"), asked(agent_names=["张三"], **PAGE)),
        (said(page(), message="ok"), asked(calling_number=NUMBER, **PAGE)),
    ]
    assert [1, 7, 0] == [CONTRACT.decode(LIST_CALL_RECORDS, *one).total for one in told]
    assert 0 == CONTRACT.decode(LIST_USERS, said(page(), message="ok"), asked(LIST_USERS, name_pattern="x")).total


# --- servers that may not know what was asked ---------------------------------------------------------------

ADDED = [one.argument for one in PARAMETERS[CALL_RECORDS] if not one.first]
VALUES = {"number": NUMBER, "media_type": "AUDIO", "satisfaction_survey_channel": "IVR", "order": "asc"}


@pytest.mark.parametrize("argument", ADDED)
def test_a_filter_that_a_server_may_have_ignored(argument: str) -> None:
    """A server that does not say that it refuses what it does not know is not believed to have filtered."""
    request = CONTRACT.encode(LIST_CALL_RECORDS, {argument: VALUES.get(argument, ["x"]), **PAGE})
    with pytest.raises(UnsupportedError, match=rf"does not say that it understands {argument}\.") as caught:
        CONTRACT.decode(LIST_CALL_RECORDS, said(page(), headers={}), request)
    assert "(x-unknown-parameters is missing)" in (caught.value.advice or "")
    assert Listed([], 0) == CONTRACT.decode(LIST_CALL_RECORDS, said(page()), request)


def test_several_filters_that_a_server_may_have_ignored() -> None:
    """All of them are named, also for agents; another value of the header says nothing."""
    headers = {KNOWN_ONLY[0]: "ignored"}
    request = asked(number=NUMBER, agent_ids=["a@x"], calling_number=NUMBER, **PAGE)
    with pytest.raises(UnsupportedError, match=r"understands agent_ids, number\."):
        CONTRACT.decode(LIST_CALL_RECORDS, said(page(), headers=headers), request)
    with pytest.raises(UnsupportedError, match=r"understands skill_group_id\."):
        CONTRACT.decode(LIST_USERS, said(page(), headers=headers), asked(LIST_USERS, skill_group_id="sg@x"))


def test_the_contracts_own_filters_are_trusted() -> None:
    """Every server of the contract knows them."""
    own = asked(**PAGE, agent_names=["张三"], calling_number="0735****", called_number=NUMBER, start=0, end=LATEST)
    row = record_row(CallRecord("job-1"))
    assert 1 == CONTRACT.decode(LIST_CALL_RECORDS, said(page(row), headers={}), own).total
    assert 0 == CONTRACT.decode(LIST_USERS, said(page(), headers={}), asked(LIST_USERS, name_pattern="x")).total
    assert 1 == CONTRACT.decode(LIST_CALL_RECORDS, said(page(row), headers={}), asked(**PAGE)).total


@pytest.mark.parametrize(
    ("moment", "kept"), [(999, False), (1_000, True), (1_500, True), (2_000, True), (2_001, False), (0, True)]
)
@pytest.mark.parametrize("quoted", [False, True])
def test_a_server_is_held_to_the_range(moment: int, kept: bool, quoted: bool) -> None:
    """The range is an addition that the contract allows: calls beyond it tell that it was ignored."""
    row = record_row(CallRecord("job-1")) | {"start_time": str(moment) if quoted else moment}
    request = asked(start=1_000, end=2_000, **PAGE)
    assert 1 == CONTRACT.decode(LIST_CALL_RECORDS, said(page(row)), request).total
    untold = said(page(row), headers={})
    if kept:
        assert 1 == CONTRACT.decode(LIST_CALL_RECORDS, untold, request).total
    else:
        with pytest.raises(UnsupportedError, match="does not keep to start_time and end_time"):
            CONTRACT.decode(LIST_CALL_RECORDS, untold, request)


@pytest.mark.parametrize("moment", [-1, 1, LATEST])
def test_without_a_range_any_time_is_good(moment: int) -> None:
    """What was not asked for cannot be ignored."""
    row = record_row(CallRecord("job-1")) | {"start_time": moment}
    assert 1 == CONTRACT.decode(LIST_CALL_RECORDS, said(page(row), headers={}), asked(**PAGE)).total


# --- answers that say no ------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", REFUSALS)
def test_every_code_is_raised(code: int) -> None:
    """The code decides, with whatever status it comes; the server's words, its id of the request are told."""
    for status in (REFUSALS[code].status, 200, 500):
        error = no(code, status, "so\n it  is.", x_request_id="REQ-1")
        assert REFUSALS[code].becomes is type(error)
        assert ("so it is.", "ListUsers", "REQ-1", status, str(code)) == (
            error.message,
            error.action,
            error.request_id,
            error.http_status,
            error.code,
        )


@pytest.mark.parametrize("code", ["40001", 40001.0, None, True, [40001], {}, 1e30])
def test_a_code_that_is_none(code: object) -> None:
    """What is no whole number is no code: the status tells what can be told."""
    assert isinstance(no(code, 403), PermissionDeniedError)
    assert APIError is type(no(code, 200))
    assert isinstance(no(code, 404), UnsupportedError)


@pytest.mark.parametrize("code", [False, 0.0, "0"])
def test_what_is_no_code_is_no_success(code: object) -> None:
    """Only the whole number 0 says yes."""
    assert isinstance(no(code, 200), APIError)


def test_a_status_that_says_no_beside_a_code_that_does_not() -> None:
    """Success is both: HTTP 200 and code 0."""
    assert isinstance(no(0, 500), ServerError)
    assert isinstance(no(0, 404), NotFoundError)


@pytest.mark.parametrize("message", [None, 5, ["x"], {"x": 1}, ""])
def test_a_refusal_without_words(message: object) -> None:
    """The code's own meaning is told then."""
    assert REFUSALS[40101].meaning == no(40101, 401, message).message


@pytest.mark.parametrize("headers", [{"retry_after": "7"}, {"x_acs_retry_after": "7000"}])
def test_how_long_to_wait(headers: dict[str, str]) -> None:
    """A throttle tells it; no other refusal does."""
    error = no(50301, 503, **headers)
    assert isinstance(error, ThrottledError)
    assert 7.0 == error.retry_after
    assert type(no(50302, 503, **headers)) is ServerError


def test_numbers_in_a_servers_words_are_masked() -> None:
    """Whole numbers always are; parts of one are where they were asked for."""
    assert "no calls of 138****0001 here" == no(40001, 400, f"no calls of {NUMBER} here").message
    with pytest.raises(AgentNotFoundError, match=r"No agent is named '138\*\*\*\*0001'\."):
        CONTRACT.decode(
            LIST_CALL_RECORDS, said(page(), message=f"No agent is named '{NUMBER}'."), asked(agent_names=[NUMBER])
        )
    words = "calling_number 55500012 cannot be meant, nor 0735****001 or 73550001."
    refused = said(status=400, code=40001, message=words)
    asking = call(
        SESSION, LIST_CALL_RECORDS, calling_number="55500012", called_number="73550001", number="0735****001", **PAGE
    )
    error = drive(asking, [refused]).error
    assert "calling_number 55****12 cannot be meant, nor 073*****001 or 73****01." == (error.message if error else "")


def test_secrets_in_a_servers_words_are_hidden() -> None:
    """A server that repeats a token or a signed link does not get it into our logs."""
    words = "Authorization: Bearer example-secret-token https://example.com/a.mp3?Signature=EXAMPLE&Expires=1"
    told = no(40101, 401, words).message
    assert not any(secret in told for secret in ("example-secret-token", "EXAMPLE"))


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, AuthenticationError), (404, UnsupportedError), (429, ThrottledError), (502, ServerError)],
)
@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'"Unauthorized"', b"null", b"{}", b"\xff", b"[" * 100_000])
def test_a_proxys_page(status: int, kind: type[CCCError], body: bytes) -> None:
    """Of an answer that says no in no envelope the status is all that is known."""
    with pytest.raises(kind) as caught:
        CONTRACT.decode(LIST_USERS, Response(status, {}, body), NOTHING_ASKED)
    assert (None, status) == (caught.value.code, caught.value.http_status)


# --- answers that are none ----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 204, 302])
@pytest.mark.parametrize("body", [b"", b"<html>", b"{", b"[]", b"null", b"5", b"\xff", b"[" * 100_000])
def test_an_unreadable_answer_is_worth_a_repeat(status: int, body: bytes) -> None:
    """No JSON, or no envelope: cut or damaged on the way."""
    with pytest.raises(DecodeError, match=r"the answer is not (JSON|the contract's envelope)\.") as caught:
        CONTRACT.decode(LIST_USERS, Response(status, {"x-request-id": "REQ-9"}, body), NOTHING_ASKED)
    assert (True, "REQ-9", status) == (caught.value.garbled, caught.value.request_id, caught.value.http_status)


@pytest.mark.parametrize("body", [b"{}", b'{"data":{}}', b'{"Code":"OK","Data":{}}'])
def test_an_answer_without_a_code_is_no_envelope(body: bytes) -> None:
    """So an upstream that speaks something else is not taken for this."""
    with pytest.raises(DecodeError, match="the answer is not the contract's envelope") as caught:
        CONTRACT.decode(LIST_USERS, Response(200, {}, body), NOTHING_ASKED)
    assert caught.value.garbled


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (None, "data: a page was expected, not NoneType."),
        ([], "data: a page was expected, not list."),
        ({"list": []}, "data.total: a number of rows was expected."),
        ({"total": None, "list": []}, "data.total: a number of rows was expected."),
        ({"total": "1", "list": []}, "data.total: a number of rows was expected."),
        ({"total": True, "list": []}, "data.total: a number of rows was expected."),
        ({"total": 1.0, "list": []}, "data.total: a number of rows was expected."),
        ({"total": -1, "list": []}, "data.total: a number of rows was expected."),
        ({"total": 1}, "data.list: a list was expected, not NoneType."),
        ({"total": 1, "list": {}}, "data.list: a list was expected, not dict."),
        (page("x"), "data.list[0].Agent: an object was expected, not str."),
        (page({"user_id": "a"}, {"user_id": None}), "data.list[1].user_id: it is missing."),
        (page({"user_id": "a", "ram_id": NUMBER + "x"}), "data.list[0].ram_id: a whole number was expected"),
        (page({"user_id": "a", "skill_level_list": [{"skill_level": []}]}), "data.list[0].skill_level_list.skill_lev"),
    ],
)
def test_errors_of_a_page_say_where(data: object, message: str) -> None:
    """An answer of the wrong shape is an error with the path to it, worth no repeat."""
    with pytest.raises(DecodeError) as caught:
        CONTRACT.decode(LIST_USERS, said(data), NOTHING_ASKED)
    assert caught.value.message.startswith(message)
    assert ("ListUsers", 200, False) == (caught.value.action, caught.value.http_status, caught.value.garbled)


@pytest.mark.parametrize(
    ("operation", "data", "message"),
    [
        (LIST_CALL_RECORDS, page({"contact_id": "j", "start_time": "soon"}), "data.list[0].start_time: a whole"),
        (GET_MONO_RECORDING, None, "data.RecordingLink: an object was expected, not NoneType."),
        (GET_MONO_RECORDING, {"file_url": ["x"]}, "data.file_url: text was expected, not list."),
        (GET_CALL_DETAIL_RECORD, [], "data.CallDetail: an object was expected, not list."),
        (GET_CALL_DETAIL_RECORD, {}, "data.contact_id: it is missing."),
        (
            GET_CALL_DETAIL_RECORD,
            {"contact_id": "j", "events": [5]},
            "data.events[0]: an object was expected, not int.",
        ),
    ],
)
def test_errors_of_other_answers_say_where(operation: Operation[Any], data: object, message: str) -> None:
    """The same for calls, recordings and details."""
    with pytest.raises(DecodeError) as caught:
        CONTRACT.decode(operation, said(data), NOTHING_ASKED)
    assert caught.value.message.startswith(message)


# --- hostile answers ----------------------------------------------------------------------------------------

requests = st.sampled_from(
    [asked(**PAGE), asked(agent_names=["张三"], start=1, end=5, **PAGE), asked(skill_group_names=["销售"], **PAGE)]
)
some_operation = st.sampled_from(list(SPOKEN.values()))
some_headers = st.sampled_from([TRUSTED, {}, {"retry-after": "soon", "x-request-id": "REQ"}])


def survives(
    operation: Operation[Any],
    body: bytes,
    status: int = 200,
    headers: Mapping[str, str] = TRUSTED,
    request: Request | None = None,
) -> str | None:
    """Decodes a body; the error's text if there is one. Nothing but a CCCError may come out, now or when looked at."""
    if request is None or operation is not LIST_CALL_RECORDS:
        request = NOTHING_ASKED
    try:
        repr(CONTRACT.decode(operation, Response(status, headers, body), request))
    except CCCError as error:
        return str(error)
    return None


@given(some_operation, st.binary(max_size=200), statuses, some_headers)
def test_random_bytes(operation: Operation[Any], body: bytes, status: int, headers: dict[str, str]) -> None:
    """Bytes of any kind are an error of ours."""
    assert survives(operation, body, status, headers) is not None


envelope_fields = st.sampled_from(["code", "message", "data"])


@given(some_operation, st.dictionaries(envelope_fields, hostile), statuses, some_headers, requests)
def test_random_envelopes(
    operation: Operation[Any], envelope: dict[str, Any], status: int, headers: dict[str, str], request: Request
) -> None:
    """JSON of any shape in the envelope's fields."""
    survives(operation, dumped(envelope), status, headers, request)


@given(some_operation, hostile, statuses, some_headers, requests)
def test_random_answers(
    operation: Operation[Any], answer: Any, status: int, headers: dict[str, str], request: Request
) -> None:
    """JSON of any shape, whole or where the payload belongs."""
    survives(operation, dumped(answer), status, headers, request)
    survives(operation, dumped({"code": 0, "message": "", "data": answer}), status, headers, request)


@spoken
@given(st.data())
def test_a_wrong_value_in_any_place(action: str, data: st.DataObject) -> None:
    """A good answer with anything else in one of its places."""
    path = data.draw(st.sampled_from(places(ANSWERS[action])))
    body = dumped(changed(ANSWERS[action], path, data.draw(hostile)))
    survives(SPOKEN[action], body, 200, data.draw(some_headers), data.draw(requests))


SECRET = "example-value-of-a-person"


@spoken
@pytest.mark.parametrize("make", [str, lambda text: [text], lambda text: {text: text}, lambda text: [[[text]] * 3]])
def test_no_error_repeats_a_value(action: str, make: Callable[[str], Any]) -> None:
    """With a person's data in every place of an answer in turn, no error's text holds it."""
    told = [
        survives(SPOKEN[action], dumped(changed(ANSWERS[action], path, make(SECRET))))
        for path in places(ANSWERS[action]["data"], ("data",))
    ]
    assert any(told)
    assert not [error for error in told if error and SECRET in error]


@spoken
def test_a_body_cut_at_any_byte(action: str) -> None:
    """However much of a good answer arrives, it is the whole or an error, with any status."""
    body = orjson.dumps(ANSWERS[action])
    for status in (200, 400, 503):
        assert [] == [length for length in range(len(body)) if survives(SPOKEN[action], body[:length], status) is None]
    assert survives(SPOKEN[action], body) is None


@spoken
def test_large_and_deep_bodies(action: str) -> None:
    """A hundred thousand wrong things and a thousand levels are refused, not fallen over."""
    operation = SPOKEN[action]
    deep = b"[" * 900 + b"]" * 900
    for data in (
        b"[" + b"1," * 100_000 + b"1]",
        deep,
        b"[" * 100_000,
        b'{"total":1,"list":[%b]}' % deep,
        b'{"total":1,"list":[{"contact_id":"x","user_id":"x","new":%b}]}' % deep,
        b'{"contact_id":"x","events":%b}' % deep,
        b'{"contact_id":"x","new":%b}' % deep,
        b'{"contact_id":"\\ud800","file_url":"\\udfff"}',
        b'{"contact_id":"x","start_time":1e999}',
        b'{"contact_id":"x","start_time":NaN}',
        json.dumps({"contact_id": "x", "transfers": [{"time": 10**400}]}).encode(),
    ):
        survives(operation, b'{"code":0,"message":"","data":%b}' % data)


def test_another_protocols_answer() -> None:
    """A client that was led to the upstream itself, or the other way round, says that this is not the contract."""
    for action in OPERATIONS:
        told = survives(LIST_CALL_RECORDS, example(action))
        assert "the answer is not the contract's envelope" in (told or "")

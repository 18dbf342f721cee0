"""The REST contract's spelling of the operations: arguments → Request, Response → payload.

It is for a client that holds no key of its own.

Names of agents and ``*`` in numbers are sent as they are: the server looks names up and filters. What the contract
has no path or parameter for is refused here, never sent in hope.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any, TypeVar, cast
from urllib.parse import quote

from .contract_codes import error_of
from .contract_details import read_detail
from .contract_parameters import (
    AGENTS,
    CALL_RECORD,
    CALL_RECORDS,
    KNOWN_ONLY,
    PARAMETERS,
    RECORDING,
    Parameter,
    UnreadableError,
)
from .convert import make_converter
from .errors import (
    AgentNotFoundError,
    CCCError,
    DecodeError,
    InvalidQueryError,
    SkillGroupNotFoundError,
    UnsupportedError,
)
from .flow import Flow, Session, call, remembered
from .message import Request, Response
from .narrowing import FILTERS, Narrowed
from .operation import GET_CALL_DETAIL_RECORD, GET_MONO_RECORDING, LIST_USERS, Listed, Operation
from .query import CallRecordQuery
from .records import CallRecord
from .redact import for_people
from .refusal import retry_after
from .unread import milliseconds
from .usual import NOT_JSON, UsualPages, decoded

R = TypeVar("R")

_HTTP_OK = 200
_BAD_REQUEST = 400
_NOT_FOUND = 404
_ANSWERS = frozenset({_HTTP_OK, _BAD_REQUEST})

LIST_CALL_RECORDS: Operation[Listed[CallRecord]] = Operation("call_record", "page", CallRecord, {})
"""The contract's list of call records; its total is the real one on every page."""

RANGE_IS_READ: Operation[bool] = Operation("call_record start_time", "answer", bool, {})
"""Whether a server reads ranges: asked with a start that cannot be read, which a server that reads it refuses."""

PATHS: Mapping[str, str] = {
    LIST_CALL_RECORDS.action: CALL_RECORDS,
    RANGE_IS_READ.action: CALL_RECORDS,
    LIST_USERS.action: AGENTS,
    GET_MONO_RECORDING.action: RECORDING,
    GET_CALL_DETAIL_RECORD.action: CALL_RECORD,
}
"""Action → the path that answers it."""

_OTHER_PATHS = frozenset({"", ".", "..", RECORDING.rpartition("/")[2]})
"""What would lead elsewhere, put in place of a call's id."""

_NOBODY: Mapping[str, type[AgentNotFoundError | SkillGroupNotFoundError]] = {
    "agent_names": AgentNotFoundError,
    "skill_group_names": SkillGroupNotFoundError,
}
"""Parameter that names somebody → what is raised if nobody bears the name."""

_CRITERIA = ("agent_names", "agent_ids", *FILTERS, "skill_group_names")


class Contract:
    """Speaks the REST contract: GET, parameters in the query, JSON envelope.

    Args:
        zone: The zone of every time handed out.

    Attributes:
        whole_details: Whether one answer tells all of a call's details.
    """

    whole_details: bool = True

    def __init__(self, zone: tzinfo) -> None:
        self._converter = make_converter("contract", zone)
        self._usual = UsualPages(
            self._converter.readers[CallRecord],
            "data",
            "list",
            beside=("code", "message"),
            beside_rows=("total", "page", "size"),
        )
        self._zone = zone

    def narrowed(self, session: Session, query: CallRecordQuery) -> Flow[tuple[Narrowed, ...]]:
        """One listing, since the server does the narrowing.

        Raises:
            UnsupportedError: The server does not know ranges of time, which the contract only allows: what it lists
                without one is today's, and that would pass for the whole.
        """
        key, lasting = (RANGE_IS_READ.action,), float("inf")
        if not (yield from remembered(key, lasting, lambda: call(session, RANGE_IS_READ, start="?"))):
            raise UnsupportedError("This server lists today's calls alone: it does not know start_time and end_time.")
        told = {name: getattr(query, name) for name in _CRITERIA}
        return (Narrowed(LIST_CALL_RECORDS, {name: value for name, value in told.items() if value is not None}),)

    def encode(self, operation: Operation[Any], arguments: Mapping[str, Any]) -> Request:
        """The request for an operation; an argument of None is left out.

        Raises:
            UnsupportedError: The contract has no path for the operation, or no way to carry an argument.
            InvalidQueryError: An argument holds what is no text.
        """
        path = PATHS.get(operation.action)
        if path is None:
            raise UnsupportedError(
                f"{operation.action} is not part of the REST contract.",
                action=operation.action,
                advice="Use a client with a key of its own for that.",
            )
        told = {name: value for name, value in arguments.items() if value is not None}
        if path == CALL_RECORD:
            path = path.format(contact_id=_segment(operation, told.pop("contact_id")))
        known = {parameter.argument: parameter for parameter in PARAMETERS[PATHS[operation.action]]}
        query = [self._written(operation, known.get(argument), argument, value) for argument, value in told.items()]
        return Request(
            action=operation.action,
            method="GET",
            path=path,
            query=tuple(pair for pair in query if pair is not None),
            headers={"accept": "application/json"},
            signed=False,
        ).fitting()

    def decode(self, operation: Operation[R], response: Response, asked: Request, /) -> R:
        """What an answer to that request holds.

        Raises:
            CCCError: Of the class that the envelope's code stands for.
            DecodeError: It is not what the contract says.
        """
        if operation is RANGE_IS_READ and response.status in _ANSWERS:
            return cast("R", response.status == _BAD_REQUEST)
        usual = self._usual.of(operation, response)
        answer = usual if usual is not None and usual["code"] == 0 else self._envelope(operation, response)
        code = answer.get("code")
        if response.status != _HTTP_OK or type(code) is not int or code:
            raise self._refused(operation, response, answer)
        try:
            return cast("R", self._payload(operation, response, answer, asked))
        except (TypeError, ValueError, OverflowError, RecursionError) as error:
            raise _undecodable(operation, response, str(error)) from error

    def _written(
        self, operation: Operation[Any], parameter: Parameter | None, argument: str, value: Any
    ) -> tuple[str, str] | None:
        if parameter is None:
            raise UnsupportedError(f"The REST contract has no parameter for {argument}.", action=operation.action)
        try:
            text = parameter.write(value)
        except UnreadableError as error:
            raise UnsupportedError(f"{argument} {error}.", action=operation.action) from error
        return None if text is None else (parameter.name, _whole_text(argument, text))

    def _envelope(self, operation: Operation[Any], response: Response) -> dict[str, Any]:
        try:
            answer = decoded(response.body)
            what = "the answer is not the contract's envelope"
        except NOT_JSON:
            answer, what = None, "the answer is not JSON"
        if isinstance(answer, dict) and (response.status != _HTTP_OK or "code" in answer):
            return cast("dict[str, Any]", answer)
        if response.status >= 400:  # noqa: PLR2004 - a proxy's page: the status is all it tells
            return {}
        raise _undecodable(operation, response, what, garbled=True)

    def _refused(self, operation: Operation[Any], response: Response, answer: dict[str, Any]) -> CCCError:
        code, message = answer.get("code"), answer.get("message")
        if response.status == _NOT_FOUND and type(code) is not int:
            return UnsupportedError(
                f"This server has no path for {operation.action}.",
                action=operation.action,
                http_status=response.status,
            )
        return error_of(
            code if type(code) is int else None,
            response.status,
            " ".join(for_people(message).split()) if isinstance(message, str) else "",
            action=operation.action,
            request_id=response.headers.get("x-request-id"),
            retry_after=retry_after(response),
        )

    def _payload(self, operation: Operation[Any], response: Response, answer: dict[str, Any], asked: Request) -> Any:
        data = answer.get("data")
        if operation.shape != "page":
            return self._object(operation, data)
        listed = self._page(operation, data, dict(asked.query))
        nobody = _nobody(operation, answer.get("message"), asked) if listed.total == 0 else None
        if nobody is not None:
            raise nobody
        if response.headers.get(KNOWN_ONLY[0]) != KNOWN_ONLY[1]:
            _check_kept_to(operation, listed, asked)
        return listed

    def _object(self, operation: Operation[Any], data: Any) -> Any:
        try:
            if operation.action == GET_CALL_DETAIL_RECORD.action:
                return read_detail(self._converter, self._zone, data)
            return cast("Any", self._converter.structure(data, operation.model))
        except (TypeError, ValueError, OverflowError) as error:
            raise ValueError(f"data.{error}") from error

    def _page(self, operation: Operation[Any], data: Any, asked: Mapping[str, str]) -> Listed[Any]:
        if not isinstance(data, dict):
            raise TypeError(f"data: a page was expected, not {type(data).__name__}")
        page = cast("dict[str, Any]", data)
        total, rows = page.get("total"), page.get("list")
        for name in ("page", "size"):
            if name in asked and page.get(name) != int(asked[name]):
                raise ValueError(f"data.{name}: it is another than was asked for")
        if type(total) is not int or total < 0:
            raise TypeError("data.total: a number of rows was expected")
        if not isinstance(rows, list):
            raise TypeError(f"data.list: a list was expected, not {type(rows).__name__}")
        try:
            read = self._converter.structure(rows, list[operation.model])  # type: ignore[name-defined]
        except (TypeError, ValueError, OverflowError) as error:
            raise ValueError(f"data.list{error}") from error
        return Listed(cast("list[Any]", read), total)


def _whole_text(argument: str, text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidQueryError(f"{argument} holds half a character (a lone surrogate), which is no text.") from error
    return text


def _segment(operation: Operation[Any], contact_id: str) -> str:
    """An id as a part of a path."""
    if contact_id in _OTHER_PATHS:
        raise UnsupportedError("The REST contract cannot carry that contact_id.", action=operation.action)
    return quote(_whole_text("contact_id", contact_id), safe="")


def _nobody(operation: Operation[Any], message: Any, asked: Request) -> CCCError | None:
    """The error that a message beside an empty page stands for: somebody who was named is not there."""
    told = dict(asked.query)
    named = [
        (kind, name)
        for parameter, kind in _NOBODY.items()
        if parameter in told
        for name in (told[parameter], *told[parameter].split(","))
    ]
    if not named or not isinstance(message, str) or not message:
        return None
    # The longest, since one name may be a part of another.
    kind, name = max((one for one in named if one[1] in message), key=lambda one: len(one[1]), default=named[0])
    return kind(" ".join(for_people(message).split()), name=name, action=operation.action)


def _check_kept_to(operation: Operation[Any], listed: Listed[Any], asked: Request) -> None:
    """Holds a server that does not say that it refuses unknown parameters against what it was asked.

    Raises:
        UnsupportedError: It may have ignored one, so that its answer is another than the one that was asked for.
    """
    added = {one.name for one in PARAMETERS[PATHS[operation.action]] if not one.first} & {
        name for name, _ in asked.query
    }
    if added:
        raise UnsupportedError(
            f"This server does not say that it understands {', '.join(sorted(added))}.",
            action=operation.action,
            advice=f"It may ignore it: only the contract's own filters can be sent ({KNOWN_ONLY[0]} is missing).",
        )
    told = dict(asked.query)
    start, end = int(told.get("start_time", -(2**63))), int(told.get("end_time", 2**63))
    for row in listed.rows:
        moment = milliseconds(row, "start_time") if isinstance(row, CallRecord) else None
        if moment is not None and not start <= moment <= end:
            raise UnsupportedError("This server does not keep to start_time and end_time.", action=operation.action)


def _undecodable(operation: Operation[Any], response: Response, what: str, *, garbled: bool = False) -> CCCError:
    error = DecodeError(
        f"{what}.",
        action=operation.action,
        http_status=response.status,
        request_id=response.headers.get("x-request-id"),
    )
    error.garbled = garbled
    return error

"""The OpenAPI spelling of the operations: arguments → Request, Response → payload."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any, TypeVar, cast

from .convert import make_converter
from .errors import CCCError, DecodeError, InvalidQueryError, UnsupportedError
from .flow import Flow, Session
from .message import Request, Response
from .narrowing import Narrowed, narrowed
from .operation import Listed, Operation, Write
from .query import CallRecordQuery
from .records import CallRecord
from .refusal import OK, refusal
from .usual import NOT_JSON, UsualPages, decoded

R = TypeVar("R")

VERSION = "2020-07-01"
_HTTP_OK = 200
_ABSENT: Any = object()
_NOTHING: tuple[Any, ...] = (None, "", 0, [], {})


class OpenAPI:
    """Speaks CCC 2020-07-01: RPC style, parameters in the query, JSON envelope.

    Args:
        instance_id: The call center, sent with every request.
        zone: The zone of every time handed out.

    Attributes:
        whole_details: Whether one answer tells all of a call's details; here two do, which are joined.
    """

    whole_details: bool = False

    def __init__(self, instance_id: str, zone: tzinfo) -> None:
        self.instance_id = instance_id
        self.zone = zone
        self._converter = make_converter("upstream", zone)
        # Of the others there are few, and most are asked for once.
        self._usual = UsualPages(
            self._converter.readers[CallRecord],
            "Data",
            "List",
            beside=("Code", "Message", "RequestId", "HttpStatusCode"),
            beside_rows=("TotalCount", "PageNumber", "PageSize"),
        )

    def encode(self, operation: Operation[Any], arguments: Mapping[str, Any]) -> Request:
        """The request for an operation; an argument of None is left out.

        Raises:
            UnsupportedError: The action has no parameter for an argument.
            InvalidQueryError: An argument holds what is no text, or all of them are too long for one request.
        """
        query: list[tuple[str, str]] = []
        for argument, value in {"instance_id": self.instance_id, **arguments}.items():
            if value is None:
                continue
            parameter = operation.parameters.get(argument)
            if parameter is None:
                raise UnsupportedError(f"{operation.action} has no parameter for {argument}.", action=operation.action)
            name, write = parameter
            query.append((name, _written(argument, write, value)))
        return Request(
            action=operation.action,
            query=tuple(query),
            headers={
                "x-acs-action": operation.action,
                "x-acs-version": VERSION,
                "accept": "application/json",
                # There is no body; but some HTTP libraries name a type for every POST, and what is sent must be signed.
                "content-type": "application/x-www-form-urlencoded",
            },
        ).fitting()

    def narrowed(self, session: Session, query: CallRecordQuery) -> Flow[tuple[Narrowed, ...]]:
        """The listings that together hold the calls a query means."""
        return narrowed(session, query)

    def decode(self, operation: Operation[R], response: Response, _asked: Request | None = None) -> R:
        """What the answer holds.

        Raises:
            APIError: It says no, also inside an HTTP 200.
            DecodeError: It is not what the protocol says.
        """
        usual = self._usual.of(operation, response)
        answer = usual if usual is not None and usual["Code"] in (None, OK) else self._envelope(operation, response)
        code = answer.get("Code")
        if response.status != _HTTP_OK or (code is not None and code != OK):
            raise refusal(operation.action, response, answer)
        data: Any = answer.get("Data", _ABSENT)
        if code is None and data is _ABSENT:
            raise _undecodable(operation, response, "the answer has neither Code nor Data", garbled=True)
        try:
            return cast("R", self._payload(operation, None if data is _ABSENT else data))
        except (TypeError, ValueError, OverflowError, RecursionError) as error:
            raise _undecodable(operation, response, str(error)) from error

    def _envelope(self, operation: Operation[Any], response: Response) -> dict[str, Any]:
        try:
            answer = decoded(response.body)
        except NOT_JSON as error:
            if response.status >= 400:  # noqa: PLR2004 - a proxy's page: the status is all it tells
                raise refusal(operation.action, response, {}) from error
            raise _undecodable(operation, response, "the answer is not JSON", garbled=True) from error
        if not isinstance(answer, dict):
            raise _undecodable(operation, response, "the answer is not an object", garbled=True)
        return cast("dict[str, Any]", answer)

    def _payload(self, operation: Operation[Any], data: Any) -> Any:
        if operation.shape == "page":
            return self._page(operation, data)
        if operation.shape == "objects":
            return self._rows(operation, data, "Data")
        # An unknown call, or no recording, may come as no Data, null or {}; one sample wraps the object in a list.
        if isinstance(data, list):
            data = cast("list[Any]", data)[0] if data else None
        if not data:
            return None
        if isinstance(data, dict) and all(value in _NOTHING for value in cast("dict[str, Any]", data).values()):
            return None
        try:
            return cast("Any", self._converter.structure(data, operation.model))
        except (TypeError, ValueError, OverflowError) as error:
            raise ValueError(f"Data.{error}") from error

    def _page(self, operation: Operation[Any], data: Any) -> Listed[Any]:
        if not isinstance(data, dict):
            raise TypeError(f"Data: a page was expected, not {type(data).__name__}")
        page = cast("dict[str, Any]", data)
        total = page.get("TotalCount")
        if total == "":
            total = None
        elif isinstance(total, str) and total.isascii() and total.isdigit():
            total = int(total[:18])
        if total is not None and (type(total) is not int or total < 0):
            raise TypeError("Data.TotalCount: a number of rows was expected")
        return Listed(self._rows(operation, page.get("List"), "Data.List"), total)

    def _rows(self, operation: Operation[Any], rows: Any, where: str) -> list[Any]:
        if rows is None or rows == "":
            return []
        if not isinstance(rows, list):
            raise TypeError(f"{where}: a list was expected, not {type(rows).__name__}")
        try:
            return cast("list[Any]", self._converter.structure(rows, list[operation.model]))  # type: ignore[name-defined]
        except (TypeError, ValueError, OverflowError) as error:
            raise ValueError(f"{where}{error}") from error


def _written(argument: str, write: Write, value: Any) -> str:
    try:
        text = write(value)
        text.encode()
    except (TypeError, UnicodeEncodeError) as error:
        raise InvalidQueryError(f"{argument} holds half a character (a lone surrogate), which is no text.") from error
    return text


def _undecodable(operation: Operation[Any], response: Response, what: str, *, garbled: bool = False) -> CCCError:
    error = DecodeError(
        f"{what}.",
        action=operation.action,
        http_status=response.status,
        request_id=response.headers.get("x-acs-request-id"),
    )
    error.garbled = garbled
    return error

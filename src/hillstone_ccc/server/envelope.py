"""Answers in the contract's envelope: encoded once, by orjson, and the same headers on all of them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.responses import Response

from hillstone_ccc import CCCError, ThrottledError
from hillstone_ccc.contract import KNOWN_ONLY, Refusal, refusals

HEADERS: Mapping[str, str] = {
    # Signed links and people's numbers are for who asked, not for a cache on the way.
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    KNOWN_ONLY[0]: KNOWN_ONLY[1],
}
"""Headers of every answer."""

_OF_RANGE = re.compile(r"\b(start|end)\b")
_ASK_FOR_A_TOKEN = 401
_WAIT = frozenset({429, 503})
_SECONDS_TO_WAIT = 5


class RefusedError(Exception):
    """A request is not answered, and why.

    Args:
        refusal: Which of the contract's refusals it is.
        message: What is the matter, where that says more than the refusal.
        retry_after: Seconds to wait.
        status: The HTTP status, where it is another than the refusal's own.
        headers: What else is to be told.
    """

    def __init__(
        self,
        refusal: Refusal,
        message: str = "",
        *,
        retry_after: float | None = None,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message or refusal.meaning)
        self.refusal = refusal
        self.message: str = message or refusal.meaning
        self.retry_after = retry_after
        self.status: int = status or refusal.status
        self.headers: Mapping[str, str] = headers or {}

    @classmethod
    def of(cls, error: CCCError) -> RefusedError:
        """What is said of an error that the upstream, or the query, came to."""
        refusal = refusals.refusal_of(error)
        message = f"{error.message} {error.advice or ''}".strip() if refusal.own_words else ""
        if refusal is refusals.BAD_PARAMETER:
            message = _OF_RANGE.sub(r"\1_time", message)  # the library's arguments are other names of the contract's
        return cls(refusal, message, retry_after=error.retry_after if isinstance(error, ThrottledError) else None)


def encoded(data: Any, message: str = "") -> bytes:
    """The envelope of an answer."""
    return orjson.dumps({"code": 0, "message": message, "data": data})


def answer(body: bytes) -> Response:
    """An answer that was encoded already."""
    return Response(body, media_type="application/json", headers=dict(HEADERS))


def refusal(error: RefusedError) -> Response:
    """The answer that says no."""
    body = orjson.dumps({"code": error.refusal.code, "message": error.message, "data": None})
    headers, status = {**HEADERS, **error.headers}, error.status
    if status == _ASK_FOR_A_TOKEN:
        headers.setdefault("www-authenticate", "Bearer")
    if status in _WAIT:
        headers.setdefault("retry-after", str(math.ceil(error.retry_after or _SECONDS_TO_WAIT)))
    return Response(body, status, headers, media_type="application/json")


def without_body(response: Response) -> Response:
    """The same answer to a HEAD: its headers, and no body."""
    response.body = b""  # the length told stays that of the answer to a GET
    return response

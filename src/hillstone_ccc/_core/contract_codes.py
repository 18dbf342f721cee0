"""The REST contract's codes: what a server says when it cannot answer, and what its client makes of that.

One table for both. A code is the HTTP status and two digits more; it never changes its meaning. Nothing of the
server's own upstream is told: neither its words, nor its hosts, nor that it was the server's key that was refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from .errors import (
    AgentNotFoundError,
    APIError,
    AuthenticationError,
    CCCError,
    ConfigurationError,
    ConnectError,
    DecodeError,
    IncompleteError,
    InvalidParameterError,
    InvalidQueryError,
    NotFoundError,
    PermissionDeniedError,
    RecordingArchivedError,
    RecordingDamagedError,
    RecordingError,
    RecordingExpiredError,
    RecordingNotReadyError,
    ResultWindowError,
    ServerError,
    SkillGroupNotFoundError,
    ThrottledError,
    TimeoutError,
    TransportError,
    UnsupportedError,
)


@attrs.frozen
class Refusal:
    """One way of not answering.

    Attributes:
        code: The envelope's code.
        meaning: What is the matter, as people are told.
        becomes: What the client raises.
        own_words: Whether the error's own message is told instead, since it speaks of what the caller sent.
        told: What else the client's error knows.
    """

    code: int
    meaning: str
    becomes: type[CCCError]
    own_words: bool = False
    told: Mapping[str, Any] = attrs.field(factory=dict[str, Any], hash=False)

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.code // 100


BAD_PARAMETER = Refusal(40001, "A parameter cannot be meant.", InvalidParameterError, own_words=True)
NOT_ACCEPTED = Refusal(40002, "The call center does not accept one of the values.", InvalidParameterError)
NO_TOKEN = Refusal(40101, "Nobody is known by this request: log in, or send a valid token.", AuthenticationError)
NOT_PERMITTED = Refusal(40301, "The permission is missing.", PermissionDeniedError, own_words=True)
NO_SUCH_CALL = Refusal(40401, "There is no such call.", NotFoundError)
NO_SUCH_PATH = Refusal(40402, "There is no such path.", NotFoundError)
NO_RECORDING = Refusal(40403, "There is no recording of this call, or not yet.", RecordingNotReadyError)
NO_RECORDING_YET = Refusal(
    40404, "There is no recording of this call yet.", RecordingNotReadyError, told={"can_still_come": True}
)
NO_RECORDING_EVER = Refusal(
    40405,
    "There is no recording of this call, and none will come.",
    RecordingNotReadyError,
    told={"can_still_come": False},
)
NO_SUCH_AGENT = Refusal(40406, "There is no such agent.", AgentNotFoundError, own_words=True)
NO_SUCH_SKILL_GROUP = Refusal(40407, "There is no such skill group.", SkillGroupNotFoundError, own_words=True)
NO_SUCH_METHOD = Refusal(40501, "Only GET, HEAD and OPTIONS are known here.", UnsupportedError)
ARCHIVED = Refusal(40901, "The recording is in cold storage and must be restored first.", RecordingArchivedError)
EXPIRED = Refusal(41001, "The recording's link has died; ask again.", RecordingExpiredError)
TOO_WIDE = Refusal(
    42201, "The search is too wide: narrow its time range, or name one agent and whole numbers.", ResultWindowError
)
TOO_MANY_ATTEMPTS = Refusal(42901, "Too many attempts without a valid token; wait a while.", ThrottledError)
FAULT = Refusal(50001, "This server failed; its log says why.", ServerError)
UNSUPPORTED = Refusal(50101, "This server cannot carry that.", UnsupportedError)
UPSTREAM_FAILED = Refusal(50201, "The call center failed; try again.", ServerError)
UPSTREAM_AWAY = Refusal(50202, "The call center cannot be reached; try again.", ConnectError)
UPSTREAM_GARBLED = Refusal(50203, "The call center's answer cannot be understood.", DecodeError)
INCOMPLETE = Refusal(50204, "The call center gave fewer rows than it promised; try again.", IncompleteError)
UPSTREAM_REFUSES = Refusal(50205, "The call center refuses this server; its operator must look.", ServerError)
RECORDING_UNUSABLE = Refusal(50206, "The recording cannot be had.", RecordingError)
RECORDING_DAMAGED = Refusal(50207, "The recording is damaged.", RecordingDamagedError)
UPSTREAM_BUSY = Refusal(50301, "The call center is asked too much; wait a while.", ThrottledError)
TOO_MANY_WALKS = Refusal(
    50303, "Too many wide searches are under way; wait a while, or name one agent and whole numbers.", ThrottledError
)
NOT_READY = Refusal(50302, "This server is not ready.", ServerError)
TOO_SLOW = Refusal(50401, "The call center took too long: try again, or narrow the search.", TimeoutError)

REFUSALS: Mapping[int, Refusal] = {
    one.code: one for one in (value for value in list(globals().values()) if isinstance(value, Refusal))
}
"""Code → what it means."""

_BY_ERROR: tuple[tuple[type[CCCError], Refusal], ...] = (
    (InvalidQueryError, BAD_PARAMETER),
    (ResultWindowError, TOO_WIDE),
    (AgentNotFoundError, NO_SUCH_AGENT),
    (SkillGroupNotFoundError, NO_SUCH_SKILL_GROUP),
    (RecordingArchivedError, ARCHIVED),
    (RecordingExpiredError, EXPIRED),
    (RecordingDamagedError, RECORDING_DAMAGED),
    (RecordingError, RECORDING_UNUSABLE),
    (IncompleteError, INCOMPLETE),
    (DecodeError, UPSTREAM_GARBLED),
    (TimeoutError, TOO_SLOW),
    (TransportError, UPSTREAM_AWAY),
    (ThrottledError, UPSTREAM_BUSY),
    (InvalidParameterError, NOT_ACCEPTED),
    (AuthenticationError, UPSTREAM_REFUSES),
    (PermissionDeniedError, UPSTREAM_REFUSES),
    (APIError, UPSTREAM_FAILED),
    (ConfigurationError, FAULT),
    (UnsupportedError, UNSUPPORTED),
)
"""The first class that an error is of decides; the root's own is :data:`FAULT`."""

_BY_STATUS: Mapping[int, Refusal] = {
    400: BAD_PARAMETER,
    401: NO_TOKEN,
    403: NOT_PERMITTED,
    404: NO_SUCH_CALL,
    429: Refusal(42900, "The server is asked too much.", ThrottledError),
    503: NOT_READY,
    504: TOO_SLOW,
}

_INSTANCE = "NotExists.Instance"


def refusal_of(error: CCCError) -> Refusal:
    """What a server says of an error that its upstream, or a caller's query, came to."""
    if isinstance(error, RecordingNotReadyError):
        return {True: NO_RECORDING_YET, False: NO_RECORDING_EVER, None: NO_RECORDING}[error.can_still_come]
    if isinstance(error, NotFoundError):
        return UPSTREAM_REFUSES if (error.code or "").startswith(_INSTANCE) else NO_SUCH_CALL
    return next((refusal for kind, refusal in _BY_ERROR if isinstance(error, kind)), FAULT)


def by_status(status: int) -> Refusal:
    """What a client makes of an HTTP status alone, where no code is told that is known."""
    if status < 400:  # noqa: PLR2004 - a refusal inside an HTTP 200, of a server of somebody else's
        return Refusal(status * 100, "The server refuses that and does not say why.", APIError)
    return _BY_STATUS.get(status, UPSTREAM_FAILED if status >= 500 else NOT_ACCEPTED)  # noqa: PLR2004


def of_host(status: int) -> Refusal:
    """What a server says where the application that it is a part of refuses with a status of its own."""
    known = {one.status: one for one in (NO_TOKEN, NOT_PERMITTED)}
    meaning = "The application that this is a part of refuses the request."
    return known.get(status) or Refusal(status * 100 + 99, meaning, by_status(status).becomes)


def error_of(code: int | None, status: int, message: str, **told: Any) -> CCCError:
    """What a client raises for a code that its server sent, or for the status alone where the code is not known."""
    known = REFUSALS.get(code or 0) or by_status(status)
    named: dict[str, Any] = {**known.told, **told}
    if not issubclass(known.becomes, ThrottledError):
        named.pop("retry_after", None)
    return known.becomes(
        message or known.meaning, code=None if code is None else str(code), http_status=status, **named
    )

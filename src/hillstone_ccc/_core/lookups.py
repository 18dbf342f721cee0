"""One thing by its id: a call, an agent, a recording's link or parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, cast

from .agents import Agent
from .details import CallDetail, MissingPart
from .errors import (
    APIError,
    AuthenticationError,
    CCCError,
    DecodeError,
    InvalidQueryError,
    NotFoundError,
    RecordingNotReadyError,
    ServerError,
    ThrottledError,
    TransportError,
)
from .flow import Flow, Session, call, now
from .journey import join
from .links import RecordingLink, RecordingPart, RestoreState, Track
from .moments import from_unix_seconds, to_milliseconds
from .operation import (
    GET_CALL_DETAIL_RECORD,
    GET_EARLY_MEDIA_RECORDING,
    GET_MONO_RECORDING,
    GET_MULTI_CHANNEL_RECORDING,
    GET_USER,
    GET_VOICEMAIL_RECORDING,
    LIST_CALL_DETAIL_RECORDS_V2,
    LIST_MONO_RECORDINGS,
    LIST_MULTI_CHANNEL_RECORDINGS,
    RESTORE_ARCHIVED_RECORDINGS,
    Operation,
)
from .records import CallRecord

T = TypeVar("T")

_HALF_A_SIGN = re.compile("[\ud800-\udfff]")
_NO_INSTANCE = "NotExists.Instance"
_DAY_MS = 86_400_000
_ROOM = 10  # rows asked for where one is meant: others may come with it

_WHOLE: Mapping[str, Operation[RecordingLink | None]] = {
    "mono": GET_MONO_RECORDING,
    "multi_channel": GET_MULTI_CHANNEL_RECORDING,
    "voicemail": GET_VOICEMAIL_RECORDING,
    "early_media": GET_EARLY_MEDIA_RECORDING,
}
_PARTS: Mapping[str, Operation[list[RecordingPart]]] = {
    "mono": LIST_MONO_RECORDINGS,
    "multi_channel": LIST_MULTI_CHANNEL_RECORDINGS,
}


def call_detail(session: Session, contact_id: str) -> Flow[CallDetail]:
    """A call with its events and its row, or with the one of them that can be had.

    Raises:
        NotFoundError: There is no such call. What the upstream answers then is not documented; an empty
            answer and a 404 both count.
        CCCError: Neither of the two can be had; or why no request can.
    """
    contact_id = given("contact_id", contact_id)
    if session.upstream.whole_details:
        return (yield from details_of(session, contact_id))
    detail, no_detail = yield from _tried(details_of(session, contact_id))
    record, no_record = yield from _tried(_record(session, contact_id, detail))
    if no_detail and no_record:
        raise _more_telling(no_detail, no_record)
    return join(detail, record, [_missing(error) for error in (no_detail, no_record) if error])


def _tried(flow: Flow[T]) -> Flow[tuple[T | None, CCCError | None]]:
    """What comes of one of several answers that are worth something alone: it, or why it cannot be had."""
    try:
        return (yield from flow), None
    except AuthenticationError:
        raise  # The other one would be refused too, as it would by an instance that does not exist.
    except (APIError, TransportError, DecodeError) as error:
        if is_about_instance(error):
            raise
        return None, error


def details_of(session: Session, contact_id: str) -> Flow[CallDetail]:
    detail = yield from call(session, GET_CALL_DETAIL_RECORD, contact_id=contact_id)
    if detail is None:
        raise NotFoundError(f"There is no call {contact_id}.", action=GET_CALL_DETAIL_RECORD.action)
    return detail


def _record(session: Session, contact_id: str, detail: CallDetail | None) -> Flow[CallRecord]:
    """The call's row in V2's list.

    Without a range the list is today's, and whether an id overrides the range is unknown; so is how long a range
    may be. Where the details tell when the call was, a day on either side is asked for: their start of an
    outbound call is when it connected, the list's when dialling began, so the very moment would miss it.
    """
    start, end = 0, from_unix_seconds((yield from now()).wall)
    if detail is not None and detail.start_time is not None:
        start = max(0, to_milliseconds(detail.start_time) - _DAY_MS)
        end = max(to_milliseconds(time) for time in (detail.start_time, detail.release_time) if time)
    listed = yield from call(
        session,
        LIST_CALL_DETAIL_RECORDS_V2,
        start=start,
        end=end + _DAY_MS,
        media_type="ALL",  # its default is unknown
        contact_ids=[contact_id],
        page=1,
        size=min(_ROOM, session.limits.rows),
    )
    row = next((row for row in listed.rows if row.contact_id == contact_id), None)
    if row is None:
        raise NotFoundError(
            f"There is no row of call {contact_id}.",
            action=LIST_CALL_DETAIL_RECORDS_V2.action,
            advice="A call just ended may not be listed yet.",
        )
    return row


def _more_telling(no_detail: CCCError, no_record: CCCError) -> CCCError:
    """A refusal tells more than a failure on the way, but a list without the row tells nothing of the call."""
    failures = (TransportError, DecodeError, ThrottledError, ServerError)
    failed, refused = isinstance(no_detail, failures), not isinstance(no_record, (*failures, NotFoundError))
    return no_record if failed and refused else no_detail


def _missing(error: CCCError) -> MissingPart:
    return MissingPart(
        action=error.action or "",
        error=type(error).__name__,
        message=error.message,
        code=error.code,
        http_status=error.http_status,
        request_id=error.request_id,
        advice=error.advice,
    )


def agent(session: Session, user_id: str) -> Flow[Agent]:
    """An agent by id, with what GetUser tells.

    Raises:
        NotFoundError: There is no such agent.
    """
    user_id = given("user_id", user_id)
    found = yield from call(session, GET_USER, user_id=user_id)
    if found is None:
        raise NotFoundError(f"There is no agent {user_id}.", action=GET_USER.action)
    return found


def recording_link(
    session: Session, contact_id: str, track: Track = "mono", expire_seconds: int | None = None
) -> Flow[RecordingLink]:
    """Where a call's recording is.

    Raises:
        InvalidQueryError: No such track, or a life time that the action does not take.
        RecordingNotReadyError: There is none, or not yet. What the upstream answers then is not documented: an
            empty answer, an empty link and a 404 that is not about the instance all count.
    """
    contact_id = given("contact_id", contact_id)
    operation = _of_track(_WHOLE, track)
    if expire_seconds is not None and track != "mono":
        raise InvalidQueryError(f"expire_seconds: only the mono track's link can be given a life time, not {track}'s.")
    if expire_seconds is not None and (type(expire_seconds) is not int or expire_seconds < 1):
        raise InvalidQueryError(f"expire_seconds must be a whole number, 1 or more, not {expire_seconds!r}.")
    arguments = {"contact_id": contact_id, "expire_seconds": expire_seconds}
    try:
        link = yield from call(session, operation, **{name: value for name, value in arguments.items() if value})
    except NotFoundError as error:
        if is_about_instance(error):
            raise
        link = None
    if link is None or not link.file_url:
        raise RecordingNotReadyError(
            f"There is no {track.replace('_', ' ')} recording of {contact_id}, or not yet.",
            action=operation.action,
            advice="It is made after the call ends, and only if the call was established.",
        )
    return link


def recording_parts(session: Session, contact_id: str, track: Track = "mono") -> Flow[list[RecordingPart]]:
    """The recordings of a call's legs, one an agent; empty if there are none, however the upstream says so."""
    contact_id = given("contact_id", contact_id)
    try:
        return (yield from call(session, _of_track(_PARTS, track), contact_id=contact_id))
    except NotFoundError as error:
        if is_about_instance(error):
            raise
        return []


def restore_one(session: Session, contact_id: str) -> Flow[RestoreState]:
    """Asks for one archived recording to be thawed, and tells how far it is.

    Raises:
        DecodeError: The upstream told nothing of it.
    """
    for state in (yield from restore(session, [contact_id])):
        if state.contact_id == contact_id:
            return state
    raise DecodeError(f"The upstream tells nothing of {contact_id}.", action=RESTORE_ARCHIVED_RECORDINGS.action)


def restore(session: Session, contact_ids: Iterable[str]) -> Flow[list[RestoreState]]:
    """Asks for archived recordings to be thawed; asking again tells how far it is (inferred)."""
    if isinstance(contact_ids, str):  # would be read as ids of one letter
        raise InvalidQueryError("contact_ids takes several ids: write [contact_id] for one.")
    wanted = [given("contact_ids", one) for one in contact_ids]
    if not wanted:
        raise InvalidQueryError("contact_ids is empty: name the calls whose recordings are to be restored.")
    return (yield from call(session, RESTORE_ARCHIVED_RECORDINGS, contact_ids=wanted))


def given(argument: str, value: Any) -> str:
    """An id, without blanks around it.

    Raises:
        InvalidQueryError: It is none.
    """
    if not isinstance(value, str) or not value.strip() or _HALF_A_SIGN.search(value):
        raise InvalidQueryError(f"{argument} must be an id, not {value!r}.")
    return value.strip()


def is_about_instance(error: CCCError) -> bool:
    """Whether the upstream says that there is no such call center."""
    return (error.code or "").startswith(_NO_INSTANCE)


def checked_track(track: Any) -> Track:
    """The name of a track.

    Raises:
        InvalidQueryError: There is no such track.
    """
    if not isinstance(track, str) or track not in _WHOLE:
        raise InvalidQueryError(f"track must be one of {', '.join(_WHOLE)}, not {track!r}.")
    return cast("Track", track)


def _of_track(operations: Mapping[str, Operation[T]], track: str) -> Operation[T]:
    if track not in operations:
        raise InvalidQueryError(f"track must be one of {', '.join(operations)}, not {track!r}.")
    return operations[track]

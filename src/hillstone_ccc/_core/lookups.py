"""One thing by its id: a call, an agent, a recording's link or parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from .agents import Agent
from .details import CallDetail
from .errors import InvalidQueryError, NotFoundError, RecordingNotReadyError
from .flow import Flow, Session, call
from .links import RecordingLink, RecordingPart, RestoreState, Track
from .operation import (
    GET_CALL_DETAIL_RECORD,
    GET_EARLY_MEDIA_RECORDING,
    GET_MONO_RECORDING,
    GET_MULTI_CHANNEL_RECORDING,
    GET_USER,
    GET_VOICEMAIL_RECORDING,
    LIST_MONO_RECORDINGS,
    LIST_MULTI_CHANNEL_RECORDINGS,
    RESTORE_ARCHIVED_RECORDINGS,
    Operation,
)

T = TypeVar("T")

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
    """A call with its events.

    Raises:
        NotFoundError: There is no such call. What the upstream answers then is not documented; an empty answer
            and a 404 both count.
    """
    contact_id = _given("contact_id", contact_id)
    detail = yield from call(session, GET_CALL_DETAIL_RECORD, contact_id=contact_id)
    if detail is None:
        raise NotFoundError(f"There is no call {contact_id}.", action=GET_CALL_DETAIL_RECORD.action)
    return detail


def agent(session: Session, user_id: str) -> Flow[Agent]:
    """An agent by id, with what GetUser tells.

    Raises:
        NotFoundError: There is no such agent.
    """
    user_id = _given("user_id", user_id)
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
    contact_id = _given("contact_id", contact_id)
    operation = _of_track(_WHOLE, track)
    if expire_seconds is not None and track != "mono":
        raise InvalidQueryError(f"expire_seconds: only the mono track's link can be given a life time, not {track}'s.")
    if expire_seconds is not None and (type(expire_seconds) is not int or expire_seconds < 1):
        raise InvalidQueryError(f"expire_seconds must be a whole number, 1 or more, not {expire_seconds!r}.")
    arguments = {"contact_id": contact_id, "expire_seconds": expire_seconds}
    try:
        link = yield from call(session, operation, **{name: value for name, value in arguments.items() if value})
    except NotFoundError as error:
        if (error.code or "").startswith("NotExists.Instance"):
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
    """The recordings of a call's legs, one an agent; empty if there are none."""
    contact_id = _given("contact_id", contact_id)
    return (yield from call(session, _of_track(_PARTS, track), contact_id=contact_id))


def restore(session: Session, contact_ids: Iterable[str]) -> Flow[list[RestoreState]]:
    """Asks for archived recordings to be thawed; asking again tells how far it is (inferred)."""
    if isinstance(contact_ids, str):  # would be read as ids of one letter
        raise InvalidQueryError("contact_ids takes several ids: write [contact_id] for one.")
    wanted = [_given("contact_ids", one) for one in contact_ids]
    if not wanted:
        raise InvalidQueryError("contact_ids is empty: name the calls whose recordings are to be restored.")
    return (yield from call(session, RESTORE_ARCHIVED_RECORDINGS, contact_ids=wanted))


def _given(argument: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InvalidQueryError(f"{argument} must be an id, not {value!r}.")
    return value.strip()


def _of_track(operations: Mapping[str, Operation[T]], track: str) -> Operation[T]:
    if track not in operations:
        raise InvalidQueryError(f"track must be one of {', '.join(operations)}, not {track!r}.")
    return operations[track]

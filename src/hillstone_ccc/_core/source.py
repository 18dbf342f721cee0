"""Where a recording comes from: its link, and how to have another one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import attrs

from .details import CallDetail
from .errors import APIError, DecodeError, InvalidQueryError, RecordingNotReadyError, TransportError
from .flow import Flow, Reply, Session, now
from .links import RecordingLink, RecordingPart, Track
from .lookups import details_of, given, recording_link, recording_parts
from .readiness import can_still_come
from .records import CallRecord
from .store import secure

Call: TypeAlias = str | CallRecord | CallDetail
"""A call, or its contact id."""

ABOUT_TO_DIE = 60.0
"""Seconds before its end from which on a link is not handed out any more."""

_ADVICE = {
    True: "It is made after the call ends: wait_until_ready waits for it.",
    False: "None will come.",
    None: "It is made after the call ends, and only if the call was established.",
}


@attrs.define(repr=False)
class Source:
    """Where one recording comes from.

    Attributes:
        contact_id: The call.
        track: Which of its recordings.
        link: The latest link.
        life: How many seconds that had to live when it came. A link that was dead from the first tells of a clock
            that goes wrong, or of a cassette, so it is tried all the same.
        part: The agent's leg, if it is the recording of that alone.
        expire_seconds: How long a link is asked to live; None for the upstream's own.
    """

    contact_id: str
    track: Track
    link: RecordingLink
    life: float | None
    part: RecordingPart | None = None
    expire_seconds: int | None = None

    def is_dying(self, session: Session, reply: Reply, within: float = 1.0) -> bool:
        """Whether the link is dead or will be within so many seconds, or the half of its life if that is less."""
        left = _seconds_left(session, self.link, reply)
        return left is not None and self.life is not None and self.life > 0 and left < min(within, self.life / 2)


def _seconds_left(session: Session, link: RecordingLink, reply: Reply) -> float | None:
    """How long a link lives, by the upstream's clock; None where it does not say."""
    return None if link.expires is None else link.expires - reply.wall - session.pace.clock_offset


def contact_id_of(call: Call) -> str:
    """The call's id.

    Raises:
        InvalidQueryError: It is no call and no id.
    """
    return given("contact_id", call.contact_id if isinstance(call, (CallRecord, CallDetail)) else call)


def contact_ids_of(calls: Iterable[Call]) -> list[str]:
    """The ids of several calls.

    Raises:
        InvalidQueryError: It is one call, or there is something else among them.
    """
    if isinstance(calls, (str, CallRecord, CallDetail)):  # a text would be read as ids of one letter
        raise InvalidQueryError("calls takes several calls or ids: write [call] for one.")
    return [contact_id_of(call) for call in calls]


def find(session: Session, call: Call, track: Track, expire_seconds: int | None = None) -> Flow[Source]:
    """A call's recording.

    Raises:
        RecordingNotReadyError: There is none; ``can_still_come`` tells whether there may be one later.
    """
    contact_id = contact_id_of(call)
    try:
        link = yield from recording_link(session, contact_id, track, expire_seconds)
    except RecordingNotReadyError as error:
        if error.can_still_come is None:
            told = (yield from _told(session, contact_id)) if isinstance(call, str) else call
            reply = yield from now()
            error.can_still_come = can_still_come(told, track, reply.wall + session.pace.clock_offset)
        error.advice = _ADVICE[error.can_still_come]
        raise
    life = _seconds_left(session, link, (yield from now()))
    return Source(contact_id, track, link, life, expire_seconds=expire_seconds)


def _told(session: Session, contact_id: str) -> Flow[CallDetail | None]:
    """What the upstream tells of a call, if it does."""
    try:
        return (yield from details_of(session, contact_id))
    except (APIError, TransportError, DecodeError):
        return None  # what was asked for is another thing, of which enough is known


def parts(session: Session, call: Call, track: Track) -> Flow[list[Source]]:
    """The recordings of a call's legs, one an agent; empty if there are none."""
    contact_id = contact_id_of(call)
    legs = yield from recording_parts(session, contact_id, track)
    reply = yield from now()
    links = [(leg, _link_of(leg)) for leg in legs]
    return [Source(contact_id, track, link, _seconds_left(session, link, reply), leg) for leg, link in links]


def living_link(session: Session, source: Source, *, anew: bool = False) -> Flow[str]:
    """A link that lives for a while: the present one, or another if that does not or if it is asked for.

    Raises:
        RecordingError: There is none any more.
    """
    reply = yield from now()
    if anew or source.is_dying(session, reply, ABOUT_TO_DIE):
        yield from renew(session, source)
    return secure(source.link.file_url or "", plain=session.plain_http_links)


def renew(session: Session, source: Source) -> Flow[None]:
    """Asks for the recording's link anew.

    Raises:
        RecordingNotReadyError: The recording is no longer there.
    """
    if source.part is None:
        link = yield from recording_link(session, source.contact_id, source.track, source.expire_seconds)
    else:
        legs = yield from recording_parts(session, source.contact_id, source.track)
        link = _link_of(_same_leg(source.part, legs))
    source.life = _seconds_left(session, link, (yield from now()))
    source.link = link


def _same_leg(part: RecordingPart, legs: Iterable[RecordingPart]) -> RecordingPart:
    for leg in legs:
        if (leg.file_name, leg.start_time) == (part.file_name, part.start_time):
            return leg
    raise RecordingNotReadyError("The recording of this part of the call is no longer there.")


def _link_of(leg: RecordingPart) -> RecordingLink:
    return RecordingLink(leg.file_url, leg.file_name, leg.duration)

"""Waiting for a recording: until a call that has just ended has one, until the file is stored or thawed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from .errors import InvalidQueryError, RecordingArchivedError, RecordingNotReadyError
from .flow import Flow, Pause, Session, now
from .links import Track
from .saving import describe
from .source import Call, Source, contact_id_of, find
from .store import Stored

T = TypeVar("T")

# Seconds between two looks; how long the making of a recording takes is not documented.
_FIRST_WAIT, _LONGEST_WAIT, _SLOWER = 1.0, 15.0, 1.5


def find_when_ready(
    session: Session, call: Call, track: Track, expire_seconds: int | None, seconds: float
) -> Flow[Source]:
    """A call's recording, waited for as long as it can still come.

    Raises:
        RecordingNotReadyError: It cannot come, or did not in time.
    """
    # By its id: what was known of the call when it was read is not how it is now.
    contact_id = contact_id_of(call)
    return (yield from _until(lambda: find(session, contact_id, track, expire_seconds), seconds))


def wait_for_file(session: Session, source: Source, seconds: float) -> Flow[Stored]:
    """What the store tells of a recording, waited for until it has it at hand.

    Raises:
        RecordingNotReadyError: It was not stored in time.
        RecordingArchivedError: It was not thawed in time.
    """
    return (yield from _until(lambda: describe(session, source), seconds))


def _until(look: Callable[[], Flow[T]], seconds: Any) -> Flow[T]:
    if not isinstance(seconds, (int, float)) or isinstance(seconds, bool) or not seconds >= 0:
        raise InvalidQueryError(f"timeout must be seconds, 0 or more, not {seconds!r}.")
    reply = yield from now()
    wait, deadline = _FIRST_WAIT, reply.monotonic + seconds
    while True:
        try:
            return (yield from look())
        except (RecordingNotReadyError, RecordingArchivedError) as error:
            reply = yield from now()
            left = deadline - reply.monotonic
            if left <= 0 or getattr(error, "can_still_come", None) is False:
                raise
        yield Pause(min(wait, left))
        wait = min(wait * _SLOWER, _LONGEST_WAIT)

"""Fetching a recording: part by part, through cuts, dying links and changes, until it is whole and sound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import attrs

from .body import CHANGED_MEANWHILE, Body, Gathered, Sink
from .errors import (
    CCCError,
    ConnectError,
    RecordingDamagedError,
    RecordingExpiredError,
    RecordingNotSavedError,
    ServerError,
)
from .flow import Fetch, Flow, Pause, Reply, Session, done, now
from .message import Response
from .meter import Meter
from .source import Source, renew
from .store import CHANGED, Stored, redirected, refused, secure

_MOST_HOPS = 5
_DIFFERENT = "What came is not the recording as it was announced: its bytes, checksum or version differ."


@attrs.frozen
class Found:
    """What is there before anything is fetched.

    Attributes:
        file: The file under the final name, as far as its bytes tell; None if there is none.
        at: How many bytes a partial file holds.
        crc: Their checksum.
        stored: The object that they are of; None if there is no partial file that can be gone on with.
    """

    file: Stored | None = None
    at: int = 0
    crc: int = 0
    stored: Stored | None = None


class Place(Sink, Protocol):
    """A file to be: whole under its name, or not there. Its methods look at files, and may take a while."""

    def look(self) -> Found:
        """What is there."""
        ...

    def settle(self) -> None:
        """All bytes have come: the file gets its name."""
        ...

    def tidy(self) -> None:
        """What was gathered is worth nothing: it is removed."""
        ...


@attrs.frozen
class Saved:
    """What a download came to.

    Attributes:
        stored: The object.
        kept: Whether it was there before.
    """

    stored: Stored
    kept: bool = False


def save(
    session: Session,
    source: Source,
    place: Place,
    *,
    meter: Meter | None = None,
    anew: bool = False,
    on_saved: Callable[[Saved], object] = lambda _: None,
) -> Flow[Saved]:
    """Fetches a recording into a file, going on where an earlier attempt was cut.

    Args:
        session: The client's.
        source: Where it comes from.
        place: Where it goes.
        meter: Counts the bytes.
        anew: Whether to fetch it even if it is there.
        on_saved: Told in one step with the file's getting its name.

    Raises:
        RecordingError: It cannot be had or not be saved, and why.
        CCCError: What the last attempt came to.
    """
    found = yield from done(place.look)
    body = Body(place, at=found.at, crc=found.crc, stored=found.stored)
    if body.whole or (found.file is not None and not anew):
        # All bytes are there, under one name or the other: it is asked whether they still are those.
        stored = yield from describe(session, source)
        if not anew and found.file is not None and _holds(found.file, stored):
            return (yield from _ended(Saved(stored, kept=True), place.tidy, on_saved))
        if body.whole and not stored.is_same(body.stored or Stored()):
            body.restart()
    try:
        yield from fetch(session, source, body, meter=meter)
    except RecordingDamagedError:
        if body.spoilt:
            yield from done(place.tidy)
        raise
    return (yield from _ended(Saved(body.stored or Stored()), place.settle, on_saved))


def _holds(file: Stored, stored: Stored) -> bool:
    """Whether a file's bytes are those of an object that tells its checksum."""
    return file.length == stored.length and file.crc64 == stored.crc64


def _ended(saved: Saved, end: Callable[[], None], on_saved: Callable[[Saved], object]) -> Flow[Saved]:
    def work() -> Saved:
        end()
        on_saved(saved)
        return saved

    return (yield from done(work))


def describe(session: Session, source: Source) -> Flow[Stored]:
    """What the store tells of the object, at the cost of one byte: its links are good for GET alone."""
    body = Body(Gathered(), stop=1)
    yield from fetch(session, source, body)
    return body.stored or Stored()


@attrs.define
class _Tries:
    """How often it was tried: since bytes came last, and all in all.

    Attributes:
        began: When bytes came last, or it all began.
        attempt: The number of the next attempt since.
        damages: How often what came was not what was announced.
        hops: How often the store sent on to another place, since bytes came last.
        why: What was wrong with what came.
    """

    began: float
    attempt: int = 1
    damages: int = 0
    hops: int = 0
    why: str = _DIFFERENT


def fetch(session: Session, source: Source, body: Body, *, meter: Meter | None = None) -> Flow[None]:
    """Fetches all that a body wants; a link that dies is renewed, a cut answer gone on with, a damaged file begun anew.

    The policy's attempts and seconds count from the last byte that came; damage counts from the beginning.

    Raises:
        RecordingError: It cannot be had, and why.
        CCCError: What the last attempt came to.
    """
    reply = yield from now()
    tries = _Tries(reply.monotonic)
    url = ""
    while not (body.whole and body.sound):
        if body.spoilt:
            tries.damages += 1
            _begin_anew(body, tries, allowed=tries.damages < session.retry.attempts)
        if not url:
            if source.is_dying(session, reply):
                yield from renew(session, source)
            url = _link(session, source)
        before = body.at
        reply = yield Fetch(url, body, tries.attempt, meter)
        if isinstance(reply.outcome, RecordingNotSavedError):
            raise reply.outcome
        moved = body.at > before
        if moved:
            tries.attempt, tries.began, tries.hops = 1, reply.monotonic, 0
        url = yield from _after(session, source, body, tries, url, reply, moved=moved)


def _begin_anew(body: Body, tries: _Tries, *, allowed: bool) -> None:
    if body.pinned or not allowed:
        raise RecordingDamagedError(tries.why, advice="Try again later; if it stays so, what is stored is damaged.")
    body.restart()
    tries.why = _DIFFERENT


def _after(
    session: Session, source: Source, body: Body, tries: _Tries, url: str, reply: Reply, *, moved: bool
) -> Flow[str]:
    """What an answer leads to: the link for the next request, or none where the usual one is to be looked at again."""
    there = redirected(url, reply.outcome) if isinstance(reply.outcome, Response) else None
    if there is not None and tries.hops < _MOST_HOPS:
        tries.hops += 1
        return there
    failure = refused(reply.outcome)
    if body.broken and isinstance(failure, RecordingDamagedError):
        tries.why = failure.message
    if body.whole or body.spoilt:
        return ""
    if body.changes > session.retry.attempts:
        raise RecordingDamagedError(CHANGED_MEANWHILE, advice="It is being written: try again later.")
    if isinstance(failure, ConnectError):
        failure.advice = "Check the way to the object store: network, proxy, firewall."
    if failure is None and moved:
        return ""
    if failure is None:
        failure = RecordingDamagedError("The object store's answer brought no new byte.")
    if failure.code == CHANGED:
        body.changes += 1
        tries.why = CHANGED_MEANWHILE
        _begin_anew(body, tries, allowed=body.changes <= session.retry.attempts)
        return ""
    if isinstance(failure, RecordingExpiredError) and tries.attempt < session.retry.attempts:
        yield from renew(session, source)
        url = _link(session, source)
    else:
        yield from _wait(session, failure, tries, reply)
    tries.attempt += 1
    return url


def _link(session: Session, source: Source) -> str:
    return secure(source.link.file_url or "", plain=session.plain_http_links)


def _wait(session: Session, failure: CCCError, tries: _Tries, reply: Reply) -> Flow[None]:
    """Waits before the next attempt, if there is to be one."""
    cut = ServerError("cut on the way") if isinstance(failure, RecordingDamagedError) else failure
    wait = session.retry.wait(cut, attempt=tries.attempt, elapsed=reply.monotonic - tries.began, chance=reply.chance)
    if wait is None:
        raise failure
    yield Pause(wait, because=failure)


def read(
    session: Session, source: Source, start: int = 0, stop: int | None = None, stored: Stored | None = None
) -> Flow[tuple[bytes, Stored]]:
    """A stretch of a recording, or the whole of it, in memory.

    Args:
        session: The client's.
        source: Where it comes from.
        start: The first byte.
        stop: The byte before which it ends; None for the end, and then, from the beginning, the checksum is verified.
        stored: The object that it must be, if another stretch of it was read before.

    Raises:
        RecordingDamagedError: It is no longer that object, or damaged.
        CCCError: Why it cannot be had.
    """
    gathered = Gathered()
    body = Body(gathered, at=start, first=start, stop=stop, stored=stored, pinned=stored is not None)
    yield from fetch(session, source, body)
    return bytes(gathered.data), body.stored or Stored()

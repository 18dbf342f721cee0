"""The bytes of a recording as they arrive: in parts, after cuts, checked against what the store announces."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Protocol

import attrs

from .errors import RecordingDamagedError
from .message import Response
from .store import Stored, read_head

MOST_AT_ONCE = 16 * 1024 * 1024
"""Bytes asked for in one request: 17 minutes of sound.

Whatever ends a program midway, at most so much of a file is fetched twice; and a link is looked at that often, where a
stream of hours would outlive it.
"""


CHANGED_MEANWHILE = "The recording is no longer the one it was: its bytes, checksum or version differ."


def crc64(data: bytes, before: int = 0) -> int:
    """The object store's checksum (CRC-64 of ECMA-182, reflected) of the data, after that of what came before it."""
    return _fast_crc64()(data, before)


@cache
def _fast_crc64() -> Callable[[bytes, int], int]:
    from fastcrc.crc64 import xz  # noqa: PLC0415 - a compiled module, for who fetches a recording

    return xz


class Sink(Protocol):
    """Where the bytes go."""

    def start(self, at: int, stored: Stored) -> None:
        """What follows is the object from this byte on; what was there behind it counts no more."""
        ...

    def write(self, chunk: bytes) -> None:
        """The next bytes."""
        ...


class Gathered:
    """A sink in memory.

    Attributes:
        data: What came.
    """

    def __init__(self) -> None:
        self.data = bytearray()
        self._first: int | None = None

    def start(self, at: int, stored: Stored) -> None:  # noqa: ARG002 - a sink is told
        """Keeps what came before this byte."""
        self._first = at if self._first is None else min(self._first, at)
        del self.data[at - self._first :]

    def write(self, chunk: bytes) -> None:
        """The next bytes."""
        self.data += chunk


@attrs.define
class Body:
    """A stretch of one object, and how much of it is there.

    Attributes:
        sink: Where the bytes go.
        at: The next byte that is wanted.
        first: The byte at which the stretch begins.
        stop: The byte before which it ends; None for the object's end.
        stored: The object, once it is known: later answers must be about the same one.
        crc: Checksum of all bytes before ``at``, where the whole object is wanted.
        pinned: Whether it must be that object, since bytes of it were handed out already.
        broken: Whether what came cannot be gone on with.
        changes: How often it was another object than before.
    """

    sink: Sink
    at: int = 0
    first: int = 0
    stop: int | None = None
    stored: Stored | None = None
    crc: int = 0
    pinned: bool = False
    broken: bool = False
    changes: int = 0
    _comes: int = 0
    _until: int = 0

    @property
    def end(self) -> int | None:
        """The first byte that is not wanted; None while the object's length is not known."""
        length = None if self.stored is None else self.stored.length
        if length is None or self.stop is None:
            return length
        return min(length, self.stop)

    @property
    def whole(self) -> bool:
        """Whether every byte that is wanted is there."""
        end = self.end
        return end is not None and self.at >= end

    @property
    def sound(self) -> bool:
        """Whether the checksum is the announced one, where the whole object was wanted and one was announced."""
        told = None if self.stored is None else self.stored.crc64
        return not self._is_object or told is None or told == self.crc

    @property
    def enough(self) -> bool:
        """Whether the rest of the answer is not wanted; one that is at its end is better read to it.

        Its connection serves the next request then.
        """
        return self.whole and self._comes < self._until

    @property
    def spoilt(self) -> bool:
        """Whether only beginning anew can help."""
        return self.broken or (self.whole and not self.sound)

    @property
    def headers(self) -> dict[str, str]:
        """What asks for the next part of this very object.

        The store answers a range that reaches beyond the end with the whole object, so the last one ends there.
        """
        ends = [one for one in (self.at + MOST_AT_ONCE, self.stop, self.end) if one is not None]
        headers = {"range": f"bytes={self.at}-{min(ends) - 1}"}
        if self.stored is not None and self.stored.etag is not None:
            headers["if-match"] = self.stored.etag
        return headers

    def begin(self, response: Response) -> None:
        """A good answer has come, and its bytes follow.

        Raises:
            RecordingDamagedError: It is about other bytes than those that were asked for.
        """
        answer = read_head(response)
        if answer.length is None:
            self.spoil()
            raise RecordingDamagedError("The object store does not announce how many bytes come.")
        changed = self.stored is not None and not self.stored.is_same(answer.stored)
        if changed and answer.start <= self.first and not self.pinned:
            self.at, self.crc = self.first, 0  # the object comes from the beginning, as it is now
            self.changes += 1
        elif changed or answer.start > self.at:
            self.spoil()
            raise RecordingDamagedError(CHANGED_MEANWHILE if changed else "Other bytes came than those asked for.")
        self.stored = answer.stored
        self._comes = answer.start
        self._until = answer.start + answer.length
        self.sink.start(self.at, answer.stored)

    def write(self, chunk: bytes) -> None:
        """The next bytes of the answer; those that are there already, or not wanted, are passed over.

        Raises:
            RecordingDamagedError: More come than were announced.
        """
        first, self._comes = self._comes, self._comes + len(chunk)
        if self._comes > self._until:
            self.spoil()
            raise RecordingDamagedError(f"More bytes came than the {self._until:,} that were announced.")
        if first < self.at or (self.stop is not None and self._comes > self.stop):
            chunk = chunk[max(0, self.at - first) : None if self.stop is None else max(0, self.stop - first)]
        if chunk:
            self.sink.write(chunk)
            if self._is_object:
                self.crc = crc64(chunk, self.crc)
            self.at += len(chunk)

    def finish(self) -> None:
        """The answer is over.

        Raises:
            RecordingDamagedError: Fewer bytes came than were announced; those that came count.
        """
        if self._comes < self._until and not self.whole:
            raise RecordingDamagedError(f"{self._comes:,} bytes came and {self._until:,} were announced.")

    def spoil(self) -> None:
        """What came cannot be gone on with."""
        self.broken = True

    def restart(self) -> None:
        """What came counts no more: the first byte is wanted next, of whatever object there is."""
        self.at, self.crc, self.stored, self.broken = self.first, 0, None, False

    @property
    def _is_object(self) -> bool:
        """Whether the whole object is wanted, so that its checksum can be compared."""
        return self.first == 0 and self.stop is None and not self.pinned

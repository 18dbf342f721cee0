"""Reading a recording bit by bit, from anywhere in it: what a file-like object and an iterator stand on."""

from __future__ import annotations

import attrs

from .body import crc64
from .errors import InvalidQueryError, RecordingDamagedError
from .flow import Flow, Session
from .saving import describe, read
from .source import Source
from .store import Stored

AHEAD = 512 * 1024
"""Bytes that are fetched at least: half a minute of sound."""

_FROM_START, _FROM_HERE, _FROM_END = 0, 1, 2


@attrs.define
class Reader:
    """A place in a recording, and the stretch of it that was fetched last.

    Attributes:
        session: The client's.
        source: Where the recording comes from.
        at: The byte that is read next.
        stored: The object, once it is known: a recording that changes meanwhile is an error.
    """

    session: Session
    source: Source
    at: int = 0
    stored: Stored | None = None
    _data: bytes = b""
    _first: int = 0

    def length(self) -> Flow[int]:
        """Bytes of the whole recording."""
        if self.stored is None:
            self.stored = yield from describe(self.session, self.source)
        if self.stored.length is None:
            raise RecordingDamagedError("The object store does not tell how long the recording is.")
        return self.stored.length

    def read(self, size: int | None = -1) -> Flow[bytes]:
        """So many bytes from the present place on, fewer only at the end; all that is left for -1 or None."""
        everything = size is None or size < 0
        if everything:
            size = max(0, (yield from self.length()) - self.at)
        data = yield from self._stretch(size or 0)
        self.at += len(data)
        return data

    def _stretch(self, size: int) -> Flow[bytes]:
        start, stop = self.at, self.at + size
        length = None if self.stored is None else self.stored.length
        if length is not None:
            stop = min(stop, length)
        if stop <= start:
            return b""
        last = self._first + len(self._data)
        if not self._first <= start <= last:
            start, last = self.at, self.at
            self._data, self._first = b"", self.at
        if stop > last:
            until = max(stop, last + AHEAD)
            more, self.stored = yield from read(self.session, self.source, last, until, self.stored)
            # What was read lies behind; what is kept is what has not been.
            self._data, self._first = self._data[start - self._first :] + more, start
        return self._data[start - self._first : stop - self._first]

    def seek(self, offset: int, whence: int = _FROM_START) -> Flow[int]:
        """Goes to a byte, from the beginning (0), from here (1) or from the end (2); tells which it is.

        Raises:
            InvalidQueryError: It lies before the beginning, or whence is none of these.
        """
        if whence not in (_FROM_START, _FROM_HERE, _FROM_END):
            raise InvalidQueryError(f"whence must be 0, 1 or 2, not {whence!r}.")
        base = {_FROM_START: 0, _FROM_HERE: self.at}.get(whence)
        if base is None:
            base = yield from self.length()
        if base + offset < 0:
            raise InvalidQueryError(f"offset: byte {base + offset} lies before the beginning.")
        self.at = base + offset
        return self.at


@attrs.define
class Pieces:
    """A recording from its beginning to its end, a piece at a time, its checksum verified at the end.

    Attributes:
        reader: Reads it.
        size: Bytes of each piece but the last.
    """

    reader: Reader
    size: int
    _crc: int = 0

    def next(self) -> Flow[bytes]:
        """The next piece; empty at the end.

        Raises:
            RecordingDamagedError: The pieces handed out are not what was stored.
        """
        piece = yield from self.reader.read(self.size)
        self._crc = crc64(piece, self._crc)
        told = None if self.reader.stored is None else self.reader.stored.crc64
        if not piece and told is not None and told != self._crc:
            raise RecordingDamagedError("The recording's checksum is not the announced one: the pieces are damaged.")
        return piece

"""A listing of as many calls as are wanted, each with a small recording, for the upstream of `upstream.py`.

A million rows would not fit into memory, so a row is made when it is asked for: one of a few of the sandbox's, with
a contact id and a start of its own. Starts are evenly spread, so that any range of time is found by arithmetic.
"""

# ruff: noqa: INP001 - beside programs, and no package

from __future__ import annotations

import re

import fastcrc
import orjson
from rows import NOW_MS, SIZE, START_MS, body, sent_rows

RECORDING_BYTES = 4 * 1024
"""How large every recording is."""

_KINDS = 64
"""Different rows; a walk meets them again and again."""
_ASKED = re.compile(rb"[?&](StartTime|EndTime|SortOrder|PageNumber|PageSize|ContactId)=([^& ]*)")
_ACTION = re.compile(rb"(?i)\r\nx-acs-action: *(\w+)")
_HOST = re.compile(rb"(?i)\r\nhost: *([^\r]+)")
_PART = re.compile(rb"(?i)\r\nrange: *bytes=(\d+)-(\d*)")
_JSON = b"HTTP/1.1 200 OK\r\nContent-Type: application/json;charset=utf-8\r\nContent-Length: %d\r\n\r\n"
_WAV = b"Content-Type: audio/x-wav\r\nAccept-Ranges: bytes\r\n"
_LINK = (
    b'{"RequestId":"example","HttpStatusCode":200,"Code":"OK","Data":{"FileUrl":'
    b'"http://%b/recordings/%b.wav?Expires=9999999999&OSSAccessKeyId=example-id&Signature=example",'
    b'"FileName":"%b.wav","Duration":1}}'
)


class LongListing:
    """Calls, newest first, of which every one was recorded.

    Args:
        rows: How many.

    Attributes:
        rows: How many.
        talk_time: The sum of their talk times, by which a walk can be checked.
    """

    def __init__(self, rows: int) -> None:
        made = [call for call in sent_rows(8 * _KINDS) if call["RecordingReady"] and call["TalkTime"]][:_KINDS]
        self.rows = rows
        times, left = divmod(rows, len(made))
        talked = [call["TalkTime"] for call in made]
        self.talk_time: int = times * sum(talked) + sum(talked[:left])
        self._forms = [_form(call) for call in made]
        self._step = (NOW_MS - START_MS) // rows
        self._content = (b"RIFF" + bytes(range(256)) * (RECORDING_BYTES // 256))[:RECORDING_BYTES]
        self._about = _WAV + b'ETag: "0123456789ABCDEF0123456789ABCDEF"\r\nx-oss-hash-crc64ecma: %d\r\n' % (
            fastcrc.crc64.xz(self._content)
        )

    def answer(self, head: bytes) -> bytes:
        """A page, a recording's link or the recording."""
        if head.startswith(b"GET "):
            return self._recording(head)
        told = dict(_ASKED.findall(head))
        action, host = _ACTION.search(head), _HOST.search(head)
        if action is not None and host is not None and action[1] == b"GetMonoRecording":
            answer = _LINK % (host[1], told[b"ContactId"], told[b"ContactId"])
        else:
            answer = self._page(told)
        return _JSON % len(answer) + answer

    def _page(self, told: dict[bytes, bytes]) -> bytes:
        number, size = int(told.get(b"PageNumber", 1)), int(told.get(b"PageSize", SIZE))
        start, end = int(told.get(b"StartTime", START_MS)), int(told.get(b"EndTime", NOW_MS))
        newest = max(0, -((end - NOW_MS + 1) // self._step))
        oldest = min(self.rows, (NOW_MS - 1 - start) // self._step + 1)
        places = range(newest, oldest)
        if told.get(b"SortOrder", b"DESC") != b"DESC":
            places = places[::-1]
        rows = [self._row(place) for place in places[(number - 1) * size : number * size]]
        return body(rows, number, size, len(places))

    def _row(self, place: int) -> bytes:
        about = {b"place": 10**12 + place, b"start": NOW_MS - 1 - place * self._step}
        return self._forms[place % len(self._forms)] % about

    def _recording(self, head: bytes) -> bytes:
        part, size = _PART.search(head), len(self._content)
        start = int(part[1]) if part else 0
        end = min(size, int(part[2]) + 1) if part and part[2] else size
        status = b"HTTP/1.1 200 OK\r\n"
        if part:
            status = b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes %d-%d/%d\r\n" % (start, end - 1, size)
        return status + self._about + b"Content-Length: %d\r\n\r\n" % (end - start) + self._content[start:end]


def _form(call: dict[str, object]) -> bytes:
    """A row with room for its id and its start."""
    told = orjson.dumps({**call, "ContactId": "@place", "StartTime": "@start"}).replace(b"%", b"%%")
    return told.replace(b'"@place"', b'"job-%(place)d"').replace(b'"@start"', b"%(start)d")

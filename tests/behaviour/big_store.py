"""An upstream with one big recording, in a process of its own, that costs as little CPU as it can.

    python tests/behaviour/big_store.py BYTES

Prints its address and serves until its standard input ends. The sandbox makes its recordings in memory and sends them
from there; here nothing is as large as the recording: the kernel sends one block again and again out of a file, each
time after a few bytes that say where in the recording it is.
"""

# ruff: noqa: T201 - a program, whose answer is its address

from __future__ import annotations

import hashlib
import json
import random
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryFile
from urllib.parse import urlsplit

import fastcrc

FILE_NAME = "job-1.wav"
"""What the upstream calls the recording."""

_PATH = "/oss/big.wav"
_QUERY = "Expires=9999999999&OSSAccessKeyId=example-id&Signature=example"
_BLOCK = 1024 * 1024
_NUMBER = 8
_BYTES_A_MS = 16
_RANGE = re.compile(r"bytes=([0-9]{1,18})-([0-9]{0,18})")
# The number and the block that follows it leave together. Where there is no such flag they leave one by one.
_MORE_COMES = getattr(socket, "MSG_MORE", 0)


class Recording:
    """What the recording consists of: blocks of 1 MiB, all the same but for the number that each begins with.

    Without the numbers a block in another one's place, or twice in a row, would not change the checksum.

    Attributes:
        size: bytes in all.
        same: what follows the number in every block.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.same = random.Random(7).randbytes(_BLOCK - _NUMBER)

    def blocks(self) -> Iterator[bytes]:
        """The recording, block by block; the last one may be shorter."""
        for start in range(0, self.size, _BLOCK):
            yield (number_of(start // _BLOCK) + self.same)[: self.size - start]

    @cached_property
    def crc64(self) -> int:
        """The object store's checksum of the whole."""
        crc = 0
        for block in self.blocks():
            crc = fastcrc.crc64.xz(block, crc)
        return crc

    @property
    def etag(self) -> str:
        """The object store's name of this content."""
        return f'"{hashlib.sha256(b"%d %d" % (self.size, self.crc64)).hexdigest()[:32].upper()}"'

    def part(self, wanted: str) -> tuple[int, int] | None:
        """Start and end (exclusive) of a range; None for one that does not fit, which is answered with the whole."""
        match = _RANGE.fullmatch(wanted)
        if match is None:
            return None
        start, end = int(match[1]), int(match[2]) + 1 if match[2] else self.size
        return (start, end) if start < end <= self.size else None


def number_of(block: int) -> bytes:
    """What a block begins with."""
    return block.to_bytes(_NUMBER, "big")


class Store(ThreadingHTTPServer):
    """The call centre and its object store on one port of this machine, a thread a connection."""

    request_queue_size = 128

    def __init__(self, recording: Recording) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.recording = recording
        self.address = f"http://127.0.0.1:{self.server_port}"
        self.block = TemporaryFile()  # noqa: SIM115 - open as long as the process lives
        self.block.write(bytes(_NUMBER) + recording.same)
        self.block.flush()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that went away."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class Handler(BaseHTTPRequestHandler):
    """One connection, kept alive."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Store

    def do_POST(self) -> None:
        """A call of the call centre's API: where the recording is."""
        self.rfile.read(int(self.headers.get("content-length", 0)))
        told: dict[str, object] = {"RequestId": "example", "HttpStatusCode": 404, "Code": "InvalidAction.NotFound"}
        if self.headers.get("x-acs-action") == "GetMonoRecording":
            told |= {"HttpStatusCode": 200, "Code": "OK", "Data": self._link()}
        body = json.dumps(told).encode()
        self._begin(HTTPStatus.OK, len(body), {"Content-Type": "application/json"})
        self.wfile.write(body)

    def _link(self) -> dict[str, object]:
        duration = self.server.recording.size // _BYTES_A_MS
        return {"FileUrl": f"{self.server.address}{_PATH}?{_QUERY}", "FileName": FILE_NAME, "Duration": duration}

    def do_GET(self) -> None:
        """The object or a part of it, as Alibaba's object store has it."""
        recording = self.server.recording
        if urlsplit(self.path).path != _PATH:
            self._refuse(HTTPStatus.NOT_FOUND, "NoSuchKey", "The specified key does not exist.")
            return
        if self.headers.get("if-match", recording.etag) != recording.etag:
            message = "At least one of the pre-conditions you specified did not hold."
            self._refuse(HTTPStatus.PRECONDITION_FAILED, "PreconditionFailed", message)
            return
        headers = {
            "Content-Type": "audio/x-wav",
            "ETag": recording.etag,
            "x-oss-hash-crc64ecma": str(recording.crc64),
            "Accept-Ranges": "bytes",
        }
        part = recording.part(self.headers.get("range", ""))
        start, end = part or (0, recording.size)
        if part is not None:
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{recording.size}"
        self._begin(HTTPStatus.OK if part is None else HTTPStatus.PARTIAL_CONTENT, end - start, headers)
        self._send(start, end)

    def _refuse(self, status: HTTPStatus, code: str, message: str) -> None:
        body = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()
        self._begin(status, len(body), {"Content-Type": "application/xml"})
        self.wfile.write(body)

    def _begin(self, status: HTTPStatus, length: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(length), "x-oss-request-id": "example"}.items():
            self.send_header(name, value)
        self.end_headers()

    def _send(self, start: int, end: int) -> None:
        while start < end:
            number, inside = divmod(start, _BLOCK)
            stop = min(inside + end - start, _BLOCK)
            begun = number_of(number)[inside:stop]
            rest = inside + len(begun)
            if begun:
                self.connection.sendall(begun, _MORE_COMES if rest < stop else 0)
            if rest < stop:
                self.connection.sendfile(self.server.block, rest, stop - rest)
            start += stop - inside

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def upstream(size: int) -> Iterator[str]:
    """One with a recording of so many bytes, in a process of its own: its address."""
    program = [sys.executable, str(Path(__file__)), str(size)]
    # Leaving closes its standard input, and waits.
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="ascii") as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()


def main() -> None:
    """Serve until nobody is there any more."""
    with Store(Recording(int(sys.argv[1]))) as store:
        threading.Thread(target=store.serve_forever, daemon=True).start()
        print(store.address, flush=True)
        sys.stdin.read()
        store.shutdown()


if __name__ == "__main__":
    main()

"""An upstream for benchmarks: one listing of full call records on loopback, at next to no CPU of anybody's.

It lives in a process of its own and has every page encoded beforehand; `long_listing.py` has another one, for walks
of a million. Only StartTime, EndTime, SortOrder, PageNumber
and PageSize are looked at, of whatever action; no signature is checked. It has several doors, which are ports: over
plain HTTP or TLS, answering at once or late. Each counts its connections and requests, and tells them when asked.

The certificate is vouched for by an authority made for the occasion. Its CA file holds the usual roots beside it, so
that reading the file costs what it costs users.
"""

# ruff: noqa: INP001 - beside programs, and no package

from __future__ import annotations

import asyncio
import multiprocessing
import re
import ssl
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from ipaddress import ip_address
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import attrs
import certifi
import orjson
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from rows import NOW_MS, SIZE, START_MS, body, full_rows, rows_on

HOST = "127.0.0.1"
_ASKED = re.compile(rb"[?&](StartTime|EndTime|SortOrder|PageNumber|PageSize)=([^& ]*)")
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json;charset=utf-8\r\nContent-Length: %d\r\n\r\n"


@attrs.frozen
class Door:
    """A port.

    Attributes:
        name: what it is called.
        tls: whether it speaks TLS.
        delay: seconds by which every answer is late.
    """

    name: str
    tls: bool = False
    delay: float = 0.0


@attrs.frozen
class Counts:
    """What came to a door so far.

    Attributes:
        connections: connections that were opened; with TLS each of them is a handshake.
        requests: requests that were answered.
    """

    connections: int = 0
    requests: int = 0

    def since(self, before: Counts) -> Counts:
        """What came after that."""
        return Counts(self.connections - before.connections, self.requests - before.requests)


# --- what is answered ---------------------------------------------------------------------------------------


class Answers(Protocol):
    """What is behind the doors.

    Attributes:
        rows: How many calls are listed.
        talk_time: The sum of their talk times, by which a walk can be checked.
    """

    rows: int
    talk_time: int

    def answer(self, head: bytes) -> bytes:
        """The answer to a request, of which this is what stands before its body."""


class Listing:
    """Calls, newest first, as pages that are encoded already.

    Args:
        pages: How many pages of the largest size; the last one is half full.

    Attributes:
        rows: How many calls.
        talk_time: The sum of their talk times, by which a walk can be checked.
    """

    def __init__(self, pages: int) -> None:
        calls = full_rows(rows_on(pages))
        self.rows: int = len(calls)
        self.talk_time: int = sum(call["TalkTime"] for call in calls)
        self._rows = [orjson.dumps(call) for call in calls]
        self._ages = [-call["StartTime"] for call in calls]  # so that they rise
        self._whole: dict[tuple[int, int], bytes] = {}
        for number in range(1, pages + 1):
            self._page_of_all(number, SIZE)
        self._page_of_all(1, 1)  # by which our walk proves that nothing has moved

    def answer(self, head: bytes) -> bytes:
        """The answer to a request, of which this is what stands before its body."""
        told = dict(_ASKED.findall(head))
        number, size = int(told[b"PageNumber"]), int(told[b"PageSize"])
        start, end = int(told.get(b"StartTime", 0)), int(told.get(b"EndTime", NOW_MS))
        descending = told.get(b"SortOrder", b"DESC") == b"DESC"
        if descending and start <= START_MS and end >= NOW_MS - 1:
            return self._page_of_all(number, size)
        rows = self._rows[bisect_left(self._ages, -end) : bisect_left(self._ages, 1 - start)]
        return _answer(rows if descending else rows[::-1], number, size)

    def _page_of_all(self, number: int, size: int) -> bytes:
        if (number, size) not in self._whole:
            self._whole[number, size] = _answer(self._rows, number, size)
        return self._whole[number, size]


def _answer(rows: Sequence[bytes], number: int, size: int) -> bytes:
    told = body(rows[(number - 1) * size : number * size], number, size, len(rows))
    return _HEAD % len(told) + told


class Conversation(asyncio.Protocol):
    """One connection: requests without bodies, answered in turn."""

    def __init__(self, listing: Answers, door: Door, counts: dict[Door, Counts]) -> None:
        self._listing, self._door, self._counts = listing, door, counts
        self._came = b""
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Counts it: with TLS, after its handshake."""
        self._transport = transport
        self._count(connections=1)

    def data_received(self, data: bytes) -> None:
        """Answers every request that is there in full."""
        self._came += data
        while (end := self._came.find(b"\r\n\r\n")) >= 0:
            head = self._came[:end]
            length = _LENGTH.search(head)
            after = end + 4 + (int(length[1]) if length else 0)
            if len(self._came) < after:
                return
            self._came = self._came[after:]
            answer = self._listing.answer(head)
            if self._door.delay:
                asyncio.get_running_loop().call_later(self._door.delay, self._send, answer)
            else:
                self._send(answer)

    def _send(self, answer: bytes) -> None:
        if not self._transport.is_closing():
            self._count(requests=1)
            self._transport.write(answer)

    def _count(self, connections: int = 0, requests: int = 0) -> None:
        before = self._counts[self._door]
        self._counts[self._door] = Counts(before.connections + connections, before.requests + requests)


async def _serve(doors: Sequence[Door], listing: Answers, certificate: Path, pipe: Connection) -> None:
    """Listens at every door; sends what there is, then the counts whenever it is sent something."""
    counts = dict.fromkeys(doors, Counts())
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    loop = asyncio.get_running_loop()
    servers = [
        await loop.create_server(
            lambda door=door: Conversation(listing, door, counts), HOST, 0, ssl=context if door.tls else None
        )
        for door in doors
    ]
    pipe.send(([server.sockets[0].getsockname()[1] for server in servers], listing.rows, listing.talk_time))
    while await asyncio.to_thread(pipe.recv):
        pipe.send(counts)


def serve(
    doors: Sequence[Door], make: Callable[[int], Answers], size: int, certificate: Path, pipe: Connection
) -> None:
    """The upstream's process."""
    asyncio.run(_serve(doors, make(size), certificate, pipe))


# --- who vouches for it -------------------------------------------------------------------------------------


def _certificate(
    name: str, key: ec.EllipticCurvePublicKey, issuer: str, signer: ec.EllipticCurvePrivateKey, *, ca: bool
) -> x509.Certificate:
    now = datetime.now(timezone.utc)
    begun = (
        x509.CertificateBuilder()
        .subject_name(_called(name))
        .issuer_name(_called(issuer))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=0 if ca else None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .add_extension(_usage(ca=ca), critical=True)
    )
    if not ca:
        begun = begun.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
    return begun.sign(signer, hashes.SHA256())


def _called(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])


def _usage(*, ca: bool) -> x509.KeyUsage:
    others = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    never = dict.fromkeys((*others, "encipher_only", "decipher_only"), False)
    return x509.KeyUsage(digital_signature=not ca, key_cert_sign=ca, crl_sign=ca, **never)


def certified(directory: Path) -> tuple[Path, Path]:
    """The server's certificate with its key, and the CA file to trust it by."""
    authority, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _certificate("benchmark authority", authority.public_key(), "benchmark authority", authority, ca=True)
    leaf = _certificate("benchmark upstream", key.public_key(), "benchmark authority", authority, ca=False)
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    certificate, trusted = directory / "server.pem", directory / "ca.pem"
    certificate.write_bytes(private + leaf.public_bytes(pem))
    trusted.write_bytes(Path(certifi.where()).read_bytes() + b"\n" + root.public_bytes(pem))
    return certificate, trusted


# --- what benchmarks hold -----------------------------------------------------------------------------------


class Upstream:
    """An upstream that is running.

    Args:
        doors: Its doors.
        trusted: The CA file to trust it by.
        pipe: To its process.

    Attributes:
        trusted: The CA file to trust it by.
        rows: How many calls it lists.
        talk_time: The sum of their talk times, seconds.
    """

    def __init__(self, doors: Sequence[Door], trusted: Path, pipe: Connection) -> None:
        self._pipe = pipe
        ports, self.rows, self.talk_time = pipe.recv()
        self.trusted = trusted
        self._addresses = {
            door: f"{'https' if door.tls else 'http'}://{HOST}:{port}" for door, port in zip(doors, ports, strict=True)
        }

    def at(self, door: Door) -> str:
        """A door's address."""
        return self._addresses[door]

    def counts(self, door: Door) -> Counts:
        """What came to a door so far."""
        self._pipe.send(True)
        told: Counts = self._pipe.recv()[door]
        return told


@contextmanager
def upstream(doors: Sequence[Door], size: int, make: Callable[[int], Answers] = Listing) -> Iterator[Upstream]:
    """An upstream that ends with the block.

    Args:
        doors: Its doors.
        size: How much there is, as what is behind them is told it: pages of a `Listing`.
        make: Makes that, in the upstream's process.
    """
    with TemporaryDirectory() as directory:
        certificate, trusted = certified(Path(directory))
        here, there = multiprocessing.Pipe()
        process = multiprocessing.get_context("spawn").Process(
            target=serve, args=(tuple(doors), make, size, certificate, there), daemon=True
        )
        process.start()
        there.close()  # so that the pipe ends when the process does
        try:
            yield Upstream(doors, trusted, here)
        finally:
            here.send(False)
            process.join(60)

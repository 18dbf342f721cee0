"""An object store in memory with all that can go wrong between it and a client; and a file to be, in memory too."""

from collections.abc import Iterator
from itertools import cycle
from urllib.parse import parse_qs, urlsplit

import attrs
from hypothesis import strategies as st

from hillstone_ccc._core.errors import CCCError, ConnectError, RecordingError, TransportError
from hillstone_ccc._core.flow import Fetch, Flow
from hillstone_ccc._core.links import RecordingLink
from hillstone_ccc._core.message import Request, Response
from hillstone_ccc._core.saving import Found
from hillstone_ccc._core.source import Source
from hillstone_ccc._core.store import Stored

from .driving import Clock, Driven, Outcome, answer, drive

PASSING = ("lost", "cut", "drop", "busy", "expired", "moved", "garbled")
"""What costs an attempt and nothing that came before."""

ODD = ("whole", "early", "behind", "late", "untold")
"""Answers that tell of other bytes than those asked for, or tell less; all of them honest."""

BAD = ("damaged", "more", "changed", "torn")
"""What must not be saved: other bytes than those stored, and two versions in one; torn is changed and cut."""

EVERYTHING = frozenset({"length", "etag", "crc"})


def checksum(data: bytes) -> int:
    """CRC-64 of ECMA-182, reflected, bit by bit: the store's own sum."""
    crc = 2**64 - 1
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xC96C5795D7870F42 if crc & 1 else 0)
    return crc ^ (2**64 - 1)


def xml(code: str, message: str = "x") -> bytes:
    """The object store's refusal."""
    return f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()


@attrs.frozen
class Fault:
    """What goes wrong with one answer.

    Attributes:
        kind: What: one of the words above, or ``none``.
        at: Where in the answer, or by how much.
    """

    kind: str
    at: int = 0


@attrs.frozen
class Asked:
    """What one fetch asked for."""

    url: str
    first: int
    last: int
    if_match: str | None
    attempt: int

    @classmethod
    def of(cls, fetch: Fetch) -> "Asked":
        """What the headers of a fetch say."""
        headers = fetch.body.headers
        first, last = headers["range"].removeprefix("bytes=").split("-")
        return cls(fetch.url, int(first), int(last), headers.get("if-match"), fetch.attempt)


@attrs.define
class StoreOfBytes:
    """One object behind signed links, and the upstream that gives the links.

    Attributes:
        versions: What the object is, and what it becomes each time it changes.
        faults: What goes wrong, one an answer; then nothing does.
        forever: Whether the faults come again and again instead.
        tells: Which headers its answers have.
        ranges: Whether it gives parts.
        conditions: Whether it obeys ``If-Match``.
        truncates: Whether a range that reaches beyond the end is cut there; else it gives the whole object.
        chunk: How many bytes come at a time.
        patience: How many requests are too many.
        asked: What was asked of it.
    """

    versions: tuple[bytes, ...] = (b"",)
    faults: list[Fault] = attrs.field(factory=list[Fault])
    forever: bool = False
    tells: frozenset[str] = EVERYTHING
    ranges: bool = True
    conditions: bool = True
    truncates: bool = False
    chunk: int = 3
    patience: int = 2_000
    expires: int | None = None
    life: float = 86_400.0
    asked: list[Asked] = attrs.field(factory=list[Asked])
    version: int = 0
    generation: int = 0
    _script: Iterator[Fault] | None = None

    @property
    def content(self) -> bytes:
        """The object as it is now."""
        return self.versions[self.version % len(self.versions)]

    @property
    def stored(self) -> Stored:
        """What it tells of the object as it is now."""
        content, tells = self.content, self.tells
        return Stored(
            len(content) if "length" in tells else None,
            f'"{self.version}"' if "etag" in tells else None,
            checksum(content) if "crc" in tells else None,
        )

    @property
    def ranges_asked(self) -> list[tuple[int, int]]:
        """First and last byte of every request."""
        return [(asked.first, asked.last) for asked in self.asked]

    @property
    def link(self) -> RecordingLink:
        """A link that lives."""
        expires = "" if self.expires is None else f"&Expires={self.expires}"
        return RecordingLink(f"https://example.com/a.wav?n={self.generation}{expires}&Signature=secret", "a.wav", 40)

    def source(self) -> Source:
        """The recording, with a link that lives."""
        return Source("job-1", "mono", self.link, life=None if self.expires is None else self.life)

    def upstream(self, request: Request) -> Outcome:
        """The answer to whoever asks for a link."""
        assert "GetMonoRecording" == request.action
        return answer({"FileUrl": self.link.file_url, "FileName": "a.wav"})

    def run(self, flow: Flow[object], clock: Clock | None = None) -> Driven:
        """What comes of a flow."""
        return drive(flow, self.upstream, clock, store=self)

    def fetch(self, fetch: Fetch, clock: Clock) -> Outcome:
        """One answer, poured into the body as a driver does it."""
        assert len(self.asked) < self.patience, "it does not end"
        if self._script is None:
            self._script = cycle(self.faults) if self.forever else iter(self.faults)
        fault = next(self._script, Fault("none"))
        self.version += fault.kind in ("changed", "torn")
        self.generation += fault.kind == "expired"
        asked = Asked.of(fetch)
        self.asked.append(asked)
        if fault.kind == "lost":
            return ConnectError("lost.")
        refusal = self._refusal(asked, fault)
        if refusal is not None:
            return refusal
        response, data = self._answer(asked, fault)
        cut = ConnectError("cut.") if fault.kind in ("cut", "torn") else None
        return _pour(fetch, clock, response, self._chunks(data), cut)

    def _refusal(self, asked: Asked, fault: Fault) -> Response | None:
        query = parse_qs(urlsplit(asked.url).query)
        if query["n"] != [str(self.generation)]:
            return Response(403, {}, xml("AccessDenied", "Request has expired."))
        if fault.kind == "busy":
            return Response(503, {}, xml("ServiceUnavailable"))
        if fault.kind == "moved":
            return Response(307, {"location": f"/elsewhere?{urlsplit(asked.url).query}"}, b"")
        if self.conditions and asked.if_match not in (None, self.stored.etag):
            return Response(412, {}, xml("PreconditionFailed"))
        return None

    def _answer(self, asked: Asked, fault: Fault) -> tuple[Response, bytes]:
        content, stored = self.content, self.stored
        part = self._part(asked, fault)
        first, stop = part or (0, len(content))
        headers: dict[str, str] = {}
        if stored.etag is not None:
            headers["etag"] = stored.etag
        if stored.crc64 is not None:
            headers["x-oss-hash-crc64ecma"] = str(stored.crc64)
        if stored.length is not None:
            headers["content-length"] = str(stop - first)
        if fault.kind == "untold":
            headers = {}
        if part is not None:
            headers["content-range"] = f"bytes {first}-{stop - 1}/{len(content)}"
            if fault.kind == "garbled":
                headers["content-range"] = ("", "bytes */9", f"bytes {first}-{stop - 1}/{stop - 1}", "bytes 5-4/9")[
                    fault.at % 4
                ]
        return Response(200 if part is None else 206, headers, b""), _sent(content[first:stop], fault)

    def _part(self, asked: Asked, fault: Fault) -> tuple[int, int] | None:
        """Which bytes come; None for the whole object."""
        size = len(self.content)
        first, stop = asked.first, asked.last + 1
        if self.truncates:
            stop = min(stop, size)
        if not self.ranges or fault.kind == "whole" or not first < stop <= size:
            return None
        if fault.kind == "early":
            first = fault.at % (first + 1)
        elif fault.kind == "behind" and first > 0:
            first, stop = fault.at % first, first
        elif fault.kind == "late" and first + 1 < stop:
            first += 1 + fault.at % (stop - first - 1)
        return first, stop

    def _chunks(self, data: bytes) -> list[bytes]:
        return [data[at : at + self.chunk] for at in range(0, len(data), self.chunk)]


def _sent(data: bytes, fault: Fault) -> bytes:
    """What becomes of an answer's bytes on the way."""
    if fault.kind in ("cut", "drop", "torn"):
        return data[: fault.at % (len(data) + 1)]
    if fault.kind == "more":
        return data + b"!" * (1 + fault.at % 4)
    if fault.kind == "damaged" and data:
        at = fault.at % len(data)
        return data[:at] + bytes([data[at] ^ 1 + fault.at % 255]) + data[at + 1 :]
    return data


def _pour(fetch: Fetch, clock: Clock, response: Response, chunks: list[bytes], cut: CCCError | None) -> Outcome:
    body, meter = fetch.body, fetch.meter
    try:
        body.begin(response)
        for chunk in chunks:
            body.write(chunk)
            if meter is not None:
                clock.tick(meter.take(len(chunk), clock.monotonic))
            if body.enough:
                break
        else:
            if cut is not None:
                return cut
        body.finish()
    except (TransportError, RecordingError) as error:
        return error
    return response


@attrs.define
class Shelf:
    """A file to be.

    Attributes:
        found: What there is before anything is fetched.
        data: What has been gathered.
        settled: The file under its name, once it is there.
        tidied: Whether what was there was kept.
    """

    found: Found = Found()
    data: bytes = b""
    settled: bytes | None = None
    tidied: bool = False

    def look(self) -> Found:
        """What is there."""
        return self.found

    def start(self, at: int, stored: Stored) -> None:  # noqa: ARG002 - a sink is told
        """What is there from this byte on counts no more."""
        assert at <= len(self.data), "there is a hole"
        self.data = self.data[:at]

    def write(self, chunk: bytes) -> None:
        """The next bytes."""
        assert chunk, "nothing to write"
        self.data += chunk

    def settle(self) -> None:
        """The file gets its name."""
        assert self.settled is None, "it has its name"
        self.settled = self.data

    def tidy(self) -> None:
        """The file that is there is the one that was meant."""
        self.tidied = True


contents = st.binary(max_size=40)
"""Objects, of several requests each where a test makes requests small."""


def faults_of(*kinds: str, most: int = 5) -> st.SearchStrategy[list[Fault]]:
    """What goes wrong, one an answer."""
    return st.lists(st.builds(Fault, st.sampled_from(kinds), st.integers(0, 60)), max_size=most)


def stores(
    *kinds: str, tells: st.SearchStrategy[frozenset[str]] | None = None, forever: bool = False
) -> st.SearchStrategy[StoreOfBytes]:
    """Stores of every manner, at which these things go wrong."""
    return st.builds(
        StoreOfBytes,
        versions=st.lists(contents, min_size=1, max_size=3).map(tuple),
        faults=faults_of(*kinds),
        forever=st.just(forever),
        tells=tells or st.frozensets(st.sampled_from(sorted(EVERYTHING))).map(lambda some: some | {"length"}),
        ranges=st.sampled_from([True, True, True, False]),
        conditions=st.booleans(),
        truncates=st.booleans(),
        chunk=st.integers(1, 12),
    )

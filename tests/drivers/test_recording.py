"""Recordings: what is known of one, and saving one, over either driver."""

from __future__ import annotations

import io
import socketserver
import threading
import wave
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hillstone_ccc import (
    ConnectError,
    RecordingDamagedError,
    RecordingError,
    RecordingExpiredError,
    RetryPolicy,
    ServerError,
)
from hillstone_ccc.sandbox import Call, Fault, Faults, Sandbox, audio
from hillstone_ccc.testing.clock import SimulatedClock

CONTACT = "job-1"
STORED = audio.recording(CONTACT, 40_000)
"""The bytes of the one recording."""


@pytest.fixture
def box(clock: SimulatedClock) -> Iterator[Sandbox]:
    """A sandbox on a port with one recorded call."""
    start = int(clock.wall() * 1000) - 3_600_000
    with Sandbox(calls=[Call(contact_id=CONTACT, start_time=start)], clock=clock.wall) as running:
        yield running


@pytest.fixture
def record(ask: Callable[..., Any], driver: str, box: Sandbox, clock: SimulatedClock) -> Callable[..., Any]:
    """Asks something of the one recording: ``record(lambda recording: …)``."""

    def asked(question: Callable[[Any], Any], *, attempts: int = 1, **told: Any) -> Any:
        async def awaited(ccc: Any) -> Any:
            answer = question(await ccc.recordings.get(CONTACT, **told))
            return await answer if hasattr(answer, "__await__") else answer

        def at_once(ccc: Any) -> Any:
            return question(ccc.recordings.get(CONTACT, **told))

        ways: dict[str, Callable[[Any], Any]] = {"sync": at_once, "async": awaited}
        return ask(ways[driver], endpoint=box.endpoint, clock=clock, retry=RetryPolicy(attempts=attempts))

    return asked


def test_what_is_known_of_a_recording(record: Callable[..., Any], driver: str, clock: SimulatedClock) -> None:
    """Call, track, name, seconds, and when its link dies, in the client's zone."""
    recording = record(lambda recording: recording)
    assert (CONTACT, "mono") == (recording.contact_id, recording.track)
    assert recording.file_name.endswith(".wav")
    assert recording.duration > 0
    assert timedelta(hours=8) == recording.expires_at.utcoffset()
    assert recording.expires_at.timestamp() > clock.wall()
    kind = "Recording" if driver == "sync" else "AsyncRecording"
    expected = f"{kind}('job-1', track='mono', file_name={recording.file_name!r}, duration={recording.duration})"
    assert expected == repr(recording)
    assert "Signature" in recording.url


def test_what_is_not_known_is_not_shown(record: Callable[..., Any]) -> None:
    """Only one track's action tells how long it is."""
    recording = record(lambda recording: recording, track="multi_channel")
    assert recording.duration is None
    assert "duration" not in repr(recording)


def test_a_link_without_an_end(serve: Callable[..., Any], ask: Callable[..., Any], answered: Any) -> None:
    """A link that does not say when it dies has no time of death."""
    body = b'{"Code":"OK","Data":{"FileUrl":"https://files.example/a.wav","FileName":"a.wav"}}'

    def expires(ccc: Any) -> Any:
        async def awaited() -> Any:
            return (await ccc.recordings.get(CONTACT)).expires_at

        return awaited() if hasattr(ccc, "aclose") else ccc.recordings.get(CONTACT).expires_at

    assert ask(expires, endpoint=serve(lambda _seen: answered(body)).url) is None


def test_a_recording_is_saved(record: Callable[..., Any], tmp_path: Path) -> None:
    """Under its name, playable, and nothing beside it."""
    told: list[tuple[int, int | None]] = []
    path = record(lambda recording: recording.download(tmp_path, on_progress=lambda *both: told.append(both)))
    assert [path] == list(tmp_path.iterdir())
    with wave.open(io.BytesIO(path.read_bytes())) as audio:
        assert audio.getnframes() > 0
    size = path.stat().st_size
    assert (size, size) == told[-1]


def test_a_recording_is_saved_under_a_name_of_ones_own(record: Callable[..., Any], tmp_path: Path) -> None:
    """The name that is given is the name."""
    assert tmp_path / "mine.wav" == record(lambda recording: recording.download(tmp_path / "mine.wav"))


def test_a_link_is_asked_for_as_it_stands(record: Callable[..., Any], box: Sandbox, tmp_path: Path) -> None:
    """Without a signature of ours, and without compression: the announced length is of the stored bytes."""
    record(lambda recording: recording.download(tmp_path))
    assert [200] == [request.status for request in box.requests if request.action == "GetObject"]


@pytest.mark.parametrize("kind", [Fault.SERVER_ERROR, Fault.DROP, Fault.TRUNCATE, Fault.DAMAGE, Fault.EXPIRED_LINK])
def test_a_broken_download_is_repeated(
    record: Callable[..., Any], box: Sandbox, clock: SimulatedClock, tmp_path: Path, kind: Fault
) -> None:
    """And then is whole, with nothing beside it."""
    box.faults = Faults(every=1, kinds=(kind,), only={"GetObject"}, max_consecutive=2)
    path = record(lambda recording: recording.download(tmp_path), attempts=3)
    assert [path] == list(tmp_path.iterdir())
    assert STORED == path.read_bytes()
    # aiohttp itself repeats a GET once where a connection that it had kept is dropped.
    assert 3 == sum(request.action == "GetObject" for request in box.requests)
    expected = {Fault.DAMAGE: {0}, Fault.EXPIRED_LINK: {0}}.get(kind, {1, 2})
    assert len(clock.waits) in expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(Fault.SERVER_ERROR, ServerError), (Fault.DROP, ConnectError), (Fault.DAMAGE, RecordingDamagedError),
     (Fault.EXPIRED_LINK, RecordingExpiredError)],
)  # fmt: skip
def test_a_download_that_stays_broken_leaves_nothing(
    record: Callable[..., Any], box: Sandbox, tmp_path: Path, kind: Fault, expected: Any
) -> None:
    """The error of the last attempt, and no file."""
    box.faults = Faults(every=1, kinds=(kind,), only={"GetObject"})
    with pytest.raises(expected) as raised:
        record(lambda recording: recording.download(tmp_path), attempts=2)
    assert [] == list(tmp_path.iterdir())
    assert "Signature" not in str(raised.value)


def test_a_download_goes_on_where_it_was_cut(record: Callable[..., Any], box: Sandbox, tmp_path: Path) -> None:
    """However often it is: each answer begins where the last one ended, so no byte comes twice."""
    box.faults = Faults(every=1, kinds=(Fault.TRUNCATE,), only={"GetObject"}, max_consecutive=6)
    path = record(lambda recording: recording.download(tmp_path), attempts=8)  # the last answers may bring nothing
    assert STORED == path.read_bytes()
    came = 0
    for request in box.requests:
        if request.action == "GetObject":
            assert came == request.start
            came += request.sent or 0
    assert len(STORED) == came


def test_what_was_interrupted_is_gone_on_with(record: Callable[..., Any], box: Sandbox, tmp_path: Path) -> None:
    """The program's own error comes out as it is; what had come stays, hidden, and is not fetched again."""

    def progress(so_far: int, in_all: int | None) -> None:
        if so_far < (in_all or 0):
            raise KeyError("a fault of the program")

    box.faults = Faults(every=1, kinds=(Fault.TRUNCATE,), only={"GetObject"})
    with pytest.raises(KeyError):
        record(lambda recording: recording.download(tmp_path, on_progress=progress), attempts=3)
    (name,) = [path.name for path in tmp_path.iterdir() if path.suffix == ".part"]
    assert f".{CONTACT}.wav.part" == name
    had = (tmp_path / name).stat().st_size
    box.faults = Faults()
    path = record(lambda recording: recording.download(tmp_path))
    assert [path] == list(tmp_path.iterdir())
    assert STORED == path.read_bytes()
    assert had > 0
    assert had == [request.start for request in box.requests if request.action == "GetObject"][-1]


def test_a_recording_that_changed_meanwhile_is_begun_anew(
    record: Callable[..., Any], box: Sandbox, tmp_path: Path
) -> None:
    """Bytes of two versions are never mixed."""

    def interrupt(_so_far: int, _in_all: int | None) -> None:
        raise KeyError("a fault of the program")

    with pytest.raises(KeyError):
        record(lambda recording: recording.download(tmp_path, on_progress=interrupt))
    box.replace_recording(CONTACT, b"another recording" * 5_000)
    path = record(lambda recording: recording.download(tmp_path))
    assert b"another recording" * 5_000 == path.read_bytes()
    assert [path] == list(tmp_path.iterdir())


def test_a_file_that_holds_the_recording_is_kept(record: Callable[..., Any], box: Sandbox, tmp_path: Path) -> None:
    """One byte tells that it is the same; a file that is not is replaced."""
    path = record(lambda recording: recording.download(tmp_path))
    before = path.stat()
    record(lambda recording: recording.download(tmp_path))
    assert (before.st_ino, before.st_mtime_ns) == (path.stat().st_ino, path.stat().st_mtime_ns)
    assert 1 == [request.sent for request in box.requests if request.action == "GetObject"][-1]
    path.write_bytes(b"something else")
    record(lambda recording: recording.download(tmp_path))
    assert STORED == path.read_bytes()
    assert [path] == list(tmp_path.iterdir())


def test_a_link_to_no_web_server_is_refused(
    serve: Callable[..., Any], ask: Callable[..., Any], answered: Any, tmp_path: Path
) -> None:
    """A link to a file of this machine is not followed."""
    body = b'{"Code":"OK","Data":{"FileUrl":"file:///a.wav","FileName":"a.wav"}}'
    server = serve(lambda _seen: answered(body))

    def download(ccc: Any) -> Any:
        async def awaited() -> Any:
            return await (await ccc.recordings.get(CONTACT)).download(tmp_path)

        return awaited() if hasattr(ccc, "aclose") else ccc.recordings.get(CONTACT).download(tmp_path)

    with pytest.raises(RecordingError, match="no web server"):
        ask(download, endpoint=server.url)
    assert [] == list(tmp_path.iterdir())


def test_parts_and_files_share_a_connection(ask: Callable[..., Any], driver: str, tmp_path: Path) -> None:
    """An answer is read to its end, so that the next request finds the connection open; small parts show it."""
    content = bytes(range(256)) * 40
    connections: list[str] = []

    class Keeping(socketserver.StreamRequestHandler):
        """A store that keeps connections, and an upstream that links to it."""

        def handle(self) -> None:
            connections.append("one")
            while line := self.rfile.readline():
                headers = dict(
                    text.decode().lower().strip().split(": ", 1) for text in iter(self.rfile.readline, b"\r\n")
                )
                self.wfile.write(self.answer(line.decode(), headers))

        def answer(self, line: str, headers: dict[str, str]) -> bytes:
            if line.startswith("POST"):
                link = f"http://127.0.0.1:{server.server_address[1]}/a.wav"
                return _http(200, f'{{"Code":"OK","Data":{{"FileUrl":"{link}","FileName":"a.wav"}}}}'.encode())
            first, last = (int(place) for place in headers["range"].removeprefix("bytes=").split("-"))
            last = min(last, len(content) - 1)
            told = f'content-range: bytes {first}-{last}/{len(content)}\r\netag: "A"\r\n'
            return _http(206, content[first : last + 1], told)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Keeping) as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr("hillstone_ccc._core.body.MOST_AT_ONCE", 1_000)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()

        async def awaited(ccc: Any) -> list[Path]:
            return [await (await ccc.recordings.get(f"job-{n}")).download(tmp_path / f"{n}.wav") for n in range(3)]

        def at_once(ccc: Any) -> list[Path]:
            return [ccc.recordings.get(f"job-{n}").download(tmp_path / f"{n}.wav") for n in range(3)]

        try:
            endpoint = f"http://127.0.0.1:{server.server_address[1]}"
            paths = ask(awaited if driver == "async" else at_once, endpoint=endpoint)
        finally:
            server.shutdown()
            thread.join()
    assert [content] * 3 == [path.read_bytes() for path in paths]
    assert 1 == len(connections)


def _http(status: int, body: bytes, headers: str = "") -> bytes:
    return f"HTTP/1.1 {status} so\r\ncontent-length: {len(body)}\r\n{headers}\r\n".encode() + body

"""Recordings: what is known of one, and saving it over either driver."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hillstone_ccc import ConnectError, RecordingDamagedError, RecordingError, RetryPolicy, ServerError
from hillstone_ccc.sandbox import Call, Fault, Faults, Sandbox
from hillstone_ccc.testing.clock import SimulatedClock

CONTACT = "job-1"


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


@pytest.mark.parametrize("kind", [Fault.SERVER_ERROR, Fault.DROP, Fault.TRUNCATE])
def test_a_broken_download_is_repeated(
    record: Callable[..., Any], box: Sandbox, clock: SimulatedClock, tmp_path: Path, kind: Fault
) -> None:
    """And then is whole."""
    box.faults = Faults(every=1, kinds=(kind,), only={"GetObject"}, max_consecutive=2)
    path = record(lambda recording: recording.download(tmp_path), attempts=3)
    assert [path] == list(tmp_path.iterdir())
    # aiohttp itself repeats a GET once where a connection that it had kept is dropped.
    assert 3 == sum(request.action == "GetObject" for request in box.requests)
    assert 1 <= len(clock.waits) <= 2


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Fault.SERVER_ERROR, ServerError),
        (Fault.DROP, ConnectError),
        (Fault.TRUNCATE, (ConnectError, RecordingDamagedError)),
    ],
)
def test_a_download_that_stays_broken_leaves_nothing(
    record: Callable[..., Any], box: Sandbox, tmp_path: Path, kind: Fault, expected: Any
) -> None:
    """The error of the last attempt, and no file."""
    box.faults = Faults(every=1, kinds=(kind,), only={"GetObject"})
    with pytest.raises(expected):
        record(lambda recording: recording.download(tmp_path), attempts=2)
    assert [] == list(tmp_path.iterdir())


def test_a_progress_that_fails_leaves_nothing(record: Callable[..., Any], tmp_path: Path) -> None:
    """The program's own error comes out as it is."""

    def progress(_so_far: int, _in_all: int | None) -> None:
        raise KeyError("a fault of the program")

    with pytest.raises(KeyError):
        record(lambda recording: recording.download(tmp_path, on_progress=progress), attempts=3)
    assert [] == list(tmp_path.iterdir())


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

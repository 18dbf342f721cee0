"""Recordings over both drivers: finding, reading, playing, waiting, thawing."""

from __future__ import annotations

import io
import re
import wave
from base64 import b64decode
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc import (
    AsyncClient,
    Client,
    InvalidQueryError,
    RecordingArchivedError,
    RecordingDamagedError,
    RecordingError,
    RecordingExpiredError,
    RecordingNotReadyError,
    RetryPolicy,
)
from hillstone_ccc.sandbox import Call, Fault, Faults, Quirks, Sandbox, Transfer, audio
from hillstone_ccc.testing.clock import SimulatedClock

NOW = 1_767_345_845
HOUR = 3_600
START = (NOW - HOUR) * 1000
STORED = audio.recording("job-1", 20_000)

each_driver = pytest.mark.parametrize("driver", ["sync", "async"])


def the_call(**told: Any) -> Call:
    """An answered call of a few seconds, recorded."""
    return Call(**{"contact_id": "job-1", "start_time": START, "recording_duration": 20, **told})


@pytest.fixture
def clock() -> SimulatedClock:
    """A clock whose waits take no time."""
    return SimulatedClock(NOW)


@pytest.fixture
def open_to(in_process: Callable[..., Any], clock: SimulatedClock) -> Callable[..., tuple[Sandbox, Any]]:
    """Opens a client of a call centre with these calls."""

    def opened(driver: str, *calls: Call, attempts: int = 5, **told: Any) -> tuple[Sandbox, Any]:
        box = Sandbox(calls=calls or [the_call()], clock=clock.wall, **told)
        return box, in_process(driver, box, clock, retry=RetryPolicy(attempts=attempts))

    return opened


def links(box: Sandbox) -> int:
    """How often a link was asked for."""
    return box.count("GetMonoRecording")


@each_driver
def test_a_recording_is_had_by_a_call_as_by_its_id(driver: str, open_to: Callable[..., Any]) -> None:
    """A row, the details and the id mean the same."""
    _, ccc = open_to(driver)
    row = ccc.call_records.search(start=0).first()
    for call in ("job-1", row, ccc.call_records.get("job-1")):
        recording = ccc.recordings.get(call)
        assert ("job-1", "job-1.wav", 20, "audio/wav", None) == (
            recording.contact_id,
            recording.file_name,
            recording.duration,
            recording.content_type,
            recording.part,
        )
    with pytest.raises(InvalidQueryError, match="contact_id"):
        ccc.recordings.get(7)


@each_driver
@pytest.mark.parametrize(
    ("track", "told", "name", "kind"),
    [
        ("multi_channel", {}, "job-1.mkv", "audio/x-matroska"),
        ("voicemail", {"voicemail": True, "recording_ready": False}, "voicemail.job-1.wav", "audio/wav"),
        ("early_media", {"contact_type": "Outbound", "early_media_state": "Busy"}, "job-1-earlyMedia.wav", "audio/wav"),
    ],
)
def test_every_track_is_read(
    driver: str, track: Any, told: Any, name: str, kind: str, open_to: Callable[..., Any]
) -> None:
    """Each under its own name and of its own kind."""
    _, ccc = open_to(driver, the_call(**told))
    recording = ccc.recordings.get("job-1", track)
    assert (name, kind) == (recording.file_name, recording.content_type)
    assert len(recording.read()) > 1_000


@each_driver
def test_the_parts_of_a_call_that_was_transferred(driver: str, open_to: Callable[..., Any], tmp_path: Path) -> None:
    """One recording an agent, each with a link of its own that is renewed as a whole call's is."""
    two = ("zhangsan@ccc-demo", "lina@ccc-demo")
    transfer = Transfer(from_agent=two[0], to=two[1], to_kind="agent", kind="blind", time=START + 30_000)
    box, ccc = open_to(driver, the_call(transfers=(transfer,), agents=two, agent_names=("张三", "李娜")))
    first, second = ccc.recordings.parts("job-1")
    assert list(two) == [one.part.agent_id for one in (first, second)]
    assert first.file_name != second.file_name
    box.faults = Faults(every=1, kinds=(Fault.EXPIRED_LINK,), max_consecutive=1)
    paths = [one.download(tmp_path) for one in (first, second)]
    assert [first.file_name, second.file_name] == [path.name for path in paths]
    assert 3 == box.count("ListMonoRecordings")
    for path, one in zip(paths, (first, second), strict=True):
        with wave.open(str(path)) as sound:
            assert one.duration == sound.getnframes() // sound.getframerate()


@each_driver
@pytest.mark.parametrize("quirk", ["empty", "not_found", "no_data_field"])
def test_a_call_without_recordings_has_no_parts(driver: str, quirk: Any, open_to: Callable[..., Any]) -> None:
    """However the upstream says so; that there is no such call center is another thing."""
    _, ccc = open_to(driver, never_ready=["job-1"], quirks=Quirks(recording_not_ready=quirk))
    assert [] == ccc.recordings.parts("job-1")


@each_driver
def test_a_link_is_renewed_when_it_is_about_to_die(
    driver: str, open_to: Callable[..., Any], clock: SimulatedClock
) -> None:
    """A synchronous one by itself; an asynchronous one says that it has died, since a property cannot wait."""
    box, ccc = open_to(driver)
    recording = ccc.recordings.get("job-1")
    link = recording.url
    assert (link, 1) == (recording.url, links(box))
    died = recording.expires_at
    clock.advance(24 * HOUR - 30)
    if driver == "async":
        assert link == recording.url
        clock.advance(60)
        with pytest.raises(RecordingExpiredError, match=r"await recording\.renew"):
            _ = recording.url
        assert repr(recording) == repr(recording.renew())
    assert link != recording.url
    assert 2 == links(box)
    assert recording.expires_at - died >= timedelta(hours=23)
    recording.renew()
    assert 3 == links(box)


@each_driver
def test_a_link_that_was_dead_from_the_first_is_tried(driver: str, open_to: Callable[..., Any]) -> None:
    """What it says of its end is not believed: this machine's clock, or a cassette, tells another time."""
    box, ccc = open_to(driver, faults=Faults(link_expires_after=-HOUR))
    recording = ccc.recordings.get("job-1")
    assert "Expires" in recording.url
    assert 1 == links(box)
    with pytest.raises(RecordingExpiredError) as raised:
        recording.read()
    assert "Signature" not in f"{raised.value}{raised.value!r}"


@each_driver
def test_a_link_of_a_short_life_is_good_for_half_of_it(
    driver: str, open_to: Callable[..., Any], clock: SimulatedClock
) -> None:
    """Else one of less than a minute would be renewed each time it is looked at."""
    box, ccc = open_to(driver)
    recording = ccc.recordings.get("job-1", expire_seconds=20)
    assert recording.url
    assert 1 == links(box)
    clock.advance(15)
    if driver == "sync":
        assert recording.url
        assert 2 == links(box)
    assert STORED == recording.read()


@each_driver
def test_a_recording_is_read_whole(driver: str, open_to: Callable[..., Any]) -> None:
    """Its length and checksum are verified, whatever happened on the way."""
    box, ccc = open_to(driver)
    recording = ccc.recordings.get("job-1")
    box.faults = Faults(every=1, kinds=(Fault.DAMAGE,), max_consecutive=1)
    assert STORED == recording.read()
    box.faults = Faults(every=1, kinds=(Fault.DAMAGE,))
    with pytest.raises(RecordingDamagedError):
        recording.read()


@each_driver
def test_a_recording_is_read_piece_by_piece(driver: str, open_to: Callable[..., Any]) -> None:
    """Pieces of the size that was asked for, and the checksum of all of them at the end."""
    box, ccc = open_to(driver)
    recording = ccc.recordings.get("job-1")
    pieces = list(recording.iter_bytes(100_000))
    assert STORED == b"".join(pieces)
    assert {100_000} == {len(piece) for piece in pieces[:-1]}
    assert [STORED] == list(recording.iter_bytes())
    for size in (0, -1, True, 1.5):
        with pytest.raises(InvalidQueryError, match="chunk_size"):
            list(recording.iter_bytes(size))
    box.faults = Faults(every=1, kinds=(Fault.DAMAGE,))
    with pytest.raises(RecordingDamagedError, match="checksum"):
        list(recording.iter_bytes())


@each_driver
def test_a_recording_is_a_file(driver: str, open_to: Callable[..., Any]) -> None:
    """What is sought is asked for by its range, and what has been fetched is not asked for again."""
    box, ccc = open_to(driver)
    file = ccc.recordings.get("job-1").open()
    assert (len(STORED), 0) == (file.size(), file.tell())
    assert STORED[:44] == file.read(44)
    asked = box.count("GetObject")
    assert (STORED[44:100], 100) == (file.read(56), file.tell())
    assert asked == box.count("GetObject")
    assert len(STORED) - 10 == file.seek(-10, 2)
    assert (STORED[-10:], b"", b"") == (file.read(), file.read(), file.read(5))
    assert (20, 25) == (file.seek(20), file.seek(5, 1))
    assert STORED[25:30] == file.read(5)
    assert len(STORED) + 5 == file.seek(5, 2)
    assert b"" == file.read(3)
    with pytest.raises(InvalidQueryError, match="before the beginning"):
        file.seek(-1)
    with pytest.raises(InvalidQueryError, match="whence"):
        file.seek(0, 7)


@each_driver
def test_a_file_that_is_closed_is_not_read(driver: str, open_to: Callable[..., Any]) -> None:
    """As any file."""
    _, ccc = open_to(driver)
    file = ccc.recordings.get("job-1").open()
    (file.close if driver == "sync" else file.aclose)()
    assert file.closed
    for use in (file.read, file.tell, file.size, lambda: file.seek(0)):
        with pytest.raises(ValueError, match="closed"):
            use()


def test_other_programs_read_the_file(open_to: Callable[..., Any]) -> None:
    """It is a binary file of Python's own kind; a Matroska file is one as well."""
    _, ccc = open_to("sync")
    recording = ccc.recordings.get("job-1")
    with recording.open() as file, wave.open(file) as sound:
        assert (8_000, 160_000) == (sound.getframerate(), sound.getnframes())
    file = recording.open()
    assert isinstance(file, io.BufferedIOBase)
    assert (True, True, False) == (file.readable(), file.seekable(), file.writable())
    head = bytearray(4)
    assert (4, b"RIFF") == (file.readinto(head), bytes(head))
    assert STORED[4:8] == file.read1(4)


async def test_an_asynchronous_file_is_closed_by_its_with(clock: SimulatedClock) -> None:
    """`async with` ends the reading."""
    with Sandbox(calls=[the_call()], clock=clock.wall) as box:
        async with AsyncClient(
            instance_id=box.instance_id,
            endpoint=box.endpoint,
            access_key_id=box.access_key_id,
            access_key_secret=box.access_key_secret,
            clock=clock,
        ) as ccc:
            async with await (await ccc.recordings.get("job-1")).open() as file:
                assert b"RIFF" == await file.read(4)
            assert file.closed


@given(
    steps=st.lists(
        st.tuples(st.integers(0, 2), st.integers(-60, 60), st.none() | st.integers(-1, 50)), min_size=1, max_size=12
    ),
    size=st.integers(0, 50),
)
def test_reading_anywhere_is_as_reading_the_bytes(
    steps: list[tuple[int, int, int | None]], size: int, in_process: Callable[..., Any]
) -> None:
    """Any order of seeking and reading gives what a file in memory gives."""
    clock = SimulatedClock(NOW)
    box = Sandbox(calls=[the_call()], clock=clock.wall)
    content = STORED[:size]
    box.replace_recording("job-1", content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hillstone_ccc._core.reader.AHEAD", 7)
        ours, theirs = in_process("sync", box, clock).recordings.get("job-1").open(), io.BytesIO(content)
        for whence, offset, count in steps:
            try:
                expected = theirs.seek(offset, whence)
            except ValueError:
                expected = None
            # A file in memory takes a place before its beginning, counted from elsewhere, for the beginning itself.
            base = {0: 0, 1: ours.tell(), 2: size}[whence]
            if base + offset < 0:
                with pytest.raises(InvalidQueryError):
                    ours.seek(offset, whence)
                theirs.seek(ours.tell())
            else:
                assert expected == ours.seek(offset, whence)
            assert theirs.read(count) == ours.read(count)
            assert theirs.tell() == ours.tell()


@each_driver
def test_a_recording_that_changes_while_it_is_read(driver: str, open_to: Callable[..., Any]) -> None:
    """Bytes of two versions are never handed out as one."""
    box, ccc = open_to(driver, the_call(recording_duration=120))
    file = ccc.recordings.get("job-1").open()
    file.read(10)
    box.replace_recording("job-1", bytes(2_000_000))
    with pytest.raises(RecordingDamagedError):
        file.read()


@each_driver
def test_a_notebook_plays_a_recording(driver: str, open_to: Callable[..., Any]) -> None:
    """The sound itself is in the player, and no link; with one only if it was asked for."""
    _, ccc = open_to(driver)
    recording = ccc.recordings.get("job-1")
    player = recording.audio()
    html = player._repr_html_()
    sound = re.search(r'<audio controls [^>]*src="data:audio/wav;base64,([A-Za-z0-9+/=]+)"', html)
    assert sound is not None
    assert STORED == b64decode(sound[1])
    assert "Signature" not in f"{html}{player!r}"
    assert "job-1.wav · 0:20" in html
    linked = recording.audio(link=True)
    assert "Signature=" in linked._repr_html_()
    assert "Signature" not in repr(linked)
    if driver == "sync":
        assert html == recording._repr_html_()
    with pytest.raises(RecordingError, match=r"limit=….*link=True"):
        recording.audio(limit=1_000)


def test_a_notebook_tells_why_nothing_plays(open_to: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Too long, of a kind that no browser plays, or not to be had: a sentence stands in the player's place."""
    box, ccc = open_to("sync", attempts=1)
    assert "<audio" not in (html := ccc.recordings.get("job-1", "multi_channel")._repr_html_())
    assert "track=&#x27;mono&#x27;" in html
    recording = ccc.recordings.get("job-1")
    box.faults = Faults(every=1, kinds=(Fault.EXPIRED_LINK,))
    assert "Request has expired" in recording._repr_html_()
    box.faults = Faults()
    box.replace_recording("job-1", bytes(17 * 1024 * 1024))
    html = recording._repr_html_()
    assert ("<audio" in html, "17,825,792 bytes" in html) == (False, True)


READY: dict[str, Any] = {"recording_ready": True}
NEVER: dict[str, Any] = {
    "recording_ready": False,
    "established_time": None,
    "disposition": "AbandonedInQueue",
    "agents": (),
}


@each_driver
@pytest.mark.parametrize("quirk", ["empty", "not_found", "no_data_field"])
@pytest.mark.parametrize(
    ("told", "hours", "expected"),
    [(READY, 1, True), (READY, 30, None), ({"recording_ready": False}, 1, True), (NEVER, 1, False), (NEVER, 90, False)],
)
def test_whether_a_recording_can_still_come(
    driver: str, quirk: Any, told: Any, hours: int, expected: bool | None, open_to: Callable[..., Any]
) -> None:
    """It can where the call was established and ended lately; the row tells it as well as the id does."""
    start = (NOW - hours * HOUR) * 1000
    box, ccc = open_to(
        driver, the_call(start_time=start, **told), never_ready=["job-1"], quirks=Quirks(recording_not_ready=quirk)
    )
    row = ccc.call_records.search(start=0).first()
    for call in ("job-1", row):
        with pytest.raises(RecordingNotReadyError) as raised:
            ccc.recordings.get(call)
        assert raised.value.can_still_come is expected
        assert raised.value.advice
    assert 1 == box.count("GetCallDetailRecord")


@each_driver
def test_of_a_call_that_is_not_known_nobody_can_say(driver: str, open_to: Callable[..., Any]) -> None:
    """Neither that a recording can come nor that it cannot."""
    _, ccc = open_to(driver)
    with pytest.raises(RecordingNotReadyError) as raised:
        ccc.recordings.get("job-9")
    assert raised.value.can_still_come is None


@each_driver
def test_a_recording_is_waited_for(driver: str, open_to: Callable[..., Any], clock: SimulatedClock) -> None:
    """Until it is there, with waits that grow and stay below a quarter of a minute."""
    box, ccc = open_to(driver, the_call(start_time=(NOW - 60) * 1000), recording_ready_after=9)
    recording = ccc.recordings.wait_until_ready("job-1", timeout=300)
    assert STORED == recording.read()
    assert (9, 8) == (links(box), len(clock.waits))
    assert sorted(clock.waits) == clock.waits
    assert clock.waits[0] >= 1
    assert clock.waits[-1] <= 15


@each_driver
def test_waiting_for_a_recording_ends(driver: str, open_to: Callable[..., Any], clock: SimulatedClock) -> None:
    """When the time is over, and at once where none can come."""
    _, ccc = open_to(driver, the_call(), the_call(contact_id="job-2", **NEVER), never_ready=["job-1"])
    before = clock.monotonic()
    with pytest.raises(RecordingNotReadyError) as raised:
        ccc.recordings.wait_until_ready("job-1", timeout=100)
    assert raised.value.can_still_come
    assert 100 == pytest.approx(clock.monotonic() - before)
    waits = len(clock.waits)
    with pytest.raises(RecordingNotReadyError) as raised:
        ccc.recordings.wait_until_ready("job-2")
    assert raised.value.can_still_come is False
    assert waits == len(clock.waits)
    for timeout in (-1, float("nan"), "5", True):
        with pytest.raises(InvalidQueryError, match="timeout"):
            ccc.recordings.wait_until_ready("job-1", timeout=timeout)


@each_driver
def test_an_archived_recording_is_thawed_and_waited_for(driver: str, open_to: Callable[..., Any]) -> None:
    """It is refused as archived, restored on demand, and there when it has been thawed."""
    box, ccc = open_to(driver, archived=["job-1"], restored_after=2)
    recording = ccc.recordings.get("job-1")
    with pytest.raises(RecordingArchivedError, match="restore"):
        recording.read()
    with pytest.raises(RecordingArchivedError):
        recording.wait_until_ready(timeout=10)
    assert ["Progressing", "Progressing", "Completed"] == [recording.restore().status for _ in range(3)]
    assert repr(recording) == repr(recording.wait_until_ready(timeout=10))
    assert STORED == recording.read()
    assert 3 == box.count("RestoreArchivedRecordings")
    row = ccc.call_records.search(start=0).first()
    assert ["job-1"] == [state.contact_id for state in ccc.recordings.restore([row])]
    with pytest.raises(InvalidQueryError, match="several"):
        ccc.recordings.restore(row)


def _answering(link: str, files: Callable[[httpx.Request], httpx.Response]) -> httpx.MockTransport:
    """An upstream that gives that link, and a store."""
    body = {"Code": "OK", "Data": {"FileUrl": link, "FileName": "a.wav"}}

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=body) if request.method == "POST" else files(request)

    return httpx.MockTransport(answer)


def _asking(link: str, files: Callable[[httpx.Request], httpx.Response], **settings: Any) -> bytes:
    with (
        httpx.Client(transport=_answering(link, files), follow_redirects=True) as web,
        Client(
            instance_id="ccc-demo",
            access_key_id="example-id",
            access_key_secret="example-secret",
            http_client=web,
            clock=SimulatedClock(NOW),
            retry=RetryPolicy(attempts=1),
            **settings,
        ) as ccc,
    ):
        return ccc.recordings.get("job-1").read()


LINK = "https://files.example/a.wav?Expires=9999999999&Signature=secret-signature"


@pytest.mark.parametrize(
    "there",
    ["https://elsewhere.example/a.wav", "http://files.example/a.wav", "https://files.example:8443/a.wav", "//x"],
)
def test_a_redirect_to_another_server_is_refused(there: str) -> None:
    """Also where the HTTP client that was handed in follows redirects; nothing is asked of the other server."""
    asked: list[str] = []

    def files(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(302, headers={"location": there})

    with pytest.raises(RecordingError, match="another server") as raised:
        _asking(LINK, files)
    assert ["files.example"] == asked
    assert "secret-signature" not in f"{raised.value}{raised.value!r}"


def test_a_redirect_within_the_server_is_followed() -> None:
    """To another place of the same scheme, host and port."""

    def files(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/b.wav":
            return httpx.Response(200, content=b"sound")
        return httpx.Response(307, headers={"location": "https://files.example:443/b.wav"})

    assert b"sound" == _asking(LINK, files)


def test_redirects_without_end_are_an_error() -> None:
    """A few are followed, not more."""
    asked: list[str] = []

    def files(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(302, headers={"location": f"/{len(asked)}"})

    with pytest.raises(Exception, match="HTTP 302"):
        _asking(LINK, files)
    assert 6 == len(asked)


@pytest.mark.parametrize(("settings", "scheme"), [({}, "https"), ({"plain_http_links": True}, "http")])
def test_a_plain_link_is_taken_over_https_unless_it_is_allowed(settings: Any, scheme: str) -> None:
    """The setting is for stores of one's own network."""
    schemes: list[str] = []

    def files(request: httpx.Request) -> httpx.Response:
        schemes.append(request.url.scheme)
        return httpx.Response(200, content=b"sound")

    assert b"sound" == _asking(LINK.replace("https", "http"), files, **settings)
    assert [scheme] == schemes


def test_more_bytes_than_announced_are_refused() -> None:
    """What is announced bounds what is taken."""

    def files(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(206, content=b"sound and more", headers={"content-range": "bytes 0-4/5"})

    with pytest.raises(RecordingError):
        _asking(LINK, files)

"""Downloading many recordings over both drivers: complete under faults, one failure stopping nothing."""

from __future__ import annotations

import asyncio
import json
import os
import re
import socketserver
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx
import pyarrow.parquet as pq
import pytest

from hillstone_ccc import (
    AsyncClient,
    AuthenticationError,
    CCCError,
    Client,
    Clock,
    DownloadProgress,
    DownloadReport,
    InvalidQueryError,
    RecordingNotReadyError,
    RecordingNotSavedError,
    RetryPolicy,
)
from hillstone_ccc.sandbox import Call, Fault, Faults, Sandbox, audio
from hillstone_ccc.testing.clock import SimulatedClock

NOW = 1_767_345_845
MANY = 10_000 if os.environ.get("HILLSTONE_CCC_SOAK") else 1_000
FAULTS = {
    Fault.DROP: 0.05,
    Fault.TRUNCATE: 0.05,
    Fault.DAMAGE: 0.02,
    Fault.EXPIRED_LINK: 0.03,
    Fault.THROTTLE: 0.01,
}
NEVER: dict[str, Any] = {
    "recording_ready": False,
    "established_time": None,
    "disposition": "AbandonedInQueue",
    "agents": (),
}

each_driver = pytest.mark.parametrize("driver", ["sync", "async"])


def calls_of(count: int) -> list[Call]:
    """So many calls, ten seconds apart; one in ten was never established."""
    return [
        Call(
            contact_id=f"job-{number:05}",
            start_time=(NOW - 10 * (number + 1)) * 1000,
            recording_duration=1 + number % 3,
            **(NEVER if number % 10 == 9 else {}),
        )
        for number in range(count)
    ]


def stored(call: Call) -> bytes:
    """The bytes of a call's recording."""
    return audio.recording(call.contact_id, call.recording_duration * 1000)


def path_of(call: Call) -> str:
    """Where a call's recording goes: a folder a day, as the client's zone has days."""
    start = datetime.fromtimestamp(call.start_time / 1000, timezone(timedelta(hours=8)))
    return f"{start:%Y/%m/%d}/{call.contact_id}.wav"


def files(directory: Path) -> dict[str, bytes]:
    """Every file that is not hidden and no list, by its path below the directory."""
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file() and not path.name.startswith(".") and path.suffix not in (".jsonl", ".parquet")
    }


def lines(path: Path) -> list[dict[str, Any]]:
    """The rows of a list."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.fixture
def clock() -> SimulatedClock:
    """A clock whose waits take no time."""
    return SimulatedClock(NOW)


@pytest.fixture
def open_to(
    opened: Callable[..., Any], clock: SimulatedClock, settings_of: Callable[[Sandbox], dict[str, Any]]
) -> Iterator[Callable[..., tuple[Sandbox, Any]]]:
    """Opens a client of a sandbox on a port with these calls."""
    boxes: list[Sandbox] = []

    def open_client(driver: str, calls: list[Call], attempts: int = 5, **told: Any) -> tuple[Sandbox, Any]:
        box = Sandbox(calls=calls, clock=clock.wall, **told).start()
        boxes.append(box)
        return box, opened(driver, **settings_of(box), clock=clock, retry=RetryPolicy(attempts=attempts))

    yield open_client
    for box in boxes:
        box.stop()


@pytest.mark.soak
@each_driver
def test_many_are_complete_and_exact_under_faults(driver: str, open_to: Callable[..., Any], tmp_path: Path) -> None:
    """Every recording that exists is there byte for byte, and the report names the rest."""
    calls = calls_of(MANY)
    never_ready = {call.contact_id for call in calls[::100]}
    box, ccc = open_to(driver, calls, attempts=8, never_ready=never_ready, faults=Faults(shares=FAULTS, seed=11))
    report: DownloadReport = ccc.recordings.download_all(ccc.call_records.search(start=0), tmp_path)
    recorded = [call for call in calls if call.recording_ready and call.contact_id not in never_ready]
    found = files(tmp_path)
    assert {path_of(call) for call in recorded} == found.keys()
    for call in recorded:
        assert stored(call) == found[path_of(call)]
    assert (len(recorded), 0, MANY - len(recorded), 0) == (report.done, report.kept, report.missing, report.failed)
    rest = {call.contact_id for call in calls} - {call.contact_id for call in recorded}
    assert rest == {one.contact_id for one in report.problems}
    assert {RecordingNotReadyError} == {type(one.error) for one in report.problems}
    assert rest == {row["contact_id"] for row in lines(tmp_path / "not-saved.jsonl")}
    assert report.bytes > sum(len(stored(call)) for call in recorded)
    box.faults = Faults()
    box.reset()
    again: DownloadReport = ccc.recordings.download_all(ccc.call_records.search(start=0), tmp_path)
    assert (0, len(recorded), MANY - len(recorded)) == (again.done, again.kept, again.missing)
    assert (0, len(never_ready)) == (box.count("GetObject"), box.count("GetMonoRecording"))


FEW = calls_of(12)
RECORDED = [call for call in FEW if call.recording_ready]


@each_driver
def test_one_failure_does_not_stop_the_rest(driver: str, open_to: Callable[..., Any], tmp_path: Path) -> None:
    """It is named with its error, by the report and in the list of what was not saved; a later run has it."""
    box, ccc = open_to(driver, FEW, archived=["job-00003"])
    report = ccc.recordings.download_all(ccc.call_records.search(start=0), tmp_path)
    assert (len(RECORDED) - 1, 1, 1) == (report.done, report.missing, report.failed)
    (failed,) = [one for one in report.problems if one.outcome == "failed"]
    assert ("job-00003", "mono", None, "RecordingArchivedError") == (
        failed.contact_id,
        failed.track,
        failed.path,
        type(failed.error).__name__,
    )
    rows = {row["contact_id"]: row for row in lines(tmp_path / "not-saved.jsonl")}
    assert {"job-00003", "job-00009"} == rows.keys()
    assert ("failed", "RecordingArchivedError", None) == tuple(
        rows["job-00003"][name] for name in ("outcome", "error", "can_still_come")
    )
    assert ("missing", False) == (rows["job-00009"]["outcome"], rows["job-00009"]["can_still_come"])
    for _ in range(2):
        ccc.recordings.restore(["job-00003"])
    again = ccc.recordings.download_all(ccc.call_records.search(start=0), tmp_path)
    assert (1, len(RECORDED) - 1, 1, 0) == (again.done, again.kept, again.missing, again.failed)
    assert ["job-00009"] == [row["contact_id"] for row in lines(tmp_path / "not-saved.jsonl")]
    assert {path_of(call): stored(call) for call in RECORDED} == files(tmp_path)
    assert box.count("GetMultiChannelRecording") == 0


@each_driver
def test_the_manifest_lists_every_file_with_its_call(driver: str, open_to: Callable[..., Any], tmp_path: Path) -> None:
    """Path, size and checksum, and the call's own fields, as JSON Lines or Parquet."""
    _, ccc = open_to(driver, FEW)
    ccc.recordings.download_all(ccc.call_records.search(start=0), tmp_path)
    rows = lines(tmp_path / "manifest.jsonl")
    assert [path_of(call) for call in RECORDED] == [row["path"] for row in rows]
    for call, row in zip(RECORDED, rows, strict=True):
        assert (call.contact_id, "mono", len(stored(call))) == (row["contact_id"], row["track"], row["size"])
        assert row["crc64"].isdigit()
        assert (call.calling_number, ["张三"], call.talk_time) == tuple(
            row["call"][name] for name in ("calling_number", "agent_names", "talk_time")
        )
    ccc.recordings.download_all(ccc.call_records.search(start=0), tmp_path, manifest="parquet")
    table = pq.read_table(tmp_path / "manifest.parquet").to_pylist()
    assert [(row["path"], int(row["crc64"])) for row in rows] == [(row["path"], row["crc64"]) for row in table]
    assert ["张三"] == table[0]["agent_names"]
    assert FEW[0].start_time / 1000 == table[0]["start_time"].timestamp()


@each_driver
def test_calls_may_come_from_anywhere(driver: str, open_to: Callable[..., Any], tmp_path: Path) -> None:
    """Rows, details and ids, in any iterable; an id's own call is looked up for its name and the manifest."""
    _, ccc = open_to(driver, FEW)
    row = ccc.call_records.search(start=0).first()
    detail = ccc.call_records.get("job-00001")
    report = ccc.recordings.download_all(iter([row, detail, "job-00002", "job-00002", "job-99999"]), tmp_path)
    assert (3, 1, 0) == (report.done, report.missing, report.failed)
    assert {path_of(call) for call in FEW[:3]} == files(tmp_path).keys()
    assert {"job-00000", "job-00001", "job-00002"} == {
        row["call"]["contact_id"] for row in lines(tmp_path / "manifest.jsonl")
    }
    assert "job-99999" == report.problems[0].contact_id


async def test_an_asynchronous_iterable_is_taken_by_an_asynchronous_client(
    clock: SimulatedClock, settings_of: Callable[[Sandbox], dict[str, Any]], tmp_path: Path
) -> None:
    """As the rows of a search are."""

    async def some() -> Any:
        for call in FEW[:3]:
            yield call.contact_id

    with Sandbox(calls=FEW, clock=clock.wall) as box:
        async with AsyncClient(**settings_of(box), clock=clock) as ccc:
            report = await ccc.recordings.download_all(some(), tmp_path, layout="{contact_id}{suffix}")
    assert (3, ["job-00000.wav", "job-00001.wav", "job-00002.wav"]) == (report.done, sorted(files(tmp_path)))


@each_driver
def test_calls_are_looked_up_where_their_fields_are_wanted(
    driver: str, open_to: Callable[..., Any], tmp_path: Path
) -> None:
    """For a manifest, or for a name that tells more than the id."""
    box, ccc = open_to(driver, FEW)
    wanted = [(None, "{contact_id}{suffix}", 0), (None, "{agent}{suffix}", 1), ("jsonl", "{contact_id}{suffix}", 1)]
    for number, (manifest, layout, looked_up) in enumerate(wanted):
        box.reset()
        ccc.recordings.download_all(["job-00001"], tmp_path / str(number), manifest=manifest, layout=layout)
        assert looked_up == box.count("GetCallDetailRecord") == box.count("ListCallDetailRecordsV2")
    assert [["job-00001.wav"], ["张三.wav"], ["job-00001.wav"]] == [
        sorted(files(tmp_path / str(number))) for number in range(3)
    ]
    assert not (tmp_path / "0" / "manifest.jsonl").exists()


@each_driver
def test_the_manifest_does_not_tell_of_what_is_gone(driver: str, open_to: Callable[..., Any], tmp_path: Path) -> None:
    """A file that was removed is not listed, and neither is a list of the other kind left."""
    _, ccc = open_to(driver, FEW[:3])
    ccc.recordings.download_all(ccc.call_records.search(start=0), tmp_path)
    (tmp_path / path_of(FEW[0])).unlink()
    ccc.recordings.download_all([], tmp_path)
    assert ["job-00001", "job-00002"] == [row["contact_id"] for row in lines(tmp_path / "manifest.jsonl")]
    ccc.recordings.download_all([], tmp_path, manifest="parquet")
    assert 2 == pq.read_table(tmp_path / "manifest.parquet").num_rows
    assert not (tmp_path / "manifest.jsonl").exists()


@each_driver
def test_names_that_are_taken_get_the_calls_id(driver: str, open_to: Callable[..., Any], tmp_path: Path) -> None:
    """No recording takes another's place, and each has its name again in a later run."""
    _, ccc = open_to(driver, FEW)
    for _ in range(2):
        ccc.recordings.download_all(ccc.call_records.search(start=0), tmp_path, layout="{agent}/{type}{suffix}")
    found = files(tmp_path)
    assert sorted(map(stored, RECORDED)) == sorted(found.values())
    assert 1 == list(found).count("张三/Inbound.wav")
    assert len(RECORDED) - 1 == sum(path.startswith("张三/Inbound (job-0") for path in found)


@each_driver
def test_another_track(driver: str, open_to: Callable[..., Any], tmp_path: Path) -> None:
    """Both tracks of a call may lie in one directory."""
    _, ccc = open_to(driver, FEW[:2])
    for track in ("mono", "multi_channel"):
        report = ccc.recordings.download_all(
            ccc.call_records.search(start=0), tmp_path, track=track, layout="{track}/{file_name}"
        )
        assert 2 == report.done
    assert {
        "mono/job-00000.wav",
        "mono/job-00001.wav",
        "multi_channel/job-00000.mkv",
        "multi_channel/job-00001.mkv",
    } == files(tmp_path).keys()


@each_driver
def test_what_is_there_is_kept_or_fetched_anew(driver: str, open_to: Callable[..., Any], tmp_path: Path) -> None:
    """A file that the journal knows is not asked for; one that is gone, of another size, or unwanted is."""
    box, ccc = open_to(driver, FEW[:4])

    def again(**told: Any) -> tuple[int, int, int]:
        box.reset()
        report = ccc.recordings.download_all(ccc.call_records.search(start=0), tmp_path, **told)
        return report.done, report.kept, box.count("GetMonoRecording")

    assert (4, 0, 4) == again()
    assert (0, 4, 0) == again()
    (tmp_path / path_of(FEW[0])).unlink()
    (tmp_path / path_of(FEW[1])).write_bytes(b"half")
    assert (2, 2, 2) == again()
    assert (4, 0, 4) == again(skip_existing=False)
    for path in tmp_path.glob(".hillstone-ccc*"):
        path.unlink()
    assert (0, 4, 4) == again()  # without a journal the files are compared with what is stored
    assert {path_of(call): stored(call) for call in FEW[:4]} == files(tmp_path)


@each_driver
def test_progress_is_told(driver: str, open_to: Callable[..., Any], tmp_path: Path) -> None:
    """Of each recording that has come to its end, with what is known of the whole."""
    _, ccc = open_to(driver, FEW)
    told: list[DownloadProgress] = []
    report = ccc.recordings.download_all(ccc.call_records.search(start=0).limit(11), tmp_path, on_progress=told.append)
    ended = [one.latest for one in told if one.latest is not None]
    assert 11 == len(ended)
    assert {path_of(call) for call in RECORDED[:10]} == {one.path for one in ended if one.outcome == "done"}
    last = told[-1]
    assert (11, 11, 10, 0, 1, 0, report.bytes) == (
        last.found, last.total, last.done, last.kept, last.missing, last.failed, last.bytes,
    )  # fmt: skip
    told.clear()
    ccc.recordings.download_all(["job-00001", "job-00002"], tmp_path, on_progress=told.append)
    assert [(2, 1), (2, 2)] == [(one.total, one.kept) for one in told if one.latest is not None]


@each_driver
def test_bytes_come_no_faster_than_they_may(
    driver: str, open_to: Callable[..., Any], clock: SimulatedClock, tmp_path: Path
) -> None:
    """All downloads together keep to the rate."""
    _, ccc = open_to(driver, FEW)
    before = clock.monotonic()
    report = ccc.recordings.download_all(
        ccc.call_records.search(start=0), tmp_path, max_bytes_per_second=20_000, concurrency=1
    )
    assert report.bytes / 20_000 == pytest.approx(clock.monotonic() - before, rel=0.01)


@each_driver
def test_a_fault_of_the_program_stops_it(driver: str, open_to: Callable[..., Any], tmp_path: Path) -> None:
    """The error comes out as it is, what is there is listed, and a later run goes on."""
    _, ccc = open_to(driver, FEW)

    def fail(progress: DownloadProgress) -> None:
        if progress.done == 3:
            raise KeyError("a fault of the program")

    with pytest.raises(KeyError):
        ccc.recordings.download_all(ccc.call_records.search(start=0), tmp_path, on_progress=fail, concurrency=2)
    listed = [row["path"] for row in lines(tmp_path / "manifest.jsonl")]
    assert set(listed) == files(tmp_path).keys()
    assert 3 <= len(listed) < len(RECORDED)
    assert [] == [one.name for one in threading.enumerate() if one.name.startswith("hillstone_ccc")]
    report = ccc.recordings.download_all(ccc.call_records.search(start=0), tmp_path)
    assert len(RECORDED) == report.done + report.kept
    assert {path_of(call): stored(call) for call in RECORDED} == files(tmp_path)


def test_ctrl_c_stops_it_cleanly(open_to: Callable[..., Any], tmp_path: Path) -> None:
    """What is under way is left where it can be gone on with, no thread stays, and the lists are written."""
    _, ccc = open_to("sync", FEW)

    def interrupt(_: DownloadProgress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ccc.recordings.download_all(ccc.call_records.search(start=0), tmp_path, on_progress=interrupt)
    assert [] == [one.name for one in threading.enumerate() if one.name.startswith("hillstone_ccc")]
    assert set(files(tmp_path)) == {row["path"] for row in lines(tmp_path / "manifest.jsonl")}
    report = ccc.recordings.download_all(ccc.call_records.search(start=0), tmp_path)
    assert len(RECORDED) == report.done + report.kept


def test_what_is_slow_is_not_waited_for(settings_of: Callable[[Sandbox], dict[str, Any]], tmp_path: Path) -> None:
    """Threads that would go on for minutes end at once; real seconds would pass otherwise."""
    ended: list[BaseException] = []

    def interrupt(progress: DownloadProgress) -> None:
        if progress.bytes:
            raise KeyboardInterrupt

    def download() -> None:
        with Sandbox(calls=FEW, clock=lambda: NOW) as box, Client(**settings_of(box), clock=Still()) as ccc:
            try:
                ccc.recordings.download_all(
                    ccc.call_records.search(start=0), tmp_path, on_progress=interrupt, max_bytes_per_second=10
                )
            except KeyboardInterrupt as error:
                ended.append(error)

    thread = threading.Thread(target=download, daemon=True)
    thread.start()
    thread.join(30)
    assert 1 == len(ended)


def test_what_is_stalled_is_cut(tmp_path: Path) -> None:
    """A store that sends a little and then nothing does not hold up who interrupts: its connections are ended."""
    length, began = 300_000, threading.Event()

    class Stalling(socketserver.StreamRequestHandler):
        """Sends half of a file and waits for ever."""

        def handle(self) -> None:
            while line := self.rfile.readline():
                assert list(iter(self.rfile.readline, b"\r\n"))
                if line.startswith(b"POST"):
                    link = f"http://127.0.0.1:{server.server_address[1]}/a.wav"
                    body = json.dumps({"Code": "OK", "Data": {"FileUrl": link, "FileName": "a.wav"}}).encode()
                    self.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body))
                    continue
                self.wfile.write(b'HTTP/1.1 200 OK\r\ncontent-length: %d\r\netag: "A"\r\n\r\n' % length)
                self.wfile.write(bytes(length // 2))
                began.set()
                self.rfile.read(1)  # until the caller hangs up

    class Patient(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    def interrupt(progress: DownloadProgress) -> None:
        if progress.bytes and began.is_set():
            raise KeyboardInterrupt

    ended: list[BaseException] = []

    def download() -> None:
        key: dict[str, Any] = {"access_key_id": "example-id", "access_key_secret": "example-secret"}
        endpoint = f"http://127.0.0.1:{server.server_address[1]}"
        with Client(instance_id="ccc-demo", endpoint=endpoint, timeout=600, **key) as ccc:
            try:
                ccc.recordings.download_all(
                    ["job-1", "job-2"], tmp_path, layout="{contact_id}{suffix}", manifest=None, on_progress=interrupt
                )
            except KeyboardInterrupt as error:
                ended.append(error)

    with Patient(("127.0.0.1", 0), Stalling) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        thread = threading.Thread(target=download, daemon=True)
        thread.start()
        thread.join(30)
        server.shutdown()
    assert 1 == len(ended)
    assert {".job-1.wav.part", ".job-2.wav.part"} & {path.name for path in tmp_path.iterdir()}


class Still(Clock):
    """The real clock, but for the day, which is the sandbox's."""

    def wall(self) -> float:
        """Always the same."""
        return NOW


async def test_a_cancelled_task_stops_it_cleanly(
    settings_of: Callable[[Sandbox], dict[str, Any]], tmp_path: Path
) -> None:
    """No task is left behind, what is slow is not waited for, and a later run goes on."""
    with Sandbox(calls=FEW, clock=lambda: NOW) as box:
        async with AsyncClient(**settings_of(box), clock=Still()) as ccc:
            going = asyncio.Event()
            calls = ccc.call_records.search(start=0)
            running = asyncio.ensure_future(
                ccc.recordings.download_all(
                    calls, tmp_path, on_progress=lambda _: going.set(), concurrency=2, max_bytes_per_second=10
                )
            )
            await going.wait()
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asyncio.wait_for(running, 30)
            assert 1 == len(asyncio.all_tasks())
            assert set(files(tmp_path)) == {row["path"] for row in lines(tmp_path / "manifest.jsonl")}
            report = await ccc.recordings.download_all(calls, tmp_path)
            assert len(RECORDED) == report.done + report.kept


@each_driver
def test_what_every_recording_would_meet_ends_it(driver: str, open_to: Callable[..., Any], tmp_path: Path) -> None:
    """A key that is refused is told once, not ten thousand times."""
    box, ccc = open_to(driver, FEW)
    calls = ccc.call_records.search(start=0).to_list()
    box._gateway.key = type(box._gateway.key)("another-id", "another-secret", None)
    with pytest.raises(AuthenticationError):
        ccc.recordings.download_all(calls, tmp_path, concurrency=2)
    assert box.count("GetMonoRecording") <= 3


@each_driver
@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [("Forbidden.RAM", 403, "PermissionDeniedError"), ("NotExists.InstanceId", 404, "NotFoundError")],
)
def test_a_refusal_of_them_all_ends_it(
    driver: str, code: str, status: int, kind: str, opened: Callable[..., Any], tmp_path: Path
) -> None:
    """A permission that is missing, and a call center that is not there."""

    def refuse(_: httpx.Request) -> httpx.Response:
        return httpx.Response(status, json={"Code": code, "Message": "no"})

    web: Any = httpx.Client if driver == "sync" else httpx.AsyncClient
    key = {"access_key_id": "example-id", "access_key_secret": "example-secret"}
    ccc = opened(driver, instance_id="ccc-demo", http_client=web(transport=httpx.MockTransport(refuse)), **key)
    for manifest in (None, "jsonl"):
        with pytest.raises(CCCError) as raised:
            ccc.recordings.download_all(["job-1"], tmp_path, manifest=manifest, layout="{contact_id}{suffix}")
        assert kind == type(raised.value).__name__


@each_driver
def test_a_full_disk_ends_it(
    driver: str, open_to: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And says how much is missing; nothing is left under a final name."""
    _, ccc = open_to(driver, FEW)
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 1_000})())
    with pytest.raises(RecordingNotSavedError, match="has no room"):
        ccc.recordings.download_all(ccc.call_records.search(start=0), tmp_path)
    assert {} == files(tmp_path)


@each_driver
def test_a_search_that_fails_ends_it(driver: str, open_to: Callable[..., Any], tmp_path: Path) -> None:
    """Its error comes out."""
    box, ccc = open_to(driver, FEW, attempts=1)
    box.faults = Faults(every=1, kinds=(Fault.SERVER_ERROR,))
    with pytest.raises(CCCError):
        ccc.recordings.download_all(ccc.call_records.search(start=0), tmp_path)


@each_driver
@pytest.mark.parametrize(
    "told",
    [
        {"concurrency": 0},
        {"concurrency": True},
        {"layout": "../{contact_id}"},
        {"layout": "/absolute/{contact_id}"},
        {"layout": "{nothing}"},
        {"max_bytes_per_second": 0},
        {"max_bytes_per_second": float("inf")},
        {"manifest": "csv"},
        {"track": "stereo"},
        {"on_progress": "print"},
        {"calls": "job-1"},
        {"calls": ["job-1", None]},
        {"directory": "a\0b"},
    ],
    ids=lambda told: f"{next(iter(told))}={next(iter(told.values()))!r}",
)
def test_what_cannot_be_meant_is_refused(
    driver: str, told: dict[str, Any], over_port: Callable[[str], Any], tmp_path: Path
) -> None:
    """The argument is named."""
    ccc = over_port(driver)
    arguments = {"calls": ["job-1"], "directory": tmp_path, **told}
    with pytest.raises(InvalidQueryError) as raised:
        ccc.recordings.download_all(arguments.pop("calls"), arguments.pop("directory"), **arguments)
    (named,) = told
    assert re.search(rf"{named}|contact_id", str(raised.value))
    assert not list(tmp_path.rglob("*.wav"))


@each_driver
def test_a_directory_that_cannot_be_made(driver: str, open_to: Callable[..., Any], tmp_path: Path) -> None:
    """Is named, before anything is asked for."""
    box, ccc = open_to(driver, FEW)
    (tmp_path / "file").write_text("")
    for directory in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(RecordingNotSavedError, match="file"):
            ccc.recordings.download_all(ccc.call_records.search(start=0), directory)
    assert [] == box.requests


def test_no_more_are_under_way_than_may_be(
    clock: SimulatedClock, settings_of: Callable[[Sandbox], dict[str, Any]], tmp_path: Path
) -> None:
    """And no more calls are read from the search than that: a search of a million is not held in memory."""
    read: list[str] = []
    ahead: list[int] = []

    def some() -> Iterator[str]:
        for call in FEW:
            read.append(call.contact_id)
            yield call.contact_id

    def tell(progress: DownloadProgress) -> None:
        ahead.append(len(read) - progress.done - progress.missing)

    with Sandbox(calls=FEW, clock=clock.wall) as box, Client(**settings_of(box), clock=clock) as ccc:
        ccc.recordings.download_all(some(), tmp_path, concurrency=3, on_progress=tell)
    assert 3 >= max(ahead)
    assert len(FEW) == len(read)


def test_two_at_once_in_one_directory_do_no_harm(
    clock: SimulatedClock, settings_of: Callable[[Sandbox], dict[str, Any]], tmp_path: Path
) -> None:
    """Both come to their end, every file is whole, and nothing hidden is left but the journal."""
    calls = calls_of(60)
    reports: list[DownloadReport] = []
    with Sandbox(calls=calls, clock=clock.wall) as box:

        def download() -> None:
            with Client(**settings_of(box), clock=clock) as ccc:
                reports.append(ccc.recordings.download_all(ccc.call_records.search(start=0), tmp_path))

        threads = [threading.Thread(target=download) for _ in range(2)]
        for one in threads:
            one.start()
        for one in threads:
            one.join(60)
    recorded = [call for call in calls if call.recording_ready]
    assert [(len(recorded), 0)] * 2 == [(one.done + one.kept, one.failed) for one in reports]
    assert {path_of(call): stored(call) for call in recorded} == files(tmp_path)
    assert [] == list(tmp_path.rglob(".*.part*"))


def test_closing_the_client_ends_it(open_to: Callable[..., Any], tmp_path: Path) -> None:
    """What is under way is left, as by Ctrl-C."""
    _, ccc = open_to("sync", FEW)

    def close(_: DownloadProgress) -> None:
        ccc.close()

    with pytest.raises(CCCError, match="closed"):
        ccc.recordings.download_all(ccc.call_records.search(start=0), tmp_path, on_progress=close)

"""Programs of users, for the type checkers alone: nothing here is ever run."""

from __future__ import annotations

import wave
from collections.abc import AsyncIterator, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hillstone_ccc import (
    Agent,
    AsyncClient,
    AsyncRecording,
    AsyncRecordingFile,
    AsyncResults,
    CallDetail,
    CallEvent,
    CallRecord,
    CallRecordQuery,
    Client,
    ContactType,
    Coverage,
    Disposition,
    DownloadReport,
    DownloadResult,
    MissingPart,
    Page,
    Player,
    Recording,
    RecordingFile,
    RecordingPart,
    RestoreState,
    Results,
    SkillGroup,
    Transfer,
)

if TYPE_CHECKING:
    import httpx
    from typing_extensions import assert_type


def synchronous(ccc: Client, web: httpx.Client) -> None:
    """Searching, walking and paging in a thread."""
    with Client(instance_id="ccc-demo", timeout=5, verify=Path("ca.pem"), http_client=web) as other:
        assert_type(other, Client)
    assert_type(Client.from_env(region_id="cn-shanghai"), Client)
    calls = ccc.call_records.search(start="today")
    assert_type(calls, Results[CallRecord])
    assert_type(calls.limit(5), Results[CallRecord])
    assert_type(calls.to_list(), list[CallRecord])
    assert_type(calls.first(), CallRecord | None)
    assert_type(calls.count(), int)
    assert_type(calls.coverage(), Coverage | None)
    assert_type(iter(calls), Iterator[CallRecord])
    page = calls.page(2, size=50)
    assert_type(page, Page[CallRecord])
    assert_type(page.items, tuple[CallRecord, ...])
    assert_type((page.page, page.size, page.total, page.pages), tuple[int, int, int, int])
    for one in calls.pages():
        assert_type(one, Page[CallRecord])
        for call in one:
            assert_type(call, CallRecord)
    for call in calls:
        assert_type(call.contact_id, str)
        assert_type(call.start_time, datetime | None)
        assert_type(call.contact_type, ContactType | None)
        assert_type(call.contact_disposition, Disposition | None)
        assert_type(call.agent_names, tuple[str, ...])
        assert_type(call.talk_time, int | None)
        assert_type(call.extra, dict[str, Any])
    detail = ccc.call_records.get("job-1")
    assert_type(detail, CallDetail)
    assert_type(detail.events, tuple[CallEvent, ...])
    assert_type(detail.off_site, bool | None)
    assert_type(detail.transfers, tuple[Transfer, ...] | None)
    assert_type(detail.missing, tuple[MissingPart, ...])
    assert_type(detail.record, CallRecord | None)
    assert_type(ccc.agents.search("张"), Results[Agent])
    assert_type(ccc.agents.get("zhangsan@ccc-demo"), Agent)
    assert_type(ccc.skill_groups.search(media_type="AUDIO"), Results[SkillGroup])


def recordings(ccc: Client, detail: CallDetail) -> None:
    """Listening to one and saving many."""
    recording = ccc.recordings.get("job-1", "multi_channel")
    assert_type(recording, Recording)
    assert_type(recording.expires_at, datetime | None)
    assert_type(recording.download("recordings/", on_progress=print), Path)
    assert_type(recording.url, str)
    assert_type(recording.content_type, str | None)
    assert_type(recording.part, RecordingPart | None)
    assert_type(recording.read(), bytes)
    assert_type(recording.open(), RecordingFile)
    with recording.open() as file, wave.open(file, "rb") as sound:
        assert_type(sound.getnframes(), int)
    assert_type(recording.audio(), Player)
    assert_type(recording.restore(), RestoreState)
    assert_type(recording.wait_until_ready(timeout=5), Recording)
    for piece in recording.iter_bytes():
        assert_type(piece, bytes)
    assert_type(ccc.recordings.wait_until_ready(detail, timeout=5), Recording)
    assert_type(ccc.recordings.parts("job-1"), list[Recording])
    report = ccc.recordings.download_all(ccc.call_records.search(), "recordings", on_progress=print)
    assert_type(report, DownloadReport)
    assert_type(report.problems, tuple[DownloadResult, ...])
    ccc.recordings.download_all(["job-1"], Path("recordings"), manifest="parquet")
    assert_type(ccc.recordings.restore({"job-1"}), list[RestoreState])


async def asynchronous(ccc: AsyncClient, web: httpx.AsyncClient) -> None:
    """The same in a task."""
    async with AsyncClient(instance_id="ccc-demo", http_client=web) as other:
        assert_type(other, AsyncClient)
    calls = ccc.call_records.search(start="today")
    assert_type(calls, AsyncResults[CallRecord])
    assert_type(calls.limit(5), AsyncResults[CallRecord])
    assert_type(await calls.to_list(), list[CallRecord])
    assert_type(await calls.first(), CallRecord | None)
    assert_type(await calls.count(), int)
    assert_type(calls.coverage(), Coverage | None)
    assert_type(aiter(calls), AsyncIterator[CallRecord])
    assert_type(await calls.page(1), Page[CallRecord])
    async for one in calls.pages(size=10):
        assert_type(one, Page[CallRecord])
    async for call in calls:
        assert_type(call, CallRecord)
    assert_type(await ccc.call_records.get("job-1"), CallDetail)
    assert_type(await ccc.agents.get("zhangsan@ccc-demo"), Agent)
    recording = await ccc.recordings.get("job-1")
    assert_type(recording, AsyncRecording)
    assert_type(await recording.download(Path("recordings")), Path)
    assert_type(recording.url, str)
    assert_type(await recording.read(), bytes)
    assert_type(await recording.open(), AsyncRecordingFile)
    assert_type(await recording.audio(), Player)
    async for piece in recording.iter_bytes():
        assert_type(piece, bytes)
    assert_type(await ccc.recordings.parts("job-1", track="mono"), list[AsyncRecording])
    assert_type(await ccc.recordings.download_all(calls, "recordings"), DownloadReport)
    await ccc.recordings.download_all(["job-1"], "recordings")


def queries(ccc: Client) -> None:
    """What a query takes."""
    assert_type(CallRecordQuery.last(days=7, agent_names=["张三"]), CallRecordQuery)
    assert_type(CallRecordQuery.between(date(2026, 1, 1), "2026-02-01T00:00:00+08:00"), CallRecordQuery)
    assert_type(CallRecordQuery.today(order="asc"), CallRecordQuery)
    query = CallRecordQuery(
        start=timedelta(hours=1),
        agent_ids=("zhangsan@ccc-demo",),
        contact_types=[ContactType.INBOUND, "Outbound"],
        dispositions=["Success"],
        calling_number="13800000001",
        order="desc",
    )
    assert_type(query.evolve(end=1_767_345_845_000), CallRecordQuery)
    assert_type(ccc.call_records.search(query, order="asc"), Results[CallRecord])


# What must not pass: each line is an error for both checkers, or the comment that expects it is one.


def mistakes(ccc: Client, other: AsyncClient, asynchronous_web: httpx.AsyncClient) -> None:
    """Mistakes that a checker tells before anything runs."""
    Client("ccc-demo")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    Client(instance_id="ccc-demo", http_client=asynchronous_web)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Client(instance_id="ccc-demo", network="intranet")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    CallRecordQuery.last(days=1, agent="张三")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    ccc.call_records.search(agnet_names=["张三"])  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    CallRecordQuery(order="up")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ccc.call_records.search("today")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    ccc.recordings.get("job-1", "stereo")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    for _ in other.agents.search():  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues]
        pass

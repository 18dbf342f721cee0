"""What an asynchronous client offers of recordings: the same names as the synchronous one, awaited."""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, Iterable
from typing import TYPE_CHECKING, Literal

from ._core.batch import DownloadReport
from ._core.file_names import STANDARD_LAYOUT
from ._core.links import RestoreState, Track
from ._core.lookups import restore
from ._core.public import public
from ._core.source import Call, contact_ids_of, find, parts
from ._core.waiting import find_when_ready
from ._recording import AsyncRecording

if TYPE_CHECKING:
    from ._async_driver import AsyncDriver
    from ._core.batch import OnProgress


@public
class AsyncRecordings:
    """Recordings (录音)."""

    def __init__(self, driver: AsyncDriver) -> None:
        self._driver = driver

    async def get(self, call: Call, track: Track = "mono", *, expire_seconds: int | None = None) -> AsyncRecording:
        """A call's recording.

        Args:
            call: The call's id, or a :class:`CallRecord` or :class:`CallDetail` of it.
            track: ``mono`` (both sides on one track), ``multi_channel``, ``voicemail`` or ``early_media``.
            expire_seconds: Life time of the link (mono only); a day if left out. Its range is not documented.

        Raises:
            RecordingNotReadyError: There is none; ``can_still_come`` tells whether there may be one later.
        """
        session = self._driver.session
        return AsyncRecording(self._driver, await self._driver.run(find(session, call, track, expire_seconds)))

    async def wait_until_ready(
        self,
        call: Call,
        track: Track = "mono",
        *,
        expire_seconds: int | None = None,
        timeout: float = 600.0,
    ) -> AsyncRecording:
        """A call's recording, waited for as long as it can still come: for a call that has just ended.

        Args:
            call: The call's id, or a :class:`CallRecord` or :class:`CallDetail` of it.
            track: Which of its recordings; see :meth:`get`.
            expire_seconds: Life time of the link (mono only).
            timeout: Seconds to wait at most. How long the making of a recording takes is not documented.

        Raises:
            RecordingNotReadyError: It cannot come, or did not in time.
        """
        flow = find_when_ready(self._driver.session, call, track, expire_seconds, timeout)
        return AsyncRecording(self._driver, await self._driver.run(flow))

    async def parts(self, call: Call, track: Track = "mono") -> list[AsyncRecording]:
        """The recordings of a call's legs, one an agent who took part; empty if there are none.

        Sources: ListMonoRecordings, ListMultiChannelRecordings.

        Args:
            call: The call's id, or a :class:`CallRecord` or :class:`CallDetail` of it.
            track: ``mono`` or ``multi_channel``.
        """
        found = await self._driver.run(parts(self._driver.session, call, track))
        return [AsyncRecording(self._driver, one) for one in found]

    async def restore(self, calls: Iterable[Call]) -> list[RestoreState]:
        """Asks for archived recordings to be thawed, and tells how far each is; ask again to see."""
        return await self._driver.run(restore(self._driver.session, contact_ids_of(calls)))

    async def download_all(
        self,
        calls: AsyncIterable[Call] | Iterable[Call],
        directory: str | os.PathLike[str],
        *,
        track: Track = "mono",
        concurrency: int | None = None,
        layout: str = STANDARD_LAYOUT,
        on_progress: OnProgress = None,
        skip_existing: bool = True,
        max_bytes_per_second: float | None = None,
        manifest: Literal["jsonl", "parquet"] | None = "jsonl",
    ) -> DownloadReport:
        """Downloads the recordings of many calls side by side; see :meth:`Recordings.download_all`.

        Args:
            calls: A search, or calls or their ids from anywhere, asynchronous or not; read as it is needed.
            directory: Where they go; the other arguments are told there as well.
            track: Which of their recordings.
            concurrency: How many at once.
            layout: The files' names below the directory.
            on_progress: Called with a :class:`DownloadProgress`.
            skip_existing: Whether a recording that is there, whole, is kept.
            max_bytes_per_second: How fast all of them together may come.
            manifest: ``jsonl``, ``parquet`` or None.
        """
        from ._async_downloads import download_all  # noqa: PLC0415 - brings asyncio along, for who runs a loop
        from ._downloads import Wanted  # noqa: PLC0415 - brings sqlite along, for who downloads many

        wanted = Wanted.checked(
            track=track,
            concurrency=self._driver.exchange.settings.concurrency if concurrency is None else concurrency,
            layout=layout,
            on_progress=on_progress,
            skip_existing=skip_existing,
            max_bytes_per_second=max_bytes_per_second,
            manifest=manifest,
        )
        return await download_all(self._driver, calls, directory, wanted)

"""Downloading many recordings: a search walked, and its recordings fetched side by side in tasks."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterable
from typing import TYPE_CHECKING, Any

from ._archive import Archive
from ._core.batch import DownloadReport, DownloadResult, download
from ._core.source import Call, contact_id_of
from ._downloads import END, TICK, Many, Wanted

if TYPE_CHECKING:
    from ._async_driver import AsyncDriver


async def download_all(
    driver: AsyncDriver,
    calls: Iterable[Call] | AsyncIterable[Call],
    directory: str | os.PathLike[str],
    wanted: Wanted,
) -> DownloadReport:
    """Downloads the recordings of all these calls, in tasks."""
    archive = await asyncio.to_thread(Archive, directory, wanted.manifest)
    try:
        many = Many(driver, calls, archive, wanted)
        incoming = _each(calls)
        try:
            await _carry_out(driver, many, incoming)
        finally:
            await incoming.aclose()
        return many.report()
    finally:
        await asyncio.to_thread(archive.__exit__, None, None, None)


async def _carry_out(driver: AsyncDriver, many: Many, incoming: AsyncIterator[Call]) -> None:
    async def one(call: Call) -> DownloadResult:
        try:
            return await driver.run(download(driver.session, many.job, call))
        finally:
            many.archive.leave(contact_id_of(call))

    running: set[asyncio.Task[DownloadResult]] = set()
    finding: asyncio.Task[Call] | None = None
    more = True
    try:
        while more or running:
            if more and finding is None and many.batch.has_room:
                finding = asyncio.ensure_future(_next(incoming))
            waited: set[asyncio.Task[Any]] = {*running, *([finding] if finding is not None else [])}
            ended, _ = await asyncio.wait(waited, timeout=TICK, return_when=asyncio.FIRST_COMPLETED)
            if finding is not None and finding in ended:
                call, finding = finding.result(), None
                more = call is not END
                if more and many.batch.admit(call):
                    running.add(asyncio.ensure_future(one(call)))
            for task in [task for task in running if task in ended]:
                running.discard(task)
                many.end(task.result())
            many.tell()
    finally:
        left: list[asyncio.Task[Any]] = [*running, *([finding] if finding is not None else [])]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


async def _next(incoming: AsyncIterator[Call]) -> Call:
    return await anext(incoming, END)


async def _each(calls: Iterable[Call] | AsyncIterable[Call]) -> AsyncGenerator[Call, None]:
    if isinstance(calls, AsyncIterable):
        async for call in calls:
            yield call
    else:
        for call in calls:
            yield call

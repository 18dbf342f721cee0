"""What the paths ask for, on top of an AsyncClient: searches, agents, recordings, details, each sheltered.

Equal requests at one time are one; what was found a moment ago is handed out again, within bounds of number and
time; a search that has to be walked is bounded in rows, and everything in seconds.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar

from cachetools import TTLCache

from hillstone_ccc import (
    Agent,
    AgentNotFoundError,
    AsyncClient,
    AsyncRecording,
    AsyncResults,
    CallRecord,
    CallRecordQuery,
    Page,
    RecordingExpiredError,
    SkillGroupNotFoundError,
)
from hillstone_ccc.contract import agent_row, detail_row, masked, record_rows, refusals

from .envelope import RefusedError, encoded
from .flights import Flights
from .metrics import Metrics
from .options import ServerOptions

T = TypeVar("T")

_MOST_RESULTS = 1_000
_MOST_WALKED = 4  # as many rows as that many of the widest walks have
_MOST_WAITING = 8  # walks that wait for each that is on
_MOST_PAGES = 1_000
_MOST_LINKS = 10_000
_LIFE_LEFT = 120.0


class FrontDesk:
    """Answers what is asked, encoded.

    Args:
        client: What reaches the call center.
        options: Bounds and caches.
        metrics: Counts what the caches gave.
        clock: Seconds of a clock that only goes forward.
    """

    def __init__(
        self,
        client: AsyncClient,
        options: ServerOptions,
        metrics: Metrics,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._options = options
        self._metrics = metrics
        self._flights = Flights(metrics.shared)
        self._results: TTLCache[CallRecordQuery, AsyncResults[CallRecord]] = TTLCache(
            _MOST_RESULTS, options.results_seconds, clock
        )
        self._walked: TTLCache[CallRecordQuery, list[CallRecord]] = TTLCache(
            _MOST_WALKED * options.walk_rows, options.results_seconds, clock, getsizeof=_room
        )
        self._walks = asyncio.Semaphore(options.walks)
        self._waiting = 0
        self._agents: TTLCache[Hashable, Page[Agent]] = TTLCache(_MOST_PAGES, options.agents_seconds, clock)
        self._recordings: TTLCache[str, AsyncRecording] = TTLCache(_MOST_LINKS, options.recording_seconds, clock)

    async def call_records(self, query: CallRecordQuery, page: int, size: int, *, mask: bool) -> bytes:
        """A page of calls; an empty one that says who is not there, if a name is nobody's."""

        async def make() -> bytes:
            try:
                found = await self._page(query, page, size)
            except (AgentNotFoundError, SkillGroupNotFoundError) as error:
                return encoded(_page(Page((), page, size, 0), []), error.message)
            return encoded(_page(found, _shown(record_rows(found.items), mask=mask)))

        return await self._join(("calls", query, page, size, mask), make)

    async def agents(self, name_pattern: str, skill_group_id: str | None, page: int, size: int, *, mask: bool) -> bytes:
        """A page of agents."""
        key = (name_pattern, skill_group_id, page, size)

        async def make() -> bytes:
            found = self._kept("agents", self._agents, key)
            if found is None:
                found = await self._client.agents.search(name_pattern, skill_group_id=skill_group_id).page(page, size)
                self._agents[key] = found
            return encoded(_page(found, _shown([agent_row(one) for one in found.items], mask=mask)))

        return await self._join(("agents", *key, mask), make)

    async def recording(self, contact_id: str) -> bytes:
        """Where a call's recording is."""

        async def make() -> bytes:
            kept = self._kept("recordings", self._recordings, contact_id)
            recording = kept or await self._client.recordings.get(contact_id)
            try:
                link = recording.url
            except RecordingExpiredError:
                link = (await recording.renew()).url
            if kept is None and _lives_on(recording):
                self._recordings[contact_id] = recording
            return encoded({"file_url": link, "file_name": recording.file_name})

        return await self._join(("recording", contact_id), make)

    async def details(self, contact_id: str, *, mask: bool) -> bytes:
        """A call with what happened in it."""

        async def make() -> bytes:
            row = detail_row(await self._client.call_records.get(contact_id))
            return encoded(masked(row) if mask else row)

        return await self._join(("details", contact_id, mask), make)

    async def _page(self, query: CallRecordQuery, page: int, size: int) -> Page[CallRecord]:
        results = None if page == 1 else self._kept("searches", self._results, query)
        if results is None:
            # A first page shows the present; the pages behind it belong to the search that it began.
            results = self._client.call_records.search(query)
            self._results[query] = results
            self._walked.pop(query, None)
        if not await results.needs_walk():
            return await results.page(page, size)
        rows = self._kept("walks", self._walked, query)
        if rows is None:
            rows = await self._join(("walk", query), lambda: self._walk(results))
            self._walked[query] = rows
        return Page(tuple(rows[(page - 1) * size : page * size]), page, size, len(rows))

    async def _walk(self, results: AsyncResults[CallRecord]) -> list[CallRecord]:
        """All rows of a search that has to be looked through; a few at one time, so that others get their turn."""
        if self._waiting >= _MOST_WAITING * self._options.walks:
            raise RefusedError(refusals.TOO_MANY_WALKS)
        self._waiting += 1
        try:
            async with self._walks:
                return await results.bounded(self._options.walk_rows).to_list()
        finally:
            self._waiting -= 1

    async def _join(self, key: Hashable, make: Callable[[], Awaitable[T]]) -> T:
        return await self._flights.join(key, make, self._options.deadline)

    def _kept(self, cache: str, kept: TTLCache[Any, T], key: Hashable) -> T | None:
        found = kept.get(key)
        self._metrics.cache(cache, hit=found is not None)
        return found


def _page(page: Page[Any], rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"page": page.page, "size": page.size, "total": page.total, "list": rows}


def _shown(rows: list[dict[str, Any]], *, mask: bool) -> list[dict[str, Any]]:
    return [masked(row) for row in rows] if mask else rows


def _room(rows: list[CallRecord]) -> int:
    """What a walk takes of the room for walks: some also if it found nothing, or there would be no end of those."""
    return max(1, len(rows))


def _lives_on(recording: AsyncRecording) -> bool:
    expires = recording.expires_at
    return expires is None or expires.timestamp() - time.time() > _LIFE_LEFT

"""Worlds brought to life: an upstream in process, a way to it on which answers overtake each other, and a client."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import attrs
import httpx

from hillstone_ccc import AsyncClient, CCCError, Client, RetryPolicy
from hillstone_ccc._core.page import Limits
from hillstone_ccc.sandbox import CallCentre, Sandbox
from hillstone_ccc.sandbox.inprocess import SandboxTransport
from hillstone_ccc.testing.clock import SimulatedClock

from .worlds import NOW, Question, Row, World


class Line(SandboxTransport):
    """The way to an upstream; calls arrive while requests are under way, and answers overtake each other.

    Attributes:
        asked: How many requests came.
        under_way: How many of them are not answered yet.
        most_under_way: The most that were under way at once.
    """

    def __init__(self, box: Sandbox, clock: SimulatedClock, world: World) -> None:
        super().__init__(box, clock.advance)
        self.asked = self.under_way = self.most_under_way = 0
        self._world = world
        self._centre = box.centre
        self._lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answers one request; lets other threads go first, before and after, as often as it is the world's way."""
        number = self._comes()
        try:
            self._yield(number)
            answer = super().handle_request(request)
            self._yield(3 * number + 1)
            return answer
        finally:
            self._goes()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answers one request; lets other tasks go first, before and after, as often as it is the world's way."""
        number = self._comes()
        try:
            await self._lap(number)
            answer = await super().handle_async_request(request)
            await self._lap(3 * number + 1)
            return answer
        finally:
            self._goes()

    def _comes(self) -> int:
        with self._lock:
            self.asked += 1
            self.under_way += 1
            self.most_under_way = max(self.most_under_way, self.under_way)
            for request, calls in self._world.arriving:
                if request == self.asked:
                    self._centre.add(*calls)
            return self.asked

    def _goes(self) -> None:
        with self._lock:
            self.under_way -= 1

    def _laps(self, number: int) -> range:
        return range(self._world.laps[number % len(self._world.laps)])

    def _yield(self, number: int) -> None:
        for _ in self._laps(number):
            time.sleep(0)

    async def _lap(self, number: int) -> None:
        for _ in self._laps(number):
            await asyncio.sleep(0)


@attrs.frozen
class Stage:
    """A world being played, and a client of it.

    Attributes:
        box: The upstream.
        line: The way to it.
        client: The client, of either kind.
        loop: Where its tasks run, if it has any.
    """

    box: Sandbox
    line: Line
    client: Any
    loop: asyncio.AbstractEventLoop | None

    def results(self, question: Question) -> Any:
        """The results of a question; nothing is asked yet."""
        found = self.client.call_records.search(
            start=question.start, end=question.end, order=question.order, **question.criteria
        )
        return found if question.limit is None else found.limit(question.limit)

    def now(self, value: Any) -> Any:
        """A value that the asynchronous client gives later."""
        return value if self.loop is None else self.loop.run_until_complete(_awaited(value))

    def walk(self, results: Any) -> tuple[list[Row], CCCError | None]:
        """The rows that came, and the error that ended them."""
        rows: list[Row] = []
        try:
            if self.loop is None:
                rows.extend(map(row_of, results))
            else:
                self.loop.run_until_complete(_collect(results, rows))
        except CCCError as error:
            return rows, error
        return rows, None


async def _awaited(value: Any) -> Any:
    return await value


async def _collect(results: Any, rows: list[Row]) -> None:
    async for record in results:
        rows.append(row_of(record))  # noqa: PERF401 - what came before an error counts


def row_of(record: Any) -> Row:
    """When a call began and its id, as the client tells them."""
    return round(record.start_time.timestamp() * 1000), record.contact_id


@contextmanager
def played(
    driver: str, world: World, *, concurrency: int = 8, loop: asyncio.AbstractEventLoop | None = None
) -> Iterator[Stage]:
    """A world behind a client that knows how far its lists can be paged through.

    Args:
        driver: ``sync`` or ``async``.
        world: What to play.
        concurrency: The client's.
        loop: Where an asynchronous client runs.
    """
    clock = SimulatedClock(wall=NOW / 1000)
    box = Sandbox(
        centre=CallCentre.of(world.calls, now_ms=NOW),
        quirks=world.quirks,
        faults=world.faults,
        clock=clock.wall,
        gzip=False,
        page_limit=world.pages,
        size_limit=world.page_rows,
    )
    line = Line(box, clock, world)
    settings: dict[str, Any] = {
        "instance_id": box.instance_id,
        "access_key_id": box.access_key_id,
        "access_key_secret": box.access_key_secret,
        "endpoint": box.endpoint,
        "clock": clock,
        "concurrency": concurrency,
        # The waits of several at once add up on a simulated clock: attempts alone are to be counted.
        "retry": RetryPolicy(seconds=1e9),
    }
    if driver == "sync":
        with httpx.Client(transport=line) as web, Client(**settings, http_client=web) as client:
            yield Stage(box, line, _limited(client, world), None)
        return
    assert loop is not None

    async def opened() -> AsyncClient:
        return AsyncClient(**settings, http_client=httpx.AsyncClient(transport=line))

    client_of_loop = loop.run_until_complete(opened())
    try:
        yield Stage(box, line, _limited(client_of_loop, world), loop)
    finally:
        loop.run_until_complete(client_of_loop.aclose())


def _limited(client: Any, world: World) -> Any:
    """The client of an upstream that lists less: nobody else has one, so it is no setting."""
    driver = client._driver
    driver.session = attrs.evolve(driver.session, limits=Limits(pages=world.pages, rows=world.page_rows))
    return client

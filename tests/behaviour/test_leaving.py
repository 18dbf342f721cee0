"""A loop that is left early: the fetching stops, no thread or task stays busy, and the client serves on."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest

from hillstone_ccc import AsyncClient, Client
from hillstone_ccc.sandbox import Call, Fault, Faults, Sandbox
from hillstone_ccc.sandbox.inprocess import SandboxTransport

from .playing import Stage, played, row_of
from .worlds import NOW, Question, Row, World

PAGES = 100
EVENLY = World(tuple((1_000 * number, 0) for number in range(5 * PAGES)), 100, 5, laps=(0, 3, 1))
ALL = Question(NOW, NOW + 1_000_000_000)

each_driver = pytest.mark.parametrize("driver", ["sync", "async"])


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """Where an asynchronous client runs."""
    with closing(asyncio.new_event_loop()) as loop:
        yield loop
        loop.run_until_complete(loop.shutdown_default_executor())


@pytest.fixture
def threads() -> Iterator[set[threading.Thread]]:
    """The threads that were there before; afterwards there are no others."""
    before = set(threading.enumerate())
    yield before
    assert before >= {thread for thread in threading.enumerate() if thread.name.startswith("hillstone_ccc")}


def some_of(stage: Stage, number: int) -> list[Row]:
    """The first rows of a loop that is left after them."""
    rows: list[Row] = []
    if stage.loop is None:
        for record in stage.results(ALL):
            rows.append(row_of(record))
            if len(rows) == number:
                break
        return rows

    async def take() -> None:
        async for record in stage.results(ALL):
            rows.append(row_of(record))
            if len(rows) == number:
                break

    stage.loop.run_until_complete(take())
    return rows


@each_driver
@pytest.mark.parametrize("concurrency", [1, 8])
@pytest.mark.parametrize("number", [1, 12])
def test_leaving_a_loop_stops_the_fetching(
    driver: str, concurrency: int, number: int, loop: asyncio.AbstractEventLoop, threads: set[threading.Thread]
) -> None:
    """What is on its way when the loop is left may come to its end, and nothing else is asked for."""
    with played(driver, EVENLY, concurrency=concurrency, loop=loop) as stage:
        assert ALL.answer(EVENLY.calls)[:number] == some_of(stage, number)
        asked = stage.line.asked
        if stage.loop is not None:
            stage.loop.run_until_complete(turns())
            assert set() == asyncio.all_tasks(stage.loop)
    assert asked <= stage.line.asked <= asked + concurrency
    assert stage.line.asked < 0.8 * PAGES
    assert 0 == stage.line.under_way


async def turns() -> None:
    """A few turns of the loop, in which cancelled tasks end."""
    for _ in range(20):
        await asyncio.sleep(0)


@each_driver
def test_a_client_whose_loop_was_left_serves_on(driver: str, loop: asyncio.AbstractEventLoop) -> None:
    """Searches after it, and beside what it left, are whole."""
    with played(driver, EVENLY, loop=loop) as stage:
        for number in (1, 12, 7):
            assert ALL.answer(EVENLY.calls)[:number] == some_of(stage, number)
        assert (ALL.answer(EVENLY.calls), None) == stage.walk(stage.results(ALL))


class OnlyPageOne(SandboxTransport):
    """The way to an upstream that gives page 1 and asks who wants another to come back in half a minute."""

    def __init__(self, box: Sandbox) -> None:
        super().__init__(box, None)
        self.box = box
        self.refused = threading.Event()
        self._lock = threading.Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answers one request."""
        with self._lock:
            self._choose(request)
            return super().handle_request(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answers one request."""
        self._choose(request)
        return await super().handle_async_request(request)

    def _choose(self, request: httpx.Request) -> None:
        first = request.url.params["PageNumber"] == "1"
        throttled = Faults(share=1.0, kinds=(Fault.THROTTLE_WITH_RETRY_AFTER,), retry_after_ms=30_000)
        self.box.faults = Faults() if first else throttled
        if not first:
            self.refused.set()


@each_driver
def test_who_leaves_does_not_wait_for_a_throttle(driver: str, threads: set[threading.Thread]) -> None:
    """A page ahead that is to be tried again in half a minute holds nobody up who left before."""
    box = Sandbox(calls=[Call(contact_id=f"job-{n}", start_time=NOW + 1_000 * n) for n in range(500)], gzip=False)
    line = OnlyPageOne(box)
    settings: dict[str, Any] = {
        "instance_id": box.instance_id,
        "access_key_id": box.access_key_id,
        "access_key_secret": box.access_key_secret,
        "endpoint": box.endpoint,
    }
    whole: dict[str, Any] = {"start": ALL.start, "end": ALL.end}
    began = time.monotonic()
    if driver == "sync":
        with httpx.Client(transport=line) as web, Client(**settings, http_client=web) as ccc:
            for _ in ccc.call_records.search(**whole):
                assert line.refused.wait(5)
                break
    else:

        async def leave() -> None:
            async with httpx.AsyncClient(transport=line) as web, AsyncClient(**settings, http_client=web) as ccc:
                async for _ in ccc.call_records.search(**whole):
                    assert await asyncio.to_thread(line.refused.wait, 5)
                    break

        asyncio.run(leave())
    assert time.monotonic() - began < 15

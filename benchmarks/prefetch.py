"""How fast a walk is when every answer takes its time: medians of alternating rounds, as a Markdown table.

    python benchmarks/prefetch.py [--quick] [--pages 100] [--delay 30] [--rounds 7] [--concurrency 1 2 4 8 16]

An upstream on loopback, in a process of its own, has the pages ready and waits before every answer. The ideal is
what the waiting alone would take, `pages / concurrency × delay`; CPU is what our process used, which no reading
ahead can hide once it is more than the ideal.
"""

# ruff: noqa: INP001, T201 - a program, whose business is to print

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from typing import Any

import attrs
import orjson
from aiohttp import web

from hillstone_ccc import AsyncClient, Client
from hillstone_ccc.sandbox import CallFilter, Quirks, Sandbox
from hillstone_ccc.sandbox.rendering import record_v2

SIZE = 100
NOW_MS = 1_767_323_045_000
DAY_MS = 86_400_000
MOST = 1.4
"""How many times the ideal a walk may take with eight pages at once."""


def rows_of(pages: int) -> int:
    """Rows on so many pages, the last one half full: a total of just 10,000 may be one that stops there, and is cut."""
    return pages * SIZE - SIZE // 2


# --- the upstream -------------------------------------------------------------------------------------------


@attrs.define
class Upstream:
    """Answers every request with the page it asks for, some time later.

    Attributes:
        rows: the calls as JSON, newest first.
        delay: seconds to wait before every answer.
        answered: how many requests were answered.
    """

    rows: list[bytes]
    delay: float
    answered: int = 0

    @classmethod
    def of(cls, pages: int, delay: float) -> Upstream:
        """One of so many pages of made-up calls."""
        box = Sandbox(records=rows_of(pages), clock=lambda: NOW_MS / 1000)
        calls = box.centre.select(CallFilter()).rows(0, rows_of(pages))
        return cls([orjson.dumps(record_v2(call, Quirks())) for call in calls], delay)

    async def answer(self, request: web.BaseRequest) -> web.Response:
        """The page that is asked for; the total on the first one alone, as the real upstream has it."""
        number, size = int(request.query["PageNumber"]), int(request.query["PageSize"])
        rows = self.rows[(number - 1) * size : number * size]
        told = b'{"Code":"OK","HttpStatusCode":200,"RequestId":"example","Data":{"PageNumber":%d,"PageSize":%d,'
        total = len(self.rows) if number == 1 else 0
        body = told % (number, size) + b'"TotalCount":%d,"List":[%b]}}' % (total, b",".join(rows))
        await asyncio.sleep(self.delay)
        self.answered += 1
        return web.Response(body=body, content_type="application/json")

    async def serve(self, pipe: Connection) -> None:
        """Listens; sends its port, then how many requests it has answered whenever it is sent something."""
        runner = web.ServerRunner(web.Server(self.answer, access_log=None))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        pipe.send(runner.addresses[0][1])
        while await asyncio.to_thread(pipe.recv):
            pipe.send(self.answered)


def serve(pages: int, delay: float, pipe: Connection) -> None:
    """The upstream's process."""
    asyncio.run(Upstream.of(pages, delay).serve(pipe))


@contextmanager
def upstream(pages: int, delay: float) -> Iterator[tuple[str, Callable[[], int]]]:
    """An upstream of its own: its address, and what tells how many requests it has answered."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(pages, delay, there), daemon=True)
    process.start()
    there.close()  # so that the pipe ends when the process does

    def answered() -> int:
        here.send(True)
        return int(here.recv())

    try:
        yield f"http://127.0.0.1:{here.recv()}", answered
    finally:
        here.send(False)
        process.join()


# --- the walks ----------------------------------------------------------------------------------------------


@attrs.frozen
class Walk:
    """One walk.

    Attributes:
        wall: seconds from the first row asked for to the last one had.
        cpu: seconds of CPU of this process.
        requests: how many it took.
    """

    wall: float
    cpu: float
    requests: int


def search(ccc: Any) -> Any:
    """Every call there is."""
    return ccc.call_records.search(start=NOW_MS - 31 * DAY_MS, end=NOW_MS)


def settings(endpoint: str, concurrency: int) -> dict[str, Any]:
    """What a client is told."""
    return {
        "instance_id": "ccc-demo",
        "access_key_id": "example-id",
        "access_key_secret": "example-secret",
        "endpoint": endpoint,
        "concurrency": concurrency,
    }


def sync_walker(stack: ExitStack, told: dict[str, Any]) -> Callable[[], int]:
    """Walks with the synchronous client, and counts."""
    ccc = stack.enter_context(Client(**told))
    return lambda: sum(1 for _ in search(ccc))


def async_walker(stack: ExitStack, told: dict[str, Any]) -> Callable[[], int]:
    """Walks with the asynchronous client, and counts."""
    loop = asyncio.new_event_loop()
    stack.callback(loop.close)

    async def opened() -> AsyncClient:
        return AsyncClient(**told)

    async def walk() -> int:
        return sum([1 async for _ in search(ccc)])

    ccc = loop.run_until_complete(opened())
    stack.callback(lambda: loop.run_until_complete(ccc.aclose()))
    return lambda: loop.run_until_complete(walk())


DRIVERS: dict[str, Callable[[ExitStack, dict[str, Any]], Callable[[], int]]] = {
    "sync": sync_walker,
    "async": async_walker,
}


def timed(walk: Callable[[], int], rows: int, answered: Callable[[], int]) -> Walk:
    """One walk, and what it took."""
    before = answered()
    began, cpu = time.perf_counter(), time.process_time()
    found = walk()
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    if found != rows:
        raise SystemExit(f"{rows} rows are there, and {found} came.")
    return Walk(wall, cpu, answered() - before)


def measure(asked: argparse.Namespace) -> dict[tuple[str, int], list[Walk]]:
    """Every round of every driver and concurrency, after one that warms up imports, connections and threads."""
    walks: dict[tuple[str, int], list[Walk]] = {}
    with upstream(asked.pages, asked.delay / 1000) as (endpoint, answered), ExitStack() as stack:
        walkers = {
            (driver, concurrency): make(stack, settings(endpoint, concurrency))
            for concurrency in asked.concurrency
            for driver, make in DRIVERS.items()
        }
        for number in range(asked.rounds + 1):
            for which, walk in walkers.items():
                took = timed(walk, rows_of(asked.pages), answered)
                if number:
                    walks.setdefault(which, []).append(took)
    return walks


# --- the table ----------------------------------------------------------------------------------------------


def cells(walks: list[Walk], ideal: float) -> str:
    """Median wall time, its ratio to the ideal, median CPU time and the requests, as cells of the table."""
    wall = statistics.median(walk.wall for walk in walks)
    cpu = statistics.median(walk.cpu for walk in walks)
    requests = " or ".join(str(number) for number in sorted({walk.requests for walk in walks}))
    return f"{wall * 1000:.0f} ms | {wall / ideal:.2f} | {cpu * 1000:.0f} ms | {requests}"


def main() -> None:
    """Measures as told and prints the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pages", type=int, default=100, help="how many pages of 100 rows, at most 100")
    parser.add_argument("--delay", type=float, default=30, help="milliseconds added to every answer")
    parser.add_argument("--rounds", type=int, default=7, help="how many walks of each kind are timed")
    parser.add_argument("--concurrency", type=int, nargs="+", default=[1, 2, 4, 8, 16], help="pages at once")
    parser.add_argument("--quick", action="store_true", help="few pages, once, to see that it works")
    asked = parser.parse_args()
    if asked.quick:
        asked.pages, asked.delay, asked.rounds, asked.concurrency = 3, 1.0, 1, [1, 4]
    walks = measure(asked)
    print(f"{asked.pages} pages of {SIZE} rows, {asked.delay:g} ms added to every answer, median of {asked.rounds}:\n")
    print("| `concurrency` | Ideal | Driver | Wall | × ideal | CPU | Requests |")
    print("| ---: | ---: | --- | ---: | ---: | ---: | ---: |")
    for (driver, concurrency), found in walks.items():
        ideal = asked.pages / concurrency * asked.delay / 1000
        print(f"| {concurrency} | {ideal * 1000:.0f} ms | {driver} | {cells(found, ideal)} |")
    if not asked.quick:
        print(f"\nAt most {MOST} × ideal is meant with `concurrency=8`, the default.")


if __name__ == "__main__":
    main()

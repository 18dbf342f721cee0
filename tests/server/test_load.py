"""Two hundred callers at once, over an upstream that is slow and fails: no wrong answer, and nothing left behind."""

import asyncio
import gc
import os
import random
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from hillstone_ccc import AsyncClient
from hillstone_ccc.contract import REFUSALS
from hillstone_ccc.sandbox import Fault, Faults, Sandbox
from hillstone_ccc.server import create_app

from .conftest import ROOT

CALLERS = 200
SECONDS = (
    30 if os.environ.get("HILLSTONE_CCC_SOAK") == "1" else 5 if os.environ.get("HYPOTHESIS_PROFILE") == "ci" else 1
)
FAILING = {Fault.THROTTLE_WITH_RETRY_AFTER: 0.01, Fault.SERVER_ERROR: 0.01, Fault.HTML_502: 0.01, Fault.DROP: 0.02}
PASSING = frozenset({502, 503, 504})
"""What an upstream that fails may lead to."""

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_MOST_GROWTH = 24 * 1024 * 1024


def resident() -> int:
    """Bytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE_BYTES


def descriptors() -> int:
    """Files and connections that this process holds open."""
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - their names alone


class Truth:
    """What a page of a search is, as the sandbox itself knows it."""

    def __init__(self, box: Sandbox) -> None:
        self.end = box.centre.now_ms + 1
        self.rows: dict[str | None, list[str]] = {}
        self.dice = random.Random(7)

    async def learn(self, client: AsyncClient) -> None:
        """Asks for everything once, while nothing fails."""
        rows = await client.call_records.search(start=0, end=self.end).to_list()
        self.rows[None] = [row.contact_id for row in rows]
        for kind in ("Inbound", "Outbound"):
            self.rows[kind] = [row.contact_id for row in rows if row.contact_type == kind]

    def question(self) -> tuple[dict[str, Any], list[str], int]:
        """Parameters of a page, and its ids and total."""
        kind = self.dice.choice(list(self.rows))
        size, rows = self.dice.randint(1, 100), self.rows[kind]
        page = self.dice.randint(1, len(rows) // size + 1)
        parameters: dict[str, Any] = {"start_time": 0, "end_time": self.end, "page": page, "size": size}
        if kind is not None:
            parameters["contact_types"] = kind
        return parameters, rows[(page - 1) * size : page * size], len(rows)


@pytest.mark.thorough
@pytest.mark.soak
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc, which is not here")
async def test_two_hundred_callers(served: Any) -> None:
    """Each answer is the right one or says that the upstream failed; connections, tasks and memory stay level."""
    loops: list[asyncio.AbstractEventLoop] = []
    answers = {"right": 0, "failed": 0}
    with Sandbox(records=2_000, days=10) as box:
        truth = Truth(box)
        settings: dict[str, Any] = {
            "instance_id": box.instance_id,
            "access_key_id": box.access_key_id,
            "access_key_secret": box.access_key_secret,
            "endpoint": box.endpoint,
        }
        async with AsyncClient(**settings) as client:
            await truth.learn(client)

        async def make() -> Any:
            loops.append(asyncio.get_running_loop())
            upstream = AsyncClient(**settings)
            return create_app(upstream, authorize=lambda _request, _permission: "caller", closes_client=True)

        with served(make) as address:
            box.faults = Faults(shares={**FAILING, Fault.DELAY: 0.95}, delay_seconds=0.03)
            before, grown = descriptors(), 0
            until = time.monotonic() + SECONDS

            async def ask(http: httpx.AsyncClient) -> None:
                while time.monotonic() < until:
                    parameters, ids, total = truth.question()
                    answer = await http.get(f"{address}{ROOT}/call_record", params=parameters)
                    told = answer.json()
                    if answer.status_code in PASSING:
                        assert told["code"] in REFUSALS
                        answers["failed"] += 1
                        continue
                    assert (200, 0, total) == (answer.status_code, told["code"], told["data"]["total"])
                    assert ids == [row["contact_id"] for row in told["data"]["list"]]
                    answers["right"] += 1

            async def look() -> int:
                await asyncio.sleep(SECONDS / 2)  # caches are full by then
                gc.collect()
                middle = resident()
                await asyncio.sleep(max(0.0, until - time.monotonic()))
                gc.collect()
                return resident() - middle

            limits = httpx.Limits(max_connections=CALLERS, max_keepalive_connections=CALLERS)
            async with httpx.AsyncClient(timeout=60, limits=limits, trust_env=False) as http:
                looking = asyncio.ensure_future(look())
                await asyncio.gather(*(ask(http) for _ in range(CALLERS)))
                grown = await looking
            box.faults = Faults()
            left = asyncio.run_coroutine_threadsafe(_tasks(), loops[0])
            names = await asyncio.wrap_future(left)
        assert {"_served.<locals>.serve", "LifespanOn.main"} >= names  # which runs the server itself
    assert answers["right"] + answers["failed"] >= CALLERS
    assert answers["failed"] <= answers["right"] / 100
    assert grown < _MOST_GROWTH
    assert descriptors() <= before


async def _tasks() -> set[str]:
    """What still runs in the server's loop when nobody asks any more."""
    for _ in range(50):
        await asyncio.sleep(0.01)  # connections that callers have closed are gone a few turns later
    tasks = {task for task in asyncio.all_tasks() if task is not asyncio.current_task()}
    return {str(task.get_coro().__qualname__) for task in tasks}  # type: ignore[union-attr]

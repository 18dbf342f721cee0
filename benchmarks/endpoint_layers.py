"""What a request of the list endpoint consists of, for `list_endpoint.py`: CPU of this process, without a port.

Applications are called as ASGI has it, one request after another, by a caller that does next to nothing. The call
center is an upstream in a process of its own, and part of every figure that asks it is the client's side of that.
What is timed alone is called directly, many times in a row.
"""

# ruff: noqa: INP001 - beside programs, and no package

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any

import attrs
from endpoint_apps import (
    DOORS,
    OPTIONS,
    another_range,
    asked,
    audited,
    bare,
    bare_fastapi,
    client_of,
    contract,
    kept_walk,
    scope_of,
    without_door,
)
from rows import NOW_MS, SIZE, START_MS
from starlette.requests import Request

from hillstone_ccc import AsyncClient, CallRecord, CallRecordQuery, Page
from hillstone_ccc.contract import CALL_RECORDS, PERMISSION, record_rows
from hillstone_ccc.server.access import Access
from hillstone_ccc.server.doors import Doorkeeper
from hillstone_ccc.server.envelope import encoded
from hillstone_ccc.server.front_desk import FrontDesk
from hillstone_ccc.server.metrics import Metrics
from hillstone_ccc.server.reading import criteria, read

CLIENT = "`AsyncClient`'s `page()` alone"
BARE = "bare Starlette route, the same bytes"
FASTAPI = "bare FastAPI route with a dependency"
LIST = "list endpoint, nothing shared or kept"
OPEN = "the same without a door"
KEPT = "list endpoint, a page of a walk that is kept"
WITH = {name: LIST if name == "static token" else f"the same, {name}" for name in DOORS}

ROWS, ENCODING, SHELTER = "rows as the contract has them", "their JSON", "sharing and keeping"
PARAMETERS, AUDIT = "parameters read", "the audit's line"
AT_THE_DOOR = {name: f"the door, {name}" for name in DOORS}

Ask = Callable[[int], Awaitable[object]]


@attrs.frozen
class Sizes:
    """How much is measured.

    Attributes:
        rounds: how often everything has its turn.
        batch: requests a turn.
        pages: pages that the call center has.
    """

    rounds: int
    batch: int
    pages: int


class _Nothing:
    """Stands in for a client, at no cost: searches find an empty page at once."""

    def __init__(self) -> None:
        self.call_records = self

    def search(self, _: CallRecordQuery) -> _Nothing:
        return self

    async def needs_walk(self) -> bool:
        return False

    async def page(self, number: int, size: int) -> Page[CallRecord]:
        return Page((), number, size, 0)


async def requests(make_client: Callable[[], AsyncClient], pages: int) -> dict[str, Ask]:
    """Everything that answers requests, by its name; each is asked with a number that is never the same.

    Each has a client of its own, since a server watches its client.
    """
    who = {name: make() for name, make in DOORS.items()}
    apps = {WITH[name]: (contract(make_client(), authorize), token) for name, (authorize, token) in who.items()}
    app, token = apps[LIST]
    body, opened, client = await asked(app, another_range(0), token), without_door(make_client()), make_client()

    async def page(number: int) -> object:
        return await client.call_records.search(start=START_MS - number, end=NOW_MS).page(1, SIZE)

    def asking(app: Any, token: str) -> Ask:
        return lambda number: asked(app, another_range(number), token)

    return {
        CLIENT: page,
        BARE: asking(bare(body), token),
        FASTAPI: asking(bare_fastapi(body), token),
        OPEN: asking(opened, token),
        **{name: asking(*one) for name, one in apps.items()},
        KEPT: lambda number: asked(app, kept_walk(number, pages), token),
    }


async def parts(client: AsyncClient) -> dict[str, Ask]:
    """Parts of a request that can be had alone; they never wait."""
    found = await client.call_records.search(start=START_MS, end=NOW_MS).page(1, SIZE)
    rows = record_rows(found.items)
    desk: Any = FrontDesk(_Nothing(), OPTIONS, Metrics())  # type: ignore[arg-type]

    async def write(_: int) -> object:
        return record_rows(found.items)

    async def encode(_: int) -> object:
        return encoded({"page": 1, "size": SIZE, "total": found.total, "list": rows})

    async def shelter(number: int) -> object:
        query = CallRecordQuery(start=START_MS - number, end=NOW_MS, exact_names=True)
        return await desk.call_records(query, 1, SIZE, mask=False)

    async def parameters(number: int) -> object:
        told = read(_request(another_range(number)), CALL_RECORDS)
        return CallRecordQuery(**criteria(told), exact_names=True)

    async def audit(number: int) -> object:
        access = Access.begun(_request(another_range(number)))
        access.ended(f"GET {CALL_RECORDS}", 200)
        return access

    def door(name: str) -> Ask:
        authorize, token = DOORS[name]()
        keeper = Doorkeeper(authorize, OPTIONS)
        return lambda number: keeper.admit(_request(another_range(number), token), PERMISSION)

    alone = {ROWS: write, ENCODING: encode, SHELTER: shelter, PARAMETERS: parameters, AUDIT: audit}
    return {**alone, **{told: door(name) for name, told in AT_THE_DOOR.items()}}


def _request(query: str, token: str = "") -> Request:
    return Request(scope_of(query, token))


async def _measured(endpoint: str, sizes: Sizes) -> dict[str, list[float]]:
    async with AsyncExitStack() as stack:

        def make_client() -> AsyncClient:
            client = client_of(endpoint)
            stack.push_async_callback(client.aclose)
            return client

        works = {**await requests(make_client, sizes.pages), **await parts(make_client())}
        found: dict[str, list[float]] = {name: [] for name in works}
        number = 0
        for turn in range(sizes.rounds + 1):
            for name, ask in works.items():
                began = time.process_time()
                for _ in range(sizes.batch):
                    number += 1
                    await ask(number)
                if turn:  # the first one warms up
                    found[name].append((time.process_time() - began) / sizes.batch)
        return found


def measured(endpoint: str, sizes: Sizes) -> dict[str, float]:
    """What each takes: the median of its turns, seconds of CPU a request."""
    audited()
    found = asyncio.run(_measured(endpoint, sizes))
    return {name: statistics.median(times) for name, times in found.items()}


def breakdown(took: Mapping[str, float]) -> dict[str, float]:
    """Parts of a request that nobody shares, which make up the whole: the last one is what is left of it."""
    told = {
        f"the page from the call center ({CLIENT})": took[CLIENT],
        ROWS: took[ROWS],
        ENCODING: took[ENCODING],
        AT_THE_DOOR["static token"]: took[AT_THE_DOOR["static token"]],
        PARAMETERS: took[PARAMETERS],
        SHELTER: took[SHELTER],
        AUDIT: took[AUDIT],
        FASTAPI: took[FASTAPI],
    }
    return {**told, "the rest: metrics, headers, and what runs slower between others": took[LIST] - sum(told.values())}

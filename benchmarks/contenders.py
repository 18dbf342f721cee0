"""Who walks a listing in `walks.py`, each in a process of its own: `python benchmarks/contenders.py ERRAND`.

An errand is JSON. The process loads what its contender needs, walks one page at another door so that whatever is
loaded late is there, and then does the whole work, from making the client to closing it: every page, every row as the
contender has rows, three fields of each read. It prints what that took as JSON, and the walk alone, without making and
closing the client.

- *official* is `alibabacloud-ccc20200701`, whose rows are its own models;
- *ours* is `Client` and `AsyncClient`, their rows `CallRecord`, their proofs that nothing is missing included;
- *floor* is the HTTP library (httpx, over aiohttp where asynchronous), the vendor's signature of each request, and
  orjson: its rows are dictionaries, and nothing is checked.
"""

# ruff: noqa: INP001, PLC0415, T201 - a program, which loads what one contender needs and prints

from __future__ import annotations

import asyncio
import gc
import os
import ssl
import sys
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import attrs
import orjson

SIZE = 100
AT_ONCE = 8
CALLS, CALLS_AT_ONCE = 1_000, 20
_EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
_KEY = {"access_key_id": "example-id", "access_key_secret": "example-secret"}


@attrs.frozen
class Errand:
    """What is to be walked.

    Attributes:
        contender: who does it.
        endpoint: the upstream.
        warm: another door of it, for what is to be loaded before.
        trusted: a CA file.
        pages: how many pages there are.
        start: where the range of time begins, Unix milliseconds.
        end: where it ends.
        profile: a file for a profile by CPU time, which then is all that can be relied on; empty for none.
    """

    contender: str
    endpoint: str
    warm: str
    trusted: str
    pages: int
    start: int
    end: int
    profile: str = ""


@attrs.define
class Tally:
    """What came: rows, their talk times, and the fields that were read.

    Attributes:
        rows: how many.
        talk_time: the sum of their talk times.
        began: when the client was there.
        ended: when the last row had been read.
    """

    rows: int = 0
    talk_time: int = 0
    began: float = 0.0
    ended: float = 0.0

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Takes the time of what is done with a client that is there."""
        self.began = time.perf_counter()
        yield
        self.ended = time.perf_counter()

    def records(self, rows: Iterable[Any]) -> None:
        """Reads three fields of each record, ours or the official SDK's."""
        for row in rows:
            _ = row.start_time, row.agent_names
            self.talk_time += row.talk_time
            self.rows += 1

    def dictionaries(self, rows: Iterable[dict[str, Any]]) -> None:
        """Reads the same of each dictionary."""
        for row in rows:
            _ = row["StartTime"], row["AgentNames"]
            self.talk_time += row["TalkTime"]
            self.rows += 1


# --- the official SDK ---------------------------------------------------------------------------------------


def _official(errand: Errand) -> tuple[Any, Callable[[int], Any]]:
    """The official client, and what makes its request for a page."""
    from alibabacloud_ccc20200701 import models
    from alibabacloud_ccc20200701.client import Client
    from alibabacloud_tea_openapi.models import Config

    protocol, _, host = errand.endpoint.partition("://")
    client = Client(Config(**_KEY, endpoint=host, protocol=protocol, ca=errand.trusted))

    def request(page: int) -> Any:
        return models.ListCallDetailRecordsV2Request(
            instance_id="ccc-demo",
            start_time=errand.start,
            end_time=errand.end,
            sort_order="DESC",
            page_number=page,
            page_size=SIZE,
        )

    return client, request


def official_sync(errand: Errand, tally: Tally) -> None:
    """One page after another."""
    client, request = _official(errand)
    with tally.timed():
        for page in range(1, errand.pages + 1):
            tally.records(client.list_call_detail_records_v2(request(page)).body.data.list)


async def official_async(errand: Errand, tally: Tally) -> None:
    """One page after another."""
    client, request = _official(errand)
    with tally.timed():
        for page in range(1, errand.pages + 1):
            tally.records((await client.list_call_detail_records_v2_async(request(page))).body.data.list)


async def official_async_8(errand: Errand, tally: Tally) -> None:
    """Page 1, which tells how many there are, and then eight at once."""
    client, request = _official(errand)

    async def read(page: int) -> None:
        tally.records((await client.list_call_detail_records_v2_async(request(page))).body.data.list)

    with tally.timed():
        await _side_by_side(read, errand.pages)


async def _side_by_side(read: Callable[[int], Coroutine[Any, Any, None]], pages: int) -> None:
    gate = asyncio.Semaphore(AT_ONCE)

    async def gated(page: int) -> None:
        async with gate:
            await read(page)

    await read(1)
    await asyncio.gather(*map(gated, range(2, pages + 1)))


# --- ours ---------------------------------------------------------------------------------------------------


def _settings(errand: Errand, concurrency: int) -> dict[str, Any]:
    return {
        **_KEY,
        "instance_id": "ccc-demo",
        "endpoint": errand.endpoint,
        "verify": errand.trusted,
        "concurrency": concurrency,
    }


def _ours_sync(concurrency: int) -> Callable[[Errand, Tally], None]:
    def walk(errand: Errand, tally: Tally) -> None:
        from hillstone_ccc import Client

        with Client(**_settings(errand, concurrency)) as ccc, tally.timed():
            calls = ccc.call_records.search(start=errand.start, end=errand.end)
            tally.records(calls if errand.pages > 1 else calls.limit(SIZE))

    return walk


def _ours_async(concurrency: int) -> Callable[[Errand, Tally], Coroutine[Any, Any, None]]:
    async def walk(errand: Errand, tally: Tally) -> None:
        from hillstone_ccc import AsyncClient

        async with AsyncClient(**_settings(errand, concurrency)) as ccc:
            calls = ccc.call_records.search(start=errand.start, end=errand.end)
            with tally.timed():
                async for row in calls if errand.pages > 1 else calls.limit(SIZE):
                    _ = row.start_time, row.agent_names
                    tally.talk_time += row.talk_time or 0
                    tally.rows += 1

    return walk


async def ours_calls(errand: Errand, tally: Tally) -> None:
    """A thousand pages asked for by as many tasks, of which twenty may be on the wire."""
    from hillstone_ccc import AsyncClient

    async with AsyncClient(**_settings(errand, CALLS_AT_ONCE)) as ccc:
        calls = ccc.call_records.search(start=errand.start, end=errand.end)

        async def ask(page: int) -> None:
            tally.records(await calls.page(page))

        many = CALLS if errand.pages > CALLS_AT_ONCE else CALLS_AT_ONCE  # few where few pages are to be tried
        with tally.timed():
            await ask(1)
            await asyncio.gather(*(ask(number % errand.pages + 1) for number in range(1, many)))


# --- the floors ---------------------------------------------------------------------------------------------


@attrs.frozen
class _Signable:
    method: str
    pathname: str
    query: dict[str, str]
    headers: dict[str, str]


def _signed(errand: Errand) -> Callable[[int], tuple[str, dict[str, str]]]:
    """What gives the address and the headers of a page's request."""
    from alibabacloud_tea_openapi.utils import Utils

    host = errand.endpoint.partition("://")[2]
    base = {"InstanceId": "ccc-demo", "StartTime": str(errand.start), "EndTime": str(errand.end), "SortOrder": "DESC"}

    def request(page: int) -> tuple[str, dict[str, str]]:
        query = {**base, "PageNumber": str(page), "PageSize": str(SIZE)}
        headers = {
            "host": host,
            "x-acs-action": "ListCallDetailRecordsV2",
            "x-acs-version": "2020-07-01",
            "x-acs-content-sha256": _EMPTY,
            "x-acs-date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "x-acs-signature-nonce": os.urandom(16).hex(),
        }
        signable = _Signable("POST", "/", query, headers)
        headers["authorization"] = Utils.get_authorization(signable, "ACS3-HMAC-SHA256", _EMPTY, *_KEY.values())
        told = "&".join(f"{name}={quote(value, safe='-_.~')}" for name, value in query.items())
        return f"{errand.endpoint}/?{told}", headers

    return request


def _rows_of(body: bytes) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = orjson.loads(body)["Data"]["List"]
    return rows


def floor_sync(errand: Errand, tally: Tally) -> None:
    """One page after another."""
    import httpx

    request = _signed(errand)
    with httpx.Client(verify=ssl.create_default_context(cafile=errand.trusted)) as web, tally.timed():
        for page in range(1, errand.pages + 1):
            url, headers = request(page)
            tally.dictionaries(_rows_of(web.post(url, headers=headers).content))


def floor_sync_8(errand: Errand, tally: Tally) -> None:
    """Eight at once, in threads, read by one."""
    import httpx

    request = _signed(errand)
    with (
        httpx.Client(verify=ssl.create_default_context(cafile=errand.trusted)) as web,
        ThreadPoolExecutor(AT_ONCE) as threads,
        tally.timed(),
    ):

        def fetch(page: int) -> list[dict[str, Any]]:
            url, headers = request(page)
            return _rows_of(web.post(url, headers=headers).content)

        tally.dictionaries(fetch(1))
        for rows in threads.map(fetch, range(2, errand.pages + 1)):
            tally.dictionaries(rows)


def _floor_async(*, ahead: bool) -> Callable[[Errand, Tally], Coroutine[Any, Any, None]]:
    async def walk(errand: Errand, tally: Tally) -> None:
        from httpx_aiohttp import HttpxAiohttpClient

        request = _signed(errand)
        async with HttpxAiohttpClient(verify=ssl.create_default_context(cafile=errand.trusted)) as web:

            async def read(page: int) -> None:
                url, headers = request(page)
                tally.dictionaries(_rows_of((await web.post(url, headers=headers)).content))

            with tally.timed():
                if ahead:
                    await _side_by_side(read, errand.pages)
                    return
                for page in range(1, errand.pages + 1):
                    await read(page)

    return walk


CONTENDERS: dict[str, Callable[[Errand, Tally], Coroutine[Any, Any, None] | None]] = {
    "official sync": official_sync,
    "official async": official_async,
    "official async, 8 at once": official_async_8,
    "ours sync": _ours_sync(1),
    "ours sync, prefetch 8": _ours_sync(AT_ONCE),
    "ours async": _ours_async(1),
    "ours async, prefetch 8": _ours_async(AT_ONCE),
    "floor sync": floor_sync,
    "floor sync, 8 threads": floor_sync_8,
    "floor async": _floor_async(ahead=False),
    "floor async, 8 at once": _floor_async(ahead=True),
    "ours async, 1,000 calls 20 at once": ours_calls,
}


# --- measuring ----------------------------------------------------------------------------------------------


class Contexts:
    """Counts the TLS contexts that are made, by whatever library."""

    def __init__(self) -> None:
        self.made = 0
        new: Any = ssl.SSLContext.__new__

        def counted(kind: type, *told: Any, **named: Any) -> Any:
            self.made += 1
            return new(kind, *told, **named)

        ssl.SSLContext.__new__ = counted  # type: ignore[method-assign, assignment]


def peak_mb() -> float:
    """The most memory that this process has had so far, MB; NaN where nobody tells."""
    if sys.platform != "linux":
        return float("nan")
    return int(Path("/proc/self/status").read_text("ascii").partition("VmHWM:")[2].split()[0]) * 1024 / 1e6


def run(errand: Errand) -> Tally:
    """The whole work, once."""
    tally = Tally()
    work = CONTENDERS[errand.contender](errand, tally)
    if work is not None:
        asyncio.run(work)
    return tally


def main(told: str) -> None:
    """Does an errand and prints what it took."""
    contexts = Contexts()
    errand = Errand(**orjson.loads(told))
    run(attrs.evolve(errand, endpoint=errand.warm, pages=1))
    gc.collect()
    made, memory = contexts.made, peak_mb()
    began, cpu = time.perf_counter(), time.process_time()
    tally = profiled(errand) if errand.profile else run(errand)
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    measured = {"wall": wall, "alone": tally.ended - tally.began, "cpu": cpu, "peak": peak_mb(), "before": memory}
    came = {"rows": tally.rows, "talk_time": tally.talk_time, "contexts": contexts.made - made, "loaded": made}
    print(orjson.dumps({**measured, **came}).decode())


def profiled(errand: Errand) -> Tally:
    """The work with a profile of where its CPU time went."""
    import cProfile

    profile = cProfile.Profile(time.process_time)
    tally = profile.runcall(run, errand)
    profile.dump_stats(errand.profile)
    return tally


if __name__ == "__main__":
    main(*sys.argv[1:])

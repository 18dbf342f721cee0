"""How much of a request's time is the server's own, as Markdown.

    python benchmarks/paced.py [--quick] [--rate 50] [--seconds 20] [--delay 30]

An upstream, the server and the callers are three processes. The upstream answers everything with one page of 100 calls
of the sandbox, so many milliseconds late and at next to no CPU, so that it takes none from the server. Requests
for a page of 100 calls, each of another range so that none is shared or kept, are sent at an even rate whether or not
earlier ones are answered. The server's own share is what it says itself (`Server-Timing`): from the request at hand to
the answer at hand, less what the call center took. The line below it has what the caller waits less what the call
center took: uvicorn, the way there and back, and the caller's own part are in it.
"""

# ruff: noqa: INP001, T201 - a program, whose business is to print

from __future__ import annotations

import argparse
import asyncio
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

import aiohttp
import attrs
import httpx
from aiohttp import web

from hillstone_ccc import Client
from hillstone_ccc.sandbox import Sandbox

INSTANCE = "ccc-demo"
CALLS = "/api/support/aliyun_ccc/call_record"
MOST_MS = 3.0
"""What the server's own share is at most, the median."""


def page_as_sent() -> bytes:
    """A page of 100 calls, as the sandbox sends it."""
    bodies: list[bytes] = []

    def keep(response: httpx.Response) -> None:
        bodies.append(response.read())

    with (
        Sandbox(records=5_000) as box,
        httpx.Client(event_hooks={"response": [keep]}, trust_env=False) as http,
        Client(
            instance_id=INSTANCE,
            endpoint=box.endpoint,
            access_key_id=box.access_key_id,
            access_key_secret=box.access_key_secret,
            http_client=http,
        ) as ccc,
    ):
        ccc.call_records.search(start=0).page(1, size=100)
    return bodies[-1]


def late_upstream(delay: float, told: Any, end: Any) -> None:
    """Answers everything with that page, late; tells where it is, until it is told to end."""
    body = page_as_sent()

    async def answer(_: web.BaseRequest) -> web.Response:
        await asyncio.sleep(delay)
        return web.Response(body=body, content_type="application/json")

    async def serve() -> None:
        runner = web.ServerRunner(web.Server(answer, access_log=None))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        told.put(f"http://127.0.0.1:{runner.addresses[0][1]}")
        await asyncio.to_thread(end.wait)
        await runner.cleanup()

    asyncio.run(serve())


@attrs.frozen
class Served:
    """A server on a port.

    Attributes:
        address: where it is.
        token: lets in whoever sends it in a header.
        link: lets a browser in that opens it, once.
    """

    address: str
    token: str
    link: str


@contextmanager
def served(*, instance_id: str, endpoint: str, access_key_id: str, access_key_secret: str) -> Iterator[Served]:
    """The server over a call center, in a process of its own, as the command line has it."""
    environment = {
        **os.environ,
        "HILLSTONE_CCC_INSTANCE_ID": instance_id,
        "HILLSTONE_CCC_ENDPOINT": endpoint,
        "ALIBABA_CLOUD_ACCESS_KEY_ID": access_key_id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": access_key_secret,
        "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true",
    }
    command = [sys.executable, "-m", "hillstone_ccc", "serve", "--port", "0", "--audit", os.devnull]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)  # noqa: S603
    assert process.stdout is not None  # noqa: S101
    try:
        said = "".join(iter(process.stdout.readline, "Ctrl-C ends it, and the token with it.\n"))
        found = re.search(r"(\S+/\?token=\S+)(?s:.*)Bearer (\S+)' (http://\S+?)/api", said)
        assert found is not None, said  # noqa: S101
        yield Served(found[3], found[2], found[1])
    finally:
        process.terminate()
        process.wait(60)


@contextmanager
def server(delay: float) -> Iterator[tuple[str, str]]:
    """The server over such an upstream, each in a process of its own; gives its address and a token."""
    context = get_context("spawn")
    told, end = context.Queue(), context.Event()
    upstream = context.Process(target=late_upstream, args=(delay, told, end), daemon=True)
    upstream.start()
    endpoint = told.get(timeout=60)
    try:
        keys = {"access_key_id": "example-id", "access_key_secret": "example-secret"}
        with served(instance_id=INSTANCE, endpoint=endpoint, **keys) as there:
            yield there.address, there.token
    finally:
        end.set()
        upstream.join(60)


async def measured(address: str, token: str, rate: float, seconds: float) -> list[tuple[float, float, float]]:
    """For each request: milliseconds in all, those of the call center, and the server's own as it says itself."""
    headers = {"authorization": f"Bearer {token}"}
    now = int(time.time() * 1000)

    async def ask(http: aiohttp.ClientSession, number: int) -> tuple[float, float, float]:
        began = time.perf_counter()
        range_ = {"start_time": now - 25 * 86_400_000, "end_time": now - number, "size": 100}
        async with http.get(address + CALLS, params=range_) as answer:
            await answer.read()
            answer.raise_for_status()
            waited = (time.perf_counter() - began) * 1000
            upstream, total = map(float, re.findall(r"dur=([\d.]+)", answer.headers["server-timing"]))
        return waited, upstream, total - upstream

    async with aiohttp.ClientSession(headers=headers) as http:
        await asyncio.gather(*(ask(http, number) for number in range(-20, 0)))  # connections are there by then
        asked, start = [], time.perf_counter()
        for number in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, start + number / rate - time.perf_counter()))
            asked.append(asyncio.ensure_future(ask(http, number)))
        return list(await asyncio.gather(*asked))


def at(values: list[float], share: float) -> float:
    """The value below which that share of them lies."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def main() -> int:
    """Measures and tells."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=50, help="requests a second")
    parser.add_argument("--seconds", type=float, default=20, help="how long")
    parser.add_argument("--delay", type=float, default=30, help="milliseconds by which the upstream is late")
    parser.add_argument("--quick", action="store_true", help="a second of it, to see that it works")
    told = parser.parse_args()
    if told.quick:
        told.rate, told.seconds, told.delay = 20, 1, 1
    with server(told.delay / 1000) as (address, token):
        taken = asyncio.run(measured(address, token, told.rate, told.seconds))
    own = [inside for _, _, inside in taken]
    columns = {
        "waited by the caller": [waited for waited, _, _ in taken],
        "the call center's part": [upstream for _, upstream, _ in taken],
        "the server's own share": own,
        "the same with the way there and back": [waited - upstream for waited, upstream, _ in taken],
    }
    print(f"{len(taken)} requests at {told.rate:g} a second, the upstream {told.delay:g} ms late; milliseconds:\n")
    print("| | p50 | p90 | p99 |\n| --- | --- | --- | --- |")
    for name, values in columns.items():
        print(f"| {name} | {at(values, 0.5):.1f} | {at(values, 0.9):.1f} | {at(values, 0.99):.1f} |")
    if told.quick:
        return 0
    good = statistics.median(own) < MOST_MS
    print(f"\nThe median of the server's own share is {'below' if good else 'NOT below'} {MOST_MS:g} ms.")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())

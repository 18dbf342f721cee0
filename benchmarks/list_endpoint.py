"""What the server's list of 100 calls costs, beside a bare Starlette route that gives the same bytes, as Markdown.

    python benchmarks/list_endpoint.py [--quick] [--rounds 60] [--seconds 5] [--rate 40] [--json FILE]

On a port: servers, call center and callers are processes of their own; eight callers ask as fast as they are answered,
and then requests come at an even rate. *Nothing shared or kept* means that every request asks for another range of
time, so that each asks the call center, which answers at once with full records. *A walk that is kept* is a page of a
search of several agents that the server has walked before: it asks nobody.

Without a port: the CPU of a request in one process, called as ASGI has it, and of its parts (`endpoint_layers.py`).
All take turns, a few requests each, so that whatever else the machine does meets all of them; medians are told. What
is judged is how many times the CPU of the client's own `page()` a request takes, token, rows, JSON and all.
"""

# ruff: noqa: INP001, T201 - a program, whose business is to print

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import orjson
from endpoint_apps import DOORS, another_range, asked, client_of, contract, kept_walk, static_token
from endpoint_layers import AT_THE_DOOR, BARE, CLIENT, FASTAPI, KEPT, LIST, OPEN, WITH, Sizes, breakdown, measured
from endpoint_ports import Load, as_fast_as_it_goes, at_a_rate, on_a_port, request
from upstream import Door, upstream

MOST = 1.8
"""How many times the CPU of the client's `page()` a request may take."""
PAGES = 10
CALLERS = 8
_DOOR = Door("plain HTTP")


@attrs.frozen
class Figures:
    """What a server on a port came to; seconds.

    Attributes:
        rate: requests a second, with callers who never wait.
        busy_p50: half of those were answered in.
        busy_p99: 99 % of them.
        calm_p50: the same at the even rate.
        calm_p99: the same.
        cpu: CPU of the server a request, with callers who never wait.
    """

    rate: float
    busy_p50: float
    busy_p99: float
    calm_p50: float
    calm_p99: float
    cpu: float

    @classmethod
    def of(cls, busy: Load, calm: Load) -> Figures:
        """Of both loads."""
        return cls(busy.rate, busy.at(0.5), busy.at(0.99), calm.at(0.5), calm.at(0.99), busy.cpu_each)


# --- measuring ----------------------------------------------------------------------------------------------


async def same_bytes(endpoint: str) -> bytes:
    """What the list endpoint answers."""
    authorize, token = static_token()
    client = client_of(endpoint)
    try:
        return await asked(contract(client, authorize), another_range(0), token)
    finally:
        await client.aclose()


def on_ports(endpoint: str, told: argparse.Namespace) -> dict[str, Figures]:
    """Each server under both loads."""
    _, token = static_token()
    body = asyncio.run(same_bytes(endpoint))
    kinds: dict[str, tuple[bytes | None, Callable[[int], str]]] = {
        BARE: (body, another_range),
        LIST: (None, another_range),
        KEPT: (None, lambda number: kept_walk(number, PAGES)),
    }
    found: dict[str, Figures] = {}
    for name, (answer, query) in kinds.items():
        print(f"on a port: {name}", file=sys.stderr)
        with on_a_port(endpoint, answer) as (port, cpu):
            found[name] = asyncio.run(_loads(port, cpu, lambda number, q=query: request(q(number), token), told))  # type: ignore[misc]
    return found


async def _loads(port: int, cpu: Callable[[], float], ask: Callable[[int], bytes], told: argparse.Namespace) -> Figures:
    await as_fast_as_it_goes(port, cpu, ask, CALLERS, told.seconds / 10)  # warms up
    # Numbers go on from one load to the next: no query comes twice.
    busy = await as_fast_as_it_goes(port, cpu, lambda number: ask(number + 1_000_000), CALLERS, told.seconds)
    calm = await at_a_rate(port, cpu, lambda number: ask(number + 2_000_000), told.rate, told.seconds)
    return Figures.of(busy, calm)


# --- the tables ---------------------------------------------------------------------------------------------


def port_table(found: Mapping[str, Figures], rate: float) -> Iterator[str]:
    """A line a server."""
    yield f"| On a port | Requests/s | p50 | p99 | p50 at {rate:g}/s | p99 at {rate:g}/s | CPU a request |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    for name, one in found.items():
        times = (one.busy_p50, one.busy_p99, one.calm_p50, one.calm_p99, one.cpu)
        yield f"| {name} | {one.rate:,.0f} | {' | '.join(f'{seconds * 1000:.2f} ms' for seconds in times)} |"


def request_table(took: Mapping[str, float]) -> Iterator[str]:
    """A line a way to be answered."""
    yield f"| Without a port | CPU a request | ÷ {CLIENT} |\n| --- | ---: | ---: |"
    for name in dict.fromkeys((CLIENT, BARE, FASTAPI, KEPT, OPEN, *WITH.values())):
        yield f"| {name} | {took[name] * 1000:.3f} ms | {took[name] / took[CLIENT]:.2f} |"


def part_table(took: Mapping[str, float]) -> Iterator[str]:
    """What a request consists of, and what other doors would cost in place of that one."""
    yield "| Part of a request | CPU | Share |\n| --- | ---: | ---: |"
    for name, seconds in breakdown(took).items():
        yield f"| {name} | {seconds * 1e6:,.0f} µs | {seconds / took[LIST]:.0%} |"
    others = [f"{name} {took[AT_THE_DOOR[name]] * 1e6:,.0f} µs" for name in DOORS if name != "static token"]
    yield f"\nOther doors: {'; '.join(others)}."


def judged(took: Mapping[str, float]) -> Iterator[str]:
    """What is to be reached, and whether it is."""
    ratio = took[LIST] / took[CLIENT]
    yield f"| CPU, {LIST} / {CLIENT} | {ratio:.2f} | {MOST} | {'yes' if ratio <= MOST else '**no**'} |"


def main() -> None:
    """Measures as told and prints the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a moment of each, to see that it works")
    parser.add_argument("--rounds", type=int, default=60, help="how often each has its turn without a port")
    parser.add_argument("--seconds", type=float, default=5, help="how long each load on a port lasts")
    parser.add_argument("--rate", type=float, default=40, help="requests a second of the even load")
    parser.add_argument("--json", type=Path, help="where the figures are written")
    told = parser.parse_args()
    sizes = Sizes(told.rounds, 5, PAGES)
    if told.quick:
        told.seconds, sizes = 0.25, Sizes(1, 3, PAGES)
    with upstream([_DOOR], PAGES) as there:
        endpoint = there.at(_DOOR)
        ports = on_ports(endpoint, told)
        print("without a port", file=sys.stderr)
        took = measured(endpoint, sizes)
    print("\n".join((*port_table(ports, told.rate), "", *request_table(took), "", *part_table(took))))
    if not told.quick:
        print("\n| Measure | Value | At most | Holds |\n| --- | ---: | ---: | --- |")
        print("\n".join(judged(took)))
    if told.json:
        figures: dict[str, Any] = {name: attrs.asdict(one) for name, one in ports.items()}
        written = {"rate": told.rate, "ports": figures, "seconds": took}
        told.json.write_bytes(orjson.dumps(written, option=orjson.OPT_INDENT_2))


if __name__ == "__main__":
    main()

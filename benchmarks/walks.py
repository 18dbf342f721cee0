"""What a walk of 100 pages costs: the official SDK, ours and the floor, medians of alternating rounds, as Markdown.

    python benchmarks/walks.py [--quick] [--pages 100] [--rounds 5] [--delay 30] [--json FILE]

Every contender (`contenders.py` says who they are) does the same work: pages of 100 full records into its rows, three
fields of each read, from making its client to closing it. Each walk has a fresh process, which has loaded everything
before it begins; the upstream (`upstream.py`) is another one. CPU is user and system time of all threads of the
contender's process; growth is by how much its resident peak (Linux's `VmHWM`) rose meanwhile. Requests include those
by which ours proves its walk whole. Connections are the upstream's count; with TLS each is a handshake, verified
against a CA file of the usual size.

What is compared are ratios within this one run: of each round, and then the one in the middle. With `--quick` a few
pages are walked once by everybody, to see that all of it works, and nothing is judged.
"""

# ruff: noqa: INP001, S603, T201 - a program, whose business is to run interpreters and print

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import orjson
from contenders import AT_ONCE, CALLS, CALLS_AT_ONCE, CONTENDERS, Errand
from rows import NOW_MS, SIZE, START_MS
from upstream import Counts, Door, Upstream, upstream

MANY_CALLS = "ours async, 1,000 calls 20 at once"
_WARM = Door("warm")
# What could lead a process elsewhere than to loopback, or to other certificates.
_LEFT_OUT = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")
_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "DEBUG")


@attrs.frozen
class Walk:
    """What one walk took.

    Attributes:
        wall: seconds.
        alone: seconds without making and closing the client.
        cpu: seconds of CPU.
        peak: MB of memory, the process's peak.
        growth: MB by which that rose.
        contexts: TLS contexts made.
        counts: what came to the upstream.
    """

    wall: float
    alone: float
    cpu: float
    peak: float
    growth: float
    contexts: int
    counts: Counts


Found = dict[str, dict[str, list[Walk]]]
"""Door → contender → its walks."""


# --- measuring ----------------------------------------------------------------------------------------------


def environment() -> dict[str, str]:
    """What a contender's process is told."""
    out = {name for name in os.environ if name.upper() in {*_LEFT_OUT, *_BUNDLES}}
    kept = {name: value for name, value in os.environ.items() if name not in out}
    return {**kept, "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true"}


def walked(contender: str, door: Door, there: Upstream, asked: argparse.Namespace) -> Walk:
    """One walk in a process of its own."""
    errand = Errand(
        contender, there.at(door), there.at(_WARM), str(there.trusted), asked.pages, START_MS, NOW_MS, asked.profile
    )
    program = str(Path(__file__).with_name("contenders.py"))
    command = [sys.executable, program, orjson.dumps(attrs.asdict(errand)).decode()]
    before = there.counts(door)
    told = subprocess.run(command, stdout=subprocess.PIPE, env=environment(), check=True).stdout
    took: dict[str, Any] = orjson.loads(told.splitlines()[-1])
    check(contender, took, there, asked.pages)
    return Walk(
        took["wall"],
        took["alone"],
        took["cpu"],
        took["peak"],
        took["peak"] - took["before"],
        took["contexts"],
        there.counts(door).since(before),
    )


def check(contender: str, took: Mapping[str, Any], there: Upstream, pages: int) -> None:
    """Ends it all if not every row came, with what it holds."""
    rows, talk_time = there.rows, there.talk_time
    if contender == MANY_CALLS:
        many = CALLS if pages > CALLS_AT_ONCE else CALLS_AT_ONCE
        numbers = [1, *(number % pages + 1 for number in range(1, many))]
        rows = sum(SIZE if number < pages else SIZE // 2 for number in numbers)
        talk_time = took["talk_time"]
    if (took["rows"], took["talk_time"]) != (rows, talk_time):
        raise SystemExit(f"{contender}: {rows} rows of {talk_time} s are there, and {took['rows']} came.")


def doors(asked: argparse.Namespace) -> list[Door]:
    """The ways to the upstream that are tried."""
    late = f", {asked.delay:g} ms late"
    every = [Door("plain HTTP"), Door("TLS", tls=True)]
    if asked.delay > 0:
        every += [attrs.evolve(door, name=door.name + late, delay=asked.delay / 1000) for door in every]
    chosen = [every[0], every[-1]] if asked.quick else every
    return [door for door in chosen if asked.door is None or door.name.startswith(asked.door)]


def measure(asked: argparse.Namespace) -> Found:
    """Every round of every contender at every door, taking turns; tells on stderr how far it is."""
    ways = doors(asked)
    found: Found = {door.name: {} for door in ways}
    with upstream([_WARM, *ways], asked.pages) as there:
        for number in range(asked.rounds):
            for door in ways:
                for contender in (name for name in CONTENDERS if asked.only in name):
                    if contender == MANY_CALLS and (door.delay > 0 or number > 0):
                        continue  # what it is asked for is the same every time
                    print(f"{number + 1}/{asked.rounds} {door.name}: {contender}", file=sys.stderr)
                    found[door.name].setdefault(contender, []).append(walked(contender, door, there, asked))
            save(asked, found)  # so that a run which is ended has told something
    return found


def save(asked: argparse.Namespace, found: Found, reached: Sequence[Ratio] = ()) -> None:
    """Writes every walk to the file that was asked for, if any."""
    if asked.json is None:
        return
    walks = {door: {name: list(map(attrs.asdict, them)) for name, them in of.items()} for door, of in found.items()}
    told = {"pages": asked.pages, "walks": walks, "ratios": list(map(attrs.asdict, reached))}
    asked.json.write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2))


# --- the tables ---------------------------------------------------------------------------------------------


def median(walks: list[Walk], of: Callable[[Walk], float]) -> float:
    """The one in the middle."""
    return statistics.median(map(of, walks))


def cells(contender: str, walks: list[Walk], pages: int) -> str:
    """What a contender's walks came to, as cells of the table."""
    work = CALLS if contender == MANY_CALLS and pages > CALLS_AT_ONCE else pages
    wall, cpu = median(walks, _wall), median(walks, _cpu)
    told = [f"{wall / work * 1000:.2f} ms", f"{cpu / work * 1000:.2f} ms", f"{(work - 0.5) * SIZE / wall:,.0f}"]
    told += [f"{median(walks, lambda one: one.peak):.0f} MB", f"{median(walks, lambda one: one.growth):.1f} MB"]
    for number in (_requests, _connections, _contexts):
        told.append(f"{median(walks, number):g}")
    return " | ".join(told)


def _wall(walk: Walk) -> float:
    return walk.wall


def _alone(walk: Walk) -> float:
    return walk.alone


def _cpu(walk: Walk) -> float:
    return walk.cpu


def _requests(walk: Walk) -> int:
    return walk.counts.requests


def _connections(walk: Walk) -> int:
    return walk.counts.connections


def _contexts(walk: Walk) -> int:
    return walk.contexts


def tables(found: Found, pages: int) -> Iterator[str]:
    """A table a door."""
    for door, contenders in found.items():
        yield f"\n{door}:\n"
        yield "| Contender | Wall a page | CPU a page | Records/s | Peak | Growth | Requests | Connections | Contexts |"
        yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
        for contender, walks in contenders.items():
            yield f"| {contender} | {cells(contender, walks, pages)} |"


# --- what is meant ------------------------------------------------------------------------------------------


@attrs.frozen
class Ratio:
    """A figure that is to be reached.

    Attributes:
        what: what is compared.
        value: what came out.
        most: what it is at most; None where it is only told.
    """

    what: str
    value: float
    most: float | None

    @property
    def line(self) -> str:
        """It as a line of the table."""
        if self.most is None:
            return f"| {self.what} | {self.value:.3f} | | |"
        return f"| {self.what} | {self.value:.3f} | {self.most:g} | {'yes' if self.value <= self.most else '**no**'} |"


MEANT: tuple[tuple[str, str, str, float | None], ...] = (
    ("TLS", "ours sync", "official sync", 0.75),
    ("TLS", "ours sync, prefetch 8", "official sync", None),
    ("TLS", "ours async, prefetch 8", "official async, 8 at once", 0.06),
    ("TLS", "ours async", "official async", None),
    ("plain HTTP", "ours async, prefetch 8", "official async, 8 at once", 0.9),
    ("plain HTTP", "ours async", "official async", None),
    ("plain HTTP", "ours sync", "official sync", None),
    *(
        (door, f"ours {ours}", f"floor {floor}", 1.35)
        for door in ("plain HTTP", "TLS")
        for ours, floor in (
            ("sync", "sync"),
            ("sync, prefetch 8", "sync, 8 threads"),
            ("async", "async"),
            ("async, prefetch 8", "async, 8 at once"),
        )
    ),
)
"""Door, ours, what it is compared with, and how many times its CPU ours may take."""
MOST_WALL = 1.25
"""How many times the waiting alone a walk with reading ahead may take."""


def ratios(found: Found, asked: argparse.Namespace) -> Iterator[Ratio]:
    """The figures that are to be reached, of what was measured."""
    for door, ours, other, most in MEANT:
        walks = found.get(door, {})
        if ours in walks and other in walks:
            # Round by round, since a machine's speed may change between one round and the next.
            rounds = [one.cpu / another.cpu for one, another in zip(walks[ours], walks[other], strict=True)]
            yield Ratio(f"{door}: CPU, {ours} / {other}", statistics.median(rounds), most)
    ideal = asked.pages / AT_ONCE * asked.delay / 1000
    for door, contenders in found.items():
        for ours in ("ours sync, prefetch 8", "ours async, prefetch 8"):
            if "late" in door and ours in contenders:
                yield Ratio(
                    f"{door}: wall without making the client, {ours} / waiting",
                    median(contenders[ours], _alone) / ideal,
                    MOST_WALL,
                )
                with_client = median(contenders[ours], _wall) / ideal
                yield Ratio(f"{door}: wall with making and closing it, {ours} / waiting", with_client, None)
    if MANY_CALLS in found.get("TLS", {}):
        many = found["TLS"][MANY_CALLS]
        yield Ratio("TLS: connections for 1,000 async calls at 20 at once", median(many, _connections), 20)
        yield Ratio("TLS: TLS contexts for them", median(many, _contexts), 1)


def arguments() -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="few pages, once, to see that it works")
    parser.add_argument("--pages", type=int, default=100, help="how many pages of 100 rows, at most 100")
    parser.add_argument("--rounds", type=int, default=5, help="how many walks of each kind are timed")
    parser.add_argument("--delay", type=float, default=30, help="milliseconds that late answers are late; 0 for none")
    parser.add_argument("--only", default="", help="contenders with this in their names")
    parser.add_argument("--door", help="ways to the upstream that begin with this")
    parser.add_argument("--json", type=Path, help="where every walk is written")
    parser.add_argument("--profile", default="", help="where the last walk's profile by CPU time is written")
    asked = parser.parse_args()
    if asked.quick:
        asked.pages, asked.rounds, asked.delay = 3, 1, 2.0
    return asked


def main() -> None:
    """Measures as told and prints the tables."""
    asked = arguments()
    found = measure(asked)
    print(f"{asked.pages} pages of {SIZE} full records, median of {asked.rounds}:")
    print("\n".join(tables(found, asked.pages)))
    reached = [] if asked.quick else list(ratios(found, asked))
    if reached:
        print("\n| Measure | Value | At most | Holds |\n| --- | ---: | ---: | --- |")
        print("\n".join(one.line for one in reached))
    save(asked, found, reached)


if __name__ == "__main__":
    main()

"""How walks and downloads grow with their length: time, memory and a fit through the points, as Markdown.

    python benchmarks/growth.py [--quick] [--json FILE] [--profile FILE]

Walks of 10,000 to 1,000,000 records by both clients, three fields of each read; and 100 to 10,000 recordings of 4 kB
saved by `download_all`, files synced, journal and manifest written; all from making the client to closing it. Every
one has a fresh process, which has walked one page (saved one recording) before it begins; short ones are repeated,
and their medians told. The upstream (`long_listing.py`) is a process of its own, makes its rows as they are asked
for, and sends what a call does not have as null. CPU is that of the client's process, all threads. Growth is by how
much its resident memory rose at most above what it was at the beginning (Linux's `VmHWM`, which is set back there).

The fit is a straight line through the logarithms of amount and time. Its exponent is 1 where twice as much takes twice
as long. `--profile` writes where the CPU time of a walk went, by cProfile, as Markdown: with the profiler's own cost
in it, which small functions suffer most from.
"""

# ruff: noqa: INP001, T201 - a program, whose business is to print

from __future__ import annotations

import argparse
import asyncio
import cProfile
import gc
import os
import pstats
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import attrs
import orjson
from contenders import AT_ONCE, Errand, Tally, peak_mb, run
from fit import Fit, fitted
from long_listing import LongListing
from rows import NOW_MS, SIZE, START_MS
from upstream import Door, Upstream, upstream

os.environ["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "true"  # inherited by every process here

T = TypeVar("T")

WALKS = {"sync": "ours sync", "async, 8 pages at once": "ours async, prefetch 8"}
"""What a walk is called here → who does it in `contenders.py`."""
DOWNLOADS = ("sync, 8 at once", "async, 8 at once")
RECORDS, RECORDINGS = (10_000, 30_000, 100_000, 300_000, 1_000_000), (100, 1_000, 10_000)
FEW_RECORDS, FEW_RECORDINGS = (300, 1_500), (5, 20)
PROFILED, FEW_PROFILED = 50_000, 1_000
MOST_GROWTH_MB = 20
"""By how much the memory may rise while the longest walk goes on."""
_REPEATED = {10_000: 5, 30_000: 3, 100: 3}
_LIBRARY = re.compile(r"python3\.\d+$")
_METHOD = re.compile(r"method '(\w+)' of '([\w.]+)' objects")
_LINES = 20  # of a profile
_WARM, _MAIN = Door("warm"), Door("plain HTTP")


@attrs.frozen
class Took:
    """One walk or download of many.

    Attributes:
        wall: seconds.
        cpu: seconds of CPU.
        growth: MB by which memory rose; NaN where nobody tells.
    """

    wall: float
    cpu: float
    growth: float


Found = dict[str, dict[int, Took]]
"""How → how many → what that took."""


# --- in a process of its own --------------------------------------------------------------------------------


def measured(work: Callable[[], object]) -> Took:
    """What a piece of work takes in this process."""
    gc.collect()
    if sys.platform == "linux":
        Path("/proc/self/clear_refs").write_text("5", "ascii")  # the peak is what is resident now
    before, began, cpu = peak_mb(), time.perf_counter(), time.process_time()
    work()
    return Took(time.perf_counter() - began, time.process_time() - cpu, peak_mb() - before)


def walked(errand: Errand, rows: int, talk_time: int) -> Took:
    """A walk, of which every row has to come."""
    run(attrs.evolve(errand, endpoint=errand.warm, pages=1))
    tally = Tally()

    def work() -> None:
        nonlocal tally
        tally = run(errand)

    took = measured(work)
    if (tally.rows, tally.talk_time) != (rows, talk_time):
        raise SystemExit(f"{rows} records of {talk_time} s are there, and {tally.rows} came.")
    return took


def downloaded(how: str, settings: dict[str, Any], directory: str, count: int) -> Took:
    """A download of all recordings, of which every one has to come."""
    work = _saved_by_tasks if how.startswith("async") else _saved_by_threads
    work(settings, str(Path(directory, "warm")), 1)
    came = 0

    def all_of_them() -> None:
        nonlocal came
        came = work(settings, str(Path(directory, "all")), count)

    took = measured(all_of_them)
    if came != count:
        raise SystemExit(f"{count} recordings are there, and {came} came.")
    return took


def _saved_by_threads(settings: dict[str, Any], directory: str, count: int) -> int:
    from hillstone_ccc import Client  # noqa: PLC0415 - as contenders.py has it

    with Client(**settings) as ccc:
        calls = ccc.call_records.search(start=START_MS, end=NOW_MS).limit(count)
        return int(ccc.recordings.download_all(calls, directory, concurrency=AT_ONCE).done)


def _saved_by_tasks(settings: dict[str, Any], directory: str, count: int) -> int:
    from hillstone_ccc import AsyncClient  # noqa: PLC0415 - as contenders.py has it

    async def work() -> int:
        async with AsyncClient(**settings) as ccc:
            calls = ccc.call_records.search(start=START_MS, end=NOW_MS).limit(count)
            return int((await ccc.recordings.download_all(calls, directory, concurrency=AT_ONCE)).done)

    return asyncio.run(work())


def profiled(errand: Errand) -> list[tuple[str, int, float]]:
    """A walk's functions: where each stands, its calls, and its own seconds of CPU; the costliest first."""
    run(attrs.evolve(errand, endpoint=errand.warm, pages=1))
    profile = cProfile.Profile(time.process_time)
    profile.runcall(run, errand)
    told: Mapping[Any, Any] = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    found = [(called(*where), calls, own) for where, (_, calls, own, _, _) in told.items()]
    return sorted(found, key=lambda one: -one[2])


def called(path: str, line: int, name: str) -> str:
    """What a function of a profile is called: never where it lies on this machine."""
    if path == "~":
        method = _METHOD.search(name)
        named = f"{method[2]}.{method[1]}" if method else name.strip("{}<>").removeprefix("built-in method ")
        return re.sub(r" at 0x[0-9a-f]+$", "", named)  # an address is another one each time
    parts = PurePath(path).parts
    roots = [place + 1 for place, part in enumerate(parts) if part in ("src", "site-packages") or _LIBRARY.match(part)]
    root = max(roots, default=-1)
    return f"{'/'.join(parts[root:])}:{line} {name}"


# --- measuring ----------------------------------------------------------------------------------------------


def apart(work: Callable[..., T], *told: Any) -> T:
    """What a piece of work gives that is done in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
        return fresh.submit(work, *told).result()


def errand_of(there: Upstream, contender: str) -> Errand:
    """A walk of all that is there."""
    pages = -(-there.rows // SIZE)
    return Errand(contender, there.at(_MAIN), there.at(_WARM), str(there.trusted), pages, START_MS, NOW_MS)


def settings_of(there: Upstream) -> dict[str, Any]:
    """What a client is told that downloads."""
    key = {"access_key_id": "example-id", "access_key_secret": "example-secret"}
    return {**key, "instance_id": "ccc-demo", "endpoint": there.at(_MAIN)}


def walks(counts: Sequence[int], *, once: bool) -> Found:
    """Every walk."""
    found: Found = {how: {} for how in WALKS}
    for count in counts:
        with upstream([_WARM, _MAIN], count, LongListing) as there:
            for how, contender in WALKS.items():
                told = errand_of(there, contender), there.rows, there.talk_time
                found[how][count] = several(lambda told=told: apart(walked, *told), count, how, once=once)  # type: ignore[misc]
    return found


def downloads(counts: Sequence[int], to: Path | None, *, once: bool) -> Found:
    """Every download of many."""
    found: Found = {how: {} for how in DOWNLOADS}
    for count in counts:
        with upstream([_WARM, _MAIN], count, LongListing) as there:
            for how in DOWNLOADS:

                def work(there: Upstream = there, how: str = how, count: int = count) -> Took:
                    with TemporaryDirectory(dir=to) as directory:
                        return apart(downloaded, how, settings_of(there), directory, count)

                found[how][count] = several(work, count, how, once=once)
    return found


def several(work: Callable[[], Took], count: int, how: str, *, once: bool) -> Took:
    """The medians of as many rounds as so short a piece of work needs; tells on stderr how far it is."""
    rounds = 1 if once else _REPEATED.get(count, 1)
    print(f"{count:,}, {how}", file=sys.stderr)
    took = [work() for _ in range(rounds)]
    columns = zip(*map(attrs.astuple, took), strict=True)
    return Took(*map(statistics.median, columns))


# --- the tables ---------------------------------------------------------------------------------------------


def table(what: str, found: Found) -> Iterator[str]:
    """A line a point."""
    yield f"| {what} | Client | Wall | CPU | CPU each | A second | Growth |"
    yield "| ---: | --- | ---: | ---: | ---: | ---: | ---: |"
    for count in next(iter(found.values())):
        for how, points in found.items():
            took = points[count]
            each = f"{took.cpu / count * 1e6:,.1f} µs | {count / took.wall:,.0f}"
            yield f"| {count:,} | {how} | {took.wall:.2f} s | {took.cpu:.2f} s | {each} | {took.growth:.1f} MB |"


def fits(found: Found) -> dict[str, dict[str, Fit]]:
    """How → wall and CPU → the line through the points."""
    kinds: dict[str, Callable[[Took], float]] = {"wall": lambda took: took.wall, "CPU": lambda took: took.cpu}
    return {
        how: {kind: fitted(list(points), list(map(of, points.values()))) for kind, of in kinds.items()}
        for how, points in found.items()
    }


def fit_table(what: str, found: Found) -> Iterator[str]:
    """A line a client: how its time and its memory grow."""
    yield f"| {what} | Time | Exponent | Each, by the line | Off the line | Memory, longest less shortest |"
    yield "| --- | --- | ---: | ---: | ---: | ---: |"
    for how, kinds in fits(found).items():
        points = found[how]
        first, last = min(points), max(points)
        more = points[last].growth - points[first].growth
        for kind, fit in kinds.items():
            told = f"{fit.exponent:.3f} | {fit.each(last) * 1e6:,.1f} µs | {fit.residual:.1%} | {more:+.1f} MB"
            yield f"| {how} | {kind} | {told} |"


def judged(found: Found) -> Iterator[str]:
    """What is to be reached, and whether it is."""
    for how, points in found.items():
        growth = points[max(points)].growth
        holds = "yes" if growth <= MOST_GROWTH_MB else "**no**"
        yield f"| Growth of memory, MB: {max(points):,} records, {how} | {growth:.1f} | {MOST_GROWTH_MB} | {holds} |"


def profile_tables(count: int) -> Iterator[str]:
    """The functions with the most CPU time of their own in a walk, a table a client."""
    with upstream([_WARM, _MAIN], count, LongListing) as there:
        for how, contender in WALKS.items():
            functions = apart(profiled, errand_of(there, contender))
            whole = sum(own for _, _, own in functions)
            pages = count / SIZE
            yield f"\nA walk of {count:,} records, {how}; {whole / pages * 1000:.2f} ms a page under the profiler:\n"
            yield "| Function | Calls a page | Own time a page | Share |\n| --- | ---: | ---: | ---: |"
            for name, calls, own in functions[:_LINES]:
                yield f"| `{name}` | {calls / pages:,.1f} | {own / pages * 1e6:,.0f} µs | {own / whole:.1%} |"


def main() -> None:
    """Measures as told and prints the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="few of everything, to see that it works")
    parser.add_argument("--to", type=Path, help="where recordings go for a while; a temporary directory by default")
    parser.add_argument("--json", type=Path, help="where the points are written")
    parser.add_argument("--profile", type=Path, help="where the tables of a walk's functions are written")
    asked = parser.parse_args()
    records, recordings = (FEW_RECORDS, FEW_RECORDINGS) if asked.quick else (RECORDS, RECORDINGS)
    walks_found = walks(records, once=asked.quick)
    downloads_found = downloads(recordings, asked.to, once=asked.quick)
    for what, found in (("Records", walks_found), ("Recordings", downloads_found)):
        print("\n".join((*table(what, found), "", *fit_table(what, found), "")))
    if not asked.quick:
        print("| Measure | Value | At most | Holds |\n| --- | ---: | ---: | --- |")
        print("\n".join(judged(walks_found)))
    if asked.json:
        kinds = {"walks": walks_found, "downloads": downloads_found}
        told = {kind: {how: _plain(points) for how, points in found.items()} for kind, found in kinds.items()}
        asked.json.write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2))
    if asked.profile:
        tables = profile_tables(FEW_PROFILED if asked.quick else PROFILED)
        asked.profile.write_text("\n".join(tables).lstrip() + "\n", "utf-8")


def _plain(points: Mapping[int, Took]) -> dict[str, Any]:
    return {str(count): attrs.asdict(took) for count, took in points.items()}


if __name__ == "__main__":
    main()

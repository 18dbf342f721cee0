"""How fast a big recording is saved, beside the HTTP library alone: medians of alternating rounds, as Markdown.

    python benchmarks/download.py [--quick] [--size 1024] [--rounds 5] [--to DIRECTORY]

The floor is the HTTP library streaming the same link into a file, with nothing checked and nothing repeated. Ours is
meant to reach at least 0.8 times the floor's speed, and to take less than 16 MB more memory than before, however big
the recording is.

An upstream on loopback, in a process of its own, sends the recording at next to no CPU. Every download has a fresh
process, since a peak of memory does not go down again; growth is that of the resident peak (`VmHWM`, on Linux alone)
from the link at hand to the end. CPU is what that process used, all threads.

Ours ends with an fsync, and the floor does not. So the floor is synced afterwards, and the second column of speeds
tells both with it; beneath the table is what writing and syncing that much takes here without any HTTP. On a directory
in memory, such as `--to /dev/shm`, the disk is out of it.
"""

# ruff: noqa: INP001, T201 - a program, whose business is to print

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
import httpx
from httpx_aiohttp import HttpxAiohttpClient

from hillstone_ccc import AsyncClient, Client

sys.path.insert(0, str(Path(__file__).parents[1]))  # a clone's tests have the upstream, and are no package to install

from tests.behaviour.big_store import upstream
from tests.behaviour.long_walk import peak

MIB = 1024 * 1024
PIECE = 64 * 1024
"""Bytes that are written at once without HTTP, as much as the HTTP library gives at once."""
LEAST = 0.8
"""How many times the floor's speed ours has at least."""
MOST_GROWTH_MB = 16
"""How much more memory ours takes at most."""


@attrs.frozen
class Errand:
    """What is to be downloaded.

    Attributes:
        endpoint: where the upstream is.
        size: bytes of the recording.
        directory: where the file goes; nothing else is in there.
    """

    endpoint: str
    size: int
    directory: Path

    @property
    def file(self) -> Path:
        """Where the floor writes."""
        return self.directory / "floor.wav"

    def settings(self) -> dict[str, Any]:
        """What a client of ours is told."""
        return {
            "instance_id": "ccc-demo",
            "access_key_id": "example-id",
            "access_key_secret": "example-secret",
            "endpoint": self.endpoint,
        }

    def link(self) -> str:
        """Where the recording can be had."""
        with httpx.Client(trust_env=False) as web:
            answer = web.post(self.endpoint, headers={"x-acs-action": "GetMonoRecording"})
        return str(answer.json()["Data"]["FileUrl"])


@attrs.define
class Download:
    """One download.

    Attributes:
        wall: seconds it took.
        cpu: seconds of CPU of its process.
        growth: MB by which the resident peak rose; NaN where nobody tells.
        sync: seconds that an fsync took afterwards.
    """

    wall: float = 0
    cpu: float = 0
    growth: float = 0
    sync: float = 0

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Measures what is done meanwhile."""
        before, began, cpu = resident_peak(), time.perf_counter(), time.process_time()
        yield
        self.wall, self.cpu = time.perf_counter() - began, time.process_time() - cpu
        self.growth = resident_peak() - before


def resident_peak() -> float:
    """The most memory that this process has had so far, MB."""
    return peak() * 1024 / 1e6 if sys.platform == "linux" else float("nan")


def synced(path: Path) -> float:
    """Seconds that it takes until the file is on the disk."""
    began = time.perf_counter()
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    return time.perf_counter() - began


# --- the contenders -----------------------------------------------------------------------------------------


def httpx_sync(errand: Errand, download: Download) -> None:
    """The floor of the synchronous client."""
    link = errand.link()
    with (
        httpx.Client(trust_env=False) as web,
        download.timed(),
        web.stream("GET", link) as answer,
        errand.file.open("wb") as file,
    ):
        for chunk in answer.iter_bytes():
            file.write(chunk)


def ours_sync(errand: Errand, download: Download) -> None:
    """Our synchronous client."""
    with Client(**errand.settings()) as ccc:
        recording = ccc.recordings.get("job-1")
        with download.timed():
            recording.download(errand.directory)


def httpx_async(errand: Errand, download: Download) -> None:
    """A floor of the asynchronous client: httpx over its own transport."""
    asyncio.run(stream(httpx.AsyncClient, errand, download))


def httpx_aiohttp(errand: Errand, download: Download) -> None:
    """The other one: httpx over aiohttp, which carries our requests."""
    asyncio.run(stream(HttpxAiohttpClient, errand, download))


async def stream(kind: Callable[..., Any], errand: Errand, download: Download) -> None:
    """Streams with a client of httpx's asynchronous interface."""
    link = errand.link()
    async with kind(trust_env=False) as web:
        with download.timed():
            async with web.stream("GET", link) as answer:
                with errand.file.open("wb") as file:
                    async for chunk in answer.aiter_bytes():
                        file.write(chunk)


def ours_async(errand: Errand, download: Download) -> None:
    """Our asynchronous client."""

    async def run() -> None:
        async with AsyncClient(**errand.settings()) as ccc:
            recording = await ccc.recordings.get("job-1")
            with download.timed():
                await recording.download(errand.directory)

    asyncio.run(run())


CONTENDERS: dict[str, Callable[[Errand, Download], None]] = {
    "httpx.Client": httpx_sync,
    "Client": ours_sync,
    "httpx.AsyncClient": httpx_async,
    "httpx over aiohttp": httpx_aiohttp,
    "AsyncClient": ours_async,
}
FLOORS = {"Client": ("httpx.Client",), "AsyncClient": ("httpx.AsyncClient", "httpx over aiohttp")}


# --- measuring ----------------------------------------------------------------------------------------------


def run(name: str, errand: Errand) -> Download:
    """One download, in the process of its own that this is called in."""
    download = Download()
    CONTENDERS[name](errand, download)
    [file] = errand.directory.iterdir()
    if (came := file.stat().st_size) != errand.size:
        raise SystemExit(f"{name}: {errand.size} bytes are there, and {came} came.")
    download.sync = synced(file)
    return download


def plain(size: int, directory: Path) -> Download:
    """As many bytes written and synced, and nothing else."""
    download, piece, path = Download(), os.urandom(PIECE), directory / "plain"
    with download.timed(), path.open("wb") as file:
        for _ in range(size // PIECE):
            file.write(piece)
    download.sync = synced(path)
    return download


def measure(asked: argparse.Namespace) -> dict[str, list[Download]]:
    """Every round of every contender, and of writing alone."""
    size = asked.size * MIB
    found: dict[str, list[Download]] = {name: [] for name in (*CONTENDERS, "plain")}
    with upstream(size) as endpoint:
        for _ in range(asked.rounds):
            for name in CONTENDERS:
                with TemporaryDirectory(dir=asked.to) as directory:
                    errand = Errand(endpoint, size, Path(directory))
                    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
                        found[name].append(fresh.submit(run, name, errand).result())
            with TemporaryDirectory(dir=asked.to) as directory:
                found["plain"].append(plain(size, Path(directory)))
    return found


# --- the table ----------------------------------------------------------------------------------------------


def median(of: Callable[[Download], float], downloads: list[Download]) -> float:
    """The one in the middle."""
    return statistics.median(map(of, downloads))


def wall(download: Download) -> float:
    """Seconds of the download."""
    return download.wall


def wall_synced(download: Download) -> float:
    """Seconds until it is on the disk."""
    return download.wall + download.sync


def ratio(name: str, floor: str, found: dict[str, list[Download]], seconds: Callable[[Download], float]) -> float:
    """How many times the floor's speed."""
    return median(seconds, found[floor]) / median(seconds, found[name])


def cells(name: str, found: dict[str, list[Download]], size: int) -> str:
    """What a contender's downloads came to, as cells of the table; the floor is the fastest of its floors."""
    downloads = found[name]
    told = [f"{size / 1e6 / median(seconds, downloads):.0f} MB/s" for seconds in (wall, wall_synced)]
    told.append(f"{median(lambda one: one.cpu, downloads) / size * 1024 * MIB:.2f} s")
    told.append(f"{median(lambda one: one.growth, downloads):.1f} MB")
    for seconds in (wall, wall_synced):
        ratios = [ratio(name, floor, found, seconds) for floor in FLOORS.get(name, ())]
        told.append(f"{min(ratios):.2f}" if ratios else "")
    return " | ".join(told)


def main() -> None:
    """Measures as told and prints the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--size", type=int, default=1024, help="MiB of the recording")
    parser.add_argument("--rounds", type=int, default=5, help="how many downloads of each kind are timed")
    parser.add_argument("--to", type=Path, help="where the files go for a while; a temporary directory by default")
    parser.add_argument("--quick", action="store_true", help="a small one, once, to see that it works")
    asked = parser.parse_args()
    if asked.quick:
        asked.size, asked.rounds = 4, 1
    found = measure(asked)
    size = asked.size * MIB
    print(f"A recording of {asked.size} MiB, median of {asked.rounds}:\n")
    print("| Contender | Speed | with fsync | CPU per GiB | Growth | × floor | with fsync |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name in CONTENDERS:
        print(f"| {name} | {cells(name, found, size)} |")
    alone = ratio("AsyncClient", "httpx.AsyncClient", found, wall)
    print(f"\nAsyncClient's floor is the faster of two; beside httpx.AsyncClient alone it is {alone:.2f}.")
    written, on_disk = median(wall, found["plain"]), median(lambda one: one.sync, found["plain"])
    print(f"Written without HTTP in {written * 1000:.0f} ms, and synced in {on_disk * 1000:.0f} ms more.")
    if not asked.quick:
        print(f"At least {LEAST} × floor is meant, and less than {MOST_GROWTH_MB} MB of growth.")


if __name__ == "__main__":
    main()

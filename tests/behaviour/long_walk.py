"""Walks a search in a process of its own: prints each contact id as it comes, then what memory it took.

Run as a program by `test_long_walks.py`, with a driver, a client's settings and a search's criteria as JSON for an
argument. Memory is the process's own resident peak as Linux tells it (`VmHWM`): what users see, threads and fragments
included, at no cost to the walk. `getrusage` tells the parent's peak where that was higher when the process was
started, and tracing each allocation makes minutes of a walk.
"""

# ruff: noqa: T201 - a program, whose business is to print

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hillstone_ccc import AsyncClient, CallRecord, Client

FROM = 1_000
"""The row from which growth counts: the last one of the tenth page."""


def peak() -> int:
    """The most memory that this process has had so far, KiB."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0])


class Told:
    """Tells of each row and keeps none."""

    def __init__(self) -> None:
        self.rows = 0
        self.peak_before = 0

    def __call__(self, call: CallRecord) -> None:
        """Print the row's id, and look at the memory when ten pages have come."""
        print(call.contact_id)
        self.rows += 1
        if self.rows == FROM:
            self.peak_before = peak()


def walk(settings: dict[str, Any], criteria: dict[str, Any], tell: Callable[[CallRecord], None]) -> None:
    """The synchronous walk."""
    with Client(**settings) as ccc:
        for call in ccc.call_records.search(**criteria):
            tell(call)


async def walk_async(settings: dict[str, Any], criteria: dict[str, Any], tell: Callable[[CallRecord], None]) -> None:
    """The asynchronous walk."""
    async with AsyncClient(**settings) as ccc:
        async for call in ccc.call_records.search(**criteria):
            tell(call)


def main() -> None:
    """Walk as told, and print the growth in KiB last."""
    driver, settings, criteria = json.loads(sys.argv[1])
    told = Told()
    if driver == "sync":
        walk(settings, criteria, told)
    else:
        asyncio.run(walk_async(settings, criteria, told))
    print(peak() - told.peak_before)


if __name__ == "__main__":
    main()

"""Very many calls to a file of each format, and to a frame: time and memory, as Markdown.

    python benchmarks/exports.py [--quick] [--calls N]

Each has a fresh process, which has exported one page before it begins. The upstream (`long_listing.py`) is a process of
its own, and makes its rows as they are asked for. Growth is by how much the client's memory rose at most; a frame
is in memory as a whole, so its growth is its size and what it was made of.
"""

# ruff: noqa: INP001, T201 - a program, whose business is to print

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from growth import Took, apart, measured, settings_of
from long_listing import LongListing
from rows import NOW_MS, START_MS
from upstream import Door, upstream

CALLS, FEW_CALLS = 1_000_000, 1_500
WAYS = ("calls.parquet", "calls.jsonl", "calls.csv", "to_arrow")
MOST_GROWTH_MB = 200
_WARM, _MAIN = Door("warm"), Door("plain HTTP")


def exported(way: str, settings: dict[str, Any], calls: int) -> tuple[Took, int]:
    """What it takes in this process to export so many calls, and the bytes of the file or table."""
    from hillstone_ccc import Client  # noqa: PLC0415 - after the process has begun

    with TemporaryDirectory() as directory, Client(**settings) as ccc:
        every = ccc.call_records.search(start=START_MS, end=NOW_MS)
        size = 0

        def work(most: int) -> None:
            nonlocal size
            results = every.limit(most)
            if way == "to_arrow":
                size = results.to_arrow().nbytes
            else:
                size = results.export(Path(directory, way)).stat().st_size

        work(100)
        return measured(lambda: work(calls)), size


def main() -> int:
    """Measures as told and prints the table; 1 if a file took more memory than is promised."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="few calls, to see that it works; nothing is judged")
    parser.add_argument("--calls", type=int, default=CALLS)
    asked = parser.parse_args()
    calls = FEW_CALLS if asked.quick else asked.calls
    print(f"{calls:,} calls:\n\n| To | Wall | CPU | Growth of memory | Size |\n| --- | ---: | ---: | ---: | ---: |")
    most = 0.0
    with upstream([_WARM, _MAIN], calls, LongListing) as there:
        for way in WAYS:
            print(way, file=sys.stderr)
            took, size = apart(exported, way, settings_of(there), calls)
            print(f"| `{way}` | {took.wall:.0f} s | {took.cpu:.0f} s | {took.growth:.0f} MB | {size / 1e6:.0f} MB |")
            most = most if way == "to_arrow" else max(most, took.growth)
    return 1 if most > MOST_GROWTH_MB and not asked.quick else 0


if __name__ == "__main__":
    sys.exit(main())

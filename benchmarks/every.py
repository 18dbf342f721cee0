"""Runs the benchmarks, one after another, and keeps what they print and tell.

    python benchmarks/every.py --to DIRECTORY [--quick]

NAME.md has a program's tables and NAME.json its figures, for `report.py`. With `--quick` those run as well whose
figures are not in the report, each in small and several side by side: nothing is judged, and whoever fails is found.
"""

# ruff: noqa: INP001, S603, T201 - a program, whose business is to run interpreters and print

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import attrs

REPORTED = ("walks", "decoding", "import_cost", "list_endpoint", "growth", "first_look")
OTHERS = ("paced", "download", "prefetch", "exports")
PROFILE = "profile.md"
_MOST_AT_ONCE = 4


@attrs.frozen
class Run:
    """A program that has ended.

    Attributes:
        name: which.
        tables: what it printed.
        said: what it said of how far it was, and of what went wrong; empty where that was shown at once.
        code: its exit code.
        seconds: how long it took.
    """

    name: str
    tables: str
    said: str
    code: int
    seconds: float


def run(name: str, to: Path, *, quick: bool) -> Run:
    """Runs one; in full, it tells on stderr how far it is."""
    told = [sys.executable, str(Path(__file__).with_name(f"{name}.py"))]
    told += ["--quick"] if quick else []
    told += ["--json", str(to / f"{name}.json")] if name in REPORTED else []
    told += ["--profile", str(to / PROFILE)] if name == "growth" else []
    began = time.perf_counter()
    loopback = {**os.environ, "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true"}  # nothing else is asked
    shown = subprocess.PIPE if quick else None
    done = subprocess.run(told, stdout=subprocess.PIPE, stderr=shown, env=loopback, encoding="utf-8", check=False)
    (to / f"{name}.md").write_text(done.stdout, "utf-8")
    return Run(name, done.stdout, done.stderr or "", done.returncode, time.perf_counter() - began)


def main() -> int:
    """Runs all as told; 1 if one of them failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--to", type=Path, required=True, help="where tables and figures are written")
    parser.add_argument("--quick", action="store_true", help="all of them in small, to see that they work")
    told = parser.parse_args()
    told.to.mkdir(parents=True, exist_ok=True)
    names = (*REPORTED, *OTHERS) if told.quick else REPORTED
    at_once = min(os.cpu_count() or 1, _MOST_AT_ONCE) if told.quick else 1
    failed = []
    with ThreadPoolExecutor(at_once) as threads:
        for done in threads.map(partial(run, to=told.to, quick=told.quick), names):
            print(f"\n--- {done.name}, {done.seconds:.0f} s\n\n{done.tables}", flush=True)
            if done.code:
                failed.append(done.name)
                print(done.said, file=sys.stderr)
    if failed:
        print(f"Failed: {', '.join(failed)}.", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""The benchmarks run; what they measure is for people to read."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
WALK = re.compile(r"^\| (\d+) \| [\d.]+ ms \| (\w+) \| \d+ ms \| [\d.]+ \| \d+ ms \| (\d+) \|$", re.MULTILINE)
DOWNLOAD = re.compile(
    r"^\| ([\w. ]+) \| \d+ MB/s \| \d+ MB/s \| [\d.]+ s \| (?:[\d.]+|nan) MB \| ([\d.]*) \| ([\d.]*) \|$", re.MULTILINE
)


def run(name: str, sizes: str) -> str:
    """What a benchmark prints, in small."""
    program = [sys.executable, str(BENCHMARKS / name), *sizes.split()]
    return subprocess.run(program, stdout=subprocess.PIPE, encoding="utf-8", timeout=60, check=True).stdout


def test_reading_ahead_is_measured() -> None:
    """A small round prints a line for each driver and concurrency, with every page fetched."""
    lines = WALK.findall(run("prefetch.py", "--pages 3 --delay 1 --rounds 1 --concurrency 1 4"))
    assert [("1", "sync"), ("1", "async"), ("4", "sync"), ("4", "async")] == [line[:2] for line in lines]
    assert all(int(requests) >= 3 for *_, requests in lines)


def test_downloading_is_measured(tmp_path: Path) -> None:
    """A small round prints a line for each contender, ours beside the HTTP library alone, and leaves no file behind."""
    lines = DOWNLOAD.findall(run("download.py", f"--size 4 --rounds 1 --to {tmp_path}"))
    floors, ours = ["httpx.Client", "httpx.AsyncClient", "httpx over aiohttp"], ["Client", "AsyncClient"]
    assert sorted([*floors, *ours]) == sorted(name for name, *_ in lines)
    assert ours == [name for name, *ratios in lines if all(ratios)]
    assert [] == list(tmp_path.iterdir())


@pytest.mark.once
def test_the_servers_own_share_is_measured() -> None:
    """A second of requests prints a line for each part of the time; whether it is short depends on the machine."""
    program = [sys.executable, str(BENCHMARKS / "server.py"), "--rate", "20", "--seconds", "1", "--delay", "1"]
    told = subprocess.run(program, stdout=subprocess.PIPE, encoding="utf-8", timeout=120, check=False)
    assert told.returncode in (0, 1)
    assert told.stdout.startswith("20 requests at 20 a second")
    parts = re.findall(r"^\| ([\w '\-]+) \| [\d.]+ \| [\d.]+ \| [\d.]+ \|$", told.stdout, re.MULTILINE)
    assert [
        "waited by the caller",
        "the call center's part",
        "the server's own share",
        "the same with the way there and back",
    ] == parts

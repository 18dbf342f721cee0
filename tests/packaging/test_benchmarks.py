"""The benchmarks run; what they measure is for people to read."""

import re
import subprocess
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
LINE = re.compile(r"^\| (\d+) \| [\d.]+ ms \| (\w+) \| \d+ ms \| [\d.]+ \| \d+ ms \| (\d+) \|$", re.MULTILINE)


def test_reading_ahead_is_measured() -> None:
    """A small round prints a line for each driver and concurrency, with every page fetched."""
    script, sizes = BENCHMARKS / "prefetch.py", "--pages 3 --delay 1 --rounds 1 --concurrency 1 4"
    done = subprocess.run(
        [sys.executable, str(script), *sizes.split()], stdout=subprocess.PIPE, encoding="utf-8", timeout=60, check=True
    )
    lines = LINE.findall(done.stdout)
    assert [("1", "sync"), ("1", "async"), ("4", "sync"), ("4", "async")] == [line[:2] for line in lines]
    assert all(int(requests) >= 3 for *_, requests in lines)

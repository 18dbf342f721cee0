"""A month of a busy centre, walked whole: every call once and in order, in few requests and little memory."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hillstone_ccc.sandbox import CallFilter, Sandbox

# The month of 250,000 calls with the thorough profile, a quieter one otherwise.
CALLS = 250_000 if os.environ.get("HYPOTHESIS_PROFILE") == "ci" else 25_000
DAYS = 30
PAGE = 100
DAY_MS = 86_400_000
MOST_GROWTH_KIB = 30 * 1024
PATIENCE_SECONDS = 300

PROGRAM = Path(__file__).with_name("long_walk.py")


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    """The month, on a port: the walk runs in a process of its own, so that its memory is its own."""
    with Sandbox(records=CALLS, days=DAYS, gzip=False) as box:
        yield box


@pytest.fixture(scope="module")
def contact_ids(box: Sandbox) -> list[str]:
    """The ids of the month's calls, newest first."""
    selection = box.centre.select(CallFilter())
    return [call.contact_id for offset in range(0, CALLS, 10 * PAGE) for call in selection.rows(offset, 10 * PAGE)]


@pytest.mark.thorough
@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is read as Linux tells it")
@pytest.mark.parametrize("driver", ["sync", "async"])
def test_a_month_is_walked_whole(
    driver: str, box: Sandbox, contact_ids: list[str], settings_of: Callable[[Sandbox], dict[str, Any]]
) -> None:
    """In 1.15 times the least number of pages, planning included, and with memory for a few pages at a time."""
    box.reset()
    now = box.centre.now_ms
    errand = json.dumps([driver, settings_of(box), {"start": now - DAYS * DAY_MS, "end": now}])
    done = subprocess.run(
        [sys.executable, str(PROGRAM), errand],
        stdout=subprocess.PIPE,
        encoding="ascii",
        timeout=PATIENCE_SECONDS,
        check=True,
    )
    *walked, growth = done.stdout.split()
    assert contact_ids == walked
    assert len(box.requests) <= 1.15 * CALLS / PAGE
    assert int(growth) < MOST_GROWTH_KIB

"""The clock that clients use unless they are given another: this machine's."""

from __future__ import annotations

import time

from hillstone_ccc import Clock


def test_it_tells_the_machines_time() -> None:
    """The wall clock in Unix seconds; the other one only goes forward."""
    clock = Clock()
    before = time.time(), time.monotonic()
    told = clock.wall(), clock.monotonic()
    after = time.time(), time.monotonic()
    assert before[0] <= told[0] <= after[0]
    assert before[1] <= told[1] <= after[1]


def test_its_chances_differ_and_lie_below_one() -> None:
    """What spreads waits must be spread."""
    clock = Clock()
    chances = [clock.chance() for _ in range(10)]
    assert all(0 <= chance < 1 for chance in chances)
    assert len(set(chances)) > 1


async def test_it_waits_as_long_as_it_is_told() -> None:
    """In a thread and in a task alike."""
    clock = Clock()
    began = clock.monotonic()
    clock.sleep(0.01)
    await clock.async_sleep(0.01)
    assert clock.monotonic() - began >= 0.019

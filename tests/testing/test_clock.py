"""The simulated clock: it moves by waits and by hand, never by itself."""

import asyncio
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc import Clock
from hillstone_ccc.testing import SimulatedClock

_SECONDS = st.floats(0, 1e6, allow_nan=False)


@given(wall=_SECONDS, waits=st.lists(_SECONDS))
def test_waits_move_both_clocks(wall: float, waits: list[float]) -> None:
    """Each wait is remembered and passes on the wall clock and on the other one."""
    clock = SimulatedClock(wall, monotonic=5.0)
    for seconds in waits:
        clock.sleep(seconds)

    assert waits == clock.waits
    assert pytest.approx(wall + sum(waits)) == clock.wall()
    assert pytest.approx(5.0 + sum(waits)) == clock.monotonic()


def test_a_wait_takes_no_time() -> None:
    """An hour's wait returns at once, in a thread as in a task, and the clock is a client's clock."""
    clock = SimulatedClock()
    began = time.monotonic()
    clock.sleep(3600)
    asyncio.run(clock.async_sleep(3600))

    assert time.monotonic() - began < 60
    assert [3600, 3600] == clock.waits
    assert isinstance(clock, Clock)


def test_a_wait_lets_other_tasks_run() -> None:
    """While a task waits, the others have their turn."""
    clock = SimulatedClock()
    order: list[str] = []

    async def task(name: str) -> None:
        order.append(f"{name} begins")
        await clock.async_sleep(1)
        order.append(f"{name} ends")

    async def both() -> None:
        await asyncio.gather(task("a"), task("b"))

    asyncio.run(both())

    assert ["a begins", "b begins", "a ends", "b ends"] == order


def test_less_than_nothing_is_no_wait() -> None:
    """A wait of less than 0 s is remembered, and time does not go back."""
    clock = SimulatedClock(10)
    clock.sleep(-3)

    assert ([-3], 10, 0) == (clock.waits, clock.wall(), clock.monotonic())


def test_it_is_moved_by_hand() -> None:
    """Advancing moves both clocks and is no wait; setting the wall clock leaves the other one alone."""
    clock = SimulatedClock(100, monotonic=7)
    clock.advance(2.5)
    assert (102.5, 9.5) == (clock.wall(), clock.monotonic())

    clock.set_wall(50)
    assert (50, 9.5) == (clock.wall(), clock.monotonic())
    assert [] == clock.waits


@pytest.mark.parametrize("seconds", [-1.0, float("nan")])
def test_time_is_not_turned_back(seconds: float) -> None:
    """Advancing takes 0 seconds or more."""
    with pytest.raises(ValueError, match="time passes forward only"):
        SimulatedClock().advance(seconds)


@given(seed=st.integers())
def test_chances_come_from_the_seed(seed: int) -> None:
    """The same seed gives the same chances, each of [0, 1), and they differ from one another."""
    one, other = SimulatedClock(seed=seed), SimulatedClock(seed=seed)
    chances = [one.chance() for _ in range(5)]

    assert chances == [other.chance() for _ in range(5)]
    assert all(0 <= chance < 1 for chance in chances)
    assert 5 == len(set(chances))


def test_no_wait_of_any_thread_is_lost() -> None:
    """Eight threads of 500 waits each move the clock by all of them."""
    clock = SimulatedClock()

    def wait() -> None:
        for _ in range(500):
            clock.sleep(1)

    threads = [threading.Thread(target=wait) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (4000, 4000, 4000) == (len(clock.waits), clock.wall(), clock.monotonic())


def test_the_seed_tells_a_known_chance() -> None:
    """The first chance of seed 0 never changes, so a failing run can be run again."""
    assert 0.8444218515250481 == SimulatedClock(seed=0).chance()

"""Equal requests at one time share one answer."""

import asyncio

import pytest

from hillstone_ccc import NotFoundError
from hillstone_ccc import TimeoutError as CCCTimeoutError
from hillstone_ccc.server.flights import Flights


class Runway:
    """Something that takes until it is let go, counted."""

    def __init__(self) -> None:
        self.begun = self.ended = self.shared = 0
        self.gate = asyncio.Event()
        self.flights = Flights(self.note)

    def note(self) -> None:
        """One shared another's."""
        self.shared += 1

    async def fly(self) -> int:
        """Waits for the gate."""
        self.begun += 1
        try:
            await self.gate.wait()
        finally:
            self.ended += 1
        return self.begun

    def join(self, seconds: float = 30.0) -> "asyncio.Future[int]":
        """Asks for it, in a task of its own."""
        return asyncio.ensure_future(self.flights.join("key", self.fly, seconds))


async def turns() -> None:
    """Lets the loop turn until nothing moves any more."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_one_for_all() -> None:
    """It is begun once, all have its answer, and the next one begins anew."""
    runway = Runway()
    joined = [runway.join() for _ in range(5)]
    await turns()
    assert (1, 4, 1) == (runway.begun, runway.shared, len(runway.flights))
    runway.gate.set()
    assert [1] * 5 == await asyncio.gather(*joined)
    assert 0 == len(runway.flights)
    assert 2 == await runway.join()


async def test_an_error_is_told_to_all() -> None:
    """To each as an object of its own."""

    async def fail() -> None:
        await asyncio.sleep(0)
        raise NotFoundError("There is no such call.")

    flights = Flights(lambda: None)
    told = await asyncio.gather(*(flights.join("key", fail, 30) for _ in range(3)), return_exceptions=True)
    assert {"There is no such call."} == {str(error) for error in told}
    assert 3 == len({id(error) for error in told})
    assert 0 == len(flights)


async def test_a_fault_is_told_as_it_is() -> None:
    """What is no error of the library's comes out unchanged."""

    async def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await Flights(lambda: None).join("key", fail, 30)


async def test_who_leaves_does_not_end_it_for_the_others() -> None:
    """One is cancelled, the other gets its answer."""
    runway = Runway()
    one, other = runway.join(), runway.join()
    await turns()
    one.cancel()
    await turns()
    assert 0 == runway.ended
    runway.gate.set()
    assert 1 == await other


async def test_who_leaves_last_ends_it() -> None:
    """Nobody waits, so nothing goes on; who comes then begins anew."""
    runway = Runway()
    joined = [runway.join(), runway.join()]
    await turns()
    for one in joined:
        one.cancel()
    await asyncio.wait(joined)
    another = runway.join()
    await turns()
    assert (2, 1) == (runway.begun, runway.ended)
    runway.gate.set()
    assert 2 == await another


async def test_a_deadline() -> None:
    """Whoever waits longer gives up, and the work ends with the last of them."""
    runway = Runway()
    patient = runway.join()
    with pytest.raises(CCCTimeoutError, match=r"within 0\.001 s"):
        await runway.join(0.001)
    assert 0 == runway.ended
    runway.gate.set()
    assert 1 == await patient
    runway.gate.clear()
    with pytest.raises(CCCTimeoutError):
        await runway.join(0.001)
    await turns()
    assert 2 == runway.ended

"""What the calls of one client remember for each other, in threads and in tasks."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Generator, Hashable
from typing import Any

import attrs
import pytest

from hillstone_ccc import CCCError, ConnectError
from hillstone_ccc._core.flow import Command, Flow, Pause, Remember, Reply, remembered
from hillstone_ccc._memory import AsyncMemory, Memory
from hillstone_ccc.testing.clock import SimulatedClock

AnyFlow = Generator[Command, Reply, Any]
PATIENCE = 5  # seconds after which a test that waits for another thread has failed


def nothing() -> AnyFlow:
    """A flow for those who run flows in their own way."""
    yield from ()


@attrs.define(eq=False)
class Key:
    """A key that knows who has asked for it: a look at it is a look at its hash, under the memory's lock.

    Attributes:
        askers: How many it waits for.
    """

    askers: int
    seen: set[int] = attrs.field(factory=set[int])
    all_asked: threading.Event = attrs.field(factory=threading.Event)

    def __hash__(self) -> int:
        self.seen.add(threading.get_ident())
        if len(self.seen) == self.askers:
            self.all_asked.set()
        return 1


class Runs:
    """Runs no flow, but counts how often one was to be run, and does as it is told each time.

    Args:
        key: Wait until all have asked for it.
        ends: What each run comes to: a value, or something to raise.
    """

    def __init__(self, key: Key, *ends: Any) -> None:
        self._key = key
        self._ends = iter(ends)
        self.count = 0

    def __call__(self, _flow: Flow[Any]) -> Any:
        assert self._key.all_asked.wait(PATIENCE)
        self.count += 1
        end = next(self._ends)
        if isinstance(end, BaseException):
            raise end
        return end


def in_threads(number: int, ask: Callable[[], Any]) -> list[Any]:
    """What comes of asking in so many threads at once: values, and what was raised; fewer if some never end."""
    start, ends = threading.Barrier(number), list[Any]()

    def asked() -> None:
        start.wait(PATIENCE)
        try:
            ends.append(ask())
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is what came of it
            ends.append(error)

    threads = [threading.Thread(target=asked, daemon=True) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    return ends


@pytest.mark.parametrize("seconds", [0.0, 300.0])
def test_threads_that_ask_at_once_share_one_run(clock: SimulatedClock, seconds: float) -> None:
    """Eight ask, one runs, all are told; also where nothing is to be kept."""
    memory, key = Memory(clock.monotonic), Key(8)
    runs = Runs(key, "found")
    assert ["found"] * 8 == in_threads(8, lambda: memory.recall(Remember(key, seconds, nothing), runs))
    assert 1 == runs.count


def test_threads_share_a_failure_each_as_an_error_of_its_own(clock: SimulatedClock) -> None:
    """Raised in several threads, one object would gather all their tracebacks; what it tells and why is the same."""
    memory, key, why = Memory(clock.monotonic), Key(8), OSError("why")
    failure = ConnectError("lost", action="ListUsers")
    failure.__cause__ = why
    runs = Runs(key, failure, "found")
    errors = in_threads(8, lambda: memory.recall(Remember(key, 300, nothing), runs))
    assert [(ConnectError, "ListUsers: lost", why)] * 8 == [(type(e), str(e), e.__cause__) for e in errors]
    assert 8 == len({id(error) for error in errors})
    assert failure in errors  # whoever ran the flow has the original, and its traceback
    assert 1 == runs.count
    assert "found" == memory.recall(Remember(key, 300, nothing), runs)


@pytest.mark.parametrize("interruption", [KeyboardInterrupt(), KeyError("a fault of the program")])
def test_a_thread_that_waits_takes_over(clock: SimulatedClock, interruption: BaseException) -> None:
    """What ends one who runs the flow is its own affair: the next one runs it, and nobody hangs."""
    memory, key = Memory(clock.monotonic), Key(3)
    runs = Runs(key, interruption, "found")
    ends = in_threads(3, lambda: memory.recall(Remember(key, 300, nothing), runs))
    assert (2, 1, 2) == (ends.count("found"), ends.count(interruption), runs.count)


async def test_tasks_that_ask_at_once_share_one_run(clock: SimulatedClock) -> None:
    """Eight ask, one runs, all are told."""
    memory, count = AsyncMemory(clock.monotonic), 0

    async def run(_flow: Flow[Any]) -> str:
        nonlocal count
        count += 1
        await asyncio.sleep(0)
        return "found"

    asked = (memory.recall(Remember("key", 0, nothing), run) for _ in range(8))
    assert ["found"] * 8 == await asyncio.wait_for(asyncio.gather(*asked), PATIENCE)
    assert 1 == count


async def test_tasks_share_a_failure_each_as_an_error_of_its_own(clock: SimulatedClock) -> None:
    """As threads do; and it is not kept."""
    memory, ends = AsyncMemory(clock.monotonic), iter([ConnectError("lost"), "found"])

    async def run(_flow: Flow[Any]) -> Any:
        end = next(ends)
        await asyncio.sleep(0)
        if isinstance(end, BaseException):
            raise end
        return end

    asked = (memory.recall(Remember("key", 300, nothing), run) for _ in range(3))
    errors = await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), PATIENCE)
    assert [(ConnectError, "lost")] * 3 == [(type(error), str(error)) for error in errors]
    assert 3 == len({id(error) for error in errors})
    assert "found" == await memory.recall(Remember("key", 300, nothing), run)


class Held:
    """Runs no flow, but waits until it is let go; counts how often one was to be run."""

    def __init__(self) -> None:
        self.count = 0
        self.let_go = asyncio.Event()

    async def __call__(self, _flow: Flow[Any]) -> str:
        self.count += 1
        await self.let_go.wait()
        return "found"


async def asking(memory: AsyncMemory, run: Held, number: int) -> list[asyncio.Task[Any]]:
    """So many tasks, the first of which runs the flow while the others wait for it."""
    tasks = [asyncio.ensure_future(memory.recall(Remember("key", 300, nothing), run)) for _ in range(number)]
    await asyncio.sleep(0)
    return tasks


async def test_a_task_that_waits_takes_over(clock: SimulatedClock) -> None:
    """Whoever runs the flow is cancelled: one of those who wait runs it, and the others wait for that one."""
    memory, run = AsyncMemory(clock.monotonic), Held()
    first, *others = await asking(memory, run, 4)
    first.cancel()
    run.let_go.set()
    assert ["found"] * 3 == await asyncio.wait_for(asyncio.gather(*others), PATIENCE)
    assert (True, 2) == (first.cancelled(), run.count)


async def test_a_task_that_gives_up_waiting_disturbs_nobody(clock: SimulatedClock) -> None:
    """Neither who runs the flow nor the others who wait for it."""
    memory, run = AsyncMemory(clock.monotonic), Held()
    first, second, third = await asking(memory, run, 3)
    second.cancel()
    await asyncio.wait({second})
    run.let_go.set()
    assert ["found"] * 2 == list(await asyncio.wait_for(asyncio.gather(first, third), PATIENCE))
    assert (True, 1) == (second.cancelled(), run.count)


@pytest.fixture
def remember(driver: str, clock: SimulatedClock) -> Callable[..., Any]:
    """Recalls in each kind of memory in turn, with room for two; what is new is the number of the run."""
    memory: Any = (Memory if driver == "sync" else AsyncMemory)(clock.monotonic, most=2)
    count = 0

    def run(_flow: Flow[Any]) -> int:
        nonlocal count
        count += 1
        return count

    async def run_too(flow: Flow[Any]) -> int:
        return run(flow)

    def recalled(key: Hashable, seconds: float = 300) -> Any:
        what = Remember(key, seconds, nothing)
        return memory.recall(what, run) if driver == "sync" else asyncio.run(memory.recall(what, run_too))

    return recalled


def test_what_is_remembered_grows_old(remember: Callable[..., Any], clock: SimulatedClock) -> None:
    """By the clock that only goes forward, which the wall clock's jumps do not move."""
    assert [1, 1] == [remember("key"), remember("key")]
    clock.advance(299)
    clock.set_wall(0)
    assert 1 == remember("key")
    clock.advance(1)
    assert [2, 2] == [remember("key"), remember("key")]


def test_there_is_room_for_so_many(remember: Callable[..., Any]) -> None:
    """What nobody asked for the longest is forgotten first."""
    assert [1, 2, 1, 3, 1, 4] == [remember(key) for key in "abacab"]


def found_out() -> AnyFlow:
    """A flow that takes two seconds."""
    yield Pause(2)
    return "found"


def asks_twice() -> AnyFlow:
    """One flow in another: what it came to, and when, the second time without waiting."""
    before = yield Pause()
    first = yield Remember("key", 300, found_out)
    second = yield Remember("key", 300, found_out)
    return [(reply.value, reply.monotonic - before.monotonic, reply.outcome) for reply in (first, second)]


def test_a_drivers_flows_remember(ask: Callable[..., Any], clock: SimulatedClock) -> None:
    """Either driver gives the value and the time it is then."""
    assert [("found", 2, None)] * 2 == ask(lambda ccc: ccc._driver.run(asks_twice()), clock=clock)
    assert [2] == clock.waits


def fails() -> AnyFlow:
    """A flow that fails."""
    yield Pause(1)
    raise ConnectError("lost")


def catches() -> AnyFlow:
    """A flow that can do without."""
    try:
        yield from remembered("key", 300, fails)
    except CCCError as error:
        told = error.__traceback__
        while told is not None and told.tb_next is not None:
            told = told.tb_next
        return str(error), told and told.tb_frame.f_code.co_name


def test_a_drivers_flow_can_catch_what_the_other_raised(ask: Callable[..., Any], clock: SimulatedClock) -> None:
    """It is raised where it was asked for, and its traceback leads to where it came from."""
    assert ("lost", "fails") == ask(lambda ccc: ccc._driver.run(catches()), clock=clock)
    with pytest.raises(ConnectError, match="lost"):
        ask(lambda ccc: ccc._driver.run(remembered("key", 300, fails)), clock=clock)


def asks_for_itself() -> AnyFlow:
    """A flow that would wait for its own end."""
    yield from remembered("key", 300, asks_for_itself)


def test_a_flow_that_would_wait_for_itself(ask: Callable[..., Any], clock: SimulatedClock) -> None:
    """It is a fault of the program, and told instead of waited for."""
    (fault,) = in_threads(1, lambda: ask(lambda ccc: ccc._driver.run(asks_for_itself()), clock=clock))
    assert (RuntimeError, "A flow asks for what it is itself to find out.") == (type(fault), str(fault))

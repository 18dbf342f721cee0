"""Thousands of calls in one millisecond, with the upstream's real limits of 100 pages of 100 rows."""

import asyncio
from collections.abc import Iterator
from functools import cache

import pytest

from hillstone_ccc import ResultWindowError
from hillstone_ccc.sandbox import Quirks

from .playing import played
from .worlds import NOW, Question, Row, World

each_driver = pytest.mark.parametrize("driver", ["sync", "async"])
each_order = pytest.mark.parametrize("order", ["asc", "desc"])

CHANGING = Quirks(stable_ties=False)
EXCLUSIVE = Quirks(start_inclusive=False, end_inclusive=False)


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """Where an asynchronous client runs."""
    loop = asyncio.new_event_loop()
    yield loop
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


@cache
def world(*clumps: tuple[int, int], quirks: Quirks | None = None) -> World:
    """A world of clumps, each told as ``(milliseconds after NOW, calls)``."""
    calls = tuple((after, 0) for after, number in clumps for _ in range(number))
    return World(calls, 100, 100, quirks or Quirks())


def between(start: int, end: int, order: str = "desc", limit: int | None = None) -> Question:
    """All calls of a range, in milliseconds after NOW."""
    return Question(NOW + start, NOW + end, order=order, limit=limit)


def walked(driver: str, world: World, question: Question, loop: asyncio.AbstractEventLoop) -> list[Row]:
    """The rows of a walk that must come to its end, without the order of ties."""
    with played(driver, world, loop=loop) as stage:
        rows, error = stage.walk(stage.results(question))
    if error is not None:
        raise error
    assert [question.place(row) for row in rows] == sorted(question.place(row) for row in rows)
    return sorted(rows)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("driver", "quirks"),
    [("sync", Quirks()), ("async", CHANGING), ("async", EXCLUSIVE)],
    ids=["sync", "changing", "exclusive"],
)
def test_ten_thousand_calls_in_one_millisecond_are_walked(
    driver: str, quirks: Quirks, loop: asyncio.AbstractEventLoop
) -> None:
    """The most that can be listed comes whole, also where every answer has another order."""
    full = world((0, 10_000), quirks=quirks)
    question = between(-1_000, 1_000)
    assert sorted(question.answer(full.calls)) == walked(driver, full, question, loop)


@each_driver
@each_order
def test_one_call_more_in_that_millisecond_is_refused(driver: str, order: str, loop: asyncio.AbstractEventLoop) -> None:
    """What stands before it comes; the count is still told, and so is what can be done."""
    crowded = world((-5, 3), (0, 10_001), (5, 3))
    question = between(-1_000, 1_000, order)
    with played(driver, crowded, loop=loop) as stage:
        results = stage.results(question)
        rows, error = stage.walk(results)
        assert isinstance(error, ResultWindowError)
        assert error.advice
        assert not results.coverage().complete
        assert 10_007 == stage.now(results.count())
    beyond = NOW if order == "asc" else -NOW
    before = [row for row in question.answer(crowded.calls) if question.place(row) < beyond]
    assert sorted(before) == sorted(rows)


@each_driver
def test_neighbours_of_nine_thousand_calls_are_walked(driver: str, loop: asyncio.AbstractEventLoop) -> None:
    """Two milliseconds, neither of which can be listed with the other, come one after the other."""
    twins = world((0, 9_000), (1, 9_000))
    question = between(-10, 10, "asc" if driver == "sync" else "desc")
    assert sorted(question.answer(twins.calls)) == walked(driver, twins, question, loop)


@each_driver
@each_order
@pytest.mark.parametrize("quirks", [Quirks(), EXCLUSIVE, CHANGING], ids=["inclusive", "exclusive", "changing"])
@pytest.mark.parametrize(
    ("start", "end"),
    [(0, 3), (1, 3), (0, 2), (1, 2), (0, 1), (2, 3), (-5, 1), (2, 9), (3, 9), (1, 1)],
)
def test_a_range_begins_and_ends_at_clumps(
    driver: str, order: str, quirks: Quirks, start: int, end: int, loop: asyncio.AbstractEventLoop
) -> None:
    """The first millisecond belongs with all its calls, the last one with none, and the neighbours do not show."""
    clumps = world((-1, 120), (0, 130), (1, 1), (2, 140), (3, 150), quirks=quirks)
    question = between(start, end, order)
    assert sorted(question.answer(clumps.calls)) == walked(driver, clumps, question, loop)


@each_driver
@pytest.mark.parametrize("neighbour", [-1, 1])
def test_a_crowd_outside_the_range_does_no_harm(driver: str, neighbour: int, loop: asyncio.AbstractEventLoop) -> None:
    """A millisecond that cannot be listed, just before or just after the range, is not asked for."""
    crowded = world((neighbour, 10_001), (0, 250), quirks=EXCLUSIVE)
    question = between(0, 1)
    assert sorted(question.answer(crowded.calls)) == walked(driver, crowded, question, loop)

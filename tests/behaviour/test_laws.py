"""What is walked is what a plain filter over all calls gives: each once, in order, whatever the upstream does.

Random calls, questions, page limits, concurrency, arrivals, faults and open points of the documents. The upstream's
window is small here, so that a few calls make a walk split its range; `test_clumps.py` has the real one.
"""

import asyncio
import os
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hillstone_ccc import (
    CCCError,
    DecodeError,
    ResultWindowError,
    ServerError,
    ThrottledError,
    TransportError,
)

from .playing import Stage, played, row_of
from .worlds import INCLUSIVE, Question, Row, World, busy, faulty, questions, worlds

# What may come of a walk whose every attempt at one page failed: only the kinds of fault that were dealt.
RIGHT_ERRORS = (ServerError, ThrottledError, TransportError, DecodeError)

each_driver = pytest.mark.parametrize("driver", ["sync", "async"])
# Three hundred worlds a driver and law, 2,400 in all, with the thorough profile.
hard = settings(max_examples=300 if os.environ.get("HYPOTHESIS_PROFILE") == "ci" else 10)

concurrencies = st.sampled_from((1, 2, 3, 8))


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """Where the asynchronous clients of all worlds run."""
    loop = asyncio.new_event_loop()
    yield loop
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


def check(walked: list[Row], world: World, question: Question, *, cut_short: bool = False) -> None:
    """The law of every walk.

    Args:
        walked: What came.
        world: Where.
        question: What was asked.
        cut_short: Whether the walk ended early: then nothing may be missing before the last row's millisecond.
    """
    limit = question.limit
    assert len(set(walked)) == len(walked), "a call came twice"
    assert set(walked) <= set(question.answer(world.calls_at_last)), "a call came that was not asked for"
    assert all(question.place(one) <= question.place(next_one) for one, next_one in pairwise(walked)), "out of order"
    assert limit is None or len(walked) <= limit
    missing = set(question.answer(world.calls)) - set(walked)
    if cut_short or len(walked) == limit:
        missing = {row for row in missing if walked and question.place(row) < question.place(walked[-1])}
    assert set() == missing


def check_refusal(walked: list[Row], error: CCCError, world: World, question: Question) -> None:
    """A walk refuses only where more calls begin in one millisecond than can be listed, and not before it is there."""
    assert isinstance(error, ResultWindowError), error
    crowded = question.crowded(world.calls_at_last, world.window, by_number=False)
    assert crowded, f"no millisecond is crowded: {error}"
    check(walked, world, question, cut_short=True)
    first = min(crowded) if question.order == "asc" else max(crowded)
    before = [row for row in question.answer(world.calls) if question.place(row) < question.place((first, ""))]
    assert question.limit is None or len(before) < question.limit, "the rows that were wanted can be listed"


def check_walk(stage: Stage, world: World, question: Question, *also: type[CCCError]) -> None:
    """Walks, and holds what came against the law; errors of other kinds than ``also`` are failures."""
    results = stage.results(question)
    assert results.coverage() is None
    walked, error = stage.walk(results)
    if isinstance(error, also):
        check(walked, world, question, cut_short=True)
    elif error is not None:
        check_refusal(walked, error, world, question)
    else:
        check(walked, world, question)
        whole = question.limit is None or len(walked) < question.limit
        assert not (whole and question.crowded(world.calls, world.window, by_number=True)), "too many were listed"
        coverage = results.coverage()
        assert not whole or coverage.complete
        assert not whole or coverage.promised == coverage.seen >= len(walked)
    assert stage.line.most_under_way <= stage.client._driver.exchange.settings.concurrency


@st.composite
def quiet_cases(draw: st.DrawFn) -> tuple[World, Question, int]:
    """A world in which nothing happens."""
    world = draw(worlds(crowded=draw(st.sampled_from((False, False, True)))))
    return world, draw(questions(world)), draw(concurrencies)


@st.composite
def busy_cases(draw: st.DrawFn) -> tuple[World, Question, int]:
    """A world in which calls arrive during the walk."""
    world = draw(worlds(most_bursts=5))
    question = draw(questions(world, broad=True))
    return draw(busy(world, question)), question, draw(concurrencies)


@st.composite
def faulty_cases(draw: st.DrawFn) -> tuple[World, Question, int]:
    """A world in which calls arrive and answers fail."""
    world = draw(worlds(most_bursts=4))
    question = draw(questions(world))
    return draw(faulty(draw(busy(world, question)))), question, draw(concurrencies)


@st.composite
def counted_cases(draw: st.DrawFn) -> tuple[World, Question, int, int, list[int]]:
    """A world whose totals are counts, the rows a page, and the pages to ask for, in any order."""
    world = draw(worlds(quirks=INCLUSIVE, crowded=draw(st.sampled_from((False, False, True))), most_bursts=3))
    question = draw(questions(world))
    size = world.page_rows - draw(st.integers(0, world.page_rows // 2))
    last = -(-len(question.answer(world.calls)) // size)
    return world, question, draw(concurrencies), size, draw(st.permutations(range(1, last + 2)))


@each_driver
@hard
@given(case=quiet_cases())
def test_a_walk_is_the_plain_filter(
    driver: str, loop: asyncio.AbstractEventLoop, case: tuple[World, Question, int]
) -> None:
    """Each call that meets the question comes once, in order; more in one millisecond than fit are refused."""
    world, question, concurrency = case
    with played(driver, world, concurrency=concurrency, loop=loop) as stage:
        check_walk(stage, world, question)


@each_driver
@hard
@given(case=busy_cases())
def test_calls_that_arrive_do_no_harm(
    driver: str, loop: asyncio.AbstractEventLoop, case: tuple[World, Question, int]
) -> None:
    """Every call that was there at the beginning comes, in order, and none twice; those that arrive may come."""
    world, question, concurrency = case
    with played(driver, world, concurrency=concurrency, loop=loop) as stage:
        check_walk(stage, world, question)


@each_driver
@hard
@given(case=faulty_cases())
def test_faults_cost_time_and_no_call(
    driver: str, loop: asyncio.AbstractEventLoop, case: tuple[World, Question, int]
) -> None:
    """The same with answers that fail; only where they need not heal may their error end the walk."""
    world, question, concurrency = case
    errors = RIGHT_ERRORS if world.faults.max_consecutive is None else ()
    with played(driver, world, concurrency=concurrency, loop=loop) as stage:
        check_walk(stage, world, question, *errors)


@each_driver
@hard
@given(case=counted_cases())
def test_totals_and_pages_are_exact(
    driver: str,
    loop: asyncio.AbstractEventLoop,
    case: tuple[World, Question, int, int, list[int]],
) -> None:
    """The count is the plain filter's, every page tells it, and the pages put together are the plain filter."""
    world, question, concurrency, size, numbers = case
    expected = question.answer(world.calls)
    total = len(expected) if question.limit is None else min(len(expected), question.limit)
    with played(driver, world, concurrency=concurrency, loop=loop) as stage:
        try:
            counted = stage.now(stage.results(question).count())
            results = stage.results(question)
            pages = {number: stage.now(results.page(number, size=size)) for number in numbers}
        except ResultWindowError:
            assert question.crowded(world.calls, world.window, by_number=False)
            return
    assert total == counted
    assert {(total, size, -(-total // size))} == {(page.total, page.size, page.pages) for page in pages.values()}
    listed = [row_of(record) for number in sorted(pages) for record in pages[number].items]
    assert [question.place(row) for row in expected[:total]] == [question.place(row) for row in listed]
    if world.quirks.stable_ties:
        check(listed, world, question)

"""How many bytes have come, and how fast they may."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc._core.meter import Meter

counts = st.integers(0, 1 << 24)
gaps = st.floats(0, 1e4)
rates = st.floats(0.5, 1e9)
begins = st.floats(0, 1e6)


def near(seconds: float) -> float:
    """What rounding may add up to at such times."""
    return 1e-9 * (1 + abs(seconds))


def test_the_first_chunk_takes_its_time() -> None:
    """Bytes are paid for when they have come; what is paid with time that passed anyhow is not waited for."""
    meter = Meter(10)
    assert (2, 20) == (meter.take(20, 100), meter.bytes)
    assert (1, 30) == (meter.take(10, 102), meter.bytes)


def test_who_is_early_waits_for_the_others_too() -> None:
    """Several that take at the same moment wait one after the other."""
    meter = Meter(10)
    assert [1, 2, 3] == [meter.take(10, 50) for _ in range(3)]


def test_time_in_which_nothing_came_is_not_saved() -> None:
    """After a long silence a chunk waits as long as the first one did."""
    meter = Meter(10)
    meter.take(10, 0)
    assert 1 == meter.take(10, 1_000)


@given(st.lists(st.tuples(counts, gaps)))
def test_without_a_rate_nobody_waits(chunks: list[tuple[int, float]]) -> None:
    """However much comes at once; it is counted all the same."""
    meter, now = Meter(), 0.0
    for count, gap in chunks:
        now += gap
        assert 0 == meter.take(count, now)
    assert sum(count for count, _ in chunks) == meter.bytes


@given(st.lists(st.tuples(counts, gaps), min_size=1), rates, begins)
def test_nobody_goes_on_before_all_is_paid_for(chunks: list[tuple[int, float]], rate: float, now: float) -> None:
    """From any moment on, whoever waits as told goes on when all bytes since then have had their time at the rate."""
    meter, taken = Meter(rate), list[tuple[float, int]]()
    for count, gap in chunks:
        now += gap
        taken.append((now, count))
        wait = meter.take(count, now)
        assert wait >= 0
        for first, _ in taken:
            since = sum(count for then, count in taken if then >= first)
            assert now + wait - first >= since / rate - near(now + wait)


@given(st.lists(st.tuples(counts, gaps), min_size=1), rates, begins)
def test_the_average_exceeds_the_rate_by_no_more_than_a_chunk(
    chunks: list[tuple[int, float]], rate: float, now: float
) -> None:
    """One that waits as it is told never has more than so many bytes a second, and the chunk just taken."""
    meter, began, before = Meter(rate), now, 0
    for count, gap in chunks:
        now += gap
        assert before <= (now - began) * rate + near(now) * rate
        wait = meter.take(count, now)
        assert count / rate == pytest.approx(wait, abs=near(now + wait))
        now += wait
        before += count
    assert before == meter.bytes


@given(st.lists(st.tuples(st.integers(0, 3), counts), min_size=1), rates)
def test_several_side_by_side(chunks: list[tuple[int, int]], rate: float) -> None:
    """All that wait as they are told exceed the rate by no more than a chunk each."""
    meter, goes_on = Meter(rate), [0.0] * 4
    largest = max(count for _, count in chunks)
    for _, count in chunks:
        one = min(range(4), key=goes_on.__getitem__)  # whoever is free first takes next
        now = goes_on[one]
        goes_on[one] = now + meter.take(count, now)
        assert meter.bytes <= now * rate + 4 * largest + near(now) * rate

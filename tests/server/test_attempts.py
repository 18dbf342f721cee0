"""Whoever is wrong too often has to wait, and nobody else has to."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hillstone_ccc import ConfigurationError, ThrottledError
from hillstone_ccc.server.attempts import Attempts
from hillstone_ccc.testing.clock import SimulatedClock

ADDRESS = "192.0.2.1"


def _attempts(most: int = 3, seconds: float = 60.0) -> tuple[Attempts, SimulatedClock]:
    clock = SimulatedClock()
    return Attempts(most, seconds, clock.monotonic), clock


def _waits(attempts: Attempts, address: str | None) -> float:
    """How long it has to wait, seconds."""
    try:
        attempts.check(address)
    except ThrottledError as error:
        return error.retry_after or -1.0
    return 0.0


def test_as_many_may_fail_as_was_said() -> None:
    """The next one has to wait until the first of them is a window ago."""
    attempts, clock = _attempts()
    for _ in range(3):
        assert 0 == _waits(attempts, ADDRESS)
        attempts.failed(ADDRESS)
        clock.advance(10)
    with pytest.raises(ThrottledError, match="Too many attempts") as raised:
        attempts.check(ADDRESS)
    assert 30 == raised.value.retry_after
    assert ADDRESS not in str(raised.value)


def test_after_that_time_one_may_try_again() -> None:
    """One attempt, as the window slides on."""
    attempts, clock = _attempts()
    for _ in range(3):
        attempts.failed(ADDRESS)
        clock.advance(10)
    clock.advance(29)
    assert 1 == _waits(attempts, ADDRESS)
    clock.advance(1)
    assert 0 == _waits(attempts, ADDRESS)
    attempts.failed(ADDRESS)
    assert 10 == _waits(attempts, ADDRESS)


def test_thirty_a_minute_may_fail_unless_it_is_said() -> None:
    """By this machine's clock."""
    attempts = Attempts()
    for _ in range(29):
        attempts.failed(ADDRESS)
    assert 0 == _waits(attempts, ADDRESS)
    attempts.failed(ADDRESS)
    assert 55 < _waits(attempts, ADDRESS) <= 60


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8::1", "2001:db8::ffff:0:0:1"),
        ("2001:db8:0:1::", "2001:DB8:0:1:ffff::"),
        ("fe80::1%eth0", "fe80::2%eth1"),
        ("192.0.2.1", "::ffff:192.0.2.1"),
        (None, ""),
        ("testclient", "testclient"),
        ("x" * 70, "x" * 80),
    ],
)
def test_what_is_one_customers_counts_as_one(one: str | None, other: str | None) -> None:
    """A network of IPv6, an address of IPv4 however it is written, a name."""
    attempts, _ = _attempts(most=1)
    attempts.failed(one)
    assert 60 == _waits(attempts, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("192.0.2.1", "192.0.2.2"),
        ("2001:db8:0:1::1", "2001:db8:0:2::1"),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2"),
        ("testclient", "another"),
        (None, "192.0.2.1"),
    ],
)
def test_what_is_anothers_counts_apart(one: str | None, other: str | None) -> None:
    """Nobody waits for what somebody else did."""
    attempts, _ = _attempts(most=1)
    attempts.failed(one)
    assert 0 == _waits(attempts, other)


def test_what_is_a_window_ago_is_forgotten() -> None:
    """Nothing is kept of those who come no more."""
    attempts, clock = _attempts()
    attempts.failed(ADDRESS)
    clock.advance(30)
    attempts.failed("192.0.2.2")
    clock.advance(30)
    attempts.failed("192.0.2.3")
    assert 2 == len(attempts)


def test_of_very_many_the_last_are_counted() -> None:
    """However many addresses somebody has, memory is bounded."""
    attempts, _ = _attempts(most=1)
    for number in range(10_001):
        attempts.failed(f"client-{number}")
    assert 10_000 == len(attempts)
    assert 0 == _waits(attempts, "client-0")
    assert 60 == _waits(attempts, "client-1")


@settings(derandomize=True)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 40)), max_size=40), st.integers(1, 4))
def test_it_counts_as_a_list_of_all_failures_would(events: list[tuple[str, int]], most: int) -> None:
    """Whatever comes when, from whom."""
    attempts, clock = _attempts(most)
    failures: list[tuple[str, float]] = []
    for address, pause in events:
        clock.advance(pause)
        now = clock.monotonic()
        recent = [then for who, then in failures if who == address and now - then < 60]
        assert (len(recent) >= most) == (_waits(attempts, address) != 0)
        attempts.failed(address)
        failures.append((address, now))


@pytest.mark.parametrize("most", [0, -1, 1.5, True, None, "3"])
def test_how_many_is_a_whole_number(most: Any) -> None:
    """At least 1."""
    with pytest.raises(ConfigurationError, match="most"):
        Attempts(most)


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf"), None, "60"])
def test_the_window_is_an_amount_of_time(seconds: Any) -> None:
    """More than 0."""
    with pytest.raises(ConfigurationError, match="seconds"):
        Attempts(seconds=seconds)

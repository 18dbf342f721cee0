"""When to try again, and how fast to go."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc._core import errors
from hillstone_ccc._core.errors import CCCError, ConfigurationError
from hillstone_ccc._core.retry import Pace, RetryPolicy, corrects_clock, is_passing, renews_keys

GARBLED = errors.DecodeError("cut")
GARBLED.garbled = True
PASSING: list[CCCError] = [
    errors.ConnectError("x"),
    errors.TimeoutError("x"),
    errors.ProxyError("x"),
    errors.TransportError("x"),
    errors.ServerError("x"),
    errors.ThrottledError("x"),
    errors.AuthenticationError("x", code="SignatureNonceUsed"),
    GARBLED,
]
LASTING: list[CCCError] = [
    errors.TLSError("x"),
    errors.DecodeError("x"),
    errors.AuthenticationError("x", code="InvalidAccessKeyId.NotFound"),
    errors.ClockSkewError("x"),
    errors.PermissionDeniedError("x"),
    errors.InvalidParameterError("x"),
    errors.NotFoundError("x"),
    errors.APIError("x"),
    errors.ConfigurationError("x"),
    errors.RecordingNotReadyError("x"),
]
chances = st.floats(0, 1, exclude_max=True)


@pytest.mark.parametrize("error", PASSING + LASTING, ids=lambda error: f"{type(error).__name__}-{error.code}")
def test_what_may_pass(error: CCCError) -> None:
    """Faults of the way and of the server may pass, a nonce met twice too; what the caller got wrong does not."""
    assert (error in PASSING) is is_passing(error)
    waits = [RetryPolicy().wait(error, attempt=1, elapsed=0, chance=0)]
    assert ([None] if error in LASTING else [0.125]) == waits


@given(
    st.integers(1, 3000),
    st.floats(0, 1e6),
    chances,
    st.floats(0.001, 1e3),
    st.floats(0.001, 1e3),
    st.none() | st.floats(0.001, 1e6),
)
def test_a_wait_keeps_within_the_policy(
    attempt: int, elapsed: float, chance: float, base: float, cap: float, asked: float | None
) -> None:
    """A wait is never beyond cap or budget, and never shorter than what the upstream asked for."""
    policy = RetryPolicy(attempts=2500, seconds=1e5, base=base, cap=cap)
    wait = policy.wait(errors.ThrottledError("x", retry_after=asked), attempt=attempt, elapsed=elapsed, chance=chance)
    if wait is None:
        assert attempt >= 2500 or elapsed + (asked or 0) * 1.1 + cap > 1e5
        return
    assert attempt < 2500
    assert elapsed + wait <= 1e5
    assert (0 < wait <= cap) if asked is None else (asked <= wait <= asked * 1.1 + 1e-9)


def test_waits_grow() -> None:
    """Each wait is twice the one before, up to the cap, with jitter of the upper half."""
    policy = RetryPolicy(attempts=9, seconds=1000, base=1, cap=5)

    def wait(attempt: int, chance: float) -> float | None:
        return policy.wait(errors.ConnectError("x"), attempt=attempt, elapsed=0, chance=chance)

    assert [0.5, 1, 2, 2.5, 2.5] == [wait(attempt, 0) for attempt in range(1, 6)]
    assert [0.75, 1.5, 3, 3.75, 3.75] == [wait(attempt, 0.5) for attempt in range(1, 6)]
    assert wait(9, 0) is None


@pytest.mark.parametrize(
    "setting",
    [
        {"attempts": 0},
        {"attempts": 1.5},
        {"attempts": True},
        {"seconds": 0},
        {"seconds": float("nan")},
        {"base": -1},
        {"cap": 0.0},
    ],
)
def test_a_policy_that_cannot_work(setting: dict[str, Any]) -> None:
    """It is refused when it is made, and the message names the setting."""
    with pytest.raises(ConfigurationError, match=f"retry.{next(iter(setting))} must be "):
        RetryPolicy(**setting)


@given(st.floats(0.1, 1000), st.lists(st.floats(0, 3), min_size=1, max_size=30))
def test_pace_never_exceeds_its_rate(per_second: float, gaps: list[float]) -> None:
    """However the asking comes, two requests are never closer than the rate allows."""
    pace, now, slots = Pace(per_second), 0.0, []
    for gap in gaps:
        now += gap
        slots.append(now + pace.reserve(now))
    assert all(later - earlier >= 1 / per_second - 1e-6 for earlier, later in pairwise(slots))


def test_pace_without_a_rate_and_a_hold() -> None:
    """Without a rate nobody waits; a hold is for everybody, and a shorter one does not end a longer."""
    pace = Pace()
    assert (0, 0) == (pace.reserve(5), pace.reserve(5))
    pace.hold(5, 3)
    pace.hold(5, 1)
    assert (3, 2, 0) == (pace.reserve(5), pace.held(6), pace.held(9))


def test_what_can_be_remedied() -> None:
    """Only a clock out of step is corrected, only keys that ran out are renewed."""
    expired = errors.AuthenticationError("x", code="InvalidSecurityToken.Expired")
    every = [*PASSING, *LASTING, expired]
    assert [errors.ClockSkewError] == [type(error) for error in every if corrects_clock(error)]
    assert [expired] == [error for error in every if renews_keys(error)]

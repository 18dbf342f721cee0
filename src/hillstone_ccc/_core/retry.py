"""When to try again, and how fast to go: pure decisions about time that somebody else keeps."""

from __future__ import annotations

import threading
from typing import Any

import attrs

from .errors import (
    AuthenticationError,
    CCCError,
    ClockSkewError,
    ConfigurationError,
    ConnectError,
    DecodeError,
    ProxyError,
    ServerError,
    ThrottledError,
    TimeoutError,
    TLSError,
    TransportError,
)
from .public import public

_MOST_DOUBLINGS = 64  # whatever the base, that is beyond any cap, and 2.0 ** 1024 is no float


def _positive(_: object, attribute: attrs.Attribute[Any], value: float) -> None:
    if not value > 0:
        raise ConfigurationError(f"retry.{attribute.name} must be more than 0, not {value!r}.")


def _at_least_one(_: object, __: object, value: object) -> None:
    if type(value) is not int or value < 1:
        raise ConfigurationError(f"retry.attempts must be a whole number, 1 or more, not {value!r}.")


@public
@attrs.frozen(kw_only=True)
class RetryPolicy:
    """How often and how long a read is repeated.

    Repeated are connection faults, time-outs, 5xx answers, unreadable answers and ``Throttling*``; bad parameters,
    missing permissions and bad keys fail at once. Waits grow exponentially with jitter; a wait that the upstream
    asks for is obeyed as long as it fits into the budget.

    Attributes:
        attempts: Requests in all for one call; 1 repeats nothing.
        seconds: Budget of one call from its first request to the beginning of its last.
        base: Seconds before the first repeat, before jitter.
        cap: The longest wait the policy itself chooses, in seconds.
    """

    attempts: int = attrs.field(default=5, validator=_at_least_one)
    seconds: float = attrs.field(default=60.0, validator=_positive)
    base: float = attrs.field(default=0.25, validator=_positive)
    cap: float = attrs.field(default=20.0, validator=_positive)

    def wait(self, error: CCCError, *, attempt: int, elapsed: float, chance: float) -> float | None:
        """Seconds to wait before the next attempt, or None to give up.

        Args:
            error: What came of the attempt.
            attempt: How many attempts were made.
            elapsed: Seconds since the first.
            chance: A number of [0, 1), drawn by who may draw numbers.
        """
        if attempt >= self.attempts or not is_passing(error):
            return None
        backoff = min(self.cap, self.base * 2.0 ** min(attempt - 1, _MOST_DOUBLINGS)) * (0.5 + chance / 2)
        asked = error.retry_after if isinstance(error, ThrottledError) else None
        # Beyond what was asked, never before it: several waiters should not come back in one instant.
        wait = backoff if asked is None else asked + min(backoff, 0.1 * asked)
        return wait if elapsed + wait <= self.seconds else None


def is_passing(error: CCCError) -> bool:
    """Whether the same request may well succeed a moment later."""
    if isinstance(error, (ConnectError, TimeoutError, ProxyError, ServerError, ThrottledError)):
        return True
    if isinstance(error, TLSError):
        return False
    if isinstance(error, DecodeError):
        return error.garbled
    # A nonce met twice is a request that some layer repeated on its own: ours is signed anew each time.
    nonce_met = isinstance(error, AuthenticationError) and error.code == "SignatureNonceUsed"
    return nonce_met or isinstance(error, TransportError)


class Pace:
    """How fast one client may send, shared by all its calls, threads and tasks.

    Args:
        per_second: The most requests a second, or None for no limit of our own.
    """

    def __init__(self, per_second: float | None = None) -> None:
        self._interval = 1 / per_second if per_second else 0.0
        self._next = 0.0
        self._held_until = 0.0
        self._lock = threading.Lock()
        self.clock_offset: float = 0.0  # seconds to add to this machine's clock to have the upstream's

    def reserve(self, now: float) -> float:
        """Takes the next free slot; gives the seconds until it comes (0 for now)."""
        with self._lock:
            slot = max(now, self._next, self._held_until)
            self._next = slot + self._interval
            return slot - now

    def hold(self, now: float, seconds: float) -> None:
        """Nobody sends for so long: the upstream throttled one of us."""
        with self._lock:
            self._held_until = max(self._held_until, now + seconds)

    def held(self, now: float) -> float:
        """Seconds for which sending is still held."""
        return max(0.0, self._held_until - now)


def corrects_clock(error: CCCError) -> bool:
    """Whether the upstream refused the time stamp: its own ``Date`` then tells by how much."""
    return isinstance(error, ClockSkewError)


def renews_keys(error: CCCError) -> bool:
    """Whether a temporary key ran out: fresh ones may be had."""
    return isinstance(error, AuthenticationError) and (error.code or "").startswith("InvalidSecurityToken.Expired")

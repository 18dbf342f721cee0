"""A budget of requests for each action, refilled second by second."""

import attrs

from hillstone_ccc.sandbox.errors import Refusal


@attrs.define
class _Bucket:
    tokens: float
    filled_at: float


@attrs.define
class Throttle:
    """A token bucket for each action; every second refusal says when to come back.

    Attributes:
        per_second: requests of one action in a second; None means no limit.
    """

    per_second: float | None = None
    _buckets: dict[str, _Bucket] = attrs.field(factory=dict[str, _Bucket])
    _refusals: int = 0

    def spend(self, action: str, now: float) -> None:
        """Let one request pass.

        Raises:
            Refusal: `Throttling.User`, with `x-ratelimit-user-api` and every second time `x-acs-retry-after`.
        """
        if self.per_second is None:
            return
        size = max(1.0, self.per_second)
        bucket = self._buckets.setdefault(action, _Bucket(size, now))
        bucket.tokens = min(size, bucket.tokens + max(0.0, now - bucket.filled_at) * self.per_second)
        bucket.filled_at = now
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            return
        wait_ms = max(1, round((1 - bucket.tokens) / self.per_second * 1000))
        budget = f"Limit:{self.per_second:g},Remain:0,TimeLeft:{wait_ms},Reset:{int(now) + 1}"
        headers = {"x-ratelimit-user-api": budget}
        self._refusals += 1
        if self._refusals % 2:
            headers["x-acs-retry-after"] = str(wait_ms)
        raise Refusal("Throttling.User", headers=headers)

    def clear(self) -> None:
        """Fill every bucket."""
        self._buckets.clear()
        self._refusals = 0

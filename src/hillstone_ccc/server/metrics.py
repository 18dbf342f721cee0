"""The server's figures, for Prometheus."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from hillstone_ccc import Exchanged

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_FAST = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30)
_THROTTLED = frozenset({429, 503})


class Metrics:
    """Counts requests, what the upstream took, and what caches gave. One a server, in a registry of its own.

    Attributes:
        registry: Where they are kept; a host may collect it with its own.
    """

    def __init__(self) -> None:
        self.registry: CollectorRegistry = CollectorRegistry()
        self._requests = Histogram(
            "hillstone_ccc_request_seconds",
            "Requests answered, and how long that took.",
            ["path", "status"],
            buckets=_FAST,
            registry=self.registry,
        )
        self._in_hand = Gauge("hillstone_ccc_requests_in_hand", "Requests being answered.", registry=self.registry)
        self._upstream = Histogram(
            "hillstone_ccc_upstream_seconds",
            "Attempts at the call center, and how long they took.",
            ["action", "outcome"],
            buckets=_FAST,
            registry=self.registry,
        )
        self._throttles = Counter(
            "hillstone_ccc_upstream_throttles", "Attempts that the call center throttled.", registry=self.registry
        )
        self._cache = Counter(
            "hillstone_ccc_cache", "Looks into the caches.", ["cache", "found"], registry=self.registry
        )
        self._shared = Counter(
            "hillstone_ccc_shared_answers", "Requests that found an equal one under way.", registry=self.registry
        )

    def begun(self) -> None:
        """A request has come."""
        self._in_hand.inc()

    def answered(self, path: str, status: int, seconds: float) -> None:
        """A request is answered."""
        self._in_hand.dec()
        self._requests.labels(path, str(status)).observe(seconds)

    def exchanged(self, told: Exchanged) -> None:
        """The upstream was asked."""
        self._upstream.labels(told.action, told.failure or str(told.status)).observe(told.seconds)
        if told.throttled:
            self._throttles.inc()

    def cache(self, cache: str, *, hit: bool) -> None:
        """Something was looked for in a cache."""
        self._cache.labels(cache, "yes" if hit else "no").inc()

    def shared(self) -> None:
        """A request found an equal one under way."""
        self._shared.inc()

    def text(self) -> bytes:
        """All of it, in Prometheus' format."""
        return generate_latest(self.registry)

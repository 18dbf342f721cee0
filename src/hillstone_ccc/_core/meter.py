"""How many bytes have come, and how fast they may."""

from __future__ import annotations

import threading


class Meter:
    """Counts bytes, for any number of downloads side by side.

    Args:
        per_second: The most bytes a second, on average; None for no limit.

    Attributes:
        bytes: How many have come.
    """

    def __init__(self, per_second: float | None = None) -> None:
        self._per_second = per_second
        self._paid_until = 0.0
        self._lock = threading.Lock()
        self.bytes: int = 0

    def take(self, count: int, now: float) -> float:
        """Counts a chunk; gives the seconds to wait before the next (0 for none).

        Args:
            count: Its bytes.
            now: Seconds of a clock that only goes forward.
        """
        with self._lock:
            self.bytes += count
            if self._per_second is None:
                return 0.0
            # Each chunk takes its time from the moment the last one's was over: what is not used up is not saved.
            self._paid_until = max(self._paid_until, now) + count / self._per_second
            return self._paid_until - now

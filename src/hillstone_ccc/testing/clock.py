"""A clock that only moves when it is told to, so that a test of hours takes milliseconds."""

from __future__ import annotations

import asyncio
import random
import threading

from hillstone_ccc._clock import Clock


class SimulatedClock(Clock):
    """Stands still between waits; every wait takes it forward at once, by as much as was asked for.

    Serves any number of threads and tasks.

    ```python
    clock = SimulatedClock(1_767_323_045)
    with Client(instance_id="ccc-demo", clock=clock) as ccc:
        ...  # a retry after 60 s comes at once, and clock.waits tells of it
    ```

    Args:
        wall: The time it begins with, Unix seconds.
        monotonic: The reading of its other clock, seconds.
        seed: The same seed gives the same chances.
    """

    def __init__(self, wall: float = 0.0, *, monotonic: float = 0.0, seed: int = 0) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._dice = random.Random(seed)  # noqa: S311 - spreads waits, keeps no secret
        self._waits: list[float] = []
        self._lock = threading.Lock()

    @property
    def waits(self) -> list[float]:
        """What was waited for so far, in seconds, in order."""
        with self._lock:
            return list(self._waits)

    def wall(self) -> float:
        """Unix seconds."""
        with self._lock:
            return self._wall

    def monotonic(self) -> float:
        """Seconds of a clock that only goes forward."""
        with self._lock:
            return self._monotonic

    def chance(self) -> float:
        """The next of the seed's numbers of [0, 1)."""
        with self._lock:
            return self._dice.random()

    def set_wall(self, seconds: float) -> None:
        """Puts the wall clock right, or wrong; the other clock does not notice.

        Args:
            seconds: Unix seconds, before or after the present ones.
        """
        with self._lock:
            self._wall = seconds

    def advance(self, seconds: float) -> None:
        """Lets time pass on both clocks.

        Args:
            seconds: How much, 0 or more.

        Raises:
            ValueError: It is less than 0.
        """
        if not seconds >= 0:
            raise ValueError(f"time passes forward only, not by {seconds!r} s")
        with self._lock:
            self._pass(seconds)

    def sleep(self, seconds: float, until: threading.Event | None = None) -> None:  # noqa: ARG002 - nobody waits
        """Returns at once, ``seconds`` later; as little as nothing for less than 0."""
        with self._lock:
            self._waits.append(seconds)
            self._pass(max(0.0, seconds))

    async def async_sleep(self, seconds: float) -> None:
        """Returns ``seconds`` later, as soon as the other tasks have had their turn."""
        self.sleep(seconds)
        await asyncio.sleep(0)

    def _pass(self, seconds: float) -> None:
        self._wall += seconds
        self._monotonic += seconds

"""The time and the dice, outside the core and in one place."""

from __future__ import annotations

import random
import time
from threading import Event

from ._core.public import public


@public
class Clock:
    """This machine's clocks. Hand a client another one to make its waits simulated."""

    def wall(self) -> float:
        """Unix seconds."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds of a clock that only goes forward."""
        return time.monotonic()

    def chance(self) -> float:
        """A random number of [0, 1), for jitter."""
        return random.random()  # noqa: S311 - spreads waits, keeps no secret

    def sleep(self, seconds: float, until: Event | None = None) -> None:
        """Waits in this thread, at most until something happens."""
        if until is None:
            time.sleep(seconds)
        else:
            until.wait(seconds)

    async def async_sleep(self, seconds: float) -> None:
        """Waits in this task."""
        import asyncio  # noqa: PLC0415 - only for who runs a loop

        await asyncio.sleep(seconds)

"""Equal requests at one time share one answer."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar

import attrs

from hillstone_ccc import CCCError
from hillstone_ccc import TimeoutError as CCCTimeoutError

T = TypeVar("T")


@attrs.define(eq=False)
class _Flight:
    task: asyncio.Task[Any]
    passengers: int = 0


class Flights:
    """What is under way, by key.

    Args:
        on_shared: Is told whenever a request finds its equal under way.
    """

    def __init__(self, on_shared: Callable[[], object]) -> None:
        self._under_way: dict[Hashable, _Flight] = {}
        self._on_shared = on_shared

    def __len__(self) -> int:
        return len(self._under_way)

    async def join(self, key: Hashable, make: Callable[[], Awaitable[T]], seconds: float) -> T:
        """What comes of it; whoever waits longer gives up, and who gives up last ends it.

        Args:
            key: What is asked for.
            make: Begins it, if it is not under way.
            seconds: How long to wait.

        Raises:
            TimeoutError: It took longer.
        """
        flight = self._under_way.get(key)
        if flight is None:
            flight = _Flight(asyncio.ensure_future(_awaited(make)))
            self._under_way[key] = flight
            flight.task.add_done_callback(lambda _: self._landed(key, flight))
        else:
            self._on_shared()
        flight.passengers += 1
        try:
            await asyncio.wait({flight.task}, timeout=seconds)
        finally:
            flight.passengers -= 1
            if not flight.passengers and not flight.task.done():
                self._landed(key, flight)  # who comes now begins anew
                flight.task.cancel()
        if not flight.task.done():
            raise CCCTimeoutError(f"There was no answer within {seconds:g} s.")
        error = None if flight.task.cancelled() else flight.task.exception()
        if isinstance(error, CCCError):
            raise copy.copy(error)  # one object, raised for several, would gather the tracebacks of all
        value: T = flight.task.result()
        return value

    def _landed(self, key: Hashable, flight: _Flight) -> None:
        if self._under_way.get(key) is flight:
            del self._under_way[key]


async def _awaited(make: Callable[[], Awaitable[T]]) -> T:
    return await make()

"""The walk: which pages may be asked for now, their answers in any order, the rows in order.

A state machine without I/O. The driver asks :meth:`Walk.due` what may go out, runs those calls (one after another
or side by side), hands each answer to :meth:`Walk.receive`, and takes what is ready, in order, from
:meth:`Walk.take`. A walk has a :class:`Lane` a listing; a lane reads its listing in stretches of time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from .edges import KnownEdges
from .errors import ResultWindowError
from .lane import Lane
from .operation import Listed
from .page import Coverage, Limits
from .part import Ask, Plan
from .stretch import CHECKED_PAGES

T = TypeVar("T")

_FEWEST_CHECKED_PAGES = 4
_MOST_IDLE = 100


class Walk(Generic[T]):
    """Every row of some listings, each once, in order.

    Args:
        plan: The listings.
        known: What the client knows of the upstream's bounds of time.
        limits: How far the upstream's pages reach.
        ahead: How many pages may be in flight at once.
        limit: Stop after so many rows; no more are asked for than that takes.
        most: Refuse to look at more rows than this.

    Attributes:
        ahead: How many pages may be in flight at once.
    """

    def __init__(
        self,
        plan: Plan[T],
        *,
        known: KnownEdges | None = None,
        limits: Limits | None = None,
        ahead: int = 1,
        limit: int | None = None,
        most: int | None = None,
    ) -> None:
        self._merged = plan.merged and len(plan.parts) > 1
        self.ahead: int = ahead
        self._left = limit
        self._most = most
        self._in_flight = self._idle = 0
        # Rows of one moment that several listings may hold; those before it cannot come again.
        self._moment: int | None = None
        self._of_this_moment: set[str] = set()
        self._without_time: set[str] = set()
        limits, known = limits or Limits(), known or KnownEdges()
        filtered = any(part.keep is not None for part in plan.parts)
        size = limits.rows if limit is None or filtered else max(1, min(limits.rows, limit))
        # Merged lanes are all held in memory at once, and share what may be held.
        lanes_at_once = len(plan.parts) if self._merged else 1
        checked_pages = max(_FEWEST_CHECKED_PAGES, CHECKED_PAGES // lanes_at_once)
        self._enough = limits.rows  # that a lane may have ready before it has to wait for the others
        self._identities = [part.identities for part in plan.parts]
        self._timelines = [part.timeline for part in plan.parts]
        self._lanes = [
            Lane(part, known=known, limits=limits, size=size, ahead=ahead, checked_pages=checked_pages)
            for part in plan.parts
        ]

    @property
    def finished(self) -> bool:
        """Whether every row was taken, or as many as the limit allows."""
        return self._left == 0 or all(lane.finished and not lane.ready for lane in self._lanes)

    def due(self) -> list[Ask[T]]:
        """The pages that may be asked for now; each is given out once.

        Raises:
            IncompleteError: Rows are missing and do not come, however often they are asked for.
            ResultWindowError: The upstream cannot list them all.
        """
        asks: list[Ask[T]] = []
        if self.finished:
            return asks
        for lane in self._in_need():
            room = self.ahead - self._in_flight - len(asks)
            asks += lane.due(room, None if self._left is None else self._left - len(lane.ready))
        self._in_flight += len(asks)
        self._idle = 0 if self._in_flight else self._idle + 1
        if self._idle > _MOST_IDLE:  # pragma: no cover - a fault of ours, which must not be an endless loop
            raise RuntimeError("a walk neither asks nor ends; please report it")
        return asks

    def receive(self, ask: Ask[T], listed: Listed[T]) -> None:
        """The answer to one of them.

        Raises:
            DecodeError: It does not tell how many rows there are.
            ResultWindowError: There are more than may be looked at.
        """
        self._in_flight -= 1
        ask.answer(listed)
        if self._most is not None and (promised := self.coverage().promised) > self._most:
            raise ResultWindowError(
                f"{promised} rows would have to be looked at, and {self._most} may be.",
                action=ask.operation.action,
                advice="Narrow the time range, or name one agent and whole numbers.",
            )

    def take(self) -> list[T]:
        """The rows that are next in order and not taken yet."""
        taken: list[T] = []
        while True:
            for lane in self._lanes:
                lane.take(self._left)
            ready = self._merge() if self._merged else self._chain()
            if self._left is not None:
                ready = ready[: self._left]
                self._left -= len(ready)
            if not ready:
                return taken
            taken += ready  # and look again: less is wanted now, so rows that waited for others need not

    def coverage(self) -> Coverage:
        """What was promised and seen so far, of all listings together."""
        lanes = [lane.coverage() for lane in self._lanes]
        return Coverage(
            parts=sum(one.parts for one in lanes),
            promised=sum(one.promised for one in lanes),
            seen=sum(one.seen for one in lanes),
            reread=sum(one.reread for one in lanes),
            complete=all(lane.finished and not lane.ready for lane in self._lanes),
        )

    def _in_need(self) -> Sequence[Lane[T]]:
        """The lanes that may ask, those first whose rows are waited for."""
        going = [lane for lane in self._lanes if not lane.finished]
        if not self._merged:
            return going if self._left is None else going[:1]
        return sorted((lane for lane in going if len(lane.ready) < self._enough), key=lambda lane: len(lane.ready))

    def _chain(self) -> list[T]:
        ready: list[T] = []
        for lane in self._lanes:
            ready += [row for _, row in lane.ready]
            lane.ready.clear()
            if not lane.finished:
                break
        return ready

    def _moment_of(self, row: T) -> int | None:
        timeline = self._timelines[0]
        return None if timeline is None else timeline.moments([row])[0]

    def _merge(self) -> list[T]:
        ready: list[T] = []
        going = [lane for lane in self._lanes if lane.ready or not lane.finished]
        identities = self._identities[0]  # all are of one kind
        while going and all(lane.ready for lane in going):
            first = min(going, key=_place_of_next)
            place, row = first.ready.popleft()
            if place != self._moment:
                self._moment, self._of_this_moment = place, set()
            name = identities([row])[0]
            # A row without a time borrows its neighbour's, which is another in each listing.
            came = self._of_this_moment if self._moment_of(row) is not None else self._without_time
            if name not in came:
                came.add(name)
                ready.append(row)
            if first.finished and not first.ready:
                going.remove(first)
        return ready


def _place_of_next(lane: Lane[T]) -> int:
    return lane.ready[0][0]

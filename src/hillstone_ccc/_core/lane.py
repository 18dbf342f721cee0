"""A whole listing being read, stretch by stretch: cut where it is too long, cut finer where rows were missed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from itertools import pairwise
from typing import Generic, TypeVar

import attrs

from .edges import Edges, KnownEdges, questions
from .errors import IncompleteError, ResultWindowError
from .operation import Listed
from .page import Coverage, Limits
from .part import Ask, Part
from .stretch import State, Stretch

T = TypeVar("T")


@attrs.define(eq=False)
class _Learning(Generic[T]):
    """Two questions about the edges, about a row that is known to be at ``time``."""

    part: Part[T]
    time: int
    known: KnownEdges
    _told: dict[bool, bool] = attrs.field(factory=dict[bool, bool])
    _asked: int = 0

    def due(self, room: int) -> list[Ask[T]]:
        left = questions(self.time)[self._asked :][: max(0, room)]
        self._asked += len(left)
        return [
            Ask(self.part.operation, self.part.asking(question), 1, 1, self._answer(question.descending))
            for question in left
        ]

    def _answer(self, descending: bool) -> Callable[[Listed[T]], None]:
        def answer(listed: Listed[T]) -> None:
            timeline = self.part.timeline
            moments = timeline.moments(listed.rows[:1]) if timeline else ()
            self._told[descending] = self.time in moments
            if len(self._told) == 2:  # noqa: PLR2004 - both
                self.known.learn(self.part.operation.action, Edges(start=self._told[False], end=self._told[True]))

        return answer


class Lane(Generic[T]):
    """The rows of one listing, in order.

    Args:
        part: The listing.
        known: What the client knows of the upstream's bounds of time.
        limits: How far the upstream's pages reach.
        size: Rows a page.
        ahead: How many pages may be in flight at once.
        checked_pages: Pages between two checks.
    """

    def __init__(
        self, part: Part[T], *, known: KnownEdges, limits: Limits, size: int, ahead: int, checked_pages: int
    ) -> None:
        self._part = part
        self._known = known
        self._limits = limits
        self._size = size
        self._ahead = max(ahead, checked_pages)
        self._checked_pages = checked_pages
        self._learning: _Learning[T] | None = None
        self._done = Coverage(parts=0, promised=0, seen=0, reread=0, complete=False)
        timeline = part.timeline
        self._stretches = [self._stretch(timeline.places if timeline else None)]
        self.ready: deque[tuple[int, T]] = deque()

    @property
    def finished(self) -> bool:
        """Whether every row was read; some may still be ready to be taken."""
        return not self._stretches

    def due(self, room: int, wanted: int | None) -> list[Ask[T]]:
        """Pages to ask for now.

        Args:
            room: How many more may be in flight.
            wanted: How many more rows are of use; None for all.

        Raises:
            IncompleteError: Rows are missing and do not come, however often they are asked for.
            ResultWindowError: More rows in one millisecond, or in a listing without time, than can be listed.
        """
        asks: list[Ask[T]] = []
        waiting = place = 0
        while place < len(self._stretches) and (wanted is None or wanted > 0):
            # Stretches behind the first may hold a few pages, so that none waits while the first is being closed.
            spare = room - len(asks) if place == 0 else min(room - len(asks), self._ahead - waiting)
            if spare <= 0:
                break
            stretch = self._stretches[place]
            told = stretch.due(spare, wanted)
            if stretch.state in {State.BROKEN, State.TOO_LONG}:
                if self._edges_are_wanted(stretch):
                    return asks + self._learn(stretch.touched, spare)
                self._mend(place)
                continue
            asks += told
            waiting += stretch.held if place else 0
            place += 1
            if wanted is not None:
                coming = stretch.coming
                if coming is None:
                    break  # what it will give is not known yet
                wanted -= coming
        return asks

    def take(self, wanted: int | None) -> None:
        """Moves what is next in order to :attr:`ready`; ``wanted`` as in :meth:`Stretch.take`."""
        while self._stretches:
            first = self._stretches[0]
            self.ready += first.take(None if wanted is None else wanted - len(self.ready))
            if first.state is not State.WHOLE:
                break
            promised, seen = first.covered()
            self._count(parts=1, promised=promised, seen=seen, reread=first.repeated)
            del self._stretches[0]

    def coverage(self) -> Coverage:
        """What was promised and seen so far."""
        now = self._done
        for stretch in self._stretches:
            promised, seen = stretch.covered()
            now = attrs.evolve(
                now,
                parts=now.parts + 1,
                promised=now.promised + promised,
                seen=now.seen + seen,
                reread=now.reread + stretch.repeated,
            )
        return attrs.evolve(now, complete=self.finished)

    @property
    def _edges(self) -> Edges:
        return self._known.of(self._part.operation.action)

    def _stretch(self, places: tuple[int, int] | None) -> Stretch[T]:
        return Stretch(self._part, places, self._edges, self._size, self._limits, self._checked_pages)

    def _edges_are_wanted(self, stretch: Stretch[T]) -> bool:
        """Whether a stretch is to be cut, and the upstream's bounds are not known yet."""
        single = stretch.state is State.BROKEN and stretch.pages == 1
        return stretch.places is not None and stretch.touched is not None and not single and not self._edges.known

    def _learn(self, touched: int | None, room: int) -> list[Ask[T]]:
        """Asks how the upstream means its bounds, once; until that is known the stretch waits."""
        timeline = self._part.timeline
        if self._learning is None and timeline is not None and touched is not None:
            self._learning = _Learning(self._part, timeline.time(touched), self._known)
        return [] if self._learning is None else self._learning.due(room)

    def _mend(self, place: int) -> None:
        """Puts something better in the place of a stretch that cannot be read as it is."""
        stretch = self._stretches[place]
        whole = stretch.places is None or (stretch.one_place and stretch.edges.known)
        if stretch.state is State.TOO_LONG and whole:
            raise self._beyond_window(stretch)
        if whole or stretch.pages == 1 or stretch.touched is None:
            self._again(stretch)
            return
        cuts = stretch.cuts()
        stretch.end_here()
        self._stretches[place + 1 : place + 1] = [self._stretch(piece) for piece in pairwise(cuts)]

    def _again(self, stretch: Stretch[T]) -> None:
        if not stretch.again():
            coverage = self.coverage()
            raise IncompleteError(
                f"The upstream promised {coverage.promised} rows and {coverage.seen} came.",
                coverage=coverage,
                action=self._part.operation.action,
                advice="Search again, or a shorter time range.",
            )

    def _beyond_window(self, stretch: Stretch[T]) -> ResultWindowError:
        where = "" if stretch.places is None else " in one millisecond"
        return ResultWindowError(
            f"{stretch.total} rows match{where}, and the upstream can list {self._limits.pages * self._size}.",
            action=self._part.operation.action,
            advice="Narrow the search by another filter.",
        )

    def _count(self, *, parts: int, promised: int, seen: int, reread: int) -> None:
        done = self._done
        self._done = Coverage(
            parts=done.parts + parts,
            promised=done.promised + promised,
            seen=done.seen + seen,
            reread=done.reread + reread,
            complete=False,
        )

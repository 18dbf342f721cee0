"""The walk: which pages may be asked for now, their answers in any order, the rows in order.

A state machine without I/O. The driver asks :meth:`Walk.due` what may go out, runs those calls (one after another
or side by side), hands each answer to :meth:`Walk.receive`, and takes what is ready, in order, from
:meth:`Walk.take`. Memory is bound by the pages in flight: no page is asked for that lies further ahead of the next
undelivered one than ``ahead``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

import attrs

from .errors import IncompleteError, ResultWindowError
from .operation import Listed
from .page import Coverage
from .search import LARGEST_PAGE, LAST_PAGE, WINDOW, Part

T = TypeVar("T")


@attrs.frozen
class Ask(Generic[T]):
    """One page to ask for.

    Attributes:
        part: Of which listing.
        page: Its number, from 1.
        size: Rows a page.
    """

    part: Part[T]
    page: int
    size: int


class Walk(Generic[T]):
    """Every row of some listings, each once, in order.

    Args:
        parts: Listings, in the order in which their rows are meant.
        identity: What makes a row the same row; pages shift while calls arrive, and one may come twice.
        ahead: How many pages may be in flight or waiting for an earlier one.
        limit: Stop after so many rows; no more are asked for than that takes.
        size: Rows a page.
    """

    def __init__(
        self,
        parts: tuple[Part[T], ...],
        *,
        identity: Callable[[T], str],
        ahead: int = 1,
        limit: int | None = None,
        size: int = LARGEST_PAGE,
    ) -> None:
        self._parts = parts
        self._identity = identity
        self._ahead = ahead
        self._left = limit
        self._size = size if limit is None else max(1, min(size, limit))
        self._current = 0
        self._promised: int | None = 0
        self._seen = 0
        # Of the part at hand:
        self._next_asked = self._next_taken = 1
        self._last = 1  # until page 1 tells how many pages there are
        self._waiting: dict[int, list[T]] = {}
        self._ids: set[str] = set()
        self._part_promised: int | None = 0

    @property
    def finished(self) -> bool:
        """Whether every row was taken, or as many as the limit allows."""
        return self._current >= len(self._parts) or self._left == 0

    def due(self) -> list[Ask[T]]:
        """The pages that may be asked for now; each is given out once."""
        if self.finished:
            return []
        part = self._parts[self._current]
        last = min(self._last, self._next_taken - 1 + min(self._ahead, self._still_wanted()))
        asked = [Ask(part, page, self._size) for page in range(self._next_asked, last + 1)]
        self._next_asked = max(self._next_asked, last + 1)
        return asked

    def receive(self, ask: Ask[T], listed: Listed[T]) -> None:
        """The answer to one of them.

        Raises:
            ResultWindowError: The listing holds more rows than the upstream can list.
        """
        self._waiting[ask.page] = listed.rows
        if ask.page == 1:
            self._plan(listed)

    def take(self) -> list[T]:
        """The rows that are next in order and not taken yet.

        Raises:
            IncompleteError: The listing ended, and fewer rows came than the upstream promised.
            ResultWindowError: The last page that the upstream has is full, and how many rows match was not told.
        """
        ready: list[T] = []
        while not self.finished and self._next_taken in self._waiting:
            rows = self._waiting.pop(self._next_taken)
            fresh = self._fresh(rows)[: self._left]
            ready += fresh
            self._next_taken += 1
            if self._left is not None:
                self._left -= len(fresh)
            if self._left != 0 and self._next_taken > self._last and not self._goes_on(rows):
                self._end_part()
        return ready

    def coverage(self) -> Coverage:
        """What was promised and seen so far."""
        told = self._promised
        part = self._part_promised if not self.finished else 0
        promised = None if told is None or part is None else told + part
        return Coverage(
            parts=len(self._parts),
            promised=promised,
            seen=self._seen + len(self._ids),
            reread=0,
            complete=self._current >= len(self._parts),
        )

    def _end_part(self) -> None:
        promised, seen = self._part_promised, len(self._ids)
        if promised is not None and seen < promised:
            coverage = attrs.evolve(self.coverage(), complete=False)
            raise IncompleteError(
                f"The upstream promised {promised} rows and {seen} came.",
                coverage=coverage,
                action=self._parts[self._current].operation.action,
                advice="Search again, or a shorter time range.",
            )
        self._seen += seen
        self._promised = None if self._promised is None or promised is None else self._promised + promised
        self._current += 1
        self._next_asked = self._next_taken = self._last = 1
        self._waiting, self._ids, self._part_promised = {}, set(), 0

    def _still_wanted(self) -> int:
        """How many more pages the limit is worth, if each of their rows belongs; without one, more than there are."""
        return LAST_PAGE + 1 if self._left is None else -(-self._left // self._size)

    def _plan(self, listed: Listed[T]) -> None:
        self._part_promised = listed.total
        if listed.total is None:
            return
        if listed.total > LAST_PAGE * self._size and self._still_wanted() > LAST_PAGE:
            raise self._beyond_window(f"{listed.total} rows match")
        self._last = max(1, min(LAST_PAGE, -(-listed.total // self._size)))

    def _fresh(self, rows: list[T]) -> list[T]:
        """The rows that have not come before and belong."""
        keep: Callable[[Any], bool] = self._parts[self._current].keep
        fresh: list[T] = []
        for row in rows:
            identity = self._identity(row)
            if identity not in self._ids:
                self._ids.add(identity)
                if keep(row):
                    fresh.append(row)
        return fresh

    def _goes_on(self, rows: list[T]) -> bool:
        """Whether to read on behind the last planned page: it was full, and rows are missing: they have shifted."""
        missing = self._part_promised is None or len(self._ids) < self._part_promised
        if not missing or len(rows) < self._size:
            return False
        if self._last >= LAST_PAGE:
            if self._part_promised is None:  # else too few rows came, which the end of the part tells
                raise self._beyond_window("An untold number of rows match")
            return False
        self._last += 1
        return True

    def _beyond_window(self, what: str) -> ResultWindowError:
        return ResultWindowError(
            f"{what}, and the upstream can list {WINDOW} of one search.",
            action=self._parts[self._current].operation.action,
            advice="Search a shorter time range.",
        )

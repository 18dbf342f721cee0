"""One range of a listing being read: its pages, and the proof that no row of it is missing.

The upstream's pages are cut anew for every request. Rows that arrive meanwhile push others onto the next page, and
rows of one millisecond may stand in another order each time, so pages read side by side can miss a row and hold
another twice. What proves them whole is counting, since rows do not go away: if the distinct rows seen are as many as
the upstream has *after* the last page was read, they are all of them.

- One page is one answer, and needs no more proof than its own total.
- A range of several pages is closed by its last page, asked for when all others have come: being short, it tells
  how many rows there are now. Where it would be full, page 1 is asked for once more, with one row.
- A long range is checked every few pages in the same way, so that its rows can be handed out before its end: if the
  total has not changed since page 1, nothing has moved, and as many distinct rows as the pages have places are the
  first so many of the listing. Rows at the last place of the last page wait: more of that millisecond may follow.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from itertools import repeat
from operator import itemgetter
from typing import Generic, TypeVar

import attrs

from .edges import Edges
from .errors import DecodeError
from .operation import Listed
from .page import Limits
from .part import Ask, Part
from .pending import Pending

T = TypeVar("T")

CHECKED_PAGES = 20
"""Pages between two checks: what a walk holds in memory before it hands it out."""


class State(Enum):
    """How far a stretch is."""

    READING = "reading"
    WHOLE = "whole"  # every row was seen
    BROKEN = "broken"  # rows were missed: to be read again, in smaller pieces where possible
    TOO_LONG = "too long"  # more pages than the upstream has: to be cut


@attrs.define(eq=False)
class Stretch(Generic[T]):
    """See the module.

    Attributes:
        part: The listing.
        places: The range of it that is read; None for a listing that knows no time.
        edges: What was known of the action's bounds when it began.
        size: Rows a page.
        limits: How far the upstream's pages reach.
        checked_pages: Pages between two checks.
        state: How far it is.
        total: Rows of the listing, as last told; None before page 1 has come.
        pages: Pages of the listing.
        taken: Pages 1 to here have come and were read.
        verified: Pages 1 to here are proven to hold the first rows of the listing.
        handed_out: Every row that stands before this place was handed out; None while none was.
        repeated: How many pages have to be asked for again, or were.
        touched: The place of a row that was seen, in the range or beside it; None if there was none.
    """

    part: Part[T]
    places: tuple[int, int] | None
    edges: Edges
    size: int
    limits: Limits
    checked_pages: int = CHECKED_PAGES
    state: State = State.READING
    total: int | None = None
    pages: int = 1  # until page 1 tells
    taken: int = 0
    verified: int = 0
    handed_out: int | None = None
    repeated: int = 0
    touched: int | None = None
    _first_total: int = 0
    _rounds: int = 0  # how often it was begun again
    _barren: int = 0  # how many of those brought nothing new
    _asked: int = 0  # pages 1 to here were asked for
    _came: dict[int, list[T]] = attrs.field(factory=dict[int, list[T]])
    _seen: set[str] = attrs.field(factory=set[str])
    _seen_by_page: list[int] = attrs.field(factory=lambda: [0])
    _last_places: list[int] = attrs.field(factory=lambda: [0])  # where each page ended
    _here: list[int] = attrs.field(factory=list[int])  # places of all rows that belong
    _given: int = 0  # rows taken from here
    _outside: int = 0  # rows that do not: the upstream's bounds may list a millisecond more
    _pending: Pending[T] = attrs.field(factory=Pending[T])
    _ready: list[tuple[int, T]] = attrs.field(factory=list[tuple[int, T]])
    _counted_after: int | None = None  # the page after which the rows are just being counted
    _closed_by_page: bool = True  # or by counting
    _in_order: bool = True

    # What to ask

    def due(self, room: int, wanted: int | None) -> list[Ask[T]]:
        """Pages to ask for now: those that the next check needs, and while that is under way the next run of them.

        Args:
            room: How many more may be in flight.
            wanted: How many more rows are of use; None for all.
        """
        if self.state is not State.READING:
            return []
        goal = self._goal(wanted)
        if goal > self.limits.pages or (goal == self.limits.pages and self._may_be_capped()):
            self.state = State.TOO_LONG
            return []
        asks: list[Ask[T]] = []
        check = self._next_check(goal)
        if room > 0 and self._counted_after is None and self._needs_count(check):
            self._counted_after = self.taken
            asks.append(self._ask(1, 1, self._counted))
        last = min(goal, check + self.checked_pages)
        while len(asks) < room and self._asked < last:
            page = self._asked + 1
            if self._closes(page) and self.taken < page - 1:
                break  # the last page tells how many rows there are after all others were read
            self._asked = page
            asks.append(self._ask(page, self.size, self._receiver(page)))
        return asks

    def _may_be_capped(self) -> bool:
        """Whether the total is just what can be listed: a total that stops there would hide the rest."""
        return self.total == self.limits.pages * self.size and self.pages > 1 and self._can_be_cut()

    def _can_be_cut(self) -> bool:
        return self.places is not None and not (self.one_place and self.edges.known)

    def _goal(self, wanted: int | None) -> int:
        """The last page that is of use."""
        if wanted is None or self.total is None or self._rounds:
            return self.pages
        goal = self.verified + -(-max(0, wanted - len(self._ties())) // self.size)
        if self.part.keep is not None:
            goal = max(
                goal, 3 * self.verified
            )  # how many rows of a page are meant is not known: ask for more each time
        return min(self.pages, goal)

    def _next_check(self, goal: int) -> int:
        """The page after which the rows so far are checked: the last one, unless that is far."""
        check = self.verified + self.checked_pages
        if goal < self.pages:
            return min(goal, check)
        in_one_go = self.one_place or self._rounds or self.pages - check <= self.checked_pages // 2
        return self.pages if in_one_go else check

    def _needs_count(self, check: int) -> bool:
        read = self.total is not None and self.verified < check <= self.taken
        return read and not (check == self.pages and self._closed_by_page)

    def _closes(self, page: int) -> bool:
        """Whether this page is the last one, and tells by being short how many rows there are."""
        return 1 < page == self.pages and self._closed_by_page

    def _ask(self, page: int, size: int, answer: Callable[[Listed[T]], None]) -> Ask[T]:
        this_round = self._rounds

        def take(listed: Listed[T]) -> None:
            if self.state is State.READING and self._rounds == this_round:
                answer(listed)

        return Ask(self.part.operation, self.part.between(self.places, self.edges), page, size, take)

    # What came

    def _receiver(self, page: int) -> Callable[[Listed[T]], None]:
        def receive(listed: Listed[T]) -> None:
            if page == 1:
                self._plan(listed)
            self._came[page] = listed.rows
            while self.state is State.READING and self.taken + 1 in self._came:
                self._take(self._came.pop(self.taken + 1))

        return receive

    def _plan(self, listed: Listed[T]) -> None:
        if listed.total is None and listed.rows:
            raise self._contradiction("page 1 came without a TotalCount")
        self.total = listed.total or 0
        if len(listed.rows) > self.total:
            raise self._contradiction(f"page 1 holds {len(listed.rows)} rows, and TotalCount is {self.total}")
        self.pages = max(1, -(-self.total // self.size))
        self._closed_by_page = self.total % self.size != 0
        if not self._rounds:
            self._first_total = self.total

    def _take(self, rows: list[T]) -> None:
        """Reads the next page: what is new of it, and where its last row stands."""
        self.taken += 1
        place = self._last_places[-1]
        fresh: list[tuple[int, T]] = []
        timed = self.part.timeline is not None and self.places is not None
        told = self.part.timeline.of(rows) if self.part.timeline and timed else repeat(None)
        for row, identity, there in zip(rows, self.part.identities(rows), told):  # noqa: B905 - one is endless
            before, place = place, self._beside(place) if there is None else there
            if place < before and row is not rows[0]:
                self._in_order = False
            if identity not in self._seen:
                self._seen.add(identity)
                fresh.append((place, row))
        if fresh:
            self.touched = fresh[-1][0]
        self._gather(fresh)
        self._last_places.append(place if self.part.timeline else len(self._seen))
        self._seen_by_page.append(len(self._seen))
        if self.taken == 1:
            self._begin()
        elif self._closes(self.taken):
            self._close(len(rows))

    def _beside(self, before: int) -> int:
        """Where a row without a time stands: with the one before it; in the order of coming where none has one."""
        if self.part.timeline is None or self.places is None:
            return len(self._seen)
        return before if self._seen else self.places[0]

    def _gather(self, fresh: list[tuple[int, T]]) -> None:
        """Keeps those of new rows that belong."""
        belong = fresh
        if self.places is not None:
            first, stop = self.places
            belong = [one for one in fresh if first <= one[0] < stop]
            if len(belong) < len(fresh):
                if any(not first - 1 <= place <= stop for place, _ in fresh):
                    raise self._contradiction("it lists a row whose time lies outside the range that was asked for")
                self._outside += len(fresh) - len(belong)
        self._here += [place for place, _ in belong]
        keep = self.part.keep
        self._pending.add(belong if keep is None else [one for one in belong if keep(one[1])])

    def _contradiction(self, what: str) -> DecodeError:
        return DecodeError(f"{what}.", action=self.part.operation.action, advice="Such a listing cannot be walked.")

    def _begin(self) -> None:
        """Page 1 is one answer: what stands before its last row is complete."""
        if self.pages == 1:
            self._judge(self.total or 0)
        elif self._rounds == 0 and len(self._seen) >= self.size:
            self.verified = 1
            self._hand_out(self._last_places[1])

    def _close(self, rows: int) -> None:
        """The last page came after all others."""
        now = max(self.total or 0, (self.pages - 1) * self.size + rows)
        if rows < self.size:
            self._judge(now)
            return
        self.total = now  # it is full: rows have arrived, and the next page, or a count, tells how many
        if self.pages < self.limits.pages:
            self.pages += 1
        else:
            self._closed_by_page = False

    def _counted(self, listed: Listed[T]) -> None:
        """Page 1 was asked for once more, for its total: so many rows there were after the pages read by then."""
        page, self._counted_after = self._counted_after or 0, None
        now = listed.total or 0
        if page == self.pages:
            self._judge(max(self.total or 0, now))
        elif now == self.total and self._seen_by_page[page] == page * self.size:
            self.verified = page
            self._hand_out(self._last_places[page])
        else:
            self._miss(page - self.verified)

    def _judge(self, total: int) -> None:
        """All pages were read, and so many rows there are now."""
        self.total = total
        if len(self._seen) < total:
            self._miss(self.pages)
            return
        self.state = State.WHOLE
        self._hand_out(None)

    def _miss(self, pages: int) -> None:
        self.repeated += pages
        self.state = State.BROKEN

    # What is ready

    def take(self, wanted: int | None = None) -> list[tuple[int, T]]:
        """Rows that are next in order, with their places; each once.

        Args:
            wanted: With so many rows the walk is at its end: then rows of one millisecond need not wait for others
                of it, since any of them are as good.
        """
        if wanted is not None and len(self._ready) < wanted:
            ties = self._ties()
            if len(self._ready) + len(ties) >= wanted:
                self._ready += ties
                self._pending.take()  # they come no more: the walk is at its end
        ready, self._ready = self._ready, []
        self._given += len(ready)
        return ready

    def _ties(self) -> list[tuple[int, T]]:
        """Rows that only wait for others of their millisecond; where there is no other, all rows, proven or not."""
        bound = self._last_places[self.verified]
        return [one for one in self._pending if self.one_place or one[0] == bound]

    def _hand_out(self, before: int | None) -> None:
        """Rows that stand before a place are ready; all of them if it is None."""
        if before is not None and not self._in_order:
            return  # it is not told by time, against what is documented: put in order when all of it is there
        begun = self.handed_out
        ready = self._pending.take()
        if begun is not None and self.total != self._first_total:
            # What stands before rows that were handed out was not there with them: it arrived while the walk was on.
            ready = [one for one in ready if one[0] >= begun]
        if before is not None:
            self._pending.add([one for one in ready if one[0] >= before])
            ready = [one for one in ready if one[0] < before]
            self.handed_out = before if begun is None else max(before, begun)
        ready.sort(key=itemgetter(0))
        self._ready += ready

    # What can be done where that did not come out even

    @property
    def one_place(self) -> bool:
        """Whether it is a single millisecond, which cannot be cut."""
        return self.places is not None and self.places[1] - self.places[0] <= 1

    @property
    def held(self) -> int:
        """Pages asked for whose rows were not handed out."""
        return self._asked - self.verified if self.state is not State.WHOLE else 0

    @property
    def coming(self) -> int | None:
        """How many rows it still has to give; None while that is not known."""
        if self.state is State.WHOLE:
            return len(self._ready)
        return None if self.total is None or self.part.keep is not None else self.total - self._given

    def again(self) -> bool:
        """Begins again, and keeps what was seen; False if that has brought nothing too often.

        A single answer should be whole, and one that is not is hardly chance. But where one millisecond has
        several pages, and its rows another order each time, every round brings two thirds of what is missing.
        """
        self._barren = self._barren + 1 if self._rounds and len(self._seen) == self._seen_by_page[0] else 0
        if self._barren >= (_BARREN_ROUNDS if self.pages > 1 else _BARREN_PAGES) or self._rounds >= _MOST_ROUNDS:
            return False
        self._rounds += 1
        self._seen_by_page, self._last_places = [len(self._seen)], self._last_places[-1:]
        self._asked = self.taken = self.verified = 0
        self._came, self._counted_after = {}, None
        self.state = State.READING
        return True

    def cuts(self) -> list[int]:
        """The places where what was not handed out begins, is to be cut, and ends; empty if nothing is left of it."""
        assert self.places is not None  # noqa: S101 - only what has a place can be cut
        first = self.places[0] if self.handed_out is None else max(self.places[0], self.handed_out)
        stop = self.places[1]
        if stop - first <= 1:
            return [first, stop] if first < stop else []
        if self.state is State.TOO_LONG:
            pieces = max(2, -(-2 * (self.total or 0) // (self.limits.pages * self.size)))
            pieces = min(pieces, _MOST_PIECES)
            wanted = [first + (stop - first) * piece // pieces for piece in range(1, pieces)]
            if 2 * sum(place == first for place in self._here) >= self.size:
                wanted.append(first + 1)  # one millisecond with many rows: alone, it may fit
        elif self.taken < self.pages:
            wanted = [self._last_places[-1] + 1]  # what was read, and the rest
        else:
            left = sorted(place for place in self._here if place >= first)
            wanted = [left[len(left) // 2] if left else first]
        return [first, *sorted({min(max(cut, first + 1), stop - 1) for cut in wanted}), stop]

    def end_here(self) -> None:
        """Ends with the rows that were handed out; the rest is read by others."""
        self._here = [place for place in self._here if self.handed_out is not None and place < self.handed_out]
        self.total, self._outside, self._pending = len(self._here), 0, Pending()
        self.state = State.WHOLE

    def covered(self) -> tuple[int, int]:
        """Rows promised and seen, of those that belong."""
        return max(0, (self.total or 0) - self._outside), len(self._here)


_BARREN_PAGES = 3
_BARREN_ROUNDS = 20
_MOST_ROUNDS = 500
_MOST_PIECES = 1_000  # at once, whatever the total: each may be cut again

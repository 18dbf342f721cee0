"""A listing that the upstream can answer page by page, and where its rows stand in time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import attrs

from .edges import Edges, Question
from .flow import Flow, Session, call
from .operation import Listed, Operation

T = TypeVar("T")


@attrs.frozen
class Timeline(Generic[T]):
    """The range of time that a listing is asked for, and the direction in which it is told.

    Rows are compared by their *place*: a whole number that grows along the listing, oldest first or newest first.
    A range of places is half open, as a range of time is.

    Attributes:
        start: First millisecond that belongs.
        end: First millisecond that no longer belongs.
        descending: Newest first.
        moments: Rows' times in Unix milliseconds, each None if the upstream sent none.
    """

    start: int
    end: int
    descending: bool
    moments: Callable[[Sequence[T]], Sequence[int | None]]

    @property
    def places(self) -> tuple[int, int]:
        """The whole range, in places."""
        return (1 - self.end, 1 - self.start) if self.descending else (self.start, self.end)

    def of(self, rows: Sequence[T]) -> Sequence[int | None]:
        """Where rows stand, each None if its time is unknown."""
        moments = self.moments(rows)
        return [moment and -moment for moment in moments] if self.descending else moments

    def time(self, place: int) -> int:
        """The millisecond of a place."""
        return -place if self.descending else place

    def times(self, first: int, stop: int) -> tuple[int, int]:
        """A range of places as a half-open range of milliseconds."""
        return (1 - stop, 1 - first) if self.descending else (first, stop)


@attrs.frozen
class Part(Generic[T]):
    """One listing.

    Attributes:
        operation: The action.
        arguments: Its arguments but for the range of time, order, page and size.
        identities: What makes rows the same rows when they come twice.
        keep: Which rows are meant, where the upstream cannot filter them; None for all.
        timeline: Its range of time; None for a listing that knows no time.
    """

    operation: Operation[Listed[T]]
    arguments: Mapping[str, Any]
    identities: Callable[[Sequence[T]], Sequence[str]]
    keep: Callable[[T], bool] | None = None
    timeline: Timeline[T] | None = None

    def between(self, places: tuple[int, int] | None, edges: Edges) -> dict[str, Any]:
        """The arguments for a range of places."""
        if self.timeline is None or places is None:
            return dict(self.arguments)
        start, end = edges.around(*self.timeline.times(*places))
        return self._ordered(start, end, descending=self.timeline.descending)

    def asking(self, question: Question) -> dict[str, Any]:
        """The arguments for a question about the edges."""
        return self._ordered(question.start, question.end, descending=question.descending)

    def _ordered(self, start: int, end: int, *, descending: bool) -> dict[str, Any]:
        return {**self.arguments, "start": start, "end": end, "order": "DESC" if descending else "ASC"}


@attrs.frozen(eq=False)
class Ask(Generic[T]):
    """One page to ask for.

    Attributes:
        operation: The action.
        arguments: Its arguments but for page and size.
        page: The page's number, from 1.
        size: Rows a page.
        answer: Takes what came.
    """

    operation: Operation[Listed[T]]
    arguments: dict[str, Any]
    page: int
    size: int
    answer: Callable[[Listed[T]], None]


@attrs.frozen
class Plan(Generic[T]):
    """How a search is asked.

    Attributes:
        parts: Listings that together hold every row that is meant.
        merged: Whether their rows are one sequence in time (several agents' calls), in which a row of two listings
            comes once; otherwise they follow one another.
    """

    parts: tuple[Part[T], ...]
    merged: bool = False

    @property
    def countable(self) -> bool:
        """Whether the listings' totals add up to the number of rows that are meant."""
        return all(part.keep is None for part in self.parts) and (not self.merged or len(self.parts) <= 1)

    @property
    def paged(self) -> bool:
        """Whether the upstream's pages are the search's own; otherwise a page has to be walked to."""
        return self.countable and len(self.parts) == 1


def list_page(
    session: Session, operation: Operation[Listed[T]], arguments: Mapping[str, Any], page: int, size: int
) -> Flow[Listed[T]]:
    """One page of a listing; its total is None where the upstream's number means nothing."""
    listed = yield from call(session, operation, **arguments, page=page, size=size)
    if operation.totals_on_first_page_only and page != 1:
        return Listed(listed.rows, None)
    return listed

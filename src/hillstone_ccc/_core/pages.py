"""Totals and single pages, at the cost of the fewest requests."""

from __future__ import annotations

from typing import Any, TypeVar

from .errors import DecodeError, InvalidQueryError, ResultWindowError
from .far_pages import Piece, rows_from
from .flow import Flow, Session
from .page import Limits, Page
from .part import Part, Plan, list_page
from .search import Search

T = TypeVar("T")


class Totals:
    """What is already known of one search, so that it is not asked for again.

    The plan is fixed when the search is first used: "now" does not move between two pages of one result.
    """

    def __init__(self) -> None:
        self.plan: Plan[Any] | None = None
        self.by_part: dict[int, int] = {}
        self.walked: int | None = None  # what a walk to the end has counted
        self.pieces: list[Piece] = []


def planned(session: Session, search: Search[T], known: Totals) -> Flow[Plan[T]]:
    """The plan of a search, made once."""
    if known.plan is None:
        known.plan = yield from search.plan(session)
    return known.plan


def count(session: Session, plan: Plan[T], known: Totals) -> Flow[int]:
    """How many rows match a plan whose totals can be added up; one request a part whose total is not known yet.

    The upstream's bounds are taken to be inclusive while it is not known whether they are.
    """
    if known.walked is not None:
        return known.walked
    for index, part in enumerate(plan.parts):
        if index not in known.by_part:
            listed = yield from list_page(session, part.operation, _arguments(session, part), 1, 1)
            known.by_part[index] = _told(part, listed.total)
    return sum(known.by_part.values())


def page(session: Session, plan: Plan[T], known: Totals, number: int, size: int) -> Flow[Page[T]]:
    """One page of a plan of one countable part, with the search's total.

    Raises:
        ResultWindowError: The page lies behind the rows that the upstream can list, and time cannot be cut there.
    """
    part = plan.parts[0]
    if number > session.limits.pages and not session.limits.endless:
        total = yield from count(session, plan, known)
        rows = yield from _far(session, part, known, (number - 1) * size, size)
        return Page(tuple(rows), number, size, total)
    listed = yield from list_page(session, part.operation, _arguments(session, part), number, size)
    if listed.total is not None:
        known.by_part[0] = listed.total
    total = yield from count(session, plan, known)
    return Page(tuple(listed.rows), number, size, total)


def checked_page(page: int, size: int, limits: Limits | None = None) -> None:
    """Raises InvalidQueryError for a page or size that cannot be asked for."""
    most = (limits or Limits()).rows
    for argument, value, largest in (("page", page, None), ("size", size, most)):
        if type(value) is not int or value < 1 or (largest is not None and value > largest):
            bound = f"1 to {largest}" if largest else "1 or more"
            raise InvalidQueryError(f"{argument} must be a whole number, {bound}, not {value!r}.")


def _far(session: Session, part: Part[T], known: Totals, offset: int, size: int) -> Flow[list[T]]:
    """Rows behind the last page that the upstream has."""
    total = known.by_part.get(0, known.walked or 0)
    if offset >= total:
        return []
    if part.timeline is None:
        raise ResultWindowError(
            f"{part.operation.action} lists {session.limits.pages} pages, and the row lies behind them.",
            advice="Ask for larger pages, or search for less.",
        )
    if not known.pieces:
        known.pieces = [Piece(*part.timeline.places, total)]
    return (yield from rows_from(session, part, known.pieces, offset, size))


def _arguments(session: Session, part: Part[Any]) -> dict[str, Any]:
    edges = session.edges.of(part.operation.action).assumed()
    return part.between(part.timeline.places if part.timeline else None, edges)


def _told(part: Part[Any], total: int | None) -> int:
    if total is None:
        raise DecodeError("page 1 came without a TotalCount.", action=part.operation.action)
    return total

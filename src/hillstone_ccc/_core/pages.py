"""Totals and single pages, at the cost of the fewest requests."""

from __future__ import annotations

from typing import Any, TypeVar

from .errors import DecodeError, ResultWindowError
from .flow import Flow, Session
from .page import Page
from .search import LAST_PAGE, WINDOW, Part, Plan, Search, checked_page, list_page
from .walk import Walk

T = TypeVar("T")


class Totals:
    """What is already known of one search, so that it is not asked for again.

    The plan is fixed when the search is first used: "now" does not move between two pages of one result.
    """

    def __init__(self) -> None:
        self.plan: Plan[Any] | None = None
        self.by_part: dict[int, int] = {}


def planned(session: Session, search: Search[T], known: Totals) -> Flow[Plan[T]]:
    """The plan of a search, made once."""
    if known.plan is None:
        known.plan = yield from search.plan(session)
    return known.plan


def count(session: Session, search: Search[T], known: Totals) -> Flow[int]:
    """How many rows match; one request a part whose total is not known yet."""
    plan = yield from planned(session, search, known)
    total = 0
    for index, part in enumerate(plan.counted):
        if index not in known.by_part:
            listed = yield from list_page(session, part, 1, 1)
            known.by_part[index] = _told(part, listed.total)
        total += known.by_part[index]
    return total


def page(session: Session, search: Search[T], known: Totals, number: int, size: int) -> Flow[Page[T]]:
    """One page with the search's total.

    Raises:
        InvalidQueryError: Page or size cannot be asked for.
        ResultWindowError: The page lies behind the rows that the upstream can list.
    """
    checked_page(number, size)
    plan = yield from planned(session, search, known)
    if len(plan.counted) != 1:
        return (yield from _page_of_several(session, search, plan, known, number, size))
    part = plan.counted[0]
    if number > LAST_PAGE:
        total = yield from count(session, search, known)
        if (number - 1) * size >= total:
            return Page((), number, size, total)
        raise ResultWindowError(
            f"Page {number} of {size} lies behind the {WINDOW // 100} pages that the upstream can list.",
            advice="Ask for larger pages or a shorter time range.",
        )
    listed = yield from list_page(session, part, number, size)
    if listed.total is not None:
        known.by_part[0] = listed.total
    total = yield from count(session, search, known)
    return Page(tuple(row for row in listed.rows if part.keep(row)), number, size, total)


def _page_of_several(
    session: Session, search: Search[T], plan: Plan[T], known: Totals, number: int, size: int
) -> Flow[Page[T]]:
    """A page of several listings put together: walked, since their pages do not meet."""
    walk = Walk(plan.counted, identity=search.identity, limit=number * size)
    rows: list[T] = []
    while not walk.finished:
        for ask in walk.due():
            walk.receive(ask, (yield from list_page(session, ask.part, ask.page, ask.size)))
        rows += walk.take()
    total = yield from count(session, search, known)
    return Page(tuple(rows[(number - 1) * size :]), number, size, total)


def _told(part: Part[Any], total: int | None) -> int:
    if total is None:
        raise DecodeError("page 1 came without a TotalCount.", action=part.operation.action)
    return total

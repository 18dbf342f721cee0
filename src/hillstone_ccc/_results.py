"""The results of a search: lazy, walked page by page, each row once and in order."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from typing import TYPE_CHECKING, Generic, TypeVar

from ._core.errors import InvalidQueryError
from ._core.page import LARGEST_PAGE, Coverage, Page
from ._core.pages import Totals, checked_page, count, page, planned
from ._core.part import Plan
from ._core.public import public
from ._core.search import Search
from ._core.walk import Walk

if TYPE_CHECKING:
    from ._async_driver import AsyncDriver
    from ._core.flow import Session
    from ._driver import Driver

T = TypeVar("T")


class ResultsBase(Generic[T]):
    """What both kinds of results know. A search is planned once, when it is first used: "now" is that moment."""

    def __init__(self, search: Search[T], known: Totals, limit: int | None, most: int | None, ahead: int) -> None:
        self._search = search
        self._known = known
        self._limit = limit
        self._most = most
        self._ahead = ahead
        self._walk: Walk[T] | None = None

    def coverage(self) -> Coverage | None:
        """What the latest walk of these results was promised and saw; None before the first."""
        return None if self._walk is None else self._walk.coverage()

    def expected(self) -> int | None:
        """How many rows the walk that is on will give, as far as it has been told; None before it has."""
        coverage = self.coverage()
        return None if coverage is None else self._limited(coverage.promised)

    def _begin(self, session: Session, plan: Plan[T], limit: int | None) -> Walk[T]:
        limits = [one for one in (self._limit, limit) if one is not None]
        self._walk = Walk(
            plan,
            known=session.edges,
            limits=session.limits,
            ahead=self._ahead,
            limit=min(limits) if limits else None,
            most=self._most,
        )
        return self._walk

    def _walked_to(self, rows: int, limit: int | None) -> None:
        """Keeps what a walk has counted, if it went to the end."""
        if self._limit is None and limit is None:
            self._known.walked = rows

    def _limited(self, total: int) -> int:
        return total if self._limit is None else min(total, self._limit)

    def _cut(self, whole: Page[T]) -> Page[T]:
        """A page of these results as far as their limit goes."""
        left = self._limited(whole.total) - (whole.page - 1) * whole.size
        return Page(whole.items[: max(0, left)], whole.page, whole.size, self._limited(whole.total))

    def __repr__(self) -> str:
        limit = f", limit={self._limit}" if self._limit is not None else ""
        return f"{type(self).__name__}({self._search!r}{limit})"


def _checked_limit(limit: int) -> int:
    if type(limit) is not int or limit < 0:
        raise InvalidQueryError(f"limit must be a whole number, 0 or more, not {limit!r}.")
    return limit


def _checked_most(rows: int) -> int:
    if type(rows) is not int or rows < 1:
        raise InvalidQueryError(f"rows must be a whole number, 1 or more, not {rows!r}.")
    return rows


@public
class Results(ResultsBase[T]):
    """The rows of a search. Nothing is sent before they are asked for.

    Raises (all methods): CCCError of the kind that fits; IncompleteError when the upstream gave fewer rows than it
    promised, ResultWindowError when it cannot list them all.
    """

    def __init__(
        self,
        driver: Driver,
        search: Search[T],
        *,
        known: Totals | None = None,
        limit: int | None = None,
        most: int | None = None,
    ) -> None:
        super().__init__(search, known or Totals(), limit, most, driver.ahead)
        self._driver = driver

    def __iter__(self) -> Iterator[T]:
        """Every row once, in the search's order."""
        return self._walked()

    def pages(self, size: int = LARGEST_PAGE) -> Generator[Page[T], None, None]:
        """Every page, in order.

        Args:
            size: Rows a page, 1 to 100.
        """
        checked_page(1, size, self._driver.session.limits)
        total = self.count()
        rows: list[T] = []
        number = 1
        for row in self:
            rows.append(row)
            if len(rows) == size:
                total = max(total, number * size)  # calls that arrived since they were counted
                yield Page(tuple(rows), number, size, total)
                rows, number = [], number + 1
        if rows or number == 1:
            yield Page(tuple(rows), number, size, max(total, (number - 1) * size + len(rows)))

    def page(self, number: int, size: int = LARGEST_PAGE) -> Page[T]:
        """One page, with the total of all.

        Args:
            number: From 1.
            size: Rows a page, 1 to 100.
        """
        checked_page(number, size, self._driver.session.limits)
        plan = self._planned()
        if plan.paged:
            return self._cut(self._driver.run(page(self._driver.session, plan, self._known, number, size)))
        total = self._told(plan)
        last = number * size
        rows: list[T] = []
        walked = 0
        for row in self._walked(None if total is None else last):
            walked += 1
            if last - size < walked <= last:
                rows.append(row)
        return self._cut(Page(tuple(rows), number, size, walked if total is None else total))

    def count(self) -> int:
        """How many rows there are."""
        total = self._told(self._planned())
        return self._limited(sum(1 for _ in self._walked()) if total is None else total)

    def first(self) -> T | None:
        """The first row, or None if there is none. Asks for no more than that."""
        return next(self._walked(limit=1), None)

    def limit(self, n: int) -> Results[T]:
        """The first n of these rows."""
        limit = self._limited(_checked_limit(n))
        return Results(self._driver, self._search, known=self._known, limit=limit, most=self._most)

    def bounded(self, rows: int) -> Results[T]:
        """These results, refusing to look at more than so many rows.

        For services: a search that anybody can type in must not walk for minutes. A page or a count that the
        upstream gives without a walk is not refused (:meth:`needs_walk`).

        Args:
            rows: Rows that the upstream may promise for a walk; with more it raises :class:`ResultWindowError`.
        """
        return Results(self._driver, self._search, known=self._known, limit=self._limit, most=_checked_most(rows))

    def needs_walk(self) -> bool:
        """Whether a page of these results has to be walked to, row by row, instead of being asked for.

        So it is where several agents are meant, or a number that is known in part: what the upstream lists is not
        what is meant then. Names are looked up to know.
        """
        return not (self._planned()).paged

    def to_list(self) -> list[T]:
        """Every row in a list."""
        return list(self)

    def _planned(self) -> Plan[T]:
        return self._driver.run(planned(self._driver.session, self._search, self._known))

    def _told(self, plan: Plan[T]) -> int | None:
        """How many rows there are, if it is known or the upstream can tell; else only a walk can."""
        if self._known.walked is None and plan.countable:
            return self._driver.run(count(self._driver.session, plan, self._known))
        return self._known.walked

    def _walked(self, limit: int | None = None) -> Generator[T, None, None]:
        walked = 0
        for rows in self._driver.walk(self._begin(self._driver.session, self._planned(), limit)):
            yield from rows
            walked += len(rows)
        self._walked_to(walked, limit)


@public
class AsyncResults(ResultsBase[T]):
    """The rows of a search, for ``async for``. Nothing is sent before they are asked for.

    Raises (all methods): as :class:`Results`.
    """

    def __init__(
        self,
        driver: AsyncDriver,
        search: Search[T],
        *,
        known: Totals | None = None,
        limit: int | None = None,
        most: int | None = None,
    ) -> None:
        super().__init__(search, known or Totals(), limit, most, driver.ahead)
        self._driver = driver

    def __aiter__(self) -> AsyncIterator[T]:
        """Every row once, in the search's order; pages are fetched ahead."""
        return self._walked()

    async def pages(self, size: int = LARGEST_PAGE) -> AsyncGenerator[Page[T], None]:
        """Every page, in order.

        Args:
            size: Rows a page, 1 to 100.
        """
        checked_page(1, size, self._driver.session.limits)
        total = await self.count()
        rows: list[T] = []
        number = 1
        async for row in self:
            rows.append(row)
            if len(rows) == size:
                total = max(total, number * size)  # calls that arrived since they were counted
                yield Page(tuple(rows), number, size, total)
                rows, number = [], number + 1
        if rows or number == 1:
            yield Page(tuple(rows), number, size, max(total, (number - 1) * size + len(rows)))

    async def page(self, number: int, size: int = LARGEST_PAGE) -> Page[T]:
        """One page, with the total of all.

        Args:
            number: From 1.
            size: Rows a page, 1 to 100.
        """
        checked_page(number, size, self._driver.session.limits)
        plan = await self._planned()
        if plan.paged:
            return self._cut(await self._driver.run(page(self._driver.session, plan, self._known, number, size)))
        total = await self._told(plan)
        last = number * size
        rows: list[T] = []
        walked = 0
        async for row in self._walked(None if total is None else last):
            walked += 1
            if last - size < walked <= last:
                rows.append(row)
        return self._cut(Page(tuple(rows), number, size, walked if total is None else total))

    async def count(self) -> int:
        """How many rows there are."""
        total = await self._told(await self._planned())
        if total is None:
            total = 0
            async for _ in self._walked():
                total += 1
        return self._limited(total)

    async def first(self) -> T | None:
        """The first row, or None if there is none. Asks for no more than that."""
        rows = self._walked(limit=1)
        try:
            return await anext(rows, None)
        finally:
            await rows.aclose()

    def limit(self, n: int) -> AsyncResults[T]:
        """The first n of these rows."""
        limit = self._limited(_checked_limit(n))
        return AsyncResults(self._driver, self._search, known=self._known, limit=limit, most=self._most)

    def bounded(self, rows: int) -> AsyncResults[T]:
        """These results, refusing to look at more than so many rows.

        For services: a search that anybody can type in must not walk for minutes. A page or a count that the
        upstream gives without a walk is not refused (:meth:`needs_walk`).

        Args:
            rows: Rows that the upstream may promise for a walk; with more it raises :class:`ResultWindowError`.
        """
        return AsyncResults(self._driver, self._search, known=self._known, limit=self._limit, most=_checked_most(rows))

    async def needs_walk(self) -> bool:
        """Whether a page of these results has to be walked to, row by row, instead of being asked for.

        So it is where several agents are meant, or a number that is known in part: what the upstream lists is not
        what is meant then. Names are looked up to know.
        """
        return not (await self._planned()).paged

    async def to_list(self) -> list[T]:
        """Every row in a list."""
        return [row async for row in self]

    async def _planned(self) -> Plan[T]:
        return await self._driver.run(planned(self._driver.session, self._search, self._known))

    async def _told(self, plan: Plan[T]) -> int | None:
        """How many rows there are, if it is known or the upstream can tell; else only a walk can."""
        if self._known.walked is None and plan.countable:
            return await self._driver.run(count(self._driver.session, plan, self._known))
        return self._known.walked

    async def _walked(self, limit: int | None = None) -> AsyncGenerator[T, None]:
        walk = self._driver.walk(self._begin(self._driver.session, await self._planned(), limit))
        walked = 0
        try:
            async for rows in walk:
                for row in rows:
                    yield row
                walked += len(rows)
        finally:
            await walk.aclose()
        self._walked_to(walked, limit)

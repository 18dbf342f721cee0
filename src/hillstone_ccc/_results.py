"""The results of a search: lazy, walked page by page, each row once and in order."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from typing import TYPE_CHECKING, Generic, TypeVar

from ._core.errors import InvalidQueryError
from ._core.page import Coverage, Page
from ._core.pages import Totals, count, page, planned
from ._core.search import LARGEST_PAGE, Plan, Search, checked_page
from ._core.walk import Walk

if TYPE_CHECKING:
    from ._async_driver import AsyncDriver
    from ._driver import Driver

T = TypeVar("T")


class ResultsBase(Generic[T]):
    """What both kinds of results know. A search is planned once, when it is first used: "now" is that moment."""

    def __init__(self, search: Search[T], known: Totals, limit: int | None, concurrency: int) -> None:
        self._search = search
        self._known = known
        self._limit = limit
        self._concurrency = concurrency
        self._walk: Walk[T] | None = None

    def coverage(self) -> Coverage | None:
        """What the latest walk of these results was promised and saw; None before the first."""
        return None if self._walk is None else self._walk.coverage()

    def _begin(self, plan: Plan[T], *, ahead: int, limit: int | None) -> Walk[T]:
        limits = [one for one in (self._limit, limit) if one is not None]
        self._walk = Walk(
            plan.walked, identity=self._search.identity, ahead=ahead, limit=min(limits) if limits else None
        )
        return self._walk

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


class Results(ResultsBase[T]):
    """The rows of a search. Nothing is sent before they are asked for.

    Raises (all methods): CCCError of the kind that fits; IncompleteError when the upstream gave fewer rows than it
    promised, ResultWindowError when it cannot list them all.
    """

    def __init__(
        self, driver: Driver, search: Search[T], *, known: Totals | None = None, limit: int | None = None
    ) -> None:
        super().__init__(search, known or Totals(), limit, driver.exchange.settings.concurrency)
        self._driver = driver

    def __iter__(self) -> Iterator[T]:
        """Every row once, in the search's order."""
        return self._walked()

    def pages(self, size: int = LARGEST_PAGE) -> Generator[Page[T], None, None]:
        """Every page, in order.

        Args:
            size: Rows a page, 1 to 100.
        """
        checked_page(1, size)
        total = self.count()
        rows: list[T] = []
        number = 1
        for row in self:
            rows.append(row)
            if len(rows) == size:
                yield Page(tuple(rows), number, size, total)
                rows, number = [], number + 1
        if rows or number == 1:
            yield Page(tuple(rows), number, size, total)

    def page(self, number: int, size: int = LARGEST_PAGE) -> Page[T]:
        """One page, with the total of all.

        Args:
            number: From 1.
            size: Rows a page, 1 to 100.
        """
        return self._cut(self._driver.run(page(self._driver.session, self._search, self._known, number, size)))

    def count(self) -> int:
        """How many rows there are."""
        return self._limited(self._driver.run(count(self._driver.session, self._search, self._known)))

    def first(self) -> T | None:
        """The first row, or None if there is none. Asks for no more than that."""
        return next(self._walked(limit=1), None)

    def limit(self, n: int) -> Results[T]:
        """The first n of these rows."""
        limit = self._limited(_checked_limit(n))
        return Results(self._driver, self._search, known=self._known, limit=limit)

    def to_list(self) -> list[T]:
        """Every row in a list."""
        return list(self)

    def _walked(self, limit: int | None = None) -> Generator[T, None, None]:
        plan = self._driver.run(planned(self._driver.session, self._search, self._known))
        yield from self._driver.walk(self._begin(plan, ahead=1, limit=limit))


class AsyncResults(ResultsBase[T]):
    """The rows of a search, for ``async for``. Nothing is sent before they are asked for.

    Raises (all methods): as :class:`Results`.
    """

    def __init__(
        self, driver: AsyncDriver, search: Search[T], *, known: Totals | None = None, limit: int | None = None
    ) -> None:
        super().__init__(search, known or Totals(), limit, driver.exchange.settings.concurrency)
        self._driver = driver

    def __aiter__(self) -> AsyncIterator[T]:
        """Every row once, in the search's order; pages are fetched ahead."""
        return self._walked()

    async def pages(self, size: int = LARGEST_PAGE) -> AsyncGenerator[Page[T], None]:
        """Every page, in order.

        Args:
            size: Rows a page, 1 to 100.
        """
        checked_page(1, size)
        total = await self.count()
        rows: list[T] = []
        number = 1
        async for row in self:
            rows.append(row)
            if len(rows) == size:
                yield Page(tuple(rows), number, size, total)
                rows, number = [], number + 1
        if rows or number == 1:
            yield Page(tuple(rows), number, size, total)

    async def page(self, number: int, size: int = LARGEST_PAGE) -> Page[T]:
        """One page, with the total of all.

        Args:
            number: From 1.
            size: Rows a page, 1 to 100.
        """
        return self._cut(await self._driver.run(page(self._driver.session, self._search, self._known, number, size)))

    async def count(self) -> int:
        """How many rows there are."""
        return self._limited(await self._driver.run(count(self._driver.session, self._search, self._known)))

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
        return AsyncResults(self._driver, self._search, known=self._known, limit=limit)

    async def to_list(self) -> list[T]:
        """Every row in a list."""
        return [row async for row in self]

    async def _walked(self, limit: int | None = None) -> AsyncGenerator[T, None]:
        plan = await self._driver.run(planned(self._driver.session, self._search, self._known))
        rows = self._driver.walk(self._begin(plan, ahead=self._concurrency, limit=limit))
        try:
            async for row in rows:
                yield row
        finally:
            await rows.aclose()

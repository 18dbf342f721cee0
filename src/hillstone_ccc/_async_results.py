"""The results of a search for ``async`` code: lazy, walked page by page, each row once and in order."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ._core.page import LARGEST_PAGE, Page
from ._core.pages import Totals, checked_page, count, page, planned
from ._core.part import Plan
from ._core.public import public
from ._core.search import Search
from ._frames import BATCH, Batches, Chunks, RecordBatch, Table, checked_batch, need, to_pandas, to_polars
from ._results import ResultsBase, checked_limit, checked_most

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

    from ._async_driver import AsyncDriver
    from ._export import ExportFormat, ExportProgress

T = TypeVar("T")


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
        super().__init__(driver, search, known or Totals(), limit, most)
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
        limit = self._limited(checked_limit(n))
        return AsyncResults(self._driver, self._search, known=self._known, limit=limit, most=self._most)

    def bounded(self, rows: int) -> AsyncResults[T]:
        """These results, refusing to look at more than so many rows.

        For services: a search that anybody can type in must not walk for minutes. A page or a count that the
        upstream gives without a walk is not refused (:meth:`needs_walk`).

        Args:
            rows: Rows that the upstream may promise for a walk; with more it raises :class:`ResultWindowError`.
        """
        return AsyncResults(self._driver, self._search, known=self._known, limit=self._limit, most=checked_most(rows))

    async def needs_walk(self) -> bool:
        """Whether a page of these results has to be walked to, row by row, instead of being asked for.

        So it is where several agents are meant, or a number that is known in part: what the upstream lists is not
        what is meant then. Names are looked up to know.
        """
        return not (await self._planned()).paged

    async def to_list(self) -> list[T]:
        """Every row in a list."""
        return [row async for row in self]

    async def to_arrow(self) -> Table:
        """Every row in a ``pyarrow.Table``; see :meth:`Results.to_arrow`."""
        need("pyarrow")
        batches = self._batches()
        return batches.table([batch async for batch in self._arrow(batches, BATCH)])

    async def to_pandas(self) -> pd.DataFrame:
        """Every row in a pandas frame; see :meth:`Results.to_pandas`."""
        need("pandas", "pyarrow")
        return to_pandas(await self.to_arrow())

    async def to_polars(self) -> pl.DataFrame:
        """Every row in a polars frame; see :meth:`Results.to_polars`."""
        need("polars", "pyarrow")
        return to_polars(await self.to_arrow())

    def iter_arrow(self, batch_size: int = BATCH) -> AsyncGenerator[RecordBatch, None]:
        """The rows in batches as they come; see :meth:`Results.iter_arrow`. Batches are made in a thread.

        Args:
            batch_size: Rows of a batch; the last one may have fewer.
        """
        need("pyarrow")
        return self._arrow(self._batches(), checked_batch(batch_size))

    async def export(
        self,
        path: str | os.PathLike[str],
        *,
        format: ExportFormat | None = None,  # noqa: A002 - what it is called everywhere
        on_progress: ExportProgress | None = None,
    ) -> Path:
        """Writes every row to a file; see :meth:`Results.export`. It is written in a thread.

        Args:
            path: The file.
            format: ``csv``, ``jsonl`` or ``parquet``; if left out, the path's ending tells.
            on_progress: Told now and then, in that thread: rows so far, and rows in all if they are known.
        """
        file = self._export(path, format, on_progress)
        try:
            await asyncio.to_thread(file.begin)
            async for chunk in self._walked_chunks(BATCH):
                await asyncio.to_thread(file.write, chunk, self.expected())
            return await asyncio.to_thread(file.settle)
        finally:
            file.leave()

    async def _arrow(self, batches: Batches, size: int) -> AsyncGenerator[RecordBatch, None]:
        async for chunk in self._walked_chunks(size):
            yield await asyncio.to_thread(batches.batch, chunk)

    def _repr_html_(self) -> str:
        from ._display import async_results_html  # noqa: PLC0415 - for notebooks

        return async_results_html(self)

    async def _planned(self) -> Plan[T]:
        return await self._driver.run(planned(self._driver.session, self._search, self._known))

    async def _told(self, plan: Plan[T]) -> int | None:
        """How many rows there are, if it is known or the upstream can tell; else only a walk can."""
        if self._known.walked is None and plan.countable:
            return await self._driver.run(count(self._driver.session, plan, self._known))
        return self._known.walked

    async def _walked(self, limit: int | None = None) -> AsyncGenerator[T, None]:
        walk = self._walked_lists(limit)
        try:
            async for rows in walk:
                for row in rows:
                    yield row
        finally:
            await walk.aclose()

    async def _walked_chunks(self, size: int) -> AsyncGenerator[list[T], None]:
        walk, chunks = self._walked_lists(), Chunks(size)
        try:
            async for rows in walk:
                for chunk in chunks.add(rows):
                    yield chunk
        finally:
            await walk.aclose()
        for chunk in chunks.rest():
            yield chunk

    async def _walked_lists(self, limit: int | None = None) -> AsyncGenerator[list[T], None]:
        walk = self._driver.walk(self._begin(self._driver.session, await self._planned(), limit))
        walked = 0
        try:
            async for rows in walk:
                yield rows
                walked += len(rows)
        finally:
            await walk.aclose()
        self._walked_to(walked, limit)

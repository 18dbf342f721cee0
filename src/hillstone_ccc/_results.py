"""The results of a search: lazy, walked page by page, each row once and in order."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from ._core.errors import InvalidQueryError
from ._core.page import LARGEST_PAGE, Coverage, Page
from ._core.pages import Totals, checked_page, count, page, planned
from ._core.part import Plan
from ._core.public import public
from ._core.search import Search
from ._core.walk import Walk
from ._frames import BATCH, Batches, Chunks, RecordBatch, Table, checked_batch, need, to_pandas, to_polars

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

    from ._async_driver import AsyncDriver
    from ._core.flow import Session
    from ._driver import Driver
    from ._export import Export, ExportFormat, ExportProgress

T = TypeVar("T")


class ResultsBase(Generic[T]):
    """What both kinds of results know. A search is planned once, when it is first used: "now" is that moment."""

    def __init__(
        self, driver: Driver | AsyncDriver, search: Search[T], known: Totals, limit: int | None, most: int | None
    ) -> None:
        self._search = search
        self._known = known
        self._limit = limit
        self._most = most
        self._ahead = driver.ahead
        self._zone = driver.exchange.settings.zone
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

    def _batches(self) -> Batches:
        return Batches(self._search.model, self._zone)

    def _export(self, path: str | os.PathLike[str], told: object, on_progress: ExportProgress | None) -> Export:
        from ._export import Export  # noqa: PLC0415 - for who exports

        return Export(path, self._search.model, self._zone, told, on_progress)

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


def checked_limit(limit: int) -> int:
    if type(limit) is not int or limit < 0:
        raise InvalidQueryError(f"limit must be a whole number, 0 or more, not {limit!r}.")
    return limit


def checked_most(rows: int) -> int:
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
        super().__init__(driver, search, known or Totals(), limit, most)
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
        limit = self._limited(checked_limit(n))
        return Results(self._driver, self._search, known=self._known, limit=limit, most=self._most)

    def bounded(self, rows: int) -> Results[T]:
        """These results, refusing to look at more than so many rows.

        For services: a search that anybody can type in must not walk for minutes. A page or a count that the
        upstream gives without a walk is not refused (:meth:`needs_walk`).

        Args:
            rows: Rows that the upstream may promise for a walk; with more it raises :class:`ResultWindowError`.
        """
        return Results(self._driver, self._search, known=self._known, limit=self._limit, most=checked_most(rows))

    def needs_walk(self) -> bool:
        """Whether a page of these results has to be walked to, row by row, instead of being asked for.

        So it is where several agents are meant, or a number that is known in part: what the upstream lists is not
        what is meant then. Names are looked up to know.
        """
        return not (self._planned()).paged

    def to_list(self) -> list[T]:
        """Every row in a list."""
        return list(self)

    def to_arrow(self) -> Table:
        """Every row in a ``pyarrow.Table``; an empty one has every column all the same.

        Columns are the rows' attributes: numbers and ids are text, times are in the client's zone, durations whole
        seconds, words are dictionaries. Needs the extra ``arrow``.

        Raises:
            UnsupportedError: The extra is missing.
        """
        need("pyarrow")
        batches = self._batches()
        return batches.table(self._arrow(batches, BATCH))

    def to_pandas(self) -> pd.DataFrame:
        """Every row in a pandas frame, of the columns of :meth:`to_arrow`. Needs the extra ``pandas``.

        Whole numbers, flags and text are of pandas' nullable types, so that a number that is missing makes no others
        fractions.

        Raises:
            UnsupportedError: The extra is missing.
        """
        need("pandas", "pyarrow")
        return to_pandas(self.to_arrow())

    def to_polars(self) -> pl.DataFrame:
        """Every row in a polars frame, of the columns of :meth:`to_arrow`. Needs the extra ``polars``.

        Raises:
            UnsupportedError: The extra is missing.
        """
        need("polars", "pyarrow")
        return to_polars(self.to_arrow())

    def iter_arrow(self, batch_size: int = BATCH) -> Generator[RecordBatch, None, None]:
        """The rows in batches, ``pyarrow.RecordBatch``, as they come; at least one, which may be empty.

        Memory holds a batch and the pages on their way, however many rows there are. Needs the extra ``arrow``.

        Args:
            batch_size: Rows of a batch; the last one may have fewer.

        Raises:
            UnsupportedError: The extra is missing.
        """
        need("pyarrow")
        return self._arrow(self._batches(), checked_batch(batch_size))

    def export(
        self,
        path: str | os.PathLike[str],
        *,
        format: ExportFormat | None = None,  # noqa: A002 - what it is called everywhere
        on_progress: ExportProgress | None = None,
    ) -> Path:
        """Writes every row to a file, which is there whole or not at all, and tells where it is.

        Numbers are whole in it. CSV is for spreadsheets: UTF-8 with its mark, no cell runs as a formula, text of
        digits keeps its zeros. :func:`hillstone_ccc.read_export` reads each format back, equal to the rows.

        Args:
            path: The file. It is written beside its place first; one that is there is then replaced.
            format: ``csv``, ``jsonl`` or ``parquet``; if left out, the path's ending tells.
            on_progress: Told now and then: rows so far, and rows in all if they are known.

        Raises:
            InvalidQueryError: The path tells no format, or is a directory.
            UnsupportedError: The extra ``arrow``, which Parquet needs, is missing.
            OSError: The file cannot be written.
        """
        file = self._export(path, format, on_progress)
        try:
            file.begin()
            for chunk in self._walked_chunks(BATCH):
                file.write(chunk, self.expected())
            return file.settle()
        finally:
            file.leave()

    def _arrow(self, batches: Batches, size: int) -> Generator[RecordBatch, None, None]:
        for chunk in self._walked_chunks(size):
            yield batches.batch(chunk)

    def _walked_chunks(self, size: int) -> Generator[list[T], None, None]:
        chunks = Chunks(size)
        for rows in self._walked_lists():
            yield from chunks.add(rows)
        yield from chunks.rest()

    def _repr_html_(self) -> str:
        from ._display import results_html  # noqa: PLC0415 - for notebooks

        return results_html(self)

    def _planned(self) -> Plan[T]:
        return self._driver.run(planned(self._driver.session, self._search, self._known))

    def _told(self, plan: Plan[T]) -> int | None:
        """How many rows there are, if it is known or the upstream can tell; else only a walk can."""
        if self._known.walked is None and plan.countable:
            return self._driver.run(count(self._driver.session, plan, self._known))
        return self._known.walked

    def _walked(self, limit: int | None = None) -> Generator[T, None, None]:
        for rows in self._walked_lists(limit):
            yield from rows

    def _walked_lists(self, limit: int | None = None) -> Generator[list[T], None, None]:
        walked = 0
        for rows in self._driver.walk(self._begin(self._driver.session, self._planned(), limit)):
            yield rows
            walked += len(rows)
        self._walked_to(walked, limit)

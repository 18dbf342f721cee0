"""For notebooks: tables with whole numbers where they are asked for, and bars that know how much there is to come.

```python
from hillstone_ccc import notebook

notebook.show(calls, numbers=True)
for call in notebook.progress(calls):
    ...
```

What a cell ends with is shown without any of this: searches, pages, records, details and recordings show themselves,
numbers masked. The bars need the extra `notebook`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator, Iterable, Sequence, Sized
from typing import Any, TypeVar, cast, overload

from ._async_results import AsyncResults
from ._bar import Bar, cells, counter
from ._core.displays import html_of, rows_html
from ._core.errors import InvalidQueryError
from ._core.fields import displayed
from ._core.markup import paragraph
from ._core.page import LARGEST_PAGE
from ._display import ROWS, async_results_html, results_html
from ._results import Results

__all__ = ["Bar", "bar", "html", "progress", "show"]

T = TypeVar("T")


def show(thing: object, *, numbers: bool = False, rows: int = ROWS) -> None:
    """Shows something at once, wherever in a cell this stands.

    Outside notebooks its repr is printed, numbers masked.

    Args:
        thing: See :func:`html`.
        numbers: Whether phone numbers are whole. Whoever gets the saved notebook reads them then.
        rows: Rows of a search or a list that are shown, 1 to 100.

    Raises:
        InvalidQueryError: ``rows`` cannot be meant.
    """
    shown = html(thing, numbers=numbers, rows=rows)
    display = cells()
    if display is None:
        print(repr(thing))  # noqa: T201 - what it is for
    else:
        display({"text/html": shown, "text/plain": repr(thing)}, raw=True)


def html(thing: object, *, numbers: bool = False, rows: int = ROWS) -> str:
    """What a notebook shows of something, as HTML for any page: no script, nothing to be asked for.

    Args:
        thing: A search (its first rows are asked for; an error is shown, and not raised), a page, a list of
            records, a record, details, an agent, a skill group, a transfer; a recording, whose sound is asked for.
        numbers: Whether phone numbers are whole.
        rows: Rows of a search or a list that are shown, 1 to 100.

    Raises:
        InvalidQueryError: ``rows`` cannot be meant.
    """
    if type(rows) is not int or not 1 <= rows <= LARGEST_PAGE:
        raise InvalidQueryError(f"rows must be a whole number, 1 to {LARGEST_PAGE}, not {rows!r}.")
    if isinstance(thing, Results):
        return results_html(cast("Results[Any]", thing), rows=rows, numbers=numbers)
    if isinstance(thing, AsyncResults):
        return async_results_html(cast("AsyncResults[Any]", thing))
    if isinstance(thing, (list, tuple)):
        records = cast("Sequence[Any]", thing)
        return rows_html(records[:rows], 0, len(records), numbers=numbers)
    shows: Any = getattr(type(thing), "_repr_html_", None)
    if shows is None:
        return paragraph(repr(thing))
    return html_of(thing, numbers=numbers) if shows is displayed else str(shows(thing))


def bar(label: str = "", unit: str = "recordings") -> Bar:
    """A bar for a download of many recordings, or an export: ``download_all(calls, "dir", on_progress=bar)``.

    Args:
        label: What stands before it.
        unit: What is counted; ``calls`` where they are exported.

    Raises:
        UnsupportedError: The extra ``notebook`` is not installed.
    """
    return Bar(label, unit)


@overload
def progress(rows: AsyncResults[T], label: str = "") -> AsyncGenerator[T, None]: ...
@overload
def progress(rows: Iterable[T], label: str = "") -> Generator[T, None, None]: ...
def progress(rows: Any, label: str = "") -> Any:
    """The rows of a search, one by one, with a bar that shows how many have come and how many are expected.

    In a notebook the bar stands in the cell and stays there, saved, as text; elsewhere it is a line on standard error.

    Args:
        rows: A search, for ``for`` or ``async for`` as its client is; or any other iterable.
        label: What stands before the bar.

    Raises:
        UnsupportedError: The extra ``notebook`` is not installed.
        CCCError: As the search.
    """
    counter()
    if isinstance(rows, AsyncResults):
        return _awaited(cast("AsyncResults[Any]", rows), label)
    return _walked(rows, label)


def _walked(rows: Iterable[T], label: str) -> Generator[T, None, None]:
    with Bar(label) as bar:
        for place, row in enumerate(rows):
            bar.advance(total=_expected(rows) if place % LARGEST_PAGE == 0 else None)
            yield row
        bar.finish()


async def _awaited(rows: AsyncResults[T], label: str) -> AsyncGenerator[T, None]:
    walk = cast("AsyncGenerator[T, None]", aiter(rows))
    with Bar(label) as bar:
        try:
            place = 0
            async for row in walk:
                bar.advance(total=_expected(rows) if place % LARGEST_PAGE == 0 else None)
                place += 1
                yield row
            bar.finish()
        finally:
            await walk.aclose()


def _expected(rows: object) -> int | None:
    """How many rows there will be, as far as it is known by now; it may grow with every page."""
    if isinstance(rows, (Results, AsyncResults)):
        return cast("Results[Any]", rows).expected()
    return len(rows) if isinstance(rows, Sized) else None

"""What a notebook shows of a search: its first rows and how many there are, or why they cannot be had."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._core.displays import html_of, rows_html
from ._core.errors import CCCError, ResultWindowError
from ._core.markup import paragraph

if TYPE_CHECKING:
    from ._async_results import AsyncResults
    from ._results import Results

ROWS = 10
"""Rows of a search that a notebook shows."""

WALKED = 1_000
"""Rows of a search without a total of the upstream's own that are counted for being shown: ten requests."""


def results_html(results: Results[Any], *, rows: int = ROWS, numbers: bool = False) -> str:
    """The first rows with the total. Asks the upstream for them; an error is shown, and not raised."""
    try:
        if not results.needs_walk():
            return html_of(results.page(1, rows), numbers=numbers)
        try:
            return html_of(results.bounded(WALKED).page(1, rows), numbers=numbers)
        except ResultWindowError:
            return rows_html(results.limit(rows).to_list(), 0, None, numbers=numbers)
    except CCCError as error:
        return paragraph(repr(results), why=str(error))


def async_results_html(results: AsyncResults[Any]) -> str:
    """What is searched for, and how to see it: what shows something cannot wait for it."""
    return paragraph(repr(results), code="await results.page(1)")

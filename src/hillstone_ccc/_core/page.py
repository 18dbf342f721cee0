"""A page of results."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

import attrs

from .fields import displayed
from .public import public

T = TypeVar("T")

LARGEST_PAGE = 100
"""Rows of the largest page that can be asked for."""


@public
@attrs.frozen(repr=False)
class Page(Generic[T]):
    """One page; iterates over its items.

    Attributes:
        items: The rows, in the search's order.
        page: Its number, from 1.
        size: Rows a page may hold.
        total: Rows of the whole search, the same on every page.
    """

    items: tuple[T, ...]
    page: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages of this size the whole search has."""
        return -(-self.total // self.size)

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        told = f"page={self.page}, size={self.size}, total={self.total}, pages={self.pages}"
        return f"Page({told}, items=<{len(self.items)}>)"

    _repr_html_ = displayed


@attrs.frozen
class Limits:
    """How far an upstream's pages reach.

    Attributes:
        pages: The highest page number; where there is none, how many of one range a walk asks for.
        rows: The most rows a page.
        endless: Whether there is no highest page number.
    """

    pages: int = 100
    rows: int = LARGEST_PAGE
    endless: bool = False

    @property
    def window(self) -> int:
        """Rows that can be listed of one range."""
        return self.pages * self.rows


@public
@attrs.frozen
class Coverage:
    """What a walk was promised and what it saw, as far as it has come.

    Rows that the library filters out itself (numbers with ``*``) are among both, since the upstream listed them; so
    are calls that arrived while the walk was on, of which those are not handed out that stand before others that were.

    Attributes:
        parts: Ranges of time, agents and kinds that the search was split into.
        promised: Rows the upstream announced for them.
        seen: Distinct rows that came.
        reread: Pages that were asked for again, since what came first did not add up.
        complete: Whether the walk came to its end; False for one that a limit ended.
    """

    parts: int
    promised: int
    seen: int
    reread: int
    complete: bool

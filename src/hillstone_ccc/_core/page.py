"""A page of results."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

import attrs

T = TypeVar("T")


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


@attrs.frozen
class Coverage:
    """What a walk was promised and what it saw.

    Attributes:
        parts: Listings the search was split into.
        promised: Rows the upstream announced for them, or None where it did not.
        seen: Distinct rows that came.
        reread: Pages that were asked for again.
        complete: Whether the walk came to its end.
    """

    parts: int
    promised: int | None
    seen: int
    reread: int
    complete: bool

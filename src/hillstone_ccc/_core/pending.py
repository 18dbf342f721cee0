"""Rows that wait, each at its place, until it is proven that none before them is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Pending(Generic[T]):
    """Rows and their places, side by side: as thousands of pairs the garbage collector would look at each."""

    def __init__(self) -> None:
        self._places: list[int] = []
        self._rows: list[T] = []

    def __iter__(self) -> Iterator[tuple[int, T]]:
        """Each row with its place."""
        return zip(self._places, self._rows)  # noqa: B905 - side by side

    def add(self, rows: Sequence[tuple[int, T]]) -> None:
        """These wait too."""
        self._places += [place for place, _ in rows]
        self._rows += [row for _, row in rows]

    def take(self) -> list[tuple[int, T]]:
        """All of them; from now on none waits."""
        waiting = list(self)
        self._places, self._rows = [], []
        return waiting

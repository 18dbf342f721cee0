"""Shares, means and percentiles that have no value where there is nothing to divide by."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum


def share(part: float, whole: float) -> float | None:
    """``part / whole``; None if the whole is 0, since nothing can be said of nothing."""
    return part / whole if whole else None


def mean(values: Sequence[float]) -> float | None:
    """The sum over the count; exact before it is divided, so that the order of the values does not matter."""
    return share(fsum(values), len(values))


def percentile(ordered: Sequence[int], percent: int) -> int | None:
    """The smallest value that so many percent of the ordered values do not exceed (nearest rank); None of no values."""
    return ordered[-(-percent * len(ordered) // 100) - 1] if ordered else None

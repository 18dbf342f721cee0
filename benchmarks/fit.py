"""How a time grows with the amount of work: a straight line through their logarithms."""

# ruff: noqa: INP001 - beside programs, and no package

from __future__ import annotations

import math
from collections.abc import Sequence

import attrs


@attrs.frozen
class Fit:
    """Time = scale × amount ^ exponent.

    Attributes:
        exponent: 1 where twice the work takes twice the time.
        scale: seconds of the first piece of work, as the line has it.
        residual: by which part of it a measured time is off the line, the root of the mean square; 0.05 is 5 %.
    """

    exponent: float
    scale: float
    residual: float

    def each(self, amount: int) -> float:
        """Seconds a piece of work, of so many, as the line has it."""
        return float(self.scale * amount ** (self.exponent - 1))


def fitted(amounts: Sequence[int], seconds: Sequence[float]) -> Fit:
    """The line of the least squares; there are two different amounts at least."""
    across, up = [math.log(one) for one in amounts], [math.log(one) for one in seconds]
    middle, level = sum(across) / len(across), sum(up) / len(up)
    spread = sum((one - middle) ** 2 for one in across)
    exponent = sum((one - middle) * (other - level) for one, other in zip(across, up, strict=True)) / spread
    off = [other - level - exponent * (one - middle) for one, other in zip(across, up, strict=True)]
    root = math.sqrt(sum(one * one for one in off) / len(off))
    return Fit(exponent, math.exp(level - exponent * middle), math.expm1(root))

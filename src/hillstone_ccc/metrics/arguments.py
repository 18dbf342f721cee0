"""What the formulas' arguments may be; what cannot be meant is refused by its name, and not passed over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from math import inf, isfinite
from numbers import Integral, Real
from typing import cast

from hillstone_ccc import InvalidQueryError


def check_seconds(name: str, seconds: object) -> None:
    """Raises unless these are seconds, 0 or more.

    Raises:
        InvalidQueryError: They are not; names the argument.
    """
    if isinstance(seconds, bool) or not isinstance(seconds, (Real, Decimal)) or not 0 <= float(seconds) < inf:
        raise InvalidQueryError(f"{name} is a number of seconds, 0 or more, not {seconds!r}.")


def check_scores(scores: object) -> None:
    """Raises unless these tell what keys score; a key of another type would match none that was pressed.

    Raises:
        InvalidQueryError: They do not.
    """
    if scores is None:
        return
    if not isinstance(scores, Mapping):
        raise InvalidQueryError(f"scores tells what each key scores, such as {{1: 5, 2: 3}}, not {scores!r}.")
    for key, score in cast("Mapping[object, object]", scores).items():
        if isinstance(key, bool) or not isinstance(key, Integral):
            raise InvalidQueryError(f"scores is by the keys' numbers, such as {{1: 5, 2: 3}}, not by {key!r}.")
        if isinstance(score, bool) or not isinstance(score, (Real, Decimal)) or not isfinite(score):
            raise InvalidQueryError(f"scores says {score!r} of key {key}, which is no number.")


def check_window(name: str, length: object) -> None:
    """Raises unless this is a window of time.

    Raises:
        InvalidQueryError: It is not; names the argument.
    """
    if not isinstance(length, timedelta) or length < timedelta(0):
        raise InvalidQueryError(f"{name} is a window of time, a timedelta of 0 or longer, not {length!r}.")


def check_bound(name: str, moment: object) -> None:
    """Raises unless this bounds a range, or is None.

    Raises:
        InvalidQueryError: It does not; names the argument.
    """
    if moment is not None and not isinstance(moment, date):
        raise InvalidQueryError(f"{name} is a datetime or a date, not {moment!r}.")

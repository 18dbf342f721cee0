"""Phone numbers of which only some digits are known.

``*`` stands for exactly one unknown digit, 0 to 9: never for none, for several, or for another sign. Every other
sign stands for itself, also the ``+`` before a country code and the ``#`` of a service code: ``+8613800000001``
and ``13800000001`` are two numbers. So a dialled star cannot be looked for; it is not distinguished from a digit.
"""

from __future__ import annotations

import re
from collections.abc import Callable

UNKNOWN = "*"

NumberTest = Callable[["str | None"], bool]
"""Whether a number matches; no number matches nothing."""


def pattern(text: str, *, whole: bool) -> NumberTest:
    """A test for numbers that a text with ``*`` describes.

    Args:
        text: Digits, with ``*`` for each unknown one.
        whole: Whether it describes the whole number, or any part of it.
    """
    compiled = re.compile("".join("[0-9]" if sign == UNKNOWN else re.escape(sign) for sign in text))
    find = compiled.fullmatch if whole else compiled.search
    return lambda number: number is not None and find(number) is not None


def longest_literal(text: str) -> str:
    """The longest run of known signs, the first of several; empty if there is none.

    Every number that matches the text holds this run.
    """
    return max(text.split(UNKNOWN), key=len)

"""Numbers and times as a picture shows them: short, and the same in both languages."""

from __future__ import annotations

from bisect import bisect_left

_MINUTE, _HOUR = 60, 3_600
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400)
_THOUSAND, _MILLION = 1_000, 1_000_000
_WHOLE_UNTIL = 10_000


def clock(seconds: float) -> str:
    """A duration: ``0:05``, ``12:30``, ``1:02:03``."""
    if seconds < 0:
        return f"-{clock(-seconds)}"
    whole = round(seconds)
    hours, rest = divmod(whole, _HOUR)
    minutes, left = divmod(rest, _MINUTE)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def step(span: float, most: int) -> int:
    """Seconds between the marks of an axis of time, so that there are at most so many marks."""
    enough = span / most
    if enough <= _STEPS[-1]:
        return _STEPS[bisect_left(_STEPS, enough)]
    return -int(-enough // _STEPS[-1]) * _STEPS[-1]


def short(number: float) -> str:
    """A count in few characters: ``9999``, ``12k``, ``3.4M``."""
    if number < _WHOLE_UNTIL:
        return f"{number:.0f}"
    if number < _MILLION - _THOUSAND // 2:
        return f"{number / _THOUSAND:.0f}k"
    return f"{number / _MILLION:.1f}M"


def breadth(text: str) -> float:
    """About how wide a text is, in its font's size: a Chinese character counts one, a Latin one less."""
    return sum(1.0 if ord(one) > 0x2E80 else 0.58 for one in text)  # noqa: PLR2004 - where CJK begins

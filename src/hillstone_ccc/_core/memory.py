"""What was found out a short while ago, and for how long it is good."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

import attrs

MOST = 1_000
"""Answers kept at once: more names than anybody searches for in some minutes."""


@attrs.frozen
class Answer:
    """An answer, kept.

    Attributes:
        value: What it is.
        until: When it ceases to be good, by the clock that only goes forward; the last moment does not count.
    """

    value: Any
    until: float


class Answers:
    """Answers by key; where they become too many, those go that nobody has asked for the longest.

    Not safe for threads: who shares it holds a lock.

    Args:
        most: How many are kept.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, Answer] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, key: Hashable, now: float) -> Answer | None:
        """The answer, if there is one that is still good."""
        found = self._kept.get(key)
        if found is None:
            return None
        if now >= found.until:
            del self._kept[key]
            return None
        self._kept.move_to_end(key)
        return found

    def keep(self, key: Hashable, answer: Answer) -> None:
        """Keeps an answer, in place of the key's former one."""
        self._kept[key] = answer
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

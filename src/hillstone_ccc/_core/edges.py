"""Whether the upstream's bounds of time are inclusive: not documented, so it is found out where it matters.

A walk that asks for a millisecond more at either end, and drops what does not belong, is right either way. But next
to a millisecond with thousands of calls that millisecond more is dear, and pieces that are to be counted must not
overlap. So before a range is cut, two questions of one row are asked about a call whose time is known:
:func:`questions`.
"""

from __future__ import annotations

import attrs


@attrs.frozen
class Edges:
    """What is known of one action's bounds of time.

    Attributes:
        start: Whether a row at exactly the start is listed; None while unknown.
        end: The same for a row at exactly the end.
    """

    start: bool | None = None
    end: bool | None = None

    @property
    def known(self) -> bool:
        """Whether both are known."""
        return self.start is not None and self.end is not None

    def assumed(self) -> Edges:
        """These, or what is likeliest while they are unknown: both inclusive."""
        return self if self.known else Edges(start=True, end=True)

    def around(self, start: int, end: int) -> tuple[int, int]:
        """The bounds to send so that every row of ``start <= t < end`` is listed.

        Exactly those rows where the edges are known, and perhaps those of a millisecond more on either side where not.
        """
        return max(0, start if self.start else start - 1), end - 1 if self.end else end


class KnownEdges:
    """What one client has found out so far, action by action."""

    def __init__(self) -> None:
        self._known: dict[str, Edges] = {}

    def of(self, action: str) -> Edges:
        """What is known of an action."""
        return self._known.get(action, Edges())

    def learn(self, action: str, edges: Edges) -> None:
        """Keeps what was found out."""
        self._known[action] = edges


@attrs.frozen
class Question:
    """One row asked for, of a range that touches a row known to be at ``time``.

    Attributes:
        start: The lower bound to send.
        end: The upper bound to send.
        descending: The order to ask for.
    """

    start: int
    end: int
    descending: bool


def questions(time: int) -> tuple[Question, Question]:
    """What tells the edges of the start and of the end: each is inclusive if the answer's first row is at ``time``."""
    return Question(time, time + 1, descending=False), Question(max(0, time - 1), time, descending=True)

"""An upstream in a few lines: rows in time, listed as the real one lists them, while others arrive."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import attrs

from hillstone_ccc._core.edges import KnownEdges
from hillstone_ccc._core.operation import LIST_CALL_DETAIL_RECORDS_V2, Listed
from hillstone_ccc._core.page import Coverage, Limits
from hillstone_ccc._core.part import Ask, Part, Plan, Timeline
from hillstone_ccc._core.walk import Walk

BEGIN = 1_767_323_045_000


@attrs.frozen
class Row:
    """A row at a time, of some agents."""

    name: str
    time: int | None
    agents: frozenset[str] = frozenset()


@attrs.define(eq=False)
class TimedUpstream:
    """Lists rows by time.

    Attributes:
        rows: What there is.
        start_inclusive: Whether a row at exactly the start is listed.
        end_inclusive: The same of the end.
        shuffle: Gives rows of one time another order in each answer, if there is one.
        arrivals: How many answers are given before a row arrives, and the row.
        lie: How many rows more than there are it promises.
        most: The highest total that it tells; None for no such bound.
        asked: Page and size of every request, in order.
    """

    rows: list[Row]
    start_inclusive: bool = True
    end_inclusive: bool = True
    shuffle: random.Random | None = None
    arrivals: list[tuple[int, Row]] = attrs.field(factory=list[tuple[int, Row]])
    lie: int = 0
    most: int | None = None
    asked: list[tuple[int, int]] = attrs.field(factory=list[tuple[int, int]])

    def answer(self, ask: Ask[Any]) -> Listed[Any]:
        """One page, of what there is at this moment."""
        while self.arrivals and self.arrivals[0][0] <= len(self.asked):
            self.rows.append(self.arrivals.pop(0)[1])
        self.asked.append((ask.page, ask.size))
        start, end = ask.arguments["start"], ask.arguments["end"]
        agent = ask.arguments.get("agent_id")
        rows = [row for row in self.rows if self._within(row, start, end) and (agent is None or agent in row.agents)]
        rows.sort(key=lambda row: (row.time or 0, row.name))
        if self.shuffle is not None:
            self.shuffle.shuffle(rows)
            rows.sort(key=lambda row: row.time or 0)
        if ask.arguments["order"] == "DESC":
            rows.reverse()
        page = rows[(ask.page - 1) * ask.size : ask.page * ask.size]
        total = len(rows) + self.lie
        return Listed(page, (total if self.most is None else min(total, self.most)) if ask.page == 1 else None)

    def _within(self, row: Row, start: int, end: int) -> bool:
        time = row.time or 0
        after = start <= time if self.start_inclusive else start < time
        return after and (time <= end if self.end_inclusive else time < end)


def part(
    start: int,
    end: int,
    *,
    descending: bool = False,
    keep: Callable[[Row], bool] | None = None,
    agent: str | None = None,
) -> Part[Any]:
    """A listing of a range of time."""
    timeline = Timeline[Row](start, end, descending, lambda rows: [row.time for row in rows])
    arguments = {} if agent is None else {"agent_id": agent}
    return Part[Any](LIST_CALL_DETAIL_RECORDS_V2, arguments, lambda rows: [row.name for row in rows], keep, timeline)


@attrs.frozen
class Walked:
    """What came of a walk.

    Attributes:
        rows: Its rows, in order.
        coverage: What it says of itself.
        most_in_flight: How many pages were in flight at once.
        most_held: How many rows had come and were not handed out yet, at most.
    """

    rows: list[Row]
    coverage: Coverage
    most_in_flight: int
    most_held: int


def walked(
    upstream: TimedUpstream,
    *parts: Part[Any],
    limits: Limits | None = None,
    ahead: int = 1,
    limit: int | None = None,
    chance: random.Random | None = None,
    known: KnownEdges | None = None,
) -> Walked:
    """Walks, the upstream answering in any order, and the answers arriving in any other."""
    dice = chance or random.Random(0)
    walk = Walk(Plan(parts, merged=True), limits=limits, ahead=ahead, limit=limit, known=known)
    sent: list[Ask[Any]] = []
    answered: list[tuple[Ask[Any], Listed[Any]]] = []
    rows: list[Row] = []
    in_flight = held = came = idle = 0
    while not walk.finished:
        sent += walk.due()
        in_flight = max(in_flight, len(sent) + len(answered))
        if not sent and not answered:
            rows += walk.take()
            idle += 1
            assert idle < 3, "the walk neither asks nor ends"
            continue
        idle = 0
        if sent and (not answered or dice.random() < 0.6):
            ask = sent.pop(dice.randrange(len(sent)))
            answered.append((ask, upstream.answer(ask)))
            continue
        ask, listed = answered.pop(dice.randrange(len(answered)))
        walk.receive(ask, listed)
        came += len(listed.rows)
        rows += walk.take()
        held = max(held, came - len(rows))
    return Walked(rows, walk.coverage(), in_flight, held)

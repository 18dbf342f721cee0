"""The call centre: its people, its calls, and the selections that lists are paged through."""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, frozen

from hillstone_ccc.sandbox import dice
from hillstone_ccc.sandbox.calls import Ledger, References
from hillstone_ccc.sandbox.filters import CallFilter, clauses, meets
from hillstone_ccc.sandbox.people import AgentData, SkillGroupData, staff

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hillstone_ccc.sandbox.call import Call

__all__ = ["CallCentre", "CallFilter", "Selection"]

_SELECTIONS_KEPT = 6


@frozen
class Selection:
    """The calls that met a filter when it was asked; later arrivals do not change it."""

    _ledger: Ledger
    _arrivals: tuple[Call, ...]
    _references: References
    _descending: bool
    _tie_salt: int

    @property
    def total(self) -> int:
        """How many calls there are."""
        return len(self._references)

    def rows(self, offset: int, limit: int) -> list[Call]:
        """Up to ``limit`` calls from ``offset`` on; none beyond the end."""
        first, end = max(0, offset), min(self.total, offset + limit)
        if first >= end:
            return []
        if self._descending:
            first, end = self.total - end, self.total - first
        calls = self._calls(self._shuffled(first, end) if self._tie_salt else self._references[first:end].tolist())
        return calls[::-1] if self._descending else calls

    def _calls(self, references: list[int]) -> list[Call]:
        made = iter(self._ledger.rows(reference for reference in references if reference >= 0))
        return [next(made) if reference >= 0 else self._arrivals[~reference] for reference in references]

    def _start(self, reference: int) -> int:
        return int(self._ledger.starts[reference]) if reference >= 0 else self._arrivals[~reference].start_time

    def _shuffled(self, first: int, end: int) -> list[int]:
        """The references of a slice in the salt's order, which shuffles each run of equal times."""

        def start(place: int) -> int:
            return self._start(int(self._references[place]))

        places = range(self.total)
        place = begin = bisect_left(places, start(first), hi=first, key=start)
        shuffled: list[int] = []
        while place < end:
            time, run_end = start(place), place + 1
            if run_end < self.total and start(run_end) == time:
                run_end = bisect_right(places, time, lo=run_end, key=start)
            run = self._references[place:run_end]
            if len(run) > 1:
                run = run[np.argsort(dice.throw(self._tie_salt, "tie", run.astype(np.uint64)))]
            shuffled += run.tolist()
            place = run_end
        return shuffled[first - begin : end - begin]


class CallCentre:
    """A seeded call centre: the same arguments give the same people and calls, on every machine.

    All methods may be called from any thread.

    Attributes:
        instance_id: The instance whose calls these are.
        now_ms: The moment up to which calls were generated.
        agents: The staff.
        skill_groups: Its groups.
    """

    def __init__(
        self,
        *,
        instance_id: str = "ccc-demo",
        records: int = 10_000,
        seed: int = 7,
        days: int = 30,
        now_ms: int,
    ) -> None:
        """Generate a centre whose calls began in the ``days`` before ``now_ms`` and ended by then.

        Raises:
            ValueError: More than ten million records, or not 1 to 366 days.
        """
        agents, groups = staff(instance_id, seed)
        self._set_up(instance_id, now_ms, agents, groups)
        self._ledger = Ledger(
            instance_id=instance_id,
            seed=seed,
            records=records,
            days=days,
            now_ms=now_ms,
            agents=agents,
            groups=groups,
        )

    @classmethod
    def of(
        cls,
        calls: Iterable[Call],
        *,
        agents: Iterable[AgentData] | None = None,
        groups: Iterable[SkillGroupData] | None = None,
        instance_id: str = "ccc-demo",
        now_ms: int | None = None,
    ) -> CallCentre:
        """A centre of exactly these calls.

        Args:
            calls: The calls, in any order.
            agents: The staff; defaults to a generated one.
            groups: Its groups; default to the generated ones.
            instance_id: The instance; the calls keep their own.
            now_ms: Defaults to the end of the last call.

        Raises:
            ValueError: Two calls have the same contact id.
        """
        given = tuple(calls)
        if now_ms is None:
            now_ms = max((call.release_time for call in given), default=0)
        centre = cls(instance_id=instance_id, records=0, now_ms=now_ms)
        own_agents = centre.agents if agents is None else tuple(agents)
        own_groups = centre.skill_groups if groups is None else tuple(groups)
        centre._set_up(instance_id, now_ms, own_agents, own_groups)
        centre.add(*given)
        return centre

    def _set_up(
        self, instance_id: str, now_ms: int, agents: tuple[AgentData, ...], groups: tuple[SkillGroupData, ...]
    ) -> None:
        self.instance_id = instance_id
        self.now_ms = now_ms
        self.agents = agents
        self.skill_groups = groups
        self._agents = {agent.user_id: agent for agent in agents}
        self._added: dict[str, Call] = {}
        self._in_order: tuple[Call, ...] | None = ()
        self._kept: OrderedDict[CallFilter, Selection] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._ledger) + len(self._added)

    def agent(self, user_id: str) -> AgentData | None:
        """The agent with this id; None if there is none."""
        return self._agents.get(user_id)

    def get(self, contact_id: str) -> Call | None:
        """The call with this id; None if there is none."""
        added = self._added.get(contact_id)
        if added is not None:
            return added
        index = self._ledger.find(contact_id)
        return None if index is None else self._ledger.rows([index])[0]

    def add(self, *calls: Call) -> None:
        """Let calls arrive: selections made from now on hold them, those made before do not.

        Raises:
            ValueError: A call's id is already taken; then none is added.
        """
        arriving = {call.contact_id: call for call in calls}
        with self._lock:
            taken = [name for name in arriving if name in self._added or self._ledger.find(name) is not None]
            if taken or len(arriving) < len(calls):
                raise ValueError(f"contact ids must be unique: {', '.join(taken) or 'two of the new ones are equal'}")
            self._added.update(arriving)
            self._in_order = None
            self._kept.clear()

    def select(self, wanted: CallFilter) -> Selection:
        """The calls that meet a filter, in its order.

        Raises:
            ValueError: A text of ``wanted.satisfactions`` cannot be read.
        """
        which = evolve(wanted, descending=True, tie_salt=0)
        with self._lock:
            selection = self._kept.get(which) or self._select(which)
            self._kept[which] = selection
            self._kept.move_to_end(which)
            while len(self._kept) > _SELECTIONS_KEPT:
                self._kept.popitem(last=False)
        return evolve(selection, descending=wanted.descending, tie_salt=wanted.tie_salt)

    def _select(self, wanted: CallFilter) -> Selection:
        if self._in_order is None:
            self._in_order = tuple(sorted(self._added.values(), key=_canonical))
        asked = clauses(wanted)
        generated = self._ledger.matching(asked, self._candidates(wanted))
        added = [place for place, call in enumerate(self._in_order) if meets(call, wanted, asked)]
        references = self._merged(generated, added, self._in_order) if added else generated
        return Selection(self._ledger, self._in_order, references, True, 0)

    def _candidates(self, wanted: CallFilter) -> References:
        """Indexes of the generated calls in the filter's range of time, or of those it names in that range."""
        starts = self._ledger.starts
        first, end = 0, len(starts)
        if wanted.start_ms is not None:
            first = int(np.searchsorted(starts, wanted.start_ms, "left" if wanted.include_start else "right"))
        if wanted.end_ms is not None:
            end = int(np.searchsorted(starts, wanted.end_ms, "right" if wanted.include_end else "left"))
        if not wanted.contact_ids:
            return np.arange(first, max(first, end), dtype=np.int32)
        named = {self._ledger.find(contact_id) for contact_id in wanted.contact_ids}
        return np.array(sorted(i for i in named if i is not None and first <= i < end), dtype=np.int32)

    def _merged(self, generated: References, added: list[int], in_order: tuple[Call, ...]) -> References:
        """References of both kinds in canonical order; an added call's is the complement of its place."""

        def name(place: int) -> str:
            return self._ledger.contact_id(int(generated[place]))

        times = self._ledger.starts[generated]
        moments = np.array([in_order[place].start_time for place in added], dtype=np.int64)
        left, right = np.searchsorted(times, moments, "left"), np.searchsorted(times, moments, "right")
        for tied in np.flatnonzero(left < right).tolist():
            place = added[int(tied)]
            run = range(int(left[tied]), int(right[tied]))
            left[tied] += bisect_left(run, in_order[place].contact_id, key=name)
        return np.insert(generated, left, ~np.array(added, dtype=np.int32))


def _canonical(call: Call) -> tuple[int, str]:
    return call.start_time, call.contact_id

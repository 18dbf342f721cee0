"""The generated calls: columns of small codes to search by, and rows made from the seed on demand.

A call's index is its place in the order of time; its contact id grows with the index, so that the order of
the indexes is the canonical order of the calls, and an id gives its index back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from attrs import fields

from hillstone_ccc.sandbox import dice, numbers, outcome
from hillstone_ccc.sandbox.outcome import Outcome, Roster, turn_out
from hillstone_ccc.sandbox.people import VOICE_GROUPS, AgentData, SkillGroupData
from hillstone_ccc.sandbox.rows import RowMaker
from hillstone_ccc.sandbox.traffic import load, starts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from hillstone_ccc.sandbox.call import Call
    from hillstone_ccc.sandbox.filters import Clause

References: TypeAlias = "NDArray[np.int32]"

LARGEST = 10_000_000
LONGEST_DAYS = 366

_PREFIX = "job-"
_DIGITS = 18
_STEP = 10**9
_CHUNK = 1 << 16


class Ledger:
    """The generated calls of one centre. Immutable: any thread may read."""

    def __init__(
        self,
        *,
        instance_id: str,
        seed: int,
        records: int,
        days: int,
        now_ms: int,
        agents: tuple[AgentData, ...],
        groups: tuple[SkillGroupData, ...],
    ) -> None:
        """Make the columns.

        Raises:
            ValueError: More records or days than a ledger holds, or fewer than none.
        """
        if not 0 <= records <= LARGEST:
            raise ValueError(f"records must be 0 to {LARGEST}, not {records}")
        if not 1 <= days <= LONGEST_DAYS:
            raise ValueError(f"days must be 1 to {LONGEST_DAYS}, not {days}")
        self._seed = seed
        self._first_id = 10 ** (_DIGITS - 1) * (1 + dice.throw(seed, "instance", 0) % 8)
        self.starts: dice.Integers = starts(seed, records, days, now_ms)
        book = numbers.directory(agents)
        roster = Roster.of(agents)
        self._rows = RowMaker(instance_id, seed, now_ms, agents, groups, book, roster)
        self._columns = _columns(seed, self.starts, roster)
        people = (None, *(agent.user_id for agent in agents))
        teams = (None, *(group.skill_group_id for group in groups[:VOICE_GROUPS]))
        self._values: dict[str, tuple[Any, ...]] = {
            "contact_type": outcome.CONTACT_TYPES,
            "disposition": outcome.DISPOSITIONS,
            "early_media_state": outcome.EARLY_MEDIA_STATES,
            **dict.fromkeys(("first_agent", "second_agent", "third_agent"), people),
            **dict.fromkeys(("first_group", "second_group", "third_group"), teams),
            **dict.fromkeys(("calling_number", "called_number", "broker"), book.texts),
            "rating": outcome.RATINGS,
            "satisfaction_description": outcome.DESCRIPTIONS,
            "satisfaction_channel": outcome.CHANNELS,
            "release_initiator": outcome.INITIATORS,
            "media_type": ("AUDIO",),
        }

    def __len__(self) -> int:
        return len(self.starts)

    def contact_id(self, index: int) -> str:
        """The contact id of a call."""
        tail = dice.below(dice.throw(self._seed, "contact id", index), _STEP)
        return f"{_PREFIX}{self._first_id + index * _STEP + tail}"

    def _contact_ids(self, indexes: dice.Words) -> list[str]:
        """The contact ids of many calls."""
        tails = dice.below(dice.throw(self._seed, "contact id", indexes), _STEP)
        return [f"{_PREFIX}{number}" for number in (indexes * _STEP + tails + self._first_id).tolist()]

    def find(self, contact_id: str) -> int | None:
        """The index of a call; None if the ledger has no such call."""
        digits = contact_id[len(_PREFIX) :]
        if len(digits) != _DIGITS or not (digits.isascii() and digits.isdigit()):
            return None
        index = (int(digits) - self._first_id) // _STEP
        return index if 0 <= index < len(self) and self.contact_id(index) == contact_id else None

    def rows(self, indexes: Iterable[int]) -> list[Call]:
        """The calls with these indexes, in their order."""
        wanted = np.array(list(indexes), dtype=np.uint64)
        if not wanted.size:
            return []
        return self._rows.make(wanted, self.starts[wanted], self._contact_ids(wanted))

    def matching(self, asked: Iterable[Clause], candidates: References) -> References:
        """Those of the ascending indexes ``candidates`` whose calls meet all clauses."""
        whole = candidates.size == len(self)
        for clause in asked if candidates.size else ():
            met = np.zeros(candidates.size, dtype=np.bool_)
            for name in clause.columns:
                wanted = np.array([clause.wanted(value) for value in self._values[name]], dtype=np.bool_)
                column = self._columns[name]
                met |= wanted[column if whole else column[candidates]]
            candidates, whole = candidates[met], whole and bool(met.all())
        return candidates


def _columns(seed: int, moments: dice.Integers, roster: Roster) -> dict[str, NDArray[Any]]:
    """The columns to search by, made piece by piece: what is thrown on the way is eight times as large."""
    chunks: list[Outcome] = []
    for begin in range(0, max(1, len(moments)), _CHUNK):
        part = moments[begin : begin + _CHUNK]
        index = np.arange(begin, begin + len(part), dtype=np.uint64)
        chunks.append(turn_out(seed, index, load(part), roster))
    columns = {a.name: np.concatenate([getattr(chunk, a.name) for chunk in chunks]) for a in fields(Outcome)}
    for unsearched in ("way", "target", "again"):
        del columns[unsearched]
    columns["satisfaction_description"] = columns["rating"]
    columns["media_type"] = np.zeros(len(moments), dtype=np.uint8)
    return columns

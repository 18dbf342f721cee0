"""From codes and seconds to calls: the rows of a page, made when they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from attrs import fields, frozen

from hillstone_ccc.sandbox import dice, numbers, outcome
from hillstone_ccc.sandbox.call import Call, Transfer
from hillstone_ccc.sandbox.outcome import (
    CONTACT_TYPES,
    DISPOSITIONS,
    EARLY_MEDIA_STATES,
    Outcome,
    Roster,
    turn_out,
)
from hillstone_ccc.sandbox.phases import Phases, phases
from hillstone_ccc.sandbox.traffic import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from hillstone_ccc.sandbox.numbers import Directory
    from hillstone_ccc.sandbox.people import AgentData, SkillGroupData

RECORDING_DELAY_MS = 60_000
"""A recording is ready a minute after its call ended."""

_GAVE_UP_WAITING = frozenset({outcome.IN_QUEUE, outcome.IN_RING})
_ABANDONED = frozenset({outcome.IN_IVR, outcome.IN_QUEUE, outcome.IN_RING, outcome.IN_NAVIGATOR})
_REASON_BY_DISPOSITION = {
    **dict.fromkeys(_ABANDONED, "487:REQUEST_TERMINATED"),
    outcome.NO_ANSWER: "480:TEMPORARILY_UNAVAILABLE",
    outcome.REJECT: "603:DECLINE",
}
_REASON_BY_EARLY_MEDIA = {
    "NotExist": "404:NOT_FOUND",
    "Restricted": "403:FORBIDDEN",
    "NotConnected": "408:REQUEST_TIMEOUT",
    "Busy": "486:USER_BUSY",
}
_EARLY_MEDIA_TEXTS = {
    "NoAnswer": "您拨打的电话暂时无人接听，请稍后再拨",
    "OutOfService": "您拨打的电话已停机",
    "NotExist": "您拨打的号码是空号，请核对后再拨",
    "Restricted": "您拨打的电话已设置呼入限制",
    "Busy": "您拨打的电话正在通话中，请稍后再拨",
    "NotConnected": "您拨打的电话暂时无法接通，请稍后再拨",
    "PowerOff": "您拨打的电话已关机",
}
_OUTSIDE_REASONS = ("", "", "", "NoAnswer", "Busy")
_VOICEBOT_EVERY = 97


class _Row(NamedTuple):
    """One call in codes and seconds: one value of each column of :class:`Outcome` and :class:`Phases`."""

    bits: int
    start: int
    contact_type: int
    disposition: int
    early_media_state: int
    first_agent: int
    second_agent: int
    third_agent: int
    first_group: int
    second_group: int
    third_group: int
    calling_number: int
    called_number: int
    broker: int
    rating: int
    satisfaction_channel: int
    release_initiator: int
    way: int
    target: int
    again: bool
    dialing: int
    ivr: int
    queue: int
    ring: int
    talk: int
    held: int
    handed_at: int
    again_at: int


@frozen
class RowMaker:
    """Makes rows of one centre's data."""

    instance_id: str
    seed: int
    now_ms: int
    agents: tuple[AgentData, ...]
    groups: tuple[SkillGroupData, ...]
    numbers: Directory
    roster: Roster

    def make(self, index: dice.Words, starts: dice.Integers, contact_ids: list[str]) -> list[Call]:
        """The calls with these indexes; ``starts`` and ``contact_ids`` go with them."""
        busy = load(starts)
        turned_out = turn_out(self.seed, index, busy, self.roster)
        parts = phases(self.seed, index, turned_out, busy, self.now_ms - starts)
        bits = dice.throw(self.seed, "row", index)
        columns = [bits, starts, *(column for table in (turned_out, parts) for column in _columns(table))]
        rows = map(_Row._make, zip(*(column.tolist() for column in columns), strict=True))
        return [self._call(row, contact_id) for row, contact_id in zip(rows, contact_ids, strict=True)]

    def _call(self, row: _Row, contact_id: str) -> Call:
        inbound = row.contact_type == outcome.INBOUND
        before = row.dialing + row.ivr + row.queue + row.ring
        established = row.start + before * 1000
        release = established + row.talk * 1000
        answered = row.disposition == outcome.SUCCESS
        ready = answered and release <= self.now_ms - RECORDING_DELAY_MS
        agents = [self.agents[code - 1] for code in (row.first_agent, row.second_agent, row.third_agent) if code]
        groups = [self.groups[code - 1] for code in _once(row.first_group, row.second_group, row.third_group)]
        early_media = EARLY_MEDIA_STATES[row.early_media_state]
        rating = outcome.RATINGS[row.rating]
        outside = self._outside_number(row)
        away = [agent for place, agent in enumerate(agents) if _off_site(agent, row.bits >> (8 * place))]
        hot_line = self.numbers.texts[numbers.FIRST_HOT_LINE + row.bits % numbers.HOT_LINES]
        calling, called = self.numbers.texts[row.calling_number], self.numbers.texts[row.called_number]
        voicebot = inbound and answered and (row.bits >> 32) % _VOICEBOT_EVERY == 0
        return Call(
            contact_id=contact_id,
            instance_id=self.instance_id,
            contact_type=CONTACT_TYPES[row.contact_type],
            disposition=DISPOSITIONS[row.disposition],
            calling_number=calling,
            called_number=called,
            caller_location=self.numbers.locations[row.calling_number],
            callee_location=self.numbers.locations[row.called_number],
            broker=self.numbers.texts[row.broker],
            additional_broker=hot_line if row.contact_type == outcome.BACK2BACK else "",
            start_time=row.start,
            established_time=established if answered else None,
            release_time=release,
            call_duration=before + row.talk if inbound else row.talk,
            dialing_time=row.dialing,
            ivr_time=row.ivr,
            queue_time=row.queue,
            ring_time=row.ring,
            wait_time=0 if row.disposition in _GAVE_UP_WAITING else row.queue + row.ring,
            talk_time=row.talk,
            held_time=row.held,
            recording_ready=ready,
            recording_duration=row.talk if ready else 0,
            agents=tuple(agent.user_id for agent in agents),
            agent_names=tuple(agent.display_name for agent in agents),
            skill_group_ids=tuple(group.skill_group_id for group in groups),
            skill_group_names=tuple(group.display_name for group in groups),
            release_initiator=outcome.INITIATORS[row.release_initiator],
            release_reason=_REASON_BY_EARLY_MEDIA.get(early_media)
            or _REASON_BY_DISPOSITION.get(row.disposition, "200:OK"),
            early_media_state=early_media,
            early_media_text=_EARLY_MEDIA_TEXTS.get(early_media, ""),
            satisfaction_offered=row.rating != outcome.NOT_OFFERED,
            satisfaction_channel=outcome.CHANNELS[row.satisfaction_channel],
            satisfaction_index=rating if rating > 0 else None,
            satisfaction_description=outcome.DESCRIPTIONS[row.rating],
            call_ids=tuple(f"{row.bits:016x}-{leg}@ccc" for leg in range(1 + len(agents))),
            transfers=tuple(self._transfers(row, established, outside)),
            off_site_agents=tuple(agent.user_id for agent in away),
            off_site_originator_numbers=(hot_line,) * len(away),
            off_site_destination_numbers=tuple(agent.mobile for agent in away),
            off_site_release_reason="NoAnswer" if away and not answered else "",
            outside_number=outside,
            outside_release_reason=_OUTSIDE_REASONS[(row.bits >> 24) % len(_OUTSIDE_REASONS)] if outside else "",
            voicebot_originator_number=calling if voicebot else "",
            voicebot_destination_number=called if voicebot else "",
            voicemail=row.disposition == outcome.VOICEMAIL,
        )

    def _outside_number(self, row: _Row) -> str:
        """The number that the IVR forwarded the call to, or an agent transferred it to."""
        transferred = row.way and row.target == outcome.TO_OUTSIDE
        if not transferred and row.disposition != outcome.FORWARD:
            return ""
        return f"1380000{9800 + row.bits % 100:04d}"

    def _transfers(self, row: _Row, established: int, outside: str) -> Iterator[Transfer]:
        if not row.way:
            return
        receivers = {
            outcome.TO_AGENT: lambda: self.agents[row.second_agent - 1].user_id,
            outcome.TO_GROUP: lambda: self.groups[row.second_group - 1].skill_group_id,
            outcome.TO_OUTSIDE: lambda: outside,
        }
        yield Transfer(
            from_agent=self.agents[row.first_agent - 1].user_id,
            to=receivers[row.target](),
            to_kind=outcome.TARGETS[row.target],
            time=established + row.handed_at * 1000,
            kind=outcome.WAYS[row.way - 1],
        )
        if row.again:
            yield Transfer(
                from_agent=self.agents[row.second_agent - 1].user_id,
                to=self.agents[row.third_agent - 1].user_id,
                to_kind="agent",
                time=established + row.again_at * 1000,
                kind="blind",
            )


def _columns(table: Outcome | Phases) -> Iterator[NDArray[np.generic]]:
    """The columns of a table in the order of its fields, which is the order of :class:`_Row`."""
    return (getattr(table, a.name) for a in fields(type(table)))


def _once(*codes: int) -> Iterator[int]:
    """Each code once, in order, without nobody's."""
    return filter(None, dict.fromkeys(codes))


def _off_site(agent: AgentData, bits: int) -> bool:
    """Whether an agent worked off site in a call: usually if the agent does so now, seldom otherwise."""
    return bits % 256 < (180 if agent.work_mode == "OFF_SITE" else 4)

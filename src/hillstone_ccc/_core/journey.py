"""What a call went through, read off its events and its row: transfers, off-site work, the numbers of outside legs.

The upstream has no field for most of this; the rules here are readings of its documents. They only say what holds
whichever way the documents' open points turn out, and say None where that is not enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import attrs

from .details import CallDetail, MissingPart, Transfer, TransferKind, TransferTarget
from .events import AgentEvents, CallEvent, by_place, by_time, happenings
from .fields import on_the_wire
from .moments import to_milliseconds
from .records import CallRecord
from .vocabulary import Disposition, EventName, FlowType, MediaType, QueueType

_KINDS: Mapping[EventName | None, TransferKind] = {
    EventName.BLIND_TRANSFER: "blind",
    EventName.CONSULTING: "consulted",
}
_QUEUES: Mapping[QueueType | None, TransferTarget] = {QueueType.SKILL_GROUP: "skill_group", QueueType.AGENT: "agent"}
_ARRIVING = frozenset({EventName.DIALING, EventName.RINGING, EventName.ESTABLISHED})
_SUPERVISING = frozenset({EventName.COACHING, EventName.BARGING, EventName.INTERCEPTING, EventName.MONITORING})
_DECIDING = _SUPERVISING | {EventName.ESTABLISHED}
# Whoever comes after one of these came because of it, and not because of the transfer before.
_BRINGS_SOMEBODY = frozenset({*_KINDS, EventName.START_CONFERENCE})
# No call has more; a count beyond that is a slip of the upstream's, and must not cost memory.
_MOST_TRANSFERS = 1_000
# Two who leave within so long leave together: the call ended, and its ends are not told in one millisecond.
_TOGETHER_MS = 1_000
_OFF_SITE = (
    "off_site_agent_ids",
    "offsite_agent_originator_numbers",
    "offsite_agent_destination_numbers",
    "offsite_agent_release_reason",
)


def join(detail: CallDetail | None, record: CallRecord | None, missing: Iterable[MissingPart] = ()) -> CallDetail:
    """What GetCallDetailRecord and the row of ListCallDetailRecordsV2 tell together; one of them is there."""
    called_by, called = _numbers(record)
    return attrs.evolve(
        detail or _as_detail(record),
        record=record,
        off_site=off_site(record),
        transfer_caller=called_by,
        transfer_called=called,
        transfers=transfers(detail, record),
        missing=tuple(missing),
    )


def _as_detail(record: CallRecord | None) -> CallDetail:
    names = [field.name for field in on_the_wire(CallDetail) if hasattr(record, field.name)]
    return CallDetail(**{name: getattr(record, name) for name in names})


def off_site(record: CallRecord | None) -> bool | None:
    """Whether an agent worked off site in the call, by its row of V2; the rule is :attr:`CallDetail.off_site`'s."""
    if record is None:
        return None
    if any(getattr(record, name) for name in _OFF_SITE):
        return True
    over, by_voice = record.release_time is not None, record.media_type in (None, MediaType.AUDIO)
    return False if over and by_voice else None


def _numbers(record: CallRecord | None) -> tuple[str | None, str | None]:
    """The calling and the called number of one leg, never of two different ones."""
    if record is None:
        return None, None
    calling, called = record.offsite_agent_originator_numbers, record.offsite_agent_destination_numbers
    if calling or called:
        return (calling or (None,))[-1], (called or (None,))[-1]
    return None, record.outside_number_destination_number


def transfers(detail: CallDetail | None, record: CallRecord | None) -> tuple[Transfer, ...] | None:
    """The agents' transfers; the rule is :attr:`CallDetail.transfers`'s."""
    counted = max(0, min((record.transfer_count if record else None) or 0, _MOST_TRANSFERS))
    if detail is None or (detail.agent_ids and not detail.agent_events):
        if counted > 0:
            return (Transfer(),) * counted
        return () if record and _rules_transfers_out(record) else None
    moves = _moves(detail, _outside_leg(detail, record))
    found = tuple(read for move in moves for read in _read(move, detail))
    found += (Transfer(),) * (counted - len(moves))
    return found if found or detail.release_time is not None else None


def _rules_transfers_out(record: CallRecord) -> bool:
    """Whether a row alone says that there was no transfer; consults may not be counted (unknown)."""
    alone = len(record.agent_ids) <= 1 and _outside_leg(None, record) is None
    return record.transfer_count == 0 and alone and record.release_time is not None


@attrs.frozen
class _OutsideLeg:
    """An outside line that an agent brought into the call; its number, if told."""

    number: str | None


def _outside_leg(detail: CallDetail | None, record: CallRecord | None) -> _OutsideLeg | None:
    number = record.outside_number_destination_number if record else None
    told = [one for one in (detail, record) if one is not None]
    forwarded = any(one.contact_disposition == Disposition.FORWARD_TO_OUTSIDE_NUMBER for one in told)
    if forwarded or not (number or any(one.outside_number_release_reason for one in told)):
        return None
    return _OutsideLeg(number)


# --- what the events hold -----------------------------------------------------------------------------------


@attrs.frozen
class Leg:
    """One stay of an agent in the call; one entry holds one or several (unknown)."""

    agent: AgentEvents
    events: tuple[CallEvent, ...]

    def first(self, name: EventName) -> CallEvent | None:
        """The first event of that name."""
        return next((event for event in self.events if event.name == name), None)

    @property
    def answered(self) -> CallEvent | None:
        """When the agent took the call."""
        return self.first(EventName.ESTABLISHED)

    @property
    def released(self) -> CallEvent | None:
        """When the agent was out of the call."""
        return self.first(EventName.RELEASED)

    @property
    def left(self) -> datetime | None:
        return self.released.time if self.released else None

    @property
    def supervises(self) -> bool:
        """Whether somebody listens in or takes over, who was not handed the call."""
        deciding = (event.name for event in self.events if event.name in _DECIDING)
        return next(deciding, None) in _SUPERVISING


def legs_of(entry: AgentEvents) -> Iterator[Leg]:
    """The stays that an entry of agents' events tells, earliest first."""
    events: list[CallEvent] = []
    gone = False
    for event in happenings(entry):
        if gone and event.name in _ARRIVING:
            yield Leg(entry, tuple(events))
            events, gone = [], False
        events.append(event)
        gone = gone or event.name == EventName.RELEASED
    if events:
        yield Leg(entry, tuple(events))


@attrs.frozen
class _Arrival:
    """Where the call came after a transfer: the event that says so, and what that was."""

    event: CallEvent
    kind: TransferTarget | None


@attrs.frozen
class _Move:
    """A transfer as it was begun, and what came of it until somebody else was brought in.

    Attributes:
        leg: The transferring agent's.
        event: ``BlindTransfer`` or ``Consulting``.
        arrival: Where the call came first.
        receiver: The agent who then answered, or else the first whose phone rang.
        outside: The outside line it led to, if that is told and nobody inside came.
    """

    leg: Leg
    event: CallEvent
    arrival: _Arrival | None = None
    receiver: Leg | None = None
    outside: _OutsideLeg | None = None


def _moves(detail: CallDetail, outside: _OutsideLeg | None) -> list[_Move]:
    """The transfers that were begun, earliest first, those without a time last."""
    legs = [leg for entry in detail.agent_events for leg in legs_of(entry)]
    begun = [(leg, event) for leg in legs for event in leg.events if event.name in _KINDS]
    begun.sort(key=lambda one: by_time(one[1]))
    breaks = [_instant(event) for leg in legs for event in leg.events if event.name in _BRINGS_SOMEBODY]
    entered = list(_entered(detail))
    moves: list[_Move] = []
    for leg, event in begun:
        since = _instant(event)
        if since is None:
            moves.append(_Move(leg, event))
            continue
        until = min((time for time in breaks if time is not None and time > since), default=None)
        came = [one for one in legs if _is_other(one, leg) and _within(one.events[0], since, until)]
        arrivals = [one for one in entered if _within(one.event, since, until)]
        arrivals += [_Arrival(one.events[0], "agent") for one in came]
        arrival = min(arrivals, key=lambda one: by_time(one.event), default=None)
        receiver = next((one for one in came if one.answered), came[0] if came else None)
        # The row tells of one outside leg; where several could be meant, it is the last one's (inferred).
        last = event is begun[-1][1] and arrival is None
        moves.append(_Move(leg, event, arrival, receiver, outside if last else None))
    return moves


def _entered(detail: CallDetail) -> Iterator[_Arrival]:
    """Entries into flows, but for surveys, and into queues."""
    for flow in detail.ivr_events:
        if flow.flow_type == FlowType.MAIN_FLOW:
            yield from (_Arrival(one, "ivr") for one in happenings(flow) if one.name == EventName.ROUTE_TO_IVR)
    for queue in detail.queue_events:
        kind = _QUEUES.get(queue.queue_type)
        yield from (_Arrival(one, kind) for one in happenings(queue) if one.name == EventName.ENQUEUE)


def _is_other(leg: Leg, holder: Leg) -> bool:
    return leg is not holder and leg.agent.agent_id != holder.agent.agent_id and not leg.supervises


def _instant(event: CallEvent) -> int | None:
    """When it was, in milliseconds: datetimes of one zone compare by clock face, and an hour may come twice."""
    return None if event.time is None else to_milliseconds(event.time)


def _within(event: CallEvent, since: int, until: int | None) -> bool:
    time = _instant(event)
    return time is not None and since <= time and (until is None or time < until)


# --- what is read off them ----------------------------------------------------------------------------------


def _read(move: _Move, detail: CallDetail) -> Iterator[Transfer]:
    """The transfer that was begun, unless it is a consult that is known to have been given up."""
    kind = _KINDS[move.event.name]
    completed = _taken(move) if kind == "blind" else _handed_over(move, detail)
    if kind == "consulted" and completed is False:
        return
    arrival = move.arrival.event if move.arrival else None
    to_kind = move.arrival.kind if move.arrival else ("outside" if move.outside else None)
    agent = _whose(move.receiver.events[0] if move.receiver else arrival if to_kind == "agent" else None)
    group = _whose(arrival if to_kind == "skill_group" else None)
    yield Transfer(
        time=move.event.time,
        kind=kind,
        from_agent_id=move.event.party_id,
        from_agent_name=move.event.party_name,
        to_kind=to_kind,
        to_agent_id=agent[0],
        to_agent_name=agent[1],
        to_skill_group_id=group[0],
        to_skill_group_name=group[1],
        to_number=move.outside.number if move.outside else None,
        completed=completed,
        evidence=_evidence(move),
    )


def _whose(event: CallEvent | None) -> tuple[str | None, str | None]:
    return (event.party_id, event.party_name) if event else (None, None)


def _taken(move: _Move) -> bool | None:
    """Whether the target of a blind transfer took the call."""
    if move.arrival is None:
        return None
    if move.arrival.kind == "ivr":
        return True
    return bool(move.receiver and move.receiver.answered)


def _handed_over(move: _Move, detail: CallDetail) -> bool | None:
    """Whether a consult ended in a transfer: whether the agent left, and the other side stayed."""
    left, end = move.leg.left, detail.release_time
    if move.receiver is not None:
        if not move.receiver.answered:
            return False
        return _before(left, move.receiver.left)
    if left is None or end is None:
        return None
    if not _before(left, end):
        return False
    # A customer who is surveyed was with the agent to the end.
    surveyed = any(flow.flow_type == FlowType.SURVEY_FLOW for flow in detail.ivr_events)
    return True if move.outside and not surveyed else None


def _before(one: datetime | None, other: datetime | None) -> bool | None:
    """Whether one left before the other; None if they left together, or it is not told."""
    if one is None or other is None:
        return None
    between = to_milliseconds(other) - to_milliseconds(one)
    return None if abs(between) <= _TOGETHER_MS else between > 0


def _evidence(move: _Move) -> tuple[CallEvent, ...]:
    told = [move.event, move.arrival and move.arrival.event, move.leg.released]
    if move.receiver:
        told += [move.receiver.events[0], move.receiver.answered, move.receiver.released]
    # By the instant too: what happened again an hour later may be equal by its clock face.
    events = {(by_time(event), event): event for event in told if event}
    return tuple(sorted(events.values(), key=by_place))

"""What happened in a call: the four lists of events of GetCallDetailRecord, and their events on one time line."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from heapq import merge
from typing import Any, Literal, TypeAlias

import attrs

from .fields import extra, number, shown, wire
from .public import public
from .redact import mask_number
from .vocabulary import EventName, FlowType, QueueType

Party: TypeAlias = Literal["ivr", "queue", "agent", "customer"]

# What happens at one millisecond is told in this order: who leaves goes before who comes (inferred, for readers).
_AT_ONCE: Mapping[EventName | None, int] = {
    name: place
    for place, name in enumerate(
        (
            EventName.BLIND_TRANSFER,
            EventName.CONSULTING,
            EventName.GIVE_UP,
            EventName.ABANDONED,
            EventName.QUEUEING_TIMEOUT,
            EventName.QUEUEING_OVERFLOW,
            EventName.RELEASED,
            EventName.ESTABLISHED,
            EventName.ROUTE_TO_IVR,
            EventName.ENQUEUE,
            EventName.ASSIGN_AGENT,
            EventName.DIALING,
            EventName.RINGING,
        )
    )
}


@public
@attrs.frozen(repr=False)
class Event:
    """Something that happened in a call.

    Attributes:
        name: What happened (``Event``).
        time: When (``EventTime``).
        duration: Seconds, in agents' events only; what it measures is not documented (until the next event:
            inferred).
        extra: What the upstream sent and this version does not know.
    """

    name: EventName | None = wire("Event", contract="event")
    time: datetime | None = wire("EventTime", contract="event_time")
    duration: int | None = wire()
    extra: dict[str, Any] = extra()

    __repr__ = shown


@public
@attrs.frozen(repr=False)
class AgentEvents:
    """What one agent did in the call; one entry an agent or a leg (unknown which).

    Attributes:
        agent_id: Whose events they are.
        agent_name: The agent's display name.
        skill_group_id: For which skill group.
        events: Those events, as sent (``EventSequence``).
        extra: What the upstream sent and this version does not know.
    """

    agent_id: str | None = wire()
    agent_name: str | None = wire()
    skill_group_id: str | None = wire()
    events: tuple[Event, ...] = wire("EventSequence", contract="event_sequence", default=())
    extra: dict[str, Any] = extra()

    __repr__ = shown


@public
@attrs.frozen(repr=False)
class CustomerEvents:
    """What the customer did; ``customer_id`` is usually the phone number.

    Attributes:
        customer_id: Whose events they are.
        events: Those events, as sent (``EventSequence``).
        extra: What the upstream sent and this version does not know.
    """

    customer_id: str | None = wire(repr=number)
    events: tuple[Event, ...] = wire("EventSequence", contract="event_sequence", default=())
    extra: dict[str, Any] = extra()

    __repr__ = shown


@public
@attrs.frozen(repr=False)
class QueueEvents:
    """What happened in a queue; ``queue_id`` is a skill group's id or an agent's, as ``queue_type`` says.

    Attributes:
        queue_id: Which queue.
        queue_name: Its name.
        queue_type: Whose queue it is.
        flow_id: The IVR flow that led there.
        events: Those events, as sent (``EventSequence``).
        extra: What the upstream sent and this version does not know.
    """

    queue_id: str | None = wire()
    queue_name: str | None = wire()
    queue_type: QueueType | None = wire()
    flow_id: str | None = wire()
    events: tuple[Event, ...] = wire("EventSequence", contract="event_sequence", default=())
    extra: dict[str, Any] = extra()

    __repr__ = shown


@public
@attrs.frozen(repr=False)
class IvrEvents:
    """What happened in an IVR flow.

    Attributes:
        flow_id: Which flow.
        flow_type: The main flow or a survey.
        events: Those events, as sent (``EventSequence``).
        extra: What the upstream sent and this version does not know.
    """

    flow_id: str | None = wire()
    flow_type: FlowType | None = wire()
    events: tuple[Event, ...] = wire("EventSequence", contract="event_sequence", default=())
    extra: dict[str, Any] = extra()

    __repr__ = shown


_WHOSE: Mapping[type, tuple[Party, str, str | None]] = {
    IvrEvents: ("ivr", "flow_id", None),
    QueueEvents: ("queue", "queue_id", "queue_name"),
    AgentEvents: ("agent", "agent_id", "agent_name"),
    CustomerEvents: ("customer", "customer_id", None),
}
"""For each list: whose its events are, and which fields hold that one's id and name."""


@public
@attrs.frozen(repr=False)
class CallEvent:
    """An event on a call's time line, with whose it is.

    Attributes:
        name: What happened.
        time: When.
        party: At whose end: ``ivr``, ``queue``, ``agent`` or ``customer``.
        party_id: The flow's, queue's or agent's id, or the customer's number.
        party_name: The queue's or agent's name.
        duration: Seconds, in agents' events only; what it measures is not documented (until the next event:
            inferred).
    """

    name: EventName | None
    time: datetime | None
    party: Party
    party_id: str | None = None
    party_name: str | None = None
    duration: int | None = None

    def __repr__(self) -> str:
        if self.party == "customer" and self.party_id != (masked := mask_number(self.party_id)):
            return shown(attrs.evolve(self, party_id=masked))
        return shown(self)


Entry: TypeAlias = IvrEvents | QueueEvents | AgentEvents | CustomerEvents


def happenings(entry: Entry) -> list[CallEvent]:
    """The events of one entry, earliest first, those of one time as sent, those without a time last."""
    party, its_id, its_name = _WHOSE[type(entry)]
    told = [
        CallEvent(
            event.name,
            event.time,
            party,
            getattr(entry, its_id),
            getattr(entry, its_name) if its_name else None,
            event.duration,
        )
        for event in entry.events
    ]
    return sorted(told, key=by_time)


def by_time(event: CallEvent) -> tuple[bool, float]:
    """What to sort events by: earliest first, those without a time last."""
    return event.time is None, event.time.timestamp() if event.time else 0.0


def by_place(event: CallEvent) -> tuple[bool, float, int]:
    """What to sort events of several entries by: by time, and at one time by what they are."""
    return *by_time(event), _AT_ONCE.get(event.name, len(_AT_ONCE))


def timeline(entries: Iterable[Entry]) -> tuple[CallEvent, ...]:
    """The events of entries on one line; those of one entry keep their order."""
    return tuple(merge(*map(happenings, entries), key=by_place))

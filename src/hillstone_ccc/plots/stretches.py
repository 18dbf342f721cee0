"""A call's events as stretches of time, one lane for each party: what is drawn to scale.

The upstream tells events, not phases. A phase begins with the event that names it and lasts until the next one at
the same party, or until that party is out (inferred); the page in the browser reads them in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Literal, TypeAlias

import attrs

from hillstone_ccc._core.details import CallDetail, Transfer
from hillstone_ccc._core.events import CallEvent, Party
from hillstone_ccc._core.records import CallRecord
from hillstone_ccc._core.vocabulary import EventName

Phase: TypeAlias = Literal["ivr", "queue", "dialing", "ringing", "talking", "consulting", "in_call", "hold"]

_BEGINS: Mapping[Party, Mapping[EventName | None, Phase]] = {
    "ivr": {EventName.ROUTE_TO_IVR: "ivr"},
    "queue": {EventName.ENQUEUE: "queue"},
    "agent": {
        EventName.DIALING: "dialing",
        EventName.RINGING: "ringing",
        EventName.ESTABLISHED: "talking",
        EventName.CONSULTING: "consulting",
    },
    "customer": {EventName.DIALING: "dialing", EventName.RINGING: "ringing", EventName.ESTABLISHED: "in_call"},
}
# Whatever else happens, known here or not, the stretch goes on.
_ENDS = frozenset(
    {
        EventName.RELEASED,
        EventName.BLIND_TRANSFER,
        EventName.ASSIGN_AGENT,
        EventName.GIVE_UP,
        EventName.ABANDONED,
        EventName.QUEUEING_TIMEOUT,
        EventName.QUEUEING_OVERFLOW,
    }
)
# What takes a call out of the IVR, which does not tell it.
_TAKES_OVER = frozenset(
    {
        ("queue", EventName.ENQUEUE),
        ("agent", EventName.RINGING),
        ("agent", EventName.DIALING),
        ("agent", EventName.ESTABLISHED),
    }
)
_PARTIES: tuple[Party, ...] = ("customer", "ivr", "queue", "agent")
_ROW: tuple[tuple[Phase, str], ...] = (
    ("ivr", "ivr_time"),
    ("queue", "queue_time"),
    ("dialing", "dialing_time"),
    ("ringing", "ring_time"),
    ("talking", "talk_time"),
)
# A call that goes on is drawn so much longer than it is known to be, as a share of that, so that it is seen.
_GOES_ON = 0.08


@attrs.frozen
class Stretch:
    """A phase of one party; seconds since the story's beginning. One that goes on has no end yet."""

    phase: Phase
    begin: float
    end: float
    goes_on: bool = False


@attrs.frozen
class Mark:
    """What happened in one moment and began no phase; seconds since the story's beginning."""

    event: EventName | None
    at: float


@attrs.frozen
class Lane:
    """One party's part; ``party`` is None where durations alone are known, without whose they are."""

    party: Party | None
    party_id: str | None
    party_name: str | None
    stretches: tuple[Stretch, ...]
    marks: tuple[Mark, ...] = ()


@attrs.frozen
class Handover:
    """A transfer from one lane to another, by their places; seconds since the story's beginning."""

    source: int
    begin: float
    target: int
    end: float


@attrs.frozen
class Story:
    """What a call went through.

    Attributes:
        begin: Its first moment that is known.
        length: Seconds that the lanes cover.
        lanes: The customer's, the flows', the queues', the agents', in this order.
        held: Seconds on hold; the upstream does not tell when that was.
        held_from: The earliest it can have been.
        handovers: Transfers whose both ends are known.
        exact: Whether it was read from events; else from the row's durations, one after the other.
        over: Whether the call's end is known.
    """

    begin: datetime
    length: float
    lanes: tuple[Lane, ...]
    held: float
    held_from: float
    handovers: tuple[Handover, ...]
    exact: bool
    over: bool


def story(call: CallDetail | CallRecord) -> Story | None:
    """What a call went through; None if no time of it is known."""
    row = call if isinstance(call, CallRecord) else call.record
    events = [] if isinstance(call, CallRecord) else [event for event in call.events if event.time is not None]
    told = [*_known(call.start_time, call.release_time), *_known(*(event.time for event in events))]
    if not told:
        return None
    begin = min(told, key=datetime.timestamp)
    clock = _Clock(begin)
    known = max(1.0, *(clock.at(time) for time in told), float(call.call_duration or 0))
    over = call.release_time is not None
    length = known if over else known * (1 + _GOES_ON)
    if events and isinstance(call, CallDetail):
        end = clock.at(call.release_time) if call.release_time else length
        lanes = tuple(_lanes(events, clock, end, over=over))
        handovers = tuple(_handovers(call.transfers or (), lanes, clock))
    else:
        lanes, handovers = (_durations(row),), ()
        length = max(length, *(stretch.end for lane in lanes for stretch in lane.stretches), 0.0)
    return Story(
        begin=begin,
        length=length,
        lanes=lanes,
        held=float((row.held_time if row else None) or 0),
        held_from=clock.at(call.established_time) if call.established_time else 0.0,
        handovers=handovers,
        exact=bool(events),
        over=over,
    )


def _known(*times: datetime | None) -> Iterator[datetime]:
    return (time for time in times if time is not None)


@attrs.frozen
class _Clock:
    begin: datetime

    def at(self, time: datetime | None) -> float:
        """Seconds since the beginning, by instants: datetimes of one zone compare by clock face."""
        return (time.timestamp() - self.begin.timestamp()) if time else 0.0


def _lanes(events: Iterable[CallEvent], clock: _Clock, end: float, *, over: bool) -> Iterator[Lane]:
    events = tuple(events)
    found: dict[tuple[Party, str | None], list[CallEvent]] = {}
    for event in events:
        found.setdefault((event.party, event.party_id), []).append(event)
    taken = [clock.at(event.time) for event in events if (event.party, event.name) in _TAKES_OVER]
    for (party, party_id), own in sorted(found.items(), key=lambda one: _PARTIES.index(one[0][0])):
        stretches, marks = _drawn(own, clock, end, taken if party == "ivr" else [], over=over)
        name = next((event.party_name for event in own if event.party_name), None)
        yield Lane(party, party_id, name, tuple(stretches), tuple(marks))


def _drawn(
    own: list[CallEvent], clock: _Clock, end: float, taken: list[float], *, over: bool
) -> tuple[list[Stretch], list[Mark]]:
    """One party's stretches, and what else happened there."""
    stretches: list[Stretch] = []
    marks: list[Mark] = []
    begun: tuple[Phase, CallEvent] | None = None

    def close(at: float, *, goes_on: bool = False) -> None:
        if begun is None:
            return
        since = clock.at(begun[1].time)
        left = min((one for one in taken if one >= since), default=at)
        if min(at, left) > since:
            stretches.append(Stretch(begun[0], since, min(at, left), goes_on and left >= at))
        else:  # it took no time, but it happened
            marks.append(Mark(begun[1].name, since))

    for event in own:
        phase = _BEGINS[event.party].get(event.name)
        if phase is not None:
            close(clock.at(event.time))
            begun = phase, event
            continue
        if event.name in _ENDS:
            close(clock.at(event.time))
            begun = None
        marks.append(Mark(event.name, clock.at(event.time)))
    close(max(end, clock.at(own[-1].time)), goes_on=not over)
    return stretches, marks


def _durations(row: CallRecord | None) -> Lane:
    """The row's phases, one after the other."""
    stretches: list[Stretch] = []
    at = 0.0
    for phase, field in _ROW if row else ():
        seconds = getattr(row, field) or 0
        if seconds > 0:
            stretches.append(Stretch(phase, at, at + seconds))
            at += seconds
    return Lane(None, None, None, tuple(stretches))


def _handovers(transfers: Iterable[Transfer], lanes: tuple[Lane, ...], clock: _Clock) -> Iterator[Handover]:
    """Transfers between two lanes: from the agent's to that of the first of its events that is somebody else's."""
    places = {(lane.party, lane.party_id): place for place, lane in enumerate(lanes)}
    for transfer in transfers:
        source = places.get(("agent", transfer.from_agent_id))
        for event in transfer.evidence:
            target = places.get((event.party, event.party_id))
            if source is not None and target not in {None, source} and target is not None:
                yield Handover(source, clock.at(transfer.time), target, clock.at(event.time))
                break

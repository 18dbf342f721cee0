"""What a call's events tell of waiting and talking: more than its row, where the call came to several ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import attrs

from hillstone_ccc import CallDetail, CallEvent, ContactType, Disposition, EventName
from hillstone_ccc._core.events import happenings
from hillstone_ccc._core.journey import Leg, legs_of
from hillstone_ccc._core.moments import to_milliseconds

_MS = 1_000
_ENDS_WAITING = frozenset(
    {EventName.ABANDONED, EventName.GIVE_UP, EventName.QUEUEING_TIMEOUT, EventName.QUEUEING_OVERFLOW}
)


@attrs.frozen
class Told:
    """What events tell, in seconds; None where they do not.

    Attributes:
        waited: From the first entry into a queue, or the first ring, until an agent answered or the waiting ended.
        talked: From the first agent's answer until the last one left.
        talked_by: Agent's id → seconds from answer to leaving, in all of that agent's stays.
        transfers: How many transfers there were; read off by :attr:`CallDetail.transfers`.
    """

    waited: int | None = None
    talked: int | None = None
    talked_by: Mapping[str, int] | None = None
    transfers: int | None = None


def told_by_events(detail: CallDetail) -> Told:
    """Reads a call's events. Those who only listened in, or took over, are left out."""
    legs = [leg for entry in detail.agent_events for leg in legs_of(entry) if not leg.supervises]
    transfers = None if detail.transfers is None else len(detail.transfers)
    return Told(_waited(detail, legs), _talked(legs), _talked_by(legs) if legs else None, transfers)


def _waited(detail: CallDetail, legs: list[Leg]) -> int | None:
    if detail.contact_type != ContactType.INBOUND:
        return None
    in_queues = [event for entry in detail.queue_events for event in happenings(entry)]
    begun = [event for event in in_queues if event.name == EventName.ENQUEUE]
    begun += [ring for leg in legs if (ring := leg.first(EventName.RINGING))]
    since = min(_instants(begun), default=None)
    if since is None:
        return None
    answered = min((time for time in _instants(leg.answered for leg in legs) if time >= since), default=None)
    if answered is not None:
        return (answered - since) // _MS
    if detail.contact_disposition == Disposition.SUCCESS:
        return None  # somebody answered, and it is not told when
    ends = [*(event for event in in_queues if event.name in _ENDS_WAITING), *(leg.released for leg in legs)]
    ended = max((time for time in _instants(ends) if time >= since), default=None)
    return None if ended is None else (ended - since) // _MS


def _talked(legs: list[Leg]) -> int | None:
    taken = [leg for leg in legs if leg.answered]
    answered, left = _instants(leg.answered for leg in taken), _instants(leg.released for leg in taken)
    since, until = min(answered, default=None), max(left, default=None)
    return None if since is None or until is None else max(0, until - since) // _MS


def _talked_by(legs: list[Leg]) -> dict[str, int]:
    found: dict[str, int] = {}
    for leg in legs:
        since, until = (next(_instants([event]), None) for event in (leg.answered, leg.released))
        if leg.agent.agent_id and since is not None and until is not None:
            found[leg.agent.agent_id] = found.get(leg.agent.agent_id, 0) + max(0, until - since) // _MS
    return found


def _instants(events: Iterable[CallEvent | None]) -> Iterator[int]:
    """The times that are told, in milliseconds: datetimes of one zone compare by clock face."""
    return (to_milliseconds(event.time) for event in events if event is not None and event.time is not None)

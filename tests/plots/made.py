"""Calls made up for pictures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hillstone_ccc import (
    AgentEvents,
    CallDetail,
    CallRecord,
    ContactType,
    CustomerEvents,
    Disposition,
    Event,
    EventName,
    IvrEvents,
    QueueEvents,
)
from hillstone_ccc._core.journey import join
from hillstone_ccc._frames import Batches, to_pandas

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 1, 2, 12, tzinfo=ZONE)
"""A Friday's."""


def at(second: float) -> datetime:
    """A moment of a call that began at noon."""
    return NOON + timedelta(seconds=second)


def sequence(told: str) -> tuple[Event, ...]:
    """Events written as ``Ringing@5 Established@8``; one without ``@`` has no time."""
    pairs = [one.partition("@") for one in told.split()]
    return tuple(Event(EventName(name), at(float(second)) if second else None) for name, _, second in pairs)


def agent(name: str, told: str, shown: str | None = "Anna") -> AgentEvents:
    """An agent's events."""
    return AgentEvents(f"{name}@ccc-demo", shown, "sg@ccc-demo", sequence(told))


def customer(told: str, number: str = "13800000001") -> CustomerEvents:
    """The customer's events."""
    return CustomerEvents(number, sequence(told))


def queue(told: str, name: str = "Support") -> QueueEvents:
    """Events of a skill group's queue."""
    return QueueEvents("sg@ccc-demo", name, None, None, sequence(told))


def ivr(told: str) -> IvrEvents:
    """Events of an IVR flow."""
    return IvrEvents("flow-1", None, sequence(told))


def detail(*parts: Any, over: float | None = 60, record: CallRecord | None = None, **told: Any) -> CallDetail:
    """A call with these events, that ended in this second."""
    kinds = {"agent": AgentEvents, "customer": CustomerEvents, "queue": QueueEvents, "ivr": IvrEvents}
    whole: dict[str, Any] = {
        f"{name}_events": tuple(one for one in parts if isinstance(one, kind)) for name, kind in kinds.items()
    }
    whole |= {"release_time": None if over is None else at(over), "contact_type": ContactType.INBOUND}
    return join(CallDetail("job-1", **whole | told), record)


def record(number: int = 1, **told: Any) -> CallRecord:
    """A row of an answered inbound call of noon."""
    usual: dict[str, Any] = {
        "contact_type": ContactType.INBOUND,
        "contact_disposition": Disposition.SUCCESS,
        "start_time": NOON,
        "release_time": at(60),
        "ivr_time": 8,
        "queue_time": 4,
        "ring_time": 3,
        "talk_time": 45,
        "held_time": 0,
        "agent_ids": ("anna@ccc-demo",),
        "agent_names": ("Anna",),
    }
    return CallRecord(f"job-{number}", **usual | told)


def as_pandas(calls: Sequence[CallRecord]) -> Any:
    """Rows as a DataFrame of pandas."""
    batches = Batches(CallRecord, ZONE)
    return to_pandas(batches.table([batches.batch(calls)]))

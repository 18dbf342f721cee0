"""A call's details: GetCallDetailRecord, the call with its four lists of events."""

from datetime import datetime, timezone
from typing import Any

import attrs

from .fields import Form, extra, number, shown, wire
from .records import AnalyticsReport
from .release import Released
from .vocabulary import (
    ContactType,
    Disposition,
    EarlyMediaState,
    EventName,
    FlowType,
    QueueType,
    ReleaseInitiator,
    SatisfactionChannel,
)

_NEVER = datetime.max.replace(tzinfo=timezone.utc)


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


@attrs.frozen(repr=False)
class CallDetail(Released):
    """One call with what happened in it, when, and at whose end (GetCallDetailRecord).

    The words, units and empty values are those of :class:`CallRecord`, with these differences of the upstream:
    ``start_time`` of an outbound call is when it connected, ``release_time`` is when the last party left,
    ``release_reason`` looks like ``200 - OK``, and the phases (IVR, queue, …) are not here but in the events.

    Attributes:
        contact_id: The call's id.
        agent_ids: Every agent the call passed through.
        satisfaction_index: The rating (``Satisfaction`` here, ``SatisfactionIndex`` in the lists).
        agent_events: What agents did.
        customer_events: What the customer did.
        queue_events: What happened in queues.
        ivr_events: What happened in IVR flows.
        extra: What the upstream sent and this version does not know, as sent.
    """

    contact_id: str
    instance_id: str | None = wire()
    contact_type: ContactType | None = wire(form=Form.CAPITALS)
    contact_disposition: Disposition | None = wire(form=Form.CAPITALS)
    calling_number: str | None = wire(repr=number)
    called_number: str | None = wire(repr=number)
    caller_location: str | None = wire(form=Form.TRIMMED)
    callee_location: str | None = wire(form=Form.TRIMMED)
    start_time: datetime | None = wire()
    established_time: datetime | None = wire()
    release_time: datetime | None = wire()
    call_duration: int | None = wire()
    agent_ids: tuple[str, ...] = wire(default=())
    agent_names: tuple[str, ...] = wire(default=(), form=Form.NAMES)
    skill_group_ids: tuple[str, ...] = wire(default=())
    skill_group_names: tuple[str, ...] = wire(default=(), form=Form.NAMES)
    recording_ready: bool | None = wire()
    release_initiator: ReleaseInitiator | None = wire()
    release_reason: str | None = wire(form=Form.CAPITALS)
    outside_number_release_reason: str | None = wire()
    early_media_state: EarlyMediaState | None = wire()
    satisfaction_index: int | None = wire("Satisfaction", form=Form.POSITIVE)
    satisfaction_survey_channel: SatisfactionChannel | None = wire()
    satisfaction_survey_offered: bool | None = wire()
    analytics_report_ready: bool | None = wire()
    analytics_report: AnalyticsReport | None = wire()
    agent_events: tuple[AgentEvents, ...] = wire(default=())
    customer_events: tuple[CustomerEvents, ...] = wire(default=())
    queue_events: tuple[QueueEvents, ...] = wire(default=())
    ivr_events: tuple[IvrEvents, ...] = wire(default=())
    extra: dict[str, Any] = extra()

    __repr__ = shown

    @property
    def events(self) -> tuple[Event, ...]:
        """Every event of the four lists on one time line, earliest first; those without a time come last."""
        every: list[Event] = []
        for one in (self.ivr_events, self.queue_events, self.agent_events, self.customer_events):
            for entry in one:
                every += entry.events
        timed = [event for event in every if event.time is not None]
        timed.sort(key=lambda event: event.time or _NEVER)
        return (*timed, *(event for event in every if event.time is None))

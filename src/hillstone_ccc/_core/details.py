"""A call's details: GetCallDetailRecord and the call's row in one, and what is read off them.

How transfers and off-site work are read is in :mod:`.journey`; here is only what holds the answers.
"""

from datetime import datetime
from typing import Any, Literal, TypeAlias

import attrs

from .events import AgentEvents, CallEvent, CustomerEvents, IvrEvents, QueueEvents, timeline
from .fields import Form, displayed, extra, joined, number, shown, wire
from .public import public
from .records import AnalyticsReport, CallRecord
from .release import Released
from .vocabulary import (
    ContactType,
    Disposition,
    EarlyMediaState,
    ReleaseInitiator,
    SatisfactionChannel,
)

TransferKind: TypeAlias = Literal["blind", "consulted"]
TransferTarget: TypeAlias = Literal["agent", "skill_group", "ivr", "outside"]


@public
@attrs.frozen(repr=False)
class Transfer:
    """One handing over of the call by an agent, as far as the upstream tells.

    The upstream has no list of transfers: everything here is **inferred** from events, and ``evidence`` holds
    those. A consult that is known to have been given up is no transfer and is not listed.

    Attributes:
        time: When the agent began it: the time of the ``BlindTransfer`` or ``Consulting`` event.
        kind: ``blind`` (直接转接: the agent leaves at once) or ``consulted`` (咨询转接: talks to the target first).
        from_agent_id: The agent at whom that event stands.
        from_agent_name: That agent's name.
        to_kind: What took the call first after that: an ``agent``, a ``skill_group``'s queue, an ``ivr`` flow, or
            an ``outside`` line (only where the upstream tells of an outside leg). None if it does not tell.
        to_agent_id: The agent who took it, or whose phone rang in vain; also where a group or a flow came first.
        to_agent_name: That agent's name.
        to_skill_group_id: The group whose queue it entered.
        to_skill_group_name: That group's name.
        to_number: The outside number. Whether an agent's transfer fills the field that tells it is unknown.
        completed: True if the target took the call over, False if it did not (it rang in vain, nobody came).
            None if that is not told: of outside lines, and of a consult whose two agents left together.
        evidence: The events it was read from. Empty if ``TransferCount`` alone tells that there was one; nothing
            else is known of it then, and whether that counts consults that came to nothing is unknown.
    """

    time: datetime | None = None
    kind: TransferKind | None = None
    from_agent_id: str | None = None
    from_agent_name: str | None = None
    to_kind: TransferTarget | None = None
    to_agent_id: str | None = None
    to_agent_name: str | None = None
    to_skill_group_id: str | None = None
    to_skill_group_name: str | None = None
    to_number: str | None = attrs.field(default=None, repr=number)
    completed: bool | None = None
    evidence: tuple[CallEvent, ...] = attrs.field(default=(), repr=False)

    __repr__ = shown
    _repr_html_ = displayed


@public
@attrs.frozen(repr=False)
class MissingPart:
    """What one of the two actions behind a :class:`CallDetail` did not tell, and why.

    Attributes:
        action: ``GetCallDetailRecord`` or ``ListCallDetailRecordsV2``.
        error: The name of the error's class, such as ``PermissionDeniedError``; ``NotFoundError`` if the action
            does not know the call (yet).
        message: The error's text, without secrets.
        code: The upstream's code, if it gave one.
        http_status: The HTTP status, if there was an answer.
        request_id: The upstream's id of the request.
        advice: What to do about it.
    """

    action: str
    error: str
    message: str
    code: str | None = None
    http_status: int | None = None
    request_id: str | None = None
    advice: str | None = None

    __repr__ = shown


@public
@attrs.frozen(repr=False)
class CallDetail(Released):
    """One call with what happened in it, when, and at whose end.

    Two answers of the upstream joined: GetCallDetailRecord, which tells the events, and the call's row of
    ListCallDetailRecordsV2 (``record``), which tells transfers, off-site work, phases and more. If one of them
    could not be had the rest is here all the same, and ``missing`` says what is not and why.

    The words, units and empty values are those of :class:`CallRecord`, with these differences of the upstream:
    ``start_time`` of an outbound call is when it connected, ``release_time`` is when the last party left,
    ``release_reason`` looks like ``200 - OK``, and the phases (IVR, queue, …) are not here but in the events and
    in ``record``. Where GetCallDetailRecord is missing, these fields are the row's, in the row's form.

    Attributes:
        contact_id: The call's id.
        agent_ids: Every agent the call passed through.
        satisfaction_index: The rating (``Satisfaction`` here, ``SatisfactionIndex`` in the lists).
        agent_events: What agents did.
        customer_events: What the customer did.
        queue_events: What happened in queues.
        ivr_events: What happened in IVR flows.
        extra: What the upstream sent and this version does not know, as sent.
        record: The call's row of ListCallDetailRecordsV2; None if it could not be had.
        off_site: Whether an agent worked off site (场外) in this call: True if the row names an off-site agent,
            number or release reason, also if that agent did not answer. False if it names none, the call is over
            and is a voice call (inferred: an empty field means that there was none). None if there is no row, and of
            chats and videos, of which the documents do not say it. Never read from an agent's present work mode.
        transfer_caller: 转接主叫, the number from which the off-site agent was called (the last one, if there
            were several). Of an outside line, and of a transfer between agents, the upstream does not tell it: None.
        transfer_called: 转接被叫, the number that was called to reach the off-site agent (the last one, if there were
            several), or else the outside number that the call was forwarded or transferred to. None if there was no
            such leg or it is not told; ``off_site`` and ``transfers`` tell which. Whether an agent's transfer
            to an outside number fills the row's field is unknown.
        transfers: The agents' transfers, earliest first (inferred from the events; those that only the row's
            ``TransferCount`` tells come last, with nothing known of them). Empty if there were none. None if that is
            not told: the call is not over, or the events are missing and the row cannot rule it out. The IVR's own
            forwarding to an outside number is no agent's transfer: ``contact_disposition`` tells it.
        missing: What could not be had; empty if nothing.
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
    record: CallRecord | None = joined()
    off_site: bool | None = joined()
    transfer_caller: str | None = joined(repr=number)
    transfer_called: str | None = joined(repr=number)
    transfers: tuple[Transfer, ...] | None = joined()
    missing: tuple[MissingPart, ...] = joined(default=())

    __repr__ = shown
    _repr_html_ = displayed

    @property
    def events(self) -> tuple[CallEvent, ...]:
        """Every event of the four lists on one time line, earliest first; those without a time come last.

        Events of one entry keep their order. Of different ends at the same millisecond, who leaves goes before who
        comes; else the flow goes before the queue, the queue before the agent, the agent before the customer.
        """
        return timeline((*self.ivr_events, *self.queue_events, *self.agent_events, *self.customer_events))

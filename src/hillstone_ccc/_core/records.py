"""Call records: one row of ListCallDetailRecords or ListCallDetailRecordsV2.

Names are the upstream's in snake case, so the REST contract's too. Times are aware datetimes in the client's
zone, durations whole seconds. What the upstream left out, or sent empty, is None (an empty tuple for lists).
"""

from datetime import datetime
from typing import Any

import attrs

from .fields import Form, displayed, extra, free_text, number, shown, wire
from .public import public
from .release import Released
from .unread import ReadLater, read_later
from .vocabulary import (
    ContactType,
    Disposition,
    EarlyMediaState,
    MediaType,
    ReleaseInitiator,
    SatisfactionChannel,
)


@public
@attrs.frozen(repr=False)
class Emotion:
    """The mood an AI heard in the call (``AnalyticsReport.Emotion``).

    Attributes:
        type: The mood, such as ``Neutral``.
        confidence: How sure, as sent; its scale is not documented.
        remark: Why.
        success: Whether the task came to an end.
        task_id: The task's id.
        extra: What the upstream sent and this version does not know.
    """

    type: str | None = wire()
    confidence: int | None = wire()
    remark: str | None = wire(repr=free_text)
    success: bool | None = wire()
    task_id: str | None = wire()
    extra: dict[str, Any] = extra()

    __repr__ = shown


@public
@attrs.frozen(repr=False)
class ProblemSolving:
    """Whether an AI thinks the problem was solved (``AnalyticsReport.ProblemSolving``).

    Attributes:
        problem: What the customer wanted.
        solution: What was offered.
        solved: Whether that solved it.
        success: Whether the task came to an end.
        task_id: The task's id.
        extra: What the upstream sent and this version does not know.
    """

    problem: str | None = wire(repr=free_text)
    solution: str | None = wire(repr=free_text)
    solved: bool | None = wire()
    success: bool | None = wire()
    task_id: str | None = wire()
    extra: dict[str, Any] = extra()

    __repr__ = shown


@public
@attrs.frozen(repr=False)
class GuessedSatisfaction:
    """How content an AI thinks the customer was (``AnalyticsReport.Satisfaction``).

    Attributes:
        satisfaction_description: How content, in words.
        remark: Why.
        success: Whether the task came to an end.
        task_id: The task's id.
        extra: What the upstream sent and this version does not know.
    """

    satisfaction_description: str | None = wire(repr=free_text)
    remark: str | None = wire(repr=free_text)
    success: bool | None = wire()
    task_id: str | None = wire()
    extra: dict[str, Any] = extra()

    __repr__ = shown


@public
@attrs.frozen(repr=False)
class TodoList:
    """What an AI heard that is to be done (``AnalyticsReport.TodoList``).

    Attributes:
        tasks: What is to be done.
        success: Whether the task came to an end.
        task_id: The task's id.
        extra: What the upstream sent and this version does not know.
    """

    tasks: list[str] = attrs.field(factory=list[str], repr=free_text, hash=False)
    success: bool | None = wire()
    task_id: str | None = wire()
    extra: dict[str, Any] = extra()

    __repr__ = shown


@public
@attrs.frozen(repr=False)
class AnalyticsReport:
    """The AI's report on a call (``AnalyticsReport``; V2 and GetCallDetailRecord).

    Attributes:
        emotion: The customer's mood.
        problem_solving: Whether the problem was solved.
        satisfaction: How content the customer was.
        todo_list: What is to be done.
        extra: What the upstream sent and this version does not know.
    """

    emotion: Emotion | None = wire()
    problem_solving: ProblemSolving | None = wire()
    satisfaction: GuessedSatisfaction | None = wire()
    todo_list: TodoList | None = wire()
    extra: dict[str, Any] = extra()

    __repr__ = shown


@public
@attrs.frozen(repr=False)
class SummaryIndex:
    """Key words of the call (``SummaryIndex``; V2).

    Attributes:
        keywords: The words, as sent.
        extra: What the upstream sent and this version does not know.
    """

    keywords: str | None = wire(repr=free_text)
    extra: dict[str, Any] = extra()

    __repr__ = shown


# Frozen and slotted together cost attrs one object.__setattr__ a field; a dict class is filled directly, which
# halves the making of a row with this many fields.
@public
@read_later
@attrs.frozen(repr=False, slots=False)
class CallRecord(Released, ReadLater):
    """One call (通话记录) as the list shows it.

    Sources: every row field of ListCallDetailRecords and of its V2; fields marked V2 are None from V1.

    Attributes:
        contact_id: The call's id (``ContactId``), opaque.
        instance_id: The call center's id.
        media_type: Kind of contact (V2).
        contact_type: Inbound, outbound, …
        contact_disposition: How the call ended.
        calling_number: Caller. Inbound: the customer; outbound: the number shown to the customer.
        called_number: Callee. Outbound: the customer; inbound: the hot line.
        caller_location: ``省份-城市`` of the caller's number.
        callee_location: ``省份-城市`` of the callee's number.
        broker: Middle number of a back-to-back call.
        additional_broker: Its second middle number.
        start_time: Inbound: entry into the IVR; outbound: start of dialling.
        established_time: When the call was established; None if it never was (the upstream's form of that is
            not documented: null, absent, blank and 0 all give None).
        release_time: End of the call.
        call_duration: Seconds; inbound from IVR entry, outbound from the answer.
        dialing_time: Seconds dialling.
        ivr_time: Seconds from IVR entry to the queue, or to giving up.
        queue_time: Seconds from the queue to the first ring, or to giving up, time-out, overflow.
        ring_time: Seconds ringing at the agent.
        wait_time: Seconds, queue and ring together; the upstream says 0 if the customer gave up waiting.
        talk_time: Seconds talking.
        held_time: Seconds on hold.
        recording_ready: Whether the recording was produced; False if the call was not established.
        recording_duration: Seconds of recording.
        agent_ids: Agents involved, empty if none.
        agent_names: Their display names, in the same order (inferred, not documented). Where there is one agent
            the whole text is the name, since a name may hold a comma; with several the text is split at commas.
        skill_group_ids: Skill groups of those agents.
        skill_group_names: Their names.
        release_initiator: Who hung up.
        release_reason: Why, in the upstream's words, such as ``486:USER_BUSY``.
        early_media_state: Why an outbound call failed.
        satisfaction_survey_offered: Whether the survey was started.
        satisfaction_survey_channel: How the customer was asked.
        satisfaction_index: The key the customer pressed; None if none (0 is not a rating).
        satisfaction_description: What that key means, in the call center's own words.
        call_ids: SIP Call-IDs of the legs.
        transfer_count: Number of transfers (V2).
        off_site_agent_ids: Agents of this call who worked off site (V2 ``OffSiteAgentIds``, capital S).
        offsite_agent_originator_numbers: Numbers from which off-site agents were called (V2).
        offsite_agent_destination_numbers: Numbers that were called to reach them (V2).
        offsite_agent_release_reason: Why the last off-site leg ended (V2).
        outside_number_destination_number: Whom the call was forwarded to outside (V2). Whether an agent's own
            transfer to an outside number fills it is unknown.
        outside_number_release_reason: Why that leg ended (V2).
        voicebot_originator_number: Caller carried along from a voice bot (V2).
        voicebot_destination_number: Callee carried along from a voice bot (V2).
        early_media_text: Text heard in early media (V2).
        analytics_report_ready: Whether the AI's report is finished (V2).
        analytics_report: The AI's report (V2).
        summary_index: Key words (V2).
        access_channel_id: Chat only (V2), as are all below.
        access_channel_name: Channel's name.
        access_channel_type: Channel's kind, such as ``Web``.
        access_channel_user_id: Visitor's id in the channel.
        access_channel_user_name: Visitor's name in the channel.
        client_app_name: Visitor's program.
        client_ip_address: Visitor's address.
        client_location: Visitor's place.
        client_user_agent: Visitor's browser.
        first_response_time: The agent's first reply; its unit is not documented, so the number is as sent.
        messages_sent: Messages in all.
        messages_sent_by_agent: Messages of the agent.
        messages_sent_by_customer: Messages of the visitor.
        extra: What the upstream sent and this version does not know, as sent.
    """

    contact_id: str
    instance_id: str | None = wire()
    media_type: MediaType | None = wire()
    contact_type: ContactType | None = wire(form=Form.CAPITALS)
    contact_disposition: Disposition | None = wire(form=Form.CAPITALS)
    calling_number: str | None = wire(repr=number)
    called_number: str | None = wire(repr=number)
    caller_location: str | None = wire(form=Form.TRIMMED)
    callee_location: str | None = wire(form=Form.TRIMMED)
    broker: str | None = wire(repr=number)
    additional_broker: str | None = wire(repr=number)
    start_time: datetime | None = wire()
    established_time: datetime | None = wire()
    release_time: datetime | None = wire()
    call_duration: int | None = wire(form=Form.DIGITS)
    dialing_time: int | None = wire()
    ivr_time: int | None = wire()
    queue_time: int | None = wire()
    ring_time: int | None = wire()
    wait_time: int | None = wire()
    talk_time: int | None = wire()
    held_time: int | None = wire()
    recording_ready: bool | None = wire()
    recording_duration: int | None = wire()
    agent_ids: tuple[str, ...] = wire(default=())
    agent_names: tuple[str, ...] = wire(default=(), form=Form.NAMES)
    skill_group_ids: tuple[str, ...] = wire(default=())
    skill_group_names: tuple[str, ...] = wire(default=(), form=Form.NAMES)
    release_initiator: ReleaseInitiator | None = wire()
    release_reason: str | None = wire(form=Form.CAPITALS)
    early_media_state: EarlyMediaState | None = wire()
    satisfaction_survey_offered: bool | None = wire()
    satisfaction_survey_channel: SatisfactionChannel | None = wire()
    satisfaction_index: int | None = wire(form=Form.POSITIVE)
    satisfaction_description: str | None = wire()
    call_ids: tuple[str, ...] = wire(default=())
    transfer_count: int | None = wire()
    off_site_agent_ids: tuple[str, ...] = wire(default=())
    offsite_agent_originator_numbers: tuple[str, ...] = wire(default=(), repr=number)
    offsite_agent_destination_numbers: tuple[str, ...] = wire(default=(), repr=number)
    offsite_agent_release_reason: str | None = wire()
    outside_number_destination_number: str | None = wire(repr=number)
    outside_number_release_reason: str | None = wire()
    voicebot_originator_number: str | None = wire(repr=number)
    voicebot_destination_number: str | None = wire(repr=number)
    early_media_text: str | None = wire(repr=free_text)
    analytics_report_ready: bool | None = wire()
    analytics_report: AnalyticsReport | None = wire()
    summary_index: SummaryIndex | None = wire()
    access_channel_id: str | None = wire()
    access_channel_name: str | None = wire()
    access_channel_type: str | None = wire()
    access_channel_user_id: str | None = wire(repr=free_text)
    access_channel_user_name: str | None = wire(repr=free_text)
    client_app_name: str | None = wire()
    client_ip_address: str | None = wire(repr=False)
    client_location: str | None = wire()
    client_user_agent: str | None = wire(repr=False)
    first_response_time: int | None = wire()
    messages_sent: int | None = wire()
    messages_sent_by_agent: int | None = wire()
    messages_sent_by_customer: int | None = wire()
    extra: dict[str, Any] = extra()

    __repr__ = shown
    _repr_html_ = displayed

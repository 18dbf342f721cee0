"""A call, an agent, a skill group as the upstream's JSON spells them, oddities included.

An empty value is None here; `fill` then spells it as the quirks say.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from hillstone_ccc.sandbox.quirks import Quirks

if TYPE_CHECKING:
    from hillstone_ccc.sandbox.call import Call, Transfer
    from hillstone_ccc.sandbox.people import AgentData, SkillGroupData

UPPER = {
    "Inbound": "INBOUND",
    "Outbound": "OUTBOUND",
    "Internal": "INTERNAL",
    "Predictive": "PREDICTIVE",
    "Back2Back": "BACK2BACK",
    "PrivacyDial": "PRIVACY_DIAL",
    "Conference": "CONFERENCE",
}
"""A contact type as ListCallDetailRecords spells it, and as …V2 and GetCallDetailRecord do."""

MIXED = {upper: mixed for mixed, upper in UPPER.items()}
"""The way back."""

_COUNTED: Mapping[str, Callable[["Transfer"], bool]] = {
    "completed": lambda transfer: transfer.kind == "blind" or transfer.completed,
    "begun": lambda _: True,
    "blind": lambda transfer: transfer.kind == "blind",
}
_NUMBERS = frozenset({"EstablishedTime", "SatisfactionIndex", "Satisfaction", "Duration", "StartTime"})


def fill(values: Mapping[str, Any], quirks: Quirks) -> dict[str, Any]:
    """Spell the empty values, None so far, as this upstream does."""
    if quirks.empty == "absent":
        return {name: value for name, value in values.items() if value is not None}
    if quirks.empty == "null":
        return dict(values)
    numbers = _NUMBERS if quirks.empty == "zero" else frozenset[str]()
    return {name: (0 if name in numbers else "") if value is None else value for name, value in values.items()}


def quoted(value: Any) -> Any:
    """Every number and truth value as text, the way the documents of 2021 show them."""
    if isinstance(value, dict):
        return {name: quoted(item) for name, item in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return list(map(quoted, cast("Iterable[Any]", value)))
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else value


def record_v1(call: "Call", quirks: Quirks) -> dict[str, Any]:
    """A row of ListCallDetailRecords."""
    return fill(_row(call, quirks), quirks)


def record_v2(call: "Call", quirks: Quirks) -> dict[str, Any]:
    """A row of ListCallDetailRecordsV2; fields that only a chat has are left out."""
    row = _row(call, quirks)
    row["ContactType"] = UPPER.get(call.contact_type, call.contact_type)
    row |= {
        "MediaType": call.media_type,
        "TransferCount": sum(_COUNTED[quirks.transfers_counted](transfer) for transfer in call.transfers),
        "OffSiteAgentIds": _csv(call.off_site_agents),
        "OffsiteAgentOriginatorNumbers": _csv(call.off_site_originator_numbers),
        "OffsiteAgentDestinationNumbers": _csv(call.off_site_destination_numbers),
        "OffsiteAgentReleaseReason": call.off_site_release_reason or None,
        "OutsideNumberDestinationNumber": _of_outside_leg(call, call.outside_number, quirks),
        "OutsideNumberReleaseReason": _of_outside_leg(call, call.outside_release_reason, quirks),
        "VoicebotOriginatorNumber": call.voicebot_originator_number or None,
        "VoicebotDestinationNumber": call.voicebot_destination_number or None,
        "EarlyMediaText": call.early_media_text or None,
        "AnalyticsReportReady": False,
        "AnalyticsReport": None,
        "SummaryIndex": None,
    }
    return fill(row, quirks)


def record_recent(call: "Call", quirks: Quirks) -> dict[str, Any]:
    """A thin row of ListRecentCallDetailRecords."""
    return fill(
        {
            "ContactId": call.contact_id,
            "InstanceId": call.instance_id,
            "ContactType": call.contact_type,
            "ContactDisposition": call.disposition,
            "CallingNumber": call.calling_number or None,
            "CalledNumber": call.called_number or None,
            "AgentIds": _csv(call.agents),
            "SkillGroupIds": _csv(call.skill_group_ids),
            "StartTime": call.start_time,
            "CallDuration": str(call.call_duration),
            "Duration": call.call_duration,
        },
        quirks,
    )


def detail(call: "Call", events: Mapping[str, Any], quirks: Quirks) -> dict[str, Any]:
    """The `Data` of GetCallDetailRecord."""
    initiator = call.release_initiator or None
    if quirks.release_initiator_blank and initiator == "agent":
        initiator = "agent "
    values = {
        "ContactId": call.contact_id,
        "InstanceId": call.instance_id,
        "ContactType": UPPER.get(call.contact_type, call.contact_type),
        "ContactDisposition": call.disposition,
        "CallingNumber": call.calling_number or None,
        "CalledNumber": call.called_number or None,
        "CallerLocation": _location(call.caller_location, quirks),
        "CalleeLocation": _location(call.callee_location, quirks),
        "StartTime": call.start_time,
        "EstablishedTime": call.established_time,
        "ReleaseTime": call.release_time,
        "CallDuration": call.call_duration,
        "AgentIds": _csv(call.agents),
        "AgentNames": _csv(call.agent_names),
        "SkillGroupIds": _csv(call.skill_group_ids),
        "SkillGroupNames": _csv(call.skill_group_names),
        "RecordingReady": call.recording_ready,
        "ReleaseInitiator": initiator,
        "ReleaseReason": call.release_reason.replace(":", " - ", 1) or None,
        "OutsideNumberReleaseReason": _of_outside_leg(call, call.outside_release_reason, quirks),
        "EarlyMediaState": call.early_media_state or None,
        "Satisfaction": call.satisfaction_index,
        "SatisfactionSurveyChannel": call.satisfaction_channel or None,
        "SatisfactionSurveyOffered": call.satisfaction_offered,
        "AnalyticsReportReady": False,
        "AnalyticsReport": None,
    }
    sequences = {
        "AgentEvents": events["agent_events"],
        "CustomerEvents": events["customer_events"],
        "QueueEvents": events["queue_events"],
        "IvrEvents": events["ivr_events"],
    }
    return fill(values, quirks) | sequences


def agent_row(agent: "AgentData", quirks: Quirks) -> dict[str, Any]:
    """A row of ListUsers."""
    return fill(
        {
            **_agent(agent),
            "RamId": agent.ram_id,
            "Primary": agent.primary,
            "PrimaryAccount": agent.primary,
            "SkillLevelList": [
                {
                    "SkillGroupId": level.skill_group_id,
                    "SkillGroupName": level.skill_group_name,
                    "SkillLevel": level.skill_level,
                }
                for level in agent.skill_levels
            ],
            "PersonalOutboundNumberList": [
                {
                    "Number": number.number,
                    "Province": number.province,
                    "City": number.city,
                    "Usage": number.usage,
                    "Active": number.active,
                }
                for number in agent.outbound_numbers
            ],
        },
        quirks,
    )


def agent_card(agent: "AgentData", instance_id: str, quirks: Quirks) -> dict[str, Any]:
    """The `Data` of GetUser."""
    return fill(
        {
            **_agent(agent),
            "InstanceId": instance_id,
            "Nickname": agent.nickname or None,
            "AvatarUrl": agent.avatar_url or None,
        },
        quirks,
    )


def skill_group_row(group: "SkillGroupData", quirks: Quirks) -> dict[str, Any]:
    """A row of ListSkillGroups."""
    return fill(
        {
            "SkillGroupId": group.skill_group_id,
            "SkillGroupName": group.name,
            "DisplayName": group.display_name,
            "Description": group.description or None,
            "InstanceId": group.instance_id,
            "MediaType": group.media_type,
            "PhoneNumberCount": group.phone_number_count,
            "UserCount": group.user_count,
        },
        quirks,
    )


def _agent(agent: "AgentData") -> dict[str, Any]:
    return {
        "UserId": agent.user_id,
        "LoginName": agent.login_name,
        "DisplayName": agent.display_name,
        "DisplayId": agent.display_id or None,
        "Email": agent.email or None,
        "Mobile": agent.mobile or None,
        "Extension": agent.extension or None,
        "DeviceId": agent.device_id or None,
        "DeviceExt": agent.device_ext or None,
        "DeviceState": agent.device_state,
        "WorkMode": agent.work_mode,
        "RoleId": agent.role_id,
        "RoleName": agent.role_name,
    }


def _row(call: "Call", quirks: Quirks) -> dict[str, Any]:
    return {
        "ContactId": call.contact_id,
        "InstanceId": call.instance_id,
        "ContactType": call.contact_type,
        "ContactDisposition": call.disposition,
        "CallingNumber": call.calling_number or None,
        "CalledNumber": call.called_number or None,
        "CallerLocation": _location(call.caller_location, quirks),
        "CalleeLocation": _location(call.callee_location, quirks),
        "Broker": call.broker or None,
        "AdditionalBroker": call.additional_broker or None,
        "StartTime": call.start_time,
        "EstablishedTime": call.established_time,
        "ReleaseTime": call.release_time,
        "CallDuration": str(call.call_duration),
        "DialingTime": call.dialing_time,
        "IvrTime": call.ivr_time,
        "QueueTime": call.queue_time,
        "RingTime": call.ring_time,
        "WaitTime": call.wait_time,
        "TalkTime": call.talk_time,
        "HeldTime": call.held_time,
        "RecordingReady": call.recording_ready,
        "RecordingDuration": call.recording_duration,
        "AgentIds": _csv(call.agents),
        "AgentNames": _csv(call.agent_names),
        "SkillGroupIds": _csv(call.skill_group_ids),
        "SkillGroupNames": _csv(call.skill_group_names),
        "ReleaseInitiator": call.release_initiator or None,
        "ReleaseReason": call.release_reason or None,
        "EarlyMediaState": call.early_media_state or None,
        "SatisfactionSurveyOffered": call.satisfaction_offered,
        "SatisfactionSurveyChannel": call.satisfaction_channel or None,
        "SatisfactionIndex": call.satisfaction_index,
        "SatisfactionDescription": call.satisfaction_description or None,
        "CallIds": _csv(call.call_ids),
    }


def _location(text: str, quirks: Quirks) -> str | None:
    return f" {text}" if text and quirks.location_blank else text or None


def _of_outside_leg(call: "Call", text: str, quirks: Quirks) -> str | None:
    told = quirks.outside_number_of_agents or call.disposition == "ForwardToOutsideNumber"
    return text or None if told else None


def _csv(items: Iterable[str]) -> str | None:
    return ",".join(items) or None

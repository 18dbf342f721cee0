"""What happened inside one call: the event lists of GetCallDetailRecord and the legs that were recorded.

Both follow from the row alone, so that a row and its details never disagree. The order of events, the meaning
of ``Duration`` and how a transferred call splits into legs are unknown; here a ``Duration`` lasts until the
next event of its sequence, and each agent has one entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from attrs import evolve, frozen

from hillstone_ccc.sandbox import dice
from hillstone_ccc.sandbox.stints import Stint, extension, stints

if TYPE_CHECKING:
    from hillstone_ccc.sandbox.call import Call
    from hillstone_ccc.sandbox.centre import CallCentre

_LEFT_THE_IVR = frozenset({"AbandonedInIVR", "AbandonedInVoiceNavigator"})
_END_OF_QUEUE = {
    "AbandonedInQueue": "Abandoned",
    "AbandonedInRing": "GiveUp",
    "QueuingTimeout": "QueueingTimeout",
    "QueuingOverflow": "QueueingOverflow",
}
_SKILL_GROUP_QUEUE = 1
_TRANSFER_EVENT = {"blind": "BlindTransfer", "consulted": "Consulting"}


@frozen(kw_only=True)
class Leg:
    """One agent's part of an answered call, and the file it was recorded to.

    Attributes:
        ram_id: The agent's; 0 if nobody knows the agent.
        channel_id: ``ch-user-<agent's extension>-<number that called it>-<ms>-<contact id>``.
        start_ms: When the agent answered, in ms.
        duration_ms: Until the agent left, in ms.
        file_stem: Name of the leg's file without its suffix.
        hold_segments: Beginning and end, in ms, of each part in which the customer was on hold.
    """

    agent_id: str
    agent_name: str
    skill_group_id: str
    ram_id: int
    channel_id: str
    start_ms: int
    duration_ms: int
    file_stem: str
    hold_segments: tuple[tuple[int, int], ...] = ()


def legs(call: Call, centre: CallCentre | None = None) -> tuple[Leg, ...]:
    """The legs of a call, in the order of its agents; none if nobody answered.

    Args:
        call: The call, whether its recording is ready or not.
        centre: Who knows the agents' RAM ids, extensions and groups.
    """
    parts = [_leg(call, stint, stint.answered, centre) for stint in stints(call, centre) if stint.answered is not None]
    if parts and call.held_time:
        longest = max(range(len(parts)), key=lambda place: parts[place].duration_ms)
        parts[longest] = _with_hold(parts[longest], call.held_time * 1000)
    return tuple(parts)


def _leg(call: Call, stint: Stint, answered: int, centre: CallCentre | None) -> Leg:
    agent = centre.agent(stint.agent_id) if centre else None
    own_number = extension(centre, stint.agent_id) or call.called_number
    key = dice.of_text(f"{call.contact_id}/{stint.agent_id}/{stint.called}")
    uuid = UUID(int=key << 64 | dice.mix(key), version=4)
    return Leg(
        agent_id=stint.agent_id,
        agent_name=stint.agent_name,
        skill_group_id=stint.group_id,
        ram_id=agent.ram_id if agent else 0,
        channel_id=f"ch-user-{own_number}-{stint.called_by}-{stint.called}-{call.contact_id}",
        start_ms=answered,
        duration_ms=stint.left - answered,
        file_stem=f"{call.contact_id}-{uuid}-{answered}",
    )


def _with_hold(leg: Leg, held_ms: int) -> Leg:
    held_ms = min(held_ms, leg.duration_ms)
    begin = leg.start_ms + (leg.duration_ms - held_ms) // 3
    return evolve(leg, hold_segments=((begin, begin + held_ms),))


def events(call: Call, centre: CallCentre) -> dict[str, list[dict[str, Any]]]:
    """The four event lists of a call, in GetCallDetailRecord's own spelling.

    Returns:
        ``agent_events``, ``customer_events``, ``queue_events``, ``ivr_events``.
    """
    stays = stints(call, centre)
    return {
        "agent_events": [_agent_entry(stint) for stint in stays],
        "customer_events": _customer_entries(call),
        "queue_events": _queue_entries(call, centre, stays),
        "ivr_events": _ivr_entries(call, stays),
    }


def _sequence(*moments: tuple[str, int | None]) -> list[dict[str, Any]]:
    """An ``EventSequence`` of the moments that happened."""
    return [{"Event": name, "EventTime": time} for name, time in moments if time is not None]


def _agent_entry(stint: Stint) -> dict[str, Any]:
    did = [(_TRANSFER_EVENT[one.kind], one.time) for one in stint.transfers]
    did += [(one.event, one.time) for one in stint.interventions]
    arrived = [] if stint.supervises else [("Dialing" if stint.dials else "Ringing", stint.called)]
    sequence = _sequence(
        *arrived,
        ("Established", stint.answered),
        *sorted(did, key=lambda one: one[1]),
        ("Released", stint.left),
    )
    ends = [event["EventTime"] for event in sequence[1:]] + [stint.left]
    for event, end in zip(sequence, ends, strict=True):
        event["Duration"] = (end - event["EventTime"]) // 1000
    return {
        "AgentId": stint.agent_id,
        "AgentName": stint.agent_name,
        "SkillGroupId": stint.group_id,
        "EventSequence": sequence,
    }


def _customer_entries(call: Call) -> list[dict[str, Any]]:
    """The customer's leg; an internal call has none."""
    if call.contact_type == "Internal":
        return []
    if call.contact_type == "Inbound":
        customer = call.calling_number
        sequence = _sequence(("Established", call.start_time), ("Released", call.release_time))
    else:
        customer = call.called_number
        sequence = _sequence(
            ("Ringing", call.start_time),
            ("Established", call.established_time),
            ("Released", call.release_time),
        )
    return [{"CustomerId": customer, "EventSequence": sequence}]


def _flow_id(call: Call, flow: str) -> str:
    return str(UUID(int=dice.of_text(f"{call.instance_id}/{flow}"), version=4))


def _queue_entries(call: Call, centre: CallCentre, stays: tuple[Stint, ...]) -> list[dict[str, Any]]:
    """The queue an inbound call went through, and those of the groups it was transferred to."""
    names = {group.skill_group_id: group.display_name for group in centre.skill_groups}
    names.update(zip(call.skill_group_ids, call.skill_group_names, strict=False))

    def entry(group_id: str, *moments: tuple[str, int | None]) -> dict[str, Any]:
        return {
            "QueueId": group_id,
            "QueueName": names.get(group_id, ""),
            "QueueType": _SKILL_GROUP_QUEUE,
            "FlowId": _flow_id(call, "MAIN_FLOW"),
            "EventSequence": _sequence(*moments),
        }

    entries: list[dict[str, Any]] = []
    if call.contact_type == "Inbound" and call.skill_group_ids:
        entered = call.start_time + call.ivr_time * 1000
        end = _END_OF_QUEUE.get(call.disposition, "")
        entries.append(
            entry(
                stays[0].group_id if stays else call.skill_group_ids[0],
                ("Enqueue", entered),
                ("AssignAgent", entered + call.queue_time * 1000 if stays else None),
                (end, call.release_time if end else None),
            )
        )
    for transfer in (one for stint in stays for one in stint.transfers if one.to_kind == "skill_group"):
        assigned = next((stint.called for stint in stays if stint.brought_by is transfer), None)
        entries.append(entry(transfer.to, ("Enqueue", transfer.time), ("AssignAgent", assigned)))
    return entries


def _ivr_entries(call: Call, stays: tuple[Stint, ...]) -> list[dict[str, Any]]:
    """The flow an inbound call enters first, those that it was transferred to, and the survey after it."""
    flows: list[tuple[str, str, list[dict[str, Any]]]] = []
    if call.contact_type == "Inbound":
        left = call.release_time if call.disposition in _LEFT_THE_IVR else None
        sequence = _sequence(("Route2IVR", call.start_time), ("Abandoned", left))
        flows.append((_flow_id(call, "MAIN_FLOW"), "MAIN_FLOW", sequence))
    flows += [
        (transfer.to, "MAIN_FLOW", _sequence(("Route2IVR", transfer.time)))
        for stint in stays
        for transfer in stint.transfers
        if transfer.to_kind == "ivr"
    ]
    if call.satisfaction_offered and call.satisfaction_channel == "IVR":
        sequence = _sequence(("Route2IVR", call.release_time))
        flows.append((_flow_id(call, "SURVEY_FLOW"), "SURVEY_FLOW", sequence))
    return [{"FlowId": flow, "FlowType": kind, "EventSequence": sequence} for flow, kind, sequence in flows]

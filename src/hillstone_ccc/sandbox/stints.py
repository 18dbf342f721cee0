"""Who was on a call, and from when to when: what a row's times, agents and transfers amount to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve, frozen

from hillstone_ccc.sandbox import dice

if TYPE_CHECKING:
    from hillstone_ccc.sandbox.call import Call, Transfer
    from hillstone_ccc.sandbox.centre import CallCentre


@frozen(kw_only=True)
class Stint:
    """One agent's stay in a call; times in ms.

    Attributes:
        called_by: The number that the agent's phone shows.
        dials: Whether the agent's side dialled; else it rang.
        called: When the phone began to dial or to ring.
        answered: When the agent was connected; None if that never happened.
        left: When the agent left, or stopped ringing.
        transfer: The transfer by which the agent left, its time moved into the stay if it lay outside.
    """

    agent_id: str
    agent_name: str
    group_id: str
    called_by: str
    dials: bool
    called: int
    answered: int | None
    left: int
    transfer: Transfer | None = None


def stints(call: Call, centre: CallCentre | None) -> tuple[Stint, ...]:
    """The stays of all agents of a call, in the order of ``call.agents``.

    The first agent is there from the answer on; each transfer to an agent or to a group brings in the next;
    agents whom no transfer explains (internal calls, conferences) stay from the answer to the end.
    """
    stays = [_whole_stay(call, centre, place) for place in range(len(call.agents))]
    if not stays or call.established_time is None:
        return tuple(stays)
    holder: int | None = 0
    for transfer in call.transfers:
        if holder is None:
            break
        moment = min(max(transfer.time, stays[holder].answered or 0), call.release_time)
        ring, talk = _pauses(call, transfer)
        receiver = holder + 1 if transfer.to_kind != "outside" and holder + 1 < len(stays) else None
        answered = min(moment + ring, call.release_time)
        left = moment if transfer.kind == "blind" else min(answered + talk, call.release_time)
        stays[holder] = evolve(stays[holder], left=left, transfer=evolve(transfer, time=moment))
        if receiver is not None:
            called_by = extension(centre, call.agents[holder]) or call.called_number
            group_id = transfer.to if transfer.to_kind == "skill_group" else stays[receiver].group_id
            stays[receiver] = evolve(
                stays[receiver],
                dials=False,
                called=moment,
                answered=answered,
                called_by=called_by,
                group_id=group_id,
            )
        holder = receiver
    return tuple(stays)


def extension(centre: CallCentre | None, agent_id: str) -> str:
    """The extension of an agent; empty if nobody knows the agent."""
    agent = centre.agent(agent_id) if centre else None
    return agent.extension if agent else ""


def _whole_stay(call: Call, centre: CallCentre | None, place: int) -> Stint:
    inbound = call.contact_type == "Inbound"
    names = dict(zip(call.agents, call.agent_names, strict=False))
    return Stint(
        agent_id=call.agents[place],
        agent_name=names.get(call.agents[place], ""),
        group_id=_group_of(call, centre, place),
        called_by=call.calling_number if inbound else call.called_number,
        dials=place == 0 and not inbound,
        called=call.start_time + (call.ivr_time + call.queue_time) * 1000 * inbound,
        answered=call.established_time,
        left=call.release_time,
    )


def _group_of(call: Call, centre: CallCentre | None, place: int) -> str:
    """The group for which an agent took part: one of the call's that the agent is in, or else by position."""
    agent = centre.agent(call.agents[place]) if centre else None
    own = {level.skill_group_id for level in agent.skill_levels} if agent else set[str]()
    candidates = [group_id for group_id in call.skill_group_ids if group_id in own]
    return (candidates or [*call.skill_group_ids[place:], *call.skill_group_ids[-1:], ""])[0]


def _pauses(call: Call, transfer: Transfer) -> tuple[int, int]:
    """How long the receiver's phone rings, and how long a consulting agent then stays, in ms."""
    bits = dice.of_text(f"{call.contact_id}/{transfer.time}")
    return 2000 + bits % 4 * 1000, 4000 + (bits >> 8) % 8 * 1000

"""Who was on a call, and from when to when: what a row's times, agents and transfers amount to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve, frozen

from hillstone_ccc.sandbox import dice

if TYPE_CHECKING:
    from hillstone_ccc.sandbox.call import Call, Intervention, Transfer
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
        transfers: Those that the agent began, their times moved into the stay if they lay outside.
        brought_by: The transfer that brought the agent in.
        interventions: What else the agent did.
        supervises: Whether the agent only listened in, or took over, and never rang.
    """

    agent_id: str
    agent_name: str
    group_id: str
    called_by: str
    dials: bool
    called: int
    answered: int | None
    left: int
    transfers: tuple[Transfer, ...] = ()
    brought_by: Transfer | None = None
    interventions: tuple[Intervention, ...] = ()
    supervises: bool = False


def stints(call: Call, centre: CallCentre | None) -> tuple[Stint, ...]:
    """The stays of all agents of a call, in the order of ``call.agents``.

    The first agent is there from the answer on; each transfer to an agent, to a group or to a flow brings in the
    next; agents whom no transfer explains (internal calls, conferences) stay from the answer to the end.
    """
    stays = [_whole_stay(call, centre, place) for place in range(len(call.agents))]
    waiting = iter([place for place, stay in enumerate(stays) if not stay.supervises])
    holder = next(waiting, None)
    if call.established_time is None:
        return tuple(stays)
    for told in call.transfers:
        if holder is None:
            break
        moment = min(max(told.time, stays[holder].answered or 0), call.release_time)
        transfer = evolve(told, time=moment)
        receiver = None if transfer.to_kind == "outside" else next(waiting, None)
        given, received = _hand_over(call, centre, stays[holder], transfer, stays[receiver] if receiver else None)
        stays[holder] = given
        if receiver is not None and received is not None:
            stays[receiver] = received
        if transfer.kind == "blind" or transfer.completed:
            holder = receiver
    return tuple(stays)


def _hand_over(
    call: Call, centre: CallCentre | None, giver: Stint, transfer: Transfer, receiver: Stint | None
) -> tuple[Stint, Stint | None]:
    """The two stays as a transfer leaves them."""
    ring, talk = _pauses(call, transfer)
    answered = min(transfer.time + ring, call.release_time)
    parted = min(answered + talk, call.release_time)
    blind, completed = transfer.kind == "blind", transfer.completed
    left = transfer.time if blind else parted if completed else giver.left
    giver = evolve(giver, left=left, transfers=(*giver.transfers, transfer))
    if receiver is None:
        return giver, None
    return giver, evolve(
        receiver,
        dials=False,
        called=transfer.time,
        answered=None if blind and not completed else answered,
        left=call.release_time if blind or completed else parted,
        called_by=extension(centre, giver.agent_id) or call.called_number,
        group_id=transfer.to if transfer.to_kind == "skill_group" else receiver.group_id,
        brought_by=transfer,
    )


def extension(centre: CallCentre | None, agent_id: str) -> str:
    """The extension of an agent; empty if nobody knows the agent."""
    agent = centre.agent(agent_id) if centre else None
    return agent.extension if agent else ""


def _whole_stay(call: Call, centre: CallCentre | None, place: int) -> Stint:
    inbound = call.contact_type == "Inbound"
    agent_id = call.agents[place]
    names = dict(zip(call.agents, call.agent_names, strict=False))
    interventions = tuple(one for one in call.interventions if one.agent == agent_id)
    began = [one.time for one in interventions if one.event != "StartConference"]
    return Stint(
        agent_id=agent_id,
        agent_name=names.get(agent_id, ""),
        group_id=_group_of(call, centre, place),
        called_by=call.calling_number if inbound else call.called_number,
        dials=place == 0 and not inbound,
        called=min(began, default=call.start_time + (call.ivr_time + call.queue_time) * 1000 * inbound),
        answered=None if began else call.established_time,
        left=call.release_time,
        interventions=interventions,
        supervises=bool(began),
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

"""Events and legs: what they tell is what the row tells."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from hillstone_ccc.sandbox.call import Call, Intervention, Transfer, TransferKind, TransferTarget
from hillstone_ccc.sandbox.centre import CallCentre, CallFilter
from hillstone_ccc.sandbox.details import events, legs

NOW = 1_795_312_800_000
CENTRE = CallCentre(records=2000, now_ms=NOW)
CALLS = CENTRE.select(CallFilter()).rows(0, 2000)
CALL = Call(contact_id="job-1", start_time=1_000_000)
FIRST, SECOND, THIRD = (agent.user_id for agent in CENTRE.agents[:3])


def names(sequence: list[dict[str, Any]]) -> list[str]:
    """The names of the events of a sequence."""
    return [event["Event"] for event in sequence]


def sequences(call: Call, kind: str) -> list[list[dict[str, Any]]]:
    """The event sequences of one kind."""
    return [entry["EventSequence"] for entry in events(call, CENTRE)[kind]]


def transferred(to_kind: TransferTarget, kind: TransferKind, *, time: int = 20_000, completed: bool = True) -> Call:
    """The small call, handed on by its first agent."""
    target = {"agent": SECOND, "skill_group": "vip@ccc-demo", "outside": "13800009801", "ivr": "flow-1"}[to_kind]
    transfer = Transfer(
        from_agent=FIRST, to=target, to_kind=to_kind, time=CALL.start_time + time, kind=kind, completed=completed
    )
    agents = (FIRST,) if to_kind == "outside" else (FIRST, SECOND)
    return evolve(CALL, agents=agents, agent_names=("张三", "张三丰")[: len(agents)], transfers=(transfer,))


@settings(max_examples=300, deadline=None)
@given(call=st.sampled_from(CALLS))
def test_events_are_the_rows(call: Call) -> None:
    """Events lie within the call, in order, and end with its end; one entry for each agent."""
    found = events(call, CENTRE)
    assert {"agent_events", "customer_events", "queue_events", "ivr_events"} == set(found)
    everything = [sequence for kind in found for sequence in sequences(call, kind)]
    times = [[event["EventTime"] for event in sequence] for sequence in everything]
    assert times == [sorted(sequence) for sequence in times]
    assert all(call.start_time <= time <= call.release_time for sequence in times for time in sequence)
    assert list(call.agents) == [entry["AgentId"] for entry in found["agent_events"]]
    assert list(call.agent_names) == [entry["AgentName"] for entry in found["agent_events"]]
    assert all(entry["SkillGroupId"] in call.skill_group_ids for entry in found["agent_events"])
    for sequence in sequences(call, "agent_events"):
        assert "Released" == sequence[-1]["Event"]
        for event, following in pairwise(sequence):
            assert (following["EventTime"] - event["EventTime"]) // 1000 == event["Duration"]
    told = [name for sequence in sequences(call, "agent_events") for name in names(sequence)]
    assert len(call.transfers) == told.count("BlindTransfer") + told.count("Consulting")
    assert (call.established_time is not None and bool(call.agents)) == ("Established" in told)
    assert (call.contact_type == "Inbound") == ("MAIN_FLOW" in [entry["FlowType"] for entry in found["ivr_events"]])


@settings(max_examples=300, deadline=None)
@given(call=st.sampled_from(CALLS))
def test_legs_are_the_rows(call: Call) -> None:
    """Answered calls have a leg for each agent within the talk, together at least as long; others have none."""
    found = legs(call, CENTRE)
    if call.established_time is None:
        assert () == found
        return
    assert call.agents == tuple(leg.agent_id for leg in found)
    assert call.established_time == found[0].start_ms
    assert all(0 <= leg.duration_ms and leg.start_ms + leg.duration_ms <= call.release_time for leg in found)
    assert all(leg.file_stem.startswith(f"{call.contact_id}-") for leg in found)
    assert len(found) == len({leg.file_stem for leg in found})
    for leg in found:
        agent = CENTRE.agent(leg.agent_id)
        assert agent is not None
        assert (agent.ram_id, agent.display_name) == (leg.ram_id, leg.agent_name)
        assert leg.channel_id.startswith(f"ch-user-{agent.extension}-")
        assert all(leg.start_ms <= begin <= end <= leg.start_ms + leg.duration_ms for begin, end in leg.hold_segments)
    held = sum(end - begin for leg in found for begin, end in leg.hold_segments)
    assert call.held_time * 1000 == held or len(found) > 1


def test_answered_call() -> None:
    """A small answered call tells its whole story at the times of its row."""
    found = events(CALL, CENTRE)
    assert [("Ringing", 1_012_000, 3), ("Established", 1_015_000, 40), ("Released", 1_055_000, 0)] == [
        (event["Event"], event["EventTime"], event["Duration"]) for event in found["agent_events"][0]["EventSequence"]
    ]
    assert [{"Event": "Enqueue", "EventTime": 1_008_000}, {"Event": "AssignAgent", "EventTime": 1_012_000}] == found[
        "queue_events"
    ][0]["EventSequence"]
    assert ("tech-support@ccc-demo", "技术支持", 1) == tuple(
        found["queue_events"][0][name] for name in ("QueueId", "QueueName", "QueueType")
    )
    assert [{"Event": "Route2IVR", "EventTime": 1_000_000}] == found["ivr_events"][0]["EventSequence"]
    assert "13800000001" == found["customer_events"][0]["CustomerId"]


@pytest.mark.parametrize(
    ("disposition", "queue", "ivr"),
    [
        ("AbandonedInIVR", [], ["Route2IVR", "Abandoned"]),
        ("AbandonedInQueue", ["Enqueue", "Abandoned"], ["Route2IVR"]),
        ("QueuingTimeout", ["Enqueue", "QueueingTimeout"], ["Route2IVR"]),
        ("QueuingOverflow", ["Enqueue", "QueueingOverflow"], ["Route2IVR"]),
        ("QueuingFailed", ["Enqueue"], ["Route2IVR"]),
    ],
)
def test_call_that_reached_nobody(disposition: str, queue: list[str], ivr: list[str]) -> None:
    """Where the customer was lost is told by the queue's events and the IVR's."""
    groups = () if disposition == "AbandonedInIVR" else CALL.skill_group_ids
    call = evolve(
        CALL, disposition=disposition, agents=(), agent_names=(), skill_group_ids=groups, established_time=None
    )
    assert ([queue] if queue else []) == [names(sequence) for sequence in sequences(call, "queue_events")]
    assert [ivr] == [names(sequence) for sequence in sequences(call, "ivr_events")]
    assert ([], ()) == (sequences(call, "agent_events"), legs(call))


def test_customer_left_while_it_rang() -> None:
    """A customer who left while the agent's phone rang gave up; the agent only rang and has no leg."""
    call = evolve(CALL, disposition="AbandonedInRing", established_time=None)
    assert [["Ringing", "Released"]] == [names(sequence) for sequence in sequences(call, "agent_events")]
    assert [["Enqueue", "AssignAgent", "GiveUp"]] == [names(sequence) for sequence in sequences(call, "queue_events")]
    assert () == legs(call, CENTRE)


def test_outbound_call() -> None:
    """An outbound call dials from its start, meets no IVR and no queue, and rings at the customer's."""
    call = evolve(CALL, contact_type="Outbound", called_number="13800000002")
    found = events(call, CENTRE)
    assert ["Dialing", "Established", "Released"] == names(found["agent_events"][0]["EventSequence"])
    assert call.start_time == found["agent_events"][0]["EventSequence"][0]["EventTime"]
    assert ["Ringing", "Established", "Released"] == names(found["customer_events"][0]["EventSequence"])
    assert ("13800000002", [], []) == (
        found["customer_events"][0]["CustomerId"],
        found["queue_events"],
        found["ivr_events"],
    )


def test_internal_call() -> None:
    """In an internal call one agent dials, the other rings, both stay, and there is no customer."""
    call = evolve(CALL, contact_type="Internal", agents=(FIRST, SECOND), agent_names=("张三", "张三丰"))
    assert [["Dialing", "Established", "Released"], ["Ringing", "Established", "Released"]] == [
        names(sequence) for sequence in sequences(call, "agent_events")
    ]
    assert [] == sequences(call, "customer_events")
    assert [40_000, 40_000] == [leg.duration_ms for leg in legs(call, CENTRE)]


def test_blind_transfer() -> None:
    """After a blind transfer the first agent is gone at once, and the second rings, answers and stays."""
    call = transferred("agent", "blind")
    first, second = sequences(call, "agent_events")
    assert ["Ringing", "Established", "BlindTransfer", "Released"] == names(first)
    assert [1_020_000, 1_020_000, 1_020_000] == [first[2]["EventTime"], first[3]["EventTime"], second[0]["EventTime"]]
    assert ["Ringing", "Established", "Released"] == names(second)
    assert 1_055_000 == second[-1]["EventTime"]


def test_consulted_transfer() -> None:
    """In a consulted transfer the first agent stays until after the second has answered."""
    first, second = sequences(transferred("agent", "consulted"), "agent_events")
    assert ["Ringing", "Established", "Consulting", "Released"] == names(first)
    assert second[1]["EventTime"] < first[-1]["EventTime"] < second[-1]["EventTime"]
    assert "80000001" == legs(transferred("agent", "consulted"), CENTRE)[1].channel_id.split("-")[3]


def test_consult_that_is_given_up() -> None:
    """The consulted agent answers and leaves again, and the first one stays to the end."""
    first, second = sequences(transferred("agent", "consulted", completed=False), "agent_events")
    assert ["Ringing", "Established", "Consulting", "Released"] == names(first)
    assert ["Ringing", "Established", "Released"] == names(second)
    assert second[-1]["EventTime"] < first[-1]["EventTime"] == 1_055_000


def test_transfer_after_a_consult_that_was_given_up() -> None:
    """The first agent, who still has the call, hands it to the third."""
    call = transferred("agent", "consulted", completed=False)
    later = Transfer(from_agent=FIRST, to=THIRD, to_kind="agent", time=1_040_000, kind="blind")
    agents = (FIRST, SECOND, THIRD)
    first, second, third = sequences(evolve(call, agents=agents, transfers=(*call.transfers, later)), "agent_events")
    assert ["Ringing", "Established", "Consulting", "BlindTransfer", "Released"] == names(first)
    assert 1_040_000 == first[-1]["EventTime"] == third[0]["EventTime"] > second[-1]["EventTime"]


def test_transfer_that_nobody_answers() -> None:
    """The target's phone rings to the end, and has no leg."""
    call = transferred("agent", "blind", completed=False)
    _, second = sequences(call, "agent_events")
    assert [("Ringing", 1_020_000), ("Released", 1_055_000)] == [(e["Event"], e["EventTime"]) for e in second]
    assert [FIRST] == [leg.agent_id for leg in legs(call, CENTRE)]


def test_transfer_to_a_flow() -> None:
    """The call enters that flow then, and nobody is left."""
    main, flow = events(transferred("ivr", "blind"), CENTRE)["ivr_events"]
    assert ("flow-1", "MAIN_FLOW", [{"Event": "Route2IVR", "EventTime": 1_020_000}]) == tuple(flow.values())
    assert main["FlowId"] != "flow-1"


def test_supervisors() -> None:
    """Whoever listens in is there from then on, rings at nobody's, has no leg, and receives no transfer."""
    call = transferred("agent", "blind")
    coach = Intervention(agent=THIRD, event="Coaching", time=1_018_000)
    call = evolve(call, agents=(FIRST, THIRD, SECOND), interventions=(coach,))
    first, third, second = sequences(call, "agent_events")
    assert [("Coaching", 1_018_000, 37), ("Released", 1_055_000, 0)] == [tuple(event.values()) for event in third]
    assert (["Ringing", "Established", "Released"], "BlindTransfer") == (names(second), first[2]["Event"])
    assert [FIRST, SECOND] == [leg.agent_id for leg in legs(call, CENTRE)]
    unanswered = evolve(call, established_time=None, transfers=())
    assert ["Coaching", "Released"] == names(sequences(unanswered, "agent_events")[1])


def test_conference() -> None:
    """Who has the call starts it, between being connected and leaving."""
    start = Intervention(agent=FIRST, event="StartConference", time=1_030_000)
    call = evolve(CALL, agents=(FIRST, SECOND), interventions=(start,))
    first, second = sequences(call, "agent_events")
    assert ["Ringing", "Established", "StartConference", "Released"] == names(first)
    assert "Released" == second[-1]["Event"]


def test_transfer_to_a_group() -> None:
    """A transfer to a group adds that group's queue, which assigns the second agent."""
    call = transferred("skill_group", "blind")
    assert [("tech-support@ccc-demo", "技术支持"), ("vip@ccc-demo", "贵宾专线")] == [
        (entry["QueueId"], entry["QueueName"]) for entry in events(call, CENTRE)["queue_events"]
    ]
    assert ["Enqueue", "AssignAgent"] == names(sequences(call, "queue_events")[1])
    assert "vip@ccc-demo" == legs(call, CENTRE)[1].skill_group_id


def test_transfer_to_a_group_without_an_agent() -> None:
    """A group in which nobody answered has an entry in the queue and no assignment."""
    call = evolve(transferred("skill_group", "blind"), agents=(FIRST,), agent_names=("张三",))
    assert ["Enqueue"] == names(sequences(call, "queue_events")[1])


def test_transfer_outside_ends_the_agents_part() -> None:
    """After a transfer outside no agent is left, and a later transfer on the row says nothing more."""
    call = transferred("outside", "blind")
    again = evolve(call, transfers=call.transfers * 2)
    assert [5_000] == [leg.duration_ms for leg in legs(call, CENTRE)]
    assert events(call, CENTRE) == events(again, CENTRE)


@pytest.mark.parametrize("time", [0, 99_000_000])
def test_transfer_out_of_time(time: int) -> None:
    """A transfer outside the talk is told at its nearer end."""
    first, second = sequences(transferred("agent", "consulted", time=time), "agent_events")
    assert 1_015_000 <= first[2]["EventTime"] <= first[3]["EventTime"] <= second[-1]["EventTime"] == 1_055_000


def test_survey() -> None:
    """A survey by IVR is a second flow; one by SMS is none."""
    call = evolve(CALL, satisfaction_offered=True, satisfaction_channel="IVR")
    assert ["MAIN_FLOW", "SURVEY_FLOW"] == [entry["FlowType"] for entry in events(call, CENTRE)["ivr_events"]]
    by_sms = evolve(call, satisfaction_channel="SMS")
    assert ["MAIN_FLOW"] == [entry["FlowType"] for entry in events(by_sms, CENTRE)["ivr_events"]]


def test_held_longer_than_any_leg() -> None:
    """A row that was on hold longer than its longest leg has that whole leg on hold."""
    call = evolve(transferred("agent", "blind"), held_time=1000)
    first, second = legs(call)
    assert ((), ((second.start_ms, second.start_ms + second.duration_ms),)) == (
        first.hold_segments,
        second.hold_segments,
    )


def test_people_nobody_knows() -> None:
    """Legs of agents whom nobody knows have RAM id 0, the dialled number, and the group of their place."""
    call = evolve(transferred("agent", "blind"), skill_group_ids=(), agent_names=("张三",))
    first, second = legs(call)
    assert (0, "", "") == (second.ram_id, second.agent_name, second.skill_group_id)
    assert f"ch-user-02100000001-13800000001-1012000-{call.contact_id}" == first.channel_id
    named = legs(evolve(call, skill_group_ids=("a", "b")))
    assert ["a", "b"] == [leg.skill_group_id for leg in named]

"""How a call's events become stretches of time."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc import AgentEvents, CallDetail, CustomerEvents, Event, EventName, IvrEvents, QueueEvents
from hillstone_ccc.plots.stretches import Lane, Story, story

from .made import NOON, agent, at, customer, detail, ivr, queue, record

FULL = detail(
    agent("a", "Ringing@12 Established@15 Released@60"),
    customer("Established@0 Released@60"),
    queue("Enqueue@8 AssignAgent@12"),
    ivr("Route2IVR@0"),
)


def told(call: Any) -> Story:
    """A call's story."""
    found = story(call)
    assert found is not None
    return found


def phases(lane: Lane) -> list[tuple[str, float, float]]:
    """The stretches of a lane."""
    return [(one.phase, one.begin, one.end) for one in lane.stretches]


def marks(lane: Lane) -> list[tuple[str, float]]:
    """The marks of a lane."""
    return [(str(one.event), one.at) for one in lane.marks]


def test_the_lanes_of_a_call() -> None:
    """Customer, IVR, queue, agent; a phase lasts until the next event there, the IVR's until the queue takes over."""
    found = told(FULL)
    assert ["customer", "ivr", "queue", "agent"] == [lane.party for lane in found.lanes]
    assert [
        [("in_call", 0, 60)],
        [("ivr", 0, 8)],
        [("queue", 8, 12)],
        [("ringing", 12, 15), ("talking", 15, 60)],
    ] == [phases(lane) for lane in found.lanes]
    assert [[("Released", 60)], [], [("AssignAgent", 12)], [("Released", 60)]] == [marks(one) for one in found.lanes]
    assert (NOON, 60, True, True) == (found.begin, found.length, found.exact, found.over)


def test_a_phase_that_took_no_time_is_a_mark() -> None:
    """It happened all the same."""
    (lane,) = told(detail(agent("a", "Ringing@5 Established@5 Released@60"))).lanes
    assert [("Ringing", 0), ("Released", 55)] == marks(lane)
    assert [("talking", 0, 55)] == phases(lane)


def test_what_is_not_known_to_end_a_phase_does_not() -> None:
    """Neither a supervisor's doing nor a word that nobody listed."""
    (lane,) = told(detail(agent("a", "Established@0 Coaching@5 Whatever@7 Released@60"))).lanes
    assert [("talking", 0, 60)] == phases(lane)
    assert [("Coaching", 5), ("Whatever", 7), ("Released", 60)] == marks(lane)


def test_an_agent_of_several_entries_has_one_lane() -> None:
    """Each leg of theirs is on it."""
    (lane,) = told(detail(agent("a", "Established@0 Released@10"), agent("a", "Established@20 Released@60"))).lanes
    assert [("talking", 0, 10), ("talking", 20, 60)] == phases(lane)


def test_an_ivr_that_nobody_takes_over_lasts_to_the_end() -> None:
    """So it is of a call that was given up in it."""
    (lane,) = told(detail(ivr("Route2IVR@0"), over=7)).lanes
    assert [("ivr", 0, 7)] == phases(lane)


def test_a_call_that_goes_on_has_no_end_yet() -> None:
    """Its last stretch is drawn beyond what is known, and says so."""
    found = told(detail(agent("a", "Ringing@0 Established@10"), over=None))
    ringing, talking = found.lanes[0].stretches
    assert (False, True) == (ringing.goes_on, talking.goes_on)
    assert not found.over
    assert 10 < talking.end == found.length


def test_an_event_after_the_release_is_drawn() -> None:
    """The picture is as long as whatever is known."""
    found = told(detail(agent("a", "Established@0 Released@65"), over=60))
    assert 65 == found.length
    assert [("talking", 0, 65)] == phases(found.lanes[0])


def test_without_events_there_are_the_rows_durations() -> None:
    """One after the other, of a row alone and of details without events."""
    for call in (record(), detail(record=record()), detail(record=record(), agent_ids=("anna@ccc-demo",))):
        found = told(call)
        assert not found.exact
        assert [None] == [lane.party for lane in found.lanes]
        assert [("ivr", 0, 8), ("queue", 8, 12), ("ringing", 12, 15), ("talking", 15, 60)] == phases(found.lanes[0])
        assert 60 == found.length


def test_durations_may_be_longer_than_the_call() -> None:
    """They are rounded, and counted in ways that are not documented: all of them are seen."""
    assert 115 == told(record(talk_time=100)).length


def test_without_events_and_row_there_is_the_frame() -> None:
    """Begin and end alone."""
    found = told(detail(start_time=NOON))
    assert (60, ()) == (found.length, found.lanes[0].stretches)


@pytest.mark.parametrize("call", [CallDetail("job-1"), detail(agent("a", "Ringing"), over=None)])
def test_without_a_time_there_is_no_story(call: CallDetail) -> None:
    """Nothing can be drawn to scale."""
    assert None is story(call)


def test_an_event_without_a_time_is_left_out() -> None:
    """The others are drawn."""
    (lane,) = told(detail(agent("a", "Established@0 Coaching Released@60"))).lanes
    assert [("Released", 60)] == marks(lane)


def test_time_on_hold_begins_with_the_answer_at_the_earliest() -> None:
    """The row tells how long, and not when."""
    found = told(attrs.evolve(FULL, established_time=at(15), record=record(held_time=9)))
    assert (9, 15) == (found.held, found.held_from)
    assert (0, 0) == (told(FULL).held, told(FULL).held_from)


def test_a_transfer_leads_from_lane_to_lane() -> None:
    """From who began it to who took the call, at their times."""
    first = agent("a", "Established@0 BlindTransfer@20 Released@20")
    second = agent("b", "Ringing@21 Established@25 Released@60", "Berta")
    (found,) = told(detail(first, second)).handovers
    assert (0, 20, 1, 21) == (found.source, found.begin, found.target, found.end)


def test_a_transfer_to_nobody_known_leads_nowhere() -> None:
    """Its mark is there."""
    found = told(detail(agent("a", "Established@0 BlindTransfer@20 Released@20"), record=record(transfer_count=2)))
    assert () == found.handovers
    assert [("BlindTransfer", 20), ("Released", 20)] == marks(found.lanes[0])


def test_an_hour_that_comes_twice_takes_its_time() -> None:
    """Moments are told apart by instants, not by the clock face."""
    night = datetime(2026, 10, 25, 0, 30, tzinfo=timezone.utc).astimezone(ZoneInfo("Europe/Berlin"))
    late = (night.astimezone(timezone.utc) + timedelta(hours=1)).astimezone(night.tzinfo)
    assert night.replace(tzinfo=None, fold=0) == late.replace(tzinfo=None, fold=0)
    events = (Event(EventName.ESTABLISHED, night), Event(EventName.RELEASED, late))
    (lane,) = told(CallDetail("job-1", agent_events=(AgentEvents("a", events=events),), release_time=late)).lanes
    assert [("talking", 0, 3600)] == phases(lane)


EVENTS = st.lists(
    st.builds(
        Event,
        st.sampled_from([*EventName, EventName("Whatever"), None]),
        st.none() | st.integers(-100, 10_000).map(lambda second: at(second / 10)),
    ),
    max_size=6,
).map(tuple)
NAMES = st.sampled_from(["a", "b", None])
DETAILS = st.builds(
    CallDetail,
    st.just("job-1"),
    start_time=st.none() | st.just(NOON),
    release_time=st.none() | st.integers(0, 10_000).map(at),
    call_duration=st.none() | st.integers(0, 10_000),
    agent_events=st.lists(st.builds(AgentEvents, NAMES, NAMES, events=EVENTS), max_size=3).map(tuple),
    customer_events=st.lists(st.builds(CustomerEvents, NAMES, EVENTS), max_size=2).map(tuple),
    queue_events=st.lists(st.builds(QueueEvents, NAMES, NAMES, events=EVENTS), max_size=2).map(tuple),
    ivr_events=st.lists(st.builds(IvrEvents, NAMES, events=EVENTS), max_size=2).map(tuple),
)


@given(DETAILS)
def test_whatever_happened_is_within_the_picture(call: CallDetail) -> None:
    """Stretches have a length and follow each other; nothing lies before the beginning or after the end."""
    found = story(call)
    if found is None:
        assert not [event for event in call.events if event.time]
        return
    assert found.length >= 1
    for lane in found.lanes:
        assert all(0 <= one.begin < one.end <= found.length + 1e-6 for one in lane.stretches)
        assert all(one.end <= two.begin for one, two in zip(lane.stretches, lane.stretches[1:], strict=False))
        assert all(0 <= mark.at <= found.length for mark in lane.marks)
        assert found.over or all(not one.goes_on for one in lane.stretches[:-1])

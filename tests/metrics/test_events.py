"""What a call's events tell of waiting and talking, where its row tells less."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest

from hillstone_ccc import (
    AgentEvents,
    CallDetail,
    ContactType,
    Disposition,
    Event,
    EventName,
    QueueEvents,
    Transfer,
    metrics,
)

from .by_hand import CALLS, G1, A, B, C, moment

START = moment("2 09:00")
Moments = dict[str, float]


def _events(moments: Moments, start: datetime = START) -> tuple[Event, ...]:
    """Names and the seconds after the start at which they happened; a name may end in a number to be one of several."""
    utc = start.astimezone(timezone.utc)
    return tuple(
        Event(EventName(name.rstrip("0123456789")), (utc + timedelta(seconds=at)).astimezone(start.tzinfo))
        for name, at in moments.items()
    )


def _detail(
    agents: list[tuple[str, Moments]],
    queues: list[Moments],
    disposition: Disposition = Disposition.SUCCESS,
    start: datetime = START,
    **more: Any,
) -> CallDetail:
    return CallDetail(
        "job-1",
        contact_type=more.pop("contact_type", ContactType.INBOUND),
        contact_disposition=disposition,
        start_time=start,
        agent_ids=tuple(agent for agent, _ in agents),
        agent_events=tuple(AgentEvents(agent, events=_events(moments, start)) for agent, moments in agents),
        queue_events=tuple(QueueEvents(G1, events=_events(moments, start)) for moments in queues),
        **more,
    )


def test_from_the_queue_to_the_answer() -> None:
    """9 s in the queue and 4 s ringing."""
    detail = _detail([(A, {"Ringing": 29, "Established": 33, "Released": 100})], [{"Enqueue": 20, "AssignAgent": 29}])
    assert 13 == metrics.waiting_time(detail)
    assert 67 == metrics.handling_time(detail)


def test_the_way_through_several_queues() -> None:
    """The first queue gave the customer up, the second found an agent: one waiting, from the first on."""
    detail = _detail(
        [(A, {"Ringing": 100, "Established": 105, "Released": 200})],
        [{"Enqueue": 20, "QueueingTimeout": 80}, {"Enqueue": 85, "AssignAgent": 100}],
    )
    assert 85 == metrics.waiting_time(detail)


def test_a_phone_that_rang_in_vain() -> None:
    """Another agent answered; the customer waited all that time."""
    detail = _detail(
        [(A, {"Ringing": 25, "Released": 40}), (B, {"Ringing": 45, "Established": 50, "Released": 90})],
        [{"Enqueue": 20, "AssignAgent": 25, "AssignAgent2": 45}],
    )
    assert 30 == metrics.waiting_time(detail)
    assert 40 == metrics.handling_time(detail)


@pytest.mark.parametrize(
    ("agents", "queue", "disposition", "expected"),
    [
        ([], {"Enqueue": 20, "Abandoned": 65}, Disposition.ABANDONED_IN_QUEUE, 45),
        ([], {"Enqueue": 20, "QueueingTimeout": 80}, Disposition.QUEUING_TIMEOUT, 60),
        ([], {"Enqueue": 20, "QueueingOverflow": 20}, Disposition.QUEUING_OVERFLOW, 0),
        ([(A, {"Ringing": 25, "Released": 38})], {"Enqueue": 20, "GiveUp": 38}, Disposition.ABANDONED_IN_RING, 18),
        ([(A, {"Ringing": 25, "Released": 38})], {"Enqueue": 20}, Disposition.ABANDONED_IN_RING, 18),
        ([(A, {"Ringing": 25, "Released": 38})], None, Disposition.ABANDONED_IN_RING, 13),
        ([], {"Enqueue": 20}, Disposition.ABANDONED_IN_QUEUE, None),
        ([], None, Disposition.ABANDONED_IN_IVR, None),
    ],
)
def test_waiting_that_came_to_nothing(
    agents: list[tuple[str, Moments]], queue: Moments | None, disposition: Disposition, expected: int | None
) -> None:
    """It lasts until whatever ended it; None if nothing tells that there was any, or until when."""
    assert expected == metrics.waiting_time(_detail(agents, [queue] if queue else [], disposition))


def test_waiting_after_a_transfer_is_not_the_customers_first() -> None:
    """What counts is the time until the first agent answered; a queue after that is the transfer's."""
    detail = _detail(
        [
            (A, {"Ringing": 22, "Established": 25, "BlindTransfer": 60, "Released": 60}),
            (B, {"Ringing": 90, "Established": 95, "Released": 120}),
        ],
        [{"Enqueue": 20}, {"Enqueue": 60}],
    )
    assert 5 == metrics.waiting_time(detail)
    assert 95 == metrics.handling_time(detail)


def test_answers_before_the_queue() -> None:
    """An agent who was there, and gone, before the customer queued ended no waiting in that queue."""
    before = (A, {"Established": 5.0, "Released": 10.0})
    detail = _detail([before], [{"Enqueue": 20, "Abandoned": 30}], Disposition.ABANDONED_IN_QUEUE)
    assert 10 == metrics.waiting_time(detail)
    assert metrics.waiting_time(_detail([before], [{"Enqueue": 20}], Disposition.ABANDONED_IN_QUEUE)) is None


def test_who_listens_in_is_no_agent_of_the_call() -> None:
    """Neither the end of the waiting nor part of the talk."""
    detail = _detail(
        [
            (C, {"Monitoring": 21, "Established": 21.5, "Released": 500}),
            (A, {"Ringing": 29, "Established": 33, "Released": 100}),
        ],
        [{"Enqueue": 20}],
    )
    assert (13, 67) == (metrics.waiting_time(detail), metrics.handling_time(detail))


def test_seconds_are_rounded_down() -> None:
    """As whole seconds, whatever the events' milliseconds are."""
    detail = _detail([(A, {"Ringing": 29, "Established": 33.999, "Released": 100.998})], [{"Enqueue": 20}])
    assert (13, 66) == (metrics.waiting_time(detail), metrics.handling_time(detail))


def test_a_change_of_clocks_while_waiting() -> None:
    """Waiting is time that passed, and no difference of clock faces."""
    start = datetime(2026, 10, 25, 2, 59, 30, tzinfo=ZoneInfo("Europe/Berlin"))  # 30 s before it is 02:00 again
    detail = _detail([(A, {"Ringing": 50, "Established": 60, "Released": 90})], [{"Enqueue": 10}], start=start)
    assert (50, 30) == (metrics.waiting_time(detail), metrics.handling_time(detail))


def test_the_row_where_events_do_not_tell() -> None:
    """An answer whose time is not told leaves the row's queue and ring."""
    detail = _detail([(A, {"Ringing": 29})], [{"Enqueue": 20}], record=CALLS[0])
    assert (5 + 3, 100) == (metrics.waiting_time(detail), metrics.handling_time(detail))
    assert metrics.waiting_time(attrs.evolve(detail, record=None)) is None


def test_events_go_before_the_row() -> None:
    """Of waiting, since the row knows of one queue; not of talk, which the row tells."""
    detail = _detail([(A, {"Ringing": 29, "Established": 33, "Released": 100})], [{"Enqueue": 20}], record=CALLS[0])
    assert (13, 100) == (metrics.waiting_time(detail), metrics.handling_time(detail))


def test_outbound_calls_do_not_wait() -> None:
    """Whatever rings in them is no customer's waiting."""
    detail = _detail(
        [(A, {"Dialing": 0, "Ringing": 1, "Established": 20, "Released": 50})], [], contact_type=ContactType.OUTBOUND
    )
    assert (None, 30) == (metrics.waiting_time(detail), metrics.handling_time(detail))


def test_talk_of_each_agent() -> None:
    """By agent, what events tell of each; in all, the call's time once. Who did not answer has handled none."""
    detail = _detail(
        [
            (A, {"Ringing": 22, "Established": 25, "Released": 60}),
            (B, {"Ringing": 60, "Established": 65, "Released": 120}),
            (C, {"Ringing": 15, "Released": 20}),
        ],
        [{"Enqueue": 10}],
    )
    assert 95 == metrics.summary([detail]).handling_time
    found = metrics.by([detail], "agent")
    assert {A: (1, 35), B: (1, 55), C: (0, 0)} == {
        agent: (one.handled, one.handling_time) for agent, one in found.items()
    }
    nobody = attrs.evolve(detail, agent_ids=())
    assert 95 == metrics.by([nobody], "agent")[None].handling_time


def test_talk_of_a_call_that_was_not_answered() -> None:
    """Counts with no agent either, whatever the events tell: the upstream's word is what decides."""
    talk = (A, {"Ringing": 22.0, "Established": 25.0, "Released": 60.0})
    found = metrics.by([_detail([talk], [], Disposition("SomethingNew"))], "agent")
    assert (1, 0, 0) == (found[A].other, found[A].handled, found[A].handling_time)


def test_two_stays_of_one_agent() -> None:
    """Sum up, whether they are told in one entry or in two."""
    again: Moments = {
        "Ringing": 22,
        "Established": 25,
        "Released": 60,
        "Ringing2": 90,
        "Established2": 95,
        "Released2": 100,
    }
    assert 35 + 5 == metrics.by([_detail([(A, again)], [])], "agent")[A].handling_time


def test_talk_that_is_not_told() -> None:
    """Without an answer or an end there is none; an agent whose id is not told has none of it."""
    assert metrics.handling_time(_detail([(A, {"Established": 25})], [])) is None
    assert metrics.handling_time(_detail([(A, {"Released": 25})], [])) is None
    unnamed = _detail([(A, {"Established": 25, "Released": 35})], [])
    unnamed = attrs.evolve(
        unnamed, agent_events=tuple(attrs.evolve(one, agent_id=None) for one in unnamed.agent_events)
    )
    assert 10 == metrics.handling_time(unnamed)
    assert 0 == metrics.by([unnamed], "agent")[A].handled


def test_transfers_as_details_tell_them() -> None:
    """Their list is the count; where it is not told, the row's."""
    detail = _detail([], [], transfers=(Transfer(), Transfer()), record=attrs.evolve(CALLS[0], transfer_count=1))
    assert 2 == metrics.transfers([detail]).transfers
    assert 1 == metrics.transfers([attrs.evolve(detail, transfers=None)]).transfers


def test_details_without_a_row() -> None:
    """Are counted by what they tell themselves."""
    detail = _detail([(A, {"Ringing": 2, "Established": 4, "Released": 9})], [], satisfaction_index=5)
    found = metrics.by([detail], "hour", "agent")
    assert [(START, A)] == list(found)
    figures = found[START, A]
    assert (1, 2.0, 1, 5.0) == (
        figures.answered,
        figures.average_speed_of_answer,
        figures.surveys_answered,
        figures.satisfaction_score,
    )


def test_an_outbound_calls_hour_is_its_rows() -> None:
    """A detail's own start is when it connected; it counts in the hour in which dialling began."""
    record = attrs.evolve(CALLS[16], start_time=moment("2 09:59"))
    detail = _detail([], [], contact_type=ContactType.OUTBOUND, start=moment("2 10:00"), record=record)
    assert [moment("2 09:00")] == list(metrics.by([detail], "hour"))
    assert [moment("2 10:00")] == list(metrics.by([attrs.evolve(detail, record=None)], "hour"))

"""What is read off a call's events and its row, and what is left untold."""

import pickle
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hillstone_ccc._core.convert import make_converter
from hillstone_ccc._core.details import CallDetail, MissingPart, Transfer
from hillstone_ccc._core.events import AgentEvents, CallEvent, CustomerEvents, Event, IvrEvents, QueueEvents
from hillstone_ccc._core.journey import join
from hillstone_ccc._core.records import CallRecord
from hillstone_ccc._core.vocabulary import Disposition, EventName, FlowType, MediaType, QueueType

from .expected import ZONE, example_data
from .strategies import of

NOON = datetime(2026, 1, 2, 12, tzinfo=timezone.utc)
END = 100
"""Second in which the call ends."""

CONVERTER = make_converter("upstream", ZONE)


def at(second: float) -> datetime:
    """A moment of the call."""
    return NOON + timedelta(seconds=second)


def sequence(told: str) -> tuple[Event, ...]:
    """Events written as ``Ringing@5 Established@8``; one without ``@`` has no time."""
    pairs = [one.partition("@") for one in told.split()]
    return tuple(Event(EventName(name), at(float(second)) if second else None) for name, _, second in pairs)


def agent(name: str, told: str) -> AgentEvents:
    """An agent's entry."""
    return AgentEvents(f"{name}@ccc-demo", name.upper(), "sg-one@ccc-demo", sequence(told))


def call(*agents: AgentEvents, **told: Any) -> CallDetail:
    """A call that is over, with these agents."""
    ids = tuple(entry.agent_id for entry in agents)
    whole: dict[str, Any] = {"release_time": at(END), "agent_ids": ids, "agent_events": agents}
    return CallDetail("job-1", **whole | told)


def row(**told: Any) -> CallRecord:
    """The row of a call that is over."""
    return CallRecord("job-1", **{"release_time": at(END), "media_type": MediaType.AUDIO, **told})


def the_transfers(*told: Any) -> tuple[Transfer, ...]:
    """The transfers of a call and its row."""
    found = join(*told).transfers
    assert found is not None
    return found


def summary(transfer: Transfer) -> tuple[Any, ...]:
    """Kind, from, target, agent, group, number, whether it was completed."""
    return (
        transfer.kind,
        (transfer.from_agent_id or "").partition("@")[0],
        transfer.to_kind,
        (transfer.to_agent_id or "").partition("@")[0],
        transfer.to_skill_group_id or "",
        transfer.to_number,
        transfer.completed,
    )


A = agent("a", "Ringing@5 Established@8 BlindTransfer@20 Released@20")
CONSULTING = agent("a", "Ringing@5 Established@8 Consulting@20 Released@40")
B = agent("b", f"Ringing@20 Established@25 Released@{END}")
VIP = QueueEvents("vip@ccc-demo", "VIP", QueueType.SKILL_GROUP, None, sequence("Enqueue@20"))


def test_the_documented_call() -> None:
    """Of the documented call all is told: who gave it to whom and when, and the off-site agent's numbers."""
    detail = CONVERTER.structure(example_data("GetCallDetailRecord"), CallDetail)
    record = CONVERTER.structure(example_data("ListCallDetailRecordsV2")["List"][0], CallRecord)
    joined = join(detail, record)
    assert (True, "02100000001", "13800000009") == (joined.off_site, joined.transfer_caller, joined.transfer_called)
    (transfer,) = joined.transfers or ()
    assert ("blind", "alpha", "agent", "beta", "", None, True) == summary(transfer)
    assert ("演示坐席甲", "演示坐席乙") == (transfer.from_agent_name, transfer.to_agent_name)
    assert datetime(2026, 1, 2, 11, 4, 40, tzinfo=ZONE) == transfer.time
    assert ["BlindTransfer", "Released", "Ringing", "Established", "Released"] == [e.name for e in transfer.evidence]
    assert (record, ()) == (joined.record, joined.missing)
    assert detail.agent_events == joined.agent_events


CASES: dict[str, tuple[CallDetail, CallRecord | None, tuple[Any, ...]]] = {
    "to an agent": (call(A, B), None, ("blind", "a", "agent", "b", "", None, True)),
    "to an agent who did not answer": (
        call(A, agent("b", f"Ringing@20 Released@{END}")),
        None,
        ("blind", "a", "agent", "b", "", None, False),
    ),
    "to a group": (
        call(A, B, queue_events=(VIP,)),
        None,
        ("blind", "a", "skill_group", "b", "vip@ccc-demo", None, True),
    ),
    "to a group whose first agent let it ring": (
        call(A, agent("c", "Ringing@21 Released@24"), agent("b", f"Ringing@25 Established@26 Released@{END}")),
        None,
        ("blind", "a", "agent", "b", "", None, True),
    ),
    "to a group where nobody came": (
        call(A, queue_events=(VIP,)),
        None,
        ("blind", "a", "skill_group", "", "vip@ccc-demo", None, False),
    ),
    "to a personal queue": (
        call(A, queue_events=(QueueEvents("b@ccc-demo", "B", QueueType.AGENT, None, sequence("Enqueue@20")),)),
        None,
        ("blind", "a", "agent", "b", "", None, False),
    ),
    "to a queue of a new kind": (
        call(A, B, queue_events=(attrs.evolve(VIP, queue_type=QueueType("3")),)),
        None,
        ("blind", "a", None, "b", "", None, True),
    ),
    "to a flow": (
        call(A, ivr_events=(IvrEvents("flow", FlowType.MAIN_FLOW, sequence("Route2IVR@0 Route2IVR@20")),)),
        None,
        ("blind", "a", "ivr", "", "", None, True),
    ),
    "to a flow that leads to an agent": (
        call(
            A,
            agent("b", "Ringing@30 Established@35 Released@99"),
            ivr_events=(IvrEvents("flow", FlowType.MAIN_FLOW, sequence("Route2IVR@20")),),
        ),
        None,
        ("blind", "a", "ivr", "b", "", None, True),
    ),
    "outside": (
        call(A),
        row(outside_number_destination_number="13800000007"),
        ("blind", "a", "outside", "", "", "13800000007", None),
    ),
    "outside, by the reason of its end": (
        call(A, outside_number_release_reason="NoAnswer"),
        row(),
        ("blind", "a", "outside", "", "", None, None),
    ),
    "to nobody who is told": (call(A), row(transfer_count=1), ("blind", "a", None, "", "", None, None)),
    "not outside: a survey is no target": (
        call(A, ivr_events=(IvrEvents("survey", FlowType.SURVEY_FLOW, sequence("Route2IVR@20")),)),
        None,
        ("blind", "a", None, "", "", None, None),
    ),
    "and the IVR's own forwarding is another leg": (
        call(A),
        row(
            outside_number_destination_number="13800000007",
            contact_disposition=Disposition.FORWARD_TO_OUTSIDE_NUMBER,
        ),
        ("blind", "a", None, "", "", None, None),
    ),
    "consulted": (call(CONSULTING, B), None, ("consulted", "a", "agent", "b", "", None, True)),
    "consulted with a group": (
        call(CONSULTING, B, queue_events=(VIP,)),
        None,
        ("consulted", "a", "skill_group", "b", "vip@ccc-demo", None, True),
    ),
    "consulted, and all left together": (
        call(agent("a", "Established@8 Consulting@20 Released@99.5"), B),
        row(transfer_count=1),
        ("consulted", "a", "agent", "b", "", None, None),
    ),
    "consulted, and nobody's end is told": (
        call(agent("a", "Established@8 Consulting@20"), B),
        None,
        ("consulted", "a", "agent", "b", "", None, None),
    ),
    "consulted outside": (
        call(CONSULTING),
        row(outside_number_destination_number="13800000007"),
        ("consulted", "a", "outside", "", "", "13800000007", True),
    ),
    "consulted outside, then perhaps a survey": (
        call(CONSULTING, ivr_events=(IvrEvents("s", FlowType.SURVEY_FLOW, sequence("Route2IVR@40")),)),
        row(outside_number_destination_number="13800000007"),
        ("consulted", "a", "outside", "", "", "13800000007", None),
    ),
    "consulted, with whom is not told": (call(CONSULTING), None, ("consulted", "a", None, "", "", None, None)),
    "consulted, the end of the call is not told": (
        call(CONSULTING, release_time=None),
        None,
        ("consulted", "a", None, "", "", None, None),
    ),
    "without a time": (
        call(agent("a", "Established@8 BlindTransfer"), B),
        None,
        ("blind", "a", None, "", "", None, None),
    ),
    "while a supervisor comes": (
        call(A, agent("s", "Monitoring@20 Established@21 Released@30")),
        None,
        ("blind", "a", None, "", "", None, None),
    ),
    "past a supervisor": (
        call(A, agent("s", "Ringing@20 Coaching@21 Released@30"), B),
        None,
        ("blind", "a", "agent", "b", "", None, True),
    ),
    "to one who was coached later": (
        call(A, agent("b", "Ringing@20 Established@25 Coaching@30 Released@90")),
        None,
        ("blind", "a", "agent", "b", "", None, True),
    ),
    "in other letters, out of order": (
        call(agent("a", "released@20 blindtransfer@20 ESTABLISHED@8"), agent("b", "released@99 established@25")),
        None,
        ("blind", "a", "agent", "b", "", None, True),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_one_transfer(name: str) -> None:
    """Each way of handing a call over is told as it was, and what is not told is None."""
    detail, record, expected = CASES[name]
    (transfer,) = the_transfers(detail, record)
    assert expected == summary(transfer)
    assert transfer.evidence[0].name in (EventName.BLIND_TRANSFER, EventName.CONSULTING, EventName.ESTABLISHED)
    assert set(transfer.evidence) <= set(detail.events)


NO_TRANSFER: dict[str, tuple[CallDetail | None, CallRecord | None]] = {
    "one agent": (call(agent("a", f"Ringing@5 Established@8 Released@{END}")), row(transfer_count=0)),
    "nobody answered": (call(agent("a", f"Ringing@5 Released@{END}")), None),
    "nobody came": (call(), None),
    "a consult with an agent who left first": (
        call(
            agent("a", f"Established@8 Consulting@20 Released@{END}"),
            agent("b", "Ringing@20 Established@25 Released@40"),
        ),
        row(transfer_count=1),
    ),
    "a consult with one who did not answer": (
        call(agent("a", "Established@8 Consulting@20 Released@50"), agent("b", "Ringing@20 Released@30")),
        None,
    ),
    "a consult outside, and the agent stayed": (
        call(agent("a", f"Established@8 Consulting@20 Released@{END}")),
        row(outside_number_destination_number="13800000007"),
    ),
    "a conference": (
        call(
            agent("a", f"Established@8 StartConference@20 Released@{END}"),
            agent("b", f"Ringing@21 Established@25 Released@{END}"),
        ),
        row(transfer_count=0),
    ),
    "coaching, barging, listening in, taking over": (
        call(
            agent("a", f"Established@8 Released@{END}"),
            *(agent(name, f"{name}@30 Released@60") for name in ("Coaching", "Barging", "Monitoring", "Intercepting")),
        ),
        row(transfer_count=0),
    ),
    "the IVR's forwarding": (
        call(contact_disposition=Disposition.FORWARD_TO_OUTSIDE_NUMBER),
        row(
            transfer_count=0,
            contact_disposition=Disposition.FORWARD_TO_OUTSIDE_NUMBER,
            outside_number_destination_number="13800000007",
        ),
    ),
    "a row alone, of one agent": (None, row(transfer_count=0, agent_ids=("a@ccc-demo",))),
    "a row alone, of the IVR's forwarding": (
        None,
        row(
            transfer_count=0,
            contact_disposition=Disposition.FORWARD_TO_OUTSIDE_NUMBER,
            outside_number_destination_number="13800000007",
        ),
    ),
}


@pytest.mark.parametrize("name", NO_TRANSFER)
def test_no_transfer(name: str) -> None:
    """What is known to be no transfer is none: empty, and not None."""
    assert () == join(*NO_TRANSFER[name]).transfers


NOT_TOLD: dict[str, tuple[CallDetail | None, CallRecord | None]] = {
    "a row of two agents": (None, row(transfer_count=0, agent_ids=("a@ccc-demo", "b@ccc-demo"))),
    "a row that counts nothing": (None, row(agent_ids=("a@ccc-demo",))),
    "a row with an outside leg": (None, row(transfer_count=0, outside_number_destination_number="13800000007")),
    "a row with an outside leg's end": (None, row(transfer_count=0, outside_number_release_reason="NoAnswer")),
    "a row of a call that goes on": (None, row(transfer_count=0, release_time=None)),
    "a call that goes on": (call(agent("a", "Established@8"), release_time=None), None),
    "agents without events": (call(agent_ids=("a@ccc-demo",)), None),
}


@pytest.mark.parametrize("name", NOT_TOLD)
def test_transfers_that_are_not_told(name: str) -> None:
    """Where neither answer can rule a transfer out, it is not said that there was none."""
    assert join(*NOT_TOLD[name]).transfers is None


def moved(told: Any, first: datetime, slower: int, zone: tzinfo) -> Any:
    """The same with every time so much slower since another first moment, in a zone."""
    if isinstance(told, datetime):
        return (first + (told - NOON) * slower).astimezone(zone)
    if isinstance(told, tuple):
        return tuple(moved(one, first, slower, zone) for one in told)
    if attrs.has(type(told)):
        values = {one.name: moved(getattr(told, one.name), first, slower, zone) for one in attrs.fields(type(told))}
        return type(told)(**values)
    return told


def instants(joined: CallDetail) -> Any:
    """What the transfers tell, their times and their evidence's as instants."""
    return joined.transfers and [
        (
            summary(one),
            one.time and one.time.timestamp(),
            [(event.name, event.party_id, event.time and event.time.timestamp()) for event in one.evidence],
        )
        for one in joined.transfers
    ]


HANDED_BACK = agent("b", "Ringing@20 Established@25 Consulting@30 Released@50"), agent("a", "Ringing@50 Released@90")
CALLS = [
    *((detail, record) for detail, record, _ in CASES.values()),
    *NO_TRANSFER.values(),
    (call(A, *HANDED_BACK, agent("c", f"Ringing@30 Released@66 Ringing@66 Established@67 Released@{END}")), None),
]


@pytest.mark.parametrize("told", CALLS)
@given(
    minute=st.integers(-120, 120), slower=st.sampled_from([1, 30, 60, 100]), name=st.sampled_from(["Berlin", "London"])
)
def test_the_zone_changes_nothing(
    told: tuple[CallDetail | None, CallRecord | None], minute: int, slower: int, name: str
) -> None:
    """In the night with the hour that comes twice, a call's transfers are those that the client in UTC is told."""
    first = datetime(2026, 10, 25, 1, tzinfo=timezone.utc) + timedelta(minutes=minute)
    zones = (timezone.utc, ZoneInfo("Asia/Shanghai"), ZoneInfo(f"Europe/{name}"))
    in_utc, *elsewhere = (instants(join(*(moved(one, first, slower, zone) for one in told))) for zone in zones)
    assert [in_utc] * 2 == elsewhere


def test_what_happens_again_an_hour_later_is_another_event() -> None:
    """Though in a zone with daylight saving both events may be equal: evidence of a transfer keeps the two."""
    detail = call(
        agent("a", "Established@8 BlindTransfer@20 Released@20"),
        agent("b", "Ringing@21 Released@25 Ringing@57 Established@58 Released@90"),
    )
    night = datetime(2026, 10, 25, 0, tzinfo=timezone.utc)
    (transfer,) = the_transfers(moved(detail, night, 100, ZoneInfo("Europe/Berlin")), None)
    assert 2 == [event.name for event in transfer.evidence].count(EventName.RINGING)


def test_transfers_that_are_only_counted() -> None:
    """A count without events gives that many transfers of which nothing is known, after those that are."""
    assert (Transfer(),) * 2 == join(None, row(transfer_count=2)).transfers
    assert (Transfer(),) == join(call(agent_ids=("a@ccc-demo",)), row(transfer_count=1)).transfers
    assert 1_000 == len(the_transfers(None, row(transfer_count=2**62)))
    known, unknown = the_transfers(call(A, B), row(transfer_count=2))
    assert ("b@ccc-demo", Transfer()) == (known.to_agent_id, unknown)


@pytest.mark.parametrize("counted", [None, 0, 1, 2])
def test_a_consult_that_was_given_up_is_not_there_however_it_is_counted(counted: int | None) -> None:
    """It may or may not be in the count: then a blind transfer after it is still the only one."""
    agents = (
        agent("a", "Established@8 Consulting@20 BlindTransfer@50 Released@50"),
        agent("b", "Ringing@20 Established@25 Released@30"),
        agent("c", f"Ringing@50 Established@53 Released@{END}"),
    )
    (transfer,) = the_transfers(call(*agents), row(transfer_count=counted))
    assert ("blind", "a", "agent", "c", "", None, True) == summary(transfer)


@pytest.mark.parametrize("split", [True, False])
def test_a_call_that_is_handed_back(split: bool) -> None:
    """One entry an agent or one a leg (unknown): the chain of transfers is the same."""
    first = "Ringing@5 Established@8 BlindTransfer@20 Released@20"
    second = f"Ringing@50 Established@52 Released@{END}"
    entries = [agent("a", first), agent("a", second)] if split else [agent("a", f"{second} {first}")]
    middle = agent("b", "Ringing@20 Established@25 BlindTransfer@50 Released@50")
    assert [
        ("blind", "a", "agent", "b", "", None, True),
        ("blind", "b", "agent", "a", "", None, True),
    ] == [summary(transfer) for transfer in the_transfers(call(*entries, middle), None)]


def test_whoever_a_conference_brings_in_was_not_transferred_to() -> None:
    """A consult is not taken to have ended with the agent whom a later conference called."""
    detail = call(
        agent("a", "Established@8 Consulting@20 StartConference@40 Released@60"),
        agent("c", f"Ringing@41 Established@43 Released@{END}"),
    )
    (transfer,) = the_transfers(detail, None)
    assert ("consulted", "a", None, "", "", None, None) == summary(transfer)


def test_the_outside_leg_is_the_last_transfers() -> None:
    """The row tells one outside number; it is not given to a transfer before."""
    detail = call(
        A,
        agent("b", "Ringing@20 Established@25 BlindTransfer@60 Released@60"),
    )
    first, second = the_transfers(detail, row(outside_number_destination_number="13800000007"))
    assert ("blind", "a", "agent", "b", "", None, True) == summary(first)
    assert ("blind", "b", "outside", "", "", "13800000007", None) == summary(second)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (None, None),
        (row(agent_ids=("a@ccc-demo",)), False),
        (row(media_type=None), False),
        (row(release_time=None), None),
        (row(media_type=MediaType.CHAT), None),
        (row(media_type=MediaType.VIDEO), None),
        (row(off_site_agent_ids=("a@ccc-demo",)), True),
        (row(offsite_agent_originator_numbers=("02100000001",)), True),
        (row(offsite_agent_destination_numbers=("13800000009",)), True),
        (row(offsite_agent_release_reason="NoAnswer", release_time=None), True),
        (row(off_site_agent_ids=("a@ccc-demo",), media_type=MediaType.VIDEO), True),
        (row(outside_number_destination_number="13800000007"), False),
    ],
)
def test_off_site(record: CallRecord | None, expected: bool | None) -> None:
    """Any off-site field says yes; their absence says no of a voice call that is over, and nothing of others."""
    assert expected is join(CallDetail("job-1"), record).off_site


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, (None, None)),
        ({"offsite_agent_originator_numbers": ("1", "2"), "offsite_agent_destination_numbers": ("3", "4")}, ("2", "4")),
        ({"outside_number_destination_number": "7"}, (None, "7")),
        ({"offsite_agent_destination_numbers": ("3",), "outside_number_destination_number": "7"}, (None, "3")),
        ({"offsite_agent_originator_numbers": ("1",), "outside_number_destination_number": "7"}, ("1", None)),
    ],
)
def test_the_numbers_are_of_one_leg(told: dict[str, Any], expected: tuple[str | None, str | None]) -> None:
    """The last off-site leg's, or else the outside line's; never one of each."""
    joined = join(None, row(**told))
    assert expected == (joined.transfer_caller, joined.transfer_called)


def test_a_row_alone_is_a_detail_without_events() -> None:
    """What the two answers have in common is the row's, and the rest is in the row."""
    record = row(agent_ids=("a@ccc-demo",), release_reason="200:OK", satisfaction_index=5, talk_time=40, extra={"X": 1})
    missing = MissingPart("GetCallDetailRecord", "ServerError", "no")
    joined = join(None, record, [missing])
    assert (("a@ccc-demo",), "200:OK", 5, at(END)) == (
        joined.agent_ids,
        joined.release_reason,
        joined.satisfaction_index,
        joined.release_time,
    )
    assert ((), {}, (missing,), record) == (joined.events, joined.extra, joined.missing, joined.record)


def test_details_alone_leave_the_rows_questions_open() -> None:
    """Without the row nothing is said of off-site work and numbers."""
    joined = join(call(A, B), None)
    assert (None, None, None, None) == (
        joined.record,
        joined.off_site,
        joined.transfer_caller,
        joined.transfer_called,
    )


def test_each_event_tells_whose_it_is() -> None:
    """On the time line stand the party, its id and its name."""
    detail = call(
        agent("a", "Ringing@5"),
        customer_events=(CustomerEvents("13800000001", sequence("Released@9")),),
        queue_events=(QueueEvents("vip@ccc-demo", "VIP", events=sequence("Enqueue@2")),),
        ivr_events=(IvrEvents("flow", events=sequence("Route2IVR@1")),),
    )
    assert (
        CallEvent(EventName.ROUTE_TO_IVR, at(1), "ivr", "flow"),
        CallEvent(EventName.ENQUEUE, at(2), "queue", "vip@ccc-demo", "VIP"),
        CallEvent(EventName.RINGING, at(5), "agent", "a@ccc-demo", "A"),
        CallEvent(EventName.RELEASED, at(9), "customer", "13800000001"),
    ) == detail.events


def test_events_of_one_moment_are_told_in_their_likely_order() -> None:
    """A transfer, the leaving, the queue, the assignment, the ringing; a survey after the customer's leaving."""
    detail = call(
        agent("a", "Established@8 BlindTransfer@20 Released@20"),
        agent("b", "Ringing@20 Established@20 Released@30"),
        customer_events=(CustomerEvents("13800000001", sequence("Established@0 Released@30")),),
        queue_events=(QueueEvents("vip@ccc-demo", "VIP", events=sequence("Enqueue@20 AssignAgent@20")),),
        ivr_events=(
            IvrEvents("flow", events=sequence("Route2IVR@0")),
            IvrEvents("survey", events=sequence("Route2IVR@30")),
        ),
    )
    assert [
        "customer Established",
        "ivr Route2IVR",
        "agent Established",
        "agent BlindTransfer",
        "agent Released",
        "queue Enqueue",
        "queue AssignAgent",
        "agent Ringing",
        "agent Established",
        "agent Released",
        "customer Released",
        "ivr Route2IVR",
    ] == [f"{event.party} {event.name}" for event in detail.events]


def test_numbers_are_masked() -> None:
    """No repr shows a whole phone number: of events, transfers, rows and details."""
    record = row(
        outside_number_destination_number="13800000007",
        offsite_agent_originator_numbers=("02100000001",),
        offsite_agent_destination_numbers=("13800000009",),
    )
    customer = CustomerEvents("13800000001", sequence("Released@9"))
    joined = join(call(A, customer_events=(customer,)), attrs.evolve(record, offsite_agent_originator_numbers=()))
    joined = attrs.evolve(joined, transfer_caller="02100000001")
    shown = repr(joined) + repr(joined.events) + repr(joined.transfers) + repr(join(None, record))
    assert [] == [n for n in ("13800000001", "13800000007", "13800000009", "02100000001") if n in shown]
    assert "138****0007" in repr(joined.transfers)
    assert "party_id='a@ccc-demo'" in repr(joined.events)
    assert "CallEvent(name=EventName.RELEASED, party='customer')" == repr(
        CallEvent(EventName.RELEASED, None, "customer")
    )


def details() -> st.SearchStrategy[CallDetail]:
    """Details in whose events the transfers' names are frequent."""
    names = st.sampled_from([*EventName, EventName.BLIND_TRANSFER, EventName.CONSULTING, EventName.ESTABLISHED])
    times = st.none() | st.integers(0, 8).map(at)
    events = st.lists(st.builds(Event, st.none() | names, times), max_size=6).map(tuple)
    ids = st.sampled_from([None, "a", "b", "c"])
    return st.builds(
        CallDetail,
        st.just("job-1"),
        contact_disposition=st.sampled_from([None, *Disposition]),
        release_time=times,
        agent_ids=st.lists(st.sampled_from("abc"), max_size=2).map(tuple),
        outside_number_release_reason=st.sampled_from([None, "NoAnswer"]),
        agent_events=st.lists(st.builds(AgentEvents, ids, events=events), max_size=4).map(tuple),
        queue_events=st.lists(
            st.builds(QueueEvents, ids, queue_type=st.sampled_from([None, *QueueType]), events=events), max_size=2
        ).map(tuple),
        ivr_events=st.lists(
            st.builds(IvrEvents, ids, flow_type=st.sampled_from([None, *FlowType]), events=events), max_size=2
        ).map(tuple),
    )


@example(
    detail=CallDetail("job-1", agent_events=(AgentEvents(events=(Event(EventName.BLIND_TRANSFER),)),)),
    record=CallRecord("job-1", transfer_count=-(2**63)),
)
@given(detail=st.none() | details() | of(CallDetail, ZONE), record=st.none() | of(CallRecord, ZONE))
def test_any_two_answers_can_be_joined(detail: CallDetail | None, record: CallRecord | None) -> None:
    """Nothing raises; no row, no word of off-site work; each transfer has its event; values are values."""
    if detail is None and record is None:
        return
    joined = join(detail, record)
    assert (record is None) <= ((joined.off_site, joined.transfer_called) == (None, None))
    begun = [
        event for event in joined.events if event.party == "agent" and event.name in ("BlindTransfer", "Consulting")
    ]
    told = [transfer for transfer in joined.transfers or () if transfer.evidence]
    assert len(told) <= len(begun)
    blind = [event for event in begun if event.name == "BlindTransfer"]
    if detail is not None and (detail.agent_events or not detail.agent_ids):
        assert len(blind) == len([transfer for transfer in told if transfer.kind == "blind"])
    for transfer in told:
        assert set(transfer.evidence) <= set(joined.events)
        assert transfer.time in {event.time for event in begun}
        assert not (transfer.kind == "consulted" and transfer.completed is False)
    assert joined == pickle.loads(pickle.dumps(joined))
    assert (joined, hash(joined)) == (join(detail, record), hash(join(detail, record)))
    assert repr(joined).startswith("CallDetail(")

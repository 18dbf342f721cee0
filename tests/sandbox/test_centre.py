"""The call centre: any filter finds exactly the calls that a plain loop finds, in one order, whatever arrives."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Thread
from typing import Any

import pytest
from attrs import asdict, evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from hillstone_ccc.sandbox.call import Call
from hillstone_ccc.sandbox.centre import CallCentre, CallFilter

NOW = 1_795_312_800_000  # 2026-11-22 10:00 in Shanghai
DAY = 86_400_000
CENTRE = CallCentre(records=3000, now_ms=NOW)
CALLS = CENTRE.select(CallFilter(descending=False)).rows(0, 3000)
PINNED = ("job-600000000865137065", 1792720942061, "Inbound", "13800008901", ("hesiyuan@ccc-demo",))
SMALL = CallCentre(records=400, now_ms=NOW)
FEW = SMALL.select(CallFilter(descending=False)).rows(0, 400)
GAVE_UP = {"AbandonedInIVR", "AbandonedInQueue", "AbandonedInRing", "AbandonedInVoiceNavigator"}


def met(call: Call, wanted: CallFilter) -> bool:
    """The filters again, written as plainly as possible."""
    rating = -2 if not call.satisfaction_offered else -1 if call.satisfaction_index is None else call.satisfaction_index

    def rated(text: str) -> bool:
        if text.startswith("<"):
            return 0 < rating < int(text[1:])
        return rating > max(0, int(text[1:])) if text.startswith(">") else rating == int(text)

    def spelling(word: str) -> str:
        return word.upper().replace("_", "")

    def among(value: str, values: Iterable[str]) -> bool:
        return value in values

    low, high = wanted.start_ms, wanted.end_ms
    sides = (call.calling_number, call.called_number)
    checks: list[tuple[Any, Callable[[], bool]]] = [
        (
            low is not None,
            lambda: low is not None and (call.start_time > low or (wanted.include_start and call.start_time == low)),
        ),
        (
            high is not None,
            lambda: high is not None and (call.start_time < high or (wanted.include_end and call.start_time == high)),
        ),
        (wanted.contact_ids, lambda: among(call.contact_id, wanted.contact_ids)),
        (wanted.contact_types, lambda: among(spelling(call.contact_type), map(spelling, wanted.contact_types))),
        (wanted.dispositions, lambda: among(call.disposition, wanted.dispositions)),
        (wanted.early_media_states, lambda: among(call.early_media_state, wanted.early_media_states)),
        (wanted.agent_id, lambda: wanted.agent_id in call.agents),
        (wanted.first_agent_id, lambda: call.agents[:1] == (wanted.first_agent_id,)),
        (wanted.skill_group_ids, lambda: bool(set(wanted.skill_group_ids) & set(call.skill_group_ids))),
        (wanted.calling_number, lambda: call.calling_number == wanted.calling_number),
        (wanted.called_number, lambda: call.called_number == wanted.called_number),
        (wanted.number, lambda: wanted.number in sides),
        (wanted.number_part, lambda: any(str(wanted.number_part) in side for side in sides)),
        (wanted.broker, lambda: call.broker == wanted.broker),
        (wanted.satisfactions, lambda: any(map(rated, wanted.satisfactions))),
        (
            wanted.satisfaction_descriptions,
            lambda: among(call.satisfaction_description, wanted.satisfaction_descriptions),
        ),
        (wanted.satisfaction_channel, lambda: call.satisfaction_channel == wanted.satisfaction_channel),
        (wanted.release_initiators, lambda: among(call.release_initiator, map(str.lower, wanted.release_initiators))),
        (wanted.media_type, lambda: call.media_type == wanted.media_type),
    ]
    return all(check() for asked, check in checks if asked)


def some(values: Iterable[str]) -> st.SearchStrategy[tuple[str, ...]]:
    """A few of the values, and one that no call has."""
    return st.lists(st.sampled_from(sorted({*values, "unheard of"})), max_size=3).map(tuple)


def one(values: Iterable[str]) -> st.SearchStrategy[str | None]:
    """None, one of the values, or one that no call has."""
    return st.none() | st.sampled_from(sorted({*values, "unheard of"}))


numbers = {number for call in FEW[:100] for number in (call.calling_number, call.called_number)}
agents = {agent for call in FEW for agent in call.agents}
moments = st.none() | st.integers(NOW - 3 * DAY, NOW) | st.sampled_from([call.start_time for call in FEW])
FILTERS: dict[str, st.SearchStrategy[Any]] = {
    "start_ms": moments,
    "end_ms": moments,
    "include_start": st.booleans(),
    "include_end": st.booleans(),
    "contact_ids": some(["job-1", "clump-3", *(call.contact_id for call in FEW[:50])]),
    "contact_types": some(["Inbound", "INBOUND", "Outbound", "BACK2BACK", "PRIVACY_DIAL", "Internal"]),
    "dispositions": some(call.disposition for call in FEW),
    "early_media_states": some(call.early_media_state for call in FEW if call.early_media_state),
    "agent_id": one(agents),
    "first_agent_id": one(agents),
    "skill_group_ids": some(group.skill_group_id for group in SMALL.skill_groups),
    "calling_number": one(numbers),
    "called_number": one(numbers),
    "number": one(numbers),
    "number_part": one(["1380", "0735", "01", "0001"]),
    "broker": one({call.broker for call in FEW if call.broker}),
    "satisfactions": st.lists(st.sampled_from(["-2", "-1", "1", "3", "5", ">2", "<3", ">-5", "<9"]), max_size=3).map(
        tuple
    ),
    "satisfaction_descriptions": some(["满意", "一般"]),
    "satisfaction_channel": one(["IVR", "SMS"]),
    "release_initiators": some(["agent", "CUSTOMER"]),
    "media_type": one(["AUDIO", "CHAT"]),
}


@st.composite
def filters(draw: st.DrawFn) -> CallFilter:
    """Filters of up to four kinds together."""
    names = draw(st.sets(st.sampled_from(sorted(FILTERS)), max_size=4))
    return CallFilter(**{name: draw(FILTERS[name]) for name in names}, descending=draw(st.booleans()))


EXTRA = [
    *(Call(contact_id=f"clump-{place}", start_time=FEW[200].start_time) for place in range(7)),
    *(evolve(call, contact_id=f"job-{place}") for place, call in enumerate(FEW[::25])),
    *(
        evolve(
            call, contact_id=f"{call.contact_id[:-1]}x", agents=(), satisfaction_offered=True, satisfaction_index=None
        )
        for call in FEW[::20]
    ),
    Call(contact_id="before all", start_time=-5, media_type="CHAT"),
    Call(contact_id="after all", start_time=NOW + DAY, early_media_state="Busy"),
]


def mixed() -> CallCentre:
    """Generated calls and given ones, some of them at the same moments."""
    centre = CallCentre(records=400, now_ms=NOW)
    centre.add(*EXTRA)
    return centre


MIXED = mixed()
EXPLICIT = CallCentre.of(EXTRA)


@settings(max_examples=150, deadline=None)
@given(wanted=filters(), which=st.sampled_from(["generated", "mixed", "explicit"]))
def test_selection_is_what_a_plain_loop_finds(wanted: CallFilter, which: str) -> None:
    """Whatever is asked, the selection is the plain loop's, ordered by start and contact id."""
    centre, calls = {"generated": (SMALL, FEW), "mixed": (MIXED, FEW + EXTRA), "explicit": (EXPLICIT, EXTRA)}[which]
    found = [call for call in calls if met(call, wanted)]
    expected = sorted(found, key=lambda call: (call.start_time, call.contact_id), reverse=wanted.descending)
    selection = centre.select(wanted)
    assert len(expected) == selection.total
    assert expected == selection.rows(0, len(calls))


CHAT = Call(contact_id="chat", start_time=NOW, media_type="CHAT")
CHAT_TOO = CallCentre(records=3000, now_ms=NOW)
CHAT_TOO.add(CHAT)
ALL_GIVEN = CallCentre.of([CHAT, *CALLS])


@pytest.mark.parametrize("name", sorted(set(FILTERS) - {"include_start", "include_end"}))
def test_each_filter_finds_some_and_leaves_some(name: str) -> None:
    """No filter is idle: each finds some calls and leaves some out, the same whether generated or given."""
    asked: dict[str, Any] = {
        "start_ms": NOW - 3 * DAY,
        "end_ms": NOW - 3 * DAY,
        "contact_ids": (CALLS[3].contact_id,),
        "contact_types": ("PRIVACY_DIAL",),
        "dispositions": ("Voicemail",),
        "early_media_states": ("PowerOff",),
        "agent_id": "zhangsan@ccc-demo",
        "first_agent_id": "lina@ccc-demo",
        "skill_group_ids": ("vip@ccc-demo",),
        "calling_number": CALLS[0].calling_number,
        "called_number": CALLS[0].called_number,
        "number": "80000001",
        "number_part": "0735",
        "broker": "02100000003",
        "satisfactions": (">3", "-1"),
        "satisfaction_descriptions": ("满意",),
        "satisfaction_channel": "SMS",
        "release_initiators": ("AGENT",),
        "media_type": "CHAT",
    }
    wanted = CallFilter(**{name: asked[name]})
    found = CHAT_TOO.select(wanted)
    assert 0 < found.total < len(CHAT_TOO)
    assert found.rows(0, 9999) == ALL_GIVEN.select(wanted).rows(0, 9999)


def test_bounds_belong_to_the_range_or_not() -> None:
    """A bound that is some call's very start takes the call in or leaves it out."""
    start = CALLS[10].start_time
    totals = [
        CENTRE.select(CallFilter(start_ms=start, end_ms=start, include_start=low, include_end=high)).total
        for low, high in [(True, True), (False, True), (True, False)]
    ]
    assert [1, 0, 0] == totals


@pytest.mark.parametrize(
    ("text", "found"), [("-2", 1), ("-1", 1), (">-5", 2), ("<9", 2), (">4", 1), ("<1", 0), ("5", 1)]
)
def test_comparisons_are_of_answered_surveys(text: str, found: int) -> None:
    """A comparison speaks of keys that were pressed; the two negative numbers name what came before that."""
    surveys: list[tuple[bool, int | None]] = [(False, None), (True, None), (True, 1), (True, 5)]
    calls = [
        Call(contact_id=f"job-{place}", start_time=0, satisfaction_offered=offered, satisfaction_index=index)
        for place, (offered, index) in enumerate(surveys)
    ]
    assert found == CallCentre.of(calls).select(CallFilter(satisfactions=(text,))).total


@pytest.mark.parametrize("text", ["", ">", "three", "<x"])
def test_unreadable_satisfaction(text: str) -> None:
    """A satisfaction that is neither a number nor a comparison is refused."""
    with pytest.raises(ValueError, match="invalid literal"):
        CENTRE.select(CallFilter(satisfactions=(text,)))


@settings(max_examples=50, deadline=None)
@given(offset=st.integers(-5, 500), limit=st.integers(0, 200), salt=st.integers(0, 3), descending=st.booleans())
def test_rows_are_slices_of_one_order(offset: int, limit: int, salt: int, descending: bool) -> None:
    """Pages cut one order to pieces, also where they cut a run of equal times."""
    selection = MIXED.select(CallFilter(descending=descending, tie_salt=salt))
    whole = selection.rows(0, len(MIXED))
    assert whole[max(0, offset) : max(0, offset + limit)] == selection.rows(offset, limit)


def test_salt_reorders_equal_times_only() -> None:
    """Salts give different orders of equal start times, and never another order of different ones."""
    centre = CallCentre.of(Call(contact_id=f"job-{n}", start_time=n // 50) for n in range(200))
    orders = [
        [call.contact_id for call in centre.select(CallFilter(tie_salt=salt, descending=False)).rows(0, 200)]
        for salt in range(4)
    ]
    assert 4 == len({tuple(order) for order in orders})
    assert [sorted(order[:50]) for order in orders] == [sorted(orders[0][:50])] * 4
    assert sorted(orders[0], key=lambda name: (int(name[4:]) // 50, name)) == orders[0]


def test_same_arguments_same_centre() -> None:
    """The same arguments give the same people and calls; another seed others."""
    again = CallCentre(records=3000, now_ms=NOW)
    other = CallCentre(records=3000, now_ms=NOW, seed=8)
    assert CENTRE.agents == again.agents
    assert CALLS == again.select(CallFilter(descending=False)).rows(0, 3000)
    assert not {call.contact_id for call in CALLS} & {
        call.contact_id for call in other.select(CallFilter()).rows(0, 3000)
    }


def test_data_is_what_it_was() -> None:
    """The first call of the demo's data stays what it is: seeds are promises."""
    first = CALLS[0]
    assert PINNED == (first.contact_id, first.start_time, first.contact_type, first.calling_number, first.agents)


def test_every_call_is_found_by_its_id() -> None:
    """Each call of a list is had by its contact id, a generated one and an added one."""
    assert all(call == MIXED.get(call.contact_id) for call in [*FEW, *EXTRA])
    assert len(CALLS) == len({call.contact_id for call in CALLS})


@pytest.mark.parametrize(
    "contact_id", ["", "job-", "job-1", "job-" + "9" * 18, "job-" + "0" * 18, CALLS[0].contact_id[:-1] + "½", "x" * 22]
)
def test_unknown_id(contact_id: str) -> None:
    """An id that no call has finds nothing, however close it is."""
    assert CENTRE.get(contact_id) is None


def test_near_miss_of_an_id() -> None:
    """An id one off a call's finds nothing."""
    number = int(CALLS[7].contact_id[4:])
    assert CENTRE.get(f"job-{number + 1}") is None


def test_ids_are_eighteen_digits() -> None:
    """Contact ids are ``job-`` and 18 digits."""
    assert {(22, "job-", True)} == {(len(c.contact_id), c.contact_id[:4], c.contact_id[4:].isdigit()) for c in CALLS}


@settings(max_examples=500, deadline=None)
@given(call=st.sampled_from([*CALLS, Call(contact_id="job-1", start_time=123)]))
def test_times_of_a_row_agree(call: Call) -> None:
    """Every time of a row follows from its phases."""
    before = call.dialing_time + call.ivr_time + call.queue_time + call.ring_time
    answered = call.established_time is not None
    assert (call.start_time + before * 1000 if answered else None) == call.established_time
    assert call.start_time + (before + call.talk_time) * 1000 == call.release_time
    assert (before if call.contact_type == "Inbound" else 0) + call.talk_time == call.call_duration
    assert (0 if call.disposition in GAVE_UP else call.queue_time + call.ring_time) == call.wait_time
    assert answered == (call.disposition == "Success")
    assert answered or (0, False) == (call.talk_time, call.recording_ready)
    assert call.held_time <= call.talk_time
    assert (call.talk_time if call.recording_ready else 0) == call.recording_duration
    assert (call.contact_type == "Inbound") == (call.ivr_time > 0 and call.dialing_time == 0)


@settings(max_examples=500, deadline=None)
@given(call=st.sampled_from(CALLS))
def test_people_of_a_row_agree(call: Call) -> None:
    """Agents have their own names, are each there once, and transfers go from one to the next of them."""
    agents = [CENTRE.agent(agent_id) for agent_id in call.agents]
    assert call.agent_names == tuple(agent.display_name for agent in agents if agent)
    assert len(set(call.agents)) == len(call.agents)
    assert len(call.skill_group_ids) == len(call.skill_group_names) == len(set(call.skill_group_ids))
    assert set(call.off_site_agents) <= set(call.agents)
    assert len(call.off_site_agents) == len(call.off_site_destination_numbers) == len(call.off_site_originator_numbers)
    assert call.agents[: len(call.transfers)] == tuple(transfer.from_agent for transfer in call.transfers)
    for transfer, receiver in zip(call.transfers, [*call.agents[1:], ""], strict=False):
        expected = {"agent": receiver, "outside": call.outside_number}.get(transfer.to_kind, transfer.to)
        assert expected == transfer.to
        assert call.established_time is not None
        assert call.established_time <= transfer.time <= call.release_time
    assert call.satisfaction_offered == bool(call.satisfaction_channel)
    assert (call.satisfaction_index is not None) == bool(call.satisfaction_description)


def test_members_answer_for_their_groups() -> None:
    """An agent of an untransferred call belongs to the call's group."""
    for call in CALLS:
        for agent_id, group_id in list(zip(call.agents, call.skill_group_ids, strict=False))[:1]:
            agent = CENTRE.agent(agent_id)
            assert agent is not None
            assert group_id in {level.skill_group_id for level in agent.skill_levels}


def test_calls_lie_between_the_days_and_now() -> None:
    """No call begins before the first day or ends after now, and the last minute's recordings are not ready."""
    busy = CallCentre(records=60_000, days=1, now_ms=NOW)
    late = busy.select(CallFilter()).rows(0, 1500)
    early = busy.select(CallFilter(descending=False)).rows(0, 1)
    assert NOW - DAY <= early[0].start_time < late[0].start_time < NOW
    assert max(call.release_time for call in late) <= NOW
    fresh = [call for call in late if call.release_time > NOW - 60_000 and call.disposition == "Success"]
    assert fresh
    assert not any(call.recording_ready for call in fresh)
    assert all(call.recording_ready for call in late if call.disposition == "Success" and call not in fresh)


def test_looks_alive() -> None:
    """Days are busy, nights quiet, lunch in between, week-ends half; every kind of call occurs; some give up."""
    hours = [0] * 24
    weekdays = [0] * 7
    for call in CALLS:
        hours[(call.start_time // 3_600_000 + 8) % 24] += 1
        weekdays[((call.start_time // 3_600_000 + 8) // 24 + 3) % 7] += 1
    assert hours[3] < hours[12] / 5 < hours[10] / 5
    assert hours[12] < 0.7 * min(hours[10], hours[15])
    assert weekdays[6] < 0.6 * weekdays[0]
    inbound = [call for call in CALLS if call.contact_type == "Inbound"]
    assert 0.07 < sum(call.disposition in GAVE_UP for call in inbound) / len(inbound) < 0.17
    assert {("blind", "agent"), ("consulted", "agent"), ("blind", "skill_group"), ("blind", "outside")} <= {
        (transfer.kind, transfer.to_kind) for call in CALLS for transfer in call.transfers
    }
    assert {1, 2, 3} <= {len(call.agents) for call in CALLS}
    for name in (
        "off_site_agents",
        "voicemail",
        "outside_number",
        "early_media_text",
        "voicebot_originator_number",
        "broker",
    ):
        assert 0 < sum(bool(getattr(call, name)) for call in CALLS) < len(CALLS) / 3
    assert any(call.caller_location.startswith(" ") for call in CALLS)
    assert len({call.start_time for call in CALLS}) < len(CALLS)


def test_numbers_are_made_up() -> None:
    """All numbers are of the made-up forms."""
    seen = {number for call in CALLS for number in (call.calling_number, call.called_number, call.outside_number)}
    prefixes = ("1380000", "0735000", "0211000", "0210000000", "8000")
    assert all(number.startswith(prefixes) and len(number) in (8, 11) for number in seen if number)


def test_arrivals_while_paging() -> None:
    """A selection made before an arrival stays as it was; one made after holds it, the rest unmoved."""
    centre = CallCentre(records=500, now_ms=NOW)
    before = centre.select(CallFilter())
    pages = before.rows(0, 100)
    centre.add(Call(contact_id="new", start_time=NOW + 1), Call(contact_id="twin", start_time=pages[5].start_time))
    assert 500 == before.total
    assert pages == before.rows(0, 100)
    after = centre.select(CallFilter())
    assert (502, 502) == (after.total, len(centre))
    names = [call.contact_id for call in after.rows(0, 102)]
    assert "new" == names[0]
    assert [call.contact_id for call in pages] == [name for name in names if name not in ("new", "twin")]
    assert 5 < names.index("twin") + 1 < 9


def test_ids_stay_unique() -> None:
    """A contact id that is taken is refused, and then nothing is added."""
    centre = CallCentre(records=5, now_ms=NOW)
    taken = centre.select(CallFilter()).rows(0, 1)[0]
    fresh = Call(contact_id="job-1", start_time=1)
    for calls in ([fresh, taken], [fresh, fresh]):
        with pytest.raises(ValueError, match="unique"):
            centre.add(*calls)
    assert 5 == len(centre)
    centre.add(fresh)
    with pytest.raises(ValueError, match="job-1"):
        centre.add(fresh)


def test_many_threads_add_and_select() -> None:
    """Threads that add and select at the same time lose no call."""
    centre = CallCentre(records=100, now_ms=NOW)

    def arrive(name: str) -> None:
        for number in range(50):
            centre.add(Call(contact_id=f"{name}-{number}", start_time=number))
            centre.select(CallFilter(end_ms=number)).rows(0, 10)

    threads = [Thread(target=arrive, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 300 == centre.select(CallFilter()).total == len(centre)


def test_no_calls() -> None:
    """An empty centre answers as any other."""
    for centre in (CallCentre(records=0, now_ms=NOW), CallCentre.of([])):
        selection = centre.select(CallFilter(tie_salt=3))
        assert (0, [], 0) == (selection.total, selection.rows(0, 10), len(centre))


def test_own_people() -> None:
    """A centre of given calls may have given people; without a given now it is the end of the last call."""
    agents, groups = CENTRE.agents[:2], CENTRE.skill_groups[:1]
    centre = CallCentre.of([Call(contact_id="job-1", start_time=5)], agents=agents, groups=groups, instance_id="x")
    assert (agents, groups, "x", 55_005) == (centre.agents, centre.skill_groups, centre.instance_id, centre.now_ms)
    assert centre.agent(CENTRE.agents[5].user_id) is None
    assert 7 == CallCentre.of([], now_ms=7).now_ms


@pytest.mark.parametrize("wrong", [{"records": -1}, {"records": 10**8}, {"days": 0}, {"days": 400}])
def test_limits(wrong: dict[str, Any]) -> None:
    """A size beyond the limits is refused in words."""
    with pytest.raises(ValueError, match=next(iter(wrong))):
        CallCentre(now_ms=NOW, **wrong)


def test_a_call_is_a_value() -> None:
    """Calls are equal by their fields, and the defaults follow the start."""
    call = Call(contact_id="job-1", start_time=123)
    assert call == Call(**asdict(call, recurse=False))
    assert (15_123, 55_123) == (call.established_time, call.release_time)

"""What a client gives is what the sandbox holds: values, filters, orders, pages, bytes."""

import re
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import attrs
import orjson
import pytest

from hillstone_ccc import CallRecordQuery, ContactType, ResultWindowError
from hillstone_ccc.sandbox import Call, CallFilter, Quirks, Sandbox
from hillstone_ccc.sandbox.audio import recording
from hillstone_ccc.testing.clock import SimulatedClock

each_driver = pytest.mark.parametrize("driver", ["sync", "async"])
NOW = 1_767_323_045_000


@pytest.fixture(scope="module")
def box() -> Sandbox:
    """A month of calls, and three contacts that are none."""
    box = Sandbox(records=1_200)
    begun = box.centre.now_ms - 90_000
    for number, media_type in enumerate(("CHAT", "VIDEO", "CHAT")):
        box.centre.add(Call(contact_id=f"job-{number:018}", start_time=begun + number, media_type=media_type))
    return box


@pytest.fixture(scope="module")
def everything(box: Sandbox) -> list[Call]:
    """Every call of it, newest first."""
    selection = box.centre.select(CallFilter())
    return selection.rows(0, selection.total)


def moment(milliseconds: int | None) -> datetime | None:
    """Unix milliseconds as a datetime."""
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, timezone.utc)


@each_driver
def test_each_field_of_a_record_is_the_calls(
    driver: str, box: Sandbox, everything: list[Call], in_process: Callable[..., Any]
) -> None:
    """Texts, times, seconds, flags, lists and words arrive as what the sandbox holds."""
    ccc = in_process(driver, box, SimulatedClock(wall=time.time()))
    records = ccc.call_records.search(CallRecordQuery.last(days=31)).to_list()
    assert [call.contact_id for call in everything] == [record.contact_id for record in records]
    for call, record in zip(everything, records, strict=True):
        assert call.contact_type == record.contact_type
        assert call.disposition == record.contact_disposition
        assert (call.calling_number, call.called_number) == (record.calling_number, record.called_number)
        assert call.caller_location.strip() == (record.caller_location or "")
        assert (moment(call.start_time), moment(call.release_time)) == (record.start_time, record.release_time)
        assert moment(call.established_time) == record.established_time
        for name in ("call_duration", "ivr_time", "queue_time", "ring_time", "wait_time", "talk_time", "held_time"):
            assert getattr(call, name) == getattr(record, name)
        assert (call.recording_ready, call.recording_duration) == (record.recording_ready, record.recording_duration)
        # Which comma belongs to a name cannot be told where a call has several agents; none is lost.
        assert (call.agents, ",".join(call.agent_names)) == (record.agent_ids, ",".join(record.agent_names))
        assert (call.satisfaction_index, call.call_ids) == (record.satisfaction_index, record.call_ids)
        assert (call.off_site_agents, len(call.transfers)) == (record.off_site_agent_ids, record.transfer_count)


V1, V2 = "ListCallDetailRecords", "ListCallDetailRecordsV2"


@attrs.frozen
class Filter:
    """A filter of the query, told after the example of one call.

    Attributes:
        criteria: How the query says it.
        meant: Whether a call is meant by it.
        sent: How ListCallDetailRecordsV2 is to be asked for it, or ``action`` if V2 does not know it.
        sent_to_v1: How V1 is to be asked for it, where part of a number is asked for as well; None if V1 does not
            know it.
        action: The action that it reaches.
    """

    criteria: Callable[[Call], dict[str, Any]]
    meant: Callable[[Call, Call], bool]
    sent: Callable[[Call], dict[str, str]]
    sent_to_v1: Callable[[Call], dict[str, str]] | None = None
    action: str = V2


def listed(*words: str) -> str:
    """A list as a parameter."""
    return orjson.dumps(words).decode()


def filter_of_both(
    criteria: Callable[[Call], dict[str, Any]],
    meant: Callable[[Call, Call], bool],
    sent: Callable[[Call], dict[str, str]],
) -> Filter:
    """A filter that either action is asked for in the same way."""
    return Filter(criteria, meant, sent, sent)


FILTERS: dict[str, Filter] = {
    "agent_ids": filter_of_both(
        lambda one: {"agent_ids": [one.agents[0]]},
        lambda call, one: one.agents[0] in call.agents,
        lambda one: {"AgentId": one.agents[0]},
    ),
    "agent_names": filter_of_both(
        lambda one: {"agent_names": [one.agent_names[0]]},
        lambda call, one: one.agents[0] in call.agents,
        lambda one: {"AgentId": one.agents[0]},
    ),
    "calling_number": filter_of_both(
        lambda one: {"calling_number": one.calling_number},
        lambda call, one: call.calling_number == one.calling_number,
        lambda one: {"CallingNumber": one.calling_number},
    ),
    "called_number": filter_of_both(
        lambda one: {"called_number": one.called_number},
        lambda call, one: call.called_number == one.called_number,
        lambda one: {"CalledNumber": one.called_number},
    ),
    "number": Filter(
        lambda one: {"number": one.calling_number[5:10]},
        lambda call, one: any(one.calling_number[5:10] in side for side in (call.calling_number, call.called_number)),
        lambda one: {"Criteria": f'{{"phoneNumber":"{one.calling_number[5:10]}"}}'},
        action=V1,
    ),
    "contact_ids": Filter(
        lambda one: {"contact_ids": [one.contact_id, "job-999999999999999999"]},
        lambda call, one: call.contact_id == one.contact_id,
        lambda one: {"ContactIdList": listed(one.contact_id, "job-999999999999999999")},
    ),
    "contact_types": Filter(
        lambda one: {"contact_types": ["PRIVACY_DIAL", one.contact_type]},
        lambda call, one: call.contact_type in {"PrivacyDial", one.contact_type},
        lambda one: {"ContactTypeList": listed("PRIVACY_DIAL", one.contact_type.upper())},
        lambda one: {"ContactTypeList": listed("PrivacyDial", one.contact_type)},
    ),
    "dispositions": filter_of_both(
        lambda one: {"dispositions": [one.disposition, "NoAnswer"]},
        lambda call, one: call.disposition in {one.disposition, "NoAnswer"},
        lambda one: {"ContactDispositionList": listed(one.disposition, "NoAnswer")},
    ),
    "early_media_states": filter_of_both(
        lambda _: {"early_media_states": ["Busy", "PowerOff"]},
        lambda call, _: call.early_media_state in {"Busy", "PowerOff"},
        lambda _: {"EarlyMediaStateList": listed("Busy", "PowerOff")},
    ),
    "skill_group_ids": Filter(
        lambda one: {"skill_group_ids": [one.skill_group_ids[0]]},
        lambda call, one: one.skill_group_ids[0] in call.skill_group_ids,
        lambda one: {"SkillGroupIdList": listed(one.skill_group_ids[0])},
        lambda one: {"SkillGroupId": one.skill_group_ids[0]},
    ),
    "several skill_group_ids": Filter(
        lambda one: {"skill_group_ids": [one.skill_group_ids[0], "vip@ccc-demo"]},
        lambda call, one: not {one.skill_group_ids[0], "vip@ccc-demo"}.isdisjoint(call.skill_group_ids),
        lambda one: {"SkillGroupIdList": listed(one.skill_group_ids[0], "vip@ccc-demo")},
    ),
    "skill_group_names": Filter(
        lambda one: {"skill_group_names": [one.skill_group_names[0]]},
        lambda call, one: one.skill_group_ids[0] in call.skill_group_ids,
        lambda one: {"SkillGroupIdList": listed(one.skill_group_ids[0])},
        lambda one: {"SkillGroupId": one.skill_group_ids[0]},
    ),
    "satisfactions": Filter(
        lambda _: {"satisfactions": ["1", "2"]},
        lambda call, _: call.satisfaction_index in {1, 2},
        lambda _: {"SatisfactionRateList": listed("1", "2")},
        lambda _: {"SatisfactionList": listed("1", "2")},
    ),
    "satisfactions of V2": Filter(
        lambda _: {"satisfactions": ["-1", ">4"]},
        lambda call, _: call.satisfaction_offered and call.satisfaction_index in {None, 5},
        lambda _: {"SatisfactionRateList": listed("-1", ">4")},
    ),
    "satisfaction_descriptions": filter_of_both(
        lambda _: {"satisfaction_descriptions": ["满意"]},
        lambda call, _: call.satisfaction_description == "满意",
        lambda _: {"SatisfactionDescriptionList": listed("满意")},
    ),
    "satisfaction_survey_channel": filter_of_both(
        lambda _: {"satisfaction_survey_channel": "IVR"},
        lambda call, _: call.satisfaction_channel == "IVR",
        lambda _: {"SatisfactionSurveyChannel": "IVR"},
    ),
    "media_type": Filter(
        lambda _: {"media_type": "AUDIO"},
        lambda call, _: call.media_type == "AUDIO",
        lambda _: {"MediaType": "AUDIO"},
    ),
    "calling_number in part": Filter(
        lambda _: {"calling_number": "1380000**0*"},
        lambda call, _: re.fullmatch(r"1380000\d\d0\d", call.calling_number) is not None,
        lambda _: {"Criteria": '{"phoneNumber":"1380000"}'},
        action=V1,
    ),
    "both numbers in part": Filter(
        lambda _: {"calling_number": "138********", "called_number": "0210000000*", "number": "7**"},
        lambda call, _: (
            re.fullmatch("138.{8}", call.calling_number) is not None
            and re.fullmatch("0210000000.", call.called_number) is not None
            and any(re.search("7..", side) for side in (call.calling_number, call.called_number))
        ),
        lambda _: {"Criteria": '{"phoneNumber":"0210000000"}'},
        action=V1,
    ),
    "called_number of which only the length is known": filter_of_both(
        lambda _: {"called_number": "*" * 8}, lambda call, _: len(call.called_number) == 8, lambda _: {}
    ),
}


@pytest.fixture
def one(box: Sandbox, everything: list[Call]) -> Call:
    """A call with something in every field that can be asked for, of an agent who shares the name with nobody."""
    names = Counter(agent.display_name for agent in box.centre.agents)
    return next(
        call for call in everything if call.satisfaction_index and [names[one] for one in call.agent_names] == [1]
    )


def asked(box: Sandbox) -> list[tuple[str, dict[str, str]]]:
    """The lists of calls that the sandbox was asked for: action and parameters."""
    return [(one.action, dict(one.parameters)) for one in box.requests if one.action in {V1, V2}]


def test_no_filter_is_forgotten() -> None:
    """Every filter of the query is tried below; how names are meant is no filter of its own."""
    names = {field.name for field in attrs.fields(CallRecordQuery)}
    assert names - {"start", "end", "order", "exact_names"} == names & FILTERS.keys()


@each_driver
@pytest.mark.parametrize("name", FILTERS)
def test_each_filter_reaches_the_action_that_understands_it(
    driver: str, name: str, box: Sandbox, everything: list[Call], one: Call, in_process: Callable[..., Any]
) -> None:
    """What a filter gives is what the same filter over all calls gives, not all of them, and was asked for so."""
    tried = FILTERS[name]
    expected = [call.contact_id for call in everything if tried.meant(call, one)]
    box.reset()
    ccc = in_process(driver, box, SimulatedClock(wall=time.time()))
    results = ccc.call_records.search(CallRecordQuery.last(days=31, **tried.criteria(one)))
    assert expected == [record.contact_id for record in results]
    assert len(expected) == results.count()
    assert 0 < len(expected) < len(everything)
    assert asked(box)
    for action, parameters in asked(box):
        assert tried.action == action
        assert tried.sent(one).items() <= parameters.items()
        assert ("MediaType" in parameters) is (action == V2)


@each_driver
@pytest.mark.parametrize("name", [name for name, tried in FILTERS.items() if tried.action == V2])
def test_each_filter_holds_together_with_part_of_a_number(
    driver: str, name: str, box: Sandbox, everything: list[Call], one: Call, in_process: Callable[..., Any]
) -> None:
    """V1 finds the part and is asked for what it knows; V2 is for what V1 does not know, and the part is found here."""
    tried = FILTERS[name]
    part = one.called_number if name == "calling_number" else one.calling_number[:7]
    criteria = tried.criteria(one) | {"number": part}
    expected = [
        call.contact_id
        for call in everything
        if tried.meant(call, one) and (part in call.calling_number or part in call.called_number)
    ]
    box.reset()
    ccc = in_process(driver, box, SimulatedClock(wall=time.time()))
    results = ccc.call_records.search(CallRecordQuery.last(days=31, **criteria))
    assert expected == [record.contact_id for record in results]
    assert len(expected) == results.count()
    assert asked(box)
    for action, parameters in asked(box):
        assert (V2 if tried.sent_to_v1 is None else V1) == action
        assert (tried.sent_to_v1 or tried.sent)(one).items() <= parameters.items()
        assert (action == V1) is ("Criteria" in parameters)


def clump(times: list[int]) -> list[Call]:
    """Calls at these milliseconds after NOW."""
    return [Call(contact_id=f"job-{number:018}", start_time=NOW + at) for number, at in enumerate(times)]


@each_driver
@pytest.mark.parametrize("start_inclusive", [True, False])
@pytest.mark.parametrize("end_inclusive", [True, False])
def test_a_range_is_half_open_whatever_the_upstreams_bounds_are(
    driver: str, start_inclusive: bool, end_inclusive: bool, in_process: Callable[..., Any]
) -> None:
    """A walk gives the call at the start and not the one at the end."""
    quirks = Quirks(start_inclusive=start_inclusive, end_inclusive=end_inclusive)
    box = Sandbox(calls=clump([-1, 0, 0, 1, 5, 9, 9, 10, 10, 11]), quirks=quirks)
    ccc = in_process(driver, box, SimulatedClock(wall=time.time()))
    found = ccc.call_records.search(start=NOW, end=NOW + 10, order="asc").to_list()
    assert [0, 0, 1, 5, 9, 9] == [int(call.start_time.timestamp() * 1000) - NOW for call in found]


@each_driver
def test_more_than_the_upstream_can_list_of_one_range_is_walked_all_the_same(
    driver: str, in_process: Callable[..., Any]
) -> None:
    """Past ten thousand rows the range is split; count, pages and beginning are those of the whole."""
    calls = clump(list(range(10_001)))
    ccc = in_process(driver, Sandbox(calls=calls, gzip=False), SimulatedClock(wall=time.time()))
    many = ccc.call_records.search(start=NOW, end=NOW + 20_000, order="asc")
    ids = [call.contact_id for call in calls]
    assert ids == [call.contact_id for call in many]
    assert 10_001 == many.count()
    assert ids[:250] == [call.contact_id for call in many.limit(250)]
    page = many.page(101, size=100)
    assert (ids[10_000:], 10_001) == ([call.contact_id for call in page.items], page.total)
    assert ((), 10_001) == (many.page(102, size=100).items, many.page(102, size=100).total)


@each_driver
def test_more_than_the_upstream_can_list_of_one_millisecond_is_an_error_and_not_a_part(
    driver: str, in_process: Callable[..., Any]
) -> None:
    """A millisecond cannot be split."""
    ccc = in_process(driver, Sandbox(calls=clump([0] * 10_001), gzip=False), SimulatedClock(wall=time.time()))
    with pytest.raises(ResultWindowError):
        ccc.call_records.search(start=NOW, end=NOW + 1, order="asc").to_list()


@each_driver
def test_ids_and_names_together_mean_both(
    driver: str, box: Sandbox, everything: list[Call], one: Call, in_process: Callable[..., Any]
) -> None:
    """An agent or a group of whom only one is true is not meant, and nobody in place of nobody is not everybody."""
    ccc = in_process(driver, box, SimulatedClock(wall=time.time()))
    agent, group = one.agents[0], one.skill_group_ids[0]
    search = ccc.call_records.search
    month = CallRecordQuery.last(days=31)
    assert 0 == search(month, agent_names=[one.agent_names[0]], agent_ids=["nobody@nowhere"]).count()
    assert 0 == search(month, skill_group_names=[one.skill_group_names[0]], skill_group_ids=["none@nowhere"]).count()
    both = search(month, agent_names=[one.agent_names[0]], agent_ids=["nobody@nowhere", agent])
    assert sum(agent in call.agents for call in everything) == both.count()
    both = search(month, skill_group_names=[one.skill_group_names[0]], skill_group_ids=["none@nowhere", group])
    assert sum(group in call.skill_group_ids for call in everything) == both.count()


@each_driver
def test_a_saved_recording_is_the_one_upstream(
    driver: str, box: Sandbox, everything: list[Call], in_process: Callable[..., Any], tmp_path: Path
) -> None:
    """The bytes are those of the object store, and the file stands alone under its name."""
    ccc = in_process(driver, box, SimulatedClock(wall=time.time()))
    call = next(call for call in everything if call.recording_ready)
    path = ccc.recordings.get(call.contact_id).download(tmp_path)
    assert recording(call.contact_id, call.recording_duration * 1000) == path.read_bytes()
    assert [path] == list(tmp_path.iterdir())


@each_driver
def test_contact_types_mean_one_thing_however_they_are_spelt(
    driver: str, box: Sandbox, in_process: Callable[..., Any]
) -> None:
    """Inbound, INBOUND and _inbound are one member."""
    ccc = in_process(driver, box, SimulatedClock(wall=time.time()))
    counts = {
        ccc.call_records.search(CallRecordQuery.last(days=31, contact_types=[word])).count()
        for word in ("Inbound", "INBOUND", "_inbound", ContactType.INBOUND)
    }
    assert len(counts) == 1

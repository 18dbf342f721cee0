"""What a client gives is what the sandbox holds: values, filters, orders, pages, bytes."""

import time
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from hillstone_ccc import CallRecordQuery, ContactType, ResultWindowError, UnsupportedError
from hillstone_ccc.sandbox import Call, CallFilter, Quirks, Sandbox
from hillstone_ccc.sandbox.audio import recording
from hillstone_ccc.testing.clock import SimulatedClock

each_driver = pytest.mark.parametrize("driver", ["sync", "async"])
NOW = 1_767_323_045_000


@pytest.fixture(scope="module")
def box() -> Sandbox:
    """A month of calls."""
    return Sandbox(records=4_000)


@pytest.fixture
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


FILTERS: dict[str, tuple[Callable[[Call], dict[str, Any]], Callable[[Call, Call], bool]]] = {
    "agent_ids": (lambda one: {"agent_ids": [one.agents[0]]}, lambda call, one: one.agents[0] in call.agents),
    "calling_number": (
        lambda one: {"calling_number": one.calling_number},
        lambda call, one: call.calling_number == one.calling_number,
    ),
    "called_number": (
        lambda one: {"called_number": one.called_number},
        lambda call, one: call.called_number == one.called_number,
    ),
    "contact_ids": (
        lambda one: {"contact_ids": [one.contact_id, "job-000000000000000000"]},
        lambda call, one: call.contact_id == one.contact_id,
    ),
    "contact_types": (
        lambda one: {"contact_types": ["PRIVACY_DIAL", one.contact_type]},
        lambda call, one: call.contact_type in {"PrivacyDial", one.contact_type},
    ),
    "dispositions": (
        lambda one: {"dispositions": [one.disposition, "NoAnswer"]},
        lambda call, one: call.disposition in {one.disposition, "NoAnswer"},
    ),
    "early_media_states": (
        lambda _: {"early_media_states": ["Busy", "PowerOff"]},
        lambda call, _: call.early_media_state in {"Busy", "PowerOff"},
    ),
    "skill_group_ids": (
        lambda one: {"skill_group_ids": [one.skill_group_ids[0]]},
        lambda call, one: one.skill_group_ids[0] in call.skill_group_ids,
    ),
    "satisfactions": (lambda _: {"satisfactions": ["1", "2"]}, lambda call, _: call.satisfaction_index in {1, 2}),
    "satisfaction_descriptions": (
        lambda _: {"satisfaction_descriptions": ["满意"]},
        lambda call, _: call.satisfaction_description == "满意",
    ),
    "satisfaction_survey_channel": (
        lambda _: {"satisfaction_survey_channel": "IVR"},
        lambda call, _: call.satisfaction_channel == "IVR",
    ),
    "media_type": (lambda _: {"media_type": "AUDIO"}, lambda call, _: call.media_type == "AUDIO"),
}


@each_driver
@pytest.mark.parametrize("name", FILTERS)
def test_each_filter_reaches_the_action_that_understands_it(
    driver: str, name: str, box: Sandbox, everything: list[Call], in_process: Callable[..., Any]
) -> None:
    """What a filter gives is what the same filter over all calls gives, and it is not all of them."""
    criteria, meant = FILTERS[name]
    one = next(call for call in everything if call.agents and call.skill_group_ids and call.satisfaction_index)
    expected = [call.contact_id for call in everything if meant(call, one)]
    ccc = in_process(driver, box, SimulatedClock(wall=time.time()))
    results = ccc.call_records.search(CallRecordQuery.last(days=31, **criteria(one)))
    assert expected == [record.contact_id for record in results]
    assert len(expected) == results.count()
    assert expected
    assert name == "media_type" or len(expected) < len(everything)


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
def test_more_than_the_upstream_can_list_is_an_error_and_not_a_part(
    driver: str, in_process: Callable[..., Any]
) -> None:
    """Ten thousand rows are walked, one more is refused; the beginning of it can still be had."""
    calls = clump(list(range(10_001)))
    ccc = in_process(driver, Sandbox(calls=calls, gzip=False), SimulatedClock(wall=time.time()))
    many = ccc.call_records.search(start=NOW, end=NOW + 20_000, order="asc")
    with pytest.raises(ResultWindowError):
        many.to_list()
    assert 10_001 == many.count()
    assert [call.contact_id for call in calls[:250]] == [call.contact_id for call in many.limit(250)]
    assert ((), 10_001) == (many.page(200, size=100).items, many.page(200, size=100).total)
    with pytest.raises(ResultWindowError):
        many.page(101, size=50)


@each_driver
def test_what_cannot_be_asked_for_yet_says_so(driver: str, box: Sandbox, in_process: Callable[..., Any]) -> None:
    """Several agents, and numbers with unknown digits, are refused and never half answered."""
    ccc = in_process(driver, box, SimulatedClock(wall=time.time()))
    for criteria in ({"agent_ids": ["a@b", "c@d"]}, {"calling_number": "0735*******"}):
        with pytest.raises(UnsupportedError):
            ccc.call_records.search(**criteria).count()
    assert 0 == ccc.call_records.search(agent_names=["张三"], agent_ids=["nobody@nowhere"]).count()


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

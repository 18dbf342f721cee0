"""What holds of any upstream: once per driver and target, once per open point of the upstream's documents.

A behaviour is a function of a client. It states laws between answers, and so can be held against a real
instance too; what depends on the sandbox's own calls is in `test_exactness.py`.
"""

import os
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from hillstone_ccc import (
    AgentNotFoundError,
    CallRecordQuery,
    ContactType,
    InvalidQueryError,
    NotFoundError,
    RecordingNotReadyError,
    ResultWindowError,
    UnsupportedError,
)
from hillstone_ccc.sandbox import Quirks, Sandbox
from hillstone_ccc.testing.clock import SimulatedClock

LAST_WEEK = CallRecordQuery.last(days=7)
NOBODY = "job-000000000000000000"

Behaviour = Callable[[Any], None]


def a_walk_gives_each_call_once_newest_first(ccc: Any) -> None:
    calls = list(ccc.call_records.search(LAST_WEEK))
    assert len({call.contact_id for call in calls}) == len(calls) > 0
    assert all(later.start_time >= earlier.start_time for later, earlier in pairwise(calls))


def a_walk_upwards_is_the_walk_downwards_turned(ccc: Any) -> None:
    end = datetime.now(timezone.utc)
    query = CallRecordQuery.between(end - timedelta(days=3), end)
    down = [call.contact_id for call in ccc.call_records.search(query)]
    up = [call.contact_id for call in ccc.call_records.search(query, order="asc")]
    assert sorted(down) == sorted(up)


def every_call_lies_in_the_range(ccc: Any) -> None:
    calls = ccc.call_records.search(LAST_WEEK).to_list()
    start, end = calls[-1].start_time, calls[0].start_time
    inner = ccc.call_records.search(start=start, end=end).to_list()
    assert all(start <= call.start_time < end for call in inner)
    assert {call.contact_id for call in calls if start <= call.start_time < end} == {c.contact_id for c in inner}


def what_is_walked_is_what_was_promised(ccc: Any) -> None:
    results = ccc.call_records.search(LAST_WEEK)
    seen = len(list(results))
    coverage = results.coverage()
    assert coverage is not None
    assert coverage.complete
    assert coverage.seen == coverage.promised >= seen


def pages_put_together_are_the_walk(ccc: Any) -> None:
    results = ccc.call_records.search(LAST_WEEK)
    pages = list(results.pages(size=40))
    assert [row.contact_id for row in results] == [row.contact_id for page in pages for row in page]
    assert [page.page for page in pages] == list(range(1, len(pages) + 1))


def every_page_has_the_same_total(ccc: Any) -> None:
    results = ccc.call_records.search(LAST_WEEK)
    totals = {results.page(number, size=10).total for number in (1, 2, 5)} | {results.count()}
    assert len(totals) == 1


def the_first_and_the_limit_are_the_walks_beginning(ccc: Any) -> None:
    results = ccc.call_records.search(LAST_WEEK)
    calls = results.to_list()
    assert calls[0].contact_id == results.first().contact_id
    assert [call.contact_id for call in calls[:120]] == [call.contact_id for call in results.limit(120)]
    assert results.limit(0).to_list() == []


def a_bound_refuses_a_walk_and_not_a_page(ccc: Any) -> None:
    everything = ccc.call_records.search(LAST_WEEK)
    assert everything.needs_walk() is False
    assert everything.count() == everything.bounded(1).page(1, size=1).total
    if everything.count() > 1:
        with pytest.raises(ResultWindowError):
            everything.bounded(1).to_list()
    assert len(everything.to_list()) == len(everything.bounded(1_000_000).to_list())
    for rows in (0, 1.5, True):
        with pytest.raises(InvalidQueryError):
            everything.bounded(rows)


def a_filter_lets_only_what_it_means_through(ccc: Any) -> None:
    types = [ContactType.OUTBOUND]
    calls = ccc.call_records.search(LAST_WEEK, contact_types=types).to_list()
    assert {call.contact_type for call in calls} <= set(types)
    everything = ccc.call_records.search(LAST_WEEK).to_list()
    assert len([call for call in everything if call.contact_type in types]) == len(calls)


def nothing_given_means_today(ccc: Any) -> None:
    zone = timezone(timedelta(hours=8))
    midnight = datetime.now(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    assert all(call.start_time >= midnight for call in ccc.call_records.search())


def a_range_without_an_instant_is_empty(ccc: Any) -> None:
    moment = datetime.now(timezone.utc)
    empty = ccc.call_records.search(start=moment, end=moment)
    assert (0, [], None) == (empty.count(), empty.to_list(), empty.first())


def a_detail_tells_of_the_same_call(ccc: Any) -> None:
    row = ccc.call_records.search(LAST_WEEK).first()
    detail = ccc.call_records.get(row.contact_id)
    assert (row.contact_id, row.contact_type) == (detail.contact_id, detail.contact_type)
    assert row.agent_ids == detail.agent_ids
    times = [event.time for event in detail.events]
    assert times == sorted(times)


def an_unknown_call_is_not_found(ccc: Any) -> None:
    with pytest.raises(NotFoundError):
        ccc.call_records.get(NOBODY)


def agents_are_found_by_part_of_their_name(ccc: Any) -> None:
    everyone = ccc.agents.search().to_list()
    name = everyone[0].display_name
    found = ccc.agents.search(name[:1]).to_list()
    assert everyone[0].user_id in {agent.user_id for agent in found}
    assert len(everyone) == ccc.agents.search().count()


def an_agent_is_had_by_id(ccc: Any) -> None:
    listed = ccc.agents.search().first()
    assert listed.display_name == ccc.agents.get(listed.user_id).display_name


def an_unknown_agent_is_not_found(ccc: Any) -> None:
    with pytest.raises(NotFoundError):
        ccc.agents.get("nobody@nowhere")


def calls_are_found_by_their_agents_name(ccc: Any) -> None:
    calls = ccc.call_records.search(LAST_WEEK).to_list()
    shared = [agent.display_name for agent in ccc.agents.search()]
    by_id = {agent.user_id: agent.display_name for agent in ccc.agents.search()}
    agent_id = next(
        call.agent_ids[0] for call in calls if call.agent_ids and shared.count(by_id[call.agent_ids[0]]) == 1
    )
    found = ccc.call_records.search(LAST_WEEK, agent_names=[by_id[agent_id]]).to_list()
    assert [call.contact_id for call in calls if agent_id in call.agent_ids] == [call.contact_id for call in found]


def an_unknown_name_is_an_error_and_not_everybody(ccc: Any) -> None:
    with pytest.raises(AgentNotFoundError):
        ccc.call_records.search(LAST_WEEK, agent_names=["没有这个人"]).count()


def skill_groups_of_every_kind_are_listed(ccc: Any) -> None:
    groups = ccc.skill_groups.search()
    listed = groups.to_list()
    assert len(listed) == groups.count() == len({group.skill_group_id for group in listed})
    assert [group.skill_group_id for group in listed[2:4]] == [g.skill_group_id for g in groups.page(2, size=2)]


def a_recording_is_saved_whole(ccc: Any, where: Path) -> None:
    call = next(call for call in ccc.call_records.search(LAST_WEEK) if call.recording_ready)
    recording = ccc.recordings.get(call.contact_id)
    path = recording.download(where)
    assert where == path.parent
    assert path.stat().st_size > 44  # more than a WAV's header
    assert abs((call.recording_duration or 0) - recording.duration) <= 1


def each_leg_has_its_recording(ccc: Any) -> None:
    call = next(c for c in ccc.call_records.search(LAST_WEEK) if c.recording_ready and c.agent_ids)
    for track in ("mono", "multi_channel"):
        parts = ccc.recordings.parts(call.contact_id, track)
        assert {part.contact_id for part in parts} == {call.contact_id}
        assert {one.part.agent_id for one in parts} <= set(call.agent_ids)


def a_call_without_a_recording_says_so(ccc: Any) -> None:
    call = next(call for call in ccc.call_records.search(LAST_WEEK) if call.established_time is None)
    with pytest.raises(RecordingNotReadyError):
        ccc.recordings.get(call.contact_id)


def both_sides_come_on_a_track_each(ccc: Any) -> None:
    call = next(call for call in ccc.call_records.search(LAST_WEEK) if call.recording_ready)
    assert ccc.recordings.get(call.contact_id, "multi_channel").file_name.endswith(".mkv")


def bad_input_is_refused_before_anything_is_sent(ccc: Any) -> None:
    attempts: list[Callable[[], object]] = [
        lambda: ccc.call_records.get(" "),
        lambda: ccc.recordings.get("job-1", "stereo"),
        lambda: ccc.recordings.get("job-1", "voicemail", expire_seconds=60),
        lambda: ccc.recordings.restore([]),
        lambda: ccc.call_records.search("last week"),
        lambda: ccc.call_records.search(agent_ids=[]),
        lambda: ccc.call_records.search().page(0),
        lambda: ccc.call_records.search().page(1, size=101),
        lambda: ccc.call_records.search().limit(-1),
        lambda: ccc.skill_groups.search(media_type="SMELL"),
        lambda: ccc.skill_groups.search(media_type=5),
        lambda: ccc.agents.search(7),
    ]
    for attempt in attempts:
        with pytest.raises(InvalidQueryError):
            attempt()


BEHAVIOURS: list[Behaviour] = [
    a_walk_gives_each_call_once_newest_first,
    a_walk_upwards_is_the_walk_downwards_turned,
    every_call_lies_in_the_range,
    what_is_walked_is_what_was_promised,
    pages_put_together_are_the_walk,
    every_page_has_the_same_total,
    the_first_and_the_limit_are_the_walks_beginning,
    a_bound_refuses_a_walk_and_not_a_page,
    a_filter_lets_only_what_it_means_through,
    nothing_given_means_today,
    a_range_without_an_instant_is_empty,
    a_detail_tells_of_the_same_call,
    an_unknown_call_is_not_found,
    agents_are_found_by_part_of_their_name,
    an_agent_is_had_by_id,
    an_unknown_agent_is_not_found,
    calls_are_found_by_their_agents_name,
    an_unknown_name_is_an_error_and_not_everybody,
    skill_groups_of_every_kind_are_listed,
    each_leg_has_its_recording,
    a_call_without_a_recording_says_so,
    both_sides_come_on_a_track_each,
    bad_input_is_refused_before_anything_is_sent,
]

BEYOND_THE_CONTRACT: list[Behaviour] = [
    an_agent_is_had_by_id,
    an_unknown_agent_is_not_found,
    skill_groups_of_every_kind_are_listed,
    each_leg_has_its_recording,
    both_sides_come_on_a_track_each,
]
"""What the REST contract cannot carry."""

VARIANTS = Quirks.variants()
each_driver = pytest.mark.parametrize("driver", ["sync", "async"])
each_behaviour = pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda one: one.__name__)


@each_behaviour
@each_driver
def test_over_a_port(driver: str, behaviour: Behaviour, over_port: Callable[[str], Any]) -> None:
    """Each behaviour holds of the sandbox on a port, with either driver's own HTTP transport."""
    behaviour(over_port(driver))


@each_behaviour
@each_driver
def test_over_the_contract(driver: str, behaviour: Behaviour, over_gateway: Callable[..., Any]) -> None:
    """Each behaviour holds over the REST contract, or is refused there as what it cannot carry."""
    with pytest.raises(UnsupportedError) if behaviour in BEYOND_THE_CONTRACT else nullcontext():
        behaviour(over_gateway(driver))


@pytest.fixture(scope="module")
def boxes() -> dict[str, Sandbox]:
    """Sandboxes without a port, made when first asked for."""
    return {}


@each_behaviour
@each_driver
@pytest.mark.parametrize("variant", ["default", *(pytest.param(name, marks=pytest.mark.once) for name in VARIANTS)])
def test_in_process(
    driver: str,
    behaviour: Behaviour,
    variant: str,
    in_process: Callable[..., Any],
    boxes: dict[str, Sandbox],
) -> None:
    """Each behaviour holds in process, also with every open point of the documents decided the other way."""
    if variant not in boxes:
        boxes[variant] = Sandbox(records=600, quirks=VARIANTS.get(variant, Quirks()))
    clock = SimulatedClock(wall=datetime.now(timezone.utc).timestamp())
    behaviour(in_process(driver, boxes[variant], clock))


@each_driver
def test_a_recording_is_saved_over_a_port(driver: str, over_port: Callable[[str], Any], tmp_path: Path) -> None:
    """A recording lands whole in the directory."""
    a_recording_is_saved_whole(over_port(driver), tmp_path)


@pytest.mark.live
@pytest.mark.skipif(
    not os.environ.get("HILLSTONE_CCC_LIVE_INSTANCE_ID"),
    reason="no real instance is named: set HILLSTONE_CCC_LIVE_INSTANCE_ID and keys of its own",
)
@each_behaviour
@each_driver
def test_live(driver: str, behaviour: Behaviour, live: Callable[[str], Any]) -> None:
    """Each behaviour holds of a real instance, when the environment names one."""
    behaviour(live(driver))

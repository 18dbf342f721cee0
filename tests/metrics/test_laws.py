"""What holds of figures whatever calls there are."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta, timezone
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc import CallRecord, ContactType, Disposition, metrics
from hillstone_ccc.metrics.figures import percentile

from .by_hand import FORMS, G1, G2, SHANGHAI, A, B, C, customer

_SECONDS = st.none() | st.integers(0, 90)
_NAMED = {A: "甲", B: "乙", C: "丙", G1: "一组", G2: "二组"}
_SOME = st.lists(st.sampled_from((A, B, C)), max_size=2, unique=True).map(tuple)
_GROUPS = st.lists(st.sampled_from((G1, G2)), max_size=2, unique=True).map(tuple)
_BEGIN = datetime(2026, 3, 1, tzinfo=timezone.utc)
WINDOWS: dict[str, Any] = {"before": timedelta(hours=20), "after": timedelta(hours=10)}


@st.composite
def _calls(draw: st.DrawFn) -> CallRecord:
    agents, groups = draw(_SOME), draw(_GROUPS)
    start = draw(st.none() | st.integers(0, 4 * 24 * 60))
    return CallRecord(
        "job-1",
        contact_type=draw(st.none() | st.sampled_from(ContactType)),
        contact_disposition=draw(st.none() | st.sampled_from([*Disposition, Disposition("SomethingNew")])),
        calling_number=draw(st.none() | st.sampled_from([customer("01"), customer("02"), "1380000****"])),
        called_number=draw(st.none() | st.sampled_from([customer("01"), customer("02")])),
        start_time=None if start is None else (_BEGIN + timedelta(minutes=start)).astimezone(SHANGHAI),
        ivr_time=draw(_SECONDS),
        queue_time=draw(_SECONDS),
        ring_time=draw(_SECONDS),
        talk_time=draw(_SECONDS),
        held_time=draw(_SECONDS),
        transfer_count=draw(st.none() | st.integers(0, 3)),
        satisfaction_survey_offered=draw(st.none() | st.booleans()),
        satisfaction_index=draw(st.none() | st.integers(1, 5)),
        agent_ids=agents,
        agent_names=tuple(_NAMED[agent] for agent in agents),
        skill_group_ids=groups,
        skill_group_names=tuple(_NAMED[group] for group in groups),
    )


MANY = st.lists(_calls(), max_size=25)
_COUNTS = (
    "calls",
    "inbound",
    "outbound",
    "connected",
    "answered",
    "abandoned",
    "abandoned_short",
    "turned_away",
    "voicemail",
    "forwarded",
    "unanswered",
    "other",
    "waited",
    "handled",
    "handling_time",
    "surveyed",
    "surveys_answered",
    "first_contacts",
    "resolved",
)
_SHARES = (
    "answer_rate",
    "abandonment_rate",
    "service_level",
    "transfer_rate",
    "response_rate",
    "first_contact_resolution",
)


@given(calls=MANY)
def test_every_inbound_call_has_one_outcome(calls: list[CallRecord]) -> None:
    """What became of them sums up to them, and where customers gave up to those who did."""
    found = metrics.summary(calls)
    ended = (found.answered, found.abandoned, found.turned_away, found.voicemail, found.forwarded)
    assert found.inbound == sum(ended) + found.unanswered + found.other
    assert found.abandoned == found.abandoned_in_ivr + found.abandoned_in_queue + found.abandoned_in_ring
    assert found.calls == sum(found.dispositions.values()) == len(calls)


@given(calls=MANY, randomly=st.randoms(use_true_random=False))
def test_the_order_of_calls_does_not_matter(calls: list[CallRecord], randomly: Any) -> None:
    """To no figure, and to no group."""
    mixed = list(calls)
    randomly.shuffle(mixed)
    assert metrics.summary(calls, short=9, **WINDOWS) == metrics.summary(mixed, short=9, **WINDOWS)
    first, second = (metrics.by(some, "day", "agent", **WINDOWS) for some in (calls, mixed))
    assert list(first.items()) == list(second.items())


@given(calls=MANY)
def test_every_form_has_the_same_figures(calls: list[CallRecord]) -> None:
    """Records, and frames of three kinds."""
    summaries = [metrics.summary(form(calls), **WINDOWS) for form in FORMS.values()]
    assert [summaries[0]] * len(FORMS) == summaries
    groups = [metrics.by(form(calls), "hour", "skill_group").to_rows() for form in FORMS.values()]
    assert [groups[0]] * len(FORMS) == groups


@pytest.mark.parametrize("key", ["hour", "day", "month", "weekday", "hour_of_day"])
@given(calls=MANY)
def test_buckets_of_time_are_the_whole(key: metrics.By, calls: list[CallRecord]) -> None:
    """Each call is in one of them: their counts sum up to the counts of all."""
    whole = metrics.summary(calls, short=9, **WINDOWS)
    buckets = metrics.by(calls, key, short=9, **WINDOWS).values()
    assert {name: getattr(whole, name) for name in _COUNTS} == {
        name: sum(getattr(one, name) for one in buckets) for name in _COUNTS
    }
    assert whole.dispositions == sum((Counter(one.dispositions) for one in buckets), Counter())


@given(calls=MANY)
def test_agents_have_each_call_as_often_as_it_has_agents(calls: list[CallRecord]) -> None:
    """And those without one are with nobody."""
    expected = sum(max(1, len(call.agent_ids)) for call in calls)
    assert expected == sum(one.calls for one in metrics.by(calls, "agent").values())


@given(calls=MANY, times=st.integers(2, 4))
def test_the_same_calls_several_times(calls: list[CallRecord], times: int) -> None:
    """Every count is as many times as high, and every share, mean and percentile is what it was."""
    once, often = metrics.summary(calls), metrics.summary(calls * times)
    for field in attrs.fields(metrics.Metrics):
        one, more = getattr(once, field.name), getattr(often, field.name)
        if field.name == "dispositions" or one is None:
            assert {word: count * times for word, count in (one or {}).items()} == (more or {})
        elif field.name.endswith("_wait") or "float" in str(field.type):
            assert one == pytest.approx(more)
        else:
            assert one * times == more


@given(calls=MANY, short=st.none() | st.integers(0, 60))
def test_shares_are_shares(calls: list[CallRecord], short: int | None) -> None:
    """From 0 to 1, if they have a value at all."""
    for abandoned in ("failed", "excluded", "met"):
        found = metrics.summary(calls, short=short, abandoned=abandoned, **WINDOWS)
        assert [] == [name for name in _SHARES if not 0 <= (getattr(found, name) or 0) <= 1]


@given(calls=MANY, seconds=st.integers(0, 100))
def test_service_levels_are_in_order(calls: list[CallRecord], seconds: int) -> None:
    """More time is never harder to keep to, and giving up counts against it least where it counts as kept."""
    failed, excluded, met = (
        metrics.service_level(calls, seconds=seconds, abandoned=how) for how in ("failed", "excluded", "met")
    )
    if failed is None:
        assert (None, None) == (excluded, met)
        return
    assert met is not None
    assert failed <= (failed if excluded is None else excluded) <= met
    longer = metrics.service_level(calls, seconds=seconds + 10)
    assert longer is not None
    assert failed <= longer


@given(calls=MANY)
def test_first_contacts_part_answered_calls(calls: list[CallRecord]) -> None:
    """Each answered inbound call is one of five; wider windows make no repeated call a first one."""
    found = metrics.first_contact_resolution(calls, **WINDOWS)
    parts = (found.resolved, found.called_again, found.repeated, found.too_near, found.anonymous)
    assert metrics.summary(calls).answered == sum(parts)
    bounds: dict[str, Any] = {"since": _BEGIN - timedelta(30), "until": _BEGIN + timedelta(60)}
    narrow = metrics.first_contact_resolution(calls, before=timedelta(1), after=timedelta(1), **bounds)
    wide = metrics.first_contact_resolution(calls, before=timedelta(2), after=timedelta(1), **bounds)
    assert narrow.repeated <= wide.repeated
    assert 0 == narrow.too_near == wide.too_near


@given(values=st.lists(st.integers(0, 1_000), min_size=1, max_size=60), percent=st.integers(1, 100))
def test_percentiles_are_nearest_ranks(values: list[int], percent: int) -> None:
    """At least so many percent do not exceed it, and of the next smaller value that does not hold."""
    ordered = sorted(values)
    found = percentile(ordered, percent)
    assert found in values
    assert 100 * sum(value <= found for value in values) >= percent * len(values)
    assert 100 * sum(value < found for value in values) < percent * len(values)

"""Arguments that cannot be meant are refused by their names."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
import pytest

from hillstone_ccc import InvalidQueryError, metrics

from .by_hand import CALLS, A, as_pandas, moment, numbered

HOUR = timedelta(hours=1)


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf"), True, "20", None, HOUR])
def test_what_are_no_seconds(seconds: Any) -> None:
    """Of the service level, and of those who gave up soon."""
    with pytest.raises(InvalidQueryError, match="seconds is a number of seconds, 0 or more, not") as caught:
        metrics.service_level(CALLS, seconds=seconds)
    assert repr(seconds) in str(caught.value)
    with pytest.raises(InvalidQueryError, match="seconds is"):
        metrics.by(CALLS, "day", seconds=seconds)
    if seconds is not None:
        for formula in (metrics.service_level, metrics.abandonment, metrics.summary):
            with pytest.raises(InvalidQueryError, match="short is a number of seconds"):
                formula(CALLS, short=seconds)


@pytest.mark.parametrize("seconds", [Decimal(21), 21.5, Fraction(43, 2)])
def test_seconds_need_not_be_whole(seconds: Any) -> None:
    """They are compared with whole ones."""
    assert metrics.service_level(CALLS, seconds=21) == metrics.service_level(CALLS, seconds=seconds)


@pytest.mark.parametrize(
    "scores", [{"1": 1}, {True: 1}, {1.0: 1}, {None: 1}, [1, 2], {1: "5"}, {1: float("nan")}, {1: None}, {1: True}]
)
def test_scores_that_match_nothing(scores: Any) -> None:
    """They would silently leave everybody out."""
    for formula in (metrics.satisfaction, metrics.summary):
        with pytest.raises(InvalidQueryError, match="scores"):
            formula(CALLS, scores=scores)


def test_scores_of_other_numbers() -> None:
    """Those of other libraries are numbers, too."""
    assert metrics.satisfaction(CALLS, scores={5: 2}) == metrics.satisfaction(CALLS, scores={5: Decimal(2)})  # type: ignore[dict-item]


@pytest.mark.parametrize("name", ["before", "after"])
@pytest.mark.parametrize("length", [2, "1 day", -HOUR, None])
def test_what_is_no_window(name: str, length: Any) -> None:
    """Of first contacts."""
    windows: dict[str, Any] = {"before": HOUR, "after": HOUR, name: length}
    with pytest.raises(InvalidQueryError, match=f"{name} is a window of time"):
        metrics.first_contact_resolution(CALLS, **windows)


@pytest.mark.parametrize("name", ["since", "until"])
def test_what_is_no_end_of_a_range(name: str) -> None:
    """A date is one, text is none."""
    for formula in (metrics.first_contact_resolution, metrics.summary):
        for wrong in ("2026-11-20", 1_772_000_000_000, HOUR):
            told: dict[str, Any] = {name: wrong}
            with pytest.raises(
                InvalidQueryError, match=f"{name} is a datetime or a date, not {re.escape(repr(wrong))}"
            ):
                formula(CALLS, before=HOUR, after=HOUR, **told)


def test_groupings_in_a_list() -> None:
    """The error tells how several are given."""
    wrong: Any = ["hour", "day"]
    with pytest.raises(InvalidQueryError, match=r"not by \['hour', 'day'\]\. Several are given one after the other"):
        metrics.by(as_pandas(CALLS), wrong)


def test_some_of_the_facts() -> None:
    """A list of them knows no zone and no names; the error tells how they keep these."""
    facts = metrics.read(CALLS)
    some: Any = [fact for fact in facts if fact.inbound]
    with pytest.raises(TypeError, match=r"CallFacts is neither .* given as facts\.of\("):
        metrics.summary(some)
    assert len(some) == metrics.summary(facts.of(some)).inbound


def test_keys_of_another_form_are_not_there() -> None:
    """As in any mapping; nothing is raised but KeyError."""
    one, two = metrics.by(CALLS, "day"), metrics.by(CALLS, "hour", "agent")
    hour = moment("2 09:00")
    naive = hour.replace(tzinfo=None)
    assert date(2026, 3, 2) in one
    assert (hour, A) in two
    for key in (naive, hour, 3, "2026-03-02", (date(2026, 3, 2),)):
        assert key not in one
        with pytest.raises(KeyError) as caught:
            one[key]
        assert (key,) == caught.value.args
    for other in (3, None, hour, A, (hour,), (hour, A, A), (naive, A), [hour, A]):
        assert other not in two
        assert two.get(other) is None
    assert naive not in metrics.by(CALLS, "hour")


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("ivr_time", "ivr_time"),
        ("ring_time", "queue_time or ring_time"),
        ("talk_time", "talk_time"),
        ("held_time", "held_time"),
        ("transfer_count", "transfer_count"),
        ("satisfaction_index", "satisfaction_index"),
    ],
)
@pytest.mark.parametrize("number", [2**63, -(2**63), 10**400], ids=["64 bits", "below", "huge"])
def test_numbers_beyond_all_measure(field: str, told: str, number: int) -> None:
    """No frame and no picture holds their sums; the error names the field."""
    wrong: dict[str, Any] = {field: number}
    large: dict[str, Any] = {field: 2**50}
    calls = [*numbered(1), attrs.evolve(CALLS[1], **wrong)]
    with pytest.raises(InvalidQueryError, match=f"^{told} holds -?[0-9]+, which is too large"):
        metrics.by(calls, "agent", add_held=True)
    calls[1] = attrs.evolve(CALLS[1], **large)
    assert 2 == len(metrics.by(calls, "agent", add_held=True).to_pandas())

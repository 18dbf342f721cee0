"""What became of calls over time, as it is drawn."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.patches import Rectangle, StepPatch

from hillstone_ccc import ContactType, Disposition, InvalidQueryError
from hillstone_ccc.plots import alt_text, outcomes

from .looking import axes_of, outside, overlapping, png, svg, texts
from .made import NOON, as_pandas, record

GIVEN_UP = Disposition.ABANDONED_IN_QUEUE
CALLS = [
    record(1),
    record(2, start_time=NOON + timedelta(hours=1)),
    record(3, contact_disposition=GIVEN_UP),
    record(4, start_time=NOON + timedelta(days=2), contact_disposition=Disposition.VOICEMAIL),
    record(5, start_time=NOON + timedelta(days=9), contact_type=ContactType.OUTBOUND),
    record(6, start_time=None),
]


def heights(figure: Any) -> list[list[float]]:
    """The bars' heights: of those answered, abandoned, and others, period by period."""
    found = []
    for container in axes_of(figure).containers:
        bars: Any = container
        assert all(isinstance(bar, Rectangle) for bar in bars)
        found.append([bar.get_height() for bar in bars])
    return found


def labels(figure: Any) -> list[str]:
    """What stands under the bars."""
    return [label.get_text() for label in axes_of(figure).get_xticklabels()]


def test_each_day_has_a_bar_of_three_parts() -> None:
    """Also the day without calls in between; calls to customers and those without a start count nowhere."""
    figure = outcomes(CALLS)
    assert [[2, 0, 0], [1, 0, 0], [0, 0, 1]] == heights(figure)
    assert ["2026-01-02", "2026-01-03", "2026-01-04"] == labels(figure)
    parts: Any = axes_of(figure).containers
    bottoms = [[bar.get_y() for bar in part] for part in parts]
    assert [[0, 0, 0], [2, 0, 0], [3, 0, 0]] == bottoms


def test_its_numbers_are_told() -> None:
    """On the picture and to who does not see it."""
    told = "4 inbound calls · answered 2 · abandoned 1 · other 1"
    assert told in texts(outcomes(CALLS))
    assert f"2026-01-02 – 2026-01-04: {told.replace(' ·', ',')}." in alt_text(outcomes(CALLS))
    assert {"answered", "abandoned", "other"} <= set(texts(outcomes(CALLS)))


def test_hours_and_months() -> None:
    """Each with its own bars."""
    figure = outcomes(CALLS[:3], every="hour")
    assert [[1, 1], [1, 0], [0, 0]] == heights(figure)
    assert ["01-02 12:00", "01-02 13:00"] == labels(figure)
    calls = [record(1), record(2, start_time=NOON + timedelta(days=90))]
    figure = outcomes(calls, every="month")
    assert [1, 0, 0, 1] == heights(figure)[0]
    assert ["2026-01", "2026-02", "2026-03", "2026-04"] == labels(figure)


def test_the_zone_can_be_another() -> None:
    """Its days begin when it says."""
    assert ["2026-01-01"] == labels(outcomes([record(start_time=NOON)], timezone="America/Los_Angeles"))


def test_an_hour_that_comes_twice_has_two_bars() -> None:
    """They are different hours that look alike on the clock."""
    berlin = ZoneInfo("Europe/Berlin")
    first = datetime(2026, 10, 25, 0, 30, tzinfo=timezone.utc)
    times = [(first + timedelta(hours=hours)).astimezone(berlin) for hours in (-1, 0, 1, 1, 2)]
    figure = outcomes([record(n, start_time=time) for n, time in enumerate(times)], every="hour")
    assert [1, 1, 2, 1] == heights(figure)[0]
    assert ["10-25 01:00", "10-25 02:00", "10-25 02:00", "10-25 03:00"] == labels(figure)


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (11, ["01-02 12:00", "01-02 14:00", "01-02 16:00", "01-02 18:00", "01-02 20:00", "01-02 22:00"]),
        (40, ["01-02 12:00", "01-02 18:00", "01-03 00:00", "01-03 06:00", "01-03 12:00", "01-03 18:00", "01-04 00:00"]),
        (24 * 20, [f"01-{day:02}" for day in range(3, 23, 3)]),
    ],
)
def test_few_hours_are_named(hours: int, expected: list[str]) -> None:
    """Where they are very many, midnights."""
    calls = [record(1), record(2, start_time=NOON + timedelta(hours=hours))]
    assert expected == labels(outcomes(calls, every="hour"))


def test_very_many_periods_are_areas() -> None:
    """Three, instead of thousands of bars; their heights are the same numbers."""
    calls = [record(1), record(2, contact_disposition=GIVEN_UP), record(3, start_time=NOON + timedelta(days=1_099))]
    figure = outcomes(calls)
    areas: Any = [one for one in axes_of(figure).patches if isinstance(one, StepPatch)]
    assert ([], 3) == (heights(figure), len(areas))
    above = [area.get_data().values for area in areas]
    assert 1_100 == len(above[0])
    assert [(1, 1), (2, 1), (2, 1)] == [(part[0], part[-1]) for part in above]
    assert len(labels(figure)) <= 9
    assert svg(figure)


@pytest.mark.parametrize(
    ("every", "days", "told"),
    [
        (
            "hour",
            46,
            "makes 1,105 periods, from 2026-01-02 to 2026-02-17; a picture has room for 1,100. Say every='day'",
        ),
        ("hour", 5 * 365, "makes 43,801 periods, from 2026-01-02 to 2031-01-01; .* Say every='month'"),
        ("day", 1_100, "makes 1,101 periods, from 2026-01-02 to 2029-01-06; .* Say every='month'"),
        ("month", 34_000, "makes 1,118 periods, from 2026-01-01 to 2119-02-01; .* Leave out the calls"),
    ],
)
def test_more_periods_than_can_be_seen(every: Any, days: int, told: str) -> None:
    """They would be thinner than a dot; the error says what is wide enough."""
    calls = [record(1), record(2, start_time=NOON + timedelta(days=days))]
    with pytest.raises(InvalidQueryError, match=rf"every='{every}' {told}"):
        outcomes(calls, every=every)


def test_the_year_is_told() -> None:
    """Of hours under the axis, where there is no room beside them; always to who does not see it."""
    calls = [record(1), record(2, start_time=NOON + timedelta(hours=1))]
    figure = outcomes(calls, every="hour")
    assert "2026" == axes_of(figure).get_xlabel()
    assert "2026-01-02 12:00 – 2026-01-02 13:00" in alt_text(figure)
    figure = outcomes([*calls, record(3, start_time=NOON - timedelta(days=2))], every="hour")
    assert "2025 – 2026" == axes_of(figure).get_xlabel()
    assert "" == axes_of(outcomes(calls)).get_xlabel()
    assert png(figure)
    assert ([], []) == (outside(figure), overlapping(figure))


def test_only_what_is_drawn_is_needed() -> None:
    """A frame of three columns will do."""
    frame = as_pandas(CALLS)[["start_time", "contact_type", "contact_disposition"]]
    assert alt_text(outcomes(CALLS)) == alt_text(outcomes(frame))
    with pytest.raises(InvalidQueryError, match="lack contact_type"):
        outcomes(frame[["start_time", "contact_disposition"]])


def test_no_inbound_calls_are_no_crash() -> None:
    """The picture says so."""
    assert "There are no calls to draw." in texts(outcomes([CALLS[4]]))


def test_another_period_is_an_error() -> None:
    """It names those that there are."""
    with pytest.raises(InvalidQueryError, match="'hour', 'day' or 'month', not 'year'"):
        outcomes(CALLS, every="year")  # type: ignore[arg-type]


@given(
    st.lists(
        st.tuples(st.integers(0, 24 * 40), st.sampled_from(list(Disposition)), st.sampled_from(list(ContactType))),
        min_size=1,
        max_size=20,
    ),
    st.sampled_from(["hour", "day", "month"]),
)
def test_every_inbound_call_is_in_one_bar(calls: list[tuple[int, Disposition, ContactType]], every: Any) -> None:
    """However long a period is."""
    made = [
        record(n, start_time=NOON + timedelta(hours=hour), contact_disposition=how, contact_type=kind)
        for n, (hour, how, kind) in enumerate(calls)
    ]
    figure = outcomes(made, every=every)
    inbound = [call for call in made if call.contact_type == ContactType.INBOUND]
    areas: Any = [one for one in axes_of(figure).patches if isinstance(one, StepPatch)]
    drawn = sum(map(sum, heights(figure))) + (float(areas[-1].get_data().values.sum()) if areas else 0)
    assert len(inbound) == drawn

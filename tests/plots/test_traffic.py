"""When calls come, as it is drawn."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hillstone_ccc import CallRecord, ContactType, InvalidQueryError, metrics
from hillstone_ccc.plots import FontWarning, alt_text, traffic

from .looking import axes_of, png, svg, texts
from .made import NOON, record
from .test_fonts import LATIN, chinese

CALLS = [
    record(1),
    record(2, start_time=NOON + timedelta(minutes=59)),
    record(3, start_time=NOON + timedelta(days=7), contact_type=ContactType.OUTBOUND),
    record(4, start_time=NOON + timedelta(days=2, hours=11)),
    record(5, start_time=None),
]


def cells(figure: Any) -> dict[tuple[int, int], int]:
    """Weekday (0 is Monday) and hour of each cell of the heat map that is not 0, with its number."""
    (image,) = axes_of(figure).images
    array: Any = image.get_array()
    assert (7, 24) == array.shape
    return {(day, hour): int(array[day, hour]) for day in range(7) for hour in range(24) if array[day, hour]}


def test_each_call_counts_in_its_weekday_and_hour() -> None:
    """Of all weeks together and of every kind; one without a start counts nowhere."""
    figure = traffic(CALLS)
    assert {(4, 12): 3, (6, 23): 1} == cells(figure)
    assert ["3", "1"] == [text.get_text() for text in axes_of(figure).texts if text.get_text().isdigit()]
    assert "4 calls" in texts(figure)


def test_the_zone_can_be_another() -> None:
    """Noon in Shanghai is four in the morning of UTC."""
    assert {(4, 4): 3, (6, 15): 1} == cells(traffic(CALLS, timezone="UTC"))


def test_its_axes_are_the_week_and_the_day() -> None:
    """Monday is above, midnight on the left."""
    axes = axes_of(traffic(CALLS))
    assert ("Mon", "Sun") == (axes.get_yticklabels()[0].get_text(), axes.get_yticklabels()[6].get_text())
    assert [str(hour) for hour in range(24)] == [label.get_text() for label in axes.get_xticklabels()]
    assert axes.get_ylim()[0] > axes.get_ylim()[1]


def test_the_busiest_hour_is_told_to_who_does_not_see_it() -> None:
    """With the number of calls."""
    told = alt_text(traffic(CALLS))
    assert "Calls by weekday and hour: 4 calls. The busiest hour is Fri 12:00 with 3 calls." == told


@pytest.mark.parametrize("calls", [[], [record(start_time=None)]])
def test_no_calls_are_no_crash(calls: list[CallRecord]) -> None:
    """The picture says so, as does its text."""
    figure = traffic(calls)
    assert ["There are no calls to draw."] == [text for text in texts(figure) if " " in text]
    assert "There are no calls to draw." == alt_text(figure)


def test_it_speaks_chinese() -> None:
    """Where a font does; every glyph is there, in PNG and SVG."""
    chinese()
    figure = traffic(CALLS, language="zh")
    assert {"周一", "周日", "各星期、各时段的通话数", "4 通"} <= set(texts(figure))
    assert (900, 340) == png(figure)
    assert svg(figure)


def test_it_speaks_english_where_no_font_is_chinese() -> None:
    """And says what to install."""
    with pytest.warns(FontWarning, match="install") as caught:
        figure = traffic(CALLS, language="zh", font=LATIN)
    assert [__file__] == [one.filename for one in caught]
    assert "Mon" in texts(figure)
    with pytest.warns(FontWarning) as caught:
        traffic([], language="zh", font=LATIN)
    assert [__file__] == [one.filename for one in caught]


def test_facts_that_were_read_are_taken() -> None:
    """So that several pictures read the calls once."""
    assert cells(traffic(CALLS)) == cells(traffic(metrics.read(iter(CALLS))))


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow"])
def test_frames_are_taken(kind: str) -> None:
    """Of three kinds; the picture is the same, and needs no other column."""
    library = pytest.importorskip(kind)
    columns: dict[str, Any] = {"start_time": [call.start_time for call in CALLS]}
    frame = library.table(columns) if kind == "pyarrow" else library.DataFrame(columns)
    assert cells(traffic(CALLS)) == cells(traffic(frame, timezone="Asia/Shanghai"))


def test_a_frame_that_lacks_a_column_is_refused() -> None:
    """It names the column."""
    pandas = pytest.importorskip("pandas")
    with pytest.raises(InvalidQueryError, match="start_time"):
        traffic(pandas.DataFrame({"contact_id": ["job-1"]}))

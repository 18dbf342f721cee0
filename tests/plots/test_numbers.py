"""Numbers and times as pictures show them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc.plots.colours import PHASES, Fill
from hillstone_ccc.plots.figures import breadth, clock, short, step


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0, "0:00"), (5, "0:05"), (65.4, "1:05"), (3_599, "59:59"), (3_723, "1:02:03"), (-5, "-0:05")],
)
def test_a_duration_is_told_as_a_clock_does(seconds: float, expected: str) -> None:
    """Hours only where there are any."""
    assert expected == clock(seconds)


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, "0"), (9_999, "9999"), (10_000, "10k"), (999_499, "999k"), (999_600, "1.0M"), (3_420_000, "3.4M")],
)
def test_a_count_is_short(count: int, expected: str) -> None:
    """It fits into a cell of the heat map."""
    assert expected == short(count)


@given(st.floats(min_value=0.5, max_value=1e8), st.integers(min_value=2, max_value=40))
def test_an_axis_of_time_has_few_marks(span: float, most: int) -> None:
    """At most as many steps as asked for, whether a call lasts seconds or days."""
    assert span / step(span, most) <= most


@pytest.mark.parametrize(
    ("span", "expected"), [(5, 1), (60, 10), (7_200, 900), (86_400, 14_400), (8_640_000, 1_123_200)]
)
def test_an_axis_of_time_has_marks_where_people_expect_them(span: float, expected: int) -> None:
    """At whole seconds, quarters of an hour, whole days."""
    assert expected == step(span, 8)


def test_chinese_is_wider() -> None:
    """One of its characters is as wide as almost two Latin ones."""
    assert breadth("通话") > breadth("abc") > breadth("通")


def test_text_stands_out_from_its_ground() -> None:
    """White on dark, black on bright."""
    assert "white" == Fill("#000080").letters == PHASES["talking"].letters
    assert "black" == Fill("#FFFF00").letters == PHASES["queue"].letters


def test_phases_differ_without_colours_too() -> None:
    """No two share colour and hatch; the two that look alike when printed grey have hatches that differ."""
    assert len(PHASES) == len({(fill.colour, fill.hatch) for fill in PHASES.values()})
    assert len({"queue", "dialing", "ringing"}) == len({PHASES[one].hatch for one in ("queue", "dialing", "ringing")})

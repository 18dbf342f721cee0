"""Phone numbers of which only some digits are known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc._core.numbers import longest_literal, pattern

from .strategies import digits, patterns


def naively(text: str, number: str, *, whole: bool) -> bool:
    """Whether a number matches, sign by sign, at any place."""

    def at(place: int) -> bool:
        part = number[place : place + len(text)]
        return len(part) == len(text) and all(
            sign == told or (told == "*" and sign in "0123456789") for told, sign in zip(text, part, strict=True)
        )

    return (len(text) == len(number) and at(0)) if whole else any(map(at, range(len(number) + 1)))


@pytest.mark.parametrize(
    ("text", "number", "whole", "part"),
    [
        ("0735*******", "07350000001", True, True),
        ("0735*******", "0735000001", False, False),
        ("0735*******", "073500000012", False, True),
        ("0735*******", "10735000001", False, False),
        ("1380000", "13800000001", False, True),
        ("380000", "13800000001", False, True),
        ("13800000001", "13800000001", True, True),
        ("13800000001", "+8613800000001", False, True),
        ("***", "021", True, True),
        ("*", "", False, False),
        ("*", "+#", False, False),
        ("*", "٣", False, False),
        ("+86*", "+861", True, True),
        ("#1*", "#12", True, True),
        ("1+", "11", False, False),
        ("1*", "1\n", False, False),
        ("1*", "11\n", False, True),
    ],
)
def test_what_a_star_is(text: str, number: str, whole: bool, part: bool) -> None:
    """One digit, neither none nor several nor another sign; every other sign is itself."""
    assert (whole, part) == (pattern(text, whole=True)(number), pattern(text, whole=False)(number))


@pytest.mark.parametrize("whole", [True, False])
def test_no_number_matches_nothing(whole: bool) -> None:
    """A call that tells no number has none of any form."""
    assert pattern("*", whole=whole)(None) is False


@given(patterns, st.text("0123456789*+#", max_size=14), st.booleans())
def test_any_pattern_matches_as_one_reads_it(text: str, number: str, whole: bool) -> None:
    """It is what reading sign by sign gives, for any text and number."""
    assert naively(text, number, whole=whole) == pattern(text, whole=whole)(number)


@given(digits, digits, digits, st.data())
def test_a_number_with_some_digits_hidden_is_found(before: str, within: str, after: str, data: st.DataObject) -> None:
    """Hiding any digits of a number, or of a part of it, leaves a pattern that matches it and holds its longest run."""
    hidden = data.draw(st.sets(st.integers(0, len(within) - 1)))
    text = "".join("*" if place in hidden else digit for place, digit in enumerate(within))
    number = before + within + after
    assert pattern(text, whole=True)(within)
    assert not pattern(text, whole=True)(number)
    assert pattern(text, whole=False)(number)
    assert longest_literal(text) in within


@given(patterns)
def test_the_longest_run_of_known_signs(text: str) -> None:
    """It stands in the text, holds no star, and no longer run does."""
    run = longest_literal(text)
    assert run in text
    assert "*" not in run
    length = len(run) + 1
    assert all("*" in text[place : place + length] for place in range(len(text) - length + 1))


def test_runs_of_one_length() -> None:
    """The first of several is taken, and none is empty."""
    assert ("0735", "12", "") == tuple(map(longest_literal, ("0735****0001", "12*34", "***")))

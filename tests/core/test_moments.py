"""Times at the edges of the library."""

# ruff: noqa: DTZ001 - naive times are among what is taken

from datetime import date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc._core.moments import (
    aware,
    from_milliseconds,
    from_unix_seconds,
    midnight,
    parse,
    to_milliseconds,
)

from .strategies import moments, zones

BERLIN = ZoneInfo("Europe/Berlin")
UTC = timezone.utc


@given(zones.flatmap(lambda zone: st.tuples(st.just(zone), moments(zone))))
def test_milliseconds_and_back(told: tuple[tzinfo, datetime]) -> None:
    """Every time on a whole millisecond, of any year and zone, is exact both ways."""
    zone, moment = told
    assert moment == from_milliseconds(to_milliseconds(moment), zone)


@pytest.mark.parametrize("milliseconds", [10**16, -(10**16), 10**400, 253_402_300_800_000])
def test_beyond_the_calendar(milliseconds: int) -> None:
    """A number that no calendar reaches is an error that does not repeat it."""
    with pytest.raises(ValueError, match=r"^a time beyond the years 1 to 9999$"):
        from_milliseconds(milliseconds, UTC)


@given(st.integers(1, 4_000_000_000_000), st.integers(0, 999), st.integers(-1, 1))
def test_rounding_keeps_half_open_bounds(milliseconds: int, microseconds: int, away: int) -> None:
    """The rounded bound divides whole milliseconds exactly as the unrounded one does, also next to it."""
    bound = from_milliseconds(milliseconds, UTC) + timedelta(microseconds=microseconds)
    moment = from_milliseconds(milliseconds + away, UTC)
    assert (bound <= moment) == (to_milliseconds(bound) <= milliseconds + away)


def test_seconds_are_rounded_up_without_float_noise() -> None:
    """A clock's seconds become the next whole millisecond, exactly."""
    assert [1_001, 1_000, 1_767_323_045_124] == [from_unix_seconds(told) for told in (1.0000001, 1, 1767323045.1235)]


def test_aware() -> None:
    """A date is its midnight in the zone, a naive time is read there, an aware one stays."""
    winter = datetime(2026, 1, 2, 3, tzinfo=UTC)
    assert datetime(2026, 1, 2, tzinfo=BERLIN) == aware(date(2026, 1, 2), BERLIN)
    assert datetime(2026, 1, 2, 2, tzinfo=UTC) == aware(datetime(2026, 1, 2, 3), BERLIN)
    assert winter is aware(winter, BERLIN)


def test_midnight_of_a_day_with_23_hours() -> None:
    """The day begins at the zone's midnight, also when its clocks change later that day."""
    evening = datetime(2026, 3, 29, 20, tzinfo=BERLIN)
    assert timedelta(hours=19) == evening.astimezone(UTC) - midnight(evening.timestamp(), BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-02", date(2026, 1, 2)),
        (" 2026-01-02 ", date(2026, 1, 2)),
        ("2026-01-02T03:04", datetime(2026, 1, 2, 3, 4)),
        ("2026-01-02 03:04:05", datetime(2026, 1, 2, 3, 4, 5)),
        ("2026-01-02T03:04:05Z", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2026-01-02t03:04:05z", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2026-01-02T03:04:05.1Z", datetime(2026, 1, 2, 3, 4, 5, 100_000, tzinfo=UTC)),
        ("2026-01-02T03:04:05.123Z", datetime(2026, 1, 2, 3, 4, 5, 123_000, tzinfo=UTC)),
        ("2026-01-02T03:04:05,123456789", datetime(2026, 1, 2, 3, 4, 5, 123_456)),
        ("2026-01-02T03:04:05+08:00", datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=8)))),
        ("2026-01-02T03:04:05+0800", datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=8)))),
        ("2026-01-02T03:04:05-03", datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=-3)))),
    ],
)
def test_iso_text(text: str, moment: date) -> None:
    """The common forms of ISO 8601 are read alike on every Python."""
    assert (moment, type(moment)) == (parse(text), type(parse(text)))
    assert getattr(moment, "tzinfo", None) == getattr(parse(text), "tzinfo", None)


@pytest.mark.parametrize(
    "text",
    ["", "x", "2026-13-01", "2026-02-30T00:00", "20260102", "2000010112345", "2026-W01-1", "2026-01-02T25:00", "03:04"],
)
def test_other_text_is_no_time(text: str) -> None:
    """Everything else is refused, also what some Pythons would take: Unix milliseconds as text."""
    with pytest.raises(ValueError, match=r".+"):
        parse(text)

"""Time at the edges: Unix milliseconds on the wire, aware datetimes in the client's zone for people."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone, tzinfo
from fractions import Fraction

# The upstream's day begins at midnight here, whatever zone the client is set to (inferred from its documents).
UPSTREAM_ZONE = timezone(timedelta(hours=8), "Asia/Shanghai")

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MILLISECOND = timedelta(milliseconds=1)


def from_milliseconds(milliseconds: int, zone: tzinfo) -> datetime:
    """Unix milliseconds as an aware datetime in the zone; ValueError where no datetime reaches."""
    try:
        return datetime.fromtimestamp(milliseconds / 1000, zone)
    except (OverflowError, OSError) as error:
        raise ValueError("a time beyond the years 1 to 9999") from error


def to_milliseconds(moment: datetime) -> int:
    """An aware datetime as Unix milliseconds, rounded up to the next whole one.

    Up, because both ends of a half-open range are then exact: the upstream knows whole milliseconds only, and
    ``start <= t`` and ``t < end`` hold for the same t as with the unrounded bounds.
    """
    return -((_EPOCH - moment) // _MILLISECOND)


def aware(moment: datetime | date, zone: tzinfo) -> datetime:
    """A datetime in the zone: a naive one is read there, a date is its midnight there."""
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time.min, tzinfo=zone)
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment


def midnight(unix_seconds: float, zone: tzinfo) -> datetime:
    """The beginning, in the zone, of the day that holds this moment."""
    return aware(datetime.fromtimestamp(unix_seconds, zone).date(), zone)


def parse(text: str) -> datetime | date:
    """ISO 8601 text as a datetime or a date; ValueError if it is neither.

    A trailing ``Z`` is UTC (``datetime.fromisoformat`` learnt that only in Python 3.11).
    """
    text = text.strip()
    try:
        return date.fromisoformat(text)
    except ValueError:
        return datetime.fromisoformat(f"{text[:-1]}+00:00" if text.endswith(("Z", "z")) else text)


def from_unix_seconds(seconds: float) -> int:
    """Unix seconds as whole milliseconds, rounded up."""
    return -((-Fraction(seconds) * 1000).__floor__())

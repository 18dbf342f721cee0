"""Time at the edges: Unix milliseconds on the wire, aware datetimes in the client's zone for people."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone, tzinfo

# The upstream's day begins at midnight here, whatever zone the client is set to (inferred from its documents).
UPSTREAM_ZONE = timezone(timedelta(hours=8), "Asia/Shanghai")

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
# Up to here, in the year 2242, a float of seconds tells milliseconds; and it is read in half the time.
_FLOATS_TELL = 2**33 * 1_000
_ISO = re.compile(
    r"""(?x)
    (?P<day> \d{4}-\d{2}-\d{2} )
    (?: [Tt ] (?P<hour> \d{2}:\d{2} ) (?: (?P<second> :\d{2} ) (?: [.,] (?P<fraction> \d{1,9} ) )? )?
        (?P<zone> [Zz] | [+-]\d{2} (?: :?\d{2} )? )? )?
    """,
    re.ASCII,
)


def times_in(zone: tzinfo) -> Callable[[int], datetime]:
    """Gives Unix milliseconds as aware datetimes in the zone; ValueError where no datetime reaches."""
    epoch = _EPOCH.replace(tzinfo=zone)
    in_zone = zone.fromutc
    of_seconds = datetime.fromtimestamp

    def from_milliseconds(milliseconds: int) -> datetime:
        if 0 <= milliseconds < _FLOATS_TELL:
            return of_seconds(milliseconds / 1_000, zone)
        try:
            seconds, rest = divmod(milliseconds, 1_000)
            return in_zone(epoch + timedelta(0, seconds, rest * 1_000))
        except (ValueError, OverflowError) as error:
            raise ValueError("a time beyond the years 1 to 9999") from error

    return from_milliseconds


def from_milliseconds(milliseconds: int, zone: tzinfo) -> datetime:
    """Unix milliseconds as an aware datetime in the zone; ValueError where no datetime reaches."""
    return times_in(zone)(milliseconds)


def to_milliseconds(moment: datetime) -> int:
    """An aware datetime as Unix milliseconds, rounded up to the next whole one.

    Up, because both ends of a half-open range are then exact: the upstream knows whole milliseconds only, and
    ``start <= t`` and ``t < end`` hold for the same t as with the unrounded bounds.
    """
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000 - (-since.microseconds // 1_000)


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

    Read here and not by ``fromisoformat`` alone, which takes other forms in each version of Python, and from 3.11
    on even Unix milliseconds as text ("2000010112345").
    """
    found = _ISO.fullmatch(text.strip())
    if found is None:
        raise ValueError("neither ISO 8601 date nor date and time")
    if found["hour"] is None:
        return date.fromisoformat(found["day"])
    zone = found["zone"].upper().replace("Z", "+00:00") if found["zone"] else ""
    if zone and ":" not in zone:
        zone = f"{zone[:3]}:{zone[3:] or '00'}"
    fraction = (found["fraction"] or "")[:6].ljust(6, "0")
    return datetime.fromisoformat(f"{found['day']}T{found['hour']}{found['second'] or ':00'}.{fraction}{zone}")


def from_unix_seconds(seconds: float) -> int:
    """Unix seconds as whole milliseconds, rounded up."""
    from fractions import Fraction  # noqa: PLC0415 - brings decimal along, and is seldom needed

    return -((-Fraction(seconds) * 1000).__floor__())

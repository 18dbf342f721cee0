"""Where calls are counted: in which hour, on which day, with which agent, for which skill group."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Literal, TypeAlias

from hillstone_ccc import InvalidQueryError
from hillstone_ccc._core.moments import from_milliseconds, to_milliseconds

from .facts import CallFacts, Facts

By: TypeAlias = Literal["hour", "day", "month", "weekday", "hour_of_day", "agent", "skill_group"]
"""What calls can be grouped by; see :func:`by`."""
Place: TypeAlias = Callable[[CallFacts], tuple[Any, ...]]
"""Gives the buckets in which a call is counted; None is that of calls of which it is not told."""

FIELDS: Mapping[str, str] = {
    **dict.fromkeys(("hour", "day", "month", "weekday", "hour_of_day"), "start_time"),
    "agent": "agent_ids",
    "skill_group": "skill_group_ids",
}
"""What calls can be grouped by → the field that it is read off."""

NOWHERE = (None,)
_HOUR_MS = 3_600_000
_DAY_MS = 24 * _HOUR_MS
# Clocks are put forward and back at whole quarters of an hour, at least since there are call centers in clouds.
_QUARTER_MS = 900_000
_EPOCH = date(1970, 1, 1)  # a Thursday


class _Clock:
    """A zone's local time, by how far its clocks are ahead of UTC in each quarter of an hour."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._ahead: dict[int, int] = {}

    def local(self, start: int) -> int:
        """Milliseconds since 1970-01-01 00:00 as the local clock tells them."""
        quarter = start // _QUARTER_MS
        ahead = self._ahead.get(quarter)
        if ahead is None:
            offset = from_milliseconds(start, self._zone).utcoffset() or timedelta(0)
            ahead = self._ahead[quarter] = offset // timedelta(milliseconds=1)
        return start + ahead

    def hour(self, start: int) -> int:
        """The moment, in Unix milliseconds, at which the local hour began. An hour that comes twice began twice."""
        return start - self.local(start) % _HOUR_MS

    def day(self, start: int) -> date:
        """The local day."""
        return _EPOCH + timedelta(self.local(start) // _DAY_MS)


_PARTS: Mapping[str, Callable[[_Clock, int], Any]] = {
    "hour": lambda clock, start: clock.hour(start),
    "day": lambda clock, start: clock.day(start),
    "month": lambda clock, start: clock.day(start).replace(day=1),
    "weekday": lambda clock, start: (clock.local(start) // _DAY_MS + 3) % 7 + 1,
    "hour_of_day": lambda clock, start: clock.local(start) // _HOUR_MS % 24,
}


def places(facts: Facts, by: str) -> Place:
    """What tells where a call is counted.

    Raises:
        InvalidQueryError: The calls' zone is not known.
    """
    if by == "agent":
        return lambda call: call.agents or NOWHERE
    if by == "skill_group":
        return lambda call: call.skill_groups or NOWHERE
    if facts.zone is None:
        if any(call.start is not None for call in facts):
            raise InvalidQueryError("The calls' times were told in several zones.", advice="Say timezone.")
        return lambda _: NOWHERE
    part, clock = _PARTS[by], _Clock(facts.zone)
    return lambda call: NOWHERE if call.start is None else (part(clock, call.start),)


def shown(by: str, key: Any, zone: tzinfo | None) -> Any:
    """A bucket's key as people see it: an hour as the moment at which it began."""
    return from_milliseconds(key, zone) if by == "hour" and key is not None and zone is not None else key


def meant(by: str, key: Any) -> Any:
    """What :func:`shown` was made of. Datetimes of one zone are equal by clock face, and an hour may come twice.

    A datetime without zone is no moment, and stays as it is.
    """
    return to_milliseconds(key) if by == "hour" and isinstance(key, datetime) and key.tzinfo is not None else key

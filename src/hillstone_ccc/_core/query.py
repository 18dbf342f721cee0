"""What to search for: call records by time, agent, number, kind and outcome."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Literal, TypeAlias, TypedDict, cast

import attrs

from . import query_fields as field
from .errors import InvalidQueryError
from .fields import shown
from .moments import UPSTREAM_ZONE, aware, from_milliseconds, from_unix_seconds, midnight, to_milliseconds
from .numbers import UNKNOWN, pattern
from .public import public
from .query_fields import TODAY
from .vocabulary import ContactType, Disposition, EarlyMediaState, MediaType, SatisfactionChannel

if TYPE_CHECKING:
    from typing_extensions import Unpack

Moment: TypeAlias = "datetime | date | str | int"
"""A point in time: aware datetime, naive datetime (read in the client's zone), date (its midnight there),
ISO 8601 text, or Unix milliseconds."""

LATEST = 4_133_952_000_000  # the upstream's own bound on StartTime and EndTime, in milliseconds


def _one_of_two_orders(_query: object, _field: object, value: object) -> None:
    if value not in ("asc", "desc"):
        raise InvalidQueryError(f"order must be 'asc' or 'desc', not {value!r}.")


class Filters(TypedDict, total=False):
    """The filters of :class:`CallRecordQuery`, so that type checkers know them where they are passed on."""

    agent_names: Sequence[str] | None
    agent_ids: Sequence[str] | None
    calling_number: str | None
    called_number: str | None
    number: str | None
    contact_ids: Sequence[str] | None
    contact_types: Sequence[ContactType | str] | None
    dispositions: Sequence[Disposition | str] | None
    early_media_states: Sequence[EarlyMediaState | str] | None
    skill_group_ids: Sequence[str] | None
    skill_group_names: Sequence[str] | None
    satisfactions: Sequence[str] | None
    satisfaction_descriptions: Sequence[str] | None
    satisfaction_survey_channel: SatisfactionChannel | str | None
    media_type: MediaType | str | None
    exact_names: bool
    order: Literal["asc", "desc"]


class Criteria(Filters, total=False):
    """The same with the range: every argument of :class:`CallRecordQuery`."""

    start: datetime | date | timedelta | str | int | None
    end: datetime | date | str | int | None


@public
@attrs.frozen(kw_only=True, repr=False)
class CallRecordQuery:
    """Which call records are meant. Several values of one filter mean "any of"; filters together mean "all of".

    A value that cannot be meant raises :class:`InvalidQueryError` when the query is made, naming the argument.
    Queries are frozen, comparable and hashable; :meth:`evolve` makes a changed one.

    Attributes:
        start: First moment that belongs (``start <= start_time``): a :data:`Moment`, a ``timedelta`` back from the
            end, or ``"today"`` for midnight in the client's zone. Without start and end: the upstream's own
            default, today 00:00 in Asia/Shanghai until now.
        end: First moment that no longer belongs (``start_time < end``); now, if left out. "Now" is fixed when
            the walk begins.
        agent_names: Display names of agents, looked up when the search begins.
        agent_ids: Agent ids (``<login>@<instance>``); with names too, agents of whom both are told.
        calling_number: The caller's whole number; ``*`` is one unknown digit, as in ``"0735*******"``.
        called_number: The callee's whole number, likewise.
        number: Part of either number, likewise: ``"1380000"``, ``"0735****001"``. Where a number is not wholly
            known, rows may come from ListCallDetailRecords (V1), which alone knows parts of numbers, and which
            tells nothing of transfers and off-site work.
        contact_ids: Calls by id; of any time, unless a start is given.
        contact_types: Inbound, outbound, …
        dispositions: How the call ended.
        early_media_states: Why an outbound call failed.
        skill_group_ids: Skill groups.
        skill_group_names: Names of skill groups, looked up when the search begins; with ids too, groups of which
            both are told.
        satisfactions: Keys pressed: ``"-2"`` survey not sent, ``"-1"`` not rated, positive a rating;
            ``">2"`` and ``"<3"`` are shown in the documents too (``SatisfactionRateList``).
        satisfaction_descriptions: Ratings by the call center's own words.
        satisfaction_survey_channel: How the customer was asked.
        media_type: Voice, video or chat; all if left out (the upstream's own default is not documented).
        exact_names: Whether names of agents and skill groups mean exactly those who bear them; else, where nobody
            does, those whose name contains it. Over the REST contract names are always exact.
        order: ``"desc"``, newest first, or ``"asc"``.
    """

    start: datetime | date | timedelta | str | int | None = field.start()
    end: datetime | date | str | int | None = field.end()
    agent_names: Sequence[str] | None = field.texts("agent_names")
    agent_ids: Sequence[str] | None = field.ids("agent_ids")
    calling_number: str | None = field.phone("calling_number")
    called_number: str | None = field.phone("called_number")
    number: str | None = field.phone("number")
    contact_ids: Sequence[str] | None = field.ids("contact_ids")
    contact_types: Sequence[ContactType | str] | None = field.words("contact_types", ContactType)
    dispositions: Sequence[Disposition | str] | None = field.words("dispositions", Disposition)
    early_media_states: Sequence[EarlyMediaState | str] | None = field.words("early_media_states", EarlyMediaState)
    skill_group_ids: Sequence[str] | None = field.ids("skill_group_ids")
    skill_group_names: Sequence[str] | None = field.texts("skill_group_names")
    satisfactions: Sequence[str] | None = field.ratings("satisfactions")
    satisfaction_descriptions: Sequence[str] | None = field.texts("satisfaction_descriptions")
    satisfaction_survey_channel: SatisfactionChannel | str | None = field.one_word(
        "satisfaction_survey_channel", SatisfactionChannel
    )
    media_type: MediaType | str | None = field.one_word("media_type", MediaType)
    exact_names: bool = field.flag("exact_names")
    order: Literal["asc", "desc"] = attrs.field(default="desc", validator=_one_of_two_orders)

    def __attrs_post_init__(self) -> None:
        if self.end is not None and self.start is None:
            raise InvalidQueryError("end without start: say from when, since the upstream's default is only today.")
        # Bounds that know their zone, or both know none, can be compared now; the rest when the zone is known.
        start, end = self.start, self.end
        if isinstance(start, date) and isinstance(end, date) and _comparable(start, end):
            _in_order(start, end, timezone.utc)
        _in_agreement(self.number, self.calling_number, self.called_number)

    __repr__ = shown

    @classmethod
    def between(cls, start: Moment, end: Moment, /, **criteria: Unpack[Filters]) -> CallRecordQuery:
        """Calls that began in ``start <= start_time < end``.

        Raises:
            InvalidQueryError: One of the two is None, or no moment; or the start lies after the end.
        """
        # What the checker rules out may still come from a form that was not filled in.
        if None in cast("tuple[object, ...]", (start, end)):
            raise InvalidQueryError("between takes two moments; for calls from one until now leave it and give start.")
        return cls(start=start, end=end, **criteria)

    @classmethod
    def last(
        cls, *, days: float = 0, hours: float = 0, minutes: float = 0, **criteria: Unpack[Filters]
    ) -> CallRecordQuery:
        """Calls of the last so-and-so long, counted back from the moment the walk begins."""
        try:
            span = timedelta(days=days, hours=hours, minutes=minutes)
        except (TypeError, ValueError, OverflowError) as error:
            raise InvalidQueryError("last: days, hours and minutes must be numbers of a span that there is.") from error
        return cls(start=span, **criteria)

    @classmethod
    def today(cls, **criteria: Unpack[Filters]) -> CallRecordQuery:
        """Calls since midnight in the client's zone."""
        return cls(start=TODAY, **criteria)

    def evolve(self, **changes: Unpack[Criteria]) -> CallRecordQuery:
        """A copy with other values."""
        return attrs.evolve(self, **changes)

    def bounds(self, now: float, zone: tzinfo) -> tuple[int, int]:
        """The half-open range in Unix milliseconds, ``start <= t < end``.

        Args:
            now: Unix seconds of the moment the walk begins.
            zone: The client's zone.

        Raises:
            InvalidQueryError: The start lies after the end.
        """
        until = self.end if isinstance(self.end, date) else datetime.fromtimestamp(now, zone)
        end = to_milliseconds(aware(until, zone)) if self.end else from_unix_seconds(now)
        if isinstance(self.start, date):
            _in_order(self.start, until, zone)
            start = to_milliseconds(aware(self.start, zone))
        elif isinstance(self.start, timedelta):
            start = end - self.start // timedelta(milliseconds=1)
        elif self.start == TODAY:
            start = to_milliseconds(midnight(now, zone))
            if start > end:
                raise InvalidQueryError(f"start ('today') lies after end ({until.isoformat()}).")
        else:
            # Calls named by id are meant whenever they were; whether the upstream's list of ids overrides its
            # default of today is not documented, so it is not left to that.
            start = 0 if self.contact_ids else to_milliseconds(midnight(now, UPSTREAM_ZONE))
        if not 0 <= start <= LATEST or not 0 <= end <= LATEST:
            raise InvalidQueryError("start and end must lie between 1970 and 2100, as the upstream's own bounds do.")
        return start, end


def _comparable(start: datetime | date, end: datetime | date) -> bool:
    folded = any(isinstance(one, datetime) and one.fold for one in (start, end))
    if _zoneless(start) != _zoneless(end):
        return False
    return not (_zoneless(start) and folded)


def _zoneless(moment: datetime | date) -> bool:
    return not isinstance(moment, datetime) or moment.tzinfo is None


def _in_order(start: datetime | date, end: datetime | date, zone: tzinfo) -> None:
    # As instants: two times of one zone are compared by their clock faces, which go back once a year.
    first, last = to_milliseconds(aware(start, zone)), to_milliseconds(aware(end, zone))
    if first <= last:
        return
    message = f"start ({start.isoformat()}) lies after end ({end.isoformat()})"
    if _face(start) <= _face(end) and 0 <= last < first <= LATEST:
        # Looks in order, as around the hour that does not come in spring; what is meant tells that it is not.
        utc = (from_milliseconds(one, timezone.utc).isoformat() for one in (first, last))
        message += ": in UTC, {} is after {}".format(*utc)
    raise InvalidQueryError(f"{message}.")


def _face(moment: datetime | date) -> datetime:
    """What a clock on the wall shows then."""
    return aware(moment, timezone.utc).replace(tzinfo=None)


def _in_agreement(part: str | None, calling: str | None, called: str | None) -> None:
    if part is None or calling is None or called is None or UNKNOWN in calling + called:
        return
    matches = pattern(part, whole=False)
    if not matches(calling) and not matches(called):
        raise InvalidQueryError(
            "number is part of neither calling_number nor called_number, so nothing could match:"
            " leave out one of the three."
        )

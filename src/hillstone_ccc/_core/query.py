"""What to search for: call records by time, agent, number, kind and outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypedDict, TypeVar, cast

import attrs

from .errors import InvalidQueryError
from .fields import number, shown
from .moments import UPSTREAM_ZONE, aware, from_unix_seconds, midnight, parse, to_milliseconds
from .vocabulary import ContactType, Disposition, EarlyMediaState, MediaType, OpenEnum, SatisfactionChannel

if TYPE_CHECKING:
    from typing_extensions import Unpack

E = TypeVar("E", bound=OpenEnum)

Moment: TypeAlias = "datetime | date | str | int"
"""A point in time: aware datetime, naive datetime (read in the client's zone), date (its midnight there),
ISO 8601 text, or Unix milliseconds."""

TODAY = "today"
_SHORTEST = timedelta(milliseconds=1)
_NUMBER = frozenset("0123456789+*#")
_LATEST = 4_133_952_000_000  # the upstream's own bound on StartTime and EndTime, in milliseconds


def _moment(argument: str, value: object) -> datetime | date | None:
    if value is None or isinstance(value, (datetime, date)):
        return value
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise InvalidQueryError(
            f"{argument}: {type(value).__name__} is no time; give a datetime, a date, ISO text or Unix milliseconds."
        )
    try:
        if isinstance(value, str):
            return parse(value)
        return datetime.fromtimestamp(value / 1000, timezone.utc)
    except (ValueError, OverflowError, OSError) as error:
        raise InvalidQueryError(f"{argument}: {value!r} is neither ISO 8601 text nor Unix milliseconds.") from error


def _start(value: object) -> datetime | date | timedelta | str | None:
    if isinstance(value, timedelta):
        if value < _SHORTEST:
            raise InvalidQueryError(f"start: a time span must be a millisecond or more, not {value}.")
        return value
    return TODAY if value == TODAY else _moment("start", value)


def _end(value: object) -> datetime | date | None:
    return _moment("end", value)


def _field(convert: Callable[[object], Any], **options: Any) -> Any:
    """An optional field whose value is checked and brought to its form when the query is made."""
    field: Any = attrs.field(default=None, converter=convert, **options)
    return field


def _several(argument: str, values: object) -> tuple[str, ...]:
    if isinstance(values, str):
        raise InvalidQueryError(f"{argument} takes several values: write [{values!r}] for one.")
    if not isinstance(values, Iterable):
        raise InvalidQueryError(f"{argument} takes several values, not {type(values).__name__}.")
    told = tuple(cast("Iterable[object]", values))
    if not told:
        raise InvalidQueryError(f"{argument} is empty, which would match nothing: leave it out to match all.")
    texts: dict[str, None] = {}
    for one in told:
        if not isinstance(one, str) or not one.strip():
            raise InvalidQueryError(f"{argument}: {one!r} is no text.")
        texts[one] = None
    return tuple(texts)


def _word(kind: type[E], argument: str, text: object) -> E:
    word = kind(text) if isinstance(text, str) else None
    if word is None or not word.known:
        listed = ", ".join(repr(member.value) for member in kind)
        raise InvalidQueryError(f"{argument}: {text!r} is none of {listed}.")
    return word


def _texts(argument: str) -> Any:
    """A field for several texts."""
    return _field(lambda values: None if values is None else _several(argument, values))


def _words(argument: str, kind: type[OpenEnum]) -> Any:
    """A field for several words of a vocabulary."""

    def convert(values: object) -> tuple[OpenEnum, ...] | None:
        if values is None:
            return None
        return tuple(dict.fromkeys(_word(kind, argument, text) for text in _several(argument, values)))

    return _field(convert)


def _one_word(argument: str, kind: type[OpenEnum]) -> Any:
    """A field for one word of a vocabulary."""
    return _field(lambda text: None if text is None else _word(kind, argument, text))


def _phone(argument: str) -> Any:
    """A field for a phone number."""

    def convert(value: object) -> str | None:
        if value is None or (isinstance(value, str) and value and _NUMBER.issuperset(value)):
            return value
        raise InvalidQueryError(f"{argument} must be text of digits, with * for an unknown one.")

    return _field(convert, repr=number)


def _one_of_two_orders(_query: object, _field: object, value: object) -> None:
    if value not in ("asc", "desc"):
        raise InvalidQueryError(f"order must be 'asc' or 'desc', not {value!r}.")


class Filters(TypedDict, total=False):
    """The filters of :class:`CallRecordQuery`, so that type checkers know them where they are passed on."""

    agent_names: Sequence[str] | None
    agent_ids: Sequence[str] | None
    calling_number: str | None
    called_number: str | None
    contact_ids: Sequence[str] | None
    contact_types: Sequence[ContactType | str] | None
    dispositions: Sequence[Disposition | str] | None
    early_media_states: Sequence[EarlyMediaState | str] | None
    skill_group_ids: Sequence[str] | None
    satisfactions: Sequence[str] | None
    satisfaction_descriptions: Sequence[str] | None
    satisfaction_survey_channel: SatisfactionChannel | str | None
    media_type: MediaType | str | None
    order: Literal["asc", "desc"]


class Criteria(Filters, total=False):
    """The same with the range: every argument of :class:`CallRecordQuery`."""

    start: datetime | date | timedelta | str | int | None
    end: datetime | date | str | int | None


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
        agent_ids: Agent ids (``<login>@<instance>``).
        calling_number: The caller's whole number.
        called_number: The callee's whole number.
        contact_ids: Calls by id; of any time, unless a start is given.
        contact_types: Inbound, outbound, …
        dispositions: How the call ended.
        early_media_states: Why an outbound call failed.
        skill_group_ids: Skill groups.
        satisfactions: Keys pressed: ``"-2"`` survey not sent, ``"-1"`` not rated, positive a rating;
            ``">2"`` and ``"<3"`` are shown in the documents too (``SatisfactionRateList``).
        satisfaction_descriptions: Ratings by the call center's own words.
        satisfaction_survey_channel: How the customer was asked.
        media_type: Voice, video or chat; all if left out (the upstream's own default is not documented).
        order: ``"desc"``, newest first, or ``"asc"``.
    """

    start: datetime | date | timedelta | str | int | None = _field(_start)
    end: datetime | date | str | int | None = _field(_end)
    agent_names: Sequence[str] | None = _texts("agent_names")
    agent_ids: Sequence[str] | None = _texts("agent_ids")
    calling_number: str | None = _phone("calling_number")
    called_number: str | None = _phone("called_number")
    contact_ids: Sequence[str] | None = _texts("contact_ids")
    contact_types: Sequence[ContactType | str] | None = _words("contact_types", ContactType)
    dispositions: Sequence[Disposition | str] | None = _words("dispositions", Disposition)
    early_media_states: Sequence[EarlyMediaState | str] | None = _words("early_media_states", EarlyMediaState)
    skill_group_ids: Sequence[str] | None = _texts("skill_group_ids")
    satisfactions: Sequence[str] | None = _texts("satisfactions")
    satisfaction_descriptions: Sequence[str] | None = _texts("satisfaction_descriptions")
    satisfaction_survey_channel: SatisfactionChannel | str | None = _one_word(
        "satisfaction_survey_channel", SatisfactionChannel
    )
    media_type: MediaType | str | None = _one_word("media_type", MediaType)
    order: Literal["asc", "desc"] = attrs.field(default="desc", validator=_one_of_two_orders)

    def __attrs_post_init__(self) -> None:
        if self.end is not None and self.start is None:
            raise InvalidQueryError("end without start: say from when, since the upstream's default is only today.")
        # Bounds that know their zone, or both know none, can be compared now; the rest when the zone is known.
        start, end = self.start, self.end
        if isinstance(start, date) and isinstance(end, date) and _comparable(start, end):
            _in_order(start, end, timezone.utc)

    __repr__ = shown

    @classmethod
    def between(cls, start: Moment, end: Moment, /, **criteria: Unpack[Filters]) -> CallRecordQuery:
        """Calls that began in ``start <= start_time < end``."""
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
        if not 0 <= start <= _LATEST or not 0 <= end <= _LATEST:
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
    if to_milliseconds(aware(start, zone)) > to_milliseconds(aware(end, zone)):
        raise InvalidQueryError(f"start ({start.isoformat()}) lies after end ({end.isoformat()}).")

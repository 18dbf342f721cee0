"""What may be searched for, and what cannot be meant."""

# ruff: noqa: DTZ001 - naive times are among what is taken

import copy
import pickle
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc._core.errors import InvalidQueryError
from hillstone_ccc._core.query import CallRecordQuery, Criteria, Filters
from hillstone_ccc._core.vocabulary import ContactType, Disposition, EarlyMediaState, MediaType, SatisfactionChannel

from .strategies import zones

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
NOON = 1_767_326_645.5  # 2026-01-02 12:04:05.5 in Shanghai, 05:04:05.5 in Berlin
MIDNIGHT = 1_767_283_200_000  # 2026-01-02 00:00 in Shanghai
HOUR = 3_600_000


def bounds(start: Any = None, end: Any = None, *, zone: tzinfo = SHANGHAI, now: float = NOON) -> tuple[int, int]:
    """The bounds of a query in Unix milliseconds."""
    return CallRecordQuery(start=start, end=end).bounds(now, zone)


@pytest.mark.parametrize(
    ("start", "milliseconds"),
    [
        (datetime(2026, 1, 1, 16, tzinfo=timezone.utc), MIDNIGHT),
        (datetime(2026, 1, 2), MIDNIGHT),
        (date(2026, 1, 2), MIDNIGHT),
        ("2026-01-02", MIDNIGHT),
        ("2026-01-02T00:00", MIDNIGHT),
        ("2026-01-01T16:00:00Z", MIDNIGHT),
        ("2026-01-01 17:00:00.000+01:00", MIDNIGHT),
        (MIDNIGHT, MIDNIGHT),
        (0, 0),
        ("today", MIDNIGHT),
        (None, MIDNIGHT),
        (timedelta(hours=1), 1_767_326_645_500 - HOUR),
        (timedelta(milliseconds=1), 1_767_326_645_499),
    ],
)
def test_every_form_of_a_start(start: object, milliseconds: int) -> None:
    """Aware, naive, date, ISO text, Unix milliseconds, a span, "today" and nothing; the end is now."""
    assert (milliseconds, 1_767_326_645_500) == bounds(start)


def test_naive_times_are_read_in_the_clients_zone() -> None:
    """The same naive start is another moment in another zone; "today" begins at its midnight."""
    assert MIDNIGHT + 7 * HOUR == bounds(datetime(2026, 1, 2), zone=BERLIN)[0]
    assert MIDNIGHT + 7 * HOUR == bounds("today", zone=BERLIN)[0]


def test_no_range_is_the_upstreams_day() -> None:
    """Without bounds it is today in Asia/Shanghai until now, whatever the client's zone."""
    assert (MIDNIGHT, 1_767_326_645_500) == bounds(zone=BERLIN)


def test_summer_and_winter_time() -> None:
    """A naive bound has the offset of its own day, and the day of the change has 23 hours."""
    for day, next_day, hours in (("2026-03-29", "2026-03-30", 23), ("2026-10-25", "2026-10-26", 25)):
        start, end = bounds(day, next_day, zone=BERLIN)
        assert hours * HOUR == end - start


def test_a_span_counts_back_from_the_end() -> None:
    """With an end, a span is that long before it."""
    assert (MIDNIGHT - 24 * HOUR, MIDNIGHT) == bounds(timedelta(days=1), date(2026, 1, 2))


def test_bounds_are_rounded_up_to_whole_milliseconds() -> None:
    """``start <= t < end`` means the same with the rounded bounds, for t on whole milliseconds."""
    start = datetime(2026, 1, 2, microsecond=1)
    assert (MIDNIGHT + 1, MIDNIGHT + 2) == bounds(start, datetime(2026, 1, 2, microsecond=1001))


@given(st.datetimes(datetime(1971, 1, 1), datetime(2099, 1, 1)), st.timedeltas(timedelta(), timedelta(days=400)), zones)
def test_any_range_is_half_open_and_in_order(start: datetime, span: timedelta, zone: tzinfo) -> None:
    """Both bounds are the moments that were told, in any zone, to the millisecond."""
    first = start.replace(tzinfo=timezone.utc)
    first, second = first.astimezone(zone), (first + span).astimezone(zone)
    told = CallRecordQuery.between(first, second).bounds(0.0, zone)
    exact = [
        (moment - datetime(1970, 1, 1, tzinfo=timezone.utc)) / timedelta(milliseconds=1) for moment in (first, second)
    ]
    assert all(one - 0.001 <= bound < one + 1.001 for bound, one in zip(told, exact, strict=True))


def test_shortcuts() -> None:
    """``last``, ``between`` and ``today`` are the same as their long forms."""
    assert CallRecordQuery(start=timedelta(days=7), agent_ids=["a"]) == CallRecordQuery.last(days=7, agent_ids=["a"])
    assert CallRecordQuery(start=timedelta(minutes=90)) == CallRecordQuery.last(hours=1, minutes=30)
    assert CallRecordQuery(start="2026-01-02", end=MIDNIGHT) == CallRecordQuery.between("2026-01-02", MIDNIGHT)
    assert CallRecordQuery(start="today", order="asc") == CallRecordQuery.today(order="asc")


def test_calls_by_id_are_of_any_time() -> None:
    """Ids without a start mean the calls whenever they were."""
    assert 0 == CallRecordQuery(contact_ids=["job-1"]).bounds(NOON, SHANGHAI)[0]
    assert MIDNIGHT == CallRecordQuery(contact_ids=["job-1"], start="today").bounds(NOON, SHANGHAI)[0]


def test_words_in_any_spelling() -> None:
    """Words are members whatever their spelling, each once and in order; texts are each once too."""
    query = CallRecordQuery(
        contact_types=["INBOUND", "Inbound", ContactType.PRIVACY_DIAL],
        dispositions=["_success"],
        early_media_states=("POWER_OFF",),
        satisfaction_survey_channel="sms",
        media_type="chat",
        agent_names=iter(["张三", "李四", "张三"]),  # type: ignore[arg-type]
        satisfactions=["-1", ">2"],
    )
    assert (ContactType.INBOUND, ContactType.PRIVACY_DIAL) == query.contact_types
    assert ((Disposition.SUCCESS,), (EarlyMediaState.POWER_OFF,)) == (query.dispositions, query.early_media_states)
    assert (SatisfactionChannel.SMS, MediaType.CHAT) == (query.satisfaction_survey_channel, query.media_type)
    assert (("张三", "李四"), ("-1", ">2")) == (query.agent_names, query.satisfactions)


@pytest.mark.parametrize(
    ("criteria", "message"),
    [
        ({"start": "yesterday"}, "start: 'yesterday' is neither ISO 8601 text nor Unix milliseconds."),
        ({"start": 1.5}, "start: float is no time"),
        ({"start": True}, "start: bool is no time"),
        ({"start": b"2026"}, "start: bytes is no time"),
        ({"start": 10**17}, "start: 100000000000000000 is neither ISO 8601 text nor Unix milliseconds."),
        ({"start": "today", "end": "x"}, "end: 'x' is neither"),
        ({"start": "today", "end": timedelta(1)}, "end: timedelta is no time"),
        ({"start": timedelta()}, "start: a time span must be a millisecond or more"),
        ({"start": timedelta(-1)}, "start: a time span must be a millisecond or more"),
        ({"end": "2026-01-02"}, "end without start"),
        ({"contact_ids": ["job-1"], "end": "2026-01-02"}, "end without start"),
        ({"start": "2026-01-03", "end": "2026-01-02"}, r"start \(2026-01-03\) lies after end \(2026-01-02\)"),
        ({"start": 2, "end": 1}, "start .* lies after end"),
        ({"start": "2026-01-02T00:00:01", "end": date(2026, 1, 2)}, "start .* lies after end"),
        ({"agent_names": "张三"}, r"agent_names takes several values: write \['张三'\] for one."),
        ({"agent_ids": 5}, "agent_ids takes several values, not int."),
        ({"contact_ids": []}, "contact_ids is empty, which would match nothing"),
        ({"skill_group_ids": [""]}, "skill_group_ids: '' is no text."),
        ({"satisfactions": [1]}, "satisfactions: 1 is no text."),
        ({"satisfaction_descriptions": ["  "]}, "satisfaction_descriptions: '  ' is no text."),
        ({"contact_types": ["Hologram"]}, "contact_types: 'Hologram' is none of 'Inbound', "),
        ({"contact_types": "Inbound"}, "contact_types takes several values"),
        ({"dispositions": [None]}, "dispositions: None is no text."),
        ({"early_media_states": ["x"]}, "early_media_states: 'x' is none of "),
        ({"satisfaction_survey_channel": "FAX"}, "satisfaction_survey_channel: 'FAX' is none of "),
        ({"media_type": 1}, "media_type: 1 is none of 'AUDIO', 'VIDEO', 'CHAT'."),
        ({"calling_number": ""}, "calling_number must be text of digits"),
        ({"calling_number": 13800000001}, "calling_number must be text of digits"),
        ({"called_number": "138 0000"}, "called_number must be text of digits"),
        ({"order": "up"}, "order must be 'asc' or 'desc', not 'up'."),
    ],
)
def test_a_query_that_cannot_be_meant(criteria: dict[str, Any], message: str) -> None:
    """It is refused when it is made, and the message names the argument."""
    with pytest.raises(InvalidQueryError, match=message):
        CallRecordQuery(**criteria)


@pytest.mark.parametrize(
    ("criteria", "message"),
    [
        ({"start": 1_767_400_000_000}, "start .* lies after end"),
        ({"start": "today", "end": "2025-01-01"}, r"start \('today'\) lies after end \(2025-01-01\)"),
        ({"start": datetime(2026, 1, 2), "end": "2026-01-01T00:00Z"}, "start .* lies after end"),
        ({"start": timedelta(days=100_000)}, "start and end must lie between 1970 and 2100"),
        ({"start": "1969-01-01"}, "start and end must lie between 1970 and 2100"),
        ({"start": "2020-01-01", "end": "2200-01-01"}, "start and end must lie between 1970 and 2100"),
    ],
)
def test_a_range_that_cannot_be_meant(criteria: dict[str, Any], message: str) -> None:
    """What depends on now or on the zone is refused when these are known."""
    query = CallRecordQuery(**criteria)
    with pytest.raises(InvalidQueryError, match=message):
        query.bounds(NOON, SHANGHAI)


def test_numbers_may_have_unknown_digits() -> None:
    """A number is digits with ``*`` for unknown ones, and a plus in front."""
    query = CallRecordQuery(calling_number="0735*******", called_number="+8613800000001")
    assert ("0735*******", "+8613800000001") == (query.calling_number, query.called_number)


def test_queries_are_values() -> None:
    """They are equal, hashed, copied and pickled by what they say, and never changed."""
    query = CallRecordQuery(start="2026-01-02", agent_names=["张三"], contact_types=["Inbound"])
    same = CallRecordQuery(start=date(2026, 1, 2), agent_names=("张三",), contact_types=[ContactType.INBOUND])
    assert {query} == {same}
    assert query == pickle.loads(pickle.dumps(query)) == copy.deepcopy(query)
    with pytest.raises(AttributeError):
        query.start = None  # type: ignore[misc]


def test_evolve() -> None:
    """A changed copy is checked like a new query; the old one stays."""
    query = CallRecordQuery(start="2026-01-02", agent_names=["张三"])
    assert CallRecordQuery(start="2026-01-02", agent_names=["张三"], order="asc") == query.evolve(order="asc")
    assert CallRecordQuery(start="2026-01-02") == query.evolve(agent_names=None)
    with pytest.raises(InvalidQueryError, match="calling_number"):
        query.evolve(calling_number="x")


def test_the_repr_masks_numbers() -> None:
    """It shows what was asked and no whole number."""
    query = CallRecordQuery(start="today", calling_number="13800000001", agent_names=["张三"])
    assert "CallRecordQuery(start='today', agent_names=('张三',), calling_number='138****0001', order='desc')" == repr(
        query
    )


NEW_YORK = ZoneInfo("America/New_York")


def test_bounds_are_compared_as_instants_and_not_by_the_clocks_face() -> None:
    """In the hour that comes twice, ten past one can be later than ten to two."""
    first = datetime(2026, 11, 1, 1, 50, tzinfo=NEW_YORK, fold=0)
    second = datetime(2026, 11, 1, 1, 10, tzinfo=NEW_YORK, fold=1)
    start, end = CallRecordQuery(start=first, end=second).bounds(0, NEW_YORK)
    assert 20 * 60 * 1000 == end - start
    naive = CallRecordQuery(start=first.replace(tzinfo=None), end=second.replace(tzinfo=None))
    assert (start, end) == naive.bounds(0, NEW_YORK)


def test_a_start_after_the_end_is_refused_where_the_clock_springs_forward() -> None:
    """Half past two, which does not exist that night, is half past three, and so after a quarter past."""
    query = CallRecordQuery(start="2026-03-08T02:30", end="2026-03-08T03:15")
    with pytest.raises(InvalidQueryError, match="lies after end"):
        query.bounds(0, NEW_YORK)


@pytest.mark.parametrize("days", [float("nan"), float("inf"), 10**12, "7"])
def test_a_span_that_there_is_not(days: Any) -> None:
    """Neither a number that is none nor one beyond all time makes a span."""
    with pytest.raises(InvalidQueryError, match="last: days, hours and minutes"):
        CallRecordQuery.last(days=days)


def test_type_checkers_know_every_criterion() -> None:
    """What search, last and evolve pass on is what a query takes, word for word."""
    assert [field.name for field in attrs.fields(CallRecordQuery)] == [
        *(name for name in Criteria.__annotations__ if name not in Filters.__annotations__),
        *Filters.__annotations__,
    ]

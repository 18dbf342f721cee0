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

from .strategies import criteria, zones

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


@pytest.mark.parametrize("bounds", [(None, "2026-01-02"), ("2026-01-02", None), (None, None)])
def test_between_takes_two_moments(bounds: Any) -> None:
    """A bound that somebody forgot is not taken for "until now" or for today."""
    with pytest.raises(InvalidQueryError, match="between takes two moments; "):
        CallRecordQuery.between(*bounds)


@pytest.mark.parametrize("argument", ["agent_ids", "skill_group_ids", "contact_ids"])
def test_ids_are_taken_without_blanks_around_them(argument: str) -> None:
    """As ``get`` takes them; two that differ in blanks alone are one."""
    told: Any = {argument: [" one ", "two\n", "one"]}
    assert ("one", "two") == getattr(CallRecordQuery(**told), argument)


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
        ({"skill_group_names": "技术支持"}, r"skill_group_names takes several values: write \['技术支持'\] for one."),
        ({"satisfactions": [1]}, "satisfactions: 1 is no text."),
        ({"satisfactions": []}, "satisfactions is empty, which would match nothing"),
        ({"satisfactions": ["1", "good"]}, "satisfactions: 'good' is no rating; give a whole number"),
        ({"satisfactions": ["> 2"]}, "satisfactions: '> 2' is no rating"),
        ({"satisfactions": [">=2"]}, "satisfactions: '>=2' is no rating"),
        ({"satisfactions": [">-1"]}, "satisfactions: '>-1' is no rating"),
        ({"satisfactions": ["٣"]}, "satisfactions: '٣' is no rating"),
        ({"satisfaction_descriptions": ["  "]}, "satisfaction_descriptions: '  ' is no text."),
        ({"contact_types": ["Hologram"]}, "contact_types: 'Hologram' is none of 'Inbound', "),
        ({"contact_types": "Inbound"}, "contact_types takes several values"),
        ({"dispositions": ["OneStepTransfer"]}, "dispositions: 'OneStepTransfer' is none of 'Success', .* any more."),
        ({"dispositions": [Disposition.ABANDONED_RING]}, "dispositions: .*ABANDONED_RING is none of "),
        ({"dispositions": [None]}, "dispositions: None is no text."),
        ({"early_media_states": ["x"]}, "early_media_states: 'x' is none of "),
        ({"satisfaction_survey_channel": "FAX"}, "satisfaction_survey_channel: 'FAX' is none of "),
        ({"media_type": 1}, "media_type: 1 is none of 'AUDIO', 'VIDEO', 'CHAT'."),
        ({"calling_number": ""}, "calling_number must be text of digits"),
        ({"calling_number": 13800000001}, "calling_number must be text of digits"),
        ({"called_number": "138 0000"}, "called_number must be text of digits"),
        ({"called_number": "138-0000"}, "called_number must be text of digits"),
        ({"called_number": "138\n"}, "called_number must be text of digits"),
        ({"called_number": "138+0"}, "called_number must be text of digits"),
        ({"called_number": "１３８"}, "called_number must be text of digits"),
        ({"number": ""}, "number must be text of digits"),
        ({"number": "+"}, "number must be text of digits"),
        ({"number": "##"}, "number must be text of digits"),
        ({"number": ["138"]}, "number must be text of digits"),
        (
            {"number": "0735", "calling_number": "13800000001", "called_number": "02100000001"},
            "number is part of neither calling_number nor called_number, so nothing could match",
        ),
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


@pytest.mark.parametrize("text", ["13800000001", "0735*******", "+8613800000001", "+*", "#1*", "*", "0"])
def test_numbers_may_have_unknown_digits(text: str) -> None:
    """A number is digits with ``*`` for unknown ones, maybe a plus in front or a hash."""
    query = CallRecordQuery(calling_number=text, called_number=text, number=text)
    assert (text, text, text) == (query.calling_number, query.called_number, query.number)


@pytest.mark.parametrize(
    "sides",
    [
        {"calling_number": "13800000001"},
        {"calling_number": "13800000001", "called_number": "07350000001"},
        {"calling_number": "13800000001", "called_number": "0735000000*"},
        {"calling_number": "1380000****", "called_number": "02100000001"},
        {},
    ],
)
def test_a_part_that_a_number_may_hold(sides: dict[str, Any]) -> None:
    """Only where both numbers are wholly known can it be told that neither holds the part."""
    assert "0735****001" == CallRecordQuery(number="0735****001", **sides).number


@pytest.mark.parametrize("error", ["13800000001 ", "138-0000-0001"])
def test_a_refusal_does_not_repeat_the_number(error: str) -> None:
    """Errors end in logs."""
    with pytest.raises(InvalidQueryError) as raised:
        CallRecordQuery(calling_number=error)
    assert "0001" not in str(raised.value)


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


@given(criteria(), zones)
def test_any_query_is_a_value(told: dict[str, Any], zone: tzinfo) -> None:
    """Whatever it asks, it is its own copy, its own changed copy, hashable and printable, and has bounds."""
    query = CallRecordQuery(**told)
    same = CallRecordQuery(**{name: getattr(query, name) for name in told})
    assert query == same == pickle.loads(pickle.dumps(query)) == copy.copy(query) == query.evolve()
    assert hash(query) == hash(same)
    changes: Any = dict.fromkeys(told) | {"order": "desc"}
    assert CallRecordQuery() == query.evolve(**changes)
    assert all(f"{name}=" in repr(query) for name in told)
    start, end = query.bounds(NOON, zone)
    assert start < end


def test_names_may_be_meant_exactly() -> None:
    """It is told only where it is so."""
    assert "exact_names=True" in repr(CallRecordQuery(exact_names=True))
    assert "exact_names" not in repr(CallRecordQuery())
    with pytest.raises(InvalidQueryError, match="exact_names must be True or False, not 'yes'"):
        CallRecordQuery(exact_names="yes")  # type: ignore[arg-type]


def test_the_repr_masks_numbers() -> None:
    """It shows what was asked and no whole number."""
    query = CallRecordQuery(
        start="today",
        calling_number="13800000001",
        called_number="02100000001",
        number="1380000000",
        agent_names=["张三"],
    )
    assert (
        "CallRecordQuery(start='today', agent_names=('张三',), calling_number='138****0001',"
        " called_number='021****0001', number='138****000', order='desc')"
    ) == repr(query)


NEW_YORK = ZoneInfo("America/New_York")


def test_bounds_are_compared_as_instants_and_not_by_the_clocks_face() -> None:
    """In the hour that comes twice, ten past one can be later than ten to two."""
    first = datetime(2026, 11, 1, 1, 50, tzinfo=NEW_YORK, fold=0)
    second = datetime(2026, 11, 1, 1, 10, tzinfo=NEW_YORK, fold=1)
    start, end = CallRecordQuery(start=first, end=second).bounds(0, NEW_YORK)
    assert 20 * 60 * 1000 == end - start
    naive = CallRecordQuery(start=first.replace(tzinfo=None), end=second.replace(tzinfo=None))
    assert (start, end) == naive.bounds(0, NEW_YORK)


def test_a_refusal_of_what_looks_in_order_tells_the_instants() -> None:
    """Half past two does not come in spring, and is read as half past three: then both are shown in UTC as well."""
    start, end = "2026-03-29T02:30:00", "2026-03-29T03:10:00"
    instants = ": in UTC, 2026-03-29T01:30:00+00:00 is after 2026-03-29T01:10:00+00:00."
    with pytest.raises(InvalidQueryError) as naive:
        bounds(start, end, zone=BERLIN)
    assert f"start ({start}) lies after end ({end}){instants}" == naive.value.message
    first, last = (datetime.fromisoformat(one).replace(tzinfo=BERLIN) for one in (start, end))
    with pytest.raises(InvalidQueryError) as aware:
        CallRecordQuery(start=first, end=last)
    assert f"start ({start}+01:00) lies after end ({end}+02:00){instants}" == aware.value.message


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-01-02T05:00", "2026-01-02T04:00"),
        ("0001-01-01T00:00-01:00", "0001-01-01T00:00+01:00"),
        ("9999-12-31T23:00-02:00", "9999-12-31T23:00+00:00"),
    ],
)
def test_a_refusal_tells_no_instants_that_are_plain_or_out_of_reach(start: str, end: str) -> None:
    """What the clock's face already shows is not said twice, and no year 0 or 10000 is made."""
    with pytest.raises(InvalidQueryError, match=r"lies after end \([^()]*\)\.$"):
        bounds(start, end)


def test_the_hour_that_comes_twice_makes_two_queries() -> None:
    """Clock faces that are alike and mean two moments are two queries, and one moment in two zones is one."""
    naive = datetime(2026, 11, 1, 1, 10)
    for first in (naive, naive.replace(tzinfo=NEW_YORK)):
        assert CallRecordQuery(start=first) != CallRecordQuery(start=first.replace(fold=1))
    moment = datetime(2026, 1, 2, tzinfo=SHANGHAI)
    assert {CallRecordQuery(start=moment)} == {CallRecordQuery(start=moment.astimezone(NEW_YORK))}
    assert CallRecordQuery(start=timedelta(days=1)) != CallRecordQuery(start=86_400_000)


@pytest.mark.parametrize(
    ("zone", "day", "first"),
    [
        ("America/Havana", "2026-11-01", "2026-11-01T04:00Z"),  # 00:30 comes twice
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00Z"),  # 00:00 does not come: 01:00 is first
        ("Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00Z"),  # half an hour is told twice
        ("Asia/Kathmandu", "2026-04-05", "2026-04-04T18:15Z"),
    ],
)
def test_a_day_begins_with_its_first_moment(zone: str, day: str, first: str) -> None:
    """Told as a date, as a naive midnight or as "today", it is that moment, also where midnight is no plain one."""
    told = bounds(first, zone=SHANGHAI, now=2e9)[0]
    midnight = datetime.fromisoformat(day)
    for start in (day, midnight.date(), midnight):
        assert told == bounds(start, zone=ZoneInfo(zone), now=2e9)[0]
    assert told == bounds("today", zone=ZoneInfo(zone), now=told / 1000 + 3600 * 5)[0]
    assert told == bounds("today", zone=ZoneInfo(zone), now=told / 1000)[0]


def test_a_span_is_time_that_passed() -> None:
    """24 hours back from noon after the change of clocks is eleven or one o'clock of the day before."""
    for day in ("2026-03-29", "2026-10-25"):
        start, end = bounds(timedelta(days=1), f"{day}T12:00", zone=BERLIN)
        assert 24 * HOUR == end - start


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

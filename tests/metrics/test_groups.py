"""The same figures by hour, day, agent and skill group; as a mapping, as rows and as frames."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest

from hillstone_ccc import CallRecord, InvalidQueryError, UnsupportedError, metrics

from .by_hand import CALLS, FORMS, G1, G2, SHANGHAI, A, B, C, call, moment, numbered

Form = Callable[..., Any]
BERLIN = ZoneInfo("Europe/Berlin")
SINCE, UNTIL = moment("1 00:00"), moment("3 10:30")


@pytest.fixture(params=FORMS)
def form(request: pytest.FixtureRequest) -> Form:
    """Gives calls as an iterator, or as a frame of one of three kinds."""
    return FORMS[request.param]


def _calls(groups: metrics.Groups) -> dict[Any, int]:
    return {bucket: figures.calls for bucket, figures in groups.items()}


def test_by_hour(form: Form) -> None:
    """1 to 6; 7 to 16; 17 to 20; 21 and 22 a day later; 23, of which no start is told."""
    found = metrics.by(form(CALLS), "hour")
    hours = [moment("2 09:00"), moment("2 10:00"), moment("2 11:00"), moment("3 09:00"), None]
    assert dict(zip(hours, (6, 10, 4, 2, 1), strict=True)) == _calls(found)
    assert hours == list(found)
    first = found[moment("2 09:00")]
    assert (2 / 6, 49 / 3) == (first.service_level, first.average_speed_of_answer)  # 8 20 21 15 45 24
    assert found[moment("2 11:00")].service_level is None  # nobody called


def test_by_day(form: Form) -> None:
    """The local day, as a date."""
    assert {date(2026, 3, 2): 20, date(2026, 3, 3): 2, None: 1} == _calls(metrics.by(form(CALLS), "day"))


def test_by_month(form: Form) -> None:
    """By its first day."""
    assert {date(2026, 3, 1): 22, None: 1} == _calls(metrics.by(form(CALLS), "month"))


def test_by_weekday(form: Form) -> None:
    """Monday is 1."""
    assert {1: 20, 2: 2, None: 1} == _calls(metrics.by(form(CALLS), "weekday"))


def test_by_hour_of_day(form: Form) -> None:
    """The same hour of each day is one."""
    assert {9: 8, 10: 10, 11: 4, None: 1} == _calls(metrics.by(form(CALLS), "hour_of_day"))


def test_by_weekday_and_hour(form: Form) -> None:
    """What a heat map is made of: each pair that there is."""
    found = _calls(metrics.by(form(CALLS), "weekday", "hour_of_day"))
    assert {(1, 9): 6, (1, 10): 10, (1, 11): 4, (2, 9): 2, (None, None): 1} == found


def test_by_agent(form: Form) -> None:
    """3 and 20 count with both of their agents, so the sum is 25; 12 calls met nobody."""
    found = metrics.by(form(CALLS), "agent")
    assert {A: 5, B: 5, C: 3, None: 12} == _calls(found)
    assert 25 == sum(_calls(found).values())
    assert {A: "甲", B: "乙", C: "丙"} == found.names
    assert (100 + 40 + 200 + 50, 4) == (found[A].handling_time, found[A].handled)  # 1 3 17 20


def test_by_skill_group(form: Form) -> None:
    """1 to 6, 10, 11, 12, 17 and 18; 19, 21 and 22; the others came to no group."""
    found = metrics.by(form(CALLS), "skill_group")
    assert {G1: 11, G2: 3, None: 9} == _calls(found)
    assert {G1: "一组", G2: "二组"} == found.names


def test_by_hour_and_agent(form: Form) -> None:
    """Each combination that there is, and the names of the agents."""
    found = metrics.by(form(numbered(1, 3, 21)), "hour", "agent")
    assert {(moment("2 09:00"), A): 2, (moment("2 09:00"), B): 1, (moment("3 09:00"), C): 1} == _calls(found)
    assert (moment("3 09:00"), C) in found
    assert (moment("3 09:00"), A) not in found


def test_an_agent_twice_in_one_call() -> None:
    """That is one call of that agent."""
    twice = attrs.evolve(CALLS[0], agent_ids=(A, B, A), agent_names=("甲", "乙", "甲"))
    assert {A: 1, B: 1} == _calls(metrics.by([twice], "agent"))


def test_names_that_do_not_fit_ids() -> None:
    """Names that cannot be told apart are nobody's; of several names of one agent there is one, whatever the order."""
    comma = attrs.evolve(CALLS[2], agent_names=("甲", "乙", "丙"))
    assert {} == metrics.by([comma], "agent").names
    married = attrs.evolve(CALLS[0], agent_names=("甲二",))
    assert (
        {A: "甲二"} == metrics.by([CALLS[0], married], "agent").names == metrics.by([married, CALLS[0]], "agent").names
    )


def test_first_contacts_are_found_among_all_calls(form: Form) -> None:
    """21 is no first contact, since 1 was a day before, in another bucket; and counts where it was."""
    windows: dict[str, Any] = {"before": timedelta(hours=25), "after": timedelta(hours=1)}
    found = metrics.by(form(CALLS), "day", since=SINCE, until=UNTIL, **windows)
    told = {day: (one.first_contacts, one.resolved, one.first_contact_resolution) for day, one in found.items()}
    assert {date(2026, 3, 2): (3, 2, 2 / 3), date(2026, 3, 3): (0, 0, None), None: (0, 0, None)} == told


def test_terms_are_those_of_a_summary() -> None:
    """Both take the same arguments, with the same defaults, and mean the same by them."""
    of_all = inspect.signature(metrics.summary).parameters
    of_each = inspect.signature(metrics.by).parameters
    assert list(of_all.values())[1:] == [one for name, one in of_each.items() if name in of_all][1:]
    terms: dict[str, Any] = {"seconds": 21, "abandoned": "met", "short": 5, "add_held": True, "scores": {5: 1}}
    first = metrics.by(numbered(*range(1, 23)), "month", **terms)
    assert [metrics.summary(numbered(*range(1, 23)), **terms)] == list(first.values())


# --- zones ----------------------------------------------------------------------------------------------------


def test_hours_of_another_zone(form: Form) -> None:
    """09:05 in Shanghai is 02:05 in Berlin, and 01:05 in UTC."""
    found = metrics.by(form(numbered(1, 21)), "hour", timezone="Europe/Berlin")
    assert [datetime(2026, 3, day, 2, tzinfo=BERLIN) for day in (2, 3)] == list(found)
    assert {2: 2} == _calls(metrics.by(form(numbered(1, 21)), "hour_of_day", timezone=BERLIN))
    assert {1: 2} == _calls(metrics.by(form(numbered(1, 21)), "hour_of_day", timezone=timezone.utc))


def test_facts_have_the_zone_they_were_read_for(form: Form) -> None:
    """So that it is said once."""
    facts = metrics.read(form(numbered(1)), timezone="Europe/Berlin")
    assert {2: 1} == _calls(metrics.by(facts, "hour_of_day"))


def _autumn(*minutes: int) -> list[CallRecord]:
    """Calls so many minutes after 02:00 summer time on the day when Berlin puts its clocks back at 03:00."""
    two = datetime(2026, 10, 25, 0, 0, tzinfo=timezone.utc)
    rest = (1, 2, 3, 0, 50, 0, 0, None, None, (A,), (G1,))
    return [
        call(place, (two + timedelta(minutes=minute)).astimezone(BERLIN), "01", "Inbound", "Success", *rest)
        for place, minute in enumerate(minutes)
    ]


@pytest.mark.parametrize("name", FORMS)
def test_an_hour_that_comes_twice(name: str) -> None:
    """Is two hours, each found by its own fold, and one hour of the day; the day has 25."""
    calls = FORMS[name](_autumn(10, 50, 70, 130), BERLIN)  # 02:10 02:50, 02:10 again, 03:10
    facts = metrics.read(calls)
    found = metrics.by(facts, "hour")
    assert [(2, 0), (2, 1), (3, 0)] == [(hour.hour, hour.fold) for hour in found]
    assert [2, 1, 1] == [one.calls for one in found.values()]
    two = datetime(2026, 10, 25, 2, tzinfo=BERLIN)
    assert (2, 1) == (found[two].calls, found[two.replace(fold=1)].calls)
    assert {2: 3, 3: 1} == _calls(metrics.by(facts, "hour_of_day"))
    assert {date(2026, 10, 25): 4} == _calls(metrics.by(facts, "day"))


def test_an_hour_that_comes_twice_in_frames() -> None:
    """Its two rows are two moments."""
    found = metrics.by(_autumn(10, 70), "hour")
    for frame in (found.to_pandas(), found.to_polars()):
        assert [0, 3600] == [one.timestamp() - frame["hour"][0].timestamp() for one in frame["hour"]]


def test_a_zone_that_is_half_an_hour_off() -> None:
    """Its hours begin at half past of others."""
    rest = (1, 2, 3, 0, 50, 0, 0, None, None, (A,), (G1,))
    kolkata = timezone(timedelta(hours=5, minutes=30))
    at = datetime(2026, 3, 2, 9, 20, tzinfo=kolkata)
    found = metrics.by([call(1, at, "01", "Inbound", "Success", *rest)], "hour")
    assert [datetime(2026, 3, 2, 9, tzinfo=kolkata)] == list(found)
    assert [datetime(2026, 3, 2, 3, 30, tzinfo=timezone.utc)] == found.to_polars()["hour"].to_list()
    assert [datetime(2026, 3, 2, 3, 30, tzinfo=timezone.utc)] == found.to_pandas()["hour"].to_list()


def test_times_told_in_several_zones() -> None:
    """Whose hours are meant has to be said, whichever call comes first."""
    mixed = [*numbered(1), attrs.evolve(CALLS[1], start_time=CALLS[1].start_time.astimezone(BERLIN))]  # type: ignore[union-attr]
    for calls in (mixed, mixed[::-1]):
        with pytest.raises(InvalidQueryError, match=r"several zones. Say timezone"):
            metrics.by(calls, "hour")
        assert {9: 2} == _calls(metrics.by(calls, "hour_of_day", timezone=SHANGHAI))
        assert {A: 1, B: 1} == _calls(metrics.by(calls, "agent"))


# --- what comes of it -----------------------------------------------------------------------------------------


def test_rows(form: Form) -> None:
    """A dictionary a bucket: its key, the name beside it, and every figure but the words."""
    rows = metrics.by(form(CALLS), "agent").to_rows()
    assert [(A, "甲", 5), (B, "乙", 5), (C, "丙", 3), (None, None, 12)] == [
        (row["agent"], row["agent_name"], row["calls"]) for row in rows
    ]
    figures = [field.name for field in attrs.fields(metrics.Metrics) if field.name != "dispositions"]
    assert ["agent", "agent_name", *figures] == list(rows[0])


def test_frames_of_groups() -> None:
    """They hold what the rows hold; what has no value is missing in them."""
    found = metrics.by(CALLS, "hour", "skill_group")
    rows = found.to_rows()
    polars = found.to_polars()
    assert rows == polars.to_dicts()
    pandas: Any = found.to_pandas()
    told = pandas.astype(object).where(pandas.notna(), None).to_dict("records")
    assert rows == [{name: None if value is None else value for name, value in row.items()} for row in told]
    assert "datetime64[ms, Asia/Shanghai]" == str(pandas["hour"].dtype)
    assert ["Int64", "Float64", "string"] == [
        str(pandas[name].dtype) for name in ("calls", "service_level", "skill_group")
    ]


@pytest.mark.parametrize("key", ["day", "month"])
def test_days_in_frames(key: metrics.By) -> None:
    """A date in polars, its midnight in pandas."""
    found = metrics.by(CALLS, key)
    assert list(found) == found.to_polars()[key].to_list()
    pandas: Any = found.to_pandas()[key]
    assert "datetime64[ms]" == str(pandas.dtype)
    assert list(found) == [
        None if one is None else one.date() for one in pandas.astype(object).where(pandas.notna(), None)
    ]


def test_numbers_in_frames() -> None:
    """Weekdays and hours are whole numbers, also beside one that is missing."""
    found = metrics.by(CALLS, "weekday", "hour_of_day")
    assert ["Int64", "Int64"] == [str(found.to_pandas()[name].dtype) for name in ("weekday", "hour_of_day")]
    assert [1, 1, 1, 2, None] == found.to_polars()["weekday"].to_list()


@pytest.mark.parametrize("keys", [("hour",), ("day", "agent"), ("weekday",)])
def test_groups_of_nothing(form: Form, keys: tuple[metrics.By, ...]) -> None:
    """There are none, and a frame of them has its columns all the same."""
    found = metrics.by(form([]), *keys)
    full = metrics.by(CALLS, *keys)
    assert [] == list(found) == found.to_rows()
    assert list(full.to_polars().columns) == list(found.to_polars().columns) == list(found.to_pandas().columns)


def test_groups_tell_what_they_are() -> None:
    """Without anybody's name."""
    assert "Groups(by=('agent',), 4 buckets)" == repr(metrics.by(CALLS, "agent"))


def test_groupings_that_there_are_not() -> None:
    """The error names those that there are."""
    wrong: Any = "week"
    with pytest.raises(InvalidQueryError, match="skill_group, not by 'week'"):
        metrics.by(CALLS, wrong)
    with pytest.raises(InvalidQueryError, match="hour, day"):
        metrics.by(CALLS)


@pytest.mark.parametrize("package", ["pandas", "polars"])
def test_a_frame_without_its_package(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is told."""
    found = metrics.by(CALLS, "agent")
    monkeypatch.setattr("hillstone_ccc._frames.find_spec", lambda _: None)
    with pytest.raises(UnsupportedError, match=rf"hillstone-ccc\[{package}\]"):
        getattr(found, f"to_{package}")()

"""From what is searched for to listings that the upstream can answer."""

from datetime import datetime, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hillstone_ccc._core.agents import Agent, SkillGroup
from hillstone_ccc._core.errors import AgentNotFoundError, InvalidQueryError, UnsupportedError
from hillstone_ccc._core.message import Request, Response
from hillstone_ccc._core.query import CallRecordQuery
from hillstone_ccc._core.records import CallRecord
from hillstone_ccc._core.search import (
    AgentSearch,
    CallRecordSearch,
    SkillGroupSearch,
    agents_named,
    checked_page,
)
from hillstone_ccc._core.vocabulary import MediaType

from .driving import Driven, MakeSession, drive, listed

ZONE = ZoneInfo("Asia/Shanghai")
START, END = 1_767_283_200_000, 1_767_286_800_000


def plan(make_session: MakeSession, agents: list[dict[str, Any]] | None = None, **criteria: Any) -> Driven:
    """The plan of a search for calls of one hour, with these agents in the call center."""
    query = CallRecordQuery(**{"start": START, "end": END} | criteria)
    return drive(CallRecordSearch(query, ZONE).plan(make_session()), directory(agents or []))


def directory(agents: list[dict[str, Any]]) -> Any:
    """An upstream that lists these agents, page by page, those that the pattern is part of."""

    def answer(request: Request) -> Response:
        asked = dict(request.query)
        assert "ListUsers" == request.action
        found = [one for one in agents if asked.get("SearchPattern", "") in f"{one['UserId']} {one.get('DisplayName')}"]
        page, size = int(asked["PageNumber"]), int(asked["PageSize"])
        return listed(found[(page - 1) * size : page * size], len(found))

    return answer


ZHANG = {"UserId": "zhang@x", "DisplayName": "张三"}
ZHANG_TOO = {"UserId": "zhang2@x", "DisplayName": "张三"}
ZHANGFENG = {"UserId": "feng@x", "DisplayName": "张三丰"}
NAMELESS = {"UserId": "none@x"}


def test_both_bounds_are_always_sent(make_session: MakeSession) -> None:
    """Whether the upstream's bounds are inclusive is unknown: a little more is asked for, and dropped."""
    driven = plan(make_session)
    (walked,), (counted,) = driven.value.walked, driven.value.counted
    assert (START - 1, END) == (walked.arguments["start"], walked.arguments["end"])
    assert (START, END - 1) == (counted.arguments["start"], counted.arguments["end"])
    kept = {
        milliseconds: walked.keep(CallRecord("x", start_time=datetime.fromtimestamp(milliseconds / 1000, timezone.utc)))
        for milliseconds in (START - 1, START, END - 1, END)
    }
    assert [False, True, True, False] == list(kept.values())
    assert walked.keep(CallRecord("x"))
    assert [] == driven.sends


def test_the_beginning_of_time(make_session: MakeSession) -> None:
    """The millisecond before the start is not asked for where there is none."""
    assert 0 == plan(make_session, start=0).value.walked[0].arguments["start"]


def test_every_criterion_becomes_an_argument(make_session: MakeSession) -> None:
    """Filters of the query are the arguments of the action; a media type is always sent."""
    criteria: dict[str, Any] = {
        "calling_number": "13800000001",
        "called_number": "02100000001",
        "contact_ids": ("job-1",),
        "contact_types": ("Inbound",),
        "dispositions": ("Success",),
        "early_media_states": ("Busy",),
        "skill_group_ids": ("sg@x",),
        "satisfactions": ("1",),
        "satisfaction_descriptions": ("满意",),
        "satisfaction_survey_channel": "IVR",
        "media_type": "AUDIO",
    }
    arguments = plan(make_session, **criteria, order="asc").value.walked[0].arguments
    assert criteria.items() <= arguments.items()
    assert ("ASC", None) == (arguments["order"], arguments["agent_id"])
    arguments = plan(make_session).value.walked[0].arguments
    assert ("ALL", "DESC") == (arguments["media_type"], arguments["order"])


@pytest.mark.parametrize(
    ("agents", "criteria", "agent_id"),
    [
        ([], {"agent_ids": ["a@x"]}, "a@x"),
        ([ZHANG, ZHANGFENG], {"agent_names": ["张三"]}, "zhang@x"),
        ([ZHANGFENG], {"agent_names": ["张"]}, "feng@x"),
        ([ZHANG], {"agent_names": [" 张三 "]}, "zhang@x"),
        ([ZHANG, ZHANGFENG], {"agent_names": ["张三", "张三丰"], "agent_ids": ["feng@x", "a@x"]}, "feng@x"),
    ],
)
def test_agents_that_are_meant(
    make_session: MakeSession, agents: list[dict[str, Any]], criteria: dict[str, Any], agent_id: str
) -> None:
    """An agent's own name means that agent, else every name that contains it; ids and names together mean both."""
    assert agent_id == plan(make_session, agents, **criteria).value.walked[0].arguments["agent_id"]


def test_a_filter_that_matches_nobody_matches_nothing(make_session: MakeSession) -> None:
    """An id and a name that do not belong together, and an empty range, are no listings at all."""
    driven = plan(make_session, [ZHANG], agent_names=["张三"], agent_ids=["other@x"])
    assert ((), ()) == (driven.value.walked, driven.value.counted)
    assert () == plan(make_session, end=START).value.walked


@pytest.mark.parametrize(
    ("criteria", "message"),
    [
        ({"agent_ids": ["a@x", "b@x"]}, "means 2 agents"),
        ({"agent_names": ["张三"]}, "means 2 agents"),
        ({"calling_number": "1380000****"}, "calling_number: numbers with "),
        ({"called_number": "*"}, "called_number: numbers with "),
    ],
)
def test_what_cannot_be_asked_for_yet(make_session: MakeSession, criteria: dict[str, Any], message: str) -> None:
    """It is refused, and never answered by a wider list."""
    driven = plan(make_session, [ZHANG, ZHANG_TOO], **criteria)
    assert isinstance(driven.error, UnsupportedError)
    assert message in str(driven.error)


def test_nobody_of_that_name(make_session: MakeSession) -> None:
    """The error names the name and those near to it."""
    driven = plan(make_session, [ZHANG, ZHANGFENG, NAMELESS], agent_names=["张三峰"])
    assert isinstance(driven.error, AgentNotFoundError)
    assert ("张三峰", {"张三", "张三丰"}) == (driven.error.name, set(driven.error.suggestions))
    assert "Near names: " in str(driven.error)
    far = drive(agents_named(make_session(), "zzz"), directory([NAMELESS]))
    assert "No name comes near it." in str(far.error)


def test_agents_are_looked_up_on_every_page(make_session: MakeSession) -> None:
    """Names are looked for among all agents, not on the first page only."""
    many = [{"UserId": f"{number}@x", "DisplayName": f"张三{number}"} for number in range(250)]
    driven = drive(agents_named(make_session(), "张三249"), directory(many))
    assert ["249@x"] == [agent.user_id for agent in driven.value]
    every = drive(agents_named(make_session(), "张"), directory(many))
    assert (250, 3) == (len(every.value), len(every.sends))


def test_no_more_pages_than_there_can_be(make_session: MakeSession) -> None:
    """An upstream whose pages never end is not asked for ever."""
    full = listed([{"UserId": f"{number}@x", "DisplayName": "张三"} for number in range(100)], 100)
    assert 100 == len(drive(agents_named(make_session(), "张三"), lambda _: full).sends)


def test_what_makes_a_row_the_same() -> None:
    """A call is its contact id, an agent its user id, a skill group its id."""
    assert ("job-1", "a@x", "sg@x") == (
        CallRecordSearch(CallRecordQuery(), ZONE).identity(CallRecord("job-1")),
        AgentSearch().identity(Agent("a@x")),
        SkillGroupSearch().identity(SkillGroup("sg@x")),
    )


def test_a_search_for_agents(make_session: MakeSession) -> None:
    """One listing, by part of a name and by skill group; an empty name means all."""
    told = drive(AgentSearch("张", "sg@x").plan(make_session()), []).value
    assert {"name_pattern": "张", "skill_group_id": "sg@x"} == told.walked[0].arguments
    assert told.walked == told.counted
    assert {"name_pattern": None, "skill_group_id": None} == (
        drive(AgentSearch().plan(make_session()), []).value.walked[0].arguments
    )


def test_a_search_for_skill_groups(make_session: MakeSession) -> None:
    """Unasked, the upstream lists voice groups only: so each kind is asked for, or the one that is meant."""
    told = drive(SkillGroupSearch("x").plan(make_session()), []).value
    assert list(MediaType) == [part.arguments["media_type"] for part in told.walked]
    told = drive(SkillGroupSearch(media_type=MediaType.CHAT).plan(make_session()), []).value
    assert [{"name_pattern": None, "media_type": MediaType.CHAT}] == [part.arguments for part in told.walked]


@pytest.mark.parametrize("make", [lambda: AgentSearch(5), lambda: AgentSearch("", 5), lambda: SkillGroupSearch(None)])  # type: ignore[arg-type]
def test_a_pattern_is_text(make: Any) -> None:
    """What is no text is refused when the search is made."""
    with pytest.raises(InvalidQueryError, match=r"(name_pattern|skill_group_id) must be text, not "):
        make()


@pytest.mark.parametrize(
    ("page", "size", "message"),
    [
        (0, 10, "page must be a whole number, 1 or more, not 0."),
        (True, 10, "page must be "),
        (1.0, 10, "page must be "),
        (1, 0, "size must be a whole number, 1 to 100, not 0."),
        (1, 101, "size must be a whole number, 1 to 100, not 101."),
        (1, "10", "size must be "),
    ],
)
def test_pages_that_cannot_be_asked_for(page: Any, size: Any, message: str) -> None:
    """Page and size are checked before anything is sent."""
    with pytest.raises(InvalidQueryError, match=message):
        checked_page(page, size)
    checked_page(10**6, 100)

"""From what is searched for to listings that the upstream can answer."""

from datetime import datetime, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hillstone_ccc._core.agents import Agent, SkillGroup
from hillstone_ccc._core.edges import Edges
from hillstone_ccc._core.errors import InvalidQueryError
from hillstone_ccc._core.message import Request, Response
from hillstone_ccc._core.pages import checked_page
from hillstone_ccc._core.query import CallRecordQuery
from hillstone_ccc._core.records import CallRecord
from hillstone_ccc._core.search import AgentSearch, CallRecordSearch, SkillGroupSearch
from hillstone_ccc._core.vocabulary import MediaType

from .driving import Driven, MakeSession, drive, listed

ZONE = ZoneInfo("Asia/Shanghai")
START, END = 1_767_283_200_000, 1_767_286_800_000


def plan(make_session: MakeSession, agents: list[dict[str, Any]] | None = None, **criteria: Any) -> Driven:
    """The plan of a search for calls of one hour, with these agents in the call center."""
    query = CallRecordQuery(**{"start": START, "end": END} | criteria)
    return drive(CallRecordSearch(query, ZONE).plan(make_session()), directory(agents or []))


def directory(agents: list[dict[str, Any]]) -> Any:
    """An upstream that lists these agents, and one skill group of each kind."""

    def answer(request: Request) -> Response:
        asked = dict(request.query)
        if request.action == "ListSkillGroups":
            kind = asked["MediaType"]
            return listed([{"SkillGroupId": f"{kind}@x", "DisplayName": kind}], 1)
        found = [one for one in agents if asked.get("SearchPattern", "") in f"{one['UserId']} {one.get('DisplayName')}"]
        return listed(found, len(found))

    return answer


ZHANG = {"UserId": "zhang@x", "DisplayName": "张三"}
ZHANG_TOO = {"UserId": "zhang2@x", "DisplayName": "张三"}
ZHANGFENG = {"UserId": "feng@x", "DisplayName": "张三丰"}


@pytest.mark.parametrize(
    ("edges", "sent"),
    [
        (Edges(), (START - 1, END)),
        (Edges(start=True, end=True), (START, END - 1)),
        (Edges(start=False, end=True), (START - 1, END - 1)),
        (Edges(start=True, end=False), (START, END)),
        (Edges(start=False, end=False), (START - 1, END)),
    ],
)
@pytest.mark.parametrize("order", ["asc", "desc"])
def test_both_bounds_are_always_sent(
    make_session: MakeSession, order: str, edges: Edges, sent: tuple[int, int]
) -> None:
    """As the upstream means them where that is known; else a millisecond more on either side."""
    driven = plan(make_session, order=order)
    (part,) = driven.value.parts
    arguments = part.between(part.timeline.places, edges)
    assert (*sent, order.upper()) == (arguments["start"], arguments["end"], arguments["order"])
    assert [] == driven.sends
    assert driven.value.paged


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_rows_stand_in_time(make_session: MakeSession, order: str) -> None:
    """A place grows along the listing, and is found in the range if the row's time is."""
    timeline = plan(make_session, order=order).value.parts[0].timeline
    first, stop = timeline.places
    times = (START - 1, START, END - 1, END)
    calls = [CallRecord("x", start_time=datetime.fromtimestamp(time / 1000, timezone.utc)) for time in times]
    assert [False, True, True, False] == [first <= place < stop for place in timeline.of(calls)]
    assert [None] == timeline.of([CallRecord("x")])
    assert (START, END) == timeline.times(first, stop)
    assert {START, END - 1} == {timeline.time(first), timeline.time(stop - 1)}


def test_the_beginning_of_time(make_session: MakeSession) -> None:
    """The millisecond before the start is not asked for where there is none."""
    (part,) = plan(make_session, start=0).value.parts
    assert 0 == part.between(part.timeline.places, Edges())["start"]


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
    assert agent_id == plan(make_session, agents, **criteria).value.parts[0].arguments["agent_id"]


@pytest.mark.parametrize("criteria", [{"agent_names": ["张三"]}, {"agent_ids": ["zhang@x", "zhang2@x", "zhang@x"]}])
def test_one_listing_an_agent(make_session: MakeSession, criteria: dict[str, Any]) -> None:
    """The upstream filters by one agent: several are several listings, merged, whose totals do not add up."""
    told = plan(make_session, [ZHANG, ZHANG_TOO], **criteria).value
    assert ["zhang@x", "zhang2@x"] == [part.arguments["agent_id"] for part in told.parts]
    assert (True, False, False) == (told.merged, told.countable, told.paged)


@pytest.mark.parametrize(
    ("criteria", "ids"),
    [
        ({"skill_group_names": ["AUDIO", "CHAT"]}, ("AUDIO@x", "CHAT@x")),
        ({"skill_group_ids": ["a@x", "CHAT@x"], "skill_group_names": ["CHAT"]}, ("CHAT@x",)),
        ({"skill_group_ids": ["a@x"]}, ("a@x",)),
    ],
)
def test_skill_groups_that_are_meant(make_session: MakeSession, criteria: dict[str, Any], ids: tuple[str, ...]) -> None:
    """By id, by name, or both."""
    assert ids == plan(make_session, **criteria).value.parts[0].arguments["skill_group_ids"]


def test_unknown_digits_are_filtered_here(make_session: MakeSession) -> None:
    """What is narrowed by part of a number is read and filtered, so that its total is no count."""
    told = plan(make_session, calling_number="1380000****").value
    assert ("ListCallDetailRecords", "1380000") == (
        told.parts[0].operation.action,
        told.parts[0].arguments["number_part"],
    )
    assert not told.countable


def test_a_filter_that_matches_nobody_matches_nothing(make_session: MakeSession) -> None:
    """Ids and names that do not belong together, and an empty range, are no listings at all."""
    assert () == plan(make_session, [ZHANG], agent_names=["张三"], agent_ids=["other@x"]).value.parts
    assert () == plan(make_session, skill_group_names=["CHAT"], skill_group_ids=["other@x"]).value.parts
    assert () == plan(make_session, end=START).value.parts


def test_what_makes_a_row_the_same(make_session: MakeSession) -> None:
    """A call is its contact id, an agent its user id, a skill group its id."""
    calls = plan(make_session).value.parts[0]
    agents = drive(AgentSearch().plan(make_session()), []).value.parts[0]
    groups = drive(SkillGroupSearch().plan(make_session()), []).value.parts[0]
    assert (["job-1", "job-2"], ["a@x", "b@x"], ["sg@x"]) == (
        calls.identities([CallRecord("job-1"), CallRecord("job-2")]),
        agents.identities([Agent("a@x"), Agent("b@x")]),
        groups.identities([SkillGroup("sg@x")]),
    )


def test_a_search_for_agents(make_session: MakeSession) -> None:
    """One listing, by part of a name and by skill group; an empty name means all."""
    told = drive(AgentSearch("张", "sg@x").plan(make_session()), []).value
    assert {"name_pattern": "张", "skill_group_id": "sg@x"} == told.parts[0].arguments
    assert told.paged
    assert {"name_pattern": None, "skill_group_id": None} == (
        drive(AgentSearch().plan(make_session()), []).value.parts[0].arguments
    )


def test_a_search_for_skill_groups(make_session: MakeSession) -> None:
    """Unasked, the upstream lists voice groups only: so each kind is asked for, or the one that is meant."""
    told = drive(SkillGroupSearch("x").plan(make_session()), []).value
    assert list(MediaType) == [part.arguments["media_type"] for part in told.parts]
    told = drive(SkillGroupSearch(media_type=MediaType.CHAT).plan(make_session()), []).value
    assert [{"name_pattern": None, "media_type": MediaType.CHAT}] == [part.arguments for part in told.parts]


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

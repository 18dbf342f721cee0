"""Who is meant by a name, and how many requests it takes to know."""

from collections.abc import Callable
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc._core.errors import AgentNotFoundError, ResultWindowError, SkillGroupNotFoundError
from hillstone_ccc._core.memory import Answers
from hillstone_ccc._core.message import Request, Response
from hillstone_ccc._core.names import REMEMBERED, agents_named, skill_groups_named
from hillstone_ccc._core.page import Limits

from .driving import Clock, Driven, MakeSession, drive, listed, refused

Row = dict[str, Any]

ZHANG = {"UserId": "zhang@x", "LoginName": "zhang", "DisplayName": "张三", "Mobile": "13800000001"}
ZHANG_TOO = {"UserId": "zhang2@x", "LoginName": "zhang2", "DisplayName": "张三"}
ZHANGFENG = {"UserId": "feng@x", "LoginName": "feng", "DisplayName": "张三丰"}
NIGHT = {"UserId": "night@x", "LoginName": "night", "DisplayName": "王伟,夜班"}
NAMELESS = {"UserId": "none@x", "LoginName": "张三"}
STAFF = [ZHANG, ZHANG_TOO, ZHANGFENG, NIGHT, NAMELESS]

SUPPORT = {"SkillGroupId": "tech@x", "SkillGroupName": "tech", "DisplayName": "技术支持", "MediaType": "AUDIO"}
NIGHTLY = {"SkillGroupId": "night@x", "SkillGroupName": "night", "DisplayName": "技术支持夜班", "MediaType": "AUDIO"}
CHAT = {"SkillGroupId": "chat@x", "SkillGroupName": "chat", "DisplayName": "技术支持", "MediaType": "CHAT"}
VIDEO = {"SkillGroupId": "video@x", "SkillGroupName": "tech", "DisplayName": "视频服务", "MediaType": "VIDEO"}
GROUPS = [SUPPORT, NIGHTLY, CHAT, VIDEO]


def directory(rows: list[Row]) -> Callable[[Request], Response]:
    """An upstream that lists these, page by page: those that the pattern is part of, and of the kind asked for."""

    def answer(request: Request) -> Response:
        asked = dict(request.query)
        pattern, kind = asked.get("SearchPattern", ""), asked.get("MediaType")
        names = ("LoginName", "SkillGroupName", "DisplayName")
        found = [
            row
            for row in rows
            if any(pattern in row.get(name, "") for name in names) and kind == row.get("MediaType", kind)
        ]
        page, size = int(asked["PageNumber"]), int(asked["PageSize"])
        return listed(found[(page - 1) * size : page * size], len(found))

    return answer


@pytest.fixture
def agents(make_session: MakeSession) -> Callable[..., Driven]:
    """Looks up agents by name: ``agents("张三", STAFF)``."""
    return lambda name, rows, **shared: drive(agents_named(make_session(), name), directory(rows), **shared)


@pytest.fixture
def groups(make_session: MakeSession) -> Callable[..., Driven]:
    """Looks up skill groups by name: ``groups("技术支持", GROUPS)``."""
    return lambda name, rows, **shared: drive(skill_groups_named(make_session(), name), directory(rows), **shared)


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("张三", ["zhang@x", "zhang2@x"]),
        (" 张三 ", ["zhang@x", "zhang2@x"]),
        ("张三丰", ["feng@x"]),
        ("三丰", ["feng@x"]),
        ("张", ["zhang@x", "zhang2@x", "feng@x"]),
        ("王伟,夜班", ["night@x"]),
        ("夜班", ["night@x"]),
    ],
)
def test_agents_that_a_name_means(agents: Callable[..., Driven], name: str, ids: list[str]) -> None:
    """All who bear it; only where nobody does, those whose name contains it. A login is no name."""
    driven = agents(name, STAFF)
    assert ids == [agent.user_id for agent in driven.value]
    assert isinstance(driven.value, tuple)
    assert 1 == len(driven.sends)


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("技术支持", ["tech@x", "chat@x"]),
        (" 技术支持", ["tech@x", "chat@x"]),
        ("tech", ["tech@x", "video@x"]),
        ("夜班", ["night@x"]),
        ("ech", ["tech@x", "video@x"]),
        ("技术", ["tech@x", "night@x", "chat@x"]),
    ],
)
def test_skill_groups_that_a_name_means(groups: Callable[..., Driven], name: str, ids: list[str]) -> None:
    """Of every kind, by name or display name; one request a kind."""
    driven = groups(name, GROUPS)
    assert set(ids) == {group.skill_group_id for group in driven.value}
    assert {"AUDIO", "CHAT", "VIDEO"} == {dict(request.query)["MediaType"] for request in driven.requests}
    assert 3 == len(driven.sends)


def test_what_is_remembered_of_an_agent_is_little(agents: Callable[..., Driven]) -> None:
    """Id and display name; an agent's own telephone number is nobody's business here."""
    (agent,) = agents("张三丰", [ZHANGFENG | {"Mobile": "13800000002", "Unheard": 1}]).value
    assert ("feng@x", "张三丰", None, {}) == (agent.user_id, agent.display_name, agent.mobile, agent.extra)


def test_a_name_is_looked_up_once_in_five_minutes(agents: Callable[..., Driven]) -> None:
    """Cold one request, warm none; each name for itself; after five minutes it is asked for anew."""
    shared: Any = {"clock": Clock(), "memory": Answers()}

    def requests(name: str) -> int:
        return len(agents(name, STAFF, **shared).sends)

    assert [1, 0, 0, 1, 0] == [requests(name) for name in ("张三", "张三", " 张三 ", "张三丰", "张三丰")]
    shared["clock"].tick(REMEMBERED)
    assert [1, 0] == [requests("张三"), requests("张三")]


def test_skill_groups_are_listed_once_for_all_names(groups: Callable[..., Driven]) -> None:
    """There are few of them: three requests know every name for five minutes."""
    shared: Any = {"clock": Clock(), "memory": Answers()}
    asked = [len(groups(name, GROUPS, **shared).sends) for name in ("技术支持", "技术支持", "夜班", "视频服务")]
    assert [3, 0, 0, 0] == asked
    shared["clock"].tick(REMEMBERED)
    assert 3 == len(groups("夜班", GROUPS, **shared).sends)


def test_nobody_of_that_name(agents: Callable[..., Driven]) -> None:
    """The error names the name and those near to it, nearest first; an agent without a name is near to none."""
    driven = agents("张三峰", STAFF)
    assert isinstance(driven.error, AgentNotFoundError)
    assert ("张三峰", {"张三", "张三丰"}) == (driven.error.name, set(driven.error.suggestions))
    assert "No agent is named '张三峰'. Near names: " in str(driven.error)
    far = agents("zzz", [NAMELESS])
    assert isinstance(far.error, AgentNotFoundError)
    assert "No agent is named 'zzz'. No name comes near it." == str(far.error)


def test_no_skill_group_of_that_name(groups: Callable[..., Driven]) -> None:
    """The same, with an error of its own."""
    error = groups("技术支待", GROUPS).error
    assert isinstance(error, SkillGroupNotFoundError)
    assert ("技术支待", "技术支持") == (error.name, error.suggestions[0])
    assert "No skill group is named '技术支待'. Near names: 技术支持" in str(error)


def test_a_login_is_no_name(agents: Callable[..., Driven]) -> None:
    """The upstream's pattern matches logins too, which the person searching never sees."""
    assert isinstance(agents("night", STAFF).error, AgentNotFoundError)


@pytest.mark.parametrize("kind", ["agents", "groups"])
def test_that_there_is_nobody_is_not_remembered(request: pytest.FixtureRequest, kind: str) -> None:
    """Whoever is given the name a moment later is found."""
    look: Callable[..., Driven] = request.getfixturevalue(kind)
    shared: Any = {"clock": Clock(), "memory": Answers()}
    before, new = ([ZHANG], ZHANGFENG) if kind == "agents" else ([SUPPORT], CHAT | {"DisplayName": "张三丰"})
    assert look("张三丰", before, **shared).error is not None
    assert 1 == len(look("张三丰", [*before, new], **shared).value)


def test_a_look_up_that_fails_is_tried_anew(make_session: MakeSession) -> None:
    """A refusal is raised, and not remembered."""
    memory = Answers()
    session = make_session(attempts=1)
    assert drive(agents_named(session, "张三"), [refused("Throttling.User")], None, memory).error is not None
    assert 2 == len(drive(agents_named(session, "张三"), directory(STAFF), None, memory).value)


def test_names_are_looked_for_on_every_page(agents: Callable[..., Driven]) -> None:
    """Not on the first one only; and an agent that two pages show is one agent."""
    many = [{"UserId": f"{number}@x", "DisplayName": f"张三{number}"} for number in range(250)]
    every = agents("张", [*many, many[0]])
    assert (250, 3) == (len(every.value), len(every.sends))
    assert ["249@x"] == [agent.user_id for agent in agents("张三249", many).value]


def test_more_than_can_be_listed(make_session: MakeSession) -> None:
    """Agents beyond the upstream's last page are not left out silently, and pages are not asked for ever."""
    full = listed([{"UserId": f"{number}@x", "DisplayName": "张三"} for number in range(100)], 100)
    driven = drive(agents_named(make_session(), "张三"), lambda _: full)
    assert (ResultWindowError, 100) == (type(driven.error), len(driven.sends))
    assert "ListUsers: There are more agents than the upstream lists (100 pages of 100)." in str(driven.error)


def test_an_upstream_with_smaller_pages(make_session: MakeSession) -> None:
    """It is not asked for more than it gives."""
    session = attrs.evolve(make_session(), limits=Limits(pages=3, rows=2))
    driven = drive(agents_named(session, "张"), directory(STAFF))
    assert [("1", "2"), ("2", "2"), ("3", "2")] == [
        (dict(request.query)["PageNumber"], dict(request.query)["PageSize"]) for request in driven.requests
    ]
    assert 3 == len(driven.value)


NAMES = st.text("张三丰ab", max_size=3)


@given(st.lists(NAMES, max_size=8), NAMES.filter(bool))
def test_what_a_name_means_is_what_its_rule_says(make_session: MakeSession, names: list[str], name: str) -> None:
    """Whoever there is: the bearers, or else those whose name contains it, or else an error."""
    rows = [{"UserId": str(place), "LoginName": name, "DisplayName": one} for place, one in enumerate(names)]
    bearing = [str(place) for place, one in enumerate(names) if one == name]
    containing = [str(place) for place, one in enumerate(names) if name in one]
    driven = drive(agents_named(make_session(), name), directory(rows))
    if containing:
        assert (bearing or containing) == [agent.user_id for agent in driven.value]
    else:
        assert isinstance(driven.error, AgentNotFoundError)
        assert set(driven.error.suggestions) <= set(names)

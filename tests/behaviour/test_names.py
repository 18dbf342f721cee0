"""Searching by people's names: who is meant, and how many requests it takes to know."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from hillstone_ccc import AgentNotFoundError, AsyncClient, CCCError, Client, RetryPolicy, SkillGroupNotFoundError
from hillstone_ccc._core.names import REMEMBERED
from hillstone_ccc.sandbox import AgentData, Call, CallCentre, Fault, Faults, Sandbox
from hillstone_ccc.sandbox.inprocess import transport
from hillstone_ccc.testing.clock import SimulatedClock

each_driver = pytest.mark.parametrize("driver", ["sync", "async"])
Open = Callable[..., Any]

NOW = 1_767_345_845
HOUR_AGO = (NOW - 3600) * 1000
RECORD_ACTIONS = ("ListCallDetailRecords", "ListCallDetailRecordsV2", "ListRecentCallDetailRecords")
STAFF = [
    ("zhang", "张三"),
    ("zhang2", "张三"),
    ("feng", "张三丰"),
    ("night", "王伟,夜班"),
]


def agent_id(login: str) -> str:
    """The id of an agent of that login."""
    return f"{login}@ccc-demo"


def handled(contact_id: str, second: int, *logins: str) -> Call:
    """A call of an hour ago that these agents handled, one after the other."""
    names = dict(STAFF)
    return Call(
        contact_id=contact_id,
        start_time=HOUR_AGO + second * 1000,
        agents=tuple(agent_id(login) for login in logins),
        agent_names=tuple(names[login] for login in logins),
    )


CALLS = [
    handled("job-1", 1, "zhang"),
    handled("job-2", 2, "zhang2"),
    handled("job-3", 3, "zhang", "zhang2"),
    handled("job-4", 4, "feng"),
    handled("job-5", 5, "night"),
    handled("job-6", 6, "feng", "zhang"),
]


@pytest.fixture
def clock() -> SimulatedClock:
    """A clock whose waits take no time."""
    return SimulatedClock(NOW)


@pytest.fixture
def box(clock: SimulatedClock) -> Sandbox:
    """Four agents, two of one name, six calls, and the skill groups of every sandbox."""
    staff = [
        AgentData(user_id=agent_id(login), login_name=login, display_name=name, display_id=str(number))
        for number, (login, name) in enumerate(STAFF)
    ]
    centre = CallCentre.of(CALLS, agents=staff, now_ms=NOW * 1000)
    return Sandbox(centre=centre, clock=clock.wall)


def found(ccc: Any, *names: str, **criteria: Any) -> list[str]:
    """The calls of the last two hours of agents of these names."""
    search = ccc.call_records.search(start=HOUR_AGO - 3_600_000, agent_names=names, **criteria)
    return [call.contact_id for call in search]


def record_queries(box: Sandbox) -> int:
    """How often records were asked for."""
    return sum(box.count(action) for action in RECORD_ACTIONS)


@each_driver
def test_a_name_is_looked_up_once_in_five_minutes(
    driver: str, box: Sandbox, clock: SimulatedClock, in_process: Open
) -> None:
    """The first search asks once who is meant, those of the next minutes do not, each name for itself."""
    ccc = in_process(driver, box, clock)
    asked: list[int] = []
    for name in ("张三丰", "张三丰", "夜班", "张三丰"):
        assert {"张三丰": ["job-6", "job-4"], "夜班": ["job-5"]}[name] == found(ccc, name)
        asked.append(box.count("ListUsers"))
    assert [1, 1, 2, 2] == asked
    clock.advance(REMEMBERED)
    assert ["job-6", "job-4"] == found(ccc, "张三丰")
    assert 3 == box.count("ListUsers")


@each_driver
def test_a_client_remembers_for_itself(driver: str, box: Sandbox, clock: SimulatedClock, in_process: Open) -> None:
    """Another client has other keys, and may be shown other people."""
    for _ in range(2):
        found(in_process(driver, box, clock), "张三丰")
    assert 2 == box.count("ListUsers")


@each_driver
def test_a_name_that_two_share_means_both(driver: str, box: Sandbox, clock: SimulatedClock, in_process: Open) -> None:
    """Their calls come as one list, a call that both handled once, and it takes one request to know them."""
    ccc = in_process(driver, box, clock)
    assert ["job-6", "job-3", "job-2", "job-1"] == found(ccc, "张三")
    assert ["job-6", "job-4", "job-3", "job-2", "job-1"] == found(ccc, "张三", "张三丰")
    assert 2 == box.count("ListUsers")


@each_driver
def test_a_name_and_an_id_mean_both_of_one_agent(
    driver: str, box: Sandbox, clock: SimulatedClock, in_process: Open
) -> None:
    """Of two who share a name, the id tells which; an id of somebody else leaves nobody."""
    ccc = in_process(driver, box, clock)
    assert ["job-3", "job-2"] == found(ccc, "张三", agent_ids=[agent_id("zhang2")])
    assert [] == found(ccc, "张三", agent_ids=[agent_id("night")])
    assert 1 == box.count("ListUsers")


@each_driver
def test_an_unknown_name_asks_for_no_records(
    driver: str, box: Sandbox, clock: SimulatedClock, in_process: Open
) -> None:
    """It is an error that tells near names, whichever way the results are used; and never everybody's calls."""
    ccc = in_process(driver, box, clock)
    search = ccc.call_records.search(start=HOUR_AGO, agent_names=["张三峰"])
    for use in (search.to_list, search.count, search.first, lambda: search.page(2)):
        with pytest.raises(AgentNotFoundError, match="Near names: ") as raised:
            use()
        assert ("张三峰", {"张三", "张三丰"}) == (raised.value.name, set(raised.value.suggestions))
    assert 0 == record_queries(box)


@each_driver
def test_one_unknown_name_among_known_ones(driver: str, box: Sandbox, clock: SimulatedClock, in_process: Open) -> None:
    """It is not left out silently."""
    with pytest.raises(AgentNotFoundError, match="'没有这个人'"):
        found(in_process(driver, box, clock), "张三丰", "没有这个人")
    assert 0 == record_queries(box)


@each_driver
def test_a_look_up_that_fails_is_not_remembered(
    driver: str, box: Sandbox, clock: SimulatedClock, in_process: Open
) -> None:
    """The next search tries anew."""
    ccc = in_process(driver, box, clock, retry=RetryPolicy(attempts=1))
    box.faults = Faults(every=1, kinds=(Fault.SERVER_ERROR,))
    with pytest.raises(CCCError):
        found(ccc, "张三丰")
    box.faults = Faults()
    assert ["job-6", "job-4"] == found(ccc, "张三丰")


@each_driver
def test_skill_groups_by_name(driver: str, clock: SimulatedClock, in_process: Open) -> None:
    """Groups of every kind are known by three requests, whatever names are asked for, and for five minutes."""
    box = Sandbox(records=1_000, clock=clock.wall)
    ccc = in_process(driver, box, clock)
    every = ccc.call_records.search(start=0).to_list()

    def named(*names: str) -> list[str]:
        return [call.contact_id for call in ccc.call_records.search(start=0, skill_group_names=names)]

    def of_groups(*logins: str) -> list[str]:
        ids = {f"{login}@ccc-demo" for login in logins}
        return [call.contact_id for call in every if ids & set(call.skill_group_ids)]

    assert of_groups("tech-support") == named("技术支持")
    assert of_groups("vip", "billing") == named("贵宾", "账单查询")
    assert of_groups("presales") == named("presales")
    assert 3 == box.count("ListSkillGroups")
    clock.advance(REMEMBERED)
    named("技术支持")
    assert 6 == box.count("ListSkillGroups")


@each_driver
def test_an_unknown_skill_group_asks_for_no_records(
    driver: str, box: Sandbox, clock: SimulatedClock, in_process: Open
) -> None:
    """It is an error that tells near names; and never everybody's calls."""
    with pytest.raises(SkillGroupNotFoundError, match="Near names: 技术支持") as raised:
        in_process(driver, box, clock).call_records.search(start=HOUR_AGO, skill_group_names=["技术支待"]).count()
    assert "技术支待" == raised.value.name
    assert 0 == record_queries(box)


def settings(box: Sandbox, clock: SimulatedClock) -> dict[str, Any]:
    """What a client of a sandbox without a port needs to be told."""
    key = {"access_key_id": box.access_key_id, "access_key_secret": box.access_key_secret}
    return {"instance_id": box.instance_id, "endpoint": box.endpoint, "clock": clock, **key}


def test_threads_that_search_at_once_ask_once_who_is_meant(box: Sandbox, clock: SimulatedClock) -> None:
    """Eight threads share one client and one look-up."""
    start = threading.Barrier(8)
    with Client(**settings(box, clock), http_client=httpx.Client(transport=transport(box))) as ccc:

        def search(_: int) -> list[str]:
            start.wait(10)
            return found(ccc, "张三丰")

        with ThreadPoolExecutor(8) as pool:
            assert [["job-6", "job-4"]] * 8 == list(pool.map(search, range(8)))
    assert 1 == box.count("ListUsers")


async def test_tasks_that_search_at_once_ask_once_who_is_meant(box: Sandbox, clock: SimulatedClock) -> None:
    """Eight tasks share one client and one look-up, also if the one that began it is cancelled."""
    web = httpx.AsyncClient(transport=transport(box))
    async with AsyncClient(**settings(box, clock), http_client=web) as ccc:

        async def search() -> list[str]:
            results = ccc.call_records.search(start=HOUR_AGO - 3_600_000, agent_names=["张三丰"])
            return [call.contact_id async for call in results]

        assert [["job-6", "job-4"]] * 8 == list(await asyncio.gather(*(search() for _ in range(8))))
        assert 1 == box.count("ListUsers")
        clock.advance(REMEMBERED)
        first, *others = [asyncio.ensure_future(search()) for _ in range(8)]
        await asyncio.sleep(0)
        first.cancel()
        assert [["job-6", "job-4"]] * 7 == list(await asyncio.wait_for(asyncio.gather(*others), 10))
        assert first.cancelled()
    assert box.count("ListUsers") in {2, 3}  # whether the cancelled one's request had gone out is not ours to say

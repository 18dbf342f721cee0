"""How many requests each question costs: no more than it takes to be exact, and no fewer."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import aclosing
from typing import Any

import attrs
import pytest

from hillstone_ccc import AgentNotFoundError
from hillstone_ccc.sandbox import Call, Sandbox
from hillstone_ccc.testing.clock import SimulatedClock

NOW = 1_767_323_045
SECOND = 1_000
CALLS = "ListCallDetailRecordsV2"
AGENTS = "ListUsers"

Question = Callable[[Any], object]
Open = Callable[..., Any]

each_driver = pytest.mark.parametrize("driver", ["sync", "async"])
each_concurrency = pytest.mark.parametrize("concurrency", [1, 8])


def calls(number: int, **of_each: Any) -> list[Call]:
    """So many calls, a second apart, ending now."""
    return [
        Call(contact_id=f"job-{place:018}", start_time=(NOW - place) * SECOND, **of_each)
        for place in range(1, number + 1)
    ]


def a_box(given: list[Call]) -> Sandbox:
    """A sandbox of these calls, whose clock stands still."""
    return Sandbox(calls=given, clock=lambda: NOW, gzip=False)


@pytest.fixture
def asked(in_process: Open) -> Callable[..., Any]:
    """Opens a client of a sandbox whose log is empty."""

    def open_client(driver: str, box: Sandbox, **settings: Any) -> Any:
        box.reset()
        return in_process(driver, box, SimulatedClock(wall=NOW), **settings)

    return open_client


def all_of(ccc: Any, **criteria: Any) -> Any:
    """A search for the calls of the last day."""
    return ccc.call_records.search(start=(NOW - 86_400) * SECOND, end=NOW * SECOND, **criteria)


def actions(box: Sandbox) -> dict[str, int]:
    """How often each action was asked."""
    return dict(Counter(answered.action for answered in box.requests))


@pytest.fixture(scope="module")
def many() -> Sandbox:
    """1,500 calls: fifteen full pages."""
    return a_box(calls(1_500))


QUESTIONS: dict[str, tuple[Question, int]] = {
    "first": (lambda found: found.first(), 1),
    "first, twice": (lambda found: (found.first(), found.first()), 2),
    "limit of none": (lambda found: found.limit(0).to_list(), 0),
    "limit within a page": (lambda found: found.limit(10).to_list(), 1),
    "limit within three pages": (lambda found: found.limit(250).to_list(), 3 + 1),
    "count": (lambda found: found.count(), 1),
    "count, twice": (lambda found: (found.count(), found.count()), 1),
    "page 1": (lambda found: found.page(1), 1),
    "page 3 alone": (lambda found: found.page(3), 2),
    "page 3 after page 1": (lambda found: (found.page(1), found.page(3)), 1 + 1),
    "page 3 after the count": (lambda found: (found.count(), found.page(3)), 1 + 1),
    "count after page 1": (lambda found: (found.page(1), found.count()), 1),
    "count after page 3": (lambda found: (found.page(3), found.count()), 2),
    "pages of other sizes": (lambda found: (found.page(2, size=10), found.page(3, size=50)), 2 + 1),
    "page behind the last": (lambda found: found.page(99), 2),
    "everything": (lambda found: found.to_list(), 15 + 1),
    "everything, in pages": (lambda found: list(found.pages()), 1 + 15 + 1),  # each page has the total
    "everything, in pages, after the count": (lambda found: (found.count(), list(found.pages())), 1 + 15 + 1),
    "everything, then how many": (lambda found: (found.to_list(), found.count()), 15 + 1),
}


@each_driver
@each_concurrency
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_costs_so_many_requests(
    driver: str, concurrency: int, question: str, many: Sandbox, asked: Open
) -> None:
    """What is known already is not asked again, and a limit asks for no more rows than it is worth."""
    ask, requests = QUESTIONS[question]
    ask(all_of(asked(driver, many, concurrency=concurrency)))
    assert ({CALLS: requests} if requests else {}) == actions(many)


@each_driver
def test_each_result_remembers_for_itself(driver: str, many: Sandbox, asked: Open) -> None:
    """Another search counts again: calls may have arrived."""
    ccc = asked(driver, many)
    assert (1_500, 1_500) == (all_of(ccc).count(), all_of(ccc).count())
    assert {CALLS: 2} == actions(many)


@each_driver
@each_concurrency
@pytest.mark.parametrize(
    ("rows", "requests"),
    [
        (0, 1),
        (1, 1),
        (99, 1),
        (100, 1),
        (101, 2),
        (199, 2),
        (200, 2 + 1),
        (1_550, 16),
        (2_000, 20 + 1),
        (3_050, 31),
        (3_250, 33 + 1),
        (4_150, 42 + 1),
    ],
)
def test_a_walk_costs_its_pages_and_a_count_every_twenty(
    driver: str, concurrency: int, rows: int, requests: int, asked: Open
) -> None:
    """A short last page proves the walk whole; a full one takes a count more, as do twenty pages with many behind."""
    box = a_box(calls(rows))
    ccc = asked(driver, box, concurrency=concurrency)
    assert rows == len(all_of(ccc).to_list())
    assert {CALLS: requests} == actions(box)


@each_driver
def test_what_can_be_listed_whole_is_not_cut(driver: str, asked: Open) -> None:
    """Just under ten thousand rows are a hundred pages, and four counts on the way."""
    box = a_box(calls(9_999))
    assert 9_999 == len(all_of(asked(driver, box, concurrency=1)).to_list())
    assert {CALLS: 100 + 4} == actions(box)
    box.reset()
    assert 9_999 == len(all_of(asked(driver, box)).to_list())  # what is read ahead is counted with the rest
    assert 100 < box.count(CALLS) <= 100 + 4


@each_driver
def test_a_total_of_just_what_can_be_listed_is_not_trusted(driver: str, asked: Open) -> None:
    """It may be one that goes no further: the range is cut, which costs little."""
    box = a_box(calls(10_000))
    assert 10_000 == len(all_of(asked(driver, box, concurrency=1)).to_list())
    assert 100 < box.count(CALLS) <= 1.15 * 100


@each_driver
def test_the_bounds_are_looked_into_once_a_client(driver: str, asked: Open) -> None:
    """The first walk that must be cut asks for two rows more than the next, and both stay near the fewest pages."""
    box = a_box(calls(10_001))
    ccc = asked(driver, box, concurrency=1)  # else what is found out first decides how the rest is read
    costs: list[int] = []
    for _ in range(2):
        box.reset()
        assert 10_001 == len(all_of(ccc).to_list())
        costs.append(box.count(CALLS))
    assert [costs[1] + 2, costs[1]] == costs
    assert 101 <= costs[1] <= 1.15 * 101


# --- leaving a loop -----------------------------------------------------------------------------------------

TURNS = 20
"""Turns of the loop for whatever is fetched ahead to get on its way."""


def leave_after_one(found: Any) -> None:
    """Begins a loop over results and leaves it at the first row."""
    loop: asyncio.AbstractEventLoop | None = getattr(found, "_loop", None)
    if loop is not None:
        loop.run_until_complete(_leave_after_one(found._thing))
        return
    for _ in found:
        break


async def _leave_after_one(found: Any) -> None:
    async with aclosing(aiter(found)) as rows:
        async for _ in rows:
            for _ in range(TURNS):
                await asyncio.sleep(0)
            break


@each_driver
@each_concurrency
def test_a_loop_left_at_once_fetches_no_more_than_was_on_its_way(
    driver: str, concurrency: int, many: Sandbox, asked: Open
) -> None:
    """One page if nothing is fetched ahead, else at most so many more as may be on the wire, or being decoded."""
    ccc = asked(driver, many, concurrency=concurrency)
    leave_after_one(all_of(ccc))
    ccc.close() if driver == "sync" else ccc.aclose()
    ahead = {"sync": concurrency, "async": 2 * concurrency}[driver]
    assert 1 <= many.count(CALLS) <= (1 if concurrency == 1 else 1 + ahead)


# --- agents by name -----------------------------------------------------------------------------------------


NAMES = {"zhangsan": "张三", "lina": "李娜", "lina2": "李娜"}


def staffed(numbers: dict[str, int]) -> Sandbox:
    """So many calls of each of these agents, or of several (``"lina lina2"``), or of nobody (``""``)."""
    teams = [team.split() for team, number in numbers.items() for _ in range(number)]
    return a_box(
        [
            attrs.evolve(
                call,
                agents=tuple(f"{login}@ccc-demo" for login in team),
                agent_names=tuple(NAMES[login] for login in team),
            )
            for call, team in zip(calls(len(teams)), teams, strict=True)
        ]
    )


@pytest.fixture(scope="module")
def few() -> Sandbox:
    """Fewer calls of each agent than a page holds."""
    return staffed({"zhangsan": 30, "lina": 40, "lina2": 30, "lina lina2": 5, "": 20})


@each_driver
def test_a_name_is_looked_up_once(driver: str, few: Sandbox, asked: Open) -> None:
    """Cold, a search by name asks for the agent and for the calls; warm, for the calls alone."""
    ccc = asked(driver, few)
    assert 30 == len(all_of(ccc, agent_names=["张三"]).to_list())
    assert {AGENTS: 1, CALLS: 1} == actions(few)
    assert 30 == len(all_of(ccc, agent_names=["张三"], order="asc").to_list())
    assert {AGENTS: 1, CALLS: 2} == actions(few)


@each_driver
def test_each_client_looks_up_for_itself(driver: str, few: Sandbox, asked: Open, in_process: Open) -> None:
    """What one client knows is not another's."""
    for ccc in (asked(driver, few), in_process(driver, few, SimulatedClock(wall=NOW))):
        assert 30 == all_of(ccc, agent_names=["张三"]).count()
    assert {AGENTS: 2, CALLS: 2} == actions(few)


@each_driver
@each_concurrency
def test_a_shared_name_costs_a_walk_for_each_bearer(driver: str, concurrency: int, few: Sandbox, asked: Open) -> None:
    """Two agents of one name are looked up in one request, and are two listings."""
    found = all_of(asked(driver, few, concurrency=concurrency), agent_names=["李娜"])
    assert 75 == len(found.to_list())
    assert {AGENTS: 1, CALLS: 2} == actions(few)


@each_driver
@each_concurrency
@pytest.mark.parametrize(("each", "requests"), [(45, 1 + 1), (165, 2 + 2)])
def test_the_count_of_two_agents_walks_both_once(
    driver: str, concurrency: int, each: int, requests: int, asked: Open
) -> None:
    """A call that both handled counts once, which their totals do not tell; the second count is free."""
    box = staffed({"lina": each - 5, "lina2": each - 5, "lina lina2": 5})
    found = all_of(asked(driver, box, concurrency=concurrency), agent_names=["李娜"])
    assert [2 * each - 5] * 2 == [found.count(), found.count()]
    assert {AGENTS: 1, CALLS: requests} == actions(box)


@each_driver
def test_an_unknown_name_sends_no_search(driver: str, few: Sandbox, asked: Open) -> None:
    """Two look-ups, one for the name and one for names near it, and no call is asked for."""
    found = all_of(asked(driver, few), agent_names=["张三风"])
    with pytest.raises(AgentNotFoundError) as caught:
        found.to_list()
    assert "张三丰" in caught.value.suggestions
    assert {AGENTS: 2} == actions(few)

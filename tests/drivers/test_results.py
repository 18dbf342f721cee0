"""What clients offer: searches and their results, one by one, page by page, with either driver."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from hillstone_ccc import CallRecordQuery, InvalidQueryError, MediaType, NotFoundError, Page
from hillstone_ccc.sandbox import Call, Sandbox
from hillstone_ccc.sandbox.inprocess import transport
from hillstone_ccc.testing.clock import SimulatedClock

RECORDS = 23
SEARCH = "ListCallDetailRecordsV2"
IDS = [f"job-{number}" for number in reversed(range(RECORDS))]


@pytest.fixture
def box(clock: SimulatedClock) -> Sandbox:
    """A sandbox of 23 calls, a second apart; the newest has the highest number."""
    start = int(clock.wall() * 1000) - 3_600_000
    calls = [Call(contact_id=f"job-{number}", start_time=start + number * 1000) for number in range(RECORDS)]
    return Sandbox(calls=calls, clock=clock.wall)


def _today(ccc: Any, **criteria: Any) -> Any:
    return ccc.call_records.search(start="today", **criteria)


def test_nothing_is_sent_before_it_is_asked_for(ask: Callable[..., Any], box: Sandbox) -> None:
    """A search alone is a thought."""
    results = ask(lambda ccc: _today(ccc).limit(5), endpoint=box.endpoint)
    assert [] == box.requests
    assert results.coverage() is None


@pytest.mark.parametrize("concurrency", [1, 8])
def test_every_row_comes_once_and_in_order(want: Callable[..., Any], concurrency: int) -> None:
    """However many pages may be under way at once."""
    assert IDS == [call.contact_id for call in want(_today, concurrency=concurrency)]


def test_a_list_and_what_it_covered(want: Callable[..., Any]) -> None:
    """The same rows, and afterwards what was promised and seen."""
    kept: list[Any] = []

    def question(ccc: Any) -> Any:
        kept.append(_today(ccc))
        return kept[0].to_list()

    assert IDS == [call.contact_id for call in want(question)]
    coverage = kept[0].coverage()
    assert (True, RECORDS, RECORDS) == (coverage.complete, coverage.promised, coverage.seen)


@pytest.mark.parametrize("size", [1, 10, 23, 24, 100])
def test_pages_are_the_rows_in_order(want: Callable[..., Any], size: int) -> None:
    """Each full but the last, numbered from 1, with one total."""
    pages: list[Page[Any]] = want(lambda ccc: _today(ccc).pages(size))
    assert IDS == [call.contact_id for page in pages for call in page]
    assert list(range(1, -(-RECORDS // size) + 1)) == [page.page for page in pages]
    assert {RECORDS} == {page.total for page in pages}
    assert {size} >= {len(page) for page in pages[:-1]}


def test_no_rows_are_one_empty_page(want: Callable[..., Any]) -> None:
    """There is a page to tell the total of."""
    pages: list[Page[Any]] = want(lambda ccc: _today(ccc, called_number="02100000009").pages(10))
    assert [Page((), 1, 10, 0)] == pages


def test_one_page(want: Callable[..., Any], box: Sandbox) -> None:
    """With the exact total, although the upstream tells it on the first page alone."""
    page: Page[Any] = want(lambda ccc: _today(ccc).page(2, size=10))
    assert IDS[10:20] == [call.contact_id for call in page]
    assert (2, 10, RECORDS, 3) == (page.page, page.size, page.total, page.pages)
    assert 2 == box.count(SEARCH)


def test_a_count_costs_one_request(want: Callable[..., Any], box: Sandbox) -> None:
    """And no rows but one."""
    assert RECORDS == want(lambda ccc: _today(ccc).count())
    assert ["1"] == [request.parameters["PageSize"] for request in box.requests]


def test_the_first_row_costs_one_row(want: Callable[..., Any], box: Sandbox) -> None:
    """One request for a page of one."""
    assert "job-22" == want(lambda ccc: _today(ccc).first()).contact_id
    assert ["1"] == [request.parameters["PageSize"] for request in box.requests]


def test_there_may_be_no_first_row(want: Callable[..., Any]) -> None:
    """None, and no error."""
    assert want(lambda ccc: _today(ccc, called_number="02100000009").first()) is None


@pytest.mark.parametrize("limit", [0, 1, 5, 23, 1000])
def test_a_limit_limits_everything(want: Callable[..., Any], limit: int) -> None:
    """Rows, count, pages and a page's total."""
    least = min(limit, RECORDS)
    assert IDS[:limit] == [call.contact_id for call in want(lambda ccc: _today(ccc).limit(limit))]
    assert least == want(lambda ccc: _today(ccc).limit(limit).count())
    pages: list[Page[Any]] = want(lambda ccc: _today(ccc).limit(limit).pages(10))
    assert least == sum(len(page) for page in pages)
    assert {least} == {page.total for page in pages}
    page: Page[Any] = want(lambda ccc: _today(ccc).limit(limit).page(1, 10))
    assert (min(least, 10), least) == (len(page), page.total)
    assert (IDS[0] if limit else None) == getattr(
        want(lambda ccc: _today(ccc).limit(limit).first()), "contact_id", None
    )


def test_the_smaller_of_two_limits_holds(want: Callable[..., Any]) -> None:
    """A limit of a limit does not widen it."""
    assert 3 == want(lambda ccc: _today(ccc).limit(3).limit(7).count())
    assert 3 == want(lambda ccc: _today(ccc).limit(7).limit(3).count())


@pytest.mark.parametrize("limit", [-1, 1.5, True, "5", None])
def test_a_limit_is_a_number_of_rows(want: Callable[..., Any], box: Sandbox, limit: Any) -> None:
    """Nothing is sent for one that is not."""
    with pytest.raises(InvalidQueryError, match="limit"):
        want(lambda ccc: _today(ccc).limit(limit))
    assert [] == box.requests


@pytest.mark.parametrize(("page", "size"), [(0, 10), (1, 0), (1, 101), (True, 10)])
def test_a_page_that_cannot_be_asked_for(want: Callable[..., Any], box: Sandbox, page: Any, size: int) -> None:
    """Nothing is sent for it."""
    with pytest.raises(InvalidQueryError):
        want(lambda ccc: _today(ccc).page(page, size))
    assert [] == box.requests


def test_results_tell_what_they_are_of(ask: Callable[..., Any], driver: str) -> None:
    """The search, and the limit if there is one."""
    told = repr(ask(lambda ccc: ccc.agents.search("张")))
    assert told.startswith("Results(AgentSearch(" if driver == "sync" else "AsyncResults(AgentSearch(")
    assert repr(ask(lambda ccc: ccc.agents.search("张").limit(3))).endswith(", limit=3)")


# --- what can be asked for --------------------------------------------------------------------------------------------


def test_a_query_and_criteria_go_together(want: Callable[..., Any]) -> None:
    """Criteria change a query, or make one."""
    query = CallRecordQuery.today()
    assert IDS[::-1] == [call.contact_id for call in want(lambda ccc: ccc.call_records.search(query, order="asc"))]
    assert RECORDS == want(lambda ccc: ccc.call_records.search().count())


def test_what_is_no_query_is_refused(want: Callable[..., Any]) -> None:
    """A text or a dictionary is not guessed at."""
    with pytest.raises(InvalidQueryError, match="CallRecordQuery, not dict"):
        want(lambda ccc: ccc.call_records.search({"start": "today"}))


def test_one_call_with_its_events(want: Callable[..., Any]) -> None:
    """By its id."""
    assert "job-3" == want(lambda ccc: ccc.call_records.get("job-3")).contact_id


def test_agents(want: Callable[..., Any]) -> None:
    """By name, by group, one by id."""
    found = want(lambda ccc: ccc.agents.search("张三"))
    assert {"张三", "张三丰"} == {agent.display_name for agent in found}
    group = found[0].skill_levels[0].skill_group_id
    assert found[0].user_id in {agent.user_id for agent in want(lambda ccc: ccc.agents.search(skill_group_id=group))}
    assert "张三" == want(lambda ccc: ccc.agents.get("zhangsan@ccc-demo")).display_name


def test_an_agent_that_does_not_exist(want: Callable[..., Any]) -> None:
    """Is not found."""
    with pytest.raises(NotFoundError):
        want(lambda ccc: ccc.agents.get("nobody@ccc-demo"))


@pytest.mark.parametrize("media_type", ["AUDIO", MediaType.AUDIO])
def test_skill_groups(want: Callable[..., Any], box: Sandbox, media_type: Any) -> None:
    """Of one kind, or of each kind in turn."""
    assert want(lambda ccc: ccc.skill_groups.search(media_type=media_type).count()) > 0
    assert 1 == len(box.requests)
    assert want(lambda ccc: ccc.skill_groups.search("支持"))


def test_a_kind_of_skill_group_that_does_not_exist(want: Callable[..., Any], box: Sandbox) -> None:
    """Is named, with those that do."""
    with pytest.raises(InvalidQueryError, match="media_type must be one of AUDIO, VIDEO, CHAT, not 'smoke'"):
        want(lambda ccc: ccc.skill_groups.search(media_type="smoke"))
    assert [] == box.requests


def test_recordings_of_the_legs_of_a_call(want: Callable[..., Any]) -> None:
    """One an agent, and each a recording."""
    (recording,) = want(lambda ccc: ccc.recordings.parts("job-3"))
    assert ("job-3", "mono", "zhangsan@ccc-demo") == (recording.contact_id, recording.track, recording.part.agent_id)
    assert recording.part.duration == recording.duration
    assert recording.part.file_name == recording.file_name


def test_archived_recordings_are_asked_for(want: Callable[..., Any]) -> None:
    """Each call that is named is answered."""
    states = want(lambda ccc: ccc.recordings.restore(iter(["job-3", "job-4"])))
    assert ["job-3", "job-4"] == [state.contact_id for state in states]


def test_a_word_that_nobody_listed_is_handed_on(ask: Callable[..., Any], driver: str, clock: SimulatedClock) -> None:
    """The sandbox plays a kind of call that has no second spelling, and it stays what it is."""
    moment = int(clock.wall() * 1000) - 1_000
    box = Sandbox(calls=[Call(contact_id="job-1", start_time=moment, contact_type="Telepathy")], clock=clock.wall)
    web: Any = httpx.Client if driver == "sync" else httpx.AsyncClient
    detail = ask(
        lambda ccc: ccc.call_records.get("job-1"),
        endpoint=box.endpoint,
        http_client=web(transport=transport(box)),
        clock=clock,
    )
    assert ("Telepathy", "Telepathy") == (detail.contact_type, detail.record.contact_type)

"""Totals and single pages, at the cost of the fewest requests."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hillstone_ccc._core.errors import DecodeError, InvalidQueryError, ResultWindowError
from hillstone_ccc._core.message import Request, Response
from hillstone_ccc._core.page import Limits
from hillstone_ccc._core.pages import Totals, checked_page, count, page, planned
from hillstone_ccc._core.query import CallRecordQuery
from hillstone_ccc._core.search import AgentSearch, CallRecordSearch, SkillGroupSearch

from .driving import Driven, MakeSession, drive, listed

CALLS = CallRecordSearch(CallRecordQuery(start=1_767_283_200_000, end=1_767_286_800_000), ZoneInfo("Asia/Shanghai"))
KEYS = {"ListCallDetailRecordsV2": "ContactId", "ListUsers": "UserId", "ListSkillGroups": "SkillGroupId"}


def upstream(total: int) -> Any:
    """An upstream with so many rows in every listing, which tells the total of calls on page 1 only."""

    def answer(request: Request) -> Response:
        asked = dict(request.query)
        number, size = int(asked["PageNumber"]), int(asked["PageSize"])
        rows = range(total)[(number - 1) * size : number * size]
        told = 0 if number > 1 and request.action == "ListCallDetailRecordsV2" else total
        return listed([{KEYS[request.action]: f"{asked.get('MediaType')}-{row}"} for row in rows], told)

    return answer


def one(make_session: MakeSession, search: Any, known: Totals, number: int, size: int, total: int = 250) -> Driven:
    """One page of a search."""
    plan = drive(planned(make_session(), search, known), []).value
    return drive(page(make_session(), plan, known, number, size), upstream(total))


def counted(make_session: MakeSession, search: Any, known: Totals, answers: Any) -> Driven:
    """The count of a search."""
    plan = drive(planned(make_session(), search, known), []).value
    return drive(count(make_session(), plan, known), answers)


def test_the_first_page_tells_the_total(make_session: MakeSession) -> None:
    """Page 1 costs one request, and the count is known after it."""
    known = Totals()
    driven = one(make_session, CALLS, known, 1, 100)
    assert (100, 250, 3, 1) == (len(driven.value), driven.value.total, driven.value.pages, len(driven.sends))
    told = counted(make_session, CALLS, known, upstream(250))
    assert (250, []) == (told.value, told.sends)


def test_a_later_page_has_the_real_total(make_session: MakeSession) -> None:
    """The upstream says 0 on page 3: the total is asked for once, with a page of one row."""
    known = Totals()
    driven = one(make_session, CALLS, known, 3, 100)
    assert (50, 250) == (len(driven.value), driven.value.total)
    assert [("3", "100"), ("1", "1")] == [
        (dict(request.query)["PageNumber"], dict(request.query)["PageSize"]) for request in driven.requests
    ]
    again = one(make_session, CALLS, known, 2, 100)
    assert (250, 1) == (again.value.total, len(again.sends))


def test_agents_tell_the_total_on_every_page(make_session: MakeSession) -> None:
    """A listing whose total is real everywhere costs one request whatever the page."""
    driven = one(make_session, AgentSearch(), Totals(), 3, 100)
    assert (50, 250, 1) == (len(driven.value), driven.value.total, len(driven.sends))


def test_a_page_behind_the_end(make_session: MakeSession) -> None:
    """It is empty and has the total."""
    driven = one(make_session, CALLS, Totals(), 9, 100)
    assert ((), 250, 9) == (driven.value.items, driven.value.total, driven.value.page)


def test_pages_that_the_upstream_does_not_have(make_session: MakeSession) -> None:
    """Behind page 100 there is either nothing, or, of a listing without time, nothing that can be had."""
    driven = one(make_session, CALLS, Totals(), 101, 10)
    assert ((), 250, 1) == (driven.value.items, driven.value.total, len(driven.sends))
    driven = one(make_session, AgentSearch(), Totals(), 101, 2)
    assert isinstance(driven.error, ResultWindowError)
    assert "ListUsers lists 100 pages" in str(driven.error)


def test_no_listings_at_all(make_session: MakeSession) -> None:
    """A search that can match nothing has a count of 0, without a request."""
    nothing = CallRecordSearch(CallRecordQuery(start=1, end=1), ZoneInfo("Asia/Shanghai"))
    assert 0 == counted(make_session, nothing, Totals(), []).value


def test_a_count_is_asked_for_once(make_session: MakeSession) -> None:
    """One request a listing, with one row; then it is known."""
    known = Totals()
    driven = counted(make_session, SkillGroupSearch(), known, upstream(25))
    assert (75, 3) == (driven.value, len(driven.sends))
    assert 0 == len(counted(make_session, SkillGroupSearch(), known, upstream(25)).sends)


def test_what_a_walk_has_counted_is_known(make_session: MakeSession) -> None:
    """It is not asked for again."""
    known = Totals()
    known.walked = 7
    driven = counted(make_session, CALLS, known, [])
    assert (7, []) == (driven.value, driven.sends)


def test_a_count_without_a_total(make_session: MakeSession) -> None:
    """An upstream that does not tell the total on page 1 is an error, never a guess."""
    driven = counted(make_session, AgentSearch(), Totals(), [listed([], None)])
    assert isinstance(driven.error, DecodeError)
    assert "page 1 came without a TotalCount" in str(driven.error)


def test_now_is_fixed_by_the_first_use(make_session: MakeSession) -> None:
    """A search is planned once: two pages of one result share one "now"."""
    known = Totals()
    search = CallRecordSearch(CallRecordQuery.last(hours=1), ZoneInfo("Asia/Shanghai"))
    first = drive(planned(make_session(), search, known), []).value
    assert first is drive(planned(make_session(), search, known), []).value


@pytest.mark.parametrize(("number", "size"), [(0, 10), (1, 0), (1, 101)])
def test_a_page_that_cannot_be_asked_for(number: int, size: int) -> None:
    """It is refused before anything is sent; what fits depends on the upstream."""
    with pytest.raises(InvalidQueryError):
        checked_page(number, size)
    with pytest.raises(InvalidQueryError, match="1 to 5"):
        checked_page(1, 6, Limits(10, 5))

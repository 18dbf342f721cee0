"""A page far down a long listing."""

from __future__ import annotations

from datetime import timezone
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc._core.edges import Edges
from hillstone_ccc._core.errors import ResultWindowError
from hillstone_ccc._core.flow import Session
from hillstone_ccc._core.message import Request, Response
from hillstone_ccc._core.openapi import OpenAPI
from hillstone_ccc._core.page import Limits
from hillstone_ccc._core.pages import Totals, page, planned
from hillstone_ccc._core.query import CallRecordQuery
from hillstone_ccc._core.retry import Pace, RetryPolicy
from hillstone_ccc._core.search import CallRecordSearch

from .driving import Driven, drive, listed
from .timed_upstream import BEGIN

SPAN = 100_000
SMALL = Limits(pages=4, rows=5)
BOUNDS = st.tuples(st.booleans(), st.booleans())


def upstream(times: list[int], inclusive: tuple[bool, bool]) -> Any:
    """Calls at these milliseconds after the beginning, each named by its number."""
    calls = [(BEGIN + time, f"r{number}") for number, time in enumerate(sorted(times))]

    def answer(request: Request) -> Response:
        asked = dict(request.query)
        start, end = int(asked["StartTime"]), int(asked["EndTime"])
        number, size = int(asked["PageNumber"]), int(asked["PageSize"])
        assert number <= SMALL.pages
        rows = [
            {"ContactId": name, "StartTime": time}
            for time, name in (calls if asked["SortOrder"] == "ASC" else reversed(calls))
            if start + (not inclusive[0]) <= time <= end - (not inclusive[1])
        ]
        return listed(rows[(number - 1) * size : number * size], len(rows) if number == 1 else 0)

    return answer


@attrs.define
class Listing:
    """A search for calls at certain times, and what is known of it after each page."""

    times: list[int]
    order: Any = "asc"
    inclusive: tuple[bool, bool] = (True, True)
    session: Session = attrs.field(
        factory=lambda: Session(OpenAPI("ccc-demo", timezone.utc), RetryPolicy(), Pace(), SMALL)
    )
    known: Totals = attrs.field(factory=Totals)

    def page(self, number: int, size: int = 5) -> Driven:
        """One page of it."""
        query = CallRecordQuery(start=BEGIN, end=BEGIN + SPAN, order=self.order)
        plan = drive(planned(self.session, CallRecordSearch(query, timezone.utc), self.known), []).value
        return drive(page(self.session, plan, self.known, number, size), upstream(self.times, self.inclusive))

    def names(self, number: int, size: int = 5) -> list[str]:
        """The names on one page."""
        driven = self.page(number, size)
        assert driven.error is None
        return [row.contact_id for row in driven.value]


@given(
    st.lists(st.one_of(st.integers(0, SPAN - 1), st.integers(500, 505)), max_size=150),
    st.sampled_from(["asc", "desc"]),
    BOUNDS,
    st.integers(1, 5),
    st.randoms(use_true_random=False),
)
def test_pages_behind_the_last_are_the_rows_there(
    times: list[int], order: str, inclusive: tuple[bool, bool], size: int, chance: Any
) -> None:
    """Every page, asked for in any order, holds what would stand there, wherever the upstream's pages end."""
    times = [time for time in times if times.count(time) <= SMALL.window]
    listing = Listing(times, order, inclusive)
    names = [f"r{number}" for number in range(len(times))]
    names = names if order == "asc" else names[::-1]
    numbers = list(range(SMALL.pages + 1, len(times) // size + 3))
    chance.shuffle(numbers)
    # Until it is known how the upstream means its bounds, the total takes them to be inclusive.
    listing.session.edges.learn("ListCallDetailRecordsV2", Edges(*inclusive))
    for number in numbers:
        driven = listing.page(number, size)
        assert driven.error is None
        assert names[(number - 1) * size : number * size] == [row.contact_id for row in driven.value]
        assert driven.value.total == len(times)


def test_it_is_not_walked_to() -> None:
    """Page 200 of evenly spread rows takes a handful of requests, the next one a page's own."""
    listing = Listing([number * 97 for number in range(1_000)])
    first, second = listing.page(200), listing.page(199)
    assert len(first.sends) <= 12
    assert len(second.sends) <= 3
    assert ["r995", "r996", "r997", "r998", "r999"] == [row.contact_id for row in first.value]


def test_small_pages_behind_the_last_are_parts_of_large_ones() -> None:
    """Page 7 of two rows is within a larger page that the upstream has."""
    driven = Listing([number * 97 for number in range(19)]).page(7, size=2)
    assert ["r12", "r13"] == [row.contact_id for row in driven.value]
    assert 2 == len(driven.sends)


def test_the_edges_are_found_out_once() -> None:
    """Three small questions before the first cut: about a row's time, and whether the bounds list it."""
    listing = Listing([number * 97 for number in range(1_000)], inclusive=(False, True))
    assert ["r500", "r501", "r502", "r503", "r504"] == listing.names(101)
    assert Edges(start=False, end=True) == listing.session.edges.of("ListCallDetailRecordsV2")


def test_a_page_across_two_pieces() -> None:
    """A page that begins in one piece of the range ends in the next."""
    listing = Listing([number * 997 for number in range(100)])
    every = [name for number in range(5, 21) for name in listing.names(number)]
    assert [f"r{number}" for number in range(20, 100)] == every


def test_behind_the_end() -> None:
    """There is nothing, and it costs the count at most."""
    driven = Listing([number * 97 for number in range(30)]).page(9)
    assert ((), 30, 1) == (driven.value.items, driven.value.total, len(driven.sends))


def test_too_many_rows_in_one_millisecond() -> None:
    """What stands behind the last page of a single millisecond cannot be had; what is before it can."""
    listing = Listing([7] * 30 + [20_000])
    driven = listing.page(5)
    assert isinstance(driven.error, ResultWindowError)
    assert "30 rows match in one millisecond" in str(driven.error)
    assert 5 == len(listing.names(4))


def test_rows_that_are_gone() -> None:
    """Fewer rows than were counted a moment ago are a short page, and no endless search."""
    listing = Listing([number * 97 for number in range(100)])
    assert 5 == len(listing.names(5))
    listing.times = listing.times[:10]
    assert [] == listing.names(20)
    assert [] == listing.names(5)


@pytest.mark.parametrize("inclusive", [(True, True), (False, False)])
def test_nothing_there_to_ask_about(inclusive: tuple[bool, bool]) -> None:
    """If the rows are gone when the edges are asked for, they are taken to be inclusive, and nothing is learnt."""
    listing = Listing([number * 97 for number in range(100)], inclusive=inclusive)
    listing.known.by_part[0] = 100
    listing.times = []
    assert [] == listing.names(10)
    assert not listing.session.edges.of("ListCallDetailRecordsV2").known

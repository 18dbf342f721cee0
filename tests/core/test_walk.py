"""The walk: every row once, in order, whatever the order of answers."""

import itertools
import random
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc._core.agents import SkillGroup
from hillstone_ccc._core.errors import IncompleteError, ResultWindowError
from hillstone_ccc._core.operation import LIST_SKILL_GROUPS, Listed
from hillstone_ccc._core.search import Part
from hillstone_ccc._core.walk import Ask, Walk


def rows(first: int, last: int) -> list[SkillGroup]:
    """Rows that are told apart by their number."""
    return [SkillGroup(str(number)) for number in range(first, last)]


def identity(row: SkillGroup) -> str:
    """A row is its id."""
    return row.skill_group_id


def part(name: str = "a", keep: Any = None) -> Part[SkillGroup]:
    """A listing."""
    return Part(LIST_SKILL_GROUPS, {"name_pattern": name}, **({} if keep is None else {"keep": keep}))


@attrs.define
class Upstream:
    """Listings that answer page by page, as they are at the moment of the answer."""

    listings: dict[str, list[SkillGroup]]
    tells_total: bool = True
    asked: list[tuple[str, int]] = attrs.field(factory=list[tuple[str, int]])

    def answer(self, ask: Ask[SkillGroup]) -> Listed[SkillGroup]:
        """A page as it is now; the total on page 1 only, if at all."""
        name = ask.part.arguments["name_pattern"]
        self.asked.append((name, ask.page))
        listing = self.listings[name]
        total = len(listing) if self.tells_total and ask.page == 1 else None
        return Listed(listing[(ask.page - 1) * ask.size : ask.page * ask.size], total)


@attrs.define
class Walked:
    """What came of a walk, and how many pages it ever had outstanding."""

    rows: list[SkillGroup]
    outstanding: int


def run(walk: Walk[SkillGroup], upstream: Upstream, chance: random.Random, arrive: Any = lambda: None) -> Walked:
    """Drives a walk with answers that arrive in any order."""
    pending: list[Ask[SkillGroup]] = []
    walked = Walked([], 0)
    while not walk.finished:
        pending += walk.due()
        assert pending, "a walk that is not finished has something to ask or to wait for"
        walked.outstanding = max(walked.outstanding, len(pending))
        ask = pending.pop(chance.randrange(len(pending)))
        walk.receive(ask, upstream.answer(ask))
        arrive()
        walked.rows += walk.take()
    assert walk.due() == []
    return walked


sizes = st.lists(st.integers(0, 60), min_size=0, max_size=3)
chances = st.randoms(use_true_random=False)


@given(sizes, st.integers(1, 20), st.integers(1, 5), st.none() | st.integers(0, 80), st.booleans(), chances)
def test_every_row_once_and_in_order(
    lengths: list[int], size: int, ahead: int, limit: int | None, tells_total: bool, chance: random.Random
) -> None:
    """Of any listings, in pages of any size, some ahead, answered in any order: all rows once and in order."""
    listings = {str(index): rows(index * 1000, index * 1000 + length) for index, length in enumerate(lengths)}
    upstream = Upstream(listings, tells_total)
    walk = Walk(tuple(part(name) for name in listings), identity=identity, ahead=ahead, limit=limit, size=size)
    walked = run(walk, upstream, chance)
    expected = [row for listing in listings.values() for row in listing][:limit]
    assert expected == walked.rows
    assert walked.outstanding <= ahead
    assert len(upstream.asked) == len(set(upstream.asked))
    if limit is None:
        seen = sum(lengths)
        coverage = walk.coverage()
        assert (len(lengths), seen, True) == (coverage.parts, coverage.seen, coverage.complete)
        assert coverage.promised == (seen if tells_total or not lengths else None)


@given(st.integers(0, 60), st.integers(1, 20), st.integers(1, 5), st.integers(1, 80), chances)
def test_a_limit_asks_for_no_more_than_it_takes(
    length: int, size: int, ahead: int, limit: int, chance: random.Random
) -> None:
    """With every row belonging, a limit costs the fewest pages that hold so many rows."""
    upstream = Upstream({"a": rows(0, length)})
    walked = run(Walk((part(),), identity=identity, ahead=ahead, limit=limit, size=size), upstream, chance)
    page = min(size, limit)
    assert min(limit, length) == len(walked.rows)
    assert max(1, -(-min(limit, length) // page)) == len(upstream.asked)


@given(st.integers(0, 60), st.integers(1, 20), st.integers(1, 5), st.none() | st.integers(0, 40), chances)
def test_rows_that_do_not_belong(length: int, size: int, ahead: int, limit: int | None, chance: random.Random) -> None:
    """Rows that a part asks for without meaning them are left out, and do not count for the limit."""

    def even(row: SkillGroup) -> bool:
        return int(row.skill_group_id) % 2 == 0

    upstream = Upstream({"a": rows(0, length)})
    walked = run(Walk((part(keep=even),), identity=identity, ahead=ahead, limit=limit, size=size), upstream, chance)
    assert [row for row in rows(0, length) if even(row)][:limit] == walked.rows
    assert walked.outstanding <= ahead


@given(st.integers(0, 60), st.integers(1, 20), st.lists(st.integers(0, 3), max_size=70))
def test_rows_shifted_by_arrivals(length: int, size: int, arrivals: list[int]) -> None:
    """While newer rows push older ones to later pages, the older ones come once, in order, none missing."""
    here = rows(0, length)
    upstream = Upstream({"a": list(here)})
    newer = iter(range(1000, 2000))
    script = iter(arrivals)

    def arrive() -> None:
        for _ in range(min(next(script, 0), size - 1)):
            upstream.listings["a"].insert(0, SkillGroup(str(next(newer))))

    walked = run(Walk((part(),), identity=identity, size=size), upstream, random.Random(1), arrive)
    assert here == [row for row in walked.rows if int(row.skill_group_id) < 1000]
    assert len(walked.rows) == len({identity(row) for row in walked.rows})


@given(st.integers(0, 60), st.integers(1, 20), st.integers(2, 5), st.lists(st.integers(0, 3), max_size=70), chances)
def test_arrivals_between_pages_in_flight(
    length: int, size: int, ahead: int, arrivals: list[int], chance: random.Random
) -> None:
    """With pages in flight at once a row may slip between two of them: then the walk says so, and never hides it.

    That holds while no more rows arrive than the first page has: a newer one on a later page is counted as one of those
    that were promised.
    """
    here = rows(0, length)
    upstream = Upstream({"a": list(here)})
    newer = iter(range(1000, 1000 + size))
    script = iter(arrivals)

    def arrive() -> None:
        for number in itertools.islice(newer, next(script, 0)):
            upstream.listings["a"].insert(0, SkillGroup(str(number)))

    try:
        walked = run(Walk((part(),), identity=identity, ahead=ahead, size=size), upstream, chance, arrive)
    except IncompleteError:
        return
    assert here == walked.rows


def test_rows_that_never_come() -> None:
    """Fewer rows than promised are an error that tells both numbers."""
    walk = Walk((part("a"), part("b")), identity=identity, size=10)
    for ask in walk.due():
        walk.receive(ask, Listed(rows(0, 3), 5))
    with pytest.raises(IncompleteError, match="promised 5 rows and 3 came") as caught:
        walk.take()
    coverage = caught.value.coverage
    assert (2, 5, 3, False) == (coverage.parts, coverage.promised, coverage.seen, coverage.complete)
    assert "ListSkillGroups" == caught.value.action


@pytest.mark.parametrize(("total", "limit"), [(10_001, None), (10_002, 10_001), (2**40, None)])
def test_more_rows_than_can_be_listed(total: int, limit: int | None) -> None:
    """Beyond 100 pages of 100 rows the walk refuses at once, rather than leave rows out."""
    walk = Walk((part(),), identity=identity, limit=limit)
    with pytest.raises(ResultWindowError, match=f"{total} rows match, and the upstream can list 10000"):
        walk.receive(walk.due()[0], Listed(rows(0, 100), total))


@pytest.mark.parametrize(("total", "limit"), [(10_000, None), (10_001, 9_900), (10_001, 10_000)])
def test_as_many_rows_as_can_be_listed(total: int, limit: int | None) -> None:
    """Exactly 10,000 rows can be walked, and so can the first ones of more."""
    upstream = Upstream({"a": rows(0, total)})
    walked = run(Walk((part(),), identity=identity, limit=limit, ahead=8), upstream, random.Random(1))
    assert (limit or total) == len(walked.rows)
    assert -(-(limit or total) // 100) == len(upstream.asked)


def test_a_listing_without_an_end() -> None:
    """Where no total is told, pages are read on to a short one; if the last page is full there may be more."""
    upstream = Upstream({"a": rows(0, 9_999)}, tells_total=False)
    assert 9_999 == len(run(Walk((part(),), identity=identity), upstream, random.Random(1)).rows)
    upstream = Upstream({"a": rows(0, 20_000)}, tells_total=False)
    with pytest.raises(ResultWindowError, match="An untold number of rows match"):
        run(Walk((part(),), identity=identity), upstream, random.Random(1))
    assert 100 == len(upstream.asked)


def test_a_full_last_page_and_rows_that_are_missing() -> None:
    """If rows have shifted behind the last page that the upstream has, the walk says how many are missing."""
    walk = Walk((part(),), identity=identity, size=1)
    for _ in range(99):
        ask = walk.due()[0]
        walk.receive(ask, Listed(rows(max(0, ask.page - 2), max(1, ask.page - 1)), 100))
        walk.take()
    walk.receive(walk.due()[0], Listed(rows(98, 99), 100))
    with pytest.raises(IncompleteError, match="promised 100 rows and 99 came"):
        walk.take()


def test_nothing_to_walk() -> None:
    """No listings, or a limit of 0, is finished before it begins."""
    assert Walk[SkillGroup]((), identity=identity).finished
    assert Walk((part(),), identity=identity, limit=0).finished
    assert [] == Walk((part(),), identity=identity, limit=0).due()


def test_coverage_while_walking() -> None:
    """Half way it tells what was promised and seen so far, and that it is not complete."""
    upstream = Upstream({"a": rows(0, 250)})
    walk = Walk((part(),), identity=identity)
    for _ in range(2):
        for ask in walk.due():
            walk.receive(ask, upstream.answer(ask))
        walk.take()
    coverage = walk.coverage()
    assert (250, 200, False) == (coverage.promised, coverage.seen, coverage.complete)

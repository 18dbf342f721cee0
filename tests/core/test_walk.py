"""The walk: every row once and in order, whatever the upstream leaves open and whatever arrives meanwhile."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hillstone_ccc._core.edges import Edges, KnownEdges
from hillstone_ccc._core.errors import DecodeError, IncompleteError, ResultWindowError
from hillstone_ccc._core.operation import LIST_SKILL_GROUPS, Listed
from hillstone_ccc._core.page import Limits
from hillstone_ccc._core.part import Part, Plan
from hillstone_ccc._core.walk import Walk

from .timed_upstream import BEGIN, Row, TimedUpstream, Walked, part, walked

SMALL = Limits(pages=4, rows=5)

# Nothing but the walk runs here, so that two thousand of them take seconds.
hard = settings(max_examples=2_000 if os.environ.get("HYPOTHESIS_PROFILE") == "ci" else 100)


def third(row: Row) -> bool:
    """A filter that the upstream does not know."""
    return int(row.name[1:]) % 3 == 0


@attrs.frozen
class World:
    """What is searched, and how it behaves.

    Attributes:
        rows: What there is when the walk begins.
        arrivals: After how many answers a row arrives, and the row.
        span: Milliseconds of the range.
        agents: Whose rows are meant; None for all.
        keep: What the upstream cannot filter.
        descending: Newest first.
        inclusive: Whether the upstream's bounds are, at the start and at the end.
        shuffled: Whether rows of one time come in another order each time.
        limits: How far its pages reach.
        ahead: Pages in flight at once.
        seed: Of the order in which answers are given and arrive.
    """

    rows: list[Row]
    arrivals: list[tuple[int, Row]]
    span: int
    agents: tuple[str | None, ...]
    keep: Callable[[Row], bool] | None
    descending: bool
    inclusive: tuple[bool, bool]
    shuffled: bool
    limits: Limits
    ahead: int
    seed: int

    def upstream(self) -> TimedUpstream:
        """Its upstream."""
        shuffle = random.Random(self.seed) if self.shuffled else None
        return TimedUpstream(list(self.rows), *self.inclusive, shuffle, list(self.arrivals))

    def walked(self, upstream: TimedUpstream, limit: int | None = None) -> Walked:
        """The walk of it."""
        end = BEGIN + self.span
        parts = [part(BEGIN, end, descending=self.descending, keep=self.keep, agent=one) for one in self.agents]
        chance = random.Random(self.seed)
        return walked(upstream, *parts, limits=self.limits, ahead=self.ahead, limit=limit, chance=chance)

    def means(self, row: Row) -> bool:
        """Whether a row is meant."""
        there = row.time is not None and BEGIN <= row.time < BEGIN + self.span
        whose = self.agents == (None,) or any(one in row.agents for one in self.agents)
        return there and whose and (self.keep is None or self.keep(row))

    def too_many(self, rows: list[Row]) -> bool:
        """Whether one millisecond holds more rows than can be listed."""
        return any(
            count > self.limits.window
            for agent in self.agents
            for count in Counter(row.time for row in rows if agent is None or agent in row.agents).values()
        )


@st.composite
def worlds(draw: st.DrawFn, *, arriving: bool = True) -> World:
    """Bursts, gaps, and clumps of one millisecond, inside the range and at its ends."""
    span = draw(st.sampled_from([1, 2, 3, 30, 1_000, 1_000_000]))
    anywhere = st.integers(BEGIN - 2, BEGIN + span + 1)
    clumps = draw(st.lists(anywhere, min_size=1, max_size=3))
    times = st.one_of(st.sampled_from(clumps), anywhere)
    agents = st.frozensets(st.sampled_from("ab"))
    drawn = draw(st.lists(st.tuples(times, agents), max_size=70))
    late = draw(st.lists(st.tuples(st.integers(0, 40), times, agents), max_size=12)) if arriving else []
    late.sort(key=lambda one: one[0])
    return World(
        rows=[Row(f"r{number}", time, who) for number, (time, who) in enumerate(drawn)],
        arrivals=[(after, Row(f"n{number}", time, who)) for number, (after, time, who) in enumerate(late)],
        span=span,
        agents=draw(st.sampled_from([(None,), ("a",), ("a", "b")])),
        keep=draw(st.sampled_from([None, None, third])),
        descending=draw(st.booleans()),
        inclusive=draw(st.tuples(st.booleans(), st.booleans())),
        shuffled=draw(st.booleans()),
        limits=Limits(*draw(st.sampled_from([(2, 1), (3, 2), (4, 5), (5, 4), (10, 3), (100, 1), (100, 2), (100, 7)]))),
        ahead=draw(st.sampled_from([1, 2, 8])),
        seed=draw(st.integers(0, 2**32)),
    )


@hard
@given(worlds())
def test_every_row_that_was_there_comes_once_and_in_order(world: World) -> None:
    """Nothing lost, repeated or invented; and an error only where one millisecond holds too much."""
    upstream = world.upstream()
    try:
        came = world.walked(upstream)
    except ResultWindowError:
        assert world.too_many(upstream.rows)
        return
    names = [row.name for row in came.rows]
    times = [row.time or 0 for row in came.rows]
    assert len(names) == len(set(names))
    assert sorted(times, reverse=world.descending) == times
    assert {row.name for row in world.rows if world.means(row)} <= set(names)
    assert set(names) <= {row.name for row in upstream.rows if world.means(row)}
    assert came.coverage.complete
    assert came.coverage.promised <= came.coverage.seen
    assert came.most_in_flight <= world.ahead


@hard
@given(worlds(arriving=False), st.integers(0, 80))
def test_a_limit_gives_the_first_rows(world: World, limit: int) -> None:
    """So many as there are, up to the limit, and those that come first; of one millisecond any."""
    meant = [row.time or 0 for row in world.rows if world.means(row)]
    try:
        came = world.walked(world.upstream(), limit)
    except ResultWindowError:
        assert world.too_many(world.rows)
        return
    assert len(came.rows) == len({row.name for row in came.rows})
    assert sorted(meant, reverse=world.descending)[:limit] == [row.time for row in came.rows]


def rows(count: int, *, apart: int = 1_000, time: int | None = None) -> list[Row]:
    """Rows at even distances from ``BEGIN`` on, or all at one time."""
    return [Row(f"r{number}", BEGIN + number * apart if time is None else time) for number in range(count)]


def everything(upstream: TimedUpstream, **options: Any) -> Walked:
    """A walk over a range that holds all rows."""
    end = max(row.time or 0 for row in upstream.rows) + 1 if upstream.rows else BEGIN + 1
    return walked(upstream, part(BEGIN, end, descending=options.pop("descending", False)), **options)


@pytest.mark.parametrize(
    ("count", "limit", "asked"),
    [
        (0, None, [(1, 5)]),
        (5, None, [(1, 5)]),
        (6, None, [(1, 5), (2, 5)]),
        (9, None, [(1, 5), (2, 5)]),
        (10, None, [(1, 5), (2, 5), (1, 1)]),
        (15, None, [(1, 5), (2, 5), (3, 5), (1, 1)]),
        (19, None, [(1, 5), (2, 5), (3, 5), (4, 5)]),
        (20, 1, [(1, 1)]),
        (20, 3, [(1, 3)]),
        (20, 5, [(1, 5)]),
        (20, 6, [(1, 5), (2, 5), (1, 1)]),
        (90, 11, [(1, 5), (2, 5), (3, 5), (1, 1)]),
        (90, 0, []),
    ],
)
def test_no_more_is_asked_for_than_is_needed(count: int, limit: int | None, asked: list[tuple[int, int]]) -> None:
    """One request a page; one row more where no short page tells that nothing has moved."""
    upstream = TimedUpstream(rows(count))
    came = everything(upstream, limits=SMALL, limit=limit)
    assert asked == upstream.asked
    assert min(count, limit if limit is not None else count) == len(came.rows)


def test_memory_is_bound_by_what_is_checked_and_what_is_ahead() -> None:
    """Of a long listing, no more rows wait than two checks and the pages in flight hold."""
    upstream = TimedUpstream(rows(9_950))
    came = everything(upstream, ahead=8)
    assert 9_950 == len(came.rows)
    assert came.most_held <= (2 * 20 + 8) * 100
    assert 100 + 4 + 1 >= len(upstream.asked)


@pytest.mark.parametrize("descending", [False, True])
def test_a_long_range_is_cut_with_few_requests(descending: bool) -> None:
    """Twelve times what the upstream can list: at most a tenth more requests than full pages."""
    upstream = TimedUpstream(rows(12_000, apart=217))
    came = everything(upstream, limits=Limits(20, 50), ahead=4, descending=descending)
    assert 12_000 == len(came.rows)
    assert len(upstream.asked) <= 12_000 / 50 * 1.35
    assert (12_000, 12_000, 0) == (came.coverage.promised, came.coverage.seen, came.coverage.reread)


def test_a_millisecond_as_full_as_can_be_listed() -> None:
    """Rows of one time that fill the window exactly come, though each answer orders them anew."""
    full = [*rows(20, time=BEGIN + 500), Row("before", BEGIN), Row("after", BEGIN + 900)]
    upstream = TimedUpstream(full, shuffle=random.Random(3))
    came = everything(upstream, limits=SMALL, ahead=2)
    assert {row.name for row in full} == {row.name for row in came.rows}
    assert came.coverage.reread > 0


@pytest.mark.parametrize("inclusive", [(True, True), (True, False), (False, True), (False, False)])
def test_neighbouring_full_milliseconds(inclusive: tuple[bool, bool]) -> None:
    """Each can be listed, both cannot: the upstream's bounds are found out, and asked for exactly."""
    full = [Row(f"r{number}", BEGIN + number // 18) for number in range(54)]
    known = KnownEdges()
    came = everything(TimedUpstream(full, *inclusive), limits=SMALL, known=known)
    assert full == sorted(came.rows, key=lambda row: int(row.name[1:]))
    assert Edges(*inclusive) == known.of("ListCallDetailRecordsV2")


def test_one_row_more_than_one_millisecond_can_list() -> None:
    """The error says so, and what to do."""
    upstream = TimedUpstream(rows(21, time=BEGIN + 5) + rows(30))
    with pytest.raises(ResultWindowError, match=r"21 rows match in one millisecond, and the upstream can list 20"):
        everything(upstream, limits=SMALL)


@pytest.mark.parametrize(("count", "lie", "pages"), [(3, 1, 1), (18, 1, 4), (40, 1, 1)])
def test_a_promise_that_stays_broken(count: int, lie: int, pages: int) -> None:
    """Rows that are announced and never come are looked for again, and then reported."""
    upstream = TimedUpstream(rows(count, time=None if count > 20 else BEGIN), lie=lie)
    with pytest.raises(IncompleteError) as caught:
        everything(upstream, limits=SMALL)
    coverage = caught.value.coverage
    assert coverage.seen < coverage.promised
    assert not coverage.complete
    assert coverage.reread >= pages


def test_a_clump_that_grows_while_it_is_read() -> None:
    """Rows that arrive in the very millisecond that is being read again do not end the search for the others."""
    arrivals = [(after, Row(f"n{after}", BEGIN)) for after in range(1, 12)]
    upstream = TimedUpstream(rows(7, time=BEGIN), shuffle=random.Random(5), arrivals=arrivals)
    came = everything(upstream, limits=SMALL)
    assert {f"r{number}" for number in range(7)} <= {row.name for row in came.rows}


def test_a_last_page_that_fills_up_where_no_other_can_follow() -> None:
    """Rows of one millisecond that arrive until the window is full are counted: no short page can tell their number."""
    upstream = TimedUpstream(rows(18, time=BEGIN), arrivals=[(3, Row("n1", BEGIN)), (3, Row("n2", BEGIN))])
    known = KnownEdges()
    known.learn("ListCallDetailRecordsV2", Edges(start=True, end=True))
    came = everything(upstream, limits=SMALL, known=known)
    assert {f"r{number}" for number in range(18)} <= {row.name for row in came.rows}
    assert [(1, 5), (2, 5), (3, 5), (4, 5), (1, 1)] == upstream.asked[:5]


def test_what_is_missed_is_found_at_the_next_check() -> None:
    """Of forty pages, those behind the check that failed were not read in vain, nor all of them anew."""
    upstream = TimedUpstream(rows(400), arrivals=[(5, Row("n1", BEGIN + 10))])
    came = everything(upstream, limits=Limits(100, 10), ahead=4)
    assert [f"r{number}" for number in range(400)] == [row.name for row in came.rows if row.name.startswith("r")]
    assert came.coverage.reread > 0
    assert len(upstream.asked) < 90


def test_a_row_that_is_missed_where_nothing_has_moved() -> None:
    """Two rows of one time on either side of each page's end, in another order each time: the check finds the gaps."""
    pairs = [Row(f"r{number}", BEGIN + (number + 1) // 2) for number in range(400)]
    upstream = TimedUpstream(pairs, shuffle=random.Random(1))
    came = everything(upstream, limits=Limits(100, 10), ahead=4)
    assert {row.name for row in pairs} == {row.name for row in came.rows}
    assert [row.time for row in pairs] == [row.time for row in came.rows]


def test_the_first_of_few_that_match_in_a_long_range() -> None:
    """A filter of our own and a limit: more is read each time, the range is cut, and no more than needed is."""
    upstream = TimedUpstream(rows(300))
    rare = part(BEGIN, BEGIN + 300_000, keep=lambda row: row.name in {"r3", "r250"})
    came = walked(upstream, rare, limits=SMALL, limit=2, ahead=2)
    assert ["r3", "r250"] == [row.name for row in came.rows]
    asked = len(upstream.asked)
    upstream = TimedUpstream(rows(300))
    assert ["r3"] == [row.name for row in walked(upstream, rare, limits=SMALL, limit=1, ahead=2).rows]
    assert 1 == len(upstream.asked) < asked


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_row_without_a_time_comes_where_it_was_listed(place: int, descending: bool) -> None:
    """It stands with the row before it, or at the beginning."""
    listed = [Row("a", BEGIN + 1), Row("c", BEGIN + 3)]
    listed = listed[::-1] if descending else listed
    listed.insert(place, Row("b", None))
    walk = Walk(Plan((part(BEGIN, BEGIN + 9, descending=descending),)))
    (ask,) = walk.due()
    walk.receive(ask, Listed(listed, 3))
    assert listed == walk.take()
    assert walk.finished
    assert 3 == walk.coverage().seen


def test_a_row_without_a_time_comes_once_of_two_agents() -> None:
    """Although it stands elsewhere in each listing."""
    walk = Walk(Plan((part(BEGIN, BEGIN + 9, agent="a"), part(BEGIN, BEGIN + 9, agent="b")), merged=True), ahead=2)
    first, second = walk.due()
    walk.receive(first, Listed([Row("a1", BEGIN), Row("both", None), Row("a2", BEGIN + 5)], 3))
    walk.receive(second, Listed([Row("b1", BEGIN + 3), Row("both", None)], 2))
    assert ["a1", "both", "b1", "a2"] == [row.name for row in walk.take()]


def test_a_total_that_stops_at_what_can_be_listed_hides_nothing() -> None:
    """An upstream that counts no further is read in pieces, as one that tells more."""
    for shown in (20, None):
        upstream = TimedUpstream(rows(70), most=shown)
        assert 70 == len(everything(upstream, limits=SMALL, ahead=2).rows)
    full = TimedUpstream(rows(20, time=BEGIN))
    assert 20 == len(everything(full, limits=SMALL).rows)  # of one millisecond, where nothing can be cut


def test_an_upstream_that_does_not_sort() -> None:
    """What it has not put in order is put in order here, as far as it can be: nothing is lost."""
    listed = rows(40)
    listed[7], listed[12] = listed[12], listed[7]
    walk = Walk(Plan((part(BEGIN, BEGIN + 60_000),)), limits=Limits(100, 10))
    names: list[str] = []
    while not walk.finished:
        for ask in walk.due():
            page = listed[(ask.page - 1) * ask.size : ask.page * ask.size]
            walk.receive(ask, Listed(page, 40 if ask.page == 1 else None))
        names += [row.name for row in walk.take()]
    assert [f"r{number}" for number in range(40)] == names


@pytest.mark.parametrize(
    ("listed", "message"),
    [
        (Listed([Row("a", BEGIN + 60_000)], 1), "lies outside the range that was asked for"),
        (Listed([Row("a", 5)], 1), "lies outside the range that was asked for"),
        (Listed([Row("a", BEGIN), Row("b", BEGIN)], 1), "page 1 holds 2 rows, and TotalCount is 1"),
    ],
)
def test_a_listing_that_contradicts_itself(listed: Listed[Any], message: str) -> None:
    """It is an error at once, and neither cut for ever nor taken for the whole."""
    walk = Walk(Plan((part(BEGIN, BEGIN + 9),)), limit=1)
    (ask,) = walk.due()
    with pytest.raises(DecodeError, match=message):
        walk.receive(ask, listed)


def test_a_total_beyond_measure() -> None:
    """A range is cut into a thousand pieces at once, at most."""
    upstream = TimedUpstream(rows(3), lie=10**12)
    with pytest.raises((IncompleteError, ResultWindowError)):
        everything(upstream, limits=SMALL)
    assert len(upstream.asked) < 20_000


def test_an_answer_without_a_total() -> None:
    """Rows whose number is not told cannot be proven complete; none at all are no rows."""
    for listed, expected in ((Listed([], None), None), (Listed([Row("a", BEGIN)], None), DecodeError)):
        walk = Walk(Plan((part(BEGIN, BEGIN + 9),)))
        (ask,) = walk.due()
        if expected is None:
            walk.receive(ask, listed)
            assert [] == walk.take()
            assert walk.finished
        else:
            with pytest.raises(expected, match="TotalCount"):
                walk.receive(ask, listed)


def listing(count: int, *, size: int = 5, pages: int = 4, lie: int = 0, limit: int | None = None) -> list[str]:
    """A walk over listings that know no time, one after another."""
    parts = tuple(
        Part[Any](LIST_SKILL_GROUPS, {"name_pattern": name}, lambda rows: [row.name for row in rows]) for name in "xy"
    )
    walk = Walk(Plan(parts), limits=Limits(pages, size), ahead=2, limit=limit)
    names: list[str] = []
    while not walk.finished:
        for ask in walk.due():
            held = [Row(f"{ask.arguments['name_pattern']}{number}", None) for number in range(count)]
            walk.receive(ask, Listed(held[(ask.page - 1) * ask.size : ask.page * ask.size], count + lie))
        names += [row.name for row in walk.take()]
    return names


def test_listings_without_time_follow_one_another() -> None:
    """In the order of their coming; a limit stops within or between them."""
    assert [f"{name}{number}" for name in "xy" for number in range(12)] == listing(12)
    assert [f"x{number}" for number in range(7)] == listing(12, limit=7)
    assert [*(f"x{number}" for number in range(12)), "y0", "y1"] == listing(12, limit=14)
    assert [f"{name}{number}" for name in "xy" for number in range(200)] == listing(200, pages=100)


def test_a_listing_without_time_cannot_be_cut() -> None:
    """More rows than its pages hold are an error, and so is a promise that stays broken."""
    with pytest.raises(ResultWindowError, match=r"21 rows match, and the upstream can list 20"):
        listing(21)
    with pytest.raises(IncompleteError):
        listing(12, lie=1)
    assert 20 == len(listing(10, limit=40))


def test_a_call_of_two_agents_comes_once() -> None:
    """Merged listings are one sequence; a row that both hold is the same row."""
    both = frozenset("ab")
    calls = [Row(f"r{number}", BEGIN + number // 2, both if number % 3 else frozenset("a")) for number in range(60)]
    upstream = TimedUpstream(calls)
    came = walked(upstream, *(part(BEGIN, BEGIN + 60, agent=one) for one in "ab"), limits=Limits(100, 7), ahead=3)
    assert Counter(row.name for row in calls) == Counter(row.name for row in came.rows)
    assert sorted(row.time or 0 for row in calls) == [row.time for row in came.rows]

"""Random call centres and random questions to them, and a plain filter that knows the answers.

The filter shares nothing with the library: it is the few lines that somebody would write who had all calls in a list.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import count, cycle, product
from typing import Any

import attrs
from hypothesis import strategies as st

from hillstone_ccc.sandbox import Call, Fault, Faults, Quirks

NOW = 1_767_323_045_000
"""When the first calls of every world begin, Unix milliseconds."""

ZHANG, LI, OTHER_LI = "zhangsan@ccc-demo", "lina@ccc-demo", "lina2@ccc-demo"
NAMES = {ZHANG: "张三", LI: "李娜", OTHER_LI: "李娜"}

Row = tuple[int, str]
"""When a call began, Unix milliseconds, and its contact id."""


def _kind(agents: Sequence[str], contact_type: str, disposition: str, calling: str, called: str) -> dict[str, Any]:
    return {
        "agents": tuple(agents),
        "agent_names": tuple(NAMES[agent] for agent in agents),
        "contact_type": contact_type,
        "disposition": disposition,
        "calling_number": calling,
        "called_number": called,
    }


KINDS: Sequence[Mapping[str, Any]] = (
    _kind([ZHANG], "Inbound", "Success", "13800000001", "02100000001"),
    _kind([ZHANG, LI], "Inbound", "Success", "13800000002", "02100000001"),
    _kind([OTHER_LI], "Outbound", "Success", "02100000001", "13800000001"),
    _kind([LI, OTHER_LI, ZHANG], "Inbound", "NoAnswer", "07350000001", "02100000002"),
    _kind([], "Outbound", "NoAnswer", "02100000002", "07350000011"),
    _kind([LI], "PrivacyDial", "Success", "13800000011", "13800000002"),
)
"""Calls that share agents, words and parts of numbers."""

_BY_AGENT: Sequence[Mapping[str, Any]] = (
    {},
    {},
    {},
    {"agent_ids": [ZHANG]},
    {"agent_ids": [ZHANG, LI]},
    {"agent_names": ["李娜"]},  # two of that name
    {"agent_names": ["张三", "李娜"]},
)
_BY_WORD: Sequence[Mapping[str, Any]] = (
    {},
    {},
    {},
    {},
    {"contact_types": ["Inbound"]},
    {"contact_types": ["Outbound", "PrivacyDial"]},
    {"dispositions": ["NoAnswer"]},
    {"contact_types": ["Inbound"], "dispositions": ["Success", "NoAnswer"]},
)
_BY_NUMBER: Sequence[Mapping[str, Any]] = (
    *({},) * 8,
    {"calling_number": "13800000001"},
    {"calling_number": "138000000*1"},
    {"calling_number": "0735*******"},
    {"called_number": "***********"},
    {"number": "0735"},
    {"number": "00*1", "calling_number": "1380000000*"},
)

_OPEN: Mapping[str, Sequence[Any]] = {
    "stable_ties": (True, False),
    "start_inclusive": (True, False),
    "end_inclusive": (True, False),
    "page_beyond": ("error", "empty"),
    "scalars": ("native", "quoted"),
    "empty": ("null", "absent", "blank", "zero"),
}
QUIRKS: Sequence[Quirks] = [Quirks(**dict(zip(_OPEN, settings, strict=True))) for settings in product(*_OPEN.values())]
"""What the upstream's documents leave open and a walk can meet, in every combination."""

INCLUSIVE: Sequence[Quirks] = [one for one in QUIRKS if one.start_inclusive and one.end_inclusive]
"""Those with which a total is the count of the range that was asked for."""

_WINDOWS = ((4, 5), (1, 7), (2, 3), (5, 2), (6, 1), (10, 10), (40, 1))
_GAPS = (1, 2, 3, 50, 1_000, 3_600_000)

LEFT_OUT = {Fault.EXPIRED_TOKEN, Fault.DELAY, Fault.SLOW, Fault.EXPIRED_LINK, Fault.DOWNLOAD_LIMIT}
"""Faults that no repetition heals, that take time, or that happen to downloads alone."""

PASSING = tuple(fault for fault in Fault if fault not in LEFT_OUT)
"""Faults that an immediate repetition may heal."""


def _told(settings: Any) -> str:
    """A value as it would be written, without what is as usual."""
    usual, names = type(settings)(), [field.name for field in attrs.fields(type(settings))]
    told = [f"{name}={getattr(settings, name)!r}" for name in names if getattr(settings, name) != getattr(usual, name)]
    return f"{type(settings).__name__}({', '.join(told)})"


@attrs.frozen(slots=False)
class World:
    """An upstream, its calls, and what happens to it. A call is told as ``(milliseconds after NOW, kind)``.

    Attributes:
        at_first: The calls at the beginning.
        pages: The highest page number of a list.
        page_rows: The most rows of a page.
        quirks: What the documents leave open.
        arrivals: Before which request, counted from 1, which calls arrive.
        laps: How long requests and answers are on their way, in turns of the loop; used in rotation.
        faults: What goes wrong.
    """

    at_first: tuple[tuple[int, int], ...]
    pages: int
    page_rows: int
    quirks: Quirks = attrs.field(default=Quirks(), repr=_told)
    arrivals: tuple[tuple[int, tuple[tuple[int, int], ...]], ...] = ()
    laps: tuple[int, ...] = (0,)
    faults: Faults = attrs.field(default=Faults(), repr=_told)

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:  # Hypothesis itself would tell every default
        printer.text(repr(self))

    @property
    def window(self) -> int:
        """The most rows that one question can list."""
        return self.pages * self.page_rows

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """The calls at the beginning."""
        return tuple(_call(number, *told) for number, told in enumerate(self.at_first))

    @cached_property
    def arriving(self) -> tuple[tuple[int, tuple[Call, ...]], ...]:
        """Before which request which calls arrive."""
        numbers = count(len(self.at_first))
        return tuple(
            (request, tuple(_call(next(numbers), *told) for told in several)) for request, several in self.arrivals
        )

    @property
    def calls_at_last(self) -> tuple[Call, ...]:
        """The calls when all have arrived."""
        return self.calls + tuple(call for _, calls in self.arriving for call in calls)


@attrs.frozen
class Question:
    """What is asked of a world.

    Attributes:
        start: First millisecond that belongs.
        end: First millisecond that no longer belongs.
        criteria: The filters.
        order: ``asc`` or ``desc``.
        limit: The most rows that are wanted.
    """

    start: int
    end: int
    criteria: Mapping[str, Any] = attrs.field(factory=dict[str, Any])
    order: str = "desc"
    limit: int | None = None

    def place(self, row: Row) -> int:
        """A number that grows along the answer."""
        return row[0] if self.order == "asc" else -row[0]

    def answer(self, calls: Iterable[Call]) -> list[Row]:
        """The plain filter over all calls, in order; the limit left aside."""
        found = [
            (call.start_time, call.contact_id)
            for call in calls
            if self.start <= call.start_time < self.end and meets(call, self.criteria)
        ]
        return sorted(found, key=self.place)

    def crowded(self, calls: Iterable[Call], window: int, *, by_number: bool) -> set[int]:
        """The milliseconds of the range in which one agent, if agents are asked for, has more calls than a window.

        Args:
            calls: All calls.
            window: The most rows that one question can list.
            by_number: Whether numbers narrow what the upstream lists. It knows whole ones, and parts of some.
        """
        criteria = {name: value for name, value in self.criteria.items() if by_number or not name.endswith("number")}
        found = [call for call in calls if self.start <= call.start_time < self.end and meets(call, criteria)]
        wanted = agents_of(criteria)
        each = Counter(
            (call.start_time, agent)
            for call in found
            for agent in (set(call.agents) & wanted if wanted is not None else {""})
        )
        return {time for (time, _), number in each.items() if number > window}


def agents_of(criteria: Mapping[str, Any]) -> set[str] | None:
    """The ids of the agents that are asked for; None for all."""
    if "agent_ids" in criteria:
        return set(criteria["agent_ids"])
    if "agent_names" in criteria:
        return {agent for agent, name in NAMES.items() if name in criteria["agent_names"]}
    return None


def meets(call: Call, criteria: Mapping[str, Any]) -> bool:
    """Whether a call meets every filter."""
    wanted = agents_of(criteria)
    return (
        (wanted is None or bool(wanted & set(call.agents)))
        and call.contact_type in criteria.get("contact_types", [call.contact_type])
        and call.disposition in criteria.get("dispositions", [call.disposition])
        and _alike(call.calling_number, criteria.get("calling_number", call.calling_number))
        and _alike(call.called_number, criteria.get("called_number", call.called_number))
        and any(_holds(number, criteria.get("number", "")) for number in (call.calling_number, call.called_number))
    )


def _alike(number: str, described: str) -> bool:
    return len(number) == len(described) and all(two in (one, "*") for one, two in zip(number, described, strict=True))


def _holds(number: str, described: str) -> bool:
    size = len(described)
    return any(_alike(number[at : at + size], described) for at in range(len(number) - size + 1))


def _call(number: int, after: int, kind: int) -> Call:
    """The call of that number. The order of the ids is not that of the numbers, so that ties mix old and new."""
    return Call(contact_id=f"job-{number * 7_919 % 1_000_003:018}", start_time=NOW + after, **KINDS[kind])


_kinds = st.integers(0, len(KINDS) - 1)


@st.composite
def worlds(draw: st.DrawFn, *, quirks: Sequence[Quirks] = QUIRKS, crowded: bool = False, most_bursts: int = 7) -> World:
    """Worlds in which nothing happens: bursts within a millisecond or a few, and gaps.

    Args:
        draw: Hypothesis' own.
        quirks: Among which to choose.
        crowded: Whether more calls than a window holds may begin in one millisecond.
        most_bursts: How many bursts there are at most.
    """
    pages, page_rows = draw(st.sampled_from(_WINDOWS))
    window = pages * page_rows
    gaps = st.sampled_from((0, *_GAPS) if crowded else _GAPS)
    sizes = st.integers(1, min(window, 8)) | st.just(min(window, 25))
    bursts = draw(st.lists(st.tuples(gaps, sizes, st.sampled_from((0, 0, 1))), max_size=most_bursts))
    kinds = cycle(draw(st.lists(_kinds, min_size=1, max_size=5)))
    times: list[int] = []
    for gap, size, step in bursts:
        first = (times[-1] if times else 0) + gap
        times += [first + step * number for number in range(size)]
    laps = tuple(draw(st.lists(st.integers(0, 6), min_size=1, max_size=5)))
    return World(tuple(zip(times, kinds)), pages, page_rows, draw(st.sampled_from(quirks)), laps=laps)  # noqa: B905


@st.composite
def questions(draw: st.DrawFn, world: World, *, broad: bool = False) -> Question:
    """Questions to a world, whose ranges begin and end in its clumps, beside them, or outside of all.

    Args:
        draw: Hypothesis' own.
        world: What is asked.
        broad: Whether most of its calls are to be meant, so that many pages are asked for.
    """
    times = sorted({NOW, *(call.start_time for call in world.calls)})
    near = st.builds(lambda place, beside: times[place % len(times)] + beside, st.integers(0, 200), st.integers(-1, 1))
    shape = draw(st.sampled_from(("whole", "between") if broad else ("whole", "whole", "between", "between", "moment")))
    if shape == "whole":
        start, end = times[0] - 5_000, times[-1] + 5_000
    elif shape == "between":
        start, end = sorted((draw(near), draw(near)))
    else:
        start = draw(near)
        end = start + 1
    criteria = {
        **draw(st.sampled_from(_BY_AGENT)),
        **({} if broad else draw(st.sampled_from(_BY_WORD))),
        **({} if broad else draw(st.sampled_from(_BY_NUMBER))),
    }
    limit = draw(st.sampled_from((None,) * 6 + (*range(10), 20, 30, 50)))
    return Question(start, end, criteria, draw(st.sampled_from(("desc", "asc"))), limit)


@st.composite
def busy(draw: st.DrawFn, world: World, question: Question) -> World:
    """The same world, calls arriving while it is asked: in the clumps, at the range's edges, just outside of it."""
    beside = (question.start - 1, question.start, question.end - 1, question.end)
    times = sorted({*(time - NOW for time in beside), *(time for time, _ in world.at_first)})
    one = st.tuples(st.integers(0, 200).map(lambda place: times[place % len(times)]), _kinds)
    several = st.builds(lambda one, size: (one,) * size, one, st.integers(1, 4))
    arrivals = draw(st.lists(st.tuples(st.integers(1, 15), several), max_size=8))
    return attrs.evolve(world, arrivals=tuple(arrivals))


def faulty(world: World) -> st.SearchStrategy[World]:
    """The same world, a fifth of its answers failing; in half of all cases each heals in time."""
    faults = st.builds(
        Faults,
        share=st.just(0.2),
        kinds=st.just(PASSING),
        seed=st.integers(0, 10_000),
        max_consecutive=st.sampled_from((3, None)),
    )
    return faults.map(lambda dealt: attrs.evolve(world, faults=dealt))

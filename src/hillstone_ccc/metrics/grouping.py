"""The figures of calls by hour, day, agent or skill group, as a mapping and as a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta, tzinfo
from itertools import product
from typing import TYPE_CHECKING, Any, cast

import attrs

from hillstone_ccc import InvalidQueryError

from .buckets import FIELDS, By, Place, meant, places, shown
from .facts import CallFacts, Facts
from .overall import Metrics, Terms
from .reading import Calls
from .tables import to_pandas, to_polars
from .waiting import WhenAbandoned

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

_FIGURES = tuple(field.name for field in attrs.fields(Metrics) if field.name != "dispositions")


class Groups(Mapping[Any, Metrics]):
    """The figures of each group of calls: bucket → :class:`Metrics`, in order, None last.

    A bucket is what :func:`by` was asked for: the moment at which an hour began, a date, a number, an id; with
    several, a tuple of these. None holds the calls of which it is not told: without a start, an agent, a group. Where
    no call was, there is no bucket. In the hour that comes twice two buckets are equal as datetimes of one zone
    are; each is found by its own ``fold``.

    Attributes:
        by: What the calls are grouped by.
        zone: The zone in which hours and days are meant; None if there was no time.
        names: Agent's or skill group's id → display name, as far as it is told.
    """

    def __init__(
        self,
        by: tuple[str, ...],
        groups: Mapping[tuple[Any, ...], Metrics],
        zone: tzinfo | None,
        names: Mapping[str, Mapping[str, str]],
    ) -> None:
        self.by = by
        self.zone = zone
        self.names: dict[str, str] = {key: name for told in names.values() for key, name in told.items()}
        self._names = names
        self._groups = groups

    def __getitem__(self, key: Any) -> Metrics:
        keys = (key,) if len(self.by) == 1 else _parts(key)
        bucket = tuple(map(meant, self.by, keys))
        if len(keys) != len(self.by) or bucket not in self._groups:
            raise KeyError(key)
        return self._groups[bucket]

    def __iter__(self) -> Iterator[Any]:
        for keys in self._groups:
            told = tuple(shown(by, key, self.zone) for by, key in zip(self.by, keys, strict=True))
            yield told if len(self.by) > 1 else told[0]

    def __len__(self) -> int:
        return len(self._groups)

    def __repr__(self) -> str:
        return f"Groups(by={self.by!r}, {len(self)} buckets)"

    def to_rows(self) -> list[dict[str, Any]]:
        """A dictionary a bucket: its keys, names beside ids (``agent_name``), all figures but ``dispositions``."""
        columns = self._columns()
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    def to_pandas(self) -> pd.DataFrame:
        """The rows as a DataFrame of pandas; a figure without value is NA, a day is its midnight.

        Raises:
            UnsupportedError: pandas is not installed.
        """
        return to_pandas(self._columns(), self.zone)

    def to_polars(self) -> pl.DataFrame:
        """The rows as a DataFrame of polars; a figure without value is null.

        Raises:
            UnsupportedError: polars is not installed.
        """
        return to_polars(self._columns(), self.zone)

    def _columns(self) -> dict[str, list[Any]]:
        columns: dict[str, list[Any]] = {}
        for place, by in enumerate(self.by):
            keys = [bucket[place] for bucket in self._groups]
            columns[by] = [shown(by, key, self.zone) for key in keys]
            if by in self._names:
                columns[f"{by}_name"] = [self._names[by].get(key) for key in keys]
        for name in _FIGURES:
            columns[name] = [getattr(metrics, name) for metrics in self._groups.values()]
        return columns


def _parts(key: object) -> tuple[Any, ...]:
    """What a bucket of several groupings is made of; nothing of what is no such bucket."""
    return cast("tuple[Any, ...]", key) if isinstance(key, tuple) else ()


def by(
    calls: Calls,
    *keys: By,
    timezone: str | tzinfo | None = None,
    seconds: int = 20,
    abandoned: WhenAbandoned = "failed",
    short: int | None = None,
    add_held: bool = False,
    scores: Mapping[int, float] | None = None,
    before: timedelta | None = None,
    after: timedelta | None = None,
    since: datetime | date | None = None,
    until: datetime | date | None = None,
    outbound: bool = False,
) -> Groups:
    """All figures of each group of calls.

    A call counts in the hour and on the day in which it began. It counts with each of its agents and for each of its
    skill groups, and fully: a call that two agents handled is one call of each, so what agents have does not sum up
    to what there is. Of details whose events tell it, the handling time of an agent is that agent's own; of records
    it is the call's. First contacts are found among all calls, and then counted where they were.

    Args:
        calls: Records, details or a frame; see :func:`read`. A frame needs every column that a figure needs, and
            ``start_time``, ``agent_ids`` or ``skill_group_ids``; ``agent_names`` and ``skill_group_names`` are read
            if there.
        keys: ``hour`` (each hour of each day, by the moment at which it began), ``day``, ``month`` (by its first day),
            ``weekday`` (1 is Monday, 7 Sunday), ``hour_of_day`` (0 to 23), ``agent``, ``skill_group`` (by id);
            several make a bucket of each combination that there is.
        timezone: The zone in which hours and days are meant. If None, that of the times.
        seconds: For these and the rest see :func:`summary`.
        abandoned: As there.
        short: As there.
        add_held: As there.
        scores: As there.
        before: As there.
        after: As there.
        since: As there.
        until: As there.
        outbound: As there.

    Raises:
        InvalidQueryError: There is no such grouping, a frame lacks a column, the calls' times were told in several
            zones and ``timezone`` does not say in which they are meant, or an argument cannot be meant.
    """
    if not keys or not all(key in tuple(FIELDS) for key in keys):  # no set, since what is given may be a list
        told = f"Calls are grouped by {', '.join(FIELDS)}, not by {', '.join(map(repr, keys)) or 'nothing'}."
        raise InvalidQueryError(told, advice="Several are given one after the other: by(calls, 'day', 'agent').")
    terms = Terms(
        seconds=seconds,
        abandoned=abandoned,
        short=short,
        add_held=add_held,
        scores=scores,
        before=before,
        after=after,
        since=since,
        until=until,
        outbound=outbound,
    )
    facts = terms.read(calls, *(FIELDS[key] for key in keys), timezone=timezone)
    names = {"agent": facts.agent_names, "skill_group": facts.skill_group_names}
    return Groups(
        tuple(keys),
        {bucket: terms.figures(facts.of(members)) for bucket, members in grouped(facts, keys).items()},
        facts.zone,
        {key: names[key] for key in keys if key in names},
    )


def grouped(facts: Facts, keys: tuple[str, ...]) -> dict[tuple[Any, ...], list[CallFacts]]:
    """The calls of each bucket, in order; for who needs few figures, or none. Their field must have been read."""
    where: list[Place] = [places(facts, key) for key in keys]
    agent = keys.index("agent") if "agent" in keys else None
    found: defaultdict[tuple[Any, ...], list[CallFacts]] = defaultdict(list)
    for call in facts:
        for bucket in product(*[place(call) for place in where]):
            found[bucket].append(call if agent is None else _as_of(call, bucket[agent]))
    return {bucket: found[bucket] for bucket in sorted(found, key=_in_order)}


def _as_of(call: CallFacts, agent: str | None) -> CallFacts:
    """The call as one of its agents had it, where events tell how long that was."""
    if agent is None or call.talked is None or call.talked_by is None:
        return call
    return call._replace(talked=call.talked_by.get(agent))


def _in_order(bucket: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple((key is None, key) for key in bucket)

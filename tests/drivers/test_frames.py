"""Rows as Arrow, pandas and polars frames, with either driver."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from hillstone_ccc import CallRecord, ContactType, DecodeError, InvalidQueryError, UnsupportedError
from hillstone_ccc._core.columns import columns
from hillstone_ccc._frames import Batches, schema, zone_name
from hillstone_ccc.sandbox import Sandbox
from hillstone_ccc.testing.clock import SimulatedClock

SHANGHAI = ZoneInfo("Asia/Shanghai")
KINDS: dict[str, dict[str, Any]] = {
    "contact_id": {"arrow": pa.string(), "pandas": "string", "polars": pl.String},
    "calling_number": {"arrow": pa.string(), "pandas": "string", "polars": pl.String},
    "contact_type": {"arrow": pa.dictionary(pa.int32(), pa.string()), "pandas": "category", "polars": pl.Categorical},
    "start_time": {
        "arrow": pa.timestamp("ms", tz="Asia/Shanghai"),
        "pandas": "datetime64[ms, Asia/Shanghai]",
        "polars": pl.Datetime("ms", "Asia/Shanghai"),
    },
    "talk_time": {"arrow": pa.int64(), "pandas": "Int64", "polars": pl.Int64},
    "recording_ready": {"arrow": pa.bool_(), "pandas": "boolean", "polars": pl.Boolean},
    "agent_ids": {"arrow": pa.list_(pa.string()), "pandas": "object", "polars": pl.List(pl.String)},
    "extra": {"arrow": pa.string(), "pandas": "string", "polars": pl.String},
}


@pytest.fixture
def box(clock: SimulatedClock) -> Sandbox:
    """A sandbox of 150 calls of the last days."""
    return Sandbox(records=150, seed=7, clock=clock.wall)


def _all(ccc: Any, **criteria: Any) -> Any:
    return ccc.call_records.search(start=timedelta(days=40), **criteria)


def _none(ccc: Any) -> Any:
    return _all(ccc, contact_ids=["job-0"])


def test_a_table_holds_every_row(want: Callable[..., Any]) -> None:
    """Each value is the record's, column by column; the same in pandas and polars."""
    rows = want(lambda ccc: _all(ccc).to_list())
    table = want(lambda ccc: _all(ccc).to_arrow())
    frame = want(lambda ccc: _all(ccc).to_pandas())
    other = want(lambda ccc: _all(ccc).to_polars())
    assert 150 == len(rows) == table.num_rows == len(frame) == len(other)
    names = [column.name for column in columns(CallRecord)]
    assert names == table.column_names == list(frame.columns) == other.columns
    for name in ("contact_id", "calling_number", "contact_disposition", "start_time", "talk_time", "recording_ready"):
        told = [getattr(row, name) for row in rows]
        assert told == table[name].to_pylist()
        assert told == [None if pd.isna(one) else one for one in frame[name]]
        assert told == other[name].to_list()
    assert [list(row.agent_ids) for row in rows] == table["agent_ids"].to_pylist()
    assert [list(row.agent_ids) for row in rows] == [list(one) for one in frame["agent_ids"]]


@pytest.mark.parametrize("results", [_all, _none])
def test_the_schema_is_the_same_however_many_rows(want: Callable[..., Any], results: Callable[[Any], Any]) -> None:
    """Also of an empty search, and also the categories."""
    table = want(lambda ccc: results(ccc).to_arrow())
    frame = want(lambda ccc: results(ccc).to_pandas())
    other = want(lambda ccc: results(ccc).to_polars())
    assert schema(CallRecord, SHANGHAI).equals(table.schema)
    for name, kind in KINDS.items():
        assert kind["arrow"] == table.schema.field(name).type
        assert kind["pandas"] == str(frame.dtypes[name]).replace("string[python]", "string")
        assert kind["polars"] == other.schema[name]
    whole = want(lambda ccc: _all(ccc).to_pandas())
    assert whole.dtypes.equals(frame.dtypes)


def test_units_are_told() -> None:
    """A column of seconds says so."""
    told = schema(CallRecord, SHANGHAI)
    assert {b"unit": b"s"} == told.field("talk_time").metadata
    assert None is told.field("contact_id").metadata


def test_batches_as_they_come(want: Callable[..., Any]) -> None:
    """Of the size asked for, but for the last; one that is empty where there is nothing."""
    batches = want(lambda ccc: _all(ccc).iter_arrow(batch_size=40))
    assert [40, 40, 40, 30] == [batch.num_rows for batch in batches]
    assert want(lambda ccc: _all(ccc).to_arrow()).equals(pa.Table.from_batches(batches).unify_dictionaries())
    assert [0] == [batch.num_rows for batch in want(lambda ccc: _none(ccc).iter_arrow())]
    assert [50, 50, 50] == [batch.num_rows for batch in want(lambda ccc: _all(ccc).iter_arrow(batch_size=50))]
    assert [7] == [batch.num_rows for batch in want(lambda ccc: _all(ccc).limit(7).iter_arrow())]


def test_agents_and_skill_groups(want: Callable[..., Any]) -> None:
    """Every search has its frame; an id of 18 digits is exact."""
    agents = want(lambda ccc: ccc.agents.search().to_list())
    frame = want(lambda ccc: ccc.agents.search().to_pandas())
    ids = [agent.ram_id for agent in agents]
    assert ids == [None if one is pd.NA else one for one in frame["ram_id"]]
    assert ids[0] > 10**17
    groups = want(lambda ccc: ccc.skill_groups.search().to_polars())
    assert want(lambda ccc: ccc.skill_groups.search().count()) == len(groups)


@pytest.mark.parametrize("size", [0, -1, True, 1.0, "9"])
def test_a_size_that_cannot_be_meant(want: Callable[..., Any], size: Any) -> None:
    """It is refused when it is told, not when the first batch is asked for."""
    with pytest.raises(InvalidQueryError, match="batch_size"):
        want(lambda ccc: (_all(ccc).iter_arrow(batch_size=size), 0)[1])


@pytest.mark.parametrize(
    ("package", "way", "extra"),
    [
        ("pyarrow", "to_arrow", "arrow"),
        ("pyarrow", "iter_arrow", "arrow"),
        ("pandas", "to_pandas", "pandas"),
        ("polars", "to_polars", "polars"),
        ("pyarrow", "to_polars", "arrow"),
    ],
)
def test_an_extra_that_is_missing_is_named(
    want: Callable[..., Any], box: Sandbox, monkeypatch: pytest.MonkeyPatch, package: str, way: str, extra: str
) -> None:
    """Before anything is sent."""
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(UnsupportedError, match=rf"hillstone-ccc\[{extra}\]"):
        want(lambda ccc: getattr(_all(ccc), way)())
    assert 0 == len(box.requests)


def test_words_that_nobody_listed() -> None:
    """Each stays readable; a later batch knows those of an earlier one in their places."""
    made = Batches(CallRecord, SHANGHAI)
    one = made.batch(
        [
            CallRecord("job-1", contact_type=ContactType("Telepathy")),
            CallRecord("job-2", contact_type=ContactType.INBOUND),
        ]
    )
    two = made.batch([CallRecord("job-3", contact_type=ContactType("Ouija")), CallRecord("job-4")])
    table = made.table([one, two])
    assert ["Telepathy", "Inbound", "Ouija", None] == table["contact_type"].to_pylist()
    first, second = (batch["contact_type"].dictionary.to_pylist() for batch in (one, two))
    assert first == second[: len(first)]
    assert ["Ouija"] == second[len(first) :]


def test_a_number_that_no_column_holds() -> None:
    """Upstreams may send any; a frame says which column, and cuts nothing."""
    with pytest.raises(DecodeError, match="talk_time"):
        Batches(CallRecord, SHANGHAI).batch([CallRecord("job-1", talk_time=2**63)])


@pytest.mark.parametrize(
    ("zone", "name"), [(SHANGHAI, "Asia/Shanghai"), (timezone.utc, "UTC"), (timezone(timedelta(hours=8)), "UTC")]
)
def test_zones(zone: tzinfo, name: str) -> None:
    """One without a name, which polars would not know, is told in UTC: the moments are the same."""
    assert name == zone_name(zone)
    assert pa.timestamp("ms", tz=name) == schema(CallRecord, zone).field("start_time").type

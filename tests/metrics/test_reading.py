"""Calls in whatever form they come, and what cannot be read."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta, timezone, tzinfo
from pathlib import Path
from typing import Any

import attrs
import pytest

from hillstone_ccc import AsyncClient, CallDetail, Client, ConfigurationError, InvalidQueryError, metrics
from hillstone_ccc.metrics.facts import Fields
from hillstone_ccc.sandbox import Sandbox

from .by_hand import CALLS, FORMS, SHANGHAI, A, as_arrow, as_pandas, as_polars

Form = Callable[..., Any]
FRAMES = {name: form for name, form in FORMS.items() if name != "records"}


@pytest.fixture(params=FORMS)
def form(request: pytest.FixtureRequest) -> Form:
    """Gives calls as an iterator, or as a frame of one of three kinds."""
    return FORMS[request.param]


@pytest.fixture(params=FRAMES)
def frame(request: pytest.FixtureRequest) -> Form:
    """Gives calls as a frame of one of three kinds."""
    return FRAMES[request.param]


def test_facts_are_the_same_whatever_calls_come_as(form: Form) -> None:
    """Every single one of them, and the zone and the names."""
    facts = metrics.read(form(CALLS))
    assert list(metrics.read(CALLS)) == list(facts)
    assert SHANGHAI == facts.zone
    assert "甲" == facts.agent_names[A]
    assert frozenset(Fields._fields) == facts.fields


def test_facts_are_taken_for_calls(form: Form) -> None:
    """So that calls are read once, also where they can be gone through only once."""
    facts = metrics.read(form(CALLS))
    assert facts is metrics.read(facts)
    assert metrics.summary(CALLS) == metrics.summary(facts)
    assert metrics.by(CALLS, "agent") == metrics.by(facts, "agent")


def test_facts_are_a_sequence() -> None:
    """Of one call each; some of them know what all knew."""
    facts = metrics.read(CALLS)
    assert len(CALLS) == len(facts) == len(list(facts))
    assert facts[0] == facts[:1][0]
    some = facts.of(facts[:3])
    assert (3, facts.zone, facts.fields) == (len(some), some.zone, some.fields)
    assert "Facts(23 calls, zone='Asia/Shanghai')" == repr(facts)


def test_numbers_are_masked_where_facts_are_shown() -> None:
    """They are there all the same."""
    fact = metrics.read(CALLS)[0]
    assert "13800000001" == fact.customer
    fields = Fields(calling_number="13800000001", called_number="02100000001")
    for shown in (repr(fact), repr(fields), str([fact]), f"{fact}"):
        assert "00000001" not in shown
    assert "customer='138****0001', agents=('a@demo',)" in repr(fact)


def test_only_what_is_needed_is_read(form: Form) -> None:
    """A formula needs few columns; the rest may be missing."""
    facts = metrics.read(form(CALLS), ("contact_disposition",))
    assert frozenset({"contact_disposition"}) == facts.fields
    with pytest.raises(InvalidQueryError, match="lack contact_type, queue_time, ring_time"):
        metrics.service_level(facts)


@pytest.mark.parametrize(
    ("formula", "columns"),
    [
        (metrics.outcomes, ["contact_type", "contact_disposition"]),
        (metrics.dispositions, ["contact_disposition"]),
        (metrics.abandonment, ["contact_type", "contact_disposition"]),
        (metrics.service_level, ["contact_type", "contact_disposition", "queue_time", "ring_time"]),
        (metrics.average_speed_of_answer, ["contact_type", "contact_disposition", "queue_time", "ring_time"]),
        (metrics.waiting, ["contact_type", "contact_disposition", "queue_time", "ring_time"]),
        (metrics.waiting_times, ["contact_type", "contact_disposition", "queue_time", "ring_time"]),
        (metrics.handling, ["contact_disposition", "talk_time"]),
        (metrics.transfers, ["transfer_count"]),
        (metrics.satisfaction, ["satisfaction_survey_offered", "satisfaction_index"]),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_each_formula_tells_what_a_frame_lacks(frame: Form, formula: Any, columns: list[str]) -> None:
    """It works with the columns that its docstring names, and without any one of them the error names that one."""
    whole = frame(CALLS)
    assert formula(CALLS) == formula(_only(whole, columns))
    for missing in columns:
        with pytest.raises(InvalidQueryError, match=rf"lack {missing}\. A frame needs"):
            formula(_only(whole, [column for column in columns if column != missing]))
        assert missing in formula.__doc__


def _only(frame: Any, columns: list[str]) -> Any:
    if hasattr(frame, "loc"):
        return frame[columns]
    return frame.select(columns)


def test_a_summary_needs_every_column(frame: Form) -> None:
    """Nothing is silently left out of it."""
    whole = frame(CALLS)
    columns = [name for name in Fields._fields if not name.endswith(("_ids", "_names"))]
    needed = [name for name in columns if name not in ("start_time", "calling_number", "called_number", "held_time")]
    assert metrics.summary(CALLS) == metrics.summary(_only(whole, needed))
    with pytest.raises(InvalidQueryError, match="lack held_time"):
        metrics.summary(_only(whole, needed), add_held=True)
    with pytest.raises(InvalidQueryError, match="lack start_time, calling_number, called_number"):
        metrics.summary(_only(whole, needed), before=timedelta(1), after=timedelta(1))
    with pytest.raises(InvalidQueryError, match="lack agent_ids"):
        metrics.by(_only(whole, needed), "agent")


def test_names_are_not_needed(frame: Form) -> None:
    """Agents are told by id; without the names there are none."""
    columns = [name for name in Fields._fields if not name.endswith("_names")]
    found = metrics.by(_only(frame(CALLS), columns), "agent")
    assert {} == found.names
    assert metrics.by(CALLS, "agent")[A] == found[A]


def test_what_is_no_call() -> None:
    """Neither taken for one nor passed over."""
    wrong: Any
    for wrong in (None, 1, CALLS[0]):
        with pytest.raises(TypeError, match="holds no calls"):
            metrics.summary(wrong)
    for wrong in ("calls", [{"contact_type": "Inbound"}], [None]):
        with pytest.raises(TypeError, match="is neither a call record nor a call's details"):
            metrics.summary(wrong)


def test_a_search_that_is_awaited() -> None:
    """Cannot be gone through here; the error tells what to give."""
    client = AsyncClient(instance_id="ccc-demo", access_key_id="example-id", access_key_secret="example-secret")
    calls: Any = client.call_records.search()
    with pytest.raises(TypeError, match=r"AsyncResults holds no calls; await its to_list\(\)"):
        metrics.summary(calls)


def test_a_zone_that_there_is_not() -> None:
    """As wherever the library takes a zone's name."""
    with pytest.raises(ConfigurationError, match="Mars"):
        metrics.by(CALLS, "hour", timezone="Mars/Olympus")


# --- frames that were worked on -------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", ["s", "us", "ns"])
def test_times_of_other_units(unit: Any) -> None:
    """What a frame's library made of them is read all the same."""
    import pyarrow as pa  # noqa: PLC0415

    expected = list(metrics.read(CALLS))
    pandas = as_pandas(CALLS)
    pandas["start_time"] = pandas["start_time"].dt.as_unit(unit)
    assert expected == list(metrics.read(pandas))
    arrow = as_arrow(CALLS)
    place = arrow.schema.get_field_index("start_time")
    cast = arrow["start_time"].cast(pa.timestamp(unit, "Asia/Shanghai"))
    assert expected == list(metrics.read(arrow.set_column(place, "start_time", cast)))
    if unit != "s":
        import polars as pl  # noqa: PLC0415

        polars = as_polars(CALLS).with_columns(pl.col("start_time").dt.cast_time_unit(unit))
        assert expected == list(metrics.read(polars))


def test_offsets_for_zones() -> None:
    """A zone may have no name."""
    import pyarrow as pa  # noqa: PLC0415

    arrow = as_arrow(CALLS)
    place = arrow.schema.get_field_index("start_time")
    cast = arrow["start_time"].cast(pa.timestamp("ms", "+08:00"))
    facts = metrics.read(arrow.set_column(place, "start_time", cast))
    assert timezone(timedelta(hours=8)) == facts.zone
    assert list(metrics.by(CALLS, "hour")) == list(metrics.by(facts, "hour"))


def test_zones_of_another_library() -> None:
    """Older frames have zones that are not Python's own; those with a name are taken by it."""

    class Other(tzinfo):
        zone = "Asia/Shanghai"

        def utcoffset(self, _: datetime | None) -> timedelta:
            return timedelta(hours=8)

        def dst(self, _: datetime | None) -> None:
            return None

        def tzname(self, _: datetime | None) -> str:
            return self.zone

    start = datetime(2026, 3, 2, 9, 5, tzinfo=Other())
    facts = metrics.read([attrs.evolve(CALLS[0], start_time=start)])
    assert (SHANGHAI, metrics.read(CALLS)[0]) == (facts.zone, facts[0])


def test_times_as_objects() -> None:
    """A column of Python's datetimes is a column of times."""
    for series in (as_pandas(CALLS).astype({"start_time": object}), _objects(as_polars(CALLS))):
        assert list(metrics.read(CALLS)) == list(metrics.read(series))


def _objects(frame: Any) -> Any:
    import polars as pl  # noqa: PLC0415

    return frame.with_columns(pl.Series("start_time", frame["start_time"].to_list(), dtype=pl.Object))


def test_times_without_a_zone(frame: Form) -> None:
    """Whose hour it is cannot be guessed, so it has to be said."""
    whole = frame(CALLS)
    if hasattr(whole, "loc"):
        whole["start_time"] = whole["start_time"].dt.tz_localize(None)
    elif hasattr(whole, "with_columns"):
        import polars as pl  # noqa: PLC0415

        whole = whole.with_columns(pl.col("start_time").dt.replace_time_zone(None))
    else:
        place = whole.schema.get_field_index("start_time")
        whole = whole.set_column(place, "start_time", whole["start_time"].cast("timestamp[ms]"))
    with pytest.raises(InvalidQueryError, match="Times need a zone"):
        metrics.by(whole, "hour")
    assert metrics.summary(CALLS) == metrics.summary(whole)  # which asks for no time


def test_a_record_without_a_zone() -> None:
    """Nor can it be guessed there."""
    naive = attrs.evolve(CALLS[0], start_time=datetime(2026, 3, 2, 9))  # noqa: DTZ001 - meant
    with pytest.raises(InvalidQueryError, match="start_time holds"):
        metrics.by([naive], "hour")


def test_numbers_that_became_floats() -> None:
    """Joins and files make floats of them, and NaN of those that are missing."""
    pandas = as_pandas(CALLS)
    numbers = [name for name in pandas if str(pandas[name].dtype) == "Int64"]
    assert {"queue_time", "talk_time", "satisfaction_index"} <= set(numbers)
    floats = pandas.astype(dict.fromkeys(numbers, "float64"))
    assert list(metrics.read(CALLS)) == list(metrics.read(floats))
    assert {int, type(None)} == {type(one.waited) for one in metrics.read(floats)}
    import polars as pl  # noqa: PLC0415

    nan = pl.from_pandas(floats, nan_to_null=False)
    assert metrics.summary(CALLS) == metrics.summary(nan.with_columns(pl.col("contact_type").cast(pl.String)))


def test_lists_that_became_text() -> None:
    """As in a CSV file that the library wrote."""
    pandas = as_pandas(CALLS)
    for name in ("agent_ids", "agent_names", "skill_group_ids", "skill_group_names"):
        pandas[name] = [";".join(values) for values in pandas[name]]
    assert metrics.by(CALLS, "agent") == metrics.by(pandas, "agent")


def test_times_that_became_text() -> None:
    """ISO 8601 with an offset is a moment; other text is none."""
    pandas = as_pandas(CALLS)
    pandas["start_time"] = [None if one is None else one.isoformat() for one in (call.start_time for call in CALLS)]
    assert list(metrics.by(CALLS, "hour").items()) == list(metrics.by(pandas, "hour").items())
    pandas["start_time"] = "half past nine"
    with pytest.raises(InvalidQueryError, match="start_time holds 'half past nine'"):
        metrics.by(pandas, "hour")


def test_a_key_of_0_is_none() -> None:
    """As records read it; a frame of one's own may hold it."""
    pandas = as_pandas(CALLS)
    pandas["satisfaction_index"] = pandas["satisfaction_index"].fillna(0)
    assert metrics.satisfaction(CALLS) == metrics.satisfaction(pandas)


def test_words_in_any_spelling() -> None:
    """V2's capitals and the contract's small letters are V1's words."""
    pandas = as_pandas(CALLS)
    pandas["contact_type"] = pandas["contact_type"].astype(str).str.upper()
    assert metrics.summary(CALLS) == metrics.summary(pandas)


def test_a_batch_of_arrow() -> None:
    """Is a table, too."""
    assert metrics.summary(CALLS) == metrics.summary(as_arrow(CALLS).to_batches()[0])


def test_frames_of_ones_own() -> None:
    """A class that descends from a frame's is a frame."""
    import pandas as pd  # noqa: PLC0415

    class Mine(pd.DataFrame):
        pass

    assert metrics.summary(CALLS) == metrics.summary(Mine(as_pandas(CALLS)))


# --- the real thing -------------------------------------------------------------------------------------------


def test_a_search_and_its_frames(tmp_path: Path) -> None:
    """What a search gives, record by record, as a frame or by way of a file, has the same figures."""
    import pandas as pd  # noqa: PLC0415

    with Sandbox() as box:
        client = Client(
            instance_id=box.instance_id,
            endpoint=box.endpoint,
            access_key_id=box.access_key_id,
            access_key_secret=box.access_key_secret,
        )
        with client as ccc:
            calls = ccc.call_records.search(
                start=timedelta(days=1), end=datetime.now(timezone.utc) - timedelta(hours=1)
            )
            windows: dict[str, Any] = {"before": timedelta(hours=1), "after": timedelta(hours=1)}
            expected = metrics.summary(calls, **windows)
            assert expected.answered > 0
            for made in (calls.to_arrow(), calls.to_pandas(), calls.to_polars()):
                assert expected == metrics.summary(made, **windows)
            path = calls.export(tmp_path / "calls.csv")
            assert expected == metrics.summary(pd.read_csv(path), **windows)
            assert metrics.by(calls, "hour", "agent") == metrics.by(pd.read_csv(path), "hour", "agent")
            details = [ccc.call_records.get(one.contact_id) for one in calls.limit(40)]
            assert {CallDetail} == set(map(type, details))
            assert metrics.summary(calls.limit(40)) == metrics.summary(details)


@pytest.mark.once
def test_importing_it_loads_no_frames() -> None:
    """It belongs to the base install, whose packages are few."""
    heavy = "{'pandas', 'polars', 'pyarrow', 'numpy', 'httpx'}"
    program = f"import sys\nimport hillstone_ccc.metrics\nprint(*{heavy} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert "" == run.stdout.strip()

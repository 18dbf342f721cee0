"""Values that a file, a database or a join changed: read as they are meant, or refused; never counted wrong."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc import InvalidQueryError, metrics
from hillstone_ccc.metrics.facts import Fields

from .by_hand import CALLS, A, as_arrow, as_pandas, as_polars

OFFERED = "satisfaction_survey_offered"
NUMBERS = ("ivr_time", "queue_time", "ring_time", "talk_time", "held_time", "transfer_count", "satisfaction_index")
# pandas' numbers are those of a package that need not be typed here.
FLAGS: Mapping[str, Callable[[Any], Any]] = {
    "Int64": lambda flags: flags.astype("Int64"),
    "floats": lambda flags: flags.astype("Float64").astype("float64"),
    "numpy's": lambda flags: flags.fillna(value=False).astype("bool").to_numpy().astype(object),
    "objects": lambda flags: flags.astype(object),
    "text": lambda flags: [None if flag is None else str(flag) for flag in _plain(flags)],
    "small letters": lambda flags: ["" if flag is None else str(flag).lower() for flag in _plain(flags)],
    "digits": lambda flags: [None if flag is None else f" {flag:d}" for flag in _plain(flags)],
    "float text": lambda flags: [None if flag is None else f"{flag:.1f}" for flag in _plain(flags)],
    "decimals": lambda flags: [None if flag is None else Decimal(flag) for flag in _plain(flags)],
}


def _plain(series: Any) -> list[Any]:
    values: list[Any] = series.astype(object).where(series.notna(), None).tolist()
    return values


@pytest.mark.parametrize("kind", FLAGS)
def test_flags_of_other_types(kind: str) -> None:
    """Whatever stands for true is true, so that who was asked and did not answer is counted."""
    pandas = as_pandas(CALLS)
    pandas[OFFERED] = FLAGS[kind](pandas[OFFERED])
    assert metrics.satisfaction(CALLS) == metrics.satisfaction(pandas)


def test_flags_of_polars_and_arrow() -> None:
    """Also small numbers and numbers of arrow's."""
    import polars as pl  # noqa: PLC0415

    expected = metrics.satisfaction(CALLS)
    assert expected.surveyed > expected.answered
    assert expected == metrics.satisfaction(as_polars(CALLS).with_columns(pl.col(OFFERED).cast(pl.Int8)))
    floats = pl.col(OFFERED).cast(pl.Float64).fill_null(float("nan"))
    assert expected == metrics.satisfaction(as_polars(CALLS).with_columns(floats))
    arrow = as_arrow(CALLS)
    place = arrow.schema.get_field_index(OFFERED)
    assert expected == metrics.satisfaction(arrow.set_column(place, OFFERED, arrow[OFFERED].cast("int8")))


def test_a_database_between() -> None:
    """SQLite has neither flags nor times nor lists; what it gives back has the same figures."""
    import pandas as pd  # noqa: PLC0415

    pandas = as_pandas(CALLS)
    for name in ("agent_ids", "agent_names", "skill_group_ids", "skill_group_names"):
        pandas[name] = [";".join(values) for values in pandas[name]]
    pandas["start_time"] = [None if one.start_time is None else one.start_time.isoformat() for one in CALLS]
    columns = list(Fields._fields)
    connection = sqlite3.connect(":memory:")
    pandas[columns].to_sql("calls", connection, index=False)
    rows = connection.execute("SELECT * FROM calls")
    back = pd.DataFrame(rows.fetchall(), columns=columns)
    connection.close()
    assert metrics.summary(CALLS) == metrics.summary(back)
    assert list(metrics.by(CALLS, "agent").items()) == list(metrics.by(back, "agent").items())


@pytest.mark.parametrize("wrong", [2, -1, 0.5, "yes", "2", float("inf"), b"1", [True]])
def test_what_is_no_flag(wrong: Any) -> None:
    """The error names the column and the value."""
    pandas = as_pandas(CALLS)
    pandas[OFFERED] = [wrong, *[True] * (len(CALLS) - 1)]
    with pytest.raises(InvalidQueryError, match=f"{OFFERED} holds .*, which is neither true nor false") as caught:
        metrics.satisfaction(pandas)
    assert repr(wrong) in str(caught.value)


@pytest.mark.parametrize("form", ["{:d}", " {:d} ", "{:d}.0", "{:d}.", "+{:d}"])
def test_numbers_that_became_text(form: str) -> None:
    """A file that is read without types; a blank is nothing."""
    pandas = as_pandas(CALLS)
    for name in NUMBERS:
        pandas[name] = ["" if value is None else form.format(value) for value in _plain(pandas[name])]
    assert metrics.summary(CALLS) == metrics.summary(pandas)
    assert list(metrics.read(CALLS)) == list(metrics.read(pandas))


def test_numbers_of_other_libraries() -> None:
    """Those of numpy, and decimals, as databases give them."""
    pandas = as_pandas(CALLS)
    for name in NUMBERS:
        numbers = pandas[name].fillna(0).astype("int64").to_numpy()
        pandas[name] = [number if place % 2 else Decimal(int(number)) for place, number in enumerate(numbers)]
    pandas["ring_time"] = pandas["ring_time"].astype("float32").astype(object)
    expected, found = metrics.summary(CALLS[:22]), metrics.summary(pandas[:22])
    assert (expected.average_wait, expected.handling_time) == (found.average_wait, found.handling_time)


@given(st.lists(st.one_of(st.none(), st.integers(0, 2**52)), min_size=1, max_size=8))
def test_numbers_are_the_same_in_every_form(numbers: list[int | None]) -> None:
    """As text, as floats and as they are."""
    import pandas as pd  # noqa: PLC0415

    words = {"contact_type": "Outbound", "contact_disposition": "Success"}
    texts = [None if number is None else str(number) for number in numbers]
    floats = [float("nan") if number is None else float(number) for number in numbers]
    frames = [pd.DataFrame({"talk_time": pd.Series(one, dtype=object), **words}) for one in (numbers, texts, floats)]
    expected = [number for number in numbers if number is not None]
    for frame in frames:
        found = metrics.handling(frame)
        assert (len(expected), sum(expected)) == (found.calls, found.total)


@pytest.mark.parametrize(
    "wrong", ["abc", "1.5", "1e3", "0x1", "٣", 1.5, float("inf"), Decimal("1.5"), True, b"1", [1], object]
)
def test_what_is_no_number(wrong: Any) -> None:
    """The error names the column and the value; nothing is cut off or put together."""
    pandas = as_pandas(CALLS).astype({"talk_time": object})
    pandas["talk_time"] = [wrong, *_plain(pandas["talk_time"])[1:]]
    with pytest.raises(InvalidQueryError, match=r"talk_time holds .*, which is no whole number") as caught:
        metrics.handling(pandas)
    assert repr(wrong) in str(caught.value)


def test_durations_are_no_numbers() -> None:
    """Whether seconds are meant has to be said."""
    import pandas as pd  # noqa: PLC0415

    pandas = as_pandas(CALLS)
    pandas["talk_time"] = pd.to_timedelta(pandas["talk_time"].astype("float64"), unit="s")
    with pytest.raises(InvalidQueryError, match="talk_time holds Timedelta"):
        metrics.handling(pandas)


def test_phone_numbers_that_became_numbers() -> None:
    """Floats, where some are missing, are the same customers."""
    pandas = as_pandas(CALLS)
    pandas["called_number"] = [float(number) for number in pandas["called_number"]]
    mixed = [int(number) if place % 2 else number for place, number in enumerate(pandas["calling_number"])]
    pandas["calling_number"] = mixed
    expected = [call.customer for call in metrics.read(CALLS) if call.customer]
    assert expected == [call.customer for call in metrics.read(pandas) if call.customer]
    assert "13800000001" in expected


def test_what_is_no_phone_number() -> None:
    """The error names the column and not what it holds."""
    pandas = as_pandas(CALLS)
    pandas["calling_number"] = [["13800000001"]] * len(CALLS)
    with pytest.raises(InvalidQueryError, match="calling_number holds a value of type list") as caught:
        metrics.read(pandas)
    assert "0001" not in str(caught.value)


def test_what_is_no_word() -> None:
    """A number is none."""
    pandas = as_pandas(CALLS)
    pandas["contact_disposition"] = 7
    with pytest.raises(InvalidQueryError, match="contact_disposition holds 7, which is no word"):
        metrics.dispositions(pandas)
    pandas["contact_disposition"] = [call.contact_disposition for call in CALLS]
    assert metrics.dispositions(CALLS) == metrics.dispositions(pandas)


@pytest.mark.parametrize("wrong", [7, "['a' 'b']", "['a', 'b']", "[1, 2]", ["a", None], [7], [["a"]], b"a"])
def test_what_is_no_list_of_ids(wrong: Any) -> None:
    """A frame's own CSV writes lists as nobody reads them; ids are text."""
    pandas = as_pandas(CALLS)
    pandas["agent_ids"] = [(), None, A, *[wrong] * (len(CALLS) - 3)]
    with pytest.raises(InvalidQueryError, match=r"agent_ids holds .*, which is no list of texts") as caught:
        metrics.by(pandas, "agent")
    assert repr(wrong) in str(caught.value)


def test_columns_that_there_are_twice() -> None:
    """Which one is meant cannot be guessed."""
    import pandas as pd  # noqa: PLC0415
    import pyarrow as pa  # noqa: PLC0415

    frame = as_pandas(CALLS)
    arrow = as_arrow(CALLS)
    for name in ("talk_time", "start_time"):
        twice = pd.concat([frame, frame[[name]]], axis=1)
        of_arrow = pa.Table.from_arrays([*arrow.columns, arrow[name]], names=[*arrow.schema.names, name])
        for one in (twice, of_arrow):
            with pytest.raises(InvalidQueryError, match=f"several columns {name}"):
                metrics.read(one)


def test_blank_times() -> None:
    """Tell no time, as where a file has nothing."""
    pandas = as_pandas(CALLS)
    pandas["start_time"] = ["" if one.start_time is None else one.start_time.isoformat() for one in CALLS]
    assert list(metrics.by(CALLS, "hour").items()) == list(metrics.by(pandas, "hour").items())

"""Rows as columns."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc._core.agents import Agent, SkillGroup
from hillstone_ccc._core.columns import Column, Kind, as_columns, columns
from hillstone_ccc._core.convert import make_converter
from hillstone_ccc._core.moments import to_milliseconds
from hillstone_ccc._core.plain import as_json
from hillstone_ccc._core.records import CallRecord, SummaryIndex
from hillstone_ccc._core.vocabulary import ContactType

from .strategies import of, zones

MODELS = [CallRecord, Agent, SkillGroup]
ZONE = timezone(timedelta(hours=8))


def column(model: type[Any], name: str) -> Column:
    """The column of that name."""
    return next(one for one in columns(model) if one.name == name)


@pytest.mark.parametrize("model", MODELS)
def test_each_attribute_is_a_column(model: type[Any]) -> None:
    """In their order, under their names."""
    assert [field.name for field in attrs.fields(model)] == [one.name for one in columns(model)]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("contact_id", Kind.TEXT),
        ("calling_number", Kind.TEXT),
        ("contact_type", Kind.WORD),
        ("start_time", Kind.TIME),
        ("talk_time", Kind.WHOLE),
        ("recording_ready", Kind.FLAG),
        ("agent_ids", Kind.TEXTS),
        ("analytics_report", Kind.JSON),
        ("extra", Kind.JSON),
    ],
)
def test_what_a_column_holds(name: str, kind: Kind) -> None:
    """The attribute's type tells."""
    assert kind is column(CallRecord, name).kind


def test_units() -> None:
    """Whole numbers are seconds, but for those that are counts, keys or ids, and one that nobody explains."""
    units = {one.name: one.unit for model in MODELS for one in columns(model) if one.kind is Kind.WHOLE}
    assert {name for name, unit in units.items() if unit == "s"} == {
        name for name in units if name.endswith(("_time", "_duration")) and name != "first_response_time"
    }
    assert None is units["first_response_time"]
    assert ("transfers", "id") == (units["transfer_count"], units["ram_id"])


def test_phone_numbers_are_told_apart() -> None:
    """So that whoever shows a frame can mask them."""
    assert ["calling_number", "called_number", "broker", "additional_broker"] == [
        one.name for one in columns(CallRecord) if one.phone
    ][:4]


def test_values() -> None:
    """Times are milliseconds, words and structures text, and what is empty is None, but for lists."""
    record = CallRecord(
        "job-1",
        contact_type=ContactType.INBOUND,
        calling_number="073500000001",
        start_time=datetime(1970, 1, 1, 8, 0, 1, tzinfo=ZONE),
        agent_names=("张三", "李娜"),
        summary_index=SummaryIndex("退款"),
        extra={"New": [1]},
    )
    told = as_columns(CallRecord, [record, CallRecord("job-2")])
    assert {
        "contact_id": ["job-1", "job-2"],
        "contact_type": ["Inbound", None],
        "calling_number": ["073500000001", None],
        "start_time": [1_000, None],
        "talk_time": [None, None],
        "agent_names": [["张三", "李娜"], []],
        "summary_index": ['{"keywords": "退款", "extra": {}}', None],
        "extra": ['{"New": [1]}', None],
    }.items() <= told.items()
    assert {str, type(None)} == set(map(type, told["contact_type"]))


def plainly(model: type[Any], record: Any) -> dict[str, Any]:
    """A row of columns made attribute by attribute."""
    told: dict[str, Any] = {}
    for one in columns(model):
        value = getattr(record, one.name)
        plain = as_json(value)
        if one.kind is Kind.TIME:
            plain = None if value is None else to_milliseconds(value)
        elif one.kind is Kind.JSON:
            plain = None if plain in (None, {}, []) else json.dumps(plain, ensure_ascii=False)
        elif one.kind is Kind.WORD:
            plain = None if value is None else str(value.value)
        told[one.name] = plain
    return told


@given(st.data(), zones, st.sampled_from(MODELS))
def test_columns_are_the_attributes(data: st.DataObject, zone: tzinfo, model: type[Any]) -> None:
    """Whether records were made, or read from rows and not looked at yet, or both."""
    made = data.draw(st.lists(of(model, zone), max_size=4))
    wire = make_converter("upstream", zone)
    rows = [wire.unstructure(record) for record in made]
    read = wire.structure(rows, list[model])  # type: ignore[valid-type]
    for records in (made, read, [*made[:1], *read]):
        expected = [plainly(model, record) for record in records]
        told = as_columns(model, records)
        assert [one.name for one in columns(model)] == list(told)
        assert expected == [dict(zip(told, values, strict=True)) for values in zip(*told.values(), strict=True)]
        for name, values in told.items():
            assert {type(row[name]) for row in expected} == set(map(type, values))


def test_a_time_that_came_as_nothing_is_none() -> None:
    """Whichever way the upstream sends that, also where nobody has looked at it yet."""
    wire = make_converter("upstream", ZONE)
    rows = [{"ContactId": "job-1", "EstablishedTime": sent} for sent in (0, None, 1_000)]
    told = as_columns(CallRecord, wire.structure(rows, list[CallRecord]))
    assert [None, None, 1_000] == told["established_time"]

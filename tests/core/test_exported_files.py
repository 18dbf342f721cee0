"""Files of each format hold whatever a record can hold."""

from __future__ import annotations

from datetime import datetime, tzinfo
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc import Agent, CallRecord, SkillGroup, read_export
from hillstone_ccc._core.columns import Kind, columns
from hillstone_ccc._export_files import FORMATS

from .strategies import of, zones


def without_nul(record: Any) -> Any:
    """What a CSV holds of a record: the sign NUL, which it cannot hold, replaced."""
    told: dict[str, Any] = {}
    for column in columns(type(record)):
        value = getattr(record, column.name)
        if value is not None and column.kind in {Kind.TEXT, Kind.WORD}:
            told[column.name] = type(value)(str(value).replace("\0", "\N{REPLACEMENT CHARACTER}"))
        elif column.kind is Kind.TEXTS and not any(not one or ";" in one or one.startswith("[") for one in value):
            told[column.name] = tuple(one.replace("\0", "\N{REPLACEMENT CHARACTER}") for one in value)
    return attrs.evolve(record, **told)


@pytest.mark.parametrize("form", FORMATS)
@given(st.data(), zones, st.sampled_from([CallRecord, Agent, SkillGroup]))
def test_whatever_a_record_holds_is_read_back(form: str, data: st.DataObject, zone: tzinfo, model: type[Any]) -> None:
    """Equal, also when it was written in several batches."""
    records = data.draw(st.lists(of(model, zone), max_size=3))
    more = data.draw(st.lists(of(model, zone), max_size=1))
    with TemporaryDirectory() as directory:
        path = Path(directory, f"rows.{form}")
        file = FORMATS[form].file(path, model, zone)
        file.add(records)
        file.add(more)
        file.close()
        read = list(read_export(path, model, timezone=zone))
    told = [*records, *more]
    assert ([without_nul(one) for one in told] if form == "csv" else told) == read


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_equal_and_reads_otherwise_is_told_apart(form: str, tmp_path: Path) -> None:
    """An hour that comes twice, and 1 and True, each stays what it is, although Python takes them for the same."""
    zone = ZoneInfo("Europe/Berlin")
    twice = datetime(2026, 10, 25, 2, 30, tzinfo=zone)
    told = [
        CallRecord("job-1", start_time=twice, extra={"new": 1}),
        CallRecord("job-2", start_time=twice.replace(fold=1), extra={"new": True}),
    ]
    file = FORMATS[form].file(tmp_path / "rows", CallRecord, zone)
    file.add(told)
    file.close()
    read = list(read_export(tmp_path / "rows", format=form, timezone=zone))  # type: ignore[call-overload]
    assert [0, 1] == [record.start_time.fold for record in read]
    assert ["1", "True"] == [str(record.extra["new"]) for record in read]

"""Files of each format hold whatever a record can hold."""

from __future__ import annotations

from datetime import tzinfo
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

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

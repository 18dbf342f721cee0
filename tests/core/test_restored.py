"""Records made again of plain data."""

from __future__ import annotations

import json
from datetime import timezone, tzinfo
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc._core.agents import Agent, SkillGroup
from hillstone_ccc._core.plain import as_json
from hillstone_ccc._core.records import CallRecord
from hillstone_ccc._core.restored import restored
from hillstone_ccc._core.vocabulary import ContactType

from .strategies import of, zones


@given(st.data(), zones, st.sampled_from([CallRecord, Agent, SkillGroup]))
def test_what_was_written_comes_back(data: st.DataObject, zone: tzinfo, model: type[Any]) -> None:
    """Equal, through JSON."""
    record = data.draw(of(model, zone))
    assert record == restored(model, json.loads(json.dumps(as_json(record))), zone)


def test_words_are_words_again() -> None:
    """Listed ones are the members, others stay what they are."""
    read = restored(CallRecord, {"contact_id": "job-1", "contact_type": "Inbound"}, timezone.utc)
    assert ContactType.INBOUND is read.contact_type


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"contact_id": 1},
        {"contact_id": "job-1", "talk_time": "1"},
        {"contact_id": "job-1", "talk_time": True},
        {"contact_id": "job-1", "contact_type": 1},
        {"contact_id": "job-1", "start_time": "yesterday"},
        {"contact_id": "job-1", "another": 1},
    ],
)
def test_what_is_no_such_row_is_refused(row: dict[str, Any]) -> None:
    """Nothing is guessed, and nothing left out."""
    with pytest.raises((ValueError, TypeError, KeyError)):
        restored(CallRecord, row, timezone.utc)

"""Models as plain data."""

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc._core.details import CallDetail
from hillstone_ccc._core.links import RecordingLink
from hillstone_ccc._core.plain import as_json
from hillstone_ccc._core.records import CallRecord
from hillstone_ccc._core.vocabulary import ContactType

from .expected import EXPECTED

EIGHT = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (None, None),
        (0, 0),
        (False, False),
        (1.5, 1.5),
        ("甲", "甲"),
        ((), []),
        (("a", ("b",)), ["a", ["b"]]),
        ([datetime(2026, 1, 2, tzinfo=timezone.utc)], ["2026-01-02T00:00:00.000+00:00"]),
        (datetime(2026, 1, 2, 3, 4, 5, 678_999, tzinfo=EIGHT), "2026-01-02T03:04:05.678+08:00"),
        ({"a": [1]}, {"a": [1]}),
        (RecordingLink("https://example.com/a", "a.wav", 40, {"New": 1}),
         {"file_url": "https://example.com/a", "file_name": "a.wav", "duration": 40, "extra": {"New": 1}}),
    ],
)  # fmt: skip
def test_values(value: Any, plain: Any) -> None:
    """Models are objects, tuples are lists, times are ISO 8601 to the millisecond; the rest stays as it is."""
    assert plain == as_json(value)
    assert type(plain) is type(as_json(value))


def test_words_are_text() -> None:
    """A word of the upstream is written as that word."""
    assert '"Inbound"' == json.dumps(as_json(ContactType.INBOUND))


@pytest.mark.parametrize("action", EXPECTED)
def test_what_the_upstream_tells_is_json(action: str) -> None:
    """Every model of ours, whatever it holds, is what JSON can hold, field by field."""
    model = EXPECTED[action].rows if hasattr(EXPECTED[action], "rows") else EXPECTED[action]
    plain = as_json(model)
    assert plain == json.loads(json.dumps(plain))
    one = model[0] if isinstance(model, list) else model
    told = plain[0] if isinstance(model, list) else plain
    assert [field.name for field in attrs.fields(type(one))] == list(told)


def test_a_model_within_a_model() -> None:
    """A call's row is told within its details."""
    detail = CallDetail("job-1", record=CallRecord("job-1", agent_names=("甲",)))
    assert ["甲"] == as_json(detail)["record"]["agent_names"]


@given(st.datetimes(timezones=st.just(EIGHT)))
def test_times_are_read_back(time: datetime) -> None:
    """To the millisecond, with their offset."""
    assert time.replace(microsecond=time.microsecond // 1000 * 1000) == datetime.fromisoformat(as_json(time))

"""Models as people see them."""

import inspect
from typing import Any

import attrs
import pytest
from hypothesis import given

from hillstone_ccc._core.agents import Agent
from hillstone_ccc._core.convert import MODELS
from hillstone_ccc._core.details import CallDetail
from hillstone_ccc._core.events import CustomerEvents
from hillstone_ccc._core.fields import free_text, number
from hillstone_ccc._core.links import RecordingLink, RecordingPart
from hillstone_ccc._core.records import AnalyticsReport, CallRecord, Emotion, SummaryIndex, TodoList

from .strategies import any_model

NUMBERS = {
    "calling_number",
    "called_number",
    "broker",
    "additional_broker",
    "mobile",
    "number",
    "customer_id",
    "offsite_agent_originator_numbers",
    "offsite_agent_destination_numbers",
    "outside_number_destination_number",
    "voicebot_originator_number",
    "voicebot_destination_number",
}


@pytest.mark.parametrize("model", [*MODELS, CustomerEvents])
def test_no_number_in_a_repr(model: type) -> None:
    """Every field that holds phone numbers shows them masked."""
    required = {field.name: "job-1" for field in attrs.fields(model) if field.default is attrs.NOTHING}
    for name in (field.name for field in attrs.fields(model) if field.name in NUMBERS):
        value = ("13800000001",) if name.endswith("s") else "13800000001"
        told = repr(model(**required, **{name: value}))
        assert "13800000001" not in told
        assert "138****0001" in told


@given(any_model())
def test_a_repr_shows_only_what_is_there(told: tuple[type, Any, object]) -> None:
    """Fields without a value, links and unknown fields are not shown."""
    model, record, _ = told
    text = repr(record)
    assert text.startswith(f"{model.__name__}(")
    shown = {
        field.name
        for field in attrs.fields(model)
        if field.repr is not False and getattr(record, field.name) not in (None, ())
    }
    assert all(f"{name}=" in text for name in shown)
    hidden = {field.name: None for field in attrs.fields(model) if field.name not in shown | {"extra"}}
    assert text == repr(attrs.evolve(record, extra={}, **hidden))


def test_reprs() -> None:
    """A repr reads like the call that makes the value."""
    record = CallRecord("job-1", calling_number="13800000001", agent_names=("张三",), extra={"x": 1})
    assert "CallRecord(contact_id='job-1', calling_number='138****0001', agent_names=('张三',))" == repr(record)
    assert "Agent(user_id='a@x', mobile='138****0002')" == repr(Agent("a@x", mobile="13800000002"))


def test_links_are_never_shown() -> None:
    """A signed link opens the recording: no repr holds it, nor a leg's id, which embeds numbers."""
    link = "https://example.com/x?Signature=abc"
    assert "RecordingLink(file_name='x.wav', duration=3)" == repr(RecordingLink(link, "x.wav", 3))
    assert "RecordingPart()" == repr(RecordingPart(file_url=link, agent_channel_id="ch-user-13800000001"))


def test_what_people_said_is_masked() -> None:
    """Numbers inside free text are masked, at its beginning, behind a line break, and in lists."""
    said = "打给13800000001\n13800000002"
    report = AnalyticsReport(Emotion(remark=said), todo_list=TodoList([said]))
    text = repr((report, SummaryIndex(said), CallRecord("job-1", early_media_text=said)))
    assert "13800000001" not in text
    assert "13800000002" not in text
    assert 4 == text.count("138****0002")


def test_masks_of_one_and_of_several() -> None:
    """One number, several, and none."""
    assert ("'138****0001'", "('138****0001', '138****0002')", "None") == (
        number("13800000001"),
        number(("13800000001", "13800000002")),
        number(None),
    )
    assert ("'打138****0001'", "['138****0001']") == (free_text("打13800000001"), free_text(["13800000001"]))


@given(any_model())
def test_records_are_values(told: tuple[type, Any, object]) -> None:
    """Equal records are equal and have one hash, whatever their unknown fields; none can be changed."""
    _, record, _ = told
    twin = attrs.evolve(record)
    assert twin == record
    assert hash(twin) == hash(record)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        record.extra = {}


@pytest.mark.parametrize("model", [CallRecord, CallDetail, Agent])
def test_every_model_is_documented(model: type) -> None:
    """Each model says what its rows are."""
    assert inspect.getdoc(model)

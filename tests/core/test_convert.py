"""Records ↔ their two spellings: any record goes there and back, and every oddity of the wire is understood."""

from datetime import datetime, timedelta, timezone, tzinfo
from functools import cache
from typing import Any, get_args
from zoneinfo import ZoneInfo

import attrs
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc._core.agents import Agent
from hillstone_ccc._core.convert import MODELS, make_converter
from hillstone_ccc._core.details import CallDetail
from hillstone_ccc._core.events import QueueEvents
from hillstone_ccc._core.links import RecordingLink, RecordingPart, RestoreState
from hillstone_ccc._core.records import CallRecord
from hillstone_ccc._core.scalars import Spelling
from hillstone_ccc._core.vocabulary import (
    ContactType,
    Disposition,
    OpenEnum,
    QueueType,
    ReleaseInitiator,
    RoleName,
    SatisfactionChannel,
)

from .strategies import any_model, json_values, of, texts, wholes

SHANGHAI = ZoneInfo("Asia/Shanghai")
_converter = cache(make_converter)
UPSTREAM = make_converter("upstream", SHANGHAI)
CONTRACT = make_converter("contract", SHANGHAI)
ID = {"ContactId": "job-1"}

spellings = st.sampled_from(get_args(Spelling))


def upstream(row: dict[str, Any], model: type = CallRecord) -> Any:
    """The record of a row as the upstream spells it."""
    return UPSTREAM.structure(ID | row if model in (CallRecord, CallDetail) else row, model)


def contract(row: dict[str, Any]) -> CallRecord:
    """The call record of a row as the REST contract spells it."""
    return CONTRACT.structure({"contact_id": "job-1"} | row, CallRecord)


@given(any_model(), spellings)
def test_round_trip(told: tuple[type, Any, tzinfo], spelling: Spelling) -> None:
    """Any record of any model goes to either wire and back, in any zone, unknown fields and all."""
    model, record, zone = told
    converter = _converter(spelling, zone)
    assert record == converter.structure(converter.unstructure(record), model)


@given(any_model(), spellings)
def test_round_trip_through_json(told: tuple[type, Any, tzinfo], spelling: Spelling) -> None:
    """The same holds through the very bytes that JSON makes of it."""
    model, record, zone = told
    converter = _converter(spelling, zone)
    assert record == converter.structure(orjson.loads(orjson.dumps(converter.unstructure(record))), model)


@given(of(CallRecord, timezone.utc))
def test_both_spellings_mean_the_same(record: CallRecord) -> None:
    """What one spelling was read from can be written in the other, and is still the same record."""
    converters = _converter("upstream", timezone.utc), _converter("contract", timezone.utc)
    for here, there in (converters, converters[::-1]):
        moved = here.structure(here.unstructure(record), CallRecord)
        assert record == there.structure(there.unstructure(moved), CallRecord)


@given(st.dictionaries(texts, json_values, max_size=4))
def test_unknown_fields_are_kept(unknown: dict[str, Any]) -> None:
    """Fields that no version knew yet are in ``extra``, as sent, and are sent on."""
    unknown = {f"New{name}": value for name, value in unknown.items()}
    record = upstream(unknown)
    assert unknown == record.extra
    assert unknown.items() <= UPSTREAM.unstructure(record).items()


@given(wholes)
def test_every_digit_of_an_id_is_kept(number: int) -> None:
    """An 18-digit RAM id is exact, as a number (ListUsers) and as text (recordings); 0 means there is none."""
    assert (number or None) == upstream({"UserId": "a", "RamId": number}, Agent).ram_id
    assert (number or None) == upstream({"RamId": str(number)}, RecordingPart).ram_id


@pytest.mark.parametrize("kind", OpenEnum.__subclasses__())
def test_every_spelling_of_a_word_is_one_member(kind: type[OpenEnum]) -> None:
    """V1's, V2's and the contract's spelling, any case and blanks around it give the member."""
    for member in kind:
        for spelling in (member.value, member.name, member.value.upper(), member.value.lower(), f" {member.value} "):
            assert member is kind(spelling)


@pytest.mark.parametrize("word", ["PrivacyDial", "PRIVACY_DIAL", "privacydial", " PrivacyDial "])
def test_contact_type_of_v1_and_v2(word: str) -> None:
    """Both actions' letter cases are one member."""
    assert ContactType.PRIVACY_DIAL is upstream({"ContactType": word}).contact_type


def test_documented_oddities_of_words() -> None:
    """``"agent "`` has a blank, ``Mannager`` a letter too many, and the contract a spelling of its own."""
    assert ReleaseInitiator.AGENT is upstream({"ReleaseInitiator": "agent "}, CallDetail).release_initiator
    assert RoleName.MANAGER is upstream({"UserId": "a", "RoleName": "Mannager"}, Agent).role_name
    assert Disposition.ABANDONED_IN_IVR is contract({"contact_disposition": "_abandoned_in_i_v_r"}).contact_disposition
    assert QueueType.AGENT is upstream({"QueueType": 2}, QueueEvents).queue_type
    assert QueueType.AGENT is upstream({"QueueType": "2"}, QueueEvents).queue_type


def test_unlisted_words_stay_readable() -> None:
    """A word that nobody listed is kept as it is, on either wire."""
    record = upstream({"ContactType": "Hologram"})
    assert (False, "Hologram") == (record.contact_type.known, str(record.contact_type))
    assert "_hologram" == CONTRACT.unstructure(record)["contact_type"]
    assert "Hologram" == contract({"contact_type": "_hologram"}).contact_type
    assert "²" == UPSTREAM.unstructure(QueueEvents(queue_type=QueueType("²")))["QueueType"]
    assert 1 == UPSTREAM.unstructure(QueueEvents(queue_type=QueueType.SKILL_GROUP))["QueueType"]


@pytest.mark.parametrize("nothing", [None, "", 0])
def test_nothing_comes_in_four_forms(nothing: object) -> None:
    """Null, blank, 0 and absent are the same nothing where a number cannot be 0."""
    empty = CallRecord("job-1")
    names = ("EstablishedTime", "SatisfactionIndex", "EarlyMediaState", "Broker", "AgentIds", "AnalyticsReport")
    assert empty == upstream(dict.fromkeys(names, nothing)) == upstream({})


def test_nothing_in_a_duration_or_a_flag() -> None:
    """A duration of 0 seconds is one, a blank one is none; the same for flags."""
    assert (0, None, None) == tuple(upstream({"TalkTime": told}).talk_time for told in (0, "", None))
    assert (False, False, None) == tuple(upstream({"RecordingReady": told}).recording_ready for told in (0, "0", ""))


def test_quoted_scalars() -> None:
    """The 2021 samples quote every number and flag; the lists always send ``CallDuration`` as text."""
    quoted = upstream(
        {"CallDuration": "55", "TalkTime": " 40 ", "RecordingReady": "True", "StartTime": "1767323045000"}
    )
    native = upstream({"CallDuration": 55, "TalkTime": 40.0, "RecordingReady": True, "StartTime": 1767323045000})
    assert native == quoted
    assert (55, 40, True) == (quoted.call_duration, quoted.talk_time, quoted.recording_ready)
    assert datetime(2026, 1, 2, 11, 4, 5, tzinfo=SHANGHAI) == quoted.start_time


def test_text_that_is_a_number() -> None:
    """A number where text belongs is read as text: nobody computes with it."""
    assert "13800000001" == upstream({"CallingNumber": 13800000001}).calling_number


def test_comma_lists() -> None:
    """Comma lists are tuples; with one bearer the commas belong to the name."""
    several = upstream({"AgentIds": "a@x,b@x", "AgentNames": "甲,乙", "CallIds": "leg-1,leg-2"})
    assert (("a@x", "b@x"), ("甲", "乙"), ("leg-1", "leg-2")) == (
        several.agent_ids,
        several.agent_names,
        several.call_ids,
    )
    assert ("甲,客服,夜班",) == upstream({"AgentIds": "a@x", "AgentNames": "甲,客服,夜班"}).agent_names
    assert ("sales, north",) == upstream({"SkillGroupIds": "s@x", "SkillGroupNames": "sales, north"}).skill_group_names
    assert ("甲", "乙") == upstream({"AgentNames": "甲,乙"}).agent_names
    assert "甲,乙" == UPSTREAM.unstructure(several)["AgentNames"]


def test_blanks_around_a_place_mean_nothing() -> None:
    """One documented place begins with a blank; other text keeps its own."""
    record = upstream({"CallerLocation": " 上海市-上海", "CalleeLocation": "  ", "OutsideNumberReleaseReason": " x "})
    assert ("上海市-上海", None, " x ") == (
        record.caller_location,
        record.callee_location,
        record.outside_number_release_reason,
    )


@pytest.mark.parametrize(
    ("told", "seconds"), [(40000, 40), ("5903871", 5904), (499, 0), (500, 1), (None, None), ("", None)]
)
def test_a_recordings_duration_is_milliseconds(told: object, seconds: int | None) -> None:
    """Recordings tell milliseconds, as a number or as text; here every duration is whole seconds."""
    assert seconds == upstream({"Duration": told}, RecordingLink).duration
    assert 40000 == UPSTREAM.unstructure(RecordingLink(duration=40))["Duration"]


def test_satisfaction_has_two_names() -> None:
    """The rating is ``SatisfactionIndex`` in the lists and ``Satisfaction`` in the details."""
    assert 3 == upstream({"SatisfactionIndex": "3"}).satisfaction_index
    assert 3 == upstream({"Satisfaction": 3}, CallDetail).satisfaction_index
    assert 3 == UPSTREAM.unstructure(CallDetail("job-1", satisfaction_index=3))["Satisfaction"]


def test_a_flag_that_may_hold_any_text() -> None:
    """``PrimaryAccount`` is documented with a text in it; that is no flag and no error."""
    told: tuple[Any, ...] = ("the main account", "True", 0, [[]], {"a": 1}, None)
    assert (None, True, False, None, None, None) == tuple(
        upstream({"UserId": "a", "PrimaryAccount": one}, Agent).primary_account for one in told
    )


@pytest.mark.parametrize("told", ["True", "true", True, "TRUE"])
def test_exists_is_text(told: object) -> None:
    """``Exists`` comes as text with a capital, and may come as a flag."""
    assert upstream({"Exists": told}, RestoreState).exists is True


def test_capitals_of_the_contract_in_three_fields() -> None:
    """Capitals become ``_`` and the small letter in exactly three fields, and nowhere else."""
    record = CallRecord(
        "Job-A",
        contact_type=ContactType.BACK2BACK,
        contact_disposition=Disposition.ABANDONED_IN_QUEUE,
        release_reason="200 - Okay",
        agent_names=("Ada",),
        satisfaction_survey_channel=SatisfactionChannel.IVR,
        release_initiator=ReleaseInitiator.AGENT,
        outside_number_release_reason="NoAnswer",
    )
    row = CONTRACT.unstructure(record)
    assert ("_back2_back", "_abandoned_in_queue", "200 - _okay") == (
        row["contact_type"],
        row["contact_disposition"],
        row["release_reason"],
    )
    assert ("Job-A", "Ada", "IVR", "agent", "NoAnswer") == (
        row["contact_id"],
        row["agent_names"],
        row["satisfaction_survey_channel"],
        row["release_initiator"],
        row["outside_number_release_reason"],
    )
    assert record == CONTRACT.structure(row, CallRecord)
    assert {field.name for field in attrs.fields(CallRecord)} - {"extra"} == row.keys()


def test_what_is_missing_is_written_as_the_contract_says() -> None:
    """Every key is there: missing text is blank, a missing time is null."""
    row = CONTRACT.unstructure(CallRecord("job-1"))
    assert ("", "", "", "", None) == tuple(
        row[name] for name in ("contact_type", "release_reason", "broker", "agent_names", "established_time")
    )


@pytest.mark.parametrize(
    ("row", "path"),
    [
        ({"StartTime": "secret-1"}, "StartTime: "),
        ({"StartTime": 10**17}, "StartTime: "),
        ({"TalkTime": ["secret-1"]}, "TalkTime: "),
        ({"TalkTime": 1.5}, "TalkTime: "),
        ({"TalkTime": True}, "TalkTime: "),
        ({"RecordingReady": "secret-1"}, "RecordingReady: "),
        ({"RecordingReady": 2}, "RecordingReady: "),
        ({"ContactType": {"secret-1": 1}}, "ContactType: "),
        ({"AgentIds": ["secret-1"]}, "AgentIds: "),
        ({"ContactId": None}, "ContactId: "),
        ({"ContactId": 0}, "ContactId: "),
        ({"AnalyticsReport": True}, "AnalyticsReport: "),
        ({"AnalyticsReport": {"Emotion": {"Confidence": "secret-1"}}}, "AnalyticsReport.Emotion.Confidence: "),
        ({"AnalyticsReport": {"TodoList": {"Tasks": "secret-1"}}}, "AnalyticsReport.TodoList.Tasks: "),
        ({"AnalyticsReport": {"TodoList": {"Tasks": [["secret-1"]]}}}, "AnalyticsReport.TodoList.Tasks: "),
    ],
)
def test_an_error_names_the_path_and_never_the_value(row: dict[str, Any], path: str) -> None:
    """What cannot be read is an error that says where, without the value: it may be a person's."""
    with pytest.raises(ValueError, match=f"^{path}") as caught:
        upstream(row)
    assert "secret-1" not in str(caught.value)


def test_paths_into_lists() -> None:
    """The path goes into lists of events too."""
    with pytest.raises(ValueError, match=r"^AgentEvents\.EventSequence\.EventTime: a whole number"):
        upstream({"AgentEvents": [{"EventSequence": [{"EventTime": "x"}]}]}, CallDetail)
    with pytest.raises(ValueError, match=r"^AgentEvents: a list was expected, not dict"):
        upstream({"AgentEvents": {"0": 1}}, CallDetail)
    with pytest.raises(TypeError, match=r"^CallDetail: an object was expected, not list"):
        UPSTREAM.structure([], CallDetail)


def test_lists_that_are_not_there() -> None:
    """Null, blank and absent lists are empty ones."""
    assert () == upstream({"AgentEvents": None}, CallDetail).agent_events
    report = upstream({"AnalyticsReport": {"TodoList": {"Tasks": None, "Success": True}}}).analytics_report
    assert [] == report.todo_list.tasks
    assert ["a", "", "5"] == upstream(
        {"AnalyticsReport": {"TodoList": {"Tasks": ["a", None, 5]}}}
    ).analytics_report.todo_list.tasks


def test_times_are_in_the_converters_zone() -> None:
    """Two converters of two zones give the same moment, each in its own zone."""
    zones = (timezone.utc, timezone(timedelta(hours=-5)), ZoneInfo("Europe/Berlin"))
    told = [make_converter("upstream", zone).structure(ID | {"StartTime": 1767323045123}, CallRecord) for zone in zones]
    assert list(zones) == [record.start_time.tzinfo for record in told if record.start_time]
    assert {datetime(2026, 1, 2, 3, 4, 5, 123000, tzinfo=timezone.utc)} == {record.start_time for record in told}


def test_every_model_has_both_spellings() -> None:
    """No model of the table lacks a hook in either converter."""
    for spelling in get_args(Spelling):
        converter = make_converter(spelling, SHANGHAI)
        for model in MODELS:
            required = {"ContactId": "x", "contact_id": "x", "UserId": "x", "user_id": "x"}
            required |= {"SkillGroupId": "x", "skill_group_id": "x"}
            assert isinstance(converter.structure(required, model), model)


def test_a_converter_is_made_once() -> None:
    """It takes milliseconds to make, and is the same for all; a zone that cannot be hashed gets one of its own."""

    class Unhashable(tzinfo):
        """As some libraries' zones are."""

        __hash__ = None  # type: ignore[assignment]

        def utcoffset(self, _: datetime | None) -> timedelta:
            return timedelta(hours=8)

        def dst(self, _: datetime | None) -> timedelta:
            return timedelta()

        def tzname(self, _: datetime | None) -> str:
            return "+08"

    zone = ZoneInfo("Asia/Shanghai")
    assert make_converter("upstream", zone) is make_converter("upstream", zone)
    assert make_converter("upstream", zone) is not make_converter("contract", zone)
    record = make_converter("upstream", Unhashable()).structure({"ContactId": "x", "StartTime": 1}, CallRecord)
    assert record.start_time is not None
    assert record.start_time.isoformat() == "1970-01-01T08:00:00.001000+08:00"

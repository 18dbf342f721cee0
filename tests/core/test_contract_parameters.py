"""The contract's parameters: read as they are written, and read as their schemas say."""

import contextlib
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc._core.contract_parameters import (
    AGENTS,
    CALL,
    CALL_RECORD,
    CALL_RECORDS,
    KNOWN_ONLY,
    PARAMETERS,
    RECORDING,
    Parameter,
    UnreadableError,
)
from hillstone_ccc._core.errors import InvalidQueryError
from hillstone_ccc._core.query import LATEST, CallRecordQuery
from hillstone_ccc._core.query_fields import RETIRED
from hillstone_ccc._core.vocabulary import (
    ContactType,
    Disposition,
    EarlyMediaState,
    MediaType,
    OpenEnum,
    SatisfactionChannel,
)

from .strategies import patterns, texts

OF_CALLS = {one.name: one for one in PARAMETERS[CALL_RECORDS]}
OF_AGENTS = {one.name: one for one in PARAMETERS[AGENTS]}
EVERY: dict[str, Parameter] = {one.name: one for path in PARAMETERS for one in PARAMETERS[path]}
NOT_OF_A_QUERY = {"page", "size", "name_pattern", "skill_group_id", "contact_id"}
WORDS: dict[str, type[OpenEnum]] = {
    "contact_types": ContactType,
    "dispositions": Disposition,
    "early_media_states": EarlyMediaState,
}

every = pytest.mark.parametrize("name", EVERY)
filled = texts.filter(str.strip)
items = filled.filter(lambda text: "," not in text)
names = filled.map(str.strip).filter(lambda text: "," not in text and "，" not in text)


def several(one: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    """One or several values."""
    return st.lists(one, min_size=1, max_size=3)


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "page": st.integers(1, 2**53 - 1),
    "size": st.integers(1, 100),
    "agent_names": several(names),
    "calling_number": patterns,
    "called_number": patterns,
    "start_time": st.integers(0, LATEST),
    "end_time": st.integers(0, LATEST),
    "number": patterns,
    "agent_ids": several(items),
    "contact_ids": several(items),
    "contact_types": several(st.sampled_from(ContactType)),
    "dispositions": several(st.sampled_from(Disposition)),
    "early_media_states": several(st.sampled_from(EarlyMediaState)),
    "skill_group_ids": several(items),
    "skill_group_names": several(items),
    "satisfactions": several(st.from_regex(r"-?[0-9]{1,3}|[<>][0-9]{1,3}", fullmatch=True)),
    "satisfaction_descriptions": several(items),
    "satisfaction_survey_channel": st.sampled_from(SatisfactionChannel),
    "media_type": st.sampled_from(MediaType),
    "order": st.sampled_from(["desc", "asc"]),
    "name_pattern": texts,
    "skill_group_id": texts,
    "contact_id": filled,
}
"""What each parameter can carry."""


def the_query(parameter: Parameter, value: Any) -> None:
    """Makes the query that a value is for; an end needs a start."""
    if parameter.name not in NOT_OF_A_QUERY and value is not None:
        beside: dict[str, Any] = {"start": 0} if parameter.argument == "end" else {}
        CallRecordQuery(**beside, **{parameter.argument: value})


def is_taken(parameter: Parameter, text: str) -> bool:
    """Whether the server takes a text: it can be read, and a query can be made of it."""
    try:
        the_query(parameter, parameter.read(text))
    except (UnreadableError, InvalidQueryError):
        return False
    return True


def allows(schema: Any, text: str) -> bool:
    """Whether a schema allows what a text of a query stands for: a number, a text, several texts between commas."""
    if schema["type"] == "array":
        return all(allows(schema["items"], part) for part in text.split(","))
    if schema["type"] == "integer":
        return re.fullmatch("[0-9]{1,16}", text) is not None and schema["minimum"] <= int(text) <= schema["maximum"]
    return text in schema.get("enum", [text]) and re.search(as_ecma(schema), text) is not None


def as_ecma(schema: Any) -> str:
    """A schema's pattern as Python reads it: in a schema, unlike here, ``$`` is the end and never before a line's."""
    return str(schema.get("pattern", "")).replace("$", r"\Z")


def told_by(schema: Any) -> st.SearchStrategy[str]:
    """Texts that a schema allows."""
    if schema["type"] == "array":
        return st.lists(told_by(schema["items"]), min_size=1, max_size=3).map(",".join)
    if schema["type"] == "integer":
        return st.integers(schema["minimum"], schema["maximum"]).map(str)
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    return st.from_regex(as_ecma(schema)) if "pattern" in schema else st.text(max_size=20)


odd = st.sampled_from(
    ["", " ", ",", "，", "a,,b", ",a", "a,", "-1", "0", "+1", "1.0", "1e3", "１２", "²", "0x10", "9" * 17, "9" * 5000]
) | st.sampled_from(
    ["1 ", " 1", "1\n", "\n", "nan", "\0", "0735***", "07-35", "+", "#", "desc ", "DESC", "_inbound", ">x", "<"]
)
anything = odd | st.text(max_size=12) | st.from_regex(r"[-+<>0-9*#, ]{1,8}", fullmatch=True)


# --- the laws -----------------------------------------------------------------------------------------------


def test_every_parameter_has_values() -> None:
    """No parameter is left out of the laws below, and each name means one thing on every path."""
    assert EVERY.keys() == VALUES.keys()
    assert all(
        EVERY[one.name] is one or one.name in ("page", "size") for path in PARAMETERS for one in PARAMETERS[path]
    )


@every
@given(data=st.data())
def test_what_is_written_is_read(name: str, data: st.DataObject) -> None:
    """A value that was written is read again as the same value; what is not sent is the default."""
    parameter = EVERY[name]
    value = data.draw(VALUES[name])
    text = parameter.write(value)
    assert value == (parameter.default if text is None else parameter.read(text))


@every
@given(data=st.data())
def test_what_a_schema_allows_is_taken(name: str, data: st.DataObject) -> None:
    """A client that keeps to the description is understood."""
    parameter = EVERY[name]
    text = data.draw(told_by(parameter.schema))
    assert allows(parameter.schema, text)
    assert is_taken(parameter, text)


@every
@given(data=st.data())
def test_what_a_schema_does_not_allow_is_refused(name: str, data: st.DataObject) -> None:
    """Nothing else is taken, but for words in other spellings and the empty text, which is none."""
    parameter = EVERY[name]
    text = data.draw(anything | VALUES[name].map(lambda value: parameter.write(value) or ""))
    if name in WORDS:
        known = all((word := WORDS[name](part)).known and word not in RETIRED for part in text.split(","))
        assert (known or not text) == is_taken(parameter, text)
    else:
        empty = text == "" and parameter.schema["type"] == "array"
        assert (empty or allows(parameter.schema, text)) == is_taken(parameter, text)


@every
@given(text=anything)
def test_nothing_else_comes_of_any_text(name: str, text: str) -> None:
    """Whatever the text is, it is read or refused."""
    with contextlib.suppress(UnreadableError):
        EVERY[name].read(text)


@every
def test_a_refusal_does_not_repeat_the_text(name: str) -> None:
    """It may hold a number: what was sent is not said again."""
    try:
        EVERY[name].read("13800000001,,")
    except UnreadableError as error:
        assert "138" not in str(error)  # noqa: PT017 - most take any text


# --- one by one ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in EVERY if name not in ("page", "size", "start_time", "end_time")])
def test_an_empty_text_is_not_given(name: str) -> None:
    """Left empty, as a form leaves it, a parameter is as if it were left out; only an id must be one."""
    if EVERY[name].required:
        with pytest.raises(UnreadableError, match=r"^must not be empty$"):
            EVERY[name].read("")
    else:
        assert EVERY[name].read("") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "0",
        "-1",
        "+1",
        " 1",
        "1 ",
        "1\n",
        "1.0",
        "1e2",
        "0x1",
        "１",
        "²",
        "१",
        "1_0",
        "None",
        "9" * 16,
        "9" * 99,
    ],
)
def test_numbers_are_ascii_digits_within_bounds(text: str) -> None:
    """No sign, no blank, no digits of other scripts, nothing beyond what every JSON reader holds exactly."""
    assert not is_taken(OF_CALLS["page"], text)
    assert not is_taken(OF_CALLS["size"], text)
    assert (text == "0") == is_taken(OF_CALLS["start_time"], text)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("page", "0", "must be a whole number, 1 or more"),
        ("size", "101", "must be a whole number, 1 to 100"),
        ("start_time", "-1", f"must be a whole number, 0 to {LATEST}"),
        ("end_time", str(LATEST + 1), f"must be a whole number, 0 to {LATEST}"),
        ("agent_names", "，, ,", "holds no name: leave it out, or empty, for all agents"),
        ("agent_ids", "a,,b", "must be one or several values between commas, none of them empty"),
        ("contact_ids", " ", "must be one or several values between commas, none of them empty"),
        ("order", "DESC", "must be one of desc, asc"),
        ("media_type", "audio", "must be one of AUDIO, VIDEO, CHAT"),
        ("contact_id", " \t", "must not be empty"),
    ],
)
def test_a_refusal_says_what_is_taken(name: str, text: str, message: str) -> None:
    """What cannot be read is refused with what can."""
    with pytest.raises(UnreadableError, match=f"^{re.escape(message)}$"):
        EVERY[name].read(text)


@pytest.mark.parametrize("text", ["1", "100", "0000000000000100"])
def test_bounds_belong(text: str) -> None:
    """The bounds themselves are taken, and zeros in front change nothing."""
    assert int(text) == OF_CALLS["size"].read(text)
    assert (LATEST, 2**53 - 1) == (OF_CALLS["end_time"].read(str(LATEST)), OF_CALLS["page"].read(str(2**53 - 1)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("张三", ["张三"]),
        ("张三,李四", ["张三", "李四"]),
        ("张三，李四", ["张三", "李四"]),
        (" 张三 ，, 李四,", ["张三", "李四"]),
        ("Ann Lee", ["Ann Lee"]),
        ("a、b", ["a、b"]),
    ],
)
def test_names_stand_between_either_comma(text: str, expected: list[str]) -> None:
    """Names may be told between Chinese commas too, and blanks around them mean nothing."""
    assert expected == OF_CALLS["agent_names"].read(text)


def test_lists_stand_between_one_comma() -> None:
    """In every other list only the ASCII comma divides, and a value keeps its blanks."""
    assert ["a，b", " c"] == OF_CALLS["skill_group_names"].read("a，b, c")


@pytest.mark.parametrize(("name", "value"), [("agent_names", "a,b"), ("agent_names", "a，b"), ("agent_ids", "a,b")])
def test_a_value_that_holds_a_comma_cannot_be_sent(name: str, value: str) -> None:
    """It would come to two values, so it is refused before it is sent, without the value."""
    with pytest.raises(UnreadableError, match=r"^cannot be sent: one of its values holds a comma") as caught:
        OF_CALLS[name].write(["c", value])
    assert value not in str(caught.value)


@pytest.mark.parametrize("name", WORDS)
def test_words_in_every_spelling(name: str) -> None:
    """A word is taken as the upstream and as the contract spells it; words that are gone are not."""
    for member in WORDS[name]:
        contracts = re.sub("[A-Z]", lambda capital: f"_{capital.group().lower()}", member.value)
        for spelling in (member.value, member.name, contracts):
            assert (member not in RETIRED) == is_taken(OF_CALLS[name], f"{spelling},{next(iter(WORDS[name])).value}")
    assert not is_taken(OF_CALLS[name], "Hologram")


@pytest.mark.parametrize(("told", "text"), [("desc", None), ("DESC", None), ("asc", "asc"), ("ASC", "asc")])
def test_the_order_that_is_the_default_is_not_sent(told: str, text: str | None) -> None:
    """A server that knows no order is asked for what it gives anyway; listings spell it in capitals."""
    assert text == OF_CALLS["order"].write(told)


def test_which_parameters_every_server_understands() -> None:
    """The contract's own ones, and the range that it allows; everything else is an addition."""
    assert {
        "page",
        "size",
        "agent_names",
        "calling_number",
        "called_number",
        "start_time",
        "end_time",
    } == {name for name, one in OF_CALLS.items() if one.first}
    assert {"page", "size", "name_pattern"} == {name for name, one in OF_AGENTS.items() if one.first}
    assert (CALL,) == PARAMETERS[RECORDING]
    assert () == PARAMETERS[CALL_RECORD]
    assert "x-unknown-parameters" == KNOWN_ONLY[0]


def test_defaults_are_the_contracts() -> None:
    """Page 1 of 100 rows, newest first, everybody, no other filter; nothing but the id of a recording is required."""
    told = {"page": 1, "size": 100, "order": "desc"}
    assert {name: told.get(name) for name in EVERY} == {name: one.default for name, one in EVERY.items()}
    assert ["contact_id"] == [name for name, one in EVERY.items() if one.required]


def test_the_paths_are_the_contracts() -> None:
    """The three paths of the contract, and the one of a call's details, below the first."""
    assert (
        "/api/support/aliyun_ccc/call_record",
        "/api/support/aliyun_ccc/call_record/mono_recording",
        "/api/support/aliyun_ccc/agent",
        "/api/support/aliyun_ccc/call_record/{contact_id}",
    ) == (CALL_RECORDS, RECORDING, AGENTS, CALL_RECORD)


def test_every_filter_of_a_query_has_a_parameter() -> None:
    """What a query can mean the contract can carry, and it carries nothing that a query cannot mean."""
    carried = {one.argument for one in OF_CALLS.values()} - {"page", "size"}
    assert set(CallRecordQuery.__annotations__) - {"exact_names"} == carried  # they are always exact there

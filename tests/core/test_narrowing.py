"""Which action answers a query, and how much of it."""

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc._core.narrowing import FILTERS, WAYS_TO_V1, WAYS_TO_V2, Narrowed, narrow
from hillstone_ccc._core.numbers import pattern
from hillstone_ccc._core.operation import LIST_CALL_DETAIL_RECORDS as V1
from hillstone_ccc._core.operation import LIST_CALL_DETAIL_RECORDS_V2 as V2
from hillstone_ccc._core.query import CallRecordQuery
from hillstone_ccc._core.records import CallRecord
from hillstone_ccc._core.vocabulary import ContactType, Disposition, EarlyMediaState, MediaType, SatisfactionChannel

from .strategies import criteria, digits

BY_THE_SEARCH = {"exact_names", "start", "end", "agent_names", "agent_ids", "order"}
LOOKED_UP = {"skill_group_names"}
COMMON: dict[str, Any] = {
    "calling_number": "13800000001",
    "called_number": "02100000001",
    "contact_types": (ContactType.INBOUND,),
    "dispositions": (Disposition.SUCCESS,),
    "early_media_states": (EarlyMediaState.BUSY,),
    "satisfaction_descriptions": ("满意",),
}


def narrowed(**told: Any) -> Narrowed:
    """What a query comes to, its skill groups' ids being those that it names."""
    return narrow(CallRecordQuery(**told), told.get("skill_group_ids"))


def kept(found: Narrowed, *sides: tuple[str | None, str | None]) -> list[bool]:
    """Which calls between these numbers are kept."""
    assert found.keep
    return [found.keep(CallRecord("x", calling_number=calling, called_number=called)) for calling, called in sides]


def test_every_filter_has_a_way() -> None:
    """A filter of the query reaches an action by the table, or else is looked up or added by the search."""
    assert {field.name for field in attrs.fields(CallRecordQuery)} == {*FILTERS, *BY_THE_SEARCH, *LOOKED_UP}
    assert WAYS_TO_V1.keys() | WAYS_TO_V2.keys() == set(FILTERS)
    assert {"number"} == WAYS_TO_V1.keys() - WAYS_TO_V2.keys()


@pytest.mark.parametrize(("ways", "operation"), [(WAYS_TO_V1, V1), (WAYS_TO_V2, V2)])
def test_every_way_ends_at_an_argument(ways: Any, operation: Any) -> None:
    """Each filter has an argument of its own, which the action knows, and so has what the search adds."""
    arguments = [way.argument for way in ways.values()]
    assert len(arguments) == len(set(arguments))
    assert {*arguments, "start", "end", "agent_id", "order"} <= operation.parameters.keys()


def test_the_second_version_is_the_default() -> None:
    """Whatever is asked but for parts of numbers, V2 is asked all of it, and its media type always."""
    told = COMMON | {
        "contact_ids": ("job-1",),
        "skill_group_ids": ("a@x", "b@x"),
        "satisfactions": ("-1", ">2"),
        "satisfaction_survey_channel": SatisfactionChannel.CHAT,
        "media_type": MediaType.AUDIO,
    }
    assert Narrowed(V2, told) == narrowed(**told)
    assert Narrowed(V2, {"media_type": "ALL"}) == narrowed()


def test_what_the_search_adds_is_left_to_it() -> None:
    """Range, agents and order make no difference; names of groups count as the ids they come to."""
    assert narrowed() == narrowed(start="today", agent_ids=["a"], agent_names=["张三"], order="asc")
    assert Narrowed(V2, {"media_type": "ALL", "skill_group_ids": ("a@x",)}) == narrow(
        CallRecordQuery(skill_group_names=["技术支持"]), ("a@x",)
    )


def test_part_of_a_number_is_the_first_versions() -> None:
    """V1 alone finds a part of either number, and then nothing is left to be filtered."""
    assert Narrowed(V1, {"number_part": "1380000"}) == narrowed(number="1380000")


def test_what_the_first_version_can_be_asked_as_well() -> None:
    """Every filter that both know goes along, one group and keys pressed in V1's own way."""
    found = narrowed(
        **COMMON,
        number="380",
        skill_group_ids=("a@x",),
        satisfactions=("1", "5"),
        satisfaction_survey_channel=SatisfactionChannel.SMS,
    )
    assert (
        Narrowed(
            V1,
            COMMON
            | {
                "number_part": "380",
                "skill_group_id": "a@x",
                "satisfactions": ("1", "5"),
                "satisfaction_survey_channel": SatisfactionChannel.SMS,
            },
        )
        == found
    )


@pytest.mark.parametrize(
    "told",
    [
        {"contact_ids": ("job-1",)},
        {"skill_group_ids": ("a@x", "b@x")},
        {"satisfactions": ("1", "-1")},
        {"satisfactions": ("-2",)},
        {"satisfactions": (">2",)},
        {"satisfactions": ("<3",)},
        {"satisfactions": ("0",)},
        {"satisfaction_survey_channel": SatisfactionChannel.CHAT},
        {"media_type": MediaType.AUDIO},
    ],
    ids=repr,
)
def test_what_the_first_version_does_not_understand(told: dict[str, Any]) -> None:
    """V1 would ignore it and list too much: so V2 is asked for it, and the number is looked for here."""
    found = narrowed(**told, number="1380000")
    assert (V2, {"media_type": "ALL"} | told) == (found.operation, found.arguments)
    assert [True, True, False, False] == kept(
        found, ("13800000001", "0"), ("0", "+8613800000009"), ("138", "0000"), (None, None)
    )


@pytest.mark.parametrize(
    ("told", "part"),
    [
        ({"calling_number": "0735*******"}, "0735"),
        ({"called_number": "138****0001"}, "0001"),
        ({"calling_number": "0735*******", "called_number": "02100000***"}, "02100000"),
        ({"calling_number": "0735*******", "number": "21"}, "0735"),
        ({"calling_number": "*1*", "number": "12*"}, "12"),
        ({"number": "+86*1"}, "+86"),
    ],
)
def test_the_longest_known_part_narrows(told: dict[str, Any], part: str) -> None:
    """Of all parts of numbers, V1 is given the longest run of known digits."""
    found = narrowed(**told)
    assert (V1, {"number_part": part}) == (found.operation, found.arguments)
    assert found.keep is not None


def test_whole_numbers_stay_with_the_action() -> None:
    """A whole number beside a part of one is asked for, and looked at as well, since rows are looked at anyway."""
    found = narrowed(calling_number="0735*******", called_number="02100000001")
    assert {"number_part": "0735", "called_number": "02100000001"} == found.arguments
    assert [True, False, False] == kept(
        found,
        ("07350000001", "02100000001"),
        ("07350000001", "021000000011"),
        ("073500000012", "02100000001"),
    )


@pytest.mark.parametrize("number", ["***", "*#", "+*"])
def test_a_number_without_a_known_digit_narrows_nothing(number: str) -> None:
    """There is no digit to ask V1 for."""
    found = narrowed(called_number=number)
    assert (V2, {"media_type": "ALL"}) == (found.operation, found.arguments)
    assert [True, False] == kept(found, (None, number.replace("*", "7")), (number.replace("*", "7"), None))


@given(criteria())
def test_nothing_is_asked_that_the_action_does_not_understand(told: dict[str, Any]) -> None:
    """Whatever the filters, each argument is the action's, and each filter is asked for or looked at here."""
    query = CallRecordQuery(**told)
    found = narrow(query, None if query.skill_group_ids is None else tuple(query.skill_group_ids))
    ways = WAYS_TO_V1 if found.operation is V1 else WAYS_TO_V2
    given_filters = {name for name in FILTERS if getattr(query, name) is not None}
    asked = {name for name in given_filters if name in ways and ways[name].argument in found.arguments}
    assert found.arguments.keys() <= found.operation.parameters.keys()
    assert all(ways[name].understands(getattr(query, name)) for name in asked - {"number"})
    assert given_filters - asked <= {"calling_number", "called_number", "number"}
    assert found.keep is not None or given_filters == asked


@given(st.lists(st.tuples(digits, digits), max_size=8), st.data())
def test_what_is_listed_and_kept_is_what_is_meant(sides: list[tuple[str, str]], data: st.DataObject) -> None:
    """For any numbers, an action that does as documented and the filter here together give what a plain filter does."""
    shown = [number for pair in sides for number in pair] or ["13800000001"]
    text = data.draw(st.sampled_from(shown))
    hidden = "".join("*" if data.draw(st.booleans()) else digit for digit in text)
    name = data.draw(st.sampled_from(["calling_number", "called_number", "number"]))
    extra = data.draw(st.sampled_from([{}, {"media_type": "AUDIO"}]))
    found = narrowed(**{name: hidden}, **extra)
    rows = [CallRecord("x", calling_number=calling, called_number=called) for calling, called in sides]
    matches = pattern(hidden, whole=name != "number")
    looked_at = ["calling_number", "called_number"] if name == "number" else [name]
    meant = [row for row in rows if any(matches(getattr(row, side)) for side in looked_at)]
    part = found.arguments.get("number_part", "")
    exact = {side: found.arguments[side] for side in ("calling_number", "called_number") if side in found.arguments}
    listed = [
        row
        for row in rows
        if (part in (row.calling_number or "") or part in (row.called_number or ""))
        and all(getattr(row, side) == number for side, number in exact.items())
    ]
    assert meant == [row for row in listed if found.keep is None or found.keep(row)]

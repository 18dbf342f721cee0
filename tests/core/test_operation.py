"""The actions as data."""

import attrs
import orjson
import pytest

from hillstone_ccc._core.convert import MODELS
from hillstone_ccc._core.operation import (
    LIST_CALL_DETAIL_RECORDS,
    LIST_CALL_DETAIL_RECORDS_V2,
    OPERATIONS,
    RESTORE_ARCHIVED_RECORDINGS,
)
from hillstone_ccc._core.vocabulary import ContactType, Disposition

V1 = LIST_CALL_DETAIL_RECORDS.parameters
V2 = LIST_CALL_DETAIL_RECORDS_V2.parameters


def test_every_action_is_there_once() -> None:
    """The table holds the covered actions by name, each with a model that the converters know."""
    assert 13 == len(OPERATIONS)
    for action, operation in OPERATIONS.items():
        assert action == operation.action
        assert operation.shape in {"page", "object", "objects"}
        assert operation.model in MODELS
        assert {"InstanceId"} <= {name for name, _ in operation.parameters.values()}


def test_two_arguments_never_share_a_parameter() -> None:
    """One parameter is written by one argument, so that none overwrites another."""
    for operation in OPERATIONS.values():
        names = [name for name, _ in operation.parameters.values()]
        assert len(names) == len(set(names))


def test_totals_that_are_told_on_page_1_only() -> None:
    """Only the two record lists say 0 on later pages."""
    assert {"ListCallDetailRecords", "ListCallDetailRecordsV2"} == {
        action for action, operation in OPERATIONS.items() if operation.totals_on_first_page_only
    }


@pytest.mark.parametrize(("value", "first", "second"), [
    (ContactType.PRIVACY_DIAL, "PrivacyDial", "PRIVACY_DIAL"),
    (ContactType.BACK2BACK, "Back2Back", "BACK2BACK"),
    (ContactType.INBOUND, "Inbound", "INBOUND"),
])  # fmt: skip
def test_contact_types_have_two_letter_cases(value: ContactType, first: str, second: str) -> None:
    """V1 takes mixed case, V2 upper case."""
    for parameters, word in ((V1, first), (V2, second)):
        name, write = parameters["contact_types"]
        assert ("ContactTypeList", f'["{word}"]') == (name, write((value,)))
    assert '["Hologram"]' == V2["contact_types"][1](["Hologram"])


def test_lists_are_json_text() -> None:
    """Every list goes as a JSON array of texts in one parameter, Chinese as it is."""
    assert ("ContactDispositionList", '["Success","NoAnswer"]') == (
        V2["dispositions"][0],
        V2["dispositions"][1]((Disposition.SUCCESS, Disposition.NO_ANSWER)),
    )
    assert '["满意","一般"]' == V1["satisfaction_descriptions"][1](["满意", "一般"])
    assert ("SatisfactionList", "SatisfactionRateList") == (V1["satisfactions"][0], V2["satisfactions"][0])
    assert ["job-1", 'a"b'] == orjson.loads(RESTORE_ARCHIVED_RECORDINGS.parameters["contact_ids"][1](["job-1", 'a"b']))


def test_part_of_a_number() -> None:
    """V1 takes part of a number as a JSON object with one key."""
    name, write = V1["number_part"]
    assert ("Criteria", '{"phoneNumber":"1380000"}') == (name, write("1380000"))


def test_what_one_action_takes_and_the_other_does_not() -> None:
    """An argument is listed only where the action has a parameter for it."""
    assert {"contact_id", "skill_group_id", "number_part"} == V1.keys() - V2.keys()
    assert {"contact_ids", "skill_group_ids", "media_type"} == V2.keys() - V1.keys()


def test_operations_are_values() -> None:
    """The table cannot be changed."""
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        LIST_CALL_DETAIL_RECORDS.action = "x"  # type: ignore[misc]

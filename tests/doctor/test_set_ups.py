"""Every broken set-up is named by the right check, with its remedy, and shows no secret."""

from __future__ import annotations

import json

import pytest

from hillstone_ccc.doctor import Diagnosis, Outcome, examine

from .conftest import World
from .refusals import REFUSALS
from .set_ups import SET_UPS, SetUp

SECRETS = (
    *("example-id", "example -id", "example-secret", "example-token", "LTAIexample", "STS.example", "proxy-password"),
    *("another-id", "another-secret", "another-token", "Signature=", "Expires="),
)


def shown(diagnosis: Diagnosis) -> str:
    """All that anybody gets to see of it; no secret may be in there."""
    text = "\n".join((str(diagnosis), json.dumps(diagnosis.as_json(), ensure_ascii=False), repr(diagnosis)))
    assert [] == [secret for secret in SECRETS if secret in text]
    return text


@pytest.mark.parametrize("set_up", [pytest.param(one, id=name) for name, one in {**SET_UPS, **REFUSALS}.items()])
def test_the_right_check_names_what_is_broken(world: World, set_up: SetUp) -> None:
    """It is the first that fails, those before it are well, and its remedy says what to do."""
    diagnosis = examine(**set_up.make(world))
    shown(diagnosis)
    names = [check.name for check in diagnosis.checks]
    first = diagnosis.failed[0]
    assert (set_up.check, False) == (first.name, diagnosis.healthy)
    assert set_up.seen in first.seen
    assert set_up.remedy in first.remedy
    before = diagnosis.checks[: names.index(first.name)]
    assert [] == [check for check in before if check.outcome in (Outcome.WARNED, Outcome.FAILED)]

"""The tree of errors."""

import copy
import pickle
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc._core import errors
from hillstone_ccc._core.errors import CCCError
from hillstone_ccc._core.page import Coverage


def tree(kind: type[CCCError]) -> list[type[CCCError]]:
    """A class and everything below it."""
    return [kind, *(below for one in kind.__subclasses__() for below in tree(one))]


EVERY = tree(CCCError)
TOLD: dict[str, Any] = {
    "action": "ListUsers",
    "code": "NotExists.InstanceId",
    "request_id": "REQ-1",
    "http_status": 404,
    "advice": "Check instance_id.",
}
OWN: dict[str, dict[str, Any]] = {
    "ThrottledError": {"retry_after": 1.5, "details": {"a": "b"}},
    "PermissionDeniedError": {"details": {"AuthAction": "ccc:ListUsers"}},
    "AgentNotFoundError": {"name": "张", "suggestions": ("张三", "张四")},
    "SkillGroupNotFoundError": {"name": "技术", "suggestions": ("技术支持",)},
    "IncompleteError": {"coverage": Coverage(1, 10, 9, 0, complete=False)},
    "RecordingNotReadyError": {"can_still_come": True},
}


@pytest.mark.parametrize("kind", EVERY)
def test_pickles_and_copies_are_whole(kind: type[CCCError]) -> None:
    """Every error survives pickling and copying with its type and every attribute, also those set later."""
    error = kind("It broke.", **TOLD, **OWN.get(kind.__name__, {}))
    error.garbled = True  # type: ignore[attr-defined]
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert (kind, error.__dict__, error.args, str(error)) == (type(twin), twin.__dict__, twin.args, str(twin))


def test_the_text_reads_well() -> None:
    """Action, code and status, what happened, what to do, and the id for a ticket, in this order."""
    whole = CCCError("It broke.", **TOLD)
    assert "ListUsers: NotExists.InstanceId (HTTP 404): It broke. Check instance_id. [request id REQ-1]" == str(whole)
    assert "Throttling: It broke." == str(CCCError("It broke.", code="Throttling"))
    assert "It broke." == str(CCCError("It broke."))


@given(st.dictionaries(st.sampled_from(sorted(TOLD.keys() - {"http_status"})), st.text(min_size=1)))
def test_what_is_known_is_in_the_text(told: dict[str, Any]) -> None:
    """Whatever is known of an error is in its text."""
    error = CCCError("It broke.", **told)
    assert all(value in str(error) for value in ("It broke.", *told.values()))


def test_attributes_are_there_when_nothing_is_known() -> None:
    """Attributes of a class exist on every instance: nothing has to be asked with getattr."""
    assert (None, {}) == (errors.ThrottledError("x").retry_after, errors.APIError("x").details)
    assert ("", ()) == (errors.AgentNotFoundError("x").name, errors.AgentNotFoundError("x").suggestions)
    assert ("", ()) == (errors.SkillGroupNotFoundError("x").name, errors.SkillGroupNotFoundError("x").suggestions)
    assert (None, None) == (errors.IncompleteError("x").coverage, errors.RecordingNotReadyError("x").can_still_come)
    assert errors.DecodeError("x").garbled is False


def test_an_impossible_query_is_a_value_error() -> None:
    """Who catches ValueError catches a query that cannot be meant."""
    assert issubclass(errors.InvalidQueryError, ValueError)


def test_the_drawn_tree_is_the_real_one() -> None:
    """The tree in the module's docstring has the classes and the branches of the code, and each is told by its doc."""
    drawn: dict[str, str] = {}
    above: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"    ([│├└─ ]*)(\w+Error)\b", line)
        if found:
            depth = len(found[1]) // 4
            above[depth:] = [found[2]]
            drawn[found[2]] = above[depth - 1] if depth else "Exception"
    assert {kind.__name__: kind.__mro__[1].__name__ for kind in EVERY} == drawn
    assert all(kind.__doc__ for kind in EVERY)

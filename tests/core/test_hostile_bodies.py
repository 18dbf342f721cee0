"""Truncated, random and hostile bodies: an answer or an error of ours comes out, nothing else."""

import json
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc._core.errors import CCCError
from hillstone_ccc._core.message import Response
from hillstone_ccc._core.openapi import OpenAPI
from hillstone_ccc._core.operation import (
    OPERATIONS,
    Operation,
)

from .expected import example

API = OpenAPI("ccc-demo", ZoneInfo("Asia/Shanghai"))
actions = pytest.mark.parametrize("action", OPERATIONS)
some_operation = st.sampled_from(list(OPERATIONS.values()))


def survives(operation: Operation[Any], body: bytes, status: int = 200, hidden: str = "\0") -> bool:
    """Decodes a body; True if it was accepted. Nothing but a CCCError may come out, without what is to be hidden."""
    try:
        API.decode(operation, Response(status, {}, body))
    except CCCError as error:
        told = str(error)
    else:
        return True
    assert hidden not in told
    return False


@actions
def test_a_body_cut_at_any_byte(action: str) -> None:
    """However much of a documented answer arrives, it is the whole or an error, with any status."""
    body = example(action).rstrip()
    for status in (200, 400, 503):
        cut = [length for length in range(len(body)) if survives(OPERATIONS[action], body[:length], status)]
        assert [] == cut
    assert survives(OPERATIONS[action], body)


statuses = st.sampled_from([200, 200, 200, 400, 403, 404, 429, 500, 502, 503])


@given(some_operation, st.binary(max_size=200), statuses)
def test_random_bytes(operation: Operation[Any], body: bytes, status: int) -> None:
    """Bytes of any kind are an error of ours, or an answer."""
    survives(operation, body, status)


hostile_scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**40), 10**40)
    | st.sampled_from([10**18, 2**63, 2**64, 1e308, -1e308, 0.5, -0.0])
    | st.text(st.characters(codec="utf-8"), max_size=10)
    | st.sampled_from(["NaN", "Infinity", "1e5", "１２", "²", "0x10", "9" * 5000, "OK", "\0", "true", "-", "+", " "])
)
hostile = st.recursive(
    hostile_scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["Code", "Data", "List", "TotalCount", "ContactId", "X", ""]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


def dumped(value: Any) -> bytes:
    """JSON, also of numbers that orjson does not write."""
    return json.dumps(value).encode()


envelope_fields = st.sampled_from(
    ["Code", "Data", "Message", "RequestId", "HttpStatusCode", "AccessDeniedDetail", "Recommend", "code"]
)


@given(some_operation, st.dictionaries(envelope_fields, hostile), statuses)
def test_random_envelopes(operation: Operation[Any], envelope: dict[str, Any], status: int) -> None:
    """JSON of any shape in the envelope's fields."""
    survives(operation, dumped(envelope), status)


@given(some_operation, hostile, statuses)
def test_random_data(operation: Operation[Any], data: Any, status: int) -> None:
    """JSON of any shape where the payload belongs."""
    survives(operation, dumped({"Code": "OK", "Data": data}), status)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path to every value inside a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(below for key, one in inner for below in places(one, (*path, key)))]


def changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """The JSON value with another one at a path."""
    if not path:
        return new
    copied = dict(value) if isinstance(value, dict) else list(value)
    copied[path[0]] = changed(value[path[0]], path[1:], new)
    return copied


@actions
@given(st.data())
def test_a_wrong_value_in_any_place(action: str, data: st.DataObject) -> None:
    """A documented answer with anything else in one of its places."""
    body = orjson.loads(example(action))
    path = data.draw(st.sampled_from(places(body)))
    survives(OPERATIONS[action], dumped(changed(body, path, data.draw(hostile))))


SECRET = "example-value-of-a-person"


@actions
@pytest.mark.parametrize("make", [str, lambda text: [text], lambda text: {text: text}, lambda text: [[[text]] * 3]])
def test_no_error_repeats_a_value(action: str, make: Callable[[str], Any]) -> None:
    """With a person's data in every place of an answer in turn, no error's text holds it."""
    body = orjson.loads(example(action))
    refused = 0
    for path in places(body["Data"], ("Data",)):
        refused += not survives(OPERATIONS[action], dumped(changed(body, path, make(SECRET))), hidden=SECRET)
    assert refused


@actions
def test_large_and_deep_bodies(action: str) -> None:
    """A hundred thousand wrong things and a thousand levels are refused, not fallen over."""
    operation = OPERATIONS[action]
    deep = b"[" * 900 + b"]" * 900
    for data in (b"[" + b"1," * 100_000 + b"1]", deep, b"[" * 100_000, b'{"List":%b}' % deep, b'{"List":[%b]}' % deep,
                 b'{"List":[{"ContactId":"x","UserId":"x","SkillGroupId":"x","New":%b}]}' % deep,
                 b'{"List":[{"UserId":"x","PrimaryAccount":%b}]}' % deep):  # fmt: skip
        survives(operation, b'{"Code":"OK","Data":%b}' % data)
    survives(operation, b'{"Code":"OK","Data":{"\\ud800":"\\udfff","FileName":"\\ud800"}}')
    survives(operation, b'{"Code":"OK","Data":{"ContactId":NaN,"StartTime":Infinity}}')
    survives(operation, b'{"Code":"OK","Data":{"ContactId":"x","StartTime":1e999}}')

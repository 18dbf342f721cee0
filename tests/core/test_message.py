"""What goes out and what comes back."""

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc._core.message import Request, Response
from hillstone_ccc._core.openapi import OpenAPI
from hillstone_ccc._core.operation import OPERATIONS

from .expected import ZONE

texts = st.text(st.characters(codec="utf-8"))


@given(st.lists(st.tuples(st.sampled_from(["InstanceId", "Criteria", "Number"]), texts)))
def test_any_query_is_read_back(query: list[tuple[str, str]]) -> None:
    """Whatever the values, a server that decodes the query has them again, and ``+`` never means a blank."""
    request = Request("X", query=tuple(query))
    assert query == parse_qsl(request.encoded_query, keep_blank_values=True)
    assert not set(request.encoded_query) & set("+* ")


def test_the_query_by_rfc_3986() -> None:
    """Blanks are ``%20``, ``*`` is ``%2A``, ``~`` stays; no parameters, no question mark."""
    request = Request("X", query=(("a", "张 *~+/"), ("b", "")))
    assert "/?a=%E5%BC%A0%20%2A~%2B%2F&b=" == request.target
    assert "/" == Request("X").target


def test_reprs_tell_no_number() -> None:
    """A request's repr masks numbers, whole in number parameters, found in others; a response's shows no body."""
    request = Request(
        "ListUsers",
        query=(
            ("CallingNumber", "0735*******"),
            ("Number", "1380000000"),
            ("Criteria", '{"phoneNumber":"13800000001"}'),
        ),
    )
    assert 'ListUsers(CallingNumber=073********, Number=138****000, Criteria={"phoneNumber":"138****0001"})' == repr(
        request
    )
    assert ("0735*******", "1380000000", "13800000001") == request.numbers
    assert "Response(200, 11 bytes)" == repr(Response(200, {"x": "13800000001"}, b"13800000001"))


@pytest.mark.parametrize("argument", ["calling_number", "called_number", "number_part"])
@given(number=st.from_regex(r"\+?[0-9]{3,14}", fullmatch=True))
def test_a_number_is_masked_whatever_its_length(argument: str, number: str) -> None:
    """Wherever an action takes a number or a part of one, neither is in the repr, and the request tells it apart."""
    for operation in OPERATIONS.values():
        if argument in operation.parameters:
            request = OpenAPI("ccc-demo", ZONE).encode(operation, {argument: number})
            assert number not in repr(request)
            assert (number,) == request.numbers

"""Somebody is recognised by one authorizer or another, and may do what was asked, or is told which of both fails."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import Request

from hillstone_ccc import AuthenticationError, ConfigurationError, ConnectError, PermissionDeniedError
from hillstone_ccc.contract import METRICS, PERMISSION, REVEAL
from hillstone_ccc.server.link import LinkToken
from hillstone_ccc.server.principal import AnyOf, Principal, admitted, bearer_token

CLERK = Principal("clerk", frozenset({PERMISSION}))
SIGNS = "abcXYZ019-._~+/"


def _request(*authorization: str) -> Request:
    headers = [(b"authorization", value.encode("latin-1")) for value in authorization]
    return Request({"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": headers})


def _gives(told: Any) -> Any:
    return lambda _request, _permission: told


def _raises(error: Exception) -> Any:
    def authorize(_request: Request, _permission: str) -> None:
        raise error

    return authorize


class Asynchronous:
    """An authorizer as the ready-made ones are."""

    def __init__(self, told: Any) -> None:
        self.told = told
        self.asked: list[str] = []
        self.threads: list[int] = []

    async def __call__(self, _request: Request, permission: str) -> Any:
        self.asked.append(permission)
        self.threads.append(threading.get_ident())
        return self.told


async def _coroutine(told: Any, _request: Request, _permission: str) -> Any:
    return told


def test_who_has_permissions_may_those() -> None:
    """And nothing else."""
    assert CLERK.may(PERMISSION)
    assert not CLERK.may(REVEAL)
    assert not Principal("nobody", frozenset()).may(PERMISSION)


def test_of_whom_nothing_is_said_it_has_been_decided() -> None:
    """Whoever named them did so for what was asked."""
    assert Principal("clerk").may(METRICS)


def test_permissions_are_kept_as_a_set() -> None:
    """However they are given."""
    given_: Any = [PERMISSION, PERMISSION]
    assert CLERK == Principal("clerk", given_)


@pytest.mark.parametrize("permissions", [PERMISSION, b"list", 5, [5], [""], [None]])
def test_permissions_are_names(permissions: Any) -> None:
    """A text alone would be taken for its letters."""
    with pytest.raises(ConfigurationError, match="permissions must be"):
        Principal("clerk", permissions)


@pytest.mark.parametrize("name", ["", "  ", "two\nlines", "x" * 257, None, 5, b"clerk"])
def test_a_name_is_a_line(name: Any) -> None:
    """It stands in logs."""
    with pytest.raises(ConfigurationError, match="name"):
        Principal(name)


@pytest.mark.parametrize(
    "authorize",
    [
        _gives(CLERK),
        _gives("clerk"),
        Asynchronous(CLERK),
        Asynchronous("clerk"),
        partial(_coroutine, "clerk"),
        partial(partial(_coroutine), CLERK),
        lambda request, permission: _coroutine("clerk", request, permission),
        Asynchronous("clerk").__call__,
    ],
)
async def test_whatever_names_somebody_is_an_authorizer(authorize: Any) -> None:
    """A function or an object, plain or asynchronous, that gives a Principal or a name."""
    principal = await admitted(authorize, _request(), PERMISSION)
    assert "clerk" == principal.name


async def test_a_plain_function_is_called_in_a_thread() -> None:
    """It may wait for something."""
    asked: list[tuple[int, Request, str]] = []

    def authorize(request: Request, permission: str) -> str:
        asked.append((threading.get_ident(), request, permission))
        return "clerk"

    request = _request()
    await admitted(authorize, request, REVEAL)
    assert [(request, REVEAL)] == [(request, permission) for _, request, permission in asked]
    assert threading.get_ident() != asked[0][0]


async def test_an_asynchronous_object_is_called_where_it_is_awaited() -> None:
    """It is told what is asked for."""
    authorize = Asynchronous("clerk")
    await admitted(authorize, _request(), REVEAL)
    assert ([REVEAL], [threading.get_ident()]) == (authorize.asked, authorize.threads)


async def test_nobody_is_let_in_whom_nobody_knows() -> None:
    """The error does not repeat the token."""
    with pytest.raises(AuthenticationError, match="No valid token") as raised:
        await admitted(_gives(None), _request("Bearer example-token"), PERMISSION)
    assert "example-token" not in str(raised.value)


async def test_the_missing_permission_is_named() -> None:
    """Whoever runs the server can give it."""
    with pytest.raises(PermissionDeniedError, match=REVEAL):
        await admitted(_gives(CLERK), _request(), REVEAL)


@pytest.mark.parametrize("told", ["", " ", "two\nlines", True, 5, b"clerk", {"name": "clerk"}])
async def test_what_names_nobody_is_a_mistake_of_the_authorizers(told: Any) -> None:
    """It lets nobody in, and the message says what to give."""
    with pytest.raises(ConfigurationError, match="authorize must give a Principal, the name of one, or None") as raised:
        await admitted(_gives(told), _request(), PERMISSION)
    assert "clerk" not in str(raised.value)


@pytest.mark.parametrize("error", [AuthenticationError("why"), PermissionDeniedError("why"), ConnectError("why")])
async def test_an_authorizer_may_say_no_itself(error: Any) -> None:
    """Its errors are passed on as they are."""
    with pytest.raises(type(error)) as raised:
        await admitted(_raises(error), _request(), PERMISSION)
    assert error is raised.value


@pytest.mark.parametrize("header", ["Bearer abc", "bearer abc", "BEARER   abc"])
def test_the_token_is_read_from_its_header(header: str) -> None:
    """However the scheme is spelled."""
    assert "abc" == bearer_token(_request(header))


def test_a_token_has_a_length_that_a_header_can_carry() -> None:
    """8192 signs, and not one more."""
    assert "x" * 8192 == bearer_token(_request(f"Bearer {'x' * 8192}"))
    assert None is bearer_token(_request(f"Bearer {'x' * 8193}"))


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [""],
        ["Bearer"],
        ["Bearer "],
        ["Bearerabc"],
        ["Basic abc"],
        [" Bearer abc"],
        ["Bearer abc "],
        ["Bearer abc\n"],
        ["Bearer a bc"],
        ["Bearer abc, Bearer abc"],
        ["Bearer a=bc"],
        ["Bearer ="],
        ['Bearer "abc"'],
        ["Bearer ab\xe9"],
        ["Bearer\tabc"],
        ["Bearer abc", "Bearer abc"],
    ],
)
def test_what_is_no_single_token_is_none(headers: list[str]) -> None:
    """Two headers, other schemes, other signs."""
    assert None is bearer_token(_request(*headers))


@settings(derandomize=True)
@given(st.text(SIGNS, min_size=1, max_size=100), st.integers(0, 2))
def test_every_token_of_the_standards_signs_is_read_whole(token: str, padding: int) -> None:
    """Nothing is cut off or decoded."""
    assert token + "=" * padding == bearer_token(_request(f"Bearer {token}{'=' * padding}"))


@settings(derandomize=True)
@given(st.text(st.characters(max_codepoint=255), max_size=60))
def test_no_header_is_read_as_anything_else(text: str) -> None:
    """What is not a token's sign does not get into a token."""
    token = bearer_token(_request(text)) or ""
    assert set() == set(token) - set("=-._~+/") - {sign for sign in token if sign.isascii() and sign.isalnum()}


async def test_the_first_that_knows_somebody_decides() -> None:
    """Those after it are not asked."""
    last = Asynchronous("somebody else")
    principal = await admitted(AnyOf(_gives(None), Asynchronous("clerk"), last), _request(), PERMISSION)
    assert ("clerk", []) == (principal.name, last.asked)


async def test_a_token_that_one_refuses_may_be_anothers() -> None:
    """Who cannot tell does not stand in the way either."""
    authorize = AnyOf(_raises(AuthenticationError("why")), _raises(ConnectError("why")), _gives(CLERK))
    assert CLERK == await authorize(_request(), PERMISSION)


async def test_that_somebody_known_may_not_is_final() -> None:
    """Whether the authorizer says so or the permissions do."""
    with pytest.raises(PermissionDeniedError, match="not today"):
        await admitted(AnyOf(_raises(PermissionDeniedError("not today")), _gives("clerk")), _request(), PERMISSION)
    with pytest.raises(PermissionDeniedError, match=REVEAL):
        await admitted(AnyOf(_gives(CLERK), _gives("clerk")), _request(), REVEAL)


async def test_the_first_refusal_is_told() -> None:
    """It knows best what was wrong."""
    refusals = [_raises(AuthenticationError("expired")), _raises(AuthenticationError("unknown")), _gives(None)]
    with pytest.raises(AuthenticationError, match="expired"):
        await AnyOf(*refusals)(_request(), PERMISSION)


async def test_that_one_could_not_tell_counts_more_than_a_refusal() -> None:
    """It might have known them: they are asked to come again, and not let in."""
    helpless = [_raises(ConnectError("first")), _raises(ConnectError("second"))]
    with pytest.raises(ConnectError, match="first"):
        await AnyOf(_raises(AuthenticationError("why")), *helpless)(_request(), PERMISSION)


async def test_nobody_knows_a_stranger() -> None:
    """Then there is nothing to tell."""
    assert None is await AnyOf(_gives(None), Asynchronous(None))(_request(), PERMISSION)


async def test_a_mistake_of_one_is_not_passed_over() -> None:
    """It would be found by nobody."""
    with pytest.raises(ConfigurationError, match="authorize must give"):
        await AnyOf(_gives(5), _gives("clerk"))(_request(), PERMISSION)


@pytest.mark.parametrize("authorizers", [(), (5,), (_gives(None), None)])
def test_there_must_be_somebody_to_ask(authorizers: Any) -> None:
    """Nobody would be let in by none."""
    with pytest.raises(ConfigurationError, match="AnyOf"):
        AnyOf(*authorizers)


def test_it_shows_whom_it_asks() -> None:
    """As they show themselves."""
    assert "AnyOf(LinkToken(***), LinkToken(***))" == repr(AnyOf(LinkToken(), LinkToken()))

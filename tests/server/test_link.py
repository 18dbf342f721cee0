"""A link lets one browser in, once; its token in a header is good as long as the process lives."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import Request

from hillstone_ccc import ConfigurationError
from hillstone_ccc.contract import METRICS, PERMISSION, REVEAL
from hillstone_ccc.server.link import LinkToken
from hillstone_ccc.server.principal import Principal, admitted

TOKEN = "example-token-of-a-link"
LOCAL = Principal("local", frozenset({PERMISSION, REVEAL}))


def _request(token: str | None = None, session: str | None = None, cookie: str = "hillstone_ccc") -> Request:
    headers: list[tuple[bytes, bytes]] = []
    if token is not None:
        headers.append((b"authorization", b"Bearer " + token.encode("latin-1")))
    if session is not None:
        headers.append((b"cookie", f"{cookie}={session}".encode("latin-1")))
    return Request({"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": headers})


async def test_the_token_works_in_a_header_again_and_again() -> None:
    """Also when the link has been used."""
    link = LinkToken()
    assert LOCAL == await link(_request(link.token), PERMISSION)
    link.redeem(link.once)
    assert LOCAL == await link.authorize(_request(link.token), REVEAL)


async def test_the_link_works_once() -> None:
    """It leaves a session, and whoever finds the link afterwards gets none."""
    link = LinkToken(TOKEN)
    session = link.redeem(link.once)
    assert session is not None
    assert None is link.redeem(link.once)
    assert LOCAL == await link(_request(session=session, cookie=link.cookie), PERMISSION)
    assert LOCAL == await link(_request("wrong", session, link.cookie), PERMISSION)


def test_a_wrong_text_does_not_use_the_link_up() -> None:
    """Otherwise anybody could lock its owner out."""
    link = LinkToken(TOKEN)
    assert [None] * 3 == [link.redeem(""), link.redeem(f"{link.once}x"), link.redeem(TOKEN)]
    assert None is not link.redeem(link.once)


async def test_there_is_no_session_before_the_link_is_used() -> None:
    """Not even for whoever knew its secret."""
    link = LinkToken()
    assert None is await link(_request(session=link._session, cookie=link.cookie), PERMISSION)


async def test_the_session_is_no_token_and_the_token_is_no_session() -> None:
    """Neither stands for the other, and neither is made of the other."""
    link = LinkToken(TOKEN)
    session = link.redeem(link.once)
    assert session is not None
    assert None is await link(_request(session), PERMISSION)
    assert None is await link(_request(session=TOKEN, cookie=link.cookie), PERMISSION)
    assert None is await link(_request(link.once), PERMISSION)
    other = LinkToken(TOKEN)
    assert session != other.redeem(other.once)
    assert link.cookie != other.cookie


@pytest.mark.parametrize("request_", [_request(), _request("", ""), _request("wrong"), _request(session="wrong")])
async def test_nobody_else_is_known(request_: Request) -> None:
    """Whatever they bring."""
    link = LinkToken()
    link.redeem(link.once)
    assert None is await link(request_, PERMISSION)


async def test_permissions_can_be_chosen() -> None:
    """Of those that are not, none is there."""
    link = LinkToken(TOKEN, permissions=[METRICS])
    assert "local" == (await admitted(link, _request(TOKEN), METRICS)).name
    principal = await link(_request(TOKEN), PERMISSION)
    assert principal is not None
    assert not principal.may(PERMISSION)


@settings(derandomize=True)
@given(st.text(max_size=60) | st.text("\ud800\udfff", min_size=1))
def test_no_text_that_is_not_the_token_redeems_the_link(text: str) -> None:
    """Also one that no encoding knows."""
    assert None is LinkToken(TOKEN).redeem(text)


@settings(derandomize=True)
@given(st.text(st.characters(max_codepoint=255), max_size=60), st.text(st.characters(max_codepoint=255), max_size=60))
def test_no_text_that_is_not_the_token_gets_in(token: str, session: str) -> None:
    """Neither in a header nor in a cookie."""
    link = LinkToken(TOKEN)
    link.redeem(link.once)
    assert None is asyncio.run(link(_request(token, session, link.cookie), PERMISSION))


def test_of_many_at_once_one_gets_the_session() -> None:
    """However they come."""
    link = LinkToken()
    start = threading.Barrier(8)
    got: list[str | None] = []

    def redeem() -> None:
        start.wait()
        got.append(link.redeem(link.once))

    threads = [threading.Thread(target=redeem) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 7 == got.count(None)
    assert 8 == len(got)


@pytest.mark.parametrize(
    "token", ["", "short", "x" * 15, "x" * 513, "x" * 20 + "\n", "a token with blanks", "密" * 20, 5]
)
def test_a_token_of_ones_own_must_be_of_use(token: Any) -> None:
    """Long enough that nobody tries it out, and of signs that a link carries; the error does not show it."""
    with pytest.raises(ConfigurationError, match="16 to 512") as raised:
        LinkToken(token)
    assert not token or str(token) not in str(raised.value).replace("512", "")


def test_permissions_are_names() -> None:
    """A text alone would be taken for its letters."""
    with pytest.raises(ConfigurationError, match="permissions"):
        LinkToken(TOKEN, permissions=PERMISSION)


def test_a_new_token_is_random() -> None:
    """It has 256 bits."""
    assert LinkToken().token != LinkToken().token
    assert 43 == len(LinkToken().token)


def test_it_shows_no_token() -> None:
    """Only whether the link has been used."""
    link = LinkToken(TOKEN)
    assert "LinkToken(***)" == repr(link)
    link.redeem(link.once)
    assert "LinkToken(***, used)" == repr(link)

"""Tokens of a configuration are known by their hashes, and nothing else gets in."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import Request

from hillstone_ccc import AuthenticationError, ConfigurationError
from hillstone_ccc.contract import PERMISSION, REVEAL
from hillstone_ccc.server.principal import Principal, admitted
from hillstone_ccc.server.tokens import BearerTokens, StaticToken, digest, new_token

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
TOKEN, HASH = new_token()
OTHER, OTHER_HASH = new_token()
LIST = frozenset({PERMISSION})
ANONYMOUS = itertools.count()  # these tokens are others in each process that collects the tests


def _request(token: str | None) -> Request:
    headers = [] if token is None else [(b"authorization", b"Bearer " + token.encode("latin-1"))]
    return Request({"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": headers})


def _tokens(*entries: StaticToken, now: datetime = NOW) -> BearerTokens:
    return BearerTokens(entries, clock=now.timestamp)


CLERK = StaticToken("clerk", HASH, LIST)
CHIEF = StaticToken("chief", OTHER_HASH, frozenset({PERMISSION, REVEAL}))


def test_a_new_token_comes_with_its_hash() -> None:
    """It has 256 random bits and tells where it belongs."""
    assert TOKEN != OTHER
    assert TOKEN.startswith("hsc_")
    assert 43 == len(TOKEN.removeprefix("hsc_"))
    assert HASH == hashlib.sha256(TOKEN.encode()).hexdigest()


async def test_a_token_is_known_by_its_hash() -> None:
    """Its owner may what their entry says."""
    tokens = _tokens(CLERK, CHIEF)
    assert Principal("clerk", LIST) == await tokens(_request(TOKEN), PERMISSION)
    assert "chief" == (await admitted(tokens, _request(OTHER), REVEAL)).name


async def test_a_hash_may_be_spelled_in_capitals() -> None:
    """As some programs print it."""
    assert None is not await _tokens(StaticToken("clerk", HASH.upper(), LIST))(_request(TOKEN), PERMISSION)


@pytest.mark.parametrize(
    "token", [None, "", HASH, HASH.upper(), TOKEN[:-1], f"{TOKEN}x", TOKEN.upper(), OTHER, "clerk"], ids=ANONYMOUS
)
async def test_nothing_else_is_known(token: str | None) -> None:
    """Neither the hash nor a part of the token nor another one."""
    assert None is await _tokens(CLERK)(_request(token), PERMISSION)


@settings(derandomize=True)
@given(st.text(st.characters(max_codepoint=255), max_size=80))
def test_no_text_that_is_not_the_token_gets_in(text: str) -> None:
    """Whatever it is."""
    assert None is asyncio.run(_tokens(CLERK)(_request(text), PERMISSION))


@settings(derandomize=True)
@given(st.integers(0, len(TOKEN) - 1), st.characters(max_codepoint=255))
def test_no_sign_of_a_token_may_be_another(place: int, sign: str) -> None:
    """One that differs in a single sign is another token."""
    text = TOKEN[:place] + sign + TOKEN[place + 1 :]
    assert (text == TOKEN) == (None is not asyncio.run(_tokens(CLERK)(_request(text), PERMISSION)))


@pytest.mark.parametrize("token", [TOKEN, OTHER, "hsc_unknown"], ids=ANONYMOUS)
async def test_each_entry_is_compared_whichever_it_is(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """How long it takes tells nothing."""
    compared: list[Any] = []
    same = hmac.compare_digest

    def compare(one: Any, other: Any) -> bool:
        compared.append(other)
        return same(one, other)

    monkeypatch.setattr(hmac, "compare_digest", compare)
    await _tokens(CLERK, CHIEF)(_request(token), PERMISSION)
    assert [digest(TOKEN), digest(OTHER)] == compared


async def test_a_token_works_until_its_end() -> None:
    """From that moment on it is refused, and the error tells no more than that."""
    tokens = StaticToken("clerk", HASH, LIST, NOW)
    assert None is not await _tokens(tokens, now=NOW - timedelta(microseconds=1))(_request(TOKEN), PERMISSION)
    with pytest.raises(AuthenticationError, match="expired") as raised:
        await _tokens(tokens, now=NOW)(_request(TOKEN), PERMISSION)
    assert TOKEN not in str(raised.value)


async def test_the_end_of_one_is_not_the_end_of_others() -> None:
    """Each entry has its own."""
    tokens = _tokens(StaticToken("clerk", HASH, LIST, NOW), CHIEF)
    assert None is not await tokens(_request(OTHER), PERMISSION)


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ({"sha256_hex": ""}, "SHA-256"),
        ({"sha256_hex": TOKEN}, "SHA-256"),
        ({"sha256_hex": HASH[:-1]}, "SHA-256"),
        ({"sha256_hex": f"{HASH}\n"}, "SHA-256"),
        ({"sha256_hex": "g" * 64}, "SHA-256"),
        ({"sha256_hex": None}, "SHA-256"),
        ({"permissions": frozenset()}, "permits nothing"),
        ({"permissions": PERMISSION}, "permissions"),
        ({"permissions": None}, "permissions"),
        ({"permissions": [""]}, "permissions"),
        ({"expires_at": NOW.replace(tzinfo=None)}, "timezone"),
        ({"expires_at": "2026-01-02"}, "timezone"),
    ],
)
def test_an_entry_that_cannot_be_meant_is_named(told: dict[str, Any], named: str) -> None:
    """The message shows no hash, nor the token that somebody put in its place."""
    with pytest.raises(ConfigurationError, match=named) as raised:
        StaticToken(**{"name": "clerk", "sha256_hex": HASH, "permissions": LIST, **told})
    assert "'clerk'" in str(raised.value)
    assert HASH[:-1] not in str(raised.value)
    assert TOKEN not in str(raised.value)


@pytest.mark.parametrize("name", ["", " ", "two\nlines", None, 5])
def test_an_entry_has_a_name(name: Any) -> None:
    """It stands in logs instead of the token."""
    with pytest.raises(ConfigurationError, match="name"):
        StaticToken(name, HASH, LIST)


async def test_permissions_are_kept_as_a_set() -> None:
    """However they are given."""
    once: Any = iter([PERMISSION])
    entry = StaticToken("clerk", HASH, once)
    assert LIST == entry.permissions
    assert Principal("clerk", LIST) == await _tokens(entry)(_request(TOKEN), PERMISSION)


@pytest.mark.parametrize(
    ("entries", "named"),
    [
        ([], "at least one"),
        ([CLERK, "chief"], "StaticToken"),
        ([CLERK, StaticToken("clerk", OTHER_HASH, LIST)], "called 'clerk'"),
        ([CLERK, StaticToken("chief", HASH.upper(), LIST)], "of 'clerk' is another one's"),
    ],
)
def test_each_entry_is_somebody_elses(entries: Any, named: str) -> None:
    """Two of one name, or of one hash, are a mistake."""
    with pytest.raises(ConfigurationError, match=named) as raised:
        BearerTokens(entries)
    assert HASH not in str(raised.value)


def test_names_are_shown_and_hashes_are_not() -> None:
    """In a log nobody finds what to try."""
    assert "BearerTokens('clerk', 'chief')" == repr(_tokens(CLERK, CHIEF))
    assert "StaticToken(name='clerk')" == repr(CLERK)


async def test_the_clock_is_this_machines_unless_one_is_given() -> None:
    """An end of long ago is over."""
    with pytest.raises(AuthenticationError):
        await BearerTokens([StaticToken("clerk", HASH, LIST, NOW.replace(year=2001))])(_request(TOKEN), PERMISSION)

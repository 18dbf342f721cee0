"""Tokens that are written into a configuration, as hashes."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import attrs
from starlette.requests import Request

from hillstone_ccc import AuthenticationError, ConfigurationError

from .principal import Principal, bearer_token, is_name, permission_set

_HASH = re.compile(r"[0-9a-fA-F]{64}")


def new_token() -> tuple[str, str]:
    """A new token of 256 bits for somebody, and the hash of it for the configuration."""
    token = f"hsc_{secrets.token_urlsafe(32)}"
    return token, digest(token).hex()


def digest(text: str) -> bytes:
    """The SHA-256 of a text. Enough for texts of 256 random bits, which nobody can guess; too little for passwords."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


@attrs.frozen
class StaticToken:
    """One entry of a configuration: whose token it is and what they may do.

    Attributes:
        name: Whose it is, for logs.
        sha256_hex: The SHA-256 of the token, 64 hexadecimal digits, as :func:`new_token` gives it.
        permissions: What its owner may do, at least one thing.
        expires_at: When it stops working, an aware datetime; None: never.

    Raises:
        ConfigurationError: One of them cannot be meant; names the entry.
    """

    name: str
    sha256_hex: str = attrs.field(repr=False)
    permissions: frozenset[str] = attrs.field(repr=False)
    expires_at: datetime | None = attrs.field(default=None, repr=False)

    def __attrs_post_init__(self) -> None:
        if not is_name(self.name):
            raise ConfigurationError("A token's name must be a line of 1 to 256 signs.")
        given: Any = self.sha256_hex
        if not isinstance(given, str) or not _HASH.fullmatch(given):
            # Not shown: somebody may have put the token itself there.
            raise ConfigurationError(f"The token of {self.name!r}: its SHA-256 must be 64 hexadecimal digits.")
        try:
            permissions = permission_set(self.permissions)
        except ConfigurationError as error:
            raise ConfigurationError(f"The token of {self.name!r}: {error}") from None
        if not permissions:
            raise ConfigurationError(f"The token of {self.name!r}: it permits nothing.")
        object.__setattr__(self, "permissions", permissions)
        end: Any = self.expires_at
        if end is not None and not (isinstance(end, datetime) and end.utcoffset() is not None):
            raise ConfigurationError(f"The token of {self.name!r}: its end must be a datetime with a timezone.")


class BearerTokens:
    """Knows some tokens by their hashes.

    Args:
        entries: The tokens, each with a name of its own.
        clock: Tells the time, Unix seconds.

    Raises:
        ConfigurationError: There is none, or two have one name or one hash; names them.
    """

    def __init__(self, entries: Iterable[StaticToken], *, clock: Callable[[], float] = time.time) -> None:
        given = tuple(entries)
        if not given or not all(isinstance(entry, StaticToken) for entry in given):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ConfigurationError("BearerTokens must be given StaticToken entries, at least one.")
        names, hashes = Counter(entry.name for entry in given), Counter(map(_hash, given))
        for entry in given:
            if names[entry.name] > 1:
                raise ConfigurationError(f"Two tokens are called {entry.name!r}.")
            if hashes[_hash(entry)] > 1:
                raise ConfigurationError(f"The token of {entry.name!r} is another one's too: they have one hash.")
        self._clock = clock
        self._known = tuple(
            (_hash(entry), Principal(entry.name, entry.permissions, by="token"), _end(entry.expires_at))
            for entry in given
        )

    def __repr__(self) -> str:
        return f"BearerTokens({', '.join(repr(principal.name) for _, principal, _ in self._known)})"

    async def __call__(self, request: Request, permission: str) -> Principal | None:  # noqa: ARG002 - it is asked of the Principal
        """Whose token came with the request; None if nobody's.

        Raises:
            AuthenticationError: It has expired.
        """
        token = bearer_token(request)
        if token is None:
            return None
        asked = digest(token)
        # Each is compared, whichever it is: how long it takes tells nothing.
        same = [hmac.compare_digest(asked, known) for known, _, _ in self._known]
        if True not in same:
            return None
        _, principal, end = self._known[same.index(True)]
        if self._clock() >= end:
            raise AuthenticationError("The token has expired.")
        return principal


def _hash(entry: StaticToken) -> bytes:
    return bytes.fromhex(entry.sha256_hex)


def _end(expires_at: datetime | None) -> float:
    return float("inf") if expires_at is None else expires_at.timestamp()

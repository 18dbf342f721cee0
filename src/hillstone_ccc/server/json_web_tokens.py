"""JSON web tokens (RFC 7519) that somebody else issues: whose they are, checked with the issuer's keys."""

from __future__ import annotations

import json
import os
import stat
import threading
import time
import urllib.request
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias
from urllib.error import HTTPError
from urllib.parse import urlsplit

import anyio
import attrs
import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from jwt.utils import base64url_decode, base64url_encode
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from hillstone_ccc import AuthenticationError, ConfigurationError, ConnectError
from hillstone_ccc._endpoint import LOOPBACK
from hillstone_ccc._settings import is_amount

from .principal import Principal, bearer_token, is_name

PublicKeys: TypeAlias = "str | bytes | Iterable[str | bytes] | Mapping[str, Any]"

_SECRET_BYTES = {"HS256": 32, "HS384": 48, "HS512": 64}  # as many as the hash has: RFC 7518 § 3.2
_RSA = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
_RSA_BITS = 2048  # RFC 7518 § 3.3
_CURVES = {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"}
_PUBLIC = _RSA | set(_CURVES.values()) | {"EdDSA"}

_MOST_BYTES = 256 * 1024  # of a key set
_MOST_KEYS = 100
_MOST_LEEWAY = 600
_FETCH_SECONDS = 5.0  # for one, and before the next one if it failed
_LOOK_AGAIN_SECONDS = 0.05
_REFUSED = "The token is not valid."


@attrs.frozen(repr=False)
class _Key:
    """A key, and the algorithms that it is for."""

    key: Any
    algorithms: frozenset[str]
    kid: str | None = None

    def fits(self, algorithm: str, kid: str | None) -> bool:
        """Whether a token that names these may be signed with it."""
        return algorithm in self.algorithms and (kid is None or self.kid is None or kid == self.kid)


class JSONWebTokens:
    """Knows whoever brings a token of an issuer's, by its signature and claims.

    A token must have ``exp``, ``iss`` and ``aud``; ``nbf`` and ``iat`` are checked where they are there. What a token
    itself says of keys, other than their ``kid``, is not looked at.

    Args:
        keys: Public keys as PEM, or a JSON web key set. This or one of the next three.
        jwks_file: A file with a JSON web key set, read again when it changes.
        jwks_url: Where there is one; ``https``, or ``http`` on this machine.
        secret: What the issuer and this server share, for ``HS256``, ``HS384`` and ``HS512``.
        algorithms: The only ones that count, such as ``["RS256"]``.
        audience: Whom tokens must be for, or several, one of whom they must be for.
        issuer: Who must have issued them, or several.
        permissions_claim: Where permissions stand: a list, or a text with blanks between. Dots lead inwards, as in
            ``realm_access.roles``. Who has none there may nothing.
        name_claim: Where the name stands.
        leeway: By how many seconds clocks may differ, 0 to 600.
        cache_seconds: How long a fetched key set counts.
        refetch_seconds: How long after a fetch the next one may follow, for a ``kid`` that nobody knows.
        clock: Tells seconds, going forward only.

    Raises:
        ConfigurationError: One of them cannot be meant, or they do not fit together; shows no key.
    """

    def __init__(
        self,
        *,
        keys: PublicKeys | None = None,
        jwks_file: str | os.PathLike[str] | None = None,
        jwks_url: str | None = None,
        secret: str | bytes | None = None,
        algorithms: Sequence[str],
        audience: str | Sequence[str],
        issuer: str | Sequence[str],
        permissions_claim: str = "permissions",
        name_claim: str = "sub",
        leeway: float = 30,
        cache_seconds: float = 300.0,
        refetch_seconds: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        sources = {"keys": keys, "jwks_file": jwks_file, "jwks_url": jwks_url, "secret": secret}
        given = [name for name, value in sources.items() if value is not None]
        if len(given) != 1:
            raise ConfigurationError(f"Give exactly one of {', '.join(sources)}; given: {', '.join(given) or 'none'}.")
        self._source = given[0]
        self._algorithms = _texts("algorithms", None if isinstance(algorithms, str) else algorithms)
        audiences, issuers = _texts("audience", audience), _texts("issuer", issuer)
        (self._permissions_claim,) = _texts("permissions_claim", permissions_claim)
        (self._name_claim,) = _texts("name_claim", name_claim)
        for name, value in (("cache_seconds", cache_seconds), ("refetch_seconds", refetch_seconds)):
            if not is_amount(value):
                raise ConfigurationError(f"{name} must be seconds, more than 0, not {value!r}.")
        if leeway != 0 and not (is_amount(leeway) and leeway <= _MOST_LEEWAY):
            raise ConfigurationError(f"leeway must be 0 to {_MOST_LEEWAY} seconds, not {leeway!r}.")
        self._demands: dict[str, Any] = {"audience": audiences, "issuer": issuers, "leeway": leeway}
        self._demands["options"] = {"require": ["exp", "iss", "aud"]}
        fitting = _PUBLIC if secret is None else _SECRET_BYTES.keys()
        unfit = [name for name in self._algorithms if name not in fitting]
        if unfit:
            raise ConfigurationError(
                f"algorithms: with {self._source} they can be {', '.join(sorted(fitting))}, not {', '.join(unfit)}."
            )
        if secret is not None:
            self._keys: _Given | _File | _Fetched = _Given([_secret(secret, self._algorithms)])
        elif jwks_file is not None:
            self._keys = _File(Path(jwks_file))
        elif jwks_url is not None:
            self._keys = _Fetched(_url(jwks_url), cache_seconds, refetch_seconds, clock)
        else:
            self._keys = _Given(_public(keys, self._algorithms))

    def __repr__(self) -> str:
        return f"JSONWebTokens({self._source}=***, algorithms={list(self._algorithms)})"

    async def __call__(self, request: Request, permission: str) -> Principal | None:  # noqa: ARG002 - it is asked of the Principal
        """Whose token came with the request; None if none came.

        Raises:
            AuthenticationError: It is not the issuer's, not for here, or not for now. Says no more than that.
            ConnectError: There are no keys to check it with, at the moment.
        """
        token = bearer_token(request)
        if token is None:
            return None
        algorithm, kid = self._named(token)
        for key in await self._keys.fitting(algorithm, kid):
            principal = self._principal(token, key.key, algorithm)
            if principal is not None:
                return principal
        raise AuthenticationError(_REFUSED)

    def _named(self, token: str) -> tuple[str, str | None]:
        """The algorithm, one of those that count, and the key that a token names."""
        try:
            header = jwt.get_unverified_header(token)
            # One spelling of a token is let through: libraries pass over bits and signs that mean nothing.
            strict = all(base64url_encode(base64url_decode(part)).decode() == part for part in token.split("."))
        except Exception:  # noqa: BLE001 - of a stranger's text anything may be wrong
            raise AuthenticationError(_REFUSED) from None
        algorithm: Any = header.get("alg")
        kid: Any = header.get("kid")
        # What is critical must be understood (RFC 7515 § 4.1.11), and nothing of it is.
        usable = algorithm in self._algorithms and isinstance(kid, (str, type(None))) and "crit" not in header
        if not strict or not usable:
            raise AuthenticationError(_REFUSED)
        return algorithm, kid

    def _principal(self, token: str, key: Any, algorithm: str) -> Principal | None:
        """Who it is; None if it is not signed with that key.

        Raises:
            AuthenticationError: It is signed with it, and does not count.
        """
        try:
            return self._claimed(jwt.decode(token, key, algorithms=[algorithm], **self._demands))
        except jwt.InvalidSignatureError:
            return None
        except Exception:  # noqa: BLE001 - an issuer's claims may be wrong in any way, too
            raise AuthenticationError(_REFUSED) from None

    def _claimed(self, claims: Mapping[str, Any]) -> Principal:
        who, permissions = _at(claims, self._name_claim), _at(claims, self._permissions_claim)
        if isinstance(permissions, str):
            permissions = permissions.split()
        # The library would take a time that stands in a text, or True.
        numbers = all(type(claims[name]) in (int, float) for name in ("exp", "nbf", "iat") if name in claims)
        if not numbers or not is_name(who) or not isinstance(permissions, (list, type(None))):
            raise AuthenticationError(_REFUSED)
        return Principal(who, permissions or (), by="jwt")


class _Given:
    """Keys that stay."""

    def __init__(self, keys: Sequence[_Key]) -> None:
        self._keys = keys

    async def fitting(self, algorithm: str, kid: str | None) -> Sequence[_Key]:
        return [key for key in self._keys if key.fits(algorithm, kid)]


class _File:
    """Keys of a file, which somebody may replace."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._kept = self._read()
        except (OSError, ValueError, RecursionError):
            raise ConfigurationError(f"jwks_file: {str(path)!r} is no file with a JSON web key set.") from None

    def _state(self) -> tuple[int, int, int]:
        there = self._path.stat()
        if not stat.S_ISREG(there.st_mode):
            raise ValueError("a directory, or a pipe that nobody may ever write to")
        return there.st_mtime_ns, there.st_size, there.st_ino

    def _read(self) -> tuple[tuple[int, int, int], Sequence[_Key]]:
        state = self._state()  # before its content: if that changes meanwhile, it is read again
        with self._path.open("rb") as file:
            return state, _of_text(file.read(_MOST_BYTES + 1))

    def _current(self) -> Sequence[_Key]:
        try:
            if self._state() != self._kept[0]:
                self._kept = self._read()
        except (OSError, ValueError, RecursionError):
            raise ConnectError("The file with the keys of those who issue tokens cannot be read.") from None
        return self._kept[1]

    async def fitting(self, algorithm: str, kid: str | None) -> Sequence[_Key]:
        return [key for key in await run_in_threadpool(self._current) if key.fits(algorithm, kid)]


class _Fetched:
    """Keys at an address, kept for a while."""

    def __init__(self, url: str, cache_seconds: float, refetch_seconds: float, clock: Callable[[], float]) -> None:
        self._url = url
        self._cache_seconds, self._refetch_seconds, self._clock = cache_seconds, refetch_seconds, clock
        self._lock = threading.Lock()
        self._keys: Sequence[_Key] = ()
        self._fresh_until = self._next_fetch = float("-inf")
        self._failure: str | None = None
        # Redirects are not followed: they may lead to where keys must not come from.
        self._opener = urllib.request.OpenerDirector()
        self._opener.add_handler(urllib.request.ProxyHandler({} if urlsplit(url).hostname in LOOPBACK else None))
        for kind in (urllib.request.HTTPHandler, urllib.request.HTTPSHandler, urllib.request.HTTPDefaultErrorHandler):
            self._opener.add_handler(kind())
        self._opener.add_handler(urllib.request.HTTPErrorProcessor())

    async def fitting(self, algorithm: str, kid: str | None) -> Sequence[_Key]:
        if found := self._fresh(algorithm, kid):
            return found
        # One fetches, and the others wait without a thread each. Several loops may use this: hence no lock of a loop's.
        while not self._lock.acquire(blocking=False):  # noqa: ASYNC110
            await anyio.sleep(_LOOK_AGAIN_SECONDS)
        try:
            found = self._fresh(algorithm, kid)
            if not found and self._clock() >= self._next_fetch:
                await run_in_threadpool(self._fetch)
                found = self._fresh(algorithm, kid)
        finally:
            self._lock.release()
        if not found and self._failure is not None:
            raise ConnectError(f"The keys of those who issue tokens could not be fetched: {self._failure}.")
        return found

    def _fresh(self, algorithm: str, kid: str | None) -> Sequence[_Key]:
        keys = self._keys if self._clock() < self._fresh_until else ()
        return [key for key in keys if key.fits(algorithm, kid)]

    def _fetch(self) -> None:
        now = self._clock()
        try:
            keys = _of_text(self._answer())
        except HTTPError as error:
            error.close()
            self._failure = f"HTTP {error.code}"
        except Exception as error:  # noqa: BLE001 - whatever it is, there are no keys
            self._failure = type(error).__name__
        else:
            self._keys, self._failure, self._fresh_until = keys, None, now + self._cache_seconds
        # A set that has got old may be fetched anew, whatever one has to wait for with an unknown kid.
        wait = min(self._refetch_seconds, self._cache_seconds) if self._failure is None else _FETCH_SECONDS
        self._next_fetch = now + wait

    def _answer(self) -> bytes:
        deadline = time.monotonic() + _FETCH_SECONDS
        body = b""
        with self._opener.open(self._url, timeout=_FETCH_SECONDS) as answer:
            while len(body) <= _MOST_BYTES and (piece := answer.read1(_MOST_BYTES)):
                body += piece
                if time.monotonic() > deadline:
                    raise TimeoutError
        return body


def _texts(setting: str, value: Any) -> tuple[str, ...]:
    texts = (value,) if isinstance(value, str) else value
    if not isinstance(texts, (tuple, list)) or not texts or not all(isinstance(text, str) and text for text in texts):  # pyright: ignore[reportUnknownVariableType]
        raise ConfigurationError(f"{setting} must be given: a text, or a list of some.")
    return tuple(texts)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def _secret(secret: Any, algorithms: Sequence[str]) -> _Key:
    key: Any = secret.encode("utf-8", "surrogatepass") if isinstance(secret, str) else secret
    least = max(_SECRET_BYTES[name] for name in algorithms)
    if not isinstance(key, bytes) or len(key) < least or b"-----BEGIN " in key:
        raise ConfigurationError(f"secret must be {least} bytes or more for {', '.join(algorithms)}, and no PEM.")
    return _Key(key, frozenset(_SECRET_BYTES))


def _url(url: Any) -> str:
    try:
        parts = urlsplit(url if isinstance(url, str) and url.isascii() and url.isprintable() else "")
        local = parts.scheme == "http" and parts.hostname in LOOPBACK
        usable = parts.hostname and parts.port != 0 and parts.username is None and (local or parts.scheme == "https")
    except ValueError:
        usable = False
    if not usable:
        raise ConfigurationError("jwks_url must begin with https, or be http on this machine, and hold no password.")
    return str(url)


def _public(keys: Any, algorithms: Sequence[str]) -> Sequence[_Key]:
    try:
        if isinstance(keys, Mapping):
            found = _of_set(keys)
        else:
            texts = [keys] if isinstance(keys, (str, bytes)) else list(keys)
            loaded = [load_pem_public_key(text.encode() if isinstance(text, str) else text) for text in texts]
            found = [_Key(key, _purposes(key)) for key in loaded]
    except Exception:  # noqa: BLE001 - libraries differ in what they raise, and some show the key
        found = []
    if not found or not all(key.algorithms for key in found):
        raise ConfigurationError(
            "keys must be public keys as PEM, or a JSON web key set: RSA from 2048 bits, P-256, P-384, P-521, Ed25519."
        )
    unfit = [name for name in algorithms if not any(name in key.algorithms for key in found)]
    if unfit:
        raise ConfigurationError(f"algorithms: no key is given for {', '.join(unfit)}.")
    return found


def _of_text(text: bytes) -> Sequence[_Key]:
    if len(text) > _MOST_BYTES:
        raise ValueError("no key set is as large")
    return _of_set(json.loads(text))


def _of_set(document: Any) -> Sequence[_Key]:
    """The public keys of a key set; others are passed over (RFC 7517 § 5).

    Raises:
        ValueError: It is none, or has no key of use.
    """
    listed = document.get("keys") if isinstance(document, Mapping) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    if not isinstance(listed, list) or len(listed) > _MOST_KEYS:  # pyright: ignore[reportUnknownArgumentType]
        raise ValueError("no key set")
    keys = [key for key in map(_of_entry, listed) if key is not None]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if not keys:
        raise ValueError("no key of use")
    return keys


def _of_entry(entry: Any) -> _Key | None:
    try:
        told = dict(entry)
        if told.get("use", "sig") != "sig" or "verify" not in told.get("key_ops", ["verify"]):
            return None
        only, kid = told.pop("alg", None), told.get("kid")
        key = jwt.PyJWK(told).key
        algorithms = _purposes(key) & (_PUBLIC if only is None else {only})
    except Exception:  # noqa: BLE001 - one bad key is no reason to refuse the others
        return None
    return _Key(key, algorithms, kid) if algorithms and isinstance(kid, (str, type(None))) else None


def _purposes(key: object) -> frozenset[str]:
    """The algorithms that a public key is for; none of another thing, such as a secret or a private key."""
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= _RSA_BITS:
        return _RSA
    if isinstance(key, ec.EllipticCurvePublicKey):
        return frozenset({_CURVES[key.curve.name]} if key.curve.name in _CURVES else ())
    return frozenset({"EdDSA"} if isinstance(key, ed25519.Ed25519PublicKey) else ())


def _at(claims: Mapping[str, Any], path: str) -> Any:
    """What stands in a claim, or inwards of one if no claim has the whole name; None if nothing does."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return found  # pyright: ignore[reportUnknownVariableType]

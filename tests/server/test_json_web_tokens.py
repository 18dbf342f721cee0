"""Tokens of an issuer get in with the issuer's signature, for this audience, at this time, and not otherwise."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import Request

from hillstone_ccc import AuthenticationError, CCCError, ConfigurationError, ConnectError
from hillstone_ccc.contract import PERMISSION, REVEAL
from hillstone_ccc.server import json_web_tokens
from hillstone_ccc.server.json_web_tokens import JSONWebTokens
from hillstone_ccc.server.principal import Principal
from hillstone_ccc.testing.clock import SimulatedClock

RSA, OTHER_RSA = (rsa.generate_private_key(65537, 2048) for _ in range(2))
SMALL_RSA = rsa.generate_private_key(65537, 1024)  # noqa: S505 - is refused
P256, P384, P521, K256 = (
    ec.generate_private_key(curve) for curve in (ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1(), ec.SECP256K1())
)
ED = ed25519.Ed25519PrivateKey.generate()
SECRET = "example-secret-of-32-bytes-------"
ABOUT: dict[str, Any] = {"audience": "ccc", "issuer": "https://issuer.example"}


class After(float):
    """Seconds from when a token is made: tests run long after they were collected."""


def _pem(key: Any) -> str:
    return str(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode())


def _private_pem(key: Any) -> str:
    return str(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())


def _jwk(key: Any, algorithm: str, **told: Any) -> dict[str, Any]:
    entry: Any = jwt.get_algorithm_by_name(algorithm).to_jwk(key, as_dict=True)
    return {**{name: value for name, value in entry.items() if name != "key_ops"}, **told}


def _set(**keys: Any) -> dict[str, Any]:
    return {"keys": [_jwk(key.public_key(), "RS256", kid=kid) for kid, key in keys.items()]}


def _claims(**told: Any) -> dict[str, Any]:
    now = int(time.time())
    claims: dict[str, Any] = {
        "iss": ABOUT["issuer"],
        "aud": "ccc",
        "exp": After(600),
        "sub": "clerk",
        "permissions": [PERMISSION],
    }
    kept = {name: value for name, value in {**claims, **told}.items() if value is not ...}
    return {name: now + value if isinstance(value, After) else value for name, value in kept.items()}


def _token(key: Any = RSA, algorithm: str = "RS256", *, headers: dict[str, Any] | None = None, **told: Any) -> str:
    # As bytes: PyJWT itself would refuse to issue some of what is tried here.
    payload = json.dumps(_claims(**told)).encode()
    return jwt.PyJWS().encode(payload, key, algorithm, headers=headers)


SIGNED = _token(exp=After(86_400))  # the suite may take long


def _request(token: str | None) -> Request:
    headers = [] if token is None else [(b"authorization", b"Bearer " + token.encode("latin-1"))]
    return Request({"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": headers})


def _tokens(**told: Any) -> JSONWebTokens:
    if not {"keys", "jwks_file", "jwks_url", "secret"} & told.keys():
        told["keys"] = _pem(RSA)
    return JSONWebTokens(**{"algorithms": ["RS256"], **ABOUT, **told})


async def _known(tokens: JSONWebTokens, token: str | None) -> Principal | None:
    return await tokens(_request(token), PERMISSION)


async def _refuses(tokens: JSONWebTokens, token: str) -> None:
    with pytest.raises(AuthenticationError) as raised:
        await _known(tokens, token)
    assert "The token is not valid." == str(raised.value)
    assert raised.value.__suppress_context__ or raised.value.__context__ is None


class Issuer:
    """Where an issuer has its keys: a server on loopback."""

    def __init__(self) -> None:
        self.status, self.body, self.headers = 200, b"", dict[str, str]()
        self.asked = 0
        self.gate = threading.Event()
        self.gate.set()
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.asked += 1
                issuer.gate.wait(10)
                self.send_response(issuer.status)
                for name, value in {"Content-Length": str(len(issuer.body)), **issuer.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(issuer.body)

            def log_message(self, *args: Any) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/keys"

    def has(self, **keys: Any) -> None:
        self.body = json.dumps(_set(**keys)).encode()


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    """Has one key, called `one`."""
    there = Issuer()
    there.has(one=RSA)
    thread = threading.Thread(target=there.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield there
    there.server.shutdown()
    thread.join()
    there.server.server_close()


async def test_who_brings_a_token_is_named_by_it() -> None:
    """With the permissions that stand in it."""
    assert Principal("clerk", frozenset({PERMISSION})) == await _known(_tokens(), _token())


async def test_who_brings_none_is_nobody() -> None:
    """Another authorizer may know them."""
    for token in (None, "", SIGNED[:-1] + "!", f"x={SIGNED}"):
        assert None is await _known(_tokens(), token)


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [*((RSA, name) for name in ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")),
     (P256, "ES256"), (P384, "ES384"), (P521, "ES512"), (ED, "EdDSA")],
)  # fmt: skip
async def test_each_algorithm_has_its_keys(key: Any, algorithm: str) -> None:
    """As PEM and in a key set."""
    for keys in (_pem(key), [_pem(key).encode()], {"keys": [_jwk(key.public_key(), algorithm, kid="one")]}):
        tokens = _tokens(keys=keys, algorithms=[algorithm])
        assert None is not await _known(tokens, _token(key, algorithm))


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
@pytest.mark.parametrize("secret", [SECRET * 2, SECRET.encode() * 2])
async def test_a_secret_may_be_shared(algorithm: str, secret: Any) -> None:
    """As text or bytes."""
    assert None is not await _known(_tokens(secret=secret, algorithms=[algorithm]), _token(secret, algorithm))
    await _refuses(_tokens(secret=secret, algorithms=[algorithm]), _token(SECRET * 3, algorithm))


@pytest.mark.parametrize(
    "told",
    [
        {"exp": ...}, {"exp": None}, {"exp": 1}, {"exp": After(-31)}, {"exp": "9999999999"}, {"exp": True},
        {"exp": float("inf")}, {"exp": float("nan")}, {"exp": []}, {"iss": ...}, {"iss": None}, {"iss": 5},
        {"iss": "https://issuer.exampl"}, {"iss": "issuer"}, {"iss": ["https://issuer.example"]}, {"aud": ...},
        {"aud": "cc"}, {"aud": "another"}, {"aud": []}, {"aud": ["another"]}, {"aud": [5]}, {"aud": {"ccc": 1}},
        {"nbf": After(600)}, {"nbf": "1"}, {"iat": After(600)}, {"iat": "1"}, {"iat": None},
        {"sub": ...}, {"sub": ""}, {"sub": 5}, {"sub": "two\nlines"}, {"sub": "x" * 257},
        {"permissions": 5},
        {"permissions": {PERMISSION: True}}, {"permissions": [5]}, {"permissions": [""]},
        {"permissions": [[PERMISSION]]},
    ],
)  # fmt: skip
async def test_a_claim_that_does_not_hold_is_refused(told: dict[str, Any]) -> None:
    """Though the issuer signed it: what for, whose, when, who."""
    await _refuses(_tokens(), _token(**told))


@pytest.mark.parametrize(
    "told",
    [{"exp": After(-20)}, {"nbf": After(20)}, {"iat": 1}, {"aud": ["another", "ccc"]}, {"aud": "second"},
     {"iss": "https://second.example"}],
)  # fmt: skip
async def test_a_claim_that_holds_is_enough(told: dict[str, Any]) -> None:
    """Clocks may differ a little, and a token may be for several."""
    tokens = _tokens(audience=["ccc", "second"], issuer=["https://issuer.example", "https://second.example"])
    assert None is not await _known(tokens, _token(**told))


async def test_clocks_may_differ_by_what_was_said() -> None:
    """Not at all, if so."""
    await _refuses(_tokens(leeway=0), _token(exp=After(-2)))


@pytest.mark.parametrize(
    ("told", "claim", "permissions"),
    [
        ({"permissions": ...}, "permissions", set()),
        ({"permissions": None}, "permissions", set()),
        ({"permissions": []}, "permissions", set()),
        ({"scope": f"{PERMISSION} {REVEAL}"}, "scope", {PERMISSION, REVEAL}),
        ({"scope": ""}, "scope", set()),
        ({"realm_access": {"roles": [REVEAL]}}, "realm_access.roles", {REVEAL}),
        ({"realm_access": "roles"}, "realm_access.roles", set()),
        ({"https://issuer.example/may": [REVEAL]}, "https://issuer.example/may", {REVEAL}),
    ],
)
async def test_permissions_stand_where_it_was_said(told: Any, claim: str, permissions: set[str]) -> None:
    """In a list or a text, also within another claim; who has none there may nothing."""
    principal = await _known(_tokens(permissions_claim=claim), _token(**told))
    assert Principal("clerk", frozenset(permissions)) == principal


async def test_the_name_stands_where_it_was_said() -> None:
    """Not everywhere is the subject one."""
    principal = await _known(_tokens(name_claim="user.name"), _token(user={"name": "张三"}))
    assert principal is not None
    assert "张三" == principal.name


FOREIGN: list[Callable[[], str]] = [
    lambda: _token(OTHER_RSA),
    lambda: _token(SECRET, "HS256"),
    lambda: _token(None, "none"),
    lambda: _token(None, "none").rpartition(".")[0] + "." + SIGNED.rpartition(".")[2],
    lambda: _token(RSA, "RS384"),
    lambda: _token(P256, "ES256"),
    lambda: _token(OTHER_RSA, headers={"jwk": _jwk(OTHER_RSA.public_key(), "RS256")}),
    lambda: _token(headers={"crit": ["unheard-of"]}),
    lambda: _token(headers={"b64": False}),
    lambda: SIGNED[:-2],
    lambda: f"{SIGNED}.",
    lambda: SIGNED.replace(".", ".."),
]
GARBAGE = ["x", "...", "e30.e30.", "e30.e30.e30", "W10.e30.e30", "bnVsbA.e30.e30", "/w.e30.e30"]


@pytest.mark.parametrize("made", [*FOREIGN, *((lambda text=text: text) for text in GARBAGE)])
async def test_what_the_issuer_did_not_sign_is_refused(made: Callable[[], str]) -> None:
    """Another key, another algorithm, none at all, a key that it brings itself, what is no token."""
    await _refuses(_tokens(), made())


async def test_a_public_key_is_no_secret() -> None:
    """Whoever signs with what everybody knows does not get in, whatever the header says."""

    def segment(part: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()

    hashed = jwt.get_algorithm_by_name("HS256")
    signed = f"{segment({'alg': 'HS256'})}.{segment(_claims())}"
    signature = hashed.sign(signed.encode(), _pem(RSA).encode())
    token = f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"
    await _refuses(_tokens(), token)
    await _refuses(_tokens(algorithms=["RS256", "PS256"]), token)


async def test_a_signed_text_that_is_no_object_is_refused() -> None:
    """Lists, nesting beyond all measure, garbage."""
    for payload in (b"[]", b"null", b"[" * 3000, b"\xff"):
        await _refuses(_tokens(), jwt.PyJWS().encode(payload, RSA, "RS256"))
    deep = base64.urlsafe_b64encode(b"[" * 3000).decode()
    await _refuses(_tokens(), f"{deep}.e30.e30")


@settings(derandomize=True)
@given(st.text("abcXYZ019-_.", max_size=80) | st.text(st.characters(max_codepoint=255), max_size=80))
def test_no_text_that_is_not_a_token_gets_in(text: str) -> None:
    """Whatever it is, and no error but the one that says so."""
    try:
        assert None is asyncio.run(_known(_tokens(), text))
    except AuthenticationError as error:
        assert "The token is not valid." == str(error)  # noqa: PT017 - both may be


@settings(derandomize=True)
@given(st.integers(0, len(SIGNED) - 1), st.sampled_from("ABCDwxyz0189-_."))
def test_no_sign_of_a_token_may_be_another(place: int, sign: str) -> None:
    """Not even one whose bits mean nothing."""
    text = SIGNED[:place] + sign + SIGNED[place + 1 :]
    if text != SIGNED:
        asyncio.run(_refuses(_tokens(), text))


async def test_the_last_bits_of_a_token_mean_something() -> None:
    """Other spellings of one signature are refused by this library, not only by newer ones of PyJWT."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for sign in alphabet[alphabet.index(SIGNED[-1]) + 1 :][:3]:
        await _refuses(_tokens(), SIGNED[:-1] + sign)


async def test_a_token_names_its_key_or_leaves_it_to_try() -> None:
    """A key of another name is not tried; one without a name is."""
    tokens = _tokens(keys=_set(one=OTHER_RSA, two=RSA))
    assert None is not await _known(tokens, _token(headers={"kid": "two"}))
    assert None is not await _known(tokens, _token())
    for kid in ("one", "three", ""):
        await _refuses(tokens, _token(headers={"kid": kid}))
    unnamed = [_pem(OTHER_RSA), _pem(RSA)]
    assert None is not await _known(_tokens(keys=unnamed), _token(headers={"kid": "two"}))
    await _refuses(_tokens(keys=unnamed[:1]), _token())


async def test_the_name_of_a_key_is_a_text() -> None:
    """Otherwise no key bears it."""
    for kid in (b"5", b"[]", b"{}"):
        header = base64.urlsafe_b64encode(b'{"alg":"RS256","kid":' + kid + b"}").rstrip(b"=").decode()
        await _refuses(_tokens(), f"{header}.{SIGNED.split('.', 1)[1]}")


@pytest.mark.parametrize(
    "entry",
    [
        5, {}, {"kty": "unheard-of"}, {"kty": "oct", "k": "c2VjcmV0"}, {"kty": "RSA", "n": 5, "e": "AQAB"},
        _jwk(RSA, "RS256"), _jwk(SMALL_RSA.public_key(), "RS256"), _jwk(K256.public_key(), "ES256K"),
        _jwk(RSA.public_key(), "RS256", use="enc"), _jwk(RSA.public_key(), "RS256", key_ops=["encrypt"]),
        _jwk(RSA.public_key(), "RS256", alg="RSA-OAEP"), _jwk(RSA.public_key(), "RS256", kid=5),
        _jwk(RSA.public_key(), "RS256", alg=[]),
    ],
)  # fmt: skip
async def test_what_is_no_key_for_tokens_is_passed_over(entry: Any) -> None:
    """A set may hold keys for something else; alone, they are none."""
    good = _jwk(RSA.public_key(), "RS256", use="sig", key_ops=["verify"], alg="RS256")
    assert None is not await _known(_tokens(keys={"keys": [entry, good]}), _token())
    with pytest.raises(ConfigurationError, match="keys must be"):
        _tokens(keys={"keys": [entry]})


NO_KEYS: list[Any] = ["", "garbage", [], [5], 5, {}, {"keys": 5}, {"keys": []}]


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ({"keys": None}, "exactly one"),
        ({"secret": SECRET, "keys": _pem(RSA), "algorithms": ["HS256"]}, "exactly one .* given: keys, secret"),
        ({"algorithms": []}, "algorithms"),
        ({"algorithms": None}, "algorithms"),
        ({"algorithms": "RS256"}, "algorithms"),
        ({"algorithms": ["none"]}, "algorithms.* not none"),
        ({"algorithms": ["RS256", "HS256"]}, "algorithms.* not HS256"),
        ({"algorithms": ["ES256K"]}, "algorithms"),
        ({"algorithms": ["RS256", "ES256"]}, "algorithms: no key is given for ES256"),
        ({"secret": SECRET}, "algorithms.* not RS256"),
        ({"jwks_url": "https://issuer.example/keys", "algorithms": ["HS256"]}, "algorithms.* not HS256"),
        ({"jwks_file": "keys.json", "algorithms": ["HS256"]}, "algorithms.* not HS256"),
        ({"secret": SECRET[:31], "algorithms": ["HS256"]}, "32 bytes"),
        ({"secret": SECRET, "algorithms": ["HS256", "HS512"]}, "64 bytes"),
        ({"secret": 5, "algorithms": ["HS256"]}, "secret"),
        ({"secret": _pem(RSA), "algorithms": ["HS256"]}, "no PEM"),
        *(({"audience": value}, "audience") for value in (None, "", [], [""], [5], 5, {"ccc"})),
        *(({"issuer": value}, "issuer") for value in (None, "", [], [5])),
        ({"permissions_claim": ""}, "permissions_claim"),
        ({"name_claim": None}, "name_claim"),
        *(({"leeway": value}, "leeway") for value in (-1, 601, None, "30", float("nan"))),
        ({"cache_seconds": 0}, "cache_seconds"),
        ({"refetch_seconds": -1}, "refetch_seconds"),
        *(({"keys": keys}, "keys must be") for keys in NO_KEYS),
        *(({"keys": _pem(key)}, "keys must be") for key in (SMALL_RSA, K256, ed448.Ed448PrivateKey.generate())),
        ({"keys": _private_pem(RSA)}, "keys must be"),
        ({"keys": {"keys": [_jwk(RSA.public_key(), "RS256")] * 101}}, "keys must be"),
        *(
            ({"jwks_url": url}, "jwks_url")
            for url in ("", 5, "issuer.example", "http://issuer.example", "ftp://127.0.0.1", "https://", "https://[x",
                        "https://issuer.example:0", "https://someone:example-password@issuer.example", "file:///keys")
        ),
        ({"jwks_file": "no-such-file.json"}, "jwks_file"),
        ({"jwks_file": Path(__file__)}, "jwks_file"),
        ({"jwks_file": Path(__file__).parent}, "jwks_file"),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_work_is_named(told: dict[str, Any], named: str) -> None:
    """And no key or password is shown."""
    with pytest.raises(ConfigurationError, match=named) as raised:
        _tokens(**told)
    assert "example-" not in str(raised.value)
    assert "BEGIN" not in str(raised.value)


@pytest.mark.parametrize("url", ["https://issuer.example/keys", "http://localhost:1/keys", "http://[::1]:1/keys"])
def test_keys_may_be_at_an_address(url: str) -> None:
    """Nothing is asked before the first token comes."""
    assert "JSONWebTokens(jwks_url=***, algorithms=['RS256'])" == repr(_tokens(jwks_url=url))


def test_it_shows_no_key() -> None:
    """Only where its keys come from."""
    assert "JSONWebTokens(secret=***, algorithms=['HS256'])" == repr(_tokens(secret=SECRET, algorithms=["HS256"]))


async def test_a_file_is_read_again_when_it_changes(tmp_path: Path) -> None:
    """While it cannot be read, nobody gets in, and nobody is told that their token is wrong."""
    file = tmp_path / "keys.json"
    file.write_text(json.dumps(_set(one=RSA)))
    tokens = _tokens(jwks_file=file)
    assert None is not await _known(tokens, _token())
    file.write_text(json.dumps(_set(two=OTHER_RSA)))
    os.utime(file, ns=(5, 5))
    await _refuses(tokens, _token())
    assert None is not await _known(tokens, _token(OTHER_RSA))
    for text in ("garbage", "[" * 100_000, " " * 262_144 + json.dumps(_set(one=RSA))):
        file.write_text(text)
        with pytest.raises(ConnectError, match="file"):
            await _known(tokens, _token(OTHER_RSA))
    file.unlink()
    with pytest.raises(ConnectError, match="file"):
        await _known(tokens, _token(OTHER_RSA))


async def test_fetched_keys_are_kept_for_a_while(issuer: Issuer) -> None:
    """Then they are fetched anew, and one that the issuer withdrew counts no more."""
    clock = SimulatedClock()
    tokens = _tokens(jwks_url=issuer.url, clock=clock.monotonic)
    for _ in range(3):
        assert None is not await _known(tokens, _token(headers={"kid": "one"}))
    issuer.has(two=OTHER_RSA)
    clock.advance(299)
    assert None is not await _known(tokens, _token(headers={"kid": "one"}))
    assert 1 == issuer.asked
    clock.advance(1)
    await _refuses(tokens, _token(headers={"kid": "one"}))
    assert 2 == issuer.asked


async def test_a_new_key_is_fetched_but_not_for_every_unknown_one(issuer: Issuer) -> None:
    """Once in half a minute, whatever strangers send."""
    clock = SimulatedClock()
    tokens = _tokens(jwks_url=issuer.url, clock=clock.monotonic)
    assert None is not await _known(tokens, _token(headers={"kid": "one"}))
    issuer.has(one=RSA, two=OTHER_RSA)
    for _ in range(3):
        await _refuses(tokens, _token(OTHER_RSA, headers={"kid": "two"}))
    assert 1 == issuer.asked
    clock.advance(30)
    assert None is not await _known(tokens, _token(OTHER_RSA, headers={"kid": "two"}))
    assert None is not await _known(tokens, _token(headers={"kid": "one"}))
    await _refuses(tokens, _token(headers={"kid": "three"}))
    assert 2 == issuer.asked


async def test_what_is_no_token_fetches_nothing(issuer: Issuer) -> None:
    """Nor does one of an algorithm that does not count."""
    for token in ("garbage", _token(SECRET, "HS256"), _token(P256, "ES256")):
        await _refuses(_tokens(jwks_url=issuer.url), token)
    assert 0 == issuer.asked


async def test_of_many_at_once_one_fetches(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others wait for what it gets."""
    waiting = asyncio.Event()

    async def look_again(_seconds: float) -> None:
        waiting.set()
        await asyncio.to_thread(lambda: None)

    monkeypatch.setattr(json_web_tokens, "anyio", SimpleNamespace(sleep=look_again))
    issuer.gate.clear()
    tokens = _tokens(jwks_url=issuer.url)
    tasks = [asyncio.create_task(_known(tokens, _token())) for _ in range(5)]
    await waiting.wait()
    issuer.gate.set()
    assert None not in await asyncio.gather(*tasks)
    assert 1 == issuer.asked


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"status": 500}, "HTTP 500"),
        ({"status": 302, "headers": {"Location": "/elsewhere"}}, "HTTP 302"),
        ({"body": b"<html>"}, "JSONDecodeError"),
        ({"body": b"[" * 100_000}, "RecursionError"),
        ({"body": b"{}"}, "ValueError"),
        ({"body": json.dumps(_set(one=SMALL_RSA)).encode()}, "ValueError"),
        ({"body": b" " * 1_000_000 + json.dumps(_set(one=RSA)).encode()}, "ValueError"),
        ({"headers": {"Transfer-Encoding": "chunked"}}, "IncompleteRead"),
    ],
)
async def test_without_keys_nobody_gets_in(issuer: Issuer, answer: dict[str, Any], told: str) -> None:
    """It says so instead of refusing the token, and asks again after 5 seconds."""
    clock = SimulatedClock()
    tokens = _tokens(jwks_url=issuer.url, clock=clock.monotonic)
    good = issuer.body
    for name, value in answer.items():
        setattr(issuer, name, value)
    for _ in range(3):
        with pytest.raises(ConnectError, match=told):
            await _known(tokens, _token())
    assert 1 == issuer.asked
    issuer.status, issuer.body, issuer.headers = 200, good, {}
    clock.advance(5)
    assert None is not await _known(tokens, _token())


async def test_a_failure_does_not_touch_keys_that_are_there(issuer: Issuer) -> None:
    """Those whom they know get in until they are old; for an unknown one nobody can tell."""
    clock = SimulatedClock()
    tokens = _tokens(jwks_url=issuer.url, clock=clock.monotonic)
    assert None is not await _known(tokens, _token(headers={"kid": "one"}))
    issuer.status = 503
    clock.advance(40)
    with pytest.raises(ConnectError, match="HTTP 503"):
        await _known(tokens, _token(headers={"kid": "two"}))
    assert None is not await _known(tokens, _token(headers={"kid": "one"}))
    clock.advance(260)
    with pytest.raises(ConnectError, match="HTTP 503"):
        await _known(tokens, _token(headers={"kid": "one"}))


async def test_an_answer_that_takes_too_long_is_left(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    """However steadily it drips."""
    clock = SimulatedClock()

    def later() -> float:
        clock.advance(6)
        return clock.monotonic()

    monkeypatch.setattr(json_web_tokens, "time", SimpleNamespace(monotonic=later))
    with pytest.raises(ConnectError, match="TimeoutError"):
        await _known(_tokens(jwks_url=issuer.url, clock=SimulatedClock().monotonic), _token())


async def test_who_cannot_be_reached_is_told() -> None:
    """As what it is: no connection."""
    with pytest.raises(CCCError, match="could not be fetched"):
        await _known(_tokens(jwks_url="http://127.0.0.1:1/keys"), _token())

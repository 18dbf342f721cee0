"""Nobody is let in without the permission: every route, and every way of not having it."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from hillstone_ccc.contract import METRICS, PERMISSION, REVEAL
from hillstone_ccc.sandbox import Sandbox
from hillstone_ccc.server import AnyOf, JSONWebTokens, LinkToken, Principal, ServerOptions

from .conftest import ROOT, known

SECRET = "an-example-secret-of-more-than-32-bytes"
ISSUER = "https://login.example"

OPEN = {"/healthz", "/readyz"}
"""What is open, and tells nothing of calls."""

PAGE = {"/support/call_record", "/support/call_record/", "/support/call_record/{version}/{name:path}"}
"""The page of call records and its files, which are open too: what it shows it asks of the routes below."""

ROUTES = {
    f"{ROOT}/call_record": PERMISSION,
    f"{ROOT}/call_record/mono_recording?contact_id=job-1": PERMISSION,
    f"{ROOT}/call_record/job-1": PERMISSION,
    f"{ROOT}/agent": PERMISSION,
    "/": PERMISSION,
    "/docs": PERMISSION,
    "/docs/start.js": PERMISSION,
    "/openapi.json": PERMISSION,
    "/metrics": METRICS,
}
"""What is not, and the permission that it takes."""


def token(**claims: Any) -> str:
    """A token of the issuer's, good but for what is told."""
    good = {
        "sub": "front-end",
        "aud": "support",
        "iss": ISSUER,
        "exp": time.time() + 600,
        "permissions": [PERMISSION, METRICS],
    }
    return jwt.encode({**good, **claims}, SECRET, "HS256")


REFUSED: dict[str, tuple[Callable[[], dict[str, str]], int]] = {
    "no token": (dict, 401),
    "an empty token": (lambda: {"authorization": "Bearer "}, 401),
    "a token that nobody knows": (lambda: {"authorization": "Bearer example-token-of-the-stranger"}, 401),
    "another scheme": (lambda: {"authorization": "Basic ZnJvbnQtZW5kOmV4YW1wbGU="}, 401),
    "a token that ran out": (lambda: {"authorization": f"Bearer {token(exp=time.time() - 600)}"}, 401),
    "a token for others": (lambda: {"authorization": f"Bearer {token(aud='billing')}"}, 401),
    "a token of somebody else": (lambda: {"authorization": f"Bearer {token(iss='https://other.example')}"}, 401),
    "a token that was changed": (lambda: {"authorization": f"Bearer {token()[:-4]}AAAA"}, 401),
    "another's session": (lambda: {"cookie": "hillstone_ccc_session=example"}, 401),
    "a token that permits nothing": (lambda: {"authorization": f"Bearer {token(permissions=[])}"}, 403),
    "a token that permits something else": (lambda: {"authorization": f"Bearer {token(permissions=['other'])}"}, 403),
    "a static token that permits something else": (lambda: {"authorization": "Bearer example-token-of-the-cook"}, 403),
}

SOME = ("no token", "a token that permits nothing")
THE_OTHERS = [how for how in REFUSED if how not in SOME]

Application = Callable[..., Any]
Caller = Callable[..., httpx.AsyncClient]


def door(link: LinkToken | None = None) -> AnyOf:
    """Static tokens, tokens of an issuer's, and a link."""
    issued = JSONWebTokens(secret=SECRET, algorithms=["HS256"], audience="support", issuer=ISSUER)
    return AnyOf(known(cook=frozenset({"support.kitchen:cook"})), issued, link or LinkToken())


@pytest.fixture
def app(application: Application, still: Sandbox) -> Any:
    """The application, with a door for every kind of token."""
    link = LinkToken()
    return application(still, authorize=door(link), link=link, options=ServerOptions(attempts=10_000))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("how", [*SOME, *(pytest.param(how, marks=pytest.mark.once) for how in THE_OTHERS)])
async def test_refused(app: Any, caller: Caller, route: str, how: str, method: str) -> None:
    """Each route refuses whoever has not the permission, in the contract's envelope, and says how to ask for it."""
    headers, status = REFUSED[how]
    answer = await caller(app, token=None).request(method, route, headers=headers())
    assert status == answer.status_code
    assert ("Bearer" if status == 401 else None) == answer.headers.get("www-authenticate")
    assert "no-store" == answer.headers["cache-control"]
    if method == "GET":
        told = answer.json()
        assert (status, None) == (told["code"] // 100, told["data"])
        assert told["message"]


@pytest.mark.parametrize(("route", "permission"), ROUTES.items())
async def test_let_in(app: Any, caller: Caller, route: str, permission: str) -> None:
    """Who has exactly that permission gets past the door."""
    headers = {"authorization": f"Bearer {token(permissions=[permission])}"}
    answer = await caller(app, token=None).get(route, headers=headers)
    assert answer.status_code in (200, 303, 404)


def test_no_route_is_missing_from_the_table(app: Any) -> None:
    """The application has these routes and no others."""
    told = {route.partition("?")[0] for route in ROUTES} | OPEN
    told = {route.replace("job-1", "{contact_id}").replace("start.js", "{name}") for route in told}
    assert told | PAGE == {getattr(route, "path", "") for route in routes(app)}


def routes(app: Any) -> list[Any]:
    """Every route of an application; newer versions of FastAPI keep those of a router together."""
    found: list[Any] = []
    for route in app.routes:
        inner = getattr(route, "original_router", None)
        found += inner.routes if inner is not None else [route]
    return found


async def test_what_is_open(app: Any, caller: Caller) -> None:
    """Health and readiness tell nothing but that."""
    for route in OPEN:
        answer = await caller(app, token=None).get(route)
        assert (200, {"code": 0, "message": "", "data": None}) == (answer.status_code, answer.json())


async def test_options_tell_methods_alone(app: Any, caller: Caller) -> None:
    """What may be asked is no secret."""
    answer = await caller(app, token=None).options(f"{ROOT}/agent")
    assert (204, "GET, HEAD, OPTIONS", b"") == (answer.status_code, answer.headers["allow"], answer.content)


async def test_too_many_attempts(application: Application, still: Sandbox, caller: Caller) -> None:
    """An address that was wrong too often waits, with a good token too; one that sent none is not counted."""
    app = application(still, options=ServerOptions(attempts=3))
    one, other = caller(app, token="guess"), caller(app, client=("192.0.2.7", 50000))
    for _ in range(5):
        assert 401 == (await caller(app, token=None).get(f"{ROOT}/agent")).status_code
    told = [await one.get(f"{ROOT}/agent") for _ in range(4)]
    assert [401, 401, 401, 429] == [answer.status_code for answer in told]
    assert 42901 == told[-1].json()["code"]
    assert 0 < int(told[-1].headers["retry-after"]) <= 60
    assert 429 == (await caller(app).get(f"{ROOT}/agent")).status_code
    assert 200 == (await other.get(f"{ROOT}/agent")).status_code


async def test_callers_without_an_address(application: Application, still: Sandbox, caller: Caller) -> None:
    """They are not counted: one who guesses would keep all the others out."""
    app = application(still, options=ServerOptions(attempts=1))
    guessing = caller(app, token="guess", client=None)
    assert [401] * 3 == [(await guessing.get(f"{ROOT}/agent")).status_code for _ in range(3)]
    assert 200 == (await caller(app, client=None).get(f"{ROOT}/agent")).status_code


async def test_a_link_works_once(application: Application, still: Sandbox, caller: Caller) -> None:
    """It is exchanged for a cookie that scripts do not see, and its token leaves the address."""
    link = LinkToken()
    app = application(still, authorize=link, link=link, options=ServerOptions(attempts=3))
    browser = caller(app, token=None)
    answer = await browser.get("/", params={"token": link.once})
    assert (303, "support/call_record") == (answer.status_code, answer.headers["location"])
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(answer.headers["set-cookie"].split("; "))
    assert link.once not in str(answer.headers)
    assert 401 == (await caller(app, token=link.once).get(f"{ROOT}/agent")).status_code
    assert 200 == (await browser.get(f"{ROOT}/agent")).status_code
    assert 303 == (await browser.get("/")).status_code
    assert 303 == (await browser.get("/", params={"token": link.once})).status_code  # as a browser's history does
    stranger = caller(app, token=None)
    told = [await stranger.get("/", params={"token": link.once}) for _ in range(3)]
    assert [40101, 40101, 42901] == [one.json()["code"] for one in told]


@pytest.mark.parametrize(("docs", "landing"), [(True, "docs"), (False, "openapi.json")])
async def test_a_link_without_the_page(
    application: Application, still: Sandbox, caller: Caller, docs: bool, landing: str
) -> None:
    """It leads to what is there."""
    link = LinkToken()
    app = application(still, authorize=link, link=link, options=ServerOptions(page=False, docs=docs))
    browser = caller(app, token=None)
    assert landing == (await browser.get("/", params={"token": link.once})).headers["location"]
    assert 200 == (await browser.get(f"/{landing}")).status_code
    assert (200 if docs else 404) == (await browser.get("/docs")).status_code


async def test_cookies_of_other_servers(application: Application, still: Sandbox, caller: Caller) -> None:
    """A browser sends them to every server of its machine: they let nobody in, and are no guesses."""
    link = LinkToken()
    app = application(still, authorize=link, link=link, options=ServerOptions(attempts=1))
    browser = caller(app, token=None)
    for number in range(3):
        headers = {"cookie": f"hillstone_ccc_{number}=example; {link.cookie}=example"}
        assert 401 == (await browser.get(f"{ROOT}/agent", headers=headers)).status_code
    assert 303 == (await browser.get("/", params={"token": link.once}, headers=headers)).status_code


@pytest.mark.parametrize(
    ("principal", "whole"),
    [
        (Principal("a", frozenset({PERMISSION})), False),
        (Principal("a", frozenset({PERMISSION, REVEAL})), True),
        ("a", True),
        (Principal("a"), True),
    ],
)
async def test_whole_numbers(
    application: Application, still: Sandbox, caller: Caller, principal: Any, whole: bool
) -> None:
    """Where numbers are masked, only who may reveal them sees them whole."""
    app = application(
        still, authorize=lambda _request, _permission: principal, options=ServerOptions(mask_numbers=True)
    )
    asking = caller(app)
    rows = (await asking.get(f"{ROOT}/call_record", params={"start_time": 0})).json()["data"]["list"]
    agents = (await asking.get(f"{ROOT}/agent")).json()["data"]["list"]
    numbers = [row["calling_number"] for row in rows] + [agent["mobile"] for agent in agents if agent["mobile"]]
    assert {whole} == {"*" not in number for number in numbers}
    detail = (await asking.get(f"{ROOT}/call_record/{rows[0]['contact_id']}")).json()["data"]
    customers = [event["party_id"] for event in detail["events"] if event["party"] == "customer"]
    assert {whole} == {"*" not in number for number in [detail["called_number"], *customers]}


async def test_each_sees_what_they_may_at_the_same_time(application: Application, box: Sandbox, caller: Caller) -> None:
    """Equal requests at one time are one only for those who may see the same."""
    authorize = known(clerk=frozenset({PERMISSION}), lead=frozenset({PERMISSION, REVEAL}))
    app = application(box, authorize=authorize, options=ServerOptions(mask_numbers=True))
    asking = {name: caller(app, token=f"example-token-of-the-{name}") for name in ("clerk", "lead")}
    paths = [f"{ROOT}/call_record?start_time=0", f"{ROOT}/agent"]
    rows = (await asking["lead"].get(paths[0])).json()["data"]["list"]
    paths.append(f"{ROOT}/call_record/{rows[0]['contact_id']}")
    names = ["clerk", "lead"] * 10
    for path in paths:
        answers = await asyncio.gather(*(asking[name].get(path) for name in names))
        assert {name: "*" in answer.text for name, answer in zip(names, answers, strict=True)} == {
            "clerk": True,
            "lead": False,
        }
        assert 2 == len({answer.content for answer in answers})


async def test_a_host_that_says_yes_or_no(application: Application, still: Sandbox, caller: Caller) -> None:
    """It is asked once more whether numbers may be seen, and no is no."""
    asked: list[str] = []

    def authorize(_request: Any, permission: str) -> str | None:
        asked.append(permission)
        return "a" if permission == PERMISSION else None

    app = application(still, authorize=authorize, options=ServerOptions(mask_numbers=True))
    rows = (await caller(app).get(f"{ROOT}/call_record", params={"start_time": 0})).json()["data"]["list"]
    assert [PERMISSION, REVEAL] == asked
    assert all("*" in row["calling_number"] for row in rows)


async def test_an_authorizer_that_cannot_tell(application: Application, still: Sandbox, caller: Caller) -> None:
    """Who cannot be recognised is not let in; the caller is told to come again."""
    tokens = JSONWebTokens(jwks_url="http://127.0.0.1:9/keys", algorithms=["RS256"], audience="support", issuer=ISSUER)
    app = application(still, authorize=tokens)
    claims = {"aud": "support", "iss": ISSUER, "exp": time.time() + 60, "sub": "a"}
    signed = jwt.encode(claims, rsa.generate_private_key(65537, 2048), "RS256")
    answer = await caller(app, token=signed).get(f"{ROOT}/agent")
    assert (503, 50302) == (answer.status_code, answer.json()["code"])
    assert answer.headers["retry-after"]


async def test_an_authorizer_that_fails(application: Application, still: Sandbox, caller: Caller) -> None:
    """A fault of the host's is a fault of the server, of which the caller learns nothing."""

    def authorize(_request: Any, _permission: str) -> str:
        raise RuntimeError("the-secret-of-the-host")

    answer = await caller(application(still, authorize=authorize)).get(f"{ROOT}/agent")
    assert (500, 50001) == (answer.status_code, answer.json()["code"])
    assert "secret" not in answer.text

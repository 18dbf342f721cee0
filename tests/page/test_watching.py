"""What watches the page notices what must not be, and lets pass what may."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from hillstone_ccc import AsyncClient
from hillstone_ccc.contract import CALL_RECORDS, RECORDING
from hillstone_ccc.server import create_app

from .conftest import Place, Served
from .looking import accessible, picture, violations
from .watching import PAGE, Watcher

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src *; media-src *;"
    " require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'; form-action 'none'"
)
DOT = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
PLAYS = f"""
const rows = await (await fetch("{CALL_RECORDS}?start_time=0&size=100")).json();
const call = rows.data.list.find((row) => row.recording_ready);
const {{ data }} = await (await fetch("{RECORDING}?contact_id=" + encodeURIComponent(call.contact_id))).json();
const sound = document.createElement("audio");
sound.addEventListener("timeupdate", () => {{ document.title = sound.currentTime > 0 ? "plays" : "waits"; }});
document.body.append(sound);
sound.src = data.file_url;
await sound.play();
"""
# Name → body and script of a page that has a strict policy.
PAGES = {
    "good": ("<p>客户满意</p>", "document.querySelector('p').append('!')"),
    "plays": ("", PLAYS),
    "says": ("", "console.info('a word')"),
    "breaks": ("", "setTimeout(() => { throw new TypeError('a mistake'); })"),
    "inline": ("<script>document.title = 'ran'</script>", ""),
    "html": ("", "try { document.body.innerHTML = '<b>no</b>'; } catch { document.title = 'kept'; }"),
    "calls-out": ("", "await fetch(location.hash.slice(1), { mode: 'no-cors' }).catch(() => {})"),
    "connects": ("", "await new Promise((done) => { new WebSocket(location.hash.slice(1)).onerror = done; })"),
    "misspelt": ("", "await fetch('/api/support/aliyun_ccc/calls')"),
    "posts": ("", f"await fetch('{CALL_RECORDS}', {{ method: 'POST' }})"),
    "lists": ("", f"await fetch('{CALL_RECORDS}?start_time=0')"),
    "picture": (f"<img src='{DOT}'>", ""),
}
DONE = "\ndocument.documentElement.dataset.done = '';"


def _page(request: Request) -> Response:
    name = request.path_params["name"]
    if name.endswith(".js"):
        return Response(PAGES[name.removesuffix(".js")][1] + DONE, media_type="text/javascript")
    text = (
        "<!doctype html><html lang='zh'><title>A page</title><link rel='icon' href='data:,'>"
        f"<script type='module' src='{PAGE}/{name}.js'></script><main><h1>A page</h1>{PAGES[name][0]}</main></html>"
    )
    return Response(text, media_type="text/html", headers={"content-security-policy": POLICY})


def _application(client: AsyncClient, **settings: Any) -> Any:
    app = create_app(client, **settings)
    app.router.routes.insert(0, Route(f"{PAGE}/{{name}}", _page))
    return app


@pytest.fixture(scope="module")
def place(placed: Callable[..., AbstractContextManager[Place]]) -> Iterator[Place]:
    """A server that has pages which do what they must not."""
    with placed(application=_application) as place:
        yield place


@pytest.fixture(scope="module")
def elsewhere(served: Served) -> Iterator[str]:
    """Another server of this machine."""

    async def make() -> Any:
        async def answer(_: Request) -> Response:
            return PlainTextResponse("here")

        return Starlette(routes=[Route(CALL_RECORDS, answer)])

    with served(make) as address:
        yield address


@pytest.fixture
def opened(visit: Callable[..., Page]) -> Callable[..., Page]:
    """Opens one of the pages and waits until its script is done."""

    def open_page(name: str, fragment: str = "", **settings: Any) -> Page:
        page = visit(fragment, path=f"{PAGE}/{name}", **settings)
        expect(page.locator("html[data-done]")).to_have_count(1)
        return page

    return open_page


def _noticed(watcher: Watcher) -> list[str]:
    """What the watcher does not let pass."""
    watcher.leave()
    with pytest.raises(AssertionError, match="must not"):
        watcher.judge()
    noticed = watcher.complaints.copy()
    watcher.complaints.clear()
    return noticed


def test_a_good_page_passes(opened: Callable[..., Page], watcher: Watcher) -> None:
    """Its files are its own, it says nothing, and everybody can use it."""
    page = opened("good")
    assert "客户满意!" == page.locator("p").text_content()
    accessible(page)
    assert [f"{PAGE}/good", f"{PAGE}/good.js"] == [one.path for one in watcher.requests if one.kind != "other"]


def test_a_recording_plays(opened: Callable[..., Page], watcher: Watcher, place: Place) -> None:
    """The visitor is known by the cookie, nobody has to click, and the sandbox's link is no foreign one."""
    page = opened("plays")
    expect(page).to_have_title("plays")
    assert [CALL_RECORDS, RECORDING] == [one.path for one in watcher.requests if one.kind == "fetch"]
    assert {place.box.endpoint} == {one.origin for one in watcher.requests if one.kind == "media"}


def test_the_visitor_is_elsewhere(opened: Callable[..., Page]) -> None:
    """The browser has the time zone, language and size that the tests say, and other ones where a test says so."""
    told = "[Intl.DateTimeFormat().resolvedOptions().timeZone, navigator.language, innerWidth, innerHeight]"
    assert ["America/New_York", "en-US", 1280, 900] == opened("good").evaluate(told)
    other = opened("good", timezone_id="Asia/Shanghai", locale="zh-CN", viewport=(390, 844))
    assert ["Asia/Shanghai", "zh-CN", 390, 844] == other.evaluate(told)


def test_a_link_lets_a_visitor_in(visit: Callable[..., Page], watcher: Watcher, place: Place) -> None:
    """Who has no cookie gets one by the link."""
    page = visit(path=place.link.removeprefix(place.address), known=False)
    assert "token" not in page.url
    assert [200] == [page.request.get(f"{place.address}{CALL_RECORDS}?start_time=0").status]
    watcher.leave()
    # Where the link lands is the server's business.
    watcher.complaints.clear()


@pytest.mark.parametrize(
    ("name", "noticed"),
    [
        ("says", ["console info: a word"]),
        ("breaks", ["page error: TypeError: a mistake"]),
        ("inline", ["console error: Executing inline script violates", "policy: script-src-elem blocks inline"]),
        ("html", ["console error: This document requires 'TrustedHTML'", "policy: require-trusted-types-for blocks"]),
        ("misspelt", ["foreign request: GET ", "console error: Failed to load resource"]),
        ("posts", ["foreign request: POST ", "console error: Failed to load resource"]),
    ],
)
def test_bad_behaviour_is_noticed(name: str, noticed: list[str], opened: Callable[..., Page], watcher: Watcher) -> None:
    """Each kind of it, and nothing besides."""
    opened(name)
    got = zip(sorted(_noticed(watcher)), sorted(noticed), strict=True)
    assert sorted(noticed) == [line[: len(start)] for line, start in got]


def test_another_server_is_noticed(opened: Callable[..., Page], watcher: Watcher, elsewhere: str) -> None:
    """Also one of the same machine, asked as the page's own is."""
    opened("calls-out", f"#{elsewhere}{CALL_RECORDS}")
    assert [f"foreign request: GET {elsewhere}{CALL_RECORDS} (fetch)"] == _noticed(watcher)


def test_a_socket_is_noticed(opened: Callable[..., Page], watcher: Watcher, elsewhere: str) -> None:
    """Which is asked for otherwise than anything else."""
    address = elsewhere.replace("http:", "ws:")
    opened("connects", f"#{address}/")
    assert f"foreign request: GET {address}/ (websocket)" in _noticed(watcher)


def test_nothing_leaves_this_machine(opened: Callable[..., Page], watcher: Watcher) -> None:
    """The browser knows no other name."""
    opened("calls-out", "#http://support.example/")
    lines = _noticed(watcher)
    assert "failed request: GET http://support.example/ net::ERR_NAME_NOT_RESOLVED" in lines
    assert "foreign request: GET http://support.example/ (fetch)" in lines


def test_what_is_expected_passes(opened: Callable[..., Page], watcher: Watcher) -> None:
    """The browser writes a refusal to the console."""
    opened("lists", known=False)
    watcher.expect(r"console error: Failed to load resource: .* 401 .*/call_record\?start_time=0\)$")


def test_what_was_expected_has_to_come(opened: Callable[..., Page], watcher: Watcher) -> None:
    """Otherwise a test would expect what is long gone."""
    opened("lists")
    watcher.leave()
    watcher.judge()
    other = Watcher()
    other.expect("401")
    with pytest.raises(AssertionError, match="never came"):
        other.judge()


def test_a_picture_without_a_text_is_noticed(opened: Callable[..., Page]) -> None:
    """With the rule, its weight, the place and what to do; and the page sees nothing of what looks for it."""
    page = opened("picture")
    assert ["image-alt"] == [rule["id"] for rule in violations(page)]
    with pytest.raises(AssertionError, match=r"image-alt \(critical\) at \['img'\]: Fix any of the following"):
        accessible(page)
    assert "undefined" == page.evaluate("typeof window.axe")


def test_a_page_is_pictured(opened: Callable[..., Page]) -> None:
    """Under a strict policy as well, which taking the picture does not violate."""
    path = picture(opened("good", color_scheme="dark"), "a_page_of_the_tests")
    assert b"\x89PNG" == path.read_bytes()[:4]


def test_a_page_without_scripts_is_watched(visit: Callable[..., Page], watcher: Watcher) -> None:
    """It asks for its document, and the test ends."""
    visit(path=f"{PAGE}/good", java_script_enabled=False)
    watcher.leave()
    assert [f"{PAGE}/good"] == [one.path for one in watcher.requests if one.kind == "document"]

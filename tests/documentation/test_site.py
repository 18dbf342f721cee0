"""The site as it was built, in a real browser: both languages, the search, the dark, a notebook and a picture."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any

import pytest
from matplotlib.image import imread
from playwright.sync_api import Browser, Page, expect

from .pages import ROOT

SITE = ROOT / "site"
PICTURES = ROOT / "build" / "screenshots"
PATIENCE_MS = 15_000
NOT_BUILT = "NO SITE: it is not looked at. `make docs` builds it into site/."


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing of it."""

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the site is served, at a path below a host's root, as many hosts have it."""
    if not (SITE / "zh" / "index.html").is_file():
        # CI builds it before the tests.
        (pytest.fail if os.environ.get("CI") else pytest.skip)(NOT_BUILT)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(ROOT))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/site/"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def look(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens a page of the site, and demands afterwards that nothing was missing, foreign or complained of."""
    complaints: list[str] = []
    contexts: list[Any] = []

    def open_page(path: str, *, width: int = 1280, scheme: str = "light", locale: str = "en-US") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            locale=locale,
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("request", lambda one: None if _ours(one.url) else complaints.append(f"asked for {one.url}"))
        page.on("response", lambda one: complaints.append(f"{one.status} {one.url}") if one.status >= 400 else None)
        page.on("console", lambda one: complaints.append(f"{one.type}: {one.text}"))
        page.on("pageerror", lambda one: complaints.append(str(one)))
        page.goto(f"{address}{path}", wait_until="networkidle")
        return page

    def _ours(url: str) -> bool:
        return url.startswith((address, "data:", "blob:"))

    yield open_page
    for context in contexts:
        context.close()
    assert [] == complaints


def _picture(page: Page, name: str) -> None:
    """Saves what is seen, and demands that every picture on the page has come and nothing runs out of it."""
    broken = "() => [...document.images].filter(one => !one.complete || !one.naturalWidth).map(one => one.src)"
    assert [] == page.evaluate(broken)
    wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert 0 == wide
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"site-{name}.png")


def _brightness(png: bytes) -> float:
    """Of a picture on the whole: 0 is black, 1 white."""
    return float(imread(BytesIO(png))[..., :3].mean())


@pytest.mark.parametrize(("path", "name", "language"), [("", "front-en", "en"), ("zh/", "front-zh", "zh")])
def test_the_front_page(look: Callable[..., Page], path: str, name: str, language: str) -> None:
    """It stands in each language, with its menu in that language, on a wide screen and on a phone's."""
    page = look(path)
    assert language == page.locator("html").get_attribute("lang")
    expect(page.locator("h1")).to_contain_text("hillstone_ccc")
    tabs = page.locator(".md-tabs__link").all_inner_texts()
    chinese = [bool(re.search(r"[\u4e00-\u9fff]", tab)) for tab in tabs]
    assert [language == "zh"] * len(tabs) == chinese
    _picture(page, name)
    _picture(look(path, width=390), f"{name}-phone")


def test_the_languages_lead_to_each_other(look: Callable[..., Page], address: str) -> None:
    """From the front page and from any other, there and back."""
    page = look("")
    for path in ("", "how-to/recordings/"):
        page.goto(f"{address}{path}")
        for language, place in (("zh", f"zh/{path}"), ("en", path)):
            page.locator(".md-select button").hover()
            page.locator(f".md-select__link[hreflang={language}]").click()
            expect(page).to_have_url(f"{address}{place}")


@pytest.mark.parametrize(
    ("path", "words", "place"),
    [
        ("", "ThrottledError", "reference/errors/"),
        ("", "thawed", "how-to/recordings/"),
        ("", "doctor", "reference/doctor/"),
        ("zh/", "ThrottledError", "zh/reference/errors/"),
        ("zh/", "doctor", "zh/reference/doctor/"),
        ("zh/", "parquet", "zh/how-to/"),
        ("zh/", "满意度", "zh/"),
        ("zh/", "归档录音", "zh/how-to/recordings/"),
        ("zh/", "解冻", "zh/how-to/recordings/"),
    ],
)
def test_the_search_finds(look: Callable[..., Page], address: str, path: str, words: str, place: str) -> None:
    """What is looked for, in the language that is read and in no other."""
    page = look(path)
    page.locator(".md-search__input").fill(words)
    page.locator(".md-search__input").press("End")  # it listens to keys
    found = page.locator(".md-search-result__link")
    expect(found.first).to_be_visible()
    places = [link.removeprefix(address) for link in found.evaluate_all("links => links.map(link => link.href)")]
    assert [] != [one for one in places if one.startswith(place)], places
    assert {path == "zh/"} == {one.startswith("zh/") for one in places}
    _picture(page, "search-zh" if path else "search-en")


def test_the_dark(look: Callable[..., Page]) -> None:
    """Who has it dark is shown it dark, and can change that."""
    page = look("explanation/architecture/", scheme="dark")
    body = page.locator("body")
    expect(body).to_have_attribute("data-md-color-scheme", "slate")
    page.locator("img[src$='data-flow.svg']").scroll_into_view_if_needed()
    _picture(page, "dark")
    page.locator("label[for=__palette_0]").click()
    expect(body).to_have_attribute("data-md-color-scheme", "default")


@pytest.mark.parametrize(
    ("path", "picture"), [("explanation/architecture/", "data-flow.svg"), ("zh/explanation/speed/", "speed.svg")]
)
def test_pictures_that_are_drawn_follow_the_switch(look: Callable[..., Page], path: str, picture: str) -> None:
    """They have a dark ground on a dark page, whatever the reader's system has."""
    page = look(path)
    drawn = page.locator(f"img[src$='{picture}']")
    assert _brightness(drawn.screenshot()) > 0.7
    page.locator("label[for=__palette_1]").click()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    assert _brightness(drawn.screenshot()) < 0.3


@pytest.mark.parametrize("path", ["notebooks/first-look/", "zh/notebooks/first-look/"])
def test_a_notebook(look: Callable[..., Page], path: str) -> None:
    """It shows what its cells showed when the site was built."""
    page = look(path)
    assert page.locator("table").count() > 1
    assert 1 <= page.locator("audio").count()
    _picture(page, "notebook-zh" if path.startswith("zh/") else "notebook-en")
    page.locator(".shown table").nth(1).scroll_into_view_if_needed()
    _picture(page, "notebook-zh-table" if path.startswith("zh/") else "notebook-en-table")


@pytest.mark.parametrize(
    ("path", "name"), [("how-to/look-at-calls/", "picture-en"), ("zh/explanation/speed/", "picture-zh")]
)
def test_a_picture(look: Callable[..., Page], path: str, name: str) -> None:
    """Pictures have come, have words for who does not see them, and fit."""
    page = look(path)
    pictures = page.locator("article img")
    assert pictures.count() > 0
    assert all(pictures.nth(number).get_attribute("alt") for number in range(pictures.count()))
    pictures.first.scroll_into_view_if_needed()
    _picture(page, name)

"""Saved notebooks as pages, in a real browser: recordings play, and nobody else is asked for anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request

from hillstone_ccc.sandbox import Call, Sandbox

from .running import DOCS, made_of, page_of, read

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

PICTURES = Path(__file__).parents[2] / "build" / "screenshots"
PATIENCE_MS = 15_000

CELLS = """
from hillstone_ccc import Client
ccc = Client.from_env()
ccc.recordings.get("job-1")
"""

PLAYED = """audio => new Promise((done, failed) => {
  audio.addEventListener("timeupdate", () => { if (audio.currentTime > 0) done(audio.currentTime); });
  audio.addEventListener("error", () => failed(audio.error.message));
  audio.play().catch(failed);
})"""


@pytest.fixture
def look(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Opens a saved notebook as a page, and demands afterwards that it asked for nothing and complained of nothing."""
    complaints: list[str] = []
    contexts: list[Any] = []

    def asked(request: Request) -> None:
        if not request.url.startswith(("data:", "file:")):
            complaints.append(request.url)

    def open_page(notebook: Any, theme: str = "light") -> Page:
        file = tmp_path / "notebook.html"
        file.write_text(page_of(notebook, theme), "utf-8")
        context = browser.new_context(viewport={"width": 1100, "height": 900})
        contexts.append(context)
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("request", asked)
        page.on("console", lambda one: complaints.append(one.text))
        page.on("pageerror", lambda one: complaints.append(str(one)))
        page.goto(file.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [] == complaints


def test_a_recording_in_a_saved_notebook_plays(
    look: Callable[..., Page], run: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the call center, which is gone by then: its time goes on."""
    with Sandbox(calls=[Call(contact_id="job-1", start_time=1_767_323_045_000, recording_duration=3)]) as box:
        monkeypatch.setenv("HILLSTONE_CCC_INSTANCE_ID", box.instance_id)
        monkeypatch.setenv("HILLSTONE_CCC_ENDPOINT", box.endpoint)
        monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", box.access_key_id)
        monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", box.access_key_secret)
        saved = run(made_of(CELLS))
    page = look(saved)
    audio = page.locator("audio")
    assert 3 == round(audio.evaluate("audio => audio.duration"))
    assert 0 < audio.evaluate(PLAYED)


def test_a_notebook_of_the_documentation_is_a_page_that_stands_alone(
    look: Callable[..., Page], run: Callable[[Any], Any]
) -> None:
    """Its recording plays, and no table is wider than the page, light or dark."""
    saved = run(read(DOCS / "notebooks" / "first-look.ipynb"))
    PICTURES.mkdir(parents=True, exist_ok=True)
    for theme in ("light", "dark"):
        page = look(saved, theme)
        assert 0 < page.locator("audio").evaluate(PLAYED)
        boxes = page.locator("div[role=region]")
        assert [] == boxes.evaluate_all(
            "all => all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.ariaLabel)"
        )
        page.screenshot(path=PICTURES / f"notebook-first-look-{theme}.png", full_page=True)

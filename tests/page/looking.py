"""A page looked at: by what tells how far people with other senses get, and as a picture."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_PICTURES = Path(__file__).parents[2] / "build" / "screenshots"
_GRAVE = {"serious", "critical"}


@cache
def _axe() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


def violations(page: Page) -> list[dict[str, Any]]:
    """What axe finds, of any impact.

    It runs in a world of its own: there the page's policy does not hold, however strict, and the page sees none of it.
    """
    session = page.context.new_cdp_session(page)
    try:
        frame = session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
        world = session.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": "axe"})["executionContextId"]
        answer = session.send(
            "Runtime.evaluate",
            {
                "expression": f"{_axe()};axe.run({{resultTypes: ['violations']}}).then((found) => found.violations)",
                "contextId": world,
                "awaitPromise": True,
                "returnByValue": True,
            },
        )
    finally:
        session.detach()
    assert "exceptionDetails" not in answer, answer["exceptionDetails"]
    found: list[dict[str, Any]] = answer["result"]["value"]
    return found


def accessible(page: Page) -> None:
    """Demands that axe finds nothing serious or critical."""
    grave = [
        f"{rule['id']} ({node['impact']}) at {node['target']}: {node['failureSummary']}"
        for rule in violations(page)
        for node in rule["nodes"]
        if node["impact"] in _GRAVE
    ]
    assert not grave, "Not everybody can use this page:\n" + "\n".join(grave)


def picture(page: Page, name: str, *, whole: bool = True) -> Path:
    """Keeps what a page looks like as build/screenshots/NAME.png, down to its end or as much as is in view."""
    path = _PICTURES / f"{name}.png"
    page.screenshot(path=path, full_page=whole, animations="disabled")
    return path

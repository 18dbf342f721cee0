"""The page's own modules, run one by one in the browser."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

STILL = "#unread="
"""An address at which the page asks for nothing: a server at work draws random numbers, and so does Hypothesis."""


def run(page: Page, module: str, function: str, told: Any = None) -> Any:
    """What comes of a module's code.

    Args:
        page: A page of the server's origin: the modules come from there, as they do for the page itself.
        module: Which one, without its suffix: ``telling/csv``.
        function: JavaScript, called with the module, with what is told, and with what gives another module.
        told: Whole lists of examples, since each call costs a way to the browser and back.
    """
    expression = f"""async (told) => {{
      const own = document.querySelector("script[type=module]").src;
      const other = (name) => import(new URL(`${{name}}.js`, own));
      return ({function})(await other("{module}"), told, other);
    }}"""
    return page.evaluate(expression, told)


def calls(page: Page) -> list[dict[str, Any]]:
    """All calls that the server tells of, as the page reads them, newest first."""
    found: list[dict[str, Any]] = run(
        page,
        "asking/walk",
        "async (m) => { const found = []; await m.walk({ start_time: '0' }, 10_000, (rows) => found.push(...rows)); "
        "return found; }",
    )
    return found

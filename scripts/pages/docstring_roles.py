"""A hook of mkdocs: docstrings name things as Sphinx does (``:class:`Client```), and the site shows just the name."""

from __future__ import annotations

import re

_ROLE = re.compile(r":(?:attr|class|data|func|meth|mod):<code>(?:~[\w.]*\.)?")


def on_page_content(html: str, **_: object) -> str:
    """Takes the roles out of a page."""
    return _ROLE.sub("<code>", html)

"""A hook of mkdocs: in the site that was built every link leads somewhere, and no page fetches from afar."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from mkdocs.plugins import event_priority, get_plugin_logger

_LOG = get_plugin_logger(__name__)
_ADDRESSES = {"href", "src", "srcset", "poster", "data"}
_FOREIGN = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_IN_STYLES = re.compile(r"(?:url\(|@import)\s*[\"']?((?:https?:)?//[^\"')\s]+)", re.IGNORECASE)


class _Page(HTMLParser):
    """What a page is known by, leads to and fetches.

    Attributes:
        anchors: Its elements' ids and names.
        links: Where a click leads.
        fetched: What a browser fetches without being asked.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = {""}
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Takes an element's attributes."""
        for name, value in attrs:
            if value is None:
                continue
            if name == "id" or (tag == "a" and name == "name"):
                self.anchors.add(value)
            elif name in _ADDRESSES:
                (self.links if tag in {"a", "area"} else self.fetched).append(value.strip())


@event_priority(-200)  # after the second language
def on_post_build(*, config: Any, **_: object) -> None:
    """Warns of each link that leads nowhere and of what comes from elsewhere: in a strict build that is an error."""
    if config.plugins["i18n"].building:
        return
    root = Path(config.site_dir)
    pages = {path.relative_to(root).as_posix(): _Page(path.read_text("utf-8")) for path in root.rglob("*.html")}
    for name, page in pages.items():
        for complaint in _complaints(root, name, page, pages):
            _LOG.warning("%s: %s", name, complaint)
    for path in root.rglob("*.css"):
        for url in _IN_STYLES.findall(path.read_text("utf-8")):
            _LOG.warning("%s: fetches %s", path.relative_to(root), url)


def _complaints(root: Path, name: str, page: _Page, pages: dict[str, _Page]) -> Iterator[str]:
    yield from (f"fetches {url}" for url in page.fetched if _FOREIGN.match(url))
    for url in dict.fromkeys([*page.links, *page.fetched]):
        parts = urlsplit(url)
        if parts.scheme or parts.netloc:
            continue
        place = unquote(parts.path)
        # Only the page for what is not there is shown anywhere, and so has links from the root.
        target = posixpath.normpath(posixpath.join(posixpath.dirname(name), place)) if place else name
        if place.startswith("/"):
            target = posixpath.normpath(place.lstrip("/")) if name == "404.html" else "outside of the site"
        if (root / target).is_dir():
            target = posixpath.normpath(f"{target}/index.html")
        if not (root / target).is_file():
            yield f"leads to {url}, which is not there"
        elif target in pages and unquote(parts.fragment) not in pages[target].anchors:
            yield f"leads to {url}, where that anchor is not"

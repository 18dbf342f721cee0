"""A hook of mkdocs: what the two languages share. A heading has one anchor, whatever its language."""

from __future__ import annotations

import json
import logging
import re
import unicodedata
from pathlib import Path
from typing import Any

_LOG = logging.getLogger("mkdocs.plugins.two_languages")
_FENCE = re.compile(r"^(```+|~~~+).*?^\1[ \t]*$", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#{1,6} .*$", re.MULTILINE)
_NAMED = re.compile(r"\s*\{\s*#([\w-]+)\s*\}\s*$")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_ALTERNATE = re.compile(r'\s*<link rel="alternate"[^>]*>')
_TWIN = re.compile(r"\.zh(?=\.\w+$)")


def headings(text: str) -> list[re.Match[str]]:
    """The headings of a page's Markdown, those that only look like one in a block of code left out."""
    blank = _FENCE.sub(lambda block: re.sub(r"[^\n]", " ", block[0]), text)
    return list(_HEADING.finditer(blank))


def anchors(text: str) -> list[str]:
    """The anchors that mkdocs gives the headings of an English page, in order."""
    found: list[str] = []
    for heading in headings(text):
        anchor = _anchor(text[heading.start() : heading.end()].lstrip("#").strip())
        again = (f"{anchor}_{number}" for number in range(1, len(found) + 1))
        found.append(next(one for one in (anchor, *again) if one not in found))
    return found


def _anchor(title: str) -> str:
    named = _NAMED.search(title)
    if named:
        return named[1]
    plain = unicodedata.normalize("NFKD", _LINK.sub(r"\1", title)).encode("ascii", "ignore").decode()
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain).strip().lower())


def source(path: Path) -> str:
    """A page's Markdown; of a notebook, what its cells of Markdown hold."""
    text = path.read_text("utf-8")
    if path.suffix != ".ipynb":
        return text
    cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown"]
    return "\n\n".join("".join(cell["source"]) for cell in cells)


def on_config(config: Any) -> Any:
    """Lets the package that finds the words of Chinese text do so in silence."""
    import jieba  # noqa: PLC0415 - tests, which have none, read anchors by this file

    jieba.setLogLevel(logging.WARNING)
    return config


def on_page_markdown(markdown: str, *, page: Any, **_: object) -> str:
    """Gives the headings of a Chinese page the anchors of the English one, so that links lead to the same places."""
    path = Path(page.file.abs_src_path)
    english = path.with_name(_TWIN.sub("", path.name))
    if english == path:
        return markdown
    found, given = headings(markdown), anchors(source(english))
    if len(found) != len(given):
        _LOG.warning("%s: has %d headings, and the English page %d", page.file.src_uri, len(found), len(given))
    for heading, anchor in reversed(list(zip(found, given, strict=False))):
        if not _NAMED.search(heading[0]):
            end = heading.start() + len(heading[0].rstrip())
            markdown = f"{markdown[:end]} {{#{anchor}}}{markdown[end:]}"
    return markdown


def on_page_context(context: dict[str, Any], *, page: Any, config: Any, **_: object) -> dict[str, Any]:
    """Lets the front page switch languages wherever the site lies: its links would be those of a root."""
    if page.url in {"", "./", "zh/"}:
        for language in config.extra.alternate:
            language["link"] = "zh/" if language["lang"] == "zh" else "."
    return context


def on_post_page(output: str, **_: object) -> str:
    """Takes out what tells search engines of the other language: without an address of the site it is wrong.

    The theme would look for a map of the site behind each of them.
    """
    return _ALTERNATE.sub("", output)


def on_post_template(output: str, *, template_name: str, config: Any, **_: object) -> str:
    """Leaves the map of a site without an address out, and keeps the page for what is not there in English."""
    if template_name == "sitemap.xml" or (template_name == "404.html" and config.plugins["i18n"].building):
        return ""
    return _ALTERNATE.sub("", output)

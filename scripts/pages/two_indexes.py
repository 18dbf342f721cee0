"""A hook of mkdocs: the search finds pages of the language that is read. The plugins write one index of them all."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from mkdocs.plugins import event_priority, get_plugin_logger

_LOG = get_plugin_logger(__name__)
_CHINESE = "zh/"
# The theme looks for the index, and for what it finds there, below the place that a page names so.
_BASE = re.compile(r'("base": ")\.\.(?:/|(?="))')


def on_post_page(output: str, *, page: Any, **_: object) -> str:
    """Lets a Chinese page search below the Chinese front page."""
    if not page.url.startswith(_CHINESE):
        return output
    found, count = _BASE.subn(r"\1", output, count=1)
    if not count:
        _LOG.warning("%s: where does it search?", page.file.src_uri)
    return found.replace('"base": ""', '"base": "."', 1)


@event_priority(-150)  # after the second language
def on_post_build(*, config: Any, **_: object) -> None:
    """Gives each language the pages of its own."""
    if config.plugins["i18n"].building:
        return
    site = Path(config.site_dir)
    index = json.loads(_place(site).read_text("utf-8"))
    chinese = [one for one in index["docs"] if one["location"].startswith(_CHINESE)]
    english = [one for one in index["docs"] if not one["location"].startswith(_CHINESE)]
    if not chinese or not english:
        _LOG.warning("A language has nothing to find.")
    _write(site, index, english)
    _write(site / _CHINESE, index, [{**one, "location": one["location"].removeprefix(_CHINESE)} for one in chinese])


def _place(site: Path) -> Path:
    return site / "search" / "search_index.json"


def _write(site: Path, index: dict[str, Any], docs: list[dict[str, Any]]) -> None:
    _place(site).parent.mkdir(exist_ok=True)
    told = json.dumps({**index, "docs": docs}, ensure_ascii=False, separators=(",", ":"))
    _place(site).write_text(told, "utf-8")

"""The documentation in two languages: each page beside its translation, and both in the menu."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from .pages import (
    DOCS,
    ROOT,
    anchors,
    bare,
    blocks,
    chinese_pages,
    english_pages,
    headings,
    links,
    name,
    prose,
    source,
    twin,
)

pytestmark = pytest.mark.once

READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
TWINS = [(ROOT / "README.md", ROOT / "README.zh-CN.md")] + [
    (page, twin(page)) for page in english_pages() if twin(page).exists()
]
BOTH = pytest.mark.parametrize(("english", "chinese"), TWINS, ids=name)
# Where a Chinese page says that its pictures be labelled so, the English one has them in English.
PICTURES = re.compile(r'^(language = )"zh"', re.MULTILINE)
NAMED = re.compile(r"\{\s*#([\w-]+)\s*\}$")


class _Settings(yaml.SafeLoader):  # type: ignore[misc]
    """Reads mkdocs.yml, whatever it names of Python's."""


_Settings.add_multi_constructor("tag:yaml.org,2002:python/", lambda *_: None)


@pytest.fixture(scope="module")
def settings() -> Any:
    """What mkdocs is told."""
    return yaml.load((ROOT / "mkdocs.yml").read_text("utf-8"), _Settings)  # noqa: S506 - a safe one


def menu(entries: list[Any]) -> tuple[list[str], list[str]]:
    """The titles of a menu, and the pages that they lead to."""
    titles: list[str] = []
    pages: list[str] = []
    for entry in entries:
        ((title, below),) = entry.items()
        titles.append(title)
        if isinstance(below, str):
            pages.append(below)
        else:
            more_titles, more_pages = menu(below)
            titles += more_titles
            pages += more_pages
    return titles, pages


def test_every_page_is_there_in_both_languages() -> None:
    """Each page and notebook has its translation beside it, and none is a translation of nothing."""
    assert sorted(map(name, map(twin, english_pages()))) == [name(page) for page in chinese_pages()]


def test_every_page_is_in_the_menu_once(settings: Any) -> None:
    """No page of the documentation is lost; the Chinese menu is the English one, translated."""
    _, pages = menu(settings["nav"])
    assert sorted(page.relative_to(DOCS).as_posix() for page in english_pages()) == sorted(pages)


def test_every_title_of_the_menu_is_translated(settings: Any) -> None:
    """The Chinese menu has no English left in it, and translates nothing that is gone."""
    languages = next(plugin["i18n"]["languages"] for plugin in settings["plugins"] if "i18n" in plugin)
    translations = next(language["nav_translations"] for language in languages if language["locale"] == "zh")
    titles, _ = menu(settings["nav"])
    assert set(titles) == set(translations)
    assert [] == [title for title in translations.values() if not re.search(r"[\u4e00-\u9fff]", title)]


@BOTH
def test_a_translation_is_chinese(english: Path, chinese: Path) -> None:
    """Every heading of it is, but those that are code, names or abbreviations."""
    named = "\n".join(text for _, text in headings(source(english)))
    told = [NAMED.sub("", text).strip() for _, text in headings(source(chinese))]
    assert [] == [text for text in told if text not in named and not re.search(r"[\u4e00-\u9fff]|^[A-Z]+$", text)]
    assert re.search(r"[\u4e00-\u9fff]{4}", prose(source(chinese)))


@BOTH
def test_both_have_the_same_headings(english: Path, chinese: Path) -> None:
    """As many, of the same levels, in the same order; where a translation says its anchor, it is the English one."""
    ours, theirs = source(english), source(chinese)
    assert [level for level, _ in headings(ours)] == [level for level, _ in headings(theirs)]
    said = [NAMED.search(text) for _, text in headings(theirs)]
    assert [] == [one[1] for one, anchor in zip(said, anchors(ours), strict=True) if one and one[1] != anchor]


@BOTH
def test_both_show_the_same_code(english: Path, chinese: Path) -> None:
    """The same blocks in the same order, the same but for their comments and the language of pictures."""
    ours, theirs = (blocks(source(page)) for page in (english, chinese))
    assert [kind for kind, _ in ours] == [kind for kind, _ in theirs]
    for one, other in zip(ours, theirs, strict=True):
        assert bare(*one) == bare(other[0], PICTURES.sub(r'\1"en"', other[1]))


@BOTH
def test_both_lead_to_the_same_places(english: Path, chinese: Path) -> None:
    """Links and pictures are the same, to the anchor; those within the site find the page of their language."""
    assert _led(english) == _led(chinese)


def _led(page: Path) -> list[str]:
    """Where a page leads, whatever its language."""
    return sorted(re.sub(r"[.-]zh(-CN)?(?=\.\w+\b)", "", link) for link in links(source(page)))


@BOTH
def test_both_name_the_same_things(english: Path, chinese: Path) -> None:
    """What the reference takes from the code is the same, and whatever a table tells of by name."""
    ours, theirs = (re.findall(r"^(?::::|- \[) (\S+)", source(page), re.MULTILINE) for page in (english, chinese))
    assert ours == theirs
    ours, theirs = (_rows(source(page)) for page in (english, chinese))
    assert ours == theirs


def _rows(text: str) -> list[list[str]]:
    """Of each row of a table, the code in its first cell."""
    cells = re.findall(r"^\| ((?:[^|\\]|\\.)*)\|", prose(text), re.MULTILINE)
    return [sorted(re.findall(r"`([^`]+)`", cell)) for cell in cells]

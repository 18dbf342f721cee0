"""The page's words: the same in both languages, for everything that the contract can tell."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest
from playwright.sync_api import Page

from hillstone_ccc import (
    ContactType,
    Disposition,
    EventName,
    MediaType,
    ReleaseInitiator,
    SatisfactionChannel,
)
from hillstone_ccc.contract import CALL_RECORDS, PARAMETERS, REFUSALS, CallRecordRow

from .modules import STILL, run

Visit = Callable[..., Page]

LANGUAGES = ("zh", "en")
CHINESE = re.compile("[\u4e00-\u9fff]")
_SHAPE = """
(m, language) => {
  const shape = (value) => {
    if (typeof value === "function") return `called with ${value.length}`;
    if (typeof value !== "object") return typeof value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner)]));
  };
  return shape(m[language]);
}
"""
# Functions are called with figures, as most of them are, and so that what they are given is no word.
_TEXTS = """
(m, language) => {
  const found = [];
  const walk = (value, path) => {
    if (typeof value === "object") for (const [key, inner] of Object.entries(value)) walk(inner, `${path}.${key}`);
    else if (typeof value !== "function") found.push([path, [value]]);
    else found.push([path, [value(0, 5), value(1, 2), value(2000, path.endsWith(".wait") ? null : 1)]]);
  };
  walk(m[language], "");
  return found;
}
"""


def wire(word: str) -> str:
    """A word in the contract's spelling."""
    return re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", word)


def test_both_have_the_same_shape(visit: Visit) -> None:
    """What is said in one language is said in the other, and of the same things."""
    page = visit(STILL)
    assert run(page, "words/zh", _SHAPE, "zh") == run(page, "words/en", _SHAPE, "en")


def test_each_is_in_its_own_language(visit: Visit) -> None:
    """Chinese words have Chinese signs in them, but for abbreviations; English words have none."""
    page = visit(STILL)
    chinese, english = (dict(run(page, f"words/{one}", _TEXTS, one)) for one in LANGUAGES)
    apart = {".language", ".other.language", ".other.name", ".number", ".details.via"}
    texts = [(path, text) for path, some in chinese.items() if path not in apart for text in some if text]
    assert [] == [(path, text) for path, text in texts if not CHINESE.search(text) and text != "IVR"]
    assert "中文" == english[".other.name"][0]
    assert [] == [(path, some) for path, some in english.items() if path not in apart and CHINESE.search("".join(some))]
    assert {".trouble.40405.advice"} == {path for path, some in [*chinese.items(), *english.items()] if "" in some}
    spoilt = re.compile(r"undefined|NaN|null|\[object")
    assert [] == [some for some in (*chinese.values(), *english.values()) if spoilt.search("".join(some))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_contract(visit: Visit, language: str) -> None:
    """It has a word of the language's, and no word is there that the contract never tells."""
    parts = {
        "headings": {field.name for field in fields(CallRecordRow)},
        "types": {wire(one.value) for one in ContactType},
        "dispositions": {wire(one.value) for one in Disposition},
        "initiators": {one.value for one in ReleaseInitiator},
        "channels": {one.value for one in SatisfactionChannel},
        "details.happened": {one.value.lower() for one in EventName},
        "details.mediaTypes": {one.value for one in MediaType},
        "details.kinds": {"", "blind", "consulted"},
        "details.targets": {"", "agent", "skill_group", "ivr", "outside"},
        "details.parts": {"events", "record"},
    }
    function = """(m, [language, parts]) =>
      parts.map((part) => Object.keys(part.split(".").reduce((at, key) => at[key], m[language])))"""
    found = run(visit(STILL), f"words/{language}", function, [language, list(parts)])
    assert parts == {part: set(keys) for part, keys in zip(parts, found, strict=True)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_can_be_told_apart(visit: Visit, language: str) -> None:
    """No two headings are equal, nor two kinds of call, nor two ways in which one ends."""
    page = visit(STILL)
    for part in ("headings", "types", "dispositions"):
        told = run(page, f"words/{language}", "(m, [name, part]) => Object.values(m[name][part])", [language, part])
        assert len(told) == len(set(told))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_happened(visit: Visit, language: str) -> None:
    """Events are known in any case; what is not known is told in the call center's own word."""
    names = [spelt for one in EventName for spelt in (one.value, one.value.upper(), one.value.lower())]
    strange = ["", "Unheard", "constructor", "__proto__"]
    function = "async (m, [name, events]) => events.map((one) => m.happened(one, m.wordsOf(name)))"
    told = run(visit(STILL), "words/words", function, [{"zh": "zh-CN", "en": "en"}[language], [*names, *strange]])
    assert strange == told[len(names) :]
    assert all(bool(CHINESE.search(word)) == (language == "zh") for word in told[: len(names)])


_MEANINGS = """
async (m, [language, some], other) => {
  const { [language]: words } = await other(`words/${language}`);
  return some.map(([kind, code]) => {
    const { what } = m.meaning({ kind, code }, words);
    return what === words.trouble.other.what ? null : what;
  });
}
"""


def test_what_can_be_chosen(visit: Visit) -> None:
    """The filters offer what the contract takes, all of it and nothing that it takes no more."""
    taken = {
        one.name: one.schema["items"]["enum"]
        for one in PARAMETERS[CALL_RECORDS]
        if "enum" in one.schema.get("items", {})
    }
    function = """async (m, _, other) => {
      const { zh } = await other("words/zh");
      return Object.fromEntries(["types", "dispositions"].map((name) => [name, m.offered(name, zh)]));
    }"""
    offered = run(visit(STILL), "showing/filters", function)
    assert sorted(map(wire, taken["contact_types"])) == sorted(offered["types"])
    assert sorted(map(wire, taken["dispositions"])) == sorted(offered["dispositions"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_refusal_means(visit: Visit, language: str) -> None:
    """Every code of the contract has words of its own or its status's, but for what only an operator can mend."""
    asked = [[str(one.status), code] for code, one in REFUSALS.items()]
    told = dict(zip(REFUSALS, meanings(visit(STILL), language, asked), strict=True))
    faults = {code for code, one in REFUSALS.items() if one.status in {405, 500, 501}}
    # A path or a name that the page never asks for: it is not a call that is missing.
    assert faults | {40402, 40406, 40407} == {code for code, what in told.items() if what is None}
    alike = [{40001, 40002}, {50201, 50202, 50203, 50204}, {50301, 50302, 50303}]
    for some in alike:
        assert 1 == len({told[code] for code in some})
    apart = [told[code] for code in told if told[code] is not None and not any(code in some for some in alike)]
    assert len(apart) == len(set(apart))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_others_answer(visit: Visit, language: str) -> None:
    """A proxy's or a host's own status is told as what it is; one that says nothing of calls as a failure."""
    asked: list[list[Any]] = [["401", 0], ["403", 40399], ["503", 0], ["offline", 0], ["unreadable", 0]]
    strange: list[list[Any]] = [["404", 0], ["404", 40499], ["418", 41899], ["500", 0]]
    told = meanings(visit(STILL), language, [*asked, *strange])
    assert [None] * len(strange) == told[len(asked) :]
    assert len(asked) == len(set(told[: len(asked)]) - {None})


def meanings(page: Page, language: str, asked: list[list[Any]]) -> list[str | None]:
    """What refusals mean, each told by kind and code; None where that is only that something failed."""
    found: list[str | None] = run(page, "showing/trouble", _MEANINGS, [language, asked])
    return found

"""Every public name says what it is: classes, their fields, methods and properties."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import Any

import attrs
import pytest

import hillstone_ccc

PUBLIC = [getattr(hillstone_ccc, name) for name in vars(hillstone_ccc)["__all__"] if name != "__version__"]
CLASSES = [one for one in PUBLIC if isinstance(one, type)]
SOURCE = Path(hillstone_ccc.__file__).parent


def _members(kind: type[Any]) -> Iterator[tuple[str, Any]]:
    """Public methods and properties that the class or a base of ours defines."""
    for base in kind.__mro__:
        if base.__module__.partition(".")[0] != "hillstone_ccc":
            continue
        for name, member in vars(base).items():
            plain = member.__func__ if isinstance(member, (classmethod, staticmethod)) else member
            told = inspect.isfunction(plain) or isinstance(plain, (property, cached_property))
            if told and not name.startswith("_"):
                yield f"{base.__name__}.{name}", plain


@pytest.mark.parametrize("kind", PUBLIC, ids=lambda kind: kind.__name__)
def test_each_class_and_function_says_what_it_is(kind: Any) -> None:
    """In its own words, not its base's, in sentences."""
    told = (vars(kind).get("__doc__") if isinstance(kind, type) else kind.__doc__) or ""
    assert re.match(r"[A-Z`\"].*?[.:](\s|$)", told, re.DOTALL), told


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_each_method_and_property_says_what_it_does(kind: type[Any]) -> None:
    """In sentences."""
    silent = [
        name for name, member in _members(kind) if not re.match(r"[A-Z`].*[.:)]", member.__doc__ or "", re.DOTALL)
    ]
    assert [] == silent


def _told_fields(kind: type[Any]) -> set[str]:
    """What stands under ``Attributes:`` of the class, its bases, and the class whose words it says it shares."""
    found: set[str] = set()
    told = [inspect.getdoc(base) or "" for base in kind.__mro__]
    shared = re.search(r"are those of :class:`(\w+)`", told[0])
    if shared is not None:
        told.append(inspect.getdoc(getattr(hillstone_ccc, shared[1])) or "")
    for text in told:
        section = re.search(r"^Attributes:\n((?: {4}.*\n?|\n)*)", text, re.MULTILINE)
        if section is not None:
            found |= set(re.findall(r"^ {4}(\w+):", section[1], re.MULTILINE))
    return found


@pytest.mark.parametrize("kind", [kind for kind in CLASSES if attrs.has(kind)], ids=lambda kind: kind.__name__)
def test_each_field_is_explained(kind: type[Any]) -> None:
    """A field that is not told of may be misread."""
    fields = {field.name for field in attrs.fields(kind) if not field.name.startswith("_")}
    assert set() == fields - _told_fields(kind)


@pytest.mark.parametrize(
    "kind",
    [kind for kind in CLASSES if issubclass(kind, Exception)],
    ids=lambda kind: kind.__name__,
)
def test_what_an_error_carries_is_explained(kind: type[Any]) -> None:
    """Each attribute that an instance has beside Exception's own."""
    carried = {name for name in vars(kind("why")) if not name.startswith("_")}
    assert set() == carried - _told_fields(kind)


@pytest.mark.parametrize("kind", [kind for kind in CLASSES if issubclass(kind, Enum)], ids=lambda kind: kind.__name__)
def test_each_vocabulary_has_words(kind: type[Any]) -> None:
    """An open enum without members would explain nothing."""
    assert kind.__members__


@pytest.mark.parametrize("kind", [hillstone_ccc.Client], ids=lambda kind: kind.__name__)
def test_each_setting_is_explained(kind: type[Any]) -> None:
    """The synchronous client tells of every argument; the asynchronous one refers to it."""
    section = re.search(r"Args:\n(.*?)\n\n", inspect.getdoc(kind) or "", re.DOTALL)
    assert section is not None
    told = re.findall(r"^ {4}(\w+):", section[1], re.MULTILINE)
    assert list(inspect.signature(kind).parameters) == told


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_each_module_says_what_it_is_for(path: Path) -> None:
    """One sentence at its beginning."""
    assert re.match(r'"""[A-Z`].*?[.:]', path.read_text("utf-8"), re.DOTALL)

"""The pages about figures tell every name and every figure, and docstrings tell every formula."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any, get_args

import attrs
import pytest

from hillstone_ccc import Disposition, metrics
from hillstone_ccc.metrics import Contact, Outcome
from hillstone_ccc.metrics.buckets import FIELDS

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "docs" / "reference" / name for name in ("metrics.md", "metrics.zh.md")]
NAMES = [getattr(metrics, name) for name in metrics.__all__]
FUNCTIONS = [one for one in NAMES if inspect.isfunction(one)]
CLASSES = [one for one in NAMES if inspect.isclass(one)]

pytestmark = pytest.mark.once


def _name(value: Any) -> str:
    return str(value.__name__)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_reference_holds_every_name(page: Path) -> None:
    """And none that is gone."""
    told = re.findall(r"^::: hillstone_ccc\.metrics\.(\w+)$", page.read_text("utf-8"), re.MULTILINE)
    assert sorted(metrics.__all__) == sorted(told)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_reference_tells_every_figure_in_order(page: Path) -> None:
    """A table has them all; it names no other."""
    text = page.read_text("utf-8")
    table = text.partition("\n| `calls` |")[2].partition("\n\n")[0]
    told = re.findall(r"`(\w+)`", "".join(row.split("|")[1] for row in ("| `calls` |" + table).split("\n")))
    figures = [field.name for field in attrs.fields(metrics.Metrics)]
    assert sorted(figures) == sorted(told)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_reference_tells_every_disposition(page: Path) -> None:
    """What each word of the upstream means here."""
    text = page.read_text("utf-8")
    assert [] == [word.value for word in Disposition if f"`{word.value}`" not in text]


@pytest.mark.parametrize("function", FUNCTIONS, ids=_name)
def test_each_function_tells_its_arguments(function: Any) -> None:
    """Under Args, in their order."""
    told = re.findall(
        r"^    (\w+): ", (inspect.getdoc(function) or "").partition("Args:\n")[2].partition("\n\n")[0], re.MULTILINE
    )
    parameters = list(inspect.signature(function).parameters)
    assert told in (parameters, []) if len(parameters) == 1 else parameters == told


@pytest.mark.parametrize(
    "function", [one for one in FUNCTIONS if one not in (metrics.read, metrics.summary, metrics.by)], ids=_name
)
def test_each_formula_is_written_in_its_docstring(function: Any) -> None:
    """Or, of what only counts or lists, what is counted."""
    told = inspect.getdoc(function) or ""
    assert "Formula:" in told or function in (metrics.dispositions, metrics.waiting_times)


@pytest.mark.parametrize("kind", [one for one in CLASSES if attrs.has(one)], ids=_name)
def test_each_field_is_explained(kind: Any) -> None:
    """In the class's docstring, in order."""
    told = re.findall(r"^    (\w+): ", (inspect.getdoc(kind) or "").partition("Attributes:\n")[2], re.MULTILINE)
    assert [field.name for field in attrs.fields(kind)] == told


def test_each_fact_is_explained() -> None:
    """In order."""
    told = re.findall(
        r"^    (\w+): ", (inspect.getdoc(metrics.CallFacts) or "").partition("Attributes:\n")[2], re.MULTILINE
    )
    assert list(metrics.CallFacts._fields) == told


@pytest.mark.parametrize("words", [Outcome, Contact], ids=_name)
def test_each_word_is_explained(words: Any) -> None:
    """What it means, and which of the upstream's words mean it."""
    told = re.findall(r"^    ([A-Z_]+): ", inspect.getdoc(words) or "", re.MULTILINE)
    assert sorted(word.name for word in words) == sorted(told)


def test_each_grouping_is_explained() -> None:
    """In the docstring of what groups; the type lists the same."""
    assert [] == [key for key in FIELDS if f"``{key}``" not in str(metrics.by.__doc__)]
    assert sorted(FIELDS) == sorted(get_args(metrics.By))


def test_each_way_to_count_abandoned_calls_is_explained() -> None:
    """In the docstring of the service level."""
    assert [] == [
        how for how in get_args(metrics.WhenAbandoned) if f"``{how}``:" not in str(metrics.service_level.__doc__)
    ]

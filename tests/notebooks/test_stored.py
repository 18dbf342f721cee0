"""The notebooks of the documentation as they are kept: without what they show, twice, with one program."""

from __future__ import annotations

import io
import re
import tokenize
from pathlib import Path
from typing import Any

import nbformat
import pytest

from .running import DOCS, NOTEBOOKS, read

pytestmark = pytest.mark.once

ENGLISH = [path for path in NOTEBOOKS if not path.name.endswith(".zh.ipynb")]
# What a Chinese notebook says of its pictures; the English one has them in English.
_PICTURES = re.compile(r'^(language = )"zh"', re.MULTILINE)
_BLANK = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}


def _cells(path: Path, kind: str) -> list[str]:
    return [cell["source"] for cell in read(path)["cells"] if cell["cell_type"] == kind]


def _code(source: str) -> list[str]:
    """The words of a program, without its comments."""
    return [one.string for one in tokenize.generate_tokens(io.StringIO(source).readline) if one.type not in _BLANK]


def _chinese(path: Path) -> Path:
    return path.with_name(path.name.replace(".ipynb", ".zh.ipynb"))


def test_there_are_notebooks_in_both_languages() -> None:
    """Each that is in English is in Chinese, and the other way round."""
    assert {"first-look", "month-report", "quality-inspection"} == {path.stem for path in ENGLISH}
    assert sorted(NOTEBOOKS) == sorted([*ENGLISH, *map(_chinese, ENGLISH)])


@pytest.mark.parametrize("path", ENGLISH, ids=lambda path: path.stem)
def test_both_languages_run_the_same_program(path: Path) -> None:
    """Comments and the labels of pictures alone are translated, and there are as many paragraphs and headings."""
    mine, theirs = path, _chinese(path)
    assert [_code(cell) for cell in _cells(mine, "code")] == [
        _code(_PICTURES.sub(r'\1"en"', cell)) for cell in _cells(theirs, "code")
    ]

    def shape(of: Path) -> list[tuple[str, list[str]]]:
        return [(cell["cell_type"], re.findall(r"^#+ ", cell["source"], re.MULTILINE)) for cell in read(of)["cells"]]

    without_comments = [kind if kind == "code" else (kind, heads) for kind, heads in shape(mine)]
    assert without_comments == [kind if kind == "code" else (kind, heads) for kind, heads in shape(theirs)]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_is_kept_without_what_it_shows(path: Path) -> None:
    """It is run when the site is made; what it showed on some day would only grow old."""
    notebook: Any = read(path)
    nbformat.validate(notebook)
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert [] == [cell["id"] for cell in code if cell["outputs"] or cell["execution_count"] is not None]
    assert {"kernelspec", "language_info"} == set(notebook["metadata"])
    assert [{}] * len(notebook["cells"]) == [cell["metadata"] for cell in notebook["cells"]]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_begins_with_a_sandbox_and_says_what_to_write_instead(path: Path) -> None:
    """Nothing outside this machine is asked for anything, keys least of all."""
    first, second = _cells(path, "code")[:2]
    assert "ALIBABA_CLOUD_ECS_METADATA_DISABLED" in first
    assert "Sandbox(" in first
    assert "Sandbox(" not in second
    assert any("`ccc = Client.from_env()`" in cell for cell in _cells(path, "markdown")[:2])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_links_of_a_notebook_lead_somewhere(path: Path) -> None:
    """To pages of the documentation, and to nobody else's."""
    links = [link for cell in _cells(path, "markdown") for link in re.findall(r"\]\(([^)#]+)", cell)]
    assert links
    assert [] == [link for link in links if not (DOCS / "notebooks" / link).is_file()]

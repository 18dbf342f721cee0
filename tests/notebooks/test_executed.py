"""The notebooks of the documentation, run by a real kernel and saved."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .running import NOTEBOOKS, made_of, read, shown

pytestmark = [pytest.mark.once, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

ENGLISH = [path for path in NOTEBOOKS if not path.name.endswith(".zh.ipynb")]

NUMBER = re.compile(r"(?<![\w-])(?:1[3-9]\d{9}|0\d{8,11})(?![\w-])")
OPENING = re.compile(r"Signature|OSSAccessKeyId|Expires=|/oss/|example-(?:id|secret)|https?://")


@pytest.mark.parametrize("path", ENGLISH, ids=lambda path: path.stem)
def test_a_notebook_runs_and_gives_nothing_away(path: Path, run: Callable[[Any], Any]) -> None:
    """No cell fails or warns, something is shown, and no number, key, signature or link is in what is saved."""
    saved = run(read(path))
    text = shown(saved)
    assert NUMBER.search("13800000001")
    assert None is NUMBER.search(text)
    assert None is OPENING.search(text)
    outputs = [output for cell in saved["cells"] for output in cell.get("outputs", [])]
    assert [] == [output for output in outputs if output.get("name") == "stderr" or output["output_type"] == "error"]
    assert "Warning" not in text
    assert "<table" in text
    assert "widgets" not in saved["metadata"]


def test_a_bar_is_saved_as_text(run: Callable[[Any], Any]) -> None:
    """One output however often it was drawn, which needs no widget and no stream to be read."""
    cells = "from hillstone_ccc import notebook\nrows = list(notebook.progress(range(100_000), 'rows'))"
    (output,) = run(made_of(cells))["cells"][0]["outputs"]
    assert "display_data" == output["output_type"]
    assert re.fullmatch(r"rows: 100000/100000 \[\d\d:\d\d<00:00, \S+ rows/s\]", output["data"]["text/plain"])
    assert '<progress aria-label="rows" value="100000" max="100000">' in output["data"]["text/html"]

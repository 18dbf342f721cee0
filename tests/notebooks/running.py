"""Notebooks run by a real kernel, and saved ones as the page that people look at."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook

DOCS = Path(__file__).parents[2] / "docs"
NOTEBOOKS = sorted((DOCS / "notebooks").glob("*.ipynb"))

_NOTHING = "data:text/javascript,"


def made_of(cells: str) -> Any:
    """A notebook of cells of code, which ``# ---`` separates."""
    return new_notebook(cells=[new_code_cell(cell.strip()) for cell in cells.split("# ---")])


def read(path: Path) -> Any:
    """A stored notebook."""
    return nbformat.read(path, as_version=4)


def run(notebook: Any, directory: Path) -> Any:
    """Runs a notebook in a directory, and gives it with what it shows; an error in a cell is raised."""
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(directory)}}).execute()
    return nbformat.reads(nbformat.writes(notebook), as_version=4)


def page_of(notebook: Any, theme: str = "light") -> str:
    """A notebook as nbconvert makes a page of it, but that no third party is asked for scripts."""
    make: Any = HTMLExporter  # its arguments are settings, of no type
    exporter = make(
        template_name="lab",
        theme=theme,
        require_js_url=_NOTHING,
        mathjax_url=_NOTHING,
        mermaid_js_url=f"{_NOTHING}export default {{initialize(){{}}}}",
        mermaid_layout_elk_js_url=f"{_NOTHING}export default []",
    )
    page: str = exporter.from_notebook_node(notebook)[0]
    return page


def shown(notebook: Any) -> str:
    """All that a saved notebook shows, as text; of pictures and sound only that they are there."""
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    text = json.dumps([_without_pictures(output) for output in outputs], ensure_ascii=False)
    return re.sub(r"data:audio/[a-z-]+;base64,[A-Za-z0-9+/=]+", "data:audio", text)


def _without_pictures(output: Any) -> Any:
    data = {kind: value for kind, value in output.get("data", {}).items() if not kind.startswith("image/")}
    return {**output, "data": data}

"""Pictures in a notebook that a real kernel runs."""

from __future__ import annotations

from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook

CELLS = """
import sys
from datetime import datetime, timezone
from hillstone_ccc import CallRecord
from hillstone_ccc.plots import journey
noon = datetime(2026, 1, 2, 12, tzinfo=timezone.utc)
call = CallRecord("job-1", start_time=noon, ivr_time=8, talk_time=40)
picture = journey(call)
# ---
picture
# ---
print("matplotlib.pyplot" in sys.modules)
# ---
import matplotlib.pyplot as plt
picture
# ---
_, axes = plt.subplots()
journey(call, ax=axes);
# ---
print(plt.get_fignums())
"""


def pictures(cell: Any) -> list[bytes]:
    """What a cell shows as PNG."""
    return [b64decode(out["data"]["image/png"]) for out in cell["outputs"] if "image/png" in out.get("data", {})]


@pytest.mark.once
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_picture_is_shown_by_the_cell_that_ends_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once, without pyplot and with it, with its text; nothing is left in pyplot."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    notebook = new_notebook(cells=[new_code_cell(cell.strip()) for cell in CELLS.split("# ---")])
    NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(tmp_path)}}).execute()
    made, shown, without, shown_again, on_axes, left = notebook.cells
    assert [0, 1, 0, 1, 1, 0] == [len(pictures(c)) for c in (made, shown, without, shown_again, on_axes, left)]
    assert ["False\n", "[]\n"] == [cell.outputs[0]["text"] for cell in (without, left)]
    exporter: Any = HTMLExporter
    page, _ = exporter(template_name="classic").from_notebook_node(notebook)
    assert 'alt="Call job-1' in page

"""A hook of mkdocs: notebooks are pages, run as the site is built and shown with what they show."""

from __future__ import annotations

import html
import json
import os
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import mkdocs.utils
import nbformat
from nbclient import NotebookClient

# Whatever ends like this is a page, in mkdocs and in all of its plugins: links lead to notebooks and find their pages.
mkdocs.utils.markdown_extensions = (*mkdocs.utils.markdown_extensions, ".ipynb")

_SECONDS = 60
# A notebook tells what it shows in several ways; this is the order in which a page prefers them.
_SHOWN = ("text/html", "image/svg+xml", "image/png", "text/markdown", "text/plain")
_RUNS: dict[Path, Future[Any]] = {}
# Two at once: so many kernels do the machines that build this have processors for.
_POOL = ThreadPoolExecutor(2)


def on_files(files: Any, **_: object) -> Any:
    """Begins with every notebook, of both languages, while the other pages are made."""
    for file in files:
        path = Path(file.abs_src_path or "")
        if path.suffix == ".ipynb" and path not in _RUNS:
            _RUNS[path] = _POOL.submit(_run, path)
    return files


def on_page_read_source(*, page: Any, **_: object) -> str | None:
    """The Markdown of a notebook that was run."""
    path = Path(page.file.abs_src_path or "")
    if path.suffix != ".ipynb":
        return None
    return "\n\n".join(_cell(cell) for cell in _RUNS[path].result()["cells"]) + "\n"


def _run(path: Path) -> Any:
    """The notebook with what its cells show. A cell that fails ends the build."""
    notebook = nbformat.read(path, as_version=4)
    with TemporaryDirectory() as place:
        # A notebook brings its keys along: nobody is to be asked for others. What it saves goes away again.
        env = {**os.environ, "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true", "JUPYTER_RUNTIME_DIR": place}
        env["MPLCONFIGDIR"] = place  # matplotlib remembers which fonts there are, also when others are installed later
        resources = {"metadata": {"path": place}}
        client = NotebookClient(notebook, timeout=_SECONDS, kernel_name="python3", resources=resources)
        manager = client.create_kernel_manager()
        manager.transport, manager.ip = "ipc", f"{place}/kernel"  # only this build talks to the kernel
        client.execute(env=env)
    return notebook


def _cell(cell: Any) -> str:
    if cell["cell_type"] == "markdown":
        return str(cell["source"])
    if cell["cell_type"] != "code" or not cell["source"].strip():
        return ""
    shown = [_output(output) for output in cell["outputs"]]
    return "\n\n".join([f"```python\n{cell['source']}\n```", *filter(None, shown)])


def _output(output: Any) -> str:
    """What a cell shows, as HTML: Markdown leaves it as it is."""
    if output["output_type"] == "stream":
        return _plain(output["text"]) if output["name"] == "stdout" else ""
    data = output.get("data", {})
    kind = next((kind for kind in _SHOWN if kind in data), None)
    if kind is None:
        return ""
    value = data[kind] if isinstance(data[kind], str) else json.dumps(data[kind])
    if kind == "image/png":
        told = html.escape(output["metadata"].get(kind, {}).get("alt") or data.get("text/plain", ""))
        return _block(f'<img alt="{told}" src="data:image/png;base64,{"".join(value.split())}">')
    if kind == "text/plain":
        return _plain(value)
    if kind == "text/markdown":
        return value
    return _block(value)


def _plain(text: str) -> str:
    return _block(f"<pre><code>{html.escape(text.rstrip())}</code></pre>")


def _block(inner: str) -> str:
    return f'<div class="shown">{inner.strip()}</div>'

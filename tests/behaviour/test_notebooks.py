"""A notebook with a recording, run by a real kernel and saved: it plays, and opens nothing to who reads it."""

from __future__ import annotations

import re
from base64 import b64decode
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from hillstone_ccc.sandbox import Call, Sandbox, audio

CELLS = """
from hillstone_ccc import Client, AsyncClient
ccc = Client.from_env()
recording = ccc.recordings.get("job-1")
print(recording, [recording])
# ---
recording
# ---
recording.audio()
# ---
ccc.recordings.parts("job-1")[0]
# ---
ccc.recordings.get("job-1", "multi_channel")
# ---
aio = AsyncClient.from_env()
spoken = await aio.recordings.get("job-1")
await spoken.audio()
# ---
recording.download("./")
# ---
await aio.aclose(); ccc.close()
# ---
recording
"""
SIGNED = re.compile(r"Signature|OSSAccessKeyId|Expires=|/oss/")


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The notebook, run and read back from its file."""
    with Sandbox(calls=[Call(contact_id="job-1", start_time=1_767_323_045_000, recording_duration=3)]) as box:
        monkeypatch.setenv("HILLSTONE_CCC_INSTANCE_ID", box.instance_id)
        monkeypatch.setenv("HILLSTONE_CCC_ENDPOINT", box.endpoint)
        monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", box.access_key_id)
        monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", box.access_key_secret)
        monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
        monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
        notebook = new_notebook(cells=[new_code_cell(cell.strip()) for cell in CELLS.split("# ---")])
        NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(tmp_path)}}).execute()
        nbformat.write(notebook, tmp_path / "saved.ipynb")
    return nbformat.read(tmp_path / "saved.ipynb", as_version=4)


def html_of(cell: Any) -> str:
    """What a cell shows."""
    return "".join(output["data"].get("text/html", "") for output in cell["outputs"] if "data" in output)


@pytest.mark.once
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_saved_notebook_plays_and_holds_no_signed_link(saved: Any) -> None:
    """Each kind of recording shows its very sound, or why it does not; nothing in the file opens the store."""
    _, shown, played, part, tracks, awaited, _, _, closed = saved["cells"]
    stored = audio.recording("job-1", 3_000)
    for cell in (shown, played, awaited):
        (sound,) = re.findall(r'<audio [^>]*src="data:audio/wav;base64,([^"]+)"', html_of(cell))
        assert stored == b64decode(sound)
    assert "<audio" in html_of(part)
    assert "Browsers do not play" in html_of(tracks)
    assert "closed" in html_of(closed)
    assert None is SIGNED.search(nbformat.writes(saved))

"""Whatever an upstream calls its files, calls and agents, and whatever a layout makes of it: all stays below."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hillstone_ccc import CallRecord, Client, InvalidQueryError
from hillstone_ccc._core.layout import FIELDS
from hillstone_ccc.testing.clock import SimulatedClock

SOUND = b"sound"
PIECES = (
    "..", "/", "\\", ".", "\0", ":", "~", "con", "NUL.wav", "a" * 150, "名" * 60, "\u202e", "\x1b[2J", " ", "{", "}",
    "C:", "//", ".hillstone-ccc.sqlite3", "manifest.jsonl", "not-saved.jsonl", "%2e%2e%2f", "\ud800", "/etc/passwd",
)  # fmt: skip
hostile = st.lists(st.sampled_from(PIECES) | st.characters(), max_size=6).map("".join)
told = st.one_of(hostile, st.sampled_from(["job-1.wav", "../../evil.wav", "..\\..\\evil.wav", "/evil.wav", ""]))
fields = st.sampled_from(
    [f"{{{name}}}" for name in FIELDS] + ["{start:%Y/%m}", "{start:..}", "{start:/}", "{0}", "{x.y}"]
)
layouts = st.lists(fields | hostile | st.just("/"), min_size=1, max_size=5).map("".join)


def upstream(file_name: str) -> httpx.MockTransport:
    """One whose every call has a recording of that name."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, content=SOUND, headers={"etag": '"A"'})
        data = {
            "FileUrl": "https://files.example/x?Signature=s",
            "FileName": file_name.encode(errors="replace").decode(),
        }
        return httpx.Response(200, json={"Code": "OK", "Data": data})

    return httpx.MockTransport(answer)


def client(file_name: str) -> Client:
    """A client of that upstream."""
    return Client(
        instance_id="ccc-demo",
        access_key_id="example-id",
        access_key_secret="example-secret",
        http_client=httpx.Client(transport=upstream(file_name)),
        clock=SimulatedClock(1_767_345_845),
    )


def below(root: Path) -> set[str]:
    """Every file and directory."""
    return {path.relative_to(root).as_posix() for path in root.rglob("*")}


@given(told)
@example("../evil.wav")
def test_one_recording_is_saved_below_its_directory(file_name: str) -> None:
    """One file, in the directory itself, whatever its name was."""
    with tempfile.TemporaryDirectory() as root, client(file_name) as ccc:
        directory = Path(root) / "in" / "here"
        path = ccc.recordings.get("job-1").download(f"{directory}/")
        assert {"in", "in/here", f"in/here/{path.name}"} == below(Path(root))
        assert SOUND == path.read_bytes()
        assert directory == path.parent


@given(
    layout=layouts,
    file_name=told,
    ids=st.lists(hostile.filter(str.strip), min_size=1, max_size=3, unique_by=str.strip),
    agent=hostile,
)
@example(layout="{agent}/{file_name}", file_name="../evil.wav", ids=["job-1", "job-2"], agent="..")
@example(layout="{file_name}", file_name="manifest.jsonl", ids=["job-1", "job-2"], agent="")
@example(layout="{agent}/x", file_name="a", ids=["job-1", "job-2"], agent="not-saved.jsonl")
def test_many_recordings_are_saved_below_their_directory(
    layout: str, file_name: str, ids: list[str], agent: str
) -> None:
    """Each has a file of its own, or the layout is refused before anything is asked for."""
    calls: list[Any] = [CallRecord(one, agent_names=(agent,), calling_number=agent) for one in ids]
    with tempfile.TemporaryDirectory() as root, client(file_name) as ccc:
        directory = Path(root) / "in" / "here"
        try:
            report = ccc.recordings.download_all(calls, directory, layout=layout, concurrency=2)
        except InvalidQueryError:  # the layout, or an id that is no text
            assert {"in", "in/here"} >= {path for path in below(Path(root)) if not path.startswith("in/here/")}
            return
        outside = {path for path in below(Path(root)) if not path.startswith("in/here/")}
        assert {"in", "in/here"} == outside
        files = [path for path in directory.rglob("*") if path.is_file() and path.read_bytes() == SOUND]
        assert len(files) == report.done
        assert len(calls) == report.done + report.failed
        # A name may want to be a folder where another is a file; nothing else can go wrong here.
        assert {"RecordingNotSavedError"} >= {type(one.error).__name__ for one in report.problems}
        assert (directory / "manifest.jsonl").is_file()


@pytest.mark.parametrize("layout", ["{contact_id}", "{suffix}{contact_id}"])
def test_a_suffix_is_one_or_nothing(layout: str, tmp_path: Path) -> None:
    """What is no suffix is none."""
    with client("a.wav/../../x") as ccc:
        ccc.recordings.download_all([CallRecord("job-1")], tmp_path, layout=layout)
    assert (tmp_path / "job-1").is_file()

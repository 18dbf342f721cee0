"""`hillstone-ccc demo`."""

import os
import re
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]


def test_it_shows_everything_once(start: Callable[..., "subprocess.Popen[bytes]"]) -> None:
    """Calls, their number, one call, agents and a recording, in at most 100 columns, with masked numbers."""
    process = start("demo", "--records", "1000", "--seed", "7")
    out, err = process.communicate(timeout=120)
    assert (0, b"") == (process.returncode, err)
    text = out.decode()
    steps = dict(re.findall(r"^>>> (.*?)[(\n].*?\n(.*?)(?=^>>> |\Z)", text, re.MULTILINE | re.DOTALL))
    assert [
        "calls = ccc.call_records.search",
        "calls.count",
        "detail = ccc.call_records.get",
        "agents = ccc.agents.search",
        "ccc.recordings.get",
    ] == list(steps)
    assert 10 == len(re.findall(r"^\d\d-\d\d \d\d:\d\d:\d\d ", steps["calls = ccc.call_records.search"], re.MULTILINE))
    assert int(steps["calls.count"].replace(",", "")) > 100
    assert "Established" in steps["detail = ccc.call_records.get"]
    assert "张三丰  zhangsanfeng@ccc-demo" in steps["agents = ccc.agents.search"]
    file = Path(steps["ccc.recordings.get"].split()[0])
    assert Path("recordings") == file.parent
    assert file.read_bytes().startswith(b"RIFF")
    assert max(map(len, text.splitlines())) <= 100
    assert "138****" in text
    assert not re.search(r"1380000\d{4}|Signature|example-secret", text)


def test_it_leaves_nothing_running(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sandbox it started is gone, and neither a proxy nor a machine's metadata was asked."""
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "false")
    threads = set(threading.enumerate())
    result = run("demo", "--records", "200", "--to", "here")
    assert 0 == result.exit_code
    assert threads == set(threading.enumerate())
    assert "true" == os.environ["ALIBABA_CLOUD_ECS_METADATA_DISABLED"]
    assert ["here"] == [path.name for path in Path.cwd().iterdir()]


def test_it_goes_without_calls(run: Run) -> None:
    """A center without calls has no call and no recording to show, but agents."""
    result = run("demo", "--records", "0")
    assert 0 == result.exit_code
    assert ">>> calls.count()\n0\n" in result.output
    assert "张三丰" in result.output
    assert "recordings.get" not in result.output

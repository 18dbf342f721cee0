"""`hillstone-ccc demo`."""

import os
import re
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from click.testing import Result

from hillstone_ccc.sandbox import Sandbox

Run = Callable[..., Result]
Start = Callable[..., "subprocess.Popen[bytes]"]
CALLS = "/api/support/aliyun_ccc/call_record?start_time=0"


def shown_until(descriptor: int, sign: str) -> str:
    """What comes out there, up to the line that the sign stands in."""
    shown = b""
    while not re.search(rf"{sign}.*\n", shown.decode()):
        assert select.select([descriptor], [], [], 60)[0], shown
        shown += os.read(descriptor, 65536)
    return shown.decode()


def page_of(told: str) -> tuple[str, str]:
    """Where it is served, and the link."""
    found = re.search(r"^  ((http://127\.0\.0\.1:\d+)/\?token=\S+)", told, re.MULTILINE)
    assert found is not None, told
    return found[2], found[1]


def test_it_shows_everything_once(start: Start) -> None:
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


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_is_a_page_as_well(start: Start, monkeypatch: pytest.MonkeyPatch, how: signal.Signals) -> None:
    """The link lets one browser in to the sandbox, whatever the environment names; a signal ends it cleanly."""
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HILLSTONE_CCC_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("HILLSTONE_CCC_SERVER_PORT", "9")
    monkeypatch.setenv("DISPLAY", ":0")
    process = start("demo", "--serve", "--records", "60")
    assert process.stdout is not None
    told = shown_until(process.stdout.fileno(), "Ctrl-C")
    assert told.startswith("The page of a made-up call center's call records. In a browser (works once):\n")
    address, link = page_of(told)
    with httpx.Client(trust_env=False) as one, httpx.Client(trust_env=False) as other:
        assert 401 == one.get(address + CALLS).status_code
        for browser, status in ((one, 200), (other, 401)):
            browser.get(link)
            assert status == browser.get(address + CALLS).status_code
        assert 60 == one.get(address + CALLS).json()["data"]["total"]
    process.send_signal(how)
    out, err = process.communicate(timeout=120)
    assert (0, b"") == (process.returncode, out)
    assert b"Traceback" not in err
    assert [] == list(Path.cwd().iterdir())


@pytest.mark.parametrize(
    ("options", "screen", "opens"), [((), ":0", True), (("--no-browser",), ":0", False), ((), "", False)]
)
def test_it_opens_the_browser(
    start: Start, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], screen: str, opens: bool
) -> None:
    """On a terminal before a screen the user's browser opens the link, unless it is told not to."""
    pty = pytest.importorskip("pty")
    monkeypatch.setenv("BROWSER", "echo opened %s")
    monkeypatch.setenv("DISPLAY", screen)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    ours, theirs = pty.openpty()
    try:
        process = start("demo", "--serve", "--records", "0", *options, stdout=theirs)
        os.close(theirs)
        told = shown_until(ours, "opened" if opens else "Ctrl-C")
        address, link = page_of(told)
        assert 200 == httpx.get(f"{address}/healthz", trust_env=False).status_code
        assert opens == ("In your browser, which opens (works once):" in told)
        assert opens == (f"opened {link}" in told)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=120)
        assert (0, b"") == (process.returncode, err)
    finally:
        os.close(ours)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--port", "8000"], "--port goes with --serve: nothing is served without it."),
        (["--port", "0"], "--port goes with --serve: nothing is served without it."),
        (["--no-browser"], "--no-browser goes with --serve: nothing is served without it."),
        (["--serve", "--to", "here"], "--to goes without --serve: a page downloads nothing by itself."),
    ],
)
def test_options_that_do_not_go_together(run: Run, arguments: list[str], told: str) -> None:
    """One that would say nothing is refused, also with the value that it has if left out."""
    result = run("demo", *arguments)
    assert (2, "") == (result.exit_code, result.stdout)
    assert told in result.stderr


def test_a_port_that_is_taken(run: Run, box: Sandbox) -> None:
    """The user chooses another one."""
    port = box.endpoint.rpartition(":")[2]
    result = run("demo", "--serve", "--records", "0", "--port", port)
    assert 2 == result.exit_code
    assert result.stderr.startswith(f"error: 127.0.0.1:{port} cannot be had: ")


def test_a_page_without_the_extra(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says which one is needed, and everything else goes on without it."""
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    result = run("demo", "--serve")
    assert (2, 'error: the server needs the extra `server`: pip install "hillstone-ccc[server]"\n') == (
        result.exit_code,
        result.stderr,
    )
    assert 0 == run("demo", "--records", "0").exit_code

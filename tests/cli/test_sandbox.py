"""`hillstone-ccc sandbox`."""

import re
import shlex
import signal
import subprocess
from collections.abc import Callable

import httpx
import pytest
from click.testing import Result

from hillstone_ccc import Client
from hillstone_ccc.sandbox import Sandbox

Run = Callable[..., Result]

Start = Callable[..., "subprocess.Popen[bytes]"]


def _announced(process: "subprocess.Popen[bytes]") -> dict[str, str]:
    """The variables that a sandbox says to export, read up to its last line."""
    assert process.stdout is not None
    lines = iter(process.stdout.readline, b"")
    told = b""
    for line in lines:
        told += line
        if b"Ctrl-C" in line:
            break
    exports = re.findall(r"^export (\w+)=(.*)$", told.decode(), re.MULTILINE)
    return {name: shlex.split(value)[0] for name, value in exports}


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_it_runs_until_it_is_told_to_end(start: Start, monkeypatch: pytest.MonkeyPatch, ending: signal.Signals) -> None:
    """What it says to export leads a client to it; a signal ends it cleanly, and its port is free again."""
    process = start(
        "sandbox",
        "--port",
        "0",
        "--records",
        "50",
        "--seed",
        "3",
        "--instance-id",
        "my centre",
        "--quirk",
        "empty=zero",
    )
    told = _announced(process)
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    with Client.from_env() as ccc:
        assert 50 == ccc.call_records.search(start="2000-01-01").count()
    assert "my centre" == told["HILLSTONE_CCC_INSTANCE_ID"]
    process.send_signal(ending)
    out, err = process.communicate(timeout=120)
    assert (0, b"", b"") == (process.returncode, out, err)
    with pytest.raises(httpx.ConnectError):
        httpx.get(told["HILLSTONE_CCC_ENDPOINT"])


def test_a_port_that_is_taken(run: Run, box: Sandbox) -> None:
    """The user chooses another one."""
    port = box.endpoint.rpartition(":")[2]
    result = run("sandbox", "--port", port, "--records", "1")
    assert (2, "") == (result.exit_code, result.stdout)
    assert result.stderr.startswith(f"error: port {port} cannot be had: ")


@pytest.mark.parametrize(
    ("quirk", "told"),
    [
        ("manners=good", "'manners' is none of start_inclusive, "),
        ("empty=full", "empty is one of null, absent, blank, zero, not 'full'"),
        ("start_inclusive", "start_inclusive is one of true, false, not ''"),
    ],
)
def test_a_quirk_it_does_not_have(run: Run, quirk: str, told: str) -> None:
    """The choices are told."""
    result = run("sandbox", "--records", "1", "--quirk", quirk)
    assert (2, "") == (result.exit_code, result.stdout)
    assert told in result.stderr


@pytest.mark.parametrize("command", ["sandbox", "demo"])
def test_without_its_extra(start: Start, command: str) -> None:
    """What is to be installed is told in one line."""
    program = "import sys; sys.modules['numpy'] = None; from hillstone_ccc.__main__ import main; main()"
    process = start(command, program=("-c", program))
    out, err = process.communicate(timeout=120)
    assert (2, b"") == (process.returncode, out)
    assert b'error: the sandbox needs the extra `sandbox`: pip install "hillstone-ccc[sandbox]"\n' == err

"""The command line against a sandbox on a port, in this process and in one of its own."""

import inspect
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from hillstone_ccc import Client
from hillstone_ccc.cli.app import app
from hillstone_ccc.sandbox import Sandbox

Run = Callable[..., Result]


@pytest.fixture(scope="session")
def box() -> Iterator[Sandbox]:
    """A call center of a thousand calls."""
    with Sandbox(records=1000) as box:
        yield box


@pytest.fixture(autouse=True)
def surroundings(box: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An environment that names the sandbox, and an empty directory to work in."""
    box.reset()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)  # it would hide what is not flushed
    monkeypatch.setenv("HILLSTONE_CCC_INSTANCE_ID", box.instance_id)
    monkeypatch.setenv("HILLSTONE_CCC_ENDPOINT", box.endpoint)
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", box.access_key_id)
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", box.access_key_secret)


@pytest.fixture
def ccc() -> Iterator[Client]:
    """The library itself, to compare with."""
    with Client.from_env() as ccc:
        yield ccc


@pytest.fixture
def everything(box: Sandbox) -> tuple[str, ...]:
    """Options of `records` that mean every call there is, the same ones however late it gets."""
    return "--from", "2000-01-01", "--until", str(box.centre.now_ms + 1)


@pytest.fixture
def run() -> Run:
    """Runs a command in this process. No output may ever hold a signed link or a key's secret."""

    def run(*arguments: str, **settings: Any) -> Result:
        # Before click 8.2 the two outputs come apart only on demand.
        apart: Any = {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}
        result = CliRunner(**apart).invoke(app, arguments, prog_name="hillstone-ccc", **settings)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        for secret in ("Signature=", "Expires=", "example-secret"):
            assert secret not in result.stdout + result.stderr
        return result

    return run


@pytest.fixture
def start() -> Iterator[Callable[..., "subprocess.Popen[bytes]"]]:
    """Starts a process of its own, with its standard output and error to read from, unless `stdout` is elsewhere."""
    started: list[subprocess.Popen[bytes]] = []

    def start(
        *arguments: str, program: tuple[str, ...] = ("-m", "hillstone_ccc"), stdout: int = subprocess.PIPE
    ) -> "subprocess.Popen[bytes]":
        command = [sys.executable, *program, *arguments]
        # Whoever runs the tests in the background may ignore SIGINT, and children inherit that.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            process = subprocess.Popen(command, stdout=stdout, stderr=subprocess.PIPE)
        finally:
            signal.signal(signal.SIGINT, before)
        started.append(process)
        return process

    yield start
    for process in started:
        with process:
            process.kill()

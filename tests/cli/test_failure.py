"""How commands end: exit codes, standard error, closed pipes, Ctrl-C."""

import errno
import json
import logging
import signal
import socket
import subprocess
from collections.abc import Callable

import click
import pytest
from click.testing import CliRunner, Result

from hillstone_ccc import __version__
from hillstone_ccc.cli.failure import Commands, sigterm_ends
from hillstone_ccc.sandbox import Fault, Faults, Sandbox

Run = Callable[..., Result]

Start = Callable[..., "subprocess.Popen[bytes]"]


def test_the_version(run: Run) -> None:
    """`--version` tells the package's."""
    assert f"hillstone-ccc, version {__version__}\n" == run("--version").output


@pytest.mark.parametrize(
    "command", [(), ("demo",), ("sandbox",), ("records",), ("record",), ("agents",), ("download",)]
)
def test_help(run: Run, command: tuple[str, ...]) -> None:
    """Every command explains itself."""
    result = run(*command, "-h")
    assert 0 == result.exit_code
    assert result.output.startswith(" ".join(["Usage: hillstone-ccc", *command]))


def test_an_upstream_that_says_no_is_a_failure(run: Run) -> None:
    """Exit code 1, and one line with the code, the advice and the request id."""
    result = run("agents", "--instance-id", "elsewhere")
    assert (1, "") == (result.exit_code, result.stdout)
    (line,) = result.stderr.splitlines()
    assert line.startswith("error: ListUsers: NotExists.InstanceId (HTTP 404): ")
    assert "Check instance_id" in line
    assert "[request id " in line


def test_a_wrong_key_is_a_failure(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither key nor signature is told."""
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "example-other")
    result = run("agents")
    assert 1 == result.exit_code
    assert "SignatureDoesNotMatch" in result.stderr
    assert "example-" not in result.stderr


def test_no_answer_is_a_failure(run: Run, box: Sandbox) -> None:
    """Exit code 1 and one line where no connection comes about, as when a plain port is spoken to in TLS."""
    result = run("agents", "--endpoint", box.endpoint.replace("http:", "https:"))
    assert (1, "") == (result.exit_code, result.stdout)
    assert result.stderr.startswith("error: ListUsers: ")
    assert 1 == result.stderr.count("\n")


def test_a_bad_option_is_a_users_mistake(run: Run) -> None:
    """Exit code 2 and how it is used."""
    result = run("records", "--colour", "red")
    assert (2, "") == (result.exit_code, result.stdout)
    assert result.stderr.startswith("Usage: hillstone-ccc records")


@pytest.mark.parametrize("place", ["before", "after", "both"])
def test_verbose_logs_requests_once(run: Run, everything: tuple[str, ...], place: str) -> None:
    """`-v` stands before or after the command, the log goes to standard error, and the logger is left as it was."""
    before = (logging.getLogger("hillstone_ccc").level, len(logging.getLogger("hillstone_ccc").handlers))
    command = ["records", *everything, "--count", "--calling-number", "13800000001"]
    words = {"before": ["-v", *command], "after": [*command, "-v"], "both": ["-v", *command, "-v"]}[place]
    result = run(*words)
    assert "0\n" == result.stdout
    assert 1 == result.stderr.count("DEBUG ListCallDetailRecordsV2(")
    assert "13800000001" not in result.stderr
    assert before == (logging.getLogger("hillstone_ccc").level, len(logging.getLogger("hillstone_ccc").handlers))


class _TurnsBad(logging.Handler):
    """Lets every request fail that comes after the first page of calls."""

    def __init__(self, box: Sandbox) -> None:
        super().__init__()
        self._box = box

    def emit(self, record: logging.LogRecord) -> None:
        if "ListCallDetailRecordsV2" in record.getMessage():
            self._box.faults = Faults(share=1, kinds=(Fault.EXPIRED_TOKEN,))


def test_a_failure_after_the_first_rows(run: Run, box: Sandbox, everything: tuple[str, ...]) -> None:
    """A list that breaks off is no JSON, so nobody takes it for the whole, and the exit code is 1."""
    handler = _TurnsBad(box)
    logging.getLogger("hillstone_ccc").addHandler(handler)
    try:
        result = run("-v", "records", *everything, "--format", "json")
    finally:
        logging.getLogger("hillstone_ccc").removeHandler(handler)
        box.faults = Faults()
    assert 1 == result.exit_code
    assert 99 == result.stdout.count('"contact_id"')  # page 1 but for its last millisecond, which more may share
    with pytest.raises(json.JSONDecodeError):
        json.loads(result.stdout)


def test_what_the_machine_refuses_is_a_failure() -> None:
    """Exit code 1 and one line that says of what, without what a terminal would obey."""

    @click.group(cls=Commands)
    def app() -> None:
        """Commands."""

    @app.command()
    def fail() -> None:
        """Fails."""
        raise OSError(errno.ENOSPC, "No space left on device", "here\x1b[2J")

    result = CliRunner().invoke(app, ["fail"])
    assert (1, "error: here [2J: No space left on device\n") == (result.exit_code, result.output)


@pytest.mark.parametrize("form", ["csv", "table"])
def test_a_reader_who_leaves_ends_it_quietly(start: Start, everything: tuple[str, ...], form: str) -> None:
    """`| head` is no error to be told: nothing on standard error."""
    process = start("records", *everything, "--format", form)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert 141 == process.wait(timeout=120)
    assert b"" == process.stderr.read()


def test_what_is_still_buffered_makes_no_noise(start: Start) -> None:
    """A command that fails after half its output ends as quietly when the reader has left."""
    program = """
import click
from hillstone_ccc import CCCError
from hillstone_ccc.cli.failure import Commands, sigterm_ends

@click.group(cls=Commands)
def app(): pass

@app.command()
def fail():
    print("half")
    raise CCCError("no")

app(["fail"])
"""
    process = start(program=("-c", program))
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert 141 == process.wait(timeout=120)
    assert b"" == process.stderr.read()


def test_ctrl_c_ends_it_quietly(start: Start) -> None:
    """While it waits for an answer, Ctrl-C ends it with 130 and without a word."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        process = start("agents", "--endpoint", f"http://127.0.0.1:{silent.getsockname()[1]}")
        silent.settimeout(120)
        connection, _ = silent.accept()
        with connection:
            assert connection.recv(1)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=120)
    assert (130, b"", b"") == (process.returncode, out, err)


def test_sigterm_ends_like_ctrl_c() -> None:
    """With a code of its own; and what was done with the signal before is done with it afterwards."""

    @click.group(cls=Commands)
    def app() -> None:
        """Anything."""

    @app.command()
    def ended() -> None:
        """Is ended by somebody."""
        with sigterm_ends():
            signal.raise_signal(signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM)
    assert 143 == CliRunner().invoke(app, ["ended"]).exit_code
    assert before is signal.getsignal(signal.SIGTERM)

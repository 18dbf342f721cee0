"""`hillstone-ccc doctor`."""

import json
import platform
from collections.abc import Callable

import pytest
from click.testing import Result

from hillstone_ccc import __version__
from hillstone_ccc.sandbox import Faults, Sandbox

Run = Callable[..., Result]


def test_all_is_well(run: Run) -> None:
    """Each check has a line, and the exit code is 0."""
    result = run("doctor")
    lines = result.stdout.splitlines()
    assert 0 == result.exit_code
    assert "All is well." == lines[-1]
    assert lines[0].split()[:3] == ["ok", "configuration", "instance"]
    assert [] == [line for line in lines if line.startswith("failed") or "→" in line]


def test_what_is_wrong_is_named_with_its_remedy(run: Run) -> None:
    """The remedy stands below the check, the check to mend first at the end, and the exit code is 1."""
    result = run("doctor", "--instance-id", "ccc-none")
    text = " ".join(result.stdout.split())
    assert 1 == result.exit_code
    assert "failed instance NotExists.InstanceId, HTTP 404, request id " in text
    assert "Not looked at before that is mended: ccc:ListUsers, ccc:GetUser, " in text
    assert "→ Check HILLSTONE_CCC_INSTANCE_ID: the console shows the name" in text
    assert "Mend first: instance." == result.stdout.splitlines()[-1]


def test_no_set_up_at_all_is_a_diagnosis(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a crash nor a complaint about the command line."""
    for name in ("HILLSTONE_CCC_INSTANCE_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"):
        monkeypatch.delenv(name)
    result = run("doctor")
    assert 1 == result.exit_code
    assert "Mend first: configuration; then: keys." == result.stdout.splitlines()[-1]
    assert "" == result.stderr


def test_json_is_for_a_ticket(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """It tells the versions too, and the exit code is the same."""
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "another-secret")
    result = run("doctor", "--format", "json")
    told = json.loads(result.stdout)
    assert (1, False) == (result.exit_code, told["healthy"])
    assert (__version__, platform.python_version()) == (told["hillstone_ccc"], told["python"])
    assert ["signature"] == [check["name"] for check in told["checks"] if check["outcome"] == "failed"]
    assert "another-secret" not in result.stdout


def test_a_warning_is_no_failure(run: Run, box: Sandbox) -> None:
    """A clock that is a little off has a remedy and the exit code 0."""
    box.faults = Faults(clock_shift=300)
    try:
        result = run("doctor")
    finally:
        box.faults = Faults()
    assert 0 == result.exit_code
    assert "→ Set this machine's clock" in result.stdout


@pytest.mark.parametrize("seconds", ["0", "-1", "soon"])
def test_a_timeout_that_cannot_be_meant(run: Run, seconds: str) -> None:
    """It is the command that is wrong then, not the set-up."""
    assert 2 == run("doctor", "--timeout", seconds).exit_code


def test_how_long_to_wait_can_be_said(run: Run) -> None:
    """For those whose way is slow."""
    assert 0 == run("doctor", "--timeout", "60").exit_code

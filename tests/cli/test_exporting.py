"""`hillstone-ccc records --to FILE`."""

import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from hillstone_ccc import Client, read_export
from hillstone_ccc.sandbox import Fault, Faults, Sandbox

Run = Callable[..., Result]


@pytest.mark.parametrize("name", ["calls.csv", "calls.jsonl", "calls.parquet"])
def test_every_call_is_in_the_file(
    run: Run, ccc: Client, everything: tuple[str, ...], tmp_path: Path, name: str
) -> None:
    """Standard output stays empty; standard error says how many there are, and where."""
    result = run("records", *everything, "--to", name)
    assert (0, "") == (result.exit_code, result.stdout)
    assert ccc.call_records.search(start=everything[1], end=int(everything[3])).to_list() == list(
        read_export(tmp_path / name)
    )
    assert "1,000 calls, " in result.stderr
    assert result.stderr.strip().endswith(f"in {name}")
    assert [name] == [one.name for one in tmp_path.iterdir()]


def test_a_limit_and_filters_are_kept(run: Run, everything: tuple[str, ...], tmp_path: Path) -> None:
    """The file holds what the search means."""
    assert "3 calls" in run("records", *everything, "--type", "Inbound", "--limit", "3", "--to", "a.jsonl").stderr
    assert ["Inbound"] * 3 == [call.contact_type for call in read_export(tmp_path / "a.jsonl")]


def test_nothing_found_is_said(run: Run, everything: tuple[str, ...]) -> None:
    """The file is there all the same, with its columns."""
    assert "0 calls" in run("records", *everything, "--called-number", "02100000999", "--to", "a.csv").stderr


@pytest.mark.parametrize("more", [["--format", "csv"], ["--count"], ["--show-numbers"]])
def test_options_that_would_say_nothing_are_refused(run: Run, box: Sandbox, more: list[str]) -> None:
    """The file's name tells what it is, and it holds whole numbers."""
    result = run("records", "--to", "a.csv", *more)
    assert 2 == result.exit_code
    assert more[0] in result.stderr
    assert [] == list(box.requests)


@pytest.mark.parametrize(("name", "code"), [("calls", 2), ("calls.xlsx", 2), ("nowhere/calls.csv", 1)])
def test_a_file_that_cannot_be(run: Run, box: Sandbox, name: str, code: int) -> None:
    """Nothing is sent."""
    result = run("records", "--to", name)
    assert code == result.exit_code
    assert name.partition("/")[0] in result.stderr
    assert [] == list(box.requests)


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal there")
def test_sigterm_leaves_nothing(
    start: Callable[..., Any], box: Sandbox, everything: tuple[str, ...], tmp_path: Path
) -> None:
    """Neither the file nor a part of it, and the exit code that shells know."""
    box.faults = Faults(every=1, kinds=(Fault.DELAY,))
    program = start("records", *everything, "--to", "calls.csv")
    while not list(tmp_path.glob(".calls.csv.*.part")):
        assert program.poll() is None
    program.send_signal(signal.SIGTERM)
    program.communicate(timeout=30)
    assert 143 == program.returncode
    assert [] == list(tmp_path.glob("*calls*"))

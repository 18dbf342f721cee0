"""What people see of a long download."""

import os
import re
import subprocess
import sys

import pytest

from hillstone_ccc import DownloadProgress
from hillstone_ccc.cli.options import rate
from hillstone_ccc.cli.progress import Pace, screen
from hillstone_ccc.cli.table import size

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def _at(seconds: float, done: int, total: int | None = 1000, *, failed: int = 0) -> DownloadProgress:
    return DownloadProgress(
        found=done + failed,
        total=total,
        done=done,
        kept=0,
        missing=0,
        failed=failed,
        bytes=done * 1_000_000,
        seconds=seconds,
    )


def _pace(*told: DownloadProgress) -> Pace:
    """One whose time stands still but for what it is told."""
    pace = Pace(lambda: 0.0)
    for one in told:
        pace.add(one)
    return pace


def test_what_is_said() -> None:
    """How many of how many, how many failed, how long yet, how much, how fast."""
    assert ["0"] == _pace().parts()
    assert ["10", "10.0 MB", "2.0 MB/s"] == _pace(_at(5, 10, None)).parts()
    assert ["11 of 1,000", "1 failed", "7:30 left", "10.0 MB", "2.0 MB/s"] == _pace(_at(5, 10, failed=1)).parts()


def test_only_late_times_count() -> None:
    """What went fast half an hour ago says nothing of the present pace."""
    fast = [_at(0.1 * step, 10 * step) for step in range(90)]
    slow = [_at(9 + step, 900 + step) for step in range(60)]
    assert ["959 of 1,000", "0:41 left", "959.0 MB", "1.0 MB/s"] == _pace(*fast, *slow).parts()


def test_time_goes_on_where_nothing_comes() -> None:
    """A download that stands still gets slower by the second, and its seconds are told whole."""
    now = 0.0
    pace = Pace(lambda: now)
    pace.add(_at(10, 10))
    now = 10.0
    assert ["10 of 1,000", "33:00 left", "10.0 MB", "500.0 kB/s"] == pace.parts()
    assert 20.0 == pace.so_far().seconds


@pytest.mark.parametrize("bar", [True, False])
def test_without_a_terminal_there_is_a_line_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, bar: bool
) -> None:
    """At most one in five seconds of the download, and what is said comes at once; nothing on standard output."""
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    with screen(_pace(), bar=bar) as shown:
        for seconds in (0.2, 4.9, 5.0, 5.2, 9.9, 10.0, 31.0):
            shown.show(_at(seconds, round(seconds * 10)))
        shown.say("error: job-1: no")
    told = capsys.readouterr()
    assert "" == told.out
    assert [
        "50 of 1,000, 1:35 left, 50.0 MB, 10.0 MB/s",
        "100 of 1,000, 1:30 left, 100.0 MB, 10.0 MB/s",
        "310 of 1,000, 1:09 left, 310.0 MB, 10.0 MB/s",
        "error: job-1: no",
    ] == told.err.splitlines()


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        (80, "50 of 1,000  1 failed  1:35 left  49.0 MB  9.8 MB/s"),
        (60, "50 of 1,000  1 failed  1:35 left  49.0 MB"),
        (40, "50 of 1,000  1 failed"),
        (20, "50 of 1,000"),
    ],
)
def test_a_bar_is_as_wide_as_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: int, told: str
) -> None:
    """Beside it stands what there is room for, the most important first, and it never takes two lines."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", str(columns))
    with screen(_pace(), bar=True) as shown:
        shown.show(_at(5, 49, failed=1))
    lines = [line for line in re.split(r"[\r\n]+", ESCAPES.sub("", capsys.readouterr().err)) if line]
    assert re.fullmatch(rf"[━╺╸]+ {re.escape(told)}", lines[-1].rstrip())
    assert {columns} >= {len(line) for line in lines}


def _on_a_terminal(*arguments: str) -> str:
    """What a terminal shows of a command, both its outputs together."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    try:
        with subprocess.Popen(
            [sys.executable, "-m", "hillstone_ccc", *arguments],
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, "TERM": "xterm"},
        ):
            os.close(theirs)
            shown = b""
            while True:
                try:
                    more = os.read(ours, 65536)
                except OSError:  # how Linux says that nobody has the other end
                    break
                if not more:
                    break
                shown += more
    finally:
        os.close(ours)
    return shown.decode()


@pytest.mark.parametrize(("options", "bar"), [((), True), (("--format", "json"), False), (("--verbose",), False)])
def test_no_bar_where_something_else_is_written(options: tuple[str, ...], bar: bool) -> None:
    """On one terminal rows or a log would run into it."""
    shown = _on_a_terminal("download", "--from", "2001-01-01", "--until", "2001-01-02", *options)
    assert bar == ("━" in shown)
    assert "0 saved; 0 bytes in 0:0" in shown


@pytest.mark.parametrize(("count", "told"), [(None, ""), (0, "0 bytes"), (64_044, "64.0 kB"), (1_504_044.7, "1.5 MB")])
def test_sizes_are_told_in_thousands(count: float | None, told: str) -> None:
    """A size nobody told is blank."""
    assert told == size(count)


@pytest.mark.parametrize(
    ("text", "bytes_a_second"), [("1", 1), ("500k", 5e5), ("500K", 5e5), ("2M", 2e6), ("1.5m", 1.5e6), ("1G", 1e9)]
)
def test_a_rate_may_be_written_short(text: str, bytes_a_second: float) -> None:
    """A k is 1000, whatever its size."""
    assert bytes_a_second == rate(text)

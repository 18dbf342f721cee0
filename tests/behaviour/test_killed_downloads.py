"""A download of many that is killed at any moment and begun again: nothing is half there, nothing comes twice."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hillstone_ccc._core.body import MOST_AT_ONCE
from hillstone_ccc.sandbox import Call, Sandbox, audio

KILLS = 30 if os.environ.get("HILLSTONE_CCC_SOAK") else 10
PROGRAM = Path(__file__).with_name("many_downloads.py")
HIDDEN_STATE = {".hillstone-ccc.sqlite3", ".hillstone-ccc.sqlite3-wal", ".hillstone-ccc.sqlite3-shm"}

# Seconds of sound: many short files, a few of a minute, and one that takes several requests.
SECONDS = {f"job-{number:03}": 1 + number % 4 for number in range(80)} | {f"job-m{n}": 60 for n in range(6)}
SECONDS |= {"job-long": 1_300}
CALLS = [
    Call(contact_id=contact_id, start_time=1_767_323_045_000 - 1_000 * number, recording_duration=seconds)
    for number, (contact_id, seconds) in enumerate(SECONDS.items())
]
OPTIONS = {"layout": "{agent}/{contact_id}{suffix}", "max_bytes_per_second": 12_000_000}


@pytest.fixture
def box() -> Iterator[Sandbox]:
    """A sandbox on a port, with these calls."""
    with Sandbox(calls=CALLS) as running:
        yield running


def stored(contact_id: str) -> bytes:
    """The bytes of a recording as the sandbox makes them."""
    return audio.recording(contact_id, SECONDS[contact_id] * 1000)


def there(directory: Path) -> dict[str, bytes]:
    """The files under their final names, by contact id."""
    return {path.stem: path.read_bytes() for path in directory.rglob("*.wav") if not path.name.startswith(".")}


def gathered(directory: Path) -> dict[str, int]:
    """How many bytes of which recording are there already, under whichever name."""
    sizes = {contact_id: len(data) for contact_id, data in there(directory).items()}
    for path in directory.rglob(".*.part"):
        sizes.setdefault(path.name[1:].partition(".")[0], path.stat().st_size)
    return sizes


def run(box: Sandbox, told: dict[str, Any], driver: str, directory: Path, lines: int | None) -> bool:
    """Runs the program, and kills it when it has told its progress so often; whether it came to its end."""
    errand = json.dumps([driver, told, str(directory), OPTIONS])
    program = [sys.executable, str(PROGRAM), errand]
    with subprocess.Popen(program, stdout=subprocess.PIPE, encoding="ascii") as process:
        assert process.stdout is not None
        for number, line in enumerate(process.stdout, 1):
            if line == "ended\n":
                return process.wait() == 0
            if number == lines:
                process.kill()
        assert process.wait() == -9
    return False


def asked(box: Sandbox) -> list[tuple[str, int, int]]:
    """Of which recording, from which byte on and how many bytes were served."""
    return [
        (request.parameters["Path"].rpartition("/")[2].partition(".")[0], request.start, request.length)
        for request in box.requests
        if request.action == "GetObject" and request.start is not None and request.length is not None
    ]


@pytest.mark.soak
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a matter of POSIX")
def test_killed_at_any_moment_it_goes_on(
    box: Sandbox, tmp_path: Path, settings_of: Callable[[Sandbox], dict[str, Any]]
) -> None:
    """Whatever stands under a final name is whole, what has come is not asked for again, and the end is the same."""
    dice = random.Random(7)
    kills, served = 0, dict.fromkeys(SECONDS, 0)
    ended = False
    while not ended:
        before = gathered(tmp_path)
        box.reset()
        lines = dice.randrange(1, 12) if kills < KILLS else None
        ended = run(box, settings_of(box), ("sync", "async")[kills % 2], tmp_path, lines)
        kills += not ended
        for contact_id, data in there(tmp_path).items():
            assert stored(contact_id) == data
        first = dict(before)
        for contact_id, start, length in asked(box):
            if length > 1:  # one byte tells whether a file is the recording
                assert start >= first.get(contact_id, 0)
                first[contact_id] = start + length
                served[contact_id] += length
    assert KILLS <= kills
    assert SECONDS.keys() == there(tmp_path).keys()
    left = {path.name for path in tmp_path.rglob(".*")}
    assert left <= HIDDEN_STATE
    twice = {contact_id: count - len(stored(contact_id)) for contact_id, count in served.items()}
    assert min(twice.values()) >= 0
    assert max(twice.values()) <= kills * MOST_AT_ONCE
    listed = [json.loads(line) for line in (tmp_path / "manifest.jsonl").read_text("utf-8").splitlines()]
    assert sorted(SECONDS) == sorted(row["contact_id"] for row in listed)
    box.reset()
    assert run(box, settings_of(box), "sync", tmp_path, None)
    assert 0 == box.count("GetObject")

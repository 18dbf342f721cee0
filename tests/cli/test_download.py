"""`hillstone-ccc download`."""

import csv
import io
import json
import wave
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from hillstone_ccc import Client
from hillstone_ccc.cli.download import size
from hillstone_ccc.sandbox import Faults, Sandbox

Run = Callable[..., Result]


@pytest.fixture
def recorded(ccc: Client) -> list[str]:
    """Ids of two recorded calls."""
    calls = ccc.call_records.search(start="2000-01-01")
    short = [call for call in calls if call.recording_ready and (call.talk_time or 0) < 20]
    return [call.contact_id for call in short[:2]]


def test_each_recording_is_saved_once(run: Run, box: Sandbox, recorded: list[str]) -> None:
    """Every call named has its file, however often it is named, and the list tells where."""
    result = run("download", *recorded, *recorded, "--format", "json")
    rows = json.loads(result.stdout_bytes)
    assert (0, recorded) == (result.exit_code, [row["contact_id"] for row in rows])
    assert 2 == box.count("GetObject")
    for row in rows:
        assert Path("recordings") == Path(row["path"]).parent
        assert row["bytes"] == Path(row["path"]).stat().st_size
        assert row["error"] is None
        with wave.open(row["path"]) as sound:
            assert row["duration"] == sound.getnframes() // sound.getframerate()


def test_the_table_tells_where_the_files_are(run: Run, recorded: list[str]) -> None:
    """People see paths, sizes and lengths."""
    result = run("download", recorded[0], "--to", "here/deeper")
    assert 0 == result.exit_code
    (file,) = Path("here/deeper").iterdir()
    assert str(file) in result.output
    assert size(file.stat().st_size) in result.output


def test_one_that_cannot_be_had_does_not_stop_the_others(run: Run, recorded: list[str]) -> None:
    """The exit code is 1, the reason stands on standard error and in the list, and the rest is there."""
    result = run("download", "job-0", recorded[0], "--format", "csv")
    lost, saved = csv.DictReader(io.StringIO(result.stdout))
    assert (1, "job-0", "", recorded[0]) == (result.exit_code, lost["contact_id"], lost["path"], saved["contact_id"])
    assert "There is no mono recording of job-0, or not yet." in lost["error"]
    first, last = result.stderr.splitlines()
    assert f"error: job-0: {lost['error']}" == first
    assert "error: 1 of 2 recordings could not be had." == last
    assert Path(saved["path"]).is_file()


def test_nothing_saved_is_an_empty_table(run: Run) -> None:
    """When nothing could be had, standard output stays empty."""
    result = run("download", "job-0")
    assert (1, "") == (result.exit_code, result.stdout)
    assert "error: 1 of 1 recordings could not be had." in result.stderr


def test_another_track(run: Run, recorded: list[str]) -> None:
    """`--track` names which of the call's recordings is meant."""
    (row,) = json.loads(run("download", recorded[0], "--track", "multi_channel", "--format", "json").stdout_bytes)
    assert ("multi_channel", None, ".mkv") == (row["track"], row["duration"], Path(row["path"]).suffix)


def test_a_terminal_sees_a_progress_bar(run: Run, recorded: list[str]) -> None:
    """The bar is drawn on standard error, so that standard output holds nothing but the answer."""
    result = run("download", recorded[0], "--format", "json", env={"FORCE_COLOR": "1", "TERM": "xterm"})
    assert f"{recorded[0]}.wav" in result.stderr
    assert "━" in result.stderr
    (row,) = json.loads(result.stdout)
    assert recorded[0] == row["contact_id"]


def test_a_file_that_was_there_is_replaced(run: Run, recorded: list[str]) -> None:
    """A file of that name from before does not stay half-old."""
    Path("recordings").mkdir()
    old = Path("recordings", f"{recorded[0]}.wav")
    old.write_bytes(b"old")
    assert 0 == run("download", recorded[0]).exit_code
    assert old.read_bytes().startswith(b"RIFF")
    assert [old] == list(Path("recordings").iterdir())


def test_a_place_that_is_a_file_is_a_users_mistake(run: Run, recorded: list[str]) -> None:
    """`--to` names a directory."""
    Path("place").write_text("")
    result = run("download", recorded[0], "--to", "place")
    assert (2, "") == (result.exit_code, result.stdout)
    assert "'place' is a file" in result.stderr


def test_a_place_that_cannot_be_made_is_a_failure(run: Run, recorded: list[str]) -> None:
    """What the file system refuses is told in one line."""
    Path("place").write_text("")
    result = run("download", recorded[0], "--to", "place/below")
    assert (1, "") == (result.exit_code, result.stdout)
    assert "error: " in result.stderr
    assert "Traceback" not in result.stderr


def test_no_key_is_asked_for_only_once(run: Run, box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """What every call would fail by ends the command at once."""
    monkeypatch.setenv("HILLSTONE_CCC_INSTANCE_ID", "")
    result = run("download", "job-0", "job-1")
    assert (2, []) == (result.exit_code, box.requests)
    assert 1 == result.stderr.count("error: ")


def test_keys_that_cannot_be_had_end_it_at_the_first_recording(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second call would fare no better."""
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "")
    monkeypatch.setenv("HOME", str(Path.cwd()))
    monkeypatch.setenv("USERPROFILE", str(Path.cwd()))
    result = run("download", "job-0", "job-1")
    assert 2 == result.exit_code
    assert 1 == result.stderr.count("error: No access key could be had")


def test_a_link_that_is_dead_is_a_failure(run: Run, box: Sandbox, recorded: list[str]) -> None:
    """Where the object store refuses, the link is not told, and no file is there."""
    box.faults = Faults(link_expires_after=-60)
    try:
        result = run("download", recorded[0])
    finally:
        box.faults = Faults()
    assert (1, "") == (result.exit_code, result.stdout)
    assert "expired" in result.stderr
    assert not Path("recordings").exists()


@pytest.mark.parametrize(("count", "told"), [(None, ""), (1_504_044, "1,504.0 kB")])
def test_sizes_are_told_in_thousands(count: int | None, told: str) -> None:
    """A size nobody told is blank."""
    assert told == size(count)

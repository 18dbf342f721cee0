"""`hillstone-ccc download`."""

import csv
import io
import json
import logging
import re
import signal
import subprocess
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from pyarrow import parquet

from hillstone_ccc.sandbox import Call, Fault, Faults, Sandbox

Run = Callable[..., Result]
Start = Callable[..., "subprocess.Popen[bytes]"]

EVERY = ("--from", "2000-01-01")
HAD = ["job-1", "job-2", "job-3"]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A call center of three short recorded calls, then one whose recording never comes and one that is archived."""
    now = int(time.time()) * 1000
    ids = [*HAD, "job-never", "job-archived"]
    calls = [
        Call(
            contact_id=contact_id,
            start_time=now - minutes * 60_000,
            recording_duration=2,
            disposition="Voicemail" if contact_id == "job-archived" else "Success",
        )
        for minutes, contact_id in enumerate(ids, start=1)
    ]
    with Sandbox(calls=calls, never_ready=["job-never"], archived=["job-archived"]) as box:
        monkeypatch.setenv("HILLSTONE_CCC_ENDPOINT", box.endpoint)
        yield box


def _listed(name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in Path("recordings", name).read_text("utf-8").splitlines()]


def _errors(result: Result) -> list[str]:
    """Lines of standard error, without how long it took."""
    return [re.sub(r" in \d+:\d\d\.$", ".", line) for line in result.stderr.splitlines()]


def _names() -> set[str]:
    """The recordings that are there, without journal and lists."""
    return {path.name for path in Path("recordings").rglob("*.wav")}


def test_contact_ids_are_files_side_by_side(run: Run, few: Sandbox) -> None:
    """Every call named has its file, however often it is named, and a row tells where."""
    result = run("download", *HAD, *HAD, "--format", "json")
    rows = {row["contact_id"]: row for row in json.loads(result.stdout_bytes)}
    assert (0, set(HAD), 3) == (result.exit_code, set(rows), few.count("GetObject"))
    for contact_id, row in rows.items():
        path = Path("recordings", f"{contact_id}.wav")
        assert (str(path), path.stat().st_size) == (row["path"], row["bytes"])
        assert ("mono", "done", 2, None) == (row["track"], row["outcome"], row["duration"], row["error"])
        assert row["crc64"] == next(one["crc64"] for one in _listed("manifest.jsonl") if one["path"] == path.name)
        with wave.open(row["path"]) as sound:
            assert row["duration"] == sound.getnframes() // sound.getframerate()
    assert [
        "3 saved; 96.1 kB.",
        "In recordings: manifest.jsonl lists the files, not-saved.jsonl the rest.",
    ] == _errors(result)


@pytest.mark.usefixtures("few")
def test_the_table_tells_where_the_files_are(run: Run) -> None:
    """People who name calls see paths, sizes and lengths, in the order they named them."""
    result = run("download", "job-3", "job-1", "--to", "here/deeper")
    assert 0 == result.exit_code
    header, *lines = result.stdout.splitlines()
    assert ["Call", "File", "Size", "Length"] == header.split()
    paths = [str(Path("here", "deeper", f"{name}.wav")) for name in ("job-3", "job-1")]
    assert paths == [line.split()[1] for line in lines]
    assert all(line.rstrip().endswith("32.0 kB    0:02") for line in lines)


@pytest.mark.usefixtures("few")
def test_a_search_is_a_folder_a_day(run: Run) -> None:
    """What a search finds gets no table, since it may be very much, but a summary and the lists it names."""
    result = run("download", *EVERY, "--agent", "张三", "--disposition", "success")
    assert (0, "") == (result.exit_code, result.stdout)
    assert "3 saved, 1 without a recording; 96.1 kB." == _errors(result)[0]
    files = {one["contact_id"]: str(one["path"]) for one in _listed("manifest.jsonl")}
    assert set(HAD) == set(files)
    assert all(Path("recordings", path).is_file() and 3 == path.count("/") for path in files.values())
    assert ["job-never"] == [one["contact_id"] for one in _listed("not-saved.jsonl")]


@pytest.mark.usefixtures("few")
def test_a_recording_that_cannot_be_had_is_a_failure(run: Run) -> None:
    """The reason stands on standard error, the rest is there, and the exit code is 1; calls without one are fine."""
    result = run("download", *EVERY, "--format", "csv")
    rows = {row["contact_id"]: row for row in csv.DictReader(io.StringIO(result.stdout))}
    lost = rows["job-archived"]
    assert (1, "failed", "") == (result.exit_code, lost["outcome"], lost["path"])
    assert ("missing", "") == (rows["job-never"]["outcome"], rows["job-never"]["path"])
    assert [
        f"error: job-archived: {lost['error']}",
        "3 saved, 1 without a recording, 1 failed; 96.1 kB.",
        "In recordings: manifest.jsonl lists the files, not-saved.jsonl the rest.",
        "error: 1 of 5 recordings could not be had.",
    ] == _errors(result)


@pytest.mark.usefixtures("few")
def test_a_call_that_was_named_and_has_none_is_a_failure(run: Run) -> None:
    """Whoever names a call wants to know why its recording is not there."""
    result = run("download", "job-0", "job-1", "--manifest", "none")
    first, *rest = _errors(result)
    assert (1, {"job-1.wav"}) == (result.exit_code, _names())
    assert first.startswith("error: job-0: GetMonoRecording: There is no mono recording of job-0, or not yet.")
    assert [
        "1 saved, 1 without a recording; 32.0 kB.",
        "In recordings.",
        "error: 1 of 2 recordings could not be had.",
    ] == rest
    assert {"job-1.wav"} == {path.name for path in Path("recordings").iterdir() if path.name[0] != "."}


@pytest.mark.usefixtures("few")
def test_nothing_saved_is_an_empty_table(run: Run) -> None:
    """When nothing could be had, standard output stays empty."""
    result = run("download", "job-0")
    assert (1, "") == (result.exit_code, result.stdout)
    assert "error: 1 of 1 recordings could not be had." in result.stderr


@pytest.mark.parametrize(("form", "nothing"), [("json", "[]\n"), ("csv", None), ("table", "")])
def test_a_search_that_finds_nothing(run: Run, form: str, nothing: str | None) -> None:
    """It is no failure, and each format says so in its way."""
    result = run("download", "--from", "2001-01-01", "--until", "2001-01-02", "--format", form)
    header = "contact_id,track,outcome,path,bytes,crc64,duration,error\n"
    assert (0, header if nothing is None else nothing) == (result.exit_code, result.stdout)
    assert "0 saved; 0 bytes." in _errors(result)


def test_a_second_run_keeps_what_is_there(run: Run, few: Sandbox) -> None:
    """Nothing is fetched twice, unless `--again` says so; a limit ends the search."""
    assert 0 == run("download", *EVERY, "--limit", "2").exit_code
    result = run("download", *EVERY, "--limit", "3", "--format", "json")
    rows = {row["contact_id"]: row["outcome"] for row in json.loads(result.stdout_bytes)}
    assert {"job-1": "kept", "job-2": "kept", "job-3": "done"} == rows
    assert "1 saved, 2 kept; 32.0 kB." in _errors(result)
    assert 3 == few.count("GetObject")
    assert "3 saved; 96.1 kB" in run("download", *EVERY, "--limit", "3", "--again").stderr
    assert 6 == few.count("GetObject")


@pytest.mark.usefixtures("few")
def test_a_file_that_was_there_is_replaced(run: Run) -> None:
    """A file of that name from before does not stay half-old."""
    Path("recordings").mkdir()
    old = Path("recordings", "job-1.wav")
    old.write_bytes(b"old")
    assert 0 == run("download", "job-1").exit_code
    assert old.read_bytes().startswith(b"RIFF")
    assert {"job-1.wav"} == _names()


@pytest.mark.usefixtures("few")
def test_another_track(run: Run) -> None:
    """`--track` names which of the calls' recordings is meant."""
    (row,) = json.loads(run("download", "job-1", "--track", "multi_channel", "--format", "json").stdout_bytes)
    assert ("multi_channel", None, ".mkv") == (row["track"], row["duration"], Path(row["path"]).suffix)


@pytest.mark.usefixtures("few")
def test_a_layout_of_ones_own(run: Run) -> None:
    """`--layout` names the files, for a search and for calls named."""
    assert 0 == run("download", *EVERY, "--limit", "1", "--layout", "{agent}/{start:%Y}-{contact_id}{suffix}").exit_code
    assert 0 == run("download", "job-2", "--layout", "{type}/{contact_id}{suffix}").exit_code
    year = time.strftime("%Y", time.gmtime(time.time() + 8 * 3600))
    found = {path.relative_to("recordings").as_posix() for path in Path("recordings").rglob("*.wav")}
    assert {f"张三/{year}-job-1.wav", "Inbound/job-2.wav"} <= found | {f"张三/{int(year) - 1}-job-1.wav"}


@pytest.mark.usefixtures("few")
def test_a_manifest_as_parquet(run: Run) -> None:
    """`--manifest parquet` lists the files so, and the summary says so."""
    result = run("download", *HAD, "--manifest", "parquet")
    assert "In recordings: manifest.parquet lists the files, not-saved.jsonl the rest." in result.stderr
    table = parquet.read_table("recordings/manifest.parquet")
    assert HAD == sorted(table["contact_id"].to_pylist())


@pytest.mark.usefixtures("few")
def test_a_rate_and_a_number_at_once(run: Run) -> None:
    """Three recordings of 32 kB, one after another at 320 kB a second, take three tenths of a second or nearly so."""
    began = time.monotonic()
    result = run("download", *HAD, "--limit-rate", "320k", "--concurrency", "1", "--format", "json")
    assert HAD == [row["contact_id"] for row in json.loads(result.stdout_bytes)]
    assert time.monotonic() - began > 0.19


@pytest.mark.usefixtures("few")
def test_a_terminal_sees_a_progress_bar(run: Run) -> None:
    """The bar is drawn on standard error, the reasons stay above it, and standard output holds only the answer."""
    result = run("download", "job-1", "job-0", "--format", "json", env={"FORCE_COLOR": "1", "TERM": "xterm"})
    assert "━" in result.stderr
    assert "error: job-0: GetMonoRecording: " in result.stderr
    assert "of 2" in result.stderr
    assert {"job-0", "job-1"} == {row["contact_id"] for row in json.loads(result.stdout)}


@pytest.mark.usefixtures("few")
def test_ctrl_c_says_how_far_it_came(start: Start, run: Run) -> None:
    """It ends with 130 and says that the same command goes on, which it does."""
    command = ("download", *EVERY, "--disposition", "success", "--format", "csv", "--concurrency", "1")
    process = start(*command, "--limit-rate", "30k")
    assert process.stdout is not None
    process.stdout.readline()
    assert process.stdout.readline().startswith(b"job-1,mono,done,")
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=120)
    first, *rest = err.decode().splitlines()
    assert (130, True) == (process.returncode, first.startswith("1 saved; "))
    assert [
        "In recordings: manifest.jsonl lists the files, not-saved.jsonl the rest.",
        "Interrupted. The same command goes on from here: what is there is kept.",
    ] == rest
    rows = csv.DictReader(io.StringIO(run(*command).stdout))
    assert ["kept", "done", "done", "missing"] == [row["outcome"] for row in rows]


class _Interrupts(logging.Handler):
    """What Ctrl-C does, as soon as calls are found."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage().startswith("ListCallDetailRecordsV2"):
            raise KeyboardInterrupt


@pytest.mark.usefixtures("few")
def test_ctrl_c_while_all_is_fetched_anew(run: Run) -> None:
    """With `--again` the same command would begin from the start, so something else is said."""
    handler = _Interrupts()
    logging.getLogger("hillstone_ccc").addHandler(handler)
    try:
        result = run("-v", "download", *EVERY, "--again")
    finally:
        logging.getLogger("hillstone_ccc").removeHandler(handler)
    assert 130 == result.exit_code
    assert result.stderr.endswith(
        "Interrupted. Without --again the same command keeps what is there; with it, all is fetched anew.\n"
    )


class _TurnsBad(logging.Handler):
    """Lets every request fail once the object store has answered."""

    def __init__(self, box: Sandbox) -> None:
        super().__init__()
        self._box = box

    def emit(self, record: logging.LogRecord) -> None:
        if "GET a recording" in record.getMessage():
            self._box.faults = Faults(share=1, kinds=(Fault.EXPIRED_TOKEN,))


def test_what_ends_it_all_is_told_after_what_was_saved(run: Run, few: Sandbox) -> None:
    """Keys that are refused from some moment on end it, with the summary of what came before."""
    handler = _TurnsBad(few)
    logging.getLogger("hillstone_ccc").addHandler(handler)
    try:
        result = run("-v", "download", *HAD, "--concurrency", "1")
    finally:
        logging.getLogger("hillstone_ccc").removeHandler(handler)
    *_, summary, place, error = _errors(result)
    assert (1, "", {"job-1.wav"}) == (result.exit_code, result.stdout, _names())
    assert summary.startswith("1 saved; 32.0 kB")
    assert place.startswith("In recordings: manifest.jsonl ")
    assert error.startswith("error: ")


@pytest.mark.usefixtures("few")
def test_nothing_a_terminal_would_obey(run: Run) -> None:
    """Ids, reasons and places are shown with blanks for what is no sign."""
    result = run("download", "job\x1b[2J\u202e0", "--to", "here\x1b]0;x")
    assert 1 == result.exit_code
    assert "In here ]0;x: " in result.stderr
    assert all(line.isprintable() for line in result.stderr.splitlines())


def test_a_place_that_is_a_file_is_a_users_mistake(run: Run) -> None:
    """`--to` names a directory."""
    Path("place").write_text("")
    result = run("download", "job-1", "--to", "place")
    assert (2, "") == (result.exit_code, result.stdout)
    assert "'place' is a file" in result.stderr


def test_a_place_that_cannot_be_made_is_a_failure(run: Run) -> None:
    """What the file system refuses is told in one line."""
    Path("place").write_text("")
    result = run("download", "job-1", "--to", "place/below")
    assert (1, "") == (result.exit_code, result.stdout)
    assert result.stderr.startswith("error: ")
    assert 1 == result.stderr.count("\n")


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


def test_a_link_that_is_dead_is_a_failure(run: Run, few: Sandbox) -> None:
    """Where the object store refuses, the link is not told, and no file is there."""
    few.faults = Faults(link_expires_after=-60)
    result = run("download", "job-1")
    assert (1, "", set()) == (result.exit_code, result.stdout, _names())
    assert "expired" in result.stderr


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ((), "Say which calls: contact ids, or a search such as --last 7d, or --today."),
        (("--to", "x"), "Say which calls: "),
        (("job-1", "--last", "7d", "--limit", "3"), "Contact ids and --last, --limit both say which calls"),
        (("job-1", "--order", "desc"), "Contact ids and --order both say which calls"),
        (("--last", "7d", "--today"), "--last and --today say when to begin"),
        (("--today", "--agent", "张十"), "No agent is named '张十'. Near names: "),
        (("job-1", "--layout", "../{contact_id}"), "Invalid value for '--layout': layout: '../{contact_id}' is none"),
        (("job-1", "--layout", "{contact_id.__class__}"), "Invalid value for '--layout': "),
        (("job-1", "--layout", "\x1b[2J"), "Invalid value for '--layout': "),
        (("job-1", "--limit-rate", "0k"), "Invalid value for '--limit-rate': '0k' is not a number of bytes"),
        (("job-1", "--limit-rate", "2MB"), "Invalid value for '--limit-rate': '2MB' is not a number of bytes"),
        (("job-1", "--limit-rate", f"{'9' * 400}"), "Invalid value for '--limit-rate': "),
        (("job-1", "--concurrency", "0"), "Invalid value for '--concurrency'"),
        (("job-1", "--manifest", "xml"), "Invalid value for '--manifest'"),
    ],
)
def test_a_users_mistake_ends_with_2(run: Run, box: Sandbox, options: tuple[str, ...], told: str) -> None:
    """What cannot be meant is told, and nothing is fetched."""
    result = run("download", *options)
    assert (2, "", 0) == (result.exit_code, result.stdout, box.count("GetObject"))
    assert told in result.stderr
    assert all(line.isprintable() for line in result.stderr.splitlines())


@pytest.mark.parametrize("place", ["", "  "])
def test_no_place_is_a_users_mistake(run: Run, place: str) -> None:
    """An empty variable of a script does not fill the directory one is in."""
    result = run("download", "job-0", "--to", place)
    assert (2, []) == (result.exit_code, list(Path().iterdir()))
    assert "names no directory" in result.stderr

"""`hillstone-ccc records`."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import datetime, timezone

import pytest
from click.testing import Result

from hillstone_ccc import CallRecord, Client
from hillstone_ccc.cli.records import call_columns
from hillstone_ccc.cli.table import number_shown
from hillstone_ccc.sandbox import Sandbox

Run = Callable[..., Result]

DAY = 86_400_000
WHOLE_NUMBER = re.compile(r"(?<![\d-])(?:1380000\d{4}|021000000\d{2}|07350\d{6})(?!\d)")


def _asked(box: Sandbox) -> dict[str, str]:
    """Parameters of the last list of calls."""
    return dict(next(one for one in reversed(box.requests) if one.action == "ListCallDetailRecordsV2").parameters)


def _rows(result: Result) -> list[dict[str, str]]:
    assert 0 == result.exit_code, result.output
    return list(csv.DictReader(io.StringIO(result.stdout_bytes.decode())))


def test_json_is_every_call_with_every_field(run: Run, box: Sandbox, everything: tuple[str, ...]) -> None:
    """Every call of the center comes, newest first, with the upstream's values in JSON's types."""
    result = run("records", *everything, "--format", "json")
    rows = json.loads(result.stdout_bytes)
    assert len(box.centre) == len(rows)
    assert sorted(rows, key=lambda row: row["start_time"], reverse=True) == rows
    assert {field.name for field in CallRecord.__attrs_attrs__} == set(rows[0])
    for row in rows[::50]:
        call = box.centre.get(row["contact_id"])
        assert call is not None
        assert call.start_time == round(datetime.fromisoformat(row["start_time"]).timestamp() * 1000)
        assert (call.calling_number, call.called_number) == (row["calling_number"], row["called_number"])
        assert (list(call.agents), call.talk_time) == (row["agent_ids"], row["talk_time"])
        assert (call.disposition, call.recording_ready) == (row["contact_disposition"], row["recording_ready"])


def test_csv_tells_the_same_as_json(run: Run, everything: tuple[str, ...]) -> None:
    """Both formats hold the same rows."""
    rows = _rows(run("records", *everything, "--format", "csv", "--limit", "300"))
    same = json.loads(run("records", *everything, "--format", "json", "--limit", "300").stdout_bytes)
    assert [one["contact_id"] for one in same] == [one["contact_id"] for one in rows]
    assert [";".join(one["agent_names"]) for one in same] == [one["agent_names"] for one in rows]
    assert [one["start_time"] for one in same] == [one["start_time"] for one in rows]
    assert {"true", "false"} == {one["recording_ready"] for one in rows}


@pytest.mark.parametrize(("form", "nothing"), [("json", b"[]\n"), ("csv", b"contact_id,"), ("table", b"No calls.\n")])
def test_no_calls(run: Run, form: str, nothing: bytes) -> None:
    """A search that finds nothing is no error, and says so in each format."""
    result = run("records", "--from", "2001-01-01", "--until", "2001-01-02", "--format", form)
    assert 0 == result.exit_code
    assert result.stdout_bytes.startswith(nothing)
    assert 1 == result.stdout_bytes.count(b"\n")


def test_a_table_shows_the_newest_and_says_how_many_more(run: Run, ccc: Client, everything: tuple[str, ...]) -> None:
    """A table is 20 rows long, and tells how many there are and how to have them."""
    result = run("records", *everything)
    lines = result.output.splitlines()
    calls = ccc.call_records.search(start="2000-01-01")
    assert [call.contact_id for call in calls.limit(20)] == [line.split()[0] for line in lines[1:21]]
    assert "20 of 1,000 calls, times of Asia/Shanghai." in lines
    assert "More: --limit N, or --format csv for all." in lines


def test_a_table_that_shows_all_does_not_speak_of_more(run: Run, everything: tuple[str, ...]) -> None:
    """With a limit above the number of calls there is no more."""
    result = run("records", *everything, "--limit", "1001", "--disposition", "voicemail")
    shown = result.output.count("job-")
    assert f"{shown} of {shown} calls" in result.output
    assert "More" not in result.output


def test_a_table_masks_numbers(run: Run, everything: tuple[str, ...]) -> None:
    """People see masked numbers, and whole ones if they say so."""
    assert not WHOLE_NUMBER.search(run("records", *everything, "--limit", "100").output)
    assert WHOLE_NUMBER.search(run("records", *everything, "--show-numbers").output)


def test_a_table_is_no_wider_than_a_page(run: Run, everything: tuple[str, ...]) -> None:
    """Without a terminal a table is 100 columns wide at most, and says what it left out."""
    result = run("records", *everything, "--limit", "200")
    assert max(len(line.rstrip()) for line in result.output.splitlines()) <= 100
    assert "(no room for: Type" in result.output


def test_a_time_shows_its_year_where_it_is_not_this_one() -> None:
    """Calls of this year go without it."""

    def shown(*years: int) -> list[str]:
        rows = [CallRecord("job-1", start_time=datetime(year, 2, 3, 4, 5, 6, tzinfo=timezone.utc)) for year in years]
        return [call_columns(rows, number_shown(whole=True))[0].cell(row) for row in rows]

    this_year = datetime.now(timezone.utc).year
    assert ["02-03 04:05:06"] == shown(this_year)
    assert [f"{this_year}-02-03 04:05:06", "2020-02-03 04:05:06"] == shown(this_year, 2020)


def test_count_is_only_a_number(run: Run, everything: tuple[str, ...]) -> None:
    """`--count` tells how many there are, at most as many as the limit."""
    assert "1000\n" == run("records", *everything, "--count").output
    assert "7\n" == run("records", *everything, "--count", "--limit", "7").output


@pytest.mark.parametrize(
    ("span", "milliseconds"), [("7d", 7 * DAY), ("12h", DAY // 2), ("30m", DAY // 48), ("1.5d", DAY * 3 // 2)]
)
def test_last_means_so_long_before_now(run: Run, box: Sandbox, span: str, milliseconds: int) -> None:
    """A span is counted back from now."""
    assert 0 == run("records", "--last", span, "--count").exit_code
    asked = _asked(box)
    assert milliseconds == pytest.approx(int(asked["EndTime"]) - int(asked["StartTime"]), abs=2)


def test_today_begins_at_midnight_of_the_zone(run: Run, box: Sandbox) -> None:
    """`--today` is a whole day's beginning, in the zone named."""
    assert 0 == run("records", "--today", "--timezone", "UTC", "--count").exit_code
    assert 0 == int(_asked(box)["StartTime"]) % DAY


@pytest.mark.parametrize("moment", ["1767283200000", "2026-01-02", "2026-01-02T00:00:00+08:00", "2026-01-01T16:00:00Z"])
def test_from_and_until_take_iso_and_milliseconds(run: Run, box: Sandbox, moment: str) -> None:
    """A time may be written in each of these ways."""
    assert 0 == run("records", "--from", moment, "--until", "2026-01-03", "--count").exit_code
    assert ("1767283200000", "1767369599999") == (_asked(box)["StartTime"], _asked(box)["EndTime"])


@pytest.mark.parametrize(
    ("options", "field", "values"),
    [
        (("--type", "outbound", "--type", "INTERNAL"), "contact_type", {"Outbound", "Internal"}),
        (("--disposition", "noanswer"), "contact_disposition", {"NoAnswer"}),
        (("--agent", "张三"), "agent_ids", {"zhangsan@ccc-demo"}),
        (("--agent-id", "zhangsan@ccc-demo"), "agent_ids", {"zhangsan@ccc-demo"}),
        (("--calling-number", "02100000002"), "calling_number", {"02100000002"}),
        (("--called-number", "02100000002"), "called_number", {"02100000002"}),
    ],
)
def test_each_filter_narrows(
    run: Run, everything: tuple[str, ...], options: tuple[str, ...], field: str, values: set[str]
) -> None:
    """A filter leaves what has the value, and something is left."""
    rows = _rows(run("records", *everything, *options, "--format", "csv"))
    assert 0 < len(rows) < 1000
    assert all(values & set(row[field].split(";")) for row in rows)


def test_order_turns_the_list_round(run: Run, everything: tuple[str, ...]) -> None:
    """Oldest first, if asked for."""
    rows = _rows(run("records", *everything, "--order", "asc", "--format", "csv", "--limit", "50"))
    assert sorted(rows, key=lambda row: row["start_time"]) == rows


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--last", "7x"), "'7x' is not a number with d, h or m"),
        (("--last", f"{'9' * 30}d"), "is longer than time is"),
        (("--last", "0d"), "a time span must be a millisecond or more"),
        (("--last", "7d", "--today"), "--last and --today say when to begin"),
        (("--until", "2026-01-02"), "--until needs --from, --last or --today"),
        (("--from", "yesterday"), "'yesterday' is neither ISO 8601 text nor Unix milliseconds"),
        (("--from", "2026-01-02", "--until", "2026-01-01"), "lies after end"),
        (("--type", "Telepathy"), "'Telepathy' is not one of"),
        (("--calling-number", "nobody"), "calling_number must be "),
        (("--limit", "0"), "0 is not in the range"),
        (("--agent", "张十"), "No agent is named '张十'. Near names: "),
        (("--instance-id", ""), "No call center is named"),
        (("--timezone", "Mars/Olympus"), "'Mars/Olympus' is no zone's name"),
        (("--endpoint", "ftp://example.com"), "endpoint"),
    ],
)
def test_a_users_mistake_ends_with_2(run: Run, options: tuple[str, ...], told: str) -> None:
    """What cannot be meant is told in a few lines of standard error, and nothing is printed."""
    result = run("records", *options)
    assert (2, "") == (result.exit_code, result.stdout)
    assert told in result.stderr
    assert "Traceback" not in result.stderr

"""`hillstone-ccc record`."""

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime, timezone

import pytest
from click.testing import Result

from hillstone_ccc import (
    AgentEvents,
    CallDetail,
    Client,
    CustomerEvents,
    Event,
    EventName,
    IvrEvents,
    QueueEvents,
)
from hillstone_ccc.cli.record import say_detail
from hillstone_ccc.cli.table import number_shown

Run = Callable[..., Result]


@pytest.fixture
def contact_id(ccc: Client) -> str:
    """A call that an agent answered and that was recorded."""
    calls = ccc.call_records.search(start="2000-01-01", contact_types=["Inbound"], dispositions=["Success"])
    return next(call.contact_id for call in calls if call.recording_ready)


def test_the_table_tells_the_call_and_its_events(run: Run, ccc: Client, contact_id: str) -> None:
    """Facts come first, then every event on one time line."""
    result = run("record", contact_id)
    detail = ccc.call_records.get(contact_id)
    facts, _, events = result.output.partition("\n\n")
    assert f"Call          {contact_id}" in facts
    assert "Outcome       Success" in facts
    assert detail.agent_names[0] in facts
    lines = events.splitlines()[1:]
    assert [str(event.name) for event in detail.events] != []
    assert sorted(str(event.name) for event in detail.events) == sorted(
        next(word for word in reversed(line.split()) if ":" not in word) for line in lines
    )
    assert sorted(line[:8] for line in lines) == [line[:8] for line in lines]


def test_the_table_masks_numbers(run: Run, ccc: Client, contact_id: str) -> None:
    """The customer's number is whole only on demand, also among the events."""
    number = ccc.call_records.get(contact_id).calling_number
    assert number is not None
    assert number not in run("record", contact_id).output
    assert number in run("record", contact_id, "--show-numbers").output


def test_json_and_csv_are_one_row(run: Run, ccc: Client, contact_id: str) -> None:
    """Both hold the one call, with its events as structure."""
    detail = ccc.call_records.get(contact_id)
    (row,) = json.loads(run("record", contact_id, "--format", "json").stdout_bytes)
    (line,) = csv.DictReader(io.StringIO(run("record", contact_id, "--format", "csv").stdout_bytes.decode()))
    assert detail.contact_id == row["contact_id"] == line["contact_id"]
    assert detail.start_time == datetime.fromisoformat(row["start_time"])
    names = [event.name for event in detail.agent_events[0].events]
    assert names == [event["name"] for event in row["agent_events"][0]["events"]]
    assert row["agent_events"] == json.loads(line["agent_events"])


def test_an_unknown_call_is_a_failure(run: Run) -> None:
    """The upstream does not know it: exit code 1 and one line."""
    result = run("record", "job-0")
    assert (1, "") == (result.exit_code, result.stdout)
    assert "error: GetCallDetailRecord: There is no call job-0.\n" == result.stderr


def test_what_is_missing_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    """A call of which only the id is known is one line."""
    say_detail(CallDetail("job-1"), number_shown(whole=False))
    assert "Call  job-1" == capsys.readouterr().out.strip()


def test_events_are_told_by_where_they_happened(capsys: pytest.CaptureFixture[str]) -> None:
    """Earliest first, those without a time last, and ids where there are no names."""
    early, late = (Event(EventName.RINGING, datetime(2026, 1, 2, 3, 4, n, tzinfo=timezone.utc), n) for n in (5, 6))
    detail = CallDetail(
        "job-1",
        agent_events=(AgentEvents(agent_id="zhangsan@ccc-demo", events=(late, Event())),),
        customer_events=(CustomerEvents("13800000001", (early,)),),
        queue_events=(QueueEvents(queue_id="vip@ccc-demo", events=(late,)), QueueEvents(events=(late,))),
        ivr_events=(IvrEvents(events=(late,)),),
    )
    say_detail(detail, number_shown(whole=False))
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert [
        "Time Where Event Lasted",
        "03:04:05 customer 138****0001 Ringing 0:05",
        "03:04:06 IVR Ringing 0:06",
        "03:04:06 queue vip@ccc-demo Ringing 0:06",
        "03:04:06 queue Ringing 0:06",
        "03:04:06 agent zhangsan@ccc-demo Ringing 0:06",
        "agent zhangsan@ccc-demo",
    ] == lines[2:]

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
    MissingPart,
    QueueEvents,
    Transfer,
)
from hillstone_ccc.cli.record import say_detail
from hillstone_ccc.cli.table import number_shown
from hillstone_ccc.sandbox import Call, Fault, Faults, Sandbox
from hillstone_ccc.sandbox import Transfer as Given

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
    # In the order of time, which over midnight is not the order of their text.
    assert [f"{event.time:%H:%M:%S}" for event in detail.events] == [line[:8] for line in lines]


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


AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)


def told(detail: CallDetail, capsys: pytest.CaptureFixture[str], *, whole: bool = False) -> list[str]:
    """The lines that tell a call, without the widths of the columns."""
    say_detail(detail, number_shown(whole))
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def test_off_site_work_and_its_numbers_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Yes or no, and the numbers masked unless they are asked for whole."""
    detail = CallDetail("job-1", off_site=True, transfer_caller="02100000001", transfer_called="13800000009")
    masked = told(detail, capsys)
    assert ["Off site yes", "Transfer from 021****0001", "Transfer to 138****0009"] == masked[1:4]
    assert ["Off site yes", "Transfer from 02100000001", "Transfer to 13800000009"] == told(detail, capsys, whole=True)[
        1:4
    ]
    assert ["Call job-1", "Off site no"] == told(CallDetail("job-1", off_site=False), capsys)


@pytest.mark.parametrize(
    ("transfer", "line"),
    [
        (
            Transfer(AT, "blind", "a@ccc-demo", "张三", "agent", "b@ccc-demo", "李四", completed=True),
            "03:04:05 张三 → 李四 (blind)",
        ),
        (
            Transfer(AT, "blind", "a@ccc-demo", None, "skill_group", None, None, "vip@ccc-demo", completed=False),
            "03:04:05 a@ccc-demo → vip@ccc-demo (blind, not taken)",
        ),
        (
            Transfer(
                AT,
                "consulted",
                "a@ccc-demo",
                to_kind="skill_group",
                to_agent_id="b@ccc-demo",
                to_skill_group_id="vip@ccc-demo",
                to_skill_group_name="贵宾专线",
            ),
            "03:04:05 a@ccc-demo → 贵宾专线, b@ccc-demo (consulted, outcome not told)",
        ),
        (
            Transfer(AT, "blind", "a@ccc-demo", to_kind="outside", to_number="13800000007"),
            "03:04:05 a@ccc-demo → outside line, 138****0007 (blind, outcome not told)",
        ),
        (Transfer(AT, "blind", "a", to_kind="ivr", completed=True), "03:04:05 a → IVR (blind)"),
        (Transfer(), "? → ? (outcome not told)"),
    ],
)
def test_each_transfer_is_a_line(capsys: pytest.CaptureFixture[str], transfer: Transfer, line: str) -> None:
    """When, from whom, to whom, how; a question mark for what is not told."""
    assert f"Transfer {line}" in told(CallDetail("job-1", transfers=(transfer,)), capsys)


def test_no_transfers_and_none_told_are_two_things(capsys: pytest.CaptureFixture[str]) -> None:
    """None are said to be none; what is not told is left out."""
    assert ["Call job-1", "Transfers none"] == told(CallDetail("job-1", transfers=()), capsys)
    assert ["Call job-1"] == told(CallDetail("job-1"), capsys)


def test_what_could_not_be_had_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """The action, the error and its text."""
    part = MissingPart("ListCallDetailRecordsV2", "NotFoundError", "There is no row.")
    assert "Not told ListCallDetailRecordsV2: NotFoundError: There is no row." in told(
        CallDetail("job-1", missing=(part,)), capsys
    )


def test_a_transferred_call_by_the_command(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """From a sandbox to the terminal: off site, its number masked or whole, the transfer; as data too."""
    agents = ("zhangsan@ccc-demo", "zhangsanfeng@ccc-demo")
    given = Given(from_agent=agents[0], to=agents[1], to_kind="agent", time=1_767_323_065_000, kind="blind")
    call = Call(
        contact_id="job-7",
        start_time=1_767_323_045_000,
        agents=agents,
        agent_names=("张三", "张三丰"),
        transfers=(given,),
        off_site_agents=agents[1:],
        off_site_originator_numbers=("02100000001",),
        off_site_destination_numbers=("13800009501",),
    )
    with Sandbox(calls=[call]) as box:
        monkeypatch.setenv("HILLSTONE_CCC_ENDPOINT", box.endpoint)
        output = run("record", "job-7").output
        assert "Off site" in output
        assert "11:04:25 张三 → 张三丰 (blind)" in output
        assert ("138****9501" in output, "13800009501" in output) == (True, False)
        assert "13800009501" in run("record", "job-7", "--show-numbers").output
        (row,) = json.loads(run("record", "job-7", "--format", "json").stdout_bytes)
    assert (True, "13800009501") == (row["off_site"], row["transfer_called"])
    assert (agents[1], 1, []) == (row["transfers"][0]["to_agent_id"], row["record"]["transfer_count"], row["missing"])


def test_half_an_answer_is_no_failure(run: Run, box: Sandbox, contact_id: str) -> None:
    """What can be had is shown, with exit code 0, and what cannot is named."""
    box.faults = Faults(share=1, kinds=[Fault.OK_WITH_BAD_CODE], only=["GetCallDetailRecord"])
    result = run("record", contact_id)
    box.faults = Faults()
    assert 0 == result.exit_code
    assert "Not told GetCallDetailRecord: ServerError:" in " ".join(result.output.split())

"""What a notebook shows of a record, a page, an agent: tables that people and screen readers can read."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc import (
    Agent,
    AnalyticsReport,
    CallDetail,
    CallRecord,
    ContactType,
    CustomerEvents,
    Emotion,
    Event,
    EventName,
    MissingPart,
    OutboundNumber,
    Page,
    SkillGroup,
    SkillLevel,
    TodoList,
    Transfer,
)
from hillstone_ccc._core.displays import COLUMNS, html_of
from hillstone_ccc._core.events import AgentEvents

from .reading import read

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=SHANGHAI)
NUMBER, MASKED = "13800000001", "138****0001"


def _call(number: int = 1, **fields: Any) -> CallRecord:
    return CallRecord(f"job-{number}", **{"start_time": START, **fields})


def _shown(thing: Any) -> str:
    html: str = thing._repr_html_()
    return html


def test_a_page_is_a_table_of_its_rows() -> None:
    """With their places in the whole search, and the zone of their times."""
    rows = tuple(_call(n, talk_time=3_661, contact_type=ContactType("Inbound")) for n in range(3))
    (table,) = read(_shown(Page(rows, 2, 3, 1_234))).tables
    assert "CallRecord 4–6 of 1,234 · Asia/Shanghai" == table.caption
    assert ["contact_id", "start_time", "contact_type", "talk_time"] == table.rows[0]
    assert ["job-0", "2026-01-02 03:04:05", "Inbound", "1:01:01"] == table.rows[1]
    assert ["col"] * 4 + ["row"] * 3 == table.scopes


def test_an_empty_page_says_so() -> None:
    """It has no row to make a table of."""
    assert "0 of 7" == read(_shown(Page((), 3, 5, 7))).text


def test_a_page_of_anything_else_is_shown_too() -> None:
    """Each as text."""
    (table,) = read(_shown(Page(("a", "<b>"), 1, 2, 2))).tables
    assert [["str"], ["a"], ["<b>"]] == table.rows


def test_a_record_is_shown_field_by_field() -> None:
    """What it has, under the names by which programs read it, and nothing that it does not have."""
    call = _call(calling_number=NUMBER, talk_time=75, agent_names=("张三", "李娜"), satisfaction_index=5)
    (table,) = read(_shown(call)).tables
    assert {
        "contact_id": "job-1",
        "calling_number": MASKED,
        "start_time": "2026-01-02 03:04:05",
        "talk_time": "1:15",
        "agent_names": "张三, 李娜",
        "satisfaction_index": "5",
    } == table.values()
    assert {"row"} == set(table.scopes)


def test_a_time_says_its_zone_to_programs() -> None:
    """The hour that an end of summer time gives twice can be told apart."""
    times = [told["datetime"] for tag, told in read(_shown(_call())).tags if tag == "time"]
    assert ["2026-01-02T03:04:05+08:00"] == times


def test_what_has_no_documented_unit_is_shown_as_sent() -> None:
    """It is a number, and nobody knows of what."""
    (table,) = read(_shown(_call(first_response_time=61_000, messages_sent=1_000))).tables
    assert "61,000" == table.values()["first_response_time"]


def test_numbers_are_masked_wherever_they_stand() -> None:
    """In fields, lists of them, fields of fields, and within what people wrote."""
    call = _call(
        calling_number=NUMBER,
        offsite_agent_destination_numbers=(NUMBER, "02100000011"),
        release_reason=f"486:{NUMBER}",
        analytics_report=AnalyticsReport(
            emotion=Emotion(remark=f"call {NUMBER}"), todo_list=TodoList([f"ring {NUMBER}", "sleep"])
        ),
    )
    agent = Agent("a@ccc-demo", mobile=NUMBER, outbound_numbers=(OutboundNumber(NUMBER, city="上海"),))
    detail = CallDetail(
        "job-1",
        called_number=NUMBER,
        transfer_called=NUMBER,
        customer_events=(CustomerEvents(NUMBER, (Event(EventName.RELEASED, START),)),),
        transfers=(Transfer(to_number=NUMBER),),
        record=call,
    )
    for thing in (call, agent, detail, Transfer(to_number=NUMBER), Page((call,), 1, 1, 1), Page((agent,), 1, 1, 1)):
        shown = html_of(thing)
        assert NUMBER not in shown
        assert MASKED in shown
        assert shown == thing._repr_html_()
        whole = html_of(thing, numbers=True)
        assert NUMBER in whole
        assert "****" not in whole


def test_a_number_is_masked_by_where_it_stands() -> None:
    """However little it looks like one: short ones, and those of other countries."""
    detail = CallDetail(
        "job-1",
        calling_number="6234567",
        customer_events=(CustomerEvents("6234567", (Event(EventName.RELEASED, START),)),),
        record=_call(offsite_agent_destination_numbers=("6234567",)),
    )
    for thing in (detail, detail.record, Page((detail.record,), 1, 1, 1)):
        assert "6234567" not in html_of(thing)


def test_an_id_is_never_masked() -> None:
    """Who reads it looks the call up by it, though it may look like a number."""
    assert NUMBER in _shown(CallRecord(NUMBER))


def test_what_is_nobodys_business_is_not_shown() -> None:
    """Where a visitor's computer is, and what a record carries along unread."""
    shown = _shown(_call(client_ip_address="192.0.2.7", client_user_agent="Lynx", extra={"Secret": "hush"}))
    assert [] == [one for one in ("192.0.2.7", "Lynx", "hush") if one in shown]


def test_fields_of_fields_are_told_by_name() -> None:
    """As far as they have something."""
    (table,) = read(_shown(Agent("a@x", skill_levels=(SkillLevel("g@x", skill_level=3), SkillLevel("h@x"))))).tables
    assert "skill_group_id: g@x, skill_level: 3; skill_group_id: h@x" == table.values()["skill_levels"]


def test_agents_and_groups_have_tables_of_their_own() -> None:
    """With the columns that tell them apart."""
    (agents,) = read(_shown(Page((Agent("a@x", display_name="张三", email="a@b.example"),), 1, 1, 1))).tables
    assert [["user_id", "display_name"], ["a@x", "张三"]] == agents.rows
    (groups,) = read(_shown(Page((SkillGroup("g@x", user_count=1_200),), 1, 1, 1))).tables
    assert [["skill_group_id", "user_count"], ["g@x", "1,200"]] == groups.rows
    assert "2" == read(_shown(SkillGroup("g@x", user_count=2))).tables[0].values()["user_count"]


def test_the_events_of_a_call_stand_on_a_line() -> None:
    """Each with the time since the first, whose it is, and a mark to scale that screen readers pass over."""
    detail = CallDetail(
        "job-1",
        off_site=False,
        agent_events=(
            AgentEvents(
                "a@x",
                "张三",
                events=(
                    Event(EventName.RINGING, START, 5),
                    Event(EventName.ESTABLISHED, START + timedelta(seconds=5), 95),
                ),
            ),
        ),
        customer_events=(CustomerEvents(NUMBER, (Event(EventName.RELEASED, None),)),),
    )
    reading = read(_shown(detail))
    fields, events = reading.tables
    assert "False" == fields.values()["off_site"]
    assert "events · Asia/Shanghai" == events.caption
    assert ["Ringing", "Established", "Released"] == events.column("name")
    assert ["+0:00", "+0:05", ""] == events.column("after")
    assert ["0:05", "1:35", ""] == events.column("duration")
    assert ["a@x", "a@x", MASKED] == events.column("party_id")
    marks = [told["style"] or "" for tag, told in reading.tags if "margin-left" in (told.get("style") or "")]
    assert ["margin-left:0.0%;width:4.9%", "margin-left:4.9%;width:92.1%"] == [
        mark[mark.index("margin-left") :] for mark in marks
    ]
    assert 2 == sum(told.get("aria-hidden") == "true" for _, told in reading.tags)


def test_events_without_times_stand_on_no_line() -> None:
    """They are listed all the same."""
    detail = CallDetail("job-1", customer_events=(CustomerEvents(None, (Event(EventName.RELEASED, None),)),))
    _, events = read(_shown(detail)).tables
    assert "events" == events.caption
    assert ["Released"] == events.column("name")


def test_details_without_more_are_one_table() -> None:
    """What is not there has no heading either."""
    assert ["CallDetail"] == [table.caption for table in read(_shown(CallDetail("job-1"))).tables]


def test_details_show_transfers_what_is_missing_and_the_row() -> None:
    """The row folded, with what the details do not tell already."""
    detail = CallDetail(
        "job-1",
        start_time=START + timedelta(seconds=1),
        call_duration=9,
        transfers=(Transfer(time=START, kind="blind", completed=True),),
        missing=(MissingPart("GetCallDetailRecord", "PermissionDeniedError", "No."),),
        record=_call(call_duration=9, talk_time=7),
    )
    reading = read(_shown(detail))
    assert ["CallDetail · Asia/Shanghai", "transfers · Asia/Shanghai", "missing", "CallRecord · Asia/Shanghai"] == [
        table.caption for table in reading.tables
    ]
    assert [["time", "kind", "completed"], ["2026-01-02 03:04:05", "blind", "True"]] == reading.tables[1].rows
    assert ["No."] == reading.tables[2].column("message")
    assert {"talk_time": "0:07", "start_time": "2026-01-02 03:04:05"} == reading.tables[3].values()
    assert 1 == sum(tag == "summary" for tag, _ in reading.tags)


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", 'a" onload="x', "</td></tr></table>", "&lt;b&gt;", "<!-- -->", "{{7*7}}"]
)
def test_a_name_is_text_whatever_it_is(name: str) -> None:
    """What would be markup is shown as it is written."""
    call = _call(agent_names=(name, "b"), satisfaction_description=name)
    page, alone = read(_shown(Page((call,), 1, 1, 1))), read(_shown(call))
    assert [f"{name}, b"] == page.tables[0].column("agent_names")
    assert name == alone.tables[0].values()["satisfaction_description"]


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\u200f", "\x1b", "\r\n", "\u2028"])
def test_signs_that_turn_text_round_are_blanks(sign: str) -> None:
    """No name makes its neighbours read otherwise."""
    assert sign not in _shown(_call(agent_names=(f"a{sign}b",)))


@given(st.text(), st.text())
def test_whatever_is_in_a_record_stays_in_its_cell(one: str, other: str) -> None:
    """The table has its rows and columns, and nothing else."""
    call = _call(agent_names=(one,), release_reason=other, calling_number=other)
    for thing in (call, Page((call, _call(2)), 1, 2, 2)):
        (table,) = read(html_of(thing, numbers=True)).tables
        assert 1 == len({len(row) for row in table.rows})


@pytest.mark.parametrize("kind", [CallRecord, Agent, SkillGroup])
def test_the_columns_of_lists_are_fields(kind: type[Any]) -> None:
    """A field that has another name now would be missing without a word."""
    assert set(COLUMNS[kind.__name__]) <= {field.name for field in attrs.fields(kind)}

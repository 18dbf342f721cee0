"""Rows and events of calls as columns, counts and time lines: the page's own code, held against the contract."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import fields
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from playwright.sync_api import Page

from hillstone_ccc import ContactType, Disposition, EventName
from hillstone_ccc.contract import CallRecordRow

from .conftest import Place
from .modules import STILL, calls, run

Visit = Callable[..., Page]
Row = dict[str, Any]

KEYS = {field.name: str(field.type) for field in fields(CallRecordRow)}


@pytest.fixture(scope="module")
def place(placed: Callable[..., AbstractContextManager[Place]]) -> Iterator[Place]:
    """Calls enough for every kind, and for every way in which one ends often."""
    with placed(records=900) as place:
        yield place


def wire(text: str) -> str:
    """A text in the contract's spelling."""
    return re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", text)


# --- columns ------------------------------------------------------------------------------------------------

_TABLE = """
async (m, [language, rows], other) => {
  const { [language]: words } = await other(`words/${language}`);
  const { headings, yes, no } = words;
  return { headings, yes, no, keys: Object.keys(m.COLUMNS), cells: m.table(rows, words) };
}
"""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_table_of_calls(visit: Visit, language: str) -> None:
    """Each key of the contract's row is a column and nothing else is; each row has a cell in each, as it was told."""
    page = visit(STILL)
    rows = calls(page)[:200]
    told = run(page, "telling/columns", _TABLE, [language, rows])
    assert (set(KEYS), len(KEYS)) == (set(told["keys"]), len(told["keys"]))
    heading, *cells = told["cells"]
    seconds = {"zh": "（秒）", "en": " (s)"}[language]
    assert heading == [
        told["headings"][key] + (seconds if key.endswith(("_time", "_duration")) and KEYS[key] == "int" else "")
        for key in told["keys"]
    ]
    assert len(rows) == len(cells)
    in_words = {
        "contact_type",
        "contact_disposition",
        "release_initiator",
        "release_reason",
        "satisfaction_survey_channel",
    }
    for row, line in zip(rows, cells, strict=True):
        assert len(KEYS) == len(line)
        for key, cell in zip(told["keys"], line, strict=True):
            if KEYS[key] == "int | None":
                assert cell == ("" if row[key] is None else shanghai(row[key]).strftime("%Y-%m-%d %H:%M:%S"))
            elif KEYS[key] == "bool":
                assert cell == (told["yes"] if row[key] else told["no"])
            elif key not in in_words:
                assert cell == row[key]


def shanghai(moment: int) -> datetime:
    """A moment of these days in Asia/Shanghai."""
    return datetime(1970, 1, 1, tzinfo=timezone(timedelta(hours=8))) + timedelta(milliseconds=moment, hours=8)


def test_words_of_the_wire_turn_back(visit: Visit) -> None:
    """They are spelt as the call center spells them: those that are known, and any other."""
    page = visit(STILL)
    known = [one.value for kind in (ContactType, Disposition) for one in kind]

    @given(st.lists(st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="_"))))
    @example([*known, "200 - Okay", "487 - RequestTerminated"])
    def law(texts: list[str]) -> None:
        assert texts == run(page, "telling/columns", "(m, texts) => texts.map(m.spelled)", list(map(wire, texts)))

    law()


def test_a_word_that_nobody_listed(visit: Visit) -> None:
    """It is shown as the call center spells it, also where every object has something called so."""
    function = """async (m, words) => words.map((one) =>
      m.shown({ contact_type: one }, "contact_type", { types: { _inbound: "呼入" } }))"""
    told = run(visit(STILL), "telling/columns", function, ["_inbound", "_unheard_of", "constructor", ""])
    assert ["呼入", "UnheardOf", "constructor", ""] == told


# --- counts -------------------------------------------------------------------------------------------------

WAITS = [5, 10, 20, 30, 60, 120]
_seconds = st.integers(0, 200) | st.sampled_from(WAITS)
_ids = st.lists(st.sampled_from(["a", "b", "c", "d@x", "e"]) | st.from_regex("[a-z]{3}", fullmatch=True), max_size=4)
_rows = st.fixed_dictionaries(
    {
        "start_time": st.none() | st.integers(0, 4_133_952_000_000),
        "established_time": st.none() | st.just(1),
        "contact_type": st.sampled_from(["_inbound", "_outbound"]),
        "contact_disposition": st.sampled_from(["", *(wire(one.value) for one in Disposition)]),
        "wait_time": _seconds,
        "talk_time": _seconds,
        "agent_ids": _ids.map(",".join),
        "agent_names": st.lists(st.sampled_from(["张三", "李四", "A"]), max_size=4).map(",".join),
    }
)


def counted(rows: list[Row]) -> dict[str, Any]:
    """What the pictures have to show."""
    started = [shanghai(row["start_time"]).hour for row in rows if row["start_time"] is not None]
    answered = [row for row in rows if row["established_time"] is not None]
    lost = [row for row in rows if row["established_time"] is None]
    abandoned = sum(row["contact_disposition"].startswith("_abandoned") for row in lost)
    called_us = [row for row in answered if row["contact_type"] == "_inbound"]
    waits = Counter(sum(row["wait_time"] >= end for end in WAITS) for row in called_us)
    names: dict[str, str] = {}
    of_agents, talked = Counter[str](), Counter[str]()
    for row in rows:
        ids, called = row["agent_ids"].split(","), row["agent_names"].split(",")
        paired = dict(zip(ids, called if len(ids) == len(called) and all(called) else ids, strict=True))
        for id_, name in paired.items():
            if id_:
                names.setdefault(id_, name)
                of_agents[id_] += 1
                talked[id_] += row["talk_time"]
    busiest = sorted(names, key=lambda one: (-of_agents[one], -talked[one]))[:8]
    return {
        "hours": [Counter(started)[hour] for hour in range(24)],
        "ends": {"answered": len(answered), "abandoned": abandoned, "other": len(lost) - abandoned},
        "waits": [waits[place] for place in range(len(WAITS) + 1)],
        "agents": [{"id": one, "name": names[one], "calls": of_agents[one], "talk": talked[one]} for one in busiest],
    }


def test_counts(visit: Visit) -> None:
    """They are those of the rows: hours in Asia/Shanghai, ends, waits of callers who were answered, busiest agents."""
    page = visit(STILL)
    assert WAITS == run(page, "telling/counts", "(m) => m.WAITS")

    @given(st.lists(st.lists(_rows, max_size=12), max_size=20))
    def law(some: list[list[Row]]) -> None:
        assert list(map(counted, some)) == run(page, "telling/counts", "(m, some) => some.map(m.count)", some)

    law()


def test_counts_add_up(visit: Visit) -> None:
    """Of the call center's own rows each is counted once in each picture that it belongs to."""
    page = visit(STILL)
    rows = calls(page)
    told = run(page, "telling/counts", "(m, rows) => m.count(rows)", rows)
    assert counted(rows) == told
    assert (len(rows), len(rows)) == (sum(told["hours"]), sum(told["ends"].values()))
    assert told["ends"]["answered"] > sum(told["waits"]) > 0


# --- time lines ---------------------------------------------------------------------------------------------

_DETAILS = """
async (m, ids, other) => {
  const { callRecord } = await other("asking/contract");
  const found = [];
  for (const id of ids) {
    const call = await callRecord(id);
    found.push({ call, line: m.timeline(call), bare: m.timeline({ ...call, events: [] }) });
  }
  return found;
}
"""
PHASES = {
    "ivr": "ivr_time",
    "queue": "queue_time",
    "dialing": "dialing_time",
    "ringing": "ring_time",
    "talking": "talk_time",
}
IN_A_LANE = {*PHASES, "consulting", "in_call"}


@pytest.fixture
def told(visit: Visit) -> list[dict[str, Any]]:
    """The details of sixty calls and more, of every kind and end that there is, with their time lines."""
    page = visit(STILL)
    some: list[str] = []
    seen = Counter[tuple[str, str, bool]]()
    for row in calls(page):
        kind = row["contact_type"], row["contact_disposition"], "," in row["agent_ids"]
        seen[kind] += 1
        if seen[kind] <= 6:
            some.append(row["contact_id"])
    assert len(some) >= 60
    found: list[dict[str, Any]] = run(page, "telling/timeline", _DETAILS, some)
    return found


def lengths(line: dict[str, Any], party: str, phase: str) -> float:
    """Seconds that the lanes of a party have of a phase."""
    stretches = [one for lane in line["lanes"] if lane["party"] == party for one in lane["stretches"]]
    return float(sum(one["to"] - one["from"] for one in stretches if one["phase"] == phase)) / 1000


def test_time_lines(told: list[dict[str, Any]]) -> None:
    """They are drawn to scale: what they show takes as long as the call's row says."""
    for one in told:
        call, line = one["call"], one["line"]
        sound(call, line)
        assert line["exact"]
        assert call["queue_time"] == pytest.approx(lengths(line, "queue", "queue"), abs=2)
        assert call["ivr_time"] == pytest.approx(lengths(line, "ivr", "ivr"), abs=2)
        if "," not in call["agent_ids"] and not call["transfers"]:
            assert call["talk_time"] == pytest.approx(lengths(line, "agent", "talking"), abs=2)
            rang = lengths(line, "agent", "ringing") + lengths(line, "agent", "dialing")
            assert (call["ring_time"] + call["dialing_time"]) * bool(call["agent_ids"]) == pytest.approx(rang, abs=2)


def test_durations_alone(told: list[dict[str, Any]]) -> None:
    """Without events the durations stand one after the other, and the line says that it is not exact."""
    for one in told:
        call, line = one["call"], one["bare"]
        sound({**call, "events": []}, line)
        assert not line["exact"]
        [lane] = line["lanes"]
        assert "phases" == lane["party"]
        at = line["from"]
        expected = []
        for phase, key in PHASES.items():
            if call[key]:
                expected.append({"phase": phase, "from": at, "to": at + call[key] * 1000})
                at += call[key] * 1000
        assert expected == lane["stretches"]


def sound(call: Row, line: dict[str, Any]) -> None:
    """Demands what holds of every time line."""
    assert line["from"] < line["to"]
    timed = [one for one in call["events"] if one["event_time"] is not None]
    for lane in line["lanes"]:
        until = line["from"]
        for stretch in lane["stretches"]:
            assert until <= stretch["from"] < stretch["to"] <= line["to"]
            assert stretch["phase"] in IN_A_LANE
            until = stretch["to"]
        assert all(line["from"] <= mark["at"] <= line["to"] for mark in lane["marks"])
        if line["exact"]:
            # Nothing that happened is lost: it begins a stretch, or is a mark.
            own = [one for one in timed if (lane["party"], lane["id"]) == (one["party"], one["party_id"])]
            places = sorted([one["from"] for one in lane["stretches"]] + [one["at"] for one in lane["marks"]])
            assert sorted(one["event_time"] for one in own) == places
    if line["exact"]:
        assert len({(one["party"], one["party_id"]) for one in timed}) == len(line["lanes"])


_moments = st.integers(1_772_294_400_000, 1_772_294_400_000 + 100_000)
_names = st.sampled_from([*(one.value for one in EventName), "ROUTE2IVR", "Unheard", "constructor", ""])
_events = st.lists(
    st.fixed_dictionaries(
        {
            "event": _names,
            "event_time": st.none() | _moments,
            "party": st.sampled_from(["ivr", "queue", "agent", "customer"]),
            "party_id": st.sampled_from(["", "a", "b"]),
            "party_name": st.just("张三"),
        }
    ),
    max_size=12,
).map(lambda events: sorted(events, key=lambda one: (one["event_time"] is None, one["event_time"] or 0)))
_calls = st.fixed_dictionaries(
    {
        "start_time": st.none() | _moments,
        "release_time": st.none() | _moments,
        "call_duration": st.integers(0, 50),
        **{key: st.integers(0, 20) for key in PHASES.values()},
        "events": _events,
    }
)


def test_any_events(visit: Visit) -> None:
    """Whatever a call center tells, stretches have a length, do not overlap, and nothing that happened is lost."""
    page = visit(STILL)

    @given(st.lists(_calls, max_size=30))
    def law(some: list[Row]) -> None:
        for call, line in zip(
            some, run(page, "telling/timeline", "(m, some) => some.map(m.timeline)", some), strict=True
        ):
            times = [call["start_time"], call["release_time"], *(one["event_time"] for one in call["events"])]
            if all(at is None for at in times):
                assert line is None
            else:
                sound(call, line)
                assert line["exact"] == any(at is not None for at in times[2:])

    law()


BEGIN = 1_772_294_400_000


def drawn(page: Page, *events: tuple[str, str, int]) -> dict[str, list[tuple[str, int, int]]]:
    """The stretches of a call of a hundred seconds, by party; its events are told by party, name and second."""
    call = {
        "start_time": BEGIN,
        "release_time": BEGIN + 100_000,
        "call_duration": 100,
        "events": [
            {"event": event, "event_time": BEGIN + at * 1000, "party": party, "party_id": party, "party_name": ""}
            for party, event, at in events
        ],
    }
    line = run(page, "telling/timeline", "(m, call) => m.timeline(call)", call)
    sound(call, line)
    return {
        lane["party"]: [
            (one["phase"], (one["from"] - BEGIN) // 1000, (one["to"] - BEGIN) // 1000) for one in lane["stretches"]
        ]
        for lane in line["lanes"]
    }


def test_another_round_through_the_menu(visit: Visit) -> None:
    """Who is led into the IVR again before anybody takes over is in it twice, one stretch after the other."""
    lanes = drawn(visit(STILL), ("ivr", "Route2IVR", 0), ("ivr", "Route2IVR", 20), ("queue", "Enqueue", 50))
    assert [("ivr", 0, 20), ("ivr", 20, 50)] == lanes["ivr"]


def test_what_ends_nothing(visit: Visit) -> None:
    """Somebody goes on talking while something else happens, also something that nobody has heard of."""
    page = visit(STILL)
    for event in ("StartConference", "Coaching", "Barging", "Intercepting", "Monitoring", "Unheard"):
        lanes = drawn(page, ("agent", "Established", 10), ("agent", event, 30), ("agent", "Released", 60))
        assert {"agent": [("talking", 10, 60)]} == lanes


def test_what_ends_a_stretch(visit: Visit) -> None:
    """What ends it ends it, and without that it lasts as long as the call; case and underscores tell nothing."""
    page = visit(STILL)
    for party, begins, ends, phase in (
        ("agent", "Established", "BlindTransfer", "talking"),
        ("agent", "Ringing", "GiveUp", "ringing"),
        ("agent", "Dialing", "Released", "dialing"),
        ("agent", "Consulting", "Released", "consulting"),
        ("customer", "Established", "Released", "in_call"),
        ("queue", "Enqueue", "AssignAgent", "queue"),
        ("queue", "Enqueue", "Abandoned", "queue"),
        ("queue", "Enqueue", "QueueingTimeout", "queue"),
        ("queue", "Enqueue", "QueueingOverflow", "queue"),
        ("ivr", "Route2IVR", "Abandoned", "ivr"),
    ):
        assert {party: [(phase, 10, 40)]} == drawn(page, (party, begins, 10), (party, ends, 40))
        assert {party: [(phase, 10, 40)]} == drawn(page, (party, begins.upper(), 10), (party, wire(ends), 40))
        assert {party: [(phase, 10, 100)]} == drawn(page, (party, begins, 10))


def test_no_time_at_all(visit: Visit) -> None:
    """There is nothing to draw."""
    call: Row = {"start_time": None, "release_time": None, "call_duration": 5, "talk_time": 5, "events": []}
    assert run(visit(STILL), "telling/timeline", "(m, call) => m.timeline(call)", call) is None

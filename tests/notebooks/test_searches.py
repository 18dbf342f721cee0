"""What a notebook shows of a search that has not been walked: its first rows, or why there are none."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from hillstone_ccc import AsyncClient, Client, RetryPolicy
from hillstone_ccc.sandbox import Call, Fault, Faults, Sandbox
from hillstone_ccc.sandbox.inprocess import transport

from .reading import read

SEARCH = "ListCallDetailRecordsV2"
START = 1_767_323_045_000


def _box(calls: int = 23, **settings: Any) -> Sandbox:
    numbers = [f"1380000{number:04}" for number in range(calls)]
    return Sandbox(
        calls=[
            Call(contact_id=f"job-{place}", start_time=START + place * 1_000, calling_number=number)
            for place, number in enumerate(numbers)
        ],
        **settings,
    )


def _client(box: Sandbox, kind: Any = Client, web: Any = httpx.Client, **settings: Any) -> Any:
    return kind(
        instance_id=box.instance_id,
        access_key_id=box.access_key_id,
        access_key_secret=box.access_key_secret,
        endpoint=box.endpoint,
        http_client=web(transport=transport(box)),
        **settings,
    )


def _search(ccc: Any, **criteria: Any) -> Any:
    return ccc.call_records.search(start=START, end=START + 10_000_000, **criteria)


def _asked(box: Sandbox) -> int:
    return sum(one.action == SEARCH for one in box.requests)


def test_the_first_rows_are_shown_with_the_total() -> None:
    """By one request, which is sent when the search is shown and not before."""
    with _client(box := _box()) as ccc:
        calls = _search(ccc)
        assert 0 == _asked(box)
        (table,) = read(calls._repr_html_()).tables
        assert "CallRecord 1–10 of 23 · Asia/Shanghai" == table.caption
        assert [f"job-{number}" for number in range(22, 12, -1)] == table.column("contact_id")
        assert 1 == _asked(box)
        (table,) = read(calls.limit(3)._repr_html_()).tables
        assert "CallRecord 1–3 of 3 · Asia/Shanghai" == table.caption


def test_a_search_that_finds_nothing_says_so() -> None:
    """In place of a table."""
    with _client(_box()) as ccc:
        assert "0 of 0" == read(_search(ccc, calling_number="02100000099")._repr_html_()).text


def test_agents_and_groups_are_shown_as_well() -> None:
    """Whatever a search gives."""
    with _client(Sandbox(records=0)) as ccc:
        assert "Agent 1–10 of 60" == read(ccc.agents.search()._repr_html_()).tables[0].caption
        assert "SkillGroup 1–8 of 8" == read(ccc.skill_groups.search()._repr_html_()).tables[0].caption


def test_what_must_be_walked_is_counted_if_that_is_quickly_done() -> None:
    """The total of a number that is known in part is exact."""
    with _client(_box()) as ccc:
        (table,) = read(_search(ccc, calling_number="1380000000*")._repr_html_()).tables
        assert "CallRecord 1–10 of 10 · Asia/Shanghai" == table.caption


def test_a_long_walk_is_not_taken_for_being_shown() -> None:
    """The first rows are, and where the total is to be had."""
    with _client(box := _box(1_200)) as ccc:
        (table,) = read(_search(ccc, calling_number="138********")._repr_html_()).tables
        assert 10 == len(table.rows) - 1
        assert "CallRecord 1–10 of more than can be counted at a glance: count() tells · Asia/Shanghai" == table.caption
        assert 4 > _asked(box)


@pytest.mark.parametrize(
    ("fault", "told"), [(Fault.SERVER_ERROR, "InternalError"), (Fault.DROP, "disconnected"), (Fault.HTML_502, "502")]
)
def test_an_upstream_that_fails_is_shown_failing(fault: Fault, told: str) -> None:
    """A cell shows what is searched for and the error's text, and nothing is raised."""
    faults = Faults(every=1, kinds=(fault,))
    with _client(_box(faults=faults), retry=RetryPolicy(attempts=1)) as ccc:
        calls = _search(ccc, calling_number="13800000001")
        shown = read(calls._repr_html_())
        assert shown.text.startswith("Results(CallRecordSearch(")
        assert told in shown.text
        assert "13800000001" not in shown.text
        assert [] == shown.tables


def test_a_client_that_was_closed_says_so() -> None:
    """As a notebook meets it that runs a cell again."""
    with _client(_box()) as ccc:
        calls = _search(ccc)
    assert "closed" in read(calls._repr_html_()).text


async def test_what_cannot_wait_says_how_to() -> None:
    """An asynchronous search shows what it is and what to write; nothing is sent."""
    async with _client(box := _box(), AsyncClient, httpx.AsyncClient) as ccc:
        calls = _search(ccc)
        shown = read(calls._repr_html_())
        assert shown.text.startswith("AsyncResults(CallRecordSearch(")
        assert shown.text.endswith("await results.page(1)")
        assert 0 == _asked(box)
        (table,) = read((await calls.page(1, 5))._repr_html_()).tables
        assert "CallRecord 1–5 of 23 · Asia/Shanghai" == table.caption

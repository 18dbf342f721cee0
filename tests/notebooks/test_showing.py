"""Showing something on demand: whole numbers, more rows, at any place of a cell."""

from __future__ import annotations

from typing import Any

import httpx
import IPython
import IPython.display
import pytest

from hillstone_ccc import AsyncClient, CallRecord, Client, InvalidQueryError, Page, notebook
from hillstone_ccc.sandbox import Call, Sandbox
from hillstone_ccc.sandbox.inprocess import transport

from .reading import read

START = 1_767_323_045_000
NUMBER, MASKED = "13800000001", "138****0001"


@pytest.fixture
def box() -> Sandbox:
    """23 calls from one number."""
    return Sandbox(
        calls=[
            Call(contact_id=f"job-{n}", start_time=START + n, calling_number=NUMBER, recording_duration=1)
            for n in range(23)
        ]
    )


def _client(box: Sandbox, kind: Any = Client, web: Any = httpx.Client) -> Any:
    return kind(
        instance_id=box.instance_id,
        access_key_id=box.access_key_id,
        access_key_secret=box.access_key_secret,
        endpoint=box.endpoint,
        http_client=web(transport=transport(box)),
    )


def test_numbers_are_whole_where_they_are_asked_for(box: Sandbox) -> None:
    """Of a search, a page, a list, a record and its details."""
    with _client(box) as ccc:
        calls = ccc.call_records.search(start=START, end=START + 1_000)
        call = calls.first()
        for thing in (calls, calls.page(1), [call], call, ccc.call_records.get(call.contact_id)):
            masked, whole = notebook.html(thing), notebook.html(thing, numbers=True)
            assert (True, False) == (MASKED in masked, NUMBER in masked)
            assert (False, True) == (MASKED in whole, NUMBER in whole)


def test_as_many_rows_are_shown_as_are_asked_for(box: Sandbox) -> None:
    """Of a search and of a list."""
    with _client(box) as ccc:
        calls = ccc.call_records.search(start=START, end=START + 1_000)
        for thing in (calls, calls.to_list()):
            (table,) = read(notebook.html(thing, rows=17)).tables
            assert "CallRecord 1–17 of 23 · Asia/Shanghai" == table.caption


@pytest.mark.parametrize("rows", [0, 101, True, "10"])
def test_a_number_of_rows_that_cannot_be_meant_is_refused(rows: Any) -> None:
    """Before anything is asked for."""
    with pytest.raises(InvalidQueryError, match="rows must be a whole number, 1 to 100"):
        notebook.html([], rows=rows)


def test_a_recording_is_a_player(box: Sandbox) -> None:
    """As the last line of a cell shows it; so is what else shows itself."""
    with _client(box) as ccc:
        recording = ccc.recordings.get("job-1")
        assert "<audio" in notebook.html(recording)
        assert notebook.html(recording) == recording._repr_html_()
        assert "Signature" not in notebook.html(recording.audio())


async def test_what_cannot_wait_says_how_to(box: Sandbox) -> None:
    """Its page is shown, with whole numbers."""
    async with _client(box, AsyncClient, httpx.AsyncClient) as ccc:
        calls = ccc.call_records.search(start=START, end=START + 1_000)
        assert "await results.page(1)" in read(notebook.html(calls, numbers=True)).text
        assert NUMBER in notebook.html(await calls.page(1), numbers=True)


@pytest.mark.parametrize("thing", [None, "<b>", 7, {"a": "<b>"}, CallRecord])
def test_what_is_not_ours_is_shown_as_text(thing: object) -> None:
    """As its repr, with no markup in it."""
    assert repr(thing) == read(notebook.html(thing)).text


def test_a_cell_shows_it_where_the_line_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """With its repr for what shows no HTML; numbers are masked there in any case."""
    shown: list[Any] = []
    shell = type("Shell", (), {"kernel": object()})()
    monkeypatch.setattr(IPython, "get_ipython", lambda: shell)
    monkeypatch.setattr(IPython.display, "display", lambda what, **how: shown.append((what, how)))
    page = Page((CallRecord("job-1", calling_number=NUMBER),), 1, 1, 1)
    notebook.show(page, numbers=True)
    ((what, how),) = shown
    assert {"text/html": notebook.html(page, numbers=True), "text/plain": repr(page)} == what
    assert {"raw": True} == how


def test_elsewhere_its_repr_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """So a program that shows something runs anywhere, and prints no whole number."""
    notebook.show(CallRecord("job-1", calling_number=NUMBER), numbers=True)
    assert "CallRecord(contact_id='job-1', calling_number='138****0001')\n" == capsys.readouterr().out

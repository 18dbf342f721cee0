"""Bars: how many have come, how many are expected, on a terminal and in a cell."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any

import attrs
import httpx
import IPython
import IPython.display
import pytest

from hillstone_ccc import AsyncClient, Client, DownloadProgress, UnsupportedError, notebook
from hillstone_ccc.sandbox import Call, Sandbox
from hillstone_ccc.sandbox.inprocess import transport

START = 1_767_323_045_000


@pytest.fixture
def box() -> Sandbox:
    """250 calls, a second apart; every other number ends in 0."""
    return Sandbox(
        calls=[
            Call(contact_id=f"job-{n}", start_time=START + n * 1_000, calling_number=f"1380000000{n % 2}")
            for n in range(250)
        ]
    )


@attrs.define
class Cell:
    """What stands in for a notebook's cell: what was shown in it, and what stands there now."""

    shown: list[dict[str, str]] = attrs.field(factory=list)

    def display(self, what: dict[str, str], **_: Any) -> Cell:
        self.shown.append(what)
        return self

    update = display


@pytest.fixture
def cell(monkeypatch: pytest.MonkeyPatch) -> Cell:
    """Makes this program one that runs in a notebook."""
    shell = type("Shell", (), {"kernel": object()})()
    monkeypatch.setattr(IPython, "get_ipython", lambda: shell)
    monkeypatch.setattr(IPython.display, "display", (cell := Cell()).display)
    return cell


def _settings(box: Sandbox, web: Any) -> dict[str, Any]:
    return {
        "instance_id": box.instance_id,
        "access_key_id": box.access_key_id,
        "access_key_secret": box.access_key_secret,
        "endpoint": box.endpoint,
        "http_client": web(transport=transport(box)),
    }


@pytest.fixture
def walk(box: Sandbox) -> Callable[..., Any]:
    """Walks a search with a bar, as far as is told, with either client; gives the ids."""

    async def walked(driver: str, until: int = 1_000, limit: int | None = None, **criteria: Any) -> list[str]:
        criteria = {"start": START, "end": START + 1_000_000, **criteria}
        ids: list[str] = []
        if driver == "sync":
            with Client(**_settings(box, httpx.Client)) as ccc:
                calls = ccc.call_records.search(**criteria)
                rows = notebook.progress(calls if limit is None else calls.limit(limit), "calls")
                for call in rows:
                    ids.append(call.contact_id)
                    if len(ids) == until:
                        break
                rows.close()
        else:
            async with AsyncClient(**_settings(box, httpx.AsyncClient)) as aio:
                found = aio.call_records.search(**criteria)
                coming = notebook.progress(found if limit is None else found.limit(limit), "calls")
                async for call in coming:
                    ids.append(call.contact_id)
                    if len(ids) == until:
                        break
                await coming.aclose()
        return ids

    return walked


both = pytest.mark.parametrize("driver", ["sync", "async"])


def _last(capsys: pytest.CaptureFixture[str]) -> str:
    """What a terminal shows in the end."""
    return capsys.readouterr().err.rstrip("\n").rpartition("\r")[2]


@both
async def test_a_line_tells_how_far_a_walk_is(
    driver: str, walk: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """Every row comes, in order, and the line knows how many there are."""
    assert [f"job-{n}" for n in range(249, -1, -1)] == await walk(driver)
    assert re.match(r"calls: 100%\|.*\| 250/250 \[\S+, +\S+ rows/s\]", _last(capsys))


@both
async def test_a_walk_that_is_left_leaves_the_line_where_it_was(
    driver: str, walk: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """It is not made to look whole."""
    assert 50 == len(await walk(driver, until=50))
    assert " 20%|" in (last := _last(capsys))
    assert "| 50/250 [" in last


@both
async def test_a_limit_is_what_is_expected(
    driver: str, walk: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """And not what the upstream has."""
    assert 120 == len(await walk(driver, limit=120))
    assert "| 120/120 [" in _last(capsys)


@both
async def test_rows_that_were_not_meant_do_not_leave_a_gap(
    driver: str, walk: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """The upstream promises what the library filters: in the end all have come."""
    assert 125 == len(await walk(driver, calling_number="138000000*1"))
    assert "| 125/125 [" in _last(capsys)


def test_any_other_iterable_has_a_bar_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    """With a total if it has a length."""
    assert [1, 2, 3] == list(notebook.progress([1, 2, 3]))
    assert "| 3/3 [" in _last(capsys)
    assert [] == list(notebook.progress(iter(())))
    assert re.match(r"0 rows \[00:00, ", _last(capsys))


async def test_a_cell_shows_a_bar_that_stays_as_text(
    cell: Cell, walk: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is written beside it, and no widget is needed to see it."""
    await walk("sync")
    assert ("", "") == capsys.readouterr()
    assert [{"text/html", "text/plain"}] * len(cell.shown) == [set(one) for one in cell.shown]
    first, last = cell.shown[0], cell.shown[-1]
    assert re.fullmatch(r"calls: 0 \[00:00, \? rows/s\]", first["text/plain"])
    assert '<progress aria-label="calls"></progress>' in first["text/html"]
    assert re.fullmatch(r"calls: 250/250 \[\d\d:\d\d<00:00, \S+ rows/s\]", last["text/plain"])
    assert '<progress aria-label="calls" value="250" max="250"></progress>' in last["text/html"]


def test_a_cell_is_not_drawn_for_every_row(cell: Cell) -> None:
    """A few times a second are enough for eyes, and each of them is kept until the cell has ended."""
    assert 10_000 == sum(1 for _ in notebook.progress(range(10_000)))
    assert 20 > len(cell.shown)
    assert '<progress aria-label="progress" value="10000"' in cell.shown[-1]["text/html"]


def test_a_label_is_text_and_nothing_else(cell: Cell) -> None:
    """Also in the name that a screen reader says."""
    list(notebook.progress([1], '"><script>'))
    assert "<script>" not in cell.shown[-1]["text/html"]


def _progress(**told: Any) -> DownloadProgress:
    nothing = {"found": 0, "total": None, "done": 0, "kept": 0, "missing": 0, "failed": 0, "bytes": 0, "seconds": 0.0}
    return DownloadProgress(**{**nothing, **told})


def test_a_bar_takes_the_progress_of_a_download(cell: Cell) -> None:
    """What has come to its end, of how many, and how much came."""
    with notebook.bar("archive") as bar:
        bar(_progress(found=2, total=9, bytes=500_000))
        bar(_progress(found=9, total=9, done=4, kept=3, missing=1, failed=1, bytes=12_345_678))
    assert re.fullmatch(
        r"archive: 9/9 \[\d\d:\d\d<00:00, \S+ recordings/s, 1 failed, 12\.3 MB\]", cell.shown[-1]["text/plain"]
    )


def test_a_download_tells_a_bar_how_far_it_is(box: Sandbox, cell: Cell, tmp_path: Any) -> None:
    """It is what on_progress calls."""
    with Client(**_settings(box, httpx.Client)) as ccc, notebook.bar() as bar:
        calls = ccc.call_records.search(start=START, end=START + 1_000_000, dispositions=["Success"])
        report = ccc.recordings.download_all(calls.limit(3), tmp_path, on_progress=bar)
    assert 3 == report.done
    assert re.match(r"3/3 \[", cell.shown[-1]["text/plain"])


def test_an_export_tells_a_bar_how_far_it_is(box: Sandbox, cell: Cell, tmp_path: Any) -> None:
    """Rows so far, and rows in all."""
    with Client(**_settings(box, httpx.Client)) as ccc, notebook.bar(unit="calls") as bar:
        ccc.call_records.search(start=START, end=START + 1_000_000).limit(30).export(
            tmp_path / "a.csv", on_progress=bar
        )
    assert re.fullmatch(r"30/30 \[\d\d:\d\d<00:00, \S+ calls/s\]", cell.shown[-1]["text/plain"])


def test_without_tqdm_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is asked for, and not at the first row."""
    monkeypatch.setitem(sys.modules, "tqdm", None)
    with pytest.raises(UnsupportedError, match=r"needs the extra 'notebook'\. .*hillstone-ccc\[notebook\]"):
        notebook.bar()
    with pytest.raises(UnsupportedError, match="needs the extra 'notebook'"):
        notebook.progress([])


def test_a_terminal_has_no_cells(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Where IPython is, and no notebook, bars are lines; where there is no IPython, too."""
    monkeypatch.setattr(IPython, "get_ipython", object)
    list(notebook.progress([1]))
    monkeypatch.setitem(sys.modules, "IPython", None)
    list(notebook.progress([1]))
    assert 2 == capsys.readouterr().err.count("1/1 [")

"""The pictures and the file for a spreadsheet: of the filtered calls, bounded, and telling how far they reach."""

from __future__ import annotations

import csv
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from hillstone_ccc.contract import CALL_RECORDS
from hillstone_ccc.sandbox import Call

from .conftest import Place
from .watching import Watcher

Visit = Callable[..., Page]
WEEK = "#range=7d"
DAY_MS = 86_400_000
AHEAD_MS = 8 * 3_600_000


@pytest.fixture(scope="module")
def place(placed: Callable[..., AbstractContextManager[Place]]) -> Iterator[Place]:
    """A week of calls that fill several pages."""
    with placed(records=350) as place:
        yield place


@pytest.fixture
def crowded(placed: Callable[..., AbstractContextManager[Place]]) -> Iterator[Place]:
    """A day with more calls than are counted at once."""
    began = int(time.time() * 1000) - DAY_MS
    with placed(calls=[Call(contact_id=f"job-{n}", start_time=began + n * 1000) for n in range(2_350)]) as place:
        yield place


def rows(place: Place, **parameters: str) -> list[dict[str, Any]]:
    """All rows of the week by the contract."""
    began = (int(time.time() * 1000) + AHEAD_MS) // DAY_MS * DAY_MS - AHEAD_MS - 6 * DAY_MS
    found: list[dict[str, Any]] = []
    headers = {"authorization": f"Bearer {place.token}"}
    for page in range(1, 100):
        told = {"start_time": str(began), "page": str(page), **parameters}
        data = httpx.get(place.address + CALL_RECORDS, params=told, headers=headers, trust_env=False).json()["data"]
        found += data["list"]
        if len(found) >= data["total"]:
            break
    return found


def bars(page: Page, title: str) -> dict[str, int]:
    """What a picture says: name of a bar → calls."""
    lines = page.locator("figure", has_text=title).locator("li").all_inner_texts()
    return {line.split("\n")[0]: int(line.split("\n")[-1].split(" ")[0].replace(",", "")) for line in lines}


def test_they_count_what_is_listed(visit: Visit, place: Place) -> None:
    """Hours, ends, waiting and agents are those of the listed calls, all of them."""
    page = visit(WEEK)
    expected = rows(place)
    expect(page.locator(".counted")).to_have_text(f"统计了全部 {len(expected)} 条。")
    hours = Counter((row["start_time"] + AHEAD_MS) // 3_600_000 % 24 for row in expected)
    told = page.locator("svg.columns").get_attribute("aria-label") or ""
    assert [hours[hour] for hour in range(24)] == [int(calls) for calls in re.findall(r"时 (\d+) 通", told)]
    heights = page.locator("svg.columns rect").evaluate_all(
        "(bars) => bars.map((one) => Number(one.getAttribute('height')))"
    )
    assert heights == [pytest.approx(58 * hours[hour] / max(hours.values())) for hour in range(24)]
    answered = [row for row in expected if row["established_time"] is not None]
    abandoned = [
        row
        for row in expected
        if row["established_time"] is None and row["contact_disposition"].startswith("_abandoned")
    ]
    other = len(expected) - len(answered) - len(abandoned)
    assert {"接通": len(answered), "放弃": len(abandoned), "其他": other} == bars(page, "接通与放弃")
    waits = bars(page, "呼入接通前的等待")
    callers = [row for row in answered if row["contact_type"] == "_inbound"]
    assert sum(row["wait_time"] < 5 for row in callers) == waits["0–5 秒"]
    assert len(callers) == sum(waits.values())
    calls = Counter(agent for row in expected for agent in set(row["agent_ids"].split(",")) - {""})
    assert [count for _, count in calls.most_common(8)] == list(bars(page, "最忙的坐席").values())


def test_they_follow_the_filters(visit: Visit, place: Place) -> None:
    """Another search counts anew, another page of the same one does not."""
    page = visit("#range=7d&contact_types=_inbound&size=20")
    expected = rows(place, contact_types="_inbound")
    expect(page.locator(".counted")).to_have_text(f"统计了全部 {len(expected)} 条。")
    with page.expect_response(lambda response: CALL_RECORDS in response.url):
        page.get_by_role("navigation").get_by_role("button", name="下一页").click()
    expect(page.locator(".counted")).to_have_text(f"统计了全部 {len(expected)} 条。")


def test_they_tell_when_only_a_part_was_counted(visit: Visit, crowded: Place, watcher: Watcher) -> None:
    """So many rows are counted and no more, until somebody wants the next ones too."""
    page = visit(WEEK, at=crowded)
    expect(page.locator(".counted")).to_contain_text("只统计了最近 2,000 条，共 2,350 条。")
    asked = [one for one in watcher.asked(CALL_RECORDS) if "end_time" in one.query]
    assert 20 == len(asked)
    page.get_by_role("button", name="继续统计").click()
    expect(page.locator(".counted")).to_have_text("统计了全部 2,350 条。")
    assert 2_350 == bars(page, "接通与放弃")["接通"]
    watcher.leave()


def test_folded_up_they_ask_for_nothing(visit: Visit, watcher: Watcher) -> None:
    """Whoever does not want them spares the call center, and that is remembered."""
    page = visit(WEEK)
    expect(page.locator(".counted")).to_contain_text("统计了全部")
    page.locator(".pictures > summary").click()
    expect(page.locator(".charts")).to_have_count(0)
    page.reload()
    expect(page.locator("tbody tr").first).to_be_visible()
    before = len(watcher.asked(CALL_RECORDS))
    with page.expect_response(lambda response: CALL_RECORDS in response.url):
        page.get_by_text("近 30 天").click()
    expect(page.locator(".total")).to_contain_text("共")
    assert before + 1 == len(watcher.asked(CALL_RECORDS))
    page.locator(".pictures > summary").click()
    expect(page.locator(".counted")).to_contain_text("统计了全部")


def test_a_count_that_failed(visit: Visit, place: Place, watcher: Watcher) -> None:
    """It says so beside the list, which stays, and goes on when told to."""
    watcher.expect("console error: .* 503")
    page = visit(WEEK)
    page.route(
        f"**{CALL_RECORDS}?end_time=*page=3*",
        lambda route: route.fulfill(status=503, json={"code": 50301, "message": "", "data": None}),
        times=1,
    )
    expect(page.locator(".counted")).to_contain_text("呼叫中心或服务正忙。")
    page.locator(".counted").get_by_role("button", name="重试").click()
    expect(page.locator(".counted")).to_have_text(f"统计了全部 {len(rows(place))} 条。")
    assert len(rows(place)) == sum(bars(page, "接通与放弃").values())


def test_calls_that_move_while_they_are_counted(visit: Visit, place: Place, watcher: Watcher) -> None:
    """A call that comes on two pages is counted once, also where the count had to be begun again in between."""
    watcher.expect("console error: .* 503")
    expected = rows(place)
    failed: list[Route] = []

    def moved(route: Route) -> None:
        number = int(parse_qs(urlsplit(route.request.url).query)["page"][0])
        if number == 3 and not failed:
            failed.append(route)
            route.fulfill(status=503, json={"code": 50301, "message": "", "data": None})
            return
        # From the second page on everything has moved on by 30 rows.
        first = (number - 1) * 100 - (30 if number > 1 else 0)
        data = {"page": number, "size": 100, "total": len(expected), "list": expected[first : first + 100]}
        route.fulfill(json={"code": 0, "message": "", "data": data})

    page = visit(WEEK, before=lambda page: page.route(f"**{CALL_RECORDS}?end_time=*", moved))
    page.locator(".counted").get_by_role("button", name="重试").click()
    expect(page.locator(".charts")).to_have_attribute("aria-busy", "false")
    told = expected[: -(-len(expected) // 100) * 100 - 30]
    assert len(told) == sum(bars(page, "接通与放弃").values())


def saved(page: Page) -> tuple[str, bytes]:
    """The file: its name and bytes."""
    with page.expect_download() as told:
        page.get_by_role("button", name="导出 CSV").click()
    return told.value.suggested_filename, Path(told.value.path()).read_bytes()


def test_the_file(visit: Visit, place: Place) -> None:
    """Excel reads it as UTF-8, it has every row and every column, and is named after its range."""
    page = visit("#range=7d&contact_types=_inbound&size=20")
    expected = rows(place, contact_types="_inbound")
    expect(page.locator(".total")).to_contain_text(f"共 {len(expected)} 条")
    name, content = saved(page)
    assert re.fullmatch(r"通话记录_(\d{4}-\d\d-\d\d)_(\d{4}-\d\d-\d\d)\.csv", name)
    first, last = (datetime.fromisoformat(day) for day in re.findall(r"\d{4}-\d\d-\d\d", name))
    assert timedelta(days=6) == last - first
    assert content.startswith(b"\xef\xbb\xbf")
    table = list(csv.DictReader(content.decode("utf-8-sig").splitlines()))
    assert [row["contact_id"] for row in expected] == [row["通话编号"] for row in table]
    assert {31} == {len(row) for row in table}
    assert [str(row["talk_time"]) for row in expected] == [row["通话时长（秒）"] for row in table]
    assert [row["calling_number"] for row in expected] == [row["主叫号码"].lstrip("\t") for row in table]
    assert {"呼入"} == {row["通话类型"] for row in table}
    expect(page.locator(".toolbar")).to_contain_text(f"已导出 {len(expected)} 条。")


def test_a_file_that_cannot_be_whole(visit: Visit, place: Place, watcher: Watcher) -> None:
    """Where a page fails nothing is saved, and the page says so."""
    watcher.expect("console error: .* 502")
    page = visit(WEEK)
    expect(page.locator(".counted")).to_contain_text("统计了全部")
    answer = {"code": 50201, "message": "", "data": None}
    page.route(f"**{CALL_RECORDS}?end_time=*page=2*", lambda route: route.fulfill(status=502, json=answer))
    page.get_by_role("button", name="导出 CSV").click()
    expect(page.locator(".toolbar [role=alert]")).to_contain_text("没有导出，文件未保存：呼叫中心没有正常回答。")


def test_a_file_that_is_called_off(visit: Visit) -> None:
    """Nothing is saved, and another can be made."""
    page = visit(WEEK)
    expect(page.locator(".counted")).to_contain_text("统计了全部")
    # Called as a function of its own: Playwright counts by its signature, which a list's method does not tell.
    held: list[Route] = []
    page.route(f"**{CALL_RECORDS}?end_time=*page=2*", lambda route: held.append(route), times=1)  # noqa: PLW0108
    page.get_by_role("button", name="导出 CSV").click()
    expect(page.locator(".toolbar")).to_contain_text("正在导出 100 /")
    page.locator(".toolbar").get_by_role("button", name="取消").click()
    expect(page.locator(".toolbar")).not_to_contain_text("正在导出")
    assert saved(page)[1].startswith(b"\xef\xbb\xbf")


def test_a_list_that_is_longer_than_a_file(visit: Visit, place: Place) -> None:
    """The newest rows are saved, as many as a file holds, and it is told that there are more."""
    page = visit(WEEK)
    expect(page.locator(".counted")).to_contain_text("统计了全部")

    row = rows(place)[0]

    def more(route: Route) -> None:
        query = parse_qs(urlsplit(route.request.url).query)
        listed = [row | {"contact_id": f"job-{query['page'][0]}-{number}"} for number in range(100)]
        data = {"page": int(query["page"][0]), "size": 100, "total": 12_345, "list": listed}
        route.fulfill(json={"code": 0, "message": "", "data": data})

    page.route(f"**{CALL_RECORDS}?end_time=*", more)
    _, content = saved(page)
    assert 10_001 == len(content.decode("utf-8-sig").splitlines())
    expect(page.locator(".toolbar")).to_contain_text("只导出了最近 10,000 条，共 12,345 条")

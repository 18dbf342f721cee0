"""Looking for calls: each filter, pages, what the address holds, and what is said while there is nothing to see."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from hillstone_ccc.contract import AGENTS, CALL_RECORDS

from .conftest import Place
from .watching import Watcher

Visit = Callable[..., Page]
WEEK = "#range=7d&size=20"
DAY_MS = 86_400_000


def midnight() -> int:
    """When today began in Asia/Shanghai, Unix milliseconds."""
    ahead = 8 * 3_600_000
    return (int(time.time() * 1000) + ahead) // DAY_MS * DAY_MS - ahead


WEEK_BEGAN = str(midnight() - 6 * DAY_MS)


@pytest.fixture(scope="module")
def place(placed: Callable[..., AbstractContextManager[Place]]) -> Iterator[Place]:
    """A week of calls that fill several pages."""
    with placed(records=300) as place:
        yield place


def answered(place: Place, path: str = CALL_RECORDS, **parameters: str) -> dict[str, Any]:
    """What the contract answers to the same question."""
    told = httpx.get(
        place.address + path, params=parameters, headers={"authorization": f"Bearer {place.token}"}, trust_env=False
    )
    data: dict[str, Any] = told.json()["data"]
    return data


def questions(watcher: Watcher) -> list[dict[str, str]]:
    """What the page asked of the list, but for the pictures, whose range has an end."""
    queries = [{name: values[0] for name, values in one.query.items()} for one in watcher.asked(CALL_RECORDS)]
    return [query for query in queries if "end_time" not in query]


def asked(watcher: Watcher) -> dict[str, str]:
    """What it asked last."""
    return questions(watcher)[-1]


def rows(page: Page) -> Locator:
    """The rows of calls."""
    return page.locator("tbody tr:not(.player)")


def shown(page: Page, heading: str) -> list[str]:
    """What a column shows."""
    return page.locator(f'td[data-label="{heading}"]').all_inner_texts()


def total(page: Page) -> int:
    """How many calls there are, as the page says."""
    line = page.locator(".total")
    expect(line).to_contain_text(re.compile(r"共 [\d,]+ 条"))
    found = re.search(r"共 ([\d,]+) 条", line.inner_text())
    assert found is not None
    return int(found[1].replace(",", ""))


def search(page: Page) -> None:
    """Presses the button, and waits until what was found is there."""
    with page.expect_response(lambda response: CALL_RECORDS in response.url):
        page.get_by_role("button", name="查询").click()
    expect(page.locator(".total")).not_to_contain_text("正在读取")


def test_it_shows_a_page_of_calls(visit: Visit, place: Place) -> None:
    """The rows are those of the contract, in words: times of Asia/Shanghai, minutes, kinds and ends of calls."""
    page = visit(WEEK)
    expect(rows(page)).to_have_count(20)
    data = answered(place, start_time=WEEK_BEGAN, size="20")
    first = next(row for row in data["list"] if row["contact_type"] == "_inbound" and row["recording_ready"])
    at = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(first["start_time"] / 1000 + 8 * 3600))
    row = rows(page).filter(has_text=at)
    assert "呼入" == row.locator('[data-label="通话类型"]').inner_text()
    assert "成功" == row.locator('[data-label="挂断类型"]').inner_text()
    assert first["calling_number"] == row.locator('[data-label="主叫号码"]').inner_text()
    talked = first["talk_time"]
    assert f"{talked // 60}:{talked % 60:02}" == row.locator('[data-label="通话时长"]').inner_text()
    assert shown(page, "开始时间") == sorted(shown(page, "开始时间"), reverse=True)


def test_ranges(visit: Visit, watcher: Watcher) -> None:
    """They begin at midnight in Asia/Shanghai, whatever the visitor's own time zone."""
    page = visit(WEEK)
    expect(page.locator(".total")).to_contain_text("共")
    for range_, days in {"今天": 0, "近 30 天": 29, "近 7 天": 6}.items():
        with page.expect_response(lambda response: CALL_RECORDS in response.url and "end_time" not in response.url):
            page.get_by_text(range_, exact=True).click()
        expect(page.get_by_label(range_)).to_be_checked()
        start = int(asked(watcher)["start_time"])
        assert start in {midnight() - days * DAY_MS, midnight() - (days + 1) * DAY_MS}  # it may have struck meanwhile


def test_from_and_to(visit: Visit, place: Place, watcher: Watcher) -> None:
    """What is typed is Asia/Shanghai's time, and both ends go to the server as they were meant."""
    page = visit("#range=7d")
    page.get_by_text("自定义", exact=True).click()
    page.locator("#start").fill("2026-03-01T00:00:00")
    page.locator("#end").fill("2099-01-01T12:30:15")
    search(page)
    told = {"start_time": "1772294400000", "end_time": "4070925015000"}
    assert told.items() <= {name: values[0] for name, values in watcher.asked(CALL_RECORDS)[-1].query.items()}.items()
    assert answered(place, **told)["total"] == total(page)
    assert f"#{urlencode(told)}" == f"#{urlsplit(page.url).fragment}"


def test_a_range_that_cannot_be_meant(visit: Visit, watcher: Watcher) -> None:
    """It is refused beside its field, and nothing is asked."""
    page = visit(WEEK)
    expect(rows(page)).to_have_count(20)
    page.get_by_text("自定义", exact=True).click()
    page.locator("#start").fill("2026-03-02T00:00:00")
    page.locator("#end").fill("2026-03-01T00:00:00")
    before = len(questions(watcher))
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("alert")).to_have_text("开始时间晚于结束时间。")
    expect(page.locator("#start")).to_be_focused()
    page.locator("#start").fill("")
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("alert")).to_have_text("请填写开始时间。")
    assert before == len(questions(watcher))


def test_an_agent_with_suggestions(visit: Visit, place: Place, watcher: Watcher) -> None:
    """A part of a name suggests agents; the keys choose one, and the list is theirs."""
    page = visit(WEEK)
    field = page.get_by_role("combobox", name="坐席")
    field.press_sequentially("张三")
    options = page.locator("#suggestions li")
    expect(options.first).to_be_visible()
    named = answered(place, AGENTS, name_pattern="张三", size="8")["list"]
    assert [one["display_name"] for one in named] == page.locator("#suggestions li").evaluate_all(
        "(found) => found.map((one) => one.dataset.name)"
    )
    field.press("ArrowDown")
    field.press("Enter")
    expect(options).to_have_count(0)
    assert named[0]["display_name"] == field.input_value()
    search(page)
    assert named[0]["display_name"] == asked(watcher)["agent_names"]
    assert answered(place, start_time=WEEK_BEGAN, agent_names=named[0]["display_name"])["total"] == total(page)


def test_several_agents(visit: Visit, place: Place) -> None:
    """A comma, of either kind, begins the next name; a click chooses it."""
    page = visit(WEEK)
    field = page.get_by_role("combobox", name="坐席")
    field.press_sequentially("张三丰，李")
    page.locator("#suggestions li").first.click()
    names = field.input_value()
    assert re.fullmatch("张三丰, 李.*", names)
    search(page)
    assert answered(place, start_time=WEEK_BEGAN, agent_names=names)["total"] == total(page)


def test_an_agent_who_is_not_there(visit: Visit) -> None:
    """The list is empty and says whose name is nobody's; no wider one is shown."""
    page = visit("#range=7d&agent_names=无此人")
    expect(page.get_by_role("heading", name="没有叫这个名字的坐席：")).to_be_visible()
    expect(page.locator(".state")).to_contain_text("无此人")
    expect(rows(page)).to_have_count(0)


@pytest.mark.parametrize(
    ("label", "parameter", "column"),
    [("主叫号码", "calling_number", "主叫号码"), ("被叫号码", "called_number", "被叫号码")],
)
def test_numbers(visit: Visit, place: Place, watcher: Watcher, label: str, parameter: str, column: str) -> None:
    """A number finds its calls, and `*` stands for a digit."""
    whole = answered(place, start_time=WEEK_BEGAN, contact_types="Inbound")["list"][0][parameter]
    page = visit(WEEK)
    expect(rows(page)).to_have_count(20)
    for number in (whole, whole[:-3] + "***"):
        page.get_by_role("textbox", name=label).fill(number)
        search(page)
        assert number == asked(watcher)[parameter]
        expected = answered(place, start_time=WEEK_BEGAN, **{parameter: number})
        assert expected["total"] == total(page) > 0
        assert all(re.fullmatch(number.replace("*", r"\d"), one) for one in shown(page, column))


def test_what_is_no_number(visit: Visit, watcher: Watcher) -> None:
    """It is refused beside its field, and nothing is asked."""
    page = visit(WEEK)
    expect(rows(page)).to_have_count(20)
    before = len(questions(watcher))
    page.get_by_role("textbox", name="主叫号码").fill("张三")
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("alert")).to_have_text("号码由数字、* 和 # 组成，开头可以有 +。")
    assert before == len(questions(watcher))


@pytest.mark.parametrize(
    ("label", "option", "parameter", "word"),
    [
        ("通话类型", "呼出", "contact_types", "_outbound"),
        ("挂断类型", "排队中放弃", "dispositions", "_abandoned_in_queue"),
    ],
)
def test_kinds_and_ends(
    visit: Visit, place: Place, watcher: Watcher, label: str, option: str, parameter: str, word: str
) -> None:
    """One or several are ticked, and the list holds these alone."""
    page = visit(WEEK)
    opener = page.locator(".filters summary").filter(has_text=label)
    opener.click()
    page.get_by_label(option, exact=True).check()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    expect(opener).to_contain_text(option)
    search(page)
    assert word == asked(watcher)[parameter]
    assert answered(place, start_time=WEEK_BEGAN, **{parameter: word})["total"] == total(page) > 0
    assert {option} == set(shown(page, label))


def test_pages(visit: Visit, place: Place, watcher: Watcher) -> None:
    """Every call is on one page and one alone; a size is chosen, and a page gone to."""
    page = visit("#range=7d&size=50")
    seen: list[str] = []
    count = total(page)
    pages = -(-count // 50)
    following = page.get_by_role("navigation").get_by_role("button", name="下一页")
    for number in range(1, pages + 1):
        expect(page.locator(".total")).to_contain_text(f"第 {number} / {pages} 页")
        expect(page.locator("table")).to_have_attribute("aria-busy", "false")
        seen += page.locator("tbody tr").evaluate_all("(rows) => rows.map((row) => row.innerText)")
        if number < pages:
            following.click()
    expect(following).to_be_disabled()
    assert (count, count) == (len(seen), len(set(seen)))
    assert str(pages) == asked(watcher)["page"]
    page.get_by_label("到第几页").fill("99")
    page.get_by_label("到第几页").press("Enter")
    expect(page.locator(".total")).to_contain_text(f"第 {pages} / {pages} 页")
    page.get_by_label("每页").select_option("100")
    expect(page.locator(".total")).to_contain_text(f"第 1 / {-(-count // 100)} 页")
    assert answered(place, start_time=WEEK_BEGAN)["total"] == total(page)


def test_a_page_that_is_no_more(visit: Visit) -> None:
    """It says so, and leads back to the first."""
    page = visit("#range=7d&size=20&page=77")
    page.get_by_role("button", name="回到第一页").click()
    expect(rows(page)).to_have_count(20)


def test_sharing(visit: Visit, place: Place) -> None:
    """Whoever is given the address sees the same: filters, page, size, and the call that is open."""
    page = visit(WEEK)
    page.locator(".filters summary").filter(has_text="通话类型").click()
    page.get_by_label("呼入", exact=True).check()
    search(page)
    page.get_by_label("每页").select_option("50")
    page.get_by_role("navigation").get_by_role("button", name="下一页").click()
    expect(page.locator(".total")).to_contain_text("第 2 /")
    rows(page).nth(3).get_by_role("button", name="详情").click()
    expect(page.get_by_role("dialog")).to_contain_text("时间线")
    told = {name: values[0] for name, values in parse_qs(urlsplit(page.url).fragment).items()}
    contact_id = told.pop("call")
    assert {"range": "7d", "contact_types": "_inbound", "size": "50", "page": "2"} == told
    other = visit(f"#{urlsplit(page.url).fragment}")
    expect(other.get_by_role("dialog")).to_contain_text("时间线")
    other.get_by_role("button", name="关闭").click()
    expect(other.locator(".filters summary").filter(has_text="通话类型")).to_contain_text("呼入")
    assert shown(page, "开始时间") == shown(other, "开始时间")
    assert contact_id not in other.url


def test_back_and_forth(visit: Visit) -> None:
    """The browser's own keys go through what was looked at."""
    page = visit(WEEK)
    expect(rows(page)).to_have_count(20)
    page.get_by_role("navigation").get_by_role("button", name="下一页").click()
    expect(page.locator(".total")).to_contain_text("第 2 /")
    rows(page).first.get_by_role("button", name="详情").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.go_back()
    expect(page.locator(".total")).to_contain_text("第 1 /")
    page.go_forward()
    expect(page.locator(".total")).to_contain_text("第 2 /")


UNREAD = {
    "#range=year": "range",
    "#page=none": "page",
    "#size=500": "size",
    "#calling_number=张三": "calling_number",
    "#dispositions=a;b": "dispositions",
    "#end_time=5": "end_time",
    "#skill_group_ids=x&range=7d": "skill_group_ids",
    "#range=7d&range=30d": "range",
}


def test_an_address_that_cannot_be_read(visit: Visit, watcher: Watcher) -> None:
    """It is told by name, and nothing is asked: without the filter the list would be wider than was meant."""
    page = visit("#range=century")
    for fragment, named in UNREAD.items():
        page.evaluate("(fragment) => { location.hash = fragment; }", fragment)
        expect(page.get_by_role("alert")).to_contain_text(f"链接里的条件看不懂：{named}。")
    assert [] == watcher.asked(CALL_RECORDS)
    page.locator(".state").get_by_role("button", name="清空条件").click()
    expect(page.locator(".total")).to_contain_text("共")
    assert "" == urlsplit(page.url).fragment


def test_a_word_that_the_server_does_not_know(visit: Visit, watcher: Watcher) -> None:
    """What reads like a filter and is none the server refuses, and the page says so."""
    watcher.expect("console error: .* 400")
    page = visit("#range=7d&dispositions=unheard_of")
    expect(page.get_by_role("alert")).to_contain_text("条件有误")
    expect(page.locator(".about")).to_contain_text("dispositions")


def test_nothing_found(visit: Visit) -> None:
    """It says what to do, and clearing the filters shows today."""
    page = visit("#range=7d&calling_number=13800009999&called_number=13800009999")
    expect(page.get_by_role("heading", name="没有符合条件的通话。")).to_be_visible()
    page.locator(".state").get_by_role("button", name="清空条件").click()
    expect(page.get_by_label("今天")).to_be_checked()
    expect(page.get_by_role("textbox", name="主叫号码")).to_have_value("")


def test_while_it_is_loading(visit: Visit, place: Place) -> None:
    """It says so at first; later the rows from before stay, marked as old."""
    page = visit(WEEK)
    expect(rows(page)).to_have_count(20)
    held: list[Any] = []
    page.route(f"**{CALL_RECORDS}?*", lambda route: held.append(route))  # noqa: PLW0108 - Playwright wants a function
    page.get_by_role("navigation").get_by_role("button", name="下一页").click()
    expect(page.locator("table")).to_have_attribute("aria-busy", "true")
    expect(page.locator(".total")).to_have_text("正在读取通话……")
    expect(rows(page)).to_have_count(20)
    while not held:
        page.wait_for_timeout(10)
    for route in held:
        route.continue_()
    expect(page.locator("table")).to_have_attribute("aria-busy", "false")


def test_columns(visit: Visit) -> None:
    """Each key of the contract's row can be a column; the choice is kept for the next visit."""
    page = visit(WEEK)
    expect(rows(page)).to_have_count(20)
    opener = page.locator(".toolbar summary")
    expect(opener).to_contain_text("11 / 31")
    opener.click()
    page.get_by_label("通话编号").check()
    page.get_by_label("技能组", exact=True).uncheck()
    headings = page.get_by_role("columnheader")
    expect(headings.filter(has_text="通话编号")).to_be_visible()
    expect(headings.filter(has_text="技能组")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("columnheader").filter(has_text="通话编号")).to_be_visible()
    page.locator(".toolbar summary").click()
    page.get_by_role("button", name="恢复默认").click()
    expect(headings.filter(has_text="通话编号")).to_have_count(0)


def test_why_there_is_no_recording(visit: Visit, place: Place) -> None:
    """A row without one says why."""
    page = visit("#range=7d")
    expect(rows(page)).to_have_count(100)
    listed = answered(place, start_time=WEEK_BEGAN, size="100")["list"]
    for place_, row in enumerate(listed):
        cell = rows(page).nth(place_).locator("td.recording")
        if row["recording_ready"]:
            continue
        told = cell.inner_text()
        assert told in {"未接通，没有录音", "录音生成中，请稍后刷新", "没有录音", "通话尚未结束"}
        assert (row["established_time"] is None) == (told == "未接通，没有录音")

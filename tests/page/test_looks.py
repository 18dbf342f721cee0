"""Every state of the page for every sense: what axe finds, keys alone, languages, colours, widths; and its pictures."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from hillstone_ccc.contract import CALL_RECORD, CALL_RECORDS
from hillstone_ccc.sandbox import Call
from hillstone_ccc.sandbox.call import Transfer

from .conftest import Place
from .looking import accessible, picture
from .watching import Watcher

Visit = Callable[..., Page]
WEEK = "#range=7d&size=20"
PHONE = (390, 844)


@pytest.fixture(scope="module")
def place(placed: Callable[..., AbstractContextManager[Place]]) -> Iterator[Place]:
    """A week of calls."""
    with placed(records=150) as place:
        yield place


def listed(page: Page) -> None:
    """The list and the pictures are there."""
    expect(page.locator("button.play").first).to_be_visible()
    expect(page.locator(".counted")).to_contain_text("统计了全部")


def refused(page: Page, status: int, code: int, message: str) -> None:
    """The list is refused from now on; asked for again."""
    envelope = {"code": code, "message": message, "data": None}
    page.route(f"**{CALL_RECORDS}?*", lambda route: route.fulfill(status=status, json=envelope))
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("alert")).to_be_visible()


def play(page: Page) -> None:
    """A recording is played."""
    page.locator("button.play").nth(1).click()
    expect(page.locator("#sounding")).to_have_text("暂停")


def open_details(page: Page) -> None:
    """A call's details are open, with all there is to unfold."""
    page.locator("tr", has=page.locator("button.play")).nth(1).get_by_role("button", name="详情").click()
    expect(page.get_by_role("dialog").locator(".lanes")).to_be_visible()
    for fold in page.get_by_role("dialog").locator("summary").all():
        fold.click()


def suggest(page: Page) -> None:
    """Agents are suggested, and one of them is about to be chosen."""
    page.get_by_role("combobox", name="坐席").press_sequentially("张")
    expect(page.locator("#suggestions li").first).to_be_visible()
    page.keyboard.press("ArrowDown")


def choose(page: Page) -> None:
    """The ways in which calls end are unfolded."""
    page.locator(".filters summary").filter(has_text="挂断类型").click()
    page.get_by_label("无人接听").check()


def mistyped(page: Page) -> None:
    """What is no number, in a range that is typed."""
    page.get_by_text("自定义", exact=True).click()
    page.get_by_role("textbox", name="主叫号码").fill("张三")
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("alert")).to_be_visible()


def loading(page: Page) -> None:
    """Asked for, and not there yet."""
    page.route(f"**{CALL_RECORDS}?*", lambda _: None)
    page.get_by_text("近 30 天").click()
    expect(page.locator("table")).to_have_attribute("aria-busy", "true")


def nothing(page: Page) -> None:
    """A search that finds nothing."""
    page.get_by_role("textbox", name="主叫号码").fill("13800009999")
    page.get_by_role("textbox", name="被叫号码").fill("13800009999")
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("heading", name="没有符合条件的通话。")).to_be_visible()


def saved(page: Page) -> None:
    """A recording and a file were saved."""
    for button in (page.locator("button.save").first, page.get_by_role("button", name="导出 CSV")):
        with page.expect_download():
            button.click()
    expect(page.locator(".toolbar")).to_contain_text("已导出")


def as_it_is(_: Page) -> None:
    """Nothing is done."""


STATES: dict[str, tuple[Callable[[Page], Any], str | None]] = {
    "list": (as_it_is, None),
    "player": (play, None),
    "details": (open_details, None),
    "suggestions": (suggest, None),
    "choice": (choose, None),
    "mistyped": (mistyped, None),
    "loading": (loading, None),
    "empty": (nothing, None),
    "saved": (saved, None),
    "401": (lambda page: refused(page, 401, 40101, "Nobody is known by this request."), "console error: .* 401"),
    "403": (lambda page: refused(page, 403, 40301, "The permission is missing."), "console error: .* 403"),
    "503": (lambda page: refused(page, 503, 50301, "The call center is asked too much."), "console error: .* 503"),
    "address": (lambda page: page.evaluate("location.hash = '#range=year&page=2'"), None),
}
"""Name of a state → how the listed page comes into it, and what the browser says of that in the console."""


@pytest.mark.parametrize("state", STATES)
def test_each_state(visit: Visit, watcher: Watcher, state: str) -> None:
    """Axe finds nothing serious in it, in light and in dark; its pictures are kept."""
    into, complaint = STATES[state]
    if complaint:
        watcher.expect(complaint)
    page = visit(WEEK, color_scheme="light", reduced_motion="reduce")  # or axe would look into a change of colours
    listed(page)
    into(page)
    accessible(page)
    picture(page, state, whole=False)
    page.emulate_media(color_scheme="dark")
    accessible(page)
    if state in {"list", "details"}:
        picture(page, f"{state}-dark", whole=False)


@pytest.mark.parametrize("state", ["list", "player", "details"])
def test_on_a_phone(visit: Visit, state: str) -> None:
    """A card for each call, nothing wider than the screen, and fingers find what they press."""
    page = visit(WEEK, viewport=PHONE, has_touch=True)
    listed(page)
    STATES[state][0](page)
    accessible(page)
    assert 390 == page.evaluate("document.documentElement.scrollWidth")
    if state != "details":
        page.locator("tbody").evaluate("(body) => body.scrollIntoView()")
    small = page.locator("button:visible, select:visible, summary:visible").evaluate_all(
        "(all) => all.filter((one) => one.getBoundingClientRect().height < 40).map((one) => one.outerHTML)"
    )
    assert [] == small
    picture(page, f"phone-{state}", whole=False)


def test_other_widths(visit: Visit) -> None:
    """The page itself never scrolls sideways: a table that is too wide does."""
    page = visit(WEEK)
    listed(page)
    play(page)
    for width in (760, 1024, 1920, 2560):
        page.set_viewport_size({"width": width, "height": 900})
        assert width == page.evaluate("document.documentElement.scrollWidth")
        controls = page.locator(".controls").bounding_box()
        assert controls is not None
        assert controls["x"] + controls["width"] <= width


def test_in_english(visit: Visit) -> None:
    """Everything is said in English, axe is content, and the choice is remembered."""
    page = visit(WEEK)
    listed(page)
    page.get_by_role("button", name="English").click()
    expect(page).to_have_title("Call records")
    assert "en" == page.evaluate("document.documentElement.lang")
    accessible(page)
    page.locator("button.play").first.click()
    page.get_by_role("button", name="Details of the call").first.click()
    expect(page.get_by_role("dialog").get_by_role("heading", name="Time line")).to_be_visible()
    own = page.locator("button:not([lang]), label, summary, h1, h2, h3, th, dt, legend, figcaption").all_inner_texts()
    assert [] == [text for text in own if any("一" <= sign <= "鿿" for sign in text)]
    picture(page, "english", whole=False)
    page.get_by_role("button", name="Close", exact=True).click()
    page.reload()
    expect(page).to_have_title("Call records")
    page.get_by_role("button", name="中文").click()
    expect(page).to_have_title("通话记录")


def test_dark(visit: Visit) -> None:
    """As the system has it, unless somebody chose otherwise, which holds before anything is painted."""
    page = visit(WEEK, color_scheme="dark")
    listed(page)
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(ground)
    page.get_by_label("外观").select_option("浅色")
    light = page.evaluate(ground)
    assert dark != light
    page.reload(wait_until="commit")
    page.wait_for_selector("body", state="attached")
    assert light == page.evaluate(ground)
    listed(page)
    page.get_by_label("外观").select_option("跟随系统")
    assert dark == page.evaluate(ground)


def test_by_keys_alone(visit: Visit, watcher: Watcher) -> None:
    """Filters, list, player and details are reached and used without a mouse, in the order in which they stand."""
    page = visit(WEEK)
    listed(page)
    focused = "document.activeElement"
    seen: list[str] = []
    for _ in range(40):
        page.keyboard.press("Tab")
        told = page.evaluate(
            "[document.activeElement].map((one) => one.id || one.name || one.className || one.innerText.trim())[0]"
        )
        seen.append(told)
        if told == "play":
            break
        outline = page.evaluate(
            f"""[{focused}, {focused}.nextElementSibling].some(
                (one) => one && getComputedStyle(one).outlineStyle !== "none")"""
        )
        assert outline, f"nobody sees that {told} has the focus"
    ordered = ["range", "agents", "calling", "called", "查询", "清空条件", "save", "scroll", "play"]
    places = [seen.index(next(one for one in seen if part in one)) for part in ordered if part != "查询"]
    assert sorted(places) == places
    page.keyboard.press("Enter")
    expect(page.locator("#sounding")).to_be_focused()
    expect(page.locator("#sounding")).to_have_text("暂停")
    page.keyboard.press("Space")
    expect(page.locator("#sounding")).to_have_text("播放")


def test_moving_less(visit: Visit) -> None:
    """Whoever asks for less motion gets none."""
    page = visit(WEEK, reduced_motion="reduce")
    listed(page)
    assert "0s" == page.get_by_role("button", name="查询").evaluate("(one) => getComputedStyle(one).transitionDuration")


HOSTILE = {
    "markup": "<img src=x onerror=alert(1)><script>alert(2)</script>",
    "quotes": "\"';--</td></tr>`${alert(3)}`",
    "right to left": "\u202e\u2067张三\u2066\u200f",
    "long": "长" * 500,
    "links": "javascript:alert(4)",
    "formula": '=HYPERLINK("http://x.example")',
}


def hostile(number: int, text: str) -> Call:
    """A call that has it wherever the call center has words of its own or of people's."""
    began = (int(time.time()) - 3_600 + number) * 1000
    name = text.replace(",", "")
    transfer = Transfer(
        from_agent="zhangsan@ccc-demo", to="lisi@ccc-demo", to_kind="agent", time=began + 30_000, kind="blind"
    )
    return Call(
        contact_id=f"job-hostile-{number}",
        start_time=began,
        calling_number="13800000001",
        caller_location=text,
        callee_location=text,
        agent_names=(name, name),
        agents=("zhangsan@ccc-demo", "lisi@ccc-demo"),
        skill_group_names=(name,),
        satisfaction_offered=True,
        satisfaction_index=1,
        satisfaction_channel=text[:20],
        satisfaction_description=text,
        release_reason=text,
        transfers=(transfer,),
    )


def test_hostile_data(visit: Visit, placed: Callable[..., AbstractContextManager[Place]], watcher: Watcher) -> None:
    """Names, places and ratings are text, whatever is in them: in the list, the pictures and the drawer."""
    with placed(calls=[hostile(number, text) for number, text in enumerate(HOSTILE.values())]) as other:
        page = visit(WEEK, at=other)
        listed(page)
        expect(page.locator("tbody tr")).to_have_count(len(HOSTILE))
        expect(page.locator("main img, main script, main iframe")).to_have_count(0)
        assert 1280 == page.evaluate("document.documentElement.scrollWidth")
        for number, (kind, text) in enumerate(HOSTILE.items()):
            row = page.locator("tbody tr", has=page.locator(f"button.details[data-call='job-hostile-{number}']"))
            assert text == row.locator('td[data-label="满意度"]').inner_text()
            agents = row.locator('td[data-label="坐席"] bdi')
            assert text.replace(",", "") in agents.inner_text()
            assert "isolate" == agents.evaluate("(one) => getComputedStyle(one).unicodeBidi")
            row.get_by_role("button", name="通话的详情").click()
            drawer = page.get_by_role("dialog")
            expect(drawer.locator(".lanes")).to_be_visible()
            for fold in drawer.locator("summary").all():
                fold.click()
            assert text in drawer.inner_text()
            expect(drawer.locator("img, script, iframe")).to_have_count(0)
            assert drawer.evaluate("(one) => one.scrollWidth === one.clientWidth")
            picture(page, f"hostile-{kind.replace(' ', '-')}", whole=False)
            page.keyboard.press("Escape")
            expect(drawer).to_be_hidden()
        watcher.leave()


def test_a_call_of_a_hostile_name(visit: Visit, watcher: Watcher) -> None:
    """An id from the address is sent as it is, and no other path is asked."""
    watcher.expect("console error: .* 40[04]")
    name = "../agent?name_pattern=x#<b>"
    page = visit(f"{WEEK}&call={name.replace('#', '%23').replace('?', '%3F').replace('&', '%26')}")
    expect(page.get_by_role("dialog").get_by_role("alert")).to_be_visible()
    [asked] = [one for one in watcher.requests if "name_pattern" in one.url and one.kind == "fetch"]
    assert asked.path.startswith(CALL_RECORD.partition("{")[0] + "..%2Fagent%3F")

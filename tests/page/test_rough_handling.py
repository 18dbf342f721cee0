"""Quick fingers, slow answers, odd ones, wrong clocks: nothing plays unseen, nothing typed is lost, nothing hangs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from hillstone_ccc.contract import AGENTS, CALL_RECORD, CALL_RECORDS, RECORDING
from hillstone_ccc.sandbox import Faults

from .answering import answers
from .conftest import Place
from .test_list import asked, rows, search, shown, total
from .test_recordings import SOUND, links, recorded, until
from .watching import Watcher

Visit = Callable[..., Page]
Placed = Callable[..., AbstractContextManager[Place]]
WEEK = "#range=7d&size=20"
LISTS = f"**{CALL_RECORDS}?*"


@pytest.fixture(scope="module")
def place(placed: Placed) -> Iterator[Place]:
    """A week of calls."""
    with placed() as place:
        yield place


def listed(page: Page) -> None:
    """The list and the pictures are there."""
    expect(page.locator("button.play").first).to_be_visible()
    expect(page.locator(".counted")).to_contain_text("统计了全部")


def following(page: Page) -> Any:
    """The button to the next page."""
    return page.get_by_role("navigation").get_by_role("button", name="下一页")


# --- nothing sounds or goes on unseen -----------------------------------------------------------------------


def test_an_old_row_that_is_played_while_others_come(visit: Visit) -> None:
    """It falls silent when its row is gone."""
    page = visit(WEEK)
    listed(page)
    held: list[Route] = []
    page.route(LISTS, lambda route: held.append(route), times=1)  # noqa: PLW0108 - Playwright wants a function
    following(page).click()
    recorded(page).first.click()
    until(page, "sound.currentTime > 0")
    held[0].continue_()
    expect(page.locator(".total")).to_contain_text("第 2 /")
    until(page, "sound.paused && !sound.hasAttribute('src')")


def test_an_address_that_cannot_be_read_ends_everything(visit: Visit, watcher: Watcher) -> None:
    """No sound, no drawer, and no file of what was looked at before."""
    page = visit(WEEK)
    listed(page)
    recorded(page).first.click()
    until(page, "sound.currentTime > 0")
    page.route(f"{LISTS}page=2*", lambda _: None)
    page.get_by_role("button", name="导出 CSV").click()
    rows(page).first.get_by_role("button", name="详情").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.evaluate("location.hash = '#year=2026&call=job-1'")
    expect(page.get_by_role("alert")).to_contain_text("year")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("progress")).to_have_count(0)
    until(page, "sound.paused && !sound.hasAttribute('src')")
    assert page.url.endswith("#year=2026&call=job-1")
    assert [] == watcher.asked(CALL_RECORD.replace("{contact_id}", "job-1"))


def test_the_player_within_reach_of_the_drawer(visit: Visit) -> None:
    """What sounds can be paused there too."""
    page = visit(WEEK)
    recorded(page).first.click()
    until(page, "sound.currentTime > 0")
    rows(page).first.get_by_role("button", name="详情").click()
    page.get_by_role("dialog").get_by_role("button", name="暂停").click()
    until(page, "sound.paused")


def test_stopped_while_it_is_loading(visit: Visit, watcher: Watcher) -> None:
    """A second press takes the first one back."""
    page = visit(WEEK)
    recorded(page)
    held: list[Route] = []
    page.route(f"**{RECORDING}?*", lambda route: held.append(route))  # noqa: PLW0108 - as above
    recorded(page).first.click()
    button = page.locator("#sounding")
    expect(button).to_have_text("暂停")
    button.click()
    expect(button).to_have_text("播放")
    assert 1 == links(watcher)
    assert "" == page.evaluate(f"{SOUND}.src")
    page.unroute(f"**{RECORDING}?*")
    button.click()
    until(page, "sound.currentTime > 0")


def test_going_elsewhere_while_it_is_loading(visit: Visit) -> None:
    """Where somebody has gone before there was a sound is where it begins, also if it was stopped in between."""
    page = visit(WEEK)
    recorded(page)
    held: list[Route] = []
    page.route("**/oss/**", lambda route: held.append(route), times=1)  # noqa: PLW0108 - as above
    recorded(page).first.click()
    slider = page.get_by_role("slider", name="播放进度")
    until(page, "sound.hasAttribute('src')")
    slider.fill("3")
    page.locator("#sounding").click()
    held[0].continue_()
    until(page, "sound.readyState > 1 && sound.currentTime === 3 && sound.paused")
    page.locator("#sounding").click()
    until(page, "sound.currentTime > 3 && !sound.paused")


def test_seeking_while_paused_on_a_dead_link(visit: Visit, place: Place) -> None:
    """The new link is loaded, and waits at the new place."""
    place.box.faults = Faults(link_expires_after=2)
    page = visit(WEEK)
    recorded(page).first.click()
    until(page, "sound.currentTime > 2.2")
    page.locator("#sounding").click()
    place.box.faults = Faults()
    page.get_by_role("slider", name="播放进度").fill("4")
    until(page, "sound.currentTime === 4 && sound.paused")
    expect(page.locator("tr.player [role=status]")).to_have_count(0)
    expect(page.locator("#sounding")).to_have_text("播放")


# --- the focus stays near ---------------------------------------------------------------------------------


def focused(page: Page) -> str:
    """What has the focus."""
    told: str = page.evaluate("[document.activeElement].map((one) => one.id || one.className || one.tagName)[0]")
    return told


def test_the_focus_is_never_lost(visit: Visit) -> None:
    """After what takes a button away, or disables it, the next key works on from there."""
    page = visit(WEEK)
    listed(page)
    for close in ("Escape", "button"):
        recorded(page).first.click()
        expect(page.locator("#sounding")).to_be_focused()
        if close == "Escape":
            page.keyboard.press("Escape")
        else:
            page.get_by_role("button", name="收起播放器").press("Enter")
        expect(recorded(page).first).to_be_focused()
    save = page.locator("button.save").first
    with page.expect_download():
        save.press("Enter")
    expect(page.locator("td.recording [role=status]")).to_be_visible()
    expect(save).to_be_focused()
    csv = page.get_by_role("button", name="导出 CSV")
    with page.expect_download():
        csv.press("Enter")
    expect(csv).to_be_focused()
    last = page.get_by_label("到第几页")
    last.fill("999")
    last.press("Enter")
    expect(page.locator(".total")).not_to_contain_text("第 1 /")
    before = page.get_by_role("navigation").get_by_role("button", name="上一页")
    before.press("Enter")
    expect(page.locator("table")).to_have_attribute("aria-busy", "false")
    following(page).press("Enter")
    expect(following(page)).to_have_attribute("aria-disabled", "true")
    assert "BODY" != focused(page)


def test_the_focus_after_a_drawer_of_the_address(visit: Visit) -> None:
    """It goes to the call, which the drawer was of."""
    page = visit(WEEK)
    call = recorded(page).first.get_attribute("data-call")
    other = visit(f"{WEEK}&call={call}")
    expect(other.get_by_role("dialog")).to_contain_text("时间线")
    recorded(other)
    other.keyboard.press("Escape")
    expect(other.locator(f"button.details[data-call='{call}']")).to_be_focused()


def test_keys_and_fields(visit: Visit) -> None:
    """Letters typed into a field play nothing; with Caps Lock they do in the list; arrows elsewhere scroll."""
    page = visit(WEEK)
    listed(page)
    page.get_by_role("combobox", name="坐席").press_sequentially("npnp")
    expect(page.locator("tr.player")).to_have_count(0)
    recorded(page).first.focus()
    page.keyboard.press("Shift+N")
    expect(page.locator("tr.player")).to_have_count(1)
    until(page, "sound.currentTime > 0")
    slider = page.get_by_role("slider", name="播放进度")
    slider.focus()
    before = page.evaluate(f"{SOUND}.currentTime")
    page.keyboard.press("ArrowRight")
    until(page, f"sound.currentTime >= {before} + 5 || sound.ended || sound.currentTime === 0")


# --- what is typed stays ----------------------------------------------------------------------------------


def test_drafts(visit: Visit) -> None:
    """What is not searched for yet outlives paging, looking into a call, and all that is drawn meanwhile."""
    page = visit(WEEK)
    listed(page)
    number = page.get_by_role("textbox", name="主叫号码")
    number.fill("1380000****")
    following(page).click()
    expect(page.locator(".total")).to_contain_text("第 2 /")
    rows(page).first.get_by_role("button", name="详情").click()
    page.keyboard.press("Escape")
    expect(number).to_have_value("1380000****")
    recorded(page).first.click()
    until(page, "sound.currentTime > 0")
    field = page.get_by_label("到第几页")
    field.fill("")
    field.press("3")
    place = page.evaluate(f"{SOUND}.currentTime")
    until(page, f"sound.currentTime > {place} + 0.6")  # the player has been drawn twice meanwhile
    expect(field).to_have_value("3")
    field.press("Enter")
    expect(page.locator(".total")).to_contain_text("第 3 /")


def test_what_is_typed_loosely(visit: Visit, watcher: Watcher) -> None:
    """Blanks in a number and the list's own comma between names are taken for what they mean."""
    page = visit(WEEK)
    listed(page)
    page.get_by_role("combobox", name="坐席").fill("张三、 李四，张三丰")
    search(page)
    assert "张三, 李四, 张三丰" == asked(watcher)["agent_names"]
    page.get_by_role("combobox", name="坐席").fill("")
    page.get_by_role("textbox", name="主叫号码").fill("138 0000 ****")
    search(page)
    assert "1380000****" == asked(watcher)["calling_number"]


def test_a_name_that_is_being_composed(visit: Visit, watcher: Watcher) -> None:
    """The letters that become a Chinese sign ask for nobody."""
    page = visit(WEEK)
    listed(page)
    page.get_by_role("combobox", name="坐席").focus()
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "zhang", "selectionStart": 5, "selectionEnd": 5})
    expect(page.get_by_role("combobox", name="坐席")).to_have_value("zhang")
    session.send("Input.insertText", {"text": "张"})
    expect(page.locator("#suggestions li").first).to_be_visible()
    assert ["张"] == [one.query["name_pattern"][0] for one in watcher.asked(AGENTS)]


def test_the_history(visit: Visit) -> None:
    """Closing a call is no step of its own, and clearing what is clear is none at all."""
    page = visit(WEEK)
    listed(page)
    rows(page).first.get_by_role("button", name="详情").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.go_back()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator(".total")).to_contain_text("共")
    page.get_by_role("button", name="清空条件").click()
    steps = page.evaluate("history.length")
    for _ in range(3):
        page.get_by_role("button", name="清空条件").click()
    assert steps == page.evaluate("history.length")


def test_two_tabs(visit: Visit) -> None:
    """What one likes the other does not take back."""
    page = visit(WEEK)
    listed(page)
    other = page.context.new_page()
    other.goto(page.url)
    listed(other)
    page.get_by_label("外观").select_option("深色")
    other.locator(".pictures > summary").click()
    other.reload()
    expect(other.get_by_label("外观")).to_have_value("dark")


# --- odd answers ------------------------------------------------------------------------------------------


ODD: dict[str, Any] = {
    "no data": None,
    "no list": {"total": 1, "list": None},
    "a row that is null": {"total": 1, "list": [None]},
    "a row without keys": {"total": 1, "list": [{"contact_id": "job-1"}]},
    "a count that is text": {"total": "many", "list": []},
}


def test_lists_that_are_none(visit: Visit) -> None:
    """They are told as not understood, and the next good answer is shown."""
    page = visit(WEEK)
    listed(page)
    for odd in ODD.values():
        page.route(LISTS, answers(json={"code": 0, "message": "", "data": odd}))
        page.get_by_role("button", name="查询").click()
        expect(page.get_by_role("alert")).to_contain_text("服务的回答看不懂。")
        page.unroute(LISTS)
        page.get_by_role("button", name="重试").click()
        expect(page.locator("button.play").first).to_be_visible()


def test_other_answers_that_are_none(visit: Visit) -> None:
    """So are details, links and agents."""
    page = visit(WEEK)
    listed(page)
    for path in (f"**{CALL_RECORDS}/*", f"**{RECORDING}?*", f"**{AGENTS}?*"):
        page.route(path, lambda route: route.fulfill(json={"code": 0, "message": "", "data": {"file_url": "a:b"}}))
    recorded(page).first.click()
    expect(page.locator("tr.player [role=alert]")).to_contain_text("服务的回答看不懂。")
    page.locator("button.save").nth(1).click()
    expect(page.locator("td.recording [role=alert]")).to_contain_text("服务的回答看不懂。")
    page.get_by_role("combobox", name="坐席").press_sequentially("张")
    rows(page).first.get_by_role("button", name="详情").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("服务的回答看不懂。")


def test_a_recording_that_the_store_refuses_to_save(visit: Visit, place: Place, watcher: Watcher) -> None:
    """It cannot be had, which is another thing than that no page may read it."""
    watcher.expect("console error: .* 403")
    page = visit(WEEK)
    recorded(page)
    place.box.faults = Faults(every=1, kinds=("expired_link",), only=("GetObject",))
    page.locator("button.save").first.click()
    expect(page.locator("td.recording [role=alert]")).to_contain_text("录音取不到。")
    place.box.faults = Faults()


def test_saving_from_an_origin_that_is_not_listed(visit: Visit, watcher: Watcher) -> None:
    """The page says which one its operator has to list."""
    watcher.expect("policy: connect-src")
    watcher.expect("console error")
    page = visit(WEEK)
    recorded(page)
    answer = {"code": 0, "message": "", "data": {"file_url": "https://store.example/a.mp3", "file_name": "a.mp3"}}
    page.route(f"**{RECORDING}?*", lambda route: route.fulfill(json=answer))
    page.locator("button.save").first.click()
    expect(page.locator("td.recording [role=alert]")).to_contain_text("https://store.example")


# --- who is looking ---------------------------------------------------------------------------------------


def test_a_stale_token(visit: Visit, place: Place, watcher: Watcher) -> None:
    """It is sent once or twice and forgotten, or the server would take the rest for somebody's guesses."""
    watcher.expect("console error: .* 401")
    page = visit(WEEK, known=False)
    page.get_by_label("访问令牌").fill("example-token-of-yesterday")
    page.get_by_role("button", name="进入").click()
    expect(page.get_by_role("alert")).to_contain_text("这个令牌无效。")
    assert page.evaluate("sessionStorage.length") == 0
    page.get_by_role("combobox", name="坐席").press_sequentially("abcdef", delay=60)
    page.get_by_role("button", name="重试").click()
    expect(page.get_by_role("alert")).to_contain_text("需要登录。")
    assert [] == watcher.asked(AGENTS)


def test_what_can_be_no_token(visit: Visit, watcher: Watcher) -> None:
    """It is not sent."""
    watcher.expect("console error: .* 401")
    page = visit(WEEK, known=False)
    expect(page.get_by_role("alert")).to_be_visible()
    before = len(watcher.asked(CALL_RECORDS))
    for text in ("令牌abc", "abc\u200bdef", "a b"):
        page.get_by_label("访问令牌").fill(text)
        page.get_by_role("button", name="进入").click()
        expect(page.get_by_role("alert")).to_contain_text("这个令牌无效。")
        expect(page.get_by_label("访问令牌")).to_have_value("")
    assert before == len(watcher.asked(CALL_RECORDS))


def test_logging_in_to_a_link_of_a_call(visit: Visit, place: Place, watcher: Watcher) -> None:
    """The field for the token is in sight, and who is let in sees the call."""
    watcher.expect("console error: .* 401")
    call = recorded(visit(WEEK)).first.get_attribute("data-call")
    page = visit(f"{WEEK}&call={call}", known=False)
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.get_by_label("访问令牌").fill(f"Bearer {place.token}")
    page.get_by_role("button", name="进入").click()
    expect(page.get_by_role("dialog")).to_contain_text("时间线")
    assert page.url.endswith(f"call={call}")


# --- clocks, and what grows -------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [-75, 30])
def test_a_wrong_clock(visit: Visit, place: Place, watcher: Watcher, hours: int) -> None:
    """Ranges and counts go by the server's: today is today, and all calls of the list are counted and saved."""
    wrong = f"""(() => {{
      const real = Date.now;
      Date.now = () => real() + {hours} * 3_600_000;
    }})()"""
    page = visit(WEEK, before=lambda page: page.add_init_script(wrong))
    count = total(page)
    expect(page.locator(".counted")).to_have_text(f"统计了全部 {count} 条。")
    true = visit(WEEK)
    assert total(true) == count
    assert shown(true, "开始时间") == shown(page, "开始时间")
    with page.expect_download():
        page.get_by_role("button", name="导出 CSV").click()
    expect(page.locator(".toolbar")).to_contain_text(f"已导出 {count} 条。")


def test_nothing_grows(visit: Visit) -> None:
    """Turned again and again the list has as many nodes as before."""
    page = visit(WEEK)
    listed(page)
    nodes = "document.createNodeIterator(document.body, NodeFilter.SHOW_ALL)"
    count = f"(() => {{ const all = {nodes}; let n = 0; while (all.nextNode()) n += 1; return n; }})()"

    def turn() -> int:
        for name, number in (("下一页", 2), ("上一页", 1)):
            page.get_by_role("navigation").get_by_role("button", name=name).click()
            expect(page.locator(".total")).to_contain_text(f"第 {number} /")
            expect(page.locator("table")).to_have_attribute("aria-busy", "false")
        found: int = page.evaluate(count)
        return found

    before = turn()
    assert [before] * 8 == [turn() for _ in range(8)]


def test_a_server_that_wants_to_be_asked_at_once(visit: Visit, watcher: Watcher) -> None:
    """It is given a few seconds all the same."""
    watcher.expect("console error: .* 503")
    page = visit(WEEK)
    listed(page)
    page.route(
        LISTS,
        lambda route: route.fulfill(
            status=503, headers={"retry-after": "0"}, body=json.dumps({"code": 50301, "message": "", "data": None})
        ),
    )
    page.get_by_role("button", name="查询").click()
    expect(page.locator(".again")).to_contain_text("5 秒后自动重试。")


def test_what_unfolds_stays_on_the_screen(visit: Visit) -> None:
    """Wherever its button is; a click beside it, or another one's button, folds it up."""
    page = visit(WEEK)
    listed(page)
    page.get_by_role("button", name="English").click()
    for width, label in ((1440, "How it ended"), (780, "How it ended"), (320, "Columns")):
        page.set_viewport_size({"width": width, "height": 900})
        page.locator("details.choice summary").filter(has_text=label).click()
        fieldset = page.locator("details.choice[open] fieldset")
        box = fieldset.bounding_box()
        assert box is not None
        assert (True, True) == (box["x"] >= 0, box["x"] + box["width"] <= width)
        assert width == page.evaluate("document.documentElement.scrollWidth")
        page.locator("details.choice summary").filter(has_text="Type").click()
        expect(fieldset).to_have_count(1)
        page.mouse.click(3, 3)
        expect(fieldset).to_have_count(0)


def test_with_forced_colours(visit: Visit) -> None:
    """What is chosen differs from what is not."""
    page = visit(WEEK, forced_colors="active")
    listed(page)
    looks = page.locator(".range span").evaluate_all("(all) => all.map((one) => getComputedStyle(one).backgroundColor)")
    assert 1 == looks.count(looks[1])

"""What the page says and does where it is not let in, refused, or nobody answers; and when that is over."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from hillstone_ccc.contract import CALL_RECORDS, METRICS, RECORDING
from hillstone_ccc.sandbox import Faults
from hillstone_ccc.server import ServerOptions

from .answering import answers
from .conftest import Place
from .watching import Watcher

Visit = Callable[..., Page]
Placed = Callable[..., AbstractContextManager[Place]]
WEEK = "#range=7d&size=20"


def rows_are_there(page: Page) -> None:
    """The list is shown."""
    expect(page.locator("button.play").first).to_be_visible()


def test_nobody_is_logged_in(visit: Visit, place: Place, watcher: Watcher) -> None:
    """It says so; a token that is not good is refused, a good one lets in, and stays in this tab alone."""
    watcher.expect("console error: .* 401")
    page = visit(WEEK, known=False)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("需要登录。")
    page.get_by_label("访问令牌").fill("example-token-of-nobody")
    page.get_by_role("button", name="进入").click()
    expect(alert).to_contain_text("这个令牌无效。")
    expect(page.get_by_label("访问令牌")).to_have_value("")
    page.get_by_label("访问令牌").fill(place.token)
    page.get_by_label("访问令牌").press("Enter")
    rows_are_there(page)
    page.locator("button.play").first.click()
    expect(page.locator("#sounding")).to_have_text("暂停")
    assert 1 == len(watcher.asked(RECORDING))
    page.reload()
    rows_are_there(page)
    assert place.token not in page.url + page.content()
    assert place.token not in page.evaluate("JSON.stringify({...localStorage}) + document.cookie")
    page.get_by_role("button", name="忘记令牌").click()
    expect(alert).to_contain_text("需要登录。")
    expect(page.locator("tr.player")).to_have_count(0)
    expect(page.locator(".charts")).to_have_count(0)
    page.get_by_role("button", name="重试").click()
    expect(alert).to_contain_text("需要登录。")


def test_logged_out_while_it_stands_open(visit: Visit, watcher: Watcher) -> None:
    """A search afterwards says so, and shows nothing of before."""
    watcher.expect("console error: .* 401")
    page = visit(WEEK)
    rows_are_there(page)
    page.context.clear_cookies()
    page.get_by_text("近 30 天").click()
    expect(page.get_by_role("alert")).to_contain_text("需要登录。")
    expect(page.locator("tbody")).to_have_count(0)
    expect(page.locator(".charts")).to_have_count(0)


def test_without_the_permission(visit: Visit, placed: Placed, watcher: Watcher) -> None:
    """Which one is missing is told."""
    watcher.expect("console error: .* 403")
    with placed(permissions=frozenset({METRICS})) as other:
        page = visit(WEEK, at=other)
        expect(page.get_by_role("alert")).to_contain_text("没有查看通话记录的权限。")
        expect(page.get_by_role("alert")).to_contain_text("support.call_record:list")
        watcher.leave()


def test_throttled_and_well_again(visit: Visit, placed: Placed, watcher: Watcher) -> None:
    """It says when it tries again, does so by itself, and all is shown."""
    watcher.expect("console error: .* 503")
    with placed() as other:
        other.box.faults = Faults(every=1, kinds=("throttle",))
        page = visit(WEEK, at=other, before=lambda page: page.clock.install())
        expect(page.get_by_role("alert")).to_contain_text("呼叫中心或服务正忙。")
        expect(page.locator(".again")).to_have_text(re.compile(r"[1-5] 秒后自动重试。"))
        expect(page.locator(".about")).to_contain_text("代码 50301，请求 ")
        other.box.faults = Faults()
        page.clock.run_for(6_000)
        rows_are_there(page)
        expect(page.locator(".counted")).to_contain_text("统计了全部")
        watcher.leave()


def test_the_call_center_is_away_and_back(visit: Visit, placed: Placed, watcher: Watcher) -> None:
    """It waits longer each time, and shows all when the call center is back."""
    watcher.expect("console error: .* 502")
    with placed() as other:
        port = urlsplit(other.box.endpoint).port
        other.box.stop()
        page = visit(WEEK, at=other, before=lambda page: page.clock.install())
        expect(page.get_by_role("alert")).to_contain_text("呼叫中心没有正常回答。")
        expect(page.locator(".again")).to_have_text(re.compile(r"[45] 秒后自动重试。"))
        page.clock.run_for(6_000)
        expect(page.locator(".again")).to_have_text(re.compile(r"([89]|10) 秒后自动重试。"))
        other.box.start(port or 0)
        page.get_by_role("button", name="重试").click()
        rows_are_there(page)
        expect(page.locator(".counted")).to_contain_text("统计了全部")
        watcher.leave()


def test_the_server_is_away(visit: Visit, watcher: Watcher) -> None:
    """Without an answer it says so; once the network is back it asks again at once."""
    watcher.expect("failed request")
    watcher.expect("console error: Failed to load resource")
    page = visit(WEEK)
    rows_are_there(page)
    page.context.set_offline(True)
    page.get_by_text("近 30 天").click()
    expect(page.get_by_role("alert")).to_contain_text("连不上服务。")
    page.context.set_offline(False)
    rows_are_there(page)


OTHERS = [
    (200, "<title>Log in</title>", "服务的回答看不懂。"),
    (200, "[]", "服务的回答看不懂。"),
    (502, "<h1>Bad Gateway</h1>", "呼叫中心没有正常回答。"),
    (418, '{"code": 41899, "message": "a pot", "data": null}', "服务出错了。"),
    (429, '{"code": 42901, "message": "", "data": null}', "尝试次数太多。"),
]


def test_other_answers(visit: Visit, watcher: Watcher) -> None:
    """A proxy's own page, and what no server of the contract answers, are told as well."""
    page = visit(WEEK)
    rows_are_there(page)
    for status, body, told in OTHERS:
        if status != 200:
            watcher.expect(f"console error: .* {status}")
        page.route(f"**{CALL_RECORDS}?*", answers(status=status, body=body))
        page.get_by_role("button", name="查询").click()
        expect(page.get_by_role("alert")).to_contain_text(told)
        page.unroute(f"**{CALL_RECORDS}?*")


def test_too_wide(visit: Visit, placed: Placed, watcher: Watcher) -> None:
    """It says how to narrow it, and does not try again by itself."""
    watcher.expect("console error: .* 422")
    with placed(options=ServerOptions(walk_rows=5)) as other:
        page = visit("#range=7d&calling_number=138****0000", at=other)
        expect(page.get_by_role("alert")).to_contain_text("条件太宽")
        expect(page.locator(".again")).to_have_count(0)
        watcher.leave()


def test_too_slow(visit: Visit, placed: Placed, watcher: Watcher) -> None:
    """The server gives up before the page does, and the page tries again."""
    watcher.expect("console error: .* 504")
    with placed(options=ServerOptions(deadline=0.2)) as other:
        other.box.faults = Faults(every=1, kinds=("delay",), delay_seconds=1.0)
        page = visit(WEEK, at=other)
        expect(page.get_by_role("alert")).to_contain_text("呼叫中心回答得太慢。")
        other.box.faults = Faults()
        page.get_by_role("button", name="重试").click()
        rows_are_there(page)
        watcher.leave()


def test_what_came_too_late_is_dropped(visit: Visit) -> None:
    """Whoever looks for something else meanwhile sees that, whatever answer comes first."""
    page = visit(WEEK)
    rows_are_there(page)
    held: list[Any] = []
    page.route(f"**{CALL_RECORDS}?*contact_types=_outbound*", lambda route: held.append(route), times=1)  # noqa: PLW0108
    page.evaluate("location.hash = '#range=7d&contact_types=_outbound'")
    expect(page.locator(".total")).to_have_text("正在读取通话……")
    page.evaluate("location.hash = '#range=7d&contact_types=_inbound'")
    expect(page.locator(".filters summary", has_text="通话类型")).to_contain_text("呼入")
    expect(page.locator(".total")).to_contain_text("共")
    held[0].fallback()
    page.wait_for_load_state("networkidle")
    assert {"呼入"} == set(page.locator('td[data-label="通话类型"]').all_inner_texts())


def test_the_link_of_the_terminal(visit: Visit, placed: Placed, watcher: Watcher) -> None:
    """It opens the page once, and leaves no token in the address."""
    with placed() as other:
        page = visit("", at=other, known=False, path=other.link.removeprefix(other.address))
        expect(page.locator(".total")).to_contain_text("共")
        assert f"{other.address}/support/call_record" == page.url
        watcher.leave()


def test_behind_a_path_of_a_proxy(visit: Visit, placed: Placed, watcher: Watcher) -> None:
    """Below another path the page finds its files and the contract there."""
    with placed(application=below) as other:
        watcher.expect("foreign request: GET .*/ccc/")
        page = visit(WEEK, at=other, path="/ccc/support/call_record")
        rows_are_there(page)
        assert {"/ccc"} == {f"/{one.path.split('/')[1]}" for one in watcher.requests if one.origin == other.address}
        watcher.leave()


def below(*arguments: Any, **settings: Any) -> Any:
    """The application, mounted below a path."""
    from starlette.applications import Starlette  # noqa: PLC0415
    from starlette.routing import Mount  # noqa: PLC0415

    from hillstone_ccc.server import create_app  # noqa: PLC0415

    return Starlette(routes=[Mount("/ccc", create_app(*arguments, **settings))])

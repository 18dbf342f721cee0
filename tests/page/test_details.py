"""One call in the drawer: facts, transfers, the time line to scale, and what could not be had."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from playwright.sync_api import Locator, Page, expect

from hillstone_ccc.contract import CALL_RECORD, CALL_RECORDS
from hillstone_ccc.sandbox import Call, Faults
from hillstone_ccc.sandbox.call import Transfer

from .conftest import Place
from .watching import Watcher

Visit = Callable[..., Page]
BEGAN = (int(time.time()) - 3_600) * 1000  # an hour ago
# IVR 8 s, queue 4 s, ringing 3 s, then 40 s with Zhang San, who hands over after 20 s of them.
HANDED_OVER = Call(
    contact_id="job-handed-over",
    start_time=BEGAN,
    agents=("zhangsan@ccc-demo", "lisi@ccc-demo"),
    agent_names=("张三", "李四"),
    transfers=(
        Transfer(
            from_agent="zhangsan@ccc-demo", to="lisi@ccc-demo", to_kind="agent", time=BEGAN + 35_000, kind="blind"
        ),
    ),
    held_time=12,
    satisfaction_offered=True,
    satisfaction_channel="IVR",
    satisfaction_index=1,
    satisfaction_description="非常满意",
)
OUTSIDE = Call(
    contact_id="job-outside",
    start_time=BEGAN + 60_000,
    transfers=(
        Transfer(
            from_agent="zhangsan@ccc-demo",
            to="13800000009",
            to_kind="outside",
            time=BEGAN + 60_000 + 30_000,
            kind="consulted",
        ),
    ),
    outside_number="13800000009",
)
OFF_SITE = Call(
    contact_id="job-off-site",
    start_time=BEGAN + 180_000,
    off_site_agents=("zhangsan@ccc-demo",),
    off_site_originator_numbers=("02100000001",),
    off_site_destination_numbers=("13800000008",),
)
GAVE_UP = Call(
    contact_id="job-gave-up",
    start_time=BEGAN + 120_000,
    established_time=None,
    release_time=BEGAN + 140_000,
    call_duration=20,
    disposition="AbandonedInQueue",
    ivr_time=8,
    queue_time=12,
    ring_time=0,
    wait_time=0,
    talk_time=0,
    recording_ready=False,
    recording_duration=0,
    agents=(),
    agent_names=(),
)


@pytest.fixture(scope="module")
def place(placed: Callable[..., AbstractContextManager[Place]]) -> Iterator[Place]:
    """A call center of these calls."""
    with placed(calls=[HANDED_OVER, OUTSIDE, GAVE_UP, OFF_SITE]) as place:
        yield place


@pytest.fixture(autouse=True)
def _all_is_well(place: Place) -> Iterator[None]:
    """Faults end with the test that made them."""
    yield
    place.box.faults = Faults()


def opened(visit: Visit, call: Call) -> Locator:
    """The drawer of a call, by its address."""
    drawer = visit(f"#range=7d&call={call.contact_id}").get_by_role("dialog")
    expect(drawer).to_be_visible()
    return drawer


def fact(drawer: Locator, name: str) -> Locator:
    """What the drawer says of something."""
    return drawer.locator(".facts").first.locator("div", has=drawer.page.locator("dt", has_text=name)).locator("dd")


def bars(drawer: Locator, lane: str, phase: str) -> list[tuple[float, float]]:
    """Where the stretches of a phase in a lane begin and how long they are, as shares of the whole line."""
    found = drawer.locator(f".lanes svg[aria-label^='{lane}'] rect.{phase}")
    return [
        (round(x / 1000, 3), round(width / 1000, 3))
        for x, width in found.evaluate_all(
            "(bars) => bars.map((one) => [Number(one.getAttribute('x')), Number(one.getAttribute('width'))])"
        )
    ]


def test_it_opens_beside_the_list(visit: Visit, watcher: Watcher) -> None:
    """A button opens it, Escape closes it, and the focus goes back to where it was."""
    page = visit("#range=7d")
    button = page.get_by_role("button", name="通话的详情").first
    button.click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_role("heading", name="时间线")).to_be_visible()
    assert 1 == len(watcher.asked(CALL_RECORD.replace("{contact_id}", OFF_SITE.contact_id)))
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(button).to_be_focused()
    assert "call=" not in page.url
    assert 2 >= len(watcher.asked(CALL_RECORDS))  # the list and the pictures: opening asks for neither again


def test_a_click_beside_it(visit: Visit) -> None:
    """It closes by one, and not by one on its own margin."""
    page = visit(f"#range=7d&call={HANDED_OVER.contact_id}")
    drawer = page.get_by_role("dialog")
    box = drawer.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 5, 400)
    expect(drawer).to_be_visible()
    page.mouse.click(box["x"] - 5, 400)
    expect(drawer).to_be_hidden()


def test_its_facts(visit: Visit) -> None:
    """What the list does not tell: off site, transfer numbers, satisfaction, time on hold."""
    drawer = opened(visit, HANDED_OVER)
    for name, told in {
        "通话类型": "呼入",
        "挂断类型": "成功",
        "是否场外": "否",
        "转接主叫": "—",
        "转接被叫": "—",
        "满意度评价": "已邀评 · 语音 · 非常满意",
        "保持时长": "0:12",
        "媒体": "语音",
    }.items():
        expect(fact(drawer, name)).to_have_text(told)


def test_a_transfer(visit: Visit) -> None:
    """Who handed over to whom, how, and whether it was taken."""
    drawer = opened(visit, HANDED_OVER)
    chain = drawer.locator(".transfers li")
    expect(chain).to_have_count(1)
    expect(chain).to_contain_text("直接转接 张三 → 坐席 李四 已接通")


def test_a_transfer_to_an_outside_number(visit: Visit) -> None:
    """The number transferred to is told."""
    drawer = opened(visit, OUTSIDE)
    expect(fact(drawer, "转接被叫")).to_have_text("13800000009")
    expect(drawer.locator(".transfers li")).to_contain_text("咨询后转接 张三 → 外部号码 13800000009")


def test_off_site(visit: Visit) -> None:
    """An agent who worked elsewhere is told, with both numbers of that leg."""
    drawer = opened(visit, OFF_SITE)
    expect(fact(drawer, "是否场外")).to_have_text("是")
    expect(fact(drawer, "转接主叫")).to_have_text("02100000001")
    expect(fact(drawer, "转接被叫")).to_have_text("13800000008")


def test_the_time_line_is_to_scale(visit: Visit) -> None:
    """Each phase begins where it began and is as long as it was, of 55 seconds in all."""
    drawer = opened(visit, HANDED_OVER)
    expect(drawer.locator(".lanes")).to_be_visible()
    assert [(0.0, round(8 / 55, 3))] == bars(drawer, "IVR", "ivr")
    assert [(round(8 / 55, 3), round(4 / 55, 3))] == bars(drawer, "队列 技术支持", "queue")
    assert [(round(12 / 55, 3), round(3 / 55, 3))] == bars(drawer, "坐席 张三", "ringing")
    [(began, lasted)] = bars(drawer, "坐席 张三", "talking")
    assert (round(15 / 55, 3), round(20 / 55, 3)) == (began, lasted)
    [(took_over, talked)] = bars(drawer, "坐席 李四", "talking")
    assert (1.0, True) == (round(took_over + talked, 2), took_over >= round(35 / 55, 3))
    [(_, held)] = bars(drawer, "保持", "hold")
    assert round(12 / 55, 3) == held
    expect(drawer).to_contain_text("保持共 0:12，上游不说明在什么时候。")
    assert ["0:00", "0:13", "0:27", "0:41", "0:55"] == drawer.locator(".axis span").all_inner_texts()


def test_giving_up_is_marked(visit: Visit) -> None:
    """A call that nobody answered has no talking, and a mark where the customer left."""
    drawer = opened(visit, GAVE_UP)
    expect(drawer.locator(".lanes")).to_be_visible()
    assert [] == bars(drawer, "坐席", "talking")
    assert [(0.4, 0.6)] == bars(drawer, "队列", "queue")
    told = drawer.locator(".lanes svg[aria-label^='队列']").get_attribute("aria-label") or ""
    assert re.fullmatch(r"队列 技术支持: 排队 0:12, \d\d:\d\d:\d\d 放弃", told)


def test_the_events_and_all_fields(visit: Visit) -> None:
    """Both are there to be unfolded."""
    drawer = opened(visit, HANDED_OVER)
    drawer.get_by_text("全部 ", exact=False).first.click()
    expect(drawer.locator(".events li").first).to_be_visible()
    expect(drawer.locator(".events")).to_contain_text("进入 IVR")
    drawer.get_by_text("全部字段").click()
    expect(drawer.locator(".facts").last.locator("div")).to_have_count(31)


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ("GetCallDetailRecord", "没有取到：通话事件。"),
        ("ListCallDetailRecordsV2", "没有取到：列表中的记录（是否场外、转接号码等）。"),
    ],
)
def test_what_could_not_be_had(visit: Visit, place: Place, action: str, told: str) -> None:
    """It is named, and the rest is shown."""
    page = visit("#range=7d")
    expect(page.locator("tbody tr")).to_have_count(4)
    expect(page.locator(".counted")).to_contain_text("统计了全部")
    place.box.faults = Faults(every=1, kinds=("server_error",), only=(action,))
    page.get_by_role("button", name="通话的详情").nth(3).click()
    drawer = page.get_by_role("dialog")
    expect(drawer.locator(".missing")).to_contain_text(told)
    expect(fact(drawer, "主叫号码")).to_have_text("13800000001")
    if action == "GetCallDetailRecord":
        expect(drawer).to_contain_text("下图只按各阶段的时长依次画出")
        assert [(0.0, round(8 / 55, 3))] == bars(drawer, "各阶段", "ivr")
        expect(drawer.locator(".transfers li")).to_contain_text("未说明的去向")
    else:
        expect(fact(drawer, "是否场外")).to_have_text("未知")


def test_a_call_that_is_not_there(visit: Visit, watcher: Watcher) -> None:
    """An address of an unknown call says so, beside the list."""
    watcher.expect("console error: .* 404")
    page = visit("#range=7d&call=job-unknown")
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_role("alert")).to_contain_text("没有这通电话。")
    drawer.get_by_role("button", name="关闭").click()
    expect(page.locator("tbody tr")).to_have_count(4)

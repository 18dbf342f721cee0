"""Listening and saving: in the row, one at a time, by keys, and through links that have died."""

from __future__ import annotations

import io
import re
import wave
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from hillstone_ccc.contract import RECORDING
from hillstone_ccc.sandbox import Faults, Quirks
from hillstone_ccc.sandbox.faults import GET_OBJECT
from hillstone_ccc.server import ServerOptions

from .answering import answers
from .conftest import Place
from .watching import Watcher

Visit = Callable[..., Page]
WEEK = "#range=7d&size=20"
SOUND = "document.getElementById('sound')"


@pytest.fixture(scope="module")
def place(placed: Callable[..., AbstractContextManager[Place]]) -> Iterator[Place]:
    """A week of calls; of links each is asked for anew, so that the dead one of a test is not another's."""
    with placed(options=ServerOptions(recording_seconds=0.001)) as place:
        yield place


@pytest.fixture(autouse=True)
def _all_is_well(place: Place) -> Iterator[None]:
    """Faults end with the test that made them."""
    yield
    place.box.faults = Faults()


def recorded(page: Page) -> Locator:
    """Buttons of the calls that have a recording."""
    buttons = page.locator("button.play")
    expect(buttons.first).to_be_visible()
    return buttons


def place_of(page: Page) -> float:
    """Where the sound is, seconds."""
    place: float = page.evaluate(f"{SOUND}.currentTime")
    return place


def until(page: Page, condition: str) -> None:
    """Waits until something holds of the sound."""
    # Not by Playwright's wait_for_function, whose text the page's policy would take for a script of its own.
    page.evaluate(
        f"""new Promise((done, fail) => {{
            const sound = {SOUND};
            const look = () => {condition} ? done() : setTimeout(look, 30);
            setTimeout(() => fail(new Error({condition!r} + ": " + sound.currentTime)), 15000);
            look();
        }})"""
    )


def links(watcher: Watcher) -> int:
    """How often a link was asked for."""
    return len(watcher.asked(RECORDING))


def test_playing(visit: Visit) -> None:
    """The time goes on, by ranges of the recording's own link, and stands still while paused."""
    page = visit(WEEK)
    recorded(page).nth(1).click()
    until(page, "sound.currentTime > 0.3 && !sound.paused")
    expect(page.locator("tr.player")).to_be_visible()
    pause = page.locator("#sounding")
    expect(pause).to_have_text("暂停")
    expect(pause).to_be_focused()
    pause.click()
    until(page, "sound.paused")
    stopped = place_of(page)
    expect(pause).to_have_text("播放")
    assert stopped == place_of(page)
    pause.click()
    until(page, f"sound.currentTime > {stopped}")


def test_seeking(visit: Visit, watcher: Watcher) -> None:
    """The slider and the arrow keys move the place; a range of the file is asked for, not all of it again."""
    page = visit(WEEK)
    recorded(page).first.click()
    until(page, "sound.currentTime > 0")
    slider = page.get_by_role("slider", name="播放进度")
    most = int(slider.get_attribute("max") or 0)
    slider.fill(str(most // 2))
    until(page, f"sound.currentTime >= {most // 2} && sound.currentTime < {most // 2 + 4}")
    assert re.fullmatch(r"\d+:\d\d，共 \d+:\d\d", slider.get_attribute("aria-valuetext") or "")
    page.locator("#sounding").focus()
    page.keyboard.press("ArrowLeft")
    until(page, f"sound.currentTime < {most // 2}")
    assert 1 == links(watcher)


def test_speed(visit: Visit) -> None:
    """From 0.75 to 2, kept for the next recording."""
    page = visit(WEEK)
    recorded(page).first.click()
    speed = page.get_by_label("倍速")
    assert ["0.75×", "1×", "1.25×", "1.5×", "1.75×", "2×"] == speed.locator("option").all_inner_texts()
    speed.select_option("2")
    until(page, "sound.playbackRate === 2 && sound.currentTime > 0")
    page.get_by_role("button", name="下一条录音").click()
    until(page, "sound.playbackRate === 2 && sound.currentTime > 0 && !sound.paused")
    expect(speed).to_have_value("2")


def test_one_at_a_time_by_keys(visit: Visit) -> None:
    """N and P go to the next recording and back; the one before falls silent."""
    page = visit(WEEK)
    buttons = recorded(page)
    buttons.first.click()
    until(page, "sound.currentTime > 0")
    first = page.evaluate(f"{SOUND}.src")
    page.keyboard.press("n")
    until(page, f"sound.src !== {first!r} && sound.currentTime > 0")
    expect(page.locator("tr.player")).to_have_count(1)
    expect(page.locator("#sounding")).to_be_focused()
    page.keyboard.press("p")
    until(page, f"new URL(sound.src).pathname === new URL({first!r}).pathname && sound.currentTime > 0")
    page.keyboard.press(" ")
    until(page, "sound.paused")
    page.keyboard.press("Escape")
    expect(page.locator("tr.player")).to_have_count(0)
    assert 1 == page.locator("audio").count()


def test_another_page_of_the_list(visit: Visit) -> None:
    """What is no longer seen is no longer heard."""
    page = visit("#range=7d&size=20")
    recorded(page).first.click()
    until(page, "sound.currentTime > 0")
    page.get_by_role("navigation").get_by_role("button", name="下一页").click()
    expect(page.locator("tr.player")).to_have_count(0)
    until(page, "sound.paused && !sound.hasAttribute('src')")


def test_at_its_end(visit: Visit) -> None:
    """It stops at its beginning, ready to be heard again."""
    page = visit(WEEK)
    recorded(page).first.click()
    until(page, "sound.duration > 1 && sound.currentTime > 0")
    page.evaluate(f"{SOUND}.currentTime = {SOUND}.duration - 0.2")
    expect(page.locator("#sounding")).to_have_text("播放")
    until(page, "sound.currentTime === 0 && sound.paused")


def hour_of_sound() -> bytes:
    """An hour of silence at telephone quality: more than a browser reads ahead."""
    told = io.BytesIO()
    with wave.open(told, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8_000)
        sound.writeframes(bytes(2 * 8_000 * 3_600))
    return told.getvalue()


@pytest.mark.parametrize("known", [True, False], ids=["by its time", "before its time"])
def test_a_link_that_died(
    visit: Visit, placed: Callable[..., AbstractContextManager[Place]], watcher: Watcher, known: bool
) -> None:
    """In the middle of a long recording it is replaced, and the sound goes on where it was: nobody notices."""
    if not known:  # the browser tries the dead link, which it need not do with one that tells its end
        watcher.expect("failed request: .* net::ERR_BLOCKED_BY_ORB")
    with placed(options=ServerOptions(recording_seconds=0.001)) as place:
        page = visit(WEEK, at=place)
        recorded(page)
        call = page.locator("button.play").first.get_attribute("data-call") or ""
        place.box.replace_recording(call, hour_of_sound())
        place.box.faults = Faults(link_expires_after=2 if known else None)
        recorded(page).first.click()
        until(page, "sound.currentTime > 3 && sound.duration === 3600")  # by now the link is dead
        place.box.faults = Faults() if known else Faults(every=1, kinds=("expired_link",), only=(GET_OBJECT,))

        def revive(route: Route) -> None:
            place.box.faults = Faults()  # the link that is asked for now is good
            route.continue_()

        page.route(f"**{RECORDING}?*", revive)
        page.get_by_role("slider", name="播放进度").fill("3000")
        until(page, "sound.currentTime > 3000 && !sound.paused")
        assert 2 == links(watcher)
        expect(page.locator("#sounding")).to_have_text("暂停")
        expect(page.locator("tr.player [role=alert]")).to_have_count(0)
        watcher.leave()


def test_a_link_about_to_die(visit: Visit, place: Place, watcher: Watcher) -> None:
    """It is not used again: another is asked for before anything fails."""
    place.box.faults = Faults(link_expires_after=3)
    page = visit(WEEK)
    recorded(page).first.click()
    until(page, "sound.currentTime > 2")
    page.get_by_role("button", name="收起播放器").click()
    recorded(page).first.click()
    until(page, "sound.currentTime > 0")
    assert 2 == links(watcher)


def test_a_recording_that_cannot_be_had(visit: Visit, place: Place, watcher: Watcher) -> None:
    """After a few links it says so, and playing again tries again."""
    watcher.expect("failed request: .* net::ERR_BLOCKED_BY_ORB")
    place.box.faults = Faults(every=1, kinds=("expired_link",), only=(GET_OBJECT,))
    page = visit(WEEK)
    recorded(page).first.click()
    expect(page.locator("tr.player [role=alert]")).to_have_text("录音无法播放。")
    assert 3 == links(watcher)
    place.box.faults = Faults()
    page.locator("#sounding").click()
    until(page, "sound.currentTime > 0")
    expect(page.locator("tr.player [role=alert]")).to_have_count(0)


def content(place: Place, contact_id: str) -> tuple[str, bytes]:
    """A recording by the contract and its own link: its name and bytes."""
    headers = {"authorization": f"Bearer {place.token}"}
    told = httpx.get(place.address + RECORDING, params={"contact_id": contact_id}, headers=headers, trust_env=False)
    data = told.json()["data"]
    return data["file_name"], httpx.get(data["file_url"], trust_env=False).content


@pytest.mark.parametrize("dead", [False, True], ids=["link", "dead link"])
def test_saving(visit: Visit, place: Place, watcher: Watcher, dead: bool) -> None:
    """The file has the contract's name, and the recording's bytes; a dead link is replaced."""
    page = visit(WEEK)
    recorded(page)
    if dead:
        watcher.expect("console error: .* 403")
        place.box.faults = Faults(every=1, kinds=("expired_link",), only=(GET_OBJECT,), max_consecutive=1)
    with page.expect_download() as told:
        page.locator("button.save").first.click()
    contact_id = watcher.asked(RECORDING)[0].query["contact_id"][0]
    place.box.faults = Faults()
    name, expected = content(place, contact_id)
    assert name == told.value.suggested_filename
    assert expected == Path(told.value.path()).read_bytes()
    expect(page.locator("td.recording [role=status]")).to_have_text(f"已保存为 {name}")
    assert (2 if dead else 1) == links(watcher)


def test_a_store_that_lets_no_page_read(
    visit: Visit, placed: Callable[..., AbstractContextManager[Place]], watcher: Watcher
) -> None:
    """It plays all the same; to save it the link is offered, with the name to save it under."""
    watcher.expect("blocked by CORS policy")
    watcher.expect("console error: Failed to load resource: net::ERR_FAILED")
    watcher.expect("failed request: .* net::ERR_FAILED")
    with placed(quirks=Quirks(recordings_cross_origin=False)) as strict:
        page = visit(WEEK, at=strict)
        recorded(page).first.click()
        until(page, "sound.currentTime > 0")
        page.locator("button.save").first.click()
        offered = page.get_by_role("link", name="在新标签页打开")
        name = content(strict, watcher.asked(RECORDING)[0].query["contact_id"][0])[0]
        expect(page.locator("td.recording [role=alert]")).to_contain_text(f"另存为 {name}")
        assert ("_blank", "noopener noreferrer", name) == tuple(
            offered.get_attribute(told) for told in ("target", "rel", "download")
        )
        watcher.leave()


def test_an_origin_that_is_not_listed(
    visit: Visit, placed: Callable[..., AbstractContextManager[Place]], watcher: Watcher
) -> None:
    """The page says which one its operator has to list."""
    watcher.expect("policy: media-src")
    watcher.expect("Content Security Policy")
    with placed() as other:
        page = visit(WEEK, at=other)
        elsewhere = re.compile(f"{other.address}{RECORDING}")
        answer = {"code": 0, "message": "", "data": {"file_url": "https://store.example/a.mp3", "file_name": "a.mp3"}}
        page.route(elsewhere, lambda route: route.fulfill(json=answer))
        recorded(page).first.click()
        expect(page.locator("tr.player [role=alert]")).to_contain_text("https://store.example")
        watcher.leave()


WHY_NOT = [
    (404, 40404, "录音还没有生成。"),
    (404, 40405, "这通电话没有录音，以后也不会有。"),
    (409, 40901, "录音已转入归档存储。"),
    (502, 50202, "呼叫中心没有正常回答。"),
]


def test_why_not(visit: Visit, watcher: Watcher) -> None:
    """What the contract refuses is told in the row, when playing and when saving."""
    page = visit(WEEK)
    recorded(page)
    for status, code, told in WHY_NOT:
        watcher.expect(f"console error: .* {status}")
        envelope: dict[str, Any] = {"code": code, "message": "a reason", "data": None}
        page.route(f"**{RECORDING}?*", answers(status=status, json=envelope))
        recorded(page).first.click()
        expect(page.locator("tr.player [role=alert]")).to_contain_text(told)
        page.locator("button.save").nth(1).click()
        expect(page.locator("td.recording [role=alert]")).to_contain_text(told)
        page.unroute(f"**{RECORDING}?*")
        page.get_by_role("button", name="收起播放器").click()

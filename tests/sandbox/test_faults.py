"""Faults: how often they strike, whom, and what they do."""

import gzip
from collections import Counter
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc.sandbox import Fault, Faults, Incoming, Outgoing, Sandbox
from hillstone_ccc.sandbox.faults import Dealt

NOW = 1_767_345_845
Ask = Callable[..., Any]
Make = Callable[..., Sandbox]
Sign = Callable[..., Incoming]
AGENT = {"InstanceId": "ccc-demo", "UserId": "zhangsan@ccc-demo"}
PAGE = {"InstanceId": "ccc-demo", "PageNumber": 1, "PageSize": 100}


def codes(box: Sandbox) -> list[str]:
    """The codes in the log."""
    return [one.code for one in box.requests]


@pytest.mark.parametrize(
    ("kind", "number", "status", "code", "header"),
    [
        ("throttle", 1, 400, "Throttling.User", None),
        ("throttle_with_retry_after", 1, 400, "Throttling.User", "250"),
        ("server_error", 1, 500, "InternalError", None),
        ("server_error", 2, 503, "ServiceUnavailable", None),
        ("ok_with_bad_code", 1, 200, "InternalError", None),
        ("expired_token", 1, 400, "InvalidSecurityToken.Expired", None),
    ],
)
def test_faults_that_are_refusals(
    make_box: Make, sign: Sign, kind: str, number: int, status: int, code: str, header: str | None
) -> None:
    """A fault may be one of the upstream's own refusals."""
    box = make_box(faults=Faults(share=1, kinds=[kind], retry_after_ms=250))
    answer = [box.handle(sign("GetUser", AGENT)) for _ in range(number)][-1]
    assert (status, code) == (answer.status, orjson.loads(answer.body)["Code"])
    assert header == answer.headers.get("x-acs-retry-after")


@pytest.mark.parametrize(("kind", "status", "begins"), [("html_502", 502, b"<html>"), ("empty_body", 200, b"")])
def test_faults_of_a_proxy(make_box: Make, sign: Sign, kind: str, status: int, begins: bytes) -> None:
    """A fault may be a proxy's page, or nothing."""
    answer = make_box(faults=Faults(share=1, kinds=[kind])).handle(sign("GetUser", AGENT))
    assert (status, begins) == (answer.status, answer.body[: len(begins)])
    assert answer.headers["Content-Length"] == str(len(answer.body))


def spoilt(make_box: Make, sign: Sign, kind: Fault, action: str = "ListUsers") -> Outgoing:
    """An answer that suffers a fault on its way to a caller that takes gzip."""
    box = make_box(faults=Faults(share=1, kinds=[kind], delay_seconds=3))
    answer = box.handle(sign(action, PAGE, accept_encoding="gzip"))
    assert [kind.value] == codes(box)
    assert answer.status == 200
    return answer


def test_a_dropped_answer(make_box: Make, sign: Sign) -> None:
    """A drop is a connection without an answer."""
    assert spoilt(make_box, sign, Fault.DROP).dropped


def test_a_truncated_answer(make_box: Make, sign: Sign) -> None:
    """A truncated answer ends before its announced length."""
    answer = spoilt(make_box, sign, Fault.TRUNCATE)
    assert answer.truncated
    assert len(b"".join(answer.pieces())) < int(answer.headers["Content-Length"])


def test_a_damaged_answer(make_box: Make, sign: Sign) -> None:
    """A damaged answer has its length, and is no JSON."""
    answer = spoilt(make_box, sign, Fault.DAMAGE)
    assert len(answer.body) == int(answer.headers["Content-Length"])
    with pytest.raises(orjson.JSONDecodeError):
        orjson.loads(answer.body)


def test_a_body_that_only_says_gzip(make_box: Make, sign: Sign) -> None:
    """A body may be called gzip and not be it."""
    answer = spoilt(make_box, sign, Fault.BAD_GZIP)
    assert answer.headers["Content-Encoding"] == "gzip"
    with pytest.raises(gzip.BadGzipFile):
        gzip.decompress(answer.body)


def test_a_late_answer(make_box: Make, sign: Sign) -> None:
    """A delay is before the answer."""
    assert spoilt(make_box, sign, Fault.DELAY).delay == 3


def test_a_slow_answer(make_box: Make, sign: Sign) -> None:
    """A slow body comes in eight pieces, whole."""
    answer = spoilt(make_box, sign, Fault.SLOW)
    assert (3, 8) == (answer.dawdle, len(answer.pieces()))
    assert answer.body == b"".join(answer.pieces())


def test_every_nth_request_fails_in_turn(make_box: Make, sign: Sign) -> None:
    """Every Nth request fails, the kinds taking turns, the others do not."""
    box = make_box(faults=Faults(every=3, kinds=["drop", "html_502"]))
    for _ in range(9):
        box.handle(sign("GetUser", AGENT))
    assert codes(box) == ["OK", "OK", "drop", "OK", "OK", "html_502", "OK", "OK", "drop"]


def test_a_share_of_requests_fails(make_box: Make, sign: Sign) -> None:
    """About the told share fails, the same requests for the same seed, and others for another."""

    def run(seed: int) -> list[str]:
        box = make_box(faults=Faults(share=0.2, seed=seed))
        for _ in range(300):
            box.handle(sign("GetUser", AGENT))
        return codes(box)

    first = run(1)
    assert 30 < 300 - Counter(first)["OK"] < 90
    assert len(set(first)) > 5
    assert first == run(1)
    assert first != run(2)


def test_a_reset_begins_the_faults_anew(make_box: Make, sign: Sign) -> None:
    """After a reset the same requests fail again."""
    box = make_box(faults=Faults(every=2, kinds=["drop"]))
    for _ in range(3):
        assert not box.handle(sign("GetUser", AGENT)).dropped
        box.reset()


def test_mercy_after_some_faults_in_a_row(make_box: Make, sign: Sign) -> None:
    """A question that has failed so often in a row is answered, whatever other questions come between."""
    box = make_box(faults=Faults(share=1, kinds=["drop"], max_consecutive=2))
    for _ in range(6):
        box.handle(sign("GetUser", AGENT))
        box.handle(sign("ListUsers", PAGE))
    assert [one.code for one in box.requests if one.action == "GetUser"] == ["drop", "drop", "OK"] * 2


def test_only_some_actions_fail(make_box: Make, sign: Sign) -> None:
    """Faults may be meant for some actions only, and others are not even counted."""
    box = make_box(faults=Faults(every=2, kinds=["drop"], only=["ListUsers"]))
    for action in ("ListUsers", "GetUser", "ListUsers"):
        box.handle(sign(action, AGENT | PAGE))
    assert codes(box) == ["OK", "OK", "drop"]


def test_faults_may_change_at_any_time(make_box: Make, sign: Sign) -> None:
    """New settings hold from the next request on."""
    box = make_box()
    box.handle(sign("GetUser", AGENT))
    box.faults = Faults(share=1, kinds=["drop"])
    box.handle(sign("GetUser", AGENT))
    assert codes(box) == ["OK", "drop"]


def test_a_bad_signature_stays_the_answer(make_box: Make, sign: Sign) -> None:
    """Who is not let in meets no fault."""
    box = make_box(faults=Faults(share=1, kinds=["drop"]))
    assert box.handle(sign("GetUser", AGENT, secret="another")).status == 400


@pytest.mark.parametrize("shift", [3600, -3600])
def test_a_shifted_clock(make_box: Make, sign: Sign, shift: int) -> None:
    """A server whose clock is off refuses the true time, tells its own, and accepts that."""
    box = make_box(faults=Faults(clock_shift=shift))
    answer = box.handle(sign("GetUser", AGENT))
    hour = 9 + shift // 3600
    assert answer.headers["Date"] == f"Fri, 02 Jan 2026 {hour:02}:24:05 GMT"
    assert orjson.loads(answer.body)["Code"] == "InvalidTimeStamp.Expired"
    assert box.handle(sign("GetUser", AGENT, now=NOW + shift)).status == 200


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("server_error", 500, "server_error"),
        ("html_502", 500, "html_502"),
        ("drop", 200, "drop"),
        ("damage", 200, "damage"),
        ("throttle", 200, "OK"),
    ],
)
def test_faults_of_downloads(make_box: Make, ask: Ask, kind: str, status: int, code: str) -> None:
    """A download suffers the faults that an object store can have; a throttle is none of them."""
    box = make_box()
    url = ask(box, "GetMonoRecording", ContactId="job-3")["Data"]["FileUrl"]
    path, _, query = url.removeprefix("http://ccc-sandbox.localhost").partition("?")
    whole = box.handle(Incoming("GET", path, query))
    box.faults = Faults(share=1, kinds=[kind], only=["GetObject"])
    answer = box.handle(Incoming("GET", path, query))
    assert (status, code) == (answer.status, codes(box)[-1])
    assert (answer.body != whole.body) is (kind in {"server_error", "html_502", "damage"})
    assert box.count("GetObject") == 2


@given(
    body=st.binary(min_size=1, max_size=40) | st.integers(1, 40).map(lambda size: b"\xff" * size), number=st.integers()
)
def test_damage_is_damage(body: bytes, number: int) -> None:
    """Damage changes up to eight bytes that lie together, whatever they are, and keeps the length."""
    after = Dealt(Fault.DAMAGE, number, Faults()).spoil(Outgoing(200, {}, body)).body
    changed = [place for place in range(len(body)) if body[place] != after[place]]
    assert (len(body), True) == (len(after), 0 < len(changed) <= changed[-1] - changed[0] + 1 <= 8)


@pytest.mark.parametrize(
    "settings",
    [
        {"share": 1.5},
        {"share": -0.1},
        {"every": 0},
        {"kinds": []},
        {"kinds": ["flood"]},
        {"shares": {"flood": 0.1}},
        {"shares": {"drop": 1.5}},
        {"shares": {"drop": 0.1, "damage": -0.1}},
        {"shares": {"drop": float("nan")}},
        {"shares": {"drop": 0.6, "damage": 0.41}},
        {"shares": {"drop": 0.1}, "share": 0.1},
        {"shares": {"drop": 0.1}, "every": 2},
    ],
)
def test_settings_that_cannot_be_meant(settings: dict[str, Any]) -> None:
    """Settings that cannot be meant are refused at once."""
    with pytest.raises(ValueError, match=r"must be|is not a valid"):
        Faults(**settings)

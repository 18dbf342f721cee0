"""The log is silent until somebody wants it, and then tells what happened without telling on anybody."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from hillstone_ccc import ConnectError, RetryPolicy, ServerError, ThrottledError
from hillstone_ccc._core.body import Body, Gathered
from hillstone_ccc._core.flow import Fetch, Pause
from hillstone_ccc._exchange import Exchange, Outgoing
from hillstone_ccc.sandbox import Fault, Faults, Sandbox
from hillstone_ccc.sandbox.inprocess import transport
from hillstone_ccc.testing.clock import SimulatedClock

NUMBER = "13800000001"
SECRETS = ("example-id", "example-secret", "example-token", "Signature", "authorization", NUMBER)


def _web(driver: str, way: Any) -> Any:
    return (httpx.Client if driver == "sync" else httpx.AsyncClient)(transport=way)


def _ask_box(ask: Callable[..., Any], driver: str, clock: SimulatedClock, question: Any, **box_settings: Any) -> Any:
    box = Sandbox(
        **{"records": 100, "clock": clock.wall, "security_token": "example-token", "rate_limit": None, **box_settings}
    )
    return ask(
        question,
        endpoint=box.endpoint,
        security_token="example-token",
        http_client=_web(driver, transport(box)),
        clock=clock,
        retry=RetryPolicy(),
    )


def test_a_program_that_configures_nothing_hears_nothing(serve: Callable[..., Any]) -> None:
    """Not a byte on standard error, whatever goes wrong, and nobody's logging is configured by the import."""
    program = """
import logging, sys
from hillstone_ccc import CCCError, Client, RetryPolicy
assert [] == logging.root.handlers and logging.WARNING == logging.root.level
assert logging.NOTSET == logging.getLogger("hillstone_ccc").level
key = {"access_key_id": "example-id", "access_key_secret": "example-secret"}
with Client(instance_id="ccc-demo", endpoint=sys.argv[1], retry=RetryPolicy(attempts=2, base=0.001), **key) as ccc:
    try:
        ccc.agents.get("zhangsan@ccc-demo")
    except CCCError as error:
        print(type(error).__name__)
assert [] == logging.root.handlers
"""
    server = serve(lambda _seen: b"HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\n\r\n<html>")
    run = subprocess.run([sys.executable, "-c", program, server.url], check=True, capture_output=True, text=True)
    assert ("ServerError\n", "") == (run.stdout, run.stderr)
    assert 2 == len(server.seen)


def test_each_request_is_one_line(
    driver: str, ask: Callable[..., Any], clock: SimulatedClock, caplog: pytest.LogCaptureFixture
) -> None:
    """At DEBUG: the action and its parameters, the attempt, the status, the time and the request id."""
    caplog.set_level(logging.DEBUG, "hillstone_ccc")
    _ask_box(ask, driver, clock, lambda ccc: ccc.agents.search("张").count())
    lines = [(record.levelname, record.getMessage()) for record in caplog.records if record.name == "hillstone_ccc"]
    assert 1 == len(lines)
    level, line = lines[0]
    assert "DEBUG" == level
    assert line.startswith("ListUsers(InstanceId=ccc-demo, SearchPattern=张, PageNumber=1, PageSize=1) attempt 1: ")
    assert "HTTP 200 in 0 ms [" in line
    assert not line.endswith("[-]")


def test_a_repeat_is_told_at_info(
    driver: str, ask: Callable[..., Any], clock: SimulatedClock, caplog: pytest.LogCaptureFixture
) -> None:
    """Why, and after how long; requests are not told at that level."""
    caplog.set_level(logging.INFO, "hillstone_ccc")
    _ask_box(
        ask,
        driver,
        clock,
        lambda ccc: ccc.agents.search().count(),
        faults=Faults(every=1, kinds=(Fault.THROTTLE_WITH_RETRY_AFTER,), max_consecutive=1, retry_after_ms=2500),
    )
    lines = [record.getMessage() for record in caplog.records if record.name == "hillstone_ccc"]
    assert [f"again in {clock.waits[0]:.2f} s: ThrottledError: "] == [line[: line.index("ListUsers")] for line in lines]


def test_no_answer_is_told_as_such(
    driver: str, ask: Callable[..., Any], clock: SimulatedClock, caplog: pytest.LogCaptureFixture
) -> None:
    """At DEBUG the kind of error stands where the status would."""
    caplog.set_level(logging.DEBUG, "hillstone_ccc")
    faults = Faults(every=1, kinds=(Fault.DROP,), max_consecutive=1)
    _ask_box(ask, driver, clock, lambda ccc: ccc.agents.search().count(), faults=faults)
    first, second, third = [record.getMessage() for record in caplog.records if record.name == "hillstone_ccc"]
    assert "attempt 1: ConnectError in 0 ms [-]" in first
    assert second.startswith("again in ")
    assert "no answer" in second
    assert "attempt 2: HTTP 200" in third


def test_nothing_at_debug_tells_a_key_or_a_number(
    driver: str, ask: Callable[..., Any], clock: SimulatedClock, caplog: pytest.LogCaptureFixture, tmp_path: Any
) -> None:
    """Numbers are masked, and neither keys, tokens, signatures nor links are written."""
    caplog.set_level(logging.DEBUG, "hillstone_ccc")

    def question(ccc: Any) -> Any:
        async def awaited() -> None:
            calls = await ccc.call_records.search(start=0).to_list()
            ready = next(call for call in calls if call.recording_ready)
            await ccc.call_records.search(start=0, calling_number=NUMBER).count()
            await (await ccc.recordings.get(ready.contact_id)).download(tmp_path)

        def at_once() -> None:
            calls = ccc.call_records.search(start=0).to_list()
            ready = next(call for call in calls if call.recording_ready)
            ccc.call_records.search(start=0, calling_number=NUMBER).count()
            ccc.recordings.get(ready.contact_id).download(tmp_path)

        return awaited() if driver == "async" else at_once()

    _ask_box(ask, driver, clock, question)
    text = "\n".join(record.getMessage() for record in caplog.records if record.name == "hillstone_ccc")
    assert "CallingNumber=138****0001" in text
    assert re.search("GET a recording attempt 1: HTTP 20[06]", text)
    assert [] == [secret for secret in SECRETS if secret in text]


def test_part_of_a_number_is_as_secret_as_a_whole_one(
    driver: str, ask: Callable[..., Any], clock: SimulatedClock, caplog: pytest.LogCaptureFixture
) -> None:
    """However few digits were asked for, neither the log nor the error of an upstream that repeats them tells them."""
    caplog.set_level(logging.DEBUG, "hillstone_ccc")

    def repeating(request: httpx.Request) -> httpx.Response:
        criteria = request.url.params["Criteria"]
        body = {"Code": "ServiceUnavailable", "Message": f"cannot read {criteria}", "Recommend": f"https://x/?q={part}"}
        return httpx.Response(503, json=body)

    part = "138000000"
    with pytest.raises(ServerError) as raised:
        ask(
            lambda ccc: ccc.call_records.search(number=part).count(),
            http_client=_web(driver, httpx.MockTransport(repeating)),
            clock=clock,
            retry=RetryPolicy(attempts=2),
        )
    error = raised.value
    texts = [str(error), repr(error), repr(error.args), *(record.getMessage() for record in caplog.records)]
    assert 6 == len(texts)
    assert [] == [text for text in texts if part in text]
    assert 'cannot read {"phoneNumber":"13****000"}' == error.message
    assert 'Criteria={"phoneNumber":"13****000"}' in texts[3]


def _echoing(request: httpx.Request) -> httpx.Response:
    told = request.headers["authorization"]
    return httpx.Response(503, json={"Code": "ServiceUnavailable", "Message": f"who is example-id? {told}"})


def test_an_upstream_that_echoes_a_key_is_not_believed_to_be_harmless(
    driver: str, ask: Callable[..., Any], clock: SimulatedClock, ask_who: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Its message is cleared of this client's own keys before it is logged or raised."""
    caplog.set_level(logging.DEBUG, "hillstone_ccc")
    web = _web(driver, httpx.MockTransport(_echoing))
    with pytest.raises(ServerError) as raised:
        ask(ask_who, http_client=web, clock=clock, retry=RetryPolicy(attempts=2))
    texts = [str(raised.value), repr(raised.value), *(record.getMessage() for record in caplog.records)]
    assert 5 == len(texts)
    assert [] == [text for text in texts if "example-id" in text or "example-secret" in text]
    assert "who is ***?" in texts[0]


def test_advice_is_cleared_too(ask: Callable[..., Any]) -> None:
    """Every text of an error, not the message alone."""

    def scrubbed(ccc: Any) -> ThrottledError:
        error = ThrottledError("why", advice="give example-secret")
        ccc._driver.exchange.scrub(error)
        return error

    assert "give ***" == ask(scrubbed).advice


def test_a_wait_without_a_reason_is_not_told(ask: Callable[..., Any], caplog: pytest.LogCaptureFixture) -> None:
    """Keeping one's own pace is no news."""
    caplog.set_level(logging.DEBUG, "hillstone_ccc")
    ask(lambda ccc: ccc._driver.exchange.waiting(Pause(1.0)))
    assert [] == caplog.records


def test_a_log_that_nobody_reads_costs_nothing(ask: Callable[..., Any], driver: str) -> None:
    """Below DEBUG no line is put together."""
    level = logging.getLogger("hillstone_ccc").getEffectiveLevel()
    assert level > logging.DEBUG
    with pytest.raises(ConnectError):
        ask(lambda ccc: ccc.agents.get("a"), endpoint="http://127.0.0.1:9")


def test_what_goes_out_hides_its_headers(ask: Callable[..., Any]) -> None:
    """The repr of a signed request shows where it goes, and no signature."""
    assert "Outgoing(method='POST', url='http://127.0.0.1/')" == repr(
        Outgoing("POST", "http://127.0.0.1/", {"authorization": "example"})
    )
    fetch = Fetch("http://127.0.0.1/", Body(Gathered()))
    asked = ask(lambda ccc: Exchange(ccc._driver.exchange.settings).link_headers(fetch))
    assert {"accept-encoding": "identity", "range": "bytes=0-16777215"} == asked

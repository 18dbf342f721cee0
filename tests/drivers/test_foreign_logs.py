"""The HTTP library's own log tells of our requests without their queries, and of others' as ever."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import httpx
import pytest


def _web(driver: str) -> Any:
    kind: Any = httpx.Client if driver == "sync" else httpx.AsyncClient
    return kind(
        transport=httpx.MockTransport(lambda _: httpx.Response(200, json={"Code": "OK", "Data": {"UserId": "a"}}))
    )


def test_queries_of_ours_are_not_logged(
    driver: str, ask: Callable[..., Any], ask_who: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Httpx writes a line a request at INFO: the address stays, the query goes."""
    caplog.set_level(logging.INFO, "httpx")
    ask(ask_who, endpoint="http://ccc.example", http_client=_web(driver))
    lines = [record.getMessage() for record in caplog.records if record.name == "httpx"]
    assert ['HTTP Request: POST http://ccc.example/?*** "HTTP/1.1 200 OK"'] == lines


def test_queries_of_others_are(
    driver: str, ask: Callable[..., Any], ask_who: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """What a program sends through httpx itself is none of our business."""
    ask(ask_who, endpoint="http://ccc.example", http_client=_web(driver))
    caplog.set_level(logging.INFO, "httpx")
    with _web("sync") as web:
        web.get("http://other.example/?q=1")
    assert ['HTTP Request: GET http://other.example/?q=1 "HTTP/1.1 200 OK"'] == caplog.messages


def test_a_line_without_arguments_passes(
    driver: str, ask: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever else the library says while a request is under way."""

    def upstream(_request: httpx.Request) -> httpx.Response:
        logging.getLogger("httpx").warning("100 percent?")
        logging.getLogger("httpx").warning("%(one)s", {"one": "two?"})
        return httpx.Response(200, json={"Code": "OK", "Data": {"UserId": "a"}})

    kind: Any = httpx.Client if driver == "sync" else httpx.AsyncClient
    ask(lambda ccc: ccc.agents.get("a"), http_client=kind(transport=httpx.MockTransport(upstream)))
    assert ["100 percent?", "two?"] == [record.getMessage() for record in caplog.records if record.levelno > 20]


def test_headers_of_ours_are_logged_without_what_opens_the_store(
    ask: Callable[..., Any], driver: str, serve: Callable[..., Any], answered: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """At the deepest level of every logger there is, also where the store sends on to another place of its own."""
    caplog.set_level(1)
    for name in list(logging.root.manager.loggerDict):
        caplog.set_level(1, name)

    def upstream(seen: Any) -> bytes:
        here = f"http://127.0.0.1:{server.port}"
        if seen.line.startswith("POST"):
            data = f'{{"FileUrl":"{here}/a?Expires=9999999999&Signature=secret-one","FileName":"a.wav"}}'
            return bytes(answered(f'{{"Code":"OK","Data":{data}}}'.encode()))
        if seen.target.startswith("/a"):
            return bytes(answered(b"", "302 Found", location=f"{here}/b?Expires=9999999999&Signature=secret-two"))
        return bytes(answered(b"sound", etag='"A"'))

    server = serve(upstream)

    async def awaited(ccc: Any) -> bytes:
        return bytes(await (await ccc.recordings.get("job-1")).read())

    data = ask(awaited if driver == "async" else lambda ccc: ccc.recordings.get("job-1").read(), endpoint=server.url)
    assert b"sound" == data
    texts = [record.getMessage() for record in caplog.records]
    assert any("302" in text for text in texts)
    assert [] == [text for text in texts if "secret-one" in text or "secret-two" in text]
    logging.getLogger("httpcore.http11").debug("Signature=others")
    assert "Signature=others" == caplog.messages[-1]

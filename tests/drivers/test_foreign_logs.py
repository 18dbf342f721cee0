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

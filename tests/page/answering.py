"""Answers in place of the server's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Route


def answers(**told: Any) -> Callable[[Route], None]:
    """What a route answers always: ``status``, ``json``, ``body``, ``headers``."""

    def answer(route: Route) -> None:
        route.fulfill(**told)

    return answer

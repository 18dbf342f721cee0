"""A session to drive by hand."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hillstone_ccc._core.flow import Session
from hillstone_ccc._core.openapi import OpenAPI
from hillstone_ccc._core.retry import Pace, RetryPolicy

from .driving import MakeSession


@pytest.fixture
def make_session() -> MakeSession:
    """Makes what the calls of a client share, from a policy's settings."""

    def make(*, per_second: float | None = None, **policy: Any) -> Session:
        return Session(OpenAPI("ccc-demo", ZoneInfo("Asia/Shanghai")), RetryPolicy(**policy), Pace(per_second))

    return make

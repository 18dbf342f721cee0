"""A session to drive by hand, and the documented examples."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import orjson
import pytest

from hillstone_ccc._core.flow import Session
from hillstone_ccc._core.openapi import OpenAPI
from hillstone_ccc._core.retry import Pace, RetryPolicy

MakeSession: TypeAlias = Callable[..., Session]
EXAMPLES = Path(__file__).parent / "examples"


@pytest.fixture
def make_session() -> MakeSession:
    """Makes what the calls of a client share, from a policy's settings."""

    def make(*, per_second: float | None = None, **policy: Any) -> Session:
        return Session(OpenAPI("ccc-demo", ZoneInfo("Asia/Shanghai")), RetryPolicy(**policy), Pace(per_second))

    return make


def example(action: str) -> bytes:
    """The documented answer of an action, as it is in the reference."""
    return (EXAMPLES / f"{action}.json").read_bytes()


def example_data(action: str) -> Any:
    """Its ``Data``."""
    return orjson.loads(example(action))["Data"]

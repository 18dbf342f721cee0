"""A client of each kind behind one face, for cassettes that all of them replay."""

import inspect
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from hillstone_ccc import AsyncClient, Client
from hillstone_ccc.testing import SimulatedClock, StandIns

NOW = 1_767_345_845


class Answering:
    """Something of a synchronous client with an asynchronous one's face: what its methods answer can be awaited."""

    def __init__(self, thing: Any) -> None:
        self._thing = thing

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._thing, name)
        return _answering(value) if inspect.ismethod(value) else Answering(value)


def _answering(method: Callable[..., Any]) -> Callable[..., Any]:
    def ask(*arguments: Any, **named: Any) -> Any:
        answer = method(*arguments, **named)
        return Answering(answer) if hasattr(answer, "to_list") else _awaited(answer)

    return ask


async def _awaited(answer: Any) -> Any:
    return answer


@pytest.fixture(scope="module")
def vcr_cassette_dir() -> str:
    """Where the cassettes are."""
    return str(Path(__file__).parents[1] / "cassettes")


class AsTheyAre:
    """Instead of stand-ins, while recording: what the upstream itself answers."""

    def number(self, text: str) -> str:
        """The number."""
        return text

    name = login = number


@pytest.fixture
def stand_ins(record_mode: str) -> StandIns | AsTheyAre:
    """What numbers and names look like to a client: made up in a replay, their own while recording."""
    return StandIns() if record_mode == "none" else AsTheyAre()


@pytest.fixture
def instance_id() -> str:
    """The call center that is asked."""
    return "ccc-demo"


@pytest.fixture
def endpoint() -> str:
    """Where it is: nowhere, in a replay."""
    return "https://ccc.cn-shanghai.aliyuncs.com"


@pytest.fixture(params=["sync", "aiohttp", "httpx"])
async def ccc(request: pytest.FixtureRequest, endpoint: str, instance_id: str) -> AsyncIterator[Any]:
    """A client of each kind: synchronous, asynchronous over aiohttp, asynchronous over httpx's own transport."""
    settings: dict[str, Any] = {
        "instance_id": instance_id,
        "access_key_id": "example-id",
        "access_key_secret": "example-secret",
        "endpoint": endpoint,
        "clock": SimulatedClock(NOW),
    }
    if request.param == "sync":
        with Client(**settings) as client:
            yield Answering(client)
        return
    async with (
        httpx.AsyncClient() as own,
        AsyncClient(**settings, http_client=own if request.param == "httpx" else None) as client,
    ):
        yield client

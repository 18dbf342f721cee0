"""The environment's proxies are for other machines than this one."""

import asyncio

import pytest

from hillstone_ccc import AsyncClient, Client, ProxyError, RetryPolicy, TransportError
from hillstone_ccc.sandbox import Sandbox

NOWHERE = "http://127.0.0.1:9"


def settings(box: Sandbox, **more: object) -> dict[str, object]:
    """What a client of this sandbox needs to be told."""
    return {
        "instance_id": box.instance_id,
        "access_key_id": box.access_key_id,
        "access_key_secret": box.access_key_secret,
        "endpoint": box.endpoint,
        "retry": RetryPolicy(attempts=1),
        **more,
    }


@pytest.fixture(autouse=True)
def _proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_PROXY")
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, NOWHERE)


def test_a_sandbox_is_reached_past_the_environments_proxy(ccc_sandbox: Sandbox) -> None:
    """HTTP_PROXY does not stand between a program and its own machine, with either driver."""

    async def agents() -> int:
        async with AsyncClient(**settings(ccc_sandbox)) as ccc:  # type: ignore[arg-type]
            return await ccc.agents.search().count()

    with Client(**settings(ccc_sandbox)) as ccc:  # type: ignore[arg-type]
        assert len(ccc_sandbox.centre.agents) == ccc.agents.search().count() == asyncio.run(agents())


def test_a_proxy_given_by_hand_is_meant(ccc_sandbox: Sandbox) -> None:
    """Whoever names a proxy gets it, for this machine too."""

    async def count() -> None:
        async with AsyncClient(**settings(ccc_sandbox, proxy=NOWHERE)) as ccc:  # type: ignore[arg-type]
            await ccc.agents.search().count()

    with pytest.raises(ProxyError):
        asyncio.run(count())
    with Client(**settings(ccc_sandbox, proxy=NOWHERE)) as ccc, pytest.raises(TransportError, match="refused"):  # type: ignore[arg-type]
        ccc.agents.search().count()

"""A client after its end, and in a loop that is not its own."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from hillstone_ccc import AsyncClient, Client, ConfigurationError
from hillstone_ccc.sandbox import Sandbox


def settings(box: Sandbox) -> dict[str, Any]:
    """What a client of this sandbox needs to be told."""
    return {
        "instance_id": box.instance_id,
        "access_key_id": box.access_key_id,
        "access_key_secret": box.access_key_secret,
        "endpoint": box.endpoint,
    }


def test_a_closed_client_says_so(ccc_sandbox: Sandbox) -> None:
    """After close nothing is asked any more, and the error says why."""
    with Client(**settings(ccc_sandbox)) as ccc:
        assert ccc.agents.search().count() > 0
    with pytest.raises(ConfigurationError, match="closed"):
        ccc.agents.search().count()


def test_a_closed_asynchronous_client_says_so(ccc_sandbox: Sandbox) -> None:
    """The same holds when awaited."""

    async def use() -> None:
        async with AsyncClient(**settings(ccc_sandbox)) as ccc:
            assert await ccc.agents.search().count() > 0
        with pytest.raises(ConfigurationError, match="closed"):
            await ccc.agents.search().count()

    asyncio.run(use())


def test_an_asynchronous_client_serves_one_loop(ccc_sandbox: Sandbox) -> None:
    """Its connections belong to the loop that opened them; a second loop is told so at once."""

    async def make() -> AsyncClient:
        return AsyncClient(**settings(ccc_sandbox))

    async def use(ccc: AsyncClient) -> int:
        return await ccc.agents.search().count()

    first, second = asyncio.new_event_loop(), asyncio.new_event_loop()
    try:
        ccc = first.run_until_complete(make())
        assert first.run_until_complete(use(ccc)) > 0
        with pytest.raises(ConfigurationError, match="event loop"):
            second.run_until_complete(use(ccc))
        first.run_until_complete(ccc.aclose())
    finally:
        first.close()
        second.close()


def test_ids_to_restore_are_not_letters(ccc_sandbox: Sandbox) -> None:
    """One id given as text is refused, and several of any kind of collection are asked for."""
    with Client(**settings(ccc_sandbox)) as ccc:
        with pytest.raises(ValueError, match="takes several calls"):
            ccc.recordings.restore("job-1")
        assert ["job-1"] == [state.contact_id for state in ccc.recordings.restore(one for one in ["job-1"])]


def test_certificates_of_the_environment_that_are_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The variable is named, and it is an error of the configuration."""
    (tmp_path / "bad.pem").write_text("no certificate")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "bad.pem"))
    with pytest.raises(ConfigurationError, match="SSL_CERT_FILE"):
        Client(instance_id="ccc-demo", access_key_id="example-id", access_key_secret="example-secret")

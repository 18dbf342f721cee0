"""A client over the REST contract gives what a client with a key gives, as far as the contract carries it."""

import logging
import traceback
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import httpx
import pytest

from hillstone_ccc import (
    AgentNotFoundError,
    AuthenticationError,
    Client,
    ConfigurationError,
    NotFoundError,
    PermissionDeniedError,
    RecordingNotReadyError,
    ResultWindowError,
    RetryPolicy,
    ServerError,
    UnsupportedError,
)
from hillstone_ccc.contract import CallRecordRow
from hillstone_ccc.sandbox import Sandbox

from .conftest import GATEWAY_TOKEN, of

each_driver = pytest.mark.parametrize("driver", ["sync", "async"])
EVERYTHING = {"start": "2000-01-01"}
CARRIED = [field.name for field in fields(CallRecordRow)]
EMPTY = (None, 0, False, ())

Open = Callable[..., Any]


@pytest.fixture
def own(opened: Any, open_box: Sandbox) -> Any:
    """A client with a key, to compare with."""
    return opened("sync", **of(open_box))


def carried(call: Any) -> list[Any]:
    """What of a call the contract carries; what is missing and what is 0 is the same there."""
    values = [getattr(call, name) for name in CARRIED]
    return [None if value in EMPTY else value for value in values]


@each_driver
@pytest.mark.parametrize(
    "criteria",
    [
        {},
        {"contact_types": ["Inbound"], "order": "asc"},
        {"calling_number": "1380000****"},
        {"number": "1380000", "dispositions": ["Success", "NoAnswer"]},
        {"skill_group_names": ["技术支持"]},
        {"media_type": "AUDIO", "satisfactions": ["5", "4"]},
    ],
    ids=str,
)
def test_the_same_calls(driver: str, over_gateway: Open, own: Any, criteria: dict[str, Any]) -> None:
    """The same ones, in the same order, with the same fields, and the same number of them."""
    try:
        expected = own.call_records.search(**EVERYTHING, **criteria).to_list()
    except Exception as error:  # noqa: BLE001 - whatever it is
        with pytest.raises(type(error)):
            over_gateway(driver).call_records.search(**EVERYTHING, **criteria).to_list()
        return
    results = over_gateway(driver).call_records.search(**EVERYTHING, **criteria)
    assert [carried(call) for call in expected] == [carried(call) for call in results]
    assert len(expected) == results.count()


@each_driver
def test_several_agents(driver: str, over_gateway: Open, own: Any) -> None:
    """Their calls, each once, by names."""
    names = [agent.display_name for agent in own.agents.search().limit(3)]
    expected = [call.contact_id for call in own.call_records.search(**EVERYTHING, agent_names=names)]
    found = over_gateway(driver).call_records.search(**EVERYTHING, agent_names=names)
    assert expected == [call.contact_id for call in found]


@each_driver
def test_names_are_exact(driver: str, over_gateway: Open, own: Any) -> None:
    """A part of a name, which a client with a key may take for one, is nobody's over the contract."""
    assert own.call_records.search(**EVERYTHING, agent_names=["张"]).count() > 0
    for ccc, more in ((over_gateway(driver), {}), (own, {"exact_names": True})):
        with pytest.raises(AgentNotFoundError) as caught:
            ccc.call_records.search(**EVERYTHING, agent_names=["张"], **more).count()
        assert "张" == caught.value.name


@each_driver
def test_the_same_details(driver: str, over_gateway: Open, own: Any) -> None:
    """Events, transfers, off-site work, and the row; what an entry of events belongs to besides is not carried."""
    ccc = over_gateway(driver)
    for call in own.call_records.search(**EVERYTHING).limit(60):
        mine, theirs = own.call_records.get(call.contact_id), ccc.call_records.get(call.contact_id)
        assert mine.events == theirs.events
        for name in ("off_site", "transfer_caller", "transfer_called", "satisfaction_index", "missing"):
            assert getattr(mine, name) == getattr(theirs, name)
        assert carried(mine.record) == carried(theirs.record)
        assert [repr(one) for one in mine.transfers or ()] == [repr(one) for one in theirs.transfers or ()]
        assert (mine.transfers is None) == (theirs.transfers is None)


@each_driver
def test_the_same_agents(driver: str, over_gateway: Open, own: Any) -> None:
    """With what the contract carries of them: no outbound numbers."""
    expected = {agent.user_id: agent for agent in own.agents.search()}
    found = {agent.user_id: agent for agent in over_gateway(driver).agents.search()}
    assert list(expected) == list(found)
    for user_id, agent in found.items():
        for name in ("display_name", "ram_id", "mobile", "skill_levels", "role_name", "work_mode", "device_state"):
            assert getattr(expected[user_id], name) == getattr(agent, name)


@each_driver
def test_the_same_recording(driver: str, over_gateway: Open, own: Any, tmp_path: Path) -> None:
    """Its bytes come from the object store, by the link that the gateway gave."""
    call = next(call for call in own.call_records.search(**EVERYTHING) if call.recording_ready)
    recording = over_gateway(driver).recordings.get(call.contact_id)
    path = recording.download(tmp_path)
    assert own.recordings.get(call.contact_id).read() == path.read_bytes()
    assert (call.contact_id, None) == (recording.contact_id, recording.duration)


@each_driver
def test_no_recording(driver: str, over_gateway: Open, own: Any) -> None:
    """Whether one can still come is carried."""
    call = next(call for call in own.call_records.search(**EVERYTHING) if call.established_time is None)
    with pytest.raises(RecordingNotReadyError) as caught:
        over_gateway(driver).recordings.get(call.contact_id)
    assert caught.value.can_still_come is False


@each_driver
def test_what_the_contract_cannot_carry(driver: str, over_gateway: Open) -> None:
    """It is refused before anything is sent, and says so."""
    ccc = over_gateway(driver)
    attempts: list[Callable[[], object]] = [
        lambda: ccc.agents.get("agent@ccc-demo"),
        lambda: ccc.skill_groups.search().to_list(),
        lambda: ccc.recordings.get("job-1", "voicemail"),
        lambda: ccc.recordings.get("job-1", expire_seconds=60),
        lambda: ccc.recordings.parts("job-1"),
        lambda: ccc.recordings.restore(["job-1"]),
        lambda: ccc.call_records.search(agent_names=["a,b"]).count(),
    ]
    for attempt in attempts:
        with pytest.raises(UnsupportedError, match=r"contract|comma"):
            attempt()


@each_driver
def test_far_pages(driver: str, over_gateway: Open, own: Any) -> None:
    """A page behind the hundredth is asked for as any other."""
    expected = [call.contact_id for call in own.call_records.search(**EVERYTHING)]
    page = over_gateway(driver).call_records.search(**EVERYTHING).page(125, size=20)
    assert (expected[2480:2500], 3_000) == ([call.contact_id for call in page], page.total)


@each_driver
def test_the_fewest_requests(driver: str, over_gateway: Open) -> None:
    """Each page tells the total, so none is asked for it alone."""
    asked: list[Any] = []
    ccc = over_gateway(driver)
    ccc.watch(asked.append)
    results = ccc.call_records.search(**EVERYTHING)
    assert 3_000 == results.page(2, size=10).total == results.page(1, size=10).total
    asked_for_once = ("call_record start_time", 400)  # whether the server reads ranges
    assert [asked_for_once, ("call_record", 200), ("call_record", 200)] == [(one.action, one.status) for one in asked]


@each_driver
def test_a_token_that_nobody_knows(driver: str, opened: Any, gateway: str, caplog: pytest.LogCaptureFixture) -> None:
    """It is refused at once, and shown nowhere."""
    caplog.set_level(logging.DEBUG)
    ccc = opened(driver, gateway=gateway, token="example-guess-of-a-token")
    with pytest.raises(AuthenticationError) as caught:
        ccc.agents.search().to_list()
    assert ("40101", 401) == (caught.value.code, caught.value.http_status)
    said = repr(ccc) + caplog.text + "".join(traceback.format_exception(caught.value))
    assert "example-guess-of-a-token" not in said
    assert gateway in repr(ccc)


@each_driver
def test_a_server_that_tells_the_token(driver: str, opened: Any) -> None:
    """It is taken out of what is said, whatever the server writes around it."""
    told = {"code": 40101, "message": "I do not know example-guess-of-a-token here.", "data": None}
    transport = httpx.MockTransport(lambda _: httpx.Response(401, json=told))
    web = {"sync": httpx.Client, "async": httpx.AsyncClient}[driver](transport=transport)
    ccc = opened(driver, gateway="https://support.example", token="example-guess-of-a-token", http_client=web)
    with pytest.raises(AuthenticationError, match=r"I do not know \*\*\* here") as caught:
        ccc.agents.search().to_list()
    assert "example-guess-of-a-token" not in "".join(traceback.format_exception(caught.value))


@each_driver
def test_an_unknown_call(driver: str, over_gateway: Open) -> None:
    """The same class as with a key."""
    with pytest.raises(NotFoundError) as caught:
        over_gateway(driver).call_records.get("job-000")
    assert "40401" == caught.value.code


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"token": ""}, "token must be"),
        ({"token": "two words"}, "token must be"),
        ({"token": 5}, "token must be"),
        ({"url": "https://support.example/?x=1"}, "without a query"),
        ({"url": "https://"}, "url names no host"),
        ({"url": "ftp://support.example"}, "url names no host"),
        ({"url": None}, "url names no host"),
        ({"url": "http://support.example"}, "plain http would show the token"),
        ({"timeout": 0}, "timeout must be"),
    ],
)
def test_settings_that_cannot_work(given: dict[str, Any], message: str) -> None:
    """They are refused when the client is made."""
    settings: dict[str, Any] = {"url": "https://support.example", "token": "example-token", **given}
    with pytest.raises(ConfigurationError, match=message):
        Client.connect(settings.pop("url"), **settings)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://support.example", "https://support.example"),
        ("support.example/ccc/", "https://support.example/ccc"),
        ("https://support.example:8443/a/b", "https://support.example:8443/a/b"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://localhost:8000/", "http://localhost:8000"),
    ],
)
def test_addresses(url: str, told: str) -> None:
    """A host, a URL, a path before the contract's own."""
    with Client.connect(url, token="example-token") as ccc:
        assert f"Client(gateway={told!r}, timezone='Asia/Shanghai')" == repr(ccc)


def test_from_the_environment(gateway: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The gateway's variables win over an instance's."""
    monkeypatch.setenv("HILLSTONE_CCC_INSTANCE_ID", "ccc-other")
    monkeypatch.setenv("HILLSTONE_CCC_GATEWAY_URL", gateway)
    monkeypatch.setenv("HILLSTONE_CCC_GATEWAY_TOKEN", GATEWAY_TOKEN)
    with Client.from_env(retry=RetryPolicy(attempts=1)) as ccc:
        assert ccc.agents.search().count() > 0


@pytest.mark.parametrize("kind", ["URL", "TOKEN"])
def test_a_gateway_in_part(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who names a gateway is not answered by another upstream."""
    monkeypatch.setenv("HILLSTONE_CCC_INSTANCE_ID", "ccc-demo")
    monkeypatch.setenv(f"HILLSTONE_CCC_GATEWAY_{kind}", "https://support.example")
    missing = {"URL": "TOKEN", "TOKEN": "URL"}[kind]
    with pytest.raises(ConfigurationError, match=f"set HILLSTONE_CCC_GATEWAY_{missing}"):
        Client.from_env()


def test_errors_of_the_gateways_upstream(served: Any, opened: Any) -> None:
    """A search too wide, an upstream that fails, a missing permission: the same classes as with a key."""
    from hillstone_ccc import AsyncClient  # noqa: PLC0415
    from hillstone_ccc.sandbox import Fault, Faults  # noqa: PLC0415
    from hillstone_ccc.server import Principal, ServerOptions, create_app  # noqa: PLC0415

    with Sandbox(records=300) as box:

        async def make() -> Any:
            upstream = AsyncClient(**of(box), retry=RetryPolicy(attempts=1))

            def authorize(request: Any, _permission: str) -> Any:
                return Principal("a", () if "stranger" in request.headers["authorization"] else None)

            options = ServerOptions(walk_rows=100)
            return create_app(upstream, authorize=authorize, options=options, closes_client=True)

        with served(make) as address:
            ccc = opened("sync", gateway=address, token="example-token", retry=RetryPolicy(attempts=1))
            with pytest.raises(ResultWindowError, match="narrow"):
                ccc.call_records.search(**EVERYTHING, calling_number="*" * 11).count()
            stranger = opened("sync", gateway=address, token="example-stranger", retry=RetryPolicy(attempts=1))
            with pytest.raises(PermissionDeniedError, match=r"support\.call_record:list"):
                stranger.agents.search().count()
            box.faults = Faults(share=1.0, kinds=[Fault.SERVER_ERROR])
            with pytest.raises(ServerError) as caught:
                ccc.call_records.search(**EVERYTHING).count()
            assert ("50201", 502) == (caught.value.code, caught.value.http_status)


@pytest.mark.thorough
@each_driver
def test_a_walk_past_ten_thousand_calls(driver: str, served: Any, opened: Any) -> None:
    """Within ranges of time, each call once."""
    from hillstone_ccc import AsyncClient  # noqa: PLC0415
    from hillstone_ccc.server import create_app  # noqa: PLC0415

    with Sandbox(records=12_000) as box:

        async def make() -> Any:
            return create_app(AsyncClient(**of(box)), authorize=lambda _request, _permission: "a", closes_client=True)

        with served(make) as address:
            results = opened(driver, gateway=address, token="example-token").call_records.search(**EVERYTHING)
            ids = [call.contact_id for call in results]
    assert (12_000, 12_000) == (len(ids), len(set(ids)))
    assert results.coverage().complete

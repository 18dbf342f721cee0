"""The sandbox over a port and in process: what `handle` says is what arrives."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest

from hillstone_ccc.sandbox import Fault, Faults, Incoming, Sandbox
from hillstone_ccc.sandbox.inprocess import transport

AGENTS = {"InstanceId": "ccc-demo", "PageNumber": 1, "PageSize": 100}
Ask = Callable[..., Any]
Make = Callable[..., Sandbox]
Sign = Callable[..., Incoming]
Send = Callable[..., httpx.Response]


def request_of(box: Sandbox, incoming: Incoming) -> httpx.Request:
    """A request as an HTTP library sends it."""
    url = f"{box.endpoint}{incoming.path}?{incoming.query}"
    return httpx.Request(incoming.method, url, headers=dict(incoming.headers), content=incoming.body)


@pytest.fixture(params=["port", "process", "async"])
def send(box: Sandbox, request: pytest.FixtureRequest) -> Iterator[Send]:
    """Sends a request to the sandbox `box`: over a port, in process, and in process without blocking."""

    def at_once(incoming: Incoming, **_: object) -> httpx.Response:
        with httpx.Client(transport=transport(box)) as client:
            return client.send(request_of(box, incoming))

    def without_blocking(incoming: Incoming, **_: object) -> httpx.Response:
        async def run() -> httpx.Response:
            async with httpx.AsyncClient(transport=transport(box)) as client:
                return await client.send(request_of(box, incoming))

        return asyncio.run(run())

    if request.param == "process":
        yield at_once
    elif request.param == "async":
        yield without_blocking
    else:
        with box, httpx.Client(trust_env=False) as client:
            yield lambda incoming: client.send(request_of(box, incoming))


def test_an_answer_arrives(box: Sandbox, sign: Sign, send: Send) -> None:
    """An answer arrives with its status, headers and body, compressed or not."""
    for encoding in ("gzip", "identity"):
        response = send(sign("ListUsers", AGENTS, host=box.endpoint[7:], accept_encoding=encoding))
        assert (200, encoding) == (response.status_code, response.headers.get("content-encoding", "identity"))
        assert len(box.centre.agents) == response.json()["Data"]["TotalCount"]
        assert box.requests[-1].code == "OK"


def test_a_form_body_arrives(box: Sandbox, sign: Sign, send: Send) -> None:
    """A body arrives whole."""
    form = {"content_type": "application/x-www-form-urlencoded", "host": box.endpoint[7:]}
    response = send(sign("GetUser", {"InstanceId": "ccc-demo"}, body=b"Extension=80000001", **form))
    assert response.json()["Data"]["LoginName"] == "zhangsan"


def test_a_file_arrives(box: Sandbox, ask: Ask, send: Send) -> None:
    """A link is good at the sandbox's address, also for a part."""
    url = ask(box, "GetMonoRecording", ContactId="job-3")["Data"]["FileUrl"]
    path, _, query = url.removeprefix(box.endpoint).partition("?")
    whole = send(Incoming("GET", path, query))
    assert (200, b"RIFF") == (whole.status_code, whole.content[:4])
    part = send(Incoming("GET", path, query, {"range": "bytes=1-2"}))
    assert (206, b"IF") == (part.status_code, part.content)
    head = send(Incoming("HEAD", path, query))
    assert (403, b"") == (head.status_code, head.content)


def test_a_drop_is_no_answer(box: Sandbox, sign: Sign, send: Send) -> None:
    """A dropped connection is the error that httpx has for it, and the next request is answered."""
    box.faults = Faults(every=1, kinds=[Fault.DROP])
    with pytest.raises(httpx.RemoteProtocolError, match="disconnected"):
        send(sign("ListUsers", AGENTS, host=box.endpoint[7:]))
    box.faults = Faults()
    assert send(sign("ListUsers", AGENTS, host=box.endpoint[7:])).status_code == 200


def test_a_cut_body_is_incomplete(box: Sandbox, sign: Sign, send: Send) -> None:
    """A body cut short is the error that httpx has for it."""
    box.faults = Faults(every=1, kinds=[Fault.TRUNCATE])
    with pytest.raises(httpx.RemoteProtocolError, match="complete message body"):
        send(sign("ListUsers", AGENTS, host=box.endpoint[7:]))


def test_a_part_fares_as_a_whole_does(box: Sandbox, ask: Ask, send: Send) -> None:
    """A part of a file is cut and damaged on its way as an answer is."""
    url = ask(box, "GetMonoRecording", ContactId="job-3")["Data"]["FileUrl"]
    path, _, query = url.removeprefix(box.endpoint).partition("?")
    incoming = Incoming("GET", path, query, {"range": "bytes=100-149"})
    whole = send(incoming).content
    box.faults = Faults(shares={"damage": 1})
    damaged = send(incoming)
    assert (206, 50) == (damaged.status_code, len(damaged.content))
    assert whole != damaged.content
    box.faults = Faults(shares={"truncate": 1})
    with pytest.raises(httpx.RemoteProtocolError, match="complete message body"):
        send(incoming)
    assert ["OK", "damage", "truncate"] == [one.code for one in box.requests if one.action == "GetObject"]


def test_damage_arrives(box: Sandbox, sign: Sign, send: Send) -> None:
    """Damaged bytes arrive as they are."""
    box.faults = Faults(every=1, kinds=[Fault.DAMAGE])
    assert b"\xff" in send(sign("ListUsers", AGENTS, host=box.endpoint[7:])).content


@pytest.mark.parametrize("kind", [Fault.DELAY, Fault.SLOW])
def test_a_late_answer_arrives_whole(box: Sandbox, sign: Sign, send: Send, kind: Fault) -> None:
    """A late or slow answer is whole."""
    box.faults = Faults(every=1, kinds=[kind], delay_seconds=0.01)
    assert send(sign("ListUsers", AGENTS, host=box.endpoint[7:])).json()["Code"] == "OK"


def test_a_delay_beyond_patience_is_a_time_out(make_box: Make, sign: Sign) -> None:
    """In process, a delay longer than the read time-out is a time-out, without any waiting."""
    box = make_box(faults=Faults(every=1, kinds=[Fault.DELAY], delay_seconds=60))
    with httpx.Client(transport=transport(box), timeout=30) as client, pytest.raises(httpx.ReadTimeout):
        client.send(request_of(box, sign("ListUsers", AGENTS)))


def test_delays_are_told(make_box: Make, sign: Sign) -> None:
    """In process, the delay of each late answer is told, and nothing of the others."""
    box = make_box(faults=Faults(every=2, kinds=[Fault.DELAY, Fault.SLOW], delay_seconds=2))
    told: list[float] = []
    with httpx.Client(transport=transport(box, sleep=told.append)) as client:
        for _ in range(4):
            client.send(request_of(box, sign("ListUsers", AGENTS)))
    assert told == [2, 2]


async def test_delays_are_awaited(make_box: Make, sign: Sign) -> None:
    """In process, a sleep that can be awaited is."""
    box = make_box(faults=Faults(every=1, kinds=[Fault.DELAY], delay_seconds=2))
    told: list[float] = []

    async def sleep(seconds: float) -> None:
        told.append(seconds)

    async with httpx.AsyncClient(transport=transport(box, sleep=sleep)) as client:
        await client.send(request_of(box, sign("ListUsers", AGENTS)))
    assert told == [2]


async def test_bodies_are_streamed(make_box: Make, sign: Sign) -> None:
    """In process, the bytes before a cut arrive, then the error."""
    box = make_box(faults=Faults(every=1, kinds=[Fault.TRUNCATE]))

    async def parts(response: httpx.Response, into: list[bytes]) -> AsyncIterator[bytes]:
        async for part in response.aiter_raw():
            into.append(part)
            yield part

    received: list[bytes] = []
    async with httpx.AsyncClient(transport=transport(box)) as client:
        response = await client.send(request_of(box, sign("ListUsers", AGENTS)), stream=True)
        with pytest.raises(httpx.RemoteProtocolError):
            _ = [part async for part in parts(response, received)]
        await response.aclose()
    assert 0 < len(b"".join(received)) < int(response.headers["content-length"])


def test_a_port_is_opened_and_closed(make_box: Make) -> None:
    """A sandbox listens on loopback between start and stop, and may start again."""
    box = make_box()
    assert box.endpoint == "http://ccc-sandbox.localhost"
    threads = threading.active_count()
    for _ in range(2):
        assert box.start() is box
        port = int(box.endpoint.removeprefix("http://127.0.0.1:"))
        socket.create_connection(("127.0.0.1", port)).close()
        with pytest.raises(RuntimeError, match="listens already"):
            box.start()
        box.stop()
        box.stop()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))
    assert threading.active_count() == threads


def test_a_port_that_is_taken(make_box: Make) -> None:
    """A port that somebody else holds is an error, and nothing is left running."""
    threads = threading.active_count()
    with make_box() as first:
        port = int(first.endpoint.rpartition(":")[2])
        box = make_box()
        with pytest.raises(OSError, match="address already in use"):
            box.start(port)
        assert threading.active_count() == threads + 1
    assert box.endpoint == "http://ccc-sandbox.localhost"


def test_headers_that_come_twice_and_bytes_that_are_no_text(box: Sandbox) -> None:
    """Strange requests over the port are answered, not crashed on."""
    with box:
        port = int(box.endpoint.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as connection:
            lines = [
                b"GET /oss/x%ff?Expires=%ff HTTP/1.1",
                b"Host: 127.0.0.1",
                b"X-Twice: a",
                b"X-Twice: \xff",
                b"Connection: close",
            ]
            connection.sendall(b"\r\n".join([*lines, b"", b""]))
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 4")


def test_a_caller_who_leaves_early(make_box: Make, sign: Sign, caplog: pytest.LogCaptureFixture) -> None:
    """A caller who is gone before a slow answer ends does the sandbox no harm, and is no news."""
    box = make_box(faults=Faults(every=1, kinds=[Fault.SLOW], delay_seconds=0.2))
    with box, httpx.Client(trust_env=False) as client:
        incoming = sign("ListUsers", AGENTS, host=box.endpoint[7:])
        with client.stream("POST", f"{box.endpoint}/?{incoming.query}", headers=dict(incoming.headers)) as response:
            assert next(response.iter_raw())
        box.faults = Faults()
        again = sign("ListUsers", AGENTS, host=box.endpoint[7:])
        assert client.send(request_of(box, again)).status_code == 200
    assert [] == [record.getMessage() for record in caplog.records if record.name.startswith("aiohttp")]

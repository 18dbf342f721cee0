"""Both drivers carry out the same flows to the same end."""

# ruff: noqa: D103 - a flow's name says what it does

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from typing import Any

import httpx
import pytest

from hillstone_ccc import AsyncClient, Client, ConfigurationError, ConnectError, RetryPolicy
from hillstone_ccc._clock import Clock
from hillstone_ccc._core.body import Body, Gathered
from hillstone_ccc._core.flow import Command, Do, Fetch, Pause, Reply, Send, now
from hillstone_ccc._core.message import Request, Response
from hillstone_ccc._core.meter import Meter
from hillstone_ccc._http import MOST_OF_AN_ERROR
from hillstone_ccc._workers import Left, Workers
from hillstone_ccc.sandbox import Fault, Faults, Sandbox
from hillstone_ccc.sandbox.inprocess import transport
from hillstone_ccc.testing.clock import SimulatedClock

AnyFlow = Generator[Command, Reply, Any]
ASKING = Request("GetUser", query=(("UserId", "zhangsan@ccc-demo"),), headers={"x-acs-action": "GetUser"})
OPEN = Request("GetUser", signed=False)


def returns_a_value() -> AnyFlow:
    yield from ()
    return "value"


def returns_none() -> AnyFlow:
    yield from ()


def raises_at_once() -> AnyFlow:
    yield from ()
    raise ConnectError("at once")


def raises_on_the_second_step() -> AnyFlow:
    yield Pause()
    raise ConnectError("later")


def pauses() -> AnyFlow:
    before = yield Pause()
    after = yield Pause(12.5)
    return after.monotonic - before.monotonic, after.wall - before.wall, before.outcome, after.outcome


def draws_chances() -> AnyFlow:
    first = yield Pause()
    second = yield Pause()
    return 0 <= first.chance < 1, 0 <= second.chance < 1, first.chance == second.chance


def sends() -> AnyFlow:
    reply = yield Send(ASKING)
    assert isinstance(reply.outcome, Response)
    return reply.outcome.status, reply.outcome.body, reply.outcome.headers["x-told"]


def sends_unsigned() -> AnyFlow:
    reply = yield Send(OPEN)
    assert isinstance(reply.outcome, Response)
    return reply.outcome.status


def meets_no_answer() -> AnyFlow:
    reply = yield Send(Request("break", headers={"x-acs-action": "break"}))
    return type(reply.outcome).__name__


def _body(**told: Any) -> tuple[Body, Gathered]:
    sink = Gathered()
    return Body(sink, **told), sink


def fetches() -> AnyFlow:
    body, sink = _body()
    reply = yield Fetch("http://127.0.0.1/file", body)
    assert isinstance(reply.outcome, Response)
    return reply.outcome.status, reply.outcome.body, bytes(sink.data), body.whole


def fetches_a_part() -> AnyFlow:
    body, sink = _body(at=1, stop=3)
    reply = yield Fetch("http://127.0.0.1/part", body)
    assert isinstance(reply.outcome, Response)
    return reply.outcome.status, bytes(sink.data), body.whole


def fetches_no_more_than_it_wants() -> AnyFlow:
    body, sink = _body(stop=3)
    reply = yield Fetch("http://127.0.0.1/file", body)
    assert isinstance(reply.outcome, Response)
    return reply.outcome.status, bytes(sink.data), body.whole


def fetches_the_beginning() -> AnyFlow:
    body, sink = _body(stop=4)
    reply = yield Fetch("http://127.0.0.1/bits", body)
    assert isinstance(reply.outcome, Response)
    return bytes(sink.data), body.whole, BITS.read


def fetches_what_is_damaged() -> AnyFlow:
    body, _ = _body()
    reply = yield Fetch("http://127.0.0.1/bad", body)
    return type(reply.outcome).__name__, body.spoilt


def fetches_what_is_refused() -> AnyFlow:
    body, sink = _body()
    reply = yield Fetch("http://127.0.0.1/refused", body)
    assert isinstance(reply.outcome, Response)
    return reply.outcome.status, reply.outcome.body, bytes(sink.data)


def fetches_what_is_refused_at_length() -> AnyFlow:
    body, _ = _body()
    reply = yield Fetch("http://127.0.0.1/long", body)
    assert isinstance(reply.outcome, Response)
    return reply.outcome.status, len(reply.outcome.body)


def fetches_what_is_refused_without_a_word() -> AnyFlow:
    body, _ = _body()
    reply = yield Fetch("http://127.0.0.1/silent", body)
    assert isinstance(reply.outcome, Response)
    return reply.outcome.status, reply.outcome.body


def fetches_what_is_elsewhere() -> AnyFlow:
    body, _ = _body()
    reply = yield Fetch("http://127.0.0.1/away", body)
    assert isinstance(reply.outcome, Response)
    return reply.outcome.status, reply.outcome.headers["location"]


def fetches_what_breaks() -> AnyFlow:
    body, sink = _body()
    reply = yield Fetch("http://127.0.0.1/break", body)
    return type(reply.outcome).__name__, bytes(sink.data)


def fetches_slowly() -> AnyFlow:
    before = yield Pause()
    body, sink = _body()
    meter = Meter(0.5)
    reply = yield Fetch("http://127.0.0.1/file", body, meter=meter)
    return bytes(sink.data), meter.bytes, reply.monotonic - before.monotonic


def does_something() -> AnyFlow:
    reply = yield Do(lambda: threading.current_thread() is threading.main_thread())
    assert reply.outcome is None
    return type(reply.value).__name__


def does_what_fails() -> AnyFlow:
    def fail() -> None:
        raise ConnectError("no")

    reply = yield Do(fail)
    return reply.value, str(reply.outcome)


FLOWS: dict[Callable[[], AnyFlow], Any] = {
    returns_a_value: "value",
    returns_none: None,
    raises_at_once: ConnectError("at once"),
    raises_on_the_second_step: ConnectError("later"),
    pauses: (12.5, 12.5, None, None),
    draws_chances: (True, True, False),
    sends: (200, b"{}", "so"),
    sends_unsigned: 200,
    meets_no_answer: "ConnectError",
    fetches: (200, b"", b"sound", True),
    fetches_a_part: (206, b"ou", True),
    fetches_no_more_than_it_wants: (200, b"sou", True),
    fetches_the_beginning: (b"abcd", True, 2),
    fetches_what_is_damaged: ("RecordingDamagedError", True),
    fetches_what_is_refused: (403, b"<Error/>", b""),
    fetches_what_is_refused_at_length: (500, MOST_OF_AN_ERROR),
    fetches_what_is_refused_without_a_word: (503, b""),
    fetches_what_is_elsewhere: (302, "https://elsewhere.example/file"),
    fetches_what_breaks: ("ConnectError", b""),
    fetches_slowly: (b"sound", 5, 10.0),
    does_something: "bool",
    does_what_fails: (None, "no"),
}


class Bits(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body of three bits of three bytes.

    Attributes:
        read: how many were.
    """

    read = 0

    def __iter__(self) -> Iterator[bytes]:
        self.read = 0
        for bit in (b"abc", b"def", b"ghi"):
            self.read += 1
            yield bit

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for bit in self:
            yield bit


BITS = Bits()


def _upstream(request: httpx.Request) -> httpx.Response:
    if request.url.path == "/break" or request.headers.get("x-acs-action") == "break":
        raise httpx.ReadError("broken", request=request)
    refusals = {"/refused": (403, b"<Error/>"), "/long": (500, b"x" * 200_000), "/silent": (503, b"")}
    if request.url.path in refusals:
        status, body = refusals[request.url.path]
        return httpx.Response(status, content=body)
    if request.url.path == "/away":
        return httpx.Response(302, headers={"location": "https://elsewhere.example/file"})
    if request.url.path == "/part":
        return httpx.Response(206, content=b"ou", headers={"content-range": "bytes 1-2/5"})
    if request.url.path == "/bad":
        return httpx.Response(206, content=b"ou", headers={"content-range": "bytes 3-4/5"})
    if request.url.path == "/bits":
        return httpx.Response(200, stream=BITS, headers={"content-length": "9"})
    body = b"sound" if request.url.path == "/file" else b"{}"
    return httpx.Response(200, content=body, headers={"X-Told": "so"})


def _web(driver: str, **options: Any) -> Any:
    kind: Any = httpx.Client if driver == "sync" else httpx.AsyncClient
    return kind(**options)


@pytest.mark.parametrize(("flow", "expected"), FLOWS.items(), ids=lambda one: getattr(one, "__name__", ""))
def test_a_flow_comes_to_the_same_with_either_driver(
    ask: Callable[..., Any], driver: str, clock: SimulatedClock, flow: Callable[[], AnyFlow], expected: Any
) -> None:
    """Each command is carried out, and its reply tells the time, a chance and what came of it."""
    settings = {"http_client": _web(driver, transport=httpx.MockTransport(_upstream)), "clock": clock}
    if isinstance(expected, Exception):
        with pytest.raises(type(expected), match=str(expected)):
            ask(lambda ccc: ccc._driver.run(flow()), **settings)
    else:
        assert expected == ask(lambda ccc: ccc._driver.run(flow()), **settings)


def test_a_flow_is_closed_when_its_driver_fails(ask: Callable[..., Any], driver: str) -> None:
    """What a flow holds is let go also when a command could not even be tried."""
    told: list[str] = []

    def flow() -> AnyFlow:
        try:
            yield Send(ASKING)
        finally:
            told.append("closed")

    def upstream(request: httpx.Request) -> httpx.Response:
        raise KeyError("a fault of the program")

    with pytest.raises(KeyError) as raised:
        ask(lambda ccc: ccc._driver.run(flow()), http_client=_web(driver, transport=httpx.MockTransport(upstream)))
    assert ["closed"] == told  # although the traceback still holds the flow
    assert raised.tb is not None


def test_a_call_that_is_repeated_waits_by_the_clock_it_was_given(
    ask: Callable[..., Any], driver: str, clock: SimulatedClock
) -> None:
    """Two failures, two waits, then the answer; no time passes but the clock's."""
    faults = Faults(every=1, kinds=(Fault.DROP,), max_consecutive=2)
    box = Sandbox(records=10, clock=clock.wall, faults=faults)
    count = ask(
        lambda ccc: ccc.skill_groups.search(media_type="AUDIO").count(),
        endpoint=box.endpoint,
        http_client=_web(driver, transport=transport(box)),
        clock=clock,
        retry=RetryPolicy(),
    )
    assert count > 0
    assert (2, 3) == (len(clock.waits), len(box.requests))


def test_one_page_after_another_is_asked_for_when_it_is_wanted(clock: SimulatedClock) -> None:
    """With ``concurrency=1`` a page that nobody wants is not asked for, and no thread is made."""
    box = Sandbox(records=1000, days=2, clock=clock.wall)
    with _client(Client, transport(box), box, clock, concurrency=1) as ccc:
        for _ in ccc.call_records.search(start=0):
            break
        assert 1 == box.count("ListCallDetailRecordsV2")
        assert 1000 == len(ccc.call_records.search(start=0).to_list())
        assert [] == _worker_threads()


def test_leaving_a_synchronous_loop_early_asks_no_further(clock: SimulatedClock) -> None:
    """What is on the wire is not waited for, what is not is dropped, and closing leaves no thread."""
    box = Sandbox(records=2000, days=2, clock=clock.wall)
    let_go = threading.Event()
    held: list[str] = []

    class Holding(httpx.BaseTransport):
        """Keeps every page but the first until it is told."""

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            page = request.url.params["PageNumber"]
            if page != "1":
                held.append(page)
                let_go.wait(30)
            return transport(box).handle_request(request)

    with _client(Client, Holding(), box, clock, concurrency=3) as ccc:
        for _ in ccc.call_records.search(start=0):
            break
        let_go.set()
    assert {"2", "3", "4"} >= set(held)
    assert [] == _worker_threads()


def test_a_wait_in_a_thread_ends_when_the_loop_is_left(clock: SimulatedClock) -> None:
    """A page that waits for its next attempt is not waited for: real seconds would pass otherwise."""
    box = Sandbox(records=1000, days=2, clock=clock.wall)
    failing = threading.Event()

    class Failing(httpx.BaseTransport):
        """Has page 1 alone."""

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.params["PageNumber"] != "1":
                failing.set()
                raise httpx.ConnectError("no", request=request)
            return transport(box).handle_request(request)

    patient = RetryPolicy(base=1_000, cap=1_000, seconds=3_000)
    with _client(Client, Failing(), box, _RealPauses(clock.wall()), concurrency=2, retry=patient) as ccc:
        for _ in ccc.call_records.search(start=0):
            assert failing.wait(30)
            break
    assert [] == _worker_threads()


def test_closing_a_client_ends_the_walks_of_other_threads(clock: SimulatedClock) -> None:
    """Each of them is told, and none hangs, although more pages were asked for than there are threads."""
    box = Sandbox(records=3000, days=2, clock=clock.wall)
    reached, let_go = threading.Event(), threading.Event()

    class Holding(httpx.BaseTransport):
        """Keeps every page but the first until it is told."""

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.params["PageNumber"] != "1":
                reached.set()
                let_go.wait(30)
            return transport(box).handle_request(request)

    told: list[str] = []
    ccc = _client(Client, Holding(), box, clock, concurrency=2)

    def walk() -> None:
        try:
            ccc.call_records.search(start=0).to_list()
        except ConfigurationError as error:
            told.append(error.message)

    threads = [threading.Thread(target=walk, daemon=True) for _ in range(4)]
    for one in threads:
        one.start()
    assert reached.wait(30)
    closing = threading.Thread(target=ccc.close)
    closing.start()
    let_go.set()
    for one in (closing, *threads):
        one.join(30)
    assert ["The client is closed; make another one."] * 4 == told
    assert [] == _worker_threads()


def test_closing_a_client_ends_its_waits(clock: SimulatedClock) -> None:
    """A pause before the next attempt is over at once, and no attempt follows."""
    box = Sandbox(records=10, days=2, clock=clock.wall)
    sent: list[str] = []
    failing = threading.Event()

    class Failing(httpx.BaseTransport):
        """Is not there."""

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            sent.append(request.url.path)
            failing.set()
            raise httpx.ConnectError("no", request=request)

    patient = RetryPolicy(base=1_000, cap=1_000, seconds=3_000)
    ccc = _client(Client, Failing(), box, _RealPauses(clock.wall()), retry=patient)
    told: list[BaseException] = []

    def count() -> None:
        try:
            ccc.call_records.search(start=0).count()
        except ConfigurationError as error:
            told.append(error)

    thread = threading.Thread(target=count, daemon=True)
    thread.start()
    assert failing.wait(30)
    ccc.close()
    thread.join(30)
    assert (1, 1) == (len(told), len(sent))


def test_what_nobody_waits_for_is_not_carried_out(clock: SimulatedClock) -> None:
    """A thread whose walk was left sends nothing more, and threads that were ended take nothing on."""
    box = Sandbox(records=10, days=2, clock=clock.wall)
    left = threading.Event()
    left.set()
    with _client(Client, transport(box), box, clock) as ccc, pytest.raises(Left):
        ccc._driver.run(now(), left)
    assert [] == box.requests
    workers = Workers(1)
    workers.close()
    with pytest.raises(ConfigurationError, match="closed"):
        workers.submit(print)


def test_all_threads_together_keep_to_the_concurrency(clock: SimulatedClock) -> None:
    """No more requests are on the wire than that, however many walk."""
    box = Sandbox(records=500, days=2, clock=clock.wall)
    lock = threading.Lock()
    now: list[int] = [0, 0]

    class Counting(httpx.BaseTransport):
        """Counts who is here."""

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            with lock:
                now[0] += 1
                now[1] = max(now)
            answer = transport(box).handle_request(request)
            with lock:
                now[0] -= 1
            return answer

    with _client(Client, Counting(), box, clock, concurrency=2) as ccc:
        threads = [
            threading.Thread(target=lambda: ccc.call_records.search(start=0).to_list(), daemon=True) for _ in range(6)
        ]
        for one in threads:
            one.start()
        for one in threads:
            one.join(30)
    assert 1 <= now[1] <= 2


class _RealPauses(Clock):
    """Pauses as the real clock, at a time of the test's own."""

    def __init__(self, wall: float) -> None:
        self._wall = wall

    def wall(self) -> float:
        return self._wall


def _worker_threads() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name.startswith("hillstone_ccc")]


async def test_leaving_an_asynchronous_loop_early_ends_what_was_under_way(clock: SimulatedClock) -> None:
    """Pages that would never come are not waited for, no task is left behind, and no more were asked for."""
    box = Sandbox(records=1000, days=2, clock=clock.wall)
    ended: list[str] = []

    class Hanging(httpx.AsyncBaseTransport):
        """Answers page 1 alone."""

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            page = request.url.params["PageNumber"]
            if page != "1":
                try:
                    await asyncio.Event().wait()
                finally:
                    ended.append(page)
            return await transport(box).handle_async_request(request)

    async with _client(AsyncClient, Hanging(), box, clock, concurrency=3) as ccc:
        rows = ccc.call_records.search(start=0).__aiter__()
        await anext(rows)
        await asyncio.sleep(0)  # a turn for the pages that were asked for when page 1 was handed out
        await asyncio.wait_for(rows.aclose(), 5)
        assert 1 == len(asyncio.all_tasks())
    assert ["2", "3", "4"] == sorted(ended)


async def test_what_a_thread_does_is_waited_for_when_its_task_is_cancelled(clock: SimulatedClock) -> None:
    """A thread cannot be ended, and what follows must not find it at work on the same file."""
    box = Sandbox(records=1, clock=clock.wall)
    begun, let_go = threading.Event(), threading.Event()
    ended: list[bool] = []

    def work() -> None:
        begun.set()
        ended.append(let_go.wait(30))

    def flow() -> AnyFlow:
        yield Do(work)

    async with _client(AsyncClient, transport(box), box, clock) as ccc:
        running = asyncio.ensure_future(ccc._driver.run(flow()))
        assert await asyncio.to_thread(begun.wait, 30)
        running.cancel()
        for _ in range(5):
            await asyncio.sleep(0)
        assert not running.done()
        let_go.set()
        with pytest.raises(asyncio.CancelledError):
            await running
    assert [True] == ended


async def test_a_page_that_fails_ends_the_asynchronous_walk(clock: SimulatedClock) -> None:
    """The error comes out, and the other pages under way are ended."""
    box = Sandbox(records=1000, days=2, clock=clock.wall, faults=Faults(every=4, kinds=(Fault.DROP,)))
    async with _client(AsyncClient, transport(box), box, clock, retry=RetryPolicy(attempts=1)) as ccc:
        with pytest.raises(ConnectError):
            await ccc.call_records.search(start=0).to_list()
        assert 1 == len(asyncio.all_tasks())


def _client(kind: Any, way: Any, box: Sandbox, clock: Clock, **settings: Any) -> Any:
    web: Any = httpx.Client if kind is Client else httpx.AsyncClient
    return kind(
        instance_id=box.instance_id,
        access_key_id=box.access_key_id,
        access_key_secret=box.access_key_secret,
        endpoint=box.endpoint,
        http_client=web(transport=way),
        clock=clock,
        **settings,
    )

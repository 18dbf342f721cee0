"""The asynchronous driver: the same commands, awaited; what may block goes to a thread."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any, TypeVar

import attrs

from ._core.errors import CCCError, ConfigurationError, RecordingError, TransportError
from ._core.flow import Command, Do, Fetch, Flow, Pause, Remember, Reply, Send, Session
from ._core.message import Response
from ._core.operation import Listed
from ._core.part import Ask, list_page
from ._core.walk import Walk
from ._credentials import Credentials
from ._exchange import Exchange
from ._http import GOOD, MOST_OF_AN_ERROR, AsyncHTTP, as_stored_async, head
from ._memory import AsyncMemory
from ._settings import Settings

T = TypeVar("T")


class AsyncDriver:
    """Runs flows in the caller's task.

    Attributes:
        ahead: How many pages of a walk may be under way. Twice as many as may be on the wire, so that those that
            have come can be decoded while others are on their way.
    """

    def __init__(self, settings: Settings, client: Any = None) -> None:
        self.exchange: Exchange = Exchange(settings)
        self.session: Session = self.exchange.session
        self.http: AsyncHTTP = AsyncHTTP(settings, client)
        self.memory: AsyncMemory = AsyncMemory(self.exchange.clock.monotonic)
        self.ahead: int = 2 * settings.concurrency if settings.concurrency > 1 else 1
        self._on_the_wire = asyncio.Semaphore(settings.concurrency)
        self._loop: asyncio.AbstractEventLoop | None = None

    async def run(self, flow: Flow[T]) -> T:
        """What the flow comes to."""
        self._check_loop()
        try:
            command = next(flow)
            while True:
                self.exchange.check_open()
                command = flow.send(await self._perform(command))
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]
        except CCCError as error:
            self.exchange.scrub(error)
            raise
        finally:
            flow.close()

    async def walk(self, walk: Walk[T]) -> AsyncGenerator[list[T], None]:
        """The rows of a walk, in order, as many at a time as are ready; leaving the loop ends the fetching ahead."""
        running: dict[asyncio.Task[Listed[T]], Ask[T]] = {}
        done: asyncio.Queue[asyncio.Task[Listed[T]]] = asyncio.Queue()

        def go_on() -> None:
            for ask in walk.due():
                page = self.run(list_page(self.session, ask.operation, ask.arguments, ask.page, ask.size))
                task = asyncio.ensure_future(page)
                task.add_done_callback(done.put_nowait)
                running[task] = ask

        try:
            go_on()
            while not walk.finished:
                came = [await done.get()] if running else []
                while not done.empty():
                    came.append(done.get_nowait())
                for task in came:
                    walk.receive(running.pop(task), task.result())
                rows = walk.take()
                if walk.ahead > 1:
                    go_on()  # so that pages are on their way while these rows are being read
                yield rows
                if walk.ahead == 1:
                    go_on()
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def close(self) -> None:
        """Closes what was opened."""
        self.exchange.close()
        await self.http.close()

    def _check_loop(self) -> None:
        loop = asyncio.get_running_loop()
        if self._loop is None:
            self._loop = loop
        if self._loop is not loop:
            raise ConfigurationError("An AsyncClient serves the event loop that used it first; make one in each.")

    async def _perform(self, command: Command) -> Reply:
        if isinstance(command, Pause):
            return await self._pause(command)
        if isinstance(command, Remember):
            return await self._remember(command)
        if isinstance(command, Do):
            return await self._do(command)
        return await (self._send(command) if isinstance(command, Send) else self._fetch(command))

    async def _pause(self, pause: Pause) -> Reply:
        self.exchange.waiting(pause)
        if pause.seconds > 0:
            await self.exchange.clock.async_sleep(pause.seconds)
        return self.exchange.time()

    async def _remember(self, remember: Remember) -> Reply:
        try:
            value = await self.memory.recall(remember, self.run)
        except CCCError as error:
            return attrs.evolve(self.exchange.time(), outcome=error)
        return attrs.evolve(self.exchange.time(), value=value)

    async def _send(self, send: Send) -> Reply:
        exchange = self.exchange
        credentials = await self._credentials(renew=send.renew_keys) if send.request.signed else None
        outcome: Response | TransportError
        async with self._on_the_wire:
            outgoing = exchange.outgoing(send, credentials)
            began = exchange.clock.monotonic()
            try:
                outcome = await self.http.send(outgoing.method, outgoing.url, outgoing.headers)
            except TransportError as error:
                outcome = error
        await asyncio.sleep(0)  # a turn for who waited for the wire, before this answer is decoded
        return exchange.reply(send, began, outcome)

    async def _do(self, do: Do) -> Reply:
        working = asyncio.ensure_future(asyncio.to_thread(do.work))
        try:
            value = await asyncio.shield(working)
        except asyncio.CancelledError:
            await asyncio.wait([working])  # a thread cannot be ended: what follows must not find it at work
            raise
        except CCCError as error:
            return attrs.evolve(self.exchange.time(), outcome=error)
        return attrs.evolve(self.exchange.time(), value=value)

    async def _fetch(self, fetch: Fetch) -> Reply:
        exchange, body = self.exchange, fetch.body
        began = exchange.clock.monotonic()
        try:
            async with self.http.stream(fetch.url, exchange.link_headers(fetch)) as answer:
                response = head(answer)
                if response.status not in GOOD:
                    said = await anext(as_stored_async(answer, MOST_OF_AN_ERROR), b"")
                    return exchange.reply(fetch, began, attrs.evolve(response, body=said))
                body.begin(response)
                async for chunk in as_stored_async(answer):
                    body.write(chunk)
                    wait = exchange.metered(fetch, chunk)
                    if wait > 0:
                        await exchange.clock.async_sleep(wait)
                    exchange.check_open()
                    if body.enough:
                        break
                body.finish()
            return exchange.reply(fetch, began, response)
        except (TransportError, RecordingError) as error:
            return exchange.reply(fetch, began, error)

    async def _credentials(self, *, renew: bool) -> Credentials:
        exchange = self.exchange
        if not exchange.signer.loaded:
            await asyncio.to_thread(exchange.signer.load)
        now = exchange.clock.monotonic()
        kept = None if renew else exchange.keys.kept(now)
        return kept if kept is not None else await asyncio.to_thread(exchange.keys.fetch, now, renew=renew)

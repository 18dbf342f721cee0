"""The synchronous driver: carries out what flows ask for, and decides nothing."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, nullcontext
from threading import Event, Semaphore
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from ._core.errors import CCCError, RecordingError, TransportError
from ._core.flow import Command, Do, Fetch, Flow, Pause, Remember, Reply, Send, Session
from ._core.message import Response
from ._core.operation import Listed
from ._core.part import Ask, list_page
from ._core.walk import Walk
from ._exchange import Exchange
from ._http import GOOD, HTTP, MOST_OF_AN_ERROR, as_stored, hang_up, head
from ._memory import Memory
from ._settings import Settings
from ._workers import Leaving, Left, Workers

if TYPE_CHECKING:
    from concurrent.futures import Future

T = TypeVar("T")


class Driver:
    """Runs flows in the caller's thread.

    Attributes:
        ahead: How many pages of a walk may be under way: one a thread.
    """

    def __init__(self, settings: Settings, client: Any = None) -> None:
        self.exchange: Exchange = Exchange(settings)
        self.session: Session = self.exchange.session
        self.http: HTTP = HTTP(settings, client)
        self.memory: Memory = Memory(self.exchange.clock.monotonic)
        self.ahead: int = settings.concurrency
        self._workers = Workers(settings.concurrency)
        self._on_the_wire = Semaphore(settings.concurrency)
        self._closed = Event()
        self._walks: set[Leaving] = set()  # of those going on, what tells their threads that nobody waits any more

    def run(self, flow: Flow[T], left: Leaving | None = None) -> T:
        """What the flow comes to.

        Args:
            flow: What to carry out.
            left: Set when nobody waits for it any more.

        Raises:
            Left: Nobody waited for it any more.
            ConfigurationError: The client was closed meanwhile.
        """
        try:
            command = next(flow)
            while True:
                self.exchange.check_open()
                if left is not None and left.is_set():
                    raise Left
                command = flow.send(self._perform(command, left))
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]
        except CCCError as error:
            self.exchange.scrub(error)
            raise
        finally:
            flow.close()

    def walk(self, walk: Walk[T]) -> Generator[list[T], None, None]:
        """The rows of a walk, in order, as many at a time as are ready; fetched ahead unless one may be in flight."""
        return self._walk_ahead(walk) if walk.ahead > 1 else self._walk_here(walk)

    def _walk_here(self, walk: Walk[T]) -> Generator[list[T], None, None]:
        """One page after another, in the caller's thread."""
        while not walk.finished:
            for ask in walk.due():
                walk.receive(ask, self._page(ask))
            yield walk.take()

    def _walk_ahead(self, walk: Walk[T]) -> Generator[list[T], None, None]:
        """Pages side by side in worker threads; the first in the caller's, since many searches have no other."""
        running: dict[Future[Listed[T]], Ask[T]] = {}

        def go_on(left: Leaving) -> None:
            for ask in walk.due():
                self.exchange.check_open()
                running[self._workers.submit(self._page, ask, left)] = ask

        with self.leaving() as left:
            try:
                for ask in walk.due():
                    walk.receive(ask, self._page(ask))
                while True:
                    rows = walk.take()
                    go_on(left)  # so that pages are on their way while these rows are being read
                    yield rows
                    if walk.finished:
                        return
                    for done in self._workers.first_of(running) if running else ():
                        self.exchange.check_open()
                        walk.receive(running.pop(done), done.result())
            finally:
                left.set()
                for one in running:
                    one.cancel()

    def _page(self, ask: Ask[T], left: Leaving | None = None) -> Listed[T]:
        return self.run(list_page(self.session, ask.operation, ask.arguments, ask.page, ask.size), left)

    @contextmanager
    def leaving(self) -> Generator[Leaving, None, None]:
        """An event that is set when this ends or the client is closed: nobody waits any more for what looks at it."""
        left = Leaving()
        self._walks.add(left)
        try:
            yield left
        finally:
            left.set()
            self._walks.discard(left)

    def close(self) -> None:
        """Closes what was opened. Waits are ended, and what is on the wire is waited for."""
        self.exchange.close()
        self._closed.set()
        for left in tuple(self._walks):
            left.set()
        self._workers.close()
        self.http.close()

    def _perform(self, command: Command, left: Leaving | None = None) -> Reply:
        if isinstance(command, Pause):
            return self._pause(command, left)
        if isinstance(command, Remember):
            return self._remember(command)
        if isinstance(command, Do):
            return self._do(command)
        return self._send(command) if isinstance(command, Send) else self._fetch(command, left)

    def _pause(self, pause: Pause, left: Leaving | None) -> Reply:
        self.exchange.waiting(pause)
        if pause.seconds > 0:
            self.exchange.clock.sleep(pause.seconds, left or self._closed)
        return self.exchange.time()

    def _remember(self, remember: Remember) -> Reply:
        try:
            value = self.memory.recall(remember, self.run)
        except CCCError as error:
            return attrs.evolve(self.exchange.time(), outcome=error)
        return attrs.evolve(self.exchange.time(), value=value)

    def _send(self, send: Send) -> Reply:
        exchange = self.exchange
        credentials = None
        if send.request.signed:
            credentials = exchange.keys.fetch(exchange.clock.monotonic(), renew=send.renew_keys)
        outcome: Response | TransportError
        with self._on_the_wire:
            outgoing = exchange.outgoing(send, credentials)
            began = exchange.clock.monotonic()
            try:
                outcome = self.http.send(outgoing.method, outgoing.url, outgoing.headers)
            except TransportError as error:
                outcome = error
        return exchange.reply(send, began, outcome)

    def _do(self, do: Do) -> Reply:
        try:
            value = do.work()
        except CCCError as error:
            return attrs.evolve(self.exchange.time(), outcome=error)
        return attrs.evolve(self.exchange.time(), value=value)

    def _fetch(self, fetch: Fetch, left: Leaving | None) -> Reply:
        exchange, body = self.exchange, fetch.body
        began = exchange.clock.monotonic()
        try:
            with (
                self.http.stream(fetch.url, exchange.link_headers(fetch)) as answer,
                left.cutting(lambda: hang_up(answer)) if left is not None else nullcontext(),
            ):
                response = head(answer)
                if response.status not in GOOD:
                    said = next(iter(as_stored(answer, MOST_OF_AN_ERROR)), b"")
                    return exchange.reply(fetch, began, attrs.evolve(response, body=said))
                body.begin(response)
                for chunk in as_stored(answer):
                    body.write(chunk)
                    wait = exchange.metered(fetch, chunk)
                    if wait > 0:
                        exchange.clock.sleep(wait, left or self._closed)
                    exchange.check_open()
                    if left is not None and left.is_set():
                        raise Left
                    if body.enough:
                        break
                body.finish()
            return exchange.reply(fetch, began, response)
        except (TransportError, RecordingError) as error:
            return exchange.reply(fetch, began, error)

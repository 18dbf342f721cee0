"""The synchronous driver: carries out what flows ask for, and decides nothing."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, TypeVar

import attrs

from ._core.errors import CCCError, RecordingError, TransportError
from ._core.flow import Command, Fetch, Flow, Pause, Reply, Send, Session
from ._core.search import list_page
from ._core.walk import Walk
from ._exchange import Exchange
from ._http import HTTP, MOST_OF_AN_ERROR, OK, head
from ._settings import Settings

T = TypeVar("T")


class Driver:
    """Runs flows in the caller's thread."""

    def __init__(self, settings: Settings, client: Any = None) -> None:
        self.exchange: Exchange = Exchange(settings)
        self.session: Session = self.exchange.session
        self.http: HTTP = HTTP(settings, client)

    def run(self, flow: Flow[T]) -> T:
        """What the flow comes to."""
        self.exchange.check_open()
        try:
            command = next(flow)
            while True:
                command = flow.send(self._perform(command))
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]
        except CCCError as error:
            self.exchange.scrub(error)
            raise
        finally:
            flow.close()

    def walk(self, walk: Walk[T]) -> Generator[T, None, None]:
        """The rows of a walk, in order."""
        while not walk.finished:
            for ask in walk.due():
                walk.receive(ask, self.run(list_page(self.session, ask.part, ask.page, ask.size)))
            yield from walk.take()

    def close(self) -> None:
        """Closes what was opened."""
        self.exchange.close()
        self.http.close()

    def _perform(self, command: Command) -> Reply:
        if isinstance(command, Pause):
            return self._pause(command)
        return self._send(command) if isinstance(command, Send) else self._fetch(command)

    def _pause(self, pause: Pause) -> Reply:
        self.exchange.waiting(pause)
        if pause.seconds > 0:
            self.exchange.clock.sleep(pause.seconds)
        return self.exchange.time()

    def _send(self, send: Send) -> Reply:
        exchange = self.exchange
        credentials = None
        if send.request.signed:
            credentials = exchange.keys.fetch(exchange.clock.monotonic(), renew=send.renew_keys)
        outgoing = exchange.outgoing(send, credentials)
        began = exchange.clock.monotonic()
        try:
            return exchange.reply(send, began, self.http.send(outgoing.method, outgoing.url, outgoing.headers))
        except TransportError as error:
            return exchange.reply(send, began, error)

    def _fetch(self, fetch: Fetch) -> Reply:
        began = self.exchange.clock.monotonic()
        try:
            with self.http.stream(fetch.url, self.exchange.link_headers) as answer:
                response = head(answer)
                if response.status != OK:
                    return self.exchange.reply(
                        fetch, began, attrs.evolve(response, body=answer.read()[:MOST_OF_AN_ERROR])
                    )
                fetch.sink.begin(response)
                for chunk in answer.iter_bytes():
                    fetch.sink.write(chunk)
                fetch.sink.end()
            return self.exchange.reply(fetch, began, response)
        except (TransportError, RecordingError) as error:
            return self.exchange.reply(fetch, began, error)

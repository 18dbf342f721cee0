"""What both drivers do around sending: sign, tell the time, write the log."""

from __future__ import annotations

import os
from typing import Any

import attrs

from . import _log
from ._clock import Clock
from ._core.edges import Edges, KnownEdges
from ._core.errors import CCCError, ConfigurationError
from ._core.flow import Fetch, Pause, Reply, Send, Session
from ._core.message import Response
from ._core.page import Limits
from ._core.redact import without_secrets
from ._core.retry import Pace
from ._credentials import Credentials, Keys
from ._settings import Settings
from ._signing import Signer
from ._watching import Exchanged, Watcher

_TOO_MANY = 429
_REFUSED = frozenset({400, 403, _TOO_MANY, 503})


@attrs.frozen
class Outgoing:
    """A request as it goes over the wire."""

    method: str
    url: str
    headers: dict[str, str] = attrs.field(repr=False)


class Exchange:
    """The half of a driver that does no I/O.

    Args:
        settings: The client's settings.
    """

    def __init__(self, settings: Settings) -> None:
        self._closed = False
        self.settings = settings
        self.clock: Clock = settings.clock
        self.keys: Keys = Keys(settings.credentials)
        self.signer: Signer = Signer()
        self.watchers: list[Watcher] = []
        self.session: Session = Session(
            retry=settings.retry,
            pace=Pace(settings.max_requests_per_second),
            plain_http_links=settings.plain_http_links,
            **_upstream(settings),
        )

    def close(self) -> None:
        """From now on nothing is asked any more."""
        self._closed = True

    def check_open(self) -> None:
        """Raises ConfigurationError once the client is closed."""
        if self._closed:
            raise ConfigurationError("The client is closed; make another one.")

    def link_headers(self, fetch: Fetch) -> dict[str, str]:
        """Headers for a signed link: nothing that its signature would have to cover.

        And no compression: what is announced (length, checksum) is of the bytes as stored.
        """
        return {"accept-encoding": "identity", **fetch.body.headers}

    def metered(self, fetch: Fetch, chunk: bytes) -> float:
        """Counts what has come; gives the seconds to wait before more may."""
        return 0.0 if fetch.meter is None else fetch.meter.take(len(chunk), self.clock.monotonic())

    def outgoing(self, send: Send, credentials: Credentials | None) -> Outgoing:
        """The request of a Send, signed for this very moment if it is to be."""
        request, headers = send.request, dict(send.request.headers)
        if credentials is not None:
            now = self.clock.wall() + send.clock_offset
            headers = self.signer.headers(request, self.settings.host, credentials, now, os.urandom(16).hex())
        elif self.settings.token is not None:
            headers["authorization"] = f"Bearer {self.settings.token}"
        return Outgoing(request.method, self.settings.base_url + request.target, headers)

    def time(self) -> Reply:
        """The answer to a Pause."""
        return Reply(self.clock.monotonic(), self.clock.wall(), self.clock.chance())

    def reply(self, command: Send | Fetch, began: float, outcome: Response | CCCError) -> Reply:
        """The answer to a Send or a Fetch."""
        reply = attrs.evolve(self.time(), outcome=outcome)
        seconds = reply.monotonic - began
        _log.sent(command, reply, seconds)
        for watcher in self.watchers:
            watcher(_exchanged(command, outcome, seconds))
        return reply

    def waiting(self, pause: Pause) -> None:
        """Tells the log why a call waits."""
        if pause.because is not None:
            self.scrub(pause.because)
        _log.waiting(pause)

    def scrub(self, error: CCCError) -> None:
        """Takes this client's own keys out of an error's text, whatever form an upstream gave them."""
        secrets = self.keys.secrets if self.settings.token is None else (self.settings.token,)
        error.message = without_secrets(error.message, secrets)
        error.args = (error.message,)
        if error.advice:
            error.advice = without_secrets(error.advice, secrets)


def _upstream(settings: Settings) -> dict[str, Any]:
    """What speaks to the upstream, and what is known of it beforehand."""
    # Imported here, for they bring cattrs along: a third of the cost of importing the package.
    if settings.token is None:
        from ._core.openapi import OpenAPI  # noqa: PLC0415

        return {"upstream": OpenAPI(settings.instance_id, settings.zone)}
    from ._core.contract import LIST_CALL_RECORDS, Contract  # noqa: PLC0415

    edges = KnownEdges()
    edges.learn(LIST_CALL_RECORDS.action, Edges(start=True, end=False))  # the contract's range is half open
    return {"upstream": Contract(settings.zone), "limits": Limits(endless=True), "edges": edges}


def _exchanged(command: Send | Fetch, outcome: Response | CCCError, seconds: float) -> Exchanged:
    action = command.request.action if isinstance(command, Send) else "GetObject"
    if isinstance(outcome, Response):
        throttled = outcome.status in _REFUSED and (outcome.status == _TOO_MANY or b"Throttling" in outcome.body)
        return Exchanged(action, command.attempt, seconds, outcome.status, throttled=throttled)
    return Exchanged(action, command.attempt, seconds, failure=type(outcome).__name__)

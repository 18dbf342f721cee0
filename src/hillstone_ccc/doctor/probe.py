"""One request that goes the whole way and says nothing of who asks.

It carries neither key nor token, so that nothing is shown to whoever may stand where the endpoint should. What the
gateway says to a request that is not signed is not documented; any envelope of its own will do.
"""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any

import attrs

from hillstone_ccc import (
    APIError,
    AuthenticationError,
    CCCError,
    NotFoundError,
    ServerError,
    ThrottledError,
    TransportError,
    UnsupportedError,
)
from hillstone_ccc._core.contract import LIST_CALL_RECORDS
from hillstone_ccc._core.contract_codes import NO_SUCH_PATH
from hillstone_ccc._core.flow import Upstream
from hillstone_ccc._core.message import Request, Response
from hillstone_ccc._core.moments import aware
from hillstone_ccc._core.openapi import VERSION
from hillstone_ccc._core.operation import LIST_USERS, Operation
from hillstone_ccc._exchange import Exchange
from hillstone_ccc._http import HTTP

from .chart import Finding, doubtful, failure, fine, needless, wrong
from .deadline import within
from .diagnosis import Outcome

_BREAKS = 15 * 60
"""Seconds by which a signature's time may be off, either way (the gateway's documentation)."""

_SURPRISES = 60
"""Seconds from which on calls of the last minutes seem to be missing, or to come from the future."""

# Codes about the way there. Those that begin so come although nothing is signed yet.
_ELSEWHERE = ("InvalidAction", "InvalidApi", "InvalidProduct", "InvalidProtocol", "InvalidVersion", "NoSuchVersion")
_GUESTS = "In a hotel's or a guest network, log in to it in a browser first; behind a proxy, ask who runs it."
NOT_THIS = f"Check the endpoint and region_id. {_GUESTS}"
"""What to do where something else answers than the call center's gateway."""

_NOT_THIS_GATEWAY = f"Check HILLSTONE_CCC_GATEWAY_URL: the gateway's own address, not one that leads to it. {_GUESTS}"
_NO_PATH = (
    "Check the path in HILLSTONE_CCC_GATEWAY_URL: the contract's own path comes after it, so that often none is to be "
    "given. Or it is another service."
)
_LATER = "Try again in a while; if it lasts, open a ticket with the request id."
_NO_SUCH_PATH = str(NO_SUCH_PATH.code)
_SET_CLOCK = "Set this machine's clock, and have it kept by NTP."


@attrs.define(slots=False)
class Probe:
    """The request, sent when somebody first asks what came of it.

    Attributes:
        exchange: The client's.
        http: What sends.
    """

    exchange: Exchange
    http: HTTP

    @property
    def _upstream(self) -> Upstream:
        return self.exchange.session.upstream

    @property
    def _gateway(self) -> bool:
        return self.exchange.settings.token is not None

    @property
    def _operation(self) -> Operation[Any]:
        return LIST_CALL_RECORDS if self._gateway else LIST_USERS

    @cached_property
    def _request(self) -> Request:
        operation = self._operation
        request = self._upstream.encode(operation, {"page": 1, "size": 1})
        # The older style as well, so that a gateway that looks at one of the two knows what is asked.
        older = () if self._gateway else (("Action", operation.action), ("Version", VERSION), ("Format", "JSON"))
        return attrs.evolve(request, query=(*request.query, *older))

    @cached_property
    def _outcome(self) -> tuple[Response | TransportError, float]:
        request = self._request
        url = self.exchange.settings.base_url + request.target
        try:
            outcome: Response | TransportError = within(
                self.exchange.settings.timeout, lambda: self.http.send(request.method, url, request.headers)
            )
        except TransportError as error:
            outcome = error
        return outcome, self.exchange.clock.wall()

    @property
    def error(self) -> TransportError | None:
        """Why no answer came."""
        outcome, _ = self._outcome
        return outcome if isinstance(outcome, TransportError) else None

    @property
    def status(self) -> int | None:
        """The answer's HTTP status."""
        outcome, _ = self._outcome
        return outcome.status if isinstance(outcome, Response) else None

    def endpoint(self) -> Finding:
        """Whether who answers is who is meant."""
        outcome, _ = self._outcome
        if isinstance(outcome, TransportError):
            remedy = "Check what runs at that port, and the firewall; give a longer timeout where the way is slow."
            return wrong(f"no answer came: {outcome.message}", remedy)
        what = f"HTTP {outcome.status}, {outcome.headers.get('content-type', 'no type').partition(';')[0]}"
        try:
            self._upstream.decode(self._operation, outcome, self._request)
        except CCCError as error:
            return self._refused(error, what)
        if self._gateway:
            return doubtful(
                "it answers without a token, so that anybody may read what people said",
                "Have it ask for the permission.",
            )
        return fine("it answers, and asks nobody who they are")

    def answered(self, error: CCCError) -> Finding | None:
        """What the first request that says who asks tells of the endpoint; None if its error is about who asks."""
        if self._gateway and error.code not in (None, _NO_SUCH_PATH):
            return None
        if isinstance(error, TransportError):
            seen = f"no answer came to a request that says who asks: {error.message}"
            return wrong(seen, error.advice or _LATER)
        if isinstance(error, (AuthenticationError, ThrottledError)):
            return None
        finding = self._refused(error, f"HTTP {error.http_status}")
        return finding if finding.outcome is Outcome.FAILED else None

    def _refused(self, error: CCCError, what: str) -> Finding:
        if isinstance(error, UnsupportedError) or (self._gateway and error.code == _NO_SUCH_PATH):
            return wrong(f"{what}: it has no path for call records", _NO_PATH)
        if error.code is None:
            if isinstance(error, ServerError):
                return wrong(f"{what}: it fails, or what stands before it does", _LATER)
            who = "a gateway of the REST contract" if self._gateway else "the call center's gateway"
            return wrong(f"{what}: that is not {who}, but some other page or service", self._not_this)
        if isinstance(error, ServerError):
            return failure(error, _LATER)
        if not self._gateway and is_elsewhere(error):
            return failure(error, NOT_THIS)
        asks = isinstance(error, (AuthenticationError, APIError))
        return fine(f"it answers as it should ({error.code})" if asks else "it answers")

    @property
    def _not_this(self) -> str:
        return _NOT_THIS_GATEWAY if self._gateway else NOT_THIS

    def clock(self) -> Finding:
        """Whether this machine's clock goes with the one of who answers."""
        outcome, wall = self._outcome
        try:
            told = "" if isinstance(outcome, TransportError) else outcome.headers.get("date", "")
            ahead = wall - aware(parsedate_to_datetime(told), self.exchange.settings.zone).timestamp()
        except (TypeError, ValueError, OverflowError, IndexError):
            return needless("the answer does not tell its time")
        seen = f"this machine's clock is {_amount(abs(ahead))} {'ahead' if ahead > 0 else 'behind'}"
        if abs(ahead) <= _SURPRISES:
            return fine("this machine's clock goes with the endpoint's")
        if abs(ahead) > _BREAKS and not self._gateway:
            return wrong(f"{seen}; more than 15 minutes break signatures", _SET_CLOCK)
        return doubtful(f"{seen}; what is of the last minutes will seem missing", _SET_CLOCK)


def is_elsewhere(error: CCCError) -> bool:
    """Whether the call center's own gateway says that the request should have gone elsewhere, or another one does.

    A 404 is about a key, an instance, an agent or a call there, or about the way.
    """
    code = error.code or ""
    return code.startswith(_ELSEWHERE) or (isinstance(error, NotFoundError) and not code.startswith("NotExists."))


def _amount(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"  # noqa: PLR2004

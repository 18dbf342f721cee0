"""The library's one logger: silent until the user configures it, and never with a secret or a whole number."""

from __future__ import annotations

import logging

from ._core.errors import TransportError
from ._core.flow import Fetch, Pause, Reply, Send
from ._core.message import Response

logger = logging.getLogger("hillstone_ccc")
logger.addHandler(logging.NullHandler())


def sent(command: Send | Fetch, reply: Reply, seconds: float) -> None:
    """One line a request: what was asked, what came, how long it took."""
    if not logger.isEnabledFor(logging.DEBUG):
        return
    came = reply.outcome
    told = f"HTTP {came.status}" if isinstance(came, Response) else type(came).__name__
    request_id = came.headers.get("x-acs-request-id", "-") if isinstance(came, Response) else "-"
    asked = repr(command.request) if isinstance(command, Send) else "GET a recording"
    logger.debug("%s attempt %d: %s in %.0f ms [%s]", asked, command.attempt, told, seconds * 1000, request_id)


def waiting(pause: Pause) -> None:
    """One line a repeat: why, and after how long."""
    if pause.because is not None:
        kind = "no answer" if isinstance(pause.because, TransportError) else type(pause.because).__name__
        logger.info("again in %.2f s: %s: %s", pause.seconds, kind, pause.because)

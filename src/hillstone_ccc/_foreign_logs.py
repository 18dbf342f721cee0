"""What the HTTP library logs of our requests, without the part that is nobody's business.

httpx writes every URL at INFO. Ours hold phone numbers, and a recording's link is a key to whoever reads it. So
while a request of ours is under way, and only then, the query is taken out of the URLs in httpx's log lines. Its
levels and handlers are the user's, and what others send through httpx is logged as ever.
"""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

from ._core.redact import without_secrets

_ours: ContextVar[bool] = ContextVar("hillstone_ccc_request_under_way", default=False)


class _WithoutQueries(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        if _ours.get() and isinstance(record.args, tuple):
            record.args = tuple(_bare(one) for one in record.args)
        return True


class _WithoutSecrets(logging.Filter):
    """For loggers that write whole headers, a redirect's among them."""

    def filter(self, record: logging.LogRecord) -> bool:
        if _ours.get():
            record.msg, record.args = without_secrets(record.getMessage()), ()
        return True


_filter = _WithoutQueries()
_deep_filter = _WithoutSecrets()
# A filter of a logger is not asked about what its children write.
_DEEP = ("connection", "http11", "http2", "proxy", "socks")


def _bare(argument: object) -> object:
    if type(argument).__name__ != "URL" and not isinstance(argument, str):
        return argument
    address, found, _ = str(argument).partition("?")
    return f"{address}?***" if found else argument


def quieten(client: object) -> None:
    """Sees to it that the library of this client logs our requests without their queries."""
    # A filter is added once however often it is added.
    for library in {kind.__module__.partition(".")[0] for kind in type(client).__mro__ if kind is not object}:
        logging.getLogger(library).addFilter(_filter)
        for child in _DEEP:
            logging.getLogger(f"{library.replace('httpx', 'httpcore')}.{child}").addFilter(_deep_filter)


@contextmanager
def ours() -> Generator[None, None, None]:
    """Marks what happens inside as a request of ours."""
    token = _ours.set(True)
    try:
        yield
    finally:
        _ours.reset(token)

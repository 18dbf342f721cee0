"""One request, from its coming to its end: who asks for what, under which id, and the audit line about it.

The logger ``hillstone_ccc.server.audit`` is silent until somebody configures it, as the library's own is.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Mapping
from contextvars import ContextVar
from ipaddress import ip_address
from typing import Any

import attrs
import orjson
from starlette.requests import Request

from hillstone_ccc import Exchanged
from hillstone_ccc.contract import PARAMETERS, for_people, mask_number

_logger = logging.getLogger("hillstone_ccc.server.audit")
_logger.addHandler(logging.NullHandler())

_under_way: ContextVar[Access | None] = ContextVar("hillstone_ccc_access", default=None)
_NUMBERS = frozenset({"calling_number", "called_number", "number"})
_SHOWN = 200  # signs of a value, at most
_NOWHERE = "-"
_KNOWN = frozenset(one.name for known in PARAMETERS.values() for one in known)
_GOOD_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


@attrs.define
class Access:
    """One request for something of people's.

    Attributes:
        request_id: The caller's own id of the request (``X-Request-Id``) if it is a decent one, else a new one.
        address: Where it came from.
        who: Who asks; None while that is not known.
        by: How they were recognised; None if that is not known, or the host did.
        asked: What is asked for, as it was sent: the parameters that are known, and the call.
        upstream: Seconds that the call center took of it, attempts side by side counted each.
    """

    request_id: str
    address: str
    who: str | None = None
    by: str | None = None
    asked: Mapping[str, Any] = attrs.field(factory=dict[str, Any])
    upstream: float = 0.0

    @classmethod
    def begun(cls, request: Request) -> Access:
        """The access that a request begins; it is found again by :meth:`of`."""
        told = request.headers.get("x-request-id", "")
        request_id = told if _GOOD_ID.fullmatch(told) else secrets.token_hex(8)
        access = cls(request_id, address_of(request))
        access.asked = {
            **request.path_params,
            **{name: text for name, text in request.query_params.items() if name in _KNOWN},
        }
        request.state.ccc_access = access
        _under_way.set(access)
        return access

    @classmethod
    def of(cls, request: Request) -> Access:
        """The access that a request is."""
        access: Access = request.state.ccc_access
        return access

    def timing(self, seconds: float) -> str:
        """The header that tells what of so many seconds was the call center's."""
        return f"upstream;dur={self.upstream * 1000:.1f}, total;dur={seconds * 1000:.1f}"

    def ended(self, what: str, status: int) -> None:
        """Writes the line: who, what, from where, with which filters, and how it ended."""
        if not _logger.isEnabledFor(logging.INFO):
            return
        line = {
            "who": self.who,
            "by": self.by,
            "what": what,
            "asked": {name: _shown(name, value) for name, value in self.asked.items()},
            "status": status,
            "address": self.address,
            "request_id": self.request_id,
        }
        _logger.info("%s", orjson.dumps(line).decode())


def exchanged(told: Exchanged) -> None:
    """The upstream was asked for the access that is under way here."""
    access = _under_way.get()
    if access is not None:
        access.upstream += told.seconds


def address_of(request: Request) -> str:
    """Where a request comes from; a host that stands behind a proxy has its server tell the caller's own."""
    try:
        return str(ip_address(request.client.host)) if request.client else _NOWHERE
    except ValueError:  # a proxy that is trusted passed on what somebody made up
        return _NOWHERE


def _shown(name: str, text: str) -> str | None:
    """A value without numbers that are people's, wherever they stand in it."""
    text = text[:_SHOWN].encode("utf-8", "replace").decode()
    return mask_number(text) if name in _NUMBERS else for_people(text)

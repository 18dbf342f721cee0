"""A link that lets one browser in, for a server on somebody's own machine."""

from __future__ import annotations

import hmac
import re
import secrets
import threading
from collections.abc import Iterable
from typing import Any

from starlette.requests import Request

from hillstone_ccc import ConfigurationError
from hillstone_ccc.contract import PERMISSION, REVEAL

from .principal import Principal, bearer_token
from .tokens import digest

_TOKEN = re.compile(r"[A-Za-z0-9._~-]{16,512}")  # what a link carries as it is and nobody tries out


class LinkToken:
    """For local use: a link that works once, and a token for a header that works as long as the process lives.

    The two are different: a link stays in the browser's history. Safe for threads.

    Args:
        token: The header's: 16 or more letters, digits, or ``-._~``; None: a new random one.
        permissions: What whoever has one of them may do.

    Attributes:
        cookie: The name of the cookie that the link is exchanged for; another in each process, since browsers share
            cookies among all servers of a machine.

    Raises:
        ConfigurationError: The token or the permissions cannot be meant; does not show them.
    """

    def __init__(self, token: str | None = None, *, permissions: Iterable[str] = (PERMISSION, REVEAL)) -> None:
        given: Any = secrets.token_urlsafe(32) if token is None else token
        if not isinstance(given, str) or not _TOKEN.fullmatch(given):
            raise ConfigurationError("The token of a link must be 16 to 512 letters, digits, or signs of '-._~'.")
        self._principal = Principal("local", permissions, by="link")
        self.cookie: str = f"hillstone_ccc_{secrets.token_hex(4)}"
        self._token = given
        self._link = secrets.token_urlsafe(32)
        self._link_digest = digest(self._link)
        self._digest = digest(given)
        # Random as well, and not made of the token, which is seen in a terminal and in a browser's history.
        self._session = secrets.token_urlsafe(32)
        self._session_digest = digest(self._session)
        self._lock = threading.Lock()
        self._used = False

    def __repr__(self) -> str:
        return f"LinkToken(***{', used' if self._used else ''})"

    @property
    def token(self) -> str:
        """The header's token, to be shown to whoever started the server and to nobody else."""
        return self._token

    @property
    def once(self) -> str:
        """What stands in the link, to be shown to the same."""
        return self._link

    def redeem(self, text: str) -> str | None:
        """The session's cookie for what stood in a link, the first time; None afterwards, or if it is not the token."""
        same = hmac.compare_digest(digest(text), self._link_digest)
        with self._lock:
            if not same or self._used:
                return None
            self._used = True
        return self._session

    async def authorize(self, request: Request, permission: str) -> Principal | None:  # noqa: ARG002 - it is asked of the Principal
        """Whoever sends the token in a header or the session's cookie; None if neither came."""
        token, session = bearer_token(request) or "", request.cookies.get(self.cookie, "")
        by_token = hmac.compare_digest(digest(token), self._digest)
        by_session = hmac.compare_digest(digest(session), self._session_digest)
        return self._principal if by_token or (by_session and self._used) else None

    async def __call__(self, request: Request, permission: str) -> Principal | None:
        """The same as :meth:`authorize`."""
        return await self.authorize(request, permission)

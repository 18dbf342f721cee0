"""The door of the application: who is let in, and how often somebody may try."""

from __future__ import annotations

import attrs
from starlette.requests import Request

from hillstone_ccc import AuthenticationError, PermissionDeniedError, ThrottledError, TransportError
from hillstone_ccc.contract import REVEAL, refusals

from .access import Access
from .attempts import Attempts
from .envelope import RefusedError
from .link import LinkToken
from .options import ServerOptions
from .principal import Authorizer, Principal, admitted


class Doorkeeper:
    """Lets in who has the permission, and nobody who has tried too often.

    Args:
        authorize: Says who somebody is.
        options: How often somebody may fail, and whether numbers are masked.
    """

    def __init__(self, authorize: Authorizer, options: ServerOptions) -> None:
        self._authorize = authorize
        self._masking = options.mask_numbers
        self._attempts = Attempts(options.attempts)

    async def admit(self, request: Request, permission: str) -> Principal:
        """Who asks.

        Raises:
            RefusedError: They are not let in.
        """
        try:
            self._check(request)
            principal = await admitted(self._authorize, request, permission)
            return await self._with_sight(request, principal) if self._masking else principal
        except AuthenticationError as error:
            if "authorization" in request.headers:
                self._failed(request)  # no token at all is no guess, and a browser sends cookies of other servers here
            raise RefusedError(refusals.NO_TOKEN) from error
        except PermissionDeniedError as error:
            access = Access.of(request)
            access.who, access.by = error.details.get("name") or None, error.details.get("by") or None
            raise RefusedError(refusals.NOT_PERMITTED, error.message) from error
        except ThrottledError as error:
            raise RefusedError(refusals.TOO_MANY_ATTEMPTS, retry_after=error.retry_after) from error
        except TransportError as error:  # what tells good tokens from bad ones is away
            raise RefusedError(refusals.NOT_READY) from error

    def redeem(self, request: Request, link: LinkToken, token: str) -> str:
        """The session's cookie for a link.

        Raises:
            RefusedError: The link is not good, or not any more.
        """
        try:
            self._check(request)
        except ThrottledError as error:
            raise RefusedError(refusals.TOO_MANY_ATTEMPTS, retry_after=error.retry_after) from error
        session = link.redeem(token)
        if session is None:
            self._failed(request)
            raise RefusedError(refusals.NO_TOKEN, "This link was used already, or is none: take a new one.")
        return session

    def _check(self, request: Request) -> None:
        # Callers of whom no address is told are not counted: one who guesses would keep all the others out.
        if request.client is not None:
            self._attempts.check(request.client.host)

    def _failed(self, request: Request) -> None:
        if request.client is not None:
            self._attempts.failed(request.client.host)

    async def _with_sight(self, request: Request, principal: Principal) -> Principal:
        """The same, who is known to see numbers whole or not: a host that only says yes or no is asked once more."""
        if principal.permissions is not None:
            return principal
        try:
            await admitted(self._authorize, request, REVEAL)
        except (AuthenticationError, PermissionDeniedError):
            return attrs.evolve(principal, permissions=frozenset())
        return attrs.evolve(principal, permissions=frozenset({REVEAL}))

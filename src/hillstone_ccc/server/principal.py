"""Who asks, what they may do, and how an authorizer is asked about it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any, TypeAlias

import attrs
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from hillstone_ccc import AuthenticationError, ConfigurationError, PermissionDeniedError, TransportError
from hillstone_ccc.contract import PERMISSION

_LONGEST_NAME = 256
_LONGEST_TOKEN = 8192
_BEARER = re.compile(r"(?i:bearer) +([A-Za-z0-9._~+/-]+=*)")  # RFC 9110 § 11.4: one token68
_GIVES = "authorize must give a Principal, the name of one, or None"


def permission_set(permissions: Iterable[str]) -> frozenset[str]:
    """Permissions, each of them a name.

    Raises:
        ConfigurationError: One of them is not, or the whole is one text, whose letters would be taken for names.
    """
    given: Any = permissions
    if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        raise ConfigurationError(f"permissions must be a set of names, such as {{{PERMISSION!r}}}.")
    names: frozenset[Any] = frozenset(given)  # pyright: ignore[reportUnknownArgumentType] - checked in the next line
    if not all(isinstance(name, str) and name for name in names):
        raise ConfigurationError(f"permissions must be names, such as {PERMISSION!r}.")
    return names


def is_name(name: object) -> bool:
    """Whether it can name somebody in a log: one line of at most 256 signs, not blank."""
    return isinstance(name, str) and len(name) <= _LONGEST_NAME and name.isprintable() and bool(name.strip())


@attrs.frozen
class Principal:
    """Somebody who was recognised.

    Attributes:
        name: What they are called in logs; never a token.
        permissions: What they may do. None: whoever named them has decided already that they may do what was asked.
        by: How they were recognised, for logs: two issuers may know two of one name. None: the host did.

    Raises:
        ConfigurationError: The name is empty or more than a line, or the permissions are not names.
    """

    name: str
    permissions: frozenset[str] | None = attrs.field(default=None, converter=attrs.converters.optional(permission_set))
    by: str | None = attrs.field(default=None, eq=False)

    def __attrs_post_init__(self) -> None:
        if not is_name(self.name):
            raise ConfigurationError(f"A principal's name must be a line of 1 to {_LONGEST_NAME} signs.")

    def may(self, permission: str) -> bool:
        """Whether they may do what that permission is for."""
        return self.permissions is None or permission in self.permissions


Decision: TypeAlias = "Principal | str | None"
Authorizer: TypeAlias = Callable[[Request, str], "Decision | Awaitable[Decision]"]


async def admitted(authorize: Authorizer, request: Request, permission: str) -> Principal:
    """Who asks, if they may.

    Args:
        authorize: Says who it is; a plain function is called in a thread.
        request: What they sent.
        permission: What they need for it.

    Raises:
        AuthenticationError: Nobody knows them.
        PermissionDeniedError: They may not.
        ConfigurationError: The authorizer gave something that names nobody.
    """
    principal = await _recognised(authorize, request, permission)
    if principal is None:
        raise AuthenticationError(
            "No valid token came with the request.", advice="Send one in a header: Authorization: Bearer …"
        )
    if not principal.may(permission):
        raise PermissionDeniedError(
            f"The permission {permission} is missing.", details={"name": principal.name, "by": principal.by or ""}
        )
    return principal


def bearer_token(request: Request) -> str | None:
    """What stands in ``Authorization: Bearer …``; None unless there is exactly one such header, of a token's form."""
    told = request.headers.getlist("authorization")
    found = _BEARER.fullmatch(told[0]) if len(told) == 1 else None
    return found[1] if found is not None and len(found[1]) <= _LONGEST_TOKEN else None


class AnyOf:
    """Several authorizers, of which the first that knows somebody decides.

    One that refuses a token, or that cannot tell at the moment, leaves the word to the next one. That somebody whom
    one of them knows may not do something is final.

    Args:
        *authorizers: At least one, in the order in which they are asked.

    Raises:
        ConfigurationError: There is none, or one cannot be called.
    """

    def __init__(self, *authorizers: Authorizer) -> None:
        if not authorizers or not all(map(callable, authorizers)):
            raise ConfigurationError("AnyOf must be given authorizers, at least one, each of them to be called.")
        self._authorizers = authorizers

    def __repr__(self) -> str:
        return f"AnyOf({', '.join(map(repr, self._authorizers))})"

    async def __call__(self, request: Request, permission: str) -> Principal | None:
        """Who asks, by the first authorizer that knows.

        Raises:
            AuthenticationError: One knows the token and refuses it, and nobody else takes it.
            PermissionDeniedError: They may not.
            TransportError: One could not tell, and nobody else knows them.
        """
        refused: AuthenticationError | None = None
        helpless: TransportError | None = None
        for authorize in self._authorizers:
            try:
                principal = await _recognised(authorize, request, permission)
            except AuthenticationError as error:
                refused = refused or error
            except TransportError as error:
                helpless = helpless or error
            else:
                if principal is not None:
                    return principal
        if helpless is not None:
            raise helpless
        if refused is not None:
            raise refused
        return None


async def _recognised(authorize: Authorizer, request: Request, permission: str) -> Principal | None:
    told: Any
    if _is_asynchronous(authorize):
        told = authorize(request, permission)
    else:
        told = await run_in_threadpool(authorize, request, permission)
    if inspect.isawaitable(told):
        told = await told
    if told is None or isinstance(told, Principal):
        return told
    if not isinstance(told, str):
        # Not shown: it may be the token.
        raise ConfigurationError(f"{_GIVES}, not a {type(told).__name__}.")
    if not is_name(told):
        raise ConfigurationError(f"{_GIVES}: a name is a line of 1 to {_LONGEST_NAME} signs.")
    return Principal(told)


def _is_asynchronous(authorize: Any) -> bool:
    while isinstance(authorize, partial):
        authorize = authorize.func  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - of anything
    call: Any = getattr(authorize, "__call__", None)  # noqa: B004 - what it is matters, not that it is there
    return inspect.iscoroutinefunction(authorize) or inspect.iscoroutinefunction(call)

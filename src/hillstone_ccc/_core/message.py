"""What goes out and what comes back, as values: a Request, a Response."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from urllib.parse import quote

import attrs

from .errors import InvalidQueryError
from .redact import for_people, mask_number

# Parameters whose values are phone numbers whatever they look like.
_NUMBERS = {
    "CallingNumber",
    "CalledNumber",
    "Number",
    "Broker",
    "calling_number",
    "called_number",
    "number",
}
# And those that hold one inside JSON.
_AROUND_NUMBERS = {"Criteria"}
_NUMBER = re.compile(r"[0-9+*#]+")


# Beyond this httpx makes no URL of it; what the gateway takes is not documented.
_LONGEST_TARGET = 60_000


@attrs.frozen(repr=False, slots=False)  # without slots, since the encoded query is kept
class Request:
    """One request, before it is signed.

    Attributes:
        action: What is asked, such as ``ListUsers``.
        method: HTTP method.
        path: Path below the endpoint.
        query: Decoded parameters, in order.
        headers: Headers that belong to the action, names in lower case.
        signed: Whether it is to be signed for the gateway.
    """

    action: str
    method: str = "POST"
    path: str = "/"
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str])
    signed: bool = True

    @cached_property
    def encoded_query(self) -> str:
        """The query by RFC 3986: blanks are ``%20`` and ``*`` is ``%2A``, which is what gets signed."""
        return "&".join(f"{name}={quote(value, safe='-_.~')}" for name, value in self.query)

    @property
    def target(self) -> str:
        """Path and query."""
        return f"{self.path}?{self.encoded_query}" if self.query else self.path

    def fitting(self) -> Request:
        """The request itself.

        Raises:
            InvalidQueryError: It is too long for one; names the parameter that holds most.
        """
        length = len(self.target)
        if length <= _LONGEST_TARGET:
            return self
        longest = max(self.query, key=lambda one: len(one[1]))[0]
        raise InvalidQueryError(
            f"{longest} holds too much for one request ({length} signs of {_LONGEST_TARGET}).",
            action=self.action,
            advice="Ask for fewer at a time.",
        )

    @property
    def numbers(self) -> tuple[str, ...]:
        """The phone numbers that it tells, and the parts of such."""
        told = (value for name, value in self.query if name in _NUMBERS | _AROUND_NUMBERS)
        return tuple(number for value in told for number in _NUMBER.findall(value))

    def __repr__(self) -> str:
        told = (f"{name}={_shown(name, value)}" for name, value in self.query)
        return f"{self.action}({', '.join(told)})"


def _shown(name: str, value: str) -> str | None:
    if name in _NUMBERS:
        return mask_number(value)
    if name in _AROUND_NUMBERS:
        return _NUMBER.sub(lambda found: mask_number(found.group()) or "", value)
    return for_people(value)


@attrs.frozen(repr=False)
class Response:
    """One answer, read whole.

    Attributes:
        status: HTTP status.
        headers: To be looked up by names in lower case.
        body: Decompressed.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        return f"Response({self.status}, {len(self.body)} bytes)"

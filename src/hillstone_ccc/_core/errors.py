"""Everything that can go wrong, as one tree.

    CCCError
    ├── ConfigurationError              no instance, no keys, unusable settings (nothing was sent)
    ├── InvalidQueryError               a query that cannot be meant (also a ValueError)
    ├── UnsupportedError                this upstream, or what is installed here, cannot carry that
    ├── TransportError                  no answer
    │   ├── ConnectError
    │   ├── TimeoutError
    │   ├── ProxyError
    │   └── TLSError
    ├── DecodeError                     an answer that is not what the protocol says
    ├── APIError                        the upstream said no
    │   ├── AuthenticationError         key, signature, token
    │   │   └── ClockSkewError
    │   ├── PermissionDeniedError
    │   ├── NotFoundError               instance, agent, call
    │   ├── InvalidParameterError
    │   ├── ThrottledError              .retry_after
    │   └── ServerError
    ├── AgentNotFoundError              no agent of that name; .suggestions
    ├── SkillGroupNotFoundError         no skill group of that name; .suggestions
    ├── ResultWindowError               more rows than the upstream can list
    ├── IncompleteError                 fewer rows seen than promised; .coverage
    └── RecordingError
        ├── RecordingNotReadyError      .can_still_come
        ├── RecordingArchivedError
        ├── RecordingExpiredError
        ├── RecordingDamagedError       length or checksum
        └── RecordingNotSavedError      this machine's files: permissions, room; .lasting

Texts are redacted before they get here: no key, token, signature, signed link or whole phone number.
"""

from __future__ import annotations

from typing import Any

from .public import public


@public
class CCCError(Exception):
    """The root of the tree.

    Attributes:
        message: What happened, in words, without secrets.
        action: The upstream's action that was called, such as ``ListUsers``, if one was.
        code: The upstream's error code, such as ``NotExists.InstanceId``, if it gave one.
        request_id: The upstream's id of the request; quote it in a ticket.
        http_status: The HTTP status of the answer, if there was one.
        advice: What to do about it: the upstream's own advice or ours.
    """

    def __init__(
        self,
        message: str,
        *,
        action: str | None = None,
        code: str | None = None,
        request_id: str | None = None,
        http_status: int | None = None,
        advice: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.action = action
        self.code = code
        self.request_id = request_id
        self.http_status = http_status
        self.advice = advice

    def __str__(self) -> str:
        told = [f"{self.action}: " if self.action else ""]
        if self.code:
            status = f" (HTTP {self.http_status})" if self.http_status else ""
            told.append(f"{self.code}{status}: ")
        told.append(self.message)
        if self.advice:
            told.append(f" {self.advice}")
        if self.request_id:
            told.append(f" [request id {self.request_id}]")
        return "".join(told)

    def __reduce__(self) -> tuple[Any, ...]:
        # The default would call the class with self.args alone and lose every keyword.
        return _restore, (type(self), self.message), self.__dict__


def _restore(error: type[CCCError], message: str) -> CCCError:
    return error(message)


@public
class ConfigurationError(CCCError):
    """No instance, no keys, or settings that cannot work; raised before anything is sent."""


@public
class InvalidQueryError(CCCError, ValueError):
    """A query that cannot be meant; raised when it is made, naming the argument."""


@public
class UnsupportedError(CCCError):
    """This upstream, this version of the library, or what is installed here cannot carry that."""


@public
class TransportError(CCCError):
    """No answer came. Reads are repeated by the client's :class:`RetryPolicy` before this is raised."""


@public
class ConnectError(TransportError):
    """The upstream could not be reached: refused, unknown host, connection broken."""


@public
class TimeoutError(TransportError):
    """Connecting or reading took longer than the client's ``timeout``."""


@public
class ProxyError(TransportError):
    """The proxy between here and the upstream refused or failed."""


@public
class TLSError(TransportError):
    """The upstream's certificate was not accepted, or no common TLS version was found."""


@public
class DecodeError(CCCError):
    """An answer that is not what the protocol says: not JSON, no envelope, a field of the wrong type.

    Attributes:
        garbled: True when the body was not readable at all (cut, damaged, a proxy's page): worth repeating.
    """

    garbled: bool = False


@public
class APIError(CCCError):
    """The upstream answered, and the answer is no. Subclasses say why.

    Attributes:
        details: The upstream's ``AccessDeniedDetail``, when a permission is missing; else empty.
    """

    def __init__(self, message: str, *, details: dict[str, Any] | None = None, **told: Any) -> None:
        super().__init__(message, **told)
        self.details: dict[str, Any] = details or {}


@public
class AuthenticationError(APIError):
    """The key, the signature or the token was refused."""


@public
class ClockSkewError(AuthenticationError):
    """This machine's clock and the upstream's differ by more than 15 minutes, and correcting once did not help."""


@public
class PermissionDeniedError(APIError):
    """The key is good but may not do that; ``details`` names the missing permission if the upstream did."""


@public
class NotFoundError(APIError):
    """The instance, agent or call does not exist."""


@public
class InvalidParameterError(APIError):
    """The upstream did not accept a parameter; its message names it."""


@public
class ThrottledError(APIError):
    """Too many requests, also after every repeat that the policy allows.

    Attributes:
        retry_after: Seconds the upstream asked to wait (``x-acs-retry-after``), or None if it did not say.
    """

    def __init__(self, message: str, *, retry_after: float | None = None, **told: Any) -> None:
        super().__init__(message, **told)
        self.retry_after = retry_after


@public
class ServerError(APIError):
    """The upstream failed on its side, also after every repeat that the policy allows."""


@public
class AgentNotFoundError(CCCError):
    """No agent bears that name or id.

    Attributes:
        name: The name that was looked for.
        suggestions: Display names near to it, nearest first.
    """

    def __init__(self, message: str, *, name: str = "", suggestions: tuple[str, ...] = (), **told: Any) -> None:
        super().__init__(message, **told)
        self.name = name
        self.suggestions = suggestions


@public
class SkillGroupNotFoundError(CCCError):
    """No skill group bears that name.

    Attributes:
        name: The name that was looked for.
        suggestions: Names near to it, nearest first.
    """

    def __init__(self, message: str, *, name: str = "", suggestions: tuple[str, ...] = (), **told: Any) -> None:
        super().__init__(message, **told)
        self.name = name
        self.suggestions = suggestions


@public
class ResultWindowError(CCCError):
    """More rows match than the upstream can list (100 pages of 100 rows). Narrow the search."""


@public
class IncompleteError(CCCError):
    """The walk saw fewer rows than the upstream promised.

    Attributes:
        coverage: What was promised and what was seen, a :class:`Coverage`.
    """

    def __init__(self, message: str, *, coverage: Any = None, **told: Any) -> None:
        super().__init__(message, **told)
        self.coverage = coverage


@public
class RecordingError(CCCError):
    """Something about a recording."""


@public
class RecordingNotReadyError(RecordingError):
    """There is no recording of that call, or not yet.

    Attributes:
        can_still_come: True when waiting can help, False when the call was never established, None if unknown.
    """

    def __init__(self, message: str, *, can_still_come: bool | None = None, **told: Any) -> None:
        super().__init__(message, **told)
        self.can_still_come = can_still_come


@public
class RecordingArchivedError(RecordingError):
    """The file is in cold storage and must be restored first (action ``RestoreArchivedRecordings``)."""


@public
class RecordingExpiredError(RecordingError):
    """The signed link died (after a day by default). Ask for the recording again."""


@public
class RecordingDamagedError(RecordingError):
    """What arrived has another length or checksum than the object store announced. No file was made of it."""


@public
class RecordingNotSavedError(RecordingError):
    """The file cannot be written here: permissions, room, a name that the file system does not take.

    Attributes:
        lasting: Whether every other file would meet the same: the disk is full or may only be read.
    """

    def __init__(self, message: str, *, lasting: bool = False, **told: Any) -> None:
        super().__init__(message, **told)
        self.lasting = lasting

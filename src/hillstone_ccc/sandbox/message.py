"""What comes in and what goes out: one request, one answer, and how the answer fares on its way."""

from collections.abc import Mapping

import attrs


def _lower_names(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


@attrs.frozen
class Incoming:
    """One HTTP request as it arrived.

    Attributes:
        method: the verb, upper case.
        path: the path as sent, still percent-encoded, without the query.
        query: the raw query string, without the question mark.
        headers: header values by lower-case name.
        body: the whole body.
    """

    method: str
    path: str = "/"
    query: str = ""
    headers: Mapping[str, str] = attrs.field(factory=dict[str, str], converter=_lower_names)
    body: bytes = b""


@attrs.frozen
class Outgoing:
    """One HTTP answer, and what the wire does to it.

    Attributes:
        status: the HTTP status.
        headers: header values by name; `Content-Length` is what the body should measure.
        body: the bytes to send; empty in answer to HEAD, whatever `Content-Length` says.
        dropped: the connection breaks before a byte of the answer is sent.
        cut_after: the connection breaks after this many bytes of the body; None means never.
        delay: seconds to wait before the answer begins.
        dawdle: seconds over which the body is spread.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    dropped: bool = False
    cut_after: int | None = None
    delay: float = 0.0
    dawdle: float = 0.0

    @property
    def truncated(self) -> bool:
        """Whether the connection breaks within the body."""
        return self.cut_after is not None and self.cut_after < len(self.body)

    @property
    def sent(self) -> int:
        """How many bytes of the body reach the wire."""
        return 0 if self.dropped else len(self.body[: self.cut_after])

    def pieces(self) -> list[bytes]:
        """The body as it reaches the wire: shortened if it is cut, in eight pieces if it dawdles."""
        body = self.body[: self.cut_after]
        if not self.dawdle:
            return [body]
        step = max(1, -(-len(body) // 8))
        return [body[start : start + step] for start in range(0, len(body), step)]

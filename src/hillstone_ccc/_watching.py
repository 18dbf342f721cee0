"""What a client tells those who watch its requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import attrs

from ._core.public import public


@public
@attrs.frozen
class Exchanged:
    """One attempt of one request, over.

    Attributes:
        action: The upstream's action, such as ``ListUsers``; ``GetObject`` for a recording's bytes.
        attempt: 1 for the first time.
        seconds: How long it took, waiting for a place on the wire not counted.
        status: The HTTP status; None if no answer came.
        failure: The name of the error's class, if no answer came.
        throttled: Whether the upstream said that it is asked too much.
    """

    action: str
    attempt: int
    seconds: float
    status: int | None = None
    failure: str | None = None
    throttled: bool = False


Watcher: TypeAlias = "Callable[[Exchanged], object]"
"""Is told of every request of a client: see :meth:`Client.watch`."""

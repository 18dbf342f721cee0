"""Asking the upstream as the client does: one operation, once, its outcome kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import attrs

from hillstone_ccc import AuthenticationError, CCCError, ThrottledError
from hillstone_ccc._core.flow import call
from hillstone_ccc._core.operation import Operation
from hillstone_ccc._driver import Driver

from .chart import Finding, failure, fine, wrong

R = TypeVar("R")

_COME_BACK = (
    "Wait, and ask more slowly: lower concurrency, or set max_requests_per_second. Other programs with keys of the "
    "same account count as well; Alibaba Cloud's quota centre tells the limits."
)


@attrs.frozen
class Asked:
    """What one operation came to.

    Attributes:
        value: What the upstream gave.
        error: Why it gave nothing.
    """

    value: Any = None
    error: CCCError | None = None

    def pace(self) -> Finding:
        """Whether the upstream is asked too much."""
        if not isinstance(self.error, ThrottledError):
            return fine("requests are not throttled")
        when = "" if self.error.retry_after is None else f"; it asks to come back in {self.error.retry_after:g} s"
        return wrong(f"{self.error.code}: {self.error.message}{when}", _COME_BACK)


def ask(driver: Driver, operation: Operation[R], **arguments: Any) -> Asked:
    """Asks once."""
    try:
        return Asked(value=driver.run(call(driver.session, operation, **arguments)))
    except CCCError as error:
        return Asked(error=error)


def who_asks(
    asked: Asked, accepted: str, remedies: tuple[tuple[str, str], ...], *, telling: Callable[[CCCError], bool]
) -> Finding:
    """Whether who asks was believed.

    Args:
        asked: The first request that said who asks.
        accepted: What to say if so.
        remedies: Beginning of a code → what to do about it.
        telling: Whether another error comes only to who was believed.
    """
    error = asked.error
    if isinstance(error, AuthenticationError):
        code = error.code or ""
        return failure(error, next((remedy for known, remedy in remedies if code.startswith(known)), ""))
    return fine(accepted) if error is None or telling(error) else failure(error)

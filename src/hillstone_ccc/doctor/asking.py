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
from .deadline import within

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
        when = "" if self.error.retry_after is None else f"; it asks to come back in {_amount(self.error.retry_after)}"
        return wrong(f"{failure(self.error).seen}{when}", _COME_BACK)


def ask(driver: Driver, operation: Operation[R], **arguments: Any) -> Asked:
    """Asks once, and waits for no answer without an end."""
    try:
        flow = call(driver.session, operation, **arguments)
        return Asked(value=within(driver.exchange.settings.timeout, lambda: driver.run(flow)))
    except CCCError as error:
        return Asked(error=error)


def who_asks(
    asked: Asked, accepted: str, remedies: tuple[tuple[str, str], ...], *, telling: Callable[[CCCError], bool]
) -> Finding:
    """Whether who asks was believed.

    Args:
        asked: The first request that said who asks.
        accepted: What to say if so.
        remedies: Beginning of a code → what to do about it; an empty one fits what is an error of who asks anyway.
        telling: Whether another error comes only to who was believed.
    """
    error = asked.error
    if error is None:
        return fine(accepted)
    code = error.code or ""
    known, remedy = next(((known, remedy) for known, remedy in remedies if code.startswith(known)), ("", ""))
    if known or isinstance(error, AuthenticationError):
        return failure(error, remedy)
    return fine(accepted) if telling(error) else failure(error)


def _amount(seconds: float) -> str:
    """In a unit that people count in."""
    if seconds < 120:  # noqa: PLR2004 - two minutes
        return f"{seconds:g} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:,.0f} h"  # noqa: PLR2004 - two hours

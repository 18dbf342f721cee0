"""What a token may do at a gateway of the REST contract."""

from __future__ import annotations

import attrs

from hillstone_ccc import CCCError, PermissionDeniedError
from hillstone_ccc._core.contract import LIST_CALL_RECORDS, RANGE_IS_READ
from hillstone_ccc._driver import Driver
from hillstone_ccc.contract import PERMISSION

from .asking import Asked, ask, who_asks
from .chart import Chart, Finding, doubtful, failure, fine, wrong

_HAVE_ONE_MADE = (
    "The token is another gateway's, or has expired. Have one made for this program; it goes into "
    "HILLSTONE_CCC_GATEWAY_TOKEN."
)
_TOKEN = (("", _HAVE_ONE_MADE),)


@attrs.define
class Gateway:
    """One token at one gateway.

    Attributes:
        driver: Sends as the client does.
        chart: Where findings go.
    """

    driver: Driver
    chart: Chart
    _first: Asked = Asked()

    def begin(self) -> CCCError | None:
        """The first request with the token; gives what came of it, if that is no list."""
        self._first = ask(self.driver, LIST_CALL_RECORDS, page=1, size=1)
        return self._first.error

    def examine(self) -> None:
        """Token, pace, permission, the call center behind it, and whether it reads ranges of time."""
        look = self.chart.look
        look("token", self._token, needs=("endpoint",))
        look("throttling", self._pace, needs=("token",))
        look(PERMISSION, self._permission, needs=("throttling",))
        look("call center", self._center, needs=(PERMISSION,))
        look("time ranges", self._ranges, needs=("call center",))

    def _token(self) -> Finding:
        return who_asks(self._first, "the gateway knows the token", _TOKEN, telling=lambda _: True)

    def _pace(self) -> Finding:
        return self._first.pace()

    def _permission(self) -> Finding:
        error = self._first.error
        if isinstance(error, PermissionDeniedError):
            return wrong(f"denied: {error.message}", f"Have {PERMISSION} granted to the token's owner.")
        return fine("permitted")

    def _center(self) -> Finding:
        error = self._first.error
        if error is None:
            return fine("the gateway gives call records")
        return failure(error, "Tell the gateway's operator: its log says why it cannot have the call center's answer.")

    def _ranges(self) -> Finding:
        asked = ask(self.driver, RANGE_IS_READ, start="?")
        if asked.error is not None:
            return failure(asked.error)
        if not asked.value:
            return doubtful(
                "it lists today's calls alone, so searches are refused", "Have the gateway brought up to date."
            )
        return fine("it reads ranges of time")

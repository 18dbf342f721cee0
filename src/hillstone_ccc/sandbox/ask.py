"""What an action has before it when it answers."""

from typing import TYPE_CHECKING

import attrs

from hillstone_ccc.sandbox.objects import ObjectStore
from hillstone_ccc.sandbox.parameters import Parameters
from hillstone_ccc.sandbox.quirks import Quirks

if TYPE_CHECKING:
    from hillstone_ccc.sandbox.centre import CallCentre

DAY_SECONDS = 86_400
_BEIJING_MS = 8 * 3_600_000
_DAY_MS = DAY_SECONDS * 1000


@attrs.frozen
class Limits:
    """How far a list can be paged through; the upstream documents 100 and 100.

    Attributes:
        pages: the highest page number.
        rows: the most rows of a page.
    """

    pages: int = attrs.field(default=100, validator=attrs.validators.ge(1))
    rows: int = attrs.field(default=100, validator=attrs.validators.ge(1))


NO_DATA = object()
"""What an action returns when its answer has no `Data` at all."""


@attrs.define
class Readiness:
    """When a recording is there: at the Nth time that the same action is asked for the same call.

    Attributes:
        after: N; 1 means at once.
        never: the calls whose recordings never come.
    """

    after: int = 1
    never: frozenset[str] = frozenset()
    _asks: dict[tuple[str, str], int] = attrs.field(factory=dict[tuple[str, str], int])

    def ask(self, action: str, contact_id: str) -> bool:
        """Ask once more; whether it is there now."""
        asks = self._asks[action, contact_id] = self._asks.get((action, contact_id), 0) + 1
        return asks >= self.after and contact_id not in self.never

    def clear(self) -> None:
        """Forget what has been asked."""
        self._asks.clear()


@attrs.frozen
class Ask:
    """One question to one action.

    Attributes:
        action: the action's name.
        parameters: what was sent.
        centre: the call centre.
        quirks: how this upstream behaves.
        now: the server's clock, Unix seconds.
        number: the request's number, different for each request.
        base: where the object store is reached, such as `http://127.0.0.1:8901`.
        store: the object store.
        readiness: which recordings are there by now.
        limits: how far its lists can be paged through.
        link_seconds: life of every link, if it is not the upstream's own.
    """

    action: str
    parameters: Parameters
    centre: "CallCentre"
    quirks: Quirks
    now: float
    number: int
    base: str
    store: ObjectStore
    readiness: Readiness
    limits: Limits = Limits()
    link_seconds: float | None = None

    @property
    def now_ms(self) -> int:
        """The server's clock, Unix milliseconds."""
        return int(self.now * 1000)

    @property
    def today_ms(self) -> int:
        """00:00 of the current day in Beijing, Unix milliseconds."""
        return (self.now_ms + _BEIJING_MS) // _DAY_MS * _DAY_MS - _BEIJING_MS

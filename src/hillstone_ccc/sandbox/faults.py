"""Faults on demand: what goes wrong on the way, how often, and for which request."""

import random
from collections.abc import Collection, Iterable
from enum import Enum

import attrs

from hillstone_ccc.sandbox.message import Outgoing


class Fault(str, Enum):
    """One thing that can go wrong with a request."""

    THROTTLE = "throttle"
    """`Throttling.User` without a hint when to come back."""
    THROTTLE_WITH_RETRY_AFTER = "throttle_with_retry_after"
    """`Throttling.User` with the header `x-acs-retry-after` (milliseconds)."""
    SERVER_ERROR = "server_error"
    """500 `InternalError` and 503 `ServiceUnavailable`, taking turns."""
    HTML_502 = "html_502"
    """A proxy's 502 with an HTML page."""
    EMPTY_BODY = "empty_body"
    """200 without a body."""
    OK_WITH_BAD_CODE = "ok_with_bad_code"
    """200 whose body says `Code: InternalError`."""
    EXPIRED_TOKEN = "expired_token"  # noqa: S105 - a fault's name
    """400 `InvalidSecurityToken.Expired`."""
    DROP = "drop"
    """The connection breaks before the answer."""
    TRUNCATE = "truncate"
    """The connection breaks within the answer's body."""
    DAMAGE = "damage"
    """A few bytes of the body arrive as 0xFF: no JSON any more, another checksum for a file."""
    BAD_GZIP = "bad_gzip"
    """The body claims to be gzip and is not."""
    DELAY = "delay"
    """The answer begins late."""
    SLOW = "slow"
    """The body trickles."""


IN_TRANSIT: frozenset[Fault] = frozenset(
    {Fault.DROP, Fault.TRUNCATE, Fault.DAMAGE, Fault.BAD_GZIP, Fault.DELAY, Fault.SLOW}
)
"""Faults that happen to a real answer; the others take its place."""

_OF_OBJECTS: frozenset[Fault] = IN_TRANSIT - {Fault.BAD_GZIP} | {Fault.SERVER_ERROR, Fault.HTML_502}

GET_OBJECT = "GetObject"
"""The name under which `Faults.only` and the request log know a download."""

_USUAL = (
    Fault.THROTTLE,
    Fault.THROTTLE_WITH_RETRY_AFTER,
    Fault.SERVER_ERROR,
    Fault.HTML_502,
    Fault.DROP,
    Fault.TRUNCATE,
)


def _kinds(found: Iterable[Fault | str]) -> tuple[Fault, ...]:
    return tuple(Fault(kind) for kind in found)


def _actions(found: Collection[str] | None) -> frozenset[str] | None:
    return None if found is None else frozenset(found)


def _share(_: object, field: "attrs.Attribute[float]", value: float) -> None:
    if not 0 <= value <= 1:
        raise ValueError(f"{field.name} must be from 0 to 1, not {value}")


@attrs.frozen(kw_only=True)
class Faults:
    """How often what goes wrong.

    Attributes:
        share: the share of requests that fail, 0 to 1, drawn from `seed`.
        every: every Nth request fails; the kinds take turns.
        kinds: what can go wrong, as `Fault` values or their names. The default holds the faults that an
            immediate repetition heals.
        seed: the same seed and the same order of requests give the same faults.
        only: names of the actions that fail (`GetObject` is a download); None means all.
        max_consecutive: after so many faults in a row the same question is answered; None means never.
        retry_after_ms: what `x-acs-retry-after` says, milliseconds.
        delay_seconds: how late, or how slowly, an answer comes.
        clock_shift: how far the server's clock is ahead of the true time, seconds.
        link_expires_after: life of a recording's link in seconds; None means what the upstream promises.
    """

    share: float = attrs.field(default=0.0, validator=_share)
    every: int | None = attrs.field(default=None, validator=attrs.validators.optional(attrs.validators.ge(1)))
    kinds: tuple[Fault, ...] = attrs.field(default=_USUAL, converter=_kinds, validator=attrs.validators.min_len(1))
    seed: int = 7
    only: frozenset[str] | None = attrs.field(default=None, converter=_actions)
    max_consecutive: int | None = None
    retry_after_ms: int = 1000
    delay_seconds: float = 1.0
    clock_shift: float = 0.0
    link_expires_after: float | None = None


@attrs.frozen
class Dealt:
    """A fault that has been dealt to one request.

    Attributes:
        kind: what goes wrong.
        number: the request's number since the start; it decides where a body is hurt.
        settings: the settings of the day.
    """

    kind: Fault
    number: int
    settings: Faults

    def spoil(self, answer: Outgoing) -> Outgoing:
        """What becomes of a real answer on its way."""
        body = answer.body
        if self.kind is Fault.DROP:
            return attrs.evolve(answer, dropped=True)
        if self.kind is Fault.DELAY:
            return attrs.evolve(answer, delay=self.settings.delay_seconds)
        if self.kind is Fault.SLOW:
            return attrs.evolve(answer, dawdle=self.settings.delay_seconds)
        if self.kind is Fault.TRUNCATE:
            return attrs.evolve(answer, cut_after=self._place(len(body)))
        if self.kind is Fault.BAD_GZIP:
            return attrs.evolve(answer, headers={**answer.headers, "Content-Encoding": "gzip"})
        start = self._place(len(body))
        hurt = body[:start] + b"\xff" * len(body[start : start + 8]) + body[start + 8 :]
        return attrs.evolve(answer, body=hurt)

    def _place(self, size: int) -> int:
        return random.Random(f"{self.settings.seed}/place/{self.number}").randrange(max(1, size))  # noqa: S311


@attrs.define
class Dealer:
    """Deals faults to requests in the order in which they come."""

    _number: int = 0
    _in_a_row: dict[object, int] = attrs.field(factory=dict[object, int])

    def deal(self, faults: Faults, action: str, question: object) -> Dealt | None:
        """The fault of this request, or None.

        Args:
            faults: the settings of the day.
            action: the action's name, or `GET_OBJECT`.
            question: what is asked, the same for each repetition.
        """
        if faults.only is not None and action not in faults.only:
            return None
        fitting = [kind for kind in faults.kinds if action != GET_OBJECT or kind in _OF_OBJECTS]
        self._number += 1
        kind = self._pick(faults, fitting) if fitting else None
        so_far = self._in_a_row.get(question, 0)
        if kind is None or so_far == faults.max_consecutive:
            self._in_a_row.pop(question, None)
            return None
        if faults.max_consecutive is not None:
            self._in_a_row[question] = so_far + 1
        return Dealt(kind, self._number, faults)

    def _pick(self, faults: Faults, fitting: list[Fault]) -> Fault | None:
        if faults.every is not None and self._number % faults.every == 0:
            return fitting[(self._number // faults.every - 1) % len(fitting)]
        dice = random.Random(f"{faults.seed}/{self._number}")  # noqa: S311 - repeatable, not secret
        return dice.choice(fitting) if dice.random() < faults.share else None

    def clear(self) -> None:
        """Begin anew."""
        self._number = 0
        self._in_a_row.clear()

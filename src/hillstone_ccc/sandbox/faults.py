"""Faults on demand: what goes wrong on the way, how often, and for which request."""

import random
from collections.abc import Collection, Iterable, Mapping
from enum import Enum
from itertools import accumulate
from math import fsum

import attrs

from hillstone_ccc.sandbox.message import Outgoing


class Fault(str, Enum):
    """One thing that can go wrong with a request."""

    THROTTLE = "throttle"
    """`Throttling.User` without a hint when to come back. Of actions only."""
    THROTTLE_WITH_RETRY_AFTER = "throttle_with_retry_after"
    """`Throttling.User` with the header `x-acs-retry-after` (milliseconds). Of actions only."""
    SERVER_ERROR = "server_error"
    """500 `InternalError` and 503 `ServiceUnavailable`, taking turns; of downloads always the former."""
    HTML_502 = "html_502"
    """A proxy's 502 with an HTML page; of downloads the same as `SERVER_ERROR`."""
    EMPTY_BODY = "empty_body"
    """200 without a body. Of actions only."""
    OK_WITH_BAD_CODE = "ok_with_bad_code"
    """200 whose body says `Code: InternalError`. Of actions only."""
    EXPIRED_TOKEN = "expired_token"  # noqa: S105 - a fault's name
    """400 `InvalidSecurityToken.Expired`. Of actions only."""
    EXPIRED_LINK = "expired_link"
    """403 `AccessDenied`, "Request has expired.", although the link lives. Of downloads only."""
    DOWNLOAD_LIMIT = "download_limit"
    """The object store's own 503, `DownloadTrafficRateLimitExceeded`. Of downloads only."""
    DROP = "drop"
    """The connection breaks before the answer."""
    TRUNCATE = "truncate"
    """The connection breaks within the answer's body."""
    DAMAGE = "damage"
    """A few bytes of the body arrive as 0xFF (as 0x00 if they are 0xFF): no JSON any more, another checksum."""
    BAD_GZIP = "bad_gzip"
    """The body claims to be gzip and is not. Of actions only."""
    DELAY = "delay"
    """The answer begins late."""
    SLOW = "slow"
    """The body trickles."""


IN_TRANSIT: frozenset[Fault] = frozenset(
    {Fault.DROP, Fault.TRUNCATE, Fault.DAMAGE, Fault.BAD_GZIP, Fault.DELAY, Fault.SLOW}
)
"""Faults that happen to a real answer; the others take its place."""

_ONLY_OF_OBJECTS: frozenset[Fault] = frozenset({Fault.EXPIRED_LINK, Fault.DOWNLOAD_LIMIT})

_OF_OBJECTS: frozenset[Fault] = IN_TRANSIT - {Fault.BAD_GZIP} | {Fault.SERVER_ERROR, Fault.HTML_502} | _ONLY_OF_OBJECTS

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


def _in_order(found: Mapping[Fault, float] | Mapping[str, float]) -> dict[Fault, float]:
    """Equal settings are to deal equal faults, in whatever order their shares are told."""
    told = {Fault(kind): share for kind, share in found.items()}
    return {kind: told[kind] for kind in Fault if kind in told}


def _actions(found: Collection[str] | None) -> frozenset[str] | None:
    return None if found is None else frozenset(found)


def _share(_: object, field: "attrs.Attribute[float]", value: float) -> None:
    if not 0 <= value <= 1:
        raise ValueError(f"{field.name} must be from 0 to 1, not {value}")


def _shares(faults: "Faults", field: "attrs.Attribute[Mapping[Fault, float]]", value: Mapping[Fault, float]) -> None:
    for kind, share in value.items():
        if not 0 <= share <= 1:
            raise ValueError(f"{field.name} must be from 0 to 1 each, not {share} of {kind.value}")
    # Added up without rounding on the way: ten tenths are one.
    if (total := fsum(value.values())) > 1:
        raise ValueError(f"{field.name} must be at most 1 together, not {total}")
    if value and (faults.share or faults.every is not None):
        raise ValueError(f"{field.name} must be given without share and every: it holds the share of each kind")


@attrs.frozen(kw_only=True)
class Faults:
    """How often what goes wrong.

    Attributes:
        share: the share of requests that fail, 0 to 1, drawn from `seed`.
        every: every Nth request fails; the kinds take turns.
        kinds: what can go wrong, as `Fault` values or their names. The default holds the faults that an
            immediate repetition heals.
        shares: in place of `share`, `every` and `kinds`: the share of each kind, such as
            `{"drop": 0.05, "expired_link": 0.03}`, together at most 1. A kind that does not fit a request
            does not happen to it, and changes nothing about the shares of the others.
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
    # A dictionary has no hash; that equal settings have the same one is all that is needed.
    shares: Mapping[Fault, float] = attrs.field(factory=dict, converter=_in_order, validator=_shares, hash=False)
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
        before = body[start : start + 8]
        after = b"\xff" * len(before)
        # A recording may have just these bytes there, at its end a single one: damage is to be damage.
        after = bytes(len(before)) if after == before else after
        return attrs.evolve(answer, body=body[:start] + after + body[start + 8 :])

    def _place(self, size: int) -> int:
        return random.Random(f"{self.settings.seed}/place/{self.number}").randrange(max(1, size))  # noqa: S311


def _fits(kind: Fault, action: str) -> bool:
    return kind in _OF_OBJECTS if action == GET_OBJECT else kind not in _ONLY_OF_OBJECTS


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
        self._number += 1
        kind = self._pick(faults, action)
        so_far = self._in_a_row.get(question, 0)
        if kind is None or so_far == faults.max_consecutive:
            self._in_a_row.pop(question, None)
            return None
        if faults.max_consecutive is not None:
            self._in_a_row[question] = so_far + 1
        return Dealt(kind, self._number, faults)

    def _pick(self, faults: Faults, action: str) -> Fault | None:
        fitting = [kind for kind in faults.shares or faults.kinds if _fits(kind, action)]
        if not fitting:
            return None
        if faults.every is not None and self._number % faults.every == 0:
            return fitting[(self._number // faults.every - 1) % len(fitting)]
        dice = random.Random(f"{faults.seed}/{self._number}")  # noqa: S311 - repeatable, not secret
        place = dice.random()
        if not faults.shares:
            return dice.choice(fitting) if place < faults.share else None
        ends = accumulate(faults.shares[kind] for kind in fitting)
        return next((kind for kind, end in zip(fitting, ends, strict=True) if place < end), None)

    def clear(self) -> None:
        """Begin anew."""
        self._number = 0
        self._in_a_row.clear()

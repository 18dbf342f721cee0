"""A call, as a generator: it yields what it wants done and receives what came of it.

This is the whole of what the two drivers have in common, and all that they have to obey: ``Send`` a request,
``Fetch`` a recording, ``Pause`` for so long, ``Remember`` what another flow comes to, ``Do`` something with files.
Each is answered with a :class:`Reply`, which also tells the time and a random number, since nothing in the core may
look at a clock or throw dice.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Mapping
from datetime import timezone
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

import attrs

from .edges import KnownEdges
from .errors import APIError, CCCError, ThrottledError, TransportError
from .message import Request, Response
from .meter import Meter
from .moments import aware
from .operation import Operation
from .page import Limits
from .redact import without_numbers
from .retry import Pace, RetryPolicy, corrects_clock, renews_keys

if TYPE_CHECKING:
    from .body import Body
    from .narrowing import Narrowed
    from .query import CallRecordQuery

R = TypeVar("R")
T = TypeVar("T")

# Seconds below which two clocks count as equal: a Date header tells whole seconds, and the answer took a while.
_SAME_CLOCK = 5.0


@attrs.frozen
class Send:
    """Sign this now and send it.

    Attributes:
        request: What to send.
        attempt: 1 for the first time.
        clock_offset: Seconds to add to this machine's clock for the time stamp.
        renew_keys: Whether cached temporary keys must be fetched anew.
    """

    request: Request
    attempt: int = 1
    clock_offset: float = 0.0
    renew_keys: bool = False


@attrs.frozen
class Fetch:
    """GET what is still wanted of this, unsigned, and pour a good answer's bytes into the body.

    Attributes:
        url: A signed link, taken as it is.
        body: What is wanted, and where the bytes go.
        attempt: 1 for the first time.
        meter: Counts the bytes, and says when they come too fast.
    """

    url: str = attrs.field(repr=False)
    body: Body = attrs.field(repr=False)
    attempt: int = 1
    meter: Meter | None = attrs.field(default=None, repr=False)


@attrs.frozen
class Pause:
    """Wait so many seconds; 0 only asks what time it is.

    Attributes:
        seconds: How long.
        because: The error after which the call will be tried again, if that is why.
    """

    seconds: float = 0.0
    because: CCCError | None = None


@attrs.frozen
class Remember:
    """What this flow comes to, or came to a short while ago for anybody of the same client.

    Several who ask at the same moment share one flow. A failure is told to all of them, and not remembered.

    Attributes:
        key: What is asked for: equal keys share one answer.
        seconds: How long an answer is good for; 0 shares it only with who is waiting for it already.
        make: The flow, begun only if nobody knows the answer. It must not ask for the same key, nor for one whose
            own flow asks for this one: each would wait for the other.
    """

    key: Hashable
    seconds: float
    make: Callable[[], Flow[Any]]


@attrs.frozen
class Do:
    """Do this, which looks at files and may take a while, and tell what came of it.

    Attributes:
        work: What to do; a CCCError that it raises is its outcome.
    """

    work: Callable[[], Any]


@attrs.frozen
class Reply:
    """What the driver gives back for a command.

    Attributes:
        monotonic: Seconds of a clock that only goes forward.
        wall: Unix seconds of this machine's clock.
        chance: A random number of [0, 1).
        outcome: For a Send: the answer, or why none came. For a Fetch: the same, the bytes gone to the body if
            the answer was good. For a Remember or a Do: why it failed, if it did.
        value: For a Remember: what the flow came to. Others hold it too, so it must not be changed. For a Do: what
            was done came to.
    """

    monotonic: float
    wall: float
    chance: float
    outcome: Response | CCCError | None = None
    value: Any = None


Command: TypeAlias = "Send | Fetch | Pause | Remember | Do"
Flow: TypeAlias = Generator[Command, Reply, T]


class Upstream(Protocol):
    """A spelling of the operations: the OpenAPI, the REST contract."""

    @property
    def whole_details(self) -> bool:
        """Whether one answer tells all of a call's details."""
        ...

    def narrowed(self, session: Session, query: CallRecordQuery) -> Flow[tuple[Narrowed, ...]]:
        """The listings that together hold the calls a query means; none if nothing can match."""
        ...

    def encode(self, operation: Operation[Any], arguments: Mapping[str, Any]) -> Request:
        """The request for an operation."""
        ...

    def decode(self, operation: Operation[R], response: Response, asked: Request, /) -> R:
        """What an answer to that request holds; raises what it refuses."""
        ...


@attrs.frozen
class Session:
    """What all calls of one client share.

    Attributes:
        upstream: How operations are spelt.
        retry: When to try again.
        pace: How fast to go, and how far this machine's clock is off.
        limits: How far the upstream's pages reach.
        edges: What was found out about the upstream's bounds of time.
        plain_http_links: Whether a recording's plain link may be taken as it is.
    """

    upstream: Upstream
    retry: RetryPolicy
    pace: Pace
    limits: Limits = Limits()
    edges: KnownEdges = attrs.field(factory=KnownEdges)
    plain_http_links: bool = False


def now() -> Flow[Reply]:
    """What time it is."""
    return (yield Pause())


def remembered(key: Hashable, seconds: float, make: Callable[[], Flow[T]]) -> Flow[T]:
    """What a flow comes to, asked for at most once in so many seconds by all calls of the client: see Remember.

    Raises:
        CCCError: What the flow raised.
    """
    reply = yield Remember(key, seconds, make)
    if isinstance(reply.outcome, CCCError):
        raise reply.outcome
    value: T = reply.value
    return value


def done(work: Callable[[], T]) -> Flow[T]:
    """What something with files comes to.

    Raises:
        CCCError: What it raised.
    """
    reply = yield Do(work)
    if isinstance(reply.outcome, CCCError):
        raise reply.outcome
    value: T = reply.value
    return value


def call(session: Session, operation: Operation[R], **arguments: Any) -> Flow[R]:
    """One operation, repeated as the policy allows, at the pace that all calls of the client keep.

    Raises:
        CCCError: What the last attempt came to.
    """
    request = session.upstream.encode(operation, arguments)
    reply = yield from now()
    began = reply.monotonic
    attempt, remedies = 1, [_correct_clock, _renew_keys]
    send = Send(request, attempt, session.pace.clock_offset)
    while True:
        reply = yield from _turn(session.pace, reply)
        reply = yield send
        try:
            return _answer(session.upstream, operation, reply.outcome, request)
        except CCCError as error:
            failure = _without_numbers(error, request)
        remedy = next((one for one in remedies if one(session.pace, send, failure, reply)), None)
        if remedy is not None:
            remedies.remove(remedy)  # once each: what it did not cure it will not cure
            send = Send(request, attempt, session.pace.clock_offset, renew_keys=remedy is _renew_keys)
            continue
        wait = session.retry.wait(failure, attempt=attempt, elapsed=reply.monotonic - began, chance=reply.chance)
        if isinstance(failure, ThrottledError):
            # Also when this call gives up: the others are to wait all the same, though no longer than a call may take.
            asked = min(failure.retry_after or 0.0, session.retry.seconds)
            session.pace.hold(reply.monotonic, asked if wait is None else wait)
        if wait is None:
            raise failure
        reply = yield Pause(wait, because=failure)
        attempt += 1
        send = Send(request, attempt, session.pace.clock_offset)


def _turn(pace: Pace, reply: Reply) -> Flow[Reply]:
    """Waits for the client's next free slot; for another one if a throttle has come meanwhile."""
    wait = pace.reserve(reply.monotonic)
    while wait > 0:
        reply = yield Pause(wait)
        wait = pace.reserve(reply.monotonic) if pace.held(reply.monotonic) > 0 else 0.0
    return reply


def _answer(upstream: Upstream, operation: Operation[R], outcome: Response | CCCError | None, request: Request) -> R:
    if isinstance(outcome, Response):
        return upstream.decode(operation, outcome, request)
    failure = outcome or TransportError("the driver brought no answer.")
    if failure.action is None:
        failure.action = operation.action
    raise failure


def _without_numbers(failure: CCCError, request: Request) -> CCCError:
    """The failure, in whose words no number stands that it was asked for."""
    numbers = request.numbers
    failure.message = without_numbers(failure.message, numbers)
    failure.args = (failure.message,)
    failure.advice = failure.advice and without_numbers(failure.advice, numbers)
    if isinstance(failure, APIError):
        failure.details = {name: without_numbers(text, numbers) for name, text in failure.details.items()}
    return failure


def _correct_clock(pace: Pace, send: Send, failure: CCCError, reply: Reply) -> bool:
    """Takes the upstream's time from its answer, if that is what was wrong; True if another try makes sense.

    Compared is with the time that was sent: another call may have corrected the client's clock meanwhile.
    """
    if not corrects_clock(failure) or not isinstance(reply.outcome, Response):
        return False
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - brings socket along, and is seldom needed

    try:
        theirs = aware(parsedate_to_datetime(reply.outcome.headers["date"]), timezone.utc).timestamp()
    except (LookupError, TypeError, ValueError, OverflowError):
        return False
    offset = theirs - reply.wall
    if abs(offset - send.clock_offset) < _SAME_CLOCK:
        return False
    pace.clock_offset = offset
    return True


def _renew_keys(_pace: Pace, _send: Send, failure: CCCError, _reply: Reply) -> bool:
    return renews_keys(failure)

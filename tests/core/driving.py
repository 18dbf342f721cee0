"""Flows driven by hand: scripted answers, a clock that only moves when a flow pauses, and no I/O."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol, TypeAlias

import attrs
import orjson

from hillstone_ccc._core.errors import CCCError
from hillstone_ccc._core.flow import Command, Do, Fetch, Flow, Pause, Remember, Reply, Send, Session
from hillstone_ccc._core.memory import Answer, Answers
from hillstone_ccc._core.message import Request, Response

Outcome: TypeAlias = Response | CCCError | None
MakeSession: TypeAlias = Callable[..., Session]

NOON = 1_767_326_645.0
"""2026-01-02 12:04:05 in Shanghai."""


@attrs.define
class Clock:
    """Time that passes only in pauses, and while an answer is awaited."""

    monotonic: float = 0.0
    wall: float = NOON
    latency: float = 0.0
    chance: float = 0.5

    def tick(self, seconds: float) -> None:
        """So long passes."""
        self.monotonic += seconds
        self.wall += seconds

    def reply(self, outcome: Outcome = None) -> Reply:
        """What a driver would say now."""
        return Reply(self.monotonic, self.wall, self.chance, outcome)


class Fetching(Protocol):
    """What answers fetches."""

    def fetch(self, fetch: Fetch, clock: Clock) -> Outcome:
        """Pours a good answer's bytes into the body, as a driver does, and gives what came of it."""
        ...


@attrs.define
class Driven:
    """What came of a flow.

    Attributes:
        value: What it returned, if it did.
        error: What it raised, if it did.
        sends: What it sent, in order.
        fetches: What it fetched, in order.
        pauses: The pauses it made, but for those that only ask for the time.
    """

    value: Any = None
    error: CCCError | None = None
    sends: list[Send] = attrs.field(factory=list[Send])
    fetches: list[Fetch] = attrs.field(factory=list[Fetch])
    pauses: list[Pause] = attrs.field(factory=list[Pause])

    @property
    def requests(self) -> list[Request]:
        """The requests that were sent."""
        return [send.request for send in self.sends]

    @property
    def actions(self) -> list[str]:
        """What was asked of the upstream."""
        return [request.action for request in self.requests]

    @property
    def waited(self) -> list[float]:
        """Seconds of every pause."""
        return [pause.seconds for pause in self.pauses]


@attrs.define
class _Hands:
    """A driver: it does what a flow asks for, one thing after another."""

    answers: Callable[[Request], Outcome] | Iterator[Outcome]
    clock: Clock
    memory: Answers
    store: Fetching | None
    driven: Driven = attrs.field(factory=Driven)

    def do(self, command: Command) -> Reply:
        """What the flow is told of what came of it."""
        clock, driven = self.clock, self.driven
        if isinstance(command, Pause):
            if command.seconds:
                driven.pauses.append(command)
            clock.tick(command.seconds)
            return clock.reply()
        if isinstance(command, Send):
            driven.sends.append(command)
            clock.tick(clock.latency)
            return clock.reply(self.answers(command.request) if callable(self.answers) else next(self.answers))
        if isinstance(command, Remember):
            return self._remember(command)
        if isinstance(command, Do):
            return self._work(command)
        assert self.store is not None, "no fetch was expected"
        driven.fetches.append(command)
        clock.tick(clock.latency)
        outcome = self.store.fetch(command, clock)  # it may take a while
        return clock.reply(outcome)

    def _remember(self, command: Remember) -> Reply:
        """What the memory knows, or else what the command's own flow comes to."""
        kept = self.memory.find(command.key, self.clock.monotonic)
        if kept is not None:
            return attrs.evolve(self.clock.reply(), value=kept.value)
        inner = drive(command.make(), self.answers, self.clock, self.memory, self.store)
        self.driven.sends += inner.sends
        self.driven.pauses += inner.pauses
        if inner.error is None:
            self.memory.keep(command.key, Answer(inner.value, self.clock.monotonic + command.seconds))
        return attrs.evolve(self.clock.reply(inner.error), value=inner.value)

    def _work(self, command: Do) -> Reply:
        try:
            value = command.work()
        except CCCError as error:
            return self.clock.reply(error)
        return attrs.evolve(self.clock.reply(), value=value)


def drive(
    flow: Flow[Any],
    answers: Iterable[Outcome] | Callable[[Request], Outcome],
    clock: Clock | None = None,
    memory: Answers | None = None,
    store: Fetching | None = None,
) -> Driven:
    """Runs a flow to its end; answers come from a list, or from a function of the request.

    What is to be remembered is known to the flows that share the memory. Fetches are the store's to answer.
    """
    told = answers if callable(answers) else iter(answers)
    hands = _Hands(told, clock or Clock(), Answers() if memory is None else memory, store)
    try:
        command = next(flow)
        while True:
            command = flow.send(hands.do(command))
    except StopIteration as done:
        hands.driven.value = done.value
    except CCCError as error:
        hands.driven.error = error
    return hands.driven


def answer(data: Any = None, *, status: int = 200, headers: dict[str, str] | None = None, **envelope: Any) -> Response:
    """An answer of the upstream: ``Data`` in its envelope."""
    body = {"RequestId": "REQ-1", "Code": "OK", "HttpStatusCode": status, "Data": data} | envelope
    return Response(status, headers or {}, orjson.dumps(body))


def refused(code: str, status: int = 400, message: str = "no", **headers: str) -> Response:
    """An answer that says no; an underscore in a header's name is a dash."""
    body = {"RequestId": "REQ-2", "Code": code, "Message": message}
    return Response(status, {name.replace("_", "-"): value for name, value in headers.items()}, orjson.dumps(body))


def listed(rows: list[Any], total: int | None) -> Response:
    """One page of a listing."""
    return answer({"List": rows, "TotalCount": total, "PageNumber": 1, "PageSize": 100})

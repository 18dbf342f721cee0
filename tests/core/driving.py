"""Flows driven by hand: scripted answers, a clock that only moves when a flow pauses, and no I/O."""

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import attrs
import orjson

from hillstone_ccc._core.errors import CCCError
from hillstone_ccc._core.flow import Fetch, Flow, Pause, Remember, Reply, Send, Session
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


@attrs.define
class Driven:
    """What came of a flow.

    Attributes:
        value: What it returned, if it did.
        error: What it raised, if it did.
        sends: What it sent, in order.
        pauses: The pauses it made, but for those that only ask for the time.
    """

    value: Any = None
    error: CCCError | None = None
    sends: list[Send] = attrs.field(factory=list[Send])
    pauses: list[Pause] = attrs.field(factory=list[Pause])

    @property
    def requests(self) -> list[Request]:
        """The requests that were sent."""
        return [send.request for send in self.sends]

    @property
    def waited(self) -> list[float]:
        """Seconds of every pause."""
        return [pause.seconds for pause in self.pauses]

    def remember(self, command: Remember, answers: Any, clock: Clock, memory: Answers) -> Reply:
        """What the memory knows, or else what the command's own flow comes to."""
        kept = memory.find(command.key, clock.monotonic)
        if kept is not None:
            return attrs.evolve(clock.reply(), value=kept.value)
        inner = drive(command.make(), answers, clock, memory)
        self.sends += inner.sends
        self.pauses += inner.pauses
        if inner.error is None:
            memory.keep(command.key, Answer(inner.value, clock.monotonic + command.seconds))
        return attrs.evolve(clock.reply(inner.error), value=inner.value)


def drive(
    flow: Flow[Any],
    answers: Iterable[Outcome] | Callable[[Request], Outcome],
    clock: Clock | None = None,
    memory: Answers | None = None,
) -> Driven:
    """Runs a flow to its end; answers come from a list, or from a function of the request.

    What is to be remembered is known to the flows that share the memory.
    """
    driven, clock = Driven(), clock or Clock()
    memory = Answers() if memory is None else memory
    script = iter(()) if callable(answers) else iter(answers)
    try:
        command = next(flow)
        while True:
            reply = clock.reply()
            if isinstance(command, Pause):
                if command.seconds:
                    driven.pauses.append(command)
                clock.tick(command.seconds)
                reply = clock.reply()
            elif isinstance(command, Send):
                driven.sends.append(command)
                clock.tick(clock.latency)
                reply = clock.reply(answers(command.request) if callable(answers) else next(script))
            elif isinstance(command, Remember):
                reply = driven.remember(command, answers if callable(answers) else script, clock, memory)
            else:
                assert not isinstance(command, Fetch), "no fetch was expected"
            command = flow.send(reply)
    except StopIteration as done:
        driven.value = done.value
    except CCCError as error:
        driven.error = error
    return driven


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

"""What the calls of one client remember for each other: asked for once, and known for a while.

Both kinds hold to one rule. Whoever asks first for a key runs the flow; the others wait, and are told what came of
it. A :class:`CCCError` is told to all of them. Whatever else ends the one who runs the flow (a cancelled task,
Ctrl-C, a fault of the program) is that one's own affair: one of those who wait takes over.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Awaitable, Callable, Generator, Hashable
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

import attrs

from ._core.errors import CCCError
from ._core.flow import Flow, Remember
from ._core.memory import MOST, Answer, Answers

if TYPE_CHECKING:
    import asyncio

# What came of a flow: None if whoever ran it did not see its end.
Outcome: TypeAlias = "Answer | CCCError | None"
Promise = TypeVar("Promise", "Future[Outcome]", "asyncio.Future[Outcome]")


@attrs.define(eq=False)
class _Run(Generic[Promise]):
    """A flow that somebody runs, and others may wait for.

    Attributes:
        promise: Where those who wait are told.
        runner: The thread or task that runs it.
        outcome: What came of it, as soon as that is known.
    """

    promise: Promise
    runner: object
    outcome: Outcome = None

    def awaited_by(self, one: object) -> Promise:
        """Where that thread or task will be told; raises RuntimeError if it would wait for itself."""
        if self.runner == one:
            raise RuntimeError("A flow asks for what it is itself to find out.")
        return self.promise


class _Board(Generic[Promise]):
    """What is known, and who is finding out what: the rule of both memories.

    Args:
        now: The clock that only goes forward.
        most: How many answers are kept.
    """

    def __init__(self, now: Callable[[], float], most: int) -> None:
        self._now = now
        self._lock = threading.Lock()  # held for no longer than a look; the asynchronous memory never waits for it
        self._answers = Answers(most)
        self._runs: dict[Hashable, _Run[Promise]] = {}

    @contextmanager
    def look(self, key: Hashable, mine: _Run[Promise]) -> Generator[Answer | _Run[Promise], None, None]:
        """The answer, or the run that will find it: ``mine`` if nobody else's. A run of mine ends with the block."""
        try:
            with self._lock:
                found = self._answers.find(key, self._now()) or self._runs.setdefault(key, mine)
            yield found
        except CCCError as error:
            mine.outcome = error
            raise
        finally:
            self._settle(key, mine)

    def note(self, mine: _Run[Promise], value: Any, seconds: float) -> Any:
        """Notes what my run came to, and gives it back."""
        mine.outcome = Answer(value, self._now() + seconds)
        return value

    def _settle(self, key: Hashable, mine: _Run[Promise]) -> None:
        with self._lock:
            if self._runs.get(key) is not mine:
                return
            if isinstance(mine.outcome, Answer):
                self._answers.keep(key, mine.outcome)
            del self._runs[key]
        mine.promise.set_result(mine.outcome)


def _told(outcome: Answer | CCCError) -> Any:
    """What another's run came to: its value, or its error as an object of one's own.

    One object, raised by several threads, would gather the tracebacks of all.
    """
    if isinstance(outcome, Answer):
        return outcome.value
    error = copy.copy(outcome)
    error.__cause__ = outcome.__cause__
    raise error


class Memory:
    """The memory of a client that serves threads.

    Args:
        now: The clock that only goes forward.
        most: How many answers are kept.
    """

    def __init__(self, now: Callable[[], float], most: int = MOST) -> None:
        self._board: _Board[Future[Outcome]] = _Board(now, most)

    def recall(self, what: Remember, run: Callable[[Flow[Any]], Any]) -> Any:
        """What is to be remembered; runs its flow if nobody knows it and nobody else is finding out.

        Args:
            what: What is asked for.
            run: Runs a flow in this thread.

        Raises:
            CCCError: What the flow raised.
        """
        me = threading.get_ident()
        while True:
            mine: _Run[Future[Outcome]] = _Run(Future(), me)
            with self._board.look(what.key, mine) as found:
                if isinstance(found, Answer):
                    return found.value
                if found is mine:
                    return self._board.note(mine, run(what.make()), what.seconds)
            outcome = found.awaited_by(me).result()
            if outcome is not None:
                return _told(outcome)


class AsyncMemory:
    """The memory of a client that serves tasks of one event loop.

    Args:
        now: The clock that only goes forward.
        most: How many answers are kept.
    """

    def __init__(self, now: Callable[[], float], most: int = MOST) -> None:
        self._board: _Board[asyncio.Future[Outcome]] = _Board(now, most)

    async def recall(self, what: Remember, run: Callable[[Flow[Any]], Awaitable[Any]]) -> Any:
        """What is to be remembered; runs its flow if nobody knows it and nobody else is finding out.

        Args:
            what: What is asked for.
            run: Runs a flow in this task.

        Raises:
            CCCError: What the flow raised.
        """
        import asyncio  # noqa: PLC0415 - only for who runs a loop

        me = asyncio.current_task()
        while True:
            mine: _Run[asyncio.Future[Outcome]] = _Run(asyncio.get_running_loop().create_future(), me)
            with self._board.look(what.key, mine) as found:
                if isinstance(found, Answer):
                    return found.value
                if found is mine:
                    return self._board.note(mine, await run(what.make()), what.seconds)
            promise = found.awaited_by(me)
            await asyncio.wait({promise})  # unlike awaiting it: who gives up waiting does not end it for the others
            outcome = promise.result()
            if outcome is not None:
                return _told(outcome)

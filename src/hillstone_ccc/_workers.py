"""The threads of a synchronous client, in which it fetches pages ahead and recordings side by side."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from ._core.errors import ConfigurationError

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

T = TypeVar("T")
P = ParamSpec("P")


class Left(BaseException):
    """Nobody waits any more for what a thread was doing. Seen by nobody but that thread."""


class Leaving(threading.Event):
    """Is set when nobody waits any more; what threads wait for is cut then."""

    def __init__(self) -> None:
        super().__init__()
        self._cuts: set[Callable[[], None]] = set()

    def set(self) -> None:
        """Says so to all."""
        super().set()
        for cut in tuple(self._cuts):
            cut()

    @contextmanager
    def cutting(self, cut: Callable[[], None]) -> Generator[None, None, None]:
        """Cuts something by this, should nobody wait for it any more."""
        self._cuts.add(cut)
        try:
            yield
        finally:
            self._cuts.discard(cut)


class Workers:
    """Some threads, started when they are first needed.

    Args:
        most: How many.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._pool: ThreadPoolExecutor | None = None
        self._closed = False
        self._lock = threading.Lock()

    def submit(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Begins it in one of the threads, as soon as one is free.

        Raises:
            ConfigurationError: They were ended.
        """
        with self._lock:
            if self._closed:
                raise ConfigurationError("The client is closed; make another one.")
            if self._pool is None:
                from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - most searches need no thread

                self._pool = ThreadPoolExecutor(self._most, thread_name_prefix="hillstone_ccc")
            return self._pool.submit(work, *args, **kwargs)

    def first_of(self, running: Iterable[Future[T]], timeout: float | None = None) -> set[Future[T]]:
        """Waits for at least one of them, at most so many seconds; gives those that are done."""
        from concurrent.futures import FIRST_COMPLETED, wait  # noqa: PLC0415 - see submit

        return wait(running, timeout, return_when=FIRST_COMPLETED).done

    def close(self) -> None:
        """Ends the threads; what is on the wire is waited for, and what waits for a thread finds the client closed."""
        with self._lock:
            pool, self._pool, self._closed = self._pool, None, True
        if pool is not None:
            pool.shutdown()

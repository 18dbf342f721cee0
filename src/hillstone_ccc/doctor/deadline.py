"""An end to waiting: what the client's timeouts let go on for ever has one here.

A timeout is for the next bytes. Whoever sends one byte a second keeps to it, and never comes to an end.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from hillstone_ccc import Timeout, TimeoutError

T = TypeVar("T")


def within(timeout: Timeout, work: Callable[[], T]) -> T:
    """What the work comes to, if it comes to it in the time for a connection and one answer.

    Args:
        timeout: The client's.
        work: One request and its whole answer; it goes on in a thread that holds up nobody, until its connection is
            closed.

    Raises:
        TimeoutError: It did not.
    """
    done: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(work())
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            failed.append(error)

    seconds = timeout.connect + timeout.read
    thread = threading.Thread(target=run, name="hillstone-ccc-doctor", daemon=True)
    thread.start()
    thread.join(min(seconds, threading.TIMEOUT_MAX))
    for error in failed:
        raise error
    for value in done:
        return value
    raise TimeoutError(
        f"The answer came bit by bit, and had no end after {seconds:g} s.",
        advice="Ask who runs what answers, and the proxy if there is one; give a longer timeout where the way is slow.",
    )

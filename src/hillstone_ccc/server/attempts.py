"""How often one address may be wrong about its token."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Any

from hillstone_ccc import ConfigurationError, ThrottledError
from hillstone_ccc._settings import is_amount

_ADDRESSES = 10_000  # counted at once; of more, those whose last failure is longest ago are forgotten
_LONGEST_ADDRESS = 64
_NETWORK_BITS = 64  # of IPv6: what one customer gets, all of whose addresses are theirs


class Attempts:
    """Counts failed attempts by address, in a window that slides. Safe for threads.

    Args:
        most: How many may fail within the window.
        seconds: How long the window is.
        clock: Tells seconds, going forward only.

    Raises:
        ConfigurationError: One of them is no such number.
    """

    def __init__(self, most: int = 30, seconds: float = 60.0, clock: Callable[[], float] = time.monotonic) -> None:
        given: Any = most
        if isinstance(given, bool) or not isinstance(given, int) or given < 1:
            raise ConfigurationError(f"most must be a whole number, 1 or more, not {most!r}.")
        if not is_amount(seconds):
            raise ConfigurationError(f"seconds must be more than 0, not {seconds!r}.")
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        # Address → when its last ones failed; in the order of the last one, the oldest first.
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._failures)

    def check(self, address: str | None) -> None:
        """Lets an address try again, or not.

        Args:
            address: The client's; those who have none are counted as one.

        Raises:
            ThrottledError: Too many failed; ``retry_after`` says when one may try again.
        """
        with self._lock:
            now = self._clock()
            failed = self._failures.get(_counted(address), deque[float]())
            wait = failed[0] + self._seconds - now if len(failed) == self._most else 0.0
        if wait > 0:
            raise ThrottledError("Too many attempts without a valid token came from this address.", retry_after=wait)

    def failed(self, address: str | None) -> None:
        """Counts a failure of an address."""
        counted = _counted(address)
        with self._lock:
            now = self._clock()
            self._failures.setdefault(counted, deque(maxlen=self._most)).append(now)
            self._failures.move_to_end(counted)
            while len(self._failures) > _ADDRESSES or now - self._oldest() >= self._seconds:
                self._failures.popitem(last=False)

    def _oldest(self) -> float:
        """When the address failed last whose last failure is longest ago."""
        return next(iter(self._failures.values()))[-1]


def _counted(address: str | None) -> str:
    """What an address counts as: itself, or its network if one customer has many."""
    try:
        parsed = ipaddress.ip_address((address or "").partition("%")[0])  # without the interface of a local one
    except ValueError:
        return (address or "")[:_LONGEST_ADDRESS]  # a name, such as a test client's
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.IPv6Network((int(parsed), _NETWORK_BITS), strict=False))
    return str(parsed)

"""The embedded upstream as one object: a call centre, the door in front of it, and a port to reach it by."""

import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING

import attrs

from hillstone_ccc.sandbox.ask import Limits, Readiness
from hillstone_ccc.sandbox.call import Call
from hillstone_ccc.sandbox.centre import CallCentre
from hillstone_ccc.sandbox.faults import GET_OBJECT, Dealer, Fault, Faults
from hillstone_ccc.sandbox.gateway import Answered, Gateway
from hillstone_ccc.sandbox.message import Incoming, Outgoing
from hillstone_ccc.sandbox.objects import (
    PREFIX,
    Archive,
    ObjectStore,
    cross_origin,
    download_limit,
    expired_link,
    server_error,
)
from hillstone_ccc.sandbox.quirks import Quirks
from hillstone_ccc.sandbox.recordings import mono_key
from hillstone_ccc.sandbox.signature import Key
from hillstone_ccc.sandbox.throttle import Throttle

if TYPE_CHECKING:
    from typing_extensions import Self

    from hillstone_ccc.sandbox.serve import Port

IN_PROCESS = "http://ccc-sandbox.localhost"
"""The address of a sandbox without a port; only `inprocess.transport` answers there."""

_LOG_LENGTH = 100_000

_INSTEAD: Mapping[Fault, Callable[[Incoming, float], Outgoing]] = {
    Fault.SERVER_ERROR: server_error,
    Fault.HTML_502: server_error,
    Fault.EXPIRED_LINK: expired_link,
    Fault.DOWNLOAD_LIMIT: download_limit,
}
"""What the object store says in place of an object."""


def _check(name: str, value: object, kind: type) -> None:
    if value is not None and not isinstance(value, kind):
        raise TypeError(f"{name} must be {kind.__name__}, not {type(value).__name__}")


class Sandbox:
    """An upstream of your own, on loopback or in process.

    ```python
    with Sandbox(records=1000) as box:
        ...  # box.endpoint is its address, box.access_key_id and box.access_key_secret open it
    ```

    Attributes:
        centre: the agents, skill groups and calls behind it.
        faults: what goes wrong from now on; may be replaced at any time.
        access_key_id: the key it knows.
        access_key_secret: that key's secret.
        security_token: the token that goes with it, for a temporary key.
        instance_id: the one instance it has.
    """

    def __init__(
        self,
        *,
        records: int = 10_000,
        seed: int = 7,
        days: int = 30,
        calls: Iterable[Call] | None = None,
        centre: CallCentre | None = None,
        instance_id: str = "ccc-demo",
        access_key_id: str = "example-id",
        access_key_secret: str = "example-secret",  # noqa: S107 - a made-up key, the same for everybody
        security_token: str | None = None,
        quirks: Quirks | None = None,
        faults: Faults | None = None,
        clock: Callable[[], float] = time.time,
        gzip: bool = True,
        rate_limit: float | None = None,
        page_limit: int = 100,
        size_limit: int = 100,
        recording_ready_after: int = 1,
        never_ready: Collection[str] = (),
        archived: Collection[str] = (),
        restored_after: int = 1,
        denied: Collection[str] = (),
    ) -> None:
        """Make a call centre; nothing listens yet.

        Args:
            records: how many calls are made up.
            seed: the same seed gives the same centre on the same day.
            days: over how many days up to now the calls are spread.
            calls: these calls, and no made-up ones.
            centre: a centre made elsewhere, with which all of the above and `instance_id` say nothing.
            instance_id: the instance's name.
            access_key_id: the key it knows.
            access_key_secret: its secret.
            security_token: its token, which makes it a temporary key.
            quirks: how it behaves where the upstream's documents leave it open.
            faults: what goes wrong.
            clock: the present time, Unix seconds.
            gzip: whether a caller that takes gzip gets it.
            rate_limit: requests a second of each action; None means no limit.
            page_limit: the highest page number of a list. With the upstream's own 100 x 100 rows it takes more
                than 10,000 calls before a search must be split; with less, a client that can be told so needs a few.
            size_limit: the most rows of a page of a list.
            recording_ready_after: a recording is there at the Nth asking of one action for one call.
            never_ready: ids of calls whose recordings never come, whatever the action and however often it is
                asked; the calls' rows do not show it.
            archived: ids of calls whose recordings lie in cold storage.
            restored_after: a recording is back when it has been asked for more often than this.
            denied: names of the actions that the key's RAM user may not do, such as `ListUsers`.
        """
        _check("quirks", quirks, Quirks)
        _check("faults", faults, Faults)
        now_ms = int(clock() * 1000)
        if centre is None and calls is not None:
            centre = CallCentre.of(calls, instance_id=instance_id, now_ms=now_ms)
        if centre is None:
            centre = CallCentre(instance_id=instance_id, records=records, seed=seed, days=days, now_ms=now_ms)
        self.centre = centre
        self.faults: Faults = faults or Faults()
        self.access_key_id = access_key_id
        self.access_key_secret = access_key_secret
        self.security_token = security_token
        self.instance_id: str = self.centre.instance_id
        self._log: deque[Answered] = deque(maxlen=_LOG_LENGTH)
        self._clock = clock
        self._lock = threading.Lock()
        self._port: Port | None = None
        self._gateway = Gateway(
            centre=self.centre,
            key=Key(access_key_id, access_key_secret, security_token),
            quirks=quirks or Quirks(),
            store=ObjectStore(archive=Archive(frozenset(archived), restored_after)),
            throttle=Throttle(rate_limit),
            readiness=Readiness(recording_ready_after, frozenset(never_ready)),
            dealer=Dealer(),
            limits=Limits(page_limit, size_limit),
            compress=gzip,
            denied=frozenset(denied),
        )

    def __repr__(self) -> str:
        return f"Sandbox(instance_id={self.instance_id!r}, endpoint={self.endpoint!r})"

    def __enter__(self) -> "Self":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def quirks(self) -> Quirks:
        """How it behaves where the upstream's documents leave it open."""
        return self._gateway.quirks

    @property
    def endpoint(self) -> str:
        """Its address, such as `http://127.0.0.1:8901`; `IN_PROCESS` while it has no port."""
        return IN_PROCESS if self._port is None else f"http://127.0.0.1:{self._port.number}"

    @property
    def requests(self) -> list[Answered]:
        """What was asked of it lately and how it answered, oldest first; at most the last 100,000."""
        return list(self._log)

    def start(self, port: int = 0) -> "Self":
        """Listen on 127.0.0.1, on a thread of its own.

        Args:
            port: the port's number; 0 takes a free one.

        Returns:
            The sandbox itself.

        Raises:
            OSError: the port is taken.
            RuntimeError: it listens already.
        """
        from hillstone_ccc.sandbox.serve import Port  # noqa: PLC0415 - in process, no server is loaded

        if self._port is not None:
            raise RuntimeError(f"This sandbox listens already, on {self.endpoint}.")
        self._port = Port(self.handle, port)
        return self

    def stop(self) -> None:
        """Stop listening, if it does; open connections are closed."""
        port, self._port = self._port, None
        if port is not None:
            port.close()

    def reset(self) -> None:
        """Forget every request: the log, the nonces, the budgets, and how often what was asked."""
        with self._lock:
            self._log.clear()
            self._gateway.clear()

    def replace_recording(self, contact_id: str, content: bytes) -> None:
        """Change the file of a call's recording: from now on the one that GetMonoRecording links to has this content.

        Its length, ETag, checksums and time of change are new; links that were given out lead to it, and those
        to come do. The other actions' files stay as they are, and so does the `Duration` that GetMonoRecording
        tells. A `reset` changes nothing about it.

        Args:
            contact_id: the call.
            content: the file's bytes; any will do.

        Raises:
            ValueError: there is no such call, or it was not recorded.
        """
        call = self.centre.get(contact_id)
        if call is None or not call.recording_ready:
            raise ValueError(f"There is no recording of {contact_id!r}.")
        with self._lock:
            self._gateway.store.replace(mono_key(call), content, self._now())

    def count(self, action: str) -> int:
        """How many requests of that action the log holds; `GetObject` is a download."""
        return sum(answered.action == action for answered in self._log)

    def handle(self, incoming: Incoming) -> Outgoing:
        """Answer one request. May be called from any thread."""
        with self._lock:
            now = self._now()
            if incoming.path.startswith(PREFIX):
                answer, answered = self._object(incoming, now)
                if self.quirks.recordings_cross_origin:
                    answer = cross_origin(incoming, answer)
            else:
                answer, answered = self._gateway.answer(incoming, now, self._base(), self.faults)
            self._log.append(answered)
        return answer

    def _now(self) -> float:
        return self._clock() + self.faults.clock_shift

    def _base(self) -> str:
        return f"{self.quirks.file_url_scheme}://{self.endpoint.partition('://')[2]}"

    def _object(self, incoming: Incoming, now: float) -> tuple[Outgoing, Answered]:
        dealt = self._gateway.dealer.deal(self.faults, GET_OBJECT, incoming.path)
        if dealt is not None and dealt.kind in _INSTEAD:
            answer, code = _INSTEAD[dealt.kind](incoming, now), dealt.kind.value
        else:
            answer, code = self._gateway.store.answer(incoming, now)
            if dealt is not None:
                answer, code = dealt.spoil(answer), dealt.kind.value
        answered = Answered(GET_OBJECT, {"Path": incoming.path}, answer.status, code)
        if incoming.method != "GET" or answer.status not in {200, 206}:
            return answer, answered
        start = answer.headers.get("Content-Range", "bytes 0-").removeprefix("bytes ").partition("-")[0]
        return answer, attrs.evolve(answered, start=int(start), length=len(answer.body), sent=answer.sent)

"""What the key may do at the call center: whether it is believed, whether the instance is there, action by action."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlsplit

import attrs

from hillstone_ccc import (
    APIError,
    CallRecord,
    CCCError,
    InvalidParameterError,
    NotFoundError,
    PermissionDeniedError,
    RecordingError,
    ServerError,
    ThrottledError,
)
from hillstone_ccc._core.links import RecordingLink
from hillstone_ccc._core.lookups import is_about_instance
from hillstone_ccc._core.message import Response
from hillstone_ccc._core.operation import (
    GET_CALL_DETAIL_RECORD,
    GET_EARLY_MEDIA_RECORDING,
    GET_MONO_RECORDING,
    GET_MULTI_CHANNEL_RECORDING,
    GET_USER,
    GET_VOICEMAIL_RECORDING,
    LIST_CALL_DETAIL_RECORDS,
    LIST_CALL_DETAIL_RECORDS_V2,
    LIST_MONO_RECORDINGS,
    LIST_MULTI_CHANNEL_RECORDINGS,
    LIST_SKILL_GROUPS,
    LIST_USERS,
    RESTORE_ARCHIVED_RECORDINGS,
    Operation,
)
from hillstone_ccc._core.store import refused, secure
from hillstone_ccc._driver import Driver
from hillstone_ccc._http import GOOD, MOST_OF_AN_ERROR, as_stored, head

from .asking import Asked, ask, who_asks
from .chart import Chart, Finding, doubtful, failure, fine, needless, wrong

_DAYS_MS = 30 * 86_400_000
_ROWS = 20
_NO_CALL, _NO_AGENT = "job-0", "nobody"

_BELIEVED: tuple[tuple[str, str], ...] = (
    ("InvalidAccessKeyId.Inactive", "Enable the access key in the RAM console, or use another one."),
    ("InvalidAccessKeyId", "Check the access key id: it is mistyped, deleted, or a temporary one without its token."),
    ("SignatureDoesNotMatch", "Check the access key secret; a proxy that rewrites requests breaks signatures too."),
    ("InvalidSecurityToken.Expired", "Get a fresh temporary key: id, secret and token belong together."),
    ("InvalidSecurityToken", "Take id, secret and token of one and the same temporary key."),
    ("InvalidTimeStamp", "Set this machine's clock, and have it kept by NTP."),
)
_IN_CENTER = "Give the key's RAM user a role in the call center (its console, users), such as Manager or Admin."
_RISK = "Alibaba Cloud's risk control stops this key: its account's messages tell why."

_READS: tuple[tuple[Operation[Any], str], ...] = (
    (LIST_USERS, "agents, and their names in searches"),
    (GET_USER, "one agent"),
    (LIST_SKILL_GROUPS, "skill groups, and their names in searches"),
    (LIST_CALL_DETAIL_RECORDS_V2, "searching call records"),
    (LIST_CALL_DETAIL_RECORDS, "searching by a part of a number"),
    (GET_CALL_DETAIL_RECORD, "one call's events"),
    (GET_MONO_RECORDING, "recordings"),
    (LIST_MONO_RECORDINGS, "recordings of one agent's leg"),
    (GET_MULTI_CHANNEL_RECORDING, "recordings of both sides apart"),
    (LIST_MULTI_CHANNEL_RECORDINGS, "recordings of both sides apart, of one agent's leg"),
    (GET_VOICEMAIL_RECORDING, "voicemails"),
    (GET_EARLY_MEDIA_RECORDING, "ring-back sounds of outbound calls"),
)
"""What is tried, in order, and what the library needs it for."""


@attrs.define
class Account:
    """One key at one call center.

    Attributes:
        driver: Sends as the client does.
        chart: Where findings go.
    """

    driver: Driver
    chart: Chart
    _asked: dict[str, Asked] = attrs.field(factory=dict[str, Asked])

    def examine(self) -> None:
        """Signature, pace, instance, permissions, and whether recordings can be fetched."""
        look = self.chart.look
        way = ("keys", "endpoint")
        look("signature", self._signature, needs=way)
        look("throttling", self._pace, needs=("signature",))
        if self.chart.culprit("signature", "throttling") is None:
            self._ask_all()
        look("instance", self._instance, needs=("throttling",))
        for operation, use in _READS:
            look(_action(operation), partial(self._permission, operation, use), needs=("instance",))
        restore = "not tried: it would have something restored"
        look(_action(RESTORE_ARCHIVED_RECORDINGS), lambda: needless(restore), needs=("instance",))
        look("recordings", self._recordings, needs=("instance",))

    @property
    def _first(self) -> Asked:
        return self._asked[LIST_USERS.action]

    def _signature(self) -> Finding:
        self._asked[LIST_USERS.action] = ask(self.driver, LIST_USERS, page=1, size=1)
        return who_asks(self._first, "the gateway believes the key", _BELIEVED, telling=_after_the_key)

    def _pace(self) -> Finding:
        return self._first.pace()

    def _ask_all(self) -> None:
        """Asks every action, unless the instance is not there, of which each would say the same."""
        for operation, _ in _READS:
            if any(asked.error is not None and is_about_instance(asked.error) for asked in self._asked.values()):
                return
            if operation.action not in self._asked:
                self._asked[operation.action] = ask(self.driver, operation, **self._arguments(operation))

    def _arguments(self, operation: Operation[Any]) -> dict[str, Any]:
        """The cheapest question; of an agent or a call that is there, if there is one."""
        if "user_id" in operation.parameters:
            users = self._rows(LIST_USERS)
            return {"user_id": users[0].user_id if users else _NO_AGENT}
        if operation.shape != "page":
            return {"contact_id": call.contact_id if (call := self._call()) else _NO_CALL}
        if "start" not in operation.parameters:
            return {"page": 1, "size": 1}
        now = int(self.driver.exchange.clock.wall() * 1000)
        whole = {"media_type": "ALL"} if "media_type" in operation.parameters else {}
        return {"page": 1, "size": _ROWS, "start": now - _DAYS_MS, "end": now, **whole}

    def _rows(self, operation: Operation[Any]) -> list[Any]:
        asked = self._asked.get(operation.action, Asked())
        return [] if asked.value is None else asked.value.rows

    def _call(self) -> CallRecord | None:
        """A call of the last days, one with a recording if there is any."""
        rows: list[CallRecord] = self._rows(LIST_CALL_DETAIL_RECORDS_V2) or self._rows(LIST_CALL_DETAIL_RECORDS)
        return next((row for row in rows if row.recording_ready), rows[0] if rows else None)

    def _instance(self) -> Finding:
        name = self.driver.exchange.settings.instance_id
        errors = [asked.error for asked in self._asked.values()]
        missing = next((error for error in errors if error is not None and is_about_instance(error)), None)
        if missing is not None:
            remedy = "Check HILLSTONE_CCC_INSTANCE_ID: the console shows the name; and the region and account it is of."
            return failure(missing, remedy)
        if all(error is not None for error in errors):
            return needless(f"no action says whether {name} is there")
        return fine(f"{name} is there")

    def _permission(self, operation: Operation[Any], use: str) -> Finding:
        error = self._asked[operation.action].error
        if error is None or isinstance(error, (NotFoundError, InvalidParameterError, RecordingError)):
            return fine(f"permitted: {use}")
        if isinstance(error, PermissionDeniedError):
            return _denied(error, operation, use)
        if isinstance(error, ThrottledError):
            return doubtful(f"not told: {error.message} (for {use})", "Try again in a while.")
        return failure(error)

    def _recordings(self) -> Finding:
        """Whether the object store gives a byte of a recording; of the link, only its host is told."""
        link = self._asked[GET_MONO_RECORDING.action].value
        if not isinstance(link, RecordingLink) or not link.file_url:
            return needless("the newest calls of 30 days have no recording that could be tried")
        settings, http = self.driver.exchange.settings, self.driver.http
        url = secure(link.file_url, plain=settings.plain_http_links)
        host = urlsplit(url).hostname
        try:
            with http.stream(url, {"range": "bytes=0-0", "accept-encoding": "identity"}) as answer:
                error = refused(_with_what_it_says(answer))
        except CCCError as failed:
            error = failed
        if error is None:
            return fine(f"{host} gives them")
        if isinstance(error, (APIError, RecordingError)):
            return failure(error)
        return wrong(f"{host}: {error.message}", f"Let the firewall and the proxy pass {host}: recordings lie there.")


def _with_what_it_says(answer: Any) -> Response:
    """The object store's answer, with its reason if it refuses."""
    told = head(answer)
    if told.status in GOOD:
        return told
    return attrs.evolve(told, body=next(iter(as_stored(answer, MOST_OF_AN_ERROR)), b""))


def _after_the_key(error: CCCError) -> bool:
    return isinstance(error, APIError) and not isinstance(error, ServerError)


def _action(operation: Operation[Any]) -> str:
    return f"ccc:{operation.action}"


def _denied(error: PermissionDeniedError, operation: Operation[Any], use: str) -> Finding:
    code = error.code or ""
    kind = error.details.get("NoPermissionType")
    seen = f"denied: {use} ({code}{f', {kind}' if kind else ''})"
    if code.startswith("Permission"):
        return wrong(seen, _IN_CENTER)
    if code == "Forbidden.RiskControl":
        return wrong(seen, _RISK)
    grant = f"Grant {error.details.get('AuthAction') or _action(operation)} to the key's RAM user or role"
    if kind == "ExplicitDeny":
        return wrong(seen, f"{grant}: a policy denies it outright, and that one must go.")
    return wrong(seen, f"{grant}; the policy AliyunCCCReadonlyAccess is the system's own for reading.")

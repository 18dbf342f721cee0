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
    PermissionDeniedError,
    RecordingError,
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
from .deadline import within
from .probe import NOT_THIS, is_elsewhere

_DAYS_MS = 30 * 86_400_000
_ROWS = 20
_NO_CALL, _NO_AGENT = "job-0", "nobody"

_ENABLE_USER = "Enable the key's RAM user, or its account, in the console; or use another one's key."
_BELIEVED: tuple[tuple[str, str], ...] = (
    ("InvalidAccessKeyId.Inactive", "Enable the access key in the RAM console, or use another one."),
    ("InvalidAccessKeyId", "Check the access key id: it is mistyped, deleted, or a temporary one without its token."),
    ("SignatureDoesNotMatch", "Check the access key secret; a proxy that rewrites requests breaks signatures too."),
    ("InvalidSecurityToken.Expired", "Get a fresh temporary key: id, secret and token belong together."),
    ("InvalidSecurityToken", "Take id, secret and token of one and the same temporary key."),
    ("InvalidTimeStamp", "Set this machine's clock, and have it kept by NTP."),
    ("Missing", "Ask who runs the proxy, or what stands in for the endpoint: something takes parts off requests."),
    ("Forbidden.AccessKey", "Enable the access key in the RAM console, or use another one."),
    ("Forbidden.User", _ENABLE_USER),
    ("UserDisable", _ENABLE_USER),
)
_IN_CENTER = "Give the key's RAM user a role in the call center (its console, users), such as Manager or Admin."
_RISK = "Alibaba Cloud's risk control stops this key: its account's messages tell why."

# Beginnings of codes that only the action itself gives: the product's own, from its documented table. Any other
# refusal may come from whatever stands before the action, which then was not reached.
_REACHED = ("NotExists.", "Parameter.")

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

    def begin(self) -> CCCError | None:
        """The first request that says who asks; gives what came of it, if that is no list."""
        self._asked[LIST_USERS.action] = ask(self.driver, LIST_USERS, page=1, size=1)
        return self._first.error

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
        if any(self._asked[operation.action].error is None for operation, _ in _READS if operation.shape == "page"):
            return fine(f"{name} is there")
        unknown = f"no action says whether {name} is there"
        if any(isinstance(error, PermissionDeniedError) for error in errors):
            return doubtful(unknown, "Have the key permitted to list agents, and ask again.")
        told = ", ".join(dict.fromkeys(failure(error).seen for error in errors if error is not None))
        return wrong(f"{unknown}: {told}", "Check the endpoint: no action lists anything, though none is denied.")

    def _permission(self, operation: Operation[Any], use: str) -> Finding:
        error = self._asked[operation.action].error
        if error is None or isinstance(error, RecordingError) or _reached(error):
            return fine(f"permitted: {use}")
        if isinstance(error, PermissionDeniedError):
            return _denied(error, operation, use)
        if isinstance(error, ThrottledError):
            return doubtful(f"not told: {error.message} (for {use})", "Try again in a while.")
        return failure(error, NOT_THIS if is_elsewhere(error) else "")

    def _recordings(self) -> Finding:
        """Whether the object store gives a byte of a recording; of the link, only its host is told."""
        link = self._asked[GET_MONO_RECORDING.action].value
        if not isinstance(link, RecordingLink) or not link.file_url:
            return needless("the newest calls of 30 days have no recording that could be tried")
        settings = self.driver.exchange.settings
        url = secure(link.file_url, plain=settings.plain_http_links)
        host = urlsplit(url).hostname
        try:
            error = refused(within(settings.timeout, lambda: self._first_byte(url)))
        except CCCError as failed:
            error = failed
        if error is None:
            return fine(f"{host} gives them")
        if isinstance(error, (APIError, RecordingError)):
            return failure(error)
        return wrong(f"{host}: {error.message}", f"Let the firewall and the proxy pass {host}: recordings lie there.")

    def _first_byte(self, url: str) -> Response:
        with self.driver.http.stream(url, {"range": "bytes=0-0", "accept-encoding": "identity"}) as answer:
            return _with_what_it_says(answer)


def _with_what_it_says(answer: Any) -> Response:
    """The object store's answer, with its reason if it refuses."""
    told = head(answer)
    if told.status in GOOD:
        return told
    return attrs.evolve(told, body=next(iter(as_stored(answer, MOST_OF_AN_ERROR)), b""))


def _after_the_key(error: CCCError) -> bool:
    """Whether it comes only to a key that was believed."""
    return isinstance(error, (PermissionDeniedError, ThrottledError)) or _reached(error)


def _reached(error: CCCError) -> bool:
    """Whether the action itself says no."""
    return (error.code or "").startswith(_REACHED)


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

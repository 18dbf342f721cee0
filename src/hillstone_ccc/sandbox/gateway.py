"""The front door of the API: the checks in the upstream's order, and the envelopes of its answers."""

import gzip
from collections.abc import Mapping
from email.utils import formatdate
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import attrs
import orjson

from hillstone_ccc.sandbox.actions import ACTIONS, Action
from hillstone_ccc.sandbox.ask import NO_DATA, Ask, Limits, Readiness
from hillstone_ccc.sandbox.errors import Refusal, error_body
from hillstone_ccc.sandbox.faults import IN_TRANSIT, Dealer, Dealt, Fault, Faults
from hillstone_ccc.sandbox.message import Incoming, Outgoing
from hillstone_ccc.sandbox.objects import ObjectStore
from hillstone_ccc.sandbox.parameters import Parameters, pairs
from hillstone_ccc.sandbox.quirks import Quirks
from hillstone_ccc.sandbox.rendering import quoted
from hillstone_ccc.sandbox.signature import SIGNING_PARAMETERS, Key, Nonces, claim
from hillstone_ccc.sandbox.throttle import Throttle

if TYPE_CHECKING:
    from hillstone_ccc.sandbox.centre import CallCentre

VERSION = "2020-07-01"

_WORTH_GZIP = 512

_HTML = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>502 Bad Gateway</body>\r\n</html>\r\n"


@attrs.frozen
class Answered:
    """What the request log keeps of one request.

    Attributes:
        action: the action's name, or `GetObject`.
        parameters: what was asked, without the parts of the signature.
        status: the HTTP status of the answer.
        code: its `Code`, or the name of the fault that took its place.
        start: for a GET of an object answered with 200 or 206, the first byte of the part, from 0; None for
            all else, refusals too.
        length: how many bytes of body that answer announces.
        sent: how many of them the sandbox sends: fewer if the answer is truncated, none if it is dropped. A
            caller that leaves earlier is not noticed.
    """

    action: str
    parameters: Mapping[str, str]
    status: int
    code: str
    start: int | None = None
    length: int | None = None
    sent: int | None = None


@attrs.define
class Gateway:
    """One door; it remembers nonces, budgets, and how often what was asked.

    Attributes:
        centre: the call centre behind it.
        key: the one access key that it knows.
        quirks: how this upstream behaves where the documents leave it open.
        store: the object store that its links lead to.
        throttle: the budget of each action.
        readiness: which recordings are there by now.
        dealer: deals the faults.
        limits: how far its lists can be paged through.
        compress: whether a caller that takes gzip gets it.
        denied: the actions that the key may not do.
    """

    centre: "CallCentre"
    key: Key
    quirks: Quirks
    store: ObjectStore
    throttle: Throttle
    readiness: Readiness
    dealer: Dealer
    limits: Limits = Limits()
    compress: bool = True
    denied: frozenset[str] = frozenset()
    _nonces: Nonces = attrs.field(factory=Nonces)
    _number: int = 0

    def clear(self) -> None:
        """Forget every request."""
        for part in (self._nonces, self.throttle, self.readiness, self.dealer, self.store.archive):
            part.clear()
        self._number = 0

    def answer(self, incoming: Incoming, now: float, base: str, faults: Faults) -> tuple[Outgoing, Answered]:
        """Answer one request.

        Args:
            incoming: the request.
            now: the server's clock, Unix seconds.
            base: where the object store is reached.
            faults: the settings of the day.
        """
        self._number += 1
        request_id = str(uuid4()).upper()
        headers = {
            "Date": formatdate(now, usegmt=True),
            "Content-Type": "application/json;charset=utf-8",
            "x-acs-request-id": request_id,
        }
        values = dict(pairs(incoming))
        name = incoming.headers.get("x-acs-action") or values.get("Action", "")
        asked = Parameters({key: value for key, value in values.items() if key not in SIGNING_PARAMETERS})
        wording: Mapping[str, str] = {}
        dealt = None
        try:
            action = self._admit(incoming, name, values, now)
            wording = action.wording
            dealt = self.dealer.deal(faults, name, (name, *sorted(asked.values.items())))
            answer, code = self._instead(dealt, headers)
            if answer is None:
                self.throttle.spend(name, now)
                ask = self._ask(name, asked, now, base, faults)
                answer = _reply(200, headers, self._envelope(action, ask, request_id))
        except Refusal as refusal:
            answer, code = self._refuse(refusal, wording, incoming, headers), refusal.code
        kind = None if dealt is None else dealt.kind
        # Damage to gzip would only ever be found by the decompression: the JSON itself is to be hurt.
        if self.compress and kind not in {Fault.DAMAGE, Fault.BAD_GZIP}:
            answer = _compressed(incoming, answer)
        if dealt is not None and kind in IN_TRANSIT:
            answer, code = dealt.spoil(answer), dealt.kind.value
        return answer, Answered(name, asked.values, answer.status, code)

    def _admit(self, incoming: Incoming, name: str, values: Mapping[str, str], now: float) -> Action:
        """The checks that come before the question itself.

        Raises:
            Refusal: the first one that fails.
        """
        if incoming.method not in {"GET", "POST"}:
            raise Refusal("UnsupportedHTTPMethod")
        if incoming.path not in {"", "/"} or name not in ACTIONS:
            raise Refusal("InvalidApi.NotFound")
        if (incoming.headers.get("x-acs-version") or values.get("Version")) != VERSION:
            raise Refusal("NoSuchVersion")
        claimed = claim(incoming)
        claimed.check(self.key, now)
        self._nonces.use(claimed.nonce, now)
        if name in self.denied:
            raise Refusal.denied(name)
        return ACTIONS[name]

    def _instead(self, dealt: Dealt | None, headers: Mapping[str, str]) -> tuple[Outgoing | None, str]:
        """The answer that a fault gives in the action's place, and its code.

        Raises:
            Refusal: when the fault is one of the upstream's own refusals.
        """
        if dealt is None or dealt.kind in IN_TRANSIT:
            return None, "OK"
        kind = dealt.kind
        if kind is Fault.HTML_502:
            return _bytes(502, {**headers, "Content-Type": "text/html"}, _HTML), kind.value
        if kind is Fault.EMPTY_BODY:
            return _bytes(200, headers, b""), kind.value
        if kind is Fault.SERVER_ERROR:
            raise Refusal("InternalError" if dealt.number % 2 else "ServiceUnavailable")
        if kind is Fault.OK_WITH_BAD_CODE:
            raise Refusal("InternalError", status=200)
        if kind is Fault.EXPIRED_TOKEN:
            raise Refusal("InvalidSecurityToken.Expired")
        hint = {"x-acs-retry-after": str(dealt.settings.retry_after_ms)}
        raise Refusal("Throttling.User", headers=hint if kind is Fault.THROTTLE_WITH_RETRY_AFTER else None)

    def _ask(self, name: str, asked: Parameters, now: float, base: str, faults: Faults) -> Ask:
        for parameter in ACTIONS[name].required:
            asked.required(parameter)
        if (instance := asked.required("InstanceId")) != self.centre.instance_id:
            raise Refusal("NotExists.InstanceId", instance)
        return Ask(
            action=name,
            parameters=asked,
            centre=self.centre,
            quirks=self.quirks,
            now=now,
            number=self._number,
            base=base,
            store=self.store,
            readiness=self.readiness,
            limits=self.limits,
            link_seconds=faults.link_expires_after,
        )

    def _envelope(self, action: Action, ask: Ask, request_id: str) -> dict[str, Any]:
        envelope: dict[str, Any] = {"RequestId": request_id, "HttpStatusCode": 200, "Code": "OK"}
        if self.quirks.envelope_extras:
            envelope["Message"] = "无"
        if action.params:
            envelope["Params"] = ["无"] if self.quirks.envelope_extras else []
        data = action.answer(ask)
        if data is not NO_DATA:
            envelope["Data"] = data
        return quoted(envelope) if self.quirks.scalars == "quoted" else envelope

    def _refuse(
        self, refusal: Refusal, wording: Mapping[str, str], incoming: Incoming, headers: Mapping[str, str]
    ) -> Outgoing:
        throttled = refusal.code.startswith("Throttling")
        status = self.quirks.throttle_status if throttled else refusal.status
        request_id, message = headers["x-acs-request-id"], refusal.message(wording)
        body = error_body(refusal, request_id, incoming.headers.get("host", ""), message)
        if status == 200:  # noqa: PLR2004 - a failure inside a success has the envelope of a success
            body = {"RequestId": request_id, "HttpStatusCode": 200, "Code": refusal.code, "Message": message}
            body = quoted(body) if self.quirks.scalars == "quoted" else body
        return _reply(status, {**headers, **refusal.headers}, body)


def _compressed(incoming: Incoming, answer: Outgoing) -> Outgoing:
    if "gzip" not in incoming.headers.get("accept-encoding", "") or len(answer.body) < _WORTH_GZIP:
        return answer
    body = gzip.compress(answer.body, compresslevel=1, mtime=0)
    return _bytes(answer.status, {**answer.headers, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}, body)


def _reply(status: int, headers: Mapping[str, str], body: Mapping[str, Any]) -> Outgoing:
    return _bytes(status, headers, orjson.dumps(body))


def _bytes(status: int, headers: Mapping[str, str], body: bytes) -> Outgoing:
    return Outgoing(status, {**headers, "Content-Length": str(len(body))}, body)

"""A small centre behind a sandbox whose clock stands still, and a signer of requests that shares no code with it."""

import base64
import hashlib
import hmac
import itertools
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import orjson
import pytest

from hillstone_ccc.sandbox import Call, CallCentre, Incoming, Sandbox, Transfer

NOW = 1_767_345_845
"""Friday 2 January 2026, 17:24:05 in Beijing."""

_NONCES = itertools.count(1)
_AT = NOW * 1000 - 3_600_000

CALLS = (
    Call(
        contact_id="job-1",
        start_time=_AT,
        satisfaction_offered=True,
        satisfaction_channel="IVR",
        satisfaction_index=5,
        satisfaction_description="非常满意",
    ),
    Call(
        contact_id="job-2",
        start_time=_AT + 1000,
        contact_type="Outbound",
        disposition="NoAnswer",
        calling_number="02100000001",
        called_number="13800000002",
        caller_location="",
        established_time=None,
        call_duration=0,
        talk_time=0,
        recording_ready=False,
        recording_duration=0,
        agent_names=(),
        release_initiator="",
        release_reason="480:Temporarily Unavailable",
        early_media_state="PowerOff",
    ),
    Call(
        contact_id="job-3",
        start_time=_AT + 2000,
        talk_time=90,
        recording_duration=3,
        release_initiator="agent",
        agents=("zhangsan@ccc-demo", "zhangsanfeng@ccc-demo"),
        agent_names=("张三", "张三丰"),
        transfers=(
            Transfer(
                from_agent="zhangsan@ccc-demo",
                to="zhangsanfeng@ccc-demo",
                to_kind="agent",
                time=_AT + 40_000,
                kind="blind",
            ),
        ),
        off_site_agents=("zhangsanfeng@ccc-demo",),
        off_site_originator_numbers=("02100000001",),
        off_site_destination_numbers=("13800009501",),
    ),
    Call(
        contact_id="job-4",
        start_time=_AT + 2000,
        disposition="Voicemail",
        established_time=None,
        recording_ready=False,
        recording_duration=0,
        agents=(),
        agent_names=(),
        skill_group_ids=(),
        skill_group_names=(),
        voicemail=True,
    ),
    Call(contact_id="job-5", start_time=_AT - 86_400_000, contact_type="PrivacyDial", talk_time=7),
)
"""Four calls of the day and one of the day before; two of them began in the same millisecond."""


CENTRE = CallCentre.of(CALLS, now_ms=NOW * 1000)
"""The calls and a made-up staff; no test may add to it."""


def stamp(seconds: float) -> str:
    """A time as requests carry it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def signed(
    action: str,
    parameters: dict[str, Any] | None = None,
    *,
    method: str = "POST",
    body: bytes = b"",
    key: str = "example-id",
    secret: str = "example-secret",  # noqa: S107 - made up
    now: float = NOW,
    without: tuple[str, ...] = (),
    unsigned: dict[str, str] | None = None,
    **headers: str,
) -> Incoming:
    """A request signed with `ACS3-HMAC-SHA256`.

    `headers` (with `_` for `-`) are signed and take the usual ones' places, `without` leaves some out, `unsigned` are
    added after the signature.
    """
    query = {name: str(value) for name, value in (parameters or {}).items()}
    fields = {
        "host": "127.0.0.1",
        "accept": "application/json",
        "x-acs-action": action,
        "x-acs-version": "2020-07-01",
        "x-acs-date": stamp(now),
        "x-acs-signature-nonce": f"{next(_NONCES):032x}",
        "x-acs-content-sha256": hashlib.sha256(body).hexdigest(),
    }
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    fields = {name: value for name, value in fields.items() if name not in without}
    names = sorted(fields)
    canonical = "\n".join(
        [
            method,
            "/",
            "&".join(f"{name}={quote(query[name], safe='~')}" for name in sorted(query)),
            "".join(f"{name}:{fields[name]}\n" for name in names),
            ";".join(names),
            fields.get("x-acs-content-sha256", ""),
        ]
    )
    text = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest()
    signature = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    credential = f"Credential={key},SignedHeaders={';'.join(names)},Signature={signature}"
    fields["authorization"] = f"ACS3-HMAC-SHA256 {credential}"
    return Incoming(method, "/", urlencode(query), fields | (unsigned or {}), body)


def signed_old(action: str, parameters: dict[str, str], **changes: str) -> Incoming:
    """A request signed the older way, in its query; `changes` are made after the signature."""
    query = {
        "Action": action,
        "Version": "2020-07-01",
        "Format": "json",
        "Timestamp": stamp(NOW),
        "SignatureNonce": f"{next(_NONCES):032x}",
        "SignatureMethod": "HMAC-SHA1",
        "SignatureVersion": "1.0",
        "AccessKeyId": "example-id",
        **parameters,
    }
    canonical = "&".join(f"{quote(n, safe='~')}={quote(v, safe='~')}" for n, v in sorted(query.items()))
    text = f"POST&%2F&{quote(canonical, safe='~')}"
    digest = hmac.new(b"example-secret&", text.encode(), hashlib.sha1).digest()
    query |= {"Signature": base64.b64encode(digest).decode(), **changes}
    return Incoming("POST", "/", urlencode(query), {"host": "127.0.0.1"})


@pytest.fixture
def sign() -> Callable[..., Incoming]:
    """Makes signed requests, see `signed`."""
    return signed


@pytest.fixture
def sign_old() -> Callable[..., Incoming]:
    """Makes requests signed the older way, see `signed_old`."""
    return signed_old


@pytest.fixture
def make_box() -> Callable[..., Sandbox]:
    """Makes a sandbox of the five calls, whose clock stands at `NOW`."""

    def make(**settings: Any) -> Sandbox:
        own = {} if {"calls", "records"} & set(settings) else {"centre": CENTRE}
        return Sandbox(**{"clock": lambda: NOW, **own, **settings})

    return make


@pytest.fixture
def box(make_box: Callable[..., Sandbox]) -> Sandbox:
    """A sandbox of the five calls, whose clock stands at `NOW`."""
    return make_box()


@pytest.fixture
def ask() -> Callable[..., Any]:
    """Asks an action of a sandbox; lists are asked for page 1 unless another is named. Returns the JSON document."""

    def answer(box: Sandbox, action: str, **parameters: Any) -> Any:
        asked: dict[str, Any] = {"InstanceId": "ccc-demo", **parameters}
        if action.startswith(("ListCall", "ListUsers", "ListSkill", "ListRecent")):
            asked = {"PageNumber": 1, "PageSize": 100, **asked}
        asked = {name: value for name, value in asked.items() if value is not None}
        now = NOW + box.faults.clock_shift
        return orjson.loads(box.handle(signed(action, asked, now=now)).body)

    return answer

"""Broken set-ups: how each is made, the check that must name it, and words of the remedy."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import attrs
import orjson
import trustme

from hillstone_ccc import Credentials
from hillstone_ccc.sandbox import Fault, Faults, Incoming, Outgoing, Sandbox

from .conftest import World

Make = Callable[[World], "dict[str, Any]"]
LONG = "https://" + "a" * 64 + ".invalid"
"""A name that no name server is asked for: its label is longer than labels are."""


@attrs.frozen
class SetUp:
    """One way of being broken.

    Attributes:
        make: gives the settings.
        check: the first check that fails.
        seen: what it must have seen, a part of it.
        remedy: words of the remedy.
    """

    make: Make
    check: str
    seen: str
    remedy: str


def variables(world: World, **told: str) -> None:
    """Puts variables into the environment."""
    for name, value in told.items():
        world.patch.setenv(name, value)


def keyed(world: World, key_id: str | None, secret: str | None, token: str | None = None) -> dict[str, Any]:
    """The key in the environment, the rest given."""
    for name, value in (("ACCESS_KEY_ID", key_id), ("ACCESS_KEY_SECRET", secret), ("SECURITY_TOKEN", token)):
        if value is not None:
            world.patch.setenv(f"ALIBABA_CLOUD_{name}", value)
    return world.well(access_key_id=None, access_key_secret=None)


def context(*names: str, lasting: timedelta | None = None) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context, and one of a client that trusts its authority."""
    authority = trustme.CA()
    until = None if lasting is None else datetime.now(timezone.utc) + lasting
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert(*names, not_after=until).configure_cert(server)
    authority.configure_trust(client)
    return server, client


def secured(world: World, *names: str, lasting: timedelta | None = None, trusted: bool = True) -> dict[str, Any]:
    """An upstream behind TLS."""
    server, client = context(*names, lasting=lasting)
    front = world.serve(tls=server)
    verify = {"verify": client} if trusted else {}
    return world.well(endpoint=f"https://127.0.0.1:{front.port}", **verify)


def answering(status: int, body: bytes, kind: str = "text/html", **headers: str) -> Callable[[Incoming], Outgoing]:
    """Somebody who says always the same."""
    return lambda _: Outgoing(status, {"Content-Type": kind, **headers}, body)


def said(code: str, status: int, message: str = "no.", **more: Any) -> Outgoing:
    """A refusal of the upstream's gateway."""
    body = {"RequestId": "00000000-0000-0000-0000-000000000001", "Code": code, "Message": message, **more}
    return Outgoing(status, {"Content-Type": "application/json"}, orjson.dumps(body))


def instead(world: World, answer: Outgoing, *actions: str, signed: bool = True) -> dict[str, Any]:
    """The sandbox, but some actions, or all, are answered otherwise; what is not signed only if it is said so."""

    def answered(incoming: Incoming) -> Outgoing:
        action = incoming.headers.get("x-acs-action", "")
        if (not actions or action in actions) and ("authorization" in incoming.headers) is signed:
            return answer
        return world.box.handle(incoming)

    return world.well(endpoint=f"http://127.0.0.1:{world.serve(answered).port}")


def posing(world: World, answer: Callable[[Incoming], Outgoing]) -> dict[str, Any]:
    """Somebody else at the endpoint."""
    return world.well(endpoint=f"http://127.0.0.1:{world.serve(answer).port}")


def faulty(world: World, fault: Fault, **more: Any) -> dict[str, Any]:
    """The sandbox, failing always in one way."""
    world.box.faults = Faults(every=1, kinds=(fault,), **more)
    return world.well()


def shifted(world: World, seconds: float) -> dict[str, Any]:
    """The sandbox, whose clock is ahead of ours."""
    world.box.faults = Faults(clock_shift=seconds)
    return world.well()


def proxied(world: World, proxy: str, **others: Any) -> dict[str, Any]:
    """A way through a proxy to a host that only it knows."""
    return world.well(endpoint="https://ccc.example", proxy=proxy, **others)


def temporary(world: World, token: str) -> dict[str, Any]:
    """A temporary key, of which the upstream knows another token."""
    box = Sandbox(records=5, security_token="example-token")
    front = world.serve(box.handle)
    return world.well(endpoint=f"http://127.0.0.1:{front.port}", security_token=token)


def denied(world: World, *actions: str) -> dict[str, Any]:
    """A key that may not do everything."""
    front = world.serve(Sandbox(records=5, denied=actions).handle)
    return world.well(endpoint=f"http://127.0.0.1:{front.port}")


def gateway_and_endpoint(world: World) -> dict[str, Any]:
    """Two upstreams at once."""
    variables(world, HILLSTONE_CCC_GATEWAY_URL="https://support.example", HILLSTONE_CCC_GATEWAY_TOKEN="example-token")
    return world.well()


def half_a_gateway(world: World) -> dict[str, Any]:
    """An address without a token."""
    variables(world, HILLSTONE_CCC_GATEWAY_URL="https://support.example")
    return {}


def bad_environment(world: World) -> dict[str, Any]:
    """A proxy in the environment that no client can be made with."""
    variables(world, HTTPS_PROXY="carrier-pigeon://user:proxy-password@127.0.0.1:1")
    return world.well(endpoint="https://ccc.example")


def no_certificates(world: World) -> dict[str, Any]:
    """A file of certificates that is none."""
    file = world.directory / "none.pem"
    file.write_text("nothing of the kind")
    variables(world, SSL_CERT_FILE=str(file))
    return world.well(verify=True)


def lambda_that_fails() -> Credentials:
    """A function that should give keys."""
    raise RuntimeError("the vault is sealed")


HTML = b"<html><body>Please log in to the guest network.</body></html>"
NEWLINE = "example-secret\nexample"

SET_UPS: dict[str, SetUp] = {
    # configuration
    "no instance": SetUp(
        lambda w: w.well(instance_id=None), "configuration", "No call center", "HILLSTONE_CCC_INSTANCE_ID"
    ),
    "blank instance": SetUp(
        lambda w: w.well(instance_id=" "), "configuration", "instance_id", "HILLSTONE_CCC_INSTANCE_ID"
    ),
    "instance of odd bytes": SetUp(
        lambda w: w.well(instance_id="x\udcff"), "configuration", "instance_id", "HILLSTONE_CCC_INSTANCE_ID"
    ),
    "odd endpoint": SetUp(
        lambda w: w.well(endpoint="ccc example"), "configuration", "names no host", "HILLSTONE_CCC_ENDPOINT"
    ),
    "odd region": SetUp(
        lambda w: w.well(endpoint=None, region_id="上海"), "configuration", "region_id", "HILLSTONE_CCC_REGION_ID"
    ),
    "odd zone": SetUp(
        lambda w: w.well(timezone="Asia/Nowhere"), "configuration", "no zone's name", "HILLSTONE_CCC_TIMEZONE"
    ),
    "no CA file": SetUp(lambda w: w.well(verify="none.pem"), "configuration", "no file of", "certificates in PEM"),
    "no CA file in the environment": SetUp(no_certificates, "configuration", "SSL_CERT_FILE", "or unset it"),
    "odd rate": SetUp(lambda w: w.well(max_requests_per_second=0), "configuration", "more than 0", "Correct that"),
    "gateway and endpoint": SetUp(gateway_and_endpoint, "configuration", "names a gateway", "Unset"),
    "half a gateway": SetUp(half_a_gateway, "configuration", "in part", "Set both"),
    # keys
    "no key": SetUp(lambda w: keyed(w, None, None), "keys", "No access key", "set ALIBABA_CLOUD_ACCESS_KEY_ID"),
    "half a key": SetUp(
        lambda w: keyed(w, "example-id", None),
        "keys",
        "ACCESS_KEY_SECRET is not set",
        "Set ALIBABA_CLOUD_ACCESS_KEY_SE",
    ),
    "half a key by hand": SetUp(
        lambda w: w.well(access_key_secret=None), "keys", "access_key_secret is missing", "Set ALIBABA_CLOUD"
    ),
    "blank in a key": SetUp(
        lambda w: keyed(w, "example -id", "example-secret"), "keys", "holds blanks", "Copy the key"
    ),
    "line end in a key": SetUp(lambda w: w.well(access_key_secret=NEWLINE), "keys", "holds blanks", "line ends"),
    "quotes round a key": SetUp(
        lambda w: keyed(w, '"example-id"', '"example-secret"'), "keys", "access_key_id begins or ends", "without quotes"
    ),
    "bracket after a secret": SetUp(
        lambda w: keyed(w, "example-id", "example-secret>"), "keys", "access_key_secret begins", "Copy the key"
    ),
    "swapped key": SetUp(
        lambda w: keyed(w, "example-secret-of-thirty-letters", "LTAI" + "example" * 3), "keys", "like an id", "Swap"
    ),
    "temporary key without its token": SetUp(
        lambda w: keyed(w, "STS.exampleexampleexample", "example-secret"), "keys", "token is missing", "SECURITY_TOKEN"
    ),
    "broken provider": SetUp(
        lambda w: w.well(access_key_id=None, access_key_secret=None, credentials=lambda_that_fails),
        "keys",
        "the vault is sealed",
        "Give access_key_id",
    ),
    # the way
    "odd proxy in the environment": SetUp(bad_environment, "proxy", "cannot be used", "Correct HTTPS_PROXY"),
    "proxy that is not there": SetUp(
        lambda w: proxied(w, f"http://user:proxy-password@127.0.0.1:{w.port}"), "proxy", "refuses", "Start the proxy"
    ),
    "proxy of an unknown name": SetUp(
        lambda w: proxied(w, LONG.replace("https", "http")), "proxy", "cannot be reached", "name another one"
    ),
    "proxy that wants a password": SetUp(
        lambda w: proxied(w, f"http://127.0.0.1:{w.serve(refuses_with=407).port}"),
        "proxy",
        "HTTP 407",
        "user and password",
    ),
    "plain proxy that wants a password": SetUp(
        lambda w: w.well(endpoint="http://127.0.0.1:1", proxy=f"http://127.0.0.1:{w.serve(answering(407, b'')).port}"),
        "proxy",
        "HTTP 407",
        "user and password",
    ),
    "proxy that refuses the host": SetUp(
        lambda w: proxied(w, f"http://127.0.0.1:{w.serve(refuses_with=403).port}"),
        "proxy",
        "403",
        "pass ccc.example on",
    ),
    "unknown host": SetUp(lambda w: w.well(endpoint=LONG), "dns", "has no address", "region_id"),
    "name that is encoded wrongly": SetUp(
        lambda w: w.well(endpoint="https://xn--a"), "dns", "No host can be called", "Correct the endpoint"
    ),
    "odd proxy": SetUp(lambda w: proxied(w, "http://ä..b"), "proxy", "The proxy given cannot be used", "give proxy"),
    "refused port": SetUp(
        lambda w: w.well(endpoint=f"http://127.0.0.1:{w.port}"), "connection", "refuses connections", "firewall"
    ),
    "proxy that breaks off": SetUp(
        lambda w: proxied(w, f"http://127.0.0.1:{w.listen(hangs_up=True)}"), "proxy", "no answer", "HTTP proxy runs"
    ),
    "proxy that says nothing": SetUp(
        lambda w: proxied(w, f"http://127.0.0.1:{w.listen()}", timeout=0.3), "proxy", "no answer", "HTTP proxy runs"
    ),
    "proxy that is another service": SetUp(
        lambda w: proxied(w, f"http://127.0.0.1:{w.serve(passes_to=w.serve().port).port}"),
        "proxy",
        "no answer",
        "ccc.example",
    ),
    "untrusted certificate": SetUp(
        lambda w: secured(w, "127.0.0.1", trusted=False), "tls", "not trusted", "verify='ca.pem'"
    ),
    "untrusted certificate behind a proxy": SetUp(
        lambda w: proxied(w, f"http://127.0.0.1:{w.serve(passes_to=w.serve(tls=context('ccc.example')[0]).port).port}"),
        "tls",
        "not trusted",
        "verify='ca.pem'",
    ),
    "certificate of another name": SetUp(
        lambda w: secured(w, "ccc.example"), "tls", "for another name", "another host's certificate"
    ),
    "expired certificate": SetUp(
        lambda w: secured(w, "127.0.0.1", lasting=timedelta(days=-1)), "tls", "out of date", "renew it"
    ),
    "no TLS": SetUp(
        lambda w: w.well(endpoint=w.box.endpoint.replace("http:", "https:")), "tls", "speaks no TLS", "port"
    ),
    "handshake without an answer": SetUp(
        lambda w: w.well(endpoint=f"https://127.0.0.1:{w.listen()}", timeout=0.3), "tls", "not answered", "TLS off"
    ),
    "handshake that breaks": SetUp(
        lambda w: w.well(endpoint=f"https://127.0.0.1:{w.listen(hangs_up=True)}"), "tls", "broke", "TLS off"
    ),
    # who answers
    "nobody answers": SetUp(
        lambda w: w.well(endpoint=f"http://127.0.0.1:{w.listen()}", timeout=0.3), "endpoint", "no answer", "timeout"
    ),
    "portal": SetUp(lambda w: posing(w, answering(200, HTML)), "endpoint", "HTTP 200, text/html", "in a browser"),
    "redirect": SetUp(
        lambda w: posing(w, answering(302, b"", Location="https://portal.example/")), "endpoint", "HTTP 302", "browser"
    ),
    "another service": SetUp(
        lambda w: posing(w, answering(404, b'{"detail":"Not Found"}', "application/json")),
        "endpoint",
        "not the call center's gateway",
        "region_id",
    ),
    "failing front": SetUp(lambda w: posing(w, answering(502, HTML)), "endpoint", "HTTP 502", "Try again"),
    "failing upstream": SetUp(
        lambda w: posing(w, lambda _: said("ServiceUnavailable", 503)), "endpoint", "ServiceUnavailable", "request id"
    ),
    "another product": SetUp(
        lambda w: posing(w, lambda _: said("InvalidProduct.NotFound", 404)), "endpoint", "InvalidProduct", "region_id"
    ),
    # who asks
    "clock behind": SetUp(lambda w: shifted(w, 7300), "clock", "2 h 2 min behind", "Set this machine's clock"),
    "clock ahead": SetUp(lambda w: shifted(w, -1200), "clock", "20 min ahead", "NTP"),
    "wrong key": SetUp(
        lambda w: w.well(access_key_id="another-id"), "signature", "InvalidAccessKeyId", "Check the access key id"
    ),
    "disabled key": SetUp(
        lambda w: instead(w, said("InvalidAccessKeyId.Inactive", 400)), "signature", "Inactive", "Enable the access key"
    ),
    "wrong secret": SetUp(
        lambda w: w.well(access_key_secret="another-secret"), "signature", "SignatureDoesNotMatch", "access key secret"
    ),
    "wrong token": SetUp(
        lambda w: temporary(w, "another-token"), "signature", "MismatchWithAccessKey", "one and the same temporary key"
    ),
    "expired token": SetUp(
        lambda w: faulty(w, Fault.EXPIRED_TOKEN), "signature", "InvalidSecurityToken.Expired", "fresh temporary key"
    ),
    "unknown trouble with the signature": SetUp(
        lambda w: instead(w, said("IncompleteSignature", 400)), "signature", "IncompleteSignature", "ticket"
    ),
    "upstream that fails when it is asked": SetUp(
        lambda w: instead(w, said("InternalError", 500)), "endpoint", "InternalError", "Try again"
    ),
    "upstream that breaks off when it is asked": SetUp(
        lambda w: faulty(w, Fault.DROP, only={"ListUsers"}), "endpoint", "isconnected", "the network"
    ),
    "throttled": SetUp(lambda w: faulty(w, Fault.THROTTLE), "throttling", "Throttling.User", "max_requests_per_second"),
    "throttled until then": SetUp(
        lambda w: faulty(w, Fault.THROTTLE_WITH_RETRY_AFTER, retry_after_ms=2500), "throttling", "in 2.5 s", "quota"
    ),
    "wrong instance": SetUp(
        lambda w: w.well(instance_id="ccc-none"), "instance", "NotExists.InstanceId", "HILLSTONE_CCC_INSTANCE_ID"
    ),
    # what may be done
    "denied the first": SetUp(lambda w: denied(w, "ListUsers"), "ccc:ListUsers", "ImplicitDeny", "Grant ccc:ListUsers"),
    "denied the search": SetUp(
        lambda w: denied(w, "ListCallDetailRecordsV2"),
        "ccc:ListCallDetailRecordsV2",
        "denied",
        "AliyunCCCReadonlyAccess",
    ),
    "denied all recordings": SetUp(
        lambda w: denied(w, "GetMonoRecording", "ListMonoRecordings"), "ccc:GetMonoRecording", "recordings", "Grant"
    ),
    "denied outright": SetUp(
        lambda w: instead(
            w, said("NoPermission", 403, AccessDeniedDetail={"NoPermissionType": "ExplicitDeny"}), "GetUser"
        ),
        "ccc:GetUser",
        "ExplicitDeny",
        "denies it outright",
    ),
    "denied in the call center": SetUp(
        lambda w: instead(w, said("Permission.Common", 403), "ListSkillGroups"),
        "ccc:ListSkillGroups",
        "Permission.Common",
        "a role in the call center",
    ),
    "denied by risk control": SetUp(
        lambda w: instead(w, said("Forbidden.RiskControl", 403), "GetCallDetailRecord"),
        "ccc:GetCallDetailRecord",
        "RiskControl",
        "risk control stops",
    ),
    "one action fails": SetUp(
        lambda w: instead(w, said("InternalService.CTI", 500), "GetCallDetailRecord"),
        "ccc:GetCallDetailRecord",
        "InternalService.CTI",
        "Try again",
    ),
    # recordings
    "recordings that are denied": SetUp(
        lambda w: faulty(w, Fault.EXPIRED_LINK), "recordings", "expired", "Ask for the recording again"
    ),
    "recordings that are not reached": SetUp(
        lambda w: faulty(w, Fault.DROP, only={"GetObject"}), "recordings", "127.0.0.1", "recordings lie there"
    ),
}
"""By a name for people."""

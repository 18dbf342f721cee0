"""The front door: the order of the checks, the envelopes, throttling, compression, the log."""

import gzip
import re
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from hillstone_ccc.sandbox import CallCentre, Incoming, Quirks, Sandbox

NOW = 1_767_345_845
Sign = Callable[..., Incoming]
Make = Callable[..., Sandbox]
Ask = Callable[..., Any]
UUID = r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}"
AGENT = {"InstanceId": "ccc-demo", "UserId": "zhangsan@ccc-demo"}


@pytest.mark.parametrize(
    ("action", "method", "changes", "status", "code"),
    [
        ("GetUser", "PUT", {}, 400, "UnsupportedHTTPMethod"),
        ("MakeCall", "POST", {}, 404, "InvalidApi.NotFound"),
        ("GetUser", "POST", {"x_acs_version": "2019-01-01", "key": "another"}, 400, "NoSuchVersion"),
        ("GetUser", "POST", {"key": "another", "now": 0}, 404, "InvalidAccessKeyId.NotFound"),
        ("GetUser", "POST", {"now": 0, "secret": "another"}, 400, "InvalidTimeStamp.Expired"),
        ("GetUser", "POST", {"secret": "another"}, 400, "SignatureDoesNotMatch"),
        ("GetUser", "POST", {}, 400, "MissingInstanceId"),
        ("GetUser", "GET", {}, 400, "MissingInstanceId"),
    ],
)
def test_the_first_check_that_fails_is_the_answer(
    box: Sandbox, sign: Sign, action: str, method: str, changes: dict[str, Any], status: int, code: str
) -> None:
    """Checks come in the order action, version, key, time, signature, parameters."""
    answer = box.handle(sign(action, {}, method=method, **changes))
    assert (status, code) == (answer.status, orjson.loads(answer.body)["Code"])


def test_another_path_is_no_action(box: Sandbox) -> None:
    """Only the root path has actions."""
    answer = box.handle(Incoming("GET", "/api", "Action=GetUser"))
    assert (404, "InvalidApi.NotFound") == (answer.status, orjson.loads(answer.body)["Code"])


def test_a_request_without_a_signature_is_incomplete(box: Sandbox) -> None:
    """Nobody gets in without a signature."""
    answer = box.handle(Incoming("GET", "", "Action=GetUser&Version=2020-07-01&InstanceId=ccc-demo"))
    assert (400, "IncompleteSignature") == (answer.status, orjson.loads(answer.body)["Code"])


def test_an_error_has_the_gateways_body(box: Sandbox, sign: Sign) -> None:
    """An error says its code, message, request id, host and advice, and repeats the id in a header."""
    answer = box.handle(sign("GetUser", {"InstanceId": "ccc-none"}))
    document = orjson.loads(answer.body)
    request_id = document["RequestId"]
    advice = "https://api.aliyun.com/troubleshoot?q=NotExists.InstanceId&product=CCC&requestId="
    assert document == {
        "RequestId": request_id,
        "Code": "NotExists.InstanceId",
        "Message": "The specified instance ccc-none does not exist.",
        "HostId": "127.0.0.1",
        "Recommend": advice + request_id,
    }
    assert re.fullmatch(UUID, request_id)
    assert answer.status == 404
    assert answer.headers["x-acs-request-id"] == request_id
    assert answer.headers["Date"] == "Fri, 02 Jan 2026 09:24:05 GMT"
    assert answer.headers["Content-Length"] == str(len(answer.body))


def test_a_success_has_the_products_envelope(box: Sandbox, ask: Ask) -> None:
    """A success says OK and 200, and has a request id of its own."""
    first, second = (ask(box, "GetCallDetailRecord", ContactId="job-1") for _ in range(2))
    assert set(first) == {"RequestId", "HttpStatusCode", "Code", "Data"}
    assert (200, "OK") == (first["HttpStatusCode"], first["Code"])
    assert first["RequestId"] != second["RequestId"]


def test_users_have_the_field_params(box: Sandbox, ask: Ask) -> None:
    """The two user actions have `Params` in their envelope."""
    assert ask(box, "ListUsers")["Params"] == []
    assert ask(box, "GetUser", **AGENT)["Params"] == []


def test_get_and_form_bodies_are_taken(box: Sandbox, sign: Sign) -> None:
    """A question may come by GET, and its parameters from query and form body alike."""
    form = b"Extension=80000001&UserId="
    body = sign("GetUser", {"InstanceId": "ccc-demo"}, body=form, content_type="application/x-www-form-urlencoded")
    for incoming in (sign("GetUser", {**AGENT}, method="GET"), body):
        assert orjson.loads(box.handle(incoming).body)["Data"]["LoginName"] == "zhangsan"


def test_a_body_of_another_type_is_no_parameter(box: Sandbox, sign: Sign) -> None:
    """Only a form body holds parameters."""
    incoming = sign("GetUser", body=b"InstanceId=ccc-demo", content_type="text/plain")
    assert orjson.loads(box.handle(incoming).body)["Code"] == "MissingInstanceId"


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_gzip_is_for_who_asks(box: Sandbox, sign: Sign, encoding: str) -> None:
    """A long answer is compressed for a caller that takes gzip, and for no other."""
    asked = {"InstanceId": "ccc-demo", "PageNumber": 1, "PageSize": 100}
    answer = box.handle(sign("ListUsers", asked, accept_encoding=encoding))
    plain = gzip.decompress(answer.body) if encoding == "gzip" else answer.body
    assert answer.headers.get("Content-Encoding", "identity") == encoding
    assert answer.headers["Content-Length"] == str(len(answer.body))
    assert len(orjson.loads(plain)["Data"]["List"]) == len(box.centre.agents)


def test_gzip_is_not_for_the_short_or_the_switched_off(make_box: Make, sign: Sign) -> None:
    """A short answer is not compressed, and none is when the sandbox is told so."""
    asked = {"InstanceId": "ccc-demo", "PageNumber": 1, "PageSize": 100}
    answers = [
        make_box().handle(sign("GetUser", {}, accept_encoding="gzip")),
        make_box(gzip=False).handle(sign("ListUsers", asked, accept_encoding="gzip")),
    ]
    assert not any("Content-Encoding" in answer.headers for answer in answers)


def test_the_rate_limit_throttles_each_action_for_itself(sign: Sign) -> None:
    """More requests than the budget are throttled, with a hint every other time, until the budget has grown."""
    now = [float(NOW)]
    box = Sandbox(calls=(), clock=lambda: now[0], rate_limit=2)

    def answer(action: str = "GetUser") -> tuple[int, str | None]:
        outgoing = box.handle(sign(action, {**AGENT, "PageNumber": 1, "PageSize": 1}))
        return outgoing.status, outgoing.headers.get("x-acs-retry-after")

    assert [(200, None), (200, None), (400, "500"), (400, None)] == [answer() for _ in range(4)]
    assert answer("ListUsers") == (200, None)
    now[0] += 0.5
    assert [(200, None), (400, "500")] == [answer() for _ in range(2)]
    box.reset()
    assert answer() == (200, None)


def test_a_throttled_request_is_told_its_budget(sign: Sign) -> None:
    """A throttled request has the vendor's header about the budget."""
    box = Sandbox(calls=(), clock=lambda: NOW, rate_limit=0.5)
    answers = [box.handle(sign("GetUser", AGENT)) for _ in range(2)]
    budget = f"Limit:0.5,Remain:0,TimeLeft:2000,Reset:{NOW + 1}"
    assert answers[1].headers["x-ratelimit-user-api"] == budget


def test_the_log_tells_what_was_asked(box: Sandbox, sign: Sign, sign_old: Sign) -> None:
    """The log keeps action, question, status and code, and nothing of the signature."""
    box.handle(sign("GetUser", AGENT))
    box.handle(sign_old("GetUser", {"InstanceId": "ccc-none"}))
    assert [
        ("GetUser", AGENT, 200, "OK"),
        ("GetUser", {"InstanceId": "ccc-none"}, 404, "NotExists.InstanceId"),
    ] == [(one.action, one.parameters, one.status, one.code) for one in box.requests]
    assert box.count("GetUser") == 2
    box.reset()
    assert box.requests == []


def test_a_sandbox_takes_a_centre() -> None:
    """A centre made elsewhere is taken as it is, be it empty, and gives its instance's name."""
    centre = CallCentre(instance_id="ccc-other", records=0, now_ms=NOW * 1000)
    box = Sandbox(centre=centre)
    assert (box.centre, box.instance_id) == (centre, "ccc-other")


def test_a_sandbox_makes_up_its_calls() -> None:
    """Without calls and centre it makes up as many calls as it is told to."""
    assert len(Sandbox(records=50, clock=lambda: NOW).centre) == 50


def test_a_sandbox_tells_no_secret() -> None:
    """Its repr has the instance and the address."""
    box = Sandbox(calls=(), quirks=Quirks(scalars="quoted"))
    assert repr(box) == "Sandbox(instance_id='ccc-demo', endpoint='http://ccc-sandbox.localhost')"


def test_a_denied_action_says_which_permission_is_missing(make_box: Make, ask: Ask) -> None:
    """It is refused after the signature, with the detail of a missing permission; others are not."""
    box = make_box(denied=("GetUser",))
    document = ask(box, "GetUser", UserId="zhangsan@ccc-demo")
    assert ("Forbidden.RAM", 403) == (document["Code"], box.requests[-1].status)
    assert ("ccc:GetUser", "ImplicitDeny") == tuple(
        document["AccessDeniedDetail"][name] for name in ("AuthAction", "NoPermissionType")
    )
    assert "OK" == ask(box, "ListUsers")["Code"]


def test_a_wrong_key_is_refused_before_a_denied_action(make_box: Make, sign: Sign) -> None:
    """Who asks is checked first."""
    box = make_box(denied=("GetUser",))
    answer = box.handle(sign("GetUser", AGENT, secret="another"))
    assert "SignatureDoesNotMatch" == orjson.loads(answer.body)["Code"]

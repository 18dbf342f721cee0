"""The sandbox's own verification of signatures."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc.sandbox import Incoming, Sandbox
from hillstone_ccc.sandbox.errors import Refusal
from hillstone_ccc.sandbox.signature import Key, Nonces, canonical_request, claim

NOW = 1_767_345_845
SIGNED_AT = 1_767_323_045.0
Sign = Callable[..., Incoming]
EMPTY_DIGEST = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
NAMES = (
    "accept;host;user-agent;x-acs-action;x-acs-content-sha256;x-acs-credentials-provider;x-acs-date;"
    "x-acs-signature-nonce;x-acs-version"
)
SIGNATURE = "1a62f4e1b436126516b99fb0dffde9b16b2d5f69d9f5264a798267014cbdb18a"
VECTOR = Incoming(
    "POST",
    "/",
    "InstanceId=ccc-demo&PageSize=100&ContactTypeList=%5B%22Inbound%22%2C%22Outbound%22%5D"
    "&Criteria=%7B%22phoneNumber%22%3A%221380000%22%7D&PageNumber=1",
    {
        "Accept": "application/json",
        "Host": "ccc.cn-shanghai.aliyuncs.com",
        "User-Agent": "example-agent/1.0",
        "x-acs-action": "ListCallDetailRecords",
        "x-acs-content-sha256": EMPTY_DIGEST,
        "x-acs-credentials-provider": "static_ak",
        "x-acs-date": "2026-01-02T03:04:05Z",
        "x-acs-signature-nonce": "00000000000000000000000000000001",
        "x-acs-version": "2020-07-01",
        "Authorization": f"ACS3-HMAC-SHA256 Credential=example-id,SignedHeaders={NAMES},Signature={SIGNATURE}",
    },
)
CANONICAL = f"""POST
/
ContactTypeList=%5B%22Inbound%22%2C%22Outbound%22%5D&Criteria=%7B%22phoneNumber%22%3A%221380000%22%7D&InstanceId=ccc-demo\
&PageNumber=1&PageSize=100
accept:application/json
host:ccc.cn-shanghai.aliyuncs.com
user-agent:example-agent/1.0
x-acs-action:ListCallDetailRecords
x-acs-content-sha256:{EMPTY_DIGEST}
x-acs-credentials-provider:static_ak
x-acs-date:2026-01-02T03:04:05Z
x-acs-signature-nonce:00000000000000000000000000000001
x-acs-version:2020-07-01

{NAMES}
{EMPTY_DIGEST}"""
KEY = Key("example-id", "example-secret")


def code_of(box: Sandbox, incoming: Incoming) -> str:
    """The code with which the sandbox answers."""
    return str(orjson.loads(box.handle(incoming).body)["Code"])


def test_the_canonical_request_of_the_published_vector() -> None:
    """The canonical request is the published one, whatever the order of the query."""
    assert canonical_request(VECTOR, NAMES.split(";")) == CANONICAL


def test_the_published_vector_is_believed() -> None:
    """The published signature, made by the official SDK, is accepted."""
    found = claim(VECTOR)
    found.check(KEY, SIGNED_AT)
    assert found.string_to_sign == (
        "ACS3-HMAC-SHA256\n814b3ddae814d42997dd90c2394f5c52fd44ce56c7c84d66e2f469d78a30df80"
    )


def test_the_published_vector_of_the_older_signature_is_believed() -> None:
    """The published query signature, made by the official SDK, is accepted."""
    query = (
        "Action=GetUser&InstanceId=ccc-demo&UserId=agent%40ccc-demo&Format=json&Version=2020-07-01"
        "&Timestamp=2026-01-02T03%3A04%3A05Z&SignatureNonce=00000000000000000000000000000001"
        "&SignatureMethod=HMAC-SHA1&SignatureVersion=1.0&AccessKeyId=example-id"
        "&Signature=Ee1XRds4GzXSsPA8SUW4Qtc%2Fq%2Fs%3D"
    )
    claim(Incoming("POST", "/", query)).check(KEY, SIGNED_AT)


@given(
    text=st.text(max_size=20),
    name=st.text(st.characters(max_codepoint=127, categories=["L", "N"]), min_size=1, max_size=5),
)
def test_any_text_survives_the_two_encodings(text: str, name: str) -> None:
    """A form-encoded query is canonical by RFC 3986, whatever the text."""
    canonical = canonical_request(Incoming("GET", "/", urlencode({name: text})), []).split("\n")[2]
    assert f"{name}={quote(text, safe='-_.~')}" == canonical


@pytest.mark.parametrize("text", ["张三", "a b", "a+b", "a*b", "a~b", "", "a%20b", "&=?#/"])
@pytest.mark.parametrize("style", ["new", "old"])
def test_hard_texts_are_verified(box: Sandbox, sign: Sign, sign_old: Sign, text: str, style: str) -> None:
    """Chinese, blanks, stars, tildes, plus signs and empty values are verified in both styles."""
    asked = {"InstanceId": "ccc-demo", "PageNumber": "1", "PageSize": "1", "SearchPattern": text}
    assert code_of(box, (sign if style == "new" else sign_old)("ListUsers", asked)) == "OK"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"secret": "another"}, "SignatureDoesNotMatch"),
        ({"unsigned": {"x-acs-action": "ListUsers"}}, "SignatureDoesNotMatch"),
        ({"x_acs_content_sha256": "0" * 64}, "SignatureDoesNotMatch"),
        ({"key": "another"}, "InvalidAccessKeyId.NotFound"),
        ({"x_acs_security_token": "example-token"}, "InvalidSecurityToken.MismatchWithAccessKey"),
        ({"now": NOW - 901}, "InvalidTimeStamp.Expired"),
        ({"now": NOW + 901}, "InvalidTimeStamp.Expired"),
        ({"now": NOW - 900}, "OK"),
        ({"x_acs_date": "2026-01-02 09:24:05"}, "InvalidTimeStamp.Format"),
        ({"x_acs_date": "2026-13-02T09:24:05Z"}, "InvalidTimeStamp.Format"),
        ({"unsigned": {"x-acs-extra": "1"}}, "IncompleteSignature"),
        ({"unsigned": {"content-type": "text/plain"}, "body": b"x"}, "IncompleteSignature"),
        ({"unsigned": {"content-type": "text/plain"}}, "OK"),
        ({"unsigned": {"authorization": "Basic 1"}}, "IncompleteSignature"),
        ({"without": ("host",)}, "IncompleteSignature"),
        ({"without": ("x-acs-date",)}, "IncompleteSignature"),
        ({"without": ("x-acs-signature-nonce",)}, "IncompleteSignature"),
        ({"without": ("x-acs-content-sha256",)}, "IncompleteSignature"),
    ],
)
def test_what_is_wrong_with_a_signature(box: Sandbox, sign: Sign, changes: dict[str, Any], code: str) -> None:
    """Each flaw of a header signature has the code that the upstream gives it."""
    incoming = sign("GetUser", {"InstanceId": "ccc-demo", "UserId": "zhangsan@ccc-demo"}, **changes)
    assert code == code_of(box, incoming)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"Signature": "AAAA"}, "SignatureDoesNotMatch"),
        ({"UserId": "lisi@ccc-demo"}, "SignatureDoesNotMatch"),
        ({"AccessKeyId": "another"}, "InvalidAccessKeyId.NotFound"),
        ({"SecurityToken": "example-token"}, "InvalidSecurityToken.MismatchWithAccessKey"),
        ({"Timestamp": "2026-01-01T00:00:00Z"}, "InvalidTimeStamp.Expired"),
        ({"SignatureNonce": ""}, "IncompleteSignature"),
        ({"Signature": ""}, "IncompleteSignature"),
    ],
)
def test_what_is_wrong_with_an_older_signature(
    box: Sandbox, sign_old: Sign, changes: dict[str, str], code: str
) -> None:
    """Each flaw of a query signature has the code that the upstream gives it."""
    incoming = sign_old("GetUser", {"InstanceId": "ccc-demo", "UserId": "zhangsan@ccc-demo"}, **changes)
    assert code == code_of(box, incoming)


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("example-token", "OK"),
        ("another", "InvalidSecurityToken.MismatchWithAccessKey"),
        (None, "InvalidAccessKeyId.NotFound"),
    ],
)
def test_a_temporary_key_needs_its_token(
    make_box: Callable[..., Sandbox], sign: Sign, token: str | None, code: str
) -> None:
    """A temporary key opens with its own security token only."""
    headers = {} if token is None else {"x_acs_security_token": token, "x_acs_accesskey_id": "example-id"}
    incoming = sign("GetUser", {"InstanceId": "ccc-demo", "UserId": "zhangsan@ccc-demo"}, **headers)
    assert code == code_of(make_box(security_token="example-token"), incoming)


def test_a_form_body_is_signed_by_its_digest(box: Sandbox, sign: Sign) -> None:
    """Parameters of a form body count, and a changed body is noticed."""
    form = {"content_type": "application/x-www-form-urlencoded"}
    incoming = sign("GetUser", {"InstanceId": "ccc-demo"}, body=b"Extension=80000001", **form)
    changed = Incoming("POST", "/", incoming.query, incoming.headers, b"Extension=80000002")
    assert code_of(box, changed) == "SignatureDoesNotMatch"
    assert code_of(box, incoming) == "OK"


def test_a_nonce_is_good_once(box: Sandbox, sign: Sign) -> None:
    """The same request sent again is refused."""
    incoming = sign("GetUser", {"InstanceId": "ccc-demo", "UserId": "zhangsan@ccc-demo"})
    assert code_of(box, incoming) == "OK"
    assert code_of(box, incoming) == "SignatureNonceUsed"
    box.reset()
    assert code_of(box, incoming) == "OK"


def test_a_nonce_is_forgotten_after_the_window() -> None:
    """A nonce is remembered while any request that carries it could be accepted, and no longer."""
    nonces = Nonces()
    nonces.use("a", 0)
    with pytest.raises(Refusal, match="SignatureNonceUsed"):
        nonces.use("a", 1800)
    nonces.use("a", 1801)


def test_a_wrong_signature_is_told_what_was_to_be_signed(box: Sandbox, sign: Sign) -> None:
    """The refusal of a wrong signature shows the server's string to sign, and no secret."""
    incoming = sign("GetUser", {"InstanceId": "ccc-demo"}, secret="another")
    message = orjson.loads(box.handle(incoming).body)["Message"]
    assert re.search(r"server string to sign is:ACS3-HMAC-SHA256\n[0-9a-f]{64}$", message)
    assert "example-secret" not in message + repr(KEY)

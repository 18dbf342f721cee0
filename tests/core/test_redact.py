"""What nobody may read: keys, tokens, signatures, signed links and whole phone numbers."""

import base64
import itertools
import json
import re
import string
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hillstone_ccc._core.redact import HIDDEN, for_people, mask_number, without_numbers, without_secrets

SECRET = "exampleSecret0+/xYz=="
LINK = "https://example-bucket.oss-cn-shanghai.aliyuncs.com/ccc-demo/job-1.wav"

mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
landlines = st.from_regex(r"0[0-9]{2,3}-?[0-9]{8}", fullmatch=True)
services = st.from_regex(r"[48]00-?[0-9]{3}-?[0-9]{4}", fullmatch=True)
lower = st.text("abcdef .,", max_size=10)
upper = st.text("UVWXYZ+/=", min_size=6, max_size=12)
# With three digits in a row, so that no name or scheme around it holds it.
opaque = st.tuples(*[st.text(string.ascii_letters + string.digits + "+/=_-", min_size=6, max_size=20)] * 2).map(
    "709".join
)

NAMES = [
    "Signature",
    "SignatureNonce",
    "OSSAccessKeyId",
    "AccessKeyId",
    "AccessKeySecret",
    "access_key_id",
    "access_key_secret",
    "accessKeySecret",
    "SecurityToken",
    "security-token",
    "security_token",
    "x-acs-security-token",
    "x-acs-accesskey-id",
    "x-acs-bearer-token",
    "x-acs-signature-nonce",
    "x-oss-credential",
    "x-oss-signature",
    "Authorization",
    "token",
    "access_token",
    "accessToken",
    "password",
    "client_secret",
]
SHAPES = [
    "{name}={value}",
    "?a=1&{name}={value}&b=2",
    "{name}%3D{value}%26b",
    "{name}: {value}",
    "{name}:{value}\r\nhost: x",
    '{{"{name}": "{value}"}}',
    '{{"{name}":"{value}","b":1}}',
    '{{\\"{name}\\":\\"{value}\\"}}',
    "%7B%22{name}%22%3A%22{value}%22%7D",
    "{{'{name}': '{value}'}}",
    "{{b'{name}': b'{value}'}}",
    "[('{name}', '{value}'), ('b', 'c')]",
    "[(b'{name}', b'{value}')]",
    "Keys({name}='{value}', b=1)",
    "<{name}>{value}</{name}>",
    "密钥{name}={value}，请检查",
]


@given(opaque)
def test_a_named_secret_never_survives(value: str) -> None:
    """Whatever the name, the case and the syntax around it, the value of a credential is gone."""
    cases = [case for name in NAMES for case in (name, name.lower(), name.upper())]
    for shape, name in itertools.product(SHAPES, cases):
        text = without_secrets(shape.format(name=name, value=value))
        assert value not in text
        assert HIDDEN in text


SCHEMES = [
    "ACS3-HMAC-SHA256 Credential={0},SignedHeaders=a;b,Signature={1}",
    "OSS4-HMAC-SHA256 Credential={0}/20260102/cn-shanghai/oss/aliyun_v4_request, Signature={1}",
    "OSS {0}:{1}",
    "Bearer {0}{1}",
    "Basic {0}{1}",
    "bearer {1}{0}",
]


@given(opaque, opaque, st.sampled_from(SCHEMES))
def test_authorization_headers(key: str, signature: str, scheme: str) -> None:
    """Key id and signature of every scheme go, as a header and inside a list of headers."""
    header = scheme.format(key, signature)
    for text in (f"authorization: {header}", f"{{'authorization': '{header}'}}", f"('authorization', '{header}')"):
        told = without_secrets(text)
        assert key not in told
        assert signature not in told


@pytest.mark.parametrize(
    "query",
    [
        "Expires=1767323045&OSSAccessKeyId=example-id&Signature=VssNN8aVYK0EBDiLMcseth1SJLo%3D",
        "security-token=CAISexample&Signature=a%2Bb&Expires=1&OSSAccessKeyId=example-id",
        "x-oss-credential=example-id%2F20260102%2Fcn-shanghai%2Foss%2Faliyun_v4_request&x-oss-signature=77dbba1c1234567",
    ],
)
@pytest.mark.parametrize("around", ["{}", "see {} now", '{{"FileUrl": "{}"}}', "<a href='{}'>", "打开{}"])
def test_a_signed_link_keeps_its_path_only(query: str, around: str) -> None:
    """Nothing of a signed link's query stays (V1, V1 with a token, V4); its path tells which file it was."""
    text = without_secrets(around.format(f"{LINK}?{query}"))
    assert f"{LINK}?{HIDDEN}" in text
    assert not [part for part in query.split("&") if part.partition("=")[2] in text and len(part) > 12]


def test_what_was_signed_goes_to_its_end() -> None:
    """The gateway repeats what it would have signed, token and parameters and all."""
    said = "Specified signature is not matched with our calculation. server string to sign is:POST\n/\nInstanceId=x"
    told = without_secrets(said)
    assert "Specified signature is not matched with our calculation. server string to sign: ***" == told
    assert "<Code>X</Code><StringToSign: ***" == without_secrets("<Code>X</Code><StringToSign>GET\n\nx</StringToSign>")


@pytest.mark.parametrize(
    "text",
    [
        "LTAI" + "EXAMPLE" * 2,
        "密钥LTAI" + "EXAMPLE" * 2 + "不对",
        "id_LTAI" + "EXAMPLE" * 2,
        "STS.NExampleExample",
        "TMP.3KExample-Example",
        "CAIS" + "Example0" * 6,
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl",
        "http://user:pa55word@proxy.example.com:8080/",
        "Bearer example-token",
    ],
)
def test_secrets_that_tell_themselves(text: str) -> None:
    """Key ids, tokens and the user in a link go without any name before them."""
    assert not re.search("Example|pa55|user|c2ln|example-token", without_secrets(text))


@given(lower, upper, lower, upper)
def test_known_secrets_never_survive(before: str, secret: str, after: str, rest: str) -> None:
    """The client's own keys go wherever they stand, also where one begins with another."""
    for known in ((secret, secret + rest), (secret + rest, secret)):
        assert before + HIDDEN + after == without_secrets(before + secret + rest + after, known)
        assert before + HIDDEN + after == without_secrets(before + secret + after, known)


@pytest.mark.parametrize("encode", [str, quote, quote_plus, lambda text: quote(text, safe="")])
def test_known_secrets_go_in_any_encoding(encode: "type[str]") -> None:
    """A key with ``+``, ``/`` and ``=`` is known by each of its spellings in a query."""
    assert f"at {HIDDEN} once" == without_secrets(f"at {encode(SECRET)} once", (SECRET,))


def test_short_values_are_no_secrets() -> None:
    """A value that could be an ordinary word is not taken out of texts."""
    assert "a message" == without_secrets("a message", ("a", "mess", ""))


@given(st.text() | st.sampled_from(SHAPES))
def test_redacting_twice_changes_nothing(text: str) -> None:
    """What was redacted stays as it is."""
    assert without_secrets(text) == without_secrets(without_secrets(text))


AROUND = [
    "{}",
    "电话{}已拨",
    "客户（{}）",
    '{{"CallingNumber":"{}"}}',
    '{{"CallingNumber":{}}}',
    '{{\\"phoneNumber\\":\\"{}\\"}}',
    "a,{},b",
    "{0},{0}",
    "{0}-{0}",
    "tel:{}",
    "sip:{}@10.0.0.1:5060",
    "call\\n{}",
    "\\u7535\\u8bdd{}",
    "CalledNumber={}&x=1",
    "CalledNumber=%2B86{}",
    "+86{}",
    "+86 {}",
    "+86-{}",
    "0086{}",
    "86{}",
    "(+86){}",
    "Call me.{}",
    "no. {}.",
    "<b>{}</b>",
]


@given(mobiles)
def test_no_whole_mobile_number_survives(number: str) -> None:
    """A mobile number is masked in prose, JSON, csv, queries and after every form of +86."""
    for around in AROUND:
        text = for_people(around.format(number))
        assert number not in text
        assert number[-4:] in text


@given(landlines | services)
def test_no_whole_other_number_survives(number: str) -> None:
    """The same for land lines with their area codes and for 400 and 800 numbers."""
    for around in AROUND:
        assert "86" in around or number not in for_people(around.format(number))


@pytest.mark.parametrize(
    "number",
    [
        "138 0000 0001",
        "138-0000-0001",
        "１３８００００００００１",
        "(021)00000001",
        "021 0000 0001",
        "0512-00000001",
        "013800000001",
        "400 000 0001",
        "400-0000-001",
        "+86 021 00000001",
        "+1 415 555 0100",
        "+85200000001",
        "+44 7700900001",
    ],
)
def test_numbers_with_blanks_and_dashes(number: str) -> None:
    """Numbers as people write them are masked too."""
    masked = for_people(f"call {number} now")
    assert number not in masked
    assert 4 <= masked.count("*")


@pytest.mark.parametrize(
    "text",
    [
        "job-600002999980085125",
        "job-13800000001",
        "job-00000000-0000-4000-8000-000000000001",
        "ch-user-80000003-13800000001-1767323080000-job-000000000000000002",
        "voicemail.job-000000000000000004.wav",
        "00000000-0000-0000-0000-000000000001",
        "13800000-0000-4000-8000-013800000001",
        "1767323045000",
        "StartTime=1767323045123&EndTime=1767409445123",
        "2026-01-02T03:04:05.000123Z",
        "2026-01-02 03:04:05,123",
        "alpha@ccc-demo",
        "sg-one@ccc-demo",
        "200000000000000001",
        "HTTP 502 in 138 ms",
        "0.13800000001",
        "127.0.0.1:8901",
        "NotExists.InstanceId",
        "https://api.aliyun.com/troubleshoot?q=NotExists.InstanceId&product=CCC&requestId=00000000-0000-0000-0000-0000000000e1",
        "The parameter PageSize must be less than or equal to 100.",
        "Specified signature is not matched with our calculation.",
        "The security token you provided has expired.",
        "SignatureMethod=HMAC-SHA1&SignatureVersion=1.0",
        "SignedHeaders=host;x-acs-action",
        "演示坐席甲 1001",
        "95187",
        "UTC+8 2026-01-02",
        "",
    ],
)
def test_ids_times_and_words_stay(text: str) -> None:
    """What a reader needs stays: ids of calls and requests, times, codes, ordinary sentences."""
    assert text == for_people(text)


@given(st.integers(10**12, 4_133_952_000_000), st.integers(10**17, 10**18 - 1), st.uuids())
def test_any_id_and_time_stays(milliseconds: int, number: int, uuid: object) -> None:
    """Every time stamp, contact id and request id stays as it is."""
    for text in (str(milliseconds), f"job-{number}", str(number), str(uuid), str(uuid).upper(), f"job-{uuid}"):
        assert text == for_people(text)
        assert f"for {text}: no" == for_people(f"for {text}: no")


@given(st.text(string.ascii_letters + " .,;äé中文", max_size=60))
def test_words_without_digits_stay(text: str) -> None:
    """Text without a digit, a ``=`` or a ``:`` holds nothing to hide, but for what follows "bearer"."""
    assume("bearer" not in text.lower())
    assume("to" not in text.lower())
    assert text == for_people(text) or "ey" in text or "LTAI" in text or "STS." in text or "TMP." in text


@given(st.text("0123456789*", max_size=20))
def test_a_masked_number_hides_four_digits(number: str) -> None:
    """Of any number at least four digits are hidden, or all but its ends; its length stays."""
    masked = mask_number(number) or ""
    assert len(number) == len(masked)
    assert max(0, min(4, len(number) - 2)) <= masked.count("*")
    assert all(shown in (told, "*") for told, shown in zip(number, masked, strict=True))


def test_masks() -> None:
    """Masks as people see them."""
    told = {
        "13800000001": "138****0001",
        "02100000001": "021****0001",
        "4000000001": "400****001",
        "00000001": "00****01",
        "10086": "1***6",
        "12": "**",
        "0735*******": "073********",
        "": "",
        None: None,
    }
    assert told == {number: mask_number(number) for number in told}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("no such number: 138000000.", "no such number: 13****000."),
        ('{"phoneNumber":"138000000"}', '{"phoneNumber":"13****000"}'),
        ("phoneNumber%22%3A%22138000000%22", "phoneNumber%22%3A%2213****000%22"),
        ("+8613800 is not 13800", "+8****00 is not 1***0"),
        ("call job-138000000 of user_138000000, 7-138000000", "call job-138000000 of user_138000000, 7-138000000"),
        ("1380000001 1380000000", "1380000001 1380000000"),
        ("HTTP 138", "HTTP 138"),
    ],
)
def test_numbers_that_are_known_to_be_such(text: str, shown: str) -> None:
    """They are masked however short, but not inside ids and other numbers; three digits could be anything."""
    assert shown == without_numbers(text, ("13800", "138000000", "+8613800", "138"))


def test_json_of_an_error() -> None:
    """A refusal with keys and numbers in it loses them and stays JSON."""
    body = {
        "RequestId": "00000000-0000-0000-0000-0000000000e1",
        "AccessKeyId": "example-id",
        "Message": "The call to 13800000001 failed.",
        "Link": f"{LINK}?Expires=1&OSSAccessKeyId=example-id&Signature=abc",
        "Token": base64.b64encode(b"example").decode(),
    }
    told = json.loads(for_people(json.dumps(body)))
    assert {
        "RequestId": body["RequestId"],
        "AccessKeyId": HIDDEN,
        "Message": "The call to 138****0001 failed.",
        "Link": f"{LINK}?{HIDDEN}",
        "Token": HIDDEN,
    } == told

"""Nothing secret reaches a cassette, everything else does, and scrubbing twice is scrubbing once."""

import copy
import gzip
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
import vcr  # type: ignore[import-untyped]
from hypothesis import assume, given
from hypothesis import strategies as st
from vcr.request import Request  # type: ignore[import-untyped]
from vcr.serialize import serialize  # type: ignore[import-untyped]
from vcr.serializers import yamlserializer  # type: ignore[import-untyped]

import hillstone_ccc.testing
from hillstone_ccc.testing import StandIns, vcr_config
from hillstone_ccc.testing.scrubbing import SIGNED_QUERY, Scrubber
from hillstone_ccc.testing.stand_ins import MADE_UP_NUMBER

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGITS = "0123456789"
_BASE64 = st.text(_LETTERS + _DIGITS + "+/", min_size=24, max_size=40)

_mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True).filter(lambda one: not one.startswith("1380000"))
_land_lines = st.from_regex(r"0[1-9][0-9]{9,10}", fullmatch=True).filter(lambda one: not one.startswith("021000000"))
numbers = _mobiles | _land_lines
key_ids = st.text(_LETTERS + _DIGITS, min_size=12, max_size=20).map(lambda text: "LTAI" + text)
tokens = _BASE64.map(lambda text: "STS." + text.replace("/", "x").replace("+", "y"))
signatures = _BASE64 | st.text("0123456789abcdef", min_size=64, max_size=64)
people = st.text("甲乙丙丁戊己庚辛壬癸赵钱孙李周吴郑王", min_size=2, max_size=4)
logins = st.text("abcdefghijklmnopqrstuvwxyz", min_size=9, max_size=16).filter(lambda one: "agent" not in one)
links = st.builds(
    lambda path, query: f"https://bucket.oss-cn-shanghai.aliyuncs.com/ccc-demo/{path}.wav?{urlencode(query)}",
    st.text(_LETTERS, min_size=1),
    st.fixed_dictionaries(
        {"Expires": st.just("1767409460"), "OSSAccessKeyId": key_ids, "Signature": signatures},
        optional={"security-token": tokens},
    ),
)

_NUMBER_FIELDS = (
    "CallingNumber", "CalledNumber", "Mobile", "Number", "Broker", "AdditionalBroker", "CustomerId",
    "OffsiteAgentOriginatorNumbers", "OffsiteAgentDestinationNumbers", "OutsideNumberDestinationNumber",
    "VoicebotOriginatorNumber", "VoicebotDestinationNumber",
)  # fmt: skip
_NAME_FIELDS = ("DisplayName", "AgentName", "AgentNames", "Nickname", "AccessChannelUserName")
_FREE_TEXTS = (
    "请回电{}，谢谢",
    "call +86 {} back",
    "手机:{}",
    "{}",
    "a\\n{}",
    "%20{}",
    "tel={}&x=1",
    '{{"said":"{}"}}',
)


def recorded(request: Request, response: dict[str, Any], **settings: Any) -> tuple[str, Any]:
    """What vcrpy writes of one exchange: the cassette's text, and what it says."""
    vcrpy = vcr.VCR(**vcr_config(**settings)).get_merged_config()
    exchanges = {
        "requests": [vcrpy["before_record_request"](request)],
        "responses": [vcrpy["before_record_response"](copy.deepcopy(response))],
    }
    text = serialize(exchanges, yamlserializer)
    told = yamlserializer.deserialize(text)["interactions"][0]
    # yaml breaks and escapes long lines: what a cassette holds is what it says, not only what it looks like.
    return text + str(told), told


def answer(body: Any, headers: Mapping[str, str] | None = None, *, compressed: bool = False) -> dict[str, Any]:
    """An answer as vcrpy has it."""
    content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    told = {"Content-Type": "application/json", **(headers or {})}
    if compressed:
        content, told["Content-Encoding"] = gzip.compress(content), "gzip"
    told["Content-Length"] = str(len(content))
    return {
        "status": {"code": 200, "message": "OK"},
        "headers": {name: [value] for name, value in told.items()},
        "body": {"string": content},
    }


def asked(query: dict[str, str] | None = None, **headers: str) -> Request:
    """A signed request as vcrpy has it."""
    told = {"x-acs-action": "ListCallDetailRecordsV2", "x-acs-version": "2020-07-01", **headers}
    return Request("POST", f"https://ccc.cn-shanghai.aliyuncs.com/?{urlencode(query or {})}", b"", told)


@given(key_id=key_ids, token=tokens, signature=signatures, nonce=st.uuids(), link=links, compressed=st.booleans())
def test_no_key_token_or_signature_is_recorded(
    key_id: str, token: str, signature: str, nonce: Any, link: str, compressed: bool
) -> None:
    """Keys, tokens, nonces and signatures of headers, parameters, links and messages stay out of the cassette."""
    request = asked(
        {"InstanceId": "ccc-demo", "AccessKeyId": key_id, "SecurityToken": token, "Signature": signature},
        authorization=f"ACS3-HMAC-SHA256 Credential={key_id},SignedHeaders=host,Signature={signature}",
        Cookie=f"session={token}",
        **{"x-acs-security-token": token, "x-acs-accesskey-id": key_id, "x-acs-signature-nonce": nonce.hex},
    )
    body = {
        "Data": {"FileUrl": link, "Other": [f"see <{link}> now"]},
        "AccessKeyId": key_id,
        "Message": f"key {key_id} with token={token}; server string to sign is:POST&{signature}",
    }
    text, _ = recorded(request, answer(body, {"Set-Cookie": f"sid={nonce.hex}"}, compressed=compressed))

    query = parse_qs(urlsplit(link).query)
    for secret in (key_id, token, signature, nonce.hex, *query["Signature"], *query["OSSAccessKeyId"]):
        assert secret not in text
        assert quote(secret, safe="") not in text


@given(link=links, other=links)
def test_a_signed_link_keeps_host_and_path(link: str, other: str) -> None:
    """A link's query is replaced, wherever it stands, and what downloads it is recorded under the same address."""
    wanted = f"{link.partition('?')[0]}?Expires=0&OSSAccessKeyId=EXAMPLE&Signature=EXAMPLE"
    rest = f"{other.partition('?')[0]}?{SIGNED_QUERY}"
    download = Request("GET", link, b"", {})
    _, exchange = recorded(download, answer({"Data": [{"FileUrl": link, "Note": f"({other}"}]}))

    assert wanted == exchange["request"]["uri"]
    assert {"Data": [{"FileUrl": wanted, "Note": f"({rest}"}]} == json.loads(exchange["response"]["body"]["string"])


@given(
    number=numbers, field=st.sampled_from(_NUMBER_FIELDS), free=st.sampled_from(_FREE_TEXTS), compressed=st.booleans()
)
def test_no_phone_number_is_recorded(number: str, field: str, free: str, compressed: bool) -> None:
    """A number gets one made-up form in fields, parameters, criteria, free text, comma lists and channel ids."""
    stand_in = StandIns().number(number)
    request = asked({"CallingNumber": number, "Criteria": json.dumps({"phoneNumber": number}), "Text": number})
    row = {
        field: number,
        "Pair": {field: f"{number},{number}"},
        "EarlyMediaText": free.format(number),
        "AgentChannelId": f"ch-user-{number}-80000001-1767323080000-job-000000000000000002",
        "HoldTimes": [1767323090000],
    }
    text, exchange = recorded(request, answer({"Data": {"List": [row]}}, compressed=compressed))

    assert number not in text
    assert MADE_UP_NUMBER.fullmatch(stand_in)
    told = json.loads(exchange["response"]["body"]["string"])["Data"]["List"][0]
    assert (stand_in, f"{stand_in},{stand_in}") == (told[field], told["Pair"][field])
    assert stand_in in told["EarlyMediaText"]
    assert told["AgentChannelId"].startswith(f"ch-user-{stand_in}-")
    assert [1767323090000] == told["HoldTimes"]
    query = parse_qs(urlsplit(exchange["request"]["uri"]).query)
    assert [stand_in] == query["CallingNumber"] == query["Text"]
    assert [{"phoneNumber": stand_in}] == [json.loads(one) for one in query["Criteria"]]


@given(name=people, login=logins, domain=st.sampled_from(["corp.cn", "mail.corp.com.cn"]))
def test_no_name_is_recorded(name: str, login: str, domain: str) -> None:
    """Names, logins, mail addresses and pictures are replaced in fields and in a search for an agent."""
    request = asked({"SearchPattern": name}, **{"x-acs-action": "ListUsers"})
    row = dict.fromkeys(_NAME_FIELDS, name) | {
        "LoginName": login,
        "Email": f"{login}@{domain}",
        "AvatarUrl": f"https://{domain}/{login}.png",
        "Remark": f"写信给{login}@{domain}",
        "AccessChannelUserId": login,
        "ClientIpAddress": "203.0.113.7",
    }
    text, exchange = recorded(request, answer({"Data": {"List": [row]}}))

    for personal in (name, login, domain, "203.0.113.7"):
        assert personal not in text
    told = json.loads(exchange["response"]["body"]["string"])["Data"]["List"][0]
    stand_ins = StandIns()
    assert {stand_ins.name(name)} == {told[field] for field in _NAME_FIELDS}
    assert [stand_ins.name(name)] == parse_qs(urlsplit(exchange["request"]["uri"]).query)["SearchPattern"]
    assert (stand_ins.login(login), f"{stand_ins.login(login)}@example.com") == (told["LoginName"], told["Email"])


@given(name=people, login=logins, number=numbers)
def test_names_are_kept_on_demand(name: str, login: str, number: str) -> None:
    """With ``names=False`` names and addresses stay, and numbers still do not."""
    row = {"AgentNames": name, "LoginName": login, "Email": f"{login}@corp.cn", "Mobile": number}
    _, exchange = recorded(asked({"SearchPattern": name}), answer(row), names=False)

    assert row | {"Mobile": StandIns().number(number)} == json.loads(exchange["response"]["body"]["string"])
    assert [name] == parse_qs(urlsplit(exchange["request"]["uri"]).query)["SearchPattern"]


_plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text("甲 :/.-xyz"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("FIELDS", max_size=6), inner, max_size=3),
    max_leaves=10,
)


@given(value=st.dictionaries(st.sampled_from(["Data", "Extra", "TotalCount"]), _plain), compressed=st.booleans())
def test_what_is_not_secret_stays(value: dict[str, Any], compressed: bool) -> None:
    """Other fields keep value and type, and the announced length is that of what is recorded."""
    _, exchange = recorded(asked(), answer(value, compressed=compressed))

    told = exchange["response"]
    assert json.dumps(value) == json.dumps(json.loads(told["body"]["string"]))
    headers = {name.lower(): values for name, values in told["headers"].items()}
    assert {"content-type", "content-length"} == set(headers)
    assert [str(len(told["body"]["string"].encode()))] == headers["content-length"]


_ROW = {
    "ContactId": "job-000000000000000002",
    "AgentIds": "alpha@ccc-demo,beta@ccc-demo",
    "SkillGroupIds": "sg-one@ccc-demo",
    "RequestId": "00000000-0000-0000-0000-000000000010",
    "FileName": "job-000000000000000002-00000000-0000-0000-0000-0000000000c2-1767323085000.mkv",
    "RamId": 200000000000000001,
    "StartTime": "1767323085000",
    "PageNumber": 12345,
    "Extension": "80000003",
    "DisplayId": "1001",
    "EC": "0002-00000069",
    "CallIds": "480e508f43a70d6e-0@ccc,sip-leg-000002",
    "Message": "无",
}


def test_ids_times_and_counts_stay() -> None:
    """What calls are looked up and matched by is no phone number, however many digits it has."""
    assert _ROW == Scrubber().value(_ROW)
    assert [("SearchPattern", "售后"), ("ContactIdList", '["job-1"]')] == Scrubber().parameters(
        [("SearchPattern", "售后"), ("ContactIdList", '["job-1"]')], "ListSkillGroups"
    )


def test_a_groups_name_is_not_a_persons() -> None:
    """Display names of skill groups stay, those of agents go; the name of an agent's own queue is the agent's."""
    name = StandIns().name("张三")
    group = {"SkillGroupId": "vip@ccc-demo", "DisplayName": "贵宾专线"}
    rows = [
        group,
        {"UserId": "zhangsan@ccc-demo", "DisplayName": "张三"},
        {"QueueType": 1, "QueueName": "贵宾专线"},
        {"QueueType": 2, "QueueName": "张三"},
        {"QueueType": "2", "QueueName": "张三"},
    ]

    assert [
        group,
        {"UserId": "zhangsan@ccc-demo", "DisplayName": name},
        {"QueueType": 1, "QueueName": "贵宾专线"},
        {"QueueType": 2, "QueueName": name},
        {"QueueType": "2", "QueueName": name},
    ] == Scrubber().value(rows)


_fields = st.sampled_from(
    ["", *_ROW, *_NUMBER_FIELDS, *_NAME_FIELDS, "FileUrl", "Criteria", "Email", "LoginName", "Token"]
)


@given(text=st.text() | numbers | links | people | st.builds(json.dumps, _plain), field=_fields)
def test_scrubbing_twice_is_scrubbing_once(text: str, field: str) -> None:
    """What vcrpy loads is scrubbed, too, and nothing changes."""
    scrubber = Scrubber(secrets=("hunter22",))
    once = scrubber.value(text, field)

    assert once == scrubber.value(once, field)


@given(number=numbers, other=numbers, key=st.text(max_size=80))
def test_equal_numbers_stay_equal(number: str, other: str, key: str) -> None:
    """A number has one stand-in a key, whatever separates its digits; another one has mostly another."""
    stand_ins = StandIns(key)
    spaced = f"{number[:3]}-{number[3:7]} {number[7:]}"

    assert stand_ins.number(number) == StandIns(key).number(spaced)
    if number.startswith("1"):
        assert stand_ins.number(number) == stand_ins.number(f"+86{number}") == stand_ins.number(f"0086-{number}")
    assume(number != other)
    made = {StandIns(f"{key}{turn}").number(one) for turn in range(3) for one in (number, other)}
    assert len(made) > 1


@pytest.mark.parametrize(
    ("field", "value", "wanted"),
    [
        ("CallingNumber", "", ""),
        ("CallingNumber", "anonymous", "anonymous"),
        ("CallingNumber", "13800000001", "13800000001"),
        ("CallingNumber", "+86 138-0000-0001", "13800000001"),
        ("CalledNumber", "02100000001", "02100000001"),
        ("CallingNumber", 13800000001, 13800000001),
        ("CallingNumber", 0, 0),
        ("CallingNumber", None, None),
        ("CallingNumber", True, True),
        ("PageNumber", "101", "101"),
        ("Criteria", "", ""),
        ("FileUrl", "https://example.com/a.wav", "https://example.com/a.wav"),
        ("FileUrl", "https://example.com/a.wav?x=1", f"https://example.com/a.wav?{SIGNED_QUERY}"),
        ("AgentNames", "坐席000001,", "坐席000001,"),
        ("Email", "", ""),
        ("Email", "alpha@example.com", "alpha@example.com"),
        ("AvatarUrl", "", ""),
        ("ClientIpAddress", "", ""),
        ("ClientIpAddress", "203.0.113.7", "192.0.2.1"),
        ("SecurityToken", "", ""),
        ("SecurityToken", "short", "EXAMPLE"),
        ("AccessKeySecret", "short", "EXAMPLE"),
    ],
)
def test_fields_by_example(field: str, value: Any, wanted: Any) -> None:
    """What is empty, made up already or no number stays; the rest is replaced by the same type."""
    told = Scrubber().value({field: value})[field]

    assert (wanted, type(wanted)) == (told, type(told))


def test_numbers_of_any_type_and_length_are_replaced() -> None:
    """Numbers sent as JSON numbers stay JSON numbers; parts of numbers and logins for addresses are replaced."""
    scrubber, stand_ins = Scrubber(), StandIns()
    number = int("139" + "12345678")
    part = "139" + "1234"

    assert {"Mobile": int(stand_ins.number(str(number)))} == scrubber.value({"Mobile": number})
    assert [("Criteria", f'{{"phoneNumber":"{stand_ins.number(part)}"}}')] == scrubber.parameters(
        [("Criteria", json.dumps({"phoneNumber": part}))]
    )
    assert [("Criteria", stand_ins.number(part))] == scrubber.parameters([("Criteria", part)])
    assert f"CallingNumber:{stand_ins.number(part)}, PageNumber=10000" == scrubber.text(
        f"CallingNumber:{part}, PageNumber=10000"
    )
    assert f"{stand_ins.login('somebody')}@example.com" == stand_ins.address("somebody")
    wide = str(number).translate({ord(digit): ord(digit) + 0xFEE0 for digit in _DIGITS})
    assert f"电话{stand_ins.number(str(number))}。" == scrubber.text(f"电话{wide}。")


def test_secrets_given_are_removed_everywhere() -> None:
    """A value named as secret is removed from paths, parameters, headers and bodies, of whatever form it is."""
    request = Request("GET", "https://u:p@example.com/hunter22/x?Note=hunter22", None, {"Range": "bytes=0-"})
    text, exchange = recorded(
        request, answer({"hunter22": "a hunter22"}, {"Via": "hunter22"}), secrets=["", "hunter22"]
    )

    assert "hunter22" not in text
    assert "https://example.com/***/x?Note=%2A%2A%2A" == exchange["request"]["uri"]
    assert {"range": ["bytes=0-"]} == exchange["request"]["headers"]


def test_the_object_stores_errors_are_scrubbed() -> None:
    """XML that quotes the key, the signature and what was signed loses them and stays XML."""
    body = (
        "<Error><Code>SignatureDoesNotMatch</Code><OSSAccessKeyId>example-id</OSSAccessKeyId>"
        "<SignatureProvided>VssNN8aVYK0=</SignatureProvided><StringToSign>GET\n\n1767323045</StringToSign></Error>"
    )
    _, exchange = recorded(Request("GET", "https://example.com/a", b"", {}), answer(body.encode()))

    assert (
        "<Error><Code>SignatureDoesNotMatch</Code><OSSAccessKeyId>EXAMPLE</OSSAccessKeyId>"
        "<SignatureProvided>EXAMPLE</SignatureProvided><StringToSign>EXAMPLE</StringToSign></Error>"
    ) == exchange["response"]["body"]["string"]


@given(number=numbers, cut=st.integers(2, 200))
def test_a_body_cut_short_is_scrubbed(number: str, cut: int) -> None:
    """JSON that breaks off is scrubbed as text: the number does not survive."""
    whole = json.dumps({"Data": {"List": [{"CallingNumber": number, "CalledNumber": number}]}}).encode()
    text, _ = recorded(asked(), answer(whole[:-cut] or b"{"))

    assert number not in text


@given(content=st.binary().map(lambda content: b"RIFF" + content + b"\0"))
def test_voices_are_not_recorded(content: bytes) -> None:
    """Bytes that are no text become sixteen zero bytes without checksums, unless recordings are wanted."""
    sent = answer(content, {"ETag": '"A"', "x-oss-hash-crc64ecma": "1", "x-oss-request-id": "2"})
    _, silent = recorded(asked(), sent)
    _, loud = recorded(asked(), sent, recordings=True)

    assert (bytes(16), ["16"]) == (_content(silent), silent["response"]["headers"]["Content-Length"])
    assert {"Content-Type", "Content-Length", "x-oss-request-id"} == set(silent["response"]["headers"])
    assert (content, ['"A"']) == (_content(loud), loud["response"]["headers"]["ETag"])


def _content(exchange: Any) -> bytes:
    content = exchange["response"]["body"]["string"]
    return content if isinstance(content, bytes) else content.encode()


def test_a_damaged_gzip_is_not_recorded_either() -> None:
    """Compressed bytes that cannot be read are replaced, recordings or not: nobody knows what they hold."""
    damaged = answer({"Mobile": "example"}, compressed=True)
    damaged["body"]["string"] = damaged["body"]["string"][:-9]
    _, exchange = recorded(asked(), damaged, recordings=True)

    assert bytes(16) == _content(exchange)


def test_a_compression_unknown_here_is_refused() -> None:
    """What cannot be read cannot be scrubbed, so recording it fails."""
    with pytest.raises(ValueError, match="cannot be scrubbed"):
        recorded(asked(), answer({}, {"Content-Encoding": "zstd"}))


@given(number=numbers)
def test_bodies_of_requests_are_scrubbed(number: str) -> None:
    """Forms by parameter, JSON by field, text as text; bytes that are no text are replaced."""
    stand_in = StandIns().number(number)
    form = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
    cases: list[tuple[Any, dict[str, str], str]] = [
        (
            urlencode({"CallingNumber": number, "StartTime": "1"}).encode(),
            form,
            f"CallingNumber={stand_in}&StartTime=1",
        ),
        (json.dumps({"Mobile": number}), {}, json.dumps({"Mobile": stand_in}, separators=(",", ":"))),
        (f"tel {number}".encode(), {}, f"tel {stand_in}"),
        (b"\xff\xfe", {}, "\0" * 16),
    ]
    for body, headers, wanted in cases:
        request = Request("POST", "https://ccc.cn-shanghai.aliyuncs.com/", body, headers)
        _, exchange = recorded(request, answer({}))
        told = exchange["request"]["body"]
        assert wanted == (told.decode() if isinstance(told, bytes) else told)


def test_a_body_of_another_kind_is_refused() -> None:
    """A request's body that is neither bytes nor text is not recorded."""
    with pytest.raises(TypeError, match="cannot be scrubbed"):
        recorded(Request("POST", "https://example.com/", {"a": "b"}, {}), answer({}))


def test_an_answer_without_a_body_is_recorded() -> None:
    """Cassettes without a body, and headers that are one text and no list, are taken as they are."""
    _, exchange = recorded(
        asked(), {"status": {"code": 204, "message": ""}, "headers": {"Content-Length": "0"}, "body": {}}
    )

    assert ({}, {"Content-Length": ["0"]}) == (exchange["response"]["body"], exchange["response"]["headers"])


def test_half_a_character_in_json_is_kept() -> None:
    """JSON may escape half a character, which no encoding can write; it stays an escape."""
    _, exchange = recorded(asked(), answer(rb'{"EarlyMediaText": "\ud800"}'))

    assert '{"EarlyMediaText":"\\ud800"}' == exchange["response"]["body"]["string"]


def test_hostile_nesting_is_recorded_as_text() -> None:
    """JSON too deep to be read is scrubbed as text."""
    deep = b"[" * 100_000
    _, exchange = recorded(asked(), answer(deep))

    assert deep.decode() == exchange["response"]["body"]["string"]


def test_the_extra_is_named_when_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without vcrpy, the error tells which extra to install."""
    monkeypatch.setattr("hillstone_ccc.testing.cassettes.find_spec", lambda _: None)

    with pytest.raises(ModuleNotFoundError, match=re.escape("pip install 'hillstone-ccc[testing]'")):
        vcr_config()


def test_the_package_offers_what_it_lists() -> None:
    """Each listed name is there, and another one is an AttributeError as anywhere."""
    assert ["SimulatedClock", "StandIns", "vcr_config"] == [
        getattr(hillstone_ccc.testing, name).__name__ for name in hillstone_ccc.testing.__all__
    ]
    with pytest.raises(AttributeError, match="has no attribute 'cassette'"):
        hillstone_ccc.testing.cassette  # noqa: B018

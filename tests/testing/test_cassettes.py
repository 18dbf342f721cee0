"""What was recorded against the sandbox, replayed by every driver with the network blocked.

The cassettes are made anew, against the sandbox on a port, by ``pytest tests/testing --record-mode=rewrite``.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from hillstone_ccc import Agent, CallRecord, ContactType, Disposition, NotFoundError
from hillstone_ccc.sandbox import Call, Sandbox
from hillstone_ccc.testing import StandIns
from hillstone_ccc.testing import vcr_config as scrubbed

pytestmark = [pytest.mark.block_network]

NOW = 1_767_345_845
"""Friday 2 January 2026, 17:24:05 in Beijing."""

ENDPOINT = "https://ccc.cn-shanghai.aliyuncs.com"
_PORT = re.compile(r"http://127\.0\.0\.1:\d+")
# Put together here, so that no number of a real form is written anywhere.
REAL_NUMBERS = tuple(f"139{123_400_00 + place}" for place in range(10))
CALLS = tuple(
    Call(contact_id=f"job-{place}", start_time=(NOW - 3600 + place) * 1000, calling_number=number)
    for place, number in enumerate(REAL_NUMBERS)
)


def at(seconds: int) -> datetime:
    """The moment, as a client in Beijing's zone tells it."""
    return datetime.fromtimestamp(seconds, timezone(timedelta(hours=8)))


@pytest.fixture
def vcr_config() -> dict[str, Any]:
    """What the library offers, and the sandbox's changing port under one name."""
    config = scrubbed()

    def rename(asked: Any) -> Any:
        asked.uri = _PORT.sub(ENDPOINT, asked.uri)
        return asked

    def rename_links(answer: dict[str, Any]) -> dict[str, Any]:
        body = _PORT.sub("https://example-bucket.oss-cn-shanghai.aliyuncs.com", answer["body"]["string"].decode())
        body = re.sub(r"127\.0\.0\.1:\d+", "ccc.cn-shanghai.aliyuncs.com", body)
        answer["body"]["string"] = body.encode()
        if "content-length" in answer["headers"]:
            answer["headers"]["content-length"] = [str(len(body.encode()))]
        return answer

    config["before_record_request"].append(rename)
    config["before_record_response"].append(rename_links)
    return config


@pytest.fixture
def endpoint(record_mode: str) -> Iterator[str]:
    """The upstream: none in a replay, the sandbox while recording."""
    if record_mode == "none":
        yield ENDPOINT
        return
    with Sandbox(calls=CALLS, clock=lambda: NOW) as box:
        yield box.endpoint


@pytest.mark.vcr
@pytest.mark.default_cassette("recorded/search")
async def test_a_search_of_three_pages(ccc: Any, stand_ins: StandIns, vcr: Any) -> None:
    """Three pages of calls, newest first, with the callers' numbers replaced by their stand-ins."""
    results = ccc.call_records.search(start=at(NOW - 7200), end=at(NOW))
    pages = [await results.page(number, size=4) for number in (1, 2, 3)]

    assert [4, 4, 2] == [len(page.items) for page in pages]
    assert [10, 10, 10] == [page.total for page in pages]
    rows: list[CallRecord] = [row for page in pages for row in page.items]
    assert [call.contact_id for call in reversed(CALLS)] == [row.contact_id for row in rows]
    assert [stand_ins.number(number) for number in reversed(REAL_NUMBERS)] == [row.calling_number for row in rows]
    assert at(NOW - 3591) == rows[0].start_time
    assert (stand_ins.name("张三"),) == rows[0].agent_names
    assert ("zhangsan@ccc-demo",) == rows[0].agent_ids
    assert vcr.play_count in {0, len(vcr)}


@pytest.mark.vcr
@pytest.mark.default_cassette("recorded/detail")
async def test_a_call_with_its_events(ccc: Any, stand_ins: StandIns) -> None:
    """One call's events are in order, and the customer is the caller's stand-in."""
    call = await ccc.call_records.get("job-3")

    assert (ContactType.INBOUND, Disposition.SUCCESS) == (call.contact_type, call.contact_disposition)
    assert stand_ins.number(REAL_NUMBERS[3]) == call.calling_number == call.customer_events[0].customer_id
    assert ("zhangsan@ccc-demo", stand_ins.name("张三")) == (
        call.agent_events[0].agent_id,
        call.agent_events[0].agent_name,
    )
    assert (55, "customer") == (call.call_duration, call.release_initiator)
    assert sorted(event.time for event in call.events) == [event.time for event in call.events]


@pytest.mark.vcr
@pytest.mark.default_cassette("recorded/agents")
async def test_agents_by_a_real_name(ccc: Any, stand_ins: StandIns) -> None:
    """A search by a person's name finds the recording of that search, in which the person has a stand-in."""
    agents: list[Agent] = await ccc.agents.search("张三丰").to_list()

    assert [("zhangsanfeng@ccc-demo", stand_ins.name("张三丰"))] == [(one.user_id, one.display_name) for one in agents]
    assert stand_ins.login("zhangsanfeng") == agents[0].login_name
    assert "zhangsanfeng@example.com" == agents[0].email
    assert agents[0].ram_id is not None
    assert agents[0].ram_id > 2**53


@pytest.mark.vcr
@pytest.mark.default_cassette("recorded/recording")
async def test_a_recording_link(ccc: Any, record_mode: str) -> None:
    """The link keeps its path and has lost its signature; name and length are as recorded."""
    recording = await ccc.recordings.get("job-3")

    assert ("job-3.wav", 40) == (recording.file_name, recording.duration)
    head, _, query = recording.url.partition("?")
    assert head.endswith("/job-3.wav")
    if record_mode == "none":
        assert ("Expires=0&OSSAccessKeyId=EXAMPLE&Signature=EXAMPLE", at(0)) == (query, recording.expires_at)


@pytest.mark.vcr
@pytest.mark.default_cassette("recorded/unknown_instance")
@pytest.mark.parametrize("instance_id", ["ccc-none"])
async def test_an_error(ccc: Any) -> None:
    """A refusal keeps code, status, request id and text."""
    with pytest.raises(NotFoundError, match="The specified instance ccc-none does not exist") as caught:
        await ccc.agents.search().to_list()

    assert ("NotExists.InstanceId", 404) == (caught.value.code, caught.value.http_status)
    assert re.fullmatch(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", caught.value.request_id or "")

"""What the paths answer: pages, totals, names that nobody bears, bad parameters, what goes wrong upstream."""

import asyncio
import json
import logging
import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.exceptions import HTTPException

from hillstone_ccc import AsyncClient, CallRecordQuery, ConfigurationError, RetryPolicy
from hillstone_ccc.contract import PARAMETERS
from hillstone_ccc.sandbox import Call, Fault, Faults, Sandbox
from hillstone_ccc.server import Metrics, ServerOptions, create_app, create_router
from hillstone_ccc.server.front_desk import FrontDesk
from hillstone_ccc.testing.clock import SimulatedClock

from .conftest import ROOT

Application = Callable[..., Any]
Caller = Callable[..., httpx.AsyncClient]
CALLS = f"{ROOT}/call_record"
ALWAYS: dict[str, Any] = {"start_time": 0}


async def told(caller: httpx.AsyncClient, path: str = CALLS, **parameters: Any) -> Any:
    """What a path answers, which must be good."""
    answer = await caller.get(path, params=parameters)
    assert 200 == answer.status_code, answer.text
    return answer.json()["data"]


async def test_pages_put_together_are_all_calls(application: Application, still: Sandbox, caller: Caller) -> None:
    """Each call once, newest first, the real total on every page."""
    asking = caller(application(still))
    pages = [await told(asking, page=number, size=100, **ALWAYS) for number in range(1, 8)]
    rows = [row for page in pages for row in page["list"]]
    assert {600} == {page["total"] for page in pages} | {len({row["contact_id"] for row in rows})}
    assert sorted((row["start_time"] for row in rows), reverse=True) == [row["start_time"] for row in rows]
    assert [1, 2, 3, 4, 5, 6, 7] == [page["page"] for page in pages]
    assert [] == pages[-1]["list"]


async def test_a_total_is_asked_for_once(application: Application, box: Sandbox, caller: Caller) -> None:
    """The first page tells it to those that follow."""
    asking = caller(application(box))
    for number in (1, 2, 3):
        await told(asking, page=number, size=50, **ALWAYS)
    assert 3 == len(box.requests)


async def test_a_page_alone_asks_for_the_total(application: Application, box: Sandbox, caller: Caller) -> None:
    """A page whose first one nobody asked for takes a second request, once."""
    asking = caller(application(box))
    assert 300 == (await told(asking, page=2, size=100, **ALWAYS))["total"]
    assert 2 == len(box.requests)
    assert 300 == (await told(asking, page=3, size=100, **ALWAYS))["total"]
    assert 3 == len(box.requests)


async def test_a_first_page_shows_the_present(application: Application, box: Sandbox, caller: Caller) -> None:
    """It is asked for anew each time; only pages behind it belong to what it found."""
    asking = caller(application(box))
    await told(asking, **ALWAYS)
    await told(asking, **ALWAYS)
    assert 2 == box.count("ListCallDetailRecordsV2")


@pytest.mark.parametrize("number", ["", "138********"])
async def test_calls_that_arrive(application: Application, box: Sandbox, caller: Caller, number: str) -> None:
    """A first page shows them; the pages behind it are those of the search that it began."""
    asking = caller(application(box, clock=(clock := SimulatedClock(wall=box.centre.now_ms / 1000 + 1))))
    search = {"calling_number": number, "size": 10, **ALWAYS}
    first, second = [await told(asking, page=page, **search) for page in (1, 2)]
    box.centre.add(
        Call(contact_id="job-new", start_time=box.centre.now_ms + 2_000, calling_number="13800000001"),
    )
    clock.advance(5)
    assert second == await told(asking, page=2, **search)
    anew = await told(asking, page=1, **search)
    assert ("job-new", first["total"] + 1) == (anew["list"][0]["contact_id"], anew["total"])
    assert first["list"][-1] == (await told(asking, page=2, **search))["list"][0]


async def test_nothing_told_means_today(application: Application, still: Sandbox, caller: Caller) -> None:
    """From 00:00 in Asia/Shanghai until now."""
    zone = timezone(timedelta(hours=8))
    midnight = datetime.now(zone).replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000
    page = await told(caller(application(still)))
    assert all(row["start_time"] >= midnight for row in page["list"])


async def test_a_range(application: Application, still: Sandbox, caller: Caller) -> None:
    """Half open, in milliseconds."""
    asking = caller(application(still))
    rows = (await told(asking, **ALWAYS))["list"]
    start, end = rows[9]["start_time"], rows[4]["start_time"]
    inner = await told(asking, start_time=start, end_time=end)
    meant = [row["contact_id"] for row in rows if start <= row["start_time"] < end]
    assert meant == [row["contact_id"] for row in inner["list"]]
    assert len(meant) == inner["total"]


async def test_agents_by_name(application: Application, still: Sandbox, caller: Caller) -> None:
    """One name or several, between either comma: the calls of all of them, each once."""
    asking = caller(application(still))
    rows = [row for page in range(1, 7) for row in (await told(asking, page=page, **ALWAYS))["list"]]
    names = sorted({row["agent_names"] for row in rows if row["agent_names"] and "," not in row["agent_names"]})[:2]
    for comma in (",", "，", " ， "):
        found = await told(asking, agent_names=comma.join(names), **ALWAYS)
        assert {row["contact_id"] for row in rows if set(row["agent_names"].split(",")) & set(names)} == {
            row["contact_id"] for row in found["list"]
        }
        assert len(found["list"]) == found["total"]


async def test_unknown_digits(application: Application, still: Sandbox, caller: Caller) -> None:
    """A star is one digit, and the total is the total of what matches, on every page."""
    asking = caller(application(still))
    rows = [row for page in range(1, 7) for row in (await told(asking, page=page, **ALWAYS))["list"]]
    number = next(row["calling_number"] for row in rows if row["contact_type"] == "_inbound")
    pattern = number[:6] + "*" * (len(number) - 6)
    meant = [
        row["contact_id"]
        for row in rows
        if row["calling_number"][:6] == number[:6] and len(row["calling_number"]) == len(number)
    ]
    pages = [await told(asking, calling_number=pattern, page=page, size=7, **ALWAYS) for page in (1, 2)]
    assert meant[:14] == [row["contact_id"] for page in pages for row in page["list"]]
    assert {len(meant)} == {page["total"] for page in pages}


async def test_a_walk_is_walked_once(application: Application, box: Sandbox, caller: Caller) -> None:
    """What its first page has looked through its next pages are cut from."""
    asking = caller(application(box))
    await told(asking, calling_number="1380000****", size=5, **ALWAYS)
    walked = len(box.requests)
    await told(asking, calling_number="1380000****", size=5, page=2, **ALWAYS)
    assert walked == len(box.requests)


@pytest.mark.parametrize("name", ["没有这个人", "没有这个人,张三"])
async def test_a_name_that_nobody_bears(application: Application, still: Sandbox, caller: Caller, name: str) -> None:
    """An empty page whose message names it, never a wider list."""
    answer = await caller(application(still)).get(CALLS, params={"agent_names": name, "size": 10, **ALWAYS})
    envelope = answer.json()
    assert (200, 0, {"page": 1, "size": 10, "total": 0, "list": []}) == (
        answer.status_code,
        envelope["code"],
        envelope["data"],
    )
    assert "没有这个人" in envelope["message"]


@pytest.mark.parametrize("name", ["张", "王伟,夜班"])
async def test_a_name_is_nobodys_but_its_bearers(
    application: Application, still: Sandbox, caller: Caller, name: str
) -> None:
    """A part of a name is no name: whom it might mean is not guessed, which would widen the list."""
    asking = caller(application(still))
    assert (await told(asking, f"{ROOT}/agent", name_pattern=name[:1]))["total"] > 0
    answer = (await asking.get(CALLS, params={"agent_names": name, **ALWAYS})).json()
    assert (0, 0) == (answer["code"], answer["data"]["total"])
    assert answer["message"]


async def test_a_skill_group_that_is_not_there(application: Application, still: Sandbox, caller: Caller) -> None:
    """The same of the filter that is an addition."""
    answer = (await caller(application(still)).get(CALLS, params={"skill_group_names": "nowhere", **ALWAYS})).json()
    assert (0, 0) == (answer["code"], answer["data"]["total"])
    assert "nowhere" in answer["message"]


@pytest.mark.parametrize(
    "filters",
    [
        {"contact_types": "_inbound"},
        {"contact_types": "Inbound,OUTBOUND"},
        {"dispositions": "_success"},
        {"order": "asc"},
        {"media_type": "AUDIO"},
        {"number": "1380000"},
    ],
)
async def test_further_filters(application: Application, still: Sandbox, caller: Caller, filters: Any) -> None:
    """They mean what the library's own mean."""
    app = application(still)
    asked = await told(caller(app), size=100, **filters, **ALWAYS)
    kinds = {row["contact_type"] for row in asked["list"]}
    if "contact_types" in filters:
        assert kinds == {"_" + one.strip("_").lower() for one in filters["contact_types"].split(",")}
    times = [row["start_time"] for row in asked["list"]]
    assert times == sorted(times, reverse=filters.get("order") != "asc")
    assert asked["list"]


@pytest.mark.parametrize(
    ("path", "query", "named"),
    [
        (CALLS, "page=0", "page"),
        (CALLS, "page=-1", "page"),
        (CALLS, "page=1.0", "page"),
        (CALLS, "page=", "page"),
        (CALLS, "page=%EF%BC%91", "page"),
        (CALLS, "page=99999999999999999999", "page"),
        (CALLS, "size=0", "size"),
        (CALLS, "size=101", "size"),
        (CALLS, "size=ten", "size"),
        (CALLS, "size=1&size=2", "size"),
        (CALLS, "start_time=yesterday", "start_time"),
        (CALLS, "start_time=", "start_time"),
        (CALLS, "end_time=5", "end_time"),
        (CALLS, "start_time=6&end_time=5", "start_time"),
        (CALLS, "agent_names=,", "agent_names"),
        (CALLS, "calling_number=13800000001a", "calling_number"),
        (CALLS, "called_number=+", "called_number"),
        (CALLS, "contact_types=Smell", "contact_types"),
        (CALLS, "contact_types=Inbound,,Outbound", "contact_types"),
        (CALLS, "order=down", "order"),
        (CALLS, "agent_name=x", "agent_name"),
        (CALLS, "%0a=x", "a parameter"),
        (CALLS, "agent_names=" + "a" * 9000, "agent_names"),
        (CALLS, "agent_names=%D5%C5%C8%FD", "agent_names"),
        (CALLS, "start_time=4133952000000", "start_time"),
        (f"{ROOT}/agent", "name_pattern=%FF", "name_pattern"),
        (f"{CALLS}/{'x' * 9000}", "", "contact_id"),
        (f"{CALLS}/mono_recording", "", "contact_id"),
        (f"{CALLS}/mono_recording", "contact_id=%20", "contact_id"),
        (f"{CALLS}/job-1", "page=1", "page"),
        (f"{ROOT}/agent", "size=101", "size"),
        (f"{ROOT}/agent", "names=x", "names"),
    ],
)
async def test_bad_parameters(
    application: Application, box: Sandbox, caller: Caller, path: str, query: str, named: str
) -> None:
    """400 with a non-zero code and a message that names the parameter, and nothing is asked upstream."""
    answer = await caller(application(box)).get(f"{path}?{query}")
    envelope = answer.json()
    assert (400, 40001, None) == (answer.status_code, envelope["code"], envelope["data"])
    assert envelope["message"].startswith(f"{named} ") or envelope["message"].startswith(f"{named}:")
    assert [] == box.requests


async def test_numbers_are_not_repeated(application: Application, still: Sandbox, caller: Caller) -> None:
    """A number that cannot be read is not told back."""
    answer = await caller(application(still)).get(CALLS, params={"calling_number": "13800001234x"})
    assert "1234" not in answer.text


async def test_a_recording(application: Application, box: Sandbox, caller: Caller) -> None:
    """Its link is handed out again for a while, and is one that works."""
    asking = caller(application(box))
    call = next(row for row in (await told(asking, **ALWAYS))["list"] if row["recording_ready"])
    first = await told(asking, f"{CALLS}/mono_recording", contact_id=call["contact_id"])
    again = await told(asking, f"{CALLS}/mono_recording", contact_id=call["contact_id"])
    assert first == again
    assert 1 == box.count("GetMonoRecording")
    assert {"file_url", "file_name"} == set(first)
    assert first["file_name"] == f"{call['contact_id']}.wav"


async def test_no_recording(application: Application, still: Sandbox, caller: Caller) -> None:
    """It is said whether one can still come."""
    asking = caller(application(still))
    rows = [row for page in range(1, 7) for row in (await told(asking, page=page, **ALWAYS))["list"]]
    call = next(row for row in rows if row["established_time"] is None)
    answer = await asking.get(f"{CALLS}/mono_recording", params={"contact_id": call["contact_id"]})
    assert (404, 40405) == (answer.status_code, answer.json()["code"])


async def test_details(application: Application, still: Sandbox, caller: Caller) -> None:
    """They agree with the row, and tell what the list does not."""
    asking = caller(application(still))
    for row in (await told(asking, size=20, **ALWAYS))["list"]:
        detail = await told(asking, f"{CALLS}/{row['contact_id']}")
        assert row == {key: detail[key] for key in row}
        assert {"off_site", "transfer_caller", "transfer_called", "transfers", "events"} <= set(detail)
        times = [event["event_time"] for event in detail["events"]]
        assert times == sorted(times)


async def test_an_unknown_call(application: Application, still: Sandbox, caller: Caller) -> None:
    """404, in the envelope."""
    answer = await caller(application(still)).get(f"{CALLS}/job-000")
    assert (404, 40401) == (answer.status_code, answer.json()["code"])


async def test_agents_are_kept_for_a_while(application: Application, box: Sandbox, caller: Caller) -> None:
    """A page of them is asked for once a minute."""
    asking = caller(application(box))
    first, again = await told(asking, f"{ROOT}/agent"), await told(asking, f"{ROOT}/agent", name_pattern="")
    assert first == again
    assert 1 == len(box.requests)
    group = first["list"][0]["skill_level_list"][0]["skill_group_id"]
    members = await told(asking, f"{ROOT}/agent", skill_group_id=group)
    assert all(group in [one["skill_group_id"] for one in agent["skill_level_list"]] for agent in members["list"])


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (Fault.THROTTLE, 503, 50301),
        (Fault.THROTTLE_WITH_RETRY_AFTER, 503, 50301),
        (Fault.SERVER_ERROR, 502, 50201),
        (Fault.OK_WITH_BAD_CODE, 502, 50201),
        (Fault.DROP, 502, 50202),
        (Fault.EMPTY_BODY, 502, 50203),
        (Fault.EXPIRED_TOKEN, 502, 50205),
    ],
)
@pytest.mark.parametrize("path", [CALLS, f"{ROOT}/agent", f"{CALLS}/mono_recording?contact_id=job-1", f"{CALLS}/job-1"])
async def test_what_goes_wrong_upstream(
    application: Application,
    box: Sandbox,
    caller: Caller,
    caplog: pytest.LogCaptureFixture,
    fault: Fault,
    status: int,
    code: int,
    path: str,
) -> None:
    """It has its status and code, a throttle says when to come back, and nothing upstream is told; the log tells it."""
    box.faults = Faults(share=1.0, kinds=[fault])
    clock = SimulatedClock(wall=datetime.now(timezone.utc).timestamp())
    with caplog.at_level(logging.WARNING, "hillstone_ccc.server"):
        answer = await caller(application(box, clock=clock)).get(path)
    assert (status, code, None) == (answer.status_code, answer.json()["code"], answer.json()["data"])
    assert (status == 503) == ("retry-after" in answer.headers)
    said = answer.text + str(answer.headers)
    for secret in (box.access_key_id, box.endpoint, "Signature", "x-acs", "List", "Traceback", "sandbox"):
        assert secret not in said
    assert answer.headers["x-request-id"] in caplog.text


async def test_keys_that_are_refused_upstream(application: Application, still: Sandbox, caller: Caller) -> None:
    """That is no matter of the caller's: neither 401 nor 403."""
    app = application(still, access_key_secret="another-secret")
    answer = await caller(app).get(f"{ROOT}/agent")
    assert (502, 50205) == (answer.status_code, answer.json()["code"])


async def test_an_upstream_that_is_too_slow(application: Application, box: Sandbox, caller: Caller) -> None:
    """A request is given up at its deadline, and nothing of it goes on."""
    box.faults = Faults(share=1.0, kinds=[Fault.DELAY], delay_seconds=30)
    app = application(box, options=ServerOptions(deadline=0.05))
    answer = await caller(app).get(CALLS)
    assert (504, 50401) == (answer.status_code, answer.json()["code"])
    await asyncio.sleep(0)
    assert 1 >= len([task for task in asyncio.all_tasks() if not task.done()])


async def test_a_search_that_is_too_wide(application: Application, box: Sandbox, caller: Caller) -> None:
    """It is refused, telling to narrow it, before all of it is looked at; one that need not be walked is not."""
    asking = caller(application(box, options=ServerOptions(walk_rows=100)))
    answer = await asking.get(CALLS, params={"calling_number": "*" * 11, **ALWAYS})
    assert (422, 42201) == (answer.status_code, answer.json()["code"])
    assert "narrow" in answer.json()["message"]
    assert len(box.requests) < 4
    assert 300 == (await told(asking, **ALWAYS))["total"]


async def test_equal_requests_at_one_time_are_one(application: Application, box: Sandbox, caller: Caller) -> None:
    """Forty callers, one request upstream, forty equal answers."""
    app = application(box)
    asking = caller(app)
    answers = await asyncio.gather(*(asking.get(CALLS, params=ALWAYS) for _ in range(40)))
    assert 1 == len({answer.content for answer in answers})
    assert 1 == len(box.requests)
    measured = (await caller(app, token="example-token-of-the-operator").get("/metrics")).text
    assert "hillstone_ccc_shared_answers_total 39.0" in measured


async def test_walks_that_found_nothing_take_room_too(upstream: Any, box: Sandbox) -> None:
    """What is kept of walks is bounded however little they found, and the newest is there."""
    desk = FrontDesk(upstream(box), ServerOptions(walk_rows=1), Metrics())
    for start in range(12):
        query = CallRecordQuery(start=start, end=1_000, calling_number="1380000****")
        await desk.call_records(query, 1, 10, mask=False)
    assert 4 == len(desk._walked)
    asked = len(box.requests)
    await desk.call_records(query, 2, 10, mask=False)
    assert asked == len(box.requests)


async def test_too_many_walks(application: Application, box: Sandbox, caller: Caller) -> None:
    """A few at one time, some that wait, and the rest is told to come again; what needs no walk gets its turn."""
    app = application(box, options=ServerOptions(walks=1))
    asking = caller(app)
    searches: list[dict[str, Any]] = [{"start_time": start, "calling_number": "1380000****"} for start in range(12)]
    answers = await asyncio.gather(*(asking.get(CALLS, params=one) for one in searches), asking.get(f"{ROOT}/agent"))
    told = [answer.status_code for answer in answers]
    assert [200] * 8 + [503] * 4 + [200] == told
    assert {50303} == {answer.json()["code"] for answer in answers if answer.status_code == 503}
    assert answers[8].headers["retry-after"]
    assert 200 == (await asking.get(CALLS, params={"start_time": 50, "calling_number": "1380000****"})).status_code


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/openapi.json", "/docs"])
async def test_head_and_options_elsewhere(application: Application, still: Sandbox, caller: Caller, path: str) -> None:
    """Probes ask so."""
    asking = caller(application(still))
    got, asked = await asking.get(path), await asking.head(path)
    assert (200, b"", got.headers["content-length"]) == (
        asked.status_code,
        asked.content,
        asked.headers["content-length"],
    )
    assert "no-store" == got.headers["cache-control"]
    assert 204 == (await asking.options(path)).status_code


async def test_head(application: Application, still: Sandbox, caller: Caller) -> None:
    """The headers of the answer to a GET, and no body."""
    asking = caller(application(still))
    got, asked = await asking.get(f"{ROOT}/agent"), await asking.head(f"{ROOT}/agent")
    assert (b"", got.headers["content-length"]) == (asked.content, asked.headers["content-length"])


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
async def test_other_methods(application: Application, still: Sandbox, caller: Caller, method: str) -> None:
    """405 in the envelope, and which ones are known."""
    answer = await caller(application(still)).request(method, CALLS)
    assert (405, 40501, "GET, HEAD, OPTIONS") == (answer.status_code, answer.json()["code"], answer.headers["allow"])


@pytest.mark.parametrize("path", ["/", "/api", f"{CALLS}/", f"{ROOT}/agents", "/docs/page.html"])
async def test_other_paths(application: Application, still: Sandbox, caller: Caller, path: str) -> None:
    """404 in the envelope."""
    answer = await caller(application(still)).get(path)
    assert (404, 40402) == (answer.status_code, answer.json()["code"])


async def test_other_origins(application: Application, still: Sandbox, caller: Caller) -> None:
    """Pages of other origins may read nothing unless theirs is configured."""
    asked = {"origin": "https://support.example", "access-control-request-method": "GET"}
    closed = caller(application(still))
    assert "access-control-allow-origin" not in (await closed.get(f"{ROOT}/agent", headers=asked)).headers
    opened = caller(application(still, options=ServerOptions(cors_origins=["https://support.example"])))
    answer = await opened.options(f"{ROOT}/agent", headers={**asked, "access-control-request-headers": "authorization"})
    assert (200, "https://support.example") == (answer.status_code, answer.headers["access-control-allow-origin"])
    other = await opened.get(f"{ROOT}/agent", headers={"origin": "https://other.example"})
    assert "access-control-allow-origin" not in other.headers


async def test_a_link_that_has_died(application: Application, box: Sandbox, caller: Caller) -> None:
    """It is not handed out again: another one is asked for."""
    box.faults = Faults(link_expires_after=125)
    clock = SimulatedClock(wall=datetime.now(timezone.utc).timestamp())
    asking = caller(application(box, clock=clock))
    call = next(row for row in (await told(asking, **ALWAYS))["list"] if row["recording_ready"])
    for seconds in (0, 126):
        clock.advance(seconds)
        await told(asking, f"{CALLS}/mono_recording", contact_id=call["contact_id"])
    assert 2 == box.count("GetMonoRecording")


async def test_a_host_that_adds_what_breaks(application: Application, still: Sandbox, caller: Caller) -> None:
    """What the host adds to the application answers in the envelope too when it fails."""
    app = application(still)

    async def teapot(_: Any) -> Any:
        raise HTTPException(418)

    async def broken(_: Any) -> Any:
        raise RuntimeError("the-secret-of-the-host")

    app.add_route("/teapot", teapot)
    app.add_route("/broken", broken)
    answers = [await caller(app).get(path) for path in ("/teapot", "/broken")]
    answers.append(await caller(app).post("/teapot"))
    told = [(one.status_code, one.json()["code"]) for one in answers]
    assert [(418, 41899), (500, 50001), (405, 40501)] == told
    assert "secret" not in answers[1].text


async def test_a_dependency_that_names_nobody(upstream: Any, still: Sandbox, caller: Caller) -> None:
    """A value that is no principal lets nobody in."""
    app = FastAPI()
    app.include_router(create_router(upstream(still), require=lambda: 5))
    answer = await caller(app).get(f"{ROOT}/agent")
    assert (500, 50001) == (answer.status_code, answer.json()["code"])


async def test_readiness(application: Application, box: Sandbox, caller: Caller) -> None:
    """It is the upstream's, asked for now and then; health is the process's own."""
    box.faults = Faults(share=1.0, kinds=[Fault.SERVER_ERROR])
    asking = caller(application(box), token=None)
    told = [await asking.get(path) for path in ("/readyz", "/readyz", "/healthz")]
    assert [(503, 50302), (503, 50302), (200, 0)] == [(one.status_code, one.json()["code"]) for one in told]
    assert 1 == len(box.requests)
    box.faults = Faults()
    good = caller(application(box), token=None)
    assert [200, 200] == [(await good.get("/readyz")).status_code for _ in range(2)]
    assert 2 == len(box.requests)


async def test_what_took_the_time(application: Application, box: Sandbox, caller: Caller) -> None:
    """The call center's part, and the whole; nothing is the call center's where it was not asked."""
    asking = caller(application(box))
    timings = [(await asking.get(f"{ROOT}/agent")).headers["server-timing"] for _ in range(2)]
    found = [re.fullmatch(r"upstream;dur=([0-9.]+), total;dur=([0-9.]+)", timing) for timing in timings]
    assert all(found)
    asked, kept = ([float(one) for one in match.groups()] for match in found if match)
    assert 0 < asked[0] <= asked[1]
    assert 0 == kept[0] < kept[1]


async def test_request_ids(application: Application, still: Sandbox, caller: Caller) -> None:
    """The caller's own is taken if it is a decent one."""
    asking = caller(application(still))
    given = [await asking.get(f"{ROOT}/agent", headers={"x-request-id": one}) for one in ("abc-1", "a b", "x" * 65)]
    assert "abc-1" == given[0].headers["x-request-id"]
    assert all(len(one.headers["x-request-id"]) == 16 for one in given[1:])


async def test_the_audit(
    application: Application, still: Sandbox, caller: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    """One line for each access: who, what, with which filters, numbers masked; for a refusal as well."""
    app = application(still)
    with caplog.at_level(logging.INFO, "hillstone_ccc.server.audit"):
        await told(caller(app), calling_number="13800001234", agent_names="13800001234", **ALWAYS)
        await caller(app).get(f"{CALLS}/job-1")
        await caller(app, token=None).get(f"{CALLS}/mono_recording?contact_id=job-2")
        await caller(app, token="example-token-of-the-operator").get(f"{CALLS}/job-3")
        await caller(app, client=("made up", 5)).get(CALLS, params={"size": "0", "secret": "13800001234"})
        await caller(app, token=None).get("/healthz")
    lines = [json.loads(record.getMessage()) for record in caplog.records if record.name.endswith("audit")]
    assert [
        ("front-end", "token", 200, {"calling_number": "138****1234", "agent_names": "138****1234", "start_time": "0"}),
        ("front-end", "token", 404, {"contact_id": "job-1"}),
        (None, None, 401, {"contact_id": "job-2"}),
        ("operator", "token", 403, {"contact_id": "job-3"}),
        ("front-end", "token", 400, {"size": "0"}),
    ] == [(line["who"], line["by"], line["status"], line["asked"]) for line in lines]
    assert ["127.0.0.1"] * 4 + ["-"] == [line["address"] for line in lines]
    assert "13800001234" not in str(lines)


async def test_measures(application: Application, box: Sandbox, caller: Caller) -> None:
    """Requests, the upstream's part, throttles and caches are counted."""
    app = application(box, retry=RetryPolicy(attempts=1))
    await told(caller(app), f"{ROOT}/agent")
    await told(caller(app), f"{ROOT}/agent")
    box.faults = Faults(share=1.0, kinds=[Fault.THROTTLE])
    await caller(app).get(CALLS)
    answer = await caller(app, token="example-token-of-the-operator").get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    for line in (
        f'hillstone_ccc_request_seconds_count{{path="{ROOT}/agent",status="200"}} 2.0',
        f'hillstone_ccc_request_seconds_count{{path="{CALLS}",status="503"}} 1.0',
        'hillstone_ccc_upstream_seconds_count{action="ListUsers",outcome="200"} 1.0',
        "hillstone_ccc_upstream_throttles_total 1.0",
        'hillstone_ccc_cache_total{cache="agents",found="yes"} 1.0',
        'hillstone_ccc_cache_total{cache="agents",found="no"} 1.0',
        "hillstone_ccc_requests_in_hand 1.0",
    ):
        assert line in answer.text


def test_parameters_are_those_of_the_contract() -> None:
    """The first ones of each path are those that the contract names."""
    first = {path: [one.name for one in known if one.first] for path, known in PARAMETERS.items()}
    assert ["page", "size", "agent_names", "calling_number", "called_number", "start_time", "end_time"] == first[CALLS]
    assert ["page", "size", "name_pattern"] == first[f"{ROOT}/agent"]
    assert ["contact_id"] == first[f"{CALLS}/mono_recording"]


async def test_a_client_that_is_handed_over_is_closed(upstream: Any, still: Sandbox) -> None:
    """With the application, if that was asked for."""
    for closes in (True, False):
        client: AsyncClient = upstream(still)
        app = create_app(client, authorize=lambda _request, _permission: "a", closes_client=closes)
        async with app.router.lifespan_context(app):
            pass
        if closes:
            with pytest.raises(ConfigurationError, match="closed"):
                await client.agents.search().count()
        else:
            assert await client.agents.search().count()

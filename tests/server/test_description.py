"""What the OpenAPI description says is what the server does, whatever is asked."""

from __future__ import annotations

import dataclasses
import re
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, get_type_hints
from urllib.parse import parse_qs, urlsplit

import httpx
import jsonschema_rs
import pytest
import schemathesis
import uvicorn
from fastapi import FastAPI
from hypothesis import settings
from schemathesis.core.failures import Failure
from schemathesis.engine import events, from_schema
from schemathesis.schemas import BaseSchema

from hillstone_ccc import AsyncClient
from hillstone_ccc.contract import (
    AGENTS,
    CALL,
    CALL_RECORD,
    CALL_RECORDS,
    PARAMETERS,
    PERMISSION,
    RECORDING,
    REFUSALS,
    AgentRow,
    CallDetailRow,
    CallRecordRow,
    EventRow,
    RecordingRow,
    SkillLevelRow,
    TransferRow,
)
from hillstone_ccc.sandbox import Sandbox
from hillstone_ccc.sandbox.inprocess import transport
from hillstone_ccc.server import BearerTokens, ServerOptions, StaticToken, create_app, describing, new_token

pytestmark = pytest.mark.once  # a quarter of a minute; what it asks for is asked by other modules with every version

TOKEN, HASH = new_token()
AUTHORIZATION = {"Authorization": f"Bearer {TOKEN}"}
PATHS = (CALL_RECORDS, RECORDING, CALL_RECORD, AGENTS)
ROWS = (CallRecordRow, AgentRow, SkillLevelRow, RecordingRow, CallDetailRow, TransferRow, EventRow)
ANSWERS = (
    describing.CallRecordsAnswer,
    describing.AgentsAnswer,
    describing.RecordingAnswer,
    describing.CallDetailAnswer,
    describing.RefusalAnswer,
)
LISTS = {one.name for one in PARAMETERS[CALL_RECORDS] if one.schema["type"] == "array"}


def _app() -> FastAPI:
    """The server over a sandbox in this process, one of whose clerks has the token."""
    box = Sandbox(records=120, days=3, seed=7)
    client = AsyncClient(
        instance_id=box.instance_id,
        access_key_id=box.access_key_id,
        access_key_secret=box.access_key_secret,
        endpoint=box.endpoint,
        http_client=httpx.AsyncClient(transport=transport(box)),
    )
    return create_app(
        client,
        authorize=BearerTokens([StaticToken("clerk", HASH, frozenset({PERMISSION}))]),
        options=ServerOptions(attempts=1_000_000),  # all that is tried comes from one address
        closes_client=True,
    )


@contextmanager
def _served(app: FastAPI) -> Iterator[str]:
    """The server's address on loopback, where the wire is a real one."""
    # Of a socket without a protocol asyncio does not know that it is TCP's, and each answer waits 40 ms for the next.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, lifespan="on", log_config=None, ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    """What the server says of itself."""
    return _app().openapi()


# Whatever is asked


class Agreement:
    """Everything that schemathesis tries of one server, and what of it the description did not promise."""

    def __init__(self, schema: BaseSchema) -> None:
        self.answered: Counter[tuple[str, int]] = Counter()
        self.phases: set[str] = set()
        self.broken: list[str] = []
        for event in from_schema(schema).execute():
            if isinstance(event, (events.NonFatalError, events.FatalError)):
                self.broken.append(str(event.info if isinstance(event, events.NonFatalError) else event.exception))
            elif isinstance(event, events.ScenarioFinished):
                self._note(event)

    def _note(self, event: events.ScenarioFinished) -> None:
        recorder = event.recorder
        for tried in recorder.interactions.values():
            assert tried.response is not None
            self.answered[tried.request.method, tried.response.status_code] += 1
            self.phases.add(event.phase.value)
        self.broken += [
            f"{check.name}: {check.failure_info.failure}\n{check.failure_info.code_sample}"
            for checks in recorder.checks.values()
            for check in checks
            if check.failure_info is not None
        ]


def _asked_of(address: str, app: FastAPI, headers: dict[str, str], refuses: list[str]) -> Agreement:
    """Asks a server everything.

    Args:
        address: Where it is.
        app: What it is.
        headers: What goes with each request.
        refuses: Statuses of an answer to what the description does not admit.
    """
    config = schemathesis.Config()
    schema = schemathesis.openapi.from_dict(app.openapi(), config=config)
    told = schema.config
    told.update(base_url=address, headers=headers, continue_on_failure=True)
    told.generation.update(max_examples=2 * settings().max_examples, deterministic=True, database="none")
    told.phases.coverage.generate_duplicate_query_parameters = True
    told.checks.positive_data_acceptance.expected_statuses = ["2xx", "404"] if headers else ["401"]
    told.checks.negative_data_rejection.expected_statuses = refuses
    schema.hook("filter_failure")(filter_failure)
    return Agreement(schema)


def filter_failure(_context: object, failure: Failure, _case: object, response: schemathesis.Response) -> bool:
    """Leaves out what no description of single parameters can say, and nothing else."""
    asked = parse_qs(urlsplit(str(response.request.url)).query, keep_blank_values=True)
    if type(failure).__name__ == "RejectedPositiveData":
        return not (response.status_code == 400 and _disagree(asked, response.json()["message"]))
    if type(failure).__name__ == "AcceptedNegativeData":
        # A list of one empty text is written as an empty list is, which says that it is not given.
        return not any([""] == asked.get(name) for name in LISTS)
    return True


def _disagree(asked: dict[str, list[str]], message: str) -> bool:
    """Whether parameters that are good by themselves cannot be meant together, and the message names one of them."""
    start, end = (int(asked[name][0]) if name in asked else None for name in ("start_time", "end_time"))
    if message.startswith("end_time is given without start_time"):
        return end is not None and start is None
    if message.startswith("start_time lies after end_time"):
        return end is not None and start is not None and start > end
    if message.startswith("number is part of neither"):
        number, *whole = (asked.get(name, [""])[0] for name in ("number", "calling_number", "called_number"))
        part = re.compile(re.escape(number).replace(r"\*", "[0-9]"))
        return bool(number) and all(one and "*" not in one and not part.search(one) for one in whole)
    return False


@pytest.mark.thorough
def test_with_a_token_the_server_does_what_its_description_says() -> None:
    """No fault, no status or row that is not told of, nothing bad accepted, nothing good refused, no token needless."""
    app = _app()
    with _served(app) as address:
        tried = _asked_of(address, app, AUTHORIZATION, ["400", "404", "405"])
    assert "" == "\n\n".join(tried.broken[:5])
    assert {"coverage", "fuzzing"} <= tried.phases
    assert {200, 400, 401, 404} == {status for method, status in tried.answered if method == "GET"}
    others = {(method, status) for method, status in tried.answered if method != "GET"}
    assert ("OPTIONS", 204) in others
    assert {405} == {status for method, status in others if method != "OPTIONS"}


@pytest.mark.thorough
def test_without_a_token_nothing_is_told() -> None:
    """Neither what is there nor whether the question was a good one; a made-up token is none."""
    app = _app()
    with _served(app) as address:
        tried = _asked_of(address, app, {}, ["401", "404", "405"])
    assert "" == "\n\n".join(tried.broken[:5])
    assert {401} == {status for method, status in tried.answered if method == "GET"}
    assert {405} == {status for method, status in tried.answered if method not in ("GET", "OPTIONS")}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY"])
async def test_other_methods_are_not_known(path: str, method: str) -> None:
    """With a token and without one, in the envelope, and the answer says which are."""
    app = _app()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://server.example") as web:
        for headers in ({}, AUTHORIZATION):
            answer = await web.request(method, path, headers=headers)
            assert (405, 40501) == (answer.status_code, answer.json()["code"])
            assert "GET, HEAD, OPTIONS" == answer.headers["allow"]


@pytest.mark.parametrize("path", [CALL_RECORDS, RECORDING, AGENTS])
async def test_a_parameter_that_is_given_twice_is_refused_by_name(path: str) -> None:
    """Even with one value: which of two is meant is not guessed, and what tries the description does not try this."""
    app = _app()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://server.example") as web:
        for name in (one.name for one in PARAMETERS[path]):
            answer = await web.get(path, params=[(name, "1"), (name, "1")], headers=AUTHORIZATION)
            assert (400, f"{name} is given twice.") == (answer.status_code, answer.json()["message"])


@pytest.mark.once
async def test_each_call_of_a_call_center_is_answered_as_described(description: dict[str, Any]) -> None:
    """Rows, recordings and details of all of them, whatever happened in them, and all agents."""
    row = {path: jsonschema_rs.validator_for(_schema(description, path, "200")) for path in PATHS}
    app = _app()
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://server.example", headers=AUTHORIZATION
        ) as web,
    ):
        agents = (await web.get(AGENTS)).json()
        row[AGENTS].validate(agents)
        assert agents["data"]["list"]
        ids = []
        for page in (1, 2):
            calls = (await web.get(CALL_RECORDS, params={"start_time": 0, "page": page})).json()
            row[CALL_RECORDS].validate(calls)
            ids += [one["contact_id"] for one in calls["data"]["list"]]
        assert 120 == len(ids)
        statuses: Counter[int] = Counter()
        for contact_id in ids:
            row[CALL_RECORD].validate((await web.get(CALL_RECORD.format(contact_id=contact_id))).json())
            recording = await web.get(RECORDING, params={"contact_id": contact_id})
            statuses[recording.status_code] += 1
            told = _schema(description, RECORDING, str(recording.status_code))
            jsonschema_rs.validator_for(told).validate(recording.json())
        assert {200, 404} == set(statuses)


# What the description holds


def _schema(description: dict[str, Any], path: str, status: str) -> dict[str, Any]:
    told = description["paths"][path]["get"]["responses"][status]["content"]
    assert ["application/json"] == list(told)
    schema: dict[str, Any] = told["application/json"]["schema"]
    return schema


def _objects(schema: Any) -> Iterator[dict[str, Any]]:
    """Every schema of an object within one."""
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for part in schema.values():
            yield from _objects(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _objects(part)


def test_the_description_is_a_valid_document(description: dict[str, Any]) -> None:
    """By the schema of OpenAPI 3.1, and each schema in it by JSON Schema's own."""
    assert description["openapi"].startswith("3.1")
    schemathesis.openapi.from_dict(description, config=schemathesis.Config()).validate()
    for path in PATHS:
        for status in description["paths"][path]["get"]["responses"]:
            jsonschema_rs.meta.validate(_schema(description, path, status))
        for parameter in description["paths"][path]["get"]["parameters"]:
            jsonschema_rs.meta.validate(parameter["schema"])


def test_it_tells_of_the_contract_s_paths_and_no_others(description: dict[str, Any]) -> None:
    """Each with GET alone, and what it takes to be let in."""
    assert set(PATHS) == set(description["paths"])
    for told in description["paths"].values():
        assert ["get"] == list(told)
        assert [{"HTTPBearer": []}] == told["get"]["security"]
        assert told["get"]["description"]
    assert "bearer" == description["components"]["securitySchemes"]["HTTPBearer"]["scheme"]


@pytest.mark.parametrize("path", PATHS)
def test_it_tells_of_every_parameter(description: dict[str, Any], path: str) -> None:
    """Where it stands, whether it must be given, its type, its default, and what it is."""
    told = {one["name"]: one for one in description["paths"][path]["get"]["parameters"]}
    known = {one.name: (one, "query") for one in PARAMETERS[path]}
    if path == CALL_RECORD:
        known[CALL.name] = (CALL, "path")
    assert list(known) == list(told)
    for name, (parameter, where) in known.items():
        assert (where, parameter.required) == (told[name]["in"], told[name]["required"])
        assert parameter.told == told[name]["description"]
        default = {} if parameter.default is None else {"default": parameter.default}
        assert {**parameter.schema, **default} == told[name]["schema"]
        if parameter.schema["type"] == "array":
            assert ("form", False) == (told[name]["style"], told[name]["explode"])


@pytest.mark.parametrize("path", PATHS)
def test_a_default_is_a_value_that_the_parameter_takes(path: str) -> None:
    """It could be sent as well."""
    for parameter in PARAMETERS[path]:
        if parameter.default is not None:
            jsonschema_rs.validator_for(dict(parameter.schema)).validate(parameter.default)
            assert parameter.default == parameter.read(str(parameter.default))


def test_it_tells_of_every_refusal(description: dict[str, Any]) -> None:
    """Under its status, as a code that can come and in words."""
    told: dict[int, str] = {}
    for path in PATHS:
        for status, answer in description["paths"][path]["get"]["responses"].items():
            if status != "200":
                for code in _schema(description, path, status)["properties"]["code"]["enum"]:
                    assert int(status) == code // 100
                    told[code] = answer["description"]
    assert set(REFUSALS) == set(told)
    for code, words in told.items():
        assert f"- {code}: {REFUSALS[code].meaning}" in words.splitlines()


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_has_exactly_the_keys_that_are_told(description: dict[str, Any], path: str) -> None:
    """All of them are required, and there are no others, however deep."""
    for status in description["paths"][path]["get"]["responses"]:
        for told in _objects(_schema(description, path, status)):
            assert list(told["properties"]) == told["required"]
            assert told["additionalProperties"] is False


@pytest.mark.parametrize("kind", [*ROWS, *ANSWERS, describing.CallRecordPage, describing.AgentPage])
def test_each_key_of_a_row_is_described(kind: type) -> None:
    """In words, and in the order of the class."""
    told = describing.schema(kind)["properties"]
    assert [one.name for one in dataclasses.fields(kind)] == list(told)
    assert [] == [name for name, schema in told.items() if not schema.get("description")]


@pytest.mark.parametrize(
    ("path", "kind"), [(CALL_RECORDS, CallRecordRow), (AGENTS, AgentRow), (CALL_RECORD, CallDetailRow)]
)
def test_the_rows_are_those_of_the_classes(description: dict[str, Any], path: str, kind: type) -> None:
    """Key for key, so that what a host reads in the description is what the contract's client reads back."""
    data = _schema(description, path, "200")["properties"]["data"]
    row = data["properties"]["list"]["items"] if "list" in data["properties"] else data
    assert set(get_type_hints(kind)) == set(row["properties"])

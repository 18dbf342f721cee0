"""Each switch of what the upstream's documents leave open changes what it says it changes."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import attrs
import orjson
import pytest

from hillstone_ccc.sandbox import Call, Fault, Faults, Incoming, Quirks, Sandbox, Transfer

NOW = 1_767_345_845
AT = NOW * 1000 - 3_600_000
Ask = Callable[..., Any]
Make = Callable[..., Sandbox]
V2 = "ListCallDetailRecordsV2"


def ids(document: Any) -> list[str]:
    """The ids of the listed calls."""
    return [row["ContactId"] for row in document["Data"]["List"]]


def test_variants_depart_in_one_thing_each() -> None:
    """Every variant differs from the defaults in the one field that its name says."""
    default = attrs.asdict(Quirks())
    for name, quirks in Quirks.variants().items():
        changed = {field: value for field, value in attrs.asdict(quirks).items() if value != default[field]}
        assert name == "&".join(f"{field}={value}" for field, value in changed.items())


def test_variants_cover_every_switch() -> None:
    """Every switch has a variant but the scheme of links and what only a page in a browser notices."""
    names = {name.partition("=")[0] for name in Quirks.variants()}
    assert {field.name for field in attrs.fields(Quirks)} - names == {"file_url_scheme", "recordings_cross_origin"}


@pytest.mark.parametrize("name", Quirks.variants())
def test_every_variant_lists_calls(make_box: Make, ask: Ask, name: str) -> None:
    """Whatever the switch, a list of calls and of agents is answered."""
    box = make_box(quirks=Quirks.variants()[name])
    assert {"job-1", "job-2", "job-3", "job-4"} == set(ids(ask(box, V2, StartTime=AT - 1)))
    assert box.quirks == Quirks.variants()[name]
    assert ask(box, "ListUsers")["Data"]["List"]


@pytest.mark.parametrize(
    ("quirks", "expected"),
    [
        (Quirks(), ["job-2", "job-1"]),
        (Quirks(start_inclusive=False), ["job-2"]),
        (Quirks(end_inclusive=False), ["job-1"]),
    ],
)
def test_bounds(make_box: Make, ask: Ask, quirks: Quirks, expected: list[str]) -> None:
    """A call at a bound of the range is listed or not, as told."""
    assert expected == ids(ask(make_box(quirks=quirks), V2, StartTime=AT, EndTime=AT + 1000))


@pytest.mark.parametrize("stable", [True, False])
def test_ties(make_box: Make, ask: Ask, stable: bool) -> None:
    """Calls of one millisecond come in one order always, or in another each time."""
    calls = [Call(contact_id=f"job-{n}", start_time=AT) for n in range(9)]
    box = make_box(calls=calls, quirks=Quirks(stable_ties=stable))
    orders = {tuple(ids(ask(box, V2))) for _ in range(5)}
    assert (len(orders) == 1) is stable


@pytest.mark.parametrize(
    ("empty", "expected"),
    [
        ("null", {"EstablishedTime": None, "SatisfactionIndex": None, "AgentIds": None, "Broker": None}),
        ("absent", {}),
        ("blank", {"EstablishedTime": "", "SatisfactionIndex": "", "AgentIds": "", "Broker": ""}),
        ("zero", {"EstablishedTime": 0, "SatisfactionIndex": 0, "AgentIds": "", "Broker": ""}),
    ],
)
def test_empty_values(make_box: Make, ask: Ask, empty: Any, expected: dict[str, Any]) -> None:
    """Empty values are null, left out, blank, or zero and blank."""
    row = ask(make_box(quirks=Quirks(empty=empty)), V2, ContactIdList='["job-4"]')["Data"]["List"][0]
    names = ("EstablishedTime", "SatisfactionIndex", "AgentIds", "Broker")
    assert expected == {name: row[name] for name in names if name in row}
    assert (0, False) == (row["HeldTime"], row["RecordingReady"])


@pytest.mark.parametrize(("status", "http", "envelope"), [(400, None, False), (429, None, False), (200, 200, True)])
def test_throttles(make_box: Make, sign: Callable[..., Incoming], status: Any, http: object, envelope: bool) -> None:
    """A throttled request is answered with the status that is told; 200 has a success's envelope."""
    box = make_box(quirks=Quirks(throttle_status=status), faults=Faults(share=1, kinds=[Fault.THROTTLE]))
    answer = box.handle(sign("GetUser"))
    document = orjson.loads(answer.body)
    assert (status, "Throttling.User") == (answer.status, document["Code"])
    assert http == document.get("HttpStatusCode")
    assert envelope is ("HostId" not in document)


def test_quoted_scalars(make_box: Make, ask: Ask, sign: Callable[..., Incoming]) -> None:
    """With quoted scalars every number and truth value is a text, whether the answer is a success or not."""
    box = make_box(quirks=Quirks(scalars="quoted", throttle_status=200))
    document = ask(box, V2, ContactIdList='["job-1"]')
    row = document["Data"]["List"][0]
    assert ("200", "1", "true") == (
        document["HttpStatusCode"],
        document["Data"]["TotalCount"],
        row["RecordingReady"],
    )
    assert (str(AT), None, "5") == (row["StartTime"], row["Broker"], row["SatisfactionIndex"])
    box.faults = Faults(share=1, kinds=[Fault.THROTTLE])
    assert orjson.loads(box.handle(sign("GetUser")).body)["HttpStatusCode"] == "200"


@pytest.mark.parametrize(("setting", "code"), [("empty", "OK"), ("not_found", "NotExists.JobId")])
@pytest.mark.parametrize("action", ["GetCallDetailRecord", "GetVoicemailRecording"])
def test_an_unknown_call(make_box: Make, ask: Ask, setting: Any, code: str, action: str) -> None:
    """A call that does not exist has no data, or is said not to exist."""
    document = ask(make_box(quirks=Quirks(unknown_call=setting)), action, ContactId="job-none")
    assert (code, False) == (document["Code"], "Data" in document)


@pytest.mark.parametrize(
    ("setting", "expected"),
    [("empty", ("OK", {})), ("no_data_field", ("OK", None)), ("not_found", ("NotExists.JobId", None))],
)
def test_a_recording_that_is_not_there(make_box: Make, ask: Ask, setting: Any, expected: object) -> None:
    """A recording that is not there has empty data, none, or is said not to exist."""
    document = ask(make_box(quirks=Quirks(recording_not_ready=setting)), "GetMonoRecording", ContactId="job-2")
    assert expected == (document["Code"], document.get("Data"))


@pytest.mark.parametrize(("setting", "code"), [("empty", "OK"), ("not_found", "NotExists.UserId")])
def test_an_unknown_agent(make_box: Make, ask: Ask, setting: Any, code: str) -> None:
    """An agent who does not exist has no data, or is said not to exist."""
    document = ask(make_box(quirks=Quirks(unknown_user=setting)), "GetUser", UserId="nobody@ccc-demo")
    assert (code, False) == (document["Code"], "Data" in document)


def test_a_multi_channel_recording_as_a_list(make_box: Make, ask: Ask) -> None:
    """The data of GetMultiChannelRecording may be a list of one."""
    box = make_box(quirks=Quirks(multi_channel_as_list=True))
    (data,) = ask(box, "GetMultiChannelRecording", ContactId="job-1")["Data"]
    assert data["FileName"] == "job-1.mkv"


def test_the_scheme_of_links(make_box: Make, ask: Ask) -> None:
    """Links may say https; only in process does anything answer there."""
    box = make_box(quirks=Quirks(file_url_scheme="https"))
    url = ask(box, "GetMonoRecording", ContactId="job-1")["Data"]["FileUrl"]
    assert url.startswith("https://ccc-sandbox.localhost/oss/")


@pytest.mark.parametrize(("number", "code"), [(101, "OK"), (2**31, "Parameter.Maximum")])
def test_a_page_beyond_the_limit(make_box: Make, ask: Ask, number: int, code: str) -> None:
    """A page above 100 may be empty instead of wrong, be there calls enough or not."""
    calls = [Call(contact_id=f"job-{n}", start_time=AT + n) for n in range(102)]
    box = make_box(calls=calls, quirks=Quirks(page_beyond="empty"))
    document = ask(box, V2, PageNumber=number, PageSize=1)
    assert code == document["Code"]
    assert [] == document.get("Data", {"List": []})["List"]


def test_stray_blanks(make_box: Make, ask: Ask) -> None:
    """The blanks that samples and tables show may really be sent."""
    box = make_box(quirks=Quirks(release_initiator_blank=True, location_blank=True))
    agent, customer, nobody = (
        ask(box, "GetCallDetailRecord", ContactId=contact_id)["Data"] for contact_id in ("job-3", "job-1", "job-2")
    )
    assert ["agent ", "customer", None] == [data["ReleaseInitiator"] for data in (agent, customer, nobody)]
    assert [" 湖南省-郴州市", None] == [data["CallerLocation"] for data in (agent, nobody)]


def test_filler_in_the_envelope(make_box: Make, ask: Ask) -> None:
    """The fillers that samples show may really be sent."""
    document = ask(make_box(quirks=Quirks(envelope_extras=True)), "ListUsers")
    assert ("无", ["无"], "OK") == (document["Message"], document["Params"], document["Code"])


def test_the_default_medium_of_v2(make_box: Make, ask: Ask) -> None:
    """Without `MediaType`, calls of every medium are listed, or calls of voice alone."""
    calls = [
        Call(contact_id="job-1", start_time=AT),
        Call(contact_id="job-2", start_time=AT, media_type="VIDEO"),
    ]
    for quirks, expected in ((Quirks(), 2), (Quirks(media_type_default="AUDIO"), 1)):
        assert expected == len(ids(ask(make_box(calls=calls, quirks=quirks), V2)))


def test_a_part_of_a_number(make_box: Make, ask: Ask) -> None:
    """`Number` may find a part of a number."""
    assert ["job-2"] == ids(ask(make_box(quirks=Quirks(number_match="part")), V2, Number="0000002"))


def test_ids_outside_the_range(make_box: Make, ask: Ask) -> None:
    """`ContactIdList` may find calls outside the range."""
    box = make_box(quirks=Quirks(contact_ids_ignore_range=True))
    assert ["job-1", "job-5"] == ids(ask(box, V2, ContactIdList='["job-5","job-1"]'))


def handing(kind: Any, completed: bool) -> Transfer:
    """A transfer to an agent."""
    return Transfer(from_agent="a", to="b", to_kind="agent", time=AT, kind=kind, completed=completed)


@pytest.mark.parametrize(("setting", "expected"), [("completed", 3), ("begun", 4), ("blind", 2)])
def test_what_counts_as_a_transfer(make_box: Make, ask: Ask, setting: Any, expected: int) -> None:
    """Blind transfers count; of consults all, none, or those that came to something."""
    every = tuple(handing(kind, completed) for kind in ("blind", "consulted") for completed in (True, False))
    box = make_box(
        calls=[Call(contact_id="job-1", start_time=AT, transfers=every)], quirks=Quirks(transfers_counted=setting)
    )
    assert expected == ask(box, V2)["Data"]["List"][0]["TransferCount"]


@pytest.mark.parametrize(
    ("filled", "disposition", "expected"),
    [(True, "Success", "13800009801"), (False, "Success", None), (False, "ForwardToOutsideNumber", "13800009801")],
)
def test_the_outside_number_of_an_agents_transfer(
    make_box: Make, ask: Ask, filled: bool, disposition: str, expected: str | None
) -> None:
    """It is told or not, with the reason; the IVR's forwarding always is."""
    call = Call(
        contact_id="job-1",
        start_time=AT,
        disposition=disposition,
        outside_number="13800009801",
        outside_release_reason="NoAnswer",
    )
    box = make_box(calls=[call], quirks=Quirks(outside_number_of_agents=filled))
    row, data = ask(box, V2)["Data"]["List"][0], ask(box, "GetCallDetailRecord", ContactId="job-1")["Data"]
    assert expected == row["OutsideNumberDestinationNumber"]
    reason = "NoAnswer" if expected else None
    assert (reason, reason) == (row["OutsideNumberReleaseReason"], data["OutsideNumberReleaseReason"])


FOR_ANY_ORIGIN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Content-Length, Content-Range, ETag",
}


@pytest.mark.parametrize(
    ("allowed", "method", "headers", "expected"),
    [
        (True, "GET", {"Origin": "http://127.0.0.1:8000"}, FOR_ANY_ORIGIN),
        (True, "GET", {"Origin": "null", "Range": "bytes=0-9"}, FOR_ANY_ORIGIN),
        (True, "GET", {}, {}),
        (True, "HEAD", {"Origin": "http://127.0.0.1:8000"}, {}),
        (True, "OPTIONS", {"Origin": "http://127.0.0.1:8000"}, {}),
        (False, "GET", {"Origin": "http://127.0.0.1:8000"}, {}),
    ],
)
@pytest.mark.parametrize("fault", [None, "expired_link", "server_error", "slow"])
def test_recordings_read_by_pages_of_other_origins(
    make_box: Make,
    ask: Ask,
    allowed: bool,
    method: str,
    headers: dict[str, str],
    expected: dict[str, str],
    fault: str | None,
) -> None:
    """A GET that carries Origin is answered for any origin, errors as well, or as if it carried none."""
    box = make_box(quirks=Quirks(recordings_cross_origin=allowed))
    parts = urlsplit(ask(box, "GetMonoRecording", ContactId="job-1")["Data"]["FileUrl"])
    for query in (parts.query, ""):
        box.faults = Faults(shares={fault: 1}) if fault else Faults()
        answer = box.handle(Incoming(method, parts.path, query, headers))
        told = {name: value for name, value in answer.headers.items() if name.startswith("Access-Control-")}
        assert expected == told


def test_actions_are_read_by_no_page(make_box: Make, sign: Callable[..., Incoming]) -> None:
    """The rules are those of the recordings' bucket: what actions answer is for programs that hold a key."""
    answer = make_box().handle(sign("ListUsers", unsigned={"origin": "http://127.0.0.1:8000"}))
    assert [] == [name for name in answer.headers if name.startswith("Access-Control-")]


@pytest.mark.parametrize("wrong", [{"empty": "nul"}, {"throttle_status": 500}, {"stable_ties": 1}])
def test_a_setting_that_there_is_not(wrong: dict[str, Any]) -> None:
    """A misspelt setting is refused: a test of a quirk must not pass without it."""
    with pytest.raises(ValueError, match=f"{next(iter(wrong))} must be one of"):
        Quirks(**wrong)


@pytest.mark.parametrize("wrong", [{"quirks": {"empty": "zero"}}, {"faults": 3}])
def test_a_sandbox_takes_the_right_kinds(wrong: dict[str, Any]) -> None:
    """What is no Quirks and no Faults is refused when the sandbox is made."""
    with pytest.raises(TypeError, match=f"{next(iter(wrong))} must be"):
        Sandbox(records=1, **wrong)


def test_the_extra_is_named_where_it_is_missing() -> None:
    """Importing the sandbox without numpy says what to install."""
    code = "import sys; sys.modules['numpy'] = None; import hillstone_ccc.sandbox"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert 'pip install "hillstone-ccc[sandbox]"' in run.stderr.splitlines()[-1]

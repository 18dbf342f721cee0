"""What the doctor says of set-ups that work, more or less, and how it goes about it."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

import attrs
import httpx
import pytest

from hillstone_ccc import Client, Credentials, RetryPolicy
from hillstone_ccc.doctor import Check, Outcome, examine
from hillstone_ccc.doctor.chart import Chart, wrong
from hillstone_ccc.sandbox import Call, Fault, Faults, Incoming, Outgoing, Sandbox

from .conftest import World
from .set_ups import context, instead, keyed, said, secured, shifted
from .test_set_ups import shown

OF_A_KEY = [
    "configuration",
    "keys",
    "proxy",
    "dns",
    "connection",
    "tls",
    "endpoint",
    "clock",
    "signature",
    "throttling",
]


def outcomes(diagnosis: Any, outcome: Outcome) -> list[str]:
    """Names of the checks that came to that."""
    return [check.name for check in diagnosis.checks if check.outcome is outcome]


def test_all_is_well(world: World) -> None:
    """Nothing fails; plain http has no certificate, and what would change something is not tried."""
    diagnosis = examine(**world.well())
    shown(diagnosis)
    assert diagnosis.healthy
    assert [*OF_A_KEY, "instance"] == [check.name for check in diagnosis.checks][: len(OF_A_KEY) + 1]
    assert ["tls", "ccc:RestoreArchivedRecordings"] == outcomes(diagnosis, Outcome.SKIPPED)
    assert [] == outcomes(diagnosis, Outcome.WARNED)
    assert set() == {check.remedy for check in diagnosis.checks} - {""}


def test_each_action_that_the_library_uses_is_asked_once(world: World) -> None:
    """But the one that would restore something; and one byte of one recording is fetched."""
    diagnosis = examine(**world.well())
    asked = [answered.action for answered in world.box.requests if answered.code != "IncompleteSignature"]
    assert sorted(set(asked)) == sorted(asked)
    permitted = {check.name.removeprefix("ccc:") for check in diagnosis.checks if check.seen.startswith("permitted")}
    assert permitted | {"GetObject"} == set(asked)
    assert 1 == world.box.requests[-1].length


def test_the_first_request_says_nothing_of_who_asks(world: World) -> None:
    """Whoever stands where the endpoint should sees neither key nor token before it has answered as it should."""
    seen: list[Incoming] = []

    def portal(incoming: Incoming) -> Outgoing:
        seen.append(incoming)
        return Outgoing(200, {"Content-Type": "text/html"}, b"<html>")

    front = world.serve(portal)
    examine(**world.well(endpoint=f"http://127.0.0.1:{front.port}", security_token="example-token"))
    assert 1 == len(seen)
    assert not {"authorization", "x-acs-security-token", "x-acs-accesskey-id"} & set(seen[0].headers)


def test_each_check_is_told_at_once(world: World) -> None:
    """In the order in which the diagnosis has them."""
    told: list[Check] = []
    assert tuple(told) == ()
    diagnosis = examine(each=told.append, **world.well())
    assert diagnosis.checks == tuple(told)


def test_a_client_in_use_is_examined_by_its_own_settings(world: World) -> None:
    """Its zone, endpoint and key, but once and not for long; it stays open."""
    with Client(**world.well(retry=RetryPolicy(attempts=9), timeout=300)) as ccc:
        diagnosis = examine(ccc)
        assert diagnosis.healthy
        assert "from what was given by hand" in diagnosis.check("keys").seen
        assert ccc.agents.search().first() is not None


def test_a_client_has_its_settings(world: World) -> None:
    """Others beside it would contradict them."""
    with Client(**world.well()) as ccc, pytest.raises(TypeError, match="instance_id"):
        examine(ccc, instance_id="ccc-demo")
    with pytest.raises(TypeError, match="colour"):
        examine(**world.well(colour="red"))


def test_the_environment_is_what_is_examined(world: World) -> None:
    """As a client made of it would be."""
    world.patch.setenv("HILLSTONE_CCC_INSTANCE_ID", world.box.instance_id)
    world.patch.setenv("HILLSTONE_CCC_ENDPOINT", world.box.endpoint)
    keyed(world, "example-id", "example-secret")
    diagnosis = examine()
    assert diagnosis.healthy
    assert "an access key id of 10 signs, from the environment" == diagnosis.check("keys").seen


def test_an_http_client_of_ones_own_is_used_as_it_is(world: World) -> None:
    """Its proxies and certificates are its own business; what comes of them is seen all the same."""
    for settings in (world.well(), world.well(endpoint=f"http://127.0.0.1:{world.port}")):
        with httpx.Client(trust_env=False) as http, Client(http_client=http, **settings) as ccc:
            diagnosis = examine(ccc)
            assert not http.is_closed
        assert ["proxy", "dns"] == outcomes(diagnosis, Outcome.SKIPPED)[:2]
        assert (settings["endpoint"] == world.box.endpoint) is diagnosis.healthy
    assert "connection" == diagnosis.failed[0].name
    with httpx.Client(trust_env=False) as http:
        assert examine(http_client=http, **world.well()).healthy


def test_an_http_client_of_the_wrong_kind_is_named(world: World) -> None:
    """It is a fault of the set-up as any other."""
    diagnosis = examine(http_client=object(), **world.well())
    assert ["proxy"] == [check.name for check in diagnosis.failed]


def test_a_certificate_that_is_trusted_is_told(world: World) -> None:
    """With the version of TLS."""
    diagnosis = examine(**secured(world, "127.0.0.1"))
    assert diagnosis.check("tls").seen.startswith("TLSv1.")
    assert diagnosis.healthy


def test_a_proxy_that_passes_on_is_told(world: World) -> None:
    """Without its user and password; it does what there is to do of name and connection."""
    server, client = context("ccc.example")
    proxy = world.serve(passes_to=world.serve(tls=server).port)
    world.patch.setenv("HTTPS_PROXY", f"http://user:proxy-password@127.0.0.1:{proxy.port}")
    diagnosis = examine(**world.well(endpoint="https://ccc.example", verify=client))
    shown(diagnosis)
    assert f"http://127.0.0.1:{proxy.port}, named by HTTPS_PROXY" == diagnosis.check("proxy").seen
    assert Outcome.SKIPPED is diagnosis.check("dns").outcome
    assert "ccc.example:443 is reached that way" == diagnosis.check("connection").seen
    assert "the certificate is trusted" == diagnosis.check("tls").seen
    assert diagnosis.healthy


@pytest.mark.parametrize(
    ("proxy", "expected"),
    [
        ("http://user:proxy-password@[::1]:1", "http://[::1]:1"),
        ("http://proxy.invalid", "http://proxy.invalid:80"),
        ("https://proxy.invalid", "https://proxy.invalid:443"),
    ],
)
def test_where_a_proxy_is_is_told_whole(world: World, proxy: str, expected: str) -> None:
    """With its port, and with brackets where its address needs them; nobody is asked for a name here."""
    world.patch.setattr("socket.create_connection", _refused)
    diagnosis = examine(**world.well(endpoint="https://ccc.example", proxy=proxy))
    shown(diagnosis)
    assert diagnosis.check("proxy").seen.startswith(f"{expected}, given by hand: ")


def test_a_proxy_that_does_not_apply_is_told(world: World) -> None:
    """This machine is reached without one, whatever the environment says."""
    world.patch.setenv("http_proxy", "http://127.0.0.1:1")
    seen = examine(**world.well()).check("proxy").seen
    assert "http_proxy does not apply: NO_PROXY, or the endpoint is on this machine" == seen


def test_a_name_with_several_addresses(world: World) -> None:
    """One is told, and how many there are."""
    found = examine(**world.well(endpoint=world.box.endpoint.replace("127.0.0.1", "localhost"))).check("dns")
    assert found.outcome is Outcome.OK
    assert found.seen.startswith("localhost is ")


@pytest.mark.parametrize(("addresses", "expected"), [(1, "ccc.example is 10.0.0.1"), (3, "10.0.0.1 and 2 more")])
def test_addresses_are_counted(world: World, addresses: int, expected: str) -> None:
    """Each once, however often the resolver tells it."""
    found = [(2, 1, 6, "", (f"10.0.0.{number + 1}", 443)) for number in range(addresses)] * 2
    world.patch.setattr("socket.getaddrinfo", lambda *_, **__: found)
    world.patch.setattr("socket.create_connection", _refused)
    assert examine(**world.well(endpoint="https://ccc.example")).check("dns").seen.endswith(expected)


def _refused(*_: object, **__: object) -> None:
    raise ConnectionRefusedError


def test_plain_http_to_elsewhere_is_warned_of(world: World) -> None:
    """Anyone in between could read along."""
    proxy = world.serve()
    diagnosis = examine(**world.well(endpoint="http://ccc.example", proxy=f"http://127.0.0.1:{proxy.port}"))
    assert ["configuration"] == outcomes(diagnosis, Outcome.WARNED)
    assert "https://" in diagnosis.check("configuration").remedy
    assert diagnosis.healthy


@pytest.mark.parametrize("seconds", [300, -300])
def test_a_clock_that_is_a_little_off_is_warned_of(world: World, seconds: float) -> None:
    """Signatures hold, and the last minutes' calls seem to be missing."""
    clock = examine(**shifted(world, seconds)).check("clock")
    assert (Outcome.WARNED, True) == (clock.outcome, "5 min" in clock.seen)


@pytest.mark.parametrize("date", [None, "yesterday", ""])
def test_an_answer_without_its_time_tells_nothing_of_the_clock(world: World, date: str | None) -> None:
    """It is skipped, which is no fault."""

    def timeless(incoming: Incoming) -> Outgoing:
        answer = world.box.handle(incoming)
        others = {name: value for name, value in answer.headers.items() if name != "Date"}
        return attrs.evolve(answer, headers=others if date is None else {**others, "Date": date})

    diagnosis = examine(**world.well(endpoint=f"http://127.0.0.1:{world.serve(timeless).port}"))
    assert Outcome.SKIPPED is diagnosis.check("clock").outcome
    assert diagnosis.healthy


def test_a_clock_far_off_hinders_nothing_else(world: World) -> None:
    """The library corrects it by itself, so that the later checks stand."""
    assert ["clock"] == [check.name for check in examine(**shifted(world, 3600)).failed]


def test_an_upstream_that_asks_nobody_is_well(world: World) -> None:
    """A stand-in of somebody's need not check signatures."""
    listed = said("OK", 200, Data={"List": [], "TotalCount": 0})
    diagnosis = examine(**instead(world, listed, signed=False))
    assert "asks nobody who they are" in diagnosis.check("endpoint").seen


def test_a_later_throttle_is_no_missing_permission(world: World) -> None:
    """What was not told is a warning."""
    throttle = said("Throttling.Api", 400)
    diagnosis = examine(**instead(world, throttle, "GetVoicemailRecording"))
    assert ["ccc:GetVoicemailRecording"] == outcomes(diagnosis, Outcome.WARNED)
    assert diagnosis.healthy


def test_a_key_that_may_do_nothing_at_all(world: World) -> None:
    """Each action is named; of the instance nothing is known."""
    with Sandbox(records=5, denied=_actions(world)) as box:
        diagnosis = examine(**world.sick(box))
    assert Outcome.WARNED is diagnosis.check("instance").outcome
    assert 12 == len(diagnosis.failed)
    assert {"ccc"} == {check.name.partition(":")[0] for check in diagnosis.failed}
    assert Outcome.SKIPPED is diagnosis.check("recordings").outcome


def _actions(world: World) -> list[str]:
    return [check.name[4:] for check in examine(**world.well()).checks if check.name.startswith("ccc:")]


def test_an_instance_that_only_a_later_action_misses(world: World) -> None:
    """The others are not asked any more: each would say the same."""
    diagnosis = examine(**instead(world, said("NotExists.InstanceId", 404), "ListSkillGroups"))
    assert ["instance"] == [check.name for check in diagnosis.failed]
    assert 0 == world.box.count("GetCallDetailRecord")


def _unrecorded() -> Call:
    at = int(time.time() * 1000) - 3_600_000
    return Call(contact_id="job-1", start_time=at, recording_ready=False, recording_duration=0)


@pytest.mark.parametrize("missing", ["no calls", "no recording"])
def test_permissions_are_told_without_calls(world: World, missing: str) -> None:
    """A call that is not there is asked for; there is no recording to fetch."""
    calls = [] if missing == "no calls" else [_unrecorded()]
    with Sandbox(calls=calls) as box:
        diagnosis = examine(**world.sick(box))
    assert diagnosis.healthy
    assert Outcome.SKIPPED is diagnosis.check("recordings").outcome
    assert diagnosis.check("ccc:GetMonoRecording").seen.startswith("permitted")


def test_without_agents_one_that_is_not_there_is_asked_for(world: World) -> None:
    """The refusal tells that the action is permitted."""
    diagnosis = examine(**instead(world, said("OK", 200, Data={"List": [], "TotalCount": 0}), "ListUsers"))
    assert diagnosis.check("ccc:GetUser").seen.startswith("permitted")


def test_a_link_that_leads_nowhere_is_named(world: World) -> None:
    """What the upstream calls a link may be none."""
    link = said("OK", 200, Data={"FileUrl": "nowhere", "FileName": "x.wav"})
    assert ["recordings"] == [check.name for check in examine(**instead(world, link, "GetMonoRecording")).failed]


# --- where keys come from -------------------------------------------------------------------------------------------


@attrs.frozen
class Told:
    """What a provider of the vendor's gives."""

    provider_name: str | None
    access_key_id: str = "example-id"
    access_key_secret: str = "example-secret"
    security_token: str | None = None


class Provider:
    """A provider that gives one key."""

    def __init__(self, name: str | None) -> None:
        self.name = name

    def get_credential(self) -> Told:
        """The key."""
        return Told(self.name)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (Provider("default/cli_profile"), "the aliyun command-line tool's profile"),
        (Provider("default/ecs_ram_role"), "this machine's RAM role"),
        (Provider("vault"), "the provider vault"),
        (Provider(None), "the provider that was given"),
        (lambda: Credentials("example-id", "example-secret"), "the provider that was given"),
        (Credentials("example-id", "example-secret"), "what was given by hand"),
    ],
)
def test_it_is_told_where_keys_come_from(world: World, source: Any, expected: str) -> None:
    """By the vendor's name of the provider, in words where it is one of its chain."""
    settings = world.well(access_key_id=None, access_key_secret=None, credentials=source)
    keys = examine(**settings).check("keys")
    assert (Outcome.OK, True) == (keys.outcome, keys.seen.endswith(f"from {expected}"))


def test_half_a_key_that_is_passed_over_is_warned_of(world: World) -> None:
    """Another link of the chain gave one, perhaps not the one that is meant."""
    settings = keyed(world, "another-id", None)
    keys = examine(**settings, credentials=Provider("default/profile")).check("keys")
    assert Outcome.WARNED is keys.outcome
    assert "ALIBABA_CLOUD_ACCESS_KEY_SECRET" in keys.remedy


def test_a_key_of_hand_beside_an_unreadable_one_of_the_environment(world: World) -> None:
    """It is not taken for the environment's."""
    keyed(world, "another -id", "another-secret")
    assert examine(**world.well()).check("keys").seen.endswith("given by hand")


@pytest.mark.parametrize("kind", ["LTAI", "STS."])
def test_of_a_key_only_its_kind_is_told(world: World, kind: str) -> None:
    """How it begins says whether it is a lasting one or a temporary one, and nothing more."""
    key_id = f"{kind}exampleexampleexample"
    settings = world.well(access_key_id=key_id, security_token="example-token")
    keys = examine(**settings).check("keys")
    assert f"an access key id of {len(key_id)} signs that begins with {kind}, with a token" in keys.seen
    assert key_id not in keys.seen


# --- what comes out -------------------------------------------------------------------------------------------------


def test_a_diagnosis_is_text_and_json(world: World) -> None:
    """A line for each check, one more for its remedy; the same as plain data."""
    diagnosis = examine(**world.well(instance_id="ccc-none"))
    assert json.loads(json.dumps(diagnosis.as_json())) == {
        "healthy": False,
        "checks": [
            {
                "name": check.name,
                "outcome": str(check.outcome),
                "seen": check.seen,
                "remedy": check.remedy,
                "waits_for": check.waits_for,
            }
            for check in diagnosis.checks
        ],
    }
    text = str(diagnosis)
    assert f"failed  instance: {diagnosis.check('instance').seen}\n    Check HILLSTONE" in text
    assert "skipped  recordings: waits until instance is mended" in text
    assert ("instance", "") == tuple(diagnosis.check(name).waits_for for name in ("recordings", "instance"))
    with pytest.raises(KeyError):
        diagnosis.check("weather")


def test_what_an_upstream_says_is_shown_on_one_line_and_without_numbers(world: World) -> None:
    """Line ends, escape sequences and phone numbers of its message do not get through."""
    message = "the number\n13800000001\x1b[31m is example-secret"
    failed = examine(**instead(world, said("Permission.Nobody", 500, message), "ListUsers")).failed[0]
    assert (False, True) == ("\n" in failed.seen or "\x1b" in failed.seen, failed.seen.isprintable())
    text = str(examine(**instead(world, said("InternalService.X", 500, message), "ListUsers")))
    assert "13800000001" not in text
    assert "example-secret" not in text


def test_every_text_is_fit_to_be_shown() -> None:
    """Whatever it is made of, a check holds no secret, no whole number, no line end and nothing a terminal obeys."""
    chart = Chart()
    chart.secrets = ("example-secret",)
    text = "13800000001\nsays\x1b[31m example-secret"
    chart.look("made up", lambda: wrong(text, text))
    check = chart.diagnosis.check("made up")
    assert {"138****0001 says [31m ***"} == {check.seen, check.remedy}


def test_what_a_provider_gave_is_a_secret_too(world: World) -> None:
    """Also where it is a stranger at the endpoint who says it."""
    provided = {"access_key_id": None, "access_key_secret": None, "credentials": Provider("vault")}
    front = world.serve(lambda _: said("ServiceUnavailable", 503, "we know your example-secret"))
    diagnosis = examine(**world.well(endpoint=f"http://127.0.0.1:{front.port}", **provided))
    shown(diagnosis)
    assert "we know your ***" in diagnosis.check("endpoint").seen


def test_it_works_beside_others(world: World) -> None:
    """Several examinations at once do not disturb each other."""
    found: list[bool] = []
    threads = [threading.Thread(target=lambda: found.append(examine(**world.well()).healthy)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [True] * 4 == found


def test_faults_of_the_way_are_not_repeated(world: World) -> None:
    """A diagnosis does not wait for what a client would wait for."""
    world.box.faults = Faults(every=1, kinds=(Fault.SERVER_ERROR,), only=frozenset({"ListUsers"}))
    examine(**world.well())
    assert 1 == sum(answered.code != "IncompleteSignature" for answered in world.box.requests)


def test_a_profile_that_nobody_has_is_not_read(world: World) -> None:
    """These tests see nobody's home."""
    assert [] == list(Path(world.directory).iterdir())

"""The recording actions: names, types, links, and when a file is there."""

import io
import wave
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from hillstone_ccc.sandbox import Faults, Incoming, Quirks, Sandbox
from hillstone_ccc.sandbox.matroska import two_tracks

NOW = 1_767_345_845
AT = NOW * 1000 - 3_600_000
Ask = Callable[..., Any]
Make = Callable[..., Sandbox]
ONE = ["GetMonoRecording", "GetMultiChannelRecording", "GetVoicemailRecording", "GetEarlyMediaRecording"]
MANY = ["ListMonoRecordings", "ListMultiChannelRecordings"]


def get(box: Sandbox, url: str, **headers: str) -> bytes:
    """What a link leads to."""
    parts = urlsplit(url)
    answer = box.handle(Incoming("GET", parts.path, parts.query, headers))
    assert answer.status == 200, answer.body
    return answer.body


def expiry(url: str) -> int:
    """The second at which a link dies."""
    return int(parse_qs(urlsplit(url).query)["Expires"][0])


def test_a_mono_recording(box: Sandbox, ask: Ask) -> None:
    """GetMonoRecording gives a link to a WAV file, its name, and its length in milliseconds."""
    data = ask(box, "GetMonoRecording", ContactId="job-3")["Data"]
    with wave.open(io.BytesIO(get(box, data["FileUrl"]))) as file:
        assert (1, 3.0) == (file.getnchannels(), file.getnframes() / file.getframerate())
    assert (3000, "job-3.wav", 3) == (data["Duration"], data["FileName"], len(data))
    prefix = "http://ccc-sandbox.localhost/oss/ccc-record-sandbox/ccc-demo/2026/01/job-3.wav?"
    assert data["FileUrl"].startswith(prefix)
    assert expiry(data["FileUrl"]) == NOW + 86_400


def test_the_life_of_a_link(make_box: Make, ask: Ask) -> None:
    """GetMonoRecording alone heeds `ExpireSeconds`; the faults' setting wins over both."""
    box = make_box()
    mono, multi = (ask(box, action, ContactId="job-1", ExpireSeconds=300)["Data"]["FileUrl"] for action in ONE[:2])
    assert (NOW + 300, NOW + 86_400) == (expiry(mono), expiry(multi))
    assert ask(box, "GetMonoRecording", ContactId="job-1", ExpireSeconds=0)["Code"] == "Parameter.Minimum"
    box.faults = Faults(link_expires_after=-5)
    assert expiry(ask(box, "GetMonoRecording", ContactId="job-1")["Data"]["FileUrl"]) == NOW - 5


def test_a_multi_channel_recording(box: Sandbox, ask: Ask) -> None:
    """GetMultiChannelRecording gives a Matroska file and no length."""
    data = ask(box, "GetMultiChannelRecording", ContactId="job-3")["Data"]
    assert ({"FileUrl", "FileName"}, "job-3.mkv") == (set(data), data["FileName"])
    body = get(box, data["FileUrl"])
    assert body.startswith(b"\x1a\x45\xdf\xa3")
    assert b"matroska" in body[:64]


def test_matroska_holds_both_sides() -> None:
    """The two tracks of the container hold the samples of the two channels, one cluster a second."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(4)
        out.writeframes(b"".join(b"A%dB%d" % (n, n) for n in range(6)))
    made = two_tracks(file.getvalue())
    first, second = (
        b"\xa3" + bytes([0x80 | (4 + len(data))]) + b"\x81\x00\x00\x80" + data for data in (b"A0A1A2A3", b"A4A5")
    )
    assert made.index(first) < made.index(second)
    assert b"\x82\x00\x00\x80B0B1B2B3" in made
    assert b"\x82\x00\x00\x80B4B5" in made
    assert made.count(b"\x1f\x43\xb6\x75") == 2


def test_a_voicemail_and_an_early_media_recording(box: Sandbox, ask: Ask) -> None:
    """A voicemail and the sound of a failed call are WAV files under names of their own."""
    voicemail = ask(box, "GetVoicemailRecording", ContactId="job-4")["Data"]
    early = ask(box, "GetEarlyMediaRecording", ContactId="job-2")["Data"]
    assert ("voicemail.job-4.wav", "job-2-earlyMedia.wav") == (voicemail["FileName"], early["FileName"])
    contents = {get(box, data["FileUrl"])[:4] for data in (voicemail, early)}
    assert contents == {b"RIFF"}


def test_the_legs_of_a_call_on_one_track(box: Sandbox, ask: Ask) -> None:
    """ListMonoRecordings has a row for each agent's leg, its numbers as texts."""
    first, second = ask(box, "ListMonoRecordings", ContactId="job-3")["Data"]
    assert ["zhangsan@ccc-demo", "zhangsanfeng@ccc-demo"] == [first["AgentId"], second["AgentId"]]
    assert str(box.centre.agents[0].ram_id) == first["RamId"]
    assert str(AT + 17_000) == first["StartTime"]
    assert {
        "ContactId",
        "AgentId",
        "AgentName",
        "SkillGroupId",
        "RamId",
        "StartTime",
        "Duration",
        "FileUrl",
        "FileName",
    } == set(first)
    with wave.open(io.BytesIO(get(box, first["FileUrl"]))) as file:
        assert int(first["Duration"]) == file.getnframes() * 1000 // file.getframerate()
    assert first["FileName"].startswith("job-3-")
    assert first["FileName"].endswith(".wav")


def test_the_legs_of_a_call_on_two_tracks(box: Sandbox, ask: Ask) -> None:
    """ListMultiChannelRecordings has the start as a number, the channel, and the held parts."""
    first = ask(box, "ListMultiChannelRecordings", ContactId="job-3")["Data"][0]
    assert (AT + 17_000, str) == (first["StartTime"], type(first["Duration"]))
    assert isinstance(first["HoldTimeSegments"], list)
    assert first["AgentChannelId"].startswith("ch-user-")
    assert first["FileName"].endswith(".mkv")
    assert get(box, first["FileUrl"]).startswith(b"\x1a\x45\xdf\xa3")


def test_held_parts_are_told(make_box: Make, ask: Ask) -> None:
    """A call with held time tells in milliseconds when it was held."""
    box = make_box(calls=None, records=3000)
    now = NOW * 1000
    found = ask(box, "ListCallDetailRecordsV2", StartTime=0, EndTime=now)["Data"]["List"]
    held = next(row for row in found if row["HeldTime"] and not row["TransferCount"])
    leg = ask(box, "ListMultiChannelRecordings", ContactId=held["ContactId"])["Data"][0]
    seconds = sum(part["EndTime"] - part["StartTime"] for part in leg["HoldTimeSegments"]) // 1000
    assert seconds == held["HeldTime"]


@pytest.mark.parametrize("action", MANY)
def test_legs_are_found_by_agent_and_channel(box: Sandbox, ask: Ask, action: str) -> None:
    """Both lists of legs take an agent and a channel."""
    legs = ask(box, "ListMultiChannelRecordings", ContactId="job-3")["Data"]
    for filters in ({"AgentId": "zhangsanfeng@ccc-demo"}, {"AgentChannelId": legs[1]["AgentChannelId"]}):
        found = ask(box, action, ContactId="job-3", **filters)["Data"]
        assert ["zhangsanfeng@ccc-demo"] == [leg["AgentId"] for leg in found]
    assert [] == ask(box, action, ContactId="job-3", AgentId="nobody")["Data"]


@pytest.mark.parametrize(("action", "empty"), [*((one, {}) for one in ONE), *((one, []) for one in MANY)])
def test_a_call_without_a_file(box: Sandbox, ask: Ask, action: str, empty: object) -> None:
    """Without a file `Data` is empty; a voicemail's is missing; a call that does not exist is like that too."""
    expected = None if action == "GetVoicemailRecording" else empty
    call = "job-1" if action in ONE[2:] else "job-2"
    for contact_id in (call, "job-none"):
        document = ask(box, action, ContactId=contact_id)
        assert ("OK", expected) == (document["Code"], document.get("Data"))


def test_a_recording_is_there_at_the_nth_asking(make_box: Make, ask: Ask) -> None:
    """A recording that takes its time is there at the Nth asking, for each call and each action."""
    box = make_box(recording_ready_after=3)
    asked = [bool(ask(box, "GetMonoRecording", ContactId="job-1")["Data"]) for _ in range(4)]
    assert [False, False, True, True] == asked
    assert not ask(box, "GetMonoRecording", ContactId="job-3")["Data"]
    assert not ask(box, "GetMultiChannelRecording", ContactId="job-1")["Data"]
    box.reset()
    assert not ask(box, "GetMonoRecording", ContactId="job-1")["Data"]


@pytest.mark.parametrize("action", [*ONE, *MANY])
def test_a_recording_that_never_comes(make_box: Make, ask: Ask, action: str) -> None:
    """A recording that never comes does not at any asking of any action, nor after a reset; others do."""
    never = {"GetVoicemailRecording": "job-4", "GetEarlyMediaRecording": "job-2"}.get(action, "job-1")
    box = make_box(never_ready=[never], recording_ready_after=2)
    asked = [ask(box, action, ContactId=never).get("Data") for _ in range(5)]
    box.reset()
    assert not any([*asked, ask(box, action, ContactId=never).get("Data")])
    assert [False, True] == [bool(ask(box, "GetMonoRecording", ContactId="job-3")["Data"]) for _ in range(2)]
    box = make_box(never_ready=[never], quirks=Quirks(recording_not_ready="not_found"))
    assert "NotExists.JobId" == ask(box, action, ContactId=never)["Code"]


def test_a_recording_that_never_comes_cannot_be_restored(make_box: Make, ask: Ask) -> None:
    """RestoreArchivedRecordings knows no recording that never comes."""
    box = make_box(never_ready=["job-1"], archived=["job-1"])
    row = {"ContactId": "job-1", "Exists": "False", "Status": None, "StorageType": None}
    assert [row] == ask(box, "RestoreArchivedRecordings", ContactIds='["job-1"]')["Data"]


def test_archived_recordings_come_back(make_box: Make, ask: Ask) -> None:
    """Asked for, an archived recording is progressing, and completed when asked for again."""
    box = make_box(archived=["job-3"])
    asked = '["job-3","job-1","job-2","job-none"]'
    first, second = (ask(box, "RestoreArchivedRecordings", ContactIds=asked)["Data"] for _ in range(2))
    assert first == [
        {"ContactId": "job-3", "Exists": "True", "Status": "Progressing", "StorageType": "Archive"},
        {"ContactId": "job-1", "Exists": "True", "Status": "Completed", "StorageType": "Standard"},
        {"ContactId": "job-2", "Exists": "False", "Status": None, "StorageType": None},
        {"ContactId": "job-none", "Exists": "False", "Status": None, "StorageType": None},
    ]
    assert second == [{**first[0], "Status": "Completed"}, *first[1:]]


@pytest.mark.parametrize(
    ("contact_ids", "code"),
    [(None, "Parameter.Null"), ("[]", "Parameter.Null"), (str([1] * 101), "Parameter.Maximum")],
)
def test_restoring_needs_calls_but_not_too_many(box: Sandbox, ask: Ask, contact_ids: str | None, code: str) -> None:
    """RestoreArchivedRecordings needs at least one call and takes a hundred at most."""
    assert code == ask(box, "RestoreArchivedRecordings", ContactIds=contact_ids)["Code"]

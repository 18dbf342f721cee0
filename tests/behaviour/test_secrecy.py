"""A whole session, listened to everywhere: no key, token, signature, signed link or whole number in the open."""

import io
import logging
import pickle
import re
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from hillstone_ccc import AuthenticationError, CallRecordQuery, CCCError, Credentials
from hillstone_ccc.sandbox import Fault, Faults, Sandbox
from hillstone_ccc.testing.clock import SimulatedClock

KEY = "EXAMPLEKEYIDENTIFIER0000"
SECRET = "EXAMPLESECRETNOBODYHAS00"
TOKEN = "EXAMPLETOKENVALUE/+==0000"
# Not within an id: a request id of hexadecimal digits may begin like a number.
WHOLE_NUMBER = re.compile(r"(?<![\w.-])(?:1[3-9]\d{9}|0\d{9,11})(?!\w)")
SIGNED = re.compile(r"Signature=(?!\*)|OSSAccessKeyId=(?!\*)|[0-9a-f]{64}")


each_driver = pytest.mark.parametrize("driver", ["sync", "async"])


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that any library logs at DEBUG."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield text
    root.removeHandler(handler)
    root.setLevel(before)


def session(ccc: Any, box: Sandbox, where: Path) -> Iterator[object]:
    """Whatever a program may come to hold in a session, its errors included."""
    query = CallRecordQuery.last(days=20)
    results = ccc.call_records.search(query)
    yield from (ccc, query, results, results.page(1), results.coverage())
    calls = results.to_list()
    yield from calls
    number = calls[0].calling_number
    query = query.evolve(calling_number=number)
    yield from (query, ccc.call_records.search(query), ccc.call_records.search(query).to_list())
    call = next(call for call in calls if call.recording_ready)
    recording = ccc.recordings.get(call.contact_id)
    yield from (ccc.call_records.get(call.contact_id), recording, recording.download(where))
    yield from (ccc.recordings.parts(call.contact_id), ccc.agents.search().to_list(), ccc.skill_groups.search())
    # On a port a slow answer is waited for; it tells nothing new.
    for fault in sorted(set(Fault) - {Fault.DELAY, Fault.SLOW}):
        box.faults = Faults(share=1.0, kinds=(fault,))
        attempts: list[Callable[[], object]] = [
            lambda: ccc.call_records.search(query).to_list(),
            lambda: ccc.agents.get("someone@ccc-demo"),
            lambda: recording.download(where),
        ]
        for attempt in attempts:
            try:
                yield attempt()
            except CCCError as error:
                yield error
    box.faults = Faults(link_expires_after=-1)
    yield caught(lambda: ccc.recordings.get(call.contact_id).download(where))
    box.faults = Faults()


def caught(attempt: Callable[[], object]) -> CCCError:
    """The error of something that must fail."""
    with pytest.raises(CCCError) as info:
        attempt()
    return info.value


def told(thing: object) -> Iterator[str]:
    """Every form in which a thing may be printed."""
    yield from (repr(thing), str(thing), f"{thing}")
    if isinstance(thing, CCCError):
        yield "".join(traceback.format_exception(thing))
        yield repr(pickle.loads(pickle.dumps(thing)))
        yield repr(vars(thing))


@each_driver
@pytest.mark.parametrize("target", ["in process", "over a port"])
def test_nothing_secret_is_ever_told(
    driver: str,
    target: str,
    in_process: Callable[..., Any],
    opened: Callable[..., Any],
    settings_of: Callable[[Sandbox], dict[str, Any]],
    log: io.StringIO,
    tmp_path: Path,
) -> None:
    """Reprs, texts, tracebacks, pickles and every library's DEBUG log of a session with faults hold no secret."""
    box = Sandbox(records=600, access_key_id=KEY, access_key_secret=SECRET, security_token=TOKEN)
    clock = SimulatedClock(wall=time.time())
    with ExitStack() as stack:
        if target == "in process":
            ccc = in_process(driver, box, clock)
        else:
            stack.enter_context(box)
            ccc = opened(driver, **settings_of(box), clock=clock)
        texts = [text for thing in session(ccc, box, tmp_path) for text in told(thing)]
    assert len(texts) > 500
    texts.append(log.getvalue())
    assert len(texts[-1].splitlines()) > 100
    for line in "\n".join(texts).splitlines():
        for secret in (KEY, SECRET, TOKEN):
            assert secret not in line
        assert not SIGNED.search(line)
        assert not WHOLE_NUMBER.search(line)


@each_driver
def test_a_refused_signature_does_not_tell_what_was_signed(driver: str, in_process: Callable[..., Any]) -> None:
    """The gateway answers a bad signature with the string that it signed, which names the key."""
    box = Sandbox(records=1, access_key_id=KEY, access_key_secret=SECRET)
    ccc = in_process(driver, box, SimulatedClock(wall=time.time()), access_key_secret="EXAMPLEBUTWRONGSECRET000")
    error = caught(lambda: ccc.agents.get("a@b"))
    assert isinstance(error, AuthenticationError)
    assert KEY not in "".join(told(error))


def test_credentials_do_not_show_themselves() -> None:
    """The value that holds a key is silent about it."""
    text = repr(Credentials(KEY, SECRET, TOKEN))
    assert "Credentials(***, with a token)" == text

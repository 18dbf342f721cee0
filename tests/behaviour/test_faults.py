"""Two hundred walks of fifty pages each, a fifth of the answers failing: complete and exact, or the right error."""

import os
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from hillstone_ccc import (
    APIError,
    CallRecordQuery,
    CCCError,
    ClockSkewError,
    DecodeError,
    RetryPolicy,
    ServerError,
    ThrottledError,
    TransportError,
)
from hillstone_ccc.sandbox import Call, Fault, Faults, Quirks, Sandbox
from hillstone_ccc.testing.clock import SimulatedClock

from .worlds import LEFT_OUT

NOW = 1_767_323_045
PAGES = 50
CALLS = [Call(contact_id=f"job-{number:018}", start_time=(NOW - 10 * number) * 1000) for number in range(1, 5_001)]
EXPECTED = [call.contact_id for call in CALLS]
THE_LAST_DAY = CallRecordQuery.last(days=1)

# What may come of a walk whose every attempt at one page failed: only the kinds of fault that were dealt.
RIGHT_ERRORS = (ServerError, ThrottledError, TransportError, DecodeError)
MIXED = tuple(fault for fault in Fault if fault not in LEFT_OUT)

each_driver = pytest.mark.parametrize("driver", ["sync", "async"])


@pytest.fixture(scope="module")
def box() -> Sandbox:
    """Five thousand plain calls, ten seconds apart."""
    return Sandbox(calls=CALLS, quirks=Quirks(empty="absent"), clock=lambda: NOW, gzip=False)


# All two hundred (a hundred a driver) with the thorough profile, forty otherwise.
BLOCKS = 10 if os.environ.get("HYPOTHESIS_PROFILE") == "ci" else 2


@pytest.mark.thorough
@each_driver
@pytest.mark.parametrize("block", range(BLOCKS))
def test_every_walk_ends_exact_or_with_the_right_error(
    driver: str, block: int, box: Sandbox, in_process: Callable[..., Any]
) -> None:
    """Ten seeds a block, ten blocks a driver: no walk ends short, doubled, out of order or with a foreign error."""
    complete = 0
    for seed in range(10 * block, 10 * block + 10):
        box.reset()
        box.faults = Faults(share=0.2, kinds=MIXED, seed=seed)
        ccc = in_process(driver, box, SimulatedClock(wall=NOW, seed=seed))
        with suppress(*RIGHT_ERRORS):
            assert EXPECTED == [call.contact_id for call in ccc.call_records.search(THE_LAST_DAY)]
            complete += 1
    assert complete >= 8  # five attempts at a fifth failing: one page in 3,000 is not had


@each_driver
@pytest.mark.parametrize("fault", MIXED, ids=lambda fault: fault.value)
def test_each_kind_of_fault_is_healed_by_repeating(
    driver: str, fault: Fault, box: Sandbox, in_process: Callable[..., Any]
) -> None:
    """A fault on every third answer costs requests and time, and no call."""
    box.reset()
    box.faults = Faults(every=3, kinds=(fault,))
    clock = SimulatedClock(wall=NOW)
    ccc = in_process(driver, box, clock)
    assert EXPECTED[:1_000] == [call.contact_id for call in ccc.call_records.search(THE_LAST_DAY).limit(1_000)]
    assert sum(clock.waits) > 0


@each_driver
@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault.THROTTLE, ThrottledError),
        (Fault.THROTTLE_WITH_RETRY_AFTER, ThrottledError),
        (Fault.SERVER_ERROR, ServerError),
        (Fault.HTML_502, ServerError),
        (Fault.OK_WITH_BAD_CODE, ServerError),
        (Fault.EMPTY_BODY, DecodeError),
        (Fault.DAMAGE, DecodeError),
        (Fault.DROP, TransportError),
        (Fault.TRUNCATE, TransportError),
        (Fault.BAD_GZIP, TransportError),
    ],
    ids=lambda value: getattr(value, "value", None),
)
def test_a_fault_that_stays_is_reported_as_what_it_is(
    driver: str, fault: Fault, expected: type[CCCError], box: Sandbox, in_process: Callable[..., Any]
) -> None:
    """After as many attempts as the policy allows the error tells what it was, of which action."""
    box.reset()
    box.faults = Faults(share=1.0, kinds=(fault,))
    ccc = in_process(driver, box, SimulatedClock(wall=NOW), retry=RetryPolicy(attempts=3))
    with pytest.raises(expected) as caught:
        ccc.call_records.search(THE_LAST_DAY).to_list()
    assert caught.value.action == "ListCallDetailRecordsV2"
    assert len(box.requests) == 3


@each_driver
@pytest.mark.parametrize("status", [200, 400, 429])
def test_a_throttle_is_known_by_its_code_whatever_its_status(
    driver: str, status: Any, in_process: Callable[..., Any]
) -> None:
    """The upstream's wait is obeyed, and holds every call of the client."""
    box = Sandbox(calls=CALLS[:300], quirks=Quirks(throttle_status=status), clock=lambda: NOW)
    box.faults = Faults(every=2, kinds=(Fault.THROTTLE_WITH_RETRY_AFTER,), retry_after_ms=3_000)
    clock = SimulatedClock(wall=NOW)
    ccc = in_process(driver, box, clock)
    assert EXPECTED[:300] == [call.contact_id for call in ccc.call_records.search(THE_LAST_DAY)]
    assert max(clock.waits) >= 3.0


@each_driver
@pytest.mark.parametrize("shift", [-86_400, -1_200, 1_200, 86_400])
def test_a_clock_out_of_step_is_corrected_once_for_the_whole_client(
    driver: str, shift: int, in_process: Callable[..., Any]
) -> None:
    """The upstream's Date sets the client's time stamps; no later request is refused."""
    box = Sandbox(calls=CALLS[:300], clock=lambda: NOW, faults=Faults(clock_shift=shift))
    ccc = in_process(driver, box, SimulatedClock(wall=NOW))
    assert ccc.agents.search().first() is not None
    assert len(ccc.agents.search().to_list()) > 10
    refused = [one for one in box.requests if one.code == "InvalidTimeStamp.Expired"]
    assert len(refused) == 1


def test_a_clock_that_cannot_be_corrected_is_an_error(in_process: Callable[..., Any]) -> None:
    """An upstream that goes on refusing is asked once more, and no more."""
    ticking = iter(range(NOW, NOW + 100 * 3_600, 3_600))
    box = Sandbox(calls=CALLS[:3], clock=lambda: next(ticking))
    ccc = in_process("sync", box, SimulatedClock(wall=NOW))
    with pytest.raises(ClockSkewError):
        ccc.agents.search().first()
    assert len(box.requests) == 2


@each_driver
def test_an_expired_token_is_fetched_anew_once(driver: str, in_process: Callable[..., Any]) -> None:
    """A token that ran out between two requests is not the user's problem; one that stays bad is."""
    box = Sandbox(
        calls=CALLS[:3], clock=lambda: NOW, faults=Faults(every=1, kinds=(Fault.EXPIRED_TOKEN,), max_consecutive=1)
    )
    ccc = in_process(driver, box, SimulatedClock(wall=NOW))
    assert ccc.agents.search().first() is not None
    box.faults = Faults(share=1.0, kinds=(Fault.EXPIRED_TOKEN,))
    with pytest.raises(APIError):
        ccc.agents.search().first()

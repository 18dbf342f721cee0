"""One call's details over both drivers: every way a call can go, and every way in which only half of it can be had."""

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from hillstone_ccc import NotFoundError, RetryPolicy, ServerError, Transfer
from hillstone_ccc import sandbox as upstream
from hillstone_ccc.sandbox import Call, CallFilter, Fault, Faults, Intervention, Quirks, Sandbox
from hillstone_ccc.testing.clock import SimulatedClock

NOW = 1_767_323_045
START = (NOW - 7 * 86_400) * 1000
DETAIL, LIST = "GetCallDetailRecord", "ListCallDetailRecordsV2"
OUTSIDE = "13800009801"

each_driver = pytest.mark.parametrize("driver", ["sync", "async"])


def transfer(first: str, kind: Any, to_kind: Any, to: str, second: int = 20, **told: Any) -> upstream.Transfer:
    """A transfer as the sandbox is told of it."""
    to = f"{to}@ccc-demo" if to_kind in ("agent", "skill_group") else to
    return upstream.Transfer(
        from_agent=f"{first}@ccc-demo", to=to, to_kind=to_kind, time=START + second * 1000, kind=kind, **told
    )


def a_call(*agents: str, **told: Any) -> Call:
    """A call of two minutes, established in its 15th second, with these agents."""
    names = {"zhangsan": "张三", "zhangsanfeng": "张三丰", "lina": "李娜"}
    return Call(
        contact_id="job-1",
        start_time=START,
        release_time=START + 120_000,
        agents=tuple(f"{agent}@ccc-demo" for agent in agents),
        agent_names=tuple(names[agent] for agent in agents),
        **told,
    )


def off_site(*agents: str) -> dict[str, Any]:
    """The fields of off-site work, of these agents."""
    return {
        "off_site_agents": tuple(f"{agent}@ccc-demo" for agent in agents),
        "off_site_originator_numbers": ("02100000001",) * len(agents),
        "off_site_destination_numbers": tuple(f"1380000950{place}" for place in range(len(agents))),
    }


def supervisor(event: Any, second: int = 25, name: str = "lina") -> Intervention:
    """What somebody does in the call without handing it over."""
    return Intervention(agent=f"{name}@ccc-demo", event=event, time=START + second * 1000)


@attrs.frozen
class Case:
    """A call, and what its details are to say of it.

    Attributes:
        call: As the sandbox is told of it.
        transfers: Kind, from, target, agent, group, number, whether completed; or None.
        off_site: Whether an agent worked off site.
        numbers: The off-site or outside leg's.
    """

    call: Call
    transfers: list[tuple[Any, ...]] | None = attrs.field(factory=list[tuple[Any, ...]])
    off_site: bool | None = False
    numbers: tuple[str | None, str | None] = (None, None)


CASES: dict[str, Case] = {
    "one agent": Case(a_call("zhangsan")),
    "to an agent": Case(
        a_call("zhangsan", "zhangsanfeng", transfers=(transfer("zhangsan", "blind", "agent", "zhangsanfeng"),)),
        [("blind", "zhangsan", "agent", "zhangsanfeng", None, None, True)],
    ),
    "to an agent who never answers": Case(
        a_call(
            "zhangsan",
            "zhangsanfeng",
            transfers=(transfer("zhangsan", "blind", "agent", "zhangsanfeng", completed=False),),
        ),
        [("blind", "zhangsan", "agent", "zhangsanfeng", None, None, False)],
    ),
    "to a group": Case(
        a_call("zhangsan", "lina", transfers=(transfer("zhangsan", "blind", "skill_group", "vip"),)),
        [("blind", "zhangsan", "skill_group", "lina", "vip@ccc-demo", None, True)],
    ),
    "to a group where nobody answers": Case(
        a_call("zhangsan", transfers=(transfer("zhangsan", "blind", "skill_group", "vip"),)),
        [("blind", "zhangsan", "skill_group", None, "vip@ccc-demo", None, False)],
    ),
    "to a flow": Case(
        a_call("zhangsan", transfers=(transfer("zhangsan", "blind", "ivr", "flow-1"),)),
        [("blind", "zhangsan", "ivr", None, None, None, True)],
    ),
    "outside": Case(
        a_call("zhangsan", transfers=(transfer("zhangsan", "blind", "outside", OUTSIDE),), outside_number=OUTSIDE),
        [("blind", "zhangsan", "outside", None, None, OUTSIDE, None)],
        numbers=(None, OUTSIDE),
    ),
    "the IVR forwards it outside": Case(
        a_call(
            disposition="ForwardToOutsideNumber",
            established_time=None,
            outside_number=OUTSIDE,
            outside_release_reason="NoAnswer",
        ),
        numbers=(None, OUTSIDE),
    ),
    "consulted and handed over": Case(
        a_call("zhangsan", "zhangsanfeng", transfers=(transfer("zhangsan", "consulted", "agent", "zhangsanfeng"),)),
        [("consulted", "zhangsan", "agent", "zhangsanfeng", None, None, True)],
    ),
    "consulted and taken back": Case(
        a_call(
            "zhangsan",
            "zhangsanfeng",
            transfers=(transfer("zhangsan", "consulted", "agent", "zhangsanfeng", completed=False),),
        ),
    ),
    "consulted and taken back, then to another": Case(
        a_call(
            "zhangsan",
            "zhangsanfeng",
            "lina",
            transfers=(
                transfer("zhangsan", "consulted", "agent", "zhangsanfeng", completed=False),
                transfer("zhangsan", "blind", "agent", "lina", 60),
            ),
        ),
        [("blind", "zhangsan", "agent", "lina", None, None, True)],
    ),
    "consulted outside and taken back": Case(
        a_call("zhangsan", transfers=(transfer("zhangsan", "consulted", "outside", OUTSIDE, completed=False),)),
    ),
    "handed on twice": Case(
        a_call(
            "zhangsan",
            "zhangsanfeng",
            "lina",
            transfers=(
                transfer("zhangsan", "consulted", "agent", "zhangsanfeng"),
                transfer("zhangsanfeng", "blind", "skill_group", "vip", 60),
            ),
        ),
        [
            ("consulted", "zhangsan", "agent", "zhangsanfeng", None, None, True),
            ("blind", "zhangsanfeng", "skill_group", "lina", "vip@ccc-demo", None, True),
        ],
    ),
    "the first agent off site": Case(
        a_call("zhangsan", **off_site("zhangsan")), off_site=True, numbers=("02100000001", "13800009500")
    ),
    "the second agent off site": Case(
        a_call(
            "zhangsan",
            "zhangsanfeng",
            transfers=(transfer("zhangsan", "blind", "agent", "zhangsanfeng"),),
            **off_site("zhangsanfeng"),
        ),
        [("blind", "zhangsan", "agent", "zhangsanfeng", None, None, True)],
        off_site=True,
        numbers=("02100000001", "13800009500"),
    ),
    "both agents off site": Case(
        a_call(
            "zhangsan",
            "zhangsanfeng",
            transfers=(transfer("zhangsan", "blind", "agent", "zhangsanfeng"),),
            **off_site("zhangsan", "zhangsanfeng"),
        ),
        [("blind", "zhangsan", "agent", "zhangsanfeng", None, None, True)],
        off_site=True,
        numbers=("02100000001", "13800009501"),
    ),
    "an agent off site who does not answer": Case(
        a_call(
            "zhangsan",
            disposition="AbandonedInRing",
            established_time=None,
            off_site_release_reason="NoAnswer",
            **off_site("zhangsan"),
        ),
        off_site=True,
        numbers=("02100000001", "13800009500"),
    ),
    "a conference": Case(
        a_call(
            "zhangsan",
            "zhangsanfeng",
            interventions=(supervisor("StartConference", name="zhangsan"),),
        ),
    ),
    "a coach": Case(a_call("zhangsan", "lina", interventions=(supervisor("Coaching"),))),
    "somebody barging in": Case(a_call("zhangsan", "lina", interventions=(supervisor("Barging"),))),
    "somebody listening in": Case(a_call("zhangsan", "lina", interventions=(supervisor("Monitoring"),))),
    "somebody taking over": Case(a_call("zhangsan", "lina", interventions=(supervisor("Intercepting"),))),
    "a coach comes before the receiver": Case(
        a_call(
            "zhangsan",
            "lina",
            "zhangsanfeng",
            transfers=(transfer("zhangsan", "blind", "skill_group", "vip"),),
            interventions=(supervisor("Monitoring", 21),),
        ),
        [("blind", "zhangsan", "skill_group", "zhangsanfeng", "vip@ccc-demo", None, True)],
    ),
    "never answered": Case(a_call("zhangsan", disposition="AbandonedInRing", established_time=None)),
    "lost in the IVR": Case(a_call(disposition="AbandonedInIVR", established_time=None)),
    "outbound": Case(a_call("zhangsan", contact_type="Outbound", called_number="13800000002")),
    "chat": Case(a_call("zhangsan", media_type="CHAT"), off_site=None),
}


def summary(told: Transfer) -> tuple[Any, ...]:
    """Kind, from, target, agent, group, number, whether it was completed."""
    to_agent = told.to_agent_id and told.to_agent_id.removesuffix("@ccc-demo")
    from_agent = (told.from_agent_id or "").removesuffix("@ccc-demo")
    return told.kind, from_agent, told.to_kind, to_agent, told.to_skill_group_id, told.to_number, told.completed


OPEN = {
    name: quirks
    for name, quirks in Quirks.variants().items()
    if name.startswith(("transfers_counted", "outside_number_of_agents", "empty", "contact_ids", "media", "scalars"))
}


@each_driver
@pytest.mark.parametrize("variant", ["default", *OPEN])
@pytest.mark.parametrize("name", CASES)
def test_what_the_details_say(name: str, variant: str, driver: str, in_process: Callable[..., Any]) -> None:
    """Transfers, off-site work and numbers are the call's, whichever way the open points turn out, or not told."""
    case = CASES[name]
    box = Sandbox(calls=[case.call], quirks=OPEN.get(variant, Quirks()), clock=lambda: NOW)
    detail = in_process(driver, box, SimulatedClock(wall=NOW)).call_records.get("job-1")
    assert detail.missing == ()
    assert case.off_site is detail.off_site
    numbers, transfers = case.numbers, case.transfers
    if variant == "outside_number_of_agents=False" and name == "outside":  # then nothing tells of that line
        numbers, transfers = (None, None), [("blind", "zhangsan", None, None, None, None, None)]
    assert numbers == (detail.transfer_caller, detail.transfer_called)
    assert transfers == [summary(one) for one in detail.transfers]
    assert {one.action for one in box.requests} == {DETAIL, LIST}


@each_driver
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "UTC", "Europe/Berlin"])
@pytest.mark.parametrize("completed", [True, False])
def test_the_clients_zone_makes_no_transfer(
    completed: bool, zone: str, driver: str, in_process: Callable[..., Any]
) -> None:
    """A consult over the hour that comes twice is a transfer if it was one, and none if it was given up."""
    start = 1_792_889_400_000  # 02:50 in Berlin, ten minutes before the clocks go back
    consult = transfer("zhangsan", "consulted", "agent", "zhangsanfeng", completed=completed)
    call = attrs.evolve(
        a_call("zhangsan", "zhangsanfeng", transfers=(attrs.evolve(consult, time=start + 300_000),)),
        start_time=start,
        established_time=start + 15_000,
        release_time=start + 1_800_000,
    )
    now = start / 1000 + 86_400
    box = Sandbox(calls=[call], clock=lambda: now)
    detail = in_process(driver, box, SimulatedClock(wall=now), timezone=zone).call_records.get("job-1")
    handed_over = ("consulted", "zhangsan", "agent", "zhangsanfeng", None, None, True)
    assert [handed_over] * completed == [summary(one) for one in detail.transfers]
    times = [event.time.timestamp() for event in detail.events]
    assert sorted(times) == times


@each_driver
@pytest.mark.parametrize("action", [DETAIL, LIST])
@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.THROTTLE, Fault.DAMAGE, Fault.DROP])
def test_half_an_answer(driver: str, action: str, fault: Fault, in_process: Callable[..., Any]) -> None:
    """One of the two actions failing for good, the other's part is there, and what is missing is said."""
    box = Sandbox(calls=[CASES["the second agent off site"].call], clock=lambda: NOW)
    box.faults = Faults(share=1, kinds=[fault], only=[action])
    ccc = in_process(driver, box, SimulatedClock(wall=NOW), retry=RetryPolicy(attempts=2))
    detail = ccc.call_records.get("job-1")
    (missing,) = detail.missing
    assert (missing.action, len(box.requests)) == (action, 3)
    assert detail.agent_ids == ("zhangsan@ccc-demo", "zhangsanfeng@ccc-demo")
    if action == LIST:
        assert (None, None, None, None) == (
            detail.record,
            detail.off_site,
            detail.transfer_caller,
            detail.transfer_called,
        )
        assert ["zhangsanfeng@ccc-demo"] == [one.to_agent_id for one in detail.transfers]
    else:
        assert ((), True, "13800009500") == (detail.events, detail.off_site, detail.transfer_called)
        assert (Transfer(),) == detail.transfers
        assert detail.record.talk_time == 40


@each_driver
def test_no_answer_at_all(driver: str, in_process: Callable[..., Any]) -> None:
    """Both failing is an error: of what failed if something did, else that there is no such call."""
    box = Sandbox(records=0, clock=lambda: NOW)
    ccc = in_process(driver, box, SimulatedClock(wall=NOW), retry=RetryPolicy(attempts=1))
    with pytest.raises(NotFoundError) as caught:
        ccc.call_records.get("job-1")
    assert caught.value.action == DETAIL
    box.faults = Faults(share=1, kinds=[Fault.SERVER_ERROR], only=[DETAIL])
    with pytest.raises(ServerError):
        ccc.call_records.get("job-1")


@each_driver
def test_generated_calls_are_told_as_they_were(driver: str, in_process: Callable[..., Any]) -> None:
    """Of some hundred made-up calls with transfers or off-site work each detail says what the sandbox made up."""
    box = Sandbox(records=1_500)
    calls = [call for call in box.centre.select(CallFilter()).rows(0, 1_500) if call.transfers or call.off_site_agents]
    ccc = in_process(driver, box, SimulatedClock(wall=box.centre.now_ms / 1000))
    told: set[object] = set()
    for call in calls[:120]:
        detail = ccc.call_records.get(call.contact_id)
        assert detail.off_site is bool(call.off_site_agents)
        assert [one.from_agent for one in call.transfers] == [one.from_agent_id for one in detail.transfers]
        assert [one.to_kind for one in call.transfers] == [one.to_kind for one in detail.transfers]
        assert [one.kind for one in call.transfers] == [one.kind for one in detail.transfers]
        assert list(call.agents[1:]) == [one.to_agent_id for one in detail.transfers if one.to_agent_id] or (
            call.contact_type in {"Internal", "Conference"}
        )
        told |= {(one.to_kind, one.kind) for one in detail.transfers} | {detail.off_site}
    assert told >= {("agent", "blind"), ("skill_group", "blind"), ("outside", "blind"), ("agent", "consulted"), True}

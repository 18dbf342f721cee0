"""Faults of which each kind has a share of its own."""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from fractions import Fraction
from math import sqrt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc.sandbox import Fault, Faults, Incoming, Sandbox
from hillstone_ccc.sandbox.faults import Dealer

Make = Callable[..., Sandbox]
Sign = Callable[..., Incoming]
AGENT = {"InstanceId": "ccc-demo", "UserId": "zhangsan@ccc-demo"}
PAGE = {"InstanceId": "ccc-demo", "PageNumber": 1, "PageSize": 100}
OF_ACTIONS_ONLY = {
    "throttle",
    "throttle_with_retry_after",
    "empty_body",
    "ok_with_bad_code",
    "expired_token",
    "bad_gzip",
}
OF_DOWNLOADS_ONLY = {"expired_link", "download_limit"}
MIXED = {"drop": 0.05, "truncate": 0.05, "damage": 0.02, "expired_link": 0.03, "throttle": 0.01}
ACTIONS = ["GetMonoRecording", "GetObject"]


def fits(kind: str, action: str) -> bool:
    """Whether a fault can happen to an action, or to a download."""
    return kind not in (OF_ACTIONS_ONLY if action == "GetObject" else OF_DOWNLOADS_ONLY)


@st.composite
def shares(draw: st.DrawFn) -> dict[str, float]:
    """Shares of some kinds in any order, in thousandths, together at most 1."""
    left = 1000
    told: dict[str, float] = {}
    for kind in draw(st.permutations([*Fault])):
        share = draw(st.integers(0, left // 2))
        if share:
            told[kind.value] = share / 1000
            left -= share
    return told


def dealt(faults: Faults, action: str, requests: int) -> list[str]:
    """What happens to so many requests, each a question of its own."""
    dealer = Dealer()
    found = [dealer.deal(faults, action, number) for number in range(requests)]
    return ["OK" if one is None else one.kind.value for one in found]


def stretch(told: Mapping[str, float], action: str, place: float) -> str:
    """The kind in whose stretch of 0 to 1 the place lies, the stretches one after the other."""
    begin = Fraction()
    for kind in (kind.value for kind in Fault if kind.value in told and fits(kind.value, action)):
        end = begin + Fraction(str(told[kind]))
        if begin <= Fraction(place) < end:
            return kind
        begin = end
    return "OK"


@given(told=shares(), seed=st.integers(0, 1000), action=st.sampled_from(ACTIONS))
def test_each_kind_has_its_own_stretch_of_the_dice(told: dict[str, float], seed: int, action: str) -> None:
    """A request meets the kind in whose share its throw of the dice falls; no two shares overlap."""
    throws = [random.Random(f"{seed}/{number}").random() for number in range(1, 51)]
    assert [stretch(told, action, throw) for throw in throws] == dealt(Faults(shares=told, seed=seed), action, 50)


@given(told=shares(), seed=st.integers(0, 1000), action=st.sampled_from(ACTIONS))
def test_a_kind_that_does_not_fit_changes_nothing(told: dict[str, float], seed: int, action: str) -> None:
    """A kind that cannot happen to a request does not, and leaves the others what they are without it."""
    fitting = {kind: share for kind, share in told.items() if fits(kind, action)}
    assert dealt(Faults(shares=fitting, seed=seed), action, 50) == dealt(Faults(shares=told, seed=seed), action, 50)


@pytest.mark.parametrize("action", ACTIONS)
def test_each_kind_is_as_frequent_as_its_share(action: str) -> None:
    """Of many requests each kind befalls its share, give or take what chance allows, whatever the others do."""
    requests = 20_000
    found = Counter(dealt(Faults(shares=MIXED), action, requests))
    for kind, share in MIXED.items():
        expected = share if fits(kind, action) else 0
        allowed = 4 * sqrt(requests * expected * (1 - expected))
        assert abs(requests * expected - found[kind]) <= allowed, kind
    assert found.keys() <= {"OK", *MIXED}


def test_equal_shares_are_equal_settings() -> None:
    """The order in which shares are told says nothing: equal settings have one hash and deal the same faults."""
    one, other = Faults(shares=MIXED), Faults(shares=dict(reversed(MIXED.items())))
    assert (one, hash(one)) == (other, hash(other))
    assert dealt(one, "GetObject", 300) == dealt(other, "GetObject", 300)
    assert one != Faults(shares=MIXED | {"drop": 0.06})


def test_later_changes_to_shares_come_too_late() -> None:
    """Settings keep the shares that they were given."""
    told = {"drop": 1.0}
    faults = Faults(shares=told)
    told.clear()
    assert {Fault.DROP: 1.0} == faults.shares


@pytest.mark.parametrize("told", [[0.01, 0.2, 0.68, 0.11], *([1 / count] * count for count in range(1, 14))])
def test_shares_may_be_all_there_is(told: list[float]) -> None:
    """Shares that make up one are taken, whatever adding them up step by step comes to, and nothing gets through."""
    kinds = [kind.value for kind in Fault if fits(kind.value, "GetUser")]
    faults = Faults(shares=dict(zip(kinds, told, strict=False)))
    assert set(kinds) >= set(dealt(faults, "GetUser", 200))


def test_shares_know_mercy_and_names(make_box: Make, sign: Sign) -> None:
    """`only` and `max_consecutive` hold for shares as they do for a share."""
    box = make_box(faults=Faults(shares={"drop": 1}, only=["GetUser"], max_consecutive=2))
    for _ in range(3):
        box.handle(sign("GetUser", AGENT))
        box.handle(sign("ListUsers", PAGE))
    assert ["drop", "OK", "drop", "OK", "OK", "OK"] == [one.code for one in box.requests]


@pytest.mark.parametrize("settings", [{"share": 1, "kinds": [*OF_DOWNLOADS_ONLY]}, {"shares": {"expired_link": 1}}])
def test_faults_of_the_object_store_alone(make_box: Make, sign: Sign, settings: dict[str, Any]) -> None:
    """What only the object store says happens to no action."""
    box = make_box(faults=Faults(**settings))
    assert 200 == box.handle(sign("GetUser", AGENT)).status

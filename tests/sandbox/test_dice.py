"""The dice: one hash for numbers and arrays, the same everywhere."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc.sandbox import dice

words = st.integers(0, 2**64 - 1)


def test_mix_is_splitmix64() -> None:
    """The first outputs of splitmix64 from seed 0 are the published ones."""
    assert (0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4) == (dice.mix(0), dice.mix(0x9E3779B97F4A7C15))


@given(seed=words, numbers=st.lists(words, min_size=1, max_size=20), sides=st.integers(1, 2**32))
def test_array_and_number_agree(seed: int, numbers: list[int], sides: int) -> None:
    """An array of things gets the very throws that its things get one by one."""
    one_by_one = [dice.below(dice.throw(seed, "colour", number), sides) for number in numbers]
    together = dice.below(dice.throw(seed, "colour", np.array(numbers, dtype=np.uint64)), sides)
    assert one_by_one == together.tolist()
    assert all(0 <= value < sides for value in one_by_one)


@pytest.mark.parametrize(("seed", "stream", "index"), [(2, "a", 3), (1, "b", 3), (1, "a", 4)])
def test_throws_are_independent(seed: int, stream: str, index: int) -> None:
    """Another seed, another question or another thing is another throw."""
    assert dice.throw(1, "a", 3) != dice.throw(seed, stream, index)


def test_text_hash_is_fixed() -> None:
    """A text hashes to one number in every process and version."""
    assert 136_856_926_666_863_979 == dice.of_text("job-1")


def test_wheel_gives_each_code_its_share() -> None:
    """A code of weight three stands in three slots, one of weight none in none."""
    assert [0, 2, 2, 2] == dice.wheel((1, 0, 3)).tolist()


def test_spin_throws_from_the_wheel() -> None:
    """A wheel is spun to each of its codes, in about their shares."""
    codes = dice.Throws(1, np.arange(4000, dtype=np.uint64)).spin("prize", dice.wheel((1, 0, 3)))
    counts = np.bincount(codes, minlength=3).tolist()
    assert 0 == counts[1]
    assert 900 < counts[0] < 1100


@given(bits=st.lists(words, min_size=1, max_size=30), curve=st.lists(st.integers(0, 10_000), min_size=2, max_size=9))
def test_along_stays_on_the_curve(bits: list[int], curve: list[int]) -> None:
    """A number along a curve lies between the curve's least and greatest value, and grows with the throw if it does."""
    rising = sorted(curve)
    values = dice.along(np.array(sorted(bits), dtype=np.uint64), rising).tolist()
    assert rising[0] <= min(values) <= max(values) <= rising[-1]
    assert sorted(values) == values


def test_along_begins_at_the_first_value() -> None:
    """The least throw gives the first value of the curve, the one in the middle the value in the middle."""
    assert [10, 30] == dice.along(np.array([0, 2**63], dtype=np.uint64), (10, 30, 90)).tolist()

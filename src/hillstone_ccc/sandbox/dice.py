"""Dice that remember nothing: each throw is a hash of (seed, stream, index).

A million calls need no storage when any field of any call can be thrown again. The hash is splitmix64,
written here so that neither the platform nor the version of numpy has a say in the data; one function serves a
number and an array.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, TypeAlias, cast, overload

import numpy as np
from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Words: TypeAlias = "NDArray[np.uint64]"
Integers: TypeAlias = "NDArray[np.int64]"
Codes: TypeAlias = "NDArray[np.uint8]"

_WORD = 0xFFFF_FFFF_FFFF_FFFF


@overload
def mix(word: int) -> int: ...
@overload
def mix(word: Words) -> Words: ...
def mix(word: Any) -> Any:
    """Hash 64 bits to 64 bits (one step of splitmix64).

    Args:
        word: A number of 0 to 2**64 - 1, or an array of them.
    """
    word = (word + 0x9E37_79B9_7F4A_7C15) & _WORD
    word = ((word ^ (word >> 30)) * 0xBF58_476D_1CE4_E5B9) & _WORD
    word = ((word ^ (word >> 27)) * 0x94D0_49BB_1331_11EB) & _WORD
    return word ^ (word >> 31)


def of_text(text: str) -> int:
    """Hash a text to 64 bits, the same in every process."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


@overload
def throw(seed: int, stream: str, index: int) -> int: ...
@overload
def throw(seed: int, stream: str, index: Words) -> Words: ...
def throw(seed: int, stream: str, index: Any) -> Any:
    """64 random bits for one question about one thing.

    Args:
        seed: Whose data it is.
        stream: The question; different streams are independent.
        index: Which thing, or an array of things.
    """
    return mix((cast("int", index) + _key(seed, stream)) & _WORD)


@lru_cache(maxsize=4096)
def _key(seed: int, stream: str) -> int:
    return mix((seed ^ of_text(stream)) & _WORD)


@overload
def below(bits: int, sides: int) -> int: ...
@overload
def below(bits: Words, sides: int) -> Words: ...
def below(bits: Any, sides: int) -> Any:
    """Turn 64 bits into a number of 0 to ``sides`` - 1 (``sides`` at most 2**32)."""
    return ((bits >> 32) * sides) >> 32


def wheel(weights: Sequence[int]) -> Codes:
    """A wheel of fortune: the code ``k`` stands in ``weights[k]`` of its slots."""
    return np.repeat(np.arange(len(weights), dtype=np.uint8), weights)


def along(bits: Words, curve: Sequence[int]) -> Integers:
    """Numbers distributed along ``curve``: its values at equal quantiles, straight lines between them."""
    points = np.array(curve, dtype=np.int64)
    place = below(bits, (len(curve) - 1) << 10).astype(np.int64)
    left, part = place >> 10, place & 1023
    values: Integers = points[left] + (((points[left + 1] - points[left]) * part) >> 10)
    return values


@frozen
class Throws:
    """Many throws for the same things.

    Attributes:
        seed: Whose data it is.
        index: Which things.
    """

    seed: int
    index: Words

    def below(self, stream: str, sides: int) -> Integers:
        """Numbers of 0 to ``sides`` - 1."""
        return below(throw(self.seed, stream, self.index), sides).astype(np.int64)

    def spin(self, stream: str, slots: Codes) -> Codes:
        """Codes from a :func:`wheel`."""
        codes: Codes = slots[self.below(stream, len(slots))]
        return codes

    def along(self, stream: str, curve: Sequence[int]) -> Integers:
        """Numbers distributed along a curve, see :func:`along`."""
        return along(throw(self.seed, stream, self.index), curve)

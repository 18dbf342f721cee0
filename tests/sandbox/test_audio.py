"""Recordings: real WAV files, as long as they say, different for each call."""

from __future__ import annotations

import io
import wave

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hillstone_ccc.sandbox.audio import SAMPLE_RATE, recording, recording_size


@settings(max_examples=30)
@given(duration_ms=st.integers(0, 20_000), track=st.sampled_from(["mono", "multi"]))
def test_length_is_true(duration_ms: int, track: str) -> None:
    """The file has the frames of its duration, the channels of its track, and the size foretold."""
    data = recording("job-1", duration_ms, track=track)
    with wave.open(io.BytesIO(data)) as file:
        assert (duration_ms * SAMPLE_RATE // 1000, SAMPLE_RATE, 2) == (
            file.getnframes(),
            file.getframerate(),
            file.getsampwidth(),
        )
        assert (1 if track == "mono" else 2) == file.getnchannels()
    assert recording_size(duration_ms, track=track) == len(data)


def test_same_call_same_file() -> None:
    """A recording is the same file each time it is asked for."""
    assert recording("job-1", 5000) == recording("job-1", 5000)


@given(ids=st.sets(st.from_regex(r"job-[0-9]{18}", fullmatch=True), min_size=2, max_size=2))
@settings(max_examples=20)
def test_calls_sound_different(ids: set[str]) -> None:
    """Two calls never share a tune."""
    one, other = ids
    assert recording(one, 4000) != recording(other, 4000)


def test_can_be_heard() -> None:
    """The sound is neither silence nor clipped, in any quarter of a second."""
    samples = np.frombuffer(recording("job-1", 8000)[44:], dtype="<i2").astype(np.int64).reshape(-1, SAMPLE_RATE // 4)
    loudest = np.abs(samples).max(axis=1)
    assert 2000 < loudest.min() < loudest.max() < 32_000


def test_channels_take_turns() -> None:
    """On two channels the agent and the customer are heard at different times."""
    samples = np.frombuffer(recording("job-1", 2000, track="multi")[44:], dtype="<i2").astype(np.int64).reshape(-1, 2)
    first_turn, second_turn = np.abs(samples[:4000]).max(axis=0), np.abs(samples[4000:8000]).max(axis=0)
    assert first_turn[0] > 2 * first_turn[1]
    assert second_turn[1] > 2 * second_turn[0]


@pytest.mark.parametrize("duration_ms", [-1, 0])
def test_nothing_recorded(duration_ms: int) -> None:
    """No duration gives an empty file with a header."""
    assert recording_size(0) == len(recording("job-1", duration_ms))

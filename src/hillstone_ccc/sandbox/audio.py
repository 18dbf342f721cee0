"""Recordings that can be heard and told apart: a tune of telephone tones, made of the call's id."""

from __future__ import annotations

import io
import math
import wave
from functools import cache

import numpy as np

from hillstone_ccc.sandbox import dice

SAMPLE_RATE = 8000
"""Samples per second and channel, each of 16 bits."""

_HEADER_BYTES = 44
_SAMPLE_BYTES = 2
_NOTES = 16
_TURN_NOTES = 2
_NOTE_SAMPLES = SAMPLE_RATE // 4
# One sine wave as a table, rounded: the same samples whatever a platform's sin() does to the last bit.
_CYCLE = 1024
_SINE = np.array([round(1000 * math.sin(2 * math.pi * step / _CYCLE)) for step in range(_CYCLE)], dtype=np.int32)
_LOW_TONES, _HIGH_TONES = (697, 770, 852, 941), (1209, 1336, 1477, 1633)
_SOFT_TONES = (220, 244, 262, 294, 330, 349, 392, 440)


def _channels(track: str) -> int:
    return 1 if track == "mono" else 2


def recording_size(duration_ms: int, *, track: str = "mono") -> int:
    """Bytes of what :func:`recording` makes of the same arguments, without making it."""
    return _HEADER_BYTES + _samples(duration_ms) * _SAMPLE_BYTES * _channels(track)


def recording(contact_id: str, duration_ms: int, *, track: str = "mono") -> bytes:
    """A WAV file, always the same for the same arguments.

    Args:
        contact_id: What the tune is made of.
        duration_ms: Its length, in ms.
        track: ``mono`` for one channel; any other word for two, the agent's and the customer's, in turns.
    """
    tune, soft = _tune(dice.of_text(contact_id))
    if track == "mono":
        channels = [tune + soft]
    else:
        turn = np.arange(tune.size) // _NOTE_SAMPLES // _TURN_NOTES % 2 == 0
        channels = [np.where(turn, tune, 0) + soft, np.where(turn, 0, tune) + soft]
    frames = np.stack(channels, axis=1).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(_channels(track))
        out.setsampwidth(_SAMPLE_BYTES)
        out.setframerate(SAMPLE_RATE)
        out.writeframes(np.resize(frames, (_samples(duration_ms), len(channels))).tobytes())
    return file.getvalue()


def _samples(duration_ms: int) -> int:
    return max(0, duration_ms) * SAMPLE_RATE // 1000


@cache
def _tone(frequency: int, samples: int) -> dice.Integers:
    """A tone of amplitude 1000, kept: there are sixteen, and recordings by the thousand."""
    step = np.arange(samples, dtype=np.int64) * frequency * _CYCLE // SAMPLE_RATE
    tone = _SINE[step % _CYCLE].astype(np.int64)
    tone.setflags(write=False)
    return tone


def _tune(bits: int) -> tuple[dice.Integers, dice.Integers]:
    """Four seconds of notes and of the soft tones under them, 4 bits of the id for each note."""
    # The last eighth of each note is silent: notes that repeat stay two notes.
    heard = np.arange(_NOTE_SAMPLES) < _NOTE_SAMPLES * 7 // 8
    keys = [(bits >> (4 * note)) & 15 for note in range(_NOTES)]
    notes = [
        (_tone(_LOW_TONES[key >> 2], _NOTE_SAMPLES) + _tone(_HIGH_TONES[key & 3], _NOTE_SAMPLES)) * heard
        for key in keys
    ]
    low, high = _SOFT_TONES[bits % 8], _SOFT_TONES[bits // 8 % 8]
    length = _NOTES * _NOTE_SAMPLES
    return np.concatenate(notes) * 5, _tone(low, length) * 2 + _tone(high, length)

"""A recording of two tracks in the container that the upstream uses for it: Matroska, with plain PCM inside.

Just enough of the format (RFC 9559) for a player: a header, two audio tracks, and a cluster for each second.
"""

import io
import struct
import wave
from array import array

_MAKER = b"ccc-sandbox"
_AUDIO = 2
_PCM = b"A_PCM/INT/LIT"
_KEY_FRAME = 0x80
_SHORT = 127


def two_tracks(stereo: bytes) -> bytes:
    """A Matroska file with the two channels of a WAV file as tracks `agent` and `customer`.

    Args:
        stereo: a WAV file of two channels, 16 bits a sample.
    """
    with wave.open(io.BytesIO(stereo)) as file:
        rate, count = file.getframerate(), file.getnframes()
        samples = array("h", file.readframes(count))
    head = _element(
        0x1A45DFA3,
        _number(0x4286, 1),
        _number(0x42F7, 1),
        _number(0x42F2, 4),
        _number(0x42F3, 8),
        _element(0x4282, b"matroska"),
        _number(0x4287, 2),
        _number(0x4285, 2),
    )
    info = _element(
        0x1549A966,
        _number(0x2AD7B1, 1_000_000),
        _real(0x4489, count * 1000 / rate),
        _element(0x4D80, _MAKER),
        _element(0x5741, _MAKER),
    )
    tracks = _element(0x1654AE6B, _track(1, b"agent", rate), _track(2, b"customer", rate))
    clusters = [
        _element(
            0x1F43B675,
            _number(0xE7, start * 1000 // rate),
            *(_block(track + 1, samples[2 * start + track : 2 * (start + rate) : 2].tobytes()) for track in (0, 1)),
        )
        for start in range(0, count, rate)
    ]
    return head + _element(0x18538067, info, tracks, *clusters)


def _track(number: int, name: bytes, rate: int) -> bytes:
    sound = _element(0xE1, _real(0xB5, rate), _number(0x9F, 1), _number(0x6264, 16))
    return _element(
        0xAE,
        _number(0xD7, number),
        _number(0x73C5, number),
        _number(0x83, _AUDIO),
        _element(0x536E, name),
        _element(0x86, _PCM),
        sound,
    )


def _block(track: int, data: bytes) -> bytes:
    return _element(0xA3, bytes([0x80 | track]), struct.pack(">hB", 0, _KEY_FRAME), data)


def _number(name: int, value: int) -> bytes:
    return _element(name, value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _real(name: int, value: float) -> bytes:
    return _element(name, struct.pack(">d", value))


def _element(name: int, *content: bytes) -> bytes:
    """An element: its name, its size in one byte or in eight, its content."""
    size = sum(map(len, content))
    head = name.to_bytes((name.bit_length() + 7) // 8, "big")
    length = bytes([0x80 | size]) if size < _SHORT else (size | 1 << 56).to_bytes(8, "big")
    return b"".join((head, length, *content))

"""File names of words from the wire."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hillstone_ccc._core.file_names import content_type_of, safe_name, safe_word, suffix_of

DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)", re.IGNORECASE)
TURNING = [chr(code) for code in range(0x110000) if unicodedata.bidirectional(chr(code)) in {
    "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"
}] + ["\u200e", "\u200f", "\u061c"]  # fmt: skip
PIECES = [
    "..",
    "/",
    "\\",
    ".",
    "con",
    "NUL",
    "com1",
    "\0",
    "\x1b",
    ":",
    "名",
    " ",
    " " * 200,
    "\ud800",
    "a" * 90,
    ".wav",
    "." + "名" * 10,
    "~",
    "$",
    *TURNING,
]

hostile = st.text(st.characters()) | st.lists(st.sampled_from(PIECES)).map("".join)


def assert_safe(name: str) -> None:
    """It names a file in the directory at hand on every system, as which it shows itself."""
    assert 1 <= len(name.encode()) <= 200
    assert not re.search(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|]', name)
    assert not set(TURNING) & set(name)
    assert not DEVICE.fullmatch(name.partition(".")[0].rstrip(" "))
    assert name[0] not in ". "
    assert name[-1] not in ". "


@given(hostile | st.none(), hostile)
def test_a_name_from_the_wire_is_only_a_name(name: str | None, fallback: str) -> None:
    """Never a separator, a control or direction character, a device, a hidden or an over-long name; never nothing."""
    safe = safe_name(name, fallback)
    assert_safe(safe)
    assert safe == safe_name(safe, "other")


@given(hostile, hostile)
def test_any_words_are_one_part_of_a_path(word: str, fallback: str) -> None:
    """Words are made as harmless as names are."""
    safe = safe_word(word, fallback)
    assert_safe(safe)
    assert safe == safe_word(safe, "other")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("job-1.wav", "job-1.wav"),
        ("录音 1.wav", "录音 1.wav"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\x.wav", "x.wav"),
        ("/", "job-1"),
        ("..", "job-1"),
        ("", "job-1"),
        (None, "job-1"),
        (".bashrc", "bashrc"),
        ("a:b?.wav", "a_b_.wav"),
        ("con.wav", "_con.wav"),
        ("AUX", "_AUX"),
        ("nul .txt", "_nul .txt"),
        ("CONIN$", "_CONIN$"),
        ("console.wav", "console.wav"),
        ("com¹", "_com¹"),
        ("X y X", "X y X"),
        ("X" * 300, "X" * 200),
        ("x" * 200, "x" * 200),
        ("x" * 300 + ".wav", "x" * 196 + ".wav"),
        ("名" * 100 + ".wav", "名" * 65 + ".wav"),
        ("x" * 300, "x" * 200),
        ("a." + "x" * 300, "a." + "x" * 198),
        ("x" * 195 + " y.wav" + "z" * 200, "x" * 195 + " y.wa"),
        ("x" * 199 + " " + "y" * 20, "x" * 199),
        ("con" + " " * 300 + "x", "_con"),
        ("x" * 300 + ".1234567890", "x" * 189 + ".1234567890"),
        ("x" * 300 + ".12345678901", "x" * 200),
        ("nul" + " " * 300 + "x.wav", "_nul.wav"),
    ],
)
def test_names(name: str | None, safe: str) -> None:
    """The last part of a path, made harmless; a suffix survives shortening."""
    assert safe == safe_name(name, "job-1")


@pytest.mark.parametrize("mark", [*TURNING, "\u200b", "\u2028", "\u2060", "\ufeff", "\ud800", "\x7f", "\x85"])
def test_what_does_not_show_or_turns_the_text_is_replaced(mark: str) -> None:
    """No name shows itself as another one, and each can be encoded."""
    assert "a_b.wav" == safe_name(f"a{mark}b.wav", "job-1")


def test_when_nothing_is_left_of_a_name() -> None:
    """The fallback is made harmless too, and the last resort is a word."""
    assert ("job_1", "recording") == (safe_name("", "job/1"), safe_name("...", " . "))
    assert ("recording", "X") == (safe_word(" "), safe_word("", ".X "))


@pytest.mark.parametrize(
    ("word", "safe"),
    [("../../etc/passwd", "_.._etc_passwd"), ("a\\b", "a_b"), ("甲+乙", "甲+乙"), ("..", "none"), ("a/..", "a_")],
)
def test_separators_in_words_are_replaced(word: str, safe: str) -> None:
    """A separator in a word parts nothing."""
    assert safe == safe_word(word, "none")


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("a.wav", ".wav"),
        ("a.b.MKV", ".mkv"),
        (".wav", ".wav"),
        ("wav", ""),
        ("", ""),
        ("a.", ""),
        ("a.12345678", ".12345678"),
        ("a.123456789", ""),
        ("a.w v", ""),
        ("a.wäv", ""),
        ("a.wav/b", ""),
        ("a.wav\n", ""),
    ],
)
def test_suffixes(name: str, suffix: str) -> None:
    """What could be one, in small letters; else nothing."""
    assert suffix == suffix_of(name)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.wav", "audio/wav"), ("A.WAV", "audio/wav"), ("a.mp3", "audio/mpeg"), ("a.mkv", "audio/x-matroska"),
     ("a.mkv.txt", None), ("wav", None)],
)  # fmt: skip
def test_what_a_name_tells_of_the_sound(name: str, kind: str | None) -> None:
    """The media type of the three kinds of file that recordings are, and none of any other."""
    assert kind == content_type_of(name)


def test_a_device_of_the_longest_name_stays_within_it() -> None:
    """What is put before it makes it no longer than a name may be."""
    safe = safe_word("con." + "x" * 196)
    assert (200, "_con.") == (len(safe), safe[:5])

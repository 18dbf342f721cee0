"""File names of words from the wire: one name in the directory at hand, whatever the words are."""

from __future__ import annotations

import re

# Also what shows a name as another one (direction marks, invisible characters) or no file system can encode.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff<>:"/\\|?*]')
_DEVICES = re.compile(r"(?i)(con(in\$|out\$)?|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])[ ]*(\..*)?")
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")

STANDARD_LAYOUT = "{start:%Y/%m/%d}/{contact_id}{suffix}"
"""How many files are named unless it is said: a folder a day, a file a call."""

LONGEST_NAME = 200
"""Bytes; file systems stop at 255, and a partial file's name is longer than its target's."""


def safe_name(name: str | None, fallback: str) -> str:
    """A file name from the wire as one that names a file in the directory at hand and nothing else.

    No separators, no control characters, no Windows device, no leading dot, at most 200 bytes with its suffix kept.
    """
    return safe_word(re.split(r"[/\\]", name or "")[-1], fallback)


def safe_word(word: str, fallback: str = "") -> str:
    """Any words as one part of a path: separators are replaced, not obeyed."""
    base = _UNSAFE.sub("_", word).strip(" .") or _UNSAFE.sub("_", fallback).strip(" .") or "recording"
    if len(base.encode()) > LONGEST_NAME:
        base = _shortened(base)
    if not _DEVICES.fullmatch(base):
        return base
    base = f"_{base}"
    return base if len(base.encode()) <= LONGEST_NAME else _shortened(base)


def _shortened(base: str) -> str:
    stem, dot, suffix = base.rpartition(".")
    tail = (dot + suffix) if stem and len(suffix) <= 10 else ""  # noqa: PLR2004 - a suffix, not a sentence
    head = (stem if tail else base).encode()[: LONGEST_NAME - len(tail.encode())].decode(errors="ignore")
    return head.rstrip(" .") + tail


def suffix_of(name: str) -> str:
    """The suffix of a file name with its dot, in small letters; empty where there is none that could be one."""
    _, dot, suffix = name.rpartition(".")
    return f"{dot}{suffix}".lower() if _SUFFIX.fullmatch(dot + suffix) else ""


_SOUNDS = {".wav": "audio/wav", ".mp3": "audio/mpeg", ".mkv": "audio/x-matroska"}


def content_type_of(name: str) -> str | None:
    """The media type that a recording's file name tells, or None.

    The object store's own ``Content-Type`` may be anything (inferred), so it is not asked.
    """
    return _SOUNDS.get(suffix_of(name))

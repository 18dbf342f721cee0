"""Made-up values that stand for people's own in cassettes: numbers, names, logins, addresses.

Each is computed from what it stands for and a key, and from nothing else. So equal values have equal stand-ins
everywhere, in every process and in any order; a request that asks for a real number finds the cassette that was
recorded with it; and recording again changes no line that did not change. A stand-in stands for itself.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

import attrs

MADE_UP_NUMBER = re.compile(r"1380000\d{4}|021000000\d{2}", re.ASCII)
"""Numbers that are taken to be made up already."""

_MADE_UP_NAME = re.compile(r"(?:坐席|agent|visitor)\d{6}", re.ASCII)
_MADE_UP_ADDRESS = re.compile(r"(?i).*@(?:.*\.)?example(?:\.com|\.org|\.net)?")
_COUNTRY = re.compile(r"^(?:00)?86(?=(?:1[3-9]\d{9}|0[1-9]\d{8,10})$)")
_NUMBERS = 10_000
_NAMES = 1_000_000
_LONGEST_KEY = 64


@attrs.frozen
class StandIns:
    """Stand-ins of one key.

    There are 10,000 numbers and a million names to stand for all the others, so two may meet in one: with 10
    numbers once in 220 cassettes, with 100 nearly every other time. That is also what keeps a stand-in from telling
    whom it stands for; but whoever has the key can check a guess.

    Attributes:
        key: Any text; another key gives other stand-ins.
    """

    key: str = attrs.field(default="", repr=False)

    def number(self, text: str) -> str:
        """``1380000xxxx`` for a phone number or a part of one, the same for ``+86`` and separators; else the text."""
        digits = "".join(str(unicodedata.decimal(sign)) for sign in text if sign.isdecimal())
        digits = _COUNTRY.sub("", digits)
        if not digits:
            return text
        if MADE_UP_NUMBER.fullmatch(digits):
            return digits
        return f"1380000{self._pick('number', digits, _NUMBERS):04d}"

    def name(self, text: str) -> str:
        """``坐席xxxxxx`` for a person's name."""
        return self._named("坐席", text)

    def login(self, text: str) -> str:
        """``agentxxxxxx`` for a login."""
        return self._named("agent", text)

    def visitor(self, text: str) -> str:
        """``visitorxxxxxx`` for what a chat channel calls a visitor."""
        return self._named("visitor", text)

    def address(self, text: str) -> str:
        """``agentxxxxxx@example.com`` for a mail address; its name is the stand-in of the login before the ``@``."""
        if not text.strip() or _MADE_UP_ADDRESS.fullmatch(text):
            return text
        return f"{self.login(text.rpartition('@')[0] or text)}@example.com"

    def _named(self, kind: str, text: str) -> str:
        bare = text.strip()
        if not bare or _MADE_UP_NAME.fullmatch(bare):
            return bare
        return f"{kind}{self._pick(kind, bare, _NAMES):06d}"

    def _pick(self, kind: str, text: str, of: int) -> int:
        key = hashlib.blake2b(self.key.encode(), digest_size=_LONGEST_KEY).digest()
        told = f"{kind}:{text}".encode("utf-8", "surrogatepass")
        return int.from_bytes(hashlib.blake2b(told, key=key, digest_size=8).digest(), "big") % of

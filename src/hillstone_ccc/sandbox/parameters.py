"""The parameters of one request, read as the upstream reads them, and refused as it refuses them."""

import json
from collections.abc import Collection, Mapping
from typing import Any, cast
from urllib.parse import parse_qsl

import attrs

from hillstone_ccc.sandbox.errors import Refusal
from hillstone_ccc.sandbox.message import Incoming

LATEST_MS = 4_133_952_000_000
"""The last instant that the upstream takes as a time (its documented bound), Unix milliseconds."""

_FORM = "application/x-www-form-urlencoded"


def pairs(incoming: Incoming) -> list[tuple[str, str]]:
    """Every name and value of the request, from its query and from its form body."""
    found = parse_qsl(incoming.query, keep_blank_values=True)
    if incoming.headers.get("content-type", "").split(";")[0].strip().lower() == _FORM:
        found += parse_qsl(incoming.body.decode("latin-1"), keep_blank_values=True)
    return found


@attrs.frozen
class Parameters:
    """Names and texts. A name that an action never asks for is ignored, as the upstream does."""

    values: Mapping[str, str]

    def required(self, name: str) -> str:
        """The text of a parameter that must be there.

        Raises:
            Refusal: `Missing<name>` when it was not sent, `Parameter.Blank` when it is blank.
        """
        if name not in self.values:
            raise Refusal.missing(name)
        if not self.values[name].strip():
            raise Refusal("Parameter.Blank", name)
        return self.values[name]

    def text(self, name: str) -> str | None:
        """The text, or None when it was not sent or is empty."""
        return self.values.get(name) or None

    def integer(self, name: str, *, minimum: int, maximum: int, default: int) -> int:
        """A whole number within bounds.

        Raises:
            Refusal: `Parameter.Format`, `Parameter.Minimum` or `Parameter.Maximum`.
        """
        text = self.text(name)
        if text is None:
            return default
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdigit()):
            raise Refusal("Parameter.Format", name, "It must be an integer.")
        value = int(text[:20])
        if value < minimum:
            raise Refusal("Parameter.Minimum", name, minimum)
        if value > maximum:
            raise Refusal("Parameter.Maximum", name, maximum)
        return value

    def time(self, name: str, *, default: int) -> int:
        """A time, Unix milliseconds."""
        return self.integer(name, minimum=0, maximum=LATEST_MS, default=default)

    def flag(self, name: str) -> bool | None:
        """A truth value in any casing: the Python SDK sends `True`, others `true`."""
        text = self.text(name)
        if text is None:
            return None
        if text.lower() not in {"true", "false"}:
            raise Refusal("Parameter.Format", name, "It must be true or false.")
        return text.lower() == "true"

    def choice(self, name: str, among: Collection[str], *, default: str) -> str:
        """One of a few words, compared exactly.

        Raises:
            Refusal: `Parameter.Enumeration` for any other word.
        """
        text = self.text(name)
        if text is None:
            return default
        if text not in among:
            raise Refusal("Parameter.Enumeration", name, "[" + ", ".join(among) + "]")
        return text

    def words(self, name: str) -> tuple[str, ...]:
        """A list sent as the text of a JSON array; numbers in it are read as words.

        Raises:
            Refusal: `Parameter.Format` when it is no JSON array of words.
        """
        found = self._json(name, [])
        if not isinstance(found, list):
            raise Refusal("Parameter.Format", name, "It must be a JSON array.")
        items = cast("list[object]", found)
        if not all(isinstance(item, (str, int)) and not isinstance(item, bool) for item in items):
            raise Refusal("Parameter.Format", name, "It must be a JSON array of strings.")
        return tuple(str(item) for item in items)

    def criteria(self, name: str) -> dict[str, object]:
        """Conditions sent as the text of a JSON object.

        Raises:
            Refusal: `Parameter.Format` when it is no JSON object.
        """
        found = self._json(name, {})
        if not isinstance(found, dict):
            raise Refusal("Parameter.Format", name, "It must be a JSON object.")
        return cast("dict[str, object]", found)

    def _json(self, name: str, default: Any) -> Any:
        text = self.text(name)
        if text is None:
            return default
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise Refusal("Parameter.Format", name, "It must be JSON.") from None

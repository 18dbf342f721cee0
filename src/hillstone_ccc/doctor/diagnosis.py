"""What comes out of an examination: checks, in the order in which they were made."""

from __future__ import annotations

from enum import Enum
from typing import Any

import attrs


class Outcome(str, Enum):
    """What a check came to."""

    OK = "ok"
    """All well."""
    WARNED = "warned"
    """It works, and something about it will surprise somebody."""
    FAILED = "failed"
    """That is what is wrong."""
    SKIPPED = "skipped"
    """There was nothing to look at, or an earlier failure made it meaningless; ``seen`` says which."""

    def __str__(self) -> str:
        return self.value


@attrs.frozen
class Check:
    """One thing that was looked at. Its texts hold no secret and no whole phone number.

    Attributes:
        name: Which one, such as ``dns``; a permission's is that of the RAM action, such as ``ccc:ListUsers``.
        outcome: What it came to.
        seen: What was found there; of a skipped check, why it was skipped.
        remedy: What to do about it; empty where nothing is to be done.
        waits_for: The check that failed and has to be mended before this one says anything; else empty.
    """

    name: str
    outcome: Outcome
    seen: str
    remedy: str = ""
    waits_for: str = ""


@attrs.frozen
class Diagnosis:
    """The checks of one examination, in the order in which they were made.

    Attributes:
        checks: All of them, the skipped ones too.
    """

    checks: tuple[Check, ...]

    @property
    def healthy(self) -> bool:
        """Whether no check failed."""
        return not self.failed

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that failed; the first one is the one to mend first."""
        return tuple(check for check in self.checks if check.outcome is Outcome.FAILED)

    def check(self, name: str) -> Check:
        """The check of that name.

        Raises:
            KeyError: None was made.
        """
        for check in self.checks:
            if check.name == name:
                return check
        raise KeyError(name)

    def as_json(self) -> dict[str, Any]:
        """The same for a ticket: plain objects, lists and texts."""
        checks = [{**attrs.asdict(check), "outcome": str(check.outcome)} for check in self.checks]
        return {"healthy": self.healthy, "checks": checks}

    def __str__(self) -> str:
        lines: list[str] = []
        for check in self.checks:
            lines.append(f"{check.outcome}  {check.name}: {check.seen}")
            lines += [f"    {check.remedy}"] if check.remedy else []
        return "\n".join(lines)

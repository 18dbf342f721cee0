"""The chart of an examination: what has been found so far, and what that leaves to look at."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from hillstone_ccc._core.errors import CCCError
from hillstone_ccc._core.redact import for_people

from .diagnosis import Check, Diagnosis, Outcome


@attrs.frozen
class Finding:
    """What one look came to; a :class:`Check` without its name, and not yet fit to be shown.

    Attributes:
        outcome: What it came to.
        seen: What was found.
        remedy: What to do about it.
    """

    outcome: Outcome
    seen: str
    remedy: str = ""


def fine(seen: str) -> Finding:
    """All well."""
    return Finding(Outcome.OK, seen)


def doubtful(seen: str, remedy: str) -> Finding:
    """It works, but."""
    return Finding(Outcome.WARNED, seen, remedy)


def wrong(seen: str, remedy: str) -> Finding:
    """That is it."""
    return Finding(Outcome.FAILED, seen, remedy)


def needless(why: str) -> Finding:
    """There is nothing to look at, which is no fault."""
    return Finding(Outcome.SKIPPED, why)


def failure(error: CCCError, remedy: str = "") -> Finding:
    """An error of the library's, in its own words, with its own advice unless there is a better one."""
    told = [error.code or ""]
    told += [f"HTTP {error.http_status}"] if error.http_status else []
    told += [f"request id {error.request_id}"] if error.request_id else []
    lead = ", ".join(filter(None, told))
    seen = f"{lead}: {error.message}" if lead else error.message
    return wrong(seen, remedy or error.advice or "Try again; if it lasts, open a ticket with this.")


class Chart:
    """Keeps what was found, and skips what an earlier failure makes meaningless.

    Args:
        each: Is told of each check as soon as it is made.

    Attributes:
        secrets: What must not be shown, wherever a text came from.
    """

    def __init__(self, each: Callable[[Check], object] | None = None) -> None:
        self.secrets: tuple[str, ...] = ()
        self._each = each
        self._checks: list[Check] = []
        self._culprits: dict[str, str] = {}  # check that cannot be relied on → the one that failed

    @property
    def diagnosis(self) -> Diagnosis:
        """What there is so far."""
        return Diagnosis(tuple(self._checks))

    def culprit(self, *needs: str) -> str | None:
        """The first check that failed of those that these stand on; None if all of them stand."""
        return next((self._culprits[need] for need in needs if need in self._culprits), None)

    def look(self, name: str, look: Callable[[], Finding], *, needs: tuple[str, ...] = ()) -> None:
        """Makes a check, unless it has to be skipped.

        Args:
            name: The check's.
            look: Makes it; an error of the library's that comes out of it is its finding.
            needs: Checks without which it would say nothing.
        """
        if self.skip(name, *needs):
            return
        try:
            finding = look()
        except CCCError as error:
            finding = failure(error)
        if finding.outcome is Outcome.FAILED:
            self._culprits[name] = name
        self._note(name, finding)

    def skip(self, name: str, *needs: str) -> bool:
        """Skips a check if one failed that it stands on; tells whether it did."""
        culprit = self.culprit(*needs)
        if culprit is None:
            return False
        self._culprits[name] = culprit
        self._note(name, needless(f"waits until {culprit} is mended"), culprit)
        return True

    def _note(self, name: str, finding: Finding, culprit: str = "") -> None:
        check = Check(name, finding.outcome, self._shown(finding.seen), self._shown(finding.remedy), culprit)
        self._checks.append(check)
        if self._each is not None:
            self._each(check)

    def _shown(self, text: str) -> str:
        """One line, fit for a terminal and a ticket."""
        line = " ".join(for_people(text, self.secrets).split())
        return "".join(sign if sign.isprintable() else " " for sign in line)

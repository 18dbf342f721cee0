"""Why a call ended, in the two forms in which the upstream writes it."""

import re

_CODED = re.compile(r"(\d{3})\W+(.*)", re.DOTALL)


class Released:
    """Takes ``release_reason`` apart: ``486:USER_BUSY`` in the lists, ``200 - OK`` in a call's details."""

    __slots__ = ()

    release_reason: str | None

    @property
    def release_code(self) -> int | None:
        """The SIP status in ``release_reason``: 486 of ``486:USER_BUSY``, 200 of ``200 - OK``; None if none."""
        found = _CODED.fullmatch(self.release_reason or "")
        return int(found[1]) if found else None

    @property
    def release_text(self) -> str | None:
        """The words in ``release_reason``: ``USER_BUSY`` of ``486:USER_BUSY``; all of it if there is no status."""
        found = _CODED.fullmatch(self.release_reason or "")
        return found[2] if found else self.release_reason

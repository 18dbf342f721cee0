"""The page's files as they lie in the package, each with its type and a tag of its content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Any

import attrs

SHELL = "index.html"

_TYPES = {".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".svg": "image/svg+xml"}


@attrs.frozen
class File:
    """One file.

    Attributes:
        content: Its bytes.
        media_type: What they are.
        tag: Another one for other bytes, as an ``ETag``.
    """

    content: bytes
    media_type: str
    tag: str


@cache
def parcel() -> Mapping[str, File]:
    """Path below the page → the file; licences of what is shipped with it, and the like, are not among them."""
    found: dict[str, File] = {}
    for path, place in _below(PurePosixPath(), files(__package__) / "files"):
        media_type = _TYPES.get(path.suffix)
        if media_type is not None:
            content = place.read_bytes()
            found[str(path)] = File(content, media_type, f'"{sha256(content).hexdigest()[:16]}"')
    return found


def _below(path: PurePosixPath, folder: Any) -> Iterator[tuple[PurePosixPath, Any]]:
    for place in folder.iterdir():
        inside = path / place.name
        if place.is_dir():
            yield from _below(inside, place)
        else:
            yield inside, place

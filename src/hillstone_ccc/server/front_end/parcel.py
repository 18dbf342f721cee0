"""The page's files as they lie in the package, each with its type, all of them with one version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Any

import attrs

_PACKAGE = __name__.rpartition(".")[0]
_SHELL = "index.html"
_TYPES = {".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".svg": "image/svg+xml"}


@attrs.frozen
class File:
    """One file.

    Attributes:
        content: Its bytes.
        media_type: What they are.
    """

    content: bytes
    media_type: str


@attrs.frozen
class Parcel:
    """All files.

    Attributes:
        version: Another one for other files. It is a folder in the address of each, so that browsers keep them for
            good and never mix those of two versions.
        shell: The page itself, which names the version.
        files: Path below the version → the file; licences of what is shipped with it, and the like, are not among
            them.
    """

    version: str
    shell: File
    files: Mapping[str, File]


@cache
def parcel() -> Parcel:
    """The page's files."""
    found: dict[str, File] = {}
    digest = sha256()
    for path, place in sorted(_below(PurePosixPath(), files(_PACKAGE) / "files")):
        if path.suffix in _TYPES:
            found[str(path)] = File(place.read_bytes(), _TYPES[path.suffix])
            digest.update(f"{path}\n".encode() + found[str(path)].content)
    version = digest.hexdigest()[:12]
    shell = found.pop(_SHELL)
    named = shell.content.replace(b'"call_record/', f'"call_record/{version}/'.encode())
    return Parcel(version, attrs.evolve(shell, content=named), found)


def _below(path: PurePosixPath, folder: Any) -> Iterator[tuple[PurePosixPath, Any]]:
    for place in folder.iterdir():
        inside = path / place.name
        if place.is_dir():
            yield from _below(inside, place)
        else:
            yield inside, place

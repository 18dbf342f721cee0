"""What users name is at home in the root, wherever its code stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

K = TypeVar("K", bound="type[Any] | Callable[..., Any]")


def public(kind: K) -> K:
    """Makes the root the face of a class or a function: in tracebacks, reprs, pickles and documentation alike.

    It says so itself, since it may be met before the root has been asked for it: the root loads a name's
    module when the name is first asked for.
    """
    kind.__module__ = __name__.partition(".")[0]
    return kind

"""The names of the package: one list, in order, complete, each at home in the root."""

from __future__ import annotations

import pickle
import subprocess
import sys
from typing import Any

import pytest

import hillstone_ccc
from hillstone_ccc import (
    CallDetail,
    CallRecordQuery,
    Credentials,
    MissingPart,
    NotFoundError,
    Page,
    RetryPolicy,
    Timeout,
    Transfer,
)


def test_the_list_of_names_is_in_order_and_names_each_once() -> None:
    """So that a new one has one place."""
    assert sorted(set(hillstone_ccc.__all__)) == hillstone_ccc.__all__


def test_the_list_is_the_namespace() -> None:
    """Whatever has a public name is listed, and whatever is listed is there: nothing that was imported leaks."""
    # In a process of its own: here, wings that other tests import have become attributes of the package.
    program = "import hillstone_ccc\nprint(*(name for name in vars(hillstone_ccc) if not name.startswith('_')))"
    run = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert set(hillstone_ccc.__all__) - {"__version__"} == set(run.stdout.split())


@pytest.mark.parametrize("name", [name for name in hillstone_ccc.__all__ if name != "__version__"])
def test_each_class_is_at_home_in_the_root(name: str) -> None:
    """In tracebacks, reprs and pickles, modules that begin with an underscore are nobody's business."""
    public = getattr(hillstone_ccc, name)
    assert ("hillstone_ccc", name) == (public.__module__, public.__qualname__)


@pytest.mark.parametrize(
    "value",
    [
        CallRecordQuery.last(days=1),
        NotFoundError("There is none.", code="NotExists.User", http_status=404),
        Page((1, 2), 1, 2, 2),
        RetryPolicy(attempts=2),
        CallDetail("job-1", transfers=(Transfer(),), missing=(MissingPart("GetUser", "APIError", "no"),)),
        Timeout(read=1),
        Credentials("example-id", "example-secret"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_survive_being_pickled(value: Any) -> None:
    """They cross the borders of processes, under the root's name."""
    copy = pickle.loads(pickle.dumps(value))
    assert type(value) is type(copy)
    assert _told(value) == _told(copy)


def _told(value: Any) -> Any:
    """An exception equals no other, so its text and what it carries are compared."""
    return (str(value), vars(value)) if isinstance(value, Exception) else value

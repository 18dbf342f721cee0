"""The names of the package: one list, in order, complete, each at home in the root."""

from __future__ import annotations

import ast
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_type_hints

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
from hillstone_ccc._core.batch import DownloadProgress, DownloadReport, DownloadResult

SOURCE = Path(hillstone_ccc.__file__).parent
NAMES: list[str] = vars(hillstone_ccc)["__all__"]
"""Type checkers do not see the list: it is made of the table of homes."""


def _said(program: str) -> list[str]:
    """The words that a program prints, in a process of its own: in this one every name has been asked for."""
    return subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.split()


def test_the_list_of_names_is_in_order_and_names_each_once() -> None:
    """So that a new one has one place."""
    assert sorted(set(NAMES)) == NAMES


def test_the_list_is_the_namespace() -> None:
    """Whatever has a public name is listed, and whatever is listed is there: nothing that was imported leaks."""
    public = "print(*(name for name in {} if not name.startswith('_')))"
    assert [] == _said(f"import hillstone_ccc\n{public.format('vars(hillstone_ccc)')}")
    assert set(NAMES) - {"__version__"} == set(_said(f"import hillstone_ccc\n{public.format('dir(hillstone_ccc)')}"))
    everything = "import hillstone_ccc\nfrom hillstone_ccc import *\n"
    assert set(NAMES) - {"__version__"} == set(_said(everything + public.format("vars(hillstone_ccc)")))
    assert {"hillstone_ccc", *NAMES} - {"__version__"} == set(_said(everything + public.format("list(globals())")))


def _read_by_type_checkers() -> Iterator[tuple[str, str]]:
    """What stands under ``if TYPE_CHECKING`` of the package: names and their homes."""
    tree = ast.parse((SOURCE / "__init__.py").read_text("utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    for node in block.body:
        assert isinstance(node, ast.ImportFrom)
        assert [alias.name for alias in node.names] == [alias.asname for alias in node.names]  # so it is exported
        yield from ((alias.name, str(node.module)) for alias in node.names)


def _saying_so() -> Iterator[tuple[str, str]]:
    """The classes and functions that are made public where they stand, and where that is."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and "public" in map(ast.unparse, node.decorator_list):
                yield node.name, ".".join(path.relative_to(SOURCE).with_suffix("").parts)


def test_what_is_loaded_is_what_type_checkers_read_and_what_says_that_it_is_public() -> None:
    """Three places know a public name, and none of them more than another."""
    homes = sorted(vars(hillstone_ccc)["_HOMES"].items())
    assert homes == sorted(_read_by_type_checkers())
    assert homes == sorted(_saying_so())


def test_each_home_can_be_the_first_to_be_loaded() -> None:
    """Whichever name a program asks for first, it gets it: no module leans on another's having been loaded."""
    program = """
import sys
import hillstone_ccc
first = {home: name for name, home in hillstone_ccc._HOMES.items()}
for name in first.values():
    for loaded in [one for one in sys.modules if one.partition(".")[0] == "hillstone_ccc"]:
        del sys.modules[loaded]
    import hillstone_ccc
    kind = getattr(hillstone_ccc, name)
    print(name if (kind.__module__, kind.__name__) == ("hillstone_ccc", name) else f"not-{name}")
"""
    first: dict[str, str] = {home: name for name, home in vars(hillstone_ccc)["_HOMES"].items()}
    assert list(first.values()) == _said(program)


def test_threads_may_ask_for_their_first_names_at_once() -> None:
    """Each gets the one class that there is."""
    program = """
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
import hillstone_ccc
together = Barrier(8)
def ask(number):
    together.wait()
    return getattr(hillstone_ccc, ("Client", "AsyncClient", "Recordings", "Results")[number % 4])
with ThreadPoolExecutor(8) as threads:
    print(*sorted(kind.__name__ for kind in set(threads.map(ask, range(8)))))
"""
    assert ["AsyncClient", "Client", "Recordings", "Results"] == _said(program)


def test_a_wrong_name_is_told_as_anywhere_else() -> None:
    """An AttributeError, or an ImportError, in Python's own words."""
    with pytest.raises(AttributeError, match=r"^module 'hillstone_ccc' has no attribute 'Clent'$"):
        exec("hillstone_ccc.Clent")  # noqa: S102 - type checkers would find it
    with pytest.raises(ImportError, match=r"^cannot import name 'Clent' from 'hillstone_ccc'"):
        exec("from hillstone_ccc import Clent")  # noqa: S102


@pytest.mark.parametrize("name", [name for name in NAMES if name != "__version__"])
def test_each_name_is_at_home_in_the_root(name: str) -> None:
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


def test_a_pickle_finds_its_class_where_nothing_has_been_loaded() -> None:
    """Its bytes name the root, which loads what is asked of it."""
    written = pickle.dumps(Page((1, 2), 1, 2, 2))
    assert ["hillstone_ccc.Page"] == _said(
        f"import pickle\nkind = type(pickle.loads({written!r}))\nprint(kind.__module__ + '.' + kind.__name__)"
    )


@pytest.mark.parametrize("kind", [DownloadProgress, DownloadReport, DownloadResult], ids=lambda kind: kind.__name__)
def test_annotations_of_what_a_download_tells_can_be_read(kind: type[Any]) -> None:
    """As serializers do, in the namespace of the module that the class names, which need not hold their names yet."""
    assert set(kind.__annotations__) == set(get_type_hints(kind, globalns={}))


def _told(value: Any) -> Any:
    """An exception equals no other, so its text and what it carries are compared."""
    return (str(value), vars(value)) if isinstance(value, Exception) else value

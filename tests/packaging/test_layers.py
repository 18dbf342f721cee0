"""Who may import whom: the layers of the package, read off its source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import hillstone_ccc

ROOT = "hillstone_ccc"
SOURCE = Path(hillstone_ccc.__file__).parent
FILES = {path.relative_to(SOURCE).as_posix(): path for path in sorted(SOURCE.rglob("*.py"))}
WINGS = ("sandbox", "cli", "testing", "server", "doctor", "metrics", "plots")

HTTP_MODULES = frozenset({"httpx", "httpx_aiohttp", "httpx2", "aiohttp", "requests", "urllib3"})
OUTSIDE_WORLD = HTTP_MODULES | {
    "asyncio",
    "socket",
    "ssl",
    "time",
    "random",
    "secrets",
    "logging",
    "os",
    "pathlib",
    "io",
}
# The demo is a user like any other: it hands in a client of its own, which no proxy keeps from its sandbox.
NAMING_HTTP = {"_http.py", "sandbox/inprocess.py", "sandbox/serve.py", "cli/demo.py"}
LONGEST_FILE = 400


def _module(file: str) -> str:
    """``_core/flow.py`` → ``hillstone_ccc._core.flow``."""
    parts = [ROOT, *file.removesuffix(".py").split("/")]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {_module(file): file for file in FILES}


def _for_types_only(tree: ast.Module) -> set[ast.AST]:
    """What stands under ``if TYPE_CHECKING``."""
    blocks = (
        node for node in ast.walk(tree) if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
    )
    return {inner for block in blocks for statement in block.body for inner in ast.walk(statement)}


def _imports(file: str, *, lazily: bool = True, types: bool = False) -> Iterator[str]:
    """Full names of what a file imports, also within functions; what only types need if ``types``."""
    tree = ast.parse(FILES[file].read_text("utf-8"))
    left_out = set() if types else _for_types_only(tree)
    package = _module(file) if file.endswith("__init__.py") else _module(file).rpartition(".")[0]
    for node in ast.walk(tree) if lazily else tree.body:
        if node in left_out:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                whole = f"{base}.{alias.name}"
                yield whole if whole in MODULES else base


def _top(name: str) -> str:
    return name.partition(".")[0]


def _below(folder: str) -> list[str]:
    return [file for file in FILES if file.startswith(f"{folder}/")]


def test_relative_names_are_resolved() -> None:
    """The reader of imports that all rules here stand on reads them right."""
    assert {"hillstone_ccc._core.errors", "hillstone_ccc._core.message"} <= set(_imports("_core/flow.py"))
    assert "hillstone_ccc._core.flow" in set(_imports("_driver.py"))
    assert "httpx" in set(_imports("_client.py", types=True)) - set(_imports("_client.py"))
    assert "httpx" in set(_imports("_http.py")) - set(_imports("_http.py", lazily=False))


@pytest.mark.parametrize("file", _below("_core"))
def test_the_core_does_no_io_and_knows_no_clock(file: str) -> None:
    """It is pure: no HTTP library, no loop, no socket, no file, no log, no clock, no dice."""
    assert set() == {_top(name) for name in _imports(file)} & OUTSIDE_WORLD


@pytest.mark.parametrize("file", _below("_core"))
def test_the_core_knows_nothing_of_what_stands_on_it(file: str) -> None:
    """Of ours it imports the core alone."""
    assert [] == [name for name in _imports(file) if _top(name) == ROOT and not name.startswith(f"{ROOT}._core")]


def _naming(modules: tuple[str, ...], *, types: bool = False) -> set[str]:
    return {file for file in FILES if any(_top(name).startswith(modules) for name in _imports(file, types=types))}


def test_the_http_library_is_named_in_few_files() -> None:
    """Another one would touch one file of the client; the sandbox has its own door and its own port."""
    assert NAMING_HTTP == {file for file in FILES if {_top(name) for name in _imports(file)} & HTTP_MODULES}


def test_two_more_files_name_it_for_types_alone() -> None:
    """The clients' signatures say what can be handed in."""
    named = {file for file in FILES if {_top(name) for name in _imports(file, types=True)} & HTTP_MODULES}
    assert {"_client.py", "_async_client.py"} == named - NAMING_HTTP


def test_the_vendors_packages_are_named_where_they_sign_and_find_keys() -> None:
    """And imported there when they are first needed."""
    assert {"_signing.py", "_credentials.py"} == _naming(("alibabacloud", "Tea", "darabonba"))
    assert [] == [
        file
        for file in ("_signing.py", "_credentials.py")
        if any(_top(name).startswith("alibabacloud") for name in _imports(file, lazily=False))
    ]


def test_the_environment_is_read_in_two_places() -> None:
    """The client's settings in one, the vendor's keys in the other."""
    reading = {file for file in FILES if "/" not in file and "os.environ" in FILES[file].read_text("utf-8")}
    assert {"_settings.py", "_credentials.py"} == reading


@pytest.mark.parametrize("file", _below("sandbox"))
def test_the_sandbox_shares_nothing_with_the_client(file: str) -> None:
    """An upstream that used the client's code would repeat the client's mistakes."""
    assert [] == [name for name in _imports(file, types=True) if _top(name) == ROOT and f"{ROOT}.sandbox" not in name]


@pytest.mark.parametrize("file", [file for file in FILES if "/" not in file and file != "__main__.py"])
def test_the_library_does_not_need_its_wings(file: str) -> None:
    """Sandbox, command line, test tools and server stand on it, and it on none of them."""
    wings = tuple(f"{ROOT}.{wing}" for wing in WINGS)
    assert [] == [name for name in _imports(file, types=True) if name.startswith(wings)]


def test_no_module_imports_itself_by_way_of_others() -> None:
    """The graph of the modules, as they are imported when the package is, has an order."""
    graph = {
        module: {name for name in _imports(file, lazily=False) if name in MODULES and name != module}
        for module, file in MODULES.items()
    }
    # What a package's own file re-exports does not make its modules depend on it.
    graph = {module: {name for name in needs if not module.startswith(f"{name}.")} for module, needs in graph.items()}
    while leaves := {module for module, needs in graph.items() if not needs}:
        graph = {module: needs - leaves for module, needs in graph.items() if module not in leaves}
    assert {} == graph


@pytest.mark.parametrize("file", FILES)
def test_files_are_short_and_have_subjects(file: str) -> None:
    """At most 400 lines, and no drawer for odds and ends."""
    assert len(FILES[file].read_text("utf-8").splitlines()) <= LONGEST_FILE
    assert set() == {"utils", "util", "helpers", "helper", "misc", "common"} & {
        part.strip("_") for part in file.removesuffix(".py").split("/")
    }

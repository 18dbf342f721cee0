"""What `import hillstone_ccc` brings along, and what it does not."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = (
    "aiohttp",
    "alibabacloud_",
    "asyncio",
    "cattrs",
    "click",
    "darabonba",
    "fastapi",
    "httpx",
    "httpx_aiohttp",
    "matplotlib",
    "numpy",
    "pandas",
    "polars",
    "pyarrow",
    "requests",
    "rich",
    "starlette",
    "Tea",
    "uvicorn",
    "vcr",
)


def _loaded(program: str) -> set[str]:
    told = f"{program}\nimport sys\nprint('\\n'.join(sys.modules))"
    run = subprocess.run([sys.executable, "-c", told], check=True, capture_output=True, text=True)
    return set(run.stdout.split())


def _heavy(modules: set[str]) -> list[str]:
    return sorted(name for name in modules if name.startswith(HEAVY))


def test_importing_the_package_loads_nothing_heavy() -> None:
    """Neither an HTTP library, nor the vendor's packages, nor what the extras need; what clients need waits for one."""
    assert [] == _heavy(_loaded("import hillstone_ccc"))


def _ours(program: str) -> set[str]:
    return {name for name in _loaded(program) if name.partition(".")[0] == "hillstone_ccc"}


def test_importing_the_package_loads_nothing_of_it() -> None:
    """A name's module is loaded when the name is first asked for; not even attrs is needed before that."""
    loaded = _loaded("import hillstone_ccc")
    assert {"hillstone_ccc", "hillstone_ccc._version"} == {name for name in loaded if name.startswith("hillstone_ccc")}
    assert {"attr", "attrs"}.isdisjoint(loaded)


def test_importing_what_programs_begin_with_loads_what_they_can_be_told() -> None:
    """A client's settings and a query; what sends and what rows are made of waits for a client."""
    loaded = _ours("from hillstone_ccc import CallRecordQuery, Client")
    waiting = {"_driver", "_async_client", "_exchange", "_resources", "_recordings", "_core.flow", "_core.records"}
    assert set() == loaded & {f"hillstone_ccc.{name}" for name in waiting}


def test_searching_loads_nothing_of_recordings() -> None:
    """Nor of what joins one call's details: most programs search, and do no more."""
    key = "access_key_id='example-id', access_key_secret='example-secret'"
    search = f"Client(instance_id='ccc-demo', {key}).call_records.search(start=0, end=1)"
    loaded = _ours(f"from hillstone_ccc import Client\n{search}")
    waiting = {"_async_resources", "_recordings", "_recording", "_core.batch", "_core.journey", "_core.saving"}
    assert "hillstone_ccc._core.search" in loaded
    assert set() == loaded & {f"hillstone_ccc.{name}" for name in waiting}


def test_importing_the_package_loads_none_of_its_wings() -> None:
    """The sandbox, the command line, figures, pictures and what helps to test are for who asks for them."""
    names = ("sandbox", "cli", "testing", "server", "doctor", "metrics", "plots", "notebook")
    wings = tuple(f"hillstone_ccc.{wing}" for wing in names)
    assert [] == [name for name in _loaded("import hillstone_ccc") if name.startswith(wings)]


@pytest.mark.parametrize("made", ["Client", "AsyncClient"])
def test_making_a_client_loads_its_http_library_and_no_more(made: str) -> None:
    """Asynchronous requests alone are carried by aiohttp; the vendor's packages wait for the first signed request."""
    key = "access_key_id='example-id', access_key_secret='example-secret'"
    loaded = _heavy(_loaded(f"from hillstone_ccc import {made}\n{made}(instance_id='ccc-demo', {key})"))
    assert "httpx" in loaded
    assert ("aiohttp" in loaded) == (made == "AsyncClient")
    assert [] == [
        name for name in loaded if name.startswith(("alibabacloud_", "Tea", "darabonba", "requests", "numpy"))
    ]

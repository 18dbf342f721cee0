"""The code that pages show, run against a sandbox."""

from __future__ import annotations

import inspect
import logging
import re
import sys
from contextlib import nullcontext
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import click
import pytest

import hillstone_ccc
from hillstone_ccc import doctor, server
from hillstone_ccc.cli.app import app
from hillstone_ccc.contract import PARAMETERS, REFUSALS
from hillstone_ccc.sandbox import Quirks, Sandbox

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PAGES = [
    page
    for page in (ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").rglob("*.md")))
    if BLOCK.search(page.read_text("utf-8"))
]


def _programs(page: Path) -> str:
    """A page's blocks as one program, each line where the page has it, so that a traceback names it."""
    text = page.read_text("utf-8")
    program = ["\n"] * (text.count("\n") + 1)
    for block in BLOCK.finditer(text):
        first = text.count("\n", 0, block.start(1))
        lines = block[1].splitlines(keepends=True)
        program[first : first + len(lines)] = lines
    return "".join(program)


@pytest.fixture
def surroundings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ccc_sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """An environment that names a sandbox, and a directory to leave files in."""
    caplog.set_level(logging.WARNING, "hillstone_ccc")  # and the level of before comes back afterwards
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HILLSTONE_CCC_INSTANCE_ID", ccc_sandbox.instance_id)
    monkeypatch.setenv("HILLSTONE_CCC_ENDPOINT", ccc_sandbox.endpoint)
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", ccc_sandbox.access_key_id)
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", ccc_sandbox.access_key_secret)


@pytest.mark.usefixtures("surroundings")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_shows_runs(page: Path, ccc_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every Python block of a page runs, and the tests it shows pass."""
    module = ModuleType("shown")
    monkeypatch.setitem(sys.modules, "shown", module)  # some libraries look annotations up there
    shown: dict[str, Any] = vars(module)
    exec(compile(_programs(page), str(page), "exec"), shown)  # noqa: S102 - our own pages
    for test in [shown[name] for name in shown if name.startswith("test_")]:
        settings = {key: value for mark in getattr(test, "pytestmark", []) for key, value in mark.kwargs.items()}
        with Sandbox(**settings) if settings else nullcontext(ccc_sandbox) as box:
            test(**dict.fromkeys(inspect.signature(test).parameters, box))


def test_the_reference_holds_every_public_name() -> None:
    """Each name of the library is on a page of the reference, and no page tells of one that is gone."""
    pages = "".join(page.read_text("utf-8") for page in (ROOT / "docs" / "reference").glob("*.md"))
    assert set(vars(hillstone_ccc)["__all__"]) - {"__version__"} == set(
        re.findall(r"^::: hillstone_ccc\.(\w+)$", pages, re.MULTILINE)
    )


def test_every_switch_of_the_sandbox_is_explained() -> None:
    """Open questions names each field of Quirks."""
    page = (ROOT / "docs" / "explanation" / "open-questions.md").read_text("utf-8")
    assert [] == [field.name for field in attrs.fields(Quirks) if f"`{field.name}" not in page]


def test_the_reference_holds_every_name_of_the_doctor() -> None:
    """Each name that a program can use is on its page."""
    page = (ROOT / "docs" / "reference" / "doctor.md").read_text("utf-8")
    assert doctor.__all__ == sorted(re.findall(r"^::: hillstone_ccc\.doctor\.(\w+)$", page, re.MULTILINE))


def _options(command: click.Command) -> set[str]:
    return {name for parameter in command.params for name in parameter.opts if name.startswith("--")}


def test_the_reference_tells_every_command_and_option() -> None:
    """The page of the command line names what the command line has."""
    page = (ROOT / "docs" / "reference" / "command-line.md").read_text("utf-8")
    headings = set(re.findall(r"^## ([a-z]+)$", page, re.MULTILINE))
    assert set(app.commands) == headings
    told = {name for command in app.commands.values() for name in _options(command)}
    assert set() == {name for name in told if not re.search(rf"{name}\b", page)}


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", ROOT / "docs" / "reference" / "command-line.md"], ids=lambda page: page.name
)
def test_commands_shown_exist(page: Path) -> None:
    """Every command line that a page shows is one that the command takes, options and all."""
    shown = re.findall(r"^hillstone-ccc ([a-z]+)([^#>\n]*)", page.read_text("utf-8"), re.MULTILINE)
    assert shown
    for name, arguments in shown:
        app.commands[name].make_context(name, arguments.split())


def test_the_page_of_the_contract_tells_every_parameter_and_code() -> None:
    """It holds what the tables hold, in their own words, and no code that is gone."""
    page = (ROOT / "docs" / "reference" / "rest-contract.md").read_text("utf-8")
    for path, parameters in PARAMETERS.items():
        told = page.partition(f"### GET {path}\n")[2].partition("\n##")[0]
        assert [one.name for one in parameters] == re.findall(r"^\| `(\w+)` \|", told, re.MULTILINE)
        assert [] == [one.name for one in parameters if one.told not in told]
    rows = re.findall(r"^\| (\d{5}) \| (.+) \| `(\w+)` \|$", page, re.MULTILINE)
    assert [(str(one.code), one.meaning, one.becomes.__name__) for one in REFUSALS.values()] == rows


def test_the_reference_holds_every_name_of_the_server() -> None:
    """Each name that a host can use is on its page."""
    page = (ROOT / "docs" / "reference" / "server.md").read_text("utf-8")
    told = set(re.findall(r"^::: hillstone_ccc\.(?:server|contract)\.(\w+)$", page, re.MULTILINE))
    assert set() == set(server.__all__) - told

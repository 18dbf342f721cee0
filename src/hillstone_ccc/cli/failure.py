"""How a command ends when something goes wrong: an exit code and one line, never a traceback for what is foreseen."""

import os
import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType
from typing import IO, Any

import click
from click.exceptions import Exit

from hillstone_ccc import (
    AgentNotFoundError,
    CCCError,
    ConfigurationError,
    InvalidQueryError,
    SkillGroupNotFoundError,
    UnsupportedError,
)

FAILED = 1
USERS_MISTAKE = 2
INTERRUPTED = 130
TERMINATED = 143
"""What a shell reports of a program that SIGTERM ended."""
READER_LEFT = 141
"""What a shell reports of a program that SIGPIPE ended."""

_USERS_MISTAKES = (
    AgentNotFoundError,
    ConfigurationError,
    InvalidQueryError,
    SkillGroupNotFoundError,
    UnsupportedError,
)


class Terminated(KeyboardInterrupt):
    """Somebody ended the program by SIGTERM."""


@contextmanager
def sigterm_ends() -> Generator[None, None, None]:
    """Lets SIGTERM end what is done within as Ctrl-C does, so that nothing is left lying about."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise Terminated

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class Failed(click.ClickException):
    """The upstream, the network or the machine failed the command; the message says why and what to do."""

    exit_code = FAILED

    def show(self, file: IO[Any] | None = None) -> None:
        """Writes the one line, to standard error unless told otherwise."""
        click.echo(f"error: {self.message}", file=file, err=True)


class UsersMistake(Failed):
    """The command cannot be meant: mending it helps, trying it again does not."""

    exit_code = USERS_MISTAKE


def reason(error: CCCError) -> str:
    """What happened and what to do, on one line and without signs that a terminal would obey."""
    return printable(" ".join(str(error).split()))


def printable(text: str) -> str:
    """The text with a blank for every sign that is not one: line ends, escape sequences, changes of direction."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


class Commands(click.Group):
    """A group of commands whose foreseen errors end as exit codes."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command.

        Raises:
            Failed: With what is to be said.
            Exit: The user interrupted it, or the reader of its output left: nothing is said.
        """
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()  # a reader who left is noticed here at the latest, not when Python ends
        except CCCError as error:
            kind = UsersMistake if isinstance(error, _USERS_MISTAKES) else Failed
            raise kind(reason(error)) from error
        except BrokenPipeError:
            # What is still buffered would fail again, noisily, when Python ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise Exit(READER_LEFT) from None
        except Terminated:
            raise Exit(TERMINATED) from None
        except KeyboardInterrupt:
            raise Exit(INTERRUPTED) from None
        except OSError as error:
            told = ": ".join(str(part) for part in (error.filename, error.strerror or error) if part)
            raise Failed(printable(told)) from error

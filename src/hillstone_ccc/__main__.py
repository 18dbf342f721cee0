"""The command `hillstone-ccc`, also `python -m hillstone_ccc`. It needs the extra `cli`."""

import io
import sys

_MISSING = 'error: the command line needs the extra `cli`: pip install "hillstone-ccc[cli]"'
_USERS_MISTAKE, _INTERRUPTED = 2, 130


def main() -> None:
    """Runs the command line and ends the process with its exit code.

    Raises:
        SystemExit: Always; 2 when the extra `cli` is not installed, 1 when there is nowhere to write to.
    """
    if sys.stdout is None:  # pyright: ignore[reportUnnecessaryComparison] - what Python makes of a closed descriptor
        sys.exit("error: there is no standard output")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that knows no Chinese shows ?, and does not end it all
    try:
        from hillstone_ccc.cli.app import app  # noqa: PLC0415 - click and rich are an extra
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("click", "rich"):
            raise
        print(_MISSING, file=sys.stderr)  # noqa: T201 - click may be what is missing
        sys.exit(_USERS_MISTAKE)
    except KeyboardInterrupt:  # later ones are the commands' own
        sys.exit(_INTERRUPTED)
    app(prog_name="hillstone-ccc")


if __name__ == "__main__":
    main()

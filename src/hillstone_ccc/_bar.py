"""A bar that shows how far a walk or a download is: in a cell of a notebook, else as a line on standard error.

tqdm counts and words it. In a cell it is shown as HTML that is replaced as it goes on, and not by tqdm's own widget:
a widget needs a program of a third party to be seen in a saved notebook, and this is there for good, as text.
"""

from __future__ import annotations

import sys
from importlib import import_module
from io import StringIO
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ._core.batch import DownloadProgress
from ._core.errors import UnsupportedError
from ._core.markup import escaped

if TYPE_CHECKING:
    from typing_extensions import Self

_FORM = "{desc}{n_fmt}/{total_fmt} [{elapsed}<{remaining}, {rate_fmt}{postfix}]"
_FORM_WITHOUT_TOTAL = "{desc}{n_fmt} [{elapsed}, {rate_fmt}{postfix}]"
_EVERY = 0.2  # seconds between two looks of a cell
_MEGABYTE = 1_000_000


def cells() -> Any:
    """What shows something in the cell of a notebook that is running; None elsewhere, as in a terminal."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return import_module("IPython.display").display if hasattr(shell, "kernel") else None


def counter() -> Any:
    """Tqdm.

    Raises:
        UnsupportedError: It is not installed.
    """
    try:
        return import_module("tqdm").tqdm
    except ImportError as error:
        raise UnsupportedError(
            "A bar needs the extra 'notebook'.", advice="pip install 'hillstone-ccc[notebook]'"
        ) from error


class Bar:
    """A bar. Use it as a context, or close it; it stays where it is, as far as it came.

    It can be handed to ``on_progress`` of :meth:`Recordings.download_all`, :meth:`Results.export` and
    :meth:`Recording.download`, and of those of the asynchronous client.

    Args:
        label: What stands before it.
        unit: What is counted.

    Raises:
        UnsupportedError: The extra ``notebook`` is not installed.
    """

    def __init__(self, label: str = "", unit: str = "rows") -> None:
        display = cells()
        self._bar: Any = counter()(
            desc=label or None,
            unit=f" {unit}",
            file=sys.stderr if display is None else StringIO(),
            mininterval=_EVERY,
            miniters=0,  # each time there is something to tell it is seen whether it is time to
            dynamic_ncols=True,
        )
        if display is not None:
            self._handle: Any = display(self._looks(), raw=True, display_id=True)
            self._bar.display = self._show

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __call__(self, progress: DownloadProgress | int, total: int | None = None, /) -> None:
        """A download of many, a download or an export is that far.

        Args:
            progress: As ``on_progress`` is told it.
            total: So is how much there will be in all, of what is told as a number.
        """
        if isinstance(progress, int):
            self.advance(progress - self._bar.n, total)
            return
        told = [f"{progress.failed:,} failed"] if progress.failed else []
        told.append(f"{progress.bytes / _MEGABYTE:,.1f} MB")
        self._bar.set_postfix_str(", ".join(told), refresh=False)
        self.advance(progress.done + progress.kept + progress.missing + progress.failed - self._bar.n, progress.total)

    def advance(self, count: int = 1, total: int | None = None) -> None:
        """More has come.

        Args:
            count: How much more.
            total: How much there will be in all, if that is known by now.
        """
        if total is not None:
            self._bar.total = total
        self._bar.update(count)

    def finish(self) -> None:
        """All has come: what was expected and did not come was not meant."""
        self._bar.total = self._bar.n

    def close(self) -> None:
        """Shows how far it came, and leaves it at that."""
        self._bar.close()

    def _show(self, *_: object, **__: object) -> None:
        self._handle.update(self._looks(), raw=True)

    def _looks(self) -> dict[str, str]:
        counted: dict[str, Any] = self._bar.format_dict
        total: int | None = counted["total"]
        counted["prefix"] = f"{counted['prefix']}: " if counted["prefix"] else ""
        counted |= {"bar_format": _FORM if total else _FORM_WITHOUT_TOTAL, "ncols": None}
        text: str = self._bar.format_meter(**counted)
        share = f' value="{counted["n"]}" max="{total}"' if total else ""
        label = escaped(counted["prefix"].strip(" :") or "progress")
        return {
            "text/html": f'<div><progress aria-label="{label}"{share}></progress> <code>{escaped(text)}</code></div>',
            "text/plain": text,
        }

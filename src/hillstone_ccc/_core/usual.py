"""Pages as they usually come: decoded, and every value of every row checked, in one go.

What the type of a row says is what its fields' readers take; anything else, a number that came as text or a name that
is not known, is not usual, and such a page is decoded as any JSON is. What could be read there is usual from then on.
So whether a page is usual decides how long it takes and nothing else of what is handed out; parts of the envelope that
nobody reads are passed over.
"""

from __future__ import annotations

from typing import Any

import msgspec

from .message import Response
from .operation import Operation
from .unread import Reader, making

_HTTP_OK = 200

NOT_JSON = (msgspec.MsgspecError, ValueError, RecursionError)
"""What :func:`decoded` raises."""


def decoded(body: bytes) -> Any:
    """Any JSON, by the same rules by which usual pages are decoded: whole numbers are exact, however long."""
    return msgspec.json.decode(body)


class UsualPages:
    """Decodes the pages of one kind of row.

    Args:
        reader: Reads the rows.
        data: The envelope's name for the page.
        rows: The page's name for its rows.
        beside: Names that are taken along from the envelope.
        beside_rows: Names that are taken along from the page.
    """

    def __init__(
        self, reader: Reader[Any], data: str, rows: str, *, beside: tuple[str, ...], beside_rows: tuple[str, ...]
    ) -> None:
        self._reader = reader
        self._data = data
        self._rows = rows
        self._beside = beside
        self._beside_rows = beside_rows
        self._decoder: tuple[Any, Any] = None, None  # the type of the rows, and what decodes pages of such

    def of(self, operation: Operation[Any], response: Response) -> dict[str, Any] | None:
        """The answer to an operation as :meth:`decode` gives it; None if it is no page of such rows."""
        if operation.shape != "page" or operation.model is not self._reader.model or response.status != _HTTP_OK:
            return None
        return self.decode(response.body)

    def decode(self, body: bytes) -> dict[str, Any] | None:
        """An answer, its rows of the reader's :attr:`~.unread.Reader.row_type`; None if it is not as usual."""
        row, decoder = self._decoder
        if row is None or row is not self._reader.row_type:
            decoder = self._made_decoder()
        try:
            answer = decoder.decode(body)
            self._reader.check(answer.data.rows)
        except NOT_JSON:
            return None
        page = dict(zip(self._beside_rows, answer.data.beside(), strict=True)) | {self._rows: answer.data.rows}
        return dict(zip(self._beside, answer.beside(), strict=True)) | {self._data: page}

    def _made_decoder(self) -> Any:
        with making:
            row: Any = self._reader.row_type
            page = _struct("Page", self._beside_rows, "rows", self._rows, list[row])
            decoder = msgspec.json.Decoder(_struct("Answer", self._beside, "data", self._data, page))
            self._decoder = row, decoder
            return decoder


def _struct(kind: str, beside: tuple[str, ...], attribute: str, name: str, of: Any) -> Any:
    """A class with one field of a type and others of any, which it tells together."""
    others = [f"beside_{place}" for place, _ in enumerate(beside)]

    def told(self: Any) -> tuple[Any, ...]:
        return tuple([getattr(self, other) for other in others])

    return msgspec.defstruct(
        kind,
        [(attribute, of), *((other, Any, None) for other in others)],
        namespace={"beside": told},
        rename={attribute: name, **dict(zip(others, beside, strict=True))},
    )

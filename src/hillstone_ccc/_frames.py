"""Rows as frames: Arrow batches and tables, and what pandas and polars make of them.

Everything goes by way of Arrow, so that one schema holds for all; the columns and their values are the core's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, TypeAlias

from ._core.columns import Column, Kind, as_columns, columns
from ._core.errors import DecodeError, InvalidQueryError, UnsupportedError

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

RecordBatch: TypeAlias = Any
"""A ``pyarrow.RecordBatch``; pyarrow tells no types."""
Table: TypeAlias = Any
"""A ``pyarrow.Table``."""
Schema: TypeAlias = Any
"""A ``pyarrow.Schema``."""

BATCH = 10_000
"""Rows of a batch, unless told: some 10 MB."""


def need(*packages: str) -> None:
    """Raises UnsupportedError, before anything is sent, if a package of a frame's extra is not installed."""
    for package in packages:
        if find_spec(package) is None:
            extra = "arrow" if package == "pyarrow" else package
            raise UnsupportedError(
                f"{package} is not installed; it comes with the extra {extra!r}.",
                advice=f"pip install 'hillstone-ccc[{extra}]'",
            )


def _arrow() -> Any:
    """Pyarrow, which tells no types."""
    import pyarrow as pa  # noqa: PLC0415 - an extra

    return pa


def checked_batch(size: int) -> int:
    """Rows of a batch, if they can be meant."""
    if type(size) is not int or size < 1:
        raise InvalidQueryError(f"batch_size must be a whole number, 1 or more, not {size!r}.")
    return size


def zone_name(zone: tzinfo) -> str:
    """The zone's name as Arrow, pandas and polars know it; UTC for a zone that has none, such as an offset."""
    return getattr(zone, "key", None) or "UTC"


class Chunks:
    """Rows as they come, cut into chunks of one size.

    Args:
        size: Rows of a chunk.
    """

    def __init__(self, size: int = BATCH) -> None:
        self._size = size
        self._waiting: list[Any] = []
        self._begun = False

    def add(self, rows: Sequence[Any]) -> Iterator[list[Any]]:
        """More rows; gives the chunks that are full."""
        self._waiting += rows
        while len(self._waiting) >= self._size:
            chunk, self._waiting = self._waiting[: self._size], self._waiting[self._size :]
            self._begun = True
            yield chunk

    def rest(self) -> Iterator[list[Any]]:
        """The last chunk, which is not full; an empty one if there was none."""
        if self._waiting or not self._begun:
            yield self._waiting


class Batches:
    """Makes batches of rows of one walk, all of one schema.

    Args:
        model: What the rows are.
        zone: The zone of times.
    """

    def __init__(self, model: type[Any], zone: tzinfo) -> None:
        self._model = model
        self._columns = columns(model)
        self.schema: Schema = schema(model, zone)
        # A later batch knows every word of an earlier one in its place, and those that nobody listed after them.
        self._words = {
            column.name: [str(word.value) for word in column.word]
            for column in self._columns
            if column.word is not None
        }

    def batch(self, records: Sequence[Any]) -> RecordBatch:
        """Some rows as a batch.

        Raises:
            DecodeError: A number does not fit into 64 bits.
        """
        pa = _arrow()
        values = as_columns(self._model, records)
        arrays = [self._array(column, values[column.name]) for column in self._columns]
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)

    def table(self, batches: Iterable[RecordBatch]) -> Table:
        """Batches of these as one table."""
        pa = _arrow()
        return pa.Table.from_batches(batches, self.schema).unify_dictionaries()

    def _array(self, column: Column, values: list[Any]) -> Any:
        pa = _arrow()
        kind = self.schema.field(column.name).type
        if column.kind is Kind.TIME:
            return pa.array(values, pa.int64()).cast(kind)
        if column.kind is Kind.WORD:
            words = self._words[column.name]
            words += sorted(set(values) - {None, *words})
            places = {word: place for place, word in enumerate(words)}
            return pa.DictionaryArray.from_arrays(
                pa.array(map(places.get, values), pa.int32()), pa.array(words, pa.string())
            )
        try:
            return pa.array(values, kind)
        except (OverflowError, pa.ArrowInvalid) as error:
            raise DecodeError(
                f"{column.name}: a number came that does not fit into 64 bits.",
                advice="Walk the rows without a frame: they hold it exactly.",
            ) from error


def schema(model: type[Any], zone: tzinfo) -> Schema:
    """The Arrow schema of a model's rows; each field's metadata tells its unit, if it has one."""
    pa = _arrow()

    kinds: Mapping[Kind, Any] = {
        Kind.TEXT: pa.string(),
        Kind.WORD: pa.dictionary(pa.int32(), pa.string()),
        Kind.TIME: pa.timestamp("ms", tz=zone_name(zone)),
        Kind.WHOLE: pa.int64(),
        Kind.FLAG: pa.bool_(),
        Kind.TEXTS: pa.list_(pa.string()),
        Kind.JSON: pa.string(),
    }
    return pa.schema(
        [
            pa.field(column.name, kinds[column.kind], metadata={"unit": column.unit} if column.unit else None)
            for column in columns(model)
        ]
    )


def to_pandas(table: Table) -> pd.DataFrame:
    """A table as a pandas frame: nullable types, so that a missing number is NA and the others stay whole."""
    import pandas as pd  # noqa: PLC0415 - an extra

    pa = _arrow()

    kinds: Mapping[Any, Any] = {
        pa.string(): pd.StringDtype("python"),
        pa.int64(): pd.Int64Dtype(),
        pa.bool_(): pd.BooleanDtype(),
    }
    frame: pd.DataFrame = table.to_pandas(types_mapper=kinds.get)
    return frame


def to_polars(table: Table) -> pl.DataFrame:
    """A table as a polars frame."""
    import polars as pl  # noqa: PLC0415 - an extra

    made: Any = pl  # its types name pyarrow's
    frame: pl.DataFrame = made.from_arrow(table)
    return frame

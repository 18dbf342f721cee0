"""The lists in a directory of recordings: every file with its call, and what could not be had."""

from __future__ import annotations

import json
import os
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, get_args, get_origin

import attrs

from ._core.errors import InvalidQueryError, RecordingNotSavedError, UnsupportedError
from ._core.records import CallRecord
from ._lock import alone

MANIFEST = {"jsonl": "manifest.jsonl", "parquet": "manifest.parquet"}
NOT_SAVED = "not-saved.jsonl"
NAMES = (*MANIFEST.values(), NOT_SAVED)
"""Names at the top of the directory that no recording gets."""

_BATCH = 1_000
_LOCK = ".hillstone-ccc.lists"


class Listed(Protocol):
    """What the lists are written from."""

    def files(self) -> Iterator[dict[str, Any]]:
        """Every recording that is there."""
        ...

    def problems(self) -> Iterator[dict[str, Any]]:
        """Every recording that was asked for and is not there."""
        ...


def check(kind: object) -> None:
    """Raises what is wrong with a kind of manifest, before anything is sent."""
    if kind is not None and not (isinstance(kind, str) and kind in MANIFEST):
        raise InvalidQueryError(f"manifest must be one of {', '.join(map(repr, MANIFEST))} or None, not {kind!r}.")
    if kind == "parquet":
        try:
            _arrow()
        except ImportError as error:
            raise UnsupportedError(
                "A manifest as Parquet needs the extra 'arrow'.", advice="pip install 'hillstone-ccc[arrow]'"
            ) from error


def write(directory: Path, listed: Listed, kind: str) -> None:
    """Writes both lists anew, each in one step.

    Raises:
        RecordingNotSavedError: The directory cannot be written.
    """
    try:
        # One after the other, so that the latest to write has read the latest.
        with alone(directory / _LOCK):
            with _beside(directory / NOT_SAVED) as path:
                _write_lines(path, listed.problems())
            with _beside(directory / MANIFEST[kind]) as path:
                _WRITERS[kind](path, listed.files())
        for other in MANIFEST.keys() - {kind}:  # it would tell what was
            (directory / MANIFEST[other]).unlink(missing_ok=True)
    except (OSError, OverflowError, ValueError) as error:  # also a number that no column holds
        where, why = getattr(error, "filename", None) or directory, getattr(error, "strerror", None) or error
        raise RecordingNotSavedError(
            f"{str(where)!r} cannot be written: {why}.",
            advice="Check its permissions and the room there.",
            lasting=True,
        ) from error


@contextmanager
def _beside(target: Path) -> Generator[Path, None, None]:
    """Another file, which takes the target's place when it is written; one that was left halfway is written over."""
    beside = target.with_name(f".{target.name}.part")
    try:
        yield beside
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def _write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _write_parquet(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    arrow, parquet = _arrow()
    schema = _schema(arrow)
    with parquet.ParquetWriter(path, schema) as writer:
        for batch in _batches(rows):
            flat = [_flat(row, schema) for row in batch]
            writer.write_table(arrow.Table.from_pylist(flat, schema=schema))


_WRITERS = {"jsonl": _write_lines, "parquet": _write_parquet}


def _arrow() -> tuple[Any, Any]:
    """Pyarrow and its Parquet."""
    import pyarrow as pa  # noqa: PLC0415 - an extra
    from pyarrow import parquet  # noqa: PLC0415

    return pa, parquet


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _schema(pa: Any) -> Any:
    """Columns for the file, and one for each field of a call record but those that are of the file already."""
    columns = [
        ("contact_id", pa.string()),
        ("track", pa.string()),
        ("path", pa.string()),
        ("size", pa.int64()),
        ("crc64", pa.uint64()),
        ("etag", pa.string()),
        ("saved_at", pa.timestamp("s", tz="UTC")),
    ]
    names = {name for name, _ in columns}
    columns += [(field.name, _column(pa, field.type)) for field in attrs.fields(CallRecord) if field.name not in names]
    return pa.schema(columns)


def _column(pa: Any, annotation: Any) -> Any:
    """A field's type as a column's; words are text, and what has a structure is JSON."""
    if get_origin(annotation) is tuple:
        return pa.list_(pa.string())
    kind = next(iter(get_args(annotation)), annotation)
    return {int: pa.int64(), bool: pa.bool_(), datetime: pa.timestamp("ms", tz="UTC")}.get(kind, pa.string())


def _flat(row: dict[str, Any], schema: Any) -> dict[str, Any]:
    call = row.pop("call")
    told = {**call, **row, "crc64": None if row["crc64"] is None else int(row["crc64"])}
    return {name: _value(told.get(name), schema.field(name).type) for name in schema.names}


def _value(value: Any, kind: Any) -> Any:
    if value is None:
        return None
    text = str(kind)
    if text.startswith("timestamp"):
        return datetime.fromisoformat(value)
    if text == "string" and not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return value

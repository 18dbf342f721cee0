"""Groups as frames: one row a bucket."""

from __future__ import annotations

from datetime import timezone, tzinfo
from typing import TYPE_CHECKING, Any

import attrs

from hillstone_ccc._frames import need, zone_name

from .buckets import meant
from .overall import Metrics

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

_NUMBERS = {field.name: "float" in str(field.type) for field in attrs.fields(Metrics)}
"""Figure → whether it is a share or a mean, or else a count."""
_DAYS = frozenset({"day", "month"})
_TEXTS = frozenset({"agent", "agent_name", "skill_group", "skill_group_name"})


def to_pandas(columns: dict[str, list[Any]], zone: tzinfo | None) -> pd.DataFrame:
    """Columns as a DataFrame of pandas."""
    need("pandas")
    import pandas as pd  # noqa: PLC0415 - an extra

    def column(name: str, values: list[Any]) -> pd.Series[Any]:
        if name == "hour":
            times = pd.Series(pd.to_datetime([meant(name, value) for value in values], unit="ms", utc=True))
            return times.dt.as_unit("ms").dt.tz_convert(zone_name(zone or timezone.utc))
        if name in _DAYS:
            return pd.Series(pd.to_datetime(values)).astype("datetime64[ms]")
        if name in _TEXTS:
            return pd.Series(values, dtype="string")
        return pd.Series(values, dtype="Float64" if _NUMBERS.get(name, False) else "Int64")

    return pd.DataFrame({name: column(name, values) for name, values in columns.items()})


def to_polars(columns: dict[str, list[Any]], zone: tzinfo | None) -> pl.DataFrame:
    """Columns as a DataFrame of polars."""
    need("polars")
    import polars as pl  # noqa: PLC0415 - an extra

    def column(name: str, values: list[Any]) -> pl.Series:
        if name == "hour":
            times = pl.Series(name, [meant(name, value) for value in values], dtype=pl.Int64).cast(
                pl.Datetime("ms", "UTC")
            )
            return times.dt.convert_time_zone(zone_name(zone or timezone.utc))
        if name in _DAYS:
            return pl.Series(name, values, dtype=pl.Date)
        if name in _TEXTS:
            return pl.Series(name, values, dtype=pl.String)
        return pl.Series(name, values, dtype=pl.Float64 if _NUMBERS.get(name, False) else pl.Int64)

    return pl.DataFrame([column(name, values) for name, values in columns.items()])

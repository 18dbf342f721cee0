"""When calls come: the rhythm of a week in Asia/Shanghai, with a lunch dip, bursts, and quiet nights.

The moments are whole-number arithmetic over a cumulated rate: they come out sorted, and the same everywhere.
"""

from __future__ import annotations

import numpy as np

from hillstone_ccc.sandbox import dice

MINUTE_MS = 60_000
DAY_MINUTES = 24 * 60
# Asia/Shanghai has had no other offset since 1991.
_SHANGHAI_MS = 8 * 3600 * 1000
# 1970-01-01 was a Thursday; days are counted from Monday here.
_EPOCH_WEEKDAY = 3

# Calls per half hour of a working day, from midnight, relative to the busiest.
_RATE = np.array(
    [2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 4, 6, 10, 22, 40, 78, 95, 100, 98, 92, 80,
     50, 38, 42, 60, 84, 92, 96, 94, 88, 80, 70, 58, 40, 32, 26, 24, 20, 18, 15, 12, 8, 6, 4, 3],
    dtype=np.int64,
)  # fmt: skip
_WEEKDAY_PERCENT = np.array([115, 105, 100, 98, 102, 45, 38], dtype=np.int64)
_BURST_EVERY = 61
_BURST_PERCENT = 240
# One call in so many begins in the very millisecond of the one before it.
_TWIN_EVERY = 400


def load(moments_ms: dice.Integers) -> dice.Integers:
    """How busy the centre is at each moment, 0 to about 115."""
    minutes = (moments_ms + _SHANGHAI_MS) // MINUTE_MS
    weekday = (minutes // DAY_MINUTES + _EPOCH_WEEKDAY) % 7
    rate: dice.Integers = _RATE[minutes % DAY_MINUTES // 30] * _WEEKDAY_PERCENT[weekday] // 100
    return rate


def _rates(seed: int, first_ms: int, minutes: int) -> dice.Integers:
    """The rate of each minute: the rhythm, times noise, and now and then a burst of a quarter of an hour."""
    moments = first_ms + np.arange(minutes, dtype=np.int64) * MINUTE_MS
    number = (moments // MINUTE_MS).astype(np.uint64)
    noise = 40 + dice.below(dice.throw(seed, "noise", number), 121).astype(np.int64)
    burst = dice.below(dice.throw(seed, "burst", number // 15), _BURST_EVERY) == 0
    rates: dice.Integers = load(moments) * noise * np.where(burst, _BURST_PERCENT, 100) // 100 + 1
    return rates


def starts(seed: int, records: int, days: int, now_ms: int) -> dice.Integers:
    """The start of each call, in ms, ascending, from ``days`` before ``now_ms`` to before ``now_ms``.

    The same seed, days and now give the same rhythm for any number of records.
    """
    if not records:
        return np.zeros(0, dtype=np.int64)
    first_ms = now_ms - days * DAY_MINUTES * MINUTE_MS
    rates = _rates(seed, first_ms, days * DAY_MINUTES)
    ends: dice.Integers = np.cumsum(rates)
    total = int(ends[-1])
    index = np.arange(records, dtype=np.int64)
    # Each call falls somewhere into its own share of the cumulated rate: sorted without sorting.
    within = dice.below(dice.throw(seed, "moment", index.astype(np.uint64)), max(1, total // records))
    place: dice.Integers = index * total // records + within.astype(np.int64)
    minute: dice.Integers = np.searchsorted(ends, place, side="right")
    begin: dice.Integers = ends[minute] - rates[minute]
    moments: dice.Integers = first_ms + minute * MINUTE_MS + (place - begin) * MINUTE_MS // rates[minute]
    twins = dice.below(dice.throw(seed, "twin", index.astype(np.uint64)), _TWIN_EVERY) == 0
    moments[1:] = np.where(twins[1:], moments[:-1], moments[1:])
    return moments

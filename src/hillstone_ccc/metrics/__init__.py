"""What a call centre counts: calls, answers, waiting, handling, transfers, satisfaction, by hour, day, agent and group.

from hillstone_ccc import Client, metrics

with Client.from_env() as ccc:
    calls = metrics.read(ccc.call_records.search(start="today"))
print(metrics.service_level(calls, seconds=20))
print(metrics.by(calls, "hour").to_pandas())

Every formula is written in its docstring, and written once: it takes call records, details, and frames of pandas,
polars and pyarrow alike. A share or a mean of nothing is None, never 0.
"""

from .buckets import By
from .contentment import Satisfaction, satisfaction
from .endings import Contact, Outcome
from .facts import CallFacts, Facts
from .first_contact import FirstContactResolution, first_contact_resolution
from .frames import Frame
from .grouping import Groups, by
from .outcome_counts import Abandonment, abandonment, dispositions, outcomes
from .overall import Metrics, summary
from .reading import Calls, read
from .waiting import (
    Waiting,
    WhenAbandoned,
    average_speed_of_answer,
    service_level,
    waiting,
    waiting_time,
    waiting_times,
)
from .work import Handling, Transfers, handling, handling_time, transfers

__all__ = [
    "Abandonment",
    "By",
    "CallFacts",
    "Calls",
    "Contact",
    "Facts",
    "FirstContactResolution",
    "Frame",
    "Groups",
    "Handling",
    "Metrics",
    "Outcome",
    "Satisfaction",
    "Transfers",
    "Waiting",
    "WhenAbandoned",
    "abandonment",
    "average_speed_of_answer",
    "by",
    "dispositions",
    "first_contact_resolution",
    "handling",
    "handling_time",
    "outcomes",
    "read",
    "satisfaction",
    "service_level",
    "summary",
    "transfers",
    "waiting",
    "waiting_time",
    "waiting_times",
]

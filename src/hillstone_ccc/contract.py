"""The REST contract as data: paths, parameters, rows and codes, for servers, clients and hosts alike.

The server extra writes it, :meth:`Client.connect` reads it, and the OpenAPI description is made of it. A host that
keeps a table of permissions registers :data:`MANIFEST`.
"""

from __future__ import annotations

from collections.abc import Mapping

from ._core import contract_codes as refusals
from ._core.contract_codes import REFUSALS, Refusal
from ._core.contract_parameters import (
    AGENTS,
    CALL,
    CALL_RECORD,
    CALL_RECORDS,
    KNOWN_ONLY,
    PARAMETERS,
    RECORDING,
    Parameter,
    UnreadableError,
)
from ._core.contract_rows import (
    AgentRow,
    CallDetailRow,
    CallRecordRow,
    EventRow,
    RecordingRow,
    SkillLevelRow,
    TransferRow,
    agent_row,
    detail_row,
    masked,
    record_row,
    record_rows,
)
from ._core.redact import for_people, mask_number

PERMISSION = "support.call_record:list"
"""What it takes to list calls and agents, to see a call's details and to have its recording."""

REVEAL = "support.call_record:reveal"
"""What it takes to see phone numbers whole where the server masks them."""

METRICS = "support.metrics:read"
"""What it takes to read the server's metrics."""

MANIFEST: Mapping[str, object] = {"permission": PERMISSION, "type": 2, "link": "/support/call_record"}
"""The permission as a host registers it: type 2 is a menu entry, and the link is the front-end's page."""

__all__ = [
    "AGENTS",
    "CALL",
    "CALL_RECORD",
    "CALL_RECORDS",
    "KNOWN_ONLY",
    "MANIFEST",
    "METRICS",
    "PARAMETERS",
    "PERMISSION",
    "RECORDING",
    "REFUSALS",
    "REVEAL",
    "AgentRow",
    "CallDetailRow",
    "CallRecordRow",
    "EventRow",
    "Parameter",
    "RecordingRow",
    "Refusal",
    "SkillLevelRow",
    "TransferRow",
    "UnreadableError",
    "agent_row",
    "detail_row",
    "for_people",
    "mask_number",
    "masked",
    "record_row",
    "record_rows",
    "refusals",
]

"""An embedded upstream: a call centre that speaks the protocol of CCC 2020-07-01 on loopback, or in process.

It checks signatures with code of its own, keeps the upstream's limits, spells its answers with all their
oddities, and breaks on demand. It imports nothing of the client. It needs the extra `sandbox`.

```python
with Sandbox(records=1000) as box:
    ...  # box.endpoint is its address
```
"""

try:
    from hillstone_ccc.sandbox.call import Call, Intervention, Transfer
    from hillstone_ccc.sandbox.centre import CallCentre
    from hillstone_ccc.sandbox.faults import Fault, Faults
    from hillstone_ccc.sandbox.filters import CallFilter
    from hillstone_ccc.sandbox.gateway import Answered
    from hillstone_ccc.sandbox.message import Incoming, Outgoing
    from hillstone_ccc.sandbox.people import AgentData, SkillGroupData
    from hillstone_ccc.sandbox.quirks import Quirks
    from hillstone_ccc.sandbox.sandbox import Sandbox
except ModuleNotFoundError as _missing:
    raise ModuleNotFoundError(
        f'{_missing}: the sandbox needs its extra: pip install "hillstone-ccc[sandbox]"', name=_missing.name
    ) from _missing

__all__ = [
    "AgentData",
    "Answered",
    "Call",
    "CallCentre",
    "CallFilter",
    "Fault",
    "Faults",
    "Incoming",
    "Intervention",
    "Outgoing",
    "Quirks",
    "Sandbox",
    "SkillGroupData",
    "Transfer",
]

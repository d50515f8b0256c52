"""asyncio in its own thread ↔ Qt in the GUI thread. The only importer of qasync; see `bridge.py` for the rules.

Importing this package imports neither asyncio nor qasync: the first frame is painted before they are needed.
"""

from __future__ import annotations

from playground.bridge.bridge import Bridge
from playground.bridge.operation import Operation, OperationState
from playground.bridge.reporter import Report, Reporter
from playground.bridge.slots import async_slot, awaited
from playground.bridge.worker import Progress, Sink

__all__ = [
    "Bridge",
    "Operation",
    "OperationState",
    "Progress",
    "Report",
    "Reporter",
    "Sink",
    "async_slot",
    "awaited",
]

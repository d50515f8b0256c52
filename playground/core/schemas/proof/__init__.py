"""A schema proved on inputs: runs, judged one by one, and how far they agree; past outputs against a schema."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from playground.core.schemas.proof.model import (
    Field,
    Outcome,
    Plan,
    Progress,
    ProofInput,
    Totals,
    Verdict,
    Wrong,
)

if TYPE_CHECKING:
    from playground.core.schemas.proof.outputs import Stored, of_file, of_log
    from playground.core.schemas.proof.running import Proving, Stopped, prove
    from playground.core.schemas.proof.stored import Break, Checked, check_stored

_LATE = {
    "Break": "stored",
    "Checked": "stored",
    "Proving": "running",
    "Stopped": "running",
    "Stored": "outputs",
    "check_stored": "stored",
    "of_file": "outputs",
    "of_log": "outputs",
    "prove": "running",
}

__all__ = [
    "Break",
    "Checked",
    "Field",
    "Outcome",
    "Plan",
    "Progress",
    "ProofInput",
    "Proving",
    "Stopped",
    "Stored",
    "Totals",
    "Verdict",
    "Wrong",
    "check_stored",
    "of_file",
    "of_log",
    "prove",
]


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATE[name]}"), name)

"""What a check says: findings with their fixes, and how much of each budget is used."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

from playground.core.schemas.rules import Severity, Source


@dataclass(frozen=True, slots=True)
class Fix:
    """One way to mend a finding. What it changes in the documents that are accepted is said, never hidden."""

    title: str
    """What it does, as a button says it."""
    kind: str
    pointer: str
    """The schema that it changes, within `base`."""
    argument: Any = None
    base: str = ""
    """Where the schema begins in the document: `/schema` in a `text.format`."""
    loses: tuple[str, ...] = ()
    """What it gives up, in whole sentences; (): exactly the same documents are accepted."""
    narrows: bool = False
    """Whether some documents that were accepted no longer are."""
    widens: bool = False
    """Whether some are accepted that were not."""
    automatic: bool = True
    """Whether "Fix all" may choose it."""
    checkable: tuple[str, ...] = ()
    """Keywords that the server no longer enforces, and the client can: see `Fixed.client`."""

    def apply(self, value: Any) -> Any:
        """A changed copy of the document's value; an equal copy where what was to be changed is gone."""
        from playground.core.schemas.fixing import apply_alone, without_hidden

        changed = copy.deepcopy(value)
        apply_alone(changed, self)
        return without_hidden(changed)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule says about a schema."""

    pointer: str
    """The part of the document that it is about."""
    rule: str
    severity: Severity
    words: str
    reason: str
    source: Source
    fixes: tuple[Fix, ...] = ()
    """The usual one first."""
    node: str = ""
    """The schema in whose row a tree shows it: the property itself where `pointer` is its object's `required`."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How much of a limit is used."""

    id: str
    name: str
    used: int
    limit: int | None
    """None: no limit is known."""


@dataclass(frozen=True)
class Report:
    """What was found in a document, in its order."""

    findings: tuple[Finding, ...]
    budgets: tuple[Budget, ...]
    seconds: float
    profile: str
    left_out: int = 0
    """Findings beyond `check.MOST`."""

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.severity == "error")

    @property
    def is_accepted(self) -> bool:
        """Whether nothing was found that the server refuses."""
        return not any(one.severity == "error" for one in self.findings)


@dataclass(frozen=True)
class Fixed:
    """A value after fixes."""

    value: Any
    applied: tuple[Fix, ...]
    left: tuple[Finding, ...]
    """What is still found."""
    lost: tuple[str, ...]
    """What was given up, each sentence once, with the pointer it is about."""
    client: Any = field(default=None)
    """The same with the constraints that were taken out put back: for a validator on the client's side. The value
    itself where nothing was taken out."""

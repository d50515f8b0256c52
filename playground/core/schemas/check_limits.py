"""The limits of a profile: how much is used, and what is beyond."""

from __future__ import annotations

from playground.core.schemas.checker import Checker
from playground.core.schemas.findings import Budget
from playground.core.schemas.reach import levels


def finish(checker: Checker) -> tuple[Budget, ...]:
    """The budgets, after the pass."""
    tally, limits = checker.tally, checker.profile.limits
    depth, deepest = levels(checker.root)
    budgets = [
        Budget("properties", "Properties", tally.properties, limits.properties),
        Budget("depth", "Depth", depth, limits.depth),
        Budget("enum-values", "Enum values", tally.enum_values, limits.enum_values),
        Budget("text", "Text", tally.text, limits.text),
    ]
    places = {"depth": deepest}
    if tally.large_enum:
        budgets.append(Budget("enum-text", "Text of one enum", tally.enum_text, limits.enum_text))
        places["enum-text"] = f"{tally.large_enum}/enum"
    units = {
        "properties": "properties", "depth": "levels", "enum-values": "enum values", "text": "characters",
        "enum-text": "characters in one enum",
    }  # fmt: skip
    for budget in budgets:
        if budget.limit is not None and budget.used > budget.limit:
            words = f"{budget.used:,} {units[budget.id]}, and {budget.limit:,} are the most."
            checker.tell(f"limit-{budget.id}", places.get(budget.id, ""), words)
    return tuple(budgets)

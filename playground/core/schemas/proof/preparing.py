"""A plan before it is run: its schema out of the document, mended for the server where that is wanted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from playground.core.schemas import fix_all, profile, schema_base
from playground.core.schemas.pointers import at
from playground.core.schemas.proof.model import Plan


def schema_in(value: Any) -> Any:
    """The schema itself, out of a `text.format`, a `response_format` or a function tool."""
    return at(value, schema_base(value))


def tool_in(value: Any) -> str | None:
    """The description of a function tool, perhaps ""; None where the document is none."""
    if not isinstance(value, dict) or value.get("type") != "function" or not schema_base(value):
        return None
    holder = value.get("function") if isinstance(value.get("function"), dict) else value
    description = holder.get("description") if isinstance(holder, dict) else ""
    return description if isinstance(description, str) else ""


def mended(plan: Plan, rules: str) -> Plan:
    """With the schema as `fix_all` makes it by these rules, and the whole, with what that took out, as the client's.
    Not for the GUI thread."""
    fixed = fix_all(plan.schema, profile(rules))
    client = plan.client if plan.client is not None else fixed.client
    return replace(plan, schema=fixed.value, client=client)

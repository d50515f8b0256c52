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


def mended(plan: Plan, rules: str) -> Plan:
    """With the schema as `fix_all` makes it by these rules, and the whole, with what that took out, as the client's.
    Not for the GUI thread."""
    fixed = fix_all(plan.schema, profile(rules))
    client = plan.client if plan.client is not None else fixed.client
    return replace(plan, schema=fixed.value, client=client)

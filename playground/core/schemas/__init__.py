"""Structured outputs: is a schema one that a server takes, what mends it, what fits it, what changed in it.

A schema's document is its text; findings point into it by JSON pointer, and `Document.place` says which characters
that are.
"""

from __future__ import annotations

from playground.core.schemas.check import check, schema_base
from playground.core.schemas.document import Document, SchemaTextError
from playground.core.schemas.findings import Budget, Finding, Fix, Fixed, Report
from playground.core.schemas.fixing import apply_all, fix_all
from playground.core.schemas.rules import Limits, Profile, Source, profile, profiles

__all__ = [
    "Budget",
    "Document",
    "Finding",
    "Fix",
    "Fixed",
    "Limits",
    "Profile",
    "Report",
    "SchemaTextError",
    "Source",
    "apply_all",
    "check",
    "fix_all",
    "profile",
    "profiles",
    "schema_base",
]

"""The rules that servers have for schemas, with their dates and sources: `resources/facts/schema-rules-*.json`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from playground.core.resources import dated

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule is written."""

    title: str
    url: str
    date: str
    """When it was written or read: YYYY, YYYY-MM or YYYY-MM-DD."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of one profile."""

    id: str
    severity: Severity
    title: str
    reason: str
    source: Source


@dataclass(frozen=True)
class Limits:
    """What a schema may have at most; None: no limit is known."""

    properties: int | None = None
    depth: int | None = None
    """Levels of properties, the root being the first."""
    text: int | None = None
    """Characters of the names of properties and definitions, and of the values of enum and const."""
    enum_values: int | None = None
    enum_text: int | None = None
    """Characters of the values of one string enum that has more than `enum_text_above` values."""
    enum_text_above: int = 0


@dataclass(frozen=True)
class Profile:
    """A server's rules. `profile()` makes them."""

    id: str
    title: str
    about: str
    keywords: frozenset[str]
    """That are supported."""
    special: dict[str, str]
    """Keywords with a rule of their own: its id."""
    refused: dict[str, str]
    """Keywords that the documentation names as not supported: the rule's id."""
    formats: frozenset[str]
    optional: Literal["null", "absent"]
    """How a property that need not be there is written: as a union with null, or left out of `required`."""
    limits: Limits
    rules: dict[str, Rule]
    date: str
    """When the rules were written down, YYYY-MM-DD."""


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(dated("schema-rules").read_text("utf-8"))
    return document


def profiles() -> tuple[str, ...]:
    """The ids of the profiles there are, the usual one first."""
    return tuple(_document()["profiles"])


@cache
def profile(name: str) -> Profile:
    """The rules of a server. Raises KeyError for one that is not known."""
    document = _document()
    entry = document["profiles"][name]
    return Profile(
        id=name,
        title=entry["title"],
        about=entry["about"],
        keywords=frozenset(entry["keywords"]),
        special=entry["special"],
        refused={keyword: rule for rule, keywords in entry["refused"].items() for keyword in keywords},
        formats=frozenset(entry["formats"]),
        optional=entry["optional"],
        limits=Limits(**entry["limits"]),
        rules={rule: _rule(document, rule, *what) for rule, what in entry["rules"].items()},
        date=document["date"],
    )


def _rule(document: dict[str, Any], name: str, severity: Severity, source: str) -> Rule:
    words = document["rules"][name]
    return Rule(name, severity, words["title"], words["reason"], Source(**document["sources"][source]))

"""One pass over a schema, and what it gathers. The rules themselves are in `check_*.py`."""

from __future__ import annotations

import json
from typing import Any

from playground.core.schemas.findings import Finding, Fix
from playground.core.schemas.keywords import KEYWORDS, MANY, NAMED, ONE
from playground.core.schemas.pointers import escape
from playground.core.schemas.reach import unfolded
from playground.core.schemas.rules import Profile

MOST = 10_000
"""Findings that are kept."""
MOST_TRIED = 100
"""Merges that are tried in one check, only to know whether they can be made; beyond, it is taken that they can: a fix
looks itself, and does nothing where it cannot."""


class Tally:
    """What the limits are about."""

    def __init__(self) -> None:
        self.properties = 0
        self.text = 0
        self.enum_values = 0
        self.enum_text = 0
        self.large_enum = ""
        """The pointer of the enum with the most text."""


class Checker:
    """Knows the profile and the document, and takes findings."""

    def __init__(self, root: Any, base: str, profile: Profile) -> None:
        self.root = root
        self.base = base
        self.profile = profile
        self.findings: list[Finding] = []
        self.left_out = 0
        self.tally = Tally()
        self.refs: list[tuple[str, str]] = []
        """The pointer of each schema with a `$ref`, and the `$ref`."""
        self.one_ofs: list[tuple[str, dict[str, Any]]] = []
        """Schemas with a oneOf, and their pointers."""
        self.unentered: list[tuple[str, Any]] = []
        """Schemas that are not looked at, because what holds them is not supported."""
        self._unfolded: dict[str, int] = {}
        self._tried = 0
        rules = profile.rules
        self.states: dict[str, str] = {}
        """Keywords about which something is to be said: the rule's id."""
        for keyword in KEYWORDS:
            state = profile.special.get(keyword) or profile.refused.get(keyword)
            if state is None and keyword not in profile.keywords:
                state = "keyword-unlisted"
            if state is not None and state in rules:
                self.states[keyword] = state
        if "definitions" in rules:
            self.states["definitions"] = "definitions"

    def tell(self, rule: str, pointer: str, words: str, fixes: tuple[Fix, ...] = (), node: str | None = None) -> None:
        """Keep a finding, unless the profile does not have the rule. Pointers are within the schema."""
        known = self.profile.rules.get(rule)
        if known is None:
            return
        if len(self.findings) >= MOST and not rule.startswith("limit-"):
            self.left_out += 1
            return
        base = self.base
        where = base + pointer
        about = where if node is None else base + node
        self.findings.append(Finding(where, rule, known.severity, words, known.reason, known.source, fixes, about))

    def is_tried(self) -> bool:
        """Whether one more merge is tried."""
        self._tried += 1
        return self._tried <= MOST_TRIED

    def unfolded(self, target: str, most: int) -> int:
        """How many schemas are put in place of a `$ref` to a target; they are counted up to about `most`."""
        if target not in self._unfolded:
            self._unfolded[target] = unfolded(self.root, target, most)
        return self._unfolded[target]

    def fix(self, title: str, kind: str, pointer: str, argument: Any = None, **more: Any) -> Fix:
        """A fix of this document."""
        return Fix(title, kind, pointer, argument, self.base, **more)


def push_children(stack: list[tuple[Any, str, str]], name: str, value: Any, pointer: str, holds: int) -> None:
    """Put what a keyword holds on the stack, the last first; each with the keyword that holds it."""
    if holds == NAMED:
        if isinstance(value, dict):
            at = f"{pointer}/{name}/"
            stack.extend([(value[key], at + escape(key), name) for key in reversed(value)])
    elif holds == MANY or isinstance(value, list):
        if isinstance(value, list):
            at = f"{pointer}/{name}/"
            stack.extend([(value[number], f"{at}{number}", name) for number in range(len(value) - 1, -1, -1)])
    elif holds == ONE and (name == "items" or not isinstance(value, bool)):
        stack.append((value, f"{pointer}/{name}", name))


def shown(value: Any, longest: int = 60) -> str:
    """A value in a sentence, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else f"“{value}”"
    return text if len(text) <= longest else text[: longest - 1] + "…"


def cut(text: str, longest: int = 60) -> str:
    """A name in a sentence."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def listed(names: list[str], most: int = 4) -> str:
    """“a”, “b” and 3 more."""
    texts = [f"“{cut(name)}”" for name in names[:most]]
    if len(names) > most:
        return f"{', '.join(texts)} and {len(names) - most} more"
    return " and ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)

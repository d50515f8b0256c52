"""Where an ID in an answer leads: to its request in the log, or to the method that gets its object."""

from __future__ import annotations

import re

from playground.core.catalog import Catalog, MethodEntry
from playground.core.exchanges.seen import PREFIXES

_EXCHANGE = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")


def is_exchange(text: str) -> bool:
    """Whether an ID is one of this program's log."""
    return _EXCHANGE.fullmatch(text) is not None


def kind_of(text: str) -> str:
    """The kind of object that an ID is of, by how it begins; empty where nobody knows."""
    ranked = [
        (len(prefix), kind) for kind, prefixes in PREFIXES.items() for prefix in prefixes if text.startswith(prefix)
    ]
    return max(ranked, key=_length)[1] if ranked else ""


def _length(ranked: tuple[int, str]) -> int:
    return ranked[0]


def getter(catalog: Catalog, text: str) -> tuple[str, dict[str, str]] | None:
    """The method that retrieves an object by its ID alone, with its arguments; None where there is none."""
    kind = kind_of(text)
    found = [entry for entry in catalog.methods.values() if kind and _gets(entry, kind)]
    if not found:
        return None
    best = min(found, key=_rank)
    return best.name, {best.path_parameters[0]: text}


def _gets(entry: MethodEntry, kind: str) -> bool:
    paths = [parameter for parameter in entry.parameters if parameter.place == "path"]
    plain = entry.verb == "GET" and entry.path.endswith("}") and len(paths) == 1
    return plain and paths[0].id_kind == kind


def _rank(entry: MethodEntry) -> tuple[bool, bool, int]:
    return bool(entry.deprecated), entry.name.startswith("beta."), len(entry.name)

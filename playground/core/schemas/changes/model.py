"""One change between two schemas, and what it means for those who read and those who write documents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

Flag = bool | None
"""Whether something breaks; None: that is not known, and may be."""


@dataclass(frozen=True, slots=True)
class Change:
    """One place where two schemas differ."""

    pointer: str
    """JSON pointer into the new schema; of what is gone: where it was in the old one."""
    kind: str
    """"added", "removed", "renamed", "type", "nullable", "required", "values", "limit", "text", "closed", "choice",
    "description", "order", "around", "unknown"."""
    words: str
    """What changed, as a sentence without its subject: `path` is that."""
    breaks_readers: Flag
    """Whether a document of the new schema may be refused by who checks it with the old one."""
    breaks_writers: Flag
    """Whether a document of the old schema may be refused by who checks it with the new one."""
    path: str = ""
    """Where it is, as people say it: `customer.tier`, `steps[].action`; empty: the whole schema."""

    @property
    def is_breaking(self) -> bool:
        return self.breaks_readers is True or self.breaks_writers is True


def worst(flags: Iterable[Flag]) -> Flag:
    """True where one is, else None where one is."""
    found: Flag = False
    for flag in flags:
        if flag is True:
            return True
        if flag is None:
            found = None
    return found


def breaks_readers(changes: Iterable[Change]) -> Flag:
    """Of all of them. False: every document of the new schema fits the old one."""
    return worst(change.breaks_readers for change in changes)


def breaks_writers(changes: Iterable[Change]) -> Flag:
    """Of all of them. False: every document of the old schema fits the new one."""
    return worst(change.breaks_writers for change in changes)


def told_once(changes: Iterable[Change]) -> tuple[Change, ...]:
    """A change in a definition once, however often that is used; in the order of the document."""
    found: dict[tuple[str, str, str], Change] = {}
    for change in changes:
        key = (change.pointer, change.kind, change.words)
        before = found.get(key)
        if before is None:
            found[key] = change
        else:
            found[key] = replace(
                before,
                breaks_readers=worst((before.breaks_readers, change.breaks_readers)),
                breaks_writers=worst((before.breaks_writers, change.breaks_writers)),
            )
    return tuple(found.values())

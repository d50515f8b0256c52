"""Two schemas, part by part.

Each part of a schema narrows what fits. Where every part of the new one narrows at least as much as the same part of
the old one, each of its documents fits the old one; so each part is looked at alone, and what is found not to break
readers (or writers) in every part breaks none at all. A part that cannot be judged is said to be unknown.

A pair of definitions that is met again while it is compared counts as equal, since a document that goes round ends
some time. That holds in one direction only: so under `not`, and where both directions count, they are compared anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from playground.core.schemas.changes.model import Change, Flag, worst
from playground.core.schemas.keywords import BARE, KEYWORDS, same, type_of, types_of
from playground.core.schemas.pointers import escape, referred

MOST = 200_000
"""Pairs that are compared."""
DEEPEST = 60
KINDS = frozenset(("null", "boolean", "object", "array", "string", "integer", "fraction"))
"""Of documents; a number is an integer or has a fraction."""
_ASIDE = BARE | {"$defs", "definitions"}
_UNFOLLOWED = ("$dynamicRef", "$recursiveRef")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a pair stands in both documents."""

    old: str
    new: str
    path: str = ""
    depth: int = 0

    def step(self, *names: str, path: str | None = None) -> Place:
        """A place below."""
        more = "".join(f"/{escape(name)}" for name in names)
        return Place(self.old + more, self.new + more, self.path if path is None else path, self.depth + 1)

    def prop(self, name: str) -> Place:
        return self.step("properties", name, path=f"{self.path}.{name}" if self.path else name)

    def item(self, *names: str) -> Place:
        return self.step(*names, path=f"{self.path}[]")


class Budget:
    """How many pairs may still be compared; shared."""

    def __init__(self) -> None:
        self.left = MOST


class Comparer:
    """Collects the changes of a pair in `changes`."""

    def __init__(self, old_root: Any, new_root: Any, budget: Budget, met: set[tuple[str, str, str]], way: str) -> None:
        self.old_root, self.new_root = old_root, new_root
        self.changes: list[Change] = []
        self.budget = budget
        self.way = way
        """"+": what narrows narrows; "-": under a `not`; "=": both directions count."""
        self._met = met
        self.old_kinds = self.new_kinds = KINDS
        """Of the documents that the pair in hand accepts at most."""

    def apart(self, old: Any, new: Any, place: Place, way: str = "") -> list[Change]:
        """The changes of a pair, not told here."""
        inner = Comparer(self.old_root, self.new_root, self.budget, set(self._met), way or self.way)
        inner.node(old, new, place)
        return inner.changes

    def add(self, place: Place, kind: str, words: str, readers: Flag, writers: Flag, *, of: str = "") -> None:
        """`of`: the type of documents that it is about: others are not touched by it."""
        if of:
            readers = readers if self.touches(self.new_kinds, of) else False
            writers = writers if self.touches(self.old_kinds, of) else False
        pointer = (place.old if kind == "removed" else place.new).partition("\x00")[0]
        self.changes.append(Change(pointer, kind, words, readers, writers, place.path))

    @staticmethod
    def touches(kinds: frozenset[str], of: str) -> bool:
        return bool(kinds & {"integer", "fraction"}) if of == "number" else of in kinds

    def tell(self, changes: Iterable[Change], *, of: str = "", readers: bool = True, writers: bool = True) -> None:
        """Changes that were found apart; `readers` False: they break none, as is known otherwise."""
        readers = readers and (not of or self.touches(self.new_kinds, of))
        writers = writers and (not of or self.touches(self.old_kinds, of))
        for one in changes:
            self.changes.append(
                replace(
                    one,
                    breaks_readers=one.breaks_readers if readers else False,
                    breaks_writers=one.breaks_writers if writers else False,
                )
            )

    def below(self, old: Any, new: Any, place: Place, of: str = "") -> None:
        """A pair inside the one in hand, that has to hold for documents of a type."""
        if not of or (self.touches(self.new_kinds, of) and self.touches(self.old_kinds, of)):
            kinds = self.old_kinds, self.new_kinds
            self.node(old, new, place)
            self.old_kinds, self.new_kinds = kinds
        else:
            self.tell(self.apart(old, new, place), of=of)

    def node(self, old: Any, new: Any, place: Place) -> None:
        """Compare a pair."""
        from playground.core.schemas.changes import choices, parts

        self.budget.left -= 1
        if self.budget.left < 0 or place.depth > DEEPEST:
            self.add(place, "unknown", "Not compared: the schemas are too large or too deep for it.", None, None)
            return
        old, old_at, old_was = resolved(self.old_root, old, place.old)
        new, new_at, new_was = resolved(self.new_root, new, place.new)
        place = replace(place, old=old_at, new=new_at)
        if old_was or new_was or not (old_at or new_at):
            key = (old_at, new_at, self.way)
            if key in self._met:
                return
            self._met.add(key)
        if old is False or new is False:
            if old is not new:
                words = "Is forbidden now." if new is False else "Was forbidden, and is allowed now."
                self.add(place, "type", words, new is not False, old is not False)
            return
        if not old and not new:
            return
        self.old_kinds, self.new_kinds = kinds_of(old), kinds_of(new)
        parts.compare_words(self, old, new, place)
        if any(name in one for one in (old, new) for name in ("$ref", *_UNFOLLOWED)):
            self._unfollowed(old, new, place)
        if choices.compare_alternatives(self, old, new, place):
            return
        parts.compare(self, old, new, place)

    def _unfollowed(self, old: Any, new: Any, place: Place) -> None:
        """References that lead out of the document, or nowhere."""
        names = [name for name in ("$ref", *_UNFOLLOWED) if not same(old.get(name), new.get(name))]
        dynamic = any(name in one for one in (old, new) for name in _UNFOLLOWED)
        if names or dynamic:
            self.add(place, "unknown", "Refers to what is not in the document: not compared.", None, None)


def resolved(root: Any, schema: Any, pointer: str) -> tuple[Any, str, bool]:
    """A schema with what its `$ref` points to in place of it, where that is, and whether there was one. True is {};
    what stands beside a `$ref` and narrows, too, becomes a part of an `allOf`."""
    was = False
    words: dict[str, Any] = {}
    for _ in range(64):
        if schema is True:
            return {**words}, pointer, was
        if not isinstance(schema, dict) or "$ref" not in schema:
            break
        found = referred(root, schema["$ref"])
        if found is None:
            break
        beside = {name: value for name, value in schema.items() if name != "$ref" and name not in _ASIDE}
        if any(name in KEYWORDS for name in beside):
            rest = {name: value for name, value in schema.items() if name != "$ref"}
            every = rest.get("allOf")
            every = every if isinstance(every, list) else []
            schema = {**rest, "allOf": [*every, {"$ref": schema["$ref"]}]}
            pointer += "\x00beside"
            break
        words = {**{name: value for name, value in schema.items() if name in BARE}, **words}
        was, (pointer, schema) = True, found
    if isinstance(schema, dict) and words:
        schema = {**schema, **words}
    return schema, pointer, was


def kinds_of(schema: dict[str, Any]) -> frozenset[str]:
    """The kinds of documents that fit at most."""
    kinds = kinds_named(types_of(schema))
    values = listed_values(schema)
    if values is not None:
        kinds &= {"fraction" if type_of(value) == "number" else type_of(value) for value in values}
    return kinds


def kinds_named(types: tuple[str, ...]) -> frozenset[str]:
    """Of types as a schema names them; no type is every."""
    if not types:
        return KINDS
    named = {name for name in types if name in KINDS}
    return frozenset(named | ({"integer", "fraction"} if "number" in types else set()))


def listed_values(schema: dict[str, Any]) -> list[Any] | None:
    """The values of an `enum` or `const`, those that fit both; None where nothing is listed."""
    values = schema.get("enum")
    values = values if isinstance(values, list) else None
    if "const" in schema:
        fixed = schema["const"]
        return [fixed] if values is None or any(same(fixed, one) for one in values) else []
    return values


def both_flags(changes: Iterable[Change]) -> tuple[Flag, Flag]:
    """Of all of them: for readers, for writers."""
    changes = list(changes)
    return worst(one.breaks_readers for one in changes), worst(one.breaks_writers for one in changes)

"""A schema as types: what Python, TypeScript and Zod are written from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Kind = Literal[
    "object", "map", "array", "tuple", "enum", "union", "ref",
    "string", "integer", "number", "boolean", "null", "any", "never",
]  # fmt: skip
MISSING: Any = type("Missing", (), {"__repr__": lambda self: "MISSING"})()
"""No default: None is one."""


@dataclass(frozen=True, slots=True)
class Node:
    """One type. Which of the fields count depends on the kind."""

    kind: Kind
    description: str = ""
    title: str = ""
    default: Any = MISSING
    limits: dict[str, Any] = field(default_factory=dict)
    """Constraints, by JSON Schema's own words: `minLength`, `format`, `maxItems` …"""
    extras: dict[str, Any] = field(default_factory=dict)
    """Annotations: `examples`, `deprecated`, …"""
    fields: tuple[Property, ...] = ()
    """Of an object."""
    extra: Any = None
    """Further properties of an object: None (nothing said), False, True, or a Node."""
    items: tuple[Node, ...] = ()
    """Of an array one, of a tuple several, of a union its options, of a map the value."""
    keys: Node | None = None
    """Of a map whose keys are not any string."""
    values: tuple[Any, ...] = ()
    """Of an enum."""
    ref: str = ""
    """Of a reference: the name of the definition; the root's is ROOT."""
    discriminator: str = ""
    """Of a union: the property that tells its options apart."""
    rest: Node | None = None
    """Of a tuple: what follows; None: nothing."""
    least: int = 0
    """Of a tuple: how many of its items must be there."""

    def children(self) -> Iterator[Node]:
        """The types in it."""
        for one in self.fields:
            yield one.node
        if isinstance(self.extra, Node):
            yield self.extra
        yield from self.items
        if self.keys is not None:
            yield self.keys
        if self.rest is not None:
            yield self.rest

    @property
    def nullable(self) -> bool:
        """Whether null is one of what it takes, as can be seen without following references."""
        if self.kind == "union":
            return any(one.kind == "null" or one.nullable for one in self.items)
        return self.kind in ("null", "any") or (self.kind == "enum" and None in self.values)


@dataclass(frozen=True, slots=True)
class Property:
    """A property of an object."""

    name: str
    node: Node
    required: bool


ROOT = "#"
"""The reference to the whole schema."""


@dataclass(slots=True)
class Shape:
    """A whole schema."""

    name: str
    root: Node
    defs: dict[str, Node]
    """The definitions that are used, in the schema's order."""
    notes: list[str]

    def uses(self, node: Node) -> set[str]:
        """The names of the definitions that a type refers to itself."""
        found: set[str] = set()
        todo = [node]
        while todo:
            one = todo.pop()
            if one.kind == "ref":
                found.add(one.ref)
            todo.extend(one.children())
        return found

    def recursive(self) -> set[str]:
        """The definitions that come to themselves again; ROOT is in it where the root does."""
        graph = {name: self.uses(node) for name, node in self.defs.items()}
        graph[ROOT] = self.uses(self.root)
        return {name for name in graph if name in _reached(graph, name)}

    def ordered(self) -> list[str]:
        """The definitions, each after those that it uses as far as that is possible."""
        done: list[str] = []
        seen: set[str] = set()
        for start in self.defs:
            stack: list[tuple[str, Iterator[str]]] = []
            if start not in seen:
                seen.add(start)
                stack.append((start, iter(sorted(self.uses(self.defs[start]), key=self._place))))
            while stack:
                name, rest = stack[-1]
                following = next((one for one in rest if one in self.defs and one not in seen), None)
                if following is None:
                    done.append(name)
                    stack.pop()
                else:
                    seen.add(following)
                    stack.append((following, iter(sorted(self.uses(self.defs[following]), key=self._place))))
        return done

    def _place(self, name: str) -> int:
        return list(self.defs).index(name) if name in self.defs else -1


def _reached(graph: dict[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    todo = list(graph[start])
    while todo:
        one = todo.pop()
        if one not in seen and one in graph:
            seen.add(one)
            todo.extend(graph[one])
    return seen


def without_null(node: Node) -> Node:
    """A type less its null; itself where it has none."""
    if node.kind == "union":
        left = tuple(one for one in node.items if one.kind != "null")
        if len(left) == 1 and len(node.items) > 1:
            only = left[0]
            return replace(only, description=only.description or node.description, title=only.title or node.title)
        return replace(node, items=left)
    if node.kind == "enum" and None in node.values and len(node.values) > 1:
        return replace(node, values=tuple(value for value in node.values if value is not None))
    return node

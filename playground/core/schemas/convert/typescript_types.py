"""Types as TypeScript: shared by the interfaces and by Zod's schemas of what refers to itself.

What TypeScript cannot say, limits and whole numbers, is written as the JSDoc tags that ts-json-schema-generator and
typescript-json-schema read, so that `from_typescript` gives the schema again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from playground.core.codegen.literals import JAVASCRIPT, key, text
from playground.core.schemas.convert.names import Names, class_name
from playground.core.schemas.convert.nodes import MISSING, ROOT, Node, Property, Shape
from playground.core.schemas.convert.typescript_docs import TAG_HERE

_WORDS = """
string number boolean any unknown never object null undefined void symbol bigint true false this Array Record Partial
Required Readonly Pick Omit Exclude Extract NonNullable Promise Date Map Set Object String Number Boolean Function
Symbol BigInt Error JSON Math RegExp URL Infinity NaN Proxy Reflect Uint8Array Awaited ReadonlyArray Capitalize
Lowercase Uppercase Uncapitalize Parameters ReturnType InstanceType OpenAI
"""
RESERVED = frozenset(_WORDS.split())
"""What a type cannot be called without hiding what it is written with."""
_SCALARS = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
_ESCAPED = re.compile(r'\\(["\\])')
_WIDTH = 100


class TypeScriptTypes:
    """Writes types, and remembers what they are called and what could not be said."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.named: dict[str, str] = {}
        """Definition → the name of its type."""
        self.recursive = shape.recursive()
        names = Names(RESERVED)
        root = shape.root
        bare = root.kind == "ref" and root.ref != ROOT and not root.description
        if not bare:
            self.named[ROOT] = names.take(class_name(shape.name))
        for name in shape.defs:
            self.named[name] = names.take(class_name(name))
        if bare:
            self.named[ROOT] = self.named[root.ref]

    def order(self) -> Iterator[tuple[str, Node]]:
        """What is to be declared, the root last."""
        for name in self.shape.ordered():
            yield name, self.shape.defs[name]
        root = self.shape.root
        if not (root.kind == "ref" and self.named[ROOT] == self.named.get(root.ref)):
            yield ROOT, root

    def declaration(self, name: str, node: Node) -> str:
        """`export interface …` or `export type …`, with its comment."""
        own = self.named[name]
        said = self._comment(node, own, "")
        if node.kind == "object" and node.fields and self._joins(node):
            return f"{said}export interface {own} {self._members(node, 0)}"
        return f"{said}export type {own} = {self.typed(node, 0, own)};"

    def typed(self, node: Node, depth: int, hint: str) -> str:
        """A type as it stands at `depth`; `hint` is what notes call it."""
        if node.kind == "ref":
            return self.named[node.ref]
        if node.kind in ("any", "never"):
            return "unknown" if node.kind == "any" else "never"
        if node.kind == "enum":
            return self._literals(node, depth)
        if node.kind == "union":
            return self._union(node, depth, hint)
        if node.kind == "object":
            return self._object(node, depth, hint)
        if node.kind == "map":
            return self._map(node, depth, hint)
        if node.kind == "array":
            return self._array(node, depth, hint)
        if node.kind == "tuple":
            return self._tuple(node, depth, hint)
        return _SCALARS[node.kind]

    def _literals(self, node: Node, depth: int) -> str:
        values = dict.fromkeys(_literal(value) for value in node.values)
        return _joined(list(values), depth) if values else "never"

    def _union(self, node: Node, depth: int, hint: str) -> str:
        lone = _constrained(node) is not node
        write = self.typed if lone else self._within  # the tags of the only one stand at the whole
        options: dict[str, None] = {}
        for one in _flat(node):
            words = [_literal(value) for value in one.values] if one.kind == "enum" else [write(one, depth, hint)]
            options |= dict.fromkeys(words)
        options = dict.fromkeys(sorted(options, key="null".__eq__))
        return _joined(list(options), depth)

    def _within(self, node: Node, depth: int, hint: str) -> str:
        """A type where no comment can stand."""
        self._lost(node, hint)
        return self.typed(node, depth, hint)

    def _array(self, node: Node, depth: int, hint: str) -> str:
        inner = node.items[0]
        self._undescribed(inner, hint)
        made = self.typed(inner, depth, hint)
        if made.isidentifier() or re.fullmatch(r"\w+(\[\])+", made):
            return f"{made}[]"
        return f"Array<{made}>"

    def _tuple(self, node: Node, depth: int, hint: str) -> str:
        parts = [self._within(one, depth, hint) for one in node.items]
        for place in range(node.least, len(parts)):
            parts[place] = f"({parts[place]})?" if "|" in parts[place] else f"{parts[place]}?"
        if node.rest is not None:
            parts.append(f"...Array<{self._within(node.rest, depth, hint)}>")
        return f"[{', '.join(parts)}]"

    def _map(self, node: Node, depth: int, hint: str) -> str:
        value = self._within(node.items[0], depth, hint)
        if node.keys is not None:
            words = node.keys.values
            if node.keys.kind == "enum" and words and all(isinstance(word, str) for word in words):
                return f"Partial<Record<{self._literals(node.keys, depth)}, {value}>>"
            self.shape.notes.append(f"{hint}: which keys it may have is left out.")
        if self.shape.uses(node) & self.recursive:
            return f"{{ [key: string]: {value} }}"  # Record may not refer to what is being declared
        return f"Record<string, {value}>"

    def _object(self, node: Node, depth: int, hint: str) -> str:
        if not node.fields:
            return "Record<string, never>" if node.extra is False else "Record<string, unknown>"
        made = self._members(node, depth)
        if self._joins(node):
            return made
        return f"{made} & {{ [key: string]: {self._within(node.extra, depth, hint)} }}"

    def _joins(self, node: Node) -> bool:
        """Whether further properties can be said beside the others: each of those has to fit there, too."""
        if not isinstance(node.extra, Node):
            return True
        extra = self.typed(node.extra, 0, "")
        return all(one.required and self.typed(one.node, 0, "") == extra for one in node.fields)

    def _members(self, node: Node, depth: int) -> str:
        inner = "  " * (depth + 1)
        lines = []
        for one in node.fields:
            made = self.typed(one.node, depth + 1, one.name)
            lines.append(f"{self._comment(one.node, one.name, inner)}{inner}{_named(one)}: {made};")
        if node.extra is True:
            lines.append(f"{inner}[key: string]: unknown;")
        elif isinstance(node.extra, Node) and self._joins(node):
            lines.append(f"{inner}[key: string]: {self._within(node.extra, depth + 1, 'further properties')};")
        return "\n".join(["{", *lines, "  " * depth + "}"])

    # Comments

    def _comment(self, node: Node, name: str, indent: str) -> str:
        """A JSDoc block of what is said about a type; empty where nothing is."""
        lines = [*_described(node), *(f"@{word} {value}".rstrip() for word, value in tags(node, name))]
        if not lines:
            return ""
        if len(lines) == 1 and len(lines[0]) + len(indent) <= _WIDTH:
            return f"{indent}/** {lines[0]} */\n"
        return "\n".join([f"{indent}/**", *(f"{indent} * {line}".rstrip() for line in lines), f"{indent} */\n"])

    def _undescribed(self, node: Node, hint: str) -> None:
        if node.description and hint:
            self.shape.notes.append(f"{hint}: what is said about a part of it is left out.")

    def _lost(self, node: Node, hint: str) -> None:
        """Note what would be a tag, where there is no place for one."""
        words = ["whole numbers" if word.endswith("asType") else word for word, _ in _limits(node, "")]
        if hint and words:
            self.shape.notes.append(f"{hint}: {', '.join(words)} of a part of it is left out.")
        self._undescribed(node, hint)


def tags(node: Node, name: str = "") -> list[tuple[str, str]]:
    """What JSDoc tags say of a type: word and value."""
    made: list[tuple[str, str]] = []
    if node.title and class_name(node.title) != class_name(name):
        made.append(("title", safe(node.title)))
    made += list(_limits(node, ""))
    if node.default is not MISSING:
        made.append(("default", _json(node.default)))
    examples = node.extras.get("examples")
    made += [("example", _json(one)) for one in examples] if isinstance(examples, list) else []
    if node.extras.get("deprecated") is True:
        made.append(("deprecated", ""))
    return made


def _limits(node: Node, before: str) -> Iterator[tuple[str, str]]:
    one = _constrained(node)
    if one.kind == "integer":
        yield f"{before}asType", "integer"
    for word, value in one.limits.items():
        yield f"{before}{word}", safe(value) if isinstance(value, str) else _json(value)
    if one.kind == "array":
        yield from _limits(one.items[0], f"{before}items.")


def _constrained(node: Node) -> Node:
    """The part of a type that its tags are about: of a union the only one that is not null."""
    options = [one for one in _flat(node) if one.kind != "null"]
    return options[0] if len(options) == 1 else node


def _flat(node: Node) -> Iterator[Node]:
    """The options of a union, those of unions in it among them."""
    if node.kind != "union":
        yield node
    for one in node.items if node.kind == "union" else ():
        yield from _flat(one)


def _described(node: Node) -> list[str]:
    words = node.description.rstrip()
    return [safe(line) for line in words.split("\n")] if words else []


def safe(words: str) -> str:
    """A line of a comment: it cannot end the comment, and hides nothing."""
    shown = _ESCAPED.sub(r"\1", text(words, JAVASCRIPT)[1:-1]).replace("*/", "*\\/")
    return TAG_HERE.sub(r"\\@", shown)


def _json(value: Any) -> str:
    return safe(json.dumps(value, ensure_ascii=False))


def _named(one: Property) -> str:
    name = "__proto__" if one.name == "__proto__" else key(one.name, JAVASCRIPT)
    return name + ("" if one.required else "?")


def _literal(value: Any) -> str:
    if isinstance(value, str):
        return text(value, JAVASCRIPT)
    if isinstance(value, dict):
        return "{ " + "; ".join(f"{key(name, JAVASCRIPT)}: {_literal(one)}" for name, one in value.items()) + " }"
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    return json.dumps(value)


def _joined(options: Iterable[str], depth: int) -> str:
    """A union, on lines of its own where it is long."""
    options = list(options)
    whole = " | ".join(options)
    if len(options) == 1 or len(whole) + 2 * depth <= _WIDTH - 20 or any("\n" in one for one in options):
        return whole
    inner = "\n" + "  " * (depth + 1)
    return "".join(f"{inner}| {one}" for one in options)

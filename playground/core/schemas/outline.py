"""A schema as rows: what each part is called, its type in a word or two, and what else it says, in short.

Rows are made when they are first asked for: a schema of 5,000 properties costs what is seen of it. A `$ref` is a row
that leads elsewhere and is never opened, so recursion ends where it begins. All words are as the document has them.
"""

from __future__ import annotations

import json
from typing import Any

from playground.core.schemas.edit_base import DEFS
from playground.core.schemas.edit_values import is_null, unwrapped
from playground.core.schemas.keywords import types_of
from playground.core.schemas.pointers import escape, last, target_of

ROOT, PROPERTY, PATTERN, OTHER, OPTION, GROUP, DEFINITION, ADD = (
    "root", "property", "pattern", "other", "option", "group", "definition", "add",
)  # fmt: skip
LONGEST = 300
"""Characters of what a row says beside its name."""
_OPTIONS = {"anyOf": "option", "oneOf": "option", "allOf": "part", "prefixItems": "item"}
_ARRAYS = 4
"""Arrays in arrays whose type is said in full."""


class Node:
    """A row. `pointer`: of the schema where it is held; of an ADD row, of the schema that gets a member."""

    __slots__ = ("_children", "kind", "name", "number", "parent", "pointer", "required", "row", "schema")

    def __init__(
        self, kind: str, name: str, pointer: str, schema: Any, parent: Node | None, row: int, required: bool = True
    ) -> None:
        self.kind, self.name, self.pointer, self.schema = kind, name, pointer, schema
        self.parent, self.row, self.required = parent, row, required
        self.number = -1
        """The tree's own."""
        self._children: list[Node] | None = None

    @property
    def is_made(self) -> bool:
        """Whether the rows below it are there already."""
        return self._children is not None

    @property
    def has_children(self) -> bool:
        if self._children is not None:
            return bool(self._children)
        if self.kind == ADD:
            return False
        if self.kind in (ROOT, GROUP):
            return True
        inner, _ = inside(self.schema, self.pointer)
        return _is_object(inner) or _options(inner) != "" or isinstance(inner.get("additionalProperties"), dict)

    def children(self) -> list[Node]:
        """The rows below it."""
        if self._children is None:
            self._children = list(self._make()) if self.kind != ADD else []
        return self._children

    def _make(self) -> list[Node]:
        found: list[Node] = []

        def add(kind: str, name: str, pointer: str, schema: Any, required: bool = True) -> None:
            found.append(Node(kind, name, pointer, schema, self, len(found), required))

        if self.kind == GROUP:
            for name, schema in self.schema.items() if isinstance(self.schema, dict) else ():
                add(DEFINITION, name, f"{self.pointer}/{escape(name)}", schema)
            add(ADD, "Definition", "", None)
            return found
        inner, pointer = inside(self.schema, self.pointer)
        properties, required = inner.get("properties"), inner.get("required")
        needed = {one for one in required if isinstance(one, str)} if isinstance(required, list) else set()
        for name, schema in properties.items() if isinstance(properties, dict) else ():
            add(PROPERTY, name, f"{pointer}/properties/{escape(name)}", schema, name in needed)
        patterns = inner.get("patternProperties")
        for name, schema in patterns.items() if isinstance(patterns, dict) else ():
            add(PATTERN, name, f"{pointer}/patternProperties/{escape(name)}", schema, False)
        if isinstance(inner.get("additionalProperties"), dict):
            add(OTHER, "any other name", f"{pointer}/additionalProperties", inner["additionalProperties"], False)
        if keyword := _options(inner):
            for number, schema in enumerate(inner[keyword]):
                add(OPTION, f"{_OPTIONS[keyword]} {number + 1}", f"{pointer}/{keyword}/{number}", schema)
        if _is_object(inner) and (self.kind == ROOT or not found):
            add(ADD, "Property", pointer, None)
        return found


def outline(root: Any, name: str) -> Node:
    """The row above all: the schema itself, and its definitions."""
    top = Node("", "", "", None, None, 0)
    rows = [Node(ROOT, name, "", root, top, 0)]
    for keyword in DEFS:
        if isinstance(root, dict) and isinstance(root.get(keyword), dict):
            rows.append(Node(GROUP, "Definitions", f"/{keyword}", root[keyword], top, len(rows)))
    top._children = rows
    return top


def inside(schema: Any, pointer: str) -> tuple[dict[str, Any], str]:
    """What a row shows below itself, and where that is: of an array its items, of something or null the something."""
    for _ in range(200):
        if not isinstance(schema, dict):
            break
        schema, pointer = unwrapped(schema, pointer)
        if isinstance(schema.get("items"), dict) and not _options(schema) and not isinstance(
            schema.get("properties"), dict
        ):  # fmt: skip
            schema, pointer = schema["items"], f"{pointer}/items"
        else:
            return schema, pointer
    return {}, pointer


def holder_of(node: Node) -> str | None:
    """The pointer of the schema whose properties a row shows below itself; None where it has no place for any."""
    if node.kind in (GROUP, ADD):
        return None
    inner, pointer = inside(node.schema, node.pointer)
    return pointer if _is_object(inner) else None


def _is_object(schema: dict[str, Any]) -> bool:
    return isinstance(schema.get("properties"), dict) or ("object" in types_of(schema) and "properties" not in schema)


def _options(schema: dict[str, Any]) -> str:
    """The keyword whose schemas are rows of their own."""
    for keyword in _OPTIONS:
        options = schema.get(keyword)
        if isinstance(options, list) and options:
            return keyword
    return ""


# Words


def type_words(schema: Any, arrays: int = _ARRAYS) -> str:
    """A schema's type: “array of string”, “enum”, “string | null”, “ref → link”."""
    if not isinstance(schema, dict):
        return "nothing" if schema is False else "anything"
    inner, _ = unwrapped(schema, "")
    if inner is not schema:
        return f"{type_words(inner, arrays - 1) if arrays else '…'} | null"
    if "$ref" in schema:
        return f"ref → {ref_name(schema['$ref'])}"
    types = types_of(schema)
    also = " | null" if "null" in types and len(types) > 1 else ""
    if "const" in schema:
        return f"const{also}"
    if "enum" in schema:
        return f"enum{also or (' | null' if isinstance(schema['enum'], list) and None in schema['enum'] else '')}"
    for keyword, words in (("anyOf", "any of"), ("oneOf", "one of"), ("allOf", "all of")):
        if isinstance(schema.get(keyword), list) and not (keyword == "allOf" and types):
            return f"{words} {len(schema[keyword])}"
    if "array" in types or (not types and "items" in schema):
        return f"{_array_words(schema, arrays)}{also}"
    if not types:
        return "object" if "properties" in schema else "anything"
    return " | ".join(types[:7])


def _array_words(schema: dict[str, Any], arrays: int) -> str:
    tuple_ = schema.get("prefixItems")
    if isinstance(tuple_, list):
        return f"tuple of {len(tuple_)}"
    items = schema.get("items")
    if not isinstance(items, dict) or not items:
        return "array"
    if not arrays:
        return "array of …"
    words = type_words(items, arrays - 1)
    return f"array of ({words})" if " | " in words else f"array of {words}"


def ref_name(ref: Any) -> str:
    """What a `$ref` leads to, as people call it."""
    if not isinstance(ref, str):
        return "?"
    target = target_of(ref)
    return ref if target is None else last(target) if target else "the whole"


def summary(schema: Any) -> str:
    """What else a schema says: its values, its range, its format, its description; at most LONGEST characters."""
    if not isinstance(schema, dict):
        return ""
    inner, _ = unwrapped(schema, "")
    parts = [*_constraints(inner)]
    items = inner.get("items")
    if isinstance(items, dict):
        parts += _constraints(unwrapped(items, "")[0], of_items=True)
    for text in (schema.get("description"), inner.get("description") if inner is not schema else None):
        if isinstance(text, str) and text:
            parts.append(" ".join(text[:LONGEST].split(" ")))
    return " · ".join(parts)[:LONGEST]


def _constraints(schema: dict[str, Any], of_items: bool = False) -> list[str]:
    found: list[str] = []
    values = schema.get("enum")
    if isinstance(values, list):
        found += [_said(one) for one in values[:40] if one is not None]
    if "const" in schema:
        found.append(_said(schema["const"]))
    if isinstance(schema.get("format"), str):
        found.append(schema["format"])
    for low, high, unit in (
        ("minimum", "maximum", ""),
        ("minLength", "maxLength", " characters"),
        *(() if of_items else (("minItems", "maxItems", ""),)),
    ):
        if words := _range(schema.get(low), schema.get(high)):
            found.append(words + unit)
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    found += [f"{sign} {_said(one)}" for sign, one in ((">", above), ("<", below)) if one is not None]
    if "multipleOf" in schema:
        found.append(f"multiple of {_said(schema['multipleOf'])}")
    if isinstance(schema.get("pattern"), str):
        found.append(f"/{schema['pattern'][:60]}/")
    return found


def _range(low: Any, high: Any) -> str:
    if low is not None and high is not None:
        return _said(low) if low == high else f"{_said(low)} … {_said(high)}"
    return f"≥ {_said(low)}" if low is not None else f"≤ {_said(high)}" if high is not None else ""


def _said(value: Any) -> str:
    """A value in a word: texts without quotes."""
    if isinstance(value, str):
        return value[:60]
    if isinstance(value, dict | list):
        return "{…}" if isinstance(value, dict) else "[…]"
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 200:
        return "a very large number"
    return json.dumps(value)


__all__ = ["Node", "holder_of", "inside", "is_null", "outline", "ref_name", "summary", "type_words"]

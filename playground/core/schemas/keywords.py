"""What JSON Schema (2020-12, and the older names still in use) says each keyword's value has to be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from playground.core.schemas.pointers import escape

ONE, MANY, NAMED = 1, 2, 3
"""How a keyword holds schemas: one, in an array, by name."""
ANNOTATIONS = frozenset(
    ("$schema", "$id", "$comment", "title", "description", "examples", "default", "deprecated", "readOnly", "writeOnly")
)
"""Keywords that accept every document."""
HIDDEN = "\x00client:"
"""Before a keyword that a fix took out: it constrains nothing any more, and the client's schema gets it back."""
BARE = ANNOTATIONS | frozenset(
    ("$anchor", "$dynamicAnchor", "contentEncoding", "contentMediaType", "contentSchema", "nullable")
)
"""Keywords that can go without any document being accepted more or less."""
TYPES = ("string", "number", "integer", "boolean", "object", "array", "null")


class Keyword(NamedTuple):
    """What is known about one."""

    fits: Callable[[Any], bool]
    expected: str
    """What the value has to be, in words."""
    types: frozenset[str]
    """The types of documents that it constrains; empty: all."""
    holds: int
    """0, ONE, MANY or NAMED."""


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _above_zero(value: Any) -> bool:
    return _number(value) and value > 0


def _count(value: Any) -> bool:
    return _number(value) and value >= 0 and int(value) == value


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _anything(value: Any) -> bool:
    return True


def _list(value: Any) -> bool:
    return isinstance(value, list)


def _schema(value: Any) -> bool:
    return isinstance(value, (dict, bool))


def _schema_or_list(value: Any) -> bool:
    return isinstance(value, (dict, bool, list))


def _schemas(value: Any) -> bool:
    return isinstance(value, list) and bool(value)


def _by_name(value: Any) -> bool:
    return isinstance(value, dict)


def _names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _names_by_name(value: Any) -> bool:
    return isinstance(value, dict) and all(_names(names) for names in value.values())


def _types(value: Any) -> bool:
    if isinstance(value, str):
        return True
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)


def _table() -> dict[str, Keyword]:
    rows: list[tuple[str, Callable[[Any], bool], str, str, int]] = [
        ("$schema $id $comment title description format contentEncoding contentMediaType pattern $anchor "
         "$dynamicAnchor $dynamicRef $ref", _text, "a text", "", 0),
        ("examples enum", _list, "an array", "", 0),
        ("default const", _anything, "anything", "", 0),
        ("deprecated readOnly writeOnly uniqueItems nullable", _flag, "true or false", "", 0),
        ("minimum maximum exclusiveMinimum exclusiveMaximum", _number, "a number", "number", 0),
        ("multipleOf", _above_zero, "a number above 0", "number", 0),
        ("minLength maxLength", _count, "a whole number from 0", "string", 0),
        ("minItems maxItems minContains maxContains", _count, "a whole number from 0", "array", 0),
        ("minProperties maxProperties", _count, "a whole number from 0", "object", 0),
        ("type", _types, "a type's name, or an array of them", "", 0),
        ("required", _names, "an array of names", "object", 0),
        ("dependentRequired", _names_by_name, "arrays of names, by name", "object", 0),
        ("additionalProperties unevaluatedProperties propertyNames", _schema, "a schema", "object", ONE),
        ("contains unevaluatedItems", _schema, "a schema", "array", ONE),
        ("items", _schema_or_list, "a schema", "array", ONE),
        ("not if then else contentSchema", _schema, "a schema", "", ONE),
        ("anyOf oneOf allOf", _schemas, "an array of at least one schema", "", MANY),
        ("prefixItems", _schemas, "an array of at least one schema", "array", MANY),
        ("properties patternProperties dependentSchemas", _by_name, "an object of schemas by name", "object", NAMED),
        ("$defs definitions", _by_name, "an object of schemas by name", "", NAMED),
    ]  # fmt: skip
    return {
        name: Keyword(fits, expected, frozenset(types.split()), holds)
        for names, fits, expected, types, holds in rows
        for name in names.split()
    }


KEYWORDS = _table()
_MORE_TYPES = {"pattern": "string", "format": "string", "uniqueItems": "array"}
KEYWORDS.update({name: KEYWORDS[name]._replace(types=frozenset((of,))) for name, of in _MORE_TYPES.items()})
_HOLDERS = {name: keyword.holds for name, keyword in KEYWORDS.items() if keyword.holds}


def children(schema: dict[str, Any], pointer: str = "", *, hidden: bool = False) -> Iterator[tuple[str, Any]]:
    """The pointers and values of the schemas directly inside one; with `hidden`, those of hidden keywords, too."""
    for name, value in schema.items():
        holds = _HOLDERS.get(name.removeprefix(HIDDEN) if hidden else name)
        if holds is None:
            continue
        if isinstance(value, list) and holds != NAMED:
            for number, one in enumerate(value):
                yield f"{pointer}/{escape(name)}/{number}", one
        elif isinstance(value, dict) and holds == NAMED:
            for key, one in value.items():
                yield f"{pointer}/{escape(name)}/{escape(key)}", one
        elif isinstance(value, dict) and holds == ONE:
            yield f"{pointer}/{escape(name)}", value


def walk(schema: Any, pointer: str = "", *, hidden: bool = False) -> Iterator[tuple[str, dict[str, Any]]]:
    """All schemas that are objects, in the order of the document, itself first. Never recurses."""
    stack = [(pointer, schema)]
    while stack:
        at, one = stack.pop()
        if isinstance(one, dict):
            yield at, one
            stack += reversed(list(children(one, at, hidden=hidden)))


def types_of(schema: dict[str, Any]) -> tuple[str, ...]:
    """The types that it names; empty where it names none."""
    named = schema.get("type")
    if isinstance(named, str):
        return (named,)
    return tuple(one for one in named if isinstance(one, str)) if isinstance(named, list) else ()


def type_of(value: Any) -> str:
    """The type of a document; a number without a fraction is an integer."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "integer" if value == value // 1 else "number"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"


def has_type(value: Any, types: tuple[str, ...]) -> bool:
    """Whether a document is of one of the types; every integer is a number."""
    kind = type_of(value)
    return kind in types or (kind == "integer" and "number" in types)


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal in JSON's sense: 1 is 1.0, and true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(*pair) for pair in zip(one, other, strict=True))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return bool(one == other)

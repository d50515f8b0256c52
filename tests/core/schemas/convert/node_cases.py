"""Schemas and documents for TypeScript's compiler and for Zod: written ones, and random ones."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

from playground.core.schemas.example import generate

OBJECT = {"type": "object", "additionalProperties": False}


def closed(properties: dict[str, Any], *optional: str, **more: Any) -> dict[str, Any]:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False, **more}


def one(schema: dict[str, Any]) -> dict[str, Any]:
    return closed({"it": schema})


WRITTEN: dict[str, dict[str, Any]] = {
    "numbers": closed(
        {
            "whole": {"type": "integer", "minimum": -3, "exclusiveMaximum": 9},
            "real": {"type": "number", "exclusiveMinimum": 0, "maximum": 2.5},
            "step": {"type": "integer", "multipleOf": 5},
            "maybe": {"type": ["integer", "null"], "minimum": 1, "description": "From 1."},
        }
    ),
    "texts": closed(
        {
            "short": {"type": "string", "minLength": 2, "maxLength": 5},
            "code": {"type": "string", "pattern": "^[A-Z]{2}/\\d+$"},
            "any": {"type": "string", "pattern": "a*/b|\"|\\u{1F600}|`\\$"},
            "at": {"type": "string", "format": "date-time"},
            "day": {"type": "string", "format": "date"},
            "time": {"type": "string", "format": "time"},
            "id": {"type": "string", "format": "uuid"},
            "mail": {"type": ["string", "null"], "format": "email"},
            "host": {"type": "string", "format": "hostname"},
            "four": {"type": "string", "format": "ipv4"},
            "six": {"type": "string", "format": "ipv6"},
            "long": {"type": "string", "format": "duration"},
        }
    ),
    "lists": closed(
        {
            "some": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 3},
            "whole": {"type": "array", "items": {"type": "integer", "minimum": 0}},
            "unique": {"type": "array", "items": {"enum": ["a", "b", "c"]}, "uniqueItems": True},
            "nested": {"type": "array", "items": {"type": "array", "items": {"type": ["number", "null"]}}},
            "pair": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "number"}], "items": False,
                     "minItems": 2},
            "open": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "number"}],
                     "items": {"type": "boolean"}, "minItems": 1},
        }
    ),
    "choices": closed(
        {
            "word": {"type": "string", "enum": ["a", 'b"c', "d\\e", "__proto__", "f\ng"]},
            "one": {"const": "only"},
            "mixed": {"enum": ["a", 1, True, None, 2.5]},
            "maybe": {"type": ["string", "null"], "enum": ["x", None]},
            "no": {"type": "null"},
            "bits": {"type": "integer", "enum": [0, 1, 4]},
            "either": {"anyOf": [{"type": "string", "maxLength": 3}, {"type": "integer", "minimum": 5}]},
        }
    ),
    "optional": closed(
        {"a": {"type": "string"}, "b": {"type": ["string", "null"]}, "c": {"type": "integer", "default": 3}, "d": {}},
        "a", "b", "c", "d",
    ),
    "defaults": closed(
        {
            "a": {"type": "string", "default": None}, "b": {"type": "string", "default": "x"},
            "c": {"type": ["integer", "null"], "default": 2}, "d": {"enum": ["x", "y"], "default": "y"},
            "e": {"type": "array", "items": {"type": "string"}, "default": []}, "f": {"type": "object", "default": {}},
            "g": {"type": "integer", "default": "3"}, "h": {"type": "string", "minLength": 2, "default": "q"},
            "i": {"type": "boolean", "default": 1}, "j": {"enum": ["x"], "default": "z"},
        },
        *"abcdefghij",
    ),
    "many_words": closed(
        {"model": {"anyOf": [{"type": "string"}, {"enum": [f"a-rather-long-model-{at}" for at in range(20)]}]}},
        description="Ends with\n",
    ),
    "anything": closed({"any": {}, "map": {"type": "object", "additionalProperties": {}}, "free": {"type": "object"}}),
    "open": {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
    "loose": {"type": "object", "properties": {"a": {"type": "integer"}}, "additionalProperties": True},
    "rest": {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"],
             "additionalProperties": {"type": "integer"}},
    "rest_same": {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"],
                  "additionalProperties": {"type": "integer"}},
    "empty": closed({}),
    "maps": closed(
        {
            "of": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "boolean"}}},
            "known": {"type": "object", "additionalProperties": {"type": "integer"},
                      "propertyNames": {"enum": ["x", "y-z"]}},
            "sized": {"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 1,
                      "maxProperties": 2},
        }
    ),
    "names": closed(
        {
            "with space": {"type": "string"}, "1st": {"type": "string"}, "class": {"type": "string"},
            "ü": {"type": "string"}, 'quo"te': {"type": "string"}, "back\\slash": {"type": "string"},
            "": {"type": "null"},
            "line\nbreak": {"type": "string"}, "`${x}`": {"type": "string"}, "constructor": {"type": "string"},
            "toString": {"type": "integer"}, "*/": {"type": "string"}, "\u202e": {"type": "string"},
        }
    ),
    "words": closed(
        {
            "a": {"type": "string", "description": "*/ process.exit(3); /* `${process.exit(3)}` \u2028\r\n @minimum 3"},
            "b": {"type": "string", "description": '"); process.exit(3); ("', "title": "*/ Title"},
            "c": {"type": "integer", "description": "x\\", "examples": ["*/", 3], "deprecated": True},
        },
        description="*/ export const x = 1; /*",
        title="A\n*/ title",
    ),
    "tree": {
        **closed({"v": {"type": "string"}, "kids": {"type": "array", "items": {"$ref": "#"}}}),
        "description": "A tree.",
    },
    "linked": {
        **closed({"first": {"$ref": "#/$defs/node"}, "map": {"$ref": "#/$defs/by name"}}),
        "$defs": {
            "node": closed({"v": {"type": "integer"}, "next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]}}),
            "by name": {"type": "object", "additionalProperties": {"$ref": "#/$defs/by name"}},
        },
    },
    "mutual": {
        **closed({"a": {"$ref": "#/$defs/A"}}),
        "$defs": {
            "A": closed({"b": {"type": "array", "items": {"$ref": "#/$defs/B"}}, "kind": {"const": "a"}}),
            "B": closed({"a": {"anyOf": [{"$ref": "#/$defs/A"}, {"type": "null"}]}, "z": {"$ref": "#/$defs/Z"}}, "z"),
            "Z": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"$ref": "#/$defs/Z"}}]},
        },
    },
    "tagged": {
        **closed({"shape": {"anyOf": [{"$ref": "#/$defs/circle"}, {"$ref": "#/$defs/square"}],
                            "discriminator": {"propertyName": "kind"}}}),
        "$defs": {
            "circle": closed({"kind": {"const": "circle"}, "r": {"type": "number"}}),
            "square": closed({"kind": {"const": "square"}, "side": {"type": "number"}}),
        },
    },
    "reserved": {
        **closed({"string": {"$ref": "#/$defs/string"}, "z": {"$ref": "#/$defs/z"}, "a": {"$ref": "#/$defs/Record"}}),
        "$defs": {"string": closed({"x": {"type": "string"}}), "z": {"type": "string"}, "Record": {"type": "number"}},
    },
    "deep": one(one(one({"type": "array", "items": one({"type": ["array", "null"], "items": one({"type": "null"})})}))),
    "described": {
        **closed({"who": {"$ref": "#/$defs/person", "description": "The one."},
                  "they": {"description": "All.", "anyOf": [{"$ref": "#/$defs/person"}]}}),
        "$defs": {"person": closed({"name": {"type": "string"}}, description="Somebody.")},
    },
}  # fmt: skip


def random_schema(chooser: random.Random, depth: int = 0) -> dict[str, Any]:
    """A schema of what TypeScript's types can say, mostly."""
    kinds = ["string", "integer", "number", "boolean", "enum", "const", "nullable", "any"]
    kinds += ["object", "object", "array", "union", "map", "ref"] if depth < 4 else []
    kind = "object" if depth == 0 else chooser.choice(kinds)
    if kind == "object":
        names = chooser.sample(["a", "b", "c-d", "e", "f_g", "h"], chooser.randint(1, 4))
        made = closed({name: random_schema(chooser, depth + 1) for name in names}, *chooser.sample(names, 1))
        return made if chooser.random() < 0.7 else {**made, "additionalProperties": True}
    inner = random_schema(chooser, depth + 1) if kind in ("nullable", "array", "map", "union") else {}
    if kind == "nullable":
        return {"anyOf": [inner, {"type": "null"}]}
    if kind == "array":
        least = chooser.randint(0, 2)
        return {"type": "array", "items": inner, "minItems": least, "maxItems": least + 2}
    if kind == "union":
        return {"anyOf": [inner, random_schema(chooser, depth + 1), {"type": "boolean"}]}
    simple = {
        "string": {"type": "string", "maxLength": chooser.randint(3, 9)},
        "integer": {"type": "integer", "minimum": chooser.randint(-5, 5)},
        "number": {"type": "number", "exclusiveMaximum": chooser.randint(10, 20)},
        "boolean": {"type": "boolean"},
        "enum": {"enum": chooser.sample(["x", "y", 1, 2, None, True], 3)},
        "const": {"const": chooser.choice(["k", 7, False])},
        "any": {},
        "map": {"type": "object", "additionalProperties": inner},
        "ref": {"$ref": chooser.choice(["#/$defs/node", "#/$defs/leaf", "#"])},
    }
    return simple[kind]


def random_schemas(count: int, seed: int) -> dict[str, dict[str, Any]]:
    """So many, the same for the same seed."""
    chooser = random.Random(seed)
    node = closed({"v": {"type": "integer"}, "next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]}})
    defs = {"node": node, "leaf": {"type": "string", "minLength": 1}}
    return {f"random{number}": {**random_schema(chooser), "$defs": copy.deepcopy(defs)} for number in range(count)}


def documents(schema: dict[str, Any], seed: int, count: int = 8) -> list[Any]:
    """Some that fit, and others that were changed at one place and may not."""
    chooser = random.Random(seed)
    made: list[Any] = []
    for document in generate(schema, seed, count=count):
        made.append(document)
        made += [_changed(document, chooser) for _ in range(4)]
    return [document for document in made if _in_javascript(document)]


_OTHERS: list[Any] = [
    None,
    True,
    0,
    -1,
    1,
    2.5,
    7,
    100,
    "",
    "x",
    "text",
    "2026-13-01",
    "2026-01-01",
    [],
    ["a"],
    {},
    {"a": 1},
]


def _changed(document: Any, chooser: random.Random) -> Any:
    made = copy.deepcopy(document)
    holder, place = {"": made}, ""
    at: Any = holder
    while chooser.random() < 0.75 and isinstance(at[place], dict | list) and at[place]:
        at = at[place]
        place = chooser.choice(list(at) if isinstance(at, dict) else range(len(at)))
    here = at[place]
    turn = chooser.random()
    if turn < 0.25 and isinstance(at, dict) and at is not holder:
        del at[place]
    elif turn < 0.4 and isinstance(here, dict):
        here[chooser.choice(["more", "a", "x"])] = chooser.choice(_OTHERS)
    elif turn < 0.5 and isinstance(here, list):
        here += [chooser.choice(_OTHERS)] * chooser.randint(1, 3)
    else:
        at[place] = copy.deepcopy(chooser.choice(_OTHERS))
    return holder[""]


def _in_javascript(document: Any) -> bool:
    """Whether JavaScript has its numbers, and counts its texts' characters as we do."""
    text = json.dumps(document, ensure_ascii=False)
    return max(text, default="") <= "\uffff"

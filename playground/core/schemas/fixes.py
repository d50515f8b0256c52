"""What each fix does to a schema, in place. Each looks again whether it is still needed, and says False if not."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

from playground.core.schemas.check_objects import accepts_null
from playground.core.schemas.fixes_whole import (
    become,
    define_refs,
    inline_root,
    rename_definitions,
    replace_key,
    wrap_root,
)
from playground.core.schemas.keywords import HIDDEN, KEYWORDS, has_type, same, types_of
from playground.core.schemas.merging import distributed, inlined_ref, merged_all_of, partly_merged
from playground.core.schemas.pointers import at

Fixer = Callable[[Any, str, Any], bool]
WHOLE = frozenset(("wrap_root", "inline_root", "rename_definitions", "define_refs"))
"""After these every pointer may be another."""
STRUCTURAL = frozenset(
    ("inline_ref", "wrap_ref", "merge_all_of", "merge_partly", "distribute", "drop_branch", "map_to_list")
)
"""After these the pointers inside the schema may be others."""


_TYPED = ("anyOf", "oneOf", "allOf", "$ref")


def _schema(root: Any, pointer: str) -> dict[str, Any]:
    found = at(root, pointer)
    if not isinstance(found, dict):
        raise LookupError(pointer)
    return found


def _close(root: Any, pointer: str, _: Any) -> bool:
    schema = _schema(root, pointer)
    if schema.get("additionalProperties") is False:
        return False
    schema["additionalProperties"] = False
    return True


def _require(root: Any, pointer: str, name: Any) -> bool:
    return require_all(root, pointer, [(name, False)]) == [True]


def _require_nullable(root: Any, pointer: str, name: Any) -> bool:
    return require_all(root, pointer, [(name, True)]) == [True]


def require_all(root: Any, pointer: str, names: list[tuple[str, bool]]) -> list[bool]:
    """Require properties of one object, some of them made nullable; in one go, since there can be thousands. Says which
    were not required before."""
    schema = _schema(root, pointer)
    properties = schema.get("properties")
    required = schema.get("required", [])
    if not isinstance(properties, dict) or not isinstance(required, list):
        return [False] * len(names)
    needed = {one for one in required if isinstance(one, str)}
    done = []
    for name, nullable in names:
        done.append(name in properties and name not in needed)
        if done[-1]:
            needed.add(name)
            if nullable and isinstance(properties[name], dict):
                properties[name] = with_null(root, properties[name])
    if any(done):
        ordered = [one for one in properties if one in needed]
        schema["required"] = ordered + [one for one in required if not isinstance(one, str) or one not in properties]
    return done


def with_null(root: Any, schema: dict[str, Any]) -> dict[str, Any]:
    """The schema, accepting null as well."""
    if accepts_null(root, schema):
        return schema
    types = types_of(schema)
    composed = any(name in schema for name in ("$ref", "allOf", "oneOf", "anyOf", "not", "if"))
    if types and not composed and "const" not in schema:
        new = dict(schema)
        if "null" not in types:
            new["type"] = [*types, "null"]
        if isinstance(new.get("enum"), list) and None not in new["enum"]:
            new["enum"] = [*new["enum"], None]
        return new
    told = ("title", "description", "default") if composed else ()
    outer: dict[str, Any] = {name: schema[name] for name in told if name in schema}
    inner = {name: value for name, value in schema.items() if name not in outer}
    if list(inner) == ["anyOf"] and isinstance(inner["anyOf"], list):
        return {**outer, "anyOf": [*inner["anyOf"], {"type": "null"}]}
    return {**outer, "anyOf": [inner, {"type": "null"}]}


def _unrequire(root: Any, pointer: str, names: Any) -> bool:
    schema = _schema(root, pointer)
    required = schema.get("required")
    if not isinstance(required, list):
        return False
    properties, gone = schema.get("properties", {}), set(names)
    schema["required"] = [one for one in required if one in properties or one not in gone]
    return len(schema["required"]) < len(required)


def _set_type(root: Any, pointer: str, kind: Any) -> bool:
    schema = _schema(root, pointer)
    if schema.get("type") == kind or ("type" not in schema and any(name in schema for name in _TYPED)):
        return False
    become(schema, {"type": kind, **{name: value for name, value in schema.items() if name != "type"}})
    return True


def _add_items(root: Any, pointer: str, items: Any) -> bool:
    schema = _schema(root, pointer)
    return "items" not in schema and schema.setdefault("items", copy.deepcopy(items)) is not None


def _drop(root: Any, pointer: str, names: Any) -> bool:
    """Hide keywords, so that the client's schema can have them back."""
    schema = _schema(root, pointer)
    found = [name for name in names if name in schema]
    if not found:
        return False
    become(schema, {(HIDDEN + name if name in found and name in KEYWORDS else name): value
                     for name, value in schema.items() if name not in found or name in KEYWORDS})  # fmt: skip
    return True


def _tuple_to_list(root: Any, pointer: str, _: Any) -> bool:
    schema = _schema(root, pointer)
    parts = schema.get("prefixItems")
    if not isinstance(parts, list) or not parts:
        return False
    rest = schema.get("items")
    choices: list[Any] = []
    for part in [*parts, *([rest] if isinstance(rest, dict) else [])]:
        if not any(same(part, one) for one in choices):
            choices.append(copy.deepcopy(part))
    new = {name: value for name, value in schema.items() if name not in ("prefixItems", "items")}
    new["items"] = choices[0] if len(choices) == 1 else {"anyOf": choices}
    if rest is False:
        new["maxItems"] = min(len(parts), new.get("maxItems", len(parts)))
    new[HIDDEN + "prefixItems"] = parts
    return become(schema, new)


_SIZES = (("minProperties", "minItems"), ("maxProperties", "maxItems"))


def _map_to_list(root: Any, pointer: str, _: Any) -> bool:
    schema = _schema(root, pointer)
    more = schema.get("additionalProperties")
    if not isinstance(more, dict):
        return False
    kept = {name: value for name, value in schema.items() if name in ("title", "description", "$defs")}
    names = schema.get("propertyNames")
    entry = {
        "type": "object",
        "properties": {"name": {"type": "string", **(names if isinstance(names, dict) else {})}, "value": more},
        "required": ["name", "value"],
        "additionalProperties": False,
    }
    size = {new: schema[name] for name, new in _SIZES if name in schema}
    nullable = "null" in types_of(schema)
    return become(schema, {"type": ["array", "null"] if nullable else "array", **kept, "items": entry, **size})


def _merge_all_of(root: Any, pointer: str, _: Any) -> bool:
    schema = _schema(root, pointer)
    new = merged_all_of(root, schema, pointer)
    return isinstance(new, dict) and become(schema, copy.deepcopy(new))


def _merge_partly(root: Any, pointer: str, _: Any) -> bool:
    schema = _schema(root, pointer)
    new = partly_merged(root, schema, pointer)
    return new is not None and become(schema, copy.deepcopy({**new, HIDDEN + "allOf": schema["allOf"]}))


def _distribute(root: Any, pointer: str, _: Any) -> bool:
    schema = _schema(root, pointer)
    new = distributed(root, schema, pointer)
    return isinstance(new, dict) and become(schema, copy.deepcopy(new))


def _drop_branch(root: Any, pointer: str, number: Any) -> bool:
    schema = _schema(root, pointer)
    branches = schema["anyOf"]
    branch = branches[number] if len(branches) > 1 else None
    if not isinstance(branch, dict) or merged_all_of(root, branch, f"{pointer}/anyOf/{number}") is not False:
        return False
    schema["anyOf"] = [one for one in branches if one is not branch]
    return True


def _inline_ref(root: Any, pointer: str, _: Any) -> bool:
    schema = _schema(root, pointer)
    if "$ref" not in schema:
        return False
    new = inlined_ref(root, schema, pointer)
    return isinstance(new, dict) and become(schema, copy.deepcopy(new))


def _wrap_ref(root: Any, pointer: str, _: Any) -> bool:
    schema = _schema(root, pointer)
    if "$ref" not in schema or "anyOf" in schema:
        return False
    replace_key(schema, "$ref", "anyOf", [{"$ref": schema["$ref"]}])
    return True


def _one_of_to_any_of(root: Any, pointer: str, keep: Any) -> bool:
    schema = _schema(root, pointer)
    if "oneOf" not in schema or "anyOf" in schema:
        return False
    branches = schema["oneOf"]
    replace_key(schema, "oneOf", "anyOf", branches)
    schema.pop("discriminator", None)
    if keep:
        schema[HIDDEN + "oneOf"] = copy.deepcopy(branches)
    return True


def _sentence(words: str) -> str:
    words = words.rstrip()
    return words if words.endswith((".", "!", "?", ":", ";", "。")) else f"{words}."


def _default_to_description(root: Any, pointer: str, _: Any) -> bool:
    schema = _schema(root, pointer)
    if "default" not in schema:
        return False
    value = schema.pop("default")
    said = f"Default: {json.dumps(value, ensure_ascii=False)}."
    before = schema.get("description")
    if value is None and before is None:
        return True
    if not (isinstance(before, str) and said in before):
        schema["description"] = f"{_sentence(before)} {said}" if isinstance(before, str) and before.strip() else said
    return True


def _nullable_to_null(root: Any, pointer: str, _: Any) -> bool:
    schema = _schema(root, pointer)
    if schema.pop("nullable", None) is not True:
        return False
    return become(schema, with_null(root, dict(schema)))


def _dedupe_enum(root: Any, pointer: str, _: Any) -> bool:
    schema = _schema(root, pointer)
    seen: set[tuple[type, str]] = set()
    kept = []
    for value in schema["enum"]:
        key = (value.__class__, json.dumps(value, sort_keys=True))
        if key not in seen:
            seen.add(key)
            kept.append(value)
    shorter = len(kept) < len(schema["enum"])
    schema["enum"] = kept
    return shorter


def _filter_enum(root: Any, pointer: str, _: Any) -> bool:
    schema = _schema(root, pointer)
    types = types_of(schema)
    kept = [value for value in schema["enum"] if has_type(value, types)]
    if not kept or len(kept) == len(schema["enum"]):
        return False
    schema["enum"] = kept
    return True


def _set_pattern(root: Any, pointer: str, pattern: Any) -> bool:
    schema = _schema(root, pointer)
    if schema.get("pattern") in (None, pattern):
        return False
    schema["pattern"] = pattern
    return True


def _move_first(root: Any, pointer: str, name: Any) -> bool:
    schema = _schema(root, pointer)
    properties = schema["properties"]
    schema["properties"] = {name: properties[name], **properties}
    return True


def _set_name(value: Any, pointer: str, name: Any) -> bool:
    _schema(value, pointer)["name"] = name
    return True


FIXERS: dict[str, Fixer] = {
    "close": _close,
    "require": _require,
    "require_nullable": _require_nullable,
    "unrequire": _unrequire,
    "set_type": _set_type,
    "add_items": _add_items,
    "drop": _drop,
    "tuple_to_list": _tuple_to_list,
    "map_to_list": _map_to_list,
    "merge_all_of": _merge_all_of,
    "merge_partly": _merge_partly,
    "distribute": _distribute,
    "drop_branch": _drop_branch,
    "inline_ref": _inline_ref,
    "wrap_ref": _wrap_ref,
    "one_of_to_any_of": _one_of_to_any_of,
    "default_to_description": _default_to_description,
    "nullable_to_null": _nullable_to_null,
    "dedupe_enum": _dedupe_enum,
    "filter_enum": _filter_enum,
    "set_pattern": _set_pattern,
    "move_first": _move_first,
    "set_name": _set_name,
    "wrap_root": wrap_root,
    "inline_root": inline_root,
    "rename_definitions": rename_definitions,
    "define_refs": define_refs,
}

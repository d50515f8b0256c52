"""The parameters of a generation as the installed SDK declares them, as a dated data file.

    python -m tests.generators.parameters

writes `resources/facts/parameters-<today>.json`; a test compares the file with the installed SDK, so that a parameter
that a newer SDK knows is noticed. Nested objects are taken apart: `reasoning.effort` is an entry of its own.
"""

from __future__ import annotations

import ast
import collections.abc
import inspect
import json
import re
import sys
import types
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Literal, Union, get_args, get_origin

from typing_extensions import get_type_hints, is_typeddict

from playground.core.resources import resource

Entry = dict[str, Any]

BOUNDS: dict[str, Entry] = {
    "top_p": {"minimum": 0, "maximum": 1},
    "n": {"minimum": 1, "maximum": 128},
    "max_output_tokens": {"minimum": 1},
    "max_completion_tokens": {"minimum": 1},
    "max_tokens": {"minimum": 1},
    "max_tool_calls": {"minimum": 1},
}
"""Bounds that no docstring names; those of OpenAI's document 2.3.0, but where other servers take less."""

_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
_BETWEEN = re.compile(r"(?:between|from) (-?\d+(?:\.\d+)?) (?:and|to) (-?\d+(?:\.\d+)?)")
_LENGTH = re.compile(r"maximum length of (\d+)")
_MORE = re.compile(r"\s*(?:Learn more\b|See the [^.]* guide|Learn how to build)[^.\n]*(?:\.|$)")
_NAME = "Must be a-z, A-Z, 0-9, or contain underscores and dashes"
_OLD = re.compile(r"(?i)^(\*\*)?deprecated|now deprecated|^this field is being replaced")


def generated() -> dict[str, Any]:
    """The file's content but its date."""
    import openai
    from openai.types.chat.completion_create_params import CompletionCreateParamsStreaming
    from openai.types.responses.response_create_params import ResponseCreateParamsStreaming

    return {
        "source": f"the type declarations of the openai SDK {openai.__version__}",
        "sdk": openai.__version__,
        "responses": _described(ResponseCreateParamsStreaming),
        "chat": _described(CompletionCreateParamsStreaming),
    }


def _described(declared: Any, prefix: str = "") -> dict[str, Entry]:
    """Every member of a TypedDict by its path, the members of members included."""
    found: dict[str, Entry] = {}
    docs = _docs(declared)
    for name, hint in get_type_hints(declared).items():
        path, inner = f"{prefix}{name}", _without_none(hint)
        if is_typeddict(inner):
            found.update(_described(inner, f"{path}."))
        elif branches := _branches(inner):
            found.update(_union(branches, path, docs.get(name, "")))
        else:
            found[path] = _entry(name, inner, docs.get(name, ""))
    return found


def _union(branches: list[Any], path: str, doc: str) -> dict[str, Entry]:
    """Objects told apart by their `type`: that, and the members of each."""
    kinds = [_without_none(get_type_hints(branch)["type"]).__args__[0] for branch in branches]
    found: dict[str, Entry] = {f"{path}.type": {"type": "string", "choices": kinds, "doc": _clean(doc)}}
    for kind, branch in zip(kinds, branches, strict=True):
        members = _described(branch, f"{path}.")
        members.pop(f"{path}.type")
        found.update({name: {**entry, "when": {f"{path}.type": kind}} for name, entry in members.items()})
    return found


def _branches(hint: Any) -> list[Any]:
    """The members of a union of objects that a `type` tells apart, the plainest first; none for any other type."""
    arguments = list(get_args(hint)) if get_origin(hint) in (Union, types.UnionType) else []
    if len(arguments) < 2 or not all(is_typeddict(entry) and "type" in entry.__annotations__ for entry in arguments):
        return []
    return sorted(arguments, key=_member_count)


def _member_count(declared: Any) -> int:
    return len(declared.__annotations__)


def _entry(name: str, hint: Any, doc: str) -> Entry:
    doc = _clean(doc)
    entry = _type(hint)
    if entry["type"] in ("number", "integer") and (found := _BETWEEN.search(doc)):
        entry |= {"minimum": _plain(found[1]), "maximum": _plain(found[2])}
    if entry["type"] == "string" and not entry.get("choices") and (found := _LENGTH.search(doc)):
        entry["max_length"] = int(found[1])
    if entry["type"] == "string" and _NAME in doc:
        entry["pattern"] = "[a-zA-Z0-9_-]+"
    if entry["type"] == "map" and (found := _BETWEEN.search(doc)):
        entry |= {"minimum": _plain(found[1]), "maximum": _plain(found[2])}
    if entry["type"] == "map" and (found := re.search(r"Set of (\d+) key-value pairs", doc)):
        lengths = [int(length) for length in _LENGTH.findall(doc)]
        entry |= {"max_items": int(found[1]), "max_key": lengths[0], "max_length": lengths[1]}
    if found := re.search(r"Up to (\d+) sequences", doc):
        entry["max_items"] = int(found[1])
    entry |= BOUNDS.get(name, {})
    if _OLD.search(doc):
        entry["deprecated"] = True
    entry["doc"] = doc
    return entry


def _type(hint: Any) -> Entry:
    """The type in JSON's words, with the values that are known. `open`: any other text is allowed too."""
    simple = {bool: "boolean", int: "integer", float: "number", str: "string"}.get(hint)
    if simple is not None:
        return {"type": simple}
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        kind = "boolean" if all(isinstance(value, bool) for value in arguments) else "string"
        return {"type": kind, "choices": [value for value in arguments if value is not None]}
    if origin in (Union, types.UnionType):
        return _of_union([entry for entry in arguments if entry is not type(None)])
    if origin is dict:
        return {"type": "map", "items": {int: "integer", str: "string"}.get(arguments[1], "any")}
    if origin is not None and isinstance(origin, type) and issubclass(origin, collections.abc.Iterable):
        return {"type": "array", "items": _type(arguments[0])}
    return {"type": "array", "items": {"type": "string"}} if "Sequence" in str(hint) else {"type": "object"}


def _of_union(options: list[Any]) -> Entry:
    literals = [value for option in options if get_origin(option) is Literal for value in get_args(option)]
    if str in options and literals:
        return {"type": "string", "choices": literals, "open": True}
    lists = [option for option in options if "Sequence" in str(option)]
    if lists and len(options) == 2:
        return {"type": "array", "items": {"type": "string"}}
    return {"type": "string"} if str in options else {"type": "any"}


def _without_none(hint: Any) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        options = [entry for entry in get_args(hint) if entry is not type(None)]
        if len(options) == 1:
            return options[0]
    return hint


def _docs(declared: Any) -> dict[str, str]:
    """The texts below a TypedDict's members, those of what it builds on included."""
    found: dict[str, str] = {}
    for base in getattr(declared, "__orig_bases__", ()):
        if is_typeddict(base):
            found.update(_docs(base))
    tree = ast.parse(inspect.getsource(sys.modules[declared.__module__]))
    body = next(node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == declared.__name__)
    for member, below in pairwise(body):
        if isinstance(member, ast.AnnAssign) and isinstance(member.target, ast.Name) and isinstance(below, ast.Expr):
            value = below.value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                found[member.target.id] = inspect.cleandoc(value.value)
    return found


def _clean(doc: str) -> str:
    """Paragraphs and list entries on a line each, links as their words, without “Learn more”."""
    lines: list[str] = []
    fresh = True
    for line in doc.strip().splitlines():
        text = line.strip()
        if not text:
            fresh = True
        elif fresh or text.startswith("- "):
            lines.append(text)
            fresh = False
        else:
            lines[-1] += f" {text}"
    done = [_LINK.sub(r"\1", line) for line in lines]
    done = [_MORE.sub("", line).replace("**", "").strip() for line in done]
    return "\n".join(line for line in done if line)


def _plain(number: str) -> float | int:
    value = float(number)
    return int(value) if value.is_integer() else value


def main() -> None:
    today = datetime.now(UTC).date().isoformat()
    for old in resource("facts").glob("parameters-*.json"):
        old.unlink()
    path = resource("facts") / f"parameters-{today}.json"
    path.write_text(json.dumps({"date": today, **generated()}, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()

"""What comments say of a type: its description, and the limits that JSDoc tags give."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from playground.core.schemas.convert.reading import LIMITS

_TAG = re.compile(r"@(?:TJS-)?([A-Za-z][\w.]*)\s*(.*)", re.DOTALL)
_LINK = re.compile(r"\{@(?:link|linkcode|linkplain|code)\s+([^}|]{0,200})(?:\|([^}]{0,200}))?\}")
_WORDS = {word: kind for kind, words in LIMITS.items() for word in words}
_KNOWN = "|".join(sorted([*_WORDS, "asType", "default", "defaultValue", "examples?", "deprecated", "title", "param"]))
TAG_HERE = re.compile(rf"^@(?=[A-Za-z])|(?<=\s)@(?=(?:TJS-)?(?:items\.)*(?:{_KNOWN})\b)", re.MULTILINE)
"""Where a tag begins: as TypeScript reads it also in the midst of a line, but there only one that is known."""
_TAG_ESCAPED = re.compile(rf"^\\@(?=[A-Za-z])|(?<=\s)\\@(?=(?:TJS-)?(?:items\.)*(?:{_KNOWN})\b)", re.MULTILINE)
_TEXTS = frozenset(("pattern", "format", "contentEncoding", "contentMediaType"))
_INNER = "items."


@dataclass(frozen=True, slots=True)
class Doc:
    """A comment."""

    words: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    params: dict[str, str] = field(default_factory=dict)
    """What `@param` says, by name."""


def read_doc(comment: str) -> Doc:
    """A JSDoc comment, or plain words."""
    if not comment.startswith("/**"):
        return Doc(comment.strip())
    first, *more = comment[3:-2].replace("*\\/", "*/").split("\n")
    lines = [first.strip(), *(re.sub(r"^\s*\* ?", "", line).rstrip() for line in more)]
    whole = "\n".join(lines)
    starts = [match.start() for match in re.finditer(r"^[ \t]*@(?=[A-Za-z])", whole, re.MULTILINE)]
    starts = sorted({*starts, *(match.start() for match in TAG_HERE.finditer(whole))})
    parts = [whole[start:end].strip() for start, end in zip([0, *starts], [*starts, len(whole)], strict=True)]
    words = parts[0]
    tags: list[tuple[str, str]] = []
    params: dict[str, str] = {}
    for part in parts[1:]:
        match = _TAG.match(part)
        if match is None:
            continue
        word, value = match[1], _TAG_ESCAPED.sub("@", match[2].strip())
        if word == "param":
            found = re.match(r"(?:\{[^}]*\}\s*)?\[?([\w$.]+)[^\s\]]*\]?\s*-?\s*(.*)", value, re.DOTALL)
            if found:
                params[found[1]] = _linked(" ".join(found[2].split()))
        elif word in ("remarks", "description", "summary"):
            words = f"{words}\n\n{value}" if words else value
        else:
            tags.append((word, value))
    return Doc(_linked(_TAG_ESCAPED.sub("@", words)), tuple(tags), params)


def _linked(words: str) -> str:
    return _LINK.sub(lambda match: (match[2] or match[1]).strip(), words)


def documented(schema: dict[str, Any], doc: Doc) -> dict[str, Any]:
    """A schema with what its comment says; a new one where that is something."""
    made = dict(schema)
    said: dict[str, Any] = {}
    for word, value in doc.tags:
        if word.startswith(_INNER):
            _in_items(made, word.removeprefix(_INNER), value)
        elif word in _WORDS:
            made = _limited(made, word, value)
        elif word in ("asType", "type"):
            made = _as_type(made, value.strip("{} "))
        elif word == "title" and value:
            said["title"] = value
        elif word in ("default", "defaultValue") and value:
            said["default"] = _value(value)
        elif word in ("example", "examples") and value:
            said.setdefault("examples", []).append(_value(value))
        elif word == "deprecated":
            said["deprecated"] = True
    if doc.words:
        said["description"] = doc.words
    if not said:
        return made
    if "$ref" in made:  # beside $ref the strict mode takes nothing
        return {**said, "anyOf": [made]}
    if "type" not in made:
        return {**said, **made}
    return {"type": made["type"], **said, **made}


def _in_items(schema: dict[str, Any], word: str, value: str) -> None:
    one = _part(schema, "array")
    if one is not None and isinstance(one.get("items"), dict):
        one["items"] = documented(one["items"], Doc(tags=((word, value),)))


def _part(schema: dict[str, Any], kind: str) -> dict[str, Any] | None:
    """The part of a schema, its own copy, that is of a type."""
    kinds = schema.get("type")
    if kinds == kind or (isinstance(kinds, list) and kind in kinds):
        return schema
    options: list[Any] = schema.get("anyOf", [])
    for place, one in enumerate(options):
        if isinstance(one, dict) and one.get("type") == kind:
            found = dict(one)
            schema["anyOf"] = [*options[:place], found, *options[place + 1 :]]
            return found
    return None


def _limited(schema: dict[str, Any], word: str, value: str) -> dict[str, Any]:
    read = value if word in _TEXTS else _value(value)
    number = isinstance(read, int | float) and not isinstance(read, bool)
    if not (word in _TEXTS or number or (word == "uniqueItems" and isinstance(read, bool))):
        read = True if word == "uniqueItems" and not value else None
    kinds = [kind for kind, words in LIMITS.items() if word in words]
    for kind in kinds if read is not None and read != "" else ():
        one = _part(schema, kind)
        if one is not None:
            one[word] = read
            break
    return schema


def _as_type(schema: dict[str, Any], value: str) -> dict[str, Any]:
    one = _part(schema, "number") if value in ("integer", "int") else None
    if one is not None:
        kinds = one["type"]
        one["type"] = (
            ["integer" if kind == "number" else kind for kind in kinds] if isinstance(kinds, list) else "integer"
        )
    return schema


def _value(words: str) -> Any:
    try:
        return json.loads(words)
    except ValueError:
        return words

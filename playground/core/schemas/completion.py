"""What may be typed next in a schema: keywords that fit the type, values, definitions, names that are required."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

LONGEST = 400_000
"""Characters of a text in which something is offered."""
MOST = 40
_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"?|[{}\[\],:]|[^\s{}\[\],:"]+')
TYPES = ("object", "array", "string", "integer", "number", "boolean", "null")
FORMATS = ("date-time", "date", "time", "duration", "email", "hostname", "ipv4", "ipv6", "uuid")

_ALWAYS = (
    ("type", "what it is"),
    ("description", "what it is for, as the model reads it"),
    ("enum", "the values there are"),
    ("const", "the only value there is"),
    ("anyOf", "one of several schemas"),
    ("$ref", "another schema of this document"),
    ("title", "a name for people"),
)
_BY_TYPE: dict[str, tuple[tuple[str, str], ...]] = {
    "object": (("properties", "the properties, in the order they are written"), ("required", "which must be there"),
               ("additionalProperties", "false closes it, as strict mode wants"), ("$defs", "schemas to refer to")),
    "array": (("items", "what each one is"), ("minItems", "the least there may be"), ("maxItems", "the most")),
    "string": (("pattern", "a regular expression"), ("format", "such as date-time"), ("minLength", "characters"),
               ("maxLength", "characters")),
    "number": (("minimum", "the least"), ("maximum", "the greatest"), ("exclusiveMinimum", "more than"),
               ("exclusiveMaximum", "less than"), ("multipleOf", "steps")),
}  # fmt: skip
_BY_TYPE["integer"] = _BY_TYPE["number"]
_NAMES = frozenset(("properties", "$defs", "definitions", "patternProperties"))
"""Objects whose members are names of the person's own."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to go on: `text` is to stand in place of the characters from `start` to `end`."""

    text: str
    start: int
    end: int
    words: str = ""


@dataclass(slots=True)
class _Level:
    """An object or array that is open at the cursor."""

    kind: str
    key: str = ""
    """The member whose value is being written; of an array, the member that it is the value of."""
    written: dict[str, str] | None = None
    """Members of an object with their plain values; None: an array."""
    values: list[str] | None = None
    expects_value: bool = False
    properties: list[str] = field(default_factory=list)
    """The names in its `properties`, where those are written already."""


def complete(text: str, cursor: int, value: Any = None) -> list[Candidate]:
    """Candidates at a place of a text, which need not be whole yet; best first. `value`: the document as it was when it
    could last be read, for its definitions."""
    if len(text) > LONGEST:
        return []
    levels, start, typed = _where(text, cursor)
    if not levels:
        return []
    end = cursor
    if text[start : start + 1] == '"':
        closing = re.compile(r'(?:[^"\\\n]|\\.)*"').match(text, start + 1)
        if closing is not None and closing.end() >= cursor and "\n" not in text[cursor : closing.end()]:
            end = closing.end()
    found = _candidates(levels, value)
    plain = typed.lstrip('"').lower()
    made = []
    for word, words, quoted in found:
        if plain and not word.lower().startswith(plain):
            continue
        shown = json.dumps(word, ensure_ascii=False) if quoted else word
        is_key = levels[-1].kind == "{" and not levels[-1].expects_value
        if is_key and not text[end:].lstrip().startswith(":"):
            shown += ": "
        made.append(Candidate(shown, start, end, words))
    return made[:MOST]


def _where(text: str, cursor: int) -> tuple[list[_Level], int, str]:
    """What is open at the cursor, where the word under it begins, and what of it is written."""
    levels: list[_Level] = []
    for match in _TOKEN.finditer(text[:cursor]):
        token = match[0]
        whole = token[0] != '"' or (len(token) > 1 and token.endswith('"') and not token.endswith('\\"'))
        if (
            match.end() == cursor
            and (token[0] == '"' or token[0] not in "{}[],:")
            and not (token[0] == '"' and whole and len(token) > 1)
        ):
            return levels, match.start(), token
        _step(levels, token)
    return levels, cursor, ""


def _step(levels: list[_Level], token: str) -> None:
    top = levels[-1] if levels else None
    if token in "{[":
        key = top.key if top is not None else ""
        levels.append(_Level(token, "" if token == "{" else key, {} if token == "{" else None, []))
        if top is not None and top.written is not None:
            top.written.setdefault(top.key, token)
    elif token in "}]":
        gone = levels.pop() if levels else None
        if levels:
            if gone is not None and gone.written is not None and levels[-1].key == "properties":
                levels[-1].properties = list(gone.written)
            levels[-1].expects_value = False
    elif top is None:
        return
    elif token == ":":
        top.expects_value = True
    elif token == ",":
        top.expects_value = False
        if top.kind == "{":
            top.key = ""
    else:
        plain = token.strip('"')
        if top.kind == "{" and not top.expects_value:
            top.key = plain
        elif top.written is not None:
            top.written[top.key] = plain
        elif top.values is not None:
            top.values.append(plain)


def _candidates(levels: list[_Level], value: Any) -> list[tuple[str, str, bool]]:
    """Words, what they mean, and whether they are written in quotation marks."""
    top = levels[-1]
    holder = levels[-2] if len(levels) > 1 else None
    if top.kind == "[":
        return _in_list(levels)
    if not top.expects_value:
        if holder is not None and holder.kind == "{" and holder.key in _NAMES:
            return []
        return _keywords(top)
    match top.key:
        case "type":
            return [(name, "", True) for name in TYPES]
        case "format":
            return [(name, "", True) for name in FORMATS]
        case "additionalProperties":
            return [("false", "closed: nothing but the properties", False), ("true", "open", False)]
        case "$ref":
            return [(name, "", True) for name in _references(value)]
    return []


def _keywords(top: _Level) -> list[tuple[str, str, bool]]:
    written = top.written or {}
    kinds = [written["type"]] if written.get("type") in _BY_TYPE else []
    if not kinds and "properties" in written:
        kinds = ["object"]
    offered = [*(pair for kind in kinds for pair in _BY_TYPE[kind]), *_ALWAYS]
    if not kinds:
        offered += [pair for kind in ("object", "array", "string", "number") for pair in _BY_TYPE[kind]]
    return [(name, words, True) for name, words in dict(offered).items() if name not in written or name == top.key]


def _in_list(levels: list[_Level]) -> list[tuple[str, str, bool]]:
    top = levels[-1]
    if top.key == "type":
        return [(name, "", True) for name in TYPES if name not in (top.values or ())]
    if top.key == "required" and len(levels) > 1:
        return [(name, "", True) for name in levels[-2].properties if name not in (top.values or ())]
    return []


def _references(value: Any) -> list[str]:
    """The definitions of a document, and its root."""
    found = ["#"]
    if isinstance(value, dict):
        for place in ("$defs", "definitions"):
            inner = value.get(place)
            if isinstance(inner, dict):
                found += [f"#/{place}/{name.replace('~', '~0').replace('/', '~1')}" for name in inner]
    return found

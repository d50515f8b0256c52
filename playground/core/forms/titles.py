"""Words for shapes: what an alternative is called, what a place has to be, how long it may be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playground.core.forms.shapes import Shape, Variant

TYPE_WORDS = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
_SINGLE = {"text": "text", "integer": "whole number", "number": "number", "boolean": "true / false", "file": "file"}
_PLURAL = {
    "string": "list of texts",
    "integer": "list of numbers",
    "number": "list of numbers",
    "array": "list of lists",
    "boolean": "list of true / false",
}
_SHOWN = 3
"""Words of a choice that fit into its title."""
_LINK = re.compile(r"\[([^\]\n]+)\]\([^)\s]+\)")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def written(value: Any) -> str:
    """A constant as a person reads it: texts without quotes."""
    if isinstance(value, str):
        return value or "“”"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)


def scalar(shape: Shape) -> str:
    """What an alternative without parts is called."""
    if shape.kind == "choice" and not shape.open:
        words = [written(value) for value in shape.choices]
        return " / ".join(words) if len(words) <= _SHOWN else f"{words[0]} / {words[1]} / …"
    return _SINGLE.get(str(shape.kind), "text")


def plural(kind: str) -> str:
    """What a list of things of a type in JSON Schema is called."""
    return _PLURAL.get(kind, "list")


def plain(name: str) -> str:
    """A class' name as words: `FileSearchToolParam` → `file search tool`."""
    return " ".join(_HUMP.split(re.sub(r"(Param)+$", "", name) or name)).lower()


def readable(words: str) -> str:
    """Help without the signs of Markdown: links as their words, code without its ticks."""
    return _LINK.sub(r"\1", words).replace("`", "").replace("**", "").strip()


def name_variants(variants: Sequence[Variant]) -> None:
    """Give each alternative a title of its own: its tag where that is one and no other's, else its class' words."""
    counts: dict[str, int] = {}
    for variant in variants:
        if len(variant.tags) == 1:
            word = written(variant.tags[0])
            counts[word] = counts.get(word, 0) + 1
    for variant in variants:
        tag = written(variant.tags[0]) if len(variant.tags) == 1 else ""
        words = plain(variant.title) if variant.shape.kind in ("object", "map") and variant.title else variant.title
        if tag and counts[tag] == 1:
            variant.title = tag
        elif tag:
            variant.title = f"{tag} · {words}" if words and words != tag else tag
        else:
            variant.title = words or "object"
    seen: dict[str, int] = {}
    for variant in variants:
        seen[variant.title] = seen.get(variant.title, 0) + 1
        if seen[variant.title] > 1:
            variant.title = f"{variant.title} {seen[variant.title]}"


def bounds(shape: Shape) -> str:
    """What is asked of a value beyond its kind, in few words: `0 – 2 · at most 64 characters`."""
    schema = shape.schema
    found: list[str] = []
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        found.append(f"{low} – {high}")
    elif low is not None:
        found.append(f"at least {low}")
    elif high is not None:
        found.append(f"at most {high}")
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    found += [f"more than {above}"] if above is not None else []
    found += [f"less than {below}"] if below is not None else []
    if schema.get("multipleOf") is not None:
        found.append(f"a multiple of {schema['multipleOf']}")
    for least, most, unit in (
        ("minLength", "maxLength", "characters"),
        ("minItems", "maxItems", "items"),
        ("minProperties", "maxProperties", "entries"),
    ):
        words = span(schema.get(least), schema.get(most), unit)
        found += [words] if words else []
    if schema.get("pattern"):
        found.append(f"like {schema['pattern']}")
    if schema.get("default") is not None and not isinstance(schema["default"], dict | list):
        found.append(f"default {written(schema['default'])}")
    return " · ".join(found)


def span(least: Any, most: Any, unit: str) -> str:
    """`1 – 16 items`; "" where there is no limit."""
    if least and most:
        return f"{least} – {most} {unit}" if least != most else f"{least} {unit}"
    return f"at least {least} {unit}" if least else f"at most {most} {unit}" if most is not None else ""


def needs(required: Sequence[str], alternatives: Sequence[Sequence[str]]) -> str:
    """Required alternatives as a sentence: `Needs model, and either messages or prompt.`; "" where there are none."""
    if not alternatives:
        return ""
    ways = [listed(one) for one in alternatives]
    rest = f"either {ways[0]}, or {', or '.join(ways[1:])}" if len(ways) > 1 else ways[0]
    return f"Needs {listed(required)}, and {rest}." if required else f"Needs {rest}."


def listed(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""

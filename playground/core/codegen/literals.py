"""JSON values as literals of a language, broken into lines where they are long.

What cannot be seen (control characters, and those that turn the reading direction or join nothing) is escaped, so that
a program does what it looks like.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH = 100
"""Characters of a line, where a value can be broken."""

_SUSPECT = re.compile(r"[^\x20-\x7e]")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d")
"""They are part of words and of pictures, and hide nothing."""
_SPLIT = 60
"""A text of more characters is broken at its line ends."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a language writes values."""

    null: str = "null"
    true: str = "true"
    false: str = "false"
    wide_escape: str = ""
    """Format of one character beyond U+FFFF; empty: two escapes, as in JSON."""
    indent: int = 2
    breaks: bool = False
    """Whether a long text may be written as several, in parentheses, …"""
    join: str = ""
    """… with this between them."""
    bare_names: bool = False
    """Whether a key that is a name needs no quotes."""
    last_comma: bool = True


PYTHON = Style("None", "True", "False", "\\U{:08x}", indent=4, breaks=True)
JAVASCRIPT = Style(wide_escape="\\u{{{:x}}}", breaks=True, join=" +", bare_names=True)
JSON = Style(last_comma=False)

_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*\Z")


def text(value: str, style: Style) -> str:
    """A text in double quotes."""

    def escape(match: re.Match[str]) -> str:
        char = match[0]
        if unicodedata.category(char) not in _HIDDEN or char in _JOINERS:
            return char
        code = ord(char)
        if code > 0xFFFF:
            return style.wide_escape.format(code) if style.wide_escape else json.dumps(char)[1:-1]
        return f"\\u{code:04x}"

    return _SUSPECT.sub(escape, json.dumps(value, ensure_ascii=False))


def key(value: str, style: Style) -> str:
    """The name of a field."""
    if style.bare_names:
        if value == "__proto__":
            return '["__proto__"]'  # as a plain key it would set the object's prototype
        if _NAME.match(value):
            return value
    return text(value, style)


def literal(value: Any, style: Style, depth: int = 0, used: int = 0) -> str:
    """A value as it stands after `used` characters of a line that is indented `depth` times."""
    if isinstance(value, str):
        return _string(value, style, depth)
    if not isinstance(value, Mapping | Sequence):
        return _scalar(value, style)
    whole = _inline(value, style, WIDTH - used if value else 2)
    if whole is not None:
        return whole
    inner = " " * (style.indent * (depth + 1))
    comma = "," if style.last_comma else ""
    if isinstance(value, Mapping):
        names = {name: key(str(name), style) for name in value}
        parts = [
            f"{inner}{names[name]}: {literal(item, style, depth + 1, len(inner) + len(names[name]) + 3)}"
            for name, item in value.items()
        ]
        opening, closing = "{}"
    else:
        parts = [f"{inner}{literal(item, style, depth + 1, len(inner) + 1)}" for item in value]
        opening, closing = "[]"
    return f"{opening}\n" + ",\n".join(parts) + f"{comma}\n{' ' * (style.indent * depth)}{closing}"


def _scalar(value: Any, style: Style) -> str:
    if value is None:
        return style.null
    if value is True or value is False:
        return style.true if value else style.false
    return json.dumps(value)


def _string(value: str, style: Style, depth: int) -> str:
    if not _breaks(value, style):
        return text(value, style)
    inner = "\n" + " " * (style.indent * (depth + 1))
    joined = f"{style.join}{inner}".join(text(line, style) for line in _LINES.findall(value))
    return f"({inner}{joined}\n{' ' * (style.indent * depth)})"


def _breaks(value: str, style: Style) -> bool:
    """Whether a text is written line by line."""
    return style.breaks and len(value) > _SPLIT and "\n" in value.rstrip("\n")


def _inline(value: Any, style: Style, room: int) -> str | None:
    """A value on one line; None where that has no room, or a text in it is to be broken."""
    if room < 2:
        return None
    if isinstance(value, str):
        if len(value) > room or _breaks(value, style):
            return None
        whole = text(value, style)
    elif isinstance(value, Mapping | Sequence):
        parts: list[str] = []
        left = room - 2
        mapping = isinstance(value, Mapping)
        for item in value.items() if isinstance(value, Mapping) else value:
            name = f"{key(str(item[0]), style)}: " if mapping else ""
            part = _inline(item[1] if mapping else item, style, left - len(name))
            if part is None:
                return None
            parts.append(name + part)
            left -= len(name) + len(part) + 2
        opening, closing = ("{}" if not style.bare_names or not parts else ("{ ", " }")) if mapping else "[]"
        whole = opening + ", ".join(parts) + closing
    else:
        whole = _scalar(value, style)
    return whole if len(whole) <= room else None

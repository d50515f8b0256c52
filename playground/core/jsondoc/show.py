"""Text from a body, made safe to look at: what cannot be seen, or turns what follows around, is spelled out."""

from __future__ import annotations

import re

from playground.core.visible import is_clear_line, runs

_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_PLAIN = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")


def visible(text: str) -> str:
    """Control characters, marks of direction and joiners without width as escapes (`\\n`, `\\u202e`); bytes that were
    not UTF-8 as `\\xff`. Everything else stays."""
    if is_clear_line(text):
        return text
    return "".join(part if letter is None else _spelled(letter) for part, letter in runs(text, line=True))


def _spelled(letter: str) -> str:
    code = ord(letter)
    if letter in _SHORT:
        return _SHORT[letter]
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def pointer(steps: list[str | int]) -> str:
    """A path as a JSON Pointer (RFC 6901): `/output/0/content`; "" for the whole document."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


def dotted(steps: list[str | int]) -> str:
    """A path as Python and JavaScript write it: `output[0]["odd key"].text`."""
    parts = []
    for step in steps:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        elif _PLAIN.fullmatch(step):
            parts.append(f".{step}" if parts else step)
        else:
            parts.append(f"[{_quoted(step)}]")
    return "".join(parts)


def _quoted(text: str) -> str:
    import json

    return json.dumps(text, ensure_ascii=not is_clear_line(text))

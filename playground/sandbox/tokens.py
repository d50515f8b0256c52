"""How the sandbox counts tokens when its engine has no tokenizer.

A token is a word of up to eight letters with the space before it (longer words are cut into pieces of six), up to
three digits, up to three signs, a run of white space, or one letter of a script without spaces. For English prose and
code this is within about a fifth of what o200k counts; it is the same on every machine, which a count that depends on
an installed tokenizer would not be, and the echo engine streams just these pieces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

_TOKEN = re.compile(
    r"[ ]?[A-Za-z\u00c0-\u024f\u0370-\u052f]+"  # words of alphabets
    r"|[ ]?\d{1,3}"
    r"|[ ]?[^\w\s]{1,3}"
    r"|\n+|[^\S\n]+"
    r"|\w"  # everything else that is a letter, one by one
    r"|.",
    re.DOTALL,
)
_PER_MESSAGE = 3
"""Tokens that a message costs beside its text (its role and its ends)."""


def split(text: str) -> list[str]:
    """The tokens of a text. Joined they are the text again."""
    return list(pieces(text))


def pieces(text: str) -> Iterator[str]:
    """The tokens of a text, one by one."""
    for match in _TOKEN.finditer(text):
        token = match.group()
        if len(token) <= 9 or not token[-1].isalpha():
            yield token
        else:
            yield from (token[start : start + 6] for start in range(0, len(token), 6))


def count(text: str) -> int:
    """How many tokens a text has."""
    return len(split(text)) if text else 0


def count_json(value: object) -> int:
    """How many tokens a JSON value has, written without spaces."""
    return count(orjson.dumps(value).decode())


def count_input(
    instructions: str | None, messages: Sequence[Mapping[str, Any]], tools: Sequence[Mapping[str, Any]] | None = None
) -> int:
    """How many tokens a request's input has: instructions, messages with their tool calls, and tools."""
    total = _PER_MESSAGE + count(instructions) if instructions else 0
    for message in messages:
        total += _PER_MESSAGE + count(message["content"])
        for call in message.get("tool_calls") or ():
            total += _PER_MESSAGE + count(call["name"]) + count(call["arguments"])
    for tool in tools or ():
        total += count_json(dict(tool))
    return total

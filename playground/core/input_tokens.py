"""How many tokens the input of any call may have, before it is sent: for the spend guard."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from playground.core.token_child import TokenCounter

_TEXTS = ("instructions", "input", "messages", "prompt", "tools", "functions", "text", "response_format")
"""Arguments whose texts a model reads."""
_LONGEST = 2_000_000
"""Characters that are counted at most; what is longer is counted as if it went on like that."""


class InputTokens:
    """Counts the texts in a call's arguments, in a process that ends with the count. What is not text (pictures, files,
    a conversation that the server keeps) is not in it, so the number is only near. Called in a thread."""

    def __init__(self, arguments: Mapping[str, Any]) -> None:
        self._arguments = arguments

    def __call__(self) -> tuple[int, bool]:
        read = {name: self._arguments[name] for name in _TEXTS if self._arguments.get(name)}
        words = "\n".join(_words(read))
        counter = TokenCounter()
        try:
            counted = counter.count_prompt("", [("user", words[:_LONGEST])], str(self._arguments["model"]))
        finally:
            counter.close()
        factor = max(1.0, len(words) / _LONGEST)
        return round(counted.total * factor), True


def unknown_tokens() -> tuple[int, bool]:
    """Of a line on which anything may be sent. Raises ValueError: nobody knows."""
    raise ValueError("what will be sent is not known yet")


def _words(value: Any) -> Iterator[str]:
    """All texts in it, and what is neither text, list nor object as JSON writes it."""
    if isinstance(value, str):
        if not value.startswith("data:"):  # a picture or a file in Base64: no text, however long
            yield value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield str(name)
            yield from _words(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _words(inner)
    else:
        yield json.dumps(value, default=str)

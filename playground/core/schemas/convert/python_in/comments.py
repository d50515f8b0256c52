"""Comments beside fields: what people write where there is no room for a description.

Own to this reader: Pydantic does not see them. A comment behind a field describes it; in a TypedDict also the lines
above it, which is how `typeddict_out` writes descriptions, constraints and defaults (`# minimum: 1`): they come back.
"""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from typing import Any

from playground.core.schemas.convert.reading import LIMITS

_WORDS = frozenset({word for words in LIMITS.values() for word in words} | {"default"})
_TEXTS = ("pattern", "format", "contentEncoding", "contentMediaType")
_KEYWORD = re.compile(r"(\w+): (.+)")
_FOR_TOOLS = re.compile(r"(type:|noqa|pragma|pylint|mypy|ruff|fmt:|todo|fixme|xxx|nosec|!|-\*-)", re.IGNORECASE)


def read(text: str) -> dict[int, tuple[bool, str]]:
    """Line → whether the comment is alone on it, and its words. Those that are for tools, or are code, are left out."""
    found: dict[int, tuple[bool, str]] = {}
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                words = token.string.lstrip("#:").strip()
                if words and not _FOR_TOOLS.match(words) and any(map(str.isalpha, words)):
                    alone = token.line[: token.start[1]].strip() == ""
                    if not (alone and _is_code(words)):
                        found[token.start[0]] = (alone, words)
    except (tokenize.TokenError, SyntaxError):
        return {}
    return found


def _is_code(words: str) -> bool:
    if _KEYWORD.fullmatch(words) and words.split(":")[0] in _WORDS:
        return False
    try:
        tree = ast.parse(words)
    except (SyntaxError, ValueError):
        return False
    return not all(
        isinstance(one, ast.Expr) and isinstance(one.value, ast.Name | ast.Constant | ast.Tuple) for one in tree.body
    )


def of_field(found: dict[int, tuple[bool, str]], node: ast.AnnAssign, above: bool) -> tuple[str, dict[str, Any]]:
    """The description of a field, and the keywords that stand beside it; `above`: also in the lines above it."""
    behind = found.get(node.end_lineno or node.lineno, (True, ""))
    lines = [] if behind[0] else [behind[1]]
    line = node.lineno - 1
    while above and found.get(line, (False, ""))[0]:
        lines.insert(0, found[line][1])
        line -= 1
    keywords: dict[str, Any] = {}
    words = []
    for one in lines:
        matched = _KEYWORD.fullmatch(one)
        if matched and matched[1] in _WORDS:
            keywords[matched[1]] = matched[2] if matched[1] in _TEXTS else _value(matched[2])
        else:
            words.append(one)
    return "\n".join(words), keywords


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text

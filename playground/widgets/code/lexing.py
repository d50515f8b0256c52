"""Colours for code, line by line as it streams in. Pygments is imported when the first code needs it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

Run = tuple[int, int, str]
"""Start, length, kind: keyword, string, number, comment, builtin, error. Everything else is plain text."""

_ALIASES = {"sh": "bash", "shell": "bash", "zsh": "bash", "jsonl": "json", "js": "javascript", "ts": "typescript"}


@lru_cache(maxsize=64)
def _lexer(language: str) -> Any:
    """A Pygments lexer, or None for a language it does not know."""
    if not language or language in ("text", "plain", "plaintext", "txt", "none"):
        return None
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(_ALIASES.get(language, language), stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


@lru_cache(maxsize=512)
def _kind(token: Any) -> str:
    """Our kind of a Pygments token type, "" for plain text."""
    from pygments.token import Comment, Generic, Keyword, Literal, Name, Number, Operator, String

    if token in Comment:
        return "comment"
    if token in Keyword.Constant or token in Number or token in Literal.Date:
        return "number"
    if token in Keyword or token is Operator.Word or token in Generic.Heading:
        return "keyword"
    if token in String or token in Generic.Inserted:
        return "string"
    if token in Name.Tag or token in Name.Decorator or token in Name.Builtin.Pseudo or token in Generic.Subheading:
        return "builtin"
    if token in Generic.Deleted or token in Generic.Error:
        return "error"
    return ""


class LineLexer:
    """Lexes text in portions of whole lines and remembers where it stands between them."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._lexer = _lexer(language)
        self._stack: tuple[str, ...] = ("root",)
        self._resumes = self._lexer is not None and _resumes(self._lexer)

    @property
    def plain(self) -> bool:
        """Whether there is nothing to colour in this language."""
        return self._lexer is None

    def follow(self, other: LineLexer) -> None:
        """Go on where another lexer of the same language stands."""
        self._stack = other._stack

    def lex(self, text: str, *, keep: bool = True) -> list[Run]:
        """The coloured runs of a portion. `keep=False`: only a look ahead, the state stays as it was."""
        if self._lexer is None:
            return []
        runs: list[Run] = []
        if self._resumes:
            stack = list(self._stack)
            for start, token, value in _resume(self._lexer, text, stack):
                _add(runs, start, len(value), _kind(token))
            if keep:
                self._stack = tuple(stack)
            return runs
        for start, token, value in self._lexer.get_tokens_unprocessed(text):
            _add(runs, start, len(value), _kind(token) or _open_string(value))
        return runs


def _open_string(value: str) -> str:
    """A string whose end is still to come is an error to a lexer, and a string to a reader."""
    return "string" if len(value) > 1 and value[0] == '"' else ""


def _add(runs: list[Run], start: int, length: int, kind: str) -> None:
    if not kind or not length:
        return
    if runs and runs[-1][2] == kind and runs[-1][0] + runs[-1][1] == start:
        runs[-1] = (runs[-1][0], runs[-1][1] + length, kind)
    else:
        runs.append((start, length, kind))


def _resumes(lexer: Any) -> bool:
    """Whether it is a plain RegexLexer, whose stack of states can be kept between lines."""
    from pygments.lexer import RegexLexer

    method = getattr(type(lexer), "get_tokens_unprocessed", None)
    return method is RegexLexer.get_tokens_unprocessed


def _resume(lexer: Any, text: str, stack: list[str]) -> Any:
    """RegexLexer's loop with a stack that the caller keeps (Pygments 2 returns none)."""
    from pygments.token import Error, Whitespace, _TokenType

    tokens = lexer._tokens
    position = 0
    rules = tokens[stack[-1]]
    while True:
        for match_rule, action, new_state in rules:
            match = match_rule(text, position)
            if not match:
                continue
            if action is not None:
                if type(action) is _TokenType:
                    yield position, action, match.group()
                else:
                    yield from action(lexer, match)
            position = match.end()
            if new_state is not None:
                _move(stack, new_state)
                rules = tokens[stack[-1]]
            break
        else:
            if position >= len(text):
                return
            if text[position] == "\n":
                stack[:] = ["root"]
                rules = tokens["root"]
                yield position, Whitespace, "\n"
            else:
                yield position, Error, text[position]
            position += 1


def _move(stack: list[str], new_state: Any) -> None:
    if isinstance(new_state, tuple):
        for state in new_state:
            if state == "#pop":
                if len(stack) > 1:
                    stack.pop()
            elif state == "#push":
                stack.append(stack[-1])
            else:
                stack.append(state)
    elif isinstance(new_state, int):
        if abs(new_state) >= len(stack):
            del stack[1:]
        else:
            del stack[new_state:]
    elif new_state == "#push":
        stack.append(stack[-1])

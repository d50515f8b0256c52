"""What is said of an expression that is not read."""

from __future__ import annotations

import ast


class Unreadable(Exception):
    """An expression that is not on the list, or makes no sense."""

    def __init__(self, words: str, node: ast.AST | None = None) -> None:
        super().__init__(words)
        self.line: int = getattr(node, "lineno", 0)


class Circular(Unreadable):
    """A class whose base is still being made: the one that asks for it needs it only by its name."""


def shown(node: ast.AST, limit: int = 60) -> str:
    """An expression as it stands in the text, short."""
    try:
        text = " ".join(ast.unparse(node).split())
    except (RecursionError, ValueError):
        return "…"
    return text if len(text) <= limit else text[: limit - 1] + "…"


def said(error: Exception) -> str:
    """The first line of what an exception says, without its full stop."""
    lines = str(error).strip().splitlines()
    return lines[0][:150].rstrip(".") if lines else type(error).__name__

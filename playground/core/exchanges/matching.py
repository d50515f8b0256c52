"""What a person types into a search field, as the full-text index takes it."""

from __future__ import annotations

import re

_WORD = re.compile(r"\w")


def match_expression(text: str) -> str:
    """A person's words as an FTS5 expression in which nothing is an operator; empty where there is no word."""
    words = [word for word in text.replace("\x00", "").split() if _WORD.search(word)]
    quoted = ['"' + word.replace('"', '""') + '"' for word in words]
    return " ".join(quoted) + "*" if quoted else ""

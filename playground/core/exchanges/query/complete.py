"""What may stand at the cursor: names of fields, and values that the log holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from playground.core.exchanges.query.fields import BY_NAME, FIELDS, Field

MOST = 50
"""Candidates that are given."""
_OPERATOR = re.compile(r"(!=|>=|<=|[:=<>])")
_PLAIN = re.compile(r"[^\s,\"“”\\*?]+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to go on."""

    text: str
    """What is to stand in place of the characters from `start` to `end`."""
    start: int
    end: int
    words: str
    """What it means, in a few words; empty where the text says it."""


def complete(text: str, cursor: int, known: Callable[[Field, str], Sequence[str]] | None = None) -> list[Candidate]:
    """Candidates for the word that the cursor is in or behind, best first; none where free text is being written.

    `known(field, beginning)` gives values that the log holds (see `RequestLog.values`).
    """
    cursor = max(0, min(cursor, len(text)))
    start = _word_start(text, cursor)
    word = text[start:cursor]
    if word.startswith("-"):
        start, word = start + 1, word[1:]
    operator = _OPERATOR.search(word)
    if operator is None:
        return _names(word, start, cursor)
    field = BY_NAME.get(word[: operator.start()].lower())
    if field is None:
        return []
    begin = start + operator.end() + word[operator.end() :].rfind(",") + 1
    return _values(field, text[begin:cursor], begin, cursor, known)


def _word_start(text: str, cursor: int) -> int:
    """Where the word at the cursor begins: behind the last blank that is not inside quotation marks."""
    start, quoted = 0, False
    for at in range(cursor):
        if text[at] in '"“”' and (at == 0 or text[at - 1] != "\\"):
            quoted = not quoted
        elif text[at].isspace() and not quoted:
            start = at + 1
    return start


def _names(word: str, start: int, end: int) -> list[Candidate]:
    lower = word.lower()
    found = []
    for field in FIELDS:
        if any(name.startswith(lower) for name in (field.name, *field.others)):
            compared = field.kind in ("number", "money", "duration")
            found.append(Candidate(f"{field.name}{'>' if compared else ':'}", start, end, field.words))
    return found


def _values(
    field: Field, beginning: str, start: int, end: int, known: Callable[[Field, str], Sequence[str]] | None
) -> list[Candidate]:
    plain = beginning.lstrip('"“')
    found: dict[str, Candidate] = {}
    for value in (*field.suggested, *(known(field, plain) if known is not None else ())):
        if value.lower().startswith(plain.lower()) and value and value not in found:
            found[value] = Candidate(quoted(value), start, end, "")
    return list(found.values())[:MOST]


def quoted(value: str) -> str:
    """A value as it is written in a query: in quotation marks where it needs them."""
    if _PLAIN.fullmatch(value):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'

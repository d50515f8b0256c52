"""A query's text as terms. Nothing is guessed: what cannot be understood is an error that says where and what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches

from playground.core.exchanges.query.fields import BY_NAME, COMPARED, FIELDS, Field

LONGEST = 4000
"""Characters of a query."""
_HEAD = re.compile(r"([A-Za-z_]+)(!=|>=|<=|[:=<>])")
_OPEN = '"“'
_CLOSE = {'"': '"', "“": "”"}


class QueryError(ValueError):
    """A query that cannot be understood."""

    def __init__(self, words: str, start: int, end: int) -> None:
        super().__init__(words)
        self.words = words
        """What is wrong, and what would be right."""
        self.start, self.end = start, max(end, start)
        """The part of the text that is wrong, in characters; equal where something is missing."""


@dataclass(frozen=True, slots=True)
class Value:
    """One of a term's alternatives, and where it stands."""

    text: str
    start: int
    end: int
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """`status:429,500`, `-model:gpt-*`, `dur>5s`."""

    field: Field
    operator: str
    """`:` (also for `=`), `>`, `>=`, `<` or `<=`."""
    values: tuple[Value, ...]
    negated: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Word:
    """Free text: a word, or a phrase in quotation marks."""

    text: str
    phrase: bool
    negated: bool
    start: int
    end: int
    unfinished: bool = False
    """Nothing follows it: more letters of it may be to come."""


def parse(text: str) -> list[Term | Word]:
    """The terms of a query; all of them must hold. Raises QueryError.

    Values are checked when SQL is made of them (`sql.conditions`), which also raises QueryError.
    """
    if len(text) > LONGEST:
        raise QueryError(f"The query has {len(text)} characters; {LONGEST} are the most.", LONGEST, len(text))
    return _Parser(text).terms()


class _Parser:
    def __init__(self, text: str) -> None:
        # As long as it was: half a surrogate pair, as a terminal may give it, is no text that SQLite takes.
        self.text = text.replace("\x00", " ").encode("utf-8", "replace").decode()
        self.at = 0

    def terms(self) -> list[Term | Word]:
        found: list[Term | Word] = []
        while self._skip():
            found.append(self._term())
        return found

    def _skip(self) -> bool:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        return self.at < len(self.text)

    def _term(self) -> Term | Word:
        start = self.at
        text = self.text
        negated = text[start] == "-" and start + 1 < len(text) and not text[start + 1].isspace()
        if negated:
            self.at += 1
        head = _HEAD.match(text, self.at)
        if head is not None and not text.startswith("://", head.end() - 1):
            return self._field(head, negated, start)
        if text[self.at] in _OPEN:
            return Word(self._quoted(), True, negated, start, self.at)
        begin = self.at
        while self.at < len(text) and not text[self.at].isspace():
            self.at += 1
        return Word(text[begin : self.at], False, negated, start, self.at, self.at == len(text))

    def _field(self, head: re.Match[str], negated: bool, start: int) -> Term:
        name, operator = head[1].lower(), head[2]
        field = BY_NAME.get(name)
        if field is None:
            raise QueryError(_no_field(head[1]), head.start(1), head.end(1))
        self.at = head.end()
        if operator == "!=":
            negated, operator = not negated, ":"
        elif operator == "=":
            operator = ":"
        if operator != ":" and field.kind not in COMPARED:
            raise QueryError(
                f"“{field.name}” cannot be greater or less than something: write {field.example}.",
                head.start(2), head.end(2),
            )  # fmt: skip
        values = [self._value(field)]
        while self.at < len(self.text) and self.text[self.at] == ",":
            comma = self.at
            self.at += 1
            if operator != ":":
                raise QueryError(f"“{operator}” takes one value: write {field.example}.", comma, comma + 1)
            values.append(self._value(field))
        if self.at < len(self.text) and not self.text[self.at].isspace():
            raise QueryError("A blank is missing behind the quotation mark.", self.at, self.at + 1)
        return Term(field, operator, tuple(values), negated, start, self.at)

    def _value(self, field: Field) -> Value:
        text, begin = self.text, self.at
        if begin < len(text) and text[begin] in _OPEN:
            value = Value(self._quoted(), begin, self.at, True)
        else:
            while self.at < len(text) and not text[self.at].isspace() and text[self.at] != ",":
                self.at += 1
            value = Value(text[begin : self.at], begin, self.at)
        if not value.text:
            raise QueryError(f"A value is missing here: write {field.example}.", begin, self.at)
        return value

    def _quoted(self) -> str:
        """From a quotation mark to the next; a backslash takes the next character as it is."""
        begin = self.at
        close = _CLOSE[self.text[begin]]
        self.at += 1
        parts: list[str] = []
        while self.at < len(self.text):
            letter = self.text[self.at]
            self.at += 1
            if letter == close:
                return "".join(parts)
            if letter == "\\" and self.at < len(self.text) and self.text[self.at] in (close, "\\"):
                letter = self.text[self.at]
                self.at += 1
            parts.append(letter)
        raise QueryError("This quotation mark is not closed.", begin, len(self.text))


def _no_field(name: str) -> str:
    near = get_close_matches(name.lower(), BY_NAME, 1, 0.6)
    if near:
        return f"There is no field “{name}”. Did you mean “{near[0]}”? To find the text itself, put it in quotes."
    names = ", ".join(field.name for field in FIELDS)
    return f"There is no field “{name}”. There are: {names}. To find the text itself, put it in quotes."

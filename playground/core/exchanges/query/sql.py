"""A query's terms as conditions on the tables of the log. Values are parameters, never part of the SQL."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from playground.core.exchanges.query import values
from playground.core.exchanges.query.fields import STATES, Field
from playground.core.exchanges.query.parse import QueryError, Term, Value, Word

_LAST = "\U0010ffff"
_ID = re.compile(r"(?=.*[\d_-])[A-Za-z0-9][\w.:-]{3,511}")
"""A word that may be the beginning of an ID."""
_CLASS = re.compile(r"([1-5])xx")
MOST_WILD = 8
"""Each may try every place of a text: with many of them that takes for ever."""
_BY_WORD = "SELECT rowid FROM words WHERE words MATCH ?"
_LETTER = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on `exchanges AS e`.

    In `sql`, § stands before each column: `e.` where its index is to be used, `+e.` where it is not.
    """

    sql: str
    parameters: tuple[object, ...] = ()
    ordered: bool = False
    """Its index gives its rows in the order of rowids: one value of an indexed column."""
    subquery: str = ""
    """A SELECT of rowids that says the same, where another table answers."""
    correlated: str = ""
    """The same as a condition on one row at a time, for when the SELECT gives very many."""
    correlated_parameters: tuple[object, ...] = ()
    negated: bool = False
    word: str = ""
    """The full-text expression that is left of it where no ID begins so."""

    def plain(self) -> str:
        """To be looked up row by row."""
        held = self.sql.replace("§", "+e.")
        if self.subquery:
            held = self.correlated or f"e.rowid IN ({self.subquery})"
        return f"({held}) IS NOT TRUE" if self.negated else f"({held})"

    def plain_parameters(self) -> tuple[object, ...]:
        return self.correlated_parameters if self.correlated else self.parameters

    def rows(self) -> str:
        """A SELECT of the rowids for which it holds, by its index."""
        return self.subquery or f"SELECT d.rowid FROM exchanges AS d WHERE {self.sql.replace('§', 'd.')}"


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a query asks for."""

    held: tuple[Condition, ...]
    match: str = ""
    """A full-text expression for all plain words together; empty: none."""


def conditions(terms: Sequence[Term | Word], now: float | None = None) -> Conditions:
    """Raises QueryError where a value is none of its field's."""
    held: list[Condition] = []
    words: list[str] = []
    without: list[str] = []
    for term in terms:
        if isinstance(term, Term):
            held.append(_field(term, now))
        elif not term.phrase and _ID.fullmatch(term.text):
            held.append(_id_or_word(term))
        elif expression := _match(term):
            (without if term.negated else words).append(expression)
    match = " ".join(words)
    unwanted = " OR ".join(without)
    if match and unwanted:  # the index can take one from the other while it goes through its rows
        match = f"({match}) NOT ({unwanted})"
    elif unwanted:
        held.append(Condition("", (unwanted,), subquery=_BY_WORD, negated=True))
    return Conditions(tuple(held), match)


def _match(word: Word) -> str:
    """As FTS5 takes it; empty where it holds no letter or digit."""
    if not _LETTER.search(word.text):
        return ""
    quoted = '"' + word.text.replace('"', '""') + '"'
    return quoted + "*" if word.unfinished else quoted


def _span(text: str) -> tuple[str, str]:
    """All that begins so."""
    return text, text + _LAST


def _id_or_word(word: Word) -> Condition:
    span = _span(word.text)
    by_id = "SELECT exchange FROM identifiers WHERE id >= ? AND id < ?"
    one = "EXISTS (SELECT 1 FROM identifiers AS i WHERE i.exchange = e.rowid AND i.id >= ? AND i.id < ?)"
    expression = _match(word)
    if not expression:
        return Condition("", span, subquery=by_id, correlated=one, correlated_parameters=span, negated=word.negated)
    parameters = (*span, expression)
    return Condition(
        "",
        parameters,
        subquery=f"{by_id} UNION ALL {_BY_WORD}",
        correlated=f"{one} OR e.rowid IN ({_BY_WORD})",
        correlated_parameters=parameters,
        negated=word.negated,
        word="" if word.negated else expression,
    )


def _field(term: Term, now: float | None) -> Condition:
    match term.field.kind:
        case "id":
            return _ids(term)
        case "tag":
            return _tags(term)
        case "flag":
            return _flags(term)
    parts = [_value(term.field, term.operator, value, now) for value in term.values]
    sql = parts[0].sql if len(parts) == 1 else " OR ".join(f"({part.sql})" for part in parts)
    parameters = tuple(parameter for part in parts for parameter in part.parameters)
    ordered = len(parts) == 1 and parts[0].ordered and not term.negated
    return Condition(sql, parameters, ordered, negated=term.negated)


def _value(field: Field, operator: str, value: Value, now: float | None) -> Condition:
    column = f"§{field.column}"
    match field.kind:
        case "text":
            return _text(column, value)
        case "path":
            return _path(column, value)
        case "status":
            return _status(column, operator, value)
        case "since":
            return Condition(f"{column} >= ?", (values.moment(field, value, now),))
        case "until":
            return Condition(f"{column} < ?", (values.moment(field, value, now),))
        case "duration":
            return _compared(column, operator, values.seconds(field, value))
        case _:
            return _compared(column, operator, values.number(field, value))


def _compared(column: str, operator: str, number: float) -> Condition:
    sign = "=" if operator == ":" else operator
    return Condition(f"{column} {sign} ?", (number,), ordered=sign == "=")


def _like(text: str) -> str:
    """A person's pattern (`*`, `?`) as LIKE takes it, which minds no case (of ASCII)."""
    escaped = re.sub(r"([\\%_])", r"\\\1", text)
    return escaped.replace("*", "%").replace("?", "_")


def _pattern(column: str, value: Value, text: str) -> Condition:
    if len(re.findall(r"[*?]", text)) > MOST_WILD:
        raise QueryError(f"More than {MOST_WILD} * and ? in one value are too many.", value.start, value.end)
    fixed = re.split(r"[*?]", text, maxsplit=1)[0]
    like = f"{column} LIKE ? ESCAPE '\\'"
    if not fixed:
        return Condition(like, (_like(text),))
    begins = f"{column} >= ? COLLATE NOCASE AND {column} < ? COLLATE NOCASE"
    if text == f"{fixed}*":
        return Condition(begins, _span(fixed))
    return Condition(f"{begins} AND {like}", (*_span(fixed), _like(text)))


def _text(column: str, value: Value) -> Condition:
    if not value.quoted and re.search(r"[*?]", value.text):
        return _pattern(column, value, value.text)
    return Condition(f"{column} = ? COLLATE NOCASE", (value.text,), ordered=True)


def _path(column: str, value: Value) -> Condition:
    """The beginning of a path. They are kept below the base URL; whoever copies one may have its /v1 too."""
    text = value.text if value.text.startswith(("/", "*")) else f"/{value.text}"
    patterns = [text, text[3:]] if text.startswith("/v1/") else [text]
    wild = not value.quoted and re.search(r"[*?]", text)
    begins = f"{column} >= ? COLLATE NOCASE AND {column} < ? COLLATE NOCASE"
    parts = [_pattern(column, value, one) if wild else Condition(begins, _span(one)) for one in patterns]
    parameters = tuple(parameter for part in parts for parameter in part.parameters)
    return Condition(" OR ".join(f"({part.sql})" for part in parts), parameters)


def _status(column: str, operator: str, value: Value) -> Condition:
    text = value.text.lower()
    if text.isascii() and text.isdecimal() and len(text) <= 4:
        return _compared(column, operator, int(text))
    if operator == ":":
        if (hundreds := _CLASS.fullmatch(text)) is not None:
            low = int(hundreds[1]) * 100
            return Condition(f"{column} >= ? AND {column} < ?", (low, low + 100))
        if text in STATES:
            return Condition("§state = ? COLLATE NOCASE", (STATES[text],), ordered=True)
    words = ", ".join(dict.fromkeys(STATES))
    raise QueryError(
        f"“{value.text}” is no status: write a number such as 429, a class such as 4xx, or one of {words}.",
        value.start,
        value.end,
    )


def _ids(term: Term) -> Condition:
    spans = [bound for value in term.values for bound in _span(value.text.removesuffix("*"))]
    held = " OR ".join(["(id >= ? AND id < ?)"] * len(term.values))
    one = f"EXISTS (SELECT 1 FROM identifiers AS i WHERE i.exchange = e.rowid AND ({held}))"
    sql = f"SELECT exchange FROM identifiers WHERE {held}"
    return Condition(
        "", tuple(spans), subquery=sql, correlated=one, correlated_parameters=tuple(spans), negated=term.negated
    )


def _tags(term: Term) -> Condition:
    parts: list[str] = []
    parameters: list[object] = []
    for value in term.values:
        part = _text("tag", value)
        parts.append(f"({part.sql})")
        parameters += part.parameters
    held = " OR ".join(parts)
    return Condition(
        "",
        tuple(parameters),
        subquery=f"SELECT exchange FROM tags WHERE {held}",
        correlated=f"EXISTS (SELECT 1 FROM tags AS t WHERE t.exchange = e.rowid AND ({held}))",
        correlated_parameters=tuple(parameters),
        negated=term.negated,
    )


def _flags(term: Term) -> Condition:
    wanted = {values.flag(term.field, value) for value in term.values}
    if len(wanted) > 1:
        return Condition("1", negated=term.negated)
    # Spelled out: the index holds only what is pinned, and a parameter would not show that it is enough.
    yes = wanted == {True}
    return Condition(f"§{term.field.column} = 1", (), ordered=yes != term.negated, negated=yes == term.negated)

"""The request log as it is looked through: ids first, and of the rows only those that are seen; pins, notes and tags.

What a query costs is bounded by asking first: of each condition the first rows are counted by its index. One that holds
few leads, and the others are looked up for its rows alone; where none does, the newest rows are gone through until
there are enough.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.core.exchanges import damage, rows, salvage
from playground.core.exchanges.query import Field, parse
from playground.core.exchanges.query.sql import Condition, Conditions, conditions
from playground.core.exchanges.records import ExchangeSummary

if TYPE_CHECKING:
    from playground.core.exchanges.dashboard import Dashboard, Source
    from playground.core.exchanges.writer import ExchangeWriter
    from playground.core.spending import Spent

FEW = 20_000
"""Rows that a condition may hold and still lead: so many rowids are listed in about two milliseconds."""
PAGE = 200
"""Rows that are read at a time."""
_MARKS = 500
"""Ids in one statement."""
_NOTE, _TAG = 4000, 60
"""Characters of a note and of a tag."""
_TEXTS = frozenset({"method", "path", "sdk_method", "model", "error_code", "request_id", "profile", "origin"})
ORDERED = _TEXTS | {"status", "duration", "first_token", "tokens", "cost", "attempts"}
"""Columns that the log can be ordered by, beside the time."""
_COLUMNS = "e.rowid, e.input_tokens, e.output_tokens, e.tokens, e.cost, e.pinned, e.note"
_TAGS = "(SELECT group_concat(t.tag, char(31)) FROM tags AS t WHERE t.exchange = e.rowid)"


@dataclass(frozen=True, slots=True)
class LogRow:
    """One line of the log with what only the log knows."""

    number: int
    """Its place in the order in which exchanges began; what `ids` gives."""
    summary: ExchangeSummary
    input_tokens: int | None
    output_tokens: int | None
    tokens: int | None
    """As the server counted them; None: it did not say, or nothing was made."""
    cost: float | None
    """USD; None: unknown."""
    pinned: bool
    note: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """By a column of the log, newest first among equals. What has no value stands at the end, whichever way."""

    column: str
    """One of `ORDERED`."""
    descending: bool = False

    def __post_init__(self) -> None:
        if self.column not in ORDERED:
            raise ValueError(f"the log cannot be ordered by {self.column!r}")

    @property
    def sql(self) -> str:
        collation = " COLLATE NOCASE" if self.column in _TEXTS else ""
        return f"e.{self.column}{collation} {'DESC' if self.descending else 'ASC'}, e.rowid DESC"


class RequestLog:
    """Its methods read or wait for the disk: call them off the GUI thread, from any thread."""

    def __init__(
        self, writer: ExchangeWriter, reader: Callable[[], AbstractContextManager[sqlite3.Connection]]
    ) -> None:
        self._writer, self._reader = writer, reader

    def ids(
        self,
        query: str = "",
        limit: int = -1,
        before: int | None = None,
        now: float | None = None,
        *,
        after: int | None = None,
        order: Order | None = None,
    ) -> list[int]:
        """Numbers of the exchanges that a query finds, newest first; `rows` reads them.

        `limit`: how many at most (-1: all); `before`, `after`: only those older or newer than this number; `now`: the
        time (Unix seconds) that `since:2h` counts from; `order`: by a column instead. Raises QueryError.
        """
        wanted = conditions(parse(query), now)
        with self._reader() as db:
            if order is None:
                return find(db, wanted, limit, before, after)
            found = find(db, wanted, limit, before, after, order, "IS NOT NULL")
            if limit < 0 or len(found) < limit:
                left = limit if limit < 0 else limit - len(found)
                found += find(db, wanted, left, before, after, order, "IS NULL")
            return found

    def count(self, query: str = "", now: float | None = None) -> int:
        """How many exchanges a query finds. Raises QueryError."""
        if not query.strip():
            with self._reader() as db:
                return int(db.execute("SELECT count(*) FROM exchanges").fetchone()[0])
        return len(self.ids(query, now=now))

    def rows(self, numbers: Sequence[int]) -> list[LogRow]:
        """The rows with these numbers, in their order; those that are gone are left out."""
        found: dict[int, LogRow] = {}
        with self._reader() as db:
            for start in range(0, len(numbers), _MARKS):
                part = numbers[start : start + _MARKS]
                marks = ", ".join("?" * len(part))
                sql = (
                    f"SELECT {_COLUMNS}, {_TAGS}, {rows.SUMMARY_COLUMNS} FROM exchanges AS e WHERE e.rowid IN ({marks})"
                )
                try:
                    for row in salvage.fetch(db, sql, part):
                        found[row[0]] = _row(row)
                except sqlite3.DatabaseError as error:
                    if not damage.is_damage(error):
                        raise
                    found.update(_each(db, part))
        return [found[number] for number in numbers if number in found]

    def page(self, query: str = "", limit: int = PAGE, before: int | None = None) -> list[LogRow]:
        """`ids` and their `rows` in one. Raises QueryError."""
        return self.rows(self.ids(query, limit, before))

    def one(self, any_id: str) -> LogRow | None:
        """The newest exchange of which some ID is this one, or else of which only one ID begins so."""
        any_id = _text(any_id)
        with self._reader() as db:
            sql = "SELECT max(exchange) FROM identifiers WHERE id = ?"
            (number,) = db.execute(sql, (any_id,)).fetchone()
            if number is None:
                sql = "SELECT DISTINCT exchange FROM identifiers WHERE id >= ? AND id < ? LIMIT 2"
                near = db.execute(sql, (any_id, f"{any_id}\U0010ffff")).fetchall() if any_id else []
                number = near[0][0] if len(near) == 1 else None
        return next(iter(self.rows([number])), None) if number is not None else None

    def values(self, field: Field, beginning: str = "", limit: int = 50) -> list[str]:
        """Values that the log holds of a field, for completion."""
        if field.kind == "tag":
            table, column = "tags", "tag"
        elif field.kind in ("text", "path"):
            table, column = "exchanges", field.column
        else:
            return []
        beginning = _text(beginning)
        # Each step jumps over all rows of a value, by the index.
        sql = (
            f"WITH RECURSIVE v(x) AS (SELECT min({column} COLLATE NOCASE) FROM {table}"
            f" WHERE {column} >= ? COLLATE NOCASE UNION ALL"
            f" SELECT (SELECT min({column} COLLATE NOCASE) FROM {table} WHERE {column} > v.x COLLATE NOCASE)"
            " FROM v WHERE v.x IS NOT NULL) SELECT x FROM v WHERE x < ? COLLATE NOCASE AND x != '' LIMIT ?"
        )
        with self._reader() as db:
            return [str(value) for (value,) in db.execute(sql, (beginning, f"{beginning}\U0010ffff", limit))]

    def dashboard(
        self, span: str = "24h", query: str = "", source: Source | None = None, now: float | None = None
    ) -> Dashboard:
        """What calls took over a span, in numbers: see `dashboard.read`."""
        from playground.core.exchanges import dashboard

        return dashboard.read(self._reader, span, query, source, now)

    def spent(self, since: float) -> Spent:
        """What calls to real servers cost that began then or later (Unix seconds), as far as prices are known."""
        from playground.core.spending import spent_since

        with self._reader() as db:
            return spent_since(db, since)

    # Marks: each is done when its method returns ------------------------------------------------------------------

    def pin(self, numbers: Iterable[int], pinned: bool = True) -> None:
        """Pinned exchanges are not deleted by age or size."""
        self._change(numbers, "UPDATE exchanges SET pinned = ? WHERE rowid = ?", int(pinned))

    def note(self, numbers: Iterable[int], note: str) -> None:
        """Write a note to exchanges; an empty one takes it away. Keys in it are masked."""
        text = self._writer.redactor.text(_text(note).strip()[:_NOTE])
        self._change(numbers, "UPDATE exchanges SET note = ? WHERE rowid = ?", text or None)

    def tag(self, numbers: Iterable[int], tag: str) -> None:
        """Raises ValueError for a tag that is empty, too long or has a blank in it."""
        self._change(numbers, "INSERT OR IGNORE INTO tags (tag, exchange) VALUES (?, ?)", checked_tag(tag))

    def untag(self, numbers: Iterable[int], tag: str) -> None:
        self._change(numbers, "DELETE FROM tags WHERE tag = ? AND exchange = ?", _text(tag))

    def _change(self, numbers: Iterable[int], sql: str, value: object) -> None:
        known = list(numbers)

        def job(db: sqlite3.Connection) -> None:
            there = "SELECT 1 FROM exchanges WHERE rowid = ?"
            found = [number for number in known if db.execute(there, (number,)).fetchone() is not None]
            db.executemany(sql, [(value, number) for number in found])

        self._writer.run(job)
        self._writer.flush()


def _text(text: str) -> str:
    """Without half surrogate pairs, which SQLite does not take."""
    return text.encode("utf-8", "replace").decode()


def checked_tag(tag: str) -> str:
    """A tag as it is kept. Raises ValueError in words."""
    tag = _text(tag).strip()
    if not tag or len(tag) > _TAG or any(letter.isspace() or letter in ',"\x1f' for letter in tag):
        raise ValueError(f"A tag has 1 to {_TAG} characters, none of them a blank, a comma or a quotation mark.")
    return tag


def _each(db: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, LogRow]:
    """Rows one by one, where the file is damaged at some of them; those say so."""
    sql = f"SELECT {_COLUMNS}, {_TAGS}, {rows.SUMMARY_COLUMNS} FROM exchanges AS e WHERE e.rowid = ?"
    found: dict[int, LogRow] = {}
    for number, row in salvage.fetch_each(db, sql, numbers):
        if isinstance(row, sqlite3.Error):
            found[number] = LogRow(number, salvage.unreadable(number, row), None, None, None, None, False, "", ())
        elif row is not None:
            found[number] = _row(row)
    return found


def _row(row: tuple[object, ...]) -> LogRow:
    number, given, made, tokens, cost, pinned, note, tags = row[:8]
    return LogRow(
        number,  # type: ignore[arg-type]
        rows.summary(row[8:]),
        salvage.mend("tokens", given)[0],
        salvage.mend("tokens", made)[0],
        salvage.mend("tokens", tokens)[0],
        salvage.mend("cost", cost)[0],
        bool(pinned),
        str(note or ""),
        tuple(sorted(str(tags).split("\x1f"))) if tags else (),
    )


def find(
    db: sqlite3.Connection,
    wanted: Conditions,
    limit: int = -1,
    before: int | None = None,
    after: int | None = None,
    order: Order | None = None,
    valued: str = "",
) -> list[int]:
    """Numbers of the exchanges for which all conditions hold, newest first, or in an order; of that, those whose
    column `IS NULL` or `IS NOT NULL`."""
    wanted = _without_ids(db, wanted)
    leader, least = None, FEW
    for condition in wanted.held:
        if condition.negated or condition.sql == "1":
            continue
        (count,) = db.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM ({condition.rows()}) LIMIT {FEW})", condition.parameters
        ).fetchone()
        if count == 0:
            return []
        if count < least:
            leader, least = condition, count
    words = 0
    if wanted.match:
        sql = f"SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT {FEW})"
        (words,) = db.execute(sql, (wanted.match,)).fetchone()
        if words == 0:
            return []
    source, where, parameters = _plan(wanted, leader if not words or least <= words else None, words)
    number = "w.rowid" if source.startswith("words") else "e.rowid"
    if order is not None:
        if source == "words AS w":
            source = "words AS w CROSS JOIN exchanges AS e ON e.rowid = w.rowid"
        where.append(f"e.{order.column} {valued}")
    for sign, bound in (("<", before), (">", after)):
        if bound is not None:
            where.append(f"{number} {sign} ?")
            parameters.append(bound)
    held = f" WHERE {' AND '.join(where)}" if where else ""
    by = f"{number} DESC" if order is None else order.sql if valued == "IS NOT NULL" else "e.rowid DESC"
    sql = f"SELECT {number} FROM {source}{held} ORDER BY {by} LIMIT ?"
    return [number for (number,) in db.execute(sql, (*parameters, limit))]


def _without_ids(db: sqlite3.Connection, wanted: Conditions) -> Conditions:
    """Words that might begin an ID, but begin none, as words only: the index gives their rows newest first."""
    held, match = [], wanted.match
    for condition in wanted.held:
        sql = "SELECT 1 FROM identifiers WHERE id >= ? AND id < ? LIMIT 1"
        if condition.word and db.execute(sql, condition.parameters[:2]).fetchone() is None:
            match = f"{condition.word} AND ({match})" if match else condition.word
        else:
            held.append(condition)
    return Conditions(tuple(held), match)


def _plan(wanted: Conditions, leader: Condition | None, words: int) -> tuple[str, list[str], list[object]]:
    """What is gone through, and what is looked up for each of its rows."""
    rest = [condition for condition in wanted.held if condition is not leader]
    if leader is None and not words:
        # An index that has its rows in the order of rowids is as good as the table, and shorter.
        leader = next((condition for condition in rest if condition.ordered), None)
        rest = [condition for condition in rest if condition is not leader]
        source = "exchanges AS e"
        where = [leader.sql.replace("§", "e.")] if leader is not None else []
        parameters = list(leader.parameters) if leader is not None else []
    elif leader is not None:
        source, where, parameters = "exchanges AS e", [f"e.rowid IN ({leader.rows()})"], list(leader.parameters)
        if words:
            where.append("e.rowid IN (SELECT rowid FROM words WHERE words MATCH ?)")
            parameters.append(wanted.match)
    else:
        source = "words AS w"
        where, parameters = ["w.words MATCH ?"], [wanted.match]
        if rest:
            source = "words AS w CROSS JOIN exchanges AS e ON e.rowid = w.rowid"
    where += [condition.plain() for condition in rest]
    for condition in rest:
        parameters += condition.plain_parameters()
    return source, where, parameters

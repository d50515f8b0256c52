"""The tables of the request log, as numbered steps: each takes the file from the version before to its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from playground.core.exchanges import measures, texts, told
from playground.core.redact import known


def _first(db: sqlite3.Connection) -> None:
    """Exchanges, their attempts, and the pieces of the answers."""
    timings = "queued REAL, resolved REAL, connected REAL, sent REAL, first_byte REAL, first_token REAL, last_byte REAL"
    db.execute(
        f"""CREATE TABLE exchanges (
            rowid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, instance TEXT NOT NULL, started_at REAL NOT NULL,
            profile TEXT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL, sdk_method TEXT NOT NULL,
            origin TEXT NOT NULL, model TEXT, state TEXT NOT NULL, status INTEGER, error_code TEXT,
            error_message TEXT, request_id TEXT, client_request_id TEXT, attempts INTEGER NOT NULL DEFAULT 0,
            duration REAL, {timings})"""
    )
    db.execute("CREATE INDEX exchanges_open ON exchanges (instance) WHERE state = 'open'")
    db.execute("CREATE INDEX exchanges_started ON exchanges (started_at)")
    db.execute(
        f"""CREATE TABLE attempts (
            exchange INTEGER NOT NULL REFERENCES exchanges (rowid) ON DELETE CASCADE, number INTEGER NOT NULL,
            started_at REAL NOT NULL, url TEXT NOT NULL, request_headers TEXT NOT NULL, request_body BLOB,
            request_body_size INTEGER NOT NULL DEFAULT 0, status INTEGER, response_headers TEXT,
            response_body_size INTEGER NOT NULL DEFAULT 0, request_id TEXT, client_request_id TEXT,
            state TEXT NOT NULL, error TEXT, {timings}, PRIMARY KEY (exchange, number))"""
    )
    db.execute(
        """CREATE TABLE chunks (
            exchange INTEGER NOT NULL REFERENCES exchanges (rowid) ON DELETE CASCADE, attempt INTEGER NOT NULL,
            offset INTEGER NOT NULL, arrived REAL NOT NULL, data BLOB NOT NULL, marks BLOB NOT NULL,
            PRIMARY KEY (exchange, attempt, offset))"""
    )


def _identifiers(db: sqlite3.Connection) -> None:
    """Every ID an exchange can be found by: its own, those of its requests, and those in its answer and path."""
    db.execute(
        """CREATE TABLE identifiers (
            id TEXT NOT NULL COLLATE NOCASE,
            exchange INTEGER NOT NULL REFERENCES exchanges (rowid) ON DELETE CASCADE,
            PRIMARY KEY (id, exchange)) WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX identifiers_exchange ON identifiers (exchange)")
    for (rowid,) in db.execute("SELECT rowid FROM exchanges").fetchall():
        write_identifiers(db, rowid)


def _full_text(db: sqlite3.Connection) -> None:
    """The texts of requests and answers, and their index. The index has no copy of the texts, and follows them."""
    _indexed(db, "texts", "exchange", "exchanges", "words", ("path", "model", "error", "request", "response"))
    for (rowid,) in db.execute("SELECT rowid FROM exchanges").fetchall():
        _write_texts(db, rowid)


def _runs(db: sqlite3.Connection) -> None:
    """What somebody ran and keeps; the exchanges made for it are its own. Its words are found like those of texts."""
    db.execute(
        """CREATE TABLE runs (
            rowid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, instance TEXT NOT NULL, started_at REAL NOT NULL,
            name TEXT NOT NULL DEFAULT '', starred INTEGER NOT NULL DEFAULT 0, title TEXT NOT NULL,
            api TEXT NOT NULL, model TEXT NOT NULL, profile TEXT NOT NULL, base_url TEXT NOT NULL,
            simulated INTEGER NOT NULL, status TEXT NOT NULL, input_tokens INTEGER, output_tokens INTEGER,
            cost TEXT, duration REAL, request_id TEXT, draft TEXT NOT NULL, snapshot TEXT)"""
    )
    db.execute("CREATE INDEX runs_running ON runs (instance) WHERE status = 'running'")
    db.execute("CREATE INDEX runs_starred ON runs (rowid) WHERE starred = 1")
    db.execute("ALTER TABLE exchanges ADD COLUMN run TEXT")
    db.execute("CREATE INDEX exchanges_run ON exchanges (run) WHERE run IS NOT NULL")
    _indexed(db, "run_texts", "run", "runs", "run_words", ("name", "model", "prompt", "output"), ", prefix='1 2 3 4'")


def _indexed(
    db: sqlite3.Connection, table: str, key: str, parent: str, index: str, columns: tuple[str, ...], more: str = ""
) -> None:
    """A table of texts that go with a row of `parent`, and their full-text index: it has no copy of the texts, and
    follows them."""
    names = ", ".join(columns)
    db.execute(
        f"""CREATE TABLE {table} (
            {key} INTEGER PRIMARY KEY REFERENCES {parent} (rowid) ON DELETE CASCADE,
            {", ".join(f"{column} TEXT NOT NULL DEFAULT ''" for column in columns)})"""
    )
    db.execute(
        f"CREATE VIRTUAL TABLE {index} USING fts5 ({names}, content='{table}', content_rowid='{key}', "
        f"tokenize='unicode61 remove_diacritics 2'{more})"
    )
    new, old = (", ".join(f"{row}.{column}" for column in columns) for row in ("new", "old"))
    add = f"INSERT INTO {index} (rowid, {names}) VALUES (new.{key}, {new});"
    take = f"INSERT INTO {index} ({index}, rowid, {names}) VALUES ('delete', old.{key}, {old});"
    db.execute(f"CREATE TRIGGER {table}_added AFTER INSERT ON {table} BEGIN {add} END")
    db.execute(f"CREATE TRIGGER {table}_removed AFTER DELETE ON {table} BEGIN {take} END")
    db.execute(f"CREATE TRIGGER {table}_changed AFTER UPDATE ON {table} BEGIN {take} {add} END")


def _log(db: sqlite3.Connection) -> None:
    """What the log is asked for: tokens, cost, pins, notes and tags, and an index for each field of the query language.
    Tokens and costs of what is there already are filled in later, a few rows at a time: `measured` says which lack."""
    for column in ("input_tokens INTEGER", "output_tokens INTEGER", "tokens INTEGER", "cost REAL", "note TEXT"):
        db.execute(f"ALTER TABLE exchanges ADD COLUMN {column}")
    for column in ("pinned", "measured"):
        db.execute(f"ALTER TABLE exchanges ADD COLUMN {column} INTEGER NOT NULL DEFAULT 0")
    db.execute(
        """CREATE TABLE tags (
            tag TEXT NOT NULL COLLATE NOCASE,
            exchange INTEGER NOT NULL REFERENCES exchanges (rowid) ON DELETE CASCADE,
            PRIMARY KEY (tag, exchange)) WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX tags_exchange ON tags (exchange)")
    for column in ("model", "error_code", "method", "path", "sdk_method", "profile", "origin", "state"):
        db.execute(f"CREATE INDEX log_{column} ON exchanges ({column} COLLATE NOCASE)")
    for column in ("status", "attempts", "duration"):
        db.execute(f"CREATE INDEX log_{column} ON exchanges ({column})")
    for column in ("first_token", "tokens", "input_tokens", "output_tokens", "cost"):
        db.execute(f"CREATE INDEX log_{column} ON exchanges ({column}) WHERE {column} IS NOT NULL")
    db.execute("CREATE INDEX log_pinned ON exchanges (pinned) WHERE pinned = 1")
    db.execute("CREATE INDEX log_unmeasured ON exchanges (measured) WHERE measured = 0")


def _ends(db: sqlite3.Connection) -> None:
    """When each attempt was over, so that the wait behind it can be told, and when its TLS handshake began."""
    for table in ("exchanges", "attempts"):
        for column in ("tls", "ended"):
            db.execute(f"ALTER TABLE {table} ADD COLUMN {column} REAL")


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    _first,
    _identifiers,
    _full_text,
    _runs,
    _log,
    told.create,
    _ends,
)
VERSION = len(MIGRATIONS)


class NewerVersion(Exception):
    """The file was written by a newer version of this program; `args[0]` is its number."""


def migrate(db: sqlite3.Connection, upto: int = VERSION) -> int:
    """Bring the file to a version, in one transaction, so that two programs may open it at once. Gives the version
    it had. Raises NewerVersion, sqlite3.Error."""
    db.execute("BEGIN IMMEDIATE")
    try:
        db.execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)")
        row = db.execute("SELECT max(version) FROM schema_version").fetchone()
        before = int(row[0] or 0)
        if before > VERSION:
            raise NewerVersion(before)
        for number in range(before, upto):
            MIGRATIONS[number](db)
        if before < upto:
            db.execute("DELETE FROM schema_version")
            db.execute("INSERT INTO schema_version VALUES (?)", (upto,))
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise
    return before


def body(db: sqlite3.Connection, rowid: int, number: int) -> bytes:
    """What was kept of an attempt's answer."""
    rows = db.execute("SELECT data FROM chunks WHERE exchange = ? AND attempt = ? ORDER BY offset", (rowid, number))
    return b"".join(data for (data,) in rows)


def write_identifiers(db: sqlite3.Connection, rowid: int) -> None:
    """(Re)make the list of IDs of an exchange from its rows."""
    exchange, path = db.execute("SELECT id, path FROM exchanges WHERE rowid = ?", (rowid,)).fetchone()
    found = {exchange, *texts.path_identifiers(path)}
    for number, request_id, client_id in db.execute(
        "SELECT number, request_id, client_request_id FROM attempts WHERE exchange = ?", (rowid,)
    ).fetchall():
        found |= {request_id, client_id, *texts.body_identifiers(body(db, rowid, number))}
    db.executemany("INSERT OR IGNORE INTO identifiers VALUES (?, ?)", [(text, rowid) for text in found if text])


def write_texts(db: sqlite3.Connection, rowid: int) -> None:
    """(Re)make the searchable texts of an exchange from its rows: the request of the first attempt, the answer of
    the last. Of one that is over also what it took, and the IDs that it named."""
    measures.write(db, rowid, _write_texts(db, rowid))


def _write_texts(db: sqlite3.Connection, rowid: int) -> bytes:
    """The texts alone; gives the answer."""
    path, model, code, message = db.execute(
        "SELECT path, model, error_code, error_message FROM exchanges WHERE rowid = ?", (rowid,)
    ).fetchone()
    first = db.execute(
        "SELECT request_body, request_headers FROM attempts WHERE exchange = ? ORDER BY number LIMIT 1", (rowid,)
    ).fetchone()
    last = db.execute(
        "SELECT number, response_headers FROM attempts WHERE exchange = ? ORDER BY number DESC LIMIT 1", (rowid,)
    ).fetchone()
    request = texts.request_text(first[0] or b"", first[1]) if first else ""
    answer = body(db, rowid, last[0]) if last else b""
    response = texts.response_text(answer, last[1] or "") if last else ""
    # A key that came in pieces is only whole now that they are joined.
    request, response = known().text(request), known().text(response)
    db.execute("DELETE FROM texts WHERE exchange = ?", (rowid,))
    db.execute(
        "INSERT INTO texts (exchange, path, model, error, request, response) VALUES (?, ?, ?, ?, ?, ?)",
        (rowid, path, model or "", f"{code or ''} {message or ''}".strip(), request, response),
    )
    return answer


def measure_some(db: sqlite3.Connection, most: int) -> int:
    """Fill in what exchanges of an older version took; gives how many were looked at, newest first."""
    found = db.execute(
        "SELECT rowid FROM exchanges WHERE measured = 0 AND state != 'open' ORDER BY rowid DESC LIMIT ?", (most,)
    ).fetchall()
    for (rowid,) in found:
        last = db.execute("SELECT max(number) FROM attempts WHERE exchange = ?", (rowid,)).fetchone()
        measures.write(db, rowid, body(db, rowid, last[0]) if last[0] else b"")
    return len(found)

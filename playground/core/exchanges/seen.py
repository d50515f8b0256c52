"""The IDs that the log has seen, by the kind of their object, so that they need not be typed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping

PREFIXES: Mapping[str, tuple[str, ...]] = {
    "response": ("resp_",), "conversation": ("conv_",), "chat_completion": ("chatcmpl-",), "file": ("file-", "file_"),
    "batch": ("batch_",), "vector_store": ("vs_",), "vector_store_file_batch": ("vsfb_",), "upload": ("upload_",),
    "upload_part": ("part_",), "fine_tuning_job": ("ftjob-",), "checkpoint": ("ftckpt_", "ft:"),
    "assistant": ("asst_",),
    "thread": ("thread_",), "message": ("msg_",), "run": ("run_",), "run_step": ("step_",), "item": ("msg_", "item_"),
    "eval": ("eval_",), "container": ("cntr_",), "container_file": ("cfile_",), "video": ("video_",),
    "project": ("proj_",), "user": ("user-", "user_"), "invite": ("invite-", "invite_"), "key": ("key_",),
    "service_account": ("svc_acct_", "user-"), "certificate": ("cert_",), "group": ("group_",),
    "role": ("role-", "role_"), "skill": ("skill_",), "call": ("rtc_", "call_"), "session": ("sess_", "cksess_"),
}  # fmt: skip
"""Kind (`core.catalog.ids`) → how such IDs begin. Another kind's begin with its name."""

LIMIT = 30


def seen_ids(
    db: sqlite3.Connection, kinds: Iterable[str], limit: int = LIMIT
) -> dict[str, tuple[tuple[str, str], ...]]:
    """Of each kind the IDs that were seen last, newest first, with the request that had them last. Raises
    sqlite3.Error."""
    return {kind: tuple(_models(db, limit) if kind == "model" else _of_kind(db, kind, limit)) for kind in set(kinds)}


def _of_kind(db: sqlite3.Connection, kind: str, limit: int) -> list[tuple[str, str]]:
    found: list[tuple[int, str]] = []
    for prefix in PREFIXES.get(kind, (f"{kind}_", f"{kind}-")):
        # The log compares IDs without regard to case.
        found += db.execute(
            "SELECT max(exchange) AS newest, id FROM identifiers WHERE id >= ? AND id < ? GROUP BY id"
            " ORDER BY newest DESC LIMIT ?",
            (prefix, f"{prefix}\U0010ffff", limit),
        ).fetchall()
    found.sort(reverse=True)
    return [(id_, _request(db, exchange)) for exchange, id_ in found[:limit]]


def _request(db: sqlite3.Connection, rowid: int) -> str:
    row = db.execute("SELECT method, path, sdk_method FROM exchanges WHERE rowid = ?", (rowid,)).fetchone()
    return "" if row is None else str(row[2] or f"{row[0]} {row[1]}")


def _models(db: sqlite3.Connection, limit: int) -> list[tuple[str, str]]:
    """The models that requests asked for."""
    rows = db.execute(
        "SELECT model, max(rowid) AS newest FROM exchanges WHERE model != '' GROUP BY model"
        " ORDER BY newest DESC LIMIT ?",
        (limit,),
    )
    return [(str(model), _request(db, rowid)) for model, rowid in rows.fetchall()]

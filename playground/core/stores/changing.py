"""Stores made, renamed, given an end, emptied and deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playground.core.errors import ProblemError
from playground.core.stores.asking import ask, object_of
from playground.core.stores.model import DAY, Store, StoreFile, file_of, store_of
from playground.core.stores.rules import (
    AUTO,
    Chunking,
    Wrong,
    check_attributes,
    check_days,
    check_metadata,
    refuse,
)
from playground.core.transfers.rules import store_limit

if TYPE_CHECKING:
    from playground.core.session import Session


@dataclass(frozen=True, slots=True)
class Draft:
    """A store that is to be."""

    name: str = ""
    description: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    days: int = 0
    """Days after the last use in which it expires; 0: never."""
    files: Sequence[str] = ()
    """At most 500; more are added when it is there (`adding.add_files`)."""
    chunking: Chunking = AUTO

    def check(self) -> list[Wrong]:
        """What the server would refuse."""
        found = [*check_metadata(self.metadata), *(check_days(self.days) if self.days else ()), *self.chunking.check()]
        most = store_limit("create_files")
        if len(self.files) > most:
            words = f"{len(self.files):,} files are too many at once; {most} are taken when a store is made."
            found.append(Wrong("file_ids", words))
        return found


async def create(session: Session, draft: Draft) -> Store:
    """Raises ProblemError: what is wrong with the draft is said before anything is sent. A connection that breaks is
    not tried again, because the store may have been made."""
    refuse(draft.check(), "The store cannot be made so")
    body: dict[str, Any] = {}
    if draft.name:
        body["name"] = draft.name
    if draft.description:
        body["description"] = draft.description
    if draft.metadata:
        body["metadata"] = dict(draft.metadata)
    if draft.days:
        body["expires_after"] = _expiry(draft.days)
    if draft.files:
        body["file_ids"] = list(draft.files)
        if (strategy := draft.chunking.body()) is not None:
            body["chunking_strategy"] = strategy
    return object_of(store_of(await ask(session, "vector_stores.create", body, once=True)), "vector_stores.create")


async def update(
    session: Session,
    store_id: str,
    *,
    name: str | None = None,
    metadata: Mapping[str, str] | None = None,
    days: int | None = None,
) -> Store:
    """Change what is given; `metadata` replaces all there was, `days` 0 takes the expiry away. Raises
    ProblemError."""
    refuse(
        [*(check_metadata(metadata) if metadata is not None else ()), *(check_days(days) if days else ())],
        "The store cannot be changed so",
    )
    body: dict[str, Any] = {"vector_store_id": store_id}
    if name is not None:
        body["name"] = name
    if metadata is not None:
        body["metadata"] = dict(metadata)
    if days is not None:
        body["expires_after"] = _expiry(days) if days else None
    return object_of(store_of(await ask(session, "vector_stores.update", body)), "vector_stores.update")


def would_expire(store: Store, days: int) -> float:
    """When a store would expire with this setting if nobody used it, Unix seconds; 0 for never or not known."""
    last = store.active or store.created
    return last + days * DAY if days and last else 0.0


async def delete(session: Session, store_id: str) -> None:
    """With what is in it; the files themselves stay. One that is gone is no error. Raises ProblemError."""
    await _gone(session, "vector_stores.delete", {"vector_store_id": store_id})


async def remove_file(session: Session, store_id: str, file_id: str) -> None:
    """Take a file out of a store; the file itself stays. One that is gone is no error. Raises ProblemError."""
    await _gone(session, "vector_stores.files.delete", {"vector_store_id": store_id, "file_id": file_id})


async def set_attributes(
    session: Session, store_id: str, file_id: str, attributes: Mapping[str, str | float | bool]
) -> StoreFile:
    """All attributes of a file at once. Raises ProblemError."""
    refuse(check_attributes(attributes), "The attributes cannot be set so")
    body = {"vector_store_id": store_id, "file_id": file_id, "attributes": dict(attributes)}
    answer = await ask(session, "vector_stores.files.update", body)
    return object_of(file_of(answer, store_id), "vector_stores.files.update")


async def _gone(session: Session, method: str, body: Mapping[str, Any]) -> None:
    try:
        await ask(session, method, body)
    except ProblemError as error:
        if error.problem.status != 404:
            raise


def _expiry(days: int) -> dict[str, Any]:
    return {"anchor": "last_active_at", "days": days}

"""What there is: stores, the files in one, and what was made of a file."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from playground.core.stores.asking import ask, object_of, pages
from playground.core.stores.model import Batch, Store, StoreFile, batch_of, file_of, store_of

if TYPE_CHECKING:
    from playground.core.session import Session
    from playground.core.transfers.pace import Options


class Piece(NamedTuple):
    """A chunk of a file, as it is searched."""

    number: int
    """From 0, in the file's order."""
    text: str


def list_stores(session: Session, options: Options | None = None) -> AsyncIterator[list[Store]]:
    """All stores, newest first, a page at a time. Raises ProblemError."""
    return pages(session, "vector_stores.list", {"order": "desc"}, store_of, attrgetter("id"), options)


async def store(session: Session, store_id: str, options: Options | None = None) -> Store:
    """Raises ProblemError."""
    answer = await ask(session, "vector_stores.retrieve", {"vector_store_id": store_id}, options=options)
    return object_of(store_of(answer), "vector_stores.retrieve")


def list_files(
    session: Session,
    store_id: str,
    *,
    state: str | None = None,
    batch: str | None = None,
    options: Options | None = None,
) -> AsyncIterator[list[StoreFile]]:
    """The files of a store, or of one of its batches, newest first, a page at a time. `state`: only those in it.
    Raises ProblemError."""
    body: dict[str, Any] = {"vector_store_id": store_id, "order": "desc"}
    if state is not None:
        body["filter"] = state
    method = "vector_stores.files.list"
    if batch is not None:
        method, body["batch_id"] = "vector_stores.file_batches.list_files", batch
    return pages(session, method, body, functools.partial(file_of, store=store_id), attrgetter("id"), options)


async def all_files(session: Session, store_id: str, *, state: str | None = None) -> list[StoreFile]:
    """All of them at once. Raises ProblemError."""
    return [one async for page in list_files(session, store_id, state=state) for one in page]


async def file(session: Session, store_id: str, file_id: str) -> StoreFile:
    """Raises ProblemError."""
    body = {"vector_store_id": store_id, "file_id": file_id}
    answer = await ask(session, "vector_stores.files.retrieve", body)
    return object_of(file_of(answer, store_id), "vector_stores.files.retrieve")


async def batch(session: Session, store_id: str, batch_id: str, options: Options | None = None) -> Batch:
    """Raises ProblemError."""
    body = {"vector_store_id": store_id, "batch_id": batch_id}
    answer = await ask(session, "vector_stores.file_batches.retrieve", body, options=options)
    return object_of(batch_of(answer, store_id), "vector_stores.file_batches.retrieve")


async def content(session: Session, store_id: str, file_id: str) -> list[Piece]:
    """What was read out of a file, cut as it is searched. Servers give it as a page of pieces, or (an example of the
    API's document) as one object with `content`. Raises ProblemError."""
    body = {"vector_store_id": store_id, "file_id": file_id}
    answer = await ask(session, "vector_stores.files.content", body)
    return pieces_of(answer)


def pieces_of(answer: Any) -> list[Piece]:
    """The texts of a content page."""
    entries = answer.get("data", answer.get("content")) if isinstance(answer, dict) else None
    texts = [one.get("text") for one in entries or () if isinstance(one, dict)]
    return [Piece(number, text) for number, text in enumerate(one for one in texts if isinstance(one, str))]

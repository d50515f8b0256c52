"""The files of a vector store, one by one and in batches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from playground.sandbox import checks
from playground.sandbox.checks import Json
from playground.sandbox.errors import ApiError, bad_value, missing, not_found
from playground.sandbox.ids import new_id
from playground.sandbox.stores import limits
from playground.sandbox.stores.keeper import KEEPER, Keeper, delay_of, found_files, listed_once
from playground.sandbox.stores.shelf import STATES
from playground.sandbox.web import CONTEXT, json_answer, list_page, read_body

_MOST_FILES = 2000
_POLL = "100"
"""Milliseconds."""
_ONE: Mapping[str, checks.Check] = {
    "attributes": limits.attributes,
    "chunking_strategy": limits.chunking,
    "file_id": checks.text(minimum=1),
}
"""The parameters of vector_stores.files.create (openai 3.57.0)."""


def _bounded(value: list[Any], param: str) -> None:
    if not 1 <= len(value) <= _MOST_FILES:
        raise bad_value(param, f"Invalid '{param}': expected 1 to {_MOST_FILES} files, but got {len(value)} instead.")


def _ids(value: Any, param: str) -> None:
    checks.strings(value, param)
    _bounded(value, param)


def _entries(value: Any, param: str) -> None:
    checks.array(value, param)
    _bounded(value, param)
    for index, entry in enumerate(value):
        checks.nested(_ONE, ["file_id"])(entry, f"{param}[{index}]")


_MANY: Mapping[str, checks.Check] = {
    "attributes": limits.attributes,
    "chunking_strategy": limits.chunking,
    "file_ids": _ids,
    "files": _entries,
}
"""The parameters of vector_stores.file_batches.create."""


def routes() -> list[web.RouteDef]:
    files, batches = "/v1/vector_stores/{store}/files", "/v1/vector_stores/{store}/file_batches"
    return [
        web.post(files, create),
        web.get(files, every),
        web.get(f"{files}/{{file}}", retrieve),
        web.post(f"{files}/{{file}}", change),
        web.delete(f"{files}/{{file}}", delete),
        web.get(f"{files}/{{file}}/content", content),
        web.post(batches, create_batch),
        web.get(f"{batches}/{{batch}}", retrieve_batch),
        web.post(f"{batches}/{{batch}}/cancel", cancel_batch),
        web.get(f"{batches}/{{batch}}/files", files_of_batch),
    ]


async def create(request: web.Request) -> web.StreamResponse:
    """vector_stores.files.create: it is indexed after the answer."""
    keeper, store = _place(request, active=True)
    delay = delay_of(request)
    body = await read_body(request)
    checks.fields(body, _ONE)
    checks.require(body, "file_id")
    identifier = body["file_id"]
    name = found_files(request.app[CONTEXT].state, [identifier], "file_id")[identifier]
    strategy = limits.strategy_of(body.get("chunking_strategy"))
    await keeper.call(keeper.shelf.add, store, [(identifier, name, body.get("attributes") or {}, strategy)])
    keeper.indexer.add(store, [identifier], delay)
    return json_answer(await _file(keeper, store, identifier))


async def every(request: web.Request) -> web.StreamResponse:
    """vector_stores.files.list, with `filter` for one state."""
    keeper, store = _place(request)
    found = await keeper.call(keeper.shelf.files, store, _filter(request))
    return json_answer(list_page(request, found).body())


async def retrieve(request: web.Request) -> web.StreamResponse:
    keeper, store = _place(request)
    return _polled(await _file(keeper, store, request.match_info["file"]))


async def change(request: web.Request) -> web.StreamResponse:
    """vector_stores.files.update: the attributes, all of them at once."""
    keeper, store = _place(request)
    file = await _file(keeper, store, request.match_info["file"])
    body = await read_body(request)
    checks.fields(body, {"attributes": limits.attributes})
    if "attributes" not in body:
        raise missing("attributes")
    await keeper.call(keeper.shelf.set_attributes, store, file["id"], body["attributes"] or {})
    return json_answer(await _file(keeper, store, file["id"]))


async def delete(request: web.Request) -> web.StreamResponse:
    """vector_stores.files.delete: out of the store; the file itself stays."""
    keeper, store = _place(request)
    file = await _file(keeper, store, request.match_info["file"])
    await keeper.call(keeper.shelf.delete, store, file["id"])
    return json_answer({"id": file["id"], "object": "vector_store.file.deleted", "deleted": True})


async def content(request: web.Request) -> web.StreamResponse:
    """vector_stores.files.content: its chunks in order. They overlap: `start` says where each begins in the text."""
    keeper, store = _place(request)
    file = await _file(keeper, store, request.match_info["file"])
    if file["status"] != "completed":
        raise ApiError(
            400,
            f"File '{file['id']}' has no content in this vector store: it is {file['status']}.",
            param="file_id",
            code="file_not_ready",
        )
    data = await keeper.call(keeper.shelf.content, store, file["id"])
    return json_answer({"object": "vector_store.file_content.page", "data": data, "has_more": False, "next_page": None})


# batches


async def create_batch(request: web.Request) -> web.StreamResponse:
    """vector_stores.file_batches.create: by `file_ids` with one set of settings, or by `files` with one for each."""
    keeper, store = _place(request, active=True)
    delay = delay_of(request)
    body = await read_body(request)
    checks.fields(body, _MANY)
    if (body.get("file_ids") is None) == (body.get("files") is None):
        raise bad_value("file_ids", "Give either 'file_ids' or 'files', and not both.", "mutually_exclusive_parameters")
    if body.get("files") is not None:
        param, given = "files", body["files"]
        for name in ("attributes", "chunking_strategy"):
            if body.get(name) is not None:
                raise bad_value(name, f"With 'files', give '{name}' in each of them.", "mutually_exclusive_parameters")
    else:
        param, given = "file_ids", [{**body, "file_id": identifier} for identifier in body["file_ids"]]
    identifiers = [entry["file_id"] for entry in given]
    listed_once(identifiers, param)
    names = found_files(request.app[CONTEXT].state, identifiers, param)
    entries = [
        (
            *(entry["file_id"], names[entry["file_id"]]),
            *(entry.get("attributes") or {}, limits.strategy_of(entry.get("chunking_strategy"))),
        )
        for entry in given
    ]
    batch = new_id("vsfb")
    await keeper.call(keeper.shelf.add, store, entries, batch)
    keeper.indexer.add(store, identifiers, delay)
    return json_answer(await _batch(keeper, store, batch))


async def retrieve_batch(request: web.Request) -> web.StreamResponse:
    keeper, store = _place(request)
    return _polled(await _batch(keeper, store, request.match_info["batch"]))


async def cancel_batch(request: web.Request) -> web.StreamResponse:
    """vector_stores.file_batches.cancel: what is not done is cancelled; what is done stays."""
    keeper, store = _place(request)
    batch = await _batch(keeper, store, request.match_info["batch"])
    if batch["status"] != "in_progress":
        raise ApiError(
            400, f"Batch '{batch['id']}' is {batch['status']}: only one in progress can be cancelled.",
            param="batch_id", code="batch_not_in_progress",
        )  # fmt: skip
    await keeper.call(keeper.shelf.cancel, store, batch["id"])
    return json_answer(await _batch(keeper, store, batch["id"]))


async def files_of_batch(request: web.Request) -> web.StreamResponse:
    """vector_stores.file_batches.list_files"""
    keeper, store = _place(request)
    batch = await _batch(keeper, store, request.match_info["batch"])
    found = await keeper.call(keeper.shelf.files, store, _filter(request), batch["id"])
    return json_answer(list_page(request, found).body())


def _polled(found: Json) -> web.Response:
    """An answer that says, as the API's do, when to ask again; the SDK's `poll` helpers wait that long."""
    answer = json_answer(found)
    answer.headers["openai-poll-after-ms"] = _POLL
    return answer


def _place(request: web.Request, *, active: bool = False) -> tuple[Keeper, str]:
    """The keeper, and the store of a request. `active`: it is to take files. Raises ApiError: 404; 400 and 429 then."""
    keeper = request.app[KEEPER]
    find = keeper.usable if active else keeper.find
    store: str = find(request.match_info["store"])["id"]
    if active:
        keeper.count_addition(store)
    return keeper, store


async def _file(keeper: Keeper, store: str, identifier: str) -> Json:
    found = await keeper.call(keeper.shelf.file, store, identifier)
    if found is None:
        raise not_found(f"In vector store '{store}' a file", identifier, "file_id")
    return found


async def _batch(keeper: Keeper, store: str, identifier: str) -> Json:
    found = await keeper.call(keeper.shelf.batch, store, identifier)
    if found is None:
        raise not_found(f"In vector store '{store}' a file batch", identifier, "batch_id")
    return found


def _filter(request: web.Request) -> str | None:
    found = request.query.get("filter")
    if found is not None:
        checks.choice(*STATES)(found, "filter")
    return found

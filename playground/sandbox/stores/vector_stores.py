"""Vector stores themselves: made, listed, changed and deleted."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from playground.sandbox import checks
from playground.sandbox.checks import Json
from playground.sandbox.errors import bad_value
from playground.sandbox.stores import limits
from playground.sandbox.stores.keeper import KEEPER, delay_of, found_files, listed_once
from playground.sandbox.web import CONTEXT, json_answer, list_page, read_body

_MOST_FILES = 500


def _file_ids(value: Any, param: str) -> None:
    checks.strings(value, param)
    if len(value) > _MOST_FILES:
        raise bad_value(
            param,
            f"Invalid '{param}': array too long. Expected an array with maximum length {_MOST_FILES}, but got an array "
            f"with length {len(value)} instead.",
            "array_above_max_length",
        )


KNOWN: Mapping[str, checks.Check] = {
    "chunking_strategy": limits.chunking,
    "description": checks.text(),
    "expires_after": limits.expires_after,
    "file_ids": _file_ids,
    "metadata": checks.metadata,
    "name": checks.text(),
}
"""The parameters of vector_stores.create (openai 3.57.0 and OpenAPI document 2.3.0)."""
KNOWN_CHANGE: Mapping[str, checks.Check] = {
    name: KNOWN[name] for name in ("expires_after", "metadata", "name")
}  # fmt: skip


def routes() -> list[web.RouteDef]:
    return [
        web.post("/v1/vector_stores", create),
        web.get("/v1/vector_stores", every),
        web.get("/v1/vector_stores/{store}", retrieve),
        web.post("/v1/vector_stores/{store}", change),
        web.delete("/v1/vector_stores/{store}", delete),
    ]


async def create(request: web.Request) -> web.StreamResponse:
    """vector_stores.create; its files are indexed after the answer."""
    keeper = request.app[KEEPER]
    delay = delay_of(request)
    body = await read_body(request)
    checks.fields(body, KNOWN)
    identifiers = body.get("file_ids") or []
    listed_once(identifiers, "file_ids")
    names = found_files(request.app[CONTEXT].state, identifiers, "file_ids")
    strategy = limits.strategy_of(body.get("chunking_strategy"))
    store = await keeper.make(body)
    if names:
        none: Json = {}
        entries = [(identifier, name, none, strategy) for identifier, name in names.items()]
        await keeper.call(keeper.shelf.add, store["id"], entries)
        keeper.indexer.add(store["id"], identifiers, delay)
    return json_answer(await keeper.show(store))


async def every(request: web.Request) -> web.StreamResponse:
    """vector_stores.list"""
    keeper = request.app[KEEPER]
    page = list_page(request, keeper.every())
    shown = await asyncio.gather(*(keeper.show(store) for store in page.data))
    return json_answer({**page.body(), "data": shown})


async def retrieve(request: web.Request) -> web.StreamResponse:
    keeper = request.app[KEEPER]
    return json_answer(await keeper.show(keeper.find(request.match_info["store"])))


async def change(request: web.Request) -> web.StreamResponse:
    """vector_stores.update: what is given replaces what was; `expires_after: null` takes the expiry away."""
    keeper = request.app[KEEPER]
    identifier = keeper.find(request.match_info["store"])["id"]
    body = await read_body(request)
    checks.fields(body, KNOWN_CHANGE)
    store = keeper.find(identifier)  # as it is now: it may have been deleted while the body came
    for name, value in body.items():
        if value is None:
            store.pop(name, None)
        else:
            store[name] = value
    store = {"name": "", "metadata": {}, **store}
    keeper.save(store)
    return json_answer(await keeper.show(store))


async def delete(request: web.Request) -> web.StreamResponse:
    """vector_stores.delete: with everything in it; the files themselves stay."""
    keeper = request.app[KEEPER]
    identifier = keeper.find(request.match_info["store"])["id"]
    await keeper.delete(identifier)
    return json_answer({"id": identifier, "object": "vector_store.deleted", "deleted": True})

"""Conversations and their items."""

from __future__ import annotations

from aiohttp import web

from playground.sandbox import checks, items, responses_request
from playground.sandbox.checks import Json
from playground.sandbox.errors import bad_value, not_found
from playground.sandbox.ids import new_id, now
from playground.sandbox.responses import listed
from playground.sandbox.state import State
from playground.sandbox.web import CONTEXT, json_answer, list_page, read_body

KIND = "conversation"
MOST_ITEMS = 20
"""Items that can be added at once."""


def routes() -> list[web.RouteDef]:
    return [
        web.post("/v1/conversations", create),
        web.get("/v1/conversations/{id}", retrieve),
        web.post("/v1/conversations/{id}", update),
        web.delete("/v1/conversations/{id}", delete),
        web.post("/v1/conversations/{id}/items", add_items),
        web.get("/v1/conversations/{id}/items", list_items),
        web.get("/v1/conversations/{id}/items/{item}", retrieve_item),
        web.delete("/v1/conversations/{id}/items/{item}", delete_item),
    ]


async def create(request: web.Request) -> web.StreamResponse:
    state = request.app[CONTEXT].state
    body = await read_body(request)
    checks.fields(body, {"metadata": checks.metadata, "items": checks.array})
    added = _read(body.get("items") or [], state)
    conversation: Json = {
        "id": new_id("conv"),
        "object": "conversation",
        "created_at": now(),
        "metadata": body.get("metadata") or {},
    }
    with state.transaction():
        state.put(KIND, conversation)
        state.add_items(conversation["id"], "item", added)
    return json_answer(conversation)


async def retrieve(request: web.Request) -> web.StreamResponse:
    return json_answer(_find(request))


async def update(request: web.Request) -> web.StreamResponse:
    """conversations.update: the metadata, and nothing else."""
    conversation = _find(request)
    body = await read_body(request)
    checks.fields(body, {"metadata": checks.metadata})
    if "metadata" not in body:
        checks.require(body, "metadata")
    conversation["metadata"] = body["metadata"] or {}
    request.app[CONTEXT].state.put(KIND, conversation)
    return json_answer(conversation)


async def delete(request: web.Request) -> web.StreamResponse:
    identifier = _find(request)["id"]
    request.app[CONTEXT].state.delete(KIND, identifier)
    return json_answer({"id": identifier, "object": "conversation.deleted", "deleted": True})


async def add_items(request: web.Request) -> web.StreamResponse:
    """conversations.items.create: answers with the items that were added."""
    state = request.app[CONTEXT].state
    identifier = _find(request)["id"]
    body = await read_body(request)
    checks.fields(body, {"items": checks.array})
    checks.require(body, "items")
    added = _read(body["items"], state)
    with state.transaction():
        state.add_items(identifier, "item", added)
    shown = [listed(item) for item in added]
    ends = {"first_id": shown[0]["id"] if shown else "", "last_id": shown[-1]["id"] if shown else ""}
    return json_answer({"object": "list", "data": shown, "has_more": False, **ends})


async def list_items(request: web.Request) -> web.StreamResponse:
    """conversations.items.list: newest first unless `order=asc`."""
    entries = request.app[CONTEXT].state.items(_find(request)["id"], "item")
    return json_answer(list_page(request, [listed(item) for item in entries]).body())


async def retrieve_item(request: web.Request) -> web.StreamResponse:
    conversation, identifier = _find(request)["id"], request.match_info["item"]
    item = request.app[CONTEXT].state.find_item(identifier, conversation)
    if item is None:
        raise not_found("Item", identifier, "item_id")
    return json_answer(listed(item))


async def delete_item(request: web.Request) -> web.StreamResponse:
    """conversations.items.delete: answers with the conversation."""
    conversation, identifier = _find(request), request.match_info["item"]
    if not request.app[CONTEXT].state.delete_item(conversation["id"], identifier):
        raise not_found("Item", identifier, "item_id")
    return json_answer(conversation)


def _read(value: list[Json], state: State) -> list[Json]:
    if len(value) > MOST_ITEMS:
        raise bad_value(
            "items",
            f"Invalid 'items': array too long. Expected an array with maximum length {MOST_ITEMS}, but got an array "
            f"with length {len(value)} instead.",
            "array_above_max_length",
        )
    return responses_request.resolve(items.read_items(value, "items"), state)


def _find(request: web.Request) -> Json:
    identifier = request.match_info["id"]
    found = request.app[CONTEXT].state.get(KIND, identifier)
    if found is None:
        raise not_found("Conversation", identifier)
    return found

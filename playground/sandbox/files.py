"""Files: uploaded, listed, read back and deleted. They are real, and stay in the sandbox's folder until they go."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import orjson
from aiohttp import web

from playground.sandbox import checks
from playground.sandbox.checks import Json
from playground.sandbox.errors import ApiError, bad_value, not_found
from playground.sandbox.forms import Upload, read_form
from playground.sandbox.ids import new_id, now
from playground.sandbox.state import State
from playground.sandbox.web import CONTEXT, json_answer, list_page

KIND = "file"
PURPOSES = ("assistants", "batch", "fine-tune", "vision", "user_data", "evals")
"""What a file can be uploaded for (OpenAPI document 2.3.0)."""
_LINES = ("batch", "fine-tune", "evals")
"""Purposes that want JSON Lines."""
_MOST = 10_000
_EXPIRY = {"anchor": checks.choice("created_at"), "seconds": checks.integer(3600, 2_592_000)}
KNOWN: Mapping[str, checks.Check] = {
    "expires_after": checks.nested(_EXPIRY, ["anchor", "seconds"]),
    "purpose": checks.choice(*PURPOSES),
}
"""The parameters of files.create besides the file (openai 3.57.0)."""


def routes() -> list[web.RouteDef]:
    return [
        web.post("/v1/files", create),
        web.get("/v1/files", every),
        web.get("/v1/files/{id}", retrieve),
        web.delete("/v1/files/{id}", delete),
        web.get("/v1/files/{id}/content", content),
    ]


async def create(request: web.Request) -> web.StreamResponse:
    """files.create"""
    form = await read_form(request, integers=("expires_after[seconds]",))
    checks.fields(form.fields, KNOWN)
    upload = form.file("file")
    checks.require(form.fields, "purpose")
    purpose = form.fields["purpose"]
    if not upload.data:
        raise bad_value("file", "File is empty.", "invalid_file")
    if purpose in _LINES:
        await asyncio.to_thread(_check_lines, upload, purpose)
    made: Json = {
        "id": new_id("file"),
        "object": "file",
        "bytes": len(upload.data),
        "created_at": now(),
        "filename": upload.name,
        "purpose": purpose,
        "status": "processed",
    }
    if "expires_after" in form.fields:
        made["expires_at"] = made["created_at"] + form.fields["expires_after"]["seconds"]
    state = request.app[CONTEXT].state
    with state.transaction():
        state.put(KIND, made)
        state.put_content(made["id"], upload.data)
    return json_answer(made)


async def every(request: web.Request) -> web.StreamResponse:
    """files.list: newest first, all on one page unless `limit` says less."""
    purpose = request.query.get("purpose")
    entries = [entry for entry in _alive(request.app[CONTEXT].state) if purpose in (None, entry["purpose"])]
    return json_answer(list_page(request, entries, usual=_MOST, most=_MOST).body())


async def retrieve(request: web.Request) -> web.StreamResponse:
    return json_answer(_find(request))


async def delete(request: web.Request) -> web.StreamResponse:
    identifier = _find(request)["id"]
    request.app[CONTEXT].state.delete(KIND, identifier)
    return json_answer({"id": identifier, "object": "file", "deleted": True})


async def content(request: web.Request) -> web.StreamResponse:
    """files.content: the bytes as they came. Named as a file to save, and never as something that a browser runs."""
    found = _find(request)
    data = request.app[CONTEXT].state.content(found["id"]) or b""
    name = "".join(
        char if char.isascii() and char.isprintable() and char not in '"\\' else "_" for char in found["filename"]
    )
    return web.Response(
        body=data,
        content_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"},
    )


def _check_lines(upload: Upload, purpose: str) -> None:
    """Raises ApiError (400) where a file is no JSON Lines, with the number of the first bad line."""
    for number, line in enumerate(upload.data.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            entry = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise _bad_line(purpose, number, f"it is no JSON ({error})") from None
        if not isinstance(entry, dict):
            raise _bad_line(purpose, number, "it is no object")


def _bad_line(purpose: str, number: int, why: str) -> ApiError:
    return bad_value(
        "file",
        f"Invalid file format for purpose '{purpose}': it must hold one JSON object a line. Line {number}: {why}.",
        "invalid_jsonl",
    )


def _alive(state: State) -> list[Json]:
    """The files that have not expired, oldest first; those that have are deleted."""
    found = []
    for entry in list(state.every(KIND)):
        if entry.get("expires_at", now() + 1) <= now():
            state.delete(KIND, entry["id"])
        else:
            found.append(entry)
    return found


def _find(request: web.Request) -> Json:
    identifier = request.match_info["id"]
    for entry in _alive(request.app[CONTEXT].state):
        if entry["id"] == identifier:
            return entry
    raise not_found("File", identifier, "id")

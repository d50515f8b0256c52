"""Files: uploaded, listed, read back and deleted. They are real, and stay in the sandbox's folder until they go."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import orjson
from aiohttp import web

from playground.sandbox import checks
from playground.sandbox.checks import Json
from playground.sandbox.contents import Download
from playground.sandbox.errors import ApiError, bad_type, bad_value, not_found
from playground.sandbox.forms import stream_form
from playground.sandbox.ids import new_id, now
from playground.sandbox.state import State
from playground.sandbox.stores.keeper import KEEPER
from playground.sandbox.web import CONTEXT, json_answer, list_page

KIND = "file"
PURPOSES = ("assistants", "batch", "fine-tune", "vision", "user_data", "evals")
"""What a file can be uploaded for (OpenAPI document 2.3.0)."""
_LINES = ("batch", "fine-tune", "evals")
"""Purposes that want JSON Lines."""
MOST_BYTES = 512 * 1024**2
"""Of one file that comes in one request, as in the API; an upload in parts takes more."""
_LONGEST_LINE = 32 * 1024**2
_MOST = 10_000
EXPIRY = {"anchor": checks.choice("created_at"), "seconds": checks.integer(3600, 2_592_000)}
KNOWN: Mapping[str, checks.Check] = {
    "expires_after": checks.nested(EXPIRY, ["anchor", "seconds"]),
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
    """files.create: what is sent goes to the disk as it comes."""
    state = request.app[CONTEXT].state
    integers = ("expires_after[seconds]",)
    async with stream_form(request, "file", state.contents, MOST_BYTES, integers=integers) as form:
        checks.fields(form.fields, KNOWN)
        if form.name is None:
            raise bad_type("file", "a file", "")
        checks.require(form.fields, "purpose")
        if not form.sink.size:
            raise bad_value("file", "File is empty.", "invalid_file")
        await check_lines(form.sink.path, form.fields["purpose"], "file")
        made = describe(form.name, form.sink.size, form.fields["purpose"], form.fields.get("expires_after"))
        with state.transaction():
            state.put(KIND, made)
            form.sink.keep(state.contents.path(made["id"]))
    return json_answer(made)


def describe(name: str, size: int, purpose: str, expires_after: Json | None) -> Json:
    """A new file's object; `size` in bytes."""
    made: Json = {
        "id": new_id("file"),
        "object": "file",
        "bytes": size,
        "created_at": now(),
        "filename": name,
        "purpose": purpose,
        "status": "processed",
    }
    if expires_after:
        made["expires_at"] = made["created_at"] + expires_after["seconds"]
    return made


async def every(request: web.Request) -> web.StreamResponse:
    """files.list: newest first, all on one page unless `limit` says less."""
    purpose = request.query.get("purpose")
    entries = [entry for entry in alive(request.app[CONTEXT].state) if purpose in (None, entry["purpose"])]
    return json_answer(list_page(request, entries, usual=_MOST, most=_MOST).body())


async def retrieve(request: web.Request) -> web.StreamResponse:
    return json_answer(_find(request))


async def delete(request: web.Request) -> web.StreamResponse:
    """files.delete: out of every vector store, too."""
    identifier = _find(request)["id"]
    request.app[CONTEXT].state.delete(KIND, identifier)
    await request.app[KEEPER].forget(identifier)
    return json_answer({"id": identifier, "object": "file", "deleted": True})


async def content(request: web.Request) -> web.StreamResponse:
    """files.content: the bytes as they came, or the range of them that is asked for. Named as a file to save, and never
    as something that a browser runs."""
    found = _find(request)
    name = "".join(
        char if char.isascii() and char.isprintable() and char not in '"\\' else "_" for char in found["filename"]
    )
    return Download(
        request.app[CONTEXT].state.contents.path(found["id"]),
        {
            "Content-Type": "application/octet-stream",
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
        },
    )


async def check_lines(path: Path, purpose: str, param: str) -> None:
    """Raises ApiError (400) where a file for a purpose that wants JSON Lines holds none, with the first bad line."""
    if purpose in _LINES:
        await asyncio.to_thread(_check_lines, path, purpose, param)


def _check_lines(path: Path, purpose: str, param: str) -> None:
    with path.open("rb") as file:
        number = 0
        while line := file.readline(_LONGEST_LINE + 1):
            number += 1
            if len(line) > _LONGEST_LINE:
                raise _bad_line(param, purpose, number, f"it is longer than {_LONGEST_LINE:,} bytes")
            if not line.strip():
                continue
            try:
                entry = orjson.loads(line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line)
            except orjson.JSONDecodeError as error:
                raise _bad_line(param, purpose, number, f"it is no JSON ({error})") from None
            if not isinstance(entry, dict):
                raise _bad_line(param, purpose, number, "it is no object")


def _bad_line(param: str, purpose: str, number: int, why: str) -> ApiError:
    return bad_value(
        param,
        f"Invalid file format for purpose '{purpose}': it must hold one JSON object a line. Line {number}: {why}.",
        "invalid_jsonl",
    )


def alive(state: State) -> list[Json]:
    """The files that have not expired, oldest first; those that have are deleted."""
    found = []
    for entry in list(state.every(KIND)):
        if _expired(entry):
            state.delete(KIND, entry["id"])
        else:
            found.append(entry)
    return found


def find(state: State, identifier: str) -> Json | None:
    """A file that has not expired."""
    entry = state.get(KIND, identifier)
    if entry is not None and _expired(entry):
        state.delete(KIND, identifier)
        return None
    return entry


def _expired(entry: Json) -> bool:
    ends = entry.get("expires_at")
    return ends is not None and bool(ends <= now())


def _find(request: web.Request) -> Json:
    identifier = request.match_info["id"]
    entry = find(request.app[CONTEXT].state, identifier)
    if entry is None:
        raise not_found("File", identifier, "id")
    return entry

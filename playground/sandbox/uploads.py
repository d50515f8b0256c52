"""Uploads: a large file in parts of up to 64 MB, in any order and several at once, joined when they are complete.

An upload that is not complete after an hour has expired, and its parts are gone. There is no way to ask for an upload
(the API has none): its state is in the answers of the other methods.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from aiohttp import web

from playground.sandbox import checks, files
from playground.sandbox.checks import Json
from playground.sandbox.contents import Contents, Sink, disk_refuses
from playground.sandbox.errors import ApiError, bad_value, missing, not_found
from playground.sandbox.forms import stream_form
from playground.sandbox.ids import new_id, now
from playground.sandbox.state import State
from playground.sandbox.web import CONTEXT, json_answer, read_body

KIND = "upload"
PART = "upload_part"
LIFE = 3600
"""Seconds from an upload's beginning to its end."""
MOST_BYTES = 8 * 1024**3
MOST_PART = 64 * 1024**2
"""Bytes of a file, and of a part of it, as in the API."""
KNOWN: Mapping[str, checks.Check] = {
    "bytes": checks.integer(1, MOST_BYTES),
    "expires_after": checks.nested(files.EXPIRY, ["anchor", "seconds"]),
    "filename": checks.text(minimum=1),
    "mime_type": checks.text(),
    "purpose": checks.choice(*files.PURPOSES),
}
"""The parameters of uploads.create (openai 3.57.0; its types know `user_data` and `evals`, the document does not)."""
KNOWN_COMPLETE: Mapping[str, checks.Check] = {"md5": checks.text(), "part_ids": checks.strings}

_joining: web.AppKey[set[str]] = web.AppKey("uploads_joining", set[str])


def routes() -> list[web.RouteDef]:
    return [
        web.post("/v1/uploads", create),
        web.post("/v1/uploads/{id}/parts", add_part),
        web.post("/v1/uploads/{id}/complete", complete),
        web.post("/v1/uploads/{id}/cancel", cancel),
    ]


def prepare(app: web.Application) -> None:
    """What the handlers share, before the server runs."""
    app[_joining] = set()


async def create(request: web.Request) -> web.StreamResponse:
    """uploads.create"""
    state = request.app[CONTEXT].state
    body = await read_body(request)
    checks.fields(body, KNOWN)
    checks.require(body, "bytes", "filename", "mime_type", "purpose")
    for upload in list(state.every(KIND)):
        await _aged(state, upload)
    made: Json = {
        "id": new_id("upload"),
        "object": "upload",
        "bytes": body["bytes"],
        "created_at": now(),
        "filename": body["filename"],
        "purpose": body["purpose"],
        "status": "pending",
        "expires_at": now() + LIFE,
        "file": None,
    }
    state.put(KIND, {**made, "expires_after": body.get("expires_after")})
    return json_answer(made)


async def add_part(request: web.Request) -> web.StreamResponse:
    """uploads.parts.create"""
    state = request.app[CONTEXT].state
    identifier = (await _pending(request))["id"]
    async with stream_form(request, "data", state.contents, MOST_PART) as form:
        checks.fields(form.fields, {})
        if not form.sink.size:
            raise bad_value("data", "The part is empty.", "invalid_part")
        await _pending(request)  # it may have ended in the meantime
        held = sum(part["bytes"] for part in state.items(identifier, PART))
        if held + form.sink.size > MOST_BYTES:
            raise bad_value("data", f"The parts of an upload have at most {MOST_BYTES:,} bytes together.")
        made = {"id": new_id("part"), "object": "upload.part", "created_at": now(), "upload_id": identifier}
        with state.transaction():
            state.add_items(identifier, PART, [{**made, "bytes": form.sink.size}])
            form.sink.keep(state.contents.path(made["id"]))
    return json_answer(made)


async def complete(request: web.Request) -> web.StreamResponse:
    """uploads.complete: the parts in the order that is given, as one file. Where that fails the upload stays open."""
    state = request.app[CONTEXT].state
    upload = await _pending(request)
    body = await read_body(request)
    checks.fields(body, KNOWN_COMPLETE)
    if body.get("part_ids") is None:
        raise missing("part_ids")
    parts = _ordered(state, upload, body["part_ids"])
    joining = request.app[_joining]
    if upload["id"] in joining:
        raise ApiError(409, f"Upload '{upload['id']}' is being completed at this moment.", code="upload_in_use")
    joining.add(upload["id"])
    try:
        with state.contents.sink(upload["bytes"]) as sink:
            made = await _join(state, upload, parts, body.get("md5"), sink)
    except OSError as error:
        raise disk_refuses(error) from error
    finally:
        joining.discard(upload["id"])
    return json_answer(made)


async def cancel(request: web.Request) -> web.StreamResponse:
    """uploads.cancel: its parts are deleted, and none can be added."""
    state = request.app[CONTEXT].state
    upload = await _pending(request)
    if upload["id"] in request.app[_joining]:
        raise ApiError(409, f"Upload '{upload['id']}' is being completed at this moment.", code="upload_in_use")
    return json_answer(await _end(state, upload, "cancelled"))


async def _join(state: State, upload: Json, parts: list[str], md5: str | None, sink: Sink) -> Json:
    job = asyncio.ensure_future(asyncio.to_thread(state.contents.join, parts, sink.path))
    try:
        found = await asyncio.shield(job)
    except asyncio.CancelledError:
        await asyncio.wait([job])  # its file is taken away, and must not come back
        raise
    if md5 is not None and md5.lower() != found:
        raise bad_value(
            "md5", f"The MD5 of the joined parts is '{found}', not '{md5}': a part is not what was sent.",
            "md5_mismatch",
        )  # fmt: skip
    await files.check_lines(sink.path, upload["purpose"], "part_ids")
    upload = await _aged(state, state.get(KIND, upload["id"]) or upload)
    if upload["status"] != "pending":
        raise _not_pending(upload)
    return await _end(state, upload, "completed", sink)


def _ordered(state: State, upload: Json, identifiers: list[str]) -> list[str]:
    """The parts, checked: each of this upload, none twice, and together as large as was said. Raises ApiError (400)."""
    sizes = {part["id"]: part["bytes"] for part in state.items(upload["id"], PART)}
    for index, identifier in enumerate(identifiers):
        if identifier not in sizes:
            raise bad_value(
                f"part_ids[{index}]", f"Part '{identifier}' was not found in upload '{upload['id']}'.", "part_not_found"
            )
    if len(set(identifiers)) < len(identifiers):
        raise bad_value("part_ids", "Invalid 'part_ids': a part is in it more than once.", "duplicate_part")
    total = sum(sizes[identifier] for identifier in identifiers)
    if total != upload["bytes"]:
        raise bad_value(
            "part_ids",
            f"The parts have {total:,} bytes together, but the upload was created for {upload['bytes']:,} bytes.",
            "upload_size_mismatch",
        )
    return identifiers


async def _pending(request: web.Request) -> Json:
    """The upload of a request, which must be open. Raises ApiError: 404, or 400 with the state that it is in."""
    state = request.app[CONTEXT].state
    identifier = request.match_info["id"]
    upload = state.get(KIND, identifier)
    if upload is None:
        raise not_found("Upload", identifier, "upload_id")
    upload = await _aged(state, upload)
    if upload["status"] != "pending":
        raise _not_pending(upload)
    return upload


def _not_pending(upload: Json) -> ApiError:
    status = upload["status"]
    words = f"Upload '{upload['id']}' is {status}, not pending."
    if status == "completed":
        words += f" Its file is '{upload['file']['id']}'."
    return ApiError(400, words, param="upload_id", code=f"upload_{status}")


async def _aged(state: State, upload: Json) -> Json:
    """The upload as it is now: an open one expires."""
    if upload["status"] == "pending" and upload["expires_at"] <= now():
        await _end(state, upload, "expired")
    return upload


async def _end(state: State, upload: Json, status: str, whole: Sink | None = None) -> Json:
    """Write how an upload ended, with its file where it has become one, and delete its parts. All or nothing.

    Gives it as answers show it.
    """
    parts = [part["id"] for part in state.items(upload["id"], PART)]
    upload["status"] = status
    with state.transaction():
        if whole is not None:
            file = files.describe(upload["filename"], upload["bytes"], upload["purpose"], upload["expires_after"])
            upload["file"] = file
            state.put(files.KIND, file)
            whole.keep(state.contents.path(file["id"]))
        state.put(KIND, upload)
        for part in parts:
            state.delete_item(upload["id"], part)
    await asyncio.to_thread(_delete_each, state.contents, parts)  # on disk that is slow work
    return {name: value for name, value in upload.items() if name != "expires_after"}


def _delete_each(contents: Contents, parts: list[str]) -> None:
    for part in parts:
        contents.delete(part)

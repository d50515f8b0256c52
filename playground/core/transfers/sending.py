"""A file to a server: in one request, or by an upload in parts.

No request of these is safe to send twice by the API's own means (it has no idempotency keys). So that no file arrives
twice, an attempt of which the end is not known is first looked for in the server's list.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from playground.core.errors import ProblemError
from playground.core.transfers.body import FileBody
from playground.core.transfers.local import Stamp, opened
from playground.core.transfers.pace import Patience
from playground.core.transfers.parts import NOT_THERE, NoUploads, PartsUpload
from playground.core.transfers.purposes import FileFinding, check_file, is_sendable
from playground.core.transfers.rules import limit
from playground.core.transfers.work import ORIGIN, Work, problem_of

_LISTED = 100
_PAGES = 20
_SLACK = 2.0
"""Seconds: the API's times are whole seconds, and an answer is under way."""


def place_of(session: Any) -> str:
    """What tells one server and account from another: uploads are gone on with at the same one only."""
    profile = session.profile
    if profile.is_sandbox:
        return "sandbox"  # its port is another each time
    return " ".join(filter(None, (session.base_url, profile.organization, profile.project)))


async def send(work: Work) -> str:
    """Send the file of an item; gives its ID on the server. Raises ProblemError, KeyProblem."""
    work.tell("Checking")
    stopped = False
    try:
        found, stamp = await asyncio.to_thread(_looked_at, work, lambda: stopped)
    except OSError as error:
        raise ProblemError(work.explained(error)) from error
    finally:
        stopped = True
    work.findings = tuple(found)
    if not is_sendable(found):
        raise ProblemError(problem_of(next(one for one in found if one.severity == "error")))
    large = stamp.size > work.options.whole_most
    if large:
        try:
            return await PartsUpload(work, stamp, lambda since: find_made(work, since)).run()
        except NoUploads as none:
            if stamp.size > limit("create_bytes"):
                raise ProblemError(none.problem) from None
            await work.save(note="This server takes no uploads in parts: it was sent whole.")
    work.item = replace(work.item, stamp=stamp, size=stamp.size)
    return await work.trying(lambda: _whole(work, stamp), phase="Sending", patience=Patience(work.options))


def _looked_at(work: Work, stop: Callable[[], bool]) -> tuple[list[FileFinding], Stamp]:
    """What is wrong with the file, and its stamp; in one go, because a thousand small ones are looked at in a second.
    Raises LocalError where it was not to be checked."""
    item = work.item
    found = check_file(item.path, item.purpose, stop=stop) if item.checked else []
    if not is_sendable(found):
        return found, Stamp(0, 0, 0)
    with opened(item.path) as (_, stamp):
        return found, stamp


async def _whole(work: Work, stamp: Stamp) -> str:
    """files.create, once. Raises what it raises."""
    from openai.types import FileObject

    item = work.item
    if item.asked_at is not None and (known := await find_made(work)) is not None:
        await work.save(note="The connection broke after it had arrived: it was found on the server.")
        return known
    fields: dict[str, Any] = {"purpose": item.purpose}
    if item.expires_after is not None:
        fields["expires_after"] = {"anchor": "created_at", "seconds": item.expires_after}
    body = FileBody(item.path, stamp, 0, stamp.size, lambda count: work.moved(0, count))
    async with work.lanes:
        await work.pace.ready()
        await work.save(asked_at=time.time())
        try:
            made = await work.post_file("files.create", "/files", FileObject, "file", body, fields)
        except BaseException as error:
            # What was not handed over wholly made no file, and a refusal is an answer.
            if not body.is_sent or 400 <= getattr(error, "status_code", 0) < 500:
                await asyncio.shield(asyncio.ensure_future(work.save(asked_at=None)))
            raise
    return str(made.id)


async def find_made(work: Work, since: float | None = None) -> str | None:
    """The file that an attempt made whose answer never came: with the item's name, size and purpose, made after it was
    asked for, and nobody else's. `since`: by the server's clock; else the item's own time, put on the server's clock by
    the answer's Date. None where there is none. Raises the SDK's errors."""
    import openai

    assert work.session is not None
    item = work.item
    client = await work.session.client()
    fit: list[str] = []
    after: dict[str, Any] = {}
    for _ in range(_PAGES):
        with work.session.calling("files.list", ORIGIN):
            try:
                raw = await client.files.with_raw_response.list(
                    purpose=item.purpose, limit=_LISTED, order="desc", **after
                )
            except openai.APIStatusError as error:
                if error.status_code in NOT_THERE:
                    return None  # this server has no list
                raise
        if since is None:
            since = (item.asked_at or time.time()) + _ahead(raw.headers.get("date")) - _SLACK
        page = raw.parse()
        data = list(page.data or ())
        for one in data:
            if one.created_at < since:
                data = []
                break
            if (one.filename, one.bytes) == (item.name, item.size):
                fit.append(one.id)
        if not data or not getattr(page, "has_more", False):
            break
        after = {"after": data[-1].id}
    if not fit:
        return None
    claimed = await work.io(work.store.claimed, fit)
    free = [one for one in fit if one not in claimed]
    return free[-1] if free else None


def _ahead(date: str | None) -> float:
    """Seconds that the server's clock is ahead of this machine's."""
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(date or "").timestamp() - time.time()
    except (ValueError, TypeError):
        return 0.0

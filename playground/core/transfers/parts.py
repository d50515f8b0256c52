"""An upload in parts: several at once, each alone sent again where it fails, gone on with after a restart.

The journal has every part that the server has. A part is known by its place in the file, so that none can be in the
result twice, whatever was sent how often; the server compares the MD5 of the whole in the end.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from playground.core.errors import Problem, ProblemError
from playground.core.transfers.body import FileBody, md5_of, mime_type_of
from playground.core.transfers.local import Stamp
from playground.core.transfers.model import PartRow, UploadRow, UploadState
from playground.core.transfers.pace import Patience
from playground.core.transfers.rules import limit
from playground.core.transfers.work import Settled, Work

_AGAIN = 2
"""Times that it may begin anew by itself."""
_TOO_LATE = 20.0
"""Seconds before the end of an upload at which nothing is begun in it any more."""
_OVER = ("expired", "cancelled", "completed", "not pending", "not found")

Find = Callable[[float], Awaitable[str | None]]


NOT_THERE = (404, 405, 501)
"""What servers answer that do not have a method."""


class NoUploads(Exception):
    """The server takes no uploads in parts."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.line())
        self.problem = problem


class _Anew(Exception):
    """The upload on the server is of no use; the words say why."""


class PartsUpload:
    """Sends one large file."""

    def __init__(self, work: Work, stamp: Stamp, find: Find) -> None:
        """`find` looks on the server for the file that was made since a time of the server's clock."""
        self._work, self._stamp, self._find = work, stamp, find
        self._row: UploadRow | None = None

    async def run(self) -> str:
        """The file's ID. Raises NoUploads, ProblemError."""
        work = self._work
        for _ in range(_AGAIN + 1):
            try:
                row = await self._begin()
                return await self._go_on(row)
            except _Anew as reason:
                await self._give_up(str(reason))
        problem = Problem(
            "The upload cannot be finished",
            f"It was begun {_AGAIN + 1} times. {work.item.note}",
            "See whether something writes the file, and whether the server keeps uploads as long as the API does.",
            "After that.",
            type="upload",
        )
        raise ProblemError(problem)

    async def _give_up(self, why: str) -> None:
        """Before it begins anew: nothing of the old one is to stay on the server."""
        work = self._work
        if self._row is not None:
            left = await cancel_upload(work, self._row.key, self._row.upload_id)
            if left in ("pending", "asked"):
                why += " The old upload could not be cancelled, and ends by itself."
            elif left == "completed":
                why += " The old upload had become a file, which is on the server, too."
        self._row = None
        work.rest(kept=False)
        await work.save(note=why)

    # ---- the upload

    async def _begin(self) -> UploadRow:
        """The upload to send parts to: the one that was begun, or a new one. Raises _Anew, NoUploads, ProblemError."""
        work = self._work
        self._row = row = await work.io(work.store.upload, work.item.id)
        if row is not None:
            if not row.completing and row.expires_at - time.time() < _TOO_LATE:
                raise _Anew("The hour that a server keeps an upload was over: it began anew.")
            if work.item.stamp != self._stamp:
                raise _Anew("The file has changed since it was begun: it began anew.")
            return row
        work.item = replace(work.item, stamp=self._stamp, size=self._stamp.size)
        await work.save()
        try:
            return await work.trying(self._create, phase="Beginning an upload")
        except ProblemError as error:
            if error.problem.status in NOT_THERE:
                raise NoUploads(error.problem) from error
            raise

    async def _create(self) -> UploadRow:
        """uploads.create, once."""
        from openai.types import Upload

        work, item = self._work, self._work.item
        key = await work.io(work.store.asked, item, work.options.part_bytes, float(limit("upload_seconds")))
        body: dict[str, Any] = {
            "bytes": item.size, "filename": item.name, "mime_type": mime_type_of(item.name), "purpose": item.purpose,
        }  # fmt: skip
        if item.expires_after is not None:
            body["expires_after"] = {"anchor": "created_at", "seconds": item.expires_after}
        try:
            made = await work.post("uploads.create", "/uploads", Upload, body)
        except Exception as error:
            if hasattr(error, "status_code"):  # it was refused, so there is none
                await work.io(work.store.ended, key, "gone")
            raise
        created, expires = _number(made, "created_at"), _number(made, "expires_at")
        life = expires - created if expires > created > 0 else float(limit("upload_seconds"))
        await work.io(work.store.begun, key, made.id, created, time.time() + life)
        row = await work.io(work.store.upload, item.id)
        assert row is not None
        self._row = row
        return row

    async def _go_on(self, row: UploadRow) -> str:
        """Send what is missing, and complete it. Raises _Anew, ProblemError."""
        work = self._work
        have = {part.number: part for part in await work.io(work.store.parts, row.key)}
        work.keep_only({number: part.length for number, part in have.items()})
        if have:
            work.tell(f"Going on after {len(have)} of {len(_ranges(self._stamp.size, row.part_bytes))} parts")
        stopped = False
        ranges = {number: (part.start, part.length) for number, part in have.items()}
        hashing = asyncio.ensure_future(asyncio.to_thread(md5_of, work.item.path, self._stamp, ranges, lambda: stopped))
        try:
            await self._send(row, have)
            work.tell("Computing the checksum")
            try:
                md5, digests = await asyncio.shield(hashing)
            except OSError as error:
                raise ProblemError(work.explained(error)) from error
            wrong = [number for number, digest in digests.items() if have[number].sha256 != digest]
            for number in wrong:
                await work.io(work.store.drop_part, row.key, number)
                del have[number]
            if wrong:  # what was sent before is not what is in the file now
                await self._send(row, have)
        finally:
            stopped = True
            if not hashing.done():
                await asyncio.wait((hashing,))
            if not hashing.cancelled():
                hashing.exception()
        return await self._complete(row, [have[number].part_id for number in sorted(have)], md5)

    # ---- its parts

    async def _send(self, row: UploadRow, have: dict[int, PartRow]) -> None:
        """Send the parts that are not there, several at once; `have` gets them. Raises _Anew, ProblemError."""
        ranges = _ranges(self._stamp.size, row.part_bytes)
        missing = deque(number for number in range(len(ranges)) if number not in have)

        async def sender() -> None:
            while missing:
                number = missing.popleft()
                have[number] = await self._part(row, number, *ranges[number])

        count = min(self._work.options.parallel, len(missing))
        senders = [asyncio.ensure_future(sender()) for _ in range(count)]
        try:
            await asyncio.gather(*senders)
        finally:
            for one in senders:
                one.cancel()
            if senders:
                await asyncio.wait(senders)

    async def _part(self, row: UploadRow, number: int, start: int, length: int) -> PartRow:
        """One part, as often as it takes. Raises _Anew, ProblemError."""
        work = self._work
        body = FileBody(work.item.path, self._stamp, start, length, lambda count: work.moved(number, count))

        async def once() -> PartRow:
            from openai.types.uploads import UploadPart

            if row.expires_at - time.time() < 0:
                raise Settled(_expired())
            async with work.lanes:
                try:
                    made = await work.post_file(
                        "uploads.parts.create", f"/uploads/{row.upload_id}/parts", UploadPart, "data", body
                    )
                except Exception as error:
                    if _is_over(work, error):
                        raise Settled(work.explained(error)) from error
                    raise
            part = PartRow(number, start, length, made.id, body.sha256)
            await work.io(work.store.add_part, row.key, part)
            return part

        try:
            return await work.trying(once, phase="Sending", patience=Patience(work.options))
        except Settled as settled:
            raise _Anew(f"The server had given the upload up ({settled.problem.line()}): it began anew.") from None

    # ---- its end

    async def _complete(self, row: UploadRow, part_ids: list[str], md5: str) -> str:
        """Join the parts to the file. Raises _Anew, ProblemError."""
        work = self._work
        if row.completing and (known := await self._made(row)) is not None:
            return known
        await work.io(work.store.completing, row.key)
        self._row = replace(row, completing=True)

        async def once() -> str:
            from openai.types import Upload

            body = {"part_ids": part_ids, "md5": md5}
            try:
                made = await work.post("uploads.complete", f"/uploads/{row.upload_id}/complete", Upload, body)
            except Exception as error:
                problem = work.explained(error)
                if 400 <= (problem.status or 0) < 500 and problem.again in ("change", "never", None):
                    raise Settled(problem) from error
                raise
            file = getattr(made, "file", None)
            identifier = getattr(file, "id", None)
            if not isinstance(identifier, str):
                raise ProblemError(Problem(
                    "The upload has no file", "uploads.complete answered without one.",
                    "See the request's details for what came.", "Perhaps.", type="not_json",
                ))  # fmt: skip
            return identifier

        try:
            made = await work.trying(once, phase="Joining the parts")
        except Settled as settled:
            known = await self._made(row)
            if known is None:
                raise self._refused(settled.problem) from None
            made = known
        await work.io(work.store.ended, row.key, "completed")
        return made

    async def _made(self, row: UploadRow) -> str | None:
        """The file of an upload that was completed without an answer that said so."""
        known = await self._work.trying(
            lambda: self._find(row.created_at or row.began_at), phase="Looking for it on the server"
        )
        if known is not None:
            await self._work.io(self._work.store.ended, row.key, "completed")
            await self._work.save(note="It was complete already, and was found on the server.")
        return known

    def _refused(self, problem: Problem) -> Exception:
        """What a refused completion leads to: the parts are not right and are sent anew, or nothing helps."""
        words = (problem.server_words or problem.cause).lower()
        if "md5" in words or "checksum" in words:
            return _Anew("What the server had was not what is in the file: it began anew.")
        if problem.status == 404 or any(part in words for part in _OVER) or "part" in words:
            return _Anew(f"The server did not have the whole upload any more ({problem.line()}): it began anew.")
        return ProblemError(problem)


async def cancel_upload(work: Work, key: int, upload_id: str | None) -> UploadState:
    """Cancel an upload on the server; gives what it is now: `cancelled`, `completed` where it had become a file before,
    `gone` where the server does not know it, and `pending` or `asked` where it may still be there. Raises
    JournalError."""
    from openai.types import Upload

    if upload_id is None:
        return "asked"
    state: UploadState = "cancelled"
    try:
        await work.post("uploads.cancel", f"/uploads/{upload_id}/cancel", Upload)
    except Exception as error:
        if not _is_over(work, error):
            return "pending"
        state = "completed" if "completed" in (work.explained(error).server_words or "").lower() else "gone"
    await work.io(work.store.ended, key, state)
    return state


def _is_over(work: Work, error: Exception) -> bool:
    """Whether it says that the upload is not open any more."""
    problem = work.explained(error)
    words = (problem.server_words or "").lower()
    return problem.status == 404 or (problem.status in (400, 409, 410) and any(part in words for part in _OVER))


def _ranges(size: int, part_bytes: int) -> list[tuple[int, int]]:
    """Start and length of each part."""
    return [(start, min(part_bytes, size - start)) for start in range(0, size, part_bytes)]


def _number(made: Any, name: str) -> float:
    value = getattr(made, name, None)
    return float(value) if isinstance(value, int | float) else 0.0


def _expired() -> Problem:
    return Problem("The upload has expired", "A server keeps one for an hour.", "It is begun anew.")

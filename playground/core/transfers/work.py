"""What sending and fetching have in common: one transfer that is being worked on, and its requests."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from typing import Any, ParamSpec, TypeVar

from playground.core.errors import Problem, ProblemError, explain
from playground.core.recording import late_body
from playground.core.session import Session
from playground.core.transfers.body import FileBody, mime_type_of
from playground.core.transfers.local import LocalError
from playground.core.transfers.model import Item
from playground.core.transfers.pace import Meter, Options, Pace, Patience
from playground.core.transfers.purposes import told
from playground.core.transfers.rules import FileFinding
from playground.core.transfers.store import TransferStore

ORIGIN = "transfers"
LOGGED = 4 * 1024
"""Bytes of each file or part that the request log keeps: enough to see what it is."""

T = TypeVar("T")
P = ParamSpec("P")


class Work:
    """One transfer under way: what it may use, and whom it tells."""

    def __init__(
        self,
        item: Item,
        store: TransferStore,
        executor: Executor,
        lanes: asyncio.Semaphore,
        options: Options,
        changed: Callable[[Work, bool], object],
    ) -> None:
        """`changed` is told of what is new, and whether it is more than some bytes."""
        self.item = item
        self.store = store
        self.lanes = lanes
        self.options = options
        self._executor = executor
        self._changed = changed
        self.session: Session | None = None
        self.pace = Pace()
        self.meter = Meter()
        self.phase = ""
        self.retry_at: float | None = None
        self.findings: tuple[FileFinding, ...] = ()
        self._moved: dict[int, int] = {}
        self.told_at = 0.0

    async def io(self, action: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do something with the journal, in its thread."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, partial(action, *args, **kwargs))

    async def save(self, **changes: Any) -> None:
        """Change the item, here and in the journal."""
        self.item = replace(self.item, **changes)
        await self.io(self.store.put, self.item)
        if changes.keys() != {"asked_at"}:  # nobody sees that
            self._changed(self, True)

    def tell(self, phase: str, retry_at: float | None = None) -> None:
        """What it is doing now."""
        if (phase, retry_at) != (self.phase, self.retry_at):
            self.phase, self.retry_at = phase, retry_at
            self._changed(self, True)

    @property
    def sent(self) -> int:
        """Bytes that have moved; what is sent again counts once."""
        return sum(self._moved.values())

    def moved(self, number: int, count: int) -> None:
        """So many bytes of a part (or of the whole, 0) have moved."""
        before = self._moved.get(number, 0)
        self._moved[number] = count
        if count > before:
            self.meter.add(count - before)
        self._changed(self, False)

    def rest(self, kept: bool) -> None:
        """Nothing moves any more. `kept`: what has moved is not to be moved again."""
        self.meter.rest()
        if not kept:
            self._moved.clear()

    def keep_only(self, numbers: dict[int, int]) -> None:
        """Parts that are there already, with their bytes; all else counts as not sent."""
        self._moved = dict(numbers)

    # ---- requests

    def explained(self, error: BaseException) -> Problem:
        """What an error means here."""
        if isinstance(error, LocalError):
            return problem_of(told(error, self.item.path))
        session = self.session
        return explain(
            error, base_url=session.base_url if session else "", profile=session.profile.name if session else ""
        )

    async def trying(self, action: Callable[[], Awaitable[T]], *, phase: str, patience: Patience | None = None) -> T:
        """The result of an action that is tried again where that may help, after the wait that the server asks for.
        Raises ProblemError."""
        patience = patience or Patience(self.options)
        while True:
            await self.pace.ready()
            self.tell(phase)
            try:
                result = await action()
            except Settled:
                raise
            except Exception as error:
                problem = self.explained(error)
                wait = patience.wait(problem)
                if wait is None:
                    raise ProblemError(problem) from error
                if problem.sort == "rate" or problem.status == 503:
                    self.pace.hold(wait)
                self.tell(f"{problem.title}; trying again", time.monotonic() + wait)
                await asyncio.sleep(wait)
            else:
                patience.good()
                return result

    async def post(self, method: str, path: str, cast_to: Any, body: dict[str, Any] | None = None) -> Any:
        """A request of the SDK with a JSON body, sent once. Raises the SDK's errors, ProblemError."""
        assert self.session is not None
        client = await self.session.client()
        with self.session.calling(method, ORIGIN):
            answer = await client.post(path, cast_to=cast_to, body=body, options={"max_retries": 0})
        return _object(answer, method)

    async def post_file(
        self, method: str, path: str, cast_to: Any, field: str, body: FileBody, fields: dict[str, Any] | None = None
    ) -> Any:
        """The same with a file or a part in a form. Raises LocalError, too."""
        assert self.session is not None
        client = await self.session.client()
        loop = asyncio.get_running_loop()
        guard = asyncio.timeout(self.options.stall)
        body.on_moved = lambda: guard.reschedule(None if body.is_sent else loop.time() + self.options.stall)
        files = {field: (self.item.name, body.mark, mime_type_of(self.item.name))}
        options: Any = {"headers": {"Content-Type": "multipart/form-data"}, "max_retries": 0}
        sending = late_body.set(body)
        try:
            with self.session.calling(method, ORIGIN, keep=LOGGED):
                async with guard:
                    answer = await client.post(path, cast_to=cast_to, body=fields, files=files, options=options)
        except TimeoutError as error:
            raise ProblemError(self.stalled()) from error
        except Exception as error:
            if body.error is not None:
                raise body.error from error
            raise
        finally:
            late_body.reset(sending)
        return _object(answer, method)

    def stalled(self) -> Problem:
        """Of a connection on which nothing moves."""
        return Problem(
            "The connection stood still",
            f"No byte has moved for {self.options.stall:g} s.",
            "It is tried again on a new connection.",
            "Yes.",
            type="connection_error",
            code="write_timeout",
            again="now",
        )


class Settled(Exception):
    """An answer that trying again does not change, and that is dealt with elsewhere."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.line())
        self.problem = problem


def problem_of(found: FileFinding) -> Problem:
    """A finding as the reason why something failed."""
    return Problem(found.words, found.why, found.remedy, "After that.", type="file_error", code=found.rule)


def _object(answer: Any, method: str) -> Any:
    """Raises ProblemError where an answer is none of the API's objects."""
    if isinstance(getattr(answer, "id", None), str) and answer.id:
        return answer
    raise ProblemError(
        Problem(
            "The answer could not be read",
            f"{method} answered with something that has no ID.",
            "Check the base URL; a proxy may have answered. See the request's details for what came.",
            "Perhaps.",
            type="not_json",
        )
    )

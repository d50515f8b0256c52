"""Requests about stores: tried again where that helps and does no harm, and read page by page."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from playground.core.errors import Problem, ProblemError, explain
from playground.core.transfers.pace import Options, Patience
from playground.core.unkeyed import without_keys

if TYPE_CHECKING:
    from playground.core.session import Session

ORIGIN = "stores"
ONCE = Options(tries=1)
"""For who asks again by itself."""
TRIES = Options(tries=4, first_wait=0.5, longest_wait=20.0)
PAGE = 100
"""Entries of a page: the most that the API gives."""
MOST = 100_000
"""Entries that are listed at most."""
Sleep = Callable[[float], Awaitable[object]]
T = TypeVar("T")


async def ask(
    session: Session,
    method: str,
    body: Mapping[str, Any],
    *,
    once: bool = False,
    options: Options | None = None,
    sleep: Sleep = asyncio.sleep,
) -> dict[str, Any]:
    """The answer of a method of the SDK, after as many attempts as help. `once`: sent again it would do a second
    thing, so that only what was surely refused (429, 503) is sent again. Raises ProblemError."""
    from playground.core.calls import call

    patience = Patience(options or TRIES)
    while True:
        try:
            answer = without_keys(await call(session, method, body, origin=ORIGIN))
        except Exception as error:
            problem = explain(error, base_url=session.base_url, profile=session.profile.name)
            wait = patience.wait(problem)
            if wait is None or (once and problem.status not in (429, 503)):
                raise ProblemError(problem) from error
            await sleep(wait)
        else:
            if isinstance(answer, dict):
                return answer
            raise ProblemError(no_object(method))


async def pages(
    session: Session,
    method: str,
    body: Mapping[str, Any],
    made: Callable[[Any], T | None],
    name: Callable[[T], str],
    options: Options | None = None,
) -> AsyncIterator[list[T]]:
    """The entries of a list, a page at a time, each once; a server that gives the same page again ends it. Raises
    ProblemError."""
    known: set[str] = set()
    asked: dict[str, Any] = {"limit": PAGE, **body}
    while True:
        answer = await ask(session, method, asked, options=options)
        data = answer.get("data")
        found = [one for one in map(made, data if isinstance(data, list) else ()) if one is not None]
        fresh = [one for one in found if name(one) not in known]
        known.update(map(name, fresh))
        yield fresh
        if answer.get("has_more") is not True or not fresh or len(known) >= MOST:
            return
        asked = {**asked, "after": name(fresh[-1])}


def object_of(made: T | None, method: str) -> T:
    """Raises ProblemError where an answer is none of the API's objects."""
    if made is None:
        raise ProblemError(no_object(method))
    return made


def no_object(method: str) -> Problem:
    return Problem(
        "The answer could not be read",
        f"{method} answered with something that has no ID.",
        "Check the base URL; a proxy may have answered. See the request's details for what came.",
        "Perhaps.",
        type="not_json",
    )

"""What the commands of `playground stores` share: stores by name, lines, exit codes."""

from __future__ import annotations

from collections.abc import Iterable

from playground.cli.output import NO_CONNECTION, REFUSED, WRONG_USAGE, write
from playground.core.errors import Problem, ProblemError
from playground.core.session import Session
from playground.core.stores import reading
from playground.core.stores.model import Store
from playground.core.visible import visible_line


def code_of(problem: Problem) -> int:
    """The exit code that a problem means."""
    if problem.type == "connection_error":
        return NO_CONNECTION
    return WRONG_USAGE if problem.type == "usage" else REFUSED


def wrong(title: str, cause: str, remedy: str) -> ProblemError:
    """An error of how it was called."""
    return ProblemError(Problem(title, cause, remedy, "Not as it is.", type="usage"))


def line(text: str) -> None:
    """A line on stdout; what a server said may be part of it."""
    write(f"{visible_line(text)}\n".encode("utf-8", "replace"))


async def found(session: Session, names: Iterable[str]) -> list[Store]:
    """The stores of these IDs or names. Raises ProblemError where there is none, or more than one."""
    stores: list[Store] = []
    every: list[Store] | None = None
    for name in names:
        if name.startswith("vs_"):
            stores.append(await reading.store(session, name))
            continue
        if every is None:
            every = [one async for page in reading.list_stores(session) for one in page]
        meant = [one for one in every if name in (one.id, one.name)]
        if len(meant) != 1:
            words = "No store" if not meant else f"{len(meant)} stores"
            ids = ", ".join(one.id for one in meant[:5])
            raise wrong(f"{words} by the name “{name}”", ids or "None is called so.", "Name it by its ID.")
        stores += meant
    return stores

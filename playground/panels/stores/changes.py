"""What is changed on the server: a store made, named, deleted, files added and taken out, and what of it failed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.core.errors import Problem, ProblemError
from playground.core.stores import adding, changing, reading
from playground.core.stores.desk import StoreDesk
from playground.core.stores.model import Store
from playground.core.stores.rules import Chunking
from playground.widgets.controls import Banner

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.session import Session
    from playground.core.stores.adding import Added
    from playground.panels.contract import PanelContext
    from playground.panels.stores.view import StoresView


class Failure(QWidget):
    """A problem, until it is put away or something else is done."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("stores.failure")
        self.banner: Banner | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 12, 16, 12)
        self.hide()

    def show_problem(self, problem: Problem, view: StoresView) -> None:
        """In place of the one before."""
        self.put_away()
        self.banner = Banner(problem)
        self.banner.opened.connect(view._id_opened)
        dismiss = view.context.commands.get("stores.dismiss")
        if dismiss is not None:
            dismiss.setEnabled(True)
            self.banner.add_action(dismiss)
        self._column.addWidget(self.banner)
        self.show()

    def put_away(self) -> None:
        if self.banner is not None:
            self.banner.hide()
            self.banner.deleteLater()
            self.banner = None
        self.hide()


class Changes(QObject):
    """One after another as they are asked for; each says at its end how it was."""

    def __init__(self, context: PanelContext, view: StoresView) -> None:
        super().__init__(view)
        self._context, self._view = context, view
        self._running: dict[Operation[Any], Callable[[Any], None]] = {}
        context.commands.add(
            "stores.dismiss", "Dismiss", self.put_away, group="Vector stores", icon="x", scope=view, enabled=False
        )
        self.failure = Failure()

    def put_away(self) -> None:
        """Say no more about a failure."""
        self.failure.put_away()
        dismiss = self._context.commands.get("stores.dismiss")
        if dismiss is not None:
            dismiss.setEnabled(False)

    def _run(self, work: Callable[[Session], Awaitable[Any]], label: str, then: Callable[[Any], None]) -> None:
        self.put_away()
        desk = StoreDesk(self._context.sessions, self._view.list.profile)
        operation = self._context.bridge.call(desk.asking(work), label=label, owner=self)
        self._running[operation] = then
        operation.finished.connect(self._ended)

    def _ended(self) -> None:
        for operation in [one for one in self._running if one.done]:
            then = self._running.pop(operation)
            if isinstance(operation.error, ProblemError):
                self.failure.show_problem(operation.error.problem, self._view)
            elif operation.error is None and operation.state != "cancelled":
                then(operation.result)

    # What is done

    def name(self, name: str, store_id: str) -> None:
        """Make a store with this name, or give it to one that is there."""
        if store_id:
            self._run(partial(_rename, store=store_id, name=name), "Renaming the store", self._changed)
        else:
            self._run(partial(_make, name=name), "Making the store", self._made)

    def _changed(self, store: Store) -> None:
        self._view.list.put([store])

    def _made(self, store: Store) -> None:
        self._view.list.put([store])
        self._view.list.open_store(store.id)

    def delete(self, store_id: str) -> None:
        self._run(partial(_delete, store=store_id), "Deleting the store", self._deleted)

    def _deleted(self, store_id: str) -> None:
        self._view.list.take_out(store_id)
        self._context.notify("The store was deleted.")

    def take_out(self, store_id: str, file_id: str) -> None:
        self._run(partial(_remove, store=store_id, file=file_id), "Taking the file out", self._filed)

    def add(self, store_id: str, files: list[str], chunking: Chunking) -> None:
        """Files of the server."""
        self._run(partial(_add, store=store_id, files=files, chunking=chunking), "Adding the files", self._filed)

    def _filed(self, result: tuple[Store, Problem | None]) -> None:
        store, problem = result
        self._view.list.put([store])
        if self._view.store is not None and self._view.store.id == store.id:
            self._view.files.load()
        if problem is not None:
            self.failure.show_problem(problem, self._view)


async def _make(session: Session, name: str) -> Store:
    return await changing.create(session, changing.Draft(name))


async def _rename(session: Session, store: str, name: str) -> Store:
    return await changing.update(session, store, name=name)


async def _delete(session: Session, store: str) -> str:
    await changing.delete(session, store)
    return store


async def _remove(session: Session, store: str, file: str) -> tuple[Store, Problem | None]:
    await changing.remove_file(session, store, file)
    return await reading.store(session, store), None


async def _add(session: Session, store: str, files: list[str], chunking: Chunking) -> tuple[Store, Problem | None]:
    entries = [adding.Entry(one, chunking=chunking) for one in files]
    added: AsyncIterator[Added] = adding.add_files(session, store, entries)
    problems = [one.problem async for one in added if one.problem is not None]
    return await reading.store(session, store), problems[0] if problems else None

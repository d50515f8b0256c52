"""Saved requests in the window: listed in the tree, opened, saved, deleted; which environment fills their variables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from playground.core.errors import Problem, ProblemError, explain
from playground.panels.explorer.saved_work import Deleting, Prepared, Reading, Renaming, Saving, Scanning

if TYPE_CHECKING:
    from PySide6.QtWidgets import QFileDialog

    from playground.bridge import Operation
    from playground.core.saved import SavedRequest, Scan, Written
    from playground.panels.contract import PanelContext
    from playground.panels.explorer.view import ExplorerView


class SavedRequests(QObject):
    """One folder at a time, and at most one request of it that is open."""

    def __init__(self, view: ExplorerView, context: PanelContext) -> None:
        super().__init__(view)
        self._view, self._context = view, context
        self.folder = context.cache.parent / "requests"
        self.scan: Scan | None = None
        self.current: SavedRequest | None = None
        """The one that is open, as its file has it."""
        self.environment = ""
        self.dialog: QFileDialog | None = None
        self._asked = ""
        """What the bar asks for: save, rename, or delete."""
        self._working: dict[Operation[Any], Callable[[Any], None]] = {}

    # The list

    def refresh(self) -> None:
        """Read the folder again; others write there too."""
        self._run(Scanning(self.folder), "Reading the saved requests", self._scanned)

    def _scanned(self, scan: Scan | None) -> None:
        self.scan = scan
        environments = scan.environments if scan is not None else ()
        if self.environment not in environments:
            self.environment = ""
        self._view.methods.show_saved(scan, self.environment)
        if scan is not None and scan.broken:
            first = scan.broken[0]
            more = f" ({len(scan.broken) - 1} more cannot be read.)" if len(scan.broken) > 1 else ""
            where = first.path.name if first.line is None else f"{first.path.name}, line {first.line}"
            self._view.methods.note.setToolTip(f"{where} cannot be read: {first.reason}{more}")

    def choose_folder(self) -> None:
        """Ask for another folder."""
        from PySide6.QtWidgets import QFileDialog  # a dear class, and not needed before

        self._view.bring_forward()
        self.dialog = dialog = QFileDialog(self._view, "Folder of saved requests", str(self.folder))
        dialog.setObjectName("explorer.folder")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self.use_folder)
        dialog.open()

    def use_folder(self, folder: str) -> None:
        """List the requests of this folder, from now on."""
        self.folder, self.current = Path(folder), None
        self._view.keep_soon()
        self.refresh()

    def use_environment(self, name: str) -> None:
        """Fill the variables of saved requests from this one; "" from none."""
        self.environment = name
        self._view.keep_soon()
        self._view.page.preview.refresh()

    # One of them

    def open(self, path: str) -> None:
        """Show a request of the folder."""
        self._run(Reading(Path(path)), "Reading a saved request", self._opened)

    def _opened(self, request: SavedRequest) -> None:
        if not self._view.shows(request.method):
            return
        self._view.open_method(request.method, {**request.arguments, **({"stream": True} if request.stream else {})})
        if not request.stream and self._view.page.streams:
            self._view.toggle_stream()
        self._is_open(request)
        self._view.page.say(request.description)

    def _is_open(self, request: SavedRequest | None) -> None:
        self.current = request
        self._view.page.head.show_saved(request.title if request is not None else "")
        self._view.page.preview.refresh()
        self._view.sync()

    def method_opened(self) -> None:
        """Another method is shown: no saved request is open any more."""
        if self.current is not None:
            self._is_open(None)

    def prepared(self) -> Prepared | None:
        """What makes the arguments of the open request those that are sent; None where none is open."""
        entry = self._view.page.entry
        if self.current is None or self.current.path is None or entry is None:
            return None
        return Prepared(self.folder, self.current.path, self.environment, entry)

    # Saving and deleting

    def save(self) -> None:
        """Write over the file of the request that is open; a new one gets a title first."""
        if self.current is None:
            self.save_as()
        else:
            self._save(self.current, self.current.title)

    def save_as(self) -> None:
        """Ask for a title, then write a new file."""
        entry = self._view.page.entry
        if entry is not None:
            self._asked = "save"
            self._view.bring_forward()
            self._view.title_bar.ask("Title", f"{self.current.title} 2" if self.current is not None else entry.name)
            self._view.sync()

    def rename(self) -> None:
        """Ask for another title."""
        if self.current is not None:
            self._asked = "rename"
            self._view.title_bar.ask("New title", self.current.title)
            self._view.sync()

    def delete(self) -> None:
        """Ask, then remove the file."""
        if self.current is not None and self.current.path is not None:
            self._asked = "delete"
            words = f"Delete the saved request “{self.current.title}”? The file {self.current.path.name} is removed."
            self._view.title_bar.ask(words)
            self._view.sync()

    def agree(self) -> None:
        """Do what was asked."""
        asked, title = self._asked, self._view.title_bar.text()
        if asked in ("save", "rename") and not title:
            return
        self.put_away()
        path = self.current.path if self.current is not None else None
        if asked == "save":
            self._save(None, title)
        elif asked == "delete" and path is not None:
            self._run(Deleting(self.folder, path), "Deleting a saved request", self._deleted)
        elif asked == "rename" and path is not None:
            self._run(Renaming(self.folder, path, title), "Renaming a saved request", self._renamed)

    def put_away(self) -> None:
        self._asked = ""
        self._view.title_bar.put_away(self._view.page.tabs.buttons[0])
        self._view.sync()

    def _save(self, former: SavedRequest | None, title: str) -> None:
        page = self._view.page
        if page.entry is not None:
            work = Saving(self.folder, former, title, page.entry, page.arguments(), page.streams)
            self._run(work, "Saving a request", self._saved)

    def _saved(self, written: Written) -> None:
        self._is_open(written.request)
        path = written.request.path
        notes = " ".join(written.notes)
        self._view.page.say(f"Saved as {path.name if path is not None else ''}. {notes}".strip())
        self.refresh()

    def _renamed(self, request: SavedRequest) -> None:
        self._is_open(request)
        self.refresh()

    def _deleted(self, _nothing: None) -> None:
        self._is_open(None)
        self._view.page.say("The file was deleted. What it held is still here.")
        self.refresh()

    # Work

    def _run(self, work: Callable[[], Any], label: str, then: Callable[[Any], None]) -> None:
        operation = self._context.bridge.blocking(work, label=label, owner=self)
        self._working[operation] = then
        operation.finished.connect(self._finished)

    def _finished(self) -> None:
        for operation in [one for one in self._working if one.done]:
            then = self._working.pop(operation)
            error = operation.error
            if operation.state == "cancelled":
                continue
            if error is None:
                then(operation.result)
            else:
                self._context.notify(_problem(error))


def _problem(error: BaseException) -> Problem:
    return error.problem if isinstance(error, ProblemError) else explain(error)

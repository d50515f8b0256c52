"""Files: the list, the chosen file beside it, and what is done with both."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, Qt, QTimer
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QFocusEvent,
    QGuiApplication,
    QHideEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from playground.core.errors import Problem, ProblemError
from playground.core.filing.deleting import Deleted, DeleteFiles
from playground.core.filing.desk import TransferDesk
from playground.core.paths import DataPaths
from playground.panels.files.bringing import Bringing, local_paths
from playground.panels.files.details import Details
from playground.panels.files.listing import FilesList
from playground.panels.files.question import DeleteQuestion, deleting_words
from playground.panels.files.queue import QueueStrip
from playground.panels.files.strips import DropHint, FailureStrip, WorkStrip
from playground.widgets.presentation import mask_id

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.panels.contract import PanelContext
    from playground.panels.files.stage import Stage
    from playground.widgets.commands import Command


AGAIN_MS = 1200
"""Milliseconds after a file has arrived until the list is asked for again: many arrive together."""


class FilesView(QWidget):
    """The panel. The list is loaded when it is first seen, when the profile changes, and on request."""

    def __init__(self, context: PanelContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("files")
        self.setAccessibleName("Files")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.context = context
        self._deleting: Operation[int] | None = None
        self._asked: list[str] = []
        self._left: dict[str, Problem] = {}
        self._seen = False
        self._add_commands()
        self.desk = TransferDesk(DataPaths(context.store.path.parent).transfers, context.sessions)
        context.bridge.at_shutdown(self.desk.close)
        self.bringing = Bringing(context, self)
        self.list = FilesList(context)
        self._stage: Stage | None = None
        self.queue = QueueStrip(context, self.desk)
        self.details = Details(context, self.desk)
        self.question = DeleteQuestion(context.commands)
        self.deleting = WorkStrip("files.deleting", self._command("files.stop_deleting"))
        self.failure = FailureStrip(
            "files.failure", self._command("files.delete_again"), self._command("files.dismiss")
        )
        self._build()
        self._connect()
        self._restore()
        context.bridge.listen(context.sessions.changed, self._profile_changed, self)

    # Building

    def _add_commands(self) -> None:
        def add(name: str, title: str, handler: Any, icon: str = "", key: str = "", *, on: bool = False) -> Command:
            return self.context.commands.add(
                f"files.{name}", title, handler, group="Files", icon=icon, shortcut=key or None, scope=self, enabled=on
            )

        add("refresh", "Refresh the Files", self.refresh, "refresh-cw", "F5", on=True)
        add("find", "Search the Files", self.go_to_search, "search", "Ctrl+F", on=True)
        add("open", "Go to a File by Its ID", self.open_file, "arrow-right", on=True)
        add("copy_id", "Copy ID", self.copy_id, "copy", "Ctrl+Shift+C")
        add("upload", "Upload Files…", self.upload, "upload", "Ctrl+U", on=True)
        add("upload_folder", "Upload a Folder…", self.upload_folder, "folder", "Ctrl+Shift+U", on=True)
        add("paste", "Paste as Files", self.paste, "paperclip", "Ctrl+V", on=True)
        add("download", "Download…", self.download, "download", "Ctrl+S")
        add("delete", "Delete…", self.ask_to_delete, "trash-2", "Del")
        add("stop_deleting", "Stop Deleting", self.stop_deleting, "circle-stop")
        add("delete_again", "Try Those Again", self.delete_again, "refresh-cw")
        add("dismiss", "Dismiss", self.dismiss, "x")

    def _command(self, name: str) -> Command:
        command = self.context.commands.get(name)
        assert command is not None
        return command

    def _build(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.question, self.deleting, self.failure):
            column.addWidget(part)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.list)
        column.addWidget(self.pages, 1)
        column.addWidget(self.queue)
        self.hint = DropHint(self)
        self.setAcceptDrops(True)
        left.setMinimumWidth(480)
        self.right = QStackedWidget()
        self.right.addWidget(self.details)
        self.right.setMinimumWidth(300)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setObjectName("files.splitter")
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(left)
        self.splitter.addWidget(self.right)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([840, 388])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)

    def _connect(self) -> None:
        self.list.changed.connect(self._chosen)
        self.list.table.chosen.connect(self._chosen)
        self.list.table.link_opened.connect(self._link_opened)
        self.list.table.activated_row.connect(self._activated)
        self.list.trouble.opened.connect(self._id_opened)
        self.details.id_opened.connect(self._id_opened)
        self.details.request_opened.connect(self._request_opened)
        self.bringing.brought.connect(self.bring)
        self.bringing.placed.connect(self._placed)
        self.queue.shown.connect(self._show_arrived)
        self.queue.came.connect(self._came)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(AGAIN_MS)
        self._again.timeout.connect(self._load_again)
        self.question.agreed.connect(self.delete)
        self.question.declined.connect(self._back_to_list)

    def _restore(self) -> None:
        state = self.context.state.load()
        if isinstance(sizes := state.get("splitter"), str):
            self.splitter.restoreState(QByteArray.fromBase64(sizes.encode()))
            self.splitter.setHandleWidth(1)
        self._save_timer = QTimer(self)
        self._save_timer.setSingleShot(True)
        self._save_timer.setInterval(400)
        self._save_timer.timeout.connect(self.save)
        self.splitter.splitterMoved.connect(self._moved)

    def save(self) -> None:
        """Have the splitter remembered."""
        self._save_timer.stop()
        sizes = bytes(self.splitter.saveState().toBase64().data()).decode()
        self.context.state.save({**self.context.state.load(), "splitter": sizes})

    def _moved(self, _position: int, _index: int) -> None:
        self._save_timer.start()

    # Loading and choosing

    def refresh(self) -> None:
        """Ask the server for its files again."""
        self.list.load()

    def _profile_changed(self, _emissions: list[tuple[Any, ...]]) -> None:
        self.question.put_away()
        self.failure.put_away()
        if self._stage is not None:
            self._stage.say_where()
        if self._seen:
            self.list.load()

    def _chosen(self) -> None:
        """Commands and details follow what is selected."""
        files = self.list.table.chosen_files()
        current = self.list.table.current_file()
        shown = current if current in files else files[0] if files else None
        self.details.show_file(shown, self.list.profile)
        self._command("files.copy_id").setEnabled(bool(files))
        download = self._command("files.download")
        download.setEnabled(bool(files))
        download.setText(f"Download {len(files):,} Files…" if len(files) > 1 else "Download…")
        delete = self._command("files.delete")
        delete.setEnabled(bool(files) and self._deleting is None)
        deleting_words(delete, len(files))
        self._command("files.copy_id").setText(f"Copy {len(files):,} IDs" if len(files) > 1 else "Copy ID")

    def open_file(self, file_id: str = "") -> None:
        """Choose a file by its ID; without one, go where it can be typed."""
        if not self.isVisible():
            self.context.commands.run("panel.files")
        if file_id:
            self.list.open_file(file_id)
        else:
            self.go_to_search()

    def go_to_search(self) -> None:
        if not self.isVisible():
            self.context.commands.run("panel.files")
        self.list.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.list.search.selectAll()

    def copy_id(self) -> None:
        """Put the IDs of what is selected on the clipboard, one a line."""
        ids = [file.id for file in self.list.table.chosen_files()]
        if ids:
            QGuiApplication.clipboard().setText("\n".join(ids))
            self.context.notify(f"Copied {mask_id(ids[0])}" if len(ids) == 1 else f"Copied {len(ids):,} IDs")

    def _link_opened(self, file_id: str) -> None:
        self.list.table.choose(file_id)
        self.details.show_object()

    def _activated(self, _row: int) -> None:
        self.details.show_preview()
        self.details.preview.fetch()

    def _id_opened(self, identifier: str) -> None:
        commands = self.context.commands
        if identifier.startswith("vs_") and commands.get("panel.stores") is not None:
            commands.run("panel.stores")
            if commands.run("stores.open", identifier):
                return
        commands.run("palette.open", identifier)

    def _request_opened(self, exchange: str) -> None:
        self.context.commands.run("requests.show", exchange)

    # Uploading and downloading

    def upload(self) -> None:
        """Ask for files."""
        self.bringing.ask_files()

    def upload_folder(self) -> None:
        """Ask for a folder."""
        self.bringing.ask_folder()

    def paste(self) -> None:
        """What is on the clipboard."""
        self.bringing.paste()

    @property
    def stage(self) -> Stage:
        """Made with the first files that somebody brings: the list need not wait for it."""
        if self._stage is None:
            from playground.panels.files.findings import FindingsPane
            from playground.panels.files.stage import Stage

            made = self._stage = Stage(self.context, FindingsPane())
            self.pages.addWidget(made)
            self.right.addWidget(made.findings)
            made.sent.connect(self._send)
            made.left.connect(self._show_list)
        return self._stage

    def bring(self, paths: list[Path]) -> None:
        """Files and folders that are to be uploaded: they are checked, and shown before any is sent."""
        if not self.isVisible():
            self.context.commands.run("panel.files")
        self.pages.setCurrentWidget(self.stage)
        self.right.setCurrentWidget(self.stage.findings)
        self.queue.be_small(True)
        self.stage.add(paths)
        self.stage.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _send(self, paths: list[Path], purpose: str, expires: int | None) -> None:
        self.queue.send(paths, purpose, self.context.sessions.current.id, expires)

    def _show_list(self) -> None:
        self.pages.setCurrentWidget(self.list)
        self.right.setCurrentWidget(self.details)
        self.queue.be_small(False)
        self._back_to_list()

    def _came(self) -> None:
        if not self._again.isActive():
            self._again.start()

    def _load_again(self) -> None:
        """The list with what has arrived; not while it is being loaded already."""
        if self.list.is_loading:
            self._again.start()
        elif self._seen:
            self.list.load()

    def _show_arrived(self, file_id: str) -> None:
        self._show_list()
        self.list.open_file(file_id)

    def download(self) -> None:
        """Ask where what is selected is to go."""
        files = self.list.table.chosen_files()
        if files and self.list.profile is not None:
            self.bringing.ask_place(files)

    def _placed(self, wanted: list[tuple[str, Path]], overwrite: bool) -> None:
        if self.list.profile is not None:
            self.queue.fetch(wanted, self.list.profile.id, overwrite=overwrite)

    # Deleting

    def ask_to_delete(self) -> None:
        """Ask whether what is selected is to go."""
        files = self.list.table.chosen_files()
        if files and self.list.profile is not None and self._deleting is None:
            self.question.ask(files, self.list.profile.name)

    def delete(self, ids: list[str]) -> None:
        """Delete files; the question was answered."""
        profile = self.list.profile
        if profile is None or self._deleting is not None:
            return
        self.failure.put_away()
        self._asked, self._left = ids, {}
        self.list.table.clearSelection()
        self._deleting = self.context.bridge.run(
            DeleteFiles(self.context.sessions, profile, ids),
            label="Deleting files", owner=self, on_changes=self._deleted,
        )  # fmt: skip
        self._deleting.finished.connect(self._deleting_ended)
        self._command("files.delete").setEnabled(False)
        self._show_deleting(0)
        self._back_to_list()

    def _show_deleting(self, done: int) -> None:
        total = len(self._asked)
        if total > 1:
            self.deleting.say(f"Deleting {done:,} of {total:,}…", done, total)

    def _deleted(self, results: list[Deleted]) -> None:
        self._left.update((one.id, one.problem) for one in results if one.problem is not None)
        gone = [one.id for one in results if one.problem is None]
        self.list.take_out(gone)
        if self._deleting is not None:
            self._show_deleting(int(self._deleting.progress.done) or len(gone))

    def _deleting_ended(self) -> None:
        operation = self._deleting
        if operation is None or not operation.done:
            return
        self._deleting = None
        self.deleting.put_away()
        error = operation.error
        if isinstance(error, ProblemError):
            self._left = dict.fromkeys(self._asked, error.problem)
        if self._left:
            self._show_left()
        elif operation.state == "cancelled":
            self.context.notify("Deleting was stopped; what was deleted by then is gone.")
        elif operation.result:
            count = operation.result
            self.context.notify(f"Deleted {count:,} file{'s' if count != 1 else ''}.")
        self._chosen()

    def _show_left(self) -> None:
        count, total = len(self._left), len(self._asked)
        problem = next(iter(self._left.values()))
        title = f"{count:,} of {total:,} files were not deleted" if total > 1 else "The file was not deleted"
        self.failure.show_problem(replace(problem, title=title, cause=f"{problem.title}. {problem.cause}"))

    def delete_again(self) -> None:
        """Those that were not deleted."""
        self.delete(list(self._left))

    def stop_deleting(self) -> None:
        if self._deleting is not None:
            self._deleting.cancel()

    def dismiss(self) -> None:
        """Put away what is said about a failure."""
        self.failure.put_away()
        self._left = {}

    def _back_to_list(self) -> None:
        self.list.table.setFocus(Qt.FocusReason.OtherFocusReason)

    # Events

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.list.search.setFocus(event.reason())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._seen:
            self._seen = True
            self.list.load()
            self.queue.start()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_paths(event.mimeData()):
            event.acceptProposedAction()
            self.hint.over(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.hint.over(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self.hint.over(False)
        if paths := local_paths(event.mimeData()):
            event.acceptProposedAction()
            self.bring(paths)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.hint.setGeometry(self.rect())

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._save_timer.isActive():
            self.save()

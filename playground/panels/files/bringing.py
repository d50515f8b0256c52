"""How files come to the panel and leave it: dialogs, drops, the clipboard."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QBuffer, QIODevice, QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from playground.core.filing.listing import RemoteFile
from playground.core.transfers.local import safe_name

if TYPE_CHECKING:
    from PySide6.QtWidgets import QFileDialog

    from playground.bridge import Operation
    from playground.panels.contract import PanelContext

PASTED_MOST = 64 * 1024 * 1024
"""Bytes of a text or a picture that become a file by pasting."""


def local_paths(mime: QMimeData) -> list[Path]:
    """The files and folders that are dropped or pasted."""
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile() and url.toLocalFile()]


def write_pasted(folder: Path, name: str, data: bytes) -> Path:
    """A file of what was pasted; in the pool. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    number = 1
    while path.exists():
        number += 1
        path = folder / f"{Path(name).stem} ({number}){Path(name).suffix}"
    path.write_bytes(data)
    return path


class Bringing(QObject):
    """`brought` carries paths that are to be uploaded; `placed` files of the server with their places, and whether one
    there may be replaced."""

    brought = Signal(list)
    placed = Signal(list, bool)

    def __init__(self, context: PanelContext, over: QWidget) -> None:
        super().__init__(over)
        self._context, self._over = context, over
        self._files: list[RemoteFile] = []
        self._writing: Operation[Path] | None = None
        self.dialog: QFileDialog | None = None

    def _dialog(self, title: str, name: str) -> Any:
        from PySide6.QtWidgets import QFileDialog  # a dear class, and not needed before

        dialog = QFileDialog(self._over, title)
        dialog.setObjectName(name)
        dialog.finished.connect(dialog.deleteLater)
        self.dialog = dialog
        return dialog

    # To the server

    def ask_files(self) -> None:
        """Ask for files."""
        from PySide6.QtWidgets import QFileDialog

        dialog = self._dialog("Upload files", "files.choose")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self._chosen)
        dialog.open()

    def ask_folder(self) -> None:
        """Ask for a folder."""
        from PySide6.QtWidgets import QFileDialog

        dialog = self._dialog("Upload a folder", "files.choose_folder")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.filesSelected.connect(self._chosen)
        dialog.open()

    def _chosen(self, names: list[str]) -> None:
        if names:
            self.brought.emit([Path(name) for name in names])

    def paste(self) -> None:
        """Files on the clipboard; a text or a picture there becomes one."""
        mime = QGuiApplication.clipboard().mimeData()
        if mime is None:
            return
        if paths := local_paths(mime):
            self.brought.emit(paths)
            return
        now = f"{datetime.now().astimezone():%Y-%m-%d %H-%M-%S}"
        if mime.hasImage():
            buffer = QBuffer()
            buffer.open(QIODevice.OpenModeFlag.WriteOnly)
            QGuiApplication.clipboard().image().save(buffer, "PNG")  # type: ignore[call-overload]
            self._write(f"pasted {now}.png", bytes(buffer.data().data()))
        elif mime.hasText() and mime.text().strip():
            self._write(f"pasted {now}.txt", mime.text().encode("utf-8", "replace"))
        else:
            self._context.notify("There are no files, no text and no picture on the clipboard.")

    def _write(self, name: str, data: bytes) -> None:
        if len(data) > PASTED_MOST:
            self._context.notify("What is on the clipboard is larger than 64 MB: save it to a file, and drop that.")
            return
        folder = self._context.cache / "pasted"
        self._writing = self._context.bridge.blocking(
            write_pasted, folder, name, data, label="Writing what was pasted", owner=self
        )
        self._writing.finished.connect(self._written)

    def _written(self) -> None:
        operation = self._writing
        if operation is None or not operation.done:
            return
        self._writing = None
        if operation.error is not None:
            from playground.core.errors import explain

            self._context.notify(explain(operation.error))
        elif operation.result is not None:
            self.brought.emit([operation.result])

    # From the server

    def ask_place(self, files: list[RemoteFile]) -> None:
        """Ask where one is to go, or the folder for several."""
        from PySide6.QtWidgets import QFileDialog

        self._files = files
        if len(files) == 1:
            dialog = self._dialog("Download as", "files.download_as")
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setFileMode(QFileDialog.FileMode.AnyFile)
            dialog.selectFile(safe_name(files[0].name or files[0].id))
        else:
            dialog = self._dialog(f"Download {len(files):,} files to", "files.download_to")
            dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.filesSelected.connect(self._place_chosen)
        dialog.open()

    def _place_chosen(self, names: list[str]) -> None:
        files, self._files = self._files, []
        if not names or not files:
            return
        if len(files) == 1:
            self.placed.emit([(files[0].id, Path(names[0]))], True)  # the dialog has asked whether to replace
            return
        self.placed.emit(places(files, Path(names[0])), False)


def places(files: list[RemoteFile], folder: Path) -> list[tuple[str, Path]]:
    """A place for each of several files: those of one name get numbers."""
    taken: set[str] = set()
    found = []
    for file in files:
        name = safe_name(file.name or file.id)
        stem, ending = Path(name).stem, Path(name).suffix
        number = 1
        while name.casefold() in taken:
            number += 1
            name = f"{stem} ({number}){ending}"
        taken.add(name.casefold())
        found.append((file.id, folder / name))
    return found

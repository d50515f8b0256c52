"""Requests to a file and back: support bundle, HAR, JSON Lines, CSV, and HAR files of others into the log."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths

if TYPE_CHECKING:
    from PySide6.QtWidgets import QDialog, QFileDialog

    from playground.panels.contract import PanelContext
    from playground.panels.inspector.view import InspectorView

GROUP = "Requests"


class Exporting(QObject):
    """Commands over the rows that are chosen, or all that the filter finds."""

    def __init__(self, view: InspectorView, context: PanelContext) -> None:
        super().__init__(view)
        self._view, self._context = view, context
        self._folder: Path | None = None
        self.dialog: QDialog | None = None
        self.files: QFileDialog | None = None
        add = context.commands.add
        for name, title, handler, keys, icon, words in (
            ("bundle", "Support Bundle…", self.bundle, "Ctrl+B", "package", ("zip", "openai", "support", "ticket")),
            ("export_har", "Export Requests as HAR…", self.export_har, None, "download", ("save", "harfile")),
            ("export_jsonl", "Export Requests as JSON Lines…", self.export_jsonl, None, "download", ("save", "jsonl")),
            ("export_csv", "Export Requests as CSV…", self.export_csv, None, "download", ("save", "spreadsheet")),
            ("import_har", "Import HAR File…", self.import_har, "Ctrl+O", "upload", ("open", "browser", "mitmproxy")),
            (
                "secret_patterns",
                "Secret Patterns…",
                self.secret_patterns,
                None,
                "eye-off",
                ("redact", "mask", "privacy"),
            ),
        ):
            add(f"inspector.{name}", title, handler, group=GROUP, shortcut=keys, icon=icon, keywords=words, scope=view)
        context.bridge.listen(context.settings.changed, self._setting_changed, self)
        self._use_patterns()

    def _setting_changed(self, emissions: list[tuple[str]]) -> None:
        if ("secrets.patterns",) in emissions:
            self._use_patterns()

    def _use_patterns(self) -> None:
        from playground.core.named import named

        named().use(self._context.settings)

    # Out

    def bundle(self) -> None:
        """One zip for OpenAI's support, of the rows that are chosen."""
        self._export("bundle")

    def export_har(self) -> None:
        self._export("har")

    def export_jsonl(self) -> None:
        self._export("jsonl")

    def export_csv(self) -> None:
        self._export("csv")

    def _export(self, kind: str) -> None:
        chosen, found = self._view.numbers(), self._view.shown_numbers()
        if not found and not chosen:
            self._view.say("There is no request to hand over.", "warning")
            return
        some = (_words(len(chosen), "chosen"), tuple(chosen))
        whole = (_words(len(found), "listed"), tuple(found))
        scopes = [some, whole] if kind == "bundle" or len(chosen) > 1 else [whole, some]
        scopes = [scope for scope in scopes if scope[1]]
        if len(scopes) == 2 and set(chosen) == set(found):
            scopes = scopes[:1]
        from playground.panels.inspector.export_dialog import ExportDialog

        dialog = ExportDialog(self._context, kind, scopes, self._place(), self._view.window())
        dialog.saved.connect(self._saved)
        self._open(dialog)

    def _open(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(self._closed)
        dialog.open()

    def _closed(self) -> None:
        self.dialog = None

    def _place(self) -> Path:
        """Where the last file went; at first the folder for downloads, or where there is none, the person's own."""
        if self._folder is not None:
            return self._folder
        places = QStandardPaths.standardLocations(QStandardPaths.StandardLocation.DownloadLocation)
        return next((place for place in map(Path, places) if place.is_dir()), Path.home())

    def _saved(self, words: str) -> None:
        self._view.say(f"Saved: {words}", "good")
        dialog = self.sender()
        self._folder = getattr(dialog, "folder", None) or self._folder

    # In

    def import_har(self, file: str | Path = "") -> None:
        """Read a HAR file of a browser, mitmproxy or this program into the log. Without a file: ask for one."""
        self._view.bring_forward()
        if file:
            self._import(str(file))
            return
        from PySide6.QtWidgets import QFileDialog  # a dear class, and not needed before

        dialog = QFileDialog(self._view.window(), "Import HAR", str(self._place()))
        dialog.setObjectName("inspector.import.files")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(["HAR files and support bundles (*.har *.har.gz *.json *.zip)", "All files (*)"])
        dialog.fileSelected.connect(self._import)
        dialog.finished.connect(dialog.deleteLater)
        self.files = dialog
        dialog.open()

    def _import(self, file: str) -> None:
        from playground.panels.inspector.import_dialog import ImportDialog

        dialog = ImportDialog(self._context, Path(file), self._view.window())
        dialog.shown.connect(self._view.show_query)
        dialog.finished.connect(self._view.refresh)
        self._open(dialog)

    # Secrets

    def secret_patterns(self) -> None:
        """Name secrets of one's own."""
        from playground.panels.inspector.patterns_dialog import PatternsDialog

        self.patterns = PatternsDialog(self._context, self.dialog or self._view.window())
        self.patterns.open()


def _words(count: int, how: str) -> str:
    if count == 1:
        return f"The request that is {how}"
    return f"The {count:,} requests that are {how}"

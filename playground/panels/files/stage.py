"""Files that were chosen and not sent yet: for what, for how long, and what is wrong with each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from playground.core.filing.staging import Checked, CheckFiles, Gathered, gather
from playground.core.transfers.rules import Purpose, bytes_text, limit, purposes
from playground.panels.files.findings import FindingsPane
from playground.widgets.controls import CommandButton, HairLine, Label, Segmented
from playground.widgets.flow import FlowLayout
from playground.widgets.presentation import shown_line
from playground.widgets.rows import Cell, RowsModel, RowsTable

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.panels.contract import PanelContext
    from playground.widgets.commands import Command

Index = QModelIndex | QPersistentModelIndex
NAME, SIZE, FOUND = range(3)
WIDTHS = (280, 90, 300)
UNSET = "unset"
TIMES = ((UNSET, "Not set"), ("3600", "1 hour"), ("86400", "1 day"), ("604800", "7 days"), ("2592000", "30 days"))
_ROOT = QModelIndex()
_DOTS = {"error": "error", "warning": "warning", "note": "muted"}


class StagedModel(RowsModel):
    """The files, and what the check said of each."""

    titles = ("File", "Size", "Check")
    right = frozenset({SIZE})

    def __init__(self) -> None:
        super().__init__()
        self.paths: list[Path] = []
        self.sizes: dict[Path, int] = {}
        self.checked: dict[Path, Checked] = {}
        self._places: dict[Path, int] = {}

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.paths)

    def add(self, found: Gathered) -> None:
        self.beginResetModel()
        for path, size in zip(found.paths, found.sizes, strict=True):
            if path not in self.sizes:
                self.paths.append(path)
            self.sizes[path] = size
        self._index()
        self.endResetModel()

    def remove(self, paths: set[Path]) -> None:
        self.beginResetModel()
        self.paths = [path for path in self.paths if path not in paths]
        for path in paths:
            self.sizes.pop(path, None)
            self.checked.pop(path, None)
        self._index()
        self.endResetModel()

    def _index(self) -> None:
        self._places = {path: place for place, path in enumerate(self.paths)}

    def forget_checks(self) -> None:
        self.checked = {}
        if self.paths:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.paths) - 1, FOUND))

    def put(self, found: list[Checked]) -> None:
        """What was found in some of them."""
        places = [self._places[one.path] for one in found if one.path in self._places]
        self.checked.update((one.path, one) for one in found)
        if places:
            self.dataChanged.emit(self.index(min(places), 0), self.index(max(places), FOUND))

    def cell(self, row: int, column: int) -> Cell:
        path = self.paths[row]
        if column == NAME:
            return Cell(shown_line(path.name), elide=Qt.TextElideMode.ElideMiddle)
        if column == SIZE:
            size = self.sizes[path]
            return Cell(bytes_text(size) if size >= 0 else "", mono=True, right=True)
        checked = self.checked.get(path)
        if checked is None:
            return Cell("Checking…", "muted")
        if not checked.findings:
            return Cell("Ready", "good")
        worst = next((one for one in checked.findings if one.severity == "error"), checked.findings[0])
        more = len(checked.findings) - 1
        return Cell(shown_line(worst.words) + (f" (and {more:,} more)" if more else ""), _DOTS[worst.severity])

    def raw(self, row: int, column: int) -> object:
        return str(self.paths[row]) if column == NAME else None

    def hint(self, row: int, column: int) -> str:
        path = self.paths[row]
        if column == NAME:
            return str(path)
        checked = self.checked.get(path)
        return "\n".join(one.text() for one in checked.findings[:5]) if column == FOUND and checked is not None else ""


class Stage(QWidget):
    """`sent` carries paths, purpose and seconds to live (None: for ever); `left`: nothing is to be sent."""

    sent = Signal(list, str, object)
    left = Signal()

    def __init__(self, context: PanelContext, findings: FindingsPane, parent: QWidget | None = None) -> None:
        """`findings`: where it is said what is wrong with the chosen file; its owner shows it."""
        super().__init__(parent)
        self.findings = findings
        self.setObjectName("files.stage")
        self.setAccessibleName("Files to be uploaded")
        self._context = context
        self._gathering: Operation[Gathered] | None = None
        self._checking: Operation[None] | None = None
        self._waiting: list[Path] = []
        self._left_out: tuple[str, ...] = ()
        self.model = StagedModel()
        self.table = RowsTable("files.stage.table", "Files to be uploaded")
        self.table.setModel(self.model)
        self.table.setSortingEnabled(False)
        self.table.set_columns(WIDTHS, stretch=FOUND)
        self._uploads = {name: one for name, one in purposes().items() if one.is_upload}
        self._add_commands()
        self._build()
        self.table.selected_row.connect(self._row_chosen)
        self._purpose_chosen(self.purpose())

    def _add_commands(self) -> None:
        add = self._context.commands.add
        self.go: Command = add(
            "files.send", "Upload Now", self.send, group="Files", icon="upload", shortcut="Ctrl+Return", scope=self,
            enabled=False,
        )  # fmt: skip
        self.no = add("files.unstage", "Do Not Upload", self.leave, group="Files", icon="x", scope=self, enabled=False)
        self.out = add(
            "files.remove_staged", "Leave the Selected Out", self.remove, group="Files", icon="minus", scope=self,
            enabled=False,
        )  # fmt: skip

    def _build(self) -> None:
        self.title = Label("", "text", 15, 600)
        self.purposes = Segmented(list(self._uploads), name="What the files are for", flows=True)
        _name(self.purposes, "files.stage.purpose", list(self._uploads))
        self.means = Label("", "muted", 12, wrap=True)
        self.limits = Label("", "muted", 12, wrap=True)
        self.times = Segmented(TIMES, name="When the server deletes them", flows=True)
        _name(self.times, "files.stage.expiry", [value for value, _ in TIMES])
        self.life = Label("", "muted", 12, wrap=True)
        self.note = Label("", "muted", 12, wrap=True)
        self.note.hide()
        form = QGridLayout()
        form.setContentsMargins(16, 8, 16, 12)
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(4)
        form.setColumnStretch(1, 1)
        top = Qt.AlignmentFlag.AlignTop
        for row, words in ((0, "Purpose"), (4, "Expires after")):
            label = Label(words, "muted", 12)
            label.setContentsMargins(0, 4, 0, 0)
            form.addWidget(label, row, 0, top)
        form.addWidget(self.purposes, 0, 1)
        form.addWidget(self.means, 1, 1)
        form.addWidget(self.limits, 2, 1)
        form.setRowMinimumHeight(3, 8)
        form.addWidget(self.times, 4, 1)
        form.addWidget(self.life, 5, 1)
        head = QHBoxLayout()
        head.setContentsMargins(16, 12, 12, 4)
        head.addWidget(self.title, 1)
        self.count = Label("", "muted", 12, wrap=True)
        buttons = FlowLayout(gap=8, line_gap=8)
        self._send = CommandButton(self.go, "primary")
        for button in (self._send, CommandButton(self.no, "plain", shortcut=False)):
            buttons.addWidget(button)
        buttons.addWidget(CommandButton(self.out, "quiet"))
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 10, 16, 12)
        foot.setSpacing(8)
        foot.addWidget(self.note)
        foot.addWidget(self.count)
        foot.addLayout(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(form)
        column.addWidget(HairLine())
        column.addWidget(self.table, 1)
        column.addWidget(HairLine())
        column.addLayout(foot)
        self.purposes.changed.connect(self._purpose_chosen)
        self.times.changed.connect(self._time_chosen)

    # Which files

    @property
    def is_empty(self) -> bool:
        return not self.model.paths and self._gathering is None

    def add(self, paths: list[Path]) -> None:
        """More files, or folders of them."""
        self._waiting += paths
        if self._gathering is None:
            self._gather()

    def _gather(self) -> None:
        paths, self._waiting = self._waiting, []
        self._gathering = self._context.bridge.blocking(gather, paths, label="Looking for the files", owner=self)
        self._gathering.finished.connect(self._gathered)
        self._say()

    def _gathered(self) -> None:
        operation = self._gathering
        if operation is None or not operation.done:
            return
        self._gathering = None
        if operation.result is not None:
            self._left_out = operation.result.left_out
            self.model.add(operation.result)
        if self._waiting:
            self._gather()
            return
        if not self.model.paths:
            self._context.notify(" ".join(("There are no files in it.", *self._left_out)))
            self.leave()
            return
        self._check()

    def _check(self) -> None:
        """Those of which nothing is known."""
        if self._checking is not None:
            self._checking.drop()
        missing = [path for path in self.model.paths if path not in self.model.checked]
        self._checking = self._context.bridge.run(
            CheckFiles(missing, self.purpose()), label="Checking the files", owner=self, on_changes=self._found
        )
        self._checking.finished.connect(self._all_checked)
        self._say()

    def _found(self, found: list[Checked]) -> None:
        purpose = self.purpose()  # what was checked for another may still come
        self.model.put([one for one in found if one.purpose == purpose])
        self._row_chosen(self.table.currentIndex().row())
        self._say()

    def _all_checked(self) -> None:
        if self._checking is None or not self._checking.done:
            return
        self._checking = None
        if self.table.currentIndex().row() < 0 and self.model.paths:
            self.table.selectRow(max(0, self._first_bad()))
        self._say()

    def _first_bad(self) -> int:
        """The first file of which something is to be said."""
        for row, path in enumerate(self.model.paths):
            if (one := self.model.checked.get(path)) is not None and one.findings:
                return row
        return -1

    def remove(self) -> None:
        """Leave the selected ones out."""
        self.model.remove({self.model.paths[row] for row in self.table.selected_rows()})
        if self.model.paths:
            self._row_chosen(self.table.currentIndex().row())
            self._say()
        else:
            self.leave()

    def _row_chosen(self, row: int) -> None:
        path = self.model.paths[row] if 0 <= row < len(self.model.paths) else None
        self.findings.show_findings(path, self.model.checked.get(path) if path is not None else None)
        self.out.setEnabled(path is not None)

    # For what, and how long

    def purpose(self) -> str:
        return self.purposes.value()

    def expires(self) -> int | None:
        """Seconds; None: that is not sent."""
        value = self.times.value()
        return None if value == UNSET else int(value)

    def _purpose_chosen(self, name: str) -> None:
        chosen = self._uploads[name]
        self.means.setText(f"{chosen.title}. {chosen.means}")
        self.limits.setText(_limit_words(chosen))
        self._time_chosen(self.times.value())
        self.model.forget_checks()
        if self.model.paths:
            self._check()

    def _time_chosen(self, _value: str) -> None:
        chosen = self._uploads[self.purpose()]
        if self.expires() is not None:
            words = "Counted from when the server has the file. Vector stores lose it then, too."
        elif chosen.expires_seconds is not None:
            words = f"The server deletes these after {chosen.expires_seconds // 86_400} days unless you choose a time."
        else:
            words = "They stay until somebody deletes them."
        self.life.setText(words)

    # Sending

    def sendable(self) -> list[Path]:
        """Those that may go: checked, and nothing is against it."""
        found = (self.model.checked.get(path) for path in self.model.paths)
        return [one.path for one in found if one is not None and one.is_sendable]

    def say_where(self) -> None:
        """Another profile may be the active one."""
        if self.model.paths:
            self._say()

    def _say(self) -> None:
        model, ready = self.model, self.sendable()
        total, checked = len(model.paths), len(model.checked)
        size = bytes_text(sum(max(0, model.sizes[path]) for path in model.paths))
        noun = "file" if total == 1 else "files"
        where = self._context.sessions.current.name
        self.title.setText(f"Upload {total:,} {noun}, {size}, to {where}" if total else "Looking for the files…")
        bad = checked - len(ready)
        busy = checked < total
        words = f"{checked:,} of {total:,} checked." if busy else ""
        if bad:
            words += f" {bad:,} cannot be sent: what to do about a chosen one stands at the right." if bad else ""
        self.count.setText(words.strip())
        self.count.setVisible(bool(words))
        self.note.setText(" ".join(self._left_out))
        self.note.setVisible(bool(self._left_out))
        self.go.setText(f"Upload {len(ready):,} {'File' if len(ready) == 1 else 'Files'}" if ready else "Upload")
        self.go.setEnabled(bool(ready) and not busy and self._gathering is None)
        self.no.setEnabled(True)

    def send(self) -> None:
        """Hand them to the queue; those that cannot be sent stay here, with why."""
        paths = self.sendable()
        if not paths:
            return
        purpose, expires = self.purpose(), self.expires()
        self.model.remove(set(paths))
        self.sent.emit(paths, purpose, expires)
        self.clear()
        self.left.emit()

    def leave(self) -> None:
        """Send nothing."""
        self.clear()
        self.left.emit()

    def clear(self) -> None:
        if self._gathering is not None:
            self._gathering.drop()
        if self._checking is not None:
            self._checking.drop()
        self._gathering = self._checking = None
        self._waiting, self._left_out = [], ()
        self.model.remove(set(self.model.paths))
        self.model.checked = {}
        self.findings.show_findings(None, None)
        for command in (self.go, self.no, self.out):
            command.setEnabled(False)


def _name(pills: Segmented, name: str, values: list[str]) -> None:
    pills.setObjectName(name)
    for pill, value in zip(pills.findChildren(QAbstractButton), values, strict=True):
        pill.setObjectName(f"{name}.{value}")


def _limit_words(purpose: Purpose) -> str:
    """What such a file has to be."""
    endings = ", ".join(f".{one}" for one in purpose.endings) if purpose.endings else "any ending"
    words = [f"Up to {bytes_text(purpose.most_bytes)} each", endings]
    if purpose.most_bytes > limit("part_bytes"):
        words.append(f"over {bytes_text(limit('part_bytes'))} it goes in parts that are resumed")
    return " · ".join(words) + "."

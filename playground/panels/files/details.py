"""One file beside the list: what it is, what is in it, where it is used, and its object as the server has it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from playground.core.filing.listing import RemoteFile, left_text, moment_text
from playground.core.transfers.rules import bytes_text, purposes
from playground.panels.files.preview import PreviewPane
from playground.panels.files.uses import UsesPane
from playground.widgets.controls import CommandButton, EmptyState, HairLine, IconButton, IdLabel, Label, TabStrip
from playground.widgets.panes import Paragraph
from playground.widgets.plain import ReadOnlyText

if TYPE_CHECKING:
    from playground.core.filing.desk import TransferDesk
    from playground.core.profiles import Profile
    from playground.panels.contract import PanelContext
    from playground.widgets.commands import Command

MARGIN = 16


class Details(QWidget):
    """`id_opened`: an ID was clicked that belongs elsewhere; `request_opened`: an exchange."""

    id_opened = Signal(str)
    request_opened = Signal(str)

    def __init__(self, context: PanelContext, desk: TransferDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("files.details")
        self.setAccessibleName("The file")
        self.file: RemoteFile | None = None
        self._context = context
        add = context.commands.add
        self._tabs = [
            add("files.tab_preview", "Show the File's Preview", self.show_preview, group="Files", scope=self),
            add("files.tab_uses", "Show Where the File Is Used", self.show_uses, group="Files", scope=self),
            add("files.tab_object", "Show the File's Object", self.show_object, group="Files", scope=self),
        ]
        self.preview = PreviewPane(context, desk)
        self.uses = UsesPane(context)
        self.uses.id_opened.connect(self.id_opened)
        self.uses.request_opened.connect(self.request_opened)
        self.preview.trouble.opened.connect(self.id_opened)
        self.object = ReadOnlyText()
        self.object.setObjectName("files.object")
        self.object.setAccessibleName("The file's object as the server has it")
        self._build()
        self.show_file(None, None)

    def _build(self) -> None:
        commands = self._context.commands
        self.name = Paragraph("", "text", 15, 600)
        self.name.setObjectName("files.details.name")
        self.id = IdLabel("", parent=self)
        self.id.setObjectName("files.details.id")
        self.id.opened.connect(self._id_opened)
        self.facts = _Facts()
        head = QVBoxLayout()
        head.setContentsMargins(MARGIN, 14, MARGIN, 12)
        head.setSpacing(6)
        head.addWidget(self.name)
        line = QHBoxLayout()
        line.setContentsMargins(-4, 0, 0, 0)
        line.setSpacing(2)
        line.addWidget(self.id)
        line.addWidget(IconButton(_need(commands.get("files.copy_id")), size=24))
        line.addStretch(1)
        head.addLayout(line)
        head.addWidget(self.facts)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(0, 6, 0, 0)
        buttons.setSpacing(8)
        for name in ("files.download", "files.delete"):
            if (command := commands.get(name)) is not None:
                buttons.addWidget(CommandButton(command, "plain", shortcut=False))
        buttons.addStretch(1)
        head.addLayout(buttons)
        titles = ("Preview", "Where used", "Object")
        self.tabs = TabStrip(list(zip(self._tabs, titles, strict=True)), name="What is shown of the file")
        strip = QHBoxLayout()
        strip.setContentsMargins(9, 0, 9, 0)
        strip.addWidget(self.tabs)
        strip.addStretch(1)
        self.stack = QStackedWidget()
        for page in (self.preview, self.uses, self.object):
            self.stack.addWidget(page)
        self.content = QWidget()
        column = QVBoxLayout(self.content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(HairLine())
        column.addLayout(strip)
        column.addWidget(HairLine())
        column.addWidget(self.stack, 1)
        self.nothing = EmptyState("file", "No file chosen", "Choose one to look into it and see where it is used.")
        self.pages = QStackedWidget()
        self.pages.addWidget(self.nothing)
        self.pages.addWidget(self.content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.pages)

    def show_file(self, file: RemoteFile | None, profile: Profile | None) -> None:
        """Another one, or none."""
        self.file = file
        self.preview.show_file(file, profile)
        self.uses.show_file(file, profile)
        self.pages.setCurrentWidget(self.content if file is not None else self.nothing)
        for command in self._tabs:
            command.setEnabled(file is not None)
        if file is None:
            return
        self.name.set_text(file.name or "(no name)")
        self.id.set_id(file.id)
        self.facts.show_file(file)
        self.object.show_text(json.dumps(dict(file.raw), indent=2, ensure_ascii=False, default=str)[:100_000])

    def show_preview(self) -> None:
        self._turn(0)

    def show_uses(self) -> None:
        """Also looks, where nobody has yet."""
        self._turn(1)
        if not self.uses.found:
            self.uses.look()

    def show_object(self) -> None:
        self._turn(2)

    def _turn(self, index: int) -> None:
        self.tabs.choose(index)
        self.stack.setCurrentIndex(index)

    def _id_opened(self, _id: str) -> None:
        self.show_object()


class _Facts(QWidget):
    """Size, purpose, when it was made and when it goes."""

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 2, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        self._values: dict[str, Label] = {}
        for row, title in enumerate(("Size", "Purpose", "Created", "Expires", "Status")):
            grid.addWidget(Label(title, "muted", 12), row, 0)
            value = Label("", "text", 12, selectable=True, wrap=True)
            grid.addWidget(value, row, 1)
            self._values[title] = value

    def show_file(self, file: RemoteFile) -> None:
        known = purposes().get(file.purpose)
        title = f" ({known.title})" if known is not None else ""
        size = f"{bytes_text(file.size)} ({file.size:,} bytes)" if file.size >= 1024 else bytes_text(max(0, file.size))
        expires = f"{moment_text(file.expires)} ({left_text(file.expires)})" if file.expires else "never"
        values = {
            "Size": size if file.size >= 0 else "not known",
            "Purpose": f"{file.purpose}{title}",
            "Created": moment_text(file.created) or "not known",
            "Expires": expires,
            "Status": ". ".join(filter(None, (file.status, file.details))) or "not said",
        }
        for name, words in values.items():
            self._values[name].setText(words)
            self._values[name].setAccessibleName(f"{name}: {words}")
        self._values["Status"].set_role("error" if file.status == "error" else "text")
        known_words = known.means if known is not None else ""
        self._values["Purpose"].setToolTip(known_words)


def _need(command: Command | None) -> Command:
    assert command is not None
    return command

"""Schemas: the tree at the left, the source in the middle with what is found in it, the proof at the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QPoint, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QGuiApplication, QHideEvent, QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from playground.core.schemas import profile, profiles
from playground.core.schemas.convert import KINDS, SOURCES
from playground.panels.contract import PanelContext
from playground.panels.schemas.actions import TABS, add_commands
from playground.panels.schemas.benching import Benching
from playground.panels.schemas.budgets import Budgets
from playground.panels.schemas.code import CodeTab
from playground.panels.schemas.example import ExampleTab
from playground.panels.schemas.findings import Findings
from playground.panels.schemas.fixing import Fixing
from playground.panels.schemas.head import Head
from playground.panels.schemas.proof import ProofColumn
from playground.panels.schemas.shelving import Shelving
from playground.panels.schemas.source import SourceTab
from playground.panels.schemas.treeing import Treeing
from playground.panels.schemas.use import OFFERED, Using
from playground.panels.schemas.workshop import Workshop
from playground.widgets.controls import HairLine, IconButton, TabStrip
from playground.widgets.surface import Surface, Text

if TYPE_CHECKING:
    from playground.panels.schemas.bring import BringDialog
    from playground.widgets.commands import Command

SAVE_AFTER_MS = 400
SAMPLE = """{
  "type": "object",
  "properties": {
    "category": {"type": "string", "enum": ["export", "login", "billing", "other"]},
    "severity": {"type": "integer", "minimum": 1, "maximum": 4},
    "quote": {"type": "string", "description": "the deciding sentence"}
  },
  "required": ["category", "severity", "quote"],
  "additionalProperties": false
}
"""


class SchemasView(QWidget):
    """The panel."""

    def __init__(self, context: PanelContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("schemas")
        self.setAccessibleName("Schemas")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.context = context
        self._dialog: BringDialog | None = None
        self._finding = -1
        self._said_of: str | None = None
        """The text that the line beside the tabs is about, once it was looked at."""
        self._save_timer = QTimer(self)
        self._save_timer.setSingleShot(True)
        self._save_timer.setInterval(SAVE_AFTER_MS)
        self._save_timer.timeout.connect(self.save)
        self.source = SourceTab()
        self.workshop = Workshop(context.bridge, self.source.edit, self)
        self.source.attach(self.workshop)
        self.fixing = Fixing(self, context)
        self.commands = add_commands(self, context.commands)
        self.shelving = Shelving(self, context)
        self.using, self.benching = Using(self, context.commands), Benching(self, context)
        self._build()
        self.show_bench(False)  # until a tool is read
        self._restore()
        self.findings.chosen.connect(self.go_to)
        self.findings.fix_wanted.connect(self.fixing.wanted)
        self.source.edit.textChanged.connect(self.keep_soon)
        self.workshop.renamed.connect(self.keep_soon)
        self.proof.edited.connect(self.keep_soon)
        self.proof.edited.connect(self.benching.follow)
        self.shelving.shelf.moved.connect(self.using.used.follow)
        self.profiles.currentIndexChanged.connect(self._profile_chosen)
        self.head.named.connect(self.workshop.set_name)
        self.head.settled.connect(self.shelving.asking.name_settled)
        self.workshop.checked.connect(self._checked)

    # Building

    def _build(self) -> None:
        get = self.shelving.commands.__getitem__
        self.head = Head(self.commands["from"], self.commands["to"], get("library"), get("save"))
        self.budgets = Budgets(self.workshop)
        for part in (self.head, self.budgets):
            part.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.left = QWidget()
        self.treeing = Treeing(self.workshop, self.source, self.context.commands, self)
        self.tree = self.treeing.tree
        outer = QVBoxLayout(self.left)
        tree = QWidget()
        column = QVBoxLayout(tree)
        for layout in (outer, column):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)
        outer.addWidget(self.head)
        outer.addWidget(HairLine())
        outer.addWidget(self.shelving.hold(tree), 1)
        column.addWidget(self.using.strip)
        column.addWidget(self.tree, 1)
        column.addWidget(self.using.used.strip)
        column.addWidget(HairLine())
        column.addWidget(self.budgets)
        self.middle = self._middle()
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setObjectName("schemas.splitter")
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.proof = ProofColumn(self.context, self.workshop, self)
        for part, least in ((self.left, 260), (self.middle, 360), (self.proof, 300)):
            part.setMinimumWidth(least)
            self.splitter.addWidget(part)
        self.splitter.setSizes([340, 520, 346])
        self.splitter.setStretchFactor(1, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.splitter)

    def _middle(self) -> QWidget:
        get = self.commands.__getitem__
        self.tabs: dict[str, QWidget] = {
            "source": self.source,
            "example": ExampleTab(self.context.bridge, self.workshop, get("another")),
            "code": CodeTab(self.context, self.workshop, get("copy_code")),
            "versions": self.shelving.versions,
            "bench": self.benching.page,
        }
        shown = [(tab_id, title) for tab_id, title in TABS if tab_id in self.tabs]
        self.strip = TabStrip([(get(f"tab_{tab_id}"), title) for tab_id, title in shown], name="Views of the schema")
        self.profiles = QComboBox()
        self.profiles.setObjectName("schemas.rules")
        self.profiles.setAccessibleName("Whose rules are checked")
        self.profiles.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.profiles.setMinimumContentsLength(12)
        for profile_id in profiles():
            self.profiles.addItem(profile(profile_id).title, profile_id)
            self.profiles.setItemData(self.profiles.count() - 1, profile(profile_id).about,
                                      Qt.ItemDataRole.ToolTipRole)  # fmt: skip
        self.said = Text("", "muted", size=12, elide=True)
        self.said.setObjectName("schemas.said")
        self.stack = QStackedWidget()
        for tab in self.tabs.values():
            self.stack.addWidget(tab)
        self.findings = Findings(self.workshop, self.profiles, get("fix_all"), get("preview_fixes"))
        head = QHBoxLayout()
        head.setContentsMargins(13, 0, 12, 0)
        head.setSpacing(12)
        head.addWidget(self.strip)
        head.addWidget(self.said, 1)
        head.addWidget(IconButton(self.using.command))
        top = QWidget()
        column = QVBoxLayout(top)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(HairLine())
        column.addWidget(self.shelving.bar)
        column.addWidget(self.stack, 1)
        below = Surface("surface", "t")
        inner = QVBoxLayout(below)
        inner.setContentsMargins(0, 1, 0, 0)
        inner.addWidget(self.findings)
        below.setMinimumHeight(76)
        self.middle_splitter = QSplitter(Qt.Orientation.Vertical)
        self.middle_splitter.setObjectName("schemas.middle")
        self.middle_splitter.setHandleWidth(1)
        self.middle_splitter.setChildrenCollapsible(False)
        self.middle_splitter.addWidget(top)
        self.middle_splitter.addWidget(below)
        self.middle_splitter.setStretchFactor(0, 1)
        self.middle_splitter.setSizes([540, 150])
        return self.middle_splitter

    # What is remembered

    def _restore(self) -> None:
        state = self.context.state.load()
        text = state.get("text")
        name = state.get("name")
        self.workshop.name = name if isinstance(name, str) and name else "triage_result"
        self.head.set_name(self.workshop.name)
        rules = state.get("rules")
        if isinstance(rules, str) and (place := self.profiles.findData(rules)) >= 0:
            self.profiles.setCurrentIndex(place)
            self.workshop.profile = rules
        self.proof.load_state(state.get("proof"))
        self.benching.load_state(state.get("bench"))
        if isinstance(sizes := state.get("splitter"), str):
            self.splitter.restoreState(QByteArray.fromBase64(sizes.encode()))
            self.splitter.setHandleWidth(1)
        self.source.edit.show_text(text if isinstance(text, str) else SAMPLE)
        self.source.edit.document().clearUndoRedoStacks()
        self.shelving.shelf.load_state(state.get("library"), not isinstance(text, str))
        self.workshop.examine()

    def save(self) -> None:
        """Have the draft remembered."""
        self._save_timer.stop()
        self.context.state.save(
            {
                "text": self.workshop.text(),
                "name": self.workshop.name,
                "rules": self.workshop.profile,
                "proof": self.proof.to_state(),
                "bench": self.benching.to_state(),
                "library": self.shelving.shelf.to_state(),
                "splitter": bytes(self.splitter.saveState().toBase64().data()).decode(),
            }
        )

    def keep_soon(self) -> None:
        """Have the draft remembered in a moment."""
        self._save_timer.start()

    # What other places ask for

    def open_value(self, value: Any = None, name: str = "") -> None:
        """Open a schema, a format or a function tool that another panel has."""
        self.bring_forward()
        if value is None:
            self.source.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
        if self.shelving.shelf.adopt(value, name, is_elsewhere=True):
            self.shelving.show_tree()
            self.show_tab("source")

    def rename(self, name: str) -> None:
        """Call it otherwise."""
        self.workshop.set_name(name)
        self.head.set_name(name)

    def say(self, words: str, role: str = "muted") -> None:
        """A line beside the tabs, until the document is another."""
        self._said_of = self.workshop.text() if self.workshop.is_current else None
        self.said.set_role(role)
        self.said.set_text(words)

    def bring_forward(self) -> None:
        """Show the panel."""
        if not self.isVisible():
            self.context.commands.run("panel.schemas")

    # Commands

    def show_tab(self, tab_id: str) -> None:
        """Bring a tab of the middle to the front; unknown ones are passed over."""
        if tab_id in self.tabs:
            self.bring_forward()
            shown = [one for one, _ in TABS if one in self.tabs]
            self.stack.setCurrentWidget(self.tabs[tab_id])
            self.middle_splitter.widget(1).setVisible(tab_id != "versions")  # two comparisons need the room
            self.strip.choose(shown.index(tab_id))

    def show_bench(self, wanted: bool) -> None:
        """Offer the bench of function tools, or no more."""
        self.strip.buttons[-1].setVisible(wanted)
        self.commands["tab_bench"].setEnabled(wanted)
        if not wanted and self.stack.currentWidget() is self.benching.page:
            self.show_tab("source")

    def format(self) -> None:
        """Lay the text out anew."""
        self.workshop.when_read(self._format)

    def _format(self) -> None:
        if self.workshop.broken is not None or self.workshop.value() is None:
            self.say("The text is no JSON yet: mend that first.", "warning")
        else:
            self.workshop.replace(self.workshop.value())

    def undo(self) -> None:
        self.source.edit.undo()

    def redo(self) -> None:
        self.source.edit.redo()

    def fold(self) -> None:
        self.source.edit.toggle_fold()

    def fold_all(self) -> None:
        self.source.edit.fold_all()

    def unfold_all(self) -> None:
        self.source.edit.unfold_all()

    def another_example(self) -> None:
        self.show_tab("example")
        tab = self.tabs["example"]
        assert isinstance(tab, ExampleTab)
        tab.another()

    def show_as(self, kind: str) -> None:
        """Show the schema written in some other way."""
        self.show_tab("code")
        tab = self.tabs["code"]
        assert isinstance(tab, CodeTab)
        tab.show_kind(kind)

    def copy_code(self) -> None:
        self.show_tab("code")
        tab = self.tabs["code"]
        assert isinstance(tab, CodeTab)
        QGuiApplication.clipboard().setText(tab.code.text())

    def copy(self) -> None:
        QGuiApplication.clipboard().setText(self.workshop.text())

    def show_sources(self) -> None:
        self._menu(self.head.bring, [f"schemas.from_{kind}" for kind, _ in SOURCES] + ["schemas.from_words"])

    def show_kinds(self) -> None:
        self._menu(self.head.make, [*OFFERED, "", *[f"schemas.to_{kind.replace('.', '_')}" for kind, _ in KINDS]])

    def _menu(self, below: QWidget, names: list[str]) -> None:
        self.bring_forward()
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in names:
            if not name:
                menu.addSeparator()
            command = self.context.commands.get(name)
            if command is not None:
                menu.addAction(command)
        menu.popup(below.mapToGlobal(QPoint(0, below.height() + 2)))

    def bring(self, kind: str) -> None:
        """Ask for what a schema is to be made from."""
        from playground.panels.schemas.bring import BringDialog

        self.bring_forward()
        self._dialog = BringDialog(self.context, kind, self.proof.page.options.model.currentText(), self.window())
        self._dialog.brought.connect(self._brought)
        self._dialog.destroyed.connect(self._dialog_gone)
        self._dialog.open()

    def _brought(self, schema: Any, name: str) -> None:
        if self.shelving.shelf.adopt(schema, name, is_elsewhere=False):
            self.shelving.show_tree()
            self.say("It is in the editor; Ctrl+Z brings back what was there.", "good")

    def _dialog_gone(self) -> None:
        self._dialog = None

    def focus_tree(self) -> None:
        self.tree.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def focus_findings(self) -> None:
        self.findings.take_focus()

    def next_finding(self) -> None:
        """Go to the next one; after the last, to the first."""
        report = self.workshop.report
        if report is None or not report.findings:
            self.say("Nothing is found.", "good")
            return
        self._finding = (self._finding + 1) % len(report.findings)
        finding = report.findings[self._finding]
        self.go_to(finding.pointer)
        self.say(finding.words, "error" if finding.severity == "error" else "warning")

    def go_to(self, pointer: str) -> None:
        """Show a place of the document in its source."""
        self.show_tab("source")
        self.workshop.go_to(pointer)
        self.source.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def command(self, name: str) -> Command:
        return self.commands[name]

    def _profile_chosen(self, _index: int) -> None:
        self.workshop.set_profile(str(self.profiles.currentData()))
        self.keep_soon()

    def _checked(self) -> None:
        self._finding = -1
        text = self.workshop.text()
        if self._said_of is None:
            self._said_of = text
        elif self._said_of != text:
            self.say("")
        report = self.workshop.report
        self.head.set_state(self.workshop.broken, report)

    # Events

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Z is said of what buttons do, and is pressed while they have the focus."""
        at = QApplication.focusWidget()
        here = at is not None and (self.left.isAncestorOf(at) or self.middle.isAncestorOf(at))
        if here and event.matches(QKeySequence.StandardKey.Undo):
            self.undo()
        elif here and event.matches(QKeySequence.StandardKey.Redo):
            self.redo()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.source.edit.setFocus(event.reason())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shelving.shelf.look()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._save_timer.isActive():
            self.save()

"""The explorer: the methods at the left, one method in the middle, its answer at the right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFocusEvent, QGuiApplication, QHideEvent, QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from playground.core.catalog import Kind, MethodEntry
from playground.panels.contract import PanelContext
from playground.panels.explorer.actions import GROUP, add_commands
from playground.panels.explorer.admin import AdminCheck
from playground.panels.explorer.calling import Calling
from playground.panels.explorer.column import MethodsColumn, is_command
from playground.panels.explorer.columns import Columns
from playground.panels.explorer.drafts import Drafts
from playground.panels.explorer.links import getter, is_exchange
from playground.panels.explorer.page import MethodPage
from playground.panels.explorer.passing import FOR_COMPOSE, Passing
from playground.panels.explorer.preview import LANGUAGES, Copies
from playground.panels.explorer.question import Question
from playground.panels.explorer.result import ResultColumn
from playground.panels.explorer.saved import SavedRequests
from playground.panels.explorer.schemas import FormSchemas
from playground.panels.explorer.seen import SeenIds
from playground.panels.explorer.title_bar import TitleBar
from playground.widgets.commands import Command
from playground.widgets.spending import SpendGuard

if TYPE_CHECKING:
    from playground.panels.explorer.line import Line

SAVE_AFTER_MS = 400


class ExplorerView(QWidget):
    """The panel."""

    def __init__(self, context: PanelContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("explorer")
        self.setAccessibleName("Explorer")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._context = context
        self.drafts = Drafts()
        self.line: Line | None = None
        """Of a WebSocket; made with the first such method that is opened."""
        self._wanted: tuple[str, dict[str, Any] | None] = ("", None)
        """A method that was asked for before the catalogue was there."""
        self._focus_wanted = False
        self._save_timer = QTimer(self)
        self._save_timer.setSingleShot(True)
        self._save_timer.setInterval(SAVE_AFTER_MS)
        self._save_timer.timeout.connect(self.save)
        self.methods = MethodsColumn(context.bridge, context.cache)
        self.passing = Passing(self, context)
        self.seen = SeenIds(context, self)
        self.calling = Calling(self, context)
        self.admin = AdminCheck(context, self)
        self.page_copies = Copies(self)
        self.saved = SavedRequests(self, context)
        self.commands = add_commands(self, context.commands)
        self.page = MethodPage(context, self.commands)
        self.page.prepared = self.saved.prepared
        self.schemas = FormSchemas(self, context)
        self.title_bar = TitleBar(self.commands["agree"], self.commands["put_away"])
        self.spending = SpendGuard(
            "explorer", context.bridge, context.store, context.settings, context.commands, GROUP, self
        )
        self.spending.passed.connect(self.calling.spend)
        self.spending.asking_changed.connect(self.sync)
        self.question = Question(self.commands["confirm"], self.commands["refrain"])
        self.result = ResultColumn(context)
        self._build()
        self._restore()
        self.methods.tree.file_chosen.connect(self.saved.open)
        self.methods.environment.textActivated.connect(self._environment_chosen)
        self.methods.chosen.connect(self.choose_method)
        self.methods.loaded.connect(self._catalogue_loaded)
        self.admin.said.connect(self.page.head.admin_note.say)
        self.methods.search.command_pasted.connect(self.passing.open_text)
        self.page.edited.connect(self._edited)
        self.page.pair.set_id_source(self.seen.of_kind)
        self.result.page_wanted.connect(self.calling.next_page)
        self.result.link_opened.connect(self._open_link)
        self.result.knows = self.page.knows
        self.result.param_wanted.connect(self.page.go_to)
        context.bridge.listen(context.sessions.changed, self._profile_changed, self)
        self.sync()

    def _build(self) -> None:
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.page, 1)
        column.addWidget(self.title_bar)
        column.addWidget(self.question)
        column.addWidget(self.spending.bar)
        self.right = QStackedWidget()
        self.right.addWidget(self.result)
        self.columns = Columns(self.methods, middle, self.right)
        self.columns.moved.connect(self.keep_soon)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.columns)

    # What is remembered

    def _restore(self) -> None:
        state = self._context.state.load()
        self.drafts.load(state.get("drafts"))
        for name in ("favourites", "recent"):
            names = state.get(name)
            if isinstance(names, list):
                setattr(self.methods, name, [str(one) for one in names])
        if isinstance(opened := state.get("opened"), list):
            self.methods.set_opened([str(one) for one in opened])
        if isinstance(folder := state.get("saved_folder"), str) and folder:
            self.saved.folder = Path(folder)
        self.saved.environment = str(state.get("environment") or "")
        if isinstance(method := state.get("method"), str):
            self._wanted = (method, None)
        self.columns.restore(state)

    def save(self) -> None:
        """Have what was written remembered; the state's owner writes it off this thread."""
        self._save_timer.stop()
        self._keep_draft()
        entry = self.page.entry
        self._context.state.save(
            {
                "method": entry.name if entry is not None else "",
                "drafts": self.drafts.to_state(),
                "favourites": self.methods.favourites,
                "saved_folder": str(self.saved.folder),
                "environment": self.saved.environment,
                "recent": self.methods.recent,
                "opened": self.methods.opened(),
                **self.columns.to_state(),
            }
        )

    def _keep_draft(self) -> None:
        if self.page.entry is not None:
            self.drafts.put(self.page.entry.name, self.page.arguments())
            self.drafts.set_streams(self.page.entry.name, self.page.streams)

    def _edited(self, *_arguments: object) -> None:
        if not self._save_timer.isActive():
            self._save_timer.start()
        if self.question.is_asking:
            self.calling.refrain()

    # Opening

    def shows(self, name: str) -> bool:
        """Whether there is such a method; it is said where there is none."""
        there = self.methods.catalog is not None and name in self.methods.catalog.methods
        if not there:
            self._context.notify(f"This SDK has no method “{name}”.")
        return there

    def keep_soon(self) -> None:
        """Something that is remembered is another."""
        if not self._save_timer.isActive():
            self._save_timer.start()

    def _environment_chosen(self, _name: str) -> None:
        box = self.methods.environment
        self.saved.use_environment(box.currentText() if box.currentIndex() > 0 else "")

    def _catalogue_loaded(self) -> None:
        self.saved.refresh()
        name, arguments = self._wanted
        entry = self.page.entry
        if name:
            self.open_method(name, arguments)
            if self._focus_wanted:
                self._focus_wanted = False
                self.focus_request()
        elif entry is not None and self.methods.catalog is not None and entry.name in self.methods.catalog.methods:
            self._show(self.methods.catalog.methods[entry.name], self.page.arguments())

    def open_method(self, name: str, arguments: dict[str, Any] | None = None) -> None:
        """Show a method, with arguments, else with what was last written for it."""
        catalog = self.methods.catalog
        if catalog is None:
            self._wanted = (name, arguments)
            return
        remembered, self._wanted = self._wanted[0] == name, ("", None)
        entry = catalog.methods.get(name)
        if entry is None:
            self._context.notify(f"This SDK has no method “{name}”.")
            return
        self._keep_draft()
        self.saved.method_opened()
        if arguments is None:
            arguments = self.drafts.arguments(name)
        if not self.calling.running:
            self.result.clear()
        self._show(entry, arguments or {})
        self.methods.show_current(name, remember=not remembered)
        self._edited()

    def _show(self, entry: MethodEntry, arguments: dict[str, Any]) -> None:
        assert self.methods.catalog is not None
        streams = self.drafts.streams(entry.name) or arguments.get("stream") is True
        shown = {name: value for name, value in arguments.items() if not (entry.can_stream and name == "stream")}
        self.page.show_method(self.methods.catalog, entry, shown, stream=streams)
        self.seen.want(entry)
        self._show_right(entry)
        self.admin.want(entry.admin)
        self.sync()

    def _show_right(self, entry: MethodEntry) -> None:
        """A console for what speaks both ways, else the answer."""
        if entry.kind is not Kind.WEBSOCKET:
            self.right.setCurrentWidget(self.result)
            if entry.kind is Kind.HELPER:
                self.result.view.clear("Not run yet", "A helper works in the program. What it gives is shown here.")
            return
        if self.line is None:
            from playground.panels.explorer.line import Line

            self.line = Line(self._context, self.commands["connect"], self.commands["disconnect"], self)
            self.line.changed.connect(self.sync)
            self.line.link_opened.connect(self._open_link)
            self.right.addWidget(self.line.console)
        self.line.show_method(entry.name)
        self.right.setCurrentWidget(self.line.console)

    def _profile_changed(self, _emissions: list[tuple[Any, ...]]) -> None:
        self.page.preview.refresh()
        self.admin.look()

    # Commands

    def sync(self) -> None:
        """Which commands make sense now."""
        entry = self.page.entry
        there, running = entry is not None, self.calling.running
        socket = entry is not None and entry.kind is Kind.WEBSOCKET
        helper = entry is not None and entry.kind is Kind.HELPER
        live = self.line is not None and self.line.live
        running = live if socket else running
        self.commands["send"].setText("Connect" if socket else "Run" if helper else "Send")
        self.commands["stop"].setText("Disconnect" if socket else "Stop")
        for name, enabled in (
            ("send", there and not running),
            ("stop", running or self.question.is_asking or self.spending.is_asking or self.title_bar.is_asking),
            ("connect", socket and not running),
            ("disconnect", socket and running),
            ("favourite", there),
            ("minimal", there),
            ("unset", there),
            ("restore", there and self.page.former is not None),
            ("copy_preview", there),
            *((f"copy_{language}", there) for language, _ in LANGUAGES),
            ("retry", there and not running),
            ("stream", entry is not None and entry.can_stream),
            ("save_request", there),
            ("save_as", there),
            ("rename_saved", self.saved.current is not None),
            ("delete_saved", self.saved.current is not None),
            ("open_in_compose", entry is not None and entry.name in FOR_COMPOSE),
            ("successor", entry is not None and bool(entry.successor)),
        ):
            self.commands[name].setEnabled(enabled)
        starred = entry is not None and entry.name in self.methods.favourites
        self.commands["favourite"].setChecked(starred)
        self.commands["favourite"].setText("Remove from Favourites" if starred else "Add to Favourites")
        self.commands["stream"].setChecked(self.page.streams)
        if entry is not None and entry.successor:
            self.commands["successor"].setText(f"Open {entry.successor}")

    # What the other commands do

    def toggle_favourite(self) -> None:
        if self.page.entry is not None:
            self.methods.toggle_favourite(self.page.entry.name)
            self.sync()
            self._edited()

    def toggle_stream(self) -> None:
        self.page.set_streams(not self.page.streams)
        self.sync()
        self._edited()

    def open_successor(self) -> None:
        if self.page.entry is not None and self.page.entry.successor:
            self.open_method(self.page.entry.successor)

    def fill_minimal(self) -> None:
        """The smallest arguments that the method takes, beside what is set."""
        if self.page.entry is not None and self.methods.catalog is not None:
            smallest = self.methods.catalog.minimal(self.page.entry.name)
            self.page.set_arguments({**smallest, **self.page.arguments()})

    def unset_all(self) -> None:
        """Nothing is set any more; what was can be brought back."""
        self.page.unset_all()
        self.sync()

    def restore(self) -> None:
        """Bring back what was unset last."""
        self.page.restore()
        self.sync()

    def copy_preview(self) -> None:
        self.page.show_preview()
        self.page.preview.copy()

    def go_to_search(self) -> None:
        self.bring_forward()
        self.methods.go_to_search()

    def show_request(self) -> None:
        self.bring_forward()
        self.page.show_request()

    def show_form(self) -> None:
        self.bring_forward()
        self.page.show_request("form")

    def show_both(self) -> None:
        self.bring_forward()
        self.page.show_request("both")

    def show_json(self) -> None:
        self.bring_forward()
        self.page.show_request("json")
        self.page.pair.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_preview(self) -> None:
        self.bring_forward()
        self.page.show_preview()

    def focus_request(self) -> None:
        """Go to the form's first field."""
        self.bring_forward()
        self.page.show_request()
        if not self.page.focus_first():
            self.page.tabs.buttons[0].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def focus_answer(self) -> None:
        self.bring_forward()
        self.result.take_focus()

    def open_from_elsewhere(self, method: str = "", arguments: dict[str, Any] | None = None) -> None:
        """Another place of the program opens a method here, perhaps with arguments."""
        self.bring_forward()
        if method:
            self.open_method(method, arguments)
            self.focus_when_shown()
        else:
            self.methods.go_to_search()

    def choose_method(self, name: str) -> None:
        """A row was chosen; the one that is open already leads to its form."""
        entry = self.page.entry
        if entry is not None and entry.name == name:
            self.focus_request()
        else:
            self.open_method(name)

    def focus_when_shown(self) -> None:
        """Go to the form, now or when the catalogue is there."""
        if self._wanted[0]:
            self._focus_wanted = True
        else:
            self.focus_request()

    def bring_forward(self) -> None:
        """Show the panel."""
        if not self.isVisible():
            self._context.commands.run("panel.explorer")

    def _open_link(self, id_: str) -> None:
        """An ID was clicked: its request in the log, the method that gets its object, else what the palette finds."""
        catalog = self.methods.catalog
        if is_exchange(id_):
            self._context.commands.run("requests.show", id_)
        elif id_ == self.result.request_id.id() and self.result.exchange_id:
            self._context.commands.run("requests.show", self.result.exchange_id)
        elif catalog is not None and (found := getter(catalog, id_)) is not None:
            self.open_method(*found)
        else:
            self._context.commands.run("palette.open", id_)

    def command(self, name: str) -> Command:
        return self.commands[name]

    # Events

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.methods.search.setFocus(event.reason())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A cURL command that is pasted where nothing is written opens as its method."""
        if event.matches(QKeySequence.StandardKey.Paste) and is_command(QGuiApplication.clipboard().text()):
            self.passing.open_text()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.methods.show_recent()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._save_timer.isActive():
            self.save()

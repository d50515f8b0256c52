"""Requests: the list with its details, and the pages beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from playground.panels.contract import PanelContext
from playground.panels.inspector import reading
from playground.panels.inspector.actions import add_commands
from playground.panels.inspector.extensions import EXTENSIONS
from playground.panels.inspector.list_page import ListPage
from playground.panels.inspector.loading import named
from playground.panels.inspector.pages import PAGES
from playground.panels.inspector.saved_filters import ERRORS, SLOW, SavedFilters, with_term
from playground.panels.inspector.tabs import TABS
from playground.widgets.controls import HairLine, TabStrip

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.exchanges import ExchangeDetail
    from playground.widgets.commands import Command

SAVE_AFTER_MS = 400
LIST = "requests"


class InspectorView(QWidget):
    """The panel. What others do with its rows (`extensions.py`) goes through its methods."""

    def __init__(self, context: PanelContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector")
        self.setAccessibleName("Requests")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._context = context
        self._save_timer = QTimer(self)
        self._save_timer.setSingleShot(True)
        self._save_timer.setInterval(SAVE_AFTER_MS)
        self._save_timer.timeout.connect(self.save)
        self.filters = SavedFilters(self)
        self._current = LIST
        self._pages: dict[str, QWidget] = {}
        self._finding: Operation[int | None] | None = None
        self.commands = add_commands(self, context.commands)
        self.list = ListPage(context, self.commands, [self.commands[f"tab_{entry.id}"] for entry in TABS], self)
        self.extensions = [named(place)(self, context) for place in EXTENSIONS]
        self._build()
        self._restore()
        context.bridge.listen(context.store.changed, self._changed, self)
        self.list.table.columns_changed.connect(self._keep_soon)
        self.list.splitter.splitterMoved.connect(self._moved)
        self.filters.changed.connect(self._keep_soon)
        self.list.details.link_opened.connect(self.open_id)

    def _build(self) -> None:
        self.strip = TabStrip(
            [(self.commands["page_requests"], "Requests")]
            + [(self.commands[f"page_{entry.id}"], entry.title) for entry in PAGES],
            name="Pages of the requests",
        )
        self.stack = QStackedWidget()
        self.stack.addWidget(self.list)
        head = QHBoxLayout()
        head.setContentsMargins(9, 0, 12, 0)
        head.addWidget(self.strip)
        head.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(HairLine())
        layout.addWidget(self.stack, 1)
        show = bool(PAGES)
        self.strip.setVisible(show)
        actions = [command for command in self._row_commands() if command is not None]
        self.list.table.menu_actions = actions
        get = self._context.commands.get
        words = [(command, text) for name, text in (("replay", "Send again"), ("bundle", "Support bundle"))
                 if (command := get(f"inspector.{name}")) is not None]  # fmt: skip
        icons = [command for name in ("pin", "note") if (command := get(f"inspector.{name}")) is not None]
        self.list.details.add_buttons(words, icons)

    def _row_commands(self) -> list[Command | None]:
        """What the context menu offers, in its order."""
        names = (
            "replay", "open_in_explorer", "edit_in_compose", "compare", "copy_request_id", "copy_curl", "copy_python",
            "copy_javascript", "copy_json", "copy_har", "pin", "note", "tag", "bundle", "delete",
        )  # fmt: skip
        return [self._context.commands.get(f"inspector.{name}") for name in names]

    # What is remembered

    def _restore(self) -> None:
        state = self._context.state.load()
        self.filters.load(state)
        self.list.table.restore(state)
        if isinstance(sizes := state.get("splitter"), str):
            self.list.splitter.restoreState(QByteArray.fromBase64(sizes.encode()))
            self.list.splitter.setHandleWidth(1)
        if isinstance(tab := state.get("tab"), str):
            self.list.details.show_tab(tab)

    def save(self) -> None:
        """Have columns, filters and sizes remembered."""
        self._save_timer.stop()
        details = self.list.details
        self._context.state.save(
            # What pages keep there stays.
            {
                **self._context.state.load(),
                **self.list.state(),
                "filters": dict(self.filters.filters),
                "tab": details.current_tab(),
            }
        )

    def _keep_soon(self) -> None:
        self._save_timer.start()

    def _moved(self, _position: int, _index: int) -> None:
        self._save_timer.start()

    # Pages

    def show_page(self, page_id: str) -> None:
        """Bring a page to the front; `requests` is the list. Raises KeyError for one that is not there."""
        ids = [LIST, *(entry.id for entry in PAGES)]
        if page_id not in ids:
            raise KeyError(page_id)
        self.bring_forward()
        if page_id != self._current:
            self._tell("deactivate")
            self._current = page_id
        page = self.list if page_id == LIST else self._page(page_id)
        self.stack.setCurrentWidget(page)
        self.strip.choose(ids.index(page_id))
        self._tell("activate")

    def current_page(self) -> str:
        return self._current

    def page(self, page_id: str) -> Any:
        """A page that was opened; None where it was not."""
        return self._pages.get(page_id)

    def _page(self, page_id: str) -> QWidget:
        if page_id not in self._pages:
            entry = next(entry for entry in PAGES if entry.id == page_id)
            page: QWidget = named(entry.view)(self._context, self)
            if not page.accessibleName():
                page.setAccessibleName(entry.title)
            signal = getattr(page, "rows_wanted", None)
            if signal is not None:
                signal.connect(self.show_query)
            self._pages[page_id] = page
            self.stack.addWidget(page)
        return self._pages[page_id]

    def _tell(self, what: str) -> None:
        page = self._pages.get(self._current)
        method = getattr(page, what, None) if page is not None and self.isVisible() else None
        if method is not None:
            method()

    # For extensions and other places

    def numbers(self) -> list[int]:
        """Numbers (`RequestLog`) of the rows that are chosen, from the top; the current one where none is."""
        return self.list.numbers()

    def current_id(self) -> str:
        """The exchange id of the current row, "" for none."""
        return self.list.current_id()

    def current_detail(self) -> ExchangeDetail | None:
        """The details of the current row, once they are read."""
        detail = self.list.details.detail
        return detail if detail is not None and detail.summary.id == self.current_id() else None

    def query(self) -> str:
        """The filter, "" where there is none or it is not understood."""
        return self.list.query()

    def shown_numbers(self) -> list[int]:
        """All that the filter finds, as far as they are read."""
        return self.list.model.numbers()

    def show_query(self, text: str) -> None:
        """Show the list with a filter."""
        self.show_page(LIST)
        self.list.field.set_query(text)

    def show_exchange(self, exchange_id: str) -> None:
        """Make an exchange the current row, in the list as it is, or in one that is found by its ID."""
        self.show_page(LIST)
        known = self.list.model.number_of(exchange_id)
        if known is not None and self.list.choose_number(known):
            self.list.focus_list()
            return
        self._finding = self._context.bridge.blocking(
            reading.number_of, self._context.store, exchange_id, label="Looking for a request", owner=self
        )
        self._sought = exchange_id
        self._finding.finished.connect(self._found)

    def _found(self) -> None:
        operation, self._finding = self._finding, None
        if operation is None or operation.state == "cancelled":
            return
        if operation.error is not None:
            self.say(f"The log could not be searched: {operation.error}", "error")
        elif operation.result is None:
            self.say(f"No request in the log has the ID {self._sought}.", "warning")
        elif self.list.choose_number(operation.result):
            self.list.focus_list()
        else:
            self.show_query(f"id:{self._sought}")

    def open_id(self, id_: str) -> None:
        """An ID was clicked: its row, or whatever the palette finds."""
        if self.list.model.number_of(id_) is not None:
            self.show_exchange(id_)
        else:
            self._context.commands.run("palette.open", id_)

    def say(self, words: str, role: str = "muted") -> None:
        """A line under the filter."""
        self.list.say(words, role)

    def show_tab(self, tab_id: str) -> None:
        """Bring a tab of the details to the front."""
        self.show_page(LIST)
        self.list.details.show_tab(tab_id)

    def tab(self, tab_id: str) -> Any:
        """A tab's widget."""
        return self.list.details.tab(tab_id)

    def read_again(self, numbers: list[int]) -> None:
        """Rows were marked: show them anew."""
        self.list.feed.read_again(numbers)

    def refresh(self) -> None:
        """Ask the log again."""
        self.list.feed.ask()

    def note_of(self, number: int) -> str:
        """The note of a row that is held, "" for none."""
        row = self._row(number)
        return row.note if row is not None else ""

    def words_of(self, number: int) -> str:
        """A row in words: `POST /responses (req_…)`."""
        row = self._row(number)
        if row is None:
            return "this request"
        summary = row.summary
        return f"{summary.method} {summary.path} ({summary.request_id or summary.id})"

    def _row(self, number: int) -> Any:
        place = self.list.model.place_of(number)
        return self.list.model.row_at(place) if place >= 0 else None

    def commands_of(self, command_id: str) -> Command | None:
        """A command of the registry."""
        return self._context.commands.get(command_id)

    # Commands

    def go_to_filter(self) -> None:
        self.show_page(LIST)
        self.list.focus_filter()

    def go_to_list(self) -> None:
        self.show_page(LIST)
        self.list.focus_list()

    def go_to_details(self) -> None:
        self.show_page(LIST)
        self.list.details.take_focus()

    def clear_filter(self) -> None:
        self.show_query("")

    def find(self, text: str = "") -> None:
        """Show what a text or an ID finds; without one, go to the filter."""
        if text:
            self.show_query(text)
            self.list.focus_list()
        else:
            self.go_to_filter()

    def toggle_errors(self) -> None:
        self.show_query(with_term(self.list.feed.asked.query, ERRORS))

    def toggle_slow(self) -> None:
        self.show_query(with_term(self.list.feed.asked.query, SLOW))

    def toggle_live(self) -> None:
        command = self.commands["live"]
        live = not self.list.feed.live
        command.setChecked(live)
        self.list.feed.set_live(live)

    def show_filters(self) -> None:
        self.bring_forward()
        self.filters.show_menu(self.list.filters)

    def show_columns(self) -> None:
        self.bring_forward()
        button = self.list.columns
        self.list.table.columns_menu().popup(button.mapToGlobal(button.rect().bottomLeft()))

    def show_export(self) -> None:
        """What the list can be handed over as, and what can be read into it."""
        self.bring_forward()
        menu = QMenu(self)
        menu.setObjectName("inspector.export.menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in ("bundle", "", "export_har", "export_jsonl", "export_csv", "", "import_har"):
            command = self.commands_of(f"inspector.{name}")
            if command is not None:
                menu.addAction(command)
            elif not name:
                menu.addSeparator()
        button = self.list.export
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def bring_forward(self) -> None:
        """Show the panel."""
        if not self.isVisible():
            self._context.commands.run("panel.inspector")

    # Events

    def _changed(self, emissions: list[tuple[Any, ...]]) -> None:
        self.list.details.follow([summary for (summary,) in emissions])

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._current == LIST:
            self.list.field.setFocus(event.reason())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.list.start()
        self._tell("activate")

    def hideEvent(self, event: QHideEvent) -> None:
        page = self._pages.get(self._current)
        method = getattr(page, "deactivate", None)
        if method is not None:
            method()
        super().hideEvent(event)
        if self._save_timer.isActive():
            self.save()

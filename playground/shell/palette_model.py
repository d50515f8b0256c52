"""What the palette lists: commands, profiles, and exchanges, each with the words to find it by."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from playground.core.fuzzy import score
from playground.shell.dock_model import clock_text, duration_words, status_role, status_text
from playground.widgets.commands import Command, CommandRegistry
from playground.widgets.presentation import shown_line

if TYPE_CHECKING:
    from playground.core.exchanges import ExchangeSummary
    from playground.shell.finding import PanelFound

Index = QModelIndex | QPersistentModelIndex

EntryRole = Qt.ItemDataRole.UserRole

SHOWN = 60
RECENT_SHOWN = 8

_ID = re.compile(
    r"^(?:(?:req|resp|chatcmpl|conv|msg|batch|file|ftjob|vs|asst|run|thread|pg)[-_][\w-]{4,}|[0-9A-HJKMNP-TV-Z]{26})$"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the palette. `run` is a bound method that is called after the palette has closed."""

    title: str
    group: str
    run: Callable[[], object]
    shortcut: str = ""
    words: str = ""
    hint: str = ""
    role: str = "text"
    icon: str = ""
    command: Command | None = None


def looks_like_id(text: str) -> bool:
    """Whether a pasted text is an ID of the API or of one of our exchanges, so that it is searched in the log."""
    return _ID.match(text.strip()) is not None


class ExchangeOpener:
    """Opens one exchange in the panel that has all of them; a bound method of it is an entry's `run`."""

    def __init__(self, commands: CommandRegistry, exchange_id: str) -> None:
        self._commands = commands
        self._exchange_id = exchange_id

    def open(self) -> None:
        self._commands.run("panel.inspector")
        self._commands.run("inspector.show", self._exchange_id)


class PanelOpening:
    """Shows a panel and opens in it what it found; a bound method of it is an entry's `run`."""

    def __init__(self, commands: CommandRegistry, found: PanelFound) -> None:
        self._commands, self._found = commands, found

    def open(self) -> None:
        self._commands.run(f"panel.{self._found.panel}")
        self._commands.run(self._found.found.command, *self._found.found.arguments)


def panel_entry(commands: CommandRegistry, what: PanelFound) -> Entry:
    found = what.found
    return Entry(
        title=found.title,
        group=found.group,
        run=PanelOpening(commands, what).open,
        hint=found.hint,
        role=found.role,
        icon=found.icon,
    )


def command_entries(commands: Iterable[Command], hidden: frozenset[str] = frozenset()) -> list[Entry]:
    """Every command that can be run now, in the registry's order."""
    return [
        Entry(
            title=command.text(),
            group=command.group,
            run=command.trigger,
            shortcut=command.shortcut().toString(),
            words=" ".join((command.group, *command.keywords, command.id)),
            icon=command.icon_name,
            command=command,
        )
        for command in commands
        if command.isEnabled() and command.isVisible() and command.listed and command.id not in hidden
    ]


def exchange_entry(commands: CommandRegistry, summary: ExchangeSummary) -> Entry:
    title = f"{summary.method} {summary.path}"
    return Entry(
        title=title,
        group="Requests",
        run=ExchangeOpener(commands, summary.id).open,
        words=" ".join(filter(None, (summary.request_id, summary.model, summary.error_code, summary.id))),
        hint="  ".join(
            part
            for part in (
                clock_text(summary.started_at),
                status_text(summary),
                summary.model or "",
                summary.request_id or "",
                duration_words(summary),
            )
            if part
        ),
        role=status_role(summary),
        icon="text-align-start",
    )


class PaletteModel(QAbstractListModel):
    """The entries a query finds, best first, those that panels found among them; what the log found stands below."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: list[Entry] = []
        self._texts: list[str] = []
        self._recent: list[Entry] = []
        self._found: list[Entry] = []
        self._ranked: list[tuple[int, Entry]] = []
        self._shown: list[Entry] = []
        self._query = ""

    def load(self, entries: list[Entry], recent: list[Entry]) -> None:
        """What can be found from now on; `recent` exchanges are listed when nothing is typed."""
        self._all = [*entries, *recent]
        self._recent = recent
        self._texts = [f"{entry.title} {entry.words}" for entry in self._all]
        self._found = []
        self.search("")

    def search(self, query: str) -> None:
        self._query = query.strip()
        self._found = []
        self._ranked = []
        self._show()

    def add_found(self, query: str, entries: list[Entry]) -> None:
        """What the log answered; ignored when the query has changed meanwhile."""
        if query == self._query:
            self._found = entries
            self._show()

    def add_ranked(self, query: str, ranked: list[tuple[int, Entry]]) -> None:
        """What panels found, with scores; ignored when the query has changed meanwhile."""
        if query == self._query and query:
            self._ranked = ranked
            self._show()

    def row_of(self, entry: Entry | None) -> int:
        """Where an entry stands now; -1 where it does not."""
        return next((row for row, shown in enumerate(self._shown) if shown is entry), -1)

    def _show(self) -> None:
        self.beginResetModel()
        if not self._query:
            plain = [entry for entry in self._all if entry not in self._recent]
            self._shown = [*plain, *self._recent[:RECENT_SHOWN]]
        else:
            shown = self._best()
            known = {(entry.title, entry.hint) for entry in shown}
            late = [entry for entry in self._found if (entry.title, entry.hint) not in known]
            self._shown = [*late, *shown] if looks_like_id(self._query) else [*shown, *late]
        self.endResetModel()

    def _best(self) -> list[Entry]:
        found = [(entry, score(self._query, text)) for entry, text in zip(self._all, self._texts, strict=True)]
        ranked = [(value, entry) for entry, value in found if value is not None] + self._ranked
        ranked.sort(key=_value, reverse=True)  # it keeps the order of equal ones
        return [entry for _, entry in ranked[:SHOWN]]

    def entries(self) -> list[Entry]:
        return list(self._shown)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        entry = self._shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return shown_line(entry.title)
        if role == EntryRole:
            return entry
        if role == Qt.ItemDataRole.AccessibleTextRole:
            parts = (entry.title, entry.group, entry.hint, entry.shortcut)
            return shown_line(", ".join(part for part in parts if part))
        return None


def _value(ranked: tuple[int, Entry]) -> int:
    return ranked[0]

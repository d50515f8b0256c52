"""The right column: which model by which API, and every setting of a generation, each of which can be unset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from playground.core.runs.parameters import GROUPS, Api, Parameter, parameter, parameters
from playground.core.served import today
from playground.panels.compose.draft import Draft
from playground.panels.compose.prompt import scrolled
from playground.panels.compose.refused import Refusal, sentence
from playground.panels.compose.settings_group import MARGIN, SettingsGroup
from playground.panels.compose.settings_model import ModelPart
from playground.panels.compose.settings_row import OTHER, SettingRow
from playground.widgets.commands import Command
from playground.widgets.controls import Label, OptionalField

OPEN_AT_FIRST = ("reasoning", "sampling", "output", "limits")
"""The sections that are open where a person never closed one."""


class FilterField(QLineEdit):
    """Escape empties it and leaves; Enter and Down go to the first setting that is left."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("compose.settings.filter")
        self.setAccessibleName("Find a setting")
        self.setPlaceholderText("Find a setting")
        self.setClearButtonEnabled(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.left.emit()
        else:
            super().keyPressEvent(event)


class SettingsColumn(QWidget):
    """`edited`: any setting changed. `model_edited`: the model, by hand. `forgotten`: a remark is no longer wanted."""

    edited = Signal()
    model_edited = Signal(str)
    forgotten = Signal(str)

    def __init__(self, reload: Command, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compose.settings")
        self._showing = False
        self._values: dict[str, Any] = {}
        self.taken: dict[str, Mapping[str, str]] = {}
        """The draft's: where its schemas came from."""
        self._model = ""
        self._refused: Mapping[str, Refusal] = {}
        self._folded: dict[str, bool] = {}
        self._opened: set[str] = set()
        self._reveal: QWidget | None = None
        self.part = ModelPart(reload)
        self.model, self.badge, self.note = self.part.model, self.part.badge, self.part.note
        self.reload, self.api = self.part.reload, self.part.api
        self.filter = FilterField()
        self.unmatched = Label("No setting is called that. “Other fields” takes any field.", "muted", 12, wrap=True)
        self.unmatched.hide()
        self.groups = {name: self._group(name, title) for name, title in (*GROUPS.items(), ("other", OTHER.label))}
        self._follow = QTimer(self)
        self._follow.setSingleShot(True)
        self._follow.setInterval(0)
        self._follow.timeout.connect(self._show_revealed)
        self._build()
        self.part.edited.connect(self._model_changed)
        self.part.api_chosen.connect(self._api_changed)
        self.filter.textChanged.connect(self._sync)
        self.filter.left.connect(self._go_to_first)
        self._sync()

    def _group(self, name: str, title: str) -> SettingsGroup:
        mine = tuple(entry for entry in (*parameters(), OTHER) if entry.group == name)
        group = SettingsGroup(name, title, mine)
        group.changed.connect(self._setting_changed)
        group.forgotten.connect(self.forgotten)
        group.folded.connect(self._fold)
        return group

    def _build(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, MARGIN)
        column.setSpacing(0)
        column.addWidget(self.part)
        search = QVBoxLayout()
        search.setContentsMargins(MARGIN, 0, MARGIN, 12)
        search.setSpacing(6)
        search.addWidget(self.filter)
        search.addWidget(self.unmatched)
        column.addLayout(search)
        for group in self.groups.values():
            column.addWidget(group)
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self.area = scrolled(content, "compose.settings.area", "Settings")
        outer.addWidget(self.area)

    # What is shown

    @property
    def _api(self) -> Api:
        return "chat" if self.api.value() == "chat" else "responses"

    def _entries(self) -> list[Parameter]:
        """The settings that have a meaning now."""
        return [entry for entry in (*parameters(), OTHER) if entry.applies(self._api, self._values)]

    def _sync(self, *_text: object) -> None:
        """Show the rows and sections that there are to be."""
        api, entries, words = self._api, self._entries(), self.filter.text().casefold().split()
        made = False
        any_left = False
        for name, group in self.groups.items():
            here = [entry for entry in entries if entry.group == name]
            found = {entry.id for entry in here if not words or _matches(entry, api, words)}
            any_left = any_left or bool(found)
            group.setVisible(bool(found))
            is_open = bool(words) or name in self._opened or self._folded.get(name, name in OPEN_AT_FIRST)
            if is_open and found:
                made = group.show_rows(found, api, self._values) or made
            group.set_open(is_open and bool(found))
        self.unmatched.setVisible(not any_left)
        if made:
            self._show_remarks()
            self._order_tabs()
        self._count()

    def _count(self) -> None:
        """Say in each title how many settings are set, and what was refused."""
        entries = self._entries()
        for name, group in self.groups.items():
            here = [entry.id for entry in entries if entry.group == name]
            count = sum(identifier in self._values for identifier in here)
            refused = sum(identifier in self._refused for identifier in here)
            parts = [f"{number} {word}" for number, word in ((count, "set"), (refused, "refused")) if number]
            rows = [group.rows[identifier] for identifier in here if identifier in group.rows]
            role = "error" if any(row.field.mark() for row in rows) else "accent" if count else "muted"
            group.header.set_note(" · ".join(parts), role)

    def _order_tabs(self) -> None:
        stops: list[QWidget] = [self.filter]
        for group in self.groups.values():
            stops += group.tab_stops()
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)

    def _fold(self, name: str, is_open: bool) -> None:
        self._folded[name] = is_open
        self._opened.discard(name)
        self._sync()
        self.edited.emit()

    def sections(self) -> dict[str, bool]:
        """The sections that a person opened or closed, to be remembered."""
        return dict(self._folded)

    def set_sections(self, sections: object) -> None:
        """Open and close them as they were."""
        if isinstance(sections, Mapping):
            self._folded = {name: bool(is_open) for name, is_open in sections.items() if name in self.groups}
            self._sync()

    # The draft's part

    def read(self, draft: Draft) -> Draft:
        """The draft with the settings as they are here."""
        settings = {key: value for key, value in self._values.items() if key != OTHER.id}
        other = str(self._values.get(OTHER.id, ""))
        return replace(
            draft, model=self.model.currentText(), api=self._api, settings=settings, other=other, taken=dict(self.taken)
        )

    def show_draft(self, draft: Draft) -> None:
        self._showing = True
        self.taken = dict(draft.taken)
        self.part.set_choice(draft.model, draft.api)
        self._set_values({**draft.settings, **({OTHER.id: draft.other} if draft.other.strip() else {})})
        self._showing = False

    def _set_values(self, values: dict[str, Any]) -> None:
        showing, self._showing = self._showing, True
        self._values = values
        for group in self.groups.values():
            for identifier, row in group.rows.items():
                row.field.set_value(values.get(identifier))
        self._showing = showing
        self._sync()
        self._show_remarks()

    def set_model(self, model: str) -> None:
        """Show a model that nobody chose by hand."""
        self.part.set_model(model)

    def value(self, identifier: str) -> Any:
        """A setting's value; None where it is unset or not valid."""
        return self._values.get(identifier)

    def set_value(self, identifier: str, value: Any) -> None:
        """Set a setting or, with None, unset it, as a person would."""
        self.field(identifier).set_value(value)

    def unset_all(self) -> int:
        """Unset every setting, those of the other API included; returns how many there were."""
        count = len(self._values)
        self._set_values({})
        self.edited.emit()
        return count

    def problems(self) -> list[str]:
        """What is wrong with fields that give no value, in words that name them."""
        found = []
        for entry in self._entries():
            row = self.groups[entry.group].rows.get(entry.id)
            words = "" if row is None or row.field.is_unset() else row.field.problem()
            if entry is OTHER and OTHER.id in self._values:
                words = OTHER.problem(self._values[OTHER.id])
            if words and (entry is OTHER or entry.id not in self._values):
                found.append(f"{entry.label}: {words}.")
        return found

    # To a setting

    def row(self, identifier: str) -> SettingRow:
        """The row of a setting, its section open; raises KeyError for an unknown one."""
        entry = _entry(identifier)
        if entry is None:
            raise KeyError(identifier)
        group = self.groups[entry.group]
        if identifier not in group.rows:
            group.row(identifier, self._api, self._values.get(identifier)).setVisible(
                group.is_open and entry.applies(self._api, self._values)
            )
            self._show_remarks()
            self._order_tabs()
        return group.rows[identifier]

    def field(self, identifier: str) -> OptionalField:
        """The field of a setting."""
        return self.row(identifier).field

    def go_to(self, identifier: str) -> None:
        """Open the section of a setting and give it the focus."""
        row = self.row(identifier)
        self._opened.add(row.parameter.group)
        self.filter.clear()
        self._sync()
        row.widget.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._reveal = row
        self._follow.start()

    def reveal(self, identifier: str) -> None:
        """Scroll to a setting, unless a person is at work in the column."""
        if self.window().focusWidget() is None or not self.isAncestorOf(self.window().focusWidget()):
            self._reveal = self.row(identifier)
            self._follow.start()

    def go_to_problem(self, words: str) -> None:
        """Go to the setting that a sentence of `problems()` is about."""
        for entry in self._entries():
            if words.startswith(f"{entry.label}: "):
                self.go_to(entry.id)

    def go_to_settings(self) -> None:
        """Give the focus to the first setting."""
        first = next(iter(self._entries()))
        self.go_to(first.id)

    def find(self) -> None:
        """Go to the filter."""
        self.area.ensureWidgetVisible(self.filter)
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def _go_to_first(self) -> None:
        for group in self.groups.values():
            for entry in group.parameters:
                row = group.rows.get(entry.id)
                if row is not None and row.isVisibleTo(self):
                    row.widget.setFocus(Qt.FocusReason.OtherFocusReason)
                    self._reveal = row
                    self._follow.start()
                    return

    def _show_revealed(self) -> None:
        if self._reveal is not None:
            self.area.ensureWidgetVisible(self._reveal, 0, 24)
            self._reveal = None

    # What servers said

    def show_refused(self, model: str, refused: Mapping[str, Refusal]) -> None:
        """Say of each of these settings that this model refused it; their sections open."""
        new = [identifier for identifier in refused if self._refused.get(identifier) != refused[identifier]]
        other = model != self._model
        self._model, self._refused = model, refused
        for identifier in refused if other else new:
            if (entry := _entry(identifier)) is not None:
                self._opened.add(entry.group)
        self._sync()
        self._show_remarks()

    def _show_remarks(self) -> None:
        for group in self.groups.values():
            for row in group.rows.values():
                self._show_remark(row)
        if self._refused:
            self._order_tabs()
        self._count()

    def _show_remark(self, row: SettingRow) -> None:
        entry = row.parameter
        refusal = self._refused.get(entry.id)
        if refusal is None:
            row.set_remark("")
            return
        value = self._values.get(entry.id)
        is_active = value is not None and refusal.concerns(entry.wire(value))
        name = entry.paths.get(self._api) or entry.label
        row.set_remark(sentence(self._model, name, refusal, today()), active=is_active)

    # What is known of the model

    def show_note(
        self, note: str, *, badge: str = "", role: str = "warning", tip: str = "", can_reload: bool = False
    ) -> None:
        """A sentence below the model, and a badge before it."""
        self.part.show_note(note, badge=badge, role=role, tip=tip, can_reload=can_reload)

    def _model_changed(self, text: str) -> None:
        self.model_edited.emit(text)
        self.edited.emit()

    def _api_changed(self, _api: str) -> None:
        self._sync()
        if not self._showing:
            self.edited.emit()

    def _setting_changed(self, identifier: str, value: Any) -> None:
        if self._showing:
            return
        if value is None:
            self._values.pop(identifier, None)
        else:
            self._values[identifier] = value
        entry = _entry(identifier)
        if any(other.needs is not None and other.needs[0] == identifier for other in parameters()):
            self._sync()
        if entry is not None and identifier in self._refused:
            self._show_remark(self.groups[entry.group].rows[identifier])
        self._count()
        self.edited.emit()


def _entry(identifier: str) -> Parameter | None:
    return OTHER if identifier == OTHER.id else parameter(identifier)


def _matches(entry: Parameter, api: Api, words: list[str]) -> bool:
    """Whether all words are in a setting's names, its known values, its summary or its section's title."""
    title, choices = GROUPS.get(entry.group, ""), " ".join(entry.choices.get(api, ()))
    text = f"{entry.label} {entry.id} {entry.paths[api]} {title} {choices} {entry.summary}".casefold()
    return all(word in text for word in words)

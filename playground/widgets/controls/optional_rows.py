"""Several texts, or names with values, each in a row; one empty row waits at the end, and empty rows are not sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from playground.widgets.controls.optional import NOT_SENT, OptionalField, OptionalNumber, OptionalText
from playground.widgets.controls.optional_choice import OptionalChoice
from playground.widgets.themed import Themed

_MORE = "one more"
"""What an empty row says below others."""


class _Row(QWidget):
    """One row: a field, or two."""

    def __init__(self, fields: Sequence[QWidget], parent: QWidget) -> None:
        super().__init__(parent)
        self.fields = tuple(fields)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for index, field in enumerate(fields):
            layout.addWidget(field, 3 if len(fields) > 1 and index == 0 else 4)

    def is_unset(self) -> bool:
        return all(field.is_unset() for field in self.fields)  # type: ignore[attr-defined]


class OptionalRows(Themed, OptionalField, QWidget):
    """What the lists have in common. `limit`: how many rows there can be; None: any number."""

    changed = Signal(object)
    """The value, or None."""

    def __init__(self, *, name: str = "", limit: int | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._limit = limit
        self._rows: list[_Row] = []
        self._filling = False
        self._last: Any = None
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._keep_one_empty()

    def _fields(self, number: int) -> Sequence[QWidget]:
        """The fields of a new row; `number` from 1."""
        raise NotImplementedError

    def _fill(self, row: _Row, entry: Any) -> None:
        raise NotImplementedError

    def _entries(self, value: Any) -> Sequence[Any]:
        """A value row by row."""
        raise NotImplementedError

    def _read(self) -> tuple[Any, str]:
        """The value, or None and what is wrong."""
        raise NotImplementedError

    def value(self) -> Any:
        return self._read()[0]

    def set_value(self, value: Any) -> None:
        """Set or, with None, unset."""
        self._filling = True
        entries = self._entries(value) if value else ()
        for index, entry in enumerate(entries):
            if index == len(self._rows):
                self._append()
            self._fill(self._rows[index], entry)
        for row in self._rows[len(entries) :]:
            self._drop(row)
        self._filling = False
        self._row_changed()

    def is_unset(self) -> bool:
        return all(row.is_unset() for row in self._rows)

    def unset(self) -> None:
        self.set_value(None)

    def rows(self) -> list[tuple[QWidget, ...]]:
        """The fields of each row, the empty one included."""
        return [row.fields for row in self._rows]

    def setObjectName(self, name: object) -> None:
        super().setObjectName(str(name))
        self._rename()

    def set_mark(self, words: str) -> None:
        super().set_mark(words)
        for row in self._rows:
            for field in row.fields:
                field.set_mark(words)  # type: ignore[attr-defined]

    def _append(self) -> _Row:
        row = _Row(self._fields(len(self._rows) + 1), self)
        if self._rows:
            QWidget.setTabOrder(self._rows[-1].fields[-1], row.fields[0])
        for before, after in pairwise(row.fields):
            QWidget.setTabOrder(before, after)
        self._rows.append(row)
        self._column.addWidget(row)
        for field in row.fields:
            field.changed.connect(self._row_changed)  # type: ignore[attr-defined]
            edit = field.lineEdit() if isinstance(field, OptionalChoice) else field
            if edit is not None:
                edit.editingFinished.connect(self._prune)
        row.show()
        return row

    def _drop(self, row: _Row) -> None:
        self._rows.remove(row)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _row_changed(self, *_value: object) -> None:
        if self._filling:
            return
        self._keep_one_empty()
        value, self._problem = self._read()
        self._describe()
        if value != self._last or self._problem:
            self._last = value
            self.changed.emit(value)

    def _keep_one_empty(self) -> None:
        full = self._limit is not None and len(self._rows) >= self._limit
        if not self._rows or (not self._rows[-1].is_unset() and not full):
            self._append()
        self._rename()

    def _prune(self) -> None:
        """Take away what was emptied, once it is left."""
        spare = [row for row in self._rows[:-1] if row.is_unset()]
        for row in spare:
            self._drop(row)
        if spare:
            self._keep_one_empty()

    def _rename(self) -> None:
        name, title = self.objectName(), self.accessibleName()
        for index, row in enumerate(self._rows):
            for field, part, words in zip(row.fields, ("", ".value"), ("", " value"), strict=False):
                field.setObjectName(f"{name}.{index}{part}")
                field.setAccessibleName(f"{title} {index + 1}{words}")
                if isinstance(field, OptionalChoice) and (edit := field.lineEdit()) is not None:
                    edit.setObjectName(f"{name}.{index}{part}.edit")
                    edit.setAccessibleName(f"{title} {index + 1}{words}")
        if self._rows:
            self.setFocusProxy(self._rows[0].fields[0])


class OptionalTexts(OptionalRows):
    """Texts, or None. `choices`: those that are known, others can be typed; without any, \\n is a line break."""

    def __init__(
        self,
        choices: Sequence[str] = (),
        *,
        name: str = "",
        limit: int | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self._choices = tuple(choices)
        super().__init__(name=name, limit=limit, parent=parent)

    def _fields(self, number: int) -> Sequence[QWidget]:
        words = NOT_SENT if number == 1 else _MORE
        if not self._choices:
            return (OptionalText(placeholder=words, escapes=True),)
        choice = OptionalChoice(self._choices, True)
        edit = choice.lineEdit()
        assert edit is not None
        edit.setPlaceholderText(words)
        return (choice,)

    def _fill(self, row: _Row, entry: str) -> None:
        row.fields[0].set_value(entry)  # type: ignore[attr-defined]

    def _entries(self, value: Sequence[str]) -> Sequence[str]:
        return value

    def _read(self) -> tuple[list[str] | None, str]:
        found = [row.fields[0].value() for row in self._rows if not row.is_unset()]  # type: ignore[attr-defined]
        return found or None, ""


class OptionalPairs(OptionalRows):
    """Names with a text each (`bounds` None) or an integer each, or None."""

    def __init__(
        self,
        *,
        bounds: tuple[float | None, float | None] | None = None,
        name: str = "",
        limit: int | None = None,
        words: tuple[str, str] = ("name", "value"),
        parent: QWidget | None = None,
    ) -> None:
        """`words`: what the empty fields of a row say."""
        self._bounds = bounds
        self._words = words
        super().__init__(name=name, limit=limit, parent=parent)

    def _fields(self, number: int) -> Sequence[QWidget]:
        key = OptionalText(placeholder=self._words[0])
        if self._bounds is None:
            return key, OptionalText(placeholder=self._words[1])
        value = OptionalNumber(self._bounds[0], self._bounds[1], 0, 1, start=1)
        value.setPlaceholderText(self._words[1])
        return key, value

    def _fill(self, row: _Row, entry: tuple[str, Any]) -> None:
        for field, part in zip(row.fields, entry, strict=True):
            field.set_value(part)  # type: ignore[attr-defined]

    def _entries(self, value: Mapping[str, Any]) -> Sequence[tuple[str, Any]]:
        return list(value.items())

    def _read(self) -> tuple[dict[str, Any] | None, str]:
        found: dict[str, Any] = {}
        problem = ""
        for row in self._rows:
            key, value = row.fields
            assert isinstance(key, OptionalText) and isinstance(value, OptionalText | OptionalNumber)
            if row.is_unset():
                key.set_problem("")
                continue
            name, given = key.value(), value.value()
            wrong = "A value lacks its name" if name is None else ""
            if name is not None and name in found:
                wrong = f"The name “{name}” stands twice"
            key.set_problem(wrong)
            if not wrong and value.problem():
                wrong = f"“{name}”: {value.problem()}"
            elif not wrong and given is None and self._bounds is not None:
                wrong = f"“{name}” lacks its value"
            problem = problem or wrong
            if name is not None:
                found[name] = "" if given is None else given
        return (None, problem) if problem else (found or None, "")

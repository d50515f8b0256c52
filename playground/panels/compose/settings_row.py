"""One setting of the column: its name, its field, and what a server said about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from textwrap import fill
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QBoxLayout, QComboBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from playground.core.runs.parameters import Api, Parameter
from playground.widgets.controls import Label, OptionalChoice, OptionalField, OptionalFlag, OptionalNumber, OptionalText
from playground.widgets.style_parts import rounded
from playground.widgets.theme import color, scaled, ui_font
from playground.widgets.themed import Themed

OTHER = Parameter(
    "other",
    "Other fields",
    "other",
    "json",
    {"responses": "", "chat": ""},
    doc="A JSON object whose fields are added to the body.\nThey win over all settings, so that what a newer API or "
    "another server knows can be sent too.",
)
"""The box for what no setting is there for."""

_API_NAMES: Mapping[Api, str] = {"responses": "Responses", "chat": "Chat Completions"}
_WIDE = ("long", "texts", "pairs", "json")
"""Kinds whose field stands below the name."""
_LONG = 10
"""Characters of a value that can be read beside the name."""
_LABEL = 116
"""Pixels that a name takes beside its field."""


def _is_wide(parameter: Parameter) -> bool:
    """Whether its field takes the whole width: by its kind, or for its longest value to be read."""
    longest = max((len(value) for values in parameter.choices.values() for value in values), default=0)
    return parameter.kind in _WIDE or longest > _LONG


def help_text(parameter: Parameter) -> str:
    """The whole help as a tooltip: where it stands in the body, what the API says of it, what unset means."""
    paths = parameter.paths
    if parameter is OTHER:
        where = ""
    elif len(set(paths.values())) == 1:
        only = "" if len(paths) == 2 else f" (only {_API_NAMES[next(iter(paths))]})"
        where = f"{next(iter(paths.values()))}{only}"
    else:
        where = ", ".join(f"{path} ({_API_NAMES[api]})" for api, path in paths.items())
    lines = [line for line in (where, *parameter.doc.split("\n"), "Unset: it is not sent.") if line]
    return "\n".join(fill(line, 88, break_long_words=False) for line in lines)


def make_field(parameter: Parameter, api: Api) -> OptionalField:
    """The field of a parameter's kind."""
    name = parameter.label
    choices = parameter.choices.get(api) or next(iter(parameter.choices.values()), ())
    match parameter.kind:
        case "number" | "integer":
            decimals = 0 if parameter.kind == "integer" else 2
            low, high = parameter.minimum, parameter.maximum
            return OptionalNumber(low, high, decimals, parameter.step, start=parameter.start, name=name)
        case "boolean":
            return OptionalFlag(name=name)
        case "choice":
            return OptionalChoice(choices, True, name=name)
        case "text":
            return OptionalText(name=name)
    return _wide_field(parameter, choices)


def _wide_field(parameter: Parameter, choices: tuple[str, ...]) -> OptionalField:
    name = parameter.label
    if parameter.kind in ("long", "json"):
        from playground.widgets.controls.optional_long import LongField

        is_json = parameter.kind == "json"
        placeholder = "not sent" if not is_json else "[ … ]" if parameter.json_kind is list else "{ … }"
        kind = parameter.json_kind if is_json else None
        return LongField(name=name, json=kind, placeholder=placeholder, lines=3 if is_json else 1)
    from playground.widgets.controls.optional_rows import OptionalPairs, OptionalTexts

    if parameter.kind == "pairs":
        bounds = (parameter.minimum, parameter.maximum) if parameter.of_integers else None
        words = ("token ID", "bias") if parameter.of_integers else ("name", "value")
        return OptionalPairs(bounds=bounds, name=name, limit=parameter.max_items, words=words)
    return OptionalTexts(choices, name=name, limit=parameter.max_items)


class _Forget(Themed, QAbstractButton):
    """`Forget`, as a link."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setText("Forget")
        self.setToolTip("Take this remark away; it comes back when the model refuses the setting again")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.retheme()

    def retheme(self) -> None:
        self.setFont(ui_font(12))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(self.font()).horizontalAdvance(self.text()) + 8, scaled(20))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.hasFocus():
            rounded(painter, self.rect(), None, "accent", 4, 1.5)
        painter.setPen(color("accent_hover" if self.underMouse() else "accent"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())


class SettingRow(Themed, QWidget):
    """The name at the left and the field at the right, or below where it needs the width."""

    changed = Signal(str, object)
    """The parameter's id and its value, or None."""
    forgotten = Signal(str)
    """The remark on this parameter is no longer wanted."""

    def __init__(self, parameter: Parameter, api: Api, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parameter = parameter
        self.field = make_field(parameter, api)
        self._choices_of = api
        self._note: Label | None = None
        self._forget: _Forget | None = None
        widget = self.widget
        widget.setObjectName(f"compose.{parameter.id}")
        if isinstance(widget, QComboBox) and (edit := widget.lineEdit()) is not None:
            edit.setObjectName(f"compose.{parameter.id}.edit")
        tip = help_text(parameter)
        words = f"{parameter.label} (deprecated)" if parameter.deprecated else parameter.label
        self.label = Label(words, "muted" if parameter.deprecated else "text", wrap=True)
        self.label.setBuddy(widget)
        self.label.setToolTip(tip)
        self.label.setAccessibleDescription(parameter.summary)
        self.field.set_help(tip)
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.addWidget(self.label)
        self._line.addWidget(widget, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addLayout(self._line)
        self._is_bare = parameter is OTHER or parameter.id == "metadata"
        self.label.setHidden(self._is_bare)
        self.retheme()
        self.field.changed.connect(self._changed)  # type: ignore[attr-defined]

    @property
    def widget(self) -> QWidget:
        """The field as a widget."""
        assert isinstance(self.field, QWidget)
        return self.field

    def retheme(self) -> None:
        stacked = _is_wide(self.parameter) or scaled(100) > 125
        direction = QBoxLayout.Direction
        self._line.setDirection(direction.TopToBottom if stacked else direction.LeftToRight)
        self._line.setSpacing(4)
        self.label.setMinimumWidth(0 if stacked else scaled(_LABEL))
        self.label.setMaximumWidth(16777215 if stacked else scaled(_LABEL))

    def set_api(self, api: Api) -> None:
        """Offer what the other API knows; the value stays."""
        if api != self._choices_of and isinstance(self.field, OptionalChoice) and api in self.parameter.choices:
            self._choices_of = api
            if self.parameter.kind == "choice":
                self.field.set_choices(self.parameter.choices[api])

    def set_remark(self, words: str, *, active: bool = False) -> None:
        """Say below the field what a server said of it; `active`: it holds for the present value. "" for nothing."""
        self.field.set_mark(words if active else "")
        if not words:
            if self._note is not None:
                self._note.parentWidget().hide()
            return
        if self._note is None:
            self._make_note()
        assert self._note is not None
        self._note.set_role("error" if active else "muted")
        self._note.setText(words)
        self._note.parentWidget().show()

    def remark(self) -> str:
        """What is said below the field."""
        return self._note.text() if self._note is not None and not self._note.parentWidget().isHidden() else ""

    def _make_note(self) -> None:
        box = QWidget(self)
        self._note = Label("", "muted", 12, wrap=True, selectable=True, parent=box)
        self._note.setObjectName(f"compose.{self.parameter.id}.remark")
        self._forget = _Forget(box)
        self._forget.setObjectName(f"compose.{self.parameter.id}.forget")
        self._forget.setAccessibleName(f"Forget what was said of {self.parameter.label}")
        self._forget.clicked.connect(self._forget_it)
        row = QVBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 2)
        row.setSpacing(0)
        row.addWidget(self._note)
        last = QHBoxLayout()
        last.addStretch(1)
        last.addWidget(self._forget)
        row.addLayout(last)
        self._column.addWidget(box)

    def tab_stops(self) -> list[QWidget]:
        """What the Tab key visits, in order."""
        rows: Callable[[], list[tuple[QWidget, ...]]] | None = getattr(self.field, "rows", None)
        if rows is not None:
            stops = [field for row in rows() for field in row]
        else:
            stops = [self.widget.focusProxy() or self.widget]
        return [*stops, self._forget] if self._forget is not None else stops

    def _changed(self, value: Any) -> None:
        self.changed.emit(self.parameter.id, value)

    def _forget_it(self) -> None:
        self.forgotten.emit(self.parameter.id)

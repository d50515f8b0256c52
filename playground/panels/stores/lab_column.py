"""One column of the search lab: how is searched, and what that found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QGridLayout, QTextEdit, QVBoxLayout, QWidget

from playground.core.stores.highlights import marks
from playground.core.stores.rules import facts
from playground.core.stores.searching import Found, Setting
from playground.panels.stores.rows import attribute_words
from playground.widgets.controls import HairLine, Label, OptionalChoice, OptionalFlag, OptionalNumber
from playground.widgets.plain import ReadOnlyText
from playground.widgets.presentation import shown, shown_line
from playground.widgets.theme import color

if TYPE_CHECKING:
    from collections.abc import Sequence


class FoundText(ReadOnlyText):
    """Passages below each other, each below its place, score and file; the question's words are marked."""

    def __init__(self, name: str) -> None:
        self._found: Found | None = None
        super().__init__()
        self.setObjectName(name)
        self._heads: list[tuple[int, int]] = []
        self._marked: list[tuple[int, int]] = []

    def show_found(self, found: Found | None) -> None:
        """What was found; None: nothing was searched for."""
        self._found = found
        self._heads, self._marked = [], []
        text, queries = "", (found.query, *found.asked) if found is not None else ()
        for place, one in enumerate(found.results if found is not None else (), 1):
            more = f"  ·  {attribute_words(one.attributes)}" if one.attributes else ""
            head = shown_line(f"{place}  {one.score:.3f}  {one.name or one.file}{more}")
            passage = shown(one.text.strip())
            base = _units(text)
            self._heads.append((base, base + _units(head)))
            base += _units(head) + 1
            for mark in marks(passage, queries):
                start = base + _units(passage[: mark.start])
                self._marked.append((start, start + _units(passage[mark.start : mark.end])))
            text += f"{head}\n{passage}\n\n"
        self.show_text(text.rstrip("\n"))
        self._mark()

    @property
    def marked(self) -> list[str]:
        """The words that are marked."""
        selections = self.extraSelections()[len(self._heads) :]
        return [one.cursor.selectedText() for one in selections]  # type: ignore[attr-defined]

    def retheme(self) -> None:
        super().retheme()
        if self._found is not None:  # the places are others where IDs are masked now
            self.show_found(self._found)

    def _mark(self) -> None:
        head, mark = QTextCharFormat(), QTextCharFormat()
        head.setForeground(color("accent"))
        head.setFontWeight(QFont.Weight.DemiBold)
        mark.setBackground(color("accent_soft"))
        mark.setForeground(color("text"))
        places = [(head, place) for place in self._heads] + [(mark, place) for place in self._marked]
        self.setExtraSelections([self._selection(form, *place) for form, place in places])

    def _selection(self, form: QTextCharFormat, start: int, end: int) -> QTextEdit.ExtraSelection:
        selection = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        selection.cursor, selection.format = cursor, form  # type: ignore[attr-defined]
        return selection


class LabColumn(QWidget):
    """`changed`: another setting."""

    changed = Signal()

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.number = number
        name = f"stores.lab.{number}"
        self.setObjectName(name)
        self.setAccessibleName(f"Setting {number}")
        rankers: Sequence[str] = facts()["search"]["rankers"]
        self.rewrite = OptionalFlag(name="Rewrite the question")
        self.ranker = OptionalChoice(list(rankers), name="Ranker")
        self.threshold = OptionalNumber(0, 1, 2, 0.05, start=0.5, name="Least score")
        self.most = OptionalNumber(1, facts()["search"]["most_results"], 0, 1, start=10, name="Results at most")
        grid = QGridLayout()
        grid.setContentsMargins(16, 8, 16, 10)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        fields = (
            ("Rewrite", self.rewrite, "rewrite"), ("Ranker", self.ranker, "ranker"),
            ("Least score", self.threshold, "threshold"), ("Results", self.most, "most"),
        )  # fmt: skip
        for row, (words, field, part) in enumerate(fields):
            field.setObjectName(f"{name}.{part}")
            grid.addWidget(Label(words, "muted", 12), row, 0)
            grid.addWidget(field, row, 1)
            field.changed.connect(self._changed)
        grid.setColumnStretch(1, 1)
        self.words = Label("", "muted", 12, wrap=True)
        self.words.setObjectName(f"{name}.words")
        self.words.setContentsMargins(16, 8, 16, 8)
        self.text = FoundText(f"{name}.found")
        self.text.setAccessibleName(f"What setting {number} found")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(grid)
        column.addWidget(HairLine())
        column.addWidget(self.words)
        column.addWidget(self.text, 1)
        self.show_found(None)

    def setting(self) -> Setting:
        """As it is set; its name is the column's number."""
        most = self.most.value()
        threshold = self.threshold.value()
        return Setting(
            str(self.number), self.rewrite.value(), self.ranker.value(),
            float(threshold) if threshold is not None else None, int(most) if most is not None else None,
        )  # fmt: skip

    def problem(self) -> str:
        """What cannot be used of what is typed."""
        wrong = [f"{name}: {said}" for name, said in self._problems() if said]
        return " ".join(wrong)

    def _problems(self) -> list[tuple[str, str]]:
        return [("Least score", self.threshold.problem()), ("Results", self.most.problem())]

    def refuse(self, words: str) -> None:
        """Why this one was not searched with."""
        self.text.show_found(None)
        self.words.setText(words)
        self.words.set_role("error")

    def show_found(self, found: Found | None) -> None:
        """Of the last search; None: there was none with this setting."""
        self.text.show_found(found)
        self.words.set_role("muted")
        if found is None:
            self.words.setText("Not searched yet.")
            return
        if found.problem is not None:
            self.words.setText(f"{found.problem.line()} {found.problem.remedy}".strip())
            self.words.set_role("error")
            return
        count = len(found.results)
        words = f"{count:,} passage{'s' if count != 1 else ''} in {1000 * found.seconds:,.0f} ms"
        asked = [one for one in found.asked if one != found.query]
        self.words.setText(
            f"{words}, searched as {', '.join(f'“{shown_line(one)}”' for one in asked)}" if asked else words
        )

    def _changed(self, _value: object) -> None:
        self.changed.emit()


def _units(text: str) -> int:
    """How Qt counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2

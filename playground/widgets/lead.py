"""A paragraph that begins with its point, in heavier type: `What to do. Try again in a minute.`"""

from __future__ import annotations

from PySide6.QtGui import QBrush, QFont, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QWidget

from playground.widgets.panes import Paragraph
from playground.widgets.theme import color


class LeadParagraph(Paragraph):
    """`weight` and `lead_role`: of the words it begins with; the others have `role`."""

    def __init__(
        self,
        lead: str,
        text: str = "",
        role: str = "muted",
        size: float = 13,
        *,
        weight: int = 500,
        lead_role: str = "text",
        parent: QWidget | None = None,
    ) -> None:
        self._lead, self._rest = lead, text
        self._lead_look = (weight, lead_role)
        super().__init__(_joined(lead, text), role, size, parent=parent)

    def set_words(self, lead: str, text: str) -> None:
        """Other words; nothing to say hides it."""
        self._lead, self._rest = lead, text
        self.set_text(_joined(lead, text))
        self.setVisible(bool(text or lead))

    def _insert(self, cursor: QTextCursor, look: QTextCharFormat) -> None:
        weight, role = self._lead_look
        heavy = QTextCharFormat(look)
        heavy.setFontWeight(QFont.Weight(weight))
        heavy.setForeground(QBrush(color(role)))
        self.stand_ins.insert(cursor, f"{self._lead} " if self._rest else self._lead, heavy, line_break="\n")
        self.stand_ins.insert(cursor, self._rest, look, line_break="\n")


def _joined(lead: str, text: str) -> str:
    return " ".join(filter(None, (lead, text)))

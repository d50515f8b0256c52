"""A rounded sunken box of code with its language and a copy button.

It grows by chunks, so that any length costs the same.
"""

from __future__ import annotations

from time import perf_counter

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QMenu, QScrollBar, QWidget

from playground.widgets.code.chunk import CHUNK_LINES, CodeChunk
from playground.widgets.icons import icon, paint_icon
from playground.widgets.presentation import presenting, settled, shown_line
from playground.widgets.stack import Growing
from playground.widgets.style_parts import rounded
from playground.widgets.theme import color, current_theme, font_scale, is_theme_change, scaled, ui_font

PAD_X, PAD_Y = 12, 10
_WAIT = 60
"""Milliseconds before code that was seen gets its colours: what a fast stream scrolls past is never lexed."""
_TURN = 0.003
"""Seconds of colouring before the window gets its turn."""


class CopyButton(QAbstractButton):
    """A small icon that copies, and says that it did by a tick."""

    def __init__(self, what: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(f"Copy {what}")
        self.setToolTip(f"Copy {what}")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.resize(24, 24)
        self._done = False
        self._timer: QTimer | None = None

    def show_done(self) -> None:
        """A tick for a moment."""
        self._done = True
        if self._timer is None:
            self._timer = QTimer(self)
            self._timer.setSingleShot(True)
            self._timer.timeout.connect(self._reset)
        self._timer.start(1200)
        self.update()

    def _reset(self) -> None:
        self._done = False
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(24, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.underMouse():
            rounded(painter, self.rect(), "hover", None, 5)
        if self.hasFocus():
            rounded(painter, self.rect(), None, "accent", 5, 1.5)
        role = "good" if self._done else "text" if self.underMouse() else "muted"
        paint_icon(painter, QRect(5, 5, 14, 14), "check" if self._done else "copy", role)


class CodeBox(Growing):
    """Code that may still be growing: `append`, then `finish`.

    `wrap`: long lines wrap instead of scrolling sideways. `header`: the line with title, language and copy button;
    without it the button lies in the corner. `copies`: whether there is such a button.
    """

    copied = Signal()

    def __init__(
        self,
        language: str = "",
        *,
        title: str = "",
        wrap: bool = False,
        header: bool = True,
        copies: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        words = [title, "" if title and language == "text" else language]
        self._title = " · ".join(word for word in words if word) or "text"
        self._failed = False
        self.setAccessibleName(f"Code, {shown_line(self._title)}")
        self._language = language
        self._wrap = wrap
        self._header, self._copies = header, copies
        self._parts: list[str] = []
        self._held = ""
        self._chunks: list[CodeChunk] = []
        self._heights: list[int] = []
        self._widest = 0
        self._stale_from = 0
        self._width = -1
        self._height = 0
        self._finished = False
        self._to_colour: list[CodeChunk] = []
        self._look = (current_theme().name, font_scale(), presenting())
        self._timer: QTimer | None = None
        self._button: CopyButton | None = None
        self._bar: QScrollBar | None = None

    # text

    def text(self) -> str:
        """The code as it came, without the breaks made for the screen."""
        if len(self._parts) > 1:
            self._parts = ["".join(self._parts)]
        return self._parts[0] if self._parts else ""

    @property
    def language(self) -> str:
        return self._language

    def append(self, text: str) -> None:
        """Add code. The parent asks for the height (`fit`) when it wants to."""
        if not text:
            return
        self._parts.append(text)
        if not self._chunks:
            self._new_chunk()
        # A line break at the end opens a line only when something follows; the ends of lines are as one sign.
        rest = (self._held + text).replace("\r\n", "\n")
        at = len(rest) - 1 if rest.endswith(("\n", "\r")) else settled(rest)
        self._held = rest[at:]
        self._put(rest[:at])

    def _put(self, rest: str) -> None:
        """Show lines, in new chunks where one is full."""
        while rest:
            chunk = self._chunks[-1]
            room = CHUNK_LINES - chunk.lines
            cut = _nth_newline(rest, room + 1)
            if cut < 0:
                chunk.append_lines(rest)
                break
            chunk.append_lines(rest[:cut])
            rest = rest[cut + 1 :]
            self._new_chunk()
        self._stale_from = min(self._stale_from, len(self._chunks) - 1)

    def finish(self) -> None:
        """No more comes: the last line is complete, and what was coloured line by line is coloured as a whole."""
        self._finished = True
        if not self._chunks:
            return
        if self._held.strip("\r\n"):
            held, self._held = self._held, ""
            self._put(held)
        self._chunks[-1].close()
        if len(self._chunks) == 1:
            self._chunks[0].recolour()

    def set_text(self, text: str) -> None:
        """Other code instead."""
        self._clear()
        self.append(text)
        self._stale_from = 0

    def _clear(self) -> None:
        for chunk in self._chunks:
            chunk.hide()
            chunk.deleteLater()
        self._chunks, self._heights, self._parts, self._held, self._widest = [], [], [], "", 0
        self._to_colour.clear()
        self._finished = False

    def copy(self) -> None:
        """Put all of the code on the clipboard."""
        QGuiApplication.clipboard().setText(self.text())
        if self._button is not None:
            self._button.show_done()
        self.copied.emit()

    def add_menu_actions(self, menu: QMenu) -> None:
        menu.addAction(icon("copy"), "Copy code").triggered.connect(self.copy)

    def _new_chunk(self) -> None:
        before = self._chunks[-1] if self._chunks else None
        if before is not None:
            before.close()
        chunk = CodeChunk(self._language, self._wrap, before, self)
        chunk.seen.connect(self._seen)
        self._stale_from = min(self._stale_from, max(0, len(self._chunks) - 1))
        self._chunks.append(chunk)
        self._heights.append(0)
        chunk.show()

    def set_failed(self, failed: bool) -> None:
        """Whether what it shows did not do what it should."""
        if failed != self._failed:
            self._failed = failed
            self.update()

    def set_caret(self, shown: bool) -> None:
        """Mark the end as the place where text is streaming in."""
        for chunk in self._chunks[-2:]:
            chunk.caret = shown and chunk is self._chunks[-1]
            chunk.update()

    # layout

    def _top(self) -> int:
        return scaled(30) if self._header else PAD_Y

    def fit(self, width: int) -> int:
        if width != self._width:
            self._width = width
            self.update()
            self._stale_from = 0
            if self._button is not None:
                self._button.move(width - 30, 3)
                self._button.raise_()
        inner = max(20, width - 2 * PAD_X - (20 if self._copies and not self._header else 0))
        y = self._top() + sum(self._heights[: self._stale_from])
        for index in range(self._stale_from, len(self._chunks)):
            chunk = self._chunks[index]
            height = chunk.fit(inner)
            self._heights[index] = height
            chunk.setGeometry(PAD_X, y, inner, height)
            y += height
        self._stale_from = max(0, len(self._chunks) - 1)
        y = max(y, self._top() + scaled(18))
        self._fit_bar(inner, y)
        if y + PAD_Y != self._height:
            # The old edge, and the new one.
            self.update(0, min(self._height, y + PAD_Y) - 20, width, abs(y + PAD_Y - self._height) + 40)
            self._height = y + PAD_Y
        return self._height

    def _fit_bar(self, inner: int, y: int) -> None:
        if self._wrap or not self._chunks:
            return
        self._widest = max([self._widest, *(chunk.content_width() for chunk in self._chunks[-2:])])
        wide = self._widest > inner
        if self._bar is None:
            if not wide:
                return
            self._bar = QScrollBar(Qt.Orientation.Horizontal, self)
            self._bar.setAccessibleName("Scroll code sideways")
            self._bar.valueChanged.connect(self._shifted)
        self._bar.setVisible(wide)
        self._bar.setRange(0, max(0, self._widest - inner))
        self._bar.setPageStep(inner)
        self._bar.setGeometry(PAD_X, y, inner, 9)

    def whole_width(self) -> int:
        """Pixels at which no line of code that does not wrap is cut."""
        widest = max((chunk.content_width() for chunk in self._chunks), default=0)
        return widest + 2 * PAD_X + (20 if self._copies and not self._header else 0)

    def keep_button_at(self, right: int) -> None:
        """Have the button in the corner end at this place, where the box is wider than what is seen of it."""
        if self._button is not None:
            self._button.move(right - 30, 3)

    def _shifted(self, value: int) -> None:
        for chunk in self._chunks:
            chunk.shift(value)

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta().x()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            delta = delta or event.angleDelta().y()
        if delta and self._bar is not None and self._bar.isVisible():
            self._bar.setValue(self._bar.value() - delta // 2)
            event.accept()
        else:
            event.ignore()

    # colour

    def _seen(self) -> None:
        chunk = self.sender()
        if isinstance(chunk, CodeChunk) and chunk not in self._to_colour:
            self._to_colour.append(chunk)
        self._wait(_WAIT)

    def _wait(self, milliseconds: int) -> None:
        if self._timer is None:
            self._timer = QTimer(self)
            self._timer.setSingleShot(True)
            self._timer.timeout.connect(self._turn)
        if not self._timer.isActive():
            self._timer.start(milliseconds)

    def _turn(self) -> None:
        if self._button is None and self._copies:
            self._button = CopyButton("code", self)
            self._button.clicked.connect(self.copy)
            self._button.move(self._width - 30, 3)
            self._button.show()
        self._colour()

    def _colour(self) -> None:
        """A turn of colouring what is seen; more turns follow while there is something to do."""
        deadline = perf_counter() + _TURN
        while self._to_colour and perf_counter() < deadline:
            chunk = self._to_colour[-1]
            if chunk.visibleRegion().isEmpty() or not chunk.colour(deadline):
                self._to_colour.remove(chunk)
        if self._to_colour:
            self._wait(0)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        look = (current_theme().name, font_scale(), presenting())
        if not is_theme_change(event) or look == self._look:
            return
        rescaled, again = look[1] != self._look[1], presenting() or self._look[2]
        self._look = look
        if again:
            self._fill_again()
        for chunk in self._chunks:
            chunk.recolour()
        if rescaled:
            self._stale_from = 0
            self.resized.emit()

    def _fill_again(self) -> None:
        """The same text, shown in another way."""
        finished, caret = self._finished, any(chunk.caret for chunk in self._chunks)
        self.set_text(self.text())
        if finished:
            self.finish()
        self.set_caret(caret)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._button is None and self._copies:
            self._wait(_WAIT)
        painter = QPainter(self)
        # Only as much of a box as is seen: filling one of a million characters takes 8 ms.
        seen = self.rect().intersected(event.rect().adjusted(-20, -20, 20, 20))
        rounded(painter, self.rect() & QRect(0, seen.y(), self.width(), seen.height()), "sunken", "line", 8)
        if self._header and event.rect().top() < 30:
            painter.setFont(ui_font(11))
            painter.setPen(color("error" if self._failed else "muted"))
            metrics = painter.fontMetrics()
            baseline = QPoint(PAD_X, 15 + metrics.ascent() // 2)
            room = self.width() - PAD_X - 40
            painter.drawText(baseline, metrics.elidedText(shown_line(self._title), Qt.TextElideMode.ElideRight, room))


def _nth_newline(text: str, count: int) -> int:
    """The index of the count-th line break, -1 where there are fewer."""
    position = -1
    for _ in range(count):
        position = text.find("\n", position + 1)
        if position < 0:
            return -1
    return position

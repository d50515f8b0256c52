"""The view: prose segments and code boxes, one above the other; only the unfinished end is ever rendered again.

Pieces are put into the document by a small renderer of our own, not by `QTextCursor.insertMarkdown`: piece by piece
that leaves blank blocks before lists, loses the first block's margins and quote level, and lets a task list's tick
leak into what follows (Qt 6.11).
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from playground.widgets.code.box import CodeBox
from playground.widgets.icons import icon
from playground.widgets.markdown.pieces import CodeClosed, CodeOpened, CodeText, Event, Piece, PieceSplitter
from playground.widgets.markdown.prose import ProseSegment
from playground.widgets.presentation import presenting, settled
from playground.widgets.stack import Stack
from playground.widgets.theme import current_theme, font_scale, is_theme_change

SEGMENT_CHARS = 12_000
"""Characters after which a stretch of prose is closed and never touched again."""
LATE_LINKS = 100_000
"""Characters up to which links whose address came later are mended at the end."""


class MarkdownView(Stack):
    """Markdown as it comes: `append` any number of times, then `finish`.

    No image, file or style is ever loaded and no HTML interpreted. Links are only announced.
    """

    link_activated = Signal(str, str)
    """A link was clicked: its address, and its words."""

    def __init__(self, parent: QWidget | None = None, *, role: str = "text") -> None:
        super().__init__(10, parent)
        self.setAccessibleName("Text")
        self._role = role
        self._splitter = PieceSplitter()
        self._source: list[str] = []
        self._length = 0
        self._held = ""
        self._prose: ProseSegment | None = None
        self._code: CodeBox | None = None
        self._finished = False
        self._caret = False
        self._look = (current_theme().name, font_scale(), presenting())
        self._to_render: list[ProseSegment] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._render_next)

    # text

    def text(self) -> str:
        """The Markdown as it came."""
        if len(self._source) > 1:
            self._source = ["".join(self._source)]
        return self._source[0] if self._source else ""

    def plain_text(self) -> str:
        """The text as it is seen, code included."""
        parts = []
        for item in self.items():
            if isinstance(item, ProseSegment):
                parts.append(item.plain_text().strip("\n"))
            elif isinstance(item, CodeBox):
                parts.append(item.text().rstrip("\n"))
        return "\n".join(parts)

    def append(self, text: str) -> None:
        """Add Markdown to the end."""
        if not text:
            return
        self._source.append(text)
        self._length += len(text)
        text, self._held = self._held + text, ""
        at = settled(text)
        text, self._held = text[:at], text[at:]
        if not text:
            return
        self.begin()
        self._show(self._splitter.feed(text))
        self.end()

    def set_text(self, text: str) -> None:
        """Show another, finished text."""
        self.clear()
        self.append(text)
        self.finish()

    def clear(self) -> None:
        self.remove_all()
        self._splitter = PieceSplitter()
        self._source, self._length, self._held = [], 0, ""
        self._prose = self._code = None
        self._finished = False

    def finish(self) -> None:
        """No more comes."""
        if self._finished:
            return
        self._finished = True
        held, self._held = self._held, ""
        self.begin()
        if held:
            self._show(self._splitter.feed(held))
        self._show(self._splitter.finish())
        if self._splitter.definitions and self._length < LATE_LINKS:
            for item in self.items():
                if isinstance(item, ProseSegment) and any("[" in piece.text for piece in item.pieces):
                    item.rerender()
                    self.touch(item)
        self._close_code()
        self.set_streaming(False)
        self.end()

    def set_streaming(self, streaming: bool) -> None:
        """Whether to mark the end as the place where text comes in."""
        self._caret = streaming
        self._place_caret()

    def copy(self) -> None:
        """Put the Markdown on the clipboard."""
        QGuiApplication.clipboard().setText(self.text())

    def add_menu_actions(self, menu: QMenu) -> None:
        menu.addAction(icon("copy"), "Copy text as Markdown").triggered.connect(self.copy)

    # showing

    def _show(self, events: list[Event]) -> None:
        final: list[Piece] = []
        for event in events:
            if isinstance(event, Piece):
                final.append(event)
                continue
            if final:
                self._pieces(final, [])
                final = []
            self._code_event(event)
        self._pieces(final, self._splitter.tail())
        self._place_caret()

    def _code_event(self, event: CodeOpened | CodeText | CodeClosed) -> None:
        if isinstance(event, CodeOpened):
            self._close_prose()
            self._code = CodeBox(event.language)
            self.add(self._code)
        elif isinstance(event, CodeText):
            if self._code is not None:
                self._code.append(event.text)
                self.touch(self._code)
        else:
            self._close_code()

    def _close_code(self) -> None:
        if self._code is not None:
            self._code.set_caret(False)
            self._code.finish()
            self._code = None

    def _pieces(self, final: list[Piece], tail: list[Piece]) -> None:
        """Show pieces, in new segments where one is full or a table begins or ends."""
        queue = [(piece, True) for piece in final] + [(piece, False) for piece in tail]
        if not queue and (self._prose is None or not self._prose._tail):
            return
        while True:
            segment = self._open_prose(queue[0][0] if queue else None)
            if segment is None:
                return
            here: list[tuple[Piece, bool]] = []
            size = segment.size
            table = None
            while queue:
                piece, _ = queue[0]
                is_table = piece.kind == "table"
                if table is not None and (is_table or table):
                    break
                if segment.pieces and (is_table or any(one.kind == "table" for one in segment.pieces)):
                    break
                if size > SEGMENT_CHARS:
                    break
                table = is_table
                size += len(piece.text)
                here.append(queue.pop(0))
            segment.show_pieces([piece for piece, done in here if done], [piece for piece, done in here if not done])
            self.touch(segment)
            if not queue or not here[-1][1]:
                # Unfinished pieces are never parted: what would begin a segment is shown when it is final.
                return
            self._close_prose()

    def _open_prose(self, first: Piece | None) -> ProseSegment | None:
        segment = self._prose
        if segment is not None and (segment.size <= SEGMENT_CHARS or first is None) and not self._must_part(first):
            return segment
        if first is None:
            return segment
        self._close_prose()
        segment = ProseSegment(self._splitter.definitions, role=self._role)
        segment.link_activated.connect(self.link_activated)
        self._prose = segment
        left, _, right, _ = self.margins
        if self._width > left + right:
            # Before there is any text: else it is laid out twice.
            segment.fit(self._width - left - right)
        self.add(segment)
        return segment

    def _must_part(self, first: Piece | None) -> bool:
        """A table stands alone in its segment."""
        segment = self._prose
        if segment is None or first is None or not segment.pieces:
            return False
        return first.kind == "table" or any(piece.kind == "table" for piece in segment.pieces)

    def _close_prose(self) -> None:
        segment, self._prose = self._prose, None
        if segment is None:
            return
        segment.caret = False
        if segment._tail:
            segment.show_pieces([], [])
            self.touch(segment)

    def _place_caret(self) -> None:
        shown = self._caret and not self._finished
        if self._prose is not None:
            self._prose.caret = shown and self._code is None
        if self._code is not None:
            self._code.set_caret(shown)

    # theme

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if not is_theme_change(event):
            return
        look = (current_theme().name, font_scale(), presenting())
        if look == self._look:
            return
        self._look = look
        self._to_render = [item for item in self.items() if isinstance(item, ProseSegment)]
        self._to_render.sort(key=_seen_last)
        self._render_next()

    def _render_next(self) -> None:
        """Render what is seen at once, and the rest one segment a turn."""
        while self._to_render:
            item = self._to_render.pop()
            item.rerender()
            self.touch(item)
            if self._to_render and not _seen(self._to_render[-1]):
                self._timer.start(0)
                return


def _seen(item: QWidget) -> bool:
    return not item.visibleRegion().isEmpty()


def _seen_last(item: QWidget) -> bool:
    """A sort key that puts what is on the screen at the end."""
    return _seen(item)

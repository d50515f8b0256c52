"""The scrolling column of a run's blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence, QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QMenu, QScrollArea, QWidget

from playground.core.runs import (
    BlockClosed,
    BlockKind,
    BlockOpened,
    Change,
    RunEnded,
    RunSnapshot,
    RunUpdated,
    TextAppended,
    TextReplaced,
)
from playground.widgets.blocks.base import BlockView
from playground.widgets.blocks.kinds import KINDS, ReasoningBlock
from playground.widgets.icons import icon
from playground.widgets.stack import Stack
from playground.widgets.theme import color, is_theme_change, scaled

COLUMN = 740
"""Pixels. The longest line that reads well; wider windows leave room at the right."""
SIDE = 28
_NEAR = 6
"""Pixels from the end that still count as the end."""


class _Column(Stack):
    """The blocks, in a column of readable width."""

    def fit(self, width: int) -> int:
        self.margins = (SIDE, 18, max(SIDE, width - SIDE - scaled(COLUMN)), 28)
        return super().fit(width)


class OutputView(QScrollArea):
    """Shows the changes of a run. It goes along with the end only while the reader is at the end."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Output")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Always there (it paints nothing while there is nothing to scroll), so that its coming shifts no line.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.verticalScrollBar().setSingleStep(22)
        self._column = _Column(14)
        self._column.resized.connect(self._place)
        self.setWidget(self._column)
        # After what is new was painted: Qt then moves what is on the screen, instead of painting all of it again.
        self._going = QTimer(self)
        self._going.setSingleShot(True)
        self._going.setInterval(0)
        self._going.timeout.connect(self.to_end)
        self.verticalScrollBar().actionTriggered.connect(self._scrolled)
        self._blocks: dict[str, BlockView] = {}
        self._handlers: dict[type[Any], Callable[[Any], None]] = {
            BlockOpened: self._opened,
            TextAppended: self._appended,
            TextReplaced: self._replaced,
            BlockClosed: self._closed,
            RunUpdated: self._updated,
            RunEnded: self._updated,
        }
        self._retheme()

    # content

    def apply(self, changes: Sequence[Change]) -> None:
        """Show changes, in order, with one layout pass. Changes of blocks that were never opened are passed over."""
        at_end = self.at_end()
        self._column.begin()
        for change in _joined(changes):
            handler = self._handlers.get(type(change))
            if handler is not None:
                handler(change)
        self._column.end()
        self._place()
        if at_end and not self._going.isActive():
            self._going.start()

    def clear(self) -> None:
        """Nothing, as before the first run."""
        self._blocks.clear()
        self._column.remove_all()
        self._place()

    def text(self) -> str:
        """What the model wrote: texts and refusals, as they came."""
        kinds = (BlockKind.TEXT, BlockKind.REFUSAL)
        return "\n\n".join(block.text() for block in self._blocks.values() if block.kind in kinds)

    def blocks(self) -> list[BlockView]:
        """The block widgets, from the top."""
        return list(self._blocks.values())

    def judge(self, key: str, words: str, role: str) -> None:
        """Say something of a block that is known by now; unknown ones are passed over."""
        view = self._blocks.get(key)
        if view is not None:
            self._column.begin()
            self._within(view, view.judged, words, role)
            self._column.end()
            self._place()

    def copy(self) -> None:
        """Put the answer on the clipboard."""
        QGuiApplication.clipboard().setText(self.text())

    # the changes

    def _opened(self, change: BlockOpened) -> None:
        block = change.block
        old = self._blocks.get(block.key)
        if old is not None:
            return
        view = KINDS.get(block.kind, KINDS[BlockKind.JSON])(block)
        self._blocks[block.key] = view
        self._column.add(view)
        if block.text:
            view.append(block.text)

    def _appended(self, change: TextAppended) -> None:
        view = self._blocks.get(change.key)
        if view is not None:
            self._within(view, view.append, change.text)

    def _replaced(self, change: TextReplaced) -> None:
        view = self._blocks.get(change.key)
        if view is not None:
            self._within(view, view.replace, change.text)

    def _closed(self, change: BlockClosed) -> None:
        view = self._blocks.get(change.key)
        if view is not None:
            self._within(view, view.close, change.state, change.data)

    def _within(self, view: BlockView, method: Callable[..., None], *args: Any) -> None:
        """Change a block inside the batch: its own layout waits for the column's pass."""
        view.begin()
        method(*args)
        view.end_later()
        self._column.touch(view)

    def _updated(self, change: RunUpdated | RunEnded) -> None:
        snapshot = change.snapshot
        self._show_tokens(snapshot)
        if isinstance(change, RunEnded):
            for view in self._blocks.values():
                if view.state == "streaming":
                    self._within(view, view.close, "done" if snapshot.status == "completed" else "failed", None)

    def _show_tokens(self, snapshot: RunSnapshot) -> None:
        reasoning = [view for view in self._blocks.values() if isinstance(view, ReasoningBlock)]
        if len(reasoning) == 1 and snapshot.usage is not None:
            reasoning[0].set_tokens(snapshot.usage.reasoning)

    # place

    def _scrolled(self) -> None:
        """The reader scrolls: where to is theirs to say."""
        self._going.stop()

    def at_end(self) -> bool:
        """Whether the reader sees the end, or is being taken there."""
        bar = self.verticalScrollBar()
        return self._going.isActive() or bar.value() >= bar.maximum() - _NEAR

    def to_end(self) -> None:
        """Scroll to the end."""
        bar = self.verticalScrollBar()
        bar.setValue(bar.maximum())

    def to_start(self) -> None:
        """Scroll to the beginning, and stay there."""
        self._scrolled()
        self.verticalScrollBar().setValue(0)

    def _place(self) -> None:
        width = self.viewport().width()
        height = self._column.fit(width)
        if self._column.width() != width or self._column.height() != height:
            self._column.resize(width, height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        at_end = self.at_end()
        super().resizeEvent(event)
        self._place()
        if at_end:
            self.to_end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() == Qt.Key.Key_End:
            self.to_end()
        elif event.key() == Qt.Key.Key_Home:
            self.to_start()
        else:
            super().keyPressEvent(event)

    def add_menu_actions(self, menu: QMenu) -> None:
        menu.addAction(icon("copy"), "Copy answer").triggered.connect(self.copy)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_theme_change(event):
            self._retheme()

    def _retheme(self) -> None:
        palette = self.palette()
        if palette.color(QPalette.ColorRole.Base) != color("window"):
            palette.setColor(QPalette.ColorRole.Base, QColor(color("window")))
            self.setPalette(palette)


def _joined(changes: Sequence[Change]) -> Iterator[Change]:
    """The changes, with texts that follow each other in one block as one: the unfinished end is rendered once."""
    key, parts = "", list[str]()
    for change in changes:
        if isinstance(change, TextAppended):
            if parts and change.key != key:
                yield TextAppended(key, "".join(parts))
                parts.clear()
            key = change.key
            parts.append(change.text)
            continue
        if parts:
            yield TextAppended(key, "".join(parts))
            parts.clear()
        yield change
    if parts:
        yield TextAppended(key, "".join(parts))

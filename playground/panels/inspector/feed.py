"""Fills the list: the first page at once, then all the numbers, the rows that are looked at, and what is new."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from playground.panels.inspector import reading
from playground.panels.inspector.model import LogModel
from playground.panels.inspector.reading import Asked, News, Page

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.core.exchanges import LogRow
    from playground.panels.contract import PanelContext

NEWS_AFTER_MS = 120
"""How long after a change the log is asked what is new."""
TICK_MS = 500
PAGE = 120
"""Rows that are read for a look at rows that are not there."""


class LogFeed(QObject):
    """Owns what is asked. `asked` is shown when `shown` is emitted."""

    shown = Signal()
    """The first page of what was asked is in the model, or why there is none."""
    counted = Signal()
    """More is known of how many there are."""
    about_to_grow = Signal()
    grew = Signal(int)
    """So many rows came above those that were there."""
    failed = Signal(str)
    """The log cannot be read: why, in words."""

    def __init__(self, context: PanelContext, model: LogModel, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge, self._store = context.bridge, context.store
        self._model = model
        self.asked = Asked()
        self.page: Page | None = None
        self.complete = False
        """Whether all numbers are there."""
        self.live = True
        self.waiting = 0
        """New ones that are not listed, as nothing is followed."""
        self.total: int | None = None
        self._began = False
        self._first: Operation[Page] | None = None
        self._rest: Operation[list[int]] | None = None
        self._rows: Operation[tuple[Sequence[int], list[LogRow]]] | None = None
        self._news: Operation[News] | None = None
        self._count: Operation[int] | None = None
        self._stale = False
        self._changed_numbers: set[int] = set()
        self._new_ids: set[str] = set()
        self._wait = self._timer(NEWS_AFTER_MS, self._look)
        self._wait.setSingleShot(True)
        self._ticking = self._timer(TICK_MS, self._tick)
        self._soon = self._timer(0, self._read_rows)
        self._soon.setSingleShot(True)
        model.rows_wanted.connect(self._rows_wanted)
        context.bridge.listen(context.store.changed, self._changed, self)
        context.bridge.listen(context.store.removed, self._removed, self)

    def _timer(self, interval: int, slot: Any) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(interval)
        timer.timeout.connect(slot)
        return timer

    # Asking

    def ask(self, asked: Asked | None = None) -> None:
        """Show something else, or the same anew."""
        if asked is not None:
            self.asked = asked
        self._began = True
        if self._first is None:
            self._begin()
        else:
            self._stale = True

    @property
    def by_time(self) -> bool:
        """Whether the newest stand on top."""
        return not self.asked.column and self.asked.descending

    def _begin(self) -> None:
        self._stale = False
        self._first = self._bridge.blocking(
            reading.first_page, self._store, self.asked, label="Reading the request log", owner=self
        )
        self._first.finished.connect(self._first_read)

    def _first_read(self) -> None:
        operation, self._first = self._first, None
        error = operation.error if operation is not None else None
        if self._stale:
            self._begin()
            return
        if operation is None or operation.state == "cancelled":
            return
        if error is not None or operation.result is None:
            self.failed.emit(str(error))
            return
        page = self.page = operation.result
        self.waiting = 0
        self._new_ids.clear()
        if not page.mistake:
            self._model.put(page.rows)
            self._model.set_numbers(page.numbers)
            self.complete = len(page.numbers) < reading.FIRST or (not page.asked.column and not page.asked.descending)
            if not self.complete:
                self._read_rest()
        self.shown.emit()
        self._count_all()
        self._watch()

    def _read_rest(self) -> None:
        last = self._model.number_at(self._model.rowCount() - 1)
        if self._rest is not None or self._first is not None or last is None:
            return
        self._rest_of = self.page
        self._rest = self._bridge.blocking(
            reading.rest, self._store, self.asked, last, label="Reading the request log", owner=self
        )
        self._rest.finished.connect(self._rest_read)

    def _rest_read(self) -> None:
        operation, self._rest = self._rest, None
        error = operation.error if operation is not None else None
        if self._rest_of is not self.page:
            if not self.complete and self._first is None:
                self._read_rest()
            return
        if error is not None:
            self.failed.emit(str(error))
        if operation is None or operation.result is None:
            return
        found = operation.result
        if self.asked.column:
            there = set(self._model.numbers())
            self._model.extend([number for number in found if number not in there])
            self.complete = True
        else:
            self._model.extend(found)
            self.complete = len(found) < reading.CHUNK
            if not self.complete:
                self._read_rest()
        self.counted.emit()

    def _count_all(self) -> None:
        if self._count is None:
            self._count = self._bridge.blocking(_count, self._store, label="Counting the requests", owner=self)
            self._count.finished.connect(self._counted_all)

    def _counted_all(self) -> None:
        operation, self._count = self._count, None
        if operation is not None and operation.error is None and operation.result is not None:
            self.total = operation.result
            self.counted.emit()

    # Rows that are looked at

    def _rows_wanted(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _read_rows(self) -> None:
        if self._rows is not None:
            return
        numbers = self._model.missing(PAGE)
        if numbers:
            self._rows = self._bridge.blocking(
                reading.read_rows, self._store, numbers, label="Reading requests", owner=self
            )
            self._rows.finished.connect(self._rows_read)

    def _rows_read(self) -> None:
        operation, self._rows = self._rows, None
        if operation is not None and operation.error is not None:
            self.failed.emit(str(operation.error))
        elif operation is not None and operation.result is not None:
            asked, rows = operation.result
            self._model.put(rows, asked)
        self._read_rows()

    def read_again(self, numbers: Sequence[int]) -> None:
        """Rows were marked: show them as they are now."""
        self._changed_numbers.update(numbers)
        self._wait.start(0)

    # What is new

    def _changed(self, emissions: list[tuple[Any, ...]]) -> None:
        if not self._began:
            return
        latest = {summary.id: summary for (summary,) in emissions}
        self._changed_numbers.update(self._model.follow(latest.values()))
        self._new_ids.update(id_ for id_ in latest if self._model.number_of(id_) is None)
        if not self._wait.isActive():
            self._wait.start(NEWS_AFTER_MS)
        self._watch()

    def _removed(self, emissions: list[tuple[tuple[str, ...]]]) -> None:
        gone = [self._model.number_of(id_) for (ids,) in emissions for id_ in ids]
        self._model.remove([number for number in gone if number is not None])
        self._count_all()
        self.counted.emit()

    def set_live(self, live: bool) -> None:
        """Follow what is new, or let the list stand as it is."""
        if live != self.live:
            self.live = live
            if live and self._began:
                self.ask()

    def _look(self) -> None:
        if self._first is not None or self.page is None or self._news is not None:
            self._wait.start(NEWS_AFTER_MS)
            return
        if self.page.mistake:
            return
        changed, self._changed_numbers = sorted(self._changed_numbers), set()
        if not (self.live and self.by_time):
            self.waiting = len(self._new_ids)
            self.counted.emit()
            if changed:
                self._rows_of(changed)
            return
        self._news = self._bridge.blocking(
            reading.news,
            self._store,
            self.asked,
            self._model.newest(),
            changed,
            self._model.known(),
            label="Reading what is new in the request log",
            owner=self,
        )
        self._news.finished.connect(self._news_read)

    def _rows_of(self, numbers: Sequence[int]) -> None:
        self._model.want(numbers)
        self._read_rows()

    def _news_read(self) -> None:
        operation, self._news = self._news, None
        if operation is not None and operation.error is not None:
            self.failed.emit(str(operation.error))
        if operation is None or operation.result is None or operation.result.asked != self.asked or self._first:
            return
        news = operation.result
        self._model.put(news.rows)
        if self.live and self.by_time:
            self.about_to_grow.emit()
            new = self._model.follow_top(news.numbers, news.floor)
            self.grew.emit(new)
            self._new_ids.clear()
            if self.total is not None:
                self._count_all()
        self.counted.emit()
        self._watch()

    def _watch(self) -> None:
        if self._model.running() and not self._ticking.isActive():
            self._ticking.start()

    def _tick(self) -> None:
        if self._model.running():
            self._model.tick()
        else:
            self._ticking.stop()


def _count(store: Any) -> int:
    return int(store.log.count())

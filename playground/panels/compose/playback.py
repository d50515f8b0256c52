"""A run played back into the output: the bar to steer it by, and what moves between it and the worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractSlider, QHBoxLayout, QSizePolicy, QWidget

from playground.core.runs import RunSnapshot, RunUpdated
from playground.core.runs.playback import SPEEDS, Moved, Playback, Rewound
from playground.panels.compose.source import RunSource, ShownRun
from playground.panels.compose.tabs.head import pills
from playground.widgets.commands import CommandRegistry
from playground.widgets.controls import IconButton, Label
from playground.widgets.icons import icon
from playground.widgets.style_parts import rounded
from playground.widgets.theme import color, scaled

if TYPE_CHECKING:
    from playground.bridge import Operation
    from playground.panels.compose.result import OutputColumn

STEPS = 10_000
"""Places of the slider over the whole run."""
_EDGE = 8
"""Pixels at the slider's ends, for its handle."""


def speed_text(speed: float) -> str:
    """`0.5×`, `1×`."""
    return f"{speed:g}×"


class Scrubber(QAbstractSlider):
    """How far the playback is; drag it, click into it, or move it with the arrow keys."""

    wanted = Signal(int)
    """Somebody moved it to this value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compose.playback.position")
        self.setAccessibleName("Position of the playback")
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setRange(0, STEPS)
        self.setSingleStep(STEPS // 50)
        self.setPageStep(STEPS // 10)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.actionTriggered.connect(self._triggered)

    def sizeHint(self) -> QSize:
        return QSize(160, scaled(24))

    def minimumSizeHint(self) -> QSize:
        return QSize(60, scaled(24))

    def _triggered(self, _action: int) -> None:
        self.wanted.emit(self.sliderPosition())

    def _go(self, event: QMouseEvent) -> None:
        width = max(1, self.width() - 2 * _EDGE)
        self.setValue(round((event.position().x() - _EDGE) / width * STEPS))
        self.wanted.emit(self.value())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._go(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._go(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        middle = self.height() / 2
        track = QRectF(_EDGE, middle - 2, max(1, self.width() - 2 * _EDGE), 4)
        rounded(painter, track, "line_strong", None, 2)
        x = track.left() + track.width() * self.value() / STEPS
        rounded(painter, QRectF(track.left(), track.top(), x - track.left(), 4), "simulated", None, 2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("simulated"))
        painter.drawEllipse(QPointF(x, middle), 6, 6)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(color("accent"))
            painter.drawEllipse(QPointF(x, middle), 7.5, 7.5)


class PlaybackBar(QWidget):
    """Play or pause, where it is, how fast, and the way out."""

    def __init__(self, commands: CommandRegistry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compose.playback")
        self.setAccessibleName("Playback of the run")
        play, close = commands.get("compose.play_back"), commands.get("compose.close_playback")
        assert play is not None and close is not None
        self.button = IconButton(play)
        self.button.setObjectName("compose.playback.play")
        self.position = Scrubber()
        self.time = Label("", "muted", 12, mono=True)
        self.speeds = pills("compose.playback.speed", [(f"{s:g}", speed_text(s)) for s in SPEEDS], "Speed")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 12, 4)
        row.setSpacing(8)
        row.addWidget(self.button)
        row.addWidget(self.position, 1)
        row.addWidget(self.time)
        row.addWidget(self.speeds)
        row.addWidget(IconButton(close))

    def show_position(self, at: float, duration: float) -> None:
        if not self.position.isSliderDown():
            self.position.setValue(round(STEPS * at / duration) if duration > 0 else STEPS)
        self.time.setText(f"{at:.1f} / {duration:.1f} s")

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(event.rect(), color("surface"))


class PlaybackControl(QObject):
    """Steers one playback at a time. What it plays goes to whoever listens; the run itself stays as it is."""

    changes = Signal(list)
    """The run's own changes, in order."""
    rewound = Signal()
    """What was shown is void; the changes that follow begin anew."""
    moved = Signal(float, int)
    """Seconds and bytes that have been played."""
    snapshot = Signal(object)
    state_changed = Signal()
    """It began, was paused, goes on, has another speed, or is closed."""

    def __init__(self, source: RunSource) -> None:
        super().__init__(source)
        self._source = source
        self._playback: Playback | None = None
        self._operation: Operation[RunSnapshot] | None = None
        self._closing = False
        self.run: ShownRun | None = None

    @property
    def is_open(self) -> bool:
        return self._playback is not None and not self._closing

    @property
    def is_playing(self) -> bool:
        return self._operation is not None and self._playback is not None and not self._playback.paused

    @property
    def speed(self) -> float:
        return self._playback.speed if self._playback is not None else 1.0

    @property
    def at(self) -> float:
        return self._playback.at if self._playback is not None else 0.0

    @property
    def duration(self) -> float:
        return self._playback.duration if self._playback is not None else 0.0

    @property
    def is_closing(self) -> bool:
        return self._closing

    def toggle(self) -> None:
        """Begin, pause, go on, or begin again after the end."""
        playback = self._playback
        if playback is None:
            self._begin()
        elif self.is_playing:
            playback.pause()
            self.state_changed.emit()
        else:
            if playback.over:
                playback.seek(0.0)
            playback.resume()
            self._go()

    def seek(self, at: float) -> None:
        """Go to a second of the run; it goes on playing if it does."""
        if self._playback is not None:
            self._playback.seek(at)
            self._go()

    def set_speed(self, speed: float) -> None:
        if self._playback is not None:
            self._playback.speed = speed
            self.state_changed.emit()

    def close(self) -> None:
        """Show the run as it ended, and be done."""
        playback = self._playback
        if playback is not None and not self._closing:
            self._closing = True
            playback.pause()
            playback.seek(playback.duration)
            self._go()

    def forget(self) -> None:
        """Be done at once: another run takes the place."""
        operation, self._operation = self._operation, None
        if operation is not None:
            operation.finished.disconnect(self._finished)
            operation.cancel()
        if self._playback is not None:
            self._playback = None
            self._closing = False
            self.state_changed.emit()

    def _begin(self) -> None:
        run = self._source.run
        if run is None or not self._source.can_play():
            return
        self.run = run
        self._playback = Playback(run.log, run.request.api, base_url=run.base_url or None, end=run.snapshot)
        self.rewound.emit()
        self._go()

    def _go(self) -> None:
        if self._operation is None and self._playback is not None:
            self._operation = self._source.context.bridge.run(
                self._playback, label="Playing back a run", owner=self, on_changes=self._changed
            )
            self._operation.finished.connect(self._finished)
        self.state_changed.emit()

    def _changed(self, changes: list[Any]) -> None:
        if self._operation is None:
            return
        batch: list[Any] = []
        where: Moved | None = None
        snapshot: RunSnapshot | None = None
        for change in changes:
            kind = type(change)
            if kind is Moved:
                where = change
            elif kind is Rewound:
                batch.clear()
                self.rewound.emit()
            else:
                batch.append(change)
                if kind is RunUpdated:
                    snapshot = change.snapshot
        if batch:
            self.changes.emit(batch)
        if snapshot is not None:
            self.snapshot.emit(snapshot)
        if where is not None:
            self.moved.emit(where.at, where.offset)

    def _finished(self) -> None:
        operation, self._operation = self._operation, None
        playback = self._playback
        if operation is None or playback is None:
            return
        if operation.result is not None and playback.over:
            self.snapshot.emit(operation.result)
        if self._closing and playback.over:
            self._playback = None
            self._closing = False
        elif playback.wants_more:
            self._go()
            return
        self.state_changed.emit()


class PlayedBack(QObject):
    """Joins the bar, the control and the output."""

    def __init__(self, column: OutputColumn) -> None:
        super().__init__(column)
        self._column = column
        commands = column.source.context.commands
        self.control = control = PlaybackControl(column.source)
        self.bar = PlaybackBar(commands)
        self._play, self._close = commands.get("compose.play_back"), commands.get("compose.close_playback")
        control.changes.connect(column.apply)
        control.rewound.connect(self._rewound)
        control.moved.connect(self._moved)
        control.snapshot.connect(column.show_snapshot)
        control.state_changed.connect(self._show_state)
        self.bar.position.wanted.connect(self._seek)
        self.bar.speeds.changed.connect(self._set_speed)
        self.bar.hide()

    def _rewound(self) -> None:
        self._column.view.clear()

    def _moved(self, at: float, offset: int) -> None:
        self.bar.show_position(at, self.control.duration)
        self._column.played.emit(offset)

    def _seek(self, place: int) -> None:
        self.control.seek(self.control.duration * place / STEPS)

    def _set_speed(self, speed: str) -> None:
        self.control.set_speed(float(speed))

    def _show_state(self) -> None:
        control = self.control
        if not control.is_open:
            self._column.show_playback("")
            self.bar.hide()
            if not control.is_closing:
                self._column.played.emit(-1)
        else:
            self.bar.speeds.blockSignals(True)
            self.bar.speeds.set_value(f"{control.speed:g}")
            self.bar.speeds.blockSignals(False)
            self.bar.show_position(control.at, control.duration)
            self.bar.show()
            self._column.show_playback(f"playback {'▸' if control.is_playing else '❚❚'} {speed_text(control.speed)}")
        if self._play is not None:
            playing = control.is_playing and control.is_open
            self._play.setText("Pause Playback" if playing else "Play Back Run")
            self._play.setIcon(icon("pause" if playing else "play"))
            self._play.icon_name = "pause" if playing else "play"
            self._play.setToolTip(self._play.text())
        if self._close is not None:
            self._close.setEnabled(control.is_open)

"""The sound of an answer: its body, or what stands in its JSON; to be heard and saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from playground.core.answers import content_type_of
from playground.core.plain import size_text
from playground.core.sounds import Player, Sound, SoundFault, decode
from playground.widgets.answer.face import Face, Parts
from playground.widgets.answer.saving import Savable
from playground.widgets.answer.source import Source
from playground.widgets.answer.wave import WaveSlider, clock
from playground.widgets.commands import Command
from playground.widgets.controls import CommandButton, IconButton, Label
from playground.widgets.icons import paint_icon
from playground.widgets.theme import scaled

if TYPE_CHECKING:
    from playground.bridge import Operation

TICK_MS = 50
"""Between two looks at where the sound is, while it plays."""

Heard = tuple[Sound | None, int, str]
"""The sound, the bytes of its file, and why there is none."""


def _decoded(make: Callable[[], bytes], content_type: str) -> Heard:
    """In the pool."""
    try:
        data = make()
    except ValueError as error:
        return None, 0, f"This is no sound: {error}."
    plain = content_type.partition(";")[0].strip().lower()
    kind = content_type if plain in ("audio/pcm", "audio/l16") else content_type_of(data, content_type) or content_type
    try:
        return decode(data, kind), len(data), ""
    except SoundFault as fault:
        return None, len(data), str(fault)


class _Closer(QObject):
    """Lets go of the device when its face goes away: it holds a thread of its own."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.player: Player | None = None
        parent.destroyed.connect(self.close)

    def close(self) -> None:
        player, self.player = self.player, None
        if player is not None:
            player.close()


class _VolumeSign(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(16, 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_icon(QPainter(self), self.rect(), "volume-2", "muted")


class SoundFace(Face):
    """One sound at a time: play and pause, a seek bar that shows it, its time, the volume."""

    kind, title = "audio", "Audio"

    def __init__(self, parts: Parts, save: Command, parent: QWidget | None = None) -> None:
        super().__init__(parts, parent)
        self._sources: list[tuple[Source, str]] = []
        self._number = 0
        self.sound: Sound | None = None
        self.player: Player | None = None
        self.playing = False
        self._decoding: Operation[Heard] | None = None
        self._working: Operation[str] | None = None
        self._queue: list[Callable[[], None]] = []
        self._device = _Closer(self)
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._ticked)
        self._make_commands()
        self._build(save)
        self.clear()

    def _make_commands(self) -> None:
        name, add, group = self.parts.name, self.parts.commands.add, self.parts.group
        self._play = add(f"{name}.play", "Play", self.toggle, group=group, icon="play", shortcut="Space", scope=self)
        self._before = add(
            f"{name}.sound-previous", "Previous Sound", self.previous, group=group, icon="chevron-left", scope=self
        )
        self._after = add(
            f"{name}.sound-next", "Next Sound", self.following, group=group, icon="chevron-right", scope=self
        )

    def _build(self, save: Command) -> None:
        name = self.parts.name
        self.wave = WaveSlider(f"{name}.position")
        self.wave.sliderMoved.connect(self._sought)
        self._button = CommandButton(self._play, "plain", shortcut=False)
        self._button.setFixedWidth(scaled(76))
        self.time = Label("", "text", 12, mono=True)
        self.volume = QSlider(Qt.Orientation.Horizontal)
        self.volume.setObjectName(f"{name}.volume")
        self.volume.setAccessibleName("Volume")
        self.volume.setToolTip("Volume")
        self.volume.setRange(0, 100)
        self.volume.setValue(100)
        self.volume.setFixedWidth(scaled(96))
        self.volume.valueChanged.connect(self._louder)
        self.caption = Label("", "muted", 12, wrap=True, selectable=True)
        self.caption.setObjectName(f"{name}.sound.caption")
        self.fault = Label("", "warning", 13, wrap=True, selectable=True)
        self.fault.setObjectName(f"{name}.sound.fault")
        self.counted = Label("", "muted", 12)
        self._several = [IconButton(self._before, size=24), self.counted, IconButton(self._after, size=24)]
        self._controls = QWidget()
        row = QHBoxLayout(self._controls)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._button)
        row.addWidget(self.time)
        for widget in self._several:
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(_VolumeSign())
        row.addWidget(self.volume)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        column.addWidget(self.wave)
        column.addWidget(self._controls)
        column.addWidget(self.caption)
        column.addWidget(self.fault)
        below = QHBoxLayout()
        below.addWidget(CommandButton(save, "plain", shortcut=False))
        below.addStretch(1)
        column.addSpacing(6)
        column.addLayout(below)
        column.addStretch(1)

    # What it holds

    def set_sources(self, sources: Sequence[tuple[Source, str]]) -> None:
        """Sounds with their content types."""
        self.clear()
        self._sources = list(sources)
        for widget in self._several:
            widget.setVisible(len(sources) > 1)
        self._go_to(0)

    def clear(self) -> None:
        decoding, self._decoding = self._decoding, None
        if decoding is not None:
            decoding.cancel()
        self._let_go()
        self._sources, self._number = [], 0
        self._take((None, 0, ""))

    def savable(self) -> Savable | None:
        if not self._sources:
            return None
        source = self._sources[self._number][0]
        return Savable(source.name, source.make)

    def previous(self) -> None:
        self._go_to(self._number - 1)

    def following(self) -> None:
        self._go_to(self._number + 1)

    def _go_to(self, number: int) -> None:
        if not 0 <= number < len(self._sources):
            return
        self._let_go()
        self._number = number
        source, content_type = self._sources[number]
        self._take((None, 0, ""))
        self.caption.setText("Decoding…")
        bridge = self.parts.bridge
        if bridge is None:
            self._take(_decoded(source.make, content_type))
            return
        if self._decoding is not None:
            self._decoding.cancel()
        self._decoding = bridge.blocking(_decoded, source.make, content_type, label="Decoding a sound", owner=self)
        self._decoding.finished.connect(self._came)

    def _came(self) -> None:
        operation = self._decoding
        if operation is None or not operation.done:
            return
        self._decoding = None
        if operation.result is not None:
            self._take(operation.result)

    def _take(self, heard: Heard) -> None:
        self.sound, size, fault = heard
        sound = self.sound
        self.player = Player(sound) if sound is not None else None
        self._device.player = self.player
        self.wave.set_sound(sound.peaks if sound is not None else (), sound.seconds if sound is not None else 0.0)
        self.wave.setEnabled(sound is not None)
        self.wave.setVisible(not fault)
        self._controls.setVisible(not fault or len(self._sources) > 1)
        self.fault.setText(fault)
        self.fault.setVisible(bool(fault))
        count = len(self._sources)
        source = self._sources[self._number][0] if count else None
        words = [size_text(size)] if size else []
        if sound is not None:
            ways = {1: "mono", 2: "stereo"}.get(sound.channels, f"{sound.channels} channels")
            words = [sound.kind, f"{sound.rate:,} Hz", ways, f"{sound.seconds:.2f} s", *words, sound.note]
        if source is not None:
            words += [source.path, f"“{source.words}”" if source.words else ""]
        self.caption.setText("  ·  ".join(filter(None, words)))
        self.counted.setText(f"{self._number + 1} of {count}" if count else "")
        self._before.setEnabled(self._number > 0)
        self._after.setEnabled(self._number + 1 < count)
        self._play.setEnabled(sound is not None)
        self._say()

    # Playing

    def toggle(self) -> None:
        """Play, or pause."""
        player = self.player
        if player is None:
            return
        player.set_volume(self.volume.value() / 100)
        self.playing = not self.playing
        self.fault.hide()
        self._do(player.play if self.playing else player.pause)
        if self.playing:
            self._tick.start()
        else:
            self._tick.stop()
        self._say()

    def _do(self, work: Callable[[], None]) -> None:
        """Something that the device may be slow with; one after the other."""
        bridge = self.parts.bridge
        if bridge is None:
            self._did(_tried(work))
            return
        if self._working is not None:
            self._queue.append(work)
            return
        self._working = bridge.blocking(_tried, work, label="Playing a sound", owner=self)
        self._working.finished.connect(self._worked)

    def _worked(self) -> None:
        operation, self._working = self._working, None
        if operation is not None and operation.result is not None:
            self._did(operation.result)
        if self._queue:
            self._do(self._queue.pop(0))

    def _did(self, fault: str) -> None:
        if fault:
            self.playing = False
            self._tick.stop()
            self.fault.setText(fault)
            self.fault.show()
        self._say()

    def _let_go(self) -> None:
        """Stop, and give the device back."""
        player, self.player, self._device.player = self.player, None, None
        self.playing = False
        self._tick.stop()
        if player is not None:
            self._do(player.close)

    def _ticked(self) -> None:
        player = self.player
        if player is None:
            return
        if player.ended:
            self.playing = False
            self._tick.stop()
            self._do(player.pause)
        self._say()

    def _sought(self, milliseconds: int) -> None:
        if self.player is not None:
            self.player.seek(milliseconds / 1000)
            self._say()

    def _louder(self, percent: int) -> None:
        if self.player is not None:
            self.player.set_volume(percent / 100)

    def _say(self) -> None:
        position = self.player.position if self.player is not None else 0.0
        length = self.sound.seconds if self.sound is not None else 0.0
        self.time.setText(f"{clock(position)} / {clock(length)}")
        self.wave.set_position(position)
        self._play.setText("Pause" if self.playing else "Play")
        self._play.icon_name = "pause" if self.playing else "play"
        self._button.update()

    def hideEvent(self, event: QHideEvent) -> None:
        """What is not seen is not heard."""
        super().hideEvent(event)
        if self.playing:
            self.toggle()


def _tried(work: Callable[[], None]) -> str:
    """Why it did not work; "" where it did."""
    try:
        work()
    except SoundFault as fault:
        return str(fault)
    except Exception as error:  # a driver's fault, in its library's own words
        return f"No sound can be played here: {error}."
    return ""

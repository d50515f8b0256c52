"""The pictures of an answer: its body, or what stands in its JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication, QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from playground.core.plain import size_text
from playground.widgets.answer.face import Face, Parts
from playground.widgets.answer.picture import Decoded, PictureView, decode
from playground.widgets.answer.saving import Savable
from playground.widgets.answer.source import Source
from playground.widgets.controls import CommandButton, EmptyState, HairLine, IconButton, Label

if TYPE_CHECKING:
    from playground.bridge import Operation


def _decoded(make: Callable[[], bytes]) -> Decoded:
    try:
        data = make()
    except ValueError as error:
        return decode(b"")._replace(fault=f"This is no picture: {error}.")
    return decode(data)


class ImageFace(Face):
    """One picture at a time, with the tools to look at it closely."""

    kind, title = "image", "Image"

    def __init__(self, parts: Parts, parent: QWidget | None = None) -> None:
        super().__init__(parts, parent)
        self._sources: list[Source] = []
        self._number = 0
        self._picture: Decoded | None = None
        self._decoding: Operation[Decoded] | None = None
        name = parts.name
        self.view = PictureView(f"{name}.picture")
        self.view.zoomed.connect(self._say)
        self.broken = EmptyState("image", "", "")
        self.counted = Label("", "muted", 12)
        self.caption = Label("", "muted", 12, wrap=True, selectable=True)
        self.caption.setObjectName(f"{name}.picture.caption")
        self.caption.setContentsMargins(0, 4, 0, 4)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.view)
        self.stack.addWidget(self.broken)
        self._frame = 0
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.timeout.connect(self._next_frame)
        self._make_commands()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.stack, 1)
        column.addWidget(HairLine())
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 4, 16, 4)
        foot.setSpacing(2)
        self._several: list[QWidget] = [
            IconButton(self._before, size=24),
            self.counted,
            IconButton(self._after, size=24),
        ]
        for widget in self._several:
            foot.addWidget(widget)
        self._gap = QWidget()
        self._gap.setFixedWidth(8)
        self._several.append(self._gap)
        foot.addWidget(self._gap)
        foot.addWidget(self.caption, 1)
        column.addLayout(foot)

    def _make_commands(self) -> None:
        name, add = self.parts.name, self.parts.commands.add

        def command(id_: str, title: str, handler: Callable[[], None], icon: str, shortcut: str = ""):
            return add(
                f"{name}.{id_}",
                title,
                handler,
                group=self.parts.group,
                icon=icon,
                shortcut=shortcut or None,
                scope=self,
            )

        self._before = command("image-previous", "Previous Image", self.previous, "chevron-left", "Alt+Left")
        self._after = command("image-next", "Next Image", self.following, "chevron-right", "Alt+Right")
        self._smaller = command("image-smaller", "Zoom Image Out", self.smaller, "minus", "-")
        self._larger = command("image-larger", "Zoom Image In", self.larger, "plus", "+")
        self._fit = command("image-fit", "Fit Image", self.view.fit, "maximize-2", "0")
        self._actual = command("image-actual", "Image in Actual Size", self.actual, "", "1")
        self._play = command("image-play", "Play Animation", self.toggle, "play", "Space")
        self._copy = command("image-copy", "Copy Image", self.copy, "copy", "Ctrl+C")
        self.tools = QWidget()
        row = QHBoxLayout(self.tools)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addStretch(1)
        self._player = IconButton(self._play)
        row.addWidget(self._player)
        for command_ in (self._smaller, self._larger, self._fit):
            row.addWidget(IconButton(command_))
        row.addWidget(CommandButton(self._actual, "quiet", text="1 : 1"))
        row.addWidget(IconButton(self._copy))

    # What it shows

    def set_sources(self, sources: Sequence[Source], *, last: bool = False) -> None:
        """Other pictures; the first is seen, or the last."""
        self.clear()
        self._sources = list(sources)
        for widget in self._several:
            widget.setVisible(len(sources) > 1)
        self._go_to(len(self._sources) - 1 if last else 0)

    def clear(self) -> None:
        decoding, self._decoding = self._decoding, None
        if decoding is not None:
            decoding.cancel()
        self._sources, self._number = [], 0
        self._take(None)

    def picture(self) -> Decoded | None:
        """What is seen; None while it is being decoded."""
        return self._picture

    def savable(self) -> Savable | None:
        if not self._sources:
            return None
        source = self._sources[self._number]
        return Savable(source.name, source.make)

    def previous(self) -> None:
        self._go_to(self._number - 1)

    def following(self) -> None:
        self._go_to(self._number + 1)

    def _go_to(self, number: int) -> None:
        if not 0 <= number < len(self._sources):
            return
        self._number = number
        self._take(None)
        self.view.fits = True
        make = self._sources[number].make
        bridge = self.parts.bridge
        if bridge is None:
            self._take(_decoded(make))
            return
        if self._decoding is not None:
            self._decoding.cancel()
        self._decoding = bridge.blocking(_decoded, make, label="Decoding a picture", owner=self)
        self._decoding.finished.connect(self._came)

    def _came(self) -> None:
        operation = self._decoding
        if operation is None or not operation.done:
            return
        self._decoding = None
        if operation.result is not None:
            self._take(operation.result)

    def _take(self, picture: Decoded | None) -> None:
        self._stop()
        self._picture, self._frame = picture, 0
        self.view.set_picture(picture)
        if picture is not None and picture.fault:
            self.broken.set_words("This picture cannot be shown", picture.fault)
        self.stack.setCurrentWidget(self.broken if picture is not None and picture.fault else self.view)
        self._say()

    def _say(self) -> None:
        picture, count = self._picture, len(self._sources)
        good = picture is not None and not picture.fault
        for command in (self._smaller, self._larger, self._fit, self._actual, self._copy):
            command.setEnabled(good)
        moves = good and picture is not None and len(picture.frames) > 1
        self._play.setEnabled(moves)
        self._player.setVisible(moves)
        self._before.setEnabled(self._number > 0)
        self._after.setEnabled(self._number + 1 < count)
        self.counted.setText(f"{self._number + 1} of {count}" if count else "")
        if picture is None or not count:
            self.caption.setText("Decoding…" if count else "")
            return
        source = self._sources[self._number]
        words = [picture.format or "unknown format", size_text(picture.size)]
        if good:
            image = picture.image
            words.insert(1, f"{image.width():,} × {image.height():,}")
            words.append(f"{self.view.zoom() * 100:.0f} %")
            if moves:
                words.insert(2, f"{len(picture.frames)} frames, {sum(picture.durations) / 1000:.1f} s")
            self.view.setAccessibleName(f"Picture, {image.width()} by {image.height()} pixels")
        words += [part for part in (source.path, f"“{source.words}”" if source.words else "") if part]
        self.caption.setText("  ·  ".join(words))

    # What moves

    def toggle(self) -> None:
        """Play an animation, again and again; or hold it. Nothing moves before somebody wants it to."""
        if self._clock.isActive():
            self._stop()
        elif self._picture is not None and self._picture.frames:
            self._clock.start(self._picture.durations[self._frame])
            self._name_play("Pause Animation", "pause")

    def _next_frame(self) -> None:
        picture = self._picture
        if picture is None or not picture.frames:
            return
        self._frame = (self._frame + 1) % len(picture.frames)
        self.view.show_frame(picture.frames[self._frame])
        self._clock.start(picture.durations[self._frame])

    def _stop(self) -> None:
        self._clock.stop()
        self._name_play("Play Animation", "play")

    def _name_play(self, title: str, icon: str) -> None:
        self._play.icon_name = icon
        self._play.setText(title)
        self._play.setToolTip(f"{title} (Space)")

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._stop()

    # What can be done

    def smaller(self) -> None:
        self.view.step(-1)

    def larger(self) -> None:
        self.view.step(1)

    def actual(self) -> None:
        self.view.set_zoom(1.0)

    def copy(self) -> None:
        """The picture; of the words below it, what is selected there."""
        if self.caption.hasFocus() and self.caption.hasSelectedText():
            self.caption.copy()
        elif self._picture is not None and not self._picture.fault:
            QGuiApplication.clipboard().setImage(self._picture.image)
            self.said.emit("Copied the image.", "good")

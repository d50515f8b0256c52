"""Makes the faces of an answer when one first needs them: none is imported before."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from playground.widgets.answer.face import Face, Parts

if TYPE_CHECKING:
    from playground.widgets.answer.events_face import EventsFace
    from playground.widgets.answer.image_face import ImageFace
    from playground.widgets.answer.json_face import JsonFace
    from playground.widgets.answer.list_face import ListFace
    from playground.widgets.answer.page import FacesPage
    from playground.widgets.answer.sound_face import SoundFace
    from playground.widgets.answer.text_face import FileFace, TextFace
    from playground.widgets.commands import Command


class Faces(QObject):
    """One of each kind, on one page."""

    link_opened = Signal(str)
    said = Signal(str, str)
    more = Signal()
    all_wanted = Signal()

    def __init__(self, parts: Parts, page: FacesPage, save: Command, parent: QObject) -> None:
        super().__init__(parent)
        self._parts, self._page, self._save = parts, page, save
        self._made: dict[str, Face] = {}

    def _face(self, module: str, name: str, *args: Any) -> Any:
        face = self._made.get(name)
        if face is None:
            kind = getattr(import_module(f"playground.widgets.answer.{module}"), name)
            face = self._made[name] = kind(self._parts, *args)
            face.link_opened.connect(self.link_opened)
            face.said.connect(self.said)
            self._page.add(face)
        return face

    def table(self) -> ListFace:
        made = "ListFace" not in self._made
        face: ListFace = self._face("list_face", "ListFace")
        if made:
            face.more.connect(self.more)
            face.all_wanted.connect(self.all_wanted)
        return face

    def json(self) -> JsonFace:
        return self._face("json_face", "JsonFace")  # type: ignore[no-any-return]

    def events(self) -> EventsFace:
        return self._face("events_face", "EventsFace")  # type: ignore[no-any-return]

    def image(self) -> ImageFace:
        return self._face("image_face", "ImageFace")  # type: ignore[no-any-return]

    def sound(self) -> SoundFace:
        return self._face("sound_face", "SoundFace", self._save)  # type: ignore[no-any-return]

    def text(self) -> TextFace:
        return self._face("text_face", "TextFace")  # type: ignore[no-any-return]

    def file(self) -> FileFace:
        return self._face("text_face", "FileFace", self._save)  # type: ignore[no-any-return]

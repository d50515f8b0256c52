"""Answers that are no JSON, or hold files: pictures, text, bytes; and saving them."""

from __future__ import annotations

import base64
import gc
import io
import json
import struct
import sys
import weakref
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from playground.bridge import Bridge
from playground.core import pictures
from playground.core.pictures import PIXELS_MOST, animation, dimensions, refusal
from playground.widgets.answer import AnswerView
from playground.widgets.answer.image_face import ImageFace
from playground.widgets.answer.picture import PREVIEW, decode
from playground.widgets.answer.saving import file_name
from playground.widgets.answer.text_face import FileFace, TextFace
from tests.helpers.walk import said
from tests.widgets.conftest import Show, delete

PATIENCE = 20_000


@pytest.fixture
def bridge(qtbot: QtBot) -> Iterator[Bridge]:
    interval = sys.getswitchinterval()
    made = Bridge()
    yield made
    made.close_exit()
    sys.setswitchinterval(interval)


def picture(form: str, width: int = 40, height: int = 30, color: str = "#1971c2") -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(color))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, form)  # type: ignore[call-overload]
    buffer.close()
    return bytes(data.data())


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


@pytest.mark.parametrize("form", ["PNG", "JPG", "WEBP"])
def test_dimensions_are_read_from_the_first_bytes(qapp: object, form: str) -> None:
    found = dimensions(picture(form, 321, 123))
    assert found is not None and found[1:] == (321, 123)
    assert dimensions(GIF) == ("GIF", 1, 1)
    assert dimensions(picture(form)[:12]) is None
    assert dimensions(b"\xff\xd8" + b"\xff\xd8" * 9) is None


def test_a_decompression_bomb_is_not_decoded() -> None:
    data = bomb(60_000, 60_000)
    assert len(data) < 1000
    decoded = decode(data)
    assert decoded.image.isNull() and "60,000 × 60,000" in decoded.fault
    assert refusal(bomb(8000, PIXELS_MOST // 8000)) == ""


def test_a_large_picture_has_a_small_copy_to_be_seen_whole(qapp: object) -> None:
    decoded = decode(picture("PNG", PREVIEW * 2, PREVIEW))
    assert decoded.image.width() == PREVIEW * 2
    assert (decoded.preview.width(), decoded.preview.height()) == (PREVIEW, PREVIEW // 2)


def test_a_picture_is_fitted_zoomed_and_copied(show: Show) -> None:
    view = AnswerView("t.answer", None)
    show(view, 600, 500)
    view.show_content(picture("PNG", 2000, 1000), "image/png", "big.png")
    face = view.findChild(ImageFace)
    assert view.face() == "image" and face is not None
    assert face.view.zoom() < 0.3
    assert "PNG  ·  2,000 × 1,000" in face.caption.source()
    view.findChild(QAbstractButton, "t.answer.image-actual").click()  # type: ignore[union-attr]
    assert face.view.zoom() == 1.0
    bars = (face.view.horizontalScrollBar(), face.view.verticalScrollBar())
    assert all(abs(bar.value() - bar.maximum() / 2) <= 1 for bar in bars), "the middle stays in the middle"
    face.larger()
    assert face.view.zoom() == 1.5
    face.view.fit()
    assert face.view.zoom() < 0.3
    face.copy()
    assert QGuiApplication.clipboard().image().width() == 2000
    assert QColor(view.grab().toImage().pixel(300, 300)) == QColor("#1971c2")


def moving(form: str, count: int = 3) -> bytes:
    file = io.BytesIO()
    frames = [Image.new("RGBA", (20, 10), (40 * number, 0, 200, 255)) for number in range(count)]
    frames[0].save(file, form, save_all=True, append_images=frames[1:], duration=[30, 40, 50][:count], loop=0)
    return file.getvalue()


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_an_animation_stands_still_until_somebody_plays_it(show: Show, qtbot: QtBot, form: str) -> None:
    view = AnswerView("t.answer", None)
    show(view, 600, 500)
    view.show_content(moving(form), f"image/{form.lower()}")
    face = view.faces.image()
    decoded = face.picture()
    assert decoded is not None and len(decoded.frames) == 3 and decoded.durations == (30, 40, 50)
    assert "3 frames, 0.1 s" in face.caption.source()
    button = view.findChild(QAbstractButton, "t.answer.image-play")
    assert button is not None and button.isVisible() and not face._clock.isActive()
    button.click()
    assert button.accessibleName() == "Pause Animation"
    qtbot.waitUntil(lambda: face._frame == 2, timeout=PATIENCE)
    qtbot.waitUntil(lambda: face._frame == 0, timeout=PATIENCE)
    view.set_face("file")
    assert not face._clock.isActive(), "what is not seen does not move"
    view.show_content(picture("PNG"), "image/png")
    assert not button.isVisible()


def test_only_so_many_frames_are_decoded_as_there_is_memory_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "PIXELS_MOST", 400)
    found = animation(moving("GIF"))
    assert found is not None and len(found.frames) == 2
    monkeypatch.undo()
    broken = animation(moving("GIF", 3)[:-40])
    assert broken is None or len(broken.frames) < 4, "what can be read of a broken one"


def test_pictures_inside_json_are_shown_one_by_one(show: Show, bridge: Bridge, qtbot: QtBot) -> None:
    view = AnswerView("t.answer", bridge)
    show(view, 600, 500)
    colors = ("#e8590c", "#1971c2")
    images = [{"b64_json": base64.b64encode(picture("PNG", 40, 30, one)).decode()} for one in colors]
    view.show_json({"created": 1764000000, "data": [*images, {"b64_json": "no Base64!"}, {"b64_json": "aGVsbG8="}]})
    qtbot.waitUntil(lambda: view.face() == "image", timeout=PATIENCE)
    face = view.findChild(ImageFace)
    assert face is not None
    for number in range(4):
        qtbot.waitUntil(lambda: face.picture() is not None, timeout=PATIENCE)
        decoded = face.picture()
        assert decoded is not None
        assert f"{number + 1} of 4" == face.counted.source() and f"data[{number}].b64_json" in face.caption.source()
        if number < 2:
            assert QColor(decoded.image.pixel(5, 5)) == QColor(colors[number])
        else:
            assert decoded.fault and any(decoded.fault in text for _, text in said(face))
        view.findChild(QAbstractButton, "t.answer.image-next").click()  # type: ignore[union-attr]
    assert [one.kind for one in view.page.faces] == ["image", "table", "json"]


def test_text_is_shown_with_what_cannot_be_seen(show: Show) -> None:
    view = AnswerView("t.answer", None)
    show(view)
    view.show_content("1\n00:00 --> 00:01\nHi \u202e you\n".encode(), "text/plain; charset=utf-8", "a.srt")
    face = view.findChild(TextFace)
    assert view.face() == "text" and face is not None
    assert "‹U+202E›" in face.text.toPlainText() and "\u202e" in face.text.text()
    view.findChild(QAbstractButton, "t.answer.copy-body").click()  # type: ignore[union-attr]
    assert QGuiApplication.clipboard().text() == "1\n00:00 --> 00:01\nHi \u202e you\n"
    view.show_content(b'{"a": 1}\n{"a": 2}\n', "application/octet-stream", "result.jsonl")
    assert view.face() == "text", "bytes that can be read are read, whatever they are called"
    view.show_content(b'{"a": 1}', "application/json")
    assert view.face() == "json"
    view.show_content("ä".encode() * 5000, "application/octet-stream")
    assert view.face() == "text"


def test_other_bytes_are_told_of_and_not_guessed_at(show: Show) -> None:
    view = AnswerView("t.answer", None)
    show(view)
    view.show_content(b"PK\x03\x04" + bytes(2000), "application/octet-stream", "../../etc/a\u202eb.zip")
    assert view.face() == "file"
    words = "\n".join(text for _, text in said(view))
    assert "application/zip" in words and "2.0 kB (2,004)" in words and "00000000  50 4b 03 04" in words
    assert "ab.zip" in words and "etc" not in words
    view.show_content(b"", "")
    face = view.findChild(FileFace)
    assert face is not None and "the body is empty" in face.bytes.text()


@pytest.mark.parametrize(
    ("hint", "kind", "name"),
    [
        ("a.png", "image/png", "a.png"),
        ("speech", "audio/mpeg", "speech.mp3"),
        ("", "image/webp", "answer.webp"),
        ("", "", "answer.bin"),
        ("..\\..\\x.exe", "", "x.exe"),
        ("a" * 500, "", "a" * 120),
    ],
)
def test_a_file_name_is_harmless(hint: str, kind: str, name: str) -> None:
    assert file_name(hint, kind) == name


def test_what_is_seen_is_saved_off_the_windows_thread(show: Show, bridge: Bridge, qtbot: QtBot, tmp_path: Path) -> None:
    view = AnswerView("t.answer", bridge)
    show(view)
    data = picture("PNG")
    view.show_content(data, "image/png", "cat.png")
    view.save()
    dialog = view._saver.dialog
    assert dialog is not None and dialog.isVisible() and dialog.selectedFiles()[0].endswith("cat.png")
    dialog.fileSelected.emit(str(tmp_path / "cat.png"))
    dialog.close()
    qtbot.waitUntil(lambda: "Saved" in view.note.source(), timeout=PATIENCE)
    assert (tmp_path / "cat.png").read_bytes() == data
    assert [file.name for file in tmp_path.iterdir()] == ["cat.png"]
    view.save()
    view._saver.save(str(tmp_path / "none" / "cat.png"))
    qtbot.waitUntil(lambda: "was not saved" in view.note.source(), timeout=PATIENCE)
    view._saver.dialog.close()  # type: ignore[union-attr]
    view.show_list([{"id": "a"}, {"id": "b"}])
    view.save()
    view._saver.save(str(tmp_path / "items.json"))
    qtbot.waitUntil((tmp_path / "items.json").exists, timeout=PATIENCE)
    assert json.loads((tmp_path / "items.json").read_text()) == [{"id": "a"}, {"id": "b"}]
    view._saver.dialog.close()  # type: ignore[union-attr]


def test_a_busy_place_shows_progress_and_the_way_to_end_it(show: Show) -> None:
    view = AnswerView("t.answer", None)
    show(view)
    ended: list[bool] = []
    cancel = view._commands.add("t.cancel", "Cancel", lambda: ended.append(True), group="Answer")
    view.show_busy("Sending 12.0 MB…", done=3, total=12, cancel=cancel)
    assert view.state == "busy" and view.busy.bar.value() == 250
    view.show_busy("Sending 12.0 MB…", done=6, total=12)
    assert view.busy.bar.value() == 500
    view.busy.findChild(QAbstractButton, "t.cancel").click()  # type: ignore[union-attr]
    assert ended == [True]
    assert not view._commands.get("t.answer.save").isEnabled()  # type: ignore[union-attr]


def test_the_pill_keys_go_from_face_to_face(show: Show, qtbot: QtBot) -> None:
    view = AnswerView("t.answer", None)
    show(view)
    view.show_content(picture("PNG"), "image/png")
    pill = view.findChild(QAbstractButton, "t.answer.face.image")
    assert pill is not None
    qtbot.keyClick(pill, Qt.Key.Key_Right)
    assert view.face() == "file"


def test_a_view_that_showed_everything_is_let_go(show: Show, bridge: Bridge, qtbot: QtBot) -> None:
    view = AnswerView("t.answer", bridge)
    view.resize(600, 400)
    view.show()
    view.show_content(picture("PNG"), "image/png")
    view.show_content(b"\1\0" * 5000, "audio/pcm")
    view.show_content(b"text", "text/plain")
    view.begin_events()
    view.add_events([{"type": "x.text.delta", "delta": "words"}])
    view.show_list([{"id": "a"}, {"id": "b"}], has_more=True)
    view.faces.table().table.selectRow(0)
    view.set_face("json")
    for tab in ("headers", "timing", "answer"):
        view.set_tab(tab)
    qtbot.waitUntil(lambda: not bridge.operations, timeout=PATIENCE)
    gone = [weakref.ref(one) for one in (view, view.faces, view.faces.image(), view.faces.sound(), view.faces.events())]
    delete(view)
    del view
    gc.collect()
    assert [one() for one in gone] == [None] * len(gone)

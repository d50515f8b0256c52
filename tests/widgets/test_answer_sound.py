"""The sound of an answer: heard, sought in, and told of where it cannot be heard."""

from __future__ import annotations

import base64
import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from playground.bridge import Bridge
from playground.core import sounds
from playground.widgets.answer import AnswerView
from playground.widgets.answer.sound_face import SoundFace
from playground.widgets.answer.wave import clock
from tests.core.test_sounds import silent, tone
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


def heard(
    show: Show, bridge: Bridge | None, data: bytes, content_type: str = "audio/wav"
) -> tuple[AnswerView, SoundFace]:
    view = AnswerView("t.answer", bridge)
    show(view, 600, 400)
    view.show_content(data, content_type, "speech.wav")
    face = view.findChild(SoundFace)
    assert face is not None and view.face() == "audio"
    return view, face


def button(view: QWidget, name: str) -> QAbstractButton:
    found = view.findChild(QAbstractButton, name)
    assert found is not None
    return found


def test_a_sound_is_played_and_paused(
    show: Show, bridge: Bridge, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent(monkeypatch)
    view, face = heard(show, bridge, tone(0.8))
    qtbot.waitUntil(lambda: face.sound is not None, timeout=PATIENCE)
    assert "WAV  ·  24,000 Hz  ·  mono  ·  0.80 s" in face.caption.source()
    play = button(view, "t.answer.play")
    play.click()
    assert play.accessibleName() == "Pause"
    qtbot.waitUntil(lambda: face.wave.value() > 100, timeout=PATIENCE)
    play.click()
    assert not face.playing and play.accessibleName() == "Play"
    qtbot.waitUntil(lambda: face._working is None, timeout=PATIENCE)
    play.click()
    qtbot.waitUntil(lambda: not face.playing, timeout=PATIENCE)
    assert face.wave.value() == face.wave.maximum() == 800, "it ends by itself"
    view.clear()
    qtbot.waitUntil(lambda: face._working is None, timeout=PATIENCE)


def test_the_wave_is_a_seek_bar_for_mouse_and_keys(show: Show) -> None:
    _, face = heard(show, None, tone(20.0, 2000))
    middle = QPoint(face.wave.width() // 2, 20)
    QTest.mouseClick(face.wave, Qt.MouseButton.LeftButton, pos=middle)
    assert face.player is not None and face.player.position == pytest.approx(10.0, abs=0.1)
    assert face.time.source() == "0:10 / 0:20" or face.time.source() == "0:09 / 0:20"
    QTest.keyClick(face.wave, Qt.Key.Key_Right)
    assert face.player.position == pytest.approx(15.0, abs=0.1)
    QTest.keyClick(face.wave, Qt.Key.Key_Home)
    assert face.player.position == 0 and "Position, 0:00 of 0:20" in face.wave.accessibleName()


def test_without_a_device_it_says_so_and_can_be_saved(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sounds, "backends", list)
    view, face = heard(show, None, tone())
    button(view, "t.answer.play").click()
    assert not face.playing
    assert any("No sound can be played here" in text for _, text in said(face))
    saved = face.savable()
    assert saved is not None and saved.name == "speech.wav" and saved.make() == tone()
    assert view.findChildren(QAbstractButton, "t.answer.save")


def test_what_cannot_be_decoded_says_why_and_can_be_saved(show: Show) -> None:
    view, face = heard(show, None, b"OggS" + bytes(24) + b"OpusHead" + bytes(99), "audio/opus")
    assert any("This Opus is broken" in text for _, text in said(face))
    assert not face.wave.isVisible() and not button(view, "t.answer.play").isEnabled()
    assert face.savable() is not None


def test_sound_in_json_is_found_with_its_words(show: Show) -> None:
    view = AnswerView("t.answer", None)
    show(view)
    audio = {"id": "audio_1", "data": base64.b64encode(tone()).decode(), "transcript": "Hello!"}
    view.show_json({"choices": [{"message": {"audio": audio}}, {"message": {"audio": audio}}]})
    face = view.findChild(SoundFace)
    assert view.face() == "audio" and face is not None and face.sound is not None
    assert face.caption.source().endswith("choices[0].message.audio.data  ·  “Hello!”")
    button(view, "t.answer.sound-next").click()
    assert "choices[1]" in face.caption.source() and face.counted.source() == "2 of 2"


def test_what_is_not_seen_is_not_heard(
    show: Show, bridge: Bridge, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent(monkeypatch)
    view, face = heard(show, bridge, tone(5.0, 8000))
    qtbot.waitUntil(lambda: face.sound is not None, timeout=PATIENCE)
    face.toggle()
    qtbot.waitUntil(lambda: face.wave.value() > 0, timeout=PATIENCE)
    view.set_face("file")
    assert not face.playing
    qtbot.waitUntil(lambda: face._working is None, timeout=PATIENCE)


def test_a_view_that_goes_away_closes_the_device(bridge: Bridge, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    silent(monkeypatch)
    view = AnswerView("t.answer", bridge)
    view.show()
    view.show_content(tone(5.0, 8000), "audio/wav")
    face = view.findChild(SoundFace)
    assert face is not None
    qtbot.waitUntil(lambda: face.sound is not None, timeout=PATIENCE)
    face.toggle()
    qtbot.waitUntil(lambda: face.wave.value() > 0, timeout=PATIENCE)
    player = face.player
    assert player is not None and player._device is not None
    delete(view)
    qtbot.waitUntil(lambda: player._device is None, timeout=PATIENCE)


@pytest.mark.parametrize(("seconds", "words"), [(0, "0:00"), (62.9, "1:02"), (3723, "1:02:03")])
def test_times_are_written_as_on_a_clock(seconds: float, words: str) -> None:
    assert clock(seconds) == words

"""A stream in the view of an answer: events as they come, their text, and what is kept when it breaks."""

from __future__ import annotations

import base64
import json
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from playground.core.errors import Problem
from playground.widgets.answer import AnswerView
from playground.widgets.answer.events_face import EventsFace
from playground.widgets.controls import Banner
from playground.widgets.events.table import KIND, NUMBER, SIZE
from playground.widgets.growing import LINE, MOST, GrowingText
from playground.widgets.presentation import present
from playground.widgets.theme import ThemeManager
from tests.helpers.walk import said
from tests.widgets.conftest import Show, settle
from tests.widgets.test_answer_content import picture


def deltas(count: int) -> list[dict[str, Any]]:
    created = {"type": "response.created", "response": {"id": "resp_0123456789"}}
    return [created, *({"type": "response.output_text.delta", "delta": f"word{n} "} for n in range(count))]


def streaming(show: Show, width: int = 760) -> tuple[AnswerView, EventsFace]:
    view = AnswerView("t.answer", None)
    show(view, width, 500)
    view.begin_events()
    face = view.findChild(EventsFace)
    assert face is not None
    return view, face


def cells(face: EventsFace, column: int) -> list[str]:
    model = face.view.model
    return [model.index(row, column).data() for row in range(model.rowCount())]


def test_events_are_rows_with_their_times_and_their_text_is_joined(show: Show) -> None:
    view, face = streaming(show)
    assert face.empty.isVisible()
    view.add_events(deltas(2), [0.25, 0.5, 0.504])
    assert cells(face, NUMBER) == ["1", "2", "3"]
    assert [cells(face, column)[2] for column in (1, 2, KIND)] == ["0.504 s", "4.0 ms", "response.output_text.delta"]
    assert face.text.text() == "word0 word1 " and face.text.toPlainText() == "word0 word1 "
    assert face.words.source().startswith("3 events · ") and face.words.source().endswith("0.50 s · streaming")
    view.end_events("stopped")
    assert face.words.source().endswith("0.50 s · stopped")
    view.add_events(deltas(1))
    assert len(cells(face, 0)) == 3, "nothing comes after the end"
    view.findChild(QAbstractButton, "t.answer.copy-text").click()  # type: ignore[union-attr]
    assert QGuiApplication.clipboard().text() == "word0 word1 "


def test_named_events_and_those_of_any_shape_are_shown(show: Show) -> None:
    view, face = streaming(show)
    view.add_events([{"event": "thread.created", "data": {"id": "thread_1"}}, [1, 2], "words", None])
    assert cells(face, KIND) == ["thread.created", "event", "event", "event"]
    face.view.table.selectRow(0)
    assert face.view.detail is not None
    assert json.loads(face.view.detail.document().data) == {"id": "thread_1"}  # type: ignore[union-attr]
    assert not face.text.isVisible(), "no text, no place for it"


def test_types_are_filtered_and_rows_sorted(show: Show, qtbot: QtBot) -> None:
    view, face = streaming(show)
    view.add_events(deltas(20))
    box = face.view.filter
    assert [box.itemText(place) for place in range(box.count())] == [
        "All types  21",
        "response.output_text.delta  20",
        "response.created  1",
    ]
    box.setCurrentIndex(2)
    box.activated.emit(2)
    assert cells(face, NUMBER) == ["1"]
    view.add_events(deltas(0))
    qtbot.waitUntil(lambda: len(cells(face, NUMBER)) == 2)
    assert cells(face, NUMBER) == ["1", "22"], "the filter holds for what comes"
    assert face.words.source().startswith("2 of 22 events")
    box.setCurrentIndex(0)
    box.activated.emit(0)
    face.view.table.sortByColumn(SIZE, Qt.SortOrder.DescendingOrder)
    assert cells(face, KIND)[:2] == ["response.created"] * 2


def test_the_end_stays_in_sight_only_while_the_reader_is_there(show: Show) -> None:
    view, face = streaming(show)
    for _ in range(5):
        view.add_events(deltas(40))
        settle()
    rows, text = face.view.table.verticalScrollBar(), face.text.verticalScrollBar()
    assert rows.value() == rows.maximum() > 0 and text.value() == text.maximum() > 0
    rows.setValue(3)
    text.setValue(2)
    view.add_events(deltas(40))
    settle()
    assert (rows.value(), text.value()) == (3, 2)


def test_what_came_stays_when_the_stream_breaks(show: Show) -> None:
    view, face = streaming(show)
    view.add_events(deltas(3))
    view.show_problem(Problem("The connection broke", "The server closed it.", "Send it again."))
    assert view.state == "shown" and view.findChild(Banner).isVisible()  # type: ignore[union-attr]
    assert len(cells(face, 0)) == 4 and "ended by an error" in face.words.source()
    view.begin_events()
    assert view.findChild(Banner) is None or not view.findChild(Banner).isVisible()  # type: ignore[union-attr]
    assert cells(face, 0) == [] and face.text.text() == ""


def test_a_stream_without_an_event_says_so(show: Show) -> None:
    view, face = streaming(show)
    view.end_events()
    assert any("No event came" in text for _, text in said(face))


def test_ids_in_the_stream_are_masked_while_presenting(show: Show, theme: ThemeManager) -> None:
    view, face = streaming(show)
    view.add_events([*deltas(0), {"type": "x.text.delta", "delta": "see resp_0123456789 \u202e now"}])
    face.view.table.selectRow(0)
    present(True)
    try:
        theme.apply("light")
        settle()
        words = "\n".join(text for _, text in said(view))
        assert "0123456789" not in words and "‹U+202E›" in words
        view.add_events([{"type": "x.text.delta", "delta": " resp_abcdef0"}, {"type": "x.text.delta", "delta": "123"}])
        assert "abcdef0" not in face.text.toPlainText(), "an ID that comes in pieces is masked when it is whole"
        view.end_events()
        assert "abcdef0" not in face.text.toPlainText()
        assert face.text.text().endswith("resp_abcdef0123")
    finally:
        present(False)
        theme.apply("light")


def test_narrow_tables_leave_out_what_matters_less(show: Show) -> None:
    view, face = streaming(show, 400)
    view.add_events(deltas(3))
    assert face.view.table.isColumnHidden(SIZE) and not face.view.table.isColumnHidden(KIND)


def test_growing_text_breaks_what_has_no_end_and_stops_where_it_is_too_much(show: Show) -> None:
    text = GrowingText("t.text", "Text")
    show(text)
    for _ in range(3):
        text.append_text("x" * (LINE - 1))
    assert max(map(len, text.toPlainText().split("\n"))) == LINE and text.text() == "x" * 3 * (LINE - 1)
    text.append_text("y\n" * (MOST // 2))
    text.append_text("the end")
    assert len(text.toPlainText()) < MOST + 200 and text.text().endswith("the end")
    assert "characters are shown" in text.toPlainText()[-100:]


def test_pictures_and_sound_of_a_stream_are_shown_at_its_end(show: Show) -> None:
    view, _ = streaming(show)
    first, final = picture("PNG", 20, 20, "#e8590c"), picture("PNG", 20, 20, "#1971c2")
    view.add_events(
        [
            {"type": "image_generation.partial_image", "b64_json": base64.b64encode(first).decode()},
            {"type": "image_generation.completed", "b64_json": base64.b64encode(final).decode()},
            {"type": "speech.audio.delta", "audio": base64.b64encode(b"\1\0" * 300).decode()},
            {"type": "response.audio.delta", "delta": base64.b64encode(b"\2\0" * 300).decode()},
            {"type": "response.audio.delta", "delta": None},
        ]
    )
    assert [face.kind for face in view.page.faces] == ["events"]
    view.end_events()
    assert [face.kind for face in view.page.faces] == ["events", "image", "audio"] and view.face() == "events"
    view.set_face("image")
    shown = view.faces.image().picture()
    assert shown is not None and QColor(shown.image.pixel(5, 5)) == QColor("#1971c2"), "the last one first"
    sound = view.faces.sound().sound
    assert sound is not None and sound.frames == 600 and set(sound.samples) == {1, 2}
    view.begin_events()
    assert [face.kind for face in view.page.faces] == ["events"]

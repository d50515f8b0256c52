"""Two things side by side: folds, broken lines, the way from change to change, what is copied."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from playground.core.diff import Diff, diff_texts, diff_values
from playground.widgets.commands import CommandRegistry
from playground.widgets.diff import DiffView
from playground.widgets.diff.layout import lay_out
from playground.widgets.presentation import present
from playground.widgets.theme import ThemeManager, color
from tests.widgets.conftest import Show, settle

WORDS = "one two three four five six"
LEFT = {"model": "a", "input": [{"n": number} for number in range(40)], "text": WORDS, "k": 0, "z": 1}
RIGHT = {**LEFT, "model": "b", "text": "one two 3 four five six", "z": 2}


def view_of(show: Show, diff: Diff, width: int = 900, height: int = 500) -> DiffView:
    view = DiffView("tests.diff", CommandRegistry())
    show(view, width, height)
    view.set_diff(diff, "before", "after")
    settle()
    return view


def texts(view: DiffView, side: int = 0) -> list[str]:
    return [line.text for line in view.layout_shown.sides[side]]


@given(
    st.lists(st.text("ab é\t\r\u202e漢\U0001f600", max_size=60), max_size=12),
    st.lists(st.text("ab é\t\r\u202e漢\U0001f600", max_size=60), max_size=12),
    st.integers(20, 40),
)
def test_what_is_laid_out_stands_for_all_that_there_is(left: list[str], right: list[str], columns: int) -> None:
    diff = diff_texts("\n".join(left), "\n".join(right))
    layout = lay_out(diff, set(range(100)), columns, unified=False)
    assert len(layout.sides[0]) == len(layout.sides[1])
    for lines, which in zip(layout.sides, ("left", "right"), strict=True):
        sources: dict[int, str] = {}
        for line in lines:
            if line.kind != "blank":
                sources[line.row] = sources.get(line.row, "") + line.source
            assert all(0 <= first <= last <= len(line.text) for first, last in line.marks)
        wanted = {at: getattr(line, which) for at, line in enumerate(diff.lines)}
        assert sources == {at: text for at, text in wanted.items() if text is not None}


def test_equal_lines_are_folded_and_opened_by_a_click_and_by_enter(show: Show, qtbot: QtBot) -> None:
    view = view_of(show, diff_values(LEFT, RIGHT))
    [fold] = [at for at, line in enumerate(view.layout_shown.sides[0]) if line.kind == "fold"]
    count = len(texts(view))
    pane = view.right
    box = pane.blockBoundingGeometry(pane.document().findBlockByNumber(fold)).translated(pane.contentOffset())
    qtbot.mouseClick(pane.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(40, round(box.center().y())))
    assert len(texts(view)) > count + 100 and not view.layout_shown.folded
    view.unfold()
    assert len(texts(view)) == count
    view.left.setTextCursor(QTextCursor(view.left.document().findBlockByNumber(fold)))
    qtbot.keyClick(view.left, Qt.Key.Key_Return)
    assert not view.layout_shown.folded


def test_f7_goes_from_one_difference_to_the_next_and_round(show: Show, qtbot: QtBot) -> None:
    view = view_of(show, diff_values(LEFT, RIGHT))
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    view.left.setFocus()
    assert view.place.source() == "3 places"
    seen = []
    for _ in range(4):
        qtbot.keyClick(view.left, Qt.Key.Key_F7)
        seen.append(view.left.textCursor().block().text().strip())
    assert [line.split(":")[0] for line in seen] == ['"model"', '"text"', '"z"', '"model"']
    assert view.place.source() == "1 of 3"
    qtbot.keyClick(view.left, Qt.Key.Key_F7, Qt.KeyboardModifier.ShiftModifier)
    assert view.place.source() == "3 of 3"


def test_both_sides_scroll_together(show: Show) -> None:
    long = [f"line {number}" for number in range(300)]
    view = view_of(show, diff_texts("\n".join(long), "\n".join(f"{one}!" for one in long)))
    view.right.verticalScrollBar().setValue(100)
    assert view.left.top_line() == view.right.top_line() == 100


def test_what_is_copied_is_the_text_and_not_what_was_made_for_the_screen(show: Show, qtbot: QtBot) -> None:
    words = " ".join(f"word{number}" for number in range(60))
    view = view_of(show, diff_texts(f"{words}\nsame\u202eend", f"{words} more\nsame\u202eend"), 700)
    assert len(texts(view)) > 3 and "‹U+202E›" in "".join(texts(view))
    view.right.setFocus()
    qtbot.keyClick(view.right, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(view.right, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == f"{words} more\nsame\u202eend"
    cursor = QTextCursor(view.right.document().findBlockByNumber(0))
    cursor.movePosition(QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.KeepAnchor, 5)
    view.right.setTextCursor(cursor)
    view.right.copy()
    assert QGuiApplication.clipboard().text() == "word0"


def test_a_picture_as_base64_takes_few_lines_and_is_copied_whole(show: Show) -> None:
    left, right = "A" * 1_000_000, "B" * 1_000_000
    view = view_of(show, diff_values({"b64_json": left}, {"b64_json": right}))
    assert len(texts(view)) < 500 and any("994,016 more characters" in line for line in texts(view, 1))
    view.right.selectAll()
    view.right.copy()
    assert json.loads(QGuiApplication.clipboard().text()) == {"b64_json": right}


def test_the_whole_comparison_is_copied_as_text(show: Show) -> None:
    view = view_of(show, diff_values(LEFT, RIGHT))
    view.copy()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[:2] == ["--- before", "+++ after"]
    assert '-   "model": "a",' in lines and '+   "model": "b",' in lines
    assert any(line.startswith("@@ ") and "equal lines" in line for line in lines)


def test_unified_has_what_was_before_what_is(show: Show) -> None:
    view = view_of(show, diff_values(LEFT, RIGHT))
    view.switch_view()
    assert view.is_unified and not view.right.isVisible()
    kinds = [(line.kind, line.text.strip()) for line in view.layout_shown.sides[0] if line.kind in ("removed", "added")]
    assert kinds[:2] == [("removed", '"model": "a",'), ("added", '"model": "b",')]
    assert view.place.source() == "3 places"


def test_what_is_too_much_for_the_screen_follows_when_one_comes_to_its_end(show: Show, qtbot: QtBot) -> None:
    left = "\n".join(f"a {number}" for number in range(2000))
    view = view_of(show, diff_texts(left, left.replace("a", "b")))
    assert texts(view)[-1] == "1,200 more lines"
    view.left.fold_opened.emit(view.layout_shown.sides[0][-1].row)
    assert texts(view)[-1] == "400 more lines"
    top = view.right.verticalScrollBar().maximum()
    view.right.verticalScrollBar().setValue(top)
    qtbot.waitUntil(lambda: not view.layout_shown.rest)
    assert len(texts(view)) == 2000 and view.right.top_line() == view.left.top_line() == top


def test_the_way_from_change_to_change_goes_beyond_what_is_laid_out(show: Show) -> None:
    left = [f"line {number}" for number in range(3000)]
    right = [f"{line} changed" if number % 2 else line for number, line in enumerate(left)]
    view = view_of(show, diff_texts("\n".join(left), "\n".join(right)))
    assert view.place.source() == "1,500 places" and view.layout_shown.rest
    for _ in range(401):
        view.next_change()
    assert view.place.source() == "401 of 1,500"
    assert view.left.textCursor().block().text() == "line 801"


def test_no_difference_is_said(show: Show) -> None:
    view = view_of(show, diff_values(LEFT, dict(LEFT)))
    assert view.head.note.source() == "no difference"
    assert view.layout_shown.folded == 1 and not view.layout_shown.hunks
    view.set_diff(Diff(), "before", "after")
    assert view.pages.currentWidget() is view.empty


def test_ids_are_masked_while_presenting(show: Show, theme: ThemeManager) -> None:
    secret = "resp_0123456789abcdef0123456789"
    view = view_of(show, diff_values({"id": f"{secret}a"}, {"id": f"{secret}b"}))
    assert secret in "".join(texts(view))
    try:
        present(True)
        theme.apply("light")
        settle()
        assert secret not in "".join(texts(view)) and secret not in view.left.toPlainText()
    finally:
        present(False)
        theme.apply("light")


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_bands_and_marks_are_painted_and_text_on_them_can_be_read(show: Show, theme: ThemeManager, mode: Any) -> None:
    from playground.widgets.diff.pane import mark_color

    theme.apply(mode)
    view = view_of(show, diff_values({"a": "one two three"}, {"a": "one 2 three", "b": 1}))
    picture = view.grab().toImage()
    colours = {picture.pixelColor(x, y).name() for x in range(0, picture.width(), 3) for y in range(picture.height())}
    assert {color("warning_soft").name(), color("good_soft").name(), mark_color("warning").name()} <= colours

    def light(name: str) -> float:
        value = mark_color(name) if name in ("warning", "good", "error") else color(name)
        parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
                 for part in (value.redF(), value.greenF(), value.blueF())]  # fmt: skip
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    for role in ("warning", "good", "error"):
        dark, bright = sorted((light(role), light("text")))
        assert (bright + 0.05) / (dark + 0.05) >= 4.5, role


def test_every_control_has_a_name(show: Show) -> None:
    view = view_of(show, diff_values(LEFT, RIGHT))
    for pane in (view.left, view.right):
        assert pane.accessibleName() and pane.objectName()
    QTest.keyClick(view, Qt.Key.Key_Tab)

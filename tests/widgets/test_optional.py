"""Lists, pairs and texts that can be unset, and the title of a section."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from playground.widgets.controls import FoldHeader, OptionalChoice, OptionalFlag, OptionalNumber, OptionalText
from playground.widgets.controls.optional_rows import OptionalPairs, OptionalTexts
from tests.widgets.conftest import Show

Key = Qt.Key


def typed(field: Any, text: str) -> None:
    edit = field.lineEdit() if isinstance(field, OptionalChoice) else field
    edit.setFocus()
    QTest.keyClicks(edit, text)


@pytest.mark.parametrize("value", [0.1234567, 1e-7, 1.0, 0.30000000000000004, 12345678.9, 3])
def test_a_number_is_shown_to_its_last_digit(show: Show, value: float) -> None:
    field = OptionalNumber(name="N")
    show(field, 200, 26)
    field.set_value(value)
    assert field.value() == value


def test_a_long_integer_is_kept(show: Show) -> None:
    field = OptionalNumber(None, None, 0, 1, name="Seed")
    show(field, 200, 26)
    field.set_value(2**63 - 1)
    assert field.value() == 2**63 - 1


def test_text_is_what_was_typed(show: Show) -> None:
    field = OptionalText(name="Key")
    show(field, 200, 26)
    seen: list[object] = []
    field.changed.connect(seen.append)
    typed(field, " a\\n ")
    assert field.value() == " a\\n " and seen[-1] == " a\\n "
    field.unset()
    assert field.value() is None and seen[-1] is None and field.is_unset()


@pytest.mark.parametrize("text", ["\n\n", "a\tb", "C:\\new", "\\", "\r\n", "\\n", "plain"])
def test_escapes_come_back(show: Show, text: str) -> None:
    field = OptionalText(name="Stop", escapes=True)
    show(field, 200, 26)
    field.set_value(text)
    assert "\n" not in field.text() and field.value() == text


def test_a_flag_has_three_states(show: Show) -> None:
    field = OptionalFlag(name="Store")
    show(field, 200, 26)
    seen: list[object] = []
    field.changed.connect(seen.append)
    QTest.keyClicks(field, "f")
    assert field.value() is False and not field.is_unset()
    QTest.keyClick(field, Key.Key_Up)
    assert field.value() is True
    QTest.keyClick(field, Key.Key_Delete)
    assert field.value() is None and seen == [False, True, None]
    field.set_value(False)
    assert field.value() is False


def test_texts_grow_and_shrink(show: Show) -> None:
    field = OptionalTexts(name="Stop", limit=4)
    field.setObjectName("stop")
    show(field, 240, 160)
    assert len(field.rows()) == 1 and field.is_unset() and field.value() is None
    seen: list[object] = []
    field.changed.connect(seen.append)
    typed(field.rows()[0][0], "END")
    assert seen[-1] == ["END"] and len(field.rows()) == 2, "an empty row waits below"
    typed(field.rows()[1][0], "\\n")
    assert field.value() == ["END", "\n"]
    field.set_value(list("abcd"))
    assert len(field.rows()) == 4, "no room for a fifth"
    middle: Any = field.rows()[1][0]
    middle.setFocus()
    middle.unset()
    assert field.value() == ["a", "c", "d"]
    QTest.keyClick(middle, Key.Key_Return)
    assert [row[0].value() for row in field.rows()] == ["a", "c", "d", None]  # type: ignore[attr-defined]
    assert [row[0].objectName() for row in field.rows()] == ["stop.0", "stop.1", "stop.2", "stop.3"]
    assert all(row[0].accessibleName() for row in field.rows())
    field.unset()
    assert field.value() is None and seen[-1] is None and len(field.rows()) == 1


def test_texts_of_known_values_take_others_too(show: Show) -> None:
    field = OptionalTexts(("text", "audio"), name="Modalities")
    show(field, 240, 160)
    field.set_value(["audio", "smell"])
    assert field.value() == ["audio", "smell"]
    typed(field.rows()[2][0], "text")
    assert field.value() == ["audio", "smell", "text"]


def test_pairs_say_what_they_lack(show: Show) -> None:
    field = OptionalPairs(name="Metadata", limit=16)
    show(field, 240, 160)
    key, value = field.rows()[0]
    typed(value, "support")
    assert field.value() is None and "name" in field.problem() and not field.is_unset()
    assert "name" in key.toolTip(), "said where it is missing"
    typed(key, "team")
    assert field.value() == {"team": "support"} and field.problem() == "" and "lacks" not in key.toolTip()
    typed(field.rows()[1][0], "team")
    assert field.value() is None and "twice" in field.problem()
    field.set_value({"b": "1", "a": ""})
    assert list(field.value().items()) == [("b", "1"), ("a", "")]


def test_pairs_with_integers(show: Show) -> None:
    field = OptionalPairs(bounds=(-100, 100), name="Logit bias")
    show(field, 240, 160)
    key, value = field.rows()[0]
    typed(key, "50256")
    assert field.value() is None and "lacks its value" in field.problem()
    typed(value, "-101")
    assert "between -100 and 100" in field.problem()
    field.set_value({"50256": -100})
    assert field.value() == {"50256": -100}


def test_tab_goes_through_the_rows(show: Show) -> None:
    field = OptionalPairs(name="Metadata")
    show(field, 240, 160)
    field.set_value({"a": "1", "b": "2"})
    seen = [field.rows()[0][0]]
    seen[0].setFocus()
    for _ in range(5):
        QTest.keyClick(seen[-1], Key.Key_Tab)
        focused = field.window().focusWidget()
        assert focused is not None
        seen.append(focused)
    assert seen == [part for row in field.rows() for part in row]


def test_a_mark_is_no_problem_of_the_value(show: Show) -> None:
    field = OptionalNumber(0, 2, name="Temperature")
    show(field, 200, 26)
    field.set_value(0.5)
    field.set_mark("the server refused it")
    assert field.problem() == "" and field.value() == 0.5 and "refused" in field.toolTip()
    field.set_value(0.6)
    assert field.mark() == "the server refused it", "only who marked it takes it away"
    field.set_mark("")
    assert "refused" not in field.accessibleDescription()


def test_the_cross_of_a_typed_choice_is_outside_its_line(show: Show) -> None:
    field = OptionalChoice(["low", "high"], True, name="Effort")
    show(field, 120, 26)
    edit = field.lineEdit()
    assert edit is not None
    free = edit.width()
    field.set_value("of tomorrow")
    assert edit.width() < free and edit.cursorPosition() == 0
    cross = field._cross_rect().center()
    assert field.childAt(cross) is None
    QTest.mouseClick(field, Qt.MouseButton.LeftButton, pos=cross)
    assert field.value() is None and edit.width() == free


@pytest.mark.parametrize("kind", [OptionalText, OptionalTexts, OptionalFlag])
def test_a_tooltip_is_text(show: Show, kind: Any) -> None:
    field = kind(name="Field")
    show(field, 200, 60)
    field.set_mark("<img src=x>")
    assert "&lt;img" in field.toolTip() and "&amp;" not in field.toolTip()


def test_a_section_opens_by_mouse_and_keys(show: Show) -> None:
    header = FoldHeader("Sampling")
    show(header, 272, 36)
    header.set_note("2 set")
    assert header.accessibleName() == "Sampling, 2 set"
    QTest.mouseClick(header, Qt.MouseButton.LeftButton)
    assert header.isChecked() and header.accessibleDescription() == "open"
    for key, expected in ((Key.Key_Left, False), (Key.Key_Right, True), (Key.Key_Space, False), (Key.Key_Return, True)):
        QTest.keyClick(header, key)
        assert header.isChecked() is expected

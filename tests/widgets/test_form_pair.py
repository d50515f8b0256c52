"""The form beside its JSON: whichever is written, the other says the same."""

from __future__ import annotations

import json
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from playground.core.forms import Places
from playground.widgets.form import FormAndJson
from tests.helpers.sdk_schemas import sdk_schema
from tests.widgets.conftest import Show, settle
from tests.widgets.test_form import TEXT, control, keys, press, row, type_into

Key = Qt.Key
PROPERTIES: dict[str, Any] = {
    "a": TEXT,
    "n": {"type": "integer", "maximum": 9},
    "o": {"type": "object", "properties": {"x": TEXT}},
}


def pair_of(show: Show, properties: dict[str, Any] = PROPERTIES, width: int = 900) -> FormAndJson:
    pair = FormAndJson()
    pair.set_schema({"type": "object", "properties": properties, "additionalProperties": False}, request=False)
    show(pair, width, 600)
    pair.activateWindow()
    assert QTest.qWaitForWindowActive(pair)
    pair.set_mode("both")
    settle()
    return pair


def write(pair: FormAndJson, text: str) -> None:
    """Paste a whole JSON text instead of what is there."""
    pair.editor.setFocus()
    pair.editor.selectAll()
    QApplication.clipboard().setText(text)
    QTest.keyClick(pair.editor, Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    pair.read_now()
    settle()


def marked(pair: FormAndJson) -> list[tuple[str, str]]:
    text = pair.text()
    return [(text[mark.start : mark.end], mark.words) for mark in pair.editor.marks()]


def test_what_is_typed_into_the_form_stands_in_the_json(show: Show) -> None:
    pair = pair_of(show)
    type_into(control(pair.form, "a"), "hi")
    assert pair.value() == {"a": "hi"} and pair.text() == '{\n  "a": "hi"\n}'
    press(control(pair.form, "a"), Key.Key_Backspace)
    pair.read_now()
    assert json.loads(pair.text()) == {"a": "h"}


def test_what_is_typed_into_the_json_stands_in_the_form(show: Show) -> None:
    pair = pair_of(show)
    changes: list[int] = []
    pair.changed.connect(lambda: changes.append(1))
    write(pair, '{"a": "new", "o": {"x": "1"}, "zz": 1}')
    assert control(pair.form, "a").text() == "new" and row(pair.form, "/o").fold.note == "1 set"  # type: ignore[attr-defined]
    assert pair.text() == '{"a": "new", "o": {"x": "1"}, "zz": 1}' and len(changes) == 1
    assert pair.value() == {"a": "new", "o": {"x": "1"}, "zz": 1}
    type_into(control(pair.form, "n"), "5")
    assert pair.value() == {"a": "new", "o": {"x": "1"}, "zz": 1, "n": 5} == json.loads(pair.text())


def test_json_that_does_not_parse_says_where_and_changes_nothing(show: Show) -> None:
    pair = pair_of(show)
    write(pair, '{"a": "old"}')
    write(pair, '{"a": "new",, "n": 1}')
    assert control(pair.form, "a").text() == "old" and pair.form.value() == {"a": "old"}
    assert "Line 1, column 13" in pair.problem.text() and pair.problem.isVisible()
    assert [mark.start for mark in pair.editor.marks()] == [12]
    assert [error.pointer for error in pair.errors()] == [""]
    press(pair.problem, Key.Key_Space)
    assert pair.editor.hasFocus() and pair.editor.textCursor().position() == 12
    QTest.keyClick(pair.editor, Key.Key_Delete)
    pair.read_now()
    settle()
    assert pair.form.value() == {"a": "new", "n": 1} and pair.problem.isHidden()


def test_a_change_of_the_form_can_be_undone_in_the_json(show: Show) -> None:
    pair = pair_of(show)
    write(pair, '{"a": "old", }')
    type_into(control(pair.form, "n"), "3")
    pair.read_now()
    assert json.loads(pair.text()) == {"n": 3} and pair.problem.isHidden()
    pair.editor.setFocus()
    pair.editor.undo()
    assert pair.text() == '{"a": "old", }'


def test_the_cursor_stays_where_it_is_when_the_form_writes(show: Show) -> None:
    pair = pair_of(show)
    pair.set_value({"a": "x", "n": 1, "o": {"x": "y"}})
    pair.editor.setFocus()
    place = pair.text().index('"x": "y"')
    pair.editor.show_place(place)
    node = pair.model.node_at("/a")
    assert node is not None
    node.set("a longer one")
    pair.value()
    assert pair.text()[pair.editor.textCursor().position() :].startswith('"x": "y"')


def test_what_is_wrong_is_underlined_in_both(show: Show) -> None:
    pair = pair_of(show)
    write(pair, '{"ü": 1, "n": 12, "a": "x"}')
    assert row(pair.form, "/n").trouble() == "Must be at most 9"
    assert ("12", "Must be at most 9") in marked(pair) and ("1", "There is no parameter of this name") in marked(pair)
    pair.mark("o.x", "wrong")
    pair.mark("a", "no such thing")
    assert ('"x"', "no such thing") in marked(pair) and pair.problem.text().startswith("1 of 4")
    press(pair.problem, Key.Key_Space)
    press(pair.problem, Key.Key_Space)
    assert QApplication.focusWidget() is control(pair.form, "a")


def test_numbers_keep_how_they_were_written(show: Show) -> None:
    pair = pair_of(show, {"x": {"type": "number"}, "a": TEXT})
    write(pair, '{"x": 1.0, "a": "b"}')
    type_into(control(pair.form, "a"), "c")
    assert "1.0" in pair.text() and pair.value() == {"x": 1.0, "a": "bc"}
    type_into(control(pair.form, "x"), "5")
    assert pair.value()["x"] == 1.05


def test_undo_of_an_unreadable_text_and_the_filter(show: Show) -> None:
    pair = pair_of(show, {f"parameter_{number}": TEXT for number in range(12)} | {"other": TEXT})
    pair.find.setFocus()
    keys("other")
    names = [one.node.name for one in pair.form.sheet.rows if one.node.name]
    assert names == ["other"]
    QTest.keyClick(pair.find, Key.Key_Down)
    assert QApplication.focusWidget() is control(pair.form, "other")
    press(pair.find, Key.Key_Escape)
    assert pair.find.text() == "" and len(pair.form.sheet.rows) > 12


def test_narrow_is_one_over_the_other(show: Show) -> None:
    pair = pair_of(show, width=460)
    assert pair.splitter.orientation() == Qt.Orientation.Vertical
    pair.resize(1000, 600)
    settle()
    assert pair.splitter.orientation() == Qt.Orientation.Horizontal


def test_a_request_stays_in_step(show: Show) -> None:
    pair = FormAndJson()
    pair.set_schema(sdk_schema("responses.create"))
    show(pair, 1000, 700)
    pair.activateWindow()
    assert QTest.qWaitForWindowActive(pair)
    pair.set_mode("both")
    given = {"model": "m", "input": [{"role": "user", "content": "Hi"}], "tools": [{"type": "web_search"}]}
    write(pair, json.dumps(given))
    assert pair.errors() == [] and pair.value() == given
    assert pair.go_to("/input/0/content")
    keys("!")
    pair.read_now()
    given["input"] = [{"role": "user", "content": "Hi!"}]
    assert pair.value() == given == json.loads(pair.text())


@pytest.mark.parametrize(
    ("pointer", "found"),
    [("/a/1/ü", "2"), ("/a", '"a"'), ("/a/1", "{"), ("/b~1c", "null"), ("/a/9", '"a"'), ("/a/0", '"x"'), ("", "")],
)
def test_where_a_pointer_stands_in_a_text(pointer: str, found: str) -> None:
    text = '{"a": ["x", {"ü": 2}],\n "b/c": null}'
    places = Places(text)
    start, end = places.span(pointer)
    assert text[start:end] == found
    if pointer in ("/a/1/ü", "/b~1c", "/a/0"):
        assert places.pointer_at(start) == pointer

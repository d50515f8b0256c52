"""The form, by its keys and its mouse."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QMenu, QTextEdit, QWidget

from playground.widgets.form import SchemaForm
from playground.widgets.form.field_row import FieldRow
from playground.widgets.form.header_row import HeaderRow
from playground.widgets.form.rows import Row
from tests.helpers.sdk_schemas import TEN, sdk_schema
from tests.widgets.conftest import Show, settle

Key = Qt.Key
TEXT = {"type": "string"}


def form_of(show: Show, properties: dict[str, Any], width: int = 760, **rest: Any) -> SchemaForm:
    form = SchemaForm()
    form.set_schema({"type": "object", "properties": properties, **rest}, request=False)
    show(form, width, 600)
    form.activateWindow()
    assert QTest.qWaitForWindowActive(form)
    return form


def control(form: SchemaForm, name: str) -> Any:
    """The control of a name, which there has to be once."""
    found = [widget for widget in form.findChildren(QWidget) if widget.objectName() == f"form.{name}" and shown(widget)]
    assert len(found) == 1, (name, found)
    return found[0]


def shown(widget: QWidget) -> bool:
    return widget.isVisible()


def keys(text: str) -> None:
    """Type, each key to whatever has the focus then."""
    for letter in text:
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClicks(focused, letter)
    settle()


def type_into(widget: QWidget, text: str) -> None:
    (widget.focusProxy() or widget).setFocus()
    keys(text)


def press(widget: QWidget, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    widget.setFocus()
    QTest.keyClick(widget, key, modifiers)
    settle()


def row(form: SchemaForm, pointer: str) -> Row:
    found = form.row(pointer)
    assert found is not None, pointer
    return found


def test_what_is_typed_is_the_value_and_what_is_taken_away_is_unset(show: Show) -> None:
    form = form_of(show, {"a": TEXT, "n": {"type": "integer"}, "f": {"type": "boolean"}})
    changes: list[int] = []
    form.changed.connect(lambda: changes.append(1))
    type_into(control(form, "a"), "hi")
    type_into(control(form, "n"), "12")
    type_into(control(form, "f"), "t")
    assert form.value() == {"a": "hi", "n": 12, "f": True} and changes
    press(control(form, "f"), Key.Key_Delete)
    press(control(form, "a"), Key.Key_Backspace)
    press(control(form, "a"), Key.Key_Backspace)
    assert form.value() == {"n": 12}


def test_null_and_an_empty_text_are_chosen_from_the_menu(show: Show) -> None:
    form = form_of(show, {"a": {"anyOf": [TEXT, {"type": "null"}]}})
    field = control(form, "a")
    for words, value in (("null", None), ("empty text", "")):
        press(field, Key.Key_Down, Qt.KeyboardModifier.AltModifier)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        next(action for action in menu.actions() if action.text() == words).trigger()
        menu.close()
        assert form.value() == {"a": value} and not field.is_unset() and field.placeholderText() == words
        press(field, Key.Key_Backspace)
        assert form.value() == {} and field.placeholderText() == "not sent"


def test_a_line_becomes_several(show: Show) -> None:
    form = form_of(show, {"note": TEXT})
    field = control(form, "note")
    type_into(field, "one")
    press(field, Key.Key_Return)
    grown = control(form, "note.text")
    assert isinstance(grown, QTextEdit) and grown.hasFocus()
    keys("two")
    assert form.value() == {"note": "one\ntwo"}
    height = row(form, "/note").height()
    for _ in range(3):
        press(grown, Key.Key_Return)
    assert row(form, "/note").height() > height


def test_a_long_text_grows_while_it_is_typed(show: Show) -> None:
    form = form_of(show, {"note": TEXT}, 420)
    type_into(control(form, "note"), "word " * 16)
    assert isinstance(control(form, "note.text"), QTextEdit)
    assert form.value() == {"note": "word " * 16}


def test_what_is_no_number_is_said_and_not_sent(show: Show) -> None:
    form = form_of(show, {"n": {"type": "integer", "maximum": 5}})
    field = control(form, "n")
    type_into(field, "1x")
    assert form.value() == {} and "not a whole number" in row(form, "/n").trouble()
    press(field, Key.Key_Backspace)
    assert form.value() == {"n": 1} and row(form, "/n").trouble() == ""
    type_into(field, "9")
    assert form.value() == {"n": 19} and row(form, "/n").trouble() == "Must be at most 5"
    assert [error.pointer for error in form.errors()] == ["/n"]


def test_an_object_opens_by_the_keyboard_and_is_made_only_then(show: Show) -> None:
    inner = {"type": "object", "properties": {"x": TEXT, "o": {"type": "object", "properties": {"y": TEXT}}}}
    form = form_of(show, {"o": inner})
    fold = control(form, "o.fold")
    assert not [one for one in form.findChildren(QWidget) if one.objectName().startswith("form.o.x")]
    press(fold, Key.Key_Space)
    type_into(control(form, "o.x"), "1")
    assert form.value() == {"o": {"x": "1"}} and "1 set" in fold.note
    press(fold, Key.Key_Left)
    assert not [one for one in form.findChildren(QWidget) if one.objectName() == "form.o.x" and shown(one)]
    press(fold, Key.Key_Return)
    assert control(form, "o.x").text() == "1"
    press(fold, Key.Key_Delete)
    assert form.value() == {} and fold.note == "not sent"


def test_a_list_by_the_keyboard(show: Show) -> None:
    form = form_of(show, {"l": {"type": "array", "items": TEXT}})
    press(control(form, "l.fold"), Key.Key_Space)
    press(control(form, "l.add"), Key.Key_Space)
    for text in ("a", "b", "c"):
        keys(text)
        if text != "c":
            press(control(form, "l.add"), Key.Key_Space)
    settle()
    assert form.value() == {"l": ["a", "b", "c"]}
    press(control(form, "l.2"), Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert form.value() == {"l": ["a", "c", "b"]} and control(form, "l.1").text() == "c"
    press(control(form, "l.0"), Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    assert form.value() == {"l": ["c", "b"]} and QApplication.focusWidget() is control(form, "l.0")
    QTest.mouseClick(control(form, "l.1.remove"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(control(form, "l.0.remove"), Qt.MouseButton.LeftButton)
    assert form.value() == {} and QApplication.focusWidget() is control(form, "l.add")


def test_a_new_item_asks_first_what_it_is(show: Show) -> None:
    one = {"type": "object", "title": "One", "properties": {"type": {"const": "one"}, "x": TEXT}, "required": ["type"]}
    two = {"type": "object", "title": "Two", "properties": {"type": {"const": "two"}, "y": TEXT}, "required": ["type"]}
    plain = {"type": "object", "properties": {"name": TEXT}}
    form = form_of(
        show, {"l": {"type": "array", "items": {"anyOf": [one, two]}}, "p": {"type": "array", "items": plain}}
    )
    press(control(form, "l.fold"), Key.Key_Space)
    press(control(form, "l.add"), Key.Key_Space)
    assert QApplication.focusWidget() is control(form, "l.0.as")
    press(control(form, "l.0.as"), Key.Key_Down)
    type_into(control(form, "l.0.y"), "b")
    assert form.value() == {"l": [{"type": "two", "y": "b"}]}
    press(control(form, "p.fold"), Key.Key_Space)
    press(control(form, "p.add"), Key.Key_Space)
    assert QApplication.focusWidget() is control(form, "p.0.name")


def test_a_map_names_its_entries(show: Show) -> None:
    form = form_of(show, {"m": {"type": "object", "additionalProperties": TEXT}})
    press(control(form, "m.fold"), Key.Key_Space)
    press(control(form, "m.add"), Key.Key_Space)
    keys("k")
    QTest.keyClick(QApplication.focusWidget(), Key.Key_Tab)
    keys("v")
    settle()
    assert form.value() == {"m": {"k": "v"}}


def test_the_switch_keeps_what_was_typed(show: Show) -> None:
    form = form_of(show, {"input": {"anyOf": [TEXT, {"type": "array", "items": TEXT}]}})
    type_into(control(form, "input.text"), "hello")
    press(control(form, "input.as"), Key.Key_Down)
    assert isinstance(row(form, "/input"), HeaderRow) and form.value() == {"input": []}
    assert QApplication.focusWidget() is control(form, "input.as")
    press(control(form, "input.as"), Key.Key_Up)
    assert isinstance(row(form, "/input"), FieldRow) and form.value() == {"input": "hello"}
    assert control(form, "input.text").toPlainText() == "hello"


def test_a_server_s_complaint_stands_at_its_place(show: Show) -> None:
    tool = {"type": "object", "properties": {"name": TEXT}}
    form = form_of(show, {"tools": {"type": "array", "items": tool}})
    form.set_value({"tools": [{"name": "x"}]}, unfold=False)
    form.mark("tools[0].name", "This name is taken")
    assert row(form, "/tools").fold.note == "1 to mend"  # type: ignore[attr-defined]
    assert form.go_to("tools[0].name")
    assert row(form, "/tools/0/name").trouble() == "This name is taken"
    assert QApplication.focusWidget() is control(form, "tools.0.name")
    QTest.keyClicks(control(form, "tools.0.name"), "y")
    settle()
    form.settle()
    assert row(form, "/tools/0/name").trouble() == ""


def test_ids_are_offered_when_the_list_opens(show: Show) -> None:
    asked: list[str] = []

    def source(kind: str) -> list[tuple[str, str]]:
        asked.append(kind)
        return [("file-1", "a.txt"), ("file-2", "b.txt")]

    form = form_of(show, {"file_id": {"type": "string", "x-id-kind": "file"}})
    form.set_id_source(source)
    field = control(form, "file_id")
    type_into(field.lineEdit(), "file-9")
    assert asked == [] and form.value() == {"file_id": "file-9"}
    field.showPopup()
    assert asked == ["file"] and [field.itemText(i) for i in range(field.count())] == ["file-1", "file-2"]
    field.setCurrentIndex(1)
    field.hidePopup()
    assert form.value() == {"file_id": "file-2"}


def test_what_a_schema_does_not_know_is_shown_and_kept(show: Show) -> None:
    form = form_of(show, {"a": TEXT})
    form.set_value({"new": [1], "a": "x"})
    type_into(control(form, "a"), "y")
    assert form.value() == {"new": [1], "a": "xy"}
    assert '"new"' in control(form, "others.text").toPlainText()


def test_the_tab_key_goes_from_top_to_bottom(show: Show) -> None:
    form = form_of(show, {"b": TEXT, "o": {"type": "object", "properties": {"x": TEXT, "y": TEXT}}, "c": TEXT})
    control(form, "b").setFocus()
    press(control(form, "o.fold"), Key.Key_Space)
    control(form, "b").setFocus()
    seen = []
    for _ in range(5):
        seen.append(QApplication.focusWidget().objectName())
        QTest.keyClick(QApplication.focusWidget(), Key.Key_Tab)
    assert seen == ["form.b", "form.o.fold", "form.o.x", "form.o.y", "form.c"]


@pytest.mark.parametrize("name", TEN)
def test_every_control_of_very_different_methods_has_a_name(show: Show, name: str) -> None:
    form = SchemaForm()
    form.set_schema(sdk_schema(name))
    show(form, 900, 600)
    for header in [one for one in form.sheet.rows if isinstance(one, HeaderRow) and one.is_composite]:
        form.sheet.set_open(header.node, True)
    kinds = (QAbstractButton, QLineEdit, QComboBox, QTextEdit)
    named = [one for one in form.sheet.findChildren(QWidget) if isinstance(one, kinds) and shown(one)]
    names = [one.objectName() for one in named]
    assert [one for one in named if not one.accessibleName() or not one.objectName().startswith("form.")] == []
    assert len(names) == len(set(names)) and form.value() == {}

"""The form with values that nobody expected, and with files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from playground.bridge import Bridge
from playground.core.forms import Kind
from playground.widgets.form import FormAndJson, SchemaForm
from playground.widgets.form.header_row import HeaderRow
from playground.widgets.form.sizes import in_words, size_words
from tests.helpers.sdk_schemas import TEN, sdk_schema
from tests.widgets.conftest import Show, settle
from tests.widgets.test_form import control, form_of, press, row

ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    -1.5,
    10**30,
    "",
    " ",
    "a\nb",
    "\u202eabc",
    "x" * 300,
    [],
    [None, {"a": []}],
    {},
    {"": {"type": "unheard of"}, "type": 5},
    [[1]],
)
FILE = {"type": "string", "format": "binary"}


@pytest.mark.parametrize("name", TEN)
@pytest.mark.parametrize("number", range(0, len(ODD), 3))
def test_whatever_stands_in_a_request_is_shown_and_kept(show: Show, name: str, number: int) -> None:
    schema = sdk_schema(name)
    form = SchemaForm()
    form.set_schema(schema)
    show(form, 700, 500)
    given = {
        key: ODD[(number + place) % len(ODD)]
        for place, key in enumerate([*schema["properties"], "extra_headers", "odd"])
    }
    form.set_value(given)
    for _ in range(2):
        for header in [one for one in form.sheet.rows if isinstance(one, HeaderRow) and one.is_composite]:
            form.sheet.set_open(header.node, True)
    settle()
    assert form.value() == given
    assert all(type(form.value()[key]) is type(given[key]) for key in given)


@pytest.mark.parametrize("value", ODD)
def test_an_odd_value_in_each_kind_of_field_is_replaced_by_what_is_typed(show: Show, value: Any) -> None:
    form = form_of(show, {"a": {"type": "string"}, "n": {"type": "integer"}, "c": {"enum": ["x", "y"]}})
    form.set_value({"a": value, "n": value, "c": value})
    assert form.value() == {"a": value, "n": value, "c": value}
    for name in ("a", "n", "c"):
        node = form.model.node_at(f"/{name}")
        assert node is not None
        found = form.row(f"/{name}")
        assert found is not None
        found.field.unset()  # type: ignore[attr-defined]
        settle()
        assert name not in form.value()


def test_a_huge_text_is_said_and_kept(show: Show) -> None:
    pair = FormAndJson()
    pair.set_schema({"properties": {"a": {"type": "string"}, "b": {"type": "string"}}}, request=False)
    show(pair, 900, 600)
    pair.set_mode("both")
    huge = "x" * 3_000_000
    pair.set_value({"a": huge})
    assert control(pair.form, "a").placeholderText() == "a text of 3,000,000 characters"
    assert pair.editor.isReadOnly() and "MB" in pair.editor.placeholderText() and pair.text() == ""
    control(pair.form, "b").setFocus()
    QTest.keyClicks(control(pair.form, "b"), "c")
    assert pair.value() == {"a": huge, "b": "c"}
    press(control(pair.form, "a"), Qt.Key.Key_Backspace)
    assert pair.value() == {"b": "c"} and not pair.editor.isReadOnly() and '"b": "c"' in pair.text()


def drop(field: Any, *paths: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    buttons, modifiers = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    action = Qt.DropAction.CopyAction
    QApplication.sendEvent(field, QDragEnterEvent(QPoint(5, 5), action, mime, buttons, modifiers))
    QApplication.sendEvent(field, QDropEvent(QPointF(5, 5), action, mime, buttons, modifiers))
    settle()


def test_a_file_is_dropped_or_typed(show: Show, tmp_path: Path) -> None:
    form = form_of(show, {"file": FILE})
    path = tmp_path / "a file.txt"
    path.write_text("hello")
    drop(row(form, "/file").field, path)  # type: ignore[attr-defined]
    assert form.value() == {"file": f"@{path}"} and control(form, "file.path").text() == str(path)
    assert form.errors() == []
    line = control(form, "file.path")
    line.selectAll()
    press(line, Qt.Key.Key_Delete)
    assert form.value() == {}
    QTest.keyClicks(line, "@b.txt")
    assert form.value() == {"file": "@b.txt"}


def test_a_file_is_chosen(show: Show, tmp_path: Path) -> None:
    form = form_of(show, {"file": FILE})
    QTest.mouseClick(control(form, "file.choose"), Qt.MouseButton.LeftButton)
    dialog = row(form, "/file").field.dialog  # type: ignore[attr-defined]
    assert isinstance(dialog, QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "x"))
    dialog.close()
    assert form.value() == {"file": f"@{tmp_path / 'x'}"}


def test_several_files_become_a_list_where_there_can_be_one(show: Show, tmp_path: Path) -> None:
    form = form_of(show, {"image": {"anyOf": [FILE, {"type": "array", "items": FILE}]}})
    paths = [tmp_path / name for name in "abc"]
    drop(row(form, "/image").field, *paths)  # type: ignore[attr-defined]
    assert form.value() == {"image": [f"@{path}" for path in paths]}
    drop(row(form, "/image/2").field, tmp_path / "d", tmp_path / "e")  # type: ignore[attr-defined]
    assert [value[-1] for value in form.value()["image"]] == ["a", "b", "d", "e"]


def test_the_size_of_a_file_is_found_out_elsewhere(show: Show, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"x" * 14_200)
    bridge = Bridge()
    bridge.start()
    try:
        form = form_of(show, {"file": FILE})
        form.set_bridge(bridge)
        form.set_value({"file": f"@{path}"})
        field: Any = row(form, "/file").field  # type: ignore[attr-defined]
        qtbot.waitUntil(lambda: field.size_label.text() == "14 KB")
        form.set_value({"file": f"@{path}.no"})
        qtbot.waitUntil(lambda: field.size_label.text() == "no such file")
    finally:
        bridge.close_entrance()
        bridge.close_exit()


def test_sizes_in_words(tmp_path: Path) -> None:
    assert [in_words(size) for size in (0, 999, 1000, 14_200, 2_500_000, 3 * 10**9)] == [
        "0 B", "999 B", "1.0 KB", "14 KB", "2.5 MB", "3.0 GB",
    ]  # fmt: skip
    assert size_words(str(tmp_path)) == "a folder" and size_words("\0") == "cannot be read"


def test_ids_of_a_list_and_models_beside_those_that_are_known(show: Show) -> None:
    model = {"anyOf": [{"type": "string"}, {"enum": ["m-1", "m-2"], "type": "string"}], "x-id-kind": "model"}
    ids = {"type": "array", "items": {"type": "string"}, "x-id-kind": "file"}
    form = form_of(show, {"model": model, "file_ids": ids})
    form.set_id_source(lambda kind: [(f"{kind}-seen", "words")])
    field = control(form, "model")
    field.showPopup()
    assert [field.itemText(i) for i in range(field.count())] == ["model-seen", "m-1", "m-2"]
    field.hidePopup()
    press(control(form, "file_ids.fold"), Qt.Key.Key_Space)
    press(control(form, "file_ids.add"), Qt.Key.Key_Space)
    item = control(form, "file_ids.0")
    item.showPopup()
    item.setCurrentIndex(0)
    item.hidePopup()
    assert form.value() == {"file_ids": ["file-seen"]}


def test_help_and_what_is_asked_are_said(show: Show) -> None:
    schema = {"type": "number", "minimum": 0, "maximum": 2, "default": 1, "description": "See [this](http://x). `a`"}
    form = form_of(show, {"t": schema, "old": {"type": "string", "deprecated": True}})
    shown = row(form, "/t")
    assert shown.help() == "0 – 2 · default 1. See this. a"
    height = shown.height()
    press(control(form, "t"), Qt.Key.Key_F1)
    assert shown.expanded and shown.height() >= height
    shown.copy_pointer()
    assert QApplication.clipboard().text() == "/t" and row(form, "/old").help() == "Deprecated"


def test_a_long_list_is_shown_in_portions(show: Show) -> None:
    form = form_of(show, {"l": {"type": "array", "items": {"type": "string"}}})
    form.set_value({"l": [f"item {number}" for number in range(400)]}, unfold=False)
    press(control(form, "l.fold"), Qt.Key.Key_Space)
    assert len(form.sheet.rows) < 60
    assert form.go_to("/l/333") and control(form, "l.333").text() == "item 333"
    assert form.model.root.children()[0].shape.kind is Kind.LIST


def test_a_word_or_a_number(show: Show) -> None:
    mixed = {"anyOf": [{"const": "auto", "type": "string"}, {"type": "integer"}]}
    form = form_of(show, {"epochs": mixed})
    edit = control(form, "epochs.edit")
    for typed, value in (("12", {"epochs": 12}), ("auto", {"epochs": "auto"}), ("1.5", {})):
        edit.setFocus()
        edit.selectAll()
        QTest.keyClicks(edit, typed)
        settle()
        assert form.value() == value
    assert row(form, "/epochs").trouble() == "“1.5” is neither auto nor a whole number"
    assert edit.text() == "1.5"


def test_null_among_choices_and_booleans(show: Show) -> None:
    form = form_of(show, {"b": {"anyOf": [{"type": "boolean"}, {"type": "null"}]}})
    field = control(form, "b")
    for value in (True, False, None):
        press(field, Qt.Key.Key_Down)
        assert form.value() == {"b": value} and not field.is_unset()
    press(field, Qt.Key.Key_Delete)
    assert form.value() == {}


def test_json_of_any_kind_is_checked_while_it_is_typed(show: Show) -> None:
    form = form_of(show, {"parameters": {"type": "object", "additionalProperties": True}})
    editor = control(form, "parameters.text")
    editor.setFocus()
    QTest.keyClicks(editor, '{"a": [1')
    settle()
    assert form.value() == {} and "Line 1, column" in row(form, "/parameters").trouble()
    QTest.keyClicks(editor, "]}")
    settle()
    assert form.value() == {"parameters": {"a": [1]}} and row(form, "/parameters").trouble() == ""
    assert editor.toPlainText() == '{"a": [1]}'


def test_a_name_that_stands_twice_is_said(show: Show) -> None:
    form = form_of(show, {"m": {"type": "object", "additionalProperties": {"type": "string"}}})
    form.set_value({"m": {"a": "1", "b": "2"}})
    name = control(form, "m.b.name")
    name.setFocus()
    name.selectAll()
    QTest.keyClicks(name, "a")
    settle()
    assert form.value() == {"m": {"a": "1", "b": "2"}}
    assert "twice" in row(form, "/m/b").trouble() and name.text() == "a"
    QTest.keyClicks(name, "c")
    settle()
    assert form.value() == {"m": {"a": "1", "ac": "2"}} and row(form, "/m/ac").trouble() == ""

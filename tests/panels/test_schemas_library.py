"""The library in the workshop: what is saved, what is kept beside it, what others wrote, and the versions."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QLineEdit, QTableView, QWidget

from playground.core.schemas.library import Library
from playground.core.schemas.proof.model import ProofInput
from playground.panels.contract import discover
from playground.panels.schemas.bring import BringDialog
from playground.panels.schemas.example import ExampleTab
from playground.panels.schemas.library_rows import MOST, Row
from playground.panels.schemas.shelf_asking import Asking
from playground.panels.schemas.shelf_drafts import LARGEST, Draft
from playground.panels.schemas.view import SchemasView
from tests.panels.conftest import PATIENCE, House

ONE = '{ "type": "object",\n  "properties": {"zeta": {"type": "integer"}, "alpha": {"type": "string"}},\n\n' \
      '  "required": ["zeta", "alpha"], "additionalProperties": false }\n'  # fmt: skip
TWO = '{"type": "object", "description": "The other one", "properties": {"beta": {"type": "null"}}}\n'


def library(house: House) -> Library:
    return Library(house.folder / "schemas")


def path(house: House, name: str) -> Path:
    return house.folder / "schemas" / f"{name}.json"


def shown(house: House, **files: str) -> SchemasView:
    for name, text in files.items():
        library(house).save(name, text)
    return house.schemas()


def opened(house: House, view: SchemasView, entry_id: str) -> None:
    house.commands.run("schemas.open", entry_id)
    settled(house, view)
    assert view.shelving.shelf.current.entry_id == entry_id


def settled(house: House, view: SchemasView) -> None:
    house.qtbot.waitUntil(
        lambda: view.workshop.is_current and not view.shelving.shelf._soon.isActive(), timeout=PATIENCE
    )
    house.settled()


def written(house: House, view: SchemasView, text: str) -> None:
    view.source.edit.show_text(text)
    settled(house, view)


def run(house: House, view: SchemasView, command: str, *args: Any) -> None:
    house.commands.run(f"schemas.{command}", *args)
    settled(house, view)


def asking(view: SchemasView) -> Asking:
    assert view.shelving.bar.is_asking
    return view.shelving.asking


def answered(house: House, view: SchemasView, name: str) -> None:
    asking(view).bar.field.setText(name)
    QTest.keyClick(view.shelving.bar.field, Qt.Key.Key_Return)
    settled(house, view)


def rows(view: SchemasView, kind: str) -> list[Row]:
    return [row for row in view.shelving.page.model.rows if row.kind == kind]


def listed(house: House, view: SchemasView) -> None:
    if not view.shelving.shows_library:
        run(house, view, "library")
    view.shelving.shelf.refresh()
    house.settled()


def chosen(view: SchemasView, kind: str, title: str) -> None:
    model = view.shelving.page.model
    number = next(at for at, row in enumerate(model.rows) if (row.kind, row.title) == (kind, title))
    view.shelving.page.list.setCurrentIndex(model.index(number))


# Saving


def test_the_file_is_exactly_what_stands_in_the_editor_and_each_save_is_a_version(house: House) -> None:
    view = shown(house)
    assert view.head.saved.full_text() == "not in the library"
    written(house, view, ONE)
    assert view.head.saved.full_text() == "not saved"
    view.rename("triage")
    view.source.edit.setFocus()
    QTest.keyClick(view.source.edit, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settled(house, view)
    assert path(house, "triage").read_text() == ONE
    assert view.head.saved.full_text() == "v1" and view.said.full_text() == "Saved as v1."
    written(house, view, TWO)
    assert view.head.saved.full_text() == "v1 • unsaved"
    run(house, view, "save")
    assert view.head.saved.full_text() == "v2" and path(house, "triage").read_text() == TWO
    run(house, view, "save")
    assert view.said.full_text() == "Nothing had changed since v2."
    run(house, view, "undo")
    assert view.workshop.text() == ONE and view.head.saved.full_text() == "v2 • unsaved", "a save is no end of undo"


def test_a_name_that_is_taken_is_asked_for_and_nothing_is_written_over(house: House) -> None:
    view = shown(house, triage=ONE)
    written(house, view, TWO)
    view.rename("Triage")
    run(house, view, "save")
    assert "taken" in asking(view).bar.title.text() and "capitals" in asking(view).bar.words.text()
    assert asking(view).bar.field.text() == "Triage-2"
    answered(house, view, "a/b")
    assert "cannot be in a file's name" in asking(view).bar.words.text()
    answered(house, view, "second")
    assert path(house, "second").read_text() == TWO and path(house, "triage").read_text() == ONE
    assert view.workshop.name == "second" and not view.shelving.bar.is_asking


def test_a_file_keeps_its_line_ends(house: House) -> None:
    view = shown(house)
    path(house, "dos").parent.mkdir()
    path(house, "dos").write_bytes(b'{\r\n  "type": "object"\r\n}\r\n')
    opened(house, view, "dos")
    assert view.head.saved.full_text() == "no version" and not view.shelving.shelf.is_dirty
    written(house, view, view.workshop.text().replace("object", "array"))
    run(house, view, "save")
    assert path(house, "dos").read_bytes() == b'{\r\n  "type": "array"\r\n}\r\n'


# What is not saved


def test_what_is_written_is_kept_when_another_is_opened_and_between_starts(house: House) -> None:
    view = shown(house, one=ONE, two=TWO)
    opened(house, view, "one")
    written(house, view, ONE + "\n\n")
    opened(house, view, "two")
    assert view.workshop.text() == TWO and not view.source.edit.document().isUndoAvailable()
    listed(house, view)
    assert [row.title for row in rows(view, "schema") if row.marked] == ["one"]
    written(house, view, TWO.replace("null", "string"))
    view.save()
    house.close(view)
    view = house.schemas()
    settled(house, view)
    assert "string" in view.workshop.text() and view.head.saved.full_text() == "v1 • unsaved"
    opened(house, view, "one")
    assert view.workshop.text() == ONE + "\n\n"
    assert "here again" in view.said.full_text()
    run(house, view, "revert")
    assert view.workshop.text() == ONE and view.head.saved.full_text() == "v1"
    opened(house, view, "two")
    opened(house, view, "one")
    assert view.workshop.text() == ONE and path(house, "two").read_text() == TWO


def test_what_was_never_saved_is_kept_in_the_list(house: House) -> None:
    view = shown(house, two=TWO)
    written(house, view, ONE)
    opened(house, view, "two")
    run(house, view, "new")
    listed(house, view)
    assert [row.title for row in rows(view, "draft")] == ["triage_result"], "an untouched new one is nothing to keep"
    view.shelving.asking.chosen(rows(view, "draft")[0])
    settled(house, view)
    assert view.workshop.text() == ONE and view.head.saved.full_text() == "not saved"
    opened(house, view, "two")
    listed(house, view)
    chosen(view, "draft", "triage_result")
    run(house, view, "drop_draft")
    assert "never saved" in asking(view).bar.words.text()
    run(house, view, "agree")
    assert rows(view, "draft") == []


def test_a_schema_from_another_panel_keeps_what_is_written_here(house: House) -> None:
    view = shown(house, one=ONE)
    opened(house, view, "one")
    written(house, view, ONE + "\n")
    view.open_value({"type": "object"}, "elsewhere")
    settled(house, view)
    assert view.head.saved.full_text() == "not in the library", "it is still where it came from"
    view.open_value({"type": "array"}, "elsewhere")
    settled(house, view)
    listed(house, view)
    assert rows(view, "draft") == []
    opened(house, view, "one")
    assert view.workshop.text() == ONE + "\n"


def test_who_opens_a_schema_of_the_library_by_its_value_gets_its_file(house: House) -> None:
    view = shown(house, one=ONE)
    view.open_value(json.loads(ONE), "one")
    settled(house, view)
    assert view.shelving.shelf.current.entry_id == "one" and view.workshop.text() == ONE
    view.open_value({**json.loads(ONE), "title": "Other"}, "one")
    settled(house, view)
    assert view.shelving.shelf.current.entry_id == "", "the same name is not the same schema"
    run(house, view, "save")
    assert "taken" in asking(view).bar.title.text() and path(house, "one").read_text() == ONE


def test_an_import_is_another_document_and_undone_it_is_the_former_again(house: House) -> None:
    view = shown(house, one=ONE)
    opened(house, view, "one")
    written(house, view, ONE + "\n")
    run(house, view, "from_json")
    asked = next(one for one in QApplication.topLevelWidgets() if isinstance(one, BringDialog) and one.isVisible())
    asked.field.setPlainText('{"b": 1}')
    house.qtbot.waitUntil(lambda: asked.use.isEnabled(), timeout=PATIENCE)
    asked.use.click()
    settled(house, view)
    assert view.shelving.shelf.current.entry_id == "" and view.head.saved.full_text() == "not saved"
    assert view.shelving.shelf.drafts.of("one") is not None
    run(house, view, "undo")
    assert view.shelving.shelf.current.entry_id == "one" and view.head.saved.full_text() == "v1 • unsaved"
    assert view.workshop.name == "one" and list(view.shelving.shelf.drafts) == []
    run(house, view, "save")
    assert path(house, "one").read_text() == ONE + "\n"


def test_what_there_is_no_room_for_is_not_left(house: House) -> None:
    view = shown(house, one=ONE)
    view.shelving.shelf.drafts.put(Draft("large", "x" * LARGEST))
    written(house, view, TWO)
    house.commands.run("schemas.open", "one")
    settled(house, view)
    assert asking(view).bar.title.text() == "What is open is not saved" and view.workshop.text() == TWO
    view.open_value({"type": "array"}, "other")
    settled(house, view)
    assert view.workshop.text() == TWO
    run(house, view, "save")
    opened(house, view, "one")


# Others


def test_what_another_program_wrote_is_taken_over_where_nothing_is_unsaved(house: House) -> None:
    view = shown(house, one=ONE)
    opened(house, view, "one")
    path(house, "one").write_text(TWO)
    application = QGuiApplication.instance()
    assert isinstance(application, QGuiApplication)
    application.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    settled(house, view)
    assert view.workshop.text() == TWO and "Another program" in view.said.full_text()
    assert view.head.saved.full_text() == "after v1"


@pytest.mark.parametrize("answer", ["take_theirs", "write_over", "save_mine", "refrain"])
def test_two_hands_lose_nothing(house: House, answer: str) -> None:
    view = shown(house, one=ONE)
    opened(house, view, "one")
    mine = ONE.replace("integer", "number")
    written(house, view, mine)
    path(house, "one").write_text(TWO)
    run(house, view, "save")
    assert "changed by another program" in asking(view).bar.title.text()
    assert path(house, "one").read_text() == TWO and view.workshop.text() == mine
    run(house, view, "show_both")
    assert view.stack.currentWidget() is view.shelving.versions
    house.qtbot.waitUntil(lambda: bool(view.shelving.versions.changes.rows), timeout=PATIENCE)
    assert "Since the file" in view.shelving.versions.summary.full_text()
    run(house, view, answer)
    texts = {one.number: library(house).version_text("one", one.number) for one in library(house).versions("one")}
    if answer == "take_theirs":
        assert view.workshop.text() == TWO and not view.shelving.shelf.is_dirty
        run(house, view, "undo")
        assert view.workshop.text() == mine
    elif answer == "write_over":
        assert path(house, "one").read_text() == mine and texts == {1: ONE, 2: TWO, 3: mine}
        assert view.head.saved.full_text() == "v3"
    elif answer == "save_mine":
        answered(house, view, "mine")
        assert (path(house, "mine").read_text(), path(house, "one").read_text()) == (mine, TWO)
    else:
        assert view.workshop.text() == mine and view.shelving.shelf.is_dirty
        run(house, view, "save")
        assert asking(view) and path(house, "one").read_text() == TWO


def test_a_file_that_is_gone_is_said_and_written_only_when_that_is_meant(house: House) -> None:
    view = shown(house, one=ONE)
    opened(house, view, "one")
    path(house, "one").unlink()
    view.hide()
    view.show()
    settled(house, view)
    assert "is gone" in asking(view).bar.title.text() and not path(house, "one").exists()
    run(house, view, "write_over")
    assert path(house, "one").read_text() == ONE and not view.shelving.bar.is_asking


# Names, and removing


def test_the_name_in_the_head_renames_the_file_and_a_taken_one_comes_back(house: House) -> None:
    view = shown(house, one=ONE, two=TWO)
    opened(house, view, "one")
    view.head.name.setFocus()
    view.head.name.selectAll()
    QTest.keyClicks(view.head.name, "first")
    QTest.keyClick(view.head.name, Qt.Key.Key_Return)
    settled(house, view)
    assert path(house, "first").read_text() == ONE and not path(house, "one").exists()
    assert [one.number for one in library(house).versions("first")] == [1]
    assert view.head.saved.full_text() == "v1"
    written(house, view, ONE + "\n")
    view.head.name.setFocus()
    view.head.name.selectAll()
    QTest.keyClicks(view.head.name, "one")
    QTest.keyClick(view.head.name, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    view.source.edit.setFocus()  # the name is settled again, before the file has it
    settled(house, view)
    assert path(house, "one").read_text() == ONE + "\n" and not path(house, "first").exists()
    assert not view.shelving.bar.is_asking and view.head.saved.full_text() == "v2"
    view.head.name.setFocus()
    view.head.name.selectAll()
    QTest.keyClicks(view.head.name, "TWO")
    QTest.keyClick(view.head.name, Qt.Key.Key_Return)
    settled(house, view)
    assert "taken" in asking(view).bar.title.text()
    assert view.head.name.text() == "one" and path(house, "two").read_text() == TWO
    run(house, view, "refrain")
    run(house, view, "rename")
    answered(house, view, "Rechnung für Kunden")
    assert path(house, "Rechnung für Kunden").read_text() == ONE + "\n"
    assert view.head.name.text() == "Rechnung_f_r_Kunden", "as it can be sent"


def test_a_renaming_hides_no_foreign_change(house: House) -> None:
    view = shown(house, one=ONE)
    opened(house, view, "one")
    written(house, view, ONE + "\n")
    path(house, "one").write_text(TWO)
    run(house, view, "rename")
    answered(house, view, "uno")
    run(house, view, "save")
    assert "changed by another program" in asking(view).bar.title.text() and path(house, "uno").read_text() == TWO


def test_deleting_asks_and_can_be_taken_back(house: House) -> None:
    view = shown(house, one=ONE, two=TWO)
    opened(house, view, "two")
    listed(house, view)
    chosen(view, "schema", "one")
    run(house, view, "delete")
    assert asking(view).bar.title.text() == "Delete one.json?" and asking(view).bar.refrain.hasFocus()
    QTest.keyClick(view.shelving.bar.refrain, Qt.Key.Key_Return)
    assert path(house, "one").exists()
    run(house, view, "delete")
    run(house, view, "agree")
    assert not path(house, "one").exists() and view.workshop.text() == TWO
    assert [row.title for row in rows(view, "removed")] == ["one"]
    run(house, view, "bring_back")
    assert path(house, "one").read_text() == ONE and view.shelving.shelf.current.entry_id == "one"
    written(house, view, ONE + "\n")
    listed(house, view)
    chosen(view, "schema", "one")
    view.shelving.page.list.setFocus()
    QTest.keyClick(view.shelving.page.list, Qt.Key.Key_Delete)
    run(house, view, "agree")
    assert view.workshop.text() == ONE + "\n" and view.head.saved.full_text() == "not saved", "it is kept"
    listed(house, view)
    chosen(view, "removed", "one")
    run(house, view, "erase")
    run(house, view, "agree")
    assert rows(view, "removed") == [] and library(house).versions("one") == ()


# The list


def test_the_list_is_searched_and_used_by_keys(house: House) -> None:
    view = shown(house, one=ONE, two=TWO, three='{"title": "Third", "type": "object"}')
    view.source.edit.setFocus()
    QTest.keyClick(view.source.edit, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    settled(house, view)
    page = view.shelving.page
    assert page.search.hasFocus() and [row.title for row in page.model.rows] == ["one", "three", "two"]
    QTest.keyClicks(page.search, "beta")
    QTest.keyClick(page.search, Qt.Key.Key_Down)
    assert page.list.hasFocus() and [row.title for row in page.model.rows] == ["two"]
    QTest.keyClick(page.list, Qt.Key.Key_Return)
    settled(house, view)
    assert view.workshop.text() == TWO and not view.shelving.shows_library
    run(house, view, "library")
    QTest.keyClicks(page.search, "no such thing")
    house.qtbot.waitUntil(lambda: page.stack.currentWidget() is page.empty, timeout=PATIENCE)
    assert page.empty.title.text() == "Nothing is found"
    QTest.keyClick(page.search, Qt.Key.Key_Escape)
    assert page.search.text() == "" and view.shelving.shows_library
    QTest.keyClick(page.search, Qt.Key.Key_Escape)
    assert not view.shelving.shows_library and view.tree.isAncestorOf(QApplication.focusWidget())


def test_of_very_many_the_first_are_listed_and_all_are_found(house: House) -> None:
    view = house.schemas()
    path(house, "x").parent.mkdir()
    for number in range(MOST + 20):
        path(house, f"s{number:04}").write_text(f'{{"title": "Number {number}"}}')
    listed(house, view)
    assert len(rows(view, "schema")) == MOST
    assert view.shelving.page.model.rows[-1].title == "20 more: search for them"
    view.shelving.page.search.setText(f"Number {MOST + 19}")
    house.qtbot.waitUntil(lambda: len(rows(view, "schema")) == 1, timeout=PATIENCE)
    assert rows(view, "schema")[0].id == f"s{MOST + 19:04}"


def test_files_that_are_no_schemas_are_told_and_mended(house: House, tmp_path: Path) -> None:
    view = shown(house, one=ONE)
    (tmp_path / "secret").write_text("secret")
    path(house, "link").symlink_to(tmp_path / "secret")
    path(house, "cut").write_text('{"type": ')
    listed(house, view)
    assert [(row.title, row.detail) for row in rows(view, "broken")] == [
        ("cut.json", "Line 1, column 10: It ends where a value should follow."),
        ("link.json", "It is a link to another file, and links are not followed."),
    ]
    before = view.workshop.text()
    view.shelving.asking.chosen(rows(view, "broken")[1])
    assert "link.json cannot be opened" in asking(view).bar.title.text() and view.workshop.text() == before
    view.shelving.asking.chosen(rows(view, "broken")[0])
    settled(house, view)
    assert view.workshop.text() == '{"type": ' and view.workshop.broken is not None
    written(house, view, '{"type": "object"}')
    run(house, view, "save")
    assert library(house).read("cut").value == {"type": "object"} and view.head.saved.full_text() == "v2"


def test_another_folder_is_remembered_for_everybody_and_a_wrong_one_is_said(house: House, tmp_path: Path) -> None:
    view = shown(house, one=ONE)
    opened(house, view, "one")
    other = tmp_path / "elsewhere"
    Library(other).save("far", TWO)
    opened(house, view, "one")
    written(house, view, ONE + "\n")
    run(house, view, "new")
    listed(house, view)
    run(house, view, "rename")
    asking(view).use_folder(str(other))
    settled(house, view)
    assert [row.title for row in rows(view, "schema")] == ["far"] and [row.title for row in rows(view, "draft")] == [
        "one"
    ]
    assert json.loads((house.folder / "settings.json").read_text())["schemas.folder"] == str(other)
    view.shelving.asking.use_folder(str(other / "far.json"))
    settled(house, view)
    assert "Not a directory. Choose another" in view.shelving.page.note.full_text() and rows(view, "schema") == []


def test_the_palette_finds_schemas(house: House) -> None:
    view = shown(house, one=ONE, two=TWO)
    manifest = next(one for one in discover() if one.id == "schemas")
    finder = manifest.load_finder(house.folder / "cache")
    assert [one.title for one in finder.find("beta")] == ["two"]
    assert finder.find("other one")[0].hint == "the other one"
    found = finder.find("two")[0]
    house.commands.run(found.command, *found.arguments)
    settled(house, view)
    assert view.workshop.text() == TWO
    assert finder.find("nothing of it") == [] and finder.find("") == []


# Versions


def test_versions_say_whom_each_change_breaks_and_are_restored(house: House) -> None:
    view = shown(house, one=ONE)
    opened(house, view, "one")
    wider = ONE.replace('"integer"', '["integer", "null"]')
    written(house, view, wider)
    view.show_tab("versions")
    tab = view.shelving.versions
    settled(house, view)
    house.qtbot.waitUntil(lambda: len(tab.changes.rows) == 1, timeout=PATIENCE)
    assert tab.changes.rows[0].accessibleName() == "zeta: May be null now. It breaks readers."
    assert tab.summary.full_text() == "Since v1: breaks who reads by it; who writes by it is not touched."
    assert tab.diff is not None and tab.diff.diff is not None
    QTest.keyClick(tab.changes.rows[0], Qt.Key.Key_Return)
    assert view.stack.currentWidget() is view.source
    run(house, view, "save")
    view.show_tab("versions")
    settled(house, view)
    assert [one.number for one in tab.model.versions] == [2, 1]
    tab.table.selectRow(1)
    settled(house, view)
    run(house, view, "copy_version")
    assert QGuiApplication.clipboard().text() == ONE
    run(house, view, "restore_version")
    assert view.workshop.text() == ONE and view.head.saved.full_text() == "v2 • unsaved"
    settled(house, view)
    assert "the same text" in tab.summary.full_text()
    run(house, view, "undo")
    assert view.workshop.text() == wider
    written(house, view, '{"type": ')
    house.qtbot.waitUntil(lambda: "no JSON" in tab.summary.full_text(), timeout=PATIENCE)


def test_a_version_is_labelled(house: House) -> None:
    view = shown(house, one=ONE)
    opened(house, view, "one")
    view.show_tab("versions")
    settled(house, view)
    tab = view.shelving.versions
    tab.label.setFocus()
    QTest.keyClicks(tab.label, "sent to ACME")
    QTest.keyClick(tab.label, Qt.Key.Key_Return)
    tab.note.setFocus()
    QTest.keyClicks(tab.note, "in March")
    QTest.keyClick(tab.note, Qt.Key.Key_Return)
    settled(house, view)
    assert [(one.label, one.note) for one in library(house).versions("one")] == [("sent to ACME", "in March")]
    assert tab.model.cell(0, 2).text == "sent to ACME · in March"
    run(house, view, "new")
    view.show_tab("versions")
    settled(house, view)
    assert tab.stack.currentWidget() is tab.empty and "in no file yet" in tab.empty.text.text()


# For everybody


def test_every_part_has_a_name_and_the_menu_of_a_row_its_commands(house: House) -> None:
    view = shown(house, one=ONE)
    opened(house, view, "one")
    listed(house, view)
    view.show_tab("versions")
    run(house, view, "save_as")
    for part in (view.shelving.page, view.shelving.versions, view.shelving.bar, view.head):
        for widget in part.findChildren(QWidget):
            is_inner = isinstance(widget.parent(), QLineEdit | QTableView)
            if isinstance(widget, QAbstractButton | QLineEdit | QAbstractItemView) and not is_inner:
                assert widget.objectName() and (widget.accessibleName() or widget.toolTip()), widget
    chosen(view, "schema", "one")
    view.shelving.page.list.menu_wanted.emit(
        view.shelving.page.list.visualRect(view.shelving.page.list.currentIndex()).center() + QPoint(1, 1)
    )
    menu = QApplication.activePopupWidget()
    assert menu is not None
    names = [action.objectName() for action in menu.actions() if not action.isSeparator()]
    assert names == ["schemas.rename", "schemas.duplicate", "schemas.delete", "schemas.open_folder"]
    menu.close()


def test_a_file_that_is_no_json_is_not_shown_as_the_document_before_it(house: House) -> None:
    view = shown(house, one=ONE)
    opened(house, view, "one")
    view.show_tab("example")
    settled(house, view)
    assert view.tree.rows.model_.find("/properties/zeta") is not None
    path(house, "broken").write_text('{"type": "object", "properties": {"a":')
    opened(house, view, "broken")
    assert view.workshop.value() is None
    root = view.tree.rows.model_.index(0, 0)
    assert view.tree.value() is None and view.tree.rows.model_.rowCount(root) == 0
    assert not any(one.used for one in view.budgets.meters.budgets)
    example = view.tabs["example"]
    assert isinstance(example, ExampleTab) and example.code.text() == ""
    assert view.proof.plan() is None
    written(house, view, TWO)
    assert view.tree.rows.model_.find("/properties/beta") is not None
    assert view.tree.rows.isExpanded(view.tree.rows.model_.index(0, 0)), "opened as for one that was never seen"
    assert any(one.used for one in view.budgets.meters.budgets)


def test_a_draft_that_is_no_json_begins_without_the_bench_of_tools(house: House) -> None:
    view = shown(house)
    written(house, view, '{"type": "function", "name": "f", "parameters": {"type": "object"}}')
    assert not view.strip.buttons[-1].isHidden()
    written(house, view, '{"type": ')
    view.save()
    house.close(view)
    again = house.schemas()
    settled(house, again)
    assert again.workshop.broken is not None and again.strip.buttons[-1].isHidden()


def test_each_document_keeps_its_own_inputs_and_its_own_regression_set(house: House) -> None:
    view = shown(house, one=ONE, two=TWO)
    opened(house, view, "one")
    view.proof.inputs.set_inputs([ProofInput("of one"), ProofInput("kept", failed=True)])
    opened(house, view, "two")
    view.proof.inputs.set_inputs([ProofInput("of two")])
    opened(house, view, "one")
    assert view.proof.inputs.inputs() == [ProofInput("of one"), ProofInput("kept", failed=True)]
    plan, totals = SimpleNamespace(inputs=view.proof.inputs.inputs()), SimpleNamespace(failed_inputs={0})
    view.proof._proved = view.workshop.name
    opened(house, view, "two")
    assert [one.text for one in view.proof.inputs.inputs()] == ["of two"]
    view.proof.work.outcomes = [SimpleNamespace(input=0, verdict="invalid")]  # type: ignore[list-item]
    view.proof._remember_failed(plan, totals)  # type: ignore[arg-type]
    opened(house, view, "one")
    assert [one.failed for one in view.proof.inputs.inputs()] == [True, True], "the proof ended while two was open"

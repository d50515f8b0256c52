"""The schema as a tree: what a person reads there, and what each key and the mouse make of the schema."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from playground.widgets.commands import CommandRegistry
from playground.widgets.controls.optional_long import LongField
from playground.widgets.presentation import present
from playground.widgets.schema import SchemaTree
from playground.widgets.schema.rows import from_field, to_field
from playground.widgets.theme import ThemeManager
from tests.helpers.walk import said
from tests.widgets.conftest import Show, settle

TRIAGE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "category": {"type": "string", "enum": ["export", "login"]},
        "severity": {"type": "integer", "minimum": 1, "maximum": 4},
        "customer": {
            "type": "object",
            "properties": {"name": {"type": "string"}, "tier": {"type": ["string", "null"]}},
            "required": ["name"],
            "additionalProperties": False,
        },
        "steps": {
            "type": "array",
            "items": {"type": "object", "properties": {"action": {"type": "string"}}, "required": ["action"]},
            "minItems": 1,
        },
        "link": {"$ref": "#/$defs/link"},
    },
    "required": ["category", "severity", "customer", "steps", "link"],
    "additionalProperties": False,
    "$defs": {
        "link": {
            "type": "object",
            "properties": {"next": {"anyOf": [{"$ref": "#/$defs/link"}, {"type": "null"}]}},
            "required": ["next"],
        }
    },
}
Key = Qt.Key
Ctrl, Alt = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


class Desk:
    """The widget with what it said."""

    def __init__(self, qtbot: QtBot, show: Show, value: Any = TRIAGE) -> None:
        self.qtbot, self.registry = qtbot, CommandRegistry()
        self.tree = SchemaTree("schemas.tree", self.registry)
        self.changes: list[tuple[Any, str]] = []
        self.chosen: list[str] = []
        self.tree.changed.connect(self._changed)
        self.tree.chosen.connect(self._chosen)
        show(self.tree, 420, 760)
        self.tree.set_title("triage")
        self.given = copy.deepcopy(value)
        self.tree.set_value(self.given)
        self.tree.activateWindow()
        self.tree.rows.setFocus()
        qtbot.waitUntil(self.tree.rows.hasFocus)

    def _changed(self, value: Any, words: str) -> None:
        self.changes.append((value, words))

    def _chosen(self, pointer: str) -> None:
        self.chosen.append(pointer)

    def rows(self, parent: QModelIndex | None = None) -> list[str]:
        """The opened rows as they are read out, from the top."""
        view, model = self.tree.rows, self.tree.rows.model_
        found = []
        for row in range(model.rowCount(parent or QModelIndex())):
            index = model.index(row, 0, parent or QModelIndex())
            found.append(str(index.data(Qt.ItemDataRole.AccessibleTextRole)))
            if view.isExpanded(index):
                found += self.rows(index)
        return found

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.qtbot.keyClick(self.tree.rows, key, modifier)
        settle()

    def name(self, text: str) -> None:
        """Type a name into the field that is open, and Enter."""
        field = self.field()
        field.selectAll()
        self.qtbot.keyClicks(field, text)
        self.enter()

    def enter(self) -> None:
        """The field tells its name when the event is over, and the rows tell it after that."""
        self.qtbot.keyClick(self.field(), Key.Key_Return)
        settle()
        settle()

    def field(self) -> QLineEdit:
        found = self.tree.rows.viewport().findChild(QLineEdit, "schemas.tree.rows.name")
        assert found is not None
        return found

    def value(self) -> Any:
        return self.changes[-1][0]

    def names(self, *path: str) -> list[str]:
        schema = self.tree.value()
        for step in path:
            schema = schema["properties"][step]
        return list(schema["properties"])

    def place(self, pointer: str, part: float = 0.5, x: int = 120) -> QPoint:
        node = self.tree.rows.model_.find(pointer)
        assert node is not None
        rect = self.tree.rows.visualRect(self.tree.rows.model_.index_of(node))
        return QPoint(x, rect.y() + round(rect.height() * part))

    def drag(self, pointer: str, *way: QPoint, release: bool = True) -> None:
        view, left = self.tree.rows.viewport(), Qt.MouseButton.LeftButton
        self.qtbot.mousePress(view, left, pos=self.place(pointer))
        for at in way:
            self.qtbot.mouseMove(view, at)
        if release:
            self.qtbot.mouseRelease(view, left, pos=way[-1])

    def sheet_field(self, key: str) -> Any:
        found = self.tree.sheet.findChild(QWidget, f"schemas.tree.sheet.{key}")
        assert found is not None, key
        return found


@pytest.fixture
def desk(qtbot: QtBot, show: Show) -> Desk:
    return Desk(qtbot, show)


def test_a_row_says_name_type_and_the_rest_and_opens_what_it_holds(desk: Desk) -> None:
    assert desk.rows() == [
        "triage, object",
        "category, enum, required, export · login",
        "severity, integer, required, 1 … 4",
        "customer, object, required",
        "name, string, required",
        "tier, string | null, optional",
        "steps, array of object, required, ≥ 1",
        "action, string, required",
        "link, ref to link, required",
        "Add a property",
        "Definitions",
        "link, object",
        "next, ref to link | null, required",
        "Add a definition",
    ]


def test_a_name_is_edited_in_place_and_refs_follow(desk: Desk) -> None:
    desk.tree.go_to("/$defs/link")
    desk.key(Key.Key_F2)
    assert desk.field().text() == "link" and desk.field().accessibleName() == "Name"
    desk.name("page")
    assert desk.value()["properties"]["link"] == {"$ref": "#/$defs/page"}
    assert list(desk.value()["$defs"]) == ["page"] and len(desk.changes) == 1
    assert desk.tree.rows.pointer() == "/$defs/page" and "page, object" in desk.rows()
    assert "next, ref to page | null, required" in desk.rows(), "what was open is open still"


def test_a_name_that_is_taken_is_refused_in_words(desk: Desk) -> None:
    desk.tree.go_to("/properties/severity")
    desk.key(Key.Key_Return)
    desk.name("category")
    assert not desk.changes and "There is “category” already" in desk.tree.trouble.text()
    assert desk.tree.trouble.isVisible()
    desk.key(Key.Key_Delete)
    assert not desk.tree.trouble.isVisible()


def test_escape_leaves_the_name(desk: Desk) -> None:
    desk.tree.go_to("/properties/severity")
    desk.key(Key.Key_F2)
    desk.qtbot.keyClicks(desk.field(), "x")
    desk.qtbot.keyClick(desk.field(), Key.Key_D, Ctrl)
    desk.qtbot.keyClick(desk.field(), Key.Key_Up, Alt)
    assert not desk.changes, "keys mean the field"
    desk.qtbot.keyClick(desk.field(), Key.Key_Escape)
    settle()
    assert not desk.changes and desk.names()[1] == "severity"


def test_keys_remove_duplicate_and_move(desk: Desk) -> None:
    desk.tree.go_to("/properties/severity")
    desk.key(Key.Key_D, Ctrl)
    assert desk.names()[:3] == ["category", "severity", "severity_2"]
    assert desk.value()["required"][:3] == ["category", "severity", "severity_2"]
    desk.key(Key.Key_Up, Alt)
    desk.key(Key.Key_Up, Alt)
    desk.key(Key.Key_Up, Alt)
    assert desk.names()[:3] == ["severity_2", "category", "severity"]
    desk.key(Key.Key_Down, Alt)
    assert desk.names()[:2] == ["category", "severity_2"]
    desk.key(Key.Key_Delete)
    assert desk.names() == list(TRIAGE["properties"]) and desk.value() == TRIAGE
    assert desk.tree.rows.pointer() == "/properties/severity"
    assert desk.given == TRIAGE, "the value that was given is another"


def test_what_a_ref_needs_is_not_removed(desk: Desk) -> None:
    desk.tree.go_to("/$defs/link")
    desk.key(Key.Key_Delete)
    assert not desk.changes and "/properties/link" in desk.tree.trouble.text()


def test_a_property_is_added_below_and_named_at_once(desk: Desk) -> None:
    desk.tree.go_to("/properties/category")
    desk.key(Key.Key_Insert)
    assert desk.names()[1] == "property"
    desk.name("mail")
    assert desk.names()[:3] == ["category", "mail", "severity"]
    assert desk.value()["required"][1] == "mail" and desk.tree.rows.pointer() == "/properties/mail"


def test_the_row_with_a_plus_adds_the_last(desk: Desk) -> None:
    view = desk.tree.rows
    root = view.model_.index(0, 0)
    plus = view.visualRect(view.model_.index(view.model_.rowCount(root) - 1, 0, root))
    desk.qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=plus.center())
    settle()
    desk.name("last")
    assert desk.names()[-1] == "last"
    desk.key(Key.Key_Down)
    desk.key(Key.Key_Return)
    assert desk.names()[-1] == "property", "Enter on the row, too"


def test_a_dragged_property_goes_between_others(desk: Desk) -> None:
    desk.drag("/properties/category", desk.place("/properties/severity"), desk.place("/properties/severity", 0.9))
    assert desk.names()[:2] == ["severity", "category"] and desk.changes[-1][1] == "Move property"


def test_a_dragged_property_goes_into_another_object_with_a_line_that_says_where(desk: Desk) -> None:
    way = (desk.place("/properties/steps"), desk.place("/properties/customer/properties/tier", 0.2))
    desk.drag("/properties/category", *way, release=False)
    drop = desk.tree.rows.drop
    assert drop is not None and drop.target == "/properties/customer" and drop.index == 1
    assert drop.line.y() + 1 == desk.place("/properties/customer/properties/tier", 0).y()
    desk.qtbot.mouseRelease(desk.tree.rows.viewport(), Qt.MouseButton.LeftButton, pos=way[-1])
    assert desk.names("customer") == ["name", "category", "tier"]
    assert desk.value()["properties"]["customer"]["required"] == ["name", "category"]
    assert "category" not in desk.value()["required"]


def test_a_drag_is_given_up_with_escape_and_never_goes_into_itself(desk: Desk) -> None:
    inside = desk.place("/properties/customer/properties/name")
    desk.drag("/properties/customer", desk.place("/properties/severity"), inside, release=False)
    assert desk.tree.rows.drop is None, "no line promises what cannot be"
    desk.qtbot.mouseRelease(desk.tree.rows.viewport(), Qt.MouseButton.LeftButton, pos=inside)
    assert not desk.changes
    desk.drag("/properties/category", desk.place("/properties/severity", 0.9), release=False)
    desk.key(Key.Key_Escape)
    assert desk.tree.rows.drop is None
    desk.qtbot.mouseRelease(
        desk.tree.rows.viewport(), Qt.MouseButton.LeftButton, pos=desk.place("/properties/severity")
    )
    assert not desk.changes


def test_a_click_on_a_ref_goes_to_its_definition(desk: Desk) -> None:
    view = desk.tree.rows
    node = view.model_.find("/properties/link")
    assert node is not None
    rect = view.visualRect(view.model_.index_of(node))
    at = view.painter_.link(view.model_, node, rect).center()
    desk.qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert view.pointer() == "/$defs/link" and desk.chosen[-1] == "/$defs/link"


def test_a_definition_is_made_and_inlined(desk: Desk) -> None:
    desk.tree.go_to("/properties/customer")
    desk.registry.run("schemas.tree.define")
    assert desk.value()["properties"]["customer"] == {"$ref": "#/$defs/customer"}
    desk.registry.run("schemas.tree.inline")
    assert desk.value()["properties"]["customer"] == TRIAGE["properties"]["customer"]


def test_what_is_open_and_chosen_stays_with_another_value(desk: Desk) -> None:
    desk.tree.go_to("/properties/customer")
    desk.key(Key.Key_Left)
    assert "name, string, required" not in desk.rows()
    changed = copy.deepcopy(TRIAGE)
    changed["properties"]["severity"]["maximum"] = 5
    desk.tree.set_value(changed)
    assert "severity, integer, required, 1 … 5" in desk.rows() and "action, string, required" in desk.rows()
    assert "name, string, required" not in desk.rows() and desk.tree.rows.pointer() == "/properties/customer"
    assert not desk.changes


def test_findings_stand_at_their_rows_and_at_what_is_closed_over_them(desk: Desk, theme: ThemeManager) -> None:
    view, model = desk.tree.rows, desk.tree.rows.model_
    desk.tree.set_findings(
        {
            "/properties/customer/properties/tier": ("warning", "not in required"),
            "/properties/steps/minItems": ("error", "too many"),
        }
    )
    assert "tier, string | null, optional, not in required" in desk.rows()
    assert "steps, array of object, required, ≥ 1, too many" in desk.rows()
    customer = model.find("/properties/customer")
    assert customer is not None
    assert model.mark(customer, True) == ("", "") and model.mark(customer, False) == ("warning", "1 finding inside")
    image = view.viewport().grab().toImage()
    assert shade(image, desk.place("/properties/customer/properties/tier", 0.9, 4)) == theme.theme.css("warning_soft")
    assert shade(image, desk.place("/properties/category", 0.9, 4)) == theme.theme.css("window")


def shade(image: QImage, at: QPoint) -> str:
    return image.pixelColor(at * image.devicePixelRatio()).name()


def test_space_opens_a_form_that_edits_with_keys_alone(desk: Desk) -> None:
    desk.tree.go_to("/properties/severity")
    desk.key(Key.Key_Space)
    assert desk.tree.sheet.isVisible()
    most = desk.sheet_field("maximum")
    assert most.value() == 4
    most.setFocus()
    most.selectAll()
    desk.qtbot.keyClicks(most, "9")
    desk.qtbot.keyClick(most, Key.Key_Return)
    assert desk.value()["properties"]["severity"] == {"type": "integer", "minimum": 1, "maximum": 9}
    least = desk.sheet_field("minimum")
    least.clear()
    desk.qtbot.keyClick(least, Key.Key_Escape)
    assert desk.value()["properties"]["severity"] == {"type": "integer", "maximum": 9}
    assert not desk.tree.sheet.isVisible() and desk.tree.rows.hasFocus()


def test_the_form_follows_the_rows_and_shows_what_fits_the_type(desk: Desk) -> None:
    desk.tree.go_to("/properties/severity")
    desk.key(Key.Key_Space)
    kind = desk.sheet_field("type")
    assert isinstance(kind, QComboBox) and kind.currentText() == "integer" and kind.accessibleName() == "Type"
    pick(kind, "array")
    assert desk.value()["properties"]["severity"] == {"type": "array", "items": {"type": "string"}}
    pick(desk.sheet_field("items"), "#/$defs/link")
    assert desk.value()["properties"]["severity"]["items"] == {"$ref": "#/$defs/link"}
    desk.tree.rows.setFocus()
    desk.tree.go_to("/properties/category")
    values = desk.sheet_field("enum")
    assert isinstance(values, LongField) and values.value() == "export\nlogin"
    values.editor.setPlainText("export\n12\ntrue")
    desk.tree.go_to("/properties/customer/properties/tier")
    changed = desk.value()["properties"]["category"]
    assert changed == {"type": "string", "enum": ["export", "12", "true"]}, "what was typed is not lost"
    nullable, required = desk.sheet_field("nullable"), desk.sheet_field("required")
    assert isinstance(nullable, QCheckBox) and nullable.isChecked() and not required.isChecked()
    nullable.click()
    required.click()
    customer = desk.value()["properties"]["customer"]
    assert customer["properties"]["tier"] == {"type": "string"} and customer["required"] == ["name", "tier"]


def pick(box: QComboBox, value: str) -> None:
    at = box.findData(value)
    assert at >= 0
    box.setCurrentIndex(at)
    box.activated.emit(at)


def test_what_cannot_be_is_said_in_the_form(desk: Desk) -> None:
    desk.tree.go_to("/$defs/link")
    desk.key(Key.Key_Space)
    pattern = desk.tree.sheet.findChild(QWidget, "schemas.tree.sheet.pattern")
    assert pattern is None, "an object has no pattern"
    desk.tree.go_to("/properties/severity")
    least = desk.sheet_field("minimum")
    least.setFocus()
    least.selectAll()
    desk.qtbot.keyClicks(least, "one")
    desk.qtbot.keyClick(least, Key.Key_Return)
    assert not desk.changes and "whole number" in least.problem()


HOSTILE = "ev\u202eil\nname"


def test_hostile_names_are_shown_as_they_are_and_survive_an_edit(qtbot: QtBot, show: Show) -> None:
    value = {
        "type": "object",
        "properties": {HOSTILE: {"type": "string", "description": "<img src=x>\u202e" + "x" * 5000}},
    }
    desk = Desk(qtbot, show, value)
    desk.tree.set_findings({f"/properties/{HOSTILE}": ("error", "bad\u202e\n")})
    words = list(said(desk.tree))
    assert any("U+202E" in text for _, text in words)
    assert not [where for where, text in words if "\u202e" in text]
    assert not [where for where, text in words if "tip" in where and "<img" in text]
    desk.tree.go_to(f"/properties/{HOSTILE}")
    desk.key(Key.Key_F2)
    assert "\\u202e" in desk.field().text()
    qtbot.keyClick(desk.field(), Key.Key_End)
    qtbot.keyClicks(desk.field(), "s")
    desk.enter()
    assert list(desk.value()["properties"]) == [f"{HOSTILE}s"]


@pytest.mark.parametrize("name", [HOSTILE, "a\\b", "a\\u0041", 'say "x"', "plain", "\ud800", "\\"])
def test_a_name_in_the_field_is_the_name(name: str) -> None:
    assert from_field(to_field(name)) == name


def test_undo_is_asked_of_whoever_has_the_history(desk: Desk) -> None:
    with desk.qtbot.waitSignal(desk.tree.undo_wanted):
        desk.key(Key.Key_Z, Ctrl)
    with desk.qtbot.waitSignal(desk.tree.redo_wanted):
        desk.key(Key.Key_Z, Ctrl | Qt.KeyboardModifier.ShiftModifier)


def test_the_form_grows_with_the_values(desk: Desk) -> None:
    desk.tree.go_to("/properties/category")
    desk.key(Key.Key_Space)
    settle()
    values, low = desk.sheet_field("enum"), desk.tree.sheet.height()
    values.editor.setPlainText("\n".join("abcdef"))
    desk.qtbot.waitUntil(lambda: desk.tree.sheet.height() > low)
    assert desk.tree.sheet.area.height() >= desk.tree.sheet.area.widget().layout().sizeHint().height()


def test_ids_are_masked_while_presenting(desk: Desk, theme: ThemeManager) -> None:
    secret = "resp_" + "0a1b2c3d" * 6
    value = copy.deepcopy(TRIAGE)
    value["properties"]["severity"]["description"] = secret
    desk.tree.set_value(value)
    assert any(secret in text for _, text in said(desk.tree))
    try:
        present(True)
        theme.apply("light", 1.0)
        settle()
        assert not any(secret in text for _, text in said(desk.tree))
    finally:
        present(False)
        theme.apply("light", 1.0)


def test_every_field_and_command_has_a_name(desk: Desk) -> None:
    for pointer in ("", "/properties/category", "/properties/severity", "/properties/steps", "/properties/link"):
        desk.tree.go_to(pointer)
        desk.tree.sheet.show()
        desk.tree._row_changed()
        for widget in desk.tree.findChildren(QWidget):
            if (
                widget.focusPolicy() & Qt.FocusPolicy.TabFocus
                and widget.isVisible()
                and widget.objectName()[:3] != "qt_"
            ):
                assert widget.objectName() and widget.accessibleName(), widget
    assert desk.registry.get("schemas.tree.rename") is not None
    menu = QMenu()
    desk.tree.commands.fill(menu)
    assert [action.text() for action in menu.actions() if action.text()]


def test_a_schema_of_odd_parts_is_shown_and_not_changed(qtbot: QtBot, show: Show) -> None:
    odd = {"type": 7, "properties": {"a": True, "b": False, "c": [], "d": {"items": 3, "anyOf": {}, "required": "x"}},
           "required": 3, "$defs": [], "anyOf": "x", "patternProperties": {"^x": {"enum": 3, "$ref": 9}}}  # fmt: skip
    desk = Desk(qtbot, show, odd)
    assert "b, nothing, optional" in desk.rows()
    for command in list(desk.registry):
        for pointer in ("/properties/a", "/properties/d", "/patternProperties/^x", ""):
            desk.tree.go_to(pointer)
            if command.isEnabled() and command.id.rpartition(".")[2] not in ("rename", "add", "add-inside"):
                command.trigger()
    assert desk.given == odd


def test_a_value_that_comes_back_from_the_source_leaves_a_name_being_typed(desk: Desk) -> None:
    desk.tree.go_to("/properties/category")
    desk.key(Key.Key_Insert)
    desk.qtbot.keyClicks(desk.field(), "ma")
    desk.tree.set_value(copy.deepcopy(desk.value()))
    desk.tree.set_findings({"/properties/property": ("warning", "new")})
    desk.qtbot.keyClicks(desk.field(), "il")
    desk.enter()
    assert desk.names()[1] == "mail"


@pytest.mark.parametrize("value", [True, [], "text", 3, {}, {"$ref": "#"}, {"type": "array", "items": {"$ref": "#"}}])
def test_what_is_hardly_a_schema_is_shown(qtbot: QtBot, show: Show, value: Any) -> None:
    desk = Desk(qtbot, show, value)
    assert desk.rows()[0].startswith("triage, ")
    desk.key(Key.Key_Space)
    desk.key(Key.Key_Insert)

"""What is pasted becomes the schema in the editor: TypeScript, and a component of an OpenAPI document."""

from __future__ import annotations

import json

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from playground.panels.schemas.bring import BringDialog
from playground.panels.schemas.code import CodeTab
from tests.core.schemas.convert.test_openapi import PETS
from tests.core.schemas.convert.test_typescript_models import FOLDER
from tests.panels.conftest import PATIENCE, House
from tests.panels.test_schemas import OPEN, checked, dialog, shown, value_of


def test_typescript_into_the_editor_and_out_again(house: House) -> None:
    view = shown(house, OPEN)
    house.commands.run("schemas.from_typescript")
    asked = dialog(BringDialog)
    asked.field.setPlainText("interface Open {\n  a: string;\n")
    house.qtbot.waitUntil(lambda: "Line 2, column 13: here a “}” is missing." in asked.note.text(), timeout=PATIENCE)
    assert not asked.use.isEnabled()
    asked.field.setPlainText((FOLDER / "tree.ts").read_text("utf-8") + "interface Other { a: Elsewhere }\n")
    house.qtbot.waitUntil(lambda: asked.use.isEnabled(), timeout=PATIENCE)
    assert [asked.names.itemText(at) for at in range(asked.names.count())] == ["Page", "Other"]
    assert "“Elsewhere” is not in the text" in asked.note.text()
    asked.names.setCurrentText("Page")
    house.settled()
    asked.use.click()
    checked(house, view)
    assert view.workshop.name == "Page" and value_of(view)["properties"]["children"]["items"] == {"$ref": "#"}
    tab = view.tabs["code"]
    assert isinstance(tab, CodeTab)
    for kind, words in (
        ("typescript", "export interface Page {"),
        ("zod", "z.ZodType<Page>"),
        ("node_call", "parse({"),
    ):
        house.commands.run(f"schemas.to_{kind}")
        house.settled()
        assert words in tab.code.text()


def test_a_typescript_function_comes_as_a_tool(house: House) -> None:
    view = shown(house, OPEN)
    house.commands.run("schemas.from_signature")
    asked = dialog(BringDialog)
    asked.field.setPlainText(
        "/** Looks a word up. */\nexport const lookUp = (word: string, deep?: boolean) => fetch(word);"
    )
    house.qtbot.waitUntil(lambda: asked.use.isEnabled(), timeout=PATIENCE)
    asked.use.click()
    checked(house, view)
    value = value_of(view)
    assert (value["type"], value["name"], value["description"]) == ("function", "lookUp", "Looks a word up.")
    assert value["parameters"]["required"] == ["word"]


def test_the_components_stay_to_be_chosen(house: House) -> None:
    shown(house, OPEN)
    house.commands.run("schemas.from_openapi")
    asked = dialog(BringDialog)
    asked.field.setPlainText(json.dumps(PETS))
    house.qtbot.waitUntil(lambda: asked.use.isEnabled(), timeout=PATIENCE)
    asked.names.setCurrentText("Owner")
    house.settled()
    assert [asked.names.itemText(at) for at in range(asked.names.count())] == ["Pet", "Owner", "Alone"]
    assert asked.names.currentText() == "Owner" and '"pets"' in asked.preview.text() and asked.use.isEnabled()


def test_what_is_taken_over_is_what_was_pasted_last(house: House) -> None:
    view = shown(house, OPEN)
    house.commands.run("schemas.from_json")
    asked = dialog(BringDialog)
    asked.field.setPlainText('{"first": 1}')
    house.qtbot.waitUntil(lambda: asked.use.isEnabled(), timeout=PATIENCE)
    asked.field.setPlainText('{"second": 1}')
    with house.qtbot.waitSignal(asked.brought, timeout=PATIENCE):
        QTest.keyClick(asked.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    checked(house, view)
    assert list(value_of(view)["properties"]) == ["second"]


def test_what_cannot_be_read_is_not_taken_over_for_what_was_there_before(house: House) -> None:
    view = shown(house, OPEN)
    house.commands.run("schemas.from_json")
    asked = dialog(BringDialog)
    asked.field.setPlainText('{"first": 1}')
    house.qtbot.waitUntil(lambda: asked.use.isEnabled(), timeout=PATIENCE)
    asked.field.setPlainText('{"second": ')
    asked.use.click()
    house.qtbot.waitUntil(lambda: not asked.use.isEnabled(), timeout=PATIENCE)
    assert asked.isVisible() and value_of(view) == OPEN

"""The schema workshop: tree, source, findings and their fixes, example, code, and what a schema is made from."""

from __future__ import annotations

import json
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from playground.core.models import written_model
from playground.core.schemas import Document, check, profile
from playground.core.schemas.convert import KINDS
from playground.core.schemas.validate import validate
from playground.panels.schemas.bring import BringDialog
from playground.panels.schemas.code import CodeTab
from playground.panels.schemas.example import ExampleTab
from playground.panels.schemas.fix_preview import FixPreview
from playground.panels.schemas.view import SchemasView
from tests.helpers.servers import RecordingServer
from tests.panels.conftest import PATIENCE, House

OPEN: dict[str, Any] = {
    "type": "object",
    "properties": {
        "zeta": {"type": "string"},
        "alpha": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]},
    },
    "required": ["zeta"],
}
"""Two objects that are not closed, and a property that is not required."""


def shown(house: House, value: Any = None) -> SchemasView:
    view = house.schemas()
    if value is not None:
        view.open_value(value, "shown")
        checked(house, view)
    return view


def checked(house: House, view: SchemasView) -> None:
    """What stands there was looked at."""
    house.qtbot.waitUntil(lambda: view.workshop.is_current, timeout=PATIENCE)
    house.settled()
    assert view.workshop.examined is not None
    assert view.workshop.examined.text == view.workshop.text()


def value_of(view: SchemasView) -> Any:
    return json.loads(view.workshop.text())


def rules(view: SchemasView) -> list[str]:
    report = view.workshop.report
    return [one.rule for one in report.findings] if report is not None else ["unread"]


def dialog(kind: type[Any]) -> Any:
    return next(one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible())


def test_an_edit_in_the_tree_is_one_step_of_the_source_and_order_is_kept(house: House) -> None:
    view = shown(house, OPEN)
    before = view.workshop.text()
    view.tree.go_to("/properties/alpha")
    view.tree.toggle_required()
    checked(house, view)
    assert value_of(view)["required"] == ["zeta", "alpha"]
    view.tree.move_up()
    checked(house, view)
    assert list(value_of(view)["properties"]) == ["alpha", "zeta"]
    cursor = view.source.edit.textCursor()
    assert view.workshop.document is not None
    assert view.workshop.document.pointer_at(cursor.position()) == "/properties/alpha", "the source follows the tree"
    view.tree.setFocus()
    view.tree.undo()
    view.tree.undo()
    checked(house, view)
    assert view.workshop.text() == before
    assert view.tree.value() == OPEN
    view.source.edit.redo()
    checked(house, view)
    assert view.tree.value()["required"] == ["zeta", "alpha"]


def test_what_is_typed_is_in_the_tree_which_keeps_its_row(house: House) -> None:
    view = shown(house, OPEN)
    view.tree.go_to("/properties/alpha/properties/name")
    text = view.workshop.text().replace('"zeta": {"type": "string"}', '"zeta": {"type": "integer"}')
    view.source.edit.show_text(text)
    checked(house, view)
    assert view.tree.value()["properties"]["zeta"] == {"type": "integer"}
    assert view.tree.rows.pointer() == "/properties/alpha/properties/name"
    assert list(view.tree.value()["properties"]) == ["zeta", "alpha"]


def test_each_finding_goes_to_its_place_and_its_button_mends_it(house: House) -> None:
    view = shown(house, OPEN)
    assert sorted(rules(view)) == ["all-required", "closed-objects", "closed-objects"]
    assert view.head.state.text() == "3 errors"
    marks = [row for row in view.findings.rows if row.finding.rule == "all-required"]
    row = marks[0]
    QTest.keyClick(row, Qt.Key.Key_Return)
    assert view.workshop.document is not None
    place = view.workshop.document.pointer_at(view.source.edit.textCursor().position())
    assert place.startswith(row.finding.pointer) and view.window().focusWidget() is view.source.edit
    assert row.fix is not None
    with house.qtbot.waitSignal(view.findings.fix_wanted):
        QTest.keyClick(row.fix, Qt.Key.Key_Space)
    house.settled()
    preview = dialog(FixPreview)
    assert "may no longer be left out" in preview.lost.text()
    assert value_of(view) == OPEN, "what gives something up is shown first"
    preview._agree()
    checked(house, view)
    assert "all-required" not in rules(view)
    assert value_of(view)["required"] == ["zeta", "alpha"]


def test_fix_all_leads_to_what_the_server_takes_and_can_be_taken_back(house: House) -> None:
    view = shown(house, OPEN)
    before = view.workshop.text()
    house.commands.run("schemas.fix_all")
    house.settled()
    checked(house, view)
    assert check(Document.parse(view.workshop.text()), profile("openai")).is_accepted
    assert view.head.state.text() == "strict" and not view.findings.rows
    assert "3 fixed" in view.said.full_text() and "no longer" in view.said.full_text()
    house.commands.run("schemas.undo")
    checked(house, view)
    assert view.workshop.text() == before
    assert view.said.full_text() == "", "it was about another document"


def test_what_the_server_no_longer_enforces_the_proof_checks_here(house: House) -> None:
    closed = {"type": "object", "properties": {"code": {"type": "string", "minLength": 3}}, "required": ["code"],
              "additionalProperties": False}  # fmt: skip
    view = shown(house, closed)
    row = next(row for row in view.findings.rows if row.finding.pointer.endswith("minLength"))
    assert row.fix is not None
    row.fix.wanted.emit(row.finding.fixes[0], False)
    house.settled()
    preview = dialog(FixPreview)
    assert "goes on checking here" in preview.lost.text()
    preview._agree()
    checked(house, view)
    assert "minLength" not in view.workshop.text()
    assert validate(view.workshop.client, {"code": "x"}) and not validate(value_of(view), {"code": "x"})
    view.tree.go_to("/properties/code")
    view.tree.duplicate()
    checked(house, view)
    assert view.workshop.client is None, "it would say wrong things of another schema"


def test_a_broken_text_says_where_and_nothing_is_lost(house: House) -> None:
    view = shown(house, OPEN)
    view.source.edit.show_text('{\n  "type": "object",\n  "properties": {"a": {"type": "string",}}\n}')
    house.qtbot.waitUntil(lambda: view.workshop.broken is not None, timeout=PATIENCE)
    house.settled()
    assert view.findings.broken.isVisible() and "Line 3" in view.findings.broken.text()
    assert not view.findings.rows, "findings of the text before would be of another one"
    assert view.tree.value() == OPEN
    house.commands.run("schemas.fix_all")
    house.commands.run("schemas.format")
    assert "no JSON" in view.said.full_text()
    assert '"string",}' in view.workshop.text()
    view.source.edit.undo()
    checked(house, view)
    assert not view.findings.broken.isVisible() and view.findings.rows


@pytest.mark.parametrize(
    ("text", "words"),
    [('{"a":' * 10_000 + "1" + "}" * 10_000, "deep"), ('{"description": "' + "x" * 10_500_000 + '"}', "MB")],
    ids=["10,000 levels", "over 10 MB"],
)
def test_what_is_too_much_is_refused_with_a_reason(house: House, text: str, words: str) -> None:
    view = shown(house)
    view.source.edit.show_text(text)
    house.qtbot.waitUntil(lambda: view.workshop.broken is not None, timeout=PATIENCE)
    house.settled()
    assert words in view.findings.broken.text()
    assert view.tree.value()["properties"], "the tree shows what was there"


def test_a_function_tool_is_edited_through_its_parameters(house: House) -> None:
    tool = {"type": "function", "name": "find", "strict": True, "parameters": OPEN}
    view = shown(house, tool)
    assert view.tree.value() == OPEN
    assert all(one.finding.pointer.startswith("/parameters") for one in view.findings.rows)
    view.tree.go_to("/properties/alpha")
    view.tree.toggle_required()
    checked(house, view)
    changed = value_of(view)
    assert changed["parameters"]["required"] == ["zeta", "alpha"] and changed["name"] == "find"
    row = view.findings.rows[0]
    row.chosen.emit(row.finding.pointer)
    assert view.tree.rows.pointer() == ""


def test_other_rules_find_other_things(house: House) -> None:
    view = shown(house, OPEN)
    at = view.profiles.findData("llama.cpp")
    assert at >= 0
    view.profiles.setCurrentIndex(at)
    checked(house, view)
    assert "all-required" not in rules(view)
    assert view.workshop.report is not None and view.workshop.report.profile == "llama.cpp"


def test_an_example_fits_and_another_is_another(house: House) -> None:
    view = shown(house, OPEN)
    house.commands.run("schemas.tab_example")
    house.settled()
    tab = view.tabs["example"]
    assert isinstance(tab, ExampleTab)
    first = tab.code.text()
    assert validate(OPEN, json.loads(first)) == []
    seen = {first}
    for _ in range(4):
        house.commands.run("schemas.another")
        house.settled()
        assert validate(OPEN, json.loads(tab.code.text())) == []
        seen.add(tab.code.text())
    assert len(seen) > 2
    view.tree.go_to("/properties/zeta")
    view.tree.rows.rename_wanted.emit("/properties/zeta", "omega")
    house.qtbot.waitUntil(lambda: "omega" in view.workshop.text(), timeout=PATIENCE)
    checked(house, view)
    assert "omega" in tab.code.text(), "it follows the schema"


PYTHON = """
class Step(BaseModel):
    text: str

class Answer(BaseModel):
    steps: list[Step]
    final: int = Field(ge=0)

    @field_validator("final")
    def check(cls, value): return value
"""


def test_python_into_the_editor(house: House) -> None:
    view = shown(house, OPEN)
    house.commands.run("schemas.from_python")
    asked = dialog(BringDialog)
    asked.field.setPlainText(PYTHON)
    house.qtbot.waitUntil(lambda: asked.use.isEnabled(), timeout=PATIENCE)
    assert [asked.names.itemText(i) for i in range(asked.names.count())] == ["Step", "Answer"]
    assert asked.names.currentText() == "Answer"
    assert asked.note.text() == "line 10: The validator `check` of “Answer” is not part of the schema."
    asked.names.setCurrentText("Step")
    house.settled()
    assert '"final"' not in asked.preview.text()
    asked.field.setPlainText(PYTHON.replace("Step", "Part"))
    house.qtbot.waitUntil(lambda: asked.names.findText("Part") >= 0, timeout=PATIENCE)
    assert asked.use.isEnabled() and asked.names.currentText() == "Answer", "the one that was chosen is gone"
    asked.field.setPlainText("class Step(BaseModel)\n    text: str")
    house.qtbot.waitUntil(lambda: "line 1: This is no Python" in asked.note.text(), timeout=PATIENCE)
    assert not asked.use.isEnabled() and asked.preview.text() == ""
    asked.field.setPlainText(PYTHON)
    house.qtbot.waitUntil(lambda: asked.use.isEnabled(), timeout=PATIENCE)
    asked.use.click()
    checked(house, view)
    assert view.workshop.name == "Answer" and list(value_of(view)["properties"]) == ["steps", "final"]


def test_a_file_that_is_dropped_says_what_it_is(house: House) -> None:
    shown(house, OPEN)
    house.commands.run("schemas.from_json")
    asked = dialog(BringDialog)
    asked.field.setPlainText(PYTHON)
    house.qtbot.waitUntil(lambda: "It looks like Python: choose that above." in asked.note.text(), timeout=PATIENCE)
    path = house.folder / "models.py"
    path.write_text(PYTHON)
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(path))])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    asked.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, dropped, buttons, keys))
    house.qtbot.waitUntil(lambda: asked.use.isEnabled(), timeout=PATIENCE)
    assert asked.kind() == "python" and asked.names.currentText() == "Answer"
    asked.reject()


def test_a_function_comes_as_a_tool_and_goes_as_one(house: House) -> None:
    view = shown(house, OPEN)
    house.commands.run("schemas.from_signature")
    asked = dialog(BringDialog)
    asked.field.setPlainText("def look_up(word: str, deep: bool):\n    'Look a word up.'")
    house.qtbot.waitUntil(lambda: asked.use.isEnabled(), timeout=PATIENCE)
    asked.use.click()
    checked(house, view)
    value = value_of(view)
    assert (value["type"], value["name"], value["description"]) == ("function", "look_up", "Look a word up.")
    assert list(value["parameters"]["properties"]) == ["word", "deep"]
    house.commands.run("schemas.to_function")
    house.settled()
    tab = view.tabs["code"]
    assert isinstance(tab, CodeTab) and json.loads(tab.code.text())["description"] == "Look a word up."


def test_a_call_asks_the_profiles_model(house: House) -> None:
    view = shown(house, OPEN)
    house.commands.run("schemas.to_python_create")
    house.settled()
    tab = view.tabs["code"]
    assert isinstance(tab, CodeTab)
    before = house.sessions.current.default_model
    assert f'model="{before or written_model()}"' in tab.code.text()
    house.use(house.add_profile("Other", "http://127.0.0.1:9/v1", default_model="llama-9").id)
    house.commands.run("schemas.tab_example")
    house.commands.run("schemas.tab_code")
    house.settled()
    assert 'model="llama-9"' in tab.code.text()


@pytest.mark.parametrize("kind", [kind for kind, _ in KINDS])
def test_the_schema_as_code(house: House, kind: str) -> None:
    view = shown(house, OPEN)
    house.commands.run(f"schemas.to_{kind.replace('.', '_')}")
    house.settled()
    tab = view.tabs["code"]
    assert isinstance(tab, CodeTab)
    assert tab.isVisible() and tab.kind() == kind
    assert "alpha" in tab.code.text()
    house.commands.run("schemas.copy_code")
    assert QApplication.clipboard().text() == tab.code.text()


def test_from_examples_into_the_editor_and_back(house: House) -> None:
    view = shown(house, OPEN)
    before = view.workshop.text()
    house.commands.run("schemas.from_json")
    asked = dialog(BringDialog)
    asked.field.setPlainText('{"b": 1, "a": "x"}\n{"b": 2, "a": null}')
    house.qtbot.waitUntil(lambda: asked.use.isEnabled(), timeout=PATIENCE)
    assert '"integer"' in asked.preview.text()
    asked.use.click()
    checked(house, view)
    made = value_of(view)
    assert list(made["properties"]) == ["b", "a"] and made["properties"]["a"]["type"] == ["string", "null"]
    assert view.tree.value() == made
    house.commands.run("schemas.undo")
    checked(house, view)
    assert view.workshop.text() == before


def test_from_what_is_nothing_of_the_kind(house: House) -> None:
    shown(house)
    house.commands.run("schemas.from_json")
    asked = dialog(BringDialog)
    asked.field.setPlainText('{"b": 1')
    house.qtbot.waitUntil(lambda: "line" in asked.note.text().lower(), timeout=PATIENCE)
    assert not asked.use.isEnabled()
    asked.reject()


def test_from_words_asks_the_model_that_is_named(sandbox_house: House) -> None:
    house = sandbox_house
    view = shown(house)
    house.commands.run("schemas.from_words")
    asked = dialog(BringDialog)
    assert asked.asking.model.text(), "the proof's model"
    asked.field.setPlainText("A ticket: its title, and how severe it is.")
    asked.asking.button.click()
    house.qtbot.waitUntil(lambda: "Simulated" in asked.note.text(), timeout=PATIENCE)
    assert asked.use.isEnabled()
    assert check(Document.of(asked.schema), profile("openai")).is_accepted
    QTest.keyClick(asked.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    checked(house, view)
    assert view.head.state.text() == "strict"


def test_from_words_without_a_server_says_why(house: House, server: RecordingServer) -> None:
    house.use(house.add_profile("Gone", "http://127.0.0.1:9/v1", default_model="gpt-4o").id)
    shown(house)
    house.commands.run("schemas.from_words")
    asked = dialog(BringDialog)
    asked.asking.model.setText("gpt-4o")
    asked.field.setPlainText("A ticket.")
    asked.asking.ask()
    house.qtbot.waitUntil(lambda: asked.asking.button.text() == "Ask", timeout=PATIENCE)
    assert len(asked.note.text()) > 30 and asked.field.toPlainText() == "A ticket."
    asked.reject()


def test_what_was_there_is_there_again(house: House) -> None:
    view = shown(house, OPEN)
    view.profiles.setCurrentIndex(view.profiles.findData("vllm"))
    view.rename("kept")
    text = view.workshop.text() + "\n\n"
    view.source.edit.show_text(text)
    checked(house, view)
    view.save()
    house.close(view)
    again = house.schemas()
    assert again.workshop.text() == text and again.workshop.name == "kept"
    assert again.profiles.currentData() == "vllm" and again.workshop.profile == "vllm"
    assert not again.source.edit.document().isUndoAvailable()


def test_the_findings_by_keys(house: House) -> None:
    view = shown(house, OPEN)
    assert view.workshop.report is not None
    places = [one.pointer for one in view.workshop.report.findings]
    seen = []
    for _ in range(len(places) + 1):
        house.commands.run("schemas.next_finding")
        assert view.workshop.document is not None
        seen.append(view.said.full_text())
    assert seen[0] == seen[-1] and len(set(seen)) >= 2, "after the last comes the first"
    house.commands.run("schemas.focus_findings")
    assert view.window().focusWidget() is view.findings.rows[0]
    QTest.keyClick(view.findings.rows[0], Qt.Key.Key_Down)
    house.commands.run("schemas.focus_tree")
    assert view.window().focusWidget() is view.tree.rows


def test_what_a_button_did_is_taken_back_while_it_has_the_focus(house: House) -> None:
    view = shown(house, OPEN)
    before = view.workshop.text()
    button = next(one for one in view.findings.findChildren(QAbstractButton) if "Fix All" in one.accessibleName())
    button.setFocus()
    view.fixing.fix_all()
    checked(house, view)
    assert view.workshop.text() != before
    QTest.keyClick(button, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert view.workshop.text() == before
    QTest.keyClick(button, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert view.workshop.text() != before


def test_fixing_all_where_only_warnings_offer_something_says_so(house: House) -> None:
    odd = {"type": "string", "minLength": 3}
    view = shown(house, {"type": "object", "properties": {"a": odd}, "required": ["a"], "additionalProperties": False})
    view.fixing.fix_all()
    checked(house, view)
    assert "yours to choose" in view.said.full_text()


def test_words_about_a_finding_go_with_the_first_change(house: House) -> None:
    view = shown(house, OPEN)
    view.next_finding()
    assert view.said.full_text()
    view.source.edit.show_text(view.workshop.text().replace("zeta", "omega"))
    checked(house, view)
    assert view.said.full_text() == ""

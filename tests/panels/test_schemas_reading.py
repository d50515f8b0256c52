"""What is asked for while a text is still being read is about the text, never about the one before it."""

from __future__ import annotations

import json

from playground.core.schemas.proof.model import ProofInput
from playground.panels.schemas.view import SchemasView
from tests.panels.conftest import PATIENCE, House
from tests.panels.test_schemas import OPEN, checked, rules, shown, value_of


def typed(view: SchemasView, old: str, new: str) -> None:
    """As a person types, who presses a key of a command in the same moment."""
    text = view.workshop.text()
    assert old in text
    view.source.edit.show_text(text.replace(old, new))
    assert not view.workshop.is_current


def test_fixing_all_in_the_moment_of_typing_mends_what_is_typed(house: House) -> None:
    view = shown(house, OPEN)
    typed(view, '"zeta"', '"omega"')
    view.fixing.fix_all()
    checked(house, view)
    assert "omega" in json.dumps(value_of(view)), "what was typed is gone"
    assert not rules(view)


def test_laying_out_in_the_moment_of_typing_keeps_what_is_typed(house: House) -> None:
    view = shown(house, OPEN)
    typed(view, '"zeta"', '"omega"')
    view.format()
    checked(house, view)
    assert "omega" in json.dumps(value_of(view))


def test_an_edit_in_the_tree_in_the_moment_of_typing_keeps_what_is_typed(house: House) -> None:
    view = shown(house, OPEN)
    view.tree.go_to("/properties/alpha")
    typed(view, '"zeta"', '"omega"')
    view.tree.toggle_required()
    checked(house, view)
    assert "omega" in json.dumps(value_of(view))


def test_an_edit_in_the_tree_does_not_write_over_a_text_that_is_no_json(house: House) -> None:
    view = shown(house, OPEN)
    view.tree.go_to("/properties/alpha")
    typed(view, '"zeta"', '"omega')
    checked(house, view)
    view.tree.toggle_required()
    checked(house, view)
    assert "omega" in view.workshop.text()
    assert "no JSON in line 4" in view.tree.trouble.text()


def test_what_was_found_in_the_text_of_before_takes_no_edit_back(house: House) -> None:
    view = shown(house, OPEN)
    view.tree.go_to("/properties/alpha")
    seen: list[object] = []
    view.workshop.changed.connect(lambda: seen.append(view.workshop.value()))
    view.tree.move_up()
    view.tree.toggle_required()
    checked(house, view)
    assert value_of(view)["required"] == ["alpha", "zeta"]
    assert seen and all(one == value_of(view) for one in seen), "an older text came back for a moment"


def test_a_proof_that_is_begun_in_the_moment_of_typing_is_of_what_is_typed(house: House) -> None:
    view = shown(house, OPEN)
    view.proof.inputs.set_inputs([ProofInput("one")])
    view.proof.page.options.runs.setValue(1)
    view.proof.page.options.model.setCurrentText("echo")
    typed(view, '"zeta"', '"omega"')
    view.proof.run()
    house.qtbot.waitUntil(lambda: view.proof.work.running or view.proof.work.totals is not None, timeout=PATIENCE)
    assert view.proof.work.plan is not None
    assert "omega" in json.dumps(view.proof.work.plan.schema)
    house.qtbot.waitUntil(lambda: not view.proof.work.running, timeout=PATIENCE)

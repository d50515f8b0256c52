"""The right column of the schema workshop: a schema proved on inputs, over the real sandbox and a real log."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from playground.core.ids import new_id
from playground.core.runs.kept import RunBegan
from playground.core.schemas.proof.model import ProofInput
from playground.core.settings import BUDGET
from playground.panels.schemas.proof import ProofColumn
from playground.panels.schemas.proof_stored import StoredDialog
from playground.panels.schemas.workshop import Workshop
from playground.widgets.source import SourceEdit
from tests.helpers.servers import RecordingServer, Reply
from tests.panels.conftest import PATIENCE, House
from tests.panels.test_compose import generations

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "category": {"type": "string", "enum": ["export", "login", "billing", "other"]},
        "severity": {"type": "integer", "minimum": 1, "maximum": 4},
        "quote": {"type": "string"},
        "customer": {
            "type": "object",
            "properties": {"name": {"type": "string"}, "tier": {"type": "string"}},
            "required": ["name", "tier"],
            "additionalProperties": False,
        },
        "steps": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["category", "severity", "quote", "customer", "steps"],
    "additionalProperties": False,
}


class Bench:
    """The column beside a source editor, as the panel has them."""

    def __init__(self, house: House, schema: Any) -> None:
        self.house = house
        self.window = QWidget()
        self.window.setObjectName("schemas")
        self.edit = SourceEdit("schemas.edit", "Source")
        self.workshop = Workshop(house.bridge, self.edit, self.window)
        self.column = ProofColumn(house.context(), self.workshop, self.window)
        row = QHBoxLayout(self.window)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.edit)
        row.addWidget(self.column)
        self.column.setFixedWidth(346)
        self.workshop.set_text(json.dumps(schema, indent=2))
        house._show_view(self.window)
        self.window.resize(760, 800)
        house.settled()

    def command(self, name: str) -> None:
        assert self.house.commands.run(f"schemas.proof_{name}")

    def prove(self, qtbot: QtBot, *texts: str, runs: int = 2) -> None:
        self.column.inputs.set_inputs([ProofInput(text) for text in texts])
        self.column.page.options.runs.setValue(runs)
        self.command("run")
        self.ended(qtbot)

    def ended(self, qtbot: QtBot) -> None:
        qtbot.waitUntil(lambda: not self.column.work.running, timeout=PATIENCE)
        self.house.settled()


MakeBench = Callable[..., Bench]


@pytest.fixture
def bench(sandbox_house: House) -> MakeBench:
    def make(schema: Any = SCHEMA) -> Bench:
        return Bench(sandbox_house, schema)

    return make


@pytest.fixture
def served(house: House) -> MakeBench:
    def make(schema: Any = SCHEMA) -> Bench:
        made = Bench(house, schema)
        made.column.page.options.model.setEditText("gpt-4o")
        return made

    return make


def answer(text: str, **more: Any) -> Reply:
    """A response with one text, as JSON; a run takes it as it takes a stream."""
    response = {
        "id": "resp_1",
        "object": "response",
        "status": "completed",
        "model": "gpt-4o",
        "output": [
            {"type": "message", "role": "assistant", "status": "completed", "id": "msg_1",
             "content": [{"type": "output_text", "text": text, "annotations": []}]}
        ],
        "usage": {"input_tokens": 20, "output_tokens": 10, "total_tokens": 30},
        **more,
    }  # fmt: skip
    return Reply.of_json(response, headers={"x-request-id": "req_1"})


GOOD: dict[str, Any] = {
    "category": "export",
    "severity": 2,
    "quote": "q",
    "customer": {"name": "Ada", "tier": "gold"},
    "steps": ["a"],
}


def test_runs_are_validated_and_counted(bench: MakeBench, qtbot: QtBot) -> None:
    made = bench()
    made.prove(qtbot, "The export fails.", "I cannot log in.", runs=3)
    page, work = made.column.page, made.column.work
    assert work.problem is None
    assert page.counts.accessibleName() == "6 / 6 valid, 0 cut short, 0 refused"
    assert page.model.rowCount() == 6
    assert [one.pointer for one in page.agreements.fields] == [
        "/category", "/severity", "/quote", "/customer/name", "/customer/tier", "/steps",
    ]  # fmt: skip
    assert all(one.share == 1 for one in page.agreements.fields), "the echo says the same each time"
    assert page.said.full_text() == "2 inputs × 3 runs on sandbox-echo"
    made.house.store.flush()
    rows = made.house.store.log.page("origin:schemas path:/responses")
    assert len(rows) == 6, "each is in the request log"
    made.command("open")
    assert made.house.called[-1] == ("requests.show", page.output.outcome.exchange_id)  # type: ignore[union-attr]


def test_what_is_cut_is_said_and_kept_as_failed(bench: MakeBench, qtbot: QtBot) -> None:
    made = bench()
    made.column.page.options.tokens.set_value(16)
    made.prove(qtbot, "The export fails.", runs=2)
    page = made.column.page
    assert page.counts.accessibleName() == "0 / 2 valid, 2 cut short, 0 refused"
    assert page.output.words.full_text() == "Cut at 16 tokens."
    qtbot.waitUntil(lambda: page.output.text.toPlainText().endswith("… cut at 16 tokens"), timeout=PATIENCE)
    assert [one.failed for one in made.column.inputs.inputs()] == [True]
    made.column.inputs.bring([ProofInput("another")], "a test")
    page.options.tokens.set_value(None)
    made.command("failed")
    made.ended(qtbot)
    assert page.counts.accessibleName().startswith("2 / 2 valid"), "only the one that failed was run"


def test_what_is_wrong_is_marked_where_it_stands(served: MakeBench, server: RecordingServer, qtbot: QtBot) -> None:
    made = served()
    wrong = {**GOOD, "severity": 9, "customer": {"name": "Ada", "tier": 7}}
    for value in (GOOD, wrong):
        server.add("/responses", answer(json.dumps(value)))
    made.prove(qtbot, "x", runs=2)
    page = made.column.page
    assert page.counts.accessibleName() == "1 / 2 valid, 0 cut short, 0 refused, 1 not valid"
    qtbot.waitUntil(lambda: bool(page.output.text.marks()), timeout=PATIENCE)
    text = page.output.text.text()
    assert {text[mark.start : mark.end] for mark in page.output.text.marks()} == {"9", "7"}
    assert "/severity" in page.output.words.full_text() and "/customer/tier" in page.output.words.full_text()
    shares = {one.pointer: one.share for one in page.agreements.fields}
    assert shares["/severity"] == 0.5 and shares["/category"] == 1.0
    page.shown.set_value("wrong")
    assert page.model.rowCount() == 1


def test_a_refusal_of_the_server_is_explained_and_the_rest_not_sent(
    served: MakeBench, server: RecordingServer, qtbot: QtBot
) -> None:
    made = served()
    error = {"error": {"message": "Invalid schema", "type": "invalid_request_error", "param": "text.format.schema",
                       "code": "invalid_json_schema"}}  # fmt: skip
    server.add("/responses", Reply.of_json(error, status=400, headers={"x-request-id": "req_400"}, forever=True))
    made.prove(qtbot, *[f"input {number}" for number in range(10)], runs=5)
    work = made.column.work
    assert work.problem is not None and work.problem.request_id == "req_400"
    assert work.totals is not None and 3 <= work.totals.done < 10, "fifty would have been the same"
    page = made.column.page
    assert page.problems.count() == 1 and page.body.currentWidget() is page.unsent
    assert (
        page.unsent.full_text()
        == f"{work.totals.done} runs failed for this reason; {50 - work.totals.done} more were not sent."
    )


def test_stopping_keeps_what_came(bench: MakeBench, qtbot: QtBot) -> None:
    made = bench()
    made.column.inputs.set_inputs([ProofInput(f"input {number}") for number in range(40)])
    made.column.page.options.runs.setValue(5)
    made.command("run")
    qtbot.waitUntil(lambda: len(made.column.work.outcomes) >= 2, timeout=PATIENCE)
    made.command("stop")
    made.ended(qtbot)
    work = made.column.work
    assert work.totals is not None and 2 <= work.totals.done < 200
    assert made.column.page.model.rowCount() == work.totals.done
    assert f"Stopped after {work.totals.done} of 200 runs." in made.column.page.note.full_text()


def test_a_schema_that_would_be_refused_is_sent_mended_and_checked_whole(
    served: MakeBench, server: RecordingServer, qtbot: QtBot
) -> None:
    schema = {"type": "object", "properties": {"word": {"type": "string", "minLength": 5}}, "required": ["word"]}
    made = served(schema)
    assert made.workshop.report is not None and not made.workshop.report.is_accepted
    server.add("/responses", answer('{"word": "abc"}'))
    made.prove(qtbot, "x", runs=1)
    (request,) = generations(server)
    sent = request.json()["text"]["format"]["schema"]
    assert sent["additionalProperties"] is False
    (outcome,) = made.column.work.outcomes
    assert outcome.verdict == "invalid" and outcome.wrong[0].path == "/word"


def test_the_budget_is_asked_about_for_all_runs(
    served: MakeBench, server: RecordingServer, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from playground.core.runs import cost

    monkeypatch.setitem(cost._prices()["gpt-4o"], "anywhere", True)
    server.add("/responses", answer(json.dumps(GOOD)))
    made = served()
    made.house.settings.set(BUDGET, 0.01)
    made.column.page.options.tokens.set_value(1000)
    made.column.inputs.set_inputs([ProofInput("x")])
    made.column.page.options.runs.setValue(50)
    made.command("run")
    qtbot.waitUntil(lambda: made.column.spending.is_asking, timeout=PATIENCE)
    assert "Their input costs" in made.column.spending.bar.words.source()
    assert not made.column.work.running
    made.column.page.options.runs.setValue(1)
    made.house.commands.run("schemas.spend_not")
    made.house.settings.set(BUDGET, 1.0)
    made.command("run")
    qtbot.waitUntil(lambda: bool(made.column.work.outcomes), timeout=PATIENCE)
    made.ended(qtbot)
    assert made.column.work.totals is not None and made.column.work.totals.cost


def test_inputs_are_written_imported_and_remembered(bench: MakeBench, qtbot: QtBot, tmp_path: Path) -> None:
    made = bench()
    made.command("add")
    inputs = made.column.inputs
    qtbot.keyClicks(inputs.text, "first")
    made.command("add")
    inputs.text.setPlainText('[{"role": "user", "content": "second"}]')
    assert [one.line() for one in inputs.inputs()] == ["first", "user: second"]
    file = tmp_path / "more.csv"
    file.write_text("id,text\n1,third\n2,first\n", encoding="utf-8")
    made.column.bring.file(str(file))
    qtbot.waitUntil(lambda: len(inputs.inputs()) == 3, timeout=PATIENCE)
    assert inputs.note.full_text() == "1 input from more.csv. 1 were there already."
    made.column.bring.save(str(tmp_path / "out.jsonl"))
    qtbot.waitUntil(lambda: inputs.note.full_text() == "They are in out.jsonl.", timeout=PATIENCE)
    assert (tmp_path / "out.jsonl").read_text().startswith('{"input": "first"}\n')
    inputs.instructions.setPlainText("Be brief.")
    state = json.loads(json.dumps(made.column.to_state()))
    made.workshop.set_name("other")
    made.column.load_state(state)
    assert inputs.inputs() == [], "those of another schema"
    made.workshop.set_name("result")
    assert [one.line() for one in inputs.inputs()] == ["first", "user: second", "third"]
    assert inputs.instructions.toPlainText() == "Be brief."
    file.write_bytes(b"\xff\xfe")
    made.column.bring.file(str(file))
    qtbot.waitUntil(lambda: "not UTF-8" in inputs.note.full_text(), timeout=PATIENCE)


def test_inputs_come_from_the_history_of_compose(bench: MakeBench, qtbot: QtBot) -> None:
    made = bench()
    for number, texts in enumerate((["hello"], ["a", "b"], ["hello"])):
        messages = [{"role": "user", "text": text} for text in texts]
        draft = {"version": 1, "messages": messages, "model": "m", "api": "responses", "settings": {}}
        made.house.store.writer.put(RunBegan(new_id(), 1.0 + number, "responses", "m", "Sandbox", "", True, draft))
    made.house.store.flush()
    made.command("history")
    qtbot.waitUntil(lambda: len(made.column.inputs.inputs()) == 2, timeout=PATIENCE)
    assert {one.line() for one in made.column.inputs.inputs()} == {"hello", "user: a · user: b"}


def test_nothing_to_run_on_leads_to_the_inputs(bench: MakeBench) -> None:
    made = bench()
    made.command("run")
    assert not made.column.work.running
    assert made.column.page.said.full_text() == "Write an input first."
    assert made.column.stack.currentWidget() is made.column.inputs


def test_the_list_is_used_by_keyboard(bench: MakeBench, qtbot: QtBot) -> None:
    made = bench()
    made.prove(qtbot, "one", "two", runs=1)
    page = made.column.page
    page.table.setFocus()
    page.table.selectRow(0)
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    assert page.output.title.accessibleName() == "Input 2, run 1"
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert made.house.called[-1] == ("requests.show", made.column.work.outcomes[1].exchange_id)


def test_past_outputs_are_checked_out_of_file_and_log(bench: MakeBench, qtbot: QtBot, tmp_path: Path) -> None:
    made = bench()
    made.prove(qtbot, "one", "two", runs=2)
    made.house.store.flush()
    changed = json.loads(json.dumps(SCHEMA))
    changed["properties"]["category"]["enum"] = ["login"]
    made.workshop.set_text(json.dumps(changed))
    made.house.settled()
    assert made.column.page.note.full_text().startswith("The schema has changed since these runs.")
    made.command("stored")
    dialog = made.window.findChild(StoredDialog)
    assert dialog is not None
    dialog.go.click()
    qtbot.waitUntil(lambda: dialog.result_ is not None, timeout=PATIENCE)
    assert dialog.said.full_text() == "4 of 4 outputs do not fit."
    (row,) = dialog.model.rows
    assert (row.path, row.count) == ("/category", 4)
    dialog.table.setFocus()
    dialog.table.selectRow(0)
    QTest.keyClick(dialog.table, Qt.Key.Key_Return)
    assert made.house.called[-1] == ("requests.show", row.exchange_id)
    file = tmp_path / "past.jsonl"
    file.write_text(json.dumps({**GOOD, "category": "login"}) + "\n{broken\n", encoding="utf-8")
    dialog.check_file(str(file))
    qtbot.waitUntil(lambda: "line 2" in dialog.said.full_text(), timeout=PATIENCE)
    assert dialog.said.full_text().startswith("1 of 2 outputs does not fit. 1 of them is no JSON.")
    dialog.check_file(str(tmp_path / "gone.jsonl"))
    qtbot.waitUntil(lambda: "gone.jsonl" in dialog.said.full_text(), timeout=PATIENCE)


def test_every_part_has_a_name(bench: MakeBench, qtbot: QtBot) -> None:
    made = bench()
    made.prove(qtbot, "one", runs=2)
    seen = [widget for widget in made.column.findChildren(QWidget) if widget.isVisible()]
    for widget in seen:
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus:
            assert widget.accessibleName(), (type(widget).__name__, widget.objectName())

"""Bundles, exports and imports from the list: what is shown before is what is written, and what is written is whole."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from playground.core.named import Named, named
from playground.core.settings import SECRET_PATTERNS
from playground.panels.inspector.export_dialog import ExportDialog
from playground.panels.inspector.exporting import Exporting
from playground.panels.inspector.import_dialog import ImportDialog
from playground.panels.inspector.patterns_dialog import PatternsDialog
from playground.panels.inspector.view import InspectorView
from playground.widgets.presentation import present
from tests.bench import log_made
from tests.core.exchanges.test_export import SECRETS, seeded
from tests.core.exchanges.test_har_import import entry, saved
from tests.panels.conftest import PATIENCE, House

GITHUB = SECRETS["GitHub"]


@pytest.fixture(autouse=True)
def patterns_of_the_test() -> Iterator[None]:
    yield
    named().__dict__.update(Named().__dict__)


@pytest.fixture
def view(house: House) -> InspectorView:
    seeded(house.store)
    assert house.store.flush()
    house.store.log.note(house.store.log.ids(), f"from Nachtigall, {GITHUB}")
    return house.inspector()


def exporting(view: InspectorView) -> Exporting:
    return next(one for one in view.extensions if isinstance(one, Exporting))


def opened(house: House, view: InspectorView, command: str) -> ExportDialog:
    house.commands.run(f"inspector.{command}")
    house.settled()
    dialog = exporting(view).dialog
    assert isinstance(dialog, ExportDialog) and dialog.isVisible()
    measured(house, dialog)
    return dialog


def measured(house: House, dialog: ExportDialog) -> None:
    house.qtbot.waitUntil(lambda: not dialog._timer.isActive() and dialog._measuring is None, timeout=PATIENCE)
    house.settled()


def save(house: House, dialog: ExportDialog, path: Path) -> str:
    dialog.foot.set_path(path)
    house.qtbot.mouseClick(dialog.foot.save, Qt.MouseButton.LeftButton)
    house.settled()
    return dialog.foot.words.full_text()


def test_a_bundle_is_what_was_shown(house: House, view: InspectorView, qtbot: QtBot, tmp_path: Path) -> None:
    view.list.table.selectRow(1)
    dialog = opened(house, view, "bundle")
    assert dialog.foot.path().name.startswith("support-req_") and dialog.scope.count() == 2
    assert {GITHUB, SECRETS["Slack"], SECRETS["set-cookie"]} <= set(dialog.preview.cut_texts())
    assert "GitHub token 3" in dialog.removed.full_text() and "about" in dialog.foot.size.text()
    dialog.sides.set_value("summary")
    assert dialog.stack.currentWidget() is dialog.summary and "What was taken out" in dialog.summary.text()
    assert not any(secret in dialog.summary.text() for secret in SECRETS.values())
    file = tmp_path / "support.zip"
    words = save(house, dialog, file)
    assert words.startswith("Saved: 1 request in “support.zip”") and "secrets taken out" in words
    with zipfile.ZipFile(file) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
        assert archive.read("summary.md").decode() == dialog.summary.text()
    for name, secret in SECRETS.items():
        assert secret.encode() not in everything, name
    assert b"basic understanding of bearer tokens stays" in everything and b"Nachtigall" in everything
    assert "Replace it" in save(house, dialog, file) and dialog.foot.save.text() == "Replace"
    qtbot.mouseClick(dialog.foot.save, Qt.MouseButton.LeftButton)
    house.settled()
    assert dialog.foot.words.full_text().startswith("Saved")
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert exporting(view).dialog is None and "Saved" in view.list.said.full_text()


def test_by_keys_alone(house: House, view: InspectorView, qtbot: QtBot, tmp_path: Path) -> None:
    house.commands.run("inspector.focus_list")
    qtbot.keyClick(view.list.table, Qt.Key.Key_Down)
    house.settled()
    qtbot.keyClick(view.list.table, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    house.settled()
    dialog = exporting(view).dialog
    assert isinstance(dialog, ExportDialog)
    measured(house, dialog)
    field = dialog.foot.file
    assert field.hasFocus()
    field.selectAll()
    qtbot.keyClicks(field, str(tmp_path / "by-keys.zip"))
    qtbot.keyClick(field, Qt.Key.Key_Return)
    house.settled()
    assert zipfile.is_zipfile(tmp_path / "by-keys.zip") and dialog.foot.cancel.hasFocus()
    qtbot.keyClick(dialog.foot.cancel, Qt.Key.Key_Space)
    assert exporting(view).dialog is None


def test_in_presentation_mode_no_id_is_shown(house: House, view: InspectorView) -> None:
    request_id = view.list.model.row_at(0).summary.request_id  # type: ignore[union-attr]
    present(True)
    try:
        dialog = opened(house, view, "bundle")
        dialog.sides.set_value("summary")
        for text in (dialog.foot.file.text(), dialog.preview.toPlainText(), dialog.summary.toPlainText()):
            assert text and str(request_id) not in text
        dialog.reject()
    finally:
        present(False)


def test_bodies_of_all_or_of_some(house: House, view: InspectorView, tmp_path: Path) -> None:
    dialog = opened(house, view, "export_jsonl")
    dialog.scope.setCurrentText("The 2 requests that are listed")
    measured(house, dialog)
    assert dialog.model.rowCount() == 2 and "left out" not in dialog.preview.toPlainText()
    house.qtbot.keyClick(dialog.table, Qt.Key.Key_Space)
    measured(house, dialog)
    assert "The body is left out" in dialog.preview.toPlainText()
    assert save(house, dialog, tmp_path / "a.jsonl").startswith("Saved: 2 requests")
    first, second = (json.loads(line) for line in (tmp_path / "a.jsonl").read_text("utf-8").splitlines())
    assert "request_body" in first["attempt_details"][0] and "request_body" not in second["attempt_details"][0]
    dialog.bodies.click()
    measured(house, dialog)
    assert dialog.model.data(dialog.model.index(1, 2), Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Unchecked
    assert save(house, dialog, tmp_path / "b.jsonl").startswith("Saved")
    assert (
        "request_body"
        not in json.loads((tmp_path / "b.jsonl").read_text("utf-8").splitlines()[0])["attempt_details"][0]
    )


@pytest.mark.parametrize(("command", "name"), [("export_har", "x.har"), ("export_csv", "x.csv")])
def test_the_filtered_list(house: House, view: InspectorView, tmp_path: Path, command: str, name: str) -> None:
    view.show_query("status:500")
    house.settled()
    dialog = opened(house, view, command)
    assert not dialog.scope.isVisible() and dialog.foot.path().suffix == Path(name).suffix
    assert save(house, dialog, tmp_path / name).startswith("Saved: 1 request")
    text = (tmp_path / name).read_text("utf-8")
    assert "500" in text and not any(secret in text for secret in SECRETS.values())
    dialog.reject()
    view.show_query("status:418")
    house.settled()
    house.commands.run(f"inspector.{command}")
    assert exporting(view).dialog is None and "no request" in view.list.said.full_text()


def test_secrets_of_ones_own(house: House, view: InspectorView, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = opened(house, view, "bundle")
    assert "Nachtigall" not in dialog.preview.cut_texts()
    qtbot.mouseClick(dialog.patterns, Qt.MouseButton.LeftButton)
    patterns = exporting(view).patterns
    assert isinstance(patterns, PatternsDialog)
    house.settled()

    def add(name: str, kind: str, expression: str) -> str:
        patterns.name.setText(name)
        patterns.kind.setCurrentIndex(patterns.kind.findData(kind))
        patterns.expression.clear()
        qtbot.keyClicks(patterns.expression, expression)
        qtbot.mouseClick(patterns.add, Qt.MouseButton.LeftButton)
        house.settled()
        return patterns.words.full_text()

    assert "taken out from now on" in add("customer", "text", "Nachtigall")
    measured(house, dialog)
    assert "Nachtigall" in dialog.preview.cut_texts() and "customer 1" in dialog.removed.full_text()
    assert "too long on some texts" in add("bad", "regex", "(a+)+$") and "no regular" in add("bad", "regex", "(")
    assert "tear holes" in add("bad", "text", "abc") and patterns.table.rowCount() == 1
    assert save(house, dialog, tmp_path / "b.zip").startswith("Saved")
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert not any(b"Nachtigall" in archive.read(name) for name in archive.namelist())
    assert json.loads(house.settings.get(SECRET_PATTERNS)) == [
        {"name": "customer", "kind": "text", "expression": "Nachtigall"}
    ]
    patterns.table.selectRow(0)
    assert patterns.add.text() == "Change" and patterns.expression.text() == "Nachtigall"
    qtbot.mouseClick(patterns.remove, Qt.MouseButton.LeftButton)
    measured(house, dialog)
    assert patterns.table.rowCount() == 0 and "Nachtigall" not in dialog.preview.cut_texts()
    patterns.close()
    dialog.reject()


def test_many_can_be_stopped_and_leave_nothing(house: House, tmp_path: Path) -> None:
    house.store.close()
    log_made.make(tmp_path / "made.sqlite3", 3000)
    from playground.core.exchanges import ExchangeStore

    house.store = ExchangeStore.open(tmp_path / "made.sqlite3")
    view = house.inspector()
    house.commands.run("inspector.export_har")
    dialog = exporting(view).dialog
    assert isinstance(dialog, ExportDialog)
    house.qtbot.waitUntil(lambda: dialog.model.rowCount() == 500, timeout=PATIENCE)
    assert "2,500 more" in dialog.more.full_text()
    folder = tmp_path / "out"
    folder.mkdir()
    dialog.foot.set_path(folder / "x.har")
    dialog.save()
    house.qtbot.waitUntil(lambda: dialog.foot.bar.maximum() == 3000 and dialog.foot.bar.value() > 0, timeout=PATIENCE)
    assert dialog.foot.cancel.text() == "Stop" and not dialog.foot.save.isEnabled()
    dialog.foot.cancel.click()
    house.qtbot.waitUntil(lambda: dialog.foot.save.isEnabled(), timeout=PATIENCE)
    assert dialog.foot.words.full_text() == "Stopped: no file was written." and not list(folder.iterdir())
    dialog.reject()


def test_what_cannot_be_written_is_said(house: House, view: InspectorView, tmp_path: Path) -> None:
    dialog = opened(house, view, "bundle")
    words = save(house, dialog, tmp_path / "none" / "x.zip")
    assert words.startswith("“x.zip” was not written. There is no folder") and dialog.foot.save.isEnabled()
    assert save(house, dialog, tmp_path / "x.zip").startswith("Saved")
    dialog.reject()


def imported(house: House, view: InspectorView, path: Path) -> ImportDialog:
    house.commands.run("inspector.import_har", path)
    house.settled()
    dialog = exporting(view).dialog
    assert isinstance(dialog, ImportDialog)
    return dialog


def test_a_har_file_is_read_into_the_list(house: House, view: InspectorView, tmp_path: Path) -> None:
    file = saved(tmp_path / "a customer.har", entry(), entry(time=5), 7, entry(request={"method": "GET"}))
    dialog = imported(house, view, file)
    assert dialog.title.text() == "a customer.har: imported in part"
    assert "2 requests imported" in dialog.words.full_text() and "secrets taken out" in dialog.words.full_text()
    assert dialog.troubles.text().splitlines()[0] == "Entry 3: it is no object."
    dialog.show_button.click()
    house.settled()
    assert view.query() == "tag:a-customer" and view.list.model.rowCount() == 2
    dialog = imported(house, view, file)
    assert dialog.title.text() == "a customer.har: nothing new" and not dialog.show_button.isVisible()
    dialog.close_button.click()
    file.write_text("<html>")
    dialog = imported(house, view, file)
    assert "was not imported" in dialog.title.text() and "no JSON" in dialog.words.full_text()
    dialog.close()
    assert str(tmp_path / "none.har") in imported(house, view, tmp_path / "none.har").words.full_text()
    exporting(view).dialog.close()  # type: ignore[union-attr]
    view.clear_filter()
    house.settled()
    assert view.list.model.rowCount() == 4


def test_reading_can_be_stopped(house: House, view: InspectorView, tmp_path: Path) -> None:
    file = saved(tmp_path / "long.har", *(entry(time=number) for number in range(4000)))
    house.commands.run("inspector.import_har", file)
    dialog = exporting(view).dialog
    assert isinstance(dialog, ImportDialog)
    house.qtbot.waitUntil(lambda: dialog.bar.value() > 0, timeout=PATIENCE)
    dialog.close_button.click()
    house.qtbot.waitUntil(lambda: dialog.close_button.text() == "Close", timeout=PATIENCE)
    house.settled()
    assert "stopped before the file's end" in dialog.words.full_text()
    assert 0 < house.store.log.count("tag:long") < 4000
    dialog.close()


def test_everything_has_a_name(house: House, view: InspectorView, tmp_path: Path) -> None:
    dialogs: list[Any] = [opened(house, view, "bundle")]
    house.commands.run("inspector.secret_patterns")
    house.settled()
    dialogs.append(exporting(view).patterns)
    exporting(view).patterns.close()
    dialogs[0].reject()
    dialogs = [opened(house, view, "export_har"), imported_beside(house, view, tmp_path)]
    for dialog in dialogs:
        for kind in (QAbstractButton, QLineEdit, QComboBox, QPlainTextEdit):
            for widget in dialog.findChildren(kind):
                if widget.isVisibleTo(dialog) and not widget.objectName().startswith("qt_"):
                    assert widget.objectName() and widget.accessibleName(), widget
        dialog.close()


def imported_beside(house: House, view: InspectorView, tmp_path: Path) -> ImportDialog:
    return imported(house, view, saved(tmp_path / "n.har", entry(), 5))

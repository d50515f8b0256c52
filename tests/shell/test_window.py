"""The window as a whole: commands, palette, regions, theme, memory, closing."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QScrollBar,
    QTabBar,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from playground.app import Application
from playground.core.errors import Problem
from playground.panels.inspector.view import InspectorView
from playground.shell.notices import Notice
from playground.widgets.commands import Command
from playground.widgets.theme import current_theme
from tests.helpers.servers import RecordingServer, Reply
from tests.shell.conftest import PATIENCE, Make, Post, Run, end, recorded
from tests.shell.test_dock import EVENTS, call

INTERACTIVE = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
)
INNER = ("qt_", "ScrollLeftButton", "ScrollRightButton")
"""Qt's own parts of a widget (a combo box's list, a spin box's line, a tab bar's scroll buttons)."""


def interactive(root: QWidget) -> list[QWidget]:
    """What a person can operate, without the parts that Qt makes inside of it."""
    found = []
    for widget in root.findChildren(QWidget):
        if not isinstance(widget, INTERACTIVE) or isinstance(widget, QScrollBar):
            continue
        if widget.objectName().startswith(INNER):
            continue
        parents, parent = [], widget.parentWidget()
        while parent is not None:
            parents.append(parent)
            parent = parent.parentWidget()
        if any(isinstance(parent, QComboBox | QAbstractSpinBox | QLineEdit | QTabBar) for parent in parents):
            continue
        if isinstance(widget.parentWidget(), QAbstractItemView):  # its corner, its headers
            continue
        found.append(widget)
    return found


def nameless(root: QWidget) -> list[str]:
    return [
        f"{type(widget).__name__} {widget.objectName()!r} {widget.accessibleName()!r} in {widget.parentWidget()}"
        for widget in interactive(root)
        if not widget.objectName() or not widget.accessibleName()
    ]


def test_the_window_is_complete_before_anything_slow_begins(make: Make, server: RecordingServer, qtbot: QtBot) -> None:
    program = make({"OPENAI_BASE_URL": server.base_url})
    window = program.window
    assert window.isVisible()
    assert [button.accessibleName() for button in window.rail.buttons()][-1] == "Settings…"
    assert len(window.rail.buttons()) == len(program.manifests) + 1
    assert window.panels.current_id() == program.manifests[0].id
    assert window.rail.buttons()[0].isChecked()
    assert window.topbar.chip.label() == "Environment"


def test_the_sandbox_says_so_from_the_first_frame(make: Make) -> None:
    program = make(sandbox=True)
    assert program.window.topbar.chip.label() == "Sandbox · echo engine"
    assert "sandbox" in program.window.status.sentence().lower()
    assert "simulated" in program.window.status.sentence()


def test_every_interactive_widget_has_a_name_for_people_and_one_for_programs(
    program: Application, qtbot: QtBot
) -> None:
    window = program.window
    for manifest in program.manifests:
        window.show_panel(manifest.id)
    window.notify(Problem("A title", "A cause", "A remedy"))
    window.open_palette()
    window.open_settings("Profiles")
    dialog = window.settings_dialog()
    assert dialog is not None
    dialog.profiles.add_profile()
    assert nameless(window) == []
    assert len(interactive(window)) > 20


def test_object_names_of_buttons_are_unique_in_the_shell(program: Application) -> None:
    names = [widget.objectName() for widget in interactive(program.window) if isinstance(widget, QAbstractButton)]
    assert sorted(set(names)) == sorted(names)


def visible_actions(window: QWidget) -> set[QAction]:
    """Every action that a menu or a button shows, and every shortcut that works."""
    actions = set(window.actions())
    for widget in window.findChildren(QWidget):
        actions.update(widget.actions())
        if isinstance(widget, QMenu):
            actions.update(action for action in widget.actions() if action.menu() is None)
        command = getattr(widget, "command", None)
        if isinstance(command, QAction):
            actions.add(command)
    return {action for action in actions if action.isVisible() and not action.isSeparator() and action.text()}


def test_the_palette_reaches_every_visible_action(program: Application, qtbot: QtBot) -> None:
    window = program.window
    window.open_settings("Profiles")
    window.menu.fill()
    actions = visible_actions(window)
    ours = {action for action in actions if isinstance(action, Command)}
    menus = {action for action in actions if not isinstance(action, Command) and action.menu() is not None}
    edits = {action for action in actions - ours - menus if isinstance(action.parent(), QLineEdit)}
    assert actions - ours - menus - edits == set(), "an action that is no command of the registry"
    window.open_palette()
    listed = {entry.command.id for entry in window.palette_view().entries() if entry.command is not None}
    missing = {command.id for command in ours if command.isEnabled()} - listed - {"palette.open"}
    assert missing == set()
    assert len(listed) > 20


def test_the_palette_is_opened_searched_and_used_by_keys_alone(program: Application, qtbot: QtBot) -> None:
    window = program.window
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = window.palette_view()
    qtbot.waitUntil(palette.isVisible, timeout=PATIENCE)
    qtbot.keyClicks(palette.field, "light or dark")
    assert palette.entries()[0].title == "Light or Dark"
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    qtbot.keyClick(palette.field, Qt.Key.Key_Up)
    before = current_theme().dark
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert not palette.isVisible()
    qtbot.waitUntil(lambda: current_theme().dark is not before, timeout=PATIENCE)
    window.open_palette("zzzz qqqq")
    qtbot.keyClick(palette.field, Qt.Key.Key_Escape)
    assert not palette.isVisible()


def test_a_pasted_id_opens_its_exchange(program: Application, server: RecordingServer, qtbot: QtBot) -> None:
    server.add("/responses", Reply.of_events(EVENTS, headers={"x-request-id": "req_palette01"}))
    operation = call(program, Post(program))
    qtbot.waitUntil(lambda: operation.done, timeout=PATIENCE)
    window = program.window
    recorded(program, qtbot)
    palette = window.palette_view()
    for text in ("resp_dock0001", "req_palette01"):  # the first is known to the log's search alone
        window.open_palette()
        palette.field.setText(text)
        qtbot.waitUntil(lambda: bool(palette.entries()) and palette.entries()[0].group == "Requests", timeout=PATIENCE)
        qtbot.keyClick(palette.field, Qt.Key.Key_Return)
        assert window.panels.current_id() == "inspector"
        panel = window.panels.panel("inspector")
        assert isinstance(panel, InspectorView)
        qtbot.waitUntil(lambda: panel.current_detail() is not None, timeout=PATIENCE)  # noqa: B023
        shown = panel.current_detail()
        assert shown is not None
        assert shown.summary.request_id == "req_palette01"
        assert window.dock.isHidden(), "the list is there twice"
        window.show_panel("compose")
        assert not window.dock.isHidden()


def test_the_palette_opens_any_method_also_where_the_explorer_was_never_opened(
    program: Application, qtbot: QtBot
) -> None:
    window = program.window
    assert window.panels.panel("explorer") is None
    window.open_palette()
    palette = window.palette_view()
    qtbot.keyClicks(palette.field, "vector stores search")
    qtbot.waitUntil(lambda: any(entry.title == "vector_stores.search" for entry in palette.entries()), timeout=PATIENCE)
    assert palette.entries()[0].title == "vector_stores.search"
    assert "POST /vector_stores/{vector_store_id}/search" in palette.entries()[0].hint
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert window.panels.current_id() == "explorer"
    explorer = window.panels.panel("explorer")
    qtbot.waitUntil(lambda: explorer.page.entry is not None, timeout=PATIENCE)  # type: ignore[union-attr]
    assert explorer.page.entry.name == "vector_stores.search"  # type: ignore[union-attr]


def test_a_command_of_the_window_stands_before_a_method_that_is_found_less_well(
    program: Application, qtbot: QtBot
) -> None:
    window = program.window
    window.open_palette()
    palette = window.palette_view()
    qtbot.keyClicks(palette.field, "models")
    qtbot.waitUntil(lambda: any(entry.group == "Methods" for entry in palette.entries()), timeout=PATIENCE)
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    groups = [entry.group for entry in palette.entries()]
    assert "Panels" in groups[:10]
    assert len(groups) == len(set(map(id, palette.entries())))


def test_a_pasted_text_of_several_lines_is_not_shown(program: Application, qtbot: QtBot) -> None:
    window = program.window
    window.open_palette()
    palette = window.palette_view()
    secret = "sk-proj-a-key-that-nobody-is-to-see"
    QApplication.clipboard().setText(f"curl https://api.openai.com/v1/models \\\n  -H 'Authorization: Bearer {secret}'")
    qtbot.keyClick(palette.field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert palette.field.text() == "Pasted: curl … (2 lines)"
    palette.field.clear()
    QApplication.clipboard().setText("light or dark")
    qtbot.keyClick(palette.field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert palette.field.text() == "light or dark"
    assert palette.entries()[0].title == "Light or Dark"


def test_f6_goes_round_the_regions_and_back(program: Application, qtbot: QtBot) -> None:
    window = program.window
    window.activateWindow()

    def region() -> str:
        focus = QApplication.focusWidget()
        for name, part in (("panel", window.panels), ("dock", window.dock), ("rail", window.rail)):
            if focus is not None and part.isAncestorOf(focus):
                return name
        return "topbar" if focus is not None and window.topbar.isAncestorOf(focus) else ""

    window.dock.take_focus()
    seen = []
    for _ in range(4):
        window.commands.run("region.next")
        seen.append(region())
    assert set(seen) >= {"dock", "rail", "topbar"}
    assert seen[-1] == "dock"
    window.commands.run("region.previous")
    window.commands.run("region.next")
    assert region() == "dock"


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_theme_changes_everything_at_once(program: Application, qtbot: QtBot, mode: str) -> None:
    window = program.window
    program.settings.set("appearance.theme", "dark" if mode == "light" else "light")
    qtbot.waitUntil(lambda: current_theme().name != mode, timeout=PATIENCE)
    before = window.grab().toImage()
    program.settings.set("appearance.theme", mode)
    qtbot.waitUntil(lambda: current_theme().name == mode, timeout=PATIENCE)
    theme = current_theme()
    state = window.status.findChild(QWidget, "status.state")
    colours = {theme.css(role) for role in ("good", "accent", "error", "muted")}
    qtbot.waitUntil(lambda: state.palette().windowText().color().name() in colours, timeout=PATIENCE)
    after = window.grab().toImage()
    for place, role in (((600, 3), "surface"), ((20, 300), "surface")):
        assert after.pixelColor(*place).name() == theme.css(role), place
        assert before.pixelColor(*place) != after.pixelColor(*place)


def test_text_can_be_made_larger_and_the_rows_grow_with_it(program: Application, qtbot: QtBot) -> None:
    window = program.window
    before = window.dock.view.verticalHeader().defaultSectionSize()
    window.commands.run("view.larger")
    qtbot.waitUntil(lambda: window.dock.view.verticalHeader().defaultSectionSize() > before, timeout=PATIENCE)
    window.commands.run("view.normal")
    qtbot.waitUntil(lambda: window.dock.view.verticalHeader().defaultSectionSize() == before, timeout=PATIENCE)


def test_geometry_dock_and_panel_are_remembered(
    make: Make, server: RecordingServer, qtbot: QtBot, run: Run, tmp_path: Path
) -> None:
    environ = {"OPENAI_BASE_URL": server.base_url}
    first = make(environ)
    last = first.manifests[-1].id
    qtbot.waitExposed(first.window)
    qtbot.waitUntil(lambda: not first.bridge.operations, timeout=PATIENCE)
    first.window.resize(900, 640)  # a platform without a screen is 800 × 800, and Qt keeps windows on it
    first.window.show_panel(last)
    first.window.toggle_requests()
    end(first, run)
    state = json.loads((tmp_path / "data" / "state" / "window.json").read_text("utf-8"))
    assert state["panel"] == last
    second = make(environ)
    assert second.window.panels.current_id() == last
    assert second.window.dock.collapsed()
    assert (second.window.width(), second.window.height()) == (900, 640)


def test_a_damaged_state_file_is_no_reason_not_to_start(make: Make, server: RecordingServer, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "state"
    folder.mkdir(parents=True)
    (folder / "window.json").write_text('{"geometry": ', "utf-8")
    program = make({"OPENAI_BASE_URL": server.base_url})
    assert program.window.isVisible()


def test_a_notice_is_told_without_a_box_and_dismissed_by_a_command(program: Application, qtbot: QtBot) -> None:
    window = program.window
    window.notify(Problem("The disk is full", "No space is left.", "Free some space."))
    window.notify("Saved.")
    assert window.notices.isVisible()
    assert QApplication.activeModalWidget() is None
    newest = window.notices.newest()
    assert newest is not None
    assert newest.text == "Saved."
    window.commands.run("notice.dismiss")
    newest = window.notices.newest()
    assert newest is not None
    assert newest.text.startswith("The disk is full")
    window.commands.run("notice.copy")
    assert "Free some space." in QApplication.clipboard().text()
    window.commands.run("notice.dismiss")
    assert not window.notices.isVisible()


def test_a_report_is_shown_from_its_file(program: Application, qtbot: QtBot, tmp_path: Path) -> None:
    from playground.shell.text_window import TextWindow

    report = tmp_path / "report.txt"
    report.write_text("what happened", "utf-8")
    program.window.tell(Notice("Something failed.", "error", report=report))
    program.window.commands.run("notice.details")
    qtbot.waitUntil(lambda: bool(program.window.findChildren(TextWindow)), timeout=PATIENCE)
    shown = program.window.findChildren(TextWindow)[0]
    assert shown.text() == "what happened"
    assert not shown.isModal()
    shown.close()


def test_closing_with_a_run_in_flight_asks_once(program: Application, server: RecordingServer, qtbot: QtBot) -> None:
    go_on = threading.Event()
    server.add("/responses", Reply.of_events(EVENTS, hold=go_on, hold_after=40))
    operation = call(program, Post(program))
    window = program.window
    qtbot.waitUntil(lambda: window.dock.model.running() == 1, timeout=PATIENCE)
    window.close()
    assert window.isVisible()
    box = program.closing.box
    assert box is not None
    assert "/responses" in box.informativeText()
    stay = box.findChild(QAbstractButton, "closing.stay")
    qtbot.mouseClick(stay, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: program.closing.box is None, timeout=PATIENCE)
    assert window.isVisible()
    assert not operation.done
    window.close()
    assert program.closing.box is not None
    with qtbot.waitSignal(window.left, timeout=PATIENCE):
        qtbot.mouseClick(program.closing.box.findChild(QAbstractButton, "closing.quit"), Qt.MouseButton.LeftButton)
    assert not window.isVisible()
    go_on.set()
    qtbot.waitUntil(lambda: operation.done, timeout=PATIENCE)


def test_closing_without_a_run_does_not_ask(program: Application, qtbot: QtBot) -> None:
    with qtbot.waitSignal(program.window.left, timeout=PATIENCE):
        program.window.close()
    assert program.closing.box is None


def test_rate_limits_of_the_last_exchange_are_in_the_status_bar(
    program: Application, server: RecordingServer, qtbot: QtBot
) -> None:
    headers = {
        "x-ratelimit-limit-requests": "500",
        "x-ratelimit-remaining-requests": "321",
        "x-ratelimit-reset-requests": "120ms",
    }
    server.add("/responses", Reply.of_events(EVENTS, headers=headers))
    operation = call(program, Post(program))
    qtbot.waitUntil(lambda: operation.done, timeout=PATIENCE)
    wanted = "requests 321 / 500 · resets in 120 ms"
    qtbot.waitUntil(lambda: program.window.status.limits() == wanted, timeout=PATIENCE)


def test_the_palette_offers_what_a_panel_can_do_before_it_was_ever_opened(program: Application, qtbot: QtBot) -> None:
    window = program.window
    assert window.panels.panel("schemas") is None
    title = "A Schema from a Description…"
    window.open_palette()
    palette = window.palette_view()
    qtbot.keyClicks(palette.field, "schema from desc")
    qtbot.waitUntil(lambda: [entry.title for entry in palette.entries()][:1] == [title], timeout=PATIENCE)
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert window.panels.current_id() == "schemas"
    dialog = window.findChild(QDialog, "schemas.bring")
    assert isinstance(dialog, QDialog) and dialog.isVisible()
    dialog.reject()
    window.open_palette()
    qtbot.keyClicks(palette.field, "schema from desc")
    qtbot.waitUntil(lambda: not program.bridge.operations, timeout=PATIENCE)
    titles = [entry.title for entry in palette.entries()]
    assert titles.count(title) == 1, "the command itself, and no offer of it"

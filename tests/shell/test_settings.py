"""The settings: declared values, profiles and keys, with a real server and a key in memory."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from playground.app import Application
from playground.core.profiles import KeySource, Retries
from playground.shell.profiles_page import ProfilesPage
from playground.shell.settings_dialog import SettingsDialog
from playground.widgets.theme import current_theme
from tests.helpers.servers import RecordingServer, Reply
from tests.shell.conftest import MODELS, PATIENCE, Make, Run, end

KEY = "sk-proj-ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


@pytest.fixture
def dialog(program: Application, qtbot: QtBot) -> SettingsDialog:
    program.window.commands.run("app.settings")
    made = program.window.settings_dialog()
    assert made is not None
    return made


@pytest.fixture
def page(dialog: SettingsDialog, qtbot: QtBot) -> ProfilesPage:
    dialog.show_page("Profiles")
    return dialog.profiles


def idle(page: ProfilesPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: page._operation is None, timeout=PATIENCE)


def fill(page: ProfilesPage, base_url: str, name: str = "Lab", key: KeySource = KeySource.MEMORY) -> None:
    page.commands["add"].trigger()
    page.form.name.setText(name)
    page.form.base_url.setText(base_url)
    page.form.key_source.setCurrentIndex(page.form.key_source.findData(key))


def test_the_dialog_blocks_nothing_and_its_commands_go_with_it(
    program: Application, dialog: SettingsDialog, qtbot: QtBot
) -> None:
    assert dialog.isVisible()
    assert not dialog.isModal()
    assert program.window.commands.get("profiles.add") is not None
    with qtbot.waitSignal(dialog.destroyed, timeout=PATIENCE):
        dialog.close()
    assert program.window.settings_dialog() is None
    assert program.window.commands.get("profiles.add") is None
    program.window.commands.run("app.settings")
    assert program.window.commands.get("profiles.add") is not None


def test_every_declared_setting_has_its_field(program: Application, dialog: SettingsDialog) -> None:
    elsewhere = ("proxy.", "secrets.")  # set where they are used: in Requests
    for setting in program.settings:
        if setting.key.startswith(elsewhere):
            continue
        field = dialog.findChild(object, f"settings.{setting.key}")
        assert (field is None) == setting.hidden, setting.key


def test_a_setting_holds_at_once_and_is_saved_off_the_thread(
    program: Application, dialog: SettingsDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    theme = dialog.findChild(QComboBox, "settings.appearance.theme")
    theme.setCurrentIndex(theme.findData("dark"))
    qtbot.waitUntil(lambda: current_theme().dark, timeout=PATIENCE)
    file = tmp_path / "data" / "settings.json"
    qtbot.waitUntil(lambda: file.exists() and "dark" in file.read_text("utf-8"), timeout=PATIENCE)
    program.settings.set("appearance.theme", "light")
    qtbot.waitUntil(lambda: theme.currentData() == "light", timeout=PATIENCE)


def test_a_profile_is_added_with_a_key_in_memory_tested_and_used(
    program: Application, page: ProfilesPage, recording_server: RecordingServer, qtbot: QtBot, tmp_path: Path
) -> None:
    fill(page, recording_server.base_url)
    page.key.setText(f"  Bearer {KEY}\n")
    page.commands["save-key"].trigger()
    idle(page, qtbot)
    assert page.verdict.full_text() == "Saved."
    assert page.key.text() == "", "a key is not shown again"
    qtbot.waitUntil(lambda: "A key is saved" in page.key_state.full_text(), timeout=PATIENCE)
    page.commands["test"].trigger()
    idle(page, qtbot)
    assert page.verdict.full_text().startswith("The key is good")
    assert recording_server.received[-1].headers["authorization"] == f"Bearer {KEY}"
    profile = page.current()
    assert KEY not in (tmp_path / "data" / "profiles.json").read_text("utf-8")
    program.window.commands.run(f"profile.use.{profile.id}")
    qtbot.waitUntil(lambda: program.window.topbar.chip.label() == "Lab", timeout=PATIENCE)
    qtbot.waitUntil(lambda: program.window.status.state() == "ready", timeout=PATIENCE)
    assert recording_server.base_url in program.window.status.sentence()


def test_a_wrong_key_is_answered_in_words(page: ProfilesPage, recording_server: RecordingServer, qtbot: QtBot) -> None:
    recording_server.add(
        "/v9/models",
        Reply.of_json({"error": {"message": "Incorrect API key provided.", "code": "invalid_api_key"}}, status=401),
    )
    fill(page, recording_server.base_url.replace("/v1", "/v1/v9"))
    page.key.setText(KEY)
    page.commands["test"].trigger()
    idle(page, qtbot)
    assert "key" in page.verdict.full_text().lower()
    assert KEY not in page.verdict.full_text()
    assert not page.verdict.full_text().startswith("The key is good")


@pytest.mark.parametrize(("typed", "words"), [("sk one two", "no spaces"), ("“ ”", "no key"), ("sk-ключ", "plain")])
def test_what_can_be_no_key_is_said_before_anything_is_saved(
    page: ProfilesPage, recording_server: RecordingServer, typed: str, words: str
) -> None:
    fill(page, recording_server.base_url)
    page.key.setText(typed)
    page.commands["save-key"].trigger()
    assert words in page.verdict.full_text()
    assert page._operation is None


def test_a_profile_that_makes_no_sense_is_refused_in_words(page: ProfilesPage, qtbot: QtBot) -> None:
    fill(page, "http://localhost:1/v1", name="Sandbox")
    page.commands["save"].trigger()
    idle(page, qtbot)
    assert "already named" in page.verdict.full_text()
    page.form.base_url.setText("ftp://nowhere")
    words = page.findChild(object, "profiles.base-url.words")
    assert words.isVisibleTo(page)


def test_without_a_keyring_memory_is_offered(
    page: ProfilesPage, recording_server: RecordingServer, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: "keyring" in page.keyring_state.full_text(), timeout=PATIENCE)
    fill(page, recording_server.base_url, key=KeySource.KEYRING)
    page.key.setText(KEY)
    assert page.commands["memory-key"].isEnabled(), "the keyring was asked, and has said no"
    page.commands["save-key"].trigger()
    idle(page, qtbot)
    assert "keyring" in page.verdict.full_text()
    assert page.key.text() == KEY, "what was typed is still there"
    assert page.commands["memory-key"].isEnabled()
    page.commands["memory-key"].trigger()
    idle(page, qtbot)
    assert page.verdict.full_text() == "Saved."


def test_removing_a_profile_names_it_and_asks(
    program: Application, page: ProfilesPage, recording_server: RecordingServer, qtbot: QtBot
) -> None:
    fill(page, recording_server.base_url, name="To be removed")
    page.commands["save"].trigger()
    idle(page, qtbot)
    profile_id = page.current().id
    page.commands["remove"].trigger()
    assert page.box is not None
    assert "To be removed" in page.box.text()
    assert program.profiles.get(profile_id) is not None
    button = page.box.findChild(QAbstractButton, "profiles.confirm-remove.remove")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: program.profiles.get(profile_id) is None, timeout=PATIENCE)
    qtbot.waitUntil(lambda: program.window.commands.get(f"profile.use.{profile_id}") is None, timeout=PATIENCE)


def test_built_in_profiles_are_explained_and_cannot_be_changed(page: ProfilesPage) -> None:
    page.show_profile("sandbox")
    assert not page.form.name.isEnabled()
    assert not page.commands["save"].isEnabled()
    assert not page.commands["remove"].isEnabled()
    assert page.commands["test"].isEnabled()


def test_changes_are_undone(page: ProfilesPage, recording_server: RecordingServer, qtbot: QtBot) -> None:
    fill(page, recording_server.base_url)
    page.commands["save"].trigger()
    idle(page, qtbot)
    assert not page.commands["save"].isEnabled()
    page.form.read_retries.setValue(7)
    assert page.commands["save"].isEnabled()
    page.commands["revert"].trigger()
    assert page.form.read_retries.value() == 2
    assert not page.commands["save"].isEnabled()


def test_the_rule_for_retries_is_said_as_it_is(
    page: ProfilesPage, recording_server: RecordingServer, qtbot: QtBot
) -> None:
    fill(page, recording_server.base_url)
    words = page.form.retry_words
    assert words.full_text().startswith("Reads are sent again up to twice after a limit")
    assert "Generations are sent again by hand only." in words.full_text()
    assert page.form.generation_retries.text() == "never"
    page.form.read_retries.setValue(0)
    page.form.generation_retries.setValue(1)
    assert words.full_text().startswith("Reads are not sent again by themselves. Generations are sent again up to once")
    assert "may be billed" in words.full_text() and "Without credit" in words.full_text()
    page.commands["save"].trigger()
    idle(page, qtbot)
    assert page.current().retries == Retries(reads=0, generations=1)
    page.show_profile("sandbox")
    assert "up to twice" in words.full_text() and "by hand only" in words.full_text()


def test_a_stored_profile_is_the_active_one_at_the_next_start(
    make: Make, server: RecordingServer, qtbot: QtBot, run: Run, tmp_path: Path
) -> None:
    first = make()
    first.window.open_profiles()
    dialog = first.window.settings_dialog()
    assert dialog is not None
    fill(dialog.profiles, server.base_url, key=KeySource.NONE)
    dialog.profiles.commands["save"].trigger()
    idle(dialog.profiles, qtbot)
    profile_id = dialog.profiles.current().id
    first.window.commands.run(f"profile.use.{profile_id}")
    qtbot.waitUntil(lambda: first.window.topbar.chip.label() == "Lab", timeout=PATIENCE)
    end(first, run)
    assert json.loads((tmp_path / "data" / "profiles.json").read_text("utf-8"))["active"] == profile_id
    second = make()
    assert second.window.topbar.chip.label() == "Lab"


def test_the_log_is_counted_and_located(
    program: Application, dialog: SettingsDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog.show_page("Requests")
    count = dialog.findChild(object, "settings.requests.count")
    qtbot.waitUntil(lambda: "on record" in count.text(), timeout=PATIENCE)
    where = dialog.findChild(object, "settings.requests.location")
    assert where.text() == str(tmp_path / "data" / "exchanges.sqlite3")


def test_fields_of_the_key_hide_what_is_typed(page: ProfilesPage) -> None:
    assert page.key.echoMode() == QLineEdit.EchoMode.Password
    assert MODELS["data"], "the server lists a model"

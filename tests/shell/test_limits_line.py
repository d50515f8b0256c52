"""The limits at the window's foot: those of the profile in use, in a warning's colour when little is left."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from playground.app import Application
from playground.panels.inspector.view import InspectorView
from tests.helpers.servers import RecordingServer, Reply
from tests.shell.conftest import PATIENCE, Make, Post
from tests.shell.test_window import EVENTS, call


def limits(left: int, **more: str) -> dict[str, str]:
    return {
        "x-ratelimit-limit-requests": "500",
        "x-ratelimit-remaining-requests": str(left),
        "x-ratelimit-reset-requests": "120ms",
        **more,
    }


def ask(program: Application, server: RecordingServer, qtbot: QtBot, headers: dict[str, str]) -> None:
    server.add("/responses", Reply.of_events(EVENTS, headers=headers))
    operation = call(program, Post(program))
    qtbot.waitUntil(lambda: operation.done, timeout=PATIENCE)


def button(program: Application) -> Any:
    found = program.window.findChild(QAbstractButton, "status.limits")
    assert found is not None
    return found


def test_what_was_told_last_is_there_and_stays(program: Application, server: RecordingServer, qtbot: QtBot) -> None:
    assert not button(program).isVisible() and program.window.status.limits() == ""
    ask(
        program,
        server,
        qtbot,
        limits(499, **{"x-ratelimit-limit-tokens": "200000", "x-ratelimit-remaining-tokens": "198000"}),
    )
    wanted = "requests 499 / 500 · tokens 198k / 200k · resets in 120 ms"
    qtbot.waitUntil(lambda: program.window.status.limits() == wanted, timeout=PATIENCE)
    assert button(program).isVisible() and button(program)._role == "muted"
    assert "gpt-test at 127.0.0.1" in button(program).toolTip()
    ask(program, server, qtbot, {})
    qtbot.waitUntil(lambda: program.standing.settled() and not program.bridge.operations, timeout=PATIENCE)
    assert program.window.status.limits() == wanted, "an answer that names none takes none away"


def test_little_left_is_a_warning_and_a_click_goes_to_the_page(
    program: Application, server: RecordingServer, qtbot: QtBot
) -> None:
    ask(program, server, qtbot, limits(49))
    qtbot.waitUntil(lambda: program.window.status.limits().startswith("requests 49 /"), timeout=PATIENCE)
    assert button(program)._role == "warning"
    button(program).click()
    view = program.window.findChild(InspectorView)
    assert view is not None and view.isVisible() and view.current_page() == "limits"
    page = view.page("limits")
    qtbot.waitUntil(lambda: bool(page.cards), timeout=PATIENCE)
    (card,) = page.cards.values()
    assert card.model.full_text() == "gpt-test"


def test_another_profile_knows_nothing_of_it(make: Make, server: RecordingServer, qtbot: QtBot) -> None:
    program = make({"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": "sk-test-0123456789"})
    ask(program, server, qtbot, limits(480))
    qtbot.waitUntil(lambda: program.window.status.limits() != "", timeout=PATIENCE)
    sandbox = next(one for one in program.profiles.profiles if one.is_sandbox)
    mine = program.profiles.active
    program.standing.use(sandbox.id)
    qtbot.waitUntil(lambda: program.profiles.active.id == sandbox.id, timeout=PATIENCE)
    qtbot.waitUntil(lambda: "480" not in program.window.status.limits(), timeout=PATIENCE)
    program.standing.use(mine.id)
    qtbot.waitUntil(lambda: program.window.status.limits().startswith("requests 480 / 500"), timeout=PATIENCE)

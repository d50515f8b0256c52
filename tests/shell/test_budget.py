"""The day's budget in the window: said in the top bar, and warned of once at each level."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from playground.app import Application
from playground.core.runs import cost
from playground.core.settings import BUDGET
from playground.shell import budget
from tests.helpers.servers import RecordingServer
from tests.panels.streams import responses_reply
from tests.shell.conftest import PATIENCE


def test_the_window_warns_as_the_budget_is_used_up(
    program: Application, server: RecordingServer, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budget, "SETTLED_MS", 100)
    monkeypatch.setitem(
        cost._prices(), "gpt-test", {"input": "10000", "cached": None, "output": "10000", "anywhere": 1}
    )
    server.add("/responses", responses_reply("hello"))
    window = program.window
    label, settings = window.topbar.totals, window.parts.settings
    assert "%" not in label.full_text()
    settings.set(BUDGET, 7.0)
    qtbot.waitUntil(lambda: "0 % of $7.00" in label.full_text(), timeout=PATIENCE)
    assert window.notices.count() == 0
    window.show_panel("compose")
    window.commands.run("compose.use_model", "gpt-test")
    window.commands.run("compose.run")  # 605 tokens at a cent each: $6.05
    qtbot.waitUntil(lambda: "86 % of $7.00" in label.full_text(), timeout=PATIENCE)
    notice = window.notices.newest()
    assert notice is not None and notice.role == "warning" and "86 % of today's budget is spent" in notice.text
    settings.set(BUDGET, 0.6)  # on its way to 6.0
    settings.set(BUDGET, 6.0)
    qtbot.waitUntil(lambda: "101 % of $6.00" in label.full_text(), timeout=PATIENCE)
    notice = window.notices.newest()
    assert notice is not None and notice.role == "error" and "Today's budget is spent: $6.05 of $6.00" in notice.text
    told = window.notices.count()
    assert told == 2
    settings.set(BUDGET, 0.0)
    qtbot.waitUntil(lambda: "%" not in label.full_text(), timeout=PATIENCE)
    assert window.notices.count() == told


def test_a_log_that_cannot_be_read_is_no_fault_of_the_budget(program: Application, qtbot: QtBot) -> None:
    window = program.window
    qtbot.waitUntil(lambda: not program.bridge.operations, timeout=PATIENCE)
    program.store.real().writer.run(lambda db: db.execute("ALTER TABLE exchanges RENAME TO elsewhere") and None)
    assert program.store.flush()
    watch = window.findChild(budget.BudgetWatch)
    assert watch is not None
    window.parts.settings.set(BUDGET, 7.0)
    watch._read()
    qtbot.waitUntil(lambda: watch._reading is None, timeout=PATIENCE)
    assert program.bridge._failed == [], "it would be reported as a fault of the program"
    assert "%" not in window.topbar.totals.full_text()
    program.store.real().writer.run(lambda db: db.execute("ALTER TABLE elsewhere RENAME TO exchanges") and None)
    assert program.store.flush()

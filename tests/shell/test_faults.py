"""The sandbox's faults in the real window: put on, seen everywhere, taken off; the sandbox stays the same one."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from playground.app import Application
from playground.sandbox.faults import BY_NAME, KINDS, Fault
from playground.sandbox.process import Endpoint, SandboxError
from playground.shell.fault_switch import FaultSwitch
from playground.widgets.controls import Banner
from tests.shell.conftest import PATIENCE, Make
from tests.shell.test_sandbox import children


@pytest.fixture
def sandboxed(make: Make, qtbot: QtBot) -> Application:
    program = make(sandbox=True)
    qtbot.waitUntil(lambda: program.standing.settled() and not program.bridge.operations, timeout=PATIENCE)
    return program


def run_command(program: Application, qtbot: QtBot, command_id: str) -> None:
    assert program.window.commands.run(command_id)
    qtbot.waitUntil(lambda: program.faults.settled, timeout=PATIENCE)


def endpoint(program: Application) -> Endpoint | None:
    process = program.sandbox._made
    assert process is not None
    return process.endpoint


def prompted(program: Application, qtbot: QtBot) -> Banner | None:
    """Run the prompt; the box that follows."""
    window = program.window
    window.show_panel("compose")
    qtbot.waitUntil(lambda: not program.bridge.operations, timeout=PATIENCE)
    assert window.commands.run("compose.run")
    stop = window.commands.get("compose.stop")
    assert stop is not None
    qtbot.waitUntil(lambda: not stop.isEnabled(), timeout=PATIENCE)
    return window.findChild(Banner)


def test_a_fault_is_seen_everywhere_and_taken_off(sandboxed: Application, qtbot: QtBot) -> None:
    window, before, (child,) = sandboxed.window, endpoint(sandboxed), children(sandboxed)
    off, on = window.commands.get("sandbox.fault.off"), window.commands.get("sandbox.fault.503")
    assert off is not None and on is not None and not off.isEnabled()
    run_command(sandboxed, qtbot, "sandbox.fault.503")
    assert window.topbar.chip.label() == "Sandbox · fault: 503 overloaded"
    assert window.status.state() == "fault on"
    assert "Retry-After gives 5 seconds" in window.status.sentence() and "No Fault" in window.status.sentence()
    assert off.isEnabled() and on.isChecked()
    box = prompted(sandboxed, qtbot)
    assert box is not None and box.problem.title == "The server is overloaded"
    run_command(sandboxed, qtbot, "sandbox.fault.off")
    assert window.topbar.chip.label() == "Sandbox · echo engine"
    assert window.status.state() == "ready" and not off.isEnabled() and not on.isChecked()
    assert prompted(sandboxed, qtbot) is None
    assert endpoint(sandboxed) == before and children(sandboxed) == [child], "port, key and process are as before"


@pytest.mark.parametrize(
    ("name", "title"), [("tls", "No secure connection could be made"), ("refused", "Nothing answers at this address")]
)
def test_faults_of_the_connection(sandboxed: Application, qtbot: QtBot, name: str, title: str) -> None:
    before = endpoint(sandboxed)
    assert prompted(sandboxed, qtbot) is None, "a connection is kept open by this"
    run_command(sandboxed, qtbot, f"sandbox.fault.{name}")
    box = prompted(sandboxed, qtbot)
    assert box is not None and box.problem.title == title
    run_command(sandboxed, qtbot, "sandbox.fault.off")
    assert prompted(sandboxed, qtbot) is None
    assert endpoint(sandboxed) == before


def test_every_fault_is_in_the_palette(sandboxed: Application) -> None:
    window = sandboxed.window
    window.open_palette("sandbox fault")
    shown = {entry.title for entry in window.palette_view().entries()}
    assert {f"Sandbox Fault: {kind.title}" for kind in KINDS} <= shown


def test_the_settings_change_it_at_once(sandboxed: Application, qtbot: QtBot) -> None:
    window, faults = sandboxed.window, sandboxed.faults
    window.open_settings("Sandbox")
    dialog = window.settings_dialog()
    assert dialog is not None
    form = dialog.sandbox.faults
    assert form.choice.count() == 1 + len(KINDS) and not form.value.isVisible()
    form.choice.setCurrentIndex(form.choice.findData("stall"))
    qtbot.waitUntil(lambda: faults.settled, timeout=PATIENCE)
    assert faults.fault == Fault(BY_NAME["stall"], 12)
    assert form.value.isVisible() and form.value.text() == "12 events"
    form.value.setValue(30)
    qtbot.waitUntil(lambda: faults.settled and faults.fault is not None and faults.fault.value == 30, timeout=PATIENCE)
    assert "after 30 events" in form.words.text()
    assert form.elsewhere.text() == "X-Sandbox-Fault: stall=30\nplayground sandbox --fault stall=30"
    run_command(sandboxed, qtbot, "sandbox.fault.401")
    assert form.choice.currentData() == "401" and not form.value.isVisible()
    form.choice.setCurrentIndex(0)
    qtbot.waitUntil(lambda: faults.settled, timeout=PATIENCE)
    assert faults.fault is None and window.status.state() == "ready"


def test_the_last_wish_counts(sandboxed: Application, qtbot: QtBot) -> None:
    for name in ("401", "500", "latency"):
        assert sandboxed.window.commands.run(f"sandbox.fault.{name}")
    qtbot.waitUntil(lambda: sandboxed.faults.settled, timeout=PATIENCE)
    assert sandboxed.faults.fault == Fault(BY_NAME["latency"], 3)


def test_a_sandbox_that_died_comes_back_with_its_fault_its_port_and_its_key(
    sandboxed: Application, qtbot: QtBot
) -> None:
    before = endpoint(sandboxed)
    run_command(sandboxed, qtbot, "sandbox.fault.500")
    first = children(sandboxed)[0]
    first.kill()
    qtbot.waitUntil(lambda: any(child.pid != first.pid for child in children(sandboxed)), timeout=PATIENCE)
    qtbot.waitUntil(lambda: endpoint(sandboxed) is not None and sandboxed.standing.settled(), timeout=PATIENCE)
    assert endpoint(sandboxed) == before
    box = prompted(sandboxed, qtbot)
    assert box is not None and box.problem.status == 500


def test_the_box_offers_to_take_the_fault_off(sandboxed: Application, qtbot: QtBot) -> None:
    run_command(sandboxed, qtbot, "sandbox.fault.500")
    box = prompted(sandboxed, qtbot)
    assert box is not None
    off = sandboxed.window.commands.get("sandbox.fault.off")
    buttons = [button for button in box.findChildren(object) if getattr(button, "command", None) is off]
    assert len(buttons) == 1


def test_it_is_said_where_another_profile_is_in_use(program: Application, qtbot: QtBot) -> None:
    run_command(program, qtbot, "sandbox.fault.500")
    newest = program.window.notices.newest()
    assert newest is not None and "meets requests to the sandbox only" in newest.text
    assert "fault" not in program.window.topbar.chip.label()
    qtbot.waitUntil(lambda: program.window.status.state() == "ready", timeout=PATIENCE)
    assert children(program) == [], "the sandbox was not asked for"


def test_a_fault_that_is_not_taken_is_said(program: Application, qtbot: QtBot) -> None:
    class Deaf:
        async def set_faults(self, faults: object) -> None:
            raise SandboxError("The sandbox did not take the fault.", "It did not answer.", "Try again.")

    switch = FaultSwitch(program.bridge, Deaf().set_faults, program)
    switch.failed.connect(program.window.notify)
    switch.turn_on(Fault(BY_NAME["500"], 0))
    qtbot.waitUntil(lambda: switch.settled, timeout=PATIENCE)
    newest = program.window.notices.newest()
    assert newest is not None and "did not take the fault" in newest.text and "Try again" in newest.text
    assert switch.fault is None

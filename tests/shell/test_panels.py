"""Every panel there is: built, shown, themed, closed, and gone without a trace."""

from __future__ import annotations

import gc
import weakref

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from playground.app import Application
from playground.panels.contract import PanelContext, PanelManifest, discover
from playground.shell.panels import PanelParts, PanelStack
from playground.widgets.commands import CommandRegistry
from playground.widgets.controls import EmptyState
from playground.widgets.theme import current_theme
from tests.shell.conftest import PATIENCE
from tests.shell.test_window import nameless

MANIFESTS = discover()


def test_there_are_panels_with_places_of_their_own() -> None:
    assert len({manifest.id for manifest in MANIFESTS}) == len(MANIFESTS) > 0
    assert len({manifest.order for manifest in MANIFESTS}) == len(MANIFESTS)
    assert all(manifest.summary.endswith(".") for manifest in MANIFESTS)


@pytest.mark.parametrize("manifest", MANIFESTS, ids=[manifest.id for manifest in MANIFESTS])
def test_a_panel_is_built_shown_themed_and_closed(program: Application, manifest: PanelManifest, qtbot: QtBot) -> None:
    window = program.window
    window.commands.run(f"panel.{manifest.id}")
    page = window.panels.panel(manifest.id)
    assert page is not None
    assert not isinstance(page, EmptyState), "the panel could not be built"
    assert window.panels.currentWidget() is page
    assert manifest.title in window.windowTitle()
    assert window.panel_commands.commands[manifest.id].isChecked()
    qtbot.waitUntil(lambda: not program.bridge.operations, timeout=PATIENCE)
    for theme in ("dark", "light"):
        program.settings.set("appearance.theme", theme)
        qtbot.waitUntil(lambda: current_theme().name == theme, timeout=PATIENCE)  # noqa: B023
        assert not page.grab().isNull()
    assert nameless(page) == []
    offered = {name: command.text() for name in manifest.offers if (command := window.commands.get(name)) is not None}
    assert offered == manifest.offers, "the palette promises what the panel has"


def left_behind(program: Application, manifest: PanelManifest, qtbot: QtBot) -> list[str]:
    """Build a panel in a stack of its own, take it away again, and say what is still there."""
    commands = CommandRegistry()
    told: list[object] = []
    parts = PanelParts(
        program.bridge,
        program.sessions,
        program.store,
        commands,
        program.settings,
        program.memory,
        program.paths.cache,
        told.append,
    )
    holder = QWidget()
    stack = PanelStack([manifest], parts, holder)
    page = stack.show_panel(manifest.id)
    holder.resize(900, 600)
    holder.show()
    qtbot.waitUntil(lambda: not program.bridge.operations, timeout=PATIENCE)
    seen = weakref.ref(page)
    gone = Gone()
    page.destroyed.connect(gone.note)
    del page, stack
    holder.close()
    holder.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    del holder
    qtbot.waitUntil(lambda: not program.bridge.operations, timeout=PATIENCE)
    gc.collect()
    left = [] if gone.noted else ["the widget itself"]
    if seen() is not None:
        left.append(f"its Python object, held by {[type(holder).__name__ for holder in gc.get_referrers(seen())]}")
    return [*left, *(f"the command {command.id}" for command in commands)]


class Gone(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.noted = False

    def note(self) -> None:
        self.noted = True


@pytest.mark.parametrize("manifest", MANIFESTS, ids=[manifest.id for manifest in MANIFESTS])
def test_a_panel_leaves_nothing_behind(program: Application, manifest: PanelManifest, qtbot: QtBot) -> None:
    assert left_behind(program, manifest, qtbot) == []


class Tidy(QWidget):
    """The least that is a panel."""

    def __init__(self, context: PanelContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.command = context.commands.add("tidy.do", "Do", self.do, group="Tidy", scope=self)
        self.operation = context.bridge.blocking(sum, [1, 2], label="Adding", owner=self)

    def do(self) -> None:
        pass


KEPT: list[QWidget] = []


class Leaky(Tidy):
    """A panel that someone holds on to, and whose command nobody takes away."""

    def __init__(self, context: PanelContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        KEPT.append(self)
        context.commands.add("leaky.stay", "Stay", self.do, group="Leaky")


def test_the_check_for_leaks_sees_one(program: Application, qtbot: QtBot) -> None:
    tidy = PanelManifest("tidy", "Tidy", "It leaves nothing.", "box", 1, f"{__name__}:Tidy")
    leaky = PanelManifest("leaky", "Leaky", "It leaves something.", "box", 2, f"{__name__}:Leaky")
    assert left_behind(program, tidy, qtbot) == []
    left = left_behind(program, leaky, qtbot)
    KEPT.clear()
    assert any("Python object" in what for what in left)
    assert "the command leaky.stay" in left


def test_a_panel_that_cannot_be_built_says_so_and_the_others_work(
    program: Application, faults: list[BaseException]
) -> None:
    broken = PanelManifest("broken", "Broken", "It does not exist.", "bug", 99, "playground.panels.none:Nothing")
    window = program.window
    parts = window.panels._parts
    stack = PanelStack([broken, *MANIFESTS], parts)
    assert isinstance(stack.show_panel("broken"), EmptyState)
    assert [type(fault) for fault in faults] == [ModuleNotFoundError]
    faults.clear()
    stack.deleteLater()

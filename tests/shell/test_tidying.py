"""What the settings let go of: at the start, and by hand after a question that counts."""

from __future__ import annotations

import contextlib
from pathlib import Path

from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from playground.app import Application
from playground.core.exchanges import ExchangeStore
from playground.core.exchanges.retention import Doomed
from playground.core.paths import DataPaths
from playground.core.settings import KEEP_DAYS, KEEP_MEGABYTES, Settings
from playground.shell.settings_dialog import SettingsDialog, size_words
from playground.shell.tidying import question_words
from tests.core.exchanges.test_retention import aged
from tests.helpers.gui import Run
from tests.shell.conftest import PATIENCE, Make, end


def filled(tmp_path: Path, count: int, days: float) -> DataPaths:
    paths = DataPaths(tmp_path / "data")
    paths.root.mkdir()
    aged(paths.exchanges, count, days)
    return paths


def ready(program: Application, qtbot: QtBot) -> None:
    qtbot.waitUntil(
        lambda: program.standing.settled() and program.tidying.settled() and not program.bridge.operations,
        timeout=PATIENCE,
    )


def left(program: Application) -> int:
    return program.store.log.count("-sdk:models.list")  # which the program itself asks for


def test_the_old_go_at_the_start(tmp_path: Path, make: Make, qtbot: QtBot) -> None:
    filled(tmp_path, 400, 60)
    program = make(sandbox=True)
    ready(program, qtbot)
    assert 150 < left(program) < 250, "half of them came in the last 30 days"


def test_too_many_megabytes_go_at_the_start(tmp_path: Path, make: Make, qtbot: QtBot, run: Run) -> None:
    paths = filled(tmp_path, 2000, 5)
    settings = Settings(paths.settings)
    settings.set(KEEP_MEGABYTES, 1)
    settings.save()
    program = make(sandbox=True)
    ready(program, qtbot)
    assert 0 < left(program) < 1000
    end(program, run)
    assert paths.exchanges.stat().st_size < 1.1e6


def test_by_hand_it_asks_and_counts(tmp_path: Path, make: Make, qtbot: QtBot) -> None:
    filled(tmp_path, 400, 20)
    program = make(sandbox=True)
    ready(program, qtbot)
    assert left(program) == 400
    program.window.commands.run("requests.tidy")
    ready(program, qtbot)
    assert program.tidying.box is None, "there is nothing to ask about"
    assert any(
        "Nothing to delete: the last 30 days and at most 2,000 MB are kept" in one.text
        for one in program.window.notices._notices
    ), [one.text for one in program.window.notices._notices]
    program.settings.set(KEEP_DAYS, 5)
    ready(program, qtbot)
    assert left(program) == 400, "nothing goes while a number is typed"
    for answer, rest in (("cancel", 400), ("delete", 101)):
        program.window.commands.run("requests.tidy")
        qtbot.waitUntil(lambda: program.tidying.box is not None, timeout=PATIENCE)
        box = program.tidying.box
        assert box is not None and box.text() == "Delete 299 requests that came more than 5 days ago?"
        button = box.findChild(QAbstractButton, f"requests.confirm-tidy.{answer}")
        assert button is not None
        button.click()
        qtbot.waitUntil(lambda: program.tidying.box is None, timeout=PATIENCE)
        ready(program, qtbot)
        assert left(program) == rest
    assert any(one.text.startswith("299 requests deleted; the log takes ") for one in program.window.notices._notices)


def test_the_settings_say_how_large_it_is(tmp_path: Path, make: Make, qtbot: QtBot) -> None:
    filled(tmp_path, 400, 20)
    program = make(sandbox=True)
    ready(program, qtbot)
    program.window.commands.run("app.settings")
    dialog = program.window.findChild(SettingsDialog)
    assert dialog is not None
    dialog.show_page("Requests")
    count = dialog.findChild(object, "settings.requests.count")
    qtbot.waitUntil(lambda: "requests on record" in count.text(), timeout=PATIENCE)
    program.settings.set(KEEP_DAYS, 5)
    program.tidying.tidy()
    # A request of the window's own may be recorded after it was counted.
    qtbot.waitUntil(lambda: 100 <= int(count.text().split(" requests")[0]) < 110, timeout=PATIENCE)
    assert program.store.count() < 110
    program.window.commands.run("requests.compact")
    ready(program, qtbot)


def test_the_question_counts() -> None:
    assert question_words(Doomed(3, 0, "1.0 MB"), 30, 5_000_000) == (
        "Delete 3 requests that came more than 30 days ago?"
    )
    assert question_words(Doomed(0, 1200, "1.4 GB"), 30, 1_000_000_000) == (
        "Delete about 1,200 requests, the oldest, so that the log takes 1,000 MB? It takes 1.4 GB now."
    )
    assert question_words(Doomed(1, 20, "9 MB"), 1, 8_000_000) == (
        "Delete 1 request that came more than 1 day ago, and about 20 more, the oldest, so that the log takes 8 MB? "
        "It takes 9 MB now."
    )


def test_sizes_in_words() -> None:
    assert size_words((1, 300_000, 320_000)) == "1 request on record, 300.0 kB"
    assert size_words((1204, 312_000_000, 352_000_000)) == (
        "1,204 requests on record, 312.0 MB, and 40.0 MB in the file are free"
    )


def test_a_log_that_is_gone_says_so_once(tmp_path: Path, make: Make, qtbot: QtBot) -> None:
    paths = filled(tmp_path, 20, 5)
    with contextlib.closing(ExchangeStore.open(paths.exchanges)) as store:
        store.writer.run(lambda db: db.execute("UPDATE schema_version SET version = 99"))
        store.flush()
    program = make(sandbox=True)
    ready(program, qtbot)
    assert len(program.window.notices._notices) == 1, "what cannot be opened is not tidied"

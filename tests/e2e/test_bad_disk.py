"""Full, read-only, locked, damaged, older and newer: what a data folder can be, in the window and on the command line.

Nothing that a person made is lost: drafts, settings and profiles are kept in the window, and saved when it works again.
"""

from __future__ import annotations

import contextlib
import json
import time
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from playground.app import Application
from playground.core.exchanges import ExchangeStore
from playground.core.exchanges.store import connect
from playground.core.paths import DataPaths
from playground.core.profiles import KeySource, Profile, ProfileStore
from playground.core.settings import KEEP_DAYS, THEME, Settings
from tests.e2e.test_bad_input import call, compose, lines_of
from tests.helpers.disks import fill, read_only, small_disk
from tests.helpers.servers import RecordingServer
from tests.panels.streams import responses_reply
from tests.shell.conftest import PATIENCE, Make, Run, end


def env(server: RecordingServer) -> dict[str, str]:
    return {"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": "sk-test-0123456789abcdef"}


def notices(program: Application) -> list[str]:
    """All that the strip tells, the newest last."""
    return [f"{notice.text} {notice.details}" for notice in program.window.notices._notices]


def settled(program: Application, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: program.standing.settled() and not program.bridge.operations, timeout=PATIENCE)


def told(program: Application, qtbot: QtBot, *words: str) -> str:
    """Wait until one notice has all these words."""

    def found() -> list[str]:
        return [text for text in notices(program) if all(word in text for word in words)]

    qtbot.waitUntil(lambda: bool(found()), timeout=PATIENCE)
    return found()[-1]


def answered(program: Application, qtbot: QtBot) -> None:
    """A prompt can be run, whatever state the disk is in."""
    view = compose(program)
    view.picker.use("gpt-test")
    view.prompt.messages.cards[-1].editor.set_text("Keep what I wrote.")
    program.window.commands.run("compose.run")
    qtbot.waitUntil(lambda: not view.model.running, timeout=PATIENCE)
    assert view.model.reply.text() == "Hello", view.model.snapshot


def draft_in(state: Path) -> str:
    document = json.loads((state / "panel-compose.json").read_text("utf-8"))
    return str(document["draft"]["messages"][-1]["text"])


def test_a_disk_that_is_full_from_the_start(
    tmp_path: Path, make: Make, server: RecordingServer, qtbot: QtBot, run: Run
) -> None:
    server.add("/responses", responses_reply("Hello"))
    with small_disk(tmp_path / "disk", 512) as disk:
        ballast = fill(disk)
        code, _, err = call(disk / "data", env(server), method="models.list")
        assert code == 2 and "full" in lines_of(err)["error"]["explanation"], err
        program = make(env(server), data_dir=disk / "data")
        settled(program, qtbot)
        text = told(program, qtbot, "data folder cannot be used") if not (disk / "data").is_dir() else ""
        text = text or told(program, qtbot, "full")
        assert "Free some space" in text
        answered(program, qtbot)
        told(program, qtbot, "cannot be saved", "full")
        ballast.unlink()
        program.settings.set(THEME, "dark")
        end(program, run)
        assert draft_in(disk / "data" / "state") == "Keep what I wrote."
        settings = Settings(DataPaths(disk / "data").settings)
        settings.load()
        assert settings.get(THEME) == "dark"


def test_a_disk_that_fills_up_meanwhile(
    tmp_path: Path, make: Make, server: RecordingServer, qtbot: QtBot, run: Run
) -> None:
    server.add("/responses", responses_reply("Hello", "", ""), responses_reply("Hello"))
    with small_disk(tmp_path / "disk", 2048) as disk:
        program = make(env(server), data_dir=disk / "data")
        settled(program, qtbot)
        ballast = fill(disk)
        program.settings.set(THEME, "dark")
        answered(program, qtbot)
        told(program, qtbot, "What you write cannot be saved", "disk is full", "Free some space")
        told(program, qtbot, "Requests are not being recorded", "disk is full")
        assert compose(program).prompt.messages.messages()[-1].text == "Keep what I wrote."
        qtbot.waitUntil(lambda: program.memory.failing is not None, timeout=PATIENCE)
        program.window.close()
        asked = program.closing.box
        assert asked is not None and "not saved" in asked.text() and "disk is full" in asked.informativeText()
        asked.reject()
        assert program.window.isVisible()
        ballast.unlink()
        answered(program, qtbot)
        told(program, qtbot, "Requests are recorded again", "nothing is missing")
        assert sum("not being recorded" in text for text in notices(program)) == 1, "it is said once"
        end(program, run)
        assert draft_in(disk / "data" / "state") == "Keep what I wrote."
        settings = Settings(DataPaths(disk / "data").settings)
        settings.load()
        assert settings.get(THEME) == "dark"
        with contextlib.closing(ExchangeStore.open(DataPaths(disk / "data").exchanges)) as store:
            states = [s.state for s in store.recent() if s.method == "POST"]
            assert states == ["done", "done"], "what was answered while it was full is on record too"


@pytest.mark.parametrize("new", [True, False], ids=["new folder", "with data"])
def test_a_folder_that_is_read_only(
    tmp_path: Path, make: Make, server: RecordingServer, qtbot: QtBot, run: Run, new: bool
) -> None:
    server.add("/responses", responses_reply("Hello"))
    data = tmp_path / "data"
    data.mkdir()
    if not new:
        store = ProfileStore(DataPaths(data).profiles, {})
        store.save(Profile.new("Work", base_url=server.base_url, key=KeySource.NONE))
        ExchangeStore.open(DataPaths(data).exchanges).close()
    before = {file.name: file.read_bytes() for file in data.iterdir()}
    with read_only(data):
        code, _, err = call(data, env(server), method="models.list")
        assert code == 2 and "Traceback" not in err, err
        assert "--data-dir" in lines_of(err)["error"]["explanation"]
        program = make(env(server), data_dir=data)
        settled(program, qtbot)
        text = told(program, qtbot, "Nothing is kept", "read-only", "--data-dir")
        assert "forgotten when this window is closed" in text
        answered(program, qtbot)
        if not new:
            assert [profile.name for profile in program.profiles.profiles][-1] == "Work"
        end(program, run)
    assert {file.name: file.read_bytes() for file in data.iterdir()} == before


def test_the_sandbox_works_where_nothing_can_be_kept(tmp_path: Path, make: Make, qtbot: QtBot, run: Run) -> None:
    data = tmp_path / "data"
    data.mkdir()
    with read_only(data):
        program = make(data_dir=data, sandbox=True)
        settled(program, qtbot)
        told(program, qtbot, "Nothing is kept")
        view = compose(program)
        view.picker.use("sandbox-echo")
        program.window.commands.run("compose.run")
        qtbot.waitUntil(lambda: not view.model.running, timeout=PATIENCE)
        assert view.model.snapshot is not None and view.model.snapshot.status == "completed", view.model.snapshot
        borrowed = program.sandbox.folder
        assert borrowed.is_dir()
        end(program, run)
    assert not borrowed.exists() and list(data.iterdir()) == []


def test_a_file_where_the_folder_should_be(tmp_path: Path, make: Make, server: RecordingServer, qtbot: QtBot) -> None:
    server.add("/responses", responses_reply("Hello"))
    (tmp_path / "file").write_text("mine")
    data = tmp_path / "file" / "data"
    code, _, err = call(data, env(server), method="models.list")
    assert code == 2 and "--data-dir" in lines_of(err)["error"]["explanation"], err
    program = make(env(server), data_dir=data)
    settled(program, qtbot)
    told(program, qtbot, "Nothing is kept", str(data))
    assert len(notices(program)) == 1, notices(program)
    answered(program, qtbot)
    assert (tmp_path / "file").read_text() == "mine"


def test_a_locked_log(
    tmp_path: Path, make: Make, server: RecordingServer, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.add("/responses", responses_reply("Hello"))
    path = DataPaths(tmp_path / "data").exchanges
    ExchangeStore.open(path).close()
    with contextlib.closing(connect(path)) as db:
        db.execute("BEGIN EXCLUSIVE")
        code, _, err = call(tmp_path / "data", env(server), method="models.list")
        assert code == 2 and "Close that program" in lines_of(err)["error"]["explanation"], err
        monkeypatch.setattr("playground.core.exchanges.damage.BUSY", 0.1)
        program = make(env(server))
        told(program, qtbot, "The request log is locked", "Close that program")
        answered(program, qtbot)


def test_a_damaged_log_is_kept_aside(tmp_path: Path, make: Make, server: RecordingServer, qtbot: QtBot) -> None:
    server.add("/responses", responses_reply("Hello"))
    path = DataPaths(tmp_path / "data").exchanges
    path.parent.mkdir()
    path.write_bytes(b"SQLite format 3\0" + b"damage" * 5000)
    code, out, err = call(tmp_path / "data", env(server), method="models.list")
    assert code == 0 and "gpt-test" in out
    assert "kept as exchanges.sqlite3.broken-" in lines_of(err)["warning"]["message"]
    path.write_bytes(b"SQLite format 3\0" + b"damage" * 5000)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    program = make(env(server))
    told(program, qtbot, "damaged; a new one was begun", "kept as exchanges.sqlite3.broken-")
    answered(program, qtbot)
    assert len(list(path.parent.glob("exchanges.sqlite3.broken-*"))) == 2


def test_a_log_of_a_newer_version_is_left_alone(
    tmp_path: Path, make: Make, server: RecordingServer, qtbot: QtBot
) -> None:
    server.add("/responses", responses_reply("Hello"))
    path = DataPaths(tmp_path / "data").exchanges
    ExchangeStore.open(path).close()
    with contextlib.closing(connect(path)) as db:
        db.execute("UPDATE schema_version SET version = 99")
    code, _, err = call(tmp_path / "data", env(server), method="models.list")
    assert code == 2 and "newer" in lines_of(err)["error"]["message"]
    program = make(env(server))
    told(program, qtbot, "of a newer version", "Use the newer program")
    answered(program, qtbot)
    with contextlib.closing(connect(path)) as db:
        assert db.execute("SELECT version FROM schema_version").fetchone() == (99,)


def test_damaged_settings_profiles_and_drafts_are_kept_aside(
    tmp_path: Path, make: Make, server: RecordingServer, qtbot: QtBot
) -> None:
    paths = DataPaths(tmp_path / "data")
    paths.state.mkdir(parents=True)
    for file in (paths.settings, paths.profiles, paths.state / "panel-compose.json"):
        file.write_text('{"half": ', "utf-8")
    program = make(env(server))
    settled(program, qtbot)
    for what in ("settings could not be read", "profiles could not be read", "window remembered could not be read"):
        assert ".broken-" in told(program, qtbot, what)
    assert len(list(paths.root.rglob("*.broken-*"))) == 3
    assert program.settings.get(KEEP_DAYS) == 30


def test_the_clock_set_back_between_two_starts(
    tmp_path: Path, make: Make, server: RecordingServer, qtbot: QtBot, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.add("/responses", responses_reply("Hello"), responses_reply("Hello"))
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 5 * 86400)
    first = make(env(server))
    settled(first, qtbot)
    answered(first, qtbot)
    qtbot.waitUntil(lambda: len(posts(first)) == 1, timeout=PATIENCE)
    older = posts(first)[0]
    end(first, run)
    monkeypatch.setattr(time, "time", lambda: now)
    monkeypatch.setattr("playground.core.ids._last", 0)
    second = make(env(server))
    settled(second, qtbot)
    answered(second, qtbot)
    qtbot.waitUntil(lambda: len(posts(second)) == 2, timeout=PATIENCE)
    assert posts(second)[1] == older, "the newest is on top, whatever the clock says"


def posts(program: Application) -> list[str]:
    return [row.id for row in program.window.dock.summaries() if row.method == "POST" and row.state == "done"]

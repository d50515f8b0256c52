"""kill -9 at any moment, again and again: the next start works, the log is consistent, and what was written is there.

A draft is saved within a second of being written; what was written before that must be there after the kill.
"""

from __future__ import annotations

import contextlib
import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from playground.core.exchanges import ExchangeStore
from playground.core.exchanges.store import connect
from playground.core.paths import DataPaths
from playground.core.profiles import KeySource, Profile, ProfileStore
from playground.core.settings import KEEP_DAYS, THEME, Settings
from tests.e2e.test_bad_disk import answered, draft_in, notices, settled, told
from tests.helpers.needs import ROOT
from tests.helpers.servers import RecordingServer
from tests.panels.streams import held_before, responses_reply
from tests.shell.conftest import PATIENCE, Make, Run, end

KILLS = 20
SAVED_WITHIN = 3.0
"""Seconds. Two timers of 0.4 s each, and a machine that may be busy."""


@dataclass
class Busy:
    """One of the processes, and what it said."""

    process: subprocess.Popen[str]
    began: str = ""
    drafts: list[tuple[int, float]] = field(default_factory=list)
    ready: threading.Event = field(default_factory=threading.Event)

    def listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if not line.endswith("\n"):
                return  # killed in the middle of a word
            word, *rest = line.split(maxsplit=1)
            if word == "ready":
                self.began = rest[0].strip() if rest else ""
                self.ready.set()
            elif word == "draft":
                number, moment = rest[0].split()
                self.drafts.append((int(number), float(moment)))


@contextlib.contextmanager
def busy(data: Path, server: RecordingServer, first: int, errors: Path) -> Iterator[Busy]:
    command = [sys.executable, "-m", "tests.e2e.busy_child", str(data), server.base_url, str(first)]
    with errors.open("a", encoding="utf-8") as file:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=file, text=True)
        made = Busy(process)
        listener = threading.Thread(target=made.listen, daemon=True)
        listener.start()
        try:
            yield made
        finally:
            process.kill()
            process.wait(10)
            listener.join(10)
            assert process.stdout is not None
            process.stdout.close()


def saved_draft(paths: DataPaths) -> int:
    """The number of the draft that is on disk; 0 where there is none yet. Every file is whole."""
    for file in (*paths.state.glob("*.json"), *paths.root.glob("*.json")):
        json.loads(file.read_text("utf-8"))
    file = paths.state / "panel-compose.json"
    if not file.exists():
        return 0
    word, _, number = json.loads(file.read_text("utf-8"))["draft"]["messages"][-1]["text"].partition(" ")
    return int(number) if word == "draft" else 0


@pytest.mark.slow
def test_killed_at_any_moment(tmp_path: Path, server: RecordingServer, make: Make, qtbot: QtBot) -> None:
    whole, never = responses_reply(*["word "] * 400, chunk=97), threading.Event()
    half = held_before(responses_reply("half an answer", "the rest", hold=never), "the rest")
    half.forever = True
    server.add("/responses", *[whole] * 5, half)
    chance = random.Random(9)
    paths = DataPaths(tmp_path / "data")
    number = saved = written = 0
    for kill in range(KILLS):
        with busy(paths.root, server, number, tmp_path / "stderr") as child:
            if kill % 4:  # the others are killed while they start
                assert child.ready.wait(60), (tmp_path / "stderr").read_text()
            time.sleep(chance.uniform(0.05, 2.8))
            killed = time.monotonic()
        if child.ready.is_set() and saved:
            assert child.began.startswith("draft "), "the draft was there at the next start"
            assert int(child.began.split()[1]) == saved
        due = [n for n, moment in child.drafts if moment < killed - SAVED_WITHIN]
        saved = saved_draft(paths)
        assert saved >= max(due, default=0)
        number = max([number, saved, *(n for n, _ in child.drafts)])
        written += len(child.drafts)
        if paths.exchanges.exists():
            with contextlib.closing(connect(paths.exchanges)) as db:
                assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert written > 50, "the processes were killed before they did anything"
    errors = (tmp_path / "stderr").read_text()
    assert "Traceback" not in errors, errors
    assert not list(paths.root.rglob("*.broken-*"))
    with contextlib.closing(ExchangeStore.open(paths.exchanges)) as store:
        states = {summary.state for summary in store.recent(1000)}
        assert store.problem is None and "cut" in states and "open" not in states
        details = [store.load(summary.id) for summary in store.recent(1000)]
        cut = [detail.attempts[-1].response_body for detail in details if detail.summary.state == "cut"]
        assert all(kept.status != "running" for kept in store.history.find())
        assert sum(b"half an answer" in body for body in cut) >= 3, "what came before the kill was kept"
    program = make({"OPENAI_BASE_URL": server.base_url})
    settled(program, qtbot)
    assert notices(program) == []
    assert len(list(paths.root.glob("exchanges*.lock"))) == 1, "the dead ones' are gone"


def test_two_windows_on_one_folder(tmp_path: Path, server: RecordingServer, make: Make, qtbot: QtBot, run: Run) -> None:
    """Both work at the same time, and neither undoes what the other does."""
    paths = DataPaths(tmp_path / "data")
    answer = responses_reply("Hello")
    answer.forever = True
    server.add("/responses", answer)
    with busy(paths.root, server, 0, tmp_path / "stderr") as child:
        assert child.ready.wait(60), (tmp_path / "stderr").read_text()
        program = make({"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": "sk-test-0123456789"})
        settled(program, qtbot)
        assert "Another window uses this data folder" in told(program, qtbot, "draft")
        program.settings.set(THEME, "dark")
        for number in range(10):
            program.profiles.save(Profile.new(f"Mine {number}", key=KeySource.NONE))
            answered(program, qtbot)
        seen = len(child.drafts)
        qtbot.waitUntil(lambda: len(child.drafts) > seen + 40, timeout=PATIENCE)
        end(program, run)
        theirs = max(n for n, _ in child.drafts)
        qtbot.waitUntil(lambda: 0 < saved_draft(paths) >= theirs, timeout=PATIENCE)
    assert "Traceback" not in (tmp_path / "stderr").read_text()
    assert draft_in(paths.state / "window-2") == "Keep what I wrote."
    profiles = ProfileStore(paths.profiles, {})
    profiles.load()
    names = [profile.name for profile in profiles.profiles]
    assert sum(name.startswith("Mine") for name in names) == 10
    assert sum(name.startswith("Profile") for name in names) >= 5
    settings = Settings(paths.settings)
    settings.load()
    assert settings.get(THEME) == "dark" and settings.get(KEEP_DAYS) != KEEP_DAYS.default
    with contextlib.closing(ExchangeStore.open(paths.exchanges)) as store:
        sent = [exchange for exchange in store.recent(10_000) if exchange.method == "POST"]
        asked = [request for request in server.received if request.method == "POST"]
        # The writer gathers for a moment before it commits: what began in that moment goes with the kill.
        assert len(sent) >= len(asked) - 3, "every request of both is in the one log"

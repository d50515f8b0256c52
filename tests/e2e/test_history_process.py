"""What of a run survives the program's sudden death: the real program, killed in the middle of a stream."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QImage

from playground.core.exchanges import ExchangeStore
from playground.core.redact import Redactor
from playground.core.runs.history import reopen
from tests.core.exchanges.test_history import shown
from tests.e2e.test_process import TIMEOUT, environ, playground
from tests.helpers.needs import ROOT
from tests.helpers.servers import RecordingServer, Reply
from tests.panels.streams import held_before, responses_reply

PROMPT = "Say something to remember"


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + TIMEOUT
    while not true():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)


def came(path: Path, text: str) -> bool:
    """Whether that much of the answer is in the file, which another process writes."""
    if not path.exists():
        return False
    with contextlib.closing(ExchangeStore.open(path, Redactor())) as store:
        runs = store.history.find()
        found = store.history.load(runs[0].id).exchanges if runs else ()
        return bool(found) and text.encode() in found[-1].attempts[-1].response_body


def test_a_run_is_in_the_history_after_kill_9(tmp_path: Path, recording_server: RecordingServer) -> None:
    models = {"object": "list", "data": [{"id": "gpt-test", "object": "model", "created": 1, "owned_by": "tests"}]}
    recording_server.add("/models", Reply.of_json(models, forever=True))
    recording_server.add("/responses", held_before(responses_reply("Half ", "whole", hold=threading.Event()), "whole"))
    data = tmp_path / "data"
    (data / "state").mkdir(parents=True)
    draft = {"messages": [{"role": "user", "text": PROMPT}], "model": "gpt-test"}
    state = {"version": 1, "draft": draft, "profile": "environment", "models": {"environment": "gpt-test"}}
    (data / "state" / "panel-compose.json").write_text(json.dumps(state))
    command = [sys.executable, "-m", "playground", "--data-dir", str(data), "--profile", "environment", "--run"]
    server = {"OPENAI_BASE_URL": recording_server.base_url, "OPENAI_API_KEY": "sk-test-0123456789"}
    log = data / "exchanges.sqlite3"
    with subprocess.Popen(command, cwd=ROOT, env=environ() | server, stderr=subprocess.PIPE, text=True) as process:
        try:
            until(lambda: came(log, "Half "))
            os.kill(process.pid, signal.SIGKILL)
            process.wait(TIMEOUT)
        finally:
            process.kill()
    with contextlib.closing(ExchangeStore.open(log, Redactor())) as store:
        (run,) = store.history.find("remember half")
        assert (run.status, run.title, run.model) == ("cut", PROMPT, "gpt-test")
        again = reopen(store.history.load(run.id))
    assert [block.text for block in shown(again.changes).values()] == ["Half "]
    assert again.snapshot.status == "cut" and again.snapshot.exchange_id and again.log.reads >= 1


def test_the_program_opens_with_a_recording(tmp_path: Path) -> None:
    file = ROOT / "resources" / "recordings" / "failure.playground-recording"
    pictures = []
    for name, flags in (("plain", ()), ("open", ("--open", str(file)))):
        picture = tmp_path / f"{name}.png"
        done = playground("--data-dir", str(tmp_path / name), "--screenshot", str(picture), *flags)
        assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
        assert not list((tmp_path / name / "reports").glob("*.txt"))
        pictures.append(QImage(str(picture)))
    assert pictures[0] != pictures[1], "the recording is shown"

"""A history of many runs, and the real program that opens, searches and deletes in it.

    python -m tests.bench.history_child RUNS REPEATS

prints milliseconds: `open`, `rare`, `common`, `prefix`, `typed`, `delete`, `stalls`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from playground.app import Application
from playground.cli.options import AppOptions
from playground.core.exchanges import ExchangeStore, new_id
from playground.core.exchanges.messages import (
    Answered,
    AttemptBegan,
    AttemptEnded,
    ExchangeBegan,
    ExchangeEnded,
    RequestBody,
)
from playground.core.exchanges.records import Timings
from playground.core.redact import Redactor
from playground.core.runs.kept import RunBegan, RunOver
from playground.panels.compose.view import ComposeView
from tests.bench.frames import Stalls, painted

RESULTS: dict[str, list[float]] = {
    name: [] for name in ("open", "rare", "common", "prefix", "typed", "delete", "stalls")
}
EVENTS = (("content-type", "text/event-stream"),)
STARTS = ("an", "con", "pre", "str", "ele", "tion", "mar", "over", "qui", "sub")


def vocabulary(chance: random.Random) -> list[str]:
    """Words as a language has them: a few frequent ones, and thousands that are rare."""
    parts = ("con", "pre", "str", "ele", "tion", "mar", "over", "qui", "sub", "lo", "ne", "ver", "an", "ing")
    rare = {"".join(chance.choices(parts, k=chance.randint(1, 5))) for _ in range(12_000)}
    return ["the", "of", "and", "to", "in", *sorted(rare)]


def fill(path: Path, runs: int) -> list[str]:
    """Write runs as the program does; gives their ids, oldest first."""
    chance = random.Random(3)
    words = vocabulary(chance)
    weights = [1 / (rank + 2) for rank in range(len(words))]
    ids = []
    with contextlib.closing(ExchangeStore.open(path, Redactor())) as store:
        for number in range(runs):
            prompt = " ".join(chance.choices(words, weights, k=60)) + f" everywhere needle{number:05d}"
            answer = " ".join(chance.choices(words, weights, k=chance.choice((100, 200, 400))))
            ids.append(_write(store, prompt, answer, number))
            if number % 500 == 0:
                store.flush(60)
        store.flush(120)
    return ids


def _write(store: ExchangeStore, prompt: str, answer: str, number: int) -> str:
    run, exchange, put = new_id(), new_id(), store.writer.put
    draft = {
        "instructions": "",
        "messages": [{"role": "user", "text": prompt}],
        "model": "gpt-test",
        "api": "responses",
    }
    body = json.dumps({"model": "gpt-test", "input": prompt}).encode()
    began = time.time() - 60 * (10_000 - number)
    put(RunBegan(run, began, "responses", "gpt-test", "Work", "http://127.0.0.1/v1", False, draft))
    put(ExchangeBegan(exchange, began, "Work", "POST", "/responses", "responses.create", "compose", run))
    put(AttemptBegan(exchange, 1, began, "http://127.0.0.1/v1/responses", (), f"pg-{exchange}"))
    put(RequestBody(exchange, 1, body, len(body)))
    put(Answered(exchange, 1, 200, EVENTS, f"req_{exchange.lower()}", Timings(first_byte=0.3)))
    size = 0
    for place, data in enumerate(_stream(answer)):
        put((exchange, 1, 0.3 + place / 50, data))
        size += len(data)
    put(AttemptEnded(exchange, 1, "done", None, None, Timings(first_byte=0.3, last_byte=3.0), size))
    put(ExchangeEnded(exchange, 3.0))
    usage = {"input": 80, "output": 300}
    put(RunOver(run, {"status": "completed", "usage": usage, "cost": "0.0012", "duration": 3.0, "first_read": 0.3}))
    return run


def _stream(answer: str) -> list[bytes]:
    place = {"output_index": 0, "item_id": "msg_1", "content_index": 0}
    item = {"type": "message", "id": "msg_1", "role": "assistant", "status": "in_progress", "content": []}
    part = {"type": "output_text", "text": "", "annotations": []}
    response = {"id": "resp_1", "object": "response", "model": "gpt-test", "status": "in_progress", "output": []}
    events: list[dict[str, Any]] = [
        {"type": "response.created", "response": response},
        {"type": "response.output_item.added", "output_index": 0, "item": item},
        {"type": "response.content_part.added", **place, "part": part},
        *({"type": "response.output_text.delta", **place, "delta": f"{word} "} for word in answer.split()),
        {"type": "response.output_text.done", **place, "text": f"{answer} "},
        {"type": "response.completed", "response": {**response, "status": "completed"}},
    ]
    return [f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode() for event in events]


class Driven(Application):
    """The program, with someone who looks for former runs."""

    ids: list[str]

    async def run(self) -> int:
        self.start()
        compose = self.window.findChild(ComposeView)
        assert compose is not None
        await self.bridge.idle(30)
        compose.history.toggle()
        await self.until(lambda: compose.history.rows.rowCount() > 0)
        chance = random.Random(5)
        await self.open(compose, self.ids[-1])  # the first one makes the view
        RESULTS["open"].clear()
        stalls = Stalls()
        stalls.start()
        for _ in range(int(sys.argv[2])):
            await self.open(compose, chance.choice(self.ids))
            await self.type(compose, f"needle{chance.randrange(len(self.ids)):05d}")
        RESULTS["stalls"] += stalls.stop()
        history = self.store.history
        for _ in range(int(sys.argv[2])):
            self.timed("rare", lambda: history.find(f"needle{chance.randrange(len(self.ids)):05d}"))
            self.timed("common", lambda: history.find("everywhere the"))
            for start in STARTS:
                for end in range(1, len(start) + 1):
                    self.timed("prefix", partial(history.find, start[:end]))
        for run_id in self.ids[:5]:
            self.timed("delete", partial(history.remove, run_id))
        return 0

    @staticmethod
    def timed(name: str, work: Callable[[], object]) -> None:
        begun = time.perf_counter()
        work()
        RESULTS[name].append(1000 * (time.perf_counter() - begun))

    async def until(self, true: Callable[[], bool]) -> None:
        while not true():  # noqa: ASYNC110 - what is waited for is what the person sees, not an event
            await asyncio.sleep(0.001)

    async def open(self, compose: ComposeView, run_id: str) -> None:
        begun = time.perf_counter()
        compose.history.open_run(run_id)
        await self.until(lambda: compose.history.open_id == run_id and not compose.model.running)
        await painted(self.window)
        RESULTS["open"].append(1000 * (time.perf_counter() - begun))
        assert len(compose.output.view.text()) > 100
        await asyncio.sleep(0.1)

    async def type(self, compose: ComposeView, text: str) -> None:
        compose.history.show()
        await self.bridge.idle(30)
        begun = time.perf_counter()
        compose.history.drawer.search.setText(text)
        await self.until(lambda: compose.history.rows.rowCount() == 1)
        await painted(self.window)
        RESULTS["typed"].append(1000 * (time.perf_counter() - begun))
        compose.history.drawer.search.clear()
        await self.until(lambda: compose.history.rows.rowCount() > 1)


def main() -> int:
    from PySide6.QtWidgets import QApplication

    with tempfile.TemporaryDirectory(prefix="playground-bench-") as folder:
        ids = fill(Path(folder) / "exchanges.sqlite3", int(sys.argv[1]))
        app = QApplication([])
        options = AppOptions(sandbox=True, data_dir=Path(folder), panel="compose", size=(1280, 800), theme="light")
        program = Driven(options)
        program.ids = ids
        program.reporter.install()
        code = program.bridge.run_app(program.run, program.build, program.furnish)
        program.reporter.uninstall()
        del app
    if code == 0:
        print(json.dumps(RESULTS))
    return code


if __name__ == "__main__":
    sys.exit(main())

"""The history: every run kept while it runs, found again, shown as it was, deleted to the last byte."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import random
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.core.exchanges import ExchangeStore, RunSummary, retention
from playground.core.exchanges.records import RESPONSE_BODY_CAP
from playground.core.exchanges.store import connect
from playground.core.redact import Redactor
from playground.core.runs import (
    Block,
    BlockClosed,
    BlockOpened,
    Change,
    GenerationRequest,
    Message,
    RunEnded,
    RunSnapshot,
    TextAppended,
    TextReplaced,
    run_generation,
)
from playground.core.runs.events import EventLog
from playground.core.runs.history import Reopened, reopen
from playground.core.runs.kept import RunLog
from playground.core.session import Session
from tests.core.house import KEY, House
from tests.helpers.servers import Reply
from tests.panels.streams import ID, chat_events, error_reply, responses_events, responses_reply

FIXTURES = Path(__file__).parents[2] / "fixtures" / "streams"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ExchangeStore]:
    with contextlib.closing(ExchangeStore.open(tmp_path / "log.sqlite3", Redactor())) as store:
        yield store


class Ran:
    """A run as it was while it ran."""

    def __init__(self, run_id: str, log: EventLog, changes: list[Change]) -> None:
        self.id, self.log, self.changes = run_id, log, changes
        assert isinstance(changes[-1], RunEnded)
        self.snapshot: RunSnapshot = changes[-1].snapshot


def draft_of(text: str, api: str = "responses", model: str = "gpt-test") -> dict[str, Any]:
    return {"instructions": "", "messages": [{"role": "user", "text": text}], "api": api, "model": model}


def ask(
    house: House,
    text: str = "What is it?",
    *,
    api: Any = "responses",
    stop: Callable[[], bool] | None = None,
) -> Ran:
    """Run a prompt as Compose does. `stop`: cancel when it is true."""
    log, changes, ids = EventLog(), list[Change](), list[str]()
    request = GenerationRequest(api=api, model="gpt-test", messages=(Message("user", text),))

    async def generate(session: Session) -> None:
        values = {"api": api, "model": request.model, "profile": "Work", "base_url": house.server.base_url}
        run = RunLog(house.store.writer.put, draft_of(text, api), log, simulated=False, **values)
        ids.append(run.id)
        with run:
            await run_generation(session, request, run.taking(changes.extend), log=log)

    async def scenario(session: Session) -> None:
        task = asyncio.create_task(generate(session))
        while stop is not None and not task.done():
            if stop():
                task.cancel()
            await asyncio.sleep(0.005)
        with contextlib.suppress(asyncio.CancelledError):
            await task

    house.run(scenario)
    return Ran(ids[0], log, changes)


def shown(changes: list[Change]) -> dict[str, Block]:
    """What a window shows that knows nothing but the changes."""
    blocks: dict[str, Block] = {}
    for change in changes:
        match change:
            case BlockOpened(block):
                blocks[block.key] = Block(block.key, block.kind, block.title, block.text, language=block.language)
            case TextAppended(key, text):
                blocks[key].text += text
            case TextReplaced(key, text):
                blocks[key].text = text
            case BlockClosed(key, state, data):
                blocks[key].state, blocks[key].data = state, data
    return blocks


def again(house: House, run: Ran) -> Reopened:
    return reopen(house.store.history.load(run.id))


def stream(name: str, **more: Any) -> Reply:
    body = (FIXTURES / f"{name}.sse").read_bytes()
    return Reply(body, content_type="text/event-stream", headers={"x-request-id": ID}, chunk=500, **more)


def document() -> Reply:
    part = {"type": "output_text", "text": "At once.", "annotations": []}
    item = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [part]}
    answer = {"id": "resp_1", "object": "response", "model": "gpt-test", "status": "completed", "output": [item]}
    return Reply.of_json(answer, headers={"x-request-id": ID})


CASES: dict[str, tuple[str, Callable[[], Reply]]] = {
    "reasoning, text, call": ("responses", lambda: stream("responses-reasoning-text-call")),
    "many items": ("responses", lambda: stream("responses-many-items")),
    "incomplete": ("responses", lambda: stream("responses-incomplete")),
    "failed": ("responses", lambda: stream("responses-failed")),
    "refusal": ("responses", lambda: stream("responses-refusal")),
    "choices": ("chat", lambda: stream("chat-choices-tools")),
    "cut by the network": ("responses", lambda: stream("responses-many-items", cut_after=9_000)),
    "ended early": ("responses", lambda: Reply.of_events(responses_events("Half", " of it", end=""), chunk=300)),
    "no stream": ("responses", document),
    "an error status": ("responses", lambda: error_reply(400, "No such thing", param="temperature", code="bad")),
    "a web page": ("responses", lambda: Reply(b"<html>Hello</html>", content_type="text/html")),
    "chat": ("chat", lambda: Reply.of_events(chat_events("One", " two"), done=True, chunk=200)),
}


@pytest.mark.parametrize("case", CASES)
def test_a_run_is_reopened_exactly_as_it_was(house: House, case: str) -> None:
    api, reply = CASES[case]
    house.server.add("/chat/completions" if api == "chat" else "/responses", reply())
    ran = ask(house, api=api)
    reopened = again(house, ran)
    assert reopened.snapshot == ran.snapshot and reopened.changes[-1] == ran.changes[-1]
    assert list(shown(reopened.changes).values()) == list(shown(ran.changes).values())
    assert reopened.draft == draft_of("What is it?", api) and reopened.api == api
    live, kept = list(ran.log.chunks()), list(reopened.log.chunks())
    # What could begin a key waits for the next piece, on the way to the window and on the way to the log apart.
    assert b"".join(data for _, data in kept) == b"".join(data for _, data in live)
    assert len(kept) == pytest.approx(len(live), abs=2)
    ends = [[at for at, _ in chunks[:1] + chunks[-1:]] for chunks in (kept, live)]
    assert ends[0] == pytest.approx(ends[1], abs=0.05)


def test_a_run_that_was_stopped_keeps_what_came(house: House) -> None:
    reply = responses_reply("Good ", "evening", hold=threading.Event())
    reply.hold_after = reply.body.index(b"evening")
    house.server.add("/responses", reply)
    ran = ask(house, stop=lambda: bool(house.server.received) and _came(house, b"Good"))
    assert ran.snapshot.status == "cancelled"
    reopened = again(house, ran)
    assert reopened.snapshot == ran.snapshot and [b.text for b in shown(reopened.changes).values()] == ["Good "]
    (summary,) = house.store.history.find()
    assert summary.status == "cancelled"


def _came(house: House, data: bytes) -> bool:
    house.store.flush()
    found = house.store.recent(1)
    return bool(found) and data in house.store.load(found[0].id).attempts[0].response_body


def test_a_run_is_listed_while_it_runs(house: House) -> None:
    told: list[RunSummary] = []
    house.store.runs_changed.connect(told.append)
    reply = responses_reply("Hello", hold=threading.Event())
    house.server.add("/responses", reply)

    def listed() -> bool:
        if told and reply.hold is not None:
            assert [entry.title for entry in house.store.history.find("second")] == ["First line"]
            reply.hold.set()
        return False

    ran = ask(house, "First line\nand a second", stop=listed)
    assert [(entry.id, entry.status) for entry in told] == [(ran.id, "running"), (ran.id, "completed")]
    (summary,) = house.store.history.find()
    assert summary == told[-1] and house.store.history.count() == 1
    assert (summary.title, summary.words, summary.name) == ("First line", "First line", "")
    assert (summary.input_tokens, summary.output_tokens, summary.request_id) == (418, 187, ID)
    assert (summary.profile, summary.model, summary.simulated) == ("Work", "gpt-test", False)
    assert summary.duration == ran.snapshot.duration


def test_a_run_that_never_reached_a_server_is_kept_too(store: ExchangeStore) -> None:
    with pytest.raises(ZeroDivisionError), _run(store, "lost words"):
        raise ZeroDivisionError
    assert store.flush()
    (summary,) = store.history.find("lost")
    assert summary.status == "cancelled"
    assert reopen(store.history.load(summary.id)).snapshot.status == "cancelled"


def _run(store: ExchangeStore, text: str) -> RunLog:
    values = {"api": "responses", "model": "m", "profile": "Work", "base_url": ""}
    return RunLog(store.writer.put, draft_of(text), EventLog(), simulated=False, **values)


def _quick(store: ExchangeStore, text: str, status: Any = "completed") -> str:
    """A run of which only the prompt matters."""
    run = _run(store, text)
    run.over(RunSnapshot(status=status))
    return run.id


def test_the_body_of_a_run_is_kept_whole_and_for_as_long_as_the_run(house: House) -> None:
    text = "y" * (RESPONSE_BODY_CAP + 1_000_000)
    house.server.add("/responses", responses_reply(text), responses_reply("x"))
    ran = ask(house)
    retention.tidy(house.store, -1e4, None)
    house.store.remove(*[exchange.id for exchange in house.store.recent()])
    assert house.store.count() == 1
    came = "".join(change.text for change in again(house, ran).changes if isinstance(change, TextAppended))
    assert came == text
    assert house.store.history.remove(ran.id) == (ran.id,)
    assert house.store.count() == house.store.history.count() == 0


def test_runs_are_found_by_name_model_prompt_output_and_id(house: House) -> None:
    house.server.add("/responses", responses_reply("Ein Bär", " schläft"), responses_reply("Nothing"))
    first, second = ask(house, "Animals, please").id, ask(house, "Plants").id
    history = house.store.history
    history.rename(second, "  A garden\nof mine ")

    def found(text: str, **more: Any) -> list[str]:
        return [entry.id for entry in history.find(text, **more)]

    for text in ("animal", "bar", "BÄR schlä", "please animals"):
        assert found(text) == [first], text
    for text in ("garden", "plants", "noth"):
        assert found(text) == [second], text
    assert found("gpt-test") == found("") == [second, first] and found("absent") == found('"*(') == []
    assert found(ID) == [second, first] and found("resp_1") == [second, first] and found("resp") == []
    assert found("", before=second) == found("gpt", before=second) == found("", limit=1, before=second) == [first]
    assert [entry.words for entry in history.find("garden")] == ["A garden of mine"]
    history.star(first, True)
    assert found("", starred=True) == found("gpt", starred=True) == [first] and found("garden", starred=True) == []
    history.star(first, False)
    history.rename(second, "")
    assert found("", starred=True) == [] and found("garden") == [] and history.find("plants")[0].words == "Plants"


def test_what_is_renamed_or_starred_is_told(store: ExchangeStore) -> None:
    run, told = _quick(store, "a prompt"), list[RunSummary]()
    assert store.flush()
    store.runs_changed.connect(told.append)
    store.history.rename(run, "Mine")
    store.history.star(run, True)
    assert [(entry.name, entry.starred) for entry in told] == [("Mine", False), ("Mine", True)]
    removed: list[tuple[str, ...]] = []
    store.runs_removed.connect(removed.append)
    store.history.remove(run, "unknown")
    assert removed == [(run,)]
    with pytest.raises(KeyError):
        store.history.load(run)


def _left(folder: Path, word: str) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and word.encode() in path.read_bytes()]


def test_no_byte_of_a_deleted_run_is_left(house: House, tmp_path: Path) -> None:
    canary = "xylograph"
    text = f"Tell of the {canary}. " * 400
    house.server.add("/responses", *[responses_reply(f"The {canary} ", f"is a {canary} here") for _ in range(3)])
    one, two, kept = ask(house, text), ask(house, f"again {canary}"), ask(house, "about other things")
    house.store.history.rename(one.id, f"The {canary}")
    house.store.history.rename(kept.id, "Kept")
    assert _left(tmp_path, canary)
    house.store.history.remove(one.id, two.id)
    house.store.history.remove(kept.id)
    assert _left(tmp_path, canary) == []
    assert house.store.find(canary) == house.store.history.find(canary) == []


def test_no_byte_is_left_among_many(store: ExchangeStore, tmp_path: Path) -> None:
    """Rows move from page to page as others come and go; what they leave behind is overwritten, too."""
    chance = random.Random(7)
    ids: dict[str, str] = {}
    for number in range(300):
        word = f"canary{number:04d}"
        filler = " ".join(chance.choices(("alpha", "beta", "gamma", "delta"), k=chance.choice((2, 40, 900))))
        ids[word] = _quick(store, f"{filler} {word}\n{filler} {word}")
        if number % 40 == 0:
            assert store.flush()
    gone = chance.sample(sorted(ids), 100)
    store.history.remove(*[ids[word] for word in gone])
    data = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert [word for word in gone if word.encode() in data] == []
    assert all(word.encode() in data for word in ids if word not in gone)


def test_a_file_that_another_program_reads_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.core.exchanges.damage.BUSY", 0.1)
    with contextlib.closing(ExchangeStore.open(tmp_path / "log.sqlite3", Redactor())) as store:
        run = _quick(store, "soon overwritten")
        assert store.flush()
        with contextlib.closing(connect(store.path, read_only=True)) as other:
            other.execute("BEGIN")
            assert other.execute("SELECT count(*) FROM runs").fetchone() == (1,)
            with pytest.raises(TimeoutError, match="reads the file"):
                store.history.remove(run)
            other.execute("ROLLBACK")
        assert store.history.find() == []
    assert _left(tmp_path, "overwritten") == [], "closing did it"


def test_a_running_run_is_not_deleted(store: ExchangeStore) -> None:
    with _run(store, "still at it") as run:
        assert store.flush()
        assert store.history.remove(run.id) == () and [entry.id for entry in store.history.find()] == [run.id]
        run.over(RunSnapshot(status="completed"))
    assert store.flush()
    assert store.history.remove(run.id) == (run.id,)


def test_no_key_gets_into_the_history(house: House, tmp_path: Path) -> None:
    token = "sk-proj-0123456789abcdefghij"
    house.server.add("/responses", responses_reply(f"Your key is {KEY}", f" or {token}"))
    ran = ask(house, f"My key is {KEY}, or {token}")
    house.store.history.rename(ran.id, f"About {KEY}")
    assert _left(tmp_path, KEY) == _left(tmp_path, token) == []
    assert "My key is ****" in house.store.history.load(ran.id).draft["messages"][0]["text"]


def test_a_run_whose_process_died_is_marked_cut(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite3"
    first = ExchangeStore.open(path, Redactor())
    contextvars.copy_context().run(_run(first, "half a thought").__enter__)
    assert first.flush()
    with contextlib.closing(ExchangeStore.open(path, Redactor())) as second:
        assert [entry.status for entry in second.history.find()] == ["running"], "the other one lives"
    first.close()
    with contextlib.closing(ExchangeStore.open(path, Redactor())) as third:
        (summary,) = third.history.find("thought")
        assert summary.status == "cut"
        assert reopen(third.history.load(summary.id)).snapshot.status == "cut"

"""A run once more: the same changes at a chosen pace, and the same end to the last digit."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from playground.core.errors import Problem
from playground.core.runs import BlockOpened, Change, RunEnded, RunSnapshot, TextAppended, run_generation
from playground.core.runs.events import EventLog
from playground.core.runs.playback import Moved, Playback, Player, Rewound
from playground.core.runs.request import Api
from tests.core.house import House
from tests.core.runs.test_run import CHAT, HELLO, STREAMS, stream
from tests.helpers.servers import Reply

NAMES = sorted(path.stem for path in STREAMS.glob("*.sse"))


def api_of(name: str) -> Api:
    return "chat" if name.startswith("chat") else "responses"


def even_log(name: str, size: int = 300, step: float = 0.05) -> EventLog:
    """A stream in pieces of one size, one every `step` seconds."""
    body = (STREAMS / f"{name}.sse").read_bytes()
    log = EventLog("text/event-stream")
    for number, start in enumerate(range(0, len(body), size)):
        log.add(number * step, body[start : start + size])
    return log


def shown(changes: list[Any]) -> dict[str, str]:
    """Texts of the blocks, by a window that knows only the changes."""
    texts: dict[str, str] = {}
    for change in changes:
        match change:
            case Rewound():
                texts = {}
            case BlockOpened(block):
                texts[block.key] = ""
            case TextAppended(key, text):
                texts[key] += text
    return texts


def play(playback: Playback) -> list[Any]:
    pushed: list[Any] = []
    asyncio.run(asyncio.wait_for(playback.run(pushed.extend), 30))
    return pushed


def test_a_log_gives_back_its_bytes_wherever_they_are_cut() -> None:
    log = EventLog()
    for at, data in ((0.1, b"ab"), (0.2, b""), (0.3, b"cde"), (0.4, b"f")):
        log.add(at, data)
    kept = EventLog.of(b"abcdef", [(0, 0.0), (2, 0.2), (5, 0.3)], shift=0.1)
    for one in (log, kept):
        assert (one.size, one.reads, one.body()) == (6, 3, b"abcdef")
        assert one.slice(1, 4) == b"bcd" and one.slice(0, 2) == b"ab" and one.slice(5, 99) == b"f"
        assert [one.time_at(offset) for offset in (0, 1, 2, 5, 6)] == pytest.approx([0.1, 0.1, 0.3, 0.4, 0.4])
        assert list(one.chunks(1)) == [(pytest.approx(0.3), b"cde"), (pytest.approx(0.4), b"f")]
    assert EventLog.of(b"x", []).body() == b"x" and EventLog().body() == b"" and not EventLog().last


@pytest.mark.parametrize("name", NAMES)
def test_played_back_it_ends_as_it_did(house: House, name: str) -> None:
    """Over a real connection, byte-wise torn; then out of the log, and out of what the request log kept."""
    api = api_of(name)
    request = CHAT if api == "chat" else HELLO
    house.server.add(request.path, stream(name, headers={"x-request-id": "req_1"}, chunk=97))
    log, live = EventLog(), []
    original = house.run(lambda session: run_generation(session, request, live.extend, log=log))
    kept = house.last().attempts[-1]
    assert log.body() == kept.response_body == (STREAMS / f"{name}.sse").read_bytes()
    assert log.last <= (original.duration or 0)
    for source in (log, EventLog.of(kept.response_body, kept.arrivals)):
        player = Player(source, api, base_url=house.server.base_url, end=original)
        changes: list[Change] = []
        while not player.over:
            player.advance(player.next_at)
            changes += player.take()
        assert changes[-1] == RunEnded(original) and changes.count(changes[-1]) == 1
        assert shown(changes) == shown(live)
        assert player.snapshot() == original
    told = Player(log, api, base_url=house.server.base_url)
    told.advance(told.duration)
    # What the bytes alone tell.
    assert (told.snapshot().status, told.snapshot().usage) == (original.status, original.usage)
    assert told.snapshot().first_token == original.first_token
    assert told.snapshot().tokens_per_second == pytest.approx(original.tokens_per_second)


def test_an_answer_that_is_no_stream_is_played_back_too(house: House) -> None:
    answer = {"id": "r", "object": "response", "model": "m", "status": "completed", "output": [
        {"type": "message", "id": "i", "role": "assistant", "status": "completed",
         "content": [{"type": "output_text", "text": "whole", "annotations": []}]}]}  # fmt: skip
    house.server.add("/responses", Reply.of_json(answer))
    log, live = EventLog(), []
    original = house.run(lambda session: run_generation(session, HELLO, live.extend, log=log))
    player = Player(log, "responses", end=original)
    player.advance(player.duration)
    assert list(shown(player.take()).values()) == ["whole"] == list(shown(live).values())


def test_what_was_stopped_or_cut_ends_so_again() -> None:
    log = EventLog("text/event-stream")
    log.add(0.5, (STREAMS / "responses-reasoning-text-call.sse").read_bytes()[:2000])
    stopped = RunSnapshot(status="cancelled", duration=2.0, request_id="req_9")
    player = Player(log, "responses", end=stopped)
    player.advance(1.9)
    assert not player.over and player.snapshot().request_id == "req_9"
    player.advance(2.0)
    assert player.take()[-1] == RunEnded(stopped)
    cut = Player(log, "responses")
    cut.advance(cut.duration)
    assert cut.snapshot().status == "cut" and cut.snapshot().problem is not None
    failed = RunSnapshot(status="failed", duration=0.1, problem=Problem(title="No", cause="c", remedy="r"))
    nothing = Player(EventLog(), "chat", end=failed)
    nothing.advance(0.1)
    assert nothing.take() == [RunEnded(failed)]


@pytest.mark.parametrize(("speed", "seconds"), [(1.0, 0.5), (4.0, 0.125), (0.5, 1.0)])
def test_the_gaps_are_as_recorded_divided_by_the_speed(speed: float, seconds: float) -> None:
    log = EventLog("text/event-stream")
    body = (STREAMS / "responses-refusal.sse").read_bytes()
    log.add(0.0, body[:1000])
    log.add(0.5, body[1000:])
    begun = time.perf_counter()
    changes = play(Playback(log, "responses", speed=speed))
    took = time.perf_counter() - begun
    assert seconds <= took < seconds + 2
    assert isinstance(changes[-1], RunEnded)
    moves = [change.at for change in changes if isinstance(change, Moved)]
    assert moves == sorted(moves) and moves[-1] == 0.5 and len(moves) > 2
    assert [change.offset for change in changes if isinstance(change, Moved)][-1] == len(body)


def test_seeking_forth_and_back() -> None:
    log = even_log("responses-many-items", step=1.0)
    playback = Playback(log, "responses")
    whole = Player(log, "responses")
    whole.advance(whole.duration)
    everything = shown(whole.take())
    half = Player(log, "responses")
    half.advance(whole.duration / 2)
    so_far = shown(half.take())
    assert so_far != everything
    seen: list[Any] = []
    playback.pause()
    for target, expected in ((whole.duration, everything), (whole.duration / 2, so_far), (1e9, everything)):
        playback.seek(target)
        seen += play(playback)
        assert shown(seen) == expected
        assert playback.at == min(target, whole.duration) and playback.over is (expected is everything)
    assert sum(isinstance(change, Rewound) for change in seen) == 1, "forward needs no new beginning"
    playback.seek(0.0)
    seen += play(playback)
    assert not playback.over and playback.at == 0.0


def test_pausing_speeding_up_and_seeking_while_it_plays() -> None:
    log = even_log("responses-many-items", step=10.0)
    playback = Playback(log, "responses")

    async def go() -> list[Any]:
        seen: list[Any] = []
        arrived = asyncio.Event()

        def push(changes: list[Any]) -> None:
            seen.extend(changes)
            arrived.set()

        async def until(at: float) -> None:
            while playback.at < at:
                arrived.clear()
                await arrived.wait()

        task = asyncio.create_task(playback.run(push))
        await until(0.01)
        playback.seek(50.0)
        await until(50.0)
        assert playback.at < 51
        playback.speed = 1000.0
        await until(70.0)
        playback.pause()
        await task
        assert playback.paused and not playback.over
        before = playback.at
        playback.resume()
        playback.seek(before)
        await playback.run(push)
        return seen

    seen = asyncio.run(asyncio.wait_for(go(), 30))
    whole = Player(log, "responses")
    whole.advance(whole.duration)
    assert playback.over and shown(seen) == shown(whole.take())
    with pytest.raises(ValueError):
        playback.speed = 0

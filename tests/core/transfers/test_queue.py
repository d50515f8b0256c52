"""The queue and whole files: against the real sandbox, behind a proxy that cuts, and a server that says no."""

from __future__ import annotations

import asyncio
import os
import random
import socket
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from playground.core.transfers import queue as queues
from playground.core.transfers.model import State, TransferState
from playground.core.transfers.pace import Options
from playground.core.transfers.queue import TransferQueue
from tests.core.transfers.conftest import QUICK, Movers
from tests.helpers.cutting import cutting_proxy
from tests.helpers.servers import RecordingServer, Reply

FILE = {"id": "file-1", "object": "file", "bytes": 5, "created_at": 1, "filename": "a.txt", "purpose": "user_data"}
NONE = Reply.of_json({"object": "list", "data": [], "has_more": False})


def made(folder: Path, name: str, size: int) -> Path:
    path = folder / name
    path.write_bytes(os.urandom(size))
    return path


def states(queue: TransferQueue) -> list[State]:
    return [state.item.state for state in queue.states()]


async def until(queue: TransferQueue, fits: object, timeout: float = 20.0) -> None:
    """Until a transfer is told of that fits."""
    assert callable(fits)
    done = asyncio.Event()
    forget = queue.changed.connect(lambda state: done.set() if fits(state) else None)
    try:
        await asyncio.wait_for(done.wait(), timeout)
    finally:
        forget()


def test_files_of_any_name_arrive_whole_and_are_logged_in_part(movers: Movers, tmp_path: Path) -> None:
    names = ("a.txt", "Ünïcode 文書 🦜.bin", "semi;colon 'single'.txt", os.fsdecode(b"caf\xe9.txt"), "no-ending")
    paths = [made(tmp_path, name, 1 + 20_000 * number) for number, name in enumerate(names)]
    paths.append(made(tmp_path, "large.bin", 300_000))

    async def scenario(queue: TransferQueue) -> list[str]:
        seen: list[str] = []
        queue.changed.connect(lambda state: seen.append(state.item.state))
        ids = await queue.add(paths, "user_data", movers.profile.id, expires_after=3600)
        await queue.wait()
        for path, one in zip(paths, ids, strict=True):
            state = queue.state(one)
            assert state.item.state == "done", state.item.problem
            assert state.share == 1 and state.sent == path.stat().st_size
            assert movers.content(state.item.file_id or "") == path.read_bytes()
        assert {"waiting", "running", "done"} <= set(seen)
        assert queue.totals().sent == sum(path.stat().st_size for path in paths)
        return [queue.state(one).item.file_id or "" for one in ids]

    sent_ids = movers.run(scenario)
    with movers.client() as client:
        found = [client.files.retrieve(one) for one in sent_ids]
    assert [one.filename for one in found] == [*names[:3], "caf\ufffd.txt", names[4], "large.bin"]
    assert all(one.expires_at and one.expires_at - one.created_at == 3600 for one in found)
    exchanges = [movers.log.load(one.id) for one in movers.log.recent(50)]
    sent = [one for one in exchanges if one.summary.sdk_method == "files.create"]
    assert len(sent) >= 5 and all(len(one.attempts[0].request_body) <= 16 * 1024 for one in sent)
    assert any(one.attempts[0].request_body_size > 80_000 for one in sent)
    assert all(one.summary.origin == "transfers" for one in sent)


def test_what_cannot_be_sent_fails_alone_and_only_that_is_tried_again(movers: Movers, tmp_path: Path) -> None:
    good, bad = made(tmp_path, "good.txt", 10), tmp_path / "bad.jsonl"
    bad.write_text('{"item": 1}\nnonsense\n')
    (tmp_path / "link").symlink_to(good)
    paths = [good, bad, tmp_path / "link", tmp_path / "missing"]

    async def scenario(queue: TransferQueue) -> None:
        ids = await queue.add(paths[:1] + paths[2:], "user_data", movers.profile.id)
        ids += await queue.add([bad], "evals", movers.profile.id)
        await queue.wait()
        assert states(queue) == ["done", "failed", "failed", "failed"]
        codes = [state.item.problem.code for state in queue.states() if state.item.problem]
        assert codes == ["symlink", "vanished", "line_json"]
        first = queue.state(ids[0]).item.file_id
        bad.write_text('{"item": 1}\n')
        await queue.retry()
        await queue.wait()
        assert states(queue) == ["done", "failed", "failed", "done"]
        assert queue.state(ids[0]).item.file_id == first
        await queue.forget()
        assert queue.states() == ()

    movers.run(scenario)


def test_a_server_that_asks_to_wait_is_obeyed_by_all(
    movers: Movers, tmp_path: Path, recording_server: RecordingServer
) -> None:
    busy = Reply.of_json({"error": {"message": "slow"}}, status=429, headers={"retry-after-ms": "300"})
    recording_server.add("/files", busy, *[Reply.of_json({**FILE, "id": f"file-{n}"}) for n in range(3)])
    movers.profile = replace(movers.profile, base_url=recording_server.base_url)
    waits: list[TransferState] = []

    async def scenario(queue: TransferQueue) -> None:
        queue.changed.connect(lambda state: waits.append(state) if state.retry_at else None)
        await queue.add([made(tmp_path, name, 5) for name in "abc"], "user_data", movers.profile.id)
        await until(queue, lambda state: state.item.state == "done")
        assert waits[0].retry_at is not None and time.monotonic() >= waits[0].retry_at
        await queue.wait()
        assert states(queue) == ["done"] * 3

    movers.run(scenario, replace(QUICK, parallel=1))
    assert [one.method for one in recording_server.received] == ["POST"] * 4
    assert len(waits) == 1 and "Too many requests" in waits[0].phase


def test_a_server_that_fails_is_asked_what_it_has_before_it_is_sent_again(
    movers: Movers, tmp_path: Path, recording_server: RecordingServer
) -> None:
    broken = Reply.of_json({"error": {"message": "oh", "type": "server_error"}}, status=500)
    recording_server.add("/files", broken, NONE, Reply.of_json(FILE))
    movers.profile = replace(movers.profile, base_url=recording_server.base_url)

    async def scenario(queue: TransferQueue) -> None:
        await queue.add([made(tmp_path, "a", 5)], "user_data", movers.profile.id)
        await queue.wait()
        assert states(queue) == ["done"]

    movers.run(scenario)
    assert [one.method for one in recording_server.received] == ["POST", "GET", "POST"]


def test_a_file_that_another_transfer_made_is_not_taken_for_this_ones(
    movers: Movers, tmp_path: Path, recording_server: RecordingServer
) -> None:
    """Of the same name and size, a moment before."""
    one = {**FILE, "created_at": time.time() + 5, "filename": "a"}
    broken = Reply.of_json({"error": {"message": "oh", "type": "server_error"}}, status=500)
    listed = Reply.of_json({"object": "list", "data": [one], "has_more": False})
    recording_server.add("/files", Reply.of_json(one), broken, listed, Reply.of_json({**one, "id": "file-2"}))
    movers.profile = replace(movers.profile, base_url=recording_server.base_url)

    async def scenario(queue: TransferQueue) -> None:
        for _ in range(2):
            await queue.add([made(tmp_path, "a", 5)], "user_data", movers.profile.id)
            await queue.wait()
        assert [state.item.file_id for state in queue.states()] == ["file-1", "file-2"]

    movers.run(scenario)


def test_a_refusal_is_not_tried_again(movers: Movers, tmp_path: Path, recording_server: RecordingServer) -> None:
    no_quota = {"error": {"message": "no", "code": "insufficient_quota", "type": "insufficient_quota"}}
    recording_server.add("/files", Reply.of_json(no_quota, status=429))
    movers.profile = replace(movers.profile, base_url=recording_server.base_url)

    async def scenario(queue: TransferQueue) -> None:
        await queue.add([made(tmp_path, "a", 5)], "user_data", movers.profile.id)
        await queue.wait()
        problem = queue.states()[0].item.problem
        assert problem is not None and problem.code == "insufficient_quota" and problem.status == 429

    movers.run(scenario)
    assert len(recording_server.received) == 1


def test_a_connection_that_is_cut_anywhere_makes_one_file_of_each(movers: Movers, tmp_path: Path) -> None:
    """Also after the server has the file and before its answer came: then it is found, not sent again."""
    chance = random.Random(7)
    paths = [made(tmp_path, f"cut-{number}.bin", chance.randrange(1, 90_000)) for number in range(24)]

    def cut(number: int) -> tuple[int | None, int | None]:
        if number % 2:
            return None, chance.randrange(0, 1500)
        return chance.randrange(0, 150_000), None

    with cutting_proxy(movers.base_url, cut) as proxy:
        movers.profile = replace(movers.profile, base_url=proxy.base_url)

        async def scenario(queue: TransferQueue) -> list[str | None]:
            await queue.add(paths, "user_data", movers.profile.id)
            await queue.wait()
            assert states(queue) == ["done"] * len(paths), [state.item.problem for state in queue.states()]
            return [state.item.file_id for state in queue.states()]

        found = movers.run(scenario, replace(QUICK, tries=40))
        assert proxy.cuts > 8
    with movers.client() as client:
        there = [one for one in client.files.list(purpose="user_data") if one.filename.startswith("cut-")]
    assert sorted(one.id for one in there) == sorted(found)
    assert len({one.filename for one in there}) == len(paths)
    for path, identifier in zip(paths, found, strict=True):
        assert movers.content(identifier) == path.read_bytes()


def test_a_server_without_uploads_gets_a_large_file_whole(
    movers: Movers, tmp_path: Path, recording_server: RecordingServer
) -> None:
    recording_server.add("/files", Reply.of_json(FILE))
    movers.profile = replace(movers.profile, base_url=recording_server.base_url)

    async def scenario(queue: TransferQueue) -> None:
        await queue.add([made(tmp_path, "large.jsonl", 300_000)], "user_data", movers.profile.id)
        await queue.wait()
        assert states(queue) == ["done"] and "sent whole" in queue.states()[0].item.note
        assert await queue.orphans() == []

    movers.run(scenario)
    assert [one.path.rpartition("/")[2] for one in recording_server.received] == ["uploads", "files"]
    assert len(recording_server.received[1].body) > 300_000
    assert b"Content-Type: text/jsonl" in recording_server.received[1].body


def test_a_server_without_a_list_is_sent_it_again(
    movers: Movers, tmp_path: Path, recording_server: RecordingServer
) -> None:
    broken = Reply.of_json({"error": {"message": "oh", "type": "server_error"}}, status=500)
    recording_server.add("/files", broken, Reply.of_json({"detail": "no"}, status=405), Reply.of_json(FILE))
    movers.profile = replace(movers.profile, base_url=recording_server.base_url)

    async def scenario(queue: TransferQueue) -> None:
        await queue.add([made(tmp_path, "a", 5)], "user_data", movers.profile.id)
        await queue.wait()
        assert states(queue) == ["done"], queue.states()[0].item.problem

    movers.run(scenario)


def test_pausing_holds_what_runs_and_what_waits(
    movers: Movers, tmp_path: Path, recording_server: RecordingServer
) -> None:
    hold = threading.Event()
    recording_server.add("/files", Reply.of_json(FILE, hold=hold), NONE, *[Reply.of_json(FILE)] * 3)
    movers.profile = replace(movers.profile, base_url=recording_server.base_url)

    async def scenario(queue: TransferQueue) -> None:
        paths = [made(tmp_path, name, 5) for name in "abc"]
        ids = await queue.add(paths, "user_data", movers.profile.id)
        await asyncio.to_thread(recording_server.arrived.acquire)
        await queue.pause()
        assert states(queue) == ["paused"] * 3
        assert all(state.rate == 0 for state in queue.states())
        await queue.resume(ids[0])
        await queue.wait()
        assert states(queue) == ["done", "paused", "paused"]
        await queue.cancel(ids[1])
        await queue.resume()
        await queue.wait()
        assert states(queue) == ["done", "cancelled", "done"]

    try:
        movers.run(scenario, replace(QUICK, parallel=1))
    finally:
        hold.set()
    # The first was sent wholly when it was paused: it is looked for before it is sent again.
    assert [one.method for one in recording_server.received] == ["POST", "GET", "POST", "POST"]


def test_a_connection_that_stands_still_is_given_up(
    movers: Movers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    movers.profile = replace(movers.profile, base_url=f"http://127.0.0.1:{listener.getsockname()[1]}/v1")

    async def scenario(queue: TransferQueue) -> None:
        seen: list[TransferState] = []
        queue.changed.connect(seen.append)
        await queue.add([made(tmp_path, "a", 40_000_000)], "user_data", movers.profile.id)
        await queue.wait()
        problem = queue.states()[0].item.problem
        assert problem is not None and problem.title == "The connection stood still"
        assert len([state for state in seen if 0 < state.sent < 40_000_000]) > 2  # it is told of while nothing moves

    with listener:
        monkeypatch.setattr(queues, "TOLD_EVERY", 10.0)
        monkeypatch.setattr(queues, "TICK", 0.05)
        movers.run(scenario, Options(stall=0.3, tries=2, first_wait=0.01))


def test_a_file_that_changes_while_it_is_sent_is_not_passed_off_as_whole(movers: Movers, tmp_path: Path) -> None:
    path = made(tmp_path, "a.bin", 30_000_000)
    came: list[int] = []

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            came.append(len(connection.recv(1_000_000)))
            path.write_bytes(os.urandom(30_000_000))
            while data := connection.recv(1_000_000):
                came.append(len(data))

    async def scenario(queue: TransferQueue) -> None:
        await queue.add([path], "user_data", movers.profile.id)
        await queue.wait()
        problem = queue.states()[0].item.problem
        assert problem is not None and problem.code == "changing", problem

    with socket.create_server(("127.0.0.1", 0)) as listener:
        movers.profile = replace(movers.profile, base_url=f"http://127.0.0.1:{listener.getsockname()[1]}/v1")
        thread = threading.Thread(target=serve)
        thread.start()
        movers.run(scenario, Options())
        thread.join(10)
    assert 0 < sum(came) < 30_000_000


def test_another_server_is_not_told_of_what_was_begun_with_the_first(movers: Movers, tmp_path: Path) -> None:
    path = made(tmp_path, "a.bin", 300_000)

    async def paused(queue: TransferQueue) -> None:
        await queue.add([path], "user_data", movers.profile.id)
        await until(queue, lambda state: state.sent > 0)
        await queue.pause()

    async def elsewhere(queue: TransferQueue) -> None:
        await queue.restore()
        await queue.resume()
        await queue.wait()
        problem = queue.states()[0].item.problem
        assert problem is not None and "another server" in problem.title

    movers.run(paused)
    movers.profile = replace(movers.profile, organization="org-other")
    movers.run(elsewhere)


def test_a_journal_that_fails_is_said_of_each_transfer(movers: Movers, tmp_path: Path) -> None:
    """What cannot be written down is not sent: after a kill nobody would know of it."""

    async def scenario(queue: TransferQueue) -> None:
        queue.changed.connect(lambda state: queue._store._db.close() if state.phase == "Checking" else None)
        await queue.add([made(tmp_path, "a", 5)], "user_data", movers.profile.id)
        await queue.wait()
        problem = queue.states()[0].item.problem
        assert problem is not None and problem.title == "The journal of transfers cannot be used"
        await queue.aclose()

    movers.run(scenario)
    assert movers.log.recent(10) == []


def test_a_damaged_journal_is_set_aside(movers: Movers) -> None:
    (movers.folder / "transfers.sqlite3").write_bytes(b"SQLite format 3\0" + os.urandom(8000))

    async def scenario(queue: TransferQueue) -> None:
        assert await queue.restore() == []

    movers.run(scenario)
    assert len(list(movers.folder.glob("transfers.sqlite3.broken-*"))) == 1

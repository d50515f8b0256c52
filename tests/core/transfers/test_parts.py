"""Uploads in parts: through the real sandbox, over connections that are cut, and by a program that is killed."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import random
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from playground.core.transfers.queue import TransferQueue
from playground.core.transfers.store import TransferStore
from tests.core.transfers.conftest import QUICK, Movers
from tests.core.transfers.test_queue import made, states, until
from tests.helpers.cutting import cutting_proxy
from tests.helpers.needs import ROOT

PART = QUICK.part_bytes


def calls(movers: Movers) -> Counter[str]:
    """How often each method was called, successfully."""
    return Counter(one.sdk_method for one in movers.log.recent(1000) if one.state == "done")


def test_a_part_that_fails_is_sent_again_alone(movers: Movers, tmp_path: Path) -> None:
    path = made(tmp_path, "alone.bin", 20 * PART + 17)
    chance = random.Random(3)

    def cut(number: int) -> tuple[int | None, int | None]:
        return (chance.randrange(0, 6 * PART), None) if number % 2 else (None, chance.randrange(0, 4000))

    with cutting_proxy(movers.base_url, cut) as proxy:
        movers.profile = replace(movers.profile, base_url=proxy.base_url)

        async def scenario(queue: TransferQueue) -> str | None:
            await queue.add([path], "user_data", movers.profile.id)
            await queue.wait()
            state = queue.states()[0]
            assert state.item.state == "done", state.item.problem
            assert state.sent == path.stat().st_size
            assert await queue.orphans() == []
            return state.item.file_id

        found = movers.run(scenario, replace(QUICK, tries=60))
        assert proxy.cuts > 5
    assert movers.content(found or "") == path.read_bytes()
    with movers.client() as client:
        assert [one.id for one in client.files.list() if one.filename == "alone.bin"] == [found]


def test_an_upload_is_paused_and_gone_on_with_by_another_process(movers: Movers, tmp_path: Path) -> None:
    path = made(tmp_path, "large.bin", 12 * PART)

    async def first(queue: TransferQueue) -> None:
        await queue.add([path], "user_data", movers.profile.id)
        await until(queue, lambda state: state.sent > 4 * PART)
        await queue.pause()
        orphans = await queue.orphans()
        assert [(one.resumable, one.size) for one in orphans] == [(True, 12 * PART)]

    async def second(queue: TransferQueue) -> str | None:
        restored = await queue.restore()
        assert [state.item.state for state in restored] == ["paused"] and restored[0].sent >= PART
        await queue.resume()
        await queue.wait()
        assert states(queue) == ["done"], queue.states()[0].item.problem
        return queue.states()[0].item.file_id

    movers.run(first, replace(QUICK, parallel=1))
    found = movers.run(second)
    assert movers.content(found or "") == path.read_bytes()
    assert calls(movers)["uploads.create"] == 1
    assert calls(movers)["uploads.parts.create"] <= 13  # one may have been broken off by the pause


def test_a_file_that_has_changed_since_begins_anew_and_the_old_upload_is_cancelled(
    movers: Movers, tmp_path: Path
) -> None:
    path = made(tmp_path, "large.bin", 12 * PART)

    async def scenario(queue: TransferQueue) -> str | None:
        await queue.add([path], "user_data", movers.profile.id)
        await until(queue, lambda state: state.sent > 4 * PART)
        await queue.pause()
        path.write_bytes(os.urandom(9 * PART))
        await queue.resume()
        await queue.wait()
        state = queue.states()[0]
        assert state.item.state == "done" and "anew" in state.item.note
        assert await queue.orphans() == []
        return state.item.file_id

    found = movers.run(scenario, replace(QUICK, parallel=1))
    assert movers.content(found or "") == path.read_bytes()
    assert (calls(movers)["uploads.create"], calls(movers)["uploads.cancel"]) == (2, 1)


def test_a_part_whose_bytes_are_not_those_of_the_file_any_more_is_sent_again(movers: Movers, tmp_path: Path) -> None:
    """Where the file was changed and its time was set back: the hashes of the parts tell."""
    path = made(tmp_path, "large.bin", 12 * PART)
    times = path.stat().st_mtime_ns

    async def scenario(queue: TransferQueue) -> str | None:
        await queue.add([path], "user_data", movers.profile.id)
        await until(queue, lambda state: state.sent > 4 * PART)
        await queue.pause()
        with path.open("r+b") as file:
            file.write(b"other bytes")
        os.utime(path, ns=(times, times))
        await queue.resume()
        await queue.wait()
        assert states(queue) == ["done"], queue.states()[0].item.problem
        return queue.states()[0].item.file_id

    found = movers.run(scenario, replace(QUICK, parallel=1))
    assert movers.content(found or "") == path.read_bytes()
    assert calls(movers)["uploads.create"] == 1


def test_cancelling_cleans_up_on_the_server(movers: Movers, tmp_path: Path) -> None:
    path = made(tmp_path, "large.bin", 12 * PART)

    async def scenario(queue: TransferQueue) -> None:
        await queue.add([path], "user_data", movers.profile.id)
        await until(queue, lambda state: state.sent > 2 * PART)
        await queue.cancel()
        await queue.wait()
        assert states(queue) == ["cancelled"] and "cancelled, too" in queue.states()[0].item.note
        assert await queue.orphans() == []

    movers.run(scenario)
    assert calls(movers)["uploads.cancel"] == 1


def test_an_upload_that_the_server_has_given_up_begins_anew(movers: Movers, tmp_path: Path) -> None:
    path = made(tmp_path, "large.bin", 12 * PART)

    async def scenario(queue: TransferQueue) -> str | None:
        (one,) = await queue.add([path], "user_data", movers.profile.id)
        await until(queue, lambda state: state.sent > 2 * PART)
        await queue.pause()
        (orphan,) = await queue.orphans()
        with movers.client() as client:
            await asyncio.to_thread(client.uploads.cancel, orphan.upload_id or "")
        await queue.resume()
        await queue.wait()
        state = queue.state(one)
        assert state.item.state == "done" and "anew" in state.item.note, state.item
        return state.item.file_id

    found = movers.run(scenario, replace(QUICK, parallel=1))
    assert movers.content(found or "") == path.read_bytes()


def test_a_completion_without_an_answer_is_found_out(movers: Movers, tmp_path: Path) -> None:
    """Somebody completes it between: as when the answer to the completion is lost."""
    path = made(tmp_path, "twice.bin", 3 * PART)

    async def scenario(queue: TransferQueue) -> tuple[str | None, str]:
        store = queue._store
        seen: list[str] = []
        completing = store.completing

        def complete_first(key: int) -> None:
            completing(key)
            upload = store.upload(queue.states()[0].item.id)
            assert upload is not None and upload.upload_id is not None
            with movers.client() as client:
                made = client.uploads.complete(
                    upload.upload_id, part_ids=[part.part_id for part in store.parts(upload.key)]
                )
                assert made.file is not None
                seen.append(made.file.id)

        store.completing = complete_first  # type: ignore[method-assign]
        await queue.add([path], "user_data", movers.profile.id)
        await queue.wait()
        assert "found on the server" in queue.states()[0].item.note
        assert await queue.orphans() == []
        return queue.states()[0].item.file_id, seen[0]

    found, expected = movers.run(scenario)
    assert found == expected


def test_orphans_are_listed_and_can_be_cancelled(movers: Movers, tmp_path: Path) -> None:
    path = made(tmp_path, "large.bin", 12 * PART)
    killed = subprocess.Popen(
        [sys.executable, "-m", "tests.core.transfers.child", str(movers.folder), movers.base_url, movers.key,
         movers.profile.id, str(path), str(PART)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with killed:
        assert killed.stdout is not None
        for line in killed.stdout:
            if line.startswith("running") and int(line.split()[1]) > PART:
                break
        with contextlib.closing(TransferStore(movers.folder / "transfers.sqlite3")) as store:
            assert store.take_over() == [] and store.orphans() == []  # it lives
        killed.kill()

    async def scenario(queue: TransferQueue) -> None:
        assert len(list(movers.folder.glob("transfers.*.lock"))) == 2
        (orphan,) = await queue.orphans()
        assert orphan.resumable and orphan.upload_id and orphan.name == "large.bin"
        assert 0 < orphan.expires_at - time.time() <= 3600
        assert await queue.cancel_orphan(orphan)
        assert await queue.orphans() == []
        (state,) = await queue.restore()
        assert len(list(movers.folder.glob("transfers.*.lock"))) == 1  # that of the killed one is gone
        await queue.resume(state.item.id)
        await queue.wait()
        assert states(queue) == ["done"]

    movers.run(scenario)


@pytest.mark.slow
def test_killed_at_twenty_moments_over_a_connection_that_drops_the_file_arrives_whole(
    movers: Movers, tmp_path: Path
) -> None:
    chance = random.Random(11)
    part = 256 * 1024
    path = made(tmp_path, "killed.bin", 80 * part + 4321)

    def cut(number: int) -> tuple[int | None, int | None]:
        if number % 3 == 2:
            return None, chance.randrange(0, 3000)
        return chance.randrange(part // 4, 4 * part), None

    kills, last = 0, ""
    with cutting_proxy(movers.base_url, cut) as proxy:
        command = [sys.executable, "-m", "tests.core.transfers.child", str(movers.folder), proxy.base_url, movers.key,
                   movers.profile.id, str(path), str(part)]  # fmt: skip
        while not last.startswith("file"):
            after = chance.randrange(0, 3 * part) if kills < 20 else None
            with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
                assert child.stdout is not None
                first = None
                for line in child.stdout:
                    last = line.strip()
                    if line.startswith("running") and after is not None:
                        moved = int(line.split()[1])
                        first = moved if first is None else first
                        if moved - first >= after:
                            child.kill()
                            kills += 1
                            break
        cuts = proxy.cuts
    assert kills == 20 and cuts >= 10, (kills, cuts)
    assert calls(movers)["uploads.create"] <= 4  # it was gone on with, not begun anew
    got = movers.content(last)
    assert hashlib.sha256(got).digest() == hashlib.sha256(path.read_bytes()).digest()
    with movers.client() as client:
        assert [one.id for one in client.files.list() if one.filename == "killed.bin"] == [last]

"""Stores and batches watched on the real sandbox, through its faults; time is a clock of the test's own."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from playground.core.calls import call
from playground.core.session import Session
from playground.core.stores.adding import Entry, add_files, add_from_disk
from playground.core.stores.changing import Draft, create
from playground.core.stores.watching import Pace, Seen, Target, Watcher
from playground.core.transfers.queue import TransferQueue
from playground.core.transfers.store import TransferStore
from playground.sandbox.process import SandboxProcess
from tests.core.stores.conftest import SOON, Shop, ready, sent

HELD = {"X-Sandbox-Indexing": "3600"}


class Time:
    """A clock that goes on when somebody sleeps; what happens meanwhile is up to the test."""

    def __init__(self, then: Callable[[int], Awaitable[object]] | None = None) -> None:
        self.now, self.waits, self._then = 0.0, list[float](), then

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.waits.append(seconds)
        if self._then is not None:
            await self._then(len(self.waits))


async def held(session: Session, store: str, *files: str) -> str:
    """A batch that stays in progress; gives its ID."""
    body = {"vector_store_id": store, "file_ids": list(files), "extra_headers": HELD}
    batch: str = (await call(session, "vector_stores.file_batches.create", body))["id"]
    return batch


def test_what_is_stuck_is_named_and_questions_grow_rare(shop: Shop, tmp_path: Path) -> None:
    async def scenario(session: Session) -> tuple[list[Seen], Time, int, str]:
        file = (await sent(session, tmp_path, a_txt="x"))["a_txt"]
        store = (await create(session, Draft("Stuck"))).id
        batch = await held(session, store, file)

        async def end(waits: int) -> None:
            if waits == 40:
                await call(
                    session, "vector_stores.file_batches.cancel", {"vector_store_id": store, "batch_id": batch}
                )  # fmt: skip

        time = Time(end)
        watcher = Watcher(session, [Target(store, batch)], Pace(stuck=60), sleep=time.sleep, clock=time.clock)
        return [seen async for seen in watcher], time, watcher.requests, file

    seen, time, requests, file = shop.run(scenario)
    assert [one.status for one in seen] == ["in_progress", "in_progress", "in_progress", "cancelled"]
    assert [one.id for one in seen[1].stuck] == [file] and seen[1].still >= 60 and file in seen[1].text()
    assert time.waits[:3] == [0.5, 0.75, 1.125] and max(time.waits) == 15
    assert requests == 41 + 2, "a question a round, and one for each time that what is stuck is named"


def test_many_stores_cost_one_question_a_round(shop: Shop, tmp_path: Path) -> None:
    async def scenario(session: Session) -> None:
        files = await sent(session, tmp_path, a_txt="x", b_txt="y")
        stores = [(await create(session, Draft(f"Many {n}"))).id for n in range(6)]
        targets, batches = [], []
        for store in stores:
            batches.append(await held(session, store, files["a_txt"]))
            targets += [Target(store), Target(store, batches[-1])]

        async def end(waits: int) -> None:
            if waits == 10:
                for store, batch in zip(stores, batches, strict=True):
                    await call(
                        session, "vector_stores.file_batches.cancel", {"vector_store_id": store, "batch_id": batch}
                    )  # fmt: skip

        time = Time(end)
        watcher = Watcher(session, targets, sleep=time.sleep, clock=time.clock)
        seen = [one async for one in watcher]
        over = [one for one in seen if one.is_over]
        assert {one.target for one in over} == set(targets)
        assert {one.counts.cancelled for one in over} == {1}
        assert watcher.requests == 11 + 6 + 6, "one list a round; each batch at the start and at the end"

    shop.run(scenario)


def test_a_store_that_goes_away_ends_alone(shop: Shop, tmp_path: Path) -> None:
    async def scenario(session: Session) -> None:
        files = await sent(session, tmp_path, a_txt="x")
        stores = [(await create(session, Draft(f"Gone {n}"))).id for n in range(2)]
        for store in stores:
            await held(session, store, files["a_txt"])

        async def end(waits: int) -> None:
            if waits in (1, 3):
                await call(session, "vector_stores.delete", {"vector_store_id": stores[waits // 2]})

        time = Time(end)
        watcher = Watcher(session, map(Target, stores), sleep=time.sleep, clock=time.clock)
        over = [one async for one in watcher if one.is_over]
        assert [one.target.store for one in over] == stores
        assert all(one.problem is not None and one.problem.status == 404 for one in over)

    shop.run(scenario)


def faulty(tmp_path: Path, scenario: Callable[[Session, SandboxProcess], Awaitable[Any]]) -> None:
    """Runs with a sandbox of its own whose faults can be changed."""

    async def inner() -> None:
        process = SandboxProcess(tmp_path / "sandbox")
        endpoint = await process.start()
        shop = Shop(tmp_path, endpoint.base_url, endpoint.key)
        try:
            await shop.arun(lambda session: scenario(session, process))
        finally:
            await process.stop()
            await asyncio.to_thread(shop.log.close)

    asyncio.run(inner())


def test_through_429_500_and_cuts(tmp_path: Path) -> None:
    async def scenario(session: Session, process: SandboxProcess) -> None:
        file = (await sent(session, tmp_path, a_txt="x"))["a_txt"]
        store = (await create(session, Draft("Faults"))).id
        batch = await held(session, store, file)
        faults = {2: ["429=33"], 3: ["500"], 4: ["refused"], 5: ["html-502"], 6: []}

        async def then(waits: int) -> None:
            if waits in faults:
                await process.set_faults(faults[waits])
            if waits == 8:
                await call(
                    session, "vector_stores.file_batches.cancel", {"vector_store_id": store, "batch_id": batch}
                )  # fmt: skip

        time = Time(then)
        watcher = Watcher(session, [Target(store, batch)], sleep=time.sleep, clock=time.clock)
        seen = [one async for one in watcher]
        problems = [one.problem.status for one in seen if one.problem is not None]
        assert 429 in problems and 500 in problems and 502 in problems and None in problems, "and no connection"
        assert max(time.waits) >= 33, "as long as the server asks"
        assert seen[-1].is_over and seen[-1].problem is None and seen[-1].counts.cancelled == 1

    faulty(tmp_path, scenario)


def test_adding_goes_on_after_a_failure_and_adds_nothing_twice(tmp_path: Path) -> None:
    async def scenario(session: Session, process: SandboxProcess) -> None:
        files = await sent(session, tmp_path, a_txt="x", b_txt="y")
        store = (await create(session, Draft("Again"))).id
        entries = [Entry(one) for one in files.values()]
        for fault in ("500", "refused", "429=0"):
            await process.set_faults([fault])
            (added,) = [one async for one in add_files(session, store, entries)]
            assert added.problem is not None and added.files == tuple(files.values()), fault
        await process.set_faults([])
        (added,) = [one async for one in add_files(session, store, entries)]
        assert added.problem is None
        (seen,) = [one for one in await ready(session, store) if one.is_over]
        assert seen.counts.total == seen.counts.completed == 2

    faulty(tmp_path, scenario)


def test_straight_from_the_disk(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("Returns within 30 days")
    (tmp_path / "empty.txt").write_text("")

    async def scenario(session: Session) -> None:
        async def one(_profile: str) -> Session:
            return session

        store = (await create(session, Draft("Disk"))).id
        with contextlib.closing(TransferStore(tmp_path / "transfers.sqlite3")) as journal:
            queue = TransferQueue(journal, one)
            paths = [tmp_path / "good.txt", tmp_path / "empty.txt", tmp_path / "missing.txt"]
            news = [
                one async for one in add_from_disk(session, queue, store, paths, attributes={"from": "disk"})
            ]  # fmt: skip
            await queue.aclose()
        last = {state.item.name: state.item.state for one in news for state in one.sent}
        assert last == {"good.txt": "done", "empty.txt": "failed", "missing.txt": "failed"}
        (added,) = [one.added for one in news if one.added is not None]
        seen = [one async for one in Watcher(session, [Target(store)], SOON)]
        assert len(added.files) == 1 and seen[-1].counts.completed == 1

    shop.run(scenario)


def test_a_batch_beside_its_store_is_well_again_when_the_server_is(tmp_path: Path) -> None:
    async def scenario(session: Session, process: SandboxProcess) -> None:
        file = (await sent(session, tmp_path, a_txt="x"))["a_txt"]
        store = (await create(session, Draft("Beside"))).id
        target = Target(store, await held(session, store, file))

        async def then(waits: int) -> None:
            if waits in (2, 3):
                await process.set_faults(["500"] if waits == 2 else [])

        time = Time(then)
        watcher = Watcher(session, [Target(store), target], sleep=time.sleep, clock=time.clock)
        problems = []
        async for seen in watcher:
            if seen.target == target:
                problems.append(seen.problem is not None)
            if len(problems) == 3 or len(time.waits) > 6:
                break
        assert problems == [False, True, False]

    faulty(tmp_path, scenario)

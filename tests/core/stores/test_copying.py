"""Files copied and moved between stores: none is lost, wherever it is cut off."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from playground.core.calls import call
from playground.core.errors import ProblemError
from playground.core.session import Session
from playground.core.stores import reading
from playground.core.stores.adding import Entry
from playground.core.stores.changing import Draft, create, remove_file
from playground.core.stores.copying import Copied, copy
from playground.core.stores.rules import Chunking
from playground.sandbox.process import SandboxProcess
from tests.core.stores.conftest import SOON, Shop, added, sent
from tests.core.stores.test_watching import HELD, faulty


async def done(session: Session, source: str, targets: Sequence[str], **more: Any) -> dict[tuple[str, str], str]:
    """The last step of each file in each store."""
    steps = [one async for one in copy(session, source, targets, pace=SOON, **more) if isinstance(one, Copied)]
    return {(one.file, one.store): one.step for one in steps}


async def inside(session: Session, store: str) -> set[str]:
    return {one.id for one in await reading.all_files(session, store, state="completed")}


async def three(session: Session, folder: Path) -> tuple[list[str], str, str, str]:
    """Three files, in a first of three stores."""
    files = list((await sent(session, folder, a_txt="one", b_txt="two", c_txt="three")).values())
    stores = [(await create(session, Draft(name))).id for name in ("from", "to", "other")]
    await added(session, stores[0], [Entry(one, {"n": n}, Chunking("static", 200, 20)) for n, one in enumerate(files)])
    return files, *stores  # type: ignore[return-value]


def test_to_many_with_what_belongs_to_them_and_then_moved(shop: Shop, tmp_path: Path) -> None:
    async def scenario(session: Session) -> None:
        files, source, *targets = await three(session, tmp_path)
        broken = (await sent(session, tmp_path, d_pdf=b"no pdf"))["d_pdf"]
        await added(session, source, [broken])
        steps = await done(session, source, targets)
        assert steps == {(file, target): "ready" for file in files for target in targets} | {
            (broken, source): "left_out"
        }
        before = shop.asked("vector_stores.file_batches.create")
        found = {one.id: one for one in await reading.all_files(session, targets[1])}
        assert [found[file].attributes for file in files] == [{"n": 0}, {"n": 1}, {"n": 2}]
        assert {one.chunking for one in found.values()} == {Chunking("static", 200, 20)}

        await remove_file(session, targets[0], files[0])
        steps = await done(session, source, targets, move=True, files=files[:2])
        assert shop.asked("vector_stores.file_batches.create") == before + 1, "only what was missing is added"
        assert [steps[file, source] for file in files[:2]] == ["moved"] * 2
        assert await inside(session, source) == {files[2]}
        assert await inside(session, targets[0]) == await inside(session, targets[1]) == set(files)

    shop.run(scenario)


def test_what_is_not_ready_everywhere_stays(shop: Shop, tmp_path: Path) -> None:
    async def scenario(session: Session) -> None:
        files, source, target, other = await three(session, tmp_path)
        place = {"vector_store_id": other, "file_ids": [files[0]], "extra_headers": HELD}
        batch = (await call(session, "vector_stores.file_batches.create", place))["id"]
        cancelled = False
        steps: dict[tuple[str, str], str] = {}
        async for one in copy(session, source, [target, other], move=True, pace=SOON):
            if isinstance(one, Copied):
                steps[one.file, one.store] = one.step
            elif one.target.store == other and not cancelled and one.counts.in_progress == 1:
                cancelled = True
                body = {"vector_store_id": other, "batch_id": batch}
                await call(session, "vector_stores.file_batches.cancel", body)
        assert steps[files[0], other] == "failed" and steps[files[0], source] == "kept"
        assert steps[files[1], source] == steps[files[2], source] == "moved"
        assert await inside(session, source) == {files[0]}

    shop.run(scenario)


@pytest.mark.parametrize("fault", ["429=0", "500", "refused"])
@pytest.mark.parametrize("steps", [1, 4, 7, 8])
def test_cut_off_anywhere_nothing_is_lost_and_again_it_is_finished(tmp_path: Path, fault: str, steps: int) -> None:
    async def scenario(session: Session, process: SandboxProcess) -> None:
        files, source, target, other = await three(session, tmp_path)

        async def broken() -> None:
            count = 0
            async for one in copy(session, source, [target, other], move=True, pace=SOON):
                count += isinstance(one, Copied)
                if count == steps:
                    await process.set_faults([fault])
                if count > steps and not isinstance(one, Copied):
                    return  # the watcher asks until it is answered: given up

        try:
            await broken()
        except ProblemError:
            pass
        finally:
            await process.set_faults([])
        everywhere = await inside(session, source) | (await inside(session, target) & await inside(session, other))
        assert everywhere == set(files), "in its store, or in all the others"
        await done(session, source, [target, other], move=True)
        assert not await inside(session, source)
        assert await inside(session, target) == await inside(session, other) == set(files)

    faulty(tmp_path, scenario)


def test_to_nowhere_and_to_itself(shop: Shop) -> None:
    async def scenario(session: Session) -> None:
        for targets in ([], ["vs_1"]):
            with pytest.raises(ProblemError) as caught:
                await done(session, "vs_1", targets)
            assert caught.value.problem.type == "usage"

    shop.run(scenario)

"""Stores on the real sandbox: made, filled, changed, watched and deleted."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from playground.core.errors import ProblemError
from playground.core.session import Session
from playground.core.stores import reading
from playground.core.stores.adding import Entry, add_files, cancel
from playground.core.stores.changing import Draft, create, delete, remove_file, set_attributes, update, would_expire
from playground.core.stores.cost import cost_text, monthly
from playground.core.stores.model import Store, store_of
from playground.core.stores.rules import Chunking
from tests.core.stores.conftest import Shop, added, ready, sent


def test_a_store_from_its_making_to_its_end(shop: Shop, tmp_path: Path) -> None:
    async def scenario(session: Session) -> None:
        files = await sent(session, tmp_path, a_md="# Returns\n\nGoods go back within 30 days.", b_pdf=b"no pdf at all")
        store = await create(session, Draft("Support", "of the shop", {"team": "one"}, days=3))
        assert (store.name, store.days, store.metadata) == ("Support", 3, {"team": "one"})
        assert store.expires == would_expire(store, 3) == store.active + 3 * 86_400
        static = Chunking("static", 200, 50)
        await added(session, store.id, [Entry(files["a_md"], {"year": 2026}, static), Entry(files["b_pdf"])])

        found = {one.id: one for one in await reading.all_files(session, store.id)}
        good, bad = found[files["a_md"]], found[files["b_pdf"]]
        assert (good.status, good.attributes, good.chunking, good.trouble) == (
            "completed", {"year": 2026}, static, None,
        )  # fmt: skip
        assert bad.status == "failed" and bad.trouble is not None and bad.trouble.code == "invalid_file"
        assert bad.trouble.message and bad.trouble.message.rstrip(".") in bad.trouble.text()
        assert [one.id for one in await reading.all_files(session, store.id, state="failed")] == [files["b_pdf"]]
        pieces = await reading.content(session, store.id, files["a_md"])
        assert "30 days" in pieces[0].text and pieces[0].number == 0

        changed = await set_attributes(session, store.id, files["a_md"], {"year": 2027, "final": True})
        assert changed.attributes == {"year": 2027, "final": True}
        now = await update(session, store.id, name="Help", metadata={}, days=0)
        assert (now.name, now.metadata, now.days, now.expires) == ("Help", {}, 0, 0)
        assert now.counts.completed == now.counts.failed == 1 and now.size > 0

        await remove_file(session, store.id, files["b_pdf"])
        await remove_file(session, store.id, files["b_pdf"])
        await delete(session, store.id)
        await delete(session, store.id)
        with pytest.raises(ProblemError) as caught:
            await reading.store(session, store.id)
        assert caught.value.problem.status == 404

    shop.run(scenario)


def test_all_pages_are_read(shop: Shop) -> None:
    async def scenario(session: Session) -> None:
        made = {(await create(session, Draft(f"Page {n}"))).id for n in range(103)}
        pages = [page async for page in reading.list_stores(session)]
        listed = [one.id for page in pages for one in page]
        assert len(pages) > 1 and made <= set(listed) and len(listed) == len(set(listed))
        for one in made:
            await delete(session, one)

    shop.run(scenario)


def test_many_files_go_in_batches_and_a_refused_one_stops_no_other(shop: Shop, tmp_path: Path) -> None:
    async def scenario(session: Session) -> None:
        texts = {f"f{n}_txt": f"The number {n}" for n in range(5)}
        files = await sent(session, tmp_path, **texts)
        store = await create(session, Draft("Batches"))
        entries = [Entry(one) for one in (*files.values(), files["f0_txt"])]
        entries.insert(2, Entry("file-nobody-has"))
        found = [one async for one in add_files(session, store.id, entries, most=2)]
        assert [len(one.files) for one in found] == [2, 2, 2], "a file that is named twice goes once"
        assert [one.problem is None for one in found] == [True, False, True]
        assert found[1].problem is not None and "file-nobody-has" in (found[1].problem.server_words or "")
        await ready(session, store.id)
        assert len(await reading.all_files(session, store.id)) == 4
        batch = found[0].batch
        assert batch is not None and (await cancel(session, batch)).status == "completed"

    shop.run(scenario)


def of_size(size: int | None) -> Store:
    raw = {"id": f"vs_{size}"} if size is None else {"id": f"vs_{size}", "usage_bytes": size}
    made = store_of(raw)
    assert made is not None
    return made


def test_what_it_costs() -> None:
    gb = 1024**3
    api = "https://api.openai.com/v1"
    cost = monthly([of_size(gb), of_size(3 * gb)], api)
    assert cost.month == Decimal("9.0") and cost_text(cost.month) == "$9.00 a month"
    assert cost.share(of_size(3 * gb)) == Decimal("6.75")
    assert monthly([of_size(gb // 2)], api).month == 0
    assert monthly([of_size(None)], api).month is None and monthly([], "http://127.0.0.1:1/v1").month is None
    assert cost_text(monthly([of_size(gb)], "https://elsewhere.example/v1").month) == "cost not known"
    assert cost_text(monthly([of_size(9 * gb)], "http://127.0.0.1:1/v1", sandbox=True).month) == "free"

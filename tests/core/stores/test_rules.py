"""What would be refused is said before it is sent, and the server agrees."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from playground.core.calls import call
from playground.core.errors import ProblemError, explain
from playground.core.session import Session
from playground.core.stores.changing import Draft, create
from playground.core.stores.rules import Chunking, check_attributes, check_days, check_metadata
from tests.core.stores.conftest import Shop, sent

ATTRIBUTES: list[dict[str, Any]] = [
    {"a": "x" * 512, "n": 3.5, "b": True},
    {"a": "x" * 513},
    {"k" * 64: 1},
    {"k" * 65: 1},
    {f"k{n}": n for n in range(16)},
    {f"k{n}": n for n in range(17)},
    {"a": None},
    {"a": ["x"]},
    {"a": {"b": 1}},
]
CHUNKS = [(100, 0), (99, 0), (100, 50), (100, 51), (4096, 2048), (4097, 0), (800, -1), (101, 50), (101, 51)]
DAYS = [0, 1, 365, 366, -1]


def test_the_sandbox_refuses_what_is_refused_here(shop: Shop, tmp_path: Path) -> None:
    async def scenario(session: Session) -> None:
        file = (await sent(session, tmp_path, a_txt="Returns within 30 days."))["a_txt"]
        store = (await create(session, Draft("Rules"))).id
        place = {"vector_store_id": store, "file_id": file}

        async def taken(body: dict[str, Any]) -> bool:
            try:
                await call(session, "vector_stores.files.create", {**place, **body})
            except Exception as error:
                assert explain(error).status == 400, body
                return False
            return True

        for attributes in ATTRIBUTES:
            assert (not check_attributes(attributes)) == await taken({"attributes": attributes}), attributes
        for size, overlap in CHUNKS:
            chunking = Chunking("static", size, overlap)
            assert (not chunking.check()) == await taken({"chunking_strategy": chunking.body()}), chunking
        for days in DAYS:
            body = {"vector_store_id": store, "expires_after": {"anchor": "last_active_at", "days": days}}
            try:
                await call(session, "vector_stores.update", body)
                fine = True
            except Exception:
                fine = False
            assert (not check_days(days)) == fine, days

    shop.run(scenario)


def test_each_finding_names_its_place() -> None:
    assert [one.place for one in check_attributes({"year": None, "": 1, "f": float("inf")})] == [
        "attributes.year", "attributes", "attributes.f",
    ]  # fmt: skip
    assert [one.place for one in check_metadata({"a": 3, "b": "x" * 513})] == ["metadata.a", "metadata.b"]
    both = Chunking("static", 50, 40).check()
    assert [one.place.rpartition(".")[2] for one in both] == ["max_chunk_size_tokens", "chunk_overlap_tokens"]
    assert Chunking("other").check() and not Chunking().check() and Chunking().body() is None


def test_nothing_is_sent_that_would_be_refused(shop: Shop) -> None:
    async def scenario(session: Session) -> None:
        for draft in (Draft(days=400), Draft(metadata={"a": "x" * 513}), Draft(files=["file-1"] * 501),
                      Draft(chunking=Chunking("static", 1, 0))):  # fmt: skip
            with pytest.raises(ProblemError) as caught:
                await create(session, draft)
            assert caught.value.problem.type == "usage" and caught.value.problem.param

    shop.run(scenario)
    assert shop.asked("vector_stores.create") == 0

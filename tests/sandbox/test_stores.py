"""Vector stores, their files and batches: through the SDK, and by the document; restarts, kills and refusals."""

from __future__ import annotations

import asyncio
import http.client
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openai
import psutil
import pytest

from playground.sandbox.contents import Contents
from playground.sandbox.stores.indexer import Indexer
from playground.sandbox.stores.shelf import Shelf
from tests.helpers.needs import ROOT
from tests.helpers.sandbox import Server, running_sandbox
from tests.sandbox import documents
from tests.sandbox.document import Document
from tests.sandbox.http import Api

TEXT = b"The return policy is thirty days. "


@pytest.fixture(scope="module")
def client(sandbox_server: Server) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=sandbox_server.base_url, api_key=sandbox_server.key, max_retries=0) as client:
        yield client


def _file(client: openai.OpenAI, data: bytes = TEXT, name: str = "a.txt") -> str:
    return client.files.create(file=(name, data), purpose="assistants").id


def _until(done: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for what another process does."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)  # between two questions to a server, not for luck


def test_a_store_lives_and_goes(client: openai.OpenAI) -> None:
    file = _file(client, TEXT * 400)
    store = client.vector_stores.create(
        name="Shop", description="All of it", file_ids=[file], metadata={"a": "b"},
        expires_after={"anchor": "last_active_at", "days": 7},
        chunking_strategy={"type": "static", "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 50}},
    )  # fmt: skip
    assert store.status == "in_progress" and store.file_counts.total == 1 and store.metadata == {"a": "b"}
    assert store.expires_at == (store.last_active_at or 0) + 7 * 86_400
    found = client.vector_stores.files.poll(file, vector_store_id=store.id)
    assert found.status == "completed" and found.usage_bytes > len(TEXT) * 400 and found.last_error is None
    assert found.chunking_strategy and found.chunking_strategy.model_dump()["static"]["max_chunk_size_tokens"] == 100
    now = client.vector_stores.retrieve(store.id)
    assert now.status == "completed" and now.usage_bytes == found.usage_bytes and now.file_counts.completed == 1
    changed = client.vector_stores.update(store.id, name="Other", metadata={"c": "d"}, expires_after=None)
    assert (changed.name, changed.metadata, changed.expires_at) == ("Other", {"c": "d"}, None)
    assert client.vector_stores.update(store.id, name=None).name == ""
    second = client.vector_stores.create()
    listed = [entry.id for entry in client.vector_stores.list(limit=1) if entry.id in (store.id, second.id)]
    assert listed == [second.id, store.id]
    assert client.vector_stores.delete(store.id).deleted
    for gone in (
        lambda: client.vector_stores.retrieve(store.id),
        lambda: client.vector_stores.files.list(store.id),
        lambda: client.vector_stores.delete(store.id),
    ):
        with pytest.raises(openai.NotFoundError, match="Vector store"):
            gone()
    assert client.files.retrieve(file), "the file itself stays"


def test_a_file_of_a_store_is_read_changed_and_taken_out(client: openai.OpenAI) -> None:
    store = client.vector_stores.create().id
    pages = documents.pdf(["alpha " * 120, "beta " * 120])
    file = _file(client, pages, "päges.pdf")
    given: dict[str, str | float | bool] = {"year": 2024, "draft": False, "by": "Ada"}
    made = client.vector_stores.files.create_and_poll(file, vector_store_id=store, attributes=given, chunking_strategy={
        "type": "static", "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 0}})  # fmt: skip
    assert made.status == "completed" and made.attributes == given
    parts = client.vector_stores.files.content(file, vector_store_id=store).data
    extra = [part.model_extra or {} for part in parts]
    assert [entry["page"] for entry in extra] == [1, 1, 2] and extra[0]["start"] == 0
    assert "".join(part.text or "" for part in parts).split() == ["alpha"] * 120 + ["beta"] * 120
    assert client.vector_stores.files.update(file, vector_store_id=store, attributes={"x": "y"}).attributes == {
        "x": "y"
    }
    assert client.vector_stores.files.update(file, vector_store_id=store, attributes=None).attributes == {}
    assert client.vector_stores.files.delete(file, vector_store_id=store).deleted
    with pytest.raises(openai.NotFoundError, match=file):
        client.vector_stores.files.retrieve(file, vector_store_id=store)
    assert client.vector_stores.retrieve(store).usage_bytes == 0


def test_what_cannot_be_indexed_says_why(client: openai.OpenAI) -> None:
    store = client.vector_stores.create().id
    broken = {"a.pdf": b"%PDF-1.4 x", "b.png": b"\x89PNG", "c.txt": b"\xff\xe9", "d.docx": b"PK\x03\x04rest"}
    ids = {_file(client, data, name): name for name, data in broken.items()}
    batch = client.vector_stores.file_batches.create_and_poll(store, file_ids=list(ids))
    assert batch.status == "failed" and batch.file_counts.failed == 4
    for entry in client.vector_stores.files.list(store, filter="failed"):
        assert entry.last_error and len(entry.last_error.message) > 30
        assert entry.last_error.code == ("unsupported_file" if ids[entry.id] == "b.png" else "invalid_file")
    with pytest.raises(openai.BadRequestError, match="it is failed"):
        client.vector_stores.files.content(next(iter(ids)), vector_store_id=store)
    assert client.vector_stores.retrieve(store).status == "completed"


def test_a_batch_is_counted_and_listed(client: openai.OpenAI) -> None:
    store = client.vector_stores.create().id
    good = [_file(client, b"good %d" % number) for number in range(3)]
    bad = _file(client, b"\x89PNG", "x.png")
    numbered: list[Any] = [{"file_id": file, "attributes": {"number": place}} for place, file in enumerate(good)]
    batch = client.vector_stores.file_batches.create_and_poll(store, files=[{"file_id": bad}, *numbered])
    assert batch.status == "completed"
    assert batch.file_counts.model_dump() == {"in_progress": 0, "completed": 3, "failed": 1, "cancelled": 0, "total": 4}
    listed = client.vector_stores.file_batches.list_files(
        batch.id, vector_store_id=store, filter="completed", order="asc", limit=2
    )
    assert [(entry.id, entry.attributes) for entry in listed] == [
        (file, {"number": place}) for place, file in enumerate(good)
    ]
    alone = client.vector_stores.files.create_and_poll(_file(client), vector_store_id=store)
    assert alone.status == "completed" and len(list(client.vector_stores.files.list(store))) == 5
    assert len(list(client.vector_stores.file_batches.list_files(batch.id, vector_store_id=store))) == 4
    client.vector_stores.files.delete(good[0], vector_store_id=store)
    counts = client.vector_stores.file_batches.retrieve(batch.id, vector_store_id=store).file_counts
    assert counts.total == 4 and counts.completed == 3


def test_a_cancelled_batch_keeps_what_is_done(client: openai.OpenAI) -> None:
    store = client.vector_stores.create().id
    long = b" ".join(b"word%d" % number for number in range(60_000))
    files = [_file(client, long + b"%d" % number) for number in range(6)]
    batch = client.vector_stores.file_batches.create(store, file_ids=files)
    done = client.vector_stores.file_batches.cancel(batch.id, vector_store_id=store)
    assert done.status == "cancelled" and done.file_counts.in_progress == 0 and done.file_counts.cancelled >= 4
    with pytest.raises(openai.BadRequestError) as twice:
        client.vector_stores.file_batches.cancel(batch.id, vector_store_id=store)
    assert twice.value.code == "batch_not_in_progress"
    last = client.vector_stores.files.create_and_poll(_file(client), vector_store_id=store)
    assert last.status == "completed", "after it, so that the one that was being read has ended, too"
    cancelled = list(client.vector_stores.files.list(store, filter="cancelled"))
    assert len(cancelled) == done.file_counts.cancelled
    again = client.vector_stores.files.create_and_poll(cancelled[0].id, vector_store_id=store)
    assert again.status == "completed"


def test_a_deleted_file_is_in_no_store(client: openai.OpenAI) -> None:
    file = _file(client)
    stores = [client.vector_stores.create(file_ids=[file]).id for _ in range(2)]
    for store in stores:
        client.vector_stores.files.poll(file, vector_store_id=store)
    client.files.delete(file)
    for store in stores:
        assert list(client.vector_stores.files.list(store)) == []


def test_a_file_that_is_added_again_is_indexed_anew(client: openai.OpenAI) -> None:
    store, file = client.vector_stores.create().id, _file(client, TEXT * 100)
    client.vector_stores.files.create_and_poll(file, vector_store_id=store)
    before = len(client.vector_stores.files.content(file, vector_store_id=store).data)
    client.vector_stores.files.create_and_poll(file, vector_store_id=store, chunking_strategy={
        "type": "static", "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 0}})  # fmt: skip
    after = client.vector_stores.files.content(file, vector_store_id=store).data
    assert len(after) > before and "".join(part.text or "" for part in after).strip() == (TEXT.decode() * 100).strip()
    assert len(list(client.vector_stores.files.list(store))) == 1


# refusals

STATIC = {"max_chunk_size_tokens": 800, "chunk_overlap_tokens": 400}


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"colour": "red"}, "colour"),
        ({"name": 3}, "name"),
        ({"metadata": {"a": 3}}, "metadata.a"),
        ({"expires_after": {"anchor": "created_at", "days": 3}}, "expires_after.anchor"),
        ({"expires_after": {"anchor": "last_active_at", "days": 366}}, "expires_after.days"),
        ({"expires_after": {"anchor": "last_active_at"}}, "expires_after.days"),
        ({"file_ids": ["file-none"]}, "file_ids[0]"),
        ({"file_ids": ["a"] * 501}, "file_ids"),
        ({"file_ids": ["a", "a"]}, "file_ids"),
        ({"chunking_strategy": {"type": "best"}}, "chunking_strategy.type"),
        ({"chunking_strategy": {"type": "static"}}, "chunking_strategy.static"),
    ],
)
def test_a_store_that_cannot_be_is_refused(api: Api, body: Any, param: str) -> None:
    answer = api.post("/vector_stores", body)
    assert answer.status in (400, 404) and answer.error["param"] == param, answer.data


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({}, "file_id"),
        ({"file_id": "file-none"}, "file_id"),
        ({"attributes": {str(number): 1 for number in range(17)}}, "attributes"),
        ({"attributes": {"k" * 65: 1}}, "attributes"),
        ({"attributes": {"k": "v" * 513}}, "attributes.k"),
        ({"attributes": {"k": [1]}}, "attributes.k"),
        ({"attributes": {"k": None}}, "attributes.k"),
        (
            {"chunking_strategy": {"type": "static", "static": STATIC | {"max_chunk_size_tokens": 99}}},
            "chunking_strategy.static.max_chunk_size_tokens",
        ),
        (
            {"chunking_strategy": {"type": "static", "static": STATIC | {"max_chunk_size_tokens": 4097}}},
            "chunking_strategy.static.max_chunk_size_tokens",
        ),
        (
            {"chunking_strategy": {"type": "static", "static": STATIC | {"chunk_overlap_tokens": 401}}},
            "chunking_strategy.static.chunk_overlap_tokens",
        ),
    ],
)
def test_a_file_that_cannot_be_added_is_refused(api: Api, client: openai.OpenAI, body: Any, param: str) -> None:
    if body and "file_id" not in body:
        body = {"file_id": _file(client), **body}
    answer = api.post(f"/vector_stores/{client.vector_stores.create().id}/files", body)
    assert answer.status in (400, 404) and answer.error["param"] == param, answer.data


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({}, "file_ids"),
        ({"file_ids": []}, "file_ids"),
        ({"file_ids": ["a"] * 2001}, "file_ids"),
        ({"file_ids": ["a"], "files": [{"file_id": "a"}]}, "file_ids"),
        ({"files": [{"file_id": "a"}], "attributes": {}}, "attributes"),
        ({"files": [{"file_id": "a", "colour": 1}]}, "files[0].colour"),
        ({"files": [{}]}, "files[0].file_id"),
        ({"files": [{"file_id": "a"}]}, "files[0]"),
    ],
)
def test_a_batch_that_cannot_be_is_refused(api: Api, client: openai.OpenAI, body: Any, param: str) -> None:
    answer = api.post(f"/vector_stores/{client.vector_stores.create().id}/file_batches", body)
    assert answer.status in (400, 404) and answer.error["param"] == param, answer.data


def test_what_is_not_there_is_not_found(api: Api, client: openai.OpenAI) -> None:
    store = client.vector_stores.create().id
    for path in (f"{store}/files/file-1", f"{store}/files/file-1/content", f"{store}/file_batches/vsfb_1",
                 f"{store}/file_batches/vsfb_1/files", "vs_1", "vs_1/files", "..%2Fobjects/files"):  # fmt: skip
        assert api.get(f"/vector_stores/{path}").status == 404, path
    assert api.get(f"/vector_stores/{store}/files?filter=odd").error["param"] == "filter"
    assert api.get(f"/vector_stores/{store}/files?after=file-1").error["param"] == "after"


# the document


def test_what_the_document_says_of_stores_is_kept(api: Api, spec: Document, client: openai.OpenAI) -> None:
    store = api.make("/vector_stores", {"name": "Support FAQ"})
    path = f"/vector_stores/{store['id']}"
    file, bad = _file(client), _file(client, b"x", "x.pdf")
    spec.check("VectorStoreObject", store)
    spec.check("VectorStoreFileObject", api.make(f"{path}/files", {"file_id": file}))
    batch = api.make(f"{path}/file_batches", {"file_ids": [bad], "attributes": {"a": True}})
    spec.check("VectorStoreFileBatchObject", batch)
    _until(lambda: api.get(path).json["status"] == "completed")
    for name, part in (
        ("VectorStoreFileBatchObject", f"/file_batches/{batch['id']}"),
        ("ListVectorStoreFilesResponse", f"/file_batches/{batch['id']}/files?filter=failed"),
        ("ListVectorStoreFilesResponse", "/files?limit=1"),
        ("VectorStoreFileObject", f"/files/{file}"),
        ("VectorStoreFileObject", f"/files/{bad}"),
        ("VectorStoreFileContentResponse", f"/files/{file}/content"),
    ):
        spec.check(name, api.get(f"{path}{part}").json)
    spec.check("VectorStoreFileObject", api.make(f"{path}/files/{file}", {"attributes": {"key1": "value1", "key2": 2}}))
    spec.check("DeleteVectorStoreFileResponse", api.delete(f"{path}/files/{file}").json)
    spec.check("ListVectorStoresResponse", api.get("/vector_stores?limit=3").json)
    spec.check("VectorStoreObject", api.make(path, {"expires_after": {"anchor": "last_active_at", "days": 1}}))
    spec.check("DeleteVectorStoreResponse", api.delete(path).json)


def test_faults_meet_stores_too(api: Api) -> None:
    answer = api.post("/vector_stores", {}, headers={"X-Sandbox-Fault": "429=3"})
    assert answer.status == 429 and answer.headers["retry-after"] == "3"
    cut = api.post("/vector_stores", {"name": "x"}, headers={"X-Sandbox-Fault": "invalid-json"})
    assert cut.status == 200 and not cut.data.endswith(b"}")


def test_files_stay_in_progress_as_long_as_a_header_says(api: Api, client: openai.OpenAI) -> None:
    store, other = (client.vector_stores.create().id for _ in range(2))
    stuck, wrong = {"X-Sandbox-Indexing": "600"}, {"X-Sandbox-Indexing": "soon"}
    path = f"/vector_stores/{store}/file_batches"
    batch = api.make(path, {"file_ids": [_file(client)]}, headers=stuck)
    later = client.vector_stores.files.create_and_poll(_file(client), vector_store_id=other)
    assert later.status == "completed", "others do not wait"
    assert api.get(f"{path}/{batch['id']}").json["status"] == "in_progress"
    assert api.make(f"{path}/{batch['id']}/cancel", None)["file_counts"]["cancelled"] == 1
    answer = api.post(path, {"file_ids": [_file(client)]}, headers=wrong)
    assert answer.status == 400 and answer.error["param"] == "X-Sandbox-Indexing"
    assert client.vector_stores.retrieve(store).file_counts.in_progress == 0


# restarts and kills


def _upload(api: Api, name: str, data: bytes) -> str:
    identifier: str = api.form("/files", [("purpose", "assistants"), ("file", (name, data))]).json["id"]
    return identifier


def test_indexing_goes_on_after_a_kill(tmp_path: Path) -> None:
    with running_sandbox(tmp_path) as server:
        api = Api(server)
        files = [_upload(api, f"{number}.txt", b"word%d " % number * 20_000) for number in range(5)]
        store = api.make("/vector_stores", {"name": "x", "file_ids": files})["id"]
        psutil.Process(server.pid).kill()
        with pytest.raises((ConnectionError, http.client.HTTPException)):
            api.get("/models")
    with running_sandbox(tmp_path) as server:
        api = Api(server)
        _until(lambda: api.get(f"/vector_stores/{store}").json["status"] == "completed")
        assert api.get(f"/vector_stores/{store}").json["file_counts"]["completed"] == 5
        texts = api.get(f"/vector_stores/{store}/files/{files[4]}/content").json["data"]
        assert texts[0]["start"] == 0 and texts[0]["text"].startswith("word4 ")
        assert api.delete(f"/vector_stores/{store}").status == 200
        assert list((tmp_path / "stores").iterdir()) == []


def test_a_file_that_ends_the_reader_fails_alone(tmp_path: Path) -> None:
    with running_sandbox(tmp_path) as server:
        api = Api(server)
        slow = _upload(api, "slow.txt", b"word " * 2_000_000)
        good = _upload(api, "good.txt", b"good")
        store = api.make("/vector_stores", {"file_ids": [slow, good]})["id"]
        process = psutil.Process(server.pid)
        _until(lambda: bool(process.children()))
        process.children()[0].kill()
        _until(lambda: api.get(f"/vector_stores/{store}").json["status"] == "completed")
        counts = api.get(f"/vector_stores/{store}").json["file_counts"]
        assert (counts["completed"], counts["failed"]) == (1, 1)
        error = api.get(f"/vector_stores/{store}/files/{slow}").json["last_error"]
        assert error["code"] == "server_error" and "Add the file again" in error["message"]


def test_the_reader_ends_when_there_is_nothing_to_read(tmp_path: Path) -> None:
    async def main() -> None:
        shelf, contents = Shelf(tmp_path / "stores"), Contents(tmp_path / "contents")
        indexer = Indexer(shelf, contents, tmp_path, idle=0.2)
        shelf.make("vs_1")
        await indexer.start()
        strategy = {"max_chunk_size_tokens": 800, "chunk_overlap_tokens": 400}
        own = psutil.Process()
        before, children = set(own.children()), set()
        for name in ("file-1", "file-2"):
            contents.put(name, b"A text")
            shelf.add("vs_1", [(name, "a.txt", {}, strategy)])
            indexer.add("vs_1", [name])
            while shelf.counts("vs_1")[0]["in_progress"] or set(own.children()) - before:
                children |= set(own.children()) - before
                await asyncio.sleep(0.05)
        assert len(children) == 2 and shelf.counts("vs_1")[0]["completed"] == 2
        await indexer.aclose()
        shelf.close()

    asyncio.run(asyncio.wait_for(main(), 60))


def test_an_expired_store_is_kept_but_takes_nothing(tmp_path: Path) -> None:
    with running_sandbox(tmp_path) as server:
        api = Api(server)
        file = _upload(api, "a.txt", b"x")
        days = {"anchor": "last_active_at", "days": 1}
        store = api.make("/vector_stores", {"expires_after": days})["id"]
        with sqlite3.connect(tmp_path / "objects.sqlite3") as database:
            aged = "json_set(CAST(body AS TEXT), '$.last_active_at', 1)"
            database.execute(f"UPDATE objects SET body = {aged} WHERE kind = 'vector_store'")
        database.close()
        assert api.get(f"/vector_stores/{store}").json["status"] == "expired"
        late = api.post(f"/vector_stores/{store}/files", {"file_id": file})
        assert late.status == 400 and late.error["code"] == "vector_store_expired"


def test_files_are_added_three_hundred_times_a_minute_at_most(tmp_path: Path) -> None:
    with running_sandbox(tmp_path) as server:
        api = Api(server)
        store, other = (api.make("/vector_stores", {})["id"] for _ in range(2))
        body = {"file_id": _upload(api, "a.txt", b"A text")}
        for _ in range(300):
            assert api.post(f"/vector_stores/{store}/files", body).status == 200
        late = api.post(f"/vector_stores/{store}/file_batches", {"file_ids": [body["file_id"]]})
        assert late.status == 429 and "file batch" in late.error["message"]
        assert 0 < int(late.headers["retry-after"]) <= 60
        assert api.post(f"/vector_stores/{other}/files", body).status == 200


def test_a_state_in_a_relative_folder_works_as_well(tmp_path: Path) -> None:
    relative = Path(os.path.relpath(tmp_path / "state", ROOT))
    with running_sandbox(relative) as server:
        api = Api(server)
        store = api.make("/vector_stores", {"file_ids": [_upload(api, "a.txt", b"A text")]})["id"]
        _until(lambda: api.get(f"/vector_stores/{store}").json["file_counts"]["completed"] == 1)


def test_numbers_beside_the_type_are_a_strategy_too(client: openai.OpenAI, api: Api) -> None:
    body = {"file_id": _file(client), "chunking_strategy": {"type": "static", "max_chunk_size_tokens": 200,
                                                            "chunk_overlap_tokens": 101}}  # fmt: skip
    path = f"/vector_stores/{client.vector_stores.create().id}/files"
    assert api.post(path, body).error["param"] == "chunking_strategy.chunk_overlap_tokens"
    body["chunking_strategy"]["chunk_overlap_tokens"] = 100  # type: ignore[index]
    found = api.make(path, body)["chunking_strategy"]
    assert found == {"type": "static", "static": {"max_chunk_size_tokens": 200, "chunk_overlap_tokens": 100}}

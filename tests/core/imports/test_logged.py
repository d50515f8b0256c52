"""A request that was made opens as the method that makes it, with the arguments that make it."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import openai
import pytest

from playground.core.calls import call
from playground.core.catalog import Catalog, read_catalog
from playground.core.imports import open_as
from playground.core.imports.logged import read_exchange
from playground.core.session import Session
from tests.core.house import House
from tests.helpers.servers import Reply

CASES: list[tuple[str, dict[str, Any]]] = [
    ("models.list", {}),
    ("models.retrieve", {"model": "ft:gpt/x y"}),
    ("responses.create", {"model": "m", "input": [{"role": "user", "content": "hé"}], "extra_body": {"new": [1]}}),
    ("responses.retrieve", {"response_id": "resp_1", "include": ["reasoning.encrypted_content"]}),
    ("files.list", {"limit": 3, "order": "asc", "purpose": "batch", "extra_query": {"unheard": "of"}}),
    ("chat.completions.list", {"metadata": {"team": "a b", "n": "1"}, "limit": 2}),
    ("vector_stores.files.delete", {"vector_store_id": "vs_1", "file_id": "file-1"}),
    ("beta.responses.retrieve", {"response_id": "resp_1", "include": ["reasoning.encrypted_content"]}),
    ("beta.threads.runs.create", {"thread_id": "thread_1", "assistant_id": "asst_1"}),
    ("admin.organization.audit_logs.list", {"effective_at": {"gt": 5}, "event_types": ["project.created"]}),
    ("embeddings.create", {"model": "m", "input": ["a"], "encoding_format": "float", "extra_headers": {"x-mine": "y"}}),
]


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    found = read_catalog(tmp_path_factory.mktemp("cache"))
    assert found is not None
    return found


@pytest.mark.parametrize(("method", "arguments"), CASES, ids=[method for method, _ in CASES])
def test_what_was_sent_comes_back_as_it_was_written(
    house: House, catalog: Catalog, method: str, arguments: dict[str, Any]
) -> None:
    async def send(session: Session) -> None:
        with contextlib.suppress(openai.NotFoundError):  # the server has no answer prepared
            await call(session, method, arguments)

    house.run(send)
    request = read_exchange(house.last())
    assert request is not None
    opened = open_as(catalog, request)
    assert (opened.method, opened.arguments, opened.notes) == (method, arguments, [])
    assert opened.base_url == house.server.base_url


def test_the_log_offers_ids_of_the_kind_that_is_asked_for(house: House) -> None:
    data = [{"id": "file-2b", "object": "file"}, {"id": "batch_7", "object": "batch"}]
    house.server.add("/files", Reply.of_json({"object": "list", "data": data}))
    house.server.add("/files/file-1a", Reply.of_json({"id": "file-1a", "object": "file"}))
    house.server.add("/embeddings", Reply.of_json({"object": "list", "data": []}))

    async def send(session: Session) -> None:
        await call(session, "files.retrieve", {"file_id": "file-1a"})
        await call(session, "files.list", {})
        await call(session, "embeddings.create", {"model": "some-model", "input": "x"})

    house.run(send)
    seen = house.store.seen_ids(["file", "batch", "model", "vector_store"])
    assert seen["file"] == (("file-2b", "files.list"), ("file-1a", "files.retrieve"))
    assert seen["batch"] == (("batch_7", "files.list"),)
    assert seen["model"] == (("some-model", "embeddings.create"),)
    assert seen["vector_store"] == ()


def test_a_form_with_files_says_which_are_to_be_chosen_again(house: House, catalog: Catalog, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text("{}\n")
    sent = {"file": f"@{file}", "purpose": "batch", "expires_after": {"anchor": "created_at", "seconds": 3600}}

    async def send(session: Session) -> None:
        with contextlib.suppress(openai.NotFoundError):
            await call(session, "files.create", sent)

    house.run(send)
    request = read_exchange(house.last())
    assert request is not None
    opened = open_as(catalog, request)
    assert opened.method == "files.create"
    assert opened.arguments == {name: value for name, value in sent.items() if name != "file"}
    assert opened.notes == ["The file “a.jsonl” of “file” must be chosen again."]

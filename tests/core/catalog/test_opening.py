"""A request that was made opens as the method that makes it, with the arguments that make it."""

from __future__ import annotations

import contextlib
from typing import Any

import openai
import pytest

from playground.core.calls import call
from playground.core.catalog import Catalog, read_catalog
from playground.core.catalog.opening import open_exchange, read_payload, read_query
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
    opened = open_exchange(catalog, house.last())
    assert opened is not None
    assert (opened.method, opened.arguments, opened.left) == (method, arguments, ())


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


def test_a_form_with_files_says_which_are_to_be_chosen_again() -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nbatch\r\n'
        b'--b\r\nContent-Disposition: form-data; name="expires_after[seconds]"\r\n\r\n3600\r\n'
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.jsonl"\r\n\r\n{}\r\n--b--\r\n'
    )
    values, left = read_payload(body, "multipart/form-data; boundary=b")
    assert values == {"purpose": "batch", "expires_after": {"seconds": "3600"}}
    assert left == ["The file “a.jsonl” of “file” is to be chosen again."]


def test_a_query_with_names_that_contradict_each_other_loses_nothing(catalog: Catalog) -> None:
    assert read_query("a=1&a[b]=2", ()) == {"a": "1", "a[b]": "2"}
    assert read_query("limit=007&after=5", catalog.methods["files.list"].parameters) == {"limit": 7, "after": "5"}

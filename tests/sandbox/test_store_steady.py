"""The SDK's requests for files, uploads and vector stores, before the judge of the API's document.

Steady 0.22 finds no valid `type` for any tool of a response, nor for a filter inside another: what it refuses for that
is not asked of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import openai
import pytest

pytestmark = pytest.mark.steady

STATIC: Any = {"type": "static", "static": {"max_chunk_size_tokens": 800, "chunk_overlap_tokens": 400}}
FILTER: Any = {"type": "in", "key": "by", "value": ["Ada", "Bob"]}
Call = Callable[[openai.OpenAI], Any]
CALLS: dict[str, Call] = {
    "upload": lambda c: c.uploads.create(bytes=3, filename="a", mime_type="text/plain", purpose="assistants"),
    "part": lambda c: c.uploads.parts.create("upload_1", data=b"abc"),
    "complete": lambda c: c.uploads.complete("upload_1", part_ids=["part_1"], md5="x"),
    "cancel": lambda c: c.uploads.cancel("upload_1"),
    "file": lambda c: c.files.create(file=("a", b"abc"), purpose="assistants",
                                     expires_after={"anchor": "created_at", "seconds": 3600}),
    "files": lambda c: c.files.list(purpose="assistants", limit=5, order="asc"),
    "store": lambda c: c.vector_stores.create(
        name="x", file_ids=["file-1"], chunking_strategy=STATIC, metadata={"a": "b"},
        expires_after={"anchor": "last_active_at", "days": 7}),
    "stores": lambda c: c.vector_stores.list(limit=3, after="vs_0"),
    "change": lambda c: c.vector_stores.update("vs_1", name="y", expires_after=None),
    "search": lambda c: c.vector_stores.search("vs_1", query=["a", "b"], filters=FILTER, rewrite_query=True,
                                               ranking_options={"ranker": "none", "score_threshold": 0.1}),
    "add": lambda c: c.vector_stores.files.create("vs_1", file_id="file-1", attributes={"year": 2024, "old": False},
                                                  chunking_strategy={"type": "auto"}),
    "list": lambda c: c.vector_stores.files.list("vs_1", filter="failed"),
    "attributes": lambda c: c.vector_stores.files.update("file-1", vector_store_id="vs_1", attributes={"a": 1.5}),
    "content": lambda c: c.vector_stores.files.content("file-1", vector_store_id="vs_1"),
    "batch": lambda c: c.vector_stores.file_batches.create("vs_1", file_ids=["file-1"], attributes={"a": "b"}),
    "batch of files": lambda c: c.vector_stores.file_batches.create(
        "vs_1", files=[{"file_id": "file-1", "chunking_strategy": STATIC}]),
    "cancelled batch": lambda c: c.vector_stores.file_batches.cancel("vsfb_1", vector_store_id="vs_1"),
    "files of a batch": lambda c: c.vector_stores.file_batches.list_files("vsfb_1", vector_store_id="vs_1",
                                                                          filter="completed"),
}  # fmt: skip


@pytest.fixture(scope="module")
def judge(steady_server: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=steady_server, api_key="sk-none", max_retries=0) as client:
        yield client


@pytest.mark.parametrize("name", CALLS)
def test_the_document_takes_the_request(judge: openai.OpenAI, name: str) -> None:
    assert CALLS[name](judge) is not None


@pytest.mark.parametrize("name", ["part", "files", "store", "search", "add", "batch"])
def test_the_sandbox_takes_it_too(sandbox_server: Any, name: str) -> None:
    """What it asks for is not there, which is all that is wrong with it."""
    with openai.OpenAI(base_url=sandbox_server.base_url, api_key=sandbox_server.key, max_retries=0) as client:
        try:
            CALLS[name](client)
        except openai.NotFoundError as error:
            assert "not found" in str(error) or "No file found" in str(error) or "does not exist" in str(error)

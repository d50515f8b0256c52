"""Searching vector stores: what is found, in which order, under which settings; and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import openai
import pytest

from playground.sandbox.stores import filters
from tests.helpers.sandbox import Server
from tests.sandbox.document import Document
from tests.sandbox.http import Api

TEXTS: dict[str, tuple[str, dict[str, str | float | bool]]] = {
    "kettle.md": ("The kettle boils a litre of water in two minutes. " * 30, {"year": 2022, "by": "Ada", "old": True}),
    "lamp.txt": ("A reading lamp gives warm light to the desk. " * 30, {"year": 2023, "by": "Bob", "old": False}),
    "東京.txt": ("東京は日本の首都です。人口は約千四百万人です。", {"year": 2024}),
    "mixed.txt": ("Nothing here. " * 900 + "The lamp stands beside the kettle.", {}),
}  # fmt: skip


@pytest.fixture(scope="module")
def client(sandbox_server: Server) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=sandbox_server.base_url, api_key=sandbox_server.key, max_retries=0) as client:
        yield client


@pytest.fixture(scope="module")
def store(client: openai.OpenAI) -> str:
    made = client.vector_stores.create(name="Things").id
    files: list[Any] = [
        {
            "file_id": client.files.create(file=(name, text.encode()), purpose="assistants").id,
            "attributes": attributes,
        }
        for name, (text, attributes) in TEXTS.items()
    ]
    batch = client.vector_stores.file_batches.create_and_poll(made, files=files)
    assert batch.file_counts.completed == len(TEXTS)
    return made


def _names(client: openai.OpenAI, store: str, query: str | list[str], **more: Any) -> list[str]:
    return [hit.filename for hit in client.vector_stores.search(store, query=query, **more)]


def test_the_best_chunk_comes_first_with_its_text_and_attributes(client: openai.OpenAI, store: str) -> None:
    page = client.vector_stores.search(store, query="How fast does the kettle boil water?")
    first = page.data[0]
    assert first.filename == "kettle.md" and first.attributes == TEXTS["kettle.md"][1]
    assert first.content[0].text.startswith("The kettle boils")
    scores = [hit.score for hit in page.data]
    assert scores == sorted(scores, reverse=True) and all(0 < score <= 1 for score in scores)
    assert _names(client, store, "日本の首都")[0] == "東京.txt"
    assert _names(client, store, "reading lamps")[0] == "lamp.txt", "the plural too"
    last = client.vector_stores.search(store, query="the lamp beside the kettle").data[0]
    assert last.content[0].text.endswith("The lamp stands beside the kettle."), "of many chunks the right one"


def test_results_are_as_many_as_asked_and_as_good(client: openai.OpenAI, store: str) -> None:
    assert len(_names(client, store, "kettle lamp", max_num_results=2)) == 2
    every = client.vector_stores.search(store, query="kettle", max_num_results=50).data
    middle = every[1].score
    some = client.vector_stores.search(store, query="kettle", ranking_options={"score_threshold": middle}).data
    assert [hit.score for hit in some] == [hit.score for hit in every if hit.score >= middle]
    assert _names(client, store, "zzzz qqqq", ranking_options={"score_threshold": 0.5}) == []


def test_rankers_differ_and_both_answer(client: openai.OpenAI, store: str) -> None:
    def scores(ranker: str) -> list[float]:
        options: Any = {"ranker": ranker}
        return [hit.score for hit in client.vector_stores.search(store, query="warm light", ranking_options=options)]

    assert scores("auto") == scores("default-2024-11-15") != scores("none")


def test_several_queries_are_answered_together(client: openai.OpenAI, store: str) -> None:
    page = client.vector_stores.search(store, query=["boil water", "首都"], max_num_results=2)
    assert {hit.filename for hit in page.data} == {"kettle.md", "東京.txt"}
    body = page.model_dump()
    assert body["search_query"] == ["boil water", "首都"]


def test_a_query_is_rewritten_when_asked(client: openai.OpenAI, store: str) -> None:
    page = client.vector_stores.search(store, query="Where is the reading lamp?", rewrite_query=True)
    assert page.model_dump()["search_query"] == ["reading lamp"] and page.data[0].filename == "lamp.txt"


@pytest.mark.parametrize(
    ("filter", "found"),
    [
        ({"type": "eq", "key": "by", "value": "Ada"}, {"kettle.md"}),
        ({"type": "ne", "key": "by", "value": "Ada"}, {"lamp.txt", "東京.txt", "mixed.txt"}),
        ({"type": "gt", "key": "year", "value": 2022}, {"lamp.txt", "東京.txt"}),
        ({"type": "gte", "key": "year", "value": 2022}, {"kettle.md", "lamp.txt", "東京.txt"}),
        ({"type": "lt", "key": "year", "value": 2023}, {"kettle.md"}),
        ({"type": "lte", "key": "year", "value": 2023.5}, {"kettle.md", "lamp.txt"}),
        ({"type": "in", "key": "year", "value": [2022, 2024]}, {"kettle.md", "東京.txt"}),
        ({"type": "nin", "key": "by", "value": ["Ada", "Bob"]}, {"東京.txt", "mixed.txt"}),
        ({"type": "eq", "key": "old", "value": True}, {"kettle.md"}),
        ({"type": "eq", "key": "old", "value": 1}, set()),
        (
            {"type": "and", "filters": [{"type": "gt", "key": "year", "value": 2021},
                                        {"type": "eq", "key": "old", "value": False}]},
            {"lamp.txt"},
        ),
        (
            {"type": "or", "filters": [{"type": "eq", "key": "by", "value": "Bob"}, {"type": "and", "filters": [
                {"type": "gte", "key": "year", "value": 2024}]}]},
            {"lamp.txt", "東京.txt"},
        ),
    ],
)  # fmt: skip
def test_filters_choose_files(client: openai.OpenAI, store: str, filter: Any, found: set[str]) -> None:
    names = set(_names(client, store, "kettle lamp 東京", filters=filter, max_num_results=50))
    assert names == found


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"query": None}, "query"),
        ({"query": ""}, "query"),
        ({"query": []}, "query"),
        ({"query": ["a", ""]}, "query[1]"),
        ({"query": 3}, "query"),
        ({"max_num_results": 0}, "max_num_results"),
        ({"max_num_results": 51}, "max_num_results"),
        ({"ranking_options": {"ranker": "best"}}, "ranking_options.ranker"),
        ({"ranking_options": {"score_threshold": 1.1}}, "ranking_options.score_threshold"),
        ({"rewrite_query": "yes"}, "rewrite_query"),
        ({"filters": {"type": "like", "key": "a", "value": "b"}}, "filters.type"),
        ({"filters": {"type": "eq", "key": "a"}}, "filters.value"),
        ({"filters": {"type": "eq", "key": "a", "value": ["b"]}}, "filters.value"),
        ({"filters": {"type": "in", "key": "a", "value": "b"}}, "filters.value"),
        ({"filters": {"type": "gt", "key": "a", "value": "b"}}, "filters.value"),
        ({"filters": {"type": "and", "filters": []}}, "filters.filters"),
        (
            {"filters": {"type": "or", "filters": [{"type": "eq", "key": "a", "value": 1, "x": 2}]}},
            "filters.filters[0].x",
        ),
        ({"colour": "red"}, "colour"),
    ],
)  # fmt: skip
def test_a_search_that_cannot_be_is_refused(api: Api, store: str, body: Any, param: str) -> None:
    answer = api.post(f"/vector_stores/{store}/search", {"query": "x", **body})
    assert answer.status == 400 and answer.error["param"] == param, answer.data


def test_a_filter_may_not_be_bottomless(api: Api, store: str) -> None:
    filter: Any = {"type": "eq", "key": "a", "value": 1}
    for _ in range(400):
        filter = {"type": "and", "filters": [filter]}
    answer = api.post(f"/vector_stores/{store}/search", {"query": "x", "filters": filter})
    assert answer.status == 400 and "nested at most" in answer.error["message"]


def test_what_the_document_says_of_a_search_is_kept(api: Api, spec: Document, store: str) -> None:
    answer = api.post(f"/vector_stores/{store}/search", {"query": "kettle", "rewrite_query": False})
    spec.check("VectorStoreSearchResultsPage", answer.json)
    assert answer.headers["x-sandbox-engine"] == "sandbox-embed"
    assert "by spelling" in answer.headers["x-sandbox-simulated"], "without the weights it says so"
    empty = api.make("/vector_stores", {})["id"]
    found = api.make(f"/vector_stores/{empty}/search", {"query": "kettle"})
    spec.check("VectorStoreSearchResultsPage", found)
    assert found["data"] == []
    assert api.post("/vector_stores/vs_none/search", {"query": "x"}).status == 404


def test_signs_of_the_search_language_are_only_signs(client: openai.OpenAI, store: str) -> None:
    for query in ('"', "kettle OR", "NEAR(a b)", "* AND -", "'); DROP TABLE chunks", "a:b", "\0", "(" * 2000):
        assert isinstance(_names(client, store, query), list)


def test_an_attribute_that_is_absent_differs_from_all() -> None:
    for kind, value, wanted in (("eq", 1, False), ("ne", 1, True), ("in", [1], False), ("nin", [1], True),
                                ("gt", 1, False), ("lte", 1, False)):  # fmt: skip
        assert filters.matches({"type": kind, "key": "a", "value": value}, {"b": 1}) is wanted
    assert filters.matches(None, {})

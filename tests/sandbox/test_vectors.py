"""The real vectors: what they find in a folder of 200 documents, and what is cited; and what comes without them."""

from __future__ import annotations

import concurrent.futures
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import openai
import pytest

from playground.sandbox.stores.vectors import HASHED, REAL, TOKENIZER, Tokenizer, embedder_of
from playground.sandbox.weights import installed, known_vectors
from tests.helpers.needs import NEEDS, VECTORS
from tests.helpers.sandbox import Server, running_sandbox
from tests.sandbox import corpus
from tests.sandbox.http import Api

TOP, AT_LEAST = 3, 16
pytestmark = pytest.mark.vectors


@pytest.fixture(scope="module")
def client(vectors_sandbox: Server) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(
        base_url=vectors_sandbox.base_url, api_key=vectors_sandbox.key, max_retries=0,
        default_headers={"X-Sandbox-Rate": "0"},
    ) as client:  # fmt: skip
        yield client


@pytest.fixture(scope="module")
def store(client: openai.OpenAI) -> str:
    """The folder as a store."""

    def upload(entry: tuple[str, bytes]) -> str | None:
        try:
            return client.files.create(file=entry, purpose="assistants").id
        except openai.BadRequestError as error:
            assert entry[0] == "empty.md" and "empty" in str(error)
            return None

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        files = [file for file in pool.map(upload, corpus.folder().items()) if file]
    made = client.vector_stores.create(name="Office").id
    batch = client.vector_stores.file_batches.create_and_poll(made, file_ids=files)
    assert (batch.file_counts.completed, batch.file_counts.failed) == (190, 9)
    return made


@pytest.fixture(scope="module")
def folder() -> Path:
    found = NEEDS["vectors"].path
    assert found is not None
    return found


def test_the_files_on_this_machine_are_the_ones_of_the_facts(folder: Path) -> None:
    weights = known_vectors()
    assert installed(folder, weights) and {path.rpartition("/")[2] for path, _, _ in weights.files} == set(VECTORS)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", []),
        ("Hello world", [15043, 3186]),
        ("  two  spaces", [259, 1023, 29871, 8162]),
        ("日本語 émile\n\tx 🎉",
         [29871, 30325, 30346, 30968, 904, 26763, 13, 12, 29916, 29871, 243, 162, 145, 140]),
    ],
)  # fmt: skip
def test_tokens_are_those_of_the_package_tokenizers(folder: Path, text: str, numbers: list[int]) -> None:
    assert Tokenizer(folder / TOKENIZER).encode(text) == numbers


def test_texts_of_one_meaning_are_near(folder: Path) -> None:
    real = embedder_of(folder)
    assert real.name == REAL
    one, same, other, nothing = real.embed(["The car needs fuel", "An automobile wants gasoline", "Two cats sleep", ""])
    assert float(one @ same) > float(one @ other) + 0.2
    assert float(np.linalg.norm(one)) == pytest.approx(1, abs=1e-5) and not nothing.any()


def test_embeddings_of_that_model_are_served(client: openai.OpenAI) -> None:
    assert REAL in {model.id for model in client.models.list()}
    texts = ["The car needs fuel", "An automobile wants gasoline", "Two cats sleep"]
    made = client.embeddings.create(model=REAL, input=texts)
    one, same, other = (np.array(entry.embedding) for entry in made.data)
    assert made.model == REAL and float(one @ same) > float(one @ other) + 0.2
    short = np.array(client.embeddings.create(model=REAL, input=texts[0], dimensions=64).data[0].embedding)
    assert len(short) == 64 and float(np.linalg.norm(short)) == pytest.approx(1, abs=1e-5)
    with pytest.raises(openai.BadRequestError, match="256"):
        client.embeddings.create(model=REAL, input="x", dimensions=257)


def test_without_the_weights_the_model_says_how_to_have_them(sandbox_server: Server) -> None:
    answer = Api(sandbox_server).post("/embeddings", {"model": REAL, "input": "x"})
    assert answer.status == 404 and "fetch-model" in answer.error["message"]
    assert answer.error["code"] == "model_not_found"


def test_questions_in_other_words_find_their_documents(
    client: openai.OpenAI, store: str, record_property: Callable[[str, object], None]
) -> None:
    places = []
    for question, topic in corpus.QUESTIONS.items():
        hits = client.vector_stores.search(store, query=question).data
        names = [hit.filename.partition(".")[0] for hit in hits]
        places.append(names.index(topic) + 1 if topic in names else 0)
    found = sum(0 < place <= TOP for place in places)
    record_property("said", f"vector store: {found} of {len(places)} questions found their document in the first {TOP}")
    assert found >= AT_LEAST, places


def test_answers_cite_the_place_in_the_document(client: openai.OpenAI, store: str) -> None:
    right = 0
    for question, topic in corpus.QUESTIONS.items():
        shown: Any = ["file_search_call.results"]
        made = client.responses.create(
            model="sandbox-echo", input=question, include=shown,
            tools=[{"type": "file_search", "vector_store_ids": [store]}],
        )  # fmt: skip
        part: Any = made.output[1].content[0]  # type: ignore[union-attr]
        cited = part.annotations
        assert cited, question
        for number, citation in enumerate(cited):
            begin = cited[number - 1].index if number else 0
            quoted = [line[2:] for line in part.text[begin : citation.index].splitlines() if line.startswith("> ")]
            chunks = client.vector_stores.files.content(citation.file_id, vector_store_id=store).data
            assert any(all(line.strip() in (chunk.text or "") for line in quoted) for chunk in chunks)
            assert quoted
        right += any(citation.filename.partition(".")[0] == topic for citation in cited)
    assert right >= AT_LEAST


def test_every_broken_file_is_explained(client: openai.OpenAI, store: str) -> None:
    names = {}
    for entry in client.vector_stores.files.list(store, filter="failed"):
        assert entry.last_error and entry.last_error.code in ("invalid_file", "unsupported_file")
        names[client.files.retrieve(entry.id).filename] = entry.last_error.message
    assert set(names) == set(corpus.BROKEN) - {"empty.md"} and len(set(names.values())) == len(names)


def test_what_was_indexed_by_spelling_is_indexed_anew_when_the_vectors_are_there(tmp_path: Path, folder: Path) -> None:
    ask = {"query": "An automobile wants gasoline"}
    with running_sandbox(tmp_path) as server:
        api = Api(server)
        text = ("car.txt", b"The car needs fuel.")
        file = api.form("/files", [("purpose", "assistants"), ("file", text)]).json["id"]
        store = api.make("/vector_stores", {"file_ids": [file]})["id"]
        _until_completed(api, store)
        answer = api.post(f"/vector_stores/{store}/search", ask)
        assert answer.headers["x-sandbox-engine"] == HASHED and answer.headers["x-sandbox-simulated"]
    for name in VECTORS:
        (tmp_path / name).symlink_to(folder / name)
    with running_sandbox(tmp_path) as server:
        api = Api(server)
        _until_completed(api, store)
        answer = api.post(f"/vector_stores/{store}/search", ask)
        assert answer.headers["x-sandbox-engine"] == REAL and "x-sandbox-simulated" not in answer.headers
        assert answer.json["data"][0]["score"] > 0.5


def _until_completed(api: Api, store: str) -> None:
    end = time.monotonic() + 30
    while api.get(f"/vector_stores/{store}").json["file_counts"]["completed"] < 1:
        assert time.monotonic() < end
        time.sleep(0.05)  # between two questions to a server, not for luck

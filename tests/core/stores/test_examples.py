"""The answers that the API's document gives as examples are read; and what other servers make of them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from playground.core.stores.model import Counts, Trouble, batch_of, counts_of, file_of, store_of, trouble_of
from playground.core.stores.reading import pieces_of
from playground.core.stores.rules import AUTO
from playground.core.stores.searching import results_of
from tests.helpers.needs import shared


def examples() -> list[tuple[str, str, Any]]:
    """Method, path and the answer. The document's own slips are put right: `id:` unquoted, a comma too many, `…`."""
    path = shared("openapi", "spec_examples.jsonl")
    found = []
    for line in path.read_text().splitlines() if path is not None else ():
        entry = json.loads(line)
        if entry["path"].startswith("/vector_stores"):
            text = re.sub(r"^(\s*)(\w+):", r'\1"\2":', entry["response"], flags=re.MULTILINE)
            text = re.sub(r",\s*\.\.\.|,(?=\s*[}\]])", "", text).replace("{...}", "{}")
            found.append((entry["method"], entry["path"], json.loads(text)))
    return found


@pytest.mark.skipif(not examples(), reason="needs the folder ../shared (PLAYGROUND_SHARED points elsewhere)")
def test_every_example_is_read() -> None:
    assert len(examples()) == 16
    for method, path, answer in examples():
        parts = path.split("/")
        if answer.get("deleted"):
            assert method == "DELETE" and answer["id"]
        elif parts[-1] == "search":
            asked, results = results_of(answer, "policy")
            assert asked == ("What is the return policy?",) and [one.score for one in results] == [0.95, 0.89]
            assert results[0].text == "Relevant chunk" and results[1].attributes["author"] == "Jane Smith"
        elif parts[-1] == "content":
            assert [one.text for one in pieces_of(answer)] == ["..."]
        elif answer["object"] == "list":
            made = [(file_of if parts[-1] == "files" else store_of)(one) for one in answer["data"]]
            assert len(made) == 2 and all(made)
        elif answer["object"] == "vector_store":
            store = store_of(answer)
            assert store is not None and store.id == "vs_abc123" and (store.size in (139920, -1))
        elif answer["object"] == "vector_store.file":
            file = file_of(answer)
            assert file is not None and file.status == "completed" and file.chunking == AUTO and file.trouble is None
        else:
            batch = batch_of(answer)
            assert batch is not None and not batch.is_over and batch.counts.total in (2, 15)


def test_what_servers_send() -> None:
    for made in (store_of, file_of, batch_of):
        assert made(None) is None and made([]) is None and made({"id": 3}) is None and made({}) is None  # type: ignore[operator]
    odd = store_of({"id": "vs_1", "name": 3, "file_counts": [], "metadata": {"a": 1}, "usage_bytes": "x",
                    "expires_after": {"anchor": "last_active_at", "days": 2}, "created_at": 1000})  # fmt: skip
    assert odd is not None and (odd.name, odd.counts, odd.size) == ("", Counts(), -1)
    assert odd.expires == 1000 + 2 * 86_400 and odd.metadata == {"a": "1"}
    assert counts_of({"completed": 2, "failed": True, "total": 5}) == Counts(completed=2, total=5)
    assert counts_of({"completed": 2, "failed": 1}).text() == "2 ready, 1 failed" and Counts().text() == "empty"
    strange = trouble_of({"code": "new_one", "message": "Too odd."})
    assert isinstance(strange, Trouble) and strange.text().startswith("The file could not be taken in (Too odd).")
    assert results_of({"data": [{"content": "x", "score": "high"}, 3]}, "x")[1][0].score == 0

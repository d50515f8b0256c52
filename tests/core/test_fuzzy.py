"""The palette's search."""

from __future__ import annotations

import pytest

from playground.core.fuzzy import rank, score


def test_the_empty_query_finds_all_in_order() -> None:
    assert rank("", ["b", "a", "c"]) == [0, 1, 2]


@pytest.mark.parametrize(
    ("query", "best", "others"),
    [
        ("set", "Settings…", ["Reset the Offset", "Asset"]),
        ("copy id", "Copy Request ID", ["Copy Request as Text", "Identify a Copyist"]),
        ("srd", "Show Request Details", ["Asserted", "Show or Hide Requests"]),
        ("theme", "Theme as the System Has It", ["Anthem everywhere"]),
    ],
)
def test_the_best_is_first(query: str, best: str, others: list[str]) -> None:
    texts = [*others, best]
    assert texts[rank(query, texts)[0]] == best


@pytest.mark.parametrize(("query", "text"), [("xyz", "Settings"), ("copy zebra", "Copy Request ID"), ("qt", "Quiet")])
def test_what_is_not_there_is_not_found(query: str, text: str) -> None:
    assert score(query, text) is None


def test_every_word_counts() -> None:
    assert (score("req_8f", "POST /responses req_8f21") or 0) > 0
    assert score("req_8f 500", "POST /responses req_8f21 200") is None

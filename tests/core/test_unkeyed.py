"""Answers in which a server repeats the key."""

from __future__ import annotations

from playground.core.redact import known
from playground.core.unkeyed import without_keys


def test_a_key_in_any_place_of_an_answer_is_masked_and_the_rest_is_as_it_was() -> None:
    key = 'sk-un"keyed-0123456789-abcdefgh'
    known().add(key)
    answer = {"data": [{"id": f"file-{key}", "n": 1.5, key: None}, {"filename": "Überblick.txt", "ok": True}]}
    masked = without_keys(answer)
    assert "keyed-0123" not in repr(masked)
    assert masked["data"][1] == answer["data"][1] and masked["data"][0]["n"] == 1.5
    assert without_keys(masked) is masked

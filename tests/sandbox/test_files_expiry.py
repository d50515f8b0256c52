"""Files end when their time is over, and never otherwise."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from playground.sandbox import files
from playground.sandbox.state import State


def test_a_file_without_an_end_outlives_a_second_that_passes_while_it_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = State(tmp_path)
    kept = files.describe("kept.txt", 5, "user_data", None)
    ends = files.describe("ends.txt", 5, "user_data", {"seconds": 3600})
    for one in (kept, ends):
        state.put(files.KIND, one)
    clock = itertools.count(kept["created_at"])
    monkeypatch.setattr(files, "now", clock.__next__)  # each look at the clock is a second later
    for _ in range(50):
        assert [one["id"] for one in files.alive(state)] == [kept["id"], ends["id"]]
    monkeypatch.setattr(files, "now", lambda: ends["expires_at"])
    assert [one["id"] for one in files.alive(state)] == [kept["id"]]
    assert files.find(state, ends["id"]) is None
    state.close()

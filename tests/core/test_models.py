"""Model facts."""

from __future__ import annotations

import json
import typing
from datetime import date

import pytest

from playground.core.models import ModelFacts, facts, facts_date, family, written_model
from playground.core.resources import dated


def test_a_retiring_model() -> None:
    known = facts("gpt-4.1-mini-2025-04-14")
    assert known.retires == date(2027, 1, 14)
    assert known.context == 1_047_576
    assert not known.retired(date(2027, 1, 13))
    assert known.retired(date(2027, 1, 14))
    assert facts("gpt-image-1").successor == "gpt-image-2.5-sunburst"


def test_a_model_that_nobody_knows() -> None:
    assert facts("llama-99") == ModelFacts()
    assert not facts("llama-99").retired(date.max)


def test_a_family_does_not_retire_its_snapshots() -> None:
    assert facts("gpt-5.4-nano").retires == date(2027, 4, 1)
    assert facts("gpt-5.4-nano-2099-01-01").retires is None


@pytest.mark.parametrize(
    ("model", "expected"), [("gpt-5-2025-08-07", "gpt-5"), ("gpt-4-0613", "gpt-4-0613"), ("a-b", "a-b")]
)
def test_families(model: str, expected: str) -> None:
    assert family(model) == expected


def test_the_sandbox_says_what_it_is() -> None:
    assert facts("sandbox-echo").simulated
    assert "imulated" in facts("sandbox-echo").note
    assert not facts("smollm2-135m").simulated


def test_the_table_is_dated_and_agrees_with_the_sdk() -> None:
    from openai.types.shared import chat_model

    document = json.loads(dated("models").read_text("utf-8"))
    assert facts_date() <= date(2026, 11, 21)
    assert document["source"]
    written = facts(written_model())
    assert document["written"]["why"] and written.context and written.retires is None
    for name, entry in document["models"].items():
        assert entry.keys() <= {"retires", "note", "successor", "context", "simulated"}, name
    # A name that the SDK calls a chat model and says to retire is in the table.
    for name in ("gpt-5", "o3", "gpt-4o", "gpt-3.5-turbo", "gpt-audio-mini"):
        assert name in typing.get_args(chat_model.ChatModel)
        assert facts(name).retires is not None

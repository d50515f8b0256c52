"""Prices: exact, dated, and unknown where they are not known."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from playground.core.resources import dated
from playground.core.runs import Usage, price
from playground.core.runs.cost import prices_date

OPENAI = "https://api.openai.com/v1"


def test_cached_tokens_have_their_own_price() -> None:
    assert price("gpt-5", Usage(input=1_000_000, cached=400_000, output=100_000)) == Decimal("0.75") + Decimal(
        "0.05"
    ) + Decimal("1")


def test_a_snapshot_has_its_familys_price_unless_it_has_its_own() -> None:
    usage = Usage(input=1_000_000, output=0)
    assert price("gpt-5-mini-2025-08-07", usage) == price("gpt-5-mini", usage) == Decimal("0.25")
    assert price("gpt-4o-2024-05-13", usage) == Decimal(5)


def test_writing_to_the_cache_and_long_prompts() -> None:
    assert price("gpt-6-sol", Usage(input=100_000, cached=0, cache_written=100_000, output=0)) == Decimal("0.25")
    assert price("gpt-6-sol", Usage(input=272_000, output=0)) == Decimal("0.544")
    assert price("gpt-6-sol", Usage(input=300_000, output=1000)) == Decimal("1.2") + Decimal("0.015")
    assert price("gpt-5.5", Usage(input=300_000, output=1)) is None
    assert price("gpt-5", Usage(input=10, cache_written=5, output=1)) is None


@pytest.mark.parametrize("model", [None, "", "gpt-99", "ft:gpt-4o:me", "gpt-5-turbo", "my-model-2025-01-01"])
def test_an_unknown_model_has_no_price(model: str | None) -> None:
    assert price(model, Usage(input=1, output=1)) is None


def test_what_else_is_unknown() -> None:
    usage = Usage(input=1, output=1)
    assert price("gpt-5", None) is None
    assert price("gpt-5", Usage(input=1)) is None
    assert price("gpt-5", usage, service_tier="flex") is None
    assert price("gpt-5", usage, service_tier="default", base_url=OPENAI) is not None
    assert price("gpt-5", usage, base_url="http://localhost:8000/v1") is None
    assert price("gpt-5", usage, base_url="https://eu.api.openai.com/v1") is None


def test_the_sandbox_is_free_wherever_it_is() -> None:
    for model in ("sandbox-echo", "smollm2-135m"):
        assert price(model, Usage(input=9, cached=3, output=9), base_url="http://127.0.0.1:4/v1") == 0


def test_the_list_is_dated_and_whole() -> None:
    document = json.loads(dated("prices").read_text("utf-8"))
    assert date.fromisoformat(prices_date())
    assert document["source"]
    for entry in document["models"].values():
        for name in ("input", "output"):
            assert Decimal(entry[name]) >= 0
        assert entry["cached"] is None or Decimal(entry["cached"]) <= Decimal(entry["input"])

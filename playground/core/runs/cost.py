"""What a generation costs, from the dated list of prices. See `resources/facts/prices-*.json`."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from playground.core.models import family
from playground.core.resources import dated
from playground.core.runs.changes import Usage

_MILLION = Decimal(1_000_000)
_PLAIN_TIERS = (None, "", "auto", "default", "standard")


@cache
def _prices() -> dict[str, dict[str, Any]]:
    models: dict[str, dict[str, Any]] = json.loads(dated("prices").read_text("utf-8"))["models"]
    return models


def prices_date() -> str:
    """When the list was made, YYYY-MM-DD."""
    return str(json.loads(dated("prices").read_text("utf-8"))["date"])


def price(
    model: str | None, usage: Usage | None, *, base_url: str | None = None, service_tier: str | None = None
) -> Decimal | None:
    """USD for these tokens; None where it is not known.

    Unknown are: models that are not in the list, another service tier than the standard one, another server than
    api.openai.com (if `base_url` is given), a very long prompt whose surcharge is not known.
    """
    if not model or usage is None or usage.input is None or usage.output is None:
        return None
    entry = _prices().get(model) or _prices().get(family(model))
    if entry is None or service_tier not in _PLAIN_TIERS:
        return None
    if base_url is not None and not entry.get("anywhere") and urlsplit(base_url).hostname != "api.openai.com":
        return None
    cached, written = usage.cached or 0, usage.cache_written or 0
    plain = Decimal(entry["input"])
    cached_price = Decimal(entry["cached"]) if entry["cached"] is not None else plain
    if written and "cache_write" not in entry:
        return None
    written_price = Decimal(entry.get("cache_write", 0))
    input_cost = (usage.input - cached - written) * plain + cached * cached_price + written * written_price
    output_cost = usage.output * Decimal(entry["output"])
    long = entry.get("long")
    if long is not None and usage.input > long["above"]:
        if "input" not in long:
            return None
        input_cost, output_cost = input_cost * Decimal(long["input"]), output_cost * Decimal(long["output"])
    return (input_cost + output_cost) / _MILLION

"""Usage and costs that nobody had: made-up numbers by the day, hour or minute, which filters and groups work on.

Each bucket is filled from the checksum of its time, so that the same question gets the same answer.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from aiohttp import web

from playground.sandbox.admin_samples import DAY, MODELS, sample
from playground.sandbox.checks import Json
from playground.sandbox.errors import bad_value, missing, one_of
from playground.sandbox.web import whole_number

WORDS = "Sample data of the sandbox: nobody used this, and nobody pays for it."
_WIDTHS = {"1m": (60, 60, 1440), "1h": (3600, 24, 168), "1d": (DAY, 7, 31)}
"""Seconds, buckets on a page when nothing is said, and the most of them."""
_COST_PAGE = 180
_COMMON = ("project_id", "user_id", "api_key_id", "model")
_VALUES: Mapping[str, tuple[str | bool, ...]] = {
    "project_id": (sample("proj", 1), sample("proj", 2)),
    "user_id": (sample("user", 1),),
    "api_key_id": (sample("key", 1), sample("key", 2)),
    "model": MODELS,
    "batch": (False,),
    "service_tier": ("default",),
    "source": ("image.generation", "image.edit"),
    "size": ("1024x1024",),
    "vector_store_id": (sample("vs", 1),),
    "context_level": ("medium",),
    "line_item": ("sandbox-echo, input (sample)", "sandbox-echo, output (sample)"),
    "api_source": ("unlabeled",),
}
"""What a row can be of."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of usage. `metrics` are about so many a day, of one row."""

    object: str
    metrics: Mapping[str, int]
    dimensions: tuple[str, ...] = _COMMON


_TOKENS = {"input_tokens": 40_000, "input_cached_tokens": 9_000, "output_tokens": 12_000, "num_model_requests": 120}
KINDS: Mapping[str, Kind] = {
    "audio_speeches": Kind("audio_speeches", {"characters": 9_000, "num_model_requests": 30}),
    "audio_transcriptions": Kind("audio_transcriptions", {"seconds": 1_800, "num_model_requests": 20}),
    "code_interpreter_sessions": Kind("code_interpreter_sessions", {"num_sessions": 12}, ("project_id",)),
    "completions": Kind("completions", _TOKENS, (*_COMMON, "batch", "service_tier", "api_source")),
    "decisions": Kind("decisions", _TOKENS, (*_COMMON, "batch", "service_tier", "api_source")),
    "embeddings": Kind("embeddings", {"input_tokens": 60_000, "num_model_requests": 90}),
    "file_search_calls": Kind(
        "file_searches", {"num_requests": 25}, ("project_id", "user_id", "api_key_id", "vector_store_id")
    ),
    "images": Kind("images", {"images": 8, "num_model_requests": 8}, (*_COMMON, "source", "size")),
    "moderations": Kind("moderations", {"input_tokens": 15_000, "num_model_requests": 60}),
    "vector_stores": Kind("vector_stores", {"usage_bytes": 5_000_000}, ("project_id",)),
    "web_search_calls": Kind(
        "web_searches", {"num_requests": 15, "num_model_requests": 10}, (*_COMMON, "context_level")
    ),
}  # fmt: skip
"""Last part of the path: what is counted."""
COSTS = Kind("costs", {"cents": 250}, ("project_id", "line_item", "api_key_id"))


def usage_page(request: web.Request, name: str) -> Json:
    """The page of `GET /organization/usage/{name}`. Raises ApiError (400)."""
    kind = KINDS[name]
    return _page(request, kind, f"organization.usage.{kind.object}.result", _WIDTHS)


def costs_page(request: web.Request) -> Json:
    """The page of `GET /organization/costs`. Raises ApiError (400)."""
    return _page(request, COSTS, "organization.costs.result", {"1d": (DAY, 7, _COST_PAGE)})


def _page(request: web.Request, kind: Kind, name: str, widths: Mapping[str, tuple[int, int, int]]) -> Json:
    query = request.query
    if "start_time" not in query:
        raise missing("start_time")
    width = query.get("bucket_width", "1d")
    if width not in widths:
        raise bad_value("bucket_width", f"Invalid value: '{width}'. Supported values are: {one_of(list(widths))}.")
    seconds, usual, most = widths[width]
    start = whole_number(query["start_time"], "start_time", 0, 2**40) // seconds * seconds
    end = min(whole_number(query.get("end_time", str(2**40)), "end_time", 0, 2**40), int(time.time()))
    limit = whole_number(query.get("limit", str(usual)), "limit", 1, most)
    begin = start
    if "page" in query:
        begin = whole_number(query["page"].removeprefix("page_"), "page", start, 2**40)
    groups = [*query.getall("group_by", []), *query.getall("group_by[]", [])]
    for entry in groups:
        if entry not in kind.dimensions:
            raise bad_value(
                "group_by", f"Invalid value: '{entry}'. Supported values are: {one_of([*kind.dimensions])}."
            )
    rows = _rows(request, kind)
    buckets: list[Json] = []
    at = begin
    while at < end and len(buckets) < limit:
        results = _results(kind, name, rows, groups, at, seconds)
        buckets.append({"object": "bucket", "start_time": at, "end_time": at + seconds, "results": results})
        at += seconds
    more = at < end
    return {
        "object": "page",
        "data": buckets,
        "has_more": more,
        "next_page": f"page_{at}" if more else None,
        "sandbox": WORDS,
    }


def _rows(request: web.Request, kind: Kind) -> list[Json]:
    """Every combination of what a row can be of, that the filters leave."""
    names = kind.dimensions
    rows = [dict(zip(names, values, strict=True)) for values in product(*(_VALUES[name] for name in names))]
    for name in names:
        asked = {value.lower() for end in ("s", "s[]", "") for value in request.query.getall(f"{name}{end}", [])}
        if asked:
            rows = [row for row in rows if str(row[name]).lower() in asked]
    return rows


def _results(kind: Kind, name: str, rows: list[Json], groups: list[str], at: int, seconds: int) -> list[Json]:
    """The bucket's rows, added up by what is asked for; what is not is null."""
    sums: dict[tuple[object, ...], dict[str, int]] = {}
    for row in rows:
        total = sums.setdefault(tuple(row[group] for group in groups), dict.fromkeys(kind.metrics, 0))
        for metric, usual in kind.metrics.items():
            noise = zlib.crc32(f"{name} {at} {metric} {sorted(row.items())}".encode()) / 2**32
            total[metric] += round(usual * (0.5 + noise / 2) * seconds / DAY)
    found = []
    for key, total in sums.items():
        result: Json = {
            "object": name,
            **total,
            **dict.fromkeys(kind.dimensions),
            **dict(zip(groups, key, strict=True)),
        }
        if "cents" in result:
            result["amount"] = {"value": result.pop("cents") / 100, "currency": "usd"}
        found.append(result)
    return found

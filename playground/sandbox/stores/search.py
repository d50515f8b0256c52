"""POST /vector_stores/{id}/search"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from playground.sandbox import checks
from playground.sandbox.checks import Json
from playground.sandbox.errors import bad_type, bad_value
from playground.sandbox.stores import filters
from playground.sandbox.stores.keeper import KEEPER, SPELLING, Keeper
from playground.sandbox.stores.ranking import Hit, Question
from playground.sandbox.stores.vectors import HASHED, REAL
from playground.sandbox.stores.words import rewritten
from playground.sandbox.web import json_answer, read_body, trace

_USUAL = 10
_LONGEST = 4096
_MOST_QUERIES = 16


def _query(value: Any, param: str) -> None:
    queries = [value] if isinstance(value, str) else value
    if not isinstance(queries, list):
        raise bad_type(param, "one of a string or an array of strings", value)
    if not 1 <= len(queries) <= _MOST_QUERIES:
        raise bad_value(param, f"Invalid '{param}': expected 1 to {_MOST_QUERIES} queries, but got {len(queries)}.")
    for index, entry in enumerate(queries):
        checks.text(_LONGEST, minimum=1)(entry, param if isinstance(value, str) else f"{param}[{index}]")


KNOWN: Mapping[str, checks.Check] = {
    "filters": filters.check,
    "max_num_results": checks.integer(1, 50),
    "query": _query,
    "ranking_options": checks.nested(
        {"ranker": checks.choice("none", "auto", "default-2024-11-15"), "score_threshold": checks.number(0, 1)}
    ),
    "rewrite_query": checks.boolean,
}
"""The parameters of vector_stores.search (openai 3.57.0 and OpenAPI document 2.3.0)."""


def routes() -> list[web.RouteDef]:
    return [web.post("/v1/vector_stores/{store}/search", create)]


async def create(request: web.Request) -> web.StreamResponse:
    """vector_stores.search: one page with the best chunks."""
    keeper = request.app[KEEPER]
    store = keeper.find(request.match_info["store"])["id"]
    body = await read_body(request)
    checks.fields(body, KNOWN)
    checks.require(body, "query")
    keeper.usable(store)
    queries = [body["query"]] if isinstance(body["query"], str) else body["query"]
    if body.get("rewrite_query"):
        queries = [rewritten(query) for query in queries]
    ranking = body.get("ranking_options") or {}
    question = Question(
        queries,
        most=body.get("max_num_results") or _USUAL,
        ranker=ranking.get("ranker") or "auto",
        threshold=ranking.get("score_threshold") or 0.0,
        filter=body.get("filters"),
    )
    hits = await keeper.search([store], question)
    tell(request, keeper)
    return json_answer(
        {
            "object": "vector_store.search_results.page",
            "search_query": queries,
            "data": [_shown(hit) for hit in hits],
            "has_more": False,
            "next_page": None,
        }
    )


def tell(request: web.BaseRequest, keeper: Keeper) -> None:
    """Say in the answer's headers what compared the texts."""
    known = trace(request)
    known.engine = REAL if keeper.real else HASHED
    known.simulated = "" if keeper.real else SPELLING


def _shown(hit: Hit) -> Json:
    return {
        "file_id": hit.file,
        "filename": hit.name,
        "score": hit.score,
        "attributes": hit.attributes,
        "content": [{"type": "text", "text": hit.text}],
    }

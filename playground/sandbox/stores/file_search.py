"""The hosted tool `file_search` of the Responses API: searched before the engine answers, which gets the passages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playground.sandbox import checks
from playground.sandbox.checks import Json
from playground.sandbox.engines import EngineError, GenerationTask, Passage
from playground.sandbox.errors import ApiError, bad_value
from playground.sandbox.stores import filters
from playground.sandbox.stores.keeper import Keeper
from playground.sandbox.stores.ranking import Question
from playground.sandbox.stores.words import rewritten

KIND = "file_search"
_RESULTS = "file_search_call.results"
_USUAL, _LONGEST, _MOST_STORES = 20, 4096, 8


def _stores(value: Any, param: str) -> None:
    checks.strings(value, param)
    if not 1 <= len(value) <= _MOST_STORES:
        raise bad_value(param, f"Invalid '{param}': expected 1 to {_MOST_STORES} vector stores, but got {len(value)}.")


_WEIGHTS = checks.nested(
    {"embedding_weight": checks.number(0), "text_weight": checks.number(0)}, ["embedding_weight", "text_weight"]
)
_KNOWN: Mapping[str, checks.Check] = {
    "filters": filters.check,
    "max_num_results": checks.integer(1, 50),
    "ranking_options": checks.nested(
        {
            "hybrid_search": _WEIGHTS,
            "ranker": checks.choice("auto", "default-2024-11-15"),
            "score_threshold": checks.number(0, 1),
        }
    ),
    "type": checks.text(),
    "vector_store_ids": _stores,
}
"""The members of the tool (openai 3.57.0 and OpenAPI document 2.3.0)."""

DEFAULTS: Json = {
    "filters": None,
    "max_num_results": _USUAL,
    "ranking_options": {"ranker": "auto", "score_threshold": 0.0},
}
"""What the API adds to the tool in its answers."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave, for the response and for the engine."""

    queries: list[str]
    results: list[Json] | None
    passages: list[Passage]


@dataclass(frozen=True, slots=True)
class FileSearch:
    """A search that is to be made for a response."""

    keeper: Keeper
    stores: list[str]
    question: Question
    shown: bool
    """Whether the request asked to see the results."""

    async def run(self) -> Found:
        """Raises EngineError, where a store was deleted since the request came."""
        try:
            hits = await self.keeper.search(self.stores, self.question)
        except ApiError as error:
            raise EngineError(error.message, status=error.status, type=error.type, code=error.code) from None
        results = [
            {
                "file_id": hit.file,
                "filename": hit.name,
                "score": hit.score,
                "attributes": hit.attributes,
                "text": hit.text,
                "vector_store_id": hit.store,
            }
            for hit in hits
        ]
        passages = [Passage(hit.file, hit.name, hit.passage, hit.score) for hit in hits]
        return Found(self.question.queries, results if self.shown else None, passages)


def check(tool: Json, param: str) -> None:
    """Is it a file_search tool? Raises ApiError (400)."""
    checks.nested(_KNOWN, ["vector_store_ids"])(tool, param)


def begin(keeper: Keeper, body: Json, task: GenerationTask, tools: list[Json]) -> FileSearch | None:
    """The search that a request asks for, if it does. Raises ApiError: 404 for a store that is not there.

    With `tool_choice` auto it is made for a message of the user; a model would judge whether it needs it.
    """
    index, tool = next(((place, tool) for place, tool in enumerate(tools) if tool["type"] == KIND), (0, None))
    choice = body.get("tool_choice") or "auto"
    if tool is None or not _chosen(choice):
        return None
    for place, store in enumerate(tool["vector_store_ids"]):
        try:
            keeper.usable(store)
        except ApiError as error:
            error.param = f"tools[{index}].vector_store_ids[{place}]"
            raise
    last = task.messages[-1] if task.messages else {"role": "", "content": ""}
    asked = next((str(entry["content"]) for entry in reversed(task.messages) if entry["role"] == "user"), "").strip()
    if not asked or (choice == "auto" and last["role"] != "user"):
        return None
    asked = asked[:_LONGEST]
    ranking = tool.get("ranking_options") or {}
    weights = ranking.get("hybrid_search")
    question = Question(
        list(dict.fromkeys((asked, rewritten(asked)))),
        most=tool.get("max_num_results") or _USUAL,
        ranker=ranking.get("ranker") or "auto",
        threshold=ranking.get("score_threshold") or 0.0,
        filter=tool.get("filters"),
        weights=(weights["embedding_weight"], weights["text_weight"]) if weights else None,
    )
    return FileSearch(
        keeper, list(dict.fromkeys(tool["vector_store_ids"])), question, _RESULTS in (body.get("include") or [])
    )


def _chosen(choice: Any) -> bool:
    """Whether a `tool_choice` allows the search."""
    if isinstance(choice, str):
        return choice in ("auto", "required")
    if choice.get("type") == "allowed_tools":
        allowed = choice.get("tools") or choice.get("allowed_tools", {}).get("tools") or []
        return any(isinstance(entry, dict) and entry.get("type") == KIND for entry in allowed)
    return bool(choice.get("type") == KIND)

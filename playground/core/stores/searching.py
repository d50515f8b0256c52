"""The search lab: a question under several settings against several stores, side by side."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from playground.core.errors import Problem, explain
from playground.core.stores.asking import ask
from playground.core.stores.filters import Filter, check, from_json, to_json
from playground.core.stores.highlights import Mark, marks
from playground.core.stores.model import text_in
from playground.core.stores.rules import Wrong, facts, refuse

if TYPE_CHECKING:
    from playground.core.session import Session

TOGETHER = 4
"""Searches at once."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How is searched. None: the server's own choice, and nothing is sent."""

    name: str = ""
    """What a person calls it; empty: `text` names it."""
    rewrite: bool | None = None
    ranker: str | None = None
    threshold: float | None = None
    """The least score, 0 to 1."""
    most: int | None = None
    """Results at most, 1 to 50."""
    filters: Filter | None = None

    def body(self) -> dict[str, Any]:
        """As it is sent, without the question."""
        ranking = {"ranker": self.ranker, "score_threshold": self.threshold}
        ranking = {name: value for name, value in ranking.items() if value is not None}
        body = {
            "rewrite_query": self.rewrite, "max_num_results": self.most, "ranking_options": ranking or None,
            "filters": to_json(self.filters) if self.filters is not None else None,
        }  # fmt: skip
        return {name: value for name, value in body.items() if value is not None}

    def check(self) -> list[Wrong]:
        """What the server would refuse."""
        limits, found = facts()["search"], []
        if self.ranker is not None and self.ranker not in limits["rankers"]:
            found.append(Wrong("ranking_options.ranker", f"“{self.ranker}” is none of {', '.join(limits['rankers'])}."))
        if self.threshold is not None and not 0 <= self.threshold <= 1:
            found.append(Wrong("ranking_options.score_threshold", f"{self.threshold:g} is not from 0 to 1."))
        if self.most is not None and not 1 <= self.most <= limits["most_results"]:
            found.append(Wrong("max_num_results", f"{self.most:,} is not from 1 to {limits['most_results']}."))
        return found + (check(self.filters) if self.filters is not None else [])

    def text(self) -> str:
        """Its name, or what is set: `rewritten, ranker none, at least 0.5, 20 results`."""
        if self.name:
            return self.name
        parts = [
            "" if self.rewrite is None else "rewritten" if self.rewrite else "as written",
            f"ranker {self.ranker}" if self.ranker else "",
            "" if self.threshold is None else f"at least {self.threshold:g}",
            "" if self.most is None else f"{self.most} result{'s' if self.most != 1 else ''}",
            self.filters.text() if self.filters is not None else "",
        ]
        return ", ".join(filter(None, parts)) or "the server's own settings"


def setting_of(value: Mapping[str, Any]) -> Setting:
    """A setting from the JSON of a request, and `name`. Raises ProblemError."""
    known = {"name", "rewrite_query", "max_num_results", "ranking_options", "filters"}
    ranking = value.get("ranking_options") or {}
    found = [Wrong(str(name), "A setting has no such member.") for name in value.keys() - known]
    if not isinstance(ranking, Mapping):
        found.append(Wrong("ranking_options", "It is an object."))
        ranking = {}
    threshold, most, rewrite = ranking.get("score_threshold"), value.get("max_num_results"), value.get("rewrite_query")
    if threshold is not None and (isinstance(threshold, bool) or not isinstance(threshold, int | float)):
        found.append(Wrong("ranking_options.score_threshold", "It is a number."))
    if most is not None and (isinstance(most, bool) or not isinstance(most, int)):
        found.append(Wrong("max_num_results", "It is a whole number."))
    if rewrite is not None and not isinstance(rewrite, bool):
        found.append(Wrong("rewrite_query", "It is true or false."))
    refuse(found, "The setting cannot be read")
    filters = value.get("filters")
    made = Setting(
        text_in(value, "name"), rewrite, text_in(ranking, "ranker") or None, threshold, most,
        from_json(filters) if filters is not None else None,
    )  # fmt: skip
    refuse(made.check(), "The setting cannot be used")
    return made


class Result(NamedTuple):
    """A passage that was found."""

    file: str
    name: str
    score: float
    attributes: Mapping[str, Any]
    text: str
    marks: tuple[Mark, ...]
    """Where the question's words stand in the text."""


class Found(NamedTuple):
    """What a question found in a store under a setting."""

    store: str
    setting: Setting
    query: str
    asked: tuple[str, ...] = ()
    """What was really searched for: rewritten, or as written."""
    results: tuple[Result, ...] = ()
    seconds: float = 0.0
    problem: Problem | None = None

    def rank(self, expected: Sequence[str]) -> int | None:
        """The place of the first of these files (IDs or names) among the files that were found, from 1."""
        return rank_of(self.results, expected)


async def search(session: Session, store_id: str, query: str, setting: Setting) -> Found:
    """Never raises but CancelledError: what went wrong is in `problem`."""
    began = time.monotonic()
    try:
        refuse(setting.check(), "The setting cannot be used")
        if not query.strip():
            refuse([Wrong("query", "It is empty.")], "There is nothing to search for")
        body = {"vector_store_id": store_id, "query": query, **setting.body()}
        answer = await ask(session, "vector_stores.search", body)
    except Exception as error:
        problem = explain(error, base_url=session.base_url, profile=session.profile.name)
        return Found(store_id, setting, query, seconds=time.monotonic() - began, problem=problem)
    seconds = time.monotonic() - began
    asked, results = results_of(answer, query)
    return Found(store_id, setting, query, asked, results, seconds)


async def lab(session: Session, stores: Sequence[str], query: str, settings: Sequence[Setting]) -> AsyncIterator[Found]:
    """Each setting against each store, as they come. Leaving early stops what is under way."""
    lanes = asyncio.Semaphore(TOGETHER)

    async def one(store: str, setting: Setting) -> Found:
        async with lanes:
            return await search(session, store, query, setting)

    tasks = [asyncio.ensure_future(one(store, setting)) for setting in settings for store in stores]
    try:
        for task in asyncio.as_completed(tasks):
            yield await task
    finally:
        for left in tasks:
            left.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def results_of(answer: Mapping[str, Any], query: str) -> tuple[tuple[str, ...], tuple[Result, ...]]:
    """What was searched for, and what was found. `search_query` is a list, or (an example of the API's document) one
    text."""
    said = answer.get("search_query")
    asked = (said,) if isinstance(said, str) else tuple(one for one in said or () if isinstance(one, str))
    data = answer.get("data")
    queries = (query, *asked)
    return asked, tuple(_result(one, queries) for one in data or () if isinstance(one, Mapping))


def _result(raw: Mapping[str, Any], queries: Sequence[str]) -> Result:
    content, score, attributes = raw.get("content"), raw.get("score"), raw.get("attributes")
    text = "\n".join(text_in(one, "text") for one in content) if isinstance(content, list) else ""
    return Result(
        text_in(raw, "file_id"), text_in(raw, "filename"), float(score) if isinstance(score, int | float) else 0.0,
        dict(attributes) if isinstance(attributes, Mapping) else {}, text, tuple(marks(text, queries)),
    )  # fmt: skip


def merged(found: Sequence[Found]) -> list[Result]:
    """The results of several stores under one setting, the best first."""
    return sorted((one for each in found for one in each.results), key=lambda one: -one.score)


def rank_of(results: Sequence[Result], expected: Sequence[str]) -> int | None:
    """The place of the first of these files (IDs or names) among the files in the results, from 1: several passages
    of one file are one place. None where there is none."""
    files = list(dict.fromkeys((one.file, one.name) for one in results))
    for place, (identifier, name) in enumerate(files, 1):
        if identifier in expected or name in expected:
            return place
    return None

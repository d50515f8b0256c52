"""POST /moderations: scores from a small list of words. They are simulated, and say so in the model's name.

A word counts for its category by how often it comes; the same text gets the same scores on every machine. Nothing
here judges: it is for trying what a program does with a verdict.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from playground.sandbox import checks, tokens
from playground.sandbox.checks import Json
from playground.sandbox.errors import bad_type, bad_value, missing
from playground.sandbox.ids import new_id
from playground.sandbox.web import CONTEXT, json_answer, read_body, simulate

MODEL = "sandbox-moderation-simulated"
FLAGGED = 0.5
"""The score from which a category counts as met."""
_MOST_INPUTS = 1024
_WORDS: Mapping[str, str] = {
    "harassment": "idiot stupid loser moron pathetic ugly",
    "harassment/threatening": "threaten threatening regret",
    "hate": "hate hateful vermin subhuman",
    "hate/threatening": "exterminate eradicate",
    "illicit": "steal shoplift counterfeit smuggle hack cocaine heroin",
    "illicit/violent": "bomb explosive explosives grenade",
    "self-harm": "self-harm cutting suicide suicidal",
    "self-harm/instructions": "noose overdose",
    "self-harm/intent": "suicidal",
    "sexual": "sex sexual nude naked erotic porn",
    "sexual/minors": "",
    "violence": "kill kills killed murder attack shoot stab punch bomb weapon",
    "violence/graphic": "blood bloody gore gory mutilate mutilated",
}
"""The document's thirteen categories, and the words that count for each."""
_SEES_IMAGES = ("self-harm", "self-harm/instructions", "self-harm/intent", "sexual", "violence", "violence/graphic")
"""The categories that the API applies to images too (OpenAPI document 2.3.0)."""
_WORD = re.compile(r"[\w-]+")
_LISTS = {category: frozenset(words.split()) for category, words in _WORDS.items()}

KNOWN: Mapping[str, checks.Check] = {"input": checks.anything, "model": checks.text(minimum=1)}
"""The parameters of moderations.create (openai 3.57.0 and OpenAPI document 2.3.0)."""


def routes() -> list[web.RouteDef]:
    return [web.post("/v1/moderations", create)]


async def create(request: web.Request) -> web.StreamResponse:
    """moderations.create: a text, a list of texts (a result each), or parts of text and image (one result)."""
    simulate(request, "moderation scores counted from a list of words", MODEL)
    body = await read_body(request)
    checks.fields(body, KNOWN)
    checks.require(body, "input")
    inputs = _inputs(body["input"])
    request.app[CONTEXT].limits.tokens.take(sum(tokens.count(text) for text, _ in inputs))
    results = [_result(text, image) for text, image in inputs]
    return json_answer({"id": new_id("modr"), "model": MODEL, "results": results})


def scores(text: str) -> dict[str, float]:
    """The score of each category, 0 to 1: next to nothing, 0.6 for one word of its list, more for each further."""
    words = _WORD.findall(text.casefold())
    found = {}
    for category, listed in _LISTS.items():
        hits = sum(word in listed for word in words)
        noise = zlib.crc32(f"{category} {text}".encode("utf-8", "surrogatepass")) / 2**32 * 1e-3
        found[category] = round(1 - 0.4 / 2 ** (hits - 1) if hits else noise, 6)
    return found


def _result(text: str, image: bool) -> Json:
    found = scores(text)
    kinds = ["text"] if text else []
    return {
        "flagged": any(score >= FLAGGED for score in found.values()),
        "categories": {category: score >= FLAGGED for category, score in found.items()},
        "category_scores": found,
        "category_applied_input_types": {
            category: [*kinds, "image"] if image and category in _SEES_IMAGES else kinds for category in found
        },
    }


def _inputs(value: Any) -> list[tuple[str, bool]]:
    """For each result: the text, and whether an image came with it. Raises ApiError (400)."""
    if isinstance(value, str):
        return [(value, False)]
    if not isinstance(value, list):
        raise bad_type("input", "one of a string, an array of strings, or an array of objects", value)
    if not 1 <= len(value) <= _MOST_INPUTS:
        raise bad_value("input", f"Invalid 'input': expected 1 to {_MOST_INPUTS} inputs, but got {len(value)} instead.")
    if all(isinstance(entry, str) for entry in value):
        return [(entry, False) for entry in value]
    texts, image = [], False
    for index, entry in enumerate(value):
        param = f"input[{index}]"
        checks.mapping(entry, param)
        if "type" not in entry:
            raise missing(f"{param}.type")
        checks.choice("text", "image_url")(entry["type"], f"{param}.type")
        if entry["type"] == "text":
            checks.nested({"type": checks.text(), "text": checks.text()}, ["text"])(entry, param)
            texts.append(entry["text"])
        else:
            link = checks.nested({"url": checks.text(minimum=1)}, ["url"])
            checks.nested({"type": checks.text(), "image_url": link}, ["image_url"])(entry, param)
            image = True
    return [("\n".join(texts), image)]

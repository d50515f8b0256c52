"""POST /embeddings: vectors of hashed letter groups. They know spelling, not meaning, and say so in the model's name.

Where the weights of wordllama are there, `wordllama-256` gives vectors that know meaning.

Each word of a text, and each group of three to five letters of it, is counted into one of the vector's places, with a
sign, by its CRC-32; the counts are damped and the vector scaled to length one. Texts that share words and stems get a
high cosine; the same text gets the same vector on every machine.
"""

from __future__ import annotations

import array
import asyncio
import base64
import math
import re
import sys
import zlib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aiohttp import web

from playground.sandbox import checks, tokens
from playground.sandbox.errors import ApiError, bad_type, bad_value, unsupported
from playground.sandbox.stores.keeper import KEEPER
from playground.sandbox.stores.vectors import REAL, embedder_of
from playground.sandbox.web import CONTEXT, EMBEDDING_MODEL, json_answer, no_model, read_body, trace

DIMENSIONS = 256
_MOST_DIMENSIONS = 2048
_MOST_INPUTS = 2048
_MOST_TOKENS = 8192
"""Per input, as in the API."""
_WORD = re.compile(r"\w+")

KNOWN: Mapping[str, checks.Check] = {
    "dimensions": checks.integer(1, _MOST_DIMENSIONS),
    "encoding_format": checks.choice("float", "base64"),
    "input": checks.anything,
    "model": checks.text(minimum=1),
    "user": checks.text(),
}
"""The parameters of embeddings.create (openai 3.52.0 and OpenAPI document 2.3.0)."""


def routes() -> list[web.RouteDef]:
    return [web.post("/v1/embeddings", create)]


async def create(request: web.Request) -> web.StreamResponse:
    """embeddings.create: as lists of floats, or (what the SDK asks for) little-endian float32 in base64."""
    context = request.app[CONTEXT]
    body = await read_body(request)
    checks.fields(body, KNOWN)
    checks.require(body, "model", "input")
    model = _model(request, body["model"])
    trace(request).engine = model
    texts = _texts(body["input"])
    counts = [tokens.count(text) for text in texts]
    for index, size in enumerate(counts):
        if size > _MOST_TOKENS:
            raise bad_value(
                "input",
                f"This model's maximum context length is {_MOST_TOKENS} tokens, however you requested {size} tokens "
                f"in input[{index}]. Please reduce your input.",
                "context_length_exceeded",
            )
    context.limits.tokens.take(sum(counts))
    size = body.get("dimensions") or DIMENSIONS
    if model == REAL and size > DIMENSIONS:
        raise bad_value("dimensions", f"Invalid 'dimensions': '{REAL}' has {DIMENSIONS}, but got {size} instead.")
    folder = request.app[KEEPER].weights
    vectors = await asyncio.to_thread(_vectors, texts, size, folder if model == REAL else None)
    plain = (body.get("encoding_format") or "float") == "float"
    data = [
        {"object": "embedding", "index": index, "embedding": entry if plain else encoded(entry)}
        for index, entry in enumerate(vectors)
    ]
    usage = {"prompt_tokens": sum(counts), "total_tokens": sum(counts)}
    return json_answer({"object": "list", "data": data, "model": model, "usage": usage})


def _model(request: web.Request, asked: str) -> str:
    """The model that is asked for. Raises ApiError: 404, or 400 for one of texts."""
    context = request.app[CONTEXT]
    if asked == EMBEDDING_MODEL or (asked == REAL and request.app[KEEPER].real):
        return asked
    if asked == REAL:
        raise ApiError(
            404,
            f"The model '{REAL}' is not in this sandbox yet: its weights have not been fetched. Fetch them once in "
            "Settings › Sandbox, or with `playground sandbox fetch-model`.",
            param="model",
            code="model_not_found",
        )
    if context.engines.find(asked) is not None:
        raise ApiError(400, f"The model '{asked}' gives no embeddings: use '{EMBEDDING_MODEL}'.", param="model")
    raise no_model(context.engines, asked)


def _vectors(texts: list[str], size: int, weights: Path | None) -> list[list[float]]:
    """By meaning with the weights, else by spelling. The first numbers of a vector by meaning are one by themselves."""
    if weights is None:
        return [vector(text, size) for text in texts]
    import numpy as np

    rows = embedder_of(weights).embed(texts)[:, :size]
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    found: list[list[float]] = (rows / np.where(lengths, lengths, 1.0)).tolist()
    return found


def vector(text: str, dimensions: int = DIMENSIONS) -> list[float]:
    """The embedding of a text: so many floats, of length one together."""
    found: Counter[str] = Counter()
    for word in _WORD.findall(text.casefold()):
        found[f"={word}"] += 2
        marked = f"<{word}>"
        for size in (3, 4, 5):
            for start in range(len(marked) - size + 1):
                found[marked[start : start + size]] += 1
    if not found:
        found[text] = 1
    places = [0.0] * dimensions
    for group, times in found.items():
        code = zlib.crc32(group.encode("utf-8", "surrogatepass"))
        places[(code >> 1) % dimensions] += math.log1p(times) * (1 if code & 1 else -1)
    length = math.sqrt(sum(place * place for place in places))
    if not length:  # two groups that cancel each other, in very few dimensions
        places[0] = length = 1.0
    return [place / length for place in places]


def encoded(values: list[float]) -> str:
    """Little-endian float32 in base64."""
    packed = array.array("f", values)
    if sys.byteorder == "big":
        packed.byteswap()
    return base64.b64encode(packed.tobytes()).decode()


def _texts(value: Any) -> list[str]:
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list):
        raise bad_type("input", "one of a string or an array of strings", value)
    if not texts or len(texts) > _MOST_INPUTS:
        raise bad_value("input", f"Invalid 'input': expected 1 to {_MOST_INPUTS} texts, but got {len(texts)} instead.")
    if any(isinstance(entry, int | list) and not isinstance(entry, bool) for entry in texts):
        raise unsupported("input", "The sandbox has no tokenizer to read token numbers with: send the input as text.")
    for index, text in enumerate(texts):
        checks.text(minimum=1)(text, "input" if isinstance(value, str) else f"input[{index}]")
    return texts

"""Vectors of texts: by their meaning where the weights of wordllama are there, else by their spelling."""

from __future__ import annotations

import heapq
import json
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DIMENSIONS = 256
HASHED, REAL = "sandbox-embed", "wordllama-256"
"""The names of the two, as answers tell them."""
TABLE, TOKENIZER = "l2_supercat_256.safetensors", "l2_supercat_tokenizer_config.json"
"""The files of the weights, in the sandbox's folder."""
_SPACE = "▁"


class Embedder(Protocol):
    """Something that gives vectors of length one."""

    name: str

    def embed(self, texts: list[str]) -> NDArray[np.float32]:
        """A row of 256 for each text."""
        ...


def best_of(folder: Path) -> str:
    """The name of the best embedder that `folder` has the weights of."""
    return REAL if all((folder / name).is_file() for name in (TABLE, TOKENIZER)) else HASHED


def embedder_of(folder: Path, name: str | None = None) -> Embedder:
    """The best one that `folder` has the weights of, or the one of that name. Blocks for 0.3 s at first."""
    return Hashed() if HASHED in (name, best_of(folder)) else _real(folder)


@cache
def _real(folder: Path) -> Embedder:
    return WordLlama(folder)


class Hashed:
    """Letter groups: `playground.sandbox.embeddings`. They know spelling, not meaning."""

    name = HASHED

    def embed(self, texts: list[str]) -> NDArray[np.float32]:
        import numpy as np

        from playground.sandbox.embeddings import vector

        return np.array([vector(text, DIMENSIONS) for text in texts], dtype=np.float32).reshape(-1, DIMENSIONS)


class WordLlama:
    """The mean of the vectors of a text's tokens (wordllama 0.4.0, MIT; its table was trained for just that).

    Its tokenizer is read here in a few lines, where the package `tokenizers` would bring a downloader along; both give
    the same tokens.
    """

    name = REAL

    def __init__(self, folder: Path) -> None:
        import numpy as np

        path = folder / TABLE
        with path.open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            entry = json.loads(file.read(size))["embedding.weight"]
        if entry["dtype"] != "F16" or entry["shape"][1] != DIMENSIONS:
            raise ValueError(f"{path} holds no table of {DIMENSIONS} half-precision numbers a row")
        self._table = np.memmap(path, np.float16, "r", 8 + size + entry["data_offsets"][0], tuple(entry["shape"]))
        self._tokens = Tokenizer(folder / TOKENIZER)

    def embed(self, texts: list[str]) -> NDArray[np.float32]:
        import numpy as np

        found = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for row, text in enumerate(texts):
            numbers = self._tokens.encode(text)
            if numbers:
                mean = self._table[numbers].astype(np.float32).mean(axis=0)
                found[row] = mean / (float(np.linalg.norm(mean)) or 1.0)
        return found


class Tokenizer:
    """Llama 2's byte-pair encoding (a `tokenizer.json`): words begin with their space, unknown signs become bytes."""

    def __init__(self, path: Path) -> None:
        model = json.loads(path.read_text(encoding="utf-8"))["model"]
        self._vocabulary: dict[str, int] = model["vocab"]
        self._ranks = {tuple(pair.split(" ")): rank for rank, pair in enumerate(model["merges"])}
        self._word = lru_cache(maxsize=65536)(self._encode_word)

    def encode(self, text: str) -> list[int]:
        numbers: list[int] = []
        if not text:
            return numbers
        for word in _words(_SPACE + text.replace(" ", _SPACE)):
            numbers += self._word(word)
        return numbers

    def _encode_word(self, word: str) -> tuple[int, ...]:
        """The pair that was learned first is joined first, until none is left; in a heap, for words of any length."""
        parts: list[str] = list(word)
        after = [*range(1, len(parts)), -1]
        before = [*range(-1, len(parts) - 1)]
        heap: list[tuple[int, int, str, str]] = []

        def offer(left: int) -> None:
            right = after[left]
            if right >= 0 and (rank := self._ranks.get((parts[left], parts[right]))) is not None:
                heapq.heappush(heap, (rank, left, parts[left], parts[right]))

        for place in range(len(parts) - 1):
            offer(place)
        while heap:
            _, left, one, other = heapq.heappop(heap)
            right = after[left]
            if parts[left] != one or right < 0 or parts[right] != other:
                continue  # one of them has been joined in the meantime
            parts[left] += parts[right]
            parts[right] = ""
            after[left] = after[right]
            if after[right] >= 0:
                before[after[right]] = left
            offer(left)
            if before[left] >= 0:
                offer(before[left])
        return tuple(number for part in parts if part for number in self._numbers(part))

    def _numbers(self, part: str) -> list[int]:
        number = self._vocabulary.get(part)
        if number is not None:
            return [number]
        return [self._vocabulary[f"<0x{byte:02X}>"] for byte in part.encode("utf-8", "replace")]


def _words(marked: str) -> list[str]:
    """The text in pieces across which nothing is ever joined: each begins with the marks of its spaces."""
    pieces: list[str] = []
    start = 0
    for place in range(1, len(marked)):
        if marked[place] == _SPACE and marked[place - 1] != _SPACE:
            pieces.append(marked[start:place])
            start = place
    pieces.append(marked[start:])
    return pieces

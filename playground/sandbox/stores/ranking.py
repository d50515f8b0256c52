"""Which chunks answer a question: by their words (BM25) and their meaning (cosines), and read once more closely.

All scores are between 0 and 1. Blocks: for a thread.
"""

from __future__ import annotations

import heapq
import math
import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import orjson

from playground.sandbox.checks import Json
from playground.sandbox.stores import filters
from playground.sandbox.stores.shelf import Shelf
from playground.sandbox.stores.vectors import DIMENSIONS, HASHED, REAL, Embedder, embedder_of
from playground.sandbox.stores.words import telling

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SATURATED = 2.2
"""What BM25 gives a term at most, in its rarity (k1 + 1 in FTS5)."""
_CLOSELY = 48
"""Chunks of the first ranking that are read closely."""
_WINDOW = 360
"""Characters of the passages that a chunk is read in."""
_MEANING = {REAL: 0.6, HASHED: 0.3}
"""The usual weight of the vectors beside that of the words."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is searched for."""

    queries: list[str]
    most: int = 10
    ranker: str = "auto"
    """`none`: as first found; any other reads the best ones closely."""
    threshold: float = 0.0
    filter: Json | None = None
    weights: tuple[float, float] | None = None
    """Of the meaning and of the words; None: as usual."""


class Hit(NamedTuple):
    """A chunk that was found."""

    score: float
    file: str
    name: str
    attributes: Json
    text: str
    store: str
    passage: str
    """The part of the chunk that answers best."""


@dataclass(slots=True)
class _Found:
    file: str
    meaning: float = 0.0
    words: float = 0.0
    text: str = ""
    passage: str = ""
    score: float = field(default=0.0)


def search(shelf: Shelf, stores: list[str], question: Question, folder: Path) -> list[Hit]:
    """The best chunks of these stores, best first. `folder`: where the weights may be. Raises Gone."""
    hits: list[Hit] = []
    for store in stores:
        with shelf.open(store, write=False) as database:
            hits += _Search(database, question, folder).hits(store)
    found = heapq.nlargest(question.most, hits, key=lambda hit: hit.score)
    return [hit for hit in found if hit.score >= question.threshold and hit.score > 0]


class _Search:
    """One search of one store."""

    def __init__(self, database: sqlite3.Connection, question: Question, folder: Path) -> None:
        self._database = database
        self._question = question
        self._folder = folder
        rows = database.execute("SELECT id, name, attributes FROM files WHERE status = 'completed'").fetchall()
        read = ((identifier, name, orjson.loads(attributes)) for identifier, name, attributes in rows)
        self._files: dict[str, tuple[str, Json]] = {
            identifier: (name, attributes)
            for identifier, name, attributes in read
            if filters.matches(question.filter, attributes)
        }

    def hits(self, store: str) -> Iterator[Hit]:
        if not self._files:
            return
        best: dict[int, _Found] = {}
        for query in self._question.queries:
            for number, found in self._ranked(query).items():
                if number not in best or found.score > best[number].score:
                    best[number] = found
        for found in heapq.nlargest(self._question.most, best.values(), key=lambda found: found.score):
            name, attributes = self._files[found.file]
            score = round(math.sqrt(min(1.0, max(0.0, found.score))), 4)
            yield Hit(score, found.file, name, attributes, found.text, store, found.passage or found.text)

    def _ranked(self, query: str) -> dict[int, _Found]:
        """The chunks that one query finds, by their numbers."""
        found = self._by_words(query)
        embedder = self._by_meaning(query, found)
        meaning, words = self._question.weights or (_MEANING[embedder.name], 1 - _MEANING[embedder.name])
        total = (meaning + words) or 1.0

        def mixed(entry: _Found) -> float:
            return (meaning * entry.meaning + words * entry.words) / total

        for entry in found.values():
            entry.score = mixed(entry)
        first = heapq.nlargest(max(_CLOSELY, self._question.most), found.items(), key=lambda item: item[1].score)
        for number, entry in first:
            entry.text = self._database.execute("SELECT text FROM chunks WHERE number = ?", (number,)).fetchone()[0]
        if self._question.ranker != "none":
            self._read_closely(query, [entry for _, entry in first[:_CLOSELY]], embedder)
            for _, entry in first:
                entry.score = mixed(entry)
        return dict(first)

    def _by_words(self, query: str) -> dict[int, _Found]:
        """BM25, as a part of what a chunk with all of the words, again and again, would get."""
        words = telling(query)
        count = self._database.execute("SELECT COUNT(*) FROM chunks").fetchone()[0]
        possible = 0.0
        for word in words:
            having = self._database.execute("SELECT COUNT(*) FROM terms WHERE terms MATCH ?", (f'"{word}"',))
            times = having.fetchone()[0]
            possible += max(1e-6, math.log((count - times + 0.5) / (times + 0.5))) * _SATURATED
        if not words:
            return {}
        rows = self._database.execute(
            "SELECT chunks.number, chunks.file, bm25(terms) FROM terms JOIN chunks ON chunks.number = terms.rowid "
            "WHERE terms MATCH ?",
            (" OR ".join(f'"{word}"' for word in words),),
        )
        return {
            number: _Found(file, words=min(1.0, math.sqrt(max(0.0, -score) / possible)))
            for number, file, score in rows
            if file in self._files
        }

    def _by_meaning(self, query: str, found: dict[int, _Found]) -> Embedder:
        """Adds the cosines, by the embedder that each chunk's vector is of. Gives the one that most are of."""
        import numpy as np

        rows = self._database.execute("SELECT embedder, number, file, vector FROM chunks").fetchall()
        kinds = sorted({row[0] for row in rows}, key=lambda name: -sum(row[0] == name for row in rows))
        for kind in kinds:
            embedder = embedder_of(self._folder, kind)
            if embedder.name != kind:
                continue  # its weights are gone; these chunks are found by their words until they are indexed anew
            own = [(number, file, data) for name, number, file, data in rows if name == kind and file in self._files]
            table = np.frombuffer(b"".join(data for _, _, data in own), np.float16).reshape(-1, DIMENSIONS)
            cosines = table.astype(np.float32) @ embedder.embed([query])[0]
            for (number, file, _), cosine in zip(own, cosines.tolist(), strict=True):
                found.setdefault(number, _Found(file)).meaning = max(0.0, cosine)
        return embedder_of(self._folder, kinds[0] if kinds else None)

    def _read_closely(self, query: str, entries: list[_Found], embedder: Embedder) -> None:
        """The meaning of a long chunk is a mean of much: that of its best passage counts instead."""
        passages = [(entry, passage) for entry in entries for passage in _passages(entry.text)]
        if not passages:
            return
        asked = embedder.embed([query])[0]
        cosines = self._cosines(embedder.embed([passage for _, passage in passages]), asked)
        wanted = set(telling(query))
        best: dict[int, float] = {}
        for (entry, passage), cosine in zip(passages, cosines, strict=True):
            shared = len(wanted.intersection(telling(passage))) / max(1, len(wanted))
            value = cosine + shared
            if value > best.get(id(entry), -1.0):
                best[id(entry)] = value
                entry.passage = passage
            entry.meaning = max(entry.meaning, cosine)

    @staticmethod
    def _cosines(rows: NDArray[np.float32], asked: NDArray[np.float32]) -> Iterable[float]:
        found: list[float] = (rows @ asked).tolist()
        return found


def _passages(text: str) -> list[str]:
    """A text in passages of whole sentences or lines."""
    passages: list[str] = []
    held = ""
    for piece in _SENTENCE.findall(text):
        if held and len(held) + len(piece) > _WINDOW:
            passages.append(held.strip())
            held = ""
        held += piece
    passages.append(held.strip())
    return [passage for passage in passages if passage]


_SENTENCE = re.compile(r"[^.!?\n。！？]{1,600}[.!?\n。！？]*\s*|[.!?\n。！？]+\s*")

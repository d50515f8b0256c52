"""Does a fix do what it says to the documents that are accepted? Asked of many documents: some that fit the old schema,
some that fit the new one, and each changed a little, so that some just do not."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from playground.core.schemas.example import generate
from playground.core.schemas.validate import UnusableSchema, Validator

_OTHERS: tuple[Any, ...] = (None, True, 0, 1, -1, 2.5, "", "x", "uri", [], ["x"], {}, {"a": 1})


@dataclass
class Verdict:
    """What was seen of two schemas."""

    lost: list[Any] = field(default_factory=list)
    """Documents that only the old one accepts."""
    won: list[Any] = field(default_factory=list)
    """Documents that only the new one accepts."""
    fitted: int = 0
    """Documents that both accept."""


def compared(old: Any, new: Any, *, seed: int = 1, count: int = 6) -> Verdict:
    """Raises UnusableSchema where one of them means nothing."""
    before, after = Validator(old), Validator(new)
    verdict = Verdict()
    for document in documents((old, new), seed, count):
        was, now = before.fits(document), after.fits(document)
        if was and now:
            verdict.fitted += 1
        elif was:
            verdict.lost.append(document)
        elif now:
            verdict.won.append(document)
    return verdict


def documents(schemas: tuple[Any, ...], seed: int, count: int) -> Iterator[Any]:
    """Some that fit each of the schemas, and three changed ones of each; at the end all kinds of small ones."""
    chooser = random.Random(seed)
    for schema in schemas:
        for document in generate(schema, seed, count=count):
            yield document
            for _ in range(3):
                yield changed(document, chooser)
    yield from _OTHERS


def changed(document: Any, chooser: random.Random) -> Any:
    """A copy with one thing different, somewhere in it."""
    document = copy.deepcopy(document)
    holder, key = None, None
    here = document
    while isinstance(here, (dict, list)) and here and (holder is None or chooser.random() < 0.7):
        key = chooser.choice(sorted(here) if isinstance(here, dict) else list(range(len(here))))
        holder, here = here, here[key]
    new = _other(here, chooser)
    if holder is None:
        return new
    if chooser.random() < 0.25:
        holder.pop(key)
    else:
        holder[key] = new
    return document


def _other(value: Any, chooser: random.Random) -> Any:
    if isinstance(value, dict) and chooser.random() < 0.6:
        return {**value, chooser.choice("abcz"): chooser.choice(_OTHERS)}
    if isinstance(value, list) and chooser.random() < 0.6:
        return [*value, chooser.choice([*value, *_OTHERS])] if chooser.random() < 0.7 else value[:-1]
    if isinstance(value, str) and chooser.random() < 0.5:
        return value + "x" if chooser.random() < 0.5 else value[:-1]
    if isinstance(value, (int, float)) and not isinstance(value, bool) and chooser.random() < 0.6:
        return value + chooser.choice([-1, 1, 0.5, 100])
    return chooser.choice(_OTHERS)


__all__ = ["UnusableSchema", "Verdict", "changed", "compared", "documents"]

"""Documents that fit a schema: one to look at, or many different ones to prove something with."""

from __future__ import annotations

import random
from collections.abc import Iterator
from time import perf_counter
from typing import Any

from playground.core.schemas.filling import PLAIN, Filler, Stuck
from playground.core.schemas.validate import UnusableSchema, Validator

SECONDS = 4.0
"""After so long nothing more is tried: only schemas that are made for it take so long."""
_TRIES = 24
"""More than so many documents are not tried for one that fits."""


class NoExample(ValueError):
    """No document that fits was found; there may be none."""


def example(schema: Any) -> Any:
    """One document that fits, always the same: the first values of enums, every property, one item or as many as are
    asked for. Raises NoExample, and UnusableSchema where the schema means nothing."""
    validator = Validator(schema)
    end = perf_counter() + SECONDS
    for full in (True, False):
        made = _tried(Filler(schema, validator, None, full=full, end=end), schema)
        if made is not None and validator.fits(made[0]):
            return made[0]
    for made_ in generate(schema, 1, count=1):
        return made_
    for plain in PLAIN:
        if validator.fits(plain):
            return plain
    raise NoExample("No document that fits this schema was found.")


def generate(schema: Any, seed: int, *, count: int = 20) -> Iterator[Any]:
    """Up to `count` documents that fit, the same for the same seed; fewer, where none is found. All are checked with
    the validator. Raises UnusableSchema."""
    validator = Validator(schema)
    given, end = 0, perf_counter() + SECONDS
    for attempt in range(max(count * 4, _TRIES)):
        chooser = random.Random(f"{seed}/{attempt}")
        made = _tried(Filler(schema, validator, chooser, full=attempt % 3 == 0, end=end), schema)
        if made is not None and validator.fits(made[0]):
            given += 1
            yield made[0]
        if given == count or perf_counter() > end:
            return


def _tried(filler: Filler, schema: Any) -> tuple[Any] | None:
    try:
        return (filler.fill(schema, 0),)
    except (Stuck, RecursionError, UnusableSchema, ArithmeticError, TypeError, ValueError, LookupError):
        return None

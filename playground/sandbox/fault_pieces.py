"""Faults of the model: slow, failing, cut short, refusing. Whatever engine answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing

from playground.sandbox import tokens
from playground.sandbox.engines import Engine, EngineError, Finished, GenerationTask, Piece, Refusal, Text
from playground.sandbox.faults import note

REFUSAL = f"I'm sorry, but I can't help with that. {note('refusal')}"


async def pieces(engine: Engine, task: GenerationTask) -> AsyncGenerator[Piece, None]:
    """What the engine yields, as the faults of the task would have it. Closing it stops the engine.

    Raises EngineError.
    """
    faults = task.faults
    rate, fails, ends = faults.get("slow-tokens"), faults.get("failed"), faults.get("incomplete")
    begun, number = time.monotonic(), 0
    source = _refusal(task) if "refusal" in faults else engine.generate(task)
    async with aclosing(source) as made:
        async for piece in made:
            last = isinstance(piece, Finished)
            if fails is not None and (last or number >= fails):
                raise EngineError(f"The model failed after {number} tokens. {note('failed')}")
            if ends is not None and (last or number >= ends):
                yield Finished("length")
                return
            if rate and not last:
                await asyncio.sleep(max(0.0, begun + number / rate - time.monotonic()))
            yield piece
            number += 1


async def _refusal(task: GenerationTask) -> AsyncGenerator[Piece, None]:
    # The legacy completions know no refusals.
    kind = Text if task.api == "completions" else Refusal
    for text in tokens.split(REFUSAL):
        await asyncio.sleep(0)
        yield kind(text)
    yield Finished()

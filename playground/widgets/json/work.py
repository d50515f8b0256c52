"""What the view has done in the bridge's pool: indexing a body, and looking for words in it."""

from __future__ import annotations

import threading
from typing import Any

from playground.bridge import Sink
from playground.core.jsondoc import Document, parse
from playground.core.jsondoc.find import Query, find
from playground.core.jsondoc.lines import pretty_blocks, raw_blocks

AT_ONCE = 64 * 1024
"""Bytes of a body that are indexed in the GUI thread: half a millisecond."""
STEP = 2_000_000
"""Bytes between two reports of progress; each one wakes the window."""
BREATH = 0.04
"""Seconds a search waits after its first hits: the window goes there meanwhile, and has the interpreter for itself."""


async def _threaded(function: Any, stop: threading.Event) -> Any:
    """Run it in the pool; when the operation is cancelled, it stops soon by itself."""
    import asyncio

    try:
        return await asyncio.get_running_loop().run_in_executor(None, function)
    except asyncio.CancelledError:
        stop.set()
        raise


class Parsing:
    """Indexes one body; for `Bridge.run`."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._told = 0
        self._stop = threading.Event()
        self._sink: Sink | None = None

    async def __call__(self, sink: Sink) -> Document:
        self._sink = sink
        result: Document = await _threaded(self._parse, self._stop)
        return result

    def _parse(self) -> Document:
        return parse(self._data, stopped=self._stop.is_set, progress=self._tell)

    def _tell(self, done: int) -> None:
        if self._sink is not None and done - self._told >= STEP:
            self._told = done
            self._sink.progress(done, len(self._data))


class Finding:
    """Looks for words; what it finds is pushed, each portion with this object. Gives whether that was all."""

    def __init__(self, document: Document, text: str) -> None:
        self._document = document
        self._query = Query(text)
        self._found = False
        self._stop = threading.Event()
        self._sink: Sink | None = None

    async def __call__(self, sink: Sink) -> bool:
        self._sink = sink
        result: bool = await _threaded(self._find, self._stop)
        return result

    def _find(self) -> bool:
        return find(self._document, self._query, stopped=self._stop.is_set, found=self._push)[1]

    def _push(self, hits: list[int]) -> None:
        if self._sink is not None:
            self._sink.push([(self, hits)])
            if not self._found:
                self._found = True
                self._stop.wait(BREATH)


class Lining:
    """Counts a document's lines; the pieces are pushed."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._stop = threading.Event()
        self._sink: Sink | None = None

    async def __call__(self, sink: Sink) -> None:
        self._sink = sink
        await _threaded(self._count, self._stop)

    def _count(self) -> None:
        assert self._sink is not None
        document, stopped = self._document, self._stop.is_set
        blocks = pretty_blocks(document, stopped) if document.root >= 0 else raw_blocks(document.data, stopped)
        batch = []
        for block in blocks:
            batch.append(block)
            if len(batch) == 64:
                self._sink.push(batch)
                batch = []
        self._sink.push(batch)

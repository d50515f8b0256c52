"""How transfers get on, on stderr: one line that changes on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import asyncio
import shutil
import sys
from types import TracebackType

from playground.core.transfers.model import Totals
from playground.core.transfers.queue import TransferQueue
from playground.core.transfers.rules import bytes_text

_ON_TERMINAL = 0.2
_ELSEWHERE = 5.0
"""Seconds between two words."""


class Progress:
    """`with Progress(queue) as progress: …; await progress.until_done()`"""

    def __init__(self, queue: TransferQueue, *, quiet: bool) -> None:
        self._queue, self._quiet = queue, quiet
        self._terminal = sys.stderr.isatty()
        self._shown = False

    def __enter__(self) -> Progress:
        return self

    async def until_done(self) -> None:
        """Until nothing runs any more."""
        done = asyncio.ensure_future(self._queue.wait())
        try:
            while not done.done():
                await asyncio.wait((done,), timeout=_ON_TERMINAL if self._terminal else _ELSEWHERE)
                if not done.done() or self._shown:
                    self._show()
            await done
        finally:
            done.cancel()

    def _show(self) -> None:
        if self._quiet:
            return
        totals = self._queue.totals()
        words = words_of(totals)
        if totals.counts.get("running") == 1 and not totals.rate:  # what it does is not to be seen in the numbers
            phase = next(state.phase for state in self._queue.states() if state.item.state == "running")
            words += f". {phase} …" if phase else ""
        if self._terminal:
            sys.stderr.write(f"\r\x1b[K{words[: max(20, shutil.get_terminal_size().columns - 1)]}")
        else:
            sys.stderr.write(f"playground: {words}\n")
        sys.stderr.flush()
        self._shown = True

    def __exit__(
        self, _type: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._shown and self._terminal:
            sys.stderr.write("\r\x1b[K")
        if isinstance(error, asyncio.CancelledError):
            sys.stderr.write("playground: what is not done can be gone on with: playground files resume\n")
        sys.stderr.flush()


def words_of(totals: Totals) -> str:
    """`3 of 12 files, 45.2 MB of 120 MB, 12.3 MB/s, 6 s left`"""
    counts = totals.counts
    words = [f"{counts.get('done', 0):,} of {sum(counts.values()):,} files"]
    if failed := counts.get("failed", 0):
        words.append(f"{failed:,} failed")
    words.append(f"{bytes_text(totals.sent)} of {bytes_text(totals.size)}")
    if totals.rate:
        words.append(f"{bytes_text(int(totals.rate))}/s")
    if (left := totals.left) is not None:
        seconds = round(left)
        words.append(f"{seconds // 60} min {seconds % 60:02d} s left" if seconds >= 60 else f"{seconds} s left")
    return ", ".join(words)

"""Tokens counted in a process of its own, which ends when nobody has written for a while.

An encoding's table takes 46 MB and 0.25 s to load, and a long prompt a second to count, all of it under Python's one
lock: in the window's process that is memory that does not come back and time that the window waits. Run as a module,
this is that process: a JSON line in, a JSON line out, until its stdin ends, as it does when the parent is killed.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import subprocess

    from playground.core.tokens import PromptCount

_ROOT = Path(__file__).resolve().parents[2]
"""Where `python -m playground…` finds this package."""
_PATIENCE = 2.0
"""Seconds for the process to end when its stdin is closed."""


class TokenCounter:
    """Counts prompts; starts its process when it is asked, and again where it died."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._closed = False

    def count_prompt(
        self, instructions: str, messages: Sequence[tuple[str, str]], model: str, body: Mapping[str, Any] | None = None
    ) -> PromptCount:
        """What `tokens.count_prompt` says. Waits for the process: not in the GUI thread. Raises OSError where none can
        be started, or it ended twice over this prompt."""
        from playground.core.tokens import PromptCount

        asked = json.dumps([instructions, list(messages), model, body], default=str).encode() + b"\n"
        with self._lock:
            line = self._ask(asked) or self._ask(asked)
        if not line:
            raise OSError("the process that counts tokens ended")
        total, told, counts, about = json.loads(line)
        return PromptCount(total, told, tuple(counts), about)

    def rest(self) -> None:
        """End the process; the next count starts another one."""
        with self._lock:
            self._drop()

    def close(self) -> None:
        """End it for good, at once, from any thread: a count that is under way fails."""
        self._closed = True
        child = self._child
        if child is not None:
            child.kill()
        if self._lock.acquire(blocking=False):  # else the count that is under way clears up
            try:
                self._drop()
            finally:
                self._lock.release()

    def _ask(self, asked: bytes) -> bytes:
        """One line for one line; empty where the process ended."""
        if self._closed:
            raise OSError("no tokens are counted any more")
        if self._child is None:
            self._child = _start()
        child = self._child
        assert child.stdin is not None and child.stdout is not None
        try:
            child.stdin.write(asked)
            child.stdin.flush()
            line = child.stdout.readline()
        except OSError:
            line = b""
        if not line.endswith(b"\n"):
            self._drop()
            return b""
        return line

    def _drop(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        from subprocess import TimeoutExpired

        assert child.stdin is not None and child.stdout is not None
        try:
            child.stdin.close()
        except OSError:
            child.kill()
        try:
            child.wait(_PATIENCE)
        except TimeoutExpired:
            child.kill()
            child.wait()
        child.stdout.close()


def _start() -> subprocess.Popen[bytes]:
    """Keys and addresses of the environment are none of its business."""
    import subprocess  # after the first frame, like everything that is only needed then

    env = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "AZURE_OPENAI"))}
    return subprocess.Popen(
        [sys.executable, "-m", "playground.core.token_child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
        env=env,
    )


def main() -> None:
    """The process."""
    from playground.core.tokens import count_prompt

    for line in sys.stdin.buffer:
        instructions, messages, model, body = json.loads(line)
        counted = count_prompt(instructions, [(role, text) for role, text in messages], model, body)
        answer = [counted.total, counted.instructions, list(counted.messages), counted.about]
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()

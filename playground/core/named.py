"""The secret patterns of this process (`core.exchanges.patterns`), known from the start and read when needed."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from playground.core.settings import SECRET_PATTERNS

if TYPE_CHECKING:
    from playground.core.exchanges.patterns import SecretPattern
    from playground.core.settings import Settings


class Named:
    """The patterns of this process. Any thread may read; `use` may check them for some tenths of a second."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._text = "[]"
        self._patterns: tuple[SecretPattern, ...] | None = ()
        self._wrong: tuple[str, ...] = ()

    def use(self, settings: Settings) -> None:
        """Take them from the settings; they are looked at when they are first needed."""
        text = settings.get(SECRET_PATTERNS)
        with self._lock:
            if text != self._text:
                self._text, self._patterns = text, None

    def _read(self) -> None:
        with self._lock:
            if self._patterns is None:
                from playground.core.exchanges.patterns import parse

                self._patterns, self._wrong = parse(self._text)

    @property
    def patterns(self) -> Sequence[SecretPattern]:
        """Those that can be used. Off the GUI thread: reading them the first time tries them."""
        self._read()
        return self._patterns or ()

    @property
    def wrong(self) -> Sequence[str]:
        """What is said of those that cannot."""
        self._read()
        return self._wrong


@cache
def named() -> Named:
    """Like the keys in use (`redact.known`) shared by all: what one part takes out, no other may write."""
    return Named()

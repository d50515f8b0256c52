"""What the palette finds here: a file, where its ID was typed or pasted."""

from __future__ import annotations

import re
from pathlib import Path

from playground.core.exchanges.seen import PREFIXES
from playground.panels.contract import Found

BEST = 9_500
"""A score above what is found in the words of methods and requests."""
_ID = re.compile(f"(?:{'|'.join(map(re.escape, PREFIXES['file']))})[A-Za-z0-9_-]{{4,100}}")


class FileFinder:
    """Asks no server: whether there is such a file is seen when it is opened."""

    def __init__(self, cache: Path) -> None:
        pass

    def find(self, text: str) -> list[Found]:
        """The file, for an ID of one."""
        text = text.strip()
        if _ID.fullmatch(text) is None:
            return []
        return [Found(f"Open {text} in Files", "files.open", (text,), BEST, group="Files", icon="file")]

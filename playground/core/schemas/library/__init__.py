"""The library: schemas as plain JSON files in a folder of the person's, with their versions beside them.

`NAME.json` is exactly the text of the editor; `NAME.versions/3.json` is exactly the text that was saved as the third.
Any other tool may read, change and bring in such files: what it did is noticed, and never written over unasked.
"""

from __future__ import annotations

from playground.core.schemas.library.changing import Library, library_of
from playground.core.schemas.library.folder import folder_of
from playground.core.schemas.library.model import (
    PLAIN,
    Broken,
    ChangedElsewhere,
    Entry,
    LibraryProblem,
    Removed,
    Scan,
    Stamp,
    Stored,
    Style,
    Version,
)
from playground.core.schemas.library.names import check_name, free_name
from playground.core.schemas.library.searching import Hit, find

__all__ = [
    "PLAIN",
    "Broken",
    "ChangedElsewhere",
    "Entry",
    "Hit",
    "Library",
    "LibraryProblem",
    "Removed",
    "Scan",
    "Stamp",
    "Stored",
    "Style",
    "Version",
    "check_name",
    "find",
    "folder_of",
    "free_name",
    "library_of",
]

"""Names of schemas, which are names of files: on every system, beside each other, and none hides another."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from playground.core.schemas.library.model import LibraryProblem
from playground.core.visible import visible

SUFFIX = ".json"
VERSIONS = ".versions"
LONGEST = 100
"""Characters of a name."""
_BYTES = 200
_TAKEN = frozenset({"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))})
_FORBIDDEN = frozenset('\\/:*?"<>|')


def folded(name: str) -> str:
    """What two names have in common that a file system may take for the same: composition and capitals do not count."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def check_name(name: str) -> str:
    """The name as a file gets it (NFC, without blanks around). Raises LibraryProblem, in words."""
    name = unicodedata.normalize("NFC", name).strip()
    reason = _why_not(name)
    if reason:
        raise LibraryProblem(f"“{visible(name[:60])}” is no name for a schema", reason, "Choose another.")
    return name


def _why_not(name: str) -> str:
    if not name:
        return "It is empty."
    if len(name) > LONGEST or len(name.encode("utf-8", "replace")) > _BYTES:
        return f"It is longer than {LONGEST} characters, or {_BYTES} bytes."
    found = sorted(_FORBIDDEN.intersection(name))
    if found:
        return f"{' '.join(found)} cannot be in a file's name."
    if visible(name) != name or any(unicodedata.category(sign) in ("Cc", "Cs", "Co", "Cn") for sign in name):
        return "There are characters in it that cannot be seen."
    if name.startswith(".") or name.endswith("."):
        return "It begins or ends with a full stop."
    if name.partition(".")[0].strip().casefold() in _TAKEN:
        return "Windows keeps this name for itself."
    if folded(name).endswith((SUFFIX, VERSIONS)):
        return f"It ends in {SUFFIX} or {VERSIONS}, which is added by itself."
    return ""


def free_name(wanted: str, taken: Iterable[str]) -> str:
    """A name that is none of those taken: as wanted, or with a number behind it."""
    used = {folded(name) for name in taken}
    number, name = 1, wanted
    while folded(name) in used:
        number += 1
        name = f"{wanted[: LONGEST - 5]}-{number}"
    return name

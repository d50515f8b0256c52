"""A text that matches a regular expression: best effort, over the tree that Python's own parser makes of it.

Schemas write patterns in JavaScript's dialect; what both dialects share is what patterns in schemas use. Whoever asks
must check the result (`re.search`), since look-arounds and word boundaries are passed over.
"""

from __future__ import annotations

import importlib
import re
import string
from collections.abc import Callable
from typing import Any

_parser: Any = importlib.import_module("re._parser")
"""Not public, but the only parser of patterns in the standard library; under this name since CPython 3.11."""

_ALPHABET = string.ascii_lowercase + string.digits + string.ascii_uppercase + " -_.,:/@" + string.punctuation + "\n\t"
_CATEGORIES: dict[str, Callable[[str], bool]] = {
    "CATEGORY_DIGIT": str.isdigit,
    "CATEGORY_NOT_DIGIT": lambda letter: not letter.isdigit(),
    "CATEGORY_SPACE": str.isspace,
    "CATEGORY_NOT_SPACE": lambda letter: not letter.isspace(),
    "CATEGORY_WORD": lambda letter: letter.isalnum() or letter == "_",
    "CATEGORY_NOT_WORD": lambda letter: not (letter.isalnum() or letter == "_"),
}
MOST = 64
"""The most repetitions of one part."""


def in_python(pattern: str) -> str:
    """What JavaScript writes as `\\u{1F600}` or `\\/`, as Python reads it; the rest as it is."""
    return _ESCAPES.sub(_escape, pattern)


_ESCAPES = re.compile(r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|(.))", re.DOTALL)


def _escape(found: re.Match[str]) -> str:
    return f"\\U{found[1]:0>8}" if found[1] else "/" if found[2] == "/" else found[0]


def matching(pattern: str, *, extra: int = 1, salt: int = 0) -> str | None:
    """A text for `pattern`; None where there is no saying. `extra`: how often what may repeat does, over its least.

    `salt` varies the letters, so that several different texts can be had.
    """
    pattern = in_python(pattern)
    try:
        tree = _parser.parse(pattern)
    except (re.error, RecursionError, OverflowError):
        return None
    text = _Writer(extra, salt).sequence(tree)
    return text if re.search(pattern, text) else None


class _Writer:
    def __init__(self, extra: int, salt: int) -> None:
        self._extra = extra
        self._turn = salt
        self._groups: dict[int, str] = {}

    def sequence(self, tree: Any) -> str:
        return "".join(self._one(str(kind), value) for kind, value in tree)

    def _one(self, kind: str, value: Any) -> str:
        match kind:
            case "LITERAL":
                return chr(value)
            case "NOT_LITERAL":
                return self._pick(lambda letter: letter != chr(value))
            case "ANY":
                return self._pick(str.isalnum)
            case "IN":
                return self._set(value)
            case "BRANCH":
                options = value[1]
                return self.sequence(options[self._turn % len(options)])
            case "SUBPATTERN":
                text = self.sequence(value[-1])
                if value[0] is not None:
                    self._groups[value[0]] = text
                return text
            case "ATOMIC_GROUP":
                return self.sequence(value)
            case "GROUPREF":
                return self._groups.get(value, "")
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                least, most, inner = value
                times = min(int(least) + self._extra, int(most), max(MOST, int(least)))
                return "".join(self.sequence(inner) for _ in range(times))
            case _:  # anchors, look-arounds: the check at the end tells
                return ""

    def _set(self, members: Any) -> str:
        wanted: list[Callable[[str], bool]] = []
        literals = ""
        negated = False
        for kind, value in members:
            match str(kind):
                case "NEGATE":
                    negated = True
                case "LITERAL":
                    literals += chr(value)
                case "RANGE":
                    literals += "".join(chr(code) for code in range(value[0], min(value[1], value[0] + 255) + 1))
                case "CATEGORY":
                    wanted.append(_CATEGORIES[str(value)])
        within = frozenset(literals)

        def fits(letter: str) -> bool:
            return (letter in within or any(test(letter) for test in wanted)) != negated

        if literals and not negated:
            plain = "".join(letter for letter in literals if letter.isalnum()) or literals
            self._turn += 1
            return plain[(self._turn * 7) % len(plain)]
        return self._pick(fits)

    def _pick(self, fits: Callable[[str], bool]) -> str:
        self._turn += 1
        found = [letter for letter in _ALPHABET if fits(letter)][:26]
        return found[(self._turn * 7) % len(found)] if found else ""

"""Patterns of JSON Schema, which are JavaScript's: as the module `regex` reads them, searched with a time limit."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

SECONDS = 0.1
"""For one search. A pattern that takes longer grows with its input as no pattern should."""
_SPACES = r"\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_CLASSES = {"d": "0-9", "w": "A-Za-z0-9_", "s": _SPACES}


class PatternError(ValueError):
    """It is no pattern, or one that takes too long."""


def spelled_out(pattern: str) -> str:
    """A pattern whose classes (of digits, of words, and their opposites) are written in brackets: it matches the same.
    What cannot be written so, in signs that every grammar knows, stays."""
    new: list[str] = []
    at, in_class = 0, False
    while at < len(pattern):
        sign, letter = pattern[at], pattern[at + 1 : at + 2]
        if sign == "\\" and letter in ("d", "w"):
            new.append(_CLASSES[letter] if in_class else f"[{_CLASSES[letter]}]")
        elif sign == "\\" and letter in ("D", "W") and not in_class:
            new.append(f"[^{_CLASSES[letter.lower()]}]")
        else:
            in_class = (in_class or sign == "[") and sign != "]"
            new.append(sign + letter if sign == "\\" else sign)
        at += 2 if sign == "\\" else 1
    return "".join(new)


def translate(pattern: str) -> str:
    """JavaScript's meaning in Python's letters: digits and words are ASCII, `$` is the very end."""
    new: list[str] = []
    at, in_class = 0, False
    while at < len(pattern):
        sign = pattern[at]
        if sign == "\\" and at + 1 < len(pattern):
            letter = pattern[at + 1]
            if letter in _CLASSES:
                new.append(_CLASSES[letter] if in_class else f"[{_CLASSES[letter]}]")
            elif letter.lower() in _CLASSES and not in_class:
                new.append(f"[^{_CLASSES[letter.lower()]}]")
            elif letter == "u" and pattern[at + 2 : at + 3] == "{":
                end = pattern.find("}", at)
                digits = pattern[at + 3 : end]
                if end < 0 or not digits or len(digits) > 6:
                    raise PatternError("a \\u{…} without its digits")
                new.append(f"\\U{digits:0>8}")
                at = end - 1
            elif letter == "c" and pattern[at + 2 : at + 3].isalpha():
                new.append(f"\\x{ord(pattern[at + 2]) % 32:02x}")
                at += 1
            elif letter == "/":
                new.append("/")
            else:
                new.append(sign + letter)
            at += 2
            continue
        if in_class:
            in_class = sign != "]"
            new.append("\\[" if sign == "[" else sign)
        elif sign == "[":
            in_class = True
            new.append(sign)
            if pattern[at + 1 : at + 2] == "^":
                new.append("^")
                at += 1
            if pattern[at + 1 : at + 2] == "]":  # [] is nothing, and [^] anything
                new[-1:] = [r"^\s\S]"] if new[-1] == "[" else [r"\s\S]"]
                if new[-1].startswith("^"):
                    new[-1] = r"[^\s\S]"
                at += 1
                in_class = False
        else:
            new.append(r"\Z" if sign == "$" else sign)
        at += 1
    return "".join(new)


@lru_cache(maxsize=2048)
def compiled(pattern: str) -> Any:
    """Raises PatternError."""
    import regex

    if len(pattern) > 20_000:
        raise PatternError("it has more than 20,000 characters")
    try:
        return regex.compile(translate(pattern), regex.V0)
    except PatternError:
        raise
    except (regex.error, RecursionError, OverflowError, ValueError, MemoryError, KeyError, IndexError) as error:
        raise PatternError(str(error) or type(error).__name__) from None


def found(pattern: str, text: str, seconds: float = SECONDS) -> bool:
    """Whether a pattern is somewhere in a text. Raises PatternError, also after so many seconds."""
    expression = compiled(pattern)
    try:
        return expression.search(text, timeout=seconds, concurrent=len(text) > 1000) is not None
    except TimeoutError:
        raise PatternError(f"it takes more than {seconds:g} s for a text of {len(text)} characters") from None

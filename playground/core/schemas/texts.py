"""Texts for a schema: one that matches a pattern, one of a format."""

from __future__ import annotations

import importlib
import random
import re
import string
from typing import Any

from playground.core.schemas.formats import FORMATS
from playground.core.schemas.patterns import PatternError, found, translate

_MOST = 12
"""Repetitions more than a pattern asks for."""
_LONGEST = 2000
_PRINTED = [chr(code) for code in range(0x20, 0x7F)]
_WORDS = ("amber", "birch", "cedar", "delta", "ember", "flint", "grove", "haven", "iris", "jade", "kite", "lark")


def text(schema: dict[str, Any], chooser: random.Random | None) -> str | None:
    """A text that fits `pattern`, `format`, `minLength` and `maxLength`; None where none is found.

    Without a chooser the plainest one, always the same.
    """
    least, most = int(schema.get("minLength", 0)), schema.get("maxLength")
    pattern, form = schema.get("pattern"), schema.get("format")
    if isinstance(pattern, str):
        return _matching(pattern, schema, least, most, chooser)
    if isinstance(form, str) and form in FORMATS:
        made = of_format(form, chooser)
        return made if least <= len(made) and (most is None or len(made) <= most) else None
    return _words(least, most, chooser)


def _words(least: int, most: Any, chooser: random.Random | None) -> str | None:
    if least > 1_000_000 or (most is not None and most < least):
        return None
    if chooser is None:
        made = "text"
    else:
        made = " ".join(chooser.choice(_WORDS) for _ in range(chooser.randrange(4)))
        if chooser.random() < 0.1:
            made += chooser.choice(["é", "漢字", "\n", '"', "\U0001f600", "\\"])
    while len(made) < least:
        made += made or "x"
    return made if most is None else made[: max(least, int(most))]


def of_format(form: str, chooser: random.Random | None) -> str:
    """A text of one of the formats that are checked."""
    number = chooser.randrange(1, 28) if chooser is not None else 1
    word = chooser.choice(_WORDS) if chooser is not None else "example"
    clock = f"{number % 24:02d}:{number:02d}:{(number * 7) % 60:02d}"
    digits = f"{number:032x}" if chooser is None else f"{chooser.getrandbits(128):032x}"
    texts = {
        "date-time": f"2026-{number % 12 + 1:02d}-{number:02d}T{clock}Z",
        "time": f"{clock}Z",
        "date": f"2026-{number % 12 + 1:02d}-{number:02d}",
        "duration": f"P{number}DT{number}H",
        "email": f"{word}@example.com",
        "hostname": f"{word}.example.com",
        "ipv4": f"192.0.2.{number}",
        "ipv6": f"2001:db8::{number:x}",
        "uuid": "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])),
    }
    return texts[form]


def _matching(pattern: str, schema: dict[str, Any], least: int, most: Any, chooser: random.Random | None) -> str | None:
    form = FORMATS.get(str(schema.get("format")))
    for attempt in range(30):
        made = _of_pattern(pattern, chooser, attempt)
        if made is None:
            return None
        if len(made) < least and not pattern.endswith("$"):
            made += "x" * (least - len(made))
        elif len(made) < least and not pattern.startswith("^"):
            made = "x" * (least - len(made)) + made
        fits = least <= len(made) and (most is None or len(made) <= most) and (form is None or form(made))
        try:
            if fits and found(pattern, made):
                return made
        except PatternError:
            return None
    return None


def _of_pattern(pattern: str, chooser: random.Random | None, extra: int) -> str | None:
    """A text along a pattern's own parts; looking around and back is not minded, so the caller looks whether it
    matches."""
    try:
        parser: Any = importlib.import_module("re._parser")  # the standard library's, which has no public name
    except ImportError:
        return None
    try:
        parts = parser.parse(re.sub(r"\(\?<(?=[A-Za-z_])", "(?P<", translate(pattern)))
    except (PatternError, re.error, RecursionError, OverflowError, ValueError):
        return None
    writer = _Writer(chooser, extra)
    try:
        return writer.write(list(parts))[:_LONGEST]
    except (LookupError, RecursionError, ValueError, TypeError):
        return None


class _Writer:
    def __init__(self, chooser: random.Random | None, extra: int) -> None:
        self._chooser = chooser
        self._extra = extra
        self._groups: dict[int, str] = {}
        self._size = 0

    def write(self, parts: list[Any]) -> str:
        return "".join(self._one(str(name), value) for name, value in parts)

    def _pick(self, many: Any) -> Any:
        return self._chooser.choice(many) if self._chooser is not None else many[self._extra % len(many)]

    def _one(self, name: str, value: Any) -> str:
        if name == "LITERAL":
            self._size += 1
            return chr(value)
        if name in ("ANY", "NOT_LITERAL"):
            self._size += 1
            return str(self._pick([sign for sign in _PRINTED[65:] + _PRINTED[1:] if sign != chr(value or 10)]))
        if name == "IN":
            self._size += 1
            return str(self._pick(_signs(value)))
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            return self._repeat(*value)
        if name == "SUBPATTERN":
            made = self.write(list(value[3]))
            if value[0] is not None:
                self._groups[value[0]] = made
            return made
        if name == "BRANCH":
            return self.write(list(self._pick(value[1])))
        if name == "GROUPREF":
            return self._groups[value]
        if name == "ATOMIC_GROUP":
            return self.write(list(value))
        return ""  # AT, ASSERT, ASSERT_NOT: nothing is written for them

    def _repeat(self, least: int, most: Any, parts: Any) -> str:
        top = min(int(most), least + _MOST)
        times = self._chooser.randint(least, top) if self._chooser is not None else min(top, least + self._extra)
        made = ""
        for _ in range(times):
            if self._size > _LONGEST:
                break
            made += self.write(list(parts))
        return made


def _signs(items: list[Any]) -> list[str]:
    """What a class in brackets stands for: letters that are easily read, first."""
    wanted: set[str] = set()
    negated = False
    for name, value in ((str(name), value) for name, value in items):
        if name == "NEGATE":
            negated = True
        elif name == "LITERAL":
            wanted.add(chr(value))
        elif name == "RANGE":
            wanted.update(chr(code) for code in range(value[0], min(value[1], value[0] + 300) + 1))
        elif name == "CATEGORY":
            wanted.update(_category(str(value)))
    signs = [sign for sign in _PRINTED if sign not in wanted] if negated else sorted(wanted)
    return sorted(signs, key=lambda sign: not sign.isalnum()) or ["x"]


def _category(name: str) -> set[str]:
    sets = {"DIGIT": string.digits, "SPACE": " \t\n", "WORD": string.ascii_letters + string.digits + "_"}
    kind = next((key for key in sets if key in name), "WORD")
    return set(_PRINTED) - set(sets[kind]) if "NOT" in name else set(sets[kind])

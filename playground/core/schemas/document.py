"""A schema's text as a value, and where in the text each part of it stands."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from playground.core.jsondoc import parse as index
from playground.core.schemas.places import DEEPEST, Place, find_places
from playground.core.schemas.pointers import up

LARGEST = 10 * 1024 * 1024
"""Bytes of a text that is read."""
_TOO_DEEP = f"It is nested deeper than {DEEPEST} levels, which no schema needs"


class SchemaTextError(ValueError):
    """Why a text is no schema, and where. `words` is a sentence's clause; `line` and `column` are from 1."""

    def __init__(self, words: str, line: int = 1, column: int = 1, offset: int = 0) -> None:
        super().__init__(f"Line {line}, column {column}: {words}.")
        self.words = words
        self.line = line
        self.column = column
        self.offset = offset
        """Characters before it."""


class _Refused(Exception):
    pass


class Document:
    """A text and the value that it holds, the order of members kept. Not changed by anything here."""

    def __init__(self, text: str, value: Any, duplicates: tuple[tuple[int, str], ...] = ()) -> None:
        self.text = text
        self.value = value
        self.has_duplicates = bool(duplicates)
        """Whether some object in it has two members of the same name; `duplicates()` says where."""
        self._places: dict[str, Place] | None = None

    @classmethod
    def parse(cls, text: str) -> Document:
        """Raises SchemaTextError: not JSON, larger than 10 MB, nested deeper than 200 levels, a number that no
        computer holds. From any thread; it takes about as long as `json.loads`."""
        if len(text) > LARGEST or (len(text) > LARGEST // 4 and len(text.encode("utf-8", "replace")) > LARGEST):
            raise SchemaTextError(f"It has {len(text):,} characters, and more than {LARGEST >> 20} MB are not read")
        if text.startswith("\ufeff"):
            raise SchemaTextError("It begins with a byte order mark, which JSON does not allow")
        decoder = _Decoder()
        try:
            value = decoder.decode(text)
        except RecursionError:
            raise _deep(text) from None
        except json.JSONDecodeError as error:
            raise _broken(text, error) from None
        except (_Refused, ValueError) as error:
            words = str(error) if isinstance(error, _Refused) else "It holds a number with more digits than are read"
            raise SchemaTextError(words, *_line_of(text, 0)) from None
        if text.count("[") + text.count("{") > DEEPEST and is_deep(value):
            raise _deep(text)
        return cls(text, value, tuple(decoder.duplicates))

    @classmethod
    def of(cls, value: Any) -> Document:
        """A document of a value, written out with an indent of two. Raises SchemaTextError as `parse` does."""
        if is_deep(value):
            raise SchemaTextError(_TOO_DEEP)
        return cls.parse(json.dumps(value, indent=2, ensure_ascii=False))

    def place(self, pointer: str) -> tuple[int, int]:
        """The characters at which a value begins and ends; of the nearest thing around it where it is not there."""
        found = self._at(pointer)
        return found.start, found.end

    def key_place(self, pointer: str) -> tuple[int, int]:
        """The characters of a member's name, quotes included; of the value where it has none."""
        found = self._at(pointer)
        return (found.key, found.key_end) if found.key >= 0 else (found.start, found.end)

    def line_column(self, offset: int) -> tuple[int, int]:
        """Line and column of a character, from 1."""
        return _line_of(self.text, offset)

    def pointer_at(self, offset: int) -> str:
        """The innermost value whose name or value holds a character."""
        best, size = "", len(self.text) + 1
        for pointer, place in self._all().items():
            start = place.key if place.key >= 0 else place.start
            if start <= offset < place.end and place.end - start <= size:
                best, size = pointer, place.end - start
        return best

    def duplicates(self) -> tuple[str, ...]:
        """Pointers of the members whose name came before in the same object."""
        self._all()
        return self._twice

    def _at(self, pointer: str) -> Place:
        places = self._all()
        while pointer and pointer not in places:
            pointer = up(pointer)
        return places.get(pointer, Place(0, len(self.text), -1, -1))

    def _all(self) -> dict[str, Place]:
        if self._places is None:
            self._places, self._twice = find_places(self.text)
        return self._places

    _twice: tuple[str, ...] = ()


class _Decoder(json.JSONDecoder):
    def __init__(self) -> None:
        self.duplicates: list[tuple[int, str]] = []
        super().__init__(object_pairs_hook=self._object, parse_constant=_constant, parse_float=_float)

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) != len(pairs):
            self.duplicates.append((len(pairs), ""))
        return value


def _constant(name: str) -> Any:
    raise _Refused(f"{name} is no JSON")


def _float(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise _Refused(f"{digits[:40]} is greater than any number that is read")
    return value


def _broken(text: str, error: json.JSONDecodeError) -> SchemaTextError:
    """With the index's words, which say what should stand there."""
    data = text.encode("utf-8", "surrogatepass")
    try:
        fault = index(data).fault
    except RecursionError:
        fault = None
    if fault is None:
        return SchemaTextError(error.msg, error.lineno, error.colno, error.pos)
    offset = len(data[: fault.offset].decode("utf-8", "surrogatepass"))
    return SchemaTextError(fault.what, fault.line, fault.column, offset)


_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]')


def _deep(text: str) -> SchemaTextError:
    depth = 0
    for match in _TOKEN.finditer(text):
        sign = match[0]
        if sign in "[{":
            depth += 1
            if depth > DEEPEST:
                return SchemaTextError(_TOO_DEEP, *_line_of(text, match.start()), match.start())
        elif sign in "]}":
            depth -= 1
    return SchemaTextError(_TOO_DEEP)


def is_deep(value: Any, deepest: int = DEEPEST) -> bool:
    """Whether a value is nested deeper than so many levels. Never recurses."""
    level = [value]
    for _ in range(deepest + 1):
        level = [
            child
            for one in level
            if isinstance(one, (dict, list))
            for child in (one.values() if isinstance(one, dict) else one)
            if isinstance(child, (dict, list))
        ]
        if not level:
            return False
    return True


def _line_of(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)

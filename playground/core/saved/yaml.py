"""YAML as plain data and back. What is read is what JSON can hold; a file of somebody else's makes nothing run."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playground.core.saved.problems import broken

LONGEST = 4 * 1024 * 1024
"""Bytes of a file that are read at most."""
_MOST = 200_000
"""Values in a file at most: aliases of aliases would be billions."""
_DEEPEST = 100


def _yaml() -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.constructor import RoundTripConstructor

    class Constructor(RoundTripConstructor):
        """Dates stay texts, as JSON has them."""

    Constructor.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: node.value)
    yaml = YAML(typ="rt", pure=True)
    yaml.Constructor = Constructor
    yaml.width = 1 << 20  # a text is never broken into lines that it does not have
    yaml.allow_unicode = True
    yaml.preserve_quotes = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def read(path: Path) -> Any:
    """The document with its comments and line numbers. Raises OSError, and SavedProblem with the line."""
    with path.open("rb") as file:
        data = file.read(LONGEST + 1)
    if len(data) > LONGEST:
        raise broken(path, None, f"It is longer than {LONGEST // 1024 // 1024} MB.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise broken(path, data[: error.start].count(b"\n") + 1, "It is no text in UTF-8.") from None
    return parse(path, text)


def parse(path: Path, text: str) -> Any:
    """The document in a text; `path` is for what is said. Raises SavedProblem."""
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        return _yaml().load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        words = str(error.problem or error.context or "it is no YAML").partition("\n")[0]
        raise broken(path, mark.line + 1 if mark is not None else None, f"It is no YAML: {words}.") from None
    except YAMLError as error:
        raise broken(path, None, f"It is no YAML: {str(error).partition(chr(10))[0]}.") from None
    except RecursionError:
        raise broken(path, None, "It is nested too deeply.") from None
    except (ValueError, TypeError, AttributeError, KeyError) as error:  # numbers that are none, odd tags
        raise broken(path, None, f"It is no YAML: {error}.") from None


def line_of(place: Any, name: Any = None) -> int | None:
    """The line, from 1, of a mapping or list, or of what has a name or number in it; None where nobody knows."""
    marks = getattr(place, "lc", None)
    if marks is None or marks.line is None:
        return None
    try:
        at: int = marks.line if name is None else marks.data[name][0]
    except (KeyError, TypeError, IndexError):
        at = marks.line
    return at + 1


class Plain:
    """Turns a document into dicts, lists, texts, numbers, booleans and None; anything else is named with its line."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._count = 0

    def value(self, value: Any, line: int | None = None, depth: int = 0) -> Any:
        """Raises SavedProblem."""
        self._count += 1
        if self._count > _MOST or depth > _DEEPEST:
            raise broken(self._path, line, "It holds too much: too many values, or too many inside each other.")
        if value is None or isinstance(value, bool):
            return value
        tag = getattr(getattr(value, "tag", None), "value", None)
        if tag is not None:
            reason = f"It has a tag ({str(tag).removeprefix('tag:yaml.org,2002:')}), and tags are not read."
            raise broken(self._path, line, reason, "Write the value alone, in quotes where it is a text.")
        if isinstance(value, Mapping):
            return {
                self._name(name, line_of(value, name)): self.value(one, line_of(value, name), depth + 1)
                for name, one in value.items()
            }
        if isinstance(value, list):
            return [self.value(one, line_of(value, at), depth + 1) for at, one in enumerate(value)]
        if isinstance(value, str):
            return str(value)
        if isinstance(value, int):
            return int(value)
        if isinstance(value, float) and math.isfinite(value):
            return float(value)
        what = type(value).__name__
        if what == "ScalarBoolean":
            return bool(value)
        raise broken(self._path, line, f"JSON has no such value ({what}).", "Write a text, a number, a list or a map.")

    def _name(self, name: Any, line: int | None) -> str:
        if not isinstance(name, str):
            raise broken(self._path, line, f"The name {name!r} is no text.", f'Write it in quotes: "{name}".')
        return str(name)


def dump(document: Any) -> str:
    """The text of a document (as_document)."""
    out = io.StringIO()
    _yaml().dump(document, out)
    return out.getvalue()


def as_document(value: Any, *, blocks: bool = True) -> Any:
    """Plain data as ruamel's; texts of several lines as they read, where that keeps each of their signs."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

    if isinstance(value, Mapping):
        return CommentedMap(
            (as_document(name, blocks=False), as_document(one, blocks=blocks)) for name, one in value.items()
        )
    if isinstance(value, list | tuple):
        return CommentedSeq(as_document(one, blocks=blocks) for one in value)
    if blocks and isinstance(value, str) and "\n" in value and _reads_well(value):
        return LiteralScalarString(value)
    if isinstance(value, str) and not value.isprintable():
        return DoubleQuotedScalarString(value)
    return value


def _reads_well(text: str) -> bool:
    lines = text.split("\n")
    return (
        text.replace("\n", "").isprintable()
        and not any(line.endswith(" ") for line in lines)
        and bool(lines[0].strip())
        and not lines[0].startswith(" ")
    )


def merged(old: Any, new: Any) -> Any:
    """`new` (as_document) in the clothes of `old`: what did not change keeps its place, its quotes and its comments."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in [name for name in old if name not in new]:
            del old[name]
        for name, value in new.items():
            old[name] = merged(old[name], value) if name in old else value
        return old
    if isinstance(old, list) and isinstance(new, list):
        for at, value in enumerate(new[: len(old)]):
            old[at] = merged(old[at], value)
        del old[len(new) :]
        old.extend(new[len(old) :])
        return old
    return old if _kind(old) is _kind(new) and old == new else new


def _kind(value: Any) -> type:
    """1, 1.0 and true are equal for Python, and three values for JSON."""
    return next((kind for kind in (bool, int, float, str) if isinstance(value, kind)), type(value))

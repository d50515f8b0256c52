"""A document in YAML as what JSON can hold."""

from __future__ import annotations

import math
from typing import Any

from playground.core.schemas.convert.model import ConvertError

MOST = 3_000_000
"""Values in a document: aliases of aliases would be billions. OpenAI's own document has 150,000."""
DEEPEST = 200


def read_yaml(text: str) -> Any:
    """YAML 1.2, so `no` is a word; a date stays a text. Raises ConvertError."""
    from ruamel.yaml import YAML
    from ruamel.yaml.constructor import SafeConstructor
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    class Constructor(SafeConstructor):
        """Knows no dates."""

    Constructor.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = Constructor
    try:
        value = yaml.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark is not None else ""
        raise ConvertError(f"The document is no YAML: {place}{_line(error.problem or error.context)}.") from None
    except RecursionError:
        raise ConvertError("The document is nested too deeply.") from None
    except (YAMLError, ValueError, TypeError, AttributeError, KeyError) as error:  # numbers that are none, odd tags
        raise ConvertError(f"The document is no YAML: {_line(error)}.") from None
    return _Plain().value(value, 0)


def _line(words: object) -> str:
    return " ".join(str(words).split())[:300]


class _Plain:
    def __init__(self) -> None:
        self._left = MOST

    def value(self, value: Any, depth: int) -> Any:
        """A copy that is JSON. Raises ConvertError."""
        self._left -= 1
        if self._left < 0:
            raise ConvertError(f"The document comes to more than {MOST:,} values.")
        if depth > DEEPEST:
            raise ConvertError(f"The document is nested more than {DEEPEST} levels deep.")
        if isinstance(value, dict):
            return {self._name(name): self.value(one, depth + 1) for name, one in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(one, depth + 1) for one in value]
        if value is None or isinstance(value, str | int) or (isinstance(value, float) and math.isfinite(value)):
            return value
        raise ConvertError(f"{_line(repr(value))[:60]} in the document is nothing that JSON has.")

    def _name(self, name: Any) -> str:
        if isinstance(name, bool):
            return "true" if name else "false"
        if isinstance(name, str | int | float):
            return str(name)  # a status code is written as a number
        raise ConvertError(f"{_line(repr(name))[:60]} as a name is nothing that JSON has.")

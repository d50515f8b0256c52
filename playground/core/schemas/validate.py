"""Does a value fit a schema? A validator that knows nothing of the server that was to hold the model to it.

It is the `jsonschema` package's (draft 2020-12), with what hostile schemas need: patterns and the whole have a time
limit, nothing is ever fetched, and what refers to itself without end is said and not followed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from time import perf_counter
from typing import Any

from playground.core.schemas.checker import cut, listed
from playground.core.schemas.document import is_deep
from playground.core.schemas.formats import FORMATS
from playground.core.schemas.keywords import KEYWORDS, type_of, types_of, walk
from playground.core.schemas.patterns import PatternError, found
from playground.core.schemas.pointers import escape

SECONDS = 2.0
"""For one value."""
MOST = 100
"""Violations that are told."""


class UnusableSchema(ValueError):
    """The schema cannot be checked against: `words` say why, as a clause; `pointer` where."""

    def __init__(self, words: str, pointer: str = "") -> None:
        super().__init__(f"{pointer or 'The schema'}: {words}.")
        self.words = words
        self.pointer = pointer


@dataclass(frozen=True, slots=True)
class Violation:
    """One place where a value does not fit."""

    path: str
    """JSON pointer into the value; empty: the value itself."""
    words: str
    keyword: str
    """What in the schema is violated."""
    schema_pointer: str
    """Where that is in the schema, `$ref`s as steps of it."""


class _TooLong(Exception):
    pass


def validate(schema: Any, value: Any, *, most: int = MOST, seconds: float = SECONDS) -> list[Violation]:
    """All that is wrong with a value; empty: it fits. Raises UnusableSchema. From any thread."""
    return Validator(schema).violations(value, most=most, seconds=seconds)


class Validator:
    """A schema that several values are checked against. Raises UnusableSchema."""

    def __init__(self, schema: Any) -> None:
        if is_deep(schema):
            raise UnusableSchema("it is nested deeper than 200 levels")
        _check_shape(schema)
        self._schema = schema
        self._made: Any = None
        self._deadline = 0.0

    def violations(self, value: Any, *, most: int = MOST, seconds: float = SECONDS) -> list[Violation]:
        """The first `most` of them. Raises UnusableSchema: a pattern takes too long, a `$ref` leads nowhere, …"""
        return self._told(value, self._schema, most, seconds)

    def fits_part(self, part: Any, value: Any) -> bool:
        """Whether a value fits a schema that is part of this one, or made of its parts: `$ref`s count from the whole.
        Raises UnusableSchema."""
        return not self._told(value, part, 1, SECONDS)

    def _told(self, value: Any, schema: Any, most: int, seconds: float) -> list[Violation]:
        from jsonschema.exceptions import UnknownType
        from referencing.exceptions import Unresolvable

        if is_deep(value):
            return [Violation("", "is nested deeper than 200 levels, which is not checked", "depth", "")]
        if self._made is None:
            self._made = _class()(self._schema, registry=_registry())
        told: list[Violation] = []
        _clock.deadline = perf_counter() + seconds
        try:
            made = self._made if schema is self._schema else self._made.evolve(schema=schema)
            for error in made.iter_errors(value):
                told.append(_violation(error))
                if len(told) >= most:
                    break
        except PatternError as error:
            raise UnusableSchema(f"a pattern cannot be used: {error}") from None
        except _TooLong:
            raise UnusableSchema(f"checking takes more than {seconds:g} s") from None
        except RecursionError:
            raise UnusableSchema("it refers to itself without end") from None
        except UnknownType as error:
            raise UnusableSchema(f"“{cut(str(error.type))}” is no type") from None
        except Unresolvable as error:
            raise UnusableSchema(f"“{cut(str(error.ref))}” leads nowhere; other documents are not fetched") from None
        except (TypeError, ValueError, ArithmeticError, AttributeError, LookupError) as error:
            raise UnusableSchema(f"it means nothing: {cut(str(error))}") from None
        except BaseException as error:  # the package's part in Rust makes a panic of a RecursionError
            if type(error).__name__ != "PanicException":
                raise
            raise UnusableSchema("it refers to itself without end") from None
        return told

    def fits(self, value: Any) -> bool:
        """Whether it is valid. Raises UnusableSchema."""
        return not self.violations(value, most=1)


class _Clock:
    deadline = 0.0


def _make_clock() -> _Clock:
    import threading

    class Local(threading.local, _Clock):
        """Each thread has its own deadline."""

    return Local()


_clock = _make_clock()


def _check_shape(schema: Any) -> None:
    if not isinstance(schema, (dict, bool)):
        raise UnusableSchema(f"a schema is an object, not {type_of(schema)}")
    has_unevaluated, groups = False, ""
    for pointer, one in walk(schema):
        for name, value in one.items():
            keyword = KEYWORDS.get(name)
            if keyword is not None and not keyword.fits(value):
                raise UnusableSchema(f"“{name}” has to be {keyword.expected}", f"{pointer}/{escape(name)}")
        has_unevaluated = has_unevaluated or "unevaluatedProperties" in one
        patterns = one.get("patternProperties", {})
        groups = next((name for name in patterns if any(sign in name for sign in (")*", ")+", "){"))), groups)
    if has_unevaluated and groups:  # the package searches these with `re`, which no clock stops
        raise UnusableSchema(f"the pattern {cut(groups)} beside unevaluatedProperties is not checked")


@cache
def _registry() -> Any:
    """The standard's own schemas, which are in a package; nothing else is ever looked for."""
    import jsonschema_specifications  # type: ignore[import-untyped]

    return jsonschema_specifications.REGISTRY


@cache
def _class() -> Any:
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    own = {
        "pattern": _pattern,
        "format": _format,
        "patternProperties": _pattern_properties,
        "additionalProperties": _additional_properties,
        "uniqueItems": _unique_items,
        "enum": _enum,
    }
    timed = {name: _timed(rule) for name, rule in {**Draft202012Validator.VALIDATORS, **own}.items()}
    made: Any = extend
    return made(Draft202012Validator, validators=timed)


def _timed(rule: Any) -> Any:
    def check(validator: Any, wanted: Any, instance: Any, schema: Any) -> Iterator[Any]:
        if perf_counter() > _clock.deadline:
            raise _TooLong
        yield from rule(validator, wanted, instance, schema) or ()

    return check


def _error(words: str, **more: Any) -> Any:
    from jsonschema import ValidationError

    return ValidationError(words, **more)


def _pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Iterator[Any]:
    if isinstance(instance, str) and not found(pattern, instance):
        yield _error("pattern")


def _format(validator: Any, name: str, instance: Any, schema: Any) -> Iterator[Any]:
    check = FORMATS.get(name)
    if check is not None and isinstance(instance, str) and not check(instance):
        yield _error("format")


def _pattern_properties(validator: Any, patterns: dict[str, Any], instance: Any, schema: Any) -> Iterator[Any]:
    if not isinstance(instance, dict):
        return
    for pattern, inner in patterns.items():
        for name, value in instance.items():
            if found(pattern, name):
                yield from validator.descend(value, inner, path=name, schema_path=pattern)


def _additional_properties(validator: Any, inner: Any, instance: Any, schema: Any) -> Iterator[Any]:
    if not isinstance(instance, dict):
        return
    known = schema.get("properties", {})
    patterns = list(schema.get("patternProperties", {}))
    more = [name for name in instance if name not in known and not any(found(one, name) for one in patterns)]
    if inner is False:
        if more:
            error = _error("additionalProperties")
            error.extra = more
            yield error
        return
    for name in more:
        yield from validator.descend(instance[name], inner, path=name)


def _unique_items(validator: Any, wanted: Any, instance: Any, schema: Any) -> Iterator[Any]:
    if wanted and isinstance(instance, list) and len({_key(one) for one in instance}) < len(instance):
        yield _error("uniqueItems")


def _enum(validator: Any, values: list[Any], instance: Any, schema: Any) -> Iterator[Any]:
    key = _key(instance)
    if not any(_key(value) == key for value in values):
        yield _error("enum")


def _key(value: Any) -> str:
    """The same text for values that are equal in JSON's sense: 1 and 1.0 are, 1 and true are not."""
    if isinstance(value, str):
        return f'"{value}'
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, (dict, list)):
        return json.dumps(_whole(value), sort_keys=True)
    return json.dumps(value)


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _whole(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_whole(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _violation(error: Any, depth: int = 0) -> Violation:
    keyword = str(error.validator)
    path = "".join(f"/{escape(str(step))}" for step in error.absolute_path)
    where = "".join(f"/{escape(str(step))}" for step in error.absolute_schema_path)
    words = _words(error, keyword)
    if keyword in ("anyOf", "oneOf") and error.context and depth < 8:
        inner = _nearest(error)
        if inner is not None:
            told = _violation(inner, depth + 1)
            below = told.path[len(path) :]
            words += f"; the nearest: {f'{below} ' if below else ''}{told.words}"
    return Violation(path, words, keyword, where)


def _nearest(error: Any) -> Any:
    """Of the alternatives, the one of the value's type that goes wrong deepest and least."""
    by_branch: dict[Any, list[Any]] = {}
    for one in error.context:
        by_branch.setdefault(one.relative_schema_path[0] if one.relative_schema_path else 0, []).append(one)
    fitting = [errors for errors in by_branch.values() if not any(_is_type(one) for one in errors)]
    best = min(fitting, key=lambda errors: (len(errors), -max(len(one.path) for one in errors)), default=None)
    return best[0] if best else None


def _is_type(error: Any) -> bool:
    return error.validator in ("type", "const", "enum") and not error.path


def _words(error: Any, keyword: str) -> str:
    wanted, value = error.validator_value, error.instance
    if keyword == "type":
        types = types_of({"type": wanted})
        return f"is {_an(type_of(value))}, not {' or '.join(_an(one) for one in types)}"
    if keyword == "required":
        name = next((one for one in wanted if one not in value and repr(one) in error.message), "")
        return f"has no “{cut(str(name))}”"
    if keyword == "additionalProperties":
        return f"has {listed(getattr(error, 'extra', []))}, which the schema does not list"
    shown_ = cut(json.dumps(value, ensure_ascii=False), 60) if not isinstance(value, (dict, list)) else type_of(value)
    limits = cut(json.dumps(wanted, ensure_ascii=False), 80)
    texts = {
        "enum": f"is {shown_}, which is not among {limits}",
        "const": f"is {shown_}, not {limits}",
        "minimum": f"is {shown_}, less than {limits}",
        "maximum": f"is {shown_}, greater than {limits}",
        "exclusiveMinimum": f"is {shown_}, not greater than {limits}",
        "exclusiveMaximum": f"is {shown_}, not less than {limits}",
        "multipleOf": f"is {shown_}, no multiple of {limits}",
        "minLength": f"is {shown_}, shorter than {limits} characters",
        "maxLength": f"has {len(value) if isinstance(value, str) else 0} characters, more than {limits}",
        "pattern": f"is {shown_}, which does not match {cut(str(wanted))}",
        "format": f"is {shown_}, which is no {cut(str(wanted))}",
        "minItems": f"has {_size(value)} items, fewer than {limits}",
        "maxItems": f"has {_size(value)} items, more than {limits}",
        "uniqueItems": "has an item twice",
        "anyOf": "fits none of the alternatives",
        "oneOf": "fits none of the alternatives, or more than one",
        "not": "fits what it must not",
    }
    return texts.get(keyword, f"does not fit {cut(keyword)}")


def _size(value: Any) -> int:
    return len(value) if isinstance(value, list) else 0


def _an(kind: str) -> str:
    return kind if kind == "null" else f"{'an' if kind[0] in 'aio' else 'a'} {kind}"

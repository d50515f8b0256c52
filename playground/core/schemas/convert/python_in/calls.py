"""Calls that a text of types is made with (`Field`, `constr`, `TypeVar` …), and sums of constants."""

from __future__ import annotations

import ast
import dataclasses
import enum
import re
import typing
import warnings
from typing import TYPE_CHECKING, Any

import pydantic
import typing_extensions
from pydantic_core import SchemaError, SchemaValidator, core_schema

from playground.core.schemas.convert.python_in.known import Told, never
from playground.core.schemas.convert.python_in.refusal import Unreadable, shown

if TYPE_CHECKING:
    from playground.core.schemas.convert.python_in.expressions import Expressions
    from playground.core.schemas.convert.python_in.reader import Reader

MAX_TEXT = 100_000
"""Characters and items of a value that is put together by `+` and `*`."""
_BITS = 4096
_OLD = {"regex": "pattern", "min_items": "min_length", "max_items": "max_length", "allow_mutation": "frozen"}
"""Pydantic 1's words → those of 2."""
_UNSAID = frozenset({"env", "const", "unique_items", "sa_column", "primary_key", "foreign_key", "index", "nullable",
                     "unique", "sa_type", "sa_column_kwargs", "sa_column_args"})  # fmt: skip


def joined(node: ast.BinOp, left: Any, right: Any) -> Any:
    """`+ - * / // % **` of constants, within reason. Raises Unreadable."""
    refused = Unreadable(f"`{shown(node)}` is not worked out here.", node)
    for kind in (str, list, tuple):
        if isinstance(node.op, ast.Add) and isinstance(left, kind) and isinstance(right, kind):
            if len(left) + len(right) > MAX_TEXT:
                raise refused
            return left + right  # type: ignore[operator]
    if not (isinstance(left, int | float) and isinstance(right, int | float)):
        raise refused
    if any(isinstance(one, int) and one.bit_length() > _BITS for one in (left, right)):
        raise refused
    try:
        match node.op:
            case ast.Add():
                return left + right
            case ast.Sub():
                return left - right
            case ast.Mult():
                return left * right
            case ast.Div():
                return left / right
            case ast.FloorDiv():
                return left // right
            case ast.Mod():
                return left % right
            case ast.Pow() if abs(right) <= 256 and (
                isinstance(left, float) or left.bit_length() * abs(right) <= _BITS
            ):
                return left**right
            case ast.LShift() if isinstance(left, int) and isinstance(right, int) and 0 <= right <= 256:
                return left << right
    except (ArithmeticError, ValueError):
        raise refused from None
    raise refused


def described(words: str) -> Any:
    """Metadata that says what a type is for."""
    return pydantic.Field(description=words)


def called(node: ast.Call, function: Any, args: list[Any], named: dict[str, Any]) -> Any:
    """What a known function gives. Raises Unreadable."""
    named = {_OLD.get(name, name): value for name, value in named.items() if name not in _UNSAID}
    pattern = named.pop("pattern") if "pattern" in named and not _fits(named["pattern"]) else None
    if any(isinstance(one, Told) for one in args):
        raise Unreadable(f"`{shown(node)}` would have to be run.", node)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made = function(*args, **named)
    except (MemoryError, RecursionError):
        raise
    except Exception as error:
        raise Unreadable(
            f"`{shown(node)}` cannot be: {str(error).splitlines()[0][:120] if str(error) else error!r}.", node
        ) from None
    return _told(made, function, pattern) if isinstance(pattern, str) else made


def _told(made: Any, function: Any, pattern: str) -> Any:
    """A constraint whose pattern Pydantic cannot check, but the schema can say."""
    info = pydantic.Field(json_schema_extra={"pattern": pattern})
    if function is not pydantic.StringConstraints:
        return typing.Annotated[made, info]
    return pydantic.Field(
        min_length=made.min_length, max_length=made.max_length, json_schema_extra={"pattern": pattern}
    )


def special(reads: Expressions, reader: Reader, function: Any, node: ast.Call) -> Any:
    """What a call makes whose arguments are types, names or the like; NotImplemented for any other."""
    if function is pydantic.Field:
        return _field(reads, reader, node)
    if function is dataclasses.field:
        return _dataclass_field(reads, node)
    if function is re.compile:
        return reads.value_of(node.args[0]) if node.args else NotImplemented
    if function is pydantic.ConfigDict:
        return reads.arguments(node)
    if function in _with_types() or (isinstance(function, enum.EnumMeta) and not function.__members__):
        return _typed(reads, reader, function, node)
    return NotImplemented


def _with_types() -> tuple[Any, ...]:
    return (typing_extensions.TypeVar, typing.TypeVar, typing.NewType, typing_extensions.TypedDict, typing.NamedTuple,
            typing_extensions.TypeAliasType, typing_extensions.ReadOnly)  # fmt: skip


def _field(reads: Expressions, reader: Reader, node: ast.Call) -> Any:
    named = {_OLD.get(name, name): value for name, value in reads.arguments(node).items()}
    extra = named.pop("json_schema_extra", None)
    extra = dict(extra) if isinstance(extra, dict) else {}
    known = _words_of_field()
    for name in [name for name in named if name not in known]:
        value = named.pop(name)
        if name == "example":
            named.setdefault("examples", [value])
        elif name == "unique_items" and value is True:
            extra["uniqueItems"] = True
        elif name not in _UNSAID:
            extra[name] = value
    pattern = named.get("pattern")
    if pattern is not None and not _fits(pattern):
        del named["pattern"]
        if isinstance(pattern, str):
            extra["pattern"] = pattern
            reader.note(
                f"Pydantic cannot check the pattern {pattern[:60]!r}; it is kept in the schema.", reads.line(node)
            )
    for name in ("title", "description", "alias"):
        if name in named and not isinstance(named[name], str):
            del named[name]
    if extra:
        named["json_schema_extra"] = extra
    if named.get("default_factory") is not None and "default" in named:
        del named["default_factory"]
    args: list[Any] = []
    if node.args:
        try:
            args = [reads.value_of(node.args[0])]
        except Unreadable as error:
            reader.note(f"{error} The default is left out.", error.line or reads.line(node))
            named = {name: value for name, value in named.items() if name != "default"} | {"default_factory": never}
    if args and isinstance(args[0], Told):
        args, named = [], named | {"default_factory": never}
    if args:
        named.pop("default_factory", None)
    return called(node, pydantic.Field, args, named)


def _words_of_field() -> frozenset[str]:
    import inspect

    return frozenset(inspect.signature(pydantic.Field).parameters) - {"extra"}


def _fits(pattern: Any) -> bool:
    if not isinstance(pattern, str):
        return False
    try:
        SchemaValidator(core_schema.str_schema(pattern=pattern))
    except SchemaError:
        return False
    return True


def _dataclass_field(reads: Expressions, node: ast.Call) -> Any:
    named = reads.arguments(node)
    if "factory" in named:  # as attrs calls it
        named["default_factory"] = never
    words = ("default", "default_factory", "init", "kw_only")
    kept: dict[str, Any] = {name: named[name] for name in words if name in named}
    if isinstance(kept.get("default"), list | dict | set):
        kept = {"default_factory": never}
    metadata = named.get("metadata")
    made = called(node, dataclasses.field, [], kept)
    words_in = metadata.get("description") if isinstance(metadata, dict) else None
    doc = named.get("doc", words_in)
    return (made, doc) if isinstance(doc, str) else made


def _typed(reads: Expressions, reader: Reader, function: Any, node: ast.Call) -> Any:
    if not node.args:
        raise Unreadable(f"`{shown(node)}` has no name.", node)
    name = reads.value_of(node.args[0])
    if not isinstance(name, str) or not name.isidentifier():
        raise Unreadable(f"`{shown(node)}` has no name.", node)
    named = {one.arg: one.value for one in node.keywords if one.arg}
    if function in (typing.TypeVar, typing_extensions.TypeVar):
        bound = {key: reads.type_of(named[key]) for key in ("bound", "default") if key in named}
        return typing_extensions.TypeVar(name, *[reads.type_of(one) for one in node.args[1:]], **bound)
    if isinstance(function, enum.EnumMeta):
        values = [reads.value_of(one) for one in node.args[1:2]]
        return called(node, function, [name, *values], {})
    if len(node.args) < 2:
        raise Unreadable(f"`{shown(node)}` says no types.", node)
    if function is typing.NewType:
        return reads.type_of(node.args[1])
    if function is typing_extensions.TypeAliasType:
        return reader.alias_type(name, node.args[1])
    return reader.functional(function, name, node.args[1], named, node)

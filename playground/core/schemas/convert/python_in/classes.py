"""Classes rebuilt: Pydantic models, dataclasses, TypedDicts, NamedTuples and enums, of their fields alone."""

from __future__ import annotations

import ast
import copy
import dataclasses
import enum
import inspect
import types
import typing
from typing import TYPE_CHECKING, Any

import pydantic
import pydantic.dataclasses
import typing_extensions
from pydantic.fields import FieldInfo

from playground.core.schemas.convert.python_in import bodies
from playground.core.schemas.convert.python_in.known import Told, never
from playground.core.schemas.convert.python_in.refusal import Circular, Unreadable, shown

if TYPE_CHECKING:
    from playground.core.schemas.convert.python_in.reader import Reader

_TYPED_DICT = typing_extensions.TypedDict
_LIKE_DATACLASS = ("define", "frozen", "mutable", "attrs", "s", "attr")
"""Decorators of attrs."""
_QUIET = ("final", "unique", "total_ordering", "runtime_checkable", "dataclass_transform")


def is_enum(made: Any) -> bool:
    """Whether it is an enum's class."""
    return isinstance(made, enum.EnumMeta)


def is_typed_dict(made: Any) -> bool:
    """Whether it is a TypedDict."""
    return typing_extensions.is_typeddict(made)


def build(reader: Reader, node: ast.ClassDef) -> Any:
    """The class of a declaration. Raises Unreadable."""
    scope: dict[str, Any] = {}
    reader.enter(scope)
    try:
        bases, keywords = _bases(reader, node, scope)
        decorated = _decorated(reader, node)
        if any(is_enum(base) for base in bases):
            made = _enum(reader, node, bases, scope)
        else:
            typed = any(base is _TYPED_DICT or is_typed_dict(base) for base in bases)
            body = bodies.read(reader, node, scope, typed)
            made = _classed(reader, node, bases, keywords, decorated, body)
    finally:
        reader.leave()
    reader.put(node.name, made)
    reader.keep_inner(made, scope)
    return made


def _bases(reader: Reader, node: ast.ClassDef, scope: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    bases = []
    parameters = reader.expressions.parameters(node, scope)
    for one in node.bases:
        try:
            base = reader.expressions.value_of(one)
        except Unreadable as error:
            reader.note(f"“{node.name}” is read without what it inherits from `{shown(one)}`: {error}", one.lineno)
            base = Told("base")
        if isinstance(base, typing.ForwardRef):
            raise Circular(f"“{node.name}” inherits from itself.", one)
        if isinstance(base, Told):
            base = object if base.what in ("Protocol", "property", "ABC") else Told("base")
        bases.append(base)
    if parameters:  # `class A[T](BaseModel)`
        bases.append(typing.Generic[tuple(parameters)])  # type: ignore[index]
    keywords: dict[str, Any] = {}
    for word in node.keywords:
        if word.arg == "metaclass":
            if not shown(word.value).endswith("ABCMeta"):
                reader.note(f"The metaclass `{shown(word.value)}` of “{node.name}” is not run.", node.lineno)
        elif word.arg == "extra_items":
            keywords[word.arg] = reader.expressions.type_of(word.value)
        elif word.arg:
            try:
                keywords[word.arg] = reader.expressions.value_of(word.value)
            except Unreadable as error:
                reader.note(f"{error} It is left out.", word.value.lineno)
    return bases, keywords


def _decorated(reader: Reader, node: ast.ClassDef) -> tuple[Any, dict[str, Any]]:
    """The dataclass decorator and its arguments; others are noted."""
    found: tuple[Any, dict[str, Any]] = (None, {})
    for one in node.decorator_list:
        target = one.func if isinstance(one, ast.Call) else one
        try:
            value = reader.expressions.value_of(target)
        except Unreadable:
            value = None
        name = shown(target).rsplit(".", 1)[-1]
        if value is dataclasses.dataclass or value is pydantic.dataclasses.dataclass:
            given = reader.expressions.arguments(one) if isinstance(one, ast.Call) else {}
            found = (value, {"config": given["config"]} if isinstance(given.get("config"), dict) else {})
        elif name in _LIKE_DATACLASS:
            found = (dataclasses.dataclass, {})
        elif name not in _QUIET:
            reader.note(f"The decorator `{shown(one)}` of “{node.name}” is not run.", one.lineno)
    return found


def _classed(
    reader: Reader,
    node: ast.ClassDef,
    bases: list[Any],
    keywords: dict[str, Any],
    decorated: tuple[Any, Any],
    body: bodies.Body,
) -> Any:
    if _TYPED_DICT in bases or any(is_typed_dict(base) for base in bases):
        return _typed_dict(node, bases, keywords, body)
    if typing.NamedTuple in bases:
        return _named_tuple(node, body)
    real = [base for base in bases if not isinstance(base, Told) and base is not object]
    if any(isinstance(base, type) and issubclass(base, pydantic.BaseModel) for base in map(_origin, real)):
        return _model(node, real, keywords, body)
    decorator, options = decorated
    if decorator is None and any(dataclasses.is_dataclass(_origin(base)) for base in real):
        decorator = dataclasses.dataclass
    if decorator is None and any(isinstance(base, Told) for base in bases):
        return _model(node, [*(base for base in real if _origin(base) is typing.Generic), pydantic.BaseModel], {}, body)
    if decorator is None:
        if body.annotations:
            reader.note(
                f"“{node.name}” is a plain class: its annotated attributes are read as a dataclass's.", node.lineno
            )
        elif not real:
            return Told(f"the class {node.name}")
        decorator = dataclasses.dataclass
    return _dataclass(node, real, decorator, options, body)


def _origin(base: Any) -> Any:
    return typing.get_origin(base) or base


def _create(
    name: str, bases: typing.Iterable[Any], keywords: dict[str, Any], names: dict[str, Any], line: ast.AST
) -> Any:
    """A class of what was read. Raises Unreadable with what Python or Pydantic says."""
    names = {"__module__": "pasted", "__qualname__": name, **names}
    try:
        return types.new_class(name, tuple(bases), keywords, lambda space: space.update(names))
    except (MemoryError, RecursionError):
        raise
    except Exception as error:
        words = str(error).strip().splitlines()
        raise Unreadable(words[0][:200] if words else type(error).__name__, line) from None


def _documented(body: bodies.Body) -> dict[str, Any]:
    return {"__doc__": body.doc} if body.doc else {}


def _model(node: ast.ClassDef, bases: list[Any], keywords: dict[str, Any], body: bodies.Body) -> Any:
    words = pydantic.ConfigDict.__annotations__
    config = {name: value for name, value in (keywords | body.config).items() if name in words}
    config |= {"arbitrary_types_allowed": True, "protected_namespaces": ()}
    names: dict[str, Any] = {"__annotations__": {}, "model_config": config, **_documented(body)}
    root = body.annotations.pop("__root__", None)
    if root is not None:  # Pydantic 1
        return _create(
            node.name,
            [pydantic.RootModel.__class_getitem__(root)],
            {},
            _documented(body) | {"__annotations__": {}},
            node,
        )
    if any(isinstance(_origin(base), type) and issubclass(_origin(base), pydantic.RootModel) for base in bases):
        config.pop("extra", None)
    for name, its in body.annotations.items():
        if (
            (name.startswith("_") and name != "__pydantic_extra__")
            or typing.get_origin(its) is typing.ClassVar
            or its is typing.ClassVar
        ):
            continue
        names["__annotations__"][name] = _said(its, body.descriptions.get(name))
        if name in body.defaults:
            names[name] = body.defaults[name]
    for name, value in body.defaults.items():
        if name not in body.annotations and isinstance(
            value, FieldInfo
        ):  # as in `x = Field(…)` over an inherited field
            names["__annotations__"].setdefault(name, Any)
            names[name] = value
    return _create(node.name, bases, {}, names, node)


def model(name: str, body: bodies.Body, node: ast.AST) -> Any:
    """A model of fields. Raises Unreadable."""
    config = body.config | {"arbitrary_types_allowed": True, "protected_namespaces": ()}
    names = {"__annotations__": body.annotations, "model_config": config, **body.defaults}
    return _create(name, [pydantic.BaseModel], {}, names, node)


def _said(its: Any, words: str | None) -> Any:
    return _beside(its, pydantic.Field(description=words)) if words else its


def _beside(its: Any, info: Any) -> Any:
    return typing.Annotated[its, info]


def _dataclass(node: ast.ClassDef, bases: list[Any], decorator: Any, options: dict[str, Any], body: bodies.Body) -> Any:
    names: dict[str, Any] = {"__annotations__": {}, **_documented(body)}
    rich = decorator is pydantic.dataclasses.dataclass
    for name, its in body.annotations.items():
        if its is dataclasses.KW_ONLY:
            continue
        default: Any = body.defaults.get(name, dataclasses.MISSING)
        words = body.descriptions.get(name)
        if isinstance(default, tuple) and len(default) == 2 and isinstance(default[0], dataclasses.Field):
            default, words = default[0], words or str(default[1])
        if isinstance(default, FieldInfo) and not rich:
            its, default = _beside(its, default), _default_of(default)
        if isinstance(default, list | dict | set):
            default = dataclasses.field(default_factory=never)
        names["__annotations__"][name] = _said(its, words)
        if default is not dataclasses.MISSING:
            names[name] = default
    more: dict[str, Any] = {"config": options["config"]} if rich and options else {}
    real = [base for base in bases if base is not object]
    error: Exception | None = None
    for given in (  # a field without a default may follow one that has one: `KW_ONLY` allows it
        more,
        more | {"kw_only": True},
    ):
        fresh = {name: copy.copy(one) if isinstance(one, dataclasses.Field) else one for name, one in names.items()}
        made = _create(node.name, real, {}, fresh, node)
        if body.config and not rich:
            made.__pydantic_config__ = body.config
        try:
            return decorator(made, eq=False, **given)
        except (TypeError, ValueError, pydantic.PydanticUserError) as failed:
            error = failed
    raise Unreadable(str(error).splitlines()[0][:200], node)


def _default_of(info: FieldInfo) -> Any:
    if info.default_factory is not None:
        return dataclasses.field(default_factory=never)
    return dataclasses.MISSING if info.is_required() else info.default


def _typed_dict(node: ast.ClassDef, bases: list[Any], keywords: dict[str, Any], body: bodies.Body) -> Any:
    kept: dict[str, Any] = {name: keywords[name] for name in ("total", "closed", "extra_items") if name in keywords}
    fields = {name: _said(its, body.descriptions.get(name)) for name, its in body.annotations.items()}
    return typed_dict(node.name, [base for base in bases if not isinstance(base, Told)], fields, kept, body, node)


def typed_dict(
    name: str,
    bases: list[Any],
    fields: dict[str, Any],
    keywords: dict[str, Any],
    body: bodies.Body | None,
    node: ast.AST,
) -> Any:
    """A TypedDict. Raises Unreadable."""
    names = {"__annotations__": fields, **(_documented(body) if body else {})}
    made = _create(name, bases, keywords, names, node)
    if body is not None and body.config:
        made.__pydantic_config__ = body.config
    return made


def _named_tuple(node: ast.ClassDef, body: bodies.Body) -> Any:
    names: dict[str, Any] = {"__annotations__": body.annotations, **_documented(body)}
    names |= {name: value for name, value in body.defaults.items() if name in body.annotations}
    return _create(node.name, [typing.NamedTuple], {}, names, node)


def functional(
    reader: Reader, function: Any, name: str, fields: ast.expr, named: dict[str, ast.expr], node: ast.Call
) -> Any:
    """`TypedDict("A", {"x": int})` and `NamedTuple("A", [("x", int)])`. Raises Unreadable."""
    read = reader.expressions
    pairs: list[tuple[ast.expr | None, ast.expr]] = []
    if isinstance(fields, ast.Dict):
        pairs = list(zip(fields.keys, fields.values, strict=True))
    elif isinstance(fields, ast.List | ast.Tuple):
        pairs = [(one.elts[0], one.elts[1]) for one in fields.elts if isinstance(one, ast.Tuple) and len(one.elts) == 2]
    its: dict[str, Any] = {}
    for key, value in pairs:
        word = read.value_of(key) if key is not None else None
        if not isinstance(word, str):
            raise Unreadable(f"`{shown(node)}` has a field without a name.", node)
        its[word] = read.type_of(value)
    if function is typing.NamedTuple:
        return _create(name, [typing.NamedTuple], {}, {"__annotations__": its}, node)
    keywords = {word: read.value_of(value) for word, value in named.items() if word in ("total", "closed")}
    if "extra_items" in named:
        keywords["extra_items"] = read.type_of(named["extra_items"])
    return typed_dict(name, [_TYPED_DICT], its, keywords, None, node)


def _enum(reader: Reader, node: ast.ClassDef, bases: list[Any], scope: dict[str, Any]) -> Any:
    members: dict[str, Any] = {}
    doc = ast.get_docstring(node)
    for one in node.body:
        if not isinstance(one, ast.Assign) or len(one.targets) != 1 or not isinstance(one.targets[0], ast.Name):
            continue
        name = one.targets[0].id
        if name.startswith("_") or name in ("mro", "name", "value"):
            continue
        try:
            value = reader.expressions.value_of(one.value)
        except Unreadable as error:
            reader.note(f"{error} The member “{name}” of “{node.name}” is left out.", one.lineno)
            continue
        if isinstance(value, Told):
            continue
        members[name] = scope[name] = value
    if not members:
        raise Unreadable("it has no members with plain values.", node)
    real = [base for base in bases if isinstance(base, type)]
    names: dict[str, Any] = {**members}
    if doc:
        names["__doc__"] = inspect.cleandoc(doc)

    def fill(space: Any) -> None:
        space["__module__"], space["__qualname__"] = "pasted", node.name
        for name, value in names.items():
            space[name] = value

    try:
        return types.new_class(node.name, tuple(real), {}, fill)
    except (MemoryError, RecursionError):
        raise
    except Exception as error:
        raise Unreadable(f"{str(error)[:150]}.", node) from None

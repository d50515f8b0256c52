"""Types and values out of syntax trees. Nothing is compiled or called but what `known.callables` lists."""

from __future__ import annotations

import ast
import enum
import typing
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typing_extensions

from playground.core.schemas.convert.python_in import calls
from playground.core.schemas.convert.python_in.known import Module, Told, callables, is_type, never
from playground.core.schemas.convert.python_in.refusal import Unreadable, said, shown

if TYPE_CHECKING:
    from playground.core.schemas.convert.python_in.reader import Reader

MAX_NODES = 400_000
"""Expressions that are looked at: more than any text of types has."""
_READ: dict[type[ast.AST], str] = {
    ast.Name: "_name", ast.Attribute: "_attribute", ast.Subscript: "_subscript", ast.UnaryOp: "_unary",
    ast.BinOp: "_binary", ast.JoinedStr: "_joined", ast.List: "_list", ast.Tuple: "_tuple", ast.Set: "_set",
    ast.Dict: "_dict", ast.Call: "_call",
}  # fmt: skip


class Expressions:
    """Evaluates within a `Reader`, which knows the names."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._left = MAX_NODES
        self._line = 0
        """Of the text in which a quoted annotation stands; 0: not in one."""

    @contextmanager
    def _quoted(self, line: int) -> Iterator[None]:
        before, self._line = self._line, self._line or line
        try:
            yield
        finally:
            self._line = before

    def line(self, node: ast.AST) -> int:
        """Where in the source it stands."""
        return self._line or getattr(node, "lineno", 0)

    # Types

    def type_of(self, node: ast.expr) -> Any:
        """An annotation's type. What in it cannot be read takes anything, and is noted."""
        try:
            return self._type(node)
        except Unreadable as error:
            self._reader.note(f"{error} It takes anything.", error.line or self.line(node))
        except (MemoryError, RecursionError):
            raise
        except Exception as error:  # what `typing` says of what cannot be
            self._reader.note(f"`{shown(node)}` is no type: {said(error)}. It takes anything.", self.line(node))
        return Any

    def _type(self, node: ast.expr) -> Any:
        self._count(node)
        if isinstance(node, ast.Constant):
            if node.value is None:
                return None
            if isinstance(node.value, str):
                return self._text(node)
            raise Unreadable(f"`{shown(node)}` is no type.", node)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return self._union([node.left, node.right])
        if isinstance(node, ast.Subscript):
            return self._subscript(node)
        if isinstance(node, ast.Name | ast.Attribute | ast.Call):
            found = self.value_of(node)
            if isinstance(found, Module) and found.name in ("datetime", "uuid", "decimal"):
                raise Unreadable(f"`{shown(node)}` is a module.", node)
            return self._as_type(found, node)
        raise Unreadable(f"`{shown(node)}` is no type.", node)

    def _as_type(self, found: Any, node: ast.expr) -> Any:
        if isinstance(found, Told):
            raise Unreadable(f"`{shown(node)}` is nothing that JSON holds.", node)
        if found is typing_extensions.Self:
            return self._reader.itself()
        if not is_type(found):
            raise Unreadable(f"`{shown(node)}` is no type.", node)
        return found

    def _text(self, node: ast.Constant) -> Any:
        try:
            tree = ast.parse(str(node.value).strip(), mode="eval")
        except (SyntaxError, ValueError, MemoryError):
            raise Unreadable(f"`{shown(node)}` is no type.", node) from None
        with self._quoted(self.line(node)):
            return self._type(tree.body)

    def _union(self, nodes: list[ast.expr]) -> Any:
        flat: list[ast.expr] = []
        while nodes:  # a long union is a deep tree to its left
            one = nodes.pop(0)
            if isinstance(one, ast.BinOp) and isinstance(one.op, ast.BitOr):
                nodes[:0] = [one.left, one.right]
            else:
                flat.append(one)
        return typing.Union[tuple(self.type_of(one) for one in flat)]  # noqa: UP007

    def _subscript(self, node: ast.Subscript) -> Any:
        base = self.value_of(node.value)
        parts = list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]
        if base is typing.Literal or base is typing_extensions.Literal:
            return self._literal(node, parts)
        if base is typing.Annotated:
            return self._annotated(parts, node)
        if base is typing.Union:
            return self._union(parts)
        if isinstance(base, Told):
            if base.what == "SerializeAsAny" and len(parts) == 1:
                return self._type(parts[0])
            raise Unreadable(f"`{shown(node)}` is nothing that JSON holds.", node)
        if base is typing_extensions.TypeAlias:
            return base
        inner = tuple(... if isinstance(one, ast.Constant) and one.value is ... else self._inner(one) for one in parts)
        try:
            return base[inner if len(inner) != 1 or isinstance(node.slice, ast.Tuple) else inner[0]]
        except (TypeError, AttributeError, KeyError) as error:
            raise Unreadable(f"`{shown(node)}` is no type: {str(error)[:120]}.", node) from None

    def _inner(self, node: ast.expr) -> Any:
        if isinstance(node, ast.Tuple) and not node.elts:
            return ()
        return self.type_of(node)

    def _literal(self, node: ast.Subscript, parts: list[ast.expr]) -> Any:
        values: list[Any] = []
        for one in parts:
            value = self.value_of(one)
            if typing.get_origin(value) is typing.Literal:
                values.extend(typing.get_args(value))
            elif value is None or isinstance(value, str | int | bytes | enum.Enum):
                values.append(value)
            else:
                raise Unreadable(f"`{shown(one)}` cannot be one of a Literal's values.", one)
        if not values:
            raise Unreadable(f"`{shown(node)}` has no values.", node)
        return typing.Literal[tuple(values)]

    def _annotated(self, parts: list[ast.expr], node: ast.Subscript) -> Any:
        made = self.type_of(parts[0])
        beside = []
        for one in parts[1:]:
            try:
                value = self.value_of(one)
            except Unreadable as error:
                self._reader.note(f"{error} It is left out.", error.line or self.line(one))
                continue
            if isinstance(value, Told):
                self._reader.note(f"`{shown(one)}` is not run, and no part of the schema.", self.line(one))
            elif not isinstance(value, str | Module):
                beside.append(value)
            elif isinstance(value, str):  # a description, as some libraries take it
                beside.append(calls.described(value))
        return typing.Annotated[(made, *beside)] if beside else made

    def parameters(self, node: ast.AST, scope: dict[str, Any]) -> list[Any]:
        """The `T` of `class A[T]` and `type A[T] = …` (Python 3.12 and later), which are put into the scope."""
        made = {}
        for one in getattr(node, "type_params", ()):
            bound = getattr(one, "bound", None)
            more = {"bound": self.type_of(bound)} if bound is not None and not isinstance(bound, ast.Tuple) else {}
            made[str(one.name)] = typing_extensions.TypeVar(str(one.name), **more)
        scope.update(made)
        return list(made.values())

    # Values

    def value_of(self, node: ast.expr) -> Any:
        """What an expression is worth. Raises Unreadable for what would have to be run."""
        self._count(node)
        if isinstance(node, ast.Constant):
            return node.value
        name = _READ.get(type(node))
        if name is None:
            raise Unreadable(f"`{shown(node)}` is not run: only plain values are read.", node)
        try:
            return getattr(self, name)(node)
        except (Unreadable, MemoryError, RecursionError):
            raise
        except Exception as error:
            raise Unreadable(f"`{shown(node)}` makes no sense: {said(error)}.", node) from None

    def _name(self, node: ast.Name) -> Any:
        return self._reader.resolve(node.id, node)

    def _attribute(self, node: ast.Attribute) -> Any:
        if isinstance(node.value, ast.Name) and self._reader.dated(node.value.id):
            owner: Any = self._reader.dated(node.value.id)
        else:
            owner = self.value_of(node.value)
        if isinstance(owner, Module):
            if node.attr in owner.names:
                return owner.names[node.attr]
            raise Unreadable(f"`{shown(node)}` is not known here.", node)
        if isinstance(owner, enum.EnumMeta) and node.attr in owner.__members__:
            return owner.__members__[node.attr]
        if isinstance(owner, enum.Enum) and node.attr in ("value", "name"):
            return owner.value if node.attr == "value" else owner.name
        inner = self._reader.within(owner, node.attr)
        if inner is not None:
            return inner
        raise Unreadable(f"`{shown(node)}` is not known here.", node)

    def _unary(self, node: ast.UnaryOp) -> Any:
        value = self.value_of(node.operand)
        if isinstance(value, int | float) and isinstance(node.op, ast.USub | ast.UAdd):
            return -value if isinstance(node.op, ast.USub) else value
        if isinstance(node.op, ast.Not) and isinstance(value, bool):
            return not value
        raise Unreadable(f"`{shown(node)}` is not run: only plain values are read.", node)

    def _binary(self, node: ast.BinOp) -> Any:
        if isinstance(node.op, ast.BitOr):
            return self._type(node)
        return calls.joined(node, self.value_of(node.left), self.value_of(node.right))

    def _joined(self, node: ast.JoinedStr) -> Any:
        parts = []
        for one in node.values:
            inner = one.value if isinstance(one, ast.FormattedValue) else one
            value = self.value_of(inner)
            if not isinstance(value, str | int | float) or (isinstance(one, ast.FormattedValue) and one.format_spec):
                raise Unreadable(f"`{shown(node)}` is not run: only plain values are read.", node)
            parts.append(str(value))
        return "".join(parts)[: calls.MAX_TEXT]

    def _items(self, nodes: list[ast.expr]) -> list[Any]:
        found: list[Any] = []
        for one in nodes:
            if isinstance(one, ast.Starred):
                value = self.value_of(one.value)
                if not isinstance(value, list | tuple) or len(found) + len(value) > calls.MAX_TEXT:
                    raise Unreadable(f"`{shown(one)}` is not run: only plain values are read.", one)
                found.extend(value)
            else:
                found.append(self.value_of(one))
        return found

    def _list(self, node: ast.List) -> Any:
        return self._items(node.elts)

    def _tuple(self, node: ast.Tuple) -> Any:
        return tuple(self._items(node.elts))

    def _set(self, node: ast.Set) -> Any:
        try:
            return set(self._items(node.elts))
        except TypeError:
            raise Unreadable(f"`{shown(node)}` holds what a set cannot hold.", node) from None

    def _dict(self, node: ast.Dict) -> Any:
        found: dict[Any, Any] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                more = self.value_of(value)
                if not isinstance(more, dict):
                    raise Unreadable(f"`{shown(value)}` is not run: only plain values are read.", value)
                found |= more
                continue
            name = self.value_of(key)
            if not isinstance(name, str | int | float | None | enum.Enum):
                raise Unreadable(f"`{shown(key)}` cannot be a key.", key)
            found[name] = self.value_of(value)
        return found

    def _call(self, node: ast.Call) -> Any:
        # `list[X]()` is a factory's call, and means nothing here
        function = self.value_of(node.func)
        made = calls.special(self, self._reader, function, node)
        if made is not NotImplemented:
            return made
        if isinstance(function, Told):
            return function
        known = callables().get(id(function)) if isinstance(function, typing.Hashable) else None
        if known is None:
            raise Unreadable(f"`{shown(node)}` is not called: what it gives is not known here.", node)
        return calls.called(node, known, self._items(node.args), self.arguments(node))

    def arguments(self, node: ast.Call) -> dict[str, Any]:
        """The keyword arguments that can be read; the others are noted."""
        found: dict[str, Any] = {}
        for one in node.keywords:
            try:
                value = self.value_of(one.value)
            except Unreadable as error:
                if one.arg in ("default_factory", "factory"):
                    found["default_factory"] = never  # that there is a default is what counts
                else:
                    self._reader.note(f"{error} It is left out.", error.line or self.line(one.value))
                continue
            if one.arg is None:
                found |= (
                    {key: inner for key, inner in value.items() if isinstance(key, str)}
                    if isinstance(value, dict)
                    else {}
                )
            elif one.arg == "default_factory":
                found[one.arg] = value if value in (list, dict, set) else never
            elif isinstance(value, Told):
                self._reader.note(
                    f"`{one.arg}={shown(one.value)}` is not run, and no part of the schema.", self.line(one.value)
                )
            else:
                found[one.arg] = value
        return found

    def _count(self, node: ast.AST) -> None:
        self._left -= 1
        if self._left < 0:
            raise MemoryError

"""A schema as TypedDicts: the types of what `json.loads` gives. Constraints, which they do not say, are comments."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from playground.core.codegen.literals import PYTHON, text
from playground.core.schemas.convert.model import Note, Program
from playground.core.schemas.convert.names import class_name
from playground.core.schemas.convert.nodes import MISSING, ROOT, Node, Property, Shape
from playground.core.schemas.convert.pydantic_out import docstring
from playground.core.schemas.convert.python_types import PythonTypes


def write(shape: Shape) -> Program:
    """The TypedDicts, the root's last."""
    types = PythonTypes(shape, rich=False)
    types.name_all()
    recursive = shape.recursive()
    parts: list[str] = []
    for name in shape.ordered():
        _declare(types, parts, types.named[name], shape.defs[name], name in recursive)
    root = shape.root
    if not (root.kind == "ref" and types.named[ROOT] == types.named.get(root.ref)):
        _declare(types, parts, types.named[ROOT], root, ROOT in recursive)
    future = "from __future__ import annotations\n\n" if recursive else ""
    notes = tuple(Note(one) for one in dict.fromkeys(shape.notes))
    return Program(f"{future}{types.imports()}\n\n\n" + "\n\n\n".join(parts) + "\n", notes, ".py")


def _declare(types: PythonTypes, parts: list[str], name: str, node: Node, recursive: bool) -> None:
    mine = _dict(types, name, node) if node.kind == "object" else _alias(types, name, node, recursive)
    while types.waiting:
        inner, its = types.waiting.pop(0)
        waiting, types.waiting = types.waiting, []
        _declare(types, parts, inner, its, recursive=False)
        types.waiting = waiting
    parts.append(mine)


def _alias(types: PythonTypes, name: str, node: Node, recursive: bool) -> str:
    said = _comment(replace(node, default=MISSING), "")
    made = types.nested(node, name)
    if recursive:
        return f"{said}{name} = {types.need('TypeAliasType')}({text(name, PYTHON)}, {text(made, PYTHON)})"
    return f"{said}{name} = {made}"


def _dict(types: PythonTypes, name: str, node: Node) -> str:
    types.need("TypedDict")
    closed = {False: ", closed=True"}.get(node.extra, "") if not isinstance(node.extra, Node) else ""
    if isinstance(node.extra, Node):
        closed = f", extra_items={types.nested(node.extra, f'{name} value')}"
    elif node.extra is True:
        closed = f", extra_items={types.need('Any')}"
    if all(one.name.isidentifier() and one.name.isascii() and not _is_keyword(one.name) for one in node.fields):
        lines = [f"class {name}(TypedDict{closed}):"]
        if node.description:
            lines += [f"    {docstring(node.description, 1)}", *([""] if node.fields else [])]
        for one in node.fields:
            lines.append(f"{_comment(one.node, '    ')}    {one.name}: {_value(types, name, one)}")
        return "\n".join([*lines, *(["    pass"] if len(lines) == 1 else [])])
    lines = [f"{name} = TypedDict(", f"    {text(name, PYTHON)},", "    {"]
    for one in node.fields:
        lines.append(f"{_comment(one.node, ' ' * 8)}        {text(one.name, PYTHON)}: {_value(types, name, one)},")
    said = _comment(replace(node, default=MISSING, limits={}), "")
    return said + "\n".join([*lines, "    },", *([f"    {closed[2:]},"] if closed else []), ")"])


def _value(types: PythonTypes, owner: str, one: Property) -> str:
    made = types.nested(one.node, class_name(one.node.title or one.name))
    return made if one.required else f"{types.need('NotRequired')}[{made}]"


def _comment(node: Node, indent: str) -> str:
    """What the types do not say, in lines of `#`."""
    lines = [text(line, PYTHON)[1:-1].replace('\\"', '"') for line in node.description.splitlines()]
    said: dict[str, Any] = dict(node.limits)
    if node.default is not MISSING:
        said["default"] = node.default
    lines += [f"{word}: {_plain(value)}" for word, value in said.items()]
    return "".join(f"{indent}# {line}".rstrip() + "\n" for line in lines)


def _plain(value: Any) -> str:
    words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text(words, PYTHON)[1:-1].replace('\\"', '"').replace("\\\\", "\\")


def _is_keyword(name: str) -> bool:
    import keyword

    return keyword.iskeyword(name)

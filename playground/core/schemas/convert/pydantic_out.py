"""A schema as Pydantic v2 models, such that `model_json_schema()` gives the schema again.

Own and not datamodel-code-generator (0.89; tried on one schema): its output is sound, but an optional property that is
never null becomes one that may be null, and it brings 38 MB beside Pydantic (black, isort, jinja2, inflect …).
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from playground.core.codegen.literals import PYTHON, literal, text
from playground.core.schemas.convert.model import Note, Program
from playground.core.schemas.convert.names import Names, python_name
from playground.core.schemas.convert.nodes import MISSING, ROOT, Node, Property, Shape
from playground.core.schemas.convert.python_types import BUILTINS, PythonTypes, Raw, written

_SIMPLE = frozenset({"string", "integer", "number", "boolean", "null", "any", "enum"})


def write(shape: Shape) -> Program:
    """The models, the root's last."""
    body, types = models(shape)
    return Program(f"{head(types)}\n\n\n{body}", tuple(Note(one) for one in dict.fromkeys(shape.notes)), ".py")


def head(types: PythonTypes) -> str:
    """The import lines."""
    future = "from __future__ import annotations\n\n" if types.shape.recursive() else ""
    return f"{future}{types.imports()}"


def models(shape: Shape) -> tuple[str, PythonTypes]:
    """The declarations without the imports, and what they need; the main class is `types.named[ROOT]`."""
    types = PythonTypes(shape, rich=True)
    types.name_all()
    writer = _Models(types)
    for name in shape.ordered():
        writer.declare(types.named[name], shape.defs[name], main=False, recursive=name in writer.recursive)
    root = shape.root
    if not (root.kind == "ref" and types.named[ROOT] == types.named.get(root.ref)):
        writer.declare(types.named[ROOT], root, main=True, recursive=ROOT in writer.recursive)
    return "\n\n\n".join(writer.parts) + "\n", types


class _Models:
    def __init__(self, types: PythonTypes) -> None:
        self.types = types
        self.recursive = types.shape.recursive()
        self.parts: list[str] = []
        self._mutual = bool(self.recursive)

    def declare(self, name: str, node: Node, *, main: bool, recursive: bool) -> None:
        """Add a type under its name, and before it those that it got names for."""
        place = len(self.parts)
        if node.kind == "object" or (node.kind == "map" and main and node.items[0].kind == "any" and not node.limits):
            made = self._class(name, node)
        elif node.kind == "enum" and not main and _is_enum_class(node):
            made = self._enum(name, node)
        elif main:
            made = self._root_model(name, node)
        else:
            made = self._alias(name, node)
        while self.types.waiting:
            inner, its = self.types.waiting.pop(0)
            waiting, self.types.waiting = self.types.waiting, []
            before = len(self.parts)
            self.declare(inner, its, main=False, recursive=False)
            done = self.parts[before:]
            del self.parts[before:]
            self.parts[place:place] = done
            place += len(done)
            self.types.waiting = waiting
        self.parts.append(made)

    def _class(self, name: str, node: Node) -> str:
        lines = [f"class {name}({self.types.need('BaseModel')}):"]
        if node.description:
            lines.append(f"    {docstring(node.description, 1)}")
        if config := self._config(name, node):
            self.types.need("ConfigDict")
            inner = ", ".join(f"{word}={literal(value, PYTHON, 1, 30)}" for word, value in config.items())
            lines += ["" if node.description else None, f"    model_config = ConfigDict({inner})"]  # type: ignore[list-item]
        if (node.description or config) and node.fields:
            lines.append("")
        if isinstance(node.extra, Node):
            lines.append(f"    __pydantic_extra__: dict[str, {self.types.nested(node.extra, f'{name} value')}]")
        names = Names(())
        for one in node.fields:
            own = python_name(one.name, _taken() | BUILTINS | set(self.types.named.values()))
            lines.append(self._field(names.take(own), one))
        if len(lines) == 1:
            lines.append("    pass")
        return "\n".join(line for line in lines if line is not None)

    def _config(self, name: str, node: Node) -> dict[str, Any]:
        config: dict[str, Any] = {}
        if node.title and node.title != name:
            config["title"] = node.title
        if node.extra is False:
            config["extra"] = "forbid"
        elif node.extra is not None or node.kind == "map":
            config["extra"] = "allow"
        extra = {**node.limits, **node.extras}
        if extra:
            config["json_schema_extra"] = extra
        return config

    def _field(self, name: str, one: Property) -> str:
        node = one.node
        made = self.types.typed(node, node.title or one.name)
        args: dict[str, Any] = {}
        default = node.default
        optional = not one.required
        if default is not MISSING and one.required:
            made.extra["default"] = default
        elif optional:
            value = None if default is MISSING else default
            if default is MISSING:
                args["default_factory"] = self._factory(node, made.text)
            else:
                args["default"] = value
            if args.get("default_factory") in ("list", "dict", "set"):
                pass
            elif value is None and not self._followed(node).nullable:
                made.text = f"{made.text} | {self.types.need('SkipJsonSchema')}[None]"
                if made.args and node.kind not in ("union", "ref", "object"):
                    made = self._wrapped(made, node)
            elif value not in (None, [], {}) and (node.kind not in _SIMPLE or _converted(made.text)):
                member = self.types.enums.get(made.text, {}).get(value) if isinstance(value, str | int) else None
                args |= {"default": Raw(f"{made.text}.{member}")} if member else {"validate_default": True}
        if name != one.name:
            args["alias"] = one.name
        if node.title == name.title().replace("_", " ").strip():
            node = replace(node, title="")  # Pydantic gives it by itself
        args |= self.types.arguments(node, made)
        head = f"    {name}: {made.text}"
        if not args:
            return head
        if set(args) == {"default"}:
            return f"{head} = {written(args['default'], 1, len(head) + 3)}"
        return f"{head} = {self.types.field(args, 1, len(head) + 3)}"

    def _factory(self, node: Node, written: str) -> Raw:
        """What an optional property without a default has where it is not there: a `default` would be in the schema."""
        node = self._followed(node)
        if node.kind in ("array", "map") and not node.limits.get("minItems") and not node.limits.get("minProperties"):
            return Raw("set" if written.startswith("set[") else "list" if node.kind == "array" else "dict")
        return Raw("lambda: None")

    def _followed(self, node: Node) -> Node:
        """A definition in place of a reference to it."""
        seen: set[str] = set()
        while node.kind == "ref" and node.ref not in seen:
            seen.add(node.ref)
            node = self.types.shape.root if node.ref == ROOT else self.types.shape.defs[node.ref]
        return node

    def _wrapped(self, made: Any, node: Node) -> Any:
        """Constraints moved from the union with the None that is not told to the type they are for."""
        inner, _, skip = made.text.rpartition(" | ")
        made.text = f"{self.types.need('Annotated')}[{inner}, {self.types.field(made.args)}] | {skip}"
        return replace(made, args={})

    def _enum(self, name: str, node: Node) -> str:
        self.types.need("Enum")
        base = "str" if isinstance(node.values[0], str) else "int"
        lines = [f"class {name}({base}, Enum):"]
        if node.description:
            lines += [f"    {docstring(node.description, 1)}", ""]
        names = Names(("name", "value", "mro", "_"))
        members = {}
        for value in dict.fromkeys(node.values):
            member = python_name(
                str(value).replace("-", "_" if isinstance(value, str) else "minus_").upper() or "EMPTY", ()
            )
            members[value] = names.take(member)
            lines.append(f"    {members[value]} = {literal(value, PYTHON)}")
        self.types.enums[name] = members
        return "\n".join(lines)

    def _root_model(self, name: str, node: Node) -> str:
        lines = [f"class {name}({self.types.need('RootModel')}):"]
        if node.description:
            lines += [f"    {docstring(node.description, 1)}", ""]
        plain = replace(node, description="", default=MISSING)
        made = self.types.typed(plain, name)
        args = self.types.arguments(plain, made)
        lines.append(f"    root: {made.text}" + (f" = {self.types.field(args, 1, 20)}" if args else ""))
        return "\n".join(lines)

    def _alias(self, name: str, node: Node) -> str:
        """A definition that is no class. A plain `A = list[str]` would be gone from `$defs`."""
        made = self.types.nested(node, name)
        value = text(made, PYTHON) if self.recursive else made
        return f"{name} = {self.types.need('TypeAliasType')}({text(name, PYTHON)}, {value})"


def _is_enum_class(node: Node) -> bool:
    """Whether an enum can be a class: texts, or whole numbers."""
    kinds = {type(value) for value in node.values}
    return kinds in ({str}, {int}) and not node.extras and node.default is MISSING and len(node.values) > 1


def _converted(written: str) -> bool:
    """Whether a type's values are not as JSON has them."""
    return any(word in written for word in ("dt.", "UUID", "Address", "Url", "Decimal", "bytes"))


def docstring(words: str, depth: int) -> str:
    """A description as a docstring."""
    inner = "\n" + " " * 4 * depth
    safe = text(words, PYTHON)[1:-1].replace('\\"', '"').replace("\\n", "\n")
    safe = safe.replace('"""', '\\"\\"\\"')
    if safe.endswith('"'):
        safe = safe[:-1] + '\\"'
    return '"""' + inner.join(safe.split("\n")) + '"""'


@cache
def _taken() -> frozenset[str]:
    """What a model's field cannot be called."""
    from pydantic import BaseModel

    return frozenset(name for name in dir(BaseModel) if not name.startswith("__")) | {"model_config"}

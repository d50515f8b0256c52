"""Types as Python annotations: shared by Pydantic models and TypedDicts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from playground.core.codegen.literals import PYTHON, literal, text
from playground.core.schemas.convert.names import Names, class_name, singular
from playground.core.schemas.convert.nodes import ROOT, Node, Shape

RESERVED = frozenset(
    [
        "Any",
        "Annotated",
        "Literal",
        "Enum",
        "BaseModel",
        "RootModel",
        "ConfigDict",
        "Field",
        "UUID",
        "IPv4Address",
        "IPv6Address",
        "AnyUrl",
        "HttpUrl",
        "SkipJsonSchema",
        "TypeAliasType",
        "TypedDict",
        "NotRequired",
        "Never",
        "OpenAI",
        "None",
        "True",
        "False",
        "Optional",
        "Union",
        "List",
        "Dict",
    ]
)
BUILTINS = frozenset(
    [
        "str",
        "int",
        "float",
        "bool",
        "bytes",
        "list",
        "dict",
        "set",
        "tuple",
        "dt",
        "os",
        "json",
        "client",
        "response",
        "schema",
    ]
)
_SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_WORDS = {
    "minLength": "min_length", "maxLength": "max_length", "pattern": "pattern", "minimum": "ge", "maximum": "le",
    "exclusiveMinimum": "gt", "exclusiveMaximum": "lt", "multipleOf": "multiple_of", "minItems": "min_length",
    "maxItems": "max_length", "minProperties": "min_length", "maxProperties": "max_length",
}  # fmt: skip
_FORMATS = {
    "date-time": "dt.datetime", "date": "dt.date", "time": "dt.time", "duration": "dt.timedelta", "uuid": "UUID",
    "ipv4": "IPv4Address", "ipv6": "IPv6Address", "binary": "bytes",
}  # fmt: skip
_IMPORTS = {
    "Any": "typing", "Annotated": "typing", "Literal": "typing", "Enum": "enum", "UUID": "uuid",
    "IPv4Address": "ipaddress", "IPv6Address": "ipaddress", "AnyUrl": "pydantic", "HttpUrl": "pydantic",
    "Field": "pydantic", "BaseModel": "pydantic", "RootModel": "pydantic", "ConfigDict": "pydantic",
    "SkipJsonSchema": "pydantic.json_schema", "TypeAliasType": "typing_extensions", "NotRequired": "typing_extensions",
    "TypedDict": "typing_extensions", "Never": "typing_extensions",
}  # fmt: skip
_CLASS = re.compile(r"[A-Z][0-9A-Za-z_]*")
"""A definition's name that can be a class's as it is: `Page_int_`, which Pydantic gives, too."""
_LOOKING = re.compile(r"\(\?(=|!|<=|<!|>)|\\[1-9]|\(\?P=|\\k<")
"""What Rust's regular expressions, which Pydantic's are, do not have."""


@dataclass(slots=True)
class Typed:
    """An annotation: the type, and what a `Field` beside it says."""

    text: str
    args: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class PythonTypes:
    """Writes annotations, and remembers what they need."""

    shape: Shape
    rich: bool
    """Whether there is `Field`, and classes for dates and the like (Pydantic); else plain JSON types."""
    names: Names = field(default_factory=lambda: Names(RESERVED | BUILTINS))
    used: set[str] = field(default_factory=set)
    """Names that are imported."""
    named: dict[str, str] = field(default_factory=dict)
    """Definition → the name of its class or alias."""
    waiting: list[tuple[str, Node]] = field(default_factory=list)
    """Objects within others that got a name of their own, to be declared."""
    enums: dict[str, dict[Any, str]] = field(default_factory=dict)
    """Name of an enum class → its members by their values."""

    def name_all(self) -> None:
        """Give every definition, and the root, its name."""
        root = self.shape.root
        bare = root.kind == "ref" and root.ref != ROOT and not root.description
        if not bare:
            self.named[ROOT] = self.names.take(class_name(self.shape.name))
        for name in self.shape.defs:
            own = name if _CLASS.fullmatch(name) else class_name(name)
            self.named[name] = self.names.take(own)
        if bare:
            self.named[ROOT] = self.named[root.ref]

    def need(self, name: str) -> str:
        """A name that must be imported."""
        self.used.add(name)
        return name

    def imports(self) -> str:
        """The lines that import what was needed."""
        lines: dict[str, list[str]] = {}
        for name in sorted(self.used - {"dt"}):
            lines.setdefault(_IMPORTS[name], []).append(name)
        first = ["import datetime as dt"] if "dt" in self.used else []
        own = [module for module in sorted(lines) if not module.startswith(("pydantic", "typing_extensions"))]
        others = [module for module in sorted(lines) if module not in own]
        write = [f"from {module} import {', '.join(lines[module])}" for module in own]
        after = [f"from {module} import {', '.join(lines[module])}" for module in others]
        return "\n".join([*first, *write]) + ("\n\n" if (first or write) and after else "") + "\n".join(after)

    def nested(self, node: Node, hint: str) -> str:
        """A type within another, with its constraints."""
        made = self.typed(node, hint)
        args = self.arguments(node, made)
        if not args or not self.rich:
            return made.text
        return f"{self.need('Annotated')}[{made.text}, {self.field(args)}]"

    def arguments(self, node: Node, made: Typed) -> dict[str, Any]:
        """What `Field` says of a type beside the default."""
        args: dict[str, Any] = {}
        if node.title:
            args["title"] = node.title
        if node.description:
            args["description"] = node.description
        args |= made.args
        extra = dict(made.extra)
        for word, value in node.extras.items():
            if word in ("examples", "deprecated") and (word == "examples" or value is True):
                args[word] = value
            else:
                extra[word] = value
        if extra:
            args["json_schema_extra"] = extra
        return args

    def field(self, args: dict[str, Any], depth: int = 1, used: int = 0) -> str:
        """A call of Field, broken where it is long."""
        self.need("Field")
        parts = [f"{name}={written(value, depth + 1, len(name) + 8)}" for name, value in args.items()]
        whole = f"Field({', '.join(parts)})"
        if len(whole) + used <= 100 and "\n" not in whole:
            return whole
        inner = " " * 4 * (depth + 1)
        return "Field(\n" + "".join(f"{inner}{part},\n" for part in parts) + " " * 4 * depth + ")"

    def typed(self, node: Node, hint: str) -> Typed:
        """The annotation for a type; `hint` is what an object in it is called after."""
        if node.kind == "ref":
            return Typed(self.named[node.ref])
        if node.kind == "object":
            return Typed(self._hoisted(node, hint))
        if node.kind in ("any", "never"):
            if node.kind == "never":
                self.shape.notes.append(f"{hint}: nothing fits there; it is written as Any.")
            return Typed(self.need("Any"))
        if node.kind == "enum":
            return self._literal(node)
        if node.kind == "union":
            return self._union(node, hint)
        if node.kind == "map":
            return self._map(node, hint)
        if node.kind in ("array", "tuple"):
            return self._array(node, hint)
        return self._scalar(node)

    def _hoisted(self, node: Node, hint: str) -> str:
        name = self.names.take(class_name(node.title or hint))
        self.waiting.append((name, node))
        return name

    def _literal(self, node: Node) -> Typed:
        if node.values == (None,):
            return Typed("None")
        if all(isinstance(value, str | int | None) for value in node.values):
            values = list(dict.fromkeys((type(value), value) for value in node.values))
            whole = ", ".join(literal(value, PYTHON) for _, value in values)
            return Typed(f"{self.need('Literal')}[{whole}]")
        numbers = all(isinstance(value, float | int) and not isinstance(value, bool) for value in node.values)
        return Typed("float" if numbers else self.need("Any"), extra={"enum": list(node.values)})

    def _union(self, node: Node, hint: str) -> Typed:
        items = node.items
        objects = [one for one in items if one.kind == "object"]
        texts = []
        for number, one in enumerate(items, 1):
            wish = hint if one.kind != "object" or len(objects) == 1 else f"{hint} {_tag(one) or number}"
            made_text = self.nested(one, wish)
            if made_text not in texts:
                texts.append(made_text)
        texts.sort(key="None".__eq__)
        made = Typed(" | ".join(texts))
        if node.discriminator and self.rich:
            if all(one.kind in ("ref", "object") for one in items):
                made.args["discriminator"] = node.discriminator
            else:
                self.shape.notes.append(f"{hint}: the discriminator is left out beside null.")
        return made

    def _map(self, node: Node, hint: str) -> Typed:
        keys = self.nested(node.keys, hint) if node.keys is not None else "str"
        return self._limited(node, "object", f"dict[{keys}, {self.nested(node.items[0], singular(hint))}]")

    def _array(self, node: Node, hint: str) -> Typed:
        if node.kind == "tuple":
            if node.rest is None and node.least == len(node.items):
                parts = [self.nested(one, f"{hint} {number}") for number, one in enumerate(node.items, 1)]
                return Typed(f"tuple[{', '.join(parts)}]")
            self.shape.notes.append(f"{hint}: an open tuple is written as a list of any of its types.")
            options = node.items if node.rest is None else (*node.items, node.rest)
            return Typed(f"list[{self._union(Node('union', items=options), hint).text}]")
        inner = self.nested(node.items[0], singular(hint))
        limits = dict(node.limits)
        unique = limits.pop("uniqueItems", False) is True
        hashable = node.items[0].kind in ("string", "integer", "number", "boolean", "enum")
        made = self._limited(
            replace(node, limits=limits), "array", f"{'set' if unique and hashable and self.rich else 'list'}[{inner}]"
        )
        if unique and not hashable:
            made.extra["uniqueItems"] = True
        return made

    def _scalar(self, node: Node) -> Typed:
        limits = dict(node.limits)
        form = limits.get("format")
        if node.kind == "string" and form and self.rich:
            others = {word: value for word, value in limits.items() if word != "format"}
            if form in _FORMATS and not others:
                name = _FORMATS[str(form)]
                self.need(name.split(".")[0]) if name != "bytes" else None
                return Typed(name)
            if form == "uri" and others in ({"minLength": 1}, {"minLength": 1, "maxLength": 2083}):
                return Typed(self.need("HttpUrl" if "maxLength" in others else "AnyUrl"))
        return self._limited(node, node.kind, _SCALARS[node.kind])

    def _limited(self, node: Node, kind: str, name: str) -> Typed:
        """A type with its constraints as arguments of Field."""
        made = Typed(name)
        for word, value in node.limits.items():
            if word == "pattern" and (not isinstance(value, str) or _LOOKING.search(value)):
                made.extra[word] = value
                self.shape.notes.append(
                    f"The pattern {text(str(value), PYTHON)} looks around or back, which Pydantic cannot check: it is "
                    "only told to the model."
                )
            elif word in _WORDS and isinstance(value, str | int | float) and not isinstance(value, bool):
                made.args[_WORDS[word]] = value
            elif word == "pattern" or word in _WORDS:
                self.shape.notes.append(f"“{word}” is no {'text' if word == 'pattern' else 'number'}; it is left out.")
            elif not (word == "uniqueItems" and value is False):
                made.extra[word] = value
        return made


class Raw(str):
    """Python as it is to be written."""

    __slots__ = ()


def written(value: Any, depth: int, used: int) -> str:
    """A value as Python."""
    return str(value) if isinstance(value, Raw) else literal(value, PYTHON, depth, used)


def _tag(node: Node) -> str:
    """What tells an object of a union apart, if it says so."""
    for one in node.fields:
        if one.node.kind == "enum" and len(one.node.values) == 1 and isinstance(one.node.values[0], str):
            return one.node.values[0]
    return ""

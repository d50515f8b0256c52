"""A form over one JSON Schema: its value, what is wrong with it, and the tree of its places."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from playground.core.forms.check import Checker, FormError
from playground.core.forms.nodes import Node
from playground.core.forms.shapes import Kind, Schema, Shapes
from playground.core.forms.values import copied, join, split

EXTRAS: Mapping[str, Schema] = {
    "extra_headers": {
        "type": "object",
        "additionalProperties": {"type": "string"},
        "description": "HTTP headers that are sent in addition.",
    },
    "extra_query": {
        "type": "object",
        "additionalProperties": {
            "anyOf": [
                {"type": "string"},
                {"type": "number"},
                {"type": "boolean"},
                {"type": "array", "items": {"type": "string"}},
            ]
        },
        "description": "Parameters that are added to the address.",
    },
    "extra_body": {
        "type": "object",
        "additionalProperties": True,
        "description": "Fields that are added to the body. They win over all others.",
    },
}
"""What every call takes beside its own parameters."""


class FormModel:
    """The value is one JSON object. `request`: it is what a call takes, with `extra_headers`, `extra_query` and
    `extra_body` at its end. For one thread."""

    def __init__(self, schema: Schema, *, request: bool = True) -> None:
        if request:
            own = schema.get("properties") or {}
            declared = [name for name in EXTRAS if name in own] or list(EXTRAS)  # a GET takes no extra_body
            extras = {name: {**EXTRAS[name], **_words(own.get(name))} for name in declared}
            schema = {**schema, "type": "object", "properties": {**own, **extras}}
        self.schema = schema
        self.shapes = Shapes(schema)
        self.checker = Checker(self.shapes)
        self.data: dict[str, Any] = {}
        self.drafts: dict[Node, None] = {}
        self.marks: dict[str, str] = {}
        """What somebody else, such as a server, said of a place; a change of the place takes it away."""
        self.generation = 1
        self.listener: Callable[[Node], object] | None = None
        """Told of each change with the place that changed."""
        self._numbers = 0
        self.root = Node(self, None, None, self.shapes.root)

    def value(self) -> dict[str, Any]:
        """A copy of what is set."""
        made: dict[str, Any] = copied(self.data)
        return made

    def set_value(self, value: Mapping[str, Any]) -> list[FormError]:
        """Other values for everything. Names that the schema does not know are kept. What was said of places whose
        value stays is kept. Returns what is wrong."""
        before, self.data = self.data, copied(dict(value))
        self.generation += 1
        for node in list(self.drafts):
            node.undraft()
        for pointer in [place for place in self.marks if _at(before, place) != _at(self.data, place)]:
            del self.marks[pointer]
        self.checker.forget_all()
        if self.listener is not None:
            self.listener(self.root)
        return self.errors()

    @property
    def extras(self) -> dict[str, Any]:
        """What is set at the top under names that the schema does not know."""
        return self.root.unknown()

    def errors(self) -> list[FormError]:
        """All that is wrong: values, what is missing, and what was typed and is no value. Not the marks."""
        drafts = {node.pointer: node.problem for node in self.drafts}
        found = [FormError(pointer, words) for pointer, words in drafts.items()]
        rest = self.checker.errors(self.shapes.root, self.data)
        return found + [error for error in rest if error.pointer not in drafts]

    def mark(self, pointer: str, message: str) -> None:
        """Remember what somebody else said of a place; "" takes it away."""
        if message:
            self.marks[pointer] = message
        else:
            self.marks.pop(pointer, None)

    def node_at(self, pointer: str) -> Node | None:
        """The place, or the nearest one above it that there is. None: there is not even the first step."""
        node = self.root
        for step in split(pointer):
            while node.shape.kind is Kind.UNION:
                inner = node.inner()
                if inner is None:
                    return node
                node = inner
            key: str | int = int(step) if node.shape.kind is Kind.LIST and step.isdecimal() else step
            child = node.child(key)
            if child is None:
                return node if node is not self.root else None
            node = child
        return node

    # For the nodes

    def touched(self, node: Node) -> None:
        """A place changed: what was known of it and of all around it no longer holds."""
        at: Node | None = node
        while at is not None:
            box = at.value
            if isinstance(box, dict | list):
                self.checker.forget(box)
            at = at.parent
        if self.marks:
            pointer = join(node.steps)
            for place in [place for place in self.marks if place == pointer or place.startswith(f"{pointer}/")]:
                del self.marks[place]
        if self.listener is not None:
            self.listener(node)

    def next_number(self) -> int:
        self._numbers += 1
        return self._numbers


def _words(schema: Any) -> dict[str, Any]:
    """What a schema says of a place in words."""
    return (
        {key: schema[key] for key in ("title", "description") if key in schema} if isinstance(schema, Mapping) else {}
    )


def _at(value: Any, pointer: str) -> Any:
    """What stands at a pointer; None where nothing does."""
    for step in split(pointer):
        if isinstance(value, list):
            value = value[int(step)] if step.isdecimal() and int(step) < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value

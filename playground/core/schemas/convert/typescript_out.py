"""A schema as TypeScript types, the root's last."""

from __future__ import annotations

from playground.core.schemas.convert.model import Note, Program
from playground.core.schemas.convert.nodes import Shape
from playground.core.schemas.convert.typescript_types import TypeScriptTypes


def write(shape: Shape) -> Program:
    """Interfaces for objects, aliases for the rest. Own and not json-schema-to-typescript, which wants Node."""
    types = TypeScriptTypes(shape)
    parts = [types.declaration(name, node) for name, node in types.order()]
    return Program("\n\n".join(parts) + "\n", tuple(Note(one) for one in dict.fromkeys(shape.notes)), ".ts")

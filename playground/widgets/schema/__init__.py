"""A JSON Schema as a tree that is edited. Knows no API."""

from playground.widgets.schema.tree import SchemaTree

__all__ = ["SchemaTree"]

"""What a TypeScript text declares, by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playground.core.schemas.convert.typescript_docs import Doc, read_doc
from playground.core.schemas.convert.typescript_source import Source, commented

if TYPE_CHECKING:
    from tree_sitter import Node

_TYPES = {
    "interface_declaration": "interface",
    "type_alias_declaration": "alias",
    "enum_declaration": "enum",
    "class_declaration": "class",
    "abstract_class_declaration": "class",
    "function_declaration": "function",
    "function_signature": "function",
    "generator_function_declaration": "function",
}
_SPACES = ("internal_module", "module")
_FUNCTIONS = ("arrow_function", "function_expression", "function")
_MOST_SPACES = 20


@dataclass(slots=True)
class Declared:
    """A type, an enum, a function or a value with a name."""

    name: str
    kind: str
    nodes: list[Node]
    """Several where an interface is declared in parts."""
    doc: Doc
    space: str = ""
    """The namespaces it is in, each with a dot behind it."""
    params: list[Node] = field(default_factory=list)
    """Its type parameters."""
    exported: bool = False


@dataclass(slots=True)
class Scope:
    """All declarations of a text. Names within namespaces are there with and without these."""

    declared: dict[str, Declared] = field(default_factory=dict)
    values: dict[str, Node] = field(default_factory=dict)
    """What constants are, for `typeof`."""
    imported: dict[str, str] = field(default_factory=dict)
    """Name → the module it comes from."""
    exports: bool = False
    """Whether what is added is exported."""
    _plain: dict[str, str] = field(default_factory=dict)

    def find(self, name: str, space: str = "") -> Declared | None:
        """What a name means within namespaces."""
        parts = space.split(".")[:-1]
        while True:
            found = self.declared.get(".".join([*parts, name]))
            if found is not None or not parts:
                break
            parts.pop()
        return found or self.declared.get(self._plain.get(name.rpartition(".")[2], ""))

    def add(self, one: Declared) -> None:
        """Add a declaration; parts of an interface are one."""
        one.exported = self.exports
        whole = one.space + one.name
        known = self.declared.get(whole)
        if known is None or (known.kind == "function" and one.kind != "function"):
            self.declared[whole] = one
            self._plain.setdefault(one.name, whole)
        elif known.kind == one.kind and one.kind in ("interface", "enum"):
            known.nodes += one.nodes
            known.doc = known.doc if known.doc.words else one.doc


def declarations(source: Source) -> Scope:
    """What the text declares, also in namespaces. Bodies of functions are not looked into."""
    scope = Scope()
    spaces: list[tuple[Node, str]] = [(source.root, "")]
    while spaces:
        parent, space = spaces.pop(0)
        for node, comment in commented(source, parent):
            inner = _declared(node)
            scope.exports = node.type == "export_statement"
            if inner.type == "import_statement":
                scope.imported |= _imports(source, inner)
            elif inner.type in _SPACES and space.count(".") < _MOST_SPACES:
                name, body = inner.child_by_field_name("name"), inner.child_by_field_name("body")
                if body is not None and name is not None:
                    own = source.text(name) if name.type != "string" else ""
                    spaces.append((body, f"{space}{own}." if own else space))
            elif inner.type in _TYPES:
                _add_type(source, scope, inner, space, comment)
            elif inner.type in ("lexical_declaration", "variable_declaration"):
                _add_values(source, scope, inner, space, comment)
            elif inner.type in _FUNCTIONS:
                scope.add(Declared("default", "function", [inner], read_doc(comment), space, _params(inner)))
    return scope


def names_in(source: Source, node: Node | None) -> Iterator[str]:
    """The names of types in a type."""
    todo = [node] if node is not None else []
    while todo:
        one = todo.pop()
        if one.type == "type_identifier":
            yield source.text(one)
        todo.extend(one.named_children)


def _declared(node: Node) -> Node:
    """What is exported, or declared to be elsewhere."""
    while node.type in ("export_statement", "ambient_declaration", "expression_statement"):
        inner = node.child_by_field_name("declaration") or node.child_by_field_name("value")
        if inner is None:
            named = [one for one in node.named_children if one.type not in ("comment", "decorator")]
            if not named:
                return node
            inner = named[0]
        node = inner
    return node


def _add_type(source: Source, scope: Scope, node: Node, space: str, comment: str) -> None:
    name = node.child_by_field_name("name")
    own = source.text(name) if name is not None else "default"
    scope.add(Declared(own, _TYPES[node.type], [node], read_doc(comment), space, _params(node)))


def _add_values(source: Source, scope: Scope, node: Node, space: str, comment: str) -> None:
    for one in node.named_children:
        if one.type != "variable_declarator":
            continue
        name, value = one.child_by_field_name("name"), one.child_by_field_name("value")
        if name is None or value is None or name.type != "identifier":
            continue
        own = source.text(name)
        scope.values[own] = value
        if value.type in _FUNCTIONS:
            scope.add(Declared(own, "function", [value], read_doc(comment), space, _params(value)))


def _params(node: Node) -> list[Node]:
    found = node.child_by_field_name("type_parameters")
    return [one for one in found.named_children if one.type == "type_parameter"] if found is not None else []


def _imports(source: Source, node: Node) -> dict[str, str]:
    module = node.child_by_field_name("source")
    words = source.string(module) if module is not None else ""
    return {source.text(name): words for name in _imported(node)}


def _imported(node: Node) -> Iterator[Node]:
    """The names that an import statement gives."""
    todo = [one for one in node.named_children if one.type == "import_clause"]
    while todo:
        one = todo.pop()
        if one.type == "identifier":
            yield one
        elif one.type == "import_specifier":
            yield one.child_by_field_name("alias") or one.named_children[-1]
        else:
            todo.extend(one.named_children)

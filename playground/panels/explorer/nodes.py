"""What stands in the tree of methods, as plain rows; the widget's model only shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from playground.core.catalog import Catalog, Family

FAVOURITES, RECENT = "~favourites", "~recent"


@dataclass(eq=False, slots=True)
class Node:
    """One row: a group of rows, or a method."""

    id: str
    title: str
    method: str = ""
    """The method's name; empty for a group."""
    note: str = ""
    """Quieter words behind the title."""
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    row: int = 0
    number: int = -1
    """Its id in the model that shows it."""

    def add(self, child: Node) -> Node:
        child.parent, child.row = self, len(self.children)
        self.children.append(child)
        return child


def tree(catalog: Catalog, favourites: Sequence[str], recent: Sequence[str]) -> Node:
    """Favourites and recent ones, then the families in the order in which people know them."""
    root = Node("", "")
    for group_id, title, names in ((FAVOURITES, "Favourites", favourites), (RECENT, "Recent", recent)):
        known = [name for name in names if name in catalog.methods]
        if known:
            _methods(root.add(Node(group_id, title)), known, whole=True)
    for family in catalog.families:
        _family(root, family)
    return root


def found(catalog: Catalog, text: str) -> Node:
    """The methods that a search finds, best first."""
    root = Node("", "")
    for hit in catalog.search(text):
        note = hit.words if hit.words != catalog.methods[hit.name].summary else ""
        root.add(Node(hit.name, hit.name, hit.name, note))
    return root


def _family(parent: Node, family: Family) -> None:
    node = parent.add(Node(family.id, family.title))
    _methods(node, family.methods)
    for child in family.children:
        _family(node, child)


def _methods(parent: Node, names: Iterable[str], *, whole: bool = False) -> None:
    for name in names:
        parent.add(Node(f"{parent.id}/{name}", name if whole else name.rpartition(".")[2], name))

"""What stands in the tree of methods, as plain rows; the widget's model only shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playground.core.catalog import Catalog, Family

if TYPE_CHECKING:
    from playground.core.saved import Listed

FAVOURITES, RECENT, SAVED = "~favourites", "~recent", "~saved"


@dataclass(eq=False, slots=True)
class Node:
    """One row: a group of rows, or a method."""

    id: str
    title: str
    method: str = ""
    """The method's name; empty for a group."""
    file: str = ""
    """The file of a saved request."""
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


def tree(catalog: Catalog, favourites: Sequence[str], recent: Sequence[str], saved: Sequence[Listed] = ()) -> Node:
    """Favourites, recent ones and saved requests, then the families in the order in which people know them."""
    root = Node("", "")
    for group_id, title, names in ((FAVOURITES, "Favourites", favourites), (RECENT, "Recent", recent)):
        known = [name for name in names if name in catalog.methods]
        if known:
            _methods(root.add(Node(group_id, title)), known, whole=True)
    if saved:
        _saved(root.add(Node(SAVED, "Saved requests")), saved)
    for family in catalog.families:
        _family(root, family)
    return root


def _saved(parent: Node, saved: Sequence[Listed]) -> None:
    """By their folders."""
    folders = {"": parent}
    for listed in saved:
        place, path = parent, ""
        for name in filter(None, listed.folder.split("/")):
            path = f"{path}/{name}"
            if path not in folders:
                folders[path] = place.add(Node(f"{SAVED}{path}", name))
            place = folders[path]
        place.add(Node(f"{SAVED}/{listed.path}", listed.title, listed.method, str(listed.path)))


def found(catalog: Catalog, text: str) -> Node:
    """The methods that a search finds, best first."""
    root = Node("", "")
    for hit in catalog.search(text):
        note = hit.words if hit.words != catalog.methods[hit.name].summary else ""
        root.add(Node(hit.name, hit.name, hit.name, note=note))
    return root


def _family(parent: Node, family: Family) -> None:
    node = parent.add(Node(family.id, family.title))
    _methods(node, family.methods)
    for child in family.children:
        _family(node, child)


def _methods(parent: Node, names: Iterable[str], *, whole: bool = False) -> None:
    for name in names:
        parent.add(Node(f"{parent.id}/{name}", name if whole else name.rpartition(".")[2], name))

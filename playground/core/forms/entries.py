"""Adding, removing, moving and naming the items of a list and the entries of a map."""

from __future__ import annotations

from playground.core.forms.nodes import Node
from playground.core.forms.shapes import Kind
from playground.core.forms.values import UNSET, Nameless


def add(node: Node) -> Node:
    """One more item or entry at the end; returns its place."""
    box = node.open_box()
    if isinstance(box, list):
        key: str | int = len(box)
        box.append(UNSET)
    else:
        key = Nameless(f"\0{node.model.next_number()}")
        box[key] = UNSET
    made = node.child(key)
    assert made is not None
    if made.shape.kind is Kind.UNION:
        index = made.chosen
        if index is None:
            index = 0
        made.choose(index)
    else:
        value = made.beginning()
        if value is not UNSET:
            box[key] = value
    node.model.touched(made)
    return made


def remove(node: Node, child: Node) -> None:
    """Take an item or an entry away."""
    child = child.place
    box = node.value
    key = child.key
    assert key is not None
    if isinstance(box, list) and isinstance(key, int):
        del box[key]
        node.forget(key)
        moved = {at - 1 if isinstance(at, int) and at > key else at: kid for at, kid in node.kids.items()}
        _renumber(node, moved)
    elif isinstance(box, dict):
        box.pop(key, None)
        node.forget(key)
    node.prune()
    node.model.touched(node)


def move(node: Node, child: Node, to: int) -> None:
    """Put an item at another index."""
    child = child.place
    box, at = node.value, child.key
    assert isinstance(box, list) and isinstance(at, int)
    to = max(0, min(to, len(box) - 1))
    if to == at:
        return
    order = [node.child(index) for index in range(len(box))]
    order.insert(to, order.pop(at))
    box.insert(to, box.pop(at))
    _renumber(node, {index: kid for index, kid in enumerate(order) if kid is not None})
    node.model.touched(node)


def _renumber(node: Node, kids: dict[str | int, Node]) -> None:
    node.kids = kids
    for key, kid in kids.items():
        kid.key = key


def rename(node: Node, child: Node, name: str) -> str:
    """Name an entry of a map; returns what is wrong with the name, "" where nothing is."""
    child = child.place
    box, old = node.value, child.key
    assert isinstance(box, dict) and old is not None
    key: str = name if name else Nameless(f"\0{node.model.next_number()}")
    if key == old:
        return ""
    if name in box:
        return f"The name “{name}” stands twice"
    items = [(key if at == old else at, value) for at, value in box.items()]
    box.clear()
    box.update(items)
    node.kids = {key if at == old else at: kid for at, kid in node.kids.items()}
    child.key = key
    node.model.touched(child)
    return ""

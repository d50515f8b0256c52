"""The places of a form: each knows its shape, and reads and writes its part of the form's one value.

Nothing is made before it is asked for: the places below an object, a list or an alternative come when they are looked
at, so that a schema that holds itself has an end.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from playground.core.forms.shapes import SCALARS, Kind, Shape
from playground.core.forms.values import UNSET, Nameless, copied, join

if TYPE_CHECKING:
    from playground.core.forms.model import FormModel

RAW = -1
"""The chosen alternative of a union whose value is none of them."""
_SCHEMAS = ("schema", "parameters", "input_schema")
_UNKNOWN = Shape(Kind.JSON, {}, "JSON")


class Node:
    """One place. `key` None: it stands at its parent's place (the chosen alternative of a union), or is the root."""

    __slots__ = ("_chosen", "_kept", "_seen", "begun", "draft", "key", "kids", "model", "parent", "problem", "shape")

    def __init__(self, model: FormModel, parent: Node | None, key: str | int | None, shape: Shape) -> None:
        self.model, self.parent, self.key, self.shape = model, parent, key, shape
        self.draft, self.problem = "", ""
        """What was typed that is no value, and what is wrong with it."""
        self.begun = False
        """Somebody wished it to be sent, also empty."""
        self.kids: dict[str | int, Node] = {}
        self._chosen: int | None = None
        self._seen = 0
        self._kept: dict[int, Any] = {}

    # Where it is

    @property
    def steps(self) -> tuple[str | int, ...]:
        found: list[str | int] = []
        at: Node | None = self
        while at is not None:
            if at.key is not None:
                found.append(at.key)
            at = at.parent
        return tuple(reversed(found))

    @property
    def pointer(self) -> str:
        return join(self.steps)

    @property
    def place(self) -> Node:
        """The node that stands for this place in its container: the union of an alternative, else itself."""
        node = self
        while node.key is None and node.parent is not None:
            node = node.parent
        return node

    @property
    def name(self) -> str:
        """What it is called: a property's name, or an item's index as servers write it, `[0]`."""
        key = self.place.key
        return f"[{key}]" if isinstance(key, int) else "" if key is None or type(key) is Nameless else key

    @property
    def title(self) -> str:
        return self.shape.title or self.name

    @property
    def id_kind(self) -> str:
        """Of what the value is an ID: as its schema says, its union's, or its list's; "" where it is none."""
        place = self.place
        around = place.parent.shape.id_kind if place.is_item and place.parent is not None else ""
        return self.shape.id_kind or place.shape.id_kind or around

    @property
    def holds_schema(self) -> bool:
        """Whether the value is a JSON Schema, as far as the name tells: of any JSON object, `schema` or a tool's
        `parameters`."""
        shape = self.shape
        return shape.kind is Kind.JSON and shape.json_type is dict and self.name in _SCHEMAS

    @property
    def is_item(self) -> bool:
        """Whether it is one of a list's."""
        return isinstance(self.place.key, int)

    @property
    def is_entry(self) -> bool:
        """Whether it is one of a map's, which can be named anew."""
        place = self.place
        return isinstance(place.key, str) and place.parent is not None and place.parent.shape.kind is Kind.MAP

    @property
    def required(self) -> bool:
        """Whether its object has to have it."""
        place = self.place
        return place.parent is not None and place.parent.is_required(place.key)

    def is_required(self, key: str | int | None) -> bool:
        return self.shape.kind is Kind.OBJECT and key in self.shape.required

    # What it is

    @property
    def value(self) -> Any:
        """The value, or UNSET. Not a copy: not to be changed."""
        if self.parent is None:
            return self.model.data
        if self.key is None:
            return self.parent.value
        box = self.parent.value
        if isinstance(box, dict):
            return box.get(self.key, UNSET)
        if isinstance(box, list) and isinstance(self.key, int) and self.key < len(box):
            return box[self.key]
        return UNSET

    @property
    def is_set(self) -> bool:
        return self.value is not UNSET

    def count(self) -> int:
        """How many of an object's names, or of a list's items, are set."""
        value = self.value
        if isinstance(value, dict):
            return sum(child is not UNSET for child in value.values())
        return len(value) if isinstance(value, list) else 0

    # Changing it

    def set(self, value: Any) -> None:
        """Put a value here; whatever must be around it is made."""
        if value is UNSET:
            self.unset()
            return
        self.undraft()
        self._put(value)
        self.begun = value in ({}, [])
        self.model.touched(self)

    def set_draft(self, text: str, problem: str) -> None:
        """What was typed is no value: nothing is sent, the text is kept, and `problem` says what is wrong with it."""
        self.unset()
        self.draft, self.problem = text, problem
        self.model.drafts[self] = None
        self.model.touched(self)

    def unset(self) -> None:
        """Send nothing here. An object that is empty now and was not wished for goes as well."""
        self.undraft()
        if self.parent is None:
            self.model.data.clear()
        elif self.key is None:
            self.parent.unset()
            return
        else:
            self.begun = False
            self._empty(self.parent, self.key)
        self.model.touched(self)

    def _empty(self, parent: Node, key: str | int) -> None:
        """Take the value away; items and entries stay, and wait for another one."""
        box = parent.value
        if isinstance(box, list) and isinstance(key, int) and key < len(box):
            box[key] = UNSET
        elif isinstance(box, dict) and key in box:
            if self.is_entry:
                box[key] = UNSET
            else:
                del box[key]
                parent.prune()

    def undraft(self) -> None:
        """Forget what was typed that is no value."""
        self.draft = self.problem = ""
        self.model.drafts.pop(self, None)

    def _put(self, value: Any) -> None:
        if self.parent is None:
            self.model.data = value if isinstance(value, dict) else {}
        elif self.key is None:
            self.parent._put(value)
        else:
            box = self.parent.open_box()
            if isinstance(box, list):
                assert isinstance(self.key, int)
                while len(box) <= self.key:
                    box.append(UNSET)
            box[self.key] = value

    def open_box(self) -> Any:
        """The dict or list that holds what is below here, made where there is none."""
        box = self.value
        wanted = list if self.shape.kind is Kind.LIST else dict
        if not isinstance(box, wanted):
            box = [] if wanted is list else self.beginning()
            self._put(box)
        return box

    def beginning(self) -> Any:
        """What this place starts with when somebody wishes for it: an object with its constants, an empty list, …;
        UNSET where a person has to say more."""
        if self.shape.kind is Kind.OBJECT:
            return self._constants(self.shape, ())
        if self.shape.kind is Kind.MAP or (self.shape.kind is Kind.JSON and self.shape.json_type is dict):
            return {}
        if self.shape.kind is Kind.LIST or (self.shape.kind is Kind.JSON and self.shape.json_type is list):
            return []
        if self.shape.constant:
            return self.shape.choices[0]
        return UNSET

    def _constants(self, shape: Shape, also: tuple[str, ...]) -> dict[str, Any]:
        """The properties that can have but one value, of those that are required and `also`."""
        found: dict[str, Any] = {}
        for name in shape.properties:
            if name in shape.required or name in also:
                inner = self.model.shapes.property(shape, name)
                if inner is not None and inner.constant:
                    found[name] = inner.choices[0]
        return found

    def begin(self) -> None:
        """Send it, also empty."""
        value = self.beginning()
        if value is not UNSET and not self.is_set:
            self.set(value)
        self.begun = True

    def prune(self) -> None:
        """Unset an object or a list that holds nothing but constants and was not wished for."""
        if self.parent is None or self.begun or self.place.begun or self.place.is_item or self.required:
            return
        value = self.value
        if not isinstance(value, dict | list):
            return
        constants = (
            self._constants(self.shape, ()) if isinstance(value, dict) and self.shape.kind is Kind.OBJECT else {}
        )
        if not value or value == constants:
            self.unset()

    # What is below it

    def child(self, key: str | int) -> Node | None:
        """The place of a property, an item or an entry; None where there can be none."""
        node = self.kids.get(key)
        if node is not None:
            return node
        shape: Shape | None
        if self.shape.kind is Kind.OBJECT:
            shape = self.model.shapes.property(self.shape, str(key))
        elif self.shape.kind in (Kind.LIST, Kind.MAP):
            value = self.value
            holds = (
                isinstance(key, int) and key < len(value)
                if isinstance(value, list)
                else (isinstance(value, dict) and key in value)
            )
            shape = self.model.shapes.items(self.shape) if holds else None
        else:
            return None
        if shape is None:
            return None
        node = self.kids[key] = Node(self.model, self, key, shape)
        return node

    def children(self) -> list[Node]:
        """The places below, in order: the properties, required ones first and constants left out; items; entries."""
        value = self.value
        keys: list[Any]
        if self.shape.kind is Kind.OBJECT:
            required = self.shape.required
            names = [name for name in self.shape.properties if not self._is_implied(name)]
            keys = [name for name in names if name in required] + [name for name in names if name not in required]
        elif self.shape.kind is Kind.LIST:
            keys = list(range(len(value))) if isinstance(value, list) else []
        elif self.shape.kind is Kind.MAP:
            keys = list(value) if isinstance(value, dict) else []
        else:
            return []
        for gone in [key for key in self.kids if key not in keys and self.shape.kind is not Kind.OBJECT]:
            self.forget(gone)
        return [node for key in keys if (node := self.child(key)) is not None]

    def forget(self, key: str | int) -> None:
        """Let go of the place of an item that is no more."""
        self.kids.pop(key).undraft()

    def _is_implied(self, name: str) -> bool:
        """Whether a property is required and can have but one value: it goes without saying, unless it is wrong."""
        if name not in self.shape.required or self.parent is None:
            return False
        shape = self.model.shapes.property(self.shape, name)
        if shape is None or not shape.constant:
            return False
        value = self.value
        return not isinstance(value, dict) or value.get(name, UNSET) == shape.choices[0]

    def unknown(self) -> dict[str, Any]:
        """What an object holds beside its properties."""
        value = self.value
        if self.shape.kind is not Kind.OBJECT or not isinstance(value, dict):
            return {}
        known = self.shape.properties
        return {name: child for name, child in value.items() if name not in known}

    def set_unknown(self, values: Mapping[str, Any]) -> None:
        """Other fields beside the properties; those that are properties stay what they are."""
        known = self.shape.properties
        if not values and not self.is_set:
            return
        box = self.open_box()
        for name in [name for name in box if name not in known]:
            del box[name]
        for name, value in values.items():
            if name not in known:
                box[name] = copied(value)
        if not values:
            self.prune()
        self.model.touched(self)

    # Alternatives

    @property
    def chosen(self) -> int | None:
        """The number of a union's alternative: of its value, or the one that was chosen for what comes; RAW where the
        value is none of them; None where there is no value and nothing was chosen."""
        if self._seen != self.model.generation:
            self._seen = self.model.generation
            value = self.value
            if value is not UNSET and value is not None:
                self._chosen = self._matched(value)
        if self._chosen is None and self.shape.variants:
            first = self.shape.variants[0].shape
            return 0 if first.kind in SCALARS and not first.constant else None
        return self._chosen

    def _matched(self, value: Any) -> int:
        """The alternative that a value is, the present one where it fits."""
        checker, now = self.model.checker, self._chosen
        best = checker.match(self.shape, value)
        if now is None or now in (RAW, best) or best == RAW:
            return best
        mine, other = self.shape.variants[now], self.shape.variants[best]
        if not checker.may_be(self.shape, mine, value):
            return best
        return now if len(checker.check(mine.shape, value)) <= len(checker.check(other.shape, value)) else best

    def inner(self) -> Node | None:
        """The place of a union's chosen alternative; None where none is chosen."""
        if self.shape.kind is not Kind.UNION or self.chosen is None:
            return None
        chosen = self.chosen
        node = self.kids.get(chosen)
        if node is None:
            shape = self.shape.variants[chosen].shape if chosen != RAW else _UNKNOWN
            node = self.kids[chosen] = Node(self.model, self, None, shape)
        return node

    def choose(self, index: int | None) -> None:
        """Another alternative. What this one held is kept, and comes back with it. None: nothing is sent."""
        before = self.chosen
        if before is not None and before != RAW and self.value is not UNSET and self.value is not None:
            self._kept[before] = copied(self.value)
        drafts = self._drafts_below(before)
        if index is None:
            self._chosen = None
            self.unset()
            return
        if index == before and self.value is not UNSET and self.value is not None:
            return
        self._chosen, self._seen = index, self.model.generation
        value: Any = self._kept.get(index, UNSET)
        inner = self.inner()
        assert inner is not None
        if value is UNSET and not inner.draft:
            value = self._first(index, inner)
        for node in drafts:
            self.model.drafts.pop(node, None)
        if value is UNSET:
            self._clear()
        else:
            self._put(copied(value))
            self.begun = True
        if inner.draft:
            self.model.drafts[inner] = None
        self.model.touched(self)

    def _drafts_below(self, index: int | None) -> list[Node]:
        inner = None if index is None else self.kids.get(index)
        return [node for node in self.model.drafts if inner is not None and inner in node.line()]

    def line(self) -> list[Node]:
        """This node and those above it."""
        found, at = [self], self.parent
        while at is not None:
            found.append(at)
            at = at.parent
        return found

    def _clear(self) -> None:
        """Nothing at this place, while the alternative stays chosen."""
        if self.parent is not None and self.key is not None:
            self._empty(self.parent, self.key)

    def _first(self, index: int, inner: Node) -> Any:
        """What a newly chosen alternative begins with: an object with its tag, an empty list; no text yet."""
        shape = inner.shape
        if shape.kind is Kind.OBJECT:
            tag, tags = self.shape.tag, self.shape.variants[index].tags
            found = self._constants(shape, (tag,))
            if tags and tag not in found and tag in shape.required:
                found = {tag: tags[0], **found}  # without it nobody could tell which alternative it is
            return found
        return inner.beginning() if shape.kind is not Kind.UNION else UNSET

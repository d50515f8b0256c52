"""Each kind of TypeScript's types as JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from playground.core.schemas.convert.typescript_algebra import (
    NEVER,
    UNDEFINED,
    Schema,
    enum,
    intersection,
    literals,
    object_of,
    options_of,
    union,
)
from playground.core.schemas.convert.typescript_builtin import BUILTIN, Builtin
from playground.core.schemas.convert.typescript_members import Members

if TYPE_CHECKING:
    from tree_sitter import Node

    from playground.core.schemas.convert.typescript_reader import Env, Reader
    from playground.core.schemas.convert.typescript_scope import Declared

MOST_INLINED = 20
_NAMES = ("type_identifier", "identifier", "nested_type_identifier", "generic_type")
_OBJECTS = ("object_type", "intersection_type")
ANY_OBJECT: Schema = {"type": "object", "additionalProperties": True}
_PREDEFINED: dict[str, Schema] = {
    "string": {"type": "string"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "any": {},
    "unknown": {},
    "never": NEVER,
    "object": ANY_OBJECT,
}
_PARTS = {"string": r"[\s\S]*", "number": r"-?\d+(\.\d+)?", "bigint": r"-?\d+", "boolean": "(true|false)"}


class Kinds:
    """Reads types; what they are called is the reader's."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.source = reader.source
        self.members = Members(reader, self)
        self.builtin = Builtin(reader, self)
        self._inlined: list[str] = []
        self._kinds: dict[str, Callable[[Node, Env], Schema]] = {
            "predefined_type": self._predefined,
            "literal_type": self._literal,
            "type_identifier": self._named,
            "identifier": self._named,
            "nested_type_identifier": self._named,
            "generic_type": self._named,
            "union_type": self._union,
            "intersection_type": self._intersection,
            "object_type": self._object,
            "array_type": self._list,
            "tuple_type": self._tuple,
            "index_type_query": self._keys,
            "lookup_type": self._lookup,
            "type_query": self._typeof,
            "template_literal_type": self._template,
            "parenthesized_type": self._inner,
            "readonly_type": self._inner,
            "optional_type": self._inner,
            "rest_type": self._inner,
        }

    def read(self, node: Node, env: Env) -> Schema:
        """Any type."""
        read = self._kinds.get(node.type)
        if read is not None:
            return read(node, env)
        if node.type in ("function_type", "constructor_type", "asserts", "type_predicate"):
            self.reader.note(node, "A function is no JSON; it is left out.")
            return UNDEFINED
        self.reader.note(node, f"“{self.source.excerpt(node)}” is not worked out: anything is taken there.")
        return {}

    def declared(self, one: Declared, env: Env) -> Schema:
        """What a declaration is."""
        if one.kind == "alias":
            value = one.nodes[0].child_by_field_name("value")
            return self.solid(value, env) if value is not None else {}
        return self.members.declared(one, env)

    def solid(self, node: Node, env: Env) -> Schema:
        """A type where `undefined` has no meaning of its own."""
        made = self.reader.type(node, env)
        return {"type": "null"} if made is UNDEFINED else made

    def options(self, node: Node, env: Env) -> list[Schema]:
        """The options of a union, from left to right; `undefined` among them."""
        if node.type in ("parenthesized_type", "readonly_type"):
            return self.options(self.source.inner(node), env)
        if node.type in _NAMES:
            self.reader.step(node)
            return self._meant(node, env)
        if node.type != "union_type":
            return [self.reader.type(node, env)]
        parts: list[Node] = []
        todo = [node]
        while todo:  # a union of a thousand words is a thousand levels deep
            one = todo.pop()
            inner = [part for part in one.named_children if part.type != "comment"]
            if one.type == "union_type":
                todo += inner[::-1]
            else:
                parts.append(one)
        found = [one for part in parts for one in self.options(part, env)]
        if any(one == {"type": "string"} for one in found) and any(literals(one) is not None for one in found):
            self.reader.note(node, "“string” takes any text: the words beside it are left out.")
        return found

    def _union(self, node: Node, env: Env) -> Schema:
        return _one(self.options(node, env))

    def _inner(self, node: Node, env: Env) -> Schema:
        return self.reader.type(self.source.inner(node), env)

    def _object(self, node: Node, env: Env) -> Schema:
        return self.members.object(node, env, node)

    def _list(self, node: Node, env: Env) -> Schema:
        return {"type": "array", "items": self.item(self.source.inner(node), env)}

    def _literal(self, node: Node, env: Env) -> Schema:
        return self.literal(self.source.inner(node))

    def _predefined(self, node: Node, env: Env) -> Schema:
        words = self.source.text(node)
        if words.endswith("symbol"):
            self.reader.note(node, "A symbol is no JSON; it is left out.")
        return _PREDEFINED.get(words, UNDEFINED)

    def literal(self, node: Node) -> Schema:
        """A literal as a type."""
        if node.type == "string":
            return enum([self.source.string(node)])
        if node.type == "number":
            return enum([self.source.number(node)])
        if node.type == "unary_expression":
            value = node.child_by_field_name("argument")
            if value is not None and value.type == "number":
                found = self.source.number(value)
                return enum([-found if self.source.text(node).startswith("-") else found])
        if node.type in ("true", "false"):
            return enum([node.type == "true"])
        return {"type": "null"} if node.type == "null" else UNDEFINED if node.type == "undefined" else {}

    def item(self, node: Node, env: Env) -> Schema:
        """What is in a list: `undefined` is null there, as JSON.stringify writes it."""
        options = self.options(node, env)
        return union([{"type": "null"} if one is UNDEFINED else one for one in options])

    def _tuple(self, node: Node, env: Env) -> Schema:
        parts: list[Schema] = []
        rest: Schema | bool = False
        least = 0
        for one in node.named_children:
            if one.type == "comment":
                continue
            name, hint = one.child_by_field_name("name"), one.child_by_field_name("type")
            inner = self.source.inner(hint) if hint is not None else one
            if one.type == "rest_type" or (name is not None and name.type == "rest_pattern"):
                found = self.reader.resolve(self.reader.type(inner, env))
                rest = found.get("items", {}) if isinstance(found.get("items"), dict) else {}
                continue
            if rest is not False:
                self.reader.note(one, "What follows the rest of a tuple is left out.")
                continue
            parts.append(self.item(self.source.inner(inner) if inner.type == "optional_type" else inner, env))
            if one.type not in ("optional_type", "optional_parameter"):
                least = len(parts)
        if not parts:
            return {"type": "array", "items": rest} if rest is not False else {"type": "array", "maxItems": 0}
        return {"type": "array", "prefixItems": parts, "items": rest, "minItems": least}

    def _intersection(self, node: Node, env: Env) -> Schema:
        parts: list[Node] = []
        todo = [node]
        while todo:
            one = todo.pop()
            if one.type == "intersection_type":
                todo += [part for part in one.named_children if part.type != "comment"][::-1]
            else:
                parts.append(one)
        made: Schema = {}
        for one in parts:
            found = self.solid(one, env)
            try:
                made = intersection(made, found, self.reader.resolve)
            except ValueError as error:
                raise self.source.error(node, f"this cannot be worked out: {error}.") from None
        return self.reader.worked({name: value for name, value in made.items() if name != "description"}, node)

    # Names

    def _named(self, node: Node, env: Env) -> Schema:
        return _one(self._meant(node, env))

    def _meant(self, node: Node, env: Env) -> list[Schema]:
        """The options of what a name with arguments means."""
        name = node.child_by_field_name("name") if node.type == "generic_type" else node
        given = next((one for one in node.named_children if one.type == "type_arguments"), None)
        args = [one for one in given.named_children if one.type != "comment"] if given is not None else []
        return self.by_name(node, name if name is not None else node, args, env)

    def by_name(self, node: Node, name: Node, args: list[Node], env: Env) -> list[Schema]:
        """The options of what a name with arguments means."""
        words = self.source.text(name)
        if words in env.params:
            return [self.reader.worked(env.params[words], node)]
        scope = self.reader.scope
        owner, _, last = words.rpartition(".")
        enumerated = scope.find(owner, env.space) if owner else None
        if enumerated is not None and enumerated.kind == "enum":
            values = self.members.enum_values(enumerated)
            if last in values:
                return [enum([values[last]])]
        one = scope.find(words, env.space) if not owner or owner.partition(".")[0] not in scope.imported else None
        if one is not None and one.kind != "function":
            return self._instance(one, [self.solid(arg, env) for arg in args], node)
        if words in BUILTIN:
            return [self.reader.worked(self.builtin.read(words, node, args, env), node)]
        module = scope.imported.get(words.partition(".")[0])
        where = f" comes from “{module}”" if module else " is not in the text"
        self.reader.note(node, f"“{words}”{where}: anything is taken there.")
        return [{}]

    def _instance(self, one: Declared, args: list[Schema], node: Node) -> list[Schema]:
        """A reference to a declared type; what is no object of a generic alias stands there itself."""
        self.reader.check_arguments(args, node)
        value = one.nodes[0].child_by_field_name("value") if one.kind == "alias" else None
        if value is not None and (_is_open(value) or (one.params and value.type not in _OBJECTS)):
            key = f"{one.space}{one.name} {args}"
            if key not in self._inlined and len(self._inlined) < MOST_INLINED:
                self._inlined.append(key)
                found = self.options(value, self.reader.bound(one, args))
                self._inlined.pop()
                return found
        return [self.reader.ref(one, args, node)]

    # Types that are worked out

    def keys(self, node: Node, env: Env) -> list[str] | None:
        """The words that a type of keys has; None where it is any text."""
        found = [self.reader.resolve(one) for one in self.options(node, env)]
        values: list[str] = []
        for one in options_of(union(found), self.reader.resolve):
            some = literals(one)
            if some is None:
                return None
            values += [str(value) for value in some if value is not None]
        return values

    def _keys(self, node: Node, env: Env) -> Schema:
        inner = self.source.inner(node)
        if inner.type == "type_query":
            owner = self.reader.scope.find(self.source.text(self.source.inner(inner)), env.space)
            if owner is not None and owner.kind == "enum":
                return enum(list(self.members.enum_values(owner)))
        found = self.reader.type(inner, env)
        unfinished = self.reader.unfinished(found)
        names = list(self.members.own(*unfinished) if unfinished else self.reader.resolve(found).get("properties", {}))
        return enum(names) if names else {"type": "string"}

    def _lookup(self, node: Node, env: Env) -> Schema:
        owner, index = [one for one in node.named_children if one.type != "comment"][:2]
        found = self.reader.type(owner, env)
        unfinished = self.reader.unfinished(found)
        if unfinished:  # `parent: Node["id"]` within Node: only that member is read
            own = self.members.own(*unfinished)
            inner = [own[name] for name in self.keys(index, env) or [] if name in own]
            return union([one for hint in inner for one in self.options(hint, unfinished[1])])
        found = self.reader.resolve(found)
        if index.type == "predefined_type":
            if found.get("prefixItems"):
                return union([self.reader.worked(one, node) for one in found["prefixItems"]])
            items = found.get("items", found.get("additionalProperties"))
            return self.reader.worked(items, node) if isinstance(items, dict) else {}
        options = []
        for name in self.keys(index, env) or []:
            properties = found.get("properties", {})
            parts = found.get("prefixItems", [])
            if name in properties:
                options.append(properties[name])
            elif name.isdecimal() and int(name) < len(parts):
                options.append(parts[int(name)])
        if not options:
            self.reader.note(node, f"“{self.source.excerpt(node)}” is not found: anything is taken there.")
            return {}
        return union([self.reader.worked(one, node) for one in options])

    def _typeof(self, node: Node, env: Env) -> Schema:
        name = self.source.text(self.source.inner(node))
        value = self.reader.scope.values.get(name)
        if value is not None:
            return self.members.value(value, env)
        one = self.reader.scope.find(name, env.space)
        if one is not None and one.kind == "enum":
            return object_of({key: enum([word]) for key, word in self.members.enum_values(one).items()}, [])
        self.reader.note(node, f"What “{self.source.excerpt(node)}” is cannot be told: anything is taken there.")
        return {}

    def _template(self, node: Node, env: Env) -> Schema:
        parts: list[str] = []
        for one in node.named_children:
            if one.type == "template_type":
                words = self.source.text(self.source.inner(one))
                some = literals(self.reader.resolve(self.reader.type(self.source.inner(one), env)))
                parts.append("(" + "|".join(re.escape(str(value)) for value in some) + ")" if some else
                             _PARTS.get(words, _PARTS["string"]))  # fmt: skip
            elif one.type == "string_fragment":
                parts.append(_escaped(self.source.text(one)))
        return {"type": "string", "pattern": f"^{''.join(parts)}$"}


def _one(options: list[Schema]) -> Schema:
    left = [one for one in options if one is not UNDEFINED]
    return union(left) if left else UNDEFINED


def _is_open(node: Node) -> bool:
    """Whether a union says `undefined` itself."""
    while node.type == "union_type":
        last = node.named_children[-1]
        if last.type == "literal_type" and last.named_children and last.named_children[0].type == "undefined":
            return True
        node = node.named_children[0]
    return node.type == "literal_type" and bool(node.named_children) and node.named_children[0].type == "undefined"


def _escaped(words: str) -> str:
    return re.sub(r"[\\^$.*+?()[\]{}|/]", lambda match: "\\" + match[0], words)

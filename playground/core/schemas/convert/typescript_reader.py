"""TypeScript's types as JSON Schema: what is declared, and what its names mean."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from playground.core.schemas.convert.model import MAX_DEPTH, ConvertError, Imported, Note
from playground.core.schemas.convert.names import Names, class_name
from playground.core.schemas.convert.typescript_algebra import Schema, weight
from playground.core.schemas.convert.typescript_docs import documented
from playground.core.schemas.convert.typescript_scope import Declared, declarations, names_in
from playground.core.schemas.convert.typescript_source import Source
from playground.core.schemas.document import is_deep

if TYPE_CHECKING:
    from tree_sitter import Node

_REF = "#/$defs/"
_MOST = 2_000
"""Types with a name, instances of generic ones among them."""
_LARGEST = 500_000
"""Values in all definitions; a few lines can come to any number of them."""
_LARGEST_WORKED = 3_000_000
"""The same in all types that are worked out of others, which `Record<Key, Record<Key, …>>` multiplies."""
_MOST_STEPS = 150_000
"""Types that are read, those within mapped ones once for each key."""
_LARGEST_ARGUMENT = 20_000
_MOST_SHOWN = 200_000
"""Definitions in all schemas that are given: each of them has what it uses."""


@dataclass(frozen=True, slots=True)
class Env:
    """What names mean at a place beside what the text declares."""

    params: dict[str, Schema] = field(default_factory=dict)
    """Type parameters and what stands for them."""
    space: str = ""
    """The namespaces, each with a dot behind it."""

    def with_(self, **params: Schema) -> Env:
        return replace(self, params={**self.params, **params})


def from_typescript(text: str, name: str = "") -> Imported:
    """Interfaces, type aliases, enums, classes and the parameters of functions. Objects are closed; what is used is
    in `$defs`; nothing is executed or fetched. `name`: the one that is meant. Raises ConvertError."""
    reader = Reader(Source(text))
    try:
        return reader.imported(name)
    except RecursionError:
        raise ConvertError("The types are nested too deeply, or what is joined with & refers to itself.") from None


class Reader:
    """One text."""

    def __init__(self, source: Source) -> None:
        from playground.core.schemas.convert.typescript_kinds import Kinds

        self.source = source
        self.scope = declarations(source)
        self.notes: dict[Note, None] = {}
        self.kinds = Kinds(self)
        self.defs: dict[str, Schema] = {}
        self._waiting: dict[str, tuple[Declared, Env]] = {}
        self._names = Names(())
        self._instances: dict[str, str] = {}
        self._active: list[str] = []
        self._uses: dict[str, list[str]] = {}
        self._depth = 0
        self._room, self._worked, self._steps = _LARGEST, _LARGEST_WORKED, _MOST_STEPS

    def note(self, node: Node, words: str) -> None:
        self.notes.setdefault(Note(words, self.source.line(node)))

    # What is given

    def imported(self, name: str) -> Imported:
        """All schemas, the main one named."""
        wanted: dict[str, Declared] = {}
        for one in self.scope.declared.values():
            if not any(param.child_by_field_name("value") is None for param in one.params):
                wanted[self.define(one, [], one.nodes[0])] = one
        for one in () if wanted else self.scope.declared.values():
            self.note(one.nodes[0], f"“{one.name}” has parameters: anything is taken for them.")
            wanted[self.define(one, [], one.nodes[0])] = one
        while self._waiting:
            self.body(next(iter(self._waiting)))
        if not wanted:
            raise ConvertError("There is no interface, type, enum or function in it.")
        main = self._main(wanted, name)
        schemas: dict[str, Schema] = {}
        room = _MOST_SHOWN
        for one_name in sorted(wanted, key=lambda one: one != main):
            room -= len(self._closure(one_name))
            if room >= 0 or one_name == main:
                schemas[one_name] = self._whole(one_name)
        order = {one: place for place, one in enumerate(wanted)}
        schemas = dict(sorted(schemas.items(), key=lambda item: order[item[0]]))
        functions = frozenset(one for one in schemas if wanted[one].kind == "function")
        return Imported(schemas, tuple(self.notes), main, functions)

    def _main(self, wanted: dict[str, Declared], name: str) -> str:
        if name:
            if name in wanted:
                return name
            shown = ", ".join(f"“{one}”" for one in list(wanted)[:12])
            raise ConvertError(f"There is no “{name}” in it, but {shown}{' …' if len(wanted) > 12 else ''}.")
        used = {inner for one in self.defs for inner in self.uses(one) if inner != one}
        for one in wanted.values():
            if one.kind == "function":  # what it answers is its, too
                used |= set(names_in(self.source, one.nodes[0].child_by_field_name("return_type")))
        types = [one for one in wanted if wanted[one].kind != "function"]
        others = [one for one in wanted if one not in types]
        for group in (types, others):
            free = [one for one in group if one not in used]
            for found in ([one for one in free if wanted[one].exported], free):
                if found:
                    return found[-1]
        return next((one for one in reversed(wanted) if wanted[one].exported), list(wanted)[-1])

    def uses(self, name: str) -> list[str]:
        """The definitions that one names itself, in order."""
        if name not in self._uses:
            found: dict[str, None] = {}
            todo: list[Any] = [self.defs[name]]
            while todo:
                value = todo.pop()
                if isinstance(value, dict):
                    ref = value.get("$ref")
                    if isinstance(ref, str):
                        found[ref.removeprefix(_REF)] = None
                    todo.extend(reversed([inner for key, inner in value.items() if key not in ("default", "examples")]))
                elif isinstance(value, list):
                    todo.extend(reversed(value))
            self._uses[name] = [one for one in found if one in self.defs]
        return self._uses[name]

    def _closure(self, name: str) -> dict[str, None]:
        found: dict[str, None] = {}
        todo = self.uses(name)[::-1]
        while todo:
            one = todo.pop()
            if one not in found:
                found[one] = None
                todo += self.uses(one)[::-1]
        return found

    def _whole(self, name: str) -> Schema:
        """A schema with all that it uses; where it comes to itself, `#` is it."""
        self.resolve({"$ref": f"{_REF}{name}"})  # raises where it only comes back
        while list(self.defs[name]) == ["$ref"]:
            name = self.defs[name]["$ref"].removeprefix(_REF)
        closure = self._closure(name)
        itself = name if name in closure else ""
        defs = {one: _pointing(self.defs[one], itself) for one in closure if one != name}
        return {**_pointing(self.defs[name], itself), **({"$defs": defs} if defs else {})}

    # Names

    def define(self, one: Declared, args: list[Schema], node: Node) -> str:
        """The name of the definition of a type with its arguments; it is read later."""
        whole = one.space + one.name
        key = f"{whole} {json.dumps(args, sort_keys=True)}"
        if key not in self._instances:
            if len(self._instances) >= _MOST:
                raise self.source.error(
                    node, f"more than {_MOST:,} types come of this text. Leave out what is not used."
                )
            wish = one.name if one.name not in ("default", "") else "Answer"
            if one.space and self.scope.find(one.name) is not one:
                wish = class_name(whole, wish)
            if args:
                wish = class_name(" ".join([wish, *map(_called, args)]), wish)
            name = self._names.take(wish)
            self._instances[key] = name
            self._waiting[name] = (one, self.bound(one, args))
        return self._instances[key]

    def bound(self, one: Declared, args: list[Schema]) -> Env:
        """The environment in which a generic type is read."""
        env = Env(space=one.space)
        for place, param in enumerate(one.params):
            name = param.child_by_field_name("name")
            default, limit = param.child_by_field_name("value"), param.child_by_field_name("constraint")
            meant = next((part for part in (default, limit) if part is not None), None)
            value: Schema = {}
            if place < len(args):
                value = args[place]
            elif meant is not None and meant.named_children:
                value = self.type(self.source.inner(meant), env)
            if name is not None:
                env = env.with_(**{self.source.text(name): value})
        return env

    def check_arguments(self, args: list[Schema], node: Node) -> None:
        """Raises ConvertError where they are so large that what uses them would have no end."""
        if weight(args, _LARGEST_ARGUMENT) > _LARGEST_ARGUMENT or is_deep(args):
            raise self.source.error(node, "what this type grows to has no end, or is too large.")

    def step(self, node: Node) -> None:
        """Raises ConvertError after so many types that no end is in sight."""
        self._steps -= 1
        if self._steps < 0:
            raise self.source.error(node, f"more than {_MOST_STEPS:,} types are to be read.")

    def worked(self, made: Schema, node: Node) -> Schema:
        """What a type was worked out to. Raises ConvertError where all of these are too large."""
        self._worked -= weight(made, self._worked)
        if self._worked < 0:
            raise self.source.error(node, "the types that are worked out up to here come to too large schemas.")
        return made

    def ref(self, one: Declared, args: list[Schema], node: Node) -> Schema:
        """A reference to a declared type."""
        return {"$ref": f"{_REF}{self.define(one, args, node)}"}

    def body(self, name: str) -> Schema:
        """The schema of a definition. Raises ConvertError where it is made of itself."""
        if name not in self.defs:
            one, env = self._waiting[name]
            if name in self._active:
                raise self.source.error(one.nodes[0], f"“{one.name}” is made of itself.")
            self._active.append(name)
            made = self.kinds.declared(one, env)
            self._active.pop()
            self._room -= weight(made, self._room)
            if self._room < 0:
                raise self.source.error(one.nodes[0], f"the types up to “{one.name}” come to too large schemas.")
            del self._waiting[name]
            self.defs[name] = documented(made, one.doc)
        return self.defs[name]

    def unfinished(self, schema: Schema) -> tuple[Declared, Env] | None:
        """The declaration that a reference points to, while that is being read."""
        name = schema["$ref"].removeprefix(_REF) if list(schema) == ["$ref"] else ""
        return self._waiting[name] if name in self._active else None

    def resolve(self, schema: Schema) -> Schema:
        """What a reference points to; anything else is itself."""
        for _ in range(MAX_DEPTH):
            if list(schema) != ["$ref"]:
                return schema
            schema = self.body(schema["$ref"].removeprefix(_REF))
        raise ConvertError(f"{schema['$ref']} points to itself.")

    def type(self, node: Node, env: Env) -> Schema:
        """The schema of a type. Raises ConvertError."""
        self._depth += 1
        self.step(node)
        if self._depth > MAX_DEPTH:
            raise self.source.error(node, f"types are nested more than {MAX_DEPTH} levels deep.")
        made = self.kinds.read(node, env)
        self._depth -= 1
        return made


def _called(schema: Schema) -> str:
    """What an argument is called in the name of an instance."""
    ref = schema.get("$ref")
    if isinstance(ref, str):
        return ref.removeprefix(_REF)
    if "items" in schema:
        return f"{_called(schema['items'])} list" if isinstance(schema["items"], dict) else "list"
    if isinstance(schema.get("const"), str):
        return str(schema["const"])[:20]
    kind = schema.get("type")
    return " or ".join(kind) if isinstance(kind, list) else str(kind or "")


def _pointing(schema: Schema, itself: str) -> Schema:
    """A schema whose references to the root say `#`."""
    if not itself:
        return schema

    def one(value: Any) -> Any:
        if isinstance(value, dict):
            if value.get("$ref") == f"{_REF}{itself}":
                return {**value, "$ref": "#"}
            return {key: one(inner) for key, inner in value.items()}
        return [one(inner) for inner in value] if isinstance(value, list) else value

    made: Schema = one(schema)
    return made

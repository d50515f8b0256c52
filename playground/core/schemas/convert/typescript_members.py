"""What has members: interfaces, classes, enums, the parameters of functions, and values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.core.schemas.convert.typescript_algebra import (
    NEVER,
    UNDEFINED,
    Schema,
    enum,
    intersection,
    object_of,
    union,
)
from playground.core.schemas.convert.typescript_docs import Doc, documented, read_doc
from playground.core.schemas.convert.typescript_source import commented

if TYPE_CHECKING:
    from tree_sitter import Node

    from playground.core.schemas.convert.typescript_kinds import Kinds
    from playground.core.schemas.convert.typescript_reader import Env, Reader
    from playground.core.schemas.convert.typescript_scope import Declared

_LEFT_OUT = ("private", "protected", "static", "declare", "#")


class Members:
    """Reads what stands in braces."""

    def __init__(self, reader: Reader, kinds: Kinds) -> None:
        self.reader = reader
        self.kinds = kinds
        self.source = reader.source

    def declared(self, one: Declared, env: Env) -> Schema:
        """An interface, a class, an enum, or a function's parameters."""
        if one.kind == "enum":
            values = list(self.enum_values(one).values())
            return enum(values) if values else NEVER
        if one.kind == "function":
            return self.parameters(one, env)
        made: Schema = object_of({}, [])
        for node in one.nodes:
            for base in _bases(node):
                made = self._joined(made, self.reader.resolve(self._base(base, env)), base)
        for node in one.nodes:
            body = node.child_by_field_name("body")
            if body is not None:
                read = self.object if one.kind == "interface" else self.fields
                made = _overridden(made, read(body, env, node))
        return {name: value for name, value in made.items() if name != "description"}

    def _base(self, node: Node, env: Env) -> Schema:
        if node.type == "extends_clause":
            name = node.child_by_field_name("value")
            given = node.child_by_field_name("type_arguments")
            args = list(given.named_children) if given is not None else []
            return union(self.kinds.by_name(node, name, args, env)) if name is not None else {}
        return self.reader.type(node, env)

    def _joined(self, made: Schema, base: Schema, node: Node) -> Schema:
        if base == {}:
            return made
        if base.get("type") != "object":
            self.reader.note(node, f"“{self.source.excerpt(node)}” is no object; it is left out.")
            return made
        return intersection(made, base, self.reader.resolve)

    # Objects

    def object(self, node: Node, env: Env, owner: Node) -> Schema:
        """What stands in the braces of an interface or of a type."""
        properties: dict[str, Any] = {}
        required: list[str] = []
        extra: Any = False
        for one, comment in commented(self.source, node):
            if one.type == "index_signature":
                mapped = next((part for part in one.named_children if part.type == "mapped_type_clause"), None)
                if mapped is not None:
                    return self._mapped(node, one, mapped, env)
                hint = one.child_by_field_name("type")
                extra = self._annotated(hint, env) if hint is not None else {}
                extra = True if extra == {} else False if extra == NEVER else documented(extra, read_doc(comment))
            elif one.type == "property_signature" or (one.type == "method_signature" and one.children[0].type == "get"):
                hint = one.child_by_field_name("type") or one.child_by_field_name("return_type")
                self._add(properties, required, one, hint, comment, env)
            elif one.type in ("method_signature", "call_signature", "construct_signature"):
                self.reader.note(one, f"“{self.source.excerpt(one)}” is a function, which is no JSON; it is left out.")
        if not properties and extra is False and owner.type == "object_type":
            return {"type": "object", "additionalProperties": True}  # `{}`: anything
        return object_of(properties, required, extra)

    def own(self, one: Declared, _env: Env) -> dict[str, Node]:
        """The types of the members that stand in an interface or an object's type itself, by their names."""
        found: dict[str, Node] = {}
        for node in one.nodes:
            body = node.child_by_field_name("body") or node.child_by_field_name("value")
            for member in body.named_children if body is not None else ():
                name, hint = self.key(member.child_by_field_name("name")), member.child_by_field_name("type")
                if member.type in ("property_signature", "public_field_definition") and name and hint is not None:
                    found[name] = self.source.inner(hint)
        return found

    def _annotated(self, hint: Node, env: Env) -> Schema:
        return self.kinds.solid(self.source.inner(hint), env)

    def _add(
        self, properties: dict[str, Any], required: list[str], one: Node, hint: Node | None, comment: str, env: Env
    ) -> None:
        name = self.key(one.child_by_field_name("name"))
        if name is None:
            self.reader.note(one, f"“{self.source.excerpt(one)}” has no name in JSON; it is left out.")
            return
        options = self.kinds.options(self.source.inner(hint), env) if hint is not None else [{}]
        self.put(properties, required, name, options, read_doc(comment), any(part.type == "?" for part in one.children))

    def put(
        self,
        properties: dict[str, Any],
        required: list[str],
        name: str,
        options: list[Schema],
        doc: Doc,
        optional: bool,
    ) -> None:
        """A property of any of several types."""
        left = [one for one in options if one is not UNDEFINED]
        made = union(left)
        if not left or (made == NEVER and optional):
            return
        properties[name] = documented(made, doc)
        if not optional and len(left) == len(options):
            required.append(name)

    def key(self, node: Node | None) -> str | None:
        """The name of a member; None where it has none that JSON knows."""
        if node is None:
            return None
        if node.type == "computed_property_name":
            node = self.source.inner(node)
            return self.source.string(node) if node.type == "string" else None
        if node.type == "string":
            return self.source.string(node)
        if node.type == "number":
            return str(self.source.number(node))
        return self.source.text(node) if node.type != "private_property_identifier" else None

    def _mapped(self, braces: Node, one: Node, clause: Node, env: Env) -> Schema:
        name, keys = clause.child_by_field_name("name"), clause.child_by_field_name("type")
        words = self.kinds.keys(keys, env) if keys is not None else None
        hint = one.child_by_field_name("type")
        inner = self.source.inner(hint) if hint is not None and hint.named_children else None
        sign = hint.type if hint is not None else ""
        if words is None or name is None:
            value = self.kinds.solid(inner, env) if inner is not None else {}
            return object_of({}, [], True if value == {} else value)
        before = self._optional_in(keys, env) if "omitting" not in sign else set()
        properties: dict[str, Any] = {}
        required: list[str] = []
        for word in words:
            bound = env.with_(**{self.source.text(name): enum([word])})
            options = self.kinds.options(inner, bound) if inner is not None else [{}]
            optional = "opting" in sign or word in before
            self.put(properties, required, word, options, Doc(), optional)
            self.reader.worked(properties.get(word, {}), one)
        return object_of(properties, required)

    def _optional_in(self, keys: Node | None, env: Env) -> set[str]:
        """`[K in keyof T]` keeps which properties of T are optional."""
        if keys is None or keys.type != "index_type_query":
            return set()
        owner = self.reader.resolve(self.reader.type(self.source.inner(keys), env))
        return set(owner.get("properties", {})) - set(owner.get("required", []))

    def fields(self, body: Node, env: Env, owner: Node) -> Schema:
        """The public fields of a class, those that its constructor declares among them."""
        properties: dict[str, Any] = {}
        required: list[str] = []
        for one, comment in commented(self.source, body):
            head = {
                self.source.text(part) for part in one.children if part.type in (*_LEFT_OUT, "accessibility_modifier")
            }
            if one.type == "public_field_definition" and not head & set(_LEFT_OUT):
                hint, value = one.child_by_field_name("type"), one.child_by_field_name("value")
                name = self.key(one.child_by_field_name("name"))
                options = self.kinds.options(self.source.inner(hint), env) if hint is not None else (
                    [self.value(value, env)] if value is not None else [{}]
                )  # fmt: skip
                optional = any(part.type == "?" for part in one.children)
                if name is not None:
                    self.put(properties, required, name, options, read_doc(comment), optional)
            elif one.type == "method_definition" and self.key(one.child_by_field_name("name")) == "constructor":
                self._of_constructor(one, properties, required, env)
        return object_of(properties, required)

    def _of_constructor(self, node: Node, properties: dict[str, Any], required: list[str], env: Env) -> None:
        params = node.child_by_field_name("parameters")
        for one in params.named_children if params is not None else ():
            words = [
                self.source.text(part) for part in one.children if part.type in ("accessibility_modifier", "readonly")
            ]
            pattern, hint = one.child_by_field_name("pattern"), one.child_by_field_name("type")
            if words and words[0] not in _LEFT_OUT and pattern is not None:
                options = self.kinds.options(self.source.inner(hint), env) if hint is not None else [{}]
                optional = one.type == "optional_parameter"
                self.put(properties, required, self.source.text(pattern), options, Doc(), optional)

    # Enums, functions, values

    def enum_values(self, one: Declared) -> dict[str, str | int | float]:
        """The values of an enum, by their names. Raises ConvertError for one that cannot be told."""
        found: dict[str, str | int | float] = {}
        following: int | float | None = 0
        for node in one.nodes:
            body = node.child_by_field_name("body")
            for member in body.named_children if body is not None else ():
                if member.type == "comment":
                    continue
                name = member.child_by_field_name("name") if member.type == "enum_assignment" else member
                value = member.child_by_field_name("value")
                if value is not None:
                    got = self._constant(value, found)
                elif following is None:
                    raise self.source.error(member, "an enum's member after a text needs a value.")
                else:
                    got = following
                key = self.key(name)
                if key is not None:
                    found[key] = got
                following = got + 1 if isinstance(got, int | float) else None
        return found

    def _constant(self, node: Node, known: dict[str, str | int | float]) -> str | int | float:
        """A constant expression: literals, members, and what is done with whole numbers."""
        if node.type == "parenthesized_expression":
            return self._constant(self.source.inner(node), known)
        if node.type == "string":
            return self.source.string(node)
        if node.type == "template_string" and not any(
            one.type == "template_substitution" for one in node.named_children
        ):
            return self.source.string(node)
        if node.type == "number":
            return self.source.number(node)
        words = self.source.text(node).rpartition(".")[2]
        if node.type in ("identifier", "member_expression") and words in known:
            return known[words]
        if node.type == "unary_expression":
            inner = node.child_by_field_name("argument")
            value = self._constant(inner, known) if inner is not None else ""
            if isinstance(value, int | float) and self.source.text(node)[0] in "+-":
                return -value if self.source.text(node)[0] == "-" else value
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        sign = node.child_by_field_name("operator")
        if node.type == "binary_expression" and left is not None and right is not None and sign is not None:
            both = (self._constant(left, known), self._constant(right, known))
            made = _reckoned(sign.type, *both)
            if made is not None:
                return made
        raise self.source.error(node, f"the value of this member cannot be told: {self.source.excerpt(node)}")

    def parameters(self, one: Declared, env: Env) -> Schema:
        """The parameters of a function as an object's properties."""
        node = one.nodes[0]
        given = node.child_by_field_name("parameters") or node.child_by_field_name("parameter")
        inner = [part for part in given.named_children if part.type != "comment"] if given is not None else []
        if given is not None and given.type == "identifier":
            inner = [given]
        properties: dict[str, Any] = {}
        required: list[str] = []
        for place, part in enumerate(inner):
            pattern = part.child_by_field_name("pattern") or part
            hint, value = part.child_by_field_name("type"), part.child_by_field_name("value")
            name = self.source.text(pattern).removeprefix("...") if pattern.type != "object_pattern" else ""
            if name == "this":
                continue
            options = self.kinds.options(self.source.inner(hint), env) if hint is not None else (
                [self.value(value, env)] if value is not None else [{}]
            )  # fmt: skip
            if pattern.type == "object_pattern" and len(inner) == 1 and hint is not None:
                whole = self.reader.resolve(union(options))
                if whole.get("type") == "object":
                    return {key: one_ for key, one_ in whole.items() if key != "description"}
            if hint is None and value is None:
                self.reader.note(part, f"“{name}” has no type: anything is taken there.")
            name = name if pattern.type not in ("object_pattern", "array_pattern") else f"argument{place + 1}"
            doc = Doc(one.doc.params.get(name, ""))
            optional = part.type == "optional_parameter" or value is not None or pattern.type == "rest_pattern"
            self.put(properties, required, name, options, doc, optional)
        return object_of(properties, required)

    def value(self, node: Node, env: Env) -> Schema:
        """What a value is: exactly itself where it is `as const`."""
        exact = False
        while node.type in ("as_expression", "satisfies_expression", "parenthesized_expression"):
            exact = exact or self.source.text(node).rstrip().endswith("as const")
            if node.type == "as_expression" and not exact and len(node.named_children) > 1:
                return self.kinds.solid(node.named_children[1], env)
            node = self.source.inner(node)
        return self._value(node, exact, 0)

    def _value(self, node: Node, exact: bool, depth: int) -> Schema:
        if depth > 20:
            raise self.source.error(node, "the value is nested more than 20 levels deep.")
        inner = [one for one in node.named_children if one.type != "comment"]
        if node.type == "array":
            parts = [self._value(one, exact, depth + 1) for one in inner]
            if exact and parts:
                return {"type": "array", "prefixItems": parts, "items": False, "minItems": len(parts)}
            return {"type": "array", "items": union(parts) if parts else {}}
        if node.type == "object":
            properties = {}
            for one in inner:
                name, value = self.key(one.child_by_field_name("key")), one.child_by_field_name("value")
                if one.type == "pair" and name is not None and value is not None:
                    properties[name] = self._value(value, exact, depth + 1)
            return object_of(properties, list(properties))
        if node.type in ("string", "number", "unary_expression", "true", "false", "null", "undefined"):
            made = self.kinds.literal(node)
            kind = made.get("type")
            if exact or made is UNDEFINED or kind == "null":
                return made
            return {"type": "number" if kind == "integer" else kind} if kind else {}
        return {"type": "string"} if node.type == "template_string" else {}


def _bases(node: Node) -> list[Node]:
    """What an interface or a class extends."""
    found: list[Node] = []
    for one in node.named_children:
        if one.type == "extends_type_clause":
            found += [inner for inner in one.named_children if inner.type != "comment"]
        elif one.type == "class_heritage":
            found += [inner for inner in one.named_children if inner.type == "extends_clause"]
    return found


def _overridden(base: Schema, own: Schema) -> Schema:
    """A type's own members over those that it got."""
    properties = {**base.get("properties", {}), **own.get("properties", {})}
    mine = own.get("properties", {})
    required = [name for name in base.get("required", []) if name not in mine] + own.get("required", [])
    extra = own.get("additionalProperties", False)
    return object_of(properties, required, base.get("additionalProperties", False) if extra is False else extra)


def _reckoned(sign: str, left: Any, right: Any) -> str | int | None:
    if isinstance(left, str) and isinstance(right, str):
        return left + right if sign == "+" and len(left) + len(right) <= 10_000 else None
    if not (isinstance(left, int) and isinstance(right, int)) or max(abs(left), abs(right)) > 2**53:
        return None
    if sign in ("<<", ">>", ">>>"):
        return None if not 0 <= right < 32 else left << right if sign == "<<" else left >> right
    made = {"|": left | right, "&": left & right, "^": left ^ right, "+": left + right, "-": left - right,
            "*": left * right}  # fmt: skip
    return made.get(sign)

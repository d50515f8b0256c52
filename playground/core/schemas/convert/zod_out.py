"""A schema as Zod 4 schemas, as `zodTextFormat` of the `openai` package of npm takes them.

They accept what the schema accepts, but: lengths of texts count UTF-16 units, whole numbers end at 2^53, and formats
are checked by Zod's own rules (it takes no quoted mailbox and no small `z` in a time). What Zod has no word for, and
what it would send in a way that the strict mode refuses, is checked by a `refine`, which is not sent.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from playground.core.codegen.literals import JAVASCRIPT, key, literal, text
from playground.core.schemas.convert.model import Note, Program
from playground.core.schemas.convert.nodes import MISSING, ROOT, Node, Property, Shape
from playground.core.schemas.convert.request_out import format_name
from playground.core.schemas.convert.typescript_types import TypeScriptTypes

_CALL = """\
// npm install openai zod, and run it with npx tsx
import OpenAI from "openai";
import {{ zodTextFormat }} from "openai/helpers/zod";
import {{ z }} from "zod";

{schemas}

// Reads OPENAI_API_KEY, and OPENAI_BASE_URL where it is set.
const client = new OpenAI();

const response = await client.responses.parse({{
  model: {model},
  input: {prompt},
  text: {{ format: zodTextFormat({root}, {name}) }},
}});
for (const item of response.output) {{
  if (item.type !== "message") continue;
  for (const part of item.content) {{
    if (part.type === "refusal") throw new Error(`The model refused: ${{part.refusal}}`);
  }}
}}
if (response.status === "incomplete") {{
  throw new Error(`The answer is incomplete: ${{response.incomplete_details?.reason}}`);
}}
const answer = response.output_parsed;
console.log(JSON.stringify(answer, null, 2));
"""
_FORMATS = {
    "date-time": "z.iso.datetime({ offset: true })",
    "date": "z.iso.date()",
    "email": "z.email()",
    "ipv4": "z.ipv4()",
    "ipv6": "z.ipv6()",
    "uuid": "z.guid()",
    "uri": "z.url()",
}
"""`z.uuid()` wants a known version, `z.iso.time()` no offset: JSON Schema says otherwise."""
_CLOCK = r"T(?=\d)(\d+H(\d+M(\d+S)?)?|\d+M(\d+S)?|\d+S)"
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_TESTED = {
    "time": r"^([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$",
    "duration": rf"^P(\d+W|{_CLOCK}|(\d+Y(\d+M(\d+D)?)?|\d+M(\d+D)?|\d+D)({_CLOCK})?)$",
    "hostname": rf"^(?=.{{1,253}}$){_LABEL}(\.{_LABEL})*$",
}
"""`z.iso.duration()` and `z.hostname()` (4.6) send a pattern that looks ahead, which the strict mode refuses."""
_NUMBERS = {
    "minimum": "min",
    "maximum": "max",
    "exclusiveMinimum": "gt",
    "exclusiveMaximum": "lt",
    "multipleOf": "multipleOf",
}
_SCALARS = {"integer": "z.int()", "number": "z.number()", "boolean": "z.boolean()", "null": "z.null()"}


def write(shape: Shape) -> Program:
    """The schemas, each with its type, the root's last."""
    body, _ = schemas(shape)
    notes = tuple(Note(one) for one in dict.fromkeys(shape.notes))
    return Program(f'// npm install zod\nimport {{ z }} from "zod";\n\n{body}\n', notes, ".ts")


def write_call(shape: Shape, model: str, prompt: str) -> Program:
    """`client.responses.parse` of the `openai` package of npm with the schemas, and the answer with its type."""
    body, types = schemas(shape)
    written = _CALL.format(
        schemas=body,
        model=text(model, JAVASCRIPT),
        prompt=literal(prompt, JAVASCRIPT, 1),
        root=types.named[ROOT],
        name=text(format_name(shape.name), JAVASCRIPT),
    )
    return Program(written, tuple(Note(one) for one in dict.fromkeys(shape.notes)), ".ts")


def schemas(shape: Shape) -> tuple[str, TypeScriptTypes]:
    """The declarations without the import; the root's name is `named[ROOT]`."""
    types = TypeScriptTypes(shape)
    writer = _Writer(types)
    parts = [writer.declaration(name, node) for name, node in types.order()]
    if writer.optional:
        shape.notes.append("zodTextFormat refuses what is optional and not nullable.")
    if writer.tuples:
        shape.notes.append("zodTextFormat refuses tuples.")
    return "\n\n".join(parts), types


class _Writer:
    def __init__(self, types: TypeScriptTypes) -> None:
        self.types = types
        self.shape = types.shape
        self.optional = self.tuples = False
        self._ready: set[str] = set()
        """The definitions that stand above."""
        self._lazy = False
        """Whether what is written is only looked at when all is declared."""

    def declaration(self, name: str, node: Node) -> str:
        own = self.types.named[name]
        made = self.typed(node, 0, own)
        self._ready.add(name)
        if name in self.types.recursive:
            silent = len(self.shape.notes)
            said = self.types.declaration(name, node)
            del self.shape.notes[silent:]  # what the type cannot say, the schema does
            return f"{said}\n\nexport const {own}: z.ZodType<{own}> = {made};"
        return f"export const {own} = {made};\nexport type {own} = z.infer<typeof {own}>;"

    def typed(self, node: Node, depth: int, hint: str, *, optional: bool = False) -> str:
        """The whole expression, with what is said about it."""
        said = {}
        if node.title:
            said["title"] = node.title
        if node.description:
            said["description"] = node.description
        said |= node.extras
        if node.default is not MISSING and not (optional and _is_default(node)):
            said["default"] = node.default
        made, more = self._bare(node, depth, hint)
        said |= more
        if list(said) == ["description"]:
            return f"{made}.describe({literal(node.description, JAVASCRIPT, depth)})"
        return f"{made}.meta({literal(said, JAVASCRIPT, depth, 10)})" if said else made

    def _bare(self, node: Node, depth: int, hint: str) -> tuple[str, dict[str, Any]]:
        """The expression, and what only `meta` can say."""
        if node.kind == "ref":
            own = self.types.named[node.ref]
            return (own if node.ref in self._ready or self._lazy else f"z.lazy(() => {own})"), {}
        if node.kind in ("any", "never"):
            return ("z.unknown()" if node.kind == "any" else "z.never()"), {}
        if node.kind == "enum":
            return self._enum(node, hint), {}
        if node.kind == "union":
            return self._union(node, depth, hint), {}
        if node.kind == "object":
            return self._sized(self._object(node, depth, hint), node)
        if node.kind == "map":
            return self._sized(self._map(node, depth, hint), node)
        if node.kind in ("array", "tuple"):
            return self._array(node, depth, hint)
        return self._string(node, hint) if node.kind == "string" else self._number(node, hint)

    def _enum(self, node: Node, hint: str) -> str:
        values = list({_key(value): value for value in node.values}.values())
        plain = [value for value in values if isinstance(value, str | int | float | None)]
        if len(plain) < len(values):
            self.shape.notes.append(f"{hint}: objects and lists as values are left out.")
        if not plain:
            return "z.unknown()" if values else "z.never()"
        if plain == [None]:
            return "z.null()"
        nullable = ".nullable()" if None in plain else ""
        plain = [value for value in plain if value is not None]
        groups: dict[str, list[Any]] = {}
        for value in plain:
            groups.setdefault(_kind(value), []).append(value)
        made = [_choice(values) for values in groups.values()]
        # Of one type each: Zod's JSON Schema of a mixed one says no type, which the strict mode wants.
        return (made[0] if len(made) == 1 else f"z.union([{', '.join(made)}])") + nullable

    def _union(self, node: Node, depth: int, hint: str) -> str:
        options = [one for one in node.items if one.kind != "null"]
        nullable = ".nullable()" if len(options) < len(node.items) else ""
        if not options:
            return "z.null()"
        if len(options) == 1:
            return self.typed(options[0], depth, hint) + nullable
        inner = "  " * (depth + 1)
        written = dict.fromkeys(self.typed(one, depth + 1, hint) for one in options)
        body = f"[\n{''.join(f'{inner}{one},{chr(10)}' for one in written)}{'  ' * depth}]"
        flat = f"[{', '.join(written)}]"
        body = flat if len(flat) < 70 and "\n" not in flat else body
        if node.discriminator and all(self._is_object(one) for one in options):
            return f"z.discriminatedUnion({text(node.discriminator, JAVASCRIPT)}, {body}){nullable}"
        return f"z.union({body}){nullable}"

    def _is_object(self, node: Node) -> bool:
        if node.kind == "ref":
            found = self.shape.defs.get(node.ref)
            return found is not None and found.kind == "object" and node.ref in self._ready - self.types.recursive
        return node.kind == "object"

    def _object(self, node: Node, depth: int, hint: str) -> str:
        head = "z.strictObject" if node.extra is False else "z.looseObject" if node.extra is True else "z.object"
        rest = ""
        if isinstance(node.extra, Node):
            rest = f".catchall({self.typed(node.extra, depth, hint)})"
        if not node.fields:
            return f"{head}({{}}){rest}"
        lines = [self._field(one, depth + 1) for one in node.fields]
        return "\n".join([f"{head}({{", *lines, "  " * depth + "})"]) + rest

    def _field(self, one: Property, depth: int) -> str:
        inner = "  " * depth
        name = key(one.name, JAVASCRIPT)
        waits = not self._lazy and bool(self.shape.uses(one.node) - self._ready)
        if waits and name.startswith("["):
            return f"{inner}{name}: z.lazy(() => {self._value(one, depth, lazy=True)}),"
        if waits:
            made = self._value(one, depth + 1, lazy=True)
            return f"{inner}get {name}() {{\n{inner}  return {made};\n{inner}}},"
        return f"{inner}{name}: {self._value(one, depth)},"

    def _value(self, one: Property, depth: int, *, lazy: bool = False) -> str:
        before, self._lazy = self._lazy, self._lazy or lazy
        made = self.typed(one.node, depth, one.name, optional=not one.required)
        self._lazy = before
        if one.required:
            return made
        if _is_default(one.node):
            return f"{made}.default({literal(one.node.default, JAVASCRIPT, depth)})"
        self.optional = self.optional or not one.node.nullable
        return f"{made}.optional()"

    def _map(self, node: Node, depth: int, hint: str) -> str:
        value = self.typed(node.items[0], depth, hint)
        keys = node.keys
        if keys is None:
            return f"z.record(z.string(), {value})"
        if keys.kind == "enum" and keys.values and all(isinstance(word, str) for word in keys.values):
            return f"z.partialRecord({self._enum(keys, hint)}, {value})"
        return f"z.record({self.typed(keys, depth, hint)}, {value})"

    def _sized(self, made: str, node: Node) -> tuple[str, dict[str, Any]]:
        """How many properties there may be, which Zod has no word for."""
        for word, sign in (("minProperties", ">="), ("maxProperties", "<=")):
            if _is_number(node.limits.get(word)):
                made += f".refine((value) => Object.keys(value).length {sign} {json.dumps(node.limits[word])})"
        return made, {}

    def _array(self, node: Node, depth: int, hint: str) -> tuple[str, dict[str, Any]]:
        if node.kind == "tuple":
            self.tuples = True
            parts = [self.typed(one, depth, hint) for one in node.items]
            for place in range(node.least, len(parts)):
                parts[place] += ".optional()"
            rest = f", {self.typed(node.rest, depth, hint)}" if node.rest is not None else ""
            made = f"z.tuple([{', '.join(parts)}]{rest})"
            if node.least > len(parts):
                made += f".refine((items) => items.length >= {node.least})"
        else:
            made = f"z.array({self.typed(node.items[0], depth, hint)})"
        for word, sign, name in (("minItems", ">=", "min"), ("maxItems", "<=", "max")):
            limit = node.limits.get(word)
            if _is_number(limit) and node.kind == "array":
                made += f".{name}({json.dumps(limit)})"
            elif _is_number(limit):
                made += f".refine((items) => items.length {sign} {json.dumps(limit)})"
        if node.limits.get("uniqueItems") is True:
            made += ".refine((items) => new Set(items.map((one) => JSON.stringify(one))).size === items.length)"
        return made, {}

    def _string(self, node: Node, hint: str) -> tuple[str, dict[str, Any]]:
        limits = dict(node.limits)
        form = limits.pop("format", None)
        more = {} if form in _FORMATS or form is None else {"format": form}
        made = _FORMATS.get(str(form), "z.string()")
        if form in _TESTED:
            made += f".refine((value) => /{_TESTED[form]}/.test(value))"
        for word, name in (("minLength", "min"), ("maxLength", "max")):
            if _is_number(limits.get(word)):
                made += f".{name}({json.dumps(limits.pop(word))})"
        pattern = limits.pop("pattern", None)
        if isinstance(pattern, str):
            unicode = ', "u"' if "\\u{" in pattern or "\\p{" in pattern or max(pattern, default="") > "\uffff" else ""
            made += f".regex(new RegExp({text(pattern, JAVASCRIPT)}{unicode}))"
        return made, more | limits

    def _number(self, node: Node, hint: str) -> tuple[str, dict[str, Any]]:
        made, more = _SCALARS[node.kind], {}
        for word, value in node.limits.items():
            if word in _NUMBERS and _is_number(value):
                made += f".{_NUMBERS[word]}({json.dumps(value)})"
            elif word in _NUMBERS:
                self.shape.notes.append(f"{hint}: “{word}” is no number; it is left out.")
            else:
                more[word] = value
        return made, more


def _kind(value: Any) -> str:
    return "string" if isinstance(value, str) else "boolean" if isinstance(value, bool) else "number"


def _is_default(node: Node) -> bool:
    """Whether a type's default is one of its plain values, which Zod may put in."""
    value = node.default
    if node.kind == "union":
        return any(_is_default(replace(one, default=value)) for one in node.items)
    if node.kind == "enum":
        return _key(value) in map(_key, node.values) if value is not MISSING else False
    kinds = {"string": str, "boolean": bool, "integer": int, "number": int | float, "null": type(None)}
    kind = kinds.get(node.kind)
    if kind is None:
        return value == [] and node.kind == "array"
    return isinstance(value, kind) and isinstance(value, bool) == (node.kind == "boolean")


def _choice(values: list[Any]) -> str:
    """Literals of one type."""
    shown = [text(value, JAVASCRIPT) if isinstance(value, str) else json.dumps(value) for value in values]
    if len(values) == 1:
        return f"z.literal({shown[0]})"
    words = all(isinstance(value, str) and value != "__proto__" for value in values)
    return f"z.{'enum' if words else 'literal'}([{', '.join(shown)}])"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _key(value: Any) -> str:
    return json.dumps(value, sort_keys=True)

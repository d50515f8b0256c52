"""A component of an OpenAPI document as a JSON Schema of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from playground.core.schemas.convert.model import MAX_DEPTH, ConvertError, Imported, Note, chosen

_PLACES = ("#/components/schemas/", "#/definitions/")
_DROPPED = {"xml", "externalDocs", "$recursiveAnchor"}
_SCHEMAS = ("properties", "patternProperties", "$defs")
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_SINGLE = ("items", "additionalProperties", "not", "propertyNames")


def from_openapi(document: Mapping[str, Any], component: str = "") -> Imported:
    """All components; `component`: the one that is meant; empty: the one that no other refers to, the last of several.
    What cannot be read is left out with a note, unless it is that one. Raises ConvertError."""
    if not isinstance(document, Mapping):
        raise ConvertError("An OpenAPI document is an object.")
    parts = document.get("components")
    parts = parts.get("schemas") if isinstance(parts, Mapping) else document.get("definitions")
    if not isinstance(parts, Mapping) or not parts:
        raise ConvertError("The document has no components.schemas (OpenAPI 3) and no definitions (Swagger 2).")
    reader = _Reader({str(name): part for name, part in parts.items()})
    if component and component not in reader.parts:
        chosen({one: {} for one in reader.parts}, component, "component")
    schemas: dict[str, dict[str, Any]] = {}
    broken: list[ConvertError] = []
    for name in reader.parts:
        try:
            schemas[name] = reader.whole(name)
        except ConvertError as error:
            if name == component:
                raise
            broken.append(error)
    if not schemas:
        raise broken[0]
    notes = [*reader.notes, *(f"{error} It is left out." for error in broken)]
    return Imported(schemas, tuple(Note(one) for one in dict.fromkeys(notes)), chosen(schemas, component, ""))


class _Reader:
    def __init__(self, parts: dict[str, Any]) -> None:
        self.parts = parts
        self.notes: list[str] = []
        self._made: dict[str, tuple[Any, list[str]]] = {}
        self._used: list[str] = []
        self._name = ""

    def whole(self, name: str) -> dict[str, Any]:
        """A component with all that it comes to in `$defs`; itself is among them where it comes to itself."""
        made, used = self._one(name)
        if not isinstance(made, dict):
            raise ConvertError(f"The component “{name}” is no object.")
        todo, found = list(used), dict.fromkeys(used)
        while todo:
            for one in self._one(todo.pop(0))[1]:
                if one not in found:
                    found[one] = None
                    todo.append(one)
        if name in found:
            return {"$ref": f"#/$defs/{name}", "$defs": {one: self._one(one)[0] for one in self.parts if one in found}}
        defs = {one: self._one(one)[0] for one in self.parts if one in found}
        return {**made, **({"$defs": defs} if defs else {})}

    def _one(self, name: str) -> tuple[Any, list[str]]:
        if name not in self._made:
            self._used, self._name = [], name
            made = self._schema(self.parts[name], name, 0)
            self._made[name] = (made, list(dict.fromkeys(self._used)))
        return self._made[name]

    def _schema(self, schema: Any, at: str, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise ConvertError(f"{at[:80]} … is nested more than {MAX_DEPTH} levels deep.")
        if isinstance(schema, bool):
            return schema
        if not isinstance(schema, Mapping):
            raise ConvertError(f"{at}: a schema is an object, not {type(schema).__name__}.")
        made: dict[str, Any] = {}
        for word, value in schema.items():
            if word in _DROPPED or str(word).startswith("x-"):
                continue
            if word == "$recursiveRef" and value == "#":  # 2019-09, as OpenAI's document still has it
                self._used.append(self._name)
                made["$ref"] = f"#/$defs/{self._name}"
            elif word == "$ref":
                made[word] = self._ref(value, at)
            elif word in _SCHEMAS and isinstance(value, Mapping):
                made[word] = {str(name): self._schema(one, f"{at}.{name}", depth + 1) for name, one in value.items()}
            elif word in _LISTS and isinstance(value, list):
                made[word] = [self._schema(one, f"{at}.{word}", depth + 1) for one in value]
            elif word in _SINGLE and isinstance(value, Mapping | bool):
                made[word] = self._schema(value, f"{at}.{word}", depth + 1)
            else:
                made[word] = value
        return self._as_2020(made, at)

    def _ref(self, ref: Any, at: str) -> str:
        if isinstance(ref, str):
            for place in _PLACES:
                name = unquote(ref.removeprefix(place)).replace("~1", "/").replace("~0", "~")
                if ref.startswith(place) and name in self.parts:
                    self._used.append(name)
                    return f"#/$defs/{ref.removeprefix(place)}"
        raise ConvertError(f"{at}: “{ref}” is not among the document's components, and nothing is fetched.")

    def _as_2020(self, made: dict[str, Any], at: str) -> dict[str, Any]:
        """OpenAPI 3.0's own words as JSON Schema has them."""
        for limit, word in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
            if isinstance(made.get(word), bool) and made.pop(word) and limit in made:
                made[word] = made.pop(limit)
        if "example" in made:
            made.setdefault("examples", [made["example"]])
            del made["example"]
        if isinstance(made.get("discriminator"), Mapping):
            self.notes.append(f"{at}: the discriminator “{made.pop('discriminator').get('propertyName')}” is left out.")
        if made.pop("nullable", False) is True:
            return _nullable(made)
        return made


def _nullable(made: dict[str, Any]) -> dict[str, Any]:
    kind = made.get("type")
    if isinstance(kind, str):
        made["type"] = [kind, "null"]
        if isinstance(made.get("enum"), list) and None not in made["enum"]:
            made["enum"] = [*made["enum"], None]
        return made
    words: dict[str, Any] = {word: made.pop(word) for word in ("description", "title", "default") if word in made}
    return {**words, "anyOf": [made, {"type": "null"}]} if made else words

"""The structural diff: what it says of readers and writers is proved with documents; and its words."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from playground.core.schemas.changes import Change, breaks_readers, breaks_writers, diff
from playground.core.schemas.example import generate
from playground.core.schemas.keywords import walk
from playground.core.schemas.validate import UnusableSchema, Validator
from tests.core.schemas.made import JSON, SCHEMAS, SENSIBLE

TRIAGE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "category": {"type": "string", "enum": ["export", "login", "billing"]},
        "severity": {"type": "integer", "minimum": 1, "maximum": 4},
        "customer": {"$ref": "#/$defs/customer"},
        "steps": {"type": "array", "items": {"type": "string"}, "maxItems": 5},
    },
    "required": ["category", "severity", "customer", "steps"],
    "additionalProperties": False,
    "$defs": {
        "customer": {
            "type": "object",
            "properties": {"name": {"type": "string"}, "tier": {"type": "string"}},
            "required": ["name"],
            "additionalProperties": False,
        }
    },
}


def changed(edit: Any) -> dict[str, Any]:
    new = copy.deepcopy(TRIAGE)
    edit(new)
    return new


def put(pointer: str, value: Any) -> Any:
    """A change of TRIAGE: set what is there; None takes it out."""

    def edit(schema: dict[str, Any]) -> None:
        *way, last = pointer.split("/")[1:]
        for step in way:
            schema = schema[step]
        if value is None:
            del schema[last]
        else:
            schema[last] = value

    return edit


def rename(schema: dict[str, Any]) -> None:
    schema["properties"] = {{"severity": "urgency"}.get(name, name): one for name, one in schema["properties"].items()}
    schema["required"] = ["category", "urgency", "customer", "steps"]


def add(schema: dict[str, Any]) -> None:
    schema["properties"]["due"] = {"type": "string"}
    schema["required"].append("due")


def remove(schema: dict[str, Any]) -> None:
    del schema["properties"]["steps"]
    schema["required"].remove("steps")


def reorder(schema: dict[str, Any]) -> None:
    schema["properties"] = dict(reversed(schema["properties"].items()))


def inline(schema: dict[str, Any]) -> None:
    schema["properties"]["customer"] = schema.pop("$defs")["customer"]


def as_choice(schema: dict[str, Any]) -> None:
    schema["properties"]["severity"] = {"anyOf": [{"type": "null"}, schema["properties"]["severity"]]}


OK, BREAKS = (False, False), (True, True)
READERS, WRITERS, UNKNOWN = (True, False), (False, True), (None, None)
P = "/properties"
ONES = [
    ("nothing", lambda schema: None, None, "", OK, ""),
    ("added", add, "added", "due", BREAKS, "New, and always there"),
    ("removed", remove, "removed", "steps", BREAKS, "Is gone, and was always there"),
    ("renamed", rename, "renamed", "urgency", BREAKS, "Was called “severity”"),
    ("narrowed", put(f"{P}/severity/type", "number"), "type", "severity", READERS, "Type was integer, is number"),
    ("nullable", put(f"{P}/severity/type", ["integer", "null"]), "nullable", "severity", READERS, "May be null now"),
    ("as a choice", as_choice, "nullable", "severity", READERS, "May be null now"),
    ("required", put("/$defs/customer/required", ["name", "tier"]), "required", "customer.tier", WRITERS,
     "Is always there now"),
    ("optional", put("/required", ["category", "severity", "customer"]), "required", "steps", READERS,
     "May be missing now"),
    ("value", put(f"{P}/category/enum", ["export", "login", "billing", "other"]), "values", "category", READERS,
     'New value: "other"'),
    ("no value", put(f"{P}/category/enum", ["export", "login"]), "values", "category", WRITERS,
     'Value gone: "billing"'),
    ("values in order", put(f"{P}/category/enum", ["login", "export", "billing"]), "order", "category", OK, "order"),
    ("higher", put(f"{P}/severity/maximum", 5), "limit", "severity", READERS, "Highest value was 4, is 5"),
    ("above", put(f"{P}/severity/exclusiveMinimum", 1), "limit", "severity", WRITERS, "Lowest value was 1, is"),
    ("fewer", put(f"{P}/steps/maxItems", 3), "limit", "steps", WRITERS, "At most 3 items now; it was 5"),
    ("open", put("/$defs/customer/additionalProperties", True), "closed", "customer", READERS, "Open now"),
    ("description", put(f"{P}/steps/description", "What to do"), "description", "steps", OK, "Description is new"),
    ("in order", reorder, "order", "", OK, "The order is steps, customer"),
    ("inlined", inline, None, "", OK, ""),
    ("items", put(f"{P}/steps/items/type", "integer"), "type", "steps[]", BREAKS, "Type was string, is integer"),
    ("pattern", put(f"{P}/steps/items/pattern", "^a"), "text", "steps[]", WRITERS, 'Pattern is "^a" now'),
    ("if", put("/if", {"required": ["due"]}), "unknown", "", UNKNOWN, "not compared"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("edit", "kind", "path", "flags", "words"), [one[1:] for one in ONES], ids=[o[0] for o in ONES]
)
def test_one_change_is_told_as_one(edit: Any, kind: str | None, path: str, flags: Any, words: str) -> None:
    changes = diff(TRIAGE, changed(edit))
    if kind is None:
        assert changes == ()
        return
    assert len(changes) == 1, changes
    (change,) = changes
    assert (change.kind, change.path) == (kind, path)
    assert (change.breaks_readers, change.breaks_writers) == flags
    assert words in change.words and change.words.endswith(".")


def test_a_place_is_where_it_is_in_the_new_schema() -> None:
    changes = diff(TRIAGE, changed(put("/$defs/customer/properties/tier/type", "integer")))
    assert [change.pointer for change in changes] == ["/$defs/customer/properties/tier/type"]
    gone = diff(TRIAGE, changed(remove))
    assert [change.pointer for change in gone] == ["/properties/steps"]


def test_a_definition_that_is_used_often_is_told_once() -> None:
    old = changed(put("/properties/other", {"$ref": "#/$defs/customer"}))
    new = copy.deepcopy(old)
    new["$defs"]["customer"]["properties"]["tier"]["type"] = "integer"
    assert len(diff(old, new)) == 1


def test_a_format_or_tool_is_compared_with_what_is_around_it() -> None:
    old = {"type": "function", "name": "triage", "strict": True, "parameters": TRIAGE}
    new = {"type": "function", "name": "sort", "strict": False, "parameters": changed(add)}
    told = [(one.kind, one.pointer, one.breaks_readers) for one in diff(old, new)]
    assert told == [
        ("around", "/name", False),
        ("around", "/strict", None),
        ("added", "/parameters/properties/due", True),
    ]
    assert [one.kind for one in diff(TRIAGE, old)] == ["around"]


# Soundness

KEYWORDS = st.one_of(
    st.tuples(st.sampled_from(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]),
              st.sampled_from([-1, 0, 0.5, 1, 2, 3])),
    st.tuples(st.just("multipleOf"), st.sampled_from([1, 2, 3, 4, 0.5])),
    st.tuples(st.sampled_from(["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"]),
              st.integers(0, 3)),
    st.tuples(st.just("type"), st.sampled_from(["integer", "number", "object", ["string", "null"], "array"])),
    st.tuples(st.just("required"), st.lists(st.sampled_from("abcd"), max_size=2, unique=True)),
    st.tuples(st.just("enum"), st.lists(st.sampled_from(["x", "ab", 1, 2.5, None, {"a": 1}]), max_size=3)),
    st.tuples(st.sampled_from(["additionalProperties", "uniqueItems", "unevaluatedProperties"]), st.booleans()),
    st.tuples(st.just("properties"), st.dictionaries(st.sampled_from("abcd"), SENSIBLE | st.booleans(), max_size=3)),
    st.tuples(st.sampled_from(["if", "then", "else", "items", "contains", "propertyNames"]), SENSIBLE),
    st.tuples(st.sampled_from(["pattern", "format"]), st.sampled_from(["^a", "b", "date"])),
    st.tuples(st.just("patternProperties"), st.dictionaries(st.sampled_from(["^a", "b"]), SENSIBLE, max_size=2)),
)  # fmt: skip


def _changed_schemas() -> st.SearchStrategy[tuple[Any, Any]]:
    """A schema and another that has a part of a third somewhere, or lacks something."""

    @st.composite
    def pair(draw: st.DrawFn) -> tuple[Any, Any]:
        old = draw(SENSIBLE)
        new = copy.deepcopy(old)
        for _ in range(draw(st.integers(1, 2))):
            parts = [part for _, part in walk(new)]
            part = parts[draw(st.integers(0, len(parts) - 1))]
            how = draw(st.integers(0, 3))
            if how >= 2:
                part.update([copy.deepcopy(draw(KEYWORDS))])
            elif how and part:
                del part[draw(st.sampled_from(sorted(part)))]
            else:
                other = copy.deepcopy(draw(SENSIBLE))
                part.update({name: value for name, value in other.items() if name != "$defs" or draw(st.booleans())})
            if draw(st.integers(0, 3)) == 0:
                part["not"] = copy.deepcopy(draw(SENSIBLE))
        return (old, new) if draw(st.booleans()) else (new, old)

    return pair()


def fitting(schema: Any) -> list[Any]:
    try:
        return list(generate(schema, 7, count=12))
    except UnusableSchema:
        return []


TRIED = [None, True, 0, 1, 3, 2.5, "", "x", "ab", [], [1], ["x", 2], {}, {"a": 1}, {"a": "x", "b": None}, {"v": 1}]


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(pair=_changed_schemas() | st.tuples(SENSIBLE, SENSIBLE), more=st.lists(JSON, max_size=5))
def test_what_is_said_not_to_break_breaks_nothing(pair: tuple[Any, Any], more: list[Any]) -> None:
    old, new = pair
    changes = diff(old, new)
    assert changes == diff(old, new)
    try:
        was, now = Validator(old), Validator(new)
        documents = [*fitting(old), *fitting(new), *more, *TRIED]
        for document in documents:
            before, after = was.fits(document), now.fits(document)
            if breaks_readers(changes) is False:
                assert before or not after, (document, changes)
            if breaks_writers(changes) is False:
                assert after or not before, (document, changes)
    except UnusableSchema:
        assume(False)


SMALL: list[Any] = [
    True, {}, False,
    *({"type": of} for of in ("string", "number", "integer", "null", "array", "object")),
    {"type": ["string", "null"]}, {"type": ["integer", "string"]}, {"type": "boolean", "enum": [True, False]},
    *({"type": of, **limit} for of in ("integer", "number") for limit in (
        {"minimum": 0}, {"minimum": 1}, {"exclusiveMinimum": 0}, {"maximum": 3}, {"exclusiveMaximum": 3},
        {"exclusiveMaximum": 2.5}, {"multipleOf": 2}, {"multipleOf": 4}, {"multipleOf": 0.5}, {"enum": [1, 2]},
        {"enum": [1, 2, "x"]}, {"const": 2},
    )),
    *({"type": "string", **limit} for limit in (
        {"minLength": 1}, {"maxLength": 1}, {"pattern": "^a"}, {"pattern": "b"}, {"format": "date"}, {"enum": ["x"]},
        {"enum": ["x", "ab"]}, {"const": ""}, {"minimum": 3},
    )),
    {"maxLength": 1}, {"minimum": 1}, {"required": ["a"]}, {"items": {"type": "string"}}, {"enum": [None, 1, {"a": 1}]},
    *({"type": "array", **limit} for limit in (
        {"minItems": 1}, {"maxItems": 1}, {"uniqueItems": True}, {"items": {"type": "string"}}, {"items": False},
        {"items": {"type": ["string", "integer"]}}, {"prefixItems": [{"type": "string"}]},
        {"prefixItems": [{"type": "string"}], "items": False}, {"contains": {"type": "integer"}},
        {"contains": {"type": "integer"}, "minContains": 2}, {"contains": {"type": "string"}, "maxContains": 1},
        {"items": {"type": "string"}, "unevaluatedItems": False},
    )),
    *({"type": "object", **limit} for limit in (
        {"properties": {"a": {"type": "integer"}}}, {"properties": {"a": {"type": "integer"}}, "required": ["a"]},
        {"properties": {"a": {"type": "integer"}}, "additionalProperties": False},
        {"properties": {"a": {"type": "number"}}, "required": ["a"], "additionalProperties": False},
        {"properties": {"b": {"type": "integer"}}, "required": ["b"], "additionalProperties": False},
        {"properties": {"a": True, "b": {"type": "string"}}, "required": ["a"], "additionalProperties": False},
        {"properties": {"a": True, "b": {"type": "string"}}, "required": ["a", "b"], "additionalProperties": False},
        {"properties": {"b": {"type": "string"}, "a": True}, "additionalProperties": {"type": "integer"}},
        {"additionalProperties": {"type": "integer"}}, {"required": ["b"]}, {"minProperties": 1}, {"maxProperties": 1},
        {"patternProperties": {"^a": {"type": "integer"}}}, {"propertyNames": {"maxLength": 1}},
        {"propertyNames": {"const": "a"}}, {"dependentRequired": {"a": ["b"]}}, {"properties": {"a": False}},
        {"if": {"required": ["a"]}, "then": {"required": ["b"]}},
        {"if": {"required": ["a"]}, "else": {"required": ["b"]}},
        {"properties": {"a": True}, "unevaluatedProperties": False},
        {"dependentSchemas": {"a": {"required": ["b"]}}},
    )),
    {"anyOf": [{"type": "string"}, {"type": "null"}]}, {"anyOf": [{"type": "integer"}, {"type": "string"}]},
    {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "integer", "maximum": 0}]},
    {"oneOf": [{"type": "integer"}, {"type": "string"}]}, {"oneOf": [{"type": "integer"}, {"type": "number"}]},
    {"oneOf": [{"type": "integer"}, {"type": "number"}, {"type": "null"}]}, {"oneOf": [{"minimum": 1}, {"minimum": 2}]},
    {"allOf": [{"minimum": 1}, {"type": "integer"}]}, {"allOf": [{"type": "integer"}]}, {"allOf": [{"minimum": 2}]},
    {"not": {"type": "string"}}, {"not": {"type": "integer"}}, {"not": {"type": "number"}},
    {"not": {"not": {"type": "null"}}},
    {"not": {"required": ["a"]}}, {"type": "integer", "anyOf": [{"minimum": 1}, {"maximum": 0}]}, {"not": {}},
]  # fmt: skip
DOCUMENTS: list[Any] = [
    None, True, False, -1, 0, 1, 2, 3, 4, 6, 0.5, 1.5, 2.5, 2.0, 1e300, "", "x", "a", "ab", "b", "2026-11-27",
    [], ["x"], ["x", "x"], ["x", 1], [1], [1, 1], [1, 2], [None], [1, 2, "x", "y"], {}, {"a": 1}, {"a": 1.5},
    {"a": "x"}, {"b": 1},
    {"b": "x"}, {"a": 1, "b": "x"}, {"a": "x", "b": 1}, {"ab": "x"}, {"c": 1}, {"c": "x"}, {"a": 1, "c": None},
    {"b": "x", "c": "y"}, {"a": 1, "b": "x", "c": 3},
]  # fmt: skip


@pytest.mark.parametrize("wrap", ["itself", "as an item behind a $ref", "under a not"])
def test_every_small_schema_with_every_other(wrap: str) -> None:
    wrapped = {
        "itself": lambda one: one,
        "as an item behind a $ref": lambda one: {"items": {"$ref": "#/$defs/x"}, "$defs": {"x": one}},
        "under a not": lambda one: {"not": one},
    }[wrap]
    fits = [frozenset(n for n, one in enumerate(DOCUMENTS) if Validator(schema).fits(one)) for schema in SMALL]
    if wrap == "under a not":
        fits = [frozenset(range(len(DOCUMENTS))) - one for one in fits]
    right = told = 0
    for old, before in zip(SMALL, fits, strict=True):
        for new, after in zip(SMALL, fits, strict=True):
            changes = diff(wrapped(old), wrapped(new))
            for flag, inside, around in (
                (breaks_readers(changes), after, before),
                (breaks_writers(changes), before, after),
            ):
                assert flag is not False or inside <= around, (old, new, changes)
                if inside <= around:
                    told, right = told + 1, right + (flag is False)
    assert right / told > 0.6, f"only {right} of {told} harmless changes are known to be harmless"


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(old=SCHEMAS, new=SCHEMAS)
@example(old={"$ref": "#"}, new={"$ref": "#/$defs/x"})
@example(old={"type": ["date"]}, new={"enum": []})
def test_no_schema_brings_it_down(old: Any, new: Any) -> None:
    changes = diff(old, new)
    assert all(isinstance(change, Change) and change.words for change in changes)
    assert not any("\x00" in change.pointer for change in changes)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(old=SENSIBLE)
def test_a_schema_is_no_other_than_itself_whatever_it_refers_to(old: Any) -> None:
    assert diff(old, copy.deepcopy(old)) == ()
    other = copy.deepcopy(old)
    other["$defs"]["node"]["properties"]["v"] = {"type": "string"}
    changes = diff(old, other)
    if "node" not in repr({name: value for name, value in old.items() if name != "$defs"}):
        assert breaks_readers(changes) is False, "a definition that nobody uses breaks nobody"

"""Edits of a schema: what comes out is a schema still, nothing else is touched, and no $ref is lost."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from playground.core.schemas import edits
from playground.core.schemas.edit_base import place_of, ref_to
from playground.core.schemas.edits import Edited, EditError
from playground.core.schemas.keywords import walk
from playground.core.schemas.pointers import at, referred, target_of, up

NAMES = st.sampled_from(["name", "a/b", "~1", "100%25", "properties", "items", "anyOf", "0", "größe", "a b"])
FRESH = st.sampled_from(["new", "x/y", "~", "50%", "required", "$defs"])
LEAVES = st.sampled_from(
    [
        {"type": "string", "minLength": 2, "description": "words"},
        {"type": "integer", "minimum": 1, "maximum": 4},
        {"type": ["number", "null"], "multipleOf": 0.5},
        {"type": "string", "enum": ["a", "b"]},
        {"const": 3},
        {"type": "boolean", "default": True},
        {"type": "string", "format": "date", "title": "When"},
        {},
    ]
)


def objects(inner: Any) -> Any:
    def made(properties: dict[str, Any], missing: set[str], closed: bool) -> dict[str, Any]:
        required = [name for name in properties if name not in missing]
        return {"type": "object", "properties": properties, "required": required, "additionalProperties": not closed}

    return st.builds(made, st.dictionaries(NAMES, inner, max_size=4), st.sets(NAMES, max_size=2), st.booleans())


PARTS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        objects(inner),
        st.builds(lambda one: {"type": "array", "items": one, "minItems": 1}, inner),
        st.builds(lambda one: {"anyOf": one, "description": "either"}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda one: {"anyOf": [one, {"type": "null"}]}, inner),
    ),
    max_leaves=8,
)


@st.composite
def schemas(draw: Any) -> dict[str, Any]:
    """An object schema with definitions, some of whose parts are $refs to any other part."""
    root = copy.deepcopy(draw(objects(PARTS)))
    root["$defs"] = copy.deepcopy(draw(st.dictionaries(NAMES, PARTS, max_size=2)))
    for _ in range(draw(st.integers(0, 3))):
        places = [pointer for pointer, _ in walk(root)]
        holders = [pointer for pointer in places if pointer]
        if not holders:
            break
        holder = draw(st.sampled_from(holders))
        before = copy.deepcopy(root)
        schema = at(root, holder)
        schema.clear()
        schema["$ref"] = ref_to(draw(st.sampled_from(places)))
        if loose(root):
            root = before
    return root


def loose(root: Any) -> set[str]:
    """The $refs that lead nowhere."""
    return {
        schema["$ref"]
        for _, schema in walk(root)
        if isinstance(schema.get("$ref"), str) and referred(root, schema["$ref"]) is None
    }


def tidy(value: Any) -> Any:
    """A schema as text, but for what no document can tell: an empty `required`, and the order in it."""
    value = copy.deepcopy(value)
    for _, schema in walk(value):
        if isinstance(schema.get("required"), list):
            schema["required"] = sorted(schema["required"])
            if not schema["required"]:
                del schema["required"]
    return json.dumps(value)


@st.composite
def edited(draw: Any) -> tuple[dict[str, Any], Edited]:
    """A schema and any edit of it that can be done."""
    root = draw(schemas())
    places = [pointer for pointer, _ in walk(root)]
    pointer, other = draw(st.sampled_from(places)), draw(st.sampled_from(places))
    name, on, by = draw(FRESH), draw(st.booleans()), draw(st.sampled_from((-1, 1)))
    edit = draw(
        st.sampled_from(
            [
                lambda: edits.add_property(root, pointer, name, None, draw(st.integers(0, 5))),
                lambda: edits.rename(root, pointer, name),
                lambda: edits.remove(root, pointer),
                lambda: edits.duplicate(root, pointer),
                lambda: edits.move(root, pointer, other, draw(st.integers(0, 5))),
                lambda: edits.step(root, pointer, by),
                lambda: edits.set_required(root, pointer, on),
                lambda: edits.set_nullable(root, pointer, on),
                lambda: edits.set_type(root, pointer, draw(st.sampled_from(edits.KINDS))),
                lambda: edits.set_enum(root, pointer, draw(st.lists(st.sampled_from(["x", 1, 2.5, True, None])))),
                lambda: edits.set_keyword(root, pointer, "description", name),
                lambda: edits.set_keyword(root, pointer, "items", edits.UNSET),
                lambda: edits.add_option(root, pointer),
                lambda: edits.add_definition(root, name),
                lambda: edits.make_definition(root, pointer),
                lambda: edits.use_definition(root, pointer, other),
                lambda: edits.inline(root, pointer),
            ]
        )
    )
    before = copy.deepcopy(root)
    try:
        done = edit()
    except EditError as error:
        assert str(error)
        done = Edited(root, pointer)
    assert json.dumps(root) == json.dumps(before), "the value that was given is another"
    return root, done


@given(edited())
def test_what_comes_out_is_a_schema_and_every_ref_leads_somewhere(case: tuple[dict[str, Any], Edited]) -> None:
    _, done = case
    Draft202012Validator.check_schema(done.value)
    assert not loose(done.value)
    assert isinstance(at(done.value, done.pointer), dict | list)


def on_the_way(root: Any, pointer: str) -> bool:
    """Whether a pointer leads to a schema, and not to what a keyword holds."""
    try:
        place_of(root, pointer)
    except EditError:
        return pointer == ""
    return True


@given(schemas(), st.data())
def test_a_name_that_goes_and_comes_back_leaves_no_trace(root: dict[str, Any], data: Any) -> None:
    named = [pointer for pointer, _ in walk(root) if up(pointer).endswith(("/properties", "/$defs"))]
    named = [pointer for pointer in named if place_of(root, pointer).keyword in ("properties", "$defs")]
    if not named:
        return
    pointer, fresh = data.draw(st.sampled_from(named)), data.draw(FRESH)
    once = edits.rename(root, pointer, fresh)
    assert fresh in at(once.value, up(once.pointer)) and once.value != root
    assert list(at(once.value, up(once.pointer))).index(fresh) == list(at(root, up(pointer))).index(
        place_of(root, pointer).key
    )
    again = edits.rename(once.value, once.pointer, str(place_of(root, pointer).key))
    assert json.dumps(again.value) == json.dumps(root) and again.pointer == pointer


@given(schemas(), st.data())
def test_a_property_moved_elsewhere_and_back_is_where_it_was(root: dict[str, Any], data: Any) -> None:
    holders = [pointer for pointer, schema in walk(root) if isinstance(schema.get("properties"), dict)]
    source, target = data.draw(st.sampled_from(holders)), data.draw(st.sampled_from(holders))
    names = list(at(root, source)["properties"])
    if not names or source == target:
        return
    name = data.draw(st.sampled_from(names))
    pointer = next(where for where, _ in walk(at(root, source), source) if where == f"{source}/properties/{esc(name)}")
    try:
        there = edits.move(root, pointer, target, data.draw(st.integers(0, 4)))
    except EditError:
        return
    assert name not in at(there.value, source)["properties"]
    back = edits.move(there.value, there.pointer, source, names.index(name))
    assert tidy(back.value) == tidy(root)


def esc(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


@given(schemas(), st.data())
def test_what_is_duplicated_and_removed_is_as_before(root: dict[str, Any], data: Any) -> None:
    pointer = data.draw(st.sampled_from([pointer for pointer, _ in walk(root)]))
    try:
        twice = edits.duplicate(root, pointer)
    except EditError:
        return
    if not any("$ref" in one for _, one in walk(at(root, pointer))):  # which may lead to an option that has moved on
        assert at(twice.value, twice.pointer) == at(root, pointer)
    assert tidy(edits.remove(twice.value, twice.pointer).value) == tidy(root)


@given(schemas(), st.data())
def test_what_is_nullable_takes_null_and_what_was_taken_before(root: dict[str, Any], data: Any) -> None:
    pointer = data.draw(st.sampled_from([pointer for pointer, schema in walk(root) if schema]))
    schema = at(root, pointer)
    if edits.is_nullable(schema):
        return
    try:
        made = edits.set_nullable(root, pointer, True).value
    except EditError:
        return
    assert edits.is_nullable(at(made, pointer))
    if not any("$ref" in inner for _, inner in walk(at(made, pointer))):
        assert Draft202012Validator(at(made, pointer)).is_valid(None)
        for value in ("a", 3, 2, True, {}, []):
            was = Draft202012Validator(schema).is_valid(value)
            assert Draft202012Validator(at(made, pointer)).is_valid(value) == was
    back = edits.set_nullable(made, pointer, False).value
    if len(schema.get("anyOf", ())) != 1:  # an anyOf of one thing comes back as that thing
        assert json.dumps(back, sort_keys=True) == json.dumps(root, sort_keys=True)


@given(schemas(), st.data())
def test_a_definition_made_and_inlined_is_what_it_was(root: dict[str, Any], data: Any) -> None:
    pointer = data.draw(st.sampled_from([pointer for pointer, _ in walk(root)]))
    try:
        made = edits.make_definition(root, pointer)
    except EditError:
        return
    target = target_of(at(made.value, pointer)["$ref"])
    assert target is not None and target in edits.definitions(made.value)
    try:
        back = edits.inline(made.value, pointer).value
    except EditError:
        return
    inside = at(back, pointer)
    if not edits.uses(root, pointer) and not any(
        (target_of(one.get("$ref", "")) or "").startswith(f"{pointer}/") for _, one in walk(root)
    ):
        assert json.dumps(inside) == json.dumps(at(root, pointer))


PERSON: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "description": "whole"},
        "age": {"type": "integer", "minimum": 1, "maximum": 3},
        "home": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
        "city_again": {"$ref": "#/properties/home/properties/city"},
    },
    "required": ["name", "age", "home", "city_again"],
    "additionalProperties": False,
}


def test_a_new_property_is_required_where_all_are_and_else_not() -> None:
    made = edits.add_property(PERSON, "", "mail", index=1).value
    assert list(made["properties"])[:3] == ["name", "mail", "age"]
    assert made["required"] == ["name", "mail", "age", "home", "city_again"]
    loose_one = edits.set_required(PERSON, "/properties/age", False).value
    assert edits.add_property(loose_one, "", "mail").value["required"] == ["name", "home", "city_again"]


def test_what_a_ref_leads_to_cannot_go() -> None:
    for edit in (
        lambda: edits.remove(PERSON, "/properties/home"),
        lambda: edits.set_type(PERSON, "/properties/home", "string"),
        lambda: edits.use_definition(PERSON, "/properties/home", "/properties/name"),
    ):
        with pytest.raises(EditError, match="ref"):
            edit()


def test_a_ref_follows_into_another_object() -> None:
    moved = edits.move(PERSON, "/properties/home/properties/city", "", 0)
    assert moved.pointer == "/properties/city" and next(iter(moved.value["properties"])) == "city"
    assert moved.value["properties"]["city_again"] == {"$ref": "#/properties/city"}
    assert moved.value["required"][0] == "city" and moved.value["properties"]["home"]["required"] == []


def test_another_type_keeps_what_fits_and_drops_what_does_not() -> None:
    age = edits.set_type(PERSON, "/properties/age", "number").value["properties"]["age"]
    assert age == {"type": "number", "minimum": 1, "maximum": 3}
    assert edits.set_type(PERSON, "/properties/age", "enum").value["properties"]["age"]["enum"] == [1, 2, 3]
    nullable = edits.set_nullable(PERSON, "/properties/name", True).value
    name = edits.set_type(nullable, "/properties/name", "array").value["properties"]["name"]
    assert name == {"type": ["array", "null"], "description": "whole", "items": {"type": "string"}}


def test_a_keyword_with_a_wrong_value_is_refused_with_what_it_has_to_be() -> None:
    with pytest.raises(EditError, match="whole number"):
        edits.set_keyword(PERSON, "/properties/name", "minLength", -1)
    with pytest.raises(EditError, match="not there"):
        edits.set_keyword(PERSON, "/properties/nobody", "minLength", 1)


def test_a_definition_of_what_holds_itself_is_not_inlined() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}}
    root = {"type": "object", "properties": {"first": {"$ref": "#/$defs/node"}}, "$defs": {"node": node}}
    with pytest.raises(EditError, match="never end"):
        edits.inline(root, "/$defs/node/properties/next")
    inlined = edits.inline(root, "/properties/first").value
    assert inlined["properties"]["first"] == node
    with pytest.raises(EditError, match="leads to it"):
        edits.remove(root, "/$defs/node")


def test_refs_follow_options_that_get_another_number_and_what_is_wrapped() -> None:
    text, number = {"type": "string"}, {"properties": {"deep": {"type": "integer"}}}
    root = {
        "type": "object",
        "properties": {"a": {"anyOf": [text, number]}, "b": {"$ref": "#/properties/a/anyOf/1/properties/deep"}},
    }
    less = edits.remove(root, "/properties/a/anyOf/0").value
    assert less["properties"]["b"] == {"$ref": "#/properties/a/anyOf/0/properties/deep"}
    more = edits.duplicate(root, "/properties/a/anyOf/0").value
    assert more["properties"]["b"] == {"$ref": "#/properties/a/anyOf/2/properties/deep"}
    swapped = edits.step(root, "/properties/a/anyOf/0", 1).value
    assert swapped["properties"]["b"] == {"$ref": "#/properties/a/anyOf/0/properties/deep"}
    untyped = {"properties": {"a": number, "b": {"$ref": "#/properties/a/properties/deep"}}}
    wrapped = edits.set_nullable(untyped, "/properties/a", True).value
    assert wrapped["properties"]["b"] == {"$ref": "#/properties/a/anyOf/0/properties/deep"}
    assert edits.set_nullable(wrapped, "/properties/a", False).value == untyped

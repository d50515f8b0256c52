"""The value of a form: unset, null and empty are three things, and nothing that came in is lost."""

from __future__ import annotations

from typing import Any

import pytest

from playground.core.forms import UNSET, FormModel, Kind, Node, entries, join, split
from playground.core.forms.values import pointer_of
from tests.helpers.sdk_schemas import TEN, sdk_schema


def model(properties: dict[str, Any], **rest: Any) -> FormModel:
    return FormModel({"type": "object", "properties": properties, **rest}, request=False)


def at(form: FormModel, pointer: str) -> Node:
    node = form.node_at(pointer)
    assert node is not None and node.pointer == pointer, pointer
    return node


TEXT = {"type": "string"}
TOOLS = {
    "type": "array",
    "items": {
        "anyOf": [
            {
                "type": "object",
                "title": "FunctionParam",
                "properties": {"type": {"const": "function"}, "name": TEXT},
                "required": ["type", "name"],
            },
            {
                "type": "object",
                "title": "SearchParam",
                "properties": {"type": {"const": "search"}, "limit": {"type": "integer"}},
                "required": ["type"],
            },
        ]
    },
}


def test_unset_null_and_empty_are_three_things() -> None:
    form = model({"a": {"anyOf": [TEXT, {"type": "null"}]}, "o": {"type": "object", "properties": {"x": TEXT}}})
    assert form.value() == {} and at(form, "/a").value is UNSET
    at(form, "/a").set(None)
    assert form.value() == {"a": None} and form.errors() == []
    at(form, "/a").set("")
    assert form.value() == {"a": ""}
    at(form, "/a").unset()
    at(form, "/o").begin()
    assert form.value() == {"o": {}}
    at(form, "/o").unset()
    assert form.value() == {}


def test_an_object_comes_with_its_first_value_and_goes_with_its_last() -> None:
    form = model({"o": {"type": "object", "properties": {"p": {"type": "object", "properties": {"x": TEXT}}}}})
    at(form, "/o/p/x").set("1")
    assert form.value() == {"o": {"p": {"x": "1"}}}
    at(form, "/o/p/x").unset()
    assert form.value() == {}


def test_a_constant_goes_without_saying() -> None:
    expires = {
        "type": "object",
        "properties": {"anchor": {"const": "created_at", "type": "string"}, "days": {"type": "integer"}},
        "required": ["anchor", "days"],
    }
    form = model({"expires_after": expires})
    assert [node.name for node in at(form, "/expires_after").children()] == ["days"]
    at(form, "/expires_after/days").set(3)
    assert form.value() == {"expires_after": {"anchor": "created_at", "days": 3}}
    at(form, "/expires_after/days").unset()
    assert form.value() == {}


def test_names_that_nobody_knows_are_kept() -> None:
    form = model({"a": TEXT, "o": {"type": "object", "properties": {"x": TEXT}}}, additionalProperties=False)
    given = {"zz": [1, {"k": None}], "a": "1", "o": {"new": True, "x": "2"}}
    errors = form.set_value(given)
    assert form.value() == given and list(form.value()) == ["zz", "a", "o"]
    assert form.extras == {"zz": [1, {"k": None}]} and at(form, "/o").unknown() == {"new": True}
    assert [error.pointer for error in errors] == ["/zz"]
    at(form, "/o/x").set("3")
    assert form.value()["o"] == {"new": True, "x": "3"}


def test_the_value_is_nobody_elses() -> None:
    form = model({"l": {"type": "array", "items": TEXT}})
    given = {"l": ["a"]}
    form.set_value(given)
    taken = form.value()
    at(form, "/l/0").set("b")
    assert given == taken == {"l": ["a"]} and form.value() == {"l": ["b"]}


def test_another_alternative_keeps_what_was_typed() -> None:
    form = model({"tools": TOOLS})
    item = entries.add(at(form, "/tools"))
    assert form.value() == {"tools": [{"type": "function"}]}
    at(form, "/tools/0/name").set("look")
    item.choose(1)
    assert form.value() == {"tools": [{"type": "search"}]}
    at(form, "/tools/0/limit").set(3)
    item.choose(0)
    assert form.value() == {"tools": [{"type": "function", "name": "look"}]}
    item.choose(1)
    assert form.value() == {"tools": [{"type": "search", "limit": 3}]}


def test_a_text_or_a_list_switched_there_and_back() -> None:
    form = model({"input": {"anyOf": [TEXT, {"type": "array", "items": TEXT}]}})
    node = at(form, "/input")
    inner = node.inner()
    assert inner is not None and inner.shape.kind is Kind.TEXT and not node.is_set
    inner.set("hello")
    node.choose(1)
    assert form.value() == {"input": []}
    body = node.inner()
    assert body is not None
    entries.add(body).set("one")
    node.choose(0)
    assert form.value() == {"input": "hello"}
    node.choose(None)
    assert form.value() == {}
    node.choose(1)
    assert form.value() == {"input": ["one"]}


def test_the_alternative_of_a_value_is_found_by_its_tag_and_else_by_what_fits() -> None:
    form = model({"tools": TOOLS})
    form.set_value({"tools": [{"type": "search", "limit": "x"}, {"type": "function", "name": "n"}, {"type": "new"}]})
    chosen = [node.chosen for node in at(form, "/tools").children()]
    assert chosen == [1, 0, -1]
    assert {error.pointer for error in form.errors()} == {"/tools/0/limit", "/tools/2/type"}
    assert form.value()["tools"][2] == {"type": "new"}


def test_items_move_and_go_with_their_places() -> None:
    form = model({"l": {"type": "array", "items": {"type": "integer"}}})
    form.set_value({"l": [1, 2, 3]})
    places = at(form, "/l").children()
    entries.move(at(form, "/l"), places[0], 2)
    assert form.value() == {"l": [2, 3, 1]} and places[0].pointer == "/l/2" and places[0].value == 1
    entries.remove(at(form, "/l"), places[1])
    assert form.value() == {"l": [3, 1]} and [node.pointer for node in at(form, "/l").children()] == ["/l/0", "/l/1"]
    assert places[0].value == 1


def test_an_item_without_a_value_is_not_sent() -> None:
    form = model({"l": {"type": "array", "items": TEXT}})
    entries.add(at(form, "/l"))
    entries.add(at(form, "/l")).set("b")
    assert form.value() == {"l": ["b"]} and form.errors() == []


def test_entries_of_a_map_have_names() -> None:
    form = model({"m": {"type": "object", "additionalProperties": TEXT}})
    entry = entries.add(at(form, "/m"))
    entry.set("v")
    assert form.value() == {"m": {}} and [error.message for error in form.errors()] == ["A value lacks its name"]
    assert entries.rename(at(form, "/m"), entry, "k") == "" and form.value() == {"m": {"k": "v"}}
    other = entries.add(at(form, "/m"))
    assert "twice" in entries.rename(at(form, "/m"), other, "k")
    entries.rename(at(form, "/m"), entry, "k2")
    assert entry.pointer == "/m/k2" and form.value() == {"m": {"k2": "v"}}
    entries.remove(at(form, "/m"), entry)
    entries.remove(at(form, "/m"), other)
    assert form.value() == {}


def test_what_is_typed_and_is_no_value_is_kept_and_not_sent() -> None:
    form = model({"n": {"type": "integer"}}, required=["n"])
    form.set_value({"n": 1})
    at(form, "/n").set_draft("1x", "not a whole number")
    assert form.value() == {} and [(error.pointer, error.message) for error in form.errors()] == [
        ("/n", "not a whole number")
    ]
    at(form, "/n").set(2)
    assert at(form, "/n").draft == "" and form.errors() == []


def test_a_mark_goes_when_its_place_changes() -> None:
    form = model({"a": TEXT, "b": TEXT})
    form.mark("/a", "refused")
    at(form, "/b").set("1")
    assert form.marks == {"/a": "refused"}
    at(form, "/a").set("1")
    assert form.marks == {}


def test_a_schema_that_holds_itself_is_opened_step_by_step() -> None:
    node = {
        "type": "object",
        "properties": {"name": TEXT, "children": {"type": "array", "items": {"$ref": "#/$defs/N"}}},
    }
    form = FormModel({"properties": {"tree": {"$ref": "#/$defs/N"}}, "$defs": {"N": node}}, request=False)
    place = at(form, "/tree")
    for _ in range(30):
        children = place.child("children")
        assert children is not None
        place = entries.add(children)
    place_name = place.child("name")
    assert place_name is not None
    place_name.set("deep")
    assert place.pointer.count("/children/") == 30 and "deep" in str(form.value())


def test_what_every_call_takes_stands_at_the_end() -> None:
    form = FormModel({"type": "object", "properties": {"a": TEXT}, "additionalProperties": False})
    assert [node.name for node in form.root.children()][-3:] == ["extra_headers", "extra_query", "extra_body"]
    given = {"a": "1", "extra_headers": {"X-A": "1"}, "extra_body": {"new": [1]}}
    assert form.set_value(given) == [] and form.value() == given


@pytest.mark.parametrize("steps", [(), ("a",), ("a/b", "~", 0), ("", "ü")])
def test_pointers_come_back(steps: tuple[str | int, ...]) -> None:
    assert split(join(steps)) == [str(step) for step in steps]


def test_places_as_servers_write_them() -> None:
    assert pointer_of("input[0].content[2].text") == "/input/0/content/2/text"
    assert pointer_of("/a/b") == "/a/b" and pointer_of("") == ""


SAMPLES: dict[str, dict[str, Any]] = {
    "responses.create": {
        "model": "gpt-x",
        "input": [
            {"role": "user", "content": [{"type": "input_text", "text": "Hi"}]},
            {"type": "function_call_output", "call_id": "c", "output": "ok"},
            {"type": "message", "role": "assistant", "id": "m", "status": "completed", "content": []},
        ],
        "tools": [{"type": "file_search", "vector_store_ids": ["v"]}, {"type": "unheard_of", "x": {"y": 1}}],
        "tool_choice": {"type": "function", "name": "f"},
        "reasoning": {"effort": "low", "summary": None},
        "metadata": {},
        "temperature": 1.0,
        "stop_it": 1,
    },
    "vector_stores.search": {
        "vector_store_id": "vs",
        "query": ["a", "b"],
        "filters": {"type": "and", "filters": [{"key": "k", "type": "in", "value": ["a", 1]}]},
    },
    "fine_tuning.jobs.create": {
        "model": "gpt-x",
        "training_file": "file",
        "method": {"type": "dpo", "dpo": {"hyperparameters": {"beta": "auto", "n_epochs": 3}}},
    },
    "audio.transcriptions.create": {"file": "@a.wav", "model": "m", "chunking_strategy": "auto"},
    "batches.create": {"completion_window": "24h", "endpoint": "/v1/responses", "input_file_id": "f"},
}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_request_comes_back_as_it_was(name: str) -> None:
    form = FormModel(sdk_schema(name))
    form.set_value(SAMPLES[name])
    open_all(form.root, 6)
    assert form.value() == SAMPLES[name]


@pytest.mark.parametrize("name", TEN)
def test_every_place_of_very_different_methods_can_be_opened(name: str) -> None:
    form = FormModel(sdk_schema(name))
    assert open_all(form.root, 4) >= len(form.schema["properties"])
    assert form.value() == {}


def open_all(node: Node, depth: int) -> int:
    """Look at every place down to a depth; how many there are."""
    inner = node.inner()
    if inner is not None:
        return open_all(inner, depth)
    if not depth:
        return 1
    return 1 + sum(open_all(child, depth - 1) for child in node.children())

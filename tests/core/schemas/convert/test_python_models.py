"""Models as people write them: read as Pydantic reads them, and the same again after they were written as Python."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pydantic
import pytest

from playground.core.schemas import fix_all, profile
from playground.core.schemas.convert import Imported, from_python, to_text
from playground.core.schemas.convert.nodes import Node
from playground.core.schemas.convert.python_in import reader
from playground.core.schemas.convert.reading import read_shape
from playground.core.schemas.rules import profiles

FOLDER = Path(__file__).parent / "models_python"
MODELS = sorted(path.stem for path in FOLDER.glob("*.py"))
ANNOTATIONS = frozenset({"title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly"})


def source(model: str) -> str:
    return (FOLDER / f"{model}.py").read_text("utf-8")


@cache
def imported(model: str) -> Imported:
    return from_python(source(model))


@pytest.fixture
def executed(tmp_path: Path) -> Iterator[Any]:
    """Runs a text that is trusted as a module, which is gone afterwards."""
    names: list[str] = []

    def run(text: str, name: str) -> ModuleType:
        names.append(name)
        (tmp_path / f"{name}.py").write_text(text, "utf-8")
        spec = importlib.util.spec_from_file_location(name, tmp_path / f"{name}.py")
        assert spec is not None and spec.loader is not None
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            spec.loader.exec_module(module)
        return module

    yield run
    for name in names:
        del sys.modules[name]


def schema_by_pydantic(module: ModuleType, name: str) -> dict[str, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        adapter = pydantic.TypeAdapter(getattr(module, name))
        if not adapter.pydantic_complete:
            adapter.rebuild(_types_namespace=vars(module))
        made: dict[str, Any] = json.loads(json.dumps(adapter.json_schema()))  # a default may be a tuple
    return made


def property_orders(schema: Any, at: str = "#") -> dict[str, list[str]]:
    """The names of the properties of every object in a schema, by its place."""
    found = {}
    if isinstance(schema, dict):
        for word in ("properties", "$defs"):
            its = schema.get(word, {})
            if word == "properties" and its:
                found[at] = list(its)
            for name, value in its.items():
                found |= property_orders(value, f"{at}/{word}/{name}")
        for word in schema.keys() - {"properties", "$defs", "default", "examples"}:
            found |= property_orders(schema[word], f"{at}/{word}")
    elif isinstance(schema, list):
        for place, value in enumerate(schema):
            found |= property_orders(value, f"{at}/{place}")
    return found


def test_there_are_enough() -> None:
    assert len(MODELS) >= 30


@pytest.mark.parametrize("model", MODELS)
def test_read_as_pydantic_reads_it(model: str, executed: Any) -> None:
    made = imported(model)
    module = executed(source(model), f"trusted_{model}")
    stated = re.search(r"Root: (\w+)\.", source(model))
    assert stated and made.main == stated[1]
    for name, schema in made.schemas.items():
        expected = schema_by_pydantic(module, name)
        assert schema == expected, name
        assert property_orders(schema) == property_orders(expected), name
        jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("model", MODELS)
def test_pydantic_and_back(model: str, executed: Any) -> None:
    first = imported(model).schema
    program = to_text(first, imported(model).main, "pydantic")
    again = from_python(program.text)
    assert again.main == imported(model).main and not again.notes, program.text
    assert again.schema == first, program.text
    assert property_orders(again.schema) == property_orders(first)
    module = executed(program.text, f"written_{model}")
    assert schema_by_pydantic(module, again.main) == first, program.text


def structure_of(schema: dict[str, Any], name: str) -> Any:
    """What is left of a type without its words and constraints: what a TypedDict says."""
    shape = read_shape(schema, name)
    defs = shape.defs | {"#": shape.root}
    recursive = shape.recursive()

    def structure(node: Node, seen: tuple[str, ...]) -> Any:
        if node.kind == "ref":
            if node.ref in seen:
                return ("again", seen.index(node.ref))
            return structure(defs[node.ref], (*seen, node.ref) if node.ref in recursive else seen)
        inner = [structure(one, seen) for one in node.items]
        if node.kind == "union":  # one within another is one with the options of both
            flat = [option for one in inner for option in (one[1] if one[0] == "union" else [one])]
            return ("union", [one for _, one in sorted({repr(one): one for one in flat}.items())])
        if node.kind == "object":
            fields = [(one.name, one.required, structure(one.node, seen)) for one in node.fields]
            return ("object", fields, structure(node.extra, seen) if isinstance(node.extra, Node) else node.extra)
        return (node.kind, inner, node.values, structure(node.rest, seen) if node.rest else None)

    return structure(shape.root, ())


@pytest.mark.parametrize("model", MODELS)
def test_made_strict_and_written_as_python(model: str) -> None:
    """The whole way: a model that is pasted, mended for strict mode, and the program that uses it."""
    fixed = fix_all(imported(model).schema, profile(profiles()[0]))
    left = [one for one in fixed.left if one.severity == "error"]
    assert not left or (model == "event_log" and {one.rule for one in left} == {"missing-type"}), left
    program = to_text(fixed.value, imported(model).main, "pydantic")
    again = reader.read(program.text, "python")
    assert again["main"] == imported(model).main
    made = again["schemas"][again["main"]]
    assert structure_of(made, "A") == structure_of(fixed.value, "A"), program.text


@pytest.mark.parametrize("model", MODELS)
def test_typeddict_and_back(model: str, executed: Any) -> None:
    first, name = imported(model).schema, imported(model).main
    program = to_text(first, name, "typeddict")
    again = from_python(program.text)
    assert again.main == name, program.text
    assert structure_of(again.schema, name) == structure_of(first, name), program.text
    module = executed(program.text, f"typed_{model}")
    bare = re.sub(r"^ *#.*\n", "", program.text, flags=re.MULTILINE)  # Pydantic does not see the comments
    assert schema_by_pydantic(module, name) == from_python(bare).schema

"""The catalogue holds the whole SDK, and is read without it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from playground.core.catalog import Catalog, Kind, ensure_catalog, fits, read_catalog
from playground.core.catalog.store import cache_file, installed_version


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def catalog(cache: Path) -> Catalog:
    return asyncio.run(ensure_catalog(cache, anew=True))


def test_every_public_method_of_the_sdk_is_in_it(catalog: Catalog) -> None:
    from playground.core.catalog.sdk import offline_client, walk

    names = {name for name, _ in walk(offline_client())}
    assert set(catalog.methods) == names
    assert len(names) >= 436
    wired = [entry.name for entry in catalog.methods.values() if entry.verb and entry.kind is not Kind.WEBSOCKET]
    print(f"{len(names)} methods, {len(wired)} with verb and path")
    assert len(wired) >= 421
    assert {entry.name for entry in catalog.methods.values() if entry.kind is Kind.WEBSOCKET} == {
        name for name in names if name.endswith(".connect")
    }
    in_tree = [name for family in catalog.families for node in family.walk() for name in node.methods]
    assert sorted(in_tree) == sorted(names)


def test_it_is_built_once(catalog: Catalog, cache: Path) -> None:
    assert fits(read_catalog(cache))
    path = cache_file(cache, installed_version())
    before = path.stat().st_mtime_ns
    assert asyncio.run(ensure_catalog(cache)).methods == catalog.methods
    assert path.stat().st_mtime_ns == before


def test_a_damaged_cache_is_set_aside(tmp_path: Path) -> None:
    path = cache_file(tmp_path, installed_version())
    path.write_text('{"sdk": "3.')
    assert read_catalog(tmp_path) is not None  # the one that comes with the program
    assert [found.name for found in tmp_path.iterdir()] != [path.name]


def test_it_is_read_without_the_sdk(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from playground.core.catalog import read_catalog;"
        f"print(len(read_catalog(Path({str(tmp_path)!r})).methods), 'openai' in sys.modules, 'pydantic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    count, *imported = done.stdout.split()
    assert int(count) >= 436
    assert imported == ["False", "False"]


@pytest.mark.parametrize(
    ("verb", "path", "name", "values"),
    [
        ("POST", "/responses", "responses.create", {}),
        ("get", "/responses/resp_1/", "responses.retrieve", {"response_id": "resp_1"}),
        ("POST", "/responses/compact", "responses.compact", {}),
        ("POST", "/chat/completions", "chat.completions.create", {}),
        (
            "GET",
            "/vector_stores/vs_1/files/file-1",
            "vector_stores.files.retrieve",
            {"vector_store_id": "vs_1", "file_id": "file-1"},
        ),
    ],
)
def test_requests_find_their_method(catalog: Catalog, verb: str, path: str, name: str, values: dict[str, str]) -> None:
    assert catalog.match(verb, path)[0] == (name, values)


def test_no_request_no_method(catalog: Catalog) -> None:
    assert catalog.match("PATCH", "/responses") == []
    assert catalog.match("GET", "/nothing/of/the/kind") == []


def test_search_finds_names_before_parameters(catalog: Catalog) -> None:
    assert catalog.search("cancel batch")[0].name == "batches.cancel"
    assert catalog.search("responses.create")[0].name == "responses.create"
    assert "responses.create" in [hit.name for hit in catalog.search("temperature")[:3]]
    assert catalog.search("qqqq zzzz") == []


def test_schemas_are_self_contained(catalog: Catalog) -> None:
    for name in catalog.methods:
        schema = catalog.schema_of(name)
        text = json.dumps(schema)
        for definition in {part.partition('"')[0] for part in text.split('"#/$defs/')[1:]}:
            assert definition in schema["$defs"], (name, definition)


def test_alternatives_and_kinds_of_ids(catalog: Catalog) -> None:
    assert catalog.methods["responses.retrieve"].parameter("response_id").id_kind == "response"  # type: ignore[union-attr]
    schema = catalog.schema_of("files.create")
    assert schema["properties"]["file"]["format"] == "binary"
    assert schema["required"] == ["file", "purpose"]
    assert catalog.methods["beta.assistants.create"].deprecated
    assert catalog.methods["beta.assistants.create"].successor == "responses.create"
    assert not catalog.methods["audio.speech.create"].deprecated

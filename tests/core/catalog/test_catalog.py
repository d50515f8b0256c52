"""The catalogue holds the whole SDK, and is read without it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from playground.core.catalog import Catalog, CatalogError, ensure_catalog, fits, read_catalog
from playground.core.catalog.store import cache_file, installed_version, shipped


def test_it_is_built_once(catalog: Catalog, cache: Path) -> None:
    assert fits(read_catalog(cache))
    path = cache_file(cache, installed_version())
    before = path.stat().st_mtime_ns
    assert asyncio.run(ensure_catalog(cache)).methods == catalog.methods
    assert path.stat().st_mtime_ns == before


@pytest.mark.parametrize(
    "text",
    ["", '{"sdk": "3.', "[]", '{"sdk": "3.57.0", "methods": 3, "families": [], "defs": {}}',
     '{"sdk": "3", "methods": [{"name": "x"}], "families": [], "defs": {}}', "\udcff"],
)  # fmt: skip
def test_a_damaged_cache_is_set_aside_and_built_anew(
    tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = cache_file(tmp_path, installed_version())
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert read_catalog(tmp_path) is not None  # the one that comes with the program
    (aside,) = tmp_path.iterdir()
    assert aside.name.startswith(f"{path.name}.broken-")
    assert aside.read_bytes() == text.encode("utf-8", "surrogateescape")
    assert read_catalog(tmp_path) is not None
    assert list(tmp_path.iterdir()) == [aside]


def test_the_program_starts_with_the_catalogue_that_it_would_build(catalog: Catalog) -> None:
    """Else: python -m playground.core.catalog --out resources/facts/catalog-DATE.json.gz"""
    came = shipped()
    assert came is not None
    if came.sdk_version == catalog.sdk_version:
        assert came.methods == catalog.methods
        assert came.defs == catalog.defs
        assert came.families == catalog.families


def test_a_folder_that_cannot_be_written_is_no_hindrance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = tmp_path / "file" / "cache"
    (tmp_path / "file").write_text("in the way")
    assert read_catalog(nowhere) is not None
    monkeypatch.setattr("playground.core.catalog.store.shipped", lambda: None)
    assert read_catalog(nowhere) is None
    assert fits(asyncio.run(ensure_catalog(nowhere)))


def test_the_folder_in_which_the_program_was_started_is_not_imported_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "openai.py").write_text("raise SystemExit('imported from here')")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cache").mkdir()
    for number in range(5):
        (tmp_path / "cache" / f"catalog-1-3.{number}.0.json").write_text("{}")
    assert fits(asyncio.run(ensure_catalog(tmp_path / "cache", anew=True)))
    kept = [path.name for path in (tmp_path / "cache").iterdir()]
    assert len(kept) == 3 and cache_file(tmp_path, installed_version()).name in kept


def test_an_sdk_that_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "sitecustomize.py").write_text("raise SystemExit('this Python is broken')")
    with pytest.raises(CatalogError, match="this Python is broken"):
        asyncio.run(ensure_catalog(tmp_path, anew=True))


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
        ("POST", "/responses?beta=true", "beta.responses.create", {}),
        ("GET", "/files/a%20b", "files.retrieve", {"file_id": "a%20b"}),
        ("GET", "/realtime", "realtime.connect", {}),
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
    found = catalog.search("temperature")[:2]
    assert [(hit.name, hit.words) for hit in found] == [
        ("responses.create", "temperature"), ("chat.completions.create", "temperature"),
    ]  # fmt: skip
    assert catalog.search("vscr")[0].name == "vector_stores.create"
    assert catalog.search("qqqq zzzz") == []


def test_schemas_are_self_contained(catalog: Catalog) -> None:
    for name in catalog.methods:
        schema = catalog.schema_of(name)
        text = json.dumps(schema)
        for definition in {part.partition('"')[0] for part in text.split('"#/$defs/')[1:]}:
            assert definition in schema["$defs"], (name, definition)


def test_files_and_what_is_required(catalog: Catalog) -> None:
    schema = catalog.schema_of("files.create")
    assert schema["properties"]["file"]["format"] == "binary"
    assert schema["required"] == ["file", "purpose"]
    assert catalog.minimal("skills.create") == {"files": "@file"}
    schema = catalog.schema_of("audio.voices.create")
    assert {"required": ["name"]} not in schema.get("anyOf", [])
    assert len(schema["anyOf"]) == len(catalog.methods["audio.voices.create"].required) > 1

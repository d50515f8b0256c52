"""The API's own examples against the catalogue's schemas."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from jsonschema import Draft202012Validator

from playground.core.catalog import Catalog
from tests.helpers.needs import SHARED, shared

STRICTER = {
    "responses.create: the SDK's type wants `detail` beside `image_url`": "input_image",
    "responses.create: the SDK's type wants `strict` of a function": "get_current_weather",
    "vector_stores.file_batches.create: the example lacks the object `static`": "max_chunk_size_tokens",
    "beta.chatkit.sessions.create: the example has a number for an object": "expires_after",
}
"""Examples that the SDK's own types refuse: why, and how each is told."""


def test_bodies_of_the_documentation_fit(catalog: Catalog, record_property: Callable[[str, object], None]) -> None:
    path = shared("openapi", "spec_examples.jsonl")
    if path is None:
        pytest.skip(f"needs {SHARED / 'openapi' / 'spec_examples.jsonl'} (PLAYGROUND_SHARED points elsewhere)")
    fine, unexplained = 0, []
    for line in path.read_text("utf-8").splitlines():
        example = json.loads(line)
        curl = example["curl"] or ""
        found = re.search(r"(?:-d|--data|--data-raw)\s+'(\{.*?\})'", curl, re.DOTALL)
        url = re.search(r"https://api\.openai\.com/v1(/[^\s\"'?]*)", curl)
        if found is None or url is None:
            continue
        try:
            body = json.loads(found[1])
        except ValueError:
            continue  # broken in the document, or cut by a quote
        name, values = catalog.match(example["method"], url[1])[0]
        errors = list(Draft202012Validator(catalog.schema_of(name)).iter_errors({**values, **body}))
        fine += not errors
        if errors and not any(mark in str(errors[0].instance) + errors[0].json_path for mark in STRICTER.values()):
            unexplained.append(f"{name}: {errors[0].json_path}: {errors[0].message[:200]}")
    said = [f"{fine} request bodies of the API's examples fit the catalogue's schemas. Not so:"]
    record_property("said", "\n  ".join([*said, *STRICTER]))
    assert unexplained == []
    assert fine >= 117


def test_smallest_bodies_fit(catalog: Catalog) -> None:
    for name in catalog.methods:
        errors = list(Draft202012Validator(catalog.schema_of(name)).iter_errors(catalog.minimal(name)))
        assert errors == [], name

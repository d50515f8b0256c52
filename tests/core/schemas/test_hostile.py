"""Bad input: huge, deep, circular, remote, and patterns that never end. Nothing breaks, hangs, or goes out."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.core.schemas import Document, SchemaTextError, check, fix_all, profile, profiles
from playground.core.schemas.example import NoExample, example
from playground.core.schemas.validate import UnusableSchema, validate
from tests.cli.test_call import run
from tests.core.schemas.made import SCHEMAS
from tests.helpers.servers import RecordingServer

TEXT: dict[str, Any] = {"type": "string"}
PATIENCE = 30.0
"""Seconds on a machine that is busy; alone, each takes under two."""


@pytest.fixture(autouse=True)
def in_time() -> Iterator[None]:
    began = time.process_time()
    yield
    assert time.process_time() - began < PATIENCE


def everything(value: Any, documents: tuple[Any, ...] = (None, {}, {"a": 1}, "a" * 60 + "!")) -> None:
    """All that is done to a schema, by all rules: it ends, and raises nothing but what it says."""
    for name in profiles():
        check(Document("", value), profile(name))
    for one in (value, fix_all(value, profile("openai")).value):
        for document in documents:
            try:
                validate(one, document, seconds=0.5)
            except UnusableSchema as error:
                assert error.words
        try:
            example(one)
        except (NoExample, UnusableSchema) as error:
            assert str(error)


def _holding(definitions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"a": {"$ref": "#/$defs/d0"}}, "$defs": definitions, **more}


def _twice(number: int, keyword: str) -> dict[str, Any]:
    return {keyword: [{"$ref": f"#/$defs/d{number + 1}"}, {"$ref": f"#/$defs/d{number + 1}", "minLength": number}]}


HUGE: dict[str, Any] = {
    "a chain of $refs": _holding({f"d{n}": {"$ref": f"#/$defs/d{n + 1}"} for n in range(3000)} | {"d3000": TEXT}),
    "a ring of $refs": _holding({f"d{n}": {"$ref": f"#/$defs/d{(n + 1) % 3000}"} for n in range(3000)}),
    "a chain of $refs with words": _holding(
        {f"d{n}": {"$ref": f"#/$defs/d{n + 1}", "description": "x"} for n in range(300)} | {"d300": TEXT}),
    "doubling allOf": _holding({f"d{n}": _twice(n, "allOf") for n in range(12)} | {"d12": TEXT}),
    "doubling oneOf": _holding({f"d{n}": _twice(n, "oneOf") for n in range(30)} | {"d30": TEXT}),
    "doubling objects": _holding(
        {f"d{n}": {"properties": {name: {"$ref": f"#/$defs/d{n + 1}", "title": name} for name in "lr"}}
         for n in range(40)} | {"d40": TEXT}),
    "each with each": _holding(
        {f"d{n}": {"properties": {f"p{m}": {"$ref": f"#/$defs/d{m}"} for m in range(30)}} for n in range(30)}),
    "$refs along properties": {"properties": {f"p{n}": {"$ref": f"#/properties/p{n - 1}"} for n in range(1000)}},
    "5,000 optional properties": {"type": "object", "properties": {f"p{n}": TEXT for n in range(5000)}},
    "an enum of 100,000": {"type": "object", "properties": {"a": {"enum": [f"v{n}" for n in range(100_000)]}}},
    "a required that is not": {"type": "object", "required": [f"p{n}" for n in range(20_000)]},
}  # fmt: skip


@pytest.mark.parametrize("name", HUGE)
def test_what_is_huge_or_doubles_comes_to_an_end(name: str) -> None:
    everything(HUGE[name], documents=({}, {"a": "x"}))


@pytest.mark.parametrize("keyword", ["properties", "items", "anyOf", "not", "additionalProperties"])
def test_as_deep_as_is_read_and_deeper(keyword: str) -> None:
    schema: Any = TEXT
    for _ in range(60):
        wrapped = {"a": schema} if keyword == "properties" else [schema] if keyword == "anyOf" else schema
        schema = {"type": "object", keyword: wrapped}
    everything(Document.parse(json.dumps(schema)).value)
    text = '{"items": ' * 10_000 + "{}" + "}" * 10_000
    with pytest.raises(SchemaTextError, match="deeper than 200 levels") as caught:
        Document.parse(text)
    assert (caught.value.line, caught.value.offset) == (1, 200 * len('{"items": '))
    with pytest.raises(SchemaTextError, match="deeper than 200 levels"):
        Document.of(json.loads('{"items": ' * 900 + "{}" + "}" * 900))


def test_ten_megabytes_are_read_and_checked_and_not_one_more() -> None:
    row = '{"type": "string", "description": "' + "x" * 900 + '"}'
    many = ",".join(f'"p{number}": {row}' for number in range(10_900))
    text = '{"type": "object", "properties": {' + many + "}}"
    assert 10_000_000 < len(text) < 10 << 20
    report = check(Document.parse(text), profile("openai"))
    assert "limit-properties" in {one.rule for one in report.findings}
    with pytest.raises(SchemaTextError, match="10 MB"):
        Document.parse(text + " " * 1_000_000)
    code, out, _ = run("schema", "check", "-", stdin=text.encode())
    assert code == 1 and b"limit-properties" in out


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**6))
def test_any_net_of_refs_is_followed_to_an_end(seed: int) -> None:
    chooser = random.Random(seed)
    count = chooser.randint(1, 7)

    def part(depth: int) -> Any:
        ref = {
            "$ref": chooser.choice(["#", "#/$defs/gone", "#/properties/a", *(f"#/$defs/d{n}" for n in range(count))])
        }
        if depth > 2 or chooser.random() < 0.5:
            return {**ref, **chooser.choice([{}, {}, {"description": "x"}, {"required": ["a"]}])}
        inner = [part(depth + 1) for _ in range(2)]
        return chooser.choice([
            {"type": "object", "properties": {"a": inner[0], "b": inner[1]}, "required": chooser.choice([[], ["a"]])},
            {"anyOf": inner}, {"allOf": inner}, {"oneOf": inner}, {"type": "array", "items": inner[0]}, inner[0], TEXT,
        ])  # fmt: skip

    everything({**_holding({f"d{n}": part(0) for n in range(count)}), "properties": {"a": part(0)}})


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(SCHEMAS)
def test_any_odd_schema_is_gone_through(schema: Any) -> None:
    everything(schema)


def test_nothing_is_ever_fetched(recording_server: RecordingServer, tmp_path: Path) -> None:
    url = f"{recording_server.base_url}/schema.json"
    host = recording_server.base_url.removeprefix("http:")
    refs = [url, f"{url}#/$defs/a", f"{host}/x.json", "x.json", "file:///etc/hostname", "urn:x:y"]
    for ref in refs:
        for more in ({}, {"$id": url}, {"$schema": url}, {"$id": f"{recording_server.base_url}/"}):
            value = {"type": "object", "properties": {"a": {"$ref": ref}, "b": {"$dynamicRef": ref}}, **more}
            found = {one.rule for one in check(Document("", value), profile("openai")).findings}
            assert "ref-remote" in found
            everything(value)
    path = tmp_path / "remote.json"
    path.write_text(json.dumps({"$id": url, "$schema": url, "type": "object", "properties": {"a": {"$ref": url}}}))
    assert run("schema", "check", path)[0] == 1 and run("schema", "fix", path)[0] == 1
    assert recording_server.received == []


BOMBS = ["^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "(.*a){25}", "^((a*)*)*$", "(x+x+)+y", "^(([a-z])+.)+[A-Z]([a-z])+$",
         "a{1,999}" * 4, "(" * 200 + "a" + ")*" * 200, "(?=(a+))+b", "[" * 3000, "(a?){60}a{60}"]  # fmt: skip


@pytest.mark.parametrize("pattern", BOMBS, ids=lambda pattern: pattern[:20])
def test_a_pattern_that_never_ends_is_stopped(pattern: str) -> None:
    for value in ({"type": "string", "pattern": pattern}, {"type": "object", "patternProperties": {pattern: TEXT}}):
        everything(value, documents=("a" * 60 + "!", {"a" * 60 + "!": 1}, "x" * 3000))


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(st.text("ab()[]{}*+?|^$\\.=!<1,9dwp", max_size=24))
def test_any_pattern_is_checked_and_used_or_refused(pattern: str) -> None:
    everything({"type": "string", "pattern": pattern}, documents=("a" * 40 + "!",))

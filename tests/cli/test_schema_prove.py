"""`playground schema prove` and `outputs`: the real process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_call import at, run
from tests.helpers.sandbox import Server
from tests.helpers.servers import RecordingServer

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"kind": {"type": "string", "enum": ["a", "b"]}, "n": {"type": "integer"}},
    "required": ["kind", "n"],
    "additionalProperties": False,
}


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    path = tmp_path / "my schema.json"
    path.write_text(json.dumps({"type": "json_schema", "name": "x", "schema": SCHEMA}))
    return path


def test_all_valid_is_zero(schema: Path, tmp_path: Path, sandbox_server: Server) -> None:
    inputs = tmp_path / "inputs.csv"
    inputs.write_text("text\none\ntwo\n")
    options = ("--model", "sandbox-echo", "--runs", "2", "--data-dir", tmp_path / "data")
    code, out, err = run("schema", "prove", schema, "--inputs", inputs, *options, environ=at(sandbox_server))
    assert (code, err) == (0, b"")
    assert out.decode().splitlines()[0] == "4 of 4 valid." and "100 %  kind" in out.decode()
    more = ("--input", "three", "--json")
    code, out, err = run("schema", "prove", schema, *more, *options, environ=at(sandbox_server))
    *lines, totals = [json.loads(line) for line in out.splitlines()]
    assert [(line["input"], line["run"], line["verdict"]) for line in lines] == [(1, 1, "valid"), (1, 2, "valid")]
    assert totals["counts"] == {"valid": 2} and {one["path"] for one in totals["agreement"]} == {"/kind", "/n"}
    code, out, err = run("requests", "list", "origin:schemas", "--json", "--data-dir", tmp_path / "data")
    assert len(out.splitlines()) == 6


def test_what_is_cut_is_one(schema: Path, tmp_path: Path, sandbox_server: Server) -> None:
    wide = dict(SCHEMA, properties={**SCHEMA["properties"], "long": {"type": "string", "minLength": 900}})
    schema.write_text(json.dumps({**wide, "required": ["kind", "n", "long"]}))
    options = ("--model", "sandbox-echo", "--runs", "1", "--max-tokens", "16", "--data-dir", tmp_path / "data")
    code, out, err = run("schema", "prove", schema, "--input", "x", *options, environ=at(sandbox_server))
    assert code == 1 and out.startswith(b"0 of 1 valid, 1 cut short.") and b"Cut at 16 tokens." in err


def test_errors_and_wrong_usage(schema: Path, tmp_path: Path, recording_server: RecordingServer) -> None:
    data = ("--data-dir", tmp_path / "data")
    code, _, err = run("schema", "prove", schema, "--model", "m", *data, environ=at(recording_server))
    assert code == 2 and b"nothing to run it on" in err
    code, _, err = run("schema", "prove", schema, "--input", "x", *data, environ=at(recording_server))
    assert code == 2 and b"Name it with --model" in err
    code, _, err = run("schema", "prove", tmp_path / "gone.json", "--input", "x", *data, environ=at(recording_server))
    assert code == 2 and not recording_server.received
    nowhere = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_API_KEY": "sk-none"}
    code, _, err = run("schema", "prove", schema, "--input", "x", "--model", "m", *data, environ=nowhere)
    assert code == 3 and err.count(b"Nothing answers at this address") == 1


def test_past_outputs(schema: Path, tmp_path: Path) -> None:
    outputs = tmp_path / "past.jsonl"
    outputs.write_text('{"kind": "a", "n": 1}\n{"kind": "b", "n": 2}\n')
    assert run("schema", "outputs", schema, outputs)[:2] == (0, b"All 2 outputs fit.\n")
    changed = tmp_path / "new.json"
    changed.write_text(json.dumps({**SCHEMA, "properties": {**SCHEMA["properties"], "kind": {"enum": ["a"]}}}))
    code, out, _ = run("schema", "outputs", changed, outputs, "--before", schema, "--json")
    found = json.loads(out)
    assert (code, found["checked"], found["fit"], found["fitted_before"]) == (1, 2, 1, 1)
    assert [(one["path"], one["outputs"], one["first"]) for one in found["breaks"]] == [("/kind", 1, ["line 2"])]
    assert run("schema", "outputs", schema, tmp_path / "gone.jsonl")[0] == 2

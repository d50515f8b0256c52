"""`playground schema convert` and `infer`: the real process, its exit codes, and nothing on stdout but the result."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from playground.core.schemas.convert import KINDS, SOURCES
from tests.cli.test_call import run, start

TYPES = """
import { Money } from "./money";
/** What was ordered. */
export interface Order { id: string; lines: Line[]; total: Money }
interface Line { name: string; /** @minimum 1 */ count: number }
"""
OPENAPI = {
    "openapi": "3.0.3",
    "components": {
        "schemas": {"Pet": {"type": "object", "properties": {"age": {"type": "integer", "nullable": True}}}}
    },
}


def schema(*arguments: object, **more: Any) -> tuple[int, Any, str]:
    """Exit code, stdout as JSON where it is, stderr."""
    code, out, err = run("schema", *arguments, **more)
    try:
        return code, json.loads(out), err.decode()
    except ValueError:
        return code, out.decode(), err.decode()


def put(folder: Path, name: str, value: Any) -> Path:
    path = folder / name
    path.write_text(value if isinstance(value, str) else json.dumps(value), "utf-8")
    return path


def test_examples_of_several_files(tmp_path: Path) -> None:
    one = put(tmp_path, "one.json", {"id": 1, "at": "2026-11-27", "who": None})
    lines = put(tmp_path, "more.jsonl", '{"id": 2.5, "who": "me"}\n{"id": 3, "at": "2026-01-02", "who": null}\n')
    code, made, err = schema("infer", one, lines)
    assert (code, err) == (0, "") and made == {
        "type": "object",
        "properties": {
            "id": {"type": "number"},
            "at": {"type": "string", "format": "date"},
            "who": {"type": ["string", "null"]},
        },
        "required": ["id", "who"],
        "additionalProperties": False,
    }
    code, made, _ = schema("infer", "-", "--array", stdin=b"[1, 2]")
    assert (code, made) == (0, {"type": "array", "items": {"type": "integer"}})
    code, made, _ = schema("infer", "-", stdin=b"[1, 2]")
    assert (code, made) == (0, {"type": "integer"})
    code, text, _ = schema("infer", one, "--name", "my row", "--to", "pydantic")
    assert code == 0 and "class MyRow(BaseModel):" in text


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("types.ts", TYPES, ["lines", "total"]),
        ("pets.yaml", "openapi: 3.1.0\ncomponents:\n  schemas:\n    A: {type: object, properties: {b: {}}}\n", ["b"]),
        ("pets.json", OPENAPI, ["age"]),
        ("table.csv", "a;b\n1;x\n", ["a", "b"]),
        ("model.py", "from dataclasses import dataclass\n@dataclass\nclass A:\n    x: int\n", ["x"]),
        ("schema.json", {"type": "json_schema", "name": "x", "schema": {"properties": {"p": {}}}}, ["p"]),
        ("value.json", {"q": 1}, ["q"]),
    ],
)
def test_what_a_file_is_is_told_by_it(tmp_path: Path, name: str, text: Any, words: list[str]) -> None:
    code, made, err = schema("convert", put(tmp_path, name, text))
    assert code == 0, err
    assert [one for one in words if one not in made["properties"]] == []


def test_notes_are_on_stderr(tmp_path: Path) -> None:
    path = put(tmp_path, "types.ts", TYPES)
    code, made, err = schema("convert", path)
    assert code == 0 and err == "playground: line 4: “Money” comes from “./money”: anything is taken there.\n"
    assert made["description"] == "What was ordered." and made["$defs"]["Line"]["required"] == ["name", "count"]
    code, made, err = schema("convert", path, "--name", "Line")
    assert code == 0 and made["properties"]["count"] == {"type": "number", "minimum": 1}


@pytest.mark.parametrize("kind", [kind for kind, _ in KINDS])
def test_every_kind_can_be_asked_for(tmp_path: Path, kind: str) -> None:
    path = put(tmp_path, "types.ts", "interface Answer { yes: boolean }")
    code, made, err = schema("convert", path, "--to", kind)
    assert code == 0 and made, err
    assert "yes" in str(made)


def test_every_source_can_be_named() -> None:
    texts = {
        "json": '{"yes": 1}', "openapi": json.dumps(OPENAPI).replace("age", "yes"), "csv": "yes,no\n1,2\n",
        "json_schema": '{"properties": {"yes": {}}}', "typescript": "type A = { yes: 1 }",
        "python": "from typing import TypedDict\nclass A(TypedDict):\n    yes: int\n",
        "signature": "def f(yes: int): ...",
    }  # fmt: skip
    assert texts.keys() == dict(SOURCES).keys()
    for source, text in texts.items():
        code, made, err = schema("convert", "-", "--from", source, stdin=text.encode())
        assert code == 0 and "yes" in made["properties"], (source, err)


def test_there_and_back(tmp_path: Path) -> None:
    path, back = put(tmp_path, "types.ts", TYPES.split(";", 1)[1].replace("Money", "number")), tmp_path / "back.ts"
    code, out, _ = schema("convert", path, "--to", "typescript", "-o", back)
    assert (code, out) == (0, "") and "export interface Order {" in back.read_text()
    assert schema("convert", path)[1] == schema("convert", back)[1]


@pytest.mark.parametrize(
    ("name", "text", "more", "words"),
    [
        ("a.ts", "interface A {", (), "Line 1, column"),
        ("a.ts", "interface A { a: string }", ("--name", "B"), "no “B” in it"),
        ("a.json", "{", (), "no JSON: "),
        ("a.jsonl", '{"a": 1}\n{', (), "line 2"),
        ("a.json", "[" * 20_000 + "]" * 20_000, (), "nested"),
        ("a.csv", "\n", (), "empty"),
        ("a.yaml", "a: [", (), "no YAML"),
        ("a.yaml", "a: 1", (), "no components.schemas"),
        ("a.json", {"$ref": "https://example.com/a.json"}, ("--to", "zod"), "nothing is fetched"),
        ("a.json", "[]", ("--from", "json_schema"), "A JSON Schema is an object"),
        ("a.csv", b"\xff\xfe", (), "is not UTF-8 at byte 0"),
    ],
)
def test_what_is_refused_is_one(tmp_path: Path, name: str, text: Any, more: tuple[str, ...], words: str) -> None:
    path = tmp_path / name
    path.write_bytes(text) if isinstance(text, bytes) else put(tmp_path, name, text)
    code, out, err = run("schema", "convert", path, *more)
    assert (code, out) == (1, b"") and words in err.decode(), err
    assert len(err.splitlines()) == 1


def test_wrong_usage_is_two(tmp_path: Path) -> None:
    path = put(tmp_path, "a.txt", "so it is")
    for arguments, words in (
        (("convert", path), b"say it with --from"),
        (("convert", tmp_path / "gone.json"), b"No such file"),
        (("infer", tmp_path), b"directory"),
        (("convert", path, "--to", "cobol"), b"invalid choice"),
        (("infer",), b"required"),
        (("convert", put(tmp_path, "a.json", {"a": 1}), "-o", tmp_path / "no" / "x"), b"No such file"),
    ):
        code, out, err = run("schema", *arguments)
        assert (code, out) == (2, b"") and words in err, (arguments, err)
        assert b"Traceback" not in err


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    with path.open("wb") as large:
        large.truncate(60_000_000)
    code, _, err = run("schema", "infer", path)
    assert code == 1 and b"larger than 50 MB" in err


def test_an_output_that_cannot_be_written_and_one_that_is_closed(tmp_path: Path) -> None:
    path = put(tmp_path, "a.json", {f"name{number}": "x" * 100 for number in range(5_000)})
    process = start("schema", "convert", path)
    assert process.stdout is not None and process.stderr is not None and process.stdin is not None
    process.stdout.close()
    process.stdin.close()
    err = process.stderr.read()
    assert process.wait(60) == 0 and err == b""
    process.stderr.close()
    if os.geteuid() != 0:
        folder = tmp_path / "locked"
        folder.mkdir()
        folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
        code, _, err = run("schema", "convert", path, "-o", folder / "x.json")
        assert code == 2 and b"Permission" in err

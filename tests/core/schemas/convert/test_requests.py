"""A schema as what a request carries, and as programs, which are really run against the sandbox."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.core.schemas.check import check, schema_base
from playground.core.schemas.convert import KINDS, ConvertError, to_text
from playground.core.schemas.document import Document
from playground.core.schemas.fixing import fix_all
from playground.core.schemas.rules import profile
from playground.core.schemas.validate import Validator
from tests.core.schemas.convert.node_cases import WRITTEN, closed
from tests.helpers.needs import NEEDS
from tests.helpers.sandbox import Server
from tests.helpers.served import ECHO

ORDER = closed(
    {
        "kind": {"type": "string", "enum": ["a", 'b"c'], "description": "Which."},
        "count": {"type": ["integer", "null"], "minimum": 1},
        "items": {"type": "array", "items": {"$ref": "#/$defs/line item"}, "minItems": 1, "maxItems": 3},
        "tree": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]},
        "on": {"type": "string", "format": "date"},
    },
    description='An "order"; it\'s\nlong \\ and ünïcode.',
) | {
    "$defs": {
        "line item": closed({"name": {"type": "string"}, "price": {"type": "number"}}),
        "node": closed({"v": {"type": "string"}, "kids": {"type": "array", "items": {"$ref": "#/$defs/node"}}}),
    }
}  # fmt: skip
NASTY = 'What is """ this """ \\ {x} ${x} `x`?\nAnd \u202e that; "); import os; ("'
CHILD = """
import contextlib, io, json, pathlib, runpy, sys, traceback
path = pathlib.Path(sys.argv[1])
for line in sys.stdin:
    out, error = io.StringIO(), ""
    path.write_text(json.loads(line), "utf-8")
    try:
        with contextlib.redirect_stdout(out):
            runpy.run_path(str(path), run_name="__main__")
    except BaseException:
        error = traceback.format_exc()
    print(json.dumps([out.getvalue(), error]), flush=True)
"""
"""Runs programs as files, one after another: `openai` is imported once. What one left does not reach the next."""
Execute = Callable[[str], tuple[str, str]]


@pytest.fixture(scope="module")
def execute(sandbox_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Execute]:
    environ = {**os.environ, "OPENAI_BASE_URL": sandbox_server.base_url, "OPENAI_API_KEY": sandbox_server.key}
    path = tmp_path_factory.mktemp("programs") / "program.py"
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path)], env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdin is not None and child.stdout is not None
        stdin, stdout = child.stdin, child.stdout

        def one(text: str) -> tuple[str, str]:
            stdin.write(json.dumps(text) + "\n")
            stdin.flush()
            out, error = json.loads(stdout.readline())
            return out, error

        yield one
        stdin.close()


def written(kind: str, **more: Any) -> Any:
    return json.loads(to_text(ORDER, "My order/2", kind, **more).text)


def test_the_schema_itself() -> None:
    made = to_text(ORDER, "x", "json_schema")
    assert json.dumps(json.loads(made.text)) == json.dumps(ORDER), "the order of the properties is the output's"
    assert made.suffix == ".json" and "ünïcode" in made.text and made.text.endswith("}\n") and not made.notes


@pytest.mark.parametrize("strict", [True, False])
def test_formats_and_the_tool(strict: bool) -> None:
    words = {"name": "My_order_2", "description": ORDER["description"], "strict": strict}
    assert written("text.format", strict=strict) == {"type": "json_schema", **words, "schema": ORDER}
    assert written("response_format", strict=strict) == {
        "type": "json_schema",
        "json_schema": {**words, "schema": ORDER},
    }
    tool = written("function", strict=strict)
    assert tool == {"type": "function", **words, "parameters": {k: v for k, v in ORDER.items() if k != "description"}}


@pytest.mark.parametrize("kind", ["text.format", "response_format", "function"])
@pytest.mark.parametrize("name", ["", "   ", "a" * 100, "Ünïcode", "a b/c", "\u202e", "../../etc"])
def test_the_check_takes_them(kind: str, name: str) -> None:
    value = json.loads(to_text(ORDER, name, kind).text)
    assert schema_base(value) != ""
    assert [one for one in check(Document("", value), profile("openai")).findings if one.severity == "error"] == []


def test_another_kind_and_what_cannot_be_written() -> None:
    with pytest.raises(KeyError):
        to_text(ORDER, "x", "cobol")
    for kind in ("pydantic", "typeddict", "typescript", "zod", "python_call", "node_call"):
        with pytest.raises(ConvertError, match="nothing is fetched"):
            to_text({"$ref": "https://example.com/x.json"}, "x", kind)
        with pytest.raises(ConvertError, match="points to nothing"):
            to_text({"type": "object", "properties": {"a": {"$ref": "#/$defs/gone"}}}, "x", kind)


@pytest.mark.parametrize("kind", [kind for kind, _ in KINDS])
def test_a_key_in_it_is_masked(kind: str) -> None:
    key = "sk-proj-0123456789abcdefghijklmnopqrstuvwxyz"
    made = to_text(closed({"a": {"type": "string", "description": f"Not {key}."}}), "x", kind)
    assert key not in made.text


@pytest.mark.parametrize("kind", ["python_call", "python_create"])
def test_the_program_says_what_it_was_told(kind: str) -> None:
    program = to_text(ORDER, "My order", kind, model='m"x', prompt=NASTY).text
    assert "\u202e" not in program
    called = next(
        node
        for node in ast.walk(ast.parse(program))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("client.responses.")
    )
    given = {word.arg: word.value for word in called.keywords}
    assert ast.literal_eval(given["model"]) == 'm"x' and ast.literal_eval(given["input"]) == NASTY
    if kind == "python_create":
        assert ast.literal_eval(given["text"])["format"]["schema"] == ORDER


@pytest.mark.parametrize("kind", ["python_call", "python_create"])
def test_the_python_runs_and_its_answer_fits(execute: Execute, kind: str) -> None:
    rules = profile("openai")
    schemas = {"order": ORDER} | {
        name: fixed.value
        for name, fixed in ((name, fix_all(schema, rules)) for name, schema in WRITTEN.items())
        if not any(finding.severity == "error" for finding in fixed.left)
    }
    assert len(schemas) > 12
    for name, schema in schemas.items():
        made = to_text(schema, name, kind, model=ECHO, prompt=NASTY)
        out, error = execute(made.text)
        assert not error, f"{name}\n{made.text}\n{error}"
        violations = Validator(schema).violations(json.loads(out))
        assert violations == [] or "open tuple" in str(made.notes), (name, violations)


@pytest.mark.parametrize("kind", ["python_call", "python_create"])
@pytest.mark.parametrize(("fault", "words"), [("refusal", "The model refused: "), ("incomplete=2", "The answer is ")])
def test_what_is_no_answer_ends_the_program(execute: Execute, kind: str, fault: str, words: str) -> None:
    program = to_text(ORDER, "x", kind, model=ECHO, prompt="Hello").text
    assert program.count("OpenAI()") == 1
    program = program.replace("OpenAI()", f"OpenAI(default_headers={{'X-Sandbox-Fault': '{fault}'}})")
    out, error = execute(program)
    assert out == "" and f"SystemExit: {words}" in error, error


@pytest.mark.typescript
def test_the_node_program_runs_and_its_answer_fits(sandbox_server: Server, tmp_path: Path) -> None:
    modules = NEEDS["typescript"].path
    assert modules is not None
    (tmp_path / "node_modules").symlink_to(modules, target_is_directory=True)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "call.ts").write_text(to_text(ORDER, "My order", "node_call", model=ECHO, prompt=NASTY).text)
    (tmp_path / "cases.json").write_text("{}")
    checked = Path(__file__).parent / "check_types.cjs"
    environ = {**os.environ, "OPENAI_BASE_URL": sandbox_server.base_url, "OPENAI_API_KEY": sandbox_server.key}
    done = subprocess.run(
        ["node", str(checked), str(tmp_path)], capture_output=True, text=True, timeout=120, check=True
    )
    assert json.loads(done.stdout)["problems"] == []
    program = (tmp_path / "call.js").read_text()
    for fault, words in (("", ""), ("refusal", "The model refused"), ("incomplete=2", "The answer is incomplete: max")):
        headers = f"{{ defaultHeaders: {{ 'X-Sandbox-Fault': '{fault}' }} }}" if fault else ""
        (tmp_path / "call.js").write_text(program.replace("new OpenAI()", f"new OpenAI({headers})"))
        command = ["node", str(tmp_path / "call.js")]
        done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode == 0) is (not fault) and words in done.stderr, done.stderr
        if not fault:
            assert Validator(ORDER).violations(json.loads(done.stdout)) == []


SENT = """
import json
from openai import OpenAI

client = OpenAI()
chat = client.chat.completions.create(
    model={model!r}, messages=[{{"role": "user", "content": "Hello"}}], response_format={chat}
)
tools = client.responses.create(model={model!r}, input="Hello", tools=[{tool}], tool_choice="required")
answer = client.responses.create(model={model!r}, input="Hello", text={{"format": {text}}})
call = next(item for item in tools.output if item.type == "function_call")
print(json.dumps([chat.choices[0].message.content, call.arguments, answer.output_text, call.name]))
"""


def test_a_server_takes_them_and_answers_so(execute: Execute) -> None:
    """`response_format`, the tool and `text.format`, as they are copied."""
    parts = {kind: repr(written(kind)) for kind in ("response_format", "function", "text.format")}
    program = SENT.format(model=ECHO, chat=parts["response_format"], tool=parts["function"], text=parts["text.format"])
    out, error = execute(program)
    assert not error, error
    *answers, name = json.loads(out)
    assert name == "My_order_2"
    for answer in answers:
        assert Validator(ORDER).violations(json.loads(answer)) == []

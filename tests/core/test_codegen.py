"""Programs out of requests: they are run as a person would, and what arrives at the server is the request."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.core.codegen import LANGUAGES, SUFFIXES, CodeRequest, program
from playground.core.codegen.literals import JAVASCRIPT, JSON, PYTHON, literal
from playground.core.runs import GenerationRequest, Message
from tests.helpers.needs import NEEDS
from tests.helpers.sandbox import Server
from tests.helpers.servers import RecordingServer, Reply
from tests.panels.streams import chat_reply, responses_reply

KEY = "sk-canary-0123456789abcdef"
NASTY = (
    'It\'s "quoted" $HOME `id` $(id) \\n \\ %s {0} ${x}\n\tsecond line, long enough to be broken at its end\r\n'
    "BODY\nEOF\n'''\n\"\"\"\n\u202egnp.exe\u2066 \x00\x07\x1b[31m\x7f \u2028\u2029 ünï 你好 🙂 👩\u200d🚀 \U000e0041"
)
BODIES: dict[str, dict[str, Any]] = {
    "plain": {"model": "m", "input": "Say hello.", "stream": True},
    "nasty": {
        "model": "m",
        "instructions": NASTY,
        "input": [{"role": "user", "content": [{"type": "input_text", "text": NASTY}]}],
        "metadata": {NASTY[:40]: "x", "__proto__": "y", "": "z", "a-b": "1"},
        "temperature": 1e-07,
        "top_p": 0.1,
        "max_output_tokens": 9007199254740991,
        "store": False,
        "user": None,
        "tools": [
            {"type": "function", "name": "f", "parameters": {"type": "object", "properties": {}}, "strict": None}
        ],
        "invented": {"deep": [1, [], {}, -0.5, True]},
        "timeout": 5,
        "not an identifier": [NASTY],
        "stream": True,
    },
    "whole": {"model": "m", "input": [], "text": {"format": {"type": "text"}}, "stream": False},
}
CHAT = GenerationRequest(api="chat", model="m", instructions=NASTY, messages=(Message("user", NASTY),)).body()
COMMANDS = {"python": [sys.executable], "curl": ["bash"], "javascript": ["node"]}


def request_of(body: dict[str, Any], base_url: str, **more: Any) -> CodeRequest:
    method, path = ("chat.completions.create", "/chat/completions") if "messages" in body else (
        "responses.create",
        "/responses",
    )  # fmt: skip
    return CodeRequest(method, path, body, base_url, **more)


def execute(language: str, text: str, folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a folder of its own, with nothing of this process's Python path."""
    file = folder / f"program{SUFFIXES[language]}"
    file.write_text(text, "utf-8")
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    return subprocess.run(
        [*COMMANDS[language], str(file)],
        cwd=folder,
        env={**kept, "PYTHONUTF8": "1", "OPENAI_API_KEY": KEY, **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def npm(tmp_path: Path) -> Path:
    """A folder in which programs find the `openai` package of npm."""
    package = NEEDS["node"].path
    assert package is not None, "mark the test with pytest.mark.node"
    (tmp_path / "node_modules").symlink_to(package.parent, target_is_directory=True)
    return tmp_path


def check(language: str, server: RecordingServer, folder: Path, body: dict[str, Any]) -> None:
    server.add("/responses", responses_reply("Hello ", "wörld"))
    server.add("/chat/completions", chat_reply("Hello ", "wörld"))
    text = program(language, request_of(body, server.base_url, organization="org-1", project="proj_1"))
    assert KEY not in text
    done = execute(language, text, folder)
    assert [request.path for request in server.received][:1] == [
        "/v1/chat/completions" if "messages" in body else "/v1/responses"
    ], done.stderr
    received = server.received[0]
    assert received.json() == body
    assert received.headers["authorization"] == f"Bearer {KEY}"
    assert (received.headers["openai-organization"], received.headers["openai-project"]) == ("org-1", "proj_1")
    if body.get("stream"):
        assert done.returncode == 0, done.stderr
        assert ("data: " in done.stdout) if language == "curl" else (done.stdout == "Hello wörld\n")


@pytest.mark.parametrize("body", [*BODIES.values(), CHAT], ids=[*BODIES, "chat"])
def test_the_python_program_sends_exactly_the_body(
    recording_server: RecordingServer, tmp_path: Path, body: dict[str, Any]
) -> None:
    check("python", recording_server, tmp_path, body)


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl: apt-get install curl")
@pytest.mark.parametrize("body", [*BODIES.values(), CHAT], ids=[*BODIES, "chat"])
def test_the_curl_command_sends_exactly_the_body(
    recording_server: RecordingServer, tmp_path: Path, body: dict[str, Any]
) -> None:
    check("curl", recording_server, tmp_path, body)


@pytest.mark.node
@pytest.mark.parametrize("body", [*BODIES.values(), CHAT], ids=[*BODIES, "chat"])
def test_the_javascript_program_sends_exactly_the_body(
    recording_server: RecordingServer, npm: Path, body: dict[str, Any]
) -> None:
    check("javascript", recording_server, npm, body)


@pytest.mark.parametrize("language", ["python", "curl", pytest.param("javascript", marks=pytest.mark.node)])
@pytest.mark.parametrize("api", ["responses", "chat"])
def test_the_programs_run_on_the_sandbox(
    sandbox_server: Server, tmp_path: Path, request: pytest.FixtureRequest, language: str, api: Any
) -> None:
    folder = request.getfixturevalue("npm") if language == "javascript" else tmp_path
    wanted = GenerationRequest(api=api, model="sandbox-echo", messages=(Message("user", "Hello there"),))
    text = program(language, CodeRequest(wanted.method, wanted.path, wanted.body(), "http://127.0.0.1:9/v1"))
    done = execute(language, text, folder, OPENAI_API_KEY=sandbox_server.key, OPENAI_BASE_URL=sandbox_server.base_url)
    assert done.returncode == 0, done.stderr
    assert "Hello there" in done.stdout or language == "curl"
    assert len(done.stdout) > 20


def test_tool_calls_are_printed(recording_server: RecordingServer, tmp_path: Path) -> None:
    call = {"index": 0, "id": "call_1", "type": "function", "function": {"name": "find", "arguments": ""}}
    pieces = [call, {"index": 0, "function": {"arguments": '{"a":'}}, {"index": 0, "function": {"arguments": "1}"}}]
    base = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    events = [{**base, "choices": [{"index": 0, "delta": {"tool_calls": [piece]}}]} for piece in pieces]
    recording_server.add("/chat/completions", Reply.of_events(events, done=True))
    body = {"model": "m", "messages": [], "tools": [{"type": "function", "function": {"name": "find"}}], "stream": True}
    done = execute("python", program("python", request_of(body, recording_server.base_url)), tmp_path)
    assert done.stdout == 'find{"a":1}\n', done.stderr


def test_openais_own_address_is_left_to_the_sdk() -> None:
    request = request_of(BODIES["plain"], "https://api.openai.com/v1")
    assert "client = OpenAI()\n" in program("python", request)
    assert "new OpenAI();\n" in program("javascript", request)
    assert '"${OPENAI_BASE_URL:-https://api.openai.com/v1}/responses"' in program("curl", request)


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl: apt-get install curl")
def test_an_address_means_nothing_to_the_shell(tmp_path: Path) -> None:
    url = 'http://127.0.0.1:9/`touch a`$(touch b)"; touch c; "}\\'
    execute("curl", program("curl", request_of(BODIES["plain"], url)), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["program.sh"]


def test_unknown_fields_go_where_the_sdk_takes_them() -> None:
    text = program("python", request_of(BODIES["nasty"], "http://x/v1"))
    call = next(node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call) and len(node.keywords) > 5)
    given = {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords}
    assert given.pop("extra_body").keys() == {"invented", "timeout", "not an identifier"}
    assert given.keys() == BODIES["nasty"].keys() - {"invented", "timeout", "not an identifier"}


@pytest.mark.parametrize("language", [language for language, _ in LANGUAGES])
def test_nothing_hidden_is_in_a_program(language: str) -> None:
    text = program(language, request_of(BODIES["nasty"], "http://x/v1"))
    assert not [char for char in text if not (char.isprintable() or char in "\n\u200d")]
    assert "ünï 你好 🙂 👩\u200d🚀" in text, "what can be seen stays readable"


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node.js: apt-get install nodejs")
def test_the_javascript_program_is_well_formed(tmp_path: Path) -> None:
    for number, body in enumerate([*BODIES.values(), CHAT]):
        file = tmp_path / f"{number}.mjs"
        file.write_text(program("javascript", request_of(body, "http://x/v1")), "utf-8")
        done = subprocess.run(["node", "--check", str(file)], capture_output=True, text=True, timeout=30, check=False)
        assert done.returncode == 0, done.stderr


_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=90) | st.just("line one is here\n" * 5)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4),
    max_leaves=20,
)


@given(_VALUES)
def test_a_literal_is_its_value(value: Any) -> None:
    assert ast.literal_eval(literal(value, PYTHON)) == value
    assert json.loads(literal(value, JSON)) == value


def test_long_lists_are_broken_into_lines() -> None:
    value = {"names": [f"name number {n}" for n in range(20)], "short": [1, 2], "empty": {}}
    for style in (PYTHON, JAVASCRIPT, JSON):
        lines = literal(value, style).splitlines()
        assert max(map(len, lines)) <= 100 and len(lines) > 20
        assert any("[1, 2]" in line for line in lines)

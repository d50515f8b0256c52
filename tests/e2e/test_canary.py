"""A canary key: whatever the program writes, and whatever a server says of the key, it stands nowhere."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.helpers.needs import ROOT
from tests.helpers.servers import EVENT_STREAM, RecordingServer, Reply
from tests.panels.streams import chat_reply, held_before, responses_events, responses_reply
from tests.shell.conftest import MODELS

KEY = "sk-canary7h3+B1rd/1n=th3-m1n3-0123456789"
HALF = len(KEY) // 2
PROMPT = b"zanzibarine"


def forms(key: str) -> Iterator[tuple[str, bytes]]:
    """How a key may stand somewhere."""
    yield "plain", key.encode()
    yield "first half", key[:HALF].encode()
    yield "second half", key[HALF:].encode()
    yield "URL", quote(key, safe="").encode()
    yield "URL with slashes", quote(key).encode()
    yield "JSON", json.dumps(key)[1:-1].encode()
    yield "hexadecimal", key.encode().hex().encode()
    yield "backwards", key[::-1].encode()
    for before in range(3):
        coded = base64.b64encode(b"x" * before + key.encode())
        inner = coded[-(-before * 8 // 6) : -4]
        yield f"base64, {before} before", inner
        yield f"URL-safe base64, {before} before", inner.replace(b"+", b"-").replace(b"/", b"_")


def found_in(data: bytes) -> list[str]:
    return [name for name, form in forms(KEY) if form in data]


def echoes() -> list[Reply]:
    """Answers in which a server repeats the key in every way: in a body, in headers, in pieces, in base64."""
    coded = base64.b64encode(f"Bearer {KEY}".encode()).decode()
    headers = {"x-echo": KEY, "x-request-id": f"req_{KEY}", "set-cookie": f"k={KEY}", "location": f"/?key={KEY}"}
    error = {"message": f"Incorrect API key provided: {KEY}. {coded} {quote(KEY, safe='')}", "type": KEY, "code": KEY}
    page = f"<html><title>Debug {KEY}</title><body>Authorization: Bearer {KEY}</body></html>".encode()
    failed = responses_events("x", end="failed", error={"code": "server_error", "message": f"with {KEY}"})
    return [
        Reply.of_json({"error": {**error, "param": KEY}}, status=401, headers=headers),
        Reply.of_json({"error": error}, status=429, headers={**headers, "retry-after": "1"}),
        Reply(page, status=502, content_type="text/html", headers=headers),
        Reply(page, content_type="text/html"),
        Reply.of_events(failed, headers=headers, chunk=7),
        Reply(f'data: {{"error": {{"message": "{KEY}"}}}}\n\n'.encode(), content_type=EVENT_STREAM, chunk=5),
        Reply(f"data: no JSON {KEY}\n\ndata: {{half {KEY}".encode(), content_type=EVENT_STREAM, chunk=11),
        Reply(f"{KEY} and nothing else".encode(), status=500, content_type="text/plain"),
    ]


def spelled() -> list[Reply]:
    """Answers in which a model spells the key over several events, in the APIs' several ways."""
    pieces = ["The key is ", KEY[:4], KEY[4:17], KEY[17:18], KEY[18:], " as you know."]
    arguments = responses_events("x")
    place = {"output_index": 1, "item_id": "fc_1"}
    call = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "f", "arguments": ""}
    calls = [{"type": "response.output_item.added", "output_index": 1, "item": call}]
    calls += [{"type": "response.function_call_arguments.delta", **place, "delta": piece} for piece in pieces[1:5]]
    return [
        Reply.of_events(responses_events(*pieces, end=""), chunk=40),
        Reply.of_events([*arguments[:4], *calls]),
        chat_reply(*pieces, chunk=64),
    ]


def stored() -> dict[str, list[Reply]]:
    """Files and vector stores of a server that knows the key, by path."""

    def always(value: object) -> Reply:
        return Reply.of_json(value, headers={"x-echo": KEY}, forever=True)

    refused = Reply.of_json({"error": {"message": f"{KEY} may not"}}, status=400, forever=True)
    file = {"id": "file-1", "object": "file", "filename": f"notes {KEY}.md", "bytes": 300, "created_at": 1_760_000_000,
            "purpose": "assistants", "status": "error", "status_details": f"with {KEY}"}  # fmt: skip
    counts = {"in_progress": 0, "completed": 1, "failed": 1, "cancelled": 0, "total": 2}
    store = {"id": "vs_1", "object": "vector_store", "name": f"Store of {KEY}", "status": "completed",
             "usage_bytes": 900, "created_at": 1_760_000, "file_counts": counts, "metadata": {KEY: KEY}}  # fmt: skip
    held = {"id": "file-1", "object": "vector_store.file", "status": "completed", "usage_bytes": 300,
            "vector_store_id": "vs_1", "attributes": {"token": KEY}}  # fmt: skip
    failed = {**held, "id": "file-2", "status": "failed", "last_error": {"code": KEY, "message": f"no {KEY}"}}
    text = {"type": "text", "text": f"A piece with {KEY} in it."}
    found = {"file_id": "file-1", "filename": KEY, "score": 0.9, "attributes": {"token": KEY}, "content": [text]}
    coded = base64.b64encode(f"Bearer {KEY}".encode()).decode()
    return {
        "/files": [always({"data": [{"id": KEY, "object": "file"}, file]})],
        "/files/file-1": [always(file)],
        "/files/file-1/content": [
            Reply(f"a\0b {KEY}".encode(), content_type="application/octet-stream"),
            Reply(f"# Notes\n\n{KEY} and {coded}\n".encode(), content_type="text/markdown", forever=True),
        ],
        "/uploads": [refused],
        "/vector_stores": [always({"data": [store]})],
        "/vector_stores/vs_1": [always(store)],
        "/vector_stores/vs_1/files": [always({"data": [held, failed]})],
        "/vector_stores/vs_1/files/file-1": [refused],
        "/vector_stores/vs_1/files/file-1/content": [always({"data": [text]})],
        "/vector_stores/vs_1/search": [always({"search_query": [KEY], "data": [found]})],
        "/vector_stores/vs_1/file_batches": [refused],
    }


@pytest.fixture
def prepared(recording_server: RecordingServer) -> Iterator[RecordingServer]:
    models = [Reply.of_json(MODELS, headers={"x-echo": KEY}), Reply.of_json(MODELS, forever=True)]
    recording_server.add("/models", *models)
    never = threading.Event()
    whole = responses_reply("An answer ", "of two pieces.")
    held = held_before(responses_reply("half", "the rest", hold=never), "the rest")
    cut = responses_reply("An answer", " that is cut")
    cut.cut_after = cut.body.index(b"that is cut")
    last = Reply.of_json({"error": {"message": f"{KEY} once more"}}, status=403, forever=True)
    one, two, three = spelled()
    recording_server.add("/responses", whole, held, one, two, *echoes()[:5], cut, *echoes()[5:], last)
    recording_server.add("/chat/completions", chat_reply("Hello"), three, *echoes(), last)
    for path, replies in stored().items():
        recording_server.add(path, *replies)
    yield recording_server
    never.set()


def session(data: Path, server: RecordingServer, source: str) -> dict[str, bytes]:
    """Use the program until everything was seen; gives all it wrote, while it runs and after it has ended."""
    environ = {**os.environ, "CANARY": KEY, "QT_QPA_PLATFORM": "offscreen"}
    if source == "environment":
        environ |= {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": server.base_url}
    command = [sys.executable, "-m", "tests.e2e.canary_child", str(data), server.base_url, source]
    errors = data.parent / "stderr.txt"
    with (
        errors.open("wb") as file,
        subprocess.Popen(
            command, cwd=ROOT, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=file, text=True
        ) as child,
    ):
        assert child.stdin is not None and child.stdout is not None
        overdue = threading.Timer(280, child.kill)
        overdue.start()
        said = child.stdout.readline()
        assert said == "working\n", errors.read_text("utf-8", "replace")[-3000:]
        written = {f"running {name}": content for name, content in files(data).items()}
        child.stdin.write("\n")
        child.stdin.flush()
        rest = child.stdout.read()
        overdue.cancel()
    made = data.parent / "made"
    written |= files(data) | {f"made/{name}": content for name, content in files(made).items()}
    written["stdout"] = rest.encode()
    return written | {file.name: file.read_bytes() for file in data.parent.glob("*.txt")}


def files(data: Path) -> dict[str, bytes]:
    return {str(file.relative_to(data)): file.read_bytes() for file in data.rglob("*") if file.is_file()}


@pytest.mark.slow
@pytest.mark.parametrize("source", ["environment", "memory", pytest.param("keyring", marks=pytest.mark.keyring)])
def test_the_key_stands_nowhere(
    tmp_path: Path, prepared: RecordingServer, source: str, request: pytest.FixtureRequest
) -> None:
    if source == "keyring":
        request.getfixturevalue("secret_service")
    data = tmp_path / "data"
    written = session(data, prepared, source)
    assert [name for name, content in written.items() if found_in(content)] == [], {
        name: found_in(content) for name, content in written.items() if found_in(content)
    }
    sent = [r for r in prepared.received if r.headers.get("authorization") == f"Bearer {KEY}"]
    assert len(sent) > 10, "the key was used"
    names = set(written)
    assert {"running exchanges.sqlite3-wal", "exchanges.sqlite3", "stderr.txt", "widgets.txt"} <= names
    assert {"made/window.png", "state/panel-explorer.json"} <= names
    assert any(name.startswith("state/") for name in names)
    assert "profiles.json" in names or source == "environment"
    assert "made/runs.playground-recording" in names
    assert sum(name.startswith("made/picture-") for name in names) == 5
    kept = [name for name, content in written.items() if PROMPT in content and not name.endswith(".txt")]
    assert kept == [], "of a prompt that was deleted"
    assert PROMPT in written["widgets.txt"], "it was there"
    reports = [content for name, content in written.items() if name.startswith("reports/report-")]
    assert any(b"it broke with" in content for content in reports), "the crash was reported"
    seen = written["widgets.txt"].decode()
    for words in (
        "two pieces.",
        "The key was not accepted",
        "it broke with",
        "The connection broke",
        "****",
        "as you know.",
        "notes ****",
        "Store of ****",
        "A piece with ****",
    ):
        assert words in seen, words
    assert b"DEBUG" in written["stderr.txt"], "the log was on"
    assert b"prompt 3" in written["exchanges.sqlite3"]


def test_every_form_would_be_found() -> None:
    for name, form in forms(KEY):
        assert name in found_in(b"before " + form + b" behind"), name
    assert found_in(b"Bearer " + base64.b64encode(b"user:" + KEY.encode())) != []
    assert found_in(b"sk-" + b"*" * 37) == []

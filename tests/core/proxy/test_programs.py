"""Programs work through the proxy unchanged: the Python SDK, the Node SDK and curl, streams included, byte for byte."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from playground.core.catalog import read_catalog
from playground.core.codegen import CallRequest, call_program
from playground.core.dryrun import DryRun
from playground.core.profiles import KeySource, Profile
from tests.core.house import House
from tests.core.proxy.house import ProxyHouse
from tests.core.test_programs_on_sandbox import executor, values
from tests.helpers.needs import NEEDS
from tests.helpers.sandbox import Server
from tests.helpers.served import SERVED
from tests.helpers.servers import RecordingServer, Reply, need_recordings, recordings

PYTHON = """
import json, sys, openai
client = openai.OpenAI(api_key=sys.argv[1], max_retries=0)
for body in json.load(sys.stdin):
    path = body.pop("path")
    kind = client.responses if path == "/responses" else client.chat.completions
    for raw in (False, True):
        try:
            if raw:
                with kind.with_streaming_response.create(**body) as answer:
                    print(b"".join(answer.iter_bytes()))
            else:
                answer = kind.create(**body)
                for event in answer if body.get("stream") else [answer]:
                    print(event.model_dump_json())
        except openai.APIStatusError as error:
            print(error.status_code, json.dumps(error.body, sort_keys=True), error)
"""
NODE = """
import OpenAI from "openai";
import { readFileSync } from "node:fs";
const client = new OpenAI({ apiKey: process.argv[2], maxRetries: 0 });
for (const { path, ...body } of JSON.parse(readFileSync(0, "utf8"))) {
  const kind = path === "/responses" ? client.responses : client.chat.completions;
  for (const raw of [false, true]) {
    try {
      if (raw) {
        const answer = await kind.create(body).asResponse();
        console.log(Buffer.from(await answer.arrayBuffer()).toString("base64"));
      } else {
        const answer = await kind.create(body);
        if (body.stream) for await (const event of answer) console.log(JSON.stringify(event));
        else console.log(JSON.stringify(answer));
      }
    } catch (error) {
      console.log(error.status, JSON.stringify(error.error), error.message);
    }
  }
}
"""
TIMES = {"python": 2, "node": 2, "curl": 1}
"""How often each program asks for each body."""


Run = Callable[[str, str, list[dict[str, Any]]], str]


def programs(language: str, folder: Path) -> Run:
    """What runs a program at a base URL with a key and bodies, one after another, and gives all that it printed."""
    if language == "curl" and shutil.which("curl") is None:
        pytest.skip("no curl: apt-get install curl")
    if language == "node":
        package = NEEDS["node"].path
        assert package is not None
        (folder / "node_modules").symlink_to(package.parent, target_is_directory=True)
        (folder / "program.mjs").write_text(NODE)
    else:
        (folder / "program.py").write_text(PYTHON)

    def run(base_url: str, key: str, bodies: list[dict[str, Any]]) -> str:
        commands = {
            "python": [[sys.executable, str(folder / "program.py"), key]],
            "node": [["node", str(folder / "program.mjs"), key]],
            "curl": [
                ["curl", "-sN", "--compressed", base_url + body["path"], "-H", f"Authorization: Bearer {key}",
                 "-H", "Content-Type: application/json",
                 "-d", json.dumps({name: value for name, value in body.items() if name != "path"})]
                for body in bodies
            ],
        }[language]  # fmt: skip
        environ = {**os.environ, "OPENAI_BASE_URL": base_url, "PYTHONUTF8": "1"}
        said = ""
        for command in commands:
            done = subprocess.run(
                command, input=json.dumps(bodies), env=environ, capture_output=True, text=True, timeout=60, check=False
            )
            assert not done.stderr, done.stderr
            said += done.stdout
        return said

    return run


def bodies() -> list[tuple[dict[str, Any], Reply]]:
    """Recorded streams and answers of both APIs, whole, in pieces of any size, and errors."""
    found: list[tuple[dict[str, Any], Reply]] = []
    for path in ("/responses", "/chat/completions"):
        given = {"messages": [{"role": "user", "content": "Hi"}]} if "chat" in path else {"input": "Hi"}
        for stream in (True, False):
            some = [entry for entry in recordings(path=path, sse=stream) if int(entry["status"] or 200) == 200][:3]
            for number, entry in enumerate(some):
                more: dict[str, Any] = {"chunk": (7, 1000, 333)[number]} if stream else {}
                body = {"path": path, "model": "m", "stream": stream, **given}
                found.append((body, Reply.of_recording(entry, **more)))
    error = {
        "error": {"message": "Slow down", "type": "rate_limit_error", "code": "rate_limit_exceeded", "param": None}
    }
    found.append((found[0][0], Reply.of_json(error, status=429)))
    return found


@pytest.mark.parametrize("language", ["python", pytest.param("node", marks=pytest.mark.node), "curl"])
def test_a_program_prints_the_same_with_and_without(
    proxy: ProxyHouse, recording_server: RecordingServer, tmp_path: Path, language: str
) -> None:
    need_recordings()
    run, made = programs(language, tmp_path), bodies()
    assert len(made) >= 8
    through = proxy.start(recording_server.base_url)
    said = []
    for base_url in (recording_server.base_url, through):
        for body, reply in made:
            recording_server.add(body["path"], *[reply] * TIMES[language])
        said.append(run(base_url, "key-of-a-program", [body for body, _ in made]))
    assert said[0] == said[1]
    asked = [pair for pair in made for _ in range(TIMES[language])]
    rows = proxy.rows()
    assert len(rows) == len(asked)
    for row, (body, reply) in zip(rows, asked, strict=True):
        assert row.attempts[0].response_body == reply.body, "the log has the body byte for byte"
        assert (row.summary.origin, row.summary.status) == ("proxy", reply.status)
        names = {"/responses": "responses.create", "/chat/completions": "chat.completions.create"}
        assert row.summary.sdk_method == names[body["path"]]
    # What the server got is the same, too.
    received = recording_server.received
    for mine, theirs in zip(received[len(asked) :], received[: len(asked)], strict=True):
        assert mine.body == theirs.body
        for name in ("host", "connection"):
            mine.headers.pop(name, None), theirs.headers.pop(name, None)
        assert list(mine.headers.items()) == list(theirs.headers.items())


@pytest.mark.parametrize("language", ["python", "curl"])
def test_all_that_the_sandbox_serves(
    house: House, proxy: ProxyHouse, sandbox_server: Server, tmp_path: Path, language: str
) -> None:
    """The programs that the explorer writes, one for each method: uploads, downloads, streams, pages, errors."""
    if language == "curl" and shutil.which("curl") is None:
        pytest.skip("no curl: apt-get install curl")
    catalog = read_catalog(tmp_path)
    assert catalog is not None
    through = proxy.start(sandbox_server.base_url)
    profile = Profile.new("Box", base_url=through, key=KeySource.NONE)
    kept: dict[str, str] = {}
    asked: list[str] = []

    async def go() -> None:
        run = DryRun(house.manager())
        for served in SERVED:
            arguments = served.filled(kept)
            wire = await run.call(profile, served.method, arguments, stream=served.stream)
            request = CallRequest(catalog.methods[served.method], arguments, through, stream=served.stream, wire=wire)
            out, error = await asyncio.to_thread(execute, call_program(language, request))
            assert not error, (served, error)
            found = values(out)
            assert found or served.method == "files.list", (served, out)
            asked.append(served.method)
            if served.keep:
                first = found[0] if "data" in found[0] or not served.method.endswith("list") else {"data": found}
                served.take(first, kept)
        await run.aclose()

    with executor(language, Server(through, sandbox_server.key, 0)) as execute:
        asyncio.run(go())
    rows = [detail.summary for detail in proxy.rows()]
    assert {row.state for row in rows} == {"done"}
    logged = {row.sdk_method for row in rows}
    missing = {name for name in asked if name not in logged}
    assert not missing, missing
    assert proxy.control.state.failed == 0


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl: apt-get install curl")
def test_a_file_goes_up_and_comes_down(proxy: ProxyHouse, sandbox_server: Server, tmp_path: Path) -> None:
    """3 MB as multipart: curl asks with Expect first, and sends it when it is told to."""
    data = bytes(range(256)) * 12_000
    (tmp_path / "data.bin").write_bytes(data)
    base_url = proxy.start(sandbox_server.base_url)
    curl = ["curl", "-s", "-H", f"Authorization: Bearer {sandbox_server.key}"]
    form = ["-F", "purpose=user_data", "-F", f"file=@{tmp_path / 'data.bin'}", "-H", "Expect: 100-continue", "-v"]
    done = subprocess.run([*curl, f"{base_url}/files", *form], capture_output=True, timeout=60, check=True)
    assert b"< HTTP/1.1 100 Continue" in done.stderr
    file = json.loads(done.stdout)
    assert file["bytes"] == len(data)
    done = subprocess.run(
        [*curl, f"{base_url}/files/{file['id']}/content"], capture_output=True, timeout=60, check=True
    )
    assert done.stdout == data
    up, down = (detail.attempts[0] for detail in proxy.rows())
    assert data in up.request_body and down.response_body == data


def test_two_programs_at_once(proxy: ProxyHouse, sandbox_server: Server, tmp_path: Path) -> None:
    """Each gets its own answers, and each call is a row."""
    run = programs("python", tmp_path)
    through = proxy.start(sandbox_server.base_url)
    said: dict[str, str] = {}

    def work(word: str) -> None:
        body = {"path": "/responses", "model": "sandbox-echo", "input": f"the word is {word}", "stream": True}
        said[word] = run(through, sandbox_server.key, [body])

    threads = [threading.Thread(target=work, args=(word,)) for word in ("apple", "pear", "plum")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for word in said:
        others = {"apple", "pear", "plum"} - {word}
        assert word in said[word] and not any(other in said[word] for other in others)
    rows = proxy.rows()
    assert len(rows) == 6
    for row in rows:
        word = next(word for word in said if f"the word is {word}".encode() in row.attempts[0].request_body)
        assert word.encode() in row.attempts[0].response_body

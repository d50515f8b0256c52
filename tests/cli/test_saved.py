"""`playground call --file`: the real process, with files as people write them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_call import at, error_of, run
from tests.helpers.sandbox import Server
from tests.helpers.servers import RecordingServer, Reply

REQUEST = """\
# what the demo asks
title: Greet somebody
method: responses.create
arguments:
  model: "{{model}}"
  input: Hello {{name}}
  max_output_tokens: "{{most}}"
"""


@pytest.fixture
def requests(tmp_path: Path) -> Path:
    folder = tmp_path / "requests"
    (folder / "environments").mkdir(parents=True)
    (folder / "ops").mkdir()
    (folder / "environments" / "work.yaml").write_text("model: sandbox-echo\nname: Ada\nmost: 50\n")
    (folder / "ops" / "greet.yaml").write_text(REQUEST)
    (folder / "ops" / "upload.yaml").write_text(
        'method: files.create\narguments:\n  file: "@notes.txt"\n  purpose: user_data\n'
    )
    (folder / "ops" / "notes.txt").write_text("what is in it")
    return folder


def test_variables_of_the_environment_and_of_the_command_line(
    tmp_path: Path, requests: Path, recording_server: RecordingServer
) -> None:
    recording_server.add("/responses", *[Reply.of_json({"id": "r", "object": "response"})] * 2)
    file, data = requests / "ops" / "greet.yaml", tmp_path / "data"
    for more, want in (
        (("--env", "work"), {"model": "sandbox-echo", "input": "Hello Ada", "max_output_tokens": 50}),
        (
            ("--env", "work", "--var", "name=Bo=b", "--var", "most:=7"),
            {"model": "sandbox-echo", "input": "Hello Bo=b", "max_output_tokens": 7},
        ),
    ):
        code, out, err = run("call", "--file", file, *more, "--data-dir", data, environ=at(recording_server))
        assert (code, err, json.loads(out)["id"]) == (0, b"", "r")
        assert json.loads(recording_server.received[-1].body) == want
    assert file.read_text() == REQUEST


def test_paths_count_from_the_request(tmp_path: Path, requests: Path, sandbox_server: Server) -> None:
    file = requests / "ops" / "upload.yaml"
    code, out, err = run("call", "--file", file, "--data-dir", tmp_path / "data", environ=at(sandbox_server))
    assert (code, err) == (0, b"")
    assert json.loads(out)["filename"] == "notes.txt" and json.loads(out)["bytes"] == len("what is in it")


def test_streams_as_the_file_says(tmp_path: Path, requests: Path, sandbox_server: Server) -> None:
    file = requests / "stream.yaml"
    file.write_text("method: responses.create\nstream: true\narguments: {model: sandbox-echo, input: Hello}\n")
    code, out, _ = run("call", "--file", file, "--data-dir", tmp_path / "data", environ=at(sandbox_server))
    assert code == 0 and len(out.splitlines()) > 3


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ((), "{{model}}, {{name}}, {{most}}"),
        (("--env", "wrok"), "There are: work"),
        (("--env", "work", "--var", "name"), "NAME=VALUE"),
    ],
)
def test_what_is_missing_is_said_and_nothing_sent(
    tmp_path: Path, requests: Path, recording_server: RecordingServer, more: tuple[str, ...], words: str
) -> None:
    file = requests / "ops" / "greet.yaml"
    code, out, err = run("call", "--file", file, *more, "--data-dir", tmp_path / "d", environ=at(recording_server))
    assert (code, out) == (2, b"")
    assert words in error_of(err)["message"]
    assert not recording_server.received


def test_broken_files_and_wrong_words(tmp_path: Path, requests: Path) -> None:
    file = requests / "broken.yaml"
    file.write_text("method: responses.create\narguments:\n  input: sk-proj-canary0123456789abcdefghij\n")
    code, out, err = run("call", "--file", file, "--data-dir", tmp_path / "d")
    assert (code, out) == (2, b"") and b"canary" not in err
    assert "broken.yaml, line 3" in error_of(err)["message"]
    assert run("call", "--file", requests / "none.yaml", "--data-dir", tmp_path / "d")[0] == 2
    for arguments in (
        ("call",),
        ("call", "models.list", "--file", file),
        ("call", "--file", file, "--json", "{}"),
        ("call", "models.list", "--env", "work"),
    ):
        code, out, err = run(*arguments)
        assert (code, out) == (2, b"") and b"usage:" in err

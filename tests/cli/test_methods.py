"""`playground methods`: the real process, without a key and without a network."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from playground.cli.main import run as run_cli
from tests.cli.test_call import error_of, run
from tests.helpers.needs import ROOT


def test_the_list(tmp_path: Path) -> None:
    code, out, err = run("methods", "--data-dir", tmp_path)
    assert (code, err) == (0, b"")
    lines = out.decode().splitlines()
    assert lines[0] == "Responses"
    assert lines[1].split()[:3] == ["responses.create", "POST", "/responses"]
    assert lines[1].endswith("Creates a model response.")
    titles = [line for line in lines if line and not line.startswith(" ")]
    assert titles[:3] == ["Responses", "Conversations", "Chat"]
    assert "methods of openai 3." in titles[-1]
    listed = [line for line in lines if line.startswith("  ")]
    assert len(listed) == int(titles[-1].split()[0]) >= 436
    in_columns = {line.index(" POST ") for line in listed[:4] if " POST " in line}
    assert len(in_columns) == 1


def test_everything_of_each_as_json(tmp_path: Path) -> None:
    code, out, _ = run("methods", "--json", "--data-dir", tmp_path)
    found = json.loads(out)
    assert code == 0 and len(found["methods"]) >= 436
    method = next(one for one in found["methods"] if one["name"] == "files.create")
    assert (method["verb"], method["path"], method["kind"], method["multipart"]) == ("POST", "/files", "upload", True)
    assert method["required"] == [["file", "purpose"]]
    parameter = next(one for one in method["parameters"] if one["name"] == "expires_after")
    assert parameter["help"]
    # The schemas' references hold in the document itself.
    validator = Draft202012Validator({**parameter["schema"], "$defs": found["$defs"]})
    assert validator.is_valid({"anchor": "created_at", "seconds": 3600})
    assert not validator.is_valid({"anchor": "never"})


def test_search_and_family(tmp_path: Path) -> None:
    _, out, _ = run("methods", "--search", "cancel batch", "--data-dir", tmp_path)
    assert out.decode().split()[0] == "batches.cancel"
    _, out, _ = run("methods", "--search", "top_logprobs", "--data-dir", tmp_path)
    assert out.decode().splitlines()[0].endswith("  [top_logprobs] Creates a model response.")
    _, out, _ = run("methods", "--search", "cancel", "--family", "vector stores", "--json", "--data-dir", tmp_path)
    assert [one["name"] for one in json.loads(out)["methods"]] == ["vector_stores.file_batches.cancel"]
    _, out, _ = run("methods", "--family", "Files", "--data-dir", tmp_path)
    names = [line.split()[0] for line in out.decode().splitlines() if line.startswith("  ")]
    assert "files.create" in names and all(name.startswith("files.") for name in names)
    code, out, _ = run("methods", "--search", "qqqq zzzz", "--data-dir", tmp_path)
    assert (code, out.decode().partition(" of ")[0]) == (0, "0 methods")


def test_one_in_detail(tmp_path: Path) -> None:
    code, out, err = run("methods", "beta.threads.runs.create", "--data-dir", tmp_path)
    text = out.decode()
    assert (code, err) == (0, b"")
    assert text.startswith("beta.threads.runs.create  (call, can stream)\nPOST /threads/{thread_id}/runs  gives Run\n")
    assert "Use responses.create." in text and "OpenAI-Beta: assistants=v2" in text
    assert "  thread_id: text, required\n" in text
    # What it calls the smallest call is one: the command line takes it apart, and only the network is missing.
    command = text.splitlines()[-1]
    assert command.startswith("  playground call beta.threads.runs.create --json '{")
    code, out, _ = run("methods", "files.create", "--json", "--data-dir", tmp_path)
    found = json.loads(out)
    assert Draft202012Validator(found["schema"]).is_valid(found["minimal"])


def test_the_smallest_call_can_be_pasted(tmp_path: Path) -> None:
    _, out, _ = run("methods", "responses.input_tokens.count", "--data-dir", tmp_path)
    command = out.decode().splitlines()[-1].strip().removeprefix("playground ")
    program = f"{sys.executable} -m playground {command} --data-dir {tmp_path} --sandbox"
    done = subprocess.run(["sh", "-c", program], capture_output=True, cwd=ROOT, timeout=60)
    assert done.returncode in (0, 1), done.stderr  # the server's word, not wrong usage
    assert b"usage" not in done.stderr


def test_what_is_not_there(tmp_path: Path) -> None:
    code, out, err = run("methods", "responses.creat", "--data-dir", tmp_path)
    assert (code, out) == (2, b"")
    assert "responses.create" in error_of(err)["explanation"]
    code, _, err = run("methods", "--family", "nonsense", "--data-dir", tmp_path)
    assert code == 2 and "Vector Stores" in error_of(err)["message"]
    with pytest.raises(SystemExit) as caught:
        run_cli(["methods", "files.list", "--search", "x"])
    assert caught.value.code == 2


def test_another_sdk_is_read_once(tmp_path: Path) -> None:
    """An installed version that is not the one that came with the program: built, kept, read."""
    code = (
        "import sys, playground.core.catalog.store as store; store.shipped = lambda: None\n"
        "from playground.cli.main import run; sys.exit(run(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, "methods", "--family", "models", "--data-dir", str(tmp_path)]
    first = subprocess.run(command, capture_output=True, cwd=ROOT, timeout=120)
    assert (first.returncode, first.stdout.splitlines()[0]) == (0, b"Models")
    assert b"reading the installed SDK" in first.stderr
    again = subprocess.run(command, capture_output=True, cwd=ROOT, timeout=120)
    assert (again.stdout, again.stderr) == (first.stdout, b"")


def test_a_reader_that_goes_away(tmp_path: Path) -> None:
    program = f"{sys.executable} -m playground methods --data-dir {tmp_path} | head -1"
    done = subprocess.run(["sh", "-c", program], capture_output=True, cwd=ROOT, timeout=60)
    assert (done.stdout, done.stderr) == (b"Responses\n", b"")

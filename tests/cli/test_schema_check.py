"""`playground schema check` and `fix`: the real process, on files, stdin and what cannot be read."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from playground.core.schemas import Document, check, profile
from tests.cli.test_call import run

CLOSED: dict[str, Any] = {
    "type": "object",
    "properties": {"kind": {"type": "string", "enum": ["a", "b"]}},
    "required": ["kind"],
    "additionalProperties": False,
}
OPEN = """{
    "type": "object",
    "properties": {
        "née": {"type": "string", "default": "x"},
        "page": {"type": "string", "format": "uri"}
    },
    "required": ["née", "page"]
}
"""


@pytest.fixture
def fine(tmp_path: Path) -> Path:
    path = tmp_path / "fine.json"
    path.write_text(json.dumps(CLOSED))
    return path


@pytest.fixture
def open_(tmp_path: Path) -> Path:
    path = tmp_path / "open one.json"
    path.write_text(OPEN, encoding="utf-8")
    return path


def test_check_says_each_finding_in_a_line_with_its_place(fine: Path, open_: Path) -> None:
    code, out, err = run("schema", "check", fine)
    assert (code, err) == (0, b"")
    assert out.decode().endswith("“OpenAI, strict” (2026-11-27): nothing found.\n") and out.count(b"\n") == 1
    code, out, err = run("schema", "check", fine, open_)
    *lines, total = out.decode().splitlines()
    assert (code, err, len(lines)) == (1, b"", 3)
    assert lines[0].startswith(f"{open_}:1:1: error closed-objects: It says nothing about other properties")
    assert lines[0].endswith(" [Close the object]")
    assert lines[1].startswith(f"{open_}:4:35: warning default: ")
    assert lines[2].startswith(f"{open_}:5:36: error format-unlisted: “uri” is no format")
    assert total.startswith("2 schemas by the rules of") and total.endswith(": 2 errors, 1 warning.")


def test_the_profile_and_what_counts(open_: Path) -> None:
    assert run("schema", "check", open_, "--profile", "vllm")[0] == 0
    code, out, _ = run("schema", "check", open_, "--profile", "llama.cpp")
    assert code == 0 and b"warning format-unlisted" in out and b"closed-objects" not in out
    assert run("schema", "check", open_, "--profile", "llama.cpp", "--fail-on", "warning")[0] == 1
    code, _, err = run("schema", "check", open_, "--profile", "none")
    assert code == 2 and b"openai-fine-tuned" in err


def test_check_as_json_is_all_that_is_known(open_: Path, tmp_path: Path) -> None:
    code, out, err = run("schema", "check", open_, tmp_path / "gone.json", "--json")
    first, second = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (2, b"") and (first["file"], first["accepted"]) == (str(open_), False)
    found = {one["rule"]: one for one in first["findings"]}
    wanted = {one.rule for one in check(Document.parse(OPEN), profile("openai")).findings}
    assert found.keys() == wanted
    form = found["format-unlisted"]
    assert (form["pointer"], form["line"], form["column"]) == ("/properties/page/format", 5, 36)
    assert (form["end_line"], form["end_column"]) == (5, 51)
    assert form["fixes"][0]["loses"] == ["The format “uri” is no longer enforced by the server."]
    assert form["source"]["url"].startswith("https://") and form["reason"]
    assert {one["id"]: one["used"] for one in first["budgets"]}["properties"] == 2
    assert second["accepted"] is False and second["error"]["words"]


def test_what_cannot_be_read_is_2_and_the_others_are_checked(tmp_path: Path, fine: Path, open_: Path) -> None:
    broken, latin = tmp_path / "broken.json", tmp_path / "latin.json"
    broken.write_text('{"type": "object",\n "properties" {}}')
    latin.write_bytes(b'{"a":\n "\xe4"}')
    code, out, err = run("schema", "check", tmp_path / "gone.json", broken, latin, tmp_path, open_)
    lines = out.decode().splitlines()
    assert (code, err) == (2, b"")
    assert lines[0] == f"{tmp_path / 'gone.json'}:1:1: error unreadable: No such file or directory."
    assert lines[1].startswith(f"{broken}:2:15: error unreadable: ") and "colon" in lines[1]
    assert lines[2] == f"{latin}:2:3: error unreadable: It is not UTF-8 at byte 8."
    assert lines[3].startswith(f"{tmp_path}:1:1: error unreadable: ")
    assert any("closed-objects" in line for line in lines) and lines[-1].endswith("4 files could not be read.")
    for data, words in ((b"[" * 10_000 + b"]" * 10_000, b"200 levels"), (b"[" + b" " * 11_000_000, b"10 MB")):
        code, out, _ = run("schema", "check", "-", stdin=data)
        assert code == 2 and out.startswith(b"<stdin>:1:") and words in out


def test_what_a_schema_or_a_name_holds_never_forges_a_line(tmp_path: Path) -> None:
    evil = {"type": "object", "properties": {"a\n/etc/x:1:1: error\x1b[2J\u202e": {"type": "strin\ng"}}}
    path = tmp_path / ("a\nb.json" if sys.platform != "win32" else "ab.json")
    path.write_text(json.dumps(evil))
    code, out, _ = run("schema", "check", path)
    text = out.decode()
    assert code == 1 and "\x1b" not in text and "\u202e" not in text and "‹U+001B›" in text
    assert all(line.startswith(str(tmp_path)) for line in text.splitlines()[:-1])


def test_fix_writes_what_passes_and_says_what_it_gives_up(open_: Path, tmp_path: Path) -> None:
    code, out, err = run("schema", "fix", open_)
    told = err.decode().splitlines()
    assert code == 0 and open_.read_text("utf-8") == OPEN
    fixed = Document.parse(out.decode())
    assert not check(fixed, profile("openai")).errors
    assert out.decode().startswith('{\n    "type": "object"') and "née" in out.decode() and out.endswith(b"}\n")
    assert f"{open_}: gives up: the root: Properties that are not listed are no longer accepted." in told
    assert f"{open_}: gives up: /properties/page: The format “uri” is no longer enforced by the server." in told
    assert told[-1] == "3 fixes for “OpenAI, strict”; left: nothing found."
    client, mended = tmp_path / "client.json", tmp_path / "out.json"
    code, out, _ = run("schema", "fix", open_, "-o", mended, "--client", client)
    assert (code, out) == (0, b"") and mended.read_text("utf-8") == fixed.text
    assert json.loads(client.read_text("utf-8"))["properties"]["page"]["format"] == "uri"


def test_fix_as_a_diff_changes_nothing(open_: Path) -> None:
    code, out, _ = run("schema", "fix", open_, "--diff")
    lines = out.decode().splitlines()
    assert code == 0 and open_.read_text("utf-8") == OPEN
    assert lines[:2] == [f"--- {open_}", f"+++ {open_} (fixed)"]
    assert '+    "additionalProperties": false' in lines and '-            "format": "uri"' not in lines
    code, out, err = run("schema", "fix", "-", "--diff", stdin=json.dumps(CLOSED).encode())
    assert (code, out) == (0, b"") and err.decode().startswith("Nothing to fix")


def test_fix_in_place_is_whole_and_keeps_the_mode(open_: Path, tmp_path: Path) -> None:
    open_.chmod(0o600)
    link = tmp_path / "link.json"
    link.symlink_to(open_)
    code, out, _ = run("schema", "fix", link, "--in-place")
    assert (code, out) == (0, b"") and link.is_symlink() and stat.S_IMODE(open_.stat().st_mode) == 0o600
    assert run("schema", "check", open_, "--fail-on", "warning")[0] == 0
    before = open_.stat()
    assert run("schema", "fix", open_, "--in-place")[0] == 0
    assert open_.stat().st_mtime_ns == before.st_mtime_ns and open_.stat().st_ino == before.st_ino
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.json", "open one.json"]


def test_fix_leaves_what_it_cannot_mend_and_says_so(tmp_path: Path) -> None:
    value = {**CLOSED, "properties": {"kind": {"$ref": "https://example.com/x.json"}}}
    code, out, err = run("schema", "fix", "-", stdin=json.dumps(value).encode())
    assert code == 1 and json.loads(out) == value
    assert err.decode().startswith("<stdin>:1:") and "error ref-remote" in err.decode()
    code, out, err = run("schema", "fix", "-", "--in-place", stdin=b"{}")
    assert (code, out) == (2, b"") and b"stdin" in err
    code, out, err = run("schema", "fix", "-", stdin=b"{")
    assert (code, out) == (2, b"") and err.startswith(b"<stdin>:1:2: error unreadable: ")
    target = tmp_path / "no" / "such" / "folder.json"
    code, out, err = run("schema", "fix", "-", "-o", target, stdin=json.dumps(CLOSED).encode())
    assert (code, out) == (2, b"") and b"folder.json" in err


def test_fix_that_keeps_the_meaning(open_: Path) -> None:
    code, out, err = run("schema", "fix", open_, "--lossless")
    found = json.loads(out)
    assert code == 1 and "default" not in found["properties"]["née"] and found["properties"]["page"]["format"] == "uri"
    assert "additionalProperties" not in found and b"gives up" not in err


def test_a_format_and_a_tool_are_mended_where_they_are() -> None:
    text_format = {"type": "json_schema", "name": "my answer", "schema": json.loads(OPEN), "strict": True}
    code, out, _ = run("schema", "fix", "-", stdin=json.dumps(text_format).encode())
    fixed = json.loads(out)
    assert code == 0 and fixed["name"] == "my_answer" and fixed["schema"]["additionalProperties"] is False
    assert out.count(b"\n") == 0  # written as it was: on one line

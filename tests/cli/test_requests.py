"""`playground requests`: the real process, on a log that real calls have made."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from playground.core.exchanges import ExchangeStore
from playground.core.paths import DataPaths
from tests.bench import log_made
from tests.cli.test_call import at, error_of, run
from tests.helpers.needs import ROOT
from tests.helpers.sandbox import Server
from tests.helpers.servers import RecordingServer, Reply


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, sandbox_server: Server) -> Iterator[Path]:
    """A data folder whose log has three calls of the command line: one that went well, one refused, one unanswered."""
    folder = tmp_path_factory.mktemp("requests")
    body = json.dumps({"model": "sandbox-echo", "input": "Hello there"})
    assert run("call", "responses.create", "--json", body, "--data-dir", folder, environ=at(sandbox_server))[0] == 0
    missing = json.dumps({"response_id": "resp_0123456789missing"})
    assert (
        run("call", "responses.retrieve", "--json", missing, "--data-dir", folder, environ=at(sandbox_server))[0] == 1
    )
    nowhere = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_API_KEY": "sk-none"}
    assert run("call", "models.list", "--data-dir", folder, environ=nowhere)[0] == 3
    yield folder


def listed(folder: Path, query: str = "") -> list[dict[str, Any]]:
    code, out, err = run("requests", "list", query, "--json", "--data-dir", folder)
    assert (code, err) == (0, b"")
    return [json.loads(line) for line in out.splitlines()]


def test_list(folder: Path) -> None:
    lost, refused, fine = listed(folder)
    assert (fine["status"], fine["model"], fine["tokens"] > 0) == (200, "sandbox-echo", True)
    assert (refused["status"], refused["state"], refused["path"]) == (
        404,
        "failed",
        "/responses/resp_0123456789missing",
    )
    assert (lost["status"], lost["state"], lost["attempts"] > 1) == (None, "failed", True)
    assert listed(folder, "status:404") == [refused] and listed(folder, "hello") == [fine]
    assert listed(folder, lost["client_request_id"]) == [lost]
    code, out, _ = run("requests", "list", "--limit", "1", "--data-dir", folder)
    head, line = out.decode().splitlines()
    assert code == 0 and head.startswith("TIME") and "GET /models" in line and lost["client_request_id"] in line
    assert run("requests", "list", "status:418", "--data-dir", folder) == (
        0, b"", b"playground: no request in the log fits\n"
    )  # fmt: skip


def test_show(folder: Path) -> None:
    lost, refused, _ = listed(folder)
    code, out, err = run("requests", "show", "resp_0123456789m", "--headers", "--body", "--data-dir", folder)
    text = out.decode()
    assert (code, err) == (0, b"")
    for part in (refused["request_id"], "What to do:", "Attempt 1: 404", "x-request-id: ", '"error"', "[removed]"):
        assert part in text
    code, out, _ = run("requests", "show", lost["client_request_id"], "--json", "--data-dir", folder)
    shown = json.loads(out)
    assert code == 0 and shown["diagnosis"]["code"] == "refused" and shown["diagnosis"]["remedy"]
    assert len(shown["attempt_details"]) == lost["attempts"] and "request_body" not in shown["attempt_details"][0]
    code, out, err = run("requests", "show", "req_nobody", "--data-dir", folder)
    assert (code, out, error_of(err)["type"]) == (1, b"", "not_found")
    code, out, err = run("requests", "show", "pg-", "--data-dir", folder)
    assert code == 1 and "Give more" in error_of(err)["message"]


def test_a_call_that_was_tried_three_times(tmp_path: Path, recording_server: RecordingServer) -> None:
    busy = {"error": {"message": "Later.", "code": "server_is_overloaded"}}
    limited = {"error": {"message": "Too fast.", "code": "rate_limit_exceeded"}}
    recording_server.add(
        "/models",
        Reply.of_json(limited, status=429, headers={"retry-after-ms": "300"}),
        Reply.of_json(busy, status=503, headers={"retry-after-ms": "200"}),
        Reply.of_json({"object": "list", "data": []}),
    )
    assert run("call", "models.list", "--data-dir", tmp_path, environ=at(recording_server))[0] == 0
    (tried,) = listed(tmp_path, "attempts>1 status:200")
    code, out, _ = run("requests", "show", tried["id"], "--data-dir", tmp_path)
    first, second, third = (line for line in out.decode().splitlines() if line.startswith("Attempt "))
    assert code == 0 and "What happened" not in out.decode()
    assert first.startswith("Attempt 1: 429") and ": 503" in second and ": 200" in third
    for line, asked in ((second, "300 ms"), (third, "200 ms")):
        begun = rf"\(begun \d[\d.]* m?s after the first, \d[\d.]* m?s waited, {asked} asked for\)"
        assert re.search(begun, line), line


def test_diff_and_programs(folder: Path) -> None:
    lost, refused, fine = listed(folder)
    where = ("--data-dir", folder)
    code, out, err = run("requests", "diff", fine["id"], refused["id"], *where)
    assert (code, err) == (0, b"")
    words = out.decode().splitlines()
    assert words[0].startswith("Another call (POST /responses → GET /responses/resp_0123456789missing)")
    assert "HTTP 200 → HTTP 404" in words[0]
    assert '-   "model": "sandbox-echo",' in words, "a body against none"
    code, out, _ = run("requests", "diff", fine["id"], refused["id"], "--json", *where)
    found = json.loads(out)
    assert code == 0 and {change["pointer"] for change in found["request"]["changes"]} >= {""}
    code, out, _ = run("requests", "diff", lost["id"], "--part", "timings", *where)
    assert code == 0 and b"attempt" in out and b"Timings:" in out and b"Response:" not in out
    code, _, err = run("requests", "diff", fine["id"], *where)
    assert code == 2 and "first of its kind" in error_of(err)["message"]
    for language, part in (("curl", "curl -sS"), ("python", "client.responses.create("), ("har", '"postData"')):
        code, out, err = run("requests", "show", fine["id"], "--as", language, *where)
        assert (code, err) == (0, b"") and part in out.decode() and "Hello there" in out.decode()


def test_wrong_queries_are_wrong_usage(folder: Path) -> None:
    code, out, err = run("requests", "list", "modle:x", "--data-dir", folder)
    error = error_of(err)
    assert (code, out, error["param"]) == (2, b"", "modle") and "Did you mean “model”" in error["message"]
    code, _, err = run("requests", "list", "\udcff\udcfe status:", "--data-dir", folder)
    assert code == 2 and "A value is missing" in error_of(err)["message"]


@pytest.mark.parametrize("kind", ["har", "jsonl", "csv"])
def test_export(folder: Path, tmp_path: Path, kind: str) -> None:
    target = tmp_path / f"out.{kind}"
    code, out, err = run("requests", "export", "--format", kind, "-o", target, "--data-dir", folder)
    assert (code, out) == (0, b"") and err.startswith(b"playground: 3 requests in ")
    assert list(tmp_path.iterdir()) == [target], "nothing is left beside it"
    code, out, err = run("requests", "export", "status:200", "--format", kind, "--data-dir", folder)
    assert (code, err) == (0, b"") and 0 < len(out) < target.stat().st_size
    if kind == "har":
        assert json.loads(target.read_bytes())["log"]["version"] == "1.2"
    code, _, err = run("requests", "export", "--format", kind, "-o", tmp_path / "no" / "where", "--data-dir", folder)
    assert code == 2 and "no folder" in error_of(err)["message"]


def test_mark(folder: Path) -> None:
    _, refused, _ = listed(folder)
    where = ("--data-dir", folder)
    code, _, err = run("requests", "mark", refused["id"], "--pin", "--tag", "seen", "--note", "odd", *where)
    assert code == 0 and "pinned, tag seen, note “odd”".encode() in err
    (marked,) = listed(folder, "tag:seen pinned:yes")
    assert (marked["id"], marked["tags"], marked["note"]) == (refused["id"], ["seen"], "odd")
    assert run("requests", "mark", refused["id"], "--tag", "two words", *where)[0] == 2
    assert run("requests", "mark", refused["id"], "--unpin", "--untag", "seen", "--note", "", *where)[0] == 0
    assert listed(folder, "tag:seen") == [] == listed(folder, "pinned:yes")


def test_prune_asks_and_keeps_what_is_pinned(tmp_path: Path) -> None:
    path = DataPaths(tmp_path).exchanges
    log_made.make(path, 3000)
    with contextlib.closing(ExchangeStore.open(path)) as store:
        pinned = store.log.count("pinned:yes")
        store.log.pin(store.log.ids("id:resp_0000000000000007"))
    before = path.stat().st_size
    where = ("--data-dir", tmp_path)
    code, _, err = run("requests", "prune", "--older", "1", *where)
    assert code == 2 and "--yes" in error_of(err)["message"]
    code, out, _ = run("requests", "prune", "--keep-size", "2", "--yes", "--json", *where)
    told = json.loads(out)
    assert code == 0 and told["shrunk"] and 0 < told["deleted"] < 3000
    assert path.stat().st_size <= 2.1e6 < before and told["bytes_after"] <= 2e6
    assert listed(tmp_path, "id:resp_0000000000000007")
    code, out, _ = run("requests", "prune", "--older", "0", "--yes", "--json", *where)
    assert code == 0
    assert len(listed(tmp_path)) <= pinned + 1


@pytest.mark.skipif(sys.platform == "win32", reason="asks on a terminal of Unix here")
@pytest.mark.parametrize(("said", "left"), [(b"n\n", 20), (b"y\n", 0)])
def test_prune_asks_on_a_terminal(tmp_path: Path, said: bytes, left: int) -> None:
    log_made.make(DataPaths(tmp_path).exchanges, 20, seed=11)
    with contextlib.closing(ExchangeStore.open(DataPaths(tmp_path).exchanges)) as store:
        store.log.pin(store.log.ids("pinned:yes"), False)
    outer, inner = pty.openpty()
    command = [sys.executable, "-m", "playground", "requests", "prune", "--older", "1", "--data-dir", str(tmp_path)]
    with subprocess.Popen(command, stdin=inner, stdout=inner, stderr=inner, cwd=ROOT) as process:
        os.close(inner)
        seen = b""
        while b"[y/N]" not in seen:
            seen += os.read(outer, 1000)
        assert b"Delete 20 requests that came more than 1 day ago?" in seen
        os.write(outer, said)
        assert process.wait(timeout=30) == (0 if left == 0 else 1)
    os.close(outer)
    assert len(listed(tmp_path)) == left


def test_help_lists_every_field(tmp_path: Path) -> None:
    from playground.core.exchanges.query import FIELDS

    for arguments in (["requests", "--help"], ["requests", "list", "--help"]):
        code, out, _ = run(*arguments)
        assert code == 0 and all(field.example in out.decode() for field in FIELDS)
    for action in ("show", "export", "prune", "mark"):
        assert run("requests", action, "--help")[0] == 0
    for wrong in (["requests"], ["requests", "prune"], ["requests", "prune", "--older", "soon"],
                  ["requests", "export", "--format", "xml"], ["requests", "list", "--limit", "0"]):  # fmt: skip
        assert run(*wrong, "--data-dir", tmp_path)[0] == 2


def test_bundle(folder: Path, tmp_path: Path) -> None:
    lost, refused, fine = listed(folder)
    file = tmp_path / "support.zip"
    code, out, err = run("requests", "bundle", refused["request_id"], "-o", file, "--data-dir", folder)
    assert (code, out) == (0, b"") and err.startswith(f"playground: 1 request in {file}, ".encode())
    with zipfile.ZipFile(file) as archive:
        text = archive.read("summary.md").decode()
    assert refused["request_id"] in text and "404" in text and "Base URL" in text and lost["id"] not in text
    words = ("--pattern", r"greeting=Hello\s\w+", "--no-bodies")
    assert run("requests", "bundle", "since:1h", "-o", file, *words, "--data-dir", folder)[0] == 0
    with zipfile.ZipFile(file) as archive:
        document = json.loads(archive.read("exchanges.json"))
    assert [one["id"] for one in document["exchanges"]] == [fine["id"], refused["id"], lost["id"]]
    assert "request_body" not in document["exchanges"][0]["attempt_details"][0]
    code, out, err = run("requests", "bundle", "hello", "-o", file, *words[:2], "--data-dir", folder)
    assert code == 0 and b"(greeting 4)" in err
    with zipfile.ZipFile(file) as archive:
        assert not any(b"Hello there" in archive.read(name) for name in archive.namelist())
    for wrong, exit_code, kind in (
        (("req_nobody", "-o", file), 1, "not_found"),
        (("status:404", "-o", tmp_path / "none" / "x.zip"), 2, "usage"),
        (("status:404", "-o", file, "--pattern", "x=(a+)+$"), 2, "usage"),
    ):
        code, out, err = run("requests", "bundle", *wrong, "--data-dir", folder)
        assert (code, out) == (exit_code, b"") and (error_of(err)["type"] == kind or b"too long" in err), wrong


def test_import(folder: Path, tmp_path: Path) -> None:
    """What one log exports, another imports, once; and words for what is no HAR."""
    file, other = tmp_path / "from work.har", tmp_path / "other"
    assert run("requests", "export", "--format", "har", "-o", file, "--data-dir", folder)[0] == 0
    code, out, err = run("requests", "import", file, "--data-dir", other)
    assert (code, out) == (0, b"") and b"3 requests imported" in err and b"tag:from-work" in err
    before, after = listed(folder), listed(other, "tag:from-work origin:import since:1h")
    for one, two in zip(before, after, strict=True):
        assert {**one, "id": 0, "origin": 0, "tags": 0} == {**two, "id": 0, "origin": 0, "tags": 0}
    code, out, _ = run("requests", "import", file, "--json", "--data-dir", other)
    assert (code, json.loads(out)["already_there"], json.loads(out)["imported"]) == (0, 3, 0)
    cut = tmp_path / "cut.har"
    cut.write_bytes(file.read_bytes()[:-3000])
    code, _, err = run("requests", "import", cut, "--data-dir", tmp_path / "third")
    assert code == 1 and b"imported" in err and b"no JSON after entry" in err
    cut.write_text('{"log": {"entries": [{"request": 5}]}}', "utf-8")
    code, _, err = run("requests", "import", cut, "--data-dir", other)
    assert code == 1 and b"Entry 1" in err, "a script is to know that something was not read"
    cut.write_bytes(b"<html>")
    code, out, err = run("requests", "import", cut, "--data-dir", other)
    assert (code, out, error_of(err)["type"]) == (2, b"", "har")
    assert run("requests", "import", tmp_path / "none.har", "--data-dir", other)[0] == 2
